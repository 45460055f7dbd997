// What a session does to related objects along with one: the behaviour cases SA-SAVEUPD-* and
// SA-CASCADE-*, by id.
#include "tests/session/cases.hpp"
#include "tests/session/relations.hpp"

BOOST_AUTO_TEST_SUITE(cascades)

using namespace kindred;
using namespace kindred::session_test;

// A reference from outside does not bring an object in; a flush that would need it says so.
BOOST_AUTO_TEST_CASE(SA_SAVEUPD_05) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto parent = session.add(Parent{.name = "p"});
    const auto child = make_ref(Child{.name = "c"});
    child->parent = parent;
    BOOST_TEST(parent->children.contains(child));
    BOOST_TEST(!session.contains(child));
    BOOST_TEST((inspect(child).life() == Life::transient));
    refused<UsageError>([&] { session.flush(); }, "not in the session");
    BOOST_TEST(rows<Parent>(store) == 0u);
    BOOST_TEST(*parent->id == 0);
    session.add(child);  // the remedy
    session.commit();
    BOOST_TEST(stored<&Child::parent_id>(store, *child->id) == *parent->id);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SAVEUPD_05_stored_owner) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const auto child = make_ref(Child{.name = "b", .parent = parent});
    refused<UsageError>([&] { session.commit(); }, "Parent.children");
    child->parent = nullptr;  // the other remedy
    session.commit();
    BOOST_TEST(rows<Child>(store) == 1u);
    const auto post = session.add(Post{.title = "p"});
    const auto tag = make_ref(Tag{.name = "t"});
    tag->posts.append(post);
    refused<UsageError>([&] { session.flush(); }, "not in the session");
    const auto person = session.add(Person{.name = "n"});
    const auto passport = make_ref(Passport{.number = "1", .person = person});
    tag->posts.remove(post);
    refused<UsageError>([&] { session.flush(); }, "not in the session");
    session.add(passport);
    session.commit();
    BOOST_TEST(stored<&Passport::person_id>(store, *passport->id) == *person->id);
    BOOST_TEST(rows<Tag>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

// The other direction does bring it in: along each relationship that says save_update.
BOOST_AUTO_TEST_CASE(SA_SAVEUPD_05_from_the_owner) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto child = make_ref(Child{.name = "c", .parent = make_ref(Parent{.name = "p"})});
    child->toys.append(Toy{.name = "t"});
    session.add(child);
    BOOST_TEST(session.contains(Ref<Parent>(child->parent)));
    BOOST_TEST(session.contains(child->toys[0]));
    const auto post = session.add(Post{.title = "t"});
    const auto tag = post->tags.append(Tag{.name = "n"});
    BOOST_TEST(session.contains(tag));
    const auto user = make_ref(User{.username = "u"});
    post->author = user;
    BOOST_TEST(session.contains(user));
    post->editor = User{.username = "v"};
    const auto replaced = make_ref(Tag{.name = "m"});
    post->tags = {replaced};
    BOOST_TEST(session.contains(replaced));
    BOOST_TEST(session.contains(tag));
    session.commit();
    BOOST_TEST(rows<User>(store) == 2u);
    BOOST_TEST(rows<Tag>(store) == 2u);
    BOOST_TEST(rows<Toy>(store) == 1u);
    BOOST_TEST(store.snapshot().count("post_tags") == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SAVEUPD_07) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto shy = session.add(Shy{});
    const auto loose = shy->loose.append(Loose{});
    BOOST_TEST(!session.contains(loose));
    refused<UsageError>([&] { session.flush(); }, "Shy.loose");
    BOOST_TEST(rows<Shy>(store) == 0u);
    session.add(loose);
    session.commit();
    BOOST_TEST(stored<&Loose::shy_id>(store, *loose->id) == *shy->id);
    const auto other = shy->loose.append(Loose{});  // of a stored owner
    refused<UsageError>([&] { session.commit(); }, "Shy.loose");
    shy->loose.remove(other);
    session.commit();
    BOOST_TEST(rows<Loose>(store) == 1u);
    const auto third = make_ref(Shy{});
    const auto member = third->loose.append(Loose{});
    session.add(third);  // add() follows no such relationship either
    BOOST_TEST(!session.contains(member));
    session.rollback();
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SAVEUPD_08) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto user = session.add(User{.username = "u"});
    const auto post = user->posts.append(Post{.title = "p"});
    user->posts.remove(post);
    BOOST_TEST((inspect(post).life() == Life::pending));
    session.commit();
    BOOST_TEST(stored<&Post::author_id>(store, *post->id) == 0);
    const auto second = user->posts.append(Post{.title = "q"});  // a stored owner has its key
    BOOST_TEST(second->author_id.value_or(0) == *user->id);
    user->posts = {};
    session.commit();
    BOOST_TEST(stored<&Post::author_id>(store, *second->id) == 0);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_SAVEUPD_10) {
  on_each_store([](const Store& store) {
    Session one{store};
    Session two{store};
    const auto parent = one.add(Parent{.name = "p"});
    refused<UsageError>([&] { two.add(parent); }, "another session");
    const auto child = parent->children.append(Child{.name = "c"});
    refused<UsageError>([&] { two.add(child); }, "another session");
    const auto other = two.add(Parent{.name = "o"});
    refused<UsageError>([&] { other->children.append(child); }, "another session");
    refused<UsageError>([&] { child->parent = other; }, "another session");
    refused<UsageError>([&] { other->children = {child}; }, "another session");
    BOOST_TEST((child->parent == parent));  // nothing has changed
    BOOST_TEST(other->children.empty());
    one.commit();
    refused<UsageError>([&] { two.add(parent); }, "another session");
    refused<UsageError>([&] { two.erase(parent); }, "not persistent in this session");
    refused<UsageError>([&] { two.expunge(parent); }, "not in this session");
    one.expunge(parent);
    two.add(parent);
    BOOST_TEST(two.contains(child));
    BOOST_TEST(!one.contains(child));
    two.commit();
    BOOST_TEST(rows<Parent>(store) == 2u);
    BOOST_TEST(problems(store) == "");
  });
}

// What left a session may go anywhere; those that stay load again what they had of it.
BOOST_AUTO_TEST_CASE(SA_SAVEUPD_10_expunged) {
  on_each_store([](const Store& store) {
    Session one{store};
    Session two{store};
    const auto user = one.add(User{.username = "u"});
    const auto post = one.add(Post{.title = "p", .author = user});
    one.commit();
    one.expire_all();
    BOOST_TEST((post->author == user));
    one.expunge(user);
    BOOST_TEST((post->author == user));
    two.add(user);
    BOOST_TEST(two.contains(user));
    const Ref<User> own = post->author;
    BOOST_TEST((own != user));
    BOOST_TEST(one.contains(own));
    BOOST_TEST(user->posts.size() == 1u);
    BOOST_TEST((user->posts[0] != post));
    // What a rollback left, and what was appended to an object elsewhere.
    const auto fresh = one.add(Post{.title = "q"});
    fresh->tags.append(Tag{.name = "t"});
    one.rollback();
    BOOST_TEST((inspect(fresh).life() == Life::transient));
    user->posts.append(fresh);
    BOOST_TEST(two.contains(fresh));
    two.commit();
    BOOST_TEST(rows<Post>(store) == 2u);
    BOOST_TEST(store.snapshot().count("post_tags") == 1u);
    // Still linked to what stays: refused, and nothing has happened.
    const auto ann = one.add(User{.username = "ann"});
    const auto hers = ann->posts.append(Post{.title = "r"});
    one.commit();
    one.expunge(ann);
    refused<UsageError>([&] { two.add(ann); }, "another session");
    BOOST_TEST(ann->posts.contains(hers));
    BOOST_TEST((hers->author == ann));
    one.expunge(hers);
    two.add(ann);
    BOOST_TEST(two.contains(hers));
    BOOST_TEST(problems(store) == "");
  });
}

// A graph of which one object belongs elsewhere is refused as a whole.
BOOST_AUTO_TEST_CASE(SA_SAVEUPD_10_graph) {
  on_each_store([](const Store& store) {
    Session one{store};
    Session two{store};
    const auto tag = one.add(Tag{.name = "t"});
    one.commit();
    const auto user = make_ref(User{.username = "u"});
    const auto post = user->posts.append(Post{.title = "p"});
    post->tags.append(tag);
    refused<UsageError>([&] { two.add(user); }, "another session");
    BOOST_TEST(!two.contains(user));
    BOOST_TEST(!two.contains(post));
    two.commit();
    BOOST_TEST(rows<User>(store) == 0u);
    one.add(user);
    one.commit();
    BOOST_TEST(store.snapshot().count("post_tags") == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

// ---- refresh-expire, expunge, merge

BOOST_AUTO_TEST_CASE(SA_CASCADE_02) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a", "b"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const Ref<Child> child = parent->children[0];
    child->toys.append(Toy{.name = "t"});
    session.commit();
    const Ref<Toy> toy = child->toys[0];
    const auto user = session.add(User{.username = "u"});
    const auto post = user->posts.append(Post{.title = "p"});
    session.commit();
    session.expire(parent);
    BOOST_TEST(inspect(parent).is_expired());
    BOOST_TEST(inspect(child).is_expired());
    BOOST_TEST(inspect(toy).is_expired());  // all the way
    session.expire(user);
    BOOST_TEST(inspect(user).is_expired());
    BOOST_TEST(!inspect(post).is_expired());  // not along the default cascade
    session.expire(child);
    BOOST_TEST(*parent->name == "p");
    BOOST_TEST(joined(parent->children) == "a b");
  });
}

BOOST_AUTO_TEST_CASE(SA_CASCADE_03) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const Ref<Child> child = parent->children[0];
    child->name = "changed";
    parent->name = "changed too";
    session.refresh(parent, Changes::discard);
    BOOST_TEST(!inspect(parent).is_expired());
    BOOST_TEST(*parent->name == "p");
    BOOST_TEST(inspect(child).is_expired());
    BOOST_TEST(*child->name == "a");
    session.commit();
    BOOST_TEST(*store.get<Child>(*child->id)->name == "a");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_CASCADE_04) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    BOOST_TEST(joined(parent->children) == "a");
    const auto child = parent->children.append(Child{.name = "b"});
    refused<UsageError>([&] { session.expire(parent); }, "Changes::discard");
    BOOST_TEST(joined(parent->children) == "a b");  // nothing was lost by asking
    session.expire(parent, Changes::discard);
    BOOST_TEST(!session.contains(child));
    BOOST_TEST((inspect(child).life() == Life::transient));
    BOOST_TEST(!child->parent);
    BOOST_TEST(joined(parent->children) == "a");
    session.commit();
    BOOST_TEST(rows<Child>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_CASCADE_04_unloaded) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const auto child = session.add(Child{.name = "b", .parent = parent});
    session.expire(parent, Changes::discard);
    BOOST_TEST(!session.contains(child));
    BOOST_TEST(joined(parent->children) == "a");
    const auto user = session.add(User{.username = "u"});
    session.commit();
    const auto post = user->posts.append(Post{.title = "p"});  // no orphan: it stays pending
    session.expire(user, Changes::discard);
    BOOST_TEST(session.contains(post));
    BOOST_TEST(user->posts.empty());
    BOOST_TEST(!post->author);
    session.commit();
    BOOST_TEST(stored<&Post::author_id>(store, *post->id) == 0);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_CASCADE_05) {
  on_each_store([](const Store& store) {
    Ref<Parent> parent;
    {
      Session session{store};
      parent = session.add(Parent{.name = "p"});
      const auto child = parent->children.append(Child{.name = "a"});
      child->toys.append(Toy{.name = "t"});
      parent->children.append(Child{.name = "b"});
      session.commit();
    }
    parent->name = "q";
    parent->children[0]->name = "aa";
    parent->children[0]->toys[0]->name = "tt";
    parent->children.append(Child{.name = "c"});
    Session session{store};
    const auto copy = session.merge(parent);
    BOOST_TEST((copy != parent));
    BOOST_TEST((inspect(parent).life() == Life::detached));
    BOOST_TEST(joined(copy->children) == "aa b c");
    for (const auto& child : copy->children) {
      BOOST_TEST(session.contains(child));
      BOOST_TEST((child->parent == copy));
    }
    BOOST_TEST(joined(copy->children[0]->toys) == "tt");
    session.commit();
    BOOST_TEST(*store.get<Parent>(*copy->id)->name == "q");
    BOOST_TEST(rows<Child>(store) == 3u);
    BOOST_TEST(rows<Toy>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_CASCADE_05_other_kinds) {
  on_each_store([](const Store& store) {
    Ref<Post> post;
    {
      Session session{store};
      post = session.add(Post{.title = "p", .author = make_ref(User{.username = "u"})});
      post->tags.append(Tag{.name = "t"});
      session.commit();
    }
    Session session{store};
    const auto copy = session.merge(post);
    BOOST_TEST(joined(copy->tags) == "t");
    BOOST_TEST(session.contains(copy->tags[0]));
    BOOST_TEST((copy->tags[0] != post->tags[0]));
    const Ref<User> author = copy->author;
    BOOST_TEST(session.contains(author));
    BOOST_TEST((author != post->author));
    BOOST_TEST(inspect(copy).changed().empty());
    session.commit();
    BOOST_TEST(rows<User>(store) == 1u);
    BOOST_TEST(store.snapshot().count("post_tags") == 1u);
    // Without the cascade the related object is left alone.
    const auto shy = make_ref(Shy{});
    shy->loose.append(Loose{});
    const auto merged = session.merge(shy);
    BOOST_TEST(merged->loose.empty());
    session.commit();
    BOOST_TEST(rows<Loose>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_CASCADE_05_expunge_alike) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto parent = session.add(Parent{.name = "p"});
    const auto child = parent->children.append(Child{.name = "a"});
    const auto toy = child->toys.append(Toy{.name = "t"});
    const auto user = session.add(User{.username = "u"});
    const auto post = user->posts.append(Post{.title = "p"});
    session.commit();
    session.expunge(parent);
    BOOST_TEST(!session.contains(parent));
    BOOST_TEST(!session.contains(child));
    BOOST_TEST(!session.contains(toy));
    BOOST_TEST(joined(parent->children) == "a");  // loaded, so readable
    session.expunge(user);
    BOOST_TEST(session.contains(post));
    session.commit();
    BOOST_TEST(rows<Child>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()
