// A program of a user, built against the library as users get it.
#include <cstdint>
#include <iostream>
#include <kindred/kindred.hpp>
#include <vector>

struct Post;
struct User {
  static constexpr auto tablename = "users";
  kindred::Mapped<std::int64_t, kindred::primary_key> id;
  kindred::Mapped<std::string, kindred::unique> name;
};
struct Post {
  static constexpr auto tablename = "posts";
  kindred::Mapped<std::int64_t, kindred::primary_key> id;
  kindred::Mapped<std::int64_t, kindred::foreign_key<User>(kindred::on_delete::cascade)> author_id;
  kindred::Mapped<std::string> title;
  kindred::Relationship<User, kindred::backref("posts")> author;
};
using Blog = kindred::Registry<User, Post>;

int main() {
  const auto store = kindred::Store::open<Blog>("memory:", {.create = true});
  User ann{.name = "ann"};
  store.update([&](kindred::Transaction& tx) {
    tx.insert(ann);
    tx.insert(std::vector{Post{.author_id = ann.id, .title = "Hello"},
                          Post{.author_id = ann.id, .title = "Again"}});
  });
  const auto posts = store.snapshot().backref_of<&Post::author>(ann);
  std::cout << ann.name << " wrote " << posts.size() << " posts\n";
}
