// Contract cases of writing: duties 3, 4, 9, 10 and 11. See storage_contract.hpp.
#pragma once

#include <algorithm>

#include "kindred/testing/contract_support.hpp"

namespace kindred::testing::contract {

// Each history must end as if one transaction had run after the other.
inline void duty_03_isolation_histories(Subject& subject) {
  const auto storage = open(subject);
  const auto number = [](Reader& reader, std::string_view key) {
    const auto value = value_of(reader, key);
    return value ? std::stoi(*value) : 0;
  };
  // lost update
  side_by_side(4, [&](int) {
    for (int i = 0; i < 25; ++i) {
      update(*storage, {}, [&](Writer& writer) {
        writer.put(map_bytes, "n", std::to_string(number(writer, "n") + 1), Intent::either);
      });
    }
  });
  expect(number(*storage->snapshot(), "n") == 100, "no lost update");
  for (int round = 0; round < 20; ++round) {
    // write skew: at least one of two stays on duty
    write(*storage, [](Writer& writer) {
      writer.put(map_bytes, "duty0", "1", Intent::either);
      writer.put(map_bytes, "duty1", "1", Intent::either);
      writer.erase_range(map_u64, Range::all());
      writer.put(map_bytes, "parent", "v", Intent::either);
      writer.erase(map_bytes, "child");
    });
    side_by_side(2, [&](int thread) {
      update(*storage, {}, [&](Writer& writer) {
        if (number(writer, "duty0") + number(writer, "duty1") == 2) {
          writer.put(map_bytes, "duty" + std::to_string(thread), "0", Intent::either);
        }
      });
    });
    const auto after = storage->snapshot();
    expect(number(*after, "duty0") + number(*after, "duty1") == 1, "no write skew");
    // phantom: each writes how many it saw
    side_by_side(4, [&](int) {
      update(*storage, {}, [&](Writer& writer) {
        writer.put(map_u64, be(entries(writer, map_u64).size()), "v", Intent::insert_new);
      });
    });
    expect(entries(*storage->snapshot(), map_u64).size() == 4, "no phantom");
    // a child of a deleted parent
    side_by_side(2, [&](int thread) {
      update(*storage, {}, [&](Writer& writer) {
        if (thread == 0 && writer.get(map_bytes, "parent")) {
          writer.put(map_bytes, "child", "v", Intent::either);
        }
        if (thread == 1 && !writer.get(map_bytes, "child")) writer.erase(map_bytes, "parent");
      });
    });
    const auto family = storage->snapshot();
    expect(family->get(map_bytes, "parent").has_value() || !family->get(map_bytes, "child"),
           "no dangling reference");
  }
}

inline void duty_04_own_writes(Subject& subject) {
  const auto storage = open(subject);
  write(*storage, [](Writer& writer) {
    for (unsigned i = 0; i < 200; ++i) writer.put(map_u64, be(i), "old", Intent::either);
  });
  const auto expect_all = [](Writer& writer, const std::map<std::string, std::string>& model) {
    const Pairs all(model.begin(), model.end());
    expect(entries(writer, map_u64) == all, "scan sees own writes");
    expect(pulled(writer, map_u64) == all, "cursor sees own writes");
    std::vector<std::string> keys;
    std::vector<GetRequest> requests;
    for (unsigned i = 0; i < 220; ++i) keys.push_back(be(i));
    for (const std::string& key : keys) requests.push_back({map_u64, key});
    writer.get_many(requests, [&](std::size_t i, std::optional<ByteView> value) {
      const auto wanted = model.find(keys[i]);
      expect(value.has_value() == (wanted != model.end()), "get_many sees own writes");
      expect(!value || *value == wanted->second, "get_many sees own values");
      if (i % 20 == 0) {
        expect(writer.get(map_u64, keys[i]).has_value() == (wanted != model.end()), "get too");
      }
    });
    const std::vector<ScanRequest> scans{{map_u64, Range::all()}};
    std::size_t n = 0;
    writer.scan_many(scans, {}, [&](std::size_t, ByteView, ByteView) {
      ++n;
      return true;
    });
    expect(n == all.size(), "scan_many sees own writes");
  };
  write(*storage, [&](Writer& writer) {
    std::map<std::string, std::string> model;
    for (unsigned i = 0; i < 200; ++i) model[be(i)] = "old";
    writer.put(map_u64, be(3), "new", Intent::overwrite);
    writer.put(map_u64, be(210), "new", Intent::insert_new);
    writer.erase(map_u64, be(4));
    model[be(3)] = model[be(210)] = "new";
    model.erase(be(4));
    expect_all(writer, model);
    const std::string lower = be(50);
    const std::string upper = be(100);
    writer.erase_range(map_u64, Range::between(lower, upper));
    model.erase(model.lower_bound(lower), model.lower_bound(upper));
    expect_all(writer, model);
    const Savepoint savepoint = writer.savepoint();
    const auto before = model;
    std::vector<std::size_t> refused;
    const std::string key = be(60);
    const std::vector<Write> writes{{map_u64, Write::Op::put, Intent::insert_new, key, "again"}};
    writer.apply(writes, refused);
    model[key] = "again";
    expect_all(writer, model);
    writer.rollback_to(savepoint);
    expect_all(writer, before);
    writer.put(set_fixed, "k", be(1), Intent::either);
    expect(writer.contains(set_fixed, "k", be(1)), "contains sees own writes");
    writer.erase(set_fixed, "k");
    expect(!writer.contains(set_fixed, "k", be(1)), "contains sees own erasures");
  });
}

inline void duty_09_savepoints(Subject& subject) {
  const auto storage = open(subject);
  const std::string large(20'000, 'x');
  write(*storage, [&](Writer& writer) {
    for (unsigned i = 0; i < 3000; ++i) {
      writer.put(map_u64, be(i), i % 1000 == 0 ? large : "v" + std::to_string(i), Intent::either);
      writer.put(set_bytes, be(i / 50), be(i), Intent::either);
      writer.put(set_fixed, be(i / 50), be(i), Intent::either);
    }
  });
  const auto everything = [](Reader& reader) {
    std::vector<Pairs> out;
    for (const KeyspaceId id : {map_bytes, map_u64, set_fixed, set_bytes}) {
      out.push_back(entries(reader, id));
    }
    return out;
  };
  std::vector<Pairs> kept;
  write(*storage, [&](Writer& writer) {
    const auto before = everything(writer);
    const Savepoint outer = writer.savepoint();
    const std::string lower = be(100);
    const std::string upper = be(2000);
    writer.erase_range(map_u64, Range::between(lower, upper));
    writer.erase(set_bytes, be(7));
    writer.erase(set_fixed, be(8));
    for (unsigned i = 0; i < 2000; ++i)
      writer.put(map_bytes, be(i * 7), large.substr(0, i), Intent::either);
    const auto middle = everything(writer);
    const Savepoint inner = writer.savepoint();
    writer.erase_range(set_fixed, Range::all());
    writer.erase_range(map_bytes, Range::all());
    writer.put(map_u64, be(150), large, Intent::insert_new);
    writer.put(set_bytes, be(7), be(1), Intent::insert_new);
    writer.rollback_to(inner);
    expect(everything(writer) == middle, "rollback to the inner savepoint");
    expect_usage_error([&] { writer.rollback_to(inner); }, "a savepoint that is gone");
    const Savepoint second = writer.savepoint();
    writer.put(map_u64, be(150), "again", Intent::insert_new);
    const auto again = everything(writer);
    writer.release(second);
    expect(everything(writer) == again, "release keeps everything");
    const Savepoint third = writer.savepoint();
    writer.erase_range(map_u64, Range::all());
    writer.rollback_to(outer);
    expect(everything(writer) == before, "rollback to the outer savepoint");
    expect_usage_error([&] { writer.release(third); }, "a savepoint made after the one undone");
    writer.put(map_bytes, "after", "v", Intent::insert_new);
    // Many, each with a change that stays or goes.
    for (unsigned i = 0; i < 500; ++i) {
      const Savepoint one = writer.savepoint();
      writer.put(map_u64, be(i), "changed", Intent::overwrite);
      writer.erase(set_fixed, be(i % 60), be(i));
      if (i % 2 == 0) {
        writer.release(one);
      } else {
        writer.rollback_to(one);
      }
    }
    const auto open_at_commit = writer.savepoint();
    writer.put(map_bytes, "last", "v", Intent::insert_new);
    static_cast<void>(open_at_commit);
    kept = everything(writer);
  });
  const auto reader = storage->snapshot();
  expect(everything(*reader) == kept, "commit keeps what is left, open savepoints included");
  expect(value_of(*reader, be(0), map_u64) == "changed", "released changes stay");
  expect(value_of(*reader, be(1), map_u64) == "v1", "undone ones do not");
  expect_sound(*storage);
}

inline void duty_10_limits(Subject& subject) {
  const auto storage = open(subject);
  const std::string longest(max_key_size, 'k');
  const std::string too_long(max_key_size + 1, 'k');
  const std::string largest(max_value_size, 'v');
  write(*storage, [&](Writer& writer) {
    writer.put(map_bytes, longest, largest, Intent::either);
    writer.put(set_bytes, longest, longest, Intent::either);
    const auto capacity = [&](KeyspaceId id, ByteView key, ByteView value) {
      expect_error(
          ErrorCode::capacity, [&] { writer.put(id, key, value, Intent::either); },
          "a put above the limit");
    };
    capacity(map_bytes, too_long, "v");
    capacity(map_bytes, "k", largest + "v");
    capacity(set_bytes, too_long, "m");
    capacity(set_bytes, "k", too_long);
    for (const std::size_t width : std::vector<std::size_t>{1, 7, 9, 16}) {
      const std::string wrong(width, 'w');
      expect_usage_error([&] { writer.put(map_u64, wrong, "v", Intent::either); }, "a u64 key");
      expect_usage_error([&] { writer.put(set_fixed, "k", wrong, Intent::either); }, "a member");
    }
    std::vector<std::size_t> refused;
    const std::vector<Write> writes{{map_bytes, Write::Op::put, Intent::either, too_long, "v"}};
    expect_error(
        ErrorCode::capacity, [&] { writer.apply(writes, refused); }, "an apply above the limit");
    writer.put(map_bytes, "after", "v", Intent::either);
  });
  const auto reader = storage->snapshot();
  expect(value_of(*reader, longest) == largest, "the largest value is kept whole");
  expect(reader->contains(set_bytes, longest, longest), "the longest pair is kept");
  expect(entries(*reader, map_bytes).size() == 2, "a refused put changes nothing");
  expect(entries(*reader, set_fixed).empty() && entries(*reader, map_u64).empty(), "nothing else");
  expect_sound(*storage);
}

inline void duty_11_reserve(Subject& subject) {
  auto storage = open(subject);
  std::uint64_t highest = 0;
  write(*storage, [&](Writer& writer) {
    expect(writer.reserve(1, 0, 0) == 1, "sequences start at 1");
    expect(writer.reserve(1, 3, 0) == 1, "the first of three");
    expect(writer.reserve(1, 1, 0) == 4, "the next");
    expect(writer.reserve(1, 0, 0) == 5, "n = 0 hands out nothing");
    expect(writer.reserve(2, 1, 0) == 1, "another sequence");
    expect(writer.reserve(2, 1, 100) == 100, "numbers below at_least are skipped");
    expect(writer.reserve(2, 1, 5) == 101, "for ever");
    expect(writer.reserve(2, 0, 200) == 200, "also when nothing is handed out");
  });
  {
    const auto writer = begin(*storage);
    expect(writer->reserve(1, 10, 0) == 5, "after a commit");
    writer->abort();
  }
  write(*storage, [&](Writer& writer) {
    expect(writer.reserve(1, 1, 0) >= 15, "never again what an aborted Writer handed out");
    const Savepoint savepoint = writer.savepoint();
    highest = writer.reserve(1, 100, 0) + 99;
    writer.rollback_to(savepoint);
    const std::uint64_t next = writer.reserve(1, 0, 0);
    expect(next > highest, "never again what was handed out before a rollback");
    expect(writer.reserve(2, 1, 0) >= 200, "skipped numbers stay skipped");
  });
  if (storage->capabilities().persistent) {
    storage->close();
    storage = open(subject);
  }
  write(*storage, [&](Writer& writer) {
    expect(writer.reserve(1, 1, 0) > highest,
           "never again by anyone what a committed one handed out");
  });
  std::mutex mutex;
  std::set<std::uint64_t> numbers;
  side_by_side(4, [&](int thread) {
    for (int i = 0; i < 20; ++i) {
      const auto writer = begin(*storage);
      const std::uint64_t first = writer->reserve(3, 5, 0);
      if ((i + thread) % 3 != 0) writer->commit();
      const std::lock_guard lock(mutex);
      for (std::uint64_t n = first; n < first + 5; ++n) {
        expect(numbers.insert(n).second, "no number twice");
      }
    }
  });
  expect_error(
      ErrorCode::capacity,
      [&] { begin(*storage)->reserve(4, 2, std::numeric_limits<std::uint64_t>::max() - 1); },
      "a sequence that is used up");
}

}  // namespace kindred::testing::contract
