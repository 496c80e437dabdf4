#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "application/webhooks/backlog.h"
#include "application/webhooks/metrics.h"
#include "application/webhooks/place.h"
#include "application/webhooks/recipient.h"
#include "base/random.h"
#include "base/time.h"
#include "bus/bus.h"
#include "observability/log.h"

namespace parley::application::webhooks {

/// Sees to it that one recipient is told everything in the outbox, at least once, in the order of
/// each room, for a day: reads the log from its place on, lets the recipient have it, and notes
/// what has arrived.
///
///  owner    Service
///  thread   the executor of `bus`
///  bounded  by its Backlog; one page of the log is read at a time
class Courier {
 public:
  static constexpr std::chrono::seconds kPatience{std::chrono::hours(24)};
  static constexpr Duration kPoll = 1s;  ///< The log's own news may be lost with the bus.

  struct Surroundings {
    bus::Bus& bus;
    Random& random;
    std::function<Time()> now;
    std::function<WallTime()> wall;
    observability::Log log;
  };
  /// `key` names the recipient's place, `holder` this process: the same in its next life.
  Courier(std::string key, std::string holder, Recipient& recipient, Surroundings world);

  /// There is something new in the log.
  void on_news();
  Time next_deadline() const;
  void on_deadline();

  /// The oldest entry of the log that may be wanted again; nullopt: not known here.
  std::optional<std::uint64_t> first_needed() const;
  const Metrics& metrics() const { return metrics_; }

 private:
  void on_held(const plane::OutboxPlace& place);
  void on_lost();
  void work();
  void read();
  void on_page(std::expected<bus::LogPage, bus::Error> page);
  void take(bus::LogEntry entry);
  void send(const Backlog::Entry& entry);
  void on_answer(std::uint64_t sequence, bool arrived);

  Recipient& recipient_;
  Surroundings world_;
  Metrics metrics_;
  Place place_;
  std::unique_ptr<Backlog> backlog_;  ///< While the place is ours.
  std::uint64_t tenure_ = 0;          ///< What was begun before the place was lost is not ours.
  std::uint64_t lost_before_ = 0;     ///< In former tenures.
  bool reading_ = false;
  bool news_ = true;
  bool failing_ = false;  ///< Said once in the log, not for each try.
  Time next_poll_{};
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace parley::application::webhooks
