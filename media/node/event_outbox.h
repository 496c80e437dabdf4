#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/random.h"
#include "base/time.h"
#include "bus/bus.h"
#include "media/room/webhook_sink.h"

namespace parley::media {

/// Brings events to the log on the bus from which webhooks are delivered: one after another, each
/// again until the bus has it, so that a bus that is away for a while costs nothing and the order
/// stays. Who dies meanwhile takes along what the bus has not got yet.
///
///  owner    Node
///  thread   the node's control thread, which is the executor of `bus`
///  bounded  kMaxEvents and kMaxBytes waiting; beyond that new ones are dropped, counted here and
///           in the next event (`num_dropped`)
class EventOutbox final : public WebhookSink {
 public:
  static constexpr std::size_t kMaxEvents = 16384;
  static constexpr std::size_t kMaxBytes = 32 * 1024 * 1024;
  static constexpr Duration kFirstRetry = 100ms;
  static constexpr Duration kSlowestRetry = 2s;

  struct Origin {
    std::string node;
    std::string incarnation;
  };
  EventOutbox(Origin origin, bus::Bus& bus, Random& random, ClockOffset clock,
              std::function<Time()> now)
      : origin_(std::move(origin)),
        bus_(bus),
        random_(random),
        clock_(clock),
        now_(std::move(now)) {}

  void emit(livekit::WebhookEvent event, Time now) override;

  /// When the bus was away: when to try again.
  Time next_deadline() const { return retry_at_; }
  void on_deadline(Time now);
  /// All that was emitted is on the bus, or dropped.
  bool idle() const { return waiting_.empty(); }

  std::size_t waiting() const { return waiting_.size(); }
  std::uint64_t dropped() const { return dropped_; }

 private:
  struct Entry {
    std::string id;
    ByteVector payload;
  };
  void send_next();
  void on_answer(std::expected<std::uint64_t, bus::Error> stored);

  Origin origin_;
  bus::Bus& bus_;
  Random& random_;
  ClockOffset clock_;
  std::function<Time()> now_;
  std::deque<Entry> waiting_;
  std::size_t bytes_ = 0;
  bool sending_ = false;
  Time retry_at_ = kNever;
  Duration retry_delay_ = kFirstRetry;
  std::uint64_t dropped_ = 0;
  std::int32_t dropped_untold_ = 0;
  std::shared_ptr<bool> alive_ =
      std::make_shared<bool>(true);  ///< The bus may answer after our end.
};

}  // namespace parley::media
