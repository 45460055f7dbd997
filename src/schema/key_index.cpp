// Equality and hashes of values as keys: Python's `==`, under which 1, 1.0 and true are one.
//
// Keys come from input, so hashes are seeded once for each process: nobody can prepare keys that
// all fall into one cell.
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <random>
#include <utility>

#include "kindred/detail/schema_calls.hpp"
#include "schema/numbers.hpp"
#include "schema/sequence_form.hpp"

namespace kindred::schema::detail {
namespace {

struct Seed {
  std::uint64_t first, second;
};
const Seed& seed() {
  static const Seed made = [] {
    std::random_device random;
    const auto word = [&] { return std::uint64_t{random()} << 32 | random(); };
    return Seed{word(), word()};
  }();
  return made;
}

// SipHash-1-3 of a text in front of which `tag` stands.
class Sip {
 public:
  explicit Sip(std::uint64_t tag) {
    const Seed& key = seed();
    v0_ ^= key.first, v1_ ^= key.second, v2_ ^= key.first, v3_ ^= key.second;
    word(tag);
  }
  void word(std::uint64_t v) noexcept {
    v3_ ^= v;
    round();
    v0_ ^= v;
  }
  std::uint64_t finish(std::string_view text) noexcept {
    const auto length = std::uint64_t{text.size()} << 56;
    for (; text.size() >= 8; text.remove_prefix(8)) {
      std::uint64_t v = 0;
      std::memcpy(&v, text.data(), 8);
      word(v);
    }
    std::uint64_t last = 0;
    if (!text.empty()) std::memcpy(&last, text.data(), text.size());
    word(last | length);
    v2_ ^= 0xff;
    for (int i = 0; i < 3; ++i) round();
    return v0_ ^ v1_ ^ v2_ ^ v3_;
  }

 private:
  void round() noexcept {
    v0_ += v1_, v2_ += v3_;
    v1_ = std::rotl(v1_, 13) ^ v0_, v3_ = std::rotl(v3_, 16) ^ v2_;
    v0_ = std::rotl(v0_, 32);
    v2_ += v1_, v0_ += v3_;
    v1_ = std::rotl(v1_, 17) ^ v2_, v3_ = std::rotl(v3_, 21) ^ v0_;
    v2_ = std::rotl(v2_, 32);
  }
  std::uint64_t v0_ = 0x736f6d6570736575u;
  std::uint64_t v1_ = 0x646f72616e646f6du;
  std::uint64_t v2_ = 0x6c7967656e657261u;
  std::uint64_t v3_ = 0x7465646279746573u;
};

// What is hashed apart from each other. Numbers of all kinds share theirs.
enum Tag : std::uint64_t { number = 64, digits, fraction, unordered, pair };

std::uint64_t hash_text(std::uint64_t tag, std::string_view text) { return Sip(tag).finish(text); }
std::uint64_t hash_word(std::uint64_t tag, std::uint64_t v) {
  Sip sip(tag);
  sip.word(v);
  return sip.finish({});
}

// coefficient * 10^exponent, the same for every way to write that number.
std::uint64_t hash_digits(bool is_negative, std::string_view coefficient, std::int64_t exponent) {
  while (!coefficient.empty() && coefficient.back() == '0')
    coefficient.remove_suffix(1), ++exponent;
  if (coefficient.empty()) return hash_word(Tag::number, 0);
  constexpr std::size_t longest = 19;  // digits of a std::int64_t
  if (exponent >= 0 && exponent <= std::int64_t{longest} &&
      coefficient.size() + static_cast<std::size_t>(exponent) <= longest) {
    std::string text(is_negative ? "-" : "");
    text.append(coefficient).append(static_cast<std::size_t>(exponent), '0');
    std::int64_t v = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), v).ec == std::errc())
      return hash_word(Tag::number, static_cast<std::uint64_t>(v));
  }
  Sip sip(Tag::digits);
  sip.word(is_negative ? 1 : 0);
  sip.word(static_cast<std::uint64_t>(exponent));
  return sip.finish(coefficient);
}
std::uint64_t hash_big(const BigInt& v) {
  const bool is_negative = v.digits.starts_with('-');
  return hash_digits(is_negative, std::string_view(v.digits).substr(is_negative ? 1 : 0), 0);
}

bool is_whole(double v) { return std::isfinite(v) && v == std::trunc(v); }
bool fits_int64(double v) { return v >= -0x1p63 && v < 0x1p63; }

std::uint64_t hash_double(double v) {
  if (!is_whole(v)) return hash_word(Tag::fraction, std::bit_cast<std::uint64_t>(v));
  if (!fits_int64(v)) return hash_big(big_from_double(v));
  return hash_word(Tag::number, static_cast<std::uint64_t>(static_cast<std::int64_t>(v)));
}

// Every digit of it: a double is a whole number of 2^-1074.
BigDecimal exact_decimal(double v) {
  if (!std::isfinite(v)) return *BigDecimal::parse(std::isnan(v) ? "nan" : v > 0 ? "inf" : "-inf");
  char text[1500];
  const auto end = std::to_chars(text, text + sizeof text, v, std::chars_format::fixed, 1074);
  return *BigDecimal::parse({text, static_cast<std::size_t>(end.ptr - text)});
}

std::uint64_t hash_decimal(const BigDecimal& v) {
  if (v.form() == BigDecimal::Form::infinity) return hash_double(v.to_double());
  if (!v.is_finite()) return hash_word(Tag::fraction, 0);
  // Fractions that a double has exactly are equal to that double. None has more digits.
  constexpr std::size_t most_digits = 800;
  if (v.exponent() < 0 && v.exponent() >= -1074 && v.coefficient().size() <= most_digits) {
    const double near = v.to_double();
    if (std::isfinite(near) && !is_whole(near) && exact_decimal(near) == v)
      return hash_double(near);
  }
  const std::string_view coefficient = v.coefficient();
  return hash_digits(v.is_negative(), coefficient == "0" ? std::string_view() : coefficient,
                     v.exponent());
}

template <class Items, class Hash>
std::uint64_t hash_each(std::uint64_t tag, const Items& items, Hash hash) {
  Sip sip(tag);
  for (const auto& item : items) sip.word(hash(item));
  return sip.finish({});
}

std::uint64_t hash_sequence(const Sequence& v) {
  if (!is_set(v.form))
    return hash_each(static_cast<std::uint64_t>(ValueKind::sequence), v.items, hash_key);
  std::uint64_t sum = 0;
  for (const Value& item : v.items) sum += hash_key(item);
  return hash_word(Tag::unordered, sum);
}
std::uint64_t hash_dict(const Dict& v) {
  std::uint64_t sum = 0;
  for (const auto& [key, value] : v.items) {
    Sip sip(Tag::pair);
    sip.word(hash_key(key));
    sip.word(hash_key(value));
    sum += sip.finish({});
  }
  return hash_word(Tag::unordered, sum);
}

bool is_number(ValueKind kind) {
  return kind == ValueKind::boolean || kind == ValueKind::integer ||
         kind == ValueKind::big_integer || kind == ValueKind::floating ||
         kind == ValueKind::decimal;
}
// Of booleans and integers that fit.
std::optional<std::int64_t> small(const Value& v) {
  if (const auto* b = v.get_if<bool>()) return *b ? 1 : 0;
  if (const auto* i = v.get_if<std::int64_t>()) return *i;
  return std::nullopt;
}
BigInt big(const Value& v) {
  if (const auto* b = v.get_if<BigInt>()) return *b;
  return BigInt{std::to_string(small(v).value_or(0))};
}
BigDecimal decimal(const Value& v) {
  if (const auto* d = v.get_if<BigDecimal>()) return *d;
  if (const auto* d = v.get_if<double>()) return exact_decimal(*d);
  return *BigDecimal::parse(big(v).digits);
}
bool same_as_double(double a, const Value& b) {
  if (const auto* other = b.get_if<double>()) return a == *other;
  if (!is_whole(a)) return false;
  if (const auto other = small(b)) return fits_int64(a) && static_cast<std::int64_t>(a) == *other;
  return big_from_double(a) == big(b);
}
bool same_number(const Value& a, const Value& b) {
  if (a.is(ValueKind::decimal) || b.is(ValueKind::decimal)) return decimal(a) == decimal(b);
  if (const auto* v = a.get_if<double>()) return same_as_double(*v, b);
  if (const auto* v = b.get_if<double>()) return same_as_double(*v, a);
  const auto left = small(a);
  const auto right = small(b);
  return left && right ? *left == *right : big(a) == big(b);
}

bool same_items(const Sequence& a, const Sequence& b) {
  if (is_set(a.form) != is_set(b.form) || a.items.size() != b.items.size()) return false;
  if (is_set(a.form)) return Value(a) == Value(b);
  if (a.form != b.form) return false;
  for (std::size_t i = 0; i < a.items.size(); ++i)
    if (!same_key(a.items[i], b.items[i])) return false;
  return true;
}

}  // namespace

bool same_key(const Value& a, const Value& b) {
  if (is_number(a.kind()) && is_number(b.kind())) return same_number(a, b);
  if (a.kind() != b.kind()) return false;
  if (const auto* sequence = a.get_if<Sequence>()) return same_items(*sequence, b.get<Sequence>());
  return a == b;
}

std::uint64_t hash_key(const Value& v) {
  const auto tag = static_cast<std::uint64_t>(v.kind());
  const auto number = [&](std::int64_t n) { return hash_word(tag, static_cast<std::uint64_t>(n)); };
  switch (v.kind()) {
    case ValueKind::null: return hash_word(tag, 0);
    case ValueKind::boolean:
    case ValueKind::integer: return hash_word(Tag::number, static_cast<std::uint64_t>(*small(v)));
    case ValueKind::big_integer: return hash_big(v.get<BigInt>());
    case ValueKind::floating: return hash_double(v.get<double>());
    case ValueKind::decimal: return hash_decimal(v.get<BigDecimal>());
    case ValueKind::text: return hash_text(tag, v.get<std::string>());
    case ValueKind::bytes: {
      const auto& bytes = v.get<Bytes>();
      return hash_text(tag, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    case ValueKind::date: return number(v.get<date>().time_since_epoch().count());
    case ValueKind::time: return number(v.get<TimeOfDay>().micros);
    case ValueKind::datetime: return number(v.get<DateTime>().utc());
    case ValueKind::duration: return number(v.get<Duration>().count());
    case ValueKind::uuid: {
      const auto& octets = v.get<Uuid>().octets;
      return hash_text(tag, {reinterpret_cast<const char*>(octets.data()), octets.size()});
    }
    case ValueKind::url: return hash_text(tag, v.get<Url>().text);
    case ValueKind::multi_host_url: return hash_text(tag, v.get<MultiHostUrl>().text);
    case ValueKind::name_email: return hash_text(tag, v.get<NameEmail>().email);
    case ValueKind::ip: return hash_text(tag, v.get<Ip>().to_string());
    case ValueKind::enumerator: return hash_text(tag, v.get<Enumerator>().name);
    case ValueKind::secret: return hash_key(v.get<Secret>().value) ^ tag;
    case ValueKind::sequence: return hash_sequence(v.get<Sequence>());
    case ValueKind::dict: return hash_dict(v.get<Dict>());
    case ValueKind::object: return hash_each(tag, v.get<Object>().members, hash_key);
  }
  return 0;
}

std::size_t KeyIndex::find(const Value& key, std::size_t count, At at) const noexcept {
  if (cells_.empty()) {
    for (std::size_t i = 0; i < count; ++i)
      if (same_key(at(i), key)) return i;
    return none;
  }
  const std::size_t mask = cells_.size() - 1;
  for (std::size_t cell = hash_key(key) & mask; cells_[cell] != 0; cell = (cell + 1) & mask) {
    const std::size_t position = cells_[cell] - 1;
    if (position < count && same_key(at(position), key)) return position;
  }
  return none;
}

void KeyIndex::added(std::size_t count, At at) {
  constexpr std::size_t few = 8;
  if (count <= few) return;
  if (cells_.size() >= count * 2) {
    place(at(count - 1), count - 1);
    return;
  }
  cells_.assign(std::bit_ceil(count * 4), 0);
  for (std::size_t i = 0; i < count; ++i) place(at(i), i);
}

std::size_t KeyIndex::cell_of(std::size_t position, At at) const noexcept {
  const std::size_t mask = cells_.size() - 1;
  std::size_t cell = hash_key(at(position)) & mask;
  while (cells_[cell] != position + 1) cell = (cell + 1) & mask;
  return cell;
}

void KeyIndex::removing(std::size_t position, std::size_t count, At at) noexcept {
  if (cells_.empty()) return;
  const std::size_t mask = cells_.size() - 1;
  std::size_t hole = cell_of(position, at);
  if (position != count - 1)
    cells_[cell_of(count - 1, at)] = static_cast<std::uint32_t>(position + 1);
  cells_[hole] = 0;
  // Keys behind the hole move up to it where it lies between them and the cell they belong to.
  for (std::size_t cell = (hole + 1) & mask; cells_[cell] != 0; cell = (cell + 1) & mask) {
    const std::size_t held = cells_[cell] - 1;
    const std::size_t from = held == position ? count - 1 : held;
    const std::size_t wanted = hash_key(at(from)) & mask;
    if (((cell - wanted) & mask) < ((cell - hole) & mask)) continue;
    cells_[hole] = std::exchange(cells_[cell], 0);
    hole = cell;
  }
}

void KeyIndex::place(const Value& key, std::size_t position) noexcept {
  const std::size_t mask = cells_.size() - 1;
  std::size_t cell = hash_key(key) & mask;
  while (cells_[cell] != 0) cell = (cell + 1) & mask;
  cells_[cell] = static_cast<std::uint32_t>(position + 1);
}

}  // namespace kindred::schema::detail
