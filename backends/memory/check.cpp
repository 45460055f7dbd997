// Proves a tree: order, bounds, shapes, heights and counts.
#include <string>

#include "backends/memory/storage.hpp"
#include "kindred/storage_support.hpp"

namespace kindred::memory {
namespace {

class TreeCheck {
 public:
  TreeCheck(const Tree& tree, FunctionRef<void(const storage::Problem&)> report) noexcept
      : tree_(tree), report_(report) {}

  void run() {
    if (tree_.root != nullptr) {
      Path path;
      for (path.descend(tree_.root, Target::at({}));;) {
        leaf(path);
        if (!path.next_leaf()) break;
      }
      visit_younger(tree_.root, 0,
                    [&](void* memory, std::uint64_t, bool is_page) { count(memory, is_page); });
    }
    if (entries_ != tree_.entries) {
      problem("has " + std::to_string(entries_) + " entries, but " + std::to_string(tree_.entries) +
              " are accounted for");
    }
    if (bytes_ != tree_.bytes) {
      problem("has " + std::to_string(bytes_) + " bytes, but " + std::to_string(tree_.bytes) +
              " are accounted for");
    }
  }

 private:
  void problem(const std::string& what) { report_({storage::name_of(tree_.id), what}); }

  void leaf(const Path& path) {
    const Page& page = *path.leaf();
    if (page.count() == 0) problem("an empty leaf");
    const bool set = tree_.shape.is_set();
    for (std::size_t i = 0; i < page.count(); ++i) {
      const Target here = Target::at(page.key(i), set ? page.tail(i) : ByteView{});
      if (i > 0 && page.compare(here, i - 1) <= 0) problem("entries out of order in a leaf");
      for (std::size_t d = 0; d + 1 < path.depth; ++d) {
        if (path.page[d]->child_of(here) != path.index[d]) {
          problem("an entry that a search would not find");
        }
      }
      try {
        storage::check_put(tree_.id, tree_.shape, page.key(i), page.tail(i));
      } catch (const std::exception& failure) {
        problem(failure.what());
      }
    }
    for (std::size_t d = 0; d < path.depth; ++d) {
      if (path.page[d]->level() != path.depth - 1 - d) problem("a page on a wrong level");
    }
    entries_ += page.count();
  }

  void count(void* memory, bool is_page) {
    if (!is_page) return;
    const Page& page = *static_cast<Page*>(memory);
    bytes_ += page_size;
    for (std::size_t i = 0; page.is_leaf() && i < page.count(); ++i) {
      if (page.block(i) != nullptr) bytes_ += sizeof(Block) + page.tail(i).size();
    }
  }

  const Tree& tree_;
  FunctionRef<void(const storage::Problem&)> report_;
  std::uint64_t entries_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace

void check_tree(const Tree& tree, FunctionRef<void(const storage::Problem&)> report) {
  TreeCheck(tree, report).run();
}

}  // namespace kindred::memory
