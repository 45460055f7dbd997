// README.md's guide leads to every public header: it names the header, or one that includes it.
// (That each compiles alone is proven by tools/check-layers --headers.)
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "kindred/kindred.hpp"
#include "tests/support/files.hpp"

using namespace kindred;

namespace {

const std::filesystem::path include_root = support::source_root() / "include";

// The first groups of all matches.
std::vector<std::string> all_matches(const std::string& text, const std::string& pattern) {
  std::vector<std::string> out;
  const std::regex expression(pattern);
  for (std::sregex_iterator it(text.begin(), text.end(), expression), end; it != end; ++it) {
    out.push_back((*it)[1]);
  }
  return out;
}

// Names as in an #include, "kindred/store.hpp": these and all that they include.
std::set<std::string> reached_from(std::vector<std::string> open) {
  std::set<std::string> reached(open.begin(), open.end());
  while (!open.empty()) {
    const std::string header = support::read_file(include_root / open.back());
    open.pop_back();
    for (const auto& name : all_matches(header, "#include \"(kindred/[^\"]+)\"")) {
      if (reached.insert(name).second) open.push_back(name);
    }
  }
  return reached;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(headers)

BOOST_AUTO_TEST_CASE(the_guide_leads_to_every_public_header) {
  const std::string readme = support::read_file(support::source_root() / "README.md");
  const auto from = readme.find("## Guide to the headers");
  BOOST_REQUIRE(from != std::string::npos);
  const std::string guide = readme.substr(from, readme.find("\n## ", from) - from);
  std::vector<std::string> doors;
  for (const auto& name : all_matches(guide, "`([a-z_]+\\.hpp)`")) {
    doors.push_back("kindred/" + name);
    BOOST_TEST(std::filesystem::exists(include_root / doors.back()), name << " is not there");
  }
  const auto reached = reached_from(doors);
  std::size_t headers = 0;
  for (const auto& entry : std::filesystem::directory_iterator(include_root / "kindred")) {
    if (entry.path().extension() != ".hpp") continue;
    ++headers;
    const std::string name = "kindred/" + entry.path().filename().string();
    BOOST_TEST(reached.contains(name), name << " is not named in the guide, nor included");
  }
  BOOST_TEST(headers > 5U);
}

BOOST_AUTO_TEST_SUITE_END()
