#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "livekit_models.pb.h"
#include "media/control/types.h"

namespace parley::media {

/// Names for everything in a room that gets one. SIDs carry the prefixes that LiveKit's clients
/// look at; the numbers of transports, streams and subscriptions carry the room's own number in
/// their upper half, so that an event finds its room without a table.
class Ids {
 public:
  Ids(Random& random, std::uint32_t room_number)
      : random_(random), last_(static_cast<std::uint64_t>(room_number) << 32) {}

  template <typename Id>
  static std::uint32_t room_number(Id id) {
    return static_cast<std::uint32_t>(id.value() >> 32);
  }

  std::string participant() { return sid("PA_"); }
  std::string room() { return sid("RM_"); }
  std::string data_track() { return sid("DTR_"); }
  std::string track(livekit::TrackType type, livekit::TrackSource source) {
    std::string prefix = "TR_";
    prefix += type == livekit::VIDEO ? 'V' : 'A';
    switch (source) {
      case livekit::CAMERA:
        prefix += 'C';
        break;
      case livekit::MICROPHONE:
        prefix += 'M';
        break;
      case livekit::SCREEN_SHARE:
        prefix += 'S';
        break;
      case livekit::SCREEN_SHARE_AUDIO:
        prefix += 's';
        break;
      default:
        break;
    }
    return sid(prefix);
  }

  TransportId transport() { return TransportId(++last_); }
  StreamId stream() { return StreamId(++last_); }
  SubscriptionId subscription() { return SubscriptionId(++last_); }

  /// RFC 8445 section 5.3: at least 24 bits of ufrag and 128 bits of password.
  IceCredentials ice() { return {random_.token(8), random_.token(24)}; }
  std::string cname() { return random_.token(16); }
  std::uint32_t ssrc() { return 1 + static_cast<std::uint32_t>(random_.below(0xffff'fffe)); }
  /// RFC 8829 section 5.2.1: 63 bits, so that it survives being read as signed.
  std::uint64_t sdp_session() { return random_.u64() >> 1; }

 private:
  std::string sid(std::string_view prefix) { return std::string(prefix) + random_.token(12); }

  Random& random_;
  std::uint64_t last_;
};

}  // namespace parley::media
