#include "format/catalog_record.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "format/bytes.hpp"
#include "format/catalog_tree.hpp"
#include "format/checksum.hpp"
#include "format/fields.hpp"
#include "kindred/error.hpp"

namespace kindred::format {
namespace {

// Every tag here is on disk: never renumber, never reuse.
namespace header_tag {
enum : std::uint64_t {
  store_id = 1,
  application = 2,
  must_understand = 3,
  may_ignore = 4,
  next_keyspace = 5,
  next_table = 6,
  digest = 7,
  boot_id = 8,
  created_by = 9,
};
}
namespace table_tag {
enum : std::uint64_t {
  number = 1,
  name = 2,
  uid = 3,
  keyspace = 4,
  current_list = 5,
  column_list = 6,
  key_column = 7,
  index = 8,
  foreign_key = 9,
  check = 10,
  relationship = 11,
  retired_column = 12,
  next_column = 13,
};
}
namespace list_tag {
enum : std::uint64_t { number = 1, column = 2 };
}
namespace column_tag {
enum : std::uint64_t {
  number = 1,
  name = 2,
  type = 3,
  nullable = 4,
  max_length = 5,
  fallback = 6,
};
}
namespace index_tag {
enum : std::uint64_t { name = 1, column = 2, unique = 3, keyspace = 4 };
}
namespace foreign_key_tag {
enum : std::uint64_t {
  name = 1,
  column = 2,
  table = 3,
  referenced = 4,
  on_delete = 5,
  keyspace = 6,
};
}
namespace check_tag {
enum : std::uint64_t { name = 1, condition = 2 };
}
namespace relationship_tag {
enum : std::uint64_t {
  name = 1,
  kind = 2,
  target = 3,
  owner = 4,
  foreign_key = 5,
  target_key = 6,
  reverse = 7,
};
}
// Only inside `unknown`, in memory: fields that belong into a structured field.
constexpr std::uint64_t kept_tag = std::numeric_limits<std::uint64_t>::max();

constexpr char magic[] = {'K', 'I', 'N', 'D', 'R', 'E', 'D', '\x1a'};
constexpr std::size_t checksum_size = 4;
constexpr std::size_t header_prefix = sizeof magic + checksum_size + 4;
std::uint32_t checksum(ByteView bytes) noexcept {
  return static_cast<std::uint32_t>(hash64(bytes));
}

// ---- structured fields that keep what they do not know

std::string column_path(std::uint32_t list, std::uint32_t column) {
  return "column " + std::to_string(list) + " " + std::to_string(column);
}
std::string list_path(std::uint32_t list) { return "list " + std::to_string(list); }
std::string index_path(std::string_view name) { return "index " + std::string(name); }
std::string foreign_key_path(std::string_view name) { return "foreign " + std::string(name); }
std::string check_path(std::string_view name) { return "check " + std::string(name); }
std::string relationship_path(std::string_view name) { return "relationship " + std::string(name); }

// The unknown fields of a record under construction.
class Keeper {
 public:
  void keep(const Field& field) { fields_ += field.whole; }
  void keep_inside(const std::string& path, ByteView fields) {
    if (fields.empty()) return;
    std::string inner;
    append_varint(inner, path.size());
    inner += path;
    inner += fields;
    put(fields_, kept_tag, inner);
  }
  [[nodiscard]] std::string take() { return std::move(fields_); }

 private:
  std::string fields_;
};

// The fields of `unknown` that belong at `path`; an empty path means the record itself.
void put_kept(std::string& out, const std::string& unknown, const std::string& path) {
  FieldReader in(unknown, "unknown fields");
  for (Field f; in.next(f);) {
    if (f.tag != kept_tag) {
      if (path.empty()) out += f.whole;
      continue;
    }
    std::uint64_t length = 0;
    ByteView inner = f.bytes;
    if (!take_varint(inner, length) || length > inner.size()) continue;
    if (!path.empty() && inner.substr(0, length) == path) out += inner.substr(length);
  }
}

class RecordWriter {
 public:
  explicit RecordWriter(const TableRecord& record) : record_(record) {}

  std::string run() {
    const Table& t = record_.table;
    put_number(out_, table_tag::number, t.number);
    put_text(out_, table_tag::name, t.name);
    put_number(out_, table_tag::uid, t.uid);
    put_number(out_, table_tag::keyspace, t.keyspace);
    put_number(out_, table_tag::current_list, t.list_number);
    for (const ColumnList& list : record_.former_lists) column_list(list.number, list.columns);
    column_list(t.list_number, t.columns);
    for (const std::string& name : t.primary_key) put(out_, table_tag::key_column, name);
    for (const Index& i : t.indexes) index(i);
    for (const ForeignKey& k : t.foreign_keys) foreign_key(k);
    for (const Check& c : t.checks) check(c);
    for (const RelationshipInfo& r : t.relationships) relationship(r);
    for (const std::uint32_t n : record_.retired_columns)
      put_number(out_, table_tag::retired_column, n);
    put_number(out_, table_tag::next_column, record_.next_column);
    put_kept(out_, record_.unknown, {});
    return std::move(out_);
  }

 private:
  void finish(std::uint64_t tag, std::string& inner, const std::string& path) {
    if (!record_.unknown.empty()) put_kept(inner, record_.unknown, path);
    put(out_, tag, inner);
  }

  void column_list(std::uint32_t number, const std::vector<Column>& columns) {
    std::string list;
    put_number(list, list_tag::number, number);
    for (const Column& c : columns) {
      std::string inner;
      put_number(inner, column_tag::number, c.number);
      put_text(inner, column_tag::name, c.name);
      put(inner, column_tag::type, encode_type(c.type));
      if (c.nullable) put_number(inner, column_tag::nullable, 1);
      put_number_unless(inner, column_tag::max_length, c.max_length, 0);
      if (c.default_value) put(inner, column_tag::fallback, encode_value(*c.default_value));
      if (!record_.unknown.empty()) put_kept(inner, record_.unknown, column_path(number, c.number));
      put(list, list_tag::column, inner);
    }
    finish(table_tag::column_list, list, list_path(number));
  }

  void index(const Index& i) {
    std::string inner;
    put_text(inner, index_tag::name, i.name);
    for (const std::string& c : i.columns) put(inner, index_tag::column, c);
    if (i.unique) put_number(inner, index_tag::unique, 1);
    put_number_unless(inner, index_tag::keyspace, i.keyspace, 0);
    finish(table_tag::index, inner, index_path(i.name));
  }

  void foreign_key(const ForeignKey& k) {
    std::string inner;
    put_text(inner, foreign_key_tag::name, k.name);
    for (const std::string& c : k.columns) put(inner, foreign_key_tag::column, c);
    put_text(inner, foreign_key_tag::table, k.table);
    for (const std::string& c : k.referenced) put(inner, foreign_key_tag::referenced, c);
    put_number(inner, foreign_key_tag::on_delete, number_of(k.on_delete));
    put_number_unless(inner, foreign_key_tag::keyspace, k.keyspace, 0);
    finish(table_tag::foreign_key, inner, foreign_key_path(k.name));
  }

  void check(const Check& c) {
    std::string inner;
    put_text(inner, check_tag::name, c.name);
    put(inner, check_tag::condition, encode_expression(c.condition));
    finish(table_tag::check, inner, check_path(c.name));
  }

  void relationship(const RelationshipInfo& r) {
    std::string inner;
    put_text(inner, relationship_tag::name, r.name);
    put_number(inner, relationship_tag::kind, number_of(r.kind));
    put_text(inner, relationship_tag::target, r.target);
    put_text(inner, relationship_tag::owner, r.owner);
    put_text(inner, relationship_tag::foreign_key, r.foreign_key);
    put_text(inner, relationship_tag::target_key, r.target_key);
    put_text(inner, relationship_tag::reverse, r.reverse);
    finish(table_tag::relationship, inner, relationship_path(r.name));
  }

  const TableRecord& record_;
  std::string out_;
};

class RecordReader {
 public:
  explicit RecordReader(std::string_view where) : where_(where) {}

  TableRecord run(ByteView bytes) {
    Table& t = record_.table;
    FieldReader in(bytes, where_);
    for (Field f; in.next(f);) {
      switch (f.tag) {
        case table_tag::number: t.number = in.small<std::uint32_t>(f); break;
        case table_tag::name: t.name = f.bytes; break;
        case table_tag::uid: t.uid = in.number(f); break;
        case table_tag::keyspace: t.keyspace = in.small<std::uint32_t>(f); break;
        case table_tag::current_list: t.list_number = in.small<std::uint32_t>(f); break;
        case table_tag::column_list: column_list(f.bytes); break;
        case table_tag::key_column: t.primary_key.emplace_back(f.bytes); break;
        case table_tag::index: index(f.bytes); break;
        case table_tag::foreign_key: foreign_key(f.bytes); break;
        case table_tag::check: check(f.bytes); break;
        case table_tag::relationship: relationship(f.bytes); break;
        case table_tag::retired_column:
          record_.retired_columns.push_back(in.small<std::uint32_t>(f));
          break;
        case table_tag::next_column: record_.next_column = in.small<std::uint32_t>(f); break;
        default:
          // On disk this tag would be taken for what belongs into a structured field.
          if (f.tag == kept_tag) bad(where_, "a field has a reserved tag");
          keeper_.keep(f);
      }
    }
    current_list();
    record_.unknown = keeper_.take();
    return std::move(record_);
  }

 private:
  void current_list() {
    auto& lists = record_.former_lists;
    const auto has_number = [](std::uint32_t number) {
      return [number](const ColumnList& list) { return list.number == number; };
    };
    for (const ColumnList& list : lists) {
      if (std::count_if(lists.begin(), lists.end(), has_number(list.number)) != 1)
        bad(where_, "column list " + std::to_string(list.number) + " is there twice");
    }
    const std::uint32_t newest = record_.table.list_number;
    const auto at = std::find_if(lists.begin(), lists.end(), has_number(newest));
    if (at == lists.end())
      bad(where_, "the newest column list " + std::to_string(newest) + " is missing");
    record_.table.columns = std::move(at->columns);
    lists.erase(at);
  }

  void column_list(ByteView bytes) {
    // The number first: what a column keeps is filed under it.
    ColumnList list;
    FieldReader numbers(bytes, where_);
    for (Field f; numbers.next(f);)
      if (f.tag == list_tag::number) list.number = numbers.small<std::uint32_t>(f);
    std::string kept;
    FieldReader in(bytes, where_);
    for (Field f; in.next(f);) {
      switch (f.tag) {
        case list_tag::number: break;
        case list_tag::column: list.columns.push_back(column(f.bytes, list.number)); break;
        default: kept += f.whole;
      }
    }
    keeper_.keep_inside(list_path(list.number), kept);
    record_.former_lists.push_back(std::move(list));
  }

  Column column(ByteView bytes, std::uint32_t list) {
    Column out;
    std::string kept;
    bool has_type = false;
    FieldReader in(bytes, where_);
    for (Field f; in.next(f);) {
      switch (f.tag) {
        case column_tag::number: out.number = in.small<std::uint32_t>(f); break;
        case column_tag::name: out.name = f.bytes; break;
        case column_tag::type:
          out.type = decode_type(f.bytes, where_, 1);
          has_type = true;
          break;
        case column_tag::nullable: out.nullable = flag(in.number(f)); break;
        case column_tag::max_length: out.max_length = in.small<std::uint32_t>(f); break;
        case column_tag::fallback: out.default_value = decode_value(f.bytes, where_); break;
        default: kept += f.whole;
      }
    }
    if (!has_type) bad(where_, "a column has no type");
    keeper_.keep_inside(column_path(list, out.number), kept);
    return out;
  }

  void index(ByteView bytes) {
    Index out;
    std::string kept;
    FieldReader in(bytes, where_);
    for (Field f; in.next(f);) {
      switch (f.tag) {
        case index_tag::name: out.name = f.bytes; break;
        case index_tag::column: out.columns.emplace_back(f.bytes); break;
        case index_tag::unique: out.unique = flag(in.number(f)); break;
        case index_tag::keyspace: out.keyspace = in.small<std::uint32_t>(f); break;
        default: kept += f.whole;
      }
    }
    keeper_.keep_inside(index_path(out.name), kept);
    record_.table.indexes.push_back(std::move(out));
  }

  void foreign_key(ByteView bytes) {
    ForeignKey out;
    std::string kept;
    FieldReader in(bytes, where_);
    for (Field f; in.next(f);) {
      switch (f.tag) {
        case foreign_key_tag::name: out.name = f.bytes; break;
        case foreign_key_tag::column: out.columns.emplace_back(f.bytes); break;
        case foreign_key_tag::table: out.table = f.bytes; break;
        case foreign_key_tag::referenced: out.referenced.emplace_back(f.bytes); break;
        case foreign_key_tag::on_delete:
          out.on_delete = static_cast<OnDelete>(
              code(in.number(f), number_of(OnDelete::set_default), "delete action"));
          break;
        case foreign_key_tag::keyspace: out.keyspace = in.small<std::uint32_t>(f); break;
        default: kept += f.whole;
      }
    }
    keeper_.keep_inside(foreign_key_path(out.name), kept);
    record_.table.foreign_keys.push_back(std::move(out));
  }

  void check(ByteView bytes) {
    Check out;
    std::string kept;
    bool has_condition = false;
    FieldReader in(bytes, where_);
    for (Field f; in.next(f);) {
      switch (f.tag) {
        case check_tag::name: out.name = f.bytes; break;
        case check_tag::condition:
          out.condition = decode_expression(f.bytes, where_, 1);
          has_condition = true;
          break;
        default: kept += f.whole;
      }
    }
    if (!has_condition) bad(where_, "a check has no condition");
    keeper_.keep_inside(check_path(out.name), kept);
    record_.table.checks.push_back(std::move(out));
  }

  void relationship(ByteView bytes) {
    RelationshipInfo out;
    std::string kept;
    FieldReader in(bytes, where_);
    for (Field f; in.next(f);) {
      switch (f.tag) {
        case relationship_tag::name: out.name = f.bytes; break;
        case relationship_tag::kind:
          out.kind = static_cast<RelationshipInfo::Kind>(code(
              in.number(f), number_of(RelationshipInfo::Kind::many_to_many), "relationship kind"));
          break;
        case relationship_tag::target: out.target = f.bytes; break;
        case relationship_tag::owner: out.owner = f.bytes; break;
        case relationship_tag::foreign_key: out.foreign_key = f.bytes; break;
        case relationship_tag::target_key: out.target_key = f.bytes; break;
        case relationship_tag::reverse: out.reverse = f.bytes; break;
        default: kept += f.whole;
      }
    }
    keeper_.keep_inside(relationship_path(out.name), kept);
    record_.table.relationships.push_back(std::move(out));
  }

  [[nodiscard]] bool flag(std::uint64_t v) const {
    if (v > 1) bad(where_, "a flag is neither 0 nor 1");
    return v != 0;
  }

  // A code from 1 to `last`.
  [[nodiscard]] std::uint8_t code(std::uint64_t v, std::uint64_t last, const char* what) const {
    if (v < 1 || v > last)
      newer(where_, std::string("an unknown ") + what + " " + std::to_string(v));
    return static_cast<std::uint8_t>(v);
  }

  std::string_view where_;
  TableRecord record_;
  Keeper keeper_;
};

}  // namespace

std::string encode(const StoreHeader& h) {
  std::string body;
  append_le(body, h.major);
  append_le(body, h.minor);
  put(body, header_tag::store_id,
      {reinterpret_cast<const char*>(h.store_id.octets.data()), h.store_id.octets.size()});
  put_text(body, header_tag::application, h.application);
  put_number(body, header_tag::must_understand, h.must_understand);
  put_number(body, header_tag::may_ignore, h.may_ignore);
  put_number(body, header_tag::next_keyspace, h.next_keyspace);
  put_number(body, header_tag::next_table, h.next_table);
  put_number(body, header_tag::digest, h.digest);
  put_text(body, header_tag::boot_id, h.boot_id);
  put_text(body, header_tag::created_by, h.created_by);
  body += h.unknown;

  std::string out(magic, sizeof magic);
  append_le(out, checksum(body));
  return out + body;
}

StoreHeader decode_header(ByteView bytes) {
  constexpr std::string_view where = "store header";
  if (bytes.size() < header_prefix) bad(where, "it is cut short");
  if (bytes.substr(0, sizeof magic) != ByteView(magic, sizeof magic))
    bad(where, "it does not begin with Kindred's mark");
  // These twelve bytes and the version behind them stay as they are in every version.
  const ByteView body = bytes.substr(sizeof magic + checksum_size);
  if (load_le<std::uint32_t>(bytes.data() + sizeof magic) != checksum(body))
    bad(where, "its checksum does not match");
  StoreHeader out;
  out.major = load_le<std::uint16_t>(body.data());
  out.minor = load_le<std::uint16_t>(body.data() + 2);
  if (out.major > format_major) {
    newer(where, "the store has format " + std::to_string(out.major) +
                     ", this version reads up to " + std::to_string(format_major));
  }
  if (out.major == 0) bad(where, "its format is 0");

  FieldReader in(body.substr(4), where);
  for (Field f; in.next(f);) {
    switch (f.tag) {
      case header_tag::store_id:
        if (f.bytes.size() != out.store_id.octets.size())
          bad(where, "the store id has the wrong length");
        std::memcpy(out.store_id.octets.data(), f.bytes.data(), f.bytes.size());
        break;
      case header_tag::application: out.application = f.bytes; break;
      case header_tag::must_understand: out.must_understand = in.number(f); break;
      case header_tag::may_ignore: out.may_ignore = in.number(f); break;
      case header_tag::next_keyspace: out.next_keyspace = in.small<std::uint32_t>(f); break;
      case header_tag::next_table: out.next_table = in.small<std::uint32_t>(f); break;
      case header_tag::digest: out.digest = in.number(f); break;
      case header_tag::boot_id: out.boot_id = f.bytes; break;
      case header_tag::created_by: out.created_by = f.bytes; break;
      default: out.unknown += f.whole;
    }
  }
  if (out.must_understand != 0) {
    newer(where, "the store uses features that this version does not know (bits " +
                     std::to_string(out.must_understand) + ")");
  }
  return out;
}

std::string encode(const TableRecord& record) {
  const std::string body = RecordWriter(record).run();
  std::string out;
  append_le(out, checksum(body));
  return out + body;
}

TableRecord decode_table(ByteView bytes, std::string_view where) {
  if (bytes.size() < checksum_size) bad(where, "the record is cut short");
  const ByteView body = bytes.substr(checksum_size);
  if (load_le<std::uint32_t>(bytes.data()) != checksum(body))
    bad(where, "the record's checksum does not match");
  return RecordReader(where).run(body);
}

std::string header_key() { return "H"; }
std::string stamp_key() { return "S"; }

std::string table_key(std::uint32_t number) {
  std::string out = "T0000";
  store_be32(out.data() + 1, number);
  return out;
}

}  // namespace kindred::format
