// What a column takes, and what it gives where nothing is said.
#include <cmath>
#include <limits>

#include "tests/engine/schema_builder.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;

Type type_of(TypeCode code) {
  Type out;
  out.code = code;
  return out;
}

Type decimal(std::uint8_t precision, std::uint8_t scale) {
  Type out = type_of(TypeCode::decimal);
  out.precision = precision;
  out.scale = scale;
  return out;
}

struct Sample {
  Type type;
  std::vector<Value> fit;
  std::vector<Value> unfit;  // wrong_type
};

Number number(std::string_view text) { return *Number::parse(text); }

std::vector<Sample> samples() {
  using I = std::numeric_limits<std::int64_t>;
  const Bytes bytes{std::byte{0}, std::byte{255}};
  const date day{std::chrono::days(20'000)};
  const time_point time{std::chrono::microseconds(-5)};
  const Uuid uuid = *Uuid::parse("12345678-9abc-def0-1234-56789abcdef0");
  return {
      {type_of(TypeCode::boolean), {true, false}, {"x", 2.5, day}},
      {type_of(TypeCode::int8), {-128, 127, 0}, {-129, 128, "1", 1.5}},
      {type_of(TypeCode::int16), {-32'768, 32'767}, {-32'769, 32'768}},
      {type_of(TypeCode::int32), {I::min() >> 32, I::max() >> 32}, {I::max(), I::min()}},
      {type_of(TypeCode::int64), {I::min(), I::max(), -1}, {~std::uint64_t{0}, "x", bytes}},
      {type_of(TypeCode::uint8), {0U, 255U}, {256U, -1}},
      {type_of(TypeCode::uint16), {0U, 65'535U}, {65'536U}},
      {type_of(TypeCode::uint32), {0U, 4'294'967'295U}, {std::uint64_t{1} << 32}},
      {type_of(TypeCode::uint64), {std::uint64_t{0}, ~std::uint64_t{0}}, {-1, "x"}},
      {type_of(TypeCode::float32), {0.5, -0.25}, {"x", bytes}},
      {type_of(TypeCode::float64), {0.1, 1e300, -1e-300}, {"x", day}},
      {type_of(TypeCode::text),
       {"", "a", "\xc3\xa9", std::string("\0", 1)},
       {1, 1.5, "\xff", "\xc3", "\xed\xa0\x80", "\xc0\x80"}},
      {type_of(TypeCode::bytes), {Bytes{}, bytes}, {1, true}},
      {type_of(TypeCode::day), {day, date{std::chrono::days(-1)}}, {1.5, true}},
      {type_of(TypeCode::datetime), {time, time_point{}}, {1.5, true}},
      {decimal(5, 2),
       {number("999.99"), number("-0.01"), number("0.00")},
       {number("1000.00"), number("0.001"), "x"}},
      {decimal(30, 10), {number("12345678901234567890.0123456789")}, {"x", bytes}},
      {type_of(TypeCode::uuid), {uuid, Uuid{}}, {1, "x"}},
  };
}

// As stored: the same value, or the same number in the column's scale.
bool same(const Value& stored, const Value& given) {
  if (const auto* a = stored.get_if<Number>()) {
    const auto* b = given.get_if<Number>();
    return b != nullptr && *a == *b;
  }
  return stored == given || stored.to_string() == given.to_string();
}

BOOST_AUTO_TEST_SUITE(columns)

BOOST_AUTO_TEST_CASE(every_type_keeps_its_values_and_refuses_others) {
  on_each_backend([](Bench& bench) {
    for (const Sample& sample : samples()) {
      BOOST_TEST_CONTEXT(sample.type.to_string()) {
        const Store store = bench.create(schema({TableSpec("t")
                                                     .integer("id")
                                                     .column("v", sample.type)
                                                     .column("n", sample.type, null)
                                                     .key({"id"})}));
        int id = 0;
        for (const Value& v : sample.fit) {
          insert(store, "t", {{"id", ++id}, {"v", v}, {"n", v}});
          const auto row = store.snapshot().get("t", at(id));
          BOOST_TEST_REQUIRE(row.has_value());
          BOOST_TEST(same((*row)["v"], v), (*row)["v"].to_string() << " != " << v.to_string());
          BOOST_TEST(same((*row)["n"], v));
        }
        for (const Value& v : sample.unfit) {
          BOOST_TEST_CONTEXT(v.to_string()) {
            const auto said = refused(store, [&](Transaction& tx) {
              tx.insert("t", {{"id", 99}, {"v", v}});
            });
            BOOST_TEST(codes(said) == "wrong_type");
            const auto updated = refused(store, [&](Transaction& tx) {
              tx.update("t", at(1), {{"n", v}});
            });
            BOOST_TEST(codes(updated) == "wrong_type");
          }
        }
        update(store, "t", at(1), {{"n", nullptr}});
        BOOST_TEST((*store.snapshot().get("t", at(1)))["n"].is_null());
        BOOST_TEST(problems(store) == "");
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(every_key_type_finds_its_rows_again) {
  on_each_backend([](Bench& bench) {
    for (const Sample& sample : samples()) {
      BOOST_TEST_CONTEXT(sample.type.to_string()) {
        const Store store =
            bench.create(schema({TableSpec("t").column("k", sample.type).integer("n").key({"k"}),
                                 TableSpec("c")
                                     .column("k", sample.type, null)
                                     .integer("id")
                                     .key({"id"})
                                     .index({"k"})
                                     .refers({"k"}, "t", OnDelete::cascade)}));
        int n = 0;
        for (const Value& v : sample.fit) {
          insert(store, "t", {{"k", v}, {"n", ++n}});
          insert(store, "c", {{"k", v}, {"id", n}});
          const auto row = store.snapshot().get("t", at(v));
          BOOST_TEST_REQUIRE(row.has_value());
          BOOST_TEST((*row)["n"].get<std::int64_t>() == n);
        }
        BOOST_TEST(problems(store) == "");
        erase(store, "t", at(sample.fit.front()));
        BOOST_TEST(store.snapshot().count("c") == sample.fit.size() - 1);
        BOOST_TEST(!store.snapshot().get("t", at(sample.fit.front())).has_value());
        BOOST_TEST(problems(store) == "");
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(not_null_holds_for_absent_null_and_updated_columns) {
  on_each_backend([](Bench& bench) {
    const Store store =
        bench.create(schema({TableSpec("t").integer("id").text("a").integer("b").key({"id"})}));
    const auto both = refused(store, [](Transaction& tx) { tx.insert("t", {{"id", 1}}); });
    BOOST_TEST(codes(both) == "not_null not_null");
    insert(store, "t", {{"id", 1}, {"a", ""}, {"b", 0}});
    BOOST_TEST(codes(refused(store, [](Transaction& tx) {
                 tx.update("t", at(1), {{"a", nullptr}});
               })) == "not_null");
    BOOST_TEST(codes(refused(store, [](Transaction& tx) {
                 tx.put("t", {{"id", 1}, {"b", 1}});
               })) == "not_null");
    BOOST_TEST(rows(store, "t") == "1||0");
  });
}

BOOST_AUTO_TEST_CASE(defaults_fill_what_insert_and_put_leave_out_but_not_what_they_set_to_null) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(schema({TableSpec("t")
                                                 .integer("id")
                                                 .text("a")
                                                 .or_else("dflt")
                                                 .integer("b", null)
                                                 .or_else(5)
                                                 .integer("c", null)
                                                 .key({"id"})}));
    insert(store, "t", {{"id", 1}});
    insert(store, "t", {{"id", 2}, {"a", "x"}, {"b", nullptr}, {"c", 1}});
    BOOST_TEST(rows(store, "t") == "1|dflt|5|null 2|x|null|1");
    store.update([](Transaction& tx) { tx.put("t", {{"id", 2}, {"c", 3}}); });
    update(store, "t", at(1), {{"c", 4}});
    BOOST_TEST(rows(store, "t") == "1|dflt|5|4 2|dflt|5|3");
    BOOST_TEST(codes(refused(store, [](Transaction& tx) {
                 tx.insert("t", {{"id", 3}, {"a", nullptr}});
               })) == "not_null");
  });
}

BOOST_AUTO_TEST_CASE(length_counts_code_points_of_text_and_bytes_of_bytes) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(schema({TableSpec("t")
                                                 .integer("id")
                                                 .text("a", null)
                                                 .at_most(3)
                                                 .column("b", TypeCode::bytes, null)
                                                 .at_most(3)
                                                 .key({"id"})}));
    // Three code points of one, two, three and four bytes.
    for (const char* text :
         {"abc", "\xc3\xa9\xc3\xa9\xc3\xa9", "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac",
          "\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80"}) {
      store.update([&](Transaction& tx) { tx.put("t", {{"id", 1}, {"a", text}}); });
      const auto said = refused(store, [&](Transaction& tx) {
        tx.update("t", at(1), {{"a", std::string(text) + "x"}});
      });
      BOOST_TEST(codes(said) == "max_length");
    }
    update(store, "t", at(1), {{"b", Bytes(3)}});
    BOOST_TEST(codes(refused(store, [](Transaction& tx) {
                 tx.update("t", at(1), {{"b", Bytes(4)}});
               })) == "max_length");
  });
}

BOOST_AUTO_TEST_CASE(checks_pass_unless_they_are_false) {
  using Op = Expression::Op;
  const auto column = [](const char* name) { return Expression::column(name); };
  const auto constant = [](Value v) { return Expression::constant(std::move(v)); };
  struct Case {
    Expression condition;
    std::vector<Row> pass;
    std::vector<Row> fail;
  };
  const Row none{};
  const std::vector<Case> cases{
      {Expression::of(Op::gt, {column("a"), constant(0)}),
       {none, {{"a", 1}}},
       {{{"a", 0}}, {{"a", -1}}}},
      {Expression::of(Op::eq, {column("a"), column("b")}),
       {none, {{"a", 1}}, {{"b", 1}}, {{"a", 1}, {"b", 1}}},
       {{{"a", 1}, {"b", 2}}}},
      {Expression::of(Op::ne, {column("a"), constant(3)}), {none, {{"a", 2}}}, {{{"a", 3}}}},
      // and: one false makes it false, null or not
      {Expression::of(Op::all, {Expression::of(Op::ge, {column("a"), constant(1)}),
                                Expression::of(Op::le, {column("b"), constant(9)})}),
       {none, {{"a", 1}}, {{"b", 9}}, {{"a", 1}, {"b", 9}}},
       {{{"a", 0}}, {{"b", 10}}, {{"a", 1}, {"b", 10}}}},
      // or: false only where all are false
      {Expression::of(Op::any, {Expression::of(Op::ge, {column("a"), constant(1)}),
                                Expression::of(Op::le, {column("b"), constant(9)})}),
       {none, {{"a", 0}}, {{"b", 10}}, {{"a", 1}, {"b", 10}}, {{"a", 0}, {"b", 9}}},
       {{{"a", 0}, {"b", 10}}}},
      // not unknown is unknown
      {Expression::of(Op::negate, {Expression::of(Op::eq, {column("a"), constant(1)})}),
       {none, {{"a", 2}}},
       {{{"a", 1}}}},
      {Expression::of(Op::is_null, {column("a")}), {none}, {{{"a", 1}}}},
      {Expression::of(Op::negate, {Expression::of(Op::is_null, {column("a")})}),
       {{{"a", 1}}},
       {none}},
      {Expression::of(Op::in, {column("a"), constant(1), constant(3)}),
       {none, {{"a", 1}}, {{"a", 3}}},
       {{{"a", 2}}}},
      {Expression::of(Op::le, {Expression::of(Op::length, {column("t")}), constant(2)}),
       {none, {{"t", ""}}, {{"t", "\xc3\xa9\xc3\xa9"}}},
       {{{"t", "abc"}}}},
      {Expression::of(Op::prefix, {column("t"), constant("ab")}),
       {none, {{"t", "ab"}}, {{"t", "abc"}}},
       {{{"t", "a"}}, {{"t", "xab"}}}},
      {Expression::of(Op::contains, {column("t"), constant("ab")}),
       {none, {{"t", "xaby"}}},
       {{{"t", "ba"}}}},
      {Expression::of(Op::lt, {column("t"), constant("b")}),
       {none, {{"t", ""}}},
       {{{"t", "b"}}, {{"t", "c"}}}},
  };
  on_each_backend([&](Bench& bench) {
    for (const Case& c : cases) {
      BOOST_TEST_CONTEXT(c.condition.to_string()) {
        const Store store = bench.create(schema({TableSpec("r")
                                                     .integer("id")
                                                     .integer("a", null)
                                                     .integer("b", null)
                                                     .text("t", null)
                                                     .key({"id"})
                                                     .check("rule", c.condition)}));
        int id = 0;
        for (Row row : c.pass) {
          BOOST_TEST_CONTEXT(show(row)) {
            row.set("id", ++id);
            BOOST_CHECK_NO_THROW(insert(store, "r", row));
          }
        }
        for (Row row : c.fail) {
          BOOST_TEST_CONTEXT(show(row)) {
            row.set("id", 100);
            const auto said = refused(store, [&](Transaction& tx) { tx.insert("r", row); });
            BOOST_TEST(engine_test::show(said) == "check r.rule 100");
            const auto updated = refused(store, [&](Transaction& tx) {
              Row set{{"a", nullptr}, {"b", nullptr}, {"t", nullptr}};
              for (const auto& [name, value] : row)
                if (name != "id") set.set(name, value);
              tx.update("r", at(1), set);
            });
            BOOST_TEST(codes(updated) == "check");
          }
        }
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(a_value_of_several_mebibytes_is_kept_and_one_above_the_limit_refused) {
  on_each_backend([](Bench& bench) {
    const Store store = bench.create(schema({TableSpec("t").integer("id").text("v").key({"id"})}));
    const std::string large(5U << 20, 'x');
    insert(store, "t", {{"id", 1}, {"v", large}});
    BOOST_TEST(((*store.snapshot().get("t", at(1)))["v"].get<std::string>() == large));
    BOOST_TEST(code_name([&] {
                 insert(store, "t", {{"id", 2}, {"v", std::string(17U << 20, 'x')}});
               }) == "capacity");
    BOOST_TEST(store.snapshot().count("t") == 1U);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
