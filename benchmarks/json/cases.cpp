#include "cases.hpp"

#include <array>

#include "../workload.hpp"

namespace kindred::bench {
namespace {

constexpr std::array<JsonCase, 6> cases{{
    {"json-parse", "JSON to validated structs, over the ones of the last time", "user",
     make_json_parse},
    {"json-keep", "JSON to new validated structs, those of the last time freed", "user",
     make_json_keep},
    {"json-order", "members in the order of declaration, and in reverse", "user", make_json_order},
    {"json-unions", "records of two models, by a discriminator and by what fits", "record",
     make_json_unions},
    {"json-dump", "structs to JSON, into the memory of the last time", "user", make_json_dump},
    {"json-dump-new", "structs to JSON, into new memory", "user", make_json_dump_new},
}};

}  // namespace

std::span<const JsonCase> all_json_cases() { return cases; }

void expect(std::string_view way, const Tally& found, const Tally& wanted) {
  if (found == wanted) return;
  throw Mismatch(std::string(way) + ": found " + std::to_string(found.rows) + " records with sum " +
                 std::to_string(found.sum) + ", wanted " + std::to_string(wanted.rows) + " with " +
                 std::to_string(wanted.sum));
}

}  // namespace kindred::bench
