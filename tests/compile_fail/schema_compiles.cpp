// expect nothing: what schema models may declare, for comparison with the files that must fail.
#include <tuple>

#include "kindred/schema.hpp"
using namespace kindred;

enum class Role : std::uint8_t { reader, admin };
struct Base {
  Field<std::int64_t, ge(1), le(100), alias("theId")> id;
  Field<std::string, min_length(1), max_length(9), pattern("^a"), title("T")> name = Default("a");
};
struct Model : Base {
  Field<double, gt(0.5), allow_inf_nan(false)> ratio = Default(1);
  Field<date, ge("2000-01-01"), past> day;
  Field<std::vector<Annotated<Role, by_value>>, fail_fast> roles = Default();
  Field<std::variant<std::int64_t, std::string>, left_to_right> either;
  Field<std::optional<std::vector<Base>>> more = Default(std::nullopt);
  ExtraFields extra_fields;
  static constexpr auto model_config = config{.extra = extra::allow};
  [[nodiscard]] int twice() const { return 2; }
  static constexpr auto computed_fields = std::tuple{computed<&Model::twice>()};
};
Model read(std::string_view text) { return schema::model_validate_json<Model>(text); }
