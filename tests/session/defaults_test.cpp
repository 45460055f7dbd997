// Defaults, validators and what else columns can do: the behaviour cases SA-DEFAULT-*,
// SA-VALIDATOR-* and SA-EXTRA-*, by id.
#include "tests/session/cases.hpp"

BOOST_AUTO_TEST_SUITE(columns)

using namespace kindred;
using namespace kindred::session_test;

namespace {

struct Point {
  Mapped<std::int32_t, column_name("start_x")> x;
  Mapped<std::int32_t, column_name("start_y")> y;
  friend bool operator==(const Point&, const Point&) = default;
};
struct Size {
  std::int32_t width = 0;
  std::int32_t height = 0;
  template <class A>
  void serialize(A& archive) {
    archive(width, height);
  }
  friend bool operator==(const Size&, const Size&) = default;
};
void too_far(const std::int64_t& end) {
  if (end > 1000) throw ValidationError("end", "too far");
}
void not_13(const std::int64_t& end) {
  if (end % 13 == 0 && end != 0) throw ValidationError("end", "unlucky");
}

struct Shape {
  static constexpr auto tablename = "shapes";
  Mapped<std::int64_t, primary_key> id;
  Point start;                       // two columns
  Mapped<std::optional<Size>> size;  // one column of two parts
  Mapped<std::int64_t> begin;
  Mapped<std::int64_t> end;
  Mapped<std::optional<std::int32_t>> stars{7};
  static constexpr auto table_args =
      std::tuple{validates<&Shape::end>(&too_far), validates<&Shape::end>(&not_13)};
  // The same name for an object and for a query.
  [[nodiscard]] bool is_empty() const { return *end <= *begin; }
  [[nodiscard]] std::int64_t length() const { return *end - *begin; }
  static Condition<Shape> empty() { return field<&Shape::end> <= field<&Shape::begin>; }
};
using Shapes = Registry<Shape>;

template <class T>
concept TakesNonsense = requires {
  T{.nonsense = 1};
};
template <class T>
concept TakesTitle = requires {
  T{.title = "t"};
};

}  // namespace

BOOST_AUTO_TEST_CASE(SA_DEFAULT_01) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto before = std::chrono::system_clock::now() - std::chrono::seconds(1);
    const auto article = session.add(Article{.title = "t"});
    BOOST_TEST(article->status->empty());
    BOOST_TEST(!article->stars.has_value());
    session.flush();
    BOOST_TEST(*article->status == "draft");
    BOOST_TEST(*article->stars == 3);
    BOOST_TEST((*article->created_at > before));
    BOOST_TEST(!article->updated_at.has_value());
    const auto created = *article->created_at;
    const auto given = session.add(Article{.title = "u", .status = "final", .stars = 5});
    session.commit();
    BOOST_TEST(*given->status == "final");
    BOOST_TEST(*given->stars == 5);
    BOOST_TEST(*store.get<Article>(*article->id)->status == "draft");
    // At insert only.
    article->status = "";
    session.commit();
    BOOST_TEST(store.get<Article>(*article->id)->status->empty());
    BOOST_TEST((*article->created_at == created));
    BOOST_TEST(article->updated_at.has_value());
  });
}

// Of an update that changes the row, unless the program sets the column itself.
BOOST_AUTO_TEST_CASE(SA_DEFAULT_01_on_update) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto article = session.add(Article{.title = "t"});
    session.commit();
    article->title = "t";
    session.commit();
    BOOST_TEST(!article->updated_at.has_value());
    article->title = "u";
    session.commit();
    BOOST_REQUIRE(article->updated_at.has_value());
    BOOST_TEST(store.get<Article>(*article->id)->updated_at.has_value());
    const time_point mine{std::chrono::seconds(1234)};
    article->title = "v";
    article->updated_at = mine;
    session.commit();
    BOOST_TEST((**article->updated_at == mine));
  });
}

// With insert_default null is unset. An ordinary default of the member is a value of construction,
// over which null is stored.
BOOST_AUTO_TEST_CASE(SA_DEFAULT_02) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto article = session.add(Article{.title = "t", .stars = std::nullopt});
    session.commit();
    BOOST_TEST(*article->stars == 3);
    article->stars = std::nullopt;
    session.commit();
    BOOST_TEST(!store.get<Article>(*article->id)->stars.has_value());
  });
  on_each_store_of<Shapes>([](const Store& store) {
    Session session{store};
    const auto given = session.add(Shape{.stars = std::nullopt});
    const auto left_out = session.add(Shape{});
    session.commit();
    BOOST_TEST(!store.get<Shape>(*given->id)->stars.has_value());
    BOOST_TEST(*store.get<Shape>(*left_out->id)->stars == 7);
  });
}

BOOST_AUTO_TEST_CASE(SA_DEFAULT_07) {
  BOOST_TEST(*Shape{}.stars == 7);
  BOOST_TEST(*make_ref(Shape{})->stars == 7);
  BOOST_TEST(Article{}.status->empty());
  BOOST_TEST(make_ref(Article{})->status->empty());
}

// The compiler refuses it, in designated initializers and in make<>().
BOOST_AUTO_TEST_CASE(SA_DEFAULT_08) {
  static_assert(TakesTitle<Article> && !TakesNonsense<Article>);
  const auto article = make<Article>(field<& Article::title> = "t", field<& Article::stars> = 4);
  BOOST_TEST(*article.title == "t");
  BOOST_TEST(*article.stars == 4);
}

// Validators judge values, at flush. What is removed from a relationship is told to on_remove,
// which may refuse it.
BOOST_AUTO_TEST_CASE(SA_VALIDATOR_04) {
  on_each_store([](const Store& store) {
    struct Refused {};
    Session session{store};
    const auto parent = session.add(Parent{.name = "p"});
    const auto a = parent->children.append(Child{.name = "a"});
    const auto b = parent->children.append(Child{.name = "keep"});
    session.commit();
    Strings removed;
    session.on_remove<&Parent::children>([&](const Ref<Parent>& of, const Ref<Child>& child) {
      BOOST_TEST((of == parent));
      if (*child->name == "keep") throw Refused{};
      removed.push_back(*child->name);
    });
    parent->children.remove(a);
    BOOST_TEST(removed == Strings{"a"}, boost::test_tools::per_element());
    // Whichever side, and whichever way: nothing has changed then.
    BOOST_CHECK_THROW(parent->children.remove(b), Refused);
    BOOST_CHECK_THROW(parent->children.clear(), Refused);
    BOOST_CHECK_THROW(parent->children = {a}, Refused);
    BOOST_CHECK_THROW(b->parent = nullptr, Refused);
    BOOST_CHECK_THROW(b->parent = make_ref(Parent{}), Refused);
    BOOST_TEST((b->parent == parent));
    BOOST_REQUIRE(parent->children.size() == 1u);
    BOOST_TEST((parent->children[0] == b));
    session.commit();
    BOOST_TEST(rows<Child>(store) == 1u);
  });
}

// Any number of validators for a column: each is asked, and all that they say is told.
BOOST_AUTO_TEST_CASE(SA_VALIDATOR_06) {
  on_each_store_of<Shapes>([](const Store& store) {
    Session session{store};
    const auto shape = session.add(Shape{.end = 1300});
    const auto text = message<ValidationError>([&] { session.commit(); });
    BOOST_TEST(mentions(text, "too far"));
    BOOST_TEST(mentions(text, "unlucky"));
    BOOST_TEST((inspect(shape).life() == Life::pending));
    BOOST_TEST(rows<Shape>(store) == 0u);
    shape->end = 26;
    BOOST_TEST(mentions(message<ValidationError>([&] { session.commit(); }), "unlucky"));
    shape->end = 27;
    session.commit();
    BOOST_TEST(*store.get<Shape>(*shape->id)->end == 27);
    // Not asked of what is read.
    store.update([&](Transaction& tx) {
      Row key, set;
      key.set("id", *shape->id);
      set.set("end", std::int64_t{5000});
      tx.update("shapes", key, set);
    });
    Session other{store};
    const auto read = other.get<Shape>(*shape->id);
    BOOST_TEST(*read->end == 5000);
    read->begin = 1;
    BOOST_CHECK_THROW(other.commit(), ValidationError);
  });
}

// The validator of the whole entity, and that of a column, of new and of changed objects.
BOOST_AUTO_TEST_CASE(validators) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto contact = session.add(Contact{.email = "none", .name = "none"});
    const auto text = message<ValidationError>([&] { session.commit(); });
    BOOST_TEST(mentions(text, "an e-mail has an @"));
    BOOST_TEST(mentions(text, "the same"));
    contact->email = "a@b";
    session.commit();
    contact->email = "broken";
    BOOST_CHECK_THROW(session.flush(), ValidationError);
    BOOST_TEST(inspect(contact).is_modified());
    session.rollback();
    BOOST_TEST(*contact->email == "a@b");
  });
}

BOOST_AUTO_TEST_CASE(SA_EXTRA_01) {
  on_each_store_of<Shapes>([](const Store& store) {
    Session session{store};
    const auto shape = session.add(Shape{.start = {.x = 1, .y = 2}, .size = Size{3, 4}});
    session.commit();
    BOOST_TEST((session.get<Shape>(*shape->id)->start == Point{1, 2}));
    const auto by_name = [&] {
      Row key;
      key.set("id", *shape->id);
      return store.snapshot().get("shapes", key).value();
    };
    BOOST_TEST((by_name()["start_x"] == Value(std::int64_t{1})));
    BOOST_TEST((by_name()["start_y"] == Value(std::int64_t{2})));
    // As a whole, and in place.
    shape->start = Point{5, 6};
    session.commit();
    BOOST_TEST((store.get<Shape>(*shape->id)->start == Point{5, 6}));
    shape->start.y = 7;
    (*shape->size)->width = 30;
    BOOST_TEST(strings(inspect(shape).changed()) == (Strings{"start_y", "size"}),
               boost::test_tools::per_element());
    session.commit();
    BOOST_TEST((store.get<Shape>(*shape->id)->start == Point{5, 7}));
    BOOST_TEST((**store.get<Shape>(*shape->id)->size == Size{30, 4}));
    // Null is one null column.
    shape->size = std::nullopt;
    session.commit();
    BOOST_TEST(!store.get<Shape>(*shape->id)->size.has_value());
  });
}

BOOST_AUTO_TEST_CASE(SA_EXTRA_02) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto post = session.add(Post{.title = "p"});
    session.commit();
    post->scores->push_back(1);
    post->scores->push_back(2);
    BOOST_TEST(strings(inspect(post).changed()) == Strings{"scores"},
               boost::test_tools::per_element());
    session.commit();
    BOOST_TEST(store.get<Post>(*post->id)->scores.size() == 2u);
    post->scores[0] = 9;
    session.commit();
    BOOST_TEST((*store.get<Post>(*post->id)->scores == std::vector<std::int64_t>{9, 2}));
    // Through a reference that is kept while a handle lives.
    Post& plain = *post;
    plain.scores->clear();
    session.commit();
    plain.scores->push_back(4);
    session.commit();
    BOOST_TEST((*store.get<Post>(*post->id)->scores == std::vector<std::int64_t>{4}));
  });
}

BOOST_AUTO_TEST_CASE(SA_EXTRA_05) {
  on_each_store_of<Shapes>([](const Store& store) {
    Session session{store};
    const auto one = session.add(Shape{.begin = 1, .end = 5});
    const auto two = session.add(Shape{.begin = 5, .end = 5});
    session.commit();
    BOOST_TEST(!one->is_empty());
    BOOST_TEST(two->is_empty());
    BOOST_TEST((session.select<Shape>().where(Shape::empty()).one() == two));
    BOOST_TEST((session.select<Shape>().where(!Shape::empty()).one() == one));
  });
}

// A member function is never stale.
BOOST_AUTO_TEST_CASE(SA_EXTRA_06) {
  on_each_store_of<Shapes>([](const Store& store) {
    Session session{store};
    const auto shape = session.add(Shape{.begin = 1, .end = 5});
    session.commit();
    BOOST_TEST(shape->length() == 4);
    shape->end = 11;
    BOOST_TEST(shape->length() == 10);
    session.flush();
    BOOST_TEST(shape->length() == 10);
    session.rollback();
    BOOST_TEST(shape->length() == 4);
  });
}

BOOST_AUTO_TEST_SUITE_END()
