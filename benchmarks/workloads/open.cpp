// Opening a store that exists, with one read, and closing it.
#include <array>

#include "../workload.hpp"

namespace kindred::bench {
namespace {

class Open : public Workload {
 public:
  explicit Open(const Blog& blog) : blog_(blog), ids_{blog.rows / 2} {
    wanted_.add(digest_user(blog.users[static_cast<std::size_t>(ids_[0] - 1)]));
  }
  [[nodiscard]] Clock clock() const override { return Clock::wall; }
  [[nodiscard]] Targets targets() const override { return {{}, {}, 10e6}; }
  [[nodiscard]] std::uint64_t operations() const override { return 1; }
  void before(Slot& slot) override {
    slot.fill(Content::blog, blog_.tables());
    slot.contender().close();
    dir_ = slot.dir();
  }
  void run(Contender& contender) override {
    contender.open(dir_);
    found_ = contender.get_users_reused(ids_);
    contender.close();
  }
  void after(Slot& slot, bool) override {
    slot.contender().open(dir_);
    expect(slot, "a user after opening", found_, wanted_);
  }

 private:
  const Blog& blog_;
  std::array<std::int64_t, 1> ids_;
  std::filesystem::path dir_;
  Tally wanted_, found_;
};

}  // namespace

std::unique_ptr<Workload> make_open(const Scale& scale) {
  return std::make_unique<Open>(scale.blog);
}

}  // namespace kindred::bench
