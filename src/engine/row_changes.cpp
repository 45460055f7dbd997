#include "engine/row_changes.hpp"

#include "kindred/detail/spelling.hpp"

namespace kindred::engine {
namespace {

std::uint32_t require_column(const CompiledTable& table, const std::string& name) {
  const std::uint32_t at = table.column(name);
  if (at != none) return at;
  throw UsageError(
      "table " + table.name() + " has no column '" + name + "'" +
      detail::did_you_mean(name, table.table->columns,
                           [](const Column& c) -> std::string_view { return c.name; }));
}

// The column rules that one row breaks.
class RowFaults {
 public:
  explicit RowFaults(const CompiledTable& table) : table_(table) {}
  void add(std::uint32_t column, ErrorCode code, std::string text) {
    found_.push_back(column_violation(table_, column, code, std::move(text)));
  }
  // Appends the row form; a fault is noted and leaves zeros, so that the work can go on.
  void encode(std::uint32_t column, const Value& value, Buffer& out) {
    const Column& c = *table_.columns[column].column;
    auto fault = encode_value(c, value, out);
    if (!fault) return;
    add(column, fault->code, std::move(fault->detail));
    char* zeros = out.need(c.type.width());
    std::fill_n(zeros, c.type.width(), '\0');
    out.advance(c.type.width());
  }
  // Hands the faults over; false where there are none.
  bool report(ChangeSet& changes, const std::string& key) {
    if (found_.empty()) return false;
    changes.refuse(std::move(found_), key);
    return true;
  }

 private:
  const CompiledTable& table_;
  std::vector<Violation> found_;
};

constexpr const char* null_text = "is not nullable";

std::string values_text(const CompiledTable& table, const std::vector<const Value*>& values) {
  std::string out;
  for (const std::uint32_t c : table.key_columns)
    out += (out.empty() ? "" : ", ") + (values[c] ? values[c]->to_string() : std::string("null"));
  return table.key_columns.size() == 1 ? out : "(" + out + ")";
}

void require_key_size(const CompiledTable& table, ByteView key) {
  if (key.size() <= storage::max_key_size) return;
  throw CapacityError("table " + table.name() + ": a primary key of " + std::to_string(key.size()) +
                          " bytes; at most 511 are allowed",
                      storage::max_key_size, key.size());
}

}  // namespace

Row insert_row(Writing& writing, ChangeSet& changes, const CompiledTable& table, const Row& row,
               ChangeKind kind) {
  std::vector<const Value*> values(table.columns.size(), nullptr);
  for (const auto& [name, value] : row) values[require_column(table, name)] = &value;
  for (std::size_t c = 0; c < values.size(); ++c)
    if (!values[c] && table.columns[c].column->default_value)
      values[c] = &*table.columns[c].column->default_value;
  Value assigned;
  if (table.sequence) {
    const std::uint32_t c = table.key_columns[0];
    if (!values[c] || values[c]->is_null()) {
      const std::uint64_t id = writing.next_id(table);
      assigned = table.key_parts[0].kind == KeyPart::Kind::plain
                     ? Value(id)
                     : Value(static_cast<std::int64_t>(id));
      values[c] = &assigned;
    } else if (const auto* i = values[c]->get_if<std::int64_t>()) {
      if (*i > 0) writing.seen_id(table, static_cast<std::uint64_t>(*i));
    } else if (const auto* u = values[c]->get_if<std::uint64_t>()) {
      writing.seen_id(table, *u);
    }
  }
  RowFaults faults(table);
  const auto is_null = [&](std::uint32_t c) { return !values[c] || values[c]->is_null(); };
  for (std::uint32_t c = 0; c < values.size(); ++c)
    if (is_null(c) && !table.columns[c].column->nullable)
      faults.add(c, ErrorCode::not_null, null_text);
  Buffer key;
  Buffer bytes;
  for (std::size_t i = 0; i < table.key_columns.size(); ++i) {
    const std::uint32_t c = table.key_columns[i];
    if (is_null(c)) continue;
    bytes.clear();
    faults.encode(c, *values[c], bytes);
    format::append_key_part(key, table.key_parts[i], bytes.view(),
                            i + 1 == table.key_columns.size());
  }
  Buffer out;
  format::RowBuilder builder(table.layout, out);
  for (const std::uint32_t c : table.row_columns) {
    const Slot& slot = table.columns[c].slot;
    if (is_null(c)) {
      if (slot.null_bit != Slot::none) builder.set_null(slot);
    } else if (slot.width) {
      bytes.clear();
      faults.encode(c, *values[c], bytes);
      std::memcpy(builder.row() + slot.offset, bytes.data(), slot.width);
    } else {
      faults.encode(c, *values[c], out);
    }
    if (!slot.width) builder.end_variable(slot.variable);
  }
  Row made;
  for (const std::uint32_t c : table.key_columns)
    made.append(table.columns[c].column->name, values[c] ? *values[c] : Value());
  if (faults.report(changes, values_text(table, values))) return made;
  require_key_size(table, key.view());
  changes.add(table.ordinal, kind, key.view(), builder.finish(key.view()));
  return made;
}

void update_row(Writing& writing, ChangeSet& changes, const CompiledTable& table, const Row& key,
                const Row& set) {
  Buffer at;
  encode_key(table, key, at);
  RowFaults faults(table);
  Buffer patch;
  Buffer bytes;
  for (const auto& [name, value] : set) {
    const std::uint32_t c = require_column(table, name);
    if (value.is_null()) {
      if (!table.columns[c].column->nullable)
        faults.add(c, ErrorCode::not_null, null_text);
      else
        append_patch(patch, {c, true, {}});
      continue;
    }
    bytes.clear();
    faults.encode(c, value, bytes);
    append_patch(patch, {c, false, bytes.view()});
    if (table.sequence && table.columns[c].in_key())
      if (const auto* i = value.get_if<std::int64_t>(); i && *i > 0)
        writing.seen_id(table, static_cast<std::uint64_t>(*i));
  }
  if (faults.report(changes, table.key_text(at.view()))) return;
  changes.add(table.ordinal, ChangeKind::patch, at.view(), patch.view());
}

void erase_row(ChangeSet& changes, const CompiledTable& table, const Row& key) {
  Buffer at;
  encode_key(table, key, at);
  changes.add(table.ordinal, ChangeKind::erase, at.view(), {});
}

}  // namespace kindred::engine
