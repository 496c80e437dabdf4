#include "media/room/data_rules.h"

#include <algorithm>

namespace parley::media {
namespace {

bool is_agent(const Participant& participant) {
  return participant.grants.agent() || participant.kind == livekit::ParticipantInfo::AGENT;
}

/// Marks what an agent says in somebody else's name; false if it may not.
bool mark_generated(livekit::DataPacket& packet) {
  if (packet.has_chat_message()) {
    packet.mutable_chat_message()->set_generated(true);
    return true;
  }
  if (packet.has_stream_header() && packet.stream_header().has_text_header()) {
    packet.mutable_stream_header()->mutable_text_header()->set_generated(true);
    return true;
  }
  return false;
}

}  // namespace

bool may_pass(const livekit::DataPacket& packet, const Participant& from) {
  switch (packet.value_case()) {
    case livekit::DataPacket::kUser:
    case livekit::DataPacket::kSipDtmf:
    case livekit::DataPacket::kMetrics:
    case livekit::DataPacket::kChatMessage:
    case livekit::DataPacket::kRpcRequest:
    case livekit::DataPacket::kRpcAck:
    case livekit::DataPacket::kRpcResponse:
    case livekit::DataPacket::kStreamHeader:
    case livekit::DataPacket::kStreamChunk:
    case livekit::DataPacket::kStreamTrailer:
    case livekit::DataPacket::kEncryptedPacket:
      return true;
    case livekit::DataPacket::kTranscription:
      return is_agent(from);
    default:
      return false;
  }
}

void stamp(livekit::DataPacket& packet, const Participant& sender, Channel channel) {
  packet.set_participant_sid(sender.sid);
  const bool for_another = is_agent(sender) && !packet.participant_identity().empty() &&
                           packet.participant_identity() != sender.identity;
  if (!for_another || !mark_generated(packet)) {
    packet.set_participant_identity(sender.grants.hidden() ? "" : sender.identity);
  }
  packet.set_kind(channel == Channel::lossy ? livekit::DataPacket::LOSSY
                                            : livekit::DataPacket::RELIABLE);
  if (!packet.has_user()) return;
  livekit::UserPacket& user = *packet.mutable_user();
  user.set_participant_sid(sender.sid);
  user.set_participant_identity(packet.participant_identity());
  if (packet.destination_identities().empty()) {
    *packet.mutable_destination_identities() = user.destination_identities();
  } else {
    *user.mutable_destination_identities() = packet.destination_identities();
  }
}

bool is_for(const livekit::DataPacket& packet, const Participant& participant) {
  if (packet.has_metrics() && !participant.grants.can_subscribe_metrics()) return false;
  const auto& identities = packet.destination_identities();
  const auto& sids = packet.user().destination_sids();
  return (identities.empty() && sids.empty()) ||
         std::ranges::find(identities, participant.identity) != identities.end() ||
         std::ranges::find(sids, participant.sid) != sids.end();
}

bool NonceWindow::is_new(const std::string& nonce) {
  if (nonce.empty()) return true;
  if (std::ranges::find(seen_, nonce) != seen_.end()) return false;
  seen_.push_back(nonce);
  if (seen_.size() > kRemembered) seen_.pop_front();
  return true;
}

}  // namespace parley::media
