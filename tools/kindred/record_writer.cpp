#include "tools/kindred/record_writer.hpp"

#include <algorithm>

#include "tools/kindred/csv.hpp"
#include "tools/kindred/row_text.hpp"
#include "tools/kindred/text.hpp"

namespace kindred::tool {

RecordWriter::RecordWriter(const Session& session, Output& output, std::vector<Heading> headings)
    : output_(output),
      format_(session.format()),
      screen_(session.on_screen()),
      headings_(std::move(headings)) {
  for (const Heading& heading : headings_) names_as_json_.push_back(json_quote(heading.name));
  const bool chosen = session.globals().format.has_value();
  if (!chosen && format_ == Format::table &&
      TablePrinter::least_width(headings_.size()) > session.terminal().width)
    format_ = Format::line;
  if (format_ == Format::table) {
    TableStyle style;
    style.width = screen_ ? session.terminal().width : 0;
    style.color = session.terminal().color_output && session.globals().output.empty();
    std::vector<Heading> shown_headings = headings_;
    for (Heading& heading : shown_headings) heading.name = escape_controls(heading.name);
    table_ = std::make_unique<TablePrinter>(output_, std::move(shown_headings), style);
  } else if (format_ == Format::csv || format_ == Format::tsv) {
    std::vector<Field> names;
    for (const Heading& heading : headings_) names.push_back(Field::text(heading.name));
    format_ == Format::csv ? write_csv(names) : write_tsv(names);
  }
}

void RecordWriter::write(std::span<const Field> fields) {
  switch (format_) {
    case Format::table: write_table(fields); break;
    case Format::json:
    case Format::jsonl: write_json(fields); break;
    case Format::csv: write_csv(fields); break;
    case Format::tsv: write_tsv(fields); break;
    case Format::line: write_lines(fields); break;
  }
  ++records_;
}

void RecordWriter::finish() {
  if (format_ == Format::json) output_.write(records_ == 0 ? "[]\n" : "\n]\n");
  if (table_) table_->finish();
  output_.finish();
}

std::string RecordWriter::shown(const std::string& text) const {
  return screen_ ? escape_controls(text) : text;
}

void RecordWriter::write_json(std::span<const Field> fields) {
  std::string line = "{";
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    line += names_as_json_[i];
    line += ':';
    switch (fields[i].kind) {
      case Field::Kind::null: line += "null"; break;
      case Field::Kind::text: line += json_quote(fields[i].content); break;
      case Field::Kind::token: line += fields[i].content; break;
    }
  }
  line += '}';
  // JSON text holds no line feed of its own, so the escapes stand inside strings only.
  if (screen_) line = escape_controls(line);
  if (format_ == Format::json) output_.write(records_ == 0 ? "[\n  " : ",\n  ");
  output_.write(line);
  if (format_ == Format::jsonl) output_.write("\n");
}

void RecordWriter::write_csv(std::span<const Field> fields) {
  std::vector<std::string> texts;
  std::vector<SeparatedCell> cells;
  for (const Field& field : fields) texts.push_back(shown(field.content));
  for (std::size_t i = 0; i < fields.size(); ++i)
    cells.push_back({texts[i], fields[i].kind == Field::Kind::null});
  std::string line;
  append_csv(line, cells);
  output_.write(line);
}

void RecordWriter::write_tsv(std::span<const Field> fields) {
  std::string line;
  for (const Field& field : fields) {
    if (&field != fields.data()) line += '\t';
    line += shown(tsv_cell({field.content, field.kind == Field::Kind::null}));
  }
  line += '\n';
  output_.write(line);
}

void RecordWriter::write_lines(std::span<const Field> fields) {
  std::size_t widest = 0;
  for (const Heading& heading : headings_) widest = std::max(widest, display_width(heading.name));
  std::string text = records_ == 0 ? "" : "\n";
  for (std::size_t i = 0; i < fields.size(); ++i) {
    text.append(widest - display_width(headings_[i].name), ' ');
    text += shown(headings_[i].name);
    text += " = ";
    text += fields[i].kind == Field::Kind::null ? "null" : shown(fields[i].content);
    text += '\n';
  }
  output_.write(text);
}

void RecordWriter::write_table(std::span<const Field> fields) {
  std::vector<TablePrinter::Cell> cells;
  for (const Field& field : fields) {
    const bool null = field.kind == Field::Kind::null;
    cells.push_back({null ? "null" : escape_controls(field.content), null});
  }
  table_->add(std::move(cells));
}

}  // namespace kindred::tool
