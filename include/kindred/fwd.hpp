// Names only.
#pragma once

namespace kindred {

class Batch;
class Catalog;
class Error;
class Row;
class Snapshot;
class Store;
class Transaction;
class UsageError;
class Value;
struct Plan;
template <class... Es>
struct Registry;
template <class V, auto... Options>
struct Mapped;
template <class T, auto... Options>
struct Relationship;

}  // namespace kindred
