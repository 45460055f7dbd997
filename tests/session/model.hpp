// The entities that the tests of the session share: each kind of relationship once, with and
// without cascades.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kindred/kindred.hpp"

namespace kindred::session_test {

using MaybeId = std::optional<std::int64_t>;

// ---- two paths between the same two entities; many-to-many
struct Post;
struct Tag;
struct User {
  static constexpr auto tablename = "users";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> username;
  Mapped<std::optional<std::string>> bio;
  Relationship<std::vector<Post>, back_populates("author"), using_key("author_id")> posts;
  Relationship<std::vector<Post>, back_populates("editor"), using_key("editor_id")> edited;
};
struct Post {
  static constexpr auto tablename = "posts";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key<User>(on_delete::set_null)> author_id;
  Mapped<MaybeId, foreign_key<User>(on_delete::set_null)> editor_id;
  Mapped<std::string> title;
  Mapped<std::vector<std::int64_t>> scores;
  Relationship<User, back_populates("posts"), using_key("author_id")> author;
  Relationship<User, back_populates("edited"), using_key("editor_id")> editor;
  Relationship<std::set<Tag>, back_populates("posts"), secondary<"post_tags">> tags;
};
struct Tag {
  static constexpr auto tablename = "tags";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
  Relationship<std::set<Post>, back_populates("tags"), secondary<"post_tags">> posts;
};

// ---- an owner with orphans, three levels
struct Child;
struct Toy;
struct Parent {
  static constexpr auto tablename = "parents";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
  Relationship<std::vector<Child>, back_populates("parent"), cascade::all | cascade::delete_orphan>
      children;
};
struct Child {
  static constexpr auto tablename = "children";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key<Parent>()> parent_id;
  Mapped<std::string> name;
  Relationship<Parent, back_populates("children")> parent;
  Relationship<std::vector<Toy>, back_populates("child"), cascade::all> toys;
};
struct Toy {
  static constexpr auto tablename = "toys";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key<Child>()> child_id;
  Mapped<std::string> name;
  Relationship<Child, back_populates("toys")> child;
};

// ---- trees: one whose nodes live on, one that owns
struct Node {
  static constexpr auto tablename = "nodes";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
  Mapped<MaybeId, foreign_key<Node>(on_delete::set_null)> parent_id;
  Relationship<Node, back_populates("children")> parent;
  Relationship<std::vector<Node>, back_populates("parent"), order_by("name")> children;
};
struct Branch {
  static constexpr auto tablename = "branches";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key<Branch>()> parent_id;
  Relationship<Branch, back_populates("children")> parent;
  Relationship<std::vector<Branch>, back_populates("parent"), cascade::all | cascade::delete_orphan>
      children;
};

// ---- one-to-one: free and owned; many-to-many of an entity with itself
struct Passport;
struct Person {
  static constexpr auto tablename = "people";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
  Relationship<Passport, back_populates("person")> passport;
  Relationship<std::vector<Person>, back_populates("left"), secondary<"friends">> right;
  Relationship<std::vector<Person>, back_populates("right"), secondary<"friends">> left;
};
struct Passport {
  static constexpr auto tablename = "passports";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> number;
  Mapped<MaybeId, foreign_key<Person>(on_delete::set_null), unique> person_id;
  Relationship<Person, back_populates("passport")> person;
};
struct Licence;
struct Driver {
  static constexpr auto tablename = "drivers";
  Mapped<std::int64_t, primary_key> id;
  Relationship<Licence, back_populates("driver"), cascade::all | cascade::delete_orphan> licence;
};
struct Licence {
  static constexpr auto tablename = "licences";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<Driver>(), unique> driver_id;
  Relationship<Driver, back_populates("licence")> driver;
};

// ---- relationships with one side only
struct Thing;
struct Box {
  static constexpr auto tablename = "boxes";
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Thing>> things;
};
struct Thing {
  static constexpr auto tablename = "things";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key<Box>(on_delete::set_null)> box_id;
};
struct Cover {
  static constexpr auto tablename = "covers";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> art;
};
struct Book {
  static constexpr auto tablename = "books";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key<Cover>()> cover_id;
  Relationship<Cover, cascade::all | cascade::delete_orphan, single_parent> cover;
};

// ---- a map by an attribute
struct Setting;
struct Account {
  static constexpr auto tablename = "accounts";
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::map<std::string, Setting>, back_populates("account"), keyed_by("name")>
      settings;
};
struct Setting {
  static constexpr auto tablename = "settings";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key<Account>()> account_id;
  Mapped<std::string> name;
  Mapped<std::string> value;
  Relationship<Account, back_populates("settings")> account;
};

// ---- an association entity whose key is its two references
struct Enrolment;
struct Student {
  static constexpr auto tablename = "students";
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Enrolment>, back_populates("student"),
               cascade::all | cascade::delete_orphan>
      enrolments;
};
struct Course {
  static constexpr auto tablename = "courses";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> title;
};
struct Enrolment {
  static constexpr auto tablename = "enrolments";
  Mapped<std::int64_t, primary_key, foreign_key<Student>()> student_id;
  Mapped<std::int64_t, primary_key, foreign_key<Course>()> course_id;
  Mapped<std::string> grade;
  Relationship<Student, back_populates("enrolments")> student;
  Relationship<Course> course;
};

// ---- loading that is restricted, cascades that are switched off
struct Leaf;
struct Strict {
  static constexpr auto tablename = "stricts";
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Leaf>, back_populates("strict"), lazy::raise> leaves;
};
struct Leaf {
  static constexpr auto tablename = "leaves";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key<Strict>(on_delete::set_null)> strict_id;
  Relationship<Strict, back_populates("leaves")> strict;
};
struct Entry;
struct Ledger {
  static constexpr auto tablename = "ledgers";
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Entry>, back_populates("ledger"), lazy::write_only> entries;
};
struct Entry {
  static constexpr auto tablename = "entries";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<Ledger>(on_delete::cascade)> ledger_id;
  Mapped<std::int32_t> amount;
  Relationship<Ledger, back_populates("entries")> ledger;
};
struct Loose;
struct Shy {
  static constexpr auto tablename = "shies";
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Loose>, back_populates("shy"), cascade::none> loose;
};
struct Loose {
  static constexpr auto tablename = "looses";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key<Shy>()> shy_id;
  Relationship<Shy, back_populates("loose")> shy;
};

// ---- keys of text and of several columns
struct City;
struct Country {
  static constexpr auto tablename = "countries";
  Mapped<std::string, primary_key> code;
  Mapped<std::string> name;
  Relationship<std::vector<City>, back_populates("country")> cities;
};
struct Street;
struct City {
  static constexpr auto tablename = "cities";
  Mapped<std::string, primary_key, foreign_key<Country>()> country_code;
  Mapped<std::string, primary_key> name;
  Relationship<Country, back_populates("cities")> country;
  Relationship<std::vector<Street>, back_populates("city")> streets;
};
struct Street {
  static constexpr auto tablename = "streets";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::optional<std::string>> country_code;
  Mapped<std::optional<std::string>> city_name;
  static constexpr auto table_args = std::tuple{foreign_key_together("country_code", "city_name")
                                                    .references<City>()
                                                    .deletes(on_delete::set_null)};
  Relationship<City, back_populates("streets")> city;
};

// ---- versions, defaults, validators
struct Document {
  static constexpr auto tablename = "documents";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> text;
  Mapped<std::int64_t, version_id> version;
};
struct Article {
  static constexpr auto tablename = "articles";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> title;
  Mapped<std::string, insert_default("draft")> status;
  Mapped<std::optional<std::int32_t>, insert_default(3)> stars;
  Mapped<time_point, insert_default(now)> created_at;
  Mapped<std::optional<time_point>, on_update(now)> updated_at;
};
inline void must_have_at(const std::string& email) {
  if (email.find('@') == std::string::npos) throw ValidationError("email", "an e-mail has an @");
}
struct Contact {
  static constexpr auto tablename = "contacts";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> email;
  Mapped<std::string> name;
  static constexpr auto table_args = std::tuple{validates<&Contact::email>(&must_have_at)};
  static void validate(const Contact& c) {
    if (c.name == c.email) throw ValidationError("name", "name and e-mail are the same");
  }
};

using Everything =
    Registry<User, Post, Tag, Parent, Child, Toy, Node, Branch, Person, Passport, Driver, Licence,
             Box, Thing, Cover, Book, Account, Setting, Student, Course, Enrolment, Strict, Leaf,
             Ledger, Entry, Shy, Loose, Country, City, Street, Document, Article, Contact>;

}  // namespace kindred::session_test
