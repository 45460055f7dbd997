// SQLite through its C API: prepared statements, WAL, foreign keys on, an index on every foreign
// key, a cache that holds everything, the file mapped. synchronous is OFF where the others do not
// sync and FULL where they do. Rows go in the order in which the application has them; deleting is
// done by its fastest single statement.
#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "contender.hpp"
#include "sqlite_handles.hpp"

namespace kindred::bench {
namespace {

using sqlite::Connection;
using sqlite::LazyStatement;
using sqlite::Statement;
using sqlite::Transaction;

constexpr const char* schema = R"(
CREATE TABLE users(id INTEGER PRIMARY KEY, created INTEGER NOT NULL, score REAL NOT NULL,
  level INTEGER NOT NULL, age INTEGER NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL, bio TEXT);
CREATE TABLE posts(id INTEGER PRIMARY KEY,
  author INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE, created INTEGER NOT NULL,
  rating REAL NOT NULL, likes INTEGER NOT NULL, views INTEGER NOT NULL, title TEXT NOT NULL,
  body TEXT);
CREATE TABLE comments(id INTEGER PRIMARY KEY,
  post INTEGER NOT NULL REFERENCES posts(id) ON DELETE CASCADE, created INTEGER NOT NULL,
  votes INTEGER NOT NULL, text TEXT NOT NULL);
CREATE INDEX posts_by_author ON posts(author);
CREATE INDEX comments_by_post ON comments(post);
)";

void read(const Statement& from, UserRecord& u) {
  u.id = from.integer(0);
  u.created = from.integer(1);
  u.score = from.real(2);
  u.level = from.small_integer(3);
  u.age = from.small_integer(4);
  from.text(5, u.name);
  from.text(6, u.email);
  from.text(7, u.bio);
}

void read(const Statement& from, PostRecord& p) {
  p.id = from.integer(0);
  p.author = from.integer(1);
  p.created = from.integer(2);
  p.rating = from.real(3);
  p.likes = from.small_integer(4);
  p.views = from.small_integer(5);
  from.text(6, p.title);
  from.text(7, p.body);
}

void read(const Statement& from, CommentRecord& c) {
  c.id = from.integer(0);
  c.post = from.integer(1);
  c.created = from.integer(2);
  c.votes = from.small_integer(3);
  from.text(4, c.text);
}

void write(const Statement& to, const UserRecord& u) {
  to.bind(1, u.id);
  to.bind(2, u.created);
  to.bind(3, u.score);
  to.bind(4, std::int64_t{u.level});
  to.bind(5, std::int64_t{u.age});
  to.bind(6, u.name);
  to.bind(7, u.email);
  to.bind(8, u.bio);
  to.run();
}

void write(const Statement& to, const PostRecord& p) {
  to.bind(1, p.id);
  to.bind(2, p.author);
  to.bind(3, p.created);
  to.bind(4, p.rating);
  to.bind(5, std::int64_t{p.likes});
  to.bind(6, std::int64_t{p.views});
  to.bind(7, p.title);
  to.bind(8, p.body);
  to.run();
}

void write(const Statement& to, const CommentRecord& c) {
  to.bind(1, c.id);
  to.bind(2, c.post);
  to.bind(3, c.created);
  to.bind(4, std::int64_t{c.votes});
  to.bind(5, c.text);
  to.run();
}

class SqliteContender : public Contender {
 public:
  [[nodiscard]] std::string_view name() const override { return "sqlite"; }
  [[nodiscard]] std::string version() const override {
    return std::string("SQLite ") + sqlite3_libversion();
  }

  void create(const std::filesystem::path& dir, Sync sync) override {
    open(dir);
    db_->run(sync == Sync::none ? "PRAGMA synchronous = OFF" : "PRAGMA synchronous = FULL");
    db_->run(schema);
  }
  void open(const std::filesystem::path& dir) override {
    db_ = std::make_unique<Connection>((dir / "bench.sqlite").string(), open_flags());
    db_->run(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON;"
        "PRAGMA cache_size = -1048576; PRAGMA mmap_size = 17179869184;"
        "PRAGMA temp_store = MEMORY;");
  }
  void close() override {
    for (LazyStatement* statement : all_) statement->drop();
    db_.reset();
  }
  void stage(const Tables& tables) override { staged_ = tables; }

  void insert_users() override { insert_all(insert_user_, staged_.users); }
  void insert_users_any_order() override { insert_all(insert_user_, staged_.users); }
  void insert_posts() override { insert_all(insert_post_, staged_.posts); }
  void insert_comments() override { insert_all(insert_comment_, staged_.comments); }
  void insert_one(const UserRecord& user) override { write(insert_user_.on(*db_), user); }

  Tally get_users_reused(std::span<const std::int64_t> ids) override {
    UserRecord user;
    return get_users(ids, [&](const Statement& from) {
      read(from, user);
      return digest_user(user);
    });
  }
  Tally get_users_new(std::span<const std::int64_t> ids) override {
    return get_users(ids, [](const Statement& from) {
      UserRecord user;
      read(from, user);
      return digest_user(user);
    });
  }

  Tally scan_users() override { return scan<UserRecord>(all_users_, digest_user<UserRecord>); }
  Tally scan_posts() override { return scan<PostRecord>(all_posts_, digest_post<PostRecord>); }
  Tally scan_comments() override {
    return scan<CommentRecord>(all_comments_, digest_comment<CommentRecord>);
  }

  Tally filter_users(std::int32_t below_level) override {
    Tally out;
    const Statement& select = filter_.on(*db_);
    select.bind(1, std::int64_t{below_level});
    while (select.step()) out.add(static_cast<std::uint64_t>(select.integer(0)));
    return out;
  }

  Tally posts_of(std::span<const std::int64_t> authors) override {
    Tally out;
    Transaction snapshot(*db_);
    const Statement& select = posts_of_.on(*db_);
    for (const std::int64_t author : authors) {
      std::vector<PostRecord> posts;
      select.bind(1, author);
      while (select.step()) read(select, posts.emplace_back());
      for (const PostRecord& post : posts) out.add(digest_post(post));
    }
    snapshot.commit();
    return out;
  }

  void set_scores(std::span<const ScoreChange> changes) override {
    Transaction txn(*db_);
    const Statement& update = set_score_.on(*db_);
    for (const ScoreChange& change : changes) {
      update.bind(1, change.id);
      update.bind(2, change.score);
      update.run();
      must_have_changed();
    }
    txn.commit();
  }

  void erase_users(std::span<const std::int64_t> ids) override {
    Transaction txn(*db_);
    db_->run("CREATE TEMP TABLE IF NOT EXISTS doomed(id INTEGER PRIMARY KEY); DELETE FROM doomed");
    const Statement& name = doom_.on(*db_);
    for (const std::int64_t id : ids) {
      name.bind(1, id);
      name.run();
    }
    erase_doomed_.on(*db_).run();
    txn.commit();
  }

  void prove() override {
    require_empty("PRAGMA foreign_key_check");
    const Statement check(*db_, "PRAGMA integrity_check");
    std::string verdict;
    if (check.step()) check.text(0, verdict);
    if (verdict != "ok") throw std::runtime_error("SQLite: integrity_check: " + verdict);
  }

 protected:
  [[nodiscard]] virtual int open_flags() const { return 0; }
  void must_have_changed() const {
    if (sqlite3_changes(db_->get()) != 1) throw std::runtime_error("SQLite: no such row");
  }

  std::unique_ptr<Connection> db_;
  LazyStatement erase_user_{"DELETE FROM users WHERE id = ?1"};

 private:
  template <class Record>
  void insert_all(LazyStatement& statement, std::span<const Record> rows) {
    Transaction txn(*db_);
    const Statement& insert = statement.on(*db_);
    for (const Record& row : rows) write(insert, row);
    txn.commit();
  }

  template <class Read>
  Tally get_users(std::span<const std::int64_t> ids, Read read_row) {
    Tally out;
    Transaction snapshot(*db_);
    const Statement& select = one_user_.on(*db_);
    for (const std::int64_t id : ids) {
      select.bind(1, id);
      if (!select.step()) throw std::runtime_error("SQLite: no such row");
      out.add(read_row(select));
      select.reset();
    }
    snapshot.commit();
    return out;
  }

  template <class Record, class Digest>
  Tally scan(LazyStatement& statement, Digest digest) {
    Tally out;
    Record row;
    const Statement& select = statement.on(*db_);
    while (select.step()) {
      read(select, row);
      out.add(digest(row));
    }
    return out;
  }

  void require_empty(const char* sql) const {
    const Statement check(*db_, sql);
    if (check.step()) throw std::runtime_error(std::string("SQLite: ") + sql + " found something");
  }

  Tables staged_;
  LazyStatement insert_user_{"INSERT INTO users VALUES(?1,?2,?3,?4,?5,?6,?7,?8)"};
  LazyStatement insert_post_{"INSERT INTO posts VALUES(?1,?2,?3,?4,?5,?6,?7,?8)"};
  LazyStatement insert_comment_{"INSERT INTO comments VALUES(?1,?2,?3,?4,?5)"};
  LazyStatement one_user_{
      "SELECT id, created, score, level, age, name, email, bio FROM users WHERE id = ?1"};
  LazyStatement all_users_{"SELECT id, created, score, level, age, name, email, bio FROM users"};
  LazyStatement all_posts_{
      "SELECT id, author, created, rating, likes, views, title, body FROM posts"};
  LazyStatement all_comments_{"SELECT id, post, created, votes, text FROM comments"};
  LazyStatement filter_{"SELECT id FROM users WHERE level < ?1"};
  LazyStatement posts_of_{
      "SELECT id, author, created, rating, likes, views, title, body FROM posts WHERE author = ?1"};
  LazyStatement set_score_{"UPDATE users SET score = ?2 WHERE id = ?1"};
  LazyStatement doom_{"INSERT INTO doomed VALUES(?1)"};
  LazyStatement erase_doomed_{"DELETE FROM users WHERE id IN (SELECT id FROM doomed)"};
  const std::array<LazyStatement*, 13> all_{
      &insert_user_, &insert_post_,  &insert_comment_, &one_user_, &all_users_,
      &all_posts_,   &all_comments_, &filter_,         &posts_of_, &set_score_,
      &doom_,        &erase_doomed_, &erase_user_};
};

class SqliteNomutexContender final : public SqliteContender {
 public:
  [[nodiscard]] std::string_view name() const override { return "sqlite-nomutex"; }

 protected:
  [[nodiscard]] int open_flags() const override { return SQLITE_OPEN_NOMUTEX; }
};

class SqliteEachContender final : public SqliteContender {
 public:
  [[nodiscard]] std::string_view name() const override { return "sqlite-each"; }
  void erase_users(std::span<const std::int64_t> ids) override {
    constexpr std::size_t parents_a_transaction = 1000;
    const Statement& erase = erase_user_.on(*db_);
    while (!ids.empty()) {
      const auto part = ids.first(std::min(parents_a_transaction, ids.size()));
      Transaction txn(*db_);
      for (const std::int64_t id : part) {
        erase.bind(1, id);
        erase.run();
        must_have_changed();
      }
      txn.commit();
      ids = ids.subspan(part.size());
    }
  }
};

}  // namespace

std::unique_ptr<Contender> make_sqlite_contender() { return std::make_unique<SqliteContender>(); }
std::unique_ptr<Contender> make_sqlite_nomutex_contender() {
  return std::make_unique<SqliteNomutexContender>();
}
std::unique_ptr<Contender> make_sqlite_each_contender() {
  return std::make_unique<SqliteEachContender>();
}

}  // namespace kindred::bench
