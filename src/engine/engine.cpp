#include "engine/engine.hpp"

#include <algorithm>
#include <random>

#include "engine/held_writing.hpp"
#include "format/bytes.hpp"

namespace kindred::engine {
namespace {

constexpr int catalog_attempts = 10;

// Another process changed the catalogue while this one waited for the writer.
struct CatalogMoved {};

std::uint64_t read_stamp(storage::Reader& reader) {
  const auto bytes = reader.get(storage::catalog_keyspace, format::stamp_key());
  if (!bytes) return 0;
  if (bytes->size() != 8) throw CorruptionError("catalogue", "the stamp has a wrong length");
  return format::load_le<std::uint64_t>(bytes->data());
}

std::uint64_t random_number() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) | device();
}

Uuid random_uuid() {
  Uuid out;
  for (std::size_t i = 0; i < 16; i += 8) {
    const std::uint64_t v = random_number();
    std::memcpy(out.octets.data() + i, &v, 8);
  }
  out.octets[6] = static_cast<std::uint8_t>((out.octets[6] & 0x0f) | 0x40);
  out.octets[8] = static_cast<std::uint8_t>((out.octets[8] & 0x3f) | 0x80);
  return out;
}

void require_application(const std::string& stored, const std::string& asked) {
  if (!stored.empty() && !asked.empty() && stored != asked)
    throw Error(ErrorCode::wrong_application,
                "the store belongs to application '" + stored + "', not to '" + asked + "'");
}

}  // namespace

std::shared_ptr<const Schema> Engine::schema() const {
  const std::scoped_lock lock(mutex_);
  return schema_;
}

void Engine::adopt(std::shared_ptr<const Schema> schema) {
  const std::scoped_lock lock(mutex_);
  if (!schema_ || schema_->stamp() <= schema->stamp()) schema_ = std::move(schema);
}

std::uint64_t Engine::fresh_id(std::uint32_t table) const {
  const std::scoped_lock lock(mutex_);
  const auto at = ids_.find(table);
  return at == ids_.end() ? 1 : at->second;
}

void Engine::note_id(std::uint32_t table, std::uint64_t next) {
  const std::scoped_lock lock(mutex_);
  auto& kept = ids_[table];
  kept = std::max(kept, next);
}

std::shared_ptr<const Schema> Engine::load(storage::Reader& reader) {
  const auto header = reader.get(storage::catalog_keyspace, format::header_key());
  if (!header) return nullptr;
  auto decoded = format::decode_header(*header);
  std::vector<format::TableRecord> records;
  reader.scan(storage::catalog_keyspace, storage::Range::between("T", "U"), {},
              [&](ByteView key, ByteView bytes) {
                if (key.size() != 5)
                  throw CorruptionError("catalogue", "a table record has a malformed key");
                records.push_back(format::decode_table(
                    bytes, "table number " + std::to_string(format::load_be32(key.data() + 1))));
                return true;
              });
  return std::make_shared<Schema>(std::move(decoded), std::move(records), read_stamp(reader));
}

std::unique_ptr<Reading> Engine::snapshot() {
  for (int i = 0; i < catalog_attempts; ++i) {
    auto reader = storage_->snapshot();
    auto known = schema();
    if (known && read_stamp(*reader) == known->stamp())
      return std::make_unique<Reading>(shared_from_this(), std::move(known), std::move(reader));
    auto found = load(*reader);
    if (!found) throw Error(ErrorCode::not_a_store, storage_->url() + " has no catalogue");
    reader.reset();
    for (const auto& [id, shape] : found->keyspaces()) storage_->ensure(id, shape);
    adopt(std::move(found));
  }
  throw ConflictError(storage_->url() + ": its catalogue changes all the time");
}

void Engine::update(FunctionRef<void(std::unique_ptr<Writing>)> fn, const UpdateOptions& options,
                    Outcome outcome) {
  if (options_.read_only) throw Error(ErrorCode::read_only, storage_->url() + " is open read-only");
  const Durability durability = std::min(options.durability, options_.durability);
  // A thread with a held writer must not wait for those that wait for it: the storage refuses its
  // second writer.
  if (outcome == Outcome::roll_back || held_by_this_thread()) {
    update_alone(fn, durability, outcome);
    return;
  }
  UpdateQueue::Request request{fn, durability};
  queue_.run(request, options_.writer_deadline,
             [&](std::span<UpdateQueue::Request* const> batch) { execute(batch); });
}

void Engine::update_alone(FunctionRef<void(std::unique_ptr<Writing>)> fn, Durability durability,
                          Outcome outcome) {
  struct RolledBack {};
  // What the change set expects was read before: running this again meets the same rows.
  struct Final {
    std::exception_ptr why;
  };
  const storage::BeginOptions begin{durability, options_.writer_deadline};
  for (int i = 0; i < catalog_attempts; ++i) {
    try {
      storage::update(*storage_, begin, [&](storage::Writer& writer) {
        try {
          fn(begin_writing(writer));
        } catch (const StaleDataError&) {
          throw Final{std::current_exception()};
        }
        if (outcome == Outcome::roll_back) throw RolledBack{};
      });
      return;
    } catch (const RolledBack&) {
      return;
    } catch (const Final& stale) {
      std::rethrow_exception(stale.why);
    } catch (const CatalogMoved&) {
      (void)snapshot();
    }
  }
  throw ConflictError(storage_->url() + ": its catalogue changes all the time");
}

std::unique_ptr<HeldWriting> Engine::begin(const UpdateOptions& options) {
  if (options_.read_only) throw Error(ErrorCode::read_only, storage_->url() + " is open read-only");
  const storage::BeginOptions begin{std::min(options.durability, options_.durability),
                                    options_.writer_deadline};
  for (int i = 0; i < catalog_attempts; ++i) {
    prepare_begin();
    std::unique_ptr<storage::Writer> writer;
    try {
      writer = storage_->begin(begin);
      std::unique_ptr<Writing> writing = begin_writing(*writer);
      return std::unique_ptr<HeldWriting>(
          new HeldWriting(shared_from_this(), std::move(writer), std::move(writing)));
    } catch (const CatalogMoved&) {
      writer.reset();
      (void)snapshot();
    } catch (const Error& failure) {
      // As storage::update does it; a begin that gave up has waited as long as was asked for.
      if (!failure.retryable() || failure.code() == ErrorCode::busy || i + 1 == catalog_attempts)
        throw;
      writer.reset();
      storage_->prepare_retry(failure);
    }
  }
  throw ConflictError(storage_->url() + ": its catalogue changes all the time");
}

void Engine::prepare_begin() {
  std::exception_ptr failure;
  {
    const std::scoped_lock lock(mutex_);
    failure.swap(retry_);
  }
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const Error& e) {
    storage_->prepare_retry(e);
  }
}

void Engine::hold(std::thread::id thread) {
  const std::scoped_lock lock(mutex_);
  holders_.push_back(thread);
}

void Engine::let_go(std::thread::id thread, std::exception_ptr failure) noexcept {
  bool retryable = false;
  if (failure) {
    try {
      std::rethrow_exception(failure);
    } catch (const Error& e) {
      retryable = e.retryable();
    } catch (...) {
      retryable = false;
    }
  }
  const std::scoped_lock lock(mutex_);
  holders_.erase(std::find(holders_.begin(), holders_.end(), thread));
  if (retryable) retry_ = std::move(failure);
}

bool Engine::held_by_this_thread() const {
  const std::scoped_lock lock(mutex_);
  return std::find(holders_.begin(), holders_.end(), std::this_thread::get_id()) != holders_.end();
}

std::unique_ptr<Writing> Engine::begin_writing(storage::Writer& writer) {
  auto known = schema();
  if (read_stamp(writer) != known->stamp()) throw CatalogMoved{};
  return std::make_unique<Writing>(shared_from_this(), std::move(known), writer);
}

// Several updates in one commit, each under a savepoint: one that fails leaves the others
// untouched. Where the commit as a whole fails, or the storage must run it again, each has its own.
void Engine::execute(std::span<UpdateQueue::Request* const> batch) {
  if (batch.size() > 1 && execute_together(batch)) return;
  for (UpdateQueue::Request* request : batch) {
    try {
      request->error = nullptr;
      update_alone(request->fn, request->durability, Outcome::commit);
    } catch (...) {
      request->error = std::current_exception();
    }
  }
}

bool Engine::execute_together(std::span<UpdateQueue::Request* const> batch) {
  storage::BeginOptions begin{Durability::none, options_.writer_deadline};
  for (const UpdateQueue::Request* request : batch)
    begin.durability = std::max(begin.durability, request->durability);
  try {
    std::unique_ptr<storage::Writer> writer;
    try {
      writer = storage_->begin(begin);
    } catch (const Error& e) {
      if (e.code() != ErrorCode::busy) throw;
      // All of them have waited for the writer as long as they may: not once more each.
      for (UpdateQueue::Request* request : batch) request->error = std::current_exception();
      return true;
    }
    for (UpdateQueue::Request* request : batch) {
      request->error = nullptr;
      const storage::Savepoint before = writer->savepoint();
      try {
        request->fn(begin_writing(*writer));
        writer->release(before);
      } catch (const CatalogMoved&) {
        return false;
      } catch (const Error& e) {
        if (e.retryable() && e.code() != ErrorCode::stale_data) return false;
        request->error = std::current_exception();
        writer->rollback_to(before);
      } catch (...) {
        request->error = std::current_exception();
        writer->rollback_to(before);
      }
    }
    writer->commit();
    return true;
  } catch (...) {
    return false;  // each is told on its own
  }
}

std::shared_ptr<Engine> Engine::open(std::shared_ptr<storage::Storage> storage,
                                     const Catalog* declared, const StoreOptions& options) {
  std::shared_ptr<Engine> engine(new Engine(std::move(storage), options));
  for (int i = 0; i < catalog_attempts; ++i) {
    auto found = engine->load(*engine->storage_->snapshot());
    if (!found) {
      if (options.read_only || (!declared && !options.create))
        throw Error(ErrorCode::not_a_store, engine->storage_->url() + " has no catalogue");
      engine->add_tables(
          nullptr, declared ? declared->tables : std::vector<Table>{},
          declared && options.application.empty() ? declared->application : options.application);
      continue;
    }
    require_application(found->header().application, options.application);
    std::vector<Table> missing;
    if (declared) {
      require_application(found->header().application, declared->application);
      auto differences = found->catalog()->differences(*declared);
      if (!differences.empty())
        throw SchemaMismatch(
            std::move(differences),
            "change the declaration back, or open the store with a catalogue that fits");
      for (const Table& table : declared->tables)
        if (!found->find(table.name)) missing.push_back(table);
    }
    if (missing.empty()) {
      for (const auto& [id, shape] : found->keyspaces()) engine->storage_->ensure(id, shape);
      engine->adopt(std::move(found));
      return engine;
    }
    if (options.read_only)
      throw Error(ErrorCode::read_only, engine->storage_->url() + " has no table '" +
                                            missing.front().name + "' and is open read-only");
    engine->add_tables(found.get(), std::move(missing), "");
  }
  throw ConflictError(engine->storage_->url() + ": its catalogue changes all the time");
}

// Numbers are taken in one commit, keyspaces made after it, the catalogue written in a second one:
// whatever happens in between leaves at most empty keyspaces that nothing names. A catalogue that
// changed meanwhile leaves all as it was; the caller looks again.
void Engine::add_tables(const Schema* schema, std::vector<Table> tables,
                        const std::string& application) {
  const storage::BeginOptions begin{options_.durability, options_.writer_deadline};
  const std::uint64_t stamp = schema ? schema->stamp() : 0;
  std::vector<format::TableRecord> records;
  bool moved = false;
  storage::update(*storage_, begin, [&](storage::Writer& writer) {
    moved = read_stamp(writer) != stamp;
    if (moved) return;
    records.clear();
    const auto stored = writer.get(storage::catalog_keyspace, format::header_key());
    format::StoreHeader header;
    if (stored) {
      header = format::decode_header(*stored);
    } else {
      header.store_id = random_uuid();
      header.application = application;
      header.created_by = "kindred";
    }
    for (const Table& declared : tables) {
      format::TableRecord record;
      record.table = declared;
      Table& t = record.table;
      t.number = header.next_table++;
      t.uid = random_number();
      t.list_number = 1;
      for (Column& c : t.columns) c.number = record.next_column++;
      t.keyspace = header.next_keyspace++;
      for (Index& index : t.indexes) index.keyspace = header.next_keyspace++;
      for (ForeignKey& fk : t.foreign_keys) fk.keyspace = header.next_keyspace++;
      records.push_back(std::move(record));
    }
    (void)writer.put(storage::catalog_keyspace, format::header_key(), format::encode(header),
                     storage::Intent::either);
  });
  if (moved) return;

  // Compiled together with what is there: which foreign keys need no keyspace of their own depends
  // on the parents.
  std::vector<format::TableRecord> all;
  if (schema)
    for (const CompiledTable& t : schema->tables()) all.push_back(*t.record);
  const std::size_t first_new = all.size();
  all.insert(all.end(), records.begin(), records.end());
  const CompiledCatalog compiled({}, std::move(all), 0);
  for (std::size_t i = first_new; i < compiled.tables().size(); ++i) {
    const CompiledTable& t = compiled.tables()[i];
    for (std::size_t f = 0; f < t.foreign_keys.size(); ++f)
      if (t.foreign_keys[f].leads_key) records[i - first_new].table.foreign_keys[f].keyspace = 0;
  }
  for (const auto& [id, shape] : compiled.keyspaces()) storage_->ensure(id, shape);

  storage::update(*storage_, begin, [&](storage::Writer& writer) {
    if (read_stamp(writer) != stamp) return;
    for (const auto& record : records)
      (void)writer.put(storage::catalog_keyspace, format::table_key(record.table.number),
                       format::encode(record), storage::Intent::either);
    char next[8];
    format::store_le(next, stamp + 1);
    (void)writer.put(storage::catalog_keyspace, format::stamp_key(), {next, 8},
                     storage::Intent::either);
  });
}

}  // namespace kindred::engine
