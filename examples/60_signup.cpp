// A sign-up service without the network: requests are JSON text, answers are JSON text, and every
// rule of the input stands in a model. What is valid becomes an entity, is patched by a partial
// model, and is read back as another model, with what belongs to it.
//
//   60_signup [STORE]
//
// Exits with 1 where something is not as it says.
#include <iostream>
#include <kindred/bridge.hpp>
#include <kindred/kindred.hpp>
#include <kindred/schema.hpp>
#include <optional>
#include <string>
#include <vector>

using namespace kindred;

namespace {

// ---- what is stored

enum class Tariff : std::uint8_t { free, team };

struct Device;
struct Account {
  static constexpr auto tablename = "accounts";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> email;
  Mapped<std::optional<std::string>, max_length(40)> display_name;
  Mapped<std::string> password_hash;
  Mapped<Tariff> tariff;
  Mapped<time_point, insert_default(now)> created_at;
  Relationship<std::vector<Device>, back_populates("account"), order_by("name")> devices;
};
struct Device {
  static constexpr auto tablename = "devices";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<Account>(on_delete::cascade)> account_id;
  Mapped<std::string> name;
  Mapped<std::optional<date>> last_seen;
  Relationship<Account, back_populates("devices")> account;
};
using Accounts = Registry<Account, Device>;

// ---- what comes in

struct NoSpaces {
  void operator()(const Secret<std::string>& password) const {
    if (password.get_secret_value().find(' ') != std::string::npos)
      throw schema::ValueError("a password has no spaces");
  }
};

struct DeviceIn {
  Field<std::string, strip_whitespace, min_length(1), max_length(40)> name;
  Field<std::optional<date>, alias("lastSeen")> last_seen = Default(std::nullopt);
};
struct SignUp {
  Field<EmailStr, description("Also the name to sign in with")> email;
  Field<Secret<std::string>, min_length(8), after(NoSpaces{})> password;
  Field<std::optional<std::string>, alias("displayName"), strip_whitespace, max_length(40)>
      display_name = Default(std::nullopt);
  Field<Tariff> tariff = Default(Tariff::free);
  Field<std::vector<DeviceIn>, max_length(3)> devices = Default();
  static constexpr auto model_config = config{.extra = extra::forbid};
};
// All members may be left out; only those that are given change anything.
struct AccountPatch {
  Field<std::optional<std::string>, alias("displayName"), strip_whitespace, max_length(40)>
      display_name = Default(std::nullopt);
  Field<Tariff> tariff = Default(Tariff::free);
  static constexpr auto model_config = config{.extra = extra::forbid};
};

// ---- what goes out

struct DeviceOut {
  Field<std::string> name;
  Field<std::optional<date>, alias("lastSeen")> last_seen;
};
struct AccountOut {
  Field<std::int64_t> id;
  Field<EmailStr> email;
  Field<std::optional<std::string>, alias("displayName")> display_name;
  Field<Tariff> tariff;
  Field<std::vector<DeviceOut>> devices;
  [[nodiscard]] bool is_known() const { return display_name->has_value(); }
  static constexpr auto computed_fields = std::tuple{computed<&AccountOut::is_known>()};
};

// ---- the service

bool all_is_well = true;

void expect(bool is_so, const char* what) {
  if (is_so) return;
  std::cout << "NOT AS EXPECTED: " << what << '\n';
  all_is_well = false;
}

// Stands for a hash that is slow on purpose.
std::string hashed(const std::string& password) { return "hash-of-" + password; }

class Service {
 public:
  explicit Service(const Store& store) : session_(store) {}

  // The new account, or why not.
  std::string sign_up(std::string_view body) {
    const auto in = schema::try_validate_json<SignUp>(body);
    if (!in) return refused(in.error());
    auto account = as_model<Account>(
        *in, field<& Account::password_hash> = hashed(in->password->get_secret_value()),
        leave_out<&SignUp::password>, leave_out<&SignUp::devices>);
    const Ref<Account> stored = session_.add(std::move(account));
    for (const DeviceIn& device : in->devices)  // the reference is written by the flush
      stored->devices.append(as_model<Device>(device, field<& Device::account_id> = 0));
    return committed(stored);
  }

  std::string patch(std::int64_t id, std::string_view body) {
    const auto in = schema::try_validate_json<AccountPatch>(body);
    if (!in) return refused(in.error());
    const Ref<Account> account = session_.get_one<Account>(id);
    apply(*in, *account, exclude_unset);
    return committed(account);
  }

  std::string show(std::int64_t id) { return shown(session_.get_one<Account>(id)); }

 private:
  // Neither report shows what was given: it may be a password.
  static std::string refused(const schema::ValidationError& error) {
    std::cout << error.title() << " is refused\n";
    for (const schema::ErrorDetails& each : error.errors())
      std::cout << "  line " << each.line << " column " << each.column << ' ' << each.pointer
                << ": " << each.msg << '\n';
    return error.json({.include_input = false});
  }
  static std::string shown(const Ref<Account>& account) {
    return schema::model_dump_json(schema::model_validate<AccountOut>(from(account)),
                                   {.by_alias = true, .exclude_none = true});
  }
  // What the store refuses is told as what the models refuse.
  std::string committed(const Ref<Account>& account) {
    try {
      session_.commit();
    } catch (const IntegrityError& error) {
      session_.rollback();
      std::cout << error.what() << '\n';
      return R"([{"type":"unique","loc":["email"]}])";
    }
    return shown(account);
  }

  Session session_;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

void good_requests(Service& service) {
  const std::string ann = service.sign_up(R"({
    "email": "ann@Example.org", "password": "correct-horse", "displayName": "  Ann  ",
    "devices": [{"name": "phone", "lastSeen": "2026-11-02"}, {"name": "laptop"}]
  })");
  std::cout << ann << '\n';
  expect(ann == R"({"id":1,"email":"ann@example.org","displayName":"Ann","tariff":"free",)"
                R"("devices":[{"name":"phone","lastSeen":"2026-11-02"},{"name":"laptop"}],)"
                R"("is_known":true})",
         "the account of Ann");
  const std::string bob =
      service.sign_up(R"({"email":"bob@example.org","password":"battery-staple"})");
  std::cout << bob << '\n';
  expect(!has(bob, "displayName") && has(bob, R"("is_known":false)"), "Bob has no name");
}

void bad_requests(Service& service) {
  const std::string wrong = service.sign_up(R"({
    "email": "nobody",
    "password": "a b",
    "tariff": "gold",
    "devices": [{"name": " "}, {"name": "tv", "lastSeen": "2026-13-01"}],
    "admin": true
  })");
  for (const char* const part :
       {R"("loc":["admin"],)", R"("loc":["email"],)", R"("loc":["password"],)",
        R"("loc":["tariff"],)", R"("loc":["devices",0,"name"],)",
        R"("pointer":"/devices/1/lastSeen","line":5)"})
    expect(has(wrong, part), part);
  expect(!has(wrong, "a b"), "the password is in no message");
  expect(has(service.sign_up(R"({"email": "ann@example.org",)"), "json_invalid"), "a cut text");
  expect(
      has(service.sign_up(R"({"email":"ann@example.org","password":"correct-horse"})"), "unique"),
      "an address that is taken");
}

void patches(Service& service) {
  const std::string team = service.patch(1, R"({"tariff": "team"})");
  expect(has(team, R"("displayName":"Ann","tariff":"team")"), "only the tariff has changed");
  const std::string nameless = service.patch(1, R"({"displayName": null})");
  expect(has(nameless, R"("is_known":false)") && has(nameless, R"("tariff":"team")"),
         "null is a value, absence is none");
  expect(has(service.patch(1, R"({"email": "x@example.org"})"), "extra_forbidden"),
         "addresses stay as they are");
}

// Another session knows nothing yet: devices are loaded because the answer has them.
void read_back(const Store& store) {
  Service service(store);
  const std::string ann = service.show(1);
  std::cout << ann << '\n';
  expect(has(ann, R"("devices":[{"name":"laptop"},{"name":"phone","lastSeen":"2026-11-02"}])"),
         "devices by name");
}

// What clients are told of the input.
void describe() {
  const schema::Value description = schema::model_json_schema<SignUp>();
  std::cout << schema::TypeAdapter<schema::Value>::dump_json(description, {.indent = 2}) << '\n';
  const schema::Value* required = description.find("required");
  expect(required != nullptr && required->to_string() == "['email', 'password']",
         "what is required");
}

}  // namespace

int main(int argc, char** argv) {
  const Store store = Store::open<Accounts>(argc > 1 ? argv[1] : "memory:", {.create = true});
  Service service(store);
  good_requests(service);
  bad_requests(service);
  patches(service);
  read_back(store);
  describe();
  return all_is_well ? 0 : 1;
}
