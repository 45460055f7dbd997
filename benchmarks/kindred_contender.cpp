// Kindred on its LMDB storage through the value API, all checks on: with entity types, except that
// one column of a row is set by name, without reading the row first.
#include <memory>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "contender.hpp"
#include "kindred_store.hpp"

namespace kindred::bench {
namespace {

using entities::Comment;
using entities::Post;
using entities::User;

class KindredContender final : public KindredStore {
 public:
  [[nodiscard]] std::string_view name() const override { return "kindred"; }

  void insert_users() override { store_->insert(std::as_const(users_)); }
  void insert_users_any_order() override { store_->insert(std::as_const(users_)); }
  void insert_posts() override { store_->insert(std::as_const(posts_)); }
  void insert_comments() override { store_->insert(std::as_const(comments_)); }
  void insert_blog() override {
    store_->update([&](Transaction& tx) {
      tx.insert(std::as_const(users_));
      tx.insert(std::as_const(posts_));
    });
  }
  void insert_one(const UserRecord& user) override {
    User entity = entities::entity_of(user);
    store_->insert(entity);
  }

  Tally get_users_reused(std::span<const std::int64_t> ids) override {
    Tally out;
    const Snapshot now = store_->snapshot();
    User user;
    for (const std::int64_t id : ids) {
      if (!now.get_into(user, id)) missing();
      out.add(digest_user(user));
    }
    return out;
  }

  Tally get_users_new(std::span<const std::int64_t> ids) override {
    Tally out;
    const Snapshot now = store_->snapshot();
    for (const std::int64_t id : ids) {
      const std::optional<User> user = now.get<User>(id);
      if (!user) missing();
      out.add(digest_user(*user));
    }
    return out;
  }

  Tally scan_users() override { return scan<User>(digest_user<User>); }
  Tally scan_posts() override { return scan<Post>(digest_post<Post>); }
  Tally scan_comments() override { return scan<Comment>(digest_comment<Comment>); }

  Tally filter_users(std::int32_t below_level) override {
    Tally out;
    const Snapshot now = store_->snapshot();
    for (const User& user : now.select<User>().where(field<&User::level> < below_level))
      out.add(static_cast<std::uint64_t>(std::int64_t{user.id}));
    return out;
  }

  Tally posts_of(std::span<const std::int64_t> authors) override {
    Tally out;
    const Snapshot now = store_->snapshot();
    User author;
    for (const std::int64_t id : authors) {
      author.id = id;
      for (const Post& post : now.related<&User::posts>(author)) out.add(digest_post(post));
    }
    return out;
  }

  void set_scores(std::span<const ScoreChange> changes) override {
    store_->update([&](Transaction& tx) {
      tx.batch([&](Batch& batch) {
        for (const ScoreChange& change : changes) {
          batch.update("users", {{"id", change.id}}, {{"score", change.score}});
        }
      });
    });
  }

  void erase_users(std::span<const std::int64_t> ids) override {
    store_->update([&](Transaction& tx) { tx.erase_all<User>(ids); });
  }

 private:
  [[noreturn]] static void missing() { throw std::runtime_error("Kindred: no such row"); }

  template <class Entity, class Digest>
  Tally scan(Digest digest) const {
    Tally out;
    const Snapshot now = store_->snapshot();
    for (const Entity& entity : now.range<Entity>()) out.add(digest(entity));
    return out;
  }
};

}  // namespace

std::unique_ptr<Contender> make_kindred_contender() { return std::make_unique<KindredContender>(); }

}  // namespace kindred::bench
