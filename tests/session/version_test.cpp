// Rows that another writer changed: the behaviour cases SA-VERSION-*, by id.
#include "tests/session/cases.hpp"

BOOST_AUTO_TEST_SUITE(versions)

using namespace kindred;
using namespace kindred::session_test;

namespace {

struct NextLetter {
  std::string operator()(const std::string& now) const {
    return now.empty() ? "a" : std::string(1, static_cast<char>(now[0] + 1));
  }
};

struct Page;
struct Manual {
  static constexpr auto tablename = "manuals";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> text;
  Mapped<std::int64_t, version_id> version;
  Relationship<std::vector<Page>, back_populates("manual")> pages;
};
struct Page {
  static constexpr auto tablename = "pages";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key<Manual>(on_delete::set_null)> manual_id;
  Mapped<std::string, version_id_by(NextLetter{})> version;
  Relationship<Manual, back_populates("pages")> manual;
};
struct Draft {
  static constexpr auto tablename = "drafts";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> text;
  Mapped<std::int64_t, version_id_manual> version;
};
using Versioned = Registry<Manual, Page, Draft>;

std::int64_t stored_document(const Store& store) {
  Session session{store};
  const auto document = session.add(Document{.text = "one"});
  session.commit();
  BOOST_TEST(*document->version == 1);
  return document->id;
}
void edit_elsewhere(const Store& store, std::int64_t id) {
  Session session{store};
  session.get<Document>(id)->text = "theirs";
  session.commit();
}

}  // namespace

BOOST_AUTO_TEST_CASE(SA_VERSION_02) {
  on_each_store([](const Store& store) {
    const auto id = stored_document(store);
    Session session{store};
    const auto document = session.get<Document>(id);
    edit_elsewhere(store, id);
    document->text = "ours";
    const auto error = caught<StaleDataError>([&] { session.flush(); });
    BOOST_REQUIRE(error.rows().size() == 1u);
    BOOST_TEST(error.rows()[0].table == "documents");
    BOOST_TEST(!error.rows()[0].gone);
    BOOST_TEST(error.rows()[0].columns == (Strings{"text", "version"}),
               boost::test_tools::per_element());
    BOOST_TEST((error.code() == ErrorCode::stale_data));
    // Nothing was changed by the attempt.
    BOOST_TEST(*document->text == "ours");
    BOOST_TEST(*document->version == 1);
    BOOST_TEST(*store.get<Document>(id)->text == "theirs");
    session.rollback();
    BOOST_TEST(*document->text == "theirs");
    document->text = "ours";
    session.commit();
    BOOST_TEST(*store.get<Document>(id)->version == 3);
  });
}

BOOST_AUTO_TEST_CASE(SA_VERSION_03) {
  on_each_store([](const Store& store) {
    const auto id = stored_document(store);
    Session session{store};
    const auto document = session.get<Document>(id);
    edit_elsewhere(store, id);
    session.erase(document);
    const auto error = caught<StaleDataError>([&] { session.commit(); });
    BOOST_REQUIRE(error.rows().size() == 1u);
    BOOST_TEST(inspect(document).is_erased());
    BOOST_TEST(rows<Document>(store) == 1u);
    session.rollback();
    BOOST_TEST(!inspect(document).is_erased());
    session.erase(document);
    session.commit();
    BOOST_TEST(rows<Document>(store) == 0u);
  });
}

// Gone in both: updating and deleting what was deleted are told apart from a change.
BOOST_AUTO_TEST_CASE(SA_VERSION_03_gone) {
  on_each_store([](const Store& store) {
    const auto one = stored_document(store);
    const auto two = stored_document(store);
    Session session{store};
    session.get<Document>(one)->text = "ours";
    session.erase(session.get<Document>(two));
    store.erase<Document>(one);
    store.erase<Document>(two);
    const auto error = caught<StaleDataError>([&] { session.commit(); });
    BOOST_REQUIRE(error.rows().size() == 2u);
    BOOST_TEST(error.rows()[0].gone);
    BOOST_TEST(error.rows()[1].gone);
    session.rollback();
    session.commit();
  });
}

BOOST_AUTO_TEST_CASE(SA_VERSION_04) {
  on_each_counted_store([](const Store& store, storage::CountLayer& counts) {
    const auto id = stored_document(store);
    Session session{store};
    const auto document = session.get<Document>(id);
    document->text = "one";
    const auto before = counts.counts();
    session.commit();
    BOOST_TEST(counts.counts().writes() == before.writes());
    BOOST_TEST(*document->version == 1);
    BOOST_TEST(*store.get<Document>(id)->version == 1);
    document->text = "two";
    session.flush();
    BOOST_TEST(*document->version == 2);
    session.flush();
    session.commit();
    BOOST_TEST(*document->version == 2);
    // An object that was expired, then set to what is stored: no change either.
    session.expire(document);
    document->text = "two";
    session.commit();
    BOOST_TEST(*store.get<Document>(id)->version == 2);
    // Set by hand, the version still goes on from the stored one.
    document->version = 17;
    document->text = "three";
    session.commit();
    BOOST_TEST(*document->version == 3);
  });
}

BOOST_AUTO_TEST_CASE(SA_VERSION_06) {
  on_each_store_of<Versioned>([](const Store& store) {
    Session session{store};
    const auto manual = session.add(Manual{.text = "m"});
    const auto page = session.add(Page{});
    session.commit();
    BOOST_TEST(*page->version == "a");
    manual->pages.append(page);
    session.commit();
    BOOST_TEST(*manual->version == 1);
    BOOST_TEST(*page->version == "b");
    BOOST_TEST(*page->manual_id == *manual->id);
    page->manual = nullptr;
    session.commit();
    BOOST_TEST(*manual->version == 1);
    BOOST_TEST(*page->version == "c");
    BOOST_TEST(*store.get<Page>(*page->id)->version == "c");
    // Nothing changed: nothing counts.
    manual->pages = manual->pages;
    session.commit();
    BOOST_TEST(*page->version == "c");
  });
}

// Without a version column a lost update is an error all the same.
BOOST_AUTO_TEST_CASE(SA_VERSION_07) {
  on_each_store([](const Store& store) {
    User stored{.username = "ann"};
    store.insert(stored);
    Session one{store};
    Session two{store};
    const auto a = one.get<User>(*stored.id);
    const auto b = two.get<User>(*stored.id);
    a->bio = "one";
    b->bio = "two";
    one.commit();
    const auto error = caught<StaleDataError>([&] { two.commit(); });
    BOOST_REQUIRE(error.rows().size() == 1u);
    BOOST_TEST(error.rows()[0].columns == Strings{"bio"}, boost::test_tools::per_element());
    BOOST_TEST(*store.get<User>(*stored.id)->bio == "one");
    // The same value twice is no conflict of meaning, and yet one of rows: say so too.
    two.refresh(b);
    b->bio = "two";
    two.commit();
    BOOST_TEST(*store.get<User>(*stored.id)->bio == "two");
  });
}

// Rows that were only read are compared where asked for.
BOOST_AUTO_TEST_CASE(SA_VERSION_07_reads) {
  on_each_store([](const Store& store) {
    User ann{.username = "ann"};
    User bob{.username = "bob"};
    store.insert(ann);
    store.insert(bob);
    for (const bool checked : {false, true}) {
      Session session{store};
      const auto read = session.get<User>(*ann.id);
      const auto written = session.get<User>(*bob.id);
      change_elsewhere<User>(
          store, [&](User& u) { u.bio = checked ? "2" : "1"; }, *ann.id);
      written->bio = std::to_string(read->username.size()) + (checked ? "c" : "");
      if (!checked) {
        session.commit();
        continue;
      }
      session.check_reads();
      const auto error = caught<StaleDataError>([&] { session.commit(); });
      BOOST_REQUIRE(error.rows().size() == 1u);
      BOOST_TEST(error.rows()[0].key == std::to_string(*ann.id));
      session.rollback();
      written->bio = "again";
      session.check_reads();
      session.commit();
    }
    BOOST_TEST(*store.get<User>(*bob.id)->bio == "again");
  });
}

BOOST_AUTO_TEST_CASE(SA_VERSION_09) {
  on_each_store_of<Versioned>([](const Store& store) {
    Session session{store};
    const auto draft = session.add(Draft{.text = "one", .version = 5});
    session.commit();
    BOOST_TEST(*draft->version == 5);
    draft->text = "two";
    session.commit();
    BOOST_TEST(*draft->version == 5);
    draft->text = "three";
    draft->version = 6;
    session.commit();
    BOOST_TEST(*store.get<Draft>(*draft->id)->version == 6);
    {
      Session other{store};
      other.get<Draft>(*draft->id)->version = 7;
      other.commit();
    }
    draft->text = "ours";
    BOOST_CHECK_THROW(session.commit(), StaleDataError);
    BOOST_TEST(*store.get<Draft>(*draft->id)->text == "three");
  });
}

BOOST_AUTO_TEST_CASE(SA_VERSION_13) {
  on_each_store([](const Store& store) {
    const auto id = stored_document(store);
    edit_elsewhere(store, id);  // version 2
    Session session{store};
    const auto old = session.get<Document>(id);
    session.erase(old);
    const auto fresh = session.add(Document{.id = id, .text = "new"});
    session.commit();
    BOOST_TEST(*fresh->version == 3);
    BOOST_TEST(*store.get<Document>(id)->text == "new");
    BOOST_TEST((session.get<Document>(id) == fresh));
    BOOST_TEST((inspect(old).life() == Life::detached));
    BOOST_TEST(rows<Document>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

// The old version is compared in it, too.
BOOST_AUTO_TEST_CASE(SA_VERSION_13_stale) {
  on_each_store([](const Store& store) {
    const auto id = stored_document(store);
    Session session{store};
    const auto old = session.get<Document>(id);
    edit_elsewhere(store, id);
    session.erase(old);
    const auto fresh = session.add(Document{.id = id, .text = "new"});
    BOOST_CHECK_THROW(session.commit(), StaleDataError);
    BOOST_TEST(*fresh->version == 0);
    BOOST_TEST((inspect(fresh).life() == Life::pending));
    BOOST_TEST(*store.get<Document>(id)->text == "theirs");
    session.rollback();
    BOOST_TEST((inspect(fresh).life() == Life::transient));
    BOOST_TEST((session.get<Document>(id) == old));
  });
}

// Two sessions, one after the other, many rows: each stale row is told, nothing is half written.
BOOST_AUTO_TEST_CASE(every_stale_row_is_told) {
  on_each_store([](const Store& store) {
    std::vector<std::int64_t> ids;
    for (int n = 0; n < 5; ++n) ids.push_back(stored_document(store));
    Session session{store};
    std::vector<Ref<Document>> held;
    for (const auto id : ids) held.push_back(session.get<Document>(id));
    for (const std::size_t n : {1u, 3u}) edit_elsewhere(store, ids[n]);
    for (const auto& document : held) document->text = "ours";
    const auto error = caught<StaleDataError>([&] { session.commit(); });
    BOOST_TEST(error.rows().size() == 2u);
    for (const std::size_t n : {0u, 2u, 4u})
      BOOST_TEST(*store.get<Document>(ids[n])->text == "one");
    for (const std::size_t n : {1u, 3u}) {
      session.refresh(held[n]);
      BOOST_TEST(*held[n]->text == "theirs");
      held[n]->text = "ours";
    }
    session.commit();
    for (const auto id : ids) BOOST_TEST(*store.get<Document>(id)->text == "ours");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()
