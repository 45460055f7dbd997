#include "tests/schema/cases/tagged.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>

#include "kindred/detail/schema_node.hpp"
#include "schema/address.hpp"
#include "schema/numbers.hpp"
#include "schema/temporal.hpp"

namespace kindred::schema_cases {
namespace {

using schema::Dict;
using schema::Sequence;
using schema::Value;
using schema::ValueKind;

constexpr const char* tags[] = {
    "$float",   "$bytes_hex",  "$date",   "$time",       "$datetime", "$timedelta_us",
    "$decimal", "$uuid",       "$ip",     "$secret",     "$enum",     "$tuple",
    "$set",     "$frozenset",  "$dict",   "$name_email", "$url",      "$multi_host_url",
    "$model",   "$root_model", "$integer"};

// The tag of a tagged value; empty for plain objects.
std::string_view tag_of(const Json& v) {
  if (!v.is(json::Kind::object) || v.size() == 0) return {};
  const std::string_view first = (*v.members().begin()).name;
  for (const char* tag : tags)
    if (first == tag) return first;
  return {};
}

bool is_integer(std::string_view number) {
  return number.find_first_of(".eE") == std::string_view::npos;
}

double to_double(std::string_view text) {
  double out = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), out);
  if (end.ec != std::errc() && end.ec != std::errc::result_out_of_range)
    throw std::runtime_error("no number: " + std::string(text));
  return out;
}

double special_float(std::string_view text) {
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  return text == "-inf" ? -infinity : infinity;
}

Value read_number(std::string_view text) {
  if (!is_integer(text)) return to_double(text);
  std::int64_t out = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), out);
  if (end.ec == std::errc()) return out;
  return BigInt{std::string(text)};
}

Bytes read_hex(std::string_view text) {
  Bytes out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned byte = 0;
    std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    out.push_back(static_cast<std::byte>(byte));
  }
  return out;
}

template <class T>
T must(std::optional<T> v, const Json& from) {
  if (!v) throw std::runtime_error("not readable: " + std::string(from.source()));
  return *std::move(v);
}

std::vector<Value> read_items(const Json& from) {
  std::vector<Value> out;
  for (const Json item : from.elements()) out.push_back(read_tagged(item));
  return out;
}

Ip read_ip(const Json& from) {
  Ip out;
  for (const Ip::Form form : {Ip::Form::address, Ip::Form::network, Ip::Form::interface})
    if (schema::detail::parse_ip(from.text(), form, 0, out)) return out;
  throw std::runtime_error("not readable: " + std::string(from.source()));
}

date read_date(const Json& from) {
  date out{};
  if (schema::detail::parse_date(from.text(), out) != nullptr)
    throw std::runtime_error("not readable: " + std::string(from.source()));
  return out;
}

Value read_pairs(const Json& from) {
  Dict out;
  for (const Json pair : from.elements()) {
    const auto both = read_items(pair);
    out.at_key(both.at(0)) = both.at(1);
  }
  return out;
}

Value read_object(const Json& from) {
  Dict out;
  for (const auto& [name, value] : from.members()) out.at_key(Value(name)) = read_tagged(value);
  return out;
}

Value read_with_tag(std::string_view tag, const Json& from) {
  const Json v = *from.find(tag);
  if (tag == "$float") return special_float(v.text());
  if (tag == "$integer") return BigInt{std::string(v.text())};
  if (tag == "$bytes_hex") return read_hex(v.text());
  if (tag == "$date") return read_date(v);
  if (tag == "$time") return must(TimeOfDay::parse(v.text()), v);
  if (tag == "$datetime") return must(DateTime::parse(v.text()), v);
  if (tag == "$timedelta_us") return Duration(must(v.as_int64(), v));
  if (tag == "$decimal") return must(BigDecimal::parse(v.text()), v);
  if (tag == "$uuid") return must(Uuid::parse(v.text()), v);
  if (tag == "$ip") return read_ip(v);
  if (tag == "$secret") return schema::Secret{read_tagged(v)};
  if (tag == "$enum")
    return schema::Enumerator{std::string(from.find("class")->text()), std::string(v.text()), {}};
  if (tag == "$tuple") return Sequence{Sequence::Form::tuple, read_items(v)};
  if (tag == "$set") return Sequence{Sequence::Form::set, read_items(v)};
  if (tag == "$frozenset") return Sequence{Sequence::Form::frozen_set, read_items(v)};
  if (tag == "$dict") return read_pairs(v);
  if (tag == "$url") return must(Url::parse(v.text()), v);
  if (tag == "$multi_host_url") return must(MultiHostUrl::parse(v.text()), v);
  if (tag == "$name_email")
    return NameEmail{std::string(v.find("name")->text()), std::string(v.find("email")->text())};
  // Made from a dict by whoever declares the default of a model.
  return read_tagged(v);
}

// ---- comparison

std::string differs(const Value& got, const Json& want) {
  return ": got " + got.to_string() + " where " + want.excerpt() + " is due";
}
std::string below(std::string_view step, const std::string& inner) {
  return inner.empty() ? inner : '/' + std::string(step) + inner;
}

bool same_float(double got, std::string_view want) {
  const double wanted = to_double(want);
  return got == wanted && std::signbit(got) == std::signbit(wanted);
}

bool same_number(const Value& got, std::string_view want) {
  if (!is_integer(want)) {
    const auto* v = got.get_if<double>();
    return v != nullptr && same_float(*v, want);
  }
  if (const auto* v = got.get_if<std::int64_t>()) return std::to_string(*v) == want;
  const auto* big = got.get_if<BigInt>();
  return big != nullptr && big->digits == want;
}

std::string list_difference(const std::vector<Value>& got, const Json& want) {
  if (got.size() != want.size())
    return ": got " + std::to_string(got.size()) + " items where " + std::to_string(want.size()) +
           " are due";
  std::size_t i = 0;
  for (const Json item : want.elements()) {
    const std::string inner = difference(got[i], item);
    if (!inner.empty()) return below(std::to_string(i), inner);
    ++i;
  }
  return {};
}

// In any order.
std::string set_difference(const std::vector<Value>& got, const Json& want) {
  if (got.size() != want.size()) return ": another number of items";
  std::set<std::size_t> used;
  for (const Json item : want.elements()) {
    std::size_t i = 0;
    while (i < got.size() && (used.contains(i) || !difference(got[i], item).empty())) ++i;
    if (i == got.size()) return ": " + item.excerpt() + " is missing";
    used.insert(i);
  }
  return {};
}

std::string sequence_difference(const Value& got, Sequence::Form form, const Json& want) {
  const auto* sequence = got.get_if<Sequence>();
  if (sequence == nullptr || sequence->form != form) return differs(got, want);
  const bool is_set = form == Sequence::Form::set || form == Sequence::Form::frozen_set;
  return is_set ? set_difference(sequence->items, want) : list_difference(sequence->items, want);
}

std::string pairs_difference(const Value& got, const Json& want) {
  const auto* dict = got.get_if<Dict>();
  if (dict == nullptr || dict->items.size() != want.size()) return differs(got, want);
  for (const Json pair : want.elements()) {
    const auto key = *pair.elements().begin();
    const auto value = *std::next(pair.elements().begin());
    bool is_there = false;
    for (const auto& item : dict->items)
      is_there |= difference(item.first, key).empty() && difference(item.second, value).empty();
    if (!is_there) return ": " + pair.excerpt() + " is missing";
  }
  return {};
}

// Members that are there, of an object or a dict.
std::size_t count_of(const Value& got) {
  if (const auto* dict = got.get_if<Dict>()) return dict->items.size();
  const auto& object = got.get<schema::Object>();
  std::size_t count = 0;
  for (std::size_t i = 0; i < object.members.size(); ++i)
    count += i < object.absent.size() && object.absent[i] ? 0 : 1;
  return count;
}

std::string members_difference(const Value& got, const Json& want, std::size_t count) {
  for (const auto& [name, value] : want.members()) {
    const Value* member = got.find(name);
    if (member == nullptr) return '/' + std::string(name) + ": is missing";
    const std::string inner = difference(*member, value);
    if (!inner.empty()) return below(name, inner);
  }
  return count == want.size() ? std::string() : differs(got, want) + ": too many members";
}

std::string plain_object_difference(const Value& got, const Json& want) {
  const auto* object = got.get_if<schema::Object>();
  if (got.is(ValueKind::dict)) return members_difference(got, want, count_of(got));
  if (object == nullptr || object->model->form != schema::detail::Model::Form::typed_dict)
    return differs(got, want);
  const std::size_t extras = object->extra ? object->extra->items.size() : 0;
  return members_difference(got, want, count_of(got) + extras);
}

std::string fields_set_difference(const schema::Object& got, const Json& want) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < got.fields_set.size(); ++i)
    if (got.fields_set[i]) names.emplace(got.member_name(i));
  if (got.extra)
    for (const auto& item : got.extra->items) names.insert(item.first.get<std::string>());
  std::set<std::string> wanted;
  for (const Json name : want.elements()) wanted.emplace(name.text());
  if (names == wanted) return {};
  std::string text;
  for (const std::string& name : names) text += ' ' + name;
  return ": fields_set is{" + text + " } where " + want.excerpt() + " is due";
}

std::string model_difference(const Value& got, const Json& want) {
  const auto* object = got.get_if<schema::Object>();
  if (object == nullptr || object->model->form == schema::detail::Model::Form::typed_dict)
    return differs(got, want);
  if (const auto name = want.find("name"); name && object->class_name() != name->text())
    return ": class " + std::string(object->class_name()) + " where " + name->excerpt() + " is due";
  std::string out = members_difference(got, *want.find("$model"), count_of(got));
  if (const auto extra = want.find("extra"); out.empty() && extra) {
    if (extra->is(json::Kind::null) != !object->extra) return ": extra where none is due, or none";
    if (object->extra) out = below("extra", difference(Value(*object->extra), *extra));
  }
  if (const auto set = want.find("fields_set"); out.empty() && set)
    out = fields_set_difference(*object, *set);
  return out;
}

std::string part_difference(const char* name, const std::optional<std::string>& got,
                            const Json& want) {
  const auto wanted = want.find(name);
  if (!wanted) return {};
  const bool same = wanted->is(json::Kind::null) ? !got : got && *got == wanted->text();
  return same ? std::string()
              : '/' + std::string(name) + ": got " + (got ? '"' + *got + '"' : "null") + " where " +
                    wanted->excerpt() + " is due";
}
std::string port_difference(std::optional<std::uint16_t> got, const Json& want) {
  const auto wanted = want.find("port");
  if (!wanted) return {};
  const bool same = wanted->is(json::Kind::null)
                        ? !got
                        : got && std::to_string(*got) == std::string(wanted->text());
  return same ? std::string() : "/port: where " + wanted->excerpt() + " is due";
}

std::string first_of(std::initializer_list<std::string> differences) {
  for (const std::string& each : differences)
    if (!each.empty()) return each;
  return {};
}

std::string url_difference(const Value& got, const Json& want) {
  const auto* url = got.get_if<Url>();
  if (url == nullptr || url->text != want.find("$url")->text()) return differs(got, want);
  return first_of({part_difference("scheme", url->scheme, want),
                   part_difference("username", url->username, want),
                   part_difference("password", url->password, want),
                   part_difference("host", url->host, want), port_difference(url->port, want),
                   part_difference("path", url->path, want),
                   part_difference("query", url->query, want),
                   part_difference("fragment", url->fragment, want)});
}

std::string hosts_difference(const MultiHostUrl& url, const Json& want) {
  const auto hosts = want.find("hosts");
  if (!hosts) return {};
  if (hosts->size() != url.hosts.size()) return ": another number of hosts";
  std::size_t i = 0;
  for (const Json host : hosts->elements()) {
    const MultiHostUrl::Host& got = url.hosts[i++];
    const std::string inner =
        first_of({part_difference("username", got.username, host),
                  part_difference("password", got.password, host),
                  part_difference("host", got.host, host), port_difference(got.port, host)});
    if (!inner.empty()) return below("hosts", inner);
  }
  return {};
}

std::string multi_host_difference(const Value& got, const Json& want) {
  const auto* url = got.get_if<MultiHostUrl>();
  if (url == nullptr || url->text != want.find("$multi_host_url")->text())
    return differs(got, want);
  return first_of({part_difference("scheme", url->scheme, want), hosts_difference(*url, want),
                   part_difference("path", url->path, want),
                   part_difference("query", url->query, want),
                   part_difference("fragment", url->fragment, want)});
}

// Scalars that are known by one text.
bool same_text(std::string_view tag, const Value& got, const Json& v) {
  const std::string text(v.text());
  if (tag == "$date") {
    if (!got.is(ValueKind::date)) return false;
    std::string out;
    schema::detail::append(out, got.get<date>());
    return out == text;
  }
  if (const auto* t = got.get_if<TimeOfDay>()) return tag == "$time" && t->to_string() == text;
  if (const auto* t = got.get_if<DateTime>()) return tag == "$datetime" && t->to_string() == text;
  if (const auto* t = got.get_if<Duration>())
    return tag == "$timedelta_us" && std::to_string(t->count()) == text;
  if (const auto* d = got.get_if<BigDecimal>()) return tag == "$decimal" && d->to_string() == text;
  if (const auto* u = got.get_if<Uuid>()) return tag == "$uuid" && u->to_string() == text;
  if (const auto* ip = got.get_if<Ip>()) return tag == "$ip" && ip->to_string() == text;
  if (const auto* bytes = got.get_if<Bytes>())
    return tag == "$bytes_hex" && *bytes == read_hex(text);
  if (const auto* big = got.get_if<BigInt>()) return tag == "$integer" && big->digits == text;
  if (const auto* f = got.get_if<double>())
    return tag == "$float" && schema::detail::python_float(*f) == text;
  return false;
}

std::string tagged_difference(std::string_view tag, const Value& got, const Json& want) {
  const Json v = *want.find(tag);
  if (tag == "$model") return model_difference(got, want);
  if (tag == "$root_model") return difference(got, v);
  if (tag == "$dict") return pairs_difference(got, v);
  if (tag == "$tuple") return sequence_difference(got, Sequence::Form::tuple, v);
  if (tag == "$set") return sequence_difference(got, Sequence::Form::set, v);
  if (tag == "$frozenset") return sequence_difference(got, Sequence::Form::frozen_set, v);
  if (tag == "$url") return url_difference(got, want);
  if (tag == "$multi_host_url") return multi_host_difference(got, want);
  if (tag == "$secret") {
    const auto* secret = got.get_if<schema::Secret>();
    return secret == nullptr ? differs(got, want) : difference(secret->value, v);
  }
  if (tag == "$enum") {
    const auto* member = got.get_if<schema::Enumerator>();
    const bool same =
        member != nullptr && member->name == v.text() && member->type == want.find("class")->text();
    return same ? std::string() : differs(got, want);
  }
  if (tag == "$name_email") {
    const auto* email = got.get_if<NameEmail>();
    const bool same = email != nullptr && email->name == v.find("name")->text() &&
                      email->email == v.find("email")->text();
    return same ? std::string() : differs(got, want);
  }
  return same_text(tag, got, v) ? std::string() : differs(got, want);
}

bool same_as_json_number(const Value& got, std::string_view want) {
  if (const auto* v = got.get_if<double>()) return *v == to_double(want);
  return is_integer(want) ? same_number(got, want)
                          : got.is(ValueKind::integer) &&
                                static_cast<double>(got.get<std::int64_t>()) == to_double(want);
}

std::string json_list_difference(const Value& got, const Json& want) {
  const auto* sequence = got.get_if<Sequence>();
  if (sequence == nullptr || sequence->items.size() != want.size()) return differs(got, want);
  std::size_t i = 0;
  for (const Json item : want.elements()) {
    const std::string inner = json_difference(sequence->items[i], item);
    if (!inner.empty()) return below(std::to_string(i), inner);
    ++i;
  }
  return {};
}

std::string json_object_difference(const Value& got, const Json& want) {
  const auto* dict = got.get_if<Dict>();
  if (dict == nullptr) return differs(got, want);
  for (const auto& [name, value] : want.members()) {
    const Value* member = dict->find(name);
    if (member == nullptr) return '/' + std::string(name) + ": is missing";
    const std::string inner = json_difference(*member, value);
    if (!inner.empty()) return below(name, inner);
  }
  for (const auto& item : dict->items)
    if (const auto* name = item.first.get_if<std::string>(); name == nullptr || !want.find(*name))
      return '/' + item.first.to_string() + ": is not due";
  return {};
}

}  // namespace

std::string readable(std::string_view row) {
  constexpr std::size_t long_number = 300;
  constexpr std::string_view digits = "0123456789";
  std::string out;
  bool in_string = false;
  for (std::size_t i = 0; i < row.size();) {
    const std::size_t begin = row[i] == '-' ? i + 1 : i;
    std::size_t end = row.find_first_not_of(digits, begin);
    if (end == std::string_view::npos) end = row.size();
    if (!in_string && end - begin >= long_number) {
      out.append("{\"$integer\":\"").append(row.substr(i, end - i)).append("\"}");
      i = end;
      continue;
    }
    if (row[i] == '"') in_string = !in_string;
    if (in_string && row[i] == '\\') out += row[i++];
    if (i < row.size()) out += row[i++];
  }
  return out;
}

schema::Value read_tagged(const Json& from) {
  switch (from.kind()) {
    case json::Kind::null: return {};
    case json::Kind::boolean: return from.boolean();
    case json::Kind::number: return read_number(from.text());
    case json::Kind::string: return from.text();
    case json::Kind::array: return Sequence{Sequence::Form::list, read_items(from)};
    default: break;
  }
  const std::string_view tag = tag_of(from);
  return tag.empty() ? read_object(from) : read_with_tag(tag, from);
}

std::string difference(const schema::Value& got, const Json& want) {
  bool same = false;
  switch (want.kind()) {
    case json::Kind::null: same = got.is_null(); break;
    case json::Kind::boolean:
      same = got.is(ValueKind::boolean) && got.get<bool>() == want.boolean();
      break;
    case json::Kind::number: same = same_number(got, want.text()); break;
    case json::Kind::string:
      same = got.is(ValueKind::text) && got.get<std::string>() == want.text();
      break;
    case json::Kind::array: return sequence_difference(got, Sequence::Form::list, want);
    case json::Kind::object: {
      const std::string_view tag = tag_of(want);
      return tag.empty() ? plain_object_difference(got, want) : tagged_difference(tag, got, want);
    }
  }
  return same ? std::string() : differs(got, want);
}

std::string json_difference(const schema::Value& got, const Json& want) {
  if (want.is(json::Kind::array)) return json_list_difference(got, want);
  if (want.is(json::Kind::object)) return json_object_difference(got, want);
  if (want.is(json::Kind::number))
    return same_as_json_number(got, want.text()) ? std::string() : differs(got, want);
  return difference(got, want);
}

}  // namespace kindred::schema_cases
