// The whole table of users: decoded, and looking at one column only.
#include "../workload.hpp"

namespace kindred::bench {
namespace {

class Scan : public Workload {
 public:
  explicit Scan(const Blog& blog) : blog_(blog), wanted_(tally(blog.users)) {}
  [[nodiscard]] Targets targets() const override { return {1.5, 6.5, {}}; }
  [[nodiscard]] std::uint64_t operations() const override { return blog_.users.size(); }
  void before(Slot& slot) override { slot.fill(Content::blog, blog_.tables()); }
  void run(Contender& contender) override { found_ = contender.scan_users(); }
  void after(Slot& slot, bool) override { expect(slot, "users scanned", found_, wanted_); }

 protected:
  const Blog& blog_;
  Tally wanted_, found_;
};

class ScanFilter : public Scan {
 public:
  explicit ScanFilter(const Blog& blog) : Scan(blog) {
    wanted_ = {};
    for (const UserRecord& user : blog.users) {
      if (user.level < below) wanted_.add(static_cast<std::uint64_t>(user.id));
    }
  }
  [[nodiscard]] Targets targets() const override { return {1.2, 8.0, {}}; }
  void run(Contender& contender) override { found_ = contender.filter_users(below); }

 private:
  static constexpr std::int32_t below = 10;  // one row in ten
};

}  // namespace

std::unique_ptr<Workload> make_scan(const Scale& scale) {
  return std::make_unique<Scan>(scale.blog);
}
std::unique_ptr<Workload> make_scan_filter(const Scale& scale) {
  return std::make_unique<ScanFilter>(scale.blog);
}

}  // namespace kindred::bench
