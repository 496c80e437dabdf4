#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "base/time.h"
#include "emulator/link.h"
#include "emulator/trace.h"

namespace parley::emulator {

/// A link that may follow a trace.
///
/// Steps take effect at their own time, not when somebody looks: `advance` moves the link from one
/// to the next, so that a rate holds for as long as the trace says.
template <typename T>
class Direction {
 public:
  Direction(Side side, std::uint64_t seed, Time start) : side_(side), link_({}, seed, start) {}

  void reset(Time now) {
    advance(now);
    player_.reset();
    link_.set({}, now);
  }
  /// What a trace sets later, holds from then on.
  void change(const Change& change, Time now) {
    advance(now);
    apply(change, now);
  }
  /// From its beginning; null: the settings of the moment stay.
  void follow(std::shared_ptr<const Trace> trace, Time now) {
    advance(now);
    player_.reset();
    if (trace) player_.emplace(std::move(trace), side_, now);
    advance(now);
  }

  void send(T item, std::size_t bytes, Time now) {
    advance(now);
    link_.send(std::move(item), bytes, now);
  }
  std::optional<T> receive(Time now) {
    advance(now);
    return link_.receive(now);
  }
  Time next_deadline() const {
    return std::min(link_.next_deadline(), player_ ? player_->next_deadline() : kNever);
  }

  bool follows() const { return player_.has_value(); }
  const Link<T>& link() const { return link_; }
  Statistics& statistics() { return link_.statistics(); }

 private:
  void advance(Time now) {
    while (player_) {
      const Time at = player_->next_deadline();
      const Change* const change = player_->due(now);
      if (change == nullptr) return;
      apply(*change, at);
    }
  }

  void apply(const Change& change, Time at) {
    Profile profile = link_.profile();
    change.apply_to(profile);
    link_.set(profile, at);
  }

  Side side_;
  Link<T> link_;
  std::optional<TracePlayer> player_;
};

}  // namespace parley::emulator
