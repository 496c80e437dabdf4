#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "livekit_rtc.pb.h"
#include "media/session/peer.h"
#include "media/session/publisher.h"
#include "media/session/subscriber.h"
#include "media/session/viewer.h"

namespace parley::media {

/// A peer connection whose offers all come from the client. On `/rtc/v1` it carries both
/// directions: we send on sections that the client offers to receive, and ask it for more when they
/// run out.
class ClientPeer {
 public:
  /// `subscriber` is null where the client only publishes on it. With a `viewer` it only watches,
  /// and offers only once.
  ClientPeer(Surroundings& world, Publisher& publisher, Subscriber* subscriber,
             Viewer* viewer = nullptr);

  struct Settled {
    livekit::SessionDescription answer;
    Publisher::Change change;
    std::vector<std::string> unsupported;  ///< Tracks that the client cannot decode.
    std::vector<std::string> started;      ///< Tracks that begin to flow to it.
  };
  /// The error says in words what was wrong with the offer.
  std::expected<Settled, std::string> on_offer(const livekit::SessionDescription& offer);

  /// What to ask the client for, if anything has changed since it was last asked: sections for
  /// tracks that wait, or (with zeros) just an offer, so that free sections can be filled and ended
  /// ones emptied.
  std::optional<livekit::MediaSectionsRequirement> requirement();

  /// What it was asked for may be lost: it is asked again.
  void forget_requirement();

  /// ICE alone begins anew, without descriptions (RFC 9725 section 4.3.3). There has been an offer.
  void restart_ice(const IceCredentials& remote);
  const Peer& peer() const { return peer_; }
  TransportId transport() const { return peer_.transport(); }

 private:
  /// A section on which the client receives.
  struct Slot {
    std::string mid;
    Kind kind = Kind::audio;
    std::optional<SubscriptionId> holder;  ///< Whose wish it serves; may have ended meanwhile.
    std::string track_sid;
    /// Was in use: must be answered inactive once before another track, or the client sees no new
    /// track (W3C webrtc section 4.4.1.5: a track is announced when its direction turns on).
    bool stale = false;
  };

  void plan_slots(const sdp::Session& offer, std::vector<SectionPlan>& plans);
  void settle_slots(std::span<const Negotiated> sections, Settled& out);
  Downstream* holder_of(const Slot& slot) const;
  std::size_t free_slots(Kind kind) const;

  Subscriber* subscriber_;
  Viewer* viewer_;
  Publisher& publisher_;
  Peer peer_;
  std::vector<Slot> slots_;
  std::size_t asked_audio_ = 0;  ///< Sections asked for since the last offer.
  std::size_t asked_video_ = 0;
  bool asked_ = false;
};

}  // namespace parley::media
