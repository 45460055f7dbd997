// check() finds what was done to a store behind the engine's back.
#include "tests/engine/schema_builder.hpp"
#include "tests/engine/support.hpp"

namespace {

using namespace kindred;
using namespace kindred::engine_test;

Catalog library() {
  return schema({TableSpec("author").integer("id").text("name").key({"id"}).unique({"name"}),
                 TableSpec("book")
                     .integer("id")
                     .integer("author")
                     .text("title")
                     .key({"id"})
                     .index({"title"})
                     .refers({"author"}, "author", OnDelete::cascade)});
}

Store with_library(Bench& bench) {
  const Store store = bench.create(library());
  batch(store, [](Batch& b) {
    for (int i = 1; i <= 5; ++i) {
      b.insert("author", {{"id", i}, {"name", "name" + std::to_string(i)}});
      b.insert("book", {{"id", 10 * i}, {"author", i}, {"title", "title" + std::to_string(i)}});
    }
  });
  BOOST_TEST(problems(store) == "");
  return store;
}

void write(const Store& store, FunctionRef<void(storage::Writer&)> fn) {
  storage::update(store.storage(), {}, fn);
}

struct Pair {
  std::string key;
  std::string value;
};

std::vector<Pair> entries(const Store& store, storage::KeyspaceId keyspace) {
  std::vector<Pair> out;
  store.storage().snapshot()->scan(keyspace, storage::Range::all(), {},
                                   [&](ByteView key, ByteView value) {
                                     out.push_back({std::string(key), std::string(value)});
                                     return true;
                                   });
  return out;
}

const Table& table(const Store& store, std::string_view name) {
  static std::shared_ptr<const Catalog> kept;
  kept = store.catalog();
  return *kept->table(name);
}

// At least one problem of this area that names `where` or says it.
bool finds(const Store& store, std::string_view area, std::string_view part) {
  const CheckReport report = store.snapshot().check();
  BOOST_TEST(report.problems > 0U);
  for (const CheckProblem& p : report.kept)
    if (p.area == area && (contains(p.where, part) || contains(p.what, part))) return true;
  BOOST_TEST_MESSAGE(problems(store));
  return false;
}

BOOST_AUTO_TEST_SUITE(checking)

BOOST_AUTO_TEST_CASE(a_clean_store_is_counted) {
  on_each_backend([](Bench& bench) {
    const Store store = with_library(bench);
    const CheckReport all = store.snapshot().check();
    BOOST_TEST(all.problems == 0U);
    BOOST_TEST(all.kept.empty());
    BOOST_TEST(all.rows == 10U);
    BOOST_TEST(all.index_entries == 15U);
    BOOST_TEST(all.references == 5U);
    CheckOptions only;
    only.table = "author";
    BOOST_TEST(store.snapshot().check(only).rows == 5U);
    CheckOptions unknown;
    unknown.table = "autor";
    BOOST_CHECK_THROW((void)store.snapshot().check(unknown), UsageError);
  });
}

BOOST_AUTO_TEST_CASE(a_missing_entry_of_each_kind_of_index_is_found) {
  on_each_backend([](Bench& bench) {
    for (const std::string kind : {"unique", "plain", "reference"}) {
      BOOST_TEST_CONTEXT(kind) {
        const Store store = with_library(bench);
        const Table& book = table(store, "book");
        const std::uint32_t keyspace = kind == "plain" ? book.indexes[0].keyspace
                                       : kind == "reference"
                                           ? book.foreign_keys[0].keyspace
                                           : table(store, "author").indexes[0].keyspace;
        const auto all = entries(store, keyspace);
        BOOST_TEST_REQUIRE(all.size() == 5U);
        write(store, [&](storage::Writer& w) { w.erase(keyspace, all[2].key); });
        BOOST_TEST(finds(store, "index", kind == "unique" ? "author" : "book"));
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(a_stray_entry_of_each_kind_of_index_is_found) {
  on_each_backend([](Bench& bench) {
    // In sets: a member without its row, and a member under another key than its row's.
    {
      const Store store = with_library(bench);
      const std::uint32_t keyspace = table(store, "book").foreign_keys[0].keyspace;
      const auto all = entries(store, keyspace);
      std::string stranger = all[0].value;
      stranger.back() = static_cast<char>(99);
      write(store, [&](storage::Writer& w) {
        w.put(keyspace, all[0].key, stranger, storage::Intent::either);
      });
      BOOST_TEST(finds(store, "index", "book"));
      BOOST_TEST(store.snapshot().check().problems == 1U);
    }
    {
      const Store store = with_library(bench);
      const std::uint32_t keyspace = table(store, "book").indexes[0].keyspace;
      const auto all = entries(store, keyspace);
      write(store, [&](storage::Writer& w) {
        w.put(keyspace, all[0].key, all[1].value, storage::Intent::either);
      });
      BOOST_TEST(finds(store, "index", "book"));
    }
    // In a unique index: an entry of a value that no row has, and one that leads to another row.
    {
      const Store store = with_library(bench);
      const std::uint32_t keyspace = table(store, "author").indexes[0].keyspace;
      const auto all = entries(store, keyspace);
      write(store, [&](storage::Writer& w) {
        w.put(keyspace, all[0].key + "x", all[0].value, storage::Intent::either);
      });
      BOOST_TEST(finds(store, "index", "author"));
    }
    {
      const Store store = with_library(bench);
      const std::uint32_t keyspace = table(store, "author").indexes[0].keyspace;
      const auto all = entries(store, keyspace);
      write(store, [&](storage::Writer& w) {
        w.put(keyspace, all[0].key, all[1].value, storage::Intent::either);
      });
      BOOST_TEST(finds(store, "index", "author"));
    }
  });
}

BOOST_AUTO_TEST_CASE(every_flipped_byte_of_a_row_is_found) {
  on_each_backend([](Bench& bench) {
    const Store store = with_library(bench);
    const std::uint32_t keyspace = table(store, "book").keyspace;
    const auto all = entries(store, keyspace);
    const Pair& row = all[2];
    for (std::size_t i = 0; i < row.value.size(); ++i) {
      for (const int bit : {0, 7}) {
        BOOST_TEST_CONTEXT("byte " << i << " bit " << bit) {
          std::string flipped = row.value;
          flipped[i] = static_cast<char>(flipped[i] ^ (1 << bit));
          write(store, [&](storage::Writer& w) {
            w.put(keyspace, row.key, flipped, storage::Intent::either);
          });
          BOOST_TEST(finds(store, "row", "book 30"));
          // Reading it throws; the others are read.
          BOOST_TEST(code_name([&] { (void)store.snapshot().get("book", at(30)); }) ==
                     "corruption");
          BOOST_TEST(store.snapshot().get("book", at(20)).has_value());
        }
      }
    }
    write(store, [&](storage::Writer& w) {
      w.put(keyspace, row.key, row.value.substr(0, row.value.size() - 1), storage::Intent::either);
    });
    BOOST_TEST(finds(store, "row", "book 30"));
    std::string saved;
    std::string damaged;
    store.snapshot().salvage(
        "book",
        [&](const Row& r) {
          saved += r["id"].to_string() + " ";
          return true;
        },
        [&](const std::string& key, const Error&) { damaged += key + " "; });
    BOOST_TEST(saved == "10 20 40 50 ");
    BOOST_TEST(damaged == "30 ");
    BOOST_TEST(code_name([&] { (void)rows(store, "book"); }) == "corruption");
    write(store, [&](storage::Writer& w) {
      w.put(keyspace, row.key, row.value, storage::Intent::either);
    });
    BOOST_TEST(problems(store) == "");
  });
}

// Each row is right by itself, but stands under the wrong key: its checksum knows.
BOOST_AUTO_TEST_CASE(rows_that_changed_places_are_found) {
  on_each_backend([](Bench& bench) {
    const Store store = with_library(bench);
    const std::uint32_t keyspace = table(store, "book").keyspace;
    const auto all = entries(store, keyspace);
    write(store, [&](storage::Writer& w) {
      w.put(keyspace, all[0].key, all[1].value, storage::Intent::either);
      w.put(keyspace, all[1].key, all[0].value, storage::Intent::either);
    });
    BOOST_TEST(finds(store, "row", "book 10"));
    BOOST_TEST(finds(store, "row", "book 20"));
  });
}

BOOST_AUTO_TEST_CASE(a_dangling_reference_is_found) {
  on_each_backend([](Bench& bench) {
    const Store store = with_library(bench);
    const Table& author = table(store, "author");
    const auto authors = entries(store, author.keyspace);
    const auto names = entries(store, author.indexes[0].keyspace);
    const std::uint32_t rows_at = author.keyspace;
    const std::uint32_t names_at = author.indexes[0].keyspace;
    write(store, [&](storage::Writer& w) {
      w.erase(rows_at, authors[2].key);
      w.erase(names_at, names[2].key);
    });
    BOOST_TEST(finds(store, "reference", "book 30"));
    BOOST_TEST(store.snapshot().check().problems == 1U);
  });
}

BOOST_AUTO_TEST_CASE(a_keyspace_of_nobody_is_found) {
  on_each_backend([](Bench& bench) {
    const Store store = with_library(bench);
    store.storage().ensure(4321, {});
    BOOST_TEST(finds(store, "keyspace", "4321"));
    store.storage().drop(4321);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(a_sequence_that_would_give_ids_again_is_found) {
  on_each_backend([](Bench& bench) {
    const Store store = with_library(bench);
    std::size_t found = 0;
    for (const Pair& p : entries(store, storage::catalog_keyspace)) {
      if (p.key.front() != 'Q') continue;
      ++found;
      write(store, [&](storage::Writer& w) {
        w.put(storage::catalog_keyspace, p.key, std::string("\1\0\0\0\0\0\0\0", 8),
              storage::Intent::either);
      });
    }
    BOOST_TEST(found == 2U);
    BOOST_TEST(finds(store, "sequence", "book"));
    BOOST_TEST(finds(store, "sequence", "author"));
  });
}

BOOST_AUTO_TEST_CASE(a_damaged_catalogue_is_refused_or_found) {
  on_each_backend([](Bench& bench) {
    const Store first = with_library(bench);
    const auto all = entries(first, storage::catalog_keyspace);
    for (std::size_t e = 0; e < all.size(); ++e) {
      // Sequences are another test's; the stamp is a bare number, and any will do.
      if (all[e].key.front() == 'Q' || all[e].key.front() == 'S') continue;
      for (const std::size_t quarter : {0U, 1U, 2U, 3U, 4U}) {
        BOOST_TEST_CONTEXT("record " << e << " quarter " << quarter) {
          const Store store = with_library(bench);
          const auto fresh = entries(store, storage::catalog_keyspace);
          std::string flipped = fresh[e].value;
          const std::size_t at = (flipped.size() - 1) * quarter / 4;
          flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
          write(store, [&](storage::Writer& w) {
            w.put(storage::catalog_keyspace, fresh[e].key, flipped, storage::Intent::either);
          });
          bool noticed = false;
          try {
            const Store again = Store::open(store.storage().shared_from_this());
            noticed = again.snapshot().check().problems > 0;
          } catch (const Error&) {
            noticed = true;
          }
          BOOST_TEST(noticed);
        }
      }
    }
  });
}

BOOST_AUTO_TEST_CASE(no_more_problems_are_kept_than_asked_for_but_all_are_counted) {
  on_each_backend([](Bench& bench) {
    const Store store = with_library(bench);
    const std::uint32_t keyspace = table(store, "book").foreign_keys[0].keyspace;
    write(store, [&](storage::Writer& w) { w.erase_range(keyspace, storage::Range::all()); });
    CheckOptions few;
    few.max_problems = 2;
    const CheckReport report = store.snapshot().check(few);
    BOOST_TEST(report.problems >= 5U);
    BOOST_TEST(report.kept.size() == 2U);
  });
}

// An index that lies must not make the engine hand out another row.
BOOST_AUTO_TEST_CASE(a_row_found_through_a_lying_index_is_a_corruption) {
  on_each_backend([](Bench& bench) {
    const Store store = with_library(bench);
    const std::uint32_t keyspace = table(store, "book").foreign_keys[0].keyspace;
    const auto all = entries(store, keyspace);
    write(store, [&](storage::Writer& w) {
      w.put(keyspace, all[0].key, all[1].value, storage::Intent::either);
    });
    const Snapshot now = store.snapshot();
    BOOST_TEST(code_name([&] {
                 now.children("book", "fk_book_author", at(1), [](const Row&) { return true; });
               }) == "corruption");
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
