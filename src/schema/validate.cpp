// The calls: a source, a validator over it, and a report where there are faults.
#include "json/text_events.hpp"
#include "kindred/detail/schema_calls.hpp"
#include "schema/attribute_source.hpp"
#include "schema/events.hpp"
#include "schema/json_source.hpp"
#include "schema/json_text.hpp"
#include "schema/messages.hpp"
#include "schema/report.hpp"
#include "schema/scalar_text.hpp"
#include "schema/value_source.hpp"

namespace kindred::schema::detail {
namespace {

const std::string& title_of(const Node& n) {
  const std::string& given =
      n.kind == Kind::model && !n.is_root ? n.model->meta.title : n.meta.title;
  if (!given.empty()) return given;
  return n.kind == Kind::model && !n.is_root ? n.model->name : n.name;
}

Subject subject_of(const Node& n) {
  const Node* inner = &n;
  while (inner->kind == Kind::function && inner->item != nullptr) inner = inner->item;
  return {title_of(n), inner->kind == Kind::model && inner->model->hide_input};
}

Report stopped(const Validator& v, const Node& n, std::string_view text, std::size_t offset) {
  const InputMode mode = v.mode();
  switch (v.stop()) {
    case Validator::Stop::too_many_items:
      return report_of_stop("too_many_items", {{"max_items", Value(v.options().limits.items)}},
                            offset, text, mode, subject_of(n));
    case Validator::Stop::look_ahead:
      return report_of_stop("look_ahead_limit", {}, offset, text, mode, subject_of(n));
    default: return report_of_stop("recursion_loop", {}, offset, text, mode, subject_of(n));
  }
}

Report finished(Validator& v, const Source& source, const Node& n, std::string_view text) {
  if (v.stop() != Validator::Stop::none) return stopped(v, n, text, 0);
  if (v.faults().empty()) return nullptr;
  return report_of(std::move(v.faults()), source, text, v.mode(), subject_of(n));
}

Report refused_text(const JsonFault& fault, std::string_view text, const Node& n) {
  return report_of_stop("json_invalid", {{"error", fault.message}}, fault.offset, text,
                        InputMode::json, subject_of(n));
}

Report run(const Node& node, void* slot, const Source& source, Handle root, InputMode mode,
           const ValidateOptions& options) {
  Validator v(options, mode, source, nullptr);
  v.at(root);
  v.start(node, slot);
  source.replay(root, v);
  return finished(v, source, node, {});
}

}  // namespace

Report validate_json(const Node& node, void* slot, std::string_view text,
                     const ValidateOptions& options) {
  const json::Tokens tokens =
      options.allow_inf_nan_numbers ? json::Tokens::nan_and_infinity : json::Tokens::strict;
  const JsonRules rules{options.limits.depth, tokens, options.allow_partial};
  if (text.size() > options.limits.bytes) {
    const std::string message =
        "input is longer than " + std::to_string(options.limits.bytes) + " bytes";
    return report_of_stop("json_invalid", {{"error", message}}, options.limits.bytes,
                          text.substr(0, 100), InputMode::json, subject_of(node));
  }
  if (const std::size_t bad = first_bad_byte(text); bad != text.npos)
    return refused_text(json_fault_of(text, rules, "invalid unicode code point", bad), text, node);
  if (options.allow_partial != Partial::off) {
    Value whole;
    if (const auto fault = read_json(text, rules, whole)) return refused_text(*fault, text, node);
    return run(node, slot, value_source(), reinterpret_cast<Handle>(&whole), InputMode::json,
               options);
  }
  std::string scratch;
  json::TextStream stream(text, scratch);
  const JsonSource source(text, tokens);
  Validator v(options, InputMode::json, source, &stream);
  v.start(node, slot);
  const json::EventsEnd end = json::read_events_fast(stream, v, tokens);
  using Stop = Validator::Stop;
  if (v.stop() == Stop::too_deep)
    return refused_text(json_fault_of(text, rules, "recursion limit exceeded", end.offset), text,
                        node);
  if (v.stop() == Stop::not_json || (!end.is_done() && end.why != json::EventsEnd::Why::handler)) {
    const bool is_number = end.why == json::EventsEnd::Why::number;
    const char* otherwise = is_number ? "number out of range" : "expected value";
    return refused_text(json_fault_of(text, rules, otherwise, end.offset), text, node);
  }
  if (v.stop() != Stop::none) return stopped(v, node, text, stream.Tell());
  return finished(v, source, node, text);
}

Report validate_value(const Node& node, void* slot, const Value& value,
                      const ValidateOptions& options) {
  return run(node, slot, value_source(), reinterpret_cast<Handle>(&value), InputMode::values,
             options);
}

Report validate_strings(const Node& node, void* slot, const Value& value,
                        const ValidateOptions& options) {
  return run(node, slot, value_source(), reinterpret_cast<Handle>(&value), InputMode::strings,
             options);
}

Report validate_attributes(const Node& node, void* slot, const Node& from, const void* object,
                           const ValidateOptions& options) {
  const AttributeSource source;
  return run(node, slot, source, source.handle_of({&from, object}), InputMode::values, options);
}

Report validate_assignment(const Node& model, void* slot, std::string_view member,
                           const Value& value, const ValidateOptions& options) {
  const Model& m = *model.model;
  const auto field = std::find_if(m.fields.begin(), m.fields.end(),
                                  [&](const Field& f) { return f.name == member; });
  const auto refused = [&](const char* type) {
    ErrorDetails error;
    error.type = type;
    error.msg = message_of(type, {{"attribute", member}}, InputMode::values);
    error.loc = {std::string(member)};
    error.pointer = "/" + std::string(member);
    error.input = value;
    return make_report(title_of(model), {std::move(error)});
  };
  if (field == m.fields.end()) return refused("no_such_attribute");
  if (m.frozen) return refused("frozen_instance");
  if (field->frozen) return refused("frozen_field");
  Validator v(options, InputMode::values, value_source(), nullptr);
  v.at(reinterpret_cast<Handle>(&value));
  v.start(model, slot);
  v.assign(model, slot, static_cast<std::size_t>(field - m.fields.begin()),
           reinterpret_cast<Handle>(&value));
  return finished(v, value_source(), model, {});
}

void apply_defaults(const Model& model, void* base, const std::vector<bool>& seen,
                    const ValidateOptions& options) {
  Validator v(options, InputMode::values, value_source(), nullptr);
  v.start(any_node, nullptr);
  v.fill_defaults(model, base, seen);
}

}  // namespace kindred::schema::detail
