// Pages of an LMDB 0.9 file on a 64-bit machine, read with pread and checked before use: what looks
// at a file before LMDB maps it. Nothing here trusts a byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kindred/error.hpp"
#include "kindred/value.hpp"

namespace kindred::lmdb {

inline constexpr std::uint64_t no_page = ~std::uint64_t{0};
inline constexpr std::size_t page_header = 16;
inline constexpr std::size_t node_header = 8;
inline constexpr unsigned max_depth = 32;

namespace page_flag {
inline constexpr unsigned branch = 0x01, leaf = 0x02, overflow = 0x04, meta = 0x08, dirty = 0x10,
                          leaf2 = 0x20, sub = 0x40;
}
namespace node_flag {
inline constexpr unsigned big = 0x01, sub_data = 0x02, duplicates = 0x04;
}
namespace tree_flag {
inline constexpr unsigned dup_sort = 0x04, integer_key = 0x08, dup_fixed = 0x10, integer_dup = 0x20;
}

// The record of one tree, as it lies in a meta page or in a node.
struct TreeRecord {
  std::uint32_t pad = 0;  // member size of a DUPFIXED subtree; page size in the free list's record
  std::uint16_t flags = 0;
  std::uint16_t depth = 0;
  std::uint64_t branch_pages = 0;
  std::uint64_t leaf_pages = 0;
  std::uint64_t overflow_pages = 0;
  std::uint64_t entries = 0;
  std::uint64_t root = no_page;
};
static_assert(sizeof(TreeRecord) == 48);

struct Meta {
  std::uint32_t magic = 0;
  std::uint32_t version = 0;
  std::uint64_t address = 0;
  std::uint64_t map_size = 0;
  TreeRecord free;
  TreeRecord main;
  std::uint64_t last_page = 0;
  std::uint64_t transaction = 0;

  [[nodiscard]] std::uint32_t page_size() const noexcept { return free.pad; }
};
static_assert(sizeof(Meta) == 136);
inline constexpr std::uint32_t meta_magic = 0xBEEFC0DE;

struct Node {
  unsigned flags = 0;
  ByteView key;
  ByteView data;            // leaf: what lies in the node
  std::uint64_t size = 0;   // leaf: of the value, which may lie elsewhere
  std::uint64_t child = 0;  // branch
};

// A page image, or a sub-page inside a node.
class PageView {
 public:
  explicit PageView(ByteView bytes) noexcept : bytes_(bytes) {}
  [[nodiscard]] std::uint64_t number() const noexcept;
  [[nodiscard]] unsigned flags() const noexcept { return half(10); }
  [[nodiscard]] unsigned member_size() const noexcept { return half(8); }
  [[nodiscard]] std::uint32_t overflow_run() const noexcept;
  [[nodiscard]] std::size_t count() const noexcept { return (lower() - page_header) / 2; }
  // What is wrong with the header and the slots, empty where nothing is. The rest may be called
  // only then.
  [[nodiscard]] std::string fault() const;
  [[nodiscard]] Node node(std::size_t slot) const noexcept;
  [[nodiscard]] ByteView member(std::size_t slot, std::size_t size) const noexcept {
    return bytes_.substr(page_header + slot * size, size);
  }

 private:
  [[nodiscard]] unsigned half(std::size_t at) const noexcept;
  [[nodiscard]] std::size_t lower() const noexcept { return half(12); }
  [[nodiscard]] std::size_t upper() const noexcept { return half(14); }
  [[nodiscard]] std::size_t slot_offset(std::size_t slot) const noexcept {
    return half(page_header + 2 * slot);
  }
  ByteView bytes_;
};

[[nodiscard]] TreeRecord read_tree(ByteView bytes) noexcept;  // of 48 bytes

// What a file says about itself in its first two pages.
struct Heads {
  Meta metas[2];
  [[nodiscard]] const Meta& newest() const noexcept {
    return metas[metas[1].transaction > metas[0].transaction ? 1 : 0];
  }
};

// Reads and checks both meta pages. Throws Error: not_a_store where the file is no LMDB file,
// corruption where it is a damaged one, newer_format for a version above 1, io.
[[nodiscard]] Heads read_heads(int fd, const std::string& url);

// One committed state of a file. Keep a read transaction on it open meanwhile, or other processes
// may reuse its pages.
class PageFile {
 public:
  PageFile(int fd, const Meta& meta);
  [[nodiscard]] const Meta& meta() const noexcept { return meta_; }
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t page_size() const noexcept { return meta_.page_size(); }
  // True where the file ends before the highest page, which is no damage if that one is free.
  [[nodiscard]] bool is_short() const noexcept {
    return size_ < (meta_.last_page + 1) * meta_.page_size();
  }
  // Reads `pages` pages from `number` on; says what is wrong, or nothing.
  [[nodiscard]] std::string read(std::uint64_t number, std::size_t pages,
                                 std::vector<char>& into) const;
  // The value of `key` in the plain tree `tree`, not above a node's size. Throws CorruptionError.
  [[nodiscard]] std::optional<std::string> find(const TreeRecord& tree, ByteView key) const;
  // The record of the named tree. Throws CorruptionError.
  [[nodiscard]] std::optional<TreeRecord> tree(ByteView name) const;

 private:
  [[nodiscard]] std::optional<std::string> find_node(const TreeRecord& tree, ByteView key,
                                                     unsigned flags) const;
  int fd_;
  Meta meta_;
  std::uint64_t size_;
};

}  // namespace kindred::lmdb
