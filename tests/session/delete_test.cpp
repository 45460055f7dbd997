// erase, delete cascades and what foreign keys do: the behaviour cases SA-DELETE-* and
// SA-ONDELETE-*, by id.
#include "tests/session/cases.hpp"
#include "tests/session/relations.hpp"

BOOST_AUTO_TEST_SUITE(deleting)

using namespace kindred;
using namespace kindred::session_test;

namespace {
// A delete cascade that may not load by itself.
struct Coin;
struct Vault {
  static constexpr auto tablename = "vaults";
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Coin>, back_populates("vault"), cascade::all, lazy::raise> coins;
};
struct Coin {
  static constexpr auto tablename = "coins";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key<Vault>()> vault_id;
  Relationship<Vault, back_populates("coins")> vault;
};
// A home to fall back on.
struct Cat;
struct Home {
  static constexpr auto tablename = "homes";
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Cat>, back_populates("home")> cats;
};
struct Cat {
  static constexpr auto tablename = "cats";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, default_value(9), foreign_key<Home>(on_delete::set_default)> home_id;
  Mapped<std::string> name;
  Relationship<Home, back_populates("cats")> home;
};
// References that refuse at once.
struct Guard;
struct Gate {
  static constexpr auto tablename = "gates";
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Guard>, back_populates("gate")> guards;
};
struct Guard {
  static constexpr auto tablename = "guards";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key<Gate>(on_delete::restrict)> gate_id;
  Relationship<Gate, back_populates("guards")> gate;
};
using Actions = Registry<Vault, Coin, Home, Cat, Gate, Guard>;

// The session has the child, and its parent loaded or not.
enum class Sides { loaded, unloaded };
constexpr Sides both[]{Sides::loaded, Sides::unloaded};
}  // namespace

BOOST_AUTO_TEST_CASE(SA_DELETE_01) {
  on_each_store([](const Store& store) {
    for (const Sides sides : both) {
      Session session{store};
      const auto user = session.add(User{.username = "u"});
      const auto post = user->posts.append(Post{.title = "p"});
      session.commit();
      session.expire_all();
      if (sides == Sides::loaded) BOOST_TEST(user->posts.size() == 1u);
      session.erase(user);
      session.commit();
      BOOST_TEST(rows<User>(store) == 0u);
      BOOST_TEST(stored<&Post::author_id>(store, *post->id) == 0);
      BOOST_TEST(!post->author);  // the object in memory was told
      BOOST_TEST(!post->author_id.has_value());
      BOOST_TEST((inspect(post).life() == Life::persistent));
      BOOST_TEST(!inspect(post).is_modified());
    }
    BOOST_TEST(problems(store) == "");
  });
}

// Where the foreign key neither nulls nor cascades, nothing is nulled behind its back.
BOOST_AUTO_TEST_CASE(SA_DELETE_01_no_action) {
  on_each_store([](const Store& store) {
    for (const Sides sides : both) {
      Session session{store};
      const auto account = session.add(Account{});
      const auto setting = account->settings.append(Setting{.name = "s"});
      session.commit();
      session.expire_all();
      if (sides == Sides::loaded) BOOST_TEST(account->settings.size() == 1u);
      session.erase(account);
      BOOST_TEST(refusal(session) == "foreign_key accounts(id)");
      BOOST_TEST((inspect(account).life() == Life::persistent));
      BOOST_TEST((setting->account == account));
      setting->account = nullptr;  // the remedy
      session.commit();
      BOOST_TEST(rows<Account>(store) == 0u);
    }
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_DELETE_03) {
  on_each_store([](const Store& store) {
    for (const Sides sides : both) {
      const auto id = stored_parent(store, {"a", "b"});
      {
        Session session{store};
        session.get<Parent>(id)->children[0]->toys.append(Toy{.name = "t"});
        session.commit();
      }
      Session session{store};
      const auto parent = session.get<Parent>(id);
      std::string order;
      session.before_erase<Toy>([&](const Ref<Toy>&) { order += "t"; });
      Ref<Child> child;
      if (sides == Sides::loaded) child = parent->children[0];
      session.erase(parent);
      BOOST_TEST(inspect(parent).is_erased());
      session.commit();
      BOOST_TEST(order == "t");  // what was not loaded is told as well
      BOOST_TEST(rows<Parent>(store) == 0u);
      BOOST_TEST(rows<Child>(store) == 0u);
      BOOST_TEST(rows<Toy>(store) == 0u);
      BOOST_TEST((inspect(parent).life() == Life::detached));
      if (child) BOOST_TEST((inspect(child).life() == Life::detached));
    }
    BOOST_TEST(problems(store) == "");
  });
}

// With pending members: they leave.
BOOST_AUTO_TEST_CASE(SA_DELETE_03_pending_children) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const auto fresh = parent->children.append(Child{.name = "b"});
    session.erase(parent);
    session.commit();
    BOOST_TEST(rows<Child>(store) == 0u);
    BOOST_TEST(!session.contains(fresh));
    BOOST_TEST((inspect(fresh).life() == Life::transient));
    BOOST_TEST(problems(store) == "");
  });
}

// Without a cascade they stay, and refer to nothing.
BOOST_AUTO_TEST_CASE(SA_DELETE_01_assigned_in_the_same_flush) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto user = session.add(User{.username = "u"});
    const auto moved = session.add(Post{.title = "p"});
    session.commit();
    const auto fresh = user->posts.append(Post{.title = "q"});
    moved->author = user;
    session.erase(user);
    session.commit();
    BOOST_TEST(rows<User>(store) == 0u);
    BOOST_TEST(stored<&Post::author_id>(store, *fresh->id) == 0);
    BOOST_TEST(stored<&Post::author_id>(store, *moved->id) == 0);
    BOOST_TEST(!fresh->author);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_DELETE_03_rolled_back) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a", "b"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const auto child = child_named(session, "a");
    session.erase(parent);
    session.flush();
    BOOST_TEST((inspect(child).life() == Life::deleted));
    BOOST_TEST(!session.get<Parent>(id));
    session.rollback();
    BOOST_TEST((inspect(child).life() == Life::persistent));
    BOOST_TEST((session.get<Parent>(id) == parent));
    BOOST_TEST(joined(parent->children) == "a b");
    BOOST_TEST((child->parent == parent));
    session.commit();
    BOOST_TEST(rows<Child>(store) == 2u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_DELETE_08) {
  on_each_store([](const Store& store) {
    for (const Sides sides : both) {
      Session session{store};
      const auto child = session.add(Child{.name = "c"});
      const auto kept = child->toys.append(Toy{.name = "kept"});
      const auto gone = child->toys.append(Toy{.name = "gone"});
      session.commit();
      session.expire_all();
      if (sides == Sides::loaded) BOOST_TEST(joined(child->toys) == "kept gone");
      child->toys.remove(kept);
      session.erase(child);
      session.commit();
      BOOST_TEST(stored<&Toy::child_id>(store, *kept->id) == 0);
      BOOST_TEST((inspect(gone).life() == Life::detached));
      session.erase(kept);
      session.commit();
      BOOST_TEST(rows<Toy>(store) == 0u);
    }
    BOOST_TEST(problems(store) == "");
  });
}

// The same with delete-orphan: it goes; and moved away: it stays.
BOOST_AUTO_TEST_CASE(SA_DELETE_08_owned_or_moved) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a", "b", "c"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const auto other = session.add(Parent{.name = "o"});
    parent->children.remove(child_named(session, "a"));
    child_named(session, "b")->parent = other;
    session.erase(parent);
    session.commit();
    BOOST_TEST(rows<Child>(store) == 1u);
    BOOST_TEST(joined(other->children) == "b");
    BOOST_TEST(problems(store) == "");
  });
}

// What was deleted leaves the collections that are loaded.
BOOST_AUTO_TEST_CASE(SA_DELETE_11) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a", "b"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const Ref<Child> a = parent->children[0];
    session.erase(a);
    BOOST_TEST(joined(parent->children) == "a b");  // not before the flush
    session.flush();
    BOOST_TEST(joined(parent->children) == "b");
    const auto post = session.add(Post{.title = "p"});
    const auto tag = post->tags.append(Tag{.name = "t"});
    const auto box = session.add(Box{});
    const auto thing = box->things.append(Thing{});
    const auto account = session.add(Account{});
    const auto setting = account->settings.append(Setting{.name = "s"});
    const auto person = session.add(Person{.name = "n"});
    person->passport = Passport{.number = "1"};
    session.flush();
    session.erase(tag);
    session.erase(thing);
    session.erase(setting);
    session.erase(Ref<Passport>(person->passport));
    session.commit();
    BOOST_TEST(post->tags.empty());
    BOOST_TEST(box->things.empty());
    BOOST_TEST(account->settings.empty());
    BOOST_TEST(!account->settings.find("s"));
    BOOST_TEST(!person->passport);
    BOOST_TEST(store.snapshot().count("post_tags") == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_DELETE_12) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a", "b", "c"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const auto other = session.add(Parent{.name = "o"});
    const auto a = child_named(session, "a");
    const auto b = child_named(session, "b");
    const auto c = child_named(session, "c");
    for (const auto& child : {a, b, c}) session.erase(child);
    other->children.append(a);
    b->parent = other;  // the same from the other side
    session.commit();
    BOOST_TEST(joined(other->children) == "a b");
    BOOST_TEST((inspect(a).life() == Life::persistent));
    BOOST_TEST((inspect(b).life() == Life::persistent));
    BOOST_TEST((inspect(c).life() == Life::detached));
    BOOST_TEST(parent->children.empty());
    BOOST_TEST(rows<Child>(store) == 2u);
    session.erase(a);
    session.add(a);  // and without any relationship
    session.commit();
    BOOST_TEST(rows<Child>(store) == 2u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_DELETE_14) {
  on_each_store([](const Store& store) {
    Session session{store, {.forbid_lazy_loads = true}};
    const auto strict = session.add(Strict{});
    const auto leaf = strict->leaves.append(Leaf{});
    session.commit();
    session.expire_all();
    session.erase(strict);
    session.commit();
    BOOST_TEST(rows<Strict>(store) == 0u);
    BOOST_TEST(stored<&Leaf::strict_id>(store, *leaf->id) == 0);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_DELETE_14_cascade) {
  on_each_store_of<Actions>([](const Store& store) {
    Session session{store};
    const auto vault = session.add(Vault{});
    vault->coins.append(Coin{});
    session.commit();
    session.expire(vault);
    refused<UsageError>([&] { (void)vault->coins.size(); }, "may not load itself");
    session.erase(vault);
    session.commit();
    BOOST_TEST(rows<Coin>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

// Only what is stored can be erased.
BOOST_AUTO_TEST_CASE(SA_DELETE_16_not_stored) {
  on_each_store([](const Store& store) {
    Session session{store};
    refused<UsageError>([&] { session.erase(make_ref(Child{})); }, "not persistent");
    refused<UsageError>([&] { session.erase(session.add(Child{})); }, "not persistent");
    refused<UsageError>([&] { session.erase(Ref<Child>()); }, "null Ref");
    session.commit();
    const auto child = session.select<Child>().one();
    session.erase(child);
    session.erase(child);  // twice is once
    session.flush();
    refused<UsageError>([&] { session.erase(child); }, "not persistent");
    refused<UsageError>([&] { session.add(child); }, "has been deleted");
    session.commit();
    make_transient(child);
    session.add(child);
    session.commit();
    BOOST_TEST(rows<Child>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_DELETE_16) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a"});
    Session session{store};
    const auto child = child_named(session, "a");
    store.erase<Child>(*child->id);
    session.erase(child);
    const auto error = caught<StaleDataError>([&] { session.flush(); });
    BOOST_REQUIRE(error.rows().size() == 1u);
    BOOST_TEST(error.rows()[0].gone);
    BOOST_TEST(error.rows()[0].table == "children");
    BOOST_TEST((inspect(child).life() == Life::persistent));  // nothing has changed
    session.rollback();
    BOOST_TEST(session.get<Parent>(id)->children.empty());
    BOOST_TEST(problems(store) == "");
  });
}

// ---- what foreign keys do

BOOST_AUTO_TEST_CASE(SA_ONDELETE_01) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto ledger = session.add(Ledger{});
    for (int n = 0; n < 3; ++n) session.add(Entry{.amount = n, .ledger = ledger});
    session.commit();
    session.expunge_all();
    const auto again = session.get<Ledger>(*ledger->id);
    const auto before = session.counts();
    session.erase(again);
    session.commit();
    BOOST_TEST(session.counts().lazy_loads == before.lazy_loads);
    BOOST_TEST(session.counts().objects == before.objects);  // none was made
    BOOST_TEST(rows<Entry>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

// One policy for the store and for memory: objects whose rows went are told.
BOOST_AUTO_TEST_CASE(SA_ONDELETE_05) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto ledger = session.add(Ledger{});
    const auto entry = session.add(Entry{.amount = 1, .ledger = ledger});
    session.commit();
    int erased = 0;
    session.after_erase<Entry>([&](const Ref<Entry>&) { ++erased; });
    session.erase(ledger);
    session.flush();
    BOOST_TEST(erased == 1);
    BOOST_TEST((inspect(entry).life() == Life::deleted));
    BOOST_TEST(!session.get<Entry>(*entry->id));
    session.rollback();
    BOOST_TEST((inspect(entry).life() == Life::persistent));
    BOOST_TEST((entry->ledger == ledger));
    session.erase(ledger);
    session.commit();
    BOOST_TEST((inspect(entry).life() == Life::detached));
    BOOST_TEST(rows<Entry>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

// Changed or taken out in the same flush: what the session says comes before what the key does.
BOOST_AUTO_TEST_CASE(SA_ONDELETE_05_moved_in_the_same_flush) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto one = session.add(Ledger{});
    const auto two = session.add(Ledger{});
    const auto entry = session.add(Entry{.amount = 1, .ledger = one});
    const auto edited = session.add(Entry{.amount = 2, .ledger = one});
    session.commit();
    entry->ledger = two;
    edited->amount = 3;
    session.erase(one);
    session.commit();
    BOOST_TEST(store.get<Entry>(*entry->id)->ledger_id == *two->id);
    BOOST_TEST((inspect(edited).life() == Life::detached));
    BOOST_TEST(rows<Entry>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ONDELETE_06) {
  on_each_store_of<Actions>([](const Store& store) {
    Session session{store};
    const auto gate = session.add(Gate{});
    const auto guard = gate->guards.append(Guard{});
    session.commit();
    session.erase(gate);
    BOOST_TEST(refusal(session) == "restrict gates(id)");
    BOOST_TEST(rows<Gate>(store) == 1u);
    BOOST_TEST((guard->gate == gate));
    BOOST_TEST(gate->guards.contains(guard));
    session.add(gate);  // takes the erase back
    session.commit();
    BOOST_TEST(rows<Gate>(store) == 1u);
    session.erase(gate);
    session.erase(guard);
    BOOST_TEST(refusal(session).empty() == true);
    session.commit();
    BOOST_TEST(rows<Gate>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

// There is no relationship that the store is not told of: removal always unties the row.
BOOST_AUTO_TEST_CASE(SA_ONDELETE_07) {
  on_each_store_of<Actions>([](const Store& store) {
    Session session{store};
    const auto gate = session.add(Gate{});
    const auto guard = gate->guards.append(Guard{});
    session.commit();
    gate->guards.remove(guard);
    session.commit();
    BOOST_TEST(stored<&Guard::gate_id>(store, *guard->id) == 0);
    session.erase(gate);
    session.commit();
    BOOST_TEST(rows<Gate>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

// Refused before any row is written: by Registry while compiling (tests/compile_fail), by the
// catalogue at run time.
BOOST_AUTO_TEST_CASE(SA_ONDELETE_09) {
  Catalog catalog = Actions::catalog();
  bool found = false;
  for (Table& table : catalog.tables)
    for (ForeignKey& key : table.foreign_keys)
      if (key.columns == std::vector<std::string>{"home_id"}) {
        key.on_delete = OnDelete::set_null;
        found = true;
      }
  BOOST_REQUIRE(found);
  BOOST_CHECK_EXCEPTION((void)Store::open("memory:", catalog, {.create = true}), Error,
                        [](const Error& e) {
                          return e.code() == ErrorCode::invalid_catalog &&
                                 mentions(e.what(), "home_id") && mentions(e.what(), "null");
                        });
}

BOOST_AUTO_TEST_CASE(SA_ONDELETE_10) {
  on_each_store_of<Actions>([](const Store& store) {
    Session session{store};
    const auto one = session.add(Home{.id = 1});
    const auto nine = session.add(Home{.id = 9});
    const auto cat = one->cats.append(Cat{.name = "c"});
    session.commit();
    BOOST_TEST(nine->cats.empty());
    session.erase(one);
    session.commit();
    BOOST_TEST(store.get<Cat>(*cat->id)->home_id == 9);
    BOOST_TEST(*cat->home_id == 9);  // and in memory
    BOOST_TEST((cat->home == nine));
    BOOST_TEST(joined(nine->cats) == "c");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ONDELETE_11) {
  on_each_store_of<Actions>([](const Store& store) {
    Session session{store};
    const auto one = session.add(Home{.id = 1});
    const auto cat = one->cats.append(Cat{.name = "c"});
    session.commit();
    session.erase(one);
    BOOST_TEST(refusal(session) == "foreign_key cats(home_id)");
    BOOST_TEST((cat->home == one));
    BOOST_TEST(rows<Home>(store) == 1u);
    session.add(Home{.id = 9});  // mended
    session.commit();
    BOOST_TEST(store.get<Cat>(*cat->id)->home_id == 9);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ONDELETE_16) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto child = session.add(Child{.parent_id = 7, .name = "c"});
    BOOST_TEST(refusal(session) == "foreign_key children(parent_id)");
    BOOST_TEST((inspect(child).life() == Life::pending));
    BOOST_TEST(*child->id == 0);  // keys are taken back
    session.add(Parent{.id = 7, .name = "p"});
    session.commit();  // without any rollback
    BOOST_TEST(stored<&Child::parent_id>(store, *child->id) == 7);
    BOOST_TEST((child->parent == session.get<Parent>(7)));
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()
