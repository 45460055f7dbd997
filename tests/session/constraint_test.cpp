// Rules that the store keeps, as a session meets them: the behaviour cases SA-CONSTRAINT-*, by id.
#include <algorithm>

#include "tests/session/cases.hpp"

BOOST_AUTO_TEST_SUITE(constraints)

using namespace kindred;
using namespace kindred::session_test;

namespace {

struct Cell2 {
  static constexpr auto tablename = "cells";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int32_t> a;
  Mapped<std::int32_t> b;
  Mapped<std::optional<std::int32_t>> value;
  static constexpr auto table_args = std::tuple{
      unique_together("a", "b"), check("positive", [] { return field<&Cell2::value> > 0; })};
};
using Cells = Registry<Cell2>;

// Children by a text key that is none of their own key.
struct Region;
struct Shop {
  static constexpr auto tablename = "shops";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::optional<std::string>> region_code;
  static constexpr auto table_args =
      std::tuple{foreign_key_together("region_code").references<Region>()};
  Relationship<Region, back_populates("shops")> region;
};
struct Region {
  static constexpr auto tablename = "regions";
  Mapped<std::string, primary_key> code;
  Relationship<std::vector<Shop>, back_populates("region")> shops;
};
using Regions = Registry<Region, Shop>;

}  // namespace

BOOST_AUTO_TEST_CASE(SA_CONSTRAINT_01) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto one = session.add(User{.username = "ann"});
    const auto two = session.add(User{.username = "bob"});
    two->username = "ann";  // no complaint here
    const auto error = caught<IntegrityError>([&] { session.flush(); });
    BOOST_TEST((error.code() == ErrorCode::unique));
    BOOST_REQUIRE(!error.violations().empty());
    BOOST_TEST(error.violations()[0].table == "users");
    BOOST_TEST(error.violations()[0].constraint == "uq_users_username");
    BOOST_TEST(error.violations()[0].detail == "the row 1 has the same");
    BOOST_TEST((inspect(one).life() == Life::pending));
    BOOST_TEST(rows<User>(store) == 0u);
    two->username = "bob";
    session.commit();
    BOOST_TEST(rows<User>(store) == 2u);
    // Nulls never collide.
    session.add(Passport{.number = "1"});
    session.add(Passport{.number = "2"});
    session.commit();
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_CONSTRAINT_03) {
  on_each_store_of<Cells>([](const Store& store) {
    Session session{store};
    session.add(Cell2{.a = 1, .b = 1});
    session.add(Cell2{.a = 1, .b = 2});
    session.commit();
    const auto third = session.add(Cell2{.a = 1, .b = 1});
    const auto error = caught<IntegrityError>([&] { session.commit(); });
    BOOST_REQUIRE(error.violations().size() == 1u);
    BOOST_TEST((error.code() == ErrorCode::unique));
    BOOST_TEST(error.violations()[0].columns == (Strings{"a", "b"}),
               boost::test_tools::per_element());
    third->b = 3;
    session.commit();
    BOOST_TEST(rows<Cell2>(store) == 3u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_CONSTRAINT_04) {
  on_each_store_of<Cells>([](const Store& store) {
    Session session{store};
    const auto cell = session.add(Cell2{.value = 0});
    const auto error = caught<IntegrityError>([&] { session.flush(); });
    BOOST_TEST((error.code() == ErrorCode::check));
    BOOST_REQUIRE(error.violations().size() == 1u);
    BOOST_TEST(error.violations()[0].constraint == "positive");
    BOOST_TEST(rows<Cell2>(store) == 0u);
    // No rollback is needed: mend and go on.
    cell->value = 1;
    session.commit();
    // Null passes, and an update is checked too.
    cell->value = std::nullopt;
    session.commit();
    cell->value = -1;
    BOOST_CHECK_THROW(session.commit(), IntegrityError);
    session.rollback();
    BOOST_TEST(!cell->value.has_value());
  });
}

// A value always has a value; what can be missing is a reference.
BOOST_AUTO_TEST_CASE(SA_CONSTRAINT_05) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto licence = session.add(Licence{});
    const auto enrolment = session.add(Enrolment{.grade = "A"});
    const auto error = caught<IntegrityError>([&] { session.flush(); });
    BOOST_TEST((error.code() == ErrorCode::not_null));
    BOOST_TEST(error.violations().size() == 3u);
    const auto about = [&](const std::string& column) {
      return std::any_of(error.violations().begin(), error.violations().end(),
                         [&](const Violation& v) { return v.columns == Strings{column}; });
    };
    BOOST_TEST(about("driver_id"));
    BOOST_TEST(about("student_id"));
    BOOST_TEST(about("course_id"));
    BOOST_TEST(rows<Licence>(store) == 0u);
    licence->driver = Driver{};
    enrolment->student = Student{};
    enrolment->course = Course{.title = "c"};
    session.commit();
    BOOST_TEST(rows<Licence>(store) == 1u);
    BOOST_TEST(rows<Enrolment>(store) == 1u);
    BOOST_TEST(*enrolment->student_id == *enrolment->student->id);
    BOOST_TEST(problems(store) == "");
  });
}

// Whether the children are loaded or not.
BOOST_AUTO_TEST_CASE(SA_CONSTRAINT_09) {
  for (const bool loaded : {true, false})
    on_each_store_of<Regions>([&](const Store& store) {
      {
        Session session{store};
        const auto region = session.add(Region{.code = "n"});
        region->shops = {make_ref(Shop{}), make_ref(Shop{})};
        session.commit();
      }
      Session session{store};
      const auto region = session.get<Region>(std::string("n"));
      if (loaded) BOOST_TEST(region->shops.size() == 2u);
      region->code = "north";
      session.commit();
      BOOST_TEST(rows<Region>(store) == 1u);
      for (const Shop& shop : store.select<Shop>().all()) BOOST_TEST(*shop.region_code == "north");
      BOOST_REQUIRE(region->shops.size() == 2u);
      BOOST_TEST(*region->shops[0]->region_code == "north");
      BOOST_TEST((region->shops[0]->region == region));
      BOOST_TEST(problems(store) == "");
    });
}

// Children of children, where the key is part of theirs; and one that leaves meanwhile.
BOOST_AUTO_TEST_CASE(SA_CONSTRAINT_09_levels) {
  on_each_store([](const Store& store) {
    {
      Session session{store};
      const auto country = session.add(Country{.code = "AT"});
      const auto wien = country->cities.append(City{.name = "Wien"});
      country->cities.append(City{.name = "Graz"});
      wien->streets = {make_ref(Street{}), make_ref(Street{})};
      session.commit();
    }
    Session session{store};
    const auto country = session.get<Country>(std::string("AT"));
    country->code = "OE";
    country->name = "Oesterreich";
    country->cities.append(City{.name = "Linz"});
    session.commit();
    BOOST_TEST(rows<City>(store) == 3u);
    for (const City& city : store.select<City>().all()) BOOST_TEST(*city.country_code == "OE");
    for (const Street& street : store.select<Street>().all())
      BOOST_TEST(*street.country_code == "OE");
    BOOST_TEST(country->cities.size() == 3u);
    BOOST_TEST((session.get<City>(std::string("OE"), std::string("Wien")) != nullptr));
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_CONSTRAINT_10) {
  on_each_store([](const Store& store) {
    Tag stored{.name = "x"};
    store.insert(stored);
    store.insert(Country{.code = "AT", .name = "Austria"});
    Session session{store};
    const auto tag = session.get<Tag>(*stored.id);
    const auto country = session.get<Country>(std::string("AT"));
    tag->id = 1000;
    country->code = "OE";
    session.flush();
    for (int round = 0; round < 2; ++round) {
      BOOST_TEST((session.get<Tag>(1000) == tag));
      BOOST_TEST(!session.get<Tag>(*stored.id));
      BOOST_TEST((session.get<Country>(std::string("OE")) == country));
      BOOST_TEST(!session.get<Country>(std::string("AT")));
      session.commit();
    }
    tag->name = "y";
    session.commit();
    BOOST_TEST(*store.get<Tag>(1000)->name == "y");
    BOOST_TEST(!store.get<Tag>(*stored.id).has_value());
    BOOST_TEST(rows<Tag>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

// The rows between go along.
BOOST_AUTO_TEST_CASE(SA_CONSTRAINT_10_many_to_many) {
  on_each_store([](const Store& store) {
    std::int64_t id = 0;
    {
      Session session{store};
      const auto post = session.add(Post{.title = "p"});
      post->tags = {make_ref(Tag{.name = "a"}), make_ref(Tag{.name = "b"})};
      session.commit();
      id = post->id;
    }
    Session session{store};
    const auto post = session.get<Post>(id);
    post->id = 500;
    session.commit();
    BOOST_TEST(post->tags.size() == 2u);
    BOOST_TEST(problems(store) == "");
    Session other{store};
    BOOST_TEST(other.get<Post>(500)->tags.size() == 2u);
    BOOST_TEST(!other.get<Post>(id));
  });
}

// Two objects change places; a new one takes the key that another leaves.
BOOST_AUTO_TEST_CASE(SA_CONSTRAINT_10_swap) {
  on_each_store([](const Store& store) {
    store.insert(Country{.code = "a", .name = "A"});
    store.insert(Country{.code = "b", .name = "B"});
    Session session{store};
    const auto a = session.get<Country>(std::string("a"));
    const auto b = session.get<Country>(std::string("b"));
    a->code = "b";
    b->code = "a";
    session.commit();
    BOOST_TEST((session.get<Country>(std::string("a")) == b));
    BOOST_TEST((session.get<Country>(std::string("b")) == a));
    BOOST_TEST(*store.get<Country>(std::string("a"))->name == "B");
    BOOST_TEST(*a->name == "A");
    b->code = "c";
    const auto fresh = session.add(Country{.code = "a", .name = "new"});
    session.commit();
    BOOST_TEST((session.get<Country>(std::string("a")) == fresh));
    BOOST_TEST((session.get<Country>(std::string("c")) == b));
    BOOST_TEST(*b->name == "B");
    BOOST_TEST(*store.get<Country>(std::string("c"))->name == "B");
    BOOST_TEST(*store.get<Country>(std::string("a"))->name == "new");
    BOOST_TEST(rows<Country>(store) == 3u);
    BOOST_TEST(problems(store) == "");
    // And back by a rollback.
    a->code = "c";
    b->code = "b";
    session.flush();
    session.rollback();
    BOOST_TEST(*a->code == "b");
    BOOST_TEST((session.get<Country>(std::string("b")) == a));
    BOOST_TEST((session.get<Country>(std::string("c")) == b));
  });
}

BOOST_AUTO_TEST_SUITE_END()
