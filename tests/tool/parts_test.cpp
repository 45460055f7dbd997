// The parts of the command that its output shows only now and then.
#include <boost/test/unit_test.hpp>
#include <clocale>
#include <string>
#include <vector>

#include "tools/kindred/csv.hpp"
#include "tools/kindred/exit_code.hpp"
#include "tools/kindred/line_map.hpp"
#include "tools/kindred/progress.hpp"
#include "tools/kindred/text.hpp"

namespace kindred::tool {
namespace {

struct Utf8 {
  Utf8() { BOOST_REQUIRE(std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr); }
};

BOOST_AUTO_TEST_CASE(progress_tells_share_rate_and_time_left) {
  BOOST_TEST(progress_line(231'002, "rows", 77, 100, 2.0) ==
             "[#######################-------]  77 %  231,002 rows  115,501/s  ETA 1s");
  BOOST_TEST(progress_line(5, "rows", 5, 0, 2.0) == "5 rows  2/s");
  // More than was expected, and nothing at all.
  BOOST_TEST(progress_line(3, "rows", 30, 10, 1.0).starts_with("[##############################]"));
  BOOST_TEST(progress_line(0, "rows", 0, 10, 1.0) ==
             "[------------------------------]   0 %  0 rows  0/s");
}

BOOST_AUTO_TEST_CASE(lines_of_changes) {
  LineMap map;
  BOOST_TEST(map.where(0) == "");
  BOOST_TEST(map.span() == "");
  const std::vector<std::uint64_t> lines = {1, 2, 3, 7, 7, 7, 8, 10, 12, 14, 15, 15};
  for (const auto line : lines) map.add("a", line);
  BOOST_TEST(map.span() == "a:1-15");
  for (const auto line : lines) map.add("b", line);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    BOOST_TEST(map.where(i) == "a:" + std::to_string(lines[i]));
    BOOST_TEST(map.where(lines.size() + i) == "b:" + std::to_string(lines[i]));
  }
  BOOST_TEST(map.size() == 2 * lines.size());
  BOOST_TEST(map.where(map.size()) == "");
  BOOST_TEST(map.where(~std::uint64_t{0}) == "");
  BOOST_TEST(map.span() == "");
  map.clear();
  map.add("c", 4);
  BOOST_TEST(map.span() == "c:4");
  BOOST_TEST(map.where(0) == "c:4");
}

BOOST_AUTO_TEST_CASE(violations_are_described) {
  LineMap map;
  map.add("rows.jsonl", 3);
  Violation known{ErrorCode::unique, "user", "uq_user_email", {"email"}, "7", "is taken", 0};
  Violation two_columns{ErrorCode::unique, "user", "uq", {"a", "b"}, "", "", ~std::uint64_t{0}};
  BOOST_TEST(describe(IntegrityError({known}), map) ==
             "rows.jsonl:3: user.email of 7: is taken (unique uq_user_email)");
  BOOST_TEST(describe(IntegrityError({two_columns}), map) ==
             "rows.jsonl:3: user.(a, b): (unique uq)");
  const std::string many = describe(IntegrityError(std::vector<Violation>(30, known), 1030), map);
  BOOST_TEST(many.ends_with("\nand 1,010 more"));
}

BOOST_FIXTURE_TEST_CASE(widths_and_cuts, Utf8) {
  BOOST_TEST(display_width("abc") == 3u);
  BOOST_TEST(display_width("\u66f8\u5eab") == 4u);
  BOOST_TEST(display_width("e\u0301") == 1u);
  BOOST_TEST(display_width("\xff\xfe") == 2u);
  BOOST_TEST(display_width("\xe6\x9b") == 2u);  // cut in the middle
  BOOST_TEST(shorten("abcdef", 6) == "abcdef");
  BOOST_TEST(shorten("abcdef", 4) == "abc\u2026");
  BOOST_TEST(shorten("\u66f8\u5eab\u66f8", 4) == "\u66f8\u2026");
  BOOST_TEST(shorten("abc", 1) == "\u2026");
  BOOST_TEST(shorten("abc", 0) == "");
}

BOOST_AUTO_TEST_CASE(control_characters) {
  BOOST_TEST(escape_controls("plain \u00e9 \u66f8") == "plain \u00e9 \u66f8");
  BOOST_TEST(escape_controls("a\nb\tc\r") == "a\\nb\\tc\\r");
  BOOST_TEST(escape_controls("\x1b[2J\x7f") == "\\u001b[2J\\u007f");
  BOOST_TEST(escape_controls("\u009b\u202e\u2066\u200f") == "\\u009b\\u202e\\u2066\\u200f");
  BOOST_TEST(escape_controls("\x9b") == "\\u009b");  // a byte that is no UTF-8
}

BOOST_AUTO_TEST_CASE(numbers_and_names) {
  BOOST_TEST(grouped(0) == "0");
  BOOST_TEST(grouped(999) == "999");
  BOOST_TEST(grouped(1000) == "1,000");
  BOOST_TEST(grouped(18'446'744'073'709'551'615U) == "18,446,744,073,709,551,615");
  BOOST_TEST(counted(1, "row") == "1 row");
  BOOST_TEST(counted(0, "row") == "0 rows");
  const std::vector<std::string> names = {"artist", "album", "track"};
  BOOST_TEST(nearest("artst", names) == "artist");
  BOOST_TEST(nearest("customer", names) == "");
}

BOOST_AUTO_TEST_CASE(separated_values) {
  const std::vector<SeparatedCell> cells = {{"plain", false}, {"", false},     {"", true},
                                            {"a,b", false},   {"a\"b", false}, {"a\nb", false},
                                            {"a\rb", false},  {" a ", false}};
  std::string out;
  append_csv(out, cells);
  BOOST_TEST(out == "plain,\"\",,\"a,b\",\"a\"\"b\",\"a\nb\",\"a\rb\", a \r\n");
  BOOST_TEST(tsv_cell({"a\tb\nc\\d\r", false}) == "a\\tb\\nc\\\\d\\r");
  BOOST_TEST(tsv_cell({"", true}) == "\\N");
  BOOST_TEST(tsv_cell({"\\N", false}) == "\\\\N");
}

BOOST_AUTO_TEST_CASE(every_error_has_its_exit_code) {
  for (const ErrorCode code : all_error_codes()) {
    const auto exit = static_cast<int>(exit_code_of(code));
    BOOST_TEST((exit == 130 || (exit >= 1 && exit <= 7 && exit != 2)), to_string(code));
    if (code <= ErrorCode::validation) BOOST_TEST(exit == 5, to_string(code));
  }
  BOOST_TEST((exit_code_of(ErrorCode::newer_format) == ExitCode::newer_format));
  BOOST_TEST((exit_code_of(ErrorCode::corruption) == ExitCode::damaged));
  BOOST_TEST((exit_code_of(ErrorCode::missing_store) == ExitCode::cannot_open));
  BOOST_TEST((exit_code_of(ErrorCode::permission) == ExitCode::cannot_open));
  BOOST_TEST((exit_code_of(ErrorCode::busy) == ExitCode::failed));
  BOOST_TEST((exit_code_of(ErrorCode::no_space) == ExitCode::failed));
  BOOST_TEST((exit_code_of(ErrorCode::cancelled) == ExitCode::interrupted));
}

}  // namespace
}  // namespace kindred::tool
