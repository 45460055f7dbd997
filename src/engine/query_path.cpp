#include "engine/query_path.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/query_condition.hpp"

namespace kindred::engine {
namespace {

using Kind = Test::Kind;
using Op = Expression::Op;

// More lookups than this are not made out of several columns' lists.
constexpr std::size_t most_combinations = 100'000;

std::string integer_form(KeyPart part, int128 value) {
  char bytes[16];
  switch (part.row_width) {
    case 1: bytes[0] = value != 0 ? '\1' : '\0'; break;
    case 8: format::store_le(bytes, static_cast<std::uint64_t>(value)); break;
    default: format::store_le(bytes, value);
  }
  return {bytes, part.row_width};
}

std::string real_form(double value) {
  char bytes[8];
  format::store_le(bytes, value);
  return {bytes, sizeof bytes};
}

std::string key_form(KeyPart part, const std::string& value, bool last) {
  Buffer out;
  format::append_key_part(out, part, value, last);
  return std::string(out.view());
}

bool less(KeyPart part, const std::string& a, const std::string& b) {
  return key_form(part, a, true) < key_form(part, b, true);
}

// Begins every key whose column begins with this text.
std::string prefix_form(KeyPart part, const std::string& text, bool last) {
  std::string out = key_form(part, text, last);
  if (!last) out.resize(out.size() - 2);  // the end of the text
  return out;
}

}  // namespace

KeyPart wide_part(const ColumnRef& column, const Type& type) noexcept {
  using Part = KeyPart::Kind;
  if (type.code == TypeCode::boolean) return {Part::boolean, 1, 1};
  if (type.code == TypeCode::uuid) return {Part::uuid, 16, 16};
  switch (column.form) {
    case Form::integer:
      if (column.width == 16) return {Part::sign128, 16, 16};
      return {column.is_signed ? Part::sign : Part::plain, 8, 8};
    case Form::real: return {Part::float64, 8, 8};
    default: return {Part::text, 0, 0};
  }
}

void Facts::list(ColumnFacts& facts, std::vector<std::string> values) {
  const auto before = [&](const std::string& a, const std::string& b) {
    return less(facts.part, a, b);
  };
  std::sort(values.begin(), values.end(), before);
  if (facts.listed) {
    std::vector<std::string> both;
    std::set_intersection(values.begin(), values.end(), facts.values.begin(), facts.values.end(),
                          std::back_inserter(both), before);
    values = std::move(both);
  }
  facts.listed = true;
  facts.values = std::move(values);
  if (facts.is_range()) facts.whole = false;
}

void Facts::bound(ColumnFacts& facts, std::optional<Bound> lower, std::optional<Bound> upper) {
  if (facts.listed || facts.prefix) facts.whole = false;
  if (lower && (!facts.lower || less(facts.part, facts.lower->value, lower->value) ||
                (lower->open && !less(facts.part, lower->value, facts.lower->value))))
    facts.lower = std::move(lower);
  if (upper && (!facts.upper || less(facts.part, upper->value, facts.upper->value) ||
                (upper->open && !less(facts.part, facts.upper->value, upper->value))))
    facts.upper = std::move(upper);
}

void Facts::add(const Test& test) {
  const bool leaf = test.kind != Kind::any && test.kind != Kind::general &&
                    test.kind != Kind::all && test.kind != Kind::yes && test.kind != Kind::no;
  if (!leaf) {
    rest_ = true;
    return;
  }
  ColumnFacts& facts = columns_[test.column.ordinal];
  facts.part = wide_part(test.column, table_->columns[test.column.ordinal].column->type);
  ++facts.said;
  if (test.kind == Kind::is_null) {
    (test.inverted ? facts.not_null : facts.null) = true;
    if (facts.null && facts.not_null) contradict_ = true;
    return;
  }
  facts.not_null = true;
  if (facts.null) contradict_ = true;
  if (test.inverted) {
    rest_ = true;
    return;
  }
  switch (test.kind) {
    case Kind::integer: {
      const IntegerDomain domain = domain_of(table_->columns[test.column.ordinal].column->type);
      if (test.least == test.greatest) {
        list(facts, {integer_form(facts.part, test.least)});
        break;
      }
      std::optional<Bound> lower;
      std::optional<Bound> upper;
      if (test.least > domain.least) lower = Bound{integer_form(facts.part, test.least)};
      if (test.greatest < domain.greatest) upper = Bound{integer_form(facts.part, test.greatest)};
      bound(facts, std::move(lower), std::move(upper));
      break;
    }
    case Kind::real:
    case Kind::bytes: {
      const std::string value = test.kind == Kind::real ? real_form(test.number) : test.text;
      switch (test.op) {
        case Op::eq: list(facts, {value}); break;
        case Op::lt:
        case Op::le: bound(facts, {}, Bound{value, test.op == Op::lt}); break;
        default: bound(facts, Bound{value, test.op == Op::gt}, {});
      }
      if (test.kind == Kind::real && test.op != Op::eq) facts.whole = false;  // NaN
      break;
    }
    case Kind::among: {
      std::vector<std::string> values = test.texts;
      for (const int128 v : test.integers) values.push_back(integer_form(facts.part, v));
      for (const double v : test.reals) values.push_back(real_form(v));
      list(facts, std::move(values));
      break;
    }
    case Kind::prefix:
      if (facts.listed || facts.is_range()) facts.whole = false;
      if (!facts.prefix || test.text.size() > facts.prefix->size()) facts.prefix = test.text;
      break;
    default: rest_ = true;
  }
  if (facts.listed && facts.values.empty()) contradict_ = true;
  if (facts.lower && facts.upper && less(facts.part, facts.upper->value, facts.lower->value))
    contradict_ = true;
}

bool Facts::only_of(const std::vector<std::uint32_t>& used) const {
  if (rest_) return false;
  for (std::uint32_t c = 0; c < columns_.size(); ++c) {
    if (columns_[c].said == 0) continue;
    if (!columns_[c].whole || std::find(used.begin(), used.end(), c) == used.end()) return false;
  }
  return true;
}

std::vector<IndexView> indexes_of(const CompiledTable& table) {
  using View = IndexView::Kind;
  std::vector<IndexView> out;
  out.push_back({View::primary, "primary key", &table.key_columns, table.keyspace(), false, false});
  for (const CompiledIndex& index : table.indexes)
    out.push_back({index.index->unique ? View::unique : View::secondary, index.index->name,
                   &index.columns, index.index->keyspace, !index.index->unique, true});
  for (const CompiledForeignKey& fk : table.foreign_keys)
    if (!fk.leads_key)
      out.push_back({View::foreign, fk.key->name, &fk.columns, fk.key->keyspace, false,
                     fk.referenced_index != none});
  return out;
}

namespace {

class PathMaker {
 public:
  PathMaker(const CompiledTable& table, const IndexView& index, const Facts& facts)
      : table_(table), index_(index), facts_(facts) {
    path_.index = index;
    path_.rows = table_rows;
    path_.exact = true;
  }

  std::optional<Path> make() {
    if (!holds_every_row()) return std::nullopt;
    const auto& columns = *index_.columns;
    std::size_t at = 0;
    while (at < columns.size() && take_values(columns[at], at + 1 == columns.size())) ++at;
    path_.whole_keys = at == columns.size();
    if (path_.whole_keys)
      add_keys();
    else
      add_ranges(columns[at], at + 1 == columns.size());
    std::sort(path_.lookups.begin(), path_.lookups.end(),
              [](const Lookup& a, const Lookup& b) { return a.lower < b.lower; });
    path_.exact = path_.exact && facts_.only_of(path_.used);
    path_.cut_keys = index_.cuts && may_be_cut();
    if (path_.whole_keys && index_.kind != IndexView::Kind::secondary &&
        index_.kind != IndexView::Kind::foreign)
      path_.rows = static_cast<double>(path_.lookups.size());
    return std::move(path_);
  }

 private:
  // Rows with a null in a key without marks have no entry there.
  bool holds_every_row() const {
    if (index_.marks || index_.kind == IndexView::Kind::primary) return true;
    return std::all_of(index_.columns->begin(), index_.columns->end(), [&](std::uint32_t c) {
      return !table_.columns[c].column->nullable || facts_[c].not_null;
    });
  }

  // Where the column has single values, these behind every beginning so far.
  bool take_values(std::uint32_t column, bool last) {
    const ColumnFacts& facts = facts_[column];
    if (facts.null) {
      if (!index_.marks) return false;
      for (std::string& b : beginnings_) b += format::null_mark;
      used(column, 0.1);
      return true;
    }
    if (!facts.listed) return false;
    const bool first = beginnings_.size() == 1;
    if (!first && beginnings_.size() * facts.values.size() > most_combinations) return false;
    std::vector<std::string> longer;
    longer.reserve(beginnings_.size() * facts.values.size());
    for (const std::string& b : beginnings_) {
      for (const std::string& v : facts.values) {
        std::string next = b;
        if (index_.marks) next += format::value_mark;
        longer.push_back(next + key_form(facts.part, v, last));
      }
    }
    beginnings_ = std::move(longer);
    const double each = facts.part.kind == KeyPart::Kind::boolean ? 0.1 : 0.01;
    used(column, std::min(0.5, each * static_cast<double>(facts.values.size())));
    return true;
  }

  void used(std::uint32_t column, double selectivity) {
    path_.used.push_back(column);
    path_.rows = std::max(1.0, path_.rows * selectivity);
  }

  void add_keys() {
    for (std::string& key : beginnings_) {
      if (index_.cuts && key.size() >= format::longest_key) {
        Buffer cut;
        cut.append(key);
        format::cut_key(cut, 0);
        key.assign(cut.view());
        path_.exact = false;
      }
      // No row can have a longer key.
      if (key.size() <= storage::max_key_size) {
        Lookup& lookup = lookup_at(std::move(key));
        lookup.single = true;
      }
    }
  }

  void add_ranges(std::uint32_t column, bool last) {
    const ColumnFacts& facts = facts_[column];
    const bool ranged = facts.is_range();
    const bool marked = index_.marks && (ranged || facts.not_null);
    if (ranged)
      used(column, facts.prefix ? 0.02 : facts.lower && facts.upper ? 0.05 : 0.1);
    else if (facts.not_null && index_.marks)
      used(column, 0.9);
    else if (facts.not_null && facts.whole && facts.said != 0 && !facts.listed)
      path_.used.push_back(column);  // an index without marks holds no nulls
    if (facts.prefix && (facts.lower || facts.upper)) path_.exact = false;
    for (std::string& b : beginnings_) {
      if (marked) b += format::value_mark;
      std::string lower = b;
      std::string upper = b.empty() ? std::string() : format::successor(b);
      if (facts.prefix) {
        lower = b + prefix_form(facts.part, *facts.prefix, last);
        upper = format::successor(lower);
      } else {
        if (facts.lower) lower = from(b, facts.part, *facts.lower, last);
        if (facts.upper) upper = to(b, facts.part, *facts.upper, last);
        // Behind the last key there is: of no column at all.
        if (facts.lower && lower.empty()) continue;
      }
      add_range(std::move(lower), std::move(upper));
    }
  }

  // The least key of the range. Empty where there is none.
  static std::string from(const std::string& b, KeyPart part, const Bound& bound, bool last) {
    std::string at = b + key_form(part, bound.value, last);
    if (!bound.open) return at;
    if (last && part.kind == KeyPart::Kind::text) return at + '\0';
    return format::successor(at);
  }
  // The least key behind the range. Empty where there is none.
  static std::string to(const std::string& b, KeyPart part, const Bound& bound, bool last) {
    std::string at = b + key_form(part, bound.value, last);
    if (bound.open) return at;
    if (last && part.kind == KeyPart::Kind::text) return at + '\0';
    return format::successor(at);
  }

  // Bounds longer than keys are shortened: the range then holds more, never less.
  void add_range(std::string lower, std::string upper) {
    const std::size_t longest = index_.cuts ? format::cut_prefix : storage::max_key_size;
    if (lower.size() > longest) {
      lower.resize(longest);
      path_.exact = false;
    }
    if (upper.size() > longest) {
      upper.resize(longest);
      upper = format::successor(upper);
      path_.exact = false;
    }
    if (!upper.empty() && upper <= lower) return;
    Lookup& lookup = lookup_at(std::move(lower));
    lookup.bounded = !upper.empty();
    lookup.upper = std::move(upper);
  }

  Lookup& lookup_at(std::string lower) {
    Lookup& out = path_.lookups.emplace_back();
    out.keyspace = index_.keyspace;
    out.in_table = index_.kind == IndexView::Kind::primary;
    out.lower = std::move(lower);
    return out;
  }

  bool may_be_cut() const {
    std::size_t longest = 0;
    for (const std::uint32_t c : *index_.columns) {
      const Column& column = *table_.columns[c].column;
      std::size_t width = table_.columns[c].part.key_width;
      if (width == 0) {
        if (column.max_length == 0) return true;
        const std::size_t bytes = column.type.code == TypeCode::text
                                      ? 4 * std::size_t{column.max_length}
                                      : column.max_length;
        width = 2 * bytes + 3;  // every byte may be escaped
      }
      longest += width + 1;
    }
    return longest >= format::longest_key;
  }

  const CompiledTable& table_;
  const IndexView& index_;
  const Facts& facts_;
  Path path_;
  std::vector<std::string> beginnings_{std::string()};
};

}  // namespace

std::optional<Path> path_through(const CompiledTable& table, const IndexView& index,
                                 const Facts& facts) {
  return PathMaker(table, index, facts).make();
}

}  // namespace kindred::engine
