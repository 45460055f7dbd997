#include "tests/session/graph_program.hpp"

#include <optional>
#include <random>

#include "tests/session/graph_runner.hpp"
#include "tests/support/temp_dir.hpp"

namespace kindred::session_test::graph {
namespace {

constexpr std::size_t most_steps = 70;

struct Weight {
  Op op;
  const char* name;
  unsigned weight;
};
constexpr Weight weights[] = {{Op::make, "make", 14},
                              {Op::add, "add", 4},
                              {Op::find, "find", 4},
                              {Op::look, "look", 10},
                              {Op::set_number, "set_number", 5},
                              {Op::set_code, "set_code", 3},
                              {Op::set_reference, "set_reference", 12},
                              {Op::append, "append", 12},
                              {Op::clear_reference, "clear_reference", 4},
                              {Op::remove, "remove", 5},
                              {Op::assign, "assign", 4},
                              {Op::label, "label", 6},
                              {Op::set_column, "set_column", 7},
                              {Op::move_key, "move_key", 2},
                              {Op::erase, "erase", 3},
                              {Op::flush, "flush", 4},
                              {Op::commit, "commit", 6},
                              {Op::rollback, "rollback", 2},
                              {Op::savepoint, "savepoint", 2},
                              {Op::release, "release", 1},
                              {Op::rollback_to, "rollback_to", 1},
                              {Op::expire, "expire", 3},
                              {Op::expire_column, "expire_column", 1},
                              {Op::expire_relationship, "expire_relationship", 2},
                              {Op::expire_all, "expire_all", 1},
                              {Op::expunge, "expunge", 2},
                              {Op::merge, "merge", 2},
                              {Op::collect, "collect", 2},
                              {Op::prefetch, "prefetch", 2},
                              {Op::other_writer, "other_writer", 1},
                              {Op::end_session, "end_session", 1},
                              {Op::failing_flush, "failing_flush", 2},
                              {Op::failing_call, "failing_call", 3},
                              {Op::drop_handles, "drop_handles", 7},
                              {Op::misuse, "misuse", 1}};
static_assert(std::size(weights) == ops);

Program without(const Program& program, std::size_t from, std::size_t count) {
  Program out = program;
  const auto at = out.steps.begin() + static_cast<std::ptrdiff_t>(from);
  out.steps.erase(at, at + static_cast<std::ptrdiff_t>(count));
  return out;
}

}  // namespace

Program random_program(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto number = [&] { return static_cast<std::uint32_t>(random() >> 20); };
  unsigned total = 0;
  for (const Weight& w : weights) total += w.weight;
  Program out{seed, {}};
  const std::size_t length = 10 + number() % (most_steps - 10);
  while (out.steps.size() < length) {
    unsigned at = number() % total;
    const Weight* chosen = weights;
    for (; at >= chosen->weight; ++chosen) at -= chosen->weight;
    // Something to work with first.
    const Op op = out.steps.size() < 6 ? Op::make : chosen->op;
    out.steps.push_back({op, {number(), number(), number(), number()}});
  }
  return out;
}

Outcome run(const Program& program, Backend backend) {
  std::optional<support::TempDir> directory;
  if (backend == Backend::lmdb) directory.emplace();
  storage::OpenOptions options;
  options.creation = storage::Creation::if_missing;
  options.durability = Durability::none;
  options.map_size = std::uint64_t{1} << 28;
  const auto storage = storage::open(
      backend == Backend::lmdb ? "fault+lmdb:" + directory->file("store.kdb") : "fault+memory:",
      options);
  const auto store =
      Store::open<Entities>(storage, {.create = true, .durability = Durability::none});
  Outcome out;
  try {
    Runner runner(store, *storage::find_fault_layer(*storage));
    for (; out.step < program.steps.size(); ++out.step) runner.run(program.steps[out.step]);
  } catch (const std::exception& e) {
    out.broken = e.what();
  }
  return out;
}

Program shorten(const Program& program, Backend backend) {
  Program out = program;
  const Outcome first = run(out, backend);
  if (first) return out;
  out.steps.resize(std::min(first.step + 1, out.steps.size()));
  for (std::size_t count = out.steps.size() / 2; count > 0; count /= 2)
    for (bool more = true; more;) {
      more = false;
      for (std::size_t from = 0; from + count <= out.steps.size();) {
        Program fewer = without(out, from, count);
        if (run(fewer, backend)) {
          from += count;
          continue;
        }
        out = std::move(fewer);
        more = true;
      }
    }
  return out;
}

std::string text_of(const Program& program) {
  std::string out = "seed " + std::to_string(program.seed) + ", steps:\n";
  for (const Step& s : program.steps) {
    out += "  {Op::" + std::string(weights[static_cast<std::size_t>(s.op)].name) + ", {";
    for (std::size_t i = 0; i < s.r.size(); ++i)
      out += (i == 0 ? "" : ", ") + std::to_string(s.r[i]) + "u";
    out += "}},\n";
  }
  return out;
}

}  // namespace kindred::session_test::graph
