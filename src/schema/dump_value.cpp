// Dumps as values.
#include "schema/dumper_impl.hpp"

namespace kindred::schema::detail {

template class Dumper<ValueOut>;

Value dump_value(const Node& node, const void* slot, const DumpOptions& options, DumpMode mode) {
  ValueOut out(mode);
  Dumper<ValueOut> dumper(out, options, mode);
  try {
    if (options.include.empty() && options.exclude.empty()) {
      dumper.node(node, slot, nullptr);
    } else {
      const DumpFilter filter{PathTree(options.include), PathTree(options.exclude)};
      const FilterScope scope(filter);
      dumper.node(node, slot, &scope);
    }
  } catch (const DumpFault& fault) {
    fault.raise();
  }
  return out.take();
}

}  // namespace kindred::schema::detail
