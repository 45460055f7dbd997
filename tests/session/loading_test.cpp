// When relationships load, and what it costs: the behaviour cases SA-LAZY-*, by id.
#include "tests/session/cases.hpp"

BOOST_AUTO_TEST_SUITE(loading)

using namespace kindred;
using namespace kindred::session_test;

namespace {

using Names = Strings;
template <class R>
Names names(const R& members) {
  Names out;
  for (const auto& member : members) out.push_back(*member->name);
  return out;
}

// A reference to a unique column that is no key; a reference that may not load itself.
struct Badge;
struct Guard {
  static constexpr auto tablename = "guards";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> name;
  Relationship<std::vector<Badge>, back_populates("guard")> badges;
};
struct Badge {
  static constexpr auto tablename = "badges";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::optional<std::string>, foreign_key(&Guard::name)> guard_name;
  Relationship<Guard, back_populates("badges")> guard;
};
struct Shelf {
  static constexpr auto tablename = "shelves";
  Mapped<std::int64_t, primary_key> id;
};
struct Volume {
  static constexpr auto tablename = "volumes";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key<Shelf>()> shelf_id;
  Relationship<Shelf, lazy::raise> shelf;
};
using Guards = Registry<Guard, Badge, Shelf, Volume>;

// Loads with its owner, two levels.
struct Item;
struct Detail;
struct Order {
  static constexpr auto tablename = "orders";
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Item>, back_populates("order"), lazy::selectin> items;
};
struct Item {
  static constexpr auto tablename = "items";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key<Order>()> order_id;
  Relationship<Order, back_populates("items")> order;
  Relationship<std::vector<Detail>, back_populates("item"), lazy::joined> details;
};
struct Detail {
  static constexpr auto tablename = "details";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key<Item>()> item_id;
  Relationship<Item, back_populates("details"), lazy::immediate> item;
};
using Orders = Registry<Order, Item, Detail>;

}  // namespace

BOOST_AUTO_TEST_CASE(SA_LAZY_01) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_parent(store, {"a", "b"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const auto before = counts.counts().reads();
    BOOST_TEST(!inspect(parent).is_loaded<&Parent::children>());
    BOOST_TEST(parent->children.size() == 2u);
    const auto loaded = counts.counts().reads();
    BOOST_TEST(loaded > before);
    BOOST_TEST(session.counts().lazy_loads == 1u);
    BOOST_TEST(names(parent->children) == (Names{"a", "b"}), boost::test_tools::per_element());
    BOOST_TEST(parent->children.contains(parent->children[1]));
    BOOST_TEST(counts.counts().reads() == loaded);
    BOOST_TEST(session.counts().lazy_loads == 1u);
  });
}

BOOST_AUTO_TEST_CASE(SA_LAZY_02) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_parent(store, {"a"});
    Session session{store};
    const auto child = session.select<Child>().one();
    const auto parent = session.get<Parent>(id);
    const auto before = counts.counts().reads();
    BOOST_TEST((child->parent == parent));
    BOOST_TEST(counts.counts().reads() == before);
    BOOST_TEST(session.counts().lazy_loads == 0u);
  });
}

// A null reference needs no query either; one that is not at hand needs one, once.
BOOST_AUTO_TEST_CASE(SA_LAZY_02_others) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    stored_parent(store, {"a"});
    store.insert(Child{.name = "alone"});
    Session session{store};
    const auto children = session.select<Child>().all();
    BOOST_REQUIRE(children.size() == 2u);
    auto before = counts.counts().reads();
    BOOST_TEST(!children[1]->parent);
    BOOST_TEST(counts.counts().reads() == before);
    BOOST_TEST(*children[0]->parent->name == "p");
    before = counts.counts().reads();
    BOOST_TEST(*children[0]->parent->name == "p");
    BOOST_TEST(counts.counts().reads() == before);
    BOOST_TEST(session.counts().lazy_loads == 1u);
  });
}

BOOST_AUTO_TEST_CASE(SA_LAZY_04) {
  on_each_store_of<Guards>([](const Store& store) {
    {
      Session session{store};
      const auto guard = session.add(Guard{.name = "g"});
      guard->badges = {make_ref(Badge{}), make_ref(Badge{})};
      session.commit();
      BOOST_TEST(*guard->badges[0]->guard_name == "g");
    }
    Session session{store};
    const auto guard = session.select<Guard>().one();
    const auto badges = session.select<Badge>().all();
    BOOST_TEST(session.counts().lazy_loads == 0u);
    BOOST_TEST((badges[0]->guard == guard));
    BOOST_TEST(session.counts().lazy_loads == 1u);
    BOOST_TEST((badges[1]->guard == guard));
    BOOST_TEST(session.counts().lazy_loads == 2u);
    BOOST_TEST((badges[1]->guard == guard));
    BOOST_TEST(session.counts().lazy_loads == 2u);
    BOOST_TEST(guard->badges.size() == 2u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_LAZY_05) {
  on_each_store([](const Store& store) {
    {
      Session session{store};
      const auto strict = session.add(Strict{});
      strict->leaves.append(Leaf{});
      session.commit();
      BOOST_TEST(strict->leaves.size() == 1u);  // known from the start
    }
    Session session{store};
    const auto strict = session.select<Strict>().one();
    const auto text = message<UsageError>([&] { (void)strict->leaves.size(); });
    BOOST_TEST(mentions(text, "Strict.leaves"));
    BOOST_TEST(mentions(text, "selectinload"));
    BOOST_CHECK_THROW((void)strict->leaves.begin(), UsageError);
    // Asked for, it is there; and may be assigned.
    session.prefetch<&Strict::leaves>(std::vector{strict});
    BOOST_TEST(strict->leaves.size() == 1u);
    const Ref<Leaf> leaf = strict->leaves[0];
    strict->leaves.remove(leaf);
    BOOST_TEST(strict->leaves.empty());
  });
}

BOOST_AUTO_TEST_CASE(SA_LAZY_05_for_a_query_and_a_session) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a"});
    Session session{store};
    const auto parent = session.select<Parent>().options(raiseload<&Parent::children>()).one();
    BOOST_CHECK_THROW((void)parent->children.size(), UsageError);
    Session all{store};
    const auto child = all.select<Child>().options(raiseload_all<Child>()).one();
    BOOST_CHECK_THROW((void)child->toys.size(), UsageError);
    BOOST_CHECK_THROW((void)child->parent.ref(), UsageError);
    Session forbidden{store, {.forbid_lazy_loads = true}};
    const auto other = forbidden.get<Parent>(id);
    BOOST_CHECK_THROW((void)other->children.size(), UsageError);
    BOOST_TEST(forbidden.counts().lazy_loads == 0u);
    const auto given = forbidden.select<Parent>().options(selectinload<&Parent::children>()).one();
    BOOST_TEST(given->children.size() == 1u);
    // A flush may load what it needs.
    forbidden.erase(given->children[0]);
    forbidden.erase(given);
    forbidden.commit();
    BOOST_TEST(rows<Parent>(store) == 0u);
  });
}

BOOST_AUTO_TEST_CASE(SA_LAZY_07) {
  on_each_store_of<Guards>([](const Store& store) {
    {
      Session session{store};
      const auto volume = session.add(Volume{});
      volume->shelf = Shelf{};
      session.commit();
    }
    Session session{store};
    const auto volume = session.select<Volume>().one();
    BOOST_TEST(mentions(message<UsageError>([&] { (void)volume->shelf.ref(); }), "Volume.shelf"));
    const auto shelf = session.select<Shelf>().one();
    BOOST_TEST((volume->shelf == shelf));
  });
}

BOOST_AUTO_TEST_CASE(SA_LAZY_08) {
  on_each_store([](const Store& store) {
    const auto transient = make_ref(Strict{});
    BOOST_TEST(transient->leaves.empty());
    Session session{store};
    session.add(transient);
    BOOST_TEST(transient->leaves.empty());
    const auto leaf = transient->leaves.append(Leaf{});
    BOOST_TEST(transient->leaves.size() == 1u);
    session.commit();
    BOOST_TEST((leaf->strict == transient));
  });
}

BOOST_AUTO_TEST_CASE(SA_LAZY_10) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    store.insert(Strict{});
    Session session{store};
    const auto strict = session.select<Strict>().one();
    const auto leaf = session.add(Leaf{});
    const auto before = counts.counts().reads();
    leaf->strict = strict;
    BOOST_TEST(counts.counts().reads() == before);
    BOOST_TEST(!inspect(strict).is_loaded<&Strict::leaves>());
    session.commit();
    BOOST_TEST(*store.get<Leaf>(*leaf->id)->strict_id == *strict->id);
    session.prefetch<&Strict::leaves>(std::vector{strict});
    BOOST_REQUIRE(strict->leaves.size() == 1u);
    BOOST_TEST((strict->leaves[0] == leaf));
  });
}

BOOST_AUTO_TEST_CASE(SA_LAZY_12) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    std::vector<std::uint64_t> costs;
    for (const int parents : {3, 300}) {
      {
        Session session{store};
        for (int n = 0; n < parents; ++n) {
          const auto parent = session.add(Parent{.name = "p"});
          for (int c = 0; c < n % 3; ++c) {
            const auto child = parent->children.append(Child{.name = "c"});
            child->toys.append(Toy{.name = "t"});
          }
        }
        session.commit();
      }
      Session session{store};
      (void)session.get<Parent>(std::int64_t{1});
      const auto before = counts.counts().reads();
      const auto found = session.select<Parent>()
                             .options(selectinload<&Parent::children>().then<&Child::toys>())
                             .all();
      costs.push_back(counts.counts().reads() - before);
      const auto stored = rows<Child>(store);
      const auto loaded = counts.counts().reads();
      std::size_t members = 0;
      std::size_t empty = 0;
      for (const auto& parent : found) {
        BOOST_REQUIRE(inspect(parent).is_loaded<&Parent::children>());
        members += parent->children.size();
        empty += parent->children.empty() ? 1 : 0;
        for (const auto& child : parent->children) {
          BOOST_TEST(child->toys.size() == 1u);
          BOOST_TEST((child->parent == parent));
        }
      }
      BOOST_TEST(members == stored);
      BOOST_TEST(empty > 0u);
      BOOST_TEST(session.counts().lazy_loads == 0u);
      BOOST_TEST(counts.counts().reads() == loaded);
    }
    BOOST_TEST(costs[0] == costs[1], "for 3: " << costs[0] << ", for 303: " << costs[1]);
  });
}

// A loop over a query reads objects some at a time: what loads with them does so for many owners.
BOOST_AUTO_TEST_CASE(SA_LAZY_12_loops) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    {
      Session session{store};
      for (int n = 0; n < 200; ++n)
        session.add(Parent{.name = "p"})->children.append(Child{.name = "c"});
      session.commit();
    }
    Session session{store};
    const auto before = counts.counts().reads();
    std::size_t members = 0;
    for (const auto& parent : session.select<Parent>().options(selectinload<&Parent::children>()))
      members += parent->children.size();
    BOOST_TEST(members == 200u);
    BOOST_TEST(session.counts().lazy_loads == 0u);
    BOOST_TEST(counts.counts().reads() - before < 30u);
  });
}

// What a loop reads lazily, and only its objects lead to, is there for the next ones.
BOOST_AUTO_TEST_CASE(SA_LAZY_12_shared_targets) {
  on_each_store([](const Store& store) {
    {
      Session session{store};
      const auto ann = session.add(User{.username = "ann"});
      for (int n = 0; n < 600; ++n) ann->posts.append(Post{.title = "t"});
      session.commit();
    }
    Session session{store};
    std::size_t letters = 0;
    for (const auto& post : session.select<const Post>()) letters += post->author->username->size();
    BOOST_TEST(letters == 1800u);
    BOOST_TEST(session.counts().lazy_loads < 5u);
  });
}

BOOST_AUTO_TEST_CASE(SA_LAZY_12_eager_loops) {
  on_each_storage([](const std::shared_ptr<storage::Storage>& storage) {
    const auto store =
        Store::open<Orders>(storage, {.create = true, .durability = Durability::none});
    {
      Session session{store};
      for (int n = 0; n < 200; ++n) session.add(Order{})->items.append(Item{});
      session.commit();
    }
    Session session{store};
    const auto& counts = dynamic_cast<storage::CountLayer&>(*storage);
    const auto before = counts.counts().reads();
    std::size_t members = 0;
    for (const auto& order : session.select<Order>()) members += order->items.size();
    BOOST_TEST(members == 200u);
    BOOST_TEST(session.counts().lazy_loads == 0u);
    BOOST_TEST(counts.counts().reads() - before < 30u);
  });
}

// The same for references, many-to-many and one-to-one, by prefetch.
BOOST_AUTO_TEST_CASE(SA_LAZY_12_prefetch) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    std::vector<std::uint64_t> costs;
    for (const int count : {4, 200}) {
      {
        Session session{store};
        for (int n = 0; n < count; ++n) {
          const auto post = session.add(Post{.title = "p"});
          post->author = session.add(User{.username = std::to_string(count * 1000 + n)});
          post->tags = {make_ref(Tag{.name = "a"}), make_ref(Tag{.name = "b"})};
          const auto person = session.add(Person{.name = "n"});
          if (n % 2 == 0) person->passport = Passport{.number = "1"};
        }
        session.commit();
      }
      Session session{store};
      const auto posts = session.select<Post>().all();
      const auto people = session.select<Person>().all();
      const auto before = counts.counts().reads();
      session.prefetch<&Post::author>(posts);
      session.prefetch<&Post::tags>(posts);
      session.prefetch<&Person::passport>(people);
      costs.push_back(counts.counts().reads() - before);
      const auto loaded = counts.counts().reads();
      std::size_t passports = 0;
      for (const auto& post : posts) {
        BOOST_TEST(static_cast<bool>(post->author));
        BOOST_TEST(post->tags.size() == 2u);
      }
      for (const auto& person : people) passports += person->passport ? 1 : 0;
      BOOST_TEST(passports == people.size() / 2);
      BOOST_TEST(counts.counts().reads() == loaded);
      BOOST_TEST(session.counts().lazy_loads == 0u);
    }
    BOOST_TEST(costs[0] == costs[1], "for 4: " << costs[0] << ", for 204: " << costs[1]);
  });
}

// Declared so, it comes with any query and get, level after level.
BOOST_AUTO_TEST_CASE(SA_LAZY_12_declared) {
  on_each_store_of<Orders>([](const Store& store) {
    std::int64_t id = 0;
    {
      Session session{store};
      const auto order = session.add(Order{});
      order->items = {make_ref(Item{}), make_ref(Item{})};
      order->items[0]->details.append(Detail{});
      session.add(Order{});
      session.commit();
      id = order->id;
    }
    Session session{store};
    const auto order = session.get<Order>(id);
    BOOST_TEST(inspect(order).is_loaded<&Order::items>());
    BOOST_REQUIRE(order->items.size() == 2u);
    BOOST_TEST(inspect(order->items[1]).is_loaded<&Item::details>());
    BOOST_TEST(order->items[0]->details.size() == 1u);
    BOOST_TEST((order->items[0]->details[0]->item == order->items[0]));
    BOOST_TEST(session.counts().lazy_loads == 0u);
    Session other{store};
    const auto detail = other.select<Detail>().one();
    BOOST_TEST(inspect(detail).is_loaded<&Detail::item>());
    BOOST_TEST(other.counts().lazy_loads == 0u);
  });
}

// Each parent once, with all its members, however it is loaded.
BOOST_AUTO_TEST_CASE(SA_LAZY_13) {
  on_each_store([](const Store& store) {
    const auto one = stored_parent(store, {"a", "b", "c"});
    const auto two = stored_parent(store, {});
    Session session{store};
    const auto found = session.select<Parent>().options(joinedload<&Parent::children>()).all();
    BOOST_REQUIRE(found.size() == 2u);
    BOOST_TEST(*found[0]->id == one);
    BOOST_TEST(found[0]->children.size() == 3u);
    BOOST_TEST(*found[1]->id == two);
    BOOST_TEST(inspect(found[1]).is_loaded<&Parent::children>());
    BOOST_TEST(session.counts().lazy_loads == 0u);
  });
}

BOOST_AUTO_TEST_CASE(SA_LAZY_14) {
  on_each_store([](const Store& store) {
    const auto one = stored_parent(store, {"a", "b", "c"});
    stored_parent(store, {"d"});
    Session session{store};
    const auto found = session.select<Parent>()
                           .options(joinedload<&Parent::children>())
                           .order_by(field<&Parent::id>)
                           .limit(1)
                           .all();
    BOOST_REQUIRE(found.size() == 1u);
    BOOST_TEST(*found[0]->id == one);
    BOOST_TEST(found[0]->children.size() == 3u);
    BOOST_TEST(session.counts().objects == 4u);  // nothing of the other one was loaded
  });
}

BOOST_AUTO_TEST_CASE(SA_LAZY_16) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    {
      Session session{store};
      const auto ledger = session.add(Ledger{});
      for (const int amount : {1, 2, 3}) ledger->entries.append(Entry{.amount = amount});
      session.commit();
    }
    Session session{store};
    const auto ledger = session.select<Ledger>().one();
    BOOST_TEST(
        mentions(message<UsageError>([&] { (void)ledger->entries.size(); }), "select_members"));
    BOOST_CHECK_THROW((void)ledger->entries.begin(), UsageError);
    const auto query = [&] { return session.select_members<&Ledger::entries>(ledger); };
    BOOST_TEST(query().count() == 3u);
    const auto two = query().where(field<&Entry::amount> == 2).one();
    const auto before = counts.counts().reads();
    ledger->entries.append(Entry{.amount = 4});
    ledger->entries.append_all(std::vector{Entry{.amount = 5}, Entry{.amount = 6}});
    BOOST_TEST(counts.counts().reads() == before);
    session.erase(two);
    BOOST_TEST(query().count() == 3u);
    session.commit();
    BOOST_TEST(query().count() == 5u);
    BOOST_TEST(query().order_by(field<&Entry::amount>.desc()).first()->amount == 6);
    BOOST_CHECK_THROW((void)ledger->entries.size(), UsageError);
    BOOST_TEST(problems(store) == "");
  });
}

// A query object for each access: select_members, which reads the store each time.
BOOST_AUTO_TEST_CASE(SA_LAZY_17) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"b", "a"});
    Session session{store, {.autoflush = true}};
    const auto parent = session.get<Parent>(id);
    const auto query = session.select_members<&Parent::children>(parent);
    BOOST_TEST(query.all().size() == 2u);
    parent->children.append(Child{.name = "c"});
    BOOST_TEST(query.all().size() == 3u);  // flushed before
    BOOST_TEST(!inspect(parent).is_loaded<&Parent::children>());
    auto sorted = session.select_members<&Parent::children>(parent).order_by(field<&Child::name>);
    BOOST_TEST(names(sorted.all()) == (Names{"a", "b", "c"}), boost::test_tools::per_element());
    // A pending owner has no stored members to ask for.
    session.options().autoflush = false;
    const auto fresh = session.add(Parent{.name = "new"});
    fresh->children.append(Child{.name = "x"});
    BOOST_CHECK_THROW((void)session.select_members<&Parent::children>(fresh), UsageError);
    BOOST_TEST(fresh->children.size() == 1u);
  });
}

BOOST_AUTO_TEST_CASE(SA_LAZY_20) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_parent(store, {"a", "b"});
    for (const bool eager : {true, false}) {
      Session session{store};
      const auto parent = session.get<Parent>(id);
      if (eager) session.prefetch<&Parent::children>(std::vector{parent});
      BOOST_TEST(parent->children.size() == 2u);
      const auto before = counts.counts().reads();
      for (const auto& child : parent->children) {
        BOOST_TEST(inspect(child).is_loaded<&Child::parent>());
        BOOST_TEST((child->parent == parent));
      }
      BOOST_TEST(counts.counts().reads() == before);
    }
  });
}

BOOST_AUTO_TEST_CASE(SA_LAZY_21) {
  on_each_store([](const Store& store) {
    std::int64_t id = 0;
    {
      Session session{store};
      const auto root = session.add(Node{.name = "root"});
      for (const char* name : {"c", "d", "b"}) root->children.append(Node{.name = name});
      session.commit();
      id = root->id;
    }
    Session session{store};
    const auto root = session.get<Node>(id);
    BOOST_TEST(names(root->children) == (Names{"b", "c", "d"}), boost::test_tools::per_element());
    root->children.append(Node{.name = "a"});
    BOOST_TEST(names(root->children) == (Names{"b", "c", "d", "a"}),
               boost::test_tools::per_element());
    session.commit();
    BOOST_TEST(names(root->children) == (Names{"b", "c", "d", "a"}),
               boost::test_tools::per_element());
    session.expire(root);
    BOOST_TEST(names(root->children) == (Names{"a", "b", "c", "d"}),
               boost::test_tools::per_element());
  });
}

// No column is deferred: an object has all its columns, and reading one is never a query. Single
// columns without their row's object are read by views.
BOOST_AUTO_TEST_CASE(SA_LAZY_24) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    store.insert(User{.username = "ann", .bio = "long"});
    Session session{store, {.forbid_lazy_loads = true}};
    const auto ann = session.select<const User>().one();
    const auto before = counts.counts().reads();
    BOOST_TEST(*ann->bio == "long");
    BOOST_TEST(*ann->username == "ann");
    BOOST_TEST(counts.counts().reads() == before);
    const Snapshot now = store.snapshot();
    BOOST_TEST((*now.view<User>(*ann->id))[field<&User::username>] == "ann");
  });
}

BOOST_AUTO_TEST_SUITE_END()
