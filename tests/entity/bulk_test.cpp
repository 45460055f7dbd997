// Ranges of entities as one ChangeSet: large ones, refused ones, cancelled ones.
#include <forward_list>
#include <iterator>
#include <list>
#include <numeric>
#include <span>

#include "tests/entity/support.hpp"

namespace bulk_test {

using namespace kindred;
using entity_test::code_of;
using entity_test::on_each_backend;
using entity_test::Place;
using entity_test::problems;
using entity_test::refused;

constexpr std::int64_t many = 100'000;

struct Item {
  static constexpr auto tablename = "items";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, max_length(40)> name;
};
// Refers to its own table.
struct Node {
  static constexpr auto tablename = "nodes";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::optional<std::int64_t>, foreign_key(&Node::id)> next;
  Relationship<Node, backref("previous")> after;
};
struct Coded {
  static constexpr auto tablename = "coded";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> code;
};
using All = Registry<Item, Node, Coded>;

std::vector<Item> items(std::int64_t count, std::int64_t first) {
  std::vector<Item> out;
  for (std::int64_t i = 0; i < count; ++i)
    out.push_back(Item{.id = first + i, .name = "item " + std::to_string(i)});
  return out;
}

// first ... last, each made when it is asked for, in a single pass.
template <class F>
struct Made {
  struct Iterator {
    using value_type = Item;
    using difference_type = std::ptrdiff_t;
    const F* make = nullptr;
    std::int64_t at = 0;
    Item operator*() const { return (*make)(at); }
    Iterator& operator++() {
      ++at;
      return *this;
    }
    void operator++(int) { ++at; }
    bool operator==(const Iterator& other) const { return at == other.at; }
  };
  std::int64_t first;
  std::int64_t last;
  F make;
  [[nodiscard]] Iterator begin() const { return {&make, first}; }
  [[nodiscard]] Iterator end() const { return {&make, last + 1}; }
};
template <class F>
Made(std::int64_t, std::int64_t, F) -> Made<F>;

std::int64_t rows_of(const Store& store) {
  std::int64_t n = 0;
  for (const Table& table : store.catalog()->tables)
    n += static_cast<std::int64_t>(store.snapshot().count(table.name));
  return n;
}

BOOST_AUTO_TEST_SUITE(bulk)

BOOST_AUTO_TEST_CASE(a_hundred_thousand_rows_arrive_and_say_how_far_they_are) {
  on_each_backend([](Place& place) {
    const Store store = place.create<All>();
    const std::vector<Item> rows = items(many, 1);
    std::vector<std::uint64_t> steps;
    store.insert(rows, {.progress = [&](std::uint64_t done, std::uint64_t total) {
                   BOOST_REQUIRE(total == static_cast<std::uint64_t>(many));
                   steps.push_back(done);
                   return true;
                 }});
    BOOST_REQUIRE(!steps.empty());
    BOOST_TEST(steps.back() == static_cast<std::uint64_t>(many));
    BOOST_TEST(steps.size() <= static_cast<std::size_t>(many / 4096 + 1));
    for (std::size_t i = 1; i < steps.size(); ++i) BOOST_REQUIRE(steps[i] > steps[i - 1]);
    std::size_t n = 0;
    const Snapshot now = store.snapshot();
    for (const Item& row : now.range<Item>()) {
      BOOST_REQUIRE(*row.id == *rows[n].id);
      BOOST_REQUIRE(row.name == rows[n].name);
      ++n;
    }
    BOOST_TEST(n == rows.size());
    BOOST_TEST(now.count<Item>() == rows.size());
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_range_of_unknown_length_is_told_as_such_unless_it_is_given) {
  Place place("memory");
  const Store store = place.create<All>();
  const std::vector<Item> rows = items(5000, 1);
  std::forward_list<Item> unsized(rows.begin(), rows.end());
  std::uint64_t told = 99;
  const auto progress = [&](std::uint64_t, std::uint64_t total) {
    told = total;
    return true;
  };
  store.insert(unsized, {.progress = progress});
  BOOST_TEST(told == 0u);
  for (Item& row : unsized) row.id += 5000;
  store.insert(unsized, {.progress = progress, .total = 7});
  BOOST_TEST(told == 7u);
  BOOST_TEST(rows_of(store) == 10'000);
}

BOOST_AUTO_TEST_CASE(progress_that_stops_leaves_nothing) {
  on_each_backend([](Place& place) {
    const Store store = place.create<All>();
    store.insert(items(3, 1));
    std::vector<Item> rows = items(many, 100);
    std::uint64_t last = 0;
    const auto stop = [&](std::uint64_t done, std::uint64_t) {
      last = done;
      return done < static_cast<std::uint64_t>(many) / 2;
    };
    BOOST_TEST(code_of([&] { store.insert(rows, {.progress = stop}); }) == "cancelled");
    BOOST_TEST(last >= static_cast<std::uint64_t>(many) / 2);
    BOOST_TEST(last < static_cast<std::uint64_t>(many) / 2 + 4096);
    BOOST_TEST(rows_of(store) == 3);
    BOOST_TEST(problems(store) == "");
    // The same rows may come again.
    store.insert(rows);
    BOOST_TEST(rows_of(store) == many + 3);
  });
}

BOOST_AUTO_TEST_CASE(progress_may_stop_at_its_last_call) {
  on_each_backend([](Place& place) {
    const Store store = place.create<All>();
    const auto stop = [](std::uint64_t, std::uint64_t) { return false; };
    BOOST_TEST(code_of([&] { store.insert(items(3, 1), {.progress = stop}); }) == "cancelled");
    BOOST_TEST(rows_of(store) == 0);
  });
}

BOOST_AUTO_TEST_CASE(an_exception_of_the_callback_or_of_the_range_leaves_nothing) {
  on_each_backend([](Place& place) {
    const Store store = place.create<All>();
    struct Stop {};
    const auto throws = [](std::uint64_t, std::uint64_t) -> bool { throw Stop(); };
    BOOST_CHECK_THROW(store.insert(items(many, 1), {.progress = throws}), Stop);
    const Made made{1, many, [](std::int64_t i) {
                      if (i == many / 2) throw Stop();
                      return Item{.id = i, .name = "n"};
                    }};
    BOOST_CHECK_THROW(store.insert(made), Stop);
    BOOST_TEST(rows_of(store) == 0);
    // Caught inside of update it does not save what was written.
    BOOST_CHECK_THROW(store.update([&](Transaction& tx) {
      try {
        tx.insert(made);
      } catch (const Stop&) {
      }
    }),
                      Error);
    BOOST_TEST(rows_of(store) == 0);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(rows_may_refer_to_later_ones_of_the_range) {
  on_each_backend([](Place& place) {
    const Store store = place.create<All>();
    std::vector<Node> chain;
    for (std::int64_t i = 1; i <= many; ++i) chain.push_back(Node{.id = i, .next = i % many + 1});
    store.insert(chain);
    BOOST_TEST(rows_of(store) == many);
    const Snapshot now = store.snapshot();
    BOOST_TEST(*now.related<&Node::after>(chain.back())->id == 1);
    BOOST_TEST(*now.backref_of<&Node::after>(chain.front()).at(0).id == many);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_reference_that_no_row_of_the_range_serves_refuses_all_of_it) {
  on_each_backend([](Place& place) {
    const Store store = place.create<All>();
    std::vector<Node> chain;
    for (std::int64_t i = 1; i <= many; ++i) chain.push_back(Node{.id = i, .next = i + 1});
    BOOST_TEST(refused(store, [&](Transaction& tx) { tx.insert(chain); }) ==
               "foreign_key nodes 100000");
    chain.back().next = std::nullopt;
    chain[6].next = -1;
    chain[70'000].next = -2;
    BOOST_TEST(refused(store, [&](Transaction& tx) { tx.insert(chain); }) ==
               "foreign_key nodes 7; foreign_key nodes 70001");
    BOOST_TEST(rows_of(store) == 0);
  });
}

BOOST_AUTO_TEST_CASE(every_duplicate_in_the_range_or_against_the_store_is_named) {
  on_each_backend([](Place& place) {
    const Store store = place.create<All>();
    store.insert(items(1, 50'000));
    std::vector<Item> rows = items(many, 1);
    rows[20].id = 11;
    rows[90'000].id = 80'001;
    BOOST_TEST(refused(store, [&](Transaction& tx) { tx.insert(rows); }) ==
               "duplicate_key items 11; duplicate_key items 50000; duplicate_key items 80001");
    BOOST_TEST(rows_of(store) == 1);
    try {
      store.insert(rows);
      BOOST_ERROR("duplicates were taken");
    } catch (const IntegrityError& error) {
      BOOST_TEST(error.violations().at(0).position == 20u);
      BOOST_TEST(error.total() == 3u);
    }
  });
}

BOOST_AUTO_TEST_CASE(every_broken_column_rule_of_the_range_is_named) {
  on_each_backend([](Place& place) {
    const Store store = place.create<All>();
    std::vector<Item> rows = items(10, 1);
    rows[3].name = std::string(41, 'x');
    rows[7].name = "\xFF";
    BOOST_TEST(refused(store, [&](Transaction& tx) { tx.insert(rows); }) ==
               "wrong_type items 8; max_length items 4");
    std::vector<Coded> coded;
    for (int i = 0; i < 1000; ++i) coded.push_back(Coded{.id = i + 1, .code = std::to_string(i)});
    coded[999].code = "17";
    BOOST_TEST(code_of([&] { store.insert(coded); }) == "unique");
    BOOST_TEST(rows_of(store) == 0);
  });
}

BOOST_AUTO_TEST_CASE(more_than_a_hundred_violations_are_counted) {
  Place place("memory");
  const Store store = place.create<All>();
  std::vector<Item> rows = items(5000, 1);
  store.insert(rows);
  try {
    store.insert(rows);
    BOOST_ERROR("duplicates were taken");
  } catch (const IntegrityError& error) {
    BOOST_TEST(error.violations().size() == 100u);
    BOOST_TEST(error.total() == 5000u);
  }
}

BOOST_AUTO_TEST_CASE(ranges_of_every_kind_are_taken_and_mutable_elements_get_their_ids) {
  on_each_backend([](Place& place) {
    const Store store = place.create<All>();
    std::vector<Item> vector(3);
    store.insert(vector);
    BOOST_TEST((*vector[0].id == 1 && *vector[1].id == 2 && *vector[2].id == 3));
    std::list<Item> list(2);
    store.insert(list);
    BOOST_TEST((*list.front().id == 4 && *list.back().id == 5));
    Item array[2];
    array[1].id = 20;
    store.insert(array);
    BOOST_TEST((*array[0].id == 6 && *array[1].id == 20));
    const std::vector<Item> constant(2);
    store.insert(constant);  // 21 and 22: the sequence is above every id
    BOOST_TEST(*constant[0].id == 0);
    store.insert(Made{1, 3, [](std::int64_t) { return Item{}; }});
    store.insert(std::span(vector).first(0));
    store.insert(std::vector<Item>{});
    std::string ids;
    const Snapshot now = store.snapshot();
    for (const Item& item : now.range<Item>()) ids += std::to_string(item.id) + " ";
    BOOST_TEST(ids == "1 2 3 4 5 6 20 21 22 23 24 25 ");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(put_and_update_of_ranges_are_one_change_set_each) {
  on_each_backend([](Place& place) {
    const Store store = place.create<All>();
    std::vector<Coded> rows{{.id = 1, .code = "a"}, {.id = 2, .code = "b"}};
    store.insert(rows);
    std::swap(*rows[0].code, *rows[1].code);
    store.update([&](Transaction& tx) { tx.update(rows); });
    BOOST_TEST(store.get<Coded>(1)->code == "b");
    std::swap(*rows[0].code, *rows[1].code);
    rows.push_back(Coded{.code = "c"});
    store.update([&](Transaction& tx) { tx.put(rows); });
    BOOST_TEST(*rows[2].id == 3);
    BOOST_TEST(store.get<Coded>(1)->code == "a");
    BOOST_TEST(store.get<Coded>(3)->code == "c");
    rows.push_back(Coded{.id = 8, .code = "x"});
    rows.push_back(Coded{.id = 9, .code = "y"});
    rows[0].code = "changed";
    BOOST_TEST(refused(store, [&](Transaction& tx) { tx.update(rows); }) ==
               "missing_row coded 8; missing_row coded 9");
    BOOST_TEST(store.get<Coded>(1)->code == "a");
  });
}

BOOST_AUTO_TEST_CASE(a_limit_guards_an_erase) {
  on_each_backend([](Place& place) {
    const Store store = place.create<All>();
    store.insert(items(100, 1));
    std::vector<int> keys(50);
    std::iota(keys.begin(), keys.end(), 1);
    const auto erase = [&](std::uint64_t limit) {
      return code_of([&] {
        store.update([&](Transaction& tx) { tx.erase_all<Item>(keys, {.limit = limit}); });
      });
    };
    BOOST_TEST(erase(49) == "plan_limit");
    BOOST_TEST(rows_of(store) == 100);
    BOOST_TEST(erase(50) == "nothing");
    BOOST_TEST(rows_of(store) == 50);
    BOOST_TEST(erase(0) == "missing_row");
    BOOST_TEST(rows_of(store) == 50);
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace bulk_test
