// Contract cases of single calls, as storage.hpp describes them. See storage_contract.hpp.
#pragma once

#include <algorithm>

#include "kindred/testing/contract_support.hpp"

namespace kindred::testing::contract {

inline void calls_put(Subject& subject) {
  const auto storage = open(subject);
  write(*storage, [](Writer& writer) {
    const auto put = [&](KeyspaceId id, std::string_view key, std::string_view value,
                         Intent intent) { return writer.put(id, key, value, intent); };
    expect(put(map_bytes, "k", "1", Intent::overwrite) == PutResult::refused,
           "nothing to overwrite");
    expect(!writer.get(map_bytes, "k"), "refused: nothing changed");
    expect(put(map_bytes, "k", "1", Intent::insert_new) == PutResult::done, "a new key");
    expect(put(map_bytes, "k", "2", Intent::insert_new) == PutResult::refused,
           "a key that is there");
    expect(value_of(writer, "k") == "1", "refused: nothing changed");
    expect(put(map_bytes, "k", "3", Intent::overwrite) == PutResult::done, "overwritten");
    expect(put(map_bytes, "k", "", Intent::either) == PutResult::done, "overwritten by nothing");
    expect(value_of(writer, "k") == "", "the last value");
    for (const KeyspaceId id : {set_fixed, set_bytes}) {
      expect(put(id, "k", be(1), Intent::overwrite) == PutResult::refused, "no such pair");
      expect(put(id, "k", be(1), Intent::insert_new) == PutResult::done, "a new pair");
      expect(put(id, "k", be(1), Intent::insert_new) == PutResult::refused, "a pair that is there");
      expect(put(id, "k", be(1), Intent::overwrite) == PutResult::done, "overwritten by itself");
      expect(put(id, "k", be(0), Intent::either) == PutResult::done, "another member");
      expect(entries(writer, id) == Pairs({{"k", be(0)}, {"k", be(1)}}), "two members");
    }
    expect_usage_error([&] { writer.get(set_bytes, "k"); }, "get on a set");
    expect_usage_error([&] { put(77, "k", "v", Intent::either); }, "put without a keyspace");
  });
  // Values of every size over each other.
  Numbers numbers;
  std::map<std::string, std::string> model;
  for (int round = 0; round < 5; ++round) {
    write(*storage, [&](Writer& writer) {
      for (unsigned i = 0; i < 100; ++i) {
        const std::string key = be(numbers(40));
        model[key] = std::string(numbers(3) == 0 ? numbers(9000) : numbers(60),
                                 static_cast<char>('a' + i % 26));
        writer.put(map_u64, key, model[key], Intent::either);
      }
    });
    expect(entries(*storage->snapshot(), map_u64) == Pairs(model.begin(), model.end()),
           "values of any size over each other");
  }
  expect_sound(*storage);
}

inline void calls_erase(Subject& subject) {
  const auto storage = open(subject);
  write(*storage, [](Writer& writer) {
    writer.put(map_bytes, "k", "v", Intent::either);
    expect(writer.erase(map_bytes, "k"), "erased");
    expect(!writer.erase(map_bytes, "k"), "absent now");
    for (const char* key : {"a", "b", "c"}) {
      for (unsigned member = 0; member < 300; ++member) {
        writer.put(set_bytes, key, be(member), Intent::either);
      }
    }
    expect(writer.erase(set_bytes, "a", be(5)), "a member erased");
    expect(!writer.erase(set_bytes, "a", be(5)), "absent now");
    expect(!writer.erase(set_bytes, "x", be(5)), "absent with its key");
    expect(entries(writer, set_bytes, Range::only("a")).size() == 299, "the others stay");
    expect(writer.erase(set_bytes, "b"), "a whole key erased");
    expect(!writer.erase(set_bytes, "b"), "absent now");
    expect(entries(writer, set_bytes, Range::only("b")).empty(), "no member left");
    expect(entries(writer, set_bytes).size() == 599, "other keys stay");
    expect_usage_error([&] { writer.erase(map_bytes, "k", "m"); }, "erasing a member of a map");
  });
  expect_sound(*storage);
}

inline void calls_erase_range(Subject& subject) {
  const auto storage = open(subject);
  std::map<std::string, std::string> model;
  std::set<Pair> pairs;
  Numbers numbers;
  for (int round = 0; round < 12; ++round) {
    write(*storage, [&](Writer& writer) {
      for (unsigned i = 0; i < 1500; ++i) {
        const std::string key = numbers.bytes(6);
        model[key] = std::string(i % 500 == 0 ? 6000 : i % 30, 'v');
        writer.put(map_bytes, key, model[key], Intent::either);
        const Pair pair{numbers.bytes(2), be(numbers(50))};
        pairs.insert(pair);
        writer.put(set_fixed, pair.first, pair.second, Intent::either);
      }
      std::string lower = numbers.bytes(round % 2 ? 1 : 3);
      std::string upper = numbers.bytes(round % 2 ? 1 : 3);
      if (upper < lower) std::swap(lower, upper);
      const Range range = round == 11 ? Range::all() : Range::between(lower, upper);
      const auto from = round == 11 ? model.begin() : model.lower_bound(lower);
      const auto to = round == 11 ? model.end() : model.lower_bound(upper);
      expect(writer.erase_range(map_bytes, range) ==
                 static_cast<std::uint64_t>(std::distance(from, to)),
             "the number of entries removed");
      model.erase(from, to);
      const auto first = round == 11 ? pairs.begin() : pairs.lower_bound({lower, ""});
      const auto last = round == 11 ? pairs.end() : pairs.lower_bound({upper, ""});
      expect(writer.erase_range(set_fixed, range) ==
                 static_cast<std::uint64_t>(std::distance(first, last)),
             "the number of pairs removed");
      pairs.erase(first, last);
      expect(entries(writer, map_bytes) == Pairs(model.begin(), model.end()), "what stays");
      expect(writer.erase_range(map_bytes, Range::only("not there")) == 0, "nothing to remove");
    });
    const auto reader = storage->snapshot();
    expect(entries(*reader, map_bytes) == Pairs(model.begin(), model.end()), "what stays");
    expect(entries(*reader, set_fixed) == Pairs(pairs.begin(), pairs.end()), "pairs that stay");
    expect_sound(*storage);
  }
}

inline void calls_apply(Subject& subject) {
  const auto storage = open(subject);
  write(*storage, [](Writer& writer) {
    using Op = Write::Op;
    const std::string one = be(1);
    const std::string two = be(2);
    writer.put(map_bytes, "there", "old", Intent::either);
    writer.put(set_fixed, "p", one, Intent::either);
    writer.put(set_fixed, "q", one, Intent::either);
    const std::vector<Write> writes{
        {map_bytes, Op::put, Intent::insert_new, "new", "v"},
        {map_bytes, Op::put, Intent::insert_new, "there", "v"},  // refused
        {map_bytes, Op::put, Intent::overwrite, "absent", "v"},  // refused
        {map_bytes, Op::erase, Intent::either, "absent", {}},    // refused
        {map_u64, Op::put, Intent::either, one, "u"},
        {set_fixed, Op::put, Intent::insert_new, "p", one},  // refused
        {set_fixed, Op::put, Intent::insert_new, "p", two},
        {set_fixed, Op::erase, Intent::either, "p", one},
        {set_fixed, Op::erase, Intent::either, "p", one},  // refused
        {set_fixed, Op::erase_key, Intent::either, "q", {}},
        {set_fixed, Op::erase_key, Intent::either, "q", {}},  // refused
        {map_bytes, Op::erase, Intent::either, "there", {}},
    };
    std::vector<std::size_t> refused{99};
    writer.apply(writes, refused);
    expect(refused == std::vector<std::size_t>({99, 1, 2, 3, 5, 8, 10}), "refused, appended");
    expect(entries(writer, map_bytes) == Pairs({{"new", "v"}}), "maps after the list");
    expect(entries(writer, map_u64) == Pairs({{one, "u"}}), "u64 maps after the list");
    expect(entries(writer, set_fixed) == Pairs({{"p", two}}), "sets after the list");
    writer.apply({}, refused);
    expect(refused.size() == 7, "an empty list refuses nothing");
  });
}

inline void calls_cursor(Subject& subject) {
  const auto storage = open(subject);
  Pairs all;
  write(*storage, [&](Writer& writer) {
    for (unsigned i = 10; i < 1000; i += 10) {
      all.emplace_back(be(i), "v");
      writer.put(map_u64, be(i), "v", Intent::either);
    }
  });
  const auto reader = storage->snapshot();
  const auto next = [](Cursor& cursor) {
    const std::optional<Entry> entry = cursor.next();
    return entry ? std::string(entry->key) : "end";
  };
  const std::string lower = be(100);
  const std::string upper = be(500);
  {
    const auto cursor = reader->cursor(map_u64, Range::between(lower, upper), {});
    expect(next(*cursor) == be(100), "the first of the range");
    cursor->seek(be(205));
    expect(next(*cursor) == be(210), "the first at or after a key");
    expect(next(*cursor) == be(220), "and on from there");
    cursor->seek(be(10));
    expect(next(*cursor) == be(100), "within the range");
    cursor->seek(be(490));
    expect(next(*cursor) == be(490) && next(*cursor) == "end", "up to its end");
    cursor->seek(be(700));
    expect(next(*cursor) == "end", "nothing behind the range");
    cursor->seek(be(300));
    expect(next(*cursor) == be(300), "a cursor at its end can seek");
  }
  const auto cursor = reader->cursor(map_u64, Range::between(lower, upper), {true, 0});
  expect(next(*cursor) == be(490), "reverse: the last of the range");
  cursor->seek(be(205));
  expect(next(*cursor) == be(200) && next(*cursor) == be(190), "reverse: at or before");
  cursor->seek(be(900));
  expect(next(*cursor) == be(490), "reverse: within the range");
  cursor->seek(be(100));
  expect(next(*cursor) == be(100) && next(*cursor) == "end", "reverse: down to its start");
  cursor->seek(be(50));
  expect(next(*cursor) == "end", "reverse: nothing before the range");
}

inline void calls_copy_to(Subject& subject) {
  const auto storage = open(subject);
  write(*storage, [](Writer& writer) {
    for (unsigned i = 0; i < 2000; ++i) {
      writer.put(map_u64, be(i), std::string(i % 300 == 0 ? 9000 : 30, 'v'), Intent::either);
      writer.put(set_fixed, be(i / 100), be(i), Intent::either);
    }
  });
  const auto wanted = storage->snapshot();
  const std::string path = subject.copy_path();
  {
    const auto writer = begin(*storage);
    writer->put(map_bytes, "later", "v", Intent::either);
    on_another_thread([&] {
      try {
        storage->copy_to(path);
      } catch (const Error& error) {
        if (error.code() != ErrorCode::unsupported) throw;
        throw ContractSkipped(std::string("the backend cannot copy itself: ") + error.what());
      }
    });
    writer->commit();
  }
  expect_error(
      ErrorCode::store_exists, [&] { storage->copy_to(path); }, "a copy over something");
  const auto copy = subject.open_copy(fast(Creation::never));
  const auto reader = copy->snapshot();
  for (const KeyspaceId id : {map_bytes, map_u64, set_fixed, set_bytes}) {
    expect(entries(*reader, id) == entries(*wanted, id), "the copy holds the same");
  }
  write(*copy, [](Writer& writer) { writer.put(map_bytes, "copy", "v", Intent::either); });
  expect(!storage->snapshot()->get(map_bytes, "copy"), "and lives on its own");
  expect_sound(*copy);
}

}  // namespace kindred::testing::contract
