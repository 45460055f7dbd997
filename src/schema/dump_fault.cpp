#include "schema/dump_fault.hpp"

#include "kindred/error.hpp"

namespace kindred::schema::detail {
namespace {

void append_step(std::string& pointer, std::string_view step) {
  pointer += '/';
  for (const char c : step) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
}

}  // namespace

void DumpFault::raise() const {
  if (kind_ == Kind::too_deep) throw CapacityError(message_, dump_depth, dump_depth + 1);
  std::string pointer;
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) append_step(pointer, *step);
  throw kindred::ValidationError(pointer, message_);
}

void refuse_text() {
  throw DumpFault(DumpFault::Kind::bad_value, "cannot be dumped: the text is not UTF-8");
}

void refuse_bytes() {
  throw DumpFault(DumpFault::Kind::bad_value,
                  "cannot be dumped: the bytes are not UTF-8; let the config's ser_json_bytes be "
                  "base64 or hex");
}

void refuse_key() {
  throw DumpFault(DumpFault::Kind::bad_value,
                  "cannot be dumped: dicts and objects are no keys of JSON");
}

void refuse_depth() {
  throw DumpFault(DumpFault::Kind::too_deep, "cannot be dumped: values are nested deeper than " +
                                                 std::to_string(dump_depth) +
                                                 " levels, or hold themselves");
}

}  // namespace kindred::schema::detail
