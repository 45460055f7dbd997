// Records in the format that was asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tools/kindred/session.hpp"
#include "tools/kindred/table_printer.hpp"

namespace kindred::tool {

// One value of a record: text that JSON puts in quotes, a JSON token that stands for itself (a
// number, an array, ...), or null.
struct Field {
  enum class Kind : std::uint8_t { null, text, token };
  Kind kind = Kind::null;
  std::string content;

  [[nodiscard]] static Field text(std::string content) { return {Kind::text, std::move(content)}; }
  [[nodiscard]] static Field token(std::string content) {
    return {Kind::token, std::move(content)};
  }
  [[nodiscard]] static Field number(std::uint64_t n) { return {Kind::token, std::to_string(n)}; }
  [[nodiscard]] static Field null() { return {}; }
};

class RecordWriter {
 public:
  // Both must outlive the writer. A table that no screen of this width could show becomes lines,
  // unless --format asked for it.
  RecordWriter(const Session& session, Output& output, std::vector<Heading> headings);

  // As many fields as headings.
  void write(std::span<const Field> fields);
  void write(std::initializer_list<Field> fields) {
    write(std::span<const Field>(fields.begin(), fields.size()));
  }
  // What stands behind the last record; then Output::finish().
  void finish();

 private:
  void write_json(std::span<const Field> fields);
  void write_csv(std::span<const Field> fields);
  void write_tsv(std::span<const Field> fields);
  void write_lines(std::span<const Field> fields);
  void write_table(std::span<const Field> fields);
  [[nodiscard]] std::string shown(const std::string& text) const;

  Output& output_;
  Format format_;
  bool screen_;
  std::vector<Heading> headings_;
  std::vector<std::string> names_as_json_;
  std::unique_ptr<TablePrinter> table_;
  std::uint64_t records_ = 0;
};

}  // namespace kindred::tool
