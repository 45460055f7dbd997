#include "schema/report.hpp"

#include <algorithm>

#include "schema/json_text.hpp"
#include "schema/messages.hpp"
#include "schema/scalar_text.hpp"

namespace kindred::schema::detail {
namespace {

std::string pointer_of(const std::vector<Step>& path) {
  std::string out;
  for (const Step& step : path) {
    if (step.kind == Step::Kind::label) continue;
    out += '/';
    if (step.kind == Step::Kind::index) {
      out += std::to_string(step.index);
      continue;
    }
    for (const char c : step.text) {
      if (c == '~')
        out += "~0";
      else if (c == '/')
        out += "~1";
      else
        out += c;
    }
  }
  return out;
}

std::vector<LocItem> loc_of(std::vector<Step>& path) {
  std::vector<LocItem> out;
  for (Step& step : path) {
    if (step.kind == Step::Kind::index)
      out.emplace_back(step.index);
    else
      out.emplace_back(std::move(step.text));
  }
  return out;
}

bool is_before(const Fault& a, const Fault& b) {
  const std::size_t common = std::min(a.path.size(), b.path.size());
  for (std::size_t i = 0; i != common; ++i)
    if (a.path[i].rank != b.path[i].rank) return a.path[i].rank < b.path[i].rank;
  return false;
}

// Lines and columns of all of them in one pass over the text.
void place(std::vector<ErrorReport::Entry>& entries, std::string_view text) {
  std::vector<ErrorDetails*> by_offset;
  for (ErrorReport::Entry& entry : entries)
    if (entry.details.offset) by_offset.push_back(&entry.details);
  std::sort(by_offset.begin(), by_offset.end(),
            [](const ErrorDetails* a, const ErrorDetails* b) { return *a->offset < *b->offset; });
  std::size_t at = 0;
  std::uint64_t line = 1;
  std::uint64_t column = 1;
  for (ErrorDetails* each : by_offset) {
    for (; at < *each->offset && at < text.size(); ++at) {
      if (text[at] == '\n') {
        ++line;
        column = 1;
      } else if ((static_cast<unsigned char>(text[at]) & 0xC0) != 0x80) {
        ++column;
      }
    }
    each->line = line;
    each->column = column;
  }
}

}  // namespace

ErrorDetails ErrorReport::details(std::size_t index) const {
  ErrorDetails out = entries[index].details;
  if (entries[index].reads_text) out.input = read_json_at(text, *out.offset);
  return out;
}

ErrorReport::Excerpt ErrorReport::input_text(std::size_t index, std::size_t limit) const {
  const std::size_t begin = *entries[index].details.offset;
  const std::string_view all = std::string_view(text).substr(begin);
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i != all.size(); ++i) {
    if (i == limit) return {all.substr(0, i), false};
    const char c = all[i];
    if (in_string) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_string = false;
      if (!in_string && depth == 0) return {all.substr(0, i + 1), true};
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (depth > 0 && (c == '}' || c == ']')) {
      if (--depth == 0) return {all.substr(0, i + 1), true};
    } else if (depth == 0 && (c == ',' || c == '}' || c == ']' || c == ' ' || c == '\n' ||
                              c == '\r' || c == '\t')) {
      return {all.substr(0, i), true};
    }
  }
  return {all, true};
}

Report report_of(std::vector<Fault> faults, const Source& source, std::string_view text,
                 InputMode mode, Subject subject) {
  std::stable_sort(faults.begin(), faults.end(), is_before);
  auto out = std::make_shared<ErrorReport>();
  out->title = std::move(subject.title);
  out->hides_input = subject.hides_input;
  out->text = text;
  for (Fault& fault : faults) {
    ErrorReport::Entry& entry = out->entries.emplace_back();
    ErrorDetails& d = entry.details;
    d.msg = fault.message.empty() ? message_of(fault.type, fault.context, mode)
                                  : fill_message(fault.message, fault.context);
    d.type = std::move(fault.type);
    d.ctx = std::move(fault.context);
    d.pointer = pointer_of(fault.path);
    d.loc = loc_of(fault.path);
    if (!text.empty()) d.offset = source.offset(fault.at);
    entry.reads_text = !fault.input && d.offset;
    if (fault.input) d.input = *std::move(fault.input);
  }
  place(out->entries, text);
  return out;
}

Report report_of_stop(std::string type, Dict context, std::size_t offset, std::string_view text,
                      InputMode mode, Subject subject) {
  auto out = std::make_shared<ErrorReport>();
  out->title = std::move(subject.title);
  out->hides_input = subject.hides_input;
  ErrorDetails& d = out->entries.emplace_back().details;
  d.msg = message_of(type, context, mode);
  d.type = std::move(type);
  d.ctx = std::move(context);
  if (!text.empty()) {
    d.input = readable(text);
    d.offset = std::min(offset, text.size());
    place(out->entries, text);
  }
  return out;
}

Report make_report(std::string title, std::vector<ErrorDetails> errors) {
  auto out = std::make_shared<ErrorReport>();
  out->title = std::move(title);
  for (ErrorDetails& each : errors) out->entries.push_back({std::move(each), false});
  return out;
}

}  // namespace kindred::schema::detail
