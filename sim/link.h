#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/time.h"

namespace parley::sim {

/// One direction of a network. The defaults are a perfect one.
struct LinkConfig {
  Duration delay{};
  Duration jitter{};                    ///< Up to this much more, keeping the order.
  std::uint32_t loss_per_mille = 0;     ///< Each on its own; see also `set`, for bursts.
  std::uint32_t reorder_per_mille = 0;  ///< Held back by `reorder_by`, to be overtaken.
  Duration reorder_by = 10ms;
  std::uint32_t duplicate_per_mille = 0;
  std::uint64_t bits_per_second = 0;    ///< 0: unlimited.
  std::size_t queue_bytes = 64 * 1024;  ///< In front of the bottleneck; what does not fit is lost.
};

/// A one-way link that carries `T`s (packets, or whatever stands for them) through virtual time.
///
///   sim::Link<Packet> up({.delay = 25ms, .loss_per_mille = 50}, seed);
///   up.send(packet, packet.size(), now);
///   while (auto arrived = up.receive(now)) …
///
/// Sans-IO and the same for a seed on every machine. `now` never goes back.
template <typename T>
class Link {
 public:
  Link(const LinkConfig& config, std::uint64_t seed) : config_(config), random_(seed) {}

  /// From now on; what is under way arrives as it would have.
  void set(const LinkConfig& config) { config_ = config; }

  void send(T item, std::size_t bytes, Time now) {
    ++sent_;
    if (hits(config_.loss_per_mille) || !pass_bottleneck(bytes, now)) {
      ++lost_;
      return;
    }
    const bool twice = hits(config_.duplicate_per_mille);
    if (twice) put(T(item), now);
    put(std::move(item), now);
  }
  /// Where size does not matter: nothing in the way of a rate limit.
  void send(T item, Time now) { send(std::move(item), 0, now); }

  /// The next one that has arrived by `now`.
  std::optional<T> receive(Time now) {
    if (flying_.empty() || flying_.front().arrival > now) return std::nullopt;
    std::pop_heap(flying_.begin(), flying_.end(), later);
    T item = std::move(flying_.back().item);
    flying_.pop_back();
    return item;
  }
  Time next_arrival() const { return flying_.empty() ? kNever : flying_.front().arrival; }

  std::uint64_t sent() const { return sent_; }
  std::uint64_t lost() const { return lost_; }

 private:
  struct Flying {
    Time arrival{};
    std::uint64_t serial = 0;
    T item;
  };
  static bool later(const Flying& a, const Flying& b) {
    return std::pair(a.arrival, a.serial) > std::pair(b.arrival, b.serial);
  }

  // Draws even when nothing depends on it, so that changing one number of a configuration does not
  // shuffle everything else of a seed.
  bool hits(std::uint32_t per_mille) { return random_.next() % 1000 < per_mille; }

  bool pass_bottleneck(std::size_t bytes, Time now) {
    if (config_.bits_per_second == 0) return true;
    free_at_ = std::max(free_at_, now);
    const auto time_for = [&](std::size_t size) {
      return Duration(static_cast<std::int64_t>(static_cast<double>(size) * 8e9 /
                                                static_cast<double>(config_.bits_per_second)));
    };
    if (free_at_ - now > time_for(config_.queue_bytes)) return false;
    free_at_ += time_for(bytes);
    return true;
  }

  void put(T item, Time now) {
    const Time out = config_.bits_per_second == 0 ? now : free_at_;
    const auto room = static_cast<std::uint64_t>(std::max<std::int64_t>(config_.jitter.count(), 0));
    const Duration jitter(static_cast<std::int64_t>(random_.next() % (room + 1)));
    Time arrival = out + config_.delay + jitter;
    if (hits(config_.reorder_per_mille)) {
      arrival += config_.reorder_by;
    } else {
      arrival = newest_ = std::max(arrival, newest_);
    }
    flying_.push_back({arrival, serial_++, std::move(item)});
    std::push_heap(flying_.begin(), flying_.end(), later);
  }

  LinkConfig config_;
  SeededRandom random_;
  std::vector<Flying> flying_;  ///< A heap, earliest arrival first.
  Time free_at_{};              ///< When the bottleneck has sent what waits in front of it.
  Time newest_{};               ///< The latest arrival of those that keep the order.
  std::uint64_t serial_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace parley::sim
