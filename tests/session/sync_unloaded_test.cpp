// Both sides agree where one of them is not loaded: the behaviour cases SA-SYNC-13 to SA-SYNC-21.
#include "tests/session/relations.hpp"

BOOST_AUTO_TEST_SUITE(synchronisation_unloaded)

using namespace kindred;
using namespace kindred::session_test;

namespace {
// Two relationships over one foreign key that do not know of each other.
struct Dog;
struct Kennel {
  static constexpr auto tablename = "kennels";
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Dog>> dogs;
};
struct Dog {
  static constexpr auto tablename = "dogs";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key<Kennel>(on_delete::set_null)> kennel_id;
  Mapped<std::string> name;
  Relationship<Kennel> kennel;
};
using Kennels = Registry<Kennel, Dog>;
}  // namespace

BOOST_AUTO_TEST_CASE(SA_SYNC_13) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto from = stored_parent(store, {"c"});
    const auto to = stored_parent(store, {"d"});
    Session session{store};
    const auto two = session.get<Parent>(to);
    const auto child = child_named(session, "c");
    const auto one = session.get<Parent>(from);
    const auto before = counts.counts().reads();
    two->children.append(child);
    BOOST_TEST(counts.counts().reads() == before);
    BOOST_TEST(!inspect(two).is_loaded<&Parent::children>());
    BOOST_TEST((child->parent == two));
    BOOST_TEST(joined(two->children) == "d c");
    BOOST_TEST(one->children.empty());
    session.commit();
    BOOST_TEST(stored<&Child::parent_id>(store, *child->id) == to);
    BOOST_TEST(problems(store) == "");
  });
}

// The collection that loses the child may load before or after.
BOOST_AUTO_TEST_CASE(SA_SYNC_13_old_owner_unloaded) {
  on_each_store([](const Store& store) {
    for (const bool loaded : {false, true}) {
      const auto from = stored_parent(store, {"a", "b"});
      const auto to = stored_parent(store, {});
      Session session{store};
      const auto one = session.get<Parent>(from);
      if (loaded) BOOST_TEST(joined(one->children) == "a b");
      const auto a = session.select<Child>()
                         .where(field<&Child::name> == "a" && field<&Child::parent_id> == from)
                         .one();
      a->parent = session.get<Parent>(to);
      BOOST_TEST(joined(one->children) == "b");
      a->parent = one;  // and back: nothing is left to do
      BOOST_TEST(one->children.contains(a));
      BOOST_TEST(inspect(a).changed().empty());
      session.commit();
      BOOST_TEST(stored<&Child::parent_id>(store, *a->id) == from);
    }
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_13_removal) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    std::int64_t id = 0;
    {
      Session session{store};
      const auto ann = session.add(User{.username = "ann"});
      ann->posts.append(Post{.title = "x"});
      ann->posts.append(Post{.title = "y"});
      session.commit();
      id = *ann->id;
    }
    Session session{store};
    const auto ann = session.get<User>(id);
    const auto x = session.select<Post>().where(field<&Post::title> == "x").one();
    const auto before = counts.counts().reads();
    ann->posts.remove(x);
    BOOST_TEST(counts.counts().reads() == before);
    BOOST_TEST(!x->author);
    BOOST_TEST(ann->posts.size() == 1u);
    session.commit();
    BOOST_TEST(stored<&Post::author_id>(store, *x->id) == 0);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_13_many_to_many) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    std::int64_t post_id = 0;
    std::int64_t tag_id = 0;
    {
      Session session{store};
      const auto post = session.add(Post{.title = "p"});
      post->tags.append(Tag{.name = "old"});
      const auto tag = session.add(Tag{.name = "new"});
      session.commit();
      post_id = *post->id;
      tag_id = *tag->id;
    }
    Session session{store};
    const auto post = session.get<Post>(post_id);
    const auto tag = session.get<Tag>(tag_id);
    const auto before = counts.counts().reads();
    tag->posts.append(post);
    BOOST_TEST(counts.counts().reads() == before);
    BOOST_TEST(joined(post->tags) == "old new");
    BOOST_TEST(tag->posts.size() == 1u);
    session.commit();
    BOOST_TEST(store.snapshot().count("post_tags") == 2u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_13_keys_of_several_columns) {
  on_each_store([](const Store& store) {
    std::int64_t id = 0;
    {
      Session session{store};
      const auto pt = session.add(Country{.code = "PT", .name = "Portugal"});
      const auto porto = pt->cities.append(City{.name = "Porto"});
      pt->cities.append(City{.name = "Lisboa"});
      id = *porto->streets.append(Street{})->id;
      session.commit();
      id = *porto->streets[0]->id;
    }
    Session session{store};
    const auto lisboa = session.get<City>("PT", "Lisboa");
    const auto street = session.get<Street>(id);
    lisboa->streets.append(street);
    BOOST_TEST(session.get<City>("PT", "Porto")->streets.empty());
    BOOST_TEST(lisboa->streets.size() == 1u);
    BOOST_TEST(street->city_name.value_or("") == "Lisboa");
    session.commit();
    BOOST_TEST(store.get<Street>(id)->city_name.value_or("") == "Lisboa");
    BOOST_TEST(problems(store) == "");
  });
}

// Expired is as good as not loaded.
BOOST_AUTO_TEST_CASE(SA_SYNC_13_expired) {
  on_each_store([](const Store& store) {
    const auto from = stored_parent(store, {"c"});
    const auto to = stored_parent(store, {"d"});
    Session session{store};
    const auto one = session.get<Parent>(from);
    const auto two = session.get<Parent>(to);
    const auto child = child_named(session, "c");
    BOOST_TEST(joined(one->children) == "c");
    BOOST_TEST(joined(two->children) == "d");
    session.expire_all();
    two->children.append(child);
    BOOST_TEST(one->children.empty());
    BOOST_TEST(joined(two->children) == "d c");
    session.commit();
    BOOST_TEST(stored<&Child::parent_id>(store, *child->id) == to);
    BOOST_TEST(problems(store) == "");
  });
}

// Detached objects go on agreeing, as far as they are loaded.
BOOST_AUTO_TEST_CASE(SA_SYNC_13_detached) {
  on_each_store([](const Store& store) {
    const auto from = stored_parent(store, {"a", "b"});
    Ref<Parent> parent;
    Ref<Child> child;
    {
      Session session{store};
      parent = session.get<Parent>(from);
      child = parent->children[0];
    }
    BOOST_TEST((inspect(child).life() == Life::detached));
    child->parent = nullptr;
    BOOST_TEST(joined(parent->children) == "b");
    parent->children.append(Child{.name = "c"});
    Session session{store};
    session.add(parent);
    BOOST_TEST(joined(parent->children) == "b c");
    session.commit();
    BOOST_TEST(joined(session.get<Parent>(from)->children) == "b c");
    BOOST_TEST(rows<Child>(store) == 2u);  // the one that left came along, and is an orphan
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_15) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const auto b = make_ref(Child{.name = "b"});
    b->parent = parent;
    session.add(b);
    parent->children.append(b);  // again, from the other side
    BOOST_TEST(joined(parent->children) == "a b");
    session.commit();
    BOOST_TEST(joined(parent->children) == "a b");
    BOOST_TEST(rows<Child>(store) == 2u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_15_flushed_before_it_loads) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const auto b = session.add(Child{.name = "b", .parent = parent});
    session.flush();
    parent->children.append(Child{.name = "c"});
    BOOST_TEST(!inspect(parent).is_loaded<&Parent::children>());
    BOOST_TEST(joined(parent->children) == "a b c");
    session.commit();
    BOOST_TEST(joined(parent->children) == "a b c");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_15_prefetch_merges_as_well) {
  on_each_store([](const Store& store) {
    const auto one = stored_parent(store, {"a"});
    const auto two = stored_parent(store, {"b"});
    Session session{store};
    const auto parents = std::vector{session.get<Parent>(one), session.get<Parent>(two)};
    const auto a = child_named(session, "a");
    a->parent = parents[1];
    parents[0]->children.append(Child{.name = "c"});
    session.prefetch<&Parent::children>(parents);
    BOOST_TEST(joined(parents[0]->children) == "c");
    BOOST_TEST(joined(parents[1]->children) == "b a");
    session.commit();
    BOOST_TEST(problems(store) == "");
  });
}

// Setting the key column retargets the reference.
BOOST_AUTO_TEST_CASE(SA_SYNC_16) {
  on_each_store([](const Store& store) {
    const auto first = stored_parent(store, {"c"});
    const auto second = stored_parent(store, {"d"});
    Session session{store};
    const auto one = session.get<Parent>(first);
    const auto child = one->children[0];
    BOOST_TEST((child->parent == one));
    child->parent_id = second;  // not in memory
    const Ref<Parent> two = child->parent;
    BOOST_REQUIRE(two);
    BOOST_TEST(*two->id == second);
    BOOST_TEST(one->children.empty());
    BOOST_TEST(joined(two->children) == "d c");
    child->parent_id = first;  // loaded on both sides
    BOOST_TEST((child->parent == one));
    BOOST_TEST(joined(one->children) == "c");
    BOOST_TEST(joined(two->children) == "d");
    child->parent_id = std::nullopt;
    BOOST_TEST(!child->parent);
    BOOST_TEST(one->children.empty());
    child->parent_id = second;
    session.commit();
    BOOST_TEST(stored<&Child::parent_id>(store, *child->id) == second);
    BOOST_TEST(joined(two->children) == "d c");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_16_one_to_one) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto ann = session.add(Person{.name = "ann"});
    const auto bob = session.add(Person{.name = "bob"});
    const auto a = session.add(Passport{.number = "a", .person = ann});
    const auto b = session.add(Passport{.number = "b", .person = bob});
    session.commit();
    b->person_id = *ann->id;
    BOOST_TEST((b->person == ann));
    BOOST_TEST((ann->passport == b));
    BOOST_TEST(!bob->passport);
    BOOST_TEST(!a->person);
    session.commit();
    BOOST_TEST(stored<&Passport::person_id>(store, *b->id) == *ann->id);
    BOOST_TEST(stored<&Passport::person_id>(store, *a->id) == 0);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_16_keys_of_several_columns) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto pt = session.add(Country{.code = "PT"});
    const auto porto = pt->cities.append(City{.name = "Porto"});
    const auto lisboa = pt->cities.append(City{.name = "Lisboa"});
    const auto street = porto->streets.append(Street{});
    session.commit();
    street->city_name = "Lisboa";
    BOOST_TEST((street->city == lisboa));
    BOOST_TEST(porto->streets.empty());
    BOOST_TEST(lisboa->streets.contains(street));
    street->country_code = std::nullopt;  // partly null refers to nothing
    BOOST_TEST(!street->city);
    BOOST_TEST(lisboa->streets.empty());
    session.commit();
    BOOST_TEST(store.get<Street>(*street->id)->city_name.value_or("") == "Lisboa");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_16_at_the_flush_at_the_latest) {
  on_each_store([](const Store& store) {
    const auto first = stored_parent(store, {"c"});
    const auto second = stored_parent(store, {});
    Session session{store};
    const auto child = child_named(session, "c");
    Child& plain = *child;
    const auto one = session.get<Parent>(first);
    const auto two = session.get<Parent>(second);
    BOOST_TEST((child->parent == one));
    BOOST_TEST(joined(one->children) == "c");
    BOOST_TEST(two->children.empty());
    plain.parent_id = second;
    session.flush();
    BOOST_TEST((child->parent == two));
    BOOST_TEST(one->children.empty());
    BOOST_TEST(joined(two->children) == "c");
    session.commit();
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_16_to_nobody) {
  on_each_store([](const Store& store) {
    const auto first = stored_parent(store, {"c"});
    Session session{store};
    const auto one = session.get<Parent>(first);
    const auto child = one->children[0];
    child->parent_id = 999;
    BOOST_TEST(!child->parent);
    BOOST_TEST(one->children.empty());
    BOOST_TEST(refusal(session) == "foreign_key children(parent_id)");
    child->parent_id = first;
    BOOST_TEST((child->parent == one));
    session.commit();
    BOOST_TEST(problems(store) == "");
  });
}

// The collection that is loaded gives the child up, though its reference was never read.
BOOST_AUTO_TEST_CASE(SA_SYNC_16_reference_unloaded) {
  on_each_store([](const Store& store) {
    const auto first = stored_parent(store, {"c"});
    const auto second = stored_parent(store, {"d"});
    for (const bool to_null : {false, true}) {
      Session session{store};
      const auto one = session.get<Parent>(first);
      BOOST_TEST(joined(one->children) == "c");
      const auto child = one->children[0];
      session.expire(child);
      if (to_null)
        child->parent_id = std::nullopt;
      else
        child->parent_id = second;
      BOOST_TEST(one->children.empty());
      BOOST_TEST(joined(session.get<Parent>(second)->children) == (to_null ? "d" : "d c"));
      session.expire(child, Changes::discard);
      BOOST_TEST((child->parent == one));
      BOOST_TEST(joined(one->children) == "c");
      BOOST_TEST(joined(session.get<Parent>(second)->children) == "d");
    }
    BOOST_TEST(problems(store) == "");
  });
}

// Discarding an assignment gives the key column back as well.
BOOST_AUTO_TEST_CASE(SA_SYNC_16_assignment_discarded) {
  on_each_store([](const Store& store) {
    const auto first = stored_parent(store, {"c"});
    const auto second = stored_parent(store, {"d"});
    Session session{store};
    const auto one = session.get<Parent>(first);
    const auto two = session.get<Parent>(second);
    BOOST_TEST(joined(one->children) == "c");
    const auto child = one->children[0];
    child->name = "changed";
    child->parent = two;
    session.expire<&Child::parent>(child, Changes::discard);
    BOOST_TEST((child->parent == one));
    BOOST_TEST(child->parent_id.value_or(0) == first);
    BOOST_TEST(joined(one->children) == "changed");
    BOOST_TEST(joined(two->children) == "d");
    session.commit();
    BOOST_TEST(stored<&Child::parent_id>(store, *child->id) == first);
    BOOST_TEST(*store.get<Child>(*child->id)->name == "changed");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_18) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    BOOST_TEST(joined(parent->children) == "a");
    const auto child = session.add(Child{.parent_id = id, .name = "b"});
    BOOST_TEST(!child->parent);
    BOOST_TEST(joined(parent->children) == "a");
    session.commit();
    BOOST_TEST((child->parent == parent));  // stored, the key counts
    BOOST_TEST(joined(parent->children) == "a b");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_18_parent_not_in_memory) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a"});
    Session session{store};
    const auto child = session.add(Child{.parent_id = id, .name = "b"});
    BOOST_TEST(!child->parent);
    session.flush();
    const Ref<Parent> parent = child->parent;
    BOOST_REQUIRE(parent);
    BOOST_TEST(joined(parent->children) == "a b");
    session.commit();
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_21) {
  for (const char* url : {"memory:"}) {
    const auto store = Store::open<Kennels>(url, {.create = true});
    Session session{store};
    const auto kennel = session.add(Kennel{});
    session.commit();
    const auto dog = kennel->dogs.append(Dog{.name = "d"});
    BOOST_TEST(!dog->kennel);  // nobody said that they are two sides of one thing
    session.flush();
    BOOST_TEST(dog->kennel_id.value_or(0) == *kennel->id);
    BOOST_TEST((dog->kennel == kennel));  // at the flush, without expiring
    session.commit();
    const auto other = session.add(Dog{.name = "o", .kennel = kennel});
    BOOST_TEST(joined(kennel->dogs) == "d");
    session.commit();
    session.expire(kennel);
    BOOST_TEST(joined(kennel->dogs) == "d o");
    BOOST_TEST((other->kennel == kennel));
    BOOST_TEST(problems(store) == "");
  }
}

BOOST_AUTO_TEST_SUITE_END()
