// One object for each key: the behaviour cases SA-IDENTITY-*, by id.
#include "tests/session/cases.hpp"
#include "tests/session/relations.hpp"

BOOST_AUTO_TEST_SUITE(identity)

using namespace kindred;
using namespace kindred::session_test;

namespace {
enum class Grade : std::uint8_t { low = 1, high = 200 };
struct Signed {
  static constexpr auto tablename = "signed_keys";
  Mapped<std::int64_t, primary_key> id;
};
struct Small {
  static constexpr auto tablename = "small_keys";
  Mapped<std::int8_t, primary_key> id;
};
struct Unsigned {
  static constexpr auto tablename = "unsigned_keys";
  Mapped<std::uint64_t, primary_key> id;
};
struct Graded {
  static constexpr auto tablename = "graded_keys";
  Mapped<Grade, primary_key> grade;
};
using Keys = Registry<Signed, Small, Unsigned, Graded>;
}  // namespace

// Whatever the key's and the argument's types: at hand is what has this number, and nothing that
// only has the same bits.
BOOST_AUTO_TEST_CASE(keys_at_hand) {
  on_each_store_of<Keys>([](const Store& store) {
    constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
    constexpr std::uint64_t top = std::uint64_t{1} << 63;
    for (const std::int64_t id : {least, std::int64_t{-2}, std::int64_t{5}})
      store.insert(Signed{.id = id});
    for (const std::uint64_t id : {top, ~std::uint64_t{0} - 1, std::uint64_t{5}})
      store.insert(Unsigned{.id = id});
    store.insert(Small{.id = std::int8_t{-3}});
    store.insert(Graded{.grade = Grade::high});
    Session session{store};
    const auto all_signed = session.select<Signed>().all();
    const auto all_unsigned = session.select<Unsigned>().all();
    BOOST_REQUIRE(all_signed.size() == 3u && all_unsigned.size() == 3u);
    BOOST_TEST((session.get<Signed>(least) == all_signed[0]));
    BOOST_TEST((session.get<Signed>(-2) == all_signed[1]));
    BOOST_TEST((session.get<Signed>(5u) == all_signed[2]));
    BOOST_TEST(!session.get<Signed>(top));
    BOOST_TEST(!session.get<Signed>(~std::uint64_t{0} - 1));
    BOOST_TEST((session.get<Unsigned>(5) == all_unsigned[0]));
    BOOST_TEST((session.get<Unsigned>(top) == all_unsigned[1]));
    BOOST_TEST((session.get<Unsigned>(~std::uint64_t{0} - 1) == all_unsigned[2]));
    BOOST_TEST(!session.get<Unsigned>(least));
    BOOST_TEST(!session.get<Unsigned>(-2));
    const auto small = session.get<Small>(-3);
    BOOST_TEST((session.get<Small>(std::int64_t{-3}) == small));
    BOOST_TEST(!session.get<Small>(253));
    const auto graded = session.get<Graded>(Grade::high);
    BOOST_TEST((session.get<Graded>(Grade::high) == graded));
    BOOST_TEST(!session.get<Graded>(Grade::low));
    session.close();
    BOOST_TEST((session.get<Signed>(5) != all_signed[2]));
    BOOST_TEST((session.get<Signed>(5) == session.get<Signed>(5)));
  });
}

BOOST_AUTO_TEST_CASE(SA_IDENTITY_05) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto user = session.add(User{.username = "u", .bio = "old"});
    session.commit();
    user->bio = "mine";
    (void)session.select<User>().all();  // keeps what is there
    BOOST_TEST(user->bio.value_or("") == "mine");
    const auto found = session.select<User>().populate_existing().all();
    BOOST_REQUIRE(found.size() == 1u);
    BOOST_TEST((found[0] == user));
    BOOST_TEST(user->bio.value_or("") == "old");
    BOOST_TEST(!inspect(user).is_modified());
    session.commit();
    BOOST_TEST(store.get<User>(*user->id)->bio.value_or("") == "old");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_IDENTITY_05_key_columns) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto one = session.add(Parent{.name = "1"});
    const auto two = session.add(Parent{.name = "2"});
    const auto child = one->children.append(Child{.name = "c"});
    session.commit();
    child->parent_id = *two->id;
    BOOST_TEST((child->parent == two));
    (void)session.select<Child>().populate_existing().all();
    BOOST_TEST(child->parent_id.value_or(0) == *one->id);
    BOOST_TEST((child->parent == one));  // the reference follows its column
    BOOST_TEST(joined(one->children) == "c");
    BOOST_TEST(two->children.empty());
    session.commit();
    BOOST_TEST(stored<&Child::parent_id>(store, *child->id) == *one->id);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_IDENTITY_06) {
  on_each_store([](const Store& store) {
    Ref<User> elsewhere;
    {
      Session session{store};
      elsewhere = session.add(User{.username = "u"});
      session.commit();
    }
    Session session{store};
    const auto user = session.get<User>(*elsewhere->id);
    refused<UsageError>([&] { session.add(elsewhere); }, "merge()");
    BOOST_TEST((inspect(elsewhere).life() == Life::detached));
    BOOST_TEST((session.get<User>(*user->id) == user));
    session.expunge(user);
    session.add(elsewhere);
    BOOST_TEST((session.get<User>(*user->id) == elsewhere));
    refused<UsageError>([&] { session.add(user); }, "merge()");
  });
}

BOOST_AUTO_TEST_CASE(SA_IDENTITY_06_key_of_several_columns) {
  on_each_store([](const Store& store) {
    Ref<City> elsewhere;
    {
      Session session{store};
      session.add(Country{.code = "PT"});
      elsewhere = session.add(City{.country_code = "PT", .name = "Porto"});
      session.commit();
    }
    Session session{store};
    const auto city = session.get<City>("PT", "Porto");
    BOOST_TEST((session.get<City>(std::string("PT"), std::string_view("Porto")) == city));
    refused<UsageError>([&] { session.add(elsewhere); }, "merge()");
    // A new object with the key of a stored one is told at the flush.
    session.add(City{.country_code = "PT", .name = "Porto"});
    BOOST_TEST(refusal(session).find("duplicate_key cities") == 0u);
  });
}

BOOST_AUTO_TEST_CASE(SA_IDENTITY_08) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto old = session.add(User{.id = 5, .username = "old"});
    const auto post = old->posts.append(Post{.title = "p"});
    session.commit();
    const auto version = store.snapshot().version();
    session.erase(old);
    const auto fresh = session.add(User{.id = 5, .username = "new"});
    session.flush();
    BOOST_TEST((inspect(old).life() == Life::deleted));
    BOOST_TEST((inspect(fresh).life() == Life::persistent));
    BOOST_TEST((session.get<User>(5) == fresh));
    session.commit();
    BOOST_TEST(store.snapshot().version() == version + 1);
    BOOST_TEST((inspect(old).life() == Life::detached));
    BOOST_TEST(*store.get<User>(5)->username == "new");
    BOOST_TEST(rows<User>(store) == 1u);
    // One update of the row: what refers to it stays.
    BOOST_TEST(stored<&Post::author_id>(store, *post->id) == 5);
    BOOST_TEST((post->author == fresh));
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_IDENTITY_08_rolled_back) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto old = session.add(User{.id = 5, .username = "same"});
    session.commit();
    session.erase(old);
    const auto fresh = session.add(User{.id = 5, .username = "same"});  // a unique column, too
    session.flush();
    session.rollback();
    BOOST_TEST((inspect(old).life() == Life::persistent));
    BOOST_TEST((inspect(fresh).life() == Life::transient));
    BOOST_TEST((session.get<User>(5) == old));
    BOOST_TEST(*old->username == "same");
    session.commit();
    BOOST_TEST(rows<User>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_IDENTITY_08_with_children) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a"});
    Session session{store};
    const auto old = session.get<Parent>(id);
    session.erase(old);
    const auto fresh = session.add(Parent{.id = id, .name = "new"});
    fresh->children.append(Child{.name = "b"});
    session.commit();
    BOOST_TEST(rows<Parent>(store) == 1u);
    BOOST_TEST(rows<Child>(store) == 1u);  // the old one's went with it
    session.expire_all();
    BOOST_TEST(joined(fresh->children) == "b");
    const auto city =
        session.add(Country{.code = "PT", .name = "x"})->cities.append(City{.name = "Porto"});
    session.commit();
    session.erase(city);
    const auto again = session.add(City{.country_code = "PT", .name = "Porto"});
    session.commit();
    BOOST_TEST((session.get<City>("PT", "Porto") == again));
    BOOST_TEST(problems(store) == "");
  });
}

// The wrong number of key parts does not compile; by name it is an error that says what is missing.
BOOST_AUTO_TEST_CASE(SA_IDENTITY_11) {
  on_each_store([](const Store& store) {
    BOOST_CHECK_EXCEPTION((void)store.snapshot().get("cities", Row{{"", Value("PT")}}), UsageError,
                          [](const UsageError& e) {
                            return mentions(e.what(), "country_code") && mentions(e.what(), "name");
                          });
    BOOST_TEST(!store.get<City>("PT", "Porto").has_value());
  });
}

// What nobody holds goes when its transaction ends; what is linked to something held stays.
BOOST_AUTO_TEST_CASE(commits_let_go_of_what_nobody_holds) {
  on_each_store([](const Store& store) {
    Session session{store};
    for (int i = 0; i < 50; ++i) session.add(User{.username = std::to_string(i)});
    session.commit();
    BOOST_TEST(session.counts().objects == 0u);
    BOOST_TEST(rows<User>(store) == 50u);
    session.select<User>().first()->bio = "changed";
    session.commit();
    BOOST_TEST(session.counts().objects == 0u);
    BOOST_TEST(store.select<User>().where(field<&User::bio> == "changed").count() == 1u);

    const auto post = session.add(Post{.title = "p"});
    post->author = session.add(User{.username = "linked"});
    session.commit();
    BOOST_TEST(session.counts().objects == 2u);
    const auto lazy_loads = session.counts().lazy_loads;
    BOOST_TEST(*post->author->username == "linked");
    BOOST_TEST(session.counts().lazy_loads == lazy_loads);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(commits_let_go_but_keep_what_keys_tie) {
  on_each_store([](const Store& store) {
    Session session{store};
    session.add(User{.id = 7, .username = "new"});
    const auto post = session.add(Post{.author_id = 7, .title = "of the new"});
    session.commit();
    BOOST_REQUIRE(post->author);
    BOOST_TEST(*post->author->username == "new");

    const auto owner = session.add(User{.id = 8, .username = "held"});
    BOOST_TEST(owner->posts.empty());
    session.add(Post{.author_id = 8, .title = "by key alone"});
    session.commit();
    BOOST_REQUIRE(owner->posts.size() == 1u);
    BOOST_TEST(*(*owner->posts.begin())->title == "by key alone");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(commits_know_a_new_parent_by_its_key) {
  on_each_store([](const Store& store) {
    Session session{store, SessionOptions{.forbid_lazy_loads = true}};
    session.add(User{.id = 7, .username = "new"});
    const auto post = session.add(Post{.author_id = 7, .title = "p"});
    session.commit();
    BOOST_REQUIRE(post->author);  // no load
    BOOST_TEST(*post->author->username == "new");
  });
}

BOOST_AUTO_TEST_CASE(commits_let_go_in_whatever_order_links_end) {
  on_each_store([](const Store& store) {
    std::int64_t toy_id = 0;
    {
      Session session{store};
      session.add(Child{.id = 1, .name = "a"});
      session.add(Child{.id = 2, .name = "b"});
      const auto toy = session.add(Toy{.child_id = 1, .name = "t"});
      session.commit();
      toy_id = *toy->id;
    }
    Session session{store};
    auto toy = session.get<Toy>(toy_id);
    const auto a = session.get<Child>(1);
    const auto b = session.get<Child>(2);
    toy->child = b;  // neither collection is loaded
    toy = nullptr;
    session.commit();
    BOOST_TEST(session.counts().objects == 2u);
    BOOST_TEST(joined(b->toys) == "t");
    BOOST_TEST(a->toys.empty());
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()
