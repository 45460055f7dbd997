// expect nothing: everything a mapping may hold, for comparison with the files that must fail.
#include <cereal/cereal.hpp>

#include "kindred/registry.hpp"
using namespace kindred;

enum class Role : std::uint8_t { reader, admin = 5 };
struct Point {
  double x = 0, y = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(CEREAL_NVP(x), CEREAL_NVP(y));
  }
};
struct Timestamped {
  Mapped<time_point, insert_default(now)> created_at;
  Mapped<time_point, on_update(now)> updated_at;
};
struct Address {
  Mapped<std::string, max_length(80)> street;
};
struct Post;
struct Tag;
struct PostTag;
struct User : Timestamped {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, max_length(50), unique> username;
  Mapped<std::optional<std::string>, text(200)> bio;
  Mapped<Role, default_value(Role::reader), indexed> role;
  Mapped<std::optional<std::int64_t>, foreign_key(&User::id, on_delete::set_null)> boss_id;
  Mapped<double, decimal(10, 2)> credit;
  Mapped<Point> at;
  Address home;
  Transient<std::map<int, int>> cache;
  int visits = 0;
  Relationship<User, back_populates("reports")> boss;
  Relationship<std::vector<User>, back_populates("boss"), order_by("username")> reports;
  Relationship<std::vector<Post>, back_populates("author"), cascade::all | cascade::delete_orphan>
      posts;
  Relationship<std::set<User>, secondary<"follows">, back_populates("followers")> following;
  Relationship<std::set<User>, secondary<"follows">, back_populates("following")> followers;
  static constexpr auto table_args =
      std::tuple{unique_together("street", "username"), index_on("bio"),
                 check("has_name", [] { return field<&User::username>.length() > 0; })};
};
struct Post {
  static constexpr auto tablename = "posts";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<User>(on_delete::cascade)> author_id;
  Mapped<std::string, json> body;
  Relationship<User, back_populates("posts"), lazy::joined> author;
  Relationship<std::vector<Tag>, through<PostTag>, backref("posts")> tags;
};
struct Tag {
  static constexpr auto tablename = "tags";
  Mapped<std::string, primary_key, max_length(20)> name;
};
struct PostTag {
  static constexpr auto tablename = "post_tags";
  Mapped<std::int64_t, primary_key, foreign_key("posts.id", on_delete::cascade)> post_id;
  Mapped<std::string, primary_key, foreign_key<Tag>(on_delete::restrict)> tag_name;
  Mapped<std::optional<date>> since;
};
struct Badge {
  static constexpr auto tablename = "badges";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, default_value(1), foreign_key<User>(on_delete::set_default)> holder_id;
  Relationship<User, backref("badges")> holder;
};
static_assert(Registry<User, Post, Tag, PostTag, Badge>::ok);
using Target = Registry<User, Post, Tag, PostTag, Badge>::target_of<User, "badges">;
static_assert(std::is_same_v<Target, Badge>);
auto condition = field<&User::username> == "ann" && field<&User::created_at> > time_point{};
