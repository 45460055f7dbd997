// Records of two models, which differ in one member: read as one model that has all members, by a
// discriminator that stands first or last, and by trying both.
#include <memory>
#include <utility>
#include <variant>

#include "by_hand.hpp"
#include "cases.hpp"
#include "kindred/schema.hpp"

namespace kindred::bench {
namespace {

struct Record {
  Field<std::int64_t> id;
  Field<std::string> title;
  Field<bool> open;
  Field<std::vector<std::string>> tags;
};
struct Sized : Record {
  Field<Literal<"sized">> kind;
  Field<std::int64_t> size;
};
struct Weighed : Record {
  Field<Literal<"weighed">> kind;
  Field<double> weight;
};
struct Either : Record {
  Field<std::string> kind;
  Field<std::int64_t> size = Default(0);
  Field<double> weight = Default(0.0);
};
using Tagged = Annotated<std::variant<Sized, Weighed>, discriminator("kind")>;
using Smart = std::variant<Sized, Weighed>;

std::uint64_t digest(const Record& v) {
  std::uint64_t sum = digests::number(*v.id) + digests::text(*v.title) * 3 + (*v.open ? 5 : 0);
  for (const std::string& tag : *v.tags) sum += digests::text(tag) * 7;
  return sum;
}
std::uint64_t digest(const Smart& v) {
  return std::visit([](const Record& record) { return digest(record); }, v) + v.index();
}
std::uint64_t digest(const Tagged& v) { return digest(v.value()); }
std::uint64_t digest(const Either& v) {
  return digest(static_cast<const Record&>(v)) + (*v.kind == "weighed" ? 1 : 0);
}

JsonText make_records(std::int64_t records, bool is_tag_first) {
  JsonText out;
  out.records = records;
  out.text = "[";
  for (std::int64_t i = 0; i < records; ++i) {
    const bool is_sized = i % 2 == 0;
    Record record;
    record.id = i;
    record.title = "record number " + std::to_string(i);
    record.open = true;
    record.tags = std::vector<std::string>{"x", "long-tag"};
    out.sum.add(digest(record) + (is_sized ? 0 : 1));
    const std::string tag = is_sized ? R"("kind":"sized")" : R"("kind":"weighed")";
    const std::string body = "\"id\":" + std::to_string(i) + ",\"title\":\"" + *record.title +
                             (is_sized ? R"(","size":12)" : R"(","weight":3.5)") +
                             R"(,"open":true,"tags":["x","long-tag"])";
    out.text += i == 0 ? "{" : ",{";
    out.text += is_tag_first ? tag + ',' + body : body + ',' + tag;
    out.text += '}';
  }
  out.text += ']';
  return out;
}

template <class Item>
Way reading(std::string_view name, std::shared_ptr<const JsonText> text) {
  const auto records = std::make_shared<std::vector<Item>>();
  Way out{name, "kindred", text->text.size(), {}};
  out.run = [text, records] { schema::validate_json_into(*records, text->text); };
  out.verify = [text, records, name] {
    Tally found;
    for (const Item& record : *records) found.add(digest(record));
    expect(name, found, text->sum);
  };
  return out;
}

}  // namespace

std::vector<Way> make_json_unions(std::int64_t records) {
  const auto first = std::make_shared<const JsonText>(make_records(records, true));
  const auto last = std::make_shared<const JsonText>(make_records(records, false));
  std::vector<Way> out;
  out.push_back({"SAX no-op", "rapidjson", first->text.size(),
                 [first] { read_idly(first->text, Idle::plain); }});
  out.push_back(reading<Either>("kindred, one model", first));
  out.push_back(reading<Tagged>("kindred, tag first", first));
  out.push_back(reading<Tagged>("kindred, tag last", last));
  out.push_back(reading<Smart>("kindred, smart union", first));
  return out;
}

}  // namespace kindred::bench
