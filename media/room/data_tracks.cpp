#include "media/room/data_tracks.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace parley::media {
namespace {

using Response = livekit::RequestResponse;

bool is_encoding(const std::string& custom) {
  return !custom.empty() && custom.size() <= DataTracks::kMaxCustomEncoding;
}

/// What a request says of the track's contents, where it says it in words of its own.
bool is_readable(const livekit::PublishDataTrackRequest& request) {
  const auto& frames = request.frame_encoding();
  if (frames.value_case() == livekit::DataTrackFrameEncoding::kCustom &&
      !is_encoding(frames.custom())) {
    return false;
  }
  const auto& schema = request.schema().encoding();
  return schema.value_case() != livekit::DataTrackSchemaEncoding::kCustom ||
         is_encoding(schema.custom());
}

std::unexpected<Response> refuse(const livekit::PublishDataTrackRequest& request,
                                 Response::Reason reason, const char* why) {
  Response out;
  out.set_reason(reason);
  out.set_message(why);
  *out.mutable_publish_data_track() = request;
  return std::unexpected(std::move(out));
}

}  // namespace

std::expected<const DataTracks::Track*, Response> DataTracks::publish(
    const Participant& from, const livekit::PublishDataTrackRequest& request) {
  if (!from.grants.can_publish_data()) {
    return refuse(request, Response::NOT_ALLOWED, "does not have permission to publish data");
  }
  if (request.pub_handle() == 0 ||
      request.pub_handle() > std::numeric_limits<std::uint16_t>::max()) {
    return refuse(request, Response::INVALID_HANDLE, "pub_handle must be 1 to 65535");
  }
  if (request.name().empty() || request.name().size() > kMaxName) {
    return refuse(request, Response::INVALID_NAME, "name must be 1 to 256 bytes");
  }
  if (!is_readable(request)) {
    return refuse(request, Response::INVALID_REQUEST, "a custom encoding must be 1 to 32 bytes");
  }
  std::size_t mine = 0;
  for (const auto& [sid, track] : tracks_) {
    if (track.publisher_sid != from.sid) continue;
    ++mine;
    if (track.info.pub_handle() == request.pub_handle()) {
      return refuse(request, Response::DUPLICATE_HANDLE, "this pub_handle is in use");
    }
    if (track.info.name() == request.name()) {
      return refuse(request, Response::DUPLICATE_NAME, "a data track of this name is published");
    }
  }
  if (mine >= kMaxPerParticipant || tracks_.size() >= std::numeric_limits<std::uint16_t>::max()) {
    return refuse(request, Response::LIMIT_EXCEEDED, "too many data tracks");
  }
  Track track;
  track.info.set_pub_handle(request.pub_handle());
  track.info.set_sid(ids_.data_track());
  track.info.set_name(request.name());
  track.info.set_encryption(request.encryption());
  if (request.has_frame_encoding()) *track.info.mutable_frame_encoding() = request.frame_encoding();
  if (request.has_schema()) *track.info.mutable_schema() = request.schema();
  track.publisher_sid = from.sid;
  track.publisher_identity = from.identity;
  track.handle = next_handle();
  const std::string sid = track.info.sid();
  return &tracks_.emplace(sid, std::move(track)).first->second;
}

/// The longest unused one first, so that a packet under way is not taken for another track's.
std::uint16_t DataTracks::next_handle() {
  auto taken = [&] {
    return last_handle_ == 0 || std::ranges::any_of(tracks_, [&](const auto& entry) {
             return entry.second.handle == last_handle_;
           });
  };
  do {
    ++last_handle_;
  } while (taken());
  return last_handle_;
}

std::optional<DataTracks::Track> DataTracks::unpublish(std::string_view publisher_sid,
                                                       std::uint32_t pub_handle) {
  const auto found = std::ranges::find_if(tracks_, [&](const auto& entry) {
    return entry.second.publisher_sid == publisher_sid &&
           entry.second.info.pub_handle() == pub_handle;
  });
  if (found == tracks_.end()) return std::nullopt;
  Track out = std::move(found->second);
  tracks_.erase(found);
  return out;
}

std::vector<DataTracks::Track> DataTracks::forget(const std::string& participant_sid) {
  std::vector<Track> gone;
  for (auto at = tracks_.begin(); at != tracks_.end();) {
    at->second.subscribers.erase(participant_sid);
    if (at->second.publisher_sid == participant_sid) {
      gone.push_back(std::move(at->second));
      at = tracks_.erase(at);
    } else {
      ++at;
    }
  }
  return gone;
}

bool DataTracks::subscribe(const std::string& subscriber_sid, std::string_view track_sid) {
  const auto found = tracks_.find(track_sid);
  return found != tracks_.end() && found->second.publisher_sid != subscriber_sid &&
         found->second.subscribers.insert(subscriber_sid).second;
}

bool DataTracks::unsubscribe(const std::string& subscriber_sid, std::string_view track_sid) {
  const auto found = tracks_.find(track_sid);
  return found != tracks_.end() && found->second.subscribers.erase(subscriber_sid) > 0;
}

bool DataTracks::subscribed(const std::string& subscriber_sid,
                            std::string_view publisher_sid) const {
  return std::ranges::any_of(tracks_, [&](const auto& entry) {
    return entry.second.publisher_sid == publisher_sid &&
           entry.second.subscribers.contains(subscriber_sid);
  });
}

livekit::DataTrackSubscriberHandles DataTracks::handles_of(
    const std::string& subscriber_sid, const std::function<bool(const Track&)>& permitted) const {
  livekit::DataTrackSubscriberHandles out;
  for (const auto& [sid, track] : tracks_) {
    if (!track.subscribers.contains(subscriber_sid) || !permitted(track)) continue;
    auto& published = (*out.mutable_sub_handles())[track.handle];
    published.set_publisher_identity(track.publisher_identity);
    published.set_publisher_sid(track.publisher_sid);
    published.set_track_sid(sid);
  }
  return out;
}

const DataTracks::Track* DataTracks::find(std::string_view track_sid) const {
  const auto found = tracks_.find(track_sid);
  return found == tracks_.end() ? nullptr : &found->second;
}

const DataTracks::Track* DataTracks::find(std::string_view publisher_sid,
                                          std::uint32_t pub_handle) const {
  for (const auto& [sid, track] : tracks_) {
    if (track.publisher_sid == publisher_sid && track.info.pub_handle() == pub_handle) {
      return &track;
    }
  }
  return nullptr;
}

std::vector<const DataTracks::Track*> DataTracks::all() const {
  std::vector<const Track*> out;
  for (const auto& [sid, track] : tracks_) out.push_back(&track);
  return out;
}

void DataTracks::list(std::string_view publisher_sid, livekit::ParticipantInfo& info) const {
  for (const auto& [sid, track] : tracks_) {
    if (track.publisher_sid == publisher_sid) *info.add_data_tracks() = track.info;
  }
}

}  // namespace parley::media
