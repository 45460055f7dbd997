#include "by_hand.hpp"

#include <rapidjson/document.h>
#include <rapidjson/reader.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cstring>
#include <stdexcept>

#include "hand_checks.hpp"
#include "json/text_stream.hpp"
#include "kindred/detail/utf8.hpp"

namespace kindred::bench {
namespace {

using rapidjson::SizeType;

// Reading ends where a function returns false.
class UserHandler {
 public:
  explicit UserHandler(std::vector<PlainUser>& out) : out_(out) {}

  bool Null() {
    if (member_ != username) return false;
    user_->username.reset();
    return true;
  }
  bool Bool(bool) { return false; }
  bool Int(int v) { return Int64(v); }
  bool Uint(unsigned v) { return Int64(v); }
  bool Int64(std::int64_t v) {
    if (member_ != id) return false;
    user_->id = v;
    return true;
  }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  bool RawNumber(const char*, SizeType, bool) { return false; }
  bool String(const char* text, SizeType size, bool) {
    switch (member_) {
      case email:
        if (!is_email({text, size})) return false;
        user_->email.assign(text, size);
        return true;
      case username:
        if (size > longest_username) return false;
        if (user_->username)
          user_->username->assign(text, size);
        else
          user_->username.emplace(text, size);
        return true;
      case created_at: return read_time({text, size}, user_->created_at);
      case tags:
        if (tag_ < user_->tags.size())
          user_->tags[tag_].assign(text, size);
        else
          user_->tags.emplace_back(text, size);
        ++tag_;
        return true;
      default: return false;
    }
  }
  bool StartObject() {
    user_ = count_ < out_.size() ? &out_[count_] : &out_.emplace_back();
    ++count_;
    seen_ = 0;
    return true;
  }
  bool Key(const char* text, SizeType size, bool) {
    const std::string_view key(text, size);
    member_ = key == "id"           ? id
              : key == "email"      ? email
              : key == "username"   ? username
              : key == "created_at" ? created_at
              : key == "tags"       ? tags
                                    : unknown;
    seen_ |= 1u << member_;
    return member_ != unknown;
  }
  bool EndObject(SizeType) {
    constexpr unsigned required = 1u << id | 1u << email | 1u << created_at | 1u << tags;
    return (seen_ & required) == required;
  }
  bool StartArray() {
    if (depth_++ != 0) tag_ = 0;
    return true;
  }
  bool EndArray(SizeType) {
    if (--depth_ != 0)
      user_->tags.resize(tag_);
    else
      out_.resize(count_);
    return true;
  }

 private:
  enum Member : unsigned { id, email, username, created_at, tags, unknown };
  std::vector<PlainUser>& out_;
  std::size_t count_ = 0;
  PlainUser* user_ = nullptr;
  Member member_ = unknown;
  unsigned seen_ = 0;
  int depth_ = 0;
  std::size_t tag_ = 0;
};

struct Nothing : rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Nothing> {};

[[noreturn]] void refuse() { throw std::runtime_error("no array of valid users"); }

template <unsigned Flags, class Handler>
void read(const std::string& text, Handler& handler) {
  rapidjson::StringStream stream(text.c_str());
  rapidjson::Reader reader;
  if (reader.Parse<Flags>(stream, handler).IsError()) refuse();
}
template <class Handler>
void read_text_stream(const std::string& text, Handler& handler) {
  std::string scratch;
  json::TextStream stream(text, scratch);
  rapidjson::Reader reader;
  if (reader.Parse<rapidjson::kParseInsituFlag>(stream, handler).IsError()) refuse();
}

// Eight characters of ASCII at a time; the rest has to be looked at one by one.
bool is_utf8(std::string_view text) {
  std::size_t at = 0;
  for (std::uint64_t word = 0; text.size() - at >= sizeof word; at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if ((word & 0x8080808080808080u) != 0) break;
  }
  return kindred::detail::is_utf8(text.substr(at));
}

std::string_view text_of(const rapidjson::Value& v) {
  if (!v.IsString()) refuse();
  return {v.GetString(), v.GetStringLength()};
}

const rapidjson::Value& member_of(const rapidjson::Value& object, const char* name) {
  const auto found = object.FindMember(name);
  if (found == object.MemberEnd()) refuse();
  return found->value;
}

void take(const rapidjson::Value& from, PlainUser& to) {
  if (!from.IsObject()) refuse();
  const auto& id = member_of(from, "id");
  if (!id.IsInt64()) refuse();
  to.id = id.GetInt64();
  const std::string_view email = text_of(member_of(from, "email"));
  if (!is_email(email)) refuse();
  to.email = email;
  to.username.reset();
  if (const auto name = from.FindMember("username");
      name != from.MemberEnd() && !name->value.IsNull()) {
    to.username = text_of(name->value);
    if (to.username->size() > longest_username) refuse();
  }
  if (!read_time(text_of(member_of(from, "created_at")), to.created_at)) refuse();
  const auto& tags = member_of(from, "tags");
  if (!tags.IsArray()) refuse();
  to.tags.resize(tags.Size());
  for (SizeType i = 0; i < tags.Size(); ++i) to.tags[i] = text_of(tags[i]);
}

template <class Writer>
void string(Writer& to, std::string_view text) {
  to.String(text.data(), static_cast<SizeType>(text.size()));
}

template <class Writer>
void write_users(const std::vector<JsonUser>& users, Writer& to) {
  std::array<char, 20> time{};
  to.StartArray();
  for (const JsonUser& user : users) {
    to.StartObject();
    to.Key("id", 2);
    to.Int64(*user.id);
    to.Key("email", 5);
    string(to, user.email->text);
    to.Key("username", 8);
    if (*user.username)
      string(to, **user.username);
    else
      to.Null();
    to.Key("created_at", 10);
    string(to, write_time(*user.created_at, time));
    to.Key("tags", 4);
    to.StartArray();
    for (const std::string& tag : *user.tags) string(to, tag);
    to.EndArray();
    to.EndObject();
  }
  to.EndArray();
}

}  // namespace

void users_by_handler(const std::string& text, std::vector<PlainUser>& out, HandStream stream) {
  UserHandler handler(out);
  if (stream == HandStream::ordinary) return read<0>(text, handler);
  if (stream == HandStream::text && !is_utf8(text)) refuse();
  read_text_stream(text, handler);
}

void users_by_tree(const std::string& text, std::vector<PlainUser>& out) {
  rapidjson::Document tree;
  tree.Parse(text.c_str());
  if (tree.HasParseError() || !tree.IsArray()) refuse();
  out.resize(tree.Size());
  for (SizeType i = 0; i < tree.Size(); ++i) take(tree[i], out[i]);
}

void read_idly(const std::string& text, Idle how) {
  constexpr unsigned exact = rapidjson::kParseFullPrecisionFlag;
  constexpr unsigned utf8 = rapidjson::kParseValidateEncodingFlag;
  Nothing handler;
  switch (how) {
    case Idle::plain: return read<0>(text, handler);
    case Idle::checked: return read<exact | utf8>(text, handler);
    case Idle::text: return read_text_stream(text, handler);
  }
}

struct WriterBuffer::Buffer {
  rapidjson::StringBuffer out;
};

WriterBuffer::WriterBuffer() : buffer_(std::make_unique<Buffer>()) {}
WriterBuffer::~WriterBuffer() = default;

void WriterBuffer::write(const std::vector<JsonUser>& users) {
  buffer_->out.Clear();
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer_->out);
  write_users(users, writer);
}

void WriterBuffer::write_anew(const std::vector<JsonUser>& users) {
  buffer_ = std::make_unique<Buffer>();
  write(users);
}

std::string_view WriterBuffer::text() const {
  return {buffer_->out.GetString(), buffer_->out.GetSize()};
}

}  // namespace kindred::bench
