// One column of one user in ten, at random, in one unit of work.
#include <algorithm>
#include <vector>

#include "../workload.hpp"

namespace kindred::bench {
namespace {

class Update : public Workload {
 public:
  explicit Update(const Blog& blog) : blog_(blog) {
    auto order = shuffled(blog.rows, 51);
    order.resize(std::max<std::size_t>(order.size() / 10, 1));
    for (const std::int64_t i : order) changes_.push_back({i + 1, 0});
  }
  [[nodiscard]] Targets targets() const override { return {1.25, 2.5, {}}; }
  [[nodiscard]] std::uint64_t operations() const override { return changes_.size(); }
  // Every run of a contender sets other values than its run before.
  void before(Slot& slot) override {
    slot.fill(Content::blog, blog_.tables());
    slot.spoil();
    ++round_;
    wanted_ = tally(blog_.users);
    for (ScoreChange& change : changes_) {
      change.score = static_cast<double>(change.id % 1000) + static_cast<double>(round_) * 1000;
      UserRecord user = blog_.users[static_cast<std::size_t>(change.id - 1)];
      wanted_.sum -= digest_user(user);
      user.score = change.score;
      wanted_.sum += digest_user(user);
    }
  }
  void run(Contender& contender) override { contender.set_scores(changes_); }
  void after(Slot& slot, bool last) override {
    expect(slot, "users after the update", slot.contender().scan_users(), wanted_);
    if (last) slot.contender().prove();
  }

 private:
  const Blog& blog_;
  std::vector<ScoreChange> changes_;
  Tally wanted_;
  int round_ = 0;
};

}  // namespace

std::unique_ptr<Workload> make_update(const Scale& scale) {
  return std::make_unique<Update>(scale.blog);
}

}  // namespace kindred::bench
