// Random conditions, orders, limits and offsets against a plain filter over all rows decoded.
// RapidCheck prints the seed and shrinks; RC_PARAMS="seed=..." repeats a run.
#include <rapidcheck.h>

#include <cmath>
#include <iostream>
#include <limits>
#include <random>
#include <set>

#include "engine/query.hpp"
#include "tests/engine/schema_builder.hpp"
#include "tests/entity/support.hpp"

namespace kindred {
// How RapidCheck prints what it found.
static void showValue(const Expression& e, std::ostream& out) { out << e.to_string(); }
}  // namespace kindred

namespace {

using namespace kindred;
using engine_test::null;
using engine_test::schema;
using engine_test::TableSpec;
using Op = Expression::Op;

// ---- the table

Type decimal(std::uint8_t precision, std::uint8_t scale) {
  Type out;
  out.code = TypeCode::decimal;
  out.precision = precision;
  out.scale = scale;
  return out;
}

Catalog catalog() {
  return schema({TableSpec("parent").integer("id").text("code").key({"id"}).unique({"code"}),
                 TableSpec("t")
                     .text("k1")
                     .column("k2", TypeCode::int16)
                     .column("i8", TypeCode::int8, null)
                     .column("u64", TypeCode::uint64, null)
                     .column("f64", TypeCode::float64, null)
                     .column("f32", TypeCode::float32, null)
                     .text("s", null)
                     .column("b", TypeCode::bytes, null)
                     .column("d", decimal(10, 2), null)
                     .column("w", decimal(30, 5), null)
                     .column("on", TypeCode::boolean, null)
                     .column("day", TypeCode::day, null)
                     .column("at", TypeCode::datetime)
                     .column("u", TypeCode::uuid, null)
                     .integer("ref", null)
                     .text("code", null)
                     .column("n", TypeCode::uint16)
                     .key({"k1", "k2"})
                     .index({"i8"})
                     .index({"s"})
                     .index({"d", "i8"})
                     .index({"on", "s", "u64"})
                     .index({"f64"})
                     .index({"f32", "at"})
                     .index({"w"})
                     .index({"b"})
                     .index({"day", "k2"})
                     .unique({"u"})
                     .unique({"b", "n"})
                     .refers({"ref"}, "parent", OnDelete::cascade)
                     .refers({"code"}, "parent", OnDelete::cascade, {"code"})});
}

const std::string long_code(600, 'c');

Uuid uuid(unsigned i) { return Uuid{{static_cast<std::uint8_t>(i), 7}}; }
Bytes bytes(std::string_view s) {
  const auto* from = reinterpret_cast<const std::byte*>(s.data());
  return {from, from + s.size()};
}

// Values that a column of the table may have.
std::vector<Value> pool(std::string_view column) {
  const std::string x(495, 'x');
  constexpr double inf = std::numeric_limits<double>::infinity();
  if (column == "k1")
    return {"",   "a", std::string("a\0", 2), std::string("a\0b", 3),
            "ab", "b", std::string(300, 'k')};
  if (column == "k2") return {-32768, -1, 0, 1, 2, 32767};
  if (column == "i8") return {-128, -1, 0, 1, 5, 127};
  if (column == "u64")
    return {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}, std::uint64_t{1} << 63};
  if (column == "f64") return {0.0, -0.0, 1.5, -2.25, inf, -inf, std::nan(""), 1e300};
  if (column == "f32") return {0.0, 0.5, -0.5, static_cast<double>(0.1f), inf, std::nan("")};
  if (column == "s")
    return {"",
            "a",
            "ab",
            "abc",
            std::string("ab\0", 3),
            "b",
            x,
            x + "x",
            x + "y",
            x + std::string(20, 'a'),
            x + std::string(20, 'b'),
            x + std::string(100, 'a'),
            x + std::string(100, 'b')};
  if (column == "b")
    return {bytes(""),
            bytes("a"),
            bytes("ab"),
            bytes(std::string("a\xff", 2)),
            bytes(std::string("\0", 1)),
            bytes(x + std::string(40, '\xff'))};
  if (column == "d") return {Number{0, 2}, Number{150, 2}, Number{-150, 2}, Number{9999999999, 2}};
  if (column == "w")
    return {Number{0, 5}, Number{150000, 5}, Number{-1, 5}, Number{int128{1} << 90, 5}};
  if (column == "on") return {false, true};
  if (column == "day") return {date{std::chrono::days{-1}}, date{}, date{std::chrono::days{20000}}};
  if (column == "at")
    return {time_point{}, time_point{std::chrono::microseconds{-5}},
            time_point{std::chrono::microseconds{1} * 1'000'000'000'000}};
  if (column == "u") return {uuid(0), uuid(1), uuid(50), uuid(119), uuid(200)};
  if (column == "ref") return {1, 2, 3, 4};
  if (column == "code") return {"c1", "c2", long_code, long_code + "d", long_code + "e"};
  return {0, 1, 60, 119, 65535};  // n
}
// Constants that it is compared with beside these.
std::vector<Value> strangers(std::string_view column) {
  if (column == "k2" || column == "i8" || column == "u64" || column == "ref" || column == "n" ||
      column == "d" || column == "w" || column == "f64" || column == "f32")
    return {300, -300,  1,    INT64_MIN, ~std::uint64_t{0}, Number{15, 1},
            1.5, -0.25, 1e30, Value(),   std::nan("")};
  if (column == "k1" || column == "s" || column == "code")
    return {std::string(700, 'x'), std::string(495, 'x') + std::string(100, 'z'), "zz", Value(),
            std::string(500, 'k')};
  if (column == "b") return {bytes(std::string(700, 'x')), Value()};
  return {Value()};
}
const std::vector<std::string> columns = {"k1", "k2", "i8",  "u64", "f64", "f32", "s",    "b", "d",
                                          "w",  "on", "day", "at",  "u",   "ref", "code", "n"};

const std::vector<std::string> texts = {"k1", "s", "b", "code"};

struct Data {
  support::TempDir directory;
  Store store;
  std::vector<Row> rows;  // in key order

  explicit Data(std::string_view backend)
      : store(Store::open(backend == "memory" ? "memory:" : "lmdb:" + directory.file("q.kdb"),
                          catalog(), {.create = true, .durability = Durability::none})) {
    std::mt19937 random(7);
    std::set<std::pair<std::string, std::int64_t>> keys;
    store.update([&](Transaction& tx) {
      tx.batch([&](Batch& batch) {
        const std::vector<Value> codes = pool("code");
        for (int i = 1; i <= 6; ++i)
          batch.insert(
              "parent",
              {{"id", i}, {"code", i <= 5 ? codes[static_cast<std::size_t>(i - 1)] : "c6"}});
        for (unsigned i = 0; keys.size() < 120; ++i) {
          Row row;
          for (const std::string& name : columns) {
            const std::vector<Value> values = pool(name);
            const bool is_null = name[0] != 'k' && name != "at" && random() % 5 == 0;
            row.append(name, is_null ? Value() : values[random() % values.size()]);
          }
          row.set("n", static_cast<int>(keys.size()));
          if (!row["u"].is_null()) row.set("u", uuid(static_cast<unsigned>(keys.size())));
          if (i >= 42) row.set("k2", static_cast<int>(random() % 200));
          if (keys.insert({row["k1"].get<std::string>(), row["k2"].get<std::int64_t>()}).second)
            batch.insert("t", row);
        }
      });
    });
    store.snapshot().scan("t", {}, [&](const Row& row) {
      rows.push_back(row);
      return true;
    });
  }
};

// ---- what is right: plain and slow

enum class Truth : std::uint8_t { no, unknown, yes };
Truth truth(bool b) { return b ? Truth::yes : Truth::no; }

// Text, bytes and UUID as bytes.
std::optional<std::string> octets(const Value& v) {
  if (const auto* s = v.get_if<std::string>()) return *s;
  if (const auto* b = v.get_if<Bytes>())
    return std::string(reinterpret_cast<const char*>(b->data()), b->size());
  if (const auto* u = v.get_if<Uuid>())
    return std::string(reinterpret_cast<const char*>(u->octets.data()), 16);
  return std::nullopt;
}
Number number(const Value& v) {
  if (const auto* b = v.get_if<bool>()) return {*b ? 1 : 0, 0};
  if (const auto* i = v.get_if<std::int64_t>()) return {*i, 0};
  if (const auto* u = v.get_if<std::uint64_t>()) return {static_cast<int128>(*u), 0};
  if (const auto* d = v.get_if<date>()) return {d->time_since_epoch().count(), 0};
  if (const auto* t = v.get_if<time_point>()) return {t->time_since_epoch().count(), 0};
  return v.get<Number>();
}
double real(const Value& v) {
  if (const auto* d = v.get_if<double>()) return *d;
  const Number n = number(v);
  double out = static_cast<double>(n.unscaled);
  for (int i = 0; i < n.scale; ++i) out /= 10;
  return out;
}
// -1, 0, 1; 2 where one is NaN.
int compare(const Value& a, const Value& b) {
  if (const auto s = octets(a)) return s->compare(*octets(b)) < 0 ? -1 : *s == *octets(b) ? 0 : 1;
  if (a.get_if<double>() || b.get_if<double>()) {
    const double x = real(a);
    const double y = real(b);
    return x < y ? -1 : x > y ? 1 : x == y ? 0 : 2;
  }
  const Number x = *number(a).rescaled(6);
  const Number y = *number(b).rescaled(6);
  return x.unscaled < y.unscaled ? -1 : x.unscaled > y.unscaled ? 1 : 0;
}

Truth judge(const Expression& e, const Row& row);
Value value(const Expression& e, const Row& row) {
  if (e.op == Op::constant) return e.value;
  if (e.op == Op::column) return row[e.name];
  const auto s = octets(value(e.operands[0], row));
  if (!s) return {};
  std::int64_t n = 0;
  const bool is_text = value(e.operands[0], row).get_if<std::string>() != nullptr;
  for (const char c : *s)
    if (!is_text || (static_cast<unsigned char>(c) & 0xc0) != 0x80) ++n;
  return n;
}
Truth judge(const Expression& e, const Row& row) {
  switch (e.op) {
    case Op::all: {
      Truth out = Truth::yes;
      for (const auto& part : e.operands) out = std::min(out, judge(part, row));
      return out;
    }
    case Op::any: {
      Truth out = Truth::no;
      for (const auto& part : e.operands) out = std::max(out, judge(part, row));
      return out;
    }
    case Op::negate: {
      const Truth t = judge(e.operands[0], row);
      return t == Truth::unknown ? t : truth(t == Truth::no);
    }
    case Op::is_null: return truth(value(e.operands[0], row).is_null());
    case Op::in: {
      Truth out = Truth::no;
      for (std::size_t i = 1; i < e.operands.size(); ++i)
        out = std::max(out, judge(Expression::of(Op::eq, {e.operands[0], e.operands[i]}), row));
      return out;
    }
    case Op::column: {
      const Value v = value(e, row);
      return v.is_null() ? Truth::unknown : truth(v.get<bool>());
    }
    default: break;
  }
  const Value a = value(e.operands[0], row);
  const Value b = value(e.operands[1], row);
  if (a.is_null() || b.is_null()) return Truth::unknown;
  if (e.op == Op::prefix) return truth(octets(a)->starts_with(*octets(b)));
  if (e.op == Op::contains) return truth(octets(a)->find(*octets(b)) != std::string::npos);
  const int c = compare(a, b);
  switch (e.op) {
    case Op::eq: return truth(c == 0);
    case Op::ne: return truth(c != 0);
    case Op::lt: return truth(c == -1);
    case Op::le: return truth(c == -1 || c == 0);
    case Op::gt: return truth(c == 1);
    default: return truth(c == 1 || c == 0);
  }
}

// In an order: nulls first, NaN last.
int order(const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return int{b.is_null()} - int{a.is_null()};
  const int c = compare(a, b);
  return c != 2 ? c : int{std::isnan(real(a))} - int{std::isnan(real(b))};
}
std::vector<const Row*> expected(const std::vector<Row>& rows, const detail::QuerySpec& spec) {
  std::vector<const Row*> out;
  for (const Row& row : rows)
    if (judge(*spec.where, row) == Truth::yes) out.push_back(&row);
  if (spec.order.empty()) return out;
  const bool down = spec.order.back().way == direction::descending;
  std::stable_sort(out.begin(), out.end(), [&](const Row* a, const Row* b) {
    for (const auto& by : spec.order) {
      const int c = order((*a)[by.column], (*b)[by.column]);
      if (c != 0) return by.way == direction::descending ? c > 0 : c < 0;
    }
    return down ? a > b : false;  // rows are in key order
  });
  return out;
}

// ---- random queries

rc::Gen<Value> constant(const std::string& column) {
  std::vector<Value> own = pool(column);
  const std::vector<Value> other = strangers(column);
  return rc::gen::map(rc::gen::inRange<std::size_t>(0, 4 * own.size() + other.size()),
                      [own, other](std::size_t i) {
                        return i < 4 * own.size() ? own[i / 4] : other[i - 4 * own.size()];
                      });
}

rc::Gen<Expression> comparison() {
  return rc::gen::mapcat(rc::gen::elementOf(columns), [](std::string column) {
    const auto op = rc::gen::element(Op::eq, Op::eq, Op::ne, Op::lt, Op::le, Op::gt, Op::ge);
    const auto plain =
        rc::gen::map(rc::gen::tuple(op, constant(column)), [column](std::tuple<Op, Value> of) {
          return Expression::of(
              std::get<0>(of), {Expression::column(column), Expression::constant(std::get<1>(of))});
        });
    const auto turned = rc::gen::map(plain, [](Expression e) {
      std::swap(e.operands[0], e.operands[1]);
      return e;
    });
    const auto among = rc::gen::map(rc::gen::container<std::vector<Value>>(constant(column)),
                                    [column](const std::vector<Value>& values) {
                                      Expression e =
                                          Expression::of(Op::in, {Expression::column(column)});
                                      for (const Value& v : values)
                                        e.operands.push_back(Expression::constant(v));
                                      return e;
                                    });
    const auto empty = rc::gen::just(Expression::of(Op::is_null, {Expression::column(column)}));
    return rc::gen::weightedOneOf<Expression>({{6, plain}, {1, turned}, {2, among}, {1, empty}});
  });
}
rc::Gen<Expression> of_text() {
  return rc::gen::mapcat(rc::gen::elementOf(texts), [](std::string column) {
    const auto part = rc::gen::map(
        rc::gen::tuple(rc::gen::element(Op::prefix, Op::prefix, Op::contains), constant(column)),
        [column](std::tuple<Op, Value> of) {
          return Expression::of(
              std::get<0>(of), {Expression::column(column), Expression::constant(std::get<1>(of))});
        });
    const auto length = rc::gen::map(
        rc::gen::tuple(rc::gen::element(Op::eq, Op::ne, Op::lt, Op::ge),
                       rc::gen::element<std::int64_t>(-1, 0, 1, 2, 300, 500, 700)),
        [column](std::tuple<Op, std::int64_t> of) {
          return Expression::of(std::get<0>(of),
                                {Expression::of(Op::length, {Expression::column(column)}),
                                 Expression::constant(Value(std::get<1>(of)))});
        });
    return rc::gen::oneOf(part, length);
  });
}
rc::Gen<Expression> of_columns() {
  return rc::gen::element(
      Expression::of(Op::lt, {Expression::column("i8"), Expression::column("k2")}),
      Expression::of(Op::eq, {Expression::column("s"), Expression::column("k1")}),
      Expression::of(Op::ge, {Expression::column("f64"), Expression::column("d")}),
      Expression::column("on"));
}
rc::Gen<Expression> whole_key() {
  return rc::gen::map(
      rc::gen::tuple(constant("k1"), constant("k2")), [](std::tuple<Value, Value> key) {
        const auto is = [](const char* column, const Value& v) {
          return Expression::of(Op::eq, {Expression::column(column), Expression::constant(v)});
        };
        return Expression::of(Op::all, {is("k1", std::get<0>(key)), is("k2", std::get<1>(key))});
      });
}
rc::Gen<Expression> condition(int depth) {
  const auto leaf = rc::gen::weightedOneOf<Expression>(
      {{8, comparison()}, {2, of_text()}, {2, of_columns()}, {2, whole_key()}});
  if (depth == 0) return leaf;
  const auto nested = [depth](Op op) {
    return rc::gen::map(
        rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, 4),
                        [depth](std::size_t n) {
                          return rc::gen::container<std::vector<Expression>>(n,
                                                                             condition(depth - 1));
                        }),
        [op](std::vector<Expression> parts) { return Expression::of(op, std::move(parts)); });
  };
  const auto negated = rc::gen::map(condition(depth - 1), [](Expression e) {
    return Expression::of(Op::negate, {std::move(e)});
  });
  return rc::gen::weightedOneOf<Expression>(
      {{3, leaf}, {4, nested(Op::all)}, {2, nested(Op::any)}, {1, negated}});
}

detail::QuerySpec query() {
  detail::QuerySpec out;
  out.table = "t";
  out.where = *condition(2).as("where");
  const auto order = *rc::gen::resize(
      3, rc::gen::container<std::vector<std::pair<std::string, bool>>>(
             rc::gen::pair(rc::gen::elementOf(columns), rc::gen::arbitrary<bool>())));
  const bool one_way = *rc::gen::arbitrary<bool>();
  for (const auto& [name, down] : order)
    out.order.push_back(
        {name, (one_way ? order[0].second : down) ? direction::descending : direction::ascending});
  out.limited = *rc::gen::arbitrary<bool>();
  if (out.limited) out.limit = *rc::gen::inRange<std::uint64_t>(0, 30);
  if (*rc::gen::element(true, false, false)) out.offset = *rc::gen::inRange<std::uint64_t>(0, 9);
  return out;
}

std::string told(const detail::QuerySpec& spec) {
  std::string out = spec.where->to_string();
  for (const auto& by : spec.order)
    out += ", " + by.column + (by.way == direction::descending ? " desc" : "");
  if (spec.limited) out += ", limit " + std::to_string(spec.limit);
  return out + ", offset " + std::to_string(spec.offset);
}

class Trial {
 public:
  Trial(const Data& data, std::set<std::string>& ways)
      : data_(data), now_(data.store.snapshot()), ways_(ways) {}

  void operator()(const detail::QuerySpec& spec) {
    engine::Reading& reading = now_.reading();
    const engine::CompiledTable& table = reading.schema().require("t");
    const std::string plan = engine::explain_query(reading, spec);
    note_way(plan);
    const std::string said = told(spec) + "\n" + plan;
    const auto right = expected(data_.rows, spec);
    const std::size_t from = std::min<std::size_t>(spec.offset, right.size());
    const std::size_t n =
        spec.limited ? std::min<std::size_t>(spec.limit, right.size() - from) : right.size() - from;
    std::vector<std::string> wanted;
    std::set<std::string> any;
    for (std::size_t i = 0; i < right.size(); ++i) {
      any.insert(text(*right[i]));
      if (i >= from && i < from + n) wanted.push_back(text(*right[i]));
    }
    std::vector<std::string> found;
    engine::run_query(reading, spec, [&](ByteView key, ByteView row) {
      found.push_back(text(engine::decode_row(table, key, row)));
      return true;
    });
    std::vector<std::string> pulled;
    engine::QueryStream stream(reading, spec);
    for (ByteView key, row; stream.next(key, row);)
      pulled.push_back(text(engine::decode_row(table, key, row)));
    if (engine::count_query(reading, spec) != n) RC_FAIL("count: " + said);
    if (spec.order.empty()) {
      for (const auto& one : {found, pulled}) {
        const std::set<std::string> once(one.begin(), one.end());
        if (one.size() != n || once.size() != n) RC_FAIL("number of rows: " + said);
        for (const std::string& row : one)
          if (!any.contains(row)) RC_FAIL("wrong row " + row + ": " + said);
      }
    } else {
      if (found != wanted) RC_FAIL("rows: " + said);
      if (pulled != wanted) RC_FAIL("rows pulled: " + said);
    }
  }

 private:
  static std::string text(const Row& row) { return row["n"].to_string(); }
  // "foreign key, in order": which kind of plan this was.
  void note_way(const std::string& plan) {
    for (const char* word : {"every row", "primary key (k1, k2), 1 key", "1 range", "unique index",
                             "index ix", "foreign key fk_t_ref", "foreign key fk_t_code",
                             "or: ", "sort by", "in order of", "backwards", "nothing"})
      if (plan.find(word) != std::string::npos) ways_.insert(word);
  }

  const Data& data_;
  Snapshot now_;
  std::set<std::string>& ways_;
};

BOOST_AUTO_TEST_SUITE(random_queries)

BOOST_AUTO_TEST_CASE(find_what_a_plain_filter_finds) {
  for (const std::string_view backend : {"memory", "lmdb"}) {
    BOOST_TEST_CONTEXT("on " << backend) {
      const Data data(backend);
      BOOST_TEST(data.rows.size() == 120U);
      std::set<std::string> ways;
      Trial trial(data, ways);
      std::uint64_t runs = 0;
      const auto property = [&] {
        // Many a check: the table is what costs.
        for (int i = 0; i < 20; ++i, ++runs) trial(query());
      };
      BOOST_TEST(rc::check("queries on " + std::string(backend), property));
      BOOST_TEST(runs > 0U);
      // Every way was gone, where RC_PARAMS did not ask for a few only.
      std::string gone;
      for (const std::string& way : ways) gone += way + "; ";
      if (runs >= 2000) BOOST_TEST(ways.size() == 12U, gone);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
