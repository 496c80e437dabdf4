#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "livekit_rtc.pb.h"
#include "media/control/types.h"

namespace parley::media {

/// Which layers of each video track anybody watches, so that publishers need not encode the others.
/// More is told at once, less only when it has been so for a while: people come and go, and an
/// encoder that starts again costs a key frame.
///
///  owner    Room
///  thread   the node's control thread
///  source   LiveKit's protocol: subscribed_quality_update
class Dynacast {
 public:
  static constexpr Duration kPause = 5s;  ///< LiveKit's video.dynacast_pause_delay

  void add(const std::string& track_sid, Codec codec, Time now);
  void remove(std::string_view track_sid);
  /// The best that a subscription wants of a track, and in which codec; nullopt: nothing for now.
  void want(std::string_view track_sid, SubscriptionId subscription, Codec codec,
            std::optional<livekit::VideoQuality> quality);

  /// What publishers are to be told now.
  std::vector<livekit::SubscribedQualityUpdate> due(Time now);
  Time next_deadline() const;

 private:
  /// By codec, the best wanted quality; OFF where nothing is.
  using Levels = std::map<Codec, livekit::VideoQuality>;
  struct Wanted {
    Codec codec;
    livekit::VideoQuality quality;
  };
  struct Track {
    std::unordered_map<SubscriptionId, Wanted> wanted;
    /// How many of them want which quality, by its number.
    std::map<Codec, std::array<std::uint32_t, livekit::VideoQuality_ARRAYSIZE>> counts;
    Levels told;  ///< Publishers begin with everything of their first codec.
    Codec first_codec{};
    std::optional<Time> lower_at;  ///< When less was wanted for long enough.
    bool changed = true;           ///< Since `due` has looked at it.
  };

  static Levels levels_of(const Track& track);
  static livekit::SubscribedQualityUpdate update_for(const std::string& sid, const Track& track);

  std::map<std::string, Track, std::less<>> tracks_;
};

}  // namespace parley::media
