#include "engine/query_plan.hpp"

#include <algorithm>
#include <limits>

#include "engine/query_path.hpp"

namespace kindred::engine {
namespace {

using Kind = Test::Kind;

// Costs in rows of a scan. A row reached by its key is dearer than the next one of a scan.
constexpr double fetch_cost = 4;
constexpr double lookup_cost = 4;
constexpr double sort_cost = 0.5;
// Of conditions that the path does not answer.
constexpr double rest_selectivity = 0.1;

bool holds(const std::vector<std::uint32_t>& columns, std::uint32_t column) {
  return std::find(columns.begin(), columns.end(), column) != columns.end();
}

std::string names_of(const CompiledTable& table, const std::vector<std::uint32_t>& columns) {
  std::string out;
  for (const std::uint32_t c : columns)
    out += (out.empty() ? "" : ", ") + table.columns[c].column->name;
  return out;
}

std::string count_of(std::size_t n, std::string_view what) {
  return std::to_string(n) + " " + std::string(what) + (n == 1 ? "" : "s");
}

struct Choice {
  std::vector<Path> paths;  // several: a union
  QueryPlan::Sequence sequence = QueryPlan::Sequence::free;
  double cost = 0;
};

class Planner {
 public:
  Planner(const CompiledTable& table, const detail::QuerySpec& spec, const Test& test)
      : table_(table), spec_(spec), test_(test), facts_(table), views_(indexes_of(table)) {}

  QueryPlan plan() {
    read_order();
    if (test_.kind == Kind::no || (spec_.limited && spec_.limit == 0)) return nothing();
    if (test_.kind == Kind::all)
      for (const Test& part : test_.parts) facts_.add(part);
    else if (test_.kind != Kind::yes)
      facts_.add(test_);
    if (facts_.contradict()) return nothing();
    expect_order();
    for (const IndexView& view : views_) consider(view);
    if (test_.kind == Kind::any) consider_union(test_);
    if (test_.kind == Kind::all)
      for (const Test& part : test_.parts)
        if (part.kind == Kind::any) consider_union(part);
    return build();
  }

 private:
  using Sequence = QueryPlan::Sequence;

  QueryPlan nothing() {
    out_.kind = QueryPlan::Kind::nothing;
    out_.steps = {table_.name() + ": nothing, no row can match"};
    return std::move(out_);
  }

  void read_order() {
    for (const detail::QueryOrder& o : spec_.order) {
      SortColumn column;
      column.column = column_ref(table_, o.column, "order");
      column.part = wide_part(column.column, *type_of(column.column));
      column.descending = o.way == direction::descending;
      out_.ties_descend = column.descending;
      out_.order.push_back(column);
    }
  }
  const Type* type_of(const ColumnRef& column) const {
    return &table_.columns[column.ordinal].column->type;
  }

  // The columns, without those that have one value only, by which rows must come; and whether one
  // direction does for all.
  void expect_order() {
    if (out_.order.empty()) return;
    one_way_ = true;
    for (const SortColumn& o : out_.order) {
      const std::uint32_t c = o.column.ordinal;
      if (facts_[c].is_constant() || holds(expected_, c)) continue;
      expected_.push_back(c);
      one_way_ = one_way_ && o.descending == out_.ties_descend;
    }
    for (const std::uint32_t c : table_.key_columns)
      if (!facts_[c].is_constant() && !holds(expected_, c)) expected_.push_back(c);
  }

  // Whether rows in order of these columns are in the order asked for.
  bool serves(const std::vector<std::uint32_t>& columns) const {
    if (!one_way_) return false;
    std::vector<std::uint32_t> given;
    for (const std::uint32_t c : columns)
      if (!facts_[c].is_constant() && !holds(given, c)) given.push_back(c);
    std::size_t key_left = 0;
    for (const std::uint32_t c : table_.key_columns)
      if (!facts_[c].is_constant()) ++key_left;
    for (std::size_t i = 0; i < expected_.size() && key_left > 0; ++i) {
      if (i == given.size() || given[i] != expected_[i]) return false;
      if (holds(table_.key_columns, expected_[i])) --key_left;
    }
    return true;
  }

  double wanted() const {
    if (!spec_.limited) return std::numeric_limits<double>::infinity();
    return static_cast<double>(spec_.limit) + static_cast<double>(spec_.offset);
  }

  void offer(Choice choice) {
    if (!best_ || choice.cost < best_->cost) best_ = std::move(choice);
  }

  void consider(const IndexView& view) {
    std::optional<Path> path = path_through(table_, view, facts_);
    if (!path) return;
    const bool primary = view.kind == IndexView::Kind::primary;
    const bool scans = primary && !path->whole_keys;
    // An index that narrows nothing is for its order only.
    const bool narrows = path->rows < table_rows;
    const double lookups = lookup_cost * static_cast<double>(path->lookups.size());
    const double unit = scans ? 1 : fetch_cost;
    const double examined = std::min(path->rows, wanted() / (path->exact ? 1 : rest_selectivity));
    std::vector<std::uint32_t> along = *view.columns;
    along.insert(along.end(), table_.key_columns.begin(), table_.key_columns.end());
    const bool ordered = !spec_.order.empty();
    if (ordered && serves(along))
      offer({{*path}, Sequence::lookups, examined * unit + lookups});
    else if (!ordered && (narrows || primary))
      offer({{*path}, Sequence::free, examined * unit + lookups});
    if (!ordered || (!narrows && !primary)) return;
    if (!scans && serves(table_.key_columns))
      offer({{*path}, Sequence::by_key, path->rows + examined * fetch_cost + lookups});
    offer({{*path}, Sequence::unordered, path->rows * (unit + sort_cost) + lookups});
  }

  // Each branch by its own path, where each has one.
  void consider_union(const Test& any) {
    Choice choice;
    for (const Test& branch : any.parts) {
      Facts facts = facts_;
      if (branch.kind == Kind::all)
        for (const Test& part : branch.parts) facts.add(part);
      else
        facts.add(branch);
      if (facts.contradict()) continue;
      std::optional<Path> best;
      for (const IndexView& view : views_) {
        std::optional<Path> path = path_through(table_, view, facts);
        if (path && path->rows < table_rows && (!best || path->rows < best->rows))
          best = std::move(path);
      }
      if (!best) return;
      choice.cost +=
          best->rows * (1 + fetch_cost) + lookup_cost * static_cast<double>(best->lookups.size());
      best->exact = false;
      choice.paths.push_back(std::move(*best));
    }
    if (!spec_.order.empty())
      choice.sequence = serves(table_.key_columns) ? Sequence::by_key : Sequence::unordered;
    offer(std::move(choice));
  }

  QueryPlan build() {
    Choice& choice = *best_;
    out_.sequence = choice.sequence;
    out_.reverse = (choice.sequence == Sequence::lookups || choice.sequence == Sequence::by_key) &&
                   out_.ties_descend;
    out_.exact = choice.paths.size() == 1 && choice.paths.front().exact;
    bool found = false;
    for (Path& path : choice.paths) {
      describe(path, choice.paths.size() > 1);
      found = found || !path.lookups.empty();
      const bool primary = path.index.kind == IndexView::Kind::primary;
      if (primary && !path.whole_keys && choice.paths.size() == 1) {
        out_.kind = QueryPlan::Kind::scan;
      } else {
        out_.kind = QueryPlan::Kind::keys;
        out_.cut_keys = choice.sequence == Sequence::lookups && path.cut_keys;
      }
      for (Lookup& lookup : path.lookups) {
        if (primary && lookup.single)
          out_.keys.push_back(std::move(lookup.lower));
        else if (path.index.kind == IndexView::Kind::unique && lookup.single)
          out_.gets.push_back(std::move(lookup));
        else
          out_.scans.push_back(std::move(lookup));
      }
    }
    if (!found) return nothing();
    describe_rest();
    return std::move(out_);
  }

  void describe(const Path& path, bool branch) {
    std::string text = table_.name() + ": ";
    if (branch) text += "or: ";
    const std::string columns = "(" + names_of(table_, *path.index.columns) + ")";
    switch (path.index.kind) {
      case IndexView::Kind::primary:
        if (path.used.empty() && path.rows >= table_rows) {
          out_.steps.push_back(text + "every row");
          return;
        }
        text += "primary key ";
        break;
      case IndexView::Kind::unique: text += "unique index " + path.index.name + " "; break;
      case IndexView::Kind::secondary: text += "index " + path.index.name + " "; break;
      case IndexView::Kind::foreign: text += "foreign key " + path.index.name + " "; break;
    }
    text += columns + ", " + count_of(path.lookups.size(), path.whole_keys ? "key" : "range");
    if (path.index.kind != IndexView::Kind::primary) text += ", then rows by primary key";
    out_.steps.push_back(std::move(text));
  }

  void describe_rest() {
    if (!out_.exact && spec_.where) out_.steps.push_back("where " + spec_.where->to_string());
    if (!spec_.order.empty()) {
      std::string by;
      for (const detail::QueryOrder& o : spec_.order)
        by += (by.empty() ? "" : ", ") + o.column +
              (o.way == direction::descending ? " descending" : "");
      if (out_.sequence == Sequence::unordered)
        out_.steps.push_back(
            "sort by " + by +
            (spec_.limited ? ", keeping the first " + std::to_string(spec_.limit + spec_.offset)
                           : ""));
      else
        out_.steps.push_back(std::string("in order of ") + by +
                             (out_.reverse ? ", backwards" : ""));
    }
    if (spec_.offset) out_.steps.push_back("skip " + std::to_string(spec_.offset));
    if (spec_.limited) out_.steps.push_back("at most " + std::to_string(spec_.limit));
  }

  const CompiledTable& table_;
  const detail::QuerySpec& spec_;
  const Test& test_;
  Facts facts_;
  std::vector<IndexView> views_;
  std::vector<std::uint32_t> expected_;
  bool one_way_ = false;
  std::optional<Choice> best_;
  QueryPlan out_;
};

}  // namespace

QueryPlan plan_query(const CompiledTable& table, const detail::QuerySpec& spec, const Test& test) {
  return Planner(table, spec, test).plan();
}

}  // namespace kindred::engine
