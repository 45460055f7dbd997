// A cursor over a std::map of pairs (key, member), for backends or buffers that keep entries in
// one. Maps of a storage leave the member empty and use the mapped value; sets leave that empty.
//
// Threads: those of the Reader that gives it out.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "kindred/storage.hpp"

namespace kindred::storage {

using PairEntries = std::map<std::pair<std::string, std::string>, std::string>;

class PairCursor final : public Cursor {
 public:
  // `entries` outlives the cursor; `check` is called first by each call, to throw where it is not
  // allowed.
  PairCursor(const PairEntries& entries, Shape shape, const Range& range,
             const ScanOptions& options, std::function<void()> check)
      : entries_(entries),
        set_(shape.is_set()),
        options_(options),
        check_(std::move(check)),
        low_(range.lower, "") {
    if (set_ && !range.after_member.empty()) low_.second = following(range.after_member);
    if (range.single) {
      high_ = Pair(following(range.lower), "");
    } else if (range.bounded) {
      high_ = Pair(range.upper, "");
    }
    place(low_, high_);
  }

  std::optional<Entry> next() override {
    check_();
    if (from_ == to_ || (options_.limit != 0 && given_ == options_.limit)) return std::nullopt;
    ++given_;
    const auto& [pair, value] = options_.reverse ? *--to_ : *from_++;
    return Entry{pair.first, set_ ? pair.second : value};
  }

  void seek(ByteView key) override {
    check_();
    if (options_.reverse) {
      const Pair behind(following(key), "");
      place(low_, high_ ? std::min(*high_, behind) : behind);
    } else {
      place(std::max(low_, Pair(key, "")), high_);
    }
  }

 private:
  using Pair = std::pair<std::string, std::string>;

  // The next byte string in order.
  static std::string following(ByteView bytes) { return std::string(bytes) + '\0'; }
  void place(const Pair& low, const std::optional<Pair>& high) {
    from_ = entries_.lower_bound(low);
    to_ = !high ? entries_.end() : *high < low ? from_ : entries_.lower_bound(*high);
  }

  const PairEntries& entries_;
  bool set_;
  ScanOptions options_;
  std::function<void()> check_;
  Pair low_;
  std::optional<Pair> high_;
  PairEntries::const_iterator from_;
  PairEntries::const_iterator to_;
  std::uint64_t given_ = 0;
};

}  // namespace kindred::storage
