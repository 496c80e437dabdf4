#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "emulator/profile.h"

namespace parley::emulator {

enum class Side { down, up };  ///< To the client, from the client.

/// How a network changes over time; both directions, since what shakes one shakes the other.
struct Trace {
  struct Step {
    Duration at{};  ///< Since the trace was begun.
    Change down;
    Change up;

    const Change& of(Side side) const { return side == Side::down ? down : up; }
  };
  std::vector<Step> steps;           ///< At least one; by time, none at the same.
  std::optional<Duration> repeat{};  ///< Begins again then; without, the last step holds.
};

struct TraceError {
  std::size_t line = 0;  ///< From 1; 0: of the file as a whole.
  std::string what;
};

/// Reads the format that README.md describes. Every line is looked at: an error names the first bad
/// one.
std::expected<Trace, TraceError> parse_trace(std::string_view text);

/// Where one direction is in a trace.
class TracePlayer {
 public:
  TracePlayer(std::shared_ptr<const Trace> trace, Side side, Time start)
      : trace_(std::move(trace)), side_(side), start_(start) {}

  /// kNever once the last step has been taken and nothing repeats.
  Time next_deadline() const;
  /// The next step that is due by `now`; ask until there is none.
  const Change* due(Time now);

 private:
  std::shared_ptr<const Trace> trace_;
  Side side_;
  Time start_;
  std::size_t next_ = 0;
};

}  // namespace parley::emulator
