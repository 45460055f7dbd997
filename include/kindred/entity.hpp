// Declaring entities. An entity is a struct whose columns are Mapped members and whose ways to
// other entities are Relationship members:
//
//   struct Timestamped {                                     // a mixin is an ordinary base
//     Mapped<time_point, insert_default(now)> created_at;
//   };
//   struct Post;
//   struct User : Timestamped {
//     static constexpr auto tablename = "users";             // else the struct's name
//     Mapped<std::int64_t, primary_key>             id;      // 0 is unset: assigned at insert
//     Mapped<std::string, max_length(50), unique>   username;
//     Mapped<std::optional<std::string>>            bio;     // nullable
//     Relationship<std::vector<Post>, back_populates("author")> posts;
//   };
//   struct Post {
//     static constexpr auto tablename = "posts";
//     Mapped<std::int64_t, primary_key>                           id;
//     Mapped<std::int64_t, foreign_key<User>(on_delete::cascade)> author_id;
//     Mapped<std::string>                                         title;
//     Relationship<User, back_populates("posts")>                 author;
//   };
//   using Blog = Registry<User, Post>;                       // registry.hpp
//
// Rules: an entity is an aggregate (no constructors, no virtual functions); member functions are
// welcome. Bases come first, in order; a struct member that has Mapped members of its own is
// flattened. Other members are not stored: they must be makeable in constant evaluation, or be
// Transient<T>.
//
//   mapping_options.hpp       what may stand behind the type of a member
//   mapping_mapped.hpp        Mapped, Transient
//   mapping_relationship.hpp  Relationship
//   mapping_tables.hpp        unique_together, index_on, check, foreign_key_together, validates
//   mapping_field.hpp         field<&User::username>, conditions, make<User>(...)
//   mapping_imperative.hpp    structs that are not yours
//   mapping_codec.hpp         types that are not yours, names of enumerators
//
// docs/entities.md is the guide.
#pragma once

#include "kindred/detail/descriptor_builder.hpp"
#include "kindred/mapping_codec.hpp"
#include "kindred/mapping_field.hpp"
#include "kindred/mapping_imperative.hpp"
#include "kindred/mapping_mapped.hpp"
#include "kindred/mapping_options.hpp"
#include "kindred/mapping_relationship.hpp"
#include "kindred/mapping_tables.hpp"
