#include "backends/lmdb/range_walk.hpp"

#include <algorithm>
#include <cstring>

namespace kindred::lmdb {
namespace {

// The first 8 bytes, zeros where there are fewer, as a number.
std::uint64_t prefix_word(ByteView bytes) noexcept {
  std::uint64_t word = 0;
  if (!bytes.empty()) std::memcpy(&word, bytes.data(), std::min<std::size_t>(bytes.size(), 8));
  return swap_word(word);
}

// The smallest integer whose 8 bytes are at or after (beyond: strictly after) `bytes`. Empty where
// there is none. A shorter key comes before all that it begins, a longer one after its prefix.
std::optional<std::uint64_t> first_from(ByteView bytes, bool beyond) noexcept {
  const std::uint64_t word = prefix_word(bytes);
  const bool next = bytes.size() > 8 || (bytes.size() == 8 && beyond);
  if (!next) return word;
  if (word == ~std::uint64_t{0}) return std::nullopt;
  return word + 1;
}

}  // namespace

RangeWalk::RangeWalk(MDB_cursor* cursor, const Keyspace& keyspace, const storage::Range& range,
                     bool reverse, std::size_t mapped_page) noexcept
    : cursor_(cursor),
      range_(range),
      reverse_(reverse),
      set_(keyspace.shape.is_set()),
      words_(keyspace.word_keys()),
      word_members_(keyspace.word_members()),
      blocks_(keyspace.shape.kind == storage::Shape::Kind::set_fixed && !reverse),
      member_size_(keyspace.shape.member_size),
      mapped_page_(set_ || reverse ? 0 : mapped_page) {
  if (!set_) range_.after_member = {};
  if (range_.single) {
    range_.bounded = false;
    nothing_ = range_.lower.empty() || (words_ && range_.lower.size() != 8);
  } else if (range_.bounded && range_.upper <= range_.lower) {
    nothing_ = true;
  }
  if (!words_ || nothing_) return;
  const std::optional<std::uint64_t> low = first_from(range_.lower, false);
  nothing_ = !low;
  low_ = low.value_or(0);
  if (range_.bounded) {
    const std::optional<std::uint64_t> high = first_from(range_.upper, false);
    has_high_ = high.has_value();
    high_ = high.value_or(0);
  }
}

bool RangeWalk::found(int code) const {
  if (code == MDB_SUCCESS) [[likely]]
    return true;
  if (code == MDB_NOTFOUND) return false;
  fail("mdb_cursor_get", code, "scan");
}

bool RangeWalk::above_lower() const noexcept {
  if (words_) return load_word(key_.mv_data) >= low_;
  return range_.lower.empty() || to_view(key_) >= range_.lower;
}

bool RangeWalk::is_past_member() const noexcept {
  const ByteView after = range_.after_member;
  if (!word_members_) return to_view(data_) > after;
  const std::uint64_t member = swap_word(load_word(data_.mv_data));
  return ByteView(reinterpret_cast<const char*>(&member), 8) > after;
}

void RangeWalk::show_member() noexcept {
  if (word_members_) {
    shown_member_ = swap_word(load_word(block_));
    shown_value_ = ByteView(reinterpret_cast<const char*>(&shown_member_), 8);
  } else {
    shown_value_ = ByteView(block_, member_size_);
  }
}

// The cursor is at a key's first member, which data_ holds: the page with it follows as a block.
// LMDB must not be asked for a block of a key with one member: its inner cursor may still stand in
// the key before.
bool RangeWalk::take_block() {
  std::size_t members = 0;
  if (const int code = mdb_cursor_count(cursor_, &members); code != MDB_SUCCESS) {
    fail("mdb_cursor_count", code, "scan");
  }
  if (members > 1 && !found(move(MDB_GET_MULTIPLE))) return end();
  block_ = static_cast<const char*>(data_.mv_data);
  block_left_ = data_.mv_size / member_size_;
  if (block_left_ == 0) fail("mdb_cursor_get", MDB_CORRUPTED, "scan");
  show_member();
  return true;
}

bool RangeWalk::accept_forward(int code) {
  if (!found(code) || !below_upper()) return end();
  if (!blocks_) return show();
  return take_block();
}

bool RangeWalk::accept_backward(int code) {
  if (!found(code) || !above_lower()) return end();
  if (!range_.after_member.empty() && to_view(key_) == range_.lower && !is_past_member()) {
    return end();
  }
  return show();
}

bool RangeWalk::first() {
  block_left_ = 0;
  page_.close();
  if (nothing_) return end();
  ended_ = false;
  return reverse_ ? first_backward() : first_forward(range_.lower, true);
}

bool RangeWalk::first_forward(ByteView lower, bool with_member) {
  if (range_.single) {
    key_ = to_native(range_.lower);
    if (words_) {
      key_word_ = low_;
      key_ = {8, &key_word_};
    }
    if (with_member && !range_.after_member.empty()) return after_member(range_.lower);
    return accept_forward(move(MDB_SET_KEY));
  }
  if (words_) {
    const std::optional<std::uint64_t> from = first_from(lower, false);
    if (!from) return end();
    key_word_ = std::max(low_, *from);
    key_ = {8, &key_word_};
    return accept_forward(move(MDB_SET_RANGE));
  }
  if (with_member && !range_.after_member.empty() && !lower.empty()) return after_member(lower);
  if (lower.empty()) return accept_forward(move(MDB_FIRST));
  key_ = to_native(lower);
  return accept_forward(move(MDB_SET_RANGE));
}

// Starts behind a member of the key `lower`; where that key has no more, at the next key.
bool RangeWalk::after_member(ByteView lower) {
  const ByteView after = range_.after_member;
  key_ = to_native(lower);
  // What LMDB is asked for must have the members' width; a cut one comes first, a padded one may.
  char padded[storage::max_key_size] = {};
  std::uint64_t word = 0;
  if (member_size_ != 0) {
    std::memcpy(padded, after.data(), std::min(after.size(), member_size_));
    data_ = {member_size_, padded};
    if (word_members_) {
      word = load_big(padded);
      data_ = {8, &word};
    }
  } else {
    data_ = to_native(after);
  }
  bool there = found(move(MDB_GET_BOTH_RANGE));
  if (there && !is_past_member()) there = found(move(MDB_NEXT_DUP));
  if (there) {
    key_ = to_native(lower);
    if (!below_upper()) return end();
    if (!blocks_) return show();
    // The block begins at the start of its page: leave out what lies before.
    const char* const from = static_cast<const char*>(data_.mv_data);
    if (!found(move(MDB_GET_MULTIPLE))) return end();
    const char* const page = static_cast<const char*>(data_.mv_data);
    const std::size_t size = data_.mv_size;
    block_ = from >= page && from < page + size ? from : page;
    block_left_ = (size - static_cast<std::size_t>(block_ - page)) / member_size_;
    show_member();
    return true;
  }
  if (range_.single) return end();
  key_ = to_native(lower);
  if (!found(move(MDB_SET_RANGE))) return end();
  return accept_forward(to_view(key_) == lower ? move(MDB_NEXT_NODUP) : MDB_SUCCESS);
}

bool RangeWalk::step() {
  if (ended_) return false;
  if (reverse_) {
    if (range_.single) return set_ ? accept_backward(move(MDB_PREV_DUP)) : end();
    return accept_backward(move(MDB_PREV));
  }
  if (blocks_) {
    const int code = move(MDB_NEXT_MULTIPLE);
    if (code == MDB_SUCCESS) {
      block_ = static_cast<const char*>(data_.mv_data);
      block_left_ = data_.mv_size / member_size_;
      show_member();
      return true;
    }
    if (code != MDB_NOTFOUND) fail("mdb_cursor_get", code, "scan");
    return range_.single ? end() : accept_forward(move(MDB_NEXT_NODUP));
  }
  if (range_.single) return set_ ? accept_forward(move(MDB_NEXT_DUP)) : end();
  if (mapped_page_ != 0 && !page_.is_open()) {
    if (page_.open(key_, mapped_page_, words_ ? 8 : 0)) return next();
    mapped_page_ = 0;
  }
  if (page_.is_open()) leave_page();
  return accept_forward(move(MDB_NEXT));
}

bool RangeWalk::rest_of_page(std::uint64_t& left, FunctionRef<bool(ByteView, ByteView)> sink) {
  if (!page_.is_open()) return true;
  // Copies, of which the compiler knows that nobody else writes to them.
  LeafPage page = page_;
  MDB_val key = key_;
  MDB_val data = data_;
  std::uint64_t remaining = left;
  bool more = true;
  const auto give = [&](ByteView shown) { more = sink(shown, to_view(data)) && --remaining != 0; };
  if (words_) {
    const std::uint64_t last = has_high_ ? high_ - 1 : ~std::uint64_t{0};  // high_ is not 0
    while (more && page.next(key, data)) {
      const std::uint64_t word = load_word(key.mv_data);
      if (word > last) return !end();
      const std::uint64_t shown = swap_word(word);
      give({reinterpret_cast<const char*>(&shown), 8});
    }
  } else {
    while (more && page.next(key, data)) {
      if (range_.bounded && to_view(key) >= range_.upper) return !end();
      give(to_view(key));
    }
  }
  page_ = page;
  key_ = key;
  data_ = data;
  left = remaining;
  return more;
}

// The cursor catches up.
void RangeWalk::leave_page() {
  // Where LMDB has to be asked for one entry, it is asked for all.
  if (!page_.is_at_end()) mapped_page_ = 0;
  page_.close();
  if (words_) {
    key_word_ = load_word(key_.mv_data);
    key_ = {8, &key_word_};
  }
  if (!found(move(MDB_SET_KEY))) fail("mdb_cursor_get", MDB_CORRUPTED, "scan");
}

bool RangeWalk::single_backward() {
  key_ = to_native(range_.lower);
  if (words_) {
    key_word_ = low_;
    key_ = {8, &key_word_};
  }
  int code = move(MDB_SET_KEY);
  if (code == MDB_SUCCESS && set_) {
    code = move(MDB_LAST_DUP);
    key_ = to_native(range_.lower);
  }
  return accept_backward(code);
}

bool RangeWalk::first_backward() {
  if (range_.single) return single_backward();
  if (words_ ? !has_high_ : !range_.bounded) return accept_backward(move(MDB_LAST));
  return first_backward_from(range_.upper, Bound::beyond);
}

// The last entry before (at: at or before) `upper`.
bool RangeWalk::first_backward_from(ByteView upper, Bound bound) {
  key_ = to_native(upper);
  if (words_) {
    // As an exclusive bound in either case.
    const std::optional<std::uint64_t> high = first_from(upper, bound == Bound::at);
    if (!high) return accept_backward(move(MDB_LAST));
    key_word_ = *high;
    key_ = {8, &key_word_};
  } else if (upper.empty()) {
    return end();
  }
  int code = move(MDB_SET_RANGE);
  if (!found(code)) return accept_backward(move(MDB_LAST));
  if (!words_ && bound == Bound::at && to_view(key_) == upper) {
    if (set_) {
      code = move(MDB_LAST_DUP);
      key_ = to_native(upper);
    }
    return accept_backward(code);
  }
  return accept_backward(move(set_ ? MDB_PREV_NODUP : MDB_PREV));
}

bool RangeWalk::seek(ByteView key) {
  block_left_ = 0;
  page_.close();
  if (nothing_) return end();
  ended_ = false;
  if (!reverse_) {
    if (key <= range_.lower) return first();
    if (range_.single) return end();
    return first_forward(key, false);
  }
  if (range_.single) return key >= range_.lower ? first() : end();
  if (range_.bounded && key >= range_.upper) return first();
  return first_backward_from(key, Bound::at);
}

}  // namespace kindred::lmdb
