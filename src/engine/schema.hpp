// A compiled catalogue with the entity codecs prepared for it so far. Shared; the cache is guarded.
#pragma once

#include <memory>
#include <mutex>
#include <unordered_map>

#include "engine/compiled.hpp"
#include "engine/entity_codec.hpp"

namespace kindred::engine {

class Schema : public CompiledCatalog {
 public:
  using CompiledCatalog::CompiledCatalog;
  // Any thread. Throws UsageError where the store has no such table, SchemaMismatch where its
  // columns differ.
  [[nodiscard]] const EntityCodec& codec(const detail::EntityDescriptor& descriptor) const;

 private:
  mutable std::mutex mutex_;
  mutable std::unordered_map<const detail::EntityDescriptor*, std::unique_ptr<EntityCodec>> codecs_;
};

}  // namespace kindred::engine
