#include "backends/memory/heap.hpp"

#include <algorithm>

namespace kindred::memory {
namespace {
constexpr std::size_t least_spare = 64;
}

void Heap::make_pages(std::size_t pages) {
  spare_.reserve(std::max(pages, least_spare));
  while (spare_.size() < pages) spare_.push_back(::operator new(page_size));
}

void Heap::grow(std::size_t drops) {
  garbage_.reserve(std::max(garbage_.size() + drops, garbage_.capacity() * 2));
}

void Heap::free_owned(std::size_t from, Kept kept) noexcept {
  const auto begin = garbage_.begin() + static_cast<std::ptrdiff_t>(from);
  const auto rest = std::remove_if(begin, garbage_.end(), [&](const Garbage& g) {
    if (!owns(g.epoch)) return false;
    release(g.memory);
    return true;
  });
  garbage_.erase(kept == Kept::yes ? rest : begin, garbage_.end());
}

}  // namespace kindred::memory
