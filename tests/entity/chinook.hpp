// The music store of ../shared/data/chinook as typed entities: every foreign key has a relationship
// on both sides. Actions are those that the dataset is to be tested with (on_delete_test).
#pragma once

#include "tests/entity/support.hpp"

namespace kindred::chinook {

using Price = Decimal<10, 2>;
using Text = std::optional<std::string>;

// Which members are columns, in the order of the files.
template <class E>
struct ColumnsOf;

struct Album;
struct Artist {
  static constexpr auto tablename = "artist";
  Mapped<std::int64_t, primary_key> artist_id;
  Mapped<Text, max_length(120)> name;
  Relationship<std::vector<Album>, back_populates("artist")> albums;
};

struct Track;
struct Genre {
  static constexpr auto tablename = "genre";
  Mapped<std::int64_t, primary_key> genre_id;
  Mapped<Text, max_length(120)> name;
  Relationship<std::vector<Track>, back_populates("genre")> tracks;
};
struct MediaType {
  static constexpr auto tablename = "media_type";
  Mapped<std::int64_t, primary_key> media_type_id;
  Mapped<Text, max_length(120)> name;
  Relationship<std::vector<Track>, back_populates("media_type")> tracks;
};

struct Customer;
struct Employee {
  static constexpr auto tablename = "employee";
  Mapped<std::int64_t, primary_key> employee_id;
  Mapped<std::string, max_length(20)> last_name;
  Mapped<std::string, max_length(20)> first_name;
  Mapped<Text, max_length(30)> title;
  Mapped<std::optional<std::int64_t>, foreign_key(&Employee::employee_id, on_delete::set_null)>
      reports_to;
  Mapped<std::optional<time_point>> birth_date;
  Mapped<std::optional<time_point>> hire_date;
  Mapped<Text, max_length(70)> address;
  Mapped<Text, max_length(40)> city;
  Mapped<Text, max_length(40)> state;
  Mapped<Text, max_length(40)> country;
  Mapped<Text, max_length(10)> postal_code;
  Mapped<Text, max_length(24)> phone;
  Mapped<Text, max_length(24)> fax;
  Mapped<Text, max_length(60)> email;
  Relationship<Employee, back_populates("subordinates")> manager;
  Relationship<std::vector<Employee>, back_populates("manager")> subordinates;
  Relationship<std::vector<Customer>, back_populates("support_rep")> customers;
};

struct Album {
  static constexpr auto tablename = "album";
  Mapped<std::int64_t, primary_key> album_id;
  Mapped<std::string, max_length(160)> title;
  Mapped<std::int64_t, foreign_key<Artist>(on_delete::cascade)> artist_id;
  Relationship<Artist, back_populates("albums")> artist;
  Relationship<std::vector<Track>, back_populates("album")> tracks;
};

struct InvoiceLine;
struct Playlist;
struct PlaylistTrack;
struct Track {
  static constexpr auto tablename = "track";
  Mapped<std::int64_t, primary_key> track_id;
  Mapped<std::string, max_length(200)> name;
  Mapped<std::optional<std::int64_t>, foreign_key<Album>(on_delete::cascade)> album_id;
  Mapped<std::int64_t, foreign_key<MediaType>(on_delete::restrict)> media_type_id;
  Mapped<std::optional<std::int64_t>, foreign_key<Genre>(on_delete::set_null)> genre_id;
  Mapped<Text, max_length(220)> composer;
  Mapped<std::int64_t> milliseconds;
  Mapped<std::optional<std::int64_t>> bytes;
  Mapped<Price> unit_price;
  Relationship<Album, back_populates("tracks")> album;
  Relationship<MediaType, back_populates("tracks")> media_type;
  Relationship<Genre, back_populates("tracks")> genre;
  Relationship<std::vector<InvoiceLine>, back_populates("track")> invoice_lines;
  Relationship<std::vector<PlaylistTrack>, back_populates("track")> playlist_entries;
  Relationship<std::set<Playlist>, secondary<"playlist_track">, back_populates("tracks")> playlists;
};

struct Invoice;
struct Customer {
  static constexpr auto tablename = "customer";
  Mapped<std::int64_t, primary_key> customer_id;
  Mapped<std::string, max_length(40)> first_name;
  Mapped<std::string, max_length(20)> last_name;
  Mapped<Text, max_length(80)> company;
  Mapped<Text, max_length(70)> address;
  Mapped<Text, max_length(40)> city;
  Mapped<Text, max_length(40)> state;
  Mapped<Text, max_length(40)> country;
  Mapped<Text, max_length(10)> postal_code;
  Mapped<Text, max_length(24)> phone;
  Mapped<Text, max_length(24)> fax;
  Mapped<std::string, max_length(60)> email;
  Mapped<std::optional<std::int64_t>, foreign_key("employee.employee_id", on_delete::set_null)>
      support_rep_id;
  Relationship<Employee, back_populates("customers")> support_rep;
  Relationship<std::vector<Invoice>, back_populates("customer")> invoices;
};

struct Invoice {
  static constexpr auto tablename = "invoice";
  Mapped<std::int64_t, primary_key> invoice_id;
  Mapped<std::int64_t, foreign_key<Customer>(on_delete::restrict)> customer_id;
  Mapped<time_point> invoice_date;
  Mapped<Text, max_length(70)> billing_address;
  Mapped<Text, max_length(40)> billing_city;
  Mapped<Text, max_length(40)> billing_state;
  Mapped<Text, max_length(40)> billing_country;
  Mapped<Text, max_length(10)> billing_postal_code;
  Mapped<Price> total;
  Relationship<Customer, back_populates("invoices")> customer;
  Relationship<std::vector<InvoiceLine>, back_populates("invoice")> lines;
};
struct InvoiceLine {
  static constexpr auto tablename = "invoice_line";
  Mapped<std::int64_t, primary_key> invoice_line_id;
  Mapped<std::int64_t, foreign_key<Invoice>(on_delete::cascade)> invoice_id;
  Mapped<std::int64_t, foreign_key<Track>(on_delete::cascade)> track_id;
  Mapped<Price> unit_price;
  Mapped<std::int64_t> quantity;
  Relationship<Invoice, back_populates("lines")> invoice;
  Relationship<Track, back_populates("invoice_lines")> track;
};

struct Playlist {
  static constexpr auto tablename = "playlist";
  Mapped<std::int64_t, primary_key> playlist_id;
  Mapped<Text, max_length(120)> name;
  Relationship<std::vector<PlaylistTrack>, back_populates("playlist")> entries;
  Relationship<std::set<Track>, secondary<"playlist_track">, back_populates("playlists")> tracks;
};
struct PlaylistTrack {
  static constexpr auto tablename = "playlist_track";
  Mapped<std::int64_t, primary_key, foreign_key<Playlist>(on_delete::cascade)> playlist_id;
  Mapped<std::int64_t, primary_key, foreign_key<Track>(on_delete::cascade)> track_id;
  Relationship<Playlist, back_populates("entries")> playlist;
  Relationship<Track, back_populates("playlist_entries")> track;
};

// In the order of the manifest: what is referred to comes first.
using Chinook = Registry<Artist, Genre, MediaType, Employee, Album, Track, Customer, Invoice,
                         InvoiceLine, Playlist, PlaylistTrack>;

template <auto... P>
struct Members {};

template <>
struct ColumnsOf<Artist> : Members<&Artist::artist_id, &Artist::name> {};
template <>
struct ColumnsOf<Genre> : Members<&Genre::genre_id, &Genre::name> {};
template <>
struct ColumnsOf<MediaType> : Members<&MediaType::media_type_id, &MediaType::name> {};
template <>
struct ColumnsOf<Employee>
    : Members<&Employee::employee_id, &Employee::last_name, &Employee::first_name, &Employee::title,
              &Employee::reports_to, &Employee::birth_date, &Employee::hire_date,
              &Employee::address, &Employee::city, &Employee::state, &Employee::country,
              &Employee::postal_code, &Employee::phone, &Employee::fax, &Employee::email> {};
template <>
struct ColumnsOf<Album> : Members<&Album::album_id, &Album::title, &Album::artist_id> {};
template <>
struct ColumnsOf<Track> : Members<&Track::track_id, &Track::name, &Track::album_id,
                                  &Track::media_type_id, &Track::genre_id, &Track::composer,
                                  &Track::milliseconds, &Track::bytes, &Track::unit_price> {};
template <>
struct ColumnsOf<Customer>
    : Members<&Customer::customer_id, &Customer::first_name, &Customer::last_name,
              &Customer::company, &Customer::address, &Customer::city, &Customer::state,
              &Customer::country, &Customer::postal_code, &Customer::phone, &Customer::fax,
              &Customer::email, &Customer::support_rep_id> {};
template <>
struct ColumnsOf<Invoice>
    : Members<&Invoice::invoice_id, &Invoice::customer_id, &Invoice::invoice_date,
              &Invoice::billing_address, &Invoice::billing_city, &Invoice::billing_state,
              &Invoice::billing_country, &Invoice::billing_postal_code, &Invoice::total> {};
template <>
struct ColumnsOf<InvoiceLine>
    : Members<&InvoiceLine::invoice_line_id, &InvoiceLine::invoice_id, &InvoiceLine::track_id,
              &InvoiceLine::unit_price, &InvoiceLine::quantity> {};
template <>
struct ColumnsOf<Playlist> : Members<&Playlist::playlist_id, &Playlist::name> {};
template <>
struct ColumnsOf<PlaylistTrack> : Members<&PlaylistTrack::playlist_id, &PlaylistTrack::track_id> {};

}  // namespace kindred::chinook
