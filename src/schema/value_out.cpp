#include "schema/value_out.hpp"

#include <cmath>

#include "schema/temporal.hpp"

namespace kindred::schema::detail {

void ValueOut::floating(double v, inf_nan_form form) {
  if (mode_ == DumpMode::values || std::isfinite(v) || form == inf_nan_form::constants) {
    return put(v);
  }
  if (form == inf_nan_form::null) return null();
  put(std::isnan(v) ? "NaN" : v > 0 ? "Infinity" : "-Infinity");
}

void ValueOut::utc(std::int64_t micros) {
  if (mode_ == DumpMode::values) return put(DateTime{micros, 0});
  std::string text;
  append_utc(text, micros);
  put(std::move(text));
}

void ValueOut::begin_list(Sequence::Form form) {
  Sequence list;
  if (mode_ == DumpMode::values) list.form = form;
  open_.push_back({Value(std::move(list)), Value()});
}

void ValueOut::put(Value v) {
  if (open_.empty()) {
    result_ = std::move(v);
    return;
  }
  Frame& top = open_.back();
  if (auto* list = top.container.get_if<Sequence>()) {
    list->items.push_back(std::move(v));
  } else {
    top.container.get_if<Dict>()->at_key(top.key) = std::move(v);
  }
}

void ValueOut::close() {
  Value done = std::move(open_.back().container);
  open_.pop_back();
  put(std::move(done));
}

}  // namespace kindred::schema::detail
