#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/time.h"
#include "bus/bus.h"
#include "outbox.pb.h"

namespace parley::application::webhooks {

/// How far one recipient has been told, kept in the bus's key-value store; and the right to tell
/// it, which one process at a time has: who holds the place renews it, whoever finds it not renewed
/// takes it over. A process that was killed has its own back at once when it is started again.
///
///  owner    Courier
///  thread   the executor of `bus`
class Place {
 public:
  static constexpr Duration kRenewal = 2s;     ///< It is written this often, changed or not.
  static constexpr Duration kGrip = 6s;        ///< Not confirmed for this long: nothing is sent.
  static constexpr Duration kAbandoned = 15s;  ///< Not renewed for this long: it is anybody's.
  static constexpr Duration kPatience = 1s;    ///< Until the next look, or the next try.

  struct Owner {
    std::function<void(const plane::OutboxPlace&)> on_held;  ///< Go on from here.
    std::function<void()> on_lost;                           ///< Somebody else tells it now.
  };
  Place(std::string key, std::string holder, bus::Bus& bus, std::function<Time()> now, Owner owner);

  bool held() const { return held_; }
  /// Surely: nobody else can have taken it over.
  bool safe() const;
  void save(plane::OutboxPlace place);
  /// As it is on the bus.
  const plane::OutboxPlace& saved() const { return saved_; }

  Time next_deadline() const;
  void on_deadline();

 private:
  void look();
  void on_found(std::expected<bus::Entry, bus::Error> found);
  /// Writes `value_`: over the revision we know, or anew where there is none.
  void write();
  void on_written(std::expected<std::uint64_t, bus::Error> done);

  std::string key_;
  std::string holder_;
  bus::Bus& bus_;
  std::function<Time()> now_;
  Owner owner_;

  bool held_ = false;
  bool busy_ = false;   ///< The bus has yet to answer.
  bool dirty_ = false;  ///< `value_` is newer than what is being written.
  plane::OutboxPlace value_;
  plane::OutboxPlace writing_;
  plane::OutboxPlace saved_;
  std::uint64_t revision_ = 0;
  std::optional<Time> seen_;  ///< Since when a place of somebody else has been at `revision_`.
  Time asked_{};
  Time confirmed_{};
  Time next_{};
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace parley::application::webhooks
