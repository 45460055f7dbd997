// Entities that refer to themselves: the behaviour cases SA-TREE-*, by id.
#include "tests/session/cases.hpp"
#include "tests/session/relations.hpp"

BOOST_AUTO_TEST_SUITE(trees)

using namespace kindred;
using namespace kindred::session_test;

namespace {
// Two entities that refer to each other, and may not be without.
struct Ball;
struct Player {
  static constexpr auto tablename = "players";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key("balls.id")> favourite_id;
  Relationship<Ball, using_key("favourite_id")> favourite;
  Relationship<std::vector<Ball>, back_populates("owner"), using_key("owner_id")> balls;
};
struct Ball {
  static constexpr auto tablename = "balls";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<Player>()> owner_id;
  Relationship<Player, back_populates("balls"), using_key("owner_id")> owner;
};
// A node that may not be without a parent: roots are their own.
struct Ring {
  static constexpr auto tablename = "rings";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<Ring>()> next_id;
  Relationship<Ring> next;
};
using Circles = Registry<Player, Ball, Ring>;

// root(a(c), b)
struct Tree {
  Ref<Node> root;
  Ref<Node> a;
  Ref<Node> b;
  Ref<Node> c;
};
Tree stored_tree(Session& session) {
  Tree out;
  out.root = session.add(Node{.name = "root"});
  out.a = out.root->children.append(Node{.name = "a"});
  out.b = out.root->children.append(Node{.name = "b"});
  out.c = out.a->children.append(Node{.name = "c"});
  session.commit();
  return out;
}
}  // namespace

BOOST_AUTO_TEST_CASE(SA_TREE_01) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto root = make_ref(Node{.name = "root"});
    const auto middle = root->children.append(Node{.name = "middle"});
    const auto leaf = middle->children.append(Node{.name = "leaf"});
    session.add(root);
    session.commit();
    BOOST_TEST(stored<&Node::parent_id>(store, *root->id) == 0);
    BOOST_TEST(stored<&Node::parent_id>(store, *middle->id) == *root->id);
    BOOST_TEST(stored<&Node::parent_id>(store, *leaf->id) == *middle->id);
    BOOST_TEST(*root->id < *middle->id);
    BOOST_TEST(*middle->id < *leaf->id);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_TREE_02) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto leaf = make_ref(Node{.name = "leaf"});
    leaf->parent = Node{.name = "middle"};
    leaf->parent->parent = Node{.name = "root"};
    session.add(leaf);
    BOOST_TEST(session.contains(Ref<Node>(leaf->parent->parent)));
    session.commit();
    BOOST_TEST(rows<Node>(store) == 3u);
    BOOST_TEST(stored<&Node::parent_id>(store, *leaf->id) == *leaf->parent->id);
    BOOST_TEST(stored<&Node::parent_id>(store, *leaf->parent->id) == *leaf->parent->parent->id);
    BOOST_TEST(joined(leaf->parent->children) == "leaf");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_TREE_03) {
  on_each_store([](const Store& store) {
    for (const bool loaded : {true, false}) {
      Session session{store};
      const auto [root, a, b, c] = stored_tree(session);
      if (!loaded) session.expire_all();
      session.erase(root);
      session.commit();
      BOOST_TEST(stored<&Node::parent_id>(store, *a->id) == 0);
      BOOST_TEST(stored<&Node::parent_id>(store, *b->id) == 0);
      BOOST_TEST(stored<&Node::parent_id>(store, *c->id) == *a->id);
      BOOST_TEST(!a->parent);
      BOOST_TEST((c->parent == a));
      BOOST_TEST(joined(a->children) == "c");
    }
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_TREE_04) {
  on_each_store([](const Store& store) {
    for (int first = 0; first < 4; ++first) {
      Session session{store};
      const auto [root, a, b, c] = stored_tree(session);
      const std::vector<Ref<Node>> all{root, a, b, c};
      for (std::size_t n = 0; n < 4; ++n)
        session.erase(all[(static_cast<std::size_t>(first) + n) % 4]);
      session.commit();
      BOOST_TEST(rows<Node>(store) == 0u);
    }
    // No action, in every order: references are judged at the end.
    for (const bool upwards : {true, false}) {
      Session session{store};
      const auto root = session.add(Branch{});
      const auto leaf = root->children.append(Branch{});
      session.commit();
      session.erase(upwards ? leaf : root);
      session.erase(upwards ? root : leaf);
      session.commit();
      BOOST_TEST(rows<Branch>(store) == 0u);
    }
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_TREE_05) {
  on_each_store([](const Store& store) {
    for (const bool loaded : {true, false}) {
      Session session{store};
      const auto [root, a, b, c] = stored_tree(session);
      if (!loaded) session.expire_all();
      int updates = 0;
      session.after_update<Node>([&](const Ref<Node>&) { ++updates; });
      c->parent = b;
      BOOST_TEST(a->children.empty());
      BOOST_TEST(joined(b->children) == "c");
      session.commit();
      BOOST_TEST(updates == 1);
      BOOST_TEST(stored<&Node::parent_id>(store, *c->id) == *b->id);
      session.expire_all();
      BOOST_TEST(a->children.empty());
      BOOST_TEST(joined(b->children) == "c");
    }
    BOOST_TEST(problems(store) == "");
  });
}

// A node becomes the parent of its parent.
BOOST_AUTO_TEST_CASE(SA_TREE_05_turned_round) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto [root, a, b, c] = stored_tree(session);
    a->parent = c;
    c->parent = root;
    BOOST_TEST(joined(root->children) == "b c");
    BOOST_TEST(joined(c->children) == "a");
    session.commit();
    session.expire_all();
    BOOST_TEST(joined(root->children) == "b c");
    BOOST_TEST(joined(c->children) == "a");
    BOOST_TEST(a->children.empty());
    BOOST_TEST(problems(store) == "");
  });
}

// Keys are assigned before rows are written, so a node may be its own parent.
BOOST_AUTO_TEST_CASE(SA_TREE_06) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto node = session.add(Node{.name = "self"});
    node->parent = node;
    BOOST_TEST(node->children.contains(node));
    session.commit();
    BOOST_TEST(stored<&Node::parent_id>(store, *node->id) == *node->id);
    BOOST_TEST((node->parent == node));
    session.expire_all();
    BOOST_TEST(joined(node->children) == "self");
    node->parent = nullptr;
    session.commit();
    BOOST_TEST(node->children.empty());
    node->children.append(node);
    session.commit();
    session.erase(node);
    session.commit();
    BOOST_TEST(rows<Node>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_TREE_06_never_null) {
  on_each_store_of<Circles>([](const Store& store) {
    Session session{store};
    const auto self = session.add(Ring{});
    self->next = self;
    session.commit();
    BOOST_TEST(store.get<Ring>(*self->id)->next_id == *self->id);
    const auto a = session.add(Ring{});
    const auto b = session.add(Ring{.next = a});
    const auto c = session.add(Ring{.next = b});
    a->next = c;
    session.commit();
    BOOST_TEST(store.get<Ring>(*a->id)->next_id == *c->id);
    session.expire_all();
    BOOST_TEST((a->next->next->next == a));
    for (const auto& ring : {a, b, c, self}) session.erase(ring);
    session.commit();
    BOOST_TEST(rows<Ring>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

// Two new objects that refer to each other need no second write.
BOOST_AUTO_TEST_CASE(SA_TREE_08) {
  on_each_store_of<Circles>([](const Store& store) {
    Session session{store};
    const auto player = session.add(Player{});
    const auto ball = player->balls.append(Ball{});
    player->favourite = ball;
    int updates = 0;
    session.after_update<Player>([&](const Ref<Player>&) { ++updates; });
    session.commit();
    BOOST_TEST(updates == 0);
    BOOST_TEST(store.get<Player>(*player->id)->favourite_id == *ball->id);
    BOOST_TEST(store.get<Ball>(*ball->id)->owner_id == *player->id);
    session.erase(player);
    BOOST_TEST(refusal(session) == "foreign_key players(id)");
    session.erase(ball);
    session.commit();
    BOOST_TEST(rows<Player>(store) == 0u);
    BOOST_TEST(rows<Ball>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()
