#include "engine/links.hpp"

#include <algorithm>

#include "engine/row_changes.hpp"
#include "engine/sorting.hpp"

namespace kindred::engine {
namespace {

// The columns of one row between two others, in row form, from the keys that it refers to.
class PairColumns {
 public:
  PairColumns(const CompiledTable& owner, const CompiledForeignKey& left,
              const CompiledForeignKey& right)
      : owner_(owner), left_(left), right_(right), values_(owner.columns.size()) {}

  // False where no stored row can have the pair: `why` says it, for a row that is to be made.
  enum class Why : std::uint8_t { none, disagree, cut };
  [[nodiscard]] Why read(const LinkChange& pair) {
    arena_.clear();
    std::fill(values_.begin(), values_.end(), std::nullopt);
    const Why why = lay(left_, pair.left);
    return why != Why::none ? why : lay(right_, pair.right);
  }
  [[noreturn]] void refuse(Why why) const {
    if (why == Why::cut)
      throw CapacityError("table " + owner_.name() +
                              ": a row cannot be made for a referenced unique value of more than " +
                              std::to_string(format::cut_prefix) +
                              " bytes, its key holds only its hash; insert the row itself",
                          format::cut_prefix, format::longest_key);
    throw UsageError("table " + owner_.name() + ": '" + owner_.columns[shared_].column->name +
                     "' belongs to " + left_.key->name + " and " + right_.key->name +
                     ", and the two rows to be linked give it different values");
  }
  // Of a table whose primary key both foreign keys make up.
  void append_key(Buffer& out) const {
    for (std::size_t i = 0; i < owner_.key_columns.size(); ++i)
      format::append_key_part(out, owner_.key_parts[i], *values_[owner_.key_columns[i]],
                              i + 1 == owner_.key_columns.size());
  }
  [[nodiscard]] Row row() const {
    Row out;
    for (std::size_t c = 0; c < values_.size(); ++c) {
      const Column& column = *owner_.columns[c].column;
      if (values_[c]) out.append(column.name, decode_value(column.type, *values_[c]));
    }
    return out;
  }

 private:
  Why lay(const CompiledForeignKey& fk, ByteView referenced) {
    if (fk.referenced_index != none && format::is_cut(referenced)) return Why::cut;
    for (std::size_t i = 0; i < fk.columns.size(); ++i) {
      const std::uint32_t c = fk.columns[i];
      Buffer bytes;
      if (!format::take_key_part(referenced, owner_.columns[c].part, i + 1 == fk.columns.size(),
                                 bytes))
        throw UsageError("table " + owner_.name() + ": what is given for " + fk.key->name +
                         " is no key that it can refer to");
      if (!values_[c]) {
        values_[c] = arena_.keep(bytes.view());
      } else if (*values_[c] != bytes.view()) {
        shared_ = c;
        return Why::disagree;
      }
    }
    return Why::none;
  }

  const CompiledTable& owner_;
  const CompiledForeignKey& left_;
  const CompiledForeignKey& right_;
  std::vector<std::optional<ByteView>> values_;  // by column
  Arena arena_;
  std::uint32_t shared_ = 0;
};

// Each pair once, as it was named last, those of one left key together and by their right keys.
std::vector<LinkChange> last_of_each(std::span<const LinkChange> pairs) {
  Arena arena;
  std::vector<ByteView> names;
  names.reserve(pairs.size());
  for (const LinkChange& p : pairs) {
    char* at = arena.allocate(4 + p.left.size() + p.right.size());
    format::store_be32(at, static_cast<std::uint32_t>(p.left.size()));
    std::copy(p.left.begin(), p.left.end(), at + 4);
    std::copy(p.right.begin(), p.right.end(), at + 4 + p.left.size());
    names.emplace_back(at, 4 + p.left.size() + p.right.size());
  }
  const auto order = sorted_order(pairs.size(), [&](std::uint32_t i) { return names[i]; });
  std::vector<LinkChange> out;
  for (std::size_t i = 0; i < order.size(); ++i)
    if (i + 1 == order.size() || names[order[i]] != names[order[i + 1]])
      out.push_back(pairs[order[i]]);
  return out;
}

bool key_is_the_pair(const CompiledTable& owner, const CompiledForeignKey& left,
                     const CompiledForeignKey& right) {
  const auto in = [](const std::vector<std::uint32_t>& columns, std::uint32_t c) {
    return std::find(columns.begin(), columns.end(), c) != columns.end();
  };
  const auto in_key = [&](std::uint32_t c) { return owner.columns[c].in_key(); };
  return std::all_of(left.columns.begin(), left.columns.end(), in_key) &&
         std::all_of(right.columns.begin(), right.columns.end(), in_key) &&
         std::all_of(owner.key_columns.begin(), owner.key_columns.end(),
                     [&](std::uint32_t c) { return in(left.columns, c) || in(right.columns, c); });
}

// Which pairs have to be added; those to be removed go into `changes`.
std::vector<LinkChange> missing_by_key(Writing& writing, ChangeSet& changes,
                                       const CompiledTable& owner, PairColumns& columns,
                                       const std::vector<LinkChange>& wanted) {
  Arena arena;
  std::vector<LinkChange> missing;
  std::vector<const LinkChange*> pairs;
  std::vector<ByteView> keys;
  for (const LinkChange& p : wanted) {
    Buffer key;
    const bool possible = columns.read(p) == PairColumns::Why::none;
    if (possible) columns.append_key(key);
    if (possible && key.size() <= storage::max_key_size) {
      pairs.push_back(&p);
      keys.push_back(arena.keep(key.view()));
    } else if (p.add) {
      missing.push_back(p);  // what is made of it says what is wrong
    }
  }
  if (keys.empty()) return missing;
  writing.rows_at(owner, keys, [&](std::size_t i, std::optional<ByteView> row) {
    if (!row && pairs[i]->add) missing.push_back(*pairs[i]);
    if (row && !pairs[i]->add) changes.add(owner.ordinal, ChangeKind::erase, keys[i], {});
  });
  return missing;
}

// The same by the children of each left key.
std::vector<LinkChange> missing_by_scan(Writing& writing, ChangeSet& changes,
                                        const CompiledTable& owner, std::uint32_t foreign_key,
                                        std::uint32_t target_key,
                                        const std::vector<LinkChange>& wanted) {
  std::vector<ByteView> lefts;
  std::vector<std::size_t> begins;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!lefts.empty() && lefts.back() == wanted[i].left) continue;
    lefts.push_back(wanted[i].left);
    begins.push_back(i);
  }
  begins.push_back(wanted.size());
  std::vector<bool> present(wanted.size());
  Buffer right;
  writing.children_many(
      owner, foreign_key, lefts, [&](std::size_t left, ByteView key, ByteView row) {
        right.clear();
        if (!owner.append_reference(right, target_key, key, RowView(owner.layout, row)))
          return true;
        const auto last = wanted.begin() + static_cast<std::ptrdiff_t>(begins[left + 1]);
        const auto at = std::lower_bound(
            wanted.begin() + static_cast<std::ptrdiff_t>(begins[left]), last, right.view(),
            [](const LinkChange& p, ByteView r) { return p.right < r; });
        if (at == last || at->right != right.view()) return true;
        present[static_cast<std::size_t>(at - wanted.begin())] = true;
        if (!at->add) changes.add(owner.ordinal, ChangeKind::erase, key, {});
        return true;
      });
  std::vector<LinkChange> missing;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (wanted[i].add && !present[i]) missing.push_back(wanted[i]);
  return missing;
}

}  // namespace

void link_rows(Writing& writing, ChangeSet& changes, const CompiledTable& owner,
               std::uint32_t foreign_key, std::uint32_t target_key,
               std::span<const LinkChange> pairs) {
  if (pairs.empty()) return;
  const CompiledForeignKey& left = owner.foreign_keys[foreign_key];
  const CompiledForeignKey& right = owner.foreign_keys[target_key];
  const std::vector<LinkChange> wanted = last_of_each(pairs);
  PairColumns columns(owner, left, right);
  const std::vector<LinkChange> missing =
      key_is_the_pair(owner, left, right)
          ? missing_by_key(writing, changes, owner, columns, wanted)
          : missing_by_scan(writing, changes, owner, foreign_key, target_key, wanted);
  for (const LinkChange& p : missing) {
    if (const auto why = columns.read(p); why != PairColumns::Why::none) columns.refuse(why);
    (void)insert_row(writing, changes, owner, columns.row(), ChangeKind::insert);
  }
}

}  // namespace kindred::engine
