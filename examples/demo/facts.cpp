#include "facts.hpp"

namespace demo {

using enum BodyKind;

const std::vector<BodyFact>& bodies() {
  static const std::vector<BodyFact> all{
      {"Sun", star, 695700, nullptr},
      {"Mercury", planet, 2439.7, "Sun"},
      {"Venus", planet, 6051.8, "Sun"},
      {"Earth", planet, 6371.0, "Sun"},
      {"Moon", moon, 1737.4, "Earth"},
      {"Mars", planet, 3389.5, "Sun"},
      {"Phobos", moon, 11.3, "Mars"},
      {"Deimos", moon, 6.2, "Mars"},
      {"Ceres", dwarf_planet, 469.7, "Sun"},
      {"Vesta", asteroid, 262.7, "Sun"},
      {"Ryugu", asteroid, 0.4, "Sun"},
      {"Jupiter", planet, 69911, "Sun"},
      {"Io", moon, 1821.6, "Jupiter"},
      {"Europa", moon, 1560.8, "Jupiter"},
      {"Ganymede", moon, 2634.1, "Jupiter"},
      {"Callisto", moon, 2410.3, "Jupiter"},
      {"Saturn", planet, 58232, "Sun"},
      {"Titan", moon, 2574.7, "Saturn"},
      {"Enceladus", moon, 252.1, "Saturn"},
      {"Uranus", planet, 25362, "Sun"},
      {"Neptune", planet, 24622, "Sun"},
      {"Triton", moon, 1353.4, "Neptune"},
      {"Pluto", dwarf_planet, 1188.3, "Sun"},
      {"Charon", moon, 606.0, "Pluto"},
      {"67P", comet, 2.0, "Sun"},
  };
  return all;
}

const std::vector<MissionFact>& missions() {
  static const std::vector<MissionFact> all{
      {"Luna 9", "USSR", "Molniya-M", 1966, 1, 31},
      {"Venera 7", "USSR", "Molniya-M", 1970, 8, 17},
      {"Apollo 8", "NASA", "Saturn V", 1968, 12, 21},
      {"Apollo 11", "NASA", "Saturn V", 1969, 7, 16},
      {"Apollo 17", "NASA", "Saturn V", 1972, 12, 7},
      {"Pioneer 10", "NASA", "Atlas-Centaur", 1972, 3, 3},
      {"Voyager 1", "NASA", "Titan IIIE", 1977, 9, 5},
      {"Voyager 2", "NASA", "Titan IIIE", 1977, 8, 20},
      {"Galileo", "NASA", "Space Shuttle", 1989, 10, 18},
      {"Cassini-Huygens", "NASA", "Titan IVB", 1997, 10, 15},
      {"Rosetta", "ESA", "Ariane 5", 2004, 3, 2},
      {"New Horizons", "NASA", "Atlas V", 2006, 1, 19},
      {"Dawn", "NASA", "Delta II", 2007, 9, 27},
      {"Curiosity", "NASA", "Atlas V", 2011, 11, 26},
      {"Hayabusa2", "JAXA", "H-IIA", 2014, 12, 3},
      {"Chang'e 4", "CNSA", "Long March 3B", 2018, 12, 7},
      {"Perseverance", "NASA", "Atlas V", 2020, 7, 30},
      {"JUICE", "ESA", "Ariane 5", 2023, 4, 14},
  };
  return all;
}

const std::vector<AstronautFact>& astronauts() {
  static const std::vector<AstronautFact> all{
      {"Frank Borman", "NASA", 1928, 3, 14},     {"James Lovell", "NASA", 1928, 3, 25},
      {"William Anders", "NASA", 1933, 10, 17},  {"Neil Armstrong", "NASA", 1930, 8, 5},
      {"Michael Collins", "NASA", 1930, 10, 31}, {"Buzz Aldrin", "NASA", 1930, 1, 20},
      {"Eugene Cernan", "NASA", 1934, 3, 14},    {"Ronald Evans", "NASA", 1933, 11, 10},
      {"Harrison Schmitt", "NASA", 1935, 7, 3},
  };
  return all;
}

const std::vector<CrewMember>& crew() {
  static const std::vector<CrewMember> all{
      {"Apollo 8", "Frank Borman"},      {"Apollo 8", "James Lovell"},
      {"Apollo 8", "William Anders"},    {"Apollo 11", "Neil Armstrong"},
      {"Apollo 11", "Michael Collins"},  {"Apollo 11", "Buzz Aldrin"},
      {"Apollo 17", "Eugene Cernan"},    {"Apollo 17", "Ronald Evans"},
      {"Apollo 17", "Harrison Schmitt"},
  };
  return all;
}

const std::vector<VisitFact>& visits() {
  using enum VisitKind;
  static const std::vector<VisitFact> all{
      {"Luna 9", "Moon", landing, 1966},
      {"Venera 7", "Venus", landing, 1970},
      {"Apollo 8", "Moon", orbit, 1968},
      {"Apollo 11", "Moon", sample_return, 1969},
      {"Apollo 17", "Moon", sample_return, 1972},
      {"Pioneer 10", "Jupiter", flyby, 1973},
      {"Voyager 1", "Jupiter", flyby, 1979},
      {"Voyager 1", "Saturn", flyby, 1980},
      {"Voyager 1", "Titan", flyby, 1980},
      {"Voyager 2", "Jupiter", flyby, 1979},
      {"Voyager 2", "Saturn", flyby, 1981},
      {"Voyager 2", "Uranus", flyby, 1986},
      {"Voyager 2", "Neptune", flyby, 1989},
      {"Voyager 2", "Triton", flyby, 1989},
      {"Galileo", "Jupiter", orbit, 1995},
      {"Galileo", "Europa", flyby, 1996},
      {"Galileo", "Ganymede", flyby, 1996},
      {"Cassini-Huygens", "Saturn", orbit, 2004},
      {"Cassini-Huygens", "Titan", landing, 2005},
      {"Cassini-Huygens", "Enceladus", flyby, 2005},
      {"Rosetta", "67P", orbit, 2014},
      {"New Horizons", "Jupiter", flyby, 2007},
      {"New Horizons", "Pluto", flyby, 2015},
      {"New Horizons", "Charon", flyby, 2015},
      {"Dawn", "Vesta", orbit, 2011},
      {"Dawn", "Ceres", orbit, 2015},
      {"Curiosity", "Mars", landing, 2012},
      {"Hayabusa2", "Ryugu", sample_return, 2018},
      {"Chang'e 4", "Moon", landing, 2019},
      {"Perseverance", "Mars", landing, 2021},
  };
  return all;
}

const std::vector<InstrumentFact>& instruments() {
  static const std::vector<InstrumentFact> all{
      {"Cassini-Huygens", "Composite Infrared Spectrometer", {"temperature", "composition"}},
      {"Cassini-Huygens", "Cosmic Dust Analyzer", {"dust"}},
      {"Curiosity", "ChemCam", {"composition"}},
      {"Curiosity", "Radiation Assessment Detector", {"radiation"}},
      {"Dawn", "Gamma Ray and Neutron Detector", {"composition"}},
      {"New Horizons", "LORRI", {"images"}},
      {"New Horizons", "Alice", {"ultraviolet", "atmosphere"}},
      {"Perseverance", "MOXIE", {"oxygen"}},
      {"Rosetta", "ROSINA", {"gas", "composition"}},
      {"Voyager 1", "Cosmic Ray Subsystem", {"radiation"}},
      {"Voyager 1", "Plasma Wave Subsystem", {"plasma"}},
      {"Voyager 2", "Cosmic Ray Subsystem", {"radiation"}},
  };
  return all;
}

}  // namespace demo
