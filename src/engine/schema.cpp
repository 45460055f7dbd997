#include "engine/schema.hpp"

namespace kindred::engine {

const EntityCodec& Schema::codec(const detail::EntityDescriptor& descriptor) const {
  const std::scoped_lock lock(mutex_);
  auto& slot = codecs_[&descriptor];
  if (!slot) {
    const CompiledTable* table = find(descriptor.table);
    if (!table)
      throw UsageError(std::string(descriptor.name) + " is not in this store: it has no table '" +
                       std::string(descriptor.table) +
                       "' (open the store with a Registry that lists it)");
    slot = std::make_unique<EntityCodec>(descriptor, *table);
  }
  return *slot;
}

}  // namespace kindred::engine
