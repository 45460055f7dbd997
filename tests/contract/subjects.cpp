#include "tests/contract/subjects.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include "kindred/storage.hpp"
#include "tests/support/temp_dir.hpp"

namespace kindred::contract_test {
namespace {

using storage::OpenOptions;
using storage::Storage;

// Opened by URL: "count+memory:" and a name.
class UrlSubject final : public testing::Subject {
 public:
  UrlSubject(std::string scheme, std::string name)
      : scheme_(std::move(scheme)), name_(std::move(name)) {}
  std::shared_ptr<Storage> open(const OpenOptions& options) override {
    return storage::open(scheme_ + name_, options);
  }
  std::shared_ptr<Storage> open_copy(const OpenOptions& options) override {
    return storage::open(scheme_ + copy_path(), options);
  }
  std::string copy_path() override { return name_ + "-copy"; }

 private:
  std::string scheme_;
  std::string name_;
};

std::string fresh_name() {
  static std::atomic<int> next{1};
  return "contract-" + std::to_string(next++);
}

class LmdbSubject final : public testing::Subject {
 public:
  explicit LmdbSubject(const std::string& layer)
      : path_(directory_.file("store.kdb")), url_(layer + "lmdb:", path_) {}
  std::shared_ptr<Storage> open(const OpenOptions& options) override { return url_.open(options); }
  std::shared_ptr<Storage> open_copy(const OpenOptions& options) override {
    return url_.open_copy(options);
  }
  std::string copy_path() override { return url_.copy_path(); }
  bool plant_foreign() override {
    std::ofstream(path_, std::ios::binary) << std::string(20'000, 'x');
    return true;
  }
  // Overwrites everything behind the two pages that describe the file.
  bool damage() override {
    constexpr std::streamoff described = 2 * 4096;
    std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(0, std::ios::end);
    const std::string noise(static_cast<std::size_t>(file.tellp() - described), '\x5a');
    file.seekp(described);
    file << noise;
    return true;
  }

 private:
  support::TempDir directory_;
  std::string path_;
  UrlSubject url_;
};

}  // namespace

std::vector<Backend> all_backends() {
  std::vector<Backend> out;
  for (const std::string layer : {"", "count+", "fault+"}) {
    out.push_back({layer + "memory",
                   [=] { return std::make_unique<UrlSubject>(layer + "memory:", fresh_name()); }});
    out.push_back({layer + "lmdb", [=] { return std::make_unique<LmdbSubject>(layer); }});
  }
  return out;
}

}  // namespace kindred::contract_test
