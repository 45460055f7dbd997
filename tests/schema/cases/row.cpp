#include "tests/schema/cases/row.hpp"

#include <exception>
#include <stdexcept>

#include "tests/schema/cases/spec_reader.hpp"
#include "tests/schema/cases/tagged.hpp"

namespace kindred::schema_cases {
namespace {

using schema::DynamicType;
using schema::ErrorDetails;

bool has_flag(const Json& row, std::string_view name) {
  const auto flags = row.find("flags");
  if (!flags) return false;
  for (const Json flag : flags->elements())
    if (flag.text() == name) return true;
  return false;
}

std::string text_of(const schema::LocItem& step) {
  if (const auto* index = std::get_if<std::int64_t>(&step)) return std::to_string(*index);
  return '"' + std::get<std::string>(step) + '"';
}

std::string text_of(const ErrorDetails& error) {
  std::string out = error.type + " [";
  for (const schema::LocItem& step : error.loc) out += text_of(step) + ' ';
  return out + "] " + error.msg + " | input " + error.input.to_string() + " | ctx " +
         schema::Value(error.ctx).to_string();
}

bool same_step(const schema::LocItem& got, const Json& want) {
  if (const auto* index = std::get_if<std::int64_t>(&got))
    return want.is(json::Kind::number) && want.as_int64() == *index;
  return want.is(json::Kind::string) && std::get<std::string>(got) == want.text();
}

bool same_loc(const std::vector<schema::LocItem>& got, const Json& want) {
  if (got.size() != want.size()) return false;
  std::size_t i = 0;
  for (const Json step : want.elements())
    if (!same_step(got[i++], step)) return false;
  return true;
}

// Only what the vector states: `msg_prefix` rows have no message and no context.
std::string message_difference(const ErrorDetails& got, const Json& want) {
  if (const auto prefix = want.find("msg_prefix"))
    return got.msg.starts_with(prefix->text()) ? "" : "msg: got " + got.msg;
  if (const auto msg = want.find("msg"); msg && got.msg != msg->text())
    return "msg: got " + got.msg;
  const auto ctx = want.find("ctx");
  if (!ctx) return got.ctx.items.empty() ? "" : "ctx where none is due";
  const std::string inner = difference(got.ctx, *ctx);
  return inner.empty() ? "" : "ctx" + inner;
}

std::string error_difference(const ErrorDetails& got, const Json& want, bool is_syntax) {
  if (got.type != want.find("type")->text()) return "type: got " + got.type;
  if (!same_loc(got.loc, *want.find("loc"))) return "loc";
  const std::string input = difference(got.input, *want.find("input"));
  if (!input.empty()) return "input" + input;
  return is_syntax ? "" : message_difference(got, want);
}

std::string errors_difference(const std::vector<ErrorDetails>& got, const Json& want,
                              bool is_syntax) {
  std::size_t i = 0;
  for (const Json error : want.elements()) {
    if (i == got.size()) return "error " + std::to_string(i) + " is missing";
    const std::string inner = error_difference(got[i], error, is_syntax);
    if (!inner.empty()) return "error " + std::to_string(i) + ' ' + inner;
    ++i;
  }
  return i == got.size() ? "" : std::to_string(got.size() - i) + " errors too many";
}

DynamicType type_of(const Json& row, const char* key) {
  SpecReader reader;
  const auto settings = row.find("config");
  return DynamicType(reader.type(*row.find(key)), settings ? reader.settings(*settings) : config{});
}

void run_validation(const Json& row, Outcome& out) {
  out.kind = row.find("type")->find("kind")->text();
  const DynamicType type = type_of(row, "type");
  schema::ValidateOptions options;
  if (const auto call = row.find("call")) options = SpecReader().call(*call);
  if (const auto mode = row.find("mode"); mode && mode->text() == "strict") options.strict = true;
  const auto result = type.try_validate_json(row.find("input_json")->text(), options);
  std::vector<ErrorDetails> errors;
  if (result) {
    out.got = "value " + result->to_string();
  } else {
    errors = result.error().errors();
    for (const ErrorDetails& error : errors) out.got += text_of(error) + '\n';
  }
  const Json expect = *row.find("expect");
  if (const auto ok = expect.find("ok")) {
    out.failure = result ? difference(*result, *ok) : "refused: " + errors.at(0).type;
  } else {
    out.failure =
        result ? "accepted"
               : errors_difference(errors, *expect.find("errors"), has_flag(row, "json_syntax"));
  }
}

void run_dump(const Json& row, Outcome& out) {
  out.kind = "dump";
  const DynamicType type = type_of(row, "type");
  const schema::Value value = type.validate_json(row.find("input_json")->text());
  const Json arguments = *row.find("dump");
  const auto mode = arguments.find("mode");
  const schema::DumpOptions options = SpecReader::dump(arguments);
  const schema::Value dumped = mode && mode->text() == "json" ? type.dump_jsonable(value, options)
                                                              : type.dump(value, options);
  out.got = dumped.to_string();
  out.failure = difference(dumped, *row.find("expect_dump"));
}

void run_json_schema(const Json& row, Outcome& out) {
  out.kind = "json schema";
  const DynamicType type = type_of(row, "model");
  const schema::Value made = type.json_schema(SpecReader::json_schema(row));
  out.got = made.to_string();
  out.failure = json_difference(made, *row.find("expect_schema"));
}

}  // namespace

Outcome run_row(const json::Value& row) {
  Outcome out;
  if (const auto id = row.find("id")) out.id = id->text();
  try {
    if (row.find("expect_schema") && row.find("model")) {
      run_json_schema(row, out);
    } else if (row.find("expect_dump") && row.find("type")) {
      run_dump(row, out);
    } else if (row.find("expect") && row.find("type")) {
      run_validation(row, out);
    } else {
      out.kind = "unknown";
      out.failure = "no row of a known kind";
    }
  } catch (const std::exception& e) {
    out.failure = std::string("thrown: ") + e.what();
  }
  return out;
}

}  // namespace kindred::schema_cases
