// The catalogue that declarations become: columns, keys, indexes, references, relationships of
// every kind and their other sides.
#include <boost/test/unit_test.hpp>

#include "kindred/registry.hpp"

using namespace kindred;
using Words = std::vector<std::string>;

namespace registry_test {

enum class State : std::int16_t { open = -1, closed = 200, odd = 1 << 10 };

struct Tag;
struct Post;
struct Profile;
struct Membership;
struct Group;
struct User {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, max_length(50), unique, indexed> name;
  Mapped<std::optional<std::string>, text(9)> nick;
  Mapped<State, default_value(State::closed), indexed> state;
  Mapped<double, default_value([] { return 1.5; })> weight;
  Mapped<std::optional<std::int64_t>, foreign_key(&User::id, on_delete::set_null), indexed> boss_id;
  Mapped<std::optional<std::int64_t>, foreign_key(&User::id), unique> next_id;
  Relationship<User, using_key("boss_id"), back_populates("reports")> boss;
  Relationship<std::vector<User>, using_key("boss_id"), back_populates("boss")> reports;
  Relationship<User, using_key("next_id"), back_populates("previous")> next;
  Relationship<User, using_key("next_id"), back_populates("next")> previous;
  Relationship<std::map<std::string, Post>, using_key("author_id"), back_populates("author"),
               keyed_by("title"), order_by("title", direction::descending)>
      posts;
  Relationship<Profile, back_populates("user"), cascade::all | cascade::delete_orphan> profile;
  Relationship<std::set<User>, secondary<"follows">, back_populates("followers")> following;
  Relationship<std::set<User>, secondary<"follows">, back_populates("following")> followers;
  Relationship<std::vector<Group>, through<Membership>, back_populates("users")> groups;
  static constexpr auto table_args =
      std::tuple{unique_together("nick", "state"), index_on("weight", "name"),
                 check("heavy", [] { return field<&User::weight> > 0.5; }),
                 check([] { return field<&User::id> != 13; })};
};
struct Profile {
  static constexpr auto tablename = "profiles";
  Mapped<std::int64_t, primary_key, foreign_key<User>(on_delete::cascade)> user_id;
  Relationship<User, back_populates("profile")> user;
};
struct Post {
  static constexpr auto tablename = "posts";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key("users.id", on_delete::cascade)> author_id;
  Mapped<std::int64_t, default_value(1), foreign_key<User>(on_delete::set_default)> editor_id;
  Mapped<std::string> title;
  Relationship<User, using_key("author_id"), back_populates("posts")> author;
  Relationship<User, using_key("editor_id"), backref("edited")> editor;
  Relationship<std::vector<Tag>, secondary<"post_tags">, backref("posts")> tags;
};
struct Tag {
  static constexpr auto tablename = "tags";
  Mapped<std::string, primary_key, max_length(20)> kind;
  Mapped<std::int16_t, primary_key> number;
};
struct Group {
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<User>, secondary<"memberships">> members;
  Relationship<std::vector<User>, through<Membership>, back_populates("groups")> users;
};
struct Membership {
  static constexpr auto tablename = "memberships";
  Mapped<std::int64_t, primary_key, foreign_key<User>(on_delete::restrict)> user_id;
  Mapped<std::int64_t, primary_key, foreign_key<Group>(on_delete::no_action)> group_id;
  Mapped<std::optional<date>> since;
};
struct TagUse {
  static constexpr auto tablename = "tag_uses";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> tag_kind;
  Mapped<std::optional<std::int16_t>> tag_number;
  Relationship<Tag, backref("uses")> tag;
  static constexpr auto table_args = std::tuple{foreign_key_together("tag_kind", "tag_number")
                                                    .references<Tag>()
                                                    .deletes(on_delete::set_null)};
};
struct TagUse2 {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int16_t> n;
  Mapped<std::string> k;
  static constexpr auto table_args =
      std::tuple{foreign_key_together("n", "k").references<Tag>("number", "kind")};
};
struct Rules {
  static constexpr auto tablename = "rules";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
  static void validate(const Rules& r) {
    if (r.id < 0) throw ValidationError("", "negative");
  }
  static void not_blank(const std::string& s) {
    if (s.empty()) throw ValidationError("", "blank");
  }
  static constexpr auto table_args = std::tuple{validates<&Rules::name>(&Rules::not_blank)};
};

// Shapes of entity that are found like any other.
template <class K>
struct TreeOf {
  static constexpr auto tablename = "tree";
  Mapped<K, primary_key> key;
  Mapped<std::optional<K>, foreign_key(&TreeOf::key)> up;
  Relationship<TreeOf, back_populates("kids")> parent;
  Relationship<std::vector<TreeOf>, back_populates("parent")> kids;
};
struct Identified {
  Mapped<std::int64_t, primary_key> id;
};
struct Weighed {
  Mapped<double> weight;
};
struct Dog : Identified, Weighed {
  Mapped<std::string> name;
};
struct Flea : Identified {
  Mapped<std::int64_t, foreign_key<Dog>(&Dog::id)> dog_id;
  Relationship<Dog, backref("fleas")> dog;
};

using All = Registry<User, Profile, Post, Tag, Group, Membership, TagUse, TagUse2, Rules>;
static_assert(All::ok && All::size == 9);
static_assert(All::contains<Tag> && !All::contains<State>);
static_assert(std::is_same_v<All::target_of<User, "edited">, Post> &&
              All::end_of<User, "edited">::collection);
static_assert(std::is_same_v<All::target_of<Tag, "posts">, Post> &&
              std::is_same_v<All::target_of<Post, "tags">, Tag> &&
              !All::end_of<Post, "author">::collection);
static_assert(std::is_same_v<detail::relationship_target<&Post::author>::type, User> &&
              !detail::relationship_target<&Post::author>::collection &&
              detail::relationship_target<&Post::author>::name == "author" &&
              detail::relationship_target<&Post::editor>::reverse == "edited" &&
              detail::relationship_target<&User::posts>::collection);
static_assert(detail::key_columns<Tag>.size() == 2 && detail::key_columns<Tag>[0].name == "kind" &&
              detail::key_columns<Tag>[0].type.code == TypeCode::text &&
              detail::key_columns<Tag>[1].column == 1);

struct Named : Registry<Tag> {
  static constexpr std::string_view application = "acme.blog";
};

const Catalog& catalog() {
  static const Catalog made = All::catalog();
  return made;
}
const Table& table(std::string_view name) {
  for (const Table& t : catalog().tables)
    if (t.name == name) return t;
  BOOST_FAIL("no table " << name);
  throw 0;
}
const RelationshipInfo& relationship(std::string_view of, std::string_view name) {
  for (const RelationshipInfo& r : table(of).relationships)
    if (r.name == name) return r;
  BOOST_FAIL("no relationship " << of << "." << name);
  throw 0;
}
void leads(std::string_view of, std::string_view name, RelationshipInfo::Kind kind,
           std::string_view target, std::string_view owner, std::string_view key,
           std::string_view target_key, std::string_view reverse) {
  const RelationshipInfo& r = relationship(of, name);
  BOOST_TEST_CONTEXT(of << "." << name) {
    BOOST_TEST((r.kind == kind));
    BOOST_TEST(r.target == target);
    BOOST_TEST(r.owner == owner);
    BOOST_TEST(r.foreign_key == key);
    BOOST_TEST(r.target_key == target_key);
    BOOST_TEST(r.reverse == reverse);
  }
}

}  // namespace registry_test

using namespace registry_test;

BOOST_AUTO_TEST_SUITE(registry)

BOOST_AUTO_TEST_CASE(tables_are_the_entities_and_then_the_secondary_ones) {
  Words names;
  for (const Table& t : catalog().tables) names.push_back(t.name);
  BOOST_TEST(names == (Words{"users", "profiles", "posts", "tags", "Group", "memberships",
                             "tag_uses", "TagUse2", "rules", "follows", "post_tags"}),
             boost::test_tools::per_element());
  BOOST_TEST(All::descriptors().size() == 9u);
  BOOST_TEST(All::descriptors()[2]->table == "posts");
}

BOOST_AUTO_TEST_CASE(columns_carry_type_limits_and_defaults) {
  const Table& users = table("users");
  BOOST_REQUIRE(users.columns.size() == 7u);
  BOOST_TEST((users.columns[0].type.code == TypeCode::int64));
  BOOST_TEST(users.columns[1].max_length == 50u);
  BOOST_TEST((users.columns[2].nullable && users.columns[2].max_length == 9));
  const Column& state = users.columns[3];
  BOOST_TEST((state.type.code == TypeCode::enumeration && state.type.name == "State"));
  BOOST_TEST((state.type.underlying == TypeCode::int16));
  BOOST_TEST(
      (state.type.names == std::vector<EnumName>{{-1, "open"}, {200, "closed"}, {1024, "odd"}}));
  BOOST_TEST((state.default_value == Value(std::int64_t{200})));
  BOOST_TEST((users.columns[4].default_value == Value(1.5)));
  BOOST_TEST(!users.columns[0].default_value.has_value());
}

BOOST_AUTO_TEST_CASE(keys_and_indexes_have_their_names) {
  const Table& users = table("users");
  BOOST_TEST(users.primary_key == Words{"id"});
  BOOST_TEST(table("tags").primary_key == (Words{"kind", "number"}));
  Words indexes;
  for (const Index& i : users.indexes) indexes.push_back(i.name + (i.unique ? "!" : ""));
  BOOST_TEST(indexes == (Words{"uq_users_name!", "uq_users_next_id!", "uq_users_nick_state!",
                               "ix_users_state", "ix_users_weight_name"}),
             boost::test_tools::per_element());
  BOOST_REQUIRE(users.checks.size() == 2u);
  BOOST_TEST(users.checks[0].name == "heavy");
  BOOST_TEST(users.checks[1].name == "ck_users_2");
  BOOST_TEST((users.checks[1].condition.op == Expression::Op::ne));
}

BOOST_AUTO_TEST_CASE(foreign_keys_of_every_spelling) {
  const auto key = [](std::string_view of, std::size_t n) { return table(of).foreign_keys.at(n); };
  BOOST_TEST((key("users", 0) ==
              ForeignKey{"fk_users_boss_id", {"boss_id"}, "users", {"id"}, OnDelete::set_null, 0}));
  BOOST_TEST(
      (key("posts", 0) ==
       ForeignKey{"fk_posts_author_id", {"author_id"}, "users", {"id"}, OnDelete::cascade, 0}));
  BOOST_TEST((key("posts", 1).on_delete == OnDelete::set_default));
  BOOST_TEST((key("memberships", 0).on_delete == OnDelete::restrict));
  BOOST_TEST((key("memberships", 1).on_delete == OnDelete::no_action));
  BOOST_TEST((key("tag_uses", 0) == ForeignKey{"fk_tag_uses_tag_kind_tag_number",
                                               {"tag_kind", "tag_number"},
                                               "tags",
                                               {"kind", "number"},
                                               OnDelete::set_null,
                                               0}));
  // Named in another order than the key has: stored in the key's.
  BOOST_TEST(
      (key("TagUse2", 0) ==
       ForeignKey{
           "fk_TagUse2_k_n", {"k", "n"}, "tags", {"kind", "number"}, OnDelete::no_action, 0}));
}

BOOST_AUTO_TEST_CASE(plain_secondary_tables_are_made) {
  const Table& between = table("post_tags");
  BOOST_TEST(between.primary_key == (Words{"post_id", "tag_kind", "tag_number"}));
  BOOST_TEST(
      (between.columns[1].type.code == TypeCode::text && between.columns[1].max_length == 20));
  BOOST_REQUIRE(between.foreign_keys.size() == 2u);
  BOOST_TEST((between.foreign_keys[1] == ForeignKey{"fk_post_tags_tag_kind_tag_number",
                                                    {"tag_kind", "tag_number"},
                                                    "tags",
                                                    {"kind", "number"},
                                                    OnDelete::cascade,
                                                    0}));
  BOOST_TEST(table("follows").primary_key == (Words{"user_id", "other_user_id"}));
}

BOOST_AUTO_TEST_CASE(relationships_of_every_kind) {
  using K = RelationshipInfo::Kind;
  leads("posts", "author", K::many_to_one, "users", "posts", "fk_posts_author_id", "", "posts");
  leads("users", "posts", K::one_to_many, "posts", "posts", "fk_posts_author_id", "", "author");
  leads("posts", "editor", K::many_to_one, "users", "posts", "fk_posts_editor_id", "", "edited");
  leads("users", "edited", K::one_to_many, "posts", "posts", "fk_posts_editor_id", "", "editor");
  leads("users", "profile", K::one_to_one, "profiles", "profiles", "fk_profiles_user_id", "",
        "user");
  leads("profiles", "user", K::many_to_one, "users", "profiles", "fk_profiles_user_id", "",
        "profile");
  leads("users", "boss", K::many_to_one, "users", "users", "fk_users_boss_id", "", "reports");
  leads("users", "reports", K::one_to_many, "users", "users", "fk_users_boss_id", "", "boss");
  leads("users", "next", K::many_to_one, "users", "users", "fk_users_next_id", "", "previous");
  leads("users", "previous", K::one_to_one, "users", "users", "fk_users_next_id", "", "next");
  leads("posts", "tags", K::many_to_many, "tags", "post_tags", "fk_post_tags_post_id",
        "fk_post_tags_tag_kind_tag_number", "posts");
  leads("tags", "posts", K::many_to_many, "posts", "post_tags", "fk_post_tags_tag_kind_tag_number",
        "fk_post_tags_post_id", "tags");
  leads("users", "following", K::many_to_many, "users", "follows", "fk_follows_user_id",
        "fk_follows_other_user_id", "followers");
  leads("users", "followers", K::many_to_many, "users", "follows", "fk_follows_other_user_id",
        "fk_follows_user_id", "following");
  leads("users", "groups", K::many_to_many, "Group", "memberships", "fk_memberships_user_id",
        "fk_memberships_group_id", "users");
  leads("Group", "users", K::many_to_many, "users", "memberships", "fk_memberships_group_id",
        "fk_memberships_user_id", "groups");
  leads("Group", "members", K::many_to_many, "users", "memberships", "fk_memberships_group_id",
        "fk_memberships_user_id", "");
  leads("tag_uses", "tag", K::many_to_one, "tags", "tag_uses", "fk_tag_uses_tag_kind_tag_number",
        "", "uses");
}

BOOST_AUTO_TEST_CASE(templates_local_structs_and_several_bases_are_found) {
  struct Local {
    enum class Size : std::uint8_t { small, large };
    Mapped<int, primary_key> id;
    Mapped<Size> size;
  };
  using Shapes = Registry<TreeOf<long>, Local, Dog, Flea>;
  const Catalog shapes = Shapes::catalog();
  const auto columns = [&](std::size_t table) {
    Words out;
    for (const Column& c : shapes.tables.at(table).columns) out.push_back(c.name);
    return out;
  };
  BOOST_TEST(columns(0) == (Words{"key", "up"}));
  BOOST_TEST(columns(1) == (Words{"id", "size"}));
  BOOST_TEST(columns(2) == (Words{"id", "weight", "name"}));
  BOOST_TEST(shapes.tables[1].name == "Local");
  BOOST_TEST((shapes.tables[1].columns[1].type.names ==
              std::vector<EnumName>{{0, "small"}, {1, "large"}}));
  BOOST_TEST((shapes.tables[3].foreign_keys.at(0).table == "Dog"));
  static_assert(std::is_same_v<Shapes::target_of<Dog, "fleas">, Flea>);
}

BOOST_AUTO_TEST_CASE(validators_are_recorded) {
  const detail::EntityFacts& facts = detail::entity_of<Rules>;
  Rules bad{.id = -1};
  BOOST_REQUIRE(facts.validate != nullptr);
  BOOST_CHECK_THROW(facts.validate(&bad), ValidationError);
  BOOST_REQUIRE(facts.constraints.size() == 1u);
  BOOST_TEST(facts.constraints[0].name == "name");
  BOOST_CHECK_THROW(facts.constraints[0].validate(&bad.name), ValidationError);
  BOOST_TEST((detail::entity_of<User>.validate == nullptr));
}

BOOST_AUTO_TEST_CASE(the_catalogue_is_valid_and_survives_json) {
  Catalog valid = catalog();
  valid.validate();
  BOOST_TEST((valid == catalog()));
  BOOST_TEST((Catalog::from_json(valid.to_json()) == valid));
  BOOST_TEST(valid.differences(catalog()).empty());
}

BOOST_AUTO_TEST_CASE(a_derived_registry_names_the_application) {
  BOOST_TEST(detail::catalog_of<Named>().application == "acme.blog");
  BOOST_TEST(detail::catalog_of<All>().application == "");
  BOOST_TEST(detail::catalog_of<Named>().tables.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
