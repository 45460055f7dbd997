// How values reach the memory of a C++ type, and are read from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "kindred/function_ref.hpp"
#include "kindred/schema_value.hpp"

namespace kindred::schema::detail {

struct Model;

// What begin() is to make of a slot that may hold any of them; slots of one C++ type know it
// themselves.
enum class Shape : std::uint8_t { list, tuple, set, frozen_set, dict };

// How values reach the memory of one type, and are read from it; one constant table for each C++
// type. An entry that the node's kind does not use is null.
struct Storage {
  // ---- whole slots: of the holder, where the node has `through`; all other entries are of what is
  // held
  void (*copy)(void* to, const void* from) = nullptr;
  bool (*equal)(const void*, const void*) = nullptr;
  // ---- scalars: Rep::other only. False where the value does not fit the type.
  bool (*put)(void* slot, Value&& value) = nullptr;
  Value (*get)(const void* slot) = nullptr;
  // ---- list, set, tuple
  // Sequences and dicts, before their first item; keeps capacity. Null: nothing to do.
  void (*begin)(void* slot, Shape shape) = nullptr;
  void* (*item)(void* slot, std::size_t index) = nullptr;  // slot of an item, reusing what is there
  // Items that lie side by side: the slot of the first, how many there are, and their distance.
  // Null for other containers.
  struct Items {
    void* first = nullptr;
    std::size_t count = 0;
    std::uint32_t distance = 0;
  };
  Items (*items)(void* slot) = nullptr;
  void (*end)(void* slot, std::size_t count) = nullptr;
  void (*reserve)(void* slot, std::size_t count) = nullptr;
  // Sets: items are validated in scratch of the item's node and moved in; false for one that is
  // there already.
  bool (*insert)(void* slot, void* scratch) = nullptr;
  std::size_t (*size)(const void* slot) = nullptr;
  // Calls until one returns false.
  void (*each)(const void* slot, FunctionRef<bool(const void* item)>) = nullptr;
  // ---- dict
  void* (*entry)(void* slot,
                 Value&& key) = nullptr;  // slot of that key's value; null: does not fit
  void (*erase)(void* slot, const Value& key) = nullptr;
  void (*each_entry)(const void* slot,
                     FunctionRef<bool(const Value& key, const void* value)>) = nullptr;
  // ---- model: where members' offsets count from. Null: the slot itself.
  void* (*open_object)(void* slot, const Model& model) = nullptr;
  void (*close_object)(void* slot, const Model& model, const std::vector<bool>& seen) = nullptr;
  void* (*extra)(void* slot,
                 std::string_view key) = nullptr;  // slot (of a Value) of an extra member
  // ---- any type that is validated apart before it is stored (branches of unions, items of sets):
  // whole slots, as copy()
  void* (*make)() = nullptr;
  void (*drop)(void* scratch) = nullptr;
  // ---- union: moves a branch's scratch (made by the branch's own storage) into the slot
  void (*take)(void* slot, int branch, void* scratch) = nullptr;
  // Switches the slot to a branch and gives that branch's slot. Null: the slot itself.
  void* (*emplace)(void* slot, int branch) = nullptr;
  int (*which)(const void* slot) = nullptr;
  const void* (*held)(const void* slot) = nullptr;
};

// Types that hold another: std::optional, std::unique_ptr, std::shared_ptr. A node of T with this
// describes Holder<T>; the slot is the holder's.
struct Through {
  void* (*open)(void* slot) = nullptr;  // the held value's slot, made where there is none
  void (*reset)(void* slot) = nullptr;  // to nothing
  const void* (*held)(const void* slot) = nullptr;  // null: nothing
};

}  // namespace kindred::schema::detail
