// Where an object stands, and what moves it: the behaviour cases SA-STATE-*, by id.
#include "tests/session/cases.hpp"

BOOST_AUTO_TEST_SUITE(states)

using namespace kindred;
using namespace kindred::session_test;

BOOST_AUTO_TEST_CASE(SA_STATE_04) {
  on_each_store([](const Store& store) {
    Session session{store, {.expire_on_commit = true}};
    const auto ann = session.add(User{.username = "ann"});
    session.commit();
    BOOST_TEST(inspect(ann).is_expired());
    session.close();
    BOOST_TEST(is(Life::detached, ann));
    const auto text = message<DetachedError>([&] { (void)ann->username; });
    BOOST_TEST(mentions(text, "User"));
    BOOST_TEST(mentions(text, "add it to a session"));
    // Added to a session it is read again.
    Session other{store};
    other.add(ann);
    BOOST_TEST(*ann->username == "ann");
  });
}

// Objects do not expire by a commit unless asked for.
BOOST_AUTO_TEST_CASE(SA_STATE_04_by_default) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    Ref<User> ann;
    {
      Session session{store};
      ann = session.add(User{.username = "ann", .bio = "x"});
      ann->posts.append(Post{.title = "p"});
      session.commit();
    }
    const auto before = counts.counts().round_trips();
    BOOST_TEST(is(Life::detached, ann));
    BOOST_TEST(*ann->username == "ann");
    BOOST_TEST(ann->posts.size() == 1u);
    BOOST_TEST((ann->posts[0]->author == ann));
    BOOST_TEST(counts.counts().round_trips() == before);
    // Never loaded: named, with remedies.
    const auto text = message<DetachedError>([&] { (void)ann->posts[0]->tags.size(); });
    BOOST_TEST(mentions(text, "Post.tags"));
    BOOST_TEST(mentions(text, "add it to a session"));
    BOOST_TEST(mentions(text, "prefetch"));
  });
}

BOOST_AUTO_TEST_CASE(SA_STATE_06) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_user(store, "ann");
    Ref<User> ann;
    {
      Session session{store};
      ann = session.get<User>(id);
    }
    ann->bio = "changed while detached";
    Session session{store};
    BOOST_TEST(!session.get<User>(id + 1));  // its view is there
    const auto before = counts.counts().reads();
    session.add(ann);
    BOOST_TEST(counts.counts().reads() == before);
    BOOST_TEST(is(Life::persistent, ann));
    BOOST_TEST((session.get<User>(id) == ann));
    session.commit();
    BOOST_TEST(store.get<User>(id)->bio.value_or("") == "changed while detached");
    BOOST_TEST(rows<User>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

// The row that the detached object came from is compared all the same.
BOOST_AUTO_TEST_CASE(SA_STATE_06_stale) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    const auto gone = stored_user(store, "bob");
    Ref<User> ann, bob;
    {
      Session session{store};
      ann = session.get<User>(id);
      bob = session.get<User>(gone);
    }
    change_elsewhere<User>(
        store, [](User& u) { u.bio = "theirs"; }, id);
    store.erase<User>(gone);
    ann->bio = "ours";
    bob->bio = "ours";
    Session session{store};
    session.add(ann);
    session.add(bob);
    const auto error = caught<StaleDataError>([&] { session.commit(); });
    BOOST_REQUIRE(error.rows().size() == 2u);
    BOOST_TEST(error.rows()[0].gone != error.rows()[1].gone);
    BOOST_TEST(ann->bio.value_or("") == "ours");
    session.rollback();
    BOOST_TEST(ann->bio.value_or("") == "theirs");
    BOOST_TEST(store.get<User>(id)->bio.value_or("") == "theirs");
  });
}

BOOST_AUTO_TEST_CASE(SA_STATE_06_detached_graph) {
  on_each_store([](const Store& store) {
    Ref<Parent> parent;
    {
      Session session{store};
      parent = session.add(Parent{.name = "p"});
      parent->children = {make_ref(Child{.name = "a"}), make_ref(Child{.name = "b"})};
      session.commit();
    }
    const auto a = parent->children[0];
    a->name = "A";
    parent->children.append(Child{.name = "c"});
    Session session{store};
    session.add(parent);
    BOOST_TEST(is(Life::persistent, a));
    BOOST_TEST(is(Life::pending, parent->children[2]));
    session.commit();
    BOOST_TEST(rows<Parent>(store) == 1u);
    BOOST_TEST(rows<Child>(store) == 3u);
    BOOST_TEST(*store.get<Child>(*a->id)->name == "A");
    BOOST_TEST(problems(store) == "");
  });
}

// One that is here already under this key is not replaced behind the program's back.
BOOST_AUTO_TEST_CASE(SA_STATE_06_known_key) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Ref<User> detached;
    {
      Session session{store};
      detached = session.get<User>(id);
    }
    Session session{store};
    const auto here = session.get<User>(id);
    BOOST_TEST(mentions(message<UsageError>([&] { session.add(detached); }), "merge"));
    BOOST_TEST(is(Life::detached, detached));
    BOOST_TEST((session.get<User>(id) == here));
  });
}

BOOST_AUTO_TEST_CASE(SA_STATE_08) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    session.erase(ann);
    BOOST_TEST(is(Life::persistent, ann));
    BOOST_TEST(inspect(ann).is_erased());
    session.flush();
    BOOST_TEST(is(Life::deleted, ann));
    BOOST_TEST(!session.contains(ann));
    BOOST_TEST(!session.get<User>(id));
    const auto text = message<UsageError>([&] { session.add(ann); });
    BOOST_TEST(mentions(text, "has been deleted"));
    BOOST_TEST(mentions(text, "make_transient"));
    // Nor by way of a relationship.
    const auto post = session.add(Post{.title = "p"});
    BOOST_CHECK_THROW(post->author = ann, UsageError);
    BOOST_TEST(!post->author);
    session.commit();
    BOOST_TEST(is(Life::detached, ann));
    BOOST_CHECK_THROW(session.add(ann), UsageError);
    BOOST_TEST(rows<User>(store) == 0u);
  });
}

BOOST_AUTO_TEST_CASE(SA_STATE_08_taken_back) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    session.erase(ann);
    session.add(ann);
    BOOST_TEST(!inspect(ann).is_erased());
    const auto before = counts.counts();
    session.commit();
    BOOST_TEST(counts.counts().writes() == before.writes());
    BOOST_TEST(rows<User>(store) == 1u);
  });
}

BOOST_AUTO_TEST_CASE(SA_STATE_09) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    session.erase(ann);
    BOOST_CHECK_THROW(make_transient(ann), UsageError);
    session.flush();
    BOOST_CHECK_THROW(make_transient(ann), UsageError);
    session.commit();
    BOOST_TEST(rows<User>(store) == 0u);
    make_transient(ann);
    BOOST_TEST(is(Life::transient, ann));
    session.add(ann);
    BOOST_TEST(is(Life::pending, ann));
    session.commit();
    BOOST_TEST(*ann->id == id);
    BOOST_TEST(*store.get<User>(id)->username == "ann");
    BOOST_TEST((session.get<User>(id) == ann));
    BOOST_TEST(problems(store) == "");
  });
}

// A copy of a stored row: detached, made new, without its key.
BOOST_AUTO_TEST_CASE(SA_STATE_09_copy) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    session.expunge(ann);
    make_transient(ann);
    ann->id = 0;
    ann->username = "copy";
    session.add(ann);
    session.commit();
    BOOST_TEST(*ann->id != id);
    BOOST_TEST(rows<User>(store) == 2u);
  });
}

BOOST_AUTO_TEST_CASE(SA_STATE_10) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    Session session{store};
    const auto parent = session.add(Parent{.name = "p"});
    const auto child = parent->children.append(Child{.name = "c"});
    BOOST_TEST(is(Life::pending, parent));
    BOOST_TEST(is(Life::pending, child));
    session.expunge(parent);  // with what its cascade reaches
    BOOST_TEST(is(Life::transient, parent));
    BOOST_TEST(is(Life::transient, child));
    BOOST_TEST(!session.contains(parent));
    const auto before = counts.counts().round_trips();
    session.commit();
    BOOST_TEST(counts.counts().round_trips() == before);
    BOOST_TEST(rows<Parent>(store) == 0u);
    BOOST_TEST((child->parent == parent));
    session.add(parent);
    session.commit();
    BOOST_TEST(rows<Child>(store) == 1u);
  });
}

// A changed object that leaves keeps its change, and the session forgets it.
BOOST_AUTO_TEST_CASE(SA_STATE_10_persistent) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    ann->bio = "changed";
    session.expunge(ann);
    BOOST_TEST(is(Life::detached, ann));
    session.commit();
    BOOST_TEST(!store.get<User>(id)->bio.has_value());
    BOOST_TEST(ann->bio.value_or("") == "changed");
    BOOST_TEST((session.get<User>(id) != ann));
  });
}

BOOST_AUTO_TEST_CASE(SA_STATE_11) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    Session other{store};
    const auto transient = make_ref(User{.username = "new"});
    const auto foreign = other.get<User>(id);
    const auto pending = session.add(User{.username = "pending"});
    for (const auto& object : {transient, foreign}) {
      BOOST_CHECK_THROW(session.expunge(object), UsageError);
      BOOST_CHECK_THROW(session.refresh(object), UsageError);
      BOOST_CHECK_THROW(session.expire(object), UsageError);
      BOOST_CHECK_THROW(session.erase(object), UsageError);
    }
    BOOST_CHECK_THROW(session.refresh(pending), UsageError);
    BOOST_CHECK_THROW(session.expire(pending), UsageError);
    BOOST_CHECK_THROW((session.expire<&User::posts>(pending)), UsageError);
    BOOST_CHECK_THROW((session.expire<&User::bio>(foreign)), UsageError);
    BOOST_CHECK_THROW(session.erase(pending), UsageError);
    BOOST_TEST(mentions(message<UsageError>([&] { session.add(foreign); }), "another session"));
    BOOST_TEST((inspect(foreign).session() == &other));
    BOOST_TEST((inspect(pending).session() == &session));
    BOOST_TEST((inspect(transient).session() == nullptr));
    BOOST_CHECK_THROW(session.add(Ref<User>()), UsageError);
    BOOST_CHECK_THROW(session.erase(Ref<User>()), UsageError);
    // Relationships do not tie two sessions together either.
    const auto post = session.add(Post{.title = "p"});
    BOOST_CHECK_THROW(post->author = foreign, UsageError);
    BOOST_CHECK_THROW(foreign->posts.append(post), UsageError);
    BOOST_TEST(!post->author);
    BOOST_TEST(foreign->posts.empty());
  });
}

BOOST_AUTO_TEST_CASE(SA_STATE_12) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    BOOST_TEST(session.counts().changed == 0u);
    ann->username = "ann";
    BOOST_TEST(session.counts().changed == 1u);
    BOOST_TEST(!inspect(ann).is_modified());
    const auto before = counts.counts();
    session.flush();
    session.commit();
    BOOST_TEST(counts.counts().writes() == before.writes());
    BOOST_TEST(counts.counts().begin == before.begin);
    BOOST_TEST(session.counts().changed == 0u);
  });
}

// There and back again is no change either, and reading through a mutable Ref is none.
BOOST_AUTO_TEST_CASE(SA_STATE_12_and_back) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    ann->username = "bob";
    BOOST_TEST(inspect(ann).is_modified());
    BOOST_TEST((inspect(ann).history<&User::username>().changed()));
    BOOST_TEST((inspect(ann).history<&User::username>().was.value() == "ann"));
    ann->username = "ann";
    BOOST_TEST(!inspect(ann).is_modified());
    const auto before = counts.counts();
    session.commit();
    BOOST_TEST(counts.counts().writes() == before.writes());
    BOOST_TEST(counts.counts().commit == before.commit);
  });
}

BOOST_AUTO_TEST_CASE(SA_STATE_13) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    ann->bio = "new";
    BOOST_TEST(strings(inspect(ann).changed()) == Strings{"bio"}, boost::test_tools::per_element());
    session.flush();
    BOOST_TEST(inspect(ann).changed().empty());
    session.commit();
    BOOST_TEST(*store.get<User>(id)->username == "ann");
    BOOST_TEST(store.get<User>(id)->bio.value_or("") == "new");
  });
}

// A row is one record: a change of another column by another writer is seen, not merged unasked.
BOOST_AUTO_TEST_CASE(SA_STATE_13_other_column) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    change_elsewhere<User>(
        store, [](User& u) { u.username = "anna"; }, id);
    ann->bio = "new";
    const auto error = caught<StaleDataError>([&] { session.commit(); });
    BOOST_REQUIRE(error.rows().size() == 1u);
    BOOST_TEST(error.rows()[0].table == "users");
    BOOST_TEST(error.rows()[0].columns == Strings{"username"}, boost::test_tools::per_element());
    BOOST_TEST(error.retryable());
    session.refresh(ann);
    BOOST_TEST(*ann->username == "anna");
    ann->bio = "new";
    session.commit();
    BOOST_TEST(*store.get<User>(id)->username == "anna");
    BOOST_TEST(store.get<User>(id)->bio.value_or("") == "new");
  });
}

// Every state, in the order in which an object lives.
BOOST_AUTO_TEST_CASE(each_state) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto city = make_ref(City{.country_code = "AT", .name = "Wien"});
    BOOST_TEST(is(Life::transient, city));
    const auto country = session.add(Country{.code = "AT"});
    session.add(city);
    BOOST_TEST(is(Life::pending, city));
    session.flush();
    BOOST_TEST(is(Life::persistent, city));
    BOOST_TEST((session.get<City>(std::string("AT"), std::string("Wien")) == city));
    session.erase(city);
    session.flush();
    BOOST_TEST(is(Life::deleted, city));
    session.rollback();
    BOOST_TEST(is(Life::transient, city));
    BOOST_TEST(is(Life::transient, country));
    session.add(country);
    session.add(city);
    session.commit();
    session.erase(city);
    session.flush();
    session.rollback();
    BOOST_TEST(is(Life::persistent, city));
    BOOST_TEST((session.get<City>(std::string("AT"), std::string("Wien")) == city));
    session.erase(city);
    session.commit();
    BOOST_TEST(is(Life::detached, city));
    BOOST_TEST(rows<City>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

// What a session's end leaves behind: detached and transient objects, nothing stored.
BOOST_AUTO_TEST_CASE(session_ends) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    const auto other = stored_user(store, "bob");
    const auto third = stored_user(store, "cay");
    Ref<User> kept, read, flushed, pending, erased;
    {
      Session session{store};
      kept = session.get<User>(id);
      read = session.get<User>(third);
      flushed = session.add(User{.username = "flushed"});
      flushed->posts.append(Post{.title = "p"});
      erased = session.get<User>(other);
      session.erase(erased);
      kept->bio = "not committed";
      session.flush();
      pending = session.add(User{.username = "pending"});
      read->bio = "not flushed";
    }
    BOOST_TEST(is(Life::detached, kept));
    BOOST_TEST(is(Life::detached, erased));
    BOOST_TEST(is(Life::detached, read));
    BOOST_TEST(*read->username == "cay");
    BOOST_TEST(read->bio.value_or("") == "not flushed");
    BOOST_TEST(*erased->username == "bob");
    // What it says was flushed, and is not stored.
    BOOST_CHECK_THROW((void)kept->bio, DetachedError);
    BOOST_TEST(is(Life::transient, pending));
    BOOST_TEST((inspect(kept).session() == nullptr));
    BOOST_TEST(rows<User>(store) == 3u);
    BOOST_TEST(!store.get<User>(id)->bio.has_value());
    BOOST_TEST(*flushed->username == "flushed");
    BOOST_TEST(*pending->username == "pending");
    // What was flushed and never committed was never stored.
    BOOST_TEST(is(Life::transient, flushed));
    Session session{store};
    BOOST_TEST(*flushed->id == 0);
    for (const auto& object : {flushed, pending, kept, erased}) session.add(object);
    BOOST_TEST(!kept->bio.has_value());
    session.commit();
    BOOST_TEST(rows<User>(store) == 5u);
    BOOST_TEST(rows<Post>(store) == 1u);
    BOOST_TEST((session.get<User>(other) == erased));
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()
