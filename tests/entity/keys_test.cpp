// Keys of every type and of several columns: finding, ranges, removing.
#include <algorithm>
#include <array>
#include <random>

#include "tests/entity/support.hpp"

namespace keys_test {

using namespace kindred;
using namespace std::chrono_literals;
using entity_test::code_of;
using entity_test::on_each_backend;
using entity_test::Place;
using entity_test::problems;
using std::chrono::seconds;
using std::chrono::sys_seconds;

enum class Level : std::int16_t { low = -5, middle = 0, high = 300 };

// One key column of type K.
template <class K>
struct KeyedBy {
  static constexpr auto tablename = "keyed";
  Mapped<K, primary_key> key;
  Mapped<std::int32_t> place;
};

struct Tag {
  static constexpr auto tablename = "tags";
  Mapped<std::string, primary_key, max_length(600)> kind;
  Mapped<std::int16_t, primary_key> number;
  Mapped<std::string, primary_key> name;
  Mapped<std::optional<std::string>> note;
};
struct Pair {
  static constexpr auto tablename = "pairs";
  Mapped<std::string, primary_key> first;
  Mapped<Bytes, primary_key> second;
  Mapped<std::int32_t> place;
};
struct Day {
  static constexpr auto tablename = "days";
  Mapped<date, primary_key> day;
  Mapped<Level, primary_key> level;
  Mapped<Uuid, primary_key> who;
};
// Refers to others, to give its members as keys.
struct Use {
  static constexpr auto tablename = "uses";
  Mapped<std::int64_t, primary_key> id;
  Mapped<Level> level;
  Mapped<std::string> kind;
};

BOOST_AUTO_TEST_SUITE(keys)

// `in_order`: distinct keys in their order; `absent` is none of them.
template <class K>
void keys_are_found(const std::vector<K>& in_order, const K& absent) {
  using E = KeyedBy<K>;
  on_each_backend([&](Place& place) {
    const Store store = place.create<Registry<E>>();
    std::vector<E> all;
    for (std::size_t i = 0; i < in_order.size(); ++i)
      all.push_back(E{.key = in_order[i], .place = static_cast<std::int32_t>(i)});
    std::vector<E> shuffled(all.rbegin(), all.rend());
    std::swap(shuffled.front(), shuffled.back());
    store.insert(shuffled);

    const Snapshot now = store.snapshot();
    for (const E& wanted : all) {
      BOOST_REQUIRE((now.get<E>(*wanted.key).has_value()));
      BOOST_TEST(*now.get<E>(*wanted.key)->place == *wanted.place);
      BOOST_TEST((now.get<E>(*wanted.key)->key == wanted.key));
      const auto row = now.view<E>(*wanted.key);
      BOOST_REQUIRE(row.has_value());
      BOOST_TEST(((*row)[field<&E::key>] == *wanted.key));
    }
    BOOST_TEST(!now.get<E>(absent).has_value());
    BOOST_TEST(!now.view<E>(absent).has_value());
    const std::vector<K> asked{in_order.back(), absent, in_order.front(), in_order.back()};
    const auto many = now.get_many<E>(asked);
    BOOST_REQUIRE(many.size() == 4u);
    BOOST_TEST(*many[0]->place == *all.back().place);
    BOOST_TEST(!many[1].has_value());
    BOOST_TEST(*many[2]->place == 0);
    BOOST_TEST(*many[3]->place == *all.back().place);

    const auto places = [&](EntityRange<E> range) {
      std::vector<std::int32_t> out;
      for (const E& e : range) out.push_back(e.place);
      return out;
    };
    std::vector<std::int32_t> wanted;
    for (const E& e : all) wanted.push_back(e.place);
    BOOST_TEST(places(now.range<E>()) == wanted, boost::test_tools::per_element());
    wanted.erase(wanted.begin());
    wanted.pop_back();
    BOOST_TEST(places(now.range<E>(in_order[1], in_order.back())) == wanted,
               boost::test_tools::per_element());
    BOOST_TEST(places(now.range<E>(in_order[1], in_order[1])).empty());
    BOOST_TEST(places(now.range<E>(in_order.back(), in_order.front())).empty());

    BOOST_TEST(store.erase<E>(in_order[1]));
    BOOST_TEST(!store.erase<E>(in_order[1]));
    BOOST_TEST(!store.erase<E>(absent));
    BOOST_TEST(!store.get<E>(in_order[1]).has_value());
    BOOST_TEST(store.snapshot().count<E>() == all.size() - 1);
    store.update([&](Transaction& tx) {
      tx.erase_all<E>(std::vector<K>{in_order.front(), in_order.back()});
    });
    BOOST_TEST(store.snapshot().count<E>() == all.size() - 3);
    BOOST_TEST(problems(store) == "");
  });
}

template <class T>
constexpr T least = std::numeric_limits<T>::min();
template <class T>
constexpr T most = std::numeric_limits<T>::max();

template <class T>
void signed_keys() {
  keys_are_found<T>({least<T>, -2, -1, 1, 2, most<T>}, 5);
}
template <class T>
void unsigned_keys() {
  keys_are_found<T>({1, 2, 127, 128, most<T> - 1}, 5);
}

BOOST_AUTO_TEST_CASE(signed_integers_are_keys) {
  signed_keys<std::int8_t>();
  signed_keys<std::int32_t>();
}
BOOST_AUTO_TEST_CASE(unsigned_integers_are_keys) {
  unsigned_keys<std::uint8_t>();
  unsigned_keys<std::uint64_t>();
}
BOOST_AUTO_TEST_CASE(booleans_are_keys) {
  on_each_backend([](Place& place) {
    using E = KeyedBy<bool>;
    const Store store = place.create<Registry<E>>();
    store.insert(E{.key = true, .place = 1});
    BOOST_TEST(store.get<E>(true)->place == 1);
    BOOST_TEST(!store.get<E>(false).has_value());
  });
}
BOOST_AUTO_TEST_CASE(floating_point_numbers_are_keys) {
  keys_are_found<double>({-std::numeric_limits<double>::infinity(), -1.5, 0.0, 0.1, 1e300}, 0.2);
}
BOOST_AUTO_TEST_CASE(enumerations_are_keys) {
  keys_are_found<Level>(
      {static_cast<Level>(least<std::int16_t>), Level::low, Level::middle, Level::high},
      static_cast<Level>(7));
}
BOOST_AUTO_TEST_CASE(texts_are_keys) {
  keys_are_found<std::string>({"", std::string("\0", 1), "a", std::string("a\0", 2), "a\x01", "aa",
                               "b", std::string(500, '\x7f') + "\xC3\xBC", "\xC3\xBC"},
                              "c");
}
BOOST_AUTO_TEST_CASE(bytes_are_keys) {
  const auto bytes = [](std::initializer_list<int> values) {
    Bytes out;
    for (const int v : values) out.push_back(static_cast<std::byte>(v));
    return out;
  };
  keys_are_found<Bytes>({bytes({}), bytes({0}), bytes({0, 0}), bytes({0, 255}), bytes({1}),
                         bytes({255}), bytes({255, 255})},
                        bytes({7}));
}
BOOST_AUTO_TEST_CASE(days_and_times_are_keys) {
  keys_are_found<date>(
      {date{1066y / 10 / 14}, date{1969y / 12 / 31}, date{1970y / 1 / 1}, date{2024y / 2 / 29}},
      date{2024y / 3 / 1});
  keys_are_found<time_point>({time_point{-1us}, time_point{0us}, time_point{1us}}, time_point{7us});
  keys_are_found<sys_seconds>({sys_seconds{-1s}, sys_seconds{0s}, sys_seconds{1s}},
                              sys_seconds{7s});
  keys_are_found<seconds>({-1s, 0s, 1s}, 7s);
}
BOOST_AUTO_TEST_CASE(decimals_and_uuids_are_keys) {
  using Price = Decimal<10, 2>;
  keys_are_found<Price>({Price{-9'999'999'999}, Price{-1}, Price{0}, Price{150}, Price{151}},
                        Price{7});
  using Mass = Decimal<38, 3>;
  keys_are_found<Mass>({*Mass::parse("-99999999999999999999999999999999999.999"), Mass{-1}, Mass{0},
                        *Mass::parse("99999999999999999999999999999999999.999")},
                       Mass{7});
  Uuid a;
  Uuid b;
  Uuid c;
  b.octets[15] = 1;
  c.octets[0] = 0x80;
  Uuid d = c;
  d.octets[7] = 1;
  keys_are_found<Uuid>({a, b, c}, d);
}

BOOST_AUTO_TEST_CASE(a_decimal_of_another_scale_finds_the_same_number) {
  on_each_backend([](Place& place) {
    using E = KeyedBy<Decimal<10, 2>>;
    const Store store = place.create<Registry<E>>();
    store.insert(E{.key = Decimal<10, 2>{150}, .place = 1});
    const Snapshot now = store.snapshot();
    BOOST_TEST((now.get<E>(Decimal<5, 1>{15}).has_value()));
    BOOST_TEST((!now.get<E>(Decimal<5, 1>{150}).has_value()));
  });
}

BOOST_AUTO_TEST_CASE(a_duration_of_another_integer_finds_the_same_time) {
  on_each_backend([](Place& place) {
    using E = KeyedBy<seconds>;
    const Store store = place.create<Registry<E>>();
    store.insert(std::vector{E{.key = 1s, .place = 1}, E{.key = 60s, .place = 60}});
    const Snapshot now = store.snapshot();
    using Narrow = std::chrono::duration<std::int16_t>;
    BOOST_REQUIRE((now.get<E>(Narrow{60}).has_value()));
    BOOST_TEST(*now.get<E>(Narrow{60})->place == 60);
  });
}

BOOST_AUTO_TEST_CASE(a_number_that_the_key_column_cannot_hold_is_no_key) {
  on_each_backend([](Place& place) {
    using Small = KeyedBy<std::int8_t>;
    const Store store = place.create<Registry<Small>>();
    store.insert(Small{.key = std::int8_t{44}, .place = 1});
    BOOST_TEST(!store.get<Small>(300).has_value());  // 300 is 44 modulo 256
    BOOST_TEST(!store.erase<Small>(300));
    using Large = KeyedBy<std::int64_t>;
    const Store other = place.create<Registry<Large>>();
    other.insert(Large{.key = least<std::int64_t>, .place = 1});
    BOOST_TEST(!other.get<Large>(std::uint64_t{1} << 63).has_value());
    using Unsigned = KeyedBy<std::uint64_t>;
    const Store third = place.create<Registry<Unsigned>>();
    third.insert(Unsigned{.key = most<std::uint64_t> - 1, .place = 1});
    BOOST_TEST(third.get<Unsigned>(most<std::uint64_t> - 1).has_value());
    BOOST_TEST(!third.get<Unsigned>(-2).has_value());
  });
}

BOOST_AUTO_TEST_CASE(members_of_other_entities_are_given_as_keys) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Registry<KeyedBy<Level>, Use>>();
    store.insert(KeyedBy<Level>{.key = Level::high, .place = 9});
    const Use use = store.insert(Use{.level = Level::high, .kind = "k"});
    const Snapshot now = store.snapshot();
    BOOST_TEST(now.get<Use>(use.id).has_value());
    BOOST_TEST(*now.get<KeyedBy<Level>>(use.level)->place == 9);
  });
}

BOOST_AUTO_TEST_CASE(keys_of_several_columns_are_given_column_by_column_or_as_tuples) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Registry<Tag>>();
    std::vector<Tag> tags;
    for (const std::string kind : {"", "a", "b"})
      for (const int number : {-1, 0, 7})
        tags.push_back(Tag{.kind = kind, .number = static_cast<std::int16_t>(number), .name = "n"});
    store.insert(tags);
    const Snapshot now = store.snapshot();
    BOOST_TEST(now.get<Tag>("a", 7, "n").has_value());
    BOOST_TEST(!now.get<Tag>("a", 8, "n").has_value());
    BOOST_TEST(!now.get<Tag>("a", 7, "").has_value());
    BOOST_TEST(now.get<Tag>(tags[3].kind, tags[3].number, std::string_view("n")).has_value());

    using Key = std::tuple<std::string, int, std::string_view>;
    const auto found =
        now.get_many<Tag>(std::vector<Key>{{"b", 0, "n"}, {"c", 0, "n"}, {"", -1, "n"}});
    BOOST_REQUIRE(found.size() == 3u);
    BOOST_TEST(*found[0]->number == 0);
    BOOST_TEST(!found[1].has_value());
    BOOST_TEST(*found[2]->kind == "");

    std::string between;
    for (const Tag& t : now.range<Tag>(Key{"a", 0, ""}, Key{"b", 0, "n"}))
      between += *t.kind + std::to_string(t.number) + " ";
    BOOST_TEST(between == "a0 a7 b-1 ");

    BOOST_TEST(store.erase<Tag>("a", 7, "n"));
    BOOST_TEST(!store.erase<Tag>("a", 7, "n"));
    store.update([](Transaction& tx) {
      tx.erase_all<Tag>(std::array{Key{"b", 0, "n"}, Key{"b", 7, "n"}});
      tx.batch([](Batch& batch) { batch.erase<Tag>("b", -1, "n"); });
    });
    BOOST_TEST(store.snapshot().count<Tag>() == 5u);
    BOOST_TEST((entity_test::refused(store, [](Transaction& tx) {
                  tx.erase_all<Tag>(std::vector{Key{"", 0, "n"}, Key{"zz", 1, "n"}});
                }) == "missing_row tags (\"zz\", 1, \"n\")"));
  });
}

BOOST_AUTO_TEST_CASE(days_enumerations_and_uuids_make_a_key_together) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Registry<Day>>();
    Uuid who;
    who.octets.fill(9);
    const date first = date{2024y / 2 / 29};
    store.insert(Day{.day = first, .level = Level::low, .who = who});
    store.insert(Day{.day = first, .level = Level::high, .who = who});
    const Snapshot now = store.snapshot();
    BOOST_TEST((now.get<Day>(first, Level::high, who).has_value()));
    BOOST_TEST((!now.get<Day>(first, Level::middle, who).has_value()));
    const auto row = *now.view<Day>(first, Level::low, who);
    BOOST_TEST((row[field<&Day::day>] == first));
    BOOST_TEST((row[field<&Day::level>] == Level::low));
    BOOST_TEST((row[field<&Day::who>] == who));
  });
}

BOOST_AUTO_TEST_CASE(text_columns_of_one_key_are_read_in_place_side_by_side) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Registry<Tag>>();
    store.insert(Tag{.kind = "kind", .number = std::int16_t{3}, .name = "name", .note = "note"});
    const Snapshot now = store.snapshot();
    const auto row = *now.view<Tag>("kind", 3, "name");
    const std::string_view kind = row[field<&Tag::kind>];
    const std::string_view name = row[field<&Tag::name>];
    const std::optional<std::string_view> note = row[field<&Tag::note>];
    BOOST_TEST(kind == "kind");
    BOOST_TEST(name == "name");
    BOOST_TEST(note.value() == "note");
    BOOST_TEST(row[field<&Tag::number>] == 3);
  });
}

BOOST_AUTO_TEST_CASE(views_of_one_snapshot_keep_their_keys) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Registry<Tag>>();
    store.insert(Tag{.kind = "one", .number = std::int16_t{1}, .name = "x"});
    store.insert(Tag{.kind = "two", .number = std::int16_t{2}, .name = "y"});
    const Snapshot now = store.snapshot();
    const auto one = now.view<Tag>("one", 1, "x");
    const auto two = now.view<Tag>("two", 2, "y");
    BOOST_TEST(!now.get<Tag>("three", 3, "z").has_value());
    BOOST_TEST((*one)[field<&Tag::kind>] == "one");
    BOOST_TEST((*one)[field<&Tag::number>] == 1);
    BOOST_TEST((*two)[field<&Tag::kind>] == "two");
    const RowView<Tag> copy = *one;
    BOOST_TEST(copy[field<&Tag::name>] == "x");
  });
}

BOOST_AUTO_TEST_CASE(a_key_that_no_row_can_have_is_absent_and_not_an_error) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Registry<Tag, KeyedBy<std::string>>>();
    const std::string big(2000, 'x');
    store.insert(Tag{.kind = "k", .number = std::int16_t{1}, .name = "n"});
    store.insert(KeyedBy<std::string>{.key = "k", .place = 1});
    const Snapshot now = store.snapshot();
    BOOST_TEST(!now.get<Tag>(big, 1, "n").has_value());
    BOOST_TEST(!now.view<Tag>(big, 1, "n").has_value());
    using E = KeyedBy<std::string>;
    const auto found = now.get_many<E>(std::vector{big, std::string("k")});
    BOOST_TEST(!found[0].has_value());
    BOOST_TEST(found[1].has_value());
    BOOST_TEST(!store.erase<E>(big));
    BOOST_TEST(code_of([&] { store.insert(E{.key = big, .place = 2}); }) == "capacity");
    BOOST_TEST(store.snapshot().count<E>() == 1u);
  });
}

// What the order of text and bytes in a key must survive: bytes that escaping and ending touch.
BOOST_AUTO_TEST_CASE(random_composite_keys_stay_in_the_order_of_their_columns) {
  on_each_backend([](Place& place) {
    std::mt19937 random(20240229);
    const std::array<char, 4> letters{'\0', '\1', 'a', '\x7f'};
    const std::array<int, 4> octets{0, 1, 0x7f, 0xff};
    using Key = std::pair<std::string, Bytes>;
    std::set<Key> keys;
    while (keys.size() < 400) {
      Key key;
      for (std::size_t n = random() % 4; n > 0; --n) key.first += letters[random() % 4];
      for (std::size_t n = random() % 4; n > 0; --n)
        key.second.push_back(static_cast<std::byte>(octets[random() % 4]));
      keys.insert(key);
    }
    std::vector<Pair> rows;
    std::int32_t n = 0;
    for (const Key& key : keys)
      rows.push_back(Pair{.first = key.first, .second = key.second, .place = n++});
    std::vector<Pair> shuffled = rows;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    const Store store = place.create<Registry<Pair>>();
    store.insert(shuffled);
    const Snapshot now = store.snapshot();
    n = 0;
    for (const Pair& row : now.range<Pair>()) {
      BOOST_REQUIRE(*row.place == n);
      BOOST_REQUIRE(row.second == rows[static_cast<std::size_t>(n)].second);
      ++n;
    }
    BOOST_TEST(n == 400);
    const std::vector<Key> asked(keys.rbegin(), keys.rend());
    const auto found = now.get_many<Pair>(asked);
    for (std::size_t i = 0; i < asked.size(); ++i)
      BOOST_REQUIRE(*found[i].value().place == static_cast<std::int32_t>(399 - i));
    n = 100;
    for (const Pair& row : now.range<Pair>(asked[299], asked[199]))
      BOOST_REQUIRE(*row.place == n++);
    BOOST_TEST(n == 200);
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace keys_test
