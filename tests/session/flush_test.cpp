// What a flush writes, when, and what it leaves behind when it fails: the behaviour cases
// SA-FLUSH-*, by id.
#include <algorithm>

#include "tests/session/cases.hpp"

BOOST_AUTO_TEST_SUITE(flushing)

using namespace kindred;
using namespace kindred::session_test;

namespace {

// Two tables that refer to each other.
struct Entry2;
struct Widget {
  static constexpr auto tablename = "widgets";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
  Mapped<MaybeId, foreign_key<Entry2>()> favourite_id;
  Relationship<Entry2, using_key("favourite_id")> favourite;
  Relationship<std::vector<Entry2>, back_populates("widget"), using_key("widget_id")> entries;
};
struct Entry2 {
  static constexpr auto tablename = "widget_entries";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<Widget>()> widget_id;
  Mapped<std::string> name;
  Relationship<Widget, back_populates("entries"), using_key("widget_id")> widget;
};
using Widgets = Registry<Widget, Entry2>;

}  // namespace

BOOST_AUTO_TEST_CASE(SA_FLUSH_05) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "x");
    Session session{store};
    const auto old = session.get<User>(id);
    session.erase(old);
    const auto fresh = session.add(User{.username = "x"});
    session.commit();
    BOOST_TEST(*fresh->id != id);
    BOOST_TEST(rows<User>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

// Uniqueness is that of what the flush leaves behind: values may be swapped, and go round.
BOOST_AUTO_TEST_CASE(SA_FLUSH_05_swap) {
  on_each_store([](const Store& store) {
    const auto a = stored_user(store, "a");
    const auto b = stored_user(store, "b");
    const auto c = stored_user(store, "c");
    Session session{store};
    session.get<User>(a)->username = "b";
    session.get<User>(b)->username = "c";
    session.get<User>(c)->username = "a";
    session.commit();
    BOOST_TEST(*store.get<User>(a)->username == "b");
    BOOST_TEST(*store.get<User>(b)->username == "c");
    BOOST_TEST(*store.get<User>(c)->username == "a");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_FLUSH_09) {
  on_each_store_of<Widgets>([](const Store& store) {
    Session session{store};
    // New: rows that refer to each other need no order.
    const auto widget = session.add(Widget{.name = "w"});
    const auto entry = widget->entries.append(Entry2{.name = "e"});
    widget->favourite = entry;
    session.commit();
    BOOST_TEST(*widget->favourite_id == *entry->id);
    BOOST_TEST(*entry->widget_id == *widget->id);
    BOOST_TEST(problems(store) == "");
    // Both go in one flush.
    session.erase(entry);
    session.erase(widget);
    session.commit();
    BOOST_TEST(rows<Widget>(store) == 0u);
    BOOST_TEST(rows<Entry2>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

// Only one of the two: the reference that stays refuses it, and nothing changes.
BOOST_AUTO_TEST_CASE(SA_FLUSH_09_one_of_two) {
  on_each_store_of<Widgets>([](const Store& store) {
    Session session{store};
    const auto widget = session.add(Widget{.name = "w"});
    const auto entry = widget->entries.append(Entry2{.name = "e"});
    widget->favourite = entry;
    session.commit();
    session.erase(entry);
    const auto error = caught<IntegrityError>([&] { session.commit(); });
    BOOST_TEST((error.code() == ErrorCode::foreign_key));
    BOOST_TEST(inspect(entry).is_erased());
    widget->favourite = nullptr;
    session.commit();
    BOOST_TEST(rows<Entry2>(store) == 0u);
    BOOST_TEST(rows<Widget>(store) == 1u);
    BOOST_TEST(widget->entries.empty());
  });
}

BOOST_AUTO_TEST_CASE(SA_FLUSH_10) {
  on_each_store([](const Store& store) {
    Session session{store, {.autoflush = true}};
    const auto ann = session.add(User{.username = "ann"});
    BOOST_TEST(
        (session.select<User>().where(field<&User::username> == "ann").one_or_none() == ann));
    BOOST_TEST(*ann->id != 0);
    ann->username = "bob";
    BOOST_TEST(session.select<User>().where(field<&User::username> == "bob").count() == 1u);
    ann->username = "cay";
    BOOST_TEST(session.select<User>().where(field<&User::username> == "cay").exists());
    session.erase(ann);
    BOOST_TEST(session.select<User>().all().empty());
    // Nothing of it is committed.
    BOOST_TEST(rows<User>(store) == 0u);
    session.rollback();
    BOOST_TEST(rows<User>(store) == 0u);
  });
}

// Lazy loads and prefetch see it too.
BOOST_AUTO_TEST_CASE(SA_FLUSH_10_lazy_loads) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    Session session{store, {.autoflush = true}};
    const auto ann = session.get<User>(id);
    const auto post = session.add(Post{.author_id = id, .title = "by its column"});
    BOOST_TEST(ann->posts.size() == 1u);
    BOOST_TEST((ann->posts[0] == post));
    BOOST_TEST((inspect(post).life() == Life::persistent));
  });
}

// It is off unless asked for: what a query finds is what is stored.
BOOST_AUTO_TEST_CASE(SA_FLUSH_10_by_default) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_user(store, "ann");
    Session session{store};
    session.add(User{.username = "pending"});
    const auto ann = session.get<User>(id);
    ann->username = "anna";
    const auto before = counts.counts();
    const auto found = session.select<User>().all();
    BOOST_REQUIRE(found.size() == 1u);
    // A row that is in memory is the object as it is, changes included.
    BOOST_TEST((found[0] == ann));
    BOOST_TEST(*found[0]->username == "anna");
    BOOST_TEST(session.select<User>().where(field<&User::username> == "anna").count() == 0u);
    BOOST_TEST(counts.counts().writes() == before.writes());
    BOOST_TEST(counts.counts().begin == before.begin);
    session.commit();
    BOOST_TEST(rows<User>(store) == 2u);
  });
}

BOOST_AUTO_TEST_CASE(SA_FLUSH_11) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_user(store, "ann");
    Session session{store, {.autoflush = true}};
    const auto ann = session.get<User>(id);
    session.add(User{.username = "pending"});
    ann->bio = "changed";
    const auto before = counts.counts();
    BOOST_TEST((session.get<User>(id) == ann));
    BOOST_TEST(counts.counts().round_trips() == before.round_trips());
    BOOST_TEST(counts.counts().begin == before.begin);
    BOOST_TEST(inspect(ann).is_modified());
    // get() never flushes, nor where it must read.
    BOOST_TEST(!session.get<User>(id + 1000));
    BOOST_TEST(counts.counts().begin == before.begin);
  });
}

BOOST_AUTO_TEST_CASE(SA_FLUSH_12) {
  on_each_store([](const Store& store) {
    Session session{store, {.autoflush = true}};
    session.add(User{.username = "ann"});
    session.options().autoflush = false;
    BOOST_TEST(session.select<User>().all().empty());
    BOOST_TEST(session.select<User>().count() == 0u);
    session.options().autoflush = true;
    BOOST_TEST(session.select<User>().count() == 1u);
    session.options().autoflush = false;
    session.add(User{.username = "bob"});
    session.commit();
    BOOST_TEST(rows<User>(store) == 2u);
  });
}

BOOST_AUTO_TEST_CASE(SA_FLUSH_14) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_user(store, "ann");
    const auto same = [&](const storage::Counts& before) {
      const auto now = counts.counts();
      BOOST_TEST(now.round_trips() == before.round_trips());
      BOOST_TEST(now.begin == before.begin);
    };
    Session empty{store};
    auto before = counts.counts();
    empty.flush();
    empty.commit();
    same(before);

    Session session{store};
    const auto ann = session.get<User>(id);
    BOOST_TEST(ann->posts.empty());
    BOOST_TEST(*ann->username == "ann");
    before = counts.counts();
    session.flush();
    session.commit();
    same(before);
    session.rollback();
    session.commit();
    same(before);
  });
}

// Hooks alone are no work either.
BOOST_AUTO_TEST_CASE(SA_FLUSH_14_with_hooks) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    Session session{store};
    session.on_before_flush([](Session&) {});
    session.on_after_flush([](Session&) {});
    session.on_after_commit([](Session&) {});
    const auto before = counts.counts();
    session.flush();
    session.commit();
    BOOST_TEST(counts.counts().round_trips() == before.round_trips());
    BOOST_TEST(counts.counts().begin == before.begin);
  });
}

BOOST_AUTO_TEST_CASE(SA_FLUSH_15) {
  on_each_store([](const Store& store) {
    Session session{store};
    std::string said;
    session.on_before_flush([&](Session& s) { said = message<UsageError>([&] { s.flush(); }); });
    session.add(User{.username = "ann"});
    session.commit();
    BOOST_TEST(mentions(said, "flush() inside a flush"));
    BOOST_TEST(rows<User>(store) == 1u);
  });
}

BOOST_AUTO_TEST_CASE(SA_FLUSH_15_hooks_of_objects) {
  on_each_store([](const Store& store) {
    Session session{store};
    int refused = 0;
    const auto try_all = [&](const Ref<User>& user) {
      for (const std::function<void()>& call : std::initializer_list<std::function<void()>>{
               [&] { session.flush(); }, [&] { session.commit(); }, [&] { session.rollback(); },
               [&] { session.erase(user); }, [&] { session.add(User{.username = "more"}); },
               [&] { session.expunge(user); }, [&] { session.refresh(user); },
               [&] { session.expire_all(); }, [&] { session.close(); },
               [&] { (void)session.savepoint(); }, [&] { (void)session.merge(User{}); },
               [&] { session.expunge_all(); }, [&] { session.collect(); },
               [&] { (void)session.plan(); }})
        try {
          call();
          BOOST_ERROR("not refused");
        } catch (const UsageError&) {
          ++refused;
        }
    };
    session.before_insert<User>(try_all);
    session.add(User{.username = "ann"});
    session.commit();
    BOOST_TEST(refused == 14);
    BOOST_TEST(rows<User>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

// A query of a hook before the flush does not flush again.
BOOST_AUTO_TEST_CASE(SA_FLUSH_15_autoflush) {
  on_each_store([](const Store& store) {
    Session session{store, {.autoflush = true}};
    int calls = 0;
    session.on_before_flush([&](Session& s) {
      ++calls;
      BOOST_TEST(s.select<User>().count() == 0u);
    });
    session.add(User{.username = "ann"});
    session.flush();
    BOOST_TEST(calls == 1);
  });
}

BOOST_AUTO_TEST_CASE(SA_FLUSH_16) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    Session session{store};
    Ref<Tag> added;
    session.on_before_flush([&](Session& s) {
      if (!added) added = s.add(Tag{.name = "from a hook"});
    });
    const auto user = session.add(User{.username = "ann"});
    const auto before = counts.counts().commit;
    session.commit();
    BOOST_TEST(counts.counts().commit == before + 1);
    BOOST_TEST((inspect(added).life() == Life::persistent));
    BOOST_TEST(rows<Tag>(store) == 1u);
    BOOST_TEST(rows<User>(store) == 1u);
  });
}

// It may also change, erase and link, and be the only reason of work.
BOOST_AUTO_TEST_CASE(SA_FLUSH_16_any_change) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store, "ann");
    const auto gone = stored_user(store, "bob");
    Session session{store};
    const auto ann = session.get<User>(id);
    bool done = false;
    session.on_before_flush([&](Session& s) {
      if (std::exchange(done, true)) return;
      ann->bio = "from a hook";
      ann->posts.append(Post{.title = "from a hook"});
      s.erase(s.get<User>(gone));
    });
    session.commit();
    BOOST_TEST(store.get<User>(id)->bio.value_or("") == "from a hook");
    BOOST_TEST(!store.get<User>(gone).has_value());
    BOOST_TEST(rows<Post>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_FLUSH_17) {
  on_each_store([](const Store& store) {
    Session session{store};
    int made = 0;
    session.on_after_flush([&](Session& s) { s.add(Tag{.name = std::to_string(++made)}); });
    session.add(User{.username = "ann"});
    const auto text = message<UsageError>([&] { session.commit(); });
    BOOST_TEST(mentions(text, "100"));
    BOOST_TEST(made == 100);
    session.rollback();
    BOOST_TEST(rows<User>(store) == 0u);
    BOOST_TEST(rows<Tag>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

// One that comes to an end: all of it is one commit.
BOOST_AUTO_TEST_CASE(SA_FLUSH_17_ends) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    Session session{store};
    int made = 0;
    session.on_after_flush([&](Session& s) {
      if (made < 3) s.add(Tag{.name = std::to_string(++made)});
    });
    session.add(User{.username = "ann"});
    const auto before = counts.counts().commit;
    session.commit();
    BOOST_TEST(counts.counts().commit == before + 1);
    BOOST_TEST(rows<Tag>(store) == 3u);
    BOOST_TEST(rows<User>(store) == 1u);
  });
}

BOOST_AUTO_TEST_SUITE_END()
