// Single-table inheritance: entities of one table, told apart by a column.
#include "tests/session/support.hpp"

BOOST_AUTO_TEST_SUITE(inheritance)

using namespace kindred;

namespace {

struct Employee;
struct Department {
  static constexpr auto tablename = "departments";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
  Relationship<std::vector<Employee>, back_populates("department"), cascade::all> staff;
};
struct Report;
struct Employee {
  static constexpr auto tablename = "employees";
  static constexpr auto polymorphic_identity = "employee";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, discriminator> type;
  Mapped<std::string> name;
  Mapped<std::optional<std::int64_t>, foreign_key<Department>(on_delete::cascade)> department_id;
  Relationship<Department, back_populates("staff")> department;
};
struct Manager : Employee {
  static constexpr auto polymorphic_identity = "manager";
  Mapped<std::optional<std::int32_t>> budget;
  Relationship<std::vector<Report>, back_populates("manager")> reports;
};
struct Director : Manager {
  static constexpr auto polymorphic_identity = "director";
  Mapped<std::optional<std::string>> car;
};
struct Engineer : Employee {
  static constexpr auto polymorphic_identity = "engineer";
  Mapped<std::optional<std::string>> language;
};
struct Report {
  static constexpr auto tablename = "reports";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::optional<std::int64_t>, foreign_key<Employee>(on_delete::set_null)> manager_id;
  Relationship<Manager, back_populates("reports"), using_key("manager_id")> manager;
};
using Company = Registry<Department, Employee, Manager, Director, Engineer, Report>;

// Told apart by a number.
enum class Kind : std::uint8_t { circle = 1, square = 2 };
struct Shape {
  static constexpr auto tablename = "shapes";
  static constexpr auto polymorphic_identity = Kind{0};
  Mapped<std::int64_t, primary_key> id;
  Mapped<Kind, discriminator> kind;
};
struct Circle : Shape {
  static constexpr auto polymorphic_identity = Kind::circle;
  Mapped<std::optional<double>> radius;
};
struct Square : Shape {
  static constexpr auto polymorphic_identity = Kind::square;
  Mapped<std::optional<double>> side;
};
using Shapes = Registry<Shape, Circle, Square>;

Store company() { return Store::open<Company>("memory:", {.create = true}); }

}  // namespace

BOOST_AUTO_TEST_CASE(SA_INHERIT_01) {
  const Store store = company();
  BOOST_TEST(store.catalog()->table("employees")->columns.size() == 7u);  // one table for all
  BOOST_TEST(store.catalog()->tables.size() == 3u);
  std::int64_t id = 0;
  {
    Session session{store};
    const Ref<Manager> ann =
        session.add(make<Manager>(field<& Employee::name> = "ann", field<& Manager::budget> = 7));
    BOOST_TEST(*ann->type == "manager");
    session.commit();
    id = ann->id;
  }
  Session session{store};
  const Ref<Employee> found = session.select<Employee>().one();
  const Ref<Manager> manager = ref_cast<Manager>(found);
  BOOST_REQUIRE(manager);
  BOOST_TEST(**manager->budget == 7);
  BOOST_TEST(!ref_cast<Engineer>(found));
  BOOST_TEST((session.get<Employee>(id) == manager));
  session.erase(found);
  session.commit();
  BOOST_TEST(store.snapshot().count("employees") == 0u);
}

BOOST_AUTO_TEST_CASE(SA_INHERIT_04) {
  const Store store = company();
  Session session{store};
  const auto bob = session.add(make<Engineer>(field<& Employee::name> = "bob"));
  session.commit();
  const std::int64_t id = bob->id;
  BOOST_TEST(!session.get<Manager>(id));  // of another class, in memory
  BOOST_TEST((session.get<Engineer>(id) == bob));
  Session other{store};
  BOOST_TEST(!other.get<Manager>(id));  // and loaded
  BOOST_TEST((other.get<Employee>(id) == other.get<Engineer>(id)));
}

BOOST_AUTO_TEST_CASE(SA_INHERIT_06) {
  // A base without a table of its own is an ordinary struct: its columns are inherited.
  struct Stamped {
    Mapped<std::optional<std::string>> stamp;
  };
  struct Letter : Stamped {
    Mapped<std::int64_t, primary_key> id;
  };
  const auto columns = detail::descriptor_of<Letter>().columns;
  BOOST_TEST(columns.size() == 2u);
  BOOST_TEST(columns[0] == "stamp");
}

BOOST_AUTO_TEST_CASE(queries_of_a_derived_entity_leave_the_others_out) {
  const Store store = company();
  Session session{store};
  session.add(make<Employee>(field<& Employee::name> = "e"));
  session.add(make<Manager>(field<& Employee::name> = "m"));
  session.add(make<Director>(field<& Employee::name> = "d"));
  session.add(make<Engineer>(field<& Employee::name> = "x"));
  session.commit();
  BOOST_TEST(session.select<Employee>().count() == 4u);
  BOOST_TEST(session.select<Manager>().count() == 2u);  // a director is a manager
  BOOST_TEST(session.select<Director>().count() == 1u);
  BOOST_TEST((session.select<Engineer>().where(field<&Employee::name> == "x").all().size() == 1u));
  BOOST_TEST(session.select<Engineer>().where(field<&Employee::name> == "m").all().empty());
}

BOOST_AUTO_TEST_CASE(relationships_take_and_give_every_kind) {
  const Store store = company();
  {
    Session session{store};
    const auto research = session.add(Department{.name = "research"});
    const Ref<Engineer> eve = make_ref(make<Engineer>(field<& Engineer::language> = "C++"));
    research->staff.append(eve);
    const Ref<Director> dan = make_ref(make<Director>(field<& Director::car> = "red"));
    research->staff.append(dan);
    BOOST_TEST((eve->department == research));
    dan->reports.append(Report{});
    session.commit();
    BOOST_TEST((*eve->department_id == std::optional<std::int64_t>(*research->id)));
  }
  Session session{store};
  const auto research = session.select<Department>().one();
  BOOST_TEST(research->staff.size() == 2u);
  const auto dan = session.select<Director>().one();
  BOOST_TEST((dan->department == research));
  BOOST_TEST(dan->reports.size() == 1u);
  const Ref<Manager> back = session.select<Report>().one()->manager;
  BOOST_TEST((back == dan));
  session.erase(research);
  session.commit();
  BOOST_TEST(store.snapshot().count("employees") == 0u);
  BOOST_TEST(!session.select<Report>().one()->manager);
  BOOST_TEST(store.snapshot().check().problems == 0u);
}

BOOST_AUTO_TEST_CASE(changes_of_a_derived_object_are_written_whole) {
  const Store store = company();
  Session session{store};
  const auto ann =
      session.add(make<Manager>(field<& Employee::name> = "ann", field<& Manager::budget> = 1));
  session.commit();
  const Ref<Employee> seen = session.get<Employee>(*ann->id);
  seen->name = "Ann";
  session.commit();
  Session other{store};
  const auto again = other.get<Manager>(*ann->id);
  BOOST_TEST(*again->name == "Ann");
  BOOST_TEST(**again->budget == 1);
}

BOOST_AUTO_TEST_CASE(values_know_their_entity) {
  const Store store = company();
  const auto ann =
      store.insert(make<Manager>(field<& Employee::name> = "ann", field<& Manager::budget> = 5));
  BOOST_TEST(*ann.type == "manager");
  const auto bob = store.insert(make<Engineer>(field<& Employee::name> = "bob"));
  BOOST_TEST(!store.get<Manager>(bob.id));
  BOOST_TEST(store.get<Employee>(bob.id).has_value());
  BOOST_TEST(store.select<Manager>().count() == 1u);
  std::size_t managers = 0;
  const Snapshot seen = store.snapshot();
  for (const Manager& m : seen.range<Manager>()) managers += m.budget ? 1u : 0u;
  BOOST_TEST(managers == 1u);
  // Through the base only its own columns are set.
  Employee base = *store.get<Employee>(ann.id);
  base.name = "Ann";
  store.update(base);
  BOOST_TEST(*store.get<Manager>(ann.id)->name == "Ann");
  BOOST_TEST(**store.get<Manager>(ann.id)->budget == 5);
}

BOOST_AUTO_TEST_CASE(told_apart_by_a_number) {
  const Store store = Store::open<Shapes>("memory:", {.create = true});
  Session session{store};
  session.add(make<Circle>(field<& Circle::radius> = 2.0));
  session.add(make<Square>(field<& Square::side> = 3.0));
  session.commit();
  Session other{store};
  BOOST_TEST(other.select<Shape>().all().size() == 2u);
  BOOST_TEST(**other.select<Circle>().one()->radius == 2.0);
  BOOST_TEST((*other.select<Square>().one()->kind == Kind::square));
}

BOOST_AUTO_TEST_CASE(a_row_of_an_entity_that_is_not_known_is_an_error) {
  const Store store = company();
  store.update([](Transaction& tx) { tx.insert("employees", {{"type", "clerk"}, {"name", "c"}}); });
  Session session{store};
  BOOST_CHECK_THROW((void)session.select<Employee>().all(), CorruptionError);
}

BOOST_AUTO_TEST_SUITE_END()
