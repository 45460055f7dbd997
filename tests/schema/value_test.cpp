#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cmath>
#include <limits>

#include "kindred/detail/schema_calls.hpp"
#include "kindred/schema_dynamic.hpp"

namespace {

using namespace kindred;
using schema::Dict;
using schema::Sequence;
using schema::Value;
using Form = schema::Sequence::Form;

Value decimal(const char* text) { return *BigDecimal::parse(text); }
Value sequence(Form form, std::vector<Value> items) { return Sequence{form, std::move(items)}; }

// Equal as keys, and so of one hash.
void check_same_key(const Value& a, const Value& b) {
  BOOST_TEST(schema::detail::same_key(a, b), a.to_string() << " and " << b.to_string());
  BOOST_TEST(schema::detail::same_key(b, a), b.to_string() << " and " << a.to_string());
  BOOST_TEST(schema::detail::hash_key(a) == schema::detail::hash_key(b),
             a.to_string() << " and " << b.to_string());
}
void check_other_key(const Value& a, const Value& b) {
  BOOST_TEST(!schema::detail::same_key(a, b), a.to_string() << " and " << b.to_string());
}

template <class F>
std::int64_t milliseconds(F run) {
  const auto begin = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               begin)
      .count();
}

BOOST_AUTO_TEST_SUITE(schema_value)

BOOST_AUTO_TEST_CASE(equality_is_of_kind_and_value) {
  BOOST_TEST((Value(1) == Value(1)));
  BOOST_TEST(!(Value(1) == Value(1.0)));
  BOOST_TEST(!(Value(1) == Value(true)));
  BOOST_TEST((Value(schema::Enumerator{"E", "a", Value(1)}) ==
              Value(schema::Enumerator{"E", "a", Value(1)})));
  BOOST_TEST(!(Value(schema::Enumerator{"E", "a", Value(1)}) ==
               Value(schema::Enumerator{"F", "a", Value(1)})));
  BOOST_TEST((Value(schema::Secret{Value("x")}) == Value(schema::Secret{Value("x")})));
  BOOST_TEST((Value(Dict{{"a", 1}, {"b", 2}}) == Value(Dict{{"b", 2}, {"a", 1}})));
  BOOST_TEST(!(Value(Dict{{"a", 1}}) == Value(Dict{{"a", 1.0}})));
  BOOST_TEST(!(Value(Dict{{1, 1}}) == Value(Dict{{1.0, 1}})));
  BOOST_TEST((sequence(Form::set, {1, 2}) == sequence(Form::set, {2, 1})));
  BOOST_TEST(!(sequence(Form::list, {1, 2}) == sequence(Form::list, {2, 1})));
  BOOST_TEST(!(sequence(Form::set, {1, 2}) == sequence(Form::frozen_set, {1, 2})));
}

BOOST_AUTO_TEST_CASE(naturals_beyond_the_signed_ones_are_big) {
  BOOST_TEST(Value(std::uint64_t{7}).get<std::int64_t>() == 7);
  BOOST_TEST(Value(std::numeric_limits<std::uint64_t>::max()).get<BigInt>().digits ==
             "18446744073709551615");
}

BOOST_AUTO_TEST_CASE(keys_are_equal_as_in_python) {
  check_same_key(Value(1), Value(true));
  check_same_key(Value(1), Value(1.0));
  check_same_key(Value(0), Value(-0.0));
  check_same_key(Value(1), decimal("1.00"));
  check_same_key(Value(0), decimal("-0E+5"));
  check_same_key(Value(0.5), decimal("0.50"));
  check_same_key(Value(1200), decimal("1.2E+3"));
  check_same_key(Value(std::numeric_limits<std::int64_t>::min()), Value(-0x1p63));
  check_same_key(Value(std::numeric_limits<std::int64_t>::max()), decimal("9223372036854775807"));
  check_same_key(Value(BigInt{"18446744073709551616"}), Value(0x1p64));
  check_same_key(Value(BigInt{"100000000000000000000"}), decimal("1E+20"));
  check_same_key(Value(std::numeric_limits<double>::infinity()), decimal("inf"));
  check_same_key(sequence(Form::tuple, {1, "a"}), sequence(Form::tuple, {1.0, "a"}));
  check_same_key(sequence(Form::frozen_set, {1, 2}), sequence(Form::frozen_set, {2, 1}));
  check_other_key(Value(0.1), decimal("0.1"));
  check_other_key(Value(1), Value("1"));
  check_other_key(Value(std::nan("")), Value(std::nan("")));
  check_other_key(Value(std::numeric_limits<std::int64_t>::max()), Value(0x1p63));
  check_other_key(sequence(Form::tuple, {1}), sequence(Form::list, {1}));
}

BOOST_AUTO_TEST_CASE(dicts_find_by_key) {
  Dict dict;
  for (int i = 0; i < 100; ++i) dict.at_key(Value(i)) = Value(-i);
  dict.at_key(Value(7.0)) = Value("seven");
  dict.at_key(Value("7")) = Value("text");
  BOOST_TEST(dict.items.size() == 101u);
  BOOST_TEST(dict.find(Value(7))->to_string() == "'seven'");
  BOOST_TEST(dict.find("7")->to_string() == "'text'");
  BOOST_TEST((dict.find(Value(100)) == nullptr));
  BOOST_TEST((dict.find("nothing") == nullptr));
  dict.items.erase(dict.items.begin());
  dict.reindex();
  BOOST_TEST((dict.find(Value(0)) == nullptr));
  BOOST_TEST(dict.find(Value(99))->get<std::int64_t>() == -99);
}

BOOST_AUTO_TEST_CASE(erased_keys_are_gone_and_the_others_stay) {
  Dict dict;
  for (int i = 0; i < 1000; ++i) dict.at_key(Value(i)) = Value(i);
  for (int i = 0; i < 1000; i += 3) dict.erase(Value(i));
  dict.erase(Value("nothing"));
  for (int i = 0; i < 1000; ++i) {
    const Value* found = dict.find(Value(i));
    BOOST_TEST((found == nullptr) == (i % 3 == 0));
    if (found != nullptr) BOOST_TEST(found->get<std::int64_t>() == i);
  }
  BOOST_TEST(dict.items.size() == 666u);
}

BOOST_AUTO_TEST_CASE(many_keys_take_no_longer_each) {
  constexpr int many = 100'000;
  const auto fill = [](auto key) {
    Dict dict;
    for (int i = 0; i < many; ++i) dict.at_key(key(i)) = Value(i);
    BOOST_TEST(dict.items.size() == static_cast<std::size_t>(many));
  };
  // Quadratic work would take minutes.
  constexpr std::int64_t bound = 20'000;
  BOOST_TEST(milliseconds([&] { fill([](int i) { return Value(i); }); }) < bound);
  BOOST_TEST(milliseconds([&] { fill([](int i) { return Value("key" + std::to_string(i)); }); }) <
             bound);
  BOOST_TEST(milliseconds([&] { fill([](int i) { return Value(i * 0x1p40); }); }) < bound);
  BOOST_TEST(
      milliseconds([&] {
        fill([](int i) { return Value(BigInt{"98765432109876" + std::to_string(1000000 + i)}); });
      }) < bound);
}

BOOST_AUTO_TEST_CASE(text_is_as_python_prints_it) {
  const auto text = [](const Value& v) { return v.to_string(); };
  BOOST_TEST(text({}) == "None");
  BOOST_TEST(text(true) == "True");
  BOOST_TEST(text(1.0) == "1.0");
  BOOST_TEST(text(1e30) == "1e+30");
  BOOST_TEST(text("it's") == "\"it's\"");
  BOOST_TEST(text("'\"") == "'\\'\"'");
  BOOST_TEST(text("a\\b\n\x01\x7f") == "'a\\\\b\\n\\x01\\x7f'");
  BOOST_TEST(text("\u00e9\u00a0\u200b\U0001f600\U000e0001") ==
             "'\u00e9\\xa0\\u200b\U0001f600\\U000e0001'");
  BOOST_TEST(text(Bytes{std::byte{'a'}, std::byte{0}, std::byte{'\''}}) == "b\"a\\x00'\"");
  BOOST_TEST(text(decimal("1.50")) == "Decimal('1.50')");
  using namespace std::chrono_literals;
  BOOST_TEST(text(date(2022y / 6 / 8)) == "datetime.date(2022, 6, 8)");
  BOOST_TEST(text(*DateTime::parse("2022-06-08T12:13:14Z")) ==
             "datetime.datetime(2022, 6, 8, 12, 13, 14, tzinfo=TzInfo(0))");
  BOOST_TEST(text(*DateTime::parse("1969-12-31T23:00:00.5")) ==
             "datetime.datetime(1969, 12, 31, 23, 0, 0, 500000)");
  BOOST_TEST(text(*TimeOfDay::parse("12:13:00")) == "datetime.time(12, 13)");
  BOOST_TEST(text(Duration(-1)) ==
             "datetime.timedelta(days=-1, seconds=86399, microseconds=999999)");
  BOOST_TEST(text(Duration(0)) == "datetime.timedelta(0)");
  BOOST_TEST(text(schema::Secret{Value("x")}) == "'**********'");
  BOOST_TEST(text(schema::Enumerator{"Color", "red", Value("r")}) == "<Color.red: 'r'>");
  BOOST_TEST(text(sequence(Form::list, {1, "a"})) == "[1, 'a']");
  BOOST_TEST(text(sequence(Form::tuple, {1})) == "(1,)");
  BOOST_TEST(text(sequence(Form::tuple, {})) == "()");
  BOOST_TEST(text(sequence(Form::set, {1, 2})) == "{1, 2}");
  BOOST_TEST(text(sequence(Form::set, {})) == "set()");
  BOOST_TEST(text(sequence(Form::frozen_set, {1})) == "frozenset({1})");
  BOOST_TEST(text(sequence(Form::frozen_set, {})) == "frozenset()");
  BOOST_TEST(text(Dict{{"a", 1}, {2, Value()}}) == "{'a': 1, 2: None}");
}

BOOST_AUTO_TEST_CASE(slots_of_values_hold_every_container) {
  const schema::detail::Storage& storage = schema::detail::value_storage;
  Value slot;
  storage.begin(&slot, schema::detail::Shape::list);
  *static_cast<Value*>(storage.item(&slot, 0)) = Value(1);
  *static_cast<Value*>(storage.item(&slot, 1)) = Value(2);
  storage.end(&slot, 2);
  BOOST_TEST(slot.to_string() == "[1, 2]");
  storage.begin(&slot, schema::detail::Shape::tuple);
  *static_cast<Value*>(storage.item(&slot, 0)) = Value(3);
  storage.end(&slot, 1);
  BOOST_TEST(slot.to_string() == "(3,)");
  storage.begin(&slot, schema::detail::Shape::set);
  for (int i = 0; i < 100; ++i) {
    Value item(i % 50);
    BOOST_TEST(storage.insert(&slot, &item) == (i < 50));
  }
  storage.end(&slot, storage.size(&slot));
  BOOST_TEST(storage.size(&slot) == 50u);
  storage.begin(&slot, schema::detail::Shape::dict);
  *static_cast<Value*>(storage.entry(&slot, Value("k"))) = Value(1);
  BOOST_TEST(slot.to_string() == "{'k': 1}");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
