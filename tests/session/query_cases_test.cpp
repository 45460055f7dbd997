// The behaviour cases SA-QUERY-* that speak of objects and relationships.
#include <map>

#include "tests/session/support.hpp"

BOOST_AUTO_TEST_SUITE(query_cases)

using namespace kindred;
using namespace kindred::session_test;

namespace {

// ann with two posts, bob with one, cyd with none.
void fill(const Store& store) {
  Session session{store};
  const auto ann = session.add(User{.username = "ann"});
  ann->posts = {make_ref(Post{.title = "a1"}), make_ref(Post{.title = "a2"})};
  session.add(User{.username = "bob"})->posts.append(Post{.title = "b1"});
  session.add(User{.username = "cyd"});
  session.commit();
}

template <class A, class B>
concept Comparable = requires(const A& a, const B& b) {
  a == b;
};

}  // namespace

BOOST_AUTO_TEST_CASE(SA_QUERY_04) {
  on_each_store([](const Store& store) {
    fill(store);
    Session session{store};
    // Who wrote something, through the posts: each user is one object, once.
    std::set<std::int64_t> authors;
    for (const Ref<const Post>& post : session.select<const Post>())
      if (*post->author_id) authors.insert(**post->author_id);
    const auto users = session.select<User>().where(field<&User::id>.in(authors)).all();
    BOOST_TEST(users.size() == 2u);
    BOOST_TEST((users[0] == session.get<User>(*users[0]->id)));
    BOOST_TEST(!session.select<User>()
                    .where(field<&User::id>.in(authors) && field<&User::username> == "cyd")
                    .exists());
  });
}

BOOST_AUTO_TEST_CASE(SA_QUERY_05) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    fill(store);
    Session session{store};
    const auto users = session.select<const User>().order_by(field<&User::username>).all();
    const auto before = counts.counts().reads();
    session.prefetch<&User::posts>(users);
    BOOST_TEST(counts.counts().reads() - before == 2u);  // for all of them
    std::map<std::string, std::size_t> posts;
    for (const auto& user : users) posts[*user->username] = user->posts.size();
    BOOST_TEST(posts["ann"] == 2u);
    BOOST_TEST(posts["bob"] == 1u);
    BOOST_TEST(posts.contains("cyd"));
    BOOST_TEST(posts["cyd"] == 0u);  // none, and counted
  });
}

BOOST_AUTO_TEST_CASE(SA_QUERY_08) {
  // A collection is not compared with an object: it does not compile; contains() asks.
  static_assert(!Comparable<decltype(User::posts), Ref<Post>>);
  static_assert(Comparable<decltype(Post::author), Ref<User>>);
  const auto ann = make_ref(User{.username = "ann"});
  const auto post = ann->posts.append(Post{});
  BOOST_TEST(ann->posts.contains(post));
  BOOST_TEST(!ann->edited.contains(post));
}

BOOST_AUTO_TEST_CASE(SA_QUERY_09) {
  on_each_store([](const Store& store) {
    fill(store);
    Session session{store};
    const auto fresh = make_ref(User{.username = "new"});
    // The value is taken when the condition is made; an object without a key has none that a row
    // refers to.
    BOOST_TEST(session.select<Post>().where(field<&Post::author_id> == *fresh->id).all().empty());
    session.add(fresh)->posts.append(Post{.title = "n1"});
    session.flush();
    BOOST_TEST(session.select<Post>().where(field<&Post::author_id> == *fresh->id).count() == 1u);
    // The stored members of an object that is not stored cannot be asked for.
    const auto other = session.add(User{.username = "other"});
    BOOST_CHECK_THROW((void)session.select_members<&User::posts>(other), UsageError);
  });
}

BOOST_AUTO_TEST_SUITE_END()
