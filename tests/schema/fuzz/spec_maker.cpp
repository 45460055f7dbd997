#include "tests/schema/fuzz/spec_maker.hpp"

#include <iterator>

namespace kindred::schema_fuzz {
namespace {

using namespace schema::dynamic;
using schema::FieldSpec;
using schema::TypeKind;
using schema::TypeSpec;
using schema::Value;

constexpr int deepest = 4;

class Maker {
 public:
  explicit Maker(Choices& choices) : choices_(choices) {}

  TypeSpec type(int depth) {
    switch (choices_.below(depth < deepest ? 26 : 16)) {
      case 0: return integer();
      case 1: return integer({.ge = -10, .lt = 1000});
      case 2: return integer({.multiple_of = 3});
      case 3: return floating({.allow_inf_nan = false});
      case 4: return string();
      case 5: return string({.min_length = 1, .max_length = 5});
      case 6: return string({.pattern = "^[a-z0-9]*$"});
      case 7: return boolean();
      case 8: return none();
      case 9: return decimal();
      case 10: return schema::dynamic::date();
      case 11: return datetime();
      case 12: return uuid();
      case 13: return literal({"a", "b", 1});
      case 14: return enumeration("Color", {{"red", "red"}, {"blue", "blue"}}, "str");
      case 15: return any();
      case 16: return list(type(depth + 1), {.max_length = 4 + choices_.below(4)});
      case 17: return set(scalar());
      case 18: return dict(string(), type(depth + 1));
      case 19: return dict(integer(), type(depth + 1), {.max_length = 3});
      case 20: return tuple({type(depth + 1), type(depth + 1)}, choices_.below(2));
      case 21: return nullable(type(depth + 1));
      case 22: return json(type(depth + 1));
      case 23: return any_of(depth);
      case 24: return tagged(depth);
      default: return object(depth);
    }
  }
  [[nodiscard]] bool has_union() const noexcept { return has_union_; }

 private:
  TypeSpec scalar() { return choices_.below(2) == 0 ? integer() : string(); }
  TypeSpec any_of(int depth) {
    has_union_ = true;
    TypeSpec out = union_of({type(depth + 1), type(depth + 1), type(depth + 1)});
    out.left_to_right = choices_.below(4) == 0;
    return out;
  }
  TypeSpec tagged(int depth) {
    const auto choice = [&](const char* tag) {
      return model(tag, {field("kind", literal({tag})), field("v", type(depth + 1))});
    };
    return tagged_union("kind", {{"x", choice("x")}, {"y", choice("y")}});
  }
  TypeSpec object(int depth) {
    constexpr const char* names[] = {"a", "b", "value", "long_member_name"};
    std::vector<FieldSpec> fields;
    const std::size_t count = 1 + choices_.below(4);
    for (std::size_t i = 0; i < count; ++i) fields.push_back(member(names[i], depth));
    config settings;
    constexpr extra policies[] = {extra::ignore, extra::forbid, extra::allow};
    settings.extra = policies[choices_.below(3)];
    if (choices_.below(3) == 0) settings.alias_generator = alias_generator::camel;
    TypeSpec out = model("M", std::move(fields), settings);
    if (choices_.below(4) == 0) {  // holds itself
      out.id = "m" + std::to_string(++ids_);
      out.fields.push_back(field("self", nullable(ref(out.id)), Value()));
    }
    return out;
  }
  FieldSpec member(const char* name, int depth) {
    switch (choices_.below(6)) {
      case 0: return field(name, nullable(type(depth + 1)), Value());
      case 1: {
        FieldSpec out = field(name, type(depth + 1));
        out.alias_paths = {{Value(name)}, {"in", 0}};
        out.serialization_alias = name;
        return out;
      }
      default: return field(name, type(depth + 1));
    }
  }

  Choices& choices_;
  bool has_union_ = false;
  int ids_ = 0;
};

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

class Writer {
 public:
  explicit Writer(Choices& choices) : choices_(choices) {}

  std::string text(const TypeSpec& type, int depth) {
    if (depth > 2 * deepest || choices_.below(24) == 0) return odd();
    switch (type.kind) {
      case TypeKind::none: return "null";
      case TypeKind::boolean: return one({"true", "false", "1", R"("yes")"});
      case TypeKind::integer: return one({"0", "3", "-9", R"("12")", "6.0", "999"});
      case TypeKind::floating:
      case TypeKind::decimal: return one({"0", "1.5", "-1e-7", R"("2.50")", "1e20"});
      case TypeKind::date: return one({R"("2024-02-29")", R"("1970-01-01")", "86400"});
      case TypeKind::datetime:
        return one({R"("2024-02-29T01:02:03.5Z")", R"("2024-02-29 01:02+02:00")", "1700000000"});
      case TypeKind::uuid: return R"("550e8400-e29b-41d4-a716-446655440000")";
      case TypeKind::enumeration: return one({R"("red")", R"("blue")"});
      case TypeKind::literal:
        return type.values.size() == 1 ? quoted(type.values[0].get<std::string>())
                                       : one({R"("a")", "1", "true"});
      case TypeKind::nullable:
        return choices_.below(2) == 0 ? "null" : text(type.children[0], depth);
      case TypeKind::json: return quoted(text(type.children[0], depth + 1));
      case TypeKind::union_:
      case TypeKind::tagged_union:
        return text(type.children[choices_.below(type.children.size())], depth + 1);
      case TypeKind::list:
      case TypeKind::set:
      case TypeKind::tuple:
      case TypeKind::dict: return container(type, depth);
      case TypeKind::model: return object(type, depth);
      default: return one({R"("")", R"("a")", R"("abc1")", R"("\u00e9\n")", "[1.5,{}]"});
    }
  }

 private:
  std::string one(std::initializer_list<const char*> from) {
    return *std::next(from.begin(), static_cast<std::ptrdiff_t>(choices_.below(from.size())));
  }
  std::string odd() { return one({"null", "[]", "{}", R"("x")", "-1", R"({"a":[1]})", "1.25"}); }
  std::string container(const TypeSpec& type, int depth) {
    const bool is_dict = type.kind == TypeKind::dict;
    std::string out(is_dict ? "{" : "[");
    const std::size_t count = type.kind == TypeKind::tuple ? 2 : choices_.below(4);
    for (std::size_t i = 0; i < count; ++i) {
      if (i != 0) out += ',';
      if (is_dict) out += quoted(std::to_string(choices_.below(8))) + ':';
      const std::size_t child = is_dict ? 1 : type.kind == TypeKind::tuple ? i : 0;
      out += text(type.children[child], depth + 1);
    }
    return out += is_dict ? '}' : ']';
  }
  std::string object(const TypeSpec& type, int depth) {
    std::string out = "{";
    for (const FieldSpec& field : type.fields) {
      if (choices_.below(10) == 0) continue;
      if (out.size() > 1) out += ',';
      const bool is_camel =
          type.settings && type.settings->alias_generator == alias_generator::camel;
      const bool is_long = field.name == "long_member_name";
      out += quoted(is_camel && is_long ? "longMemberName" : field.name) + ':';
      out += field.name == "self" ? "null" : text(field.type, depth + 1);
    }
    if (choices_.below(8) == 0) out += out.size() > 1 ? R"(,"in":["q",1])" : R"("in":[1])";
    return out += '}';
  }

  Choices& choices_;
};

}  // namespace

MadeSpec make_spec(Choices& choices) {
  Maker maker(choices);
  MadeSpec out;
  out.type = maker.type(0);
  out.has_union = maker.has_union();
  return out;
}

std::string make_text(const TypeSpec& type, Choices& choices) {
  return Writer(choices).text(type, 0);
}

}  // namespace kindred::schema_fuzz
