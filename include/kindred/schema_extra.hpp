// The member of a model that keeps what the model does not declare.
#pragma once

#include "kindred/detail/mapped_storage.hpp"
#include "kindred/detail/schema_builder.hpp"
#include "kindred/schema_value.hpp"

namespace kindred {

// Where a model keeps members of the input that it does not declare, for extra::allow.
struct ExtraFields : detail::HeldValue<schema::Dict> {
  using detail::HeldValue<schema::Dict>::value;
  ExtraFields() = default;
  template <class E>
  ExtraFields(detail::CountingProbe<E>);
  template <class E>
  constexpr ExtraFields(detail::Probe<E> probe)
      : detail::HeldValue<schema::Dict>(detail::Unmade{}) {
    probe.fields.out[probe.fields.count++] = {this, nullptr, &schema::detail::declared_extra, true};
  }
  schema::Dict& operator*() noexcept { return value(); }
  const schema::Dict& operator*() const noexcept { return value(); }
  schema::Dict* operator->() noexcept { return &value(); }
  const schema::Dict* operator->() const noexcept { return &value(); }
  friend bool operator==(const ExtraFields& a, const ExtraFields& b) {
    return schema::Value(*a) == schema::Value(*b);
  }
};

}  // namespace kindred
