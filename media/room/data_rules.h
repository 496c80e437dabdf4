#pragma once

#include <deque>
#include <string>

#include "livekit_models.pb.h"
#include "media/control/types.h"
#include "media/session/participant.h"

/// What clients may send each other over data channels, and what the server sees to in it.
namespace parley::media {

/// A packet of a kind that is passed on. Metrics are, to those who may have them.
bool may_pass(const livekit::DataPacket& packet, const Participant& from);

/// Writes the truth about the sender over whatever it said of itself, and whom it is for into both
/// places where that may stand. Agents may speak for another in chat and text streams: that is
/// marked.
void stamp(livekit::DataPacket& packet, const Participant& sender, Channel channel);

/// Whom it is for: those whom it names, or all.
bool is_for(const livekit::DataPacket& packet, const Participant& participant);

/// Backends repeat a call that got no answer: the nonce tells it from a new one.
class NonceWindow {
 public:
  static constexpr std::size_t kRemembered = 100;
  /// True once for each nonce; always for none.
  bool is_new(const std::string& nonce);

 private:
  std::deque<std::string> seen_;
};

}  // namespace parley::media
