// A list of members is a vector without repetition, whether short, long or long once.
#include "session/state_list.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>

namespace {

using kindred::detail::State;
using kindred::detail::StateList;

struct Model {
  std::vector<State> objects = std::vector<State>(100, State{nullptr});
  StateList list;
  std::vector<State*> plain;

  void check() const {
    BOOST_TEST_REQUIRE((list.copy() == plain));
    BOOST_TEST_REQUIRE(list.size() == plain.size());
    BOOST_TEST_REQUIRE(list.empty() == plain.empty());
    for (const State& s : objects)
      BOOST_TEST_REQUIRE(list.contains(&s) ==
                         (std::find(plain.begin(), plain.end(), &s) != plain.end()));
  }
  void toggle(State& s) {
    const auto at = std::find(plain.begin(), plain.end(), &s);
    BOOST_TEST_REQUIRE(list.erase(&s) == (at != plain.end()));
    if (at != plain.end()) {
      plain.erase(at);
    } else {
      list.push(&s);
      plain.push_back(&s);
    }
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(state_list)

BOOST_AUTO_TEST_CASE(random_work) {
  for (std::uint32_t seed = 1; seed <= 40; ++seed) {
    std::mt19937 random(seed);
    Model m;
    // It grows beyond the length that is indexed and shrinks again.
    for (int step = 0; step < 400; ++step) {
      const std::size_t of = step / 100 % 2 == 0 ? m.objects.size() : 5;
      m.toggle(m.objects[random() % of]);
      if (random() % 100 == 0) {
        m.list.clear();
        m.plain.clear();
      }
      if (random() % 50 == 0) {
        std::shuffle(m.plain.begin(), m.plain.end(), random);
        m.list.reorder(m.plain);
      }
      if (random() % 50 == 0) {
        StateList other = std::move(m.list);
        BOOST_TEST_REQUIRE(m.list.empty());
        m.list = std::move(other);
      }
      m.check();
    }
  }
}

BOOST_AUTO_TEST_CASE(short_again_after_it_was_long) {
  Model m;
  for (State& s : m.objects) m.toggle(s);
  for (std::size_t n = 1; n < m.objects.size(); ++n) m.toggle(m.objects[n]);
  for (std::size_t n = 1; n < 10; ++n) m.toggle(m.objects[n]);
  m.check();
}

BOOST_AUTO_TEST_SUITE_END()
