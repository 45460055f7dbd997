// schema-fuzz [COUNT [VECTORS...]]: calls the fuzzer's entry point with COUNT inputs, the same ones
// each time, made from the inputs of schema vectors, where there are any, and of the tests' own
// models.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "json/reader.hpp"
#include "tests/schema/agreement.hpp"
#include "tests/schema/mutations.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using namespace kindred;

void add_vectors(std::vector<std::string>& to, const char* path) {
  std::ifstream file(path);
  json::Document document;
  for (std::string line; std::getline(file, line);) {
    try {
      if (const auto text = document.parse(line).find("input_json")) to.emplace_back(text->text());
    } catch (const Error&) {  // rows about numbers that this reader does not take
    }
  }
}

// Bytes for a description, none for a text: one is made.
std::string made_input(schema_test::Mutator& random) {
  const std::size_t count = 40 + random.random(80);
  std::string out{'\1', static_cast<char>(count)};
  for (std::size_t i = 0; i < count; ++i) out += static_cast<char>(random.random(256));
  return out;
}

std::string changed_text(schema_test::Mutator& random, const std::string& text) {
  switch (random.random(4)) {
    case 0: return random.byte_change(text);
    case 1: return random.byte_change(random.value_change(text));
    default: return random.value_change(text);
  }
}

std::string next_input(schema_test::Mutator& random, const std::vector<std::string>& corpus) {
  const std::uint64_t way = random.random(4);
  if (way == 0) return made_input(random);
  const auto& pairs = schema_agreement::all_pairs();
  const std::size_t pair = random.random(pairs.size());
  if (way == 1) {
    const auto& inputs = pairs[pair].inputs;
    return std::string{'\0', static_cast<char>(pair)} +
           changed_text(random, inputs[random.random(inputs.size())]);
  }
  const std::string text = changed_text(random, corpus[random.random(corpus.size())]);
  if (way == 2) return std::string{'\0', static_cast<char>(pair)} + text;
  return made_input(random) + text;
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 5'000;
  std::vector<std::string> corpus;
  for (const auto& pair : schema_agreement::all_pairs())
    corpus.insert(corpus.end(), pair.inputs.begin(), pair.inputs.end());
  for (int i = 2; i < argc; ++i) add_vectors(corpus, argv[i]);
  schema_test::Mutator random(42);
  for (int i = 0; i < count; ++i) {
    const std::string input = next_input(random, corpus);
    try {
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    } catch (const std::exception& error) {
      std::fprintf(stderr, "input %d: %s\n", i, error.what());
      return 1;
    }
  }
  std::printf("%d inputs from a corpus of %zu\n", count, corpus.size());
  return 0;
}
