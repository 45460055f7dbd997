// The state of an object from elsewhere, onto the session's own: the behaviour cases SA-MERGE-*, by
// id.
#include "tests/session/cases.hpp"

BOOST_AUTO_TEST_SUITE(merging)

using namespace kindred;
using namespace kindred::session_test;

namespace {

Ref<User> detached_user(const Store& store, std::int64_t id) {
  Session session{store};
  return session.get<User>(id);
}

}  // namespace

BOOST_AUTO_TEST_CASE(SA_MERGE_01) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto given = make_ref(User{.id = 5, .username = "ann"});
    const auto merged = session.merge(given);
    BOOST_TEST((merged != given));
    BOOST_TEST((inspect(merged).life() == Life::pending));
    BOOST_TEST((inspect(given).life() == Life::transient));
    BOOST_TEST((inspect(given).session() == nullptr));
    BOOST_TEST(*merged->username == "ann");
    session.commit();
    BOOST_TEST(*store.get<User>(5)->username == "ann");
    BOOST_TEST((session.get<User>(5) == merged));
    BOOST_TEST((inspect(given).life() == Life::transient));
  });
}

BOOST_AUTO_TEST_CASE(SA_MERGE_01_row_there) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto merged = session.merge(User{.id = id, .username = "anna", .bio = "b"});
    BOOST_TEST((inspect(merged).life() == Life::persistent));
    BOOST_TEST(inspect(merged).changed().size() == 2u);
    session.commit();
    BOOST_TEST(*store.get<User>(id)->username == "anna");
    BOOST_TEST(rows<User>(store) == 1u);
    // Equal: nothing to write.
    (void)session.merge(User{.id = id, .username = "anna", .bio = "b"});
    BOOST_TEST(!inspect(merged).is_modified());
  });
}

// A value has every column; a relationship that it was not given says nothing.
BOOST_AUTO_TEST_CASE(SA_MERGE_03) {
  on_each_store([](const Store& store) {
    std::int64_t id = 0;
    {
      Session session{store};
      const auto ann = session.add(User{.username = "ann", .bio = "b"});
      ann->posts.append(Post{.title = "p"});
      session.commit();
      id = ann->id;
    }
    Session session{store};
    const auto ann = session.get<User>(id);
    BOOST_TEST(ann->posts.size() == 1u);
    BOOST_TEST((session.merge(User{.id = id, .username = "anna"}) == ann));
    BOOST_TEST(*ann->username == "anna");
    BOOST_TEST(!ann->bio.has_value());
    BOOST_TEST(ann->posts.size() == 1u);
    // Detached, and never loaded: the same.
    const auto detached = detached_user(store, id);
    BOOST_TEST((session.merge(detached) == ann));
    BOOST_TEST(ann->posts.size() == 1u);
    BOOST_TEST(*ann->bio == "b");
    session.commit();
    BOOST_TEST(rows<Post>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_MERGE_05) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto given = make_ref(Tag{.name = "x"});
    const auto one = session.merge(given);
    const auto two = session.merge(given);
    BOOST_TEST((one != two));
    BOOST_TEST((inspect(one).life() == Life::pending));
    BOOST_TEST((inspect(two).life() == Life::pending));
    session.commit();
    BOOST_TEST(rows<Tag>(store) == 2u);
    BOOST_TEST(*given->id == 0);
  });
}

BOOST_AUTO_TEST_CASE(SA_MERGE_06) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    const auto pending = session.add(User{.username = "new"});
    const auto before = counts.counts().reads();
    BOOST_TEST((session.merge(ann) == ann));
    BOOST_TEST((session.merge(pending) == pending));
    BOOST_TEST(counts.counts().reads() == before);
    BOOST_TEST(!inspect(ann).is_modified());
  });
}

// A graph: each object once, cycles included; collections are replaced, those left out are orphans.
BOOST_AUTO_TEST_CASE(SA_MERGE_06_graph) {
  on_each_store([](const Store& store) {
    Ref<Parent> given;
    std::int64_t left_out = 0;
    {
      Session session{store};
      given = session.add(Parent{.name = "p"});
      given->children = {make_ref(Child{.name = "a"}), make_ref(Child{.name = "b"})};
      session.commit();
      left_out = given->children[1]->id;
    }
    given->name = "P";
    given->children[0]->name = "A";
    given->children.remove(given->children[1]);
    given->children.append(Child{.name = "c"});
    Session session{store};
    const auto merged = session.merge(given);
    BOOST_TEST(merged->children.size() == 2u);
    BOOST_TEST((merged->children[0]->parent == merged));
    BOOST_TEST((inspect(merged->children[1]).life() == Life::pending));
    session.commit();
    BOOST_TEST(*store.get<Parent>(*merged->id)->name == "P");
    BOOST_TEST(*store.get<Child>(*merged->children[0]->id)->name == "A");
    BOOST_TEST(!store.get<Child>(left_out).has_value());
    BOOST_TEST(rows<Child>(store) == 2u);
    BOOST_TEST((inspect(given).session() == nullptr));
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_MERGE_10) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_user(store, "ann");
    const auto given = detached_user(store, id);
    Session session{store};
    BOOST_TEST(!session.get<User>(id + 1000));  // its view is there
    const auto before = counts.counts().round_trips();
    const auto merged = session.merge(given, {.load = false});
    BOOST_TEST(counts.counts().round_trips() == before);
    BOOST_TEST((merged != given));
    BOOST_TEST((inspect(merged).life() == Life::persistent));
    BOOST_TEST(*merged->username == "ann");
    BOOST_TEST((session.get<User>(id) == merged));
    session.commit();
    BOOST_TEST(counts.counts().round_trips() == before);
    // It is the object of its row, and is written as such.
    merged->bio = "b";
    session.commit();
    BOOST_TEST(*store.get<User>(id)->bio == "b");
  });
}

BOOST_AUTO_TEST_CASE(SA_MERGE_11) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto transient = make_ref(User{.id = id, .username = "x"});
    BOOST_TEST(mentions(
        message<UsageError>([&] { (void)session.merge(transient, {.load = false}); }), "detached"));
    const auto modified = detached_user(store, id);
    modified->bio = "changed";
    BOOST_CHECK_THROW((void)session.merge(modified, {.load = false}), UsageError);
    BOOST_TEST(session.counts().objects == 0u);
    // Also where the session has the object.
    const auto here = session.get<User>(id);
    BOOST_CHECK_THROW((void)session.merge(modified, {.load = false}), UsageError);
    BOOST_TEST(!here->bio.has_value());
    session.commit();
    BOOST_TEST(!store.get<User>(id)->bio.has_value());
  });
}

BOOST_AUTO_TEST_CASE(SA_MERGE_12) {
  on_each_store([](const Store& store) {
    std::int64_t id = 0;
    Ref<Document> old;
    {
      Session session{store};
      old = session.add(Document{.text = "one"});
      session.commit();
      id = old->id;
    }
    old->text = "mine";
    Session session{store};
    const auto here = session.get<Document>(id);
    here->text = "two";
    session.commit();
    BOOST_TEST(*here->version == 2);
    const auto error = caught<StaleDataError>([&] { (void)session.merge(old); });
    BOOST_REQUIRE(error.rows().size() == 1u);
    BOOST_TEST(error.rows()[0].table == "documents");
    BOOST_TEST(error.rows()[0].columns == Strings{"version"}, boost::test_tools::per_element());
    BOOST_TEST(*here->text == "two");
    // Expired makes no difference: the row is read, and its version compared.
    session.expire(here);
    BOOST_CHECK_THROW((void)session.merge(old), StaleDataError);
    // One of the same version is welcome.
    Ref<Document> current;
    {
      Session other{store};
      current = other.get<Document>(id);
    }
    current->text = "three";
    BOOST_TEST((session.merge(current) == here));
    session.commit();
    BOOST_TEST(*store.get<Document>(id)->text == "three");
    BOOST_TEST(*store.get<Document>(id)->version == 3);
  });
}

BOOST_AUTO_TEST_CASE(other_keys) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto country = make_ref(Country{.code = "AT", .name = "Austria"});
    country->cities.append(City{.name = "Wien"});
    const auto merged = session.merge(country);
    BOOST_REQUIRE(merged->cities.size() == 1u);
    session.commit();
    BOOST_TEST(rows<City>(store) == 1u);
    (void)session.merge(City{.country_code = "AT", .name = "Wien"});
    (void)session.merge(City{.country_code = "AT", .name = "Graz"});
    session.commit();
    BOOST_TEST(rows<City>(store) == 2u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()
