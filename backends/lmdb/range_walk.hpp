// One cursor of LMDB walking one range of one keyspace, in the terms of the waist.
#pragma once

#include <cstdint>
#include <optional>

#include "backends/lmdb/leaf_page.hpp"
#include "backends/lmdb/native.hpp"
#include "backends/lmdb/transaction.hpp"
#include "kindred/storage.hpp"

namespace kindred::lmdb {

// Views in the range must live as long as the walk. After first, next and seek returned true,
// key() and value() hold until the next call. May throw; call within `trapped`.
class RangeWalk {
 public:
  // `mapped_page`: the size of pages that may be read in LMDB's map; 0: none may.
  RangeWalk(MDB_cursor* cursor, const Keyspace& keyspace, const storage::Range& range, bool reverse,
            std::size_t mapped_page) noexcept;

  [[nodiscard]] bool first();
  [[nodiscard]] bool next() {
    if (block_left_ > 1) [[likely]] {
      --block_left_;
      block_ += member_size_;
      show_member();
      return true;
    }
    if (page_.is_open() && page_.next(key_, data_)) [[likely]]
      return below_upper() ? show() : end();
    return step();
  }
  [[nodiscard]] bool seek(ByteView key);
  // Gives `sink` the entries that next() would come to on the page at hand, of which `left` says
  // the most and counts down. False where the sink returned false or none is left. Only next() may
  // follow.
  [[nodiscard]] bool rest_of_page(std::uint64_t& left, FunctionRef<bool(ByteView, ByteView)> sink);

  [[nodiscard]] ByteView key() const noexcept {
    return words_ ? ByteView(reinterpret_cast<const char*>(&shown_key_), 8) : to_view(key_);
  }
  [[nodiscard]] ByteView value() const noexcept { return shown_value_; }

 private:
  enum class Bound : std::uint8_t { at, beyond };

  [[nodiscard]] bool first_forward(ByteView lower, bool with_member);
  [[nodiscard]] bool first_backward();
  [[nodiscard]] bool first_backward_from(ByteView upper, Bound bound);
  [[nodiscard]] bool after_member(ByteView lower);
  [[nodiscard]] bool single_backward();
  [[nodiscard]] bool step();
  void leave_page();
  [[nodiscard]] bool accept_forward(int code);
  [[nodiscard]] bool accept_backward(int code);
  [[nodiscard]] bool take_block();
  [[nodiscard]] int move(MDB_cursor_op op) noexcept {
    return mdb_cursor_get(cursor_, &key_, &data_, op);
  }
  [[nodiscard]] bool found(int code) const;
  [[nodiscard]] bool below_upper() const noexcept {
    if (words_) return !has_high_ || load_word(key_.mv_data) < high_;
    return !range_.bounded || to_view(key_) < range_.upper;
  }
  [[nodiscard]] bool above_lower() const noexcept;
  [[nodiscard]] bool is_past_member() const noexcept;
  void show_member() noexcept;
  bool show() noexcept {
    if (words_) shown_key_ = swap_word(load_word(key_.mv_data));
    if (word_members_) {
      shown_member_ = swap_word(load_word(data_.mv_data));
      shown_value_ = ByteView(reinterpret_cast<const char*>(&shown_member_), 8);
    } else {
      shown_value_ = to_view(data_);
    }
    return true;
  }
  bool end() noexcept {
    block_left_ = 0;
    ended_ = true;
    page_.close();
    return false;
  }

  MDB_cursor* cursor_;
  storage::Range range_;
  const bool reverse_;
  const bool set_;
  const bool words_;         // keys are integers
  const bool word_members_;  // members are integers
  const bool blocks_;        // members come in blocks
  const std::size_t member_size_;
  std::size_t mapped_page_;
  LeafPage page_;         // while open, the cursor stands at an entry before
  bool nothing_ = false;  // no key can be in the range
  bool ended_ = false;

  // Of integer keys: from low_ on, up to but not including high_ if has_high_.
  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
  bool has_high_ = false;

  MDB_val key_{};
  MDB_val data_{};
  std::uint64_t key_word_ = 0;      // what key_ points to while a search runs
  std::uint64_t shown_key_ = 0;     // big-endian
  std::uint64_t shown_member_ = 0;  // big-endian
  ByteView shown_value_;
  const char* block_ = nullptr;
  std::size_t block_left_ = 0;
};

}  // namespace kindred::lmdb
