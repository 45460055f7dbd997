// Users by key, in random order, every column decoded, in one snapshot.
#include <algorithm>
#include <vector>

#include "../workload.hpp"

namespace kindred::bench {
namespace {

enum class Into { reused_object, new_object };

class Get : public Workload {
 public:
  Get(const Scale& scale, Into into) : blog_(scale.blog), large_(scale.large()), into_(into) {
    ids_ = shuffled(blog_.rows, 31);
    ids_.resize(std::min<std::size_t>(ids_.size(), 500'000));
    for (std::int64_t& id : ids_) {
      wanted_.add(digest_user(blog_.users[static_cast<std::size_t>(id)]));
      ++id;
    }
  }
  [[nodiscard]] Targets targets() const override {
    return large_ ? Targets{1.15, 2.1, {}} : Targets{1.25, 3.4, {}};
  }
  [[nodiscard]] std::uint64_t operations() const override { return ids_.size(); }
  void before(Slot& slot) override { slot.fill(Content::blog, blog_.tables()); }
  void run(Contender& contender) override {
    found_ = into_ == Into::reused_object ? contender.get_users_reused(ids_)
                                          : contender.get_users_new(ids_);
  }
  void after(Slot& slot, bool) override { expect(slot, "users by key", found_, wanted_); }

 private:
  const Blog& blog_;
  bool large_;
  Into into_;
  std::vector<std::int64_t> ids_;
  Tally wanted_, found_;
};

}  // namespace

std::unique_ptr<Workload> make_get_reused(const Scale& scale) {
  return std::make_unique<Get>(scale, Into::reused_object);
}
std::unique_ptr<Workload> make_get_new(const Scale& scale) {
  return std::make_unique<Get>(scale, Into::new_object);
}

}  // namespace kindred::bench
