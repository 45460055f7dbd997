#include "engine/check.hpp"

#include <algorithm>
#include <set>

#include "engine/condition.hpp"
#include "engine/engine.hpp"
#include "format/bytes.hpp"
#include "kindred/storage_support.hpp"

namespace kindred::engine {
namespace {

constexpr std::size_t batch_size = 4096;
constexpr std::uint64_t progress_step = 4096;

class Checker {
 public:
  Checker(Reading& reading, const CheckOptions& options) : reading_(reading), options_(options) {}

  CheckReport run() {
    if (!options_.table.empty()) {
      table(reading_.schema().require(options_.table));
      return std::move(report_);
    }
    reading_.engine().storage().check(
        [&](const storage::Problem& p) { problem("structure", p.where, p.what); });
    guarded("catalogue", "catalogue", [&] {
      Catalog copy = *reading_.schema().catalog();
      copy.validate();
    });
    for (const CompiledTable& t : reading_.schema().tables()) table(t);
    keyspaces();
    return std::move(report_);
  }

 private:
  void problem(std::string area, std::string where, std::string what) {
    ++report_.problems;
    if (report_.kept.size() < options_.max_problems)
      report_.kept.push_back({std::move(area), std::move(where), std::move(what)});
  }

  // Damage found by reading is a problem like any other; what comes after it is not looked at.
  template <class F>
  void guarded(const char* area, const std::string& where, F&& fn) {
    try {
      fn();
    } catch (const Error& e) {
      if (e.code() == ErrorCode::cancelled) throw;
      problem(area, where, e.what());
    }
  }

  static std::string place(const CompiledTable& t, ByteView key) {
    return t.key_parts.empty() ? t.name() : t.name() + " " + t.key_text(key);
  }

  void table(const CompiledTable& t) {
    std::vector<std::uint64_t> expected(t.indexes.size() + t.foreign_keys.size(), 0);
    std::uint64_t greatest = 0;
    guarded("row", t.name(), [&] {
      reading_.reader().scan(
          t.keyspace(), storage::Range::all(), {}, [&](ByteView key, ByteView bytes) {
            ++report_.rows;
            if (options_.progress && report_.rows % progress_step == 0 &&
                !options_.progress(report_.rows, 0))
              throw Error(ErrorCode::cancelled, "the check was stopped");
            guarded("row", place(t, key), [&] { row(t, key, bytes, expected, greatest); });
            return true;
          });
    });
    flush_references(t);
    for (std::uint32_t i = 0; i < t.indexes.size(); ++i) {
      const Index& index = *t.indexes[i].index;
      guarded("index", t.name() + "." + index.name, [&] {
        entries(t, index.name, index.keyspace, expected[i],
                [&](ByteView entry, ByteView key, const RowView& row) {
                  Buffer now;
                  return t.append_index_key(now, i, key, row) && now.view() == entry;
                });
      });
    }
    for (std::uint32_t f = 0; f < t.foreign_keys.size(); ++f) {
      const CompiledForeignKey& fk = t.foreign_keys[f];
      if (fk.leads_key) continue;
      guarded("index", t.name() + "." + fk.key->name, [&] {
        entries(t, fk.key->name, fk.key->keyspace, expected[t.indexes.size() + f],
                [&](ByteView entry, ByteView key, const RowView& row) {
                  Buffer now;
                  return t.append_reference(now, f, key, row) && now.view() == entry;
                });
      });
    }
    if (t.sequence && greatest) sequence(t, greatest);
  }

  void row(const CompiledTable& t, ByteView key, ByteView bytes,
           std::vector<std::uint64_t>& expected, std::uint64_t& greatest) {
    const Row decoded = decode_row(t, key, bytes);
    const RowView view(t.layout, bytes);
    Buffer again;
    encode_key(t, decode_key(t, key), again);
    if (again.view() != key) problem("row", place(t, key), "its key is not in canonical form");
    for (const auto& [name, value] : decoded) {
      const Column& column = *t.table->column(name);
      Buffer out;
      if (value.is_null()) continue;
      if (const auto fault = encode_value(column, value, out))
        problem("row", place(t, key), name + " " + fault->detail);
    }
    for (const Check& c : t.table->checks)
      if (evaluate(c.condition, t, key, view) == Truth::no)
        problem("row", place(t, key), "check " + c.name + " is false: " + c.condition.to_string());
    if (t.sequence) {
      const Value& id = decoded.begin()[t.key_columns[0]].second;
      if (const auto* i = id.get_if<std::int64_t>(); i && *i > 0)
        greatest = std::max(greatest, static_cast<std::uint64_t>(*i));
      if (const auto* u = id.get_if<std::uint64_t>()) greatest = std::max(greatest, *u);
    }
    Buffer entry;
    for (std::uint32_t i = 0; i < t.indexes.size(); ++i) {
      entry.clear();
      if (!t.append_index_key(entry, i, key, view)) continue;
      ++expected[i];
      const Index& index = *t.indexes[i].index;
      const auto found =
          index.unique ? reading_.reader().get(index.keyspace, entry.view()) : std::nullopt;
      if (index.unique ? !found || *found != key
                       : !reading_.reader().contains(index.keyspace, entry.view(), key))
        problem("index", place(t, key), "is not in index " + index.name);
    }
    for (std::uint32_t f = 0; f < t.foreign_keys.size(); ++f) {
      const CompiledForeignKey& fk = t.foreign_keys[f];
      entry.clear();
      if (!t.append_reference(entry, f, key, view)) continue;
      ++report_.references;
      if (!fk.leads_key) {
        ++expected[t.indexes.size() + f];
        if (!reading_.reader().contains(fk.key->keyspace, entry.view(), key))
          problem("index", place(t, key), "is not in the index of " + fk.key->name);
      }
      references_.push_back({f, std::string(entry.view()), std::string(key)});
      if (references_.size() >= batch_size) flush_references(t);
    }
  }

  struct Pending {
    std::uint32_t foreign_key;
    std::string referenced;
    std::string key;
  };

  void flush_references(const CompiledTable& t) {
    std::vector<storage::GetRequest> requests;
    for (const Pending& p : references_)
      requests.push_back(
          {reading_.schema().referenced_keyspace(t.foreign_keys[p.foreign_key]), p.referenced});
    guarded("reference", t.name(), [&] {
      reading_.reader().get_many(requests, [&](std::size_t i, std::optional<ByteView> found) {
        if (found) return;
        const CompiledForeignKey& fk = t.foreign_keys[references_[i].foreign_key];
        problem("reference", place(t, references_[i].key),
                fk.key->name + " refers to a row of " + fk.key->table + " that does not exist");
      });
    });
    references_.clear();
  }

  // Every row has its entry (seen above): where the counts agree, no entry lacks a row. Else the
  // strays are named.
  template <class Fits>
  void entries(const CompiledTable& t, const std::string& name, KeyspaceId keyspace,
               std::uint64_t expected, Fits&& fits) {
    std::uint64_t n = 0;
    reading_.reader().scan(keyspace, storage::Range::all(), {}, [&](ByteView, ByteView) {
      ++n;
      return true;
    });
    report_.index_entries += n;
    if (n == expected) return;
    bool named = false;
    reading_.reader().scan(keyspace, storage::Range::all(), {}, [&](ByteView entry, ByteView key) {
      const std::string kept_entry(entry);
      const std::string kept_key(key);
      const auto row = reading_.reader().get(t.keyspace(), kept_key);
      bool good = false;
      try {
        good = row && fits(kept_entry, kept_key, RowView(t.layout, *row));
      } catch (const Error&) {
        good = true;  // the row itself is a problem, named above
      }
      if (!good) {
        problem("index", place(t, kept_key), "index " + name + " has an entry that no row has");
        named = true;
      }
      return true;
    });
    if (!named)
      problem(
          "index", t.name() + "." + name,
          "has " + std::to_string(n) + " entries where " + std::to_string(expected) + " are due");
  }

  void sequence(const CompiledTable& t, std::uint64_t greatest) {
    if (dynamic_cast<const Writing*>(&reading_)) return;  // sequences are written when it commits
    const auto stored = reading_.reader().get(storage::catalog_keyspace,
                                              storage::SequenceRecords::key(t.table->number));
    std::uint64_t next = 1;
    if (stored && stored->size() == 8) next = format::load_le<std::uint64_t>(stored->data());
    if (next <= greatest && next != ~std::uint64_t{0})
      problem("sequence", t.name(),
              "its next id is " + std::to_string(next) + ", but a row has id " +
                  std::to_string(greatest));
  }

  void keyspaces() {
    std::set<KeyspaceId> known{storage::catalog_keyspace};
    for (const auto& [id, shape] : reading_.schema().keyspaces()) known.insert(id);
    guarded("keyspace", "keyspaces", [&] {
      for (const auto& info : reading_.engine().storage().keyspaces())
        if (!known.contains(info.id))
          problem("keyspace", "keyspace " + std::to_string(info.id),
                  "belongs to no table (" + std::to_string(info.entries) + " entries)");
    });
  }

  Reading& reading_;
  const CheckOptions& options_;
  CheckReport report_;
  std::vector<Pending> references_;
};

}  // namespace

CheckReport check(Reading& reading, const CheckOptions& options) {
  return Checker(reading, options).run();
}

}  // namespace kindred::engine
