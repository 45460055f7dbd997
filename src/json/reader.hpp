// JSON text as an immutable tree. Strict: RFC 8259, valid UTF-8, no name twice in one object,
// bounded size and depth. Numbers keep their digits, every value keeps its place in the text.
//
//   Document document;
//   json::Value root = document.parse(text, "schema.json");
//   for (const auto& [name, value] : root.members()) ...
//
// A Value is a handle into its Document: valid until the document is parsed into again or gone.
// Threads: as for any value.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kindred::json {

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };
[[nodiscard]] std::string_view to_string(Kind kind) noexcept;  // "an object", ...

struct ReadOptions {
  unsigned max_depth = 200;                     // arrays and objects inside each other
  std::size_t max_size = std::size_t{1} << 30;  // bytes; at most 4 GiB
  std::uint64_t first_line = 1;                 // number of the text's first line in its file
};

class Document;
struct Member;
template <class T>
class Children;

class Value {
 public:
  [[nodiscard]] Kind kind() const noexcept;
  [[nodiscard]] bool is(Kind wanted) const noexcept { return kind() == wanted; }
  // Precondition: a boolean.
  [[nodiscard]] bool boolean() const noexcept;
  // The characters of a string, the digits of a number as they were written.
  [[nodiscard]] std::string_view text() const noexcept;
  // Elements or members; 0 for other kinds.
  [[nodiscard]] std::size_t size() const noexcept;
  // Empty for other kinds.
  [[nodiscard]] Children<Value> elements() const noexcept;
  [[nodiscard]] Children<Member> members() const noexcept;
  // The member of that name; empty where there is none or this is no object.
  [[nodiscard]] std::optional<Value> find(std::string_view name) const noexcept;

  // A number without fraction and exponent that fits; empty for anything else.
  [[nodiscard]] std::optional<std::int64_t> as_int64() const noexcept;
  [[nodiscard]] std::optional<std::uint64_t> as_uint64() const noexcept;

  // The text that was parsed, from the first to the last character of this value.
  [[nodiscard]] std::string_view source() const noexcept;
  [[nodiscard]] std::uint64_t line() const noexcept;
  // "file:line", or "line N" where the document has no name.
  [[nodiscard]] std::string where() const;
  // For messages: the source, cut where it is long.
  [[nodiscard]] std::string excerpt() const;
  // Throws ValidationError at this place.
  [[noreturn]] void refuse(const std::string& message) const;

 private:
  friend class Document;
  template <class T>
  friend class Children;
  Value(const Document* document, std::uint32_t node) : document_(document), node_(node) {}

  const Document* document_;
  std::uint32_t node_;
};

struct Member {
  std::string_view name;
  Value value;
};

class Document {
 public:
  Document() = default;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  // The text's one value. `text` must live as long as its values are used; `name` is the file's,
  // for messages. Throws ValidationError naming file, line and column, also for a text that is too
  // large.
  Value parse(std::string_view text, std::string_view name = {}, const ReadOptions& options = {});

 private:
  friend class Value;
  friend class Builder;
  template <class T>
  friend class Children;

  // Nodes lie in the order of the text; a container's are followed by what it holds.
  struct Node {
    std::uint32_t begin = 0;  // in the source
    std::uint32_t end = 0;
    std::uint32_t text = 0;  // in `characters_`: of a string
    std::uint32_t length = 0;
    std::uint32_t next = 0;   // node behind this one and all that it holds
    std::uint32_t count = 0;  // elements or members
    Kind kind = Kind::null;
    bool is_true = false;
  };

  [[nodiscard]] std::string_view text_of(const Node& node) const noexcept;
  [[nodiscard]] std::uint64_t line_of(std::size_t offset) const noexcept;

  std::string_view source_;
  std::string characters_;  // a copy of the source in which strings are unescaped in place
  std::string name_;
  std::uint64_t first_line_ = 1;
  std::vector<Node> nodes_;
  std::vector<std::uint32_t> open_;      // containers, while parsing
  std::vector<std::string_view> names_;  // scratch of the search for equal names
};

// The elements of an array or the members of an object: a forward range.
template <class T>
class Children {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = T;

    iterator() = default;
    [[nodiscard]] T operator*() const noexcept {
      if constexpr (std::is_same_v<T, Member>) {
        return {document_->text_of(document_->nodes_[node_]), Value(document_, node_ + 1)};
      } else {
        return Value(document_, node_);
      }
    }
    iterator& operator++() noexcept {
      // A member's name is a node of its own in front of the value.
      if constexpr (std::is_same_v<T, Member>) ++node_;
      node_ = document_->nodes_[node_].next;
      return *this;
    }
    iterator operator++(int) noexcept {
      iterator before = *this;
      ++*this;
      return before;
    }
    friend bool operator==(const iterator& a, const iterator& b) noexcept {
      return a.node_ == b.node_;
    }

   private:
    friend class Children;
    iterator(const Document* document, std::uint32_t node) : document_(document), node_(node) {}
    const Document* document_ = nullptr;
    std::uint32_t node_ = 0;
  };

  [[nodiscard]] iterator begin() const noexcept { return {document_, begin_}; }
  [[nodiscard]] iterator end() const noexcept { return {document_, end_}; }

 private:
  friend class Value;
  Children(const Document* document, std::uint32_t begin, std::uint32_t end)
      : document_(document), begin_(begin), end_(end) {}
  const Document* document_;
  std::uint32_t begin_;
  std::uint32_t end_;
};

}  // namespace kindred::json
