// The same schema and rows in SQLite, foreign keys on: the judge of single statements.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "kindred/catalog.hpp"
#include "tests/engine/model.hpp"

struct sqlite3;

namespace kindred::engine_test {

class SqliteTwin {
 public:
  // Throws std::runtime_error where SQLite fails otherwise than by a constraint; so do all calls.
  explicit SqliteTwin(const Catalog& catalog);

  // One change as one statement. The code that it is refused with; empty where it passed.
  std::optional<ErrorCode> apply(const Change& change);
  // Replaces everything by the rows of the model.
  void load(const Model& model);
  // As Model::contents.
  [[nodiscard]] std::string contents() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const noexcept;
  };
  void run(const std::string& sql) const;
  std::optional<ErrorCode> run(const std::string& sql, const Cells& values, bool must_change) const;
  std::optional<ErrorCode> insert(std::size_t table, const std::map<std::size_t, Cell>& cells,
                                  bool replace) const;

  const Catalog* catalog_;
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace kindred::engine_test
