#include "tests/engine/random_program.hpp"

#include <map>
#include <set>
#include <utility>

namespace kindred::engine_test {
namespace {

Type type_of(TypeCode code) {
  Type out;
  out.code = code;
  return out;
}

Column make_column(std::string name, const Type& type, bool nullable) {
  Column out;
  out.name = std::move(name);
  out.type = type;
  out.nullable = nullable;
  return out;
}

// Short enough for every key.
Cell short_cell(Random& random, const Type& type) {
  if (type.code == TypeCode::int64) return static_cast<std::int64_t>(random.below(14)) - 1;
  static const std::vector<std::string> texts{
      "",  "a", "b", "ab", std::string("a\0", 2), "\xc3\xa9",
      "c", "d", "e", "f",  std::string("\0", 1),  "aa"};
  return texts[random.below(texts.size())];
}

// Also text whose index keys are cut.
Cell any_cell(Random& random, const Type& type) {
  if (type.code == TypeCode::text && random.chance(25))
    return std::string(600, 'L') + static_cast<char>('0' + random.below(6));
  return short_cell(random, type);
}

class CatalogMaker {
 public:
  explicit CatalogMaker(Random& random) : random_(random) {}

  Catalog make() {
    const std::size_t tables = 1 + random_.below(5);
    for (std::size_t t = 0; t < tables; ++t) own_columns(t);
    for (std::size_t t = 0; t < tables; ++t) {
      for (std::size_t n = random_.below(4); n > 0; --n) refer(t);
    }
    catalog_.validate();
    return std::move(catalog_);
  }

 private:
  Type some_type() { return type_of(random_.chance(50) ? TypeCode::int64 : TypeCode::text); }

  void own_columns(std::size_t t) {
    catalog_.tables.emplace_back();
    Table& table = catalog_.tables.back();
    table.name = "t" + std::to_string(t);
    if (t > 0 && random_.chance(25)) {
      led_by_reference(t);
    } else {
      for (std::size_t n = random_.chance(30) ? 2 : 1; n > 0; --n) {
        table.primary_key.push_back("k" + std::to_string(n));
        table.columns.push_back(make_column(table.primary_key.back(), some_type(), false));
      }
    }
    table.columns.push_back(make_column("v", some_type(), true));
    for (std::size_t n = random_.below(3); n > 0; --n) {
      Index key;
      key.unique = random_.chance(85);
      for (std::size_t m = random_.chance(35) ? 2 : 1; m > 0; --m) {
        key.columns.push_back("u" + std::to_string(n) + std::to_string(m));
        table.columns.push_back(make_column(key.columns.back(), some_type(), random_.chance(60)));
      }
      table.indexes.push_back(std::move(key));
    }
  }

  // The primary key begins with a reference to an earlier table's.
  void led_by_reference(std::size_t t) {
    Table& table = catalog_.tables[t];
    const Table& parent = catalog_.tables[random_.below(t)];
    ForeignKey key;
    key.table = parent.name;
    key.referenced = parent.primary_key;
    for (const std::string& name : parent.primary_key) {
      key.columns.push_back("p_" + name);
      table.columns.push_back(make_column(key.columns.back(), parent.column(name)->type, false));
      table.primary_key.push_back(key.columns.back());
    }
    if (random_.chance(80)) {
      table.columns.push_back(make_column("n", some_type(), false));
      table.primary_key.push_back("n");
    }
    static constexpr OnDelete actions[] = {OnDelete::cascade, OnDelete::cascade, OnDelete::restrict,
                                           OnDelete::no_action};
    key.on_delete = actions[random_.below(4)];
    table.foreign_keys.push_back(std::move(key));
  }

  void refer(std::size_t t) {
    Table& table = catalog_.tables[t];
    const Table& parent = catalog_.tables[random_.below(catalog_.tables.size())];
    std::vector<std::vector<std::string>> targets{parent.primary_key};
    for (const Index& index : parent.indexes)
      if (index.unique) targets.push_back(index.columns);
    ForeignKey key;
    key.table = parent.name;
    key.referenced = targets[random_.chance(60) ? 0 : random_.below(targets.size())];
    const std::string prefix = "f" + std::to_string(table.foreign_keys.size()) + "_";
    const unsigned nullable = random_.chance(60) ? 100 : random_.chance(50) ? 0 : 50;
    // Sometimes the first column is one of the primary key, as a tenant would be.
    const bool shared =
        key.referenced.size() > 1 && random_.chance(40) &&
        parent.column(key.referenced[0])->type == table.column(table.primary_key[0])->type;
    std::vector<Column> fresh;
    for (std::size_t i = 0; i < key.referenced.size(); ++i) {
      if (i == 0 && shared) {
        key.columns.push_back(table.primary_key[0]);
        continue;
      }
      fresh.push_back(make_column(prefix + std::to_string(i),
                                  parent.column(key.referenced[i])->type,
                                  random_.chance(nullable)));
      key.columns.push_back(fresh.back().name);
    }
    key.on_delete = static_cast<OnDelete>(1 + random_.below(5));
    bool any_nullable = false;
    for (const Column& c : fresh) any_nullable |= c.nullable;
    if (key.on_delete == OnDelete::set_null && !any_nullable) key.on_delete = OnDelete::cascade;
    if (key.on_delete == OnDelete::set_default && shared) key.on_delete = OnDelete::restrict;
    if (key.on_delete == OnDelete::set_default) {
      for (Column& c : fresh)
        if (!c.nullable || random_.chance(70))
          c.default_value = to_value(c.type.code == TypeCode::int64 ? Cell(std::int64_t{1})
                                                                    : Cell(std::string("a")));
    }
    table.columns.insert(table.columns.end(), fresh.begin(), fresh.end());
    if (random_.chance(12)) table.indexes.push_back({"", key.columns, true, 0});
    table.foreign_keys.push_back(std::move(key));
  }

  Random& random_;
  Catalog catalog_;
};

class ChangeMaker {
 public:
  ChangeMaker(Random& random, const Model& model)
      : random_(random), model_(model), catalog_(model.catalog()) {}

  std::vector<Change> make(std::size_t size) {
    for (std::size_t tries = 0; changes_.size() < size && tries < 20 * size; ++tries) add();
    return std::move(changes_);
  }

 private:
  using Place = std::pair<std::size_t, Cells>;

  void add() {
    Change change;
    change.table = random_.below(catalog_.tables.size());
    const std::size_t die = random_.below(100);
    if (die < 48) {
      change.kind = die < 38 ? Change::Kind::insert : Change::Kind::put;
      Place place;
      for (int tries = 0; tries < 4; ++tries) {
        change.cells.clear();
        fill(change);
        Cells key;
        for (const std::string& name : table(change).primary_key)
          key.push_back(change.cells.at(column(change.table, name)));
        place = {change.table, key};
        const bool free = !model_.rows(change.table).contains(key) && !touched_.contains(place);
        if (free || change.kind == Change::Kind::put || random_.chance(5)) break;
      }
      if (moved_.contains(place) || taken_.contains(place)) return;
      touched_.insert(place);
      Cells row(table(change).columns.size());
      for (const auto& [c, cell] : change.cells) row[c] = cell;
      fresh_[change.table].push_back(std::move(row));
      changes_.push_back(std::move(change));
      return;
    }
    change.key = some_key(change.table);
    const Place place{change.table, change.key};
    const bool stored = model_.rows(change.table).contains(change.key);
    if (!stored && taken_.contains(place)) return;
    change.kind = die < 80 ? Change::Kind::update : Change::Kind::erase;
    if (change.kind == Change::Kind::update) {
      if (die < 72 || !stored || erases_ || touched_.contains(place)) {
        set_some(change);
      } else if (!move(change)) {
        return;
      }
    } else {
      if (!taken_.empty()) return;
      erases_ = true;
    }
    touched_.insert(place);
    changes_.push_back(std::move(change));
  }

  const Table& table(const Change& change) const { return catalog_.tables[change.table]; }

  std::size_t column(std::size_t table, const std::string& name) const {
    const auto& columns = catalog_.tables[table].columns;
    std::size_t i = 0;
    while (columns[i].name != name) ++i;
    return i;
  }

  Cells some_key(std::size_t t) {
    const auto& rows = model_.rows(t);
    if (!rows.empty() && random_.chance(97)) {
      auto at = rows.begin();
      std::advance(at, static_cast<std::ptrdiff_t>(random_.below(rows.size())));
      return at->first;
    }
    Cells out;
    for (const std::string& name : catalog_.tables[t].primary_key)
      out.push_back(short_cell(random_, catalog_.tables[t].column(name)->type));
    return out;
  }

  Cell some_cell(std::size_t t, std::size_t c) {
    const Table& table = catalog_.tables[t];
    const Column& column = table.columns[c];
    if (column.nullable ? random_.chance(25) : random_.chance(1)) {
      if (!table.is_key(column.name)) return {};
    }
    return table.is_key(column.name) ? short_cell(random_, column.type)
                                     : any_cell(random_, column.type);
  }

  // A row of this table, stored or of this ChangeSet; nullptr where there is none.
  const Cells* some_row(std::size_t t) {
    const auto& fresh = fresh_[t];
    if (!fresh.empty() && random_.chance(40)) return &fresh[random_.below(fresh.size())];
    const auto& rows = model_.rows(t);
    if (rows.empty()) return nullptr;
    auto at = rows.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(random_.below(rows.size())));
    return &at->second;
  }

  // Mostly references to rows that are there.
  void point(Change& change, const ForeignKey& key) {
    std::size_t parent = 0;
    while (catalog_.tables[parent].name != key.table) ++parent;
    const Cells* to = some_row(parent);
    const bool leave = random_.chance(3);
    for (std::size_t i = 0; i < key.columns.size() && !leave; ++i) {
      const std::size_t c = column(change.table, key.columns[i]);
      if (to == nullptr || random_.chance(8)) {
        if (table(change).columns[c].nullable) change.cells[c] = Cell();
        continue;
      }
      const Cell& cell = (*to)[column(parent, key.referenced[i])];
      const bool is_key = table(change).is_key(key.columns[i]);
      const auto* text = std::get_if<std::string>(&cell);
      if (cell.index() == 0 || (is_key && text != nullptr && text->size() > 100)) continue;
      change.cells[c] = cell;
    }
  }

  void fill(Change& change) {
    const Table& t = table(change);
    for (std::size_t c = 0; c < t.columns.size(); ++c) {
      const bool may_be_left =
          !t.is_key(t.columns[c].name) && (t.columns[c].nullable || t.columns[c].default_value);
      if (may_be_left && random_.chance(15)) continue;
      change.cells[c] = some_cell(change.table, c);
    }
    for (const ForeignKey& key : t.foreign_keys)
      if (random_.chance(95)) point(change, key);
  }

  void set_some(Change& change) {
    const Table& t = table(change);
    for (std::size_t c = 0; c < t.columns.size(); ++c) {
      const bool refers = t.columns[c].name.front() == 'f';
      if (!t.is_key(t.columns[c].name) && random_.chance(refers ? 2 : 30))
        change.cells[c] = some_cell(change.table, c);
    }
    for (const ForeignKey& key : t.foreign_keys) {
      bool in_key = false;
      for (const std::string& name : key.columns) in_key |= t.is_key(name);
      if (!in_key && random_.chance(40)) point(change, key);
    }
  }

  // To a key that nothing else in the ChangeSet names.
  bool move(Change& change) {
    const Table& t = table(change);
    const Place from{change.table, change.key};
    Cells to = change.key;
    for (std::size_t i = 0; i < to.size(); ++i) {
      if (i + 1 < to.size() && random_.chance(60)) continue;
      const std::size_t c = column(change.table, t.primary_key[i]);
      to[i] = short_cell(random_, t.columns[c].type);
      change.cells[c] = to[i];
    }
    const Place place{change.table, to};
    const bool free = !model_.rows(change.table).contains(to);
    if (to == change.key || (free && touched_.contains(place))) return false;
    moved_.insert(from);
    taken_.insert(place);
    return true;
  }

  Random& random_;
  const Model& model_;
  const Catalog& catalog_;
  std::vector<Change> changes_;
  std::set<Place> touched_;
  std::set<Place> moved_;  // keys that moves leave
  std::set<Place> taken_;  // keys that moves take
  bool erases_ = false;
  std::map<std::size_t, std::vector<Cells>> fresh_;  // rows that it inserts or puts
};

}  // namespace

Catalog random_catalog(Random& random) { return CatalogMaker(random).make(); }

std::vector<Change> random_changes(Random& random, const Model& model, std::size_t size) {
  return ChangeMaker(random, model).make(size);
}

std::string show(const Change& change, const Catalog& catalog) {
  static constexpr const char* names[] = {"insert", "put", "update", "erase"};
  const Table& table = catalog.tables[change.table];
  std::string out = names[static_cast<int>(change.kind)];
  out += " " + table.name;
  const bool keyed = change.kind == Change::Kind::update || change.kind == Change::Kind::erase;
  if (keyed) {
    out += " (";
    for (std::size_t i = 0; i < change.key.size(); ++i)
      out += (i > 0 ? ", " : "") + show(change.key[i]);
    out += ")";
  }
  if (change.kind == Change::Kind::erase) return out;
  out += " {";
  bool first = true;
  for (const auto& [c, cell] : change.cells) {
    if (!first) out += ", ";
    first = false;
    out += table.columns[c].name + "=" + show(cell);
  }
  return out + "}";
}

}  // namespace kindred::engine_test
