#include "schema/json_text.hpp"

#include "json/syntax_fault.hpp"
#include "json/text_number.hpp"
#include "kindred/detail/schema_calls.hpp"
#include "schema/scalar_text.hpp"

namespace kindred::schema::detail {
namespace {

// Builds values from events, with a stack of its own.
class Builder {
 public:
  Builder(const json::TextStream& stream, std::size_t max_depth)
      : stream_(stream), max_depth_(max_depth) {}

  bool Null() { return add(Value()); }
  bool Bool(bool v) { return add(v); }
  bool Int(int v) { return add(v); }
  bool Uint(unsigned v) { return add(v); }
  bool Int64(std::int64_t v) { return add(v); }
  bool Uint64(std::uint64_t v) { return add(Value(v)); }
  bool Double(double v) {
    std::string_view text;
    switch (json::exact_number(stream_, v, text)) {
      case json::TextNumber::real: return add(v);
      case json::TextNumber::integer: return add(BigInt{std::string(text)});
      case json::TextNumber::not_json: break;
    }
    return false;
  }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return add(std::string_view(text, size));
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    open_.back().key.assign(text, size);
    open_.back().has_key = true;
    return true;
  }
  bool StartObject() { return open(Dict()); }
  bool StartArray() { return open(Sequence()); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool EndArray(rapidjson::SizeType) { return close(); }

  [[nodiscard]] bool is_too_deep() const noexcept { return is_too_deep_; }
  [[nodiscard]] Value& root() noexcept { return root_; }
  [[nodiscard]] bool has_root() const noexcept { return has_root_; }
  // Whether a value may come next, as against a key.
  [[nodiscard]] bool takes_value() const noexcept {
    return open_.empty() || open_.back().has_key || open_.back().value.is(ValueKind::sequence);
  }
  void close_all() {
    while (!open_.empty()) close();
  }
  bool add(Value v) {
    if (open_.empty()) {
      root_ = std::move(v);
      has_root_ = true;
      return true;
    }
    Open& to = open_.back();
    if (auto* list = to.value.get_if<Sequence>())
      list->items.push_back(std::move(v));
    else
      to.value.get_if<Dict>()->at_key(to.key) = std::move(v);
    to.has_key = false;
    return true;
  }

 private:
  struct Open {
    Value value;
    std::string key;
    bool has_key = false;
  };
  bool open(Value container) {
    is_too_deep_ = open_.size() >= max_depth_;
    if (!is_too_deep_) open_.push_back({std::move(container), {}, false});
    return !is_too_deep_;
  }
  bool close() {
    Value done = std::move(open_.back().value);
    open_.pop_back();
    return add(std::move(done));
  }

  const json::TextStream& stream_;
  std::size_t max_depth_;
  std::vector<Open> open_;
  Value root_;
  bool has_root_ = false;
  bool is_too_deep_ = false;
};

// What there is of a string that was cut; an escape that was cut goes with it.
std::optional<Value> cut_string(std::string_view tail) {
  std::string text(tail);
  while (true) {
    std::string whole = text + '"';
    Value out;
    if (!read_json(whole, JsonRules{}, out)) return out;
    const std::size_t escape = text.rfind('\\');
    if (escape == text.npos || text.size() - escape > 12) return std::nullopt;
    text.resize(escape);
  }
}

}  // namespace

JsonFault json_fault_of(std::string_view text, const JsonRules& rules, const char* otherwise,
                        std::size_t offset) {
  JsonFault out{otherwise, {}, offset};
  if (const auto fault = json::find_syntax_fault(text, rules.depth, rules.tokens)) {
    out.what = fault->what;
    out.offset = fault->offset;
  }
  out.message = out.what + " at " + json::byte_position(text, out.offset);
  return out;
}

std::optional<JsonFault> read_json(std::string_view text, const JsonRules& rules, Value& out) {
  std::string scratch;
  json::TextStream stream(text, scratch);
  Builder builder(stream, rules.depth);
  const auto end = json::read_events(stream, builder, json::Extent::whole_text, rules.tokens);
  if (end.is_done()) {
    out = std::move(builder.root());
    return std::nullopt;
  }
  const char* otherwise = builder.is_too_deep()                     ? "recursion limit exceeded"
                          : end.why == json::EventsEnd::Why::number ? "number out of range"
                                                                    : "expected value";
  JsonFault fault = json_fault_of(text, rules, otherwise, end.offset);
  if (rules.partial == Partial::off || fault.offset != text.size() || builder.is_too_deep())
    return fault;
  if (rules.partial == Partial::trailing_strings && fault.what == "EOF while parsing a string" &&
      builder.takes_value())
    if (auto last = cut_string(text.substr(stream.string_begin()))) builder.add(*std::move(last));
  builder.close_all();
  if (!builder.has_root()) return fault;
  out = std::move(builder.root());
  return std::nullopt;
}

Value read_json_at(std::string_view text, std::size_t offset) {
  std::string scratch;
  json::TextStream stream(text, scratch);
  stream.seek(offset);
  Builder builder(stream, text.size());
  json::read_events(stream, builder, json::Extent::one_value, json::Tokens::nan_and_infinity);
  return std::move(builder.root());
}

Value parse_json(std::string_view text) {
  Value out;
  if (const std::size_t bad = first_bad_byte(text); bad != text.npos) {
    const JsonFault fault = json_fault_of(text, {}, "invalid unicode code point", bad);
    throw kindred::ValidationError("", "Invalid JSON: " + fault.message);
  }
  if (const auto fault = read_json(text, {}, out))
    throw kindred::ValidationError("", "Invalid JSON: " + fault->message);
  return out;
}

}  // namespace kindred::schema::detail
