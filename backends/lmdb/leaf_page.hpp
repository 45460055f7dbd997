// The entries of one leaf page of LMDB's map, one behind the other, without asking LMDB for each: a
// scan then waits for memory, not for calls.
//
// Only for read transactions, whose pages nobody writes to, and for keyspaces without members. The
// layout is that of page.hpp. Pages are looked at, not trusted: what is not as it should be, or
// lies elsewhere, is left to LMDB.
#pragma once

#include <cstddef>
#include <cstdint>

#include "backends/lmdb/native.hpp"
#include "backends/lmdb/page.hpp"

namespace kindred::lmdb {

class LeafPage {
 public:
  // Opens the page in which the key of an entry lies; pages begin at multiples of their size.
  // `key_width` is that of all keys, 0 where they differ. False where that is no leaf page with
  // this entry.
  [[nodiscard]] bool open(const MDB_val& key, std::size_t page_size,
                          std::size_t key_width) noexcept {
    const auto* const at = static_cast<const char*>(key.mv_data);
    const std::size_t offset = reinterpret_cast<std::uintptr_t>(at) & (page_size - 1);
    const char* const page = at - offset;
    const std::size_t lower = half(page + 12);
    const std::size_t upper = half(page + 14);
    if (half(page + 10) != page_flag::leaf || lower <= page_header || lower > upper ||
        upper > page_size || offset < upper + node_header)
      return false;
    page_ = page;
    size_ = page_size;
    key_width_ = key_width;
    count_ = (lower - page_header) / 2;
    for (at_ = 0; at_ != count_; ++at_)
      if (slot(at_) + node_header == offset) return true;
    page_ = nullptr;
    return false;
  }
  [[nodiscard]] bool is_open() const noexcept { return page_ != nullptr; }
  [[nodiscard]] bool is_at_end() const noexcept { return at_ + 1 == count_; }
  void close() noexcept { page_ = nullptr; }
  // The entry behind. False at the page's end, and for an entry that LMDB is to be asked for.
  [[nodiscard]] bool next(MDB_val& key, MDB_val& data) noexcept {
    if (is_at_end()) return false;
    const std::size_t offset = slot(at_ + 1);
    if (offset + node_header > size_) return false;
    const char* const node = page_ + offset;
    const std::size_t key_size = half(node + 6);
    const std::size_t data_size = half(node) | std::size_t{half(node + 2)} << 16;
    if (half(node + 4) != 0 || key_size + data_size > size_ - offset - node_header ||
        (key_width_ != 0 && key_size != key_width_))
      return false;
    ++at_;
    const char* const bytes = node + node_header;
    key = {key_size, const_cast<char*>(bytes)};
    data = {data_size, const_cast<char*>(bytes + key_size)};
    constexpr std::size_t ahead = 6;
    if (at_ + ahead < count_) {
      __builtin_prefetch(page_ + slot(at_ + ahead));
      __builtin_prefetch(page_ + slot(at_ + ahead) + 64);
    }
    return true;
  }

 private:
  static std::uint16_t half(const char* at) noexcept {
    std::uint16_t out;
    std::memcpy(&out, at, 2);
    return out;
  }
  [[nodiscard]] std::size_t slot(std::size_t i) const noexcept {
    return half(page_ + page_header + 2 * i);
  }

  const char* page_ = nullptr;
  std::size_t size_ = 0;
  std::size_t key_width_ = 0;
  std::size_t count_ = 0;
  std::size_t at_ = 0;
};

}  // namespace kindred::lmdb
