#include "bus/nats_bus.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <nats/nats.h>

#include "base/assert.h"
#include "bus/hand_over.h"
#include "bus/nats_key_value.h"
#include "bus/nats_log.h"
#include "bus/nats_ptr.h"
#include "bus/subject.h"
#include "bus/worker.h"

namespace parley::bus {
namespace {

constexpr std::size_t kMaxMessage = 4 * 1024 * 1024;
constexpr int kPendingMessages = 65536;
constexpr int kPendingBytes = 64 * 1024 * 1024;
constexpr std::size_t kMaxRequests = 65536;
constexpr std::size_t kMaxBlockingOperations = 4096;

constexpr std::int64_t kConnectTimeoutMs = 2000;
constexpr std::int64_t kReconnectWaitMs = 100;
constexpr std::int64_t kReconnectJitterMs = 100;
// A server that vanished without closing its connections is noticed within 3 pings.
constexpr std::int64_t kPingIntervalMs = 5000;
constexpr int kMaxPingsOut = 2;

ByteView payload_of(const natsMsg* message) {
  return {reinterpret_cast<const std::uint8_t*>(natsMsg_GetData(message)),
          static_cast<std::size_t>(natsMsg_GetDataLength(message))};
}

std::string_view text(const char* s) { return s == nullptr ? std::string_view() : s; }

}  // namespace

/// Everything that the library's threads may still hold when the NatsBus is gone.
struct NatsBus::State : std::enable_shared_from_this<NatsBus::State> {
  State(Executor executor, ProblemSink sink)
      : hand_over(std::make_shared<HandOver>(std::move(executor))), problems(std::move(sink)) {}

  void problem(std::string_view sentence) const {
    if (problems) problems(sentence);
  }
  void fail(ReplyHandler done, Error error) const {
    hand_over->post([done = std::move(done), error] { done(std::unexpected(error)); });
  }

  void connect(const NatsConfig& config);
  void set_connected(bool now_connected);
  void on_reply(NatsMessage message);
  /// Whoever takes a request out of `requests` calls its handler: exactly once, therefore.
  std::optional<ReplyHandler> take_request(std::uint64_t token);

  const std::shared_ptr<HandOver> hand_over;
  const ProblemSink problems;
  std::function<void(bool)> on_change;  // touched on the executor's thread only

  NatsConnection connection;
  std::atomic<bool> connected{false};
  std::atomic<std::uint64_t> dropped{0};

  std::string inbox;  // "_INBOX.<unique>."
  std::unique_ptr<Subscription> inbox_subscription;
  std::mutex requests_mutex;
  std::unordered_map<std::uint64_t, ReplyHandler> requests;
  std::uint64_t next_token = 1;

  std::mutex closed_mutex;
  std::condition_variable closed_changed;
  bool closed = false;

  std::optional<NatsKeyValue> key_value;  // both used by `blocking` only
  std::optional<NatsLog> logs;
  Worker blocking{kMaxBlockingOperations};
  Worker timeouts{kMaxRequests};
};

namespace {

/// One subscription, as its owner and the library's delivery thread both see it.
struct NatsSubscriber {
  std::shared_ptr<NatsBus::State> state;
  Handler handler;                             // runs on the executor
  std::function<void(NatsMessage)> intercept;  // instead of `handler`, on the delivery thread
  std::atomic<bool> active{true};
  std::atomic<int> messages{0};
  std::atomic<int> bytes{0};
};

void on_message(natsConnection*, natsSubscription*, natsMsg* raw, void* closure) {
  NatsMessage message(raw);
  // A copy of the pointer: `closure` is freed when the subscription completes, the message may
  // wait.
  const auto to = *static_cast<std::shared_ptr<NatsSubscriber>*>(closure);
  if (!to->active) return;
  if (to->intercept) return to->intercept(std::move(message));

  const int size = natsMsg_GetDataLength(message.get());
  if (to->messages >= kPendingMessages || to->bytes + size > kPendingBytes) {
    ++to->state->dropped;
    return;
  }
  ++to->messages;
  to->bytes += size;
  to->state->hand_over->post([to, size, message = std::move(message)] {
    --to->messages;
    to->bytes -= size;
    if (!to->active) return;
    to->handler({text(natsMsg_GetSubject(message.get())), payload_of(message.get()),
                 text(natsMsg_GetReply(message.get()))});
  });
}

class HeldSubscription final : public Subscription {
 public:
  HeldSubscription(std::shared_ptr<NatsSubscriber> subscriber, natsSubscription* handle)
      : subscriber_(std::move(subscriber)), handle_(handle) {}
  ~HeldSubscription() override {
    subscriber_->active = false;
    natsSubscription_Destroy(handle_);
  }

 private:
  std::shared_ptr<NatsSubscriber> subscriber_;
  natsSubscription* handle_;
};

std::unique_ptr<Subscription> attach(std::shared_ptr<NatsSubscriber> subscriber,
                                     std::string_view pattern, std::string_view queue) {
  natsConnection* const connection = subscriber->state->connection.get();
  auto closure = std::make_unique<std::shared_ptr<NatsSubscriber>>(subscriber);
  const std::string subject(pattern);
  const std::string group(queue);
  natsSubscription* handle = nullptr;
  const natsStatus status =
      group.empty() ? natsConnection_Subscribe(&handle, connection, subject.c_str(), on_message,
                                               closure.get())
                    : natsConnection_QueueSubscribe(&handle, connection, subject.c_str(),
                                                    group.c_str(), on_message, closure.get());
  if (status != NATS_OK) {
    subscriber->state->problem(
        fmt::format("cannot subscribe to {}: {}", pattern, natsStatus_GetText(status)));
    return std::make_unique<HeldSubscription>(std::move(subscriber), nullptr);
  }
  // Our own count is the limit that bus.h promises; the library's stands behind it.
  natsSubscription_SetPendingLimits(handle, kPendingMessages, kPendingBytes);
  // The library says when its delivery thread will not touch the closure any more.
  natsSubscription_SetOnCompleteCB(
      handle,
      [](void* done) {
        const std::unique_ptr<std::shared_ptr<NatsSubscriber>> owned(
            static_cast<std::shared_ptr<NatsSubscriber>*>(done));
      },
      closure.release());
  return std::make_unique<HeldSubscription>(std::move(subscriber), handle);
}

}  // namespace

void NatsBus::State::set_connected(bool now_connected) {
  if (connected.exchange(now_connected) == now_connected) return;
  hand_over->post([self = shared_from_this(), now_connected] {
    if (self->on_change) self->on_change(now_connected);
  });
}

void NatsBus::State::connect(const NatsConfig& config) {
  // One delivery thread for all subscriptions: that keeps the order of arrival over all of them.
  nats_SetMessageDeliveryPoolSize(1);

  natsOptions* raw_options = nullptr;
  PARLEY_ASSERT(natsOptions_Create(&raw_options) == NATS_OK);
  const NatsOptions options(raw_options);
  const auto check = [](natsStatus status, const char* what) {
    if (status != NATS_OK) {
      throw std::invalid_argument(fmt::format("bus: {}: {}", what, natsStatus_GetText(status)));
    }
  };

  std::vector<const char*> servers;
  for (const auto& server : config.servers) servers.push_back(server.c_str());
  check(natsOptions_SetServers(options.get(), servers.data(), static_cast<int>(servers.size())),
        "server addresses");
  if (!config.name.empty()) {
    check(natsOptions_SetName(options.get(), config.name.c_str()), "name");
  }
  if (!config.user.empty()) {
    check(natsOptions_SetUserInfo(options.get(), config.user.c_str(),
                                  config.password.reveal().c_str()),
          "user and password");
  }
  if (!config.token.empty()) {
    check(natsOptions_SetToken(options.get(), config.token.reveal().c_str()), "token");
  }
  natsOptions_UseGlobalMessageDelivery(options.get(), true);
  natsOptions_SetSendAsap(options.get(), true);  // A signal is worth a system call.
  natsOptions_SetTimeout(options.get(), kConnectTimeoutMs);
  natsOptions_SetAllowReconnect(options.get(), true);
  natsOptions_SetMaxReconnect(options.get(), -1);
  natsOptions_SetReconnectWait(options.get(), kReconnectWaitMs);
  natsOptions_SetReconnectJitter(options.get(), kReconnectJitterMs, kReconnectJitterMs);
  natsOptions_SetPingInterval(options.get(), kPingIntervalMs);
  natsOptions_SetMaxPingsOut(options.get(), kMaxPingsOut);
  natsOptions_SetFailRequestsOnDisconnect(options.get(), true);

  // The closed callback is the last of a connection: it gives back what the others point to.
  auto closure = std::make_unique<std::shared_ptr<State>>(shared_from_this());
  const natsConnectionHandler on_connected = [](natsConnection*, void* p) {
    (*static_cast<std::shared_ptr<State>*>(p))->set_connected(true);
  };
  natsOptions_SetRetryOnFailedConnect(options.get(), true, on_connected, closure.get());
  natsOptions_SetReconnectedCB(options.get(), on_connected, closure.get());
  natsOptions_SetDisconnectedCB(
      options.get(),
      [](natsConnection*, void* p) {
        (*static_cast<std::shared_ptr<State>*>(p))->set_connected(false);
      },
      closure.get());
  natsOptions_SetErrorHandler(
      options.get(),
      [](natsConnection*, natsSubscription* subscription, natsStatus error, void* p) {
        State& state = **static_cast<std::shared_ptr<State>*>(p);
        if (error == NATS_SLOW_CONSUMER) ++state.dropped;
        state.problem(fmt::format(
            "{} {}", natsStatus_GetText(error),
            subscription ? text(natsSubscription_GetSubject(subscription)) : std::string_view()));
      },
      closure.get());
  natsOptions_SetClosedCB(
      options.get(),
      [](natsConnection*, void* p) {
        const std::unique_ptr<std::shared_ptr<State>> owned(
            static_cast<std::shared_ptr<State>*>(p));
        const auto state = *owned;
        const std::lock_guard lock(state->closed_mutex);
        state->closed = true;
        state->closed_changed.notify_all();
      },
      closure.get());

  natsConnection* raw_connection = nullptr;
  const natsStatus status = natsConnection_Connect(&raw_connection, options.get());
  if (status != NATS_OK && status != NATS_NOT_YET_CONNECTED) check(status, "connect");
  closure.release();
  connection.reset(raw_connection);
  if (status == NATS_OK) {
    set_connected(true);
  } else {
    // Nothing else would ever say why, where it is a wrong token and not a matter of seconds. (Not
    // to which server: its URL may hold a password.)
    problem(fmt::format("not connected yet: {}; trying on", nats_GetLastError(nullptr)));
  }

  natsInbox* raw_inbox = nullptr;
  PARLEY_ASSERT(natsInbox_Create(&raw_inbox) == NATS_OK);
  inbox = fmt::format("{}.", raw_inbox);
  natsInbox_Destroy(raw_inbox);

  auto replies = std::make_shared<NatsSubscriber>();
  replies->state = shared_from_this();
  replies->intercept = [this](NatsMessage message) { on_reply(std::move(message)); };
  inbox_subscription = attach(std::move(replies), inbox + "*", {});
}

std::optional<ReplyHandler> NatsBus::State::take_request(std::uint64_t token) {
  const std::lock_guard lock(requests_mutex);
  auto node = requests.extract(token);
  if (node.empty()) return std::nullopt;
  return std::move(node.mapped());
}

void NatsBus::State::on_reply(NatsMessage message) {
  const std::string_view subject = text(natsMsg_GetSubject(message.get()));
  std::uint64_t token = 0;
  const char* const end = subject.data() + subject.size();
  if (std::from_chars(subject.data() + std::min(inbox.size(), subject.size()), end, token).ptr !=
      end) {
    return;
  }
  auto done = take_request(token);
  if (!done) return;  // Answered or timed out already.
  if (natsMsg_IsNoResponders(message.get())) return fail(std::move(*done), Error::no_responder);
  hand_over->post([done = std::move(*done), message = std::move(message)] {
    done(to_vector(payload_of(message.get())));
  });
}

NatsBus::NatsBus(const NatsConfig& config, Executor executor, ProblemSink problems)
    : state_(std::make_shared<State>(std::move(executor), std::move(problems))) {
  state_->connect(config);
  state_->key_value.emplace(state_->connection.get(), config.storage, config.replicas,
                            state_->problems);
  state_->logs.emplace(state_->connection.get(), config.storage, config.replicas, state_->problems);
}

NatsBus::~NatsBus() {
  state_->hand_over->close();
  state_->timeouts.stop();
  // Closing first makes a key-value operation that waits for the server give up at once.
  natsConnection_Close(state_->connection.get());
  state_->blocking.stop();
  state_->inbox_subscription.reset();
  {
    const std::lock_guard lock(state_->requests_mutex);
    state_->requests.clear();
  }
  std::unique_lock lock(state_->closed_mutex);
  state_->closed_changed.wait_for(lock, std::chrono::seconds(2), [this] { return state_->closed; });
}

void NatsBus::publish(std::string_view subject, ByteView payload) {
  if (!is_subject(subject) || payload.size() > kMaxMessage) {
    return state_->problem(fmt::format("not published: {} bytes to '{}'", payload.size(), subject));
  }
  const natsStatus status =
      natsConnection_Publish(state_->connection.get(), std::string(subject).c_str(), payload.data(),
                             static_cast<int>(payload.size()));
  if (status != NATS_OK) {
    state_->problem(fmt::format("not published to {}: {}", subject, natsStatus_GetText(status)));
  }
}

std::unique_ptr<Subscription> NatsBus::subscribe(std::string_view subject, Handler handler,
                                                 std::string_view queue) {
  PARLEY_ASSERT(is_pattern(subject));
  auto subscriber = std::make_shared<NatsSubscriber>();
  subscriber->state = state_;
  subscriber->handler = std::move(handler);
  return attach(std::move(subscriber), subject, queue);
}

void NatsBus::request(std::string_view subject, ByteView payload, Duration timeout,
                      ReplyHandler done) {
  if (!is_subject(subject)) return state_->fail(std::move(done), Error::refused);
  if (payload.size() > kMaxMessage) return state_->fail(std::move(done), Error::too_large);
  // Kept out of the library's reconnect buffer: the asker would have given up before it is sent.
  if (!state_->connected) return state_->fail(std::move(done), Error::disconnected);

  std::uint64_t token = 0;
  {
    const std::lock_guard lock(state_->requests_mutex);
    if (state_->requests.size() < kMaxRequests) {
      token = state_->next_token++;
      state_->requests.emplace(token, std::move(done));
    }
  }
  if (token == 0) return state_->fail(std::move(done), Error::refused);

  const auto fail = [state = state_, token](Error error) {
    if (auto waiting = state->take_request(token)) state->fail(std::move(*waiting), error);
  };
  const natsStatus status =
      natsConnection_PublishRequest(state_->connection.get(), std::string(subject).c_str(),
                                    fmt::format("{}{}", state_->inbox, token).c_str(),
                                    payload.data(), static_cast<int>(payload.size()));
  if (status == NATS_MAX_PAYLOAD) return fail(Error::too_large);
  if (status != NATS_OK) return fail(Error::disconnected);
  if (!state_->timeouts.post_at(std::chrono::steady_clock::now() + timeout,
                                [fail] { fail(Error::timeout); })) {
    fail(Error::refused);
  }
}

namespace {

/// Runs `operation` on the blocking worker, with its engine, and hands its result to `done` on the
/// executor.
template <typename Result, typename Engine>
void on_worker(const std::shared_ptr<NatsBus::State>& state, bool well_named, std::size_t size,
               Engine* engine, std::function<std::expected<Result, Error>(Engine&)> operation,
               std::function<void(std::expected<Result, Error>)> done) {
  using Outcome = std::expected<Result, Error>;
  const auto answer = [state, done = std::move(done)](Outcome outcome) {
    state->hand_over->post(
        [done, outcome = std::move(outcome)]() mutable { done(std::move(outcome)); });
  };
  if (!well_named) return answer(std::unexpected(Error::refused));
  if (size > kMaxMessage) return answer(std::unexpected(Error::too_large));
  if (!state->connected) return answer(std::unexpected(Error::disconnected));
  // The worker is a member of the state and stops before the engine goes: a plain pointer is
  // enough.
  const bool accepted = state->blocking.post(
      [engine, answer, operation = std::move(operation)] { answer(operation(*engine)); });
  if (!accepted) answer(std::unexpected(Error::refused));
}

}  // namespace

void NatsBus::get(std::string_view bucket, std::string_view key, EntryHandler done) {
  on_worker<Entry, NatsKeyValue>(
      state_, is_bucket(bucket) && is_key(key), 0, &*state_->key_value,
      [b = std::string(bucket), k = std::string(key)](NatsKeyValue& kv) { return kv.get(b, k); },
      std::move(done));
}

void NatsBus::create(std::string_view bucket, std::string_view key, ByteView value,
                     RevisionHandler done) {
  on_worker<std::uint64_t, NatsKeyValue>(
      state_, is_bucket(bucket) && is_key(key), value.size(), &*state_->key_value,
      [b = std::string(bucket), k = std::string(key), v = to_vector(value)](NatsKeyValue& kv) {
        return kv.create(b, k, v);
      },
      std::move(done));
}

void NatsBus::put(std::string_view bucket, std::string_view key, ByteView value,
                  std::uint64_t revision, RevisionHandler done) {
  on_worker<std::uint64_t, NatsKeyValue>(
      state_, is_bucket(bucket) && is_key(key), value.size(), &*state_->key_value,
      [b = std::string(bucket), k = std::string(key), v = to_vector(value),
       revision](NatsKeyValue& kv) { return kv.put(b, k, v, revision); },
      std::move(done));
}

void NatsBus::erase(std::string_view bucket, std::string_view key, std::uint64_t revision,
                    RevisionHandler done) {
  on_worker<std::uint64_t, NatsKeyValue>(
      state_, is_bucket(bucket) && is_key(key), 0, &*state_->key_value,
      [b = std::string(bucket), k = std::string(key), revision](NatsKeyValue& kv) {
        return kv.erase(b, k, revision);
      },
      std::move(done));
}

void NatsBus::append(std::string_view log, std::string_view id, ByteView payload,
                     RevisionHandler done) {
  on_worker<std::uint64_t, NatsLog>(
      state_, is_bucket(log), payload.size(), &*state_->logs,
      [l = std::string(log), i = std::string(id), p = to_vector(payload)](NatsLog& logs) {
        return logs.append(l, i, p);
      },
      std::move(done));
}

void NatsBus::read(std::string_view log, std::uint64_t from, std::size_t most,
                   LogPageHandler done) {
  on_worker<LogPage, NatsLog>(
      state_, is_bucket(log), 0, &*state_->logs,
      [l = std::string(log), from, most](NatsLog& logs) { return logs.read(l, from, most); },
      std::move(done));
}

void NatsBus::trim(std::string_view log, std::uint64_t first, RevisionHandler done) {
  on_worker<std::uint64_t, NatsLog>(
      state_, is_bucket(log), 0, &*state_->logs,
      [l = std::string(log), first](NatsLog& logs) { return logs.trim(l, first); },
      std::move(done));
}

bool NatsBus::connected() const { return state_->connected; }

void NatsBus::on_connection_change(std::function<void(bool connected)> handler) {
  state_->hand_over->post([state = state_, handler = std::move(handler)]() mutable {
    state->on_change = std::move(handler);
  });
}

std::uint64_t NatsBus::dropped() const { return state_->dropped; }

}  // namespace parley::bus
