// Entity types and the catalogue of a store: what fits, what is refused, and structs that are
// mapped from outside.
#include "tests/entity/support.hpp"

namespace schema_test {

using namespace kindred;
using entity_test::code_of;
using entity_test::on_each_backend;
using entity_test::Place;
using entity_test::problems;

struct User {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, max_length(50), unique> name;
  Mapped<std::optional<std::string>> bio;
  Mapped<std::int32_t> age;
};
struct Stranger {
  static constexpr auto tablename = "strangers";
  Mapped<std::int64_t, primary_key> id;
};
using Known = Registry<User>;

// Made elsewhere: a constructor, a virtual function, a private part.
class Legacy {
 public:
  Legacy() = default;
  explicit Legacy(std::string text) : code(std::move(text)) {}
  virtual ~Legacy() = default;
  std::int32_t number = 0;
  std::string code = "fresh";
  std::optional<double> score;
  std::int64_t owner = 0;
  std::string not_stored = "still here";

 private:
  int hidden_ = 1;
};
struct Note {
  static constexpr auto tablename = "notes";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int32_t, foreign_key(&Legacy::number, on_delete::cascade)> legacy_number;
  Relationship<Legacy, backref("notes")> legacy;
};

}  // namespace schema_test

template <>
inline constexpr auto kindred::mapping<schema_test::Legacy> = imperative(
    "legacy", column<&schema_test::Legacy::number>(primary_key),
    column<&schema_test::Legacy::code>(column_name("the code"), max_length(40), unique),
    column<&schema_test::Legacy::score>(indexed),
    column<&schema_test::Legacy::owner>(foreign_key<schema_test::User>(on_delete::restrict)));

namespace schema_test {

// The table of users as others would have it.
struct RetypedUser {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
  Mapped<std::optional<std::string>> bio;
  Mapped<std::string> age;
};
struct NullableUser {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
  Mapped<std::optional<std::string>> bio;
  Mapped<std::optional<std::int32_t>> age;
};
struct StrictUser {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
  Mapped<std::string> bio;
  Mapped<std::int32_t> age;
};
struct ShortUser {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
};
struct LongUser {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
  Mapped<std::optional<std::string>> bio;
  Mapped<std::int32_t> age;
  Mapped<bool> extra;
};
struct KeyedUser {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t> id;
  Mapped<std::string, primary_key> name;
  Mapped<std::optional<std::string>> bio;
  Mapped<std::int32_t> age;
};

struct Mine : Registry<User> {
  static constexpr std::string_view application = "mine";
};
struct Theirs : Registry<User> {
  static constexpr std::string_view application = "theirs";
};

std::string users(const Snapshot& now) {
  std::string out;
  for (const User& user : now.range<User>()) {
    if (!out.empty()) out += ' ';
    out += std::to_string(user.id) + *user.name;
  }
  return out;
}
std::string users(const Store& store) { return users(store.snapshot()); }

BOOST_AUTO_TEST_SUITE(schema)

BOOST_AUTO_TEST_CASE(an_entity_that_the_store_does_not_know_is_refused) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Known>();
    const Snapshot now = store.snapshot();
    const auto unknown = [](FunctionRef<void()> fn) {
      try {
        fn();
        BOOST_ERROR("an unknown entity was taken");
      } catch (const UsageError& error) {
        BOOST_TEST(std::string(error.what()).find("strangers") != std::string::npos);
      }
    };
    unknown([&] { (void)now.get<Stranger>(1); });
    unknown([&] { (void)now.get_many<Stranger>(std::vector{1}); });
    unknown([&] { (void)now.range<Stranger>(); });
    unknown([&] { (void)now.range<Stranger>(1, 2); });
    unknown([&] { (void)now.view<Stranger>(1); });
    unknown([&] { (void)now.views<Stranger>(); });
    unknown([&] { (void)now.count<Stranger>(); });
    unknown([&] { (void)now.plan_erase<Stranger>(std::vector{1}); });
    unknown([&] { store.insert(Stranger{}); });
    unknown([&] { store.insert(std::vector<Stranger>(2)); });
    unknown([&] { store.update(Stranger{}); });
    unknown([&] { store.erase<Stranger>(1); });
    unknown([&] {
      store.update(
          [](Transaction& tx) { tx.batch([](Batch& batch) { batch.erase<Stranger>(1); }); });
    });
  });
}

template <class E>
void of_other_columns(const Store& store) {
  const Snapshot now = store.snapshot();
  constexpr bool by_name = std::is_same_v<E, KeyedUser>;
  BOOST_CHECK_THROW(store.insert(E{}), SchemaMismatch);
  BOOST_CHECK_THROW(store.insert(std::vector<E>(2)), SchemaMismatch);
  BOOST_CHECK_THROW((void)now.range<E>(), SchemaMismatch);
  BOOST_CHECK_THROW((void)now.views<E>(), SchemaMismatch);
  if constexpr (by_name) {
    BOOST_CHECK_THROW((void)now.get<E>("ann"), SchemaMismatch);
    BOOST_CHECK_THROW((void)store.erase<E>("ann"), SchemaMismatch);
  } else {
    BOOST_CHECK_THROW((void)now.get<E>(1), SchemaMismatch);
    BOOST_CHECK_THROW((void)now.view<E>(1), SchemaMismatch);
    BOOST_CHECK_THROW((void)now.get_many<E>(std::vector{1}), SchemaMismatch);
    BOOST_CHECK_THROW((void)store.erase<E>(1), SchemaMismatch);
  }
  BOOST_TEST(users(store) == "1ann");
  using R = Registry<E>;
  try {
    (void)Store::open<R>("memory:", {.create = true});
  } catch (const Error& error) {
    BOOST_ERROR(error.what());
  }
}

BOOST_AUTO_TEST_CASE(an_entity_of_other_columns_than_the_stored_ones_is_refused) {
  on_each_backend([](Place& place) {
    {
      const Store store = place.create<Known>();
      store.insert(User{.name = "ann"});
    }
    // Also where the store was opened without types.
    for (const Store& store : {place.reopen<Known>(), place.reopen()}) {
      of_other_columns<RetypedUser>(store);
      of_other_columns<NullableUser>(store);
      of_other_columns<StrictUser>(store);
      of_other_columns<ShortUser>(store);
      of_other_columns<LongUser>(store);
      of_other_columns<KeyedUser>(store);
    }
  });
}

template <class E>
std::string mismatch(Place& place) {
  try {
    (void)place.reopen<Registry<E>>();
  } catch (const SchemaMismatch& error) {
    std::string out;
    for (const std::string& line : error.differences()) out += line + '\n';
    return out;
  }
  return "";
}

BOOST_AUTO_TEST_CASE(a_store_of_another_catalogue_is_refused_with_the_differences) {
  on_each_backend([](Place& place) {
    {
      const Store store = place.create<Known>();
      store.insert(User{.name = "ann"});
    }
    const auto names = [](const std::string& text, std::string_view part) {
      BOOST_TEST_INFO(text);
      BOOST_TEST(text.find(part) != std::string::npos);
    };
    names(mismatch<RetypedUser>(place), "age");
    names(mismatch<NullableUser>(place), "age");
    names(mismatch<StrictUser>(place), "bio");
    names(mismatch<ShortUser>(place), "max_length 50");
    names(mismatch<LongUser>(place), "extra");
    names(mismatch<KeyedUser>(place), "key");
    BOOST_TEST(users(place.reopen<Known>()) == "1ann");
  });
}

BOOST_AUTO_TEST_CASE(fewer_or_more_tables_are_no_mismatch) {
  on_each_backend([](Place& place) {
    {
      const Store store = place.create<Registry<User>>();
      store.insert(User{.name = "ann"});
    }
    {
      const Store store = place.reopen<Registry<Stranger, User>>();
      store.insert(Stranger{});
    }
    const Store store = place.reopen<Registry<User>>();
    BOOST_TEST(users(store) == "1ann");
    BOOST_TEST(store.get<Stranger>(1).has_value());
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_store_of_another_application_is_refused) {
  on_each_backend([](Place& place) {
    (void)place.create<Mine>();
    BOOST_TEST(code_of([&] { (void)place.reopen<Theirs>(); }) == "wrong_application");
    BOOST_TEST(code_of([&] { (void)place.reopen<Mine>(); }) == "nothing");
    BOOST_TEST(code_of([&] { (void)place.reopen<Registry<User>>(); }) == "nothing");
  });
}

BOOST_AUTO_TEST_CASE(structs_mapped_from_outside_are_entities_like_any_other) {
  on_each_backend([](Place& place) {
    const Store store = place.create<Registry<User, Legacy, Note>>();
    const User owner = store.insert(User{.name = "ann"});
    Legacy one("one");
    one.score = 0.5;
    one.owner = owner.id;
    one.not_stored = "lost";
    store.insert(one);
    BOOST_TEST(one.number == 1);
    const Legacy back = store.insert([&] {
      Legacy two("two");
      two.owner = owner.id;
      return two;
    }());
    BOOST_TEST(back.number == 2);
    const Note note = store.insert(Note{.legacy_number = 1});

    const Snapshot now = store.snapshot();
    const Legacy found = *now.get<Legacy>(1);
    BOOST_TEST(found.code == "one");
    BOOST_TEST(found.score.value() == 0.5);
    BOOST_TEST(found.not_stored == "still here");
    BOOST_TEST(now.related<&Note::legacy>(note)->code == "one");
    BOOST_TEST(now.backref_of<&Note::legacy>(found).size() == 1u);
    const auto row = *now.view<Legacy>(2);
    BOOST_TEST(row[field<&Legacy::code>] == "two");
    BOOST_TEST(!row[field<&Legacy::score>].has_value());
    BOOST_TEST(row[field<&Legacy::number>] == 2);
    int rows = 0;
    for (const Legacy& each : now.range<Legacy>()) rows += each.number;
    BOOST_TEST(rows == 3);

    one.code = "two";
    BOOST_TEST(code_of([&] { store.update(one); }) == "unique");
    one.code = "uno";
    store.update(one);
    BOOST_TEST(store.get<Legacy>(1)->code == "uno");
    BOOST_TEST(code_of([&] { store.erase<User>(owner.id); }) == "restrict");
    BOOST_TEST(store.erase<Legacy>(1));
    BOOST_TEST(store.snapshot().count<Note>() == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace schema_test
