#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "application/store/database.h"
#include "application/store/migrations.h"
#include "observability/metrics.h"

namespace parley::application::store {

/// A thread with a connection of its own, and what it is yet to do, in order.
///
///  owner    Store
///  thread   `add` from any
///  bounded  kMaxWaiting jobs
class Worker {
 public:
  static constexpr std::size_t kMaxWaiting = 4096;
  using Job = std::function<void(Database&)>;

  Worker(std::string name, std::unique_ptr<Database> database);
  /// Does what waits, then ends.
  ~Worker();

  /// False: too much waits.
  bool add(Job job);
  std::size_t waiting() const;
  std::uint64_t retries() const { return retries_.value(); }

 private:
  void run(const std::string& name);

  std::unique_ptr<Database> database_;
  mutable std::mutex mutex_;
  std::condition_variable news_;
  std::deque<Job> jobs_;
  bool ending_ = false;
  observability::Counter retries_;
  std::thread thread_;
};

/// The database for a process with loops: transactions run on threads of the store's own, and how
/// they went comes back through `post`.
///
/// Writes happen one after another in the order in which they were given, by one thread; reads
/// beside them, on another, each seeing what was committed when it began. So a read that is given
/// after a write was *acknowledged* sees it; one that is given before may not.
///
///  owner    a plane's main(); destroy it on the executor's thread: what was given is still done,
///  but
///           nobody is told
///  thread   `write` and `read` from any; `work` runs on the store's threads and must not touch
///  what
///           belongs to others; `done` runs where `post` takes it
///  bounded  4096 waiting writes and as many reads, then `overloaded` at once
class Store {
 public:
  /// Runs a task on the caller's loop; may be called from any thread.
  using Post = std::function<void(std::function<void()>)>;

  /// Opens, and brings the tables to the newest version. Blocks: while a process starts.
  static std::expected<std::unique_ptr<Store>, Error> open(const Secret& url, const Schema& schema,
                                                           Post post);
  ~Store();

  /// Runs `T work(Transaction&)` as Database::transact does, then `done(std::expected<T, Error>)`.
  template <typename Work, typename Done>
  void write(Work work, Done done) {
    give(*writer_, Database::Mode::write, std::move(work), std::move(done));
  }
  template <typename Work, typename Done>
  void read(Work work, Done done) {
    give(*reader_, Database::Mode::read, std::move(work), std::move(done));
  }

  Engine engine() const { return engine_; }
  void expose(observability::Exposition& out) const;

 private:
  Store(Engine engine, Post post) : engine_(engine), post_(std::move(post)) {}

  template <typename Work, typename Done>
  void give(Worker& worker, Database::Mode mode, Work work, Done done) {
    using T = std::invoke_result_t<Work&, Transaction&>;
    using Outcome = std::expected<T, Error>;
    // std::function wants copies, which callers need not be able to give.
    auto ours = std::make_shared<std::pair<Work, Done>>(std::move(work), std::move(done));
    const bool taken = worker.add([this, mode, ours](Database& database) {
      auto outcome = std::make_shared<Outcome>(database.transact(mode, ours->first));
      count(mode, outcome->has_value() ? nullptr : &outcome->error());
      tell([ours, outcome] { ours->second(std::move(*outcome)); });
    });
    if (taken) return;
    refused_.fetch_add(1, std::memory_order_relaxed);
    tell([ours] {
      ours->second(Outcome(
          std::unexpected(Error{Error::Kind::overloaded, "too much is waiting for the database"})));
    });
  }
  void tell(std::function<void()> task) const;
  void count(Database::Mode mode, const Error* error);

  const Engine engine_;
  const Post post_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  /// Both workers count.
  std::array<std::atomic<std::uint64_t>, 2> done_{};
  std::array<std::atomic<std::uint64_t>, kErrorKinds> failed_{};
  std::atomic<std::uint64_t> refused_{0};
  std::unique_ptr<Worker> writer_;
  std::unique_ptr<Worker> reader_;
};

}  // namespace parley::application::store
