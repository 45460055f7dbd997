// What models and nodes derive from their description, once.
#include <algorithm>
#include <bit>
#include <cstring>
#include <set>

#include "json/writer.hpp"
#include "kindred/detail/schema_node.hpp"
#include "kindred/error.hpp"
#include "schema/sequence_form.hpp"

namespace kindred::schema::detail {
namespace {

constexpr std::uint16_t no_member = 0xffff;

// Length and up to 16 characters decide; find() compares the rest.
std::uint32_t hash(const char* key, std::size_t length, std::uint32_t seed) noexcept {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  if (length >= 8) {
    std::memcpy(&first, key, 8);
    std::memcpy(&last, key + length - 8, 8);
  } else {
    for (std::size_t i = 0; i < length; ++i)
      first = first << 8 | static_cast<unsigned char>(key[i]);
  }
  const std::uint64_t mixed =
      (first ^ (last * 0x9e3779b97f4a7c15u) ^ length ^ (std::uint64_t{seed} << 32)) *
      0xd6e8feb86659fd93u;
  return static_cast<std::uint32_t>(mixed >> 32);
}

// Whether a function within may ask for other members: of this node and of what it holds, but not
// within other models, whose functions see their own members.
bool uses_data(const Node* node, std::set<const Node*>& seen) {
  if (node == nullptr || !seen.insert(node).second) return false;
  if (node->uses_data) return true;
  if (node->kind == Kind::model) return false;
  const auto within = [&](const Node* each) { return uses_data(each, seen); };
  return within(node->item) || within(node->key) ||
         std::any_of(node->items.begin(), node->items.end(), within) ||
         std::any_of(node->choices.begin(), node->choices.end(),
                     [&](const Choice& choice) { return within(choice.node); });
}

bool needs_other_members(const Field& field) {
  std::set<const Node*> seen;
  return field.fallback.factory_uses_data || uses_data(field.node, seen);
}

// The key under which a member is looked up; none where only paths lead to it.
const std::string* key_of(const Field& field, Naming naming) {
  if (naming == Naming::name) return &field.name;
  if (field.alias) return &*field.alias;
  return field.alias_paths.empty() ? &field.name : nullptr;
}

bool needs_tree(const Field& field, Naming naming) {
  if (needs_other_members(field)) return true;
  if (naming == Naming::name) return false;
  if (!field.alias_paths.empty()) return true;
  return naming == Naming::both && field.alias && *field.alias != field.name;
}

// The table's cell for a key: the one that holds it, or the free one where it belongs.
std::size_t cell_of(const Lookup& lookup, const char* key, std::size_t length) noexcept {
  const std::size_t mask = lookup.table.size() - 1;
  std::size_t cell = hash(key, length, lookup.seed) & mask;
  for (; lookup.table[cell] != no_member; cell = (cell + 1) & mask) {
    const Lookup::Entry& entry = lookup.entries[lookup.table[cell]];
    if (entry.length == length && std::memcmp(entry.key, key, length) == 0) break;
  }
  return cell;
}

// Fills the table; returns how many keys do not lie in the cell of their hash.
std::size_t fill(Lookup& lookup, const std::vector<bool>& has_key) {
  std::fill(lookup.table.begin(), lookup.table.end(), no_member);
  std::size_t displaced = 0;
  for (std::size_t i = 0; i < lookup.entries.size(); ++i) {
    if (!has_key[i]) continue;
    const Lookup::Entry& entry = lookup.entries[i];
    const std::size_t cell = cell_of(lookup, entry.key, entry.length);
    const std::size_t wanted =
        hash(entry.key, entry.length, lookup.seed) & (lookup.table.size() - 1);
    if (lookup.table[cell] != no_member) {
      lookup.needs_tree = true;  // a key of two members
      continue;
    }
    lookup.table[cell] = static_cast<std::uint16_t>(i);
    displaced += cell != wanted ? 1 : 0;
  }
  return displaced;
}

// Tries seeds until every key lies in its own cell; large models keep some that do not.
void make_table(Lookup& lookup, const std::vector<bool>& has_key) {
  constexpr std::uint32_t most_seeds = 200;
  lookup.table.resize(std::max<std::size_t>(8, std::bit_ceil(lookup.entries.size() * 4)));
  std::size_t fewest = has_key.size() + 1;
  std::uint32_t best = 0;
  for (std::uint32_t seed = 0; seed < most_seeds && fewest != 0; ++seed) {
    lookup.seed = seed;
    const std::size_t displaced = fill(lookup, has_key);
    if (displaced < fewest) fewest = displaced, best = seed;
  }
  lookup.seed = best;
  fill(lookup, has_key);
}

// What input for the member is validated with: its own node, or one that takes the default, or
// nothing, in place of a failure.
const Node* input_node(Model& model, const Field& field) {
  if (field.on_error == OnError::raise) return field.node;
  const auto node = std::make_shared<Node>();
  node->kind = Kind::recover;
  node->storage = field.node->storage;
  node->item = field.node;
  node->on_error = field.on_error;
  node->name = field.node->name;
  model.recovering.push_back(node);
  return node.get();
}

void make_lookup(Lookup& lookup, const Model& model, const std::vector<const Node*>& nodes,
                 Naming naming) {
  lookup.entries.clear();
  lookup.needs_tree = false;
  std::vector<bool> has_key;
  for (const Field& field : model.fields) {
    const std::string* key = key_of(field, naming);
    has_key.push_back(key != nullptr);
    if (key == nullptr) key = &field.name;
    lookup.entries.push_back({key->data(), static_cast<std::uint32_t>(key->size()), field.offset,
                              nodes[lookup.entries.size()], field.state});
    lookup.needs_tree |= needs_tree(field, naming);
  }
  make_table(lookup, has_key);
}

std::int8_t usual_lookup(const Model& model) noexcept {
  if (!model.validate_by_alias && !model.validate_by_name) return -1;  // refused when it is used
  const Naming naming = !model.validate_by_name   ? Naming::alias
                        : model.validate_by_alias ? Naming::both
                                                  : Naming::name;
  const auto at = static_cast<std::int8_t>(naming);
  return model.lookups[static_cast<std::size_t>(at)].needs_tree ? std::int8_t{-1} : at;
}

// Copies of 16 bytes at a time may read behind the end.
void pad(std::string& literal) { literal.resize((literal.size() + 31) / 16 * 16); }

void make_out(Model& model) {
  model.literals.clear();
  model.literals.reserve(model.fields.size() * 2);  // pointers into them stay valid
  for (std::size_t by_alias = 0; by_alias < 2; ++by_alias) {
    auto& out = model.out[by_alias];
    out.clear();
    for (const Field& field : model.fields) {
      const bool has_alias = by_alias == 1 && field.out_alias.has_value();
      std::string& literal = model.literals.emplace_back(",");
      json::append_string(literal, has_alias ? *field.out_alias : field.name);
      literal += ':';
      const auto length = static_cast<std::uint32_t>(literal.size());
      pad(literal);
      out.push_back({literal.data(), length, field.offset, field.node, field.state, field.exclude});
    }
  }
}

void make_masks(Model& model) {
  constexpr std::size_t bits = 64;
  // One word even where there are no members: nobody has to ask.
  const std::size_t words = std::max<std::size_t>(1, (model.fields.size() + bits - 1) / bits);
  model.all.assign(words, 0);
  model.required.assign(words, 0);
  for (std::size_t i = 0; i < model.fields.size(); ++i) {
    const std::uint64_t bit = std::uint64_t{1} << (i % bits);
    model.all[i / bits] |= bit;
    if (model.fields[i].required) model.required[i / bits] |= bit;
  }
}

bool has_bounds(const Bounds& b) { return b.multiple_of || b.le || b.lt || b.ge || b.gt; }

// Makes the interval of integers that need no second look empty.
void always_look(Node& node) {
  node.low = std::numeric_limits<std::int64_t>::max();
  node.high = std::numeric_limits<std::int64_t>::min();
}

void make_interval(Node& node) {
  const auto is_small = [](const std::optional<Value>& bound) {
    return !bound || bound->is(ValueKind::integer);
  };
  const Bounds& b = node.bounds;
  node.low = node.type_low;
  node.high = node.type_high;
  if (b.multiple_of || !node.after.empty() || !is_small(b.ge) || !is_small(b.gt) ||
      !is_small(b.le) || !is_small(b.lt))
    return always_look(node);
  const auto number = [](const std::optional<Value>& bound) { return bound->get<std::int64_t>(); };
  if (b.ge) node.low = std::max(node.low, number(b.ge));
  if (b.le) node.high = std::min(node.high, number(b.le));
  if ((b.gt && number(b.gt) == std::numeric_limits<std::int64_t>::max()) ||
      (b.lt && number(b.lt) == std::numeric_limits<std::int64_t>::min()))
    return always_look(node);
  if (b.gt) node.low = std::max(node.low, number(b.gt) + 1);
  if (b.lt) node.high = std::min(node.high, number(b.lt) - 1);
}

}  // namespace

int Lookup::find(const char* key, std::size_t length) const noexcept {
  const std::uint16_t member = table[cell_of(*this, key, length)];
  return member == no_member ? -1 : member;
}

void finish(Model& model) {
  if (model.fields.size() >= no_member)
    throw UsageError("model '" + model.name + "' has " + std::to_string(model.fields.size()) +
                     " members; at most 65534 are possible: nest some of them");
  model.recovering.clear();
  std::vector<const Node*> nodes;
  for (const Field& field : model.fields) nodes.push_back(input_node(model, field));
  for (const Naming naming : {Naming::alias, Naming::name, Naming::both})
    make_lookup(model.lookups[static_cast<std::size_t>(naming)], model, nodes, naming);
  make_out(model);
  make_masks(model);
  model.is_plain = model.words() == 1 && model.extra_of == nullptr && model.after.empty();
  model.usual_lookup = usual_lookup(model);
}

void finish(Node& node) {
  const bool has_after = !node.after.empty();
  node.is_measured =
      node.pattern != nullptr || node.strip || node.to_lower || node.to_upper || has_after;
  node.is_bounded = has_bounds(node.bounds) || node.max_digits || node.decimal_places ||
                    node.timezone != TimezoneRule::any || node.now != NowRule::any || has_after;
  if (node.kind == Kind::integer) make_interval(node);
  node.is_plain_list = node.kind == Kind::list && !is_set(node.form) && !node.fail_fast &&
                       !has_after && node.min_length == 0 &&
                       node.max_length == std::numeric_limits<std::size_t>::max();
}

}  // namespace kindred::schema::detail
