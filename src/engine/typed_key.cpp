#include "engine/typed_key.hpp"

namespace kindred::engine {

bool append_value_key(const CompiledTable& table, std::span<const Value> values, Buffer& out) {
  Row row;
  for (const Value& v : values) row.append({}, v);
  const std::size_t start = out.size();
  encode_key(table, row, out);
  return out.size() - start <= storage::max_key_size;
}

ByteView required_typed_key(Reading& reading, const CompiledTable& table,
                            const detail::TypedKey& key) {
  const ByteView out = scratch_typed_key(reading, table, key);
  if (!out.data())
    throw UsageError("table " + table.name() + ": its key column cannot hold such a key");
  return out;
}

}  // namespace kindred::engine
