// A lending library: a small application on the session. Every kind of relationship is here, and
// what a program does with them: build a graph of objects, walk it both ways, move things, undo,
// let deletes cascade, and be told when somebody else was first.
//
//   50_lending [STORE]
#include <iostream>
#include <kindred/kindred.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

using namespace kindred;

namespace {

struct Book;
struct Copy;
struct Card;
struct Loan;
struct Setting;

// A tree: shelves stand in rooms, rooms in buildings.
struct Place {
  static constexpr auto tablename = "places";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
  Mapped<std::optional<std::int64_t>, foreign_key<Place>(on_delete::set_null)> within_id;
  Relationship<Place, back_populates("parts")> within;
  Relationship<std::vector<Place>, back_populates("within"), order_by("name")> parts;
  Relationship<std::vector<Copy>, back_populates("place")> copies;
};

// Many-to-many: a book has authors, an author has books.
struct Author {
  static constexpr auto tablename = "authors";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string, unique> name;
  Relationship<std::set<Book>, back_populates("authors"), secondary<"authorships">> books;
};

// One-to-many with an owner: copies belong to their book, and go with it.
struct Book {
  static constexpr auto tablename = "books";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> title;
  Mapped<std::int32_t> year;
  Relationship<std::set<Author>, back_populates("books"), secondary<"authorships">> authors;
  Relationship<std::vector<Copy>, back_populates("book"), cascade::all | cascade::delete_orphan>
      copies;
};
struct Copy {
  static constexpr auto tablename = "copies";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<Book>(on_delete::cascade)> book_id;
  Mapped<std::optional<std::int64_t>, foreign_key<Place>(on_delete::set_null)> place_id;
  Mapped<std::string, unique> barcode;
  Relationship<Book, back_populates("copies")> book;
  Relationship<Place, back_populates("copies")> place;
  Relationship<std::vector<Loan>, back_populates("copy")> loans;
};

// One-to-one, a map by a column, and an association entity that carries data of its own.
struct Reader {
  static constexpr auto tablename = "readers";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::string> name;
  Mapped<std::int64_t, version_id> version;
  Relationship<Card, back_populates("reader"), cascade::all | cascade::delete_orphan> card;
  Relationship<std::map<std::string, Setting>, back_populates("reader"), keyed_by("name"),
               cascade::all | cascade::delete_orphan>
      settings;
  Relationship<std::vector<Loan>, back_populates("reader")> loans;
};
struct Card {
  static constexpr auto tablename = "cards";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<Reader>(on_delete::cascade), unique> reader_id;
  Mapped<std::string> number;
  Relationship<Reader, back_populates("card")> reader;
};
struct Setting {
  static constexpr auto tablename = "settings";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<Reader>(on_delete::cascade)> reader_id;
  Mapped<std::string> name;
  Mapped<std::string> value;
  Relationship<Reader, back_populates("settings")> reader;
};
struct Loan {
  static constexpr auto tablename = "loans";
  Mapped<std::int64_t, primary_key, foreign_key<Copy>(on_delete::restrict)> copy_id;
  Mapped<std::int64_t, primary_key, foreign_key<Reader>(on_delete::restrict)> reader_id;
  Mapped<date> due;
  Relationship<Copy, back_populates("loans")> copy;
  Relationship<Reader, back_populates("loans")> reader;
};

using Library = Registry<Place, Author, Book, Copy, Reader, Card, Setting, Loan>;

date in_weeks(int weeks) {
  return date(std::chrono::sys_days(std::chrono::year{2026} / 11 / 1) + std::chrono::weeks(weeks));
}

void build(Session& session) {
  const auto house = session.add(Place{.name = "main house"});
  const auto shelf = house->parts.append(Place{.name = "shelf A"});
  house->parts.append(Place{.name = "reading room"});

  const auto knuth = session.add(Author{.name = "Donald Knuth"});
  const auto patashnik = session.add(Author{.name = "Oren Patashnik"});
  const auto graham = session.add(Author{.name = "Ronald Graham"});
  const auto art = session.add(Book{.title = "The Art of Computer Programming", .year = 1968});
  art->authors = {knuth};
  const auto maths = session.add(Book{.title = "Concrete Mathematics", .year = 1989});
  maths->authors = {graham, knuth, patashnik};
  for (const auto& [book, barcode] : {std::pair{art, "A-1"}, {art, "A-2"}, {maths, "M-1"}})
    book->copies.append(Copy{.barcode = barcode, .place = shelf});

  const auto ada = session.add(Reader{.name = "Ada"});
  ada->card = Card{.number = "0001"};
  ada->settings.append(Setting{.name = "language", .value = "en"});
  ada->settings.append(Setting{.name = "reminder", .value = "mail"});
  ada->loans.append(Loan{.due = in_weeks(4), .copy = art->copies[0]});
  session.commit();  // keys, references and pairs: all at once
}

void walk(Session& session) {
  const Ref<const Author> knuth =
      session.select<const Author>().where(field<&Author::name> == "Donald Knuth").one();
  std::cout << knuth->name << " wrote\n";
  for (const Ref<const Book>& book : knuth->books) {
    std::cout << "  " << book->title << " (" << book->year << "), copies";
    for (const Ref<const Copy>& copy : book->copies)
      std::cout << ' ' << copy->barcode << " in " << copy->place->name << " of "
                << copy->place->within->name;
    std::cout << '\n';
  }
  const Ref<const Reader> ada = session.select<const Reader>().one();
  std::cout << ada->name << " has card " << ada->card->number << ", reads in "
            << ada->settings.find("language")->value << ", and borrowed";
  for (const Ref<const Loan>& loan : ada->loans)
    std::cout << ' ' << loan->copy->book->title << " until "
              << int(std::chrono::year_month_day(loan->due.value()).year());
  std::cout << '\n';
}

void change(Session& session) {
  const auto room = session.select<Place>().where(field<&Place::name> == "reading room").one();
  const auto copy = session.select<Copy>().where(field<&Copy::barcode> == "A-2").one();
  copy->place = room;  // and it has left the shelf, in memory already
  std::cout << room->name << " has " << room->copies.size() << " copy, "
            << session.select<Place>().where(field<&Place::name> == "shelf A").one()->copies.size()
            << " are left on the shelf\n";

  // A part of the work that is undone, without losing the rest.
  {
    Savepoint attempt = session.savepoint();
    session.add(Author{.name = "Donald Knuth"});
    try {
      session.flush();
    } catch (const IntegrityError& error) {
      std::cout << "refused: " << to_string(error.code()) << '\n';
      attempt.rollback();
    }
  }
  session.commit();
}

void conflict(const Store& store) {
  Session mine{store};
  Session theirs{store};
  const auto ada = mine.select<Reader>().one();
  theirs.select<Reader>().one()->name = "Ada L.";
  theirs.commit();
  ada->name = "Ada Lovelace";
  try {
    mine.commit();
  } catch (const StaleDataError& error) {
    std::cout << "stale: " << error.rows().front().table << ", "
              << error.rows().front().columns.size() << " columns changed\n";
    mine.rollback();
    ada->name = "Ada Lovelace";  // what is there now was read again
    mine.commit();
  }
  std::cout << ada->name << ", version " << ada->version << '\n';
}

void erase(Session& session, const Store& store) {
  const auto art = session.select<Book>().order_by(field<&Book::year>).first();
  session.erase(art);
  const Plan plan = session.plan();
  std::cout << "deleting it would take " << plan.deleted << " rows"
            << (plan.refused() ? ", and is refused: a copy is lent\n" : "\n");
  session.rollback();

  const auto loan = session.select<Loan>().one();
  session.erase(loan);
  session.erase(art);
  session.commit();
  const Snapshot seen = store.snapshot();
  std::cout << "left: " << seen.count<Book>() << " book, " << seen.count<Copy>() << " copy, "
            << seen.count("authorships") << " authorships\n";
}

}  // namespace

int main(int argc, char** argv) {
  const Store store = Store::open<Library>(argc > 1 ? argv[1] : "memory:", {.create = true});
  Session session{store};
  build(session);
  walk(session);
  change(session);
  conflict(store);
  session.expire_all();
  erase(session, store);
}
