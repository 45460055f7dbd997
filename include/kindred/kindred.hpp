// Everything: entities, stores, queries, sessions, catalogues. Entities alone are in entity.hpp and
// registry.hpp; a program without entity types needs store.hpp only.
#pragma once

#include "kindred/catalog.hpp"
#include "kindred/detail/typed_session.hpp"
#include "kindred/detail/typed_store.hpp"
#include "kindred/entity.hpp"
#include "kindred/error.hpp"
#include "kindred/inspect.hpp"
#include "kindred/query.hpp"
#include "kindred/registry.hpp"
#include "kindred/session.hpp"
#include "kindred/session_query.hpp"
#include "kindred/store.hpp"
#include "kindred/value.hpp"
