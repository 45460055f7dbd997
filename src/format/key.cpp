#include "format/key.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "format/bytes.hpp"
#include "format/checksum.hpp"

namespace kindred::format {
namespace {

constexpr std::uint64_t sign_bit = std::uint64_t{1} << 63;
constexpr char text_mark = '\1';

std::uint64_t extend(const char* from, unsigned width, bool is_signed) noexcept {
  switch (width) {
    case 1:
      return is_signed ? static_cast<std::uint64_t>(std::int64_t{load_le<std::int8_t>(from)})
                       : load_le<std::uint8_t>(from);
    case 2:
      return is_signed ? static_cast<std::uint64_t>(std::int64_t{load_le<std::int16_t>(from)})
                       : load_le<std::uint16_t>(from);
    case 4:
      return is_signed ? static_cast<std::uint64_t>(std::int64_t{load_le<std::int32_t>(from)})
                       : load_le<std::uint32_t>(from);
    default: return load_le<std::uint64_t>(from);
  }
}

std::uint64_t total_order(double d) noexcept {
  if (d == 0) d = 0;  // -0 as +0
  if (std::isnan(d)) d = std::numeric_limits<double>::quiet_NaN();
  const auto bits = std::bit_cast<std::uint64_t>(d);
  if (std::isnan(d)) return (bits & ~sign_bit) | sign_bit;
  return bits & sign_bit ? ~bits : bits | sign_bit;
}

double from_total_order(std::uint64_t v) noexcept {
  return std::bit_cast<double>(v & sign_bit ? v & ~sign_bit : ~v);
}

// Whether the low `width` bytes, extended, give the same number again.
bool narrow(std::uint64_t v, unsigned width, bool is_signed, Buffer& out) {
  char bytes[8];
  store_le(bytes, v);
  if (extend(bytes, width, is_signed) != v) return false;
  out.append(bytes, width);
  return true;
}

}  // namespace

KeyPart KeyPart::of(const Type& type) {
  const auto width = static_cast<std::uint8_t>(type.width());
  switch (type.code) {
    case TypeCode::boolean: return {Kind::boolean, 1, 1};
    case TypeCode::uint8:
    case TypeCode::uint16:
    case TypeCode::uint32:
    case TypeCode::uint64: return {Kind::plain, width, 8};
    case TypeCode::enumeration: {
      const bool is_unsigned =
          type.underlying >= TypeCode::uint8 && type.underlying <= TypeCode::uint64;
      return {is_unsigned ? Kind::plain : Kind::sign, width, 8};
    }
    case TypeCode::float32: return {Kind::float32, 4, 8};
    case TypeCode::float64: return {Kind::float64, 8, 8};
    case TypeCode::uuid: return {Kind::uuid, 16, 16};
    case TypeCode::decimal:
      if (width == 16) return {Kind::sign128, 16, 16};
      return {Kind::sign, 8, 8};
    case TypeCode::text:
    case TypeCode::bytes: return {Kind::text, 0, 0};
    default: return {Kind::sign, width, 8};
  }
}

void append_key_part(Buffer& out, KeyPart part, ByteView row_form, bool last) {
  switch (part.kind) {
    case KeyPart::Kind::sign:
      store_be64(out.need(8), extend(row_form.data(), part.row_width, true) ^ sign_bit);
      out.advance(8);
      return;
    case KeyPart::Kind::plain:
      store_be64(out.need(8), extend(row_form.data(), part.row_width, false));
      out.advance(8);
      return;
    case KeyPart::Kind::boolean: out.push_back(row_form[0] ? '\1' : '\0'); return;
    case KeyPart::Kind::float32:
      store_be64(out.need(8), total_order(static_cast<double>(load_le<float>(row_form.data()))));
      out.advance(8);
      return;
    case KeyPart::Kind::float64:
      store_be64(out.need(8), total_order(load_le<double>(row_form.data())));
      out.advance(8);
      return;
    case KeyPart::Kind::uuid: out.append(row_form); return;
    case KeyPart::Kind::sign128:
      store_be64(out.need(16), load_le<std::uint64_t>(row_form.data() + 8) ^ sign_bit);
      store_be64(out.need(16) + 8, load_le<std::uint64_t>(row_form.data()));
      out.advance(16);
      return;
    case KeyPart::Kind::text:
      out.push_back(text_mark);
      if (last) {
        out.append(row_form);
        return;
      }
      for (;;) {
        const auto zero = row_form.find('\0');
        out.append(row_form.substr(0, zero));
        if (zero == ByteView::npos) break;
        out.append("\0\xff", 2);
        row_form.remove_prefix(zero + 1);
      }
      out.append("\0\0", 2);
      return;
  }
}

bool skip_key_part(ByteView& in, KeyPart part, bool last, ByteView& out) {
  std::size_t n = part.key_width;
  if (part.kind == KeyPart::Kind::text) {
    if (in.empty() || in[0] != text_mark) return false;
    if (last) {
      n = in.size();
    } else {
      std::size_t at = 1;
      for (;;) {
        at = in.find('\0', at);
        if (at == ByteView::npos || at + 1 >= in.size()) return false;
        const char next = in[at + 1];
        at += 2;
        if (next == '\0') break;
        if (next != '\xff') return false;
      }
      n = at;
    }
  }
  if (in.size() < n) return false;
  out = in.substr(0, n);
  in.remove_prefix(n);
  return true;
}

bool take_key_part(ByteView& in, KeyPart part, bool last, Buffer& out) {
  ByteView piece;
  if (!skip_key_part(in, part, last, piece)) return false;
  switch (part.kind) {
    case KeyPart::Kind::sign:
      return narrow(load_be64(piece.data()) ^ sign_bit, part.row_width, true, out);
    case KeyPart::Kind::plain: return narrow(load_be64(piece.data()), part.row_width, false, out);
    case KeyPart::Kind::boolean:
      if (static_cast<unsigned char>(piece[0]) > 1) return false;
      out.push_back(piece[0]);
      return true;
    case KeyPart::Kind::float32:
      store_le(out.need(4), static_cast<float>(from_total_order(load_be64(piece.data()))));
      out.advance(4);
      return true;
    case KeyPart::Kind::float64:
      store_le(out.need(8), from_total_order(load_be64(piece.data())));
      out.advance(8);
      return true;
    case KeyPart::Kind::uuid: out.append(piece); return true;
    case KeyPart::Kind::sign128:
      store_le(out.need(16), load_be64(piece.data() + 8));
      store_le(out.need(16) + 8, load_be64(piece.data()) ^ sign_bit);
      out.advance(16);
      return true;
    case KeyPart::Kind::text:
      piece.remove_prefix(1);
      if (last) {
        out.append(piece);
        return true;
      }
      piece.remove_suffix(2);
      for (;;) {
        const auto zero = piece.find('\0');
        out.append(piece.substr(0, zero));
        if (zero == ByteView::npos) return true;
        out.push_back('\0');
        piece.remove_prefix(zero + 2);
      }
  }
  return false;
}

void cut_key(Buffer& out, std::size_t start) {
  if (out.size() - start < longest_key) [[likely]]
    return;
  const auto tail = hash128({out.data() + start, out.size() - start});
  out.resize_down(start + cut_prefix);
  out.append(tail.data(), tail.size());
}

std::string successor(ByteView prefix) {
  std::string out(prefix);
  while (!out.empty()) {
    if (static_cast<unsigned char>(out.back()) != 0xff) {
      out.back() = static_cast<char>(static_cast<unsigned char>(out.back()) + 1);
      return out;
    }
    out.pop_back();
  }
  return out;
}

}  // namespace kindred::format
