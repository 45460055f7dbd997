// What a clean object costs beside itself: at most 72 bytes, its header and its part of the
// identity map. Counted is what is asked for with operator new, for which this is a program of its
// own.
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <cstring>
#include <kindred/kindred.hpp>
#include <new>

namespace {

std::atomic<std::size_t> held_bytes = 0;

// The size stands before the memory, in as many bytes as keep it aligned.
void* take(std::size_t size, std::size_t alignment = alignof(std::max_align_t)) {
  const std::size_t whole = (size + 2 * alignment - 1) / alignment * alignment;
  auto* const memory = static_cast<char*>(std::aligned_alloc(alignment, whole));
  if (memory == nullptr) throw std::bad_alloc();
  std::memcpy(memory, &size, sizeof(size));
  held_bytes += size;
  return memory + alignment;
}
void give_back(void* at, std::size_t alignment = alignof(std::max_align_t)) noexcept {
  if (at == nullptr) return;
  char* const memory = static_cast<char*>(at) - alignment;
  std::size_t size = 0;
  std::memcpy(&size, memory, sizeof(size));
  held_bytes -= size;
  std::free(memory);
}

}  // namespace

void* operator new(std::size_t size) { return take(size); }
void* operator new[](std::size_t size) { return take(size); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return take(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* at, std::align_val_t alignment) noexcept {
  give_back(at, static_cast<std::size_t>(alignment));
}
void operator delete(void* at, std::size_t, std::align_val_t alignment) noexcept {
  give_back(at, static_cast<std::size_t>(alignment));
}
void operator delete(void* at) noexcept { give_back(at); }
void operator delete[](void* at) noexcept { give_back(at); }
void operator delete(void* at, std::size_t) noexcept { give_back(at); }
void operator delete[](void* at, std::size_t) noexcept { give_back(at); }

namespace {

using namespace kindred;

struct Point {
  static constexpr auto tablename = "points";
  Mapped<std::int64_t, primary_key> id;
  Mapped<double> x;
  Mapped<double> y;
};
using Points = Registry<Point>;

// Bytes for each of so many clean objects that the program holds, without its handles.
double bytes_of_object(const Store& store, std::size_t count) {
  std::vector<Ref<const Point>> handles;
  handles.reserve(count);
  Session session{store};
  (void)session.get<Point>(std::int64_t{1});  // what a session has once
  const std::size_t before = held_bytes;
  for (std::size_t n = 0; n < count; ++n)
    handles.push_back(session.get<const Point>(static_cast<std::int64_t>(n + 1)));
  const double bytes = static_cast<double>(held_bytes - before) / static_cast<double>(count);
  BOOST_REQUIRE(session.counts().objects == count);
  return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(object_size)

BOOST_AUTO_TEST_CASE(clean_objects) {
  const auto store = Store::open<Points>("memory:", {.create = true});
  constexpr std::size_t most = 24577;
  store.update([](Transaction& tx) {
    for (std::size_t n = 0; n < most; ++n) tx.insert(Point{});
  });
  // The map is fullest with 24576 objects and has just grown with one more.
  for (const std::size_t count : {std::size_t{1000}, std::size_t{10000}, most - 1, most}) {
    const double beside = bytes_of_object(store, count) - sizeof(Point);
    BOOST_TEST_MESSAGE(count << " objects: " << beside << " bytes each beside the entity's "
                             << sizeof(Point));
    BOOST_TEST(beside <= 72.0, count << " objects cost " << beside << " bytes each");
    BOOST_TEST(beside >= 48.0);  // it is counted at all
  }
}

BOOST_AUTO_TEST_SUITE_END()
