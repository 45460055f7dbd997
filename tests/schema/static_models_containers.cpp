// Containers, holders, texts of JSON, root models, types without a model.
#include <array>
#include <deque>
#include <list>
#include <unordered_map>
#include <unordered_set>

#include "tests/schema/agreement.hpp"

namespace kindred::schema_agreement {
namespace {

using namespace schema::dynamic;
using schema::TypeSpec;
using schema::Value;

struct Item {
  Field<std::string> name;
  Field<std::int64_t, ge(0)> count = Default(1);
};
struct Lists {
  Field<std::vector<std::int64_t>> numbers;
  Field<std::vector<std::string>, min_length(1), max_length(3)> texts;
  Field<std::deque<bool>> flags;
  Field<std::list<double>, fail_fast> reals = Default();
};
struct NestedLists {
  Field<std::vector<std::vector<std::int64_t>>> rows;
  Field<std::vector<Item>, max_length(2)> items;
};
struct Sets {
  Field<std::set<std::int64_t>> numbers;
  Field<std::unordered_set<std::string>, min_length(2)> texts;
  Field<std::set<std::string>, max_length(2)> few = Default();
};
struct Maps {
  Field<std::map<std::string, std::int64_t>> counts;
  Field<std::map<std::int64_t, bool>, min_length(1)> flags;
  Field<std::unordered_map<std::string, Item>> items = Default();
};
struct KeyedMaps {
  Field<std::map<Annotated<std::string, min_length(2)>, Annotated<std::int64_t, ge(0)>>> names;
  Field<std::map<Uuid, std::string>> ids = Default();
};
struct Tuples {
  Field<std::pair<std::int64_t, std::string>> pair;
  Field<std::tuple<bool, double, kindred::date>> three;
  Field<std::array<std::int64_t, 2>> two;
};
struct Optionals {
  Field<std::optional<std::int64_t>> number;
  Field<std::optional<std::string>, max_length(3)> text = Default(std::nullopt);
  Field<std::optional<std::vector<std::int64_t>>> items = Default(std::nullopt);
  Field<std::optional<kindred::date>> day = Default(std::nullopt);
};
struct Pointers {
  Field<std::unique_ptr<Item>> unique = Default(nullptr);
  Field<std::shared_ptr<Item>> shared;
  Field<std::optional<Item>> maybe = Default(std::nullopt);
  Field<std::vector<std::optional<std::int64_t>>> holes = Default();
};
struct JsonTexts {
  Field<Json<std::vector<std::int64_t>>> numbers;
  Field<Json<Item>> item;
  Field<Json<schema::Value>> any = Default();
};
struct AnnotatedItems {
  Field<std::vector<Annotated<std::string, max_length(3), pattern("^x")>>> texts;
  Field<std::set<Annotated<std::int64_t, ge(1), kindred::strict>>> numbers;
  Field<std::optional<Annotated<std::string, min_length(2)>>> text = Default(std::nullopt);
};
struct Names : RootModel<std::vector<std::string>, min_length(1)> {};
struct Count : RootModel<std::int64_t, ge(1)> {};
struct Roots {
  Field<Names> names;
  Field<Count> count;
  Field<std::vector<Count>> counts = Default();
};
struct Inner {
  Field<Item> item;
  Field<std::map<std::string, std::vector<Item>>> more = Default();
};
struct Outer {
  Field<Inner> inner;
  Field<Item> item;
};
template <class T>
struct Page {
  Field<std::vector<T>> items;
  Field<std::int64_t, ge(0)> total = Default(0);
};

TypeSpec item() {
  return model("Item", {field("name", string()), field("count", integer({.ge = 0}), 1)});
}
TypeSpec count() { return root_model("Count", integer({.ge = 1})); }
TypeSpec inner() {
  return model("Inner", {field("item", item()),
                         field("more", dict(string(), list(item())), schema::Dict{})});
}
Value empty(schema::Sequence::Form form = schema::Sequence::Form::list) {
  return schema::Sequence{form, {}, {}};
}
TypeSpec page(const std::string& name, TypeSpec items) {
  return model(name,
               {field("items", list(std::move(items))), field("total", integer({.ge = 0}), 0)});
}

void add_sequences(Pairs& to) {
  add<Lists>(to,
             model("Lists", {field("numbers", list(integer())),
                             field("texts", list(string(), {.min_length = 1, .max_length = 3})),
                             field("flags", list(boolean())),
                             field("reals", list(floating(), {.fail_fast = true}), empty())}),
             {R"({"numbers":[1,"2",3.0],"texts":["a"],"flags":[true,0]})",
              R"({"numbers":[1,"x",null],"texts":[],"flags":[2],"reals":["a","b"]})",
              R"({"numbers":{},"texts":["a","b","c",1],"flags":"","reals":[1]})"});
  add<NestedLists>(to,
                   model("NestedLists", {field("rows", list(list(integer()))),
                                         field("items", list(item(), {.max_length = 2}))}),
                   {R"({"rows":[[1],[],[2,3]],"items":[{"name":"a"},{"name":"b","count":2}]})",
                    R"({"rows":[[1],["x"],5],"items":[{"name":1},{"count":-1},{"name":"c"}]})"});
  add<Sets>(
      to,
      model("Sets",
            {field("numbers", set(integer())), field("texts", set(string(), {.min_length = 2})),
             field("few", set(string(), {.max_length = 2}), empty(schema::Sequence::Form::set))}),
      {R"({"numbers":[1,2,1],"texts":["a","b"]})",
       R"({"numbers":["x",1],"texts":["a","a"],"few":["a","b","a","c"]})",
       R"({"numbers":1,"texts":{},"few":["b","a"]})"},
      Dumps::differ);
  add<Tuples>(
      to,
      model("Tuples", {field("pair", tuple({integer(), string()})),
                       field("three", tuple({boolean(), floating(), schema::dynamic::date()})),
                       field("two", tuple({integer(), integer()}))}),
      {R"({"pair":[1,"a"],"three":[true,1.5,"2024-01-01"],"two":[1,2]})",
       R"({"pair":[1],"three":[true,1.5,"x",4],"two":[1,"x"]})",
       R"({"pair":{},"three":[],"two":"12"})"});
}

void add_maps(Pairs& to) {
  add<Maps>(
      to,
      model("Maps", {field("counts", dict(string(), integer())),
                     field("flags", dict(integer(), boolean(), {.min_length = 1})),
                     field("items", dict(string(), item()), schema::Dict{})}),
      {R"({"counts":{"b":1,"a":"2"},"flags":{"7":true}})", R"({"counts":{"a":"x"},"flags":{}})",
       R"({"counts":[],"flags":{"x":1,"2":"maybe"},"items":{"k":{"name":1}}})",
       R"({"counts":{"a":1,"a":2},"flags":{"1":0,"01":1}})"},
      Dumps::differ);
  add<KeyedMaps>(
      to,
      model("KeyedMaps", {field("names", dict(string({.min_length = 2}), integer({.ge = 0}))),
                          field("ids", dict(uuid(), string()), schema::Dict{})}),
      {R"({"names":{"aa":0}})", R"({"names":{"a":-1},"ids":{"x":1}})",
       R"({"names":{"bb":1,"aa":2},"ids":{"550e8400-e29b-41d4-a716-446655440000":"y"}})"},
      Dumps::differ);
}

void add_holders(Pairs& to) {
  add<Optionals>(to,
                 model("Optionals", {field("number", nullable(integer())),
                                     field("text", nullable(string({.max_length = 3})), Value()),
                                     field("items", nullable(list(integer())), Value()),
                                     field("day", nullable(schema::dynamic::date()), Value())}),
                 {R"({"number":null})", R"({"number":"x","text":"four","items":[null],"day":"x"})",
                  R"({"number":1,"text":"abc","items":[1],"day":"2024-01-01"})", "{}"});
  add<Pointers>(to,
                model("Pointers",
                      {field("unique", nullable(item()), Value()),
                       field("shared", nullable(item())), field("maybe", nullable(item()), Value()),
                       field("holes", list(nullable(integer())), empty())}),
                {R"({"unique":{"name":"a"},"shared":null,"holes":[1,null]})",
                 R"({"unique":{},"shared":1,"maybe":[],"holes":["x"]})"});
  add<JsonTexts>(
      to,
      model("JsonTexts", {field("numbers", json(list(integer()))), field("item", json(item())),
                          field("any", json(any()), Value())}),
      {R"({"numbers":"[1,\"2\"]","item":"{\"name\":\"a\"}","any":"{\"a\":[1]}"})",
       R"({"numbers":"[1,","item":"{\"count\":-1}","any":"x"})", R"({"numbers":[1],"item":1})",
       R"({"numbers":"[1,\"x\"]","item":"[]"})"});
  add<AnnotatedItems>(
      to,
      model("AnnotatedItems", {field("texts", list(string({.max_length = 3, .pattern = "^x"}))),
                               field("numbers", set(integer({.strict = true, .ge = 1}))),
                               field("text", nullable(string({.min_length = 2})), Value())}),
      {R"({"texts":["x","xab"],"numbers":[1]})",
       R"({"texts":["a","xabc"],"numbers":["1",0],"text":"a"})"});
}

void add_roots(Pairs& to) {
  const TypeSpec names = root_model("Names", list(string(), {.min_length = 1}));
  add<Names>(to, names, {R"(["a"])", "[]", "[1]", "{}"});
  add<Count>(to, count(), {"1", "0", R"("7")", "null"});
  add<Roots>(to,
             model("Roots", {field("names", names), field("count", count()),
                             field("counts", list(count()), empty())}),
             {R"({"names":["a"],"count":1})", R"({"names":[],"count":"x","counts":[0,1]})"});
  add<Outer>(
      to, model("Outer", {field("inner", inner()), field("item", item())}),
      {R"({"inner":{"item":{"name":"a"},"more":{"k":[{"name":"b","count":0}]}},"item":{"name":"c"}})",
       R"({"inner":{"item":{},"more":{"k":[{"name":1},2]}},"item":null})",
       R"({"inner":[],"item":{"name":"x","count":"-1"}})"});
  add<Page<std::int64_t>>(to, page("Page[int]", integer()),
                          {R"({"items":[1],"total":1})", R"({"items":["x"],"total":-1})"});
  add<Page<Item>>(to, page("Page[Item]", item()),
                  {R"({"items":[{"name":"a"}]})", R"({"items":[{}]})"});
}

}  // namespace

void add_containers(Pairs& to) {
  add_sequences(to);
  add_maps(to);
  add_holders(to);
  add_roots(to);
  add<std::vector<std::int64_t>>(to, list(integer()), {"[1,2]", R"(["x",{}])", "{}"});
  add<std::map<std::string, Item>>(to, dict(string(), item()),
                                   {R"({"k":{"name":"a"}})", R"({"k":{}})", "[]"}, Dumps::differ);
  add<std::optional<kindred::date>>(to, nullable(schema::dynamic::date()),
                                    {"null", R"("2024-01-01")", R"("x")"});
}

}  // namespace kindred::schema_agreement
