#include "backends/lmdb/page.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace kindred::lmdb {
namespace {

// Bytes read, fewer only at the end of the file. Throws Error(io).
std::size_t read_at(int fd, char* into, std::size_t size, std::uint64_t offset,
                    const std::string& where) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t n = ::pread(fd, into + done, size - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      throw StorageError(ErrorCode::io, "pread", "errno " + std::to_string(errno),
                         where + ": " + std::strerror(errno));
    }
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

// The meta page at `offset`, or nothing where that place holds none.
std::optional<Meta> read_meta(int fd, std::uint64_t offset, const std::string& url) {
  char bytes[page_header + sizeof(Meta)];
  if (read_at(fd, bytes, sizeof bytes, offset, url) != sizeof bytes) return std::nullopt;
  Meta meta;
  std::memcpy(&meta, bytes + page_header, sizeof meta);
  if (meta.magic != meta_magic) return std::nullopt;
  if ((PageView(ByteView(bytes, sizeof bytes)).flags() & page_flag::meta) == 0) return std::nullopt;
  return meta;
}

bool is_page_size(std::uint32_t size) noexcept {
  return size >= 256 && size <= 32768 && (size & (size - 1)) == 0;
}

std::string meta_fault(const Meta& meta) {
  if (!is_page_size(meta.page_size())) {
    return "a page size of " + std::to_string(meta.page_size());
  }
  if (meta.last_page < 1 || meta.last_page > (std::uint64_t{1} << 47) / meta.page_size()) {
    return "a last page of " + std::to_string(meta.last_page);
  }
  for (const TreeRecord* tree : {&meta.free, &meta.main}) {
    if (tree->root != no_page && (tree->root < 2 || tree->root > meta.last_page)) {
      return "a root page " + std::to_string(tree->root) + " outside the file's pages";
    }
    if (tree->depth > max_depth) return "a tree of depth " + std::to_string(tree->depth);
  }
  return {};
}

Heads read_heads_once(int fd, const std::string& url) {
  const std::string advice = ": the file is damaged; restore a backup";
  const std::optional<Meta> first = read_meta(fd, 0, url);
  std::optional<Meta> second;
  if (first && is_page_size(first->page_size())) {
    second = read_meta(fd, first->page_size(), url);
  } else {
    for (std::uint32_t size = 256; size <= 32768 && !second; size *= 2) {
      second = read_meta(fd, size, url);
      if (second && second->page_size() != size) second.reset();
    }
  }
  if (!first && !second) {
    throw Error(ErrorCode::not_a_store, url +
                                            ": not a store of this kind: it does not begin as an "
                                            "LMDB file does; name another file");
  }
  if (!first) throw CorruptionError(url + ", page 0", "no meta page" + advice);
  if (!second) {
    throw CorruptionError(url + ", page 1",
                          "no meta page, or the file is cut off before it" + advice);
  }
  for (const Meta* meta : {&*first, static_cast<const Meta*>(&*second)}) {
    if (meta->version != 1) {
      throw Error(ErrorCode::newer_format, url + ": written by another LMDB format, number " +
                                               std::to_string(meta->version) +
                                               "; this program reads number 1");
    }
  }
  const Heads heads{{*first, *second}};
  if (first->page_size() != second->page_size()) {
    throw CorruptionError(url + ", page 1", "another page size than page 0" + advice);
  }
  const bool newest_second = heads.metas[1].transaction > heads.metas[0].transaction;
  if (const std::string fault = meta_fault(heads.newest()); !fault.empty()) {
    throw CorruptionError(url + ", page " + (newest_second ? "1" : "0"), fault + advice);
  }
  return heads;
}

}  // namespace

unsigned PageView::half(std::size_t at) const noexcept {
  std::uint16_t value = 0;
  if (at + 2 <= bytes_.size()) std::memcpy(&value, bytes_.data() + at, 2);
  return value;
}

std::uint64_t PageView::number() const noexcept {
  std::uint64_t value = 0;
  if (bytes_.size() >= 8) std::memcpy(&value, bytes_.data(), 8);
  return value;
}

std::uint32_t PageView::overflow_run() const noexcept {
  std::uint32_t value = 0;
  if (bytes_.size() >= page_header) std::memcpy(&value, bytes_.data() + 12, 4);
  return value;
}

std::string PageView::fault() const {
  if (bytes_.size() < page_header) return "too small for its header";
  const std::size_t low = lower();
  const std::size_t high = upper();
  if (low < page_header || low % 2 != 0 || low > high || high > bytes_.size()) {
    return "free space from " + std::to_string(low) + " to " + std::to_string(high);
  }
  const unsigned kind = flags();
  if ((kind & page_flag::leaf2) != 0) {
    if (count() * member_size() > bytes_.size() - page_header) return "more members than fit";
    return {};
  }
  std::size_t used = 0;
  for (std::size_t i = 0; i < count(); ++i) {
    const std::size_t at = slot_offset(i);
    const std::string slot = "slot " + std::to_string(i);
    if (at < high || at % 2 != 0 || at + node_header > bytes_.size()) {
      return slot + " points to " + std::to_string(at);
    }
    std::size_t length = node_header + half(at + 6);
    if ((kind & page_flag::leaf) != 0) {
      const std::uint64_t size = half(at) | std::uint64_t{half(at + 2)} << 16;
      length += (half(at + 4) & node_flag::big) != 0 ? 8 : size;
    }
    if (length > bytes_.size() - at) return slot + " reaches beyond the page";
    used += length + length % 2;
  }
  if (used > bytes_.size() - high + 1) return "slots that overlap";
  return {};
}

Node PageView::node(std::size_t slot) const noexcept {
  const std::size_t at = slot_offset(slot);
  Node node;
  node.flags = half(at + 4);
  const std::size_t key_size = half(at + 6);
  node.key = bytes_.substr(at + node_header, key_size);
  const std::uint64_t low = half(at) | std::uint64_t{half(at + 2)} << 16;
  if ((flags() & page_flag::branch) != 0) {
    node.child = low | std::uint64_t{node.flags} << 32;
    node.flags = 0;
  } else {
    node.size = low;
    const std::size_t stored = (node.flags & node_flag::big) != 0 ? 8 : low;
    node.data = bytes_.substr(at + node_header + key_size, stored);
  }
  return node;
}

TreeRecord read_tree(ByteView bytes) noexcept {
  TreeRecord tree;
  std::memcpy(&tree, bytes.data(), sizeof tree);
  return tree;
}

Heads read_heads(int fd, const std::string& url) {
  // Another process may be writing a meta page: two equal readings are a whole one.
  Heads heads = read_heads_once(fd, url);
  for (int i = 0; i < 100; ++i) {
    const Heads again = read_heads_once(fd, url);
    if (std::memcmp(&heads, &again, sizeof heads) == 0) break;
    heads = again;
  }
  return heads;
}

PageFile::PageFile(int fd, const Meta& meta) : fd_(fd), meta_(meta), size_(0) {
  struct stat status {};
  if (::fstat(fd, &status) == 0) size_ = static_cast<std::uint64_t>(status.st_size);
}

std::string PageFile::read(std::uint64_t number, std::size_t pages, std::vector<char>& into) const {
  const std::size_t bytes = pages * page_size();
  if (number < 2 || number > meta_.last_page || pages > meta_.last_page - number + 1) {
    return "a reference to a page that the store does not have";
  }
  into.resize(bytes);
  const std::string where = "page " + std::to_string(number);
  if (read_at(fd_, into.data(), bytes, number * page_size(), where) != bytes) {
    return "beyond the end of the file, which is cut off at " + std::to_string(size_) + " bytes";
  }
  return {};
}

std::optional<std::string> PageFile::find_node(const TreeRecord& tree, ByteView key,
                                               unsigned flags) const {
  if (tree.root == no_page) return std::nullopt;
  std::vector<char> buffer;
  std::uint64_t number = tree.root;
  const auto damaged = [&](const std::string& what) {
    return CorruptionError("page " + std::to_string(number),
                           what + ": the file is damaged; restore a backup");
  };
  for (unsigned level = 1; level <= max_depth; ++level) {
    if (const std::string fault = read(number, 1, buffer); !fault.empty()) throw damaged(fault);
    const PageView page(ByteView(buffer.data(), buffer.size()));
    if (page.number() != number) throw damaged("it says that it is another page");
    const unsigned kind = page.flags() & ~page_flag::dirty;
    if (kind != page_flag::branch && kind != page_flag::leaf) throw damaged("not a tree page");
    if (const std::string fault = page.fault(); !fault.empty()) throw damaged(fault);
    const std::size_t count = page.count();
    if (kind == page_flag::leaf) {
      for (std::size_t i = 0; i < count; ++i) {
        const Node node = page.node(i);
        if (node.key != key) continue;
        if (node.flags != flags) throw damaged("an entry of another kind");
        return std::string(node.data);
      }
      return std::nullopt;
    }
    if (count == 0) throw damaged("a branch without children");
    std::size_t child = 0;  // the first separator is not looked at
    while (child + 1 < count && page.node(child + 1).key <= key) ++child;
    number = page.node(child).child;
  }
  throw damaged("a tree without end");
}

std::optional<std::string> PageFile::find(const TreeRecord& tree, ByteView key) const {
  return find_node(tree, key, 0);
}

std::optional<TreeRecord> PageFile::tree(ByteView name) const {
  const std::optional<std::string> bytes = find_node(meta_.main, name, node_flag::sub_data);
  if (!bytes) return std::nullopt;
  if (bytes->size() != sizeof(TreeRecord)) {
    throw CorruptionError("the record of \"" + std::string(name) + "\"", "of a wrong size");
  }
  return read_tree(*bytes);
}

}  // namespace kindred::lmdb
