// References of several columns, to unique keys, by the head of a primary key, and with nulls in
// them.
#include "tests/engine/schema_builder.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;

BOOST_AUTO_TEST_SUITE(references)

// Composite keys: only the columns that may be null become null, and then the reference is none.
BOOST_AUTO_TEST_CASE(set_null_sets_the_nullable_columns_of_a_composite_key) {
  on_each_backend([](Bench& bench) {
    const Store store =
        bench.create(schema({TableSpec("p").integer("tenant").text("code").key({"tenant", "code"}),
                             TableSpec("c")
                                 .integer("tenant")
                                 .integer("id")
                                 .text("code", null)
                                 .key({"tenant", "id"})
                                 .refers({"tenant", "code"}, "p", OnDelete::set_null),
                             TableSpec("d")
                                 .integer("id")
                                 .integer("tenant", null)
                                 .text("code", null)
                                 .key({"id"})
                                 .refers({"tenant", "code"}, "p", OnDelete::set_null)}));
    batch(store, [](Batch& b) {
      for (const char* code : {"x", "y"}) b.insert("p", {{"tenant", 1}, {"code", code}});
      b.insert("c", {{"tenant", 1}, {"id", 1}, {"code", "x"}});
      b.insert("c", {{"tenant", 1}, {"id", 2}, {"code", "y"}});
      b.insert("c", {{"tenant", 2}, {"id", 3}});
      b.insert("d", {{"id", 1}, {"tenant", 1}, {"code", "x"}});
      // Refers to nothing, exists no more than it must.
      b.insert("d", {{"id", 2}, {"tenant", 5}});
    });
    erase(store, "p", at(1, "x"));
    BOOST_TEST(contents(store) == "p: 1|y\nc: 1|1|null 1|2|y 2|3|null\nd: 1|null|null 2|5|null\n");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(set_default_sets_every_column_of_a_composite_key) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(schema({TableSpec("p").integer("a").text("b").key({"a", "b"}),
                                             TableSpec("c")
                                                 .integer("id")
                                                 .integer("a")
                                                 .or_else(0)
                                                 .text("b")
                                                 .or_else("none")
                                                 .key({"id"})
                                                 .refers({"a", "b"}, "p", OnDelete::set_default)}));
    batch(store, [](Batch& b) {
      b.insert("p", {{"a", 0}, {"b", "none"}});
      b.insert("p", {{"a", 0}, {"b", "x"}});
      b.insert("p", {{"a", 1}, {"b", "none"}});
      b.insert("c", {{"id", 1}, {"a", 0}, {"b", "x"}});
      b.insert("c", {{"id", 2}, {"a", 1}, {"b", "none"}});
    });
    batch(store, [](Batch& b) {
      b.erase("p", at(0, "x"));
      b.erase("p", at(1, "none"));
    });
    BOOST_TEST(rows(store, "c") == "1|0|none 2|0|none");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(references_to_composite_unique_keys_cascade) {
  on_each_backend([](Bench& bench) {
    const std::string base(400, 'k');
    const Store store = bench.create(
        schema({TableSpec("p").integer("id").text("a", null).text("b", null).key({"id"}).unique(
                    {"a", "b"}),
                TableSpec("c").integer("id").text("a", null).text("b", null).key({"id"}).refers(
                    {"a", "b"}, "p", OnDelete::cascade, {"a", "b"})}));
    batch(store, [&](Batch& b) {
      b.insert("p", {{"id", 1}, {"a", base}, {"b", base + "1"}});
      b.insert("p", {{"id", 2}, {"a", base}, {"b", base + "2"}});
      b.insert("p", {{"id", 3}, {"a", "s"}, {"b", ""}});
      b.insert("c", {{"id", 1}, {"a", base}, {"b", base + "1"}});
      b.insert("c", {{"id", 2}, {"a", base}, {"b", base + "2"}});
      b.insert("c", {{"id", 3}, {"a", "s"}, {"b", ""}});
      b.insert("c", {{"id", 4}, {"a", "s"}});
      b.insert("c", {{"id", 5}, {"b", "s"}});
    });
    BOOST_TEST(codes(refused(store, [&](Transaction& tx) {
                 tx.insert("c", {{"id", 6}, {"a", base}, {"b", base + "3"}});
               })) == "foreign_key");
    erase(store, "p", at(1));
    erase(store, "p", at(3));
    BOOST_TEST(store.snapshot().count("c") == 3U);
    BOOST_TEST(store.snapshot().get("c", at(2)).has_value());
    BOOST_TEST(problems(store) == "");
  });
}

// Foreign keys that lead the primary key have no index of their own: the children are a range.
BOOST_AUTO_TEST_CASE(foreign_keys_that_lead_the_primary_key_find_exactly_their_children) {
  on_each_backend([](Bench& bench) {
    const Store store =
        bench.create(schema({TableSpec("doc").text("name").key({"name"}),
                             TableSpec("page")
                                 .text("doc")
                                 .integer("n")
                                 .key({"doc", "n"})
                                 .refers({"doc"}, "doc", OnDelete::cascade),
                             TableSpec("line")
                                 .text("doc")
                                 .integer("n")
                                 .text("mark")
                                 .key({"doc", "n", "mark"})
                                 .refers({"doc", "n"}, "page", OnDelete::cascade)}));
    // Names of which one begins another, also behind a zero byte.
    const std::string zero("a\0", 2);
    const std::vector<std::string> names{"", "a", zero, zero + "\xc3\xbf", "ab", "b"};
    batch(store, [&](Batch& b) {
      for (const std::string& name : names) {
        b.insert("doc", {{"name", name}});
        for (const int n : {-1, 0, 1}) {
          b.insert("page", {{"doc", name}, {"n", n}});
          b.insert("line", {{"doc", name}, {"n", n}, {"mark", ""}});
          b.insert("line", {{"doc", name}, {"n", n}, {"mark", zero}});
        }
      }
    });
    BOOST_TEST(problems(store) == "");
    std::size_t left = names.size();
    for (const std::string& name : names) {
      BOOST_TEST_CONTEXT("document " << Value(name).to_string()) {
        erase(store, "doc", at(name));
        --left;
        const Snapshot now = store.snapshot();
        BOOST_TEST(now.count("doc") == left);
        BOOST_TEST(now.count("page") == 3 * left);
        BOOST_TEST(now.count("line") == 6 * left);
        now.scan("page", {}, [&](const Row& row) {
          BOOST_TEST(row["doc"].get<std::string>() != name);
          return true;
        });
      }
    }
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(references_with_a_null_in_them_are_neither_checked_nor_cascaded) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(schema(
        {TableSpec("p").integer("a").integer("b").key({"a", "b"}),
         TableSpec("c").integer("id").integer("a", null).integer("b", null).key({"id"}).refers(
             {"a", "b"}, "p", OnDelete::cascade)}));
    batch(store, [](Batch& b) {
      b.insert("p", {{"a", 1}, {"b", 1}});
      b.insert("c", {{"id", 1}, {"a", 1}});
      b.insert("c", {{"id", 2}, {"b", 1}});
      b.insert("c", {{"id", 3}});
      b.insert("c", {{"id", 4}, {"a", 1}, {"b", 1}});
    });
    BOOST_TEST(codes(refused(store, [](Transaction& tx) {
                 tx.update("c", at(1), {{"b", 2}});
               })) == "foreign_key");
    erase(store, "p", at(1, 1));
    BOOST_TEST(rows(store, "c") == "1|1|null 2|null|1 3|null|null");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
