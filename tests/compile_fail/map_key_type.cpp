// expect: User.notes: keyed_by("id"): Note.id is int64, the map's key is basic_string
#include "kindred/registry.hpp"
using namespace kindred;

struct Note;
struct User {
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::map<std::string, Note>, keyed_by("id")> notes;
};
struct Note {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<User>()> owner_id;
};
static_assert(Registry<User, Note>::ok);
