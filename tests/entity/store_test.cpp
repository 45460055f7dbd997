// Single entities through a store: ids, changes, batches, views in time, threads, durability, and
// what is refused.
#include <atomic>
#include <exception>
#include <thread>

#include "tests/entity/support.hpp"

namespace store_test {

using namespace kindred;
using entity_test::code_of;
using entity_test::on_each_backend;
using entity_test::Place;
using entity_test::problems;
using entity_test::refused;

struct User {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, max_length(50), unique> name;
  Mapped<std::optional<std::string>> bio;
  Mapped<std::int32_t> age = 18;
};
struct Post {
  static constexpr auto tablename = "posts";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<User>(on_delete::cascade)> author_id;
  Mapped<std::string> title;
  Relationship<User, backref("posts")> author;
};
struct Small {
  static constexpr auto tablename = "small";
  Mapped<std::int8_t, primary_key> id;
};
struct Unsigned {
  static constexpr auto tablename = "unsigned";
  Mapped<std::uint32_t, primary_key> id;
};
struct Account {
  static constexpr auto tablename = "accounts";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t> balance;
};
struct Stranger {
  static constexpr auto tablename = "strangers";
  Mapped<std::int64_t, primary_key> id;
};
using Blog = Registry<User, Post, Small, Unsigned, Account>;

// Made elsewhere: a constructor, a virtual function, a private part.
class Legacy {
 public:
  Legacy() = default;
  explicit Legacy(std::string text) : code(std::move(text)) {}
  virtual ~Legacy() = default;
  std::int32_t number = 0;
  std::string code = "fresh";
  std::optional<double> score;
  std::int64_t owner = 0;
  std::string not_stored = "still here";

 private:
  int hidden_ = 1;
};
struct Note {
  static constexpr auto tablename = "notes";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int32_t, foreign_key(&Legacy::number, on_delete::cascade)> legacy_number;
  Relationship<Legacy, backref("notes")> legacy;
};

}  // namespace store_test

template <>
inline constexpr auto kindred::mapping<store_test::Legacy> = imperative(
    "legacy", column<&store_test::Legacy::number>(primary_key),
    column<&store_test::Legacy::code>(column_name("the code"), max_length(40), unique),
    column<&store_test::Legacy::score>(indexed),
    column<&store_test::Legacy::owner>(foreign_key<store_test::User>(on_delete::restrict)));

namespace store_test {

// The table of users as others would have it.
struct RetypedUser {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
  Mapped<std::optional<std::string>> bio;
  Mapped<std::string> age;
};
struct NullableUser {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
  Mapped<std::optional<std::string>> bio;
  Mapped<std::optional<std::int32_t>> age;
};
struct StrictUser {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
  Mapped<std::string> bio;
  Mapped<std::int32_t> age;
};
struct ShortUser {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
};
struct LongUser {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
  Mapped<std::optional<std::string>> bio;
  Mapped<std::int32_t> age;
  Mapped<bool> extra;
};
struct KeyedUser {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t> id;
  Mapped<std::string, primary_key> name;
  Mapped<std::optional<std::string>> bio;
  Mapped<std::int32_t> age;
};

struct Mine : Registry<User> {
  static constexpr std::string_view application = "mine";
};
struct Theirs : Registry<User> {
  static constexpr std::string_view application = "theirs";
};

std::string users(const Snapshot& now) {
  std::string out;
  for (const User& user : now.range<User>()) {
    if (!out.empty()) out += ' ';
    out += std::to_string(user.id) + *user.name;
  }
  return out;
}
std::string users(const Store& store) { return users(store.snapshot()); }

BOOST_AUTO_TEST_SUITE(store)

BOOST_AUTO_TEST_CASE(entities_get_ids_however_they_are_given) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Blog>();
    User mutable_one{.name = "a"};
    store.insert(mutable_one);
    BOOST_TEST(mutable_one.id == 1);
    const User constant{.name = "b"};
    const User back = store.insert(constant);
    BOOST_TEST(back.id == 2);
    BOOST_TEST(constant.id == 0);
    BOOST_TEST(back.name == "b");
    BOOST_TEST(store.insert(User{.name = "c"}).id == 3);
    User moved{.name = "d"};
    BOOST_TEST(store.insert(std::move(moved)).id == 4);
    // An id of one's own stays, and the next is above it.
    BOOST_TEST(store.insert(User{.id = 10, .name = "e"}).id == 10);
    BOOST_TEST(store.insert(User{.name = "f"}).id == 11);
    BOOST_TEST(store.insert(User{.id = -3, .name = "g"}).id == -3);
    store.update([](Transaction& tx) {
      User in{.name = "h"};
      tx.insert(in);
      BOOST_TEST(in.id == 12);
      BOOST_TEST(tx.insert(User{.name = "i"}).id == 13);
      const User c{.name = "j"};
      BOOST_TEST(tx.insert(c).id == 14);
      User p{.name = "k"};
      tx.put(p);
      BOOST_TEST(p.id == 15);
      User first{.name = "l"};
      User second{.name = "m"};
      tx.batch([&](Batch& batch) {
        batch.insert(first);
        batch.put(second);
      });
      BOOST_TEST(first.id == 16);
      BOOST_TEST(second.id == 17);
    });
    BOOST_TEST(users(store) == "-3g 1a 2b 3c 4d 10e 11f 12h 13i 14j 15k 16l 17m");
    // An id is never given twice, not even after its row is gone.
    store.erase<User>(17);
    BOOST_TEST(store.insert(User{.name = "n"}).id == 18);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(small_and_unsigned_ids_are_assigned_up_to_their_end) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Blog>();
    BOOST_TEST(store.insert(Small{}).id == 1);
    BOOST_TEST(store.insert(Unsigned{}).id == 1u);
    store.insert(Unsigned{.id = 3'000'000'000U});
    BOOST_TEST(store.insert(Unsigned{}).id == 3'000'000'001U);
    store.insert(Small{.id = std::int8_t{126}});
    BOOST_TEST(store.insert(Small{}).id == 127);
    BOOST_TEST(code_of([&] { store.insert(Small{}); }) == "capacity");
    BOOST_TEST(store.snapshot().count<Small>() == 3u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(put_inserts_or_replaces_every_column) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Blog>();
    User ann{.id = 7, .name = "ann", .bio = "b", .age = 40};
    store.put(ann);
    const Post post = store.insert(Post{.author_id = 7, .title = "t"});
    User other{.id = 7, .name = "other"};
    store.put(other);
    const User found = *store.get<User>(7);
    BOOST_TEST(found.name == "other");
    BOOST_TEST(!found.bio.has_value());
    BOOST_TEST(found.age == 18);
    // What refers to the row stays.
    BOOST_TEST(store.get<Post>(post.id).has_value());
    const User constant{.id = 8, .name = "constant"};
    store.put(constant);
    BOOST_TEST(users(store) == "7other 8constant");
  });
}

BOOST_AUTO_TEST_CASE(update_sets_every_column_of_a_row_that_must_exist) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Blog>();
    User ann = store.insert(User{.name = "ann", .bio = "b"});
    ann.name = "anna";
    ann.bio = std::nullopt;
    store.update(ann);
    BOOST_TEST(store.get<User>(1)->name == "anna");
    BOOST_TEST(!store.get<User>(1)->bio.has_value());
    BOOST_TEST(refused(store, [](Transaction& tx) { tx.update(User{.id = 2}); }) ==
               "missing_row users 2");
    BOOST_TEST(refused(store, [](Transaction& tx) { tx.update(User{.name = "x"}); }) ==
               "missing_row users 0");
    BOOST_TEST(users(store) == "1anna");
  });
}

BOOST_AUTO_TEST_CASE(erase_says_whether_there_was_a_row) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Blog>();
    const User ann = store.insert(User{.name = "ann"});
    store.insert(Post{.author_id = ann.id});
    store.update([&](Transaction& tx) {
      BOOST_TEST(!tx.erase<User>(99));
      BOOST_TEST(tx.erase<User>(ann.id));
      BOOST_TEST(!tx.erase<User>(ann.id));
      BOOST_TEST(tx.count<Post>() == 0u);
    });
    BOOST_TEST(!store.erase<User>(ann.id));
    BOOST_TEST(users(store) == "");
    // In a batch it must be there.
    BOOST_TEST(refused(store, [](Transaction& tx) {
                 tx.batch([](Batch& batch) { batch.erase<User>(99); });
               }) == "missing_row users 99");
  });
}

BOOST_AUTO_TEST_CASE(a_batch_is_judged_by_what_it_leaves) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Blog>();
    User ann = store.insert(User{.name = "ann"});
    User bob = store.insert(User{.name = "bob"});
    std::swap(*ann.name, *bob.name);
    BOOST_TEST(code_of([&] { store.update(ann); }) == "unique");
    store.update([&](Transaction& tx) {
      tx.batch([&](Batch& batch) {
        batch.update(ann);
        batch.update(bob);
        Post post{.author_id = 50, .title = "before its author"};
        batch.insert(post);
        const User author{.id = 50, .name = "author"};
        batch.insert(author);
        const User passing{.id = 60, .name = "passing"};
        batch.insert(passing);
        batch.erase<User>(60);
      });
    });
    BOOST_TEST(users(store) == "1bob 2ann 50author");
    BOOST_TEST(store.snapshot().count<Post>() == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(an_update_is_all_or_nothing) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Blog>();
    store.insert(User{.name = "ann"});
    struct Stop {};
    BOOST_CHECK_THROW(store.update([](Transaction& tx) {
      tx.erase<User>(1);
      BOOST_TEST(!tx.get<User>(1).has_value());
      throw Stop();
    }),
                      Stop);
    BOOST_TEST(users(store) == "1ann");
    // A refused call spoils the transaction, also when it is caught.
    BOOST_CHECK_THROW(store.update([](Transaction& tx) {
      User bob{.name = "bob"};
      tx.insert(bob);
      try {
        tx.insert(std::vector<User>{{.name = "ann"}});
      } catch (const IntegrityError&) {
      }
    }),
                      Error);
    BOOST_TEST(users(store) == "1ann");
    store.dry_run([](Transaction& tx) {
      tx.erase<User>(1);
      BOOST_TEST(tx.count<User>() == 0u);
    });
    BOOST_TEST(users(store) == "1ann");
    BOOST_CHECK_THROW(store.update([&](Transaction&) { store.erase<User>(1); }), UsageError);
    BOOST_TEST(users(store) == "1ann");
  });
}

BOOST_AUTO_TEST_CASE(an_entity_that_the_store_does_not_know_is_refused) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Blog>();
    const Snapshot now = store.snapshot();
    const auto unknown = [](FunctionRef<void()> fn) {
      try {
        fn();
        BOOST_ERROR("an unknown entity was taken");
      } catch (const UsageError& error) {
        BOOST_TEST(std::string(error.what()).find("strangers") != std::string::npos);
      }
    };
    unknown([&] { (void)now.get<Stranger>(1); });
    unknown([&] { (void)now.get_many<Stranger>(std::vector{1}); });
    unknown([&] { (void)now.range<Stranger>(); });
    unknown([&] { (void)now.range<Stranger>(1, 2); });
    unknown([&] { (void)now.view<Stranger>(1); });
    unknown([&] { (void)now.views<Stranger>(); });
    unknown([&] { (void)now.count<Stranger>(); });
    unknown([&] { (void)now.plan_erase<Stranger>(std::vector{1}); });
    unknown([&] { store.insert(Stranger{}); });
    unknown([&] { store.insert(std::vector<Stranger>(2)); });
    unknown([&] { store.update(Stranger{}); });
    unknown([&] { store.erase<Stranger>(1); });
    unknown([&] {
      store.update([](Transaction& tx) { tx.batch([](Batch& batch) { batch.erase<Stranger>(1); }); });
    });
  });
}

template <class E>
void of_other_columns(const Store& store) {
  const Snapshot now = store.snapshot();
  constexpr bool by_name = std::is_same_v<E, KeyedUser>;
  BOOST_CHECK_THROW(store.insert(E{}), SchemaMismatch);
  BOOST_CHECK_THROW(store.insert(std::vector<E>(2)), SchemaMismatch);
  BOOST_CHECK_THROW((void)now.range<E>(), SchemaMismatch);
  BOOST_CHECK_THROW((void)now.views<E>(), SchemaMismatch);
  if constexpr (by_name) {
    BOOST_CHECK_THROW((void)now.get<E>("ann"), SchemaMismatch);
    BOOST_CHECK_THROW((void)store.erase<E>("ann"), SchemaMismatch);
  } else {
    BOOST_CHECK_THROW((void)now.get<E>(1), SchemaMismatch);
    BOOST_CHECK_THROW((void)now.view<E>(1), SchemaMismatch);
    BOOST_CHECK_THROW((void)now.get_many<E>(std::vector{1}), SchemaMismatch);
    BOOST_CHECK_THROW((void)store.erase<E>(1), SchemaMismatch);
  }
  BOOST_TEST(users(store) == "1ann");
  using R = Registry<E>;
  try {
    (void)Store::open<R>("memory:", {.create = true});
  } catch (const Error& error) {
    BOOST_ERROR(error.what());
  }
}

BOOST_AUTO_TEST_CASE(an_entity_of_other_columns_than_the_stored_ones_is_refused) {
  on_each_backend([](Place& place) {
    {
      const Store store = place.create<Blog>();
      store.insert(User{.name = "ann"});
    }
    // Also where the store was opened without types.
    for (const Store& store : {place.reopen<Blog>(), place.reopen()}) {
      of_other_columns<RetypedUser>(store);
      of_other_columns<NullableUser>(store);
      of_other_columns<StrictUser>(store);
      of_other_columns<ShortUser>(store);
      of_other_columns<LongUser>(store);
      of_other_columns<KeyedUser>(store);
    }
  });
}

template <class E>
std::string mismatch(Place& place) {
  try {
    (void)place.reopen<Registry<E>>();
  } catch (const SchemaMismatch& error) {
    std::string out;
    for (const std::string& line : error.differences()) out += line + '\n';
    return out;
  }
  return "";
}

BOOST_AUTO_TEST_CASE(a_store_of_another_catalogue_is_refused_with_the_differences) {
  on_each_backend([](Place& place) {
    {
      const Store store = place.create<Blog>();
      store.insert(User{.name = "ann"});
    }
    const auto names = [](const std::string& text, std::string_view part) {
      BOOST_TEST_INFO(text);
      BOOST_TEST(text.find(part) != std::string::npos);
    };
    names(mismatch<RetypedUser>(place), "age");
    names(mismatch<NullableUser>(place), "age");
    names(mismatch<StrictUser>(place), "bio");
    names(mismatch<ShortUser>(place), "max_length 50");
    names(mismatch<LongUser>(place), "extra");
    names(mismatch<KeyedUser>(place), "key");
    BOOST_TEST(users(place.reopen<Blog>()) == "1ann");
  });
}

BOOST_AUTO_TEST_CASE(fewer_or_more_tables_are_no_mismatch) {
  on_each_backend([](Place& place) {
    {
      const Store store = place.create<Registry<User>>();
      store.insert(User{.name = "ann"});
    }
    {
      const Store store = place.reopen<Registry<Stranger, User>>();
      store.insert(Stranger{});
    }
    const Store store = place.reopen<Registry<User>>();
    BOOST_TEST(users(store) == "1ann");
    BOOST_TEST(store.get<Stranger>(1).has_value());
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_store_of_another_application_is_refused) {
  on_each_backend([](Place& place) {
    (void)place.create<Mine>();
    BOOST_TEST(code_of([&] { (void)place.reopen<Theirs>(); }) == "wrong_application");
    BOOST_TEST(code_of([&] { (void)place.reopen<Mine>(); }) == "nothing");
    BOOST_TEST(code_of([&] { (void)place.reopen<Registry<User>>(); }) == "nothing");
  });
}

BOOST_AUTO_TEST_CASE(structs_mapped_from_outside_are_entities_like_any_other) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Registry<User, Legacy, Note>>();
    const User owner = store.insert(User{.name = "ann"});
    Legacy one("one");
    one.score = 0.5;
    one.owner = owner.id;
    one.not_stored = "lost";
    store.insert(one);
    BOOST_TEST(one.number == 1);
    const Legacy back = store.insert([&] {
      Legacy two("two");
      two.owner = owner.id;
      return two;
    }());
    BOOST_TEST(back.number == 2);
    const Note note = store.insert(Note{.legacy_number = 1});

    const Snapshot now = store.snapshot();
    const Legacy found = *now.get<Legacy>(1);
    BOOST_TEST(found.code == "one");
    BOOST_TEST(found.score.value() == 0.5);
    BOOST_TEST(found.not_stored == "still here");
    BOOST_TEST(now.related<&Note::legacy>(note)->code == "one");
    BOOST_TEST(now.backref_of<&Note::legacy>(found).size() == 1u);
    const auto row = *now.view<Legacy>(2);
    BOOST_TEST(row[field<&Legacy::code>] == "two");
    BOOST_TEST(!row[field<&Legacy::score>].has_value());
    BOOST_TEST(row[field<&Legacy::number>] == 2);
    int rows = 0;
    for (const Legacy& each : now.range<Legacy>()) rows += each.number;
    BOOST_TEST(rows == 3);

    one.code = "two";
    BOOST_TEST(code_of([&] { store.update(one); }) == "unique");
    one.code = "uno";
    store.update(one);
    BOOST_TEST(store.get<Legacy>(1)->code == "uno");
    BOOST_TEST(code_of([&] { store.erase<User>(owner.id); }) == "restrict");
    BOOST_TEST(store.erase<Legacy>(1));
    BOOST_TEST(store.snapshot().count<Note>() == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_snapshot_keeps_its_state_and_the_store_open) {
  on_each_backend([](Place& place) {
    std::optional<Snapshot> old;
    {
      const Store store = place.create<Blog>();
      store.insert(User{.name = "ann"});
      old.emplace(store.snapshot());
      store.insert(User{.name = "bob"});
      store.erase<User>(1);
      const Snapshot now = store.snapshot();
      BOOST_TEST(users(now) == "2bob");
      BOOST_TEST(now.version() > old->version());
    }
    BOOST_TEST(users(*old) == "1ann");
    const Snapshot moved = std::move(*old);
    BOOST_TEST(moved.get<User>(1)->name == "ann");
    BOOST_TEST(!moved.get<User>(2).has_value());
    BOOST_TEST((*moved.view<User>(1))[field<&User::name>] == "ann");
  });
}

BOOST_AUTO_TEST_CASE(snapshots_see_one_state_while_another_thread_updates) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Blog>();
    constexpr std::int64_t accounts = 50;
    std::vector<Account> all;
    for (std::int64_t i = 1; i <= accounts; ++i) all.push_back(Account{.id = i, .balance = 100});
    store.insert(all);

    std::atomic<bool> stop{false};
    std::atomic<std::int64_t> moves{0};
    std::exception_ptr failed;
    std::thread writer([&] {
      try {
        for (std::int64_t n = 0; !stop; ++n) {
          store.update([&](Transaction& tx) {
            Account from = *tx.get<Account>(n % accounts + 1);
            Account to = *tx.get<Account>((n * 7 + 3) % accounts + 1);
            if (*from.id == *to.id) return;
            from.balance -= 5;
            to.balance += 5;
            tx.update(from);
            tx.update(to);
          });
          ++moves;
        }
      } catch (...) {
        failed = std::current_exception();
      }
    });
    std::int64_t seen = 0;
    while (seen < 200 || (moves < 20 && !failed)) {
      const Snapshot now = store.snapshot();
      std::int64_t by_range = 0;
      std::int64_t by_view = 0;
      for (const Account& a : now.range<Account>()) by_range += a.balance;
      for (const RowView<Account>& a : now.views<Account>()) by_view += a[field<&Account::balance>];
      if (by_range != accounts * 100 || by_view != accounts * 100) break;
      ++seen;
    }
    stop = true;
    writer.join();
    if (failed) std::rethrow_exception(failed);
    BOOST_TEST(seen >= 200);
    BOOST_TEST(moves >= 20);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(updates_of_four_threads_all_arrive_and_failing_ones_harm_no_other) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Blog>();
    store.insert(Account{.id = 1});
    struct Stop {};
    constexpr int rounds = 100;
    std::atomic<int> refusals{0};
    std::array<std::exception_ptr, 4> failed;
    std::array<std::vector<std::int64_t>, 4> ids;
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < failed.size(); ++t)
      threads.emplace_back([&, t] {
        try {
          for (int i = 0; i < rounds; ++i) {
            store.update([](Transaction& tx) {
              Account a = *tx.get<Account>(1);
              a.balance += 1;
              tx.update(a);
            });
            User user{.name = std::to_string(t) + "." + std::to_string(i)};
            store.insert(user);
            ids[t].push_back(user.id);
            try {
              store.update([&](Transaction& tx) {
                tx.erase<User>(user.id);
                if (i % 2 == 0) throw Stop();
                tx.insert(std::vector<Account>{{.id = 1}});
              });
            } catch (const Stop&) {
              ++refusals;
            } catch (const IntegrityError&) {
              ++refusals;
            }
          }
        } catch (...) {
          failed[t] = std::current_exception();
        }
      });
    for (std::thread& thread : threads) thread.join();
    for (const std::exception_ptr& each : failed)
      if (each) std::rethrow_exception(each);
    BOOST_TEST(refusals == 4 * rounds);
    BOOST_TEST(*store.get<Account>(1)->balance == 4 * rounds);
    const Snapshot now = store.snapshot();
    BOOST_TEST(now.count<User>() == 4u * rounds);
    for (std::size_t t = 0; t < ids.size(); ++t)
      for (std::size_t i = 0; i < ids[t].size(); ++i)
        BOOST_REQUIRE(now.get<User>(ids[t][i]).value().name ==
                      std::to_string(t) + "." + std::to_string(i));
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(each_level_of_durability_writes_what_is_read_again) {
  const support::TempDir directory;
  for (const Durability of_store :
       {Durability::none, Durability::deferred, Durability::committed}) {
    const std::string url =
        "lmdb:" + directory.file(std::to_string(static_cast<int>(of_store)) + ".kdb");
    {
      const Store store = Store::open<Blog>(url, {.create = true, .durability = of_store});
      for (const Durability of_update :
           {Durability::none, Durability::deferred, Durability::committed})
        store.update([](Transaction& tx) { (void)tx.insert(Account{.balance = 5}); },
                     {.durability = of_update});
      store.insert(Account{.balance = 5});
    }
    const Store store = Store::open<Blog>(url);
    BOOST_TEST(store.snapshot().count<Account>() == 4u);
    BOOST_TEST(*store.get<Account>(4)->balance == 5);
    BOOST_TEST(problems(store) == "");
  }
}

BOOST_AUTO_TEST_CASE(a_store_that_is_read_only_or_closed_says_so) {
  const support::TempDir directory;
  const std::string url = "lmdb:" + directory.file("store.kdb");
  BOOST_TEST(code_of([&] { (void)Store::open<Blog>(url); }) == "missing_store");
  Store::open<Blog>(url, {.create = true}).insert(User{.name = "ann"});
  {
    const Store store = Store::open<Blog>(url, {.read_only = true});
    BOOST_TEST(users(store) == "1ann");
    BOOST_TEST(code_of([&] { store.insert(User{.name = "bob"}); }) == "read_only");
    BOOST_TEST(code_of([&] { store.erase<User>(1); }) == "read_only");
    BOOST_TEST(users(store) == "1ann");
  }
  const Store store = Store::open<Blog>(url);
  store.close();
  BOOST_TEST(code_of([&] { (void)store.get<User>(1); }) == "closed");
  BOOST_TEST(code_of([&] { store.insert(User{.name = "bob"}); }) == "closed");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace store_test
