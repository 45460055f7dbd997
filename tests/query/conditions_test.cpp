// Conditions made by hand: what is refused and with which words, and constants that no column of
// the type can hold.
#include "engine/query.hpp"
#include "tests/engine/schema_builder.hpp"
#include "tests/entity/support.hpp"

namespace {

using namespace kindred;
using engine_test::null;
using engine_test::schema;
using engine_test::TableSpec;
using Op = Expression::Op;

Expression col(const char* name) { return Expression::column(name); }
Expression val(Value v) { return Expression::constant(std::move(v)); }
Expression of(Op op, std::vector<Expression> operands) {
  return Expression::of(op, std::move(operands));
}

Catalog things() {
  Type list;
  list.code = TypeCode::list;
  list.members.push_back({"0", Type{}});
  Type decimal;
  decimal.code = TypeCode::decimal;
  decimal.precision = 6;
  decimal.scale = 2;
  Type minutes;
  minutes.code = TypeCode::duration;
  minutes.period_num = 60;
  Type seconds;
  seconds.code = TypeCode::duration;
  return schema({TableSpec("thing")
                     .integer("id")
                     .column("small", TypeCode::int8, null)
                     .column("natural", TypeCode::uint16, null)
                     .column("huge", TypeCode::uint64, null)
                     .column("real", TypeCode::float32, null)
                     .column("price", decimal, null)
                     .column("on", TypeCode::boolean, null)
                     .text("name", null)
                     .column("data", TypeCode::bytes, null)
                     .column("born", TypeCode::day, null)
                     .column("minutes", minutes, null)
                     .column("seconds", seconds, null)
                     .column("tags", list, null)
                     .key({"id"})
                     .index({"small"})
                     .index({"natural"})
                     .index({"name"})});
}

struct Things {
  Store store = Store::open("memory:", things(), {.create = true});
  Things() {
    store.update([](Transaction& tx) {
      tx.insert("thing", {{"id", 1},
                          {"small", -128},
                          {"natural", 0},
                          {"huge", 0},
                          {"real", 0.5},
                          {"price", Number{150, 2}},
                          {"on", true},
                          {"name", "one"}});
      tx.insert("thing", {{"id", 2},
                          {"small", 127},
                          {"natural", 65535},
                          {"huge", ~std::uint64_t{0}},
                          {"real", -2},
                          {"price", Number{-99, 0}},
                          {"on", false},
                          {"name", ""}});
      tx.insert("thing", {{"id", 3},
                          {"minutes", 2},
                          {"seconds", 120},
                          {"data", Bytes{std::byte{0}, std::byte{255}}},
                          {"born", date{std::chrono::days{10}}}});
    });
  }
  std::string keys(Expression where) const {
    const Snapshot now = store.snapshot();
    detail::QuerySpec spec;
    spec.table = "thing";
    spec.where = std::move(where);
    spec.order = {{"id"}};
    std::string out;
    engine::run_query(now.reading(), spec, [&](ByteView key, ByteView) {
      out += now.reading().schema().require("thing").key_text(key);
      return true;
    });
    BOOST_TEST(engine::count_query(now.reading(), spec) == out.size());
    return out;
  }
  std::string refusal(Expression where, std::vector<detail::QueryOrder> order = {},
                      const char* table = "thing") const {
    const Snapshot now = store.snapshot();
    detail::QuerySpec spec;
    spec.table = table;
    spec.where = std::move(where);
    spec.order = std::move(order);
    try {
      engine::run_query(now.reading(), spec, [](ByteView, ByteView) { return true; });
    } catch (const UsageError& e) {
      BOOST_CHECK_THROW((void)engine::count_query(now.reading(), spec), UsageError);
      BOOST_CHECK_THROW((void)engine::explain_query(now.reading(), spec), UsageError);
      return e.what();
    }
    return "";
  }
};

BOOST_AUTO_TEST_SUITE(conditions)

BOOST_AUTO_TEST_CASE(constants_outside_of_the_range_give_the_right_answer) {
  const Things t;
  const auto compare = [&](const char* column, Op op, Value with) {
    return t.keys(of(op, {col(column), val(std::move(with))}));
  };
  for (const char* column : {"small", "natural"}) {
    BOOST_TEST_CONTEXT(column) {
      for (const Value& above :
           {Value(70000), Value(~std::uint64_t{0}), Value(1e9), Value(Number{700005, 1})}) {
        BOOST_TEST_CONTEXT(above.to_string()) {
          BOOST_TEST(compare(column, Op::lt, above) == "12");
          BOOST_TEST(compare(column, Op::le, above) == "12");
          BOOST_TEST(compare(column, Op::ne, above) == "12");
          BOOST_TEST(compare(column, Op::eq, above) == "");
          BOOST_TEST(compare(column, Op::gt, above) == "");
          BOOST_TEST(compare(column, Op::ge, above) == "");
          BOOST_TEST(t.keys(of(Op::in, {col(column), val(above)})) == "");
          BOOST_TEST(t.keys(of(Op::negate, {of(Op::in, {col(column), val(above)})})) == "12");
          BOOST_TEST(t.keys(of(Op::negate, {of(Op::lt, {col(column), val(above)})})) == "");
          BOOST_TEST(t.keys(of(Op::negate, {of(Op::gt, {val(above), col(column)})})) == "");
        }
      }
      for (const Value& below : {Value(-70000), Value(INT64_MIN), Value(-1e9)}) {
        BOOST_TEST_CONTEXT(below.to_string()) {
          BOOST_TEST(compare(column, Op::gt, below) == "12");
          BOOST_TEST(compare(column, Op::ge, below) == "12");
          BOOST_TEST(compare(column, Op::eq, below) == "");
          BOOST_TEST(compare(column, Op::lt, below) == "");
        }
      }
    }
  }
  BOOST_TEST(compare("small", Op::lt, Number{-1275, 1}) == "1");  // -127.5
  BOOST_TEST(compare("small", Op::gt, Number{1265, 1}) == "2");
  BOOST_TEST(compare("small", Op::ge, Number{-1285, 1}) == "12");
  BOOST_TEST(compare("small", Op::le, Number{-1285, 1}) == "");
  BOOST_TEST(compare("small", Op::eq, Number{1270, 1}) == "2");
  BOOST_TEST(compare("small", Op::eq, 127.0) == "2");
  BOOST_TEST(compare("small", Op::le, 126.5) == "1");
  BOOST_TEST(compare("huge", Op::eq, ~std::uint64_t{0}) == "2");
  BOOST_TEST(compare("huge", Op::gt, -1) == "12");
  BOOST_TEST(compare("price", Op::eq, Number{1500, 3}) == "1");
  BOOST_TEST(compare("price", Op::lt, Number{15001, 4}) == "12");
  BOOST_TEST(compare("price", Op::gt, Number{15001, 4}) == "");
  BOOST_TEST(compare("price", Op::eq, -99) == "2");
  BOOST_TEST(compare("price", Op::lt,
                     Number::parse("99999999999999999999999999999999999999").value()) == "12");
  BOOST_TEST(compare("price", Op::gt, 1.25) == "1");
  BOOST_TEST(compare("real", Op::gt, 0.1) == "1");
  BOOST_TEST(compare("real", Op::lt, 0) == "2");
  BOOST_TEST(compare("real", Op::lt, 1e300) == "12");
  BOOST_TEST(compare("real", Op::eq, 0.1) == "");
  BOOST_TEST(compare("real", Op::ne, std::nan("")) == "12");
  BOOST_TEST(compare("real", Op::eq, std::nan("")) == "");
  BOOST_TEST(compare("name", Op::gt, std::string(5000, 'n')) == "1");
  BOOST_TEST(compare("name", Op::le, std::string(5000, 'n')) == "2");
  BOOST_TEST(compare("name", Op::eq, std::string(5000, 'n')) == "");
}

BOOST_AUTO_TEST_CASE(columns_compare_with_columns_and_lengths) {
  const Things t;
  BOOST_TEST(t.keys(of(Op::lt, {col("small"), col("natural")})) == "12");
  BOOST_TEST(t.keys(of(Op::eq, {col("natural"), col("huge")})) == "1");
  BOOST_TEST(t.keys(of(Op::lt, {col("price"), col("real")})) == "2");
  BOOST_TEST(t.keys(of(Op::eq, {of(Op::length, {col("name")}), val(3)})) == "1");
  BOOST_TEST(t.keys(of(Op::lt, {val(-1), of(Op::length, {col("name")})})) == "12");
  BOOST_TEST(t.keys(of(Op::gt, {of(Op::length, {col("name")}), val(2.5)})) == "1");
  BOOST_TEST(t.keys(of(Op::eq, {of(Op::length, {col("data")}), val(2)})) == "3");
  BOOST_TEST(t.keys(of(Op::prefix, {col("data"), val(Bytes{std::byte{0}})})) == "3");
  BOOST_TEST(t.keys(of(Op::contains, {col("name"), val("n")})) == "1");
  BOOST_TEST(t.keys(of(Op::contains, {val("none"), col("name")})) == "12");
  BOOST_TEST(t.keys(col("on")) == "1");
  BOOST_TEST(t.keys(of(Op::negate, {col("on")})) == "2");
  BOOST_TEST(t.keys(of(Op::eq, {of(Op::lt, {col("small"), val(0)}), val(true)})) == "1");
  BOOST_TEST(t.keys(of(Op::in, {col("small"), col("natural"), val(127)})) == "2");
  BOOST_TEST(t.keys(of(Op::eq, {val(1), val(1)})) == "123");
  BOOST_TEST(t.keys(of(Op::eq, {col("minutes"), val(2)})) == "3");
  BOOST_TEST(t.keys(of(Op::eq, {col("born"), val(date{std::chrono::days{10}})})) == "3");
}

BOOST_AUTO_TEST_CASE(null_is_neither_true_nor_false) {
  const Things t;
  BOOST_TEST(t.keys(of(Op::ne, {col("small"), val(127)})) == "1");
  BOOST_TEST(t.keys(of(Op::negate, {of(Op::eq, {col("small"), val(127)})})) == "1");
  BOOST_TEST(t.keys(of(Op::eq, {col("small"), val(Value())})) == "");
  BOOST_TEST(t.keys(of(Op::negate, {of(Op::eq, {col("small"), val(Value())})})) == "");
  BOOST_TEST(t.keys(of(Op::is_null, {col("small")})) == "3");
  BOOST_TEST(t.keys(of(Op::is_null, {col("tags")})) == "123");
  BOOST_TEST(t.keys(of(Op::negate, {of(Op::is_null, {col("small")})})) == "12");
  BOOST_TEST(t.keys(of(Op::in, {col("small"), val(127), val(Value())})) == "2");
  BOOST_TEST(t.keys(of(Op::negate, {of(Op::in, {col("small"), val(127), val(Value())})})) == "");
  BOOST_TEST(t.keys(of(Op::in, {col("small")})) == "");
  BOOST_TEST(t.keys(of(Op::negate, {of(Op::in, {col("small")})})) == "123");
  const auto small = of(Op::eq, {col("small"), val(127)});
  const auto third = of(Op::eq, {col("id"), val(3)});
  BOOST_TEST(t.keys(of(Op::any, {small, third})) == "23");
  BOOST_TEST(t.keys(of(Op::negate, {of(Op::all, {small, third})})) == "12");
  BOOST_TEST(t.keys(of(Op::negate, {of(Op::any, {small, third})})) == "1");
  BOOST_TEST(t.keys(of(Op::all, {})) == "123");
  BOOST_TEST(t.keys(of(Op::any, {})) == "");
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused_by_name) {
  const Things t;
  BOOST_TEST(t.refusal(of(Op::eq, {col("nmae"), val("x")})) ==
             "table thing has no column 'nmae' (did you mean 'name'?)");
  BOOST_TEST(t.refusal(of(Op::all, {}), {{"pricee"}}) ==
             "table thing has no column 'pricee' (did you mean 'price'?)");
  BOOST_TEST(t.refusal(of(Op::all, {}), {}, "thign") == "no table 'thign' (did you mean 'thing'?)");
  BOOST_TEST(t.refusal(of(Op::eq, {col("tags"), val(1)})) ==
             "table thing: column 'tags' is list<int64>, which cannot be compared: keep what "
             "queries need in a column of its own");
  BOOST_TEST(t.refusal(of(Op::all, {}), {{"tags"}}) ==
             "table thing: column 'tags' is list<int64>, which has no order: keep what queries "
             "need in a column of its own");
  BOOST_TEST(t.refusal(of(Op::eq, {col("name"), val(1)})) ==
             "table thing: 'name = 1': compares text with a whole number");
  BOOST_TEST(t.refusal(of(Op::lt, {val("x"), col("small")})) ==
             "table thing: '\"x\" < small': compares text with a whole number");
  BOOST_TEST(t.refusal(of(Op::lt, {col("minutes"), col("seconds")})).find("compares") !=
             std::string::npos);
  BOOST_TEST(t.refusal(of(Op::in, {col("name"), val("x"), val(1)})) != "");
  BOOST_TEST(t.refusal(of(Op::prefix, {col("small"), val("x")})) != "");
  BOOST_TEST(t.refusal(of(Op::prefix, {col("name"), val(Bytes{})})) != "");
  BOOST_TEST(t.refusal(of(Op::length, {col("name")})) ==
             "table thing: 'length(name)': it is neither true nor false");
  BOOST_TEST(t.refusal(of(Op::eq, {of(Op::length, {col("small")}), val(1)})) != "");
  BOOST_TEST(t.refusal(of(Op::eq, {col("small")})) ==
             "table thing: 'small = ?': needs 2 operands, has 1");
  BOOST_TEST(t.refusal(of(Op::negate, {})) != "");
  BOOST_TEST(t.refusal(of(Op::is_null, {val(1)})) != "");
  BOOST_TEST(t.refusal(of(Op::in, {})) != "");
  BOOST_TEST(t.refusal(col("small")) != "");
  BOOST_TEST(t.refusal(val(1)) != "");
  BOOST_TEST(t.refusal(of(Op::eq, {of(Op::negate, {col("small")}), val(true)})) != "");
  BOOST_TEST(t.refusal(of(static_cast<Op>(99), {})) != "");
  BOOST_TEST(t.refusal(of(Op::eq, {of(static_cast<Op>(99), {}), val(1)})) != "");
  Expression deep = of(Op::is_null, {col("small")});
  for (int i = 0; i < 1000; ++i) deep = of(Op::negate, {std::move(deep)});
  BOOST_TEST(t.refusal(std::move(deep)).find("use in()") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
