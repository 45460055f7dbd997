#include <atomic>

#include "storage/tap.hpp"

namespace kindred::storage {
namespace {

class CountStorage final : public Tapped<CountLayer> {
 public:
  using Tapped::Tapped;

  [[nodiscard]] std::string url() const override { return "count+" + base().url(); }

  [[nodiscard]] Counts counts() const override {
    const auto of = [this](Operation operation) {
      return calls_[static_cast<std::size_t>(operation)].load(std::memory_order_relaxed);
    };
    Counts out;
    out.get = of(Operation::get);
    out.get_many = of(Operation::get_many);
    out.contains = of(Operation::contains);
    out.scan = of(Operation::scan);
    out.scan_many = of(Operation::scan_many);
    out.cursor = of(Operation::cursor);
    out.put = of(Operation::put);
    out.erase = of(Operation::erase);
    out.erase_range = of(Operation::erase_range);
    out.apply = of(Operation::apply);
    out.reserve = of(Operation::reserve);
    out.commit = of(Operation::commit);
    out.snapshot = of(Operation::snapshot);
    out.begin = of(Operation::begin);
    out.savepoint = of(Operation::savepoint) + of(Operation::rollback_to) + of(Operation::release);
    return out;
  }

  void reset() override {
    for (auto& calls : calls_) calls.store(0, std::memory_order_relaxed);
  }

  void call(Operation operation, Touches) override {
    calls_[static_cast<std::size_t>(operation)].fetch_add(1, std::memory_order_relaxed);
  }

 private:
  std::array<std::atomic<std::uint64_t>, operation_count> calls_{};
};

}  // namespace

std::shared_ptr<CountLayer> count_layer(std::shared_ptr<Storage> base) {
  return std::make_shared<CountStorage>(std::move(base));
}

}  // namespace kindred::storage
