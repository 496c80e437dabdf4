#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "base/time.h"
#include "emulator/histogram.h"

namespace parley::emulator {

/// Why a packet was lost, in the order in which it meets them.
enum class Cause : std::uint8_t {
  policer,   ///< No tokens.
  queue,     ///< No room in front of the bottleneck.
  loss,      ///< By chance.
  burst,     ///< By chance, in a burst.
  overload,  ///< More under way than the emulator holds: nothing of the network's, see
             ///< kMostPackets.
};
inline constexpr std::size_t kCauses = 5;

struct Traffic {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;  ///< With IP and UDP headers, as a rate counts them.

  void add(std::size_t size) {
    ++packets;
    bytes += size;
  }
};

/// What happened in some time.
struct Counts {
  Traffic in;
  Traffic out;
  std::array<std::uint64_t, kCauses> lost{};
  std::uint64_t duplicated = 0;
  std::uint64_t held_back = 0;  ///< To be overtaken (`reorder`).
  Histogram queued;             ///< Waiting for the bottleneck, without being sent.
  Histogram late;               ///< Delivered so long after the moment that was due.
};

/// A second of it, for plots.
struct Second {
  std::int64_t number = 0;  ///< Seconds since the direction began.
  Traffic in;
  Traffic out;
  std::array<std::uint64_t, kCauses> lost{};
  Duration queued_p50{};
  Duration queued_p95{};
  Duration queued_max{};
};

/// What one direction counts: since it began or was cleared, and second by second.
///
///  bounded   the last hour of seconds
class Statistics {
 public:
  explicit Statistics(Time start) : start_(start), second_end_(start + 1s) {}

  void entered(std::size_t bytes, Time now) {
    roll(now);
    total_.in.add(bytes);
    current_.in.add(bytes);
  }
  void lost(Cause cause) {
    ++total_.lost.at(static_cast<std::size_t>(cause));
    ++current_.lost.at(static_cast<std::size_t>(cause));
  }
  void queued(Duration time) {
    total_.queued.add(time);
    current_.queued.add(time);
  }
  void duplicated() { ++total_.duplicated; }
  void held_back() { ++total_.held_back; }
  void delivered(std::size_t bytes, Time due, Time now) {
    roll(now);
    total_.out.add(bytes);
    total_.late.add(now - due);
    current_.out.add(bytes);
  }

  /// Ends the seconds that are over. `now` never goes back.
  void roll(Time now);
  /// Begins to count anew, with second 0.
  void clear(Time now) { *this = Statistics(now); }

  const Counts& total() const { return total_; }
  /// Whole seconds, oldest first; as of the last `roll`.
  const std::deque<Second>& seconds() const { return seconds_; }
  Time start() const { return start_; }

 private:
  static constexpr std::size_t kMostSeconds = 3600;

  Time start_;
  Time second_end_;
  Counts total_;
  Counts current_;
  std::deque<Second> seconds_;
};

}  // namespace parley::emulator
