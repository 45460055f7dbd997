// What the storage in memory promises beside the duties.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <map>
#include <new>
#include <string>
#include <vector>

#include "kindred/storage.hpp"
#include "kindred/testing/contract_support.hpp"

namespace {
std::atomic<std::int64_t> live_allocations{0};
}

// Every allocation of this program, counted.
void* operator new(std::size_t size) {
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  ++live_allocations;
  return memory;
}
void operator delete(void* memory) noexcept {
  if (memory == nullptr) return;
  --live_allocations;
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { ::operator delete(memory); }

namespace {

using namespace kindred;
using namespace kindred::storage;
using namespace kindred::testing::contract;  // NOLINT(google-build-using-namespace)

auto has_code(ErrorCode code) {
  return [code](const Error& error) { return error.code() == code; };
}

struct Memory {
  std::shared_ptr<Storage> storage = storage::open("memory:");
  Memory() {
    for (const KeyspaceId id : {map_bytes, map_u64, set_fixed, set_bytes}) {
      storage->ensure(id, kindred::testing::contract::shape_of(id));
    }
  }
};

BOOST_AUTO_TEST_SUITE(memory_store)

BOOST_AUTO_TEST_CASE(names_are_shared_while_a_handle_is_open) {
  const std::string url = "memory:shared";
  const OpenOptions never;
  const OpenOptions must{.creation = Creation::must};
  BOOST_CHECK_EXCEPTION(static_cast<void>(storage::open(url, never)), Error,
                        has_code(ErrorCode::missing_store));
  auto first = storage::open(url, must);
  BOOST_CHECK_EXCEPTION(static_cast<void>(storage::open(url, must)), Error,
                        has_code(ErrorCode::store_exists));
  auto second = storage::open(url, never);
  update(*first, {}, [](Writer& writer) { writer.put(0, "k", "v", Intent::either); });
  BOOST_TEST(second->snapshot()->get(0, "k").has_value());
  // One writer over all handles.
  const auto writer = first->begin({});
  BOOST_CHECK_THROW(second->begin({}), UsageError);
  writer->abort();
  first->close();
  BOOST_TEST(second->snapshot()->get(0, "k").has_value());
  const auto reader = second->snapshot();
  second = nullptr;  // the Reader keeps it
  BOOST_TEST(storage::open(url, never)->snapshot()->get(0, "k").has_value());
}

BOOST_AUTO_TEST_CASE(a_name_is_free_after_its_last_handle) {
  const OpenOptions must{.creation = Creation::must};
  auto storage = storage::open("memory:again", must);
  update(*storage, {}, [](Writer& writer) { writer.put(0, "k", "v", Intent::either); });
  storage->close();
  storage = storage::open("memory:again", must);
  BOOST_TEST(!storage->snapshot()->get(0, "k").has_value());
  BOOST_TEST(storage::open("memory:")->url() == "memory:");
}

BOOST_AUTO_TEST_CASE(the_byte_limit_holds_and_erasing_makes_room) {
  OpenOptions options;
  options.byte_limit = 200'000;
  const auto storage = storage::open("memory:", options);
  storage->ensure(1, {Shape::Kind::map_u64, 0});
  unsigned put = 0;
  const auto fill = [&](Writer& writer, const std::string& value) {
    for (;; ++put) writer.put(1, be(put), value, Intent::insert_new);
  };
  const auto writer = storage->begin({});
  BOOST_CHECK_EXCEPTION(fill(*writer, std::string(100, 'v')), CapacityError,
                        [](const CapacityError& error) {
                          return error.limit() == 200'000 && error.asked() > error.limit();
                        });
  BOOST_TEST(put > 1000U);
  BOOST_TEST(entries(*writer, 1).size() == put);
  BOOST_CHECK_THROW(writer->put(1, be(put), std::string(100'000, 'v'), Intent::either),
                    CapacityError);
  BOOST_TEST(!writer->get(1, be(put)).has_value());
  const std::string half = be(put / 2);
  writer->erase_range(1, Range::from(half));
  writer->put(1, be(put), std::string(60'000, 'v'), Intent::either);
  writer->commit();
  BOOST_TEST(storage->keyspaces().at(1).bytes <= 200'000U);
  expect_sound(*storage);
}

BOOST_FIXTURE_TEST_CASE(ascending_keys_fill_their_pages, Memory) {
  const std::string value(100, 'v');
  constexpr unsigned rows = 20'000;
  // At the end; and as runs in the middle of other keys.
  update(*storage, {}, [&](Writer& writer) {
    for (unsigned i = 0; i < rows; ++i) writer.put(map_u64, be(i), value, Intent::insert_new);
    for (unsigned run = 20; run > 0; --run) {
      for (unsigned i = 0; i < rows / 20; ++i) {
        writer.put(map_bytes, be(run) + be(i), value.substr(8), Intent::insert_new);
      }
    }
  });
  for (const KeyspaceInfo& info : storage->keyspaces()) {
    if (info.entries == 0) continue;
    BOOST_TEST(info.entries == rows);
    // Key, value and 16 bytes of slot.
    BOOST_TEST(info.bytes < (8 + 100 + 16) * rows * 115 / 100);
  }
  expect_sound(*storage);
}

BOOST_FIXTURE_TEST_CASE(a_reader_holds_only_what_it_sees, Memory) {
  const auto commit = [&](unsigned i) {
    update(*storage, {}, [&](Writer& writer) {
      writer.put(map_u64, be(i % 5000), std::string(i % 700 == 0 ? 3000 : 30, 'v'), Intent::either);
    });
  };
  for (unsigned i = 0; i < 5000; ++i) commit(i);
  const std::int64_t before = live_allocations;
  {
    const auto oldest = storage->snapshot();
    std::vector<std::unique_ptr<Reader>> others;
    for (unsigned i = 0; i < 20'000; ++i) {
      commit(i);
      if (i % 1000 == 0) others.push_back(storage->snapshot());
      if (i % 3000 == 0) others.erase(others.begin());
    }
    BOOST_TEST(entries(*oldest, map_u64).size() == 5000U);
    others.clear();
    // The tree has about 100 pages: two whole copies of it, and little else.
    BOOST_TEST(live_allocations - before < 300);
  }
  BOOST_TEST(live_allocations - before < 40);
}

BOOST_FIXTURE_TEST_CASE(savepoints_leave_nothing_behind, Memory) {
  update(*storage, {}, [](Writer& writer) {
    for (unsigned i = 0; i < 5000; ++i)
      writer.put(map_u64, be(i), std::string(30, 'v'), Intent::either);
  });
  const auto writer = storage->begin({});
  const Savepoint outer = writer->savepoint();
  std::int64_t before = 0;
  for (unsigned i = 0; i < 40'000; ++i) {
    const Savepoint savepoint = writer->savepoint();
    writer->put(map_u64, be(i % 5000), std::string(i % 700 == 0 ? 3000 : 30, 'w'), Intent::either);
    if (i % 2 == 0) {
      writer->release(savepoint);
    } else {
      writer->rollback_to(savepoint);
    }
    if (i == 10'000) before = live_allocations;
  }
  BOOST_TEST(live_allocations - before < 300);
  writer->rollback_to(outer);
  expect(entries(*writer, map_u64) == entries(*storage->snapshot(), map_u64), "as before");
  writer->commit();
}

BOOST_AUTO_TEST_CASE(everything_is_freed) {
  const std::int64_t before = live_allocations;
  {
    const Memory memory;
    for (unsigned round = 0; round < 30; ++round) {
      const auto reader = memory.storage->snapshot();
      const auto writer = memory.storage->begin({});
      const Savepoint savepoint = writer->savepoint();
      for (unsigned i = 0; i < 1000; ++i) {
        writer->put(map_u64, be(i * round), std::string(i % 100 == 0 ? 2000 : 20, 'v'),
                    Intent::either);
        writer->put(set_bytes, be(i % 10), be(i * round), Intent::either);
      }
      if (round % 3 == 0) writer->rollback_to(savepoint);
      if (round % 3 == 1) writer->erase_range(set_bytes, Range::all());
      if (round % 4 != 0) writer->commit();
      if (round % 10 == 9) {
        writer->abort();
        memory.storage->drop(set_bytes);
        memory.storage->ensure(set_bytes, shape_of(set_bytes));
      }
    }
  }
  BOOST_TEST(live_allocations == before);
}

BOOST_FIXTURE_TEST_CASE(a_copy_goes_on_above_the_reserved_numbers, Memory) {
  update(*storage, {}, [](Writer& writer) {
    const Savepoint savepoint = writer.savepoint();
    BOOST_TEST(writer.reserve(1, 100, 0) == 1U);
    writer.rollback_to(savepoint);
  });
  storage->copy_to("copy-of-numbers");
  const auto copy = storage::open("memory:copy-of-numbers");
  update(*copy, {}, [](Writer& writer) { BOOST_TEST(writer.reserve(1, 1, 0) == 101U); });
}

BOOST_FIXTURE_TEST_CASE(a_writer_refuses_writes_under_its_open_cursor, Memory) {
  const auto writer = storage->begin({});
  for (unsigned i = 0; i < 10; ++i) writer->put(map_u64, be(i), "v", Intent::either);
  const auto cursor = writer->cursor(map_u64, Range::all(), {});
  cursor->next();
  writer->put(map_bytes, "other keyspace", "v", Intent::either);
  BOOST_TEST(cursor->next().has_value());
  writer->put(map_u64, be(100), "v", Intent::either);
  BOOST_CHECK_THROW(cursor->next(), UsageError);
  BOOST_CHECK_THROW(writer->scan(map_u64, Range::all(), {},
                                 [&](ByteView, ByteView) {
                                   writer->erase(map_u64, be(100));
                                   return true;
                                 }),
                    UsageError);
}

BOOST_FIXTURE_TEST_CASE(arguments_may_lie_in_the_store, Memory) {
  std::map<std::string, std::string> model;
  update(*storage, {}, [&](Writer& writer) {
    Numbers numbers;
    for (unsigned i = 0; i < 30; ++i) {
      model[be(i)] = std::string(10 + i * 40, static_cast<char>('a' + i % 26));
      writer.put(map_u64, be(i), model[be(i)], Intent::either);
    }
    for (unsigned i = 0; i < 3000; ++i) {
      const std::string from = be(numbers(30));
      const std::string to = be(numbers(60));
      model[to] = model.at(from);
      writer.put(map_u64, to, *writer.get(map_u64, from), Intent::either);
    }
  });
  expect(entries(*storage->snapshot(), map_u64) == Pairs(model.begin(), model.end()), "copied");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
