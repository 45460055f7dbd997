// What typed reads give: ranges of entities, and stored rows read in place.
//
//   for (const User& u : now.range<User>()) ...
//   for (const RowView<User>& row : now.views<User>()) if (row[field<&User::age>] > 30) ...
//
// All of them point into the snapshot that they come from and must not outlive it. Threads: as
// their snapshot.
#pragma once

#include <cstring>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "kindred/detail/typed_access.hpp"
#include "kindred/entity.hpp"

namespace kindred {

namespace detail {
// What a column of V reads as, in place.
template <class V>
using ReadAs = std::conditional_t<std::is_same_v<V, std::string>, std::string_view, V>;
}  // namespace detail

// A stored row. Valid until the snapshot goes, or (in a range) until the next row, or (in a
// transaction) its next write.
template <class E>
class RowView {
 public:
  RowView(const detail::RawRow& raw, std::shared_ptr<const detail::RowPlan> plan)
      : raw_(raw), plan_(std::move(plan)) {
    raw_.plan = plan_.get();
  }

  // The column's value: text as a std::string_view in place, other types by value; optional where
  // it is nullable. Throws CorruptionError where the bytes are no such value.
  template <auto P>
  [[nodiscard]] auto operator[](FieldOf<P>) const {
    using V = typename FieldOf<P>::value_type;
    constexpr std::size_t column = detail::column_index<E, P>;
    if constexpr (detail::is_optional<V>) {
      using Read = detail::ReadAs<typename V::value_type>;
      return read_optional<Read>(column);
    } else {
      return read<detail::ReadAs<V>>(column);
    }
  }
  [[nodiscard]] detail::RawRow& raw() noexcept { return raw_; }

 private:
  template <class T>
  [[nodiscard]] T read(std::size_t column) const {
    using Kind = detail::FieldCodec::Kind;
    const detail::RowSlot& slot = plan_->slots[column];
    const detail::FieldCodec& codec = plan_->fields[column];
    if constexpr (std::is_trivially_copyable_v<T> && !std::is_same_v<T, std::string_view>) {
      if (slot.width == sizeof(T) && codec.kind <= Kind::copy16) {
        T out;
        std::memcpy(&out, raw_.row.data() + slot.offset, sizeof(T));
        return out;
      }
    }
    detail::Buffer scratch;
    ByteView bytes;
    const bool found = raw_.column(column, scratch, bytes);
    if constexpr (std::is_same_v<T, std::string_view>) {
      // A key column is decoded from the key, not read in place: it is held by the view.
      if (found && slot.variable == detail::RowSlot::none) {
        std::string& held = held_[column];
        held.assign(bytes);
        return held;
      }
      return bytes;
    } else {
      T out{};
      if (!found) return out;
      if (codec.kind <= Kind::copy16) {
        if constexpr (std::is_trivially_copyable_v<T>) std::memcpy(&out, bytes.data(), sizeof(T));
      } else if (codec.kind == Kind::fixed) {
        codec.load(&out, bytes.data());
      } else if (codec.kind == Kind::variable) {
        codec.assign(&out, bytes);
      }
      return out;
    }
  }
  template <class T>
  [[nodiscard]] std::optional<T> read_optional(std::size_t column) const {
    const detail::RowSlot& slot = plan_->slots[column];
    if (raw_.is_null(slot)) return std::nullopt;
    if constexpr (std::is_same_v<T, std::string_view>) return read<T>(column);
    // Nullable columns of other types have codecs of optional<T>.
    detail::Buffer scratch;
    ByteView bytes;
    std::optional<T> out;
    if (!raw_.column(column, scratch, bytes)) return out;
    const detail::FieldCodec& codec = plan_->fields[column];
    if (codec.kind == detail::FieldCodec::Kind::fixed)
      codec.load(&out, bytes.data());
    else
      codec.assign(&out, bytes);
    return out;
  }

  detail::RawRow raw_;
  std::shared_ptr<const detail::RowPlan> plan_;
  mutable std::map<std::size_t, std::string> held_;  // text key columns, by column
};

namespace detail {

// begin() to end() of something with advance() and current().
template <class Range, class T>
class PullIterator {
 public:
  using value_type = T;
  using difference_type = std::ptrdiff_t;
  PullIterator() = default;
  explicit PullIterator(Range* range) : range_(range) {}
  const T& operator*() const { return range_->current(); }
  const T* operator->() const { return &range_->current(); }
  PullIterator& operator++() {
    if (!range_->advance()) range_ = nullptr;
    return *this;
  }
  void operator++(int) { ++*this; }
  friend bool operator==(const PullIterator& it, std::default_sentinel_t) {
    return it.range_ == nullptr;
  }

 private:
  Range* range_ = nullptr;
};

}  // namespace detail

// Entities in key order, decoded one by one into one object: copy what is to be kept. A single
// pass.
template <class E>
class EntityRange {
 public:
  explicit EntityRange(detail::EntityCursor cursor) : cursor_(std::move(cursor)) {}
  using iterator = detail::PullIterator<EntityRange, E>;
  [[nodiscard]] iterator begin() { return advance() ? iterator(this) : iterator(); }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }
  bool advance() { return cursor_.next(&entity_); }
  [[nodiscard]] const E& current() const { return entity_; }

 private:
  detail::EntityCursor cursor_;
  E entity_{};
};

// Rows in place, in key order. A single pass.
template <class E>
class RowViewRange {
 public:
  RowViewRange(detail::EntityCursor cursor, std::shared_ptr<const detail::RowPlan> plan,
               detail::RowCheck check)
      : cursor_(std::move(cursor)), plan_(plan), check_(check), row_({}, std::move(plan)) {}
  using iterator = detail::PullIterator<RowViewRange, RowView<E>>;
  [[nodiscard]] iterator begin() { return advance() ? iterator(this) : iterator(); }
  [[nodiscard]] std::default_sentinel_t end() const { return {}; }
  bool advance() { return cursor_.next_row(*plan_, check_, row_.raw()); }
  [[nodiscard]] const RowView<E>& current() const { return row_; }

 private:
  detail::EntityCursor cursor_;
  std::shared_ptr<const detail::RowPlan> plan_;
  detail::RowCheck check_;
  RowView<E> row_;
};

}  // namespace kindred
