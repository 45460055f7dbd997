// Schema models and entities.
#include <boost/test/unit_test.hpp>

#include "kindred/bridge.hpp"
#include "kindred/kindred.hpp"
#include "kindred/storage.hpp"

using namespace kindred;

namespace {

enum class Role : std::uint8_t { reader, admin };

struct Post;
struct User {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> email;
  Mapped<std::optional<std::string>> username;
  Mapped<std::string> password_hash;
  Mapped<Role> role;
  Mapped<time_point, insert_default(now)> created_at;
  Relationship<std::vector<Post>, back_populates("author")> posts;
};
struct Post {
  static constexpr auto tablename = "posts";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<User>()> author_id;
  Mapped<std::string> title;
  Mapped<std::vector<std::string>> labels;
  Relationship<User, back_populates("posts")> author;
};
using Blog = Registry<User, Post>;

struct UserCreate {
  Field<EmailStr> email;
  Field<std::optional<std::string>> username = Default(std::nullopt);
  Field<Secret<std::string>> password;
  Field<Role> role = Default(Role::reader);
};
struct UserPatch {
  Field<std::optional<EmailStr>> email = Default(std::nullopt);
  Field<std::optional<std::string>> username = Default(std::nullopt);
};
struct PostOut {
  Field<std::string> title;
  Field<std::vector<std::string>> labels;
};
struct UserOut {
  Field<std::string> email;
  Field<std::vector<PostOut>> posts;
  static constexpr auto model_config = config{.from_attributes = true, .extra = extra::forbid};
};
struct AuthorOut {
  Field<std::string> email;
};
struct FullPost {
  Field<std::string> title;
  Field<std::optional<AuthorOut>> author;
};

Store blog() {
  storage::OpenOptions options;
  options.creation = storage::Creation::if_missing;
  options.durability = Durability::none;
  return Store::open<Blog>(storage::open("memory:", options),
                           {.create = true, .durability = Durability::none});
}

User made_user(const char* email) {
  User user;
  user.email = email;
  return user;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bridge)

BOOST_AUTO_TEST_CASE(an_entity_from_a_model) {
  const auto in = schema::model_validate_json<UserCreate>(
      R"({"email":"ann@example.org","password":"secret","role":"admin"})");
  const auto user =
      as_model<User>(in, field<& User::password_hash> = "#" + in.password->get_secret_value(),
                     leave_out<&UserCreate::password>);
  BOOST_TEST(user.email == "ann@example.org");
  BOOST_TEST(user.password_hash == "#secret");
  BOOST_TEST((*user.role == Role::admin));
  BOOST_TEST(!user.username.has_value());
  const auto renamed_user =
      as_model<User>(in, renamed<&UserCreate::password, &User::password_hash>);
  BOOST_TEST(renamed_user.password_hash == "secret");
  const auto made = as_model<User>(in, [](const UserCreate& from) {
    User out;
    out.email = from.email->text;
    return out;
  });
  BOOST_TEST(made.email == "ann@example.org");
}

BOOST_AUTO_TEST_CASE(partial_updates) {
  User user = made_user("ann@example.org");
  user.username = "ann";
  apply(schema::model_validate_json<UserPatch>(R"({"username":null})"), user, exclude_unset);
  BOOST_TEST(!user.username.has_value());
  BOOST_TEST(user.email == "ann@example.org");
  apply(schema::model_validate_json<UserPatch>(R"({"email":"b@c.org"})"), user, exclude_unset);
  BOOST_TEST(user.email == "b@c.org");
  const auto null = schema::model_validate_json<UserPatch>(R"({"username":"x","email":null})");
  BOOST_CHECK_THROW(apply(null, user, exclude_unset), ValidationError);
  BOOST_TEST(!user.username.has_value());  // nothing of it was written
}

BOOST_AUTO_TEST_CASE(a_model_from_an_entity) {
  const auto ann = make_ref(made_user("ann@example.org"));
  ann->posts.append(Post{.title = "Hello", .labels = std::vector<std::string>{"a"}});
  const auto out = schema::model_validate<UserOut>(from(ann));
  BOOST_TEST(schema::model_dump_json(out) ==
             R"({"email":"ann@example.org","posts":[{"title":"Hello","labels":["a"]}]})");
  const auto post = schema::model_validate<FullPost>(from(ann->posts[0]));
  BOOST_TEST((*post.author)->email == "ann@example.org");
  const User plain = made_user("bob@example.org");
  const auto seen = schema::model_validate<AuthorOut>(from(plain));
  BOOST_TEST(seen.email == "bob@example.org");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_loaded_is_named) {
  const User plain = made_user("bob@example.org");
  const auto result = schema::try_validate<UserOut>(from(plain));
  BOOST_REQUIRE(!result);
  const auto errors = result.error().errors();
  BOOST_REQUIRE(errors.size() == 1u);
  BOOST_TEST(errors[0].type == "get_attribute_error");
  BOOST_TEST(errors[0].pointer == "/posts");
}

BOOST_AUTO_TEST_CASE(relationships_are_loaded_as_asked) {
  const Store store = blog();
  {
    Session session{store};
    const Ref<User> ann = session.add(made_user("ann@example.org"));
    ann->posts.append(Post{.title = "Hello"});
    session.commit();
  }
  Session session{store};
  const Ref<User> ann = session.get_one<User>(std::int64_t{1});
  BOOST_TEST(schema::model_validate<AuthorOut>(from(ann)).email == "ann@example.org");
  BOOST_TEST(session.counts().lazy_loads == 0u);
  const auto out = schema::model_validate<UserOut>(from(ann));
  BOOST_TEST(session.counts().lazy_loads == 1u);
  BOOST_TEST(out.posts[0].title == "Hello");
  Session other{store, {.forbid_lazy_loads = true}};
  const auto refused = schema::try_validate<UserOut>(from(other.get_one<User>(std::int64_t{1})));
  BOOST_REQUIRE(!refused);
  BOOST_TEST(refused.error().errors()[0].type == "get_attribute_error");
}

BOOST_AUTO_TEST_SUITE_END()
