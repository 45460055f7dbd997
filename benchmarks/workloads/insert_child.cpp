// Insert of posts into a store of users: every author is looked up, the index on author is kept.
#include <exception>
#include <string>

#include "../workload.hpp"

namespace kindred::bench {
namespace {

class InsertChild : public Workload {
 public:
  explicit InsertChild(const Blog& blog)
      : blog_(blog), posts_(tally(blog.posts)), authors_(blog.authors()) {}
  [[nodiscard]] Targets targets() const override { return {1.35, 4.5, {}}; }
  [[nodiscard]] std::uint64_t operations() const override { return blog_.posts.size(); }
  void before(Slot& slot) override {
    slot.renew();
    slot.contender().stage({blog_.users, {}, {}});
    slot.contender().insert_users();
    slot.contender().stage({{}, blog_.posts, {}});
  }
  void run(Contender& contender) override { contender.insert_posts(); }
  void after(Slot& slot, bool last) override {
    slot.contender().stage({});
    expect(slot, "posts after the insert", slot.contender().scan_posts(), posts_);
    if (last) {
      expect(slot, "posts found through the index", slot.contender().posts_of(authors_), posts_);
      must_refuse(slot);
      slot.contender().prove();
    }
    slot.clear();
  }

 private:
  // That the reference check is real.
  void must_refuse(Slot& slot) const {
    const PostRecord orphan = make_post(blog_.rows + 1, blog_.rows + 1000);
    slot.contender().stage({{}, {&orphan, 1}, {}});
    bool refused = false;
    try {
      slot.contender().insert_posts();
    } catch (const std::exception&) {
      refused = true;
    }
    slot.contender().stage({});
    if (!refused) {
      throw Mismatch(std::string(slot.contender().name()) +
                     ": took a post whose author does not exist");
    }
    expect(slot, "posts after a refused insert", slot.contender().scan_posts(), posts_);
  }

  const Blog& blog_;
  Tally posts_;
  std::vector<std::int64_t> authors_;
};

}  // namespace

std::unique_ptr<Workload> make_insert_child(const Scale& scale) {
  return std::make_unique<InsertChild>(scale.blog);
}

}  // namespace kindred::bench
