// What this backend asks of the operating system about files, beside what LMDB does itself.
#pragma once

#include <sys/types.h>

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kindred::lmdb {

// A file under whatever name.
struct FileId {
  dev_t device = 0;
  ino_t inode = 0;
  friend auto operator<=>(const FileId&, const FileId&) = default;
};

struct FileStatus {
  FileId id;
  std::uint64_t size = 0;
  std::uint64_t names = 0;  // hard links
  bool regular = false;
};

// An open file descriptor, closed at the end of the scope.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] int release() noexcept;

 private:
  int fd_ = -1;
};

// Throws StorageError for the current errno.
[[noreturn]] void fail_errno(std::string_view operation, const std::string& path);

// The absolute name of `path` with every symbolic link resolved; the file itself need not exist.
// Throws Error(missing_store) where its directory does not.
[[nodiscard]] std::string resolve(std::string_view path);
// Empty where there is nothing.
[[nodiscard]] std::optional<FileStatus> status_of(const std::string& path);
[[nodiscard]] FileStatus status_of(int fd, const std::string& path);
// Closed by exec. Throws for every failure, Error(missing_store) where there is nothing.
[[nodiscard]] Descriptor open_file(const std::string& path, int flags);

// The name of a file system on which mapped files and locks are not shared, or null.
[[nodiscard]] const char* network_file_system(std::uint64_t magic) noexcept;
// The number that the operating system gives the kind of file system under `fd`.
[[nodiscard]] std::uint64_t file_system_of(int fd, const std::string& path);
[[nodiscard]] std::uint64_t file_system_of_directory(const std::string& path);
// Throws Error(unsupported) for a network file system.
void refuse_network(std::uint64_t magic, const std::string& url);
// True where next to nothing is left on the file system: LMDB reports that as an I/O error.
[[nodiscard]] bool is_disk_full(int fd) noexcept;

// A name beside `path` that nobody else uses.
[[nodiscard]] std::string temporary_beside(const std::string& path);
// Gives a synced file its final name, durably. False, and nothing changed, where something is
// there.
[[nodiscard]] bool publish(const std::string& from, const std::string& to);
void sync_file(int fd, const std::string& path);
void sync_directory_of(const std::string& path);

// Differs for every run of the operating system.
[[nodiscard]] std::string boot_id();

// The number that the operating system gives the calling thread.
[[nodiscard]] long thread_number() noexcept;

// The lock that orders the writers of all processes before LMDB's own, because that one has no
// deadline: one byte, far behind the end of the data file. Advisory; LMDB's lock holds without it.
// Lost where another part of the process opens and closes the same file: then only the deadline is.
[[nodiscard]] bool lock_writers(int fd) noexcept;
void unlock_writers(int fd) noexcept;
// The process that holds it, 0 where that cannot be told.
[[nodiscard]] long writers_holder(int fd) noexcept;

}  // namespace kindred::lmdb
