#include "json/base64.hpp"

#include <array>
#include <cstdint>

namespace kindred::json {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> digits = [] {
  std::array<std::int8_t, 256> out{};
  for (auto& d : out) d = -1;
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    out[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  return out;
}();

}  // namespace

void append_base64(std::string& out, ByteView bytes) {
  out.reserve(out.size() + (bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 | (k < n ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) out += k <= n ? alphabet[group >> (18 - 6 * k) & 63] : '=';
  }
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::string_view group = text.substr(i, 4);
    const bool is_last = i + 4 == text.size();
    for (int k = 0; k < 2 && is_last && group.back() == '='; ++k) group.remove_suffix(1);
    std::uint32_t bits = 0;
    for (const char c : group) {
      const int digit = digits[static_cast<unsigned char>(c)];
      if (digit < 0) return std::nullopt;
      bits = bits << 6 | static_cast<std::uint32_t>(digit);
    }
    const std::size_t bytes = group.size() - 1;  // 1 to 3
    const std::size_t spare = group.size() * 6 - bytes * 8;
    if ((bits & ((1u << spare) - 1)) != 0) return std::nullopt;
    bits >>= spare;
    for (std::size_t k = bytes; k-- > 0;) out += static_cast<char>(bits >> (8 * k) & 0xff);
  }
  return out;
}

}  // namespace kindred::json
