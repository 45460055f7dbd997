// Catalogues for readers: names of types and actions, the listing, the diagram, the differences.
#include <algorithm>

#include "kindred/catalog.hpp"
#include "kindred/detail/spelling.hpp"

namespace kindred {
namespace {

std::string_view plain_name(TypeCode code) noexcept {
  switch (code) {
    case TypeCode::boolean: return "bool";
    case TypeCode::int8: return "int8";
    case TypeCode::int16: return "int16";
    case TypeCode::int32: return "int32";
    case TypeCode::int64: return "int64";
    case TypeCode::uint8: return "uint8";
    case TypeCode::uint16: return "uint16";
    case TypeCode::uint32: return "uint32";
    case TypeCode::uint64: return "uint64";
    case TypeCode::float32: return "float";
    case TypeCode::float64: return "double";
    case TypeCode::text: return "string";
    case TypeCode::bytes: return "bytes";
    case TypeCode::day: return "date";
    case TypeCode::datetime: return "datetime";
    case TypeCode::instant: return "instant";
    case TypeCode::duration: return "duration";
    case TypeCode::decimal: return "decimal";
    case TypeCode::uuid: return "uuid";
    case TypeCode::enumeration: return "enum";
    case TypeCode::json: return "json";
    case TypeCode::opaque: return "opaque";
    case TypeCode::structure: return "struct";
    case TypeCode::list: return "list";
    case TypeCode::set: return "set";
    case TypeCode::map: return "map";
    case TypeCode::optional: return "optional";
    case TypeCode::variant: return "variant";
    case TypeCode::tuple: return "tuple";
  }
  return "unknown";
}

std::string listed(const std::vector<std::string>& names) {
  return "(" + detail::join(names, ", ") + ")";
}

std::string words(OnDelete action) {
  std::string out(to_string(action));
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

std::string_view words(RelationshipInfo::Kind kind) noexcept {
  switch (kind) {
    case RelationshipInfo::Kind::many_to_one: return "many to one";
    case RelationshipInfo::Kind::one_to_many: return "one to many";
    case RelationshipInfo::Kind::one_to_one: return "one to one";
    case RelationshipInfo::Kind::many_to_many: return "many to many";
  }
  return "unknown";
}

std::string shown(const ForeignKey& key) {
  return listed(key.columns) + " -> " + key.table + " " + listed(key.referenced) + " on delete " +
         words(key.on_delete);
}

std::string rules(const Table& table, const Column& c) {
  std::vector<std::string> out;
  if (table.is_key(c.name))
    out.emplace_back(table.has_sequence() ? "primary key, sequence" : "primary key");
  if (c.nullable) out.emplace_back("null");
  if (c.max_length) out.emplace_back("max length " + std::to_string(c.max_length));
  if (c.default_value) out.emplace_back("default " + c.default_value->to_string());
  for (const ForeignKey& key : table.foreign_keys) {
    const auto at = std::find(key.columns.begin(), key.columns.end(), c.name);
    if (at == key.columns.end()) continue;
    const auto i = static_cast<std::size_t>(at - key.columns.begin());
    std::string reference = "-> " + key.table;
    if (i < key.referenced.size()) reference += "." + key.referenced[i];
    out.push_back(std::move(reference));
  }
  return detail::join(out, ", ");
}

void pad(std::string& out, std::string_view cell, std::size_t width) {
  out += cell;
  const std::size_t there = detail::code_points(cell);
  if (there < width) out.append(width - there, ' ');
}

void print(std::string& out, const Table& table) {
  std::size_t names = 0;
  std::size_t types = 0;
  for (const Column& c : table.columns) {
    names = std::max(names, detail::code_points(c.name));
    types = std::max(types, detail::code_points(c.type.to_string()));
  }
  out += "table " + table.name + "\n";
  for (const Column& c : table.columns) {
    std::string line = "  ";
    pad(line, c.name, names + 2);
    pad(line, c.type.to_string(), types + 2);
    line += rules(table, c);
    line.resize(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  if (table.primary_key.size() > 1) out += "  primary key " + listed(table.primary_key) + "\n";
  for (const Index& i : table.indexes)
    out +=
        std::string(i.unique ? "  unique " : "  index ") + i.name + " " + listed(i.columns) + "\n";
  for (const ForeignKey& k : table.foreign_keys)
    out += "  foreign key " + k.name + " " + shown(k) + "\n";
  for (const Check& c : table.checks)
    out += "  check " + c.name + ": " + c.condition.to_string() + "\n";
  for (const RelationshipInfo& r : table.relationships) {
    out += "  relationship " + r.name + ": " + std::string(words(r.kind)) + ", " + r.target +
           " by " + r.owner + "." + r.foreign_key;
    if (!r.target_key.empty()) out += " and " + r.owner + "." + r.target_key;
    if (!r.reverse.empty()) out += ", back " + r.reverse;
    out += "\n";
  }
}

// ---- Mermaid

bool is_word(std::string_view name) noexcept {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }) && !(name.front() >= '0' && name.front() <= '9');
}

// A quoted string of the diagram language, which has no escape for its quote.
std::string diagram_text(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') {
      out += "#quot;";
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string diagram_entity(std::string_view name) {
  return is_word(name) ? std::string(name) : diagram_text(name);
}

// Attributes are bare words: what does not fit becomes an underscore.
std::string diagram_word(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool plain = is_word(std::string("_") + c) || c == '(' || c == ')';
    const bool inside = (static_cast<unsigned char>(c) & 0xc0) == 0x80;
    if (plain) {
      out += c;
    } else if (!inside && c != ' ') {
      out += '_';
    }
  }
  return is_word(out.substr(0, 1)) ? out : "_" + out;
}

// Whether at most one row can refer to the same one.
bool is_single(const Table& table, const ForeignKey& key) {
  const auto covers = [&](const std::vector<std::string>& unique) {
    return std::all_of(unique.begin(), unique.end(), [&](const std::string& name) {
      return std::find(key.columns.begin(), key.columns.end(), name) != key.columns.end();
    });
  };
  return covers(table.primary_key) ||
         std::any_of(table.indexes.begin(), table.indexes.end(),
                     [&](const Index& i) { return i.unique && covers(i.columns); });
}

bool is_optional(const Table& table, const ForeignKey& key) {
  return std::any_of(key.columns.begin(), key.columns.end(), [&](const std::string& name) {
    const Column* c = table.column(name);
    return c && c->nullable;
  });
}

void draw(std::string& out, const Table& table) {
  out += "  " + diagram_entity(table.name) + " {\n";
  for (const Column& c : table.columns) {
    const std::string name = diagram_word(c.name);
    out += "    " + diagram_word(c.type.to_string()) + " " + name;
    std::vector<std::string> marks;
    if (table.is_key(c.name)) marks.emplace_back("PK");
    const bool refers =
        std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(), [&](const auto& k) {
          return std::find(k.columns.begin(), k.columns.end(), c.name) != k.columns.end();
        });
    if (refers) marks.emplace_back("FK");
    const bool unique =
        std::any_of(table.indexes.begin(), table.indexes.end(), [&](const Index& i) {
          return i.unique && i.columns.size() == 1 && i.columns.front() == c.name;
        });
    if (unique) marks.emplace_back("UK");
    if (!marks.empty()) out += " " + detail::join(marks, ", ");
    if (c.nullable || name != c.name) {
      std::string note = name != c.name ? c.name : "";
      if (c.nullable) note += note.empty() ? "null" : ", null";
      out += " " + diagram_text(note);
    }
    out += "\n";
  }
  out += "  }\n";
}

// ---- differences

// Only a structure's members are found by name; those of containers have their place.
bool same_type(const Type& a, const Type& b) {
  if (a.code != b.code || a.underlying != b.underlying || a.precision != b.precision ||
      a.scale != b.scale || a.period_num != b.period_num || a.period_den != b.period_den ||
      a.name != b.name || a.names != b.names || a.members.size() != b.members.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.members.size(); ++i) {
    if (a.code == TypeCode::structure && a.members[i].name != b.members[i].name) return false;
    if (!same_type(a.members[i].type, b.members[i].type)) return false;
  }
  return true;
}

// Equal, or both the same text (a NaN does not equal itself).
bool same_value(const Value& a, const Value& b) {
  return a == b || (a.get_if<double>() && b.get_if<double>() && a.to_string() == b.to_string());
}

class Comparison {
 public:
  Comparison(const Table& stored, const Table& declared, std::vector<std::string>& out)
      : stored_(stored), declared_(declared), out_(out) {}

  void run() {
    for (const Column& c : declared_.columns) column(c);
    if (stored_.primary_key != declared_.primary_key) {
      differ("primary key", listed(stored_.primary_key), listed(declared_.primary_key));
    }
    for (const Index& i : declared_.indexes) index(i);
    for (const ForeignKey& k : declared_.foreign_keys) foreign_key(k);
    for (const Check& c : declared_.checks) check(c);
    for (const RelationshipInfo& r : declared_.relationships) relationship(r);
  }

 private:
  void say(const std::string& what) { out_.push_back("table " + stored_.name + ": " + what); }
  void differ(const std::string& what, const std::string& stored, const std::string& declared) {
    say(what + ": stored " + stored + ", declared " + declared);
  }

  void column(const Column& declared) {
    const std::string what = "column " + declared.name;
    const Column* stored = stored_.column(declared.name);
    if (!stored) {
      say(what + " (" + declared.type.to_string() + ") is declared but not stored" +
          detail::did_you_mean(declared.name, stored_.columns,
                               [](const Column& c) -> std::string_view { return c.name; }));
      return;
    }
    if (!same_type(stored->type, declared.type)) type(what, stored->type, declared.type);
    if (stored->nullable != declared.nullable)
      differ(what, nullability(*stored), nullability(declared));
    if (stored->max_length != declared.max_length) differ(what, limit(*stored), limit(declared));
    if (declared.default_value &&
        (!stored->default_value || !same_value(*stored->default_value, *declared.default_value))) {
      differ(what, fallback(*stored), fallback(declared));
    }
  }

  static std::string nullability(const Column& c) { return c.nullable ? "nullable" : "not null"; }
  static std::string limit(const Column& c) {
    return c.max_length ? "max_length " + std::to_string(c.max_length) : "no max_length";
  }
  static std::string fallback(const Column& c) {
    return c.default_value ? "default " + c.default_value->to_string() : "no default";
  }

  void type(const std::string& what, const Type& stored, const Type& declared) {
    std::string left = stored.to_string();
    std::string right = declared.to_string();
    // The short names may hide it: enumerators, underlying types, members of structures.
    if (left == right) {
      left = detail(stored);
      right = detail(declared);
    }
    differ(what, left, right);
  }

  static std::string detail(const Type& type) {
    std::string out = type.to_string();
    if (type.code == TypeCode::enumeration) {
      out += " of " + std::string(plain_name(type.underlying)) + " {";
      for (const EnumName& n : type.names) {
        if (&n != &type.names.front()) out += ", ";
        out += n.name + " = " + std::to_string(n.value);
      }
      return out + "}";
    }
    if (type.members.empty()) return out;
    out += " {";
    for (const TypeMember& m : type.members) {
      if (&m != &type.members.front()) out += ", ";
      out += (m.name.empty() ? "" : m.name + ": ") + detail(m.type);
    }
    return out + "}";
  }

  void index(const Index& declared) {
    const auto same = [&](const Index& i) {
      return i.columns == declared.columns && i.unique == declared.unique;
    };
    if (std::any_of(stored_.indexes.begin(), stored_.indexes.end(), same)) return;
    say(std::string(declared.unique ? "unique key " : "index ") + declared.name + " " +
        listed(declared.columns) + " is declared but not stored");
  }

  void foreign_key(const ForeignKey& declared) {
    const auto same = [&](const ForeignKey& k) {
      return k.columns == declared.columns && k.table == declared.table &&
             k.referenced == declared.referenced;
    };
    const auto at = std::find_if(stored_.foreign_keys.begin(), stored_.foreign_keys.end(), same);
    const std::string what = "foreign key " + declared.name;
    if (at == stored_.foreign_keys.end()) {
      say(what + " " + shown(declared) + " is declared but not stored");
    } else if (at->on_delete != declared.on_delete) {
      differ(what, "on delete " + words(at->on_delete), "on delete " + words(declared.on_delete));
    }
  }

  void check(const Check& declared) {
    const auto same = [&](const Check& c) { return c.condition == declared.condition; };
    if (std::any_of(stored_.checks.begin(), stored_.checks.end(), same)) return;
    const auto at = std::find_if(stored_.checks.begin(), stored_.checks.end(),
                                 [&](const Check& c) { return c.name == declared.name; });
    const std::string what = "check " + declared.name;
    if (at == stored_.checks.end()) {
      say(what + " '" + declared.condition.to_string() + "' is declared but not stored");
    } else {
      differ(what, "'" + at->condition.to_string() + "'",
             "'" + declared.condition.to_string() + "'");
    }
  }

  // Relationships hold no data: one more is no difference, nor is a newly named other side.
  void relationship(const RelationshipInfo& declared) {
    const RelationshipInfo* stored = stored_.relationship(declared.name);
    if (!stored || (stored->kind == declared.kind && stored->target == declared.target)) return;
    differ("relationship " + declared.name, std::string(words(stored->kind)) + " " + stored->target,
           std::string(words(declared.kind)) + " " + declared.target);
  }

  const Table& stored_;
  const Table& declared_;
  std::vector<std::string>& out_;
};

}  // namespace

std::string_view to_string(OnDelete action) noexcept {
  switch (action) {
    case OnDelete::no_action: return "no_action";
    case OnDelete::restrict: return "restrict";
    case OnDelete::cascade: return "cascade";
    case OnDelete::set_null: return "set_null";
    case OnDelete::set_default: return "set_default";
  }
  return "unknown";
}

std::string Type::to_string() const {
  std::string out(plain_name(code));
  switch (code) {
    case TypeCode::decimal:
      return out + "(" + std::to_string(precision) + "," + std::to_string(scale) + ")";
    case TypeCode::instant:
    case TypeCode::duration:
      out += "(" + std::to_string(period_num);
      if (period_den != 1) out += "/" + std::to_string(period_den);
      return out + ")";
    case TypeCode::enumeration:
    case TypeCode::opaque:
    case TypeCode::structure: return name.empty() ? out : out + " " + name;
    default: break;
  }
  if (!is_nested()) return out;
  out += "<";
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i) out += ", ";
    out += members[i].type.to_string();
  }
  return out + ">";
}

std::string Catalog::to_text() const {
  std::string out;
  if (!application.empty()) out += "application " + application + "\n\n";
  for (const Table& table : tables) {
    if (&table != &tables.front()) out += "\n";
    print(out, table);
  }
  return out;
}

std::string Catalog::to_mermaid() const {
  std::string out = "erDiagram\n";
  for (const Table& table : tables) draw(out, table);
  for (const Table& table : tables) {
    for (const ForeignKey& key : table.foreign_keys) {
      out += "  " + diagram_entity(key.table);
      out += is_optional(table, key) ? " |o--o" : " ||--o";
      out += is_single(table, key) ? "| " : "{ ";
      out +=
          diagram_entity(table.name) + " : " + diagram_text(detail::join(key.columns, ", ")) + "\n";
    }
  }
  return out;
}

std::vector<std::string> Catalog::differences(const Catalog& declared) const {
  std::vector<std::string> out;
  for (const Table& wanted : declared.tables) {
    if (const Table* stored = table(wanted.name)) Comparison(*stored, wanted, out).run();
  }
  return out;
}

}  // namespace kindred
