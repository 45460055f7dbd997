// A refused ChangeSet names everything that is wrong with it.
#include "tests/engine/schema_builder.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;

Catalog shop() {
  using Op = Expression::Op;
  return schema({TableSpec("customer")
                     .integer("id")
                     .text("email", null)
                     .at_most(5)
                     .key({"id"})
                     .unique({"email"}),
                 TableSpec("item")
                     .text("code")
                     .integer("size")
                     .integer("price")
                     .integer("owner", null)
                     .key({"code", "size"})
                     .refers({"owner"}, "customer", OnDelete::restrict)
                     .check("not_free", Expression::of(Op::gt, {Expression::column("price"),
                                                                Expression::constant(0)}))});
}

Store with_shop(Bench& bench) {
  const Store store = bench.create(shop());
  batch(store, [](Batch& b) {
    b.insert("customer", {{"id", 1}, {"email", "a@b"}});
    b.insert("customer", {{"id", 2}});
    b.insert("item", {{"code", "x"}, {"size", 1}, {"price", 5}, {"owner", 1}});
  });
  return store;
}

BOOST_AUTO_TEST_SUITE(violations)

BOOST_AUTO_TEST_CASE(all_violations_of_a_batch_are_listed_in_the_order_of_their_codes) {
  on_each_backend([](Bench& bench) {
    const Store store = with_shop(bench);
    const auto said = refused_batch(store, [](Batch& b) {
      b.insert("item", {{"code", "f"}, {"size", 1}, {"price", 1}, {"owner", 77}});  // 0
      b.erase("customer", at(1));                                                   // 1
      b.insert("customer", {{"id", 4}, {"email", "dup"}});                          // 2
      b.insert("customer", {{"id", 5}, {"email", "dup"}});                          // 3
      b.update("customer", at(99), {{"email", nullptr}});                           // 4
      b.insert("customer", {{"id", 2}});                                            // 5
      b.insert("item", {{"code", "c"}, {"size", 1}, {"price", 0}});                 // 6
      b.insert("customer", {{"id", 6}, {"email", "123456"}});                       // 7
      b.insert("item", {{"code", "t"}, {"size", 1}, {"price", "one"}});             // 8
      b.insert("item", {{"code", "n"}, {"size", 1}});                               // 9
    });
    std::vector<ErrorCode> distinct;
    for (const Violation& v : said)
      if (distinct.empty() || distinct.back() != v.code) distinct.push_back(v.code);
    const std::vector<ErrorCode> expected{
        ErrorCode::not_null, ErrorCode::wrong_type,    ErrorCode::max_length,
        ErrorCode::check,    ErrorCode::duplicate_key, ErrorCode::missing_row,
        ErrorCode::unique,   ErrorCode::restrict,      ErrorCode::foreign_key};
    BOOST_TEST((distinct == expected), codes(said));
  });
}

BOOST_AUTO_TEST_CASE(a_violation_names_table_key_constraint_columns_and_position) {
  on_each_backend([](Bench& bench) {
    const Store store = with_shop(bench);
    const auto one = [&](FunctionRef<void(Batch&)> fn, ErrorCode code, const std::string& table,
                         const std::string& constraint, const std::string& key,
                         const std::vector<std::string>& columns, std::uint64_t position) {
      BOOST_TEST_CONTEXT(to_string(code)) {
        const auto said = refused_batch(store, fn);
        BOOST_TEST_REQUIRE(said.size() == 1U);
        const Violation& v = said[0];
        BOOST_TEST((v.code == code));
        BOOST_TEST(v.table == table);
        BOOST_TEST(v.constraint == constraint);
        BOOST_TEST(v.key == key);
        BOOST_TEST(v.columns == columns, boost::test_tools::per_element());
        BOOST_TEST(v.position == position);
        BOOST_TEST(!v.detail.empty());
        // The message says the same.
        const IntegrityError error(said);
        for (const std::string& part : {table, constraint, key, columns.front()})
          BOOST_TEST(contains(error.what(), part));
      }
    };
    one(
        [](Batch& b) {
          b.insert("item", {{"code", "n"}, {"size", 1}});
        },
        ErrorCode::not_null, "item", "", "(\"n\", 1)", {"price"}, 0);
    one(
        [](Batch& b) {
          b.insert("customer", {{"id", 7}});
          b.update("item", at("x", 1), {{"price", "many"}});
        },
        ErrorCode::wrong_type, "item", "", "(\"x\", 1)", {"price"}, 1);
    one(
        [](Batch& b) {
          b.insert("customer", {{"id", 6}, {"email", "123456"}});
        },
        ErrorCode::max_length, "customer", "", "6", {"email"}, 0);
    one(
        [](Batch& b) {
          b.update("item", at("x", 1), {{"price", 0}});
        },
        ErrorCode::check, "item", "not_free", "(\"x\", 1)", {"price"}, 0);
    one(
        [](Batch& b) {
          b.insert("customer", {{"id", 1}});
        },
        ErrorCode::duplicate_key, "customer", "", "1", {"id"}, 0);
    one([](Batch& b) { b.erase("item", at("y", 1)); }, ErrorCode::missing_row, "item", "",
        "(\"y\", 1)", {"code", "size"}, 0);
    one(
        [](Batch& b) {
          b.update("customer", at(2), {{"email", "a@b"}});
        },
        ErrorCode::unique, "customer", "uq_customer_email", "2", {"email"}, 0);
    one(
        [](Batch& b) {
          b.update("item", at("x", 1), {{"owner", 3}});
        },
        ErrorCode::foreign_key, "item", "fk_item_owner", "(\"x\", 1)", {"owner"}, 0);
    const auto restricted = refused_batch(store, [](Batch& b) {
      b.insert("customer", {{"id", 7}});
      b.erase("customer", at(1));
    });
    BOOST_TEST_REQUIRE(restricted.size() == 1U);
    BOOST_TEST((restricted[0].code == ErrorCode::restrict));
    BOOST_TEST(restricted[0].constraint == "fk_item_owner");
    BOOST_TEST(restricted[0].position == 1U);
    // Both rows are named: the one that would go and the one that holds it.
    const IntegrityError error(restricted);
    BOOST_TEST(contains(error.what(), "customer 1"));
    BOOST_TEST(contains(error.what(), "item (\"x\", 1)"));
  });
}

BOOST_AUTO_TEST_CASE(violations_of_one_code_come_by_table_and_position) {
  on_each_backend([](Bench& bench) {
    const Store store = with_shop(bench);
    const auto said = refused_batch(store, [](Batch& b) {
      b.insert("item", {{"code", "b"}, {"size", 1}, {"price", 1}});
      b.insert("item", {{"code", "c"}, {"size", 1}, {"price", 0}});
      b.insert("customer", {{"id", 1}});
      b.insert("item", {{"code", "a"}, {"size", 2}, {"price", 0}});
      b.insert("item", {{"code", "x"}, {"size", 1}, {"price", 1}});
      b.insert("customer", {{"id", 2}});
    });
    BOOST_TEST(engine_test::show(said) ==
               "check item.not_free (\"c\", 1); check item.not_free (\"a\", 2); "
               "duplicate_key customer 1; duplicate_key customer 2; duplicate_key item (\"x\", 1)");
  });
}

BOOST_AUTO_TEST_CASE(a_hundred_violations_are_kept_and_all_are_counted) {
  on_each_backend([](Bench& bench) {
    const Store store = with_shop(bench);
    try {
      batch(store, [](Batch& b) {
        for (int i = 0; i < 250; ++i) b.insert("customer", {{"id", 10 + i}, {"email", "123456"}});
      });
      BOOST_ERROR("not refused");
    } catch (const IntegrityError& error) {
      BOOST_TEST(error.violations().size() == 100U);
      BOOST_TEST(error.total() == 250U);
      BOOST_TEST(contains(error.what(), "245 more"));
    }
  });
}

BOOST_AUTO_TEST_CASE(unknown_names_and_unfit_keys_are_usage_errors_with_a_suggestion) {
  on_each_backend([](Bench& bench) {
    const Store store = with_shop(bench);
    const auto says = [](FunctionRef<void()> fn, std::string_view part) {
      try {
        fn();
        BOOST_ERROR("nothing thrown; expected: " << part);
      } catch (const UsageError& error) {
        BOOST_TEST(contains(error.what(), part), error.what());
      }
    };
    const Snapshot now = store.snapshot();
    says([&] { (void)now.get("custumer", at(1)); }, "customer");
    says([&] { (void)now.get("customer", at("x")); }, "id");
    says([&] { (void)now.get("customer", at(1, 2)); }, "customer");
    says([&] { (void)now.get("item", at("x")); }, "size");
    says([&] { (void)now.get("item", Row{{"code", "x"}, {"sise", 1}}); }, "size");
    says([&] { (void)now.count("itm"); }, "item");
    says([&] { insert(store, "customer", {{"id", 9}, {"emial", "x"}}); }, "email");
    says([&] { update(store, "customer", at(1), {{"emial", "x"}}); }, "email");
    says([&] { erase(store, "customers", at(1)); }, "customer");
    says([&] { now.children("item", "fk_item_owners", at(1), [](const Row&) { return true; }); },
         "fk_item_owner");
    BOOST_TEST(store.snapshot().count("customer") == 2U);
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
