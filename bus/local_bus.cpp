#include "bus/local_bus.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/assert.h"
#include "bus/hand_over.h"
#include "bus/subject.h"
#include "bus/subjects.h"

namespace parley::bus {
namespace {

constexpr std::size_t kMaxMessage = 4 * 1024 * 1024;
constexpr std::size_t kPendingLimit = 65536;
constexpr std::string_view kInbox = "_INBOX.";

/// What a subscription is known by from both sides: the hub, which finds it, and its owner, who
/// ends it.
struct LocalSubscriber {
  std::string pattern;
  std::string queue;
  Handler handler;
  std::shared_ptr<LocalBus::Client> client;
  std::atomic<bool> active{true};
  std::atomic<std::size_t> pending{0};
};

struct PendingRequest {
  std::shared_ptr<LocalBus::Client> client;
  ReplyHandler done;
  Time deadline;
};

}  // namespace

struct LocalBus::Client {
  std::shared_ptr<HandOver> hand_over;
  std::function<void(bool)> on_change;  // touched on the executor's thread only
  std::atomic<std::uint64_t> dropped{0};
  std::atomic<bool> connected{true};

  void fail(ReplyHandler done, Error error) {
    hand_over->post([done = std::move(done), error] { done(std::unexpected(error)); });
  }
};

struct LocalHub::Core {
  mutable std::mutex mutex;
  Time now{};
  bool available = true;
  std::uint64_t next_inbox = 1;
  std::size_t turn = 0;  // which member of a queue group is next
  std::vector<std::shared_ptr<LocalSubscriber>> subscribers;
  std::vector<std::shared_ptr<LocalBus::Client>> clients;
  std::map<std::string, PendingRequest, std::less<>> requests;  // by inbox

  struct Bucket {
    std::uint64_t last_revision = 0;
    struct Slot {
      ByteVector value;
      std::uint64_t revision = 0;
      bool erased = false;
      Time expires = kNever;
    };
    std::map<std::string, Slot, std::less<>> slots;
  };
  std::map<std::string, Bucket, std::less<>> buckets;

  struct Log {
    std::uint64_t last = 0;
    std::map<std::uint64_t, ByteVector> entries;
    std::map<std::string, std::uint64_t, std::less<>> ids;
  };
  std::map<std::string, Log, std::less<>> logs;

  std::vector<std::shared_ptr<LocalSubscriber>> receivers(std::string_view subject);
  bool deliver(std::string_view subject, ByteView payload, std::string_view reply_to);
  std::expected<std::uint64_t, Error> write(std::string_view bucket, std::string_view key,
                                            ByteView value, bool erased,
                                            std::function<bool(const Bucket::Slot*)> allowed);
};

/// Everyone who asked alone, and one of each queue group. In subscription order.
std::vector<std::shared_ptr<LocalSubscriber>> LocalHub::Core::receivers(std::string_view subject) {
  std::vector<std::shared_ptr<LocalSubscriber>> found;
  std::map<std::pair<std::string_view, std::string_view>,
           std::vector<std::shared_ptr<LocalSubscriber>>>
      groups;
  for (const auto& subscriber : subscribers) {
    if (!subscriber->active || !matches(subscriber->pattern, subject)) continue;
    if (subscriber->queue.empty()) {
      found.push_back(subscriber);
    } else {
      groups[{subscriber->pattern, subscriber->queue}].push_back(subscriber);
    }
  }
  for (const auto& [name, members] : groups) found.push_back(members[turn++ % members.size()]);
  return found;
}

bool LocalHub::Core::deliver(std::string_view subject, ByteView payload,
                             std::string_view reply_to) {
  const auto found = receivers(subject);
  if (found.empty()) return false;

  struct Copy {
    std::string subject;
    ByteVector payload;
    std::string reply_to;
  };
  const auto copy = std::make_shared<const Copy>(
      Copy{std::string(subject), to_vector(payload), std::string(reply_to)});
  for (const auto& to : found) {
    if (to->pending >= kPendingLimit) {
      ++to->client->dropped;
      continue;
    }
    ++to->pending;
    to->client->hand_over->post([to, copy] {
      --to->pending;
      if (to->active) to->handler({copy->subject, copy->payload, copy->reply_to});
    });
  }
  return true;
}

std::expected<std::uint64_t, Error> LocalHub::Core::write(
    std::string_view bucket, std::string_view key, ByteView value, bool erased,
    std::function<bool(const Bucket::Slot*)> allowed) {
  const std::lock_guard lock(mutex);
  if (!available) return std::unexpected(Error::disconnected);
  if (!is_bucket(bucket) || !is_key(key)) return std::unexpected(Error::refused);
  if (value.size() > kMaxMessage) return std::unexpected(Error::too_large);

  Bucket& in = buckets[std::string(bucket)];
  std::erase_if(in.slots, [this](const auto& slot) { return slot.second.expires <= now; });
  const auto at = in.slots.find(key);
  if (!allowed(at == in.slots.end() ? nullptr : &at->second)) {
    return std::unexpected(Error::conflict);
  }
  const auto life = bucket_life(bucket);
  in.slots[std::string(key)] = {to_vector(value), ++in.last_revision, erased,
                                life ? now + *life : kNever};
  return in.last_revision;
}

LocalHub::LocalHub() : core_(std::make_shared<Core>()) {}
LocalHub::~LocalHub() = default;

void LocalHub::advance(Time now) {
  const std::lock_guard lock(core_->mutex);
  core_->now = now;
  for (auto it = core_->requests.begin(); it != core_->requests.end();) {
    if (it->second.deadline > now) {
      ++it;
      continue;
    }
    it->second.client->fail(std::move(it->second.done), Error::timeout);
    it = core_->requests.erase(it);
  }
}

Time LocalHub::next_deadline() const {
  const std::lock_guard lock(core_->mutex);
  Time next = kNever;
  for (const auto& [inbox, request] : core_->requests) next = std::min(next, request.deadline);
  return next;
}

void LocalHub::set_available(bool available) {
  const std::lock_guard lock(core_->mutex);
  if (core_->available == available) return;
  core_->available = available;
  for (const auto& client : core_->clients) {
    client->connected = available;
    client->hand_over->post([client, available] {
      if (client->on_change) client->on_change(available);
    });
  }
}

LocalBus::LocalBus(LocalHub& hub, Executor executor)
    : core_(hub.core_), client_(std::make_shared<Client>()) {
  client_->hand_over = std::make_shared<HandOver>(std::move(executor));
  const std::lock_guard lock(core_->mutex);
  client_->connected = core_->available;
  core_->clients.push_back(client_);
}

LocalBus::~LocalBus() {
  {
    const std::lock_guard lock(core_->mutex);
    std::erase(core_->clients, client_);
    std::erase_if(core_->requests,
                  [this](const auto& entry) { return entry.second.client == client_; });
    std::erase_if(core_->subscribers, [this](const auto& s) { return s->client == client_; });
  }
  client_->hand_over->close();
}

void LocalBus::publish(std::string_view subject, ByteView payload) {
  if (!is_subject(subject) || payload.size() > kMaxMessage) return;
  const std::lock_guard lock(core_->mutex);
  if (!core_->available) return;

  if (subject.starts_with(kInbox)) {
    const auto waiting = core_->requests.find(subject);
    if (waiting == core_->requests.end()) return;  // Answered or timed out already.
    const PendingRequest request = std::move(waiting->second);
    core_->requests.erase(waiting);
    request.client->hand_over->post(
        [done = request.done, reply = to_vector(payload)]() mutable { done(std::move(reply)); });
    return;
  }
  core_->deliver(subject, payload, {});
}

std::unique_ptr<Subscription> LocalBus::subscribe(std::string_view subject, Handler handler,
                                                  std::string_view queue) {
  class Held final : public Subscription {
   public:
    Held(std::shared_ptr<LocalHub::Core> core, std::shared_ptr<LocalSubscriber> subscriber)
        : core_(std::move(core)), subscriber_(std::move(subscriber)) {}
    ~Held() override {
      subscriber_->active = false;
      const std::lock_guard lock(core_->mutex);
      std::erase(core_->subscribers, subscriber_);
    }

   private:
    std::shared_ptr<LocalHub::Core> core_;
    std::shared_ptr<LocalSubscriber> subscriber_;
  };

  PARLEY_ASSERT(is_pattern(subject));
  auto subscriber = std::make_shared<LocalSubscriber>();
  subscriber->pattern = subject;
  subscriber->queue = queue;
  subscriber->handler = std::move(handler);
  subscriber->client = client_;
  const std::lock_guard lock(core_->mutex);
  core_->subscribers.push_back(subscriber);
  return std::make_unique<Held>(core_, std::move(subscriber));
}

void LocalBus::request(std::string_view subject, ByteView payload, Duration timeout,
                       ReplyHandler done) {
  const std::lock_guard lock(core_->mutex);
  if (!core_->available) return client_->fail(std::move(done), Error::disconnected);
  if (!is_subject(subject)) return client_->fail(std::move(done), Error::refused);
  if (payload.size() > kMaxMessage) return client_->fail(std::move(done), Error::too_large);

  std::string inbox = fmt::format("{}{}", kInbox, core_->next_inbox++);
  if (!core_->deliver(subject, payload, inbox)) {
    return client_->fail(std::move(done), Error::no_responder);
  }
  core_->requests.emplace(std::move(inbox),
                          PendingRequest{client_, std::move(done), core_->now + timeout});
}

void LocalBus::get(std::string_view bucket, std::string_view key, EntryHandler done) {
  const auto read = [&]() -> std::expected<Entry, Error> {
    const std::lock_guard lock(core_->mutex);
    if (!core_->available) return std::unexpected(Error::disconnected);
    if (!is_bucket(bucket) || !is_key(key)) return std::unexpected(Error::refused);
    const auto in = core_->buckets.find(bucket);
    if (in == core_->buckets.end()) return std::unexpected(Error::not_found);
    const auto at = in->second.slots.find(key);
    if (at == in->second.slots.end() || at->second.erased || at->second.expires <= core_->now) {
      return std::unexpected(Error::not_found);
    }
    return Entry{at->second.value, at->second.revision};
  };
  client_->hand_over->post(
      [done = std::move(done), result = read()]() mutable { done(std::move(result)); });
}

void LocalBus::create(std::string_view bucket, std::string_view key, ByteView value,
                      RevisionHandler done) {
  const auto result = core_->write(bucket, key, value, false,
                                   [](const auto* slot) { return !slot || slot->erased; });
  client_->hand_over->post([done = std::move(done), result] { done(result); });
}

void LocalBus::put(std::string_view bucket, std::string_view key, ByteView value,
                   std::uint64_t revision, RevisionHandler done) {
  const auto result = core_->write(bucket, key, value, false, [revision](const auto* slot) {
    return revision == 0 || (slot && slot->revision == revision);
  });
  client_->hand_over->post([done = std::move(done), result] { done(result); });
}

void LocalBus::erase(std::string_view bucket, std::string_view key, std::uint64_t revision,
                     RevisionHandler done) {
  const auto result = core_->write(bucket, key, {}, true, [revision](const auto* slot) {
    return revision == 0 || (slot && slot->revision == revision);
  });
  client_->hand_over->post([done = std::move(done), result] { done(result); });
}

void LocalBus::append(std::string_view log, std::string_view id, ByteView payload,
                      RevisionHandler done) {
  const auto write = [&]() -> std::expected<std::uint64_t, Error> {
    const std::lock_guard lock(core_->mutex);
    if (!core_->available) return std::unexpected(Error::disconnected);
    if (!is_bucket(log)) return std::unexpected(Error::refused);
    if (payload.size() > kMaxMessage) return std::unexpected(Error::too_large);
    LocalHub::Core::Log& in = core_->logs[std::string(log)];
    if (const auto known = in.ids.find(id); known != in.ids.end()) return known->second;
    in.entries[++in.last] = to_vector(payload);
    in.ids[std::string(id)] = in.last;
    core_->deliver(log_subject(log), payload, {});
    return in.last;
  };
  client_->hand_over->post([done = std::move(done), result = write()] { done(result); });
}

void LocalBus::read(std::string_view log, std::uint64_t from, std::size_t most,
                    LogPageHandler done) {
  const auto look = [&]() -> std::expected<LogPage, Error> {
    const std::lock_guard lock(core_->mutex);
    if (!core_->available) return std::unexpected(Error::disconnected);
    if (!is_bucket(log)) return std::unexpected(Error::refused);
    LogPage page;
    const auto in = core_->logs.find(log);
    if (in == core_->logs.end()) return page;
    page.last = in->second.last;
    for (auto at = in->second.entries.lower_bound(from);
         at != in->second.entries.end() && page.entries.size() < most; ++at) {
      page.entries.push_back({at->first, at->second});
    }
    return page;
  };
  client_->hand_over->post(
      [done = std::move(done), result = look()]() mutable { done(std::move(result)); });
}

void LocalBus::trim(std::string_view log, std::uint64_t first, RevisionHandler done) {
  const auto cut = [&]() -> std::expected<std::uint64_t, Error> {
    const std::lock_guard lock(core_->mutex);
    if (!core_->available) return std::unexpected(Error::disconnected);
    if (!is_bucket(log)) return std::unexpected(Error::refused);
    const auto in = core_->logs.find(log);
    if (in != core_->logs.end()) {
      in->second.entries.erase(in->second.entries.begin(), in->second.entries.lower_bound(first));
    }
    return first;
  };
  client_->hand_over->post([done = std::move(done), result = cut()] { done(result); });
}

bool LocalBus::connected() const { return client_->connected; }

void LocalBus::on_connection_change(std::function<void(bool connected)> handler) {
  client_->hand_over->post([client = client_, handler = std::move(handler)]() mutable {
    client->on_change = std::move(handler);
  });
}

std::uint64_t LocalBus::dropped() const { return client_->dropped; }

}  // namespace parley::bus
