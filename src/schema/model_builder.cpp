// Models of structs.
#include <algorithm>
#include <mutex>

#include "kindred/detail/schema_builder.hpp"
#include "kindred/error.hpp"

namespace kindred::schema::detail {
namespace {

// Models that lead to each other are described together and become visible together: until all of
// them are complete, only the thread at work sees any.
struct Workshop {
  std::recursive_mutex mutex;
  std::vector<ModelEntry*> open;
  std::size_t depth = 0;

  void publish() {
    for (ModelEntry* entry : open) entry->ready.store(entry->top, std::memory_order_release);
    open.clear();
  }
  void abandon() {
    for (ModelEntry* entry : open) {
      entry->arena.clear();
      entry->model = Model{};
      entry->node = Node{};
      entry->top = nullptr;
      entry->begun = false;
    }
    open.clear();
  }
};

Workshop& workshop() {
  static auto* const made = new Workshop;  // models may be described while the program ends
  return *made;
}

}  // namespace

std::vector<FactoryNote>*& factory_notes() noexcept {
  thread_local std::vector<FactoryNote>* notes = nullptr;
  return notes;
}

const Node& build(ModelEntry& entry, void (*describe)(ModelEntry&)) {
  Workshop& shop = workshop();
  const std::lock_guard lock(shop.mutex);
  if (const Node* made = entry.ready.load(std::memory_order_acquire)) return *made;
  if (entry.begun) return *entry.top;
  entry.begun = true;
  entry.top = &entry.node;
  shop.open.push_back(&entry);
  ++shop.depth;
  try {
    describe(entry);
  } catch (...) {
    if (--shop.depth == 0) shop.abandon();
    throw;
  }
  if (--shop.depth == 0) shop.publish();
  return *entry.top;
}

void begin_model(ModelEntry& entry, const ModelPlan& plan, std::optional<Stage> around) {
  entry.model.name = plan.name;
  entry.model.is_generic = plan.is_generic;
  Node& node = entry.node;
  node.kind = Kind::model;
  node.storage = plan.storage;
  node.model = &entry.model;
  node.name = plan.name;
  Builder builder(entry.arena, plan.settings);
  builder.settle(node, {});
  if (!around) return;
  FieldOptions options;
  options.stages.push_back(*std::move(around));
  entry.top = &builder.dress(node, options);
}

namespace {

void set_names(Field& field, FieldOptions& options) {
  field.alias = options.validation_alias ? std::move(options.validation_alias) : options.alias;
  field.alias_paths = std::move(options.alias_paths);
  if (!field.alias_paths.empty()) field.alias.reset();
  field.out_alias =
      options.serialization_alias ? std::move(options.serialization_alias) : options.alias;
}

void set_default(Field& field, const ModelPlan& plan, const kindred::detail::FoundField& found,
                 std::size_t offset) {
  const char* const member = static_cast<const char*>(plan.fresh) + offset;
  const auto note = std::find_if(
      plan.factories.begin(), plan.factories.end(),
      [&](const FactoryNote& each) { return each.member == member && each.field == found.field; });
  if (note != plan.factories.end()) {
    field.fallback.factory = note->factory;
    field.fallback.factory_uses_data = note->uses_data;
  } else {
    const auto state = static_cast<FieldState>(member[found.field->state_offset()]);
    if (state != FieldState::missing) field.fallback.initial = member + found.field->value_offset();
  }
  field.required = !field.fallback.is_there();
}

Field made_field(const ModelPlan& plan, std::size_t index, Builder& builder) {
  const kindred::detail::FoundField& found = plan.found[index];
  const auto offset = static_cast<std::size_t>(reinterpret_cast<const char*>(found.at) -
                                               static_cast<const char*>(plan.origin));
  FieldOptions options = found.field->options();
  Field out;
  out.name = plan.names[index];
  set_names(out, options);
  out.offset = static_cast<std::uint32_t>(offset + found.field->value_offset());
  out.state = static_cast<std::int32_t>(offset + found.field->state_offset());
  out.validate_default =
      options.validate_default.value_or(plan.settings.validate_default.value_or(false));
  out.on_error = options.on_error;
  out.frozen = options.frozen;
  out.exclude = options.exclude;
  out.meta = std::move(options.meta);
  options.meta = {};
  out.node = &found.field->describe(builder, options);
  set_default(out, plan, found, offset);
  return out;
}

}  // namespace

void add_fields(ModelEntry& entry, const ModelPlan& plan) {
  Builder builder(entry.arena, plan.settings);
  auto& fields = entry.model.fields;
  for (std::size_t i = 0; i < plan.names.size(); ++i) {
    if (plan.found[i].field->is_extra) continue;
    Field made = made_field(plan, i, builder);
    // A derived struct's member stands for the one of its base that it hides.
    const auto hidden = std::find_if(fields.begin(), fields.end(),
                                     [&](const Field& each) { return each.name == made.name; });
    if (hidden != fields.end())
      *hidden = std::move(made);
    else
      fields.push_back(std::move(made));
  }
}

void end_model(ModelEntry& entry, const ModelPlan& plan) {
  entry.model.extra_of = entry.extra_of;
  apply(entry.model, plan.settings);
  finish(entry.model);
}

// ---- root models

void begin_root(ModelEntry& entry, const ModelPlan& plan) {
  entry.node.name = plan.name;
  entry.node.is_root = true;
  entry.node.storage = plan.storage;
}

Node& end_root(ModelEntry& entry, const ModelPlan& plan, const Node& value) {
  Node& node = entry.node;
  node = value;
  node.storage = plan.storage;
  node.is_root = true;
  node.root_name = label_of(value);
  node.name = plan.name;
  node.meta = {};
  node.meta.title = plan.settings.title;
  node.meta.description = plan.settings.description;
  return node;
}

// ---- discriminators

namespace {

// Under the key by which the union finds it.
Field tag_field(const std::string& discriminator, const TagPlan& plan, Arena& arena) {
  const auto at = std::find(plan.names.begin(), plan.names.end(), discriminator);
  if (at == plan.names.end())
    throw UsageError("discriminator(\"" + discriminator + "\"): " + plan.name +
                     " has no member of that name");
  const auto& declared = *plan.found[at - plan.names.begin()].field;
  Builder builder(arena, plan.settings);
  FieldOptions options = declared.options();
  Model model;
  Field& field = model.fields.emplace_back();
  field.name = discriminator;
  set_names(field, options);
  field.node = &declared.describe(builder, options);
  apply(model, plan.settings);
  return field;
}

const Node& without_functions(const Node& node) {
  return node.kind == Kind::function && node.item != nullptr ? without_functions(*node.item) : node;
}

std::string text_of(const Value& tag) {
  const auto* text = tag.get_if<std::string>();
  return text != nullptr ? *text : tag.to_string();
}

}  // namespace

void add_model_tags(Choice& choice, const std::string& discriminator, Node& to,
                    const TagPlan& plan) {
  Arena arena;
  const Field field = tag_field(discriminator, plan, arena);
  const Node& node = without_functions(*field.node);
  if (node.expected.empty())
    throw UsageError("discriminator(\"" + discriminator + "\"): " + plan.name + "." +
                     discriminator + " is neither a Literal nor an enumeration");
  choice.tags = node.expected;
  choice.tags.insert(choice.tags.end(), node.members.begin(), node.members.end());
  choice.label = text_of(node.expected.front());
  const std::string& key = field.alias ? *field.alias : field.name;
  if (to.discriminator.empty()) {
    to.discriminator.push_back({Value(key)});
    to.discriminator_text = "'" + key + "'";
  } else if (to.discriminator.front().front() != Value(key)) {
    throw UsageError("discriminator(\"" + discriminator +
                     "\"): the alternatives give it different aliases");
  }
}

void add_nested_tags(Choice& choice, const std::string& discriminator) {
  if (choice.node->kind != Kind::tagged)
    throw UsageError("discriminator(\"" + discriminator +
                     "\"): every alternative must be a model, or a variant with a discriminator");
  for (const Choice& inner : choice.node->choices)
    choice.tags.insert(choice.tags.end(), inner.tags.begin(), inner.tags.end());
}

}  // namespace kindred::schema::detail
