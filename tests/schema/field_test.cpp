// Field as a member: it behaves like its value, and knows whether it was set.
#include <boost/test/unit_test.hpp>

#include "tests/schema/static_models.hpp"

using namespace kindred;
using namespace kindred::schema_test;

BOOST_AUTO_TEST_SUITE(field)

BOOST_AUTO_TEST_CASE(behaves_like_its_value) {
  UserOut user{{.email = "ann@example.org"}, 7};
  BOOST_TEST(user.email->text == "ann@example.org");
  BOOST_TEST(user.id + 1 == 8);
  user.id += 2;
  ++user.id;
  BOOST_TEST(*user.id == 10);
  user.username = "ann";
  BOOST_TEST((user.username == std::optional<std::string>("ann")));
  BOOST_TEST(user.username.value_or("none") == "ann");
  user.tags->push_back("x");
  BOOST_TEST(user.tags.size() == 1u);
  BOOST_TEST(user.tags[0] == "x");
  for (const std::string& tag : user.tags) BOOST_TEST(tag == "x");
}

BOOST_AUTO_TEST_CASE(knows_what_was_set) {
  UserCreate user{.email = "ann@example.org"};
  BOOST_TEST(user.email.is_set());
  BOOST_TEST(!user.username.is_set());
  user.tags->push_back("x");
  BOOST_TEST(!user.tags.is_set());  // a change in place is no assignment
  user.username = std::nullopt;
  BOOST_TEST(user.username.is_set());
  const UserCreate copy = user;
  BOOST_TEST(copy.username.is_set());
  UserOut out;
  BOOST_TEST(!out.id.is_set());
  ++out.id;
  BOOST_TEST(out.id.is_set());
}

struct Counted {
  static inline int made = 0;
  Field<int> fixed = Default(3);
  Field<int> counted = default_factory([] { return ++made; });
  Field<std::vector<int>> list = default_factory([] { return std::vector<int>{1, 2}; });
  Field<int> doubled = default_factory([](const schema::ValidationInfo& info) {
    const auto base = info.data("fixed");
    return base ? static_cast<int>(base->get<std::int64_t>()) * 2 : -1;
  });
};

BOOST_AUTO_TEST_CASE(defaults_and_factories) {
  const int before = Counted::made;
  const Counted plain;
  BOOST_TEST(*plain.counted == before + 1);
  BOOST_TEST(plain.list.size() == 2u);
  BOOST_TEST(*plain.doubled == 0);  // made by validation only
  const auto first = schema::model_validate_json<Counted>(R"({"fixed": 4})");
  const auto second = schema::model_validate_json<Counted>("{}");
  BOOST_TEST(*first.counted < *second.counted);
  BOOST_TEST(*first.doubled == 8);
  BOOST_TEST(*second.doubled == 6);
  BOOST_TEST((*second.list == std::vector<int>{1, 2}));
}

BOOST_AUTO_TEST_CASE(literals_and_secrets) {
  Literal<"draft", "published"> status = "published";
  BOOST_TEST((status == "published"));
  BOOST_TEST(status.index() == 1u);
  BOOST_CHECK_THROW((status = "lost"), UsageError);
  constexpr Literal<1, 2> number = 2;
  static_assert(number == 2 && number.number() == 2);
  const Secret<std::string> secret = "hidden";
  std::ostringstream out;
  out << secret;
  BOOST_TEST(out.str() == "**********");
  BOOST_TEST(secret.get_secret_value() == "hidden");
}

BOOST_AUTO_TEST_SUITE_END()
