// The checker that LMDB lacks: walks every page of one committed state with pread.
//
// Checked: page numbers, kinds and bounds, key and member order, separators, depth, counts,
// overflow runs, sub-pages and subtrees, and that every page is used exactly once or free.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "backends/lmdb/page.hpp"
#include "kindred/function_ref.hpp"
#include "kindred/storage.hpp"

namespace kindred::lmdb {

class PageWalker {
 public:
  explicit PageWalker(const PageFile& file) : file_(file) {}
  // Once. Reports every problem, at most 1000 of them; never throws for damage. True where there is
  // none but pages that nothing uses, which cost space alone.
  [[nodiscard]] bool run(FunctionRef<void(const storage::Problem&)> report);

 private:
  struct Tree {
    std::string name;
    TreeRecord record;
    bool integers = false;
    std::uint64_t branch_pages = 0, leaf_pages = 0, overflow_pages = 0, entries = 0;
    std::string last;  // the key before, in order of the tree
    bool any = false;
    std::string floor;  // the separator before the current child
    bool bounded = false;
  };

  void walk(Tree& tree);
  void visit(Tree& tree, std::uint64_t number, unsigned level);
  void visit_branch(Tree& tree, const PageView& page, std::uint64_t number, unsigned level);
  void visit_leaf(Tree& tree, const PageView& page, std::uint64_t number);
  void visit_members(Tree& tree, const PageView& page, std::uint64_t number);
  void visit_duplicates(Tree& tree, const Node& node, std::uint64_t number);
  void next_key(Tree& tree, ByteView key, std::uint64_t number);
  void big_value(Tree& tree, const Node& node, std::uint64_t number);
  void free_record(const Node& node, std::uint64_t number);
  // Notes the use of pages; false, and a report, where they are outside or used already.
  bool use(const Tree& tree, std::uint64_t number, std::uint64_t pages);
  void problem(std::string where, std::string what);
  void damage(const Tree& tree, std::uint64_t number, std::string what);

  const PageFile& file_;
  const FunctionRef<void(const storage::Problem&)>* report_ = nullptr;  // during run
  std::vector<bool> used_;
  std::vector<bool> free_;
  std::size_t problems_ = 0;
  bool damaged_ = false;
  bool listing_free_ = false;
};

}  // namespace kindred::lmdb
