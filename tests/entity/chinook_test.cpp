// The music store as typed entities: loaded from the files, walked along every relationship both
// ways, compared with the files; its declaration compared with the manifest's. Skips where
// ../shared is not there.
#include <algorithm>
#include <map>
#include <sstream>

#include "json/row_json.hpp"
#include "tests/entity/chinook.hpp"
#include "tests/support/files.hpp"

namespace chinook_test {

using namespace kindred;
using namespace kindred::chinook;
using entity_test::Place;
using entity_test::problems;

// ---- rows of the files, as text and as entities

template <class T>
void take(T& member, const Value& value) {
  if constexpr (detail::is_optional<T>) {
    if (value.is_null())
      member.reset();
    else
      take(member.emplace(), value);
  } else if constexpr (std::is_same_v<T, Price>) {
    member.unscaled = static_cast<Price::rep>(value.get<Number>().rescaled(2)->unscaled);
  } else {
    member = value.get<T>();
  }
}

template <class E, auto... P>
E make_entity(const Row& row, Members<P...>) {
  E out{};
  (take(*(out.*P), row[field<P>.name()]), ...);
  return out;
}
// The entity as the row of a file.
template <class E, auto... P>
Row row_of(const E& entity, Members<P...>) {
  Row out;
  (out.append(std::string(field<P>.name()), detail::to_value(*(entity.*P))), ...);
  return out;
}
// The same, column by column, of a row read in place.
template <class E, auto... P>
Row row_in_place(const RowView<E>& view, Members<P...>) {
  Row out;
  const auto value = [](const auto& read) {
    using T = std::remove_cvref_t<decltype(read)>;
    if constexpr (detail::is_optional<T>)
      return read ? Value(*read) : Value();
    else
      return Value(read);
  };
  (out.append(std::string(field<P>.name()), value(view[field<P>])), ...);
  return out;
}
template <class E>
Row row_of(const E& entity) {
  return row_of(entity, ColumnsOf<E>());
}

using Key = std::vector<std::int64_t>;
struct File {
  Table table;  // as the manifest has it
  std::vector<Row> rows;

  [[nodiscard]] Key key(const Row& row) const { return key(row, table.primary_key); }
  // Empty where a column is null.
  [[nodiscard]] static Key key(const Row& row, const std::vector<std::string>& columns) {
    Key out;
    for (const std::string& name : columns) {
      const Value& value = row[name];
      if (value.is_null()) return {};
      out.push_back(value.get<std::int64_t>());
    }
    return out;
  }
};

struct Dataset {
  std::filesystem::path folder;
  Catalog catalog;
  std::map<std::string, File, std::less<>> files;

  explicit Dataset(std::filesystem::path at) : folder(std::move(at)) {
    catalog = Catalog::from_json(support::read_file(folder / "manifest.json"), "manifest.json");
    for (const Table& table : catalog.tables) {
      File& file = files[table.name];
      file.table = table;
      std::istringstream lines(support::read_file(folder / (table.name + ".jsonl")));
      json::Document document;
      for (std::string line; std::getline(lines, line);)
        file.rows.push_back(
            json::read_row(document.parse(line), table, json::ReadMode::strict, table.name));
    }
  }
  [[nodiscard]] const File& file(std::string_view table) const { return files.find(table)->second; }
  template <class E>
  [[nodiscard]] const File& file() const {
    return file(E::tablename);
  }
  template <class E>
  [[nodiscard]] std::vector<E> entities() const {
    std::vector<E> out;
    for (const Row& row : file<E>().rows) out.push_back(make_entity<E>(row, ColumnsOf<E>()));
    return out;
  }
};

// Empty where ../shared is not there; says so once.
const Dataset* dataset() {
  static const std::optional<Dataset> held = []() -> std::optional<Dataset> {
    const auto folder = support::shared_file("data/chinook");
    if (!folder) return std::nullopt;
    return Dataset(*folder);
  }();
  return held ? &*held : nullptr;
}

// ---- the store

template <class F>
void for_each_entity(F&& fn) {
  [&]<class... E>(std::type_identity<Registry<E...>>) {
    (fn(std::type_identity<E>()), ...);
  }(std::type_identity<Chinook>());
}

void load(const Store& store, const Dataset& data) {
  store.update([&](Transaction& tx) {
    for_each_entity([&]<class E>(std::type_identity<E>) { tx.insert(data.entities<E>()); });
  });
}

void on_each_loaded(FunctionRef<void(const Store&, const Dataset&)> test) {
  const Dataset* data = dataset();
  if (data == nullptr) {
    BOOST_TEST_MESSAGE("skipped: ../shared/data/chinook is not there");
    BOOST_TEST(true);
    return;
  }
  entity_test::on_each_backend([&](Place& place) {
    const Store store = place.create<Chinook>();
    load(store, *data);
    test(store, *data);
    BOOST_TEST(problems(store) == "");
  });
}

template <class E>
Key key_of(const E& entity) {
  const auto& columns = detail::key_columns<E>;
  const Row row = row_of(entity);
  Key out;
  for (const auto& column : columns) out.push_back(row[column.name].template get<std::int64_t>());
  return out;
}
template <class E>
std::vector<Key> keys_of(const std::vector<E>& entities) {
  std::vector<Key> out;
  for (const E& e : entities) out.push_back(key_of(e));
  return out;
}
template <class E>
E get(const Snapshot& now, const Key& key) {
  if constexpr (detail::key_columns<E>.size() == 1)
    return now.get<E>(key.at(0)).value();
  else
    return now.get<E>(key.at(0), key.at(1)).value();
}

// A foreign key's relationship on both sides: each row's parent, each parent's rows.
template <auto ToOne, auto ToMany>
void leads_both_ways(const Snapshot& now, const Dataset& data, const std::string& column) {
  using Child = typename detail::relationship_target<ToOne>::entity;
  using Parent = typename detail::relationship_target<ToOne>::type;
  BOOST_TEST_CONTEXT(Child::tablename << "." << column) {
    const File& children = data.file<Child>();
    std::map<Key, std::vector<Key>> wanted;  // the files are in key order
    std::size_t references = 0;
    for (const Row& row : children.rows) {
      const Key key = children.key(row);
      const Key parent = File::key(row, {column});
      const auto found = now.related<ToOne>(get<Child>(now, key));
      BOOST_REQUIRE(found.has_value() == !parent.empty());
      if (parent.empty()) continue;
      BOOST_REQUIRE(key_of(*found) == parent);
      wanted[parent].push_back(key);
      ++references;
    }
    const File& parents = data.file<Parent>();
    std::size_t walked = 0;
    for (const Row& row : parents.rows) {
      const Parent parent = get<Parent>(now, parents.key(row));
      const auto found = now.related<ToMany>(parent);
      BOOST_REQUIRE(keys_of(found) == wanted[parents.key(row)]);
      for (const Child& child : found)
        BOOST_REQUIRE((File::key(row_of(child), {column}) == parents.key(row)));
      BOOST_REQUIRE(keys_of(now.backref_of<ToOne>(parent)) == keys_of(found));
      walked += found.size();
    }
    BOOST_TEST(walked == references);
    BOOST_TEST(references > 0u);
  }
}

BOOST_AUTO_TEST_SUITE(chinook)

BOOST_AUTO_TEST_CASE(the_declaration_is_the_catalogue_of_the_manifest) {
  const Dataset* data = dataset();
  if (data == nullptr) return;
  const Catalog declared = Chinook::catalog();
  BOOST_REQUIRE(declared.tables.size() == data->catalog.tables.size());
  BOOST_TEST(declared.tables.size() == 11u);
  for (const Table& wanted : data->catalog.tables) {
    BOOST_TEST_CONTEXT("table " << wanted.name) {
      const Table* found = declared.table(wanted.name);
      BOOST_REQUIRE(found != nullptr);
      BOOST_REQUIRE(found->columns.size() == wanted.columns.size());
      for (std::size_t i = 0; i < wanted.columns.size(); ++i) {
        const Column& a = found->columns[i];
        const Column& b = wanted.columns[i];
        BOOST_TEST(a.name == b.name);
        BOOST_TEST_CONTEXT("column " << b.name) {
          BOOST_TEST(a.type.to_string() == b.type.to_string());
          BOOST_TEST((a.type == b.type));
          BOOST_TEST(a.nullable == b.nullable);
          BOOST_TEST(a.max_length == b.max_length);
          BOOST_TEST(!a.default_value.has_value());
        }
      }
      BOOST_TEST(found->primary_key == wanted.primary_key);
      BOOST_TEST(found->indexes.size() == wanted.indexes.size());
      BOOST_TEST(found->checks.size() == wanted.checks.size());
      BOOST_REQUIRE(found->foreign_keys.size() == wanted.foreign_keys.size());
      for (const ForeignKey& key : wanted.foreign_keys) {
        const auto same = std::count_if(
            found->foreign_keys.begin(), found->foreign_keys.end(), [&](const ForeignKey& k) {
              return k.columns == key.columns && k.table == key.table &&
                     k.referenced == key.referenced && k.on_delete == key.on_delete;
            });
        BOOST_TEST_INFO("foreign key " << key.columns[0] << " to " << key.table);
        BOOST_TEST(same == 1);
        // On both sides there is a way along it.
        const auto ways = [&](const Table& table) {
          return std::count_if(
              table.relationships.begin(), table.relationships.end(),
              [&](const RelationshipInfo& r) {
                return r.kind != RelationshipInfo::Kind::many_to_many && r.owner == wanted.name &&
                       declared.table(r.owner)->foreign_key(r.foreign_key)->columns == key.columns;
              });
        };
        const bool to_itself = key.table == wanted.name;
        BOOST_TEST(ways(*found) == (to_itself ? 2 : 1));
        BOOST_TEST(ways(*declared.table(key.table)) == (to_itself ? 2 : 1));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_row_is_that_of_its_file_in_every_reading) {
  on_each_loaded([](const Store& store, const Dataset& data) {
    const Snapshot now = store.snapshot();
    for_each_entity([&]<class E>(std::type_identity<E>) {
      const File& file = data.file<E>();
      BOOST_TEST_CONTEXT("table " << file.table.name) {
        BOOST_TEST(now.count<E>() == file.rows.size());
        std::size_t n = 0;
        for (const E& entity : now.range<E>()) BOOST_REQUIRE((row_of(entity) == file.rows.at(n++)));
        BOOST_TEST(n == file.rows.size());
        n = 0;
        for (const RowView<E>& view : now.views<E>(detail::RowCheck::checksum))
          BOOST_REQUIRE((row_in_place(view, ColumnsOf<E>()) == file.rows.at(n++)));
        BOOST_TEST(n == file.rows.size());
        // By name, as a program without types sees it.
        n = 0;
        now.scan(E::tablename, {}, [&](const Row& row) {
          BOOST_REQUIRE((row == file.rows.at(n++)));
          return true;
        });
        for (const Row& row : file.rows) BOOST_REQUIRE((row_of(get<E>(now, file.key(row))) == row));
      }
    });
  });
}

BOOST_AUTO_TEST_CASE(every_relationship_leads_both_ways_as_in_the_files) {
  on_each_loaded([](const Store& store, const Dataset& data) {
    const Snapshot now = store.snapshot();
    leads_both_ways<&Album::artist, &Artist::albums>(now, data, "artist_id");
    leads_both_ways<&Track::album, &Album::tracks>(now, data, "album_id");
    leads_both_ways<&Track::genre, &Genre::tracks>(now, data, "genre_id");
    leads_both_ways<&Track::media_type, &MediaType::tracks>(now, data, "media_type_id");
    leads_both_ways<&Employee::manager, &Employee::subordinates>(now, data, "reports_to");
    leads_both_ways<&Customer::support_rep, &Employee::customers>(now, data, "support_rep_id");
    leads_both_ways<&Invoice::customer, &Customer::invoices>(now, data, "customer_id");
    leads_both_ways<&InvoiceLine::invoice, &Invoice::lines>(now, data, "invoice_id");
    leads_both_ways<&InvoiceLine::track, &Track::invoice_lines>(now, data, "track_id");
    leads_both_ways<&PlaylistTrack::playlist, &Playlist::entries>(now, data, "playlist_id");
    leads_both_ways<&PlaylistTrack::track, &Track::playlist_entries>(now, data, "track_id");
  });
}

BOOST_AUTO_TEST_CASE(playlists_and_tracks_are_many_to_many) {
  on_each_loaded([](const Store& store, const Dataset& data) {
    std::map<std::int64_t, std::set<std::int64_t>> tracks;
    std::map<std::int64_t, std::set<std::int64_t>> playlists;
    for (const Row& row : data.file<PlaylistTrack>().rows) {
      const auto playlist = row["playlist_id"].get<std::int64_t>();
      const auto track = row["track_id"].get<std::int64_t>();
      tracks[playlist].insert(track);
      playlists[track].insert(playlist);
    }
    const Snapshot now = store.snapshot();
    for (const Playlist& playlist : data.entities<Playlist>()) {
      std::vector<std::int64_t> found;
      for (const Track& t : now.related<&Playlist::tracks>(playlist)) found.push_back(t.track_id);
      const auto& wanted = tracks[playlist.playlist_id];
      BOOST_TEST(found == std::vector<std::int64_t>(wanted.begin(), wanted.end()));
    }
    for (const Track& track : data.entities<Track>()) {
      std::vector<std::int64_t> found;
      for (const Playlist& p : now.related<Chinook, "playlists">(track))
        found.push_back(p.playlist_id);
      const auto& wanted = playlists[track.track_id];
      BOOST_REQUIRE((found == std::vector<std::int64_t>(wanted.begin(), wanted.end())));
    }
  });
}

// What a hierarchy is walked for: all that are below, level by level.
BOOST_AUTO_TEST_CASE(the_employees_form_one_tree) {
  on_each_loaded([](const Store& store, const Dataset& data) {
    const Snapshot now = store.snapshot();
    std::vector<Employee> level;
    for (const Employee& e : now.range<Employee>())
      if (!now.related<&Employee::manager>(e)) level.push_back(e);
    BOOST_TEST(level.size() == 1u);
    std::size_t reached = 0;
    while (!level.empty()) {
      reached += level.size();
      BOOST_REQUIRE(reached <= data.file<Employee>().rows.size());
      std::vector<Employee> below;
      for (const Employee& e : level)
        for (const Employee& s : now.related<&Employee::subordinates>(e)) below.push_back(s);
      level = std::move(below);
    }
    BOOST_TEST(reached == data.file<Employee>().rows.size());
  });
}

BOOST_AUTO_TEST_CASE(single_columns_are_read_in_place) {
  on_each_loaded([](const Store& store, const Dataset& data) {
    std::int64_t length = 0;
    std::int64_t without_composer = 0;
    std::int64_t cents = 0;
    std::size_t letters = 0;
    for (const Row& row : data.file<Track>().rows) {
      length += row["milliseconds"].get<std::int64_t>();
      without_composer += row["composer"].is_null() ? 1 : 0;
      cents += static_cast<std::int64_t>(row["unit_price"].get<Number>().unscaled);
      letters += row["name"].get<std::string>().size();
    }
    const Snapshot now = store.snapshot();
    for (const RowView<Track>& row : now.views<Track>()) {
      length -= row[field<&Track::milliseconds>];
      without_composer -= row[field<&Track::composer>] ? 0 : 1;
      cents -= row[field<&Track::unit_price>].unscaled;
      letters -= row[field<&Track::name>].size();
    }
    BOOST_TEST(length == 0);
    BOOST_TEST(without_composer == 0);
    BOOST_TEST(cents == 0);
    BOOST_TEST(letters == 0u);
  });
}

// The lines of changes.jsonl that only delete: the plan, the erase, and what is left are those that
// the dataset gives.
template <class E>
std::vector<std::conditional_t<detail::key_columns<E>.size() == 1, std::int64_t,
                               std::pair<std::int64_t, std::int64_t>>>
deleted_keys(const json::Value& statement, const Table& table) {
  std::vector<std::conditional_t<detail::key_columns<E>.size() == 1, std::int64_t,
                                 std::pair<std::int64_t, std::int64_t>>>
      out;
  for (const json::Value operation : statement.elements()) {
    if (operation.find("op")->text() != "delete" || !operation.find("key") ||
        operation.find("table")->text() != E::tablename)
      return {};
    const Key key = File::key(json::read_key(*operation.find("key"), table), table.primary_key);
    if constexpr (detail::key_columns<E>.size() == 1)
      out.push_back(key.at(0));
    else
      out.push_back({key.at(0), key.at(1)});
  }
  return out;
}

BOOST_AUTO_TEST_CASE(deletes_go_as_planned_and_as_the_dataset_says) {
  on_each_loaded([](const Store& store, const Dataset& data) {
    std::istringstream lines(support::read_file(data.folder / "changes.jsonl"));
    json::Document document;
    int passed = 0;
    int refused = 0;
    for (std::string line; std::getline(lines, line);) {
      const json::Value change = document.parse(line, "changes.jsonl");
      const json::Value statements = *change.find("statements");
      if (statements.size() != 1 || (*statements.elements().begin()).size() == 0) continue;
      const json::Value statement = *statements.elements().begin();
      const std::string result(change.find("result")->text());
      BOOST_TEST_CONTEXT("change " << change.find("id")->text()) {
        for_each_entity([&]<class E>(std::type_identity<E>) {
          const auto keys = deleted_keys<E>(statement, data.file<E>().table);
          if (keys.empty()) return;
          const Plan plan = store.snapshot().plan_erase<E>(keys);
          BOOST_TEST(plan.refused() == (result == "restricted"));
          const std::string found = entity_test::code_of([&] {
            store.dry_run([&](Transaction& tx) {
              std::uint64_t before = 0;
              std::uint64_t after = 0;
              for (const Table& table : data.catalog.tables) before += tx.count(table.name);
              tx.erase_all<E>(keys);
              for (const Table& table : data.catalog.tables) {
                BOOST_TEST(tx.count(table.name) ==
                           *change.find("after")->find(table.name)->find("rows")->as_uint64());
                after += tx.count(table.name);
              }
              BOOST_TEST(before - after == plan.deleted);
            });
          });
          if (result == "restricted") {
            BOOST_TEST(found == "restrict");
            ++refused;
          } else {
            BOOST_TEST(found == "nothing");
            ++passed;
          }
        });
      }
    }
    BOOST_TEST(passed >= 8);
    BOOST_TEST(refused >= 2);
  });
}

BOOST_AUTO_TEST_CASE(an_artist_goes_with_all_that_is_theirs) {
  on_each_loaded([](const Store& store, const Dataset& data) {
    const Snapshot before = store.snapshot();
    const Artist artist = before.get<Artist>(1).value();
    std::set<std::int64_t> tracks;
    for (const Album& album : before.related<&Artist::albums>(artist))
      for (const Track& track : before.related<&Album::tracks>(album))
        tracks.insert(track.track_id);
    const auto theirs = [&](std::string_view table) {
      return static_cast<std::uint64_t>(std::count_if(
          data.file(table).rows.begin(), data.file(table).rows.end(),
          [&](const Row& row) { return tracks.contains(row["track_id"].get<std::int64_t>()); }));
    };
    BOOST_TEST(store.erase<Artist>(1));
    const Snapshot now = store.snapshot();
    BOOST_TEST(before.count<Track>() - now.count<Track>() == tracks.size());
    BOOST_TEST(before.count<InvoiceLine>() - now.count<InvoiceLine>() == theirs("invoice_line"));
    BOOST_TEST(before.count<PlaylistTrack>() - now.count<PlaylistTrack>() ==
               theirs("playlist_track"));
    BOOST_TEST(now.count<Invoice>() == before.count<Invoice>());
    BOOST_TEST(now.related<&Artist::albums>(artist).empty());
    // The employees lose their manager, the customers their representative, and stay.
    BOOST_TEST(store.erase<Employee>(2));
    BOOST_TEST(!store.get<Employee>(3)->reports_to.has_value());
    BOOST_TEST(store.snapshot().count<Employee>() == data.file<Employee>().rows.size() - 1);
    BOOST_TEST(!store.get<Artist>(1).has_value());
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace chinook_test
