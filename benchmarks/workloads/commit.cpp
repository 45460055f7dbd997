// Durable commits of one inserted row each. Measured by the wall clock: it is the disk that is
// waited for.
#include <algorithm>
#include <map>
#include <vector>

#include "../workload.hpp"

namespace kindred::bench {
namespace {

class Commit : public Workload {
 public:
  explicit Commit(const Scale& scale)
      : users_(std::span(scale.blog.users)
                   .first(std::min<std::size_t>(scale.blog.users.size(), 10'000))),
        commits_(scale.quick ? 50 : 200) {}
  [[nodiscard]] Clock clock() const override { return Clock::wall; }
  // SQLite syncs once a commit, LMDB twice: up to 1.2 times slower will do.
  [[nodiscard]] Targets targets() const override { return {1.05, 1 / 1.2, {}}; }
  [[nodiscard]] std::uint64_t operations() const override { return commits_; }
  void before(Slot& slot) override {
    auto [at, fresh] = wanted_.try_emplace(&slot);
    if (fresh) {
      slot.renew(Sync::every_commit);
      slot.contender().stage({users_, {}, {}});
      slot.contender().insert_users();
      slot.contender().stage({});
      for (const UserRecord& user : users_) at->second.add(digest_user(user));
    }
    rows_.clear();
    while (rows_.size() < commits_) {
      rows_.push_back(make_user(static_cast<std::int64_t>(at->second.rows) + 1));
      at->second.add(digest_user(rows_.back()));
    }
  }
  void run(Contender& contender) override {
    for (const UserRecord& user : rows_) contender.insert_one(user);
  }
  void after(Slot& slot, bool last) override {
    expect(slot, "users after the commits", slot.contender().scan_users(), wanted_.at(&slot));
    if (last) slot.clear();
  }

 private:
  std::span<const UserRecord> users_;
  std::size_t commits_;
  std::vector<UserRecord> rows_;
  std::map<const Slot*, Tally> wanted_;
};

}  // namespace

std::unique_ptr<Workload> make_commit(const Scale& scale) {
  return std::make_unique<Commit>(scale);
}

}  // namespace kindred::bench
