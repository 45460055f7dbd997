// Numbers, times, identifiers, addresses.

#include "tests/schema/agreement.hpp"

namespace kindred::schema_agreement {
namespace {

using namespace schema::dynamic;
using schema::TypeKind;
using schema::TypeSpec;
using schema::Value;

struct Integers {
  Field<std::int64_t> plain;
  Field<std::int64_t, ge(1), le(100)> page;
  Field<std::int64_t, gt(-5), lt(5), multiple_of(2)> even;
  Field<std::int64_t> fallback = Default(7);
};
struct Floats {
  Field<double> plain;
  Field<double, ge(0), lt(1)> share;
  Field<double, allow_inf_nan(false)> finite;
  Field<double, multiple_of(0.5), gt(-2.5)> half = Default(1.5);
};
struct Decimals {
  Field<BigDecimal> plain;
  Field<BigDecimal, max_digits(5), decimal_places(2), ge("0.01")> price;
  Field<BigDecimal, multiple_of("0.05"), le(10)> step;
  Field<BigDecimal, allow_inf_nan> open = Default();
};
struct FixedDecimals {
  Field<Decimal<8, 2>> price;
  Field<Number, gt(0), le(1000000), decimal_places(6)> amount;
};
struct BigIntegers {
  Field<BigInt> plain;
  Field<BigInt, ge(10)> low;
};
struct Booleans {
  Field<bool> plain;
  Field<bool, kindred::strict> exact;
  Field<bool, kindred::title("Last")> last = Default(true);
};
struct StrictWords {
  Field<std::int64_t, kindred::strict> number;
  Field<double, kindred::strict> real;
  Field<kindred::date, kindred::strict> day;
  Field<std::vector<std::int64_t>, kindred::strict> items;
};
struct StrictConfig {
  Field<std::int64_t> number;
  Field<std::int64_t, kindred::strict(false)> lax;
  Field<BigDecimal> price;
  Field<Uuid> id;
  static constexpr auto model_config = config{.strict = true};
};
struct FiniteConfig {
  Field<double> real;
  Field<double, allow_inf_nan> open;
  Field<BigDecimal> price = Default();
  static constexpr auto model_config = config{.allow_inf_nan = false};
};

struct Dates {
  Field<kindred::date> plain;
  Field<kindred::date, ge("2024-01-01"), lt("2025-01-01")> year;
  Field<kindred::date, past> birth;
};
struct DateTimes {
  Field<DateTime> plain;
  Field<DateTime, aware> zoned;
  Field<DateTime, naive> local;
  Field<DateTime, lt("2030-01-01T00:00:00Z")> soon;
  Field<DateTime, microseconds_error> exact;
};
struct Points {
  Field<time_point> moment;
  Field<time_point, past> second;
};
struct Times {
  Field<TimeOfDay> plain;
  Field<TimeOfDay, ge("08:00:00")> opens;
  Field<TimeOfDay, aware> zoned;
};
struct Durations {
  Field<Duration> plain;
  Field<Duration, gt("PT0S"), le("P1D")> day;
};
struct TimeUnits {
  Field<DateTime> moment;
  Field<Duration> length;
  static constexpr auto model_config = config{.val_temporal_unit = temporal_unit::milliseconds,
                                              .ser_json_timedelta = duration_form::seconds};
};

struct Uuids {
  Field<Uuid> plain;
  Field<Uuid, uuid_version(4)> random;
};
struct Urls {
  Field<Url> plain;
  Field<Url, url_schemes("https", "wss"), max_length(40)> secure;
  Field<Url, host_required, default_port(8080), default_path("/x")> local;
  Field<Url, preserve_empty_path> bare;
};
struct HostLists {
  Field<MultiHostUrl> plain;
  Field<MultiHostUrl, url_schemes("postgres"), host_required> database;
};
struct Addresses {
  Field<EmailStr> email;
  Field<NameEmail> person;
};
struct Ips {
  Field<IPv4Address> a4;
  Field<IPv6Address> a6;
  Field<IPvAnyAddress> any;
  Field<IPv4Interface> i4;
  Field<IPvAnyInterface> interface;
  Field<IPv6Network> n6;
  Field<IPvAnyNetwork> network;
};

TypeSpec ip(TypeKind kind, int version) {
  TypeSpec out = of(kind);
  out.ip_version = version;
  return out;
}

void add_numbers(Pairs& to) {
  add<Integers>(
      to,
      model("Integers", {field("plain", integer()), field("page", integer({.ge = 1, .le = 100})),
                         field("even", integer({.gt = -5, .lt = 5, .multiple_of = 2})),
                         field("fallback", integer(), 7)}),
      {R"({"plain":3,"page":1,"even":2})", R"({"plain":"4","page":100.0,"even":true})",
       R"({"plain":1.5,"page":0,"even":-5,"fallback":null})",
       R"({"plain":"1_000","page":" 7 ","even":"-4","fallback":"0x1"})", "[]", "{}"});
  add<Floats>(
      to,
      model("Floats", {field("plain", floating()), field("share", floating({.ge = 0, .lt = 1})),
                       field("finite", floating({.allow_inf_nan = false})),
                       field("half", floating({.gt = -2.5, .multiple_of = 0.5}), 1.5)}),
      {R"({"plain":1e300,"share":0,"finite":-0.0,"half":2})",
       R"({"plain":"inf","share":"0.99","finite":NaN})",
       R"({"plain":Infinity,"share":1.0,"finite":"nan","half":0.3})",
       R"({"plain":true,"share":-1e-9,"finite":"1e5","half":-2.5})"});
  add<Decimals>(
      to,
      model("Decimals",
            {field("plain", decimal()),
             field("price", decimal({.ge = BigDecimal::parse("0.01").value(),
                                     .max_digits = 5,
                                     .decimal_places = 2})),
             field("step", decimal({.le = 10, .multiple_of = BigDecimal::parse("0.05").value()})),
             field("open", decimal({.allow_inf_nan = true}), BigDecimal())}),
      {R"({"plain":"1.50","price":"123.45","step":0.15})",
       R"({"plain":1,"price":1e-1,"step":"10","open":"-Infinity"})",
       R"({"plain":"x","price":"1234.5","step":0.07,"open":NaN})",
       R"({"plain":"1e400","price":0.001,"step":"11","open":"sNaN"})",
       R"({"plain":true,"price":100000,"step":[]})"});
  add<FixedDecimals>(
      to,
      model("FixedDecimals",
            {field("price", decimal({.max_digits = 8, .decimal_places = 2})),
             field("amount", decimal({.gt = 0, .le = 1000000, .decimal_places = 6}))}),
      {R"({"price":"1.50","amount":"2"})", R"({"price":"1.505","amount":0})",
       R"({"price":1234567,"amount":"1e3"})"},
      Dumps::differ);
  add<BigIntegers>(
      to, model("BigIntegers", {field("plain", integer()), field("low", integer({.ge = 10}))}),
      {R"({"plain":123,"low":"10"})", R"({"plain":1.0,"low":9})", R"({"plain":"-0","low":1e2})"});
  add<Booleans>(
      to,
      model("Booleans",
            {field("plain", boolean()), field("exact", of(TypeKind::boolean, {.strict = true})),
             with(field("last", boolean(), true), [](auto& f) { f.meta.title = "Last"; })}),
      {R"({"plain":"yes","exact":true})", R"({"plain":1,"exact":1})",
       R"({"plain":"OFF","exact":"true","last":0.0})", R"({"plain":2,"exact":null})",
       R"({"plain":"maybe","exact":false})"});
  add<StrictWords>(to,
                   model("StrictWords", {field("number", integer({.strict = true})),
                                         field("real", floating({.strict = true})),
                                         field("day", schema::dynamic::date({.strict = true})),
                                         field("items", list(integer(), {.strict = true}))}),
                   {R"({"number":1,"real":1,"day":"2024-01-01","items":[1,"2"]})",
                    R"({"number":"1","real":"1","day":0,"items":{}})",
                    R"({"number":1.0,"real":true,"day":"2024-01-01T00:00:00","items":"x"})"});
  add<StrictConfig>(
      to,
      model("StrictConfig",
            {field("number", integer()), field("lax", integer({.strict = false})),
             field("price", decimal()), field("id", uuid())},
            config{.strict = true}),
      {R"({"number":1,"lax":"2","price":"1.0","id":"550e8400-e29b-41d4-a716-446655440000"})",
       R"({"number":"1","lax":true,"price":1.5,"id":"550e8400e29b41d4a716446655440000"})",
       R"({"number":true,"lax":null,"price":false,"id":"x"})"});
  add<FiniteConfig>(
      to,
      model("FiniteConfig",
            {field("real", floating()), field("open", floating({.allow_inf_nan = true})),
             field("price", decimal(), BigDecimal())},
            config{.allow_inf_nan = false}),
      {R"({"real":1,"open":"inf"})", R"({"real":NaN,"open":NaN})",
       R"({"real":"-inf","open":1,"price":"NaN"})"});
}

void add_times(Pairs& to) {
  const auto day = [](int year) {
    return Value(kindred::date(std::chrono::year(year) / std::chrono::January / 1));
  };
  add<Dates>(
      to,
      model("Dates",
            {field("plain", schema::dynamic::date()),
             field("year", schema::dynamic::date({.ge = day(2024), .lt = day(2025)})),
             field("birth", schema::dynamic::date({.now_op = schema::detail::NowRule::past}))}),
      {R"({"plain":"2024-02-29","year":"2024-12-31","birth":"1990-01-01"})",
       R"({"plain":86400,"year":"2024-06-01T00:00:00","birth":"0"})",
       R"({"plain":"2023-02-29","year":"2025-01-01","birth":"3000-01-01"})",
       R"({"plain":"2024-01-01T00:00:01","year":1.5,"birth":null})"});
  const Value limit = DateTime::parse("2030-01-01T00:00:00Z").value();
  add<DateTimes>(
      to,
      model("DateTimes",
            {field("plain", datetime()),
             field("zoned", datetime({.tz_constraint = schema::detail::TimezoneRule::aware})),
             field("local", datetime({.tz_constraint = schema::detail::TimezoneRule::naive})),
             field("soon", datetime({.lt = limit})),
             field("exact", datetime({.microseconds_error = true}))}),
      {R"({"plain":"2024-01-01 10:00","zoned":"2024-01-01T00:00:00+01:30","local":"2024-01-01T00:00:00.5","soon":1700000000,"exact":"2024-01-01T00:00:00.123456Z"})",
       R"({"plain":1.5e12,"zoned":"2024-01-01T00:00:00","local":"2024-01-01T00:00:00Z","soon":"2031-01-01T00:00:00Z","exact":"2024-01-01T00:00:00.1234567"})",
       R"({"plain":"2024-13-01T00:00:00","zoned":"x","local":[],"soon":"2024-01-01","exact":"24:00"})"});
  add<Points>(
      to,
      model("Points", {field("moment", datetime()),
                       field("second", datetime({.now_op = schema::detail::NowRule::past}))}),
      {R"({"moment":"2024-01-01T00:00:00Z","second":"2020-01-01T00:00:00+00:00"})",
       R"({"moment":"2024-01-01T00:00:00.25+02:00","second":"3000-01-01T00:00:00Z"})",
       R"({"moment":{},"second":"2024"})"},
      Dumps::differ);
  add<Times>(
      to,
      model("Times",
            {field("plain", schema::dynamic::time()),
             field("opens", schema::dynamic::time({.ge = TimeOfDay::parse("08:00:00").value()})),
             field("zoned",
                   schema::dynamic::time({.tz_constraint = schema::detail::TimezoneRule::aware}))}),
      {R"({"plain":"12:30","opens":"08:00:00","zoned":"10:00:00Z"})",
       R"({"plain":3600,"opens":"07:59:59.999999","zoned":"10:00"})",
       R"({"plain":"25:00","opens":86400,"zoned":"10:00:00-23:59"})"});
  add<Durations>(
      to,
      model("Durations",
            {field("plain", timedelta()),
             field("day", timedelta({.gt = Duration(0), .le = Duration(std::chrono::hours(24))}))}),
      {R"({"plain":"P1DT2H","day":"23:59:59"})", R"({"plain":-1.5,"day":0})",
       R"({"plain":"1 day, 01:00","day":"P1DT1S"})", R"({"plain":"P","day":1e300})"});
  add<TimeUnits>(to,
                 model("TimeUnits", {field("moment", datetime()), field("length", timedelta())},
                       config{.val_temporal_unit = temporal_unit::milliseconds,
                              .ser_json_timedelta = duration_form::seconds}),
                 {R"({"moment":1500,"length":1500})", R"({"moment":"1500","length":"PT1.5S"})",
                  R"({"moment":true,"length":null})"});
}

void add_addresses(Pairs& to) {
  add<Uuids>(
      to, model("Uuids", {field("plain", uuid()), field("random", uuid({.uuid_version = 4}))}),
      {R"({"plain":"550e8400-e29b-41d4-a716-446655440000","random":"550E8400E29B41D4A716446655440000"})",
       R"({"plain":"{550e8400-e29b-41d4-a716-446655440000}","random":"550e8400-e29b-11d4-a716-446655440000"})",
       R"({"plain":"550e8400","random":7})"});
  add<Urls>(
      to,
      model(
          "Urls",
          {field("plain", url()),
           field("secure", url({.max_length = 40, .allowed_schemes = {"https", "wss"}})),
           field("local", url({.host_required = true, .default_path = "/x", .default_port = 8080})),
           field("bare", url({.preserve_empty_path = true}))}),
      {R"({"plain":"HTTP://Example.org:80/a b","secure":"https://x.org","local":"http://u:p@h","bare":"http://x.org"})",
       R"({"plain":"//x","secure":"http://x.org","local":"mailto:a@b","bare":""})",
       R"({"plain":"http://","secure":"https://0123456789012345678901234567890123456789.org","local":7,"bare":"x:"})"});
  add<HostLists>(
      to,
      model("HostLists",
            {field("plain", of(TypeKind::multi_host_url)),
             field("database", of(TypeKind::multi_host_url,
                                  {.allowed_schemes = {"postgres"}, .host_required = true}))}),
      {R"({"plain":"redis://a,b:1/0","database":"postgres://u:p@h1:5432,h2/db?x=1#f"})",
       R"({"plain":"x","database":"mysql://h"})",
       R"({"plain":"postgres://,","database":"postgres:///db"})"});
  add<Addresses>(
      to, model("Addresses", {field("email", email()), field("person", of(TypeKind::name_email))}),
      {R"({"email":"Ann@Example.ORG","person":"Ann Lee <ann@example.org>"})",
       R"({"email":"nobody","person":"ann@example.org"})", R"({"email":"a@b","person":"<>"})",
       R"({"email":7,"person":null})"});
  add<Ips>(
      to,
      model("Ips",
            {field("a4", ip(TypeKind::ip_address, 4)), field("a6", ip(TypeKind::ip_address, 6)),
             field("any", ip(TypeKind::ip_address, 0)), field("i4", ip(TypeKind::ip_interface, 4)),
             field("interface", ip(TypeKind::ip_interface, 0)),
             field("n6", ip(TypeKind::ip_network, 6)),
             field("network", ip(TypeKind::ip_network, 0))}),
      {R"({"a4":"10.0.0.1","a6":"2001:DB8::1%eth0","any":"::","i4":"10.0.0.1/8","interface":"::1","n6":"2001:db8::/32","network":"10.0.0.0/8"})",
       R"({"a4":"256.0.0.1","a6":"::1::","any":"x","i4":"10.0.0.1/33","interface":"/","n6":"2001:db8::1/32","network":"10.0.0.1/8"})",
       R"({"a4":1,"a6":"10.0.0.1","any":16909060,"i4":true,"interface":[],"n6":null,"network":{}})"});
}

}  // namespace

void add_scalars(Pairs& to) {
  add_numbers(to);
  add_times(to);
  add_addresses(to);
}

}  // namespace kindred::schema_agreement
