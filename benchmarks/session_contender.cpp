// Kindred through the session: every row is an object with an identity, changes are found by
// comparison, deletes cascade by the foreign keys. A session for each unit of work.
#include <optional>
#include <string>
#include <vector>

#include "contender.hpp"
#include "kindred_store.hpp"

namespace kindred::bench {
namespace {

using entities::Comment;
using entities::Post;
using entities::User;

class SessionContender final : public KindredStore {
 public:
  [[nodiscard]] std::string_view name() const override { return "session"; }

  void insert_users() override { add_all(users_); }
  void insert_users_any_order() override { add_all(users_); }
  void insert_posts() override { add_all(posts_); }
  void insert_comments() override { add_all(comments_); }
  void insert_one(const UserRecord& user) override {
    Session session{*store_, options()};
    session.add(entities::entity_of(user));
    session.commit();
  }

  // Authors and their posts as one graph, linked by relationships.
  void insert_blog() override {
    Session session{*store_, options()};
    std::vector<Ref<User>> users;
    users.reserve(users_.size());
    for (const User& user : users_) users.push_back(session.add(User(user)));
    for (const Post& post : posts_) {
      const std::int64_t author = post.author;
      users[static_cast<std::size_t>(author) - 1]->posts.append(Post(post));
    }
    session.commit();
  }

  Tally get_users_reused(std::span<const std::int64_t> ids) override { return get_users(ids); }
  Tally get_users_new(std::span<const std::int64_t> ids) override { return get_users(ids); }

  Tally scan_users() override { return scan<User>(digest_user<User>); }
  Tally scan_posts() override { return scan<Post>(digest_post<Post>); }
  Tally scan_comments() override { return scan<Comment>(digest_comment<Comment>); }

  Tally filter_users(std::int32_t below_level) override {
    Tally out;
    Session session{*store_, options()};
    for (const Ref<const User>& user :
         session.select<const User>().where(field<&User::level> < below_level))
      out.add(static_cast<std::uint64_t>(std::int64_t{user->id}));
    return out;
  }

  Tally posts_of(std::span<const std::int64_t> authors) override {
    Tally out;
    Session session{*store_, options()};
    std::vector<Ref<const User>> some;  // loaded together, let go together
    for (std::size_t at = 0; at < authors.size();) {
      some.clear();
      for (; at < authors.size() && some.size() < 256; ++at)
        if (auto author = session.get<const User>(authors[at])) some.push_back(std::move(author));
      session.prefetch<&User::posts>(some);
      for (const Ref<const User>& author : some)
        for (const Ref<const Post>& post : author->posts) out.add(digest_post(*post));
    }
    return out;
  }

  void set_scores(std::span<const ScoreChange> changes) override {
    Session session{*store_, options()};
    for (const ScoreChange& change : changes) session.get<User>(change.id)->score = change.score;
    session.commit();
  }

  void erase_users(std::span<const std::int64_t> ids) override {
    Session session{*store_, options()};
    std::vector<Ref<User>> doomed;
    doomed.reserve(ids.size());
    for (const std::int64_t id : ids) {
      doomed.push_back(session.get<User>(id));
      session.erase(doomed.back());
    }
    session.commit();
  }

 private:
  static SessionOptions options() {
    SessionOptions out;
    out.verify_untouched = false;
    return out;
  }

  template <class Entity>
  void add_all(const std::vector<Entity>& entities) {
    Session session{*store_, options()};
    for (const Entity& entity : entities) session.add(Entity(entity));
    session.commit();
  }

  Tally get_users(std::span<const std::int64_t> ids) {
    Tally out;
    Session session{*store_, options()};
    for (const std::int64_t id : ids) {
      const Ref<const User> user = session.get<const User>(id);
      if (!user) throw std::runtime_error("session: no such row");
      out.add(digest_user(*user));
    }
    return out;
  }

  template <class Entity, class Digest>
  Tally scan(Digest digest) {
    Tally out;
    Session session{*store_, options()};
    for (const Ref<const Entity>& entity : session.select<const Entity>()) out.add(digest(*entity));
    return out;
  }
};

}  // namespace

std::unique_ptr<Contender> make_session_contender() { return std::make_unique<SessionContender>(); }

}  // namespace kindred::bench
