#include "json/reader.hpp"

#include <rapidjson/reader.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "kindred/detail/utf8.hpp"
#include "kindred/error.hpp"

namespace kindred::json {
namespace {

constexpr std::size_t shown_characters = 60;

// A byte that is not the start of a code point.
bool is_inside(char c) noexcept { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// RapidJSON's stream over characters that it unescapes in place. Its own one is copied while a
// token is read, so that handlers would not see how far it came.
class InPlaceStream {
 public:
  using Ch = char;
  explicit InPlaceStream(char* text) : read_(text), write_(nullptr), begin_(text) {}
  [[nodiscard]] char Peek() const { return *read_; }
  char Take() { return *read_++; }
  [[nodiscard]] std::size_t Tell() const { return static_cast<std::size_t>(read_ - begin_); }
  char* PutBegin() { return write_ = read_; }
  void Put(char c) { *write_++ = c; }
  std::size_t PutEnd(const char* begin) { return static_cast<std::size_t>(write_ - begin); }
  void Flush() {}

 private:
  char* read_;
  char* write_;
  char* begin_;
};

std::string_view words(rapidjson::ParseErrorCode code) noexcept {
  switch (code) {
    case rapidjson::kParseErrorDocumentEmpty: return "there is no value";
    case rapidjson::kParseErrorDocumentRootNotSingular: return "there is more behind the value";
    case rapidjson::kParseErrorValueInvalid: return "this is no JSON value";
    case rapidjson::kParseErrorObjectMissName: return "the name of a member is missing";
    case rapidjson::kParseErrorObjectMissColon: return "a ':' is missing behind a name";
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return "a ',' or '}' is missing in an object";
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return "a ',' or ']' is missing in an array";
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
      return "\\u needs four hexadecimal digits";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return "a \\u surrogate without its other half";
    case rapidjson::kParseErrorStringEscapeInvalid:
      return "an unknown escape or a bare control character in a string";
    case rapidjson::kParseErrorStringMissQuotationMark: return "a string has no end";
    case rapidjson::kParseErrorStringInvalidEncoding: return "a string is not valid UTF-8";
    case rapidjson::kParseErrorNumberTooBig: return "a number is too large";
    case rapidjson::kParseErrorNumberMissFraction: return "digits are missing behind a point";
    case rapidjson::kParseErrorNumberMissExponent: return "digits are missing in an exponent";
    default: return "this is no JSON";
  }
}

}  // namespace

// Turns RapidJSON's events into nodes.
class Builder {
 public:
  using Ch = char;
  Builder(Document& document, const InPlaceStream& stream, unsigned max_depth)
      : d_(document), stream_(stream), max_depth_(max_depth) {}

  bool Null() { return scalar(Kind::null); }
  bool Bool(bool v) {
    scalar(Kind::boolean);
    d_.nodes_.back().is_true = v;
    return true;
  }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return scalar(Kind::number); }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    scalar(Kind::string);
    return characters(text, length);
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    push(Kind::string, token_begin(), stream_.Tell());
    ++d_.nodes_[d_.open_.back()].count;
    return characters(text, length);
  }
  // The bracket is not taken off the stream yet.
  bool StartObject() { return open(Kind::object); }
  bool StartArray() { return open(Kind::array); }
  bool EndObject(rapidjson::SizeType) {
    const std::uint32_t object = close();
    return has_distinct_names(object);
  }
  bool EndArray(rapidjson::SizeType) {
    close();
    return true;
  }
  // Never called: numbers come raw.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  // What this refused, empty where it refused nothing.
  [[nodiscard]] const std::string& refusal() const noexcept { return refusal_; }
  [[nodiscard]] std::size_t refused_at() const noexcept { return refused_at_; }

 private:
  // The first character of the token that the stream has just passed.
  [[nodiscard]] std::size_t token_begin() const noexcept {
    std::size_t at = behind_;
    while (at < d_.source_.size()) {
      const char c = d_.source_[at];
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != ',' && c != ':') break;
      ++at;
    }
    return at;
  }

  void push(Kind kind, std::size_t begin, std::size_t end) {
    Document::Node node;
    node.kind = kind;
    node.begin = static_cast<std::uint32_t>(begin);
    node.end = static_cast<std::uint32_t>(end);
    d_.nodes_.push_back(node);
    d_.nodes_.back().next = static_cast<std::uint32_t>(d_.nodes_.size());
    behind_ = end;
  }

  void count_element() {
    if (d_.open_.empty()) return;
    Document::Node& outer = d_.nodes_[d_.open_.back()];
    if (outer.kind == Kind::array) ++outer.count;
  }

  bool scalar(Kind kind) {
    count_element();
    push(kind, token_begin(), stream_.Tell());
    return true;
  }

  bool characters(const char* text, rapidjson::SizeType length) {
    Document::Node& node = d_.nodes_.back();
    node.text = static_cast<std::uint32_t>(text - d_.characters_.data());
    node.length = length;
    // RapidJSON takes the second half of a surrogate pair alone; that gives no UTF-8.
    const bool has_escapes = node.end - node.begin != length + 2;
    if (has_escapes && !detail::is_utf8({text, length}))
      return refuse(node.begin,
                    std::string(words(rapidjson::kParseErrorStringUnicodeSurrogateInvalid)));
    return true;
  }

  bool open(Kind kind) {
    count_element();
    if (d_.open_.size() >= max_depth_) {
      return refuse(stream_.Tell(),
                    "it is nested more than " + std::to_string(max_depth_) + " levels deep");
    }
    d_.open_.push_back(static_cast<std::uint32_t>(d_.nodes_.size()));
    push(kind, stream_.Tell(), stream_.Tell() + 1);
    return true;
  }

  std::uint32_t close() {
    const std::uint32_t container = d_.open_.back();
    d_.open_.pop_back();
    behind_ = stream_.Tell() + 1;
    d_.nodes_[container].end = static_cast<std::uint32_t>(behind_);
    d_.nodes_[container].next = static_cast<std::uint32_t>(d_.nodes_.size());
    return container;
  }

  bool has_distinct_names(std::uint32_t object) {
    auto& names = d_.names_;
    names.clear();
    const Document::Node& container = d_.nodes_[object];
    for (std::uint32_t n = object + 1; n < container.next; n = d_.nodes_[n + 1].next)
      names.push_back(d_.text_of(d_.nodes_[n]));
    constexpr std::size_t few = 16;
    if (names.size() > few) {
      std::sort(names.begin(), names.end());
      const auto twice = std::adjacent_find(names.begin(), names.end());
      return twice == names.end() || refuse_twice(object, *twice);
    }
    for (std::size_t i = 1; i < names.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k)
        if (names[i] == names[k]) return refuse_twice(object, names[i]);
    }
    return true;
  }

  bool refuse_twice(std::uint32_t object, std::string_view name) {
    const Document::Node& container = d_.nodes_[object];
    std::size_t at = container.begin;
    for (std::uint32_t n = object + 1; n < container.next; n = d_.nodes_[n + 1].next)
      if (d_.text_of(d_.nodes_[n]) == name) at = d_.nodes_[n].begin;  // the last one
    return refuse(
        at, "the name \"" + std::string(name.substr(0, shown_characters)) + "\" is there twice");
  }

  bool refuse(std::size_t at, std::string why) {
    refused_at_ = at;
    refusal_ = std::move(why);
    return false;
  }

  Document& d_;
  const InPlaceStream& stream_;
  unsigned max_depth_;
  std::size_t behind_ = 0;  // in the source, behind the last token
  std::string refusal_;
  std::size_t refused_at_ = 0;
};

Value Document::parse(std::string_view text, std::string_view name, const ReadOptions& options) {
  source_ = text;
  name_ = name;
  first_line_ = options.first_line;
  nodes_.clear();
  open_.clear();

  const auto fail = [&](std::size_t at, const std::string& why) {
    const std::size_t line_begin = text.substr(0, at).rfind('\n') + 1;  // npos + 1 is 0
    const auto column = 1 + std::count_if(text.begin() + static_cast<std::ptrdiff_t>(line_begin),
                                          text.begin() + static_cast<std::ptrdiff_t>(at),
                                          [](char c) { return !is_inside(c); });
    const std::string line = std::to_string(line_of(at));
    throw ValidationError(
        (name_.empty() ? "line " + line + ", column " : name_ + ":" + line + ":") +
            std::to_string(column),
        why);
  };
  if (text.size() > options.max_size || text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    fail(0, "the text has " + std::to_string(text.size()) + " bytes, allowed are " +
                std::to_string(options.max_size));
  }
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
    fail(nul, "a NUL byte is not allowed in JSON");
  if (text.starts_with("\xef\xbb\xbf"))
    fail(0, "the text begins with a byte order mark; save it as UTF-8 without one");

  characters_ = text;
  InPlaceStream stream(characters_.data());
  Builder builder(*this, stream, options.max_depth);
  rapidjson::Reader reader;
  constexpr unsigned flags = rapidjson::kParseInsituFlag | rapidjson::kParseValidateEncodingFlag |
                             rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
  const rapidjson::ParseResult result = reader.Parse<flags>(stream, builder);
  if (!builder.refusal().empty()) fail(builder.refused_at(), builder.refusal());
  if (!result) fail(std::min(result.Offset(), text.size()), std::string(words(result.Code())));
  return Value(this, 0);
}

std::string_view Document::text_of(const Node& node) const noexcept {
  if (node.kind == Kind::string) return {characters_.data() + node.text, node.length};
  return source_.substr(node.begin, node.end - node.begin);
}

std::uint64_t Document::line_of(std::size_t offset) const noexcept {
  return first_line_ +
         static_cast<std::uint64_t>(std::count(
             source_.begin(), source_.begin() + static_cast<std::ptrdiff_t>(offset), '\n'));
}

std::string_view to_string(Kind kind) noexcept {
  switch (kind) {
    case Kind::null: return "null";
    case Kind::boolean: return "true or false";
    case Kind::number: return "a number";
    case Kind::string: return "a string";
    case Kind::array: return "an array";
    case Kind::object: return "an object";
  }
  return "a value";
}

Kind Value::kind() const noexcept { return document_->nodes_[node_].kind; }
bool Value::boolean() const noexcept { return document_->nodes_[node_].is_true; }
std::size_t Value::size() const noexcept { return document_->nodes_[node_].count; }

std::string_view Value::text() const noexcept {
  return document_->text_of(document_->nodes_[node_]);
}

Children<Value> Value::elements() const noexcept {
  const auto& node = document_->nodes_[node_];
  return {document_, node.kind == Kind::array ? node_ + 1 : node.next, node.next};
}

Children<Member> Value::members() const noexcept {
  const auto& node = document_->nodes_[node_];
  return {document_, node.kind == Kind::object ? node_ + 1 : node.next, node.next};
}

std::optional<Value> Value::find(std::string_view name) const noexcept {
  for (const Member& member : members())
    if (member.name == name) return member.value;
  return std::nullopt;
}

namespace {

template <class T>
std::optional<T> whole(std::string_view digits) noexcept {
  T v{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), v);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return v;
}

}  // namespace

std::optional<std::int64_t> Value::as_int64() const noexcept {
  return is(Kind::number) ? whole<std::int64_t>(text()) : std::nullopt;
}

std::optional<std::uint64_t> Value::as_uint64() const noexcept {
  if (!is(Kind::number)) return std::nullopt;
  return text() == "-0" ? std::uint64_t{0} : whole<std::uint64_t>(text());
}

std::string_view Value::source() const noexcept {
  const auto& node = document_->nodes_[node_];
  return document_->source_.substr(node.begin, node.end - node.begin);
}

std::uint64_t Value::line() const noexcept {
  return document_->line_of(document_->nodes_[node_].begin);
}

std::string Value::where() const {
  const std::string& name = document_->name_;
  return (name.empty() ? "line " : name + ":") + std::to_string(line());
}

std::string Value::excerpt() const {
  const std::string_view all = source();
  std::size_t cut = std::min(all.size(), shown_characters);
  while (cut < all.size() && cut > 0 && is_inside(all[cut])) --cut;
  std::string out(all.substr(0, cut));
  std::replace(out.begin(), out.end(), '\n', ' ');
  return cut < all.size() ? out + "..." : out;
}

void Value::refuse(const std::string& message) const { throw ValidationError(where(), message); }

}  // namespace kindred::json
