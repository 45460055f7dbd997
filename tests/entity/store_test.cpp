// Single entities through a store: ids, changes, batches, states in time, threads, durability.
#include <array>
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
using Blog = Registry<User, Post, Small, Unsigned, Account>;

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
