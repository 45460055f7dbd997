// A second engine, straight from the rules and as slow as it likes: plain maps, no indexes, no
// storage. It judges what a ChangeSet does to the rows and with which code it is refused.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "kindred/catalog.hpp"
#include "kindred/error.hpp"
#include "kindred/value.hpp"

namespace kindred::engine_test {

// The models know integers and text.
using Cell = std::variant<std::monostate, std::int64_t, std::string>;
using Cells = std::vector<Cell>;

[[nodiscard]] Value to_value(const Cell& cell);
[[nodiscard]] std::string show(const Cell& cell);

struct Change {
  enum class Kind : std::uint8_t { insert, put, update, erase };
  Kind kind = Kind::insert;
  std::size_t table = 0;
  Cells key;  // update, erase
  std::map<std::size_t, Cell>
      cells;  // by column: insert and put all they name, update what it sets
};

struct Verdict {
  std::set<ErrorCode> codes;  // empty: applied
  // What SQLite's immediate checks may see in another way: a row that restrict protects goes by a
  // cascade of the same change; a row is changed by an action.
  bool restrict_met_cascade = false;
  bool action_updated = false;
};

class Model {
 public:
  using Rows = std::map<Cells, Cells>;  // by primary key

  explicit Model(const Catalog& catalog);

  // Judges the changes as one ChangeSet, and applies them where nothing is wrong.
  Verdict apply(const std::vector<Change>& changes);

  [[nodiscard]] const Catalog& catalog() const noexcept { return *catalog_; }
  [[nodiscard]] const Rows& rows(std::size_t table) const { return tables_[table]; }
  [[nodiscard]] Cells key_of(std::size_t table, const Cells& row) const;
  [[nodiscard]] std::string contents() const;

 private:
  struct Reference {
    std::size_t child;
    std::size_t parent;
    std::vector<std::size_t> columns;
    std::vector<std::size_t> referenced;
    OnDelete action;
  };
  // A row as the ChangeSet leaves it, under the key that it had before.
  struct Net {
    std::optional<Cells> old;
    std::optional<Cells> now;
  };
  using NetTable = std::map<Cells, Net>;

  // The values of these columns; none where one is null.
  static std::optional<Cells> pick(const Cells& row, const std::vector<std::size_t>& columns);
  std::size_t column(std::size_t table, const std::string& name) const;
  Cells complete(std::size_t table, const std::map<std::size_t, Cell>& cells) const;
  void gather(const std::vector<Change>& changes, std::vector<NetTable>& net,
              Verdict& verdict) const;
  void act(std::vector<NetTable>& net, Verdict& verdict) const;
  void judge(const std::vector<NetTable>& net, Verdict& verdict) const;

  const Catalog* catalog_;
  std::vector<Rows> tables_;
  std::vector<std::vector<std::size_t>> keys_;                  // columns of the primary keys
  std::vector<std::vector<std::vector<std::size_t>>> uniques_;  // columns of each unique key
  std::vector<Reference> references_;
};

}  // namespace kindred::engine_test
