// What Readers and Writers have in common, and the Reader.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "backends/lmdb/environment.hpp"
#include "backends/lmdb/range_walk.hpp"
#include "backends/lmdb/transaction.hpp"
#include "kindred/storage.hpp"

namespace kindred::lmdb {

// Reads of one transaction. Each call is checked by the class that offers it before.
class View {
 public:
  explicit View(Transaction& transaction) noexcept : transaction_(transaction) {}
  [[nodiscard]] std::optional<ByteView> get(storage::KeyspaceId keyspace, ByteView key);
  void get_many(std::span<const storage::GetRequest> requests,
                FunctionRef<void(std::size_t, std::optional<ByteView>)> sink);
  void scan(storage::KeyspaceId keyspace, const storage::Range& range,
            const storage::ScanOptions& options, FunctionRef<bool(ByteView, ByteView)> sink);
  [[nodiscard]] bool contains(storage::KeyspaceId keyspace, ByteView key, ByteView member);

 private:
  Transaction& transaction_;
};

// The pull form. Knows the end of its transaction, and does nothing but throw after it.
[[nodiscard]] std::unique_ptr<storage::Cursor> make_cursor(std::shared_ptr<Transaction> transaction,
                                                           storage::KeyspaceId keyspace,
                                                           const storage::Range& range,
                                                           const storage::ScanOptions& options);

// The calls of Reader for both, with `enter` of the class below before each.
template <class Base, class Derived>
class ReadCalls : public Base {
 public:
  explicit ReadCalls(std::shared_ptr<Transaction> transaction)
      : transaction_(std::move(transaction)) {}

  std::optional<ByteView> get(storage::KeyspaceId keyspace, ByteView key) override {
    derived().enter("get");
    return View(*transaction_).get(keyspace, key);
  }
  void get_many(std::span<const storage::GetRequest> requests,
                FunctionRef<void(std::size_t, std::optional<ByteView>)> sink) override {
    derived().enter("get_many");
    View(*transaction_).get_many(requests, sink);
  }
  void scan(storage::KeyspaceId keyspace, const storage::Range& range,
            const storage::ScanOptions& options,
            FunctionRef<bool(ByteView, ByteView)> sink) override {
    derived().enter("scan");
    View(*transaction_).scan(keyspace, range, options, sink);
  }
  void scan_many(std::span<const storage::ScanRequest> requests,
                 const storage::ScanOptions& options,
                 FunctionRef<bool(std::size_t, ByteView, ByteView)> sink) override {
    derived().enter("scan_many");
    for (std::size_t i = 0; i < requests.size(); ++i) {
      View(*transaction_)
          .scan(requests[i].keyspace, requests[i].range, options,
                [&](ByteView key, ByteView value) { return sink(i, key, value); });
    }
  }
  std::unique_ptr<storage::Cursor> cursor(storage::KeyspaceId keyspace, const storage::Range& range,
                                          const storage::ScanOptions& options) override {
    derived().enter("cursor");
    return make_cursor(transaction_, keyspace, range, options);
  }
  bool contains(storage::KeyspaceId keyspace, ByteView key, ByteView member) override {
    derived().enter("contains");
    return View(*transaction_).contains(keyspace, key, member);
  }
  std::uint64_t version() override {
    derived().enter("version");
    return mdb_txn_id(transaction_->txn);
  }

 protected:
  std::shared_ptr<Transaction> transaction_;

 private:
  Derived& derived() noexcept { return static_cast<Derived&>(*this); }
};

class LmdbReader final : public ReadCalls<storage::Reader, LmdbReader> {
 public:
  explicit LmdbReader(std::shared_ptr<Transaction> transaction);
  ~LmdbReader() override;
  void enter(const char* call);
};

// Throws for a storage that was closed, and in a child of the process that opened it.
void check_alive(const Transaction& transaction);

}  // namespace kindred::lmdb
