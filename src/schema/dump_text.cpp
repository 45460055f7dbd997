#include "schema/dump_text.hpp"

#include <string_view>

#include "schema/dump_fault.hpp"
#include "schema/numbers.hpp"
#include "schema/scalar_text.hpp"
#include "schema/temporal.hpp"

namespace kindred::schema::detail {
namespace {

BytesCoding coding_of(bytes_coding coding) noexcept {
  switch (coding) {
    case bytes_coding::base64: return BytesCoding::base64;
    case bytes_coding::hex: return BytesCoding::hex;
    default: return BytesCoding::utf8;
  }
}

bool is_empty(const Value& secret) noexcept {
  if (const auto* text = secret.get_if<std::string>()) return text->empty();
  if (const auto* bytes = secret.get_if<Bytes>()) return bytes->empty();
  return false;
}

// Whole numbers without a fraction: "90", "1.5".
void append_seconds(std::string& out, Duration v) {
  std::string text = python_float(seconds_of(v));
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  out += text;
}

}  // namespace

double seconds_of(Duration v) noexcept { return static_cast<double>(v.count()) / 1e6; }

void append_text(std::string& out, const Value& v, const Forms& forms) {
  switch (v.kind()) {
    case ValueKind::text: out += v.get<std::string>(); return;
    case ValueKind::bytes:
      if (!encode_bytes(out, v.get<Bytes>(), coding_of(forms.bytes))) refuse_bytes();
      return;
    case ValueKind::decimal: out += v.get<BigDecimal>().to_string(); return;
    case ValueKind::date: append(out, v.get<date>()); return;
    case ValueKind::time: append(out, v.get<TimeOfDay>()); return;
    case ValueKind::datetime: append(out, v.get<DateTime>()); return;
    case ValueKind::duration: append(out, v.get<Duration>()); return;
    case ValueKind::uuid: out += v.get<Uuid>().to_string(); return;
    case ValueKind::url: out += v.get<Url>().text; return;
    case ValueKind::multi_host_url: out += v.get<MultiHostUrl>().text; return;
    case ValueKind::name_email: out += v.get<NameEmail>().to_string(); return;
    case ValueKind::ip: out += v.get<Ip>().to_string(); return;
    case ValueKind::secret:
      if (!is_empty(v.get<Secret>().value)) out += "**********";
      return;
    default: out += v.to_string(); return;
  }
}

void append_key(std::string& out, const Value& v, const Forms& forms) {
  switch (v.kind()) {
    case ValueKind::null: out += "None"; return;
    case ValueKind::boolean: out += v.get<bool>() ? "true" : "false"; return;
    case ValueKind::integer: out += std::to_string(v.get<std::int64_t>()); return;
    case ValueKind::big_integer: out += v.get<BigInt>().digits; return;
    case ValueKind::floating: out += python_float(v.get<double>()); return;
    case ValueKind::duration:
      if (forms.duration == duration_form::seconds) return append_seconds(out, v.get<Duration>());
      return append_text(out, v, forms);
    case ValueKind::enumerator: return append_key(out, v.get<Enumerator>().value, forms);
    case ValueKind::sequence: {
      std::string_view separator;
      for (const Value& item : v.get<Sequence>().items) {
        out += separator;
        append_key(out, item, forms);
        separator = ",";
      }
      return;
    }
    case ValueKind::dict:
    case ValueKind::object: refuse_key();
    default: return append_text(out, v, forms);
  }
}

}  // namespace kindred::schema::detail
