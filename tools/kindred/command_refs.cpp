#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <set>
#include <utility>

#include "tools/kindred/commands.hpp"
#include "tools/kindred/interrupt.hpp"
#include "tools/kindred/links.hpp"
#include "tools/kindred/record_writer.hpp"
#include "tools/kindred/row_text.hpp"
#include "tools/kindred/text.hpp"
#include "tools/kindred/usage.hpp"

namespace kindred::tool {
namespace {

constexpr std::uint64_t tree_limit = 10;  // rows of one reference, where --limit does not say
constexpr std::size_t label_width = 40;

class Walk {
 public:
  Walk(const Session& session, const Snapshot& snapshot, const RefsOptions& options)
      : session_(session), snapshot_(snapshot), catalog_(snapshot.catalog()), options_(options) {}

  [[nodiscard]] const Catalog& catalog() const noexcept { return *catalog_; }

  void check_via(const Table& start) const {
    if (options_.via.empty()) return;
    std::vector<std::string> names;
    for (const Table& table : catalog_->tables)
      for (const Link& link : links_of(*catalog_, table)) {
        if (matches_via(link)) return;
        if (&table == &start) names.push_back(link.label);
      }
    const std::string close = nearest(options_.via, names);
    throw CommandLineError(
        fmt::format("--via {}: there is no relationship or foreign key of that name{}",
                    options_.via, close.empty() ? "" : fmt::format(": did you mean '{}'?", close)));
  }

  void records(const Table& start, const Row& row, Output& output) {
    RecordWriter writer(session_, output,
                        {{"level", Align::right},
                         {"direction", Align::left},
                         {"via", Align::left},
                         {"from", Align::left},
                         {"table", Align::left},
                         {"key", Align::left},
                         {"row", Align::left}});
    struct Place {
      const Table* table;
      Row row;
      unsigned level;
    };
    std::deque<Place> waiting;
    seen(start, row);
    waiting.push_back({&start, row, 0});
    while (!waiting.empty()) {
      const Place place = std::move(waiting.front());
      waiting.pop_front();
      for (const Link& link : links(*place.table)) {
        std::uint64_t shown = 0;
        follow(snapshot_, *place.table, place.row, link, [&](const Row& other) {
          check_interrupted();
          const unsigned level = place.level + 1;
          std::string json;
          append_row_json(json, *link.other, other);
          writer.write({Field::number(level), Field::text(std::string(to_string(link.direction))),
                        Field::text(link.label), Field::text(name_of(*place.table, place.row)),
                        Field::text(link.other->name), key_field(*link.other, other),
                        Field::token(std::move(json))});
          if (level < options_.depth && !seen(*link.other, other))
            waiting.push_back({link.other, other, level});
          ++shown;
          return limit(0) == 0 || shown < limit(0);
        });
      }
    }
    writer.finish();
  }

  void tree(const Table& start, const Row& row, Output& output) {
    seen(start, row);
    print(output, title_of(start, row));
    branches(start, row, output, "", 1);
    output.finish();
  }

 private:
  [[nodiscard]] std::uint64_t limit(std::uint64_t standard) const {
    return session_.globals().limit.value_or(standard);
  }
  [[nodiscard]] bool matches_via(const Link& link) const {
    return options_.via.empty() || link.label == options_.via || link.name == options_.via;
  }
  [[nodiscard]] std::vector<Link> links(const Table& table) const {
    const bool both = options_.in == options_.out;
    std::vector<Link> out;
    for (Link& link : links_of(*catalog_, table)) {
      const bool outward = link.direction == Link::Direction::out;
      if (matches_via(link) && (both || outward == options_.out)) out.push_back(std::move(link));
    }
    return out;
  }
  [[nodiscard]] static bool refers(const Table& table, const std::string& column) {
    return std::any_of(
        table.foreign_keys.begin(), table.foreign_keys.end(), [&](const ForeignKey& key) {
          return std::find(key.columns.begin(), key.columns.end(), column) != key.columns.end();
        });
  }
  [[nodiscard]] static std::string name_of(const Table& table, const Row& row) {
    return fmt::format("{} {}", table.name, key_text(table, row));
  }
  // The name, and the first two texts of the row that are neither key nor reference: what people
  // know it by.
  [[nodiscard]] static std::string title_of(const Table& table, const Row& row) {
    std::string out = name_of(table, row);
    int shown = 0;
    for (const Column& column : table.columns) {
      if (column.type.code != TypeCode::text || table.is_key(column.name) ||
          refers(table, column.name))
        continue;
      const Value* value = row.find(column.name);
      if (value == nullptr || value->is_null()) continue;
      out += shown == 0 ? "  " : ", ";
      out += shorten(escape_controls(value->get<std::string>()), label_width);
      if (++shown == 2) break;
    }
    return out;
  }
  // Whether the row was met before; it is from now on.
  bool seen(const Table& table, const Row& row) {
    return !met_.emplace(table.name, key_field(table, row).content).second;
  }
  void print(Output& output, const std::string& line) const {
    const std::string text = escape_controls(line);
    output.write(session_.on_screen() ? shorten(text, session_.terminal().width) : text);
    output.write("\n");
  }

  // Depth is bounded by --depth, at most 64.
  void branches(const Table& table, const Row& row, Output& output, const std::string& indent,
                unsigned level) {
    struct Branch {
      Link link;
      std::vector<Row> rows;
      std::uint64_t total = 0;
    };
    std::vector<Branch> found;
    for (Link& link : links(table)) {
      Branch branch;
      branch.link = std::move(link);
      follow(snapshot_, table, row, branch.link, [&](const Row& other) {
        check_interrupted();
        ++branch.total;
        if (limit(tree_limit) == 0 || branch.rows.size() < limit(tree_limit))
          branch.rows.push_back(other);
        return true;
      });
      if (branch.total > 0) found.push_back(std::move(branch));
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
      const Branch& branch = found[i];
      const bool last = i + 1 == found.size();
      const std::string knot = indent + (last ? "└─ " : "├─ ");
      const std::string below = indent + (last ? "   " : "│  ");
      const Table& other = *branch.link.other;
      if (branch.link.direction == Link::Direction::out) {
        const bool known = seen(other, branch.rows.front());
        print(output, fmt::format("{}{} -> {}{}", knot, branch.link.label,
                                  title_of(other, branch.rows.front()), known ? " (above)" : ""));
        if (!known && level < options_.depth)
          branches(other, branch.rows.front(), output, below, level + 1);
        continue;
      }
      print(output, fmt::format("{}{} ({}){}", knot, branch.link.label, grouped(branch.total),
                                branch.rows.size() < branch.total
                                    ? fmt::format("  {} shown, --limit 0 for all",
                                                  grouped(branch.rows.size()))
                                    : ""));
      for (std::size_t r = 0; r < branch.rows.size(); ++r) {
        const Row& child = branch.rows[r];
        const bool end = r + 1 == branch.rows.size();
        const bool known = seen(other, child);
        print(output, fmt::format("{}{}{}{}", below, end ? "└─ " : "├─ ", title_of(other, child),
                                  known ? " (above)" : ""));
        if (!known && level < options_.depth)
          branches(other, child, output, below + (end ? "   " : "│  "), level + 1);
      }
    }
  }

  const Session& session_;
  const Snapshot& snapshot_;
  std::shared_ptr<const Catalog> catalog_;
  const RefsOptions& options_;
  std::set<std::pair<std::string, std::string>> met_;
};

}  // namespace

ExitCode run_refs(const Session& session, const RefsOptions& options) {
  const Arguments arguments = session.arguments(options.arguments, {2, std::nullopt}, usage::refs);
  if (options.tree && session.globals().format)
    throw CommandLineError("--tree is a form of its own: leave --format out");
  const Store store = session.open_for_reading(arguments.store);
  const Snapshot snapshot = store.snapshot();
  Walk walk(session, snapshot, options);
  const Table& table = find_table(walk.catalog(), arguments.rest.front());
  walk.check_via(table);
  const Row key = parse_key(table, std::span(arguments.rest).subspan(1));
  const std::optional<Row> row = snapshot.get(table.name, key);
  if (!row) {
    session.warn(fmt::format("there is no {} {}", table.name, key_text(table, key)));
    return ExitCode::no;
  }
  Output output = session.output();
  if (options.tree)
    walk.tree(table, *row, output);
  else
    walk.records(table, *row, output);
  return ExitCode::ok;
}

}  // namespace kindred::tool
