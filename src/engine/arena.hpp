// Bytes that stay where they are until the arena goes: what a change set and its plan are made of.
#pragma once

#include <cstring>
#include <memory>
#include <vector>

#include "kindred/value.hpp"

namespace kindred::engine {

class Arena {
 public:
  // Room for n bytes, uninitialised.
  [[nodiscard]] char* allocate(std::size_t n) {
    if (left_ < n) [[unlikely]]
      grow(n);
    char* out = at_;
    at_ += n;
    left_ -= n;
    used_ += n;
    return out;
  }
  [[nodiscard]] ByteView keep(ByteView bytes) {
    char* to = allocate(bytes.size());
    if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
    return {to, bytes.size()};
  }
  [[nodiscard]] std::size_t used() const noexcept { return used_; }
  // Forgets everything, keeps the largest block.
  void clear() noexcept {
    if (blocks_.size() > 1) {
      blocks_.front() = std::move(blocks_.back());
      blocks_.resize(1);
      size_.front() = size_.back();
      size_.resize(1);
    }
    if (!blocks_.empty()) {
      at_ = blocks_.front().get();
      left_ = size_.front();
    }
    used_ = 0;
  }

 private:
  void grow(std::size_t n) {
    std::size_t wanted =
        size_.empty() ? std::size_t{4} << 10 : std::min(size_.back() * 2, std::size_t{4} << 20);
    wanted = std::max(wanted, n);
    blocks_.emplace_back(new char[wanted]);
    size_.push_back(wanted);
    at_ = blocks_.back().get();
    left_ = wanted;
  }
  std::vector<std::unique_ptr<char[]>> blocks_;
  std::vector<std::size_t> size_;
  char* at_ = nullptr;
  std::size_t left_ = 0;
  std::size_t used_ = 0;
};

}  // namespace kindred::engine
