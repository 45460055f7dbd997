// What the engine offers to a unit of work that reads first and writes later: rows are compared
// with what was read, the outcome is told, a writer is kept with savepoints.
#include <algorithm>
#include <thread>

#include "engine/engine.hpp"
#include "engine/held_writing.hpp"
#include "engine/row_changes.hpp"
#include "kindred/storage_layers.hpp"
#include "tests/engine/schema_builder.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;
using engine::ChangeKind;
using engine::ChangeSet;
using engine::CompiledTable;
using engine::FlushOptions;
using engine::HeldWriting;
using engine::Reading;
using engine::Writing;

Catalog club() {
  return schema(
      {TableSpec("team").integer("id").text("name").key({"id"}).unique({"name"}),
       TableSpec("player")
           .integer("id")
           .text("name", null)
           .integer("team", null)
           .key({"id"})
           .refers({"team"}, "team", OnDelete::cascade),
       TableSpec("kit")
           .integer("id")
           .integer("player", null)
           .key({"id"})
           .refers({"player"}, "player", OnDelete::set_null),
       TableSpec("fan").integer("id").integer("team").or_else(Value(2)).key({"id"}).refers(
           {"team"}, "team", OnDelete::set_default)});
}

Store with_club(Bench& bench) {
  Store store = bench.create(club());
  batch(store, [](Batch& b) {
    for (int i = 1; i <= 2; ++i) b.insert("team", {{"id", i}, {"name", "t" + std::to_string(i)}});
    for (int i = 1; i <= 4; ++i) {
      b.insert("player", {{"id", i}, {"name", "p" + std::to_string(i)}, {"team", (i + 1) / 2}});
      b.insert("kit", {{"id", i}, {"player", i}});
    }
    b.insert("fan", {{"id", 1}, {"team", 1}});
  });
  return store;
}

std::string key_of(const CompiledTable& table, const Row& key) {
  engine::Buffer out;
  engine::encode_key(table, key, out);
  return std::string(out.view());
}

// The hash of a stored row; 0 where there is none.
std::uint64_t hash_of(Reading& reading, std::string_view table, const Row& key) {
  const CompiledTable& t = reading.schema().require(table);
  const std::string at = key_of(t, key);
  const auto row = reading.reader().get(t.keyspace(), at);
  return row ? t.row_hash(at, *row) : 0;
}
std::uint64_t hash_of(const Store& store, std::string_view table, const Row& key) {
  return hash_of(store.snapshot().reading(), table, key);
}

// One change set, filled as a unit of work does it.
class Changes {
 public:
  explicit Changes(Writing& writing) : writing_(writing), set_(writing.changes()) {}

  Changes& insert(std::string_view table, const Row& row) {
    (void)engine::insert_row(writing_, set_, at(table), row, ChangeKind::insert);
    return *this;
  }
  Changes& whole(ChangeKind kind, std::string_view table, const Row& row,
                 std::uint64_t expected = 0) {
    ChangeSet made = writing_.changes();
    (void)engine::insert_row(writing_, made, at(table), row, kind);
    const engine::Change& c = made.tables()[at(table).ordinal].changes.front();
    set_.add(at(table).ordinal, kind, c.key, c.row, expected);
    return *this;
  }
  Changes& update(std::string_view table, const Row& row, std::uint64_t expected = 0) {
    return whole(ChangeKind::update, table, row, expected);
  }
  Changes& patch(std::string_view table, const Row& key, const Row& columns,
                 std::uint64_t expected = 0) {
    ChangeSet made = writing_.changes();
    engine::update_row(writing_, made, at(table), key, columns);
    const engine::Change& c = made.tables()[at(table).ordinal].changes.front();
    set_.add(at(table).ordinal, ChangeKind::patch, c.key, c.row, expected);
    return *this;
  }
  Changes& erase(std::string_view table, const Row& key, std::uint64_t expected = 0) {
    set_.add(at(table).ordinal, ChangeKind::erase, key_of(at(table), key), {}, expected);
    return *this;
  }
  [[nodiscard]] ChangeSet& set() { return set_; }

 private:
  const CompiledTable& at(std::string_view table) { return writing_.schema().require(table); }
  Writing& writing_;
  ChangeSet set_;
};

// One update of one change set.
void apply(const Store& store, FunctionRef<void(Changes&)> fill, const FlushOptions& options = {}) {
  store.engine()->update(
      [&](std::unique_ptr<Writing> writing) {
        Changes changes(*writing);
        fill(changes);
        writing->apply(changes.set(), options);
        writing->finish();
      },
      {}, engine::Engine::Outcome::commit);
}

// "team 1, player 3 gone": the rows that are stale; nothing was written.
std::string stale(const Store& store, FunctionRef<void(Changes&)> fill) {
  const std::string before = contents(store);
  std::string out;
  try {
    apply(store, fill);
    return "nothing";
  } catch (const StaleDataError& e) {
    BOOST_TEST((e.code() == ErrorCode::stale_data));
    for (const StaleDataError::Row& row : e.rows()) {
      BOOST_TEST(row.columns.empty());
      out += (out.empty() ? "" : ", ") + row.table + " " + row.key + (row.gone ? " gone" : "");
    }
  }
  BOOST_TEST(contents(store) == before);
  BOOST_TEST(problems(store) == "");
  return out;
}

// "player 1 = 1|ann|2; kit 3 erased": what a change set is told to have done, which is what is
// stored.
std::string outcome(const Store& store, FunctionRef<void(Changes&)> fill) {
  struct Told {
    std::uint32_t table;
    std::string key;
    std::optional<std::string> row;
  };
  std::vector<Told> all;
  const auto tell = [&](std::uint32_t table, ByteView key, ByteView row) {
    all.push_back({table, std::string(key), {}});
    if (row.data()) all.back().row = std::string(row);
  };
  const engine::RowOutcome told = tell;
  FlushOptions options;
  options.outcome = &told;
  apply(store, fill, options);
  std::string out;
  const Snapshot now = store.snapshot();
  for (const Told& t : all) {
    const CompiledTable& table = now.reading().schema().table(t.table);
    const auto stored = now.reading().reader().get(table.keyspace(), t.key);
    BOOST_TEST(stored.has_value() == t.row.has_value());
    if (stored && t.row) BOOST_TEST((*stored == ByteView(*t.row)));
    out += (out.empty() ? "" : "; ") + table.name() + " " + table.key_text(t.key);
    out += t.row ? " = " + show(engine::decode_row(table, t.key, *t.row)) : " erased";
  }
  BOOST_TEST(problems(store) == "");
  return out;
}

BOOST_AUTO_TEST_SUITE(stale_rows)

BOOST_AUTO_TEST_CASE(a_row_that_is_as_it_was_read_is_written) {
  on_each_backend([](Bench& bench) {
    const Store store = with_club(bench);
    const auto one = hash_of(store, "player", at(1));
    const auto two = hash_of(store, "player", at(2));
    const auto three = hash_of(store, "kit", at(3));
    BOOST_TEST(one != two);
    apply(store, [&](Changes& c) {
      c.update("player", {{"id", 1}, {"name", "ann"}, {"team", 2}}, one)
          .patch("player", at(2), {{"name", "bob"}}, two)
          .erase("kit", at(3), three);
    });
    BOOST_TEST(rows(store, "player") == "1|ann|2 2|bob|1 3|p3|2 4|p4|2");
    BOOST_TEST(rows(store, "kit") == "1|1 2|2 4|4");
  });
}

BOOST_AUTO_TEST_CASE(all_stale_rows_are_named_before_any_other_fault_and_nothing_is_written) {
  on_each_backend([](Bench& bench) {
    const Store store = with_club(bench);
    const auto one = hash_of(store, "player", at(1));
    const auto two = hash_of(store, "player", at(2));
    const auto three = hash_of(store, "player", at(3));
    const auto kit = hash_of(store, "kit", at(4));
    update(store, "player", at(1), {{"name", "other"}});
    update(store, "player", at(2), {{"team", 2}});
    erase(store, "kit", at(4));
    const std::string said = stale(store, [&](Changes& c) {
      c.update("player", {{"id", 1}, {"name", "ann"}}, one)
          .erase("player", at(2), two)
          .patch("player", at(3), {{"name", "same"}}, three)
          .patch("kit", at(4), {{"player", 1}}, kit)
          .insert("team", {{"id", 1}, {"name", "t2"}})           // duplicate key, unique
          .insert("player", {{"id", 9}, {"team", 77}})           // no such team
          .patch("player", at(88), {{"name", "is not there"}});  // missing row
    });
    BOOST_TEST(said == "player 1, player 2, kit 4 gone");
    BOOST_TEST(stale(store, [&](Changes& c) { c.erase("kit", at(4), kit); }) == "kit 4 gone");
    // Without asking, an absent row is what it always was.
    BOOST_TEST(code_name([&] { apply(store, [](Changes& c) { c.erase("kit", at(4)); }); }) ==
               "missing_row");
  });
}

BOOST_AUTO_TEST_CASE(a_row_switch_asks_for_the_row_that_it_erases) {
  on_each_backend([](Bench& bench) {
    const Store store = with_club(bench);
    const auto read = hash_of(store, "player", at(1));
    const auto change = [&](Changes& c) {
      c.erase("player", at(1), read).insert("player", {{"id", 1}, {"name", "new"}, {"team", 2}});
    };
    apply(store, change);
    BOOST_TEST(rows(store, "player") == "1|new|2 2|p2|1 3|p3|2 4|p4|2");
    BOOST_TEST(rows(store, "kit") == "1|1 2|2 3|3 4|4");
    BOOST_TEST(stale(store, change) == "player 1");
    erase(store, "player", at(1));
    BOOST_TEST(stale(store, change) == "player 1 gone");
  });
}

BOOST_AUTO_TEST_CASE(the_first_that_asks_counts_and_never_one_behind_an_insert) {
  on_each_backend([](Bench& bench) {
    const Store store = with_club(bench);
    const auto read = hash_of(store, "player", at(1));
    apply(store, [&](Changes& c) {
      c.patch("player", at(1), {{"name", "a"}}, read)
          .patch("player", at(1), {{"name", "b"}}, 12345);
    });
    BOOST_TEST(rows(store, "player") == "1|b|1 2|p2|1 3|p3|2 4|p4|2");
    apply(store, [](Changes& c) {
      c.insert("player", {{"id", 7}}).patch("player", at(7), {{"name", "seven"}}, 12345);
      c.insert("player", {{"id", 8}}).erase("player", at(8), 12345);
    });
    BOOST_TEST(rows(store, "player") == "1|b|1 2|p2|1 3|p3|2 4|p4|2 7|seven|null");
    BOOST_TEST(stale(store, [](Changes& c) {
                 c.patch("player", at(7), {{"name", "x"}}).erase("player", at(7), 12345);
               }) == "player 7");
  });
}

BOOST_AUTO_TEST_CASE(a_row_that_moves_is_asked_for_where_it_stood) {
  on_each_backend([](Bench& bench) {
    const Store store = with_club(bench);
    const auto read = hash_of(store, "kit", at(1));
    const auto change = [&](Changes& c) { c.patch("kit", at(1), {{"id", 11}}, read); };
    apply(store, change);
    BOOST_TEST(rows(store, "kit") == "2|2 3|3 4|4 11|1");
    BOOST_TEST(stale(store, change) == "kit 1 gone");
    BOOST_TEST(stale(store, [&](Changes& c) {
                 c.patch("kit", at(2), {{"id", 12}}, read + 1);
               }) == "kit 2");
  });
}

BOOST_AUTO_TEST_CASE(an_update_with_stale_rows_runs_once) {
  on_each_backend([](Bench& bench) {
    const Store store = with_club(bench);
    int runs = 0;
    BOOST_TEST(stale(store, [&](Changes& c) {
                 ++runs;
                 c.erase("kit", at(1), 12345);
               }) == "kit 1");
    BOOST_TEST(runs == 1);
  });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(outcomes)

BOOST_AUTO_TEST_CASE(what_referential_actions_did_is_told_with_what_was_asked) {
  on_each_backend([](Bench& bench) {
    const Store store = with_club(bench);
    BOOST_TEST(outcome(store,
                       [](Changes& c) {
                         c.erase("team", at(1)).update("player", {{"id", 2}, {"name", "stays"}});
                       }) ==
               "team 1 erased; player 1 erased; player 2 = 2|stays|null; kit 1 = 1|null; "
               "fan 1 = 1|2");
    BOOST_TEST(rows(store, "kit") == "1|null 2|2 3|3 4|4");
  });
}

BOOST_AUTO_TEST_CASE(only_rows_that_are_written_are_told_each_once) {
  on_each_backend([](Bench& bench) {
    const Store store = with_club(bench);
    BOOST_TEST(outcome(store, [](Changes& c) {
                 c.update("kit", {{"id", 1}, {"player", 1}});                        // as it is
                 c.insert("kit", {{"id", 8}}).erase("kit", at(8));                   // nothing
                 c.erase("kit", at(2)).insert("kit", {{"id", 2}, {"player", 4}});    // switch
                 c.whole(ChangeKind::put, "kit", {{"id", 9}, {"player", 1}});        // new
                 c.whole(ChangeKind::put, "kit", {{"id", 3}, {"player", nullptr}});  // not new
               }) == "kit 2 = 2|4; kit 3 = 3|null; kit 9 = 9|1");
    BOOST_TEST(outcome(store, [](Changes&) {}) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_row_that_moves_is_told_under_both_keys) {
  on_each_backend([](Bench& bench) {
    const Store store = with_club(bench);
    BOOST_TEST(outcome(store, [](Changes& c) {
                 c.patch("kit", at(2), {{"id", 20}});
               }) == "kit 2 erased; kit 20 = 20|2");
    // One takes the place that another leaves.
    BOOST_TEST(outcome(store, [](Changes& c) {
                 c.patch("kit", at(1), {{"id", 3}}).patch("kit", at(3), {{"id", 5}});
               }) == "kit 1 erased; kit 3 = 3|1; kit 5 = 5|3");
  });
}

BOOST_AUTO_TEST_CASE(a_change_set_that_is_refused_tells_nothing) {
  on_each_backend([](Bench& bench) {
    const Store store = with_club(bench);
    int told = 0;
    const auto tell = [&](std::uint32_t, ByteView, ByteView) { ++told; };
    const engine::RowOutcome outcome_to = tell;
    FlushOptions options;
    options.outcome = &outcome_to;
    const auto refused_by = [&](FunctionRef<void(Changes&)> fill) {
      return code_name([&] { apply(store, fill, options); });
    };
    BOOST_TEST(refused_by([](Changes& c) {
                 c.insert("kit", {{"id", 9}, {"player", 99}}).erase("kit", at(1));
               }) == "foreign_key");
    // Seen by the storage only.
    BOOST_TEST(refused_by([](Changes& c) {
                 c.erase("kit", at(1)).insert("team", {{"id", 9}, {"name", "t1"}});
               }) == "unique");
    BOOST_TEST(refused_by([](Changes& c) { c.erase("kit", at(1), 12345); }) == "stale_data");
    BOOST_TEST(told == 0);
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
