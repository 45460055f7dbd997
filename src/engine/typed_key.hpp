// The primary key that a typed call names, encoded.
#pragma once

#include "engine/reading.hpp"
#include "format/bytes.hpp"
#include "kindred/detail/typed_access.hpp"

namespace kindred::engine {

// Appends a key given as values. False where it is longer than any stored key.
[[nodiscard]] bool append_value_key(const CompiledTable& table, std::span<const Value> values,
                                    Buffer& out);

// Appends the key. False where no row can have it: its column cannot hold the number, or it is too
// long. Throws UsageError where values do not fit the key columns.
[[nodiscard]] inline bool append_typed_key(const CompiledTable& table, const detail::TypedKey& key,
                                           Buffer& out) {
  if (!key.values.empty()) return append_value_key(table, key.values, out);
  const bool is_signed = table.key_parts[0].kind == KeyPart::Kind::sign;
  if (is_signed == key.is_unsigned && key.integer < 0) return false;
  format::store_be64(out.need(8), static_cast<std::uint64_t>(key.integer) ^
                                      (is_signed ? std::uint64_t{1} << 63 : 0));
  out.advance(8);
  return true;
}

// The same in the buffer of the Reading; null data where no row has that key.
[[nodiscard]] inline ByteView scratch_typed_key(Reading& reading, const CompiledTable& table,
                                                const detail::TypedKey& key) {
  Buffer& out = reading.scratch();
  out.clear();
  return append_typed_key(table, key, out) ? out.view() : ByteView{};
}

// The same where a key that no row can have is a mistake: UsageError.
[[nodiscard]] ByteView required_typed_key(Reading& reading, const CompiledTable& table,
                                          const detail::TypedKey& key);

}  // namespace kindred::engine
