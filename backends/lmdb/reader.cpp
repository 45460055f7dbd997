#include "backends/lmdb/reader.hpp"

#include "kindred/storage_support.hpp"

namespace kindred::lmdb {
namespace {

using storage::KeyspaceId;

// A key as LMDB wants it.
class NativeKey {
 public:
  NativeKey(const Keyspace& keyspace, ByteView key) noexcept {
    if (keyspace.word_keys()) {
      if (key.size() != 8) return;
      word_ = load_big(key.data());
      value_ = {8, &word_};
      fits_ = true;
    } else {
      value_ = to_native(key);
      fits_ = true;
    }
  }
  NativeKey(const NativeKey&) = delete;
  NativeKey& operator=(const NativeKey&) = delete;
  // False: no such key can be there.
  [[nodiscard]] bool fits() const noexcept { return fits_; }
  [[nodiscard]] MDB_val* get() noexcept { return &value_; }

 private:
  std::uint64_t word_ = 0;
  MDB_val value_{};
  bool fits_ = false;
};

std::optional<ByteView> answer(int code, const MDB_val& value, KeyspaceId keyspace) {
  if (code == MDB_SUCCESS) [[likely]]
    return to_view(value);
  if (code == MDB_NOTFOUND) return std::nullopt;
  fail("get", code, storage::name_of(keyspace));
}

class LmdbCursor final : public storage::Cursor {
 public:
  LmdbCursor(std::shared_ptr<Transaction> transaction, const Keyspace& keyspace,
             const storage::Range& range, const storage::ScanOptions& options)
      : transaction_(std::move(transaction)),
        lower_(range.lower),
        upper_(range.upper),
        after_(range.after_member),
        left_(options.limit == 0 ? ~std::uint64_t{0} : options.limit),
        lease_(*transaction_, keyspace.dbi),
        walk_(lease_.get(), keyspace, {lower_, upper_, range.bounded, range.single, after_},
              options.reverse, transaction_->mapped_page) {}

  std::optional<storage::Entry> next() override {
    check();
    if (left_ == 0) return std::nullopt;
    const bool there = trapped([&] {
      switch (state_) {
        case State::before: return walk_.first();
        case State::sought: return walk_.seek(sought_);
        case State::inside: return walk_.next();
      }
      return false;
    });
    state_ = State::inside;
    if (!there) return std::nullopt;
    --left_;
    return storage::Entry{walk_.key(), walk_.value()};
  }
  void seek(ByteView key) override {
    check();
    sought_ = key;
    state_ = State::sought;
  }

 private:
  enum class State { before, sought, inside };
  void check() const {
    if (transaction_->txn == nullptr) {
      throw UsageError("a cursor was used after the end of its Reader");
    }
    check_alive(*transaction_);
  }

  std::shared_ptr<Transaction> transaction_;
  std::string lower_, upper_, after_, sought_;
  std::uint64_t left_;
  Lease lease_;
  RangeWalk walk_;
  State state_ = State::before;
};

// Over a keyspace that the transaction does not see.
class EmptyCursor final : public storage::Cursor {
 public:
  std::optional<storage::Entry> next() override { return std::nullopt; }
  void seek(ByteView) override {}
};

}  // namespace

void check_alive(const Transaction& transaction) {
  transaction.environment->check_usable();
  transaction.open->check(transaction.environment->url());
}

std::unique_ptr<storage::Cursor> make_cursor(std::shared_ptr<Transaction> transaction,
                                             KeyspaceId keyspace, const storage::Range& range,
                                             const storage::ScanOptions& options) {
  const Keyspace* found = transaction->table->find(keyspace);
  if (found == nullptr) return std::make_unique<EmptyCursor>();
  return std::make_unique<LmdbCursor>(std::move(transaction), *found, range, options);
}

std::optional<ByteView> View::get(KeyspaceId keyspace, ByteView key) {
  storage::check_key(keyspace, key);
  const Keyspace* found = transaction_.table->find(keyspace);
  if (found == nullptr) return std::nullopt;
  storage::require_map(keyspace, found->shape, "get");
  NativeKey native(*found, key);
  if (!native.fits()) return std::nullopt;
  MDB_val value{};
  const int code =
      trapped([&] { return mdb_get(transaction_.txn, found->dbi, native.get(), &value); });
  return answer(code, value, keyspace);
}

void View::get_many(std::span<const storage::GetRequest> requests,
                    FunctionRef<void(std::size_t, std::optional<ByteView>)> sink) {
  // A kept cursor finds a key near the one before without going down from the root.
  std::optional<Lease> lease;
  const Keyspace* current = nullptr;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const storage::GetRequest& request = requests[i];
    storage::check_key(request.keyspace, request.key);
    if (current == nullptr || current->id != request.keyspace) {
      lease.reset();
      current = transaction_.table->find(request.keyspace);
      if (current != nullptr) {
        storage::require_map(request.keyspace, current->shape, "get_many");
        lease.emplace(transaction_, current->dbi);
      }
    }
    if (current == nullptr) {
      sink(i, std::nullopt);
      continue;
    }
    NativeKey native(*current, request.key);
    if (!native.fits()) {
      sink(i, std::nullopt);
      continue;
    }
    MDB_val value{};
    MDB_cursor* const cursor = lease->get();
    const int code = trapped([&] { return mdb_cursor_get(cursor, native.get(), &value, MDB_SET); });
    sink(i, answer(code, value, request.keyspace));
  }
}

void View::scan(KeyspaceId keyspace, const storage::Range& range,
                const storage::ScanOptions& options, FunctionRef<bool(ByteView, ByteView)> sink) {
  const Keyspace* found = transaction_.table->find(keyspace);
  if (found == nullptr) return;
  const Lease lease(transaction_, found->dbi);
  RangeWalk walk(lease.get(), *found, range, options.reverse, transaction_.mapped_page);
  trapped([&] {
    std::uint64_t left = options.limit == 0 ? ~std::uint64_t{0} : options.limit;
    for (bool there = walk.first(); there; there = walk.next()) {
      if (!sink(walk.key(), walk.value()) || --left == 0) return 0;
      if (!walk.rest_of_page(left, sink)) return 0;
    }
    return 0;
  });
}

bool View::contains(KeyspaceId keyspace, ByteView key, ByteView member) {
  storage::check_key(keyspace, key);
  storage::check_member(keyspace, member);
  const Keyspace* found = transaction_.table->find(keyspace);
  if (found == nullptr) return false;
  storage::require_set(keyspace, found->shape, "contains");
  if (found->shape.member_size != 0 && member.size() != found->shape.member_size) return false;
  const Lease lease(transaction_, found->dbi);
  MDB_val k = to_native(key);
  MDB_val m = to_native(member);
  std::uint64_t word = 0;
  if (found->word_members()) {
    word = load_big(member.data());
    m = {8, &word};
  }
  MDB_cursor* const cursor = lease.get();
  const int code = trapped([&] { return mdb_cursor_get(cursor, &k, &m, MDB_GET_BOTH); });
  return answer(code, m, keyspace).has_value();
}

LmdbReader::LmdbReader(std::shared_ptr<Transaction> transaction)
    : ReadCalls(std::move(transaction)) {}

LmdbReader::~LmdbReader() {
  Environment& environment = *transaction_->environment;
  environment.end_read(std::move(transaction_));
}

void LmdbReader::enter(const char*) {
  check_alive(*transaction_);
  transaction_->user.store(this_thread(), std::memory_order_relaxed);
}

}  // namespace kindred::lmdb
