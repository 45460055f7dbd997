// From URLs to storages.
//
//   url   := (layer ["(" argument ")"] "+")* (scheme ":" rest | path)
//
// A layer's argument may hold anything with balanced parentheses.
#include <algorithm>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "kindred/storage.hpp"
#include "storage/builtin.hpp"

namespace kindred::storage {
namespace {

bool is_name(std::string_view text) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return !text.empty() && lower(text.front()) && std::all_of(text.begin(), text.end(), [&](char c) {
    return lower(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::string_view leading_name(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && is_name(text.substr(0, end + 1))) ++end;
  return text.substr(0, end);
}

// Any thread.
class Registry {
 public:
  static Registry& of_process() {
    static Registry registry;
    return registry;
  }
  void add_scheme(std::string name, Opener opener) {
    if (!opener) throw UsageError("register_scheme: '" + name + "' has no function to open it");
    add("scheme", schemes_, std::move(name), std::move(opener));
  }
  void add_layer(std::string name, Layer layer) {
    if (!layer) throw UsageError("register_layer: '" + name + "' has no function to make it");
    add("layer", layers_, std::move(name), std::move(layer));
  }
  [[nodiscard]] std::optional<Opener> scheme(std::string_view name) {
    const std::lock_guard lock(mutex_);
    const auto at = schemes_.find(name);
    return at == schemes_.end() ? std::nullopt : std::optional(at->second);
  }
  [[nodiscard]] std::optional<Layer> layer(std::string_view name) {
    const std::lock_guard lock(mutex_);
    const auto at = layers_.find(name);
    return at == layers_.end() ? std::nullopt : std::optional(at->second);
  }
  // "schemes: lmdb, memory; layers: count, fault"
  [[nodiscard]] std::string listing() {
    const std::lock_guard lock(mutex_);
    return "schemes: " + names(schemes_) + "; layers: " + names(layers_);
  }

 private:
  template <class T>
  using Named = std::map<std::string, T, std::less<>>;

  Registry() {
    for (auto& [name, opener] : builtin_schemes()) schemes_.emplace(name, std::move(opener));
    for (auto& [name, layer] : builtin_layers()) layers_.emplace(name, std::move(layer));
  }
  template <class T>
  void add(std::string_view kind, Named<T>& to, std::string name, T value) {
    if (!is_name(name)) {
      throw UsageError("storage " + std::string(kind) + " '" + name +
                       "': a name is made of a-z, 0-9, '-' and '_' and begins with a letter");
    }
    const std::lock_guard lock(mutex_);
    const auto [at, added] = to.emplace(std::move(name), std::move(value));
    if (!added) {
      throw UsageError("storage " + std::string(kind) + " '" + at->first +
                       "' is registered already: choose another name");
    }
  }
  template <class T>
  static std::string names(const Named<T>& from) {
    std::string out;
    for (const auto& [name, value] : from) out.append(out.empty() ? "" : ", ").append(name);
    return out;
  }

  std::mutex mutex_;
  Named<Opener> schemes_;
  Named<Layer> layers_;
};

// The length of a leading "(...)", or 0; nothing where it does not end.
std::optional<std::size_t> parenthesised(std::string_view text) {
  if (text.empty() || text.front() != '(') return 0;
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0) return i + 1;
  }
  return std::nullopt;
}

struct Wrapping {
  Layer layer;
  std::string_view argument;
};

// Takes one layer from the front of `rest`, where there is one.
std::optional<Wrapping> take_layer(std::string_view& rest) {
  const std::string_view name = leading_name(rest);
  std::optional<Layer> layer = Registry::of_process().layer(name);
  if (!layer) return std::nullopt;
  const std::string_view behind = rest.substr(name.size());
  const std::optional<std::size_t> argument = parenthesised(behind);
  if (!argument) {
    throw UsageError("storage URL: the argument of '" + std::string(name) +
                     "(' does not end: write name(argument)+...");
  }
  if (*argument == behind.size() || behind[*argument] != '+') return std::nullopt;
  rest = behind.substr(*argument + 1);
  return Wrapping{std::move(*layer),
                  *argument == 0 ? std::string_view{} : behind.substr(1, *argument - 2)};
}

std::shared_ptr<Storage> open_scheme(std::string_view text, const OpenOptions& options) {
  Registry& registry = Registry::of_process();
  std::string_view scheme = text.substr(0, text.find(':'));
  // A colon behind a slash belongs to a path.
  if (scheme.size() == text.size() || scheme.find('/') != std::string_view::npos) {
    return (*registry.scheme(default_scheme))(text, options);
  }
  if (const std::optional<Opener> opener = registry.scheme(scheme)) {
    return (*opener)(text.substr(scheme.size() + 1), options);
  }
  throw UsageError("storage URL: unknown scheme or layer '" + std::string(scheme) + "' in '" +
                   std::string(text) + "'; there are " + registry.listing() +
                   ". A path with a colon is written lmdb:PATH");
}

}  // namespace

std::shared_ptr<Storage> open(std::string_view url, const OpenOptions& options) {
  std::vector<Wrapping> wrappings;
  std::string_view rest = url;
  while (std::optional<Wrapping> wrapping = take_layer(rest)) {
    wrappings.push_back(std::move(*wrapping));
  }
  if (rest.empty()) {
    throw UsageError("storage URL '" + std::string(url) + "' names no store; there are " +
                     Registry::of_process().listing());
  }
  std::shared_ptr<Storage> storage = open_scheme(rest, options);
  for (auto w = wrappings.rbegin(); w != wrappings.rend(); ++w) {
    storage = w->layer(std::move(storage), w->argument);
  }
  return storage;
}

void register_scheme(std::string name, Opener opener) {
  Registry::of_process().add_scheme(std::move(name), std::move(opener));
}

void register_layer(std::string name, Layer layer) {
  Registry::of_process().add_layer(std::move(name), std::move(layer));
}

}  // namespace kindred::storage
