// Half of the users erased at once, with their posts and the comments of these. The number of rows
// is that of all three tables together; an operation is a row erased.
#include "../workload.hpp"

namespace kindred::bench {
namespace {

class Cascade : public Workload {
 public:
  Cascade(const Blog& blog, Targets targets) : forum_(blog.rows), targets_(targets) {}
  [[nodiscard]] Targets targets() const override { return targets_; }
  [[nodiscard]] std::uint64_t operations() const override { return forum_.erased(); }
  void before(Slot& slot) override { slot.fill(Content::nothing, forum_.tables()); }
  void run(Contender& contender) override { contender.erase_users(forum_.doomed); }
  void after(Slot& slot, bool last) override {
    Contender& contender = slot.contender();
    expect(slot, "users after the cascade", contender.scan_users(), forum_.users_left);
    expect(slot, "posts after the cascade", contender.scan_posts(), forum_.posts_left);
    expect(slot, "comments after the cascade", contender.scan_comments(), forum_.comments_left);
    if (last) {
      expect(slot, "posts of erased users", contender.posts_of(forum_.doomed), {});
      contender.prove();
    }
    slot.clear();
  }

 private:
  Forum forum_;
  Targets targets_;
};

}  // namespace

std::unique_ptr<Workload> make_cascade(const Scale& scale) {
  return std::make_unique<Cascade>(scale.blog, Targets{1.3, 3.3, {}});
}
std::unique_ptr<Workload> make_cascade_each(const Scale& scale) {
  return std::make_unique<Cascade>(scale.blog, Targets{{}, 20.0, {}});
}

}  // namespace kindred::bench
