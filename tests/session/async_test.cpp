// Sessions in coroutines: any coroutine type, an executor of the program, errors and cancellation
// where they were awaited.
#include "kindred/async.hpp"

#include <future>
#include <thread>

#include "tests/session/support.hpp"

BOOST_AUTO_TEST_SUITE(async)

using namespace kindred;
using namespace kindred::session_test;

namespace {

// The smallest coroutine type there is: starts at once, tells when it ends.
class Task {
 public:
  struct promise_type {
    std::promise<void> done;
    Task get_return_object() { return Task(done.get_future()); }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() { done.set_value(); }
    void unhandled_exception() { done.set_exception(std::current_exception()); }
  };
  void get() { future_.get(); }

 private:
  explicit Task(std::future<void> future) : future_(std::move(future)) {}
  std::future<void> future_;
};

// A coroutine type that does not start by itself and may be destroyed while it waits.
class Lazy {
 public:
  struct promise_type {
    Lazy get_return_object() {
      return Lazy(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
  Lazy(Lazy&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  ~Lazy() {
    if (handle_) handle_.destroy();
  }
  void start() { handle_.resume(); }
  [[nodiscard]] bool done() const { return handle_.done(); }

 private:
  explicit Lazy(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

// Runs jobs when the test says so, on its own thread.
class ByHand final : public Executor {
 public:
  void post(std::function<void()> job) override { jobs_.push_back(std::move(job)); }
  std::size_t run() {
    std::size_t n = 0;
    for (; !jobs_.empty(); ++n) {
      const auto job = std::move(jobs_.front());
      jobs_.erase(jobs_.begin());
      job();
    }
    return n;
  }
  [[nodiscard]] std::size_t waiting() const { return jobs_.size(); }

 private:
  std::vector<std::function<void()>> jobs_;
};

std::int64_t stored_user(const Store& store) {
  Session session{store};
  const auto ann = session.add(User{.username = "ann"});
  ann->posts = {make_ref(Post{.title = "a"}), make_ref(Post{.title = "b"})};
  session.commit();
  return *ann->id;
}

}  // namespace

BOOST_AUTO_TEST_CASE(SA_ASYNC_01) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store);
    ThreadExecutor executor;
    AsyncSession session{store, executor};
    std::thread::id worker;
    const auto work = [&]() -> Task {
      const auto ann = co_await session.get<User>(id);
      worker = std::this_thread::get_id();
      // Not loaded: said at once, with the remedy, instead of blocking.
      BOOST_CHECK_EXCEPTION((void)ann->posts.size(), UsageError, [](const UsageError& e) {
        return std::string(e.what()).find("User.posts") != std::string::npos;
      });
      auto& posts = co_await ann.awaitable(&User::posts);
      BOOST_TEST(posts.size() == 2u);
      const Ref<const Post> first = posts[0];
      BOOST_TEST(((co_await first.awaitable(&Post::author)) == ann));
      // Loaded is loaded.
      BOOST_TEST(ann->posts.size() == 2u);
    };
    work().get();
    BOOST_TEST((worker != std::this_thread::get_id()));
  });
}

BOOST_AUTO_TEST_CASE(SA_ASYNC_03) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store);
    ByHand executor;
    AsyncSession session{store, executor};
    const auto ann = session.sync().get<User>(id);
    // While one thread is at work in the session, another one is told so.
    std::promise<void> inside;
    std::promise<void> leave;
    session.sync().on_before_flush([&](Session&) {
      inside.set_value();
      leave.get_future().wait();
    });
    std::thread other([&] { session.sync().commit(); });
    inside.get_future().wait();
    BOOST_CHECK_THROW((void)session.sync().get<User>(id + 1), UsageError);
    BOOST_CHECK_THROW(session.sync().commit(), UsageError);
    leave.set_value();
    other.join();
  });
}

BOOST_AUTO_TEST_CASE(every_call_is_one_job) {
  on_each_store([](const Store& store) {
    ByHand executor;
    AsyncSession session{store, executor};
    bool done = false;
    const auto work = [&]() -> Task {
      const auto ann = session.add(User{.username = "ann"});
      session.add(Post{.title = "x", .author = ann});
      co_await session.commit();
      BOOST_TEST((inspect(ann).life() == Life::persistent));
      const auto found = co_await session.all(session.select<Post>().order_by(field<&Post::id>));
      BOOST_TEST(found.size() == 1u);
      BOOST_TEST((co_await session.count(session.select<User>())) == 1u);
      const auto one = co_await session.one(session.select<User>());
      BOOST_TEST((one == ann));
      BOOST_TEST(!(co_await session.get<User>(99)));
      ann->bio = "changed";
      co_await session.rollback();
      co_await session.refresh(ann);
      BOOST_TEST(!ann->bio->has_value());
      const auto sum = co_await session.run([](Session& s) {
        const auto savepoint = s.savepoint();
        s.add(User{.username = "eve"});
        s.commit();
        return s.select<User>().count();
      });
      BOOST_TEST(sum == 2u);
      done = true;
    };
    Task task = work();
    while (!done && executor.run() != 0) {
    }
    task.get();
    BOOST_TEST(done);
  });
}

BOOST_AUTO_TEST_CASE(errors_arrive_where_they_were_awaited) {
  on_each_store([](const Store& store) {
    (void)stored_user(store);
    ThreadExecutor executor;
    AsyncSession session{store, executor};
    const auto work = [&]() -> Task {
      const auto twin = session.add(User{.username = "ann"});
      try {
        co_await session.commit();
        BOOST_ERROR("a second ann was stored");
      } catch (const IntegrityError& e) {
        BOOST_TEST((e.code() == ErrorCode::unique));
      }
      twin->username = "bob";  // nothing was lost
      co_await session.commit();
      try {
        (void)co_await session.one(session.select<User>());
        BOOST_ERROR("one of two");
      } catch (const ResultError& e) {
        BOOST_TEST((e.code() == ErrorCode::multiple_results));
      }
      session.expunge(twin);
      try {
        (void)co_await twin.awaitable(&User::posts);
        BOOST_ERROR("a detached object loaded");
      } catch (const DetachedError&) {
      }
    };
    work().get();
  });
}

BOOST_AUTO_TEST_CASE(what_is_cancelled_before_it_began_says_so) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store);
    ByHand executor;
    std::stop_source stop;
    AsyncSession session{store, executor, {}, stop.get_token()};
    const auto work = [&]() -> Task { (void)co_await session.get<User>(id); };
    Task task = work();
    BOOST_TEST(executor.waiting() == 1u);
    stop.request_stop();
    executor.run();
    BOOST_CHECK_EXCEPTION(task.get(), Error,
                          [](const Error& e) { return e.code() == ErrorCode::cancelled; });
  });
}

BOOST_AUTO_TEST_CASE(a_coroutine_that_is_destroyed_while_it_waits_is_not_resumed) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store);
    ByHand executor;
    AsyncSession session{store, executor};
    bool went_on = false;
    {
      const auto work = [&]() -> Lazy {
        (void)co_await session.get<User>(id);
        went_on = true;
      };
      Lazy lazy = work();
      lazy.start();
      BOOST_TEST(executor.waiting() == 1u);
    }
    executor.run();
    BOOST_TEST(!went_on);
  });
}

BOOST_AUTO_TEST_CASE(no_writer_is_kept_over_a_suspension) {
  on_each_store([](const Store& store) {
    ThreadExecutor executor;
    AsyncSession session{store, executor};
    const auto work = [&]() -> Task {
      co_await session.run([](Session& s) {
        s.add(User{.username = "ann"});
        s.flush();
      });
    };
    BOOST_CHECK_THROW(work().get(), UsageError);
    BOOST_TEST(rows<User>(store) == 0u);
    store.insert(User{.username = "free"});  // nobody holds the writer
  });
}

BOOST_AUTO_TEST_CASE(without_an_executor_a_load_happens_in_place) {
  on_each_store([](const Store& store) {
    const auto id = stored_user(store);
    Session session{store};
    std::size_t posts = 0;
    const auto work = [&]() -> Task {
      posts = (co_await session.get<User>(id).awaitable(&User::posts)).size();
    };
    work().get();
    BOOST_TEST(posts == 2u);
  });
}

BOOST_AUTO_TEST_SUITE_END()
