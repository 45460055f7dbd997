// The texts that JSON has for values it has no type for.
#pragma once

#include <string>

#include "kindred/detail/schema_node.hpp"
#include "kindred/schema_value.hpp"

namespace kindred::schema::detail {

// What config says of texts; of a value without a description of its own, that of what it is in.
struct Forms {
  inf_nan_form inf_nan = inf_nan_form::null;
  duration_form duration = duration_form::iso8601;
  bytes_coding bytes = bytes_coding::utf8;
};
inline Forms forms_of(const Node& node) noexcept {
  return {node.inf_nan, node.duration, node.out_coding};
}

double seconds_of(Duration v) noexcept;
// Of every kind that is text in JSON. Throws DumpFault for bytes that are not UTF-8 but must be.
void append_text(std::string& out, const Value& v, const Forms& forms);
// Of what JSON has as well: true, None, 1.0. Throws DumpFault for what cannot be a key.
void append_key(std::string& out, const Value& v, const Forms& forms);

}  // namespace kindred::schema::detail
