// Text, and everything that a text may become.
#include "schema/address.hpp"
#include "schema/frames.hpp"
#include "schema/numbers.hpp"
#include "schema/pattern.hpp"
#include "schema/scalar_text.hpp"
#include "schema/temporal.hpp"

namespace kindred::schema::detail {
namespace {

constexpr const char* email_message = "value is not a valid email address: {reason}";

UrlRules rules_of(const Node& n) {
  UrlRules rules;
  if (n.max_length != std::numeric_limits<std::size_t>::max()) rules.max_length = n.max_length;
  rules.schemes = n.url_schemes;
  rules.host_required = n.url_host_required;
  rules.default_host = n.url_default_host;
  rules.default_port = n.url_default_port;
  rules.default_path = n.url_default_path;
  rules.preserve_empty_path = n.url_preserve_empty_path;
  return rules;
}

Dict context_of(const UrlFault& fault, const UrlRules& rules) {
  const std::string_view type = fault.type;
  if (type == "url_scheme") return {{"expected_schemes", fault.expected}};
  if (type == "url_too_long") return {{"max_length", Value(rules.max_length)}};
  return {{"error", fault.reason}};
}

}  // namespace

bool Validator::text_value(const Node& n, void* slot, const Scalar& s) {
  switch (n.kind) {
    case Kind::any: return put(n, slot, s.text, s);
    case Kind::secret_text:
      return with_hidden_input([&] { return text_as_text(n, slot, s.text, s); });
    case Kind::secret_bytes: return with_hidden_input([&] { return text_as_bytes(n, slot, s); });
    case Kind::text:
    case Kind::regex:
    case Kind::path: return text_as_text(n, slot, s.text, s);
    case Kind::email:
    case Kind::name_email: return text_as_email(n, slot, s);
    case Kind::integer:
    case Kind::floating:
    case Kind::boolean:
    case Kind::decimal: return text_as_number(n, slot, s);
    case Kind::date:
    case Kind::datetime:
    case Kind::time:
    case Kind::timedelta: return text_as_temporal(n, slot, s);
    case Kind::uuid:
    case Kind::url:
    case Kind::multi_host_url:
    case Kind::ip: return text_as_address(n, slot, s);
    case Kind::bytes: return text_as_bytes(n, slot, s);
    default: return other_scalar(n, slot, s);
  }
}

// A text that was meant to be a secret is not shown in what is wrong with it.
bool Validator::with_hidden_input(Send read) {
  const std::size_t faults = faults_.size();
  const bool goes_on = read();
  for (std::size_t i = faults; i != faults_.size(); ++i) faults_[i].input = Value("**********");
  return goes_on;
}

bool Validator::text_as_text(const Node& n, void* slot, std::string_view text, const Scalar& s) {
  if (n.strip) text = strip(text);
  if (n.min_length != 0 || text.size() > n.max_length) {
    const std::size_t points = code_points(text);
    if (points < n.min_length)
      return fail("string_too_short", s, {{"min_length", Value(n.min_length)}});
    if (points > n.max_length)
      return fail("string_too_long", s, {{"max_length", Value(n.max_length)}});
  }
  if (n.pattern && !n.pattern->search(text))
    return fail("string_pattern_mismatch", s, {{"pattern", n.pattern_text}});
  std::string changed;
  if (n.to_lower) changed = to_lower(text);
  if (n.to_upper) changed = to_upper(text);
  if (n.to_lower || n.to_upper) text = changed;
  if (n.kind == Kind::secret_text) return put(n, slot, Secret{text}, s);
  store_text(n, slot, text.data(), text.size());
  return n.after.empty() || after(n, slot, here(s));
}

bool Validator::text_as_email(const Node& n, void* slot, const Scalar& s) {
  NameEmail address;
  if (const std::string why = parse_email(s.text, address); !why.empty()) {
    Fault fault;
    fault.type = "value_error";
    fault.message = email_message;
    fault.context = {{"reason", why}};
    fault.path = path();
    fault.at = origin_.value_or(here(s));
    if (stream_ == nullptr) fault.input = s.value();
    return note(std::move(fault));
  }
  if (n.kind == Kind::name_email) return put(n, slot, std::move(address), s);
  return text_as_text(n, slot, address.email, s);
}

bool Validator::text_as_number(const Node& n, void* slot, const Scalar& s) {
  if (n.kind == Kind::decimal) {
    if (is_strict(n) && mode_ == InputMode::values) return wrong_type(n, s);
    lower(Exactness::strict);
    auto v = BigDecimal::parse(s.text);
    return v ? decimal(n, slot, *std::move(v), s) : fail("decimal_parsing", s);
  }
  if (is_strict(n) && mode_ != InputMode::strings) return wrong_type(n, s);
  lower(Exactness::lax);
  switch (n.kind) {
    case Kind::integer: {
      std::int64_t v = 0;
      std::string digits;
      switch (int_from_text(s.text, v, digits)) {
        case IntText::ok: return integer(n, slot, v, s);
        case IntText::big: return big_integer(n, slot, BigInt{std::move(digits)}, s);
        case IntText::too_long: return fail("int_parsing_size", s);
        case IntText::bad: break;
      }
      return fail("int_parsing", s);
    }
    case Kind::floating: {
      double v = 0;
      return float_from_text(s.text, v) ? floating(n, slot, v, s) : fail("float_parsing", s);
    }
    default: {
      const auto v = bool_from_text(s.text);
      return v ? put(n, slot, *v, s) : fail("bool_parsing", s);
    }
  }
}

bool Validator::text_as_temporal(const Node& n, void* slot, const Scalar& s) {
  if (is_strict(n) && mode_ == InputMode::values) return wrong_type(n, s);
  const Precision precision = n.microseconds_error ? Precision::error : Precision::truncate;
  const auto refused = [&](std::string_view type, Reason why) {
    return fail(type, s, {{"error", why}});
  };
  const auto unit = static_cast<TemporalUnit>(n.unit);
  // A year that does not exist is one in the other form, too.
  const auto is_final = [&](Reason why) { return is_strict(n) || why == year_zero; };
  date day{};
  DateTime moment;
  switch (n.kind) {
    case Kind::time: {
      TimeOfDay out;
      const Reason why = parse_time(s.text, precision, out);
      return why ? refused("time_parsing", why) : temporal(n, slot, out, s);
    }
    case Kind::timedelta: {
      Duration out{};
      const Reason why = parse_duration(s.text, precision, out);
      return why ? refused("time_delta_parsing", why) : temporal(n, slot, out, s);
    }
    case Kind::date: {
      const Reason why = parse_date(s.text, unit, day);
      if (!why) return temporal(n, slot, day, s);
      if (is_final(why)) return refused("date_parsing", why);
      lower(Exactness::lax);
      const Reason other = parse_datetime(s.text, Precision::truncate, unit, moment);
      return other ? refused("date_from_datetime_parsing", other) : temporal(n, slot, moment, s);
    }
    default: {
      const Reason why = parse_datetime(s.text, precision, unit, moment);
      if (!why) return temporal(n, slot, moment, s);
      if (is_final(why)) return refused("datetime_parsing", why);
      lower(Exactness::lax);
      const Reason other = parse_date(s.text, day);
      return other ? refused("datetime_from_date_parsing", other) : temporal(n, slot, day, s);
    }
  }
}

bool Validator::text_as_address(const Node& n, void* slot, const Scalar& s) {
  const bool refuses_text = is_strict(n) && mode_ == InputMode::values;
  if (n.kind == Kind::uuid) {
    if (refuses_text) return wrong_type(n, s);
    if (mode_ == InputMode::values) lower(Exactness::lax);
    Uuid uuid;
    std::string why;
    if (!parse_uuid(s.text, uuid, why)) return fail("uuid_parsing", s, {{"error", why}});
    const bool is_version =
        (uuid.octets[6] >> 4) == n.uuid_version && (uuid.octets[8] & 0xC0) == 0x80;
    if (n.uuid_version != 0 && !is_version)
      return fail("uuid_version", s, {{"expected_version", n.uuid_version}});
    return put(n, slot, uuid, s);
  }
  if (n.kind == Kind::ip) {
    Ip ip;
    if (!parse_ip(s.text, n.ip_form, n.ip_version, ip)) return wrong_type(n, s);
    return put(n, slot, std::move(ip), s);
  }
  // Text is preferred to URLs where both would do.
  lower(Exactness::lax);
  const UrlRules rules = rules_of(n);
  if (n.kind == Kind::url) {
    Url url;
    if (const auto fault = parse_url(s.text, is_strict(n), rules, url))
      return fail(fault->type, s, context_of(*fault, rules));
    return put(n, slot, std::move(url), s);
  }
  MultiHostUrl url;
  if (const auto fault = parse_multi_host_url(s.text, is_strict(n), rules, url))
    return fail(fault->type, s, context_of(*fault, rules));
  return put(n, slot, std::move(url), s);
}

bool Validator::text_as_bytes(const Node& n, void* slot, const Scalar& s) {
  if (is_strict(n) && mode_ == InputMode::values) return wrong_type(n, s);
  lower(mode_ == InputMode::values ? Exactness::lax : Exactness::strict);
  Bytes bytes;
  std::string why;
  if (!decode_bytes(s.text, static_cast<BytesCoding>(n.coding), bytes, why)) {
    const char* name = n.coding == bytes_coding::base64 ? "base64" : "hex";
    return fail("bytes_invalid_encoding", s, {{"encoding", name}, {"encoding_error", why}});
  }
  if (bytes.size() < n.min_length)
    return fail("bytes_too_short", s, {{"min_length", Value(n.min_length)}});
  if (bytes.size() > n.max_length)
    return fail("bytes_too_long", s, {{"max_length", Value(n.max_length)}});
  if (n.kind == Kind::secret_bytes) return put(n, slot, Secret{std::move(bytes)}, s);
  return put(n, slot, std::move(bytes), s);
}

// Values that are what the type wants already; and numbers beyond 64 bits.
bool Validator::typed_value(const Node& n, void* slot, const Scalar& s) {
  const Value& v = *s.typed;
  const ValueKind given = v.kind();
  const auto as_text = [&](const std::string& text) {
    Scalar again;
    again.kind = Scalar::Kind::text;
    again.text = text;
    return text_value(n, slot, again);
  };
  switch (n.kind) {
    case Kind::any: return put(n, slot, Value(v), s);
    case Kind::integer:
      if (given == ValueKind::big_integer) return big_integer(n, slot, v.get<BigInt>(), s);
      if (given == ValueKind::decimal && !is_strict(n)) {
        lower(Exactness::lax);
        return number_as_integer(n, slot, v.get<BigDecimal>().to_double(), s);
      }
      break;
    case Kind::floating:
      if (given == ValueKind::big_integer) {
        lower(Exactness::strict);
        return floating(n, slot, to_double(v.get<BigInt>()), s);
      }
      if (given == ValueKind::decimal && !is_strict(n)) {
        lower(Exactness::lax);
        return floating(n, slot, v.get<BigDecimal>().to_double(), s);
      }
      break;
    case Kind::decimal:
      if (given == ValueKind::decimal) return decimal(n, slot, v.get<BigDecimal>(), s);
      if (given == ValueKind::big_integer)
        return decimal(n, slot, BigDecimal::parse(v.get<BigInt>().digits).value_or(BigDecimal()),
                       s);
      break;
    case Kind::text:
      if (given != ValueKind::big_integer || !n.coerce_numbers || is_strict(n)) break;
      lower(Exactness::lax);
      return text_as_text(n, slot, v.get<BigInt>().digits, s);
    case Kind::date:
      if (given == ValueKind::date) return temporal(n, slot, v, s);
      if (given == ValueKind::datetime && !is_strict(n)) {
        lower(Exactness::lax);
        return temporal(n, slot, v, s);
      }
      break;
    case Kind::datetime:
      if (given == ValueKind::datetime) return temporal(n, slot, v, s);
      if (given == ValueKind::date && !is_strict(n)) {
        lower(Exactness::lax);
        return temporal(n, slot, v, s);
      }
      break;
    case Kind::time:
      if (given == ValueKind::time) return temporal(n, slot, v, s);
      break;
    case Kind::timedelta:
      if (given == ValueKind::duration) return temporal(n, slot, v, s);
      break;
    case Kind::uuid:
      if (given == ValueKind::uuid) return put(n, slot, Value(v), s);
      break;
    case Kind::bytes:
      if (given == ValueKind::bytes) return put(n, slot, Value(v), s);
      break;
    case Kind::url:
      if (given == ValueKind::url) return as_text(v.get<Url>().text);
      break;
    case Kind::multi_host_url:
      if (given == ValueKind::multi_host_url) return as_text(v.get<MultiHostUrl>().text);
      break;
    case Kind::name_email:
      if (given == ValueKind::name_email) return put(n, slot, Value(v), s);
      break;
    case Kind::ip:
      if (given == ValueKind::ip) return as_text(v.get<Ip>().to_string());
      if (given == ValueKind::big_integer) {
        Ip ip;
        if (ip_from_number(v.get<BigInt>(), n.ip_form, n.ip_version, ip))
          return put(n, slot, std::move(ip), s);
      }
      break;
    case Kind::secret_text:
    case Kind::secret_bytes:
      if (given == ValueKind::secret) return put(n, slot, Value(v), s);
      break;
    default: break;
  }
  return other_scalar(n, slot, s);
}

}  // namespace kindred::schema::detail
