#include "backends/lmdb/file.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <random>

#include "kindred/error.hpp"

namespace kindred::lmdb {
namespace {

constexpr off_t writers_byte = off_t{1} << 62;

FileStatus to_status(const struct stat& s) noexcept {
  return {{s.st_dev, s.st_ino},
          static_cast<std::uint64_t>(s.st_size),
          static_cast<std::uint64_t>(s.st_nlink),
          S_ISREG(s.st_mode)};
}

// Of an absolute path.
std::string directory_of(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

ErrorCode code_of_errno(int code) noexcept {
  switch (code) {
    case EACCES:
    case EPERM: return ErrorCode::permission;
    case EROFS: return ErrorCode::read_only;
    case ENOSPC:
    case EDQUOT: return ErrorCode::no_space;
    case ENOENT:
    case ENOTDIR: return ErrorCode::missing_store;
    case EEXIST: return ErrorCode::store_exists;
    default: return ErrorCode::io;
  }
}

struct flock writers_lock(short type) noexcept {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = writers_byte;
  lock.l_len = 1;
  return lock;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = other.release();
  }
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

int Descriptor::release() noexcept {
  const int fd = fd_;
  fd_ = -1;
  return fd;
}

void fail_errno(std::string_view operation, const std::string& path) {
  const int code = errno;
  throw StorageError(code_of_errno(code), std::string(operation), "errno " + std::to_string(code),
                     path + ": " + std::strerror(code));
}

std::string resolve(std::string_view path) {
  const std::string text(path);
  using Free = std::unique_ptr<char, void (*)(void*)>;
  if (const Free whole(::realpath(text.c_str(), nullptr), &std::free); whole) return whole.get();
  if (errno != ENOENT) fail_errno("open", text);
  const std::size_t slash = text.find_last_of('/');
  const std::string directory = slash == std::string::npos ? "."
                                : slash == 0               ? "/"
                                                           : text.substr(0, slash);
  const std::string name = slash == std::string::npos ? text : text.substr(slash + 1);
  const Free parent(::realpath(directory.c_str(), nullptr), &std::free);
  if (!parent || name.empty() || name == "." || name == "..") {
    throw Error(ErrorCode::missing_store, "lmdb:" + text + ": there is no directory \"" +
                                              directory +
                                              "\": make it first, or name another place");
  }
  const std::string base = parent.get();
  return base + (base.back() == '/' ? "" : "/") + name;
}

std::optional<FileStatus> status_of(const std::string& path) {
  struct stat s {};
  if (::stat(path.c_str(), &s) == 0) return to_status(s);
  if (errno == ENOENT) return std::nullopt;
  fail_errno("stat", path);
}

FileStatus status_of(int fd, const std::string& path) {
  struct stat s {};
  if (::fstat(fd, &s) != 0) fail_errno("fstat", path);
  return to_status(s);
}

Descriptor open_file(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644);
  if (fd < 0) fail_errno("open", path);
  return Descriptor(fd);
}

const char* network_file_system(std::uint64_t magic) noexcept {
  switch (magic) {
    case 0x6969: return "NFS";
    case 0x517B: return "SMB";
    case 0xFF534D42: return "CIFS";
    case 0xFE534D42: return "SMB2";
    case 0x65735546: return "FUSE";
    case 0x01021997: return "9p";
    case 0x5346414F: return "AFS";
    case 0x6B414653: return "AFS";
    case 0x73757245: return "Coda";
    case 0x564C: return "NCP";
    case 0x00C36400: return "Ceph";
    case 0x01161970: return "GFS2";
    case 0x7461636F: return "OCFS2";
    case 0x0BD00BD0: return "Lustre";
    case 0x786F4256: return "a shared folder of VirtualBox";
    case 0xBACBACBC: return "a shared folder of VMware";
    default: return nullptr;
  }
}

std::uint64_t file_system_of(int fd, const std::string& path) {
  struct statfs s {};
  if (::fstatfs(fd, &s) != 0) fail_errno("fstatfs", path);
  return static_cast<std::uint64_t>(s.f_type) & 0xFFFFFFFF;
}

std::uint64_t file_system_of_directory(const std::string& path) {
  const std::string directory = directory_of(path);
  const Descriptor fd = open_file(directory, O_RDONLY | O_DIRECTORY);
  return file_system_of(fd.get(), directory);
}

void refuse_network(std::uint64_t magic, const std::string& url) {
  if (const char* name = network_file_system(magic)) {
    throw Error(ErrorCode::unsupported,
                url + ": it lies on " + name +
                    ", where mapped files and locks of several machines do not agree: use a local "
                    "disk");
  }
}

bool is_disk_full(int fd) noexcept {
  struct statvfs s {};
  return ::fstatvfs(fd, &s) == 0 && s.f_bavail < 256;
}

std::string temporary_beside(const std::string& path) {
  static std::atomic<unsigned> counter{0};
  char suffix[64];
  std::snprintf(suffix, sizeof suffix, ".new-%ld-%u-%08x", static_cast<long>(::getpid()),
                counter.fetch_add(1), std::random_device{}());
  return path + suffix;
}

void sync_file(int fd, const std::string& path) {
  if (::fsync(fd) != 0) fail_errno("fsync", path);
}

void sync_directory_of(const std::string& path) {
  const std::string directory = directory_of(path);
  const Descriptor fd = open_file(directory, O_RDONLY | O_DIRECTORY);
  if (::fsync(fd.get()) != 0 && errno != EINVAL) fail_errno("fsync", directory);
}

bool publish(const std::string& from, const std::string& to) {
  long done =
      ::syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE);
  if (done != 0 && (errno == EINVAL || errno == ENOSYS)) {
    // A file system without that call. Whoever opens `to` meanwhile waits for the second name to
    // go.
    done = ::link(from.c_str(), to.c_str());
    if (done == 0 && ::unlink(from.c_str()) != 0) fail_errno("unlink", from);
  }
  if (done != 0) {
    if (errno == EEXIST) return false;
    fail_errno("rename", to);
  }
  sync_directory_of(to);
  return true;
}

std::string boot_id() {
  std::ifstream in("/proc/sys/kernel/random/boot_id");
  std::string id;
  if (!std::getline(in, id) || id.empty()) {
    throw Error(ErrorCode::unsupported,
                "durability none needs /proc/sys/kernel/random/boot_id, to know after a restart of "
                "the machine that the store is not to be trusted: open it with another durability");
  }
  return id;
}

long thread_number() noexcept {
  thread_local const long number = ::syscall(SYS_gettid);
  return number;
}

bool lock_writers(int fd) noexcept {
  struct flock lock = writers_lock(F_WRLCK);
  for (;;) {
    if (::fcntl(fd, F_SETLK, &lock) == 0) return true;
    if (errno == EINTR) continue;
    // Where the file system has no such locks, LMDB's own must do.
    return errno != EACCES && errno != EAGAIN;
  }
}

void unlock_writers(int fd) noexcept {
  struct flock lock = writers_lock(F_UNLCK);
  while (::fcntl(fd, F_SETLK, &lock) != 0 && errno == EINTR) {
  }
}

long writers_holder(int fd) noexcept {
  struct flock lock = writers_lock(F_WRLCK);
  if (::fcntl(fd, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK) return 0;
  return lock.l_pid;
}

}  // namespace kindred::lmdb
