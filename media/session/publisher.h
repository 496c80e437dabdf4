#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "livekit_rtc.pb.h"
#include "media/negotiation/answer.h"
#include "media/session/participant.h"
#include "media/session/surroundings.h"

namespace parley::media {

/// What one participant sends. A track is announced by AddTrack and described by the client's
/// offer, in either order; it becomes visible to others when both have come.
///
///  owner    Session
///  bounded  kMaxPending announced tracks without media, kMaxTracks in all; kMaxQueued of a name
///           that another still has
class Publisher {
 public:
  static constexpr std::size_t kMaxPending = 20;
  static constexpr std::size_t kMaxTracks = 100;
  static constexpr std::size_t kMaxQueued = 3;

  Publisher(const Participant& participant, Surroundings& world);

  /// The answer to AddTrack: the track's info, or why not.
  using AddReply = std::variant<livekit::TrackPublishedResponse, livekit::RequestResponse>;
  AddReply add_track(const livekit::AddTrackRequest& request, WallTime now);

  /// How to receive a section that the client offers to send: claims the track that it carries.
  ReceivePlan plan(const sdp::Media& offered);

  /// What changed when an answer was settled, in the order in which it must be told.
  struct Change {
    std::vector<std::shared_ptr<PublishedTrack>> gone;
    std::vector<std::shared_ptr<PublishedTrack>> live;
    std::vector<std::shared_ptr<PublishedTrack>> backups;  ///< Whose second codec came or went.
    std::vector<livekit::AddTrackRequest> due;  ///< Waited for the name of one that is gone.
  };
  Change settle(const sdp::Session& offer, std::span<const Negotiated> sections,
                TransportId transport);

  /// AddTrack came after its offer: gives the waiting section to the new track.
  Change adopt_unclaimed(TransportId transport);

  /// Whether others see what is published.
  void set_hidden(bool hidden);

  /// What the participant may not publish any more goes.
  Change withdraw_forbidden();

  /// Everything goes, as when the participant leaves.
  std::vector<std::shared_ptr<PublishedTrack>> clear();

  /// The first packet of a stream has come. The track of which it is the second codec, if so.
  std::shared_ptr<PublishedTrack> on_stream_started(StreamId stream);

  PublishedTrack* find(std::string_view sid);
  /// The live ones, in order of publication.
  const std::vector<std::shared_ptr<PublishedTrack>>& tracks() const { return live_; }

 private:
  /// A section that sends, as last negotiated.
  struct Section {
    std::string mid;
    std::string track_id;                   ///< By its msid.
    std::shared_ptr<PublishedTrack> track;  ///< nullptr: no AddTrack has claimed it yet.
    bool backup = false;                    ///< It carries the track's second codec.
    bool withdrawn = false;                 ///< Its track was forbidden; another may still come.
    sdp::Media offered;
    Negotiated negotiated;
  };

  AddReply add_backup(const livekit::AddTrackRequest& request);
  std::shared_ptr<PublishedTrack> claim(std::string_view track_id, sdp::Kind kind);
  /// A live track whose second codec is called so and has no section yet.
  std::shared_ptr<PublishedTrack> claim_backup(std::string_view track_id);
  Section& section(const std::string& mid);
  /// Media can come; true if it is the first of its track.
  bool go_live(Section& section, TransportId transport, Change& change);
  void start_backup(Section& section, TransportId transport, Change& change);
  /// Its section carries it no longer: the track goes, or its second codec.
  void vacate(Section& section, Change& change);
  void retire(std::shared_ptr<PublishedTrack> track, Change& change);

  const Participant& participant_;
  Surroundings& world_;
  std::vector<std::shared_ptr<PublishedTrack>> pending_;  ///< Announced, no media yet.
  std::vector<std::shared_ptr<PublishedTrack>> live_;
  std::vector<livekit::AddTrackRequest> queued_;  ///< In the order in which they came.
  /// Lost their section to another track in the offer at hand; `settle` ends them.
  std::vector<std::shared_ptr<PublishedTrack>> displaced_;
  std::vector<Section> sections_;
};

}  // namespace parley::media
