// The command line: options and commands, as docs/tool.md lists them.
#pragma once

#include <functional>

#include "tools/kindred/exit_code.hpp"
#include "tools/kindred/session.hpp"

namespace kindred::tool {

struct ParsedCommand {
  Globals globals;
  std::function<ExitCode(const Session&)> run;  // empty: everything was said already
  ExitCode exit = ExitCode::ok;                 // where `run` is empty
};

// Prints help, version and mistakes itself.
[[nodiscard]] ParsedCommand parse_command_line(int argc, char** argv);

}  // namespace kindred::tool
