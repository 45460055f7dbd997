#include <algorithm>
#include <limits>
#include <utility>

#include "engine/engine.hpp"
#include "engine/query.hpp"
#include "engine/query_match.hpp"
#include "engine/query_plan.hpp"
#include "engine/query_sort.hpp"
#include "engine/sorting.hpp"

namespace kindred::engine {
namespace {

using Sequence = QueryPlan::Sequence;
using RowSink = FunctionRef<bool(ByteView key, ByteView row)>;

constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();
// Of a query that may end early, as many rows are fetched at once, then more each time.
constexpr std::size_t first_batch = 64;

[[noreturn]] void dangling(const CompiledTable& table, ByteView key) {
  throw CorruptionError("table " + table.name() + " " + table.key_text(key),
                        "an index names a row that is not there (run kindred check)");
}

[[noreturn]] void lying(const CompiledTable& table, ByteView key) {
  throw CorruptionError("table " + table.name() + " " + table.key_text(key),
                        "an index gives it a value that it does not have (run kindred check)");
}

bool rows_stay(Reading& reading) { return reading.engine().storage().capabilities().stable_views; }

// A spec made ready for the catalogue of one Reading.
struct Prepared {
  const CompiledTable& table;
  Test test;
  QueryPlan plan;

  Prepared(Reading& reading, const detail::QuerySpec& spec)
      : table(reading.schema().require(spec.table)),
        test(spec.where ? compile_condition(*spec.where, table) : Test{}),
        plan(plan_query(table, spec, test)) {}
};

// How many rows at the front are of interest.
std::uint64_t rows_wanted(const detail::QuerySpec& spec) {
  if (!spec.limited) return unlimited;
  return spec.offset > unlimited - spec.limit ? unlimited : spec.limit + spec.offset;
}

// Rows that match, in the sequence of the plan.
class Run {
 public:
  Run(Reading& reading, const Prepared& query, std::uint64_t wanted, RowSink sink)
      : reading_(reading),
        table_(query.table),
        plan_(query.plan),
        match_(query.table, query.test),
        wanted_(wanted),
        sink_(sink) {}

  void operator()() {
    if (plan_.kind == QueryPlan::Kind::scan)
      scan_table();
    else if (plan_.kind == QueryPlan::Kind::keys)
      find_keys();
  }

 private:
  // False: no more.
  [[gnu::noinline]] bool offer(ByteView key, ByteView row) {
    const RowView view(table_.layout, row);
    if (!match_(key, view)) {
      if (plan_.exact && !by_known_key_) lying(table_, key);
      return true;
    }
    return sink_(key, row);
  }

  void scan_table() {
    by_known_key_ = true;
    const storage::ScanOptions options{plan_.reverse, 0};
    if (plan_.scans.size() == 1) {
      const Lookup& lookup = plan_.scans.front();
      const auto scan = [&](FunctionRef<bool(ByteView, ByteView)> sink) {
        reading_.reader().scan(lookup.keyspace, lookup.range(), options, sink);
      };
      const FixedTest& fixed = match_.fixed();
      if (!fixed.is_usable())
        return scan([&](ByteView key, ByteView row) { return offer(key, row); });
      return fixed.with_type([&](auto type) {
        scan([this, fixed](ByteView key, ByteView row) {
          return fixed.rejects<decltype(type)>(row) || offer(key, row);
        });
      });
    }
    bool more = true;
    reading_.reader().scan_many(requests(plan_.scans), options,
                                [&](std::size_t, ByteView key, ByteView row) {
                                  more = more && offer(key, row);
                                  return more;
                                });
  }

  [[nodiscard]] std::vector<storage::ScanRequest> requests(const std::vector<Lookup>& from) const {
    std::vector<storage::ScanRequest> out;
    out.reserve(from.size());
    for (const Lookup& lookup : from) out.push_back({lookup.keyspace, lookup.range()});
    if (plan_.reverse) std::reverse(out.begin(), out.end());
    return out;
  }

  void find_keys() {
    const bool one_scan = plan_.scans.size() == 1 && plan_.gets.empty() && plan_.keys.empty();
    const bool keeps_sequence =
        plan_.sequence == Sequence::free || plan_.sequence == Sequence::lookups;
    if (one_scan && keeps_sequence && wanted_ != unlimited) {
      search_step_by_step();
      return;
    }
    by_known_key_ = plan_.gets.empty() && plan_.scans.empty();
    collect(0);
    if (plan_.sequence != Sequence::lookups) sort_keys();
    std::size_t size = found_.size();
    if (wanted_ < size) size = plan_.exact ? static_cast<std::size_t>(wanted_) : first_batch;
    bool more = true;
    for (std::size_t at = 0; more && at < found_.size(); at += size, size *= 4) {
      size = std::min(size, found_.size() - at);
      if (plan_.cut_keys) size = whole_groups(at, size);
      more = fetch(at, at + size);
    }
  }

  // Reads more of the index each time, from its beginning, until enough rows matched.
  void search_step_by_step() {
    std::size_t done = 0;
    std::uint64_t limit = plan_.exact ? wanted_ : first_batch;
    for (bool more = true; more; limit *= 4) {
      found_.clear();
      index_keys_.clear();
      arena_.clear();
      if (limit > unlimited / 4) limit = 0;
      collect(limit);
      const bool last = limit == 0 || found_.size() < limit;
      std::size_t end = found_.size();
      if (!last && plan_.cut_keys) end = begin_of_group(end);
      if (end > done) more = fetch(done, end);
      done = std::max(done, end);
      more = more && !last;
    }
  }

  // Primary keys that the lookups lead to; of one scan, at most `limit`.
  void collect(std::uint64_t limit) {
    for (const std::string& key : plan_.keys) found_.push_back(key);
    if (plan_.reverse && plan_.sequence == Sequence::lookups)
      std::reverse(found_.begin(), found_.end());
    if (!plan_.gets.empty()) {
      std::vector<storage::GetRequest> gets;
      gets.reserve(plan_.gets.size());
      for (const Lookup& lookup : plan_.gets) gets.push_back({lookup.keyspace, lookup.lower});
      if (plan_.reverse) std::reverse(gets.begin(), gets.end());
      get(gets, [&](std::size_t i, std::optional<ByteView> key) {
        if (key) keep(gets[i].key, *key);
      });
    }
    const storage::ScanOptions options{plan_.reverse && plan_.sequence == Sequence::lookups, limit};
    if (plan_.scans.size() == 1) {
      const Lookup& lookup = plan_.scans.front();
      reading_.reader().scan(lookup.keyspace, lookup.range(), options,
                             [&](ByteView key, ByteView value) {
                               keep(key, lookup.in_table ? key : value);
                               return true;
                             });
    } else if (!plan_.scans.empty()) {
      const auto scans = requests(plan_.scans);
      reading_.reader().scan_many(scans, options, [&](std::size_t i, ByteView key, ByteView value) {
        const Lookup& lookup = plan_.scans[plan_.reverse ? scans.size() - 1 - i : i];
        keep(key, lookup.in_table ? key : value);
        return true;
      });
    }
  }

  void keep(ByteView index_key, ByteView key) {
    found_.push_back(arena_.keep(key));
    if (plan_.cut_keys) index_keys_.push_back(arena_.keep(index_key));
  }

  // In key order, each once.
  void sort_keys() {
    const auto order = sorted_order(found_.size(), [&](std::uint32_t i) { return found_[i]; });
    std::vector<ByteView> sorted;
    sorted.reserve(found_.size());
    for (const std::uint32_t i : order)
      if (sorted.empty() || sorted.back() != found_[i]) sorted.push_back(found_[i]);
    if (plan_.reverse) std::reverse(sorted.begin(), sorted.end());
    found_ = std::move(sorted);
  }

  // Keys that are cut stand among their neighbours by hash: those whose beginnings are equal make a
  // group.
  [[nodiscard]] bool same_group(std::size_t a, std::size_t b) const {
    return index_keys_[a].size() >= format::cut_prefix &&
           index_keys_[a].substr(0, format::cut_prefix) ==
               index_keys_[b].substr(0, format::cut_prefix);
  }
  [[nodiscard]] std::size_t begin_of_group(std::size_t end) const {
    std::size_t begin = end;
    while (begin > 0 && same_group(begin - 1, end - 1)) --begin;
    return begin < end ? begin : end;
  }
  [[nodiscard]] std::size_t whole_groups(std::size_t at, std::size_t size) const {
    while (at + size < found_.size() && same_group(at + size - 1, at + size)) ++size;
    return size;
  }

  bool fetch(std::size_t from, std::size_t to) {
    const bool mend =
        plan_.cut_keys && std::any_of(index_keys_.begin() + static_cast<std::ptrdiff_t>(from),
                                      index_keys_.begin() + static_cast<std::ptrdiff_t>(to),
                                      [](ByteView key) { return format::is_cut(key); });
    if (!mend) return fetch(from, to, [&](ByteView key, ByteView row) { return offer(key, row); });
    RowSorter sorter(table_, plan_, unlimited,
                     rows_stay(reading_) ? RowLife::stable : RowLife::copied);
    (void)fetch(from, to, [&](ByteView key, ByteView row) {
      sorter.add(key, row);
      return true;
    });
    bool more = true;
    sorter.take([&](ByteView key, ByteView row) { return more = offer(key, row); });
    return more;
  }

  bool fetch(std::size_t from, std::size_t to, RowSink sink) {
    std::vector<storage::GetRequest> rows;
    rows.reserve(to - from);
    for (std::size_t i = from; i < to; ++i) rows.push_back({table_.keyspace(), found_[i]});
    bool more = true;
    get(rows, [&](std::size_t i, std::optional<ByteView> row) {
      if (!more) return;
      if (row)
        more = sink(rows[i].key, *row);
      else if (!by_known_key_ && plan_.keys.empty())
        dangling(table_, rows[i].key);
    });
    return more;
  }

  void get(const std::vector<storage::GetRequest>& requests,
           FunctionRef<void(std::size_t, std::optional<ByteView>)> sink) {
    if (requests.size() == 1)
      sink(0, reading_.reader().get(requests[0].keyspace, requests[0].key));
    else
      reading_.reader().get_many(requests, sink);
  }

  Reading& reading_;
  const CompiledTable& table_;
  const QueryPlan& plan_;
  Matcher match_;
  std::uint64_t wanted_;
  RowSink sink_;
  bool by_known_key_ = false;  // no index had a say
  Arena arena_;
  std::vector<ByteView> found_;       // primary keys
  std::vector<ByteView> index_keys_;  // parallel, where keys may be cut
};

void run(Reading& reading, const Prepared& query, const detail::QuerySpec& spec, RowSink sink) {
  const std::uint64_t wanted = rows_wanted(spec);
  std::uint64_t skip = spec.offset;
  std::uint64_t left = spec.limited ? spec.limit : unlimited;
  const auto out = [&](ByteView key, ByteView row) {
    if (skip > 0) {
      --skip;
      return true;
    }
    return sink(key, row) && --left > 0;
  };
  if (query.plan.sequence != Sequence::unordered) {
    Run(reading, query, wanted, out)();
    return;
  }
  RowSorter sorter(query.table, query.plan, wanted,
                   rows_stay(reading) ? RowLife::stable : RowLife::copied);
  const auto add = [&](ByteView key, ByteView row) {
    sorter.add(key, row);
    return true;
  };
  Run(reading, query, unlimited, add)();
  sorter.take(out);
}

}  // namespace

void run_query(Reading& reading, const detail::QuerySpec& spec, RowSink sink) {
  run(reading, Prepared(reading, spec), spec, sink);
}

std::uint64_t count_query(Reading& reading, const detail::QuerySpec& spec) {
  detail::QuerySpec counted = spec;
  counted.order.clear();
  const Prepared query(reading, counted);
  // What is wrong with the order is wrong here too.
  for (const detail::QueryOrder& o : spec.order) (void)column_ref(query.table, o.column, "order");
  std::uint64_t n = 0;
  const QueryPlan& plan = query.plan;
  if (plan.kind == QueryPlan::Kind::keys && plan.exact && plan.scans.size() == 1) {
    // The entries of the index say it.
    const Lookup& lookup = plan.scans.front();
    reading.reader().scan(lookup.keyspace, lookup.range(), {false, 0}, [&](ByteView, ByteView) {
      ++n;
      return !spec.limited || n < rows_wanted(spec);
    });
    return n > spec.offset ? n - spec.offset : 0;
  }
  run(reading, query, counted, [&](ByteView, ByteView) {
    ++n;
    return true;
  });
  return n;
}

std::string explain_query(Reading& reading, const detail::QuerySpec& spec) {
  const Prepared query(reading, spec);
  std::string out;
  for (const std::string& step : query.plan.steps) out += step + '\n';
  return out;
}

// ---- pulled

struct QueryStream::State {
  static constexpr std::size_t least_batch = 16;
  static constexpr std::size_t full_batch = 256;
  Reading& reading;
  detail::QuerySpec spec;
  Prepared query;
  bool streams;
  RowLife life;
  std::uint64_t skip;
  std::uint64_t left;
  std::size_t size = least_batch;
  bool more = true;
  Arena arena = {};
  std::vector<storage::Entry> batch = {};
  std::size_t at = 0;

  State(Reading& r, detail::QuerySpec s)
      : reading(r),
        spec(std::move(s)),
        query(r, spec),
        streams(query.plan.kind == QueryPlan::Kind::scan && query.plan.scans.size() == 1 &&
                query.plan.sequence != Sequence::unordered),
        life(r.keeps_rows() ? RowLife::stable : RowLife::copied),
        skip(spec.offset),
        left(spec.limited ? spec.limit : unlimited) {}

  bool next(ByteView& key, ByteView& row) {
    if (at == batch.size() && !refill()) return false;
    key = batch[at].key;
    row = batch[at].value;
    ++at;
    return true;
  }

  void keep(ByteView key, ByteView row) {
    if (life == RowLife::copied) {
      row = arena.keep(row);
    } else {
      format::fetch_row(row);
    }
    batch.push_back({arena.keep(key), row});
  }

  bool refill() {
    if (!more) return false;
    arena.clear();
    batch.clear();
    at = 0;
    if (streams) {
      read_ahead();
    } else {
      more = false;
      run(reading, query, spec, [&](ByteView key, ByteView row) {
        keep(key, row);
        return true;
      });
    }
    return !batch.empty();
  }

  void read_ahead() {
    bool full = false;
    const auto out = [&](ByteView key, ByteView row) {
      if (skip > 0) {
        --skip;
        return true;
      }
      keep(key, row);
      --left;
      full = batch.size() == size;
      return !full && left > 0;
    };
    Run(reading, query, unlimited, out)();
    more = full && left > 0 && go_behind(batch.back().key);
    size = std::min(size * 2, full_batch);
  }

  // What lies behind `key`, in the direction of the scan, becomes the range; false where nothing
  // does.
  bool go_behind(ByteView key) {
    Lookup& range = query.plan.scans.front();
    if (query.plan.reverse) {
      range.upper.assign(key);
      range.bounded = true;
      return range.lower < range.upper;
    }
    range.lower.assign(key);
    const bool grows = query.table.shape().kind != storage::Shape::Kind::map_u64;
    if (grows && key.size() < storage::max_key_size) {
      range.lower += '\0';
    } else {
      range.lower = format::successor(key);
      range.lower.resize(range.lower.empty() ? 0 : key.size(), '\0');
    }
    return !range.lower.empty() && (!range.bounded || range.lower < range.upper);
  }
};

QueryStream::QueryStream(Reading& reading, detail::QuerySpec spec)
    : state_(std::make_unique<State>(reading, std::move(spec))) {}

QueryStream::~QueryStream() = default;

bool QueryStream::next(ByteView& key, ByteView& row) { return state_->next(key, row); }

}  // namespace kindred::engine
