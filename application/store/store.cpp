#include "application/store/store.h"

#include "runtime/thread.h"

namespace parley::application::store {

Worker::Worker(std::string name, std::unique_ptr<Database> database)
    : database_(std::move(database)), thread_([this, name = std::move(name)] { run(name); }) {}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  news_.notify_one();
  thread_.join();
}

bool Worker::add(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (jobs_.size() >= kMaxWaiting) return false;
    jobs_.push_back(std::move(job));
  }
  news_.notify_one();
  return true;
}

std::size_t Worker::waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void Worker::run(const std::string& name) {
  runtime::name_thread(name);
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      news_.wait(lock, [this] { return ending_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job(*database_);
    retries_.set(database_->retries());
  }
}

std::expected<std::unique_ptr<Store>, Error> Store::open(const Secret& url, const Schema& schema,
                                                         Post post) {
  auto for_writes = Database::open(url);
  if (!for_writes) return std::unexpected(std::move(for_writes.error()));
  if (auto found = migrate(**for_writes, schema); !found) {
    return std::unexpected(std::move(found.error()));
  }
  auto for_reads = Database::open(url);
  if (!for_reads) return std::unexpected(std::move(for_reads.error()));
  std::unique_ptr<Store> store(new Store((*for_writes)->engine(), std::move(post)));
  store->writer_ = std::make_unique<Worker>("store-write", std::move(*for_writes));
  store->reader_ = std::make_unique<Worker>("store-read", std::move(*for_reads));
  return store;
}

Store::~Store() {
  writer_.reset();
  reader_.reset();
  // Answers that are still on the loop find nobody.
  alive_.reset();
}

void Store::tell(std::function<void()> task) const {
  post_([task = std::move(task), alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) task();
  });
}

void Store::count(Database::Mode mode, const Error* error) {
  auto& counter = error != nullptr ? failed_[static_cast<std::size_t>(error->kind)]
                                   : done_[static_cast<std::size_t>(mode)];
  counter.fetch_add(1, std::memory_order_relaxed);
}

void Store::expose(observability::Exposition& out) const {
  constexpr const char* kDone = "Transactions that the database has committed.";
  constexpr const char* kFailed = "Transactions that failed, by reason.";
  constexpr const char* kWaiting = "Transactions that wait for the database.";
  const auto load = [](const auto& counter) { return counter.load(std::memory_order_relaxed); };
  out.counter("parley_store_transactions_total", kDone, load(done_[0]), {{"mode", "read"}});
  out.counter("parley_store_transactions_total", kDone, load(done_[1]), {{"mode", "write"}});
  for (std::size_t i = 0; i < failed_.size(); ++i) {
    out.counter("parley_store_failures_total", kFailed, load(failed_[i]),
                {{"why", to_string(static_cast<Error::Kind>(i))}});
  }
  out.counter("parley_store_refused_total", "Transactions refused because too many waited.",
              load(refused_));
  out.counter("parley_store_retries_total", "Transactions tried again after another's.",
              writer_->retries() + reader_->retries());
  out.gauge("parley_store_waiting", kWaiting, static_cast<double>(reader_->waiting()),
            {{"mode", "read"}});
  out.gauge("parley_store_waiting", kWaiting, static_cast<double>(writer_->waiting()),
            {{"mode", "write"}});
}

}  // namespace parley::application::store
