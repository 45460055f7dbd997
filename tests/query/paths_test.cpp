// Which way into a table each condition takes, what it costs in calls of the storage, and that an
// order is served or sorted.
#include "engine/query.hpp"
#include "kindred/storage_layers.hpp"
#include "tests/engine/schema_builder.hpp"
#include "tests/entity/support.hpp"

namespace {

using namespace kindred;
using engine_test::null;
using engine_test::schema;
using engine_test::TableSpec;
using Op = Expression::Op;

Expression col(const char* name) { return Expression::column(name); }
template <class V>
Expression is(const char* name, Op op, V value) {
  return Expression::of(op, {col(name), Expression::constant(Value(std::move(value)))});
}
template <class V>
Expression eq(const char* name, V value) {
  return is(name, Op::eq, std::move(value));
}
Expression all(std::vector<Expression> parts) { return Expression::of(Op::all, std::move(parts)); }
Expression any(std::vector<Expression> parts) { return Expression::of(Op::any, std::move(parts)); }
Expression in(const char* name, const std::vector<int>& values) {
  std::vector<Expression> operands{col(name)};
  for (const int v : values) operands.push_back(Expression::constant(v));
  return Expression::of(Op::in, std::move(operands));
}

Catalog blog() {
  return schema({TableSpec("author").integer("id").text("name").key({"id"}).unique({"name"}),
                 TableSpec("post")
                     .integer("id")
                     .integer("author", null)
                     .text("title", null)
                     .integer("stars", null)
                     .integer("length")
                     .key({"id"})
                     .refers({"author"}, "author", OnDelete::cascade)
                     .index({"title"})
                     .index({"stars", "length"}),
                 TableSpec("mark")
                     .integer("post")
                     .text("word")
                     .integer("weight")
                     .key({"post", "word"})
                     .refers({"post"}, "post", OnDelete::cascade)});
}

// 5 authors, 100 posts (20 of each author but the last, whose are nobody's), 3 marks of each post.
struct Blog {
  Store store;
  storage::CountLayer& layer;
  Snapshot now;

  Blog()
      : store(Store::open("count+memory:", blog(), {.create = true})),
        layer(*storage::find_count_layer(store.storage())),
        now(filled()) {}

  Snapshot filled() {
    store.update([](Transaction& tx) {
      tx.batch([](Batch& b) {
        for (int i = 1; i <= 5; ++i)
          b.insert("author", {{"id", i}, {"name", "a" + std::to_string(i)}});
        for (int i = 1; i <= 100; ++i) {
          const int author = (i - 1) / 20 + 1;
          b.insert("post", {{"id", i},
                            {"author", author < 5 ? Value(author) : Value()},
                            {"title", i % 4 == 0 ? Value() : Value("t" + std::to_string(i % 10))},
                            {"stars", i % 7 == 0 ? Value() : Value(i % 7)},
                            {"length", i * 13 % 50}});
          for (const char* word : {"x", "y", "z"})
            b.insert("mark", {{"post", i}, {"word", word}, {"weight", i % 3}});
        }
      });
    });
    return store.snapshot();
  }

  // The keys of the rows, in the order in which they come.
  std::string run(const detail::QuerySpec& spec) {
    const engine::CompiledTable& table = now.reading().schema().require(spec.table);
    std::string out;
    layer.reset();
    engine::run_query(now.reading(), spec, [&](ByteView key, ByteView) {
      out += (out.empty() ? "" : " ") + table.key_text(key);
      return true;
    });
    return out;
  }
  // "get 1 scan 1": the calls of the last run.
  std::string calls() {
    const storage::Counts c = layer.counts();
    std::string out;
    const auto say = [&](const char* name, std::uint64_t n) {
      if (n) out += (out.empty() ? "" : " ") + std::string(name) + " " + std::to_string(n);
    };
    say("get", c.get);
    say("get_many", c.get_many);
    say("scan", c.scan);
    say("scan_many", c.scan_many);
    BOOST_TEST(c.round_trips() == c.get + c.get_many + c.scan + c.scan_many);
    return out;
  }
  std::string explain(const detail::QuerySpec& spec) {
    return engine::explain_query(now.reading(), spec);
  }
  std::uint64_t count(const detail::QuerySpec& spec) {
    layer.reset();
    return engine::count_query(now.reading(), spec);
  }
};

detail::QuerySpec posts(Expression where) {
  detail::QuerySpec out;
  out.table = "post";
  out.where = std::move(where);
  return out;
}
detail::QuerySpec marks(Expression where) {
  detail::QuerySpec out = posts(std::move(where));
  out.table = "mark";
  return out;
}

BOOST_AUTO_TEST_SUITE(paths)

BOOST_AUTO_TEST_CASE(a_primary_key_is_one_get) {
  Blog blog;
  BOOST_TEST(blog.run(posts(eq("id", 7))) == "7");
  BOOST_TEST(blog.calls() == "get 1");
  BOOST_TEST(blog.explain(posts(eq("id", 7))) == "post: primary key (id), 1 key\n");
  BOOST_TEST(blog.run(posts(eq("id", 700))) == "");
  BOOST_TEST(blog.calls() == "get 1");
  BOOST_TEST(blog.run(marks(all({eq("word", "y"), eq("post", 3)}))) == "(3, \"y\")");
  BOOST_TEST(blog.calls() == "get 1");
}

BOOST_AUTO_TEST_CASE(values_of_a_primary_key_are_one_call) {
  Blog blog;
  BOOST_TEST(blog.run(posts(in("id", {9, 3, 200, 3, 5}))) == "3 5 9");
  BOOST_TEST(blog.calls() == "get_many 1");
  BOOST_TEST(blog.run(posts(any({eq("id", 9), in("id", {1, 2}), eq("id", 2)}))) == "1 2 9");
  BOOST_TEST(blog.calls() == "get_many 1");
  std::vector<int> every;
  for (int i = 1; i <= 100; ++i) every.push_back(i);
  (void)blog.run(posts(in("id", every)));
  BOOST_TEST(blog.calls() == "get_many 1");
}

BOOST_AUTO_TEST_CASE(a_range_of_the_primary_key_is_one_scan) {
  Blog blog;
  const auto range = posts(all({is("id", Op::gt, 3), is("id", Op::le, 6)}));
  BOOST_TEST(blog.run(range) == "4 5 6");
  BOOST_TEST(blog.calls() == "scan 1");
  BOOST_TEST(blog.explain(range) == "post: primary key (id), 1 range\n");
  // Not an end of the scan but of the query.
  auto first = posts(is("id", Op::ge, 50));
  first.limited = true;
  first.limit = 2;
  BOOST_TEST(blog.run(first) == "50 51");
  // The first columns of a key of several, and the foreign key that leads it.
  BOOST_TEST(blog.run(marks(eq("post", 4))) == "(4, \"x\") (4, \"y\") (4, \"z\")");
  BOOST_TEST(blog.calls() == "scan 1");
  BOOST_TEST(blog.run(marks(all({eq("post", 4), is("word", Op::gt, "x")}))) ==
             "(4, \"y\") (4, \"z\")");
  BOOST_TEST(blog.run(marks(in("post", {2, 9}))) ==
             "(2, \"x\") (2, \"y\") (2, \"z\") (9, \"x\") (9, \"y\") (9, \"z\")");
  BOOST_TEST(blog.calls() == "scan_many 1");
  BOOST_TEST(blog.run(marks(
                 all({eq("post", 4),
                      Expression::of(Op::prefix, {col("word"), Expression::constant("y")})}))) ==
             "(4, \"y\")");
}

BOOST_AUTO_TEST_CASE(a_unique_index_is_two_gets) {
  Blog blog;
  detail::QuerySpec spec = posts(eq("name", "a3"));
  spec.table = "author";
  BOOST_TEST(blog.run(spec) == "3");
  BOOST_TEST(blog.calls() == "get 2");
  BOOST_TEST(blog.explain(spec) ==
             "author: unique index uq_author_name (name), 1 key, then rows by primary key\n");
  spec.where = Expression::of(Op::in, {col("name"), Expression::constant("a4"),
                                       Expression::constant("zz"), Expression::constant("a1")});
  BOOST_TEST(blog.run(spec) == "1 4");
  BOOST_TEST(blog.calls() == "get_many 2");
  spec.where = eq("name", std::string(2000, 'n'));
  BOOST_TEST(blog.run(spec) == "");
}

BOOST_AUTO_TEST_CASE(an_index_is_a_scan_and_one_batch_of_rows) {
  Blog blog;
  const auto foreign = posts(eq("author", 2));
  BOOST_TEST(blog.count(foreign) == 20U);
  BOOST_TEST(blog.calls() == "scan 1");  // the entries say it
  BOOST_TEST(blog.run(foreign).substr(0, 8) == "21 22 23");
  BOOST_TEST(blog.calls() == "get_many 1 scan 1");
  BOOST_TEST(blog.explain(foreign) ==
             "post: foreign key fk_post_author (author), 1 key, then rows by primary key\n");
  const auto title = posts(eq("title", "t3"));
  BOOST_TEST(blog.run(title) == "3 13 23 33 43 53 63 73 83 93");
  BOOST_TEST(blog.calls() == "get_many 1 scan 1");
  const auto both = posts(all({eq("stars", 3), is("length", Op::ge, 40)}));
  BOOST_TEST(blog.explain(both) ==
             "post: index ix_post_stars_length (stars, length), 1 range, then rows by primary "
             "key\n");
  BOOST_TEST(blog.run(both) == "38 73 80");
  BOOST_TEST(blog.calls() == "get_many 1 scan 1");
  const auto nulls = posts(Expression::of(Op::is_null, {col("stars")}));
  BOOST_TEST(blog.run(nulls).substr(0, 7) == "7 14 21");
  BOOST_TEST(blog.calls() == "get_many 1 scan 1");
  const auto several = posts(in("author", {4, 1}));
  BOOST_TEST(blog.count(several) == 40U);
  (void)blog.run(several);
  BOOST_TEST(blog.calls() == "get_many 1 scan_many 1");
}

BOOST_AUTO_TEST_CASE(of_two_bounds_the_tighter_holds) {
  Blog blog;
  const auto more = is("title", Op::gt, "t7");
  const auto not_less = is("title", Op::ge, "t7");
  const auto less = is("title", Op::lt, "t1");
  const auto not_more = is("title", Op::le, "t1");
  for (const auto& where : {all({more, not_less}), all({not_less, more})}) {
    BOOST_TEST(blog.count(posts(where)) == 15U);  // t8 of 5, t9 of 10
    BOOST_TEST(blog.run(posts(where)).substr(0, 9) == "9 18 19 2");
  }
  for (const auto& where : {all({less, not_more}), all({not_more, less})}) {
    BOOST_TEST(blog.count(posts(where)) == 5U);  // t0
    BOOST_TEST(blog.run(posts(where)) == "10 30 50 70 90");
  }
}

BOOST_AUTO_TEST_CASE(what_the_path_does_not_answer_is_tested_on_the_row) {
  Blog blog;
  const auto spec = posts(all({eq("author", 2), is("length", Op::lt, 10)}));
  BOOST_TEST(blog.explain(spec) ==
             "post: foreign key fk_post_author (author), 1 key, then rows by primary key\n"
             "where author = 2 and length < 10\n");
  BOOST_TEST(blog.run(spec) == "27 31 35 39");
}

BOOST_AUTO_TEST_CASE(one_of_several_indexed_conditions_is_a_union) {
  Blog blog;
  const auto spec =
      posts(any({eq("id", 3), eq("title", "t3"), all({eq("author", 1), eq("length", 15)})}));
  BOOST_TEST(blog.run(spec) == "3 5 13 23 33 43 53 63 73 83 93");  // 3 once
  BOOST_TEST(blog.calls() == "get_many 1 scan_many 1");
  BOOST_TEST(blog.explain(spec).find("or: index ix_post_title") != std::string::npos);
  // One that has no index makes it a scan.
  BOOST_TEST(blog.explain(posts(any({eq("id", 3), eq("length", 3)}))).find("every row") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_true_asks_for_nothing) {
  Blog blog;
  for (const auto& where :
       {all({eq("id", 1), eq("id", 2)}), all({is("id", Op::gt, 5), is("id", Op::lt, 5)}),
        Expression::of(Op::in, {col("id")}), eq("author", Value()),
        Expression::of(Op::is_null, {col("length")}),
        all({eq("stars", 1), Expression::of(Op::is_null, {col("stars")})}),
        all({Expression::of(Op::is_null, {col("stars")}), eq("stars", 1)}),
        Expression::constant(false), eq("id", Number::parse("1.5").value())}) {
    BOOST_TEST(blog.run(posts(where)) == "");
    BOOST_TEST(blog.calls() == "");
    BOOST_TEST(blog.explain(posts(where)) == "post: nothing, no row can match\n");
  }
  auto none = posts(eq("author", 1));
  none.limited = true;
  BOOST_TEST(blog.run(none) == "");
  BOOST_TEST(blog.calls() == "");
}

BOOST_AUTO_TEST_CASE(an_order_that_the_path_has_is_not_sorted) {
  Blog blog;
  const auto by = [](Expression where, std::vector<detail::QueryOrder> order, std::uint64_t limit) {
    detail::QuerySpec spec = posts(std::move(where));
    spec.order = std::move(order);
    spec.limited = limit != 0;
    spec.limit = limit;
    return spec;
  };
  const auto down = direction::descending;
  const auto last = by(all({}), {{"id", down}}, 3);
  BOOST_TEST(blog.run(last) == "100 99 98");
  BOOST_TEST(blog.calls() == "scan 1");
  BOOST_TEST(blog.explain(last) ==
             "post: every row\nin order of id descending, backwards\nat most 3\n");

  // The children of one parent come by primary key.
  const auto children = by(eq("author", 2), {{"id", down}}, 2);
  BOOST_TEST(blog.run(children) == "40 39");
  BOOST_TEST(blog.explain(children).find("sort") == std::string::npos);

  // What is constant does not matter for the order.
  const auto stars = by(eq("stars", 3), {{"stars"}, {"length"}}, 3);
  BOOST_TEST(blog.explain(stars).find("in order of stars, length\n") != std::string::npos);
  BOOST_TEST(blog.run(stars) == "31 66 24");
  BOOST_TEST(blog.calls() == "get_many 1 scan 1");
  BOOST_TEST(blog.run(by(eq("stars", 3), {{"length", down}}, 3)) == "73 38 80");

  // An index for its order alone pays where few rows are wanted.
  BOOST_TEST(blog.explain(by(all({}), {{"title"}}, 5)).find("index ix_post_title") !=
             std::string::npos);
  BOOST_TEST(blog.run(by(all({}), {{"title"}}, 3)) == "4 8 12");          // nulls first
  BOOST_TEST(blog.run(by(all({}), {{"title", down}}, 3)) == "99 89 79");  // ties turn, too
  BOOST_TEST(blog.explain(by(all({}), {{"title"}}, 0)).find("sort by title") != std::string::npos);

  // Of an index of two columns, the first alone is not the order with ties by key.
  BOOST_TEST(blog.explain(by(all({}), {{"stars"}}, 3)).find("sort by stars, keeping the first 3") !=
             std::string::npos);
  BOOST_TEST(blog.run(by(all({}), {{"stars"}}, 3)) == "7 14 21");
  BOOST_TEST(blog.run(by(all({}), {{"stars", down}, {"id"}}, 3)) == "6 13 20");
  BOOST_TEST(blog.run(by(all({}), {{"stars", down}}, 3)) == "97 90 83");
}

// Texts of which an index holds the beginning and a hash only: their order there is not theirs.
BOOST_AUTO_TEST_CASE(an_index_with_cut_keys_gives_the_order_of_the_values) {
  const Store store = Store::open(
      "memory:",
      schema({TableSpec("text").integer("id").integer("kind").text("words").key({"id"}).index(
          {"kind", "words"})}),
      {.create = true});
  const std::string beginning(495, 'x');
  const auto words = [&](int i) {
    return beginning + std::string(20, 'y') + std::to_string(1000 + i * 37 % 200);
  };
  store.update([&](Transaction& tx) {
    tx.batch([&](Batch& b) {
      for (int i = 0; i < 200; ++i)
        b.insert("text", {{"id", i}, {"kind", i % 2}, {"words", words(i)}});
    });
  });
  const Snapshot now = store.snapshot();
  const engine::CompiledTable& table = now.reading().schema().require("text");
  for (const auto& kinds : {std::vector<int>{1}, std::vector<int>{0, 1}}) {
    for (const auto way : {direction::ascending, direction::descending}) {
      for (const std::uint64_t limit : {std::uint64_t{1}, std::uint64_t{70}, std::uint64_t{130}}) {
        std::vector<std::pair<int, std::string>> wanted;
        for (int i = 0; i < 200; ++i)
          if (i % 2 == 1 || kinds.size() == 2) wanted.emplace_back(i % 2, words(i));
        std::sort(wanted.begin(), wanted.end());
        if (way == direction::descending) std::reverse(wanted.begin(), wanted.end());
        wanted.resize(std::min<std::size_t>(wanted.size(), limit));
        detail::QuerySpec spec;
        spec.table = "text";
        spec.where = in("kind", kinds);
        spec.order = {{"kind", way}, {"words", way}};
        spec.limited = true;
        spec.limit = limit;
        std::vector<std::pair<int, std::string>> found;
        engine::run_query(now.reading(), spec, [&](ByteView key, ByteView bytes) {
          const Row row = engine::decode_row(table, key, bytes);
          found.emplace_back(static_cast<int>(row["kind"].get<std::int64_t>()),
                             row["words"].get<std::string>());
          return true;
        });
        BOOST_TEST((found == wanted));
        BOOST_TEST(engine::explain_query(now.reading(), spec).find("index ix_text") !=
                   std::string::npos);
        BOOST_TEST(engine::explain_query(now.reading(), spec).find("sort") == std::string::npos);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(limit_and_offset_cut_what_comes) {
  Blog blog;
  auto spec = posts(eq("title", "t3"));
  spec.limited = true;
  spec.limit = 3;
  spec.offset = 2;
  spec.order = {{"id"}};
  BOOST_TEST(blog.run(spec) == "23 33 43");
  BOOST_TEST(blog.count(spec) == 3U);
  spec.offset = 9;
  BOOST_TEST(blog.run(spec) == "93");
  BOOST_TEST(blog.count(spec) == 1U);
  spec.offset = ~std::uint64_t{0};
  spec.limit = ~std::uint64_t{0};
  BOOST_TEST(blog.run(spec) == "");
  BOOST_TEST(blog.count(spec) == 0U);
  spec.offset = 8;
  spec.limited = false;
  BOOST_TEST(blog.run(spec) == "83 93");
  spec = posts(is("length", Op::lt, 25));
  spec.order = {{"length"}};
  spec.limited = true;
  spec.limit = 4;
  BOOST_TEST(blog.run(spec) == "50 100 27 77");
  spec.offset = 2;
  BOOST_TEST(blog.run(spec) == "27 77 4 54");
}

BOOST_AUTO_TEST_CASE(the_sink_ends_a_query) {
  Blog blog;
  for (const Expression& where : {all({}), eq("author", 1), in("id", {1, 2, 3}),
                                  in("author", {1, 2}), any({eq("id", 3), eq("title", "t3")})}) {
    int n = 0;
    engine::run_query(blog.now.reading(), posts(where), [&](ByteView, ByteView) {
      ++n;
      return n < 2;
    });
    BOOST_TEST(n == 2);
  }
}

// An index that names the wrong row, or one that is not there, is damage and not an answer.
BOOST_AUTO_TEST_CASE(an_index_that_lies_is_found_out) {
  const auto base = storage::open("memory:", {.creation = storage::Creation::if_missing});
  const Store store = Store::open(base, blog(), {.create = true});
  store.update([](Transaction& tx) {
    tx.insert("author", {{"id", 1}, {"name", "a"}});
    tx.insert("post", {{"id", 1}, {"author", 1}, {"title", "t"}, {"stars", 1}, {"length", 2}});
  });
  const auto catalog = store.catalog();
  const std::uint32_t index = catalog->table("post")->foreign_key("fk_post_author")->keyspace;
  std::string key;
  store.snapshot().reading().reader().scan(index, storage::Range::all(), {},
                                           [&](ByteView k, ByteView) {
                                             key.assign(k);
                                             return true;
                                           });
  std::string other = key;
  other.back() = '\2';
  std::string absent = key;
  absent.back() = '\7';
  storage::update(*base, {}, [&](storage::Writer& writer) {
    writer.put(index, other, key, storage::Intent::either);
    writer.put(index, absent, absent, storage::Intent::either);
  });
  const Snapshot now = store.snapshot();
  const auto ask = [&](int author) {
    engine::run_query(now.reading(), posts(eq("author", author)),
                      [](ByteView, ByteView) { return true; });
  };
  BOOST_CHECK_NO_THROW(ask(1));
  BOOST_CHECK_THROW(ask(2), CorruptionError);
  BOOST_CHECK_THROW(ask(7), CorruptionError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
