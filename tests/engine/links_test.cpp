// Rows of many owners at once through relationships, and pairs of a many-to-many table.
#include <map>

#include "engine/engine.hpp"
#include "engine/links.hpp"
#include "engine/typed_key.hpp"
#include "kindred/storage_layers.hpp"
#include "tests/engine/schema_builder.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;
using engine::ChangeSet;
using engine::CompiledTable;
using engine::LinkChange;
using engine::Reading;
using engine::Writing;

// Every kind of relationship, each also through a unique key: pupils and courses by `takes` (whose
// key is the pair), by `mark` (with an id) and by code (`wish`).
Catalog school() {
  using Kind = RelationshipInfo::Kind;
  return schema(
      {TableSpec("house").text("name").integer("n").key({"name"}).unique({"n"}).relationship(
           {"pupils", Kind::one_to_many, "pupil", "pupil", "fk_pupil_house", "", "house"}),
       TableSpec("pupil")
           .integer("id")
           .text("house", null)
           .text("wish", null)
           .key({"id"})
           .refers({"house"}, "house", OnDelete::set_null)
           .refers({"wish"}, "course", OnDelete::set_null, {"title"})
           .relationship(
               {"house", Kind::many_to_one, "house", "pupil", "fk_pupil_house", "", "pupils"})
           .relationship({"wish", Kind::many_to_one, "course", "pupil", "fk_pupil_wish", "", ""})
           .relationship({"courses", Kind::many_to_many, "course", "takes", "", "", ""})
           .relationship({"takes", Kind::one_to_many, "takes", "takes", "", "", ""})
           .relationship({"marks", Kind::many_to_many, "course", "mark", "", "", ""}),
       TableSpec("course")
           .text("code")
           .text("title")
           .key({"code"})
           .unique({"title"})
           .relationship({"pupils", Kind::many_to_many, "pupil", "takes", "", "", ""})
           .relationship({"marked", Kind::many_to_many, "pupil", "mark", "", "", ""}),
       TableSpec("takes")
           .text("course")
           .integer("pupil")
           .integer("year")
           .or_else(Value(2024))
           .key({"pupil", "course"})
           .refers({"pupil"}, "pupil", OnDelete::cascade)
           .refers({"course"}, "course", OnDelete::cascade),
       TableSpec("mark")
           .integer("id")
           .integer("pupil")
           .text("title", null)
           .text("remark", null)
           .key({"id"})
           .refers({"pupil"}, "pupil", OnDelete::cascade)
           .refers({"title"}, "course", OnDelete::cascade, {"title"})});
}

// Titles stand in another order than codes.
std::string title(int i) { return "title" + std::to_string(90'000 - i); }

void fill(const Store& store, int pupils) {
  batch(store, [&](Batch& b) {
    for (const int n : {1, 2, 3})
      b.insert("house", {{"name", "h" + std::to_string(n)}, {"n", 10 - n}});
    for (int i = 1; i <= 5; ++i)
      b.insert("course", {{"code", "c" + std::to_string(i)}, {"title", title(i)}});
    for (int i = 1; i <= pupils; ++i) {
      b.insert("pupil", {{"id", i},
                         {"house", i % 4 ? Value("h" + std::to_string(i % 2 + 1)) : Value()},
                         {"wish", i % 3 ? Value(title(i % 5 + 1)) : Value()}});
      for (int c = 1; c <= i % 5; ++c) {
        b.insert("takes", {{"pupil", i}, {"course", "c" + std::to_string(c)}});
        b.insert("mark", {{"pupil", i}, {"title", title(c)}});
        b.insert("mark", {{"pupil", i}, {"title", title(c)}, {"remark", "again"}});
        b.insert("mark", {{"pupil", i}, {"remark", "of no course"}});
      }
    }
  });
}

Store with_school(Bench& bench, int pupils = 12) {
  Store store = bench.create(school());
  fill(store, pupils);
  return store;
}

struct Way {
  const CompiledTable& table;
  const RelationshipInfo& relationship;
  Reading::Join join;

  Way(Reading& reading, std::string_view from, std::string_view name)
      : table(reading.schema().require(from)),
        relationship(*table.table->relationship(name)),
        join(reading.join(table, relationship)) {}
};

// What related() takes, of every row of the way's table that refers or is referred to.
std::vector<std::string> keys(Reading& reading, const Way& way) {
  std::vector<std::string> out;
  reading.reader().scan(
      way.table.keyspace(), storage::Range::all(), {}, [&](ByteView key, ByteView row) {
        engine::Buffer at;
        const engine::RowView view(way.table.layout, row);
        const bool leads =
            way.join.from_child
                ? way.table.append_reference(at, way.join.foreign_key, key, view)
                : reading.schema().append_referenced(
                      at, way.join.owner->foreign_keys[way.join.foreign_key], key, view);
        if (leads) out.emplace_back(at.view());
        return true;
      });
  return out;
}

std::vector<ByteView> views(const std::vector<std::string>& of) { return {of.begin(), of.end()}; }

using Found = std::vector<std::pair<std::size_t, std::string>>;

Found one_by_one(Reading& reading, const Way& way, const std::vector<std::string>& keys) {
  Found out;
  for (std::size_t i = 0; i < keys.size(); ++i)
    reading.related(way.table, way.relationship, way.join, keys[i],
                    [&](const CompiledTable& table, ByteView key, ByteView row) {
                      out.emplace_back(i, table.name() + show(engine::decode_row(table, key, row)));
                      return true;
                    });
  return out;
}

Found at_once(Reading& reading, const Way& way, const std::vector<std::string>& keys) {
  Found out;
  const CompiledTable& target = reading.schema().require(way.relationship.target);
  reading.related_many(way.table, way.relationship, way.join, views(keys),
                       [&](std::size_t i, ByteView key, ByteView row) {
                         out.emplace_back(
                             i, target.name() + show(engine::decode_row(target, key, row)));
                         return true;
                       });
  return out;
}

struct Named {
  const char* table;
  const char* relationship;
  std::uint64_t reads;
};
constexpr Named ways[] = {{"pupil", "house", 1}, {"pupil", "wish", 2},    {"house", "pupils", 2},
                          {"pupil", "takes", 1}, {"pupil", "courses", 2}, {"course", "pupils", 3},
                          {"pupil", "marks", 4}, {"course", "marked", 3}};

void link(const Store& store, std::string_view table, std::string_view left, std::string_view right,
          const std::vector<LinkChange>& pairs, FunctionRef<void(const ChangeSet&)> look) {
  store.engine()->update(
      [&](std::unique_ptr<Writing> writing) {
        const CompiledTable& owner = writing->schema().require(table);
        const auto ordinal = [&](std::string_view name) {
          for (std::uint32_t f = 0; f < owner.foreign_keys.size(); ++f)
            if (owner.foreign_keys[f].key->columns.front() == name) return f;
          return engine::none;
        };
        ChangeSet changes = writing->changes();
        engine::link_rows(*writing, changes, owner, ordinal(left), ordinal(right), pairs);
        look(changes);
        writing->apply(changes);
        writing->finish();
      },
      {}, engine::Engine::Outcome::commit);
}

// "+2 -1": rows inserted and erased.
std::string link(const Store& store, std::string_view table, std::string_view left,
                 std::string_view right, const std::vector<LinkChange>& pairs) {
  std::map<engine::ChangeKind, int> counts;
  link(store, table, left, right, pairs, [&](const ChangeSet& changes) {
    for (const auto& t : changes.tables())
      for (const auto& c : t.changes) ++counts[c.kind];
  });
  BOOST_TEST(problems(store) == "");
  return "+" + std::to_string(counts[engine::ChangeKind::insert]) + " -" +
         std::to_string(counts[engine::ChangeKind::erase]);
}

std::string key(const Store& store, std::string_view table, const Row& values) {
  engine::Buffer out;
  engine::encode_key(store.engine()->schema()->require(table), values, out);
  return std::string(out.view());
}

// As a reference to a unique text gives it.
std::string text_key(std::string_view text) {
  engine::Buffer out;
  const format::KeyPart part{format::KeyPart::Kind::text, 0, 0};
  format::append_key_part(out, part, text, true);
  format::cut_key(out, 0);
  return std::string(out.view());
}

BOOST_AUTO_TEST_SUITE(many_owners)

BOOST_AUTO_TEST_CASE(all_at_once_are_what_they_are_one_by_one) {
  on_each_backend([](Bench& bench) {
    const Store store = with_school(bench, 30);
    const auto compare = [](Reading& reading) {
      for (const Named& named : ways) {
        BOOST_TEST_CONTEXT(named.table << '.' << named.relationship) {
          const Way way(reading, named.table, named.relationship);
          std::vector<std::string> all = keys(reading, way);
          const Found expected = one_by_one(reading, way, all);
          BOOST_TEST(expected.size() > 4U);
          BOOST_TEST((at_once(reading, way, all) == expected));
          // In any order, some twice, some that nobody has.
          std::reverse(all.begin(), all.end());
          all.push_back(all.front());
          all.push_back(all.front() + "x");
          if (named.table == std::string("house") || named.relationship == std::string("house"))
            all.push_back(std::string(600, 'x'));
          BOOST_TEST((at_once(reading, way, all) == one_by_one(reading, way, all)));
          BOOST_TEST(at_once(reading, way, {}).empty());
        }
      }
    };
    compare(store.snapshot().reading());
    store.update([&](Transaction& tx) {
      tx.insert("pupil", {{"id", 1000}, {"house", "h3"}});
      compare(tx.writing());
    });
  });
}

BOOST_AUTO_TEST_CASE(rows_come_in_key_order_and_a_target_once) {
  on_each_backend([](Bench& bench) {
    const Store store = with_school(bench);
    const Snapshot now = store.snapshot();
    const Way way(now.reading(), "pupil", "marks");
    const std::vector<std::string> three{key(store, "pupil", at(3)), key(store, "pupil", at(2))};
    const Found expected{{0, "coursec1|title89999"},
                         {0, "coursec2|title89998"},
                         {0, "coursec3|title89997"},
                         {1, "coursec1|title89999"},
                         {1, "coursec2|title89998"}};
    BOOST_TEST((at_once(now.reading(), way, three) == expected));
    // In another order than the rows between them.
    for (const int pupil : {12, 11, 12, 10})
      insert(store, "mark", {{"pupil", pupil}, {"title", title(5)}});
    const Snapshot later = store.snapshot();
    const Way marked(later.reading(), "course", "marked");
    const Found pupils{
        {0, "pupil10|h1|title89999"}, {0, "pupil11|h2|title89998"}, {0, "pupil12|null|null"}};
    BOOST_TEST((at_once(later.reading(), marked, {text_key(title(5))}) == pupils));
    BOOST_TEST((one_by_one(later.reading(), marked, {text_key(title(5))}) == pupils));
  });
}

BOOST_AUTO_TEST_CASE(a_sink_that_has_enough_of_one_owner_gets_the_next) {
  on_each_backend([](Bench& bench) {
    const Store store = with_school(bench, 30);
    const Snapshot now = store.snapshot();
    for (const Named& named : ways) {
      const Way way(now.reading(), named.table, named.relationship);
      const auto all = keys(now.reading(), way);
      std::map<std::size_t, int> every;
      std::map<std::size_t, int> first;
      for (const auto& [owner, row] : at_once(now.reading(), way, all)) every[owner] = 1;
      now.reading().related_many(way.table, way.relationship, way.join, views(all),
                                 [&](std::size_t owner, ByteView, ByteView) {
                                   ++first[owner];
                                   return false;
                                 });
      BOOST_TEST((first == every));
    }
  });
}

BOOST_AUTO_TEST_CASE(storage_calls_do_not_grow_with_owners_or_rows) {
  for (const int pupils : {10, 6000}) {
    const Store store = Store::open("count+memory:", school(), {.create = true});
    fill(store, pupils);
    storage::CountLayer& layer = *storage::find_count_layer(store.storage());
    const Snapshot now = store.snapshot();
    for (const Named& named : ways) {
      BOOST_TEST_CONTEXT(named.table << '.' << named.relationship) {
        const Way way(now.reading(), named.table, named.relationship);
        const auto all = keys(now.reading(), way);
        layer.reset();
        BOOST_TEST(!at_once(now.reading(), way, all).empty());
        BOOST_TEST(layer.counts().round_trips() == named.reads);
        layer.reset();
        BOOST_TEST(at_once(now.reading(), way, {}).empty());
        BOOST_TEST(layer.counts().round_trips() == 0U);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(an_index_that_lies_is_damage) {
  on_each_backend([](Bench& bench) {
    const auto damaged = [&](const char* table, const char* relationship,
                             FunctionRef<void(storage::Writer&, const engine::Schema&)> harm) {
      const Store store = with_school(bench);
      const Snapshot before = store.snapshot();
      const auto all = keys(before.reading(), Way(before.reading(), table, relationship));
      storage::update(store.storage(), {},
                      [&](storage::Writer& w) { harm(w, *store.engine()->schema()); });
      const Snapshot now = store.snapshot();
      const Way way(now.reading(), table, relationship);
      BOOST_TEST(code_name([&] { (void)at_once(now.reading(), way, all); }) == "corruption");
      BOOST_TEST(code_name([&] { (void)one_by_one(now.reading(), way, all); }) == "corruption");
    };
    const auto gone = [](const char* table, const Row& row) {
      return [=](storage::Writer& w, const engine::Schema& schema) {
        engine::Buffer at;
        engine::encode_key(schema.require(table), row, at);
        BOOST_TEST(w.erase(schema.require(table).keyspace(), at.view()));
      };
    };
    damaged("house", "pupils", gone("pupil", at(1)));
    damaged("pupil", "wish", gone("course", at("c2")));
    damaged("pupil", "courses", gone("course", at("c1")));
    damaged("pupil", "marks", gone("course", at("c1")));
    damaged("pupil", "marks", gone("mark", at(1)));
    damaged("house", "pupils", [](storage::Writer& w, const engine::Schema& schema) {
      const CompiledTable& pupil = schema.require("pupil");
      engine::Buffer at_four;
      engine::encode_key(pupil, at(4), at_four);
      w.put(pupil.foreign_keys[0].key->keyspace, text_key("h1"), at_four.view(),
            storage::Intent::either);
    });
    for (const char* relationship : {"wish", "marks"})
      damaged("pupil", relationship, [](storage::Writer& w, const engine::Schema& schema) {
        const CompiledTable& course = schema.require("course");
        engine::Buffer other;
        engine::encode_key(course, at("c5"), other);
        w.put(course.indexes[0].index->keyspace, text_key(title(2)), other.view(),
              storage::Intent::either);
      });
  });
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(typed_keys)

BOOST_AUTO_TEST_CASE(a_number_that_the_column_cannot_hold_is_no_key) {
  Bench bench("memory");
  const Store store =
      bench.create(schema({TableSpec("s").integer("id").key({"id"}),
                           TableSpec("u").column("id", TypeCode::uint64).key({"id"}),
                           TableSpec("t").text("a").integer("b").key({"a", "b"})}));
  const Snapshot now = store.snapshot();
  const auto encoded = [&](const char* table, const detail::TypedKey& typed) {
    engine::Buffer out;
    return engine::append_typed_key(now.reading().schema().require(table), typed, out)
               ? std::string(out.view())
               : "none";
  };
  BOOST_TEST(encoded("s", {-1, false, {}}) == key(store, "s", at(-1)));
  BOOST_TEST(encoded("s", {5, true, {}}) == key(store, "s", at(5)));
  BOOST_TEST(encoded("s", {-1, true, {}}) == "none");
  BOOST_TEST(encoded("u", {-1, false, {}}) == "none");
  BOOST_TEST(encoded("u", {-1, true, {}}) == key(store, "u", at(~std::uint64_t{0})));
  const std::vector<Value> both{Value("x"), Value(3)};
  BOOST_TEST(encoded("t", {0, false, both}) == key(store, "t", at("x", 3)));
  const std::vector<Value> huge{Value(std::string(600, 'x')), Value(3)};
  BOOST_TEST(encoded("t", {0, false, huge}) == "none");
  const CompiledTable& u = now.reading().schema().require("u");
  BOOST_TEST(!engine::scratch_typed_key(now.reading(), u, {-1, false, {}}).data());
  BOOST_CHECK_THROW((void)engine::required_typed_key(now.reading(), u, {-1, false, {}}),
                    UsageError);
  BOOST_TEST(std::string(engine::required_typed_key(now.reading(), u, {7, false, {}})) ==
             key(store, "u", at(std::uint64_t{7})));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(links)

BOOST_AUTO_TEST_CASE(pairs_that_are_the_key_are_made_and_unmade) {
  on_each_backend([](Bench& bench) {
    const Store store = with_school(bench, 3);
    BOOST_TEST(rows(store, "takes") ==
               "c1|1|2024 c1|2|2024 c2|2|2024 c1|3|2024 c2|3|2024 c3|3|2024");
    update(store, "takes", at(3, "c1"), {{"year", 1999}});
    const std::string one = key(store, "pupil", at(1));
    const std::string two = key(store, "pupil", at(2));
    const std::string three = key(store, "pupil", at(3));
    const std::string c1 = key(store, "course", at("c1"));
    const std::string c2 = key(store, "course", at("c2"));
    BOOST_TEST(link(store, "takes", "pupil", "course",
                    {{one, c2, true},
                     {two, key(store, "course", at("c3")), true},
                     {two, key(store, "course", at("c3")), false},
                     {one, c2, true},
                     {three, c1, true},
                     {three, c2, false},
                     {one, c1, true},
                     {one, c1, false}}) == "+1 -2");
    BOOST_TEST(rows(store, "takes") == "c2|1|2024 c1|2|2024 c2|2|2024 c1|3|1999 c3|3|2024");
    // The other way round, and nothing to do.
    BOOST_TEST(link(store, "takes", "course", "pupil",
                    {{c2, one, true}, {c2, three, false}, {c2, one, true}}) == "+0 -0");
    BOOST_TEST(link(store, "takes", "pupil", "course", {}) == "+0 -0");
    BOOST_TEST(link(store, "takes", "course", "pupil", {{c2, one, false}, {c2, three, true}}) ==
               "+1 -1");
    BOOST_TEST(rows(store, "takes") == "c1|2|2024 c2|2|2024 c1|3|1999 c2|3|2024 c3|3|2024");
  });
}

BOOST_AUTO_TEST_CASE(pairs_of_rows_with_an_id_are_made_and_all_unmade) {
  on_each_backend([](Bench& bench) {
    const Store store = with_school(bench, 2);
    BOOST_TEST(rows(store, "mark") ==
               "1|1|title89999|null 2|1|title89999|again 3|1|null|of no course "
               "4|2|title89999|null 5|2|title89999|again 6|2|null|of no course "
               "7|2|title89998|null 8|2|title89998|again 9|2|null|of no course");
    const std::string one = key(store, "pupil", at(1));
    const std::string two = key(store, "pupil", at(2));
    BOOST_TEST(link(store, "mark", "pupil", "title",
                    {{two, text_key(title(1)), false},
                     {two, text_key(title(2)), true},
                     {two, text_key(title(3)), true},
                     {one, text_key(title(5)), false},
                     {one, text_key(title(2)), true}}) == "+2 -2");
    BOOST_TEST(rows(store, "mark") ==
               "1|1|title89999|null 2|1|title89999|again 3|1|null|of no course "
               "6|2|null|of no course 7|2|title89998|null 8|2|title89998|again "
               "9|2|null|of no course 10|1|title89998|null 11|2|title89997|null");
    BOOST_TEST(link(store, "mark", "title", "pupil", {{text_key(title(1)), one, false}}) ==
               "+0 -2");
    BOOST_TEST(rows(store, "mark").substr(0, 22) == "3|1|null|of no course ");
  });
}

BOOST_AUTO_TEST_CASE(storage_calls_do_not_grow_with_pairs) {
  for (const int pupils : {4, 2000}) {
    const Store store = Store::open("count+memory:", school(), {.create = true});
    fill(store, pupils);
    storage::CountLayer& layer = *storage::find_count_layer(store.storage());
    std::vector<std::string> kept;
    for (int i = 1; i <= pupils; ++i) kept.push_back(key(store, "pupil", at(i)));
    const std::string by_code = key(store, "course", at("c2"));
    const std::string by_title = text_key(title(2));
    const auto reads = [&](const char* table, const char* right, const std::string& course) {
      std::vector<LinkChange> pairs;
      for (std::size_t i = 0; i < kept.size(); ++i) pairs.push_back({kept[i], course, i % 2 == 0});
      std::uint64_t out = 0;
      store.engine()->update(
          [&](std::unique_ptr<Writing> writing) {
            ChangeSet changes = writing->changes();
            const CompiledTable& owner = writing->schema().require(table);
            const bool first = owner.foreign_keys[0].key->columns.front() == right;
            layer.reset();
            engine::link_rows(*writing, changes, owner, first ? 1 : 0, first ? 0 : 1, pairs);
            // The first id of a sequence has to be looked up.
            out = layer.counts().round_trips() - layer.counts().reserve;
            if (layer.counts().reserve) --out;
            writing->apply(changes);
            writing->finish();
          },
          {}, engine::Engine::Outcome::commit);
      return out;
    };
    BOOST_TEST(reads("takes", "course", by_code) == 1U);
    BOOST_TEST(reads("mark", "title", by_title) <= 2U);
    BOOST_TEST(problems(store) == "");
  }
}

BOOST_AUTO_TEST_CASE(a_reference_to_nothing_and_a_column_without_value_are_violations) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(schema({TableSpec("a").integer("id").key({"id"}),
                                             TableSpec("ab")
                                                 .integer("a")
                                                 .integer("b")
                                                 .text("why")
                                                 .key({"a", "b"})
                                                 .refers({"a"}, "a", OnDelete::cascade)
                                                 .refers({"b"}, "a", OnDelete::cascade),
                                             TableSpec("bc")
                                                 .integer("b")
                                                 .integer("c")
                                                 .key({"b", "c"})
                                                 .refers({"b"}, "a", OnDelete::cascade)
                                                 .refers({"c"}, "a", OnDelete::cascade)}));
    insert(store, "a", {{"id", 1}});
    const std::string one = key(store, "a", at(1));
    const std::string two = key(store, "a", at(2));
    const auto code = [&](const char* table, const char* left, const char* right,
                          const LinkChange& pair) {
      return code_name([&] { (void)link(store, table, left, right, {pair}); });
    };
    BOOST_TEST(code("ab", "a", "b", {one, one, true}) == "not_null");
    BOOST_TEST(code("bc", "b", "c", {one, two, true}) == "foreign_key");
    BOOST_TEST(code("bc", "b", "c", {one, two, false}) == "nothing");
    BOOST_TEST(code("bc", "b", "c", {one, one, true}) == "nothing");
    BOOST_TEST(rows(store, "bc") == "1|1");
    BOOST_CHECK_THROW((void)link(store, "bc", "b", "c", {{one, "short", true}}), UsageError);
  });
}

BOOST_AUTO_TEST_CASE(foreign_keys_that_share_a_column_must_agree_on_it) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(
        schema({TableSpec("left").text("firm").integer("n").key({"firm", "n"}),
                TableSpec("right").text("firm").text("m").key({"m", "firm"}),
                TableSpec("pair")
                    .text("m")
                    .text("firm")
                    .integer("n")
                    .key({"firm", "n", "m"})
                    .refers({"firm", "n"}, "left", OnDelete::cascade)
                    .refers({"m", "firm"}, "right", OnDelete::cascade, {"m", "firm"})}));
    batch(store, [](Batch& b) {
      for (const char* firm : {"x", "y"}) {
        b.insert("left", {{"firm", firm}, {"n", 1}});
        b.insert("right", {{"firm", firm}, {"m", "r"}});
      }
    });
    const std::string left = key(store, "left", at("x", 1));
    const std::string right = key(store, "right", at("r", "x"));
    const std::string stranger = key(store, "right", at("r", "y"));
    BOOST_TEST(link(store, "pair", "firm", "m", {{left, right, true}}) == "+1 -0");
    BOOST_TEST(rows(store, "pair") == "r|x|1");
    BOOST_TEST(link(store, "pair", "firm", "m", {{left, stranger, false}}) == "+0 -0");
    try {
      (void)link(store, "pair", "firm", "m", {{left, stranger, true}});
      BOOST_ERROR("two firms were linked");
    } catch (const UsageError& e) {
      BOOST_TEST(contains(e.what(), "'firm'"));
    }
    BOOST_TEST(link(store, "pair", "m", "firm", {{right, left, false}}) == "+0 -1");
  });
}

BOOST_AUTO_TEST_CASE(what_is_too_long_to_be_linked_is_told) {
  on_each_backend([](Bench& bench) {
    const Store store = with_school(bench, 2);
    const std::string long_title(700, 'x');
    const std::string long_code(505, 'c');
    insert(store, "course", {{"code", long_code}, {"title", long_title}});
    insert(store, "mark", {{"pupil", 1}, {"title", long_title}});
    const std::string one = key(store, "pupil", at(1));
    const std::string two = key(store, "pupil", at(2));
    const std::string code = key(store, "course", at(long_code));
    const auto refused = [&](const char* table, const char* right, const LinkChange& pair) {
      return code_name([&] { (void)link(store, table, "pupil", right, {pair}); });
    };
    // Its index key does not hold the text any more; that there is such a row can be seen.
    BOOST_TEST(refused("mark", "title", {two, text_key(long_title), true}) == "capacity");
    BOOST_TEST(link(store, "mark", "pupil", "title", {{one, text_key(long_title), true}}) ==
               "+0 -0");
    BOOST_TEST(link(store, "mark", "pupil", "title", {{one, text_key(long_title), false}}) ==
               "+0 -1");
    BOOST_TEST(refused("takes", "course", {one, code, true}) == "capacity");
    BOOST_TEST(refused("takes", "course", {one, code, false}) == "nothing");
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
