// The storage in memory: a copy-on-write B+tree per keyspace.
//
// Snapshots are O(1) and never wait; one Writer at a time. Views of a Reader live as long as the
// Reader. Nothing is left after the last handle is closed.
#pragma once

#include <memory>
#include <string_view>

#include "kindred/storage.hpp"

namespace kindred::memory {

// `rest` empty: a new private store, whatever options.creation says, as there is nothing that it
// could open. Otherwise the name of a store that is shared within this process while a handle or a
// Reader of it lives, or since copy_to made it; creation then works as for a file: Error
// missing_store, store_exists. options.byte_limit counts when the store is made; durability, verify
// and map_size mean nothing here. Any thread.
[[nodiscard]] std::shared_ptr<storage::Storage> open(std::string_view rest,
                                                     const storage::OpenOptions& options);

}  // namespace kindred::memory
