// Random programs over an object graph keep the promises of the session. KINDRED_GRAPH_SEEDS says
// how many are run, KINDRED_GRAPH_SEED from which on. A failure prints the program, made short; it
// becomes a case below when what it found is mended.
#include <cstdlib>

#include "kindred/storage_layers.hpp"
#include "tests/session/graph_checks.hpp"
#include "tests/session/graph_model.hpp"
#include "tests/session/graph_program.hpp"
#include "tests/session/support.hpp"

BOOST_AUTO_TEST_SUITE(graph)

using namespace kindred;
using namespace kindred::session_test::graph;
namespace session_test = kindred::session_test;

namespace {

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// A store of the graph's entities, with faults, on memory and on LMDB.
void on_each(FunctionRef<void(const Store&, storage::FaultLayer&)> test) {
  const support::TempDir directory;
  for (const std::string& url : {std::string("memory:"), "lmdb:" + directory.file("store.kdb")}) {
    BOOST_TEST_CONTEXT("on " << url.substr(0, url.find(':'))) {
      storage::OpenOptions options;
      options.creation = storage::Creation::if_missing;
      options.durability = Durability::none;
      options.map_size = std::uint64_t{1} << 28;
      const auto storage = storage::open("fault+" + url, options);
      test(Store::open<Entities>(storage, {.create = true, .durability = Durability::none}),
           *storage::find_fault_layer(*storage));
    }
  }
}

template <class E>
std::uint64_t rows(const Store& store) {
  return store.snapshot().count<E>();
}

}  // namespace

BOOST_AUTO_TEST_CASE(random_programs_keep_the_promises) {
  const std::uint64_t first = number_of("KINDRED_GRAPH_SEED", 1);
  const std::uint64_t seeds = number_of("KINDRED_GRAPH_SEEDS", 300);
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    const Backend backend = seed % 4 == 0 ? Backend::lmdb : Backend::memory;
    BOOST_TEST_CONTEXT("seed " << seed) {
      const Program program = random_program(seed);
      const Outcome outcome = run(program, backend);
      if (outcome) continue;
      const Program shorter = shorten(program, backend);
      BOOST_ERROR("step " << outcome.step << ": " << outcome.broken
                          << "\nshortened: " << run(shorter, backend).broken << "\n"
                          << text_of(shorter));
    }
  }
}

// ---- what they have found

BOOST_AUTO_TEST_CASE(a_session_goes_on_after_close) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    {
      const auto owner = session.add(Owner{.tag = "1"});
      session.commit();
      owner->number = 7;
      session.close();
    }
    BOOST_TEST(session.counts().objects == 0u);
    BOOST_TEST(session.counts().changed == 0u);
    (void)session.add(Owner{.tag = "2"});
    session.commit();
    BOOST_TEST(rows<Owner>(store) == 2u);
  });
}

BOOST_AUTO_TEST_CASE(rows_between_follow_a_key_that_moves) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    const auto pal = session.add(Pal{.tag = "1"});
    pal->labels.append(Label{.tag = "2"});
    session.commit();
    pal->id = 70;
    session.commit();
    Session fresh{store};
    BOOST_TEST(fresh.get<const Pal>(70)->labels.size() == 1u);
    BOOST_TEST(store.snapshot().check().kept.empty());
  });
}

BOOST_AUTO_TEST_CASE(an_owner_that_moves_counts_its_badge_once) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    const auto owner = session.add(Owner{.tag = "1"});
    owner->badge = make_ref(Badge{.tag = "2"});
    const Ref<Badge> badge = owner->badge;
    session.commit();
    owner->id = 1000;
    session.expire<&Badge::owner>(badge);
    session.commit();
    BOOST_TEST((badge->owner == owner));
    const std::vector<detail::State*> held{owner.state(), badge.state()};
    check_counts(&session.core(), all_states(&session.core(), held), held);
  });
}

BOOST_AUTO_TEST_CASE(a_member_of_a_crate_that_was_rolled_back_refers_to_none) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    const auto crate = session.add(Crate{.tag = "1"});
    const auto item = crate->items.append(Item{.tag = "2"});
    session.flush();
    session.rollback();
    session.add(item);
    session.commit();
    BOOST_TEST(rows<Crate>(store) == 0u);
    BOOST_TEST(!store.get<Item>(*item->id)->crate_id.has_value());
    session.add(crate);
    session.commit();
    BOOST_TEST(store.get<Item>(*item->id)->crate_id.value_or(0) == *crate->id);
  });
}

BOOST_AUTO_TEST_CASE(an_erased_crate_has_what_was_put_in_it_after_a_rollback) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    const auto crate = session.add(Crate{.tag = "1"});
    session.flush();
    const auto item = make_ref(Item{.tag = "2"});
    crate->items.append(item);
    session.erase(crate);
    session.flush();
    session.rollback();
    BOOST_REQUIRE(crate->items.size() == 1u);
    BOOST_TEST((crate->items[0] == item));
    session.add(crate);
    session.commit();
    BOOST_TEST(store.get<Item>(*item->id)->crate_id.value_or(0) == *crate->id);
  });
}

BOOST_AUTO_TEST_CASE(a_member_that_found_another_owner_stays_there_after_a_rollback) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    const auto first = session.add(Owner{.tag = "1"});
    const auto second = session.add(Owner{.tag = "2"});
    const auto pal = first->pals.append(Pal{.tag = "3"});
    const auto badge = make_ref(Badge{.tag = "4"});
    first->badge = badge;
    session.flush();
    session.erase(first);
    session.flush();
    second->pals.append(pal);
    second->badge = badge;
    session.rollback();
    const std::vector<detail::State*> held{first.state(), second.state(), pal.state(),
                                           badge.state()};
    const auto states = all_states(&session.core(), held);
    check_agreement(states);
    check_counts(&session.core(), states, held);
    BOOST_TEST((pal->owner == second));
    BOOST_TEST((badge->owner == second));
  });
}

BOOST_AUTO_TEST_CASE(two_that_name_one_owner_by_its_key_are_told_apart_by_a_rollback) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    const auto owner = session.add(Owner{.id = 5, .tag = "1"});
    const auto one = session.add(Badge{.tag = "2", .owner_id = 5});
    const auto two = session.add(Badge{.tag = "3", .owner_id = 5});
    session.rollback();
    const std::vector<detail::State*> held{owner.state(), one.state(), two.state()};
    const auto states = all_states(&session.core(), held);
    check_agreement(states);
    check_counts(&session.core(), states, held);
  });
}

BOOST_AUTO_TEST_CASE(a_sequence_stays_above_a_key_that_moves) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    const auto node = session.add(Node{.tag = "1"});
    session.commit();
    node->id = 70;
    session.commit();
    BOOST_TEST(store.snapshot().check().kept.empty());
    // Nor does a new object get the key that another moves to in the same flush.
    node->id = 71;
    const auto next = session.add(Node{.tag = "2"});
    session.commit();
    BOOST_TEST(*next->id == 72);
  });
}

BOOST_AUTO_TEST_CASE(a_commit_that_was_written_is_told_to_every_object) {
  on_each([](const Store& store, storage::FaultLayer& faults) {
    // Whatever the storage refuses, memory says what is stored: all of it or nothing.
    for (int n = 1; n < 40; ++n) {
      Session session{store};
      const auto owner = session.add(Owner{.tag = std::to_string(n)});
      const auto kid = owner->kids.append(Kid{.tag = std::to_string(n)});
      faults.set_rules("any#" + std::to_string(n) + "=io");
      bool failed = false;
      try {
        session.commit();
      } catch (const Error&) {
        failed = true;
      }
      faults.set_rules("");
      const bool stored =
          store.select<Kid>().where(field<&Kid::tag> == std::to_string(n)).count() != 0;
      BOOST_TEST(stored == !failed);
      BOOST_TEST((inspect(kid).life() == (stored ? Life::persistent : Life::pending)));
      if (failed) session.commit();
      BOOST_TEST((inspect(kid).life() == Life::persistent));
    }
  });
}

BOOST_AUTO_TEST_CASE(a_pending_member_of_an_erased_owner_stays_when_the_flush_fails) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    const auto owner = session.add(Owner{.tag = "1"});
    session.add(Owner{.tag = "2", .code = "taken"});
    session.commit();
    const auto kid = owner->kids.append(Kid{.tag = "3"});
    session.erase(owner);
    const auto other = session.add(Owner{.tag = "4", .code = "taken"});
    BOOST_CHECK_THROW(session.commit(), IntegrityError);
    BOOST_TEST((inspect(kid).life() == Life::pending));
    other->code = "free";
    session.commit();
    BOOST_TEST((inspect(kid).life() == Life::transient));
    BOOST_TEST(rows<Kid>(store) == 0u);
    BOOST_TEST(rows<Owner>(store) == 2u);
  });
}

BOOST_AUTO_TEST_CASE(rollback_unties_what_was_never_added) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    const auto owner = session.add(Owner{.tag = "1"});
    session.commit();
    const auto kid = make_ref(Kid{.tag = "2"});
    kid->owner = owner;
    session.rollback();
    BOOST_TEST(!kid->owner);
    BOOST_TEST(owner->kids.empty());
  });
}

BOOST_AUTO_TEST_CASE(rollback_keeps_links_of_new_objects_that_have_expired) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    const auto owner = session.add(Owner{.tag = "1"});
    const auto kid = owner->kids.append(Kid{.tag = "2"});
    session.flush();
    session.expire_all();
    session.rollback();
    BOOST_TEST((kid->owner == owner));
    BOOST_TEST(owner->kids.size() == 1u);
    session.add(owner);
    session.commit();
    BOOST_TEST((**kid->owner_id == *owner->id));
  });
}

BOOST_AUTO_TEST_CASE(rollback_after_a_commit_that_failed) {
  on_each([](const Store& store, storage::FaultLayer& faults) {
    Session session{store};
    const auto owner = session.add(Owner{.tag = "1"});
    session.commit();
    session.erase(owner);
    session.flush();
    faults.set_rules("commit#1=io");
    BOOST_CHECK_THROW(session.commit(), Error);
    faults.set_rules("");
    session.rollback();
    BOOST_TEST((inspect(owner).life() == Life::persistent));
    BOOST_TEST(*owner->tag == "1");
  });
}

BOOST_AUTO_TEST_CASE(an_added_object_forgets_what_it_was_taken_out_of_before) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    const auto owner = session.add(Owner{.tag = "1"});
    session.commit();
    const auto kid = make_ref(Kid{.tag = "2"});
    kid->owner = owner;
    kid->owner = nullptr;
    session.add(kid);
    owner->pals.append(Pal{.tag = "3"});
    BOOST_TEST((inspect(kid).life() == Life::pending));
  });
}

BOOST_AUTO_TEST_CASE(columns_change_next_to_one_that_expired) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    const auto owner = session.add(Owner{.tag = "1", .number = 1});
    session.commit();
    owner->code = "x";
    session.expire<&Owner::number>(owner);
    session.commit();
    Session fresh{store};
    BOOST_TEST((*fresh.get<const Owner>(*owner->id)->code == "x"));
  });
}

BOOST_AUTO_TEST_CASE(an_object_is_taken_from_what_is_to_settle_when_it_goes) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    (void)session.add(Kid{.tag = "1"});
    session.commit();
    session.expunge_all();
    {
      const auto kid = session.get<Kid>(1);
      for (int i = 0; i < 2; ++i) {
        kid->number = kid->number;
        BOOST_TEST(!kid->owner);  // settles
        session.flush();
        kid->number = kid->number;
        session.expire(kid);
        (void)kid->number;
      }
      session.flush();
      (void)kid->number;
      BOOST_TEST(!kid->owner);
      (void)kid->number;
    }
    session.collect();
    session.commit();
    BOOST_TEST(session.counts().objects == 0u);
  });
}

BOOST_AUTO_TEST_CASE(a_row_that_moved_and_was_changed_by_an_action_is_not_stale) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    const auto mark = session.add(Mark{.tag = "1"});
    const auto pal = session.add(Pal{.tag = "2"});
    pal->mark = mark;
    session.commit();
    pal->id = 70;
    session.erase(mark);
    session.commit();
    BOOST_TEST(!pal->mark_id->has_value());
    pal->number = 5;
    session.commit();
    BOOST_TEST(*store.get<Pal>(70)->number == 5);
  });
}

BOOST_AUTO_TEST_CASE(a_row_that_moved_and_was_taken_by_an_action_is_gone) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    const auto owner = session.add(Owner{.tag = "1"});
    const auto label = session.add(Label{.tag = "2"});
    const auto one = owner->memberships.append(Membership{.tag = "3"});
    one->label = label;
    session.commit();
    session.add(Owner{.tag = "4"})->memberships.append(one);
    session.erase(label);
    session.commit();
    BOOST_TEST((inspect(one).life() == Life::detached));
    BOOST_TEST(rows<Membership>(store) == 0u);
  });
}

BOOST_AUTO_TEST_CASE(an_expired_child_follows_the_key_of_its_owner) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    const auto owner = session.add(Owner{.tag = "1"});
    const auto pal = owner->pals.append(Pal{.tag = "2"});
    session.commit();
    session.expire(pal);
    owner->id = 70;
    session.commit();
    BOOST_TEST((**pal->owner_id == 70));
  });
}

BOOST_AUTO_TEST_CASE(touching_a_child_of_an_owner_whose_key_moves_keeps_its_place) {
  on_each([](const Store& store, storage::FaultLayer&) {
    Session session{store};
    const auto owner = session.add(Owner{.tag = "1"});
    const auto first = owner->kids.append(Kid{.tag = "2"});
    owner->kids.append(Kid{.tag = "3"});
    session.commit();
    owner->id = 70;
    first->number = 1;
    BOOST_TEST((first->owner == owner));
    BOOST_TEST((owner->kids[0] == first));
    BOOST_TEST(inspect(owner).appended<&Owner::kids>().empty());
    BOOST_TEST(inspect(owner).removed<&Owner::kids>().empty());
  });
}

BOOST_AUTO_TEST_SUITE_END()
