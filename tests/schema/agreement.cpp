#include "tests/schema/agreement.hpp"

namespace kindred::schema_agreement {

const std::vector<schema::DumpOptions>& dump_options() {
  static const std::vector<schema::DumpOptions> out = [] {
    std::vector<schema::DumpOptions> all(7);
    all[1].by_alias = true;
    all[2].exclude_unset = true;
    all[3].exclude_none = true;
    all[4].exclude_defaults = true;
    all[5].round_trip = true;
    all[6].by_alias = true;
    all[6].indent = 2;
    all[6].ensure_ascii = true;
    return all;
  }();
  return out;
}

Seen seen_errors(const schema::ValidationError& error) {
  Seen out;
  out.report = error.json();
  out.errors = error.title() + '\n' + out.report + '\n' + error.text();
  for (const auto& each : error.errors())
    if (each.offset) out.places.push_back(*each.offset);
  return out;
}

Seen seen_dumps(FunctionRef<std::string(const schema::DumpOptions&)> dump_json,
                FunctionRef<schema::Value()> dump) {
  Seen out;
  out.is_valid = true;
  for (const schema::DumpOptions& options : dump_options()) out.dumps.push_back(dump_json(options));
  out.dumps.push_back(dump().to_string());
  return out;
}

Seen Pair::read_dynamic(std::string_view text, const schema::ValidateOptions& options) const {
  const auto result = dynamic.try_validate_json(text, options);
  if (!result) return seen_errors(result.error());
  return seen_dumps([&](const schema::DumpOptions& how) { return dynamic.dump_json(*result, how); },
                    [&] { return dynamic.dump(*result); });
}

const Pairs& all_pairs() {
  static const Pairs out = [] {
    Pairs made;
    add_scalars(made);
    add_texts(made);
    add_containers(made);
    add_unions(made);
    add_members(made);
    return made;
  }();
  return out;
}

}  // namespace kindred::schema_agreement
