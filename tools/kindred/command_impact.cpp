#include <fmt/format.h>

#include <array>

#include "tools/kindred/commands.hpp"
#include "tools/kindred/record_writer.hpp"
#include "tools/kindred/row_text.hpp"
#include "tools/kindred/text.hpp"
#include "tools/kindred/usage.hpp"

namespace kindred::tool {
namespace {

constexpr std::size_t shown_reasons = 10;

std::string reason_of(const Violation& violation) {
  return fmt::format("{} {} is {}", violation.table, violation.key, violation.detail);
}

}  // namespace

ExitCode run_impact(const Session& session, const ImpactOptions& options) {
  const Arguments arguments =
      session.arguments(options.arguments, {2, std::nullopt}, usage::impact);
  const Store store = session.open_for_reading(arguments.store);
  const Snapshot snapshot = store.snapshot();
  const auto catalog = snapshot.catalog();
  const Table& table = find_table(*catalog, arguments.rest.front());
  const std::array<Row, 1> keys{parse_key(table, std::span(arguments.rest).subspan(1))};
  const std::string label = fmt::format("{} {}", table.name, key_text(table, keys[0]));
  if (!snapshot.get(table.name, keys[0])) {
    session.warn(fmt::format("there is no {}", label));
    return ExitCode::no;
  }

  const Plan plan = snapshot.plan_erase(table.name, keys);
  Output output = session.output();
  RecordWriter writer(session, output,
                      {{"level", Align::right},
                       {"action", Align::left},
                       {"table", Align::left},
                       {"rows", Align::right},
                       {"foreign_key", Align::left},
                       {"because", Align::left}});
  for (const Plan::Step& step : plan.steps)
    writer.write({Field::number(step.level), Field::text(step.action), Field::text(step.table),
                  Field::number(step.rows),
                  step.foreign_key.empty() ? Field::null() : Field::text(step.foreign_key),
                  step.because.empty() ? Field::null() : Field::text(step.because)});
  for (std::size_t i = 0; i < plan.violations.size() && i < shown_reasons; ++i) {
    const Violation& violation = plan.violations[i];
    writer.write({Field::null(), Field::text("refuse"), Field::text(violation.table), Field::null(),
                  Field::text(violation.constraint), Field::text(reason_of(violation))});
  }
  writer.finish();

  if (!plan.refused()) {
    session.note(fmt::format("delete {}: {} deleted, {} updated", label,
                             counted(plan.deleted, "row"), counted(plan.updated, "row")));
    return ExitCode::ok;
  }
  const std::size_t others = plan.violations.size() - 1;
  session.note(fmt::format("delete {}: refused: {}{}", label, reason_of(plan.violations.front()),
                           others == 0 ? "" : fmt::format(", and {} more", grouped(others))));
  return ExitCode::no;
}

}  // namespace kindred::tool
