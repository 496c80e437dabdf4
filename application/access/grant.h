#pragma once

#include "application/access/capability.h"
#include "plane.pb.h"

namespace parley::application::access {

/// What the media plane enforces for somebody with these capabilities: the grants of their token,
/// in LiveKit's words. What it knows nothing of (polls, the lobby) is enforced by the application.
///
/// Some is on purpose as it is. Nobody gets `roomAdmin`: powers over others go through the
/// application, which knows who outranks whom, while LiveKit's admin may do everything to
/// everybody. Data needs the right to chat with all, with one, and to send files, since it can be
/// any of these. The microphone needs the right to unmute oneself: else it is granted when somebody
/// allows to speak.
plane::Grants grants_of(Capabilities capabilities);

/// What was decided about one person, or about all, beyond their role.
struct Circumstances {
  bool allowed_to_speak = false;  ///< After a raised hand.
  bool hard_muted = false;
  bool video_stopped = false;
  bool share_stopped = false;
  bool suspended = false;  ///< Sound, pictures, chat and files of all.
};
Capabilities under(const Circumstances& circumstances, Capabilities capabilities);

}  // namespace parley::application::access
