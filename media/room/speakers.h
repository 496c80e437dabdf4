#pragma once

#include <map>
#include <string>
#include <vector>

#include "livekit_models.pb.h"
#include "media/control/events.h"

namespace parley::media {

/// Decides who is speaking, from what each participant's audio was like in ticks of 400 ms. The
/// numbers are those that LiveKit's clients were tuned to (contract section 4): a voice counts when
/// it was above the threshold for 40 % of the tick, quieter if for less of it, and smoothed over
/// ticks.
class Speakers {
 public:
  static constexpr Duration kTick = 400ms;

  /// Gathers one stream's tick; several streams of one participant count by their loudest.
  void observe(const std::string& participant_sid, const AudioLevel& level);
  /// Ends the tick: who is to be told of, because they began, changed or stopped.
  std::vector<livekit::SpeakerInfo> tick();
  void forget(const std::string& participant_sid);
  std::vector<livekit::SpeakerInfo> active() const;

 private:
  struct Voice {
    double observed = 0;  ///< Linear level of this tick.
    double smoothed = 0;
    float reported = 0;
  };
  std::map<std::string, Voice> voices_;
};

}  // namespace parley::media
