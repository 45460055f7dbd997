// Walks over a value by its node and tells what it holds to an Out: JsonOut or ValueOut. One walk
// for both, so that they cannot differ in what they leave out.
#pragma once

#include <any>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kindred/detail/schema_calls.hpp"
#include "schema/dump_fault.hpp"
#include "schema/dump_filter.hpp"
#include "schema/dump_text.hpp"
#include "schema/json_out.hpp"
#include "schema/value_out.hpp"

namespace kindred::schema::detail {

// Objects as the walk sees them: structs and run-time ones.
struct StructView {
  const Model& model;
  const char* base;

  [[nodiscard]] const void* slot() const noexcept { return base; }
  [[nodiscard]] const void* member(std::size_t i) const noexcept {
    return base + model.fields[i].offset;
  }
  [[nodiscard]] bool is_there(std::size_t) const noexcept { return true; }
  [[nodiscard]] bool is_set(std::size_t i) const noexcept {
    const std::int32_t state = model.fields[i].state;
    return state < 0 || base[state] == static_cast<char>(FieldState::set);
  }
  [[nodiscard]] const Dict* extra() const {
    if (model.extra_of == nullptr) return nullptr;
    return model.extra_of(const_cast<char*>(base));
  }
};
struct ObjectView {
  const Model& model;
  const Value& holder;
  const Object& object;

  [[nodiscard]] const void* slot() const noexcept { return &holder; }
  [[nodiscard]] const void* member(std::size_t i) const noexcept { return &object.members[i]; }
  [[nodiscard]] bool is_there(std::size_t i) const noexcept {
    if (i >= object.members.size()) return false;
    return i >= object.absent.size() || !object.absent[i];
  }
  [[nodiscard]] bool is_set(std::size_t i) const noexcept {
    return i < object.fields_set.size() && object.fields_set[i];
  }
  [[nodiscard]] const Dict* extra() const noexcept {
    return object.extra ? &*object.extra : nullptr;
  }
};

// Whether nothing is there, which dumps as null.
[[nodiscard]] bool is_null(const Node& node, const void* slot);
// Whether the member holds its default. A default of a factory is made for this, unless it uses
// data.
[[nodiscard]] bool has_default(const Field& field, const void* slot, const DumpOptions& options);
// The branch of a union that a run-time value is of; nullptr where it fits none.
[[nodiscard]] const Node* branch_of(const Node& node, const Value& v);
// The node of a tuple's item; nullptr where the tuple has no such item.
[[nodiscard]] const Node* tuple_item(const Node& node, std::size_t index, std::size_t count);

template <class Out>
class Dumper {
 public:
  // `depth`: of containers around the value, in which the dump was begun.
  Dumper(Out& out, const DumpOptions& options, DumpMode mode, std::size_t depth = 0)
      : out_(out),
        options_(options),
        mode_(mode),
        depth_(depth),
        is_fast_(out.is_plain() && !options.exclude_unset && !options.exclude_defaults &&
                 !options.exclude_none) {}

  // `scope` is nullptr where nothing inside is filtered.
  void node(const Node& n, const void* slot, const FilterScope* scope) {
    if (n.serializer) [[unlikely]]
      return serialized(*n.serializer, n, slot, scope);
    own(n, slot, scope);
  }
  // `guide` describes the value, or is nullptr; it may be wrong about it.
  void value(const Value& v, const Node* guide, Forms forms, const FilterScope* scope);

 private:
  template <class>
  friend class Dumper;
  // One more container around what follows.
  class Level {
   public:
    explicit Level(Dumper& of) : of_(of) {
      if (of_.depth_ >= dump_depth) [[unlikely]]
        refuse_depth();
      ++of_.depth_;
    }
    ~Level() { --of_.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;

   private:
    Dumper& of_;
  };

  [[nodiscard]] bool keeps_types() const noexcept {
    return Out::keeps_types && mode_ == DumpMode::values;
  }

  // What a node of a known layout holds, told to `to`; false where its layout is not known.
  template <class To>
  static bool known(To& to, const Node& n, const void* slot, const FilterScope* scope);
  template <class To>
  static void strings(To& to, const std::vector<std::string>& items, const FilterScope* scope);
  void own(const Node& n, const void* slot, const FilterScope* scope);
  void other(const Node& n, const void* slot, const FilterScope* scope);
  void branch(const Node& n, const void* slot, const FilterScope* scope);
  void json_text(const Node& n, const void* slot, const FilterScope* scope);
  void serialized(const Serializer& s, const Node& n, const void* slot, const FilterScope* scope);
  // Whether a serializer is asked, for a null or something else.
  [[nodiscard]] bool is_asked(const Serializer& s, bool is_null) const noexcept;
  // Dumps what the serializer gives; `inner(dumper)` dumps what the type itself would give.
  template <class Inner>
  void serialize(const Serializer& s, const void* slot, Forms forms, const FilterScope* scope,
                 Inner&& inner);

  void list(const Node& n, const void* slot, const FilterScope* scope);
  void dict(const Node& n, const void* slot, const FilterScope* scope);
  // `each(visit)` calls visit(item) for all items, dump(item, index, scope) writes one.
  template <class Each, class Dump>
  void items(Sequence::Form form, std::size_t count, const FilterScope* scope, Each&& each,
             Dump&& dump);
  template <class Each, class Dump>
  void entries(Forms forms, const FilterScope* scope, Each&& each, Dump&& dump);

  template <class View>
  void object(const View& view, Forms forms, const FilterScope* scope);
  template <class View>
  void members(const View& view, Forms forms, const FilterScope* scope);
  void structure(const Node& n, const void* slot, const FilterScope* scope);
  void all_members(const Model& model, const char* base);
  template <class View>
  void some_members(const View& view, const FilterScope* scope, bool& is_first);
  void extra_members(const Dict& extra, const Node* guide, Forms forms, const FilterScope* scope,
                     bool& is_first);
  template <class View>
  void computed_members(const View& view, const FilterScope* scope, bool& is_first);
  template <class View>
  [[nodiscard]] bool is_left_out(const View& view, std::size_t i) const;

  // What a node adds to a run-time value: true where it dumped it.
  bool guided(const Value& v, const Node*& guide, const FilterScope* scope);
  void scalar(const Value& v, const Forms& forms);
  void item_value(const Value& v, const Node* guide, Forms forms, const FilterScope* scope);
  void sequence(const Sequence& v, const Node* guide, const Forms& forms, const FilterScope* scope);

  [[nodiscard]] bool by_alias(const Model& model) const noexcept {
    return options_.by_alias ? *options_.by_alias : model.serialize_by_alias.value_or(false);
  }

  Out& out_;
  const DumpOptions& options_;
  DumpMode mode_;
  std::size_t depth_;
  bool is_fast_;  // keys are ready, and no member is left out for what it holds
  std::string scratch_;
};

extern template class Dumper<JsonOut>;
extern template class Dumper<ValueOut>;

}  // namespace kindred::schema::detail
