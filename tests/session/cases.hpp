// What several files of cases need besides support.hpp.
#pragma once

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "tests/session/support.hpp"

// Shown in failures.
template <class V>
struct boost::test_tools::tt_detail::print_log_value<std::optional<V>> {
  void operator()(std::ostream& out, const std::optional<V>& value) {
    if (value)
      out << *value;
    else
      out << "null";
  }
};

namespace kindred::session_test {

// What the E that `call` must throw says.
template <class E, class F>
std::string message(F call) {
  try {
    call();
  } catch (const E& e) {
    return e.what();
  }
  BOOST_ERROR("nothing was thrown");
  return {};
}
// The IntegrityError, StaleDataError, ... itself.
template <class E, class F>
E caught(F call) {
  try {
    call();
  } catch (const E& e) {
    return e;
  }
  BOOST_FAIL("nothing was thrown");
  throw std::logic_error("not reached");
}

inline bool mentions(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// As on_each_store, with the entities of R.
template <class R, class F>
void on_each_store_of(F test) {
  on_each_storage([&](const std::shared_ptr<storage::Storage>& storage) {
    test(Store::open<R>(storage, {.create = true, .durability = Durability::none}));
  });
}

using Strings = std::vector<std::string>;
template <class R>
Strings strings(const R& views) {
  return Strings(views.begin(), views.end());
}

// A value as another writer stores it, beside any session.
template <class E, class F, class... K>
void change_elsewhere(const Store& store, F change, const K&... key) {
  store.update([&](Transaction& tx) {
    E entity = tx.get<E>(key...).value();
    change(entity);
    tx.update(entity);
  });
}

}  // namespace kindred::session_test
