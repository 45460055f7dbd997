// What the tests of relationships share: members, stored references and refusals as short values
// that a failed check can print.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "tests/session/support.hpp"

namespace kindred::session_test {

// What the compiler accepts.
template <class C, class M>
concept Takes = requires(C& members, M member) {
  members.append(std::move(member));
};
template <class C, class M>
concept Removes = requires(C& members, M member) {
  members.remove(member);
};

// Names of the members in order: "a b c".
template <class R>
std::string joined(const R& members) {
  std::string out;
  for (const auto& member : members) out += (out.empty() ? "" : " ") + *member->name;
  return out;
}

// A reference column as it is stored; 0: null.
template <auto P, class... K>
std::int64_t stored(const Store& store, const K&... key) {
  using Entity = typename detail::MemberPointer<decltype(P)>::entity;
  const auto row = store.get<Entity>(key...);
  BOOST_REQUIRE(row.has_value());
  const MaybeId value = (*row).*P;
  return value.value_or(0);
}

// What the flush was refused with: "not_null licences(driver_id)"; empty where it passed.
inline std::string refusal(Session& session) {
  try {
    session.flush();
    return {};
  } catch (const IntegrityError& error) {
    std::string out;
    for (const Violation& v : error.violations()) {
      out += (out.empty() ? "" : "; ") + std::string(to_string(v.code)) + " " + v.table + "(";
      for (const std::string& column : v.columns)
        out += (&column == &v.columns.front() ? "" : ", ") + column;
      out += ")";
    }
    return out;
  }
}

// That the call throws E with this text in its message.
template <class E, class F>
void refused(const F& call, std::string_view text) {
  BOOST_CHECK_EXCEPTION(call(), E, [&](const E& error) {
    const bool said = std::string_view(error.what()).find(text) != std::string_view::npos;
    if (!said) BOOST_TEST_MESSAGE("the message is: " << error.what());
    return said;
  });
}

inline Ref<Child> child_named(Session& session, const std::string& name) {
  return session.select<Child>().where(field<&Child::name> == name).one();
}

}  // namespace kindred::session_test
