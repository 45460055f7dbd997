// The checks that the handler and the walk written by hand make.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace kindred::bench {

inline constexpr std::size_t longest_username = 50;

namespace hand {
enum Part : std::uint8_t { local = 1, domain = 2 };
constexpr std::array<std::uint8_t, 256> make_parts() {
  std::array<std::uint8_t, 256> out{};
  const auto allow = [&](std::string_view characters, unsigned in) {
    for (const char c : characters) out[static_cast<unsigned char>(c)] = static_cast<Part>(in);
  };
  allow("ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'*+/=?^_`{|}~", local);
  allow("abcdefghijklmnopqrstuvwxyz0123456789-", local | domain);
  return out;
}
inline constexpr auto parts = make_parts();

// Words of the given characters with single dots between; the number of dots, or -1.
inline int dots(std::string_view text, Part part) noexcept {
  int out = 0;
  bool is_word = false;
  for (const char c : text) {
    if ((parts[static_cast<unsigned char>(c)] & part) != 0) {
      is_word = true;
    } else if (c == '.' && is_word) {
      is_word = false;
      ++out;
    } else {
      return -1;
    }
  }
  return is_word ? out : -1;
}

constexpr bool two_digits(const char* at, unsigned& out) noexcept {
  const unsigned tens = static_cast<unsigned char>(at[0]) - unsigned{'0'};
  const unsigned units = static_cast<unsigned char>(at[1]) - unsigned{'0'};
  out = tens * 10 + units;
  return tens <= 9 && units <= 9;
}
}  // namespace hand

// name@example.com: ASCII, a domain with a dot.
inline bool is_email(std::string_view text) noexcept {
  const std::size_t at = text.find('@');
  return at != text.npos && text.size() <= 254 &&
         hand::dots(text.substr(0, at), hand::local) >= 0 &&
         hand::dots(text.substr(at + 1), hand::domain) > 0;
}

// YYYY-MM-DDTHH:MM:SSZ as microseconds since 1970.
inline bool read_time(std::string_view text, std::int64_t& micros) noexcept {
  if (text.size() != 20) return false;
  const char* s = text.data();
  unsigned century = 0, year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  if (!hand::two_digits(s, century) || !hand::two_digits(s + 2, year) || s[4] != '-' ||
      !hand::two_digits(s + 5, month) || s[7] != '-' || !hand::two_digits(s + 8, day) ||
      s[10] != 'T' || !hand::two_digits(s + 11, hour) || s[13] != ':' ||
      !hand::two_digits(s + 14, minute) || s[16] != ':' || !hand::two_digits(s + 17, second) ||
      s[19] != 'Z')
    return false;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(century * 100 + year)),
                                         std::chrono::month(month), std::chrono::day(day));
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return false;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  micros = (days * 86'400 + (hour * 60 + minute) * 60 + second) * 1'000'000;
  return true;
}

// The text of such a time: 20 characters.
inline std::string_view write_time(std::chrono::sys_time<std::chrono::microseconds> time,
                                   std::array<char, 20>& out) noexcept {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const auto of_day = static_cast<unsigned>((time - day).count() / 1'000'000);
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  const auto put = [&](std::size_t at, unsigned n) {
    out[at] = static_cast<char>('0' + n / 10);
    out[at + 1] = static_cast<char>('0' + n % 10);
  };
  put(0, year / 100), put(2, year % 100);
  put(5, static_cast<unsigned>(date.month())), put(8, static_cast<unsigned>(date.day()));
  put(11, of_day / 3600), put(14, of_day / 60 % 60), put(17, of_day % 60);
  out[4] = out[7] = '-';
  out[10] = 'T';
  out[13] = out[16] = ':';
  out[19] = 'Z';
  return {out.data(), out.size()};
}

}  // namespace kindred::bench
