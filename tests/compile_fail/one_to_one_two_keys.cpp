// expect: A.b goes by A.b_id, but its other side B.a by B.a_id: both must use one foreign key
// (using_key)
#include "kindred/registry.hpp"
using namespace kindred;

struct B;
struct A {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::optional<std::int64_t>, foreign_key<B>()> b_id;
  Relationship<B, back_populates("a")> b;
};
struct B {
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::optional<std::int64_t>, foreign_key<A>()> a_id;
  Relationship<A, back_populates("b")> a;
};
static_assert(Registry<A, B>::ok);
