#include "kindred/expression.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <stdexcept>

#include "kindred/detail/value_kind.hpp"

namespace kindred {
namespace {

using Op = Expression::Op;

Expression col(const char* name) { return Expression::column(name); }
Expression val(Value v) { return Expression::constant(std::move(v)); }
Expression of(Op op, std::vector<Expression> operands) {
  return Expression::of(op, std::move(operands));
}

Table sample() {
  const auto column = [](const char* name, TypeCode code) {
    Column c;
    c.name = name;
    c.type.code = code;
    return c;
  };
  Table t;
  t.name = "sample";
  t.columns = {column("id", TypeCode::int64),      column("count", TypeCode::uint16),
               column("name", TypeCode::text),     column("data", TypeCode::bytes),
               column("born", TypeCode::day),      column("active", TypeCode::boolean),
               column("price", TypeCode::decimal), column("ratio", TypeCode::float64),
               column("fast", TypeCode::duration), column("slow", TypeCode::duration),
               column("tags", TypeCode::list)};
  t.columns[6].type.precision = 10;
  t.columns[6].type.scale = 2;
  t.columns[9].type.period_num = 60;
  t.columns[10].type.members.push_back({"0", t.columns[2].type});
  return t;
}

// Empty where the condition is accepted.
std::string refusal(Expression e) {
  try {
    detail::check_condition(e, sample());
    return "";
  } catch (const std::invalid_argument& wrong) {
    return wrong.what();
  }
}

BOOST_AUTO_TEST_SUITE(expressions)

BOOST_AUTO_TEST_CASE(are_written_as_a_reader_would) {
  const auto price = of(Op::ge, {col("price"), val(0)});
  const auto name = of(Op::le, {of(Op::length, {col("name")}), val(20)});
  BOOST_TEST(of(Op::all, {price, name}).to_string() == "price >= 0 and length(name) <= 20");
  BOOST_TEST(of(Op::all, {of(Op::any, {price, name}), price}).to_string() ==
             "(price >= 0 or length(name) <= 20) and price >= 0");
  BOOST_TEST(of(Op::any, {of(Op::all, {price, name}), price}).to_string() ==
             "price >= 0 and length(name) <= 20 or price >= 0");
  BOOST_TEST(of(Op::negate, {of(Op::all, {price, name})}).to_string() ==
             "not (price >= 0 and length(name) <= 20)");
  BOOST_TEST(of(Op::negate, {of(Op::is_null, {col("name")})}).to_string() == "not name is null");
  BOOST_TEST(of(Op::in, {col("name"), val("M"), val("F")}).to_string() == "name in (\"M\", \"F\")");
  BOOST_TEST(of(Op::prefix, {col("name"), val("a")}).to_string() == "name starts with \"a\"");
  BOOST_TEST(of(Op::contains, {col("name"), val("a")}).to_string() == "name contains \"a\"");
  BOOST_TEST(of(Op::eq, {price, val(true)}).to_string() == "(price >= 0) = true");
  BOOST_TEST(of(Op::ne, {col("a"), col("b")}).to_string() == "a != b");
  BOOST_TEST(of(Op::all, {}).to_string() == "true");
  BOOST_TEST(of(Op::any, {}).to_string() == "false");
  BOOST_TEST(of(Op::negate, {of(Op::all, {})}).to_string() == "not true");
}

BOOST_AUTO_TEST_CASE(malformed_trees_are_written_too) {
  BOOST_TEST(of(Op::eq, {col("a")}).to_string() == "a = ?");
  BOOST_TEST(of(Op::length, {}).to_string() == "length(?)");
  BOOST_TEST(of(Op::in, {}).to_string() == "? in ()");
  BOOST_TEST(of(static_cast<Op>(99), {}).to_string() == "?");
}

BOOST_AUTO_TEST_CASE(conditions_that_can_be_evaluated_are_accepted) {
  BOOST_TEST(refusal(col("active")) == "");
  BOOST_TEST(refusal(val(true)) == "");
  BOOST_TEST(refusal(of(Op::lt, {col("id"), col("count")})) == "");
  BOOST_TEST(refusal(of(Op::ge, {col("price"), val(0)})) == "");
  BOOST_TEST(refusal(of(Op::ge, {col("ratio"), val(0)})) == "");
  BOOST_TEST(refusal(of(Op::eq, {col("active"), val(false)})) == "");
  BOOST_TEST(refusal(of(Op::lt, {val(3), of(Op::length, {col("data")})})) == "");
  BOOST_TEST(refusal(of(Op::is_null, {col("tags")})) == "");
  BOOST_TEST(refusal(of(Op::any, {})) == "");
  BOOST_TEST(refusal(of(Op::contains, {col("data"), val(Bytes(1))})) == "");
}

BOOST_AUTO_TEST_CASE(other_conditions_are_refused_with_the_reason) {
  BOOST_TEST(refusal(of(Op::eq, {col("nam"), val("x")})) ==
             "names a column 'nam' that the table does not have (did you mean 'name'?)");
  BOOST_TEST(refusal(of(Op::eq, {col("name"), val(1)})) ==
             "'name = 1': compares text with a whole number");
  BOOST_TEST(refusal(of(Op::lt, {col("born"), val("2020-01-01")})) ==
             "'born < \"2020-01-01\"': compares a date with text");
  BOOST_TEST(refusal(of(Op::lt, {col("id"), val(1.5)})) ==
             "'id < 1.5': compares a whole number with a floating-point number");
  BOOST_TEST(refusal(of(Op::lt, {col("fast"), col("slow")})) ==
             "'fast < slow': compares duration(1) with duration(60)");
  BOOST_TEST(refusal(of(Op::eq, {col("tags"), col("tags")})) ==
             "'tags = tags': a nested value cannot be compared");
  BOOST_TEST(refusal(of(Op::eq, {col("id"), val(nullptr)})) ==
             "'null': nothing compares with null; ask 'is null'");
  BOOST_TEST(refusal(of(Op::eq, {col("id")})) == "'id = ?': needs 2 operands, has 1");
  BOOST_TEST(refusal(of(Op::negate, {col("id")})) == "'id': it is neither true nor false");
  BOOST_TEST(refusal(of(Op::is_null, {val(1)})) == "'1 is null': 'is null' asks about a column");
  BOOST_TEST(refusal(of(Op::in, {col("id")})) ==
             "'id in ()': 'in' needs a list of at least one constant");
  BOOST_TEST(refusal(of(Op::in, {col("id"), col("id")})) ==
             "'id in (id)': 'in' takes constants only");
  BOOST_TEST(refusal(of(Op::length, {col("name")})) ==
             "'length(name)': it is neither true nor false");
  BOOST_TEST(refusal(of(Op::gt, {of(Op::length, {col("id")}), val(1)})) ==
             "'length(id)': only text and bytes have a length");
  BOOST_TEST(refusal(of(Op::prefix, {col("name"), val(Bytes(1))})) ==
             "'name starts with 0x00': both sides must be text, or both bytes");
  BOOST_TEST(refusal(of(Op::eq, {col("ratio"), val(std::nan(""))})) == "'nan': is not a number");
  BOOST_TEST(refusal(of(Op::eq, {col("name"), val("\xff")})).ends_with("is not valid UTF-8"));
  BOOST_TEST(refusal(of(static_cast<Op>(99), {})) == "has an unknown operator, number 99");
  Expression deep = col("active");
  for (int i = 0; i < 70; ++i) deep = of(Op::negate, {deep});
  BOOST_TEST(refusal(deep) == "is nested more than 64 levels deep");
}

BOOST_AUTO_TEST_CASE(constants_take_the_kind_of_what_they_are_compared_with) {
  const auto settled = [](Expression e) {
    detail::check_condition(e, sample());
    return e;
  };
  BOOST_TEST(settled(of(Op::ge, {col("count"), val(7)})).operands[1].value.get<std::uint64_t>() ==
             7u);
  BOOST_TEST(settled(of(Op::ge, {val(7), col("ratio")})).operands[0].value.get<double>() == 7.0);
  BOOST_TEST(
      settled(of(Op::ge, {col("price"), val(7)})).operands[1].value.get<Number>().to_string() ==
      "7.00");
  BOOST_TEST(
      settled(of(Op::in, {col("count"), val(1), val(2)})).operands[2].value.get<std::uint64_t>() ==
      2u);
  // What would lose something stays: the comparison is by number.
  BOOST_TEST(settled(of(Op::ge, {col("count"), val(-1)})).operands[1].value.get<std::int64_t>() ==
             -1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kindred
