// The demo's entities: who explored which worlds. Seven entities, a hierarchy of bodies, missions
// and astronauts many-to-many (plain), missions and bodies many-to-many with an association entity,
// and every on-delete action.
#pragma once

#include <kindred/kindred.hpp>

namespace demo {

using namespace kindred;

enum class BodyKind : std::uint8_t { star, planet, dwarf_planet, moon, asteroid, comet };
enum class VisitKind : std::uint8_t { flyby, orbit, landing, sample_return, impact };

struct Named {  // a mixin is an ordinary base
  Mapped<std::string, max_length(60)> name;
};

struct Mission;
struct Visit;

// A world, and the one that it circles.
struct Body : Named {
  static constexpr auto tablename = "bodies";
  Mapped<std::int64_t, primary_key> id;
  Mapped<BodyKind> kind;
  Mapped<double> radius_km;
  Mapped<std::optional<std::int64_t>, foreign_key(&Body::id, on_delete::restrict)> circles_id;
  Relationship<Body, back_populates("satellites")> circles;
  Relationship<std::vector<Body>, back_populates("circles")> satellites;
  Relationship<std::vector<Visit>, back_populates("body")> visits;
};

struct Agency : Named {
  static constexpr auto tablename = "agencies";
  Mapped<std::string, primary_key, max_length(10)> code;  // a natural key
  Mapped<std::string> country;
  Relationship<std::vector<Mission>, back_populates("agency")> missions;
};

struct Rocket : Named {
  static constexpr auto tablename = "rockets";
  Mapped<std::int64_t, primary_key> id;
  Mapped<int> payload_kg;  // to low Earth orbit
  Relationship<std::vector<Mission>, back_populates("rocket")> missions;
  static constexpr auto table_args = std::tuple{
      unique_together("name"), check("positive", [] { return field<&Rocket::payload_kg> > 0; })};
};

struct Astronaut : Named {
  static constexpr auto tablename = "astronauts";
  Mapped<std::int64_t, primary_key> id;
  Mapped<date> born;
  // Who loses the agency is listed under "none".
  Mapped<std::string, foreign_key("agencies.code", on_delete::set_default), default_value("none"),
         max_length(10)>
      agency_code;
  Relationship<std::vector<Mission>, secondary<"crew">, back_populates("crew")> missions;
};

struct Mission : Named {
  static constexpr auto tablename = "missions";
  Mapped<std::int64_t, primary_key> id;
  Mapped<date> launched;
  Mapped<std::string, foreign_key<Agency>(on_delete::restrict), max_length(10)> agency_code;
  Mapped<std::optional<std::int64_t>, foreign_key<Rocket>(on_delete::set_null)> rocket_id;
  Relationship<Agency, back_populates("missions")> agency;
  Relationship<Rocket, back_populates("missions")> rocket;
  Relationship<std::vector<Astronaut>, secondary<"crew">, back_populates("missions")> crew;
  Relationship<std::vector<Visit>, back_populates("mission")> visits;
};

// What a mission carried: goes with it, and is found from it by a backref.
struct Instrument : Named {
  static constexpr auto tablename = "instruments";
  Mapped<std::int64_t, primary_key> id;
  Mapped<std::int64_t, foreign_key<Mission>(on_delete::cascade)> mission_id;
  Mapped<std::vector<std::string>> measures;
  Relationship<Mission, backref("instruments")> mission;
};

// A mission at a body: an association entity with a column of its own, keyed by both ends.
struct Visit {
  static constexpr auto tablename = "visits";
  Mapped<std::int64_t, primary_key, foreign_key<Mission>(on_delete::cascade)> mission_id;
  Mapped<std::int64_t, primary_key, foreign_key<Body>(on_delete::no_action)> body_id;
  Mapped<VisitKind> kind;
  Mapped<int> year;
  Relationship<Mission, back_populates("visits")> mission;
  Relationship<Body, back_populates("visits")> body;
};

struct Space : Registry<Body, Agency, Rocket, Astronaut, Mission, Instrument, Visit> {
  static constexpr std::string_view application = "space";
};

}  // namespace demo
