#include <fmt/format.h>

#include <clocale>
#include <cstdio>
#include <exception>
#include <new>

#include "kindred/error.hpp"
#include "tools/kindred/command_line.hpp"
#include "tools/kindred/exit_code.hpp"
#include "tools/kindred/interrupt.hpp"
#include "tools/kindred/session.hpp"

namespace kindred::tool {
namespace {

ExitCode run(const Session& session, const ParsedCommand& command) {
  try {
    return command.run(session);
  } catch (const OutputClosed&) {
    return ExitCode::ok;
  } catch (const CommandLineError& error) {
    session.error(error.what());
    return ExitCode::usage;
  } catch (const InputRejected& error) {
    session.warn(error.what());
    return ExitCode::rejected;
  } catch (const ValidationError& error) {  // begins with file and line, where it has them
    session.warn(error.what());
    return exit_code_of(error.code());
  } catch (const Error& error) {
    session.error(error.what());
    return exit_code_of(error.code());
  } catch (const UsageError& error) {
    session.error(error.what());
    return ExitCode::usage;
  } catch (const std::bad_alloc&) {
    session.error("out of memory");
    return ExitCode::failed;
  } catch (const std::exception& error) {
    session.error(error.what());
    return ExitCode::failed;
  }
}

}  // namespace
}  // namespace kindred::tool

int main(int argc, char** argv) {
  using namespace kindred::tool;
  // For the widths of characters only: output is UTF-8 in every locale.
  if (std::setlocale(LC_CTYPE, "C.UTF-8") == nullptr) std::setlocale(LC_CTYPE, "");
  install_signal_handlers();
  const ParsedCommand command = parse_command_line(argc, argv);
  if (!command.run) return static_cast<int>(command.exit);
  const Session session(command.globals, detect_terminal(command.globals.color));
  return static_cast<int>(run(session, command));
}
