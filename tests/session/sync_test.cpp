// Both sides of a relationship agree at once: the behaviour cases SA-SYNC-*, by id, as far as they
// need no store or one whose collections are loaded. Unloaded sides: sync_unloaded_test.cpp.
#include <type_traits>

#include "tests/session/relations.hpp"

BOOST_AUTO_TEST_SUITE(synchronisation)

using namespace kindred;
using namespace kindred::session_test;

// The handle that is appended may lie in the list that the member leaves.
BOOST_AUTO_TEST_CASE(a_member_is_named_by_its_place_in_a_list) {
  const auto a = make_ref(Parent{.name = "a"});
  const auto b = make_ref(Parent{.name = "b"});
  for (const char* name : {"0", "1", "2"}) a->children.append(Child{.name = name});
  const auto moved = b->children.append(a->children[0]);
  BOOST_TEST(*moved->name == "0");
  BOOST_TEST((moved->parent == b));
  BOOST_TEST(*a->children[0]->name == "1");
  a->children.remove(a->children[0]);
  BOOST_TEST(a->children.size() == 1u);
  BOOST_TEST(*a->children[0]->name == "2");
}

BOOST_AUTO_TEST_CASE(SA_SYNC_01) {
  const auto parent = make_ref(Parent{});
  const auto child = make_ref(Child{});
  parent->children.append(child);
  BOOST_TEST((child->parent == parent));
}

BOOST_AUTO_TEST_CASE(SA_SYNC_01_given_at_construction) {
  const auto a = make_ref(Child{.name = "a"});
  const auto parent = make_ref(Parent{.children = {a, make_ref(Child{.name = "b"})}});
  BOOST_TEST(joined(parent->children) == "a b");
  BOOST_TEST((a->parent == parent));
  BOOST_TEST((parent->children[1]->parent == parent));
  const auto c = make_ref(Child{.name = "c", .parent = parent});
  BOOST_TEST(joined(parent->children) == "a b c");
  const auto moved = make_ref(Parent{.children = {a}});
  BOOST_TEST(joined(parent->children) == "b c");
  BOOST_TEST((a->parent == moved));
}

BOOST_AUTO_TEST_CASE(SA_SYNC_01_many_to_many) {
  const auto post = make_ref(Post{});
  const auto tag = post->tags.append(Tag{});
  BOOST_TEST(tag->posts.contains(post));
  tag->posts.remove(post);
  BOOST_TEST(post->tags.empty());
}

BOOST_AUTO_TEST_CASE(SA_SYNC_01_keys_of_several_columns) {
  const auto city = make_ref(City{.country_code = "PT", .name = "Porto"});
  const auto street = city->streets.append(Street{});
  BOOST_TEST((street->city == city));
  BOOST_TEST(street->country_code.value_or("") == "PT");
  BOOST_TEST(street->city_name.value_or("") == "Porto");
  street->city = nullptr;
  BOOST_TEST(city->streets.empty());
  BOOST_TEST(!street->country_code.has_value());
}

BOOST_AUTO_TEST_CASE(SA_SYNC_02) {
  const auto parent = make_ref(Parent{});
  const auto other = parent->children.append(Child{});
  const auto child = make_ref(Child{});
  child->parent = parent;
  child->parent = parent;
  BOOST_TEST(parent->children.size() == 2u);
  BOOST_TEST((parent->children[1] == child));
}

// Two paths between the same entities do not mix.
BOOST_AUTO_TEST_CASE(SA_SYNC_02_two_paths) {
  const auto ann = make_ref(User{});
  const auto bob = make_ref(User{});
  const auto post = make_ref(Post{.author = ann, .editor = bob});
  BOOST_TEST(ann->posts.contains(post));
  BOOST_TEST(ann->edited.empty());
  BOOST_TEST(bob->edited.contains(post));
  BOOST_TEST(bob->posts.empty());
  post->editor = ann;
  BOOST_TEST(bob->edited.empty());
  ann->posts.remove(post);
  BOOST_TEST(!post->author);
  BOOST_TEST((post->editor == ann));
}

BOOST_AUTO_TEST_CASE(SA_SYNC_05) {
  const auto one = make_ref(Parent{});
  const auto two = make_ref(Parent{});
  const auto child = one->children.append(Child{});
  two->children.append(child);
  BOOST_TEST((child->parent == two));
  BOOST_TEST(one->children.empty());
}

BOOST_AUTO_TEST_CASE(SA_SYNC_05_by_the_reference) {
  const auto one = make_ref(Parent{});
  const auto two = make_ref(Parent{});
  const auto child = one->children.append(Child{});
  child->parent = two;
  BOOST_TEST(one->children.empty());
  BOOST_TEST(two->children.contains(child));
}

BOOST_AUTO_TEST_CASE(SA_SYNC_05_loaded_in_a_session) {
  on_each_store([](const Store& store) {
    const auto from = stored_parent(store, {"a", "b", "c"});
    const auto to = stored_parent(store, {"d"});
    {
      Session session{store};
      const auto one = session.get<Parent>(from);
      const auto two = session.get<Parent>(to);
      BOOST_TEST(joined(one->children) == "a b c");
      BOOST_TEST(joined(two->children) == "d");
      const Ref<Child> b = one->children[1];
      two->children.append(b);
      BOOST_TEST(joined(one->children) == "a c");
      BOOST_TEST(joined(two->children) == "d b");
      BOOST_TEST((b->parent == two));
      BOOST_TEST(b->parent_id.value_or(0) == to);
      session.commit();
      BOOST_TEST(stored<&Child::parent_id>(store, *b->id) == to);
    }
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_07) {
  const auto parent = make_ref(Parent{});
  const auto child = parent->children.append(Child{});
  child->parent = nullptr;
  BOOST_TEST(parent->children.empty());
}

BOOST_AUTO_TEST_CASE(SA_SYNC_07_stored) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto user = session.add(User{.username = "u"});
    const auto post = user->posts.append(Post{.title = "t"});
    session.commit();
    session.expire_all();
    BOOST_TEST(user->posts.size() == 1u);
    post->author = nullptr;
    BOOST_TEST(user->posts.empty());
    BOOST_TEST(!post->author_id.has_value());
    session.commit();
    BOOST_TEST(stored<&Post::author_id>(store, *post->id) == 0);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_08) {
  const auto parent = make_ref(Parent{});
  const auto a = parent->children.append(Child{.name = "a"});
  const auto b = parent->children.append(Child{.name = "b"});
  const auto c = make_ref(Child{.name = "c"});
  parent->children = {b, c};
  BOOST_TEST(!a->parent);
  BOOST_TEST((b->parent == parent));
  BOOST_TEST((c->parent == parent));
  BOOST_TEST(joined(parent->children) == "b c");
}

BOOST_AUTO_TEST_CASE(SA_SYNC_08_no_event_for_those_that_stay) {
  on_each_store([](const Store& store) {
    Session session{store};
    std::string told;
    session.on_append<&Parent::children>(
        [&](const Ref<Parent>&, const Ref<Child>& c) { told += "+" + *c->name; });
    session.on_remove<&Parent::children>(
        [&](const Ref<Parent>&, const Ref<Child>& c) { told += "-" + *c->name; });
    session.on_set<&Child::parent>(
        [&](const Ref<Child>& c, const Ref<Parent>&) { told += "=" + *c->name; });
    const auto parent = session.add(Parent{});
    const auto a = parent->children.append(Child{.name = "a"});
    const auto b = parent->children.append(Child{.name = "b"});
    session.commit();
    told.clear();
    const auto c = session.add(Child{.name = "c"});
    parent->children = {b, c};
    BOOST_TEST(told == "-a+c=c");
    told.clear();
    parent->children = {c, b};  // another order alone is no event
    BOOST_TEST(told == "");
    BOOST_TEST(joined(parent->children) == "c b");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_08_from_any_range) {
  const auto parent = make_ref(Parent{});
  std::vector<Ref<Child>> children;
  for (const char* name : {"a", "b", "a"}) children.push_back(make_ref(Child{.name = name}));
  parent->children = children;
  BOOST_TEST(joined(parent->children) == "a b a");
  parent->children = std::vector<Ref<Child>>{children[2], children[1], children[2]};
  BOOST_TEST(joined(parent->children) == "a b");
  BOOST_TEST(!children[0]->parent);
  const auto other = make_ref(Parent{});
  other->children = parent->children;  // between live objects: the members move
  BOOST_TEST(joined(other->children) == "a b");
  BOOST_TEST(parent->children.empty());
}

BOOST_AUTO_TEST_CASE(SA_SYNC_09) {
  const auto one = make_ref(Parent{});
  const auto two = make_ref(Parent{});
  const auto child = one->children.append(Child{});
  two->children = {child};
  BOOST_TEST(one->children.empty());
  BOOST_TEST((child->parent == two));
}

BOOST_AUTO_TEST_CASE(SA_SYNC_10) {
  const auto parent = make_ref(Parent{});
  const auto a = parent->children.append(Child{});
  const auto b = parent->children.append(Child{});
  parent->children = {};
  BOOST_TEST(!a->parent);
  BOOST_TEST(!b->parent);
  BOOST_TEST(parent->children.empty());
}

BOOST_AUTO_TEST_CASE(SA_SYNC_10_clear) {
  const auto post = make_ref(Post{});
  const auto tag = post->tags.append(Tag{});
  post->tags.clear();
  BOOST_TEST(tag->posts.empty());
  post->tags = std::vector<Ref<Tag>>{tag};
  BOOST_TEST(tag->posts.size() == 1u);
  post->tags = std::vector<Ref<Tag>>{};
  BOOST_TEST(tag->posts.empty());
}

// Positions are not assigned to, so no object is in two of them at any moment.
BOOST_AUTO_TEST_CASE(SA_SYNC_12) {
  using Children = decltype(Parent::children);
  static_assert(!std::is_assignable_v<decltype(std::declval<Children&>()[0]), Ref<Child>>);
  const auto parent = make_ref(Parent{});
  const auto a = parent->children.append(Child{.name = "a"});
  const auto b = parent->children.append(Child{.name = "b"});
  const auto c = parent->children.append(Child{.name = "c"});
  parent->children = {a, c, b};
  BOOST_TEST(joined(parent->children) == "a c b");
  for (const auto& child : {a, b, c}) BOOST_TEST((child->parent == parent));
}

BOOST_AUTO_TEST_CASE(SA_SYNC_19) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto one = session.add(Parent{.name = "1"});
    const auto two = session.add(Parent{.name = "2"});
    const auto three = session.add(Parent{.name = "3"});
    const auto child = one->children.append(Child{.name = "c"});
    session.commit();
    child->parent = two;
    child->parent_id = *three->id;
    BOOST_TEST((child->parent == two));
    session.commit();
    BOOST_TEST(child->parent_id.value_or(0) == *two->id);
    BOOST_TEST(stored<&Child::parent_id>(store, *child->id) == *two->id);
    BOOST_TEST(joined(two->children) == "c");
    BOOST_TEST(three->children.empty());
    child->parent_id = *three->id;  // the other order
    child->parent = one;
    session.commit();
    BOOST_TEST(stored<&Child::parent_id>(store, *child->id) == *one->id);
    BOOST_TEST(joined(one->children) == "c");
    BOOST_TEST(two->children.empty());
    BOOST_TEST(three->children.empty());
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_19_set_from_the_other_side) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto one = session.add(Parent{.name = "1"});
    const auto two = session.add(Parent{.name = "2"});
    const auto child = session.add(Child{.name = "c"});
    session.commit();
    one->children.append(child);
    child->parent_id = *two->id;
    session.commit();
    BOOST_TEST(stored<&Child::parent_id>(store, *child->id) == *one->id);
    child->parent = nullptr;  // null is an assignment too
    child->parent_id = *two->id;
    session.flush();
    BOOST_TEST(!child->parent);
    BOOST_TEST((inspect(child).life() == Life::deleted));  // children are owned
    session.rollback();
    BOOST_TEST((child->parent == one));
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_19_new_objects) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto one = session.add(Parent{.name = "1"});
    const auto two = session.add(Parent{.name = "2"});
    session.commit();
    const auto child = session.add(Child{.parent_id = *one->id, .name = "c", .parent = two});
    const auto other = session.add(Child{.name = "d", .parent = two});
    other->parent_id = *one->id;
    session.commit();
    BOOST_TEST(stored<&Child::parent_id>(store, *child->id) == *two->id);
    BOOST_TEST(stored<&Child::parent_id>(store, *other->id) == *two->id);
    BOOST_TEST(joined(two->children) == "c d");
    BOOST_TEST(one->children.empty());
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_22) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto box = session.add(Box{});
    const auto thing = box->things.append(Thing{});
    BOOST_TEST(session.contains(thing));
    session.flush();
    BOOST_TEST(*box->id != 0);
    BOOST_TEST(thing->box_id.value_or(0) == *box->id);
    session.commit();
    BOOST_TEST(stored<&Thing::box_id>(store, *thing->id) == *box->id);
    BOOST_TEST(problems(store) == "");
    box->things.remove(thing);
    session.commit();
    BOOST_TEST(stored<&Thing::box_id>(store, *thing->id) == 0);
    BOOST_TEST(!thing->box_id.has_value());
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_22_stored_and_unloaded) {
  on_each_store([](const Store& store) {
    std::int64_t box_id = 0;
    std::int64_t thing_id = 0;
    {
      Session session{store};
      const auto box = session.add(Box{});
      const auto thing = session.add(Thing{});
      session.commit();
      box_id = *box->id;
      thing_id = *thing->id;
    }
    {
      Session session{store};
      const auto box = session.get<Box>(box_id);
      const auto thing = session.get<Thing>(thing_id);
      box->things.append(thing);
      BOOST_TEST(!inspect(box).is_loaded<&Box::things>());
      session.commit();
      BOOST_TEST(thing->box_id.value_or(0) == box_id);
      BOOST_TEST(box->things.size() == 1u);
    }
    BOOST_TEST(stored<&Thing::box_id>(store, thing_id) == box_id);
    {
      Session session{store};
      const auto box = session.get<Box>(box_id);
      box->things.remove(session.get<Thing>(thing_id));
      session.commit();
      BOOST_TEST(box->things.empty());
    }
    BOOST_TEST(stored<&Thing::box_id>(store, thing_id) == 0);
    BOOST_TEST(problems(store) == "");
  });
}

// Expired between the append and the flush.
BOOST_AUTO_TEST_CASE(SA_SYNC_22_member_expired) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto thing = session.add(Thing{});
    session.commit();
    const auto box = session.add(Box{});
    box->things.append(thing);
    session.expire(thing);
    session.commit();
    BOOST_TEST(stored<&Thing::box_id>(store, *thing->id) == *box->id);
    BOOST_TEST(problems(store) == "");
  });
}

// A member that moved leaves the collection that it came from at the flush.
BOOST_AUTO_TEST_CASE(SA_SYNC_22_moved) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto one = session.add(Box{});
    const auto two = session.add(Box{});
    const auto thing = one->things.append(Thing{});
    session.commit();
    two->things.append(thing);
    BOOST_TEST(one->things.contains(thing));  // nothing says that these are one
    session.flush();
    BOOST_TEST(one->things.empty());
    BOOST_TEST(two->things.contains(thing));
    session.rollback();
    BOOST_TEST(one->things.contains(thing));
    BOOST_TEST(two->things.empty());
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_23) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto parent = session.add(Parent{});
    const auto child = session.add(Child{.parent = parent});
    BOOST_TEST(!child->parent_id.has_value());
    session.flush();
    BOOST_TEST(child->parent_id.value_or(0) == *parent->id);
    // A parent that has its key gives it at once.
    const auto second = make_ref(Child{.parent = parent});
    BOOST_TEST(second->parent_id.value_or(0) == *parent->id);
    second->parent = nullptr;
    BOOST_TEST(!second->parent_id.has_value());
    session.commit();
    BOOST_TEST(problems(store) == "");
  });
}

// null is no collection: the compiler says so.
BOOST_AUTO_TEST_CASE(SA_SYNC_25) {
  using Children = decltype(Parent::children);
  static_assert(!std::is_assignable_v<Children&, std::nullptr_t>);
  static_assert(!std::is_assignable_v<Children&, Ref<Child>>);
  static_assert(!std::is_assignable_v<Children&, std::vector<Ref<Parent>>>);
  static_assert(!std::is_constructible_v<Children, std::nullptr_t>);
  static_assert(std::is_assignable_v<Children&, std::vector<Ref<Child>>>);
  static_assert(std::is_assignable_v<decltype(Child::parent)&, std::nullptr_t>);
  const auto parent = make_ref(Parent{});
  parent->children = std::vector<Ref<Child>>{};
  BOOST_TEST(parent->children.empty());
}

BOOST_AUTO_TEST_CASE(SA_SYNC_26) {
  using Children = decltype(Parent::children);
  static_assert(!Takes<Children, std::nullptr_t>);
  on_each_store([](const Store& store) {
    Session session{store};
    const auto parent = session.add(Parent{});
    const auto child = parent->children.append(Child{.name = "c"});
    const auto null = Ref<Child>();
    refused<UsageError>([&] { parent->children.append(null); }, "Parent.children");
    refused<UsageError>([&] { parent->children = {null}; }, "null");
    refused<UsageError>([&] { parent->children = {child, null}; }, "null");
    refused<UsageError>([&] { parent->children.remove(null); }, "null");
    refused<UsageError>([&] { (void)make_ref(Parent{.children = {null}}); }, "null");
    BOOST_TEST(joined(parent->children) == "c");  // nothing has changed
    BOOST_TEST((child->parent == parent));
    session.commit();
    BOOST_TEST(rows<Child>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_27) {
  using Children = decltype(Parent::children);
  using Things = decltype(Box::things);
  static_assert(!Takes<Children, Ref<Thing>>);
  static_assert(!Takes<Things, Ref<Child>>);
  static_assert(!Takes<Things, Child>);
  static_assert(!Removes<Things, Ref<Child>>);
  static_assert(!std::is_assignable_v<decltype(Child::parent)&, Ref<Child>>);
  static_assert(Takes<Things, Ref<Thing>> && Takes<Things, Thing> && Removes<Things, Ref<Thing>>);
  // What is only to be read cannot become a member either.
  static_assert(!Takes<Things, Ref<const Thing>>);
  BOOST_TEST(make_ref(Box{})->things.empty());
}

BOOST_AUTO_TEST_CASE(SA_SYNC_28) {
  on_each_store([](const Store& store) {
    Session session{store};
    int added = 0;
    session.on_append<&Post::tags>([&](const Ref<Post>&, const Ref<Tag>&) { ++added; });
    const auto post = session.add(Post{.title = "t"});
    const auto tag = session.add(Tag{.name = "n"});
    post->tags.append(tag);
    post->tags.append(tag);
    tag->posts.append(post);
    BOOST_TEST(post->tags.size() == 1u);
    BOOST_TEST(tag->posts.size() == 1u);
    BOOST_TEST(added == 1);
    session.commit();
    post->tags.append(tag);
    BOOST_TEST(added == 1);
    session.commit();
    BOOST_TEST(store.snapshot().count("post_tags") == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_28_every_collection_is_a_set) {
  const auto parent = make_ref(Parent{});
  const auto child = make_ref(Child{});
  parent->children.append_all(std::vector{child, child});
  parent->children.append(child);
  BOOST_TEST(parent->children.size() == 1u);
  const auto box = make_ref(Box{});
  const auto thing = box->things.append(Thing{});
  box->things.append(thing);
  BOOST_TEST(box->things.size() == 1u);
}

BOOST_AUTO_TEST_CASE(SA_SYNC_29) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto account = session.add(Account{});
    const auto setting = session.add(Setting{.name = "theme", .value = "dark"});
    setting->account = account;
    BOOST_TEST((account->settings.find("theme") == setting));
    setting->name = "colour";
    BOOST_TEST((account->settings.find("theme") == setting));
    BOOST_TEST(!account->settings.find("colour"));
    session.commit();
    session.expire<&Account::settings>(account);
    BOOST_TEST(!account->settings.find("theme"));
    BOOST_TEST((account->settings.find("colour") == setting));
    setting->account = nullptr;
    BOOST_TEST(!account->settings.find("colour"));
    session.commit();
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_29_one_member_for_each_key) {
  const auto account = make_ref(Account{});
  const auto a = account->settings.append(Setting{.name = "x", .value = "a"});
  const auto b = make_ref(Setting{.name = "x", .value = "b"});
  b->account = account;
  BOOST_TEST((account->settings.find("x") == b));
  BOOST_TEST(!a->account);
  BOOST_TEST(account->settings.size() == 1u);
  a->name = "y";
  account->settings = {a, b};
  BOOST_TEST((account->settings.find("y") == a));
  BOOST_TEST((account->settings.find("x") == b));
  account->settings.remove(a);
  BOOST_TEST(!account->settings.find("y"));
}

BOOST_AUTO_TEST_CASE(SA_SYNC_31) {
  on_each_store([](const Store& store) {
    for (const bool appended_first : {false, true}) {
      Session session{store};
      const auto one = session.add(Box{});
      const auto two = session.add(Box{});
      const auto thing = one->things.append(Thing{});
      session.commit();
      if (appended_first) two->things.append(thing);
      one->things.remove(thing);
      if (!appended_first) two->things.append(thing);
      session.commit();
      BOOST_TEST(stored<&Thing::box_id>(store, *thing->id) == *two->id);
      BOOST_TEST(thing->box_id.value_or(0) == *two->id);
      BOOST_TEST(one->things.empty());
    }
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SYNC_32) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto one = session.add(Box{});
    const auto two = session.add(Box{});
    const auto thing = one->things.append(Thing{});
    session.commit();
    one->things.remove(thing);
    two->things.append(thing);
    session.erase(one);
    session.commit();
    BOOST_TEST(rows<Box>(store) == 1u);
    BOOST_TEST(stored<&Thing::box_id>(store, *thing->id) == *two->id);
    BOOST_TEST(two->things.contains(thing));
    BOOST_TEST(problems(store) == "");
  });
}

// The same where the new owner alone was told.
BOOST_AUTO_TEST_CASE(SA_SYNC_32_without_removal) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto one = session.add(Box{});
    const auto two = session.add(Box{});
    const auto thing = one->things.append(Thing{});
    session.commit();
    two->things.append(thing);
    session.erase(one);
    session.commit();
    BOOST_TEST(stored<&Thing::box_id>(store, *thing->id) == *two->id);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()
