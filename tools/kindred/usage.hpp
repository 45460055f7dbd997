// How each command is called, as --help and messages show it.
#pragma once

#include <string_view>

namespace kindred::tool::usage {

inline constexpr std::string_view create = "kindred create STORE --schema FILE";
inline constexpr std::string_view load =
    "kindred load STORE FILE|DIR|- [--table TABLE] [--dry-run]";
inline constexpr std::string_view apply = "kindred apply STORE FILE|- [--dry-run]";
inline constexpr std::string_view tables = "kindred tables STORE [--counts]";
inline constexpr std::string_view schema = "kindred schema STORE [TABLE] [--as text|json|mermaid]";
inline constexpr std::string_view get = "kindred get STORE TABLE KEY...";
inline constexpr std::string_view refs =
    "kindred refs STORE TABLE KEY [--in] [--out] [--via NAME] [--depth N] [--tree]";
inline constexpr std::string_view impact = "kindred impact STORE TABLE KEY";
inline constexpr std::string_view dump =
    "kindred dump STORE [TABLE...] [--out DIR] [--as jsonl|csv] [--plain] [--schema]";
inline constexpr std::string_view check = "kindred check STORE [--table TABLE] [--max-problems N]";

}  // namespace kindred::tool::usage
