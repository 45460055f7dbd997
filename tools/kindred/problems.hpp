// What is wrong with the lines of an input, gathered so that all of it is told at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace kindred::tool {

class Problems {
 public:
  // Keeps the first 20 messages, counts the others.
  void add(std::string message);
  // Enough was seen: going on would only count.
  [[nodiscard]] bool enough() const noexcept { return count_ >= 1000; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  void clear();
  // Throws InputRejected where there are any.
  void check() const;

 private:
  std::vector<std::string> kept_;
  std::uint64_t count_ = 0;
};

}  // namespace kindred::tool
