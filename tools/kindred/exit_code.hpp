// Exit codes of the command, and the one place where errors become them. docs/tool.md lists them.
#pragma once

#include <exception>
#include <stdexcept>

#include "kindred/error.hpp"

namespace kindred::tool {

enum class ExitCode : int {
  ok = 0,
  no = 1,            // not found, or refused: an answer, not a failure
  usage = 2,         // the command line is wrong
  cannot_open = 3,   // missing, not a store, locked away by permissions
  damaged = 4,       // problems were found in the store
  rejected = 5,      // the input breaks a rule; nothing was written
  newer_format = 6,  // written by a newer version
  failed = 7,        // storage, operating system, time limit
  interrupted = 130,
};

[[nodiscard]] ExitCode exit_code_of(ErrorCode code) noexcept;

// A wrong command line, found after the parser was content.
class CommandLineError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Input that was refused. Each problem names file and line where it has one.
class InputRejected : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The reader of our output went away, as `head` does. Nobody is told.
class OutputClosed : public std::exception {};

}  // namespace kindred::tool
