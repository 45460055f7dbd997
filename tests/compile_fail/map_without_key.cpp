// expect: User.notes: a map needs keyed_by("column"), the column of Note that is its key
#include "kindred/registry.hpp"
using namespace kindred;

struct Note;
struct User {
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::map<std::string, Note>> notes;
};
struct Note {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<User>()> owner_id;
};
static_assert(Registry<User, Note>::ok);
