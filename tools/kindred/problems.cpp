#include "tools/kindred/problems.hpp"

#include <fmt/format.h>

#include "tools/kindred/exit_code.hpp"
#include "tools/kindred/text.hpp"

namespace kindred::tool {
namespace {

constexpr std::size_t shown = 20;

}  // namespace

void Problems::add(std::string message) {
  if (kept_.size() < shown) kept_.push_back(std::move(message));
  ++count_;
}

void Problems::clear() { *this = Problems(); }

void Problems::check() const {
  if (empty()) return;
  std::string text = fmt::format("{}", fmt::join(kept_, "\n"));
  if (count_ > kept_.size())
    text +=
        fmt::format("\nand {}{} more", enough() ? "at least " : "", grouped(count_ - kept_.size()));
  throw InputRejected(text);
}

}  // namespace kindred::tool
