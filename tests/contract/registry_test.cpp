// URLs, registered backends, and the update loop.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "kindred/storage.hpp"
#include "kindred/storage_layers.hpp"
#include "tests/support/temp_dir.hpp"

namespace {

using namespace kindred;
using namespace kindred::storage;

auto says(std::vector<std::string> parts) {
  return [parts = std::move(parts)](const std::exception& error) {
    for (const std::string& part : parts) {
      if (std::string(error.what()).find(part) == std::string::npos) {
        BOOST_TEST_MESSAGE("'" << part << "' is not in: " << error.what());
        return false;
      }
    }
    return true;
  };
}

const OpenOptions if_missing{.creation = Creation::if_missing};

BOOST_AUTO_TEST_SUITE(registry)

BOOST_AUTO_TEST_CASE(urls_name_backend_and_layers) {
  const support::TempDir directory;
  const std::string path = directory.file("a:b+c (d).kdb");
  for (const auto& [url, wanted] : std::vector<std::pair<std::string, std::string>>{
           {"memory:", "memory:"},
           {"memory:shop", "memory:shop"},
           {"count+memory:", "count+memory:"},
           {"fault()+count+memory:x", "fault+count+memory:x"},
           {"fault(get#1=io)+fault(put#2=busy; get@3 every 4=io)+memory:",
            "fault(get#1=io)+fault(put#2=busy; get@3 every 4=io)+memory:"},
           {"lmdb:" + path, "lmdb:" + path},
           {path, "lmdb:" + path},
           {"count+" + path, "count+lmdb:" + path}}) {
    BOOST_TEST(storage::open(url, if_missing)->url() == wanted);
  }
}

BOOST_AUTO_TEST_CASE(wrong_urls_are_refused) {
  const auto refused = [](const char* url, std::vector<std::string> parts) {
    BOOST_CHECK_EXCEPTION(static_cast<void>(storage::open(url)), UsageError,
                          says(std::move(parts)));
  };
  refused("redis:x", {"unknown scheme or layer 'redis'", "lmdb", "memory", "count", "fault"});
  refused("cuont+memory:", {"unknown scheme or layer 'cuont+memory'", "layers: count, fault"});
  refused("", {"names no store"});
  refused("count+", {"names no store"});
  refused("fault(put#1=io+memory:", {"does not end"});
  refused("fault(put)+memory:", {"fault rule 'put'"});
  refused("count(3)+memory:", {"takes no argument"});
}

BOOST_AUTO_TEST_CASE(users_register_their_own) {
  register_scheme("mine", [](std::string_view rest, const OpenOptions& options) {
    return storage::open("memory:mine-" + std::string(rest), options);
  });
  register_layer("twice", [](std::shared_ptr<Storage> base, std::string_view argument) {
    return count_layer(fault_layer(std::move(base), argument));
  });
  BOOST_TEST(storage::open("mine:x", if_missing)->url() == "memory:mine-x");
  BOOST_TEST(storage::open("twice(get#1=io)+mine:y", if_missing)->url() ==
             "count+fault(get#1=io)+memory:mine-y");
  const auto opener = [](std::string_view, const OpenOptions&) -> std::shared_ptr<Storage> {
    return nullptr;
  };
  const auto layer = [](std::shared_ptr<Storage> base, std::string_view) { return base; };
  BOOST_CHECK_EXCEPTION(register_scheme("mine", opener), UsageError, says({"'mine'", "already"}));
  BOOST_CHECK_EXCEPTION(register_scheme("memory", opener), UsageError, says({"'memory'"}));
  BOOST_CHECK_EXCEPTION(register_layer("count", layer), UsageError, says({"'count'"}));
  for (const char* name : {"", "Mine", "1x", "a:b", "a+b", "a b"}) {
    BOOST_CHECK_EXCEPTION(register_scheme(name, opener), UsageError, says({"a name is made of"}));
    BOOST_CHECK_EXCEPTION(register_layer(name, layer), UsageError, says({"a name is made of"}));
  }
  BOOST_CHECK_THROW(register_scheme("none", Opener{}), UsageError);
  BOOST_CHECK_THROW(register_layer("none", Layer{}), UsageError);
}

BOOST_AUTO_TEST_CASE(update_tries_ten_times) {
  const auto fault = fault_layer(storage::open("memory:"), "commit every 1=conflict");
  int runs = 0;
  BOOST_CHECK_THROW(update(*fault, {}, [&](Writer&) { ++runs; }), ConflictError);
  BOOST_TEST(runs == 10);
}

BOOST_AUTO_TEST_CASE(update_passes_other_failures_on) {
  const auto storage = storage::open("memory:");
  int runs = 0;
  const auto failing = [&](auto failure) {
    update(*storage, {}, [&](Writer& writer) {
      ++runs;
      writer.put(0, "k", "v", Intent::either);
      throw failure;
    });
  };
  BOOST_CHECK_THROW(failing(Error(ErrorCode::no_space, "full")), Error);
  BOOST_CHECK_THROW(failing(UsageError("wrong")), UsageError);
  BOOST_CHECK_THROW(failing(7), int);
  BOOST_TEST(runs == 3);
  BOOST_TEST(!storage->snapshot()->get(0, "k").has_value());
}

BOOST_AUTO_TEST_CASE(update_waits_for_the_writer_once) {
  const auto fault = fault_layer(storage::open("memory:"), "begin#1=busy; begin#2=conflict");
  int runs = 0;
  const auto run = [&] { update(*fault, {}, [&](Writer&) { ++runs; }); };
  BOOST_CHECK_EXCEPTION(run(), Error,
                        [](const Error& error) { return error.code() == ErrorCode::busy; });
  BOOST_TEST(runs == 0);
  run();
  BOOST_TEST(runs == 1);
}

// A storage whose prepare_retry is seen, and may refuse.
class Preparing : public Storage {
 public:
  explicit Preparing(std::shared_ptr<Storage> base) : base_(std::move(base)) {}
  std::vector<std::string> prepared;
  bool refuses = false;

  [[nodiscard]] std::string url() const override { return base_->url(); }
  [[nodiscard]] Capabilities capabilities() const override { return base_->capabilities(); }
  std::unique_ptr<Reader> snapshot() override { return base_->snapshot(); }
  std::unique_ptr<Writer> begin(const BeginOptions& options) override {
    return base_->begin(options);
  }
  void ensure(KeyspaceId keyspace, Shape shape) override { base_->ensure(keyspace, shape); }
  void drop(KeyspaceId keyspace) override { base_->drop(keyspace); }
  std::vector<KeyspaceInfo> keyspaces() override { return base_->keyspaces(); }
  void prepare_retry(const Error& failure) override {
    prepared.emplace_back(failure.what());
    // The Writer is gone: this thread may begin another one.
    base_->begin({})->abort();
    if (refuses) throw Error(ErrorCode::io, "no retry");
  }
  void copy_to(const std::string& path) override { base_->copy_to(path); }
  void check(FunctionRef<void(const Problem&)> report) override { base_->check(report); }
  void sync() override { base_->sync(); }
  void close() override { base_->close(); }

 private:
  std::shared_ptr<Storage> base_;
};

BOOST_AUTO_TEST_CASE(update_prepares_each_retry) {
  Preparing storage(storage::open("memory:"));
  int runs = 0;
  const auto conflict_before = [&](int enough) {
    return [&runs, enough](Writer& writer) {
      writer.put(0, "k", std::to_string(++runs), Intent::either);
      if (runs < enough) throw ConflictError("run " + std::to_string(runs));
    };
  };
  update(storage, {}, conflict_before(3));
  BOOST_TEST(storage.prepared == std::vector<std::string>({"run 1", "run 2"}),
             boost::test_tools::per_element());
  BOOST_TEST(*storage.snapshot()->get(0, "k") == "3");
  storage.refuses = true;
  BOOST_CHECK_EXCEPTION(update(storage, {}, conflict_before(9)), Error, says({"no retry"}));
  BOOST_TEST(runs == 4);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
