#include "tests/session/support.hpp"

namespace kindred::session_test {

void on_each_storage(FunctionRef<void(const std::shared_ptr<storage::Storage>&)> test) {
  const support::TempDir directory;
  for (const std::string& url : {std::string("memory:"), "lmdb:" + directory.file("store.kdb")}) {
    BOOST_TEST_CONTEXT("on " << url.substr(0, url.find(':'))) {
      storage::OpenOptions options;
      options.creation = storage::Creation::if_missing;
      options.durability = Durability::none;
      options.map_size = std::uint64_t{1} << 32;
      test(storage::open("count+" + url, options));
    }
  }
}

void on_each_store(FunctionRef<void(const Store&)> test) {
  on_each_storage([&](const std::shared_ptr<storage::Storage>& storage) {
    test(Store::open<Everything>(storage, {.create = true, .durability = Durability::none}));
  });
}

void on_each_counted_store(FunctionRef<void(const Store&, storage::CountLayer&)> test) {
  on_each_storage([&](const std::shared_ptr<storage::Storage>& storage) {
    const auto store =
        Store::open<Everything>(storage, {.create = true, .durability = Durability::none});
    test(store, dynamic_cast<storage::CountLayer&>(*storage));
  });
}

std::int64_t stored_user(const Store& store, const std::string& name) {
  User user{.username = name};
  store.insert(user);
  return user.id;
}

std::int64_t stored_parent(const Store& store, const std::vector<std::string>& children) {
  Session session{store};
  const auto parent = session.add(Parent{.name = "p"});
  for (const auto& name : children) parent->children.append(Child{.name = name});
  session.commit();
  return *parent->id;
}

}  // namespace kindred::session_test
