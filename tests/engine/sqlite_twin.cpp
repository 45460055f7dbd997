#include "tests/engine/sqlite_twin.hpp"

#include <sqlite3.h>

#include <stdexcept>

namespace kindred::engine_test {
namespace {

std::string list(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

std::string action(OnDelete on_delete) {
  switch (on_delete) {
    case OnDelete::no_action: return "NO ACTION";
    case OnDelete::restrict: return "RESTRICT";
    case OnDelete::cascade: return "CASCADE";
    case OnDelete::set_null: return "SET NULL";
    case OnDelete::set_default: return "SET DEFAULT";
  }
  throw std::logic_error("action");
}

std::string definition(const Table& table) {
  std::string out = "CREATE TABLE " + table.name + " (";
  for (const Column& c : table.columns) {
    out += c.name + (c.type.code == TypeCode::int64 ? " INTEGER" : " TEXT");
    if (!c.nullable) out += " NOT NULL";
    if (c.default_value) {
      const auto* text = c.default_value->get_if<std::string>();
      out += " DEFAULT " + (text ? "'" + *text + "'" : c.default_value->to_string());
    }
    out += ", ";
  }
  out += "PRIMARY KEY (" + list(table.primary_key) + ")";
  for (const Index& index : table.indexes)
    if (index.unique) out += ", UNIQUE (" + list(index.columns) + ")";
  for (const ForeignKey& key : table.foreign_keys)
    out += ", FOREIGN KEY (" + list(key.columns) + ") REFERENCES " + key.table + " (" +
           list(key.referenced) + ") ON DELETE " + action(key.on_delete);
  return out + ") STRICT";
}

struct Statement {
  sqlite3_stmt* handle = nullptr;
  Statement() = default;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(handle); }
};

void bind(sqlite3_stmt* statement, int position, const Cell& cell) {
  if (const auto* number = std::get_if<std::int64_t>(&cell)) {
    sqlite3_bind_int64(statement, position, *number);
  } else if (const auto* text = std::get_if<std::string>(&cell)) {
    sqlite3_bind_text64(statement, position, text->data(), text->size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
  } else {
    sqlite3_bind_null(statement, position);
  }
}

Cell cell_at(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL: return {};
    case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement, column)};
    default:
      return std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement, column)),
                         static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
  }
}

std::optional<ErrorCode> code_of(int extended) {
  switch (extended) {
    case SQLITE_CONSTRAINT_NOTNULL: return ErrorCode::not_null;
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return ErrorCode::duplicate_key;
    case SQLITE_CONSTRAINT_UNIQUE: return ErrorCode::unique;
    case SQLITE_CONSTRAINT_FOREIGNKEY: return ErrorCode::foreign_key;
    case SQLITE_CONSTRAINT_TRIGGER: return ErrorCode::restrict;  // RESTRICT raises at once
    default: return std::nullopt;
  }
}

}  // namespace

void SqliteTwin::Close::operator()(sqlite3* database) const noexcept { sqlite3_close(database); }

SqliteTwin::SqliteTwin(const Catalog& catalog) : catalog_(&catalog) {
  sqlite3* database = nullptr;
  const int result = sqlite3_open(":memory:", &database);
  database_.reset(database);
  if (result != SQLITE_OK) throw std::runtime_error("sqlite3_open");
  run("PRAGMA foreign_keys = ON");
  for (const Table& table : catalog.tables) run(definition(table));
}

void SqliteTwin::run(const std::string& sql) const {
  if (sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    throw std::runtime_error(sql + ": " + sqlite3_errmsg(database_.get()));
}

std::optional<ErrorCode> SqliteTwin::run(const std::string& sql, const Cells& values,
                                         bool must_change) const {
  Statement statement;
  if (sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &statement.handle, nullptr) !=
      SQLITE_OK) {
    throw std::runtime_error(sql + ": " + sqlite3_errmsg(database_.get()));
  }
  for (std::size_t i = 0; i < values.size(); ++i)
    bind(statement.handle, static_cast<int>(i) + 1, values[i]);
  if (sqlite3_step(statement.handle) != SQLITE_DONE) {
    if (const auto code = code_of(sqlite3_extended_errcode(database_.get()))) return code;
    throw std::runtime_error(sql + ": " + sqlite3_errmsg(database_.get()));
  }
  if (must_change && sqlite3_changes(database_.get()) == 0) return ErrorCode::missing_row;
  return std::nullopt;
}

std::optional<ErrorCode> SqliteTwin::insert(std::size_t table,
                                            const std::map<std::size_t, Cell>& cells,
                                            bool replace) const {
  const Table& t = catalog_->tables[table];
  std::vector<std::string> names;
  std::vector<std::string> marks;
  Cells values;
  for (const auto& [c, cell] : cells) {
    names.push_back(t.columns[c].name);
    marks.push_back("?");
    values.push_back(cell);
  }
  std::string sql = "INSERT INTO " + t.name + " (" + list(names) + ") VALUES (" + list(marks) + ")";
  if (replace) {
    // Every other column, also those that got their default.
    std::vector<std::string> sets;
    for (const Column& c : t.columns)
      if (!t.is_key(c.name)) sets.push_back(c.name + " = excluded." + c.name);
    sql += " ON CONFLICT (" + list(t.primary_key) + ") DO " +
           (sets.empty() ? "NOTHING" : "UPDATE SET " + list(sets));
  }
  return run(sql, values, false);
}

std::optional<ErrorCode> SqliteTwin::apply(const Change& change) {
  if (change.kind == Change::Kind::insert || change.kind == Change::Kind::put)
    return insert(change.table, change.cells, change.kind == Change::Kind::put);
  const Table& t = catalog_->tables[change.table];
  Cells values;
  std::vector<std::string> sets;
  for (const auto& [c, cell] : change.cells) {
    sets.push_back(t.columns[c].name + " = ?");
    values.push_back(cell);
  }
  std::string where;
  for (std::size_t i = 0; i < change.key.size(); ++i) {
    where += (i > 0 ? " AND " : " WHERE ") + t.primary_key[i] + " = ?";
    values.push_back(change.key[i]);
  }
  if (change.kind == Change::Kind::erase) return run("DELETE FROM " + t.name + where, values, true);
  if (sets.empty()) sets.push_back(t.primary_key[0] + " = " + t.primary_key[0]);
  return run("UPDATE " + t.name + " SET " + list(sets) + where, values, true);
}

void SqliteTwin::load(const Model& model) {
  run("PRAGMA foreign_keys = OFF");
  for (std::size_t t = 0; t < catalog_->tables.size(); ++t) {
    run("DELETE FROM " + catalog_->tables[t].name);
    for (const auto& [key, row] : model.rows(t)) {
      std::map<std::size_t, Cell> cells;
      for (std::size_t c = 0; c < row.size(); ++c) cells[c] = row[c];
      if (insert(t, cells, false)) throw std::runtime_error("the model's rows do not fit");
    }
  }
  run("PRAGMA foreign_keys = ON");
}

std::string SqliteTwin::contents() const {
  std::string out;
  for (const Table& t : catalog_->tables) {
    out += t.name + ":";
    std::vector<std::string> names;
    for (const Column& c : t.columns) names.push_back(c.name);
    const std::string sql =
        "SELECT " + list(names) + " FROM " + t.name + " ORDER BY " + list(t.primary_key);
    Statement statement;
    if (sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &statement.handle, nullptr) !=
        SQLITE_OK) {
      throw std::runtime_error(sql + ": " + sqlite3_errmsg(database_.get()));
    }
    while (sqlite3_step(statement.handle) == SQLITE_ROW) {
      std::string line;
      for (int c = 0; c < sqlite3_column_count(statement.handle); ++c)
        line += (c > 0 ? "|" : "") + show(cell_at(statement.handle, c));
      out += ' ' + line;
    }
    out += '\n';
  }
  return out;
}

}  // namespace kindred::engine_test
