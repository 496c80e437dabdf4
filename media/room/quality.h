#pragma once

#include <map>
#include <string>
#include <vector>

#include "livekit_rtc.pb.h"
#include "media/control/events.h"

namespace parley::media {

/// One stream's score in 0..100 from its last period (contract section 4): 100 less what delay and
/// loss take away. `loss_weight` says how much a percent of loss hurts: 8 for Opus, 10 for video.
double stream_score(std::uint64_t packets, std::uint64_t lost, Duration round_trip, Duration jitter,
                    double loss_weight);

/// Of a video that its subscriber does not get for lack of bandwidth.
inline constexpr double kPausedScore = 30;

/// Connection quality of a room's participants: each is as good as the worst of what it sends and
/// receives, quick to fall and slow to rise. Never LOST: clients start over when they read that,
/// and a peer that cannot be heard is found by its transport.
class Quality {
 public:
  void observe(const std::string& participant_sid, double score);
  /// Ends the period: who changed class.
  std::vector<livekit::ConnectionQualityInfo> tick();
  void forget(const std::string& participant_sid);
  /// Everybody known, for somebody who has just come.
  std::vector<livekit::ConnectionQualityInfo> all() const;

 private:
  struct Link {
    double worst = -1;  ///< Of this period; below zero: nothing observed.
    double smoothed = 100;
    livekit::ConnectionQuality reported = livekit::LOST;  ///< LOST: nothing was reported yet.
  };
  static livekit::ConnectionQualityInfo describe(const std::string& sid, const Link& link);
  std::map<std::string, Link> links_;
};

}  // namespace parley::media
