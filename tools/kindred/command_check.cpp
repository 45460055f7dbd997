#include <fmt/format.h>

#include "tools/kindred/commands.hpp"
#include "tools/kindred/interrupt.hpp"
#include "tools/kindred/record_writer.hpp"
#include "tools/kindred/text.hpp"
#include "tools/kindred/usage.hpp"

namespace kindred::tool {

ExitCode run_check(const Session& session, const CheckCommandOptions& options) {
  const Arguments arguments = session.arguments(options.arguments, {0, 0}, usage::check);
  const Store store = session.open_for_reading(arguments.store, storage::Verify::pages);
  const Snapshot snapshot = store.snapshot();
  if (!options.table.empty()) (void)find_table(*snapshot.catalog(), options.table);

  ProgressBar bar(session.show_progress(), "rows");
  CheckOptions checking;
  checking.table = options.table;
  checking.max_problems = options.max_problems;
  checking.progress = [&](std::uint64_t done, std::uint64_t total) {
    bar.update(done, done, total);
    return !interrupted();
  };
  const CheckReport report = snapshot.check(checking);
  bar.clear();

  Output output = session.output();
  RecordWriter writer(session, output,
                      {{"area", Align::left}, {"where", Align::left}, {"what", Align::left}});
  for (const CheckProblem& problem : report.kept)
    writer.write(
        {Field::text(problem.area), Field::text(problem.where), Field::text(problem.what)});
  writer.finish();

  if (report.problems > report.kept.size())
    session.note(fmt::format("{} of {} problems are shown: --max-problems shows more",
                             grouped(report.kept.size()), grouped(report.problems)));
  session.note(fmt::format(
      "{}, {} index {}, {}: {}", counted(report.rows, "row"), grouped(report.index_entries),
      report.index_entries == 1 ? "entry" : "entries", counted(report.references, "reference"),
      report.problems == 0 ? "no problems" : counted(report.problems, "problem")));
  return report.problems == 0 ? ExitCode::ok : ExitCode::damaged;
}

}  // namespace kindred::tool
