// Contract cases of transactions, threads and storages as such: duties 7, 8 and 12 to 17. See
// storage_contract.hpp.
#pragma once

#include <algorithm>

#include "kindred/storage_layers.hpp"
#include "kindred/testing/contract_support.hpp"

namespace kindred::testing::contract {

// Every call of a Writer, to see what each throws.
inline std::vector<std::pair<std::string, std::function<void(Writer&)>>> calls_of_a_writer() {
  return {
      {"get", [](Writer& w) { w.get(map_bytes, "k"); }},
      {"get_many",
       [](Writer& w) {
         const std::vector<GetRequest> requests{{map_bytes, "k"}};
         w.get_many(requests, [](std::size_t, std::optional<ByteView>) {});
       }},
      {"scan", [](Writer& w) { entries(w, map_bytes); }},
      {"scan_many",
       [](Writer& w) {
         const std::vector<ScanRequest> requests{{map_bytes, Range::all()}};
         w.scan_many(requests, {}, [](std::size_t, ByteView, ByteView) { return true; });
       }},
      {"cursor", [](Writer& w) { w.cursor(map_bytes, Range::all(), {}); }},
      {"contains", [](Writer& w) { w.contains(set_bytes, "k", "m"); }},
      {"put", [](Writer& w) { w.put(map_bytes, "k", "v", Intent::either); }},
      {"erase", [](Writer& w) { w.erase(map_bytes, "k"); }},
      {"erase of a member", [](Writer& w) { w.erase(set_bytes, "k", "m"); }},
      {"erase_range", [](Writer& w) { w.erase_range(map_bytes, Range::all()); }},
      {"apply",
       [](Writer& w) {
         std::vector<std::size_t> refused;
         const std::vector<Write> writes{{map_bytes, Write::Op::put, Intent::either, "k", "v"}};
         w.apply(writes, refused);
       }},
      {"savepoint", [](Writer& w) { w.savepoint(); }},
      {"reserve", [](Writer& w) { w.reserve(1, 1, 0); }},
      {"commit", [](Writer& w) { w.commit(); }},
  };
}

inline void duty_07_commit_and_abort(Subject& subject) {
  OpenOptions options;  // full durability
  options.creation = Creation::if_missing;
  auto storage = open(subject, options);
  for (const Durability durability :
       {Durability::none, Durability::deferred, Durability::committed}) {
    const auto writer = storage->begin({durability, std::chrono::seconds(10)});
    writer->put(map_bytes, std::to_string(static_cast<int>(durability)), "v", Intent::insert_new);
    writer->commit();
  }
  {
    const auto writer = begin(*storage);
    writer->put(map_bytes, "aborted", "v", Intent::either);
    writer->abort();
    for (const auto& [name, call] : calls_of_a_writer()) {
      expect_usage_error([&, run = call] { run(*writer); }, name + " after abort");
    }
    writer->abort();
  }
  begin(*storage)->put(map_bytes, "destroyed", "v", Intent::either);
  {
    const auto writer = begin(*storage);
    writer->put(map_bytes, "committed", "v", Intent::either);
    writer->commit();
    for (const auto& [name, call] : calls_of_a_writer()) {
      expect_usage_error([&, run = call] { run(*writer); }, name + " after commit");
    }
    writer->abort();
  }
  storage->sync();
  if (storage->capabilities().persistent) {
    storage->close();
    storage = open(subject, options);
  }
  const auto reader = storage->snapshot();
  expect(entries(*reader, map_bytes) ==
             Pairs({{"0", "v"}, {"1", "v"}, {"2", "v"}, {"committed", "v"}}),
         "what was committed, and nothing else");
}

inline void duty_08_after_a_conflict(Subject& subject) {
  const auto faulty = fault_layer(subject.open(fast()));
  const std::shared_ptr<Storage> storage = faulty;
  for (const KeyspaceId id : {map_bytes, map_u64, set_fixed, set_bytes}) {
    storage->ensure(id, shape_of(id));
  }
  faulty->set_rules("put#2=conflict");
  {
    const auto writer = begin(*storage);
    writer->put(map_bytes, "k", "half", Intent::either);
    expect_error(
        ErrorCode::conflict, [&] { writer->put(map_bytes, "k2", "half", Intent::either); },
        "the conflict");
    for (const auto& [name, call] : calls_of_a_writer()) {
      expect_error(
          ErrorCode::conflict, [&, run = call] { run(*writer); }, name + " after it");
    }
  }
  faulty->set_rules("put#2=conflict; commit#1=conflict");
  int runs = 0;
  update(*storage, {}, [&](Writer& writer) {
    ++runs;
    writer.put(map_bytes, "k", "run " + std::to_string(runs), Intent::either);
    writer.put(map_bytes, "k2", "whole", Intent::insert_new);
  });
  expect(runs == 3, "update runs the closure again after each conflict");
  expect(entries(*storage->snapshot(), map_bytes) == Pairs({{"k", "run 3"}, {"k2", "whole"}}),
         "and nothing of the earlier runs is left");
}

// Fails the n-th call of a transaction for every n: the store is as before, or as after.
inline void duty_12_failures(Subject& subject) {
  const auto faulty = fault_layer(open(subject));
  const std::shared_ptr<Storage> storage = faulty;
  write(*storage, [](Writer& writer) {
    for (unsigned i = 0; i < 300; ++i) writer.put(map_u64, be(i), "old", Intent::either);
  });
  const auto change = [](Writer& writer) {
    const Savepoint savepoint = writer.savepoint();
    writer.erase_range(map_u64, Range::all());
    writer.rollback_to(savepoint);
    for (unsigned i = 0; i < 300; i += 30) writer.put(map_u64, be(i), "new", Intent::either);
    static_cast<void>(entries(writer, map_u64));
    writer.put(set_bytes, "k", "m", Intent::either);
    writer.erase(set_bytes, "k", "m");
    writer.reserve(1, 1, 0);
  };
  const Pairs before = entries(*storage->snapshot(), map_u64);
  for (const std::string code : {"io", "no_space", "capacity", "outcome_unknown"}) {
    bool finished = false;
    for (int n = 1; !finished; ++n) {
      expect(n < 100, "a sweep that ends");
      faulty->set_rules("any#" + std::to_string(n) + "=" + code);
      bool failed = false;
      try {
        update(*storage, {}, change);
      } catch (const Error& failure) {
        failed = to_string(failure.code()) == code;
        expect(failed, "the failure that was asked for");
      }
      finished = faulty->failures() == 0;
      expect(failed != finished, "a call that fails fails the update");
      faulty->set_rules("");
      const Pairs now = entries(*storage->snapshot(), map_u64);
      // outcome_unknown may have committed.
      if (finished || (code == "outcome_unknown" && now != before)) {
        expect(value_of(*storage->snapshot(), be(30), map_u64) == "new", "the new state, whole");
        write(*storage, [&](Writer& writer) {
          for (const Pair& pair : before)
            writer.put(map_u64, pair.first, pair.second, Intent::either);
        });
      } else {
        expect(now == before, "the old state, whole");
      }
    }
  }
  expect_sound(*storage);
}

inline void duty_13_threads(Subject& subject) {
  const auto storage = open(subject);
  {
    const auto writer = begin(*storage);
    writer->put(map_bytes, "k", "v", Intent::either);
    on_another_thread([&] {
      for (const auto& [name, call] : calls_of_a_writer()) {
        expect_usage_error([&, run = call] { run(*writer); }, name + " on another thread");
      }
    });
    expect_usage_error([&] { static_cast<void>(begin(*storage)); }, "a second Writer of a thread");
    static_cast<void>(storage->snapshot());
    writer->commit();
  }
  const auto reader = storage->snapshot();
  on_another_thread([&] { expect(value_of(*reader, "k") == "v", "a Reader may move"); });
  side_by_side(4, [&](int thread) {
    for (int i = 0; i < 50; ++i) {
      const auto mine = storage->snapshot();
      expect(value_of(*mine, "k") == "v", "a Reader of each thread");
      if (i % 10 == thread) {
        write(*storage, [&](Writer& w) {
          w.put(map_u64, be(static_cast<unsigned>(i)), "v", Intent::either);
        });
      }
    }
  });
  expect(entries(*storage->snapshot(), map_u64).size() == 20, "Writers of each thread");
}

inline void duty_14_waiting(Subject& subject) {
  const auto storage = open(subject);
  if (storage->capabilities().multi_writer) {
    throw ContractSkipped("writers of this backend do not wait for each other");
  }
  const auto writer = begin(*storage);
  on_another_thread([&] {
    const auto start = std::chrono::steady_clock::now();
    std::string message;
    try {
      static_cast<void>(storage->begin({Durability::committed, std::chrono::milliseconds(30)}));
    } catch (const Error& error) {
      expect(error.code() == ErrorCode::busy, "Error(busy)");
      message = error.what();
    }
    expect(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(30),
           "not before the deadline");
    expect(
        message.find("thread") != std::string::npos || message.find("process") != std::string::npos,
        "the holder's thread or process is named: " + message);
  });
  std::thread waiting;
  std::exception_ptr failure;
  waiting = std::thread([&] {
    try {
      write(*storage, [](Writer& w) { w.put(map_bytes, "waited", "v", Intent::either); });
    } catch (...) {
      failure = std::current_exception();
    }
  });
  writer->commit();
  waiting.join();
  if (failure) std::rethrow_exception(failure);
  expect(value_of(*storage->snapshot(), "waited") == "v", "a begin that waited goes on");
}

inline void duty_15_keyspaces(Subject& subject) {
  const auto storage = open(subject);
  auto old = storage->snapshot();
  storage->ensure(9, {Shape::Kind::set_fixed, 3});
  storage->ensure(9, {Shape::Kind::set_fixed, 3});
  storage->ensure(catalog_keyspace, {});
  for (const Shape other :
       {Shape{Shape::Kind::set_fixed, 4}, Shape{Shape::Kind::set_bytes, 0}, Shape{}}) {
    expect_usage_error([&] { storage->ensure(9, other); }, "another shape");
  }
  for (const Shape wrong : {Shape{Shape::Kind::set_fixed, 0}, Shape{Shape::Kind::set_fixed, 512},
                            Shape{static_cast<Shape::Kind>(9), 0}}) {
    expect_usage_error([&] { storage->ensure(10, wrong); }, "a shape that cannot be");
  }
  write(*storage, [&](Writer& writer) {
    writer.put(9, "k", "abc", Intent::insert_new);
    writer.put(catalog_keyspace, "c", "v", Intent::insert_new);
    expect_usage_error(
        [&] {
          storage->ensure(9, {Shape::Kind::set_fixed, 3});
        },
        "ensure with a Writer");
    expect_usage_error([&] { storage->ensure(11, {}); }, "ensure with a Writer");
    expect_usage_error([&] { storage->drop(9); }, "drop with a Writer");
  });
  expect(entries(*old, 9).empty() && !old->contains(9, "k", "abc") && pulled(*old, 9).empty(),
         "a younger keyspace is empty in an older Reader");
  std::vector<KeyspaceId> ids;
  for (const KeyspaceInfo& info : storage->keyspaces()) {
    ids.push_back(info.id);
    if (info.id == 9) {
      expect(info.shape == Shape({Shape::Kind::set_fixed, 3}) && info.entries == 1,
             "its shape and size");
    }
  }
  expect(ids == std::vector<KeyspaceId>({0, 1, 2, 3, 4, 9}), "all keyspaces in order");
  auto before_drop = storage->snapshot();
  storage->drop(9);
  expect(entries(*storage->snapshot(), 9).empty(), "dropped");
  if (storage->capabilities().stable_views) {
    expect(entries(*before_drop, 9) == Pairs({{"k", "abc"}}), "still there in an older Reader");
  }
  // A backend may need every older Reader to end before the number gets another shape.
  before_drop = nullptr;
  old = nullptr;
  storage->ensure(9, {Shape::Kind::map_u64, 0});
  write(*storage, [](Writer& writer) { writer.put(9, be(1), "v", Intent::insert_new); });
  expect(entries(*storage->snapshot(), 9) == Pairs({{be(1), "v"}}), "made again in another shape");
  expect(storage->keyspaces().size() == 6, "all keyspaces");
  expect_sound(*storage);
}

inline void duty_16_opening(Subject& subject) {
  expect_error(
      ErrorCode::missing_store, [&] { static_cast<void>(subject.open(fast(Creation::never))); },
      "opening what is not there");
  auto storage = open(subject, fast(Creation::must));
  expect(!storage->url().empty(), "a URL");
  write(*storage, [](Writer& writer) { writer.put(map_bytes, "k", "v", Intent::either); });
  const bool persistent = storage->capabilities().persistent;
  if (persistent) storage->close();
  expect_error(
      ErrorCode::store_exists, [&] { static_cast<void>(subject.open(fast(Creation::must))); },
      "creating what is there");
  expect(value_of(*open(subject, fast(Creation::if_missing))->snapshot(), "k") == "v", "opened");
  OpenOptions options = fast(Creation::never);
  options.verify = Verify::pages;
  expect(value_of(*open(subject, options)->snapshot(), "k") == "v", "opened and verified");
  if (persistent) storage = nullptr;
  options.access = Access::read_only;
  const auto read_only = subject.open(options);
  expect(value_of(*read_only->snapshot(), "k") == "v", "read-only");
  expect_error(
      ErrorCode::read_only, [&] { static_cast<void>(begin(*read_only)); }, "writing to read-only");
  read_only->ensure(map_bytes, {});
  expect_error(
      ErrorCode::read_only, [&] { read_only->ensure(50, {}); }, "a new keyspace in read-only");
}

inline void duty_16_foreign(Subject& subject) {
  if (!subject.plant_foreign()) throw ContractSkipped("nothing foreign can be at its place");
  for (const Creation creation : {Creation::never, Creation::if_missing}) {
    expect_error(
        ErrorCode::not_a_store, [&] { static_cast<void>(subject.open(fast(creation))); },
        "opening what the backend did not write");
  }
}

inline void duty_16_damaged(Subject& subject) {
  {
    const auto storage = open(subject);
    write(*storage, [](Writer& writer) {
      for (unsigned i = 0; i < 5000; ++i)
        writer.put(map_u64, be(i), std::string(50, 'v'), Intent::either);
    });
    storage->close();
  }
  if (!subject.damage()) throw ContractSkipped("its place cannot be damaged");
  OpenOptions options = fast(Creation::never);
  options.verify = Verify::pages;
  try {
    static_cast<void>(subject.open(options));
    expect(false, "an Error from opening a damaged store with Verify::pages");
  } catch (const Error& error) {
    expect(error.code() == ErrorCode::corruption || error.code() == ErrorCode::not_a_store,
           std::string("corruption, not ") + error.what());
  }
}

inline void duty_17_outliving(Subject& subject) {
  auto storage = open(subject);
  write(*storage, [](Writer& writer) { writer.put(map_bytes, "k", "v", Intent::either); });
  {
    const auto reader = storage->snapshot();
    const auto writer = begin(*storage);
    storage = nullptr;
    expect(value_of(*reader, "k") == "v", "a Reader keeps its storage alive");
    writer->put(map_bytes, "k2", "v", Intent::either);
    writer->commit();
  }
  storage = open(subject);
  write(*storage, [](Writer& writer) { writer.put(map_bytes, "k", "v", Intent::either); });
  const auto reader = storage->snapshot();
  const auto cursor = reader->cursor(map_bytes, Range::all(), {});
  const auto writer = begin(*storage);
  writer->put(map_bytes, "lost", "v", Intent::either);
  storage->close();
  const auto closed = [](std::string_view what, const auto& call) {
    expect_error(ErrorCode::closed, call, std::string(what) + " after close");
  };
  for (const auto& [name, call] : calls_of_a_writer()) {
    closed(name, [&, run = call] { run(*writer); });
  }
  closed("get", [&] { reader->get(map_bytes, "k"); });
  closed("scan", [&] { entries(*reader, map_bytes); });
  closed("Cursor::next", [&] { cursor->next(); });
  closed("snapshot", [&] { static_cast<void>(storage->snapshot()); });
  closed("begin", [&] { static_cast<void>(begin(*storage)); });
  closed("ensure", [&] { storage->ensure(map_bytes, {}); });
  closed("keyspaces", [&] { storage->keyspaces(); });
  closed("sync", [&] { storage->sync(); });
  writer->abort();
  storage->close();
}

}  // namespace kindred::testing::contract
