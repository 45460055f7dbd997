#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>

#include "kindred/detail/schema_node.hpp"
#include "kindred/error.hpp"
#include "schema/pattern.hpp"

namespace {

using namespace kindred;
using namespace kindred::schema::detail;
using schema::Value;

Field named(std::string name, std::optional<std::string> alias = {}) {
  Field out;
  out.name = std::move(name);
  out.alias = std::move(alias);
  out.node = &any_node;
  return out;
}
int find(const Model& model, Naming naming, std::string_view key) {
  return model.lookups[static_cast<std::size_t>(naming)].find(key.data(), key.size());
}
bool needs_tree(const Model& model, Naming naming) {
  return model.lookups[static_cast<std::size_t>(naming)].needs_tree;
}

BOOST_AUTO_TEST_SUITE(schema_model_lookup)

BOOST_AUTO_TEST_CASE(members_are_found_by_key) {
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{64},
                                  std::size_t{65}, std::size_t{3000}}) {
    Model model;
    for (std::size_t i = 0; i < count; ++i)
      model.fields.push_back(named("member_with_number_" + std::to_string(i)));
    finish(model);
    BOOST_TEST(model.words() == std::max<std::size_t>(1, (count + 63) / 64));
    for (std::size_t i = 0; i < count; ++i)
      BOOST_TEST(find(model, Naming::alias, model.fields[i].name) == static_cast<int>(i));
    BOOST_TEST(find(model, Naming::alias, "member_with_number_") == -1);
    BOOST_TEST(find(model, Naming::alias, "") == -1);
  }
}

BOOST_AUTO_TEST_CASE(masks_name_every_member) {
  Model model;
  for (int i = 0; i < 70; ++i) {
    model.fields.push_back(named("m" + std::to_string(i)));
    model.fields.back().required = i % 2 == 0;
  }
  finish(model);
  BOOST_TEST(model.all[0] == ~std::uint64_t{0});
  BOOST_TEST(model.all[1] == 0x3fu);
  BOOST_TEST(model.required[1] == 0x15u);
}

BOOST_AUTO_TEST_CASE(aliases_stand_for_names) {
  Model model;
  model.fields = {named("a", "x"), named("b"), named("", "")};
  finish(model);
  BOOST_TEST(find(model, Naming::alias, "x") == 0);
  BOOST_TEST(find(model, Naming::alias, "a") == -1);
  BOOST_TEST(find(model, Naming::alias, "b") == 1);
  BOOST_TEST(find(model, Naming::alias, "") == 2);
  BOOST_TEST(find(model, Naming::name, "a") == 0);
  BOOST_TEST(find(model, Naming::name, "x") == -1);
  BOOST_TEST(!needs_tree(model, Naming::alias));
  BOOST_TEST(!needs_tree(model, Naming::name));
  BOOST_TEST(needs_tree(model, Naming::both));
}

BOOST_AUTO_TEST_CASE(trees_are_needed_where_order_or_paths_matter) {
  Model model;
  model.fields = {named("a", "a")};
  finish(model);
  BOOST_TEST(!needs_tree(model, Naming::both));

  model.fields[0].alias.reset();
  model.fields[0].alias_paths = {{Value("x"), Value(0)}};
  finish(model);
  BOOST_TEST(needs_tree(model, Naming::alias));
  BOOST_TEST(!needs_tree(model, Naming::name));
  BOOST_TEST(find(model, Naming::alias, "a") == -1);

  model.fields = {named("a", "same"), named("b", "same")};
  finish(model);
  BOOST_TEST(needs_tree(model, Naming::alias));

  Node asks;
  asks.uses_data = true;
  Node list;
  list.kind = Kind::list;
  list.item = &asks;
  model.fields = {named("a")};
  model.fields[0].node = &list;
  finish(model);
  BOOST_TEST(needs_tree(model, Naming::name));

  model.fields = {named("a")};
  model.fields[0].fallback.factory_uses_data = true;
  finish(model);
  BOOST_TEST(needs_tree(model, Naming::alias));
}

BOOST_AUTO_TEST_CASE(names_are_ready_to_be_written) {
  Model model;
  model.fields = {named("a\"b"), named("plain")};
  model.fields[1].out_alias = "other";
  finish(model);
  const auto text = [&](std::size_t by_alias, std::size_t i) {
    const Model::Out& out = model.out[by_alias][i];
    return std::string(out.literal, out.length);
  };
  BOOST_TEST(text(0, 0) == ",\"a\\\"b\":");
  BOOST_TEST(text(0, 1) == ",\"plain\":");
  BOOST_TEST(text(1, 1) == ",\"other\":");
  for (const std::string& literal : model.literals) BOOST_TEST(literal.size() % 16 == 0u);
}

BOOST_AUTO_TEST_CASE(bounds_of_integers_become_an_interval) {
  Node node;
  node.kind = Kind::integer;
  node.bounds.gt = Value(3);
  node.bounds.le = Value(9);
  finish(node);
  BOOST_TEST(node.low == 4);
  BOOST_TEST(node.high == 9);
  node.bounds.multiple_of = Value(2);
  finish(node);
  BOOST_TEST(node.low > node.high);
  node.bounds = {};
  node.bounds.lt = Value(std::numeric_limits<std::int64_t>::min());
  finish(node);
  BOOST_TEST(node.low > node.high);
  node.bounds = {};
  node.bounds.lt = Value(BigInt{"100000000000000000000"});
  finish(node);
  BOOST_TEST(node.low > node.high);
}

BOOST_AUTO_TEST_CASE(patterns_are_searched_with_unicode_classes) {
  const auto matches = [](const char* pattern, const char* text) {
    return compile_pattern(pattern)->search(text);
  };
  BOOST_TEST(matches("b", "abc"));
  BOOST_TEST(!matches("^b", "abc"));
  BOOST_TEST(matches("^\\d+$", "\u0663"));
  BOOST_TEST(matches("^\\w\\s[\\w]$", "\u00e9\u00a0\u4e2d"));
  BOOST_TEST(!matches("\\W", "\u00e9"));
  BOOST_TEST(matches("^[]a]$", "]"));
  BOOST_TEST(matches("^[[:alpha:]]$", "x"));
  BOOST_TEST(matches("^(?<name>\\u00e9|\\u{4e2d})$", "\u4e2d"));
  BOOST_TEST(matches("^\\p{Greek}\\\\d$", "\u03b1\\d"));
  BOOST_CHECK_THROW((void)compile_pattern("("), UsageError);
  BOOST_CHECK_THROW((void)compile_pattern("(?=a)"), UsageError);
  BOOST_CHECK_THROW((void)compile_pattern("((a{1000}){1000}){1000}"), UsageError);
  BOOST_TEST(!matches("(a*)*b", std::string(50'000, 'a').c_str()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
