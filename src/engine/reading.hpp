// One consistent view, with the catalogue that goes with it.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "engine/schema.hpp"
#include "kindred/report.hpp"

namespace kindred::engine {

class Engine;

class Reading {
 public:
  // Owns its reader.
  Reading(std::shared_ptr<Engine> engine, std::shared_ptr<const Schema> schema,
          std::unique_ptr<storage::Reader> reader);
  virtual ~Reading();
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;

  [[nodiscard]] Engine& engine() const noexcept { return *engine_; }
  [[nodiscard]] const Schema& schema() const noexcept { return *schema_; }
  [[nodiscard]] storage::Reader& reader() const noexcept { return *reader_; }
  // The codec of an entity type; the last one asked for is at hand.
  [[nodiscard]] const EntityCodec& codec(const detail::EntityDescriptor& descriptor) {
    if (last_descriptor_ != &descriptor) [[unlikely]] {
      last_codec_ = &schema_->codec(descriptor);
      last_descriptor_ = &descriptor;
    }
    return *last_codec_;
  }
  // Whether rows and keys that were read live as long as this: not in a Writing, whose next write
  // may end them, and not of every storage.
  [[nodiscard]] bool keeps_rows() const;
  // A buffer for keys that live until the next call.
  [[nodiscard]] Buffer& scratch() noexcept { return scratch_; }

  // The row under a primary key; verified.
  [[nodiscard]] std::optional<Row> get(const CompiledTable& table, ByteView key);
  // Rows at primary keys in the order given; an absent one is damage, unless `optional`. The sink
  // returns false to stop.
  void rows_at(const CompiledTable& table, std::span<const ByteView> keys,
               FunctionRef<void(std::size_t, std::optional<ByteView>)> sink);
  // Primary keys (and rows, where they come for free) of the children of a referenced key, in key
  // order.
  void child_keys(const CompiledTable& child, std::uint32_t foreign_key, ByteView referenced,
                  FunctionRef<bool(ByteView key)> sink);
  // Keys and rows of those children.
  void children(const CompiledTable& child, std::uint32_t foreign_key, ByteView referenced,
                FunctionRef<bool(ByteView key, ByteView row)> sink);
  // Key and row of the parent that a referenced key names; false where there is none.
  [[nodiscard]] bool parent(const CompiledForeignKey& fk, ByteView referenced,
                            FunctionRef<void(ByteView key, ByteView row)> sink);
  // The foreign key that a relationship goes by, and the table that holds it.
  struct Join {
    const CompiledTable* owner = nullptr;
    std::uint32_t foreign_key = none;
    bool from_child = false;  // the side at hand refers to the other
  };
  [[nodiscard]] Join join(const CompiledTable& table, const RelationshipInfo& relationship) const;
  // Keys and rows at the other end. `key`: what the row at hand refers to (join.from_child), or
  // what refers to it.
  void related(const CompiledTable& table, const RelationshipInfo& relationship, const Join& join,
               ByteView key,
               FunctionRef<bool(const CompiledTable& table, ByteView key, ByteView row)> sink);
  // The same for many rows at hand, in a constant number of storage calls: a scan_many and a
  // get_many, two get_many more for many-to-many. keys[i]: what related() takes for one. Rows come
  // by owner (i), then in key order; the views live during the call. The sink returns false to go
  // on with the next owner. A key that occurs twice is answered twice.
  void related_many(const CompiledTable& table, const RelationshipInfo& relationship,
                    const Join& join, std::span<const ByteView> keys,
                    FunctionRef<bool(std::size_t owner, ByteView key, ByteView row)> sink);
  // Keys and rows of the children of many referenced keys, in the same way.
  void children_many(const CompiledTable& child, std::uint32_t foreign_key,
                     std::span<const ByteView> referenced,
                     FunctionRef<bool(std::size_t owner, ByteView key, ByteView row)> sink);

 protected:
  // Borrows the writer of a Writing.
  Reading(std::shared_ptr<Engine> engine, std::shared_ptr<const Schema> schema,
          storage::Reader& reader);

 private:
  // As get_many of one keyspace; the sink must not write.
  void get_any_order(std::span<const storage::GetRequest> requests,
                     FunctionRef<void(std::size_t, std::optional<ByteView>)> sink);
  // Rows of children found through their index. `owners`: of each request, in `referenced`; empty:
  // all are of the only one.
  void member_rows(const CompiledTable& child, std::uint32_t foreign_key,
                   std::span<const ByteView> referenced,
                   std::span<const storage::GetRequest> requests,
                   std::span<const std::size_t> owners,
                   FunctionRef<bool(std::size_t owner, ByteView key, ByteView row)> sink);
  struct Target {  // a parent named by a child
    std::size_t owner = 0;
    ByteView referenced;
    ByteView key;  // null data: not known yet, or not there
  };
  // Whether a reference may lead nowhere, or must not.
  enum class Dangling : std::uint8_t { skip, damage };
  void target_rows(const CompiledForeignKey& fk, std::vector<Target> targets, Dangling dangling,
                   Arena& arena,
                   FunctionRef<bool(std::size_t owner, ByteView key, ByteView row)> sink);
  std::shared_ptr<Engine> engine_;
  std::shared_ptr<const Schema> schema_;
  std::unique_ptr<storage::Reader> owned_;
  storage::Reader* reader_;
  const detail::EntityDescriptor* last_descriptor_ = nullptr;
  const EntityCodec* last_codec_ = nullptr;
  Buffer scratch_;
};

// All columns of a stored row, verified, in order of declaration.
[[nodiscard]] Row decode_row(const CompiledTable& table, ByteView key, ByteView row);
// The primary key columns.
[[nodiscard]] Row decode_key(const CompiledTable& table, ByteView key);
// A primary key from a Row of its columns, by name or by position. Throws UsageError naming what is
// wrong.
void encode_key(const CompiledTable& table, const Row& key, Buffer& out);
// The same of the first columns of a key, as a bound. No column at all is a UsageError.
void encode_key_prefix(const CompiledTable& table, const Row& key, Buffer& out);

}  // namespace kindred::engine
