#include "media/session/subscription_permissions.h"

#include <algorithm>

namespace parley::media {

bool SubscriptionPermissions::allow(const Participant& subscriber,
                                    std::string_view track_sid) const {
  if (wish_.all_participants() || subscriber.grants.recorder() ||
      subscriber.kind == livekit::ParticipantInfo::EGRESS) {
    return true;
  }
  return std::ranges::any_of(wish_.track_permissions(), [&](const auto& permission) {
    const bool meant = permission.participant_identity().empty()
                           ? permission.participant_sid() == subscriber.sid
                           : permission.participant_identity() == subscriber.identity;
    return meant &&
           (permission.all_tracks() ||
            std::ranges::find(permission.track_sids(), track_sid) != permission.track_sids().end());
  });
}

}  // namespace parley::media
