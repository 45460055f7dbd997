// What a plan says is what the erasure then does.
#include "tests/engine/schema_builder.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;

// artist <- album <- track by cascade; track <- play by set null, album <- review by set default,
// track <- licence by restrict.
Catalog music() {
  return schema({TableSpec("artist").integer("id").key({"id"}),
                 TableSpec("album")
                     .integer("id")
                     .integer("artist_id")
                     .key({"id"})
                     .refers({"artist_id"}, "artist", OnDelete::cascade),
                 TableSpec("track")
                     .integer("id")
                     .integer("album_id")
                     .key({"id"})
                     .refers({"album_id"}, "album", OnDelete::cascade),
                 TableSpec("play")
                     .integer("id")
                     .integer("track_id", null)
                     .key({"id"})
                     .refers({"track_id"}, "track", OnDelete::set_null),
                 TableSpec("review")
                     .integer("id")
                     .integer("album_id")
                     .or_else(0)
                     .key({"id"})
                     .refers({"album_id"}, "album", OnDelete::set_default),
                 TableSpec("licence")
                     .integer("id")
                     .integer("track_id")
                     .key({"id"})
                     .refers({"track_id"}, "track", OnDelete::restrict)});
}

Store with_music(Bench& bench) {
  const Store store = bench.create(music());
  batch(store, [](Batch& b) {
    for (const int artist : {0, 1, 2}) b.insert("artist", {{"id", artist}});
    b.insert("album", {{"id", 0}, {"artist_id", 0}});
    for (const int album : {10, 11}) b.insert("album", {{"id", album}, {"artist_id", 1}});
    b.insert("album", {{"id", 20}, {"artist_id", 2}});
    for (const int track : {100, 101, 110, 111, 112})
      b.insert("track", {{"id", track}, {"album_id", track / 10}});
    b.insert("track", {{"id", 200}, {"album_id", 20}});
    b.insert("play", {{"id", 1}, {"track_id", 100}});
    b.insert("play", {{"id", 2}, {"track_id", 112}});
    b.insert("play", {{"id", 3}, {"track_id", 200}});
    b.insert("review", {{"id", 1}, {"album_id", 11}});
    b.insert("licence", {{"id", 1}, {"track_id", 200}});
    b.insert("licence", {{"id", 2}, {"track_id", 200}});
  });
  return store;
}

std::string show(const Plan& plan) {
  std::string out;
  for (const Plan::Step& s : plan.steps) {
    out += std::to_string(s.level) + " " + s.action + " " + std::to_string(s.rows) + " " + s.table;
    if (!s.foreign_key.empty()) out += " by " + s.foreign_key;
    out += ": " + s.because + "\n";
  }
  return out;
}

BOOST_AUTO_TEST_SUITE(plans)

BOOST_AUTO_TEST_CASE(a_plan_lists_every_step_by_level_with_its_rows_and_path) {
  on_each_backend([](Bench& bench) {
    const Store store = with_music(bench);
    const std::string before = contents(store);
    const std::vector<Row> keys{at(1)};
    const Plan plan = store.snapshot().plan_erase("artist", keys);
    BOOST_TEST(!plan.refused());
    BOOST_TEST(plan.deleted == 8U);
    BOOST_TEST(plan.updated == 3U);
    BOOST_TEST_REQUIRE(plan.steps.size() == 5U);
    const auto prove = [&](std::size_t i, std::uint32_t level, const std::string& action,
                           std::uint64_t count, const std::string& table,
                           const std::string& foreign_key) {
      BOOST_TEST_CONTEXT("step " << i) {
        const Plan::Step& s = plan.steps[i];
        BOOST_TEST(s.level == level);
        BOOST_TEST(s.action == action);
        BOOST_TEST(s.rows == count);
        BOOST_TEST(s.table == table);
        BOOST_TEST(s.foreign_key == foreign_key);
      }
    };
    prove(0, 0, "delete", 1, "artist", "");
    prove(1, 1, "delete", 2, "album", "fk_album_artist_id");
    prove(2, 2, "set default", 1, "review", "fk_review_album_id");
    prove(3, 2, "delete", 5, "track", "fk_track_album_id");
    prove(4, 3, "set null", 2, "play", "fk_play_track_id");
    BOOST_TEST(plan.steps[3].because == "artist <- album.artist_id <- track.album_id");
    BOOST_TEST(plan.steps[4].because ==
               "artist <- album.artist_id <- track.album_id <- play.track_id");
    BOOST_TEST(contents(store) == before);
    // And so it happens.
    erase(store, "artist", at(1));
    BOOST_TEST(contents(store) ==
               "artist: 0 2\nalbum: 0|0 20|2\ntrack: 200|20\nplay: 1|null 2|null 3|200\n"
               "review: 1|0\nlicence: 1|200 2|200\n");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_plan_says_why_it_would_be_refused) {
  on_each_backend([](Bench& bench) {
    const Store store = with_music(bench);
    const std::vector<Row> keys{at(2)};
    const Plan plan = store.snapshot().plan_erase("artist", keys);
    BOOST_TEST(plan.refused());
    BOOST_TEST_REQUIRE(!plan.violations.empty());
    BOOST_TEST((plan.violations[0].code == ErrorCode::restrict));
    BOOST_TEST(plan.violations[0].constraint == "fk_licence_track_id");
    BOOST_TEST(contains(plan.violations[0].detail, "licence"));
    BOOST_TEST(contains(show(plan), "2 delete 1 track"));
    const auto said = refused(store, [](Transaction& tx) { tx.erase("artist", at(2)); });
    BOOST_TEST(engine_test::show(said) == engine_test::show(plan.violations));
    BOOST_TEST(contains(plan.to_string(), "licence"));
  });
}

BOOST_AUTO_TEST_CASE(a_plan_of_a_missing_row_says_so) {
  on_each_backend([](Bench& bench) {
    const Store store = with_music(bench);
    const std::vector<Row> keys{at(99)};
    const Plan plan = store.snapshot().plan_erase("artist", keys);
    BOOST_TEST(codes(plan.violations) == "missing_row");
    BOOST_TEST(plan.deleted == 0U);
  });
}

BOOST_AUTO_TEST_CASE(a_plan_of_nothing_does_nothing) {
  on_each_backend([](Bench& bench) {
    const Store store = with_music(bench);
    const Plan plan = store.snapshot().plan_erase("artist", std::vector<Row>{});
    BOOST_TEST(!plan.refused());
    BOOST_TEST(plan.deleted == 0U);
    BOOST_TEST(plan.updated == 0U);
  });
}

BOOST_AUTO_TEST_CASE(a_plan_counts_each_row_once_whatever_leads_to_it) {
  on_each_backend([](Bench& bench) {
    const Store store = with_music(bench);
    // The artist, and two of the rows that its cascade would take anyway.
    const std::vector<Row> albums{at(10), at(11)};
    const Plan plan = store.snapshot().plan_erase("album", albums);
    BOOST_TEST(plan.deleted == 7U);
    BOOST_TEST(plan.updated == 3U);
    store.update([](Transaction& tx) {
      const std::vector<Row> inside{at(1)};
      BOOST_TEST(tx.plan_erase("artist", inside).deleted == 8U);
      tx.insert("track", {{"id", 113}, {"album_id", 11}});
      BOOST_TEST(tx.plan_erase("artist", inside).deleted == 9U);
    });
  });
}

BOOST_AUTO_TEST_CASE(an_erasure_above_its_limit_is_refused) {
  on_each_backend([](Bench& bench) {
    const Store store = with_music(bench);
    const std::string before = contents(store);
    // 8 rows deleted, 3 updated.
    for (const std::uint64_t limit : {1U, 7U, 8U, 10U}) {
      BOOST_TEST(code_name([&] {
                   store.update([&](Transaction& tx) { tx.erase("artist", at(1), {limit}); });
                 }) == "plan_limit");
      BOOST_TEST(contents(store) == before);
    }
    BOOST_TEST(code_name([&] {
                 store.update([&](Transaction& tx) {
                   tx.batch([](Batch& b) { b.erase("artist", at(1)); }, {5});
                 });
               }) == "plan_limit");
    store.update([&](Transaction& tx) { tx.erase("artist", at(1), {11}); });
    BOOST_TEST(rows(store, "artist") == "0 2");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
