// The commands, one file each. The command line is parsed in command_line.cpp and nowhere else.
// Each function throws what exit_code.hpp knows, and Error.
#pragma once

#include <string>
#include <vector>

#include "tools/kindred/exit_code.hpp"
#include "tools/kindred/session.hpp"

namespace kindred::tool {

struct CreateOptions {
  std::vector<std::string> arguments;
  std::string schema;
};
struct LoadOptions {
  std::vector<std::string> arguments;
  std::string table;  // of plain rows; empty: every line names its own
  bool dry_run = false;
};
struct ApplyOptions {
  std::vector<std::string> arguments;
  bool dry_run = false;
};
struct TablesOptions {
  std::vector<std::string> arguments;
  bool counts = false;
};
struct SchemaOptions {
  enum class As : std::uint8_t { text, json, mermaid };
  std::vector<std::string> arguments;
  As as = As::text;
};
struct GetOptions {
  std::vector<std::string> arguments;
};
struct RefsOptions {
  std::vector<std::string> arguments;
  bool in = false;  // neither: both
  bool out = false;
  bool tree = false;
  unsigned depth = 1;
  std::string via;
};
struct ImpactOptions {
  std::vector<std::string> arguments;
};
struct DumpOptions {
  enum class As : std::uint8_t { jsonl, csv };
  std::vector<std::string> arguments;
  std::string directory;
  As as = As::jsonl;
  bool plain = false;   // rows without their table's name around them
  bool schema = false;  // the schema before the rows
};
struct CheckCommandOptions {
  std::vector<std::string> arguments;
  std::string table;
  std::size_t max_problems = 1000;
};

ExitCode run_create(const Session& session, const CreateOptions& options);
ExitCode run_load(const Session& session, const LoadOptions& options);
ExitCode run_apply(const Session& session, const ApplyOptions& options);
ExitCode run_tables(const Session& session, const TablesOptions& options);
ExitCode run_schema(const Session& session, const SchemaOptions& options);
ExitCode run_get(const Session& session, const GetOptions& options);
ExitCode run_refs(const Session& session, const RefsOptions& options);
ExitCode run_impact(const Session& session, const ImpactOptions& options);
ExitCode run_dump(const Session& session, const DumpOptions& options);
ExitCode run_check(const Session& session, const CheckCommandOptions& options);

}  // namespace kindred::tool
