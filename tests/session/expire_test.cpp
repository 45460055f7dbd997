// expire and refresh: the behaviour cases SA-EXPIRE-*, by id.
#include "tests/session/cases.hpp"
#include "tests/session/relations.hpp"

BOOST_AUTO_TEST_SUITE(expiring)

using namespace kindred;
using namespace kindred::session_test;

BOOST_AUTO_TEST_CASE(SA_EXPIRE_01) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    ann->username = "anna";
    session.expire(ann);
    BOOST_TEST(inspect(ann).is_expired());
    BOOST_TEST(*ann->username == "ann");
    BOOST_TEST(!inspect(ann).is_modified());
    session.commit();
    BOOST_TEST(*store.get<User>(id)->username == "ann");
  });
}

// Relationship changes are not thrown away unasked.
BOOST_AUTO_TEST_CASE(SA_EXPIRE_01_relationships) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const auto added = parent->children.append(Child{.name = "b"});
    BOOST_TEST(mentions(message<UsageError>([&] { session.expire(parent); }), "discard"));
    BOOST_CHECK_THROW(session.refresh(parent), UsageError);
    BOOST_CHECK_THROW((session.expire<&Parent::children>(parent)), UsageError);
    BOOST_CHECK_THROW(session.expire_all(), UsageError);
    BOOST_TEST(parent->children.size() == 2u);
    session.expire(parent, Changes::discard);
    BOOST_TEST(parent->children.size() == 1u);
    BOOST_TEST(!added->parent);
    session.commit();
    BOOST_TEST(rows<Child>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

// A removal is taken back, and who was removed is no orphan.
BOOST_AUTO_TEST_CASE(SA_EXPIRE_01_removed) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a", "b"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const auto a = parent->children[0];
    parent->children.remove(a);
    session.expire(parent, Changes::discard);
    BOOST_TEST(parent->children.size() == 2u);
    BOOST_TEST((a->parent == parent));
    session.commit();
    BOOST_TEST(*store.get<Child>(*a->id)->parent_id == id);
    BOOST_TEST(rows<Child>(store) == 2u);
  });
}

// From the side that holds the key: the other side forgets the change too.
BOOST_AUTO_TEST_CASE(SA_EXPIRE_01_reference) {
  on_each_store([](const Store& store) {
    const auto one = stored_parent(store, {"a"});
    const auto two = stored_parent(store, {});
    Session session{store};
    const auto from = session.get<Parent>(one);
    const auto to = session.get<Parent>(two);
    const auto child = from->children[0];
    child->parent = to;
    BOOST_TEST(to->children.size() == 1u);
    session.expire(child, Changes::discard);
    BOOST_TEST((child->parent == from));
    BOOST_TEST(to->children.empty());
    BOOST_TEST(from->children.size() == 1u);
    session.commit();
    BOOST_TEST(*store.get<Child>(*child->id)->parent_id == one);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_EXPIRE_02) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    BOOST_TEST(ann->posts.empty());
    session.expire(ann);
    BOOST_TEST(!inspect(ann).is_loaded<&User::posts>());
    const auto before = counts.counts().reads();
    BOOST_TEST(*ann->username == "ann");
    BOOST_TEST(counts.counts().reads() == before + 1);
    BOOST_TEST(!ann->bio.has_value());
    BOOST_TEST(*ann->id == id);
    BOOST_TEST(counts.counts().reads() == before + 1);
    BOOST_TEST(!inspect(ann).is_loaded<&User::posts>());
    const auto loads = session.counts().lazy_loads;
    BOOST_TEST(ann->posts.empty());
    BOOST_TEST(session.counts().lazy_loads == loads + 1);
  });
}

// The others keep what they have, unflushed changes included.
BOOST_AUTO_TEST_CASE(SA_EXPIRE_04) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    BOOST_TEST(ann->posts.empty());
    ann->username = "anna";
    ann->bio = "lost";
    session.expire<&User::bio>(ann);
    const auto before = counts.counts().reads();
    BOOST_TEST(!ann->bio.has_value());
    BOOST_TEST(counts.counts().reads() == before + 1);
    BOOST_TEST(*ann->username == "anna");
    BOOST_TEST(inspect(ann).is_loaded<&User::posts>());
    BOOST_TEST(counts.counts().reads() == before + 1);
    session.commit();
    BOOST_TEST(*store.get<User>(id)->username == "anna");
    BOOST_TEST(!store.get<User>(id)->bio.has_value());
  });
}

BOOST_AUTO_TEST_CASE(SA_EXPIRE_04_relationship) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_parent(store, {"a"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    BOOST_TEST(parent->children.size() == 1u);
    session.expire<&Parent::children>(parent);
    BOOST_TEST(!inspect(parent).is_loaded<&Parent::children>());
    BOOST_TEST(!inspect(parent).is_expired());
    const auto before = counts.counts().reads();
    BOOST_TEST(*parent->name == "p");
    BOOST_TEST(counts.counts().reads() == before);
    store.insert(Child{.parent_id = id, .name = "b"});
    session.expire_all();
    BOOST_TEST(parent->children.size() == 2u);
  });
}

// A key column that the program wrote is none of the relationship's business: it stays, and both
// sides follow it.
BOOST_AUTO_TEST_CASE(SA_EXPIRE_04_written_column) {
  on_each_store([](const Store& store) {
    const auto first = stored_user(store, "a");
    const auto second = stored_user(store, "b");
    Post stored{.author_id = first, .title = "t"};
    store.insert(stored);
    for (const bool loaded : {false, true}) {
      Session session{store};
      const auto a = session.get<User>(first);
      const auto b = session.get<User>(second);
      const auto post = session.get<Post>(*stored.id);
      if (loaded) BOOST_TEST(a->posts.size() + b->posts.size() == 1u);
      post->author_id = second;
      BOOST_TEST((post->author == b));
      session.expire<&Post::author>(post);
      BOOST_TEST(post->author_id.value_or(0) == second);
      BOOST_TEST((post->author == b));
      BOOST_TEST(a->posts.empty());
      BOOST_TEST(b->posts.size() == 1u);
      session.commit();
      BOOST_TEST(store.get<Post>(*stored.id)->author_id.value_or(0) == second);
      post->author_id = first;
      session.commit();
      BOOST_TEST(problems(store) == "");
    }
  });
}

BOOST_AUTO_TEST_CASE(SA_EXPIRE_05) {
  on_each_store([](const Store& store) {
    Session session{store, {.expire_on_commit = true}};
    const auto ann = session.add(User{.username = "ann"});
    const auto bob = session.add(User{.username = "bob"});
    session.commit();
    BOOST_TEST(inspect(ann).is_expired());
    BOOST_TEST(inspect(bob).is_expired());
    const auto id = [&] {
      Session other{store};
      return *other.select<User>().where(field<&User::username> == "ann").one()->id;
    }();
    change_elsewhere<User>(
        store, [](User& u) { u.bio = "theirs"; }, id);
    BOOST_TEST(*ann->bio == "theirs");
    BOOST_TEST(!inspect(ann).is_expired());
    BOOST_TEST(inspect(bob).is_expired());
  });
}

// By default what was committed is what is known: no reads.
BOOST_AUTO_TEST_CASE(SA_EXPIRE_05_by_default) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    Session session{store};
    const auto parent = session.add(Parent{.name = "p"});
    parent->children.append(Child{.name = "c"});
    session.commit();
    const auto before = counts.counts().round_trips();
    BOOST_TEST(*parent->name == "p");
    BOOST_TEST(*parent->children[0]->name == "c");
    BOOST_TEST(counts.counts().round_trips() == before);
  });
}

BOOST_AUTO_TEST_CASE(SA_EXPIRE_06) {
  on_each_store([](const Store& store) {
    const auto one = stored_user(store, "u");
    const auto two = stored_user(store, "v");
    Session session{store, {.autoflush = true}};
    const auto u = session.get<User>(one);
    const auto v = session.get<User>(two);
    u->bio = "mine";
    v->bio = "yours";
    const auto text = message<UsageError>([&] { session.refresh(u); });
    BOOST_TEST(mentions(text, "discard"));
    BOOST_TEST(*u->bio == "mine");
    session.refresh(u, Changes::discard);
    BOOST_TEST(!u->bio.has_value());
    // The others were flushed before.
    BOOST_TEST(!inspect(v).is_modified());
    BOOST_TEST(*v->bio == "yours");
    session.commit();
    BOOST_TEST(!store.get<User>(one)->bio.has_value());
    BOOST_TEST(*store.get<User>(two)->bio == "yours");
  });
}

BOOST_AUTO_TEST_CASE(SA_EXPIRE_07) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    ann->bio = "mine";
    session.refresh(ann);
    BOOST_TEST(!ann->bio.has_value());
    BOOST_TEST(!inspect(ann).is_expired());
    session.commit();
    BOOST_TEST(!store.get<User>(id)->bio.has_value());
  });
}

// It shows the row as it is now, whatever the session's view was.
BOOST_AUTO_TEST_CASE(SA_EXPIRE_07_changed_elsewhere) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    change_elsewhere<User>(
        store, [](User& u) { u.bio = "theirs"; }, id);
    BOOST_TEST(!ann->bio.has_value());
    session.refresh(ann);
    BOOST_TEST(*ann->bio == "theirs");
    ann->bio = "ours";
    session.commit();
    BOOST_TEST(*store.get<User>(id)->bio == "ours");
  });
}

// With what its cascade reaches.
BOOST_AUTO_TEST_CASE(SA_EXPIRE_07_cascade) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const auto child = parent->children[0];
    child->name = "lost";
    session.refresh(parent);
    BOOST_TEST(inspect(child).is_expired());
    BOOST_TEST(*child->name == "a");
  });
}

BOOST_AUTO_TEST_CASE(SA_EXPIRE_08) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    store.erase<User>(id);
    for (int round = 0; round < 2; ++round) {
      const auto error = caught<StaleDataError>([&] { session.refresh(ann); });
      BOOST_REQUIRE(error.rows().size() == 1u);
      BOOST_TEST(error.rows()[0].gone);
      BOOST_TEST(error.rows()[0].table == "users");
    }
    BOOST_CHECK_THROW((void)ann->username, StaleDataError);
    session.expunge(ann);
    session.commit();
  });
}

BOOST_AUTO_TEST_CASE(SA_EXPIRE_08_expired) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    const Ref<const User> reader = ann;
    session.expire_all();
    store.erase<User>(id);
    BOOST_CHECK_THROW((void)ann->username, StaleDataError);
    BOOST_CHECK_THROW((void)reader->username, StaleDataError);
    BOOST_CHECK_THROW((void)reader->posts.size(), StaleDataError);
    session.rollback();
    BOOST_TEST(!session.select<User>().exists());
  });
}

// Everything, and a new view.
BOOST_AUTO_TEST_CASE(expire_all) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const auto child = parent->children[0];
    store.update([&](Transaction& tx) {
      tx.insert(Child{.parent_id = id, .name = "b"});
      Child a = tx.get<Child>(*child->id).value();
      a.name = "A";
      tx.update(a);
    });
    BOOST_TEST(parent->children.size() == 1u);
    BOOST_TEST(*child->name == "a");
    session.expire_all();
    BOOST_TEST(parent->children.size() == 2u);
    BOOST_TEST(*child->name == "A");
    BOOST_TEST((parent->children[0] == child));
  });
}

// Column changes that are not flushed are not thrown away by it.
BOOST_AUTO_TEST_CASE(expire_all_refuses_changes) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    ann->bio = "mine";
    BOOST_CHECK_THROW(session.expire_all(), UsageError);
    BOOST_TEST(*ann->bio == "mine");
    session.commit();
    BOOST_TEST(*store.get<User>(id)->bio == "mine");
    // What was only looked at is no change.
    BOOST_TEST(*ann->username == "ann");
    session.expire_all();
    BOOST_TEST(inspect(ann).is_expired());
    // Nor is a pending object one that it could read again.
    const auto fresh = session.add(User{.username = "new"});
    session.expire_all();
    BOOST_TEST((inspect(fresh).life() == Life::pending));
    session.commit();
    BOOST_TEST(rows<User>(store) == 2u);
  });
}

// Text keys and keys of several columns.
BOOST_AUTO_TEST_CASE(other_keys) {
  on_each_store([](const Store& store) {
    {
      Session session{store};
      const auto country = session.add(Country{.code = "AT", .name = "Austria"});
      const auto city = country->cities.append(City{.name = "Wien"});
      city->streets.append(Street{});
      session.commit();
    }
    Session session{store};
    const auto city = session.get<City>(std::string("AT"), std::string("Wien"));
    const auto street = city->streets[0];
    session.expire(city);
    session.expire(street);
    BOOST_TEST((street->city == city));
    BOOST_TEST((city->streets[0] == street));
    BOOST_TEST(*city->country->name == "Austria");
    change_elsewhere<Country>(
        store, [](Country& c) { c.name = "Oesterreich"; }, std::string("AT"));
    const Ref<Country> country = city->country;
    session.refresh(country);
    BOOST_TEST(*country->name == "Oesterreich");
  });
}

// It is read again by the session that it comes to.
BOOST_AUTO_TEST_CASE(expired_and_detached) {
  on_each_store([](const Store& store) {
    constexpr std::int64_t id = 5;
    Ref<Child> child;
    const auto expired_elsewhere = [&] {
      Session session{store};
      child = session.get<Child>(id);
      session.expire(child);
    };
    {
      Session session{store};
      session.add(Child{.id = id, .name = "c"});
      session.commit();
    }
    expired_elsewhere();
    const auto parent = make_ref(Parent{.name = "p"});
    parent->children.append(child);
    {
      Session session{store};
      session.add(parent);
      session.commit();
      BOOST_TEST(stored<&Child::parent_id>(store, id) == *parent->id);
    }
    expired_elsewhere();
    {
      Session session{store};
      session.get<Child>(id)->name = "changed meanwhile";
      session.commit();
    }
    Session session{store};
    session.add(child);
    session.erase(child);
    session.commit();
    BOOST_TEST(rows<Child>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()
