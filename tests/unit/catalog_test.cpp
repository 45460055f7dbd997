#include "kindred/catalog.hpp"

#include <boost/test/unit_test.hpp>
#include <functional>

#include "kindred/error.hpp"

namespace kindred {
namespace {

Column column(const char* name, TypeCode code = TypeCode::int64, bool nullable = false) {
  Column c;
  c.name = name;
  c.type.code = code;
  c.nullable = nullable;
  return c;
}

ForeignKey reference(const char* from, const char* table, OnDelete action = OnDelete::no_action) {
  ForeignKey k;
  k.columns = {from};
  k.table = table;
  k.on_delete = action;
  return k;
}

// author 1 - n book n - n tag
Catalog library() {
  Catalog c;
  c.tables.resize(4);
  Table& author = c.tables[0];
  author.name = "author";
  author.columns = {column("author_id"), column("name", TypeCode::text),
                    column("mail", TypeCode::text, true)};
  author.primary_key = {"author_id"};
  author.indexes = {{"", {"mail"}, true}};
  Table& book = c.tables[1];
  book.name = "book";
  book.columns = {column("book_id"), column("title", TypeCode::text),
                  column("author_id", TypeCode::int64, true)};
  book.primary_key = {"book_id"};
  book.foreign_keys = {reference("author_id", "author", OnDelete::set_null)};
  book.checks = {
      {"", Expression::of(Expression::Op::gt,
                          {Expression::of(Expression::Op::length, {Expression::column("title")}),
                           Expression::constant(0)})}};
  Table& tag = c.tables[2];
  tag.name = "tag";
  tag.columns = {column("name", TypeCode::text)};
  tag.primary_key = {"name"};
  Table& book_tag = c.tables[3];
  book_tag.name = "book_tag";
  book_tag.columns = {column("book_id"), column("tag", TypeCode::text)};
  book_tag.primary_key = {"book_id", "tag"};
  book_tag.foreign_keys = {reference("book_id", "book", OnDelete::cascade),
                           reference("tag", "tag", OnDelete::cascade)};
  return c;
}

RelationshipInfo relationship(const char* name, RelationshipInfo::Kind kind, const char* target,
                              const char* reverse = "") {
  RelationshipInfo r;
  r.name = name;
  r.kind = kind;
  r.target = target;
  r.reverse = reverse;
  return r;
}

// The message of the refusal after `change`; empty where it is accepted.
std::string refusal(const std::function<void(Catalog&)>& change) {
  Catalog c = library();
  change(c);
  try {
    c.validate();
    return "";
  } catch (const Error& e) {
    BOOST_TEST((e.code() == ErrorCode::invalid_catalog));
    return e.what();
  }
}

BOOST_AUTO_TEST_SUITE(catalogs)

BOOST_AUTO_TEST_CASE(widths_of_types) {
  struct Case {
    TypeCode code;
    std::uint32_t width, key_width;
    bool can_be_key;
    const char* text;
  };
  for (const Case& c : {
           Case{TypeCode::boolean, 1, 1, true, "bool"},
           Case{TypeCode::int8, 1, 8, true, "int8"},
           Case{TypeCode::int16, 2, 8, true, "int16"},
           Case{TypeCode::int32, 4, 8, true, "int32"},
           Case{TypeCode::int64, 8, 8, true, "int64"},
           Case{TypeCode::uint8, 1, 8, true, "uint8"},
           Case{TypeCode::uint16, 2, 8, true, "uint16"},
           Case{TypeCode::uint32, 4, 8, true, "uint32"},
           Case{TypeCode::uint64, 8, 8, true, "uint64"},
           Case{TypeCode::float32, 4, 8, true, "float"},
           Case{TypeCode::float64, 8, 8, true, "double"},
           Case{TypeCode::text, 0, 0, true, "string"},
           Case{TypeCode::bytes, 0, 0, true, "bytes"},
           Case{TypeCode::day, 4, 8, true, "date"},
           Case{TypeCode::datetime, 8, 8, true, "datetime"},
           Case{TypeCode::instant, 8, 8, true, "instant(1)"},
           Case{TypeCode::duration, 8, 8, true, "duration(1)"},
           Case{TypeCode::uuid, 16, 16, true, "uuid"},
           Case{TypeCode::enumeration, 4, 8, true, "enum"},
           Case{TypeCode::json, 0, 0, false, "json"},
           Case{TypeCode::opaque, 0, 0, false, "opaque"},
           Case{TypeCode::structure, 0, 0, false, "struct"},
           Case{TypeCode::list, 0, 0, false, "list<>"},
       }) {
    Type t;
    t.code = c.code;
    BOOST_TEST(t.width() == c.width, c.text);
    BOOST_TEST(t.key_width() == c.key_width, c.text);
    BOOST_TEST(t.can_be_key() == c.can_be_key, c.text);
    BOOST_TEST(t.to_string() == c.text);
  }
  Type decimal;
  decimal.code = TypeCode::decimal;
  for (const auto& [precision, width] :
       {std::pair<int, unsigned>{1, 8}, {18, 8}, {19, 16}, {38, 16}}) {
    decimal.precision = static_cast<std::uint8_t>(precision);
    BOOST_TEST(decimal.width() == width);
    BOOST_TEST(decimal.key_width() == width);
  }
  Type small;
  small.code = TypeCode::enumeration;
  small.underlying = TypeCode::uint8;
  small.name = "Role";
  BOOST_TEST(small.width() == 1u);
  BOOST_TEST(small.key_width() == 8u);
  BOOST_TEST(small.to_string() == "enum Role");
  decimal.scale = 2;
  Type map;
  map.code = TypeCode::map;
  map.members = {{"key", small}, {"value", decimal}};
  BOOST_TEST(map.to_string() == "map<enum Role, decimal(38,2)>");
}

BOOST_AUTO_TEST_CASE(what_is_left_out_is_filled_in) {
  Catalog c = library();
  c.validate();
  BOOST_TEST(c.tables[0].indexes[0].name == "uq_author_mail");
  BOOST_TEST(c.tables[1].foreign_keys[0].name == "fk_book_author_id");
  BOOST_TEST(c.tables[1].foreign_keys[0].referenced[0] == "author_id");
  BOOST_TEST(c.tables[1].checks[0].name == "ck_book_1");
  BOOST_TEST(c.table("book")->has_sequence());
  BOOST_TEST(!c.table("book_tag")->has_sequence());
  BOOST_TEST(!c.table("tag")->has_sequence());
  BOOST_TEST(c.table("tag")->is_key("name"));
  BOOST_TEST(!c.table("nothing"));
  const Catalog once = c;
  c.validate();
  BOOST_TEST((c == once));
}

BOOST_AUTO_TEST_CASE(made_names_avoid_taken_ones) {
  Catalog c = library();
  c.tables[0].indexes = {
      {"ix_author_name", {"mail"}, false}, {"", {"name"}, false}, {"", {"name"}, false}};
  c.validate();
  BOOST_TEST(c.tables[0].indexes[1].name == "ix_author_name_2");
  BOOST_TEST(c.tables[0].indexes[2].name == "ix_author_name_3");
  Catalog long_names = library();
  const std::string name(200, 'x');
  long_names.tables[0].columns.push_back(column(name.c_str()));
  long_names.tables[0].columns.push_back(column((name + "y").c_str()));
  long_names.tables[0].indexes = {{"", {name, name + "y"}, false}, {"", {name, name + "y"}, false}};
  long_names.validate();
  BOOST_TEST(long_names.tables[0].indexes[1].name.size() <= 255u);
}

BOOST_AUTO_TEST_CASE(references_take_the_order_of_the_key_they_name) {
  Catalog c = library();
  Table loan;
  loan.name = "loan";
  loan.columns = {column("id"), column("tag", TypeCode::text), column("book")};
  loan.primary_key = {"id"};
  loan.foreign_keys = {{"", {"tag", "book"}, "book_tag", {"tag", "book_id"}}};
  c.tables.push_back(loan);
  c.validate();
  BOOST_TEST(c.tables[4].foreign_keys[0].columns == (std::vector<std::string>{"book", "tag"}),
             boost::test_tools::per_element());
  BOOST_TEST(c.tables[4].foreign_keys[0].referenced == (std::vector<std::string>{"book_id", "tag"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(relationships_are_joined_and_completed) {
  using Kind = RelationshipInfo::Kind;
  Catalog c = library();
  c.tables[0].relationships = {relationship("books", Kind::one_to_many, "book", "author")};
  c.tables[1].relationships = {relationship("author", Kind::many_to_one, "author"),
                               relationship("tags", Kind::many_to_many, "tag")};
  c.tables[1].relationships[1].owner = "book_tag";
  c.validate();
  BOOST_TEST(c.tables[0].relationships[0].owner == "book");
  BOOST_TEST(c.tables[0].relationships[0].foreign_key == "fk_book_author_id");
  BOOST_TEST(c.tables[1].relationships[0].owner == "book");
  BOOST_TEST(c.tables[1].relationships[0].reverse == "books");
  BOOST_TEST(c.tables[1].relationships[1].foreign_key == "fk_book_tag_book_id");
  BOOST_TEST(c.tables[1].relationships[1].target_key == "fk_book_tag_tag");
}

BOOST_AUTO_TEST_CASE(rules_of_names_and_columns) {
  BOOST_TEST(refusal([](Catalog&) {}) == "");
  BOOST_TEST(refusal([](Catalog& c) { c.tables[0].name = ""; }) == "table '': a name is empty");
  BOOST_TEST(refusal([](Catalog& c) { c.tables[1].name = "author"; }) ==
             "table author is declared twice");
  BOOST_TEST(refusal([](Catalog& c) { c.tables[2].name = "a\nb"; }) ==
             "table 'a\nb': a name has control characters");
  BOOST_TEST(refusal([](Catalog& c) { c.tables[2].name = "$tag"; }) ==
             "table '$tag': the name '$tag' begins with '$', which is reserved");
  BOOST_TEST(refusal([](Catalog& c) { c.tables[2].name = "tag "; }) ==
             "table 'tag ': the name 'tag ' begins or ends with a space");
  BOOST_TEST(refusal([](Catalog& c) {
               c.tables[2].name = "\xff";
             }).ends_with("a name is not valid UTF-8"));
  BOOST_TEST(refusal([](Catalog& c) {
               c.tables[2].name = std::string(256, 'x');
             }).ends_with("is longer than 255 bytes"));
  BOOST_TEST(refusal([](Catalog& c) { c.tables[2].columns.clear(); }) ==
             "table tag: it has no columns");
  BOOST_TEST(refusal([](Catalog& c) { c.tables[0].columns.push_back(column("name")); }) ==
             "table author: column name is declared twice");
  BOOST_TEST(
      refusal([](Catalog& c) { c.tables[0].columns[0].max_length = 3; }) ==
      "table author: column author_id: max_length is for string and bytes columns, not for int64");
  BOOST_TEST(
      refusal([](Catalog& c) { c.tables[0].columns[0].default_value = "x"; }) ==
      "table author: column author_id: the default does not fit: text is no value of type int64");
  BOOST_TEST(refusal([](Catalog& c) { c.tables[0].columns[1].default_value = Value(); }) ==
             "table author: column name: its default is null, but the column is not nullable");
}

BOOST_AUTO_TEST_CASE(rules_of_types) {
  const auto refused = [](const std::function<void(Type&)>& change) {
    return refusal([&](Catalog& c) { change(c.tables[0].columns[1].type); });
  };
  const std::string prefix = "table author: column name: ";
  BOOST_TEST(refused([](Type& t) { t.code = static_cast<TypeCode>(99); }) ==
             prefix + "the type code 99 is unknown");
  BOOST_TEST(refused([](Type& t) { t.code = TypeCode::decimal; }) ==
             prefix +
                 "decimal(0,0): the precision must be 1 to 38, the scale at most the precision");
  BOOST_TEST(refused([](Type& t) {
               t.code = TypeCode::decimal;
               t.precision = 2;
               t.scale = 3;
             }).starts_with(prefix + "decimal(2,3)"));
  BOOST_TEST(refused([](Type& t) {
               t.code = TypeCode::duration;
               t.period_den = 0;
             }) == prefix + "duration(1/0): the period must be positive");
  BOOST_TEST(refused([](Type& t) { t.code = TypeCode::opaque; }) ==
             prefix + "an opaque type needs a name");
  BOOST_TEST(refused([](Type& t) {
               t.code = TypeCode::enumeration;
               t.underlying = TypeCode::text;
             }) == prefix + "enum: the underlying type must be an integer");
  BOOST_TEST(refused([](Type& t) {
               t.code = TypeCode::enumeration;
               t.names = {{1, "a"}, {2, "a"}};
             }) == prefix + "enum: the name 'a' is there twice");
  BOOST_TEST(refused([](Type& t) {
               t.code = TypeCode::enumeration;
               t.underlying = TypeCode::uint8;
               t.names = {{256, "a"}};
             }) == prefix + "enum: the value of 'a' is out of the range of uint8");
  BOOST_TEST(refused([](Type& t) {
               t.code = TypeCode::enumeration;
               t.underlying = TypeCode::uint64;
               t.names = {{-1, "all"}};
             }) == "");
  BOOST_TEST(refused([](Type& t) { t.code = TypeCode::list; }) ==
             prefix + "a list, set or optional has one member");
  BOOST_TEST(refused([](Type& t) { t.code = TypeCode::map; }) ==
             prefix + "a map has two members: key and value");
  BOOST_TEST(refused([](Type& t) { t.code = TypeCode::variant; }) ==
             prefix + "a variant needs alternatives");
  BOOST_TEST(refused([](Type& t) {
               t.members.push_back({"x", Type{}});
             }) == prefix + "string has no members");
  BOOST_TEST(refused([](Type& t) {
               for (int i = 0; i < 40; ++i) {
                 Type outer;
                 outer.code = TypeCode::list;
                 outer.members.push_back({"0", t});
                 t = outer;
               }
             }) == prefix + "the type is nested more than 32 levels deep");
  // What does not belong to a type is no difference between two of them.
  Catalog c = library();
  c.tables[0].columns[1].type.scale = 3;
  c.tables[0].columns[1].type.name = "x";
  c.validate();
  Type text;
  text.code = TypeCode::text;
  BOOST_TEST((c.tables[0].columns[1].type == text));
}

BOOST_AUTO_TEST_CASE(rules_of_keys) {
  BOOST_TEST(refusal([](Catalog& c) { c.tables[0].primary_key.clear(); }) ==
             "table author: it has no primary key; name its columns in \"primary_key\"");
  BOOST_TEST(refusal([](Catalog& c) { c.tables[0].primary_key = {"author"}; }) ==
             "table author: the primary key: there is no column 'author'");
  BOOST_TEST(
      refusal([](Catalog& c) { c.tables[0].primary_key = {"autor_id"}; }) ==
      "table author: the primary key: there is no column 'autor_id' (did you mean 'author_id'?)");
  BOOST_TEST(refusal([](Catalog& c) {
               c.tables[0].primary_key = {"author_id", "author_id"};
             }) == "table author: the primary key names column 'author_id' twice");
  BOOST_TEST(refusal([](Catalog& c) { c.tables[0].columns[0].nullable = true; }) ==
             "table author: the primary key column author_id is nullable; keys hold no nulls");
  BOOST_TEST(refusal([](Catalog& c) { c.tables[0].columns[0].type.code = TypeCode::json; }) ==
             "table author: the primary key: column author_id of type json cannot be a key");
  BOOST_TEST(refusal([](Catalog& c) { c.tables[0].indexes[0].columns.clear(); }) ==
             "table author: unique key () names no columns");
  BOOST_TEST(refusal([](Catalog& c) {
               c.tables[0].indexes = {{"by_nme", {"nme"}, false}};
             }) == "table author: index by_nme: there is no column 'nme' (did you mean 'name'?)");
  BOOST_TEST(refusal([](Catalog& c) {
               c.tables[0].indexes = {{"a", {"name"}}, {"a", {"mail"}}};
             }) == "table author: two of its keys, indexes and checks are named 'a'");
}

BOOST_AUTO_TEST_CASE(rules_of_references) {
  const auto refused = [](const std::function<void(Catalog&, ForeignKey&)>& change) {
    return refusal([&](Catalog& c) { change(c, c.tables[1].foreign_keys[0]); });
  };
  const std::string prefix = "table book: foreign key (author_id): ";
  BOOST_TEST(refused([](Catalog&, ForeignKey& k) { k.table = "autor"; }) ==
             prefix + "there is no table 'autor' (did you mean 'author'?)");
  BOOST_TEST(refused([](Catalog&, ForeignKey& k) { k.columns = {"auther_id"}; }) ==
             "table book: foreign key (auther_id): there is no column 'auther_id' (did you mean "
             "'author_id'?)");
  BOOST_TEST(refused([](Catalog&, ForeignKey& k) { k.referenced = {"nam"}; }) ==
             prefix + "table author has no column 'nam' (did you mean 'name'?)");
  BOOST_TEST(
      refused([](Catalog&, ForeignKey& k) { k.referenced = {"name"}; }) ==
      prefix +
          "author (name) is neither its primary key (author_id) nor the columns of a unique key");
  BOOST_TEST(refused([](Catalog&, ForeignKey& k) {
               k.columns = {"author_id", "book_id"};
             }) ==
             "table book: foreign key (author_id, book_id) has 2 columns but refers to 1 of table "
             "author (author_id)");
  BOOST_TEST(
      refused(
          [](Catalog& c, ForeignKey&) { c.tables[1].columns[2].type.code = TypeCode::int32; }) ==
      prefix +
          "column author_id is int32 but author.author_id is int64; both must have the same type");
  BOOST_TEST(refused([](Catalog& c, ForeignKey&) { c.tables[1].columns[2].nullable = false; }) ==
             prefix + "on_delete set_null needs a nullable column; none of (author_id) is");
  BOOST_TEST(
      refused([](Catalog& c, ForeignKey& k) {
        c.tables[1].columns[2].nullable = false;
        k.on_delete = OnDelete::set_default;
      }) ==
      prefix +
          "on_delete set_default needs a default (or a nullable column); author_id has neither");
  BOOST_TEST(refused([](Catalog& c, ForeignKey& k) {
               c.tables[1].columns[2].nullable = false;
               c.tables[1].columns[2].default_value = 1;
               k.on_delete = OnDelete::set_default;
             }) == "");
  BOOST_TEST(refused([](Catalog&, ForeignKey& k) { k.on_delete = static_cast<OnDelete>(9); }) ==
             prefix + "the on_delete action 9 is unknown");
  // To a unique key, with another length limit.
  BOOST_TEST(refused([](Catalog& c, ForeignKey& k) {
               c.tables[1].columns[2].type.code = TypeCode::text;
               c.tables[1].columns[2].max_length = 5;
               k.referenced = {"mail"};
             }) == "");
}

BOOST_AUTO_TEST_CASE(rules_of_checks_and_relationships) {
  using Kind = RelationshipInfo::Kind;
  BOOST_TEST(
      refusal([](Catalog& c) { c.tables[1].checks[0].condition = Expression::column("titel"); }) ==
      "table book: check 1 names a column 'titel' that the table does not have (did you mean "
      "'title'?)");
  const auto refused = [](const RelationshipInfo& r) {
    return refusal([&](Catalog& c) { c.tables[1].relationships = {r}; });
  };
  const std::string prefix = "table book: relationship ";
  BOOST_TEST(refused(relationship("author", Kind::many_to_one, "autor")) ==
             prefix + "author: there is no table 'autor' (did you mean 'author'?)");
  BOOST_TEST(refused(relationship("tag", Kind::many_to_one, "tag")) ==
             prefix + "tag: no foreign key of book refers to tag; name one in \"foreign_key\"");
  BOOST_TEST(refused(relationship("x", Kind::many_to_one, "author", "boks")) ==
             prefix + "x: table author has no relationship 'boks'");
  RelationshipInfo r = relationship("author", Kind::many_to_one, "author");
  r.foreign_key = "fk_book_author";
  BOOST_TEST(refused(r) == prefix +
                               "author: table book has no foreign key 'fk_book_author' (did you "
                               "mean 'fk_book_author_id'?)");
  r = relationship("author", Kind::many_to_one, "author");
  r.owner = "author";
  BOOST_TEST(refused(r) ==
             prefix +
                 "author: the foreign key of a many_to_one is in the table itself, not in author");
  r = relationship("tags", Kind::many_to_many, "tag");
  BOOST_TEST(refused(r) == prefix + "tags: name the table between in \"owner\"");
  r = relationship("author", Kind::one_to_one, "author");
  BOOST_TEST(refused(r) == prefix + "author: name the table with the foreign key in \"owner\"");
  BOOST_TEST(
      refusal([](Catalog& c) {
        c.tables[0].relationships = {relationship("books", Kind::one_to_many, "book", "author")};
        c.tables[1].relationships = {relationship("author", Kind::many_to_one, "author", "other")};
      }) == "table author: relationship books: its reverse book.author names author.other");
  BOOST_TEST(refusal([](Catalog& c) {
               c.tables[0].relationships = {
                   relationship("books", Kind::one_to_many, "book", "author")};
               c.tables[1].relationships = {relationship("author", Kind::one_to_one, "author")};
               c.tables[1].relationships[0].owner = "book";
             }).ends_with("does not go the same way back (kind, owner or foreign key differ)"));
}

BOOST_AUTO_TEST_CASE(differences_are_readable) {
  Catalog stored = library();
  stored.validate();
  const auto lines = [&](const std::function<void(Catalog&)>& change) {
    Catalog declared = library();
    change(declared);
    declared.validate();
    std::string out;
    for (const std::string& line : stored.differences(declared)) out += line + "\n";
    return out;
  };
  BOOST_TEST(lines([](Catalog&) {}) == "");
  BOOST_TEST(lines([](Catalog& c) { c.tables.resize(1); }) == "");
  BOOST_TEST(
      lines([](Catalog& c) { c.tables[0].columns.pop_back(), c.tables[0].indexes.clear(); }) == "");
  BOOST_TEST(
      lines([](Catalog& c) { c.tables[0].columns.push_back(column("nme")); }) ==
      "table author: column nme (int64) is declared but not stored (did you mean 'name'?)\n");
  BOOST_TEST(lines([](Catalog& c) { c.tables[0].columns[1].max_length = 5; }) ==
             "table author: column name: stored no max_length, declared max_length 5\n");
  BOOST_TEST(lines([](Catalog& c) { c.tables[0].columns[1].nullable = true; }) ==
             "table author: column name: stored not null, declared nullable\n");
  BOOST_TEST(lines([](Catalog& c) { c.tables[0].columns[1].type.code = TypeCode::bytes; }) ==
             "table author: column name: stored string, declared bytes\n");
  BOOST_TEST(lines([](Catalog& c) { c.tables[0].columns[1].default_value = "x"; }) ==
             "table author: column name: stored no default, declared default \"x\"\n");
  BOOST_TEST(lines([](Catalog& c) {
               c.tables[3].primary_key = {"tag", "book_id"};
             }) == "table book_tag: primary key: stored (book_id, tag), declared (tag, book_id)\n");
  BOOST_TEST(lines([](Catalog& c) {
               c.tables[0].indexes.push_back({"", {"name"}, false});
             }) == "table author: index ix_author_name (name) is declared but not stored\n");
  BOOST_TEST(lines([](Catalog& c) { c.tables[1].foreign_keys[0].on_delete = OnDelete::cascade; }) ==
             "table book: foreign key fk_book_author_id: stored on delete set null, declared on "
             "delete cascade\n");
  BOOST_TEST(lines([](Catalog& c) {
               c.tables[1].checks[0].condition =
                   Expression::of(Expression::Op::is_null, {Expression::column("title")});
             }) ==
             "table book: check ck_book_1: stored 'length(title) > 0', declared 'title is null'\n");
  const auto enumeration = [](std::vector<EnumName> names) {
    return [names](Catalog& c) {
      c.tables[0].columns[1].type.code = TypeCode::enumeration;
      c.tables[0].columns[1].type.name = "Role";
      c.tables[0].columns[1].type.names = names;
    };
  };
  stored = library();
  enumeration({{1, "a"}})(stored);
  stored.validate();
  BOOST_TEST(lines(enumeration({{1, "a"}})) == "");
  BOOST_TEST(lines(enumeration({{1, "a"}, {2, "b"}})) ==
             "table author: column name: stored enum Role of int32 {a = 1}, declared enum Role of "
             "int32 {a = 1, b = 2}\n");
}

BOOST_AUTO_TEST_CASE(listing_and_diagram) {
  using Kind = RelationshipInfo::Kind;
  Catalog c = library();
  c.tables[0].columns[2].name = "e-mail \"x\"";
  c.tables[0].indexes[0].columns = {"e-mail \"x\""};
  c.tables[0].indexes[0].name = "uq_mail";
  c.tables[1].relationships = {relationship("author", Kind::many_to_one, "author")};
  c.validate();
  BOOST_TEST(
      c.to_text() ==
      "table author\n"
      "  author_id   int64   primary key, sequence\n"
      "  name        string\n"
      "  e-mail \"x\"  string  null\n"
      "  unique uq_mail (e-mail \"x\")\n"
      "\n"
      "table book\n"
      "  book_id    int64   primary key, sequence\n"
      "  title      string\n"
      "  author_id  int64   null, -> author.author_id\n"
      "  foreign key fk_book_author_id (author_id) -> author (author_id) on delete set null\n"
      "  check ck_book_1: length(title) > 0\n"
      "  relationship author: many to one, author by book.fk_book_author_id\n"
      "\n"
      "table tag\n"
      "  name  string  primary key\n"
      "\n"
      "table book_tag\n"
      "  book_id  int64   primary key, -> book.book_id\n"
      "  tag      string  primary key, -> tag.name\n"
      "  primary key (book_id, tag)\n"
      "  foreign key fk_book_tag_book_id (book_id) -> book (book_id) on delete cascade\n"
      "  foreign key fk_book_tag_tag (tag) -> tag (name) on delete cascade\n");
  BOOST_TEST(c.to_mermaid() ==
             "erDiagram\n"
             "  author {\n"
             "    int64 author_id PK\n"
             "    string name\n"
             "    string e_mail_x_ UK \"e-mail #quot;x#quot;, null\"\n"
             "  }\n"
             "  book {\n"
             "    int64 book_id PK\n"
             "    string title\n"
             "    int64 author_id FK \"null\"\n"
             "  }\n"
             "  tag {\n"
             "    string name PK\n"
             "  }\n"
             "  book_tag {\n"
             "    int64 book_id PK, FK\n"
             "    string tag PK, FK\n"
             "  }\n"
             "  author |o--o{ book : \"author_id\"\n"
             "  book ||--o{ book_tag : \"book_id\"\n"
             "  tag ||--o{ book_tag : \"tag\"\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kindred
