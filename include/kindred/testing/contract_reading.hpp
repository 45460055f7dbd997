// Contract cases of reading: duties 1, 2, 5 and 6. See storage_contract.hpp.
#pragma once

#include <algorithm>

#include "kindred/testing/contract_support.hpp"

namespace kindred::testing::contract {

inline void duty_01_keys_in_order(Subject& subject) {
  const auto storage = open(subject);
  Numbers numbers;
  std::map<std::string, std::string> model;
  write(*storage, [&](Writer& writer) {
    for (int i = 0; i < 3000; ++i) {
      const std::string key = numbers.bytes(i % 50 == 0 ? 511 : 12);
      const std::string value = std::to_string(i);
      model[key] = value;
      writer.put(map_bytes, key, value, Intent::either);
    }
  });
  const auto reader = storage->snapshot();
  const Pairs all(model.begin(), model.end());
  expect(entries(*reader, map_bytes) == all, "keys as unsigned bytes, prefixes first");
  expect(pulled(*reader, map_bytes) == all, "the same from a cursor");
  expect(entries(*reader, map_bytes, Range::all(), {true, 0}) == Pairs(all.rbegin(), all.rend()),
         "the same backwards");
  expect(pulled(*reader, map_bytes, Range::all(), {true, 0}) == Pairs(all.rbegin(), all.rend()),
         "the same backwards from a cursor");
  for (int i = 0; i < 300; ++i) {
    const std::string lower = numbers.bytes(4);
    const std::string upper = i % 3 == 0 ? all[numbers(all.size())].first : numbers.bytes(4);
    const std::uint64_t limit = numbers(2) * numbers(20);
    const auto from = model.lower_bound(lower);
    Pairs wanted(from, lower < upper ? model.lower_bound(upper) : from);
    Pairs backwards(wanted.rbegin(), wanted.rend());
    if (limit != 0) {
      wanted.resize(std::min<std::size_t>(wanted.size(), limit));
      backwards.resize(std::min<std::size_t>(backwards.size(), limit));
    }
    const Range range = Range::between(lower, upper);
    expect(entries(*reader, map_bytes, range, {false, limit}) == wanted, "[lower, upper)");
    expect(pulled(*reader, map_bytes, range, {false, limit}) == wanted, "[lower, upper) pulled");
    expect(entries(*reader, map_bytes, range, {true, limit}) == backwards, "backwards");
    expect(pulled(*reader, map_bytes, range, {true, limit}) == backwards, "backwards, pulled");
    expect(entries(*reader, map_bytes, Range::from(lower)) == Pairs(from, model.end()),
           "without upper bound");
    const auto exact = model.find(lower);
    expect(entries(*reader, map_bytes, Range::only(lower)).size() == (exact != model.end()),
           "one key");
  }
}

// Joined into one string, some of these pairs would change places.
inline void duty_01_members_in_order(Subject& subject) {
  const auto storage = open(subject);
  Numbers numbers;
  std::set<Pair> model;
  write(*storage, [&](Writer& writer) {
    for (int i = 0; i < 3000; ++i) {
      const Pair pair{numbers.bytes(2), numbers.bytes(i % 100 == 0 ? 511 : 4)};
      model.insert(pair);
      writer.put(set_bytes, pair.first, pair.second, Intent::either);
    }
  });
  const auto reader = storage->snapshot();
  const Pairs all(model.begin(), model.end());
  expect(entries(*reader, set_bytes) == all, "pairs in order of key, then member");
  expect(pulled(*reader, set_bytes) == all, "the same from a cursor");
  expect(entries(*reader, set_bytes, Range::all(), {true, 0}) == Pairs(all.rbegin(), all.rend()),
         "the same backwards");
  for (int i = 0; i < 300; ++i) {
    const auto& [key, member] = all[numbers(all.size())];
    Pairs wanted;
    Pairs behind;
    Pairs behind_in_all;
    for (const Pair& pair : all) {
      if (pair.first == key) wanted.push_back(pair);
      if (pair.first == key && pair.second > member) behind.push_back(pair);
      if (pair > Pair(key, member)) behind_in_all.push_back(pair);
    }
    Range range = Range::only(key);
    expect(entries(*reader, set_bytes, range) == wanted, "the members of one key");
    expect(entries(*reader, set_bytes, range, {true, 0}) == Pairs(wanted.rbegin(), wanted.rend()),
           "the members of one key backwards");
    range.after_member = member;
    expect(entries(*reader, set_bytes, range) == behind, "one key behind a member");
    expect(pulled(*reader, set_bytes, range) == behind, "one key behind a member, pulled");
    expect(entries(*reader, set_bytes, range, {true, 0}) == Pairs(behind.rbegin(), behind.rend()),
           "one key behind a member, backwards");
    range.single = false;
    expect(entries(*reader, set_bytes, range) == behind_in_all, "from behind a member on");
    std::string absent = member;
    absent += '\0';
    range.after_member = absent;
    std::erase(behind_in_all, Pair(key, absent));
    expect(entries(*reader, set_bytes, range) == behind_in_all, "behind a member that is absent");
    expect(reader->contains(set_bytes, key, member), "contains what was put");
    expect(reader->contains(set_bytes, key, absent) == model.contains({key, absent}),
           "contains nothing else");
  }
}

inline void duty_01_numbers_in_order(Subject& subject) {
  const auto storage = open(subject);
  std::set<std::uint64_t> model;
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    model.insert({power - 1, power, power + 1, ~power});
  }
  Pairs keys;
  Pairs members;
  for (const std::uint64_t number : model) {
    keys.emplace_back(be(number), "v" + std::to_string(number));
    members.emplace_back("k", be(number));
  }
  write(*storage, [&](Writer& writer) {
    for (auto number = keys.rbegin(); number != keys.rend(); ++number) {
      writer.put(map_u64, number->first, number->second, Intent::insert_new);
      writer.put(set_fixed, "k", number->first, Intent::insert_new);
    }
  });
  const auto reader = storage->snapshot();
  expect(entries(*reader, map_u64) == keys, "u64 keys by value");
  expect(entries(*reader, set_fixed) == members, "members of 8 bytes by value");
  expect(entries(*reader, map_u64, Range::all(), {true, 0}) == Pairs(keys.rbegin(), keys.rend()),
         "u64 keys backwards");
  for (std::size_t i = 0; i < keys.size(); i += 7) {
    const auto at = keys.begin() + static_cast<std::ptrdiff_t>(i);
    expect(entries(*reader, map_u64, Range::from(keys[i].first)) == Pairs(at, keys.end()),
           "u64 keys from one on");
    expect(entries(*reader, map_u64, Range::between(keys.front().first, keys[i].first)) ==
               Pairs(keys.begin(), at),
           "u64 keys up to one");
    expect(value_of(*reader, keys[i].first, map_u64) == keys[i].second, "a u64 key is found");
    Range range = Range::only("k");
    range.after_member = members[i].second;
    expect(entries(*reader, set_fixed, range).size() == members.size() - i - 1,
           "members of 8 bytes behind one");
  }
}

inline void duty_01_empty_keys_and_values(Subject& subject) {
  const auto storage = open(subject);
  write(*storage, [&](Writer& writer) {
    expect_usage_error([&] { writer.put(map_bytes, "", "v", Intent::either); }, "put of no key");
    expect_usage_error([&] { writer.put(set_bytes, "", "m", Intent::either); }, "put of no key");
    expect_usage_error([&] { writer.put(set_bytes, "k", "", Intent::either); }, "put of no member");
    expect_usage_error([&] { writer.erase(map_bytes, ""); }, "erase of no key");
    expect_usage_error([&] { writer.erase(set_bytes, "k", ""); }, "erase of no member");
    expect_usage_error([&] { writer.get(map_bytes, ""); }, "get of no key");
    expect_usage_error([&] { writer.contains(set_bytes, "k", ""); }, "contains of no member");
    writer.put(map_bytes, "empty", "", Intent::insert_new);
    writer.put(map_bytes, std::string(1, '\0'), std::string(2, '\0'), Intent::insert_new);
  });
  const auto reader = storage->snapshot();
  expect(value_of(*reader, "empty") == "", "an empty value is there");
  expect(!reader->get(map_bytes, "empty2"), "an absent one is not");
  expect(value_of(*reader, std::string(1, '\0')) == std::string(2, '\0'), "zero bytes are kept");
  expect(!reader->get(map_bytes, std::string(2, '\0')), "and tell keys apart");
}

// Small values lie among their neighbours, large ones elsewhere; cursors go from one to the other,
// and jump.
inline void duty_01_values_of_all_sizes(Subject& subject) {
  constexpr std::size_t sizes[] = {0, 1, 7, 60, 60, 60, 60, 900, 1900, 2100, 5000, 70'000};
  const auto storage = open(subject);
  Numbers numbers;
  for (const KeyspaceId keyspace : {map_bytes, map_u64}) {
    std::map<std::string, std::string> model;
    write(*storage, [&](Writer& writer) {
      // Long stretches of small values, so that many lie side by side.
      for (std::uint64_t i = 0; i < 1500; ++i) {
        const std::size_t size = i % 500 < 300 ? numbers(90) : sizes[numbers(std::size(sizes))];
        const std::string value(size, static_cast<char>('a' + i % 26));
        model[be(i * 3)] = value;
        writer.put(keyspace, be(i * 3), value, Intent::insert_new);
      }
    });
    const Pairs all(model.begin(), model.end());
    const auto reader = storage->snapshot();
    expect(entries(*reader, keyspace) == all, "values of all sizes");
    expect(pulled(*reader, keyspace) == all, "the same from a cursor");
    for (int i = 0; i < 200; ++i) {
      const std::string lower = be(numbers(4600));
      const std::string upper = be(numbers(4600));
      Range range = Range::between(lower, upper);
      const auto cursor = reader->cursor(keyspace, range, {});
      auto at = model.lower_bound(lower);
      const auto end = lower < upper ? model.lower_bound(upper) : at;
      for (int step = 0; step < 60; ++step) {
        if (numbers(20) == 0) {  // also backwards, and to where it stands
          const std::string to = be(numbers(4600));
          cursor->seek(to);
          at = to < upper && lower < upper ? model.lower_bound(std::max(to, lower)) : end;
        }
        const std::optional<Entry> entry = cursor->next();
        expect(entry.has_value() == (at != end), "as many as there are");
        if (!entry) continue;
        expect(entry->key == at->first && entry->value == at->second, "one behind the other");
        ++at;
      }
    }
    write(*storage, [&](Writer& writer) {
      for (std::uint64_t i = 0; i < 1500; i += 2) writer.erase(keyspace, be(i * 3));
      Pairs left;
      for (std::uint64_t i = 1; i < 1500; i += 2) left.emplace_back(be(i * 3), model[be(i * 3)]);
      expect(entries(writer, keyspace) == left, "a Writer's own erasures");
    });
    expect(entries(*reader, keyspace) == all, "what the Reader sees stays");
  }
}

inline void duty_02_snapshot_stays(Subject& subject) {
  const auto storage = open(subject);
  std::vector<std::unique_ptr<Reader>> readers;
  std::uint64_t version = 0;
  for (int i = 0; i < 100; ++i) {
    write(*storage, [&](Writer& writer) {
      writer.put(map_bytes, "same", std::to_string(i), Intent::either);
      writer.put(map_bytes, "k" + std::to_string(i), "v", Intent::insert_new);
      if (i >= 10) writer.erase(map_bytes, "k" + std::to_string(i - 10));
    });
    readers.push_back(storage->snapshot());
    expect(readers.back()->version() > version, "version() grows with commits");
    version = readers.back()->version();
    expect(storage->snapshot()->version() == version, "version() is the same for the same state");
  }
  for (int i = 0; i < 100; ++i) {
    Reader& reader = *readers[static_cast<std::size_t>(i)];
    expect(value_of(reader, "same") == std::to_string(i), "a Reader sees the commits before it");
    expect(entries(reader, map_bytes).size() == static_cast<std::size_t>(std::min(i + 1, 10)) + 1,
           "and nothing of later ones");
  }
}

inline void duty_02_snapshot_sees_whole_commits(Subject& subject) {
  const auto storage = open(subject);
  write(*storage, [](Writer& writer) {
    for (int k = 0; k < 50; ++k)
      writer.put(map_u64, be(static_cast<unsigned>(k)), "0", Intent::insert_new);
  });
  {
    const auto writer = begin(*storage);
    writer->put(map_u64, be(0), "dirty", Intent::either);
    expect(value_of(*storage->snapshot(), be(0), map_u64) == "0", "no uncommitted write is seen");
  }
  side_by_side(2, [&](int thread) {
    for (int i = 1; i <= 100; ++i) {
      if (thread == 0) {
        write(*storage, [&](Writer& writer) {
          for (unsigned k = 0; k < 50; ++k) {
            writer.put(map_u64, be(k), std::to_string(i), Intent::overwrite);
          }
        });
        expect(value_of(*storage->snapshot(), be(49), map_u64) == std::to_string(i),
               "a commit that has returned is seen");
      } else {
        const auto reader = storage->snapshot();
        const Pairs seen = entries(*reader, map_u64);
        for (const Pair& pair : seen) {
          expect(pair.second == seen.front().second, "one commit, whole");
        }
      }
    }
  });
}

inline void duty_05_views_of_a_reader(Subject& subject) {
  const auto storage = open(subject);
  if (!storage->capabilities().stable_views) {
    throw ContractSkipped("the backend has no stable_views");
  }
  const std::string large(100'000, 'x');
  write(*storage, [&](Writer& writer) {
    for (unsigned i = 0; i < 500; ++i) {
      writer.put(map_bytes, "k" + std::to_string(i), i == 7 ? large : "value", Intent::either);
    }
  });
  const auto reader = storage->snapshot();
  std::vector<ByteView> views;
  for (unsigned i = 0; i < 500; ++i)
    views.push_back(*reader->get(map_bytes, "k" + std::to_string(i)));
  for (int round = 0; round < 20; ++round) {
    write(*storage, [&](Writer& writer) {
      writer.erase_range(map_bytes, Range::all());
      writer.put(map_bytes, "k1", large, Intent::either);
    });
    static_cast<void>(entries(*reader, map_bytes));
  }
  for (unsigned i = 0; i < 500; ++i) {
    expect(views[i] == (i == 7 ? large : "value"), "views live as long as their Reader");
  }
}

inline void duty_05_views_of_a_writer(Subject& subject) {
  const auto storage = open(subject);
  if (!storage->capabilities().stable_views) {
    throw ContractSkipped("the backend has no stable_views");
  }
  write(*storage, [&](Writer& writer) {
    writer.put(map_bytes, "a", "first", Intent::either);
    writer.put(map_bytes, "b", "second", Intent::either);
    const ByteView a = *writer.get(map_bytes, "a");
    const ByteView b = *writer.get(map_bytes, "b");
    static_cast<void>(entries(writer, map_bytes));
    expect(a == "first" && b == "second", "views of a Writer live until its next write");
  });
}

inline void duty_06_get_many(Subject& subject) {
  const auto storage = open(subject);
  Numbers numbers;
  const std::string elsewhere = be(1);
  std::map<std::string, std::string> model;
  write(*storage, [&](Writer& writer) {
    for (unsigned i = 0; i < 4000; ++i) {
      const std::string key = be(numbers(20'000));
      model[key] = std::string(i % 900 == 0 ? 5000 : i % 50, static_cast<char>('a' + i % 26));
      writer.put(map_u64, key, model[key], Intent::either);
    }
    writer.put(map_bytes, elsewhere, "other keyspace", Intent::either);
  });
  const auto reader = storage->snapshot();
  std::vector<std::string> keys;
  for (int i = 0; i < 10'000; ++i) keys.push_back(be(numbers(20'000)));
  for (const bool sorted : {false, true}) {
    if (sorted) std::sort(keys.begin(), keys.end());
    std::vector<GetRequest> requests;
    for (const std::string& key : keys) requests.push_back({map_u64, key});
    requests.push_back({map_bytes, elsewhere});
    requests.push_back(requests.front());
    std::size_t answered = 0;
    reader->get_many(requests, [&](std::size_t i, std::optional<ByteView> value) {
      expect(i == answered++, "every position, in order");
      if (requests[i].keyspace == map_bytes) {
        expect(value == "other keyspace", "each from its own keyspace");
        return;
      }
      const auto wanted = model.find(std::string(requests[i].key));
      expect(value.has_value() == (wanted != model.end()), "present or absent");
      expect(!value || *value == wanted->second, "the value");
    });
    expect(answered == requests.size(), "every position answered");
  }
  reader->get_many({}, [](std::size_t, std::optional<ByteView>) { expect(false, "no answer"); });
}

inline void duty_06_scan_many(Subject& subject) {
  const auto storage = open(subject);
  write(*storage, [&](Writer& writer) {
    for (unsigned parent = 0; parent < 300; ++parent) {
      for (unsigned child = 0; child < parent % 40; ++child) {
        writer.put(set_fixed, be(parent), be(child), Intent::insert_new);
      }
      writer.put(map_u64, be(parent), "v", Intent::insert_new);
    }
  });
  const auto reader = storage->snapshot();
  Numbers numbers;
  std::vector<std::string> keys;
  for (int i = 0; i < 500; ++i) keys.push_back(be(numbers(310)));
  for (const bool sorted : {false, true}) {
    if (sorted) std::sort(keys.begin(), keys.end());
    std::vector<ScanRequest> requests;
    for (const std::string& key : keys) requests.push_back({set_fixed, Range::only(key)});
    requests.push_back({map_u64, Range::all()});
    for (const ScanOptions options : {ScanOptions{}, ScanOptions{true, 5}, ScanOptions{false, 3}}) {
      Pairs wanted;
      for (std::size_t i = 0; i < requests.size(); ++i) {
        for (const Pair& pair :
             entries(*reader, requests[i].keyspace, requests[i].range, options)) {
          wanted.emplace_back(std::to_string(i), pair.first + pair.second);
        }
      }
      Pairs got;
      reader->scan_many(requests, options, [&](std::size_t i, ByteView key, ByteView value) {
        got.emplace_back(std::to_string(i), std::string(key).append(value));
        return true;
      });
      expect(got == wanted, "scan_many as scans one after the other");
    }
    std::vector<int> seen(requests.size());
    reader->scan_many(requests, {}, [&](std::size_t i, ByteView, ByteView) {
      ++seen[i];
      return false;
    });
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const bool any = !entries(*reader, requests[i].keyspace, requests[i].range).empty();
      expect(seen[i] == (any ? 1 : 0), "a stopped range goes on with the next one");
    }
  }
  reader->scan_many({}, {}, [](std::size_t, ByteView, ByteView) { return true; });
}

}  // namespace kindred::testing::contract
