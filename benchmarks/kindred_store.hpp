// How both contenders of Kindred open their store.
#pragma once

#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "contender.hpp"
#include "kindred_entities.hpp"

namespace kindred::bench {

inline std::string kindred_url(const std::filesystem::path& dir) {
  return "lmdb:" + (dir / "bench.kdb").string();
}

inline StoreOptions kindred_options(Sync sync) {
  StoreOptions options;
  options.durability = sync == Sync::none ? Durability::none : Durability::committed;
  options.map_size = map_size;
  return options;
}

inline void prove_kindred(const Store& store) {
  const CheckReport report = store.snapshot().check();
  if (report.problems == 0) return;
  const CheckProblem& first = report.kept.at(0);
  throw std::runtime_error("Kindred: check: " + first.area + ' ' + first.where + ": " + first.what);
}

template <class Record>
auto entities_of(std::span<const Record> records) {
  std::vector<decltype(entities::entity_of(records.front()))> out;
  out.reserve(records.size());
  for (const Record& record : records) out.push_back(entities::entity_of(record));
  return out;
}

}  // namespace kindred::bench
