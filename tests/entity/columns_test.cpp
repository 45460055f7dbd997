// Every type of column through every way of writing and reading it.
#include <cmath>
#include <deque>
#include <limits>
#include <list>
#include <unordered_map>

#include <cereal/cereal.hpp>

#include "tests/entity/support.hpp"

namespace columns_test {

using namespace kindred;
using namespace std::chrono_literals;
using entity_test::Columns;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::sys_seconds;
using std::chrono::sys_time;
using std::chrono::system_clock;
using std::chrono::year_month_day;

enum class Mood : std::uint8_t { calm = 1, angry = 200 };
enum class Wide : std::int64_t { low = -128, high = 255 };

struct Point {
  double x = 0;
  double y = 0;
  template <class A>
  void serialize(A& archive) {
    archive(CEREAL_NVP(x), CEREAL_NVP(y));
  }
  friend bool operator==(const Point&, const Point&) = default;
};
struct Line {
  std::string name;
  std::vector<Point> points;
  std::optional<Point> end;
  std::map<std::string, std::vector<int>> marks;
  template <class A>
  void serialize(A& archive) {
    archive(CEREAL_NVP(name), CEREAL_NVP(points), CEREAL_NVP(end), CEREAL_NVP(marks));
  }
  friend bool operator==(const Line&, const Line&) = default;
};
// Two functions, and so bytes that nobody else understands.
struct Secret {
  std::string text;
  template <class A>
  void save(A& archive) const {
    archive(std::string(text.rbegin(), text.rend()));
  }
  template <class A>
  void load(A& archive) {
    std::string turned;
    archive(turned);
    text.assign(turned.rbegin(), turned.rend());
  }
  friend bool operator==(const Secret&, const Secret&) = default;
};
struct Money {
  std::int64_t cents = 0;
  friend bool operator==(const Money&, const Money&) = default;
};
using Shape = std::variant<std::monostate, std::int32_t, std::string, Point>;
using Tenths = std::chrono::duration<std::uint32_t, std::deci>;

struct Numbers {
  Mapped<std::int64_t, primary_key> id;
  Mapped<bool> truth;
  Mapped<std::int8_t> i8;
  Mapped<std::int16_t> i16;
  Mapped<std::int32_t> i32;
  Mapped<std::int64_t> i64;
  Mapped<std::uint8_t> u8;
  Mapped<std::uint16_t> u16;
  Mapped<std::uint32_t> u32;
  Mapped<std::uint64_t> u64;
  Mapped<float> f32;
  Mapped<double> f64;
  Mapped<std::byte> byte;
  Mapped<Mood> mood;
  Mapped<Wide> wide;
  Mapped<Uuid> uuid;
  Mapped<Decimal<10, 2>> price;
  Mapped<Decimal<38, 10>> mass;
  Mapped<std::int64_t, decimal(12, 2)> whole;
  Mapped<double, decimal(10, 3)> real;
  Mapped<Number, decimal(20, 4)> number;
};
using NumberColumns =
    Columns<&Numbers::id, &Numbers::truth, &Numbers::i8, &Numbers::i16, &Numbers::i32,
            &Numbers::i64, &Numbers::u8, &Numbers::u16, &Numbers::u32, &Numbers::u64, &Numbers::f32,
            &Numbers::f64, &Numbers::byte, &Numbers::mood, &Numbers::wide, &Numbers::uuid,
            &Numbers::price, &Numbers::mass, &Numbers::whole, &Numbers::real, &Numbers::number>;

struct MaybeNumbers {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::optional<bool>> truth;
  Mapped<std::optional<std::int8_t>> i8;
  Mapped<std::optional<std::int16_t>> i16;
  Mapped<std::optional<std::int32_t>> i32;
  Mapped<std::optional<std::int64_t>> i64;
  Mapped<std::optional<std::uint64_t>> u64;
  Mapped<std::optional<float>> f32;
  Mapped<std::optional<double>> f64;
  Mapped<std::optional<Mood>> mood;
  Mapped<std::optional<Uuid>> uuid;
  Mapped<std::optional<Decimal<10, 2>>> price;
  Mapped<std::optional<Decimal<38, 10>>> mass;
  Mapped<std::optional<std::int64_t>, decimal(12, 2)> whole;
  Mapped<std::optional<double>, decimal(10, 3)> real;
  Mapped<std::optional<Number>, decimal(20, 4)> number;
};
using MaybeNumberColumns =
    Columns<&MaybeNumbers::id, &MaybeNumbers::truth, &MaybeNumbers::i8, &MaybeNumbers::i16,
            &MaybeNumbers::i32, &MaybeNumbers::i64, &MaybeNumbers::u64, &MaybeNumbers::f32,
            &MaybeNumbers::f64, &MaybeNumbers::mood, &MaybeNumbers::uuid, &MaybeNumbers::price,
            &MaybeNumbers::mass, &MaybeNumbers::whole, &MaybeNumbers::real, &MaybeNumbers::number>;

struct Times {
  Mapped<std::int64_t, primary_key> id;
  Mapped<time_point> micros;
  Mapped<date> day;
  Mapped<year_month_day> calendar;
  Mapped<system_clock::time_point> system;
  Mapped<sys_seconds> seconds_;
  Mapped<sys_time<milliseconds>> millis;
  Mapped<minutes> length;
  Mapped<nanoseconds> exact;
  Mapped<Tenths> tenths;
};
using TimeColumns =
    Columns<&Times::id, &Times::micros, &Times::day, &Times::calendar, &Times::system,
            &Times::seconds_, &Times::millis, &Times::length, &Times::exact, &Times::tenths>;
struct MaybeTimes {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::optional<time_point>> micros;
  Mapped<std::optional<date>> day;
  Mapped<std::optional<year_month_day>> calendar;
  Mapped<std::optional<system_clock::time_point>> system;
  Mapped<std::optional<sys_seconds>> seconds_;
  Mapped<std::optional<minutes>> length;
  Mapped<std::optional<Tenths>> tenths;
};
using MaybeTimeColumns =
    Columns<&MaybeTimes::id, &MaybeTimes::micros, &MaybeTimes::day, &MaybeTimes::calendar,
            &MaybeTimes::system, &MaybeTimes::seconds_, &MaybeTimes::length, &MaybeTimes::tenths>;

struct Things {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> text;
  Mapped<std::string, kindred::text(5)> five;
  Mapped<std::string, json> document;
  Mapped<Bytes> bytes;
  Mapped<std::vector<std::int32_t>> list;
  Mapped<std::vector<std::string>> words;
  Mapped<std::deque<std::optional<std::int16_t>>> gaps;
  Mapped<std::set<std::string>> set;
  Mapped<std::map<std::string, double>> map;
  Mapped<std::unordered_map<std::int32_t, std::string>> hashed;
  Mapped<std::array<std::int16_t, 3>> three;
  Mapped<std::tuple<std::int32_t, std::string, Mood>> tuple;
  Mapped<std::pair<date, Uuid>> pair;
  Mapped<Shape> shape;
  Mapped<Line> line;
  Mapped<std::list<Line>> lines;
  Mapped<Secret> secret;
  Mapped<Money> money;
  Mapped<std::vector<Money>> moneys;
};
using ThingColumns =
    Columns<&Things::id, &Things::text, &Things::five, &Things::document, &Things::bytes,
            &Things::list, &Things::words, &Things::gaps, &Things::set, &Things::map,
            &Things::hashed, &Things::three, &Things::tuple, &Things::pair, &Things::shape,
            &Things::line, &Things::lines, &Things::secret, &Things::money, &Things::moneys>;
struct MaybeThings {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::optional<std::string>> text;
  Mapped<std::optional<std::string>, json> document;
  Mapped<std::optional<Bytes>> bytes;
  Mapped<std::optional<std::vector<std::int32_t>>> list;
  Mapped<std::optional<std::map<std::string, double>>> map;
  Mapped<std::optional<std::pair<std::int32_t, std::string>>> pair;
  Mapped<std::optional<Shape>> shape;
  Mapped<std::optional<Line>> line;
  Mapped<std::optional<Secret>> secret;
  Mapped<std::optional<Money>> money;
};
using MaybeThingColumns =
    Columns<&MaybeThings::id, &MaybeThings::text, &MaybeThings::document, &MaybeThings::bytes,
            &MaybeThings::list, &MaybeThings::map, &MaybeThings::pair, &MaybeThings::shape,
            &MaybeThings::line, &MaybeThings::secret, &MaybeThings::money>;

// Parts from bases and from members, and what is not stored.
struct Stamped {
  Mapped<std::int32_t> version;
};
struct Address {
  Mapped<std::string> street;
  Mapped<std::optional<std::string>> city;
};
struct Person : Stamped {
  static constexpr auto tablename = "people";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, column_name("full name")> name;
  Address home;
  Transient<std::string> greeting;
  std::int32_t age = 7;
  Mapped<bool> active = true;
};
struct Owner {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::unique_ptr<Line>> line;
};

}  // namespace columns_test

template <>
struct kindred::Codec<columns_test::Money> {
  static constexpr std::string_view name = "test.money.1";
  static void encode(const columns_test::Money& value, std::string& out) {
    if (value.cents < 0) throw ValidationError("", "money is never negative");
    out += std::to_string(value.cents);
  }
  static void decode(std::string_view bytes, columns_test::Money& value) {
    value.cents = std::stoll(std::string(bytes));
  }
};

namespace columns_test {

using entity_test::on_each_backend;
using entity_test::Place;
using entity_test::problems;

Bytes bytes(std::initializer_list<int> values) {
  Bytes out;
  for (const int v : values) out.push_back(static_cast<std::byte>(v));
  return out;
}

// The samples, with ids 1, 2, ..., come back from every reading call after every writing call.
template <class C, class E>
void come_back(const Store& store, const std::vector<E>& samples, std::string_view after) {
  const Snapshot now = store.snapshot();
  E reused{};
  std::vector<std::int64_t> keys;
  for (const E& wanted : samples) {
    const auto found = now.get<E>(wanted.id);
    BOOST_REQUIRE(found.has_value());
    C::same(*found, wanted, "get after " + std::string(after));
    BOOST_TEST(now.get_into(reused, wanted.id));
    C::same(reused, wanted, "get_into after " + std::string(after));
    const auto row = now.view<E>(wanted.id);
    BOOST_REQUIRE(row.has_value());
    C::same(*row, wanted, "view after " + std::string(after));
    keys.insert(keys.begin(), wanted.id);
  }
  BOOST_TEST(!now.get_into(reused, 999));
  C::same(reused, samples.back(), "get_into of nothing");

  keys.insert(keys.begin() + 1, 999);
  const auto many = now.get_many<E>(keys);
  BOOST_REQUIRE(many.size() == keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    BOOST_REQUIRE(many[i].has_value() == (keys[i] != 999));
    if (many[i])
      C::same(*many[i], samples[static_cast<std::size_t>(keys[i] - 1)],
              "get_many after " + std::string(after));
  }
  std::size_t n = 0;
  for (const E& found : now.range<E>())
    C::same(found, samples.at(n++), "range after " + std::string(after));
  BOOST_TEST(n == samples.size());
  n = 0;
  for (const RowView<E>& row : now.views<E>(detail::RowCheck::checksum))
    C::same(row, samples.at(n++), "views after " + std::string(after));
  BOOST_TEST(n == samples.size());
  BOOST_TEST(problems(store) == "");
}

template <class C, class E>
void round_trip(std::vector<E> samples) {
  on_each_backend([&](Place& place) {
    std::int64_t id = 0;
    for (E& sample : samples) sample.id = ++id;
    using R = Registry<E>;
    {
      const Store store = place.create<R>();
      for (E& sample : samples) store.insert(sample);
      come_back<C>(store, samples, "insert");
      // Each row takes the values of the next sample.
      std::vector<E> turned(samples.begin() + 1, samples.end());
      turned.push_back(samples.front());
      id = 0;
      for (E& sample : turned) sample.id = ++id;
      store.update([&](Transaction& tx) {
        for (const E& sample : turned) tx.update(sample);
      });
      come_back<C>(store, turned, "update");
      store.update([&](Transaction& tx) { tx.put(samples); });
      come_back<C>(store, samples, "put");
      store.update([&](Transaction& tx) {
        tx.batch([&](Batch& batch) {
          for (const E& sample : turned) batch.update(sample);
        });
      });
      come_back<C>(store, turned, "batch");
      store.update([&](Transaction& tx) { tx.update(samples); });
    }
    come_back<C>(place.reopen<R>(), samples, "reopening");
    const Store fresh = place.create<R>();
    fresh.insert(samples);
    come_back<C>(fresh, samples, "a range");
  });
}

Uuid uuid(std::uint8_t with) {
  Uuid out;
  out.octets.fill(with);
  return out;
}

template <class T>
constexpr T least = std::numeric_limits<T>::min();
template <class T>
constexpr T most = std::numeric_limits<T>::max();

BOOST_AUTO_TEST_SUITE(columns)

BOOST_AUTO_TEST_CASE(numbers_come_back_exactly) {
  Numbers high{
      .truth = true, .i8 = most<std::int8_t>, .i16 = most<std::int16_t>, .i32 = most<std::int32_t>};
  high.i64 = most<std::int64_t>;
  high.u8 = most<std::uint8_t>;
  high.u16 = most<std::uint16_t>;
  high.u32 = most<std::uint32_t>;
  high.u64 = most<std::uint64_t>;
  high.f32 = most<float>;
  high.f64 = std::numeric_limits<double>::infinity();
  high.byte = std::byte{255};
  high.mood = Mood::angry;
  high.wide = Wide::high;
  high.uuid = uuid(255);
  high.price = *Decimal<10, 2>::parse("99999999.99");
  high.mass = *Decimal<38, 10>::parse("9999999999999999999999999999.9999999999");
  high.whole = 9'999'999'999;
  high.real = 9999999.999;
  high.number = *Number::parse("9999999999999999.9999");
  Numbers low{.i8 = least<std::int8_t>, .i16 = least<std::int16_t>, .i32 = least<std::int32_t>};
  low.i64 = least<std::int64_t>;
  low.f32 = std::numeric_limits<float>::denorm_min();
  low.f64 = -1e-300;
  low.mood = static_cast<Mood>(77);  // has no name
  low.wide = static_cast<Wide>(least<std::int64_t>);
  low.price = *Decimal<10, 2>::parse("-0.01");
  low.mass = *Decimal<38, 10>::parse("-0.0000000001");
  low.whole = -1;
  low.real = -0.125;
  low.number = *Number::parse("-0.5");
  round_trip<NumberColumns, Numbers>({Numbers{}, high, low});
}

BOOST_AUTO_TEST_CASE(a_nan_and_a_negative_zero_keep_their_bits) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Registry<Numbers>>();
    store.insert(Numbers{.id = 1, .f32 = -0.0F, .f64 = std::nan("")});
    const auto found = store.get<Numbers>(1);
    BOOST_TEST(std::signbit(*found->f32));
    BOOST_TEST(std::isnan(*found->f64));
    const Snapshot now = store.snapshot();
    BOOST_TEST(std::isnan((*now.view<Numbers>(1))[field<&Numbers::f64>]));
  });
}

BOOST_AUTO_TEST_CASE(a_view_reads_optional_columns_as_get_does) {
  MaybeNumbers full{.truth = false,
                    .i8 = std::int8_t{-1},
                    .i16 = std::int16_t{-300},
                    .i32 = 70'000,
                    .i64 = -5'000'000'000};
  full.u64 = most<std::uint64_t>;
  full.f32 = 0.1F;
  full.f64 = 0.1;
  full.mood = Mood::calm;
  full.uuid = uuid(0);
  full.price = *Decimal<10, 2>::parse("12.30");
  full.mass = *Decimal<38, 10>::parse("-1.5");
  full.whole = 7;
  full.real = 2.5;
  full.number = *Number::parse("3.25");
  MaybeNumbers zeros{
      .truth = true, .i8 = std::int8_t{0}, .i16 = std::int16_t{0}, .i32 = 0, .i64 = 0};
  zeros.f64 = 0;
  round_trip<MaybeNumberColumns, MaybeNumbers>({MaybeNumbers{}, full, zeros});
}

BOOST_AUTO_TEST_CASE(times_come_back_exactly) {
  Times early{.micros = time_point{microseconds{-1}}, .day = date{1066y / 10 / 14}};
  early.calendar = 1582y / 10 / 15;
  early.system = system_clock::time_point{-seconds{3}};
  early.seconds_ = sys_seconds{seconds{-1}};
  early.millis = sys_time<milliseconds>{milliseconds{-999}};
  early.length = minutes{-90};
  early.exact = nanoseconds{least<std::int64_t>};
  early.tenths = Tenths{most<std::uint32_t>};
  Times late{.micros = time_point{microseconds{most<std::int64_t>}}, .day = date{9999y / 12 / 31}};
  late.calendar = 2024y / 2 / 29;
  late.system = system_clock::time_point{microseconds{1'700'000'000'123'456}};
  late.seconds_ = sys_seconds{seconds{most<std::int64_t>}};
  late.length = minutes{5};
  Times epoch;
  epoch.calendar = 1970y / 1 / 1;
  round_trip<TimeColumns, Times>({early, epoch, late});
}

BOOST_AUTO_TEST_CASE(a_view_reads_optional_times_as_get_does) {
  MaybeTimes full{.micros = time_point{microseconds{-1}}, .day = date{1999y / 12 / 31}};
  full.calendar = 2024y / 2 / 29;
  full.system = system_clock::time_point{seconds{5}};
  full.seconds_ = sys_seconds{seconds{7}};
  full.length = minutes{-1};
  full.tenths = Tenths{3'000'000'000};
  round_trip<MaybeTimeColumns, MaybeTimes>({full, MaybeTimes{}, full});
}

BOOST_AUTO_TEST_CASE(texts_containers_and_structs_come_back) {
  Things rich{.text = "Grüße \xF0\x9F\x98\x80", .five = "äöüßé", .document = R"({"a":[1,2,null]})"};
  rich.bytes = bytes({0, 255, 128, 0});
  rich.list = {1, -1, most<std::int32_t>};
  rich.words = {"", "one", std::string(3000, 'x')};
  *rich.gaps = {std::int16_t{1}, std::nullopt, std::int16_t{-1}};
  *rich.set = {"b", "", "a"};
  *rich.map = {{"pi", 3.14}, {"", -1}};
  *rich.hashed = {{1, "one"}, {-7, "minus seven"}, {100, "hundred"}};
  *rich.three = {-1, 0, 1};
  *rich.tuple = {9, "nine", Mood::angry};
  rich.pair = {date{2000y / 1 / 1}, uuid(7)};
  rich.shape = Point{1.5, -2};
  rich.line = {"l", {{1, 2}, {3, 4}}, Point{5, 6}, {{"m", {1, 2}}, {"n", {}}}};
  *rich.lines = {*rich.line, Line{}, *rich.line};
  *rich.secret = {"abc"};
  *rich.money = {12345};
  *rich.moneys = {{1}, {0}, {999}};
  Things other{.text = std::string("a\0b", 3), .document = "17"};
  other.shape = std::string("text");
  *other.list = {5};
  *other.map = {{"other", 1}};
  *other.hashed = {{2, "two"}};
  *other.line = {"", {{0, 1}}, {}, {{"m", {3}}}};
  Things plain{.document = "null"};
  *plain.money = {0};
  round_trip<ThingColumns, Things>({rich, plain, other});
}

BOOST_AUTO_TEST_CASE(optional_texts_containers_and_structs_come_back) {
  MaybeThings full{.text = "t", .document = "[]", .bytes = bytes({1, 2})};
  *full.list = {1, 2, 3};
  *full.map = {{"k", 1.0}};
  *full.pair = {4, "four"};
  full.shape = Shape(std::int32_t{-4});
  full.line = Line{"l", {{1, 2}}, {}, {}};
  full.secret = Secret{"s"};
  full.money = Money{5};
  MaybeThings empty{.text = "", .document = "0", .bytes = Bytes{}};
  empty.list = std::vector<std::int32_t>{};
  empty.map = std::map<std::string, double>{};
  empty.shape = Shape();
  empty.line = Line{};
  empty.secret = Secret{};
  round_trip<MaybeThingColumns, MaybeThings>({full, MaybeThings{}, empty});
}

BOOST_AUTO_TEST_CASE(an_entity_that_cannot_be_copied_is_moved_out) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Registry<Owner>>();
    const Owner kept = store.insert(Owner{.line = std::make_unique<Line>(Line{"l", {}, {}, {}})});
    store.insert(Owner{});
    BOOST_TEST(kept.id == 1);
    const Snapshot now = store.snapshot();
    BOOST_TEST((*now.get<Owner>(1)->line)->name == "l");
    Owner reused;
    BOOST_TEST(now.get_into(reused, 1));
    BOOST_TEST(now.get_into(reused, 2));
    BOOST_TEST((*reused.line == nullptr));
    BOOST_TEST(now.get_many<Owner>(std::vector{2, 1}).size() == 2u);
  });
}

BOOST_AUTO_TEST_CASE(bases_embedded_structs_and_renamed_columns_are_stored_and_others_are_not) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Registry<Person>>();
    Person ann;
    ann.version = 3;
    ann.name = "Ann";
    ann.home.street = "High Street";
    ann.greeting = "hello";
    ann.age = 50;
    store.insert(ann);
    const Person found = *store.get<Person>(ann.id);
    BOOST_TEST(found.version == 3);
    BOOST_TEST(found.name == "Ann");
    BOOST_TEST(found.home.street == "High Street");
    BOOST_TEST(!found.home.city.has_value());
    BOOST_TEST(*found.active);
    BOOST_TEST(found.greeting->empty());
    BOOST_TEST(found.age == 7);

    const Snapshot now = store.snapshot();
    const auto row = *now.view<Person>(ann.id);
    BOOST_TEST(row[field<&Person::name>] == "Ann");
    BOOST_TEST(row[field<&Stamped::version>] == 3);
    BOOST_TEST(row[field<&Address::street>] == "High Street");
    BOOST_TEST(!row[field<&Address::city>].has_value());
    BOOST_TEST((now.get("people", {{"id", 1}})->find("full name") != nullptr));
  });
}

BOOST_AUTO_TEST_CASE(values_that_a_column_cannot_hold_are_refused_and_nothing_is_written) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Registry<Numbers, Times, Things, MaybeThings>>();
    const auto refused = [&](auto entity, std::string_view code) {
      const std::string found = entity_test::code_of([&] { store.insert(entity); });
      BOOST_TEST(found == code);
      entity.id = 1;
      const std::string in_range = entity_test::code_of([&] {
        store.insert(std::vector{entity, entity});
      });
      BOOST_TEST(in_range == code);
    };
    refused(Numbers{.whole = 10'000'000'000}, "validation");
    refused(Numbers{.real = 0.0001}, "validation");
    refused(Numbers{.number = *Number::parse("0.00001")}, "validation");
    refused(Times{.calendar = 2023y / 2 / 31}, "validation");
    refused(Things{.text = "\xFF", .document = "0"}, "wrong_type");
    refused(Things{.five = "sechs!", .document = "0"}, "max_length");
    refused(Things{.document = "\"\xC3\""}, "wrong_type");
    refused(MaybeThings{.text = "\xED\xA0\x80"}, "wrong_type");
    refused(Things{.document = "0", .money = Money{-1}}, "validation");
    for (const Table& table : store.catalog()->tables)
      BOOST_TEST(store.snapshot().count(table.name) == 0u);
  });
}

BOOST_AUTO_TEST_CASE(a_decimal_of_too_many_digits_is_refused) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Registry<Numbers>>();
    Numbers entity;
    entity.price = Decimal<10, 2>{10'000'000'000};
    BOOST_TEST(entity_test::code_of([&] { store.insert(entity); }) != "nothing");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace columns_test
