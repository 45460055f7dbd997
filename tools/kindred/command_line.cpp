#include "tools/kindred/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tools/kindred/commands.hpp"
#include "tools/kindred/usage.hpp"

namespace kindred::tool {
namespace {

constexpr std::string_view about =
    "Looks into Kindred stores and moves data in and out of them.\n"
    "Only create, load and apply write. A store that is not there is an error.";
constexpr std::string_view notes =
    "STORE is a path or a URL such as lmdb:shop.kdb. It can also be given by --store or in\n"
    "KINDRED_STORE. A KEY is one argument for each key column, or a JSON array or object; after "
    "--\n"
    "arguments may begin with a hyphen.\n\n"
    "Exit codes: 0 done, 1 no (not found, refused), 2 wrong command line, 3 cannot open,\n"
    "4 damaged, 5 input rejected, 6 newer format, 7 failed, 130 interrupted.";

// The usage line is ours: which argument is the store depends on --store and KINDRED_STORE.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_usage(const CLI::App* app, std::string) const override {
    const auto found = usages_.find(app->get_name());
    const std::string usage =
        found == usages_.end() ? "kindred [OPTIONS] COMMAND ..." : std::string(found->second);
    return fmt::format("Usage: {}\n", usage);
  }
  std::string make_positionals(const CLI::App*) const override { return {}; }

  void set_usage(const std::string& command, std::string_view usage) { usages_[command] = usage; }

 private:
  std::map<std::string, std::string_view> usages_;
};

struct GlobalTexts {
  std::string format;
  std::string color = "auto";
};

void add_globals(CLI::App& app, Globals& globals, GlobalTexts& texts) {
  app.add_option("-s,--store", globals.store, "the store: a path or a URL")->type_name("STORE");
  app.add_option("-f,--format", texts.format, "form of the output: table on a terminal, else jsonl")
      ->check(CLI::IsMember({"table", "json", "jsonl", "csv", "tsv", "line"}));
  app.add_option("-o,--output", globals.output, "write data to this file")->type_name("FILE");
  app.add_option("--limit", globals.limit,
                 "at most so many rows (refs: for each reference); 0: all")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--color", texts.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_option("--timeout", globals.timeout_seconds, "seconds to wait for another writer")
      ->type_name("N")
      ->check(CLI::Range(0, 1'000'000));
  app.add_flag("--no-pager", globals.no_pager, "never start a pager");
  app.add_flag("--no-progress", globals.no_progress, "no progress bar");
  app.add_flag("-q,--quiet", globals.quiet, "no summaries on standard error");
}

Format format_named(const std::string& name) {
  static const std::map<std::string, Format> formats = {
      {"table", Format::table}, {"json", Format::json}, {"jsonl", Format::jsonl},
      {"csv", Format::csv},     {"tsv", Format::tsv},   {"line", Format::line}};
  return formats.at(name);
}

void settle(Globals& globals, const GlobalTexts& texts) {
  if (!texts.format.empty()) globals.format = format_named(texts.format);
  globals.color = texts.color == "always"  ? ColorMode::always
                  : texts.color == "never" ? ColorMode::never
                                           : ColorMode::automatic;
}

// All options of all commands, filled by the parser.
struct Options {
  CreateOptions create;
  LoadOptions load;
  ApplyOptions apply;
  TablesOptions tables;
  SchemaOptions schema;
  std::string schema_as = "text";
  GetOptions get;
  RefsOptions refs;
  ImpactOptions impact;
  DumpOptions dump;
  std::string dump_as = "jsonl";
  CheckCommandOptions check;
};

// The parser takes an argument [1,2] apart as a list of its own, but here it is a key: a mark in
// front of it prevents that.
constexpr char guard = '\x01';

std::vector<std::string> guarded(std::span<char*> arguments) {
  std::vector<std::string> out;
  for (const char* argument : arguments) {
    std::string text = argument;
    if (text.starts_with('[')) text.insert(text.begin(), guard);
    out.push_back(std::move(text));
  }
  std::reverse(out.begin(), out.end());  // as the parser takes them
  return out;
}

void unguard(std::string& text) {
  if (text.size() > 1 && text[0] == guard && text[1] == '[') text.erase(0, 1);
}

void unguard(Globals& globals, Options& options) {
  for (std::string* text :
       {&globals.store, &globals.output, &options.create.schema, &options.load.table,
        &options.refs.via, &options.dump.directory, &options.check.table})
    unguard(*text);
}

using Run = std::function<ExitCode(const Session&)>;

class Commands {
 public:
  Commands(CLI::App& app, HelpFormatter& formatter, Run& selected)
      : app_(app), formatter_(formatter), selected_(selected) {}

  CLI::App* add(const std::string& name, std::string_view usage, const std::string& description,
                std::vector<std::string>& arguments, Run run) {
    formatter_.set_usage(name, usage);
    CLI::App* command = app_.add_subcommand(name, description);
    command->fallthrough();
    command->add_option("ARGUMENTS", arguments, "");
    command->callback([this, &arguments, run = std::move(run)] {
      selected_ = run;
      chosen_arguments_ = &arguments;
    });
    return command;
  }

  // The arguments of the command that was chosen, and `more` of them, as they were typed.
  void settle(std::span<char*> more) {
    if (chosen_arguments_ == nullptr) return;
    for (std::string& argument : *chosen_arguments_) unguard(argument);
    chosen_arguments_->insert(chosen_arguments_->end(), more.begin(), more.end());
  }

 private:
  CLI::App& app_;
  HelpFormatter& formatter_;
  Run& selected_;
  std::vector<std::string>* chosen_arguments_ = nullptr;
};

void add_writing_commands(Commands& commands, const std::shared_ptr<Options>& o) {
  CLI::App* create =
      commands.add("create", usage::create, "make a new store from a schema file",
                   o->create.arguments, [o](const Session& s) { return run_create(s, o->create); });
  create->add_option("--schema", o->create.schema, "the schema file (JSON); -: standard input")
      ->type_name("FILE")
      ->required();

  CLI::App* load =
      commands.add("load", usage::load, "insert rows from JSON Lines, all or none",
                   o->load.arguments, [o](const Session& s) { return run_load(s, o->load); });
  load->add_option("--table", o->load.table, "the lines are rows of this table")
      ->type_name("TABLE");
  load->add_flag("--dry-run", o->load.dry_run, "check everything, write nothing");

  CLI::App* apply =
      commands.add("apply", usage::apply, "apply changes from JSON Lines, all or none",
                   o->apply.arguments, [o](const Session& s) { return run_apply(s, o->apply); });
  apply->add_flag("--dry-run", o->apply.dry_run, "check everything, write nothing");
}

void add_reading_commands(Commands& commands, const std::shared_ptr<Options>& o) {
  CLI::App* tables = commands.add("tables", usage::tables, "list the tables", o->tables.arguments,
                                  [o](const Session& s) { return run_tables(s, o->tables); });
  tables->add_flag("--counts", o->tables.counts, "count the rows");

  CLI::App* schema = commands.add("schema", usage::schema, "print the schema of the store",
                                  o->schema.arguments, [o](const Session& s) {
                                    o->schema.as = o->schema_as == "json" ? SchemaOptions::As::json
                                                   : o->schema_as == "mermaid"
                                                       ? SchemaOptions::As::mermaid
                                                       : SchemaOptions::As::text;
                                    return run_schema(s, o->schema);
                                  });
  schema->add_option("--as", o->schema_as, "text, json (a schema file) or mermaid (a diagram)")
      ->check(CLI::IsMember({"text", "json", "mermaid"}));

  commands.add("get", usage::get, "print rows by primary key", o->get.arguments,
               [o](const Session& s) { return run_get(s, o->get); });

  CLI::App* refs =
      commands.add("refs", usage::refs, "follow the references of a row", o->refs.arguments,
                   [o](const Session& s) { return run_refs(s, o->refs); });
  refs->add_flag("--in", o->refs.in, "only rows that refer to this one");
  refs->add_flag("--out", o->refs.out, "only rows that this one refers to");
  refs->add_option("--via", o->refs.via, "only this relationship or foreign key")
      ->type_name("NAME");
  refs->add_option("--depth", o->refs.depth, "so many steps away")
      ->type_name("N")
      ->check(CLI::Range(1, 64));
  refs->add_flag("--tree", o->refs.tree, "draw a tree");

  commands.add("impact", usage::impact, "what deleting a row would do", o->impact.arguments,
               [o](const Session& s) { return run_impact(s, o->impact); });

  CLI::App* dump = commands.add(
      "dump", usage::dump, "print all rows, for load", o->dump.arguments, [o](const Session& s) {
        o->dump.as = o->dump_as == "csv" ? DumpOptions::As::csv : DumpOptions::As::jsonl;
        return run_dump(s, o->dump);
      });
  dump->add_option("--out", o->dump.directory, "one file a table and schema.json in this folder")
      ->type_name("DIR");
  dump->add_option("--as", o->dump_as, "jsonl or csv")->check(CLI::IsMember({"jsonl", "csv"}));
  dump->add_flag("--plain", o->dump.plain, "rows of one table, without its name around them");
  dump->add_flag("--schema", o->dump.schema, "begin with the schema");

  CLI::App* check =
      commands.add("check", usage::check, "prove that the store is whole", o->check.arguments,
                   [o](const Session& s) { return run_check(s, o->check); });
  check->add_option("--table", o->check.table, "only this table")->type_name("TABLE");
  check->add_option("--max-problems", o->check.max_problems, "print at most so many")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
}

}  // namespace

ParsedCommand parse_command_line(int argc, char** argv) {
  CLI::App app{std::string(about), "kindred"};
  auto formatter = std::make_shared<HelpFormatter>();
  app.formatter(formatter);
  app.footer(std::string(notes));
  app.set_version_flag("--version", "kindred " KINDRED_VERSION);
  app.require_subcommand(1);

  ParsedCommand out;
  GlobalTexts texts;
  add_globals(app, out.globals, texts);
  auto options = std::make_shared<Options>();
  Commands commands(app, *formatter, out.run);
  add_writing_commands(commands, options);
  add_reading_commands(commands, options);

  // What follows -- belongs to the command as it stands: the parser would hand it to the program.
  const std::span<char*> all(argv, static_cast<std::size_t>(argc));
  const auto mark = std::find_if(all.begin(), all.end(),
                                 [](const char* text) { return std::string_view(text) == "--"; });
  try {
    app.parse(guarded({all.begin() + 1, mark}));
    settle(out.globals, texts);
    unguard(out.globals, *options);
    commands.settle(mark == all.end() ? std::span<char*>() : std::span<char*>(mark + 1, all.end()));
  } catch (const CLI::Success& asked) {
    app.exit(asked);
    out.run = nullptr;
  } catch (const CLI::ParseError& mistake) {
    fmt::print(stderr, "kindred: {}\nkindred --help says more\n", mistake.what());
    out.run = nullptr;
    out.exit = ExitCode::usage;
  }
  return out;
}

}  // namespace kindred::tool
