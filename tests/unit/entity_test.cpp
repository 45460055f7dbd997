// Mapped members as values, the columns they become, conditions on them, and how each column's
// codec carries a value into row bytes and back.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cereal/cereal.hpp>
#include <chrono>
#include <mutex>
#include <sstream>

#include "kindred/registry.hpp"

using namespace kindred;
using namespace std::string_literals;
using detail::FieldCodec;
using Kind = FieldCodec::Kind;

namespace entity_test {

enum class Role : std::uint8_t { reader, admin = 5 };
struct Point {
  double x = 0;
  double y = 0;
  bool operator==(const Point&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(CEREAL_NVP(x), CEREAL_NVP(y));
  }
};
struct Money {
  int cents = 0;
  bool operator==(const Money&) const = default;
};

struct Marker {  // an empty base
  int one() const { return 1; }
};
struct Timestamped {
  Mapped<time_point, insert_default(now)> created_at;
  Mapped<std::optional<time_point>, on_update(now)> updated_at;
};
struct Address {
  Mapped<std::string> street;
  Mapped<std::int32_t> number;
};
struct Person : Marker, Timestamped {
  static constexpr auto tablename = "people";
  struct Nested {
    int depth = 3;
    bool operator==(const Nested&) const = default;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(depth);
    }
  };
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, max_length(50), column_name("user_name")> name;
  Mapped<std::optional<std::string>> bio;
  Mapped<double> score;
  Mapped<std::vector<std::string>> tags;
  Mapped<Role> role;
  Mapped<bool> on;
  Mapped<Point> at;
  Mapped<std::optional<int>> level;
  Mapped<std::chrono::sys_seconds> seen;
  Mapped<Nested> nested;
  int unmapped = 4;
  std::mutex lock;
  Address home;
  Transient<std::map<int, std::string>> cache;
  std::string shout() const { return name + "!"; }
};

// One column of every kind.
struct Everything {
  static constexpr auto tablename = "everything";
  Mapped<std::int64_t, primary_key> id;
  Mapped<bool> boolean;
  Mapped<std::int8_t> int8;
  Mapped<std::uint16_t> uint16;
  Mapped<unsigned long long> uint64;
  Mapped<float> float32;
  Mapped<double> float64;
  Mapped<std::string> text;
  Mapped<Bytes> bytes;
  Mapped<date> day;
  Mapped<std::chrono::year_month_day> civil;
  Mapped<time_point> datetime;
  Mapped<std::chrono::system_clock::time_point> clock;
  Mapped<std::chrono::sys_time<std::chrono::milliseconds>> instant;
  Mapped<std::chrono::duration<std::int32_t, std::ratio<60>>> minutes;
  Mapped<std::chrono::nanoseconds> nanoseconds;
  Mapped<Decimal<10, 2>> price;
  Mapped<Decimal<30, 4>> large;
  Mapped<Number, decimal(20, 3)> number;
  Mapped<double, decimal(8, 2)> rounded;
  Mapped<std::int32_t, decimal(6, 1)> tenths;
  Mapped<Uuid> uuid;
  Mapped<Role> role;
  Mapped<std::string, json> document;
  Mapped<std::optional<std::int32_t>> maybe_int;
  Mapped<std::optional<std::string>> maybe_text;
  Mapped<std::optional<date>> maybe_day;
  Mapped<std::optional<Bytes>> maybe_bytes;
  Mapped<std::optional<Number>, decimal(5, 1)> maybe_number;
  Mapped<std::optional<std::vector<Point>>> maybe_points;
  Mapped<std::map<std::string, std::vector<int>>> map;
  Mapped<std::variant<std::monostate, int, std::string>> variant;
  Mapped<std::tuple<int, std::string>> tuple;
  Mapped<std::vector<bool>> flags;
  Mapped<std::unique_ptr<Point>> pointer;
  Mapped<Point> point;
  Mapped<Money> money;
};

template <class E>
const FieldCodec& codec(std::string_view column) {
  const auto& d = detail::descriptor_of<E>();
  const auto at = std::find(d.columns.begin(), d.columns.end(), column);
  BOOST_REQUIRE(at != d.columns.end());
  return d.fields[static_cast<std::size_t>(at - d.columns.begin())];
}

// What the engine does with one member: its bytes, or nothing for null.
std::optional<std::string> encode(const void* entity, const FieldCodec& codec) {
  const auto* member = static_cast<const char*>(entity) + codec.offset;
  switch (codec.kind) {
    case Kind::copy1: return std::string(member, 1);
    case Kind::copy2: return std::string(member, 2);
    case Kind::copy4: return std::string(member, 4);
    case Kind::copy8: return std::string(member, 8);
    case Kind::copy16: return std::string(member, 16);
    case Kind::text: return *reinterpret_cast<const std::string*>(member);
    case Kind::fixed: {
      char slot[16] = {};
      if (!codec.store(member, slot)) return std::nullopt;
      return std::string(slot, 16);
    }
    case Kind::variable: {
      detail::Buffer out;
      if (!codec.append(member, out)) return std::nullopt;
      return std::string(out.view());
    }
  }
  return std::nullopt;
}
void decode(void* entity, const FieldCodec& codec, const std::optional<std::string>& bytes) {
  auto* member = static_cast<char*>(entity) + codec.offset;
  if (!bytes) {
    BOOST_REQUIRE(codec.set_null != nullptr);
    return codec.set_null(member);
  }
  switch (codec.kind) {
    case Kind::text: *reinterpret_cast<std::string*>(member) = *bytes; break;
    case Kind::fixed: codec.load(member, bytes->data()); break;
    case Kind::variable: codec.assign(member, *bytes); break;
    default: std::copy(bytes->begin(), bytes->end(), member);
  }
}

Everything full() {
  using namespace std::chrono;
  Everything e;
  e.id = -7;
  e.boolean = true;
  e.int8 = std::int8_t{-8};
  e.uint16 = std::uint16_t{65000};
  e.uint64 = ~0ull;
  e.float32 = 1.5f;
  e.float64 = -0.1;
  e.text = "héllo";
  e.bytes = Bytes{std::byte{0}, std::byte{7}};
  e.day = sys_days{year{1969} / 12 / 31};
  e.civil = year{2024} / 2 / 29;
  e.datetime = kindred::time_point{microseconds{-5}};
  e.clock = system_clock::time_point{duration_cast<system_clock::duration>(microseconds{123456})};
  e.instant = sys_time<milliseconds>{milliseconds{99}};
  e.minutes = duration<std::int32_t, std::ratio<60>>{-3};
  e.nanoseconds = nanoseconds{5};
  e.price = Decimal<10, 2>{-1234};
  e.large = Decimal<30, 4>{int128{1} << 90};
  e.number = *Number::parse("12.5");
  e.rounded = 9.99;
  e.tenths = 12;
  e.uuid = *Uuid::parse("00112233-4455-6677-8899-aabbccddeeff");
  e.role = Role{3};  // without a name
  e.document = "{}";
  e.maybe_int = 4;
  e.maybe_text = "";
  e.maybe_day = sys_days{days{40}};
  e.maybe_bytes = Bytes{};
  e.maybe_number = *Number::parse("-1.5");
  e.maybe_points = std::vector<Point>{{1, 2}};
  e.map = std::map<std::string, std::vector<int>>{{"a", {1, 2}}};
  e.variant = "v";
  e.tuple = std::tuple{1, "t"s};
  e.flags = std::vector<bool>{true};
  e.pointer = std::make_unique<Point>(Point{5, 6});
  e.point = Point{7, 8};
  e.money = Money{99};
  return e;
}

}  // namespace entity_test

template <>
struct kindred::Codec<entity_test::Money> {
  static constexpr std::string_view name = "acme.money.1";
  static void encode(const entity_test::Money& value, std::string& out) {
    out += std::to_string(value.cents);
  }
  static void decode(std::string_view bytes, entity_test::Money& value) {
    value.cents = std::stoi(std::string(bytes));
  }
};

using namespace entity_test;

static_assert(sizeof(Mapped<std::int64_t, primary_key>) == 8 &&
              sizeof(Mapped<std::string>) == sizeof(std::string) &&
              sizeof(Mapped<Point>) == sizeof(Point) && sizeof(Mapped<bool>) == 1);
static_assert(std::is_trivially_copyable_v<Mapped<std::int64_t>> &&
              std::is_trivially_copyable_v<Mapped<std::optional<date>>>);
static_assert(sizeof(Relationship<Person>) == 16 &&
              sizeof(Relationship<std::vector<Person>>) == 16);
static_assert(!std::is_copy_constructible_v<Mapped<std::unique_ptr<int>>> &&
              std::is_move_constructible_v<Mapped<std::unique_ptr<int>>>);
static_assert(field<&Person::name>.name() == "user_name" &&
              field<&Timestamped::created_at>.name() == "created_at");
static_assert(detail::column_index<Person, &Person::created_at> == 0 &&
              detail::column_index<Person, &Person::id> == 2 &&
              detail::column_index<Person, &Address::street> == 13);
// Text is not compared with numbers, nor integers with fractions.
template <auto P, class U>
concept Comparable = requires(U value) {
  field<P> == value;
};
static_assert(Comparable<&Person::id, int> && !Comparable<&Person::id, double> &&
              !Comparable<&Person::name, int> && Comparable<&Person::name, const char*> &&
              Comparable<&Person::level, int> && Comparable<&Person::level, std::nullopt_t>);

BOOST_AUTO_TEST_SUITE(entity)

BOOST_AUTO_TEST_CASE(a_member_behaves_like_its_value) {
  Person p;
  BOOST_TEST((p.id == 0 && p.name.empty() && !p.bio && p.unmapped == 4));
  p.name = "ann";
  p.name += "a";
  p.id = 5;
  p.id += 2;
  ++p.id;
  p.score = p.score * 2 + 1.5;
  const std::string copy = p.name;
  const std::string direct{p.name};
  const std::string_view view = p.name;
  const auto longer = "<" + p.name + ">";
  BOOST_TEST((copy == "anna" && direct == copy && view == copy && longer == "<anna>"s));
  BOOST_TEST((p.name == "anna" && p.name != "x" && p.name < "b" && "b"s > p.name));
  BOOST_TEST((p.id == 8 && p.id > 7 && !p.on && p.score == 1.5));
  BOOST_TEST((p.name.size() == 4 && p.name->substr(1) == "nna" && p.name[0] == 'a'));
  BOOST_TEST(p.shout() == "anna!");
  p.tags->push_back("t");
  for (auto& tag : p.tags) tag += "u";
  BOOST_TEST(p.tags[0] == "tu");
  p.bio = "b";
  BOOST_TEST((p.bio.has_value() && p.bio == "b" && p.bio.value_or("none") == "b"));
  p.bio = std::nullopt;
  BOOST_TEST((p.bio == std::nullopt && p.bio.value_or("none") == "none"));
  p.level = 3;
  BOOST_TEST((p.level == 3 && p.level > 2 && **p.level == 3));
  p.role = Role::admin;
  switch (p.role) {
    case Role::admin: break;
    default: BOOST_ERROR("a switch sees the value");
  }
  p.at->x = 2;
  const Point point = p.at;
  BOOST_TEST((point == Point{2, 0} && p.at == point));
  p.cache->emplace(1, "one");
  BOOST_TEST(p.cache->size() == 1u);
  std::ostringstream out;
  out << p.name << p.id;
  BOOST_TEST(out.str() == "anna8");
  BOOST_TEST(std::max<std::int64_t>(p.id, 9) == 9);
}

BOOST_AUTO_TEST_CASE(entities_copy_and_move_their_columns) {
  std::vector<Everything> values;
  values.push_back(full());
  Everything moved = std::move(values[0]);
  BOOST_TEST((moved.text == "héllo" && moved.pointer.value()->y == 6));
  Address a{.street = "Main", .number = 3};
  Address b = a;
  b.street = "Side";
  std::swap(a, b);
  BOOST_TEST((a.street == "Side" && b.street == "Main" && b.street != a.street));
  std::vector<Address> many{a, b};
  std::ranges::sort(
      many, {}, [](const Address& x) -> auto& { return *x.street; });
  BOOST_TEST((many[0].street == "Main"));
}

BOOST_AUTO_TEST_CASE(columns_are_found_in_order_bases_first_and_embedded_ones_flattened) {
  const auto& d = detail::descriptor_of<Person>();
  const std::vector<std::string_view> names{
      "created_at", "updated_at", "id",    "user_name", "bio",    "score",  "tags",  "role",
      "on",         "at",         "level", "seen",      "nested", "street", "number"};
  BOOST_TEST(std::vector<std::string_view>(d.columns.begin(), d.columns.end()) == names,
             boost::test_tools::per_element());
  BOOST_TEST(d.name == "Person");
  BOOST_TEST(d.table == "people");
  Person p;
  p.home.street = "here";
  p.updated_at = time_point{std::chrono::microseconds{9}};
  BOOST_TEST(*encode(&p, codec<Person>("street")) == "here");
  BOOST_TEST(encode(&p, codec<Person>("updated_at"))->substr(0, 8) == "\x09\0\0\0\0\0\0\0"s);
}

BOOST_AUTO_TEST_CASE(every_kind_of_column_comes_back) {
  const Everything from = full();
  const auto& d = detail::descriptor_of<Everything>();
  const Catalog catalog = Registry<Everything>::catalog();
  Everything to;
  for (std::size_t i = 0; i < d.fields.size(); ++i) {
    const auto bytes = encode(&from, d.fields[i]);
    BOOST_REQUIRE(bytes.has_value());
    const Column& column = catalog.tables[0].columns[i];
    BOOST_TEST(column.nullable == (d.fields[i].set_null != nullptr), column.name);
    const std::uint32_t width = column.type.width();
    const bool fixed = d.fields[i].kind != Kind::text && d.fields[i].kind != Kind::variable;
    BOOST_TEST(fixed == (width != 0), column.name);
    if (fixed && d.fields[i].kind != Kind::fixed) BOOST_TEST(bytes->size() == width, column.name);
    decode(&to, d.fields[i], bytes);
    BOOST_TEST(*encode(&to, d.fields[i]) == *bytes, column.name);
  }
  BOOST_TEST((to.id == -7 && to.boolean && to.int8 == -8 && to.uint64 == ~0ull));
  BOOST_TEST((to.day == from.day && to.civil == from.civil && to.clock == from.clock));
  BOOST_TEST((to.instant == from.instant && to.minutes == from.minutes));
  BOOST_TEST((to.price == from.price && to.large == from.large && to.number == from.number));
  BOOST_TEST((to.rounded == 9.99 && to.tenths == 12 && to.uuid == from.uuid));
  BOOST_TEST((to.role == Role{3} && to.maybe_int == 4 && to.maybe_text == "" &&
              to.maybe_day == from.maybe_day && to.maybe_number == from.maybe_number));
  BOOST_TEST((to.maybe_points == from.maybe_points && to.map == from.map &&
              to.variant == from.variant && to.tuple == from.tuple && to.flags == from.flags));
  BOOST_TEST((to.pointer.value()->x == 5 && to.point == from.point && to.money == from.money));
  // And null where there may be one.
  Everything empty;
  empty.civil = std::chrono::year{1970} / 1 / 1;  // value-initialised it is no date
  for (std::size_t i = 0; i < d.fields.size(); ++i) {
    const auto bytes = encode(&empty, d.fields[i]);
    BOOST_TEST(bytes.has_value() == (d.fields[i].set_null == nullptr), d.columns[i]);
    if (!bytes) decode(&to, d.fields[i], bytes);
  }
  BOOST_TEST((!to.maybe_int && !to.maybe_text && !to.maybe_points && !to.maybe_number));
}

BOOST_AUTO_TEST_CASE(stored_bytes_are_the_documented_ones) {
  const Everything e = full();
  const auto bytes = [&](std::string_view column) {
    return *encode(&e, codec<Everything>(column));
  };
  BOOST_TEST(bytes("day").substr(0, 4) == "\xff\xff\xff\xff"s);
  BOOST_TEST(bytes("datetime") == "\xfb\xff\xff\xff\xff\xff\xff\xff"s);
  BOOST_TEST(bytes("clock").substr(0, 8) == "\x40\xe2\x01\0\0\0\0\0"s);
  BOOST_TEST(bytes("minutes").substr(0, 8) == "\xfd\xff\xff\xff\xff\xff\xff\xff"s);
  BOOST_TEST(bytes("price") == "\x2e\xfb\xff\xff\xff\xff\xff\xff"s);
  BOOST_TEST(bytes("tenths").substr(0, 8) == "\x78\0\0\0\0\0\0\0"s);
  BOOST_TEST(bytes("uuid").substr(0, 3) == "\x00\x11\x22"s);
  BOOST_TEST(bytes("bytes") == "\x00\x07"s);
  BOOST_TEST(bytes("money") == "99");
  BOOST_TEST(bytes("flags") == "\x01\x01"s);
}

BOOST_AUTO_TEST_CASE(values_that_do_not_fit_are_refused) {
  using namespace std::chrono;
  Everything e;
  const auto refused = [&](std::string_view column) {
    BOOST_CHECK_THROW(encode(&e, codec<Everything>(column)), ValidationError);
  };
  e.rounded = 1.001;
  refused("rounded");
  e.rounded = 1e6;
  refused("rounded");
  e.rounded = std::numeric_limits<double>::quiet_NaN();
  refused("rounded");
  e.rounded = 999999.99;
  BOOST_CHECK_NO_THROW(encode(&e, codec<Everything>("rounded")));
  e.tenths = 100000;
  refused("tenths");
  e.number = *Number::parse("1.0001");
  refused("number");
  e.civil = year{2023} / 2 / 29;
  refused("civil");
  e.day = sys_days{days{std::int64_t{1} << 40}};
  refused("day");
  // A stored value that the member's narrower type cannot hold.
  BOOST_CHECK_THROW(decode(&e, codec<Everything>("minutes"), "\0\0\0\0\x01\0\0\0"s),
                    ValidationError);
  BOOST_CHECK_THROW(decode(&e, codec<Everything>("tenths"), "\x05\0\0\0\0\0\0\0"s),
                    ValidationError);
  BOOST_CHECK_THROW(decode(&e, codec<Everything>("point"), "short"s), CorruptionError);
}

BOOST_AUTO_TEST_CASE(conditions_are_expressions) {
  using Op = Expression::Op;
  const Condition<Person> c = field<&Person::id> > 5 &&
                              (field<&Person::name> == "ann" || !field<&Person::bio>.is_null()) &&
                              field<&Person::created_at> <= time_point{};
  const Expression& e = c.expression();
  BOOST_TEST((e.op == Op::all));
  BOOST_TEST(e.operands[1].operands[0].name == "created_at");
  const Expression& first = e.operands[0].operands[0];
  BOOST_TEST((first == Expression::of(Op::gt, {Expression::column("id"),
                                               Expression::constant(std::int64_t{5})})));
  BOOST_TEST(((field<&Person::level>.in({1, 2})).expression() ==
              Expression::of(Op::in, {Expression::column("level"), Expression::constant(1),
                                      Expression::constant(2)})));
  BOOST_TEST(((field<&Person::name>.length() <= 9).expression() ==
              Expression::of(Op::le, {Expression::of(Op::length, {Expression::column("user_name")}),
                                      Expression::constant(9)})));
  BOOST_TEST((field<&Person::name>.starts_with("a").expression().op == Op::prefix));
  BOOST_TEST((field<&Person::bio>.contains("a").expression().op == Op::contains));
  BOOST_TEST(((field<&Everything::rounded> >= 2.5).expression().operands[1].value ==
              Value(Number{250, 2})));
  BOOST_TEST(((field<&Person::role> != Role::admin).expression().operands[1].value ==
              Value(std::uint64_t{5})));
  BOOST_TEST(((field<&Person::seen> < std::chrono::sys_seconds{std::chrono::seconds{3}})
                  .expression()
                  .operands[1]
                  .value == Value(Ticks{3})));
  BOOST_TEST(
      ((field<&Person::name> == field<&Person::bio>).expression() ==
       Expression::of(Op::eq, {Expression::column("user_name"), Expression::column("bio")})));
}

BOOST_AUTO_TEST_CASE(make_reaches_bases) {
  const auto e = make<Everything>(field<& Everything::id> = 4, field<& Everything::text> = "x");
  BOOST_TEST((e.id == 4 && e.text == "x" && e.float64 == 0));
  const auto when = time_point{std::chrono::microseconds{8}};
  const auto t = make<Timestamped>(field<& Timestamped::updated_at> = when);
  BOOST_TEST((t.updated_at == when));
}

BOOST_AUTO_TEST_CASE(defaults_are_recorded_and_work) {
  const auto members = detail::members_of<Person>;
  BOOST_REQUIRE(members[0].facts->give_insert_default != nullptr);
  BOOST_REQUIRE(members[1].facts->give_on_update != nullptr);
  Person p;
  members[0].facts->give_insert_default(&p.created_at);
  BOOST_TEST((p.created_at > time_point{}));
  const auto set = time_point{std::chrono::microseconds{1}};
  p.created_at = set;
  members[0].facts->give_insert_default(&p.created_at);
  BOOST_TEST((p.created_at == set));
  members[1].facts->give_on_update(&p.updated_at);
  BOOST_TEST(p.updated_at.has_value());
}

BOOST_AUTO_TEST_CASE(optional_columns_compare_with_optionals) {
  const Mapped<std::optional<std::string>> column = "x";
  BOOST_TEST((column == std::optional<std::string>("x")));
  BOOST_TEST((std::optional<std::string>("x") == column));
  BOOST_TEST((column != std::optional<std::string>()));
  BOOST_TEST((column == "x"));
  const Mapped<std::optional<std::int64_t>> number = 7;
  BOOST_TEST((number == std::optional<std::int64_t>(7)));
  BOOST_TEST((number == 7));
}

BOOST_AUTO_TEST_CASE(relationships_of_plain_values_say_what_to_do) {
  const Relationship<Person> one;
  const Relationship<std::vector<Person>> many;
  const auto tells = [](const UsageError& e) {
    const std::string text = e.what();
    return text.find("plain value") != text.npos && text.find("Ref<Person> x") != text.npos &&
           text.find("related<&Owner::member>(value)") != text.npos;
  };
  BOOST_CHECK_EXCEPTION((void)one->id, UsageError, tells);
  BOOST_CHECK_EXCEPTION((void)static_cast<bool>(one), UsageError, tells);
  BOOST_CHECK_EXCEPTION((void)(one == nullptr), UsageError, tells);
  BOOST_CHECK_EXCEPTION((void)many.size(), UsageError, tells);
  BOOST_CHECK_EXCEPTION((void)many.begin(), UsageError, tells);
  BOOST_CHECK_EXCEPTION((void)many[0], UsageError, tells);
}

BOOST_AUTO_TEST_SUITE_END()
