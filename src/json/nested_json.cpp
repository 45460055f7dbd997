#include "json/nested_json.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <set>
#include <string_view>

#include "json/base64.hpp"
#include "kindred/detail/utf8.hpp"
#include "kindred/detail/value_kind.hpp"
#include "kindred/error.hpp"

namespace kindred::json {
namespace {

using detail::ValueKind;

bool is_marker(std::string_view name) noexcept { return name.starts_with('$'); }

// Whether a structure's members can stand under their names.
bool has_usable_names(const Type& type) {
  std::set<std::string_view> seen;
  return std::all_of(type.members.begin(), type.members.end(), [&](const TypeMember& m) {
    return !m.name.empty() && !is_marker(m.name) && seen.insert(m.name).second;
  });
}

// Whether null is among the forms of a type's values, so that an optional of it needs another one.
bool may_be_null(const Type& type) noexcept { return type.code == TypeCode::optional; }

// The bytes are no value of the type, or one that JSON would not give back.
class Unreadable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

template <class T>
T load(ByteView from) noexcept {
  T v;
  std::memcpy(&v, from.data(), sizeof v);
  return v;
}

int128 power_of_ten(unsigned n) noexcept {
  int128 out = 1;
  while (n-- > 0) out *= 10;
  return out;
}

class NestedWriter {
 public:
  NestedWriter(Writer& out, ByteView bytes, BytesForm form)
      : out_(out), rest_(bytes), form_(form) {}

  void run(const Type& type) {
    value(type);
    if (!rest_.empty()) throw Unreadable("bytes are left over");
  }

 private:
  ByteView take(std::size_t n) {
    if (n > rest_.size()) throw Unreadable("the bytes end early");
    const ByteView out = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return out;
  }

  std::uint64_t take_varint() {
    std::uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1).front());
      const std::uint64_t bits = byte & 0x7fu;
      if (shift == 63 && bits > 1) break;
      v |= bits << shift;
      if (byte < 0x80) {
        if (byte == 0 && shift > 0) break;
        return v;
      }
    }
    throw Unreadable("a length is malformed");
  }

  // Each element has at least one byte: a count cannot make more work than there are bytes.
  std::size_t take_count() {
    const std::uint64_t n = take_varint();
    if (n > rest_.size()) throw Unreadable("a count is larger than the bytes that are left");
    return static_cast<std::size_t>(n);
  }

  void value(const Type& type) {
    switch (type.code) {
      case TypeCode::structure: structure(type); return;
      case TypeCode::tuple:
        out_.begin_array(Layout::in_line);
        for (const TypeMember& m : type.members) value(m.type);
        out_.end_array();
        return;
      case TypeCode::list:
      case TypeCode::set: {
        out_.begin_array(Layout::in_line);
        for (std::size_t n = take_count(); n > 0; --n) value(type.members.front().type);
        out_.end_array();
        return;
      }
      case TypeCode::map: map(type); return;
      case TypeCode::optional: optional(type.members.front().type); return;
      case TypeCode::variant: variant(type); return;
      default: write_value(out_, type, scalar(type), form_);
    }
  }

  void structure(const Type& type) {
    const bool named = has_usable_names(type);
    named ? out_.begin_object(Layout::in_line) : out_.begin_array(Layout::in_line);
    for (const TypeMember& m : type.members) {
      if (named) out_.key(m.name);
      value(m.type);
    }
    named ? out_.end_object() : out_.end_array();
  }

  void map(const Type& type) {
    const Type& key = type.members[0].type;
    const bool named = key.code == TypeCode::text && has_distinct_keys(type);
    named ? out_.begin_object(Layout::in_line) : out_.begin_array(Layout::in_line);
    for (std::size_t n = take_count(); n > 0; --n) {
      if (named) {
        out_.key(scalar(key).get<std::string>());
      } else {
        out_.begin_array(Layout::in_line);
        value(key);
      }
      value(type.members[1].type);
      if (!named) out_.end_array();
    }
    named ? out_.end_object() : out_.end_array();
  }

  // Looks ahead through a map with text keys.
  bool has_distinct_keys(const Type& type) {
    std::string unused;
    Writer nowhere(unused);
    NestedWriter ahead(nowhere, rest_, form_);
    std::set<std::string> seen;
    for (std::size_t n = ahead.take_count(); n > 0; --n) {
      auto key = ahead.scalar(type.members[0].type).get<std::string>();
      if (is_marker(key) || !seen.insert(std::move(key)).second) return false;
      ahead.value(type.members[1].type);
      unused.clear();
    }
    return true;
  }

  void optional(const Type& type) {
    const char mark = take(1).front();
    if (mark != 0 && mark != 1) throw Unreadable("an optional's mark is neither 0 nor 1");
    if (mark == 0) {
      out_.null();
    } else if (may_be_null(type)) {
      out_.begin_object(Layout::in_line);
      out_.key("$some");
      value(type);
      out_.end_object();
    } else {
      value(type);
    }
  }

  void variant(const Type& type) {
    const std::uint64_t index = take_varint();
    if (index >= type.members.size()) throw Unreadable("a variant has no such alternative");
    out_.begin_object(Layout::in_line);
    out_.key("$index");
    out_.natural(index);
    out_.key("$value");
    value(type.members[static_cast<std::size_t>(index)].type);
    out_.end_object();
  }

  // Everything that is one value in JSON too.
  kindred::Value scalar(const Type& type) {
    switch (type.code) {
      case TypeCode::text:
      case TypeCode::json: {
        const ByteView text = take(take_count());
        if (!detail::is_utf8(text)) throw Unreadable("text is not valid UTF-8");
        return std::string(text);
      }
      case TypeCode::bytes:
      case TypeCode::opaque: {
        const ByteView bytes = take(take_count());
        Bytes out(bytes.size());
        if (!bytes.empty()) std::memcpy(out.data(), bytes.data(), bytes.size());
        return out;
      }
      default: return fixed(type, take(type.width()));
    }
  }

  static kindred::Value fixed(const Type& type, ByteView bytes) {
    switch (type.code == TypeCode::enumeration ? type.underlying : type.code) {
      case TypeCode::boolean:
        if (bytes.front() != 0 && bytes.front() != 1) throw Unreadable("a bool is neither 0 nor 1");
        return bytes.front() == 1;
      case TypeCode::int8: return std::int64_t{load<std::int8_t>(bytes)};
      case TypeCode::int16: return std::int64_t{load<std::int16_t>(bytes)};
      case TypeCode::int32: return std::int64_t{load<std::int32_t>(bytes)};
      case TypeCode::int64: return load<std::int64_t>(bytes);
      case TypeCode::uint8: return std::uint64_t{load<std::uint8_t>(bytes)};
      case TypeCode::uint16: return std::uint64_t{load<std::uint16_t>(bytes)};
      case TypeCode::uint32: return std::uint64_t{load<std::uint32_t>(bytes)};
      case TypeCode::uint64: return load<std::uint64_t>(bytes);
      case TypeCode::float32: {
        const auto v = load<float>(bytes);
        // Widening makes a signalling NaN quiet.
        const auto back = static_cast<float>(static_cast<double>(v));
        if (std::memcmp(&back, bytes.data(), sizeof back) != 0)
          throw Unreadable("a float is a signalling NaN");
        return static_cast<double>(v);
      }
      case TypeCode::float64: return load<double>(bytes);
      case TypeCode::day: return date(std::chrono::days(load<std::int32_t>(bytes)));
      case TypeCode::datetime:
        return time_point(std::chrono::microseconds(load<std::int64_t>(bytes)));
      case TypeCode::instant:
      case TypeCode::duration: return Ticks{load<std::int64_t>(bytes)};
      case TypeCode::decimal: {
        const int128 v = bytes.size() == 8 ? load<std::int64_t>(bytes) : load<int128>(bytes);
        const int128 limit = power_of_ten(type.precision);
        if (v >= limit || v <= -limit) throw Unreadable("a decimal has too many digits");
        return Number{v, type.scale};
      }
      case TypeCode::uuid: return load<Uuid>(bytes);
      default: throw Unreadable("the type " + type.to_string() + " is unknown");
    }
  }

  Writer& out_;
  ByteView rest_;
  BytesForm form_;
};

// ---- reading

void append_varint(std::string& out, std::uint64_t v) {
  for (; v >= 0x80; v >>= 7) out += static_cast<char>((v & 0x7f) | 0x80);
  out += static_cast<char>(v);
}

template <class T>
void append(std::string& out, T v) {
  char bytes[sizeof v];
  std::memcpy(bytes, &v, sizeof v);
  out.append(bytes, sizeof v);
}

class NestedReader {
 public:
  explicit NestedReader(ReadMode mode) : mode_(mode) {}

  void value(const Value& from, const Type& type) {
    switch (type.code) {
      case TypeCode::structure: structure(from, type); return;
      case TypeCode::tuple: members(from, type); return;
      case TypeCode::list:
      case TypeCode::set: list(from, type.members.front().type); return;
      case TypeCode::map: map(from, type); return;
      case TypeCode::optional: optional(from, type.members.front().type); return;
      case TypeCode::variant: variant(from, type); return;
      default: scalar(from, type);
    }
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  static void expect(const Value& from, Kind kind, const Type& type) {
    if (!from.is(kind)) {
      throw Misfit(from, "expected " + std::string(to_string(kind)) + " for " + type.to_string() +
                             ", found " + from.excerpt());
    }
  }

  void structure(const Value& from, const Type& type) {
    if (!has_usable_names(type)) {
      members(from, type);
      return;
    }
    expect(from, Kind::object, type);
    for (const TypeMember& m : type.members) {
      const auto part = from.find(m.name);
      if (!part) throw Misfit(from, type.to_string() + " lacks its member \"" + m.name + "\"");
      value(*part, m.type);
    }
    for (const Member& part : from.members()) {
      const bool known = std::any_of(type.members.begin(), type.members.end(),
                                     [&](const TypeMember& m) { return m.name == part.name; });
      if (!known) {
        throw Misfit(part.value,
                     type.to_string() + " has no member \"" + std::string(part.name) + "\"");
      }
    }
  }

  void members(const Value& from, const Type& type) {
    expect(from, Kind::array, type);
    if (from.size() != type.members.size()) {
      throw Misfit(from, type.to_string() + " has " + std::to_string(type.members.size()) +
                             " members, found are " + std::to_string(from.size()));
    }
    auto member = type.members.begin();
    for (const Value part : from.elements()) value(part, (member++)->type);
  }

  void list(const Value& from, const Type& element) {
    Type whole;
    whole.code = TypeCode::list;
    whole.members.push_back({"", element});
    expect(from, Kind::array, whole);
    append_varint(out_, from.size());
    const std::size_t begin = out_.size();
    for (const Value part : from.elements()) value(part, element);
    check_content(from, begin);
  }

  void map(const Value& from, const Type& type) {
    const Type& key = type.members[0].type;
    const Type& mapped = type.members[1].type;
    const bool named = key.code == TypeCode::text && from.is(Kind::object);
    if (!named) expect(from, Kind::array, type);
    append_varint(out_, from.size());
    const std::size_t begin = out_.size();
    if (named) {
      for (const Member& entry : from.members()) {
        text(entry.name);
        value(entry.value, mapped);
      }
    } else {
      for (const Value entry : from.elements()) {
        if (!entry.is(Kind::array) || entry.size() != 2)
          throw Misfit(
              entry, "expected [key,value] in " + type.to_string() + ", found " + entry.excerpt());
        auto part = entry.elements().begin();
        value(*part, key);
        value(*++part, mapped);
      }
    }
    check_content(from, begin);
  }

  // The stored form counts on elements of at least one byte.
  void check_content(const Value& from, std::size_t begin) const {
    if (out_.size() - begin < from.size())
      throw Misfit(from, "a container of elements without content cannot be stored");
  }

  void optional(const Value& from, const Type& type) {
    if (from.is(Kind::null)) {
      out_ += '\0';
      return;
    }
    out_ += '\1';
    if (!may_be_null(type)) {
      value(from, type);
      return;
    }
    const auto some = from.size() == 1 ? from.find("$some") : std::nullopt;
    if (!some) throw Misfit(from, "expected null or {\"$some\":...}, found " + from.excerpt());
    value(*some, type);
  }

  void variant(const Value& from, const Type& type) {
    const auto index = from.find("$index");
    const auto held = from.find("$value");
    if (!index || !held || from.size() != 2)
      throw Misfit(
          from, "expected {\"$index\":...,\"$value\":...} for a variant, found " + from.excerpt());
    const auto number = index->as_uint64();
    if (!number || *number >= type.members.size()) {
      throw Misfit(*index, "the variant has alternatives 0 to " +
                               std::to_string(type.members.size() - 1) + ", found " +
                               index->excerpt());
    }
    append_varint(out_, *number);
    value(*held, type.members[static_cast<std::size_t>(*number)].type);
  }

  void text(std::string_view v) {
    append_varint(out_, v.size());
    out_ += v;
  }

  void scalar(const Value& from, const Type& type) {
    if (from.is(Kind::null) && type.code != TypeCode::json)
      throw Misfit(from, "null is no value of type " + type.to_string());
    const kindred::Value v =
        from.is(Kind::null) ? kindred::Value("null") : read_value(from, type, mode_);
    switch (detail::kind_of(v)) {
      case ValueKind::boolean: out_ += v.get<bool>() ? '\1' : '\0'; return;
      case ValueKind::integer:
        integer(static_cast<std::uint64_t>(v.get<std::int64_t>()), type);
        return;
      case ValueKind::natural: integer(v.get<std::uint64_t>(), type); return;
      case ValueKind::real:
        if (type.code == TypeCode::float32) {
          append(out_, static_cast<float>(v.get<double>()));
        } else {
          append(out_, v.get<double>());
        }
        return;
      case ValueKind::text: text(v.get<std::string>()); return;
      case ValueKind::bytes: {
        const auto& bytes = v.get<Bytes>();
        text({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        return;
      }
      case ValueKind::day:
        append(out_, static_cast<std::int32_t>(v.get<date>().time_since_epoch().count()));
        return;
      case ValueKind::datetime:
        append(out_, static_cast<std::int64_t>(v.get<time_point>().time_since_epoch().count()));
        return;
      case ValueKind::ticks: append(out_, v.get<Ticks>().count); return;
      case ValueKind::decimal:
        if (type.width() == 8) {
          append(out_, static_cast<std::int64_t>(v.get<Number>().unscaled));
        } else {
          append(out_, v.get<Number>().unscaled);
        }
        return;
      case ValueKind::uuid: append(out_, v.get<Uuid>()); return;
      case ValueKind::null:
      case ValueKind::nested: break;
    }
    throw Misfit(from, from.excerpt() + " is no value of type " + type.to_string());
  }

  // The low bytes of two's complement.
  void integer(std::uint64_t v, const Type& type) {
    char bytes[sizeof v];
    std::memcpy(bytes, &v, sizeof v);
    out_.append(bytes, type.width());
  }

  ReadMode mode_;
  std::string out_;
};

}  // namespace

void write_nested(Writer& out, const Type& type, ByteView encoded, BytesForm form) {
  std::string text;
  try {
    Writer inner(text);
    NestedWriter(inner, encoded, form).run(type);
    // A column's null is written so.
    if (text == "null") throw Unreadable("an empty optional is all there is");
  } catch (const Unreadable&) {
    std::string bytes;
    append_base64(bytes, encoded);
    out.begin_object(Layout::in_line);
    out.key("$nested");
    out.string(bytes);
    out.end_object();
    return;
  }
  out.raw(text);
}

std::string read_nested(const Value& from, const Type& type, ReadMode mode) {
  const auto raw = from.size() == 1 ? from.find("$nested") : std::nullopt;
  if (raw) {
    const auto bytes = raw->is(Kind::string) ? decode_base64(raw->text()) : std::nullopt;
    if (!bytes) throw Misfit(*raw, raw->excerpt() + " is not base64 (standard alphabet, padded)");
    return *bytes;
  }
  NestedReader reader(mode);
  reader.value(from, type);
  return reader.take();
}

}  // namespace kindred::json
