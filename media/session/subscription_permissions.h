#pragma once

#include <string_view>

#include "livekit_rtc.pb.h"
#include "media/session/participant.h"

namespace parley::media {

/// Whom a publisher lets receive its tracks. Everybody, until it says otherwise.
class SubscriptionPermissions {
 public:
  void set(const livekit::SubscriptionPermission& wish) { wish_ = wish; }
  /// Recorders and egress are exempt: whoever may record decides that elsewhere.
  bool allow(const Participant& subscriber, std::string_view track_sid) const;

 private:
  static livekit::SubscriptionPermission everybody() {
    livekit::SubscriptionPermission out;
    out.set_all_participants(true);
    return out;
  }
  livekit::SubscriptionPermission wish_ = everybody();
};

}  // namespace parley::media
