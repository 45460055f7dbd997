#include "tests/schema/mutations.hpp"

#include <array>

namespace kindred::schema_test {
namespace {

constexpr std::string_view palette[] = {"null",
                                        "true",
                                        "false",
                                        "0",
                                        "1",
                                        "-1",
                                        "2",
                                        "7",
                                        "42",
                                        "1.0",
                                        "1.5",
                                        "-0.0",
                                        "1e3",
                                        "1e-7",
                                        "255",
                                        "65536",
                                        "2147483648",
                                        "9223372036854775807",
                                        R"("")",
                                        R"("a")",
                                        R"("1")",
                                        R"("1.0")",
                                        R"("true")",
                                        R"("abc")",
                                        R"(" Abc ")",
                                        R"("x\ny")",
                                        R"("\u00e9\ud83d\ude00")",
                                        R"("2024-02-29")",
                                        R"("2024-02-29T01:02:03Z")",
                                        R"("2024-02-29T01:02:03.1234567+02:00")",
                                        R"("12:30:00")",
                                        R"("PT1S")",
                                        R"("1 day")",
                                        R"("550e8400-e29b-41d4-a716-446655440000")",
                                        R"("ann@example.org")",
                                        R"("https://example.org/a?b#c")",
                                        R"("10.0.0.1")",
                                        R"("::1/64")",
                                        R"("[1,2]")",
                                        R"("{\"a\":1}")",
                                        R"("NaN")",
                                        R"("red")",
                                        R"("cat")",
                                        "[]",
                                        "{}",
                                        "[1]",
                                        "[1,2]",
                                        R"(["a"])",
                                        R"({"a":1})",
                                        R"({"kind":"cat"})",
                                        "[[]]",
                                        R"([null,"b"])"};

// Reads well-formed text; of any other, what comes before the fault.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Outline scan() {
    struct Open {
      std::size_t begin;
      std::size_t part;
      bool is_object;
    };
    std::vector<Open> open;
    std::size_t part = 0;
    bool goes_on = true;
    while (goes_on) {
      blanks();
      if (at_ >= text_.size()) break;
      const std::size_t begin = at_;
      const char c = text_[at_];
      bool is_done = true;
      switch (c) {
        case '{':
        case '[':
          open.push_back({begin, part, c == '{'});
          ++at_;
          part = at_;
          is_done = false;
          break;
        case '}':
        case ']':
          if (open.empty()) return std::move(out_);
          ++at_;
          part = open.back().part;
          out_.values.push_back({open.back().begin, at_});
          open.pop_back();
          break;
        case ',':
          ++at_;
          blanks();
          part = at_;
          is_done = false;
          break;
        default:
          scalar(c);
          if (at_ == begin) return std::move(out_);
          if (!open.empty() && open.back().is_object && colon()) {
            out_.keys.push_back({begin, key_end_});
            is_done = false;
            part = begin;
          } else {
            out_.values.push_back({begin, at_});
          }
      }
      if (is_done && !open.empty()) out_.parts.push_back({part, at_});
      goes_on = !is_done || !open.empty();
    }
    return std::move(out_);
  }

 private:
  void blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  void scalar(char first) {
    if (first != '"') {
      while (at_ < text_.size() && std::string_view(",]}[{: \n\"").find(text_[at_]) == text_.npos)
        ++at_;
      return;
    }
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\') ++at_;
    at_ = at_ < text_.size() ? at_ + 1 : text_.size();
  }
  bool colon() {
    key_end_ = at_;
    blanks();
    if (at_ >= text_.size() || text_[at_] != ':') return false;
    ++at_;
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t key_end_ = 0;
  Outline out_;
};

std::string replaced(std::string_view text, Span span, std::string_view by) {
  std::string out(text.substr(0, span.begin));
  out += by;
  out += text.substr(span.end);
  return out;
}

// A part with the comma that parts it from its neighbour.
Span with_comma(std::string_view text, Span part) {
  if (part.end < text.size() && text[part.end] == ',') return {part.begin, part.end + 1};
  if (part.begin > 0 && text[part.begin - 1] == ',') return {part.begin - 1, part.end};
  return part;
}

}  // namespace

Outline outline_of(std::string_view text) { return Scanner(text).scan(); }

// xorshift64*: the same on every platform.
std::uint64_t Mutator::random(std::uint64_t below) {
  state_ ^= state_ >> 12;
  state_ ^= state_ << 25;
  state_ ^= state_ >> 27;
  return ((state_ * 0x2545F4914F6CDD1DULL) >> 32) % below;
}

std::string Mutator::value_change(std::string_view text) {
  const Outline outline = outline_of(text);
  const auto one_of = [&](const auto& from) { return from[random(std::size(from))]; };
  if (outline.values.empty()) return std::string(one_of(palette));
  const std::uint64_t way = random(10);
  if (way >= 5 && !outline.parts.empty()) {
    const Span part = one_of(outline.parts);
    const std::string_view held = text.substr(part.begin, part.end - part.begin);
    switch (way) {
      case 5: return replaced(text, with_comma(text, part), "");
      case 6: return replaced(text, part, std::string(held) + ',' + std::string(held));
      case 7:
        if (outline.keys.empty()) break;
        return replaced(text, one_of(outline.keys), random(2) == 0 ? R"("more")" : R"("a")");
      case 8:
        if (outline.keys.empty() || held.find('"') != 0) break;
        return replaced(text, part,
                        std::string(held) + R"(,"more":)" + std::string(one_of(palette)));
      default: {
        const Span other = one_of(outline.values);
        return replaced(text, one_of(outline.values),
                        text.substr(other.begin, other.end - other.begin));
      }
    }
  }
  return replaced(text, one_of(outline.values), one_of(palette));
}

std::string Mutator::byte_change(std::string_view text) {
  std::string out(text);
  if (out.empty()) return std::string(1, static_cast<char>(random(256)));
  const std::size_t at = random(out.size());
  constexpr std::string_view likely = "{}[]\",:0123456789-+.eE\\u \n\ttrufalsn\x80\xc3\xff";
  switch (random(6)) {
    case 0: out.resize(at); break;
    case 1: out.erase(at, 1 + random(3)); break;
    case 2: out.insert(at, 1, likely[random(likely.size())]); break;
    case 3: out[at] = likely[random(likely.size())]; break;
    case 4: out[at] = static_cast<char>(random(256)); break;
    default: {
      const std::string part = out.substr(at, 1 + random(8));
      out.insert(random(out.size()), part);
    }
  }
  return out;
}

}  // namespace kindred::schema_test
