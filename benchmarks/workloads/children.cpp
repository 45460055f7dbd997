// From an author, in random order, to a vector of the author's posts, which lie scattered.
#include <algorithm>
#include <vector>

#include "../workload.hpp"

namespace kindred::bench {
namespace {

class Children : public Workload {
 public:
  explicit Children(const Scale& scale) : blog_(scale.blog), large_(scale.large()) {
    const auto all = blog_.authors();
    auto order = shuffled(static_cast<std::int64_t>(all.size()), 41);
    order.resize(std::min<std::size_t>(order.size(), 30'000));
    std::vector<bool> chosen(static_cast<std::size_t>(blog_.rows) + 1);
    for (const std::int64_t i : order) {
      authors_.push_back(all[static_cast<std::size_t>(i)]);
      chosen[static_cast<std::size_t>(authors_.back())] = true;
    }
    for (const PostRecord& post : blog_.posts) {
      if (chosen[static_cast<std::size_t>(post.author)]) wanted_.add(digest_post(post));
    }
  }
  [[nodiscard]] Targets targets() const override {
    return large_ ? Targets{1.05, 1.4, {}} : Targets{1.1, 2.1, {}};
  }
  [[nodiscard]] std::uint64_t operations() const override { return wanted_.rows; }
  void before(Slot& slot) override { slot.fill(Content::blog, blog_.tables()); }
  void run(Contender& contender) override { found_ = contender.posts_of(authors_); }
  void after(Slot& slot, bool) override { expect(slot, "posts of authors", found_, wanted_); }

 private:
  const Blog& blog_;
  bool large_;
  std::vector<std::int64_t> authors_;
  Tally wanted_, found_;
};

}  // namespace

std::unique_ptr<Workload> make_children(const Scale& scale) {
  return std::make_unique<Children>(scale);
}

}  // namespace kindred::bench
