// The entities of the random graph programs, each kind of relationship once, and a plain model of
// what a session makes of them: maps of numbers, nothing of the session in it.
//
// The model knows everything at once, so what it holds does not depend on what is loaded. Objects
// are named by a serial number of their own, which each carries in its `tag`.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kindred/kindred.hpp"

namespace kindred::session_test::graph {

using MaybeId = std::optional<std::int64_t>;

struct Kid;
struct Pal;
struct Badge;
struct Note;
struct Membership;
struct Label;
struct Item;

struct Owner {
  static constexpr auto tablename = "owners";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> tag;
  Mapped<std::int64_t> number;
  Mapped<std::optional<std::string>, unique> code;
  Relationship<std::vector<Kid>, back_populates("owner"), cascade::all | cascade::delete_orphan>
      kids;
  Relationship<std::vector<Pal>, back_populates("owner")> pals;
  Relationship<Badge, back_populates("owner")> badge;
  Relationship<std::map<std::string, Note>, back_populates("owner"), keyed_by("title")> notes;
  Relationship<std::vector<Membership>, back_populates("owner"),
               cascade::all | cascade::delete_orphan>
      memberships;
};
struct Kid {
  static constexpr auto tablename = "kids";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> tag;
  Mapped<std::int64_t> number;
  Mapped<MaybeId, foreign_key<Owner>()> owner_id;
  Relationship<Owner, back_populates("kids")> owner;
};
struct Mark {
  static constexpr auto tablename = "marks";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> tag;
  Mapped<std::int64_t> number;
};
struct Pal {
  static constexpr auto tablename = "pals";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> tag;
  Mapped<std::int64_t> number;
  Mapped<MaybeId, foreign_key<Owner>(on_delete::set_null)> owner_id;
  Mapped<MaybeId, foreign_key<Mark>(on_delete::set_null)> mark_id;
  Relationship<Owner, back_populates("pals")> owner;
  Relationship<Mark> mark;
  Relationship<std::vector<Label>, back_populates("pals"), secondary<"pal_labels">> labels;
};
struct Label {
  static constexpr auto tablename = "labels";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> tag;
  Mapped<std::int64_t> number;
  Relationship<std::set<Pal>, back_populates("labels"), secondary<"pal_labels">> pals;
};
struct Badge {
  static constexpr auto tablename = "badges";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> tag;
  Mapped<std::int64_t> number;
  Mapped<MaybeId, foreign_key<Owner>(on_delete::set_null), unique> owner_id;
  Relationship<Owner, back_populates("badge")> owner;
};
struct Note {
  static constexpr auto tablename = "notes";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> tag;
  Mapped<std::int64_t> number;
  Mapped<std::string> title;
  Mapped<MaybeId, foreign_key<Owner>(on_delete::set_null)> owner_id;
  Relationship<Owner, back_populates("notes")> owner;
};
struct Node {
  static constexpr auto tablename = "nodes";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> tag;
  Mapped<std::int64_t> number;
  Mapped<MaybeId, foreign_key<Node>(on_delete::set_null)> parent_id;
  Relationship<Node, back_populates("children")> parent;
  Relationship<std::vector<Node>, back_populates("parent")> children;
};
struct Membership {
  static constexpr auto tablename = "memberships";
  Mapped<std::int64_t, primary_key, foreign_key<Owner>()> owner_id;
  Mapped<std::int64_t, primary_key, foreign_key<Label>(on_delete::cascade)> label_id;
  Mapped<std::string, unique> tag;
  Mapped<std::int64_t> number;
  Relationship<Owner, back_populates("memberships")> owner;
  Relationship<Label> label;
};
struct Crate {
  static constexpr auto tablename = "crates";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> tag;
  Mapped<std::int64_t> number;
  Relationship<std::vector<Item>> items;
};
struct Item {
  static constexpr auto tablename = "items";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> tag;
  Mapped<std::int64_t> number;
  Mapped<MaybeId, foreign_key<Crate>(on_delete::set_null)> crate_id;
};

using Entities = Registry<Owner, Kid, Mark, Pal, Label, Badge, Note, Node, Membership, Crate, Item>;

enum class Kind : std::uint8_t {
  owner,
  kid,
  mark,
  pal,
  label,
  badge,
  note,
  node,
  membership,
  crate,
  item
};
constexpr std::size_t kinds = 11;

template <class F>
decltype(auto) with_kind(Kind kind, F f) {
  switch (kind) {
    case Kind::owner: return f.template operator()<Owner>();
    case Kind::kid: return f.template operator()<Kid>();
    case Kind::mark: return f.template operator()<Mark>();
    case Kind::pal: return f.template operator()<Pal>();
    case Kind::label: return f.template operator()<Label>();
    case Kind::badge: return f.template operator()<Badge>();
    case Kind::note: return f.template operator()<Note>();
    case Kind::node: return f.template operator()<Node>();
    case Kind::membership: return f.template operator()<Membership>();
    case Kind::crate: return f.template operator()<Crate>();
    case Kind::item: break;
  }
  return f.template operator()<Item>();
}

// A foreign key with its relationships.
enum class Tie : std::uint8_t {
  kid_owner,
  pal_owner,
  pal_mark,
  badge_owner,
  note_owner,
  node_parent,
  membership_owner,
  membership_label,
  item_crate
};
constexpr std::size_t ties = 9;

struct TieFacts {
  Tie tie;
  Kind child;
  Kind parent;
  std::string_view reference;  // the child's relationship; empty: none
  std::string_view members;    // the parent's
  bool many;                   // what the parent has
  bool owns;                   // cascade::all and delete_orphan
  bool in_key;                 // so it may not be null
  bool keyed;
  OnDelete action;
  [[nodiscard]] bool both() const { return !reference.empty() && !members.empty(); }
};
[[nodiscard]] const std::array<TieFacts, ties>& all_ties();
[[nodiscard]] const TieFacts& facts_of(Tie tie);

struct Reference {
  int to = 0;
  int value = 0;         // of an object that is not stored: what its key column names meanwhile
  bool changed = false;  // assigned since the last flush: wins over the key column
  bool lost = false;     // taken out of a relationship that owns
  bool operator==(const Reference&) const = default;
};

enum class Standing : std::uint8_t { transient, pending, stored };

struct Object {
  Kind kind = Kind::owner;
  Standing standing = Standing::transient;
  bool erased = false;
  std::int64_t id = 0;        // as stored
  std::int64_t moved_to = 0;  // the key it was given since
  std::int64_t number = 0;
  std::string code;
  std::string title;
  std::map<Tie, Reference> refs;
  [[nodiscard]] bool in_session() const { return standing != Standing::transient; }
  bool operator==(const Object&) const = default;
};

enum class Verdict : std::uint8_t { ok, usage_error, integrity_error };

class Model {
 public:
  std::map<int, Object> objects;
  std::set<std::pair<int, int>> labelled;  // pal, label

  [[nodiscard]] Object& at(int serial) { return objects.at(serial); }
  [[nodiscard]] const Object& at(int serial) const { return objects.at(serial); }
  [[nodiscard]] bool has(int serial) const { return objects.contains(serial); }
  [[nodiscard]] int target(int child, Tie tie) const { return at(child).refs.at(tie).to; }
  [[nodiscard]] std::vector<int> children(int parent, Tie tie) const;

  // As Session::add: what save-update cascades reach becomes pending; an erase is taken back.
  void add(int serial);
  // Both sides, and who is displaced; `displaced` is the member that a map had under the key.
  void link(Tie tie, int child, int parent, int displaced = 0);
  void unlink(Tie tie, int child);
  // A member of an object in a session joins it.
  void spread(int from, int to);
  // Pending objects that lost their owner leave the session.
  void drop_orphans();
  void set_column(Tie tie, int child, int parent);

  // What a flush says, given what was stored before it; and what it leaves behind.
  [[nodiscard]] Verdict verdict(const Model& stored) const;
  void flush(const Model& stored);
  // Back to `stored`: what is not stored there is transient.
  void roll_back_to(const Model& stored);
  // As `stored` has it: columns and references of one object.
  void revert(int serial, const Model& stored);

 private:
  [[nodiscard]] bool needs_absent(const std::set<int>& erased) const;
  // Erased, orphans, and what goes with them; pending ones apart.
  [[nodiscard]] std::pair<std::set<int>, std::set<int>> deletes() const;
  void settle_references();
  // False where a rule of the store is broken.
  [[nodiscard]] bool act(const Model& stored, std::set<int>& deleted);
  [[nodiscard]] bool is_unique() const;
};

}  // namespace kindred::session_test::graph
