// Schema files: Catalog::from_json and to_json. The form is docs/schema-files.md.
#include <algorithm>
#include <limits>

#include "json/expression_json.hpp"
#include "json/object_reader.hpp"
#include "json/reader.hpp"
#include "json/type_json.hpp"
#include "json/value_json.hpp"
#include "json/writer.hpp"
#include "kindred/catalog.hpp"
#include "kindred/detail/spelling.hpp"
#include "kindred/detail/value_kind.hpp"
#include "kindred/error.hpp"

namespace kindred {
namespace json {
namespace {

constexpr std::uint64_t most32 = std::numeric_limits<std::uint32_t>::max();

constexpr OnDelete actions[] = {OnDelete::no_action, OnDelete::restrict, OnDelete::cascade,
                                OnDelete::set_null, OnDelete::set_default};

struct RelationshipKind {
  std::string_view name;
  RelationshipInfo::Kind kind;
};
constexpr RelationshipKind relationship_kinds[] = {
    {"many_to_one", RelationshipInfo::Kind::many_to_one},
    {"one_to_many", RelationshipInfo::Kind::one_to_many},
    {"one_to_one", RelationshipInfo::Kind::one_to_one},
    {"many_to_many", RelationshipInfo::Kind::many_to_many},
};

std::uint32_t small(std::optional<std::uint64_t> v) noexcept {
  return static_cast<std::uint32_t>(v.value_or(0));
}

// ---- reading

class CatalogReader {
 public:
  explicit CatalogReader(const Value& root) : root_(root) {}

  Catalog run() {
    // A dataset's manifest says much beside the schema.
    if (root_.is(Kind::object) && root_.find("dataset")) unknown_ = UnknownKeys::ignore;
    ObjectReader top(root_, "", unknown_);
    Catalog out;
    out.application = top.text("application").value_or("");
    top.require("tables");
    for (const Value table : top.list("tables")) out.tables.push_back(read_table(table));
    top.finish();
    complete(out);
    return out;
  }

 private:
  // What the rules say is told with the line of the table or column that they speak of.
  void complete(Catalog& catalog) const {
    try {
      catalog.validate();
    } catch (const Error& e) {
      if (e.code() != ErrorCode::invalid_catalog) throw;
      throw Error(e.code(), place_of(catalog, e.what()).where() + ": " + e.what());
    }
  }

  [[nodiscard]] Value place_of(const Catalog& catalog, std::string_view message) const {
    Value at = root_;
    const auto tables = *root_.find("tables");
    std::size_t i = 0;
    for (const Value table : tables.elements()) {
      const std::string prefix = "table " + catalog.tables[i++].name;
      if (!message.starts_with(prefix + ": ") && !message.starts_with(prefix + " is declared"))
        continue;
      at = table;
      const auto columns = table.find("columns");
      if (!columns) continue;
      std::string_view rest = message.substr(prefix.size());
      for (const Value column : columns->elements()) {
        const auto name = column.find("name");
        if (!name) continue;
        const std::string column_prefix = ": column " + std::string(name->text());
        if (rest.starts_with(column_prefix + ":") ||
            rest.starts_with(column_prefix + " is declared"))
          at = column;
      }
    }
    return at;
  }

  Table read_table(const Value& from) {
    ObjectReader in(from, "table", unknown_);
    Table out;
    out.name = in.require_text("name");
    in.rename("table " + out.name);
    in.require("columns");
    std::vector<Check> choices;
    for (const Value column : in.list("columns"))
      out.columns.push_back(read_column(column, in.what(), out.name, choices));
    out.primary_key = in.names_in(in.require("primary_key"), "primary_key");
    for (const Value key : in.list("unique")) out.indexes.push_back(read_unique(key, in));
    for (const Value index : in.list("indexes")) out.indexes.push_back(read_index(index, in));
    for (const Value key : in.list("foreign_keys"))
      out.foreign_keys.push_back(read_foreign_key(key, in));
    out.checks = std::move(choices);
    for (const Value check : in.list("checks")) out.checks.push_back(read_check(check, in, out));
    for (const Value relationship : in.list("relationships"))
      out.relationships.push_back(read_relationship(relationship, in));
    if (const auto stored = in.find("stored")) read_numbers(*stored, in, out);
    in.finish();
    return out;
  }

  Column read_column(const Value& from, const std::string& outer, const std::string& table,
                     std::vector<Check>& choices) const {
    ObjectReader in(from, outer + ": column", unknown_);
    Column out;
    out.name = in.require_text("name");
    in.rename(outer + ": column " + out.name);
    out.type = read_type(in);
    out.nullable = in.boolean("nullable").value_or(false);
    out.max_length = small(in.number("max_length", most32));
    out.number = small(in.number("number", most32));
    if (const auto value = in.find("default")) out.default_value = read_constant(*value, out, in);
    if (const auto values = in.find("enum"))
      choices.push_back(read_choices(*values, out, table, in));
    in.finish();
    return out;
  }

  static kindred::Value read_constant(const Value& from, const Column& column,
                                      const ObjectReader& in) {
    try {
      return read_value(from, column.type, ReadMode::lenient);
    } catch (const Misfit& misfit) {
      in.refuse(misfit.at(), misfit.what());
    }
  }

  // "enum":["M","F"] of a column that is no enumeration: only these values.
  static Check read_choices(const Value& values, const Column& column, const std::string& table,
                            const ObjectReader& in) {
    if (column.type.code == TypeCode::enumeration)
      in.refuse(values, "the names of an enum type stand in \"names\"");
    if (column.type.is_nested())
      in.refuse(values, "\"enum\" does not belong to the type " + column.type.to_string());
    if (!values.is(Kind::array) || values.size() == 0)
      in.refuse(values,
                "\"enum\" must be an array of at least one value, found " + values.excerpt());
    std::vector<Expression> operands{Expression::column(column.name)};
    for (const Value value : values.elements()) {
      if (value.is(Kind::null)) in.refuse(value, "null is no value; use \"nullable\"");
      operands.push_back(Expression::constant(read_constant(value, column, in)));
    }
    return {"ck_" + table + "_" + column.name,
            Expression::of(Expression::Op::in, std::move(operands))};
  }

  Index read_unique(const Value& from, const ObjectReader& outer) const {
    Index out;
    if (from.is(Kind::array)) {
      out.columns = outer.names_in(from, "unique");
    } else {
      out = read_index(from, outer);
    }
    out.unique = true;
    return out;
  }

  Index read_index(const Value& from, const ObjectReader& outer) const {
    Index out;
    if (from.is(Kind::array)) {
      out.columns = outer.names_in(from, "indexes");
      return out;
    }
    ObjectReader in(from, outer.what() + ": index", unknown_);
    out.name = in.text("name").value_or("");
    out.columns = in.names_in(in.require("columns"), "columns");
    out.unique = in.boolean("unique").value_or(false);
    out.keyspace = small(in.number("keyspace", most32));
    in.finish();
    return out;
  }

  ForeignKey read_foreign_key(const Value& from, const ObjectReader& outer) const {
    ObjectReader in(from, outer.what() + ": foreign key", unknown_);
    ForeignKey out;
    out.name = in.text("name").value_or("");
    if (!out.name.empty()) in.rename(outer.what() + ": foreign key " + out.name);
    out.columns = in.names_in(in.require("columns"), "columns");
    if (out.name.empty())
      in.rename(outer.what() + ": foreign key (" + detail::join(out.columns, ", ") + ")");
    if (const auto table = in.text("table")) {
      out.table = *table;
      out.referenced = in.names("referenced").value_or(std::vector<std::string>());
    } else {
      ObjectReader references(in.require("references"), in.what() + ": references", unknown_);
      out.table = references.require_text("table");
      out.referenced = references.names("columns").value_or(std::vector<std::string>());
      references.finish();
    }
    // In a manifest "on_delete_test" is the action, "on_delete_source" history.
    const bool is_manifest = unknown_ == UnknownKeys::ignore;
    const std::string_view key =
        is_manifest && from.find("on_delete_test") ? "on_delete_test" : "on_delete";
    if (const auto action = in.text(key)) out.on_delete = read_action(*action, *from.find(key), in);
    out.keyspace = small(in.number("keyspace", most32));
    in.finish();
    return out;
  }

  static OnDelete read_action(const std::string& name, const Value& at, const ObjectReader& in) {
    for (const OnDelete action : actions)
      if (to_string(action) == name) return action;
    in.refuse(at, "unknown delete action \"" + name + "\"" +
                      detail::did_you_mean(name, actions,
                                           [](OnDelete action) { return to_string(action); }) +
                      "; there are no_action, restrict, cascade, set_null and set_default");
  }

  Check read_check(const Value& from, const ObjectReader& outer, const Table& table) const {
    ObjectReader in(from, outer.what() + ": check", unknown_);
    Check out;
    out.name = in.text("name").value_or("");
    if (!out.name.empty()) in.rename(outer.what() + ": check " + out.name);
    out.condition = read_expression(in.require("condition"), table, in);
    in.finish();
    return out;
  }

  RelationshipInfo read_relationship(const Value& from, const ObjectReader& outer) const {
    ObjectReader in(from, outer.what() + ": relationship", unknown_);
    RelationshipInfo out;
    out.name = in.require_text("name");
    in.rename(outer.what() + ": relationship " + out.name);
    const std::string kind = in.require_text("kind");
    const auto known = std::find_if(std::begin(relationship_kinds), std::end(relationship_kinds),
                                    [&](const RelationshipKind& k) { return k.name == kind; });
    if (known == std::end(relationship_kinds)) {
      in.refuse(in.require("kind"),
                "unknown kind \"" + kind + "\"" +
                    detail::did_you_mean(kind, relationship_kinds,
                                         [](const RelationshipKind& k) { return k.name; }) +
                    "; there are many_to_one, one_to_many, one_to_one and many_to_many");
    }
    out.kind = known->kind;
    out.target = in.require_text("target");
    out.owner = in.text("owner").value_or("");
    out.foreign_key = in.text("foreign_key").value_or("");
    out.target_key = in.text("target_key").value_or("");
    out.reverse = in.text("reverse").value_or("");
    in.finish();
    return out;
  }

  void read_numbers(const Value& from, const ObjectReader& outer, Table& table) const {
    ObjectReader in(from, outer.what() + ": stored", unknown_);
    table.number = small(in.number("number", most32));
    table.uid = in.number("uid", std::numeric_limits<std::uint64_t>::max()).value_or(0);
    table.keyspace = small(in.number("keyspace", most32));
    table.list_number = small(in.number("column_list", most32));
    in.finish();
  }

  Value root_;
  UnknownKeys unknown_ = UnknownKeys::refuse;
};

// ---- writing

class CatalogWriter {
 public:
  explicit CatalogWriter(std::string& text) : out_(text, 2) {}

  void run(const Catalog& catalog) {
    out_.begin_object();
    text_unless_empty("application", catalog.application);
    out_.key("tables");
    out_.begin_array();
    for (const Table& table : catalog.tables) write_table(table);
    out_.end_array();
    out_.end_object();
  }

 private:
  void text(std::string_view key, std::string_view v) {
    out_.key(key);
    out_.string(v);
  }
  void text_unless_empty(std::string_view key, std::string_view v) {
    if (!v.empty()) text(key, v);
  }
  void number_unless_zero(std::string_view key, std::uint64_t v) {
    if (v == 0) return;
    out_.key(key);
    out_.natural(v);
  }
  void names(std::string_view key, const std::vector<std::string>& v) {
    out_.key(key);
    out_.begin_array(Layout::in_line);
    for (const std::string& name : v) out_.string(name);
    out_.end_array();
  }
  // An array under `key`, left out where it would be empty.
  template <class Range, class Element>
  void list(std::string_view key, const Range& range, Element element) {
    if (range.begin() == range.end()) return;
    out_.key(key);
    out_.begin_array();
    for (const auto& part : range) {
      out_.begin_object(Layout::in_line);
      element(part);
      out_.end_object();
    }
    out_.end_array();
  }

  void write_table(const Table& t) {
    out_.begin_object();
    text("name", t.name);
    list("columns", t.columns, [&](const Column& c) { write_column(c); });
    names("primary_key", t.primary_key);
    // Reading puts the unique keys first; one that stands behind a plain index stays there.
    const auto plain =
        std::find_if(t.indexes.begin(), t.indexes.end(), [](const Index& i) { return !i.unique; });
    list("unique", std::vector<Index>(t.indexes.begin(), plain),
         [&](const Index& i) { write_index(i, false); });
    list("indexes", std::vector<Index>(plain, t.indexes.end()),
         [&](const Index& i) { write_index(i, i.unique); });
    list("foreign_keys", t.foreign_keys, [&](const ForeignKey& k) { write_foreign_key(k); });
    list("checks", t.checks, [&](const Check& c) {
      text("name", c.name);
      out_.key("condition");
      write_expression(out_, c.condition, t);
    });
    list("relationships", t.relationships,
         [&](const RelationshipInfo& r) { write_relationship(r); });
    if (t.number || t.uid || t.keyspace || t.list_number) {
      out_.key("stored");
      out_.begin_object(Layout::in_line);
      number_unless_zero("number", t.number);
      number_unless_zero("uid", t.uid);
      number_unless_zero("keyspace", t.keyspace);
      number_unless_zero("column_list", t.list_number);
      out_.end_object();
    }
    out_.end_object();
  }

  void write_column(const Column& c) {
    text("name", c.name);
    write_type(out_, c.type);
    if (c.nullable) {
      out_.key("nullable");
      out_.boolean(true);
    }
    number_unless_zero("max_length", c.max_length);
    if (c.default_value) {
      out_.key("default");
      write_value(out_, c.type, *c.default_value, BytesForm::plain);
    }
    number_unless_zero("number", c.number);
  }

  void write_index(const Index& i, bool say_unique) {
    text_unless_empty("name", i.name);
    names("columns", i.columns);
    if (say_unique) {
      out_.key("unique");
      out_.boolean(true);
    }
    number_unless_zero("keyspace", i.keyspace);
  }

  void write_foreign_key(const ForeignKey& k) {
    text_unless_empty("name", k.name);
    names("columns", k.columns);
    out_.key("references");
    out_.begin_object(Layout::in_line);
    text("table", k.table);
    names("columns", k.referenced);
    out_.end_object();
    text("on_delete", to_string(k.on_delete));
    number_unless_zero("keyspace", k.keyspace);
  }

  void write_relationship(const RelationshipInfo& r) {
    text("name", r.name);
    const auto known = std::find_if(std::begin(relationship_kinds), std::end(relationship_kinds),
                                    [&](const RelationshipKind& k) { return k.kind == r.kind; });
    text("kind", known == std::end(relationship_kinds) ? "unknown" : known->name);
    text("target", r.target);
    text_unless_empty("owner", r.owner);
    text_unless_empty("foreign_key", r.foreign_key);
    text_unless_empty("target_key", r.target_key);
    text_unless_empty("reverse", r.reverse);
  }

  Writer out_;
};

}  // namespace
}  // namespace json

Catalog Catalog::from_json(std::string_view text, std::string_view where) {
  constexpr std::size_t largest = 64 << 20;
  json::Document document;
  return json::CatalogReader(document.parse(text, where, {.max_size = largest})).run();
}

std::string Catalog::to_json() const {
  std::string out;
  json::CatalogWriter(out).run(*this);
  out += '\n';
  return out;
}

}  // namespace kindred
