// Signals: SIGINT and SIGTERM ask the command to stop and roll back; a second one ends it at once.
// SIGPIPE is turned into failing writes.
#pragma once

namespace kindred::tool {

void install_signal_handlers();
[[nodiscard]] bool interrupted() noexcept;
// Throws Error(cancelled) once a signal asked to stop.
void check_interrupted();

}  // namespace kindred::tool
