#pragma once

#include <cstdint>

#include "base/time.h"

namespace parley::media {

/// Not more than one key frame request per interval, whoever asks and however many; and again each
/// interval until a key frame comes.
///
///  owner        one per video IngestLayer
///  bounded by   `kMaxAsks` requests without an answer: then the wish is dropped, and whoever still
///  wants
///               one has to say so again
class KeyframeGate {
 public:
  static constexpr std::uint8_t kMaxAsks = 12;

  explicit KeyframeGate(Duration interval = std::chrono::seconds(1)) : interval_(interval) {}

  void request(Time now);
  void on_keyframe();
  void on_round_trip(Duration round_trip) { round_trip_ = round_trip; }

  /// True if a request is to be sent at `now`; it counts as sent.
  bool due(Time now);
  Time next_deadline() const { return wanted_ ? ask_at_ : kNever; }
  bool wanted() const { return wanted_; }

 private:
  Duration interval_;
  Duration round_trip_{};
  Time ask_at_ = Time::min();  ///< The earliest time of the next request.
  std::uint8_t asks_ = 0;
  bool wanted_ = false;
};

}  // namespace parley::media
