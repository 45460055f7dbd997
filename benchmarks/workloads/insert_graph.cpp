// Insert of users and their posts together, one unit of work: through the session as objects that
// are linked, through the others as rows of two tables.
#include <string>

#include "../workload.hpp"

namespace kindred::bench {
namespace {

class InsertGraph : public Workload {
 public:
  explicit InsertGraph(const Blog& blog)
      : blog_(blog), posts_(tally(blog.posts)), users_(tally(blog.users)) {}
  [[nodiscard]] Targets targets() const override { return {}; }
  [[nodiscard]] std::uint64_t operations() const override {
    return blog_.users.size() + blog_.posts.size();
  }
  void before(Slot& slot) override {
    slot.renew();
    slot.contender().stage(blog_.tables());
  }
  void run(Contender& contender) override { contender.insert_blog(); }
  void after(Slot& slot, bool last) override {
    slot.contender().stage({});
    expect(slot, "users after the insert", slot.contender().scan_users(), users_);
    expect(slot, "posts after the insert", slot.contender().scan_posts(), posts_);
    if (last) slot.contender().prove();
    slot.clear();
  }

 private:
  const Blog& blog_;
  Tally posts_;
  Tally users_;
};

}  // namespace

std::unique_ptr<Workload> make_insert_graph(const Scale& scale) {
  return std::make_unique<InsertGraph>(scale.blog);
}

}  // namespace kindred::bench
