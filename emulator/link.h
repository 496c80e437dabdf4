#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "emulator/bottleneck.h"
#include "emulator/loss_model.h"
#include "emulator/profile.h"
#include "emulator/statistics.h"
#include "emulator/token_bucket.h"

namespace parley::emulator {

/// So many packets wait or fly at once, at most.
inline constexpr std::size_t kMostPackets = 65536;

/// One direction of a network that carries `T`s (packets, or whatever stands for them):
///
///   policer → queue, sent at a rate → loss → duplication → delay, jitter, reordering
///
/// Unlike `sim::Link`, what waits goes on at the rate of the moment when that changes: in a tunnel
/// the queue fills, and behind it it drains.
///
/// Sans-IO and the same for a seed on every machine. `now` never goes back. `bytes` of a packet are
/// those of its IP packet.
///
///  owner     Direction
///  bounded   kMostPackets, and the queue of the profile
template <typename T>
class Link {
 public:
  Link(const Profile& profile, std::uint64_t seed, Time start) : random_(seed), statistics_(start) {
    set(profile, start);
  }

  /// From now on: what waits is sent at the new rate, what flies arrives as it would have.
  void set(const Profile& profile, Time now) {
    serve(now);
    profile_ = profile;
    policer_.set(profile.police, now);
    bottleneck_.set_rate(profile.rate, now);
    if (profile.rate != 0) last_rate_ = profile.rate;
    serve(now);
  }
  const Profile& profile() const { return profile_; }

  void send(T item, std::size_t bytes, Time now) {
    serve(now);
    statistics_.entered(bytes, now);
    if (!policer_.take(bytes, now)) return statistics_.lost(Cause::policer);
    if (waiting_.size() + flying_.size() >= kMostPackets) return statistics_.lost(Cause::overload);
    // An empty queue takes whatever comes: it is on its way at once.
    if (!waiting_.empty() && waiting_bytes_ + bytes > queue_bytes()) {
      return statistics_.lost(Cause::queue);
    }
    waiting_.push_back({now, bytes, std::move(item)});
    waiting_bytes_ += bytes;
    if (!bottleneck_.busy()) begin(now);
    serve(now);
  }

  /// The next one that has arrived by `now`.
  std::optional<T> receive(Time now) {
    serve(now);
    if (flying_.empty() || flying_.front().arrival > now) return std::nullopt;
    std::pop_heap(flying_.begin(), flying_.end(), later);
    Flying& last = flying_.back();
    statistics_.delivered(last.bytes, last.arrival, now);
    T item = std::move(last.item);
    flying_.pop_back();
    return item;
  }

  /// When to come back with `receive`; kNever while there is nothing to wait for.
  Time next_deadline() const {
    const Time arrival = flying_.empty() ? kNever : flying_.front().arrival;
    // When the bottleneck is done with a packet need not be seen to at that moment: it flies on.
    const Time done = bottleneck_.done_at();
    return std::min(arrival, done == kNever ? kNever : done + profile_.delay);
  }

  /// In front of the bottleneck, with the packet that is being sent.
  std::size_t waiting_bytes() const { return waiting_bytes_; }
  const Statistics& statistics() const { return statistics_; }
  Statistics& statistics() { return statistics_; }

 private:
  struct Waiting {
    Time entered{};
    std::size_t bytes = 0;
    T item;
  };
  struct Flying {
    Time arrival{};
    std::uint64_t serial = 0;
    std::size_t bytes = 0;
    T item;
  };
  static bool later(const Flying& a, const Flying& b) {
    return std::pair(a.arrival, a.serial) > std::pair(b.arrival, b.serial);
  }

  std::size_t queue_bytes() const {
    if (const auto* const bytes = std::get_if<std::size_t>(&profile_.queue)) return *bytes;
    if (last_rate_ == kUnlimited) return kMostPackets * 1500;
    const double seconds =
        std::chrono::duration<double>(std::get<Duration>(profile_.queue)).count();
    return static_cast<std::size_t>(seconds * static_cast<double>(last_rate_) / 8);
  }

  void begin(Time at) {
    const Waiting& head = waiting_.front();
    statistics_.queued(at - head.entered);
    bottleneck_.begin(head.bytes, at);
  }

  /// Sends what the bottleneck has sent by now.
  void serve(Time now) {
    while (!waiting_.empty()) {
      const Time done = bottleneck_.done_at();
      if (done > now) return;
      Waiting head = std::move(waiting_.front());
      waiting_.pop_front();
      waiting_bytes_ -= head.bytes;
      bottleneck_.end();
      leave(std::move(head), done);
      if (!waiting_.empty()) begin(done);
    }
  }

  void leave(Waiting packet, Time at) {
    const auto fate = loss_.next(profile_, random_);
    // Drawn for lost ones too: a seed has the same jitter with and without loss.
    const bool twice = hits(random_, profile_.duplicate);
    if (fate != LossModel::Fate::passes) {
      skip();
      return statistics_.lost(fate == LossModel::Fate::lost ? Cause::loss : Cause::burst);
    }
    if (twice) {
      statistics_.duplicated();
      fly(T(packet.item), packet.bytes, at);
    }
    fly(std::move(packet.item), packet.bytes, at);
  }

  void skip() {
    random_.next();
    random_.next();
  }

  void fly(T item, std::size_t bytes, Time at) {
    const auto room =
        static_cast<std::uint64_t>(std::max<std::int64_t>(profile_.jitter.count(), 0));
    const Duration jitter(static_cast<std::int64_t>(random_.next() % (room + 1)));
    Time arrival = at + profile_.delay + jitter;
    if (hits(random_, profile_.reorder)) {
      statistics_.held_back();
      arrival += profile_.reorder_by;
    } else if (profile_.keep_order) {
      arrival = newest_ = std::max(arrival, newest_);
    }
    flying_.push_back({arrival, serial_++, bytes, std::move(item)});
    std::push_heap(flying_.begin(), flying_.end(), later);
  }

  Profile profile_;
  SeededRandom random_;
  Statistics statistics_;
  TokenBucket policer_;
  Bottleneck bottleneck_;
  LossModel loss_;
  std::deque<Waiting> waiting_;  ///< The first is the one that the bottleneck sends.
  std::size_t waiting_bytes_ = 0;
  std::uint64_t last_rate_ = kUnlimited;  ///< The last above zero.
  std::vector<Flying> flying_;            ///< A heap, earliest arrival first.
  Time newest_{};                         ///< The latest arrival of those that keep the order.
  std::uint64_t serial_ = 0;
};

}  // namespace parley::emulator
