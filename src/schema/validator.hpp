// Takes the events of a source and writes a value into its slot, driven by the value's description.
// One copy of the code serves every model; RapidJSON calls it as its handler.
//
// A frame is an open container. `cur_` and `slot_` say what the next value must be and where it
// goes; in lists both come from the frame. What needs to be seen whole first (unions, functions,
// alias paths, ...) is skipped to its end and then sent again by its source, into a branch: a frame
// of its own above the open ones, so that paths, depth and faults stay in one place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "json/text_stream.hpp"
#include "kindred/detail/schema_node.hpp"
#include "kindred/schema_options.hpp"
#include "schema/fault.hpp"
#include "schema/source.hpp"

namespace kindred::schema::detail {

// How much conversion a value needed; unions prefer less.
enum class Exactness : std::uint8_t { lax, strict, exact };

struct Frame {
  // Those behind dict store nothing: what is inside is read over.
  enum class Kind : std::uint8_t { branch, model, list, tuple, dict, skip, tag };
  // A frame is used again and again: what enter_here() sets for each kind stands first, the rest is
  // set by the kinds that read it.
  Kind kind = Kind::branch;
  bool overflow = false;     // of a list: longer than it may be; the rest is not looked at
  bool is_watched = false;   // skip: the discriminator is looked for
  bool has_pending = false;  // of a set: the scratch holds an item
  bool is_stopped = false;   // of a list that fails fast: it has
  bool allows_partial = false;
  std::uint32_t next = 0;     // model: the member expected next
  std::uint32_t ready = 0;    // list: items that are there, `distance` apart, to be overwritten
  std::uint32_t count = 0;    // items; skip: open containers inside
  std::uint32_t omitted = 0;  // items that left no trace
  std::uint32_t total = 0;    // tuple: items in all, where they were counted
  std::uint64_t seen = 0;     // members 0 to 63
  void* scratch = nullptr;    // set: of one item
  char* items = nullptr;      // list: the first of those that are ready
  const AliasPath* way = nullptr;      // model: how the current member was found, if not by key
  const std::string* label = nullptr;  // branch: its part of loc
  std::int32_t current = -1;           // model: the member being read, -1 an extra one
  std::uint32_t first_fault = 0;
  std::uint32_t open = 0;  // containers of the input down to this one; branches are none
  std::uint32_t distance = 0;
  const Node* node = nullptr;
  char* base = nullptr;    // members' offsets count from here; else the container's slot
  void* object = nullptr;  // the slot of an object
  Handle begin = 0;
  const Model* model = nullptr;
  const Lookup* lookup = nullptr;
  std::uint32_t wide = 0;        // where the further ones are in Validator::wide_
  std::uint32_t item_fault = 0;  // set: how many there were before the pending item
  std::int64_t label_rank = 0;

  [[nodiscard]] bool is_read_over() const noexcept { return kind >= Kind::skip; }
};

class Validator {
 public:
  Validator(const ValidateOptions& options, InputMode mode, const Source& source,
            const json::TextStream* stream);
  Validator(const Validator&) = delete;
  Validator& operator=(const Validator&) = delete;
  ~Validator();

  void start(const Node& node, void* slot);

  // Events: RapidJSON's handler. False ends the reading.
  bool Null();
  bool Bool(bool v);
  bool Int(int v) { return Int64(v); }
  bool Uint(unsigned v) { return Int64(v); }
  bool Int64(std::int64_t v);
  bool Uint64(std::uint64_t v);
  bool Double(double v);
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }
  bool String(const char* text, rapidjson::SizeType size, bool copy);
  bool StartObject();
  bool Key(const char* text, rapidjson::SizeType size, bool copy);
  // The key of a dict that is no text.
  bool KeyValue(const Value& key);
  bool EndObject(rapidjson::SizeType count = 0);
  bool StartArray();
  bool EndArray(rapidjson::SizeType count = 0);
  // A scalar that JSON cannot say: a date, a big integer, an enumerator, ...
  bool Typed(const Value& v);

  // For sources.
  void at(Handle value) noexcept { here_ = value; }  // which value comes next; not for text
  const json::TextStream* read_from(const json::TextStream* stream) noexcept {
    return std::exchange(stream_, stream);
  }
  [[nodiscard]] bool allows_partial() const noexcept { return top_->allows_partial; }
  // Whether a member of the object that is being read goes anywhere. Hidden ones only go to members
  // of models.
  [[nodiscard]] bool wants(std::string_view member, bool is_hidden) const;
  // The value could not be read.
  bool unreadable(Handle value, std::string_view why) {
    return fail_at("get_attribute_error", value, {{"error", why}});
  }
  // A value that the source made: it may be gone when this returns.
  bool send_made(const Value& v, Handle origin);
  void next_is_last(bool is_last) noexcept { next_is_last_ = is_last; }
  [[nodiscard]] std::size_t fault_count() const noexcept { return faults_.size(); }
  void drop_last_child(std::size_t faults);

  [[nodiscard]] const ValidateOptions& options() const noexcept { return options_; }
  [[nodiscard]] InputMode mode() const noexcept { return mode_; }
  [[nodiscard]] std::vector<Fault>& faults() noexcept { return faults_; }
  // Why the whole call failed, beyond faults.
  enum class Stop : std::uint8_t { none, too_deep, too_many_items, look_ahead, not_json };
  [[nodiscard]] Stop stop() const noexcept { return stop_; }

  // Runs the functions behind a whole object, as its end does; for assignment.
  bool run_object_functions(const Model& model, void* object, Handle at);
  // One member's value again, for assignment.
  bool assign(const Node& model_node, void* slot, std::size_t member, Handle value);
  void fill_defaults(const Model& model, void* base, const std::vector<bool>& seen);

 private:
  // A scalar as it came, so that it can be sent again.
  struct Scalar {
    enum class Kind : std::uint8_t { null, boolean, integer, natural, number, text, typed };
    Kind kind = Kind::null;
    bool boolean = false;
    std::int64_t integer = 0;
    std::uint64_t natural = 0;
    double number = 0;
    std::string_view text;
    const Value* typed = nullptr;
    [[nodiscard]] Value value() const;
  };
  using Send = FunctionRef<bool()>;
  struct Outcome {  // of one branch
    bool is_valid = false;
    Exactness exactness = Exactness::exact;
    std::int64_t fields_set = -1;
  };
  class Place;      // saves and restores where the next value goes
  class Elsewhere;  // reads from values for a while

  // ---- where things are
  [[nodiscard]] Handle here(Scalar::Kind kind, bool v = false) const noexcept;
  [[nodiscard]] Handle here(const Scalar& s) const noexcept { return here(s.kind, s.boolean); }
  [[nodiscard]] Handle here_open() const noexcept { return stream_ ? stream_->Tell() - 1 : here_; }
  [[nodiscard]] std::vector<Step> path() const;
  [[nodiscard]] bool is_strict(const Node& n) const noexcept {
    return options_.strict.value_or(n.strict);
  }
  [[nodiscard]] Naming naming(const Model& m) const;
  [[nodiscard]] kindred::extra extra_of(const Model& m) const noexcept {
    return options_.extra.value_or(m.extra);
  }
  void lower(Exactness to) noexcept { exactness_ = std::min(exactness_, to); }

  // ---- frames
  // Null, and the reading ends, where the input is too deep.
  Frame* enter(Frame::Kind kind, const Node* node, void* base);
  Frame* enter_here(Frame::Kind kind, const Node* node, void* base);
  void more_frames();
  void leave() noexcept;
  void* next_slot() { return in_list_ ? push_item() : slot_; }
  void* push_item();
  void* push_special_item(Frame& f);
  bool commit_item(Frame& f);
  bool skip(const Node* replay_for, void* slot);
  bool read_over(const Node& n, void* slot);
  [[nodiscard]] std::size_t depth() const noexcept {
    return static_cast<std::size_t>(top_ - frames_.data());
  }
  bool give_up(Stop why) noexcept {
    stop_ = why;
    return false;
  }
  [[nodiscard]] bool is_seen(const Frame& f, std::size_t member) const noexcept;
  void set_seen(Frame& f, std::size_t member, bool seen) noexcept;
  [[nodiscard]] bool has_all(const Frame& f) const noexcept;
  [[nodiscard]] std::vector<bool> seen_members(const Frame& f) const;

  // ---- faults
  bool fail(std::string_view type, const Scalar& s, Dict context = {}) {
    return fail_at(type, here(s), std::move(context));
  }
  bool fail_at(std::string_view type, Handle at, Dict context = {});
  bool note(Fault fault);
  bool has_room() noexcept;
  void forget(std::size_t from) { faults_.resize(from); }
  bool wrong_type(const Node& n, const Scalar& s) { return wrong_type_at(n, here(s)); }
  bool wrong_type_at(const Node& n, Handle at);

  // ---- scalars
  bool other_integer(const Node& n, void* slot, std::int64_t v);
  bool other_text(const Node& n, void* slot, std::string_view text);
  bool text_value(const Node& n, void* slot, const Scalar& s);
  bool text_as_text(const Node& n, void* slot, std::string_view text, const Scalar& s);
  bool with_hidden_input(Send read);
  bool text_as_email(const Node& n, void* slot, const Scalar& s);
  bool text_as_number(const Node& n, void* slot, const Scalar& s);
  bool text_as_temporal(const Node& n, void* slot, const Scalar& s);
  bool text_as_address(const Node& n, void* slot, const Scalar& s);
  bool text_as_bytes(const Node& n, void* slot, const Scalar& s);
  bool number_value(const Node& n, void* slot, const Scalar& s);
  bool number_as_integer(const Node& n, void* slot, double v, const Scalar& s);
  bool number_as_temporal(const Node& n, void* slot, const Scalar& s);
  bool typed_value(const Node& n, void* slot, const Scalar& s);
  bool other_scalar(const Node& n, void* slot, const Scalar& s);
  bool integer(const Node& n, void* slot, std::int64_t v, const Scalar& s);
  bool big_integer(const Node& n, void* slot, BigInt v, const Scalar& s);
  bool floating(const Node& n, void* slot, double v, const Scalar& s);
  bool decimal(const Node& n, void* slot, BigDecimal v, const Scalar& s);
  bool temporal(const Node& n, void* slot, Value v, const Scalar& s);
  bool one_of(const Node& n, void* slot, const Scalar& s);
  bool bounds_hold(const Node& n, const Value& v, Handle at);
  bool put(const Node& n, void* slot, Value&& v, const Scalar& s);
  bool after(const Node& n, void* slot, Handle at);
  bool null_value(const Node& n, void* slot);

  // ---- what is looked at whole
  bool special(const Node& n, void* slot, const Scalar& s, bool& is_special);
  bool special_at(const Node& n, void* slot, Handle at, bool is_open, Send send);
  bool captured(const Frame& skipped);
  bool spend(std::size_t cost);
  bool send(const Scalar& s);
  bool send_to(const Node& n, void* slot, Send send);
  bool send_value(const Node& n, void* slot, const Value& v, Handle origin);
  Outcome branch(const Node& n, void* slot, const std::string* label, std::int64_t rank, Send send);
  bool run_union(const Node& n, void* slot, Handle at, bool is_open, Send send);
  bool run_tagged(const Node& n, void* slot, Handle at, const Value* tag, Send send);
  bool refuse_tag(const Node& n, Handle at, const Value& tag);
  bool run_function(const Node& n, void* slot, Handle at);
  bool run_json(const Node& n, void* slot, const Scalar& s);
  bool run_recover(const Node& n, void* slot, Send send);
  bool run_chain(const Node& n, void* slot, Handle at, Send send);
  bool run_tree(const Node& n, void* slot, Handle at);
  bool store_default(const Node& n, void* slot, const Value& v, Handle at);
  void omit_value();
  void unwind(std::size_t depth);
  void add_outcome(const Outcome& outcome);
  bool run_tuple(const Node& n, void* slot, Handle at);
  bool guarded(Handle at, FunctionRef<void()> call);
  bool settle_by_default(Handle at);
  bool settle_by_omission(Handle at);
  [[nodiscard]] Value capture(Handle at) const { return source_->capture(at); }
  void with_info(FunctionRef<void(const ValidationInfo&)> call);
  bool tag_value(const Scalar& s);
  bool tag_ends(Frame& f);

  // ---- containers
  bool open_inside_skip();
  bool open_other_object(const Node* n, void* slot);
  bool open_other_array(const Node* n, void* slot);
  void find_ready(Frame& f, const Node& n);
  bool open_model(const Node& n, void* slot);
  bool enter_model(const Node& n, void* slot, const Lookup& lookup);
  bool enter_model_here(const Node& n, void* slot, const Lookup& lookup);
  bool take_member(Frame& f, std::uint32_t member);
  bool take_late_member(Frame& f, std::uint32_t member);
  bool key_of_no_model(Frame& f, std::string_view key);
  bool extra_key(Frame& f, std::string_view key);
  bool dict_key(Frame& f, std::string_view key);
  bool dict_key(Frame& f, Value key, const Node* key_node);
  bool converted_key(const Node& key_node, Value& key);
  void duplicate(const Frame& f);
  bool end_object();
  bool end_model();
  bool end_dict();
  bool end_skip();
  bool end_sequence();
  bool too_short(const Node& n, Handle at, std::size_t actual);
  bool too_long(const Node& n, Handle at, std::optional<std::size_t> actual);
  bool missing_members(Frame& f);
  bool member_default(Frame& f, std::size_t member);
  bool missing_items(const Frame& f);
  [[nodiscard]] std::optional<Value> member_value(const Frame& f, std::string_view name) const;

  // ---- trees: members looked up in the whole object
  struct Tree;
  [[nodiscard]] std::optional<Handle> find_path(Handle at, const AliasPath& path) const;
  bool tree_member(Tree& tree, std::size_t member);
  bool tree_extras(Tree& tree);

  const Node* cur_ = nullptr;
  void* slot_ = nullptr;
  bool in_list_ = false;
  bool tracks_ = false;    // inside a smart union: exactness and set members count
  bool tag_next_ = false;  // the next value is a discriminator's
  bool tag_seen_ = false;
  bool next_is_last_ = false;
  bool is_full_ = false;
  bool fails_fast_ = false;
  const bool has_usual_names_;  // the call does not say how members are found
  bool is_settled_ = false;     // by what the last function threw: a default, or no trace
  Exactness exactness_ = Exactness::exact;
  Stop stop_ = Stop::none;
  Frame* top_ = nullptr;
  Frame* last_ = nullptr;
  const json::TextStream* stream_;
  Handle here_ = 0;
  std::optional<Handle> origin_;  // the outer value, while values made by functions are read
  const Source* source_;
  std::int64_t fields_set_ = -1;
  std::size_t items_ = 0;
  std::size_t replayed_ = 0;  // what was read again, and the whole input, in the source's cost
  std::size_t total_cost_ = 0;
  Handle root_ = 0;  // of the source that the call began with; 0: nothing of values
  const json::TextStream* const root_stream_;
  const Source* const root_source_;
  std::size_t room_base_ = 0;  // faults before the innermost branch
  Tree* tree_ = nullptr;       // of the innermost model that is one
  const ValidateOptions& options_;
  InputMode mode_;
  std::vector<Frame> frames_;
  std::vector<std::string> keys_;  // of dicts and extra members, by depth
  std::vector<std::optional<Value>>
      entries_;  // keys of dicts whose values may be dropped, by depth
  std::vector<std::uint64_t> wide_;
  std::vector<Fault> faults_;
  Value tag_;
};

// What values of no member, and of forbidden members, are checked against.
extern const Node ignored_node;
extern const Node forbidden_node;

}  // namespace kindred::schema::detail
