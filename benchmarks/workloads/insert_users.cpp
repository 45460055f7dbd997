// Bulk insert of users in one unit of work: ids ascending, and in random order.
#include <vector>

#include "../workload.hpp"

namespace kindred::bench {
namespace {

class InsertAscending : public Workload {
 public:
  explicit InsertAscending(const Blog& blog) : users_(blog.users), wanted_(tally(blog.users)) {}
  [[nodiscard]] Targets targets() const override { return {1.25, 7.0, {}}; }
  [[nodiscard]] std::uint64_t operations() const override { return users_.size(); }
  void before(Slot& slot) override {
    slot.renew();
    slot.contender().stage({users_, {}, {}});
  }
  void run(Contender& contender) override { contender.insert_users(); }
  void after(Slot& slot, bool last) override {
    slot.contender().stage({});
    expect(slot, "users after the insert", slot.contender().scan_users(), wanted_);
    if (last) slot.contender().prove();
    slot.clear();
  }

 protected:
  std::span<const UserRecord> users_;
  Tally wanted_;
};

class InsertRandom : public InsertAscending {
 public:
  explicit InsertRandom(const Blog& blog) : InsertAscending(blog) {
    mixed_.reserve(blog.users.size());
    for (const std::int64_t i : shuffled(blog.rows, 21)) {
      mixed_.push_back(blog.users[static_cast<std::size_t>(i)]);
    }
    users_ = mixed_;
  }
  [[nodiscard]] Targets targets() const override { return {1.4, {}, {}}; }
  void run(Contender& contender) override { contender.insert_users_any_order(); }

 private:
  std::vector<UserRecord> mixed_;
};

}  // namespace

std::unique_ptr<Workload> make_insert_ascending(const Scale& scale) {
  return std::make_unique<InsertAscending>(scale.blog);
}
std::unique_ptr<Workload> make_insert_random(const Scale& scale) {
  return std::make_unique<InsertRandom>(scale.blog);
}

}  // namespace kindred::bench
