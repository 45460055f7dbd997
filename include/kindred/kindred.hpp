// Everything: entities, stores, catalogues. Entities alone are in entity.hpp and registry.hpp; a
// program without entity types needs store.hpp only.
#pragma once

#include "kindred/catalog.hpp"
#include "kindred/detail/typed_store.hpp"
#include "kindred/entity.hpp"
#include "kindred/error.hpp"
#include "kindred/registry.hpp"
#include "kindred/store.hpp"
#include "kindred/value.hpp"
