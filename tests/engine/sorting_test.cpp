// The order of keys is the order of their bytes, whichever way it was found.
#include "engine/sorting.hpp"

#include <boost/test/unit_test.hpp>
#include <numeric>
#include <random>
#include <string>

namespace {

using kindred::engine::sorted_order;

std::vector<std::uint32_t> expected_order(const std::vector<std::string>& keys) {
  std::vector<std::uint32_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return keys[a] < keys[b]; });
  return order;
}

// Few and many, of all lengths about the eight bytes that are compared first, many alike.
std::vector<std::string> some_keys(std::mt19937_64& random) {
  const std::size_t counts[] = {0, 1, 2, 30, 511, 512, 3000};
  const std::string starts[] = {"", "kindred", "kindred/", std::string(8, '\0'), "\xFF"};
  const std::string letters[] = {"ab", std::string("\0\x01\xFF", 3)};
  const std::size_t most[] = {0, 1, 2, 8, 9, 20};
  const std::string& start = starts[random() % 5];
  const std::string& alphabet = letters[random() % 2];
  const std::size_t length = most[random() % 6];
  const bool fixed = random() % 2 == 0;
  std::vector<std::string> keys(counts[random() % 7], start);
  for (std::string& key : keys)
    for (std::size_t n = fixed ? length : random() % (length + 1); n > 0; --n)
      key += alphabet[random() % alphabet.size()];
  return keys;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sorting)

BOOST_AUTO_TEST_CASE(order_of_bytes) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    std::mt19937_64 random(seed);
    const std::vector<std::string> keys = some_keys(random);
    BOOST_TEST(
        (sorted_order(keys.size(), [&](std::uint32_t i) { return std::string_view(keys[i]); }) ==
         expected_order(keys)),
        "seed " << seed);
  }
}

BOOST_AUTO_TEST_CASE(whole_range_of_numbers) {
  std::mt19937_64 random(7);
  std::vector<std::string> keys(5000);
  for (std::string& key : keys)
    for (int n = 0; n < 8; ++n) key += static_cast<char>(random());
  BOOST_TEST((sorted_order(keys.size(), [&](std::uint32_t i) {
                return std::string_view(keys[i]);
              }) == expected_order(keys)));
}

BOOST_AUTO_TEST_SUITE_END()
