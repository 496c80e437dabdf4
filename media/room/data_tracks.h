#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "livekit_rtc.pb.h"
#include "media/session/ids.h"
#include "media/session/participant.h"

namespace parley::media {

/// The data tracks of a room: who publishes which, who has subscribed, and by which handle a track
/// is known to its subscribers. A publisher numbers its tracks itself; toward subscribers each
/// track has one number in the whole room, so that a packet is rewritten once for all of them.
///
///  owner    Room
///  thread   the node's control thread
///  bounded  kMaxPerParticipant tracks each; handles are 16 bits
///  source   LiveKit's protocol: data tracks
class DataTracks {
 public:
  static constexpr std::size_t kMaxPerParticipant = 64;
  static constexpr std::size_t kMaxName = 256;
  static constexpr std::size_t kMaxCustomEncoding = 32;

  explicit DataTracks(Ids& ids) : ids_(ids) {}

  struct Track {
    livekit::DataTrackInfo info;  ///< With the publisher's handle.
    std::string publisher_sid;
    std::string publisher_identity;
    std::uint16_t handle = 0;           ///< Toward subscribers; never zero.
    std::set<std::string> subscribers;  ///< SIDs
  };

  /// The error says why not, with the request in it.
  std::expected<const Track*, livekit::RequestResponse> publish(
      const Participant& from, const livekit::PublishDataTrackRequest& request);
  /// What was published under this handle; nullopt if nothing was.
  std::optional<Track> unpublish(std::string_view publisher_sid, std::uint32_t pub_handle);
  /// Everything of somebody who leaves, subscriptions too. Returns what they had published.
  std::vector<Track> forget(const std::string& participant_sid);

  /// True if something changed: the subscriber is then told its handles.
  bool subscribe(const std::string& subscriber_sid, std::string_view track_sid);
  bool unsubscribe(const std::string& subscriber_sid, std::string_view track_sid);
  /// Of the tracks that `permitted` is true for.
  livekit::DataTrackSubscriberHandles handles_of(
      const std::string& subscriber_sid, const std::function<bool(const Track&)>& permitted) const;
  /// Whether anything of this publisher is subscribed.
  bool subscribed(const std::string& subscriber_sid, std::string_view publisher_sid) const;

  const Track* find(std::string_view track_sid) const;
  const Track* find(std::string_view publisher_sid, std::uint32_t pub_handle) const;
  std::vector<const Track*> all() const;
  /// Adds what they publish.
  void list(std::string_view publisher_sid, livekit::ParticipantInfo& info) const;

 private:
  std::uint16_t next_handle();

  Ids& ids_;
  std::map<std::string, Track, std::less<>> tracks_;  ///< By SID.
  std::uint16_t last_handle_ = 0;
};

}  // namespace parley::media
