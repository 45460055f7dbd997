#include "kindred/catalog.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "kindred/detail/spelling.hpp"
#include "kindred/detail/utf8.hpp"
#include "kindred/detail/value_kind.hpp"
#include "kindred/error.hpp"

namespace kindred {
namespace {

constexpr std::size_t longest_name = 255;

std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

template <class T>
std::string suggestion(std::string_view name, const std::vector<T>& named) {
  return detail::did_you_mean(name, named,
                              [](const T& there) -> std::string_view { return there.name; });
}

template <class T>
const T* by_name(const std::vector<T>& named, std::string_view name) noexcept {
  const auto at =
      std::find_if(named.begin(), named.end(), [&](const T& there) { return there.name == name; });
  return at == named.end() ? nullptr : &*at;
}

bool contains(const std::vector<std::string>& names, std::string_view name) noexcept {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Empty, or what is wrong with a name.
std::string misnamed(std::string_view name) {
  if (name.empty()) return "a name is empty";
  if (name.size() > longest_name) {
    return "the name " + quoted(name.substr(0, 32)) + "... is longer than " +
           std::to_string(longest_name) + " bytes";
  }
  if (!detail::is_utf8(name)) return "a name is not valid UTF-8";
  const bool has_control = std::any_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (has_control) return "a name has control characters";
  if (name.front() == ' ' || name.back() == ' ')
    return "the name " + quoted(name) + " begins or ends with a space";
  if (name.front() == '$')
    return "the name " + quoted(name) + " begins with '$', which is reserved";
  return {};
}

bool is_known(TypeCode code) noexcept {
  return (code >= TypeCode::boolean && code <= TypeCode::opaque) ||
         (code >= TypeCode::structure && code <= TypeCode::tuple);
}

// Empty, or what is wrong with a type. Attributes that do not belong to its code are reset, so that
// equal types compare equal.
std::string settle(Type& type, unsigned depth) {
  if (depth > detail::max_type_depth)
    return "the type is nested more than " + std::to_string(detail::max_type_depth) +
           " levels deep";
  if (!is_known(type.code)) {
    return "the type code " + std::to_string(static_cast<unsigned>(type.code)) + " is unknown";
  }
  const bool is_enum = type.code == TypeCode::enumeration;
  const bool has_period = type.code == TypeCode::instant || type.code == TypeCode::duration;
  if (type.code != TypeCode::decimal) type.precision = type.scale = 0;
  if (!has_period) type.period_num = type.period_den = 1;
  if (!is_enum) {
    type.underlying = TypeCode::int32;
    type.names.clear();
  }
  if (!is_enum && type.code != TypeCode::opaque && type.code != TypeCode::structure)
    type.name.clear();
  if (!type.is_nested() && !type.members.empty()) return type.to_string() + " has no members";

  if (type.code == TypeCode::decimal &&
      (type.precision < 1 || type.precision > 38 || type.scale > type.precision)) {
    return type.to_string() + ": the precision must be 1 to 38, the scale at most the precision";
  }
  if (has_period && (type.period_num < 1 || type.period_den < 1))
    return type.to_string() + ": the period must be positive";
  if (type.code == TypeCode::opaque && type.name.empty()) return "an opaque type needs a name";
  if (is_enum) {
    Type underlying;
    underlying.code = type.underlying;
    if (!underlying.is_integer())
      return type.to_string() + ": the underlying type must be an integer";
    const detail::IntegerRange range = detail::range_of(type);
    std::set<std::string_view> seen;
    for (const EnumName& n : type.names) {
      if (n.name.empty()) return type.to_string() + ": a name is empty";
      if (!detail::is_utf8(n.name)) return type.to_string() + ": a name is not valid UTF-8";
      if (!seen.insert(n.name).second)
        return type.to_string() + ": the name " + quoted(n.name) + " is there twice";
      const bool is_unsigned = type.underlying >= TypeCode::uint8;
      const auto bits = static_cast<std::uint64_t>(n.value);
      const bool fits = is_unsigned ? bits <= range.greatest
                                    : n.value >= range.least &&
                                          n.value <= static_cast<std::int64_t>(range.greatest);
      if (!fits) {
        return type.to_string() + ": the value of " + quoted(n.name) + " is out of the range of " +
               underlying.to_string();
      }
    }
  }
  const std::size_t members = type.members.size();
  const bool one =
      type.code == TypeCode::list || type.code == TypeCode::set || type.code == TypeCode::optional;
  if (one && members != 1) return "a list, set or optional has one member";
  if (type.code == TypeCode::map && members != 2) return "a map has two members: key and value";
  if (type.code == TypeCode::variant && members == 0) return "a variant needs alternatives";
  for (TypeMember& member : type.members) {
    std::string wrong = settle(member.type, depth + 1);
    if (!wrong.empty()) return wrong;
  }
  return {};
}

// Checks one catalogue and completes it; see Catalog::validate.
class Validator {
 public:
  explicit Validator(Catalog& catalog) : catalog_(catalog) {}

  void run() {
    std::set<std::string_view> names;
    for (const Table& table : catalog_.tables) {
      const std::string wrong = misnamed(table.name);
      if (!wrong.empty()) fail("table " + quoted(table.name) + ": " + wrong);
      if (!names.insert(table.name).second) fail("table " + table.name + " is declared twice");
    }
    // Keys first: references look at the keys of other tables.
    for (Table& table : catalog_.tables) {
      table_ = &table;
      columns();
      primary_key();
      indexes();
    }
    for (Table& table : catalog_.tables) {
      table_ = &table;
      for (ForeignKey& key : table.foreign_keys) foreign_key(key);
      checks();
      constraint_names();
    }
    for (Table& table : catalog_.tables) {
      table_ = &table;
      relationships();
    }
    for (Table& table : catalog_.tables) {
      table_ = &table;
      for (RelationshipInfo& r : table.relationships) reverse(r);
    }
  }

 private:
  [[noreturn]] static void fail(const std::string& message) {
    throw Error(ErrorCode::invalid_catalog, message);
  }
  [[noreturn]] void refuse(const std::string& message) const {
    fail("table " + table_->name + ": " + message);
  }

  void columns() {
    if (table_->columns.empty()) refuse("it has no columns");
    std::set<std::string_view> names;
    for (Column& c : table_->columns) {
      std::string wrong = misnamed(c.name);
      if (!wrong.empty()) refuse("column " + quoted(c.name) + ": " + wrong);
      const std::string prefix = "column " + c.name + ": ";
      if (!names.insert(c.name).second) refuse("column " + c.name + " is declared twice");
      wrong = settle(c.type, 1);
      if (!wrong.empty()) refuse(prefix + wrong);
      if (c.max_length && c.type.code != TypeCode::text && c.type.code != TypeCode::bytes) {
        refuse(prefix + "max_length is for string and bytes columns, not for " +
               c.type.to_string());
      }
      if (!c.default_value) continue;
      if (c.default_value->is_null()) {
        if (!c.nullable) refuse(prefix + "its default is null, but the column is not nullable");
        c.default_value.reset();  // a nullable column that is left out is null anyway
        continue;
      }
      wrong = detail::fit(*c.default_value, c);
      if (!wrong.empty()) refuse(prefix + "the default does not fit: " + wrong);
    }
  }

  const Column& known(const Table& table, std::string_view name, const std::string& what) const {
    if (const Column* c = table.column(name)) return *c;
    const bool own = &table == table_;
    refuse(what + ": " + (own ? "there is no column " : "table " + table.name + " has no column ") +
           quoted(name) + suggestion(name, table.columns));
  }

  // Columns of a key or index of this table: known, once each, of types that can be keys.
  void key_columns(const std::vector<std::string>& names, const std::string& what) const {
    if (names.empty()) refuse(what + " names no columns");
    std::set<std::string_view> seen;
    for (const std::string& name : names) {
      const Column& c = known(*table_, name, what);
      if (!seen.insert(name).second) refuse(what + " names column " + quoted(name) + " twice");
      if (!c.type.can_be_key())
        refuse(what + ": column " + name + " of type " + c.type.to_string() + " cannot be a key");
    }
  }

  void primary_key() const {
    if (table_->primary_key.empty())
      refuse("it has no primary key; name its columns in \"primary_key\"");
    key_columns(table_->primary_key, "the primary key");
    for (const std::string& name : table_->primary_key) {
      if (table_->column(name)->nullable)
        refuse("the primary key column " + name + " is nullable; keys hold no nulls");
    }
  }

  static std::string shown(std::string_view kind, const std::string& name,
                           const std::vector<std::string>& columns) {
    return std::string(kind) + " " +
           (name.empty() ? "(" + detail::join(columns, ", ") + ")" : name);
  }

  void indexes() const {
    for (const Index& index : table_->indexes)
      key_columns(index.columns,
                  shown(index.unique ? "unique key" : "index", index.name, index.columns));
  }

  void foreign_key(ForeignKey& key) const {
    const std::string what = shown("foreign key", key.name, key.columns);
    key_columns(key.columns, what);
    const Table* target = catalog_.table(key.table);
    if (!target)
      refuse(what + ": there is no table " + quoted(key.table) +
             suggestion(key.table, catalog_.tables));
    if (key.referenced.empty()) key.referenced = target->primary_key;
    for (const std::string& name : key.referenced) known(*target, name, what);
    if (key.columns.size() != key.referenced.size()) {
      refuse(what + " has " + count(key.columns.size(), "column") + " but refers to " +
             std::to_string(key.referenced.size()) + " of table " + key.table + " (" +
             detail::join(key.referenced, ", ") + ")");
    }
    settle_order(key, *target, what);
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
      const Type& from = table_->column(key.columns[i])->type;
      const Type& to = target->column(key.referenced[i])->type;
      if (!(from == to)) {
        refuse(what + ": column " + key.columns[i] + " is " + from.to_string() + " but " +
               key.table + "." + key.referenced[i] + " is " + to.to_string() +
               "; both must have the same type");
      }
    }
    action(key, what);
  }

  // The bytes of a reference are those of the referenced key: its columns are brought into the
  // order of that key.
  void settle_order(ForeignKey& key, const Table& target, const std::string& what) const {
    const std::vector<std::string>* found = nullptr;
    const auto try_key = [&](const std::vector<std::string>& candidate) {
      if (!found && std::is_permutation(candidate.begin(), candidate.end(), key.referenced.begin(),
                                        key.referenced.end())) {
        found = &candidate;
      }
    };
    // An exact match wins over one in another order.
    if (target.primary_key == key.referenced) return;
    for (const Index& index : target.indexes)
      if (index.unique && index.columns == key.referenced) return;
    try_key(target.primary_key);
    for (const Index& index : target.indexes)
      if (index.unique) try_key(index.columns);
    if (!found) {
      refuse(what + ": " + key.table + " (" + detail::join(key.referenced, ", ") +
             ") is neither its primary key (" + detail::join(target.primary_key, ", ") +
             ") nor the columns of a unique key");
    }
    std::vector<std::string> columns;
    for (const std::string& name : *found) {
      const auto at = std::find(key.referenced.begin(), key.referenced.end(), name);
      columns.push_back(key.columns[static_cast<std::size_t>(at - key.referenced.begin())]);
    }
    key.columns = std::move(columns);
    key.referenced = *found;
  }

  void action(const ForeignKey& key, const std::string& what) const {
    switch (key.on_delete) {
      case OnDelete::no_action:
      case OnDelete::restrict:
      case OnDelete::cascade: return;
      case OnDelete::set_null: {
        const bool any = std::any_of(key.columns.begin(), key.columns.end(), [&](const auto& name) {
          return table_->column(name)->nullable;
        });
        if (!any)
          refuse(what + ": on_delete set_null needs a nullable column; none of (" +
                 detail::join(key.columns, ", ") + ") is");
        return;
      }
      case OnDelete::set_default:
        for (const std::string& name : key.columns) {
          const Column& c = *table_->column(name);
          if (!c.default_value && !c.nullable)
            refuse(what + ": on_delete set_default needs a default (or a nullable column); " +
                   name + " has neither");
        }
        return;
    }
    refuse(what + ": the on_delete action " + std::to_string(static_cast<unsigned>(key.on_delete)) +
           " is unknown");
  }

  void checks() const {
    for (std::size_t i = 0; i < table_->checks.size(); ++i) {
      Check& check = table_->checks[i];
      try {
        detail::check_condition(check.condition, *table_);
      } catch (const std::invalid_argument& wrong) {
        refuse("check " + (check.name.empty() ? std::to_string(i + 1) : check.name) + " " +
               wrong.what());
      }
    }
  }

  // Given names must differ; the others are made, with a number where one is taken.
  void constraint_names() const {
    std::set<std::string> taken;
    const auto take = [&](const std::string& name, std::string_view kind) {
      if (name.empty()) return;
      const std::string wrong = misnamed(name);
      if (!wrong.empty()) refuse(std::string(kind) + ": " + wrong);
      if (!taken.insert(name).second)
        refuse("two of its keys, indexes and checks are named " + quoted(name));
    };
    for (const Index& i : table_->indexes) take(i.name, i.unique ? "unique key" : "index");
    for (const ForeignKey& k : table_->foreign_keys) take(k.name, "foreign key");
    for (const Check& c : table_->checks) take(c.name, "check");

    const auto make = [&](std::string& name, std::string wanted) {
      if (!name.empty()) return;
      // Cut between code points, with room for a number.
      constexpr std::size_t room = longest_name - 8;
      if (wanted.size() > room) {
        std::size_t cut = room;
        while (cut > 0 && (static_cast<unsigned char>(wanted[cut]) & 0xc0) == 0x80) --cut;
        wanted.resize(cut);
        while (wanted.back() == ' ') wanted.pop_back();
      }
      name = wanted;
      for (unsigned n = 2; !taken.insert(name).second; ++n) name = wanted + "_" + std::to_string(n);
    };
    const std::string middle = "_" + table_->name + "_";
    for (Index& i : table_->indexes)
      make(i.name, (i.unique ? "uq" : "ix") + middle + detail::join(i.columns, "_"));
    for (ForeignKey& k : table_->foreign_keys)
      make(k.name, "fk" + middle + detail::join(k.columns, "_"));
    for (std::size_t i = 0; i < table_->checks.size(); ++i)
      make(table_->checks[i].name, "ck" + middle + std::to_string(i + 1));
  }

  const Table& known_table(std::string_view name, const std::string& what) const {
    if (const Table* t = catalog_.table(name)) return *t;
    refuse(what + ": there is no table " + quoted(name) + suggestion(name, catalog_.tables));
  }

  // The foreign key of `owner` that refers to `to`; the only one there where no name is given.
  const ForeignKey& joining(std::string& name, const Table& owner, const Table& to,
                            const std::string& what) const {
    if (name.empty()) {
      const auto joins = [&](const ForeignKey& k) { return k.table == to.name; };
      const auto n = std::count_if(owner.foreign_keys.begin(), owner.foreign_keys.end(), joins);
      if (n != 1) {
        refuse(what + ": " + (n == 0 ? "no" : "more than one") + " foreign key of " + owner.name +
               " refers to " + to.name + "; name one in \"foreign_key\"");
      }
      name = std::find_if(owner.foreign_keys.begin(), owner.foreign_keys.end(), joins)->name;
    }
    const ForeignKey* key = owner.foreign_key(name);
    if (!key) {
      refuse(what + ": table " + owner.name + " has no foreign key " + quoted(name) +
             suggestion(name, owner.foreign_keys));
    }
    if (key->table != to.name) {
      refuse(what + ": foreign key " + name + " of " + owner.name + " refers to " + key->table +
             ", not to " + to.name);
    }
    return *key;
  }

  void relationships() const {
    using Kind = RelationshipInfo::Kind;
    std::set<std::string_view> names;
    for (RelationshipInfo& r : table_->relationships) {
      const std::string wrong = misnamed(r.name);
      if (!wrong.empty()) refuse("relationship: " + wrong);
      if (!names.insert(r.name).second) refuse("relationship " + r.name + " is declared twice");
      const std::string what = "relationship " + r.name;
      const Table& target = known_table(r.target, what);
      if (r.kind != Kind::many_to_many && !r.target_key.empty())
        refuse(what + ": target_key is for many_to_many only");
      switch (r.kind) {
        case Kind::many_to_one:
          if (r.owner.empty()) r.owner = table_->name;
          if (r.owner != table_->name)
            refuse(what + ": the foreign key of a many_to_one is in the table itself, not in " +
                   r.owner);
          joining(r.foreign_key, *table_, target, what);
          break;
        case Kind::one_to_many:
          if (r.owner.empty()) r.owner = target.name;
          if (r.owner != target.name)
            refuse(what + ": the foreign key of a one_to_many is in the target " + target.name +
                   ", not in " + r.owner);
          joining(r.foreign_key, target, *table_, what);
          break;
        case Kind::one_to_one:
          if (r.owner.empty()) refuse(what + ": name the table with the foreign key in \"owner\"");
          if (r.owner != table_->name && r.owner != target.name) {
            refuse(what + ": the foreign key of a one_to_one is in " + table_->name + " or " +
                   target.name + ", not in " + r.owner);
          }
          if (r.owner == table_->name)
            joining(r.foreign_key, *table_, target, what);
          else
            joining(r.foreign_key, target, *table_, what);
          break;
        case Kind::many_to_many: {
          if (r.owner.empty()) refuse(what + ": name the table between in \"owner\"");
          const Table& between = known_table(r.owner, what);
          const ForeignKey& here = joining(r.foreign_key, between, *table_, what);
          const ForeignKey& there = joining(r.target_key, between, target, what);
          if (here.name == there.name)
            refuse(what + ": foreign_key and target_key must be two foreign keys of " + r.owner);
          break;
        }
        default:
          refuse(what + ": its kind " + std::to_string(static_cast<unsigned>(r.kind)) +
                 " is unknown");
      }
    }
  }

  // Both sides name each other, in the way that their kinds and foreign keys demand.
  void reverse(const RelationshipInfo& r) const {
    using Kind = RelationshipInfo::Kind;
    if (r.reverse.empty()) return;
    const std::string what = "relationship " + r.name;
    Table& target = *std::find_if(catalog_.tables.begin(), catalog_.tables.end(),
                                  [&](const Table& t) { return t.name == r.target; });
    const auto at = std::find_if(target.relationships.begin(), target.relationships.end(),
                                 [&](const auto& there) { return there.name == r.reverse; });
    if (at == target.relationships.end()) {
      refuse(what + ": table " + target.name + " has no relationship " + quoted(r.reverse) +
             suggestion(r.reverse, target.relationships));
    }
    if (at->reverse.empty()) at->reverse = r.name;
    if (at->reverse != r.name || at->target != table_->name) {
      refuse(what + ": its reverse " + target.name + "." + at->name + " names " + at->target + "." +
             at->reverse);
    }
    const bool many = r.kind == Kind::many_to_many;
    const bool same_key = many
                              ? at->kind == Kind::many_to_many && at->foreign_key == r.target_key &&
                                    at->target_key == r.foreign_key
                              : at->foreign_key == r.foreign_key;
    // The side that holds the foreign key is many_to_one, also where the other is one_to_one.
    const auto one_side = [](Kind kind) {
      return kind == Kind::one_to_many || kind == Kind::one_to_one;
    };
    const bool fits = r.kind == Kind::many_to_one ? one_side(at->kind)
                      : at->kind == Kind::many_to_one
                          ? one_side(r.kind)
                          : at->kind == r.kind && r.kind != Kind::one_to_many;
    if (at->owner != r.owner || !same_key || !fits) {
      refuse(what + ": its reverse " + target.name + "." + at->name +
             " does not go the same way back (kind, owner or foreign key differ)");
    }
  }

  static std::string count(std::size_t n, std::string_view noun) {
    return std::to_string(n) + " " + std::string(noun) + (n == 1 ? "" : "s");
  }

  Catalog& catalog_;
  Table* table_ = nullptr;
};

}  // namespace

std::uint32_t Type::width() const noexcept {
  switch (code) {
    case TypeCode::boolean:
    case TypeCode::int8:
    case TypeCode::uint8: return 1;
    case TypeCode::int16:
    case TypeCode::uint16: return 2;
    case TypeCode::int32:
    case TypeCode::uint32:
    case TypeCode::float32:
    case TypeCode::day: return 4;
    case TypeCode::int64:
    case TypeCode::uint64:
    case TypeCode::float64:
    case TypeCode::datetime:
    case TypeCode::instant:
    case TypeCode::duration: return 8;
    case TypeCode::decimal: return precision <= 18 ? 8 : 16;
    case TypeCode::uuid: return 16;
    case TypeCode::enumeration: {
      Type integer;
      integer.code = underlying;
      return integer.is_integer() ? integer.width() : 0;
    }
    default: return 0;
  }
}

std::uint32_t Type::key_width() const noexcept {
  if (width() == 0) return 0;
  switch (code) {
    case TypeCode::boolean: return 1;
    case TypeCode::uuid: return 16;
    case TypeCode::decimal: return width();
    default: return 8;
  }
}

bool Type::can_be_key() const noexcept {
  return width() != 0 || code == TypeCode::text || code == TypeCode::bytes;
}

const Column* Table::column(std::string_view wanted) const noexcept {
  return by_name(columns, wanted);
}
const ForeignKey* Table::foreign_key(std::string_view wanted) const noexcept {
  return by_name(foreign_keys, wanted);
}
const RelationshipInfo* Table::relationship(std::string_view wanted) const noexcept {
  return by_name(relationships, wanted);
}
bool Table::is_key(std::string_view column) const noexcept { return contains(primary_key, column); }

bool Table::has_sequence() const noexcept {
  if (primary_key.size() != 1) return false;
  const Column* key = column(primary_key.front());
  return key && key->type.is_integer();
}

const Table* Catalog::table(std::string_view name) const noexcept { return by_name(tables, name); }

void Catalog::validate() { Validator(*this).run(); }

}  // namespace kindred
