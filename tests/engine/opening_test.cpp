// What opening makes, adds and refuses.
#include <set>

#include "tests/engine/schema_builder.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;

TableSpec person() {
  return TableSpec("person").integer("id").text("name").at_most(20).key({"id"}).unique({"name"});
}
TableSpec pet() {
  return TableSpec("pet")
      .integer("id")
      .integer("owner", null)
      .key({"id"})
      .refers({"owner"}, "person", OnDelete::set_null);
}

BOOST_AUTO_TEST_SUITE(opening)

BOOST_AUTO_TEST_CASE(a_store_is_made_from_a_catalogue_and_opened_without_one) {
  on_each_backend([](Bench& bench) {
    const Catalog declared = schema({person(), pet()});
    {
      const Store store = bench.create(declared);
      BOOST_TEST(store.catalog()->differences(declared).empty());
      insert(store, "person", {{"name", "ann"}});
      insert(store, "pet", {{"owner", 1}});
    }
    const Store store = bench.reopen();
    const auto stored = store.catalog();
    BOOST_TEST(stored->differences(declared).empty());
    BOOST_TEST_REQUIRE(stored->tables.size() == 2U);
    std::set<std::uint32_t> keyspaces{storage::catalog_keyspace};
    for (const Table& t : stored->tables) {
      BOOST_TEST(keyspaces.insert(t.keyspace).second);
      for (const Index& i : t.indexes) BOOST_TEST(keyspaces.insert(i.keyspace).second);
      for (const ForeignKey& k : t.foreign_keys) BOOST_TEST(keyspaces.insert(k.keyspace).second);
    }
    BOOST_TEST(contents(store) == "person: 1|ann\npet: 1|1\n");
    erase(store, "person", at(1));
    BOOST_TEST(contents(store) == "person: \npet: 1|null\n");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(nothing_is_made_unless_asked) {
  const Bench bench("lmdb");
  const Catalog declared = schema({person()});
  BOOST_TEST(code_name([&] { (void)Store::open(bench.url(), declared); }) == "missing_store");
  BOOST_TEST(code_name([&] { (void)Store::open(bench.url()); }) == "missing_store");
  // There is nothing to open without a catalogue: neither in a storage that holds none.
  BOOST_TEST(code_name([&] { (void)Store::open("memory:"); }) == "not_a_store");
  BOOST_TEST(code_name([&] { (void)Store::open(bench.storage()); }) == "not_a_store");
}

BOOST_AUTO_TEST_CASE(missing_tables_are_added_with_their_references) {
  on_each_backend([](Bench& bench) {
    {
      const Store store = bench.create(schema({person()}));
      insert(store, "person", {{"name", "ann"}});
    }
    {
      const Store store = bench.reopen(schema({person(), pet()}));
      insert(store, "pet", {{"owner", 1}});
      BOOST_TEST(problems(store) == "");
    }
    // Declaring less takes nothing away, and integrity holds for what is not declared.
    const Store store = bench.reopen(schema({person()}));
    BOOST_TEST(rows(store, "pet") == "1|1");
    erase(store, "person", at(1));
    BOOST_TEST(rows(store, "pet") == "1|null");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_difference_is_refused_with_a_line_for_each_and_changes_nothing) {
  on_each_backend([](Bench& bench) {
    {
      const Store store = bench.create(schema({person(), pet()}));
      insert(store, "person", {{"name", "ann"}});
    }
    const auto refused_with = [&](const Catalog& declared, const std::vector<std::string>& parts) {
      try {
        (void)bench.reopen(declared);
        BOOST_ERROR("opened");
      } catch (const SchemaMismatch& error) {
        BOOST_TEST(!error.differences().empty());
        BOOST_TEST((error.code() == ErrorCode::schema_mismatch));
        for (const std::string& part : parts) BOOST_TEST(contains(error.what(), part));
      }
      const Store store = bench.reopen();
      BOOST_TEST(contents(store) == "person: 1|ann\npet: \n");
      BOOST_TEST(store.catalog()->tables.size() == 2U);
      BOOST_TEST(problems(store) == "");
    };
    // Another type, another limit; a new table beside them must not be made either.
    refused_with(schema({TableSpec("person")
                             .integer("id")
                             .column("name", TypeCode::bytes)
                             .key({"id"})
                             .unique({"name"}),
                         TableSpec("extra").integer("id").key({"id"})}),
                 {"person", "name"});
    refused_with(schema({TableSpec("person")
                             .integer("id")
                             .text("name", null)
                             .at_most(20)
                             .key({"id"})
                             .unique({"name"})}),
                 {"person", "name", "null"});
    refused_with(schema({TableSpec("person")
                             .integer("id")
                             .text("name")
                             .at_most(20)
                             .integer("age", null)
                             .key({"id"})
                             .unique({"name"})}),
                 {"person", "age"});
    refused_with(schema({person(), TableSpec("pet")
                                       .integer("id")
                                       .integer("owner", null)
                                       .key({"id"})
                                       .refers({"owner"}, "person", OnDelete::cascade)}),
                 {"pet", "owner", "cascade"});
    refused_with(schema({TableSpec("person").text("name").at_most(20).integer("id").key({"name"})}),
                 {"person", "key"});
  });
}

BOOST_AUTO_TEST_CASE(a_catalogue_that_contradicts_itself_makes_no_store) {
  on_each_backend([](Bench& bench) {
    Catalog wrong;
    wrong.tables.push_back(pet().table());
    BOOST_TEST(code_name([&] { (void)bench.create(wrong); }) == "invalid_catalog");
  });
}

BOOST_AUTO_TEST_CASE(a_store_of_another_application_is_refused) {
  on_each_backend([](Bench& bench) {
    Catalog declared = schema({person()});
    declared.application = "shop";
    { const Store store = bench.create(declared); }
    Catalog other = schema({person()});
    other.application = "blog";
    BOOST_TEST(code_name([&] { (void)bench.reopen(other); }) == "wrong_application");
    // Empty matches all.
    BOOST_CHECK_NO_THROW((void)bench.reopen(schema({person()})));
    BOOST_CHECK_NO_THROW((void)bench.reopen(declared));
    BOOST_CHECK_NO_THROW((void)bench.reopen());
    BOOST_TEST(bench.reopen().catalog()->application == "shop");
  });
}

BOOST_AUTO_TEST_CASE(opened_read_only_every_write_is_refused) {
  Bench bench("lmdb");
  {
    const Store store = bench.create(schema({person()}));
    insert(store, "person", {{"name", "ann"}});
  }
  bench.forget();
  const Store store = Store::open(bench.url(), {.read_only = true});
  BOOST_TEST(rows(store, "person") == "1|ann");
  BOOST_TEST(code_name([&] { insert(store, "person", {{"name", "bob"}}); }) == "read_only");
  BOOST_TEST(problems(store) == "");
}

// Another engine over the same storage: as another process would be.
BOOST_AUTO_TEST_CASE(a_store_sees_tables_that_another_opening_has_added) {
  on_each_backend([](Bench& bench) {
    const Store first = bench.create(schema({person()}));
    const auto shared = first.storage().shared_from_this();
    const Store second = Store::open(shared, schema({person(), pet()}), {.create = true});
    insert(second, "person", {{"name", "ann"}});
    insert(second, "pet", {{"owner", 1}});
    // The first knows nothing of pets, and must keep their references all the same.
    erase(first, "person", at(1));
    BOOST_TEST(rows(second, "pet") == "1|null");
    BOOST_TEST(rows(first, "pet") == "1|null");
    BOOST_TEST(first.catalog()->tables.size() == 2U);
    BOOST_TEST(problems(first) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
