#include "kindred/store.hpp"

#include "engine/engine.hpp"

namespace kindred {
namespace {

std::shared_ptr<storage::Storage> open_storage(std::string_view url, const StoreOptions& options) {
  storage::OpenOptions out;
  out.access = options.read_only ? storage::Access::read_only : storage::Access::read_write;
  out.creation = options.create ? storage::Creation::if_missing : storage::Creation::never;
  out.verify = options.verify;
  out.durability = options.durability;
  out.map_size = options.map_size;
  out.byte_limit = options.byte_limit;
  return storage::open(url, out);
}

}  // namespace

Store Store::open(std::string_view url, const StoreOptions& options) {
  return open(open_storage(url, options), options);
}

Store Store::open(std::string_view url, const Catalog& catalog, const StoreOptions& options) {
  Catalog checked = catalog;
  checked.validate();  // before anything is created
  return open(open_storage(url, options), checked, options);
}

Store Store::open(std::shared_ptr<storage::Storage> storage, const Catalog& catalog,
                  const StoreOptions& options) {
  Catalog checked = catalog;
  checked.validate();
  return Store(engine::Engine::open(std::move(storage), &checked, options));
}

Store Store::open(std::shared_ptr<storage::Storage> storage, const StoreOptions& options) {
  return Store(engine::Engine::open(std::move(storage), nullptr, options));
}

std::shared_ptr<const Catalog> Store::catalog() const { return snapshot().catalog(); }

Snapshot Store::snapshot() const { return Snapshot(engine_->snapshot()); }

void Store::run(FunctionRef<void(Transaction&)> fn, const UpdateOptions& options,
                Ending ending) const {
  engine_->update(
      [&](std::unique_ptr<engine::Writing> writing) {
        Transaction transaction(std::move(writing));
        fn(transaction);
        transaction.writing().finish();
      },
      options,
      ending == Ending::commit ? engine::Engine::Outcome::commit
                               : engine::Engine::Outcome::roll_back);
}

void Store::update(FunctionRef<void(Transaction&)> fn, const UpdateOptions& options) const {
  run(fn, options, Ending::commit);
}

void Store::dry_run(FunctionRef<void(Transaction&)> fn) const { run(fn, {}, Ending::roll_back); }

storage::Storage& Store::storage() const { return engine_->storage(); }

void Store::close() const { engine_->storage().close(); }

}  // namespace kindred
