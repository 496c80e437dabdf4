#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "bus/bus.h"

namespace parley::bus {

struct NatsConfig {
  std::vector<std::string> servers{"nats://127.0.0.1:4222"};
  std::string name;  ///< Shown by the server's monitoring.
  std::string user;  ///< Empty: no user and password.
  Secret password;
  Secret token;  ///< Empty: none.

  /// How buckets that do not exist yet are made.
  enum class Storage : std::uint8_t { file, memory } storage = Storage::file;
  int replicas = 1;
};

/// The bus over NATS. Made without a server it is `disconnected` and keeps trying; a lost server is
/// looked for again, for ever, and every subscription is renewed. While it is away, events wait in
/// a bounded buffer (8 MiB) and requests and operations on key-value and logs fail at once.
///
///  owner    a plane's main(); destroy it on the executor's thread: no handler runs afterwards, and
///           requests that still wait are forgotten
///  thread   as bus.h; inside: the library's reader and delivery threads, one worker for key-value
///           and log operations (which block in the library), one for request timeouts
///  bounded  65536 messages or 64 MiB waiting per subscription, 4096 waiting key-value and log
///  operations
class NatsBus final : public Bus {
 public:
  /// A sentence for the log, from any thread; must not call the bus.
  using ProblemSink = std::function<void(std::string_view)>;

  NatsBus(const NatsConfig& config, Executor executor, ProblemSink problems = {});
  ~NatsBus() override;
  NatsBus(const NatsBus&) = delete;
  NatsBus& operator=(const NatsBus&) = delete;

  void publish(std::string_view subject, ByteView payload) override;
  std::unique_ptr<Subscription> subscribe(std::string_view subject, Handler handler,
                                          std::string_view queue = {}) override;
  void request(std::string_view subject, ByteView payload, Duration timeout,
               ReplyHandler done) override;
  void get(std::string_view bucket, std::string_view key, EntryHandler done) override;
  void create(std::string_view bucket, std::string_view key, ByteView value,
              RevisionHandler done) override;
  void put(std::string_view bucket, std::string_view key, ByteView value, std::uint64_t revision,
           RevisionHandler done) override;
  void erase(std::string_view bucket, std::string_view key, std::uint64_t revision,
             RevisionHandler done) override;
  void append(std::string_view log, std::string_view id, ByteView payload,
              RevisionHandler done) override;
  void read(std::string_view log, std::uint64_t from, std::size_t most,
            LogPageHandler done) override;
  void trim(std::string_view log, std::uint64_t first, RevisionHandler done) override;
  bool connected() const override;
  void on_connection_change(std::function<void(bool connected)> handler) override;

  /// Messages lost because a handler fell behind.
  std::uint64_t dropped() const;

  struct State;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace parley::bus
