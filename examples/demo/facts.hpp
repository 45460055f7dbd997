// The demo's data: public facts about spaceflight, written down for this example.
#pragma once

#include <string>
#include <vector>

#include "space.hpp"

namespace demo {

struct CrewMember {
  const char* mission;
  const char* astronaut;
};
struct VisitFact {
  const char* mission;
  const char* body;
  VisitKind kind;
  int year;
};
struct BodyFact {
  const char* name;
  BodyKind kind;
  double radius_km;
  const char* circles;  // nullptr: the Sun
};
struct MissionFact {
  const char* name;
  const char* agency;
  const char* rocket;
  int year;
  unsigned month;
  unsigned day;
};
struct AstronautFact {
  const char* name;
  const char* agency;
  int year;
  unsigned month;
  unsigned day;
};
struct InstrumentFact {
  const char* mission;
  const char* name;
  std::vector<std::string> measures;
};

const std::vector<BodyFact>& bodies();
const std::vector<MissionFact>& missions();
const std::vector<AstronautFact>& astronauts();
const std::vector<CrewMember>& crew();
const std::vector<VisitFact>& visits();
const std::vector<InstrumentFact>& instruments();

}  // namespace demo
