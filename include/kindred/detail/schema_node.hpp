// The one description of a type that parser, validator, serializer and JSON Schema all read.
// Structs and run-time descriptions become the same nodes; they differ in the Storage that they
// name.
//
// Nodes are made once, linked by plain pointers into the arena that owns them, and read-only from
// then on: any number of threads may validate with them.
#pragma once

#include <any>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kindred/detail/schema_storage.hpp"
#include "kindred/function_ref.hpp"
#include "kindred/schema_options.hpp"
#include "kindred/schema_value.hpp"

namespace kindred::schema {

// Where a validated value comes from; see ValidationInfo::mode.
enum class InputMode : std::uint8_t { json, values, strings };

// What a validator function is told beside its value. Valid during the call.
class ValidationInfo {
 public:
  ValidationInfo(InputMode mode, const std::any* context, std::string_view field,
                 FunctionRef<std::optional<Value>(std::string_view)> data)
      : mode_(mode), context_(context), field_(field), data_(data) {}
  [[nodiscard]] InputMode mode() const noexcept { return mode_; }
  // Of ValidateOptions; nullptr where the caller gave none.
  [[nodiscard]] const std::any* context() const noexcept { return context_; }
  // The member's name; empty for models and adapters.
  [[nodiscard]] std::string_view field_name() const noexcept { return field_; }
  // An earlier member of the same model, in order of declaration; empty where it was not valid, is
  // declared later, or is none. Only functions that were declared with uses_data may ask.
  [[nodiscard]] std::optional<Value> data(std::string_view name) const { return data_(name); }

 private:
  InputMode mode_;
  const std::any* context_;
  std::string_view field_;
  FunctionRef<std::optional<Value>(std::string_view)> data_;
};

namespace detail {

struct Node;
struct Model;

enum class Kind : std::uint8_t {
  text,
  integer,
  datetime,
  email,
  boolean,
  floating,
  date,
  time,
  timedelta,
  decimal,
  uuid,
  bytes,
  url,
  multi_host_url,
  name_email,
  ip,
  secret_text,
  secret_bytes,
  literal,
  enumeration,
  any,
  none,
  list,   // also sets: see Node::form
  tuple,  // items, one of them perhaps repeated
  dict,
  model,
  union_,
  tagged,
  json,           // text that holds JSON
  lax_or_strict,  // choices[0] or [1]
  chain,          // choices, each fed with the result of the one before
  function,       // before, wrap, plain
  recover,        // default in place of a failure, or omitted: see Node::on_error
  regex,
  path,  // described only; validated as text
  ignore,
};
// Layouts that validator and serializer know without a call.
enum class Rep : std::uint8_t { other, i64, f64, boolean, string, opt_string, time_point, strings };
enum class OnError : std::uint8_t { raise, omit, use_default };

struct Bounds {
  std::optional<Value> multiple_of, le, lt, ge, gt;
};

struct Choice {
  const Node* node = nullptr;
  std::string label;        // its part of loc
  std::vector<Value> tags;  // tagged unions: values of the discriminator
};
using AliasPath = std::vector<Value>;  // texts and indices

struct Functions {
  using Handler = FunctionRef<void(Value)>;  // validates on into the slot; throws where it fails
  // Exactly one of them, by the kind of function.
  std::function<Value(Value, const ValidationInfo&)> before;
  std::function<void(void* slot, Value, Handler, const ValidationInfo&)> wrap;
  std::function<void(void* slot, Value, const ValidationInfo&)> plain;
};
using After = std::function<void(void* slot, const ValidationInfo&)>;

enum class WhenUsed : std::uint8_t { always, unless_none, json, json_unless_none };
struct Serializer {
  // The value to be dumped in place of the slot's; `inner` dumps as the type would.
  std::function<Value(const void* slot, FunctionRef<Value()> inner)> function;
  WhenUsed when = WhenUsed::always;
  const Node* result = nullptr;  // for JSON Schema; null: any
};

// What is told of a type or member in its JSON Schema.
struct Meta {
  std::string title, description;
  std::optional<std::vector<Value>> examples;
  std::optional<Dict> json_schema_extra;
  bool deprecated = false;
};

enum class TimezoneRule : std::uint8_t { any, aware, naive, offset };
enum class NowRule : std::uint8_t { any, past, future };

// Patterns are compiled once (RE2); defined in src/schema.
class Pattern;

struct Node {
  // Read for every value.
  Kind kind = Kind::any;
  Rep rep = Rep::other;
  bool nullable = false;
  bool strict = false;
  bool is_bounded = false;     // Bounds, or functions behind it
  bool is_measured = false;    // text rules beside the two lengths, or functions behind it
  bool is_plain_list = false;  // a list without any rule
  bool allow_inf_nan = true;
  bool coerce_numbers = false;
  const Storage* storage = nullptr;
  const Through* through = nullptr;
  const Node* item = nullptr;  // of list, dict, json, function, recover
  const Model* model = nullptr;
  std::int64_t low = std::numeric_limits<std::int64_t>::min();   // integers within need no
  std::int64_t high = std::numeric_limits<std::int64_t>::max();  // second look
  std::size_t min_length = 0;
  std::size_t max_length = std::numeric_limits<std::size_t>::max();

  // Text.
  bool strip = false, to_lower = false, to_upper = false;
  std::shared_ptr<const Pattern> pattern;
  std::string pattern_text;
  // Numbers. The type's own range; beyond it is int_parsing_size.
  std::int64_t type_low = std::numeric_limits<std::int64_t>::min();
  std::int64_t type_high = std::numeric_limits<std::int64_t>::max();
  bool is_unsigned64 = false;
  bool takes_big = false;  // integers of any size
  Bounds bounds;
  std::optional<std::uint64_t> max_digits, decimal_places;
  // Times.
  bool microseconds_error = false;
  temporal_unit unit = temporal_unit::infer;
  duration_form duration = duration_form::iso8601;
  TimezoneRule timezone = TimezoneRule::any;
  std::int32_t timezone_offset = 0;  // seconds
  NowRule now = NowRule::any;
  std::optional<std::int32_t> now_utc_offset;
  // Others.
  inf_nan_form inf_nan = inf_nan_form::null;
  bytes_coding coding = bytes_coding::utf8;      // read
  bytes_coding out_coding = bytes_coding::utf8;  // dumped
  int uuid_version = 0;
  int ip_version = 0;
  Ip::Form ip_form = Ip::Form::address;
  std::vector<std::string> url_schemes;
  bool url_host_required = false, url_preserve_empty_path = false;
  std::optional<std::string> url_default_host, url_default_path;
  std::optional<std::uint16_t> url_default_port;

  // Containers.
  Sequence::Form form = Sequence::Form::list;
  bool fail_fast = false;
  const Node* key = nullptr;            // dict
  std::vector<const Node*> items;       // tuple
  std::optional<std::size_t> variadic;  // the one of `items` that is repeated

  // literal, enumeration
  std::vector<Value> expected;
  std::vector<Value> members;  // enumeration: what is stored, by position in `expected`
  std::string expected_text;   // "'a', 'b' or 'c'"
  std::string enum_base;       // "int", "str", "float": what is mixed in
  bool use_enum_values = false;

  // union_, tagged, lax_or_strict, chain
  std::vector<Choice> choices;
  bool left_to_right = false;
  std::vector<AliasPath> discriminator;  // the first that is there
  std::string discriminator_text;        // "'kind'"

  Functions functions;
  std::vector<After> after;
  bool uses_data = false;  // any of the functions
  std::optional<Serializer> serializer;

  OnError on_error = OnError::raise;
  std::optional<Value> fallback;  // a default that is not a member's own
  bool validate_fallback = false;

  std::string name;  // "int", "list[int]", of enumerations and models theirs
  Meta meta;
  bool is_root = false;  // a RootModel: `name`, `meta` are the model's
  std::string root_name;
};

// A member's default; at most one of the three is there.
struct MemberDefault {
  std::optional<Value> value;
  const void* initial = nullptr;  // of a struct: in a default-made one; copied by the storage
  std::function<void(void* slot, const ValidationInfo&)> factory;
  bool factory_uses_data = false;
  [[nodiscard]] bool is_there() const noexcept {
    return value.has_value() || initial != nullptr || factory != nullptr;
  }
};

struct Field {
  std::string name;
  std::optional<std::string> alias;      // validation alias that is a plain key
  std::vector<AliasPath> alias_paths;    // validation alias that is a path or a choice of paths
  std::optional<std::string> out_alias;  // serialization alias
  std::uint32_t offset = 0;
  std::int32_t state = -1;  // offset of the member's state byte (FieldState), or -1
  const Node* node = nullptr;
  bool required = true;
  MemberDefault fallback;
  bool validate_default = false;
  OnError on_error = OnError::raise;
  bool frozen = false;
  bool exclude = false;
  Meta meta;
};
enum class FieldState : std::uint8_t { missing, defaulted, set };

struct Computed {
  std::string name;
  std::optional<std::string> alias;
  const Node* node = nullptr;
  std::function<Value(const void* object)> function;
  Meta meta;
};

// Finds members by key. `both`: names beside aliases.
enum class Naming : std::uint8_t { alias, name, both };
struct Lookup {
  struct Entry {
    const char* key = nullptr;
    std::uint32_t length = 0;
    std::uint32_t offset = 0;
    const Node* node = nullptr;
    std::int32_t state = -1;
  };
  std::vector<Entry> entries;        // by member
  std::vector<std::uint16_t> table;  // perfect hash of keys; 0xffff: none
  std::uint32_t seed = 0;
  // Members are looked up in the whole object, in order of declaration: paths, names beside
  // aliases, functions that use other members.
  bool needs_tree = false;
  // The member of that key, or -1.
  [[nodiscard]] int find(const char* key, std::size_t length) const noexcept;
};

struct Model {
  enum class Form : std::uint8_t { model, typed_dict, fields };  // fields: a model without a class
  std::string name;
  Form form = Form::model;
  std::vector<Field> fields;
  std::vector<Computed> computed;
  kindred::extra extra = kindred::extra::ignore;
  const Node* extra_node = nullptr;      // what extra members must be; null: anything
  const Node* extra_key_node = nullptr;  // what their keys must be; null: anything
  bool validate_by_alias = true, validate_by_name = false;
  std::optional<bool> serialize_by_alias;
  bool loc_by_alias = true;
  bool frozen = false, validate_assignment = false, hide_input = false;
  Meta meta;
  bool is_generic = false;
  std::vector<After> after;  // with the object
  std::optional<Serializer> serializer;
  // Of structs: the Dict of extra members in an object, null where it has none.
  Dict* (*extra_of)(void* object) = nullptr;
  std::weak_ptr<const Model> self;  // of dynamic models: what their objects share

  // Made by finish().
  std::vector<std::shared_ptr<const Node>> recovering;  // of members with an on_error
  std::array<Lookup, 3> lookups;                        // by Naming
  std::vector<std::uint64_t> all, required;             // members, one bit each
  // The lookup of JSON where the call does not say otherwise; -1: to be asked for.
  std::int8_t usual_lookup = -1;
  bool is_plain = false;  // at most 64 members, nowhere to keep others, no functions
  struct Out {
    const char* literal = nullptr;  // ,"name": and padding to 16 bytes
    std::uint32_t length = 0;
    std::uint32_t offset = 0;
    const Node* node = nullptr;
    std::int32_t state = -1;
    bool exclude = false;
  };
  std::array<std::vector<Out>, 2> out;  // by name, by alias; in step with `fields`
  std::vector<std::string> literals;
  [[nodiscard]] std::size_t words() const noexcept { return all.size(); }
};

// Completes what is derived from the rest. Call once, when all fields are set.
void finish(Model& model);
void finish(Node& node);
// Throws UsageError for a pattern that RE2 does not take, naming it and the reason.
std::shared_ptr<const Pattern> compile_pattern(std::string_view text);

// Holds run-time values in slots of type Value; any_node takes anything into one.
extern const Storage value_storage;
extern const Node any_node;

}  // namespace detail
}  // namespace kindred::schema
