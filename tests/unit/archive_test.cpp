// The archive of nested column values: round trips, exact bytes, canonical order, hostile input,
// and the description of its trees.
#include <boost/test/unit_test.hpp>

#include <cereal/cereal.hpp>
#include <cereal/types/complex.hpp>

#include <algorithm>
#include <complex>
#include <random>

#include "kindred/detail/archive_reader.hpp"
#include "kindred/detail/describe.hpp"

using namespace kindred;
using detail::ArchiveDescriber;
using detail::from_archive;
using detail::to_archive;
using namespace std::string_literals;

namespace archive_test {

enum class Color : std::int16_t { red = -2, green = 300, blue = 1 << 12 };
enum class Odd : int { first = 1000 };

struct Point {
  double x = 0;
  double y = 0;
  bool operator==(const Point&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(CEREAL_NVP(x), CEREAL_NVP(y));
  }
};
struct Base {
  int a = 0;
  bool operator==(const Base&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive& a;
  }
};
struct Derived : Base {
  std::string b;
  bool operator==(const Derived&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(cereal::base_class<Base>(this), b);
  }
};
struct Versioned {
  std::uint8_t a = 1;
  std::uint32_t seen = 0;
  bool operator==(const Versioned& o) const { return a == o.a; }
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t version) {
    seen = version;
    archive(a);
  }
};
struct Split {
  int a = 0;
  bool operator==(const Split&) const = default;
  template <class Archive>
  void save(Archive& archive) const {
    archive(a, a + 1);
  }
  template <class Archive>
  void load(Archive& archive) {
    int more = 0;
    archive(a, more);
  }
};
struct Minimal {
  std::int16_t a = 0;
  bool operator==(const Minimal&) const = default;
  template <class Archive>
  std::int16_t save_minimal(const Archive&) const {
    return a;
  }
  template <class Archive>
  void load_minimal(const Archive&, const std::int16_t& from) {
    a = from;
  }
};
struct Tree {
  int value = 0;
  std::vector<Tree> kids;
  bool operator==(const Tree&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(value, kids);
  }
};
struct Chain {
  std::unique_ptr<Chain> next;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(next);
  }
};
struct Empty {
  template <class Archive>
  void serialize(Archive&) {}
};
struct Free {
  int a = 0;
  bool operator==(const Free&) const = default;
};
template <class Archive>
void serialize(Archive& archive, Free& value) {
  archive(cereal::make_nvp("alpha", value.a));
}
struct Money {
  int cents = 0;
  bool operator==(const Money&) const = default;
};

template <class T>
T again(const T& value) {
  T out{};
  from_archive(to_archive(value), out);
  return out;
}
template <class T>
T read(std::string_view bytes) {
  T out{};
  from_archive(bytes, out);
  return out;
}

}  // namespace archive_test

CEREAL_CLASS_VERSION(archive_test::Versioned, 7)

template <>
struct kindred::Codec<archive_test::Money> {
  static constexpr std::string_view name = "acme.money.1";
  static void encode(const archive_test::Money& value, std::string& out) {
    out += std::to_string(value.cents);
  }
  static void decode(std::string_view bytes, archive_test::Money& value) {
    value.cents = 0;
    for (const char c : bytes) {
      if (c < '0' || c > '9') throw CorruptionError("", "money has digits only");
      value.cents = value.cents * 10 + (c - '0');
    }
  }
};
template <>
inline constexpr auto kindred::enum_names<archive_test::Odd> =
    std::array{std::pair{archive_test::Odd::first, "the first"}};

using namespace archive_test;

BOOST_AUTO_TEST_SUITE(archive)

BOOST_AUTO_TEST_CASE(bytes_are_the_documented_ones) {
  BOOST_TEST(to_archive(std::vector<std::int16_t>{1, -2}) == "\x02\x01\x00\xfe\xff"s);
  BOOST_TEST(to_archive("héj"s) == "\x04h\xc3\xa9j"s);
  BOOST_TEST(to_archive(std::optional<std::uint8_t>{5}) == "\x01\x05"s);
  BOOST_TEST(to_archive(std::optional<std::uint8_t>{}) == "\x00"s);
  BOOST_TEST(to_archive(std::variant<bool, std::string>{"a"}) ==
             "\x01\x01"
             "a"s);
  BOOST_TEST(to_archive(std::pair{true, std::uint32_t{1}}) == "\x01\x01\x00\x00\x00"s);
  BOOST_TEST(to_archive(Versioned{}) == "\x07\x00\x00\x00\x01"s);
  BOOST_TEST(to_archive(std::vector<Versioned>(2)) ==
             "\x02\x07\x00\x00\x00\x01\x07\x00\x00\x00\x01"s);
  BOOST_TEST(to_archive(Bytes{std::byte{0}, std::byte{255}}) == "\x02\x00\xff"s);
  BOOST_TEST(to_archive(std::vector<char16_t*>::size_type{1}) == "\x01\0\0\0\0\0\0\0"s);
  BOOST_TEST(to_archive(date{std::chrono::days{-1}}) == "\xff\xff\xff\xff"s);
  BOOST_TEST(to_archive(std::string(200, 'x')).substr(0, 2) == "\xc8\x01"s);
}

BOOST_AUTO_TEST_CASE(opaque_parts_carry_their_length_only_inside_others) {
  BOOST_TEST(to_archive(Money{1234}) == "1234"s);
  BOOST_TEST(to_archive(std::vector<Money>{{1}, {23}}) ==
             "\x02\x01"
             "1\x02"
             "23"s);
  BOOST_TEST(to_archive(Split{1}) == "\x01\0\0\0\x02\0\0\0"s);
  BOOST_TEST(to_archive(std::optional<Split>{Split{1}}) == "\x01\x08\x01\0\0\0\x02\0\0\0"s);
}

BOOST_AUTO_TEST_CASE(values_come_back) {
  BOOST_TEST((again(Derived{{3}, "x"}) == Derived{{3}, "x"}));
  BOOST_TEST((again(Split{4}) == Split{4}));
  BOOST_TEST((again(Minimal{-3}) == Minimal{-3}));
  BOOST_TEST((again(Free{9}) == Free{9}));
  BOOST_TEST((again(Money{99}) == Money{99}));
  BOOST_TEST((again(Tree{1, {{2, {}}, {3, {{4, {}}}}}}) == Tree{1, {{2, {}}, {3, {{4, {}}}}}}));
  BOOST_TEST((again(std::vector<bool>{true, false, true}) == std::vector<bool>{true, false, true}));
  BOOST_TEST((again(std::deque<std::string>{"a", ""}) == std::deque<std::string>{"a", ""}));
  BOOST_TEST((again(std::list<Point>{{1, 2}}) == std::list<Point>{{1, 2}}));
  BOOST_TEST((again(std::forward_list<int>{3, 1}) == std::forward_list<int>{3, 1}));
  BOOST_TEST((again(std::array<Color, 2>{Color::red, Color{77}}) ==
              std::array<Color, 2>{Color::red, Color{77}}));
  BOOST_TEST((again(std::multimap<int, std::string>{{1, "a"}, {1, "b"}}) ==
              std::multimap<int, std::string>{{1, "a"}, {1, "b"}}));
  BOOST_TEST(
      (again(std::unordered_multiset<int>{1, 1, 2}) == std::unordered_multiset<int>{1, 1, 2}));
  BOOST_TEST((again(std::tuple<Uuid, Decimal<20, 2>, float>{{}, {int128{-5}}, 1.5f}) ==
              std::tuple<Uuid, Decimal<20, 2>, float>{{}, {int128{-5}}, 1.5f}));
  using V = std::variant<std::monostate, int, std::vector<Point>>;
  BOOST_TEST((again(V{}) == V{}));
  BOOST_TEST((again(V{std::vector<Point>{{1, 2}}}) == V{std::vector<Point>{{1, 2}}}));
  BOOST_TEST((again(std::complex<double>{1, 2}) == std::complex<double>{1, 2}));
  const auto chained = [] {
    Chain c;
    c.next = std::make_unique<Chain>();
    return c;
  }();
  const Chain back = read<Chain>(to_archive(chained));
  BOOST_TEST((back.next != nullptr && back.next->next == nullptr));
  BOOST_TEST(read<Versioned>("\x03\x00\x00\x00\x01"s).seen == 3u);
}

BOOST_AUTO_TEST_CASE(what_was_there_before_is_replaced) {
  std::map<int, int> map{{1, 1}};
  from_archive(to_archive(std::map<int, int>{{2, 2}}), map);
  BOOST_TEST((map == std::map<int, int>{{2, 2}}));
  std::vector<std::optional<int>> list{1, 2, 3};
  from_archive(to_archive(std::vector<std::optional<int>>{std::nullopt}), list);
  BOOST_TEST((list == std::vector<std::optional<int>>{std::nullopt}));
}

BOOST_AUTO_TEST_CASE(unordered_containers_are_canonical) {
  std::mt19937 random(7);
  std::vector<std::string> words;
  for (int i = 0; i < 200; ++i) words.push_back(std::to_string(random() % 100000));
  std::unordered_set<std::string> forward(words.begin(), words.end());
  std::unordered_set<std::string> backward(4096);
  backward.insert(words.rbegin(), words.rend());
  BOOST_TEST(to_archive(forward) == to_archive(backward));
  BOOST_TEST((again(forward) == forward));
  std::unordered_map<std::string, int> a{{"x", 1}, {"y", 2}, {"zz", 3}};
  std::unordered_map<std::string, int> b(512);
  b = {{"zz", 3}, {"y", 2}, {"x", 1}};
  BOOST_TEST(to_archive(a) == to_archive(b));
  BOOST_TEST(to_archive(std::unordered_set<std::uint8_t>{9, 3, 200}) == "\x03\x03\x09\xc8"s);
}

BOOST_AUTO_TEST_CASE(every_cut_is_corruption) {
  using Value = std::tuple<std::vector<std::string>, std::map<std::string, Point>,
                           std::optional<Derived>, std::variant<int, Tree>, std::vector<Money>>;
  const Value value{{"a", "bcd"}, {{"p", {1, 2}}}, Derived{{1}, "q"}, Tree{1, {{2, {}}}}, {{5}}};
  const std::string bytes = to_archive(value);
  BOOST_TEST((read<Value>(bytes) == value));
  for (std::size_t n = 0; n < bytes.size(); ++n)
    BOOST_CHECK_THROW(read<Value>(std::string_view(bytes).substr(0, n)), CorruptionError);
  BOOST_CHECK_THROW(read<Value>(bytes + '\0'), CorruptionError);
}

BOOST_AUTO_TEST_CASE(hostile_bytes_are_refused_before_memory_is_taken) {
  const std::string huge = "\xff\xff\xff\xff\xff\xff\xff\xff\x7f"s;
  BOOST_CHECK_THROW(read<std::string>(huge), CorruptionError);
  BOOST_CHECK_THROW(read<std::vector<std::uint64_t>>(huge + "abc"), CorruptionError);
  BOOST_CHECK_THROW(read<std::vector<std::uint64_t>>("\x03"
                                                     "12345678"s),
                    CorruptionError);
  BOOST_CHECK_THROW((read<std::unordered_map<int, int>>(huge)), CorruptionError);
  BOOST_CHECK_THROW(read<Bytes>(huge), CorruptionError);
  BOOST_CHECK_THROW(read<std::vector<Empty>>("\x05"s), CorruptionError);
  // A varint of eleven bytes, one beyond 64 bits, one that is not the shortest.
  BOOST_CHECK_THROW(read<std::string>(std::string(10, '\xff') + '\x01'), CorruptionError);
  BOOST_CHECK_THROW(read<std::string>(std::string(9, '\xff') + '\x02'), CorruptionError);
  BOOST_CHECK_THROW(read<std::string>("\x80\x00"s), CorruptionError);
  BOOST_CHECK_THROW(read<bool>("\x02"s), CorruptionError);
  BOOST_CHECK_THROW(read<std::optional<bool>>("\x02\x01"s), CorruptionError);
  BOOST_CHECK_THROW((read<std::variant<bool, int>>("\x02\x01"s)), CorruptionError);
  BOOST_CHECK_THROW(read<std::set<std::uint8_t>>("\x02\x07\x07"s), CorruptionError);
  BOOST_CHECK_THROW(read<Money>("12x"s), CorruptionError);
  // 300 levels of a list that holds one tree.
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "\x01\x00\x00\x00\x01"s;
  BOOST_CHECK_THROW(read<Tree>(deep), CorruptionError);
}

BOOST_AUTO_TEST_CASE(random_bytes_give_a_value_or_corruption) {
  using Value = std::tuple<std::vector<std::string>, std::map<std::uint8_t, Tree>,
                           std::variant<std::monostate, bool, std::optional<Derived>>>;
  std::mt19937 random(20);
  int read_back = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string bytes(3 + random() % 10, '\0');
    for (char& c : bytes) c = static_cast<char>(random() % (random() % 8 == 0 ? 256 : 2));
    try {
      const Value value = read<Value>(bytes);
      BOOST_REQUIRE((read<Value>(to_archive(value)) == value));
      ++read_back;
    } catch (const CorruptionError&) {
    }
  }
  BOOST_TEST(read_back > 100);
}

BOOST_AUTO_TEST_CASE(what_could_not_be_read_is_not_written) {
  BOOST_CHECK_THROW(to_archive(std::vector<std::string>{"\xff"}), ValidationError);
  BOOST_CHECK_THROW(to_archive(std::vector<Empty>(2)), ValidationError);
  Tree tree;
  Tree* at = &tree;
  for (int i = 0; i < 300; ++i) at = &at->kids.emplace_back();
  BOOST_CHECK_THROW(to_archive(tree), ValidationError);
  BOOST_CHECK_THROW(to_archive(std::chrono::year_month_day{std::chrono::year{2024} / 2 / 31}),
                    ValidationError);
}

BOOST_AUTO_TEST_CASE(trees_are_described) {
  const Type derived = ArchiveDescriber::root<Derived>();
  BOOST_TEST((derived.code == TypeCode::structure && derived.name == "Derived"));
  BOOST_REQUIRE(derived.members.size() == 2u);
  BOOST_TEST(derived.members[0].name == "f0");
  BOOST_TEST((derived.members[0].type.code == TypeCode::structure));
  BOOST_TEST((derived.members[1].type.code == TypeCode::text));

  const Type map = ArchiveDescriber::root<std::unordered_map<std::string, std::vector<Point>>>();
  BOOST_TEST((map.code == TypeCode::map));
  BOOST_TEST(map.members[0].name == "key");
  BOOST_TEST(map.members[1].type.members[0].type.members[1].name == "y");

  const Type versioned = ArchiveDescriber::root<Versioned>();
  BOOST_TEST(versioned.members[0].name == "cereal_class_version");
  BOOST_TEST((versioned.members[0].type.code == TypeCode::uint32));
  BOOST_TEST(versioned.members[1].name == "f0");

  BOOST_TEST(ArchiveDescriber::root<Free>().members[0].name == "alpha");
  BOOST_TEST((ArchiveDescriber::root<Minimal>().code == TypeCode::int16));
  const Type money = ArchiveDescriber::root<std::optional<Money>>();
  BOOST_TEST((money.members[0].type.code == TypeCode::opaque));
  BOOST_TEST(money.members[0].type.name == "acme.money.1");
  BOOST_TEST((ArchiveDescriber::root<Split>().code == TypeCode::opaque));
  const Type tree = ArchiveDescriber::root<Tree>();
  BOOST_TEST((tree.code == TypeCode::opaque && tree.name == "Tree" && tree.members.empty()));
  const auto array = ArchiveDescriber::root<std::array<bool, 3>>();
  BOOST_TEST((array.code == TypeCode::tuple && array.members.size() == 3));
  BOOST_TEST(array.members[2].name == "2");
}

BOOST_AUTO_TEST_CASE(enumerators_are_named) {
  const Type color = ArchiveDescriber::root<Color>();
  const std::vector<EnumName> names{{-2, "red"}, {4096, "blue"}};
  BOOST_TEST((color.names == names));  // 300 is neither in -128 ... 255 nor a single bit
  BOOST_TEST((color.underlying == TypeCode::int16));
  const Type odd = ArchiveDescriber::root<Odd>();
  BOOST_TEST((odd.names == std::vector<EnumName>{{1000, "the first"}}));
}

BOOST_AUTO_TEST_SUITE_END()
