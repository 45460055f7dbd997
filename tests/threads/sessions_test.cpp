// Many sessions on one store, each in a thread of its own.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <string>
#include <thread>
#include <vector>

#include "kindred/async.hpp"
#include "kindred/kindred.hpp"
#include "tests/support/temp_dir.hpp"

BOOST_AUTO_TEST_SUITE(sessions)

using namespace kindred;

namespace {

struct Item;
struct Owner {
  static constexpr auto tablename = "owners";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> name;
  Relationship<std::vector<Item>, back_populates("owner"), cascade::all | cascade::delete_orphan>
      items;
};
struct Label;
struct Item {
  static constexpr auto tablename = "items";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<Owner>(on_delete::cascade)> owner_id;
  Mapped<std::int32_t> value;
  Relationship<Owner, back_populates("items")> owner;
  Relationship<std::set<Label>, back_populates("items"), secondary<"item_labels">> labels;
};
struct Label {
  static constexpr auto tablename = "labels";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> text;
  Relationship<std::set<Item>, back_populates("labels"), secondary<"item_labels">> items;
};
struct Counter {
  static constexpr auto tablename = "counters";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t> value;
  Mapped<std::int64_t, version_id> version;
};
using Shop = Registry<Owner, Item, Label, Counter>;

constexpr int threads = 6;
constexpr int rounds = 12;

// Runs body(number) in each thread; the first error is thrown here.
template <class F>
void in_threads(F body) {
  std::vector<std::thread> all;
  std::atomic<bool> failed = false;
  std::string what;
  for (int n = 0; n < threads; ++n)
    all.emplace_back([&, n] {
      try {
        body(n);
      } catch (const std::exception& e) {
        if (!failed.exchange(true)) what = e.what();
      }
    });
  for (std::thread& t : all) t.join();
  BOOST_REQUIRE_MESSAGE(!failed, what);
}

template <class F>
void on_each_store(F test) {
  const support::TempDir directory;
  for (const std::string& url : {std::string("memory:"), "lmdb:" + directory.file("store.kdb")}) {
    BOOST_TEST_CONTEXT("on " << url.substr(0, url.find(':'))) {
      test(Store::open<Shop>(
          url,
          {.create = true, .durability = Durability::none, .map_size = std::uint64_t{1} << 32}));
    }
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_thread_keeps_its_own_graph) {
  on_each_store([](const Store& store) {
    in_threads([&](int n) {
      const std::string name = "owner " + std::to_string(n);
      {
        Session session{store};
        session.add(Owner{.name = name});
        session.commit();
      }
      for (int round = 0; round < rounds; ++round) {
        Session session{store};
        const auto owner = session.select<Owner>().where(field<&Owner::name> == name).one();
        const auto item = owner->items.append(Item{.value = round});
        item->labels.append(Label{.text = "round " + std::to_string(round)});
        if (round % 3 == 2) owner->items.remove(owner->items[0]);
        session.commit();
        std::size_t seen = 0;
        for (const Ref<const Item>& other : session.select<const Item>())
          seen += other->owner->name.empty() ? 0u : 1u;
        if (seen == 0) throw std::runtime_error("nothing was seen");
      }
    });
    const Snapshot seen = store.snapshot();
    BOOST_TEST(seen.count<Owner>() == static_cast<std::uint64_t>(threads));
    BOOST_TEST(seen.count<Item>() == static_cast<std::uint64_t>(threads * (rounds - rounds / 3)));
    BOOST_TEST(seen.check().problems == 0u);
  });
}

BOOST_AUTO_TEST_CASE(who_comes_second_is_told_and_tries_again) {
  on_each_store([](const Store& store) {
    store.insert(Counter{.id = 1});
    std::atomic<int> stale = 0;
    in_threads([&](int) {
      Session session{store};
      const auto counter = session.get<Counter>(1);
      for (int round = 0; round < rounds; ++round)
        for (;;) {
          counter->value += 1;
          try {
            session.commit();
            break;
          } catch (const StaleDataError&) {
            ++stale;
            session.rollback();
          }
        }
    });
    const auto counter = store.get<Counter>(1);
    BOOST_TEST(*counter->value == threads * rounds);
    BOOST_TEST_MESSAGE(stale << " commits were told");
  });
}

BOOST_AUTO_TEST_CASE(sessions_and_values_beside_each_other) {
  on_each_store([](const Store& store) {
    in_threads([&](int n) {
      for (int round = 0; round < rounds; ++round) {
        const std::string name = std::to_string(n) + "/" + std::to_string(round);
        if (n % 2 == 0) {
          Owner owner{.name = name};
          store.update([&](Transaction& tx) {
            tx.insert(owner);
            tx.insert(Item{.owner_id = owner.id, .value = round});
          });
        } else {
          Session session{store};
          session.add(Owner{.name = name})->items.append(Item{.value = round});
          session.flush();  // holds the writer until the commit
          session.commit();
        }
      }
    });
    BOOST_TEST(store.snapshot().count<Item>() == static_cast<std::uint64_t>(threads * rounds));
    BOOST_TEST(store.snapshot().check().problems == 0u);
  });
}

BOOST_AUTO_TEST_CASE(a_session_may_move_between_threads) {
  on_each_store([](const Store& store) {
    Session session{store};
    Ref<Owner> owner;
    std::thread([&] { owner = session.add(Owner{.name = "first"}); }).join();
    std::thread([&] { owner->items.append(Item{.value = 1}); }).join();
    std::thread([&] { session.commit(); }).join();
    BOOST_TEST(owner->items.size() == 1u);
    BOOST_TEST(store.snapshot().count<Item>() == 1u);
  });
}

BOOST_AUTO_TEST_SUITE_END()
