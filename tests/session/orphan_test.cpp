// delete-orphan: the behaviour cases SA-ORPHAN-*, by id.
#include "tests/session/cases.hpp"
#include "tests/session/relations.hpp"

BOOST_AUTO_TEST_SUITE(orphans)

using namespace kindred;
using namespace kindred::session_test;

namespace {
// A document with two owners, each of which may lose it.
struct Paper;
struct Writer {
  static constexpr auto tablename = "writers";
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Paper>, back_populates("writer"), cascade::all | cascade::delete_orphan>
      papers;
};
struct Folder {
  static constexpr auto tablename = "folders";
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Paper>, back_populates("folder"), cascade::all | cascade::delete_orphan>
      papers;
};
struct Paper {
  static constexpr auto tablename = "papers";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key<Writer>()> writer_id;
  Mapped<MaybeId, foreign_key<Folder>()> folder_id;
  Relationship<Writer, back_populates("papers")> writer;
  Relationship<Folder, back_populates("papers")> folder;
};
// Owned albums, whose songs are not theirs to expunge; one side only.
struct Song {
  static constexpr auto tablename = "songs";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key("albums.id")> album_id;
};
struct Album {
  static constexpr auto tablename = "albums";
  Mapped<std::int64_t, primary_key> id;
  Mapped<MaybeId, foreign_key("artists.id")> artist_id;
  Relationship<std::vector<Song>> songs;
};
struct Artist {
  static constexpr auto tablename = "artists";
  Mapped<std::int64_t, primary_key> id;
  Relationship<std::vector<Album>, cascade::all | cascade::delete_orphan> albums;
};
using Owners = Registry<Writer, Folder, Paper, Song, Album, Artist>;

struct Family {
  Ref<Parent> parent;
  Ref<Child> child;
  Ref<Toy> toy;
};
Family stored_family(Session& session) {
  Family out;
  out.parent = session.add(Parent{.name = "p"});
  out.child = out.parent->children.append(Child{.name = "c"});
  out.toy = out.child->toys.append(Toy{.name = "t"});
  out.parent->children.append(Child{.name = "d"});
  session.commit();
  return out;
}
}  // namespace

BOOST_AUTO_TEST_CASE(SA_ORPHAN_01) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto [parent, child, toy] = stored_family(session);
    parent->children.remove(child);
    BOOST_TEST(rows<Child>(store) == 2u);
    session.commit();
    BOOST_TEST(rows<Child>(store) == 1u);
    BOOST_TEST(rows<Toy>(store) == 0u);
    BOOST_TEST((inspect(child).life() == Life::detached));
    BOOST_TEST((inspect(toy).life() == Life::detached));
    BOOST_TEST(joined(parent->children) == "d");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_01_unloaded) {
  on_each_store([](const Store& store) {
    std::int64_t parent_id = 0;
    std::int64_t child_id = 0;
    {
      Session session{store};
      const auto family = stored_family(session);
      parent_id = *family.parent->id;
      child_id = *family.child->id;
    }
    Session session{store};
    const auto parent = session.get<Parent>(parent_id);
    parent->children.remove(
        session.get<Child>(child_id));  // nothing is loaded, not its toys either
    session.commit();
    BOOST_TEST(rows<Child>(store) == 1u);
    BOOST_TEST(rows<Toy>(store) == 0u);
    BOOST_TEST(joined(parent->children) == "d");
    BOOST_TEST(problems(store) == "");
  });
}

// What is not in it cannot be taken out, whether that is loaded or not.
BOOST_AUTO_TEST_CASE(SA_ORPHAN_01_not_a_member) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a"});
    const auto other_id = stored_parent(store, {"b"});
    Session session{store};
    const auto free = session.add(Child{.name = "free"});
    const auto box = session.add(Box{});
    const auto thing = session.add(Thing{});
    session.commit();
    for (const bool loaded : {false, true}) {
      session.expire_all();
      const auto parent = session.get<Parent>(id);
      if (loaded) {
        BOOST_TEST(joined(parent->children) == "a");
        BOOST_TEST(box->things.empty());
      }
      refused<UsageError>([&] { parent->children.remove(free); }, "is not in it");
      refused<UsageError>([&] { parent->children.remove(child_named(session, "b")); },
                          "is not in it");
      refused<UsageError>([&] { box->things.remove(thing); }, "is not in it");
      session.commit();
    }
    BOOST_TEST(rows<Child>(store) == 3u);
    BOOST_TEST(joined(session.get<Parent>(other_id)->children) == "b");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_01_expired) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto [parent, child, toy] = stored_family(session);
    session.expire_all();
    parent->children.remove(child);
    session.commit();
    BOOST_TEST(rows<Child>(store) == 1u);
    BOOST_TEST(rows<Toy>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_01_rolled_back) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto [parent, child, toy] = stored_family(session);
    parent->children.remove(child);
    session.flush();
    BOOST_TEST((inspect(child).life() == Life::deleted));
    session.rollback();
    BOOST_TEST((inspect(child).life() == Life::persistent));
    BOOST_TEST(joined(parent->children) == "c d");
    BOOST_TEST((child->parent == parent));
    BOOST_TEST(joined(child->toys) == "t");
    parent->children.remove(child);
    session.rollback();  // before any flush
    session.commit();
    BOOST_TEST(rows<Child>(store) == 2u);
    BOOST_TEST(problems(store) == "");
  });
}

// What it has removed, and put back, is no orphan.
BOOST_AUTO_TEST_CASE(SA_ORPHAN_01_put_back) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto [parent, child, toy] = stored_family(session);
    parent->children.remove(child);
    parent->children.append(child);
    child->parent = nullptr;
    child->parent = parent;
    session.commit();
    BOOST_TEST(rows<Child>(store) == 2u);
    BOOST_TEST(stored<&Child::parent_id>(store, *child->id) == *parent->id);
    session.expire_all();
    parent->children.remove(child);  // and where the collection is not loaded
    parent->children.append(child);
    session.commit();
    BOOST_TEST(rows<Child>(store) == 2u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_02) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto [parent, child, toy] = stored_family(session);
    child->parent = nullptr;
    session.commit();
    BOOST_TEST(rows<Child>(store) == 1u);
    BOOST_TEST(rows<Toy>(store) == 0u);
    BOOST_TEST(joined(parent->children) == "d");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_02_neither_side_in_memory) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"c"});
    Session session{store};
    child_named(session, "c")->parent = nullptr;
    session.commit();
    BOOST_TEST(rows<Child>(store) == 0u);
    BOOST_TEST(session.get<Parent>(id)->children.empty());
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_03) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto parent = session.add(Parent{.name = "p"});
    const auto child = parent->children.append(Child{.name = "c"});
    const auto toy = child->toys.append(Toy{.name = "t"});
    BOOST_TEST(session.contains(child));
    parent->children.remove(child);
    BOOST_TEST(!session.contains(child));
    BOOST_TEST(!session.contains(toy));  // cascade::all expunges as well
    BOOST_TEST((inspect(child).life() == Life::transient));
    session.commit();
    BOOST_TEST(rows<Parent>(store) == 1u);
    BOOST_TEST(rows<Child>(store) == 0u);
    BOOST_TEST(rows<Toy>(store) == 0u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_03_other_ways_out) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto stored_one = session.add(Parent{.name = "s"});
    session.commit();
    session.expire_all();
    for (const auto& parent : {stored_one, session.add(Parent{.name = "p"})}) {
      const auto a = parent->children.append(Child{.name = "a"});
      a->parent = nullptr;
      BOOST_TEST(!session.contains(a));
      const auto b = session.add(Child{.name = "b", .parent = parent});
      parent->children.clear();
      BOOST_TEST(!session.contains(b));
      const auto c = parent->children.append(Child{.name = "c"});
      parent->children = {};
      BOOST_TEST(!session.contains(c));
    }
    const auto driver = session.add(Driver{});
    driver->licence = Licence{};
    const Ref<Licence> old = driver->licence;
    driver->licence = Licence{};
    BOOST_TEST(!session.contains(old));
    session.commit();
    BOOST_TEST(rows<Child>(store) == 0u);
    BOOST_TEST(rows<Licence>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

// The orphan that left may be given to another parent, and comes back.
BOOST_AUTO_TEST_CASE(SA_ORPHAN_03_comes_back) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto one = session.add(Parent{.name = "1"});
    const auto two = session.add(Parent{.name = "2"});
    const auto child = one->children.append(Child{.name = "c"});
    one->children.remove(child);
    two->children.append(child);
    BOOST_TEST(session.contains(child));
    one->children.append(child);  // moved while pending: it stays
    BOOST_TEST(session.contains(child));
    session.commit();
    BOOST_TEST(stored<&Child::parent_id>(store, *child->id) == *one->id);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_04) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto licence = session.add(Licence{});
    BOOST_TEST(refusal(session) == "not_null licences(driver_id)");
    BOOST_TEST((inspect(licence).life() == Life::pending));
    session.expunge(licence);
    const auto child = session.add(Child{.name = "c"});
    session.commit();
    BOOST_TEST(stored<&Child::parent_id>(store, *child->id) == 0);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_05) {
  on_each_store([](const Store& store) {
    for (int way = 0; way < 4; ++way) {
      Session session{store};
      const auto [one, child, toy] = stored_family(session);
      const auto two = session.add(Parent{.name = "2"});
      session.commit();
      if (way == 3) session.expire_all();
      if (way == 0) {
        one->children.remove(child);
        two->children.append(child);
      } else if (way == 1) {
        child->parent = nullptr;
        child->parent = two;
      } else if (way == 2) {
        two->children = {child};
      } else {
        two->children.append(child);
      }
      session.commit();
      BOOST_TEST(stored<&Child::parent_id>(store, *child->id) == *two->id);
      BOOST_TEST(stored<&Toy::child_id>(store, *toy->id) == *child->id);
      BOOST_TEST(joined(one->children) == "d");
      BOOST_TEST(joined(two->children) == "c");
    }
    BOOST_TEST(problems(store) == "");
  });
}

// To a new parent, while the old one goes.
BOOST_AUTO_TEST_CASE(SA_ORPHAN_05_old_parent_erased) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto [one, child, toy] = stored_family(session);
    const auto two = session.add(Parent{.name = "2"});
    two->children.append(child);
    session.erase(one);
    session.commit();
    BOOST_TEST(rows<Parent>(store) == 1u);
    BOOST_TEST(rows<Child>(store) == 1u);
    BOOST_TEST(stored<&Child::parent_id>(store, *child->id) == *two->id);
    BOOST_TEST(rows<Toy>(store) == 1u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_08) {
  on_each_store([](const Store& store) {
    Session session{store, {.autoflush = true}};
    const Family family = stored_family(session);
    const auto one = family.parent;
    const auto child = family.child;
    const auto two = session.add(Parent{.name = "2"});
    one->children.remove(child);
    BOOST_TEST(session.select<Child>().where(field<&Child::name> == "c").count() == 0u);
    refused<UsageError>([&] { two->children.append(child); }, "has been deleted");
    refused<UsageError>([&] { child->parent = two; }, "has been deleted");
    BOOST_TEST(two->children.empty());
    session.rollback();
    BOOST_TEST((child->parent == one));
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_09) {
  on_each_store([](const Store& store) {
    const auto id = stored_parent(store, {"a", "b"});
    Session session{store};
    const auto parent = session.get<Parent>(id);
    const Ref<Child> b = child_named(session, "b");
    int updates = 0;
    session.before_update<Child>([&](const Ref<Child>&) { ++updates; });
    parent->children = {b, make_ref(Child{.name = "c"})};
    session.commit();
    BOOST_TEST(updates == 0);
    BOOST_TEST(joined(parent->children) == "b c");
    BOOST_TEST(rows<Child>(store) == 2u);
    session.expire_all();
    BOOST_TEST(joined(parent->children) == "b c");
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_11) {
  on_each_store_of<Owners>([](const Store& store) {
    Session session{store};
    const auto writer = session.add(Writer{});
    const auto paper = writer->papers.append(Paper{});
    session.commit();
    BOOST_TEST(rows<Paper>(store) == 1u);
    const auto folder = session.add(Folder{});
    folder->papers.append(paper);
    session.commit();
    BOOST_TEST(rows<Paper>(store) == 1u);
    folder->papers.remove(paper);  // either owner's loss is enough
    session.commit();
    BOOST_TEST(rows<Paper>(store) == 0u);
    const auto pending = writer->papers.append(Paper{});
    folder->papers.append(pending);
    folder->papers.remove(pending);
    BOOST_TEST(!session.contains(pending));
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_12) {
  on_each_store([](const Store& store) {
    for (const bool loaded : {true, false}) {
      Session session{store};
      const auto driver = session.add(Driver{});
      driver->licence = Licence{};
      const Ref<Licence> old = driver->licence;
      session.commit();
      if (!loaded) session.expire_all();
      driver->licence = Licence{};
      session.commit();
      BOOST_TEST(!store.get<Licence>(*old->id).has_value());
      const Ref<Licence> now = driver->licence;
      BOOST_TEST(store.get<Licence>(*now->id)->driver_id == *driver->id);
      driver->licence = nullptr;
      session.commit();
      BOOST_TEST(rows<Licence>(store) == 0u);
    }
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_13) {
  on_each_store([](const Store& store) {
    for (const bool loaded : {true, false}) {
      Session session{store};
      const auto book = session.add(Book{});
      book->cover = Cover{.art = "a"};
      session.commit();
      if (!loaded) session.expire_all();
      book->cover = nullptr;
      session.commit();
      BOOST_TEST(rows<Cover>(store) == 0u);
      BOOST_TEST(stored<&Book::cover_id>(store, *book->id) == 0);
      book->cover = Cover{.art = "b"};  // replaced: the same
      session.commit();
      if (!loaded) session.expire_all();
      book->cover = Cover{.art = "c"};
      session.commit();
      BOOST_TEST(rows<Cover>(store) == 1u);
      BOOST_TEST(*book->cover->art == "c");
      session.erase(book);
      session.commit();
      BOOST_TEST(rows<Cover>(store) == 0u);
    }
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_14) {
  const auto one = make_ref(Book{});
  const auto two = make_ref(Book{});
  const auto cover = make_ref(Cover{});
  one->cover = cover;
  one->cover = cover;  // its own: no change
  refused<UsageError>([&] { two->cover = cover; }, "single_parent");
  BOOST_TEST(!two->cover);
  BOOST_TEST((one->cover == cover));
  one->cover = nullptr;
  two->cover = cover;
  BOOST_TEST((two->cover == cover));
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_14_stored) {
  on_each_store([](const Store& store) {
    std::int64_t id = 0;
    {
      Session session{store};
      const auto book = session.add(Book{});
      book->cover = Cover{};
      session.commit();
      id = *book->id;
    }
    Session session{store};
    const auto one = session.get<Book>(id);
    const Ref<Cover> cover = one->cover;  // loaded
    const auto two = session.add(Book{});
    refused<UsageError>([&] { two->cover = cover; }, "single_parent");
    session.rollback();
    // An owner that was rolled back owns nothing.
    const auto third = session.add(Book{});
    const auto fresh = make_ref(Cover{});
    third->cover = fresh;
    session.rollback();
    third->cover = nullptr;
    const auto fourth = session.add(Book{});
    fourth->cover = fresh;
    session.commit();
    BOOST_TEST(rows<Book>(store) == 2u);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_16) {
  on_each_store([](const Store& store) {
    for (const bool loaded : {true, false}) {
      Session session{store};
      const auto root = session.add(Branch{});
      const auto middle = root->children.append(Branch{});
      const auto other = root->children.append(Branch{});
      middle->children.append(Branch{})->children.append(Branch{});
      middle->children.append(Branch{});
      session.commit();
      BOOST_TEST(rows<Branch>(store) == 6u);
      if (!loaded) session.expire_all();
      root->children.remove(middle);
      session.commit();
      BOOST_TEST(rows<Branch>(store) == 2u);
      BOOST_TEST(root->children.size() == 1u);
      session.erase(root);
      session.commit();
      BOOST_TEST(rows<Branch>(store) == 0u);
    }
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_18) {
  on_each_store([](const Store& store) {
    Session session{store};
    const auto [parent, child, toy] = stored_family(session);
    parent->children.remove(child);
    BOOST_TEST(!inspect(child).is_erased());
    BOOST_TEST((inspect(child).life() == Life::persistent));
    const auto changed = inspect(child).changed();
    BOOST_REQUIRE(changed.size() == 1u);
    BOOST_TEST(changed[0] == "parent_id");
    BOOST_TEST(inspect(parent).removed<&Parent::children>().size() == 1u);
    session.flush();
    BOOST_TEST((inspect(child).life() == Life::deleted));
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_20) {
  on_each_store([](const Store& store) {
    for (const bool loaded : {true, false}) {
      Session session{store};
      const auto [parent, child, toy] = stored_family(session);
      if (!loaded) session.expire_all();
      child->parent_id = std::nullopt;
      BOOST_TEST(!child->parent);
      BOOST_TEST(joined(parent->children) == "d");
      session.commit();
      BOOST_TEST(stored<&Child::parent_id>(store, *child->id) == 0);
      BOOST_TEST(stored<&Toy::child_id>(store, *toy->id) == *child->id);
    }
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_CASE(SA_ORPHAN_22) {
  on_each_store_of<Owners>([](const Store& store) {
    Session session{store};
    const auto artist = session.add(Artist{});
    const auto album = artist->albums.append(Album{});
    const auto song = album->songs.append(Song{});
    BOOST_TEST(session.contains(song));
    artist->albums.remove(album);
    BOOST_TEST(!session.contains(album));
    BOOST_TEST(session.contains(song));
    session.commit();
    BOOST_TEST(rows<Album>(store) == 0u);
    BOOST_TEST(rows<Song>(store) == 1u);
    BOOST_TEST(stored<&Song::album_id>(store, *song->id) == 0);
    BOOST_TEST(problems(store) == "");
  });
}

BOOST_AUTO_TEST_SUITE_END()
