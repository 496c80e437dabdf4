#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/time.h"
#include "livekit_models.pb.h"
#include "plane.pb.h"

namespace parley::media {

/// Limits of what is kept of a participant, in bytes.
inline constexpr std::size_t kMaxMetadata = 512 * 1024;
inline constexpr std::size_t kMaxAttributes = 64 * 1024;
inline constexpr std::size_t kMaxName = 256;

/// What participants, or backends for them, change of how they appear. An empty text changes
/// nothing; an attribute with an empty value is removed.
struct Profile {
  std::string name;
  std::string metadata;
  std::map<std::string, std::string> attributes;
};

/// Who somebody in a room is, and what they may do. Values only; each change that others must see
/// goes through `touch`, because clients drop an update whose version is not newer.
struct Participant {
  std::string sid;
  std::string identity;
  std::string name;
  std::string metadata;
  std::map<std::string, std::string> attributes;
  livekit::ParticipantInfo::Kind kind = livekit::ParticipantInfo::STANDARD;
  std::vector<livekit::ParticipantInfo::KindDetail> kind_details;
  livekit::ParticipantInfo::State state = livekit::ParticipantInfo::JOINING;
  livekit::DisconnectReason disconnect_reason = livekit::UNKNOWN_REASON;
  plane::Grants grants;
  livekit::ClientInfo client;
  WallTime joined_at{};
  std::uint32_t version = 0;
  bool internal = false;  ///< See plane.StartSession.

  static Participant from(const plane::StartSession& start, std::string sid, WallTime now);

  void touch() { ++version; }
  /// False, and nothing is changed, if it would come to more than is kept.
  bool apply(const Profile& change);
  /// In place of what the token allowed.
  void apply(const livekit::ParticipantPermission& permission);
  bool may_publish(livekit::TrackSource source) const;
  /// Recorders, agents and egress depend on the others: they hold no room open and fill no seat.
  bool is_dependent() const;
  /// A device of the platform's own, of which neither people nor backends hear.
  bool is_secret() const { return internal && grants.hidden(); }
  /// Without tracks; the session adds its own.
  livekit::ParticipantInfo to_info() const;
  livekit::ParticipantPermission permission() const;
};

}  // namespace parley::media
