// Primary keys that move, unique values that change hands: judged on what the flush leaves behind.
#include <algorithm>
#include <limits>
#include <tuple>

#include "tests/engine/schema_builder.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;

Catalog people() {
  return schema({TableSpec("person")
                     .integer("id")
                     .text("name", null)
                     .integer("boss", null)
                     .key({"id"})
                     .unique({"name"})
                     .refers({"boss"}, "person", OnDelete::restrict),
                 TableSpec("badge")
                     .integer("id")
                     .text("name", null)
                     .key({"id"})
                     .refers({"name"}, "person", OnDelete::cascade, {"name"})});
}

Store with_people(Bench& bench) {
  const Store store = bench.create(people());
  batch(store, [](Batch& b) {
    b.insert("person", {{"id", 1}, {"name", "ann"}});
    b.insert("person", {{"id", 2}, {"name", "bob"}, {"boss", 1}});
    b.insert("person", {{"id", 3}, {"name", "cid"}});
  });
  return store;
}

BOOST_AUTO_TEST_SUITE(keys)

BOOST_AUTO_TEST_CASE(a_row_moves_to_a_new_key_with_its_values_and_index_entries) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    update(store, "person", at(2), {{"id", 20}});
    BOOST_TEST(rows(store, "person") == "1|ann|null 3|cid|null 20|bob|1");
    BOOST_TEST(problems(store) == "");
    BOOST_TEST(!store.snapshot().get("person", at(2)).has_value());
    // It still counts as the child it is.
    BOOST_TEST(codes(refused(store, [](Transaction& tx) { tx.erase("person", at(1)); })) ==
               "restrict");
  });
}

BOOST_AUTO_TEST_CASE(a_referenced_key_cannot_change_while_it_is_referenced) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    const auto said = refused(store, [](Transaction& tx) {
      tx.update("person", at(1), {{"id", 10}});
    });
    BOOST_TEST(show(said) == "foreign_key person.fk_person_boss 1");
    BOOST_TEST(contains(said.at(0).detail, "person 2"));
    // With its children along it can.
    batch(store, [](Batch& b) {
      b.update("person", at(1), {{"id", 10}});
      b.update("person", at(2), {{"boss", 10}});
    });
    BOOST_TEST(rows(store, "person") == "2|bob|10 3|cid|null 10|ann|null");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_moved_key_is_free_where_its_children_are_deleted_too) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    batch(store, [](Batch& b) {
      b.update("person", at(1), {{"id", 10}});
      b.erase("person", at(2));
    });
    BOOST_TEST(rows(store, "person") == "3|cid|null 10|ann|null");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(moving_onto_a_taken_key_is_a_duplicate_key) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    BOOST_TEST(codes(refused(store, [](Transaction& tx) {
                 tx.update("person", at(3), {{"id", 1}});
               })) == "duplicate_key");
    BOOST_TEST(codes(refused_batch(store, [](Batch& b) {
                 b.update("person", at(3), {{"id", 9}});
                 b.insert("person", {{"id", 9}});
               })) == "duplicate_key");
  });
}

BOOST_AUTO_TEST_CASE(two_rows_swap_their_primary_keys_in_one_batch) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    batch(store, [](Batch& b) {
      b.update("person", at(1), {{"id", 3}});
      b.update("person", at(3), {{"id", 1}});
    });
    // Person 2 goes on referring to key 1, which is there.
    BOOST_TEST(rows(store, "person") == "1|cid|null 2|bob|1 3|ann|null");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(keys_rotate_in_one_batch) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    batch(store, [](Batch& b) {
      b.update("person", at(1), {{"id", 2}});
      b.update("person", at(2), {{"id", 3}});
      b.update("person", at(3), {{"id", 1}});
    });
    BOOST_TEST(rows(store, "person") == "1|cid|null 2|ann|null 3|bob|1");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_key_may_be_set_to_itself) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    update(store, "person", at(1), {{"id", 1}, {"name", "eve"}});
    BOOST_TEST(rows(store, "person") == "1|eve|null 2|bob|1 3|cid|null");
  });
}

BOOST_AUTO_TEST_CASE(a_key_freed_by_an_erasure_is_taken_in_the_same_batch) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    batch(store, [](Batch& b) {
      b.erase("person", at(3));
      b.update("person", at(2), {{"id", 3}});
    });
    BOOST_TEST(rows(store, "person") == "1|ann|null 3|bob|1");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_key_left_by_a_move_is_free_for_an_insert_of_the_same_batch) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    batch(store, [](Batch& b) {
      b.update("person", at(1), {{"id", 10}});
      b.insert("person", {{"id", 1}, {"name", "new"}});
    });
    BOOST_TEST(rows(store, "person") == "1|new|null 2|bob|1 3|cid|null 10|ann|null");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_batch_names_stored_rows_by_the_keys_they_had_before_it) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    batch(store, [](Batch& b) {
      b.update("person", at(3), {{"id", 30}});
      b.update("person", at(3), {{"name", "eve"}});
    });
    BOOST_TEST(rows(store, "person") == "1|ann|null 2|bob|1 30|eve|null");
    BOOST_TEST(codes(refused_batch(store, [](Batch& b) {
                 b.update("person", at(30), {{"id", 3}});
                 b.update("person", at(3), {{"name", "cid"}});
               })) == "missing_row");
    batch(store, [](Batch& b) {
      b.update("person", at(30), {{"id", 3}});
      b.erase("person", at(30));
    });
    BOOST_TEST(rows(store, "person") == "1|ann|null 2|bob|1");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_moved_row_may_refer_to_itself) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    update(store, "person", at(3), {{"boss", 3}});
    BOOST_TEST(codes(refused(store, [](Transaction& tx) {
                 tx.update("person", at(3), {{"id", 30}});
               })) == "foreign_key");
    update(store, "person", at(3), {{"id", 30}, {"boss", 30}});
    BOOST_TEST(rows(store, "person") == "1|ann|null 2|bob|1 30|cid|30");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(unique_values_swap_and_rotate_in_one_batch) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    batch(store, [](Batch& b) {
      b.update("person", at(1), {{"name", "bob"}});
      b.update("person", at(2), {{"name", "ann"}});
    });
    BOOST_TEST(rows(store, "person") == "1|bob|null 2|ann|1 3|cid|null");
    batch(store, [](Batch& b) {
      b.update("person", at(1), {{"name", "ann"}});
      b.update("person", at(2), {{"name", "cid"}});
      b.update("person", at(3), {{"name", "bob"}});
    });
    BOOST_TEST(rows(store, "person") == "1|ann|null 2|cid|1 3|bob|null");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_unique_value_is_free_once_its_holder_is_erased_or_lets_go) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    batch(store, [](Batch& b) {
      b.insert("person", {{"id", 4}, {"name", "cid"}});
      b.erase("person", at(3));
    });
    batch(store, [](Batch& b) {
      b.insert("person", {{"id", 5}, {"name", "bob"}});
      b.update("person", at(2), {{"name", nullptr}});
    });
    BOOST_TEST(rows(store, "person") == "1|ann|null 2|null|1 4|cid|null 5|bob|null");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(two_rows_with_one_unique_value_are_refused_wherever_they_come_from) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    const auto stored = refused(store, [](Transaction& tx) {
      tx.insert("person", {{"id", 4}, {"name", "ann"}});
    });
    BOOST_TEST(show(stored) == "unique person.uq_person_name 4");
    BOOST_TEST(codes(refused(store, [](Transaction& tx) {
                 tx.update("person", at(2), {{"name", "ann"}});
               })) == "unique");
    const auto both = refused_batch(store, [](Batch& b) {
      b.insert("person", {{"id", 4}, {"name", "dot"}});
      b.insert("person", {{"id", 5}, {"name", "dot"}});
    });
    BOOST_TEST_REQUIRE(!both.empty());
    BOOST_TEST((both.front().code == ErrorCode::unique));
    // A swap of which one half is missing.
    BOOST_TEST(codes(refused_batch(store, [](Batch& b) {
                 b.update("person", at(1), {{"name", "bob"}});
                 b.update("person", at(2), {{"name", "cid"}});
               })) == "unique");
  });
}

BOOST_AUTO_TEST_CASE(nulls_in_unique_keys_never_collide) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(
        schema({TableSpec("t").integer("id").text("a", null).integer("b", null).key({"id"}).unique(
            {"a", "b"})}));
    batch(store, [](Batch& b) {
      b.insert("t", {{"id", 1}, {"a", "x"}});
      b.insert("t", {{"id", 2}, {"a", "x"}});
      b.insert("t", {{"id", 3}});
      b.insert("t", {{"id", 4}});
      b.insert("t", {{"id", 5}, {"a", "x"}, {"b", 1}});
      b.insert("t", {{"id", 6}, {"a", "y"}, {"b", 1}});
      b.insert("t", {{"id", 7}, {"a", ""}, {"b", 1}});
    });
    BOOST_TEST(codes(refused(store, [](Transaction& tx) {
                 tx.update("t", at(1), {{"b", 1}});
               })) == "unique");
    BOOST_TEST(codes(refused(store, [](Transaction& tx) {
                 tx.insert("t", {{"id", 8}, {"a", ""}, {"b", 1}});
               })) == "unique");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_referenced_unique_value_cannot_change_while_it_is_referenced) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    insert(store, "badge", {{"id", 1}, {"name", "ann"}});
    for (const Value& to : {Value("eve"), Value()}) {
      const auto said = refused(store, [&](Transaction& tx) {
        tx.update("person", at(1), {{"name", to}});
      });
      BOOST_TEST(show(said) == "foreign_key person.fk_badge_name 1");
      BOOST_TEST(contains(said.at(0).detail, "badge 1"));
    }
    batch(store, [](Batch& b) {
      b.update("person", at(1), {{"name", "eve"}});
      b.update("badge", at(1), {{"name", "eve"}});
    });
    // Another row takes the value over: the reference finds it.
    batch(store, [](Batch& b) {
      b.update("person", at(1), {{"name", "bob"}});
      b.update("person", at(2), {{"name", "eve"}});
    });
    BOOST_TEST(contents(store) == "person: 1|bob|null 2|eve|1 3|cid|null\nbadge: 1|eve\n");
    BOOST_TEST(problems(store) == "");
    erase(store, "person", at(2));
    BOOST_TEST(contents(store) == "person: 1|bob|null 3|cid|null\nbadge: \n");
  });
}

BOOST_AUTO_TEST_CASE(moving_a_row_keeps_references_to_its_unique_value) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    insert(store, "badge", {{"id", 1}, {"name", "cid"}});
    update(store, "person", at(3), {{"id", 33}});
    BOOST_TEST(contents(store) == "person: 1|ann|null 2|bob|1 33|cid|null\nbadge: 1|cid\n");
    BOOST_TEST(problems(store) == "");
    erase(store, "person", at(33));
    BOOST_TEST(rows(store, "badge") == "");
  });
}

// Keys of unique values above 511 bytes are cut on the way to storage; what differs behind the cut
// differs all the same.
BOOST_AUTO_TEST_CASE(long_unique_values_are_told_apart_behind_the_cut) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    const std::string base(600, 'n');
    batch(store, [&](Batch& b) {
      for (int i = 0; i < 20; ++i) {
        b.insert("person", {{"id", 100 + i}, {"name", base + std::to_string(i)}});
        b.insert("badge", {{"id", i}, {"name", base + std::to_string(i)}});
      }
    });
    BOOST_TEST(problems(store) == "");
    BOOST_TEST(codes(refused(store, [&](Transaction& tx) {
                 tx.insert("person", {{"id", 999}, {"name", base + "7"}});
               })) == "unique");
    BOOST_TEST(codes(refused(store, [&](Transaction& tx) {
                 tx.insert("badge", {{"id", 999}, {"name", base + "77"}});
               })) == "foreign_key");
    batch(store, [&](Batch& b) {
      b.update("person", at(103), {{"name", base + "4"}});
      b.update("person", at(104), {{"name", base + "3"}});
    });
    erase(store, "person", at(104));
    const Snapshot now = store.snapshot();
    BOOST_TEST(!now.get("badge", at(3)).has_value());
    BOOST_TEST(now.get("badge", at(4)).has_value());
    BOOST_TEST(now.count("badge") == 19U);
    // Person 103 bears the name that badge 4 refers to.
    std::string seen;
    now.children("badge", "fk_badge_name", at(103), [&](const Row& row) {
      seen += row["id"].to_string() + " ";
      return true;
    });
    BOOST_TEST(seen == "4 ");
    const auto holder = now.parent("badge", "fk_badge_name", *now.get("badge", at(4)));
    BOOST_TEST_REQUIRE(holder.has_value());
    BOOST_TEST((*holder)["id"].to_string() == "103");
    BOOST_TEST(problems(store) == "");
  });
}

// 509 to 513 characters: around the place where cutting begins.
BOOST_AUTO_TEST_CASE(unique_values_work_at_every_length_around_the_cut) {
  on_each_backend([](Bench& bench) {
    const Store store = with_people(bench);
    for (int n = 490; n < 520; ++n) {
      const std::string name(static_cast<std::size_t>(n), 'x');
      batch(store, [&](Batch& b) {
        b.insert("person", {{"id", n}, {"name", name}});
        b.insert("badge", {{"id", n}, {"name", name}});
      });
      BOOST_TEST(codes(refused(store, [&](Transaction& tx) {
                   tx.insert("person", {{"id", 1000}, {"name", name}});
                 })) == "unique");
    }
    BOOST_TEST(problems(store) == "");
    for (int n = 490; n < 520; ++n) erase(store, "person", at(n));
    BOOST_TEST(rows(store, "badge") == "");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_primary_key_that_is_too_long_is_a_capacity_error) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(schema({TableSpec("t").text("k").integer("v").key({"k"})}));
    insert(store, "t", {{"k", std::string(510, 'k')}, {"v", 1}});
    BOOST_TEST(code_name([&] {
                 insert(store, "t", {{"k", std::string(511, 'k')}, {"v", 1}});
               }) == "capacity");
    BOOST_TEST(store.snapshot().count("t") == 1U);
    BOOST_TEST(store.snapshot().get("t", at(std::string(510, 'k'))).has_value());
    BOOST_TEST(!store.snapshot().get("t", at(std::string(600, 'k'))).has_value());
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(rows_come_in_the_order_of_their_keys) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(
        schema({TableSpec("n").integer("id").key({"id"}),
                TableSpec("s").text("a").text("b").integer("c").key({"a", "b", "c"})}));
    batch(store, [](Batch& b) {
      for (const std::int64_t id :
           {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1},
            std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max() - 1})
        b.insert("n", {{"id", id}});
      const std::string zero("a\0", 2);
      for (const std::string& first : {std::string(), std::string("a"), zero, zero + "b",
                                       std::string("ab"), std::string("\xc3\xa9")}) {
        b.insert("s", {{"a", first}, {"b", "x"}, {"c", 2}});
        b.insert("s", {{"a", first}, {"b", ""}, {"c", -1}});
        b.insert("s", {{"a", first}, {"b", ""}, {"c", 1}});
      }
    });
    BOOST_TEST(rows(store, "n") == "-9223372036854775808 -1 0 1 9223372036854775806");
    std::vector<std::tuple<std::string, std::string, std::int64_t>> seen;
    store.snapshot().scan("s", {}, [&](const Row& row) {
      seen.emplace_back(row["a"].get<std::string>(), row["b"].get<std::string>(),
                        row["c"].get<std::int64_t>());
      return true;
    });
    BOOST_TEST(seen.size() == 18U);
    BOOST_TEST(std::is_sorted(seen.begin(), seen.end()));
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
