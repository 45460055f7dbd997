// The demo: a small history of spaceflight in an LMDB store. Makes the store, walks it both ways,
// changes it, shows what deletes do before they do it, and proves the file whole.
//
//   demo STORE       (the file must not be there yet)
#include <iomanip>
#include <iostream>
#include <map>

#include "facts.hpp"
#include "space.hpp"

namespace {

using namespace demo;

void title(const std::string& text) {
  std::cout << "\n" << text << "\n" << std::string(text.size(), '-') << "\n";
}

std::string day(date d) {
  const std::chrono::year_month_day ymd{d};
  std::ostringstream out;
  out << int(ymd.year()) << '-' << std::setfill('0') << std::setw(2) << unsigned(ymd.month()) << '-'
      << std::setw(2) << unsigned(ymd.day());
  return out.str();
}

date day(int year, unsigned month, unsigned d) {
  return std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{d};
}

// Everything in one commit: ids come from sequences, references are checked on the whole.
void load(const Store& store) {
  store.update([](Transaction& tx) {
    std::vector<Agency> agencies{
        make<Agency>(field<& Agency::code> = "none", field<& Agency::name> = "no agency",
                     field<& Agency::country> = "-"),
        make<Agency>(field<& Agency::code> = "NASA",
                     field<& Agency::name> = "National Aeronautics and Space Administration",
                     field<& Agency::country> = "United States"),
        make<Agency>(field<& Agency::code> = "ESA", field<& Agency::name> = "European Space Agency",
                     field<& Agency::country> = "Europe"),
        make<Agency>(field<& Agency::code> = "USSR",
                     field<& Agency::name> = "Soviet space programme",
                     field<& Agency::country> = "Soviet Union"),
        make<Agency>(field<& Agency::code> = "JAXA",
                     field<& Agency::name> = "Japan Aerospace Exploration Agency",
                     field<& Agency::country> = "Japan"),
        make<Agency>(field<& Agency::code> = "CNSA",
                     field<& Agency::name> = "China National Space Administration",
                     field<& Agency::country> = "China"),
    };
    tx.insert(agencies);

    std::map<std::string, std::int64_t> body_ids;
    for (const BodyFact& fact : bodies()) {
      Body body = make<Body>(field<& Body::name> = fact.name, field<& Body::kind> = fact.kind,
                             field<& Body::radius_km> = fact.radius_km);
      if (fact.circles) body.circles_id = body_ids.at(fact.circles);
      tx.insert(body);
      body_ids[fact.name] = body.id;
    }

    std::map<std::string, int> payloads{
        {"Saturn V", 140000},  {"Molniya-M", 2000},      {"Atlas-Centaur", 4700},
        {"Titan IIIE", 15400}, {"Space Shuttle", 27500}, {"Titan IVB", 21680},
        {"Ariane 5", 20000},   {"Atlas V", 18850},       {"Delta II", 6100},
        {"H-IIA", 15000},      {"Long March 3B", 11500}};
    std::map<std::string, std::int64_t> rocket_ids;
    for (const auto& [name, payload] : payloads) {
      Rocket rocket =
          make<Rocket>(field<& Rocket::name> = name, field<& Rocket::payload_kg> = payload);
      tx.insert(rocket);
      rocket_ids[name] = rocket.id;
    }

    std::map<std::string, std::int64_t> mission_ids;
    for (const MissionFact& fact : missions()) {
      Mission mission =
          make<Mission>(field<& Mission::name> = fact.name,
                        field<& Mission::launched> = day(fact.year, fact.month, fact.day),
                        field<& Mission::agency_code> = fact.agency,
                        field<& Mission::rocket_id> = rocket_ids.at(fact.rocket));
      tx.insert(mission);
      mission_ids[fact.name] = mission.id;
    }

    std::map<std::string, std::int64_t> astronaut_ids;
    for (const AstronautFact& fact : astronauts()) {
      Astronaut astronaut =
          make<Astronaut>(field<& Astronaut::name> = fact.name,
                          field<& Astronaut::born> = day(fact.year, fact.month, fact.day),
                          field<& Astronaut::agency_code> = fact.agency);
      tx.insert(astronaut);
      astronaut_ids[fact.name] = astronaut.id;
    }
    for (const CrewMember& member : crew())
      tx.insert("crew", {{"mission_id", mission_ids.at(member.mission)},
                         {"astronaut_id", astronaut_ids.at(member.astronaut)}});

    std::vector<Visit> all_visits;
    for (const VisitFact& fact : visits())
      all_visits.push_back(make<Visit>(field<& Visit::mission_id> = mission_ids.at(fact.mission),
                                       field<& Visit::body_id> = body_ids.at(fact.body),
                                       field<& Visit::kind> = fact.kind,
                                       field<& Visit::year> = fact.year));
    tx.insert(all_visits);
    for (const InstrumentFact& fact : instruments()) {
      Instrument instrument =
          make<Instrument>(field<& Instrument::name> = fact.name,
                           field<& Instrument::mission_id> = mission_ids.at(fact.mission),
                           field<& Instrument::measures> = fact.measures);
      tx.insert(instrument);
    }
  });
}

template <class E>
E by_name(const Snapshot& seen, const std::string& name) {
  for (const auto& row : seen.views<E>())
    if (row[field<&E::name>] == name) return *seen.get<E>(row[field<&E::id>]);
  throw std::runtime_error("no " + name);
}

void walk(const Snapshot& seen) {
  title("Walking relationships, both ways");
  const Body jupiter = by_name<Body>(seen, "Jupiter");
  std::cout << "Jupiter circles the " << seen.related<&Body::circles>(jupiter)->name.value()
            << "; its moons here:";
  for (const Body& moon : seen.related<&Body::satellites>(jupiter))
    std::cout << ' ' << moon.name.value();
  std::cout << "\nVisited by:\n";
  for (const Visit& visit : seen.related<&Body::visits>(jupiter)) {
    const Mission mission = *seen.related<&Visit::mission>(visit);
    std::cout << "  " << visit.year << "  " << std::left << std::setw(14) << mission.name.value()
              << " launched " << day(mission.launched) << " on "
              << seen.related<&Mission::rocket>(mission)->name.value() << '\n';
  }
  const Mission apollo = by_name<Mission>(seen, "Apollo 11");
  std::cout << "Crew of Apollo 11:";
  for (const Astronaut& a : seen.related<&Mission::crew>(apollo))
    std::cout << ' ' << a.name.value() << ';';
  const Astronaut lovell = by_name<Astronaut>(seen, "James Lovell");
  std::cout << "\nMissions of James Lovell:";
  for (const Mission& m : seen.related<&Astronaut::missions>(lovell))
    std::cout << ' ' << m.name.value();
  const Mission cassini = by_name<Mission>(seen, "Cassini-Huygens");
  std::cout << "\nOn board Cassini-Huygens (a backref):";
  for (const Instrument& i : seen.backref_of<&Instrument::mission>(cassini))
    std::cout << ' ' << i.name.value() << ';';
  std::cout << '\n';
}

void change(const Store& store) {
  title("Changing it");
  const Snapshot before = store.snapshot();
  Mission juice = by_name<Mission>(before, "JUICE");
  const Body jupiter = by_name<Body>(before, "Jupiter");
  store.update([&](Transaction& tx) {
    juice.name = "JUICE (Jupiter Icy Moons Explorer)";
    tx.update(juice);
    Visit planned =
        make<Visit>(field<& Visit::mission_id> = *juice.id, field<& Visit::body_id> = *jupiter.id,
                    field<& Visit::kind> = VisitKind::orbit, field<& Visit::year> = 2031);
    tx.insert(planned);
  });
  std::cout << "Jupiter had " << before.related<&Body::visits>(jupiter).size()
            << " visits in the snapshot taken before, now "
            << store.snapshot().related<&Body::visits>(jupiter).size() << '\n';
  try {
    Visit nowhere =
        make<Visit>(field<& Visit::mission_id> = *juice.id, field<& Visit::body_id> = 999,
                    field<& Visit::kind> = VisitKind::flyby, field<& Visit::year> = 2040);
    store.insert(nowhere);
  } catch (const IntegrityError& e) {
    std::cout << "Refused: " << e.what() << '\n';
  }
}

void erase(const Store& store) {
  title("Deleting, after asking what it would do");
  const Snapshot seen = store.snapshot();
  const Mission cassini = by_name<Mission>(seen, "Cassini-Huygens");
  std::cout << "Cassini-Huygens (cascade to visits and instruments):\n"
            << seen.plan_erase<Mission>(std::vector{*cassini.id}).to_string();
  store.erase<Mission>(*cassini.id);

  const Rocket titan = by_name<Rocket>(seen, "Titan IIIE");
  const Mission voyager = by_name<Mission>(seen, "Voyager 2");
  std::cout << "\nThe rocket Titan IIIE (set null on missions):\n"
            << seen.plan_erase<Rocket>(std::vector{*titan.id}).to_string();
  store.erase<Rocket>(*titan.id);
  std::cout << "Voyager 2 now has "
            << (store.get<Mission>(*voyager.id)->rocket_id.has_value() ? "a" : "no") << " rocket\n";

  std::cout << "\nThe agency NASA (restrict on missions):\n"
            << seen.plan_erase<Agency>(std::vector<std::string>{"NASA"}).to_string();
  try {
    store.erase<Agency>("NASA");
  } catch (const IntegrityError& e) {
    std::cout << "Refused: " << to_string(e.code()) << '\n';
  }

  std::cout << "\nNASA and all its missions, in one unit of work (set default on astronauts):\n";
  store.update([&](Transaction& tx) {
    tx.batch([&](Batch& batch) {
      batch.erase<Agency>("NASA");
      for (const Mission& mission : tx.range<Mission>())
        if (mission.agency_code == "NASA") batch.erase<Mission>(*mission.id);
    });
  });
  std::cout << "Neil Armstrong is now listed under \""
            << by_name<Astronaut>(store.snapshot(), "Neil Armstrong").agency_code.value() << "\"\n";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: demo STORE\n";
    return 2;
  }
  try {
    const Store store = Store::open<Space>(argv[1], {.create = true});
    title("A new store");
    load(store);
    for (const Table& table : store.catalog()->tables)
      std::cout << std::setw(12) << std::left << table.name << std::setw(4) << std::right
                << store.snapshot().count(table.name) << " rows\n";
    walk(store.snapshot());
    change(store);
    erase(store);
    title("What is left, and whether it is whole");
    const CheckReport report = store.snapshot().check();
    std::cout << report.rows << " rows, " << report.index_entries << " index entries, "
              << report.references << " references: " << report.problems << " problems\n";
    return report.problems == 0 ? 0 : 1;
  } catch (const std::exception& e) {
    std::cerr << "demo: " << e.what() << '\n';
    return 1;
  }
}
