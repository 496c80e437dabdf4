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
/// ticks. Two things are ours, or the pictures of a call would change places with each cough and
/// each breath: who begins must have been heard for longer than a cough lasts, and who speaks goes
/// on for kBreath.
///
///  owner    Room
///  thread   the node's control thread
///  bounded  by the participants who were heard lately
class Speakers {
 public:
  static constexpr Duration kTick = kLevelTick;
  /// Of sound above the threshold, in ticks that follow each other. A cough is one to three bursts
  /// within 0.3 to 0.5 s; a voice has had this much after two ticks.
  static constexpr Duration kCough = std::chrono::milliseconds(500);
  /// In ticks.
  static constexpr int kBreath = 2;

  /// Gathers one stream's tick; several streams of one participant count by their loudest.
  void observe(const std::string& participant_sid, const AudioLevel& level);
  /// Ends the tick: who is to be told of, because they began, changed or stopped.
  std::vector<livekit::SpeakerInfo> tick();
  void forget(const std::string& participant_sid);
  std::vector<livekit::SpeakerInfo> active() const;

 private:
  struct Voice {
    double observed = 0;  ///< Linear level of this tick.
    Duration active{};    ///< Of this tick.
    Duration spoken{};    ///< Since a tick without a voice.
    int silent = 0;       ///< Ticks since then without one.
    double smoothed = 0;
    float reported = 0;
  };
  std::map<std::string, Voice> voices_;
};

}  // namespace parley::media
