#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "livekit_rtc.pb.h"
#include "media/session/peer.h"
#include "media/session/subscriber.h"

namespace parley::media {

/// The subscriber's peer connection of `/rtc`: every offer is ours, one at a time.
class ServerPeer {
 public:
  /// An offer that is not answered within this time has failed (contract section 2.4).
  static constexpr Duration kAnswerTimeout = 15s;

  ServerPeer(Surroundings& world, Subscriber& subscriber);

  /// Something changed: an offer is due as soon as none is on its way.
  void want_offer() { wanted_ = true; }
  /// ICE restart by our next offer, replacing one that is on its way (the client has lost it).
  void restart(Time now);

  /// The offer to send now, if any.
  std::optional<livekit::SessionDescription> next_offer(Time now);

  struct Settled {
    std::vector<std::string> unsupported;
    std::vector<std::string> started;
  };
  std::expected<Settled, std::string> on_answer(const livekit::SessionDescription& answer);

  std::optional<Time> answer_deadline() const { return deadline_; }
  TransportId transport() const { return peer_.transport(); }

 private:
  struct Section {
    std::string mid;
    Kind kind = Kind::audio;
    std::optional<SubscriptionId> holder;  ///< Whose wish it serves; may have ended meanwhile.
    std::string track_sid;
    /// A browser's track keeps the id of the first track that the section ever carried.
    std::string first_track_sid;
    bool stale = false;  ///< Must be offered inactive once before it is used again.
  };

  void assign();
  std::vector<OfferedSection> describe() const;

  Subscriber& subscriber_;
  Peer peer_;
  std::vector<Section> sections_;
  std::vector<OfferedSection> in_flight_;
  std::uint32_t offer_id_ = 0;
  std::optional<Time> deadline_;  ///< Set while an offer is on its way.
  bool wanted_ = true;            ///< The data channels alone are worth the first offer.
};

}  // namespace parley::media
