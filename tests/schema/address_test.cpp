#include "src/schema/address.hpp"

#include <rapidcheck.h>

#include <boost/test/unit_test.hpp>

#include "src/schema/idna.hpp"
#include "src/schema/utf8_text.hpp"
#include "tests/support/random_catalog.hpp"

namespace kindred {
namespace {

using namespace schema::detail;
using test::between;

struct Row {
  const char* text;
  const char* expected;
};

// The normalised text, or the reason.
std::string url_of(std::string_view text, const UrlRules& rules = {}, bool is_strict = false) {
  Url url;
  const auto fault = parse_url(text, is_strict, rules, url);
  return fault ? std::string(fault->type) + ": " + fault->reason + fault->expected : url.text;
}

std::string multi_of(std::string_view text, const UrlRules& rules = {}, bool is_strict = false) {
  MultiHostUrl url;
  const auto fault = parse_multi_host_url(text, is_strict, rules, url);
  return fault ? std::string(fault->type) + ": " + fault->reason + fault->expected : url.text;
}

std::string email_of(std::string_view text) {
  NameEmail out;
  const std::string why = parse_email(text, out);
  return why.empty() ? out.name + " <" + out.email + '>' : why;
}

std::string ip_of(std::string_view text, Ip::Form form, int version) {
  Ip ip;
  return parse_ip(text, form, version, ip) ? ip.to_string() : "none";
}

BOOST_AUTO_TEST_SUITE(addresses)

BOOST_AUTO_TEST_CASE(urls_are_normalised) {
  const Row rows[] = {
      {"http://example.com", "http://example.com/"},
      {"HTTP://Example.COM:80/", "http://example.com/"},
      {"https://example.com:8443", "https://example.com:8443/"},
      {"http:example.com", "http://example.com/"},
      {"http:\\\\h\\p\\..\\q", "http://h/q"},
      {"  http://h\t/\na  ", "http://h/a"},
      {"http://h/a/../b/./c/%2e%2E/d/.", "http://h/b/d/"},
      {"http://h/..", "http://h/"},
      {"http://h/a b\"<>`{}^|", "http://h/a%20b%22%3C%3E%60%7B%7D^|"},
      {"http://h/é?é'#é`", "http://h/%C3%A9?%C3%A9%27#%C3%A9%60"},
      {"foo://h?'", "foo://h?'"},
      {"http://h/%zz", "http://h/%zz"},
      {"http://h?#", "http://h/?#"},
      {"http://us er:p:w@h", "http://us%20er:p%3Aw@h/"},
      {"http://u@v@h", "http://u%40v@h/"},
      {"http://u:@h", "http://u@h/"},
      {"http://:p@h", "http://:p@h/"},
      {"http://:@h", "http://h/"},
      {"http://h:", "http://h/"},
      {"http://ex%41mple.com", "http://example.com/"},
      {"http://a..b.", "http://a..b./"},
      {"foo://H/..", "foo://H/"},
      {"foo://h\x01", "foo://h"},
      {"foo:", "foo:"},
      {"foo:/a/..//b", "foo:/.//b"},
      {"foo://", "foo://"},
      {"foo://@", "foo://"},
      {"mailto:ann@example.org?x=1#y", "mailto:ann@example.org?x=1#y"},
      {"data:text/plain,hi there", "data:text/plain,hi there"},
      {"file:///a//b", "file:///a//b"},
      {"file:////a", "file:///a"},
      {"file:x", "file:///x"},
      {"file:/x", "file:///x"},
      {"file://localhost/x", "file:///x"},
      {"file://h", "file://h/"},
      {"file:C|/x/../..", "file:///C:/"},
      {"file://h/C:/x", "file:///C:/x"},
      {"file://C:/x", "file:///C:/x"},
      {"file:?q", "file:///?q"},
  };
  for (const Row& row : rows) BOOST_TEST(url_of(row.text) == row.expected, row.text);
}

BOOST_AUTO_TEST_CASE(hosts_of_urls) {
  const Row rows[] = {
      {"http://0x7f.1", "http://127.0.0.1/"},
      {"http://0300.0250.1", "http://192.168.0.1/"},
      {"http://4294967295", "http://255.255.255.255/"},
      {"http://1.2.3.4.", "http://1.2.3.4/"},
      {"http://0x", "http://0.0.0.0/"},
      {"http://1e2", "http://1e2/"},
      {"http://a.0xg", "http://a.0xg/"},
      {"http://[::1]:80", "http://[::1]/"},
      {"http://[1:0:0:2:0:0:0:3]", "http://[1:0:0:2::3]/"},
      {"http://[::FFFF:1.2.3.4]", "http://[::ffff:102:304]/"},
      {"http://münchen.de", "http://xn--mnchen-3ya.de/"},
      {"http://MÜNCHEN.de", "http://xn--mnchen-3ya.de/"},
      {"http://mu\xCC\x88nchen.de", "http://xn--mnchen-3ya.de/"},
      {"http://straße.de", "http://xn--strae-oqa.de/"},
      {"http://例え。テスト", "http://xn--r8jz45g.xn--zckzah/"},
      {"http://ｅｘ.com", "http://ex.com/"},
      {"http://a\xC2\xAD"
       "b.com",
       "http://ab.com/"},
      {"http://xn--mnchen-3ya.de", "http://xn--mnchen-3ya.de/"},
      {"http://עברית.com", "http://xn--5dbqzzl.com/"},
      {"foo://é", "foo://%C3%A9"},
  };
  for (const Row& row : rows) BOOST_TEST(url_of(row.text) == row.expected, row.text);
}

BOOST_AUTO_TEST_CASE(what_is_no_url) {
  const Row rows[] = {
      {"", "input is empty"},
      {"abc", "relative URL without a base"},
      {"../x", "relative URL without a base"},
      {"1http://h", "relative URL without a base"},
      {"://h", "relative URL without a base"},
      {"http://", "empty host"},
      {"http:///", "empty host"},
      {"http://?x", "empty host"},
      {"http://:80", "empty host"},
      {"http://u@", "empty host"},
      {"http://@/", "empty host"},
      {"foo://u@", "empty host"},
      {"foo://:80", "empty host"},
      {"http://\xC2\xAD", "empty host"},
      {"http://h:65536", "invalid port number"},
      {"http://h:1x", "invalid port number"},
      {"http://2001:db8::1", "invalid port number"},
      {"http://256.1.1.1", "invalid IPv4 address"},
      {"http://1.2.3.4.5", "invalid IPv4 address"},
      {"http://08", "invalid IPv4 address"},
      {"http://a.1", "invalid IPv4 address"},
      {"http://4294967296", "invalid IPv4 address"},
      {"http://[::1", "invalid IPv6 address"},
      {"http://[1.2.3.4]", "invalid IPv6 address"},
      {"http://[::1%25eth0]", "invalid IPv6 address"},
      {"http://[]", "invalid IPv6 address"},
      {"http://a b", "invalid international domain name"},
      {"http://a%2Fb", "invalid international domain name"},
      {"http://a%zz", "invalid international domain name"},
      {"http://%FF", "invalid international domain name"},
      {"http://xn--a", "invalid international domain name"},
      {"http://xn--", "invalid international domain name"},
      {"http://\xCC\x81"
       "a",
       "invalid international domain name"},
      {"http://1א", "invalid international domain name"},
      {"http://a.א-", "invalid international domain name"},
      {"foo://a b", "invalid domain character"},
      {"foo://a\\b", "invalid domain character"},
  };
  for (const Row& row : rows) {
    BOOST_TEST(url_of(row.text) == "url_parsing: " + std::string(row.expected), row.text);
  }
}

BOOST_AUTO_TEST_CASE(strictly_urls_are_as_they_should_be) {
  const Row rows[] = {
      {" http://h", "leading or trailing control or space character are ignored in URLs"},
      {"http://h\t", "leading or trailing control or space character are ignored in URLs"},
      {"http://h/\na", "tabs or newlines are ignored in URLs"},
      {"http:h", "expected //"},
      {"http:///h", "expected //"},
      {"file:x", "expected // after file:"},
      {"http://h\\a", "backslash"},
      {"http://h/a\\b", "backslash"},
      {"http://h/a b", "non-URL code point"},
      {"http://h/[", "non-URL code point"},
      {"http://h?\xEF\xBF\xBE", "non-URL code point"},
      {"http://h/%2", "expected 2 hex digits after %"},
      {"http://h#%zz", "expected 2 hex digits after %"},
      {"http://u@v@h", "unencoded @ sign in username or password"},
      {"file://h/C:", "file: with host and Windows drive letter"},
  };
  for (const Row& row : rows) {
    BOOST_TEST(url_of(row.text, {}, true) == "url_syntax_violation: " + std::string(row.expected),
               row.text);
  }
  const std::string nul("http://h#\0", 10);
  BOOST_TEST(url_of(nul + 'a', {}, true) ==
             "url_syntax_violation: NULL characters are ignored in URL fragment identifiers");
  for (const char* fine : {"http://u:p@h/%41?x=1", "foo:a/b", "file:///x"}) {
    BOOST_TEST(url_of(fine, {}, true) == fine);
  }
  // That it is no URL at all comes first.
  BOOST_TEST(url_of(" http://", {}, true) == "url_parsing: empty host");
}

BOOST_AUTO_TEST_CASE(rules_of_urls) {
  UrlRules rules;
  rules.schemes = {"http", "https", "ws"};
  BOOST_TEST(url_of("foo://h", rules) == "url_scheme: 'http', 'https' or 'ws'");
  rules.schemes = {"http"};
  BOOST_TEST(url_of("ws://h", rules) == "url_scheme: 'http'");
  rules.max_length = 10;
  BOOST_TEST(url_of("http://abc", rules) == "http://abc/");
  BOOST_TEST(url_of("not a URL, and long", rules) == "url_too_long: ");
  rules = {};
  rules.host_required = true;
  BOOST_TEST(url_of("foo:/x", rules) == "url_parsing: empty host");
  rules = {};
  rules.default_host = "localhost";
  rules.default_port = std::uint16_t{6379};
  rules.default_path = "/0";
  BOOST_TEST(url_of("redis://", rules) == "redis://localhost:6379/0");
  BOOST_TEST(url_of("redis://u:p@h", rules) == "redis://u:p@h:6379/0");
  BOOST_TEST(url_of("redis://h:1/2?x", rules) == "redis://h:1/2?x");
  BOOST_TEST(url_of("redis:/", rules) == "redis://localhost:6379/0");
  BOOST_TEST(url_of("redis:x", rules) ==
             "url_parsing: a cannot-be-a-base URL doesn’t have a host to set");
  BOOST_TEST(url_of("http://h:80", rules) == "http://h:6379/0");
  rules = {};
  rules.default_port = std::uint16_t{1};
  BOOST_TEST(url_of("mailto:a", rules) == "url_parsing: empty host");
  rules = {};
  rules.default_path = "/a?b#c/../d";
  BOOST_TEST(url_of("http://h?q", rules) == "http://h/d?q");
}

BOOST_AUTO_TEST_CASE(empty_paths_may_stay) {
  UrlRules rules;
  rules.preserve_empty_path = true;
  BOOST_TEST(url_of("http://h", rules) == "http://h");
  BOOST_TEST(url_of("http:h?x", rules) == "http://h?x");
  BOOST_TEST(url_of("http://h#f", rules) == "http://h#f");
  BOOST_TEST(url_of("http://h/", rules) == "http://h/");
  BOOST_TEST(url_of("http://h/.", rules) == "http://h/");
  BOOST_TEST(multi_of("http://h,i?x", rules) == "http://h,i?x");
  rules.default_path = "/x";
  BOOST_TEST(url_of("http://h", rules) == "http://h/x");
}

BOOST_AUTO_TEST_CASE(parts_of_urls) {
  const auto url = Url::parse("http://u:p@Host/a?b#c");
  BOOST_REQUIRE(url);
  BOOST_TEST(url->scheme == "http");
  BOOST_TEST((url->username == "u"));
  BOOST_TEST((url->password == "p"));
  BOOST_TEST((url->host == "host"));
  BOOST_TEST((url->port == 80));
  BOOST_TEST((url->path == "/a"));
  BOOST_TEST((url->query == "b"));
  BOOST_TEST((url->fragment == "c"));
  const auto bare = Url::parse("foo://h?#");
  BOOST_REQUIRE(bare);
  BOOST_TEST(!bare->username);
  BOOST_TEST(!bare->password);
  BOOST_TEST(!bare->port);
  BOOST_TEST(!bare->path);
  BOOST_TEST((bare->query == ""));
  BOOST_TEST((bare->fragment == ""));
  BOOST_TEST(!Url::parse("foo:x")->host);
  BOOST_TEST(!Url::parse("h"));
}

BOOST_AUTO_TEST_CASE(urls_with_several_hosts) {
  const Row rows[] = {
      {"postgres://u:p@h1:1,h2:2/db?x", "postgres://u:p@h1:1,h2:2/db?x"},
      {"http://A,B:80,C/", "http://a,b,c/"},
      {"http://h", "http://h/"},
      {"redis://", "redis://"},
      {"foo://[::1]:1,h", "foo://[::1]:1,h"},
      {"foo://a,b,", "url_parsing: empty host"},
      {"foo://,a", "url_parsing: empty host"},
      {"foo://a,,b", "url_parsing: empty host"},
      {"foo://a:x,b", "url_parsing: invalid port number"},
      {"foo://h/a,b", "foo://h/a,b"},
      {"foo", "url_parsing: relative URL without a base"},
      {"", "url_parsing: input is empty"},
  };
  for (const Row& row : rows) BOOST_TEST(multi_of(row.text) == row.expected, row.text);
  BOOST_TEST(multi_of("http://a\\b,c", {}, true) == "url_syntax_violation: backslash");
  const auto url = MultiHostUrl::parse("postgres://u:p@h1:1,h2/db");
  BOOST_REQUIRE(url);
  BOOST_REQUIRE(url->hosts.size() == 2u);
  BOOST_TEST((url->hosts[0] == MultiHostUrl::Host{"u", "p", "h1", std::uint16_t{1}}));
  BOOST_TEST((url->hosts[1] == MultiHostUrl::Host{std::nullopt, std::nullopt, "h2", std::nullopt}));
  BOOST_TEST((url->path == "/db"));
  BOOST_TEST(MultiHostUrl::parse("redis://")->hosts.empty());
  UrlRules rules;
  rules.default_port = std::uint16_t{7};
  BOOST_TEST(multi_of("foo://a,b", rules) == "foo://a,b:7");
}

BOOST_AUTO_TEST_CASE(a_url_read_again_stays) {
  const std::vector<std::string> parts{"http:", "foo:",  "file:", "//",  "/",    "h",  ":80", "..",
                                       "%2e",   "?",     "#",     "@",   "u:p@", "\\", "é",   " ",
                                       "C:",    "[::1]", "1.2",   "x.y", ",",    "."};
  BOOST_TEST(rc::check("of random parts", [&parts] {
    std::string text;
    for (int n = between(1, 8); n > 0; --n) text += test::pick(parts);
    const auto url = Url::parse(text);
    if (!url) return;
    const auto again = Url::parse(url->text);
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->text == url->text);
    RC_ASSERT(again->host == url->host);
  }));
}

BOOST_AUTO_TEST_CASE(punycode_comes_back) {
  BOOST_TEST(domain_to_unicode("xn--mnchen-3ya.de") == "münchen.de");
  BOOST_TEST(domain_to_unicode("xn--80ak6aa92e.com") == "аррӏе.com");
  BOOST_TEST((domain_to_ascii("他们为什么不说中文") == "xn--ihqwcrb4cv8a8dqg056pqjye"));
  BOOST_TEST((domain_to_ascii("Pročprostěnemluvíčesky") == "xn--proprostnemluvesky-uyb24dma41a"));
  BOOST_TEST(!domain_to_ascii("xn--99999999"));
  BOOST_TEST(!domain_to_ascii("xn--" + std::string(100'000, 'a')));
  std::string hostile;
  for (char32_t c = 0x4E00; c < 0x4E00 + 20'000; ++c) append_code_point(hostile, c);
  BOOST_TEST(!domain_to_ascii(hostile));
  BOOST_TEST(compose("e\xCC\x81\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB") == "é한");
  BOOST_TEST(rc::check("of random letters", [] {
    std::string label = "a";
    for (int n = between(1, 20); n > 0; --n) {
      append_code_point(label, test::coin() ? static_cast<char32_t>(between(0x4E00, 0x9FA5))
                                            : static_cast<char32_t>(between(0x430, 0x44F)));
    }
    const auto ascii = domain_to_ascii(label);
    RC_ASSERT(ascii.has_value());
    RC_ASSERT(domain_to_unicode(*ascii) == label);
    RC_ASSERT(domain_to_ascii(*ascii) == ascii);
  }));
}

BOOST_AUTO_TEST_CASE(emails) {
  const Row rows[] = {
      {"ann@example.org", "ann <ann@example.org>"},
      {" Ann.Lee+x@Example.ORG ", "Ann.Lee+x <Ann.Lee+x@example.org>"},
      {"Ann Lee <ann@example.org>", "Ann Lee <ann@example.org>"},
      {"Ann B. Lee <ann@example.org>", "Ann B. Lee <ann@example.org>"},
      {"Ånn <  ann@example.org >", "Ånn <ann@example.org>"},
      {"<ann@example.org>", "ann <ann@example.org>"},
      {"\"Lee, Ann\" <ann@example.org>", "Lee, Ann <ann@example.org>"},
      {"\"a\" \"b\" <ann@example.org>", "a\" \"b <ann@example.org>"},
      {"Info@example.org", "info <info@example.org>"},
      {"ñoñó@example.org", "ñoñó <ñoñó@example.org>"},
      {"e\xCC\x81@example.org", "é <é@example.org>"},
      {"ann@MÜNCHEN.de", "ann <ann@münchen.de>"},
      {"ann@xn--mnchen-3ya.de", "ann <ann@münchen.de>"},
      {"!#$%&'*+/=?^_`{|}~-@a.bc", "!#$%&'*+/=?^_`{|}~- <!#$%&'*+/=?^_`{|}~-@a.bc>"},
  };
  for (const Row& row : rows) BOOST_TEST(email_of(row.text) == row.expected, row.text);
  const Row bad[] = {
      {"ann", "An email address must have an @-sign."},
      {"foobar <>", "An email address must have an @-sign."},
      {"@example.org", "There must be something before the @-sign."},
      {"ann@", "There must be something after the @-sign."},
      {".ann@a.bc", "An email address cannot start with a period."},
      {"ann.@a.bc", "An email address cannot have a period immediately before the @-sign."},
      {"a..n@a.bc", "An email address cannot have two periods in a row."},
      {"a n@a.bc", "The email address contains invalid characters before the @-sign: SPACE."},
      {"a,\\n@a.bc",
       "The email address contains invalid characters before the @-sign: \"\\\", ','."},
      {"\"a b\"@a.bc", "Quoting the part before the @-sign is not allowed here."},
      {"\"a\"b@a.bc", "Extra character(s) found after close quote: 'b'"},
      {"a@b@c.de", "The part after the @-sign contains invalid characters: '@'."},
      {"a@b\n.de", "The part after the @-sign contains invalid characters: U+000A."},
      {"a@b_c.de", "The part after the @-sign contains invalid characters: '_'."},
      {"a@.b.de", "An email address cannot have a period immediately after the @-sign."},
      {"a@b.de.", "An email address cannot end with a period."},
      {"a@b..de", "An email address cannot have two periods in a row."},
      {"a@-b.de", "An email address cannot have a hyphen immediately after the @-sign."},
      {"a@b-.de", "An email address cannot have a period and a hyphen next to each other."},
      {"a@b", "The part after the @-sign is not valid. It should have a period."},
      {"a@127.0.0.1",
       "The part after the @-sign is not valid. It is not within a valid top-level domain."},
      {"a@b.test",
       "The part after the @-sign is a special-use or reserved name that cannot be used with "
       "email."},
      {"a@[1.2.3.4]", "A bracketed IP address after the @-sign is not allowed here."},
      {"a@☃.de", "The part after the @-sign is not valid IDNA ('☃' not allowed)."},
      {"a@xn--a.de", "The part after the @-sign is not valid IDNA."},
      {"foobar <foobar@example.com",
       "An open angle bracket at the start of the email address has to be followed by a close "
       "angle bracket at the end."},
      {"J, A <a@b.de>", "The display name contains invalid characters when not quoted: ','."},
      {"a＠b.de",
       "The email address has the \"full-width\" at-sign (@) character instead of a regular "
       "at-sign."},
      {"a\xE2\x80\x8B@b.de", "The email address contains unsafe characters: U+200B."},
  };
  for (const Row& row : bad) BOOST_TEST(email_of(row.text) == row.expected, row.text);
}

BOOST_AUTO_TEST_CASE(lengths_of_emails) {
  const std::string domain = "@example.org";
  BOOST_TEST(email_of(std::string(242, 'a') + domain).ends_with('>'));
  BOOST_TEST(email_of(std::string(243, 'a') + domain) ==
             "The email address is too long (1 character too many).");
  BOOST_TEST(email_of("a@" + std::string(65, 'b') + ".de") ==
             "After the @-sign, periods cannot be separated by so many characters (2 characters "
             "too many).");
  BOOST_TEST(email_of("x <" + std::string(2048, 'a') + domain + '>') ==
             "Length must not exceed 2048 characters");
}

BOOST_AUTO_TEST_CASE(names_of_emails_in_text) {
  BOOST_TEST((NameEmail{"Ann", "a@b.de"}.to_string()) == "Ann <a@b.de>");
  BOOST_TEST((NameEmail{"a@b", "a@b.de"}.to_string()) == "\"a@b\" <a@b.de>");
}

BOOST_AUTO_TEST_CASE(plain_emails_are_valid_and_normal) {
  for (const char* plain : {"a@b.co", "ann.lee-1+x@mail-2.example.org", "1@2.de"}) {
    BOOST_TEST(plain_email(plain), plain);
  }
  for (const char* other :
       {"",          "a@b",       "a@b.c ",      "Ann@b.de",   "a@B.de",     "a..b@c.de",
        ".a@b.de",   "a.@b.de",   "@b.de",       "a@-b.de",    "a@b-.de",    "a@b..de",
        "a@.de",     "a@b.de.",   "a@b.d1",      "a@b.test",   "a@b.local",  "a@b.localhost",
        "a@b.onion", "a@b.arpa",  "a@b.invalid", "a@xn--a.de", "a@ab--c.de", "é@b.de",
        "a@b.de\n",  "a\"b@c.de", "a@b_c.de",    "a@b@c.de"}) {
    BOOST_TEST(!plain_email(other), other);
  }
  const std::vector<std::string> parts{"a",  "b1", ".",  "-",    "@", "info",
                                       "de", "+",  "--", "test", "Z", "xn"};
  BOOST_TEST(rc::check("of random parts", [&parts] {
    std::string text = "a";
    for (int n = between(0, 3); n > 0; --n) text += test::pick(parts);
    text += '@';
    for (int n = between(1, 4); n > 0; --n) text += test::pick(parts);
    text += ".de";
    if (!plain_email(text)) return;
    NameEmail out;
    RC_ASSERT(parse_email(text, out).empty());
    RC_ASSERT(out.email == text);
  }));
}

BOOST_AUTO_TEST_CASE(ip_addresses) {
  using Form = Ip::Form;
  struct IpRow {
    const char* text;
    Form form;
    int version;
    const char* expected;
  };
  const IpRow rows[] = {
      {"192.168.0.1", Form::address, 4, "192.168.0.1"},
      {"192.168.0.01", Form::address, 4, "none"},
      {"192.168.0.256", Form::address, 4, "none"},
      {"192.168.0", Form::address, 4, "none"},
      {"192.168.0.1.1", Form::address, 4, "none"},
      {" 1.2.3.4", Form::address, 4, "none"},
      {"1.2.3.4/32", Form::address, 4, "none"},
      {"::1", Form::address, 4, "none"},
      {"::1", Form::address, 6, "::1"},
      {"::", Form::address, 6, "::"},
      {"1::", Form::address, 6, "1::"},
      {"2001:DB8:0:0:1:0:0:1", Form::address, 6, "2001:db8::1:0:0:1"},
      {"1:0:2:3:4:5:6:7", Form::address, 6, "1:0:2:3:4:5:6:7"},
      {"1:2:3:4:5:6:7::", Form::address, 6, "1:2:3:4:5:6:7:0"},
      {"1:2:3:4:5:6:7:8::", Form::address, 6, "none"},
      {"::ffff:1.2.3.4", Form::address, 6, "::ffff:102:304"},
      {"1.2.3.4::", Form::address, 6, "none"},
      {"1:2:3", Form::address, 6, "none"},
      {"1::2::3", Form::address, 6, "none"},
      {":1::2", Form::address, 6, "none"},
      {"1::2:", Form::address, 6, "none"},
      {"12345::", Form::address, 6, "none"},
      {":::", Form::address, 6, "none"},
      {"fe80::1%eth0", Form::address, 6, "fe80::1%eth0"},
      {"fe80::1%", Form::address, 6, "none"},
      {"fe80::1%a%b", Form::address, 6, "none"},
      {"1.2.3.4", Form::interface, 4, "1.2.3.4/32"},
      {"1.2.3.4/24", Form::interface, 4, "1.2.3.4/24"},
      {"1.2.3.4/255.255.255.0", Form::interface, 4, "1.2.3.4/24"},
      {"1.2.3.4/0.0.0.255", Form::interface, 4, "1.2.3.4/24"},
      {"1.2.3.4/255.0.255.0", Form::interface, 4, "none"},
      {"1.2.3.4/33", Form::interface, 4, "none"},
      {"1.2.3.4/", Form::interface, 4, "none"},
      {"1.2.3.4/8/8", Form::interface, 4, "none"},
      {"::1%x/64", Form::interface, 6, "::1%x/64"},
      {"::1/129", Form::interface, 6, "none"},
      {"10.0.0.0/8", Form::network, 4, "10.0.0.0/8"},
      {"10.0.0.1/8", Form::network, 4, "none"},
      {"10.0.0.1", Form::network, 4, "10.0.0.1/32"},
      {"0.0.0.0/0", Form::network, 4, "0.0.0.0/0"},
      {"2001:db8::/32", Form::network, 6, "2001:db8::/32"},
      {"2001:db8::1/32", Form::network, 6, "none"},
      {"10.0.0.0/8", Form::network, 0, "10.0.0.0/8"},
      {"::/0", Form::network, 0, "::/0"},
      {"hello,world", Form::network, 0, "none"},
  };
  for (const IpRow& row : rows) {
    BOOST_TEST(ip_of(row.text, row.form, row.version) == row.expected, row.text);
  }
}

BOOST_AUTO_TEST_CASE(ip_addresses_from_numbers) {
  const auto of = [](const char* digits, int version, Ip::Form form = Ip::Form::address) {
    Ip ip;
    return ip_from_number(BigInt{digits}, form, version, ip) ? ip.to_string() : "none";
  };
  BOOST_TEST(of("0", 4) == "0.0.0.0");
  BOOST_TEST(of("4294967295", 4) == "255.255.255.255");
  BOOST_TEST(of("4294967296", 4) == "none");
  BOOST_TEST(of("-1", 4) == "none");
  BOOST_TEST(of("-1", 0) == "none");
  BOOST_TEST(of("168430090", 0) == "10.10.10.10");
  BOOST_TEST(of("4294967296", 0) == "::1:0:0");
  BOOST_TEST(of("1", 6) == "::1");
  BOOST_TEST(of("340282366920938463463374607431768211455", 6) ==
             "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
  BOOST_TEST(of("340282366920938463463374607431768211456", 6) == "none");
  BOOST_TEST(of("99999999999999999999999999999999999999999999", 0) == "none");
  BOOST_TEST(of("1", 4, Ip::Form::network) == "0.0.0.1/32");
  BOOST_TEST(rc::check("texts give addresses back", [] {
    Ip ip;
    ip.version = 6;
    ip.prefix = 128;
    for (std::uint8_t& octet : ip.octets) {
      octet = test::coin() ? std::uint8_t{0} : static_cast<std::uint8_t>(between(0, 255));
    }
    Ip back;
    RC_ASSERT(parse_ip(ip.to_string(), Ip::Form::address, 6, back));
    RC_ASSERT(back == ip);
  }));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kindred
