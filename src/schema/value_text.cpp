// Values as Python's repr() prints them.
#include <algorithm>
#include <array>

#include "kindred/detail/schema_node.hpp"
#include "schema/numbers.hpp"
#include "schema/sequence_form.hpp"
#include "schema/value_text.hpp"

namespace kindred::schema {
namespace {

// Deeper values than any input may be are cut.
constexpr unsigned deepest = 1000;
constexpr std::string_view masked = "'**********'";

void append_hex(std::string& out, char letter, std::uint32_t v, unsigned digits) {
  out += '\\';
  out += letter;
  for (unsigned i = digits; i-- > 0;) out += "0123456789abcdef"[v >> (4 * i) & 15];
}

// Separators, controls, format characters and private ones: what Python escapes, but for code
// points that Unicode has not assigned.
bool is_printable(std::uint32_t c) {
  struct Range {
    std::uint32_t first, last;
  };
  static constexpr std::array<Range, 27> escaped{{
      {0x00, 0x1f},       {0x7f, 0xa0},       {0xad, 0xad},        {0x600, 0x605},
      {0x61c, 0x61c},     {0x6dd, 0x6dd},     {0x70f, 0x70f},      {0x890, 0x891},
      {0x8e2, 0x8e2},     {0x1680, 0x1680},   {0x180e, 0x180e},    {0x2000, 0x200f},
      {0x2028, 0x202f},   {0x205f, 0x206f},   {0x3000, 0x3000},    {0xd800, 0xf8ff},
      {0xfdd0, 0xfdef},   {0xfeff, 0xfeff},   {0xfff0, 0xfffb},    {0xfffe, 0xffff},
      {0x110bd, 0x110bd}, {0x110cd, 0x110cd}, {0x13430, 0x1343f},  {0x1bca0, 0x1bca3},
      {0x1d173, 0x1d17a}, {0xe0000, 0xe00ff}, {0xe01f0, 0x10ffff},
  }};
  const auto range = std::lower_bound(
      escaped.begin(), escaped.end(), c,
      [](const Range& candidate, std::uint32_t point) { return candidate.last < point; });
  return range == escaped.end() || c < range->first;
}

// The code point that begins at `i`, and its length. Text is UTF-8; a byte that is not counts as
// itself.
std::uint32_t code_point(std::string_view text, std::size_t i, std::size_t& length) {
  const auto byte = [&](std::size_t at) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[at]));
  };
  const std::uint32_t first = byte(i);
  length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  if (length == 1 || i + length > text.size()) {
    length = 1;
    return first;
  }
  std::uint32_t out = first & (0xffu >> (length + 1));
  for (std::size_t k = 1; k < length; ++k) out = out << 6 | (byte(i + k) & 0x3f);
  return out;
}

void append_escaped(std::string& out, std::uint32_t c) {
  if (c == '\n') {
    out += "\\n";
  } else if (c == '\r') {
    out += "\\r";
  } else if (c == '\t') {
    out += "\\t";
  } else if (c <= 0xff) {
    append_hex(out, 'x', c, 2);
  } else if (c <= 0xffff) {
    append_hex(out, 'u', c, 4);
  } else {
    append_hex(out, 'U', c, 8);
  }
}

// Single quotes, but double ones around a text that has single and no double quotes.
char quote_of(std::string_view text) {
  const bool has_single = text.find('\'') != std::string_view::npos;
  return has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
}

void append_bytes(std::string& out, const Bytes& bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const char quote = quote_of(text);
  out += 'b';
  out += quote;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == quote || c == '\\') out += '\\';
    if (byte >= 0x20 && byte < 0x7f) {
      out += c;
    } else {
      append_escaped(out, byte);
    }
  }
  out += quote;
}

void append_zone(std::string& out, std::int32_t offset) {
  if (offset != DateTime::naive) out += ", tzinfo=TzInfo(" + std::to_string(offset) + ')';
}

// "12, 13" and as many further parts as are needed.
void append_clock(std::string& out, std::int64_t micros) {
  const std::int64_t seconds = micros / 1'000'000;
  const std::int64_t rest = micros % 1'000'000;
  out += std::to_string(seconds / 3600) + ", " + std::to_string(seconds / 60 % 60);
  if (seconds % 60 != 0 || rest != 0) out += ", " + std::to_string(seconds % 60);
  if (rest != 0) out += ", " + std::to_string(rest);
}

void append_day(std::string& out, date day) {
  const std::chrono::year_month_day v(day);
  out += std::to_string(static_cast<int>(v.year())) + ", " +
         std::to_string(static_cast<unsigned>(v.month())) + ", " +
         std::to_string(static_cast<unsigned>(v.day()));
}

void append_datetime(std::string& out, const DateTime& v) {
  const auto day = std::chrono::floor<std::chrono::days>(time_point(Duration(v.micros)));
  out += "datetime.datetime(";
  append_day(out, day);
  out += ", ";
  append_clock(out, v.micros - Duration(day.time_since_epoch()).count());
  append_zone(out, v.offset);
  out += ')';
}

// Days may be negative, seconds and microseconds not.
void append_duration(std::string& out, Duration v) {
  constexpr std::int64_t second = 1'000'000;
  constexpr std::int64_t day = 86'400 * second;
  std::int64_t days = v.count() / day;
  std::int64_t rest = v.count() % day;
  if (rest < 0) rest += day, --days;
  std::string parts;
  const auto part = [&](const char* name, std::int64_t n) {
    if (n == 0) return;
    if (!parts.empty()) parts += ", ";
    parts += name + std::to_string(n);
  };
  part("days=", days);
  part("seconds=", rest / second);
  part("microseconds=", rest % second);
  out += "datetime.timedelta(" + (parts.empty() ? std::string("0") : parts) + ')';
}

std::string_view class_of(const Ip& v) {
  static constexpr std::array<std::string_view, 6> names = {
      "IPv4Address", "IPv6Address", "IPv4Interface", "IPv6Interface", "IPv4Network", "IPv6Network"};
  return names[static_cast<std::size_t>(v.form) * 2 + (v.version == 6 ? 1 : 0)];
}

class Printer {
 public:
  explicit Printer(std::string& out) : out_(out) {}
  void print(const Value& v) {
    if (depth_ >= deepest) {
      out_ += "...";
      return;
    }
    ++depth_;
    std::visit([&](const auto& held) { put(held); }, v.variant());
    --depth_;
  }

 private:
  void put(std::monostate) { out_ += "None"; }
  void put(bool v) { out_ += v ? "True" : "False"; }
  void put(std::int64_t v) { out_ += std::to_string(v); }
  void put(const BigInt& v) { out_ += v.digits; }
  void put(double v) { out_ += detail::python_float(v); }
  void put(const std::string& v) { detail::append_repr(out_, v); }
  void put(const Bytes& v) { append_bytes(out_, v); }
  void put(date v) {
    out_ += "datetime.date(";
    append_day(out_, v);
    out_ += ')';
  }
  void put(const TimeOfDay& v) {
    out_ += "datetime.time(";
    append_clock(out_, v.micros);
    append_zone(out_, v.offset);
    out_ += ')';
  }
  void put(const DateTime& v) { append_datetime(out_, v); }
  void put(Duration v) { append_duration(out_, v); }
  void put(const Uuid& v) { call("UUID", v.to_string()); }
  void put(const BigDecimal& v) { call("Decimal", v.to_string()); }
  void put(const Url& v) { call("Url", v.text); }
  void put(const MultiHostUrl& v) { call("MultiHostUrl", v.text); }
  void put(const NameEmail& v) {
    out_ += "NameEmail(name=";
    detail::append_repr(out_, v.name);
    out_ += ", email=";
    detail::append_repr(out_, v.email);
    out_ += ')';
  }
  void put(const Ip& v) { call(class_of(v), v.to_string()); }
  void put(const Enumerator& v) {
    out_ += '<' + v.type + '.' + v.name + ": ";
    print(v.value);
    out_ += '>';
  }
  void put(const Secret&) { out_ += masked; }
  void put(const Sequence& v) {
    using Form = Sequence::Form;
    if (v.form == Form::frozen_set) out_ += "frozenset(";
    if (v.items.empty() && v.form != Form::list && v.form != Form::tuple) {
      out_ += v.form == Form::set ? "set()" : "";
    } else {
      const bool is_set = detail::is_set(v.form);
      out_ += v.form == Form::list ? '[' : is_set ? '{' : '(';
      items(v.items);
      if (v.form == Form::tuple && v.items.size() == 1) out_ += ',';
      out_ += v.form == Form::list ? ']' : is_set ? '}' : ')';
    }
    if (v.form == Form::frozen_set) out_ += ')';
  }
  void put(const Dict& v) {
    out_ += '{';
    bool is_first = true;
    entries(v, is_first);
    out_ += '}';
  }
  void put(const Object& v) {
    const bool is_dict = v.model != nullptr && v.model->form == detail::Model::Form::typed_dict;
    out_ += is_dict ? std::string("{") : std::string(v.class_name()) + '(';
    bool is_first = true;
    for (std::size_t i = 0; i < v.members.size(); ++i) {
      if (i < v.absent.size() && v.absent[i]) continue;
      name(v.member_name(i), is_dict, is_first);
      print(v.members[i]);
    }
    if (v.extra && is_dict) entries(*v.extra, is_first);
    if (v.extra && !is_dict) extras(*v.extra, is_first);
    out_ += is_dict ? '}' : ')';
  }
  template <class T>
  void put(const detail::Box<T>& v) {
    put(*v);
  }

  void call(std::string_view function, std::string_view text) {
    out_.append(function) += '(';
    detail::append_repr(out_, text);
    out_ += ')';
  }
  void separate(bool& is_first) {
    if (!is_first) out_ += ", ";
    is_first = false;
  }
  void name(std::string_view text, bool is_dict, bool& is_first) {
    separate(is_first);
    if (is_dict) {
      detail::append_repr(out_, text);
      out_ += ": ";
    } else {
      out_.append(text) += '=';
    }
  }
  void items(const std::vector<Value>& values) {
    bool is_first = true;
    for (const Value& value : values) {
      separate(is_first);
      print(value);
    }
  }
  void entries(const Dict& dict, bool& is_first) {
    for (const auto& [key, value] : dict.items) {
      separate(is_first);
      print(key);
      out_ += ": ";
      print(value);
    }
  }
  void extras(const Dict& dict, bool& is_first) {
    for (const auto& [key, value] : dict.items) {
      const auto* text = key.get_if<std::string>();
      name(text == nullptr ? std::string_view() : std::string_view(*text), false, is_first);
      print(value);
    }
  }

  std::string& out_;
  unsigned depth_ = 0;
};

}  // namespace

void detail::append_repr(std::string& out, std::string_view text) {
  const char quote = quote_of(text);
  out += quote;
  for (std::size_t i = 0, length = 1; i < text.size(); i += length) {
    const std::uint32_t c = code_point(text, i, length);
    if (c == static_cast<unsigned char>(quote) || c == '\\') out += '\\';
    if (is_printable(c)) {
      out.append(text.substr(i, length));
    } else {
      append_escaped(out, c);
    }
  }
  out += quote;
}

std::string Value::to_string() const {
  std::string out;
  Printer(out).print(*this);
  return out;
}

}  // namespace kindred::schema
