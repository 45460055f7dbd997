// Ways from entity to entity, of every kind and from every side.
#include "tests/entity/support.hpp"

namespace relations_test {

using namespace kindred;
using entity_test::on_each_backend;
using entity_test::Place;
using entity_test::problems;

struct Post;
struct Profile;
struct Group;
struct Membership;
struct User {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> name;
  Mapped<std::optional<std::int64_t>, foreign_key(&User::id, on_delete::set_null)> boss_id;
  Mapped<std::optional<std::int64_t>, foreign_key(&User::id), unique> next_id;
  Relationship<User, using_key("boss_id"), back_populates("reports")> boss;
  Relationship<std::vector<User>, using_key("boss_id"), back_populates("boss")> reports;
  Relationship<User, using_key("next_id"), back_populates("previous")> next;
  Relationship<User, using_key("next_id"), back_populates("next")> previous;
  Relationship<std::map<std::string, Post>, using_key("author_id"), back_populates("author"),
               keyed_by("title")>
      posts;
  Relationship<Profile, back_populates("user")> profile;
  Relationship<std::set<User>, secondary<"follows">, back_populates("followers")> following;
  Relationship<std::set<User>, secondary<"follows">, back_populates("following")> followers;
  Relationship<std::vector<Group>, through<Membership>, back_populates("users")> groups;
};
struct Profile {
  static constexpr auto tablename = "profiles";
  Mapped<std::int64_t, primary_key, foreign_key<User>(on_delete::cascade)> user_id;
  Mapped<std::string> text;
  Relationship<User, back_populates("profile")> user;
};
struct Tag;
struct Post {
  static constexpr auto tablename = "posts";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<User>(on_delete::cascade)> author_id;
  Mapped<std::optional<std::int64_t>, foreign_key<User>(on_delete::set_null)> editor_id;
  Mapped<std::string> title;
  Relationship<User, using_key("author_id"), back_populates("posts")> author;
  Relationship<User, using_key("editor_id"), backref("edited")> editor;
  Relationship<std::vector<Tag>, secondary<"post_tags">, backref("posts")> tags;
};
struct Tag {
  static constexpr auto tablename = "tags";
  Mapped<std::string, primary_key> kind;
  Mapped<std::int16_t, primary_key> number;
};
struct Group {
  static constexpr auto tablename = "groups";
  Mapped<std::string, primary_key> name;
  Relationship<std::vector<User>, through<Membership>, back_populates("groups")> users;
};
struct Membership {
  static constexpr auto tablename = "memberships";
  Mapped<std::string, primary_key, foreign_key<Group>(on_delete::cascade)> group_name;
  Mapped<std::int64_t, primary_key, foreign_key<User>(on_delete::cascade)> user_id;
  Mapped<std::optional<date>> since;
  Relationship<User> user;
  Relationship<Group, backref("memberships")> group;
};
// Refers by columns that are not all of a key, and by several together.
struct TagUse {
  static constexpr auto tablename = "tag_uses";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::optional<std::string>> kind;
  Mapped<std::optional<std::int16_t>> number;
  Mapped<std::optional<std::string>, foreign_key(&User::name)> by;
  Relationship<Tag, backref("uses")> tag;
  Relationship<User, backref("tag_uses")> user;
  static constexpr auto table_args =
      std::tuple{foreign_key_together("kind", "number").references<Tag>()};
};
using Net = Registry<User, Profile, Post, Tag, Group, Membership, TagUse>;

// "1 2 3": the ids, in the order found.
template <std::ranges::input_range Es>
std::string ids(Es entities) {
  std::string out;
  for (const auto& e : entities) {
    if (!out.empty()) out += ' ';
    if constexpr (requires { e.id; })
      out += std::to_string(e.id);
    else if constexpr (requires { e.name; })
      out += *e.name;
    else if constexpr (requires { e.kind; })
      out += *e.kind + std::to_string(e.number);
    else if constexpr (requires { e.group_name; })
      out += *e.group_name + std::to_string(e.user_id);
    else
      out += std::to_string(e.user_id);
  }
  return out;
}
template <class E>
std::string ids(const std::optional<E>& entity) {
  return entity ? ids(std::vector<E>{*entity}) : "none";
}

class Filled {
 public:
  explicit Filled(Place& place) : store(place.create<Net>()) {
    store.update([&](Transaction& tx) {
      tx.insert(std::vector<User>{{.id = 1, .name = "ann", .next_id = 2},
                                  {.id = 2, .name = "bob", .boss_id = 1, .next_id = 3},
                                  {.id = 3, .name = "cid", .boss_id = 1},
                                  {.id = 4, .name = "dot", .boss_id = 2, .next_id = 4}});
      tx.insert(std::vector<Profile>{{.user_id = 2, .text = "p2"}});
      tx.insert(std::vector<Tag>{{.kind = "a", .number = std::int16_t{1}},
                                 {.kind = "a", .number = std::int16_t{2}},
                                 {.kind = "b", .number = std::int16_t{1}}});
      tx.insert(std::vector<Post>{{.id = 10, .author_id = 1, .title = "x"},
                                  {.id = 11, .author_id = 2, .editor_id = 1, .title = "y"},
                                  {.id = 12, .author_id = 1, .editor_id = 1, .title = "z"}});
      for (const auto& [post, kind, number] :
           {std::tuple(10, "a", 1), std::tuple(10, "b", 1), std::tuple(12, "a", 1)})
        tx.insert("post_tags", {{"post_id", post}, {"tag_kind", kind}, {"tag_number", number}});
      tx.insert(std::vector<Group>{{.name = "red"}, {.name = "blue"}, {.name = "empty"}});
      tx.insert(std::vector<Membership>{{.group_name = "red", .user_id = 1},
                                        {.group_name = "red", .user_id = 3},
                                        {.group_name = "blue", .user_id = 1}});
      tx.insert(std::vector<TagUse>{{.id = 1, .kind = "a", .number = std::int16_t{2}, .by = "ann"},
                                    {.id = 2, .kind = "a", .number = std::int16_t{2}, .by = "bob"},
                                    {.id = 3, .kind = "a", .by = "ann"},
                                    {.id = 4}});
    });
  }

  [[nodiscard]] User user(std::int64_t id) const { return store.get<User>(id).value(); }
  [[nodiscard]] Post post(std::int64_t id) const { return store.get<Post>(id).value(); }

  Store store;
};

BOOST_AUTO_TEST_SUITE(relations)

BOOST_AUTO_TEST_CASE(the_one_side_of_many) {
  on_each_backend([](Place& place) {
    const Filled data(place);
    const Snapshot now = data.store.snapshot();
    BOOST_TEST(ids(now.related<&Post::author>(data.post(11))) == "2");
    BOOST_TEST(ids(now.related<&Post::editor>(data.post(11))) == "1");
    BOOST_TEST(ids(now.related<&Post::editor>(data.post(10))) == "none");
    static_assert(
        std::is_same_v<decltype(now.related<&Post::author>(data.post(11))), std::optional<User>>);
    // An object that is not stored leads where its columns lead.
    BOOST_TEST(now.related<&Post::author>(Post{.author_id = 3})->name == "cid");
    BOOST_TEST(ids(now.related<&Post::author>(Post{.author_id = 99})) == "none");
  });
}

BOOST_AUTO_TEST_CASE(the_many_side_of_one) {
  on_each_backend([](Place& place) {
    const Filled data(place);
    const Snapshot now = data.store.snapshot();
    BOOST_TEST(ids(now.related<&User::posts>(data.user(1))) == "10 12");
    BOOST_TEST(ids(now.related<&User::posts>(data.user(2))) == "11");
    BOOST_TEST(ids(now.related<&User::posts>(data.user(3))) == "");
    BOOST_TEST((*now.related<&User::posts>(data.user(1)).at(1).title == "z"));
    BOOST_TEST(ids(now.related<&User::posts>(User{.id = 1})) == "10 12");
  });
}

BOOST_AUTO_TEST_CASE(one_to_one_from_both_sides) {
  on_each_backend([](Place& place) {
    const Filled data(place);
    const Snapshot now = data.store.snapshot();
    BOOST_TEST(now.related<&User::profile>(data.user(2)).value().text == "p2");
    BOOST_TEST(ids(now.related<&User::profile>(data.user(1))) == "none");
    BOOST_TEST(ids(now.related<&Profile::user>(*now.get<Profile>(2))) == "2");
  });
}

BOOST_AUTO_TEST_CASE(an_entity_that_refers_to_itself_from_both_sides) {
  on_each_backend([](Place& place) {
    const Filled data(place);
    const Snapshot now = data.store.snapshot();
    BOOST_TEST(ids(now.related<&User::boss>(data.user(1))) == "none");
    BOOST_TEST(ids(now.related<&User::boss>(data.user(4))) == "2");
    BOOST_TEST(ids(now.related<&User::reports>(data.user(1))) == "2 3");
    BOOST_TEST(ids(now.related<&User::reports>(data.user(4))) == "");
    BOOST_TEST(ids(now.related<&User::next>(data.user(1))) == "2");
    BOOST_TEST(ids(now.related<&User::previous>(data.user(1))) == "none");
    BOOST_TEST(ids(now.related<&User::next>(data.user(3))) == "none");
    BOOST_TEST(ids(now.related<&User::previous>(data.user(3))) == "2");
    BOOST_TEST(ids(now.related<&User::next>(data.user(4))) == "4");
    BOOST_TEST(ids(now.related<&User::previous>(data.user(4))) == "4");
  });
}

BOOST_AUTO_TEST_CASE(many_to_many_over_a_plain_table) {
  on_each_backend([](Place& place) {
    const Filled data(place);
    const Snapshot now = data.store.snapshot();
    BOOST_TEST(ids(now.related<&Post::tags>(data.post(10))) == "a1 b1");
    BOOST_TEST(ids(now.related<&Post::tags>(data.post(12))) == "a1");
    BOOST_TEST(ids(now.related<&Post::tags>(data.post(11))) == "");
    const Tag a1 = *now.get<Tag>("a", 1);
    BOOST_TEST(ids(now.related<Net, "posts">(a1)) == "10 12");
    BOOST_TEST(ids(now.backref_of<&Post::tags>(a1)) == "10 12");
    BOOST_TEST(ids(now.backref_of<&Post::tags>(*now.get<Tag>("a", 2))) == "");
  });
}

BOOST_AUTO_TEST_CASE(many_to_many_of_an_entity_with_itself_keeps_its_direction) {
  on_each_backend([](Place& place) {
    const Filled data(place);
    const Catalog catalog = Net::catalog();
    const Table& follows = *catalog.table("follows");
    BOOST_REQUIRE(follows.columns.size() == 2u);
    // Ann follows Bob and Dot, Bob follows Ann.
    data.store.update([&](Transaction& tx) {
      for (const auto& [who, whom] : {std::pair(1, 2), std::pair(1, 4), std::pair(2, 1)})
        tx.insert("follows", {{follows.columns[0].name, who}, {follows.columns[1].name, whom}});
    });
    const Snapshot now = data.store.snapshot();
    BOOST_TEST(ids(now.related<&User::following>(data.user(1))) == "2 4");
    BOOST_TEST(ids(now.related<&User::followers>(data.user(1))) == "2");
    BOOST_TEST(ids(now.related<&User::following>(data.user(4))) == "");
    BOOST_TEST(ids(now.related<&User::followers>(data.user(4))) == "1");
  });
}

BOOST_AUTO_TEST_CASE(many_to_many_over_an_association_entity) {
  on_each_backend([](Place& place) {
    const Filled data(place);
    const Snapshot now = data.store.snapshot();
    BOOST_TEST(ids(now.related<&User::groups>(data.user(1))) == "blue red");
    BOOST_TEST(ids(now.related<&User::groups>(data.user(2))) == "");
    BOOST_TEST(ids(now.related<&Group::users>(*now.get<Group>("red"))) == "1 3");
    BOOST_TEST(ids(now.related<&Group::users>(*now.get<Group>("empty"))) == "");
    // The association entity is an entity with ways of its own.
    const Membership one = *now.get<Membership>("red", 3);
    BOOST_TEST(ids(now.related<&Membership::user>(one)) == "3");
    BOOST_TEST(ids(now.related<&Membership::group>(one)) == "red");
    BOOST_TEST(ids(now.related<Net, "memberships">(*now.get<Group>("red"))) == "red1 red3");
  });
}

BOOST_AUTO_TEST_CASE(references_of_several_columns_and_to_a_unique_column) {
  on_each_backend([](Place& place) {
    const Filled data(place);
    const Snapshot now = data.store.snapshot();
    const TagUse first = *now.get<TagUse>(1);
    BOOST_TEST(ids(now.related<&TagUse::tag>(first)) == "a2");
    BOOST_TEST(ids(now.related<&TagUse::user>(first)) == "1");
    // A null in one of the columns refers to nothing.
    BOOST_TEST(ids(now.related<&TagUse::tag>(*now.get<TagUse>(3))) == "none");
    BOOST_TEST(ids(now.related<&TagUse::user>(*now.get<TagUse>(4))) == "none");
    BOOST_TEST(ids(now.backref_of<&TagUse::tag>(*now.get<Tag>("a", 2))) == "1 2");
    BOOST_TEST(ids(now.backref_of<&TagUse::tag>(*now.get<Tag>("a", 1))) == "");
    BOOST_TEST(ids(now.backref_of<&TagUse::user>(data.user(1))) == "1 3");
    BOOST_TEST(ids(now.related<Net, "tag_uses">(data.user(2))) == "2");
  });
}

BOOST_AUTO_TEST_CASE(the_other_side_by_the_pointer_that_leads_here) {
  on_each_backend([](Place& place) {
    const Filled data(place);
    const Snapshot now = data.store.snapshot();
    BOOST_TEST(ids(now.backref_of<&Post::editor>(data.user(1))) == "11 12");
    BOOST_TEST(ids(now.backref_of<&Post::author>(data.user(1))) == "10 12");
    BOOST_TEST(ids(now.backref_of<&User::boss>(data.user(1))) == "2 3");
    BOOST_TEST(ids(now.backref_of<&User::reports>(data.user(2))) == "1");
    BOOST_TEST(ids(now.backref_of<&User::next>(data.user(2))) == "1");
    BOOST_TEST(ids(now.backref_of<&Profile::user>(data.user(2))) == "2");
    // Also where there is no other side.
    BOOST_TEST(ids(now.backref_of<&Membership::user>(data.user(1))) == "blue1 red1");
  });
}

BOOST_AUTO_TEST_CASE(relationships_and_backrefs_by_name) {
  on_each_backend([](Place& place) {
    const Filled data(place);
    const Snapshot now = data.store.snapshot();
    BOOST_TEST(ids(now.related<Net, "author">(data.post(11))) == "2");
    BOOST_TEST(ids(now.related<Net, "posts">(data.user(1))) == "10 12");
    BOOST_TEST(ids(now.related<Net, "edited">(data.user(1))) == "11 12");
    BOOST_TEST(ids(now.related<Net, "profile">(data.user(2))) == "2");
    BOOST_TEST(ids(now.related<Net, "groups">(data.user(3))) == "red");
    static_assert(std::is_same_v<decltype(now.related<Net, "profile">(data.user(2))),
                                 std::optional<Profile>>);
  });
}

// The engine keeps long referenced values as the beginning and a hash of the rest.
BOOST_AUTO_TEST_CASE(references_to_long_texts_tell_them_apart) {
  on_each_backend([](Place& place) {
    const Filled data(place);
    const std::string same(2000, 'n');
    data.store.insert(
        std::vector<User>{{.id = 21, .name = same + "1"}, {.id = 22, .name = same + "2"}});
    data.store.insert(
        std::vector<TagUse>{{.id = 31, .by = same + "1"}, {.id = 32, .by = same + "2"}});
    const Snapshot now = data.store.snapshot();
    BOOST_TEST(ids(now.related<&TagUse::user>(*now.get<TagUse>(31))) == "21");
    BOOST_TEST(ids(now.related<&TagUse::user>(*now.get<TagUse>(32))) == "22");
    BOOST_TEST(ids(now.related<&TagUse::user>(TagUse{.by = same + "3"})) == "none");
    BOOST_TEST(ids(now.backref_of<&TagUse::user>(data.user(21))) == "31");
    BOOST_TEST(ids(now.backref_of<&TagUse::user>(data.user(22))) == "32");
    BOOST_TEST(problems(data.store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_transaction_walks_what_it_wrote_before) {
  on_each_backend([](Place& place) {
    const Filled data(place);
    data.store.update([](Transaction& tx) {
      const Post post = tx.insert(Post{.author_id = 4, .editor_id = 1, .title = "new"});
      BOOST_TEST(ids(tx.related<&User::posts>(User{.id = 4})) == std::to_string(post.id));
      BOOST_TEST(tx.related<&Post::author>(post)->name == "dot");
      BOOST_TEST(tx.backref_of<&Post::editor>(User{.id = 1}).size() == 3u);
      tx.erase<User>(4);
      BOOST_TEST(tx.related<&User::posts>(User{.id = 4}).empty());
      BOOST_TEST(tx.backref_of<&Post::editor>(User{.id = 1}).size() == 2u);
    });
    BOOST_TEST(problems(data.store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_value_that_is_older_than_the_view_leads_where_its_columns_lead) {
  on_each_backend([](Place& place) {
    const Filled data(place);
    const Post old = data.post(11);
    data.store.update([](Transaction& tx) {
      tx.update(User{.id = 1, .name = "ann"});
      tx.erase_all<TagUse>(std::vector{2});
      tx.erase<User>(2);
    });
    const Snapshot now = data.store.snapshot();
    BOOST_TEST(!now.get<Post>(11).has_value());
    BOOST_TEST(ids(now.related<&Post::author>(old)) == "none");
    BOOST_TEST(ids(now.related<&Post::tags>(old)) == "");
    BOOST_TEST(ids(now.related<&User::posts>(User{.id = 2})) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_plan_says_what_an_erase_would_do_and_the_erase_does_it) {
  on_each_backend([](Place& place) {
    const Filled data(place);
    const Plan refused = data.store.snapshot().plan_erase<User>(std::vector{1});
    BOOST_TEST(refused.refused());  // tag_uses.by
    BOOST_TEST(entity_test::refused(data.store, [](Transaction& tx) { tx.erase<User>(1); }) ==
               "foreign_key users 1");
    data.store.update([](Transaction& tx) { tx.erase_all<TagUse>(std::vector{1, 3}); });
    const Plan plan = data.store.snapshot().plan_erase<User>(std::vector<std::int64_t>{1});
    BOOST_TEST(!plan.refused());
    // Ann, posts 10 and 12 with their three tags, two memberships.
    BOOST_TEST(plan.deleted == 8u);
    // Bob and Cid lose their boss, post 11 its editor; post 12 goes anyway.
    BOOST_TEST(plan.updated == 3u);
    BOOST_TEST(data.store.erase<User>(1));
    const Snapshot now = data.store.snapshot();
    BOOST_TEST(ids(now.range<Post>()) == "11");
    BOOST_TEST(!now.get<Post>(11)->editor_id.has_value());
    BOOST_TEST(!now.get<User>(2)->boss_id.has_value());
    BOOST_TEST(now.count("post_tags") == 0u);
    BOOST_TEST(now.count<Membership>() == 1u);
    BOOST_TEST(now.count<Tag>() == 3u);
    BOOST_TEST(problems(data.store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_relationship_of_a_plain_value_refuses_to_be_read) {
  User user;
  const Post post;
  BOOST_CHECK_THROW((void)user.posts.size(), UsageError);
  BOOST_CHECK_THROW((void)user.posts.begin(), UsageError);
  BOOST_CHECK_THROW((void)user.groups.empty(), UsageError);
  BOOST_CHECK_THROW((void)static_cast<bool>(post.author), UsageError);
  BOOST_CHECK_THROW((void)post.author->name, UsageError);
  BOOST_CHECK_THROW((void)(post.author == nullptr), UsageError);
  Place place("memory");
  const Filled data(place);
  const User read = data.user(1);
  try {
    (void)read.profile->text;
    BOOST_ERROR("a value that was read has no live relationships");
  } catch (const UsageError& error) {
    BOOST_TEST(std::string(error.what()).find("Ref<Profile>") != std::string::npos);
    BOOST_TEST(std::string(error.what()).find("related<") != std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace relations_test
