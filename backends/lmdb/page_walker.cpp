#include "backends/lmdb/page_walker.hpp"

#include <algorithm>
#include <cstring>

namespace kindred::lmdb {
namespace {

constexpr std::size_t most_problems = 1000;
constexpr std::size_t max_key = 511;
constexpr std::string_view main_name = "the table of keyspaces";
constexpr std::string_view free_name = "the free list";

std::uint64_t to_word(ByteView bytes) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data(), std::min(bytes.size(), sizeof word));
  return word;
}

// Less, equal or greater, in the order of a tree of plain bytes or of native integers.
int compare(bool integers, ByteView a, ByteView b) noexcept {
  if (!integers || a.size() != sizeof(std::uint64_t) || b.size() != sizeof(std::uint64_t)) {
    return a.compare(b);
  }
  const std::uint64_t x = to_word(a);
  const std::uint64_t y = to_word(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

std::string tree_name(ByteView key) {
  if (key.size() > 1 && key[0] == 'k' && key.find_first_not_of("0123456789", 1) == ByteView::npos) {
    return "keyspace " + std::string(key.substr(1));
  }
  return "tree \"" + std::string(key) + "\"";
}

}  // namespace

void PageWalker::problem(std::string where, std::string what) {
  if (++problems_ <= most_problems) (*report_)({std::move(where), std::move(what)});
}

void PageWalker::damage(const Tree& tree, std::uint64_t number, std::string what) {
  damaged_ = true;
  problem("page " + std::to_string(number) + " of " + tree.name, std::move(what));
}

bool PageWalker::use(const Tree& tree, std::uint64_t number, std::uint64_t pages) {
  const std::uint64_t last = file_.meta().last_page;
  if (number < 2 || number > last || pages == 0 || pages > last - number + 1) {
    damage(tree, number, "a reference to a page that the store does not have");
    return false;
  }
  for (std::uint64_t i = number; i < number + pages; ++i) {
    if (used_[i]) {
      damage(tree, i, "used twice");
      return false;
    }
    used_[i] = true;
  }
  return true;
}

bool PageWalker::run(FunctionRef<void(const storage::Problem&)> report) {
  report_ = &report;
  const Meta& meta = file_.meta();
  // A file cannot have more pages than it has bytes for, but for free ones at its end; the limit
  // keeps a damaged number from asking for all memory.
  if (meta.last_page > file_.size() / file_.page_size() + (std::uint64_t{1} << 32)) {
    damaged_ = true;
    problem("meta page", "a last page of " + std::to_string(meta.last_page) + " in a file of " +
                             std::to_string(file_.size()) + " bytes");
    return false;
  }
  used_.assign(meta.last_page + 1, false);
  free_.assign(meta.last_page + 1, false);
  Tree main;
  main.name = main_name;
  main.record = meta.main;
  walk(main);
  Tree list;
  list.name = free_name;
  list.record = meta.free;
  list.integers = true;
  listing_free_ = true;
  walk(list);
  std::uint64_t lost = 0;
  std::uint64_t first_lost = 0;
  for (std::uint64_t i = 2; i <= meta.last_page; ++i) {
    if (used_[i] && free_[i]) {
      damaged_ = true;
      problem("page " + std::to_string(i), "in use and in the free list");
    } else if (!used_[i] && !free_[i]) {
      if (lost++ == 0) first_lost = i;
    }
  }
  // After other damage this says nothing: what hangs below a bad page was not seen.
  if (lost > 0 && !damaged_) {
    problem("page " + std::to_string(first_lost),
            std::to_string(lost) +
                " pages, from this one on, are neither used nor free: space is "
                "lost until the store is copied");
  }
  if (problems_ > most_problems) {
    report({"pages", std::to_string(problems_ - most_problems) + " more problems"});
  }
  return !damaged_;
}

void PageWalker::walk(Tree& tree) {
  const TreeRecord& r = tree.record;
  if (r.root == no_page) {
    if (r.entries != 0 || r.depth != 0) damage(tree, r.root, "entries but no root");
    return;
  }
  if (r.depth == 0 || r.depth > max_depth) {
    damage(tree, r.root, "a depth of " + std::to_string(r.depth));
    return;
  }
  const bool clean_before = !damaged_;
  visit(tree, r.root, 1);
  if (damaged_ && clean_before) return;
  if (tree.branch_pages != r.branch_pages || tree.leaf_pages != r.leaf_pages ||
      tree.overflow_pages != r.overflow_pages) {
    damage(tree, r.root, "the counts of pages differ from what is there");
  }
  if (tree.entries != r.entries) {
    damage(
        tree, r.root,
        std::to_string(r.entries) + " entries noted, " + std::to_string(tree.entries) + " found");
  }
}

void PageWalker::visit(Tree& tree, std::uint64_t number, unsigned level) {
  if (!use(tree, number, 1)) return;
  std::vector<char> buffer;
  if (const std::string fault = file_.read(number, 1, buffer); !fault.empty()) {
    return damage(tree, number, fault);
  }
  const PageView page(ByteView(buffer.data(), buffer.size()));
  if (page.number() != number) {
    return damage(tree, number, "it says that it is page " + std::to_string(page.number()));
  }
  const unsigned kind = page.flags() & ~page_flag::dirty;
  const unsigned leaf_kind =
      (tree.record.flags & (tree_flag::dup_sort | tree_flag::dup_fixed)) == tree_flag::dup_fixed
          ? page_flag::leaf | page_flag::leaf2
          : page_flag::leaf;
  const unsigned wanted = level < tree.record.depth ? page_flag::branch : leaf_kind;
  if (kind != wanted) {
    return damage(
        tree, number,
        "page kind " + std::to_string(kind) + " where " + std::to_string(wanted) + " belongs");
  }
  if (const std::string fault = page.fault(); !fault.empty()) return damage(tree, number, fault);
  if (page.count() == 0) return damage(tree, number, "empty");
  if (kind == page_flag::branch) return visit_branch(tree, page, number, level);
  ++tree.leaf_pages;
  if (kind != page_flag::leaf) return visit_members(tree, page, number);
  visit_leaf(tree, page, number);
}

void PageWalker::visit_branch(Tree& tree, const PageView& page, std::uint64_t number,
                              unsigned level) {
  ++tree.branch_pages;
  if (page.count() < 2) damage(tree, number, "a branch with one child");
  for (std::size_t i = 0; i < page.count(); ++i) {
    const Node node = page.node(i);
    if (i > 0) {
      if (tree.any && compare(tree.integers, node.key, tree.last) <= 0) {
        damage(tree, number, "a separator that is not above what lies left of it");
      }
      tree.floor = node.key;
      tree.bounded = true;
    }
    visit(tree, node.child, level + 1);
  }
}

void PageWalker::next_key(Tree& tree, ByteView key, std::uint64_t number) {
  if (key.empty() || key.size() > max_key) {
    return damage(tree, number, "a key of " + std::to_string(key.size()) + " bytes");
  }
  if (tree.integers && key.size() != sizeof(std::uint64_t)) {
    return damage(tree, number, "an integer key of " + std::to_string(key.size()) + " bytes");
  }
  if (tree.any && compare(tree.integers, key, tree.last) <= 0) {
    damage(tree, number, "keys out of order");
  }
  if (tree.bounded && compare(tree.integers, key, tree.floor) < 0) {
    damage(tree, number, "a key below its separator");
  }
  tree.last = key;
  tree.any = true;
}

void PageWalker::visit_members(Tree& tree, const PageView& page, std::uint64_t number) {
  const std::size_t size = tree.record.pad;
  if (size == 0 || page.member_size() != size) {
    return damage(tree, number,
                  "members of " + std::to_string(page.member_size()) + " bytes among those of " +
                      std::to_string(size));
  }
  for (std::size_t i = 0; i < page.count(); ++i) next_key(tree, page.member(i, size), number);
  tree.entries += page.count();
}

void PageWalker::visit_leaf(Tree& tree, const PageView& page, std::uint64_t number) {
  for (std::size_t i = 0; i < page.count(); ++i) {
    const Node node = page.node(i);
    next_key(tree, node.key, number);
    if (node.flags == node_flag::duplicates ||
        node.flags == (node_flag::duplicates | node_flag::sub_data)) {
      visit_duplicates(tree, node, number);
      continue;
    }
    ++tree.entries;
    if (node.flags == node_flag::sub_data) {
      if (tree.name != main_name || node.size != sizeof(TreeRecord)) {
        damage(tree, number, "a tree inside an entry");
        continue;
      }
      Tree named;
      named.name = tree_name(node.key);
      named.record = read_tree(node.data);
      named.integers = (named.record.flags & tree_flag::integer_key) != 0;
      walk(named);
    } else if (node.flags == node_flag::big) {
      big_value(tree, node, number);
    } else if (node.flags != 0) {
      damage(tree, number, "an entry of kind " + std::to_string(node.flags));
    } else if (listing_free_) {
      free_record(node, number);
    }
  }
}

void PageWalker::visit_duplicates(Tree& tree, const Node& node, std::uint64_t number) {
  if ((tree.record.flags & tree_flag::dup_sort) == 0) {
    return damage(tree, number, "members in a keyspace that is no set");
  }
  const bool fixed = (tree.record.flags & tree_flag::dup_fixed) != 0;
  Tree members;
  members.name = tree.name;
  members.integers = (tree.record.flags & tree_flag::integer_dup) != 0;
  if ((node.flags & node_flag::sub_data) != 0) {
    if (node.size != sizeof(TreeRecord)) {
      return damage(tree, number, "the record of a tree of members has a wrong size");
    }
    members.record = read_tree(node.data);
    const unsigned wanted =
        fixed ? tree_flag::dup_fixed | (members.integers ? tree_flag::integer_key : 0u) : 0u;
    if (members.record.flags != wanted) {
      return damage(tree, number, "a tree of members of another kind");
    }
    walk(members);
    tree.entries += members.record.entries;
    return;
  }
  const PageView page(node.data);
  const unsigned kind = page.flags() & ~page_flag::dirty;
  const unsigned wanted = page_flag::leaf | page_flag::sub | (fixed ? page_flag::leaf2 : 0u);
  if (kind != wanted) return damage(tree, number, "an inner page of another kind");
  if (const std::string fault = page.fault(); !fault.empty()) {
    return damage(tree, number, "an inner page with " + fault);
  }
  if (page.count() == 0) return damage(tree, number, "an inner page without members");
  if (fixed) {
    members.record.pad = page.member_size();
    visit_members(members, page, number);
    tree.entries += members.entries;
    return;
  }
  for (std::size_t i = 0; i < page.count(); ++i) next_key(members, page.node(i).key, number);
  tree.entries += page.count();
}

void PageWalker::big_value(Tree& tree, const Node& node, std::uint64_t number) {
  const std::uint64_t first = to_word(node.data);
  std::vector<char> buffer;
  if (const std::string fault = file_.read(first, 1, buffer); !fault.empty()) {
    return damage(tree, number, "a large value, " + fault);
  }
  const PageView head(ByteView(buffer.data(), buffer.size()));
  const std::uint64_t needed = (page_header - 1 + node.size) / file_.page_size() + 1;
  if (head.number() != first || (head.flags() & ~page_flag::dirty) != page_flag::overflow ||
      head.overflow_run() < needed) {
    return damage(tree, first,
                  "not the large value that page " + std::to_string(number) + " refers to");
  }
  tree.overflow_pages += head.overflow_run();
  if (!use(tree, first, head.overflow_run())) return;
  if (const std::string fault = file_.read(first, needed, buffer); !fault.empty()) {
    return damage(tree, first, "a large value, " + fault);
  }
  if (!listing_free_) return;
  Node inside = node;
  inside.data = ByteView(buffer.data() + page_header, node.size);
  free_record(inside, first);
}

// A count, then that many page numbers, falling.
void PageWalker::free_record(const Node& node, std::uint64_t number) {
  Tree list;
  list.name = free_name;
  const ByteView data = node.data;
  const std::uint64_t count = data.size() >= 8 ? to_word(data.substr(0, 8)) : no_page;
  if (count > data.size() / 8 - (data.empty() ? 0 : 1) || data.size() < 8) {
    return damage(list, number, "a record with a wrong count");
  }
  std::uint64_t before = no_page;
  for (std::uint64_t i = 1; i <= count; ++i) {
    const std::uint64_t page = to_word(data.substr(8 * i, 8));
    if (page < 2 || page > file_.meta().last_page || page >= before) {
      return damage(list, number, "page numbers out of range or order");
    }
    if (free_[page]) return damage(list, number, "page " + std::to_string(page) + " free twice");
    free_[page] = true;
    before = page;
  }
}

}  // namespace kindred::lmdb
