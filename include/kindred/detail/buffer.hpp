// A growable byte buffer without initialisation, reused from row to row.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace kindred::detail {

class Buffer {
 public:
  Buffer() = default;
  Buffer(Buffer&& o) noexcept
      : bytes_(std::move(o.bytes_)),
        size_(std::exchange(o.size_, 0)),
        capacity_(std::exchange(o.capacity_, 0)) {}
  Buffer& operator=(Buffer&& o) noexcept {
    bytes_ = std::move(o.bytes_);
    size_ = std::exchange(o.size_, 0);
    capacity_ = std::exchange(o.capacity_, 0);
    return *this;
  }
  // Room for n more bytes behind the end; `advance` takes them.
  char* need(std::size_t n) {
    if (capacity_ - size_ < n) [[unlikely]]
      grow(n);
    return bytes_.get() + size_;
  }
  void advance(std::size_t n) noexcept { size_ += n; }
  void append(const void* from, std::size_t n) {
    if (n == 0) return;
    std::memcpy(need(n), from, n);
    size_ += n;
  }
  void append(std::string_view s) { append(s.data(), s.size()); }
  void push_back(char c) {
    *need(1) = c;
    ++size_;
  }
  void clear() noexcept { size_ = 0; }
  void resize_down(std::size_t n) noexcept { size_ = n; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] char* data() noexcept { return bytes_.get(); }
  [[nodiscard]] const char* data() const noexcept { return bytes_.get(); }
  [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get(), size_}; }

 private:
#if defined(__GNUC__)
  __attribute__((noinline, cold))
#endif
  void
  grow(std::size_t n) {
    const std::size_t wanted = std::max({capacity_ * 2, size_ + n, std::size_t{256}});
    std::unique_ptr<char[]> bigger(new char[wanted]);
    if (size_) std::memcpy(bigger.get(), bytes_.get(), size_);
    bytes_ = std::move(bigger);
    capacity_ = wanted;
  }
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace kindred::detail
