#include "tools/kindred/session.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "tools/kindred/exit_code.hpp"
#include "tools/kindred/text.hpp"

namespace kindred::tool {
namespace {

// Messages may quote data: they are cleaned line by line where they go to a screen.
std::string printable(std::string_view text, bool screen) {
  if (!screen) return std::string(text);
  std::string out;
  while (true) {
    const std::size_t end = text.find('\n');
    out += escape_controls(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    out += '\n';
    text.remove_prefix(end + 1);
  }
}

// Damage is told by page or record: which file has it is said here.
Store open_store(const std::string& url, const StoreOptions& options) {
  try {
    return Store::open(url, options);
  } catch (const CorruptionError& error) {
    throw CorruptionError(url, error.what());
  }
}

}  // namespace

bool Session::on_screen() const noexcept { return terminal_.output && globals_.output.empty(); }

Format Session::format() const noexcept {
  if (globals_.format) return *globals_.format;
  return on_screen() ? Format::table : Format::jsonl;
}

Output Session::output() const {
  if (!globals_.output.empty()) return Output(globals_.output);
  const bool page = terminal_.output && !globals_.no_pager;
  return {page ? Paging::on : Paging::off, terminal_.height};
}

ShowProgress Session::show_progress() const noexcept {
  return terminal_.error && !globals_.no_progress && !globals_.quiet ? ShowProgress::yes
                                                                     : ShowProgress::no;
}

Arguments Session::arguments(const std::vector<std::string>& given, ArgumentCount count,
                             std::string_view usage) const {
  Arguments out;
  std::size_t used = 0;
  const char* environment = std::getenv("KINDRED_STORE");
  if (!globals_.store.empty()) {
    out.store = globals_.store;
  } else if (environment != nullptr && *environment != '\0' &&
             !(count.most && given.size() == *count.most + 1)) {
    out.store = environment;
  } else if (!given.empty()) {
    out.store = given.front();
    used = 1;
  } else {
    throw CommandLineError(fmt::format(
        "no store was named: give it first, with --store, or in KINDRED_STORE\nusage: {}", usage));
  }
  out.rest.assign(given.begin() + static_cast<std::ptrdiff_t>(used), given.end());
  if (out.rest.size() < count.least)
    throw CommandLineError(fmt::format("arguments are missing\nusage: {}", usage));
  if (count.most && out.rest.size() > *count.most)
    throw CommandLineError(
        fmt::format("unexpected argument '{}'\nusage: {}", out.rest[*count.most], usage));
  return out;
}

StoreOptions Session::write_options() const {
  StoreOptions options;
  options.writer_deadline = std::chrono::seconds(globals_.timeout_seconds);
  return options;
}

Store Session::open_for_reading(const std::string& url, storage::Verify verify) const {
  StoreOptions options;
  options.read_only = true;
  options.verify = verify;
  return open_store(url, options);
}

Store Session::open_for_writing(const std::string& url) const {
  return open_store(url, write_options());
}

void Session::note(std::string_view text) const {
  if (!globals_.quiet) warn(text);
}

void Session::warn(std::string_view text) const {
  fmt::print(stderr, "{}\n", printable(text, terminal_.error));
}

void Session::error(std::string_view text) const {
  const char* on = terminal_.color_error ? "\x1b[1;31m" : "";
  const char* off = terminal_.color_error ? "\x1b[0m" : "";
  fmt::print(stderr, "{}kindred:{} {}\n", on, off, printable(text, terminal_.error));
}

std::vector<std::string> table_names(const Catalog& catalog) {
  std::vector<std::string> names;
  for (const Table& table : catalog.tables) names.push_back(table.name);
  return names;
}

const Table& find_table(const Catalog& catalog, std::string_view name) {
  if (const Table* table = catalog.table(name)) return *table;
  const std::string close = nearest(name, table_names(catalog));
  throw CommandLineError(
      close.empty() ? fmt::format("there is no table '{}': 'kindred tables' lists them", name)
                    : fmt::format("there is no table '{}': did you mean '{}'?", name, close));
}

}  // namespace kindred::tool
