// An entity type as a session sees it: where its relationships lie, how an instance is made, what
// runs at flush. Made once per type, from its members; src/session works with nothing else.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "kindred/detail/descriptor_builder.hpp"
#include "kindred/detail/instance.hpp"

namespace kindred::detail {

struct Mapper;

// One relationship of an entity type. What needs the other entity is filled in by Mapper::resolve.
struct Link {
  const Mapper* from = nullptr;
  std::string_view name;
  std::size_t offset = 0;  // of the member, from the start of the State
  std::uint16_t number = 0;
  const RelationFacts* facts = nullptr;
  [[nodiscard]] const Mapper& target() const { return facts->target_mapper(); }

  // A column of the side that holds the foreign key and the one it refers to, as ordinals of the
  // descriptors.
  struct Column {
    std::size_t child = 0;
    std::size_t parent = 0;
  };
  const Link* inverse = nullptr;  // the declared other side
  bool many = false;
  bool rows = false;   // goes over rows of a table between the two
  bool local = false;  // this side holds the foreign key
  std::vector<Column> columns;
  std::size_t keyed = none;
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  [[nodiscard]] bool has(cascade one) const noexcept { return kindred::has(facts->cascades, one); }
};

// The entities of one single-table inheritance that registries have named. Immutable.
struct Family {
  struct Member {
    const Mapper* mapper = nullptr;
    std::vector<const Mapper*> kinds;  // itself and what is derived from it
  };
  const Mapper* root = nullptr;
  std::vector<Member> members;
  [[nodiscard]] const Member* find(const Mapper& mapper) const noexcept;
  // By what stands in the discriminator column of a row; null where it is none.
  [[nodiscard]] const Mapper* of(std::string_view identity) const noexcept;
};

struct Mapper {
  std::string_view name;  // of the C++ type
  const EntityDescriptor* descriptor = nullptr;
  const EntityFacts* facts = nullptr;
  std::uint32_t number = 0;                 // of this type in the process
  bool narrow_key = false;                  // 8 bytes: an integer
  std::uint64_t key_flip = 0;               // of a narrow key: what turns a number into its key
  std::vector<std::size_t> keys;            // ordinals of the primary key's columns
  std::vector<const MemberFacts*> columns;  // parallel to the descriptor's
  std::vector<Link> links;
  std::size_t version = Link::none;  // ordinal of the version column
  bool references = false;           // some column is part of a foreign key of a relationship
  std::vector<std::size_t> insert_defaults;  // ordinals of columns that have one
  bool validated = false;                    // has validators
  bool eager = false;                        // has relationships that load with the object
  State* (*make)() = nullptr;
  void (*destroy)(State*) noexcept = nullptr;

  Mapper() = default;
  Mapper(const Mapper&) = delete;
  // Ties the links to their other sides; once, any thread.
  void resolve() const {
    if (!resolved_.load(std::memory_order_acquire)) [[unlikely]]
      resolve_now();
  }
  // What a flush has to do for objects of this type beyond writing their rows.
  static constexpr unsigned prepared = 1;  // defaults or validators
  static constexpr unsigned stamped = 2;   // on_update columns or a version
  static constexpr unsigned one_sided =
      4;                                   // collections of members that do not know where they are
  static constexpr unsigned has_rows = 8;  // many-to-many
  // All of them while it is not known, see resolve.
  [[nodiscard]] unsigned traits() const noexcept {
    return resolved_.load(std::memory_order_acquire) ? traits_ : ~0u;
  }
  [[nodiscard]] const Link* link(std::string_view name) const noexcept;
  // Null where it belongs to none.
  [[nodiscard]] const Family* family() const noexcept {
    return family_.load(std::memory_order_acquire);
  }
  // Whose identity map its objects are in: that of the root of its family.
  [[nodiscard]] std::uint32_t identity() const noexcept {
    return identity_.load(std::memory_order_acquire);
  }
  // Whether an object of `other` may stand where one of this is asked for.
  [[nodiscard]] bool takes(const Mapper& other) const noexcept;

 private:
  friend void join_family(const std::vector<Family::Member>& members);
  friend void describe_mapper(Mapper&, const EntityDescriptor&, const EntityFacts&,
                              const std::size_t*);
  void resolve_now() const;
  mutable std::atomic<const Family*> family_ = nullptr;
  mutable std::atomic<std::uint32_t> identity_ = 0;
  mutable std::atomic<bool> resolved_ = false;
  unsigned traits_ = 0;
};

[[nodiscard]] std::uint32_t next_mapper_number();
// Puts mappers of one table into one family, with those that are in it already. Any thread; the
// types must not be in use by a session without it.
void join_family(const std::vector<Family::Member>& members);
// What does not depend on the type's functions.
void describe_mapper(Mapper& mapper, const EntityDescriptor& descriptor, const EntityFacts& facts,
                     const std::size_t* offsets);

template <class T>
struct MadeMapper {
  Mapper mapper;
  MadeMapper() {
    const auto offsets = MemberOffsets<T>::get();
    mapper.make = []() -> State* {
      auto* instance = new Instance<T>{{&mapper_of<T>()}, T{}};
      take_over(*instance);
      return instance;
    };
    mapper.destroy = [](State* state) noexcept { delete static_cast<Instance<T>*>(state); };
    describe_mapper(mapper, descriptor_of<T>(), entity_of<T>, offsets.data());
  }
};

template <class T>
const Mapper& make_mapper() {
  static const MadeMapper<T> made;
  return made.mapper;
}
// What mapper_of<T> found before: so that the call is a load and a test.
template <class T>
inline std::atomic<const Mapper*> made_mapper = nullptr;

// Its identity(), where that cannot change; else, and before it is made, beyond every map.
inline constexpr std::size_t no_map = std::size_t{1} << 40;
template <class T>
inline std::atomic<std::size_t> map_number = no_map;

// Made on first use; lives as long as the program. Any thread.
template <class T>
const Mapper& mapper_of() {
  static_assert(sizeof(T) > 0, "an entity must be complete where relationships to it are used");
  const Mapper* made = made_mapper<T>.load(std::memory_order_acquire);
  if (made == nullptr) [[unlikely]] {
    made = &make_mapper<T>();
    made_mapper<T>.store(made, std::memory_order_release);
    if constexpr (!requires { T::polymorphic_identity; })
      map_number<T>.store(made->number, std::memory_order_relaxed);
  }
  return *made;
}

// Sets the discriminator of an object that is not in a row yet.
template <class E>
void give_identity(E& entity) {
  if constexpr (requires { E::polymorphic_identity; }) {
    const EntityDescriptor& d = descriptor_of<E>();
    if (d.discriminator == EntityDescriptor::none) return;
    mapper_of<E>().columns[d.discriminator]->facts->set_identity(
        reinterpret_cast<char*>(std::addressof(entity)) + d.fields[d.discriminator].offset,
        entity_of<E>.identity_text, entity_of<E>.identity_number);
  }
}
// The condition that picks the rows of this entity, and of those derived from it, out of the table
// that they share; none where all rows are.
[[nodiscard]] std::optional<Expression> kind_condition(const Mapper& mapper);

// E's table is shared by those of Es that it is derived from, or that are derived from it.
template <class E, class... Es>
void join_family_of() {
  if constexpr (requires { E::polymorphic_identity; }) {
    std::vector<Family::Member> members;
    const auto add = [&]<class M>(std::type_identity<M>) {
      if constexpr (requires { M::polymorphic_identity; })
        if (table_name<M> == table_name<E>) {
          Family::Member member{&mapper_of<M>(), {}};
          ((std::is_base_of_v<M, Es> ? member.kinds.push_back(&mapper_of<Es>()) : void()), ...);
          members.push_back(std::move(member));
        }
    };
    (add(std::type_identity<Es>{}), ...);
    if (members.size() > 1) join_family(members);
  }
}

}  // namespace kindred::detail
