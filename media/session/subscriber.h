#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livekit_rtc.pb.h"
#include "media/negotiation/answer.h"
#include "media/session/surroundings.h"

namespace parley::media {

/// What a client told us of how it shows a track (`track_setting`).
struct ViewSettings {
  bool disabled = false;
  livekit::VideoQuality quality = livekit::HIGH;
  std::uint32_t width = 0;  ///< Of the element it is shown in; 0: not said. Beats quality.
  std::uint32_t height = 0;
  std::uint32_t fps = 0;  ///< 0: all of them.
  std::uint8_t max_temporal = 7;
  std::uint32_t priority = 0;  ///< 1 to 255 where there is not enough bandwidth; 0: the usual one.
};

/// Which layer of the track serves such a view: the smallest that covers the size, else the
/// quality.
std::uint8_t spatial_layer_for(const livekit::TrackInfo& track, const ViewSettings& view);
std::uint8_t temporal_layer_for(const ViewSettings& view);
/// LiveKit's: what a client does not say is 255 for a shared screen and 1 for anything else.
std::uint8_t priority_of(const livekit::TrackInfo& track, const ViewSettings& view);
/// The quality by which clients call that layer.
livekit::VideoQuality quality_for(const livekit::TrackInfo& track, const ViewSettings& view);

/// One track on its way to this participant.
struct Downstream {
  std::shared_ptr<const PublishedTrack> track;
  SubscriptionId id;
  std::uint32_t ssrc = 0;
  std::uint32_t rtx_ssrc = 0;
  std::uint32_t fec_ssrc = 0;
  ViewSettings view;

  enum class State : std::uint8_t {
    waiting,      ///< Wants a media section.
    negotiating,  ///< Has one; the descriptions are not settled yet.
    flowing,
    awaiting_codec,  ///< Settled, for a second codec that the publisher does not send yet.
    unsupported,     ///< The client has no decoder for it.
  } state = State::waiting;

  /// What was settled.
  Negotiated section;
  TransportId transport;
  bool uses_backup = false;  ///< It gets the track's second codec.

  /// There is no bandwidth for it at present (`stream_state_update`), and what its client was last
  /// told of that, if ever.
  bool congested = false;
  std::optional<bool> told_congested;

  SendPlan plan();

 private:
  std::vector<CodecBinding> offered_;  ///< All codecs of the track, the second one too.
};

/// What one participant wants to see and hear. It holds wishes; the peers (client_peer.h,
/// server_peer.h) find them a section and call back when it is settled.
class Subscriber {
 public:
  /// What its client said of itself when it joined.
  struct Abilities {
    bool adaptive_stream = false;
    bool packet_trailers = false;
    bool may_pause = false;  ///< Its videos may be paused where there is not enough bandwidth.
  };
  Subscriber(Surroundings& world, Abilities abilities);

  /// True if something changed that needs a negotiation.
  bool subscribe(std::shared_ptr<const PublishedTrack> track);
  bool unsubscribe(std::string_view track_sid);
  void configure(std::string_view track_sid, const ViewSettings& view);
  void set_disabled(std::string_view track_sid, bool disabled);

  Downstream* find(std::string_view track_sid);
  /// nullptr: that wish has ended.
  Downstream* find(SubscriptionId id);
  const std::vector<std::unique_ptr<Downstream>>& downstreams() const { return downstreams_; }
  /// The longest-waiting one of a kind, or nullptr.
  Downstream* next_waiting(Kind kind);
  std::size_t waiting(Kind kind) const;

  /// Its section was settled: media begins, or the client turned out to lack the codec (false).
  bool start(Downstream& downstream, const Negotiated& section, TransportId transport);
  /// Its section is gone or taken away; it waits for another.
  void suspend(Downstream& downstream);

  /// The second codec of a track can be had, or no longer.
  void on_backup_changed(std::string_view track_sid);
  /// It has taken the place of the first, for all who decode it.
  void on_regressed(std::string_view track_sid);

  /// Whether anything of this participant is subscribed.
  bool follows(std::string_view participant_sid) const;
  /// SIDs of all of whom something is, each once; valid until something changes here.
  std::vector<std::string_view> follows() const;
  void clear();

 private:
  void begin(Downstream& downstream);
  void begin_anew(Downstream& downstream);
  void configure(const Downstream& downstream);
  /// Tells the room what is wanted of the track now.
  void report(const Downstream& downstream);

  Surroundings& world_;
  Abilities abilities_;
  std::vector<std::unique_ptr<Downstream>> downstreams_;
};

}  // namespace parley::media
