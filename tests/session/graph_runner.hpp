// Runs the steps of a graph program on a session and on the model.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kindred/function_ref.hpp"
#include "kindred/storage_layers.hpp"
#include "tests/session/graph_program.hpp"
#include "tests/session/graph_ties.hpp"

namespace kindred::session_test::graph {

class Runner {
 public:
  Runner(const Store& store, storage::FaultLayer& faults);
  ~Runner();
  void run(const Step& step);

 private:
  using R = std::array<std::uint32_t, 4>;
  [[nodiscard]] session::Core& core() const { return session_->core(); }

  // ---- operands
  [[nodiscard]] int pick(std::uint32_t r, FunctionRef<bool(const Object&)> fits) const;
  [[nodiscard]] int pick_of(Kind kind, std::uint32_t r) const;
  [[nodiscard]] Handle obtain(int serial, std::uint32_t r);
  [[nodiscard]] Handle in_memory(int serial) const;
  [[nodiscard]] std::vector<detail::State*> held() const;  // once for each handle
  [[nodiscard]] static const TieFacts& tie_of(std::uint32_t r) { return all_ties()[r % ties]; }
  [[nodiscard]] bool is_idle() const {
    return now_.objects == base_.objects && now_.labelled == base_.labelled;
  }

  // ---- steps
  void apply(Op op, const R& r);
  void make(const R& r);
  void find(const R& r);
  void look(const R& r);
  void set_number(const R& r);
  void set_code(const R& r);
  void set_reference(const R& r);
  void append(const R& r);
  void clear_reference(const R& r);
  void remove(const R& r);
  void assign(const R& r);
  void label(const R& r);
  void set_column(const R& r);
  void move_key(const R& r);
  void expire(const R& r);
  void expire_column(const R& r);
  void expire_relationship(const R& r);
  void expire_all();
  void expunge(const R& r);
  void merge(const R& r);
  void prefetch(const R& r);
  void other_writer(const R& r);
  void end_session(const R& r);
  void failing_flush(const R& r);
  void failing_call(const R& r);
  void drop_handles(const R& r);
  void misuse(const R& r);

  // ---- flush and its like
  enum class End : std::uint8_t { flush, commit, savepoint, release };
  void write(End end, std::uint32_t r);
  void written(End end);
  void mend(std::uint32_t r);
  void roll_back();
  void roll_back_to(std::size_t level);
  void take_new_objects();
  void take_ids();
  void check();
  void tidy();
  [[nodiscard]] int displaced_by(const TieFacts& tie, int child, int parent,
                                 const Handle& owner) const;
  template <class F>
  void expect_usage_error(const char* what, F call);

  Store store_;
  storage::FaultLayer& faults_;
  std::unique_ptr<Session> session_;
  std::vector<Savepoint> savepoints_;
  std::vector<Model> saved_;
  Model now_;
  Model base_;  // at the last flush
  Model committed_;
  std::map<int, Object> deleted_;  // by flushes since the last commit
  std::map<int, std::vector<Handle>> handles_;
  int next_serial_ = 1;
  std::int64_t next_key_ = 1'000'000;
  bool just_flushed_ = false;
};

}  // namespace kindred::session_test::graph
