#include "engine/engine.hpp"
#include "engine/row_changes.hpp"
#include "kindred/store.hpp"

namespace kindred {

using engine::ChangeKind;
using engine::ChangeSet;

Batch::Batch(engine::Writing& writing, engine::ChangeSet& changes)
    : writing_(&writing), changes_(&changes) {}

Row Batch::insert(std::string_view table, const Row& row) {
  return engine::insert_row(*writing_, *changes_, writing_->schema().require(table), row,
                            ChangeKind::insert);
}

Row Batch::put(std::string_view table, const Row& row) {
  return engine::insert_row(*writing_, *changes_, writing_->schema().require(table), row,
                            ChangeKind::put);
}

void Batch::update(std::string_view table, const Row& key, const Row& set) {
  engine::update_row(*writing_, *changes_, writing_->schema().require(table), key, set);
}

void Batch::erase(std::string_view table, const Row& key) {
  engine::erase_row(*changes_, writing_->schema().require(table), key);
}

Transaction::Transaction(std::unique_ptr<engine::Writing> writing) : Snapshot(std::move(writing)) {}
Transaction::~Transaction() = default;

engine::Writing& Transaction::writing() const { return static_cast<engine::Writing&>(*reading_); }

void Transaction::batch(FunctionRef<void(Batch&)> fn, const EraseOptions& options) {
  engine::Writing& w = writing();
  w.require_open();
  ChangeSet changes = w.changes();
  Batch batch(w, changes);
  fn(batch);
  engine::FlushOptions flush;
  flush.limit = options.limit;
  w.apply(changes, flush);
}

Row Transaction::insert(std::string_view table, const Row& row) {
  Row key;
  batch([&](Batch& b) { key = b.insert(table, row); });
  return key;
}

Row Transaction::put(std::string_view table, const Row& row) {
  Row key;
  batch([&](Batch& b) { key = b.put(table, row); });
  return key;
}

void Transaction::update(std::string_view table, const Row& key, const Row& set) {
  batch([&](Batch& b) { b.update(table, key, set); });
}

void Transaction::erase(std::string_view table, const Row& key, const EraseOptions& options) {
  batch([&](Batch& b) { b.erase(table, key); }, options);
}

}  // namespace kindred
