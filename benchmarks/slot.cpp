#include "slot.hpp"

#include <sys/stat.h>

#include <system_error>
#include <utility>

namespace kindred::bench {
namespace {

std::uint64_t bytes_below(const std::filesystem::path& dir) {
  std::uint64_t total = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir)) {
    struct stat info {};
    if (entry.is_regular_file() && ::stat(entry.path().c_str(), &info) == 0) {
      total += static_cast<std::uint64_t>(info.st_size);
    }
  }
  return total;
}

}  // namespace

Slot::Slot(std::unique_ptr<Contender> contender, std::filesystem::path dir)
    : contender_(std::move(contender)), dir_(std::move(dir)) {}

Slot::~Slot() {
  try {
    clear();
  } catch (const std::exception&) {
    // The run's folder is removed whole afterwards.
  }
}

void Slot::clear() {
  content_ = Content::nothing;
  if (open_) {
    open_ = false;
    contender_->close();
  }
  std::filesystem::remove_all(dir_);
}

void Slot::renew(Sync sync) {
  clear();
  std::filesystem::create_directories(dir_);
  contender_->create(dir_, sync);
  open_ = true;
}

void Slot::fill(Content content, const Tables& tables) {
  if (content != Content::nothing && content == content_) return;
  renew();
  contender_->stage(tables);
  contender_->insert_users();
  contender_->insert_posts();
  if (!tables.comments.empty()) contender_->insert_comments();
  contender_->stage({});
  // Once closed, everything is in the main file of the store.
  contender_->close();
  open_ = false;
  if (content == Content::blog) bytes_ = bytes_below(dir_);
  contender_->open(dir_);
  open_ = true;
  content_ = content;
}

}  // namespace kindred::bench
