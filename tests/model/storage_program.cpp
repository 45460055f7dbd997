#include "tests/model/storage_program.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <ostream>
#include <tuple>
#include <utility>

#include "kindred/testing/contract_support.hpp"

namespace kindred::model {
namespace {

using namespace storage;  // NOLINT(google-build-using-namespace)
using testing::contract::be;
using testing::contract::expect;
using testing::contract::Pair;
using testing::contract::Pairs;

constexpr std::array<const char*, Step::operations> operation_names{
    "put",   "bulk",      "erase",         "erase_member", "erase_range",
    "apply", "savepoint", "rollback_to",   "release",      "commit",
    "abort", "snapshot",  "drop_snapshot", "compare",      "reopen"};

// In maps the second of a pair is empty; the mapped string is the value. In sets the value is
// empty.
using Content = std::map<Pair, std::string>;
using State = std::array<Content, 4>;

constexpr std::array<KeyspaceId, 4> ids{1, 2, 3, 4};
constexpr std::array<Shape, 4> shapes{
    Shape{Shape::Kind::map_bytes, 0}, Shape{Shape::Kind::map_u64, 0},
    Shape{Shape::Kind::set_fixed, 3}, Shape{Shape::Kind::set_bytes, 0}};

std::string repeated(std::string_view unit, std::size_t size) {
  std::string out;
  while (out.size() < size) out += unit;
  out.resize(size);
  return out;
}

// Keys that are often the same, share prefixes, hold zeros, and are now and then as long as may be.
std::string bytes_of(std::uint16_t number) {
  constexpr std::string_view letters("\0ab\xff", 4);
  std::string out;
  for (unsigned rest = number % 4096; out.empty() || rest != 0; rest /= 4) out += letters[rest % 4];
  if (number % 61 == 0) out = repeated(out, 511 - number % 3);
  return out;
}

std::string key_of(std::size_t k, std::uint16_t number) {
  if (shapes[k].kind != Shape::Kind::map_u64) return bytes_of(number);
  const std::uint64_t small = number / 16;
  return be(number % 16 == 0 ? ~small : number % 16 == 1 ? small << 32 : small);
}

std::string member_of(std::size_t k, std::uint16_t number) {
  if (shapes[k].kind == Shape::Kind::set_fixed) return be(number).substr(5);
  return bytes_of(static_cast<std::uint16_t>(number * 7));
}

std::string value_of(std::uint16_t size) {
  const std::size_t length = size % 97 == 0 ? size : size % 13 == 0 ? size % 3000 : size % 80;
  return repeated(std::to_string(size) + "-", length);
}

class Run {
 public:
  explicit Run(const Opener& opener) : opener_(opener) {
    storage_ = opener_();
    for (std::size_t k = 0; k < ids.size(); ++k) storage_->ensure(ids[k], shapes[k]);
  }

  void step(const Step& step) {
    using Operation = Step::Operation;
    const std::size_t k = step.keyspace % ids.size();
    switch (step.operation) {
      case Operation::put: put(k, step.key, step.other, step.size); return;
      case Operation::bulk: bulk(k, step); return;
      case Operation::erase: erase(k, key_of(k, step.key)); return;
      case Operation::erase_member: erase_member(k, step); return;
      case Operation::erase_range: erase_range(k, step); return;
      case Operation::apply: apply(step); return;
      case Operation::savepoint: saved_.push_back({writer().savepoint(), now_}); return;
      case Operation::rollback_to:
        if (saved_.empty()) return;
        writer().rollback_to(saved(step).savepoint);
        now_ = saved(step).state;
        forget(step);
        return;
      case Operation::release:
        if (saved_.empty()) return;
        writer().release(saved(step).savepoint);
        forget(step);
        return;
      case Operation::commit: commit(); return;
      case Operation::abort: abort(); return;
      case Operation::snapshot: snapshot(); return;
      case Operation::drop_snapshot:
        if (snapshots_.empty()) return;
        compare_all(*snapshots_[step.key % snapshots_.size()].reader,
                    snapshots_[step.key % snapshots_.size()].state);
        snapshots_.erase(snapshots_.begin() +
                         static_cast<std::ptrdiff_t>(step.key % snapshots_.size()));
        return;
      case Operation::compare:
        compare(writer(), now_, k, step);
        if (!snapshots_.empty()) {
          const Snapshot& snapshot = snapshots_[step.size % snapshots_.size()];
          compare(*snapshot.reader, snapshot.state, k, step);
        }
        return;
      case Operation::reopen: reopen(); return;
    }
  }

  void finish() {
    if (writer_) compare_all(*writer_, now_);
    commit();
    compare_all(*storage_->snapshot(), now_);
    for (const Snapshot& snapshot : snapshots_) compare_all(*snapshot.reader, snapshot.state);
    testing::contract::expect_sound(*storage_);
    for (const KeyspaceInfo& info : storage_->keyspaces()) {
      if (info.id == catalog_keyspace) continue;
      expect(info.entries == now_[info.id - 1].size(), "the number of entries");
    }
  }

 private:
  struct Saved {
    Savepoint savepoint;
    State state;
  };
  struct Snapshot {
    std::unique_ptr<Reader> reader;
    State state;
  };

  Writer& writer() {
    if (!writer_) writer_ = storage_->begin({});
    return *writer_;
  }
  Saved& saved(const Step& step) { return saved_[step.key % saved_.size()]; }
  void forget(const Step& step) {
    saved_.erase(saved_.begin() + static_cast<std::ptrdiff_t>(step.key % saved_.size()),
                 saved_.end());
  }

  static Pair place(std::size_t k, std::string key, std::uint16_t other) {
    return {std::move(key), shapes[k].is_set() ? member_of(k, other) : std::string()};
  }

  // What the model says to a put.
  bool put_in_model(std::size_t k, const Pair& place, const std::string& value, Intent intent) {
    const bool there = now_[k].contains(place);
    if (there ? intent == Intent::insert_new : intent == Intent::overwrite) return false;
    now_[k][place] = shapes[k].is_set() ? std::string() : value;
    return true;
  }

  void put(std::size_t k, std::uint16_t key, std::uint16_t other, std::uint16_t size) {
    const Pair at = place(k, key_of(k, key), other);
    const std::string value = value_of(size);
    const auto intent = static_cast<Intent>(size % 4 == 0 ? 0 : size % 4 == 1 ? 1 : 2);
    const PutResult got =
        writer().put(ids[k], at.first, shapes[k].is_set() ? at.second : value, intent);
    expect((got == PutResult::done) == put_in_model(k, at, value, intent),
           "put as its intent says");
  }

  void bulk(std::size_t k, const Step& step) {
    std::uint64_t random = step.other;
    for (unsigned i = 0; i < step.size % 600U; ++i) {
      random = random * 6364136223846793005U + 1442695040888963407U;
      const auto number = static_cast<std::uint16_t>(
          step.other % 2 == 0 ? step.key + i * (shapes[k].is_set() ? 1 : 16) : random >> 40);
      const auto key =
          shapes[k].is_set() ? static_cast<std::uint16_t>(step.key + number / 256) : number;
      put(k, key, number, static_cast<std::uint16_t>(2 + 4 * (random >> 50)));
    }
  }

  void erase(std::size_t k, const std::string& key) {
    const auto [from, to] = range_of(k, key);
    expect(writer().erase(ids[k], key) == (from != to), "erase: whether it was there");
    now_[k].erase(from, to);
  }

  void erase_member(std::size_t k, const Step& step) {
    if (!shapes[k].is_set()) return;
    Pair at = place(k, key_of(k, step.key), step.other);
    // Mostly one that is there.
    const auto near = now_[k].lower_bound(at);
    if (step.size % 4 != 0 && near != now_[k].end()) at = near->first;
    expect(writer().erase(ids[k], at.first, at.second) == (now_[k].erase(at) != 0),
           "erase of a member: whether it was there");
  }

  std::pair<Content::iterator, Content::iterator> range_of(std::size_t k, const std::string& key) {
    return {now_[k].lower_bound({key, ""}), now_[k].lower_bound({key + '\0', ""})};
  }

  void erase_range(std::size_t k, const Step& step) {
    std::string lower = key_of(k, step.key);
    std::string upper = key_of(k, step.other);
    if (upper < lower) std::swap(lower, upper);
    const bool bounded = step.size % 8 != 0;
    const auto from = now_[k].lower_bound({lower, ""});
    const auto to = bounded ? now_[k].lower_bound({upper, ""}) : now_[k].end();
    const Range range = bounded ? Range::between(lower, upper) : Range::from(lower);
    expect(
        writer().erase_range(ids[k], range) == static_cast<std::uint64_t>(std::distance(from, to)),
        "erase_range: the number of entries");
    now_[k].erase(from, to);
  }

  // A sorted list over all keyspaces.
  void apply(const Step& step) {
    struct Item {
      std::size_t k;
      Write::Op op;
      Pair at;
      std::string value;
    };
    std::vector<Item> items;
    std::uint64_t random = step.key + step.other * 65536U;
    for (unsigned i = 0; i < step.size % 40U; ++i) {
      random = random * 6364136223846793005U + 1442695040888963407U;
      const std::size_t k = random >> 33 & 3;
      const auto number = static_cast<std::uint16_t>(random >> 40);
      items.push_back({k, static_cast<Write::Op>((random >> 60) % 3),
                       place(k, key_of(k, number % 512), static_cast<std::uint16_t>(number / 8)),
                       value_of(number)});
    }
    std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
      return std::tie(a.k, a.at) < std::tie(b.k, b.at);
    });
    std::vector<Write> writes;
    std::vector<std::size_t> wanted;
    for (std::size_t i = 0; i < items.size(); ++i) {
      const Item& item = items[i];
      const bool set = shapes[item.k].is_set();
      const auto intent = static_cast<Intent>(item.value.size() % 3);
      ByteView value = set ? item.at.second : item.value;
      if (item.op == Write::Op::erase_key || (item.op == Write::Op::erase && !set)) value = {};
      writes.push_back({ids[item.k], item.op, intent, item.at.first, value});
      bool done = false;
      if (item.op == Write::Op::put) {
        done = put_in_model(item.k, item.at, item.value, intent);
      } else if (item.op == Write::Op::erase && set) {
        done = now_[item.k].erase(item.at) != 0;
      } else {
        const auto [from, to] = range_of(item.k, item.at.first);
        done = from != to;
        now_[item.k].erase(from, to);
      }
      if (!done) wanted.push_back(i);
    }
    std::vector<std::size_t> refused;
    writer().apply(writes, refused);
    expect(refused == wanted, "apply: the refused positions");
  }

  void commit() {
    if (writer_) writer_->commit();
    end();
    committed_ = now_;
  }
  void abort() {
    if (writer_) writer_->abort();
    end();
    now_ = committed_;
  }
  void end() {
    writer_ = nullptr;
    saved_.clear();
  }

  void snapshot() {
    if (snapshots_.size() == 4) snapshots_.erase(snapshots_.begin());
    snapshots_.push_back({storage_->snapshot(), committed_});
  }

  void reopen() {
    if (!storage_->capabilities().persistent) return;
    abort();
    snapshots_.clear();
    storage_->close();
    storage_ = opener_();
    compare_all(*storage_->snapshot(), committed_);
  }

  static Pairs plain(std::size_t k, Content::const_iterator from, Content::const_iterator to) {
    Pairs out;
    for (; from != to; ++from) {
      out.emplace_back(from->first.first, shapes[k].is_set() ? from->first.second : from->second);
    }
    return out;
  }

  static void compare_all(Reader& reader, const State& state) {
    for (std::size_t k = 0; k < ids.size(); ++k) {
      expect(
          testing::contract::entries(reader, ids[k]) == plain(k, state[k].begin(), state[k].end()),
          "everything as in the model");
    }
  }

  static void compare(Reader& reader, const State& state, std::size_t k, const Step& step) {
    const Content& content = state[k];
    const std::string lower = key_of(k, step.key);
    const std::string upper = key_of(k, step.other);
    Range range = step.size % 3 == 0   ? Range::from(lower)
                  : step.size % 3 == 1 ? Range::between(lower, upper)
                                       : Range::only(lower);
    Pair first{lower, ""};
    const std::string member = member_of(k, step.size);
    if (shapes[k].is_set() && step.size % 4 == 0) {
      range.after_member = member;
      first.second = member + '\0';
    }
    const Pair last{range.single ? lower + '\0' : upper, ""};
    const auto from = content.lower_bound(first);
    auto to = range.single || range.bounded ? content.lower_bound(last) : content.end();
    if ((range.single || range.bounded) && last < first) to = from;
    Pairs wanted = plain(k, from, to);
    const ScanOptions options{step.size % 2 == 0, step.size % 5 == 0 ? 7U : 0U};
    if (options.reverse) std::reverse(wanted.begin(), wanted.end());
    if (options.limit != 0) wanted.resize(std::min<std::size_t>(wanted.size(), options.limit));
    using testing::contract::entries;
    using testing::contract::pulled;
    expect(entries(reader, ids[k], range, options) == wanted, "scan of a range");
    expect(pulled(reader, ids[k], range, options) == wanted, "cursor over a range");
    seek(reader, content, k, step);
    if (shapes[k].is_set()) {
      expect(reader.contains(ids[k], lower, member) == content.contains({lower, member}),
             "contains");
      return;
    }
    std::vector<std::string> keys;
    for (std::uint16_t i = 0; i < 20; ++i) {
      keys.push_back(key_of(k, static_cast<std::uint16_t>(step.key + i * (step.size % 40))));
    }
    std::vector<GetRequest> requests;
    for (const std::string& key : keys) requests.push_back({ids[k], key});
    std::size_t answered = 0;
    reader.get_many(requests, [&](std::size_t i, std::optional<ByteView> value) {
      const auto at = content.find({keys[i], ""});
      expect(i == answered++ && value.has_value() == (at != content.end()), "get_many: presence");
      expect(!value || *value == at->second, "get_many: the value");
    });
    expect(answered == keys.size(), "get_many: every position");
    const std::optional<ByteView> value = reader.get(ids[k], lower);
    const auto at = content.find({lower, ""});
    expect(value.has_value() == (at != content.end()) && (!value || *value == at->second), "get");
  }

  static void seek(Reader& reader, const Content& content, std::size_t k, const Step& step) {
    const bool reverse = step.other % 2 == 0;
    const auto cursor = reader.cursor(ids[k], Range::all(), {reverse, 0});
    for (const std::uint16_t number : {step.key, step.other, step.size}) {
      const std::string key = key_of(k, number);
      cursor->seek(key);
      const std::optional<Entry> got = cursor->next();
      auto at = content.lower_bound({reverse ? key + '\0' : key, ""});
      const bool any = reverse ? at != content.begin() : at != content.end();
      expect(got.has_value() == any, "seek: whether there is an entry");
      if (!any) continue;
      if (reverse) --at;
      const auto after = std::next(at);
      expect(Pair(got->key, got->value) == plain(k, at, after).front(), "seek: the entry");
    }
  }

  Opener opener_;
  std::shared_ptr<Storage> storage_;
  std::unique_ptr<Writer> writer_;
  std::vector<Saved> saved_;
  std::vector<Snapshot> snapshots_;
  State committed_;
  State now_;
};

}  // namespace

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << operation_names[static_cast<std::size_t>(step.operation)] << "(keyspace "
             << int{step.keyspace} << ", key " << step.key << ", other " << step.other << ", size "
             << step.size << ")";
}

void run(const Program& program, const Opener& opener) {
  Run run(opener);
  for (const Step& step : program) run.step(step);
  run.finish();
}

}  // namespace kindred::model
