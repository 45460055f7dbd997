// Random work on every kind of relationship: at any moment loaded sides agree, and what is in
// memory is what a new session reads after a commit or a rollback.
#include <algorithm>
#include <functional>
#include <random>

#include "tests/session/relations.hpp"

BOOST_AUTO_TEST_SUITE(agreement)

using namespace kindred;
using namespace kindred::session_test;

namespace {

// Every name is given once, so that it says which object it is.
struct Objects {
  std::vector<Ref<User>> users;
  std::vector<Ref<Post>> posts;
  std::vector<Ref<Tag>> tags;
  std::vector<Ref<Person>> people;
  std::vector<Ref<Passport>> passports;
  std::vector<Ref<Node>> nodes;
  std::vector<Ref<Parent>> parents;
  std::vector<Ref<Child>> children;
  std::vector<Ref<Box>> boxes;
  std::vector<Ref<Thing>> things;

  template <class F>
  void each(F f) {
    f(users), f(posts), f(tags), f(people), f(passports), f(nodes), f(parents), f(children);
    f(boxes), f(things);
  }
};

Objects all_of(Session& session) {
  Objects out;
  out.each([&](auto& of) {
    using E = typename std::decay_t<decltype(of)>::value_type::element_type;
    of = session.select<E>().all();
  });
  return out;
}

std::string name_of(const Ref<const User>& u) { return *u->username; }
std::string name_of(const Ref<const Post>& p) { return *p->title; }
std::string name_of(const Ref<const Tag>& t) { return *t->name; }
std::string name_of(const Ref<const Person>& p) { return *p->name; }
std::string name_of(const Ref<const Passport>& p) { return *p->number; }
std::string name_of(const Ref<const Node>& n) { return *n->name; }
std::string name_of(const Ref<const Parent>& p) { return *p->name; }
std::string name_of(const Ref<const Child>& c) { return *c->name; }
std::string name_of(const Ref<const Box>& b) { return "b" + std::to_string(*b->id); }
std::string name_of(const Ref<const Thing>& t) { return "t" + std::to_string(*t->id); }

// What is erased is left out: the next flush takes it.
template <class T>
bool stays(const Ref<T>& object) {
  return inspect(object).session() != nullptr && !inspect(object).is_erased();
}
template <class T>
std::string one(const Ref<T>& target) {
  return target && stays(target) ? name_of(target) : "-";
}
template <class R>
std::string many(const R& members) {
  std::vector<std::string> names;
  for (const auto& member : members)
    if (stays(member)) names.push_back(name_of(member));
  std::sort(names.begin(), names.end());
  std::string out = "[";
  for (const std::string& name : names) out += name + " ";
  return out + "]";
}

std::string line(const Ref<const User>& u) { return many(u->posts) + many(u->edited); }
std::string line(const Ref<const Post>& p) {
  return one(p->author.ref()) + " " + one(p->editor.ref()) + many(p->tags);
}
std::string line(const Ref<const Tag>& t) { return many(t->posts); }
std::string line(const Ref<const Person>& p) {
  return one(p->passport.ref()) + many(p->left) + many(p->right);
}
std::string line(const Ref<const Passport>& p) { return one(p->person.ref()); }
std::string line(const Ref<const Node>& n) { return one(n->parent.ref()) + many(n->children); }
std::string line(const Ref<const Parent>& p) { return many(p->children); }
std::string line(const Ref<const Child>& c) { return one(c->parent.ref()); }
std::string line(const Ref<const Box>& b) { return many(b->things); }
std::string line(const Ref<const Thing>&) { return {}; }

std::string picture(Objects objects) {
  std::vector<std::string> lines;
  objects.each([&](auto& of) {
    for (const auto& object : of)
      if (stays(object)) lines.push_back(name_of(object) + ": " + line(object));
  });
  std::sort(lines.begin(), lines.end());
  std::string out;
  for (const std::string& l : lines) out += l + "\n";
  return out;
}

// Without parents and children: what was taken out becomes an orphan, also where it was put in and
// taken out again, and a picture before the flush does not show that.
std::string without_owned(const std::string& all) {
  std::string out;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = all.find('\n', at) + 1;
    const std::string one_line = all.substr(at, end - at);
    if (!one_line.starts_with("child") && !one_line.starts_with("parent")) out += one_line;
    at = end;
  }
  return out;
}

// Loaded sides agree; nothing is loaded by asking.
template <auto Reference, auto Members, class Child, class Owner>
std::string quarrel(const std::vector<Ref<Child>>& children,
                    const std::vector<Ref<Owner>>& owners) {
  for (const Ref<const Child> child : children)
    for (const Ref<const Owner> owner : owners) {
      if (inspect(child).session() == nullptr || inspect(owner).session() == nullptr) continue;
      if (inspect(child).is_expired() || inspect(owner).is_expired()) continue;
      if (!inspect(child).template is_loaded<Reference>() ||
          !inspect(owner).template is_loaded<Members>())
        continue;
      bool up = false;
      bool down = false;
      if constexpr (detail::relationship_target<Reference>::collection)
        up = ((*child).*Reference).contains(owner);
      else
        up = ((*child).*Reference) == owner;
      if constexpr (detail::relationship_target<Members>::collection)
        down = ((*owner).*Members).contains(child);
      else
        down = ((*owner).*Members) == child;
      if (up != down) return name_of(child) + " and " + name_of(owner) + " disagree; ";
    }
  return {};
}
std::string quarrels(const Objects& o) {
  return quarrel<&Post::author, &User::posts>(o.posts, o.users) +
         quarrel<&Post::editor, &User::edited>(o.posts, o.users) +
         quarrel<&Post::tags, &Tag::posts>(o.posts, o.tags) +
         quarrel<&Passport::person, &Person::passport>(o.passports, o.people) +
         quarrel<&Person::left, &Person::right>(o.people, o.people) +
         quarrel<&Node::parent, &Node::children>(o.nodes, o.nodes) +
         quarrel<&Child::parent, &Parent::children>(o.children, o.parents);
}

class Walk {
 public:
  Walk(const Store& store, unsigned seed) : store_(store), session_(store), random_(seed) {}

  void run(int steps) {
    for (int n = 0; n < steps && ok_; ++n) step();
    if (ok_) attempt([&] { commit(); });
  }
  [[nodiscard]] const std::string& told() const { return told_; }

 private:
  std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }
  bool maybe(std::size_t one_in) { return below(one_in) == 0; }
  template <class T>
  Ref<T> any(const std::vector<Ref<T>>& of) {
    return of.empty() ? Ref<T>() : of[below(of.size())];
  }
  template <class T>
  Ref<T> any_or_null(const std::vector<Ref<T>>& of) {
    return maybe(4) ? Ref<T>() : any(of);
  }
  template <class T>
  std::vector<Ref<T>> some(const std::vector<Ref<T>>& of) {
    std::vector<Ref<T>> out;
    for (const auto& object : of)
      if (maybe(3)) out.push_back(object);
    std::shuffle(out.begin(), out.end(), random_);
    return out;
  }
  std::string fresh_name(const char* kind) { return kind + std::to_string(++names_); }

  void note(const std::string& what) { told_ += what + "\n"; }
  void expect(const std::string& is, const std::string& should, const char* when) {
    if (is == should) return;
    ok_ = false;
    BOOST_ERROR(when << ": it is\n" << is << "and should be\n" << should << "after\n" << told_);
  }

  template <auto Reference, class T, class U>
  void assign(const std::vector<Ref<T>>& owners, const std::vector<Ref<U>>& targets) {
    const auto owner = any(owners);
    const auto target = any_or_null(targets);
    if (!owner) return;
    note(name_of(owner) + "." + std::string(detail::relationship_target<Reference>::name) + " = " +
         (target ? name_of(target) : "null"));
    if (target)
      (owner.operator->()->*Reference) = target;
    else
      (owner.operator->()->*Reference) = nullptr;
  }
  template <auto Members, class T, class U>
  void change(const std::vector<Ref<T>>& owners, const std::vector<Ref<U>>& members) {
    const auto owner = any(owners);
    const auto member = any(members);
    if (!owner || !member) return;
    const std::string name =
        name_of(owner) + "." + std::string(detail::relationship_target<Members>::name);
    auto& of = owner.operator->()->*Members;
    switch (below(4)) {
      case 0:
      case 1:
        note(name + " += " + name_of(member));
        of.append(member);
        return;
      case 2:
        note(name + " -= " + name_of(member));
        of.remove(member);
        return;
      default: {
        const auto list = some(members);
        note(name + " = " + many(list));
        of = list;
      }
    }
  }
  template <class T>
  void lose(std::vector<Ref<T>>& of) {
    std::erase_if(of, [](const Ref<T>& object) { return inspect(object).session() == nullptr; });
  }

  void make() {
    switch (below(9)) {
      case 0: o_.users.push_back(session_.add(User{.username = fresh_name("user")})); break;
      case 1: o_.posts.push_back(session_.add(Post{.title = fresh_name("post")})); break;
      case 2: o_.tags.push_back(session_.add(Tag{.name = fresh_name("tag")})); break;
      case 3: o_.people.push_back(session_.add(Person{.name = fresh_name("person")})); break;
      case 4:
        o_.passports.push_back(session_.add(Passport{.number = fresh_name("passport")}));
        break;
      case 5: o_.nodes.push_back(session_.add(Node{.name = fresh_name("node")})); break;
      case 6: o_.parents.push_back(session_.add(Parent{.name = fresh_name("parent")})); break;
      case 7: o_.children.push_back(session_.add(Child{.name = fresh_name("child")})); break;
      default: o_.boxes.push_back(session_.add(Box{})); o_.things.push_back(session_.add(Thing{}));
    }
  }
  void relate() {
    switch (below(15)) {
      case 0: return assign<&Post::author>(o_.posts, o_.users);
      case 1: return assign<&Post::editor>(o_.posts, o_.users);
      case 2: return assign<&Passport::person>(o_.passports, o_.people);
      case 3: return assign<&Person::passport>(o_.people, o_.passports);
      case 4: return assign<&Node::parent>(o_.nodes, o_.nodes);
      case 5: return assign<&Child::parent>(o_.children, o_.parents);
      case 6: return change<&User::posts>(o_.users, o_.posts);
      case 7: return change<&User::edited>(o_.users, o_.posts);
      case 8: return change<&Post::tags>(o_.posts, o_.tags);
      case 9: return change<&Tag::posts>(o_.tags, o_.posts);
      case 10: return change<&Person::left>(o_.people, o_.people);
      case 11: return change<&Person::right>(o_.people, o_.people);
      case 12: return change<&Node::children>(o_.nodes, o_.nodes);
      case 13: return change<&Parent::children>(o_.parents, o_.children);
      default: return change<&Box::things>(o_.boxes, o_.things);
    }
  }
  // Key columns of stored objects, to stored parents.
  void set_key() {
    const auto set = [&](const auto& child, const auto& parent, auto member) {
      if (!child || !parent || inspect(child).life() != Life::persistent ||
          inspect(parent).life() != Life::persistent)
        return;
      const bool null = maybe(4);
      note("key of " + name_of(child) + " = " + (null ? "null" : name_of(parent)));
      auto& column = child.operator->()->*member;
      if (null)
        column = std::nullopt;
      else
        column = *parent->id;
    };
    switch (below(4)) {
      case 0: return set(any(o_.posts), any(o_.users), &Post::author_id);
      case 1: return set(any(o_.passports), any(o_.people), &Passport::person_id);
      case 2: return set(any(o_.nodes), any(o_.nodes), &Node::parent_id);
      default: return set(any(o_.children), any(o_.parents), &Child::parent_id);
    }
  }
  template <class F>
  void with_any(F f) {
    std::vector<std::function<void()>> choices;
    o_.each([&](auto& of) {
      if (!of.empty()) choices.push_back([&] { f(any(of)); });
    });
    if (!choices.empty()) choices[below(choices.size())]();
  }
  void forget_handles() {
    o_.each([&](auto& of) {
      using E = typename std::decay_t<decltype(of)>::value_type::element_type;
      std::vector<std::int64_t> ids;
      std::erase_if(of, [&](const auto& object) {
        if (inspect(object).life() != Life::persistent || inspect(object).is_expired() || maybe(2))
          return false;
        ids.push_back(*Ref<const E>(object)->id);
        return true;
      });
      for (const auto id : ids)
        if (const auto again = session_.get<E>(id)) of.push_back(again);
    });
  }

  void commit() {
    const bool looked = maybe(2);
    const std::string before = looked ? picture(o_) : std::string();
    note(looked ? "look; commit" : "commit");
    session_.commit();
    o_.each([&](auto& of) { lose(of); });
    Session fresh{store_};
    const std::string stored_now = picture(all_of(fresh));
    expect(picture(o_), stored_now, "after a commit");
    const bool named = o_.boxes.empty();  // boxes and things have no names before they are stored
    if (looked && named) expect(without_owned(stored_now), without_owned(before), "the commit");
    expect(problems(store_), "", "the store");
    if (ok_ && maybe(2)) {
      note("expire_all");
      session_.expire_all();
    }
  }
  void roll_back() {
    note("rollback");
    session_.rollback();
    o_.each([&](auto& of) { lose(of); });
    Session fresh{store_};
    Objects stored_now = all_of(fresh);
    Objects mine = all_of(session_);
    expect(picture(mine), picture(stored_now), "after a rollback");
    o_ = std::move(mine);
  }

  // What is refused has changed nothing, or is rolled back.
  template <class F>
  void attempt(F work) {
    try {
      work();
    } catch (const UsageError& error) {
      const std::string_view what = error.what();
      note("  refused: " + std::string(what));
      if (what.find("is not in it") == what.npos && what.find("not flushed") == what.npos)
        expect(std::string(what) + "\n", "", "the call");
    } catch (const Error& error) {
      note(std::string("  refused: ") + error.what());
      roll_back();
    }
    o_.each([&](auto& of) { lose(of); });
    if (ok_) expect(quarrels(o_), "", "two sides");
  }

  void step() {
    attempt([&] {
      switch (below(24)) {
        case 0:
        case 1:
        case 2:
        case 3: make(); break;
        case 4:
          note("commit");
          commit();
          break;
        case 5:
          note("flush");
          session_.flush();
          o_.each([&](auto& of) { lose(of); });
          break;
        case 6:
          if (maybe(3)) roll_back();
          break;
        case 7:
          with_any([&](const auto& object) {
            if (inspect(object).life() != Life::persistent) return;
            note("erase " + name_of(object));
            session_.erase(object);
          });
          break;
        case 8:
          with_any([&](const auto& object) {
            if (inspect(object).life() != Life::persistent) return;
            note("expire " + name_of(object));
            session_.expire(object);
          });
          break;
        case 9: set_key(); break;
        case 10: forget_handles(); break;
        case 11:
          with_any([&](const auto& object) {
            note("look at " + name_of(object));
            (void)line(object);
          });
          break;
        default: relate();
      }
    });
  }

  Store store_;
  Session session_;
  std::mt19937 random_;
  Objects o_;
  std::string told_;
  int names_ = 0;
  bool ok_ = true;
};

}  // namespace

BOOST_AUTO_TEST_CASE(random_work) {
  constexpr unsigned seeds = 100;
  for (unsigned seed = 1; seed <= seeds; ++seed) BOOST_TEST_CONTEXT("seed " << seed) {
      on_each_store([&](const Store& store) { Walk(store, seed).run(80); });
    }
}

BOOST_AUTO_TEST_SUITE_END()
