#include "kindred/report.hpp"

namespace kindred {

std::string Plan::to_string() const {
  std::string out;
  for (const Step& s : steps) {
    out +=
        std::string(2 * s.level, ' ') + s.action + " " + std::to_string(s.rows) + " of " + s.table;
    if (!s.foreign_key.empty()) out += " by " + s.foreign_key;
    out += " (" + s.because + ")\n";
  }
  for (const Violation& v : violations)
    out += "refused: " + v.table + " " + v.key + " " + v.detail + "\n";
  out += std::to_string(deleted) + " deleted, " + std::to_string(updated) + " updated\n";
  return out;
}

}  // namespace kindred
