// What the mapping makes of types and options: the behaviour cases SA-TYPING-* and SA-CONFIG-*, by
// id. What the compiler refuses is pinned, with its text, by a file of tests/compile_fail.
#include <algorithm>

#include "tests/session/cases.hpp"

namespace kindred::mapping_test {

using session_test::MaybeId;

enum class Colour : std::uint8_t { red = 1, green = 2 };

// Options that several entities share are an alias, or a base.
using Id = Mapped<std::int64_t, primary_key>;
template <class E>
using Reference = Mapped<MaybeId, foreign_key<E>(on_delete::set_null)>;
struct Stamped {
  Mapped<std::optional<std::string>, max_length(20)> made_by;
};

struct Paint : Stamped {
  static constexpr auto tablename = "paints";
  static constexpr int coats = 2;  // neither stored nor in the way
  Id id;
  Mapped<std::string> name;
  Mapped<std::optional<std::string>> note;
  Mapped<Colour> colour;
  Mapped<std::optional<Colour>> other;
  Transient<std::string> remark;
  int plain = 0;
};
struct Wall : Stamped {
  static constexpr auto tablename = "walls";
  Id id;
  Reference<Paint> paint_id;
  Mapped<std::int64_t, foreign_key<Paint>()> undercoat_id;
  Relationship<Paint, using_key("paint_id"), backref("walls")> paint;
  Relationship<Paint, using_key("undercoat_id")> undercoat;
};
using Painting = Registry<Paint, Wall>;
static_assert(Painting::ok);

// Described apart from its struct.
struct Legacy {
  std::int64_t number = 0;
  std::string code;
  std::optional<double> score;
  std::string not_stored;
};

// Cascades of which one implies another; a foreign key that restricts under a cascade.
struct Twig;
struct Stem {
  static constexpr auto tablename = "stems";
  Id id;
  Relationship<std::vector<Twig>, back_populates("stem"),
               cascade::save_update | cascade::delete_orphan>
      twigs;
};
struct Twig {
  static constexpr auto tablename = "twigs";
  Id id;
  Mapped<MaybeId, foreign_key<Stem>(on_delete::restrict)> stem_id;
  Relationship<Stem, back_populates("twigs")> stem;
};
using Stems = Registry<Stem, Twig>;

// Two relationships over one foreign key that do not name each other.
struct Half;
struct Whole {
  static constexpr auto tablename = "wholes";
  Id id;
  Relationship<std::vector<Half>> halves;
};
struct Half {
  static constexpr auto tablename = "halves";
  Id id;
  Mapped<MaybeId, foreign_key<Whole>()> whole_id;
  Relationship<Whole> whole;
};
using Wholes = Registry<Whole, Half>;

template <class C>
concept HasNonsense = requires {
  C::nonsense;
};
template <class E>
concept HasWalls = requires(E& e) {
  e.walls;
};

}  // namespace kindred::mapping_test

template <>
inline constexpr auto kindred::mapping<kindred::mapping_test::Legacy> = kindred::imperative(
    "legacy", kindred::column<&kindred::mapping_test::Legacy::number>(kindred::primary_key),
    kindred::column<&kindred::mapping_test::Legacy::code>(),
    kindred::column<&kindred::mapping_test::Legacy::score>());

BOOST_AUTO_TEST_SUITE(mapping_rules)

using namespace kindred;
using namespace kindred::session_test;
using namespace kindred::mapping_test;

namespace {

template <class R>
Column column_of(std::string_view table, std::string_view name) {
  const Catalog catalog = R::catalog();
  return *catalog.table(table)->column(name);
}

}  // namespace

BOOST_AUTO_TEST_CASE(SA_TYPING_01) {
  const Column name = column_of<Painting>("paints", "name");
  BOOST_TEST((name.type.code == TypeCode::text));
  BOOST_TEST(!name.nullable);
}

BOOST_AUTO_TEST_CASE(SA_TYPING_02) {
  const Column note = column_of<Painting>("paints", "note");
  BOOST_TEST((note.type.code == TypeCode::text));
  BOOST_TEST(note.nullable);
}

// The type alone says whether there may be null, so the two cannot disagree.
BOOST_AUTO_TEST_CASE(SA_TYPING_04) {
  BOOST_TEST(!column_of<Painting>("paints", "colour").nullable);
  BOOST_TEST(column_of<Painting>("paints", "other").nullable);
  static_assert(!std::is_assignable_v<Mapped<std::string>&, std::nullopt_t>);
  static_assert(std::is_assignable_v<Mapped<std::optional<std::string>>&, std::nullopt_t>);
}

// Columns that are described apart have a type all the same. An optional key:
// compile_fail/primary_key_optional.cpp.
BOOST_AUTO_TEST_CASE(SA_TYPING_05) {
  using Old = Registry<Legacy>;
  BOOST_TEST(!column_of<Old>("legacy", "number").nullable);
  BOOST_TEST(!column_of<Old>("legacy", "code").nullable);
  BOOST_TEST(column_of<Old>("legacy", "score").nullable);
  const Catalog catalog = Old::catalog();
  BOOST_TEST(catalog.table("legacy")->columns.size() == 3u);
  on_each_store_of<Old>([](const Store& store) {
    Session session{store};
    const auto old = session.add(Legacy{.code = "c", .not_stored = "n"});
    session.commit();
    old->score = 0.5;
    session.commit();
    BOOST_TEST(store.get<Legacy>(old->number)->score.value() == 0.5);
    BOOST_TEST(store.get<Legacy>(old->number)->not_stored.empty());
  });
}

// By value, with the names beside it: a name may change.
BOOST_AUTO_TEST_CASE(SA_TYPING_06) {
  const Column colour = column_of<Painting>("paints", "colour");
  BOOST_TEST((colour.type.code == TypeCode::enumeration));
  BOOST_TEST((colour.type.underlying == TypeCode::uint8));
  BOOST_REQUIRE(colour.type.names.size() == 2u);
  BOOST_TEST(colour.type.names[0].name == "red");
  BOOST_TEST(colour.type.names[0].value == 1);
  on_each_store_of<Painting>([](const Store& store) {
    Session session{store};
    const auto paint = session.add(Paint{.name = "p", .colour = Colour::green});
    session.commit();
    Row key;
    key.set("id", *paint->id);
    const Row row = store.snapshot().get("paints", key).value();
    BOOST_TEST((row["colour"] == Value(2u)));
    BOOST_TEST(row["other"].is_null());
    BOOST_TEST(
        (session.select<Paint>().where(field<&Paint::colour> == Colour::green).one() == paint));
  });
}

// compile_fail/storable_plain_struct.cpp, storable_shared_pointer.cpp, storable_wchar.cpp,
// storable_long_double.cpp, storable_polymorphic_pointer.cpp name the type and the remedy. What can
// be stored is many types.
BOOST_AUTO_TEST_CASE(SA_TYPING_10) {
  BOOST_TEST((column_of<Everything>("posts", "scores").type.code == TypeCode::list));
  BOOST_TEST((column_of<Everything>("articles", "created_at").type.code == TypeCode::datetime));
}

// Both ends have one type: compile_fail/foreign_key_type.cpp. Nullable is what the member says.
BOOST_AUTO_TEST_CASE(SA_TYPING_12) {
  const Catalog catalog = Painting::catalog();
  const Column id = *catalog.table("paints")->column("id");
  const Column own = *catalog.table("walls")->column("paint_id");
  const Column under = *catalog.table("walls")->column("undercoat_id");
  BOOST_TEST((own.type == id.type));
  BOOST_TEST((under.type == id.type));
  BOOST_TEST(own.nullable);
  BOOST_TEST(!under.nullable);
  BOOST_TEST(catalog.table("walls")->foreign_keys.size() == 2u);
}

// The relationship does not say whether it may be null: the column does, at flush.
BOOST_AUTO_TEST_CASE(SA_TYPING_13) {
  on_each_store_of<Painting>([](const Store& store) {
    Session session{store};
    const auto wall = session.add(Wall{});
    BOOST_TEST(!wall->undercoat);
    const auto error = caught<IntegrityError>([&] { session.flush(); });
    BOOST_TEST((error.code() == ErrorCode::not_null));
    BOOST_REQUIRE(error.violations().size() == 1u);
    BOOST_TEST(error.violations()[0].columns == Strings{"undercoat_id"},
               boost::test_tools::per_element());
    BOOST_TEST(mentions(error.violations()[0].detail, "undercoat"));
    wall->undercoat = Paint{.name = "p", .colour = Colour::red};
    session.commit();
    wall->undercoat = nullptr;
    BOOST_CHECK_THROW(session.commit(), IntegrityError);
    session.rollback();
    BOOST_TEST(static_cast<bool>(wall->undercoat));
  });
}

BOOST_AUTO_TEST_CASE(SA_TYPING_14) {
  const Catalog catalog = Painting::catalog();
  for (const char* table : {"paints", "walls"}) {
    BOOST_TEST(catalog.table(table)->primary_key == Strings{"id"},
               boost::test_tools::per_element());
    BOOST_TEST(catalog.table(table)->column("made_by")->max_length == 20u);
    BOOST_TEST(catalog.table(table)->column("made_by")->nullable);
  }
  BOOST_TEST((catalog.table("walls")->foreign_keys[0].on_delete == OnDelete::set_null));
}

// Members that are not mapped are ordinary members: not stored, and no error.
BOOST_AUTO_TEST_CASE(SA_TYPING_15) {
  const Catalog catalog = Painting::catalog();
  BOOST_TEST(catalog.table("paints")->columns.size() == 6u);
  for (const char* name : {"remark", "plain", "coats"})
    BOOST_TEST((catalog.table("paints")->column(name) == nullptr));
  on_each_store_of<Painting>([](const Store& store) {
    Session session{store};
    const auto paint = session.add(Paint{.name = "p", .colour = Colour::red});
    session.commit();
    paint->plain = 5;
    *paint->remark = "mine";
    BOOST_TEST(!inspect(paint).is_modified());
    session.expire(paint);
    BOOST_TEST(*paint->name == "p");
    BOOST_TEST(paint->plain == 5);
    BOOST_TEST(*paint->remark == "mine");
  });
}

// compile_fail/table_twice.cpp. In two registries it is no matter.
BOOST_AUTO_TEST_CASE(SA_TYPING_17) {
  const Catalog catalog = Everything::catalog();
  Strings names;
  for (const Table& table : catalog.tables) names.push_back(table.name);
  std::sort(names.begin(), names.end());
  BOOST_TEST((std::adjacent_find(names.begin(), names.end()) == names.end()));
  Catalog twice = catalog;
  twice.tables.push_back(twice.tables.front());
  BOOST_TEST(mentions(message<Error>([&] { twice.validate(); }), "users"));
}

// compile_fail/back_populates_unknown.cpp
BOOST_AUTO_TEST_CASE(SA_CONFIG_02) {
  const Catalog catalog = Everything::catalog();
  BOOST_TEST(catalog.table("users")->relationship("posts")->reverse == "author");
  BOOST_TEST((catalog.table("users")->relationship("post") == nullptr));
}

// A column is not a relationship of that name: compile_fail/back_populates_unknown.cpp
BOOST_AUTO_TEST_CASE(SA_CONFIG_03) {
  const Catalog catalog = Everything::catalog();
  BOOST_TEST((catalog.table("posts")->relationship("title") == nullptr));
}

// compile_fail/back_populates_elsewhere.cpp, back_populates_not_mutual.cpp
BOOST_AUTO_TEST_CASE(SA_CONFIG_04) {
  const Catalog catalog = Everything::catalog();
  for (const Table& table : catalog.tables)
    for (const RelationshipInfo& one : table.relationships) {
      if (one.reverse.empty()) continue;
      const RelationshipInfo* back = catalog.table(one.target)->relationship(one.reverse);
      BOOST_REQUIRE_MESSAGE(back != nullptr, table.name << "." << one.name);
      BOOST_TEST(back->target == table.name);
      BOOST_TEST(back->reverse == one.name);
    }
}

// compile_fail/backref_twice.cpp, backref_taken.cpp, back_populates_and_backref.cpp
BOOST_AUTO_TEST_CASE(SA_CONFIG_07) {
  static_assert(std::is_same_v<Painting::target_of<Paint, "walls">, Wall>);
  static_assert(Painting::end_of<Paint, "walls">::collection);
}

// A backref is a name for the way back, not a member: options stand where the relationship is
// declared; whoever wants others declares the other side.
BOOST_AUTO_TEST_CASE(SA_CONFIG_09) {
  static_assert(!HasWalls<Paint>);
  on_each_store_of<Painting>([](const Store& store) {
    Session session{store};
    const auto paint = session.add(Paint{.name = "p", .colour = Colour::red});
    const auto wall = session.add(Wall{});
    wall->paint = paint;
    wall->undercoat = paint;
    session.commit();
    const Snapshot now = store.snapshot();
    BOOST_TEST(now.backref_of<&Wall::paint>(*paint).size() == 1u);
    BOOST_TEST((now.related<Painting, "walls">(*paint).size() == 1u));
    // Its own cascades are those of a relationship without any: the column's on_delete decides.
    wall->undercoat = session.add(Paint{.name = "q", .colour = Colour::red});
    session.erase(paint);
    session.commit();
    BOOST_TEST(!wall->paint_id.has_value());
    BOOST_TEST(rows<Wall>(store) == 1u);
  });
}

// It is there at once: the compiler knows it, and the catalogue.
BOOST_AUTO_TEST_CASE(SA_CONFIG_10) {
  static_assert(std::is_same_v<Painting::target_of<Paint, "walls">, Wall>);
  const Catalog catalog = Painting::catalog();
  BOOST_REQUIRE(catalog.table("paints")->relationship("walls") != nullptr);
  BOOST_TEST(catalog.table("paints")->relationship("walls")->target == "walls");
}

// compile_fail/relation_ambiguous.cpp
BOOST_AUTO_TEST_CASE(SA_CONFIG_12) {
  const Catalog catalog = Everything::catalog();
  BOOST_TEST(catalog.table("posts")->relationship("author")->foreign_key !=
             catalog.table("posts")->relationship("editor")->foreign_key);
}

BOOST_AUTO_TEST_CASE(SA_CONFIG_13) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto ann = session.add(User{.username = "ann"});
    const auto bob = session.add(User{.username = "bob"});
    const auto post = ann->posts.append(Post{.title = "p"});
    post->editor = bob;
    BOOST_TEST(bob->edited.size() == 1u);
    BOOST_TEST(bob->posts.empty());
    session.commit();
    const Post stored = store.get<Post>(*post->id).value();
    BOOST_TEST(*stored.author_id == *ann->id);
    BOOST_TEST(*stored.editor_id == *bob->id);
    post->editor = nullptr;
    session.commit();
    BOOST_TEST(*store.get<Post>(*post->id)->author_id == *ann->id);
    BOOST_TEST(!store.get<Post>(*post->id)->editor_id.has_value());
    BOOST_TEST(problems(store) == "");
  });
}

// compile_fail/target_not_registered.cpp, foreign_key_not_registered.cpp. A store that was opened
// without an entity says so at its first use.
BOOST_AUTO_TEST_CASE(SA_CONFIG_14) {
  static_assert(!Painting::contains<Legacy>);
  on_each_store_of<Painting>([](const Store& store) {
    Session session{store};
    BOOST_CHECK_THROW((void)session.get<Legacy>(1), UsageError);
    session.add(Legacy{});
    BOOST_CHECK_THROW(session.commit(), UsageError);
    session.rollback();
    session.add(Paint{.name = "p", .colour = Colour::red});
    session.commit();
    BOOST_TEST(rows<Paint>(store) == 1u);
  });
}

// compile_fail/delete_orphan_many_side.cpp; with single_parent it may.
BOOST_AUTO_TEST_CASE(SA_CONFIG_16) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto book = session.add(Book{});
    book->cover = Cover{.art = "a"};
    session.commit();
    book->cover = Cover{.art = "b"};
    session.commit();
    BOOST_TEST(rows<Cover>(store) == 1u);
    const Ref<Cover> cover = book->cover;
    BOOST_CHECK_THROW(session.add(Book{})->cover = cover, UsageError);
  });
}

// There is no switch that leaves children alone: without a delete cascade on_delete decides, and
// restrict is one of its words. A cascade of the session comes first.
BOOST_AUTO_TEST_CASE(SA_CONFIG_17) {
  on_each_store_of<Stems>([](const Store& store) {
    Session session{store};
    const auto stem = session.add(Stem{});
    stem->twigs.append(Twig{});
    session.commit();
    BOOST_CHECK_THROW(store.erase<Stem>(*stem->id), IntegrityError);
    BOOST_TEST(rows<Twig>(store) == 1u);
    session.erase(stem);
    session.commit();
    BOOST_TEST(rows<Twig>(store) == 0u);
  });
}

// The compiler knows the words.
BOOST_AUTO_TEST_CASE(SA_CONFIG_18) {
  static_assert(!HasNonsense<cascade>);
  BOOST_TEST((has(cascade::all, cascade::merge) && !has(cascade::none, cascade::merge)));
}

// delete_orphan deletes with the owner as well, without `remove`.
BOOST_AUTO_TEST_CASE(SA_CONFIG_19) {
  on_each_store_of<Stems>([](const Store& store) {
    Session session{store};
    const auto stem = session.add(Stem{});
    const auto kept = stem->twigs.append(Twig{});
    const auto orphan = stem->twigs.append(Twig{});
    session.commit();
    stem->twigs.remove(orphan);
    session.commit();
    BOOST_TEST(rows<Twig>(store) == 1u);
    session.erase(stem);
    session.commit();
    BOOST_TEST((inspect(kept).life() == Life::detached));
    BOOST_TEST(rows<Twig>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_CONFIG_20) {
  static_assert(cascade::all == (cascade::save_update | cascade::merge | cascade::expunge |
                                 cascade::refresh_expire | cascade::remove));
  static_assert(!has(cascade::all, cascade::delete_orphan));
  BOOST_TEST((has(cascade::all, cascade::remove) && has(cascade::all, cascade::save_update)));
}

// Two that do not name each other are two views of one key: what one of them set is written, and
// each reads what is stored.
BOOST_AUTO_TEST_CASE(SA_CONFIG_22) {
  on_each_store_of<Wholes>([](const Store& store) {
    std::int64_t one_id = 0;
    std::int64_t two_id = 0;
    {
      Session session{store};
      const auto one = session.add(Whole{});
      const auto half = one->halves.append(Half{});
      const auto two = session.add(Whole{});
      const auto other = session.add(Half{});
      other->whole = two;
      session.commit();
      BOOST_TEST(*half->whole_id == *one->id);
      BOOST_TEST(*other->whole_id == *two->id);
      one_id = one->id;
      two_id = two->id;
    }
    Session session{store};
    const auto one = session.get<Whole>(one_id);
    const auto two = session.get<Whole>(two_id);
    BOOST_REQUIRE(one->halves.size() == 1u);
    BOOST_REQUIRE(two->halves.size() == 1u);
    BOOST_TEST((two->halves[0]->whole == two));
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()
