#include "tests/engine/support.hpp"

namespace kindred::engine_test {

Bench::Bench(std::string_view backend)
    : backend_(backend), directory_(std::make_unique<support::TempDir>()) {}

std::string Bench::url() const {
  if (!persistent()) return "memory:";
  return "lmdb:" + directory_->file("store" + std::to_string(number_) + ".kdb");
}

std::shared_ptr<storage::Storage> Bench::storage(const std::string& layers) const {
  storage::OpenOptions options;
  options.creation = storage::Creation::if_missing;
  options.durability = Durability::none;
  options.map_size = std::uint64_t{1} << 32;
  return storage::open(layers + url(), options);
}

Store Bench::create(const Catalog& catalog) {
  ++number_;
  storage_ = storage();
  return Store::open(storage_, catalog, {.create = true, .durability = Durability::none});
}

Store Bench::reopen() {
  if (persistent()) {
    storage_.reset();
    storage_ = storage();
  }
  return Store::open(storage_, {.durability = Durability::none});
}

Store Bench::reopen(const Catalog& catalog) {
  if (persistent()) {
    storage_.reset();
    storage_ = storage();
  }
  return Store::open(storage_, catalog, {.durability = Durability::none});
}

void Bench::forget() { storage_.reset(); }

void on_each_backend(FunctionRef<void(Bench&)> test) {
  for (const std::string_view backend : {"memory", "lmdb"}) {
    BOOST_TEST_CONTEXT("on " << backend) {
      Bench bench(backend);
      test(bench);
    }
  }
}

std::string show(const Row& row) {
  std::string out;
  for (const auto& [name, value] : row) {
    if (!out.empty()) out += '|';
    const auto* text = value.get_if<std::string>();
    out += text != nullptr ? *text : value.to_string();
  }
  return out;
}

std::string rows(const Snapshot& snapshot, std::string_view table) {
  std::string out;
  snapshot.scan(table, {}, [&](const Row& row) {
    if (!out.empty()) out += ' ';
    out += show(row);
    return true;
  });
  return out;
}

std::string rows(const Store& store, std::string_view table) {
  return rows(store.snapshot(), table);
}

std::string contents(const Snapshot& snapshot) {
  std::string out;
  for (const Table& table : snapshot.catalog()->tables)
    out += table.name + ": " + rows(snapshot, table.name) + '\n';
  return out;
}

std::string contents(const Store& store) { return contents(store.snapshot()); }

std::vector<Violation> refused(const Store& store, FunctionRef<void(Transaction&)> fn) {
  const std::string before = contents(store);
  const std::uint64_t version = store.snapshot().version();
  const auto attempt = [&](FunctionRef<void()> run) {
    std::vector<Violation> out;
    try {
      run();
      BOOST_ERROR("nothing was refused: " + contents(store));
    } catch (const IntegrityError& error) {
      out = error.violations();
      BOOST_TEST(!out.empty());
      if (!out.empty()) BOOST_TEST((error.code() == out.front().code));
    }
    return out;
  };
  const auto dry = attempt([&] { store.dry_run(fn); });
  BOOST_TEST(contents(store) == before);
  const auto real = attempt([&] { store.update(fn); });
  BOOST_TEST(contents(store) == before);
  BOOST_TEST(store.snapshot().version() == version);
  BOOST_TEST(problems(store) == "");
  BOOST_TEST(show(dry) == show(real));
  return real;
}

std::vector<Violation> refused_batch(const Store& store, FunctionRef<void(Batch&)> fn) {
  return refused(store, [&](Transaction& tx) { tx.batch(fn); });
}

std::string show(const std::vector<Violation>& violations) {
  std::string out;
  for (const Violation& v : violations) {
    if (!out.empty()) out += "; ";
    out += std::string(to_string(v.code)) + " " + v.table;
    if (!v.constraint.empty()) out += "." + v.constraint;
    out += " " + v.key;
  }
  return out;
}

std::string codes(const std::vector<Violation>& violations) {
  std::string out;
  for (const Violation& v : violations) {
    if (!out.empty()) out += ' ';
    out += to_string(v.code);
  }
  return out;
}

std::optional<ErrorCode> code_of(FunctionRef<void()> fn) {
  try {
    fn();
  } catch (const Error& error) {
    BOOST_TEST_INFO(error.what());
    return error.code();
  }
  return std::nullopt;
}

std::string code_name(FunctionRef<void()> fn) {
  const auto code = code_of(fn);
  return code ? std::string(to_string(*code)) : "nothing";
}

void batch(const Store& store, FunctionRef<void(Batch&)> fn) {
  store.update([&](Transaction& tx) { tx.batch(fn); });
}

Row insert(const Store& store, std::string_view table, const Row& row) {
  Row key;
  store.update([&](Transaction& tx) { key = tx.insert(table, row); });
  return key;
}

void update(const Store& store, std::string_view table, const Row& key, const Row& set) {
  store.update([&](Transaction& tx) { tx.update(table, key, set); });
}

void erase(const Store& store, std::string_view table, const Row& key) {
  store.update([&](Transaction& tx) { tx.erase(table, key); });
}

}  // namespace kindred::engine_test
