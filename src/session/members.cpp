#include "session/members.hpp"

#include <cstring>

namespace kindred::detail {
namespace {

// A value of fixed width, padded to 16 bytes whatever its kind, so that equal values of int64 and
// optional<int64> give equal bytes. False where it is null. Precondition: the kind has a width.
bool read_fixed(const char* at, const FieldCodec& codec, char* slot) {
  switch (codec.kind) {
    case FieldCodec::Kind::fixed: return codec.store(at, slot);
    case FieldCodec::Kind::copy1: *slot = *at; break;
    case FieldCodec::Kind::copy2: std::memcpy(slot, at, 2); break;
    case FieldCodec::Kind::copy4: std::memcpy(slot, at, 4); break;
    case FieldCodec::Kind::copy8: std::memcpy(slot, at, 8); break;
    default: std::memcpy(slot, at, 16);
  }
  return true;
}

}  // namespace

bool append_member(const void* object, const FieldCodec& codec, Buffer& out) {
  const char* at = static_cast<const char*>(object) + codec.offset;
  if (codec.kind == FieldCodec::Kind::variable) return codec.append(at, out);
  if (codec.kind == FieldCodec::Kind::text) {
    out.append(*reinterpret_cast<const std::string*>(at));
    return true;
  }
  char slot[16]{};
  if (!read_fixed(at, codec, slot)) return false;
  out.append(slot, sizeof(slot));
  return true;
}

}  // namespace kindred::detail

namespace kindred::session {
namespace {

constexpr std::size_t widths[] = {1, 2, 4, 8, 16};

bool all_zero(const char* at, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i)
    if (at[i] != 0) return false;
  return true;
}

bool has_width(FieldCodec::Kind kind) {
  return kind != FieldCodec::Kind::text && kind != FieldCodec::Kind::variable;
}

bool is_plain(FieldCodec::Kind kind) { return kind <= FieldCodec::Kind::copy16; }

// Of the parent's side of a reference: a sequence key of 0.
bool is_unset(const State& s, std::size_t column) {
  return s.mapper->narrow_key && column == s.mapper->keys.front() && key_is_unset(s);
}

}  // namespace

std::string named(const Link& link) {
  return std::string(link.from->name) + "." + std::string(link.name);
}

bool is_unflushed(const State& s, const Link& link) {
  const Slot& r = slot(s, link);
  if (!link.many) return (r.flags & Slot::changed) != 0;
  return r.at != nullptr && !(r.many()->added.empty() && r.many()->removed.empty());
}

void Cell::read(const State& s, std::size_t column) {
  const FieldCodec& codec = codec_of(s, column);
  bytes_.clear();
  fixed_ = {};
  if (has_width(codec.kind))
    null_ = !detail::read_fixed(member(s, column), codec, fixed_.data());
  else
    null_ = !detail::append_member(s.object(), codec, bytes_);
}

void Cell::write(State& s, std::size_t column) const {
  const FieldCodec& codec = codec_of(s, column);
  char* at = member(s, column);
  if (null_ && codec.set_null != nullptr) return codec.set_null(at);
  switch (codec.kind) {
    case FieldCodec::Kind::text:
      reinterpret_cast<std::string*>(at)->assign(bytes_.data() ? bytes_.view()
                                                               : std::string_view());
      return;
    case FieldCodec::Kind::variable:
      if (!null_) codec.assign(at, bytes_.view());
      return;
    case FieldCodec::Kind::fixed: codec.load(at, fixed_.data()); return;
    default:  // null is zero
      std::memcpy(at, fixed_.data(), widths[static_cast<std::size_t>(codec.kind)]);
  }
}

bool Cell::is_zero() const noexcept { return bytes_.size() == 0 && all_zero(fixed_.data(), 16); }

bool key_is_unset(const State& s) {
  if (!s.mapper->narrow_key) return false;
  const std::size_t column = s.mapper->keys.front();
  const FieldCodec& codec = codec_of(s, column);
  return is_plain(codec.kind) &&
         all_zero(member(s, column), widths[static_cast<std::size_t>(codec.kind)]);
}

bool can_refer_to(const Link& link, const State& parent) {
  for (const Link::Column& c : link.columns)
    if (is_unset(parent, c.parent)) return false;
  return true;
}

void write_reference(State& child, const Link& link, const State* parent) {
  if (parent != nullptr && !can_refer_to(link, *parent)) return;
  Cell cell;
  for (const Link::Column& c : link.columns) {
    if (parent != nullptr) cell.read(*parent, c.parent);
    cell.write(child, c.child);
  }
}

bool refers_to(const State& child, const Link& link, const State& parent) {
  if (link.columns.empty()) return false;
  for (const Link::Column& c : link.columns) {
    const FieldCodec& from = codec_of(child, c.child);
    if (from.kind == FieldCodec::Kind::copy8 &&
        codec_of(parent, c.parent).kind == FieldCodec::Kind::copy8) {
      if (std::memcmp(member(child, c.child), member(parent, c.parent), 8) != 0) return false;
      continue;
    }
    const Cell a(child, c.child);
    if (a.is_null() || !(a == Cell(parent, c.parent))) return false;
  }
  return true;
}

bool refers_to_nothing(const State& child, const Link& link) {
  const Mapper& to = link.local ? link.target() : *link.from;
  for (const Link::Column& c : link.columns) {
    const Cell cell(child, c.child);
    if (cell.is_null()) return true;
    if (to.narrow_key && link.columns.size() == 1 && c.parent == to.keys.front() && cell.is_zero())
      return true;
  }
  return link.columns.empty();
}

}  // namespace kindred::session
