// Makes nodes and models from their run-time description.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "kindred/schema_dynamic.hpp"

namespace kindred::schema::detail {

// Owns everything that a dynamic type points to.
struct DynamicArena {
  std::deque<Node> nodes;
  std::deque<Model> models;
  const Node* root = nullptr;
};

// One run of build() fills one arena.
class SpecBuilder {
 public:
  explicit SpecBuilder(DynamicArena& arena) : arena_(arena) {}
  void build(const TypeSpec& spec, const config& settings);

 private:
  // What a node is made from another for, once that is complete.
  using Use = std::function<void(Node& to, const Node& from)>;
  struct Pending {
    Node* to;
    const Node* from;
    Use use;
  };

  const Node* node_of(const TypeSpec& spec, const config& settings);
  const Node* make(const TypeSpec& spec, const config& settings);
  const Node* child(const TypeSpec& spec, std::size_t i, const config& settings);
  const Node* child_or_any(const TypeSpec& spec, std::size_t i, const config& settings);
  const Node* ref(const TypeSpec& spec);
  const Node* definitions(const TypeSpec& spec, const config& settings);
  const Node* nullable(const TypeSpec& spec, const config& settings);
  const Node* root_model(const TypeSpec& spec);
  const Node* scalar(const TypeSpec& spec, const config& settings);
  const Node* container(const TypeSpec& spec, const config& settings);
  const Node* union_of(const TypeSpec& spec, const config& settings);
  const Node* tagged_union(const TypeSpec& spec, const config& settings);
  const Node* enumeration(const TypeSpec& spec, const config& settings);
  const Node* wrapper(const TypeSpec& spec, const config& settings);
  const Node* model(const TypeSpec& spec, const config& settings);
  void add_fields(Model& to, const TypeSpec& spec, const config& settings);
  void add_field(Model& to, const FieldSpec& spec, const config& settings);
  void add_computed(Model& to, const TypeSpec& spec, const config& settings);

  // The node that refs to the spec's id are given; a new one where it has none.
  Node& node_for(const TypeSpec& spec);
  Node& new_node();
  void when_complete(Node& to, const Node* from, Use use);
  void resolve();

  DynamicArena& arena_;
  std::map<std::string, Node*> named_;
  std::set<std::string> defined_;
  std::vector<Pending> pending_;
  std::set<const Node*> incomplete_;
  unsigned depth_ = 0;
};

}  // namespace kindred::schema::detail
