// Back to the last commit: the behaviour cases SA-ROLLBACK-*, by id.
#include <stdexcept>

#include "tests/session/cases.hpp"

BOOST_AUTO_TEST_SUITE(rolling_back)

using namespace kindred;
using namespace kindred::session_test;

namespace {

template <class R>
Strings names(const R& members) {
  Strings out;
  for (const auto& member : members) out.push_back(*member->name);
  return out;
}

}  // namespace

// The generated key goes: it may be given to another row before the object is added again.
BOOST_AUTO_TEST_CASE(SA_ROLLBACK_01) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto ann = session.add(User{.username = "ann"});
    const auto post = ann->posts.append(Post{.title = "p"});
    const auto own_key = session.add(Tag{.id = 77, .name = "own key"});
    session.flush();
    BOOST_TEST(*ann->id != 0);
    BOOST_TEST(*post->author_id == *ann->id);
    session.rollback();
    BOOST_TEST(is(Life::transient, ann));
    BOOST_TEST(is(Life::transient, post));
    BOOST_TEST(!session.contains(ann));
    BOOST_TEST(*ann->id == 0);
    BOOST_TEST(!post->author_id.has_value());
    BOOST_TEST(*own_key->id == 77);
    BOOST_TEST(*ann->username == "ann");
    BOOST_TEST((post->author == ann));
    BOOST_TEST(ann->posts.size() == 1u);
    BOOST_TEST(rows<User>(store) == 0u);

    stored_user(store, "first");
    stored_user(store, "second");
    session.add(ann);
    session.add(own_key);
    session.commit();
    BOOST_TEST(rows<User>(store) == 3u);
    BOOST_TEST(*store.get<Post>(*post->id)->author_id == *ann->id);
    BOOST_TEST(*store.get<Tag>(77)->name == "own key");
    BOOST_TEST(problems(store) == "");
  });
}

// A new object that hung on a stored one is free of it, on both sides.
BOOST_AUTO_TEST_CASE(SA_ROLLBACK_01_under_a_stored_one) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a"});
    for (const bool flushed : {true, false}) {
      Session session{store};
      const auto parent = session.get<Parent>(id);
      const auto child = parent->children.append(Child{.name = "b"});
      const auto toy = child->toys.append(Toy{.name = "t"});
      if (flushed) session.flush();
      session.rollback();
      BOOST_TEST(is(Life::transient, child));
      BOOST_TEST(is(Life::transient, toy));
      BOOST_TEST(!child->parent);
      BOOST_TEST(!child->parent_id.has_value());
      BOOST_TEST((toy->child == child));
      BOOST_TEST(names(parent->children) == Strings{"a"}, boost::test_tools::per_element());
      session.commit();
      BOOST_TEST(rows<Child>(store) == 1u);
    }
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ROLLBACK_01_pending) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto ann = session.add(User{.username = "ann"});
    session.rollback();
    BOOST_TEST(is(Life::transient, ann));
    session.commit();
    BOOST_TEST(rows<User>(store) == 0u);
    session.add(ann);
    session.commit();
    BOOST_TEST(rows<User>(store) == 1u);
  });
}

BOOST_AUTO_TEST_CASE(SA_ROLLBACK_02) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    ann->username = "anna";
    ann->bio = "b";
    session.flush();
    session.rollback();
    BOOST_TEST(inspect(ann).is_expired());
    BOOST_TEST(*ann->username == "ann");
    BOOST_TEST(!ann->bio.has_value());
    BOOST_TEST((session.get<User>(id) == ann));
    ann->bio = "later";
    session.commit();
    BOOST_TEST(*store.get<User>(id)->username == "ann");
    BOOST_TEST(store.get<User>(id)->bio.value_or("") == "later");
  });
}

// What others stored meanwhile is seen.
BOOST_AUTO_TEST_CASE(SA_ROLLBACK_02_changed_elsewhere) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    ann->bio = "ours";
    change_elsewhere<User>(
        store, [](User& u) { u.bio = "theirs"; }, id);
    BOOST_CHECK_THROW(session.commit(), StaleDataError);
    BOOST_TEST(*ann->bio == "ours");
    session.rollback();
    BOOST_TEST(*ann->bio == "theirs");
    ann->bio = "ours after all";
    session.commit();
    BOOST_TEST(*store.get<User>(id)->bio == "ours after all");
  });
}

BOOST_AUTO_TEST_CASE(SA_ROLLBACK_03) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    ann->username = "anna";
    session.rollback();
    BOOST_TEST(*ann->username == "ann");
    session.commit();
    BOOST_TEST(*store.get<User>(id)->username == "ann");
  });
}

// Erased and not flushed; changed in place; both.
BOOST_AUTO_TEST_CASE(SA_ROLLBACK_03_other_changes) {
  on_each_store([](const Store& store) {
    Post stored{.title = "p", .scores = std::vector<std::int64_t>{1, 2}};
    store.insert(stored);
    Session session{store};
    const auto post = session.get<Post>(*stored.id);
    post->scores->push_back(3);
    session.erase(post);
    session.rollback();
    BOOST_TEST(!inspect(post).is_erased());
    BOOST_TEST(is(Life::persistent, post));
    BOOST_TEST(post->scores.size() == 2u);
    session.commit();
    BOOST_TEST(rows<Post>(store) == 1u);
  });
}

BOOST_AUTO_TEST_CASE(deleted_and_flushed) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a", "b"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const auto a = parent->children[0];
    session.erase(parent);
    session.flush();
    BOOST_TEST(is(Life::deleted, parent));
    BOOST_TEST(is(Life::deleted, a));
    session.rollback();
    BOOST_TEST(is(Life::persistent, parent));
    BOOST_TEST(is(Life::persistent, a));
    BOOST_TEST((session.get<Parent>(id) == parent));
    BOOST_TEST(names(parent->children) == (Strings{"a", "b"}), boost::test_tools::per_element());
    BOOST_TEST((parent->children[0] == a));
    session.erase(a);
    session.commit();
    BOOST_TEST(rows<Child>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ROLLBACK_05) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto ann = session.add(User{.username = "ann"});
    session.flush();
    session.erase(ann);
    session.flush();
    BOOST_TEST(is(Life::deleted, ann));
    session.rollback();
    BOOST_TEST(is(Life::transient, ann));
    BOOST_TEST(*ann->id == 0);
    session.add(ann);
    session.commit();
    BOOST_TEST(rows<User>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ROLLBACK_07) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_user(store, "ann");
    Session session{store, {.expire_on_commit = false}};
    const auto ann = session.get<User>(id);
    ann->bio = "b";
    session.commit();
    BOOST_TEST(!inspect(ann).is_expired());
    session.rollback();
    BOOST_TEST(inspect(ann).is_expired());
    const auto before = counts.counts().get;
    BOOST_TEST(*ann->bio == "b");
    BOOST_TEST(counts.counts().get > before);
    BOOST_TEST(!inspect(ann).is_expired());
  });
}

BOOST_AUTO_TEST_CASE(SA_ROLLBACK_11) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    Session session{store};
    const auto before = counts.counts();
    session.rollback();
    session.commit();
    session.rollback();
    session.rollback();
    BOOST_TEST(counts.counts().round_trips() == before.round_trips());
    BOOST_TEST(counts.counts().begin == before.begin);
    session.add(User{.username = "ann"});
    session.commit();
    session.rollback();
    BOOST_TEST(rows<User>(store) == 1u);
  });
}

BOOST_AUTO_TEST_CASE(SA_ROLLBACK_12) {
  on_each_store([](const Store& store) {
    const auto one = stored_parent(store, {"a", "b"});
    const auto two = stored_parent(store, {"c"});
    for (const bool flushed : {true, false}) {
      Session session{store};
      const auto from = session.get<Parent>(one);
      const auto to = session.get<Parent>(two);
      const auto a = from->children[0];
      const auto b = from->children[1];
      BOOST_TEST(to->children.size() == 1u);
      to->children.append(a);    // moved
      from->children.remove(b);  // an orphan
      to->children.append(Child{.name = "new"});
      if (flushed) session.flush();
      session.rollback();
      BOOST_TEST(!inspect(from).is_loaded<&Parent::children>());
      BOOST_TEST(names(from->children) == (Strings{"a", "b"}), boost::test_tools::per_element());
      BOOST_TEST(names(to->children) == Strings{"c"}, boost::test_tools::per_element());
      BOOST_TEST((a->parent == from));
      BOOST_TEST((b->parent == from));
      BOOST_TEST(is(Life::persistent, b));
      session.commit();
    }
    BOOST_TEST(rows<Child>(store) == 3u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ROLLBACK_12_other_relationships) {
  on_each_store([](const Store& store) {
    std::int64_t post_id = 0;
    std::int64_t person_id = 0;
    {
      Session session{store};
      const auto post = session.add(Post{.title = "p"});
      post->tags = {make_ref(Tag{.name = "x"}), make_ref(Tag{.name = "y"})};
      const auto person = session.add(Person{.name = "ann"});
      person->passport = Passport{.number = "1"};
      session.commit();
      post_id = post->id;
      person_id = person->id;
    }
    for (const bool flushed : {true, false}) {
      Session session{store};
      const auto post = session.get<Post>(post_id);
      const auto person = session.get<Person>(person_id);
      const Ref<Passport> old = person->passport;
      post->tags.remove(post->tags[0]);
      post->tags.append(Tag{.name = "z"});
      person->passport = Passport{.number = "2"};
      BOOST_TEST(!old->person);
      if (flushed) session.flush();
      session.rollback();
      BOOST_TEST(names(post->tags) == (Strings{"x", "y"}), boost::test_tools::per_element());
      BOOST_TEST((person->passport == old));
      BOOST_TEST((old->person == person));
      session.commit();
    }
    BOOST_TEST(rows<Tag>(store) == 2u);
    BOOST_TEST(rows<Passport>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ROLLBACK_13) {
  on_each_store([](const Store& store) {
    Session session{store};
    Ref<User> ann;
    BOOST_CHECK_THROW(session.transaction([&] {
      ann = session.add(User{.username = "ann"});
      session.flush();
      throw std::runtime_error("stop");
    }),
                      std::runtime_error);
    BOOST_TEST(is(Life::transient, ann));
    BOOST_TEST(rows<User>(store) == 0u);
    const auto bob = session.transaction([&] { return session.add(User{.username = "bob"}); });
    BOOST_TEST(is(Life::persistent, bob));
    BOOST_TEST(rows<User>(store) == 1u);
    // A commit that fails rolls back as well.
    BOOST_CHECK_THROW(session.transaction([&] { session.add(User{.username = "bob"}); }),
                      IntegrityError);
    session.commit();
    BOOST_TEST(rows<User>(store) == 1u);
  });
}

// A moved primary key: the old one is that of the object again.
BOOST_AUTO_TEST_CASE(moved_key) {
  on_each_store([](const Store& store) {
    {
      Session session{store};
      const auto country = session.add(Country{.code = "AT"});
      country->cities.append(City{.name = "Wien"});
      session.commit();
    }
    for (const bool flushed : {true, false}) {
      Session session{store};
      const auto country = session.get<Country>(std::string("AT"));
      const auto city = country->cities[0];
      country->code = "XX";
      if (flushed) {
        session.flush();
        BOOST_TEST((session.get<Country>(std::string("XX")) == country));
        BOOST_TEST(!session.get<Country>(std::string("AT")));
      }
      session.rollback();
      BOOST_TEST(*country->code == "AT");
      BOOST_TEST(*city->country_code == "AT");
      BOOST_TEST((session.get<Country>(std::string("AT")) == country));
      BOOST_TEST((session.get<City>(std::string("AT"), std::string("Wien")) == city));
      BOOST_TEST(!session.get<Country>(std::string("XX")));
      BOOST_TEST((country->cities[0] == city));
      session.commit();
    }
    BOOST_TEST(problems(store) == "");
  });
}

// What the engine did to other objects by on_delete is undone in them too.
BOOST_AUTO_TEST_CASE(referential_actions) {
  on_each_store([](const Store& store) {
    std::int64_t author = 0;
    {
      Session session{store};
      const auto ann = session.add(User{.username = "ann"});
      ann->posts.append(Post{.title = "p"});
      session.commit();
      author = ann->id;
    }
    Session session{store};
    const auto ann = session.get<User>(author);
    const auto post = session.select<Post>().one();
    session.erase(ann);
    session.flush();
    BOOST_TEST(!post->author_id.has_value());
    BOOST_TEST(!post->author);
    session.rollback();
    BOOST_TEST(*post->author_id == author);
    BOOST_TEST((post->author == ann));
    BOOST_TEST(ann->posts.size() == 1u);
    session.commit();
    BOOST_TEST(problems(store) == "");
  });
}

// Handles that are gone do not keep a rollback from finding what it must restore.
BOOST_AUTO_TEST_CASE(without_handles) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    const auto other = stored_user(store, "bob");
    Session session{store};
    session.get<User>(id)->username = "anna";
    session.erase(session.get<User>(other));
    session.add(User{.username = "new"});
    session.flush();
    session.collect();
    session.rollback();
    BOOST_TEST(*session.get<User>(id)->username == "ann");
    BOOST_TEST(*session.get<User>(other)->username == "bob");
    BOOST_TEST(session.select<User>().count() == 2u);
    session.commit();
    BOOST_TEST(rows<User>(store) == 2u);
  });
}

BOOST_AUTO_TEST_CASE(hooks_are_told) {
  on_each_store([](const Store& store) {
    struct Stop {};
    Session session{store};
    int calls = 0;
    bool armed = false;
    session.on_after_rollback([&](Session&) {
      ++calls;
      if (armed) throw Stop{};
    });
    session.rollback();
    BOOST_TEST(calls == 1);
    armed = true;
    session.add(User{.username = "ann"});
    session.flush();
    BOOST_CHECK_THROW(session.rollback(), Stop);
    BOOST_TEST(rows<User>(store) == 0u);
    session.add(User{.username = "ann"});
    session.commit();
    BOOST_TEST(rows<User>(store) == 1u);
  });
}

BOOST_AUTO_TEST_SUITE_END()
