// A storage backend of your own: std::map in memory, complete enough to pass the contract suite.
#include <iostream>

#include "kindred/local_storage.hpp"
#include "kindred/pair_cursor.hpp"
#include "kindred/store.hpp"
#include "kindred/testing/storage_contract.hpp"

namespace {

using namespace kindred;
using namespace kindred::storage;

struct Keyspace {
  Shape shape;
  PairEntries entries;
};

// Copies share keyspaces; a Writer copies a keyspace when it first writes to it.
struct State {
  std::map<KeyspaceId, std::shared_ptr<Keyspace>> spaces{{0, std::make_shared<Keyspace>()}};
  std::uint64_t version = 1;

  const Shape* shape(KeyspaceId id) const {
    const auto at = spaces.find(id);
    return at == spaces.end() ? nullptr : &at->second->shape;
  }
  void add(KeyspaceId id, Shape shape) {
    spaces[id] = std::make_shared<Keyspace>(Keyspace{shape, {}});
  }
  void remove(KeyspaceId id) { spaces.erase(id); }
  std::vector<KeyspaceInfo> keyspaces() const {
    std::vector<KeyspaceInfo> out;
    for (const auto& [id, space] : spaces) {
      out.push_back({id, space->shape, space->entries.size(), 0});
    }
    return out;
  }
};

class MapTransaction final : public LocalTransaction<State> {
 public:
  using LocalTransaction::LocalTransaction;

  std::optional<ByteView> get(KeyspaceId id, ByteView key) override {
    check("get");
    check_key(id, key);
    const Keyspace& space = find(id);
    require_map(id, space.shape, "get");
    const auto at = space.entries.find({std::string(key), ""});
    if (at == space.entries.end()) return std::nullopt;
    return at->second;
  }
  std::unique_ptr<Cursor> cursor(KeyspaceId id, const Range& range,
                                 const ScanOptions& options) override {
    check("cursor");
    const Keyspace& space = find(id);
    return std::make_unique<PairCursor>(space.entries, space.shape, range, options,
                                        [this] { check("Cursor"); });
  }
  bool contains(KeyspaceId id, ByteView key, ByteView member) override {
    check("contains");
    check_key(id, key);
    check_member(id, member);
    return find(id).entries.contains({std::string(key), std::string(member)});
  }
  PutResult put(KeyspaceId id, ByteView key, ByteView value, Intent intent) override {
    check("put");
    check_put(id, shape_of(id), key, value);
    const bool set = shape_of(id).is_set();
    const std::pair<std::string, std::string> pair(key, set ? value : ByteView{});
    const bool there = find(id).entries.contains(pair);
    if (there ? intent == Intent::insert_new : intent == Intent::overwrite) {
      return PutResult::refused;
    }
    own(id)[pair] = set ? ByteView{} : value;
    return PutResult::done;
  }
  bool erase(KeyspaceId id, ByteView key) override {
    check("erase");
    check_key(id, key);
    PairEntries& entries = own(id);
    const auto first = entries.lower_bound({std::string(key), ""});
    const auto last = entries.lower_bound({std::string(key) + '\0', ""});
    const bool there = first != last;
    entries.erase(first, last);
    return there;
  }
  bool erase(KeyspaceId id, ByteView key, ByteView member) override {
    check("erase");
    require_set(id, shape_of(id), "erase of a member");
    check_member(id, member);
    return own(id).erase({std::string(key), std::string(member)}) != 0;
  }

 private:
  const Keyspace& find(KeyspaceId id) const {
    static const Keyspace younger;  // than this Reader: reads as empty
    const auto at = state_.spaces.find(id);
    return at == state_.spaces.end() ? younger : *at->second;
  }
  PairEntries& own(KeyspaceId id) {
    static_cast<void>(shape_of(id));  // throws where there is none
    std::shared_ptr<Keyspace>& space = state_.spaces.at(id);
    if (space.use_count() > 1) space = std::make_shared<Keyspace>(*space);
    return space->entries;
  }
};

std::shared_ptr<Storage> open_map(std::string_view name, const OpenOptions& options) {
  static std::map<std::string, std::weak_ptr<LocalStore<State>>> stores;
  const std::string url = "map:" + std::string(name);
  auto store = stores[url].lock();
  const bool there = store && store->open.is_open();
  if (there && options.creation == Creation::must) throw Error(ErrorCode::store_exists, url);
  if (!there && options.creation == Creation::never) throw Error(ErrorCode::missing_store, url);
  if (!there) stores[url] = store = std::make_shared<LocalStore<State>>(url);
  return std::make_shared<LocalStorage<State, MapTransaction>>(store, options.access);
}

struct MapSubject : testing::Subject {
  std::string name = std::to_string(next++);
  static inline int next = 1;
  std::shared_ptr<Storage> open(const OpenOptions& o) override { return open_map(name, o); }
  std::string copy_path() override { return name + "-copy"; }
  std::shared_ptr<Storage> open_copy(const OpenOptions& o) override {
    return open_map(copy_path(), o);
  }
};

}  // namespace

int main() {
  register_scheme("map", open_map);
  const Store store = Store::open("map:example", Catalog{}, {.create = true});
  std::cout << "opened " << store.storage().url() << '\n';
  int held = 0;
  for (const testing::ContractCase& contract_case : testing::contract_cases()) {
    const auto fresh = [] { return std::make_unique<MapSubject>(); };
    if (testing::run_contract_case(contract_case, fresh)) ++held;
  }
  std::cout << held << " contract cases hold\n";
}
