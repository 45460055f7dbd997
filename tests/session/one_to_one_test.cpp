// One object on both sides: the behaviour cases SA-ONE2ONE-*, by id.
#include "tests/session/cases.hpp"
#include "tests/session/relations.hpp"

BOOST_AUTO_TEST_SUITE(one_to_one)

using namespace kindred;
using namespace kindred::session_test;

namespace {
// A part that must have its owner, and whose owner does not delete it.
struct Engine;
struct Car {
  static constexpr auto tablename = "cars";
  Mapped<std::int64_t, primary_key> id;
  Relationship<Engine, back_populates("car")> engine;
};
struct Engine {
  static constexpr auto tablename = "engines";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<Car>()> car_id;  // not unique: the store may hold two
  Relationship<Car, back_populates("engine")> car;
};
using Cars = Registry<Car, Engine>;

struct Pair {
  Ref<Person> person;
  Ref<Passport> passport;
};
Pair stored_pair(Session& session, const std::string& name) {
  Pair out;
  out.person = session.add(Person{.name = name});
  out.passport = session.add(Passport{.number = name, .person = out.person});
  session.commit();
  return out;
}
}  // namespace

BOOST_AUTO_TEST_CASE(SA_ONE2ONE_01) {
  const auto person = make_ref(Person{});
  const auto passport = make_ref(Passport{});
  person->passport = passport;
  BOOST_TEST((passport->person == person));
  person->passport = nullptr;
  BOOST_TEST(!passport->person);
  passport->person = person;
  BOOST_TEST((person->passport == passport));
  passport->person = nullptr;
  BOOST_TEST(!person->passport);
  const auto given = make_ref(Person{.passport = passport});
  BOOST_TEST((passport->person == given));
}

BOOST_AUTO_TEST_CASE(SA_ONE2ONE_01_stored) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto [person, passport] = stored_pair(session, "a");
    BOOST_TEST(stored<&Passport::person_id>(store, *passport->id) == *person->id);
    session.expire_all();
    BOOST_TEST((person->passport == passport));
    BOOST_TEST((passport->person == person));
    session.expire_all();
    BOOST_TEST((passport->person == person));
    BOOST_TEST((person->passport == passport));
    person->passport = nullptr;
    session.commit();
    BOOST_TEST(stored<&Passport::person_id>(store, *passport->id) == 0);
    session.expire_all();
    BOOST_TEST(!person->passport);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ONE2ONE_02) {
  on_each_store([](const Store& store) {
    for (int way = 0; way < 4; ++way) {
      Session session{store};
      const auto [person, first] = stored_pair(session, "a" + std::to_string(way));
      if (way % 2 == 1) session.expire_all();  // neither side is loaded
      const auto second = make_ref(Passport{.number = "b"});
      if (way < 2) {
        person->passport = second;
      } else {
        second->person = person;
        session.add(second);
      }
      BOOST_TEST(!first->person);
      session.commit();
      BOOST_TEST(stored<&Passport::person_id>(store, *first->id) == 0);
      BOOST_TEST(stored<&Passport::person_id>(store, *second->id) == *person->id);
      BOOST_TEST((person->passport == second));
    }
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ONE2ONE_03) {
  on_each_store_of<Cars>([](const Store& store) {
    Session session{store};
    const auto car = session.add(Car{});
    car->engine = Engine{};
    const Ref<Engine> old = car->engine;
    session.commit();
    car->engine = Engine{};
    const Ref<Engine> fresh = car->engine;
    BOOST_TEST(refusal(session) == "not_null engines(car_id)");
    BOOST_TEST(rows<Engine>(store) == 1u);
    BOOST_TEST((car->engine == fresh));  // the work is kept
    session.erase(old);                  // and mended
    session.commit();
    BOOST_TEST(rows<Engine>(store) == 1u);
    BOOST_TEST(store.get<Engine>(*fresh->id)->car_id == *car->id);
    BOOST_TEST(problems(store) == "");
  });
}

// Unique is judged on what the flush leaves behind.
BOOST_AUTO_TEST_CASE(SA_ONE2ONE_05) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto driver = session.add(Driver{});
    driver->licence = Licence{};
    const Ref<Licence> old = driver->licence;
    session.commit();
    driver->licence = Licence{};
    const Ref<Licence> fresh = driver->licence;
    session.commit();
    BOOST_TEST(rows<Licence>(store) == 1u);
    BOOST_TEST(store.get<Licence>(*fresh->id)->driver_id == *driver->id);
    BOOST_TEST((inspect(old).life() == Life::detached));
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ONE2ONE_05_swapped) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto a = session.add(Driver{});
    const auto b = session.add(Driver{});
    a->licence = Licence{};
    b->licence = Licence{};
    session.commit();
    const Ref<Licence> of_a = a->licence;
    const Ref<Licence> of_b = b->licence;
    a->licence = of_b;  // of_a has no owner for a moment
    b->licence = of_a;
    session.commit();
    BOOST_TEST(rows<Licence>(store) == 2u);
    BOOST_TEST(store.get<Licence>(*of_a->id)->driver_id == *b->id);
    BOOST_TEST(store.get<Licence>(*of_b->id)->driver_id == *a->id);
    BOOST_TEST(problems(store) == "");
  });
}

// The displaced side is told at once.
BOOST_AUTO_TEST_CASE(SA_ONE2ONE_07) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto [one, passport] = stored_pair(session, "1");
    const auto [two, other] = stored_pair(session, "2");
    BOOST_TEST((one->passport == passport));
    two->passport = passport;
    BOOST_TEST((passport->person == two));
    BOOST_TEST(!one->passport);
    BOOST_TEST(!other->person);
    session.commit();
    BOOST_TEST(stored<&Passport::person_id>(store, *passport->id) == *two->id);
    BOOST_TEST(stored<&Passport::person_id>(store, *other->id) == 0);
    session.expire_all();
    BOOST_TEST(!one->passport);
    BOOST_TEST((two->passport == passport));
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ONE2ONE_07_without_a_session) {
  const auto one = make_ref(Person{});
  const auto two = make_ref(Person{});
  const auto a = make_ref(Passport{.person = one});
  const auto b = make_ref(Passport{.person = two});
  a->person = two;
  BOOST_TEST(!one->passport);
  BOOST_TEST((two->passport == a));
  BOOST_TEST(!b->person);
}

// From the side with the key, which is not loaded.
BOOST_AUTO_TEST_CASE(SA_ONE2ONE_08) {
  on_each_store([](const Store& store) {
    for (const bool owner_in_memory : {true, false}) {
      std::int64_t one_id = 0;
      std::int64_t two_id = 0;
      std::int64_t passport_id = 0;
      {
        Session session{store};
        const auto [one, passport] = stored_pair(session, "1");
        two_id = *stored_pair(session, "2").person->id;
        one_id = *one->id;
        passport_id = *passport->id;
      }
      Session session{store};
      Ref<Person> one;
      if (owner_in_memory) one = session.get<Person>(one_id);
      const auto two = session.get<Person>(two_id);
      const auto passport = session.get<Passport>(passport_id);
      passport->person = two;
      BOOST_TEST((two->passport == passport));
      one = session.get<Person>(one_id);
      BOOST_TEST(!one->passport);
      session.commit();
      BOOST_TEST(stored<&Passport::person_id>(store, passport_id) == two_id);
    }
    BOOST_TEST(problems(store) == "");
  });
}

// Two rows for one: the first by key, each time.
BOOST_AUTO_TEST_CASE(SA_ONE2ONE_09) {
  on_each_store_of<Cars>([](const Store& store) {
    store.update([](Transaction& tx) {
      tx.insert(Car{.id = 1});
      tx.insert(Engine{.id = 5, .car_id = 1});
      tx.insert(Engine{.id = 4, .car_id = 1});
    });
    Session session{store};
    const auto car = session.get<Car>(1);
    BOOST_TEST(*car->engine->id == 4);
    session.expire(car);
    const auto cars = std::vector{car};
    session.prefetch<&Car::engine>(cars);
    BOOST_TEST(*car->engine->id == 4);
    // The other one keeps its reference, and no flush touches it.
    BOOST_TEST((session.get<Engine>(5)->car == car));
    session.commit();
    BOOST_TEST(store.get<Engine>(5)->car_id == 1);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ONE2ONE_09_owner_erased) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto [person, passport] = stored_pair(session, "a");
    session.erase(person);
    session.commit();
    BOOST_TEST(!passport->person);
    BOOST_TEST(stored<&Passport::person_id>(store, *passport->id) == 0);
    const auto [other, second] = stored_pair(session, "b");
    session.erase(second);
    session.commit();
    BOOST_TEST(!other->passport);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()
