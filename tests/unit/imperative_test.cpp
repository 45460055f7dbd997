// Structs mapped from outside, and how they live beside declared entities.
#include <boost/test/unit_test.hpp>

#include "kindred/registry.hpp"

using namespace kindred;

namespace imperative_test {

class Legacy {
 public:
  Legacy() : id_text("fresh") {}
  virtual ~Legacy() = default;
  std::string id_text;
  std::int32_t number = 0;
  std::optional<double> score;
  std::string not_stored;
  std::int64_t owner = 0;

 private:
  int hidden_ = 1;
};

struct Owner {
  static constexpr auto tablename = "owners";
  Mapped<std::int64_t, primary_key> id;
};
struct Note {
  static constexpr auto tablename = "notes";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int32_t, foreign_key(&Legacy::number)> legacy_number;
  Relationship<Legacy, backref("notes")> legacy;
};

}  // namespace imperative_test

using imperative_test::Legacy;
using imperative_test::Note;
using imperative_test::Owner;

template <>
inline constexpr auto kindred::mapping<Legacy> = imperative(
    "legacy", column<&Legacy::number>(primary_key),
    column<&Legacy::id_text>(column_name("code"), max_length(40), unique, insert_default("none")),
    column<&Legacy::score>(indexed), unique_together("code", "score"),
    column<&Legacy::owner>(foreign_key<Owner>(on_delete::cascade)),
    check([] { return field<&Legacy::score>.is_null() || field<&Legacy::score> >= 0.5; }));

using Mixed = Registry<Legacy, Owner, Note>;
static_assert(Mixed::ok);
static_assert(std::is_same_v<Mixed::target_of<Legacy, "notes">, Note>);
static_assert(field<&Legacy::id_text>.name() == "code");
static_assert(detail::key_columns<Legacy>.size() == 1 &&
              detail::key_columns<Legacy>[0].type.code == TypeCode::int32);

BOOST_AUTO_TEST_SUITE(imperative_mapping)

BOOST_AUTO_TEST_CASE(the_table_is_as_declared) {
  const Catalog catalog = Mixed::catalog();
  const Table& table = catalog.tables[0];
  BOOST_TEST(table.name == "legacy");
  BOOST_REQUIRE(table.columns.size() == 4u);
  BOOST_TEST(table.columns[0].name == "number");
  BOOST_TEST(table.columns[1].name == "code");
  BOOST_TEST(table.columns[1].max_length == 40u);
  BOOST_TEST(table.columns[2].nullable);
  BOOST_TEST((table.primary_key == std::vector<std::string>{"number"}));
  BOOST_REQUIRE(table.indexes.size() == 3u);
  BOOST_TEST(table.indexes[0].name == "uq_legacy_code");
  BOOST_TEST(table.indexes[1].name == "uq_legacy_code_score");
  BOOST_TEST(table.indexes[2].name == "ix_legacy_score");
  BOOST_TEST(table.foreign_keys.at(0).name == "fk_legacy_owner");
  BOOST_TEST(table.checks.at(0).name == "ck_legacy_1");
  BOOST_TEST((table.checks[0].condition.op == Expression::Op::any));
  BOOST_TEST(table.relationships.at(0).name == "notes");
  BOOST_TEST((table.relationships[0].kind == RelationshipInfo::Kind::one_to_many));
}

BOOST_AUTO_TEST_CASE(the_descriptor_reaches_the_members) {
  const detail::EntityDescriptor& d = detail::descriptor_of<Legacy>();
  BOOST_TEST(d.name == "Legacy");
  BOOST_TEST(d.table == "legacy");
  BOOST_REQUIRE(d.fields.size() == 4u);
  Legacy value;
  const auto at = [&](std::size_t i) {
    return reinterpret_cast<const char*>(&value) + d.fields[i].offset;
  };
  BOOST_TEST(static_cast<const void*>(at(0)) == static_cast<const void*>(&value.number));
  BOOST_TEST(static_cast<const void*>(at(1)) == static_cast<const void*>(&value.id_text));
  BOOST_TEST(static_cast<const void*>(at(2)) == static_cast<const void*>(&value.score));
  BOOST_TEST(static_cast<const void*>(at(3)) == static_cast<const void*>(&value.owner));
  BOOST_TEST((d.fields[0].kind == detail::FieldCodec::Kind::copy4));
  BOOST_TEST((d.fields[1].kind == detail::FieldCodec::Kind::text));
  BOOST_TEST((d.fields[2].kind == detail::FieldCodec::Kind::fixed));
}

BOOST_AUTO_TEST_CASE(make_assigns_plain_members) {
  const auto value = make<Legacy>(field<& Legacy::number> = 3, field<& Legacy::id_text> = "x");
  BOOST_TEST(value.number == 3);
  BOOST_TEST(value.id_text == "x");
}

BOOST_AUTO_TEST_SUITE_END()
