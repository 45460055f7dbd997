// Ranges, points and ways from row to row.
#include "tests/engine/schema_builder.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;

Catalog school() {
  using Kind = RelationshipInfo::Kind;
  return schema(
      {TableSpec("pupil")
           .integer("id")
           .text("name")
           .key({"id"})
           .relationship({"courses", Kind::many_to_many, "course", "takes", "", "", "pupils"})
           .relationship({"desk", Kind::one_to_one, "desk", "desk", "", "", "pupil"}),
       TableSpec("course").text("code").key({"code"}).relationship(
           {"pupils", Kind::many_to_many, "pupil", "takes", "", "", "courses"}),
       TableSpec("takes")
           .integer("pupil")
           .text("course")
           .key({"pupil", "course"})
           .refers({"pupil"}, "pupil", OnDelete::cascade)
           .refers({"course"}, "course", OnDelete::cascade),
       TableSpec("desk")
           .integer("id")
           .integer("pupil", null)
           .key({"id"})
           .unique({"pupil"})
           .refers({"pupil"}, "pupil", OnDelete::set_null)
           .relationship({"pupil", Kind::many_to_one, "pupil", "", "", "", "desk"}),
       TableSpec("mark").text("course").integer("year").integer("n").key({"course", "year", "n"})});
}

Store with_school(Bench& bench) {
  const Store store = bench.create(school());
  batch(store, [](Batch& b) {
    for (int i = 1; i <= 4; ++i) b.insert("pupil", {{"id", i}, {"name", "p" + std::to_string(i)}});
    for (const char* code : {"art", "bio", "che"}) b.insert("course", {{"code", code}});
    b.insert("takes", {{"pupil", 1}, {"course", "bio"}});
    b.insert("takes", {{"pupil", 1}, {"course", "art"}});
    b.insert("takes", {{"pupil", 2}, {"course", "bio"}});
    b.insert("desk", {{"id", 1}, {"pupil", 2}});
    b.insert("desk", {{"id", 2}});
    for (const char* course : {"a", "b"})
      for (const int year : {1, 2})
        for (const int n : {1, 2, 3})
          b.insert("mark", {{"course", course}, {"year", year}, {"n", n}});
  });
  return store;
}

std::string range(const Snapshot& snapshot, std::string_view table, const KeyRange& range) {
  std::string out;
  snapshot.scan(table, range, [&](const Row& row) {
    out += (out.empty() ? "" : " ") + show(row);
    return true;
  });
  return out;
}

std::string related(const Snapshot& snapshot, std::string_view table, std::string_view name,
                    const Row& key) {
  std::string out;
  snapshot.related(table, name, key, [&](const Row& row) {
    out += (out.empty() ? "" : " ") + show(row);
    return true;
  });
  return out;
}

BOOST_AUTO_TEST_SUITE(reading)

BOOST_AUTO_TEST_CASE(a_range_goes_from_its_first_key_up_to_its_last) {
  on_each_backend([](Bench& bench) {
    const Store store = with_school(bench);
    const Snapshot now = store.snapshot();
    const std::string all = "1|p1 2|p2 3|p3 4|p4";
    BOOST_TEST(range(now, "pupil", {}) == all);
    BOOST_TEST(range(now, "pupil", {.from = at(2)}) == "2|p2 3|p3 4|p4");
    BOOST_TEST(range(now, "pupil", {.to = at(3)}) == "1|p1 2|p2");
    BOOST_TEST(range(now, "pupil", {.from = at(2), .to = at(4)}) == "2|p2 3|p3");
    BOOST_TEST(range(now, "pupil", {.from = at(-5), .to = at(99)}) == all);
    BOOST_TEST(range(now, "pupil", {.from = at(3), .to = at(3)}) == "");
    BOOST_TEST(range(now, "pupil", {.from = at(4), .to = at(2)}) == "");
    BOOST_TEST(range(now, "pupil", {.reverse = true}) == "4|p4 3|p3 2|p2 1|p1");
    BOOST_TEST(range(now, "pupil", {.from = at(2), .to = at(4), .reverse = true}) == "3|p3 2|p2");
    BOOST_TEST(range(now, "pupil", {.limit = 2}) == "1|p1 2|p2");
    BOOST_TEST(range(now, "pupil", {.from = at(2), .reverse = true, .limit = 1}) == "4|p4");
  });
}

BOOST_AUTO_TEST_CASE(bounds_may_be_the_leading_columns_of_a_key) {
  on_each_backend([](Bench& bench) {
    const Store store = with_school(bench);
    const Snapshot now = store.snapshot();
    BOOST_TEST(range(now, "mark", {.from = at("b")}) == "b|1|1 b|1|2 b|1|3 b|2|1 b|2|2 b|2|3");
    BOOST_TEST(range(now, "mark", {.to = at("b")}) == "a|1|1 a|1|2 a|1|3 a|2|1 a|2|2 a|2|3");
    BOOST_TEST(range(now, "mark", {.from = at("a", 2), .to = at("b", 1, 2)}) ==
               "a|2|1 a|2|2 a|2|3 b|1|1");
    BOOST_TEST(range(now, "mark", {.from = Row{{"course", "b"}, {"year", 2}}}) ==
               "b|2|1 b|2|2 b|2|3");
    BOOST_TEST(range(now, "mark", {.to = at("a", 2), .reverse = true, .limit = 2}) ==
               "a|1|3 a|1|2");
    BOOST_CHECK_THROW((void)range(now, "mark", {.from = Row{{"year", 2}}}), UsageError);
    BOOST_CHECK_THROW((void)range(now, "mark", {.from = at("a", "x")}), UsageError);
  });
}

BOOST_AUTO_TEST_CASE(a_sink_stops_a_scan) {
  on_each_backend([](Bench& bench) {
    const Store store = with_school(bench);
    int seen = 0;
    store.snapshot().scan("pupil", {}, [&](const Row&) { return ++seen < 2; });
    BOOST_TEST(seen == 2);
    seen = 0;
    store.snapshot().children("takes", "fk_takes_pupil", at(1), [&](const Row&) {
      ++seen;
      return false;
    });
    BOOST_TEST(seen == 1);
  });
}

BOOST_AUTO_TEST_CASE(keys_are_given_by_name_in_any_order_or_by_position) {
  on_each_backend([](Bench& bench) {
    const Store store = with_school(bench);
    const Snapshot now = store.snapshot();
    BOOST_TEST(show(*now.get("mark", at("a", 2, 3))) == "a|2|3");
    BOOST_TEST(show(*now.get("mark", Row{{"n", 3}, {"course", "a"}, {"year", 2}})) == "a|2|3");
    BOOST_TEST(!now.get("mark", at("a", 2, 4)).has_value());
    const std::vector<Row> keys{at(4), at(9), at(1), at(4)};
    std::string many;
    for (const auto& row : now.get_many("pupil", keys)) many += row ? show(*row) + " " : "- ";
    BOOST_TEST(many == "4|p4 - 1|p1 4|p4 ");
    BOOST_TEST(now.get_many("pupil", {}).empty());
  });
}

BOOST_AUTO_TEST_CASE(relationships_lead_both_ways) {
  on_each_backend([](Bench& bench) {
    const Store store = with_school(bench);
    const Snapshot now = store.snapshot();
    BOOST_TEST(related(now, "pupil", "courses", at(1)) == "art bio");
    BOOST_TEST(related(now, "pupil", "courses", at(3)) == "");
    BOOST_TEST(related(now, "course", "pupils", at("bio")) == "1|p1 2|p2");
    BOOST_TEST(related(now, "pupil", "desk", at(2)) == "1|2");
    BOOST_TEST(related(now, "pupil", "desk", at(1)) == "");
    BOOST_TEST(related(now, "desk", "pupil", at(1)) == "2|p2");
    BOOST_TEST(related(now, "desk", "pupil", at(2)) == "");
    BOOST_CHECK_THROW((void)related(now, "desk", "pupils", at(1)), UsageError);
    BOOST_TEST(!now.parent("desk", "fk_desk_pupil", *now.get("desk", at(2))).has_value());
  });
}

BOOST_AUTO_TEST_CASE(versions_grow_with_commits_only) {
  on_each_backend([](Bench& bench) {
    const Store store = with_school(bench);
    const std::uint64_t first = store.snapshot().version();
    BOOST_TEST(store.snapshot().version() == first);
    insert(store, "pupil", {{"name", "new"}});
    BOOST_TEST(store.snapshot().version() > first);
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
