#include "media/session/participant.h"

#include <algorithm>
#include <chrono>

namespace parley::media {

Participant Participant::from(const plane::StartSession& start, std::string sid, WallTime now) {
  Participant out;
  out.sid = std::move(sid);
  out.identity = start.identity();
  out.name = start.name();
  out.metadata = start.metadata();
  for (const auto& [key, value] : start.attributes()) {
    if (!value.empty()) out.attributes[key] = value;
  }
  out.kind = start.kind();
  for (int detail : start.kind_details()) {
    out.kind_details.push_back(static_cast<livekit::ParticipantInfo::KindDetail>(detail));
  }
  out.grants = start.grants();
  out.client = start.client();
  out.joined_at = now;
  out.internal = start.internal();
  return out;
}

bool Participant::apply(const Profile& change) {
  std::map<std::string, std::string> merged = attributes;
  for (const auto& [key, value] : change.attributes) {
    if (value.empty()) {
      merged.erase(key);
    } else {
      merged[key] = value;
    }
  }
  std::size_t size = 0;
  for (const auto& [key, value] : merged) size += key.size() + value.size();
  if (change.metadata.size() > kMaxMetadata || size > kMaxAttributes ||
      change.name.size() > kMaxName) {
    return false;
  }
  if (!change.metadata.empty()) metadata = change.metadata;
  if (!change.name.empty()) name = change.name;
  attributes = std::move(merged);
  touch();
  return true;
}

void Participant::apply(const livekit::ParticipantPermission& permission) {
  grants.set_can_subscribe(permission.can_subscribe());
  grants.set_can_publish(permission.can_publish());
  grants.set_can_publish_data(permission.can_publish_data());
  *grants.mutable_can_publish_sources() = permission.can_publish_sources();
  grants.set_hidden(permission.hidden());
  grants.set_recorder(permission.recorder());
  grants.set_can_update_own_metadata(permission.can_update_metadata());
  grants.set_agent(permission.agent());
  grants.set_can_subscribe_metrics(permission.can_subscribe_metrics());
  touch();
}

bool Participant::may_publish(livekit::TrackSource source) const {
  if (!grants.can_publish()) return false;
  const auto& sources = grants.can_publish_sources();
  return sources.empty() || std::ranges::find(sources, static_cast<int>(source)) != sources.end();
}

bool Participant::is_dependent() const {
  return is_secret() || grants.recorder() || grants.agent() ||
         kind == livekit::ParticipantInfo::AGENT || kind == livekit::ParticipantInfo::EGRESS;
}

livekit::ParticipantPermission Participant::permission() const {
  livekit::ParticipantPermission out;
  out.set_can_subscribe(grants.can_subscribe());
  out.set_can_publish(grants.can_publish());
  out.set_can_publish_data(grants.can_publish_data());
  for (int source : grants.can_publish_sources()) {
    out.add_can_publish_sources(static_cast<livekit::TrackSource>(source));
  }
  out.set_hidden(grants.hidden());
  out.set_recorder(grants.recorder());
  out.set_can_update_metadata(grants.can_update_own_metadata());
  out.set_agent(grants.agent());
  out.set_can_subscribe_metrics(grants.can_subscribe_metrics());
  return out;
}

livekit::ParticipantInfo Participant::to_info() const {
  using std::chrono::duration_cast;
  livekit::ParticipantInfo out;
  out.set_sid(sid);
  out.set_identity(identity);
  out.set_name(name);
  out.set_metadata(metadata);
  out.mutable_attributes()->insert(attributes.begin(), attributes.end());
  out.set_kind(kind);
  for (auto detail : kind_details) out.add_kind_details(detail);
  out.set_state(state);
  out.set_disconnect_reason(disconnect_reason);
  *out.mutable_permission() = permission();
  const auto since_epoch = joined_at.time_since_epoch();
  out.set_joined_at(duration_cast<std::chrono::seconds>(since_epoch).count());
  out.set_joined_at_ms(duration_cast<std::chrono::milliseconds>(since_epoch).count());
  out.set_version(version);
  // Clients choose the newest form of RPC and data streams that both ends know by these two.
  out.set_client_protocol(client.client_protocol());
  *out.mutable_capabilities() = client.capabilities();
  return out;
}

}  // namespace parley::media
