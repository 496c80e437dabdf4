#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/time.h"
#include "bus/bus.h"

namespace parley::bus {

/// The in-process stand-in for a NATS server: what several LocalBus talk through. Sans-IO: it knows
/// no clock; requests time out when `advance` says that it is late enough.
///
///  thread   any; must outlive every LocalBus made from it
class LocalHub {
 public:
  LocalHub();
  ~LocalHub();
  LocalHub(const LocalHub&) = delete;
  LocalHub& operator=(const LocalHub&) = delete;

  /// Moves time on; requests without a reply by now fail with Error::timeout.
  void advance(Time now);
  /// When the next request runs out; kNever if none waits.
  Time next_deadline() const;

  /// `false` is the server gone: events are lost, the rest fails with Error::disconnected. What is
  /// in the key-value store and in logs stays.
  void set_available(bool available);

  struct Core;

 private:
  friend class LocalBus;
  std::shared_ptr<Core> core_;
};

/// One plane's end of a LocalHub. Destroy it on the executor's thread: no handler runs afterwards,
/// and requests that still wait are forgotten.
class LocalBus final : public Bus {
 public:
  LocalBus(LocalHub& hub, Executor executor);
  ~LocalBus() override;

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

  struct Client;

 private:
  std::shared_ptr<LocalHub::Core> core_;
  std::shared_ptr<Client> client_;
};

}  // namespace parley::bus
