#include "json/type_json.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <numeric>

#include "kindred/detail/spelling.hpp"
#include "kindred/detail/value_kind.hpp"

namespace kindred::json {
namespace {

constexpr TypeCode all_codes[] = {
    TypeCode::boolean,  TypeCode::int8,    TypeCode::int16,     TypeCode::int32,
    TypeCode::int64,    TypeCode::uint8,   TypeCode::uint16,    TypeCode::uint32,
    TypeCode::uint64,   TypeCode::float32, TypeCode::float64,   TypeCode::text,
    TypeCode::bytes,    TypeCode::day,     TypeCode::datetime,  TypeCode::instant,
    TypeCode::duration, TypeCode::decimal, TypeCode::uuid,      TypeCode::enumeration,
    TypeCode::json,     TypeCode::opaque,  TypeCode::structure, TypeCode::list,
    TypeCode::set,      TypeCode::map,     TypeCode::optional,  TypeCode::variant,
    TypeCode::tuple,
};

// "int64", "decimal", "list": what stands in front of any attributes.
std::string keyword(TypeCode code) {
  Type type;
  type.code = code;
  std::string out = type.to_string();
  return out.substr(0, out.find_first_of("(<"));
}

bool has_period(TypeCode code) noexcept {
  return code == TypeCode::instant || code == TypeCode::duration;
}

// How a member is called that was given no name.
std::string usual_name(const Type& outer, std::size_t i) {
  if (outer.code == TypeCode::map) return i == 0 ? "key" : "value";
  if (outer.code == TypeCode::structure) return "f" + std::to_string(i);
  return std::to_string(i);
}

bool is_one_string(const Type& type) {
  if (type.code == TypeCode::enumeration || type.code == TypeCode::opaque ||
      type.code == TypeCode::structure) {
    return false;
  }
  for (std::size_t i = 0; i < type.members.size(); ++i) {
    if (type.members[i].name != usual_name(type, i) || !is_one_string(type.members[i].type))
      return false;
  }
  // Without parts the string could not tell it from one whose parts stand in "members".
  return !type.is_nested() || !type.members.empty();
}

bool set_period(Type& type, std::string_view text) {
  const auto take = [](std::string_view digits, std::int64_t& into) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), into);
    return error == std::errc() && end == digits.data() + digits.size() && into > 0;
  };
  const std::size_t slash = text.find('/');
  type.period_den = 1;
  if (!take(text.substr(0, slash), type.period_num)) return false;
  if (slash != std::string_view::npos && !take(text.substr(slash + 1), type.period_den))
    return false;
  const std::int64_t common = std::gcd(type.period_num, type.period_den);
  type.period_num /= common;
  type.period_den /= common;
  return true;
}

// Reads "map<string, list<decimal(10,2)>>".
class TypeText {
 public:
  TypeText(std::string_view text, const ObjectReader& from, const Value& at)
      : rest_(text), from_(from), at_(at) {}

  Type run() {
    Type type = read(1);
    skip_blanks();
    if (!rest_.empty()) refuse("there is more behind the type");
    return type;
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    from_.refuse(at_, at_.excerpt() + " is no type: " + why);
  }

  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size())); }

  bool take(char c) {
    skip_blanks();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void expect(char c) {
    if (!take(c)) refuse(std::string("'") + c + "' is missing");
  }

  std::string_view until(std::string_view ends) {
    skip_blanks();
    const std::string_view out = rest_.substr(0, std::min(rest_.find_first_of(ends), rest_.size()));
    rest_.remove_prefix(out.size());
    return out.substr(0, out.find_last_not_of(' ') + 1);
  }

  std::uint8_t small() {
    const std::string_view digits = until(",)");
    std::uint8_t v = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), v);
    if (error != std::errc() || end != digits.data() + digits.size())
      refuse("'" + std::string(digits) + "' is no precision or scale");
    return v;
  }

  Type read(unsigned depth) {
    if (depth > detail::max_type_depth)
      refuse("it is nested more than " + std::to_string(detail::max_type_depth) + " levels deep");
    const std::string_view word = until("(<>, ");
    const auto at = std::find_if(std::begin(all_codes), std::end(all_codes),
                                 [&](TypeCode code) { return keyword(code) == word; });
    if (at == std::end(all_codes)) unknown(word);
    Type type;
    type.code = *at;
    if (type.code == TypeCode::decimal && take('(')) {
      type.precision = small();
      if (take(',')) type.scale = small();
      expect(')');
    } else if (has_period(type.code) && take('(')) {
      const std::string_view period = until(")");
      if (!set_period(type, period))
        refuse("'" + std::string(period) + "' is no period such as 1/1000");
      expect(')');
    } else if (type.is_nested() && type.code != TypeCode::structure && take('<')) {
      if (!take('>')) {
        do {
          Type part = read(depth + 1);
          if (part.code == TypeCode::enumeration || part.code == TypeCode::opaque ||
              part.code == TypeCode::structure) {
            refuse("a part that is " + keyword(part.code) + " needs its keys: use \"members\"");
          }
          type.members.push_back({usual_name(type, type.members.size()), std::move(part)});
        } while (take(','));
        expect('>');
      }
    }
    return type;
  }

  [[noreturn]] void unknown(std::string_view word) const {
    std::vector<std::string> known;
    for (const TypeCode code : all_codes) known.push_back(keyword(code));
    refuse("there is no type '" + std::string(word) + "'" +
           detail::did_you_mean(word, known,
                                [](const std::string& there) { return std::string_view(there); }));
  }

  std::string_view rest_;
  const ObjectReader& from_;
  const Value& at_;
};

void write_names(Writer& out, const Type& type) {
  out.key("names");
  out.begin_object(Layout::in_line);
  for (const EnumName& n : type.names) {
    out.key(n.name);
    if (detail::kind_of(type) == detail::ValueKind::natural) {
      out.natural(static_cast<std::uint64_t>(n.value));
    } else {
      out.integer(n.value);
    }
  }
  out.end_object();
}

void read_names(const Value& names, Type& type, const ObjectReader& from) {
  if (names.is(Kind::array)) {
    for (const std::string& name : from.names_in(names, "names"))
      type.names.push_back({static_cast<std::int64_t>(type.names.size()), name});
    return;
  }
  if (!names.is(Kind::object))
    from.refuse(names, "\"names\" must be an object name:number or an array of names, found " +
                           names.excerpt());
  for (const Member& member : names.members()) {
    const auto natural = member.value.as_uint64();
    const auto integer = member.value.as_int64();
    const bool is_natural = detail::kind_of(type) == detail::ValueKind::natural;
    if (is_natural ? !natural : !integer) {
      from.refuse(member.value, "the number of \"" + std::string(member.name) +
                                    "\" is out of range: " + member.value.excerpt());
    }
    type.names.push_back(
        {is_natural ? static_cast<std::int64_t>(*natural) : *integer, std::string(member.name)});
  }
}

void read_members(const Value& members, Type& type, const ObjectReader& from) {
  if (!members.is(Kind::array))
    from.refuse(members, "\"members\" must be an array, found " + members.excerpt());
  for (const Value part : members.elements()) {
    const std::string usual = usual_name(type, type.members.size());
    ObjectReader member(part, from.what() + ": member " + usual, from.unknown());
    TypeMember read;
    read.name = member.text("name").value_or(usual);
    member.rename(from.what() + ": member " + read.name);
    read.type = read_type(member);
    member.finish();
    type.members.push_back(std::move(read));
  }
}

}  // namespace

void write_type(Writer& out, const Type& type) {
  out.key("type");
  if (type.code == TypeCode::decimal) {
    out.string(keyword(type.code));
    out.key("precision");
    out.natural(type.precision);
    out.key("scale");
    out.natural(type.scale);
    return;
  }
  if (is_one_string(type)) {
    out.string(type.to_string());
    return;
  }
  out.string(keyword(type.code));
  if (!type.name.empty()) {
    out.key("type_name");
    out.string(type.name);
  }
  if (type.code == TypeCode::enumeration) {
    Type underlying;
    underlying.code = type.underlying;
    out.key("underlying");
    out.string(underlying.to_string());
    write_names(out, type);
  }
  if (!type.is_nested()) return;
  out.key("members");
  out.begin_array(Layout::in_line);
  for (const TypeMember& member : type.members) {
    out.begin_object(Layout::in_line);
    out.key("name");
    out.string(member.name);
    write_type(out, member.type);
    out.end_object();
  }
  out.end_array();
}

Type read_type(ObjectReader& from) {
  const std::string text = from.require_text("type");
  const Value at = from.require("type");
  Type type = TypeText(text, from, at).run();

  const auto only_for = [&](std::string_view key, bool fits) {
    const auto value = from.find(key);
    if (value && !fits) {
      from.refuse(*value,
                  "\"" + std::string(key) + "\" does not belong to the type " + type.to_string());
    }
    return value;
  };
  const bool is_enum = type.code == TypeCode::enumeration;
  if (only_for("precision", type.code == TypeCode::decimal))
    type.precision = static_cast<std::uint8_t>(*from.number("precision", 38));
  if (only_for("scale", type.code == TypeCode::decimal))
    type.scale = static_cast<std::uint8_t>(*from.number("scale", 38));
  if (const auto period = only_for("period", has_period(type.code))) {
    if (!set_period(type, *from.text("period")))
      from.refuse(*period,
                  "\"period\" must be seconds such as \"1/1000\", found " + period->excerpt());
  }
  if (only_for("type_name",
               is_enum || type.code == TypeCode::opaque || type.code == TypeCode::structure)) {
    type.name = *from.text("type_name");
  }
  if (const auto underlying = only_for("underlying", is_enum)) {
    type.underlying = TypeText(*from.text("underlying"), from, *underlying).run().code;
    Type integer;
    integer.code = type.underlying;
    if (!integer.is_integer())
      from.refuse(*underlying,
                  "\"underlying\" must be an integer type, found " + underlying->excerpt());
  }
  if (const auto names = only_for("names", is_enum)) read_names(*names, type, from);
  if (const auto members = only_for("members", type.is_nested() && type.members.empty()))
    read_members(*members, type, from);
  return type;
}

}  // namespace kindred::json
