#include "engine/query_sort.hpp"

#include <algorithm>
#include <utility>

namespace kindred::engine {
namespace {

// Bytes from `start` on, so that they sort the other way round.
void turn(Buffer& bytes, std::size_t start) {
  for (std::size_t i = start; i < bytes.size(); ++i)
    bytes.data()[i] = static_cast<char>(~bytes.data()[i]);
}

// The row form in the width that wide_part stands for.
ByteView widen(const SortColumn& by, ByteView bytes, char (&out)[8]) {
  if (by.column.form == Form::real && bytes.size() == 4) {
    format::store_le(out, static_cast<double>(format::load_le<float>(bytes.data())));
    return {out, 8};
  }
  if (by.column.form != Form::integer || by.part.row_width != 8 || bytes.size() == 8) return bytes;
  std::uint64_t v = 0;
  std::memcpy(&v, bytes.data(), bytes.size());
  const unsigned unused = 64 - 8 * static_cast<unsigned>(bytes.size());
  if (by.column.is_signed)
    v = static_cast<std::uint64_t>(static_cast<std::int64_t>(v << unused) >> unused);
  format::store_le(out, v);
  return {out, 8};
}

}  // namespace

void RowSorter::encode(ByteView key, const RowView& row) {
  order_.clear();
  for (const SortColumn& by : plan_.order) {
    const std::size_t start = order_.size();
    ByteView bytes;
    if (table_.column_bytes(by.column.ordinal, key, row, scratch_, bytes)) {
      char wide[8];
      order_.push_back(format::value_mark);
      format::append_key_part(order_, by.part, widen(by, bytes, wide), false);
    } else {
      order_.push_back(format::null_mark);
    }
    if (by.descending) turn(order_, start);
  }
  if (!plan_.ties_descend) {
    order_.append(key);
    return;
  }
  // With an end, so that a key that goes on comes before the one that it begins with.
  const std::size_t ties = order_.size();
  format::append_key_part(order_, {KeyPart::Kind::text, 0, 0}, key, false);
  turn(order_, ties);
}

void RowSorter::add(ByteView key, ByteView row) {
  encode(key, RowView(table_.layout, row));
  if (bounded_ && order_.view() >= bound_) return;
  items_.push_back({arena_.keep(order_.view()), arena_.keep(key),
                    life_ == RowLife::copied ? arena_.keep(row) : row});
  if (items_.size() / 2 >= most_) halve();
}

// Of twice as many rows as are wanted, the first half.
void RowSorter::halve() {
  const auto middle = items_.begin() + static_cast<std::ptrdiff_t>(most_);
  std::nth_element(items_.begin(), middle, items_.end(),
                   [](const Item& a, const Item& b) { return a.order < b.order; });
  bound_.assign(middle->order);
  bounded_ = true;
  items_.resize(static_cast<std::size_t>(most_));
  spare_.clear();
  for (Item& item : items_) {
    item.order = spare_.keep(item.order);
    item.key = spare_.keep(item.key);
    if (life_ == RowLife::copied) item.row = spare_.keep(item.row);
  }
  std::swap(arena_, spare_);
}

void RowSorter::take(FunctionRef<bool(ByteView key, ByteView row)> sink) {
  std::sort(items_.begin(), items_.end(),
            [](const Item& a, const Item& b) { return a.order < b.order; });
  for (const Item& item : items_)
    if (!sink(item.key, item.row)) break;
  items_.clear();
  arena_.clear();
  bounded_ = false;
}

}  // namespace kindred::engine
