// expect: version_id needs an integer column; for other types give the next version with
// version_id_by(function)
#include "kindred/registry.hpp"
using namespace kindred;

struct Document {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, version_id> version;
};
static_assert(Registry<Document>::ok);
