// SQLite's connection and prepared statement as owned objects, and nothing else.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

namespace kindred::bench::sqlite {

class Connection {
 public:
  Connection(const std::string& path, int flags) {
    const int code = sqlite3_open_v2(path.c_str(), &db_,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | flags, nullptr);
    if (code != SQLITE_OK) {
      const std::string why = sqlite3_errstr(code);
      sqlite3_close(db_);
      throw std::runtime_error("SQLite: open " + path + ": " + why);
    }
  }
  ~Connection() { sqlite3_close_v2(db_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[noreturn]] void fail(const char* doing) const {
    throw std::runtime_error(std::string("SQLite: ") + doing + ": " + sqlite3_errmsg(db_));
  }
  void run(const char* sql) const {
    if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
  }
  [[nodiscard]] sqlite3* get() const { return db_; }

 private:
  sqlite3* db_ = nullptr;
};

// Columns and parameters are numbered as SQLite does: parameters from 1, columns from 0.
class Statement {
 public:
  Statement(const Connection& db, const char* sql) : db_(&db) {
    if (sqlite3_prepare_v3(db.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_, nullptr) !=
        SQLITE_OK) {
      db.fail(sql);
    }
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  void bind(int at, std::int64_t value) const { sqlite3_bind_int64(statement_, at, value); }
  void bind(int at, double value) const { sqlite3_bind_double(statement_, at, value); }
  // The text must live until the next run().
  void bind(int at, const std::string& text) const {
    sqlite3_bind_text(statement_, at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }
  void bind(int at, const std::optional<std::string>& text) const {
    if (text) {
      bind(at, *text);
    } else {
      sqlite3_bind_null(statement_, at);
    }
  }

  // True on a row; at the end resets and gives false.
  [[nodiscard]] bool step() const {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    const bool done = code == SQLITE_DONE;
    sqlite3_reset(statement_);
    if (!done) db_->fail("run a statement");
    return false;
  }
  // To the end, rows ignored.
  void run() const {
    while (step()) {
    }
  }
  void reset() const { sqlite3_reset(statement_); }

  [[nodiscard]] std::int64_t integer(int column) const {
    return sqlite3_column_int64(statement_, column);
  }
  [[nodiscard]] std::int32_t small_integer(int column) const {
    return sqlite3_column_int(statement_, column);
  }
  [[nodiscard]] double real(int column) const { return sqlite3_column_double(statement_, column); }
  void text(int column, std::string& to) const {
    const auto* from = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    to.assign(from, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
  }
  void text(int column, std::optional<std::string>& to) const {
    if (sqlite3_column_type(statement_, column) == SQLITE_NULL) {
      to.reset();
      return;
    }
    if (!to) to.emplace();
    text(column, *to);
  }

 private:
  const Connection* db_;
  sqlite3_stmt* statement_ = nullptr;
};

// Prepared when first used, then kept.
class LazyStatement {
 public:
  explicit LazyStatement(const char* sql) : sql_(sql) {}
  const Statement& on(const Connection& db) {
    if (!statement_) statement_.emplace(db, sql_);
    return *statement_;
  }
  void drop() { statement_.reset(); }

 private:
  const char* sql_;
  std::optional<Statement> statement_;
};

// Rolled back unless committed.
class Transaction {
 public:
  explicit Transaction(const Connection& db) : db_(&db) { db.run("BEGIN"); }
  ~Transaction() {
    if (db_ != nullptr) sqlite3_exec(db_->get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  void commit() {
    db_->run("COMMIT");
    db_ = nullptr;
  }

 private:
  const Connection* db_;
};

}  // namespace kindred::bench::sqlite
