// How both contenders of Kindred open their store.
#pragma once

#include <filesystem>
#include <optional>
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

// What both contenders of Kindred do alike.
class KindredStore : public Contender {
 public:
  [[nodiscard]] std::string version() const override {
    return std::string("Kindred ") + KINDRED_VERSION;
  }
  void create(const std::filesystem::path& dir, Sync sync) override {
    StoreOptions options = kindred_options(sync);
    options.create = true;
    store_ = Store::open<entities::Bench>(kindred_url(dir), options);
  }
  void open(const std::filesystem::path& dir) override {
    store_ = Store::open<entities::Bench>(kindred_url(dir), kindred_options(Sync::none));
  }
  void close() override { store_.reset(); }
  void stage(const Tables& tables) override {
    users_ = entities_of(tables.users);
    posts_ = entities_of(tables.posts);
    comments_ = entities_of(tables.comments);
  }
  void prove() override { prove_kindred(*store_); }

 protected:
  std::optional<Store> store_;
  std::vector<entities::User> users_;
  std::vector<entities::Post> posts_;
  std::vector<entities::Comment> comments_;
};

}  // namespace kindred::bench
