#include <algorithm>
#include <utility>

#include "media/room/room.h"
#include "protocols/data_track/packet.h"

/// Data in a room: packets between participants, a backend's packets and calls, data tracks.
namespace parley::media {

void Room::on_data(Session& from, livekit::DataPacket& packet, Channel channel, Time now) {
  const Participant& sender = from.participant();
  if (!may_pass(packet, sender) || !nonces_.is_new(packet.user().nonce())) return;
  if (rpc_calls_.on_packet(packet, sender.identity)) return;
  stamp(packet, sender, channel);
  if (!sender.grants.hidden() && !roster_.lists(sender.sid)) {
    tell_of_people(roster_.change(from.info(), sessions_.size(), now), &from);
  }
  distribute(packet, channel, &from, now);
}

void Room::send_from_outside(const livekit::DataPacket& packet, Time now) {
  if (!nonces_.is_new(packet.user().nonce())) return;
  distribute(packet,
             packet.kind() == livekit::DataPacket::LOSSY ? Channel::lossy : Channel::reliable,
             nullptr, now);
}

void Room::distribute(const livekit::DataPacket& packet, Channel channel, const Session* from,
                      Time now) {
  const std::string text = packet.SerializeAsString();
  DataMessage message{channel,
                      std::make_shared<const std::vector<std::uint8_t>>(text.begin(), text.end()),
                      packet.participant_sid(), packet.sequence()};
  for (auto& [sid, other] : sessions_) {
    if (other.get() == from || other->ended() || !is_for(packet, other->participant())) continue;
    // Measurements are for those who watch what was measured.
    if (packet.has_metrics() && !other->subscribed_to(packet.participant_sid())) continue;
    other->deliver(message, now);
  }
}

void Room::perform_rpc(const livekit::PerformRpcRequest& request, RpcCalls::Done done, Time now) {
  const auto fail = [&](RpcCode code, std::string why) {
    done(std::unexpected(RpcCalls::error(code, std::move(why))));
  };
  if (request.payload().size() > RpcCalls::kMaxPayload) {
    return fail(RpcCode::request_too_large, "the payload is larger than 15 KiB");
  }
  if (find_identity(request.destination_identity()) == nullptr) {
    return fail(RpcCode::recipient_not_found, "participant does not exist");
  }
  if (rpc_calls_.full()) return fail(RpcCode::connection_timeout, "too many calls at a time");
  distribute(rpc_calls_.begin(request, std::move(done), now), Channel::reliable, nullptr, now);
}

// ---------------------------------------------------------------------------------------------------
// Data tracks

void Room::on_data_track_request(Session& from, const livekit::SignalRequest& request, Time now) {
  if (request.has_publish_data_track_request()) {
    publish_data_track(from, request.publish_data_track_request(), now);
  } else if (request.has_unpublish_data_track_request()) {
    unpublish_data_track(from, request.unpublish_data_track_request(), now);
  } else if (request.has_update_data_subscription()) {
    const std::string& subscriber = from.participant().sid;
    bool changed = false;
    for (const auto& update : request.update_data_subscription().updates()) {
      const bool wanted = update.subscribe() && from.participant().grants.can_subscribe();
      changed |= wanted ? data_tracks_.subscribe(subscriber, update.track_sid())
                        : data_tracks_.unsubscribe(subscriber, update.track_sid());
    }
    if (changed) tell_data_track_handles(from);
  }
}

void Room::publish_data_track(Session& from, const livekit::PublishDataTrackRequest& request,
                              Time now) {
  livekit::SignalResponse response;
  auto published = data_tracks_.publish(from.participant(), request);
  if (!published) {
    *response.mutable_request_response() = std::move(published.error());
    return from.send(response);
  }
  *response.mutable_publish_data_track_response()->mutable_info() = (*published)->info;
  from.send(response);
  from.announce(now);
  if (from.participant().grants.hidden()) return;
  for (auto& [sid, other] : sessions_) {
    if (other.get() != &from && other->active()) subscribe_to_data_tracks(*other);
  }
}

void Room::unpublish_data_track(Session& from, const livekit::UnpublishDataTrackRequest& request,
                                Time now) {
  livekit::SignalResponse response;
  const auto gone = data_tracks_.unpublish(from.participant().sid, request.pub_handle());
  if (!gone) {
    livekit::RequestResponse& refusal = *response.mutable_request_response();
    refusal.set_reason(livekit::RequestResponse::INVALID_HANDLE);
    refusal.set_message("no data track is published under this handle");
    *refusal.mutable_unpublish_data_track() = request;
    return from.send(response);
  }
  *response.mutable_unpublish_data_track_response()->mutable_info() = gone->info;
  from.send(response);
  from.announce(now);
  withdraw(*gone);
}

/// Its subscribers are told the handles that are left.
void Room::withdraw(const DataTracks::Track& track) {
  for (const std::string& sid : track.subscribers) {
    if (Session* subscriber = find(sid)) tell_data_track_handles(*subscriber);
  }
}

void Room::tell_data_track_handles(Session& subscriber) {
  livekit::SignalResponse response;
  *response.mutable_data_track_subscriber_handles() =
      data_tracks_.handles_of(subscriber.participant().sid, [&](const DataTracks::Track& track) {
        const Session* publisher = find(track.publisher_sid);
        return publisher == nullptr ||
               publisher->permits(subscriber.participant(), track.info.sid());
      });
  subscriber.send(response);
}

void Room::subscribe_to_data_tracks(Session& subscriber) {
  if (!subscriber.subscribes_to_data_tracks()) return;
  bool changed = false;
  for (const DataTracks::Track* track : data_tracks_.all()) {
    const Session* publisher = find(track->publisher_sid);
    if (publisher == nullptr || publisher->participant().grants.hidden()) continue;
    changed |= data_tracks_.subscribe(subscriber.participant().sid, track->info.sid());
  }
  if (changed) tell_data_track_handles(subscriber);
}

void Room::on_data_track_packet(Session& from, const std::vector<std::uint8_t>& packet, Time now) {
  const auto handle = data_track::handle_of(packet);
  const DataTracks::Track* track =
      handle ? data_tracks_.find(from.participant().sid, *handle) : nullptr;
  if (track == nullptr) {
    ++home_.rejected_messages;
    return;
  }
  std::shared_ptr<const std::vector<std::uint8_t>> payload;
  for (const std::string& sid : track->subscribers) {
    Session* subscriber = find(sid);
    if (subscriber == nullptr || subscriber->ended() ||
        !from.permits(subscriber->participant(), track->info.sid())) {
      continue;
    }
    if (!payload) {
      auto rewritten = std::make_shared<std::vector<std::uint8_t>>(packet);
      data_track::set_handle(*rewritten, track->handle);
      payload = std::move(rewritten);
    }
    subscriber->deliver({Channel::data_track, payload, {}, 0}, now);
  }
}

const livekit::DataBlob* Room::find_data_blob(std::string_view identity,
                                              const livekit::DataBlobKey& key) const {
  for (const auto& [sid, session] : sessions_) {
    if (session->ended() || session->participant().identity != identity) continue;
    return session->data_blobs().find(key);
  }
  return nullptr;
}

bool Room::has_data_track(const Session& session, const livekit::DataTrackInfo& info) const {
  const DataTracks::Track* track = data_tracks_.find(info.sid());
  return track != nullptr && track->publisher_sid == session.participant().sid;
}

void Room::list_data_tracks(const Session& session, livekit::ParticipantInfo& info) const {
  data_tracks_.list(session.participant().sid, info);
}

}  // namespace parley::media
