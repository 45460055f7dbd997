// Faults as errors that people read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kindred/detail/schema_calls.hpp"
#include "schema/fault.hpp"
#include "schema/source.hpp"

namespace kindred::schema::detail {

// Details without their input, which is read from the kept text when someone asks.
struct ErrorReport {
  struct Entry {
    ErrorDetails details;
    bool reads_text = false;  // the input is at details.offset of the text
  };
  std::string title;
  std::string text;  // of the JSON that was refused
  bool hides_input = false;
  std::vector<Entry> entries;
  // The entry with its input.
  [[nodiscard]] ErrorDetails details(std::size_t index) const;
  // The input of an entry that reads the text, as it stands there; at most `limit` bytes of it, and
  // no more work than that.
  struct Excerpt {
    std::string_view text;
    bool is_whole = true;
  };
  [[nodiscard]] Excerpt input_text(std::size_t index, std::size_t limit) const;
};

// What was validated: its name, and whether its config keeps inputs out of printed errors.
struct Subject {
  std::string title;
  bool hides_input = false;
};

// In order of declaration; `text` is copied, for sources that are texts.
[[nodiscard]] Report report_of(std::vector<Fault> faults, const Source& source,
                               std::string_view text, InputMode mode, Subject subject);
// The only error of a call that gave up.
[[nodiscard]] Report report_of_stop(std::string type, Dict context, std::size_t offset,
                                    std::string_view text, InputMode mode, Subject subject);

}  // namespace kindred::schema::detail
