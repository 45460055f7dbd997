#include "schema/json_source.hpp"

#include "schema/events.hpp"
#include "schema/json_text.hpp"

namespace kindred::schema::detail {
namespace {

// Tells where the members or items of one container begin.
class Index {
 public:
  using Each = FunctionRef<bool(std::string_view key, Handle member)>;
  Index(const json::TextStream& stream, Each each) : stream_(stream), each_(each) {}

  bool Null() { return value(stream_.Tell() - 4); }
  bool Bool(bool v) { return value(stream_.Tell() - (v ? 4 : 5)); }
  bool Int(int) { return value(stream_.number_begin()); }
  bool Uint(unsigned) { return value(stream_.number_begin()); }
  bool Int64(std::int64_t) { return value(stream_.number_begin()); }
  bool Uint64(std::uint64_t) { return value(stream_.number_begin()); }
  bool Double(double) { return value(stream_.number_begin()); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }
  bool String(const char*, rapidjson::SizeType, bool) { return value(stream_.string_begin()); }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    if (depth_ == 1) key_.assign(text, size);
    return true;
  }
  bool StartObject() {
    is_object_ |= depth_ == 0;
    return open();
  }
  bool StartArray() {
    is_array_ |= depth_ == 0;
    return open();
  }
  bool EndObject(rapidjson::SizeType) { return --depth_, true; }
  bool EndArray(rapidjson::SizeType) { return --depth_, true; }

  [[nodiscard]] bool is_object() const noexcept { return is_object_; }
  [[nodiscard]] bool is_array() const noexcept { return is_array_; }

 private:
  bool value(std::size_t offset) { return depth_ != 1 || each_(key_, offset); }
  bool open() {
    const bool goes_on = value(stream_.Tell() - 1);
    ++depth_;
    return goes_on;
  }

  const json::TextStream& stream_;
  Each each_;
  std::string key_;
  std::size_t depth_ = 0;
  bool is_object_ = false;
  bool is_array_ = false;
};

}  // namespace

template <class Handler>
bool JsonSource::read(Handle value, Handler& handler, json::TextStream& stream) const {
  stream.seek(value);
  return json::read_events(stream, handler, json::Extent::one_value, tokens_).is_done();
}

bool JsonSource::replay(Handle value, Validator& validator) const {
  std::string scratch;
  json::TextStream stream(text_, scratch);
  const json::TextStream* before = validator.read_from(&stream);
  const bool done = read(value, validator, stream);
  validator.read_from(before);
  return done;
}

bool JsonSource::members(Handle value,
                         FunctionRef<bool(std::string_view key, Handle member)> each) const {
  std::string scratch;
  json::TextStream stream(text_, scratch);
  Index index(stream, each);
  read(value, index, stream);
  return index.is_object();
}

bool JsonSource::items(Handle value, FunctionRef<bool(Handle item)> each) const {
  std::string scratch;
  json::TextStream stream(text_, scratch);
  const auto item = [&](std::string_view, Handle at) { return each(at); };
  Index index(stream, item);
  return read(value, index, stream) && index.is_array();
}

std::optional<std::size_t> JsonSource::length(Handle value) const {
  std::string scratch;
  json::TextStream stream(text_, scratch);
  std::size_t count = 0;
  const auto each = [&](std::string_view, Handle) { return ++count, true; };
  Index index(stream, each);
  read(value, index, stream);
  return index.is_array() ? std::optional(count) : std::nullopt;
}

std::optional<Handle> JsonSource::item(Handle value, std::int64_t index) const {
  if (index < 0) {
    const auto size = length(value);
    if (!size) return std::nullopt;
    index += static_cast<std::int64_t>(*size);
    if (index < 0) return std::nullopt;
  }
  std::string scratch;
  json::TextStream stream(text_, scratch);
  std::optional<Handle> found;
  const auto each = [&](std::string_view, Handle at) {
    if (index-- == 0) found = at;
    return !found;
  };
  Index walk(stream, each);
  read(value, walk, stream);
  return walk.is_array() ? found : std::nullopt;
}

Value JsonSource::capture(Handle value) const { return read_json_at(text_, value); }

}  // namespace kindred::schema::detail
