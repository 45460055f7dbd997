// A contender with its store on disk: keeps one store at a time and makes a new one only when the
// workload needs another content.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "contender.hpp"

namespace kindred::bench {

enum class Content {
  nothing,  // no store, or one that may not be used again
  blog,     // the users and posts of a Blog
};

class Slot {
 public:
  Slot(std::unique_ptr<Contender> contender, std::filesystem::path dir);
  ~Slot();
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

  [[nodiscard]] Contender& contender() const { return *contender_; }
  // The folder of the store.
  [[nodiscard]] const std::filesystem::path& dir() const { return dir_; }

  // A new, empty, open store.
  void renew(Sync sync = Sync::none);
  // An open store with these tables: the one at hand where it was made for `content` and is as it
  // was.
  void fill(Content content, const Tables& tables);
  // The store no longer is what fill() made.
  void spoil() { content_ = Content::nothing; }
  // Closes and removes the store.
  void clear();

  // Of the store when fill() made it, of the last blog.
  [[nodiscard]] std::uint64_t bytes_on_disk() const { return bytes_; }

 private:
  std::unique_ptr<Contender> contender_;
  std::filesystem::path dir_;
  Content content_ = Content::nothing;
  bool open_ = false;
  std::uint64_t bytes_ = 0;
};

}  // namespace kindred::bench
