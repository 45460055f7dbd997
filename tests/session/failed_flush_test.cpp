// A flush that fails changes nothing, in the store or in the session; mended, it passes.
#include <algorithm>

#include "tests/session/cases.hpp"

BOOST_AUTO_TEST_SUITE(failed_flush)

using namespace kindred;
using namespace kindred::session_test;

// Keys, references, defaults, versions and marks are as before.
BOOST_AUTO_TEST_CASE(everything_is_as_before) {
  on_each_store([](const Store& store) {
    stored_user(store, "taken");
    std::int64_t document_id = 0;
    std::int64_t erased_id = 0;
    {
      Session session{store};
      const auto document = session.add(Document{.text = "one"});
      const auto parent = session.add(Parent{.name = "goes"});
      parent->children.append(Child{.name = "goes too"});
      session.commit();
      document_id = document->id;
      erased_id = parent->id;
    }
    Session session{store};
    const auto article = session.add(Article{.title = "t"});
    const auto user = session.add(User{.username = "taken"});
    const auto post = user->posts.append(Post{.title = "p"});
    const auto tag = post->tags.append(Tag{.name = "x"});
    const auto document = session.get<Document>(document_id);
    document->text = "two";
    const auto parent = session.get<Parent>(erased_id);
    const auto child = parent->children[0];
    session.erase(parent);
    const auto own_key = session.add(Tag{.id = 500, .name = "own key"});

    for (int round = 0; round < 2; ++round) {
      const auto error = caught<IntegrityError>([&] { session.commit(); });
      BOOST_TEST((error.code() == ErrorCode::unique));
      BOOST_REQUIRE(error.violations().size() == 1u);
      BOOST_TEST(error.violations()[0].table == "users");
      BOOST_TEST(error.violations()[0].columns == Strings{"username"},
                 boost::test_tools::per_element());

      BOOST_TEST(*article->id == 0);
      BOOST_TEST(article->status->empty());
      BOOST_TEST(!article->stars.has_value());
      BOOST_TEST((*article->created_at == time_point{}));
      BOOST_TEST(*user->id == 0);
      BOOST_TEST(*post->id == 0);
      BOOST_TEST(!post->author_id.has_value());
      BOOST_TEST(*tag->id == 0);
      BOOST_TEST(*own_key->id == 500);
      BOOST_TEST((post->author == user));
      BOOST_TEST(user->posts.size() == 1u);
      BOOST_TEST(post->tags.size() == 1u);
      BOOST_TEST(*document->version == 1);
      BOOST_TEST(*document->text == "two");
      BOOST_TEST(strings(inspect(document).changed()) == Strings{"text"},
                 boost::test_tools::per_element());
      BOOST_TEST(inspect(parent).is_erased());
      BOOST_TEST(!inspect(child).is_erased());
      BOOST_TEST((inspect(child).life() == Life::persistent));
      for (const auto life : {inspect(user).life(), inspect(post).life(), inspect(tag).life(),
                              inspect(article).life(), inspect(own_key).life()})
        BOOST_TEST((life == Life::pending));
      BOOST_TEST(rows<User>(store) == 1u);
      BOOST_TEST(rows<Tag>(store) == 0u);
      BOOST_TEST(rows<Parent>(store) == 1u);
      BOOST_TEST(*store.get<Document>(document_id)->text == "one");
    }

    user->username = "free";
    session.commit();
    BOOST_TEST(*article->status == "draft");
    BOOST_TEST(*post->author_id == *user->id);
    BOOST_TEST(*document->version == 2);
    BOOST_TEST(*store.get<Document>(document_id)->version == 2);
    BOOST_TEST(rows<User>(store) == 2u);
    BOOST_TEST(rows<Post>(store) == 1u);
    BOOST_TEST(rows<Tag>(store) == 2u);
    BOOST_TEST(rows<Parent>(store) == 0u);
    BOOST_TEST(rows<Child>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

// All violations of a flush are told, each with table, column and key.
BOOST_AUTO_TEST_CASE(every_violation_is_told) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "taken");
    Session session{store};
    session.add(User{.username = "taken"});
    session.add(Licence{});
    session.add(Post{.author_id = 4711, .title = "p"});
    session.add(User{.id = id, .username = "same key"});
    const auto error = caught<IntegrityError>([&] { session.commit(); });
    std::vector<ErrorCode> codes;
    for (const auto& v : error.violations()) codes.push_back(v.code);
    for (const auto code :
         {ErrorCode::unique, ErrorCode::not_null, ErrorCode::foreign_key, ErrorCode::duplicate_key})
      BOOST_TEST((std::find(codes.begin(), codes.end(), code) != codes.end()),
                 "missing: " << to_string(code));
    for (const auto& v : error.violations()) {
      BOOST_TEST(!v.table.empty());
      BOOST_TEST(!v.detail.empty());
    }
    BOOST_TEST(problems(store) == "");
  });
}

// What was flushed before stays, in the same transaction.
BOOST_AUTO_TEST_CASE(earlier_flushes_stay) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto first = session.add(User{.username = "ann"});
    session.flush();
    const auto second = session.add(User{.username = "ann"});
    BOOST_CHECK_THROW(session.flush(), IntegrityError);
    BOOST_CHECK_THROW(session.commit(), IntegrityError);
    BOOST_TEST((inspect(first).life() == Life::persistent));
    BOOST_TEST((inspect(second).life() == Life::pending));
    BOOST_TEST(*second->id == 0);
    second->username = "bob";
    session.commit();
    BOOST_TEST(rows<User>(store) == 2u);
    BOOST_TEST(problems(store) == "");
  });
}

// Relationships that were queued on collections that are not loaded.
BOOST_AUTO_TEST_CASE(queued_changes_stay) {
  on_each_store([](const Store& store) {
    std::int64_t parent_id = 0;
    {
      Session session{store};
      const auto parent = session.add(Parent{.name = "p"});
      parent->children = {make_ref(Child{.name = "a"}), make_ref(Child{.name = "b"})};
      session.commit();
      parent_id = parent->id;
    }
    stored_user(store, "taken");
    Session session{store};
    const auto parent = session.get<Parent>(parent_id);
    const auto a = session.select<Child>().where(field<&Child::name> == "a").one();
    parent->children.remove(a);
    parent->children.append(Child{.name = "c"});
    BOOST_TEST(!inspect(parent).is_loaded<&Parent::children>());
    const auto user = session.add(User{.username = "taken"});
    BOOST_CHECK_THROW(session.commit(), IntegrityError);
    BOOST_TEST(inspect(parent).appended<&Parent::children>().size() == 1u);
    BOOST_TEST(inspect(parent).removed<&Parent::children>().size() == 1u);
    BOOST_TEST(!inspect(a).is_erased());
    user->username = "free";
    session.commit();
    BOOST_TEST((inspect(a).life() == Life::detached));
    BOOST_TEST(rows<Child>(store) == 2u);
    BOOST_TEST(parent->children.size() == 2u);
    BOOST_TEST(problems(store) == "");
  });
}

// A moved key with what refers to it.
BOOST_AUTO_TEST_CASE(moved_keys_are_taken_back) {
  on_each_store([](const Store& store) {
    {
      Session session{store};
      const auto country = session.add(Country{.code = "AT", .name = "Austria"});
      country->cities.append(City{.name = "Wien"});
      session.add(Country{.code = "DE", .name = "Germany"});
      session.commit();
    }
    Session session{store};
    const auto country = session.get<Country>(std::string("AT"));
    country->code = "DE";
    BOOST_CHECK_THROW(session.commit(), IntegrityError);
    BOOST_TEST(*country->code == "DE");
    BOOST_TEST(*country->cities[0]->country_code == "AT");
    country->code = "CH";
    session.commit();
    BOOST_TEST(*country->cities[0]->country_code == "CH");
    BOOST_TEST((session.get<City>(std::string("CH"), std::string("Wien")) == country->cities[0]));
    BOOST_TEST(!session.get<Country>(std::string("AT")));
    BOOST_TEST(problems(store) == "");
  });
}

// Hooks that throw stop the flush that they are in.
BOOST_AUTO_TEST_CASE(hooks_that_throw) {
  struct Stop {};
  enum class Where { before_flush, before_insert, before_update, before_erase };
  on_each_store([](const Store& store) {
    for (const auto where :
         {Where::before_flush, Where::before_insert, Where::before_update, Where::before_erase}) {
      BOOST_TEST_CONTEXT("hook " << static_cast<int>(where)) {
        store.update([](Transaction& tx) {
          for (const auto& user : tx.select<User>().all()) tx.erase<User>(*user.id);
        });
        const auto changed_id = stored_user(store, "changed");
        const auto erased_id = stored_user(store, "erased");
        bool armed = true;
        const auto stop = [&](const Ref<User>&) {
          if (armed) throw Stop{};
        };
        Session session{store};
        switch (where) {
          case Where::before_flush: session.on_before_flush([&](Session&) { stop({}); }); break;
          case Where::before_insert: session.before_insert<User>(stop); break;
          case Where::before_update: session.before_update<User>(stop); break;
          case Where::before_erase: session.before_erase<User>(stop); break;
        }
        const auto fresh = session.add(User{.username = "new"});
        const auto changed = session.get<User>(changed_id);
        const auto erased = session.get<User>(erased_id);
        changed->bio = "b";
        session.erase(erased);
        BOOST_CHECK_THROW(session.commit(), Stop);
        BOOST_CHECK_THROW(session.flush(), Stop);
        BOOST_TEST((inspect(fresh).life() == Life::pending));
        BOOST_TEST(*fresh->id == 0);
        BOOST_TEST(inspect(changed).is_modified());
        BOOST_TEST(inspect(erased).is_erased());
        BOOST_TEST(rows<User>(store) == 2u);
        armed = false;
        session.commit();
        BOOST_TEST(rows<User>(store) == 2u);
        BOOST_TEST(store.get<User>(changed_id)->bio.value_or("") == "b");
        BOOST_TEST(!store.get<User>(erased_id).has_value());
        BOOST_TEST(problems(store) == "");
      }
    }
  });
}

// After hooks: what is written stays written; the session is sound.
BOOST_AUTO_TEST_CASE(after_hooks_that_throw) {
  struct Stop {};
  on_each_store([](const Store& store) {
    Session session{store};
    bool armed = true;
    session.after_insert<User>([&](const Ref<User>&) {
      if (armed) throw Stop{};
    });
    const auto ann = session.add(User{.username = "ann"});
    BOOST_CHECK_THROW(session.flush(), Stop);
    BOOST_TEST((inspect(ann).life() == Life::persistent));
    armed = false;
    session.commit();
    BOOST_TEST(rows<User>(store) == 1u);
    armed = true;
    const auto bob = session.add(User{.username = "bob"});
    BOOST_CHECK_THROW(session.flush(), Stop);
    session.rollback();
    BOOST_TEST((inspect(bob).life() == Life::transient));
    BOOST_TEST(rows<User>(store) == 1u);
    armed = false;
    session.add(bob);
    session.commit();
    BOOST_TEST(rows<User>(store) == 2u);
    BOOST_TEST(problems(store) == "");
  });
}

// A hook after the commit throws: committed is committed, and the next transaction is a new one.
BOOST_AUTO_TEST_CASE(after_commit_that_throws) {
  struct Stop {};
  on_each_store([](const Store& store) {
    Session session{store};
    bool armed = true;
    session.on_after_commit([&](Session&) {
      if (armed) throw Stop{};
    });
    const auto ann = session.add(User{.username = "ann"});
    BOOST_CHECK_THROW(session.commit(), Stop);
    BOOST_TEST(rows<User>(store) == 1u);
    BOOST_TEST((inspect(ann).life() == Life::persistent));
    armed = false;
    session.rollback();
    BOOST_TEST((inspect(ann).life() == Life::persistent));
    ann->bio = "b";
    session.commit();
    BOOST_TEST(store.get<User>(*ann->id)->bio.value_or("") == "b");
  });
}

// A storage that fails at each call of a commit in turn.
BOOST_AUTO_TEST_CASE(storage_errors) {
  for (std::uint64_t n = 1; n < 60; ++n) {
    const auto storage =
        storage::open("fault+memory:", {.creation = storage::Creation::if_missing});
    const auto store = Store::open<Everything>(storage, {.create = true});
    const auto id = stored_user(store, "ann");
    storage::FaultLayer* const faults = storage::find_fault_layer(*storage);
    BOOST_REQUIRE(faults != nullptr);
    Session session{store};
    const auto ann = session.get<User>(id);
    const auto post = ann->posts.append(Post{.title = "p"});
    ann->bio = "b";
    faults->set_rules("any#" + std::to_string(n) + "=io");
    bool failed = false;
    try {
      session.commit();
    } catch (const Error& e) {
      failed = true;
      BOOST_TEST((e.code() == ErrorCode::io));
    }
    faults->set_rules("");
    if (failed) {
      BOOST_TEST((inspect(post).life() == Life::pending));
      BOOST_TEST(*post->id == 0);
      BOOST_TEST(rows<Post>(store) == 0u);
      session.commit();
    }
    BOOST_TEST(rows<Post>(store) == 1u);
    BOOST_TEST(store.get<User>(id)->bio.value_or("") == "b");
    BOOST_TEST(*store.get<Post>(*post->id)->author_id == id);
    BOOST_TEST(problems(store) == "");
    if (!failed) {
      BOOST_TEST(n > 3u);
      return;
    }
  }
  BOOST_ERROR("the commit never passed");
}

// A call that cannot read what it needs has changed nothing on either side.
BOOST_AUTO_TEST_CASE(storage_errors_in_calls) {
  const auto storage = storage::open("fault+memory:", {.creation = storage::Creation::if_missing});
  const auto store = Store::open<Everything>(storage, {.create = true});
  const auto id = stored_parent(store, {"a"});
  const auto other_id = stored_parent(store, {});
  storage::FaultLayer* const faults = storage::find_fault_layer(*storage);
  BOOST_REQUIRE(faults != nullptr);
  using Call = void (*)(const Ref<Parent>&, const Ref<Parent>&, const Ref<Child>&);
  const Call calls[] = {
      [](const Ref<Parent>&, const Ref<Parent>&, const Ref<Child>& c) { c->parent = nullptr; },
      [](const Ref<Parent>&, const Ref<Parent>& o, const Ref<Child>& c) { c->parent = o; },
      [](const Ref<Parent>&, const Ref<Parent>& o, const Ref<Child>& c) { o->children.append(c); },
      [](const Ref<Parent>& p, const Ref<Parent>&, const Ref<Child>& c) { p->children.remove(c); },
      [](const Ref<Parent>& p, const Ref<Parent>&, const Ref<Child>&) { p->children.clear(); },
      [](const Ref<Parent>&, const Ref<Parent>& o, const Ref<Child>& c) {
        o->children = {make_ref(Child{.name = "n"}), c};
      },
  };
  for (const Call call : calls) {
    int passed = 0;
    for (int n = 1; passed == 0 && n < 10; ++n) {
      Session session{store};
      const auto parent = session.get<Parent>(id);
      const auto other = session.get<Parent>(other_id);
      BOOST_REQUIRE(parent->children.size() == 1u);
      const auto child = parent->children[0];
      BOOST_REQUIRE((child->parent == parent));
      session.expire(parent);
      faults->set_rules("any#" + std::to_string(n) + "=io");
      try {
        call(parent, other, child);
        ++passed;
      } catch (const Error& e) {
        BOOST_TEST((e.code() == ErrorCode::io));
      }
      faults->set_rules("");
      if (passed != 0) continue;
      BOOST_TEST(child->parent_id.value_or(0) == id);
      BOOST_TEST((child->parent == parent));
      BOOST_TEST(parent->children.size() == 1u);
      BOOST_TEST(other->children.empty());
      session.commit();
      BOOST_TEST(store.get<Child>(*child->id)->parent_id.value_or(0) == id);
    }
    BOOST_TEST(passed == 1);
  }
}

BOOST_AUTO_TEST_SUITE_END()
