// The error codes: each has its own name and stands in docs/errors.md; and what the errors that
// carry data say.
#include <boost/test/unit_test.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "kindred/error.hpp"
#include "tests/support/files.hpp"

using namespace kindred;

namespace {

struct Documented {
  std::string code;
  std::string meaning;
  std::string remedy;
};

std::string trimmed(const std::string& text) {
  const auto from = text.find_first_not_of(" `");
  if (from == std::string::npos) return {};
  return text.substr(from, text.find_last_not_of(" `") - from + 1);
}

// The table rows of docs/errors.md whose first cell is a `code`.
std::vector<Documented> documented_codes() {
  std::vector<Documented> out;
  std::istringstream page(support::read_file(support::source_root() / "docs/errors.md"));
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| `")) continue;
    std::istringstream cells(line.substr(1));
    Documented row;
    std::getline(cells, row.code, '|');
    std::getline(cells, row.meaning, '|');
    std::getline(cells, row.remedy, '|');
    out.push_back({trimmed(row.code), trimmed(row.meaning), trimmed(row.remedy)});
  }
  return out;
}

Violation violation(ErrorCode code, const std::string& table, std::uint64_t position) {
  Violation v;
  v.code = code;
  v.table = table;
  v.position = position;
  return v;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(error)

BOOST_AUTO_TEST_CASE(every_code_has_its_own_name) {
  std::set<std::string_view> names;
  for (ErrorCode code : all_error_codes()) {
    BOOST_TEST(to_string(code) != "unknown");
    BOOST_TEST(names.insert(to_string(code)).second, to_string(code) << " is used twice");
  }
  BOOST_TEST(!names.empty());
}

BOOST_AUTO_TEST_CASE(the_manual_lists_every_code_in_order_with_meaning_and_remedy) {
  const auto rows = documented_codes();
  std::vector<std::string_view> in_manual;
  for (const auto& row : rows) {
    in_manual.push_back(row.code);
    BOOST_TEST(!row.meaning.empty(), row.code << " has no meaning");
    BOOST_TEST(!row.remedy.empty(), row.code << " has no remedy");
  }
  std::vector<std::string_view> declared;
  for (ErrorCode code : all_error_codes()) declared.push_back(to_string(code));
  BOOST_TEST(in_manual == declared, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(only_what_may_succeed_again_is_retryable) {
  for (ErrorCode code : all_error_codes()) {
    const bool expected =
        code == ErrorCode::conflict || code == ErrorCode::stale_data || code == ErrorCode::busy;
    BOOST_TEST(Error(code, "x").retryable() == expected, to_string(code));
  }
}

BOOST_AUTO_TEST_CASE(integrity_error_sorts_its_violations_and_takes_the_first_code) {
  const IntegrityError error({violation(ErrorCode::foreign_key, "a", 0),
                              violation(ErrorCode::not_null, "b", 1),
                              violation(ErrorCode::not_null, "a", 2)});
  BOOST_TEST((error.code() == ErrorCode::not_null));
  BOOST_TEST(error.total() == 3U);
  BOOST_REQUIRE(error.violations().size() == 3U);
  BOOST_TEST(error.violations()[0].table == "a");
  BOOST_TEST(error.violations()[0].position == 2U);
  BOOST_TEST(error.violations()[1].table == "b");
  BOOST_TEST((error.violations()[2].code == ErrorCode::foreign_key));
}

BOOST_AUTO_TEST_CASE(integrity_error_names_table_key_constraint_columns_and_detail) {
  Violation v;
  v.code = ErrorCode::unique;
  v.table = "users";
  v.constraint = "users_username_key";
  v.columns = {"username", "realm"};
  v.key = "(7)";
  v.detail = "\"ann\" is taken by (3)";
  const std::string message = IntegrityError({v}).what();
  for (const char* part : {"users", "(7)", "unique", "users_username_key", "username, realm",
                           "\"ann\" is taken by (3)"}) {
    BOOST_TEST(message.find(part) != std::string::npos, part << " is missing in " << message);
  }
}

BOOST_AUTO_TEST_CASE(integrity_error_keeps_a_hundred_and_counts_all) {
  std::vector<Violation> many;
  for (std::uint64_t i = 0; i < 150; ++i) many.push_back(violation(ErrorCode::unique, "t", i));
  const IntegrityError error(many, 5000);
  BOOST_TEST(error.violations().size() == 100U);
  BOOST_TEST(error.total() == 5000U);
  BOOST_TEST(std::string(error.what()).find("4995 more") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(errors_with_a_place_put_it_before_the_message) {
  const ValidationError validation("users.jsonl:3", "not a number");
  BOOST_TEST(validation.what() == std::string("users.jsonl:3: not a number"));
  BOOST_TEST(validation.where() == "users.jsonl:3");
  const CorruptionError corruption("", "bad checksum");
  BOOST_TEST(corruption.what() == std::string("bad checksum"));
  BOOST_TEST((corruption.code() == ErrorCode::corruption));
}

BOOST_AUTO_TEST_CASE(schema_mismatch_lists_every_difference_and_the_advice) {
  const SchemaMismatch error({"users.name: text, stored int64", "users.age: not stored"},
                             "Mend it.");
  const std::string message = error.what();
  BOOST_TEST(error.differences().size() == 2U);
  BOOST_TEST(message.find("users.name: text, stored int64") != std::string::npos);
  BOOST_TEST(message.find("users.age: not stored") != std::string::npos);
  BOOST_TEST(message.ends_with("Mend it."));
}

BOOST_AUTO_TEST_CASE(storage_error_names_operation_and_native_code) {
  const StorageError error(ErrorCode::no_space, "commit", "ENOSPC", "No space left on device");
  BOOST_TEST(error.what() == std::string("commit: No space left on device (ENOSPC)"));
  BOOST_TEST(error.operation() == "commit");
  BOOST_TEST(error.native() == "ENOSPC");
}

BOOST_AUTO_TEST_SUITE_END()
