// What a contender can do. The harness and the workloads know contenders only through this.
//
// Each timed function does its whole batch in one call, so that calling it costs nothing that
// counts, and in one transaction unless it says otherwise. Writing functions take the rows that
// were staged before: turning plain records into a contender's own row type is not measured.
// Everything throws std::exception on failure; a failed write leaves the store as it was.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "records.hpp"

namespace kindred::bench {

// Address space for LMDB's file: enough for 50 million rows, and no more than valgrind allows.
inline constexpr std::uint64_t map_size = std::uint64_t{16} << 30;

enum class Sync { none, every_commit };

struct Tables {
  std::span<const UserRecord> users;
  std::span<const PostRecord> posts;
  std::span<const CommentRecord> comments;
};

class Contender {
 public:
  virtual ~Contender() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  // Library and version, for the heading.
  [[nodiscard]] virtual std::string version() const = 0;

  // An empty store with the three tables in the empty folder `dir`.
  virtual void create(const std::filesystem::path& dir, Sync sync) = 0;
  // A store made before.
  virtual void open(const std::filesystem::path& dir) = 0;
  virtual void close() = 0;

  // Not measured: makes the rows ready in the form that the insert functions want. The records live
  // until the next call of stage.
  virtual void stage(const Tables& tables) = 0;

  // All staged users, ascending, above every key of the table.
  virtual void insert_users() = 0;
  // All staged users, in whatever order they were staged, into the empty table.
  virtual void insert_users_any_order() = 0;
  // All staged posts, ascending; every author must exist (throws otherwise, nothing written).
  virtual void insert_posts() = 0;
  // All staged comments, likewise.
  virtual void insert_comments() = 0;
  // All staged users, and posts whose authors are among them: one unit of work where that is
  // cheaper.
  virtual void insert_blog() {
    insert_users();
    insert_posts();
  }
  // One user, one commit.
  virtual void insert_one(const UserRecord& user) = 0;

  // Each user decoded, into the same object every time.
  virtual Tally get_users_reused(std::span<const std::int64_t> ids) = 0;
  // Each user decoded, into a new object every time.
  virtual Tally get_users_new(std::span<const std::int64_t> ids) = 0;
  // Every row of a table, decoded.
  virtual Tally scan_users() = 0;
  virtual Tally scan_posts() = 0;
  virtual Tally scan_comments() = 0;
  // Users below that level; the sum is that of their ids.
  virtual Tally filter_users(std::int32_t below_level) = 0;
  // For each author a vector of decoded posts.
  virtual Tally posts_of(std::span<const std::int64_t> authors) = 0;

  // Sets one column of existing users, given in any order.
  virtual void set_scores(std::span<const ScoreChange> changes) = 0;
  // Erases users, given in any order, with their posts and the comments of these.
  virtual void erase_users(std::span<const std::int64_t> ids) = 0;

  // Not measured: indexes against rows, and references. Throws where they disagree.
  virtual void prove() = 0;
};

[[nodiscard]] std::unique_ptr<Contender> make_lmdb_contender();
// As sqlite3_open() gives it: any thread may use the connection.
[[nodiscard]] std::unique_ptr<Contender> make_sqlite_contender();
// Opened with SQLITE_OPEN_NOMUTEX: one thread at a time, no lock around every call.
[[nodiscard]] std::unique_ptr<Contender> make_sqlite_nomutex_contender();
// Deletes parent by parent, 1000 parents a transaction; everything else as the first.
[[nodiscard]] std::unique_ptr<Contender> make_sqlite_each_contender();
// The value API.
[[nodiscard]] std::unique_ptr<Contender> make_kindred_contender();
// The session.
[[nodiscard]] std::unique_ptr<Contender> make_session_contender();

}  // namespace kindred::bench
