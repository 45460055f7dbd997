// What only a session has: an object that is at hand already, and a flush among many that are.
#include <memory>
#include <vector>

#include "../kindred_store.hpp"
#include "../workload.hpp"

namespace kindred::bench {
namespace {

using entities::User;

// Holds every user of the store in one session.
class Held : public Workload {
 public:
  explicit Held(const Scale& scale) : blog_(scale.blog), large_(scale.large()) {}
  void before(Slot& slot) override {
    if (session_) return;
    slot.fill(Content::blog, blog_.tables());
    slot.contender().close();
    store_ = Store::open<entities::Bench>(kindred_url(slot.dir()), kindred_options(Sync::none));
    SessionOptions options;
    options.verify_untouched = false;
    session_ = std::make_unique<Session>(*store_, options);
    users_ = session_->select<const User>().all();
  }
  void after(Slot& slot, bool last) override {
    if (!last) return;
    users_.clear();
    session_.reset();
    store_.reset();
    slot.contender().open(slot.dir());
    slot.spoil();
  }

 protected:
  const Blog& blog_;
  bool large_;
  std::optional<Store> store_;
  std::unique_ptr<Session> session_;
  std::vector<Ref<const User>> users_;
};

// Get of an object that is in the session: handle made and dropped, keys in random order.
class IdentityHit final : public Held {
 public:
  explicit IdentityHit(const Scale& scale) : Held(scale) {
    for (const std::int64_t i : shuffled(blog_.rows, 77)) ids_.push_back(i + 1);
  }
  [[nodiscard]] Targets targets() const override { return {{}, {}, large_ ? 45.0 : 30.0}; }
  [[nodiscard]] std::uint64_t operations() const override { return ids_.size(); }
  void run(Contender&) override {
    found_ = 0;
    for (const std::int64_t id : ids_) found_ += session_->get<const User>(id) ? 1u : 0u;
  }
  void after(Slot& slot, bool last) override {
    expect(slot, "objects at hand", {found_, 0}, {ids_.size(), 0});
    Held::after(slot, last);
  }

 private:
  std::vector<std::int64_t> ids_;
  std::uint64_t found_ = 0;
};

// Reaches ten of the objects that are held through mutable Refs, changes them or not, and flushes.
class FlushFew final : public Held {
 public:
  enum class Kind : std::uint8_t { touch, change };
  FlushFew(const Scale& scale, Kind kind) : Held(scale), kind_(kind) {}
  [[nodiscard]] Targets targets() const override {
    return {{}, {}, kind_ == Kind::touch ? std::optional(50'000.0) : std::nullopt};
  }
  [[nodiscard]] std::uint64_t operations() const override { return 1; }
  void run(Contender&) override {
    const std::int64_t step = std::max<std::int64_t>(1, blog_.rows / touched);
    for (std::int64_t i = 0; i < touched; ++i)
      session_->get<User>(1 + i * step % blog_.rows)->level += kind_ == Kind::change ? 1 : 0;
    session_->flush();
  }
  void after(Slot& slot, bool last) override {
    session_->rollback();
    users_ = session_->select<const User>().all();
    Held::after(slot, last);
  }

 private:
  static constexpr std::int64_t touched = 10;
  Kind kind_;
};

}  // namespace

std::unique_ptr<Workload> make_identity_hit(const Scale& scale) {
  return std::make_unique<IdentityHit>(scale);
}
std::unique_ptr<Workload> make_touch_few(const Scale& scale) {
  return std::make_unique<FlushFew>(scale, FlushFew::Kind::touch);
}
std::unique_ptr<Workload> make_flush_few(const Scale& scale) {
  return std::make_unique<FlushFew>(scale, FlushFew::Kind::change);
}

}  // namespace kindred::bench
