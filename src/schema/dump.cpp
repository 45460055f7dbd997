// Dumps as JSON text, and what both walks ask of nodes.
#include <any>

#include "schema/dumper_impl.hpp"

namespace kindred::schema::detail {
namespace {

// At the front of `out` stays what was there, also after a failure.
template <class Write>
void write_json(std::string& out, unsigned indent, bool ensure_ascii, Write&& write) {
  const std::size_t before = out.size();
  try {
    JsonOut json(out, indent, ensure_ascii);
    write(json);
    json.finish();
  } catch (const DumpFault& fault) {
    out.resize(before);
    fault.raise();
  } catch (...) {
    out.resize(before);
    throw;
  }
}

}  // namespace

template class Dumper<JsonOut>;

void dump_json(const Node& node, const void* slot, const DumpOptions& options, std::string& out) {
  write_json(out, options.indent, options.ensure_ascii, [&](JsonOut& json) {
    Dumper<JsonOut> dumper(json, options, DumpMode::json);
    if (options.include.empty() && options.exclude.empty()) return dumper.node(node, slot, nullptr);
    const DumpFilter filter{PathTree(options.include), PathTree(options.exclude)};
    const FilterScope scope(filter);
    dumper.node(node, slot, &scope);
  });
}

void append_json(std::string& out, const Value& value, unsigned indent, bool ensure_ascii) {
  write_json(out, indent, ensure_ascii, [&](JsonOut& json) {
    const DumpOptions options;
    Dumper<JsonOut>(json, options, DumpMode::json).value(value, nullptr, {}, nullptr);
  });
}

}  // namespace kindred::schema::detail
