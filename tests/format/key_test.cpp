// The laws of keys: order of bytes is order of values, every key decodes to its value, no key is
// the beginning of another in the middle of a longer one.
#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>

#include "engine/value_codec.hpp"
#include "format/key.hpp"
#include "tests/support/random_catalog.hpp"

using namespace kindred;
using format::Buffer;
using format::KeyPart;

namespace {

Type key_type() {
  Type type = test::scalar_type();
  while (!type.can_be_key()) type = test::scalar_type();
  return type;
}

std::string row_form(const Type& type, const Value& value) {
  Column column;
  column.type = type;
  Buffer out;
  const auto fault = engine::encode_value(column, value, out);
  RC_ASSERT(!fault);
  return std::string(out.view());
}

std::string key_of(const Type& type, const std::string& bytes, bool last) {
  Buffer out;
  format::append_key_part(out, KeyPart::of(type), bytes, last);
  return std::string(out.view());
}

// Three-way order of two values of one type as the column orders them.
int order(const Type& type, const std::string& a, const std::string& b) {
  const Value x = engine::decode_value(type, a);
  const Value y = engine::decode_value(type, b);
  const auto compare = [](const auto& p, const auto& q) { return p < q ? -1 : q < p ? 1 : 0; };
  if (const auto* d = x.get_if<double>()) {
    const double e = y.get<double>();
    if (std::isnan(*d) || std::isnan(e)) return compare(std::isnan(*d), std::isnan(e));
    return compare(*d, e);
  }
  if (const auto* n = x.get_if<Number>()) return compare(n->unscaled, y.get<Number>().unscaled);
  return std::visit(
      [&]<class T>(const T& held) -> int {
        if constexpr (requires(const T& p) { p < p; })
          return compare(held, y.get<T>());
        else
          return 0;
      },
      x.variant());
}

int sign(int c) { return c < 0 ? -1 : c > 0 ? 1 : 0; }

}  // namespace

BOOST_AUTO_TEST_CASE(keys_order_like_their_values) {
  BOOST_TEST(rc::check([] {
    const Type type = key_type();
    const std::string a = row_form(type, test::any_value(type));
    const std::string b = row_form(type, test::any_value(type));
    const bool last = test::coin();
    RC_ASSERT(sign(key_of(type, a, last).compare(key_of(type, b, last))) == order(type, a, b));
  }));
}

BOOST_AUTO_TEST_CASE(keys_of_several_columns_order_column_by_column) {
  BOOST_TEST(rc::check([] {
    const std::vector<Type> types{key_type(), key_type(), key_type()};
    std::string keys[2];
    std::vector<std::string> bytes[2];
    for (int k = 0; k < 2; ++k)
      for (std::size_t i = 0; i < types.size(); ++i) {
        // Equal columns are the case worth looking at.
        const bool repeat = k == 1 && test::coin();
        bytes[k].push_back(repeat ? bytes[0][i] : row_form(types[i], test::any_value(types[i])));
        keys[k] += key_of(types[i], bytes[k][i], i + 1 == types.size());
      }
    int expected = 0;
    for (std::size_t i = 0; i < types.size() && expected == 0; ++i)
      expected = order(types[i], bytes[0][i], bytes[1][i]);
    RC_ASSERT(sign(keys[0].compare(keys[1])) == expected);
  }));
}

BOOST_AUTO_TEST_CASE(a_key_decodes_to_the_value_that_it_was_made_of) {
  BOOST_TEST(rc::check([] {
    const Type type = key_type();
    const std::string bytes = row_form(type, test::any_value(type));
    const bool last = test::coin();
    const std::string key = key_of(type, bytes, last);
    const std::string whole = last ? key : key + "tail";
    ByteView rest = whole;
    Buffer out;
    RC_ASSERT(format::take_key_part(rest, KeyPart::of(type), last, out));
    RC_ASSERT(rest == (last ? "" : "tail"));
    RC_ASSERT(key_of(type, std::string(out.view()), last) == key);
    ByteView skipped = whole;
    ByteView piece;
    RC_ASSERT(format::skip_key_part(skipped, KeyPart::of(type), last, piece));
    RC_ASSERT(piece == key);
  }));
}

BOOST_AUTO_TEST_CASE(any_bytes_decode_or_are_refused_without_harm) {
  BOOST_TEST(rc::check([](const std::string& bytes) {
    const Type type = key_type();
    ByteView rest = bytes;
    Buffer out;
    if (!format::take_key_part(rest, KeyPart::of(type), test::coin(), out)) return;
    RC_ASSERT(rest.size() <= bytes.size());
  }));
}

BOOST_AUTO_TEST_CASE(widening_an_integer_moves_no_key) {
  BOOST_TEST(rc::check([](std::int16_t v) {
    Type narrow;
    narrow.code = TypeCode::int16;
    Type wide;
    wide.code = TypeCode::int64;
    RC_ASSERT(key_of(narrow, row_form(narrow, Value(std::int64_t{v})), true) ==
              key_of(wide, row_form(wide, Value(std::int64_t{v})), true));
  }));
}

BOOST_AUTO_TEST_CASE(doubles_have_one_zero_and_one_nan_that_comes_last) {
  Type type;
  type.code = TypeCode::float64;
  const auto key = [&](double d) {
    return key_of(type, {reinterpret_cast<const char*>(&d), sizeof d}, true);
  };
  BOOST_TEST((key(0.0) == key(-0.0)));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST((key(nan) == key(-nan)));
  BOOST_TEST((key(std::numeric_limits<double>::infinity()) < key(nan)));
}

BOOST_AUTO_TEST_CASE(only_cut_keys_have_511_bytes) {
  for (std::size_t n = 463; n <= 700; ++n) {
    Buffer out;
    out.append("before", 6);
    out.append(std::string(n, 'x'));
    format::cut_key(out, 6);
    const ByteView key = out.view().substr(6);
    BOOST_TEST(key.size() == (n < 511 ? n : 511));
    BOOST_TEST(format::is_cut(key) == (n >= 511));
    BOOST_TEST(key.substr(0, 463) == std::string(463, 'x'));
  }
  Buffer a;
  Buffer b;
  a.append(std::string(600, 'x') + "a");
  b.append(std::string(600, 'x') + "b");
  format::cut_key(a, 0);
  format::cut_key(b, 0);
  BOOST_TEST((a.view() != b.view()));
}

BOOST_AUTO_TEST_CASE(the_successor_is_the_least_key_behind_all_that_begin_alike) {
  BOOST_TEST(
      rc::check([](const std::string& prefix, const std::string& tail, const std::string& other) {
        const std::string after = format::successor(prefix);
        if (after.empty()) {
          RC_ASSERT(prefix.find_first_not_of('\xff') == std::string::npos);
          return;
        }
        RC_ASSERT(prefix + tail < after);
        if (other > prefix && !other.starts_with(prefix)) RC_ASSERT(other >= after);
      }));
}
