// What the count and fault layers promise beside the duties.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "kindred/storage.hpp"
#include "kindred/storage_layers.hpp"
#include "kindred/testing/contract_support.hpp"

namespace {

using namespace kindred;
using namespace kindred::storage;
using kindred::testing::contract::be;

struct Counted {
  std::shared_ptr<Storage> storage = storage::open("fault+count+memory:");
  CountLayer& count = *find_count_layer(*storage);
  Counted() {
    storage->ensure(1, {});
    storage->ensure(2, {Shape::Kind::set_bytes, 0});
  }
};

BOOST_AUTO_TEST_SUITE(layers)

BOOST_FIXTURE_TEST_CASE(count_knows_each_call, Counted) {
  BOOST_TEST(count.counts().round_trips() == 0U);
  auto writer = storage->begin({});
  writer->put(1, "k", "v", Intent::either);
  writer->put(2, "k", "m", Intent::either);
  writer->erase(1, "k");
  writer->erase(2, "k", "m");
  writer->erase_range(1, Range::all());
  writer->release(writer->savepoint());
  writer->rollback_to(writer->savepoint());
  writer->reserve(1, 1, 0);
  writer->commit();
  const auto reader = storage->snapshot();
  reader->get(1, "k");
  reader->contains(2, "k", "m");
  reader->scan(1, Range::all(), {}, [](ByteView, ByteView) { return true; });
  const Counts counts = count.counts();
  BOOST_TEST(counts.put == 2U);
  BOOST_TEST(counts.erase == 2U);
  BOOST_TEST(counts.erase_range == 1U);
  BOOST_TEST(counts.savepoint == 4U);
  BOOST_TEST(counts.reserve == 1U);
  BOOST_TEST(counts.commit == 1U);
  BOOST_TEST(counts.get == 1U);
  BOOST_TEST(counts.contains == 1U);
  BOOST_TEST(counts.scan == 1U);
  BOOST_TEST(counts.begin == 1U);
  BOOST_TEST(counts.snapshot == 1U);
  BOOST_TEST(counts.reads() == 3U);
  BOOST_TEST(counts.writes() == 5U);
  BOOST_TEST(counts.round_trips() == 10U);
  count.reset();
  BOOST_TEST(count.counts().round_trips() == 0U);
  BOOST_TEST(count.counts().savepoint == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_batch_of_any_size_is_one_round_trip, Counted) {
  std::vector<std::string> keys;
  for (unsigned i = 0; i < 2500; ++i) keys.push_back(be(i));
  std::vector<Write> writes;
  std::vector<GetRequest> gets;
  std::vector<ScanRequest> scans;
  for (const std::string& key : keys) {
    writes.push_back({1, Write::Op::put, Intent::insert_new, key, "v"});
    gets.push_back({1, key});
    scans.push_back({1, Range::only(key)});
  }
  update(*storage, {}, [&](Writer& writer) {
    std::vector<std::size_t> refused;
    writer.apply(writes, refused);
  });
  const auto reader = storage->snapshot();
  reader->get_many(gets, [](std::size_t, std::optional<ByteView>) {});
  reader->scan_many(scans, {}, [](std::size_t, ByteView, ByteView) { return true; });
  const Counts counts = count.counts();
  BOOST_TEST(counts.apply == 1U);
  BOOST_TEST(counts.get_many == 1U);
  BOOST_TEST(counts.scan_many == 1U);
  BOOST_TEST(counts.round_trips() == 4U);  // with the commit
}

BOOST_FIXTURE_TEST_CASE(a_cursor_costs_one_a_thousand, Counted) {
  const auto pull = [&](unsigned entries) {
    update(*storage, {}, [&](Writer& writer) {
      writer.erase_range(1, Range::all());
      for (unsigned i = 0; i < entries; ++i) writer.put(1, be(i), "v", Intent::either);
    });
    count.reset();
    const auto reader = storage->snapshot();
    const auto cursor = reader->cursor(1, Range::all(), {});
    unsigned pulled = 0;
    while (cursor->next()) ++pulled;
    BOOST_TEST(pulled == entries);
    return count.counts().cursor;
  };
  BOOST_TEST(pull(0) == 1U);
  BOOST_TEST(pull(999) == 1U);
  BOOST_TEST(pull(1000) == 2U);  // that it is the end, the second page says
  BOOST_TEST(pull(1001) == 2U);
  BOOST_TEST(pull(2500) == 3U);
  count.reset();
  const auto reader = storage->snapshot();
  const auto cursor = reader->cursor(1, Range::all(), {});
  cursor->seek(be(7));
  BOOST_TEST(count.counts().cursor == 2U);
}

BOOST_AUTO_TEST_CASE(layers_are_found_from_outside) {
  const auto storage = storage::open("count+fault(put#1=io)+memory:");
  BOOST_REQUIRE(find_count_layer(*storage) != nullptr);
  BOOST_REQUIRE(find_fault_layer(*storage) != nullptr);
  BOOST_TEST(find_fault_layer(*storage)->rules() == "put#1=io");
  BOOST_TEST(storage->url() == "count+fault(put#1=io)+memory:");
  const auto bare = storage::open("memory:");
  BOOST_TEST(find_count_layer(*bare) == nullptr);
  BOOST_TEST(find_fault_layer(*bare) == nullptr);
}

BOOST_AUTO_TEST_CASE(fault_rules_are_printed_as_they_are_read) {
  const auto fault = fault_layer(storage::open("memory:"));
  for (const auto& [text, printed] : std::vector<std::pair<std::string, std::string>>{
           {"", ""},
           {" ; ;", ""},
           {"commit#3=io; get@7 every 10=conflict; put#5=no_space; any#12=io",
            "commit#3=io; get@7 every 10=conflict; put#5=no_space; any#12=io"},
           {"  get @ 7  every  2 = busy ;apply#1=corruption",
            "get@7 every 2=busy; apply#1=corruption"},
           {"any@4294967295 every 1=outcome_unknown", "any@4294967295 every 1=outcome_unknown"}}) {
    fault->set_rules(text);
    BOOST_TEST(fault->rules() == printed);
    fault->set_rules(printed);
    BOOST_TEST(fault->rules() == printed);
  }
}

BOOST_AUTO_TEST_CASE(wrong_fault_rules_are_refused) {
  const auto fault = fault_layer(storage::open("memory:"), "put#1=io");
  for (const auto& [text, says] : std::vector<std::pair<std::string, std::string>>{
           {"put#1", "no '='"},
           {"put=io", "neither"},
           {"putt#1=io", "unknown operation 'putt'; there are any, get, get_many"},
           {"put#1=oi", "unknown code 'oi'; there are corruption"},
           {"put#1=unique", "unknown code 'unique'"},
           {"put#0=io", "from 1"},
           {"put#x=io", "'x' is not a number"},
           {"put#=io", "'' is not a number"},
           {"put#-1=io", "'-1' is not a number"},
           {"put@#1=io", "'' is not a number"},
           {"put@4294967296#1=io", "not a number"},
           {"put every =io", "not a number"},
           {"get#1=io; put", "fault rule 'put'"}}) {
    BOOST_CHECK_EXCEPTION(fault->set_rules(text), UsageError,
                          [part = says](const UsageError& error) {
                            BOOST_TEST_INFO(error.what());
                            return std::string(error.what()).find(part) != std::string::npos;
                          });
    BOOST_TEST(fault->rules() == "put#1=io");
  }
}

BOOST_AUTO_TEST_CASE(fault_rules_count_calls) {
  const auto fault = fault_layer(storage::open("memory:"));
  const std::shared_ptr<Storage> storage = fault;
  storage->ensure(1, {});
  storage->ensure(2, {});
  const auto reader = storage->snapshot();
  const auto get = [&](KeyspaceId keyspace) {
    try {
      reader->get(keyspace, "k");
    } catch (const ConflictError&) {
      return 'x';
    }
    return '.';
  };
  std::string seen;
  fault->set_rules("get@2 every 3=conflict; get#2=conflict");
  for (int i = 0; i < 10; ++i) seen += get(i % 2 == 0 ? 1 : 2);
  // Keyspace 2 is read by every second call: its third is the sixth.
  BOOST_TEST(seen == ".x...x....");
  BOOST_TEST(fault->calls() == 10U);
  BOOST_TEST(fault->failures() == 2U);
  BOOST_TEST(get(1) == '.');
  BOOST_TEST(get(2) == 'x');

  fault->set_rules("get_many@2#1=conflict");
  BOOST_TEST(fault->calls() == 0U);
  const auto nothing = [](std::size_t, std::optional<ByteView>) {};
  const std::vector<GetRequest> one{{1, "k"}};
  const std::vector<GetRequest> both{{1, "k"}, {2, "k"}};
  reader->get_many(one, nothing);
  BOOST_CHECK_THROW(reader->get_many(both, nothing), ConflictError);
}

BOOST_AUTO_TEST_CASE(fault_codes_have_their_types) {
  const auto fault = fault_layer(storage::open("memory:"));
  const std::shared_ptr<Storage> storage = fault;
  const auto failing = [&](const char* code) {
    fault->set_rules("get#1=" + std::string(code));
    storage->snapshot()->get(0, "k");
  };
  BOOST_CHECK_THROW(failing("conflict"), ConflictError);
  BOOST_CHECK_THROW(failing("capacity"), CapacityError);
  BOOST_CHECK_THROW(failing("corruption"), CorruptionError);
  BOOST_CHECK_EXCEPTION(failing("no_space"), StorageError, [](const StorageError& error) {
    return error.code() == ErrorCode::no_space && error.operation() == "get";
  });
}

BOOST_AUTO_TEST_CASE(capacity_leaves_the_writer_usable_and_others_do_not) {
  const auto fault = fault_layer(storage::open("memory:"), "put#1=capacity; put#3=no_space");
  const std::shared_ptr<Storage> storage = fault;
  storage->ensure(1, {});
  auto writer = storage->begin({});
  const auto put = [&](const char* key) { writer->put(1, key, "v", Intent::either); };
  const auto fails_with = [](ErrorCode code) {
    return [code](const Error& error) { return error.code() == code; };
  };
  BOOST_CHECK_EXCEPTION(put("a"), Error, fails_with(ErrorCode::capacity));
  put("b");
  BOOST_CHECK_EXCEPTION(put("c"), Error, fails_with(ErrorCode::no_space));
  BOOST_CHECK_EXCEPTION(put("d"), Error, fails_with(ErrorCode::no_space));
  BOOST_CHECK_EXCEPTION(writer->commit(), Error, fails_with(ErrorCode::no_space));
  BOOST_CHECK_THROW(writer->commit(), UsageError);
  writer = nullptr;
  BOOST_TEST(!storage->snapshot()->get(1, "b").has_value());
}

BOOST_AUTO_TEST_CASE(outcome_unknown_commits_first) {
  const auto fault = fault_layer(storage::open("memory:"), "commit#1=outcome_unknown");
  const std::shared_ptr<Storage> storage = fault;
  int runs = 0;
  BOOST_CHECK_EXCEPTION(
      update(*storage, {},
             [&](Writer& writer) {
               ++runs;
               writer.put(0, "k", "v", Intent::either);
             }),
      Error, [](const Error& error) { return error.code() == ErrorCode::outcome_unknown; });
  BOOST_TEST(runs == 1);
  BOOST_TEST(storage->snapshot()->get(0, "k").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
