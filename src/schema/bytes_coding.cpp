// Bytes as text and back: UTF-8, base64 of both alphabets, hexadecimal.
#include <array>

#include "kindred/detail/utf8.hpp"
#include "src/schema/scalar_text.hpp"

namespace kindred::schema::detail {
namespace {

constexpr std::string_view standard_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::uint8_t no_symbol = 0xFF;

using Symbols = std::array<std::uint8_t, 256>;

constexpr Symbols symbols_of(std::string_view alphabet) {
  Symbols out{};
  out.fill(no_symbol);
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    out[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return out;
}

constexpr Symbols standard_symbols = symbols_of(standard_alphabet);
constexpr Symbols url_symbols = symbols_of(url_alphabet);

unsigned byte_at(std::string_view text, std::size_t at) noexcept {
  return static_cast<unsigned char>(text[at]);
}

// Why a text is not base64: the kind decides which of the others is filled.
struct Base64Fault {
  enum class Kind : std::uint8_t { none, symbol, last_symbol, length };
  Kind kind = Kind::none;
  std::size_t offset = 0;
  unsigned byte = 0;

  [[nodiscard]] std::string text() const {
    const std::string at = std::to_string(byte) + ", offset " + std::to_string(offset) + ".";
    switch (kind) {
      case Kind::symbol: return "Invalid symbol " + at;
      case Kind::last_symbol: return "Invalid last symbol " + at;
      case Kind::length: return "Invalid input length: " + std::to_string(offset);
      case Kind::none: break;
    }
    return {};
  }
};

// The up to four symbols of the last group, with its padding, which may be left out in part.
class LastGroup {
 public:
  LastGroup(std::string_view text, std::size_t start, const Symbols& symbols)
      : text_(text), start_(start), symbols_(symbols) {}

  Base64Fault decode(Bytes& out) {
    using Kind = Base64Fault::Kind;
    if (const Base64Fault fault = read(); fault.kind != Kind::none) return fault;
    if (!text_.empty() && count_ < 2) return {Kind::length, start_ + count_};
    const unsigned whole_bits = count_ * 6 / 8 * 8;
    const unsigned spare = count_ * 6 - whole_bits;
    if ((bits_ & ((1u << spare) - 1)) != 0) {
      return {Kind::last_symbol, start_ + count_ - 1, byte_at(text_, start_ + count_ - 1)};
    }
    for (unsigned shift = whole_bits; shift > 0; shift -= 8) {
      out.push_back(static_cast<std::byte>(bits_ >> (spare + shift - 8) & 0xFFu));
    }
    return {};
  }

 private:
  Base64Fault read() {
    using Kind = Base64Fault::Kind;
    std::size_t padding = 0;
    for (std::size_t at = start_; at < text_.size(); ++at) {
      if (text_[at] == '=') {
        if (at - start_ < 2) return {Kind::symbol, at, '='};
        if (padding == 0) padding = at;
        continue;
      }
      if (padding != 0) return {Kind::symbol, padding, '='};
      const std::uint8_t symbol = symbols_[byte_at(text_, at)];
      if (symbol == no_symbol) return {Kind::symbol, at, byte_at(text_, at)};
      bits_ = bits_ << 6 | symbol;
      ++count_;
    }
    return {};
  }

  std::string_view text_;
  std::size_t start_;
  const Symbols& symbols_;
  unsigned bits_ = 0;
  unsigned count_ = 0;
};

Base64Fault decode_base64(std::string_view text, const Symbols& symbols, Bytes& out) {
  using Kind = Base64Fault::Kind;
  out.clear();
  const std::size_t left_over = text.size() % 4;
  if (left_over == 1 && text.back() != '=' &&
      symbols[byte_at(text, text.size() - 1)] == no_symbol) {
    return {Kind::symbol, text.size() - 1, byte_at(text, text.size() - 1)};
  }
  std::size_t start = text.size() - left_over;
  if (left_over == 0 && start != 0) start -= 4;
  out.reserve(text.size() / 4 * 3 + 3);
  for (std::size_t at = 0; at < start; at += 4) {
    unsigned bits = 0;
    for (std::size_t i = at; i < at + 4; ++i) {
      const std::uint8_t symbol = symbols[byte_at(text, i)];
      if (symbol == no_symbol) return {Kind::symbol, i, byte_at(text, i)};
      bits = bits << 6 | symbol;
    }
    for (unsigned shift = 24; shift > 0; shift -= 8) {
      out.push_back(static_cast<std::byte>(bits >> (shift - 8) & 0xFFu));
    }
  }
  return LastGroup(text, start, symbols).decode(out);
}

constexpr int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A byte as a character of Latin-1 in quotes, as Rust's Debug has it.
std::string quoted(char c) {
  const auto byte = static_cast<unsigned char>(c);
  static constexpr char digits[] = "0123456789abcdef";
  std::string out = "'";
  if (c == '\0') {
    out += "\\0";
  } else if (c == '\t') {
    out += "\\t";
  } else if (c == '\n') {
    out += "\\n";
  } else if (c == '\r') {
    out += "\\r";
  } else if (c == '\'' || c == '\\') {
    out += '\\';
    out += c;
  } else if (byte < 0x20 || (byte >= 0x7F && byte <= 0xA0) || byte == 0xAD) {
    out += "\\u{";
    if (byte >= 0x10) out += digits[byte >> 4];
    out += digits[byte & 0xF];
    out += '}';
  } else if (byte < 0x80) {
    out += c;
  } else {
    out += static_cast<char>(0xC0 | byte >> 6);
    out += static_cast<char>(0x80 | (byte & 0x3F));
  }
  return out + '\'';
}

bool decode_hex(std::string_view text, Bytes& out, std::string& why) {
  out.clear();
  if (text.size() % 2 != 0) {
    why = "Odd number of digits";
    return false;
  }
  out.reserve(text.size() / 2);
  for (std::size_t at = 0; at < text.size(); at += 2) {
    const int high = hex_value(text[at]);
    const int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0) {
      const std::size_t bad = high < 0 ? at : at + 1;
      why = "Invalid character " + quoted(text[bad]) + " at position " + std::to_string(bad);
      return false;
    }
    out.push_back(static_cast<std::byte>(high * 16 + low));
  }
  return true;
}

bool decode_any_base64(std::string_view text, Bytes& out, std::string& why) {
  Base64Fault fault = decode_base64(text, url_symbols, out);
  // Only what the other alphabet has makes it the other alphabet.
  if (fault.kind == Base64Fault::Kind::symbol && (fault.byte == '+' || fault.byte == '/')) {
    fault = decode_base64(text, standard_symbols, out);
  }
  if (fault.kind == Base64Fault::Kind::none) return true;
  why = fault.text();
  return false;
}

void encode_base64(std::string& out, const Bytes& bytes) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t n = bytes.size() - at < 3 ? bytes.size() - at : 3;
    unsigned bits = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      bits = bits << 8 | (i < n ? std::to_integer<unsigned>(bytes[at + i]) : 0u);
    }
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= n ? url_alphabet[bits >> (18 - 6 * i) & 0x3Fu] : '=';
    }
  }
}

}  // namespace

bool decode_bytes(std::string_view text, BytesCoding coding, Bytes& out, std::string& why) {
  switch (coding) {
    case BytesCoding::utf8: {
      const auto* const first = reinterpret_cast<const std::byte*>(text.data());
      out.assign(first, first + text.size());
      return true;
    }
    case BytesCoding::base64: return decode_any_base64(text, out, why);
    case BytesCoding::hex: return decode_hex(text, out, why);
  }
  return false;
}

bool encode_bytes(std::string& out, const Bytes& bytes, BytesCoding coding) {
  static constexpr char digits[] = "0123456789abcdef";
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  switch (coding) {
    case BytesCoding::utf8:
      if (!kindred::detail::is_utf8(text)) return false;
      out += text;
      return true;
    case BytesCoding::base64: encode_base64(out, bytes); return true;
    case BytesCoding::hex:
      for (const char c : text) {
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 0xF];
      }
      return true;
  }
  return false;
}

}  // namespace kindred::schema::detail
