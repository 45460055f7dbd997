// Unions and models that hold themselves.
#include "tests/schema/agreement.hpp"

namespace kindred::schema_agreement {
namespace {

using namespace schema::dynamic;
using schema::TypeSpec;
using schema::Value;

struct Cat {
  Field<Literal<"cat">> kind;
  Field<std::int64_t> lives = Default(9);
};
struct Dog {
  Field<Literal<"dog">> kind;
  Field<std::string> name;
};
struct Point {
  Field<double> x;
  Field<double> y;
};
struct Circle {
  Field<double> x;
  Field<double> y;
  Field<double, gt(0)> radius;
};
struct ScalarUnions {
  Field<std::variant<std::int64_t, std::string>> either;
  Field<std::variant<std::string, std::int64_t, double>> three;
  Field<std::variant<bool, kindred::date, Uuid>> others;
  Field<std::variant<double, bool>> fallback = Default(1.5);
};
struct FirstFit {
  Field<std::variant<std::string, std::int64_t>, left_to_right> text;
  Field<std::variant<std::int64_t, double>, left_to_right> number;
};
struct ContainerUnions {
  Field<std::variant<std::vector<std::int64_t>, std::vector<std::string>>> lists;
  Field<std::variant<std::map<std::string, std::int64_t>, Point, std::int64_t>> mixed;
};
struct ModelUnion {
  Field<std::variant<Point, Circle>> shape;
  Field<std::vector<std::variant<Cat, Point, std::string>>> things = Default();
};
struct Tagged {
  Field<std::variant<Cat, Dog>, discriminator("kind")> pet;
  Field<std::vector<Annotated<std::variant<Cat, Dog>, discriminator("kind")>>> pets = Default();
};
struct NullUnions {
  Field<std::variant<std::monostate, std::int64_t, std::string>> either;
  Field<std::variant<std::monostate, Point>> one = Default();
  Field<std::optional<std::variant<std::int64_t, bool>>> maybe = Default(std::nullopt);
  Field<std::variant<std::monostate, Cat, Dog>, discriminator("kind")> pet = Default();
};
struct ConstrainedUnion {
  Field<std::variant<Annotated<std::int64_t, ge(10)>, Annotated<std::string, max_length(3)>>>
      either;
  Field<std::variant<Annotated<std::int64_t, kindred::strict>, Literal<"auto">>> size;
};
struct Tree {
  Field<std::string> name;
  Field<std::vector<Tree>> children = Default();
};
struct Chain {
  Field<std::int64_t> value;
  Field<std::unique_ptr<Chain>> next = Default(nullptr);
};
struct Folder;
struct File {
  Field<std::string> name;
  Field<std::shared_ptr<Folder>> parent = Default(nullptr);
};
struct Folder {
  Field<std::string> path;
  Field<std::vector<File>> files = Default();
};
struct Graph {
  Field<std::map<std::string, std::vector<Graph>>> edges = Default();
  Field<std::optional<std::vector<Graph>>> more = Default(std::nullopt);
};
struct Expression {
  Field<std::variant<std::int64_t, std::unique_ptr<Expression>>> left;
  Field<std::variant<std::unique_ptr<Expression>, std::string>> right;
};

TypeSpec cat() {
  return model("Cat", {field("kind", literal({"cat"})), field("lives", integer(), 9)});
}
TypeSpec dog() { return model("Dog", {field("kind", literal({"dog"})), field("name", string())}); }
TypeSpec point() { return model("Point", {field("x", floating()), field("y", floating())}); }
TypeSpec circle() {
  return model("Circle", {field("x", floating()), field("y", floating()),
                          field("radius", floating({.gt = 0}))});
}
TypeSpec pet() { return tagged_union("kind", {{"cat", cat()}, {"dog", dog()}}); }
TypeSpec first_of(std::vector<TypeSpec> choices) {
  TypeSpec out = union_of(std::move(choices));
  out.left_to_right = true;
  return out;
}
Value empty() { return schema::Sequence{}; }

void add_plain(Pairs& to) {
  add<ScalarUnions>(
      to,
      model("ScalarUnions",
            {field("either", union_of({integer(), string()})),
             field("three", union_of({string(), integer(), floating()})),
             field("others", union_of({boolean(), schema::dynamic::date(), uuid()})),
             field("fallback", union_of({floating(), boolean()}), 1.5)}),
      {R"({"either":"1","three":1.5,"others":"2024-01-01"})",
       R"({"either":1.0,"three":true,"others":"x","fallback":true})",
       R"({"either":null,"three":[],"others":"550e8400-e29b-41d4-a716-446655440000","fallback":1})",
       R"({"either":true,"three":1,"others":"yes","fallback":"x"})"});
  add<FirstFit>(to,
                model("FirstFit", {field("text", first_of({string(), integer()})),
                                   field("number", first_of({integer(), floating()}))}),
                {R"({"text":1,"number":1.0})", R"({"text":"1","number":1.5})",
                 R"({"text":null,"number":"x"})"});
  add<ContainerUnions>(
      to,
      model("ContainerUnions",
            {field("lists", union_of({list(integer()), list(string())})),
             field("mixed", union_of({dict(string(), integer()), point(), integer()}))}),
      {R"({"lists":["1","a"],"mixed":{"x":1,"y":2}})",
       R"({"lists":[1,"x",null],"mixed":{"x":1.5,"y":2}})", R"({"lists":{},"mixed":"a"})",
       R"({"lists":[],"mixed":{}})", R"({"lists":["1"],"mixed":{"x":"q","y":[]}})"},
      Dumps::differ);
  add<ModelUnion>(
      to,
      model("ModelUnion", {field("shape", union_of({point(), circle()})),
                           field("things", list(union_of({cat(), point(), string()})), empty())}),
      {R"({"shape":{"x":1,"y":2,"radius":3},"things":["a",{"kind":"cat"},{"x":1,"y":0}]})",
       R"({"shape":{"x":1,"y":2,"radius":0}})", R"({"shape":{"x":1},"things":[{"kind":"dog"},7]})",
       R"({"shape":[1,2]})"});
  add<ConstrainedUnion>(
      to,
      model("ConstrainedUnion",
            {field("either", union_of({integer({.ge = 10}), string({.max_length = 3})})),
             field("size", union_of({integer({.strict = true}), literal({"auto"})}))}),
      {R"({"either":10,"size":"auto"})", R"({"either":"12","size":7})",
       R"({"either":9,"size":"7"})", R"({"either":"four","size":"Auto"})"});
}

void add_tagged(Pairs& to) {
  add<Tagged>(
      to, model("Tagged", {field("pet", pet()), field("pets", list(pet()), empty())}),
      {R"({"pet":{"kind":"cat","lives":"7"},"pets":[{"name":"Rex","kind":"dog"}]})",
       R"({"pet":{"kind":"cow"},"pets":[{"lives":1},7,{"kind":null}]})",
       R"({"pet":{"name":1,"kind":"dog"}})",
       R"({"pet":{"kind":"dog","name":"x","kind":"dog"},"pets":[{"lives":"x","kind":"cat"}]})",
       R"({"pet":[],"pets":null})"});
  add<NullUnions>(
      to,
      model("NullUnions", {field("either", nullable(union_of({integer(), string()}))),
                           field("one", nullable(point()), Value()),
                           field("maybe", nullable(union_of({integer(), boolean()})), Value()),
                           field("pet", nullable(pet()), Value())}),
      {R"({"either":null,"one":{"x":1,"y":1},"maybe":true,"pet":{"kind":"cat"}})",
       R"({"either":"x","one":null,"maybe":null,"pet":null})",
       R"({"either":[],"one":{"x":1},"maybe":"x","pet":{"kind":"cow"}})"});
}

void add_recursive(Pairs& to) {
  add<Tree>(to,
            with_id("tree", model("Tree", {field("name", string()),
                                           field("children", list(ref("tree")), empty())})),
            {R"({"name":"a","children":[{"name":"b","children":[{"name":"c"}]},{"name":"d"}]})",
             R"({"name":"a","children":[{"name":1,"children":[{}]},7]})", R"({"children":{}})"});
  add<Chain>(
      to,
      with_id("chain", model("Chain", {field("value", integer()),
                                       field("next", nullable(ref("chain")), Value())})),
      {R"({"value":1,"next":{"value":2,"next":{"value":"3","next":null}}})",
       R"({"value":1,"next":{"value":2,"next":{"value":"x"}}})", R"({"value":1,"next":[]})"});
  const TypeSpec file = with_id(
      "file",
      model("File", {field("name", string()), field("parent", nullable(ref("folder")), Value())}));
  add<Folder>(to,
              with_id("folder", model("Folder", {field("path", string()),
                                                 field("files", list(file), empty())})),
              {R"({"path":"/","files":[{"name":"a","parent":{"path":"/","files":[]}}]})",
               R"({"path":1,"files":[{"name":"a","parent":{"files":[{}]}}]})"});
  add<Graph>(
      to,
      with_id("graph",
              model("Graph", {field("edges", dict(string(), list(ref("graph"))), schema::Dict{}),
                              field("more", nullable(list(ref("graph"))), Value())})),
      {R"({"edges":{"a":[{"edges":{"b":[{}]}}]},"more":[{},{"more":null}]})",
       R"({"edges":{"a":[{"edges":{"b":7}}]},"more":[1]})"},
      Dumps::differ);
  add<Expression>(
      to,
      with_id(
          "expression",
          model("Expression", {field("left", union_of({integer(), nullable(ref("expression"))})),
                               field("right", union_of({nullable(ref("expression")), string()}))})),
      {R"({"left":1,"right":"x"})", R"({"left":{"left":1,"right":"y"},"right":null})",
       R"({"left":{"left":"z","right":1},"right":{"left":[],"right":{"left":2}}})"});
}

}  // namespace

void add_unions(Pairs& to) {
  add_plain(to);
  add_tagged(to);
  add_recursive(to);
}

}  // namespace kindred::schema_agreement
