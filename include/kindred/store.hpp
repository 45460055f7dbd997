// Start here. A store keeps entities: open one, read in snapshots, write in update().
//
//   auto store = Store::open<Blog>("blog.kdb", {.create = true});
//   store.insert(user);                                   // one commit
//   store.update([&](Transaction& tx) { ... });           // one commit, all or nothing
//   Snapshot now = store.snapshot();                      // one consistent view
//   std::optional<User> ann = now.get<User>(7);
//
// Each call of a Transaction is checked and applied at once, so that later reads see it; `batch`
// and ranges gather one ChangeSet that is checked on what it leaves behind (swaps and cycles just
// work).
//
// Everything exists twice: with entity types (templates), and with table names and Rows for
// programs without them. Both go through the same engine.
//
// Threads: Store - any thread. Snapshot and Transaction - one thread at a time; a Transaction only
// inside its update().
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "kindred/catalog.hpp"
#include "kindred/detail/type_name.hpp"
#include "kindred/error.hpp"
#include "kindred/function_ref.hpp"
#include "kindred/fwd.hpp"
#include "kindred/options.hpp"
#include "kindred/report.hpp"
#include "kindred/value.hpp"

namespace kindred {

namespace engine {
class Engine;
class Reading;
class Writing;
class ChangeSet;
}  // namespace engine

// What the calls with one entity take: neither a range of them nor the function of an update.
template <class E>
concept EntityValue = !std::ranges::range<E> && !std::is_invocable_v<E&, Transaction&> &&
                      std::is_class_v<std::remove_reference_t<E>>;

// ... and what those with many take: a range that is no text.
template <class R>
concept EntityRangeValue =
    std::ranges::input_range<R> && !std::is_convertible_v<R, std::string_view>;

// What select() gives: query.hpp.
template <class E>
class Select;
// What the other typed reads give: typed.hpp.
template <class E>
class EntityRange;
template <class E>
class RowView;
template <class E>
class RowViewRange;
namespace detail {
enum class RowCheck : std::uint8_t;
}

// One consistent view. Movable, not copyable; keeps the store's storage alive.
class Snapshot {
 public:
  Snapshot(Snapshot&&) noexcept;
  Snapshot& operator=(Snapshot&&) noexcept;
  virtual ~Snapshot();

  // The catalogue as of this view.
  [[nodiscard]] std::shared_ptr<const Catalog> catalog() const;

  // ---- by name. `key` holds the primary key columns, by name, or by position with empty names.
  // Throws UsageError for an unknown table or column (with "did you mean") and for a key that does
  // not fit.
  [[nodiscard]] std::optional<Row> get(std::string_view table, const Row& key) const;
  // Parallel to `keys`.
  [[nodiscard]] std::vector<std::optional<Row>> get_many(std::string_view table,
                                                         std::span<const Row> keys) const;
  // Rows in key order; the sink returns false to stop. A row that cannot be decoded throws
  // CorruptionError.
  void scan(std::string_view table, const KeyRange& range,
            FunctionRef<bool(const Row&)> sink) const;
  // As scan, but a damaged row is handed to `damaged(key, error)` and skipped.
  void salvage(std::string_view table, FunctionRef<bool(const Row&)> sink,
               FunctionRef<void(const std::string& key, const Error&)> damaged) const;
  [[nodiscard]] std::uint64_t count(std::string_view table) const;
  // Rows of `child` whose foreign key `foreign_key` refers to the row `key` of the table it
  // references, in key order.
  void children(std::string_view child, std::string_view foreign_key, const Row& key,
                FunctionRef<bool(const Row&)> sink) const;
  // The row that `row` (of `table`, all columns) refers to through `foreign_key`.
  [[nodiscard]] std::optional<Row> parent(std::string_view table, std::string_view foreign_key,
                                          const Row& row) const;
  // Rows at the other end of a relationship, by its name, from the row with this key.
  void related(std::string_view table, std::string_view relationship, const Row& key,
               FunctionRef<bool(const Row&)> sink) const;
  // What erasing these rows would do. Writes nothing.
  [[nodiscard]] Plan plan_erase(std::string_view table, std::span<const Row> keys) const;
  // Proves rows, checksums, indexes both ways, references, sequences and catalogue against each
  // other.
  [[nodiscard]] CheckReport check(const CheckOptions& options = {}) const;
  // Grows with every commit of the store.
  [[nodiscard]] std::uint64_t version() const;

  // ---- with entity types. A key is given as its columns' values, in key order; one that does not
  // fit the columns does not compile. An entity type that the store was not opened with, or with
  // other columns, is a UsageError or SchemaMismatch. Entities come back as values: their
  // relationships are not live.
  template <class E, class... K>
  [[nodiscard]] std::optional<E> get(const K&... key) const;
  // Into an object that is reused: its strings keep their memory. False, and the object untouched,
  // where there is none.
  template <class E, class... K>
  [[nodiscard]] bool get_into(E& entity, const K&... key) const;
  // Parallel to `keys`: a range of values, or of tuples where the key has several columns.
  template <class E, class Keys>
  [[nodiscard]] std::vector<std::optional<E>> get_many(const Keys& keys) const;
  // Every entity in key order, as an input range over one reused object; must not outlive the
  // snapshot.
  template <class E>
  [[nodiscard]] EntityRange<E> range() const;
  // From key `from` (inclusive) to `to` (exclusive). Keys of several columns are tuples.
  template <class E, class K>
  [[nodiscard]] EntityRange<E> range(const K& from, const K& to) const;
  // A stored row in place: single columns without decoding the others,
  // `(*view)[field<&User::username>]`.
  template <class E, class... K>
  [[nodiscard]] std::optional<RowView<E>> view(const K&... key) const;
  // Every row in place, in key order. The checksum is verified where asked for.
  template <class E>
  [[nodiscard]] RowViewRange<E> views(detail::RowCheck check = detail::RowCheck{}) const;
  // The other end of a relationship: optional<Target> to-one, vector<Target> to-many and
  // many-to-many (each once, in key order).
  template <auto P, class E>
  [[nodiscard]] auto related(const E& entity) const;
  // The same by name, also for backrefs: related<Blog, "comments">(post).
  template <class R, detail::FixedText Name, class E>
  [[nodiscard]] auto related(const E& entity) const;
  // The entities whose relationship P leads to this one: backref_of<&Comment::post>(post).
  template <auto P, class E>
  [[nodiscard]] auto backref_of(const E& entity) const;
  // Entities by conditions on their columns:
  // select<User>().where(field<&User::age> > 30).order_by(field<&User::username>).all(). Must not
  // outlive the snapshot.
  template <class E>
  [[nodiscard]] Select<E> select() const;
  template <class E>
  [[nodiscard]] std::uint64_t count() const;
  template <class E, class Keys>
  [[nodiscard]] Plan plan_erase(const Keys& keys) const;

  [[nodiscard]] engine::Reading& reading() const { return *reading_; }

 protected:
  friend class Store;
  explicit Snapshot(std::unique_ptr<engine::Reading> reading);
  std::unique_ptr<engine::Reading> reading_;
};

// Gathers one ChangeSet: at most one net change per key, checked on the net state when the batch
// ends. insert+update = insert; insert+erase = nothing; update+erase = erase; erase+insert = one
// update, references stay.
class Batch {
 public:
  // Insert: must be new. A sequence key that is left out or null is assigned; returns the key.
  Row insert(std::string_view table, const Row& row);
  // Insert or replace all columns.
  Row put(std::string_view table, const Row& row);
  // Sets the named columns of an existing row (missing_row where there is none). Key columns may be
  // set: that moves the row, and the old key must be unreferenced in the net state.
  void update(std::string_view table, const Row& key, const Row& set);
  // The row must exist (missing_row).
  void erase(std::string_view table, const Row& key);

  // With entity types; as in Transaction.
  template <class E>
  void insert(E& entity);
  template <class E>
  void put(E& entity);
  template <class E>
  void update(const E& entity);
  template <class E, class... K>
  void erase(const K&... key);

 private:
  friend class Transaction;
  Batch(engine::Writing& writing, engine::ChangeSet& changes);
  engine::Writing* writing_;
  engine::ChangeSet* changes_;
};

// A Snapshot that also writes, and reads what it wrote. After an exception from a writing call the
// whole transaction rolls back; catching it inside update() does not save it.
class Transaction : public Snapshot {
 public:
  Transaction(Transaction&&) = delete;
  ~Transaction() override;

  // Each is a ChangeSet of its own, checked and applied at once. As in Batch.
  Row insert(std::string_view table, const Row& row);
  Row put(std::string_view table, const Row& row);
  void update(std::string_view table, const Row& key, const Row& set);
  void erase(std::string_view table, const Row& key, const EraseOptions& options = {});
  // Runs fn(Batch&) and applies what it gathered as one ChangeSet.
  void batch(FunctionRef<void(Batch&)> fn, const EraseOptions& options = {});

  // ---- with entity types. insert and put give an entity whose sequence key is 0 its id; a const
  // or temporary one comes back with it.
  template <EntityValue E>
  requires(!std::is_const_v<E>) void insert(E& entity);
  template <EntityValue E>
  requires(!std::is_reference_v<E> && !std::is_const_v<E>) E insert(E&& entity);
  template <EntityValue E>
  E insert(const E& entity);
  // A range of entities as one ChangeSet, in chunks: rows may refer to later ones. Mutable elements
  // get their ids. Throws Error(cancelled) where progress says so.
  template <EntityRangeValue R>
  void insert(R&& entities, const BulkOptions& options = {});
  template <EntityValue E>
  void put(E& entity);
  template <EntityRangeValue R>
  void put(R&& entities);
  // Sets all columns of the existing row (missing_row where there is none).
  template <EntityValue E>
  void update(const E& entity);
  template <EntityRangeValue R>
  void update(R&& entities);
  // False where there is no such row.
  template <class E, class... K>
  bool erase(const K&... key);
  // A range of keys as one ChangeSet (missing_row where one is not there).
  template <class E, class Keys>
  void erase_all(const Keys& keys, const EraseOptions& options = {});

  [[nodiscard]] engine::Writing& writing() const;

 private:
  friend class Store;
  explicit Transaction(std::unique_ptr<engine::Writing> writing);
};

// A handle; copies share the store. The storage closes when the last Store, Snapshot and
// Transaction is gone.
class Store {
 public:
  // Opens through the store's own catalogue, without entity types.
  // Throws Error: missing_store, not_a_store, newer_format, corruption, permission,
  // wrong_application.
  [[nodiscard]] static Store open(std::string_view url, const StoreOptions& options = {});
  // Opens (or with options.create creates) a store that has at least the tables of `catalog`:
  // missing ones are added, ones that differ are refused with SchemaMismatch.
  [[nodiscard]] static Store open(std::string_view url, const Catalog& catalog,
                                  const StoreOptions& options = {});
  // The same over a storage that the caller opened.
  [[nodiscard]] static Store open(std::shared_ptr<storage::Storage> storage, const Catalog& catalog,
                                  const StoreOptions& options = {});
  [[nodiscard]] static Store open(std::shared_ptr<storage::Storage> storage,
                                  const StoreOptions& options = {});

  // With the entities of a Registry.
  template <class R>
  [[nodiscard]] static Store open(std::string_view url, const StoreOptions& options = {});
  template <class R>
  [[nodiscard]] static Store open(std::shared_ptr<storage::Storage> storage,
                                  const StoreOptions& options = {});

  [[nodiscard]] std::shared_ptr<const Catalog> catalog() const;
  [[nodiscard]] Snapshot snapshot() const;
  // Runs fn(Transaction&) and commits. fn may run again after a conflict: it must not have effects
  // of its own. Updates that wait for each other are combined: fn may run on the thread of another
  // update, after which all are committed at once, with the strongest durability asked for; so a
  // caller must not hold a lock that another fn takes. Throws what fn throws, after rolling back;
  // IntegrityError; Error(busy). An update inside fn is a UsageError.
  void update(FunctionRef<void(Transaction&)> fn, const UpdateOptions& options = {}) const;
  // The same, but always rolls back: what update would have said. Returns normally where it would
  // have committed.
  void dry_run(FunctionRef<void(Transaction&)> fn) const;

  // One call, one snapshot or one commit of its own; as in Snapshot and Transaction.
  template <class E, class... K>
  [[nodiscard]] std::optional<E> get(const K&... key) const;
  // Each run of the query takes a snapshot of its own.
  template <class E>
  [[nodiscard]] Select<E> select() const;
  template <EntityValue E>
  requires(!std::is_const_v<E>) void insert(E& entity) const;
  template <EntityValue E>
  requires(!std::is_reference_v<E> && !std::is_const_v<E>) E insert(E&& entity)
  const;
  template <EntityValue E>
  E insert(const E& entity) const;
  template <EntityRangeValue R>
  void insert(R&& entities, const BulkOptions& options = {}) const;
  template <EntityValue E>
  void put(E& entity) const;
  template <EntityValue E>
  void update(const E& entity) const;
  template <class E, class... K>
  bool erase(const K&... key) const;

  [[nodiscard]] storage::Storage& storage() const;
  // Every later use of this store, its snapshots and transactions is an Error(closed).
  void close() const;

  [[nodiscard]] const std::shared_ptr<engine::Engine>& engine() const { return engine_; }

 private:
  enum class Ending : std::uint8_t { commit, roll_back };
  explicit Store(std::shared_ptr<engine::Engine> engine) : engine_(std::move(engine)) {}
  void run(FunctionRef<void(Transaction&)> fn, const UpdateOptions& options, Ending ending) const;
  std::shared_ptr<engine::Engine> engine_;
};

}  // namespace kindred
