#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "livekit_rtc.pb.h"
#include "media/control/events.h"
#include "media/session/surroundings.h"
#include "quality.pb.h"

namespace parley::media {

/// Sums up what the connections of a room's participants were like, until it is handed on.
///
///  owner    Room
///  thread   the node's control thread
///  bounded  kMaxFlows tracks of each participant; what is received is one sum for sound and one
///           for pictures
class QualityRecord {
 public:
  /// So many of kStatsInterval are one record: half a minute.
  static constexpr int kPeriods = 6;
  static constexpr int kMaxFlows = 64;

  void add_sent(const std::string& sid, const PublishedTrack& track, const StreamStats& stats,
                double score);
  void add_received(const std::string& sid, Kind kind, const SubscriptionStats& stats,
                    double score);
  /// A picture has no room in this period.
  void add_paused(const std::string& sid);
  void end_period(const std::string& sid, livekit::ConnectionQuality quality, double score);

  /// What was gathered of whole periods since the last time; the identity is the caller's to fill
  /// in. Nothing is left of it here.
  std::optional<plane::ParticipantQuality> take(const std::string& sid);

 private:
  struct Gathered {
    plane::ParticipantQuality sums;
    std::array<std::uint32_t, 2> streams{};  ///< Received in this period, by kind.
    bool paused = false;                     ///< In this period.
  };
  static plane::MediaFlow& received(Gathered& of, livekit::TrackType type);
  std::map<std::string, Gathered> gathered_;
};

}  // namespace parley::media
