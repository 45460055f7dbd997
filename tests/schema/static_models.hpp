// Struct models that several tests share.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "kindred/schema.hpp"

namespace kindred::schema_test {

struct UserCreate {
  Field<EmailStr> email;
  Field<std::optional<std::string>, max_length(5)> username = Default(std::nullopt);
  Field<std::vector<std::string>> tags = Default();
};
struct UserOut : UserCreate {
  Field<std::int64_t, ge(1)> id;
  Field<time_point> created_at = Default(now);
  static constexpr auto model_config = config{.extra = extra::forbid};
};

enum class Color : std::uint8_t { red, green = 5, deep_blue };

struct Cat {
  Field<Literal<"cat">> kind;
  Field<std::int64_t> lives = Default(9);
};
struct Dog {
  Field<Literal<"dog", "wolf">> kind;
  Field<std::string> name;
};

// A tree, through a container and through a pointer.
struct Tree {
  Field<std::string> name;
  Field<std::vector<Tree>> children = Default();
  Field<std::unique_ptr<Tree>> left = Default(nullptr);
};

template <class T>
struct Page {
  Field<std::vector<T>> items;
  Field<std::int64_t, ge(0)> total = Default(0);
};

struct Names : RootModel<std::vector<std::string>, min_length(1)> {};

struct Box {
  Field<std::int64_t> width = Default(1);
  Field<std::int64_t> height = Default(1);
  [[nodiscard]] std::int64_t area() const { return *width * *height; }
  static constexpr auto computed_fields = std::tuple{computed<&Box::area, title("Area")>()};
};

}  // namespace kindred::schema_test
