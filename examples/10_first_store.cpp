// The first program: declare two entities, keep some, find them again.
//
//   10_first_store STORE
#include <kindred/kindred.hpp>

#include <iostream>

using namespace kindred;

struct Post;
struct User {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;  // 0 is unset: assigned at insert
  Mapped<std::string, max_length(50), unique> username;
  Mapped<std::optional<std::string>> bio;  // nullable
  Relationship<std::vector<Post>, back_populates("author")> posts;
};
struct Post {
  static constexpr auto tablename = "posts";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<User>(on_delete::cascade)> author_id;  // indexed without asking
  Mapped<std::string> title;
  Relationship<User, back_populates("posts")> author;
};
using Blog = Registry<User, Post>;  // every rule across entities is checked here, by the compiler

int main(int argc, char** argv) {
  const Store store = Store::open<Blog>(argc > 1 ? argv[1] : "memory:", {.create = true});

  User ann = store.insert(make<User>(field<& User::username> = "ann"));
  store.update([&](Transaction& tx) {
    std::vector<Post> posts(3);
    for (Post& post : posts) {
      post.author_id = *ann.id;
      post.title = "Hello";
    }
    tx.insert(posts);  // one unit of work
  });

  const Snapshot seen = store.snapshot();
  for (const Post& post : seen.related<&User::posts>(ann))
    std::cout << *post.id << ' ' << *post.title << " by "
              << *seen.related<&Post::author>(post)->username << '\n';

  store.erase<User>(*ann.id);  // her posts go with her
  std::cout << store.snapshot().count<Post>() << " posts left\n";
}
