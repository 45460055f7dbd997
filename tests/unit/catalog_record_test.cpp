#include "format/catalog_record.hpp"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>

#include "format/bytes.hpp"
#include "format/checksum.hpp"
#include "kindred/error.hpp"
#include "tests/support/random_catalog.hpp"

namespace kindred::format {
namespace {

using test::any_bits;
using test::any_text;
using test::between;
using test::coin;

StoreHeader any_header() {
  StoreHeader h;
  h.minor = any_bits<std::uint16_t>();
  for (auto& octet : h.store_id.octets) octet = any_bits<std::uint8_t>();
  h.application = any_text();
  h.may_ignore = any_bits<std::uint64_t>();
  h.next_keyspace = any_bits<std::uint32_t>();
  h.next_table = any_bits<std::uint32_t>();
  h.digest = any_bits<std::uint64_t>();
  h.boot_id = any_text();
  h.created_by = any_text();
  return h;
}

TableRecord any_record() {
  TableRecord out;
  Catalog catalog = test::any_catalog();
  out.table = test::pick(catalog.tables);
  out.table.number = any_bits<std::uint32_t>();
  out.table.list_number = 100;
  out.next_column = any_bits<std::uint32_t>();
  for (auto n = between<std::uint32_t>(0, 2); n > 0; --n)
    out.former_lists.push_back({n, test::pick(catalog.tables).columns});
  for (int n = between(0, 2); n > 0; --n) out.retired_columns.push_back(any_bits<std::uint32_t>());
  return out;
}

// A record as some other program would write it: the checksum is right.
std::string sealed(const std::string& body) {
  std::string out(4, '\0');
  store_le(out.data(), static_cast<std::uint32_t>(hash64(body)));
  return out + body;
}

std::string field(std::uint64_t tag, ByteView bytes) {
  std::string out;
  test::append_varint(out, tag);
  test::append_varint(out, bytes.size());
  return out.append(bytes);
}

std::string number(std::uint64_t v) {
  std::string out;
  test::append_varint(out, v);
  return out;
}

// The tag of `bytes`' first field and what it holds, taken off the front.
std::pair<std::uint64_t, ByteView> take_field(ByteView& bytes) {
  std::uint64_t tag = 0;
  std::uint64_t length = 0;
  BOOST_REQUIRE(take_varint(bytes, tag));
  BOOST_REQUIRE(take_varint(bytes, length));
  const ByteView inner = bytes.substr(0, length);
  bytes.remove_prefix(length);
  return {tag, inner};
}

template <class Decode>
std::string outcome(Decode decode) {
  try {
    decode();
    return "decoded";
  } catch (const CorruptionError&) {
    return "corruption";
  } catch (const Error& e) {
    return std::string(to_string(e.code()));
  }
}

TableRecord small_record() {
  TableRecord r;
  r.table.name = "t";
  r.table.number = 1;
  r.table.list_number = 1;
  Column id;
  id.name = "id";
  id.number = 1;
  Column note;
  note.name = "note";
  note.number = 2;
  note.type.code = TypeCode::text;
  note.default_value = "x";
  r.table.columns = {id, note};
  r.table.primary_key = {"id"};
  r.table.indexes = {{"ix", {"note"}, false, 7}};
  r.table.checks = {{"ck", Expression::of(Expression::Op::eq, {Expression::column("note"),
                                                               Expression::constant("y")})}};
  r.next_column = 3;
  return r;
}

BOOST_AUTO_TEST_SUITE(catalog_records)

BOOST_AUTO_TEST_CASE(keys) {
  BOOST_TEST(header_key() == "H");
  BOOST_TEST(stamp_key() == "S");
  BOOST_TEST(table_key(0x01020304) == "T\x01\x02\x03\x04");
  BOOST_TEST(table_key(1) < table_key(256));
}

BOOST_AUTO_TEST_CASE(records_come_back) {
  BOOST_TEST(rc::check("header", [] {
    const StoreHeader h = any_header();
    RC_ASSERT((decode_header(encode(h)) == h));
  }));
  BOOST_TEST(rc::check("table", [] {
    const TableRecord r = any_record();
    RC_ASSERT((decode_table(encode(r), "t") == r));
  }));
}

BOOST_AUTO_TEST_CASE(the_first_bytes_never_move) {
  StoreHeader h;
  h.store_id.octets[0] = 0xab;
  const std::string bytes = encode(h);
  BOOST_TEST(bytes.substr(0, 8) == "KINDRED\x1a");
  BOOST_TEST(load_le<std::uint32_t>(bytes.data() + 8) ==
             static_cast<std::uint32_t>(hash64(bytes.substr(12))));
  BOOST_TEST(bytes.substr(12, 4) == ByteView("\x01\x00\x00\x00", 4));
}

BOOST_AUTO_TEST_CASE(every_truncation_and_every_flipped_bit_is_found) {
  StoreHeader h;
  h.application = "shop";
  const std::string header = encode(h);
  const std::string table = encode(small_record());
  for (const bool is_header : {true, false}) {
    const std::string& whole = is_header ? header : table;
    const auto decoded = [&](const std::string& bytes) {
      return outcome(
          [&] { is_header ? (void)decode_header(bytes) : (void)decode_table(bytes, "t"); });
    };
    BOOST_TEST(decoded(whole) == "decoded");
    for (std::size_t n = 0; n < whole.size(); ++n)
      BOOST_TEST(decoded(whole.substr(0, n)) == "corruption");
    for (std::size_t bit = 0; bit < whole.size() * 8; ++bit) {
      std::string flipped = whole;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      BOOST_TEST(decoded(flipped) == "corruption");
    }
    BOOST_TEST(decoded(whole + 'x') == "corruption");
  }
}

BOOST_AUTO_TEST_CASE(errors_say_where) {
  BOOST_CHECK_EXCEPTION((void)decode_table("abc", "table 7"), CorruptionError,
                        [](const CorruptionError& e) { return e.where() == "table 7"; });
}

BOOST_AUTO_TEST_CASE(newer_formats_are_refused_older_minors_are_read) {
  StoreHeader h;
  h.minor = 9;
  BOOST_TEST(outcome([&] { (void)decode_header(encode(h)); }) == "decoded");
  h.major = 2;
  BOOST_TEST(outcome([&] { (void)decode_header(encode(h)); }) == "newer_format");
  h.major = 0;
  BOOST_TEST(outcome([&] { (void)decode_header(encode(h)); }) == "corruption");
  h.major = 1;
  h.must_understand = 4;
  BOOST_TEST(outcome([&] { (void)decode_header(encode(h)); }) == "newer_format");
}

BOOST_AUTO_TEST_CASE(unknown_fields_are_kept) {
  StoreHeader h;
  h.unknown = field(77, "new") + field(1000, "");
  BOOST_TEST(decode_header(encode(h)).unknown == h.unknown);
  TableRecord r = small_record();
  r.unknown = field(77, "new");
  BOOST_TEST((decode_table(encode(r), "t") == r));
}

// Adds an unknown field to every structured field of a record, reads it, writes it, and looks for
// them.
BOOST_AUTO_TEST_CASE(unknown_fields_inside_others_are_kept_and_follow_their_owner) {
  const std::string bytes = encode(small_record());
  const std::string extra = field(90, "kept");
  std::string body;
  for (ByteView rest = ByteView(bytes).substr(4); !rest.empty();) {
    const auto [tag, inner] = take_field(rest);
    std::string grown(inner);
    if (tag == 6) {  // column list: its columns too
      grown.clear();
      for (ByteView list = inner; !list.empty();) {
        const auto [list_tag, part] = take_field(list);
        grown += field(list_tag, list_tag == 2 ? std::string(part) + extra : std::string(part));
      }
    }
    const bool is_structured = tag == 6 || tag == 8 || tag == 10;
    body += field(tag, is_structured ? grown + extra : grown);
  }
  TableRecord grown = decode_table(sealed(body), "t");
  BOOST_TEST((grown.table == small_record().table));
  BOOST_TEST(!grown.unknown.empty());
  BOOST_TEST(encode(grown) == sealed(body));
  // Gone with the index that it belonged to; the others stay.
  grown.table.indexes.clear();
  const std::string smaller = encode(grown);
  std::size_t seen = 0;
  for (std::size_t at = smaller.find("kept"); at != std::string::npos;
       at = smaller.find("kept", at + 1))
    ++seen;
  BOOST_TEST(seen == 4u);  // two columns, their list, the check
}

BOOST_AUTO_TEST_CASE(what_cannot_be_guessed_is_newer_and_what_cannot_be_is_corrupt) {
  const auto decoded = [](const std::string& body) {
    return outcome([&] { (void)decode_table(sealed(body), "t"); });
  };
  const std::string list_head = field(1, number(0));
  const auto with_column = [&](const std::string& column) {
    return field(6, list_head + field(2, column));
  };
  const auto with_type = [&](const std::string& type) { return with_column(field(3, type)); };
  BOOST_TEST(decoded(field(6, list_head)) == "decoded");
  BOOST_TEST(decoded("") == "corruption");                                         // no column list
  BOOST_TEST(decoded(field(6, list_head) + field(6, list_head)) == "corruption");  // twice
  BOOST_TEST(decoded(with_type(field(1, number(5)))) == "decoded");
  BOOST_TEST(decoded(with_type(field(1, number(99)))) == "newer_format");
  BOOST_TEST(decoded(with_type(field(1, number(5)) + field(50, "x"))) == "newer_format");
  BOOST_TEST(decoded(with_type("")) == "corruption");
  BOOST_TEST(decoded(with_column("")) == "corruption");
  BOOST_TEST(decoded(with_column(field(3, field(1, number(5))) + field(6, ""))) == "corruption");
  BOOST_TEST(decoded(with_column(field(3, field(1, number(5))) + field(6, "\x63"))) ==
             "newer_format");
  BOOST_TEST(decoded(with_column(field(3, field(1, number(5))) + field(4, number(2)))) ==
             "corruption");
  BOOST_TEST(decoded(field(6, list_head) + field(1, number(std::uint64_t{1} << 32))) ==
             "corruption");
  BOOST_TEST(decoded(field(6, list_head) + field(9, field(5, number(9)))) == "newer_format");
  BOOST_TEST(decoded(field(6, list_head) + field(9, field(5, number(0)))) == "newer_format");
  BOOST_TEST(decoded(field(6, list_head) + field(11, field(2, number(9)))) == "newer_format");
  BOOST_TEST(decoded(field(6, list_head) + field(10, "")) == "corruption");
  BOOST_TEST(decoded(field(6, list_head) + field(10, field(2, field(1, number(99))))) ==
             "newer_format");
  BOOST_TEST(decoded(field(6, list_head) + field(~std::uint64_t{0}, "")) == "corruption");
  BOOST_TEST(decoded(field(6, list_head) + "\x80") == "corruption");
  BOOST_TEST(decoded(field(6, list_head) + "\x01\x05") == "corruption");
  // Trees without end.
  std::string type = field(1, number(33));
  std::string condition = field(1, number(11));
  for (int i = 0; i < 5000; ++i) {
    type = field(1, number(33)) + field(9, field(2, type));
    condition = field(1, number(11)) + field(4, condition);
  }
  BOOST_TEST(decoded(with_type(type)) == "corruption");
  BOOST_TEST(decoded(field(6, list_head) + field(10, field(2, condition))) == "corruption");
}

BOOST_AUTO_TEST_CASE(hostile_bytes_behind_a_right_checksum) {
  BOOST_TEST(rc::check("decoders throw nothing else", [] {
    // Sound records with a few bytes changed reach every branch that random ones do not.
    std::string body = encode(any_record()).substr(4);
    for (int n = between(1, 4); n > 0; --n) {
      const auto at = between<std::size_t>(0, body.size() - 1);
      if (coin()) {
        body[at] = static_cast<char>(any_bits<std::uint8_t>());
      } else {
        body.erase(at, between<std::size_t>(1, 3));
        if (body.empty()) body = "x";
      }
    }
    const std::string seen = outcome([&] { (void)encode(decode_table(sealed(body), "t")); });
    RC_ASSERT(seen == "decoded" || seen == "corruption" || seen == "newer_format");
  }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kindred::format
