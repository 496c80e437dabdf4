#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "livekit_rtc.pb.h"
#include "media/control/events.h"

namespace parley::media {

/// One stream's period, in one direction.
struct StreamPeriod {
  std::uint64_t expected = 0;  ///< Packets that came, or should have.
  std::uint64_t lost = 0;      ///< Of them.
  Duration round_trip{};
  Duration jitter{};
};

/// Scores are 30 to 100 and mean what they do to LiveKit's clients (contract section 4): above 80
/// is excellent, above 40 good, else poor.

/// Sound, by the E-model (e_model.h): 80 is where G.109's "satisfied" ends (R = 80), 40 where
/// "nearly all dissatisfied" begins (R = 60).
double audio_score(const StreamPeriod& period);
/// A picture, by LiveKit's numbers: 100 less what the delay takes away, and ten for each percent
/// of loss.
double video_score(const StreamPeriod& period);

/// Of a video that its subscriber does not get for lack of bandwidth.
inline constexpr double kPausedScore = 30;

/// Connection quality of a room's participants: each is as good as the worst of what it sends and
/// receives, quick to fall and slow to rise.
///
/// LOST is told of those only whose transport is gone while their session waits for them. It is
/// never concluded from a lack of packets, of which there are good reasons (mute, DTX, a still
/// screen, nobody who watches): clients start over when they read it of themselves.
///
///  owner    Room
///  thread   the node's control thread
///  bounded  by the room's participants; see `forget`
class Quality {
 public:
  using Info = livekit::ConnectionQualityInfo;

  void observe(const std::string& participant_sid, double score);
  /// Something of its period is not known, as when a report is late: it does not get better by
  /// that.
  void hold(const std::string& participant_sid);
  /// Ends a participant's period: what it is now, if that is another class than before.
  std::optional<Info> tick(const std::string& participant_sid);

  /// Its transport is gone; or there again, and as good as before. What to tell.
  Info lose(const std::string& participant_sid);
  Info regain(const std::string& participant_sid);

  /// What somebody is now, whatever of it was told.
  struct State {
    livekit::ConnectionQuality quality{};
    double score = 0;
  };
  State state(const std::string& participant_sid) const;

  void forget(const std::string& participant_sid);
  /// What was last told of somebody, for who has just come; nullopt: nothing yet.
  std::optional<Info> told(std::string_view participant_sid) const;

 private:
  struct Link {
    double worst = -1;  ///< Of this period; below zero: nothing observed.
    bool held = false;
    bool lost = false;
    double smoothed = 100;
    std::optional<livekit::ConnectionQuality> reported;  ///< Of `smoothed`.
  };
  static Info describe(const std::string& sid, const Link& link);
  std::map<std::string, Link, std::less<>> links_;
};

}  // namespace parley::media
