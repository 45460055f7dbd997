#include "engine/entity_codec.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "format/bytes.hpp"

namespace kindred::engine {
namespace {

using detail::FieldCodec;
using Kind = FieldCodec::Kind;

const char* at(const void* entity, const FieldCodec& codec) {
  return static_cast<const char*>(entity) + codec.offset;
}
char* at(void* entity, const FieldCodec& codec) {
  return static_cast<char*>(entity) + codec.offset;
}

const std::string& text_of(const void* entity, const FieldCodec& codec) {
  return *reinterpret_cast<const std::string*>(at(entity, codec));
}
std::string& text_of(void* entity, const FieldCodec& codec) {
  return *reinterpret_cast<std::string*>(at(entity, codec));
}

// Whether the bytes are ASCII and no more than `most`: then no rule of text can be broken.
inline bool plain_text(ByteView bytes, std::uint32_t most) noexcept {
  constexpr std::uint64_t high_bits = 0x8080808080808080u;
  const char* p = bytes.data();
  const std::size_t n = bytes.size();
  if (n > most) return false;
  std::uint64_t seen = 0;
  if (n >= 8) {
    for (std::size_t i = 0; i + 8 <= n; i += 8) seen |= format::load_le<std::uint64_t>(p + i);
    seen |= format::load_le<std::uint64_t>(p + n - 8);
  } else {
    for (std::size_t i = 0; i < n; ++i) seen |= static_cast<unsigned char>(p[i]);
  }
  return (seen & high_bits) == 0;
}

// What an entity's column is that the stored one is not; empty where its codec fits.
std::string unlike(const detail::FieldShape& declared, const CompiledColumn& c) {
  const Column& stored = *c.column;
  const auto code = static_cast<TypeCode>(declared.type);
  const bool same_enum = code != TypeCode::enumeration ||
                         static_cast<TypeCode>(declared.underlying) == stored.type.underlying;
  const bool same_decimal =
      code != TypeCode::decimal ||
      (declared.precision == stored.type.precision && declared.scale == stored.type.scale);
  if (code != stored.type.code || !same_enum || !same_decimal) {
    Type type;
    type.code = code;
    type.underlying = static_cast<TypeCode>(declared.underlying);
    type.precision = declared.precision;
    type.scale = declared.scale;
    return "is stored as " + stored.type.to_string() + ", declared as " + type.to_string();
  }
  if (declared.nullable != stored.nullable)
    return stored.nullable ? "is stored nullable, declared not"
                           : "is declared nullable, stored not";
  if (declared.primary_key != c.in_key())
    return c.in_key() ? "is stored in the primary key" : "is not stored in the primary key";
  return {};
}

bool declares(const detail::EntityDescriptor& descriptor, const std::string& column) {
  return std::find(descriptor.columns.begin(), descriptor.columns.end(), column) !=
         descriptor.columns.end();
}

std::size_t copy_width(Kind kind) {
  switch (kind) {
    case Kind::copy1: return 1;
    case Kind::copy2: return 2;
    case Kind::copy4: return 4;
    case Kind::copy8: return 8;
    case Kind::copy16: return 16;
    default: return 0;
  }
}

}  // namespace

EntityCodec::EntityCodec(const detail::EntityDescriptor& descriptor, const CompiledTable& table)
    : table_(&table), by_column_(table.columns.size()) {
  std::vector<std::string> differences;
  key_.resize(table.key_columns.size());
  variable_.resize(table.layout.variables);
  std::size_t found = 0;
  for (std::size_t i = 0; i < descriptor.columns.size(); ++i) {
    const std::uint32_t ordinal = table.column(descriptor.columns[i]);
    if (ordinal == none) {
      differences.push_back("+ " + table.name() + "." + std::string(descriptor.columns[i]) +
                            " is not stored");
      continue;
    }
    ++found;
    const CompiledColumn& c = table.columns[ordinal];
    if (auto difference = unlike(descriptor.shapes[i], c); !difference.empty())
      differences.push_back("~ " + table.name() + "." + c.column->name + " " + difference);
    Field f;
    f.codec = descriptor.fields[i];
    f.column = ordinal;
    f.slot = c.slot;
    f.checked = c.column->type.code == TypeCode::decimal || c.column->type.code == TypeCode::text ||
                c.column->type.code == TypeCode::json || c.column->max_length;
    f.plain_length = c.column->max_length ? c.column->max_length : ~std::uint32_t{0};
    by_column_[ordinal] = f.codec;
    slots_.push_back(c.slot);
    ordinals_.push_back(ordinal);
    if (c.in_key())
      key_[c.key_position] = f;
    else if (c.slot.width)
      fixed_.push_back(f);
    else
      variable_[c.slot.variable] = f;
  }
  if (found != table.columns.size() && descriptor.discriminator != detail::EntityDescriptor::none) {
    fill_absent();
    for (const CompiledColumn& c : table.columns)
      if (!c.in_key() && !c.column->nullable && !declares(descriptor, c.column->name))
        differences.push_back("- " + table.name() + "." + c.column->name +
                              " may not be null, and " + std::string(descriptor.name) +
                              " does not declare it");
  } else if (found != table.columns.size())
    differences.push_back("- " + table.name() + " has stored columns that " +
                          std::string(descriptor.name) + " does not declare");
  if (!differences.empty()) throw SchemaMismatch(std::move(differences), "");
  is_kind_ = descriptor.is_kind;
  if (is_kind_ != nullptr) discriminator_ = ordinals_[descriptor.discriminator];
}

bool EntityCodec::fits_kind(ByteView key, ByteView row) const {
  Buffer scratch;
  ByteView identity;
  return table_->column_bytes(discriminator_, key, RowView(table_->layout, row), scratch,
                              identity) &&
         is_kind_(identity);
}

// Columns of other entities in the same table: null.
void EntityCodec::fill_absent() {
  for (std::uint32_t c = 0; c < table_->columns.size(); ++c) {
    const Slot& slot = table_->columns[c].slot;
    if (table_->columns[c].in_key() || !table_->columns[c].column->nullable) continue;
    bool declared = false;
    for (const std::uint32_t ordinal : ordinals_) declared = declared || ordinal == c;
    if (declared) continue;
    Field f;
    f.slot = slot;
    f.column = c;
    f.codec.kind = Kind::variable;
    f.codec.append = [](const void*, detail::Buffer&) { return false; };
    f.codec.assign = [](void*, std::string_view) {};
    f.codec.set_null = [](void*) {};
    by_column_[c] = f.codec;
    if (slot.width)
      absent_.push_back(f);
    else
      variable_[slot.variable] = f;
  }
}

bool EntityCodec::append_key_column(const void* entity, std::uint32_t column, bool last,
                                    Buffer& out) const {
  const FieldCodec& codec = by_column_[column];
  const KeyPart part = table_->columns[column].part;
  switch (codec.kind) {
    case Kind::text: format::append_key_part(out, part, text_of(entity, codec), last); return true;
    case Kind::fixed: {
      char slot[16];
      if (!codec.store(at(entity, codec), slot)) return false;
      format::append_key_part(out, part, {slot, part.row_width}, last);
      return true;
    }
    case Kind::variable: {
      Buffer bytes;
      if (!codec.append(at(entity, codec), bytes)) return false;
      format::append_key_part(out, part, bytes.view(), last);
      return true;
    }
    default:
      format::append_key_part(out, part, {at(entity, codec), part.row_width}, last);
      return true;
  }
}

bool EntityCodec::append_columns(const void* entity, const std::vector<std::uint32_t>& columns,
                                 Buffer& out) const {
  const std::size_t start = out.size();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!append_key_column(entity, columns[i], i + 1 == columns.size(), out)) {
      out.resize_down(start);
      return false;
    }
  }
  return true;
}

void EntityCodec::encode_key(const void* entity, Buffer& out) const {
  if (!append_columns(entity, table_->key_columns, out))
    throw UsageError(table_->name() + ": a primary key column is null");
}

bool EntityCodec::append_reference(const void* entity, std::uint32_t ordinal, Buffer& out) const {
  const CompiledForeignKey& fk = table_->foreign_keys[ordinal];
  const std::size_t start = out.size();
  if (!append_columns(entity, fk.columns, out)) return false;
  if (fk.referenced_index != none) format::cut_key(out, start);
  return true;
}

bool EntityCodec::append_unique(const void* entity, std::uint32_t index, Buffer& out) const {
  const std::size_t start = out.size();
  if (!append_columns(entity, table_->indexes[index].columns, out)) return false;
  format::cut_key(out, start);
  return true;
}

EntityCodec::Encoded EntityCodec::encode_row(const void* entity, ByteView key, Buffer& out,
                                             std::vector<ColumnFault>& faults) const {
  format::RowBuilder builder(table_->layout, out);
  char* row = builder.row();
  for (const Field& f : fixed_) {
    const char* from = at(entity, f.codec);
    char* to = row + f.slot.offset;
    switch (f.codec.kind) {
      case Kind::copy1: *to = *from; break;
      case Kind::copy2: std::memcpy(to, from, 2); break;
      case Kind::copy4: std::memcpy(to, from, 4); break;
      case Kind::copy8: std::memcpy(to, from, 8); break;
      case Kind::copy16: std::memcpy(to, from, 16); break;
      default:
        if (!f.codec.store(from, to)) format::set_null(row, table_->layout, f.slot);
    }
    if (f.checked) [[unlikely]]
      if (auto fault = check_decimal(*table_->columns[f.column].column, to))
        faults.push_back({f.column, std::move(*fault)});
  }
  for (const Field& f : absent_) format::set_null(row, table_->layout, f.slot);
  for (const Field& f : variable_) {
    const std::size_t before = out.size();
    if (f.codec.kind == Kind::text)
      out.append(text_of(entity, f.codec));
    else if (!f.codec.append(at(entity, f.codec), out))
      builder.set_null(f.slot);
    if (f.checked && !plain_text(out.view().substr(before), f.plain_length))
      if (auto fault = check_text(*table_->columns[f.column].column, out.view().substr(before)))
        faults.push_back({f.column, std::move(*fault)});
    builder.end_variable(f.slot.variable);
  }
  const ByteView whole = builder.finish(key);
  return {whole, builder.hash()};
}

void EntityCodec::decode_key(void* entity, ByteView key) const {
  Buffer scratch;
  for (std::size_t i = 0; i < key_.size(); ++i) {
    scratch.clear();
    if (!format::take_key_part(key, table_->key_parts[i], i + 1 == key_.size(), scratch))
      throw CorruptionError("table " + table_->name(), "a key is malformed");
    const FieldCodec& codec = key_[i].codec;
    switch (codec.kind) {
      case Kind::text: detail::set_text(text_of(entity, codec), scratch.view()); break;
      case Kind::fixed: codec.load(at(entity, codec), scratch.data()); break;
      case Kind::variable: codec.assign(at(entity, codec), scratch.view()); break;
      default: std::memcpy(at(entity, codec), scratch.data(), copy_width(codec.kind));
    }
  }
}

std::uint64_t EntityCodec::decode(void* entity, ByteView key, ByteView bytes) const {
  const RowView row(table_->layout, bytes);
  const std::uint64_t hash = row.verify(key);
  if (key_.size() == 1 && key_[0].codec.kind == Kind::copy8 &&
      table_->key_parts[0].kind == KeyPart::Kind::sign && key.size() == 8) {
    const std::uint64_t id = format::load_be64(key.data()) ^ (std::uint64_t{1} << 63);
    std::memcpy(at(entity, key_[0].codec), &id, 8);
  } else {
    decode_key(entity, key);
  }
  for (const Field& f : fixed_) {
    char* to = at(entity, f.codec);
    const char* from = row.fixed(f.slot);
    switch (f.codec.kind) {
      case Kind::copy1: *to = *from; break;
      case Kind::copy2: std::memcpy(to, from, 2); break;
      case Kind::copy4: std::memcpy(to, from, 4); break;
      case Kind::copy8: std::memcpy(to, from, 8); break;
      case Kind::copy16: std::memcpy(to, from, 16); break;
      default:
        if (row.is_null(f.slot))
          f.codec.set_null(to);
        else
          f.codec.load(to, from);
    }
  }
  for (const Field& f : variable_) {
    const ByteView value = row.variable(f.slot.variable);
    if (f.codec.kind == Kind::text)
      detail::set_text(text_of(entity, f.codec), value);
    else if (row.is_null(f.slot))
      f.codec.set_null(at(entity, f.codec));
    else
      f.codec.assign(at(entity, f.codec), value);
  }
  return hash;
}

std::uint64_t EntityCodec::sequence_value(const void* entity) const {
  const FieldCodec& codec = key_[0].codec;
  std::uint64_t v = 0;
  std::memcpy(&v, at(entity, codec), copy_width(codec.kind));
  return v;
}

bool EntityCodec::is_negative(std::uint64_t id) const noexcept {
  return table_->key_parts[0].kind == KeyPart::Kind::sign &&
         (id >> (8 * copy_width(key_[0].codec.kind) - 1)) != 0;
}

void EntityCodec::set_sequence_value(void* entity, std::uint64_t id) const {
  std::memcpy(at(entity, key_[0].codec), &id, copy_width(key_[0].codec.kind));
}

}  // namespace kindred::engine
