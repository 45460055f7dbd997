// Rows: what was put in comes out, columns are found without the others, equal values give equal
// bytes, and no damage goes unseen.
#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>

#include "format/row.hpp"
#include "kindred/error.hpp"

using namespace kindred;
using format::Buffer;
using format::RowBuilder;
using format::RowLayout;
using format::RowView;

namespace {

// int64, text, nullable int32, nullable text, bool.
struct Sample {
  std::int64_t number = 0;
  std::string text;
  std::optional<std::int32_t> maybe;
  std::optional<std::string> note;
  bool flag = false;
};

std::vector<Column> columns() {
  std::vector<Column> out(5);
  const TypeCode codes[] = {TypeCode::int64, TypeCode::text, TypeCode::int32, TypeCode::text,
                            TypeCode::boolean};
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].type.code = codes[i];
    out[i].nullable = i == 2 || i == 3;
  }
  return out;
}

RowLayout layout(std::uint32_t list = 1) {
  static const std::vector<Column> all = columns();
  std::vector<const Column*> pointers;
  for (const Column& c : all) pointers.push_back(&c);
  return RowLayout::of(7, list, pointers);
}

std::string encode(const RowLayout& at, const Sample& s, ByteView key) {
  Buffer out;
  RowBuilder row(at, out);
  format::store_le(row.row() + at.slots[0].offset, s.number);
  if (s.maybe)
    format::store_le(row.row() + at.slots[2].offset, *s.maybe);
  else
    row.set_null(at.slots[2]);
  *(row.row() + at.slots[4].offset) = s.flag ? '\1' : '\0';
  out.append(s.text);
  row.end_variable(0);
  if (s.note)
    out.append(*s.note);
  else
    row.set_null(at.slots[3]);
  row.end_variable(1);
  return std::string(row.finish(key));
}

Sample any_sample() {
  Sample s;
  s.number = *rc::gen::arbitrary<std::int64_t>();
  s.text = *rc::gen::arbitrary<std::string>();
  if (*rc::gen::arbitrary<bool>()) s.maybe = *rc::gen::arbitrary<std::int32_t>();
  if (*rc::gen::arbitrary<bool>()) s.note = *rc::gen::arbitrary<std::string>();
  s.flag = *rc::gen::arbitrary<bool>();
  // All three widths of offsets.
  const int size = *rc::gen::inRange(0, 20);
  if (size == 0) s.text.append(70'000, 'x');
  if (size == 1) s.text.append(300, 'y');
  return s;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_row_gives_back_every_column) {
  BOOST_TEST(rc::check([](const std::string& key) {
    const RowLayout at = layout(*rc::gen::inRange(1u, 100'000u));
    const Sample s = any_sample();
    const std::string bytes = encode(at, s, key);
    const RowView row(at, bytes);
    row.verify(key);
    RC_ASSERT(format::load_le<std::int64_t>(row.fixed(at.slots[0])) == s.number);
    RC_ASSERT(row.variable(0) == s.text);
    RC_ASSERT(row.is_null(at.slots[2]) == !s.maybe);
    if (s.maybe) RC_ASSERT(format::load_le<std::int32_t>(row.fixed(at.slots[2])) == *s.maybe);
    RC_ASSERT(row.is_null(at.slots[3]) == !s.note);
    RC_ASSERT(row.variable(1) == s.note.value_or(""));
    RC_ASSERT((*row.fixed(at.slots[4]) != 0) == s.flag);
    RC_ASSERT(encode(at, s, key) == bytes);
    RC_ASSERT(format::list_number(bytes) == at.list);
  }));
}

BOOST_AUTO_TEST_CASE(a_changed_byte_is_seen) {
  BOOST_TEST(rc::check([](const std::string& key) {
    const RowLayout at = layout();
    std::string bytes = encode(at, any_sample(), key);
    const auto place = *rc::gen::inRange<std::size_t>(0, bytes.size());
    const auto flip = *rc::gen::inRange(1, 256);
    bytes[place] = static_cast<char>(bytes[place] ^ flip);
    RC_ASSERT_THROWS_AS(RowView(at, bytes).verify(key), CorruptionError);
  }));
}

BOOST_AUTO_TEST_CASE(a_row_under_another_key_or_of_another_length_is_seen) {
  BOOST_TEST(rc::check([](const std::string& key, const std::string& other) {
    RC_PRE(key != other);
    const RowLayout at = layout();
    const std::string bytes = encode(at, any_sample(), key);
    RC_ASSERT_THROWS_AS(RowView(at, bytes).verify(other), CorruptionError);
    const auto less = *rc::gen::inRange<std::size_t>(0, bytes.size());
    RC_ASSERT_THROWS_AS(RowView(at, ByteView(bytes).substr(0, less)).verify(key), CorruptionError);
    const std::string more = bytes + "x";
    RC_ASSERT_THROWS_AS(RowView(at, more).verify(key), CorruptionError);
  }));
}

BOOST_AUTO_TEST_CASE(any_bytes_are_read_or_refused_without_harm) {
  BOOST_TEST(rc::check([](const std::string& noise) {
    const RowLayout at = layout();
    std::string bytes = encode(at, any_sample(), "k");
    // A sound header, noise behind it: offsets that lie.
    bytes.replace(at.bitmap_at, std::min(noise.size(), bytes.size() - at.bitmap_at), noise);
    try {
      const RowView row(at, bytes);
      RC_ASSERT(row.variable(0).size() + row.variable(1).size() <= bytes.size());
    } catch (const CorruptionError&) {
    }
  }));
}
