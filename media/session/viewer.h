#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "media/negotiation/answer.h"
#include "media/session/subscriber.h"
#include "media/session/surroundings.h"
#include "plane.pb.h"
#include "resource.pb.h"

namespace parley::media {

/// What a player that cannot negotiate again sees and hears (WHEP): one section of sound and one of
/// picture, settled once, and on each of them whatever there is to watch at the moment. It follows
/// one participant, the one that it was told or whoever publishes first, and goes over to another
/// when that one ends; the player sees one stream all the while.
///
///  owner    OneShot
///  bounded  two sections
///  source   draft-ietf-wish-whep-02
class Viewer {
 public:
  using Tracks = std::vector<std::shared_ptr<const PublishedTrack>>;

  Viewer(Surroundings& world, Subscriber& subscriber, plane::StartSession::Whep wish);

  /// What can be watched at the moment, before an offer and after each change. Returns the SIDs of
  /// what begins to flow.
  std::vector<std::string> look(Tracks tracks);

  // --- The offer, by ClientPeer
  void plan(const sdp::Session& offer, std::vector<SectionPlan>& plans);
  std::vector<std::string> settle(std::span<const Negotiated> sections, TransportId transport);
  /// Whether the offer had anything to show something on.
  bool has_sections() const { return !slots_.empty(); }

  // --- The player's choice
  /// The error says what is wrong with it.
  std::expected<void, std::string> choose(const plane::ResourceCall::ChooseLayer& choice);
  void describe(plane::ResourceResult& out) const;

 private:
  struct Slot {
    std::string mid;
    Kind kind = Kind::audio;
    std::uint32_t ssrc = 0;
    std::uint32_t rtx_ssrc = 0;
    std::vector<CodecBinding> codecs;  ///< Of the offer; what flows now comes first.
    std::optional<Negotiated> settled;
    std::shared_ptr<const PublishedTrack> track;  ///< Shown, or about to be.
    plane::ResourceCall::ChooseLayer choice;
  };

  /// Whom to follow: empty if nobody is worth it.
  std::string choose_participant() const;
  std::shared_ptr<const PublishedTrack> choose_track(const Slot& slot,
                                                     std::string_view identity) const;
  bool suits(const Slot& slot, const PublishedTrack& track) const;
  bool start(Slot& slot);
  void stop(Slot& slot);

  Surroundings& world_;
  Subscriber& subscriber_;
  plane::StartSession::Whep wish_;
  TransportId transport_;
  Tracks tracks_;
  std::string followed_;  ///< Identity: who comes back is followed again.
  std::vector<Slot> slots_;
};

/// What a player's choice comes to for this track.
ViewSettings view_of(const livekit::TrackInfo& track,
                     const plane::ResourceCall::ChooseLayer& choice);

}  // namespace parley::media
