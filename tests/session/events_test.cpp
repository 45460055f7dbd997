// Hooks, and bulk work beside a session: the behaviour cases SA-EVENTS-* and SA-BULK-*, by id.
#include <thread>

#include "tests/session/cases.hpp"

BOOST_AUTO_TEST_SUITE(hooks_and_bulk)

using namespace kindred;
using namespace kindred::session_test;

BOOST_AUTO_TEST_CASE(SA_EVENTS_01) {
  on_each_store([](const Store& store) {
    Session session{store};
    Strings seen;
    const auto note = [&](const char* what) {
      return [&seen, what](const Ref<User>& u) { seen.push_back(what + (" " + *u->username)); };
    };
    session.before_insert<User>(note("before insert"));
    session.after_insert<User>(note("after insert"));
    session.before_update<User>(note("before update"));
    session.after_update<User>(note("after update"));
    session.before_erase<User>(note("before erase"));
    session.after_erase<User>(note("after erase"));
    // Changes of own columns belong to the same flush.
    session.before_insert<User>([](const Ref<User>& u) { u->bio = "set by a hook"; });
    session.before_update<User>([](const Ref<User>& u) { u->username += "!"; });
    const auto ann = session.add(User{.username = "ann"});
    session.add(Tag{.name = "not told"});
    session.commit();
    BOOST_TEST(store.get<User>(*ann->id)->bio.value_or("") == "set by a hook");
    ann->bio = "other";
    session.commit();
    BOOST_TEST(*store.get<User>(*ann->id)->username == "ann!");
    session.erase(ann);
    session.commit();
    BOOST_TEST(seen == (Strings{"before insert ann", "after insert ann", "before update ann",
                                "after update ann!", "before erase ann!", "after erase ann!"}),
               boost::test_tools::per_element());
    BOOST_TEST(rows<User>(store) == 0u);
  });
}

BOOST_AUTO_TEST_CASE(SA_EVENTS_01_key_is_there) {
  on_each_store([](const Store& store) {
    Session session{store};
    std::int64_t before = -1;
    std::int64_t after = -1;
    session.before_insert<User>([&](const Ref<User>& u) { before = u->id; });
    session.after_insert<User>([&](const Ref<User>& u) {
      after = u->id;
      BOOST_TEST((inspect(u).life() == Life::persistent));
    });
    const auto ann = session.add(User{.username = "ann"});
    session.commit();
    BOOST_TEST(before == 0);
    BOOST_TEST(after == *ann->id);
  });
}

// Of rows that the engine deletes for a deleted parent, as of those that the session deletes.
BOOST_AUTO_TEST_CASE(SA_EVENTS_01_actions) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto ledger = session.add(Ledger{});
    const auto entry = ledger->entries.append(Entry{.amount = 1});
    session.commit();
    int erased = 0;
    session.after_erase<Entry>([&](const Ref<Entry>& e) {
      BOOST_TEST((e == entry));
      ++erased;
    });
    session.erase(ledger);
    session.commit();
    BOOST_TEST(erased == 1);
    BOOST_TEST((inspect(entry).life() == Life::detached));
    BOOST_TEST(rows<Entry>(store) == 0u);
  });
}

BOOST_AUTO_TEST_CASE(SA_EVENTS_01_load) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    stored_user(store, "bob");
    Session session{store};
    Strings loaded;
    session.on_load<User>([&](const Ref<User>& u) { loaded.push_back(*u->username); });
    const auto ann = session.get<User>(id);
    const auto all = session.select<User>().all();
    BOOST_TEST(loaded == (Strings{"ann", "bob"}), boost::test_tools::per_element());
    session.add(User{.username = "new"});
    session.commit();
    BOOST_TEST(loaded.size() == 2u);
  });
}

BOOST_AUTO_TEST_CASE(SA_EVENTS_01_load_throws) {
  on_each_store([](const Store& store) {
    struct Stop {};
    const auto id = stored_user(store, "ann");
    Session session{store};
    bool armed = true;
    session.on_load<User>([&](const Ref<User>&) {
      if (armed) throw Stop{};
    });
    BOOST_CHECK_THROW((void)session.get<User>(id), Stop);
    BOOST_CHECK_THROW((void)session.select<User>().where(field<&User::username> == "ann").one(),
                      Stop);
    armed = false;
    const auto ann = session.get<User>(id);
    BOOST_TEST(*ann->username == "ann");
    ann->bio = "b";
    session.commit();
    BOOST_TEST(store.get<User>(id)->bio.value_or("") == "b");
  });
}

// Hooks of relationships: one for each side, whichever was used; by throwing they refuse.
BOOST_AUTO_TEST_CASE(SA_EVENTS_01_relationships) {
  on_each_store([](const Store& store) {
    struct Refused {};
    Session session{store};
    const auto one = session.add(Parent{.name = "one"});
    const auto two = session.add(Parent{.name = "two"});
    Strings seen;
    session.on_append<&Parent::children>([&](const Ref<Parent>& p, const Ref<Child>& c) {
      if (*c->name == "refused") throw Refused{};
      seen.push_back("+ " + *p->name + " " + *c->name);
    });
    session.on_remove<&Parent::children>([&](const Ref<Parent>& p, const Ref<Child>& c) {
      seen.push_back("- " + *p->name + " " + *c->name);
    });
    session.on_set<&Child::parent>([&](const Ref<Child>& c, const Ref<Parent>& p) {
      seen.push_back("= " + *c->name + " " + *p->name);
    });
    const auto a = one->children.append(Child{.name = "a"});
    BOOST_TEST(seen == (Strings{"+ one a", "= a one"}), boost::test_tools::per_element());
    seen.clear();
    a->parent = two;
    BOOST_TEST(seen == (Strings{"- one a", "= a two", "+ two a"}),
               boost::test_tools::per_element());
    seen.clear();
    a->parent = two;  // it is
    BOOST_TEST(seen.empty());
    const auto refused = make_ref(Child{.name = "refused"});
    BOOST_CHECK_THROW(one->children.append(refused), Refused);
    BOOST_CHECK_THROW(refused->parent = one, Refused);
    BOOST_CHECK_THROW((one->children = {a, refused}), Refused);
    BOOST_TEST(!refused->parent);
    BOOST_TEST(one->children.empty());
    BOOST_TEST((a->parent == two));
    BOOST_TEST((inspect(refused).life() == Life::transient));
    session.commit();
    BOOST_TEST(rows<Child>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

// Without net change nothing is written, and no hook runs.
BOOST_AUTO_TEST_CASE(SA_EVENTS_02) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    int calls = 0;
    session.before_update<User>([&](const Ref<User>&) { ++calls; });
    session.after_update<User>([&](const Ref<User>&) { ++calls; });
    const auto ann = session.get<User>(id);
    ann->username = "ann";
    session.commit();
    BOOST_TEST(calls == 0);
    ann->username = "anna";
    session.commit();
    BOOST_TEST(calls == 2);
  });
}

BOOST_AUTO_TEST_CASE(commit_and_rollback) {
  on_each_store([](const Store& store) {
    Session session{store};
    Strings seen;
    session.on_before_flush([&](Session&) { seen.push_back("before flush"); });
    session.on_after_flush([&](Session&) { seen.push_back("after flush"); });
    session.on_after_commit([&](Session& s) {
      seen.push_back("commit");
      BOOST_TEST(rows<User>(s.store()) == 1u);
    });
    session.on_after_rollback([&](Session&) { seen.push_back("rollback"); });
    session.add(User{.username = "ann"});
    session.commit();
    session.rollback();
    BOOST_TEST(seen == (Strings{"before flush", "after flush", "commit", "rollback"}),
               boost::test_tools::per_element());
  });
}

// Rows changed beside the session: its objects keep what they have until they are read again.
BOOST_AUTO_TEST_CASE(SA_BULK_02) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    stored_user(store, "bob");
    Session session{store};
    const auto ann = session.get<User>(id);
    store.update([](Transaction& tx) {
      auto users = tx.select<User>().all();
      for (User& user : users) user.bio = "bulk";
      tx.update(users);
    });
    BOOST_TEST(!ann->bio.has_value());
    session.expire_all();
    BOOST_TEST(ann->bio.value_or("") == "bulk");
    ann->bio = "mine";
    session.commit();
    BOOST_TEST(store.get<User>(id)->bio.value_or("") == "mine");
  });
}

// populate_existing does the same for what a query finds.
BOOST_AUTO_TEST_CASE(SA_BULK_02_populate_existing) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    const auto ann = session.get<User>(id);
    change_elsewhere<User>(
        store, [](User& u) { u.bio = "bulk"; }, id);
    session.commit();  // a new view
    BOOST_TEST((session.select<User>().one() == ann));
    BOOST_TEST(!ann->bio.has_value());
    BOOST_TEST((session.select<User>().populate_existing().one() == ann));
    BOOST_TEST(ann->bio.value_or("") == "bulk");
  });
}

// Rows by value and by name: no objects, no hooks; defaults of the catalogue, not of the session.
BOOST_AUTO_TEST_CASE(SA_BULK_04) {
  on_each_store([](const Store& store) {
    Session session{store};
    int calls = 0;
    session.before_insert<Article>([&](const Ref<Article>&) { ++calls; });
    std::vector<Article> articles(1000);
    for (std::size_t n = 0; n < articles.size(); ++n) articles[n].title = std::to_string(n);
    store.insert(articles);
    BOOST_TEST(rows<Article>(store) == 1000u);
    BOOST_TEST(*articles[999].id != 0);
    BOOST_TEST(articles[0].status->empty());
    BOOST_TEST(session.counts().objects == 0u);
    BOOST_TEST(calls == 0);
    store.update([](Transaction& tx) {
      for (const char* name : {"a", "b"}) {
        Row row;
        row.set("username", std::string(name));
        (void)tx.insert("users", row);
      }
    });
    BOOST_TEST(rows<User>(store) == 2u);
    BOOST_TEST(session.select<User>().count() == 2u);
  });
}

// Bulk work is a writer of its own: the session flushes nothing for it, and what is pending comes
// after it. While a session holds the writer, other updates wait.
BOOST_AUTO_TEST_CASE(SA_BULK_05) {
  on_each_store([](const Store& store) {
    stored_user(store, "ann");
    Session session{store, {.autoflush = true}};
    const auto pending = session.add(User{.username = "pending"});
    const auto mark_all = [&] {
      store.update([](Transaction& tx) {
        auto users = tx.select<User>().all();
        for (User& user : users) user.bio = "bulk";
        tx.update(users);
      });
    };
    mark_all();
    session.commit();
    BOOST_TEST(!store.get<User>(*pending->id)->bio.has_value());
    mark_all();
    BOOST_TEST(store.get<User>(*pending->id)->bio.value_or("") == "bulk");
  });
  const auto store = Store::open<Everything>(
      "memory:", {.create = true, .writer_deadline = std::chrono::milliseconds(20)});
  Session session{store};
  session.add(User{.username = "ann"});
  session.flush();
  // On the session's own thread waiting would be for ever.
  BOOST_CHECK_THROW(store.insert(User{.username = "bob"}), UsageError);
  ErrorCode code{};
  std::thread([&] {
    try {
      store.insert(User{.username = "bob"});
    } catch (const Error& e) {
      code = e.code();
    }
  }).join();
  BOOST_TEST((code == ErrorCode::busy));
  session.commit();
  store.insert(User{.username = "bob"});
  BOOST_TEST(rows<User>(store) == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
