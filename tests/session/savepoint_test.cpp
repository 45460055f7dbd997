// Savepoints: the behaviour cases SA-SAVEPOINT-*, by id.
#include <stdexcept>

#include "tests/session/cases.hpp"

BOOST_AUTO_TEST_SUITE(savepoints)

using namespace kindred;
using namespace kindred::session_test;

BOOST_AUTO_TEST_CASE(SA_SAVEPOINT_01) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto ann = session.add(User{.username = "ann"});
    const auto bob = session.add(User{.username = "bob"});
    session.flush();
    ann->bio = "outer";
    auto savepoint = session.savepoint();
    ann->bio = "inner";
    bob->username = "bobby";
    const auto inner = session.add(User{.username = "inner"});
    session.flush();
    savepoint.rollback();
    BOOST_TEST(!savepoint.is_open());
    BOOST_TEST(is(Life::transient, inner));
    BOOST_TEST(*inner->id == 0);
    BOOST_TEST(*ann->bio == "outer");
    BOOST_TEST(*bob->username == "bob");
    BOOST_TEST(is(Life::persistent, ann));
    session.commit();
    BOOST_TEST(rows<User>(store) == 2u);
    BOOST_TEST(*store.get<User>(*ann->id)->bio == "outer");
    BOOST_TEST(*store.get<User>(*bob->id)->username == "bob");
    BOOST_TEST(problems(store) == "");
  });
}

// What was not flushed inside goes as well.
BOOST_AUTO_TEST_CASE(SA_SAVEPOINT_01_unflushed) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    const auto outer = session.add(User{.username = "outer"});
    auto savepoint = session.savepoint();
    ann->bio = "inner";
    ann->posts.append(Post{.title = "inner"});
    const auto pending = session.add(User{.username = "pending"});
    session.erase(outer);
    savepoint.rollback();
    BOOST_TEST(is(Life::transient, pending));
    BOOST_TEST(is(Life::persistent, outer));
    BOOST_TEST(!inspect(outer).is_erased());
    BOOST_TEST(!ann->bio.has_value());
    BOOST_TEST(ann->posts.empty());
    session.commit();
    BOOST_TEST(rows<User>(store) == 2u);
    BOOST_TEST(rows<Post>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SAVEPOINT_02) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto ann = session.add(User{.username = "ann"});
    auto savepoint = session.savepoint();
    BOOST_TEST(is(Life::persistent, ann));
    BOOST_TEST(*ann->id != 0);
    savepoint.rollback();
    BOOST_TEST(is(Life::persistent, ann));
    session.commit();
    BOOST_TEST(rows<User>(store) == 1u);
  });
}

// A flush that fails begins no savepoint.
BOOST_AUTO_TEST_CASE(SA_SAVEPOINT_02_failed) {
  on_each_store([](const Store& store) {
    stored_user(store, "taken");
    Session session{store};
    const auto ann = session.add(User{.username = "taken"});
    BOOST_CHECK_THROW((void)session.savepoint(), IntegrityError);
    BOOST_TEST(is(Life::pending, ann));
    ann->username = "free";
    auto savepoint = session.savepoint();
    savepoint.release();
    session.commit();
    BOOST_TEST(rows<User>(store) == 2u);
  });
}

BOOST_AUTO_TEST_CASE(SA_SAVEPOINT_03) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    auto savepoint = session.savepoint();
    const auto inner = session.add(User{.username = "inner"});
    ann->bio = "inner";
    session.flush();
    savepoint.release();
    BOOST_TEST(!savepoint.is_open());
    session.rollback();
    BOOST_TEST(is(Life::transient, inner));
    BOOST_TEST(*inner->id == 0);
    BOOST_TEST(!ann->bio.has_value());
    session.commit();
    BOOST_TEST(rows<User>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SAVEPOINT_04) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_user(store, "ann");
    Session session{store, {.expire_on_commit = true}};
    const auto ann = session.get<User>(id);
    auto savepoint = session.savepoint();
    ann->bio = "inner";
    savepoint.release();
    const auto before = counts.counts().reads();
    BOOST_TEST(!inspect(ann).is_expired());
    BOOST_TEST(*ann->bio == "inner");
    BOOST_TEST(counts.counts().reads() == before);
    session.commit();
    BOOST_TEST(inspect(ann).is_expired());
    BOOST_TEST(*store.get<User>(id)->bio == "inner");
  });
}

BOOST_AUTO_TEST_CASE(SA_SAVEPOINT_05) {
  on_each_store([](const Store& store) {
    stored_user(store, "taken");
    Session session{store};
    const auto outer = session.add(User{.username = "outer"});
    Ref<User> refused;
    try {
      const auto savepoint = session.savepoint();
      refused = session.add(User{.username = "taken"});
      session.flush();
      BOOST_ERROR("not refused");
    } catch (const IntegrityError&) {
    }
    BOOST_TEST(is(Life::transient, refused));
    BOOST_TEST(is(Life::persistent, outer));
    session.add(User{.username = "more"});
    session.commit();
    BOOST_TEST(rows<User>(store) == 3u);
    BOOST_TEST(problems(store) == "");
  });
}

// Also where the program mends it and goes on inside.
BOOST_AUTO_TEST_CASE(SA_SAVEPOINT_05_mended) {
  on_each_store([](const Store& store) {
    stored_user(store, "taken");
    Session session{store};
    auto savepoint = session.savepoint();
    const auto ann = session.add(User{.username = "taken"});
    BOOST_CHECK_THROW(session.flush(), IntegrityError);
    BOOST_CHECK_THROW(savepoint.release(), IntegrityError);
    BOOST_TEST(savepoint.is_open());
    ann->username = "free";
    savepoint.release();
    session.commit();
    BOOST_TEST(rows<User>(store) == 2u);
  });
}

BOOST_AUTO_TEST_CASE(SA_SAVEPOINT_06) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto one = stored_user(store, "ann");
    const auto two = stored_user(store, "bob");
    Session session{store};
    const auto clean = session.get<User>(one);
    const auto changed = session.get<User>(two);
    const auto outer = session.add(User{.username = "outer"});
    BOOST_TEST(clean->posts.empty());
    auto savepoint = session.savepoint();
    changed->bio = "inner";
    session.flush();
    savepoint.rollback();
    BOOST_TEST(!inspect(clean).is_expired());
    BOOST_TEST(!inspect(outer).is_expired());
    BOOST_TEST(inspect(clean).is_loaded<&User::posts>());
    BOOST_TEST(inspect(changed).is_expired());
    const auto before = counts.counts().reads();
    BOOST_TEST(*clean->username == "ann");
    BOOST_TEST(*outer->username == "outer");
    BOOST_TEST(clean->posts.empty());
    BOOST_TEST(counts.counts().reads() == before);
    BOOST_TEST(!changed->bio.has_value());
  });
}

BOOST_AUTO_TEST_CASE(SA_SAVEPOINT_07) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto parent = session.add(Parent{.name = "p"});
    const auto child = parent->children.append(Child{.name = "c"});
    auto savepoint = session.savepoint();
    session.erase(parent);
    session.flush();
    BOOST_TEST(is(Life::deleted, parent));
    savepoint.rollback();
    BOOST_TEST(is(Life::persistent, parent));
    BOOST_TEST(is(Life::persistent, child));
    BOOST_TEST(!inspect(parent).is_erased());
    BOOST_TEST((child->parent == parent));
    BOOST_TEST(parent->children.size() == 1u);
    BOOST_TEST(session.plan().deleted == 0u);
    session.commit();
    BOOST_TEST(rows<Child>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SAVEPOINT_08) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    ann->bio = "outer";
    auto one = session.savepoint();
    const auto in_one = session.add(User{.username = "one"});
    auto two = session.savepoint();
    const auto in_two = session.add(User{.username = "two"});
    ann->bio = "inner";
    session.flush();
    session.rollback();
    BOOST_TEST(!one.is_open());
    BOOST_TEST(!two.is_open());
    BOOST_CHECK_THROW(one.rollback(), UsageError);
    BOOST_CHECK_THROW(two.release(), UsageError);
    BOOST_TEST(is(Life::transient, in_one));
    BOOST_TEST(is(Life::transient, in_two));
    BOOST_TEST(!ann->bio.has_value());
    session.commit();
    BOOST_TEST(rows<User>(store) == 1u);
    // Handles of an old transaction do not reach into the next one.
    auto three = session.savepoint();
    BOOST_TEST(!one.is_open());
    BOOST_TEST(three.is_open());
    session.commit();
    BOOST_TEST(!three.is_open());
  });
}

// Three deep: the middle one goes with what is inside it, the outer one stays.
BOOST_AUTO_TEST_CASE(nested) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto ann = session.add(User{.username = "0"});
    auto one = session.savepoint();
    ann->username = "1";
    const auto first = session.add(Tag{.name = "1"});
    auto two = session.savepoint();
    ann->username = "2";
    const auto second = session.add(Tag{.name = "2"});
    auto three = session.savepoint();
    ann->username = "3";
    const auto third = session.add(Tag{.name = "3"});
    session.flush();
    two.rollback();
    BOOST_TEST(one.is_open());
    BOOST_TEST(!two.is_open());
    BOOST_TEST(!three.is_open());
    BOOST_TEST(*ann->username == "1");
    BOOST_TEST(is(Life::persistent, first));
    BOOST_TEST(is(Life::transient, second));
    BOOST_TEST(is(Life::transient, third));
    // Again, in the same place.
    auto again = session.savepoint();
    session.add(second);
    ann->username = "4";
    again.release();
    one.release();
    session.commit();
    BOOST_TEST(*store.get<User>(*ann->id)->username == "4");
    BOOST_TEST(rows<Tag>(store) == 2u);
    BOOST_TEST(problems(store) == "");
  });
}

// An inner one is released, the outer one rolled back: both are undone.
BOOST_AUTO_TEST_CASE(released_into_one_that_rolls_back) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    const auto other = stored_user(store, "bob");
    Session session{store};
    const auto ann = session.get<User>(id);
    const auto bob = session.get<User>(other);
    auto outer = session.savepoint();
    auto inner = session.savepoint();
    const auto fresh = session.add(User{.username = "new"});
    ann->bio = "inner";
    session.erase(bob);
    inner.release();
    BOOST_TEST(is(Life::deleted, bob));
    outer.rollback();
    BOOST_TEST(is(Life::transient, fresh));
    BOOST_TEST(is(Life::persistent, bob));
    BOOST_TEST(!ann->bio.has_value());
    BOOST_TEST(*bob->username == "bob");
    session.commit();
    BOOST_TEST(rows<User>(store) == 2u);
    BOOST_TEST(problems(store) == "");
  });
}

// Outer ones end before inner ones in a stack that unwinds out of order.
BOOST_AUTO_TEST_CASE(outer_one_released_first) {
  on_each_store([](const Store& store) {
    Session session{store};
    auto one = session.savepoint();
    const auto ann = session.add(User{.username = "ann"});
    auto two = session.savepoint();
    const auto bob = session.add(User{.username = "bob"});
    one.release();
    BOOST_TEST(!one.is_open());
    BOOST_TEST(!two.is_open());
    session.commit();
    BOOST_TEST(is(Life::persistent, ann));
    BOOST_TEST(is(Life::persistent, bob));
    BOOST_TEST(rows<User>(store) == 2u);
  });
}

// The destructor rolls back; a savepoint that was moved from does nothing.
BOOST_AUTO_TEST_CASE(scope_ends) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto kept = session.add(User{.username = "kept"});
    {
      auto savepoint = session.savepoint();
      session.add(User{.username = "gone"});
      session.flush();
      const auto moved = std::move(savepoint);
      BOOST_TEST(!savepoint.is_open());
      BOOST_TEST(moved.is_open());
      BOOST_TEST(session.select<User>().count() == 2u);
    }
    BOOST_TEST(session.select<User>().count() == 1u);
    session.commit();
    BOOST_TEST(rows<User>(store) == 1u);
    BOOST_TEST(*store.get<User>(*kept->id)->username == "kept");
  });
}

// Added before, erased inside, rolled back to: as added. Then the whole transaction goes.
BOOST_AUTO_TEST_CASE(erased_inside_then_all_rolled_back) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto ann = session.add(User{.username = "ann"});
    auto savepoint = session.savepoint();
    session.erase(ann);
    session.flush();
    savepoint.rollback();
    BOOST_TEST(is(Life::persistent, ann));
    BOOST_TEST(*ann->username == "ann");
    session.rollback();
    BOOST_TEST(is(Life::transient, ann));
    BOOST_TEST(*ann->id == 0);
    session.add(ann);
    session.commit();
    BOOST_TEST(rows<User>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

// Relationships that were changed inside read as they were at the savepoint.
BOOST_AUTO_TEST_CASE(relationships) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto one = session.add(Parent{.name = "one"});
    const auto two = session.add(Parent{.name = "two"});
    const auto a = one->children.append(Child{.name = "a"});
    const auto b = one->children.append(Child{.name = "b"});
    const auto post = session.add(Post{.title = "p"});
    const auto x = post->tags.append(Tag{.name = "x"});
    auto savepoint = session.savepoint();
    two->children.append(a);
    one->children.remove(b);
    post->tags.remove(x);
    const auto y = post->tags.append(Tag{.name = "y"});
    session.flush();
    BOOST_TEST(is(Life::deleted, b));
    savepoint.rollback();
    BOOST_TEST((a->parent == one));
    BOOST_TEST((b->parent == one));
    BOOST_TEST(one->children.size() == 2u);
    BOOST_TEST(two->children.empty());
    BOOST_REQUIRE(post->tags.size() == 1u);
    BOOST_TEST((post->tags[0] == x));
    BOOST_TEST(x->posts.size() == 1u);
    BOOST_TEST(is(Life::transient, y));
    BOOST_TEST(y->posts.empty());
    session.commit();
    BOOST_TEST(rows<Child>(store) == 2u);
    BOOST_TEST(rows<Tag>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

// Error in an inner one, handled in the outer one, many times.
BOOST_AUTO_TEST_CASE(row_by_row_import) {
  on_each_store([](const Store& store) {
    Session session{store};
    int refused = 0;
    for (const char* name : {"a", "b", "a", "c", "b", "d"}) {
      auto savepoint = session.savepoint();
      try {
        const auto user = session.add(User{.username = name});
        user->posts.append(Post{.title = name});
        savepoint.release();
      } catch (const IntegrityError&) {
        ++refused;
        savepoint.rollback();
      }
    }
    session.commit();
    BOOST_TEST(refused == 2);
    BOOST_TEST(rows<User>(store) == 4u);
    BOOST_TEST(rows<Post>(store) == 4u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()
