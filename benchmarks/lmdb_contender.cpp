// Raw LMDB: what a careful expert writes for these three tables and nothing else. One table a kind
// of row with native integer keys, one set of ids a foreign key, kept cursors, keys sorted before
// they are written, appended where they grow. No checksums, no catalogue, no other rules.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "contender.hpp"
#include "lmdb_handles.hpp"
#include "lmdb_rows.hpp"

namespace kindred::bench {
namespace {

using raw::Cursor;
using raw::id_of;
using raw::Transaction;
using raw::value_of;
using raw::view_of;

constexpr unsigned table_flags = MDB_INTEGERKEY;
constexpr unsigned index_flags = MDB_INTEGERKEY | MDB_DUPSORT | MDB_DUPFIXED | MDB_INTEGERDUP;

class LmdbContender final : public Contender {
 public:
  [[nodiscard]] std::string_view name() const override { return "lmdb"; }
  [[nodiscard]] std::string version() const override {
    return mdb_version(nullptr, nullptr, nullptr);
  }

  void create(const std::filesystem::path& dir, Sync sync) override {
    start(dir, sync == Sync::none ? MDB_NOSYNC : 0, MDB_CREATE);
  }
  void open(const std::filesystem::path& dir) override { start(dir, MDB_NOSYNC, 0); }
  void close() override { env_.reset(); }
  void stage(const Tables& tables) override { staged_ = tables; }

  void insert_users() override {
    Transaction txn(*env_, 0);
    append_all(txn, users_, staged_.users);
    txn.commit();
  }

  void insert_users_any_order() override {
    std::vector<std::pair<std::int64_t, const UserRecord*>> order;
    order.reserve(staged_.users.size());
    for (const UserRecord& user : staged_.users) order.emplace_back(user.id, &user);
    std::sort(order.begin(), order.end());
    Transaction txn(*env_, 0);
    {
      Cursor cursor(txn, users_);
      for (const auto& [id, user] : order) append(cursor, *user);
    }
    txn.commit();
  }

  void insert_posts() override {
    insert_children(posts_, users_, posts_by_author_, staged_.posts,
                    [](const PostRecord& post) { return post.author; });
  }
  void insert_comments() override {
    insert_children(comments_, posts_, comments_by_post_, staged_.comments,
                    [](const CommentRecord& comment) { return comment.post; });
  }

  void insert_one(const UserRecord& user) override {
    Transaction txn(*env_, 0);
    {
      Cursor cursor(txn, users_);
      append(cursor, user);
    }
    txn.commit();
  }

  Tally get_users_reused(std::span<const std::int64_t> ids) override {
    Tally out;
    UserRecord user;
    const Transaction txn(*env_, MDB_RDONLY);
    for (const std::int64_t id : ids) {
      packed::unpack(id, row_of(txn, users_, id), user);
      out.add(digest_user(user));
    }
    return out;
  }

  Tally get_users_new(std::span<const std::int64_t> ids) override {
    Tally out;
    const Transaction txn(*env_, MDB_RDONLY);
    for (const std::int64_t id : ids) {
      UserRecord user;
      packed::unpack(id, row_of(txn, users_, id), user);
      out.add(digest_user(user));
    }
    return out;
  }

  Tally scan_users() override { return scan<UserRecord>(users_, digest_user<UserRecord>); }
  Tally scan_posts() override { return scan<PostRecord>(posts_, digest_post<PostRecord>); }
  Tally scan_comments() override {
    return scan<CommentRecord>(comments_, digest_comment<CommentRecord>);
  }

  Tally filter_users(std::int32_t below_level) override {
    Tally out;
    const Transaction txn(*env_, MDB_RDONLY);
    const Cursor cursor(txn, users_);
    MDB_val key{}, value{};
    while (cursor.get(key, value, MDB_NEXT)) {
      std::int32_t level = 0;
      std::memcpy(&level,
                  static_cast<const char*>(value.mv_data) + offsetof(packed::UserHead, level),
                  sizeof level);
      if (level < below_level) out.add(static_cast<std::uint64_t>(id_of(key)));
    }
    return out;
  }

  Tally posts_of(std::span<const std::int64_t> authors) override {
    Tally out;
    const Transaction txn(*env_, MDB_RDONLY);
    const Cursor index(txn, posts_by_author_);
    for (const std::int64_t author : authors) {
      std::vector<PostRecord> posts;
      each_member(index, author, [&](std::span<const std::int64_t> ids) {
        posts.reserve(posts.size() + ids.size());
        for (const std::int64_t id : ids) {
          packed::unpack(id, row_of(txn, posts_, id), posts.emplace_back());
        }
      });
      for (const PostRecord& post : posts) out.add(digest_post(post));
    }
    return out;
  }

  void set_scores(std::span<const ScoreChange> changes) override {
    std::vector<ScoreChange> order(changes.begin(), changes.end());
    std::sort(order.begin(), order.end(),
              [](const ScoreChange& a, const ScoreChange& b) { return a.id < b.id; });
    Transaction txn(*env_, 0);
    {
      const Cursor cursor(txn, users_);
      std::string row;
      for (const ScoreChange& change : order) {
        MDB_val key = value_of(change.id), value{};
        if (!cursor.get(key, value, MDB_SET_KEY)) missing();
        row.assign(view_of(value));
        std::memcpy(row.data() + offsetof(packed::UserHead, score), &change.score,
                    sizeof change.score);
        cursor.put(key, {row.size(), row.data()}, MDB_CURRENT);
      }
    }
    txn.commit();
  }

  // Level by level: ids sorted, the children's ids gathered from the index while it is erased.
  void erase_users(std::span<const std::int64_t> ids) override {
    std::vector<std::int64_t> users(ids.begin(), ids.end());
    std::sort(users.begin(), users.end());
    Transaction txn(*env_, 0);
    const auto posts = erase_level(txn, users_, users, posts_by_author_);
    const auto comments = erase_level(txn, posts_, posts, comments_by_post_);
    erase_level(txn, comments_, comments, std::nullopt);
    txn.commit();
  }

  void prove() override {
    const Transaction txn(*env_, MDB_RDONLY);
    prove_index(txn, users_, posts_, posts_by_author_);
    prove_index(txn, posts_, comments_, comments_by_post_);
  }

 private:
  void start(const std::filesystem::path& dir, unsigned env_flags, unsigned open_flags) {
    env_ = std::make_unique<raw::Environment>(dir, map_size, env_flags);
    Transaction txn(*env_, open_flags == 0 ? MDB_RDONLY : 0);
    const auto table = [&](const char* name, unsigned flags, MDB_dbi& dbi) {
      raw::check(mdb_dbi_open(txn.get(), name, flags | open_flags, &dbi), "open a table");
    };
    table("users", table_flags, users_);
    table("posts", table_flags, posts_);
    table("comments", table_flags, comments_);
    table("posts_by_author", index_flags, posts_by_author_);
    table("comments_by_post", index_flags, comments_by_post_);
    txn.commit();
  }

  [[noreturn]] static void missing() { throw std::runtime_error("raw LMDB: no such row"); }

  static std::string_view row_of(const Transaction& txn, MDB_dbi table, const std::int64_t& id) {
    MDB_val key = value_of(id), value{};
    const int code = mdb_get(txn.get(), table, &key, &value);
    if (code == MDB_NOTFOUND) missing();
    raw::check(code, "read");
    return view_of(value);
  }

  template <class Record>
  static void append(const Cursor& cursor, const Record& row) {
    packed::pack(row, cursor.reserve(value_of(row.id), packed::size_of(row), MDB_APPEND));
  }

  template <class Record>
  static void append_all(const Transaction& txn, MDB_dbi table, std::span<const Record> rows) {
    const Cursor cursor(txn, table);
    for (const Record& row : rows) append(cursor, row);
  }

  template <class Record, class ParentOf>
  void insert_children(MDB_dbi table, MDB_dbi parents, MDB_dbi index, std::span<const Record> rows,
                       ParentOf parent_of) {
    std::vector<std::pair<std::int64_t, std::int64_t>> pairs;
    pairs.reserve(rows.size());
    Transaction txn(*env_, 0);
    {
      const Cursor cursor(txn, table);
      for (const Record& row : rows) {
        append(cursor, row);
        pairs.emplace_back(parent_of(row), row.id);
      }
    }
    std::sort(pairs.begin(), pairs.end());
    {
      const Cursor parent(txn, parents);
      const Cursor entry(txn, index);
      std::int64_t before = 0;
      for (const auto& [to, from] : pairs) {
        MDB_val key = value_of(to), value{};
        if (to != before && !parent.get(key, value, MDB_SET)) {
          throw std::runtime_error("raw LMDB: a reference to a row that does not exist");
        }
        before = to;
        entry.put(value_of(to), value_of(from), MDB_APPENDDUP);
      }
    }
    txn.commit();
  }

  template <class Record, class Digest>
  Tally scan(MDB_dbi table, Digest digest) const {
    Tally out;
    Record row;
    const Transaction txn(*env_, MDB_RDONLY);
    const Cursor cursor(txn, table);
    MDB_val key{}, value{};
    while (cursor.get(key, value, MDB_NEXT)) {
      packed::unpack(id_of(key), view_of(value), row);
      out.add(digest(row));
    }
    return out;
  }

  // Hands the ids under `key` to `take` by the page. Returns false where there are none.
  template <class Take>
  static bool each_member(const Cursor& index, const std::int64_t& id, Take take) {
    MDB_val key = value_of(id), value{};
    if (!index.get(key, value, MDB_SET_KEY)) return false;
    // A key with one member leaves `value` as SET_KEY found it.
    for (bool more = index.get(key, value, MDB_GET_MULTIPLE); more;
         more = index.get(key, value, MDB_NEXT_MULTIPLE)) {
      take(std::span(static_cast<const std::int64_t*>(value.mv_data),
                     value.mv_size / sizeof(std::int64_t)));
    }
    return true;
  }

  // Erases the rows and their entries in the index of their children, whose ids it returns, sorted.
  static std::vector<std::int64_t> erase_level(const Transaction& txn, MDB_dbi table,
                                               const std::vector<std::int64_t>& ids,
                                               std::optional<MDB_dbi> index) {
    std::vector<std::int64_t> children;
    {
      const Cursor cursor(txn, table);
      for (const std::int64_t& id : ids) {
        MDB_val key = value_of(id), value{};
        if (!cursor.get(key, value, MDB_SET)) missing();
        cursor.erase(0);
      }
    }
    if (!index) return children;
    const Cursor cursor(txn, *index);
    for (const std::int64_t& id : ids) {
      const bool any = each_member(cursor, id, [&](std::span<const std::int64_t> members) {
        children.insert(children.end(), members.begin(), members.end());
      });
      if (!any) continue;
      MDB_val key = value_of(id), value{};
      cursor.get(key, value, MDB_SET);
      cursor.erase(MDB_NODUPDATA);
    }
    std::sort(children.begin(), children.end());
    return children;
  }

  static std::size_t entries(const Transaction& txn, MDB_dbi dbi) {
    MDB_stat stat{};
    raw::check(mdb_stat(txn.get(), dbi, &stat), "count");
    return stat.ms_entries;
  }

  // Both child tables keep the parent's id in their first column.
  static void prove_index(const Transaction& txn, MDB_dbi parents, MDB_dbi table, MDB_dbi index) {
    if (entries(txn, table) != entries(txn, index)) {
      throw std::runtime_error("raw LMDB: an index has other entries than its table has rows");
    }
    const Cursor cursor(txn, index);
    MDB_val key{}, member{};
    while (cursor.get(key, member, MDB_NEXT)) {
      row_of(txn, parents, id_of(key));
      std::int64_t parent = 0;
      std::memcpy(&parent, row_of(txn, table, id_of(member)).data(), sizeof parent);
      if (parent != id_of(key)) throw std::runtime_error("raw LMDB: a wrong index entry");
    }
  }

  std::unique_ptr<raw::Environment> env_;
  Tables staged_;
  MDB_dbi users_ = 0, posts_ = 0, comments_ = 0, posts_by_author_ = 0, comments_by_post_ = 0;
};

}  // namespace

std::unique_ptr<Contender> make_lmdb_contender() { return std::make_unique<LmdbContender>(); }

}  // namespace kindred::bench
