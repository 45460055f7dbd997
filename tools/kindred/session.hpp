// What every command is given: the options before and behind its name, and the terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kindred/store.hpp"
#include "tools/kindred/output.hpp"
#include "tools/kindred/progress.hpp"
#include "tools/kindred/terminal.hpp"

namespace kindred::tool {

enum class Format : std::uint8_t { table, json, jsonl, csv, tsv, line };

struct Globals {
  std::string store;  // -s; empty where it was not given
  std::optional<Format> format;
  std::string output;  // -o; empty: standard output
  std::optional<std::uint64_t> limit;
  ColorMode color = ColorMode::automatic;
  std::uint64_t timeout_seconds = 30;
  bool no_pager = false;
  bool no_progress = false;
  bool quiet = false;
};

// The store that a command works on, and the arguments behind it.
struct Arguments {
  std::string store;
  std::vector<std::string> rest;
};

struct ArgumentCount {
  std::size_t least = 0;
  std::optional<std::size_t> most = 0;  // empty: any number
};

class Session {
 public:
  Session(Globals globals, Terminal terminal) : globals_(std::move(globals)), terminal_(terminal) {}

  [[nodiscard]] const Globals& globals() const noexcept { return globals_; }
  [[nodiscard]] const Terminal& terminal() const noexcept { return terminal_; }
  // Output goes to a terminal: neither to a pipe nor to a file.
  [[nodiscard]] bool on_screen() const noexcept;
  // As given; else a table on a screen and JSON Lines elsewhere.
  [[nodiscard]] Format format() const noexcept;
  [[nodiscard]] Output output() const;
  [[nodiscard]] ShowProgress show_progress() const noexcept;

  // Takes the store from -s, else from KINDRED_STORE, else from the first argument. An explicit
  // first argument wins over KINDRED_STORE where the number of arguments leaves no doubt. Throws
  // CommandLineError naming `usage` where the number of the others does not fit `count`.
  [[nodiscard]] Arguments arguments(const std::vector<std::string>& given, ArgumentCount count,
                                    std::string_view usage) const;

  [[nodiscard]] StoreOptions write_options() const;
  [[nodiscard]] Store open_for_reading(const std::string& url,
                                       storage::Verify verify = storage::Verify::quick) const;
  [[nodiscard]] Store open_for_writing(const std::string& url) const;

  // A line for people on standard error; nothing with --quiet.
  void note(std::string_view text) const;
  // The same, also with --quiet.
  void warn(std::string_view text) const;
  void error(std::string_view text) const;

 private:
  Globals globals_;
  Terminal terminal_;
};

// The table of that name. Throws CommandLineError with the nearest name there is.
[[nodiscard]] const Table& find_table(const Catalog& catalog, std::string_view name);
[[nodiscard]] std::vector<std::string> table_names(const Catalog& catalog);

}  // namespace kindred::tool
