#include "tools/kindred/table_printer.hpp"

#include <algorithm>
#include <utility>

#include "tools/kindred/text.hpp"

namespace kindred::tool {
namespace {

constexpr std::size_t sample = 1000;  // rows that widths are taken from
constexpr std::size_t gap = 2;
constexpr std::size_t narrowest = 4;

std::size_t total_of(const std::vector<std::size_t>& widths) {
  std::size_t total = widths.empty() ? 0 : gap * (widths.size() - 1);
  for (const std::size_t width : widths) total += width;
  return total;
}

}  // namespace

TablePrinter::TablePrinter(Output& output, std::vector<Heading> headings, TableStyle style)
    : output_(output), headings_(std::move(headings)), style_(style) {
  for (Heading& heading : headings_) {
    heading.name = upper(heading.name);
    widths_.push_back(display_width(heading.name));
  }
}

void TablePrinter::add(std::vector<Cell> row) {
  if (settled_) return print(row);
  for (std::size_t i = 0; i < row.size(); ++i)
    widths_[i] = std::max(widths_[i], display_width(row[i].text));
  waiting_.push_back(std::move(row));
  if (waiting_.size() >= sample) settle();
}

std::size_t TablePrinter::least_width(std::size_t columns) noexcept {
  return columns == 0 ? 0 : columns * (narrowest + gap) - gap;
}

void TablePrinter::finish() {
  if (!settled_ && !waiting_.empty()) settle();
}

void TablePrinter::settle() {
  settled_ = true;
  if (style_.width > 0) {
    // The widest columns give way first, down to a width that still says something.
    while (total_of(widths_) > style_.width) {
      const auto widest = std::max_element(widths_.begin(), widths_.end());
      if (*widest <= narrowest) break;
      --*widest;
    }
  }
  std::vector<std::string> names;
  for (const Heading& heading : headings_) names.push_back(heading.name);
  print_line(names, std::vector<bool>(names.size(), false), true);
  for (const auto& row : waiting_) print(row);
  waiting_.clear();
}

void TablePrinter::print(const std::vector<Cell>& row) {
  std::vector<std::string> texts;
  std::vector<bool> faint;
  for (const Cell& cell : row) {
    texts.push_back(cell.text);
    faint.push_back(cell.null);
  }
  print_line(texts, faint, false);
}

void TablePrinter::print_line(const std::vector<std::string>& texts, const std::vector<bool>& faint,
                              bool heading) {
  std::string line;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string text = style_.width > 0 ? shorten(texts[i], widths_[i]) : texts[i];
    const std::size_t width = display_width(text);
    const std::string padding(width < widths_[i] ? widths_[i] - width : 0, ' ');
    const bool last = i + 1 == texts.size();
    if (headings_[i].align == Align::right) line += padding;
    const char* style = heading ? "\x1b[1m" : faint[i] ? "\x1b[2m" : "";
    if (style_.color && *style != '\0') {
      line += style;
      line += text;
      line += "\x1b[0m";
    } else {
      line += text;
    }
    if (!last) {
      if (headings_[i].align == Align::left) line += padding;
      line.append(gap, ' ');
    }
  }
  line.resize(line.find_last_not_of(' ') + 1);
  line += '\n';
  output_.write(line);
}

}  // namespace kindred::tool
