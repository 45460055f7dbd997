// The umbrella header reaches every public header. (That each compiles alone is proven by
// tools/check-layers --headers.)
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "kindred/kindred.hpp"
#include "tests/support/files.hpp"

using namespace kindred;

namespace {

const std::filesystem::path include_root = support::source_root() / "include";

// Names as in an #include: "kindred/store.hpp".
std::vector<std::string> included_by(const std::string& header) {
  std::vector<std::string> out;
  std::istringstream text(support::read_file(include_root / header));
  const std::string opening = "#include \"kindred/";
  for (std::string line; std::getline(text, line);) {
    if (!line.starts_with(opening)) continue;
    const auto from = line.find('"') + 1;
    out.push_back(line.substr(from, line.find('"', from) - from));
  }
  return out;
}

std::set<std::string> reached_from(const std::string& header) {
  std::set<std::string> reached{header};
  std::vector<std::string> open{header};
  while (!open.empty()) {
    const std::string next = open.back();
    open.pop_back();
    for (const auto& name : included_by(next)) {
      if (reached.insert(name).second) open.push_back(name);
    }
  }
  return reached;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(headers)

BOOST_AUTO_TEST_CASE(the_umbrella_reaches_every_public_header) {
  const auto reached = reached_from("kindred/kindred.hpp");
  std::size_t headers = 0;
  for (const auto& entry : std::filesystem::directory_iterator(include_root / "kindred")) {
    if (entry.path().extension() != ".hpp") continue;
    ++headers;
    const std::string name = "kindred/" + entry.path().filename().string();
    // For authors of storages, not for users.
    if (name.starts_with("kindred/storage_")) continue;
    BOOST_TEST(reached.contains(name), name << " is not reached");
  }
  BOOST_TEST(headers > 5U);
}

BOOST_AUTO_TEST_SUITE_END()
