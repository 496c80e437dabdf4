#pragma once

#include <expected>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "media/session/client_peer.h"
#include "media/session/viewer.h"
#include "plane.pb.h"
#include "resource.pb.h"

namespace parley::media {

/// The conversation of a client that has no WebSocket: its one offer and our one answer (WHIP,
/// WHEP), and what HTTP asks of it later. What a WebSocket would carry on, this ends: no
/// renegotiation, no resume, no token refreshed.
///
///  owner   Session
///  source  RFC 9725; draft-ietf-wish-whep-02
class OneShot {
 public:
  /// Null if `start` comes from a client with a WebSocket.
  static std::unique_ptr<OneShot> from(const plane::StartSession& start, Surroundings& world,
                                       Publisher& publisher, Subscriber& subscriber);

  struct Refusal {
    std::uint32_t http_status = 422;
    std::string reason;
  };
  /// The answer, and what follows from it for the room.
  std::expected<ClientPeer::Settled, Refusal> begin(ClientPeer& peer,
                                                    const livekit::SessionDescription& offer,
                                                    Viewer::Tracks tracks, WallTime now);

  /// Whoever watches looks again at what there is; the SIDs of what begins to flow.
  std::vector<std::string> look(Viewer::Tracks tracks);

  /// Everything but the end, which is the session's.
  plane::ResourceResult serve(ClientPeer& peer, const plane::ResourceCall& call);

  Viewer* viewer() { return viewer_.get(); }

 private:
  OneShot(Publisher& publisher, std::unique_ptr<Viewer> viewer)
      : publisher_(publisher), viewer_(std::move(viewer)) {}

  plane::ResourceResult on_ice(ClientPeer& peer, const plane::ResourceCall::Ice& ice) const;

  Publisher& publisher_;
  std::unique_ptr<Viewer> viewer_;  ///< Null for WHIP.
  std::string first_kind_;          ///< Of the section that stands for the bundle in fragments.
  std::string first_mid_;
};

plane::ResourceResult resource_error(std::uint32_t http_status, std::string error);

}  // namespace parley::media
