// A store below the public API: one storage, its catalogue, the one way to write.
#pragma once

#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "engine/reading.hpp"
#include "engine/schema.hpp"
#include "engine/update_queue.hpp"
#include "engine/writing.hpp"
#include "kindred/options.hpp"

namespace kindred::engine {

class HeldWriting;

class Engine : public std::enable_shared_from_this<Engine> {
 public:
  // Reads the catalogue; with `declared`, adds the tables that are missing and refuses those that
  // differ. A storage without a catalogue gets one where options.create allows, else
  // Error(not_a_store).
  [[nodiscard]] static std::shared_ptr<Engine> open(std::shared_ptr<storage::Storage> storage,
                                                    const Catalog* declared,
                                                    const StoreOptions& options);

  // A view and the catalogue as of it, read again where another process changed it. Any thread.
  [[nodiscard]] std::unique_ptr<Reading> snapshot();
  // Runs fn in a Writing and commits; `dry` rolls back instead. Any thread without a writer of its
  // own.
  enum class Outcome : std::uint8_t { commit, roll_back };
  // fn calls Writing::finish last, when all went well. It runs again after a retryable failure, but
  // not after StaleDataError.
  void update(FunctionRef<void(std::unique_ptr<Writing>)> fn, const UpdateOptions& options,
              Outcome outcome);

  // Begins a writer that is kept, after waiting as update() does. Error(read_only), Error(busy) at
  // the deadline, UsageError where this thread has a writer already.
  [[nodiscard]] std::unique_ptr<HeldWriting> begin(const UpdateOptions& options);

  [[nodiscard]] std::shared_ptr<const Schema> schema() const;
  [[nodiscard]] storage::Storage& storage() const noexcept { return *storage_; }
  [[nodiscard]] const StoreOptions& options() const noexcept { return options_; }

  // The next id of a sequence that this process did not hand out yet, and the note that ids below
  // `next` are.
  [[nodiscard]] std::uint64_t fresh_id(std::uint32_t table) const;
  void note_id(std::uint32_t table, std::uint64_t next);

 private:
  friend class HeldWriting;
  Engine(std::shared_ptr<storage::Storage> storage, StoreOptions options)
      : storage_(std::move(storage)), options_(std::move(options)) {}
  // Opens every keyspace that a catalogue names. Not while this thread has a writer.
  [[nodiscard]] std::shared_ptr<const Schema> load(storage::Reader& reader);
  void adopt(std::shared_ptr<const Schema> schema);
  void update_alone(FunctionRef<void(std::unique_ptr<Writing>)> fn, Durability durability,
                    Outcome outcome);
  // Of held writers: whose thread they belong to, and what the next one has to prepare for.
  void hold(std::thread::id thread);
  void let_go(std::thread::id thread, std::exception_ptr failure) noexcept;
  [[nodiscard]] bool held_by_this_thread() const;
  void prepare_begin();
  void execute(std::span<UpdateQueue::Request* const> batch);
  // False where nothing was committed and each update must be run alone.
  [[nodiscard]] bool execute_together(std::span<UpdateQueue::Request* const> batch);
  [[nodiscard]] std::unique_ptr<Writing> begin_writing(storage::Writer& writer);
  void add_tables(const Schema* schema, std::vector<Table> tables, const std::string& application);

  std::shared_ptr<storage::Storage> storage_;
  StoreOptions options_;
  UpdateQueue queue_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Schema> schema_;
  std::unordered_map<std::uint32_t, std::uint64_t> ids_;  // table number -> next id
  std::vector<std::thread::id> holders_;
  std::exception_ptr retry_;  // the retryable failure of a held writer
};

}  // namespace kindred::engine
