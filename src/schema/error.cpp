#include "kindred/schema_error.hpp"

#include "json/writer.hpp"
#include "schema/report.hpp"
#include "schema/scalar_text.hpp"

namespace kindred::schema {
namespace {

// Of an input, for people.
constexpr std::size_t shown_length = 120;
// Of all inputs of one JSON report: members of one huge object would each repeat it.
constexpr std::size_t echo_budget = std::size_t{4} << 20;

// At most that many bytes, whole characters.
std::string cut(std::string text) {
  if (text.size() <= shown_length) return text;
  std::size_t end = shown_length - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text += "...";
}

std::string dotted(const std::vector<LocItem>& loc) {
  std::string out;
  for (const LocItem& item : loc) {
    if (!out.empty()) out += '.';
    if (const auto* index = std::get_if<std::int64_t>(&item))
      out += std::to_string(*index);
    else
      out += std::get<std::string>(item);
  }
  return out;
}

std::string shown_input(const detail::ErrorReport& report, std::size_t index) {
  const detail::ErrorReport::Entry& entry = report.entries[index];
  if (!entry.reads_text) return cut(entry.details.input.to_string());
  return cut(std::string(report.input_text(index, shown_length + 4).text));
}

std::string text_of(const detail::ErrorReport& report) {
  const std::size_t count = report.entries.size();
  std::string out =
      std::to_string(count) + (count == 1 ? " validation error for " : " validation errors for ");
  out += report.title;
  for (std::size_t i = 0; i != count; ++i) {
    const ErrorDetails& error = report.entries[i].details;
    out += '\n';
    if (!error.loc.empty()) out += dotted(error.loc) + "\n";
    out += "  " + error.msg + " [" + error.type;
    if (error.line != 0)
      out += ", line " + std::to_string(error.line) + " column " + std::to_string(error.column);
    if (!report.hides_input) out += ", input " + shown_input(report, i);
    out += ']';
  }
  return detail::readable(out);
}

// What JSON cannot hold (texts and bytes that are not UTF-8, keys that are containers, values too
// deep) becomes text for people.
void append_value(json::Writer& out, const Value& value) {
  std::string text;
  try {
    detail::append_json(text, value, 0, false);
  } catch (const Error&) {
    return out.string(detail::readable(cut(value.to_string())));
  }
  out.raw(text);
}

// NaN and Infinity are read, but are no JSON.
bool has_other_numbers(std::string_view text) {
  return text.find("NaN") != text.npos || text.find("Infinity") != text.npos;
}

// Whether a value, written, would surely be longer; looks at no more than that of it.
bool is_longer(const Value& v, std::size_t& left) {
  std::size_t size = 1;
  if (const auto* text = v.get_if<std::string>()) size += text->size();
  if (size > left) return true;
  left -= size;
  if (const auto* list = v.get_if<Sequence>())
    for (const Value& each : list->items)
      if (is_longer(each, left)) return true;
  if (const auto* dict = v.get_if<Dict>())
    for (const auto& [key, value] : dict->items)
      if (is_longer(key, left) || is_longer(value, left)) return true;
  return false;
}

// Whole while the budget lasts, then the beginning of it as text.
void append_input(json::Writer& out, const detail::ErrorReport& report, std::size_t index,
                  std::size_t& left) {
  const detail::ErrorReport::Entry& entry = report.entries[index];
  if (entry.reads_text) {
    const auto excerpt = report.input_text(index, left);
    left -= excerpt.text.size();
    if (excerpt.is_whole && !has_other_numbers(excerpt.text)) return out.raw(excerpt.text);
    if (excerpt.is_whole) return append_value(out, report.details(index).input);
  } else if (!is_longer(entry.details.input, left)) {
    return append_value(out, entry.details.input);
  }
  out.string(detail::readable(shown_input(report, index)));
}

}  // namespace

ValidationError::ValidationError(std::shared_ptr<const detail::ErrorReport> report)
    : kindred::ValidationError("", text_of(*report)), report_(std::move(report)) {}

const std::string& ValidationError::title() const noexcept { return report_->title; }
std::size_t ValidationError::error_count() const noexcept { return report_->entries.size(); }

std::vector<ErrorDetails> ValidationError::errors() const {
  std::vector<ErrorDetails> out;
  for (std::size_t i = 0; i != error_count(); ++i) out.push_back(report_->details(i));
  return out;
}

std::string ValidationError::json(const ErrorFormat& format) const {
  std::string text;
  json::Writer out(text, format.indent);
  std::size_t left = echo_budget;
  out.begin_array();
  for (std::size_t i = 0; i != error_count(); ++i) {
    const ErrorDetails& error = report_->entries[i].details;
    out.begin_object();
    out.key("type");
    out.string(error.type);
    out.key("loc");
    out.begin_array(json::Layout::in_line);
    for (const LocItem& item : error.loc) {
      if (const auto* index = std::get_if<std::int64_t>(&item))
        out.integer(*index);
      else
        out.string(detail::readable(std::get<std::string>(item)));
    }
    out.end_array();
    out.key("msg");
    out.string(detail::readable(error.msg));
    if (format.include_input && !report_->hides_input) {
      out.key("input");
      append_input(out, *report_, i, left);
    }
    if (format.include_context && !error.ctx.items.empty()) {
      out.key("ctx");
      append_value(out, error.ctx);
    }
    out.key("pointer");
    out.string(detail::readable(error.pointer));
    if (error.line != 0) {
      out.key("line");
      out.natural(error.line);
      out.key("column");
      out.natural(error.column);
    }
    out.end_object();
  }
  out.end_array();
  return text;
}

std::string ValidationError::text() const { return text_of(*report_); }

CustomError::CustomError(std::string type, std::string message, Dict context)
    : std::runtime_error(message),
      type_(std::move(type)),
      message_(std::move(message)),
      context_(std::move(context)) {}

}  // namespace kindred::schema
