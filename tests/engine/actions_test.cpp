// What a delete does to the rows that refer to what it deletes.
#include "tests/engine/schema_builder.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;

// p <- c by `action`; c <- g by cascade, so that each effect on c shows there, too.
Catalog chain(OnDelete action) {
  return schema({TableSpec("p").integer("id").key({"id"}),
                 TableSpec("c").integer("id").integer("p", null).or_else(9).key({"id"}).refers(
                     {"p"}, "p", action),
                 TableSpec("g").integer("id").integer("c").key({"id"}).refers({"c"}, "c",
                                                                              OnDelete::cascade)});
}

Store with_chain(Bench& bench, OnDelete action) {
  const Store store = bench.create(chain(action));
  batch(store, [](Batch& b) {
    for (const int p : {1, 2, 9}) b.insert("p", {{"id", p}});
    b.insert("c", {{"id", 11}, {"p", 1}});
    b.insert("c", {{"id", 12}, {"p", 1}});
    b.insert("c", {{"id", 21}, {"p", 2}});
    b.insert("g", {{"id", 111}, {"c", 11}});
    b.insert("g", {{"id", 211}, {"c", 21}});
  });
  return store;
}

BOOST_AUTO_TEST_SUITE(actions)

BOOST_AUTO_TEST_CASE(cascade_deletes_children_and_theirs) {
  on_each_backend([](Bench& bench) {
    const Store store = with_chain(bench, OnDelete::cascade);
    erase(store, "p", at(1));
    BOOST_TEST(contents(store) == "p: 2 9\nc: 21|2\ng: 211|21\n");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(set_null_lets_children_go) {
  on_each_backend([](Bench& bench) {
    const Store store = with_chain(bench, OnDelete::set_null);
    erase(store, "p", at(1));
    BOOST_TEST(contents(store) == "p: 2 9\nc: 11|null 12|null 21|2\ng: 111|11 211|21\n");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(set_default_points_children_at_the_default) {
  on_each_backend([](Bench& bench) {
    const Store store = with_chain(bench, OnDelete::set_default);
    erase(store, "p", at(1));
    BOOST_TEST(contents(store) == "p: 2 9\nc: 11|9 12|9 21|2\ng: 111|11 211|21\n");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(set_default_needs_a_default_that_exists) {
  on_each_backend([](Bench& bench) {
    const Store store = with_chain(bench, OnDelete::set_default);
    erase(store, "p", at(9));
    const auto said = refused(store, [](Transaction& tx) { tx.erase("p", at(2)); });
    BOOST_TEST(codes(said) == "foreign_key");
    BOOST_TEST(said.at(0).constraint == "fk_c_p");
    // A default that the same batch brings is there.
    batch(store, [](Batch& b) {
      b.erase("p", at(2));
      b.insert("p", {{"id", 9}});
    });
    BOOST_TEST(rows(store, "c") == "11|1 12|1 21|9");
    // The default itself is deleted: its children are pointed back at it.
    BOOST_TEST(codes(refused(store, [](Transaction& tx) { tx.erase("p", at(9)); })) ==
               "foreign_key");
    BOOST_TEST(codes(refused_batch(store, [](Batch& b) {
                 b.erase("p", at(9));
                 b.erase("p", at(1));
               })) == "foreign_key foreign_key foreign_key");
  });
}

BOOST_AUTO_TEST_CASE(set_default_to_the_deleted_row_is_refused_whatever_else_refers_to_it) {
  on_each_backend([](Bench& bench) {
    for (const OnDelete other : {OnDelete::no_action, OnDelete::restrict, OnDelete::cascade,
                                 OnDelete::set_null, OnDelete::set_default}) {
      BOOST_TEST_CONTEXT(to_string(other)) {
        // Tables without rows on both sides.
        const auto empty = [&](const char* name) {
          return TableSpec(name).integer("id").integer("p", null).key({"id"}).refers({"p"}, "p",
                                                                                     other);
        };
        const Store store = bench.create(
            schema({TableSpec("p").integer("id").key({"id"}), empty("before"),
                    TableSpec("c").integer("id").integer("p").or_else(1).key({"id"}).refers(
                        {"p"}, "p", OnDelete::set_default),
                    empty("behind")}));
        insert(store, "p", {{"id", 1}});
        insert(store, "c", {{"id", 7}});
        BOOST_TEST(codes(refused(store, [](Transaction& tx) { tx.erase("p", at(1)); })) ==
                   "foreign_key");
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(set_default_without_a_default_sets_null) {
  on_each_backend([](Bench& bench) {
    const Store store =
        bench.create(schema({TableSpec("p").integer("id").key({"id"}),
                             TableSpec("c").integer("id").integer("p", null).key({"id"}).refers(
                                 {"p"}, "p", OnDelete::set_default)}));
    batch(store, [](Batch& b) {
      b.insert("p", {{"id", 1}});
      b.insert("c", {{"id", 1}, {"p", 1}});
    });
    erase(store, "p", at(1));
    BOOST_TEST(rows(store, "c") == "1|null");
  });
}

BOOST_AUTO_TEST_CASE(restrict_and_no_action_refuse_while_a_child_is_left) {
  on_each_backend([](Bench& bench) {
    for (const OnDelete action : {OnDelete::restrict, OnDelete::no_action}) {
      const std::string code = action == OnDelete::restrict ? "restrict" : "foreign_key";
      const Store store = with_chain(bench, action);
      const auto said = refused(store, [](Transaction& tx) { tx.erase("p", at(1)); });
      BOOST_TEST_REQUIRE(!said.empty());
      for (const Violation& v : said) BOOST_TEST(to_string(v.code) == code);
      BOOST_TEST(said.at(0).constraint == "fk_c_p");
      erase(store, "p", at(9));
      // Together with the children it is no matter which comes first.
      batch(store, [](Batch& b) {
        b.erase("p", at(1));
        b.erase("c", at(11));
        b.erase("c", at(12));
      });
      batch(store, [](Batch& b) {
        b.erase("c", at(21));
        b.erase("p", at(2));
      });
      BOOST_TEST(contents(store) == "p: \nc: \ng: \n");
      BOOST_TEST(problems(store) == "");
    }
  });
}

BOOST_AUTO_TEST_CASE(children_pointed_elsewhere_in_the_same_batch_are_left_alone) {
  on_each_backend([](Bench& bench) {
    for (const OnDelete action : {OnDelete::restrict, OnDelete::no_action, OnDelete::cascade,
                                  OnDelete::set_null, OnDelete::set_default}) {
      BOOST_TEST_CONTEXT(to_string(action)) {
        const Store store = with_chain(bench, action);
        batch(store, [](Batch& b) {
          b.update("c", at(11), {{"p", 2}});
          b.erase("p", at(1));
          b.update("c", at(12), {{"p", nullptr}});
        });
        BOOST_TEST(contents(store) == "p: 2 9\nc: 11|2 12|null 21|2\ng: 111|11 211|21\n");
        BOOST_TEST(problems(store) == "");
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(a_row_inserted_or_pointed_at_a_deleted_parent_is_refused_never_cascaded) {
  on_each_backend([](Bench& bench) {
    for (const OnDelete action :
         {OnDelete::cascade, OnDelete::set_null, OnDelete::set_default, OnDelete::no_action}) {
      BOOST_TEST_CONTEXT(to_string(action)) {
        const Store store = with_chain(bench, action);
        batch(store, [](Batch& b) {
          for (const int c : {11, 12}) b.update("c", at(c), {{"p", nullptr}});
        });
        const auto inserted = refused_batch(store, [](Batch& b) {
          b.insert("c", {{"id", 13}, {"p", 1}});
          b.erase("p", at(1));
        });
        BOOST_TEST(show(inserted) == "foreign_key c.fk_c_p 13");
        BOOST_TEST(inserted.at(0).position == 0U);
        const auto pointed = refused_batch(store, [](Batch& b) {
          b.erase("p", at(1));
          b.update("c", at(21), {{"p", 1}});
        });
        BOOST_TEST(show(pointed) == "foreign_key c.fk_c_p 21");
        BOOST_TEST(pointed.at(0).position == 1U);
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(a_row_pointed_at_a_parent_that_only_a_cascade_deletes_is_refused) {
  on_each_backend([](Bench& bench) {
    const Store store = with_chain(bench, OnDelete::cascade);
    const auto said = refused_batch(store, [](Batch& b) {
      b.update("g", at(211), {{"c", 12}});
      b.erase("p", at(1));
    });
    BOOST_TEST(show(said) == "foreign_key g.fk_g_c 211");
  });
}

BOOST_AUTO_TEST_CASE(a_cascade_takes_rows_whose_other_columns_change) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(
        schema({TableSpec("p").integer("id").key({"id"}),
                TableSpec("c").integer("id").integer("p").text("t", null).key({"id"}).refers(
                    {"p"}, "p", OnDelete::cascade)}));
    batch(store, [](Batch& b) {
      b.insert("p", {{"id", 1}});
      b.insert("c", {{"id", 1}, {"p", 1}});
    });
    batch(store, [](Batch& b) {
      b.update("c", at(1), {{"t", "changed"}});
      b.erase("p", at(1));
    });
    BOOST_TEST(contents(store) == "p: \nc: \n");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(set_null_joins_the_users_update_of_the_same_row) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(
        schema({TableSpec("p").integer("id").key({"id"}),
                TableSpec("c").integer("id").integer("p", null).text("t", null).key({"id"}).refers(
                    {"p"}, "p", OnDelete::set_null)}));
    batch(store, [](Batch& b) {
      b.insert("p", {{"id", 1}});
      b.insert("c", {{"id", 1}, {"p", 1}});
    });
    batch(store, [](Batch& b) {
      b.erase("p", at(1));
      b.update("c", at(1), {{"t", "changed"}});
    });
    BOOST_TEST(contents(store) == "p: \nc: 1|null|changed\n");
    BOOST_TEST(problems(store) == "");
  });
}

// A moved row is the same row: what becomes of its parent reaches it under its new key.
BOOST_AUTO_TEST_CASE(actions_reach_children_whose_key_moves_in_the_same_batch) {
  on_each_backend([](Bench& bench) {
    const auto move_and_erase = [](Batch& b) {
      b.update("c", at(12), {{"id", 120}});
      b.erase("p", at(1));
    };
    const Store nulled = with_chain(bench, OnDelete::set_null);
    batch(nulled, move_and_erase);
    BOOST_TEST(rows(nulled, "c") == "11|null 21|2 120|null");
    BOOST_TEST(problems(nulled) == "");
    const Store restricted = with_chain(bench, OnDelete::restrict);
    erase(restricted, "c", at(11));
    const auto said = refused_batch(restricted, move_and_erase);
    BOOST_TEST_REQUIRE(!said.empty());
    BOOST_TEST((said.front().code == ErrorCode::restrict));
    const Store cascaded = with_chain(bench, OnDelete::cascade);
    batch(cascaded, move_and_erase);
    BOOST_TEST(contents(cascaded) == "p: 2 9\nc: 21|2\ng: 211|21\n");
    BOOST_TEST(problems(cascaded) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_row_moves_to_the_key_of_a_row_that_a_cascade_deletes) {
  on_each_backend([](Bench& bench) {
    const Store store = with_chain(bench, OnDelete::cascade);
    erase(store, "g", at(111));
    batch(store, [](Batch& b) {
      b.erase("p", at(1));
      b.erase("g", at(211));
      b.update("c", at(21), {{"id", 11}});
    });
    BOOST_TEST(contents(store) == "p: 2 9\nc: 11|2\ng: \n");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_cascade_takes_a_row_that_moves_to_the_key_of_another_that_it_takes) {
  on_each_backend([](Bench& bench) {
    const Store store = with_chain(bench, OnDelete::cascade);
    erase(store, "g", at(111));
    batch(store, [](Batch& b) {
      b.erase("p", at(1));
      b.update("c", at(12), {{"id", 11}});
    });
    BOOST_TEST(contents(store) == "p: 2 9\nc: 21|2\ng: 211|21\n");
    BOOST_TEST(problems(store) == "");
  });
}

// a <- b by restrict, and a <- m <- b by cascade: the direct child refuses, though the cascade
// would have taken it one level later.
BOOST_AUTO_TEST_CASE(restrict_refuses_a_direct_child_that_a_later_level_would_take) {
  on_each_backend([](Bench& bench) {
    const Store store =
        bench.create(schema({TableSpec("a").integer("id").key({"id"}),
                             TableSpec("m").integer("id").integer("a").key({"id"}).refers(
                                 {"a"}, "a", OnDelete::cascade),
                             TableSpec("b")
                                 .integer("id")
                                 .integer("a", null)
                                 .integer("m")
                                 .key({"id"})
                                 .refers({"a"}, "a", OnDelete::restrict)
                                 .refers({"m"}, "m", OnDelete::cascade)}));
    batch(store, [](Batch& b) {
      b.insert("a", {{"id", 1}});
      b.insert("m", {{"id", 1}, {"a", 1}});
      b.insert("b", {{"id", 1}, {"a", 1}, {"m", 1}});
    });
    const auto said = refused(store, [](Transaction& tx) { tx.erase("a", at(1)); });
    BOOST_TEST(codes(said) == "restrict");
    BOOST_TEST(said.at(0).constraint == "fk_b_a");
    // Deleted by the user in the same batch it is no child any more.
    batch(store, [](Batch& b) {
      b.erase("a", at(1));
      b.erase("b", at(1));
    });
    BOOST_TEST(contents(store) == "a: \nm: \nb: \n");
  });
}

// The same with no action: only the end counts.
BOOST_AUTO_TEST_CASE(no_action_lets_a_child_pass_that_a_later_level_takes) {
  on_each_backend([](Bench& bench) {
    const Store store =
        bench.create(schema({TableSpec("a").integer("id").key({"id"}),
                             TableSpec("m").integer("id").integer("a").key({"id"}).refers(
                                 {"a"}, "a", OnDelete::cascade),
                             TableSpec("b")
                                 .integer("id")
                                 .integer("a", null)
                                 .integer("m")
                                 .key({"id"})
                                 .refers({"a"}, "a", OnDelete::no_action)
                                 .refers({"m"}, "m", OnDelete::cascade)}));
    batch(store, [](Batch& b) {
      b.insert("a", {{"id", 1}});
      b.insert("m", {{"id", 1}, {"a", 1}});
      b.insert("b", {{"id", 1}, {"a", 1}, {"m", 1}});
    });
    erase(store, "a", at(1));
    BOOST_TEST(contents(store) == "a: \nm: \nb: \n");
    BOOST_TEST(problems(store) == "");
  });
}

// Two references of one child to one parent: restrict and cascade on the same level.
BOOST_AUTO_TEST_CASE(restrict_refuses_a_child_that_the_same_level_would_cascade) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(schema(
        {TableSpec("a").integer("id").key({"id"}), TableSpec("b")
                                                       .integer("id")
                                                       .integer("x", null)
                                                       .integer("y", null)
                                                       .key({"id"})
                                                       .refers({"x"}, "a", OnDelete::cascade)
                                                       .refers({"y"}, "a", OnDelete::restrict)}));
    batch(store, [](Batch& b) {
      b.insert("a", {{"id", 1}});
      b.insert("b", {{"id", 1}, {"x", 1}, {"y", 1}});
    });
    BOOST_TEST(codes(refused(store, [](Transaction& tx) { tx.erase("a", at(1)); })) == "restrict");
    update(store, "b", at(1), {{"y", nullptr}});
    erase(store, "a", at(1));
    BOOST_TEST(contents(store) == "a: \nb: \n");
  });
}

// A level judges what earlier levels have deleted already as gone.
BOOST_AUTO_TEST_CASE(restrict_passes_where_an_earlier_level_took_the_child) {
  on_each_backend([](Bench& bench) {
    const Store store =
        bench.create(schema({TableSpec("a").integer("id").key({"id"}),
                             TableSpec("m").integer("id").integer("a").key({"id"}).refers(
                                 {"a"}, "a", OnDelete::cascade),
                             TableSpec("b")
                                 .integer("id")
                                 .integer("a")
                                 .integer("m")
                                 .key({"id"})
                                 .refers({"a"}, "a", OnDelete::cascade)
                                 .refers({"m"}, "m", OnDelete::restrict)}));
    batch(store, [](Batch& b) {
      b.insert("a", {{"id", 1}});
      b.insert("m", {{"id", 1}, {"a", 1}});
      b.insert("b", {{"id", 1}, {"a", 1}, {"m", 1}});
    });
    // m and b go with level 1; m's children are looked at in level 2, and b is deleted by then.
    erase(store, "a", at(1));
    BOOST_TEST(contents(store) == "a: \nm: \nb: \n");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(restrict_below_a_cascade_refuses_the_whole_delete) {
  on_each_backend([](Bench& bench) {
    const Store store =
        bench.create(schema({TableSpec("a").integer("id").key({"id"}),
                             TableSpec("m").integer("id").integer("a").key({"id"}).refers(
                                 {"a"}, "a", OnDelete::cascade),
                             TableSpec("b").integer("id").integer("m").key({"id"}).refers(
                                 {"m"}, "m", OnDelete::restrict)}));
    batch(store, [](Batch& b) {
      b.insert("a", {{"id", 1}});
      b.insert("m", {{"id", 1}, {"a", 1}});
      b.insert("m", {{"id", 2}, {"a", 1}});
      b.insert("b", {{"id", 1}, {"m", 2}});
    });
    const auto said = refused(store, [](Transaction& tx) { tx.erase("a", at(1)); });
    BOOST_TEST(codes(said) == "restrict");
    BOOST_TEST(said.at(0).constraint == "fk_b_m");
  });
}

BOOST_AUTO_TEST_CASE(delete_beats_set_null_and_set_default) {
  on_each_backend([](Bench& bench) {
    for (const OnDelete other : {OnDelete::set_null, OnDelete::set_default}) {
      // The same level: x cascades, y is set.
      const Store store = bench.create(schema(
          {TableSpec("a").integer("id").key({"id"}), TableSpec("b")
                                                         .integer("id")
                                                         .integer("x", null)
                                                         .integer("y", null)
                                                         .or_else(77)
                                                         .key({"id"})
                                                         .refers({"y"}, "a", other)
                                                         .refers({"x"}, "a", OnDelete::cascade)}));
      batch(store, [](Batch& b) {
        b.insert("a", {{"id", 1}});
        b.insert("b", {{"id", 1}, {"x", 1}, {"y", 1}});
      });
      erase(store, "a", at(1));
      BOOST_TEST(contents(store) == "a: \nb: \n");
      BOOST_TEST(problems(store) == "");
    }
  });
}

BOOST_AUTO_TEST_CASE(a_later_cascade_beats_an_earlier_set_null) {
  on_each_backend([](Bench& bench) {
    for (const OnDelete other : {OnDelete::set_null, OnDelete::set_default}) {
      const Store store =
          bench.create(schema({TableSpec("a").integer("id").key({"id"}),
                               TableSpec("m").integer("id").integer("a").key({"id"}).refers(
                                   {"a"}, "a", OnDelete::cascade),
                               TableSpec("b")
                                   .integer("id")
                                   .integer("a", null)
                                   .or_else(77)
                                   .integer("m")
                                   .key({"id"})
                                   .refers({"a"}, "a", other)
                                   .refers({"m"}, "m", OnDelete::cascade)}));
      batch(store, [](Batch& b) {
        b.insert("a", {{"id", 1}});
        b.insert("m", {{"id", 1}, {"a", 1}});
        b.insert("b", {{"id", 1}, {"a", 1}, {"m", 1}});
      });
      erase(store, "a", at(1));
      BOOST_TEST(contents(store) == "a: \nm: \nb: \n");
      BOOST_TEST(problems(store) == "");
    }
  });
}

BOOST_AUTO_TEST_CASE(what_an_action_sets_is_checked_like_any_change) {
  on_each_backend([](Bench& bench) {
    using Op = Expression::Op;
    // A unique key and a check on the column that is set to its default.
    const Store store = bench.create(
        schema({TableSpec("p").integer("id").key({"id"}),
                TableSpec("c")
                    .integer("id")
                    .integer("p")
                    .or_else(9)
                    .integer("kind")
                    .key({"id"})
                    .unique({"p", "kind"})
                    .refers({"p"}, "p", OnDelete::set_default)
                    .check("only_low",
                           Expression::of(Op::any,
                                          {Expression::of(Op::lt, {Expression::column("kind"),
                                                                   Expression::constant(5)}),
                                           Expression::of(Op::lt, {Expression::column("p"),
                                                                   Expression::constant(5)})}))}));
    batch(store, [](Batch& b) {
      for (const int p : {1, 2, 3, 9}) b.insert("p", {{"id", p}});
      b.insert("c", {{"id", 1}, {"p", 1}, {"kind", 1}});
      b.insert("c", {{"id", 2}, {"p", 2}, {"kind", 1}});
      b.insert("c", {{"id", 3}, {"p", 3}, {"kind", 7}});
    });
    const auto check = refused(store, [](Transaction& tx) { tx.erase("p", at(3)); });
    BOOST_TEST(show(check) == "check c.only_low 3");
    BOOST_TEST(check.at(0).position == ~std::uint64_t{0});
    const auto unique = refused_batch(store, [](Batch& b) {
      b.erase("p", at(1));
      b.erase("p", at(2));
    });
    BOOST_TEST_REQUIRE(!unique.empty());
    for (const Violation& v : unique) {
      BOOST_TEST((v.code == ErrorCode::unique));
      BOOST_TEST(v.constraint == "uq_c_p_kind");
    }
    erase(store, "p", at(1));
    BOOST_TEST(rows(store, "c") == "1|9|1 2|2|1 3|3|7");
  });
}

// Set null changes a value that others refer to.
BOOST_AUTO_TEST_CASE(an_action_cannot_take_away_a_referenced_unique_value) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(
        schema({TableSpec("p").integer("id").key({"id"}),
                TableSpec("c").integer("id").integer("p", null).key({"id"}).unique({"p"}).refers(
                    {"p"}, "p", OnDelete::set_null),
                TableSpec("g")
                    .integer("id")
                    .integer("cp", null)
                    .key({"id"})
                    .refers({"cp"}, "c", OnDelete::cascade, {"p"})}));
    batch(store, [](Batch& b) {
      b.insert("p", {{"id", 1}});
      b.insert("c", {{"id", 1}, {"p", 1}});
      b.insert("g", {{"id", 1}, {"cp", 1}});
    });
    const auto said = refused(store, [](Transaction& tx) { tx.erase("p", at(1)); });
    BOOST_TEST(codes(said) == "foreign_key");
    BOOST_TEST(said.at(0).constraint == "fk_g_cp");
    erase(store, "g", at(1));
    erase(store, "p", at(1));
    BOOST_TEST(contents(store) == "p: \nc: 1|null\ng: \n");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
