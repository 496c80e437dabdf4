#include "media/session/session.h"

#include <algorithm>
#include <utility>

#include "protocols/livekit/version.h"

namespace parley::media {
namespace {

/// From here on clients understand `room_moved`.
constexpr int kRoomMovedProtocol = 16;

bool has_capability(const livekit::ClientInfo& client, livekit::ClientInfo::Capability what) {
  return std::ranges::find(client.capabilities(), static_cast<int>(what)) !=
         client.capabilities().end();
}

/// Who has no WebSocket could not be told why its picture stands still.
bool may_pause(const plane::StartSession& start, bool by_default) {
  if (start.has_whip() || start.has_whep()) return false;
  const livekit::ConnectionSettings& settings = start.settings();
  return settings.has_subscriber_allow_pause() ? settings.subscriber_allow_pause() : by_default;
}

livekit::RequestResponse no_data_blobs() {
  livekit::RequestResponse out;
  out.set_reason(livekit::RequestResponse::NOT_ALLOWED);
  out.set_message("data blobs are not enabled on this server (enable_participant_data_blob)");
  return out;
}

}  // namespace

livekit::ServerInfo server_info(const std::string& node_id, const std::string& region) {
  livekit::ServerInfo out;
  out.set_edition(livekit::ServerInfo::Standard);
  out.set_version(livekit_version::kServer);
  out.set_protocol(livekit_version::kSignalProtocol);
  out.set_region(region);
  out.set_node_id(node_id);
  out.set_agent_protocol(livekit_version::kAgentProtocol);
  return out;
}

Session::Session(const plane::StartSession& start, std::string sid, Surroundings world, Time now)
    : world_(std::move(world)),
      participant_(Participant::from(start, std::move(sid), world_.clock.wall(now))),
      edge_(start.edge_id()),
      connection_(start.connection_id()),
      settings_(start.settings()),
      token_expires_at_(start.token_expires_at()),
      start_(start),
      publisher_(participant_, world_),
      subscriber_(world_, {.adaptive_stream = start.settings().adaptive_stream(),
                           .packet_trailers = has_capability(
                               start.client(), livekit::ClientInfo::CAP_PACKET_TRAILER),
                           .may_pause = may_pause(start, world_.allow_pause)}),
      data_(world_.shard) {
  // Firefox does not get on with a lite agent (contract section 2.4).
  if (settings_.disable_ice_lite() || participant_.client.browser() == "firefox")
    world_.ice_lite = false;
  const bool single = start.single_peer_connection();
  world_.calls_peer = start.internal() && single;
  if (world_.calls_peer) world_.ice_lite = false;
  one_shot_ = OneShot::from(start, world_, publisher_, subscriber_);
  client_peer_ = std::make_unique<ClientPeer>(world_, publisher_,
                                              single && !one_shot_ ? &subscriber_ : nullptr,
                                              one_shot_ ? one_shot_->viewer() : nullptr);
  if (!single) server_peer_ = std::make_unique<ServerPeer>(world_, subscriber_);
  join_deadline_ = now + kJoinTimeout;
}

Session::~Session() = default;

// ---------------------------------------------------------------------------------------------------
// Joining and coming back

void Session::begin(livekit::JoinResponse join, std::string others, Time now) {
  participant_.state = livekit::ParticipantInfo::JOINED;
  participant_.touch();
  *join.mutable_participant() = info();
  subscriber_primary_ = server_peer_ && participant_.grants.can_subscribe();
  join.set_subscriber_primary(subscriber_primary_);
  // Clients with two peer connections then negotiate the publisher without waiting for a first
  // track.
  join.set_fast_publish(server_peer_ && participant_.grants.can_publish());
  livekit::SignalResponse first;
  *first.mutable_join() = std::move(join);
  send(first, std::move(others));

  const plane::StartSession request = std::exchange(start_, {});
  for (const livekit::AddTrackRequest& track : request.add_tracks()) on_add_track(track, now);
  // What is there already may ride on the first description that goes out.
  subscribe_to_all(now);
  if (!request.publisher_offer().sdp().empty()) on_offer(request.publisher_offer(), now);
  settled_in_ = true;
  if (server_peer_) send_offer(now);
  ask_for_token();
  token_deadline_ = now + kTokenInterval;
}

std::expected<std::string, OneShot::Refusal> Session::begin_one_shot(Time now) {
  participant_.state = livekit::ParticipantInfo::JOINED;
  participant_.touch();
  const plane::StartSession request = std::exchange(start_, {});
  auto settled = one_shot_->begin(*client_peer_, request.publisher_offer(), watchable(),
                                  world_.clock.wall(now));
  if (!settled) return std::unexpected(std::move(settled.error()));
  settled_in_ = true;
  publish(settled->change, now);
  tell_started(settled->started, settled->unsupported);
  return std::move(*settled->answer.mutable_sdp());
}

plane::ResourceResult Session::serve(const plane::ResourceCall& call, Time now) {
  if (ended_ || !one_shot_ || call.whep() != (one_shot_->viewer() != nullptr)) {
    return resource_error(404, "no such session");
  }
  // Whoever is in the room knows the name of the resource: it is the token that counts.
  if (call.identity() != participant_.identity) {
    return resource_error(403, "the token is of another participant than the session");
  }
  if (!call.has_end()) return one_shot_->serve(*client_peer_, call);
  dismiss(livekit::LeaveRequest::DISCONNECT, livekit::CLIENT_INITIATED, now);
  plane::ResourceResult done;
  done.set_http_status(200);
  return done;
}

void Session::resume(const plane::StartSession& start, std::vector<livekit::ParticipantInfo> others,
                     const livekit::Room& room, Time now) {
  close_socket();
  edge_ = start.edge_id();
  connection_ = start.connection_id();
  token_expires_at_ = start.token_expires_at();
  // A WebSocket alone is no participant: nothing else would ever end a session without media.
  resume_deadline_.reset();
  if (media_lost_) resume_deadline_ = now + patience(kMediaTimeout);

  livekit::SignalResponse response;
  *response.mutable_reconnect()->mutable_server_info() = world_.server;
  response.mutable_reconnect()->set_last_message_seq(data_.last_accepted());
  if (world_.relay_only) {
    response.mutable_reconnect()->mutable_client_configuration()->set_force_relay(livekit::ENABLED);
  }
  if (resumes_to_cut_ > 0) {
    --resumes_to_cut_;
    if (!cut_unheard_) send(response);
    return close_socket();
  }
  send(response);

  livekit::SignalResponse update;
  for (livekit::ParticipantInfo& other : others)
    *update.mutable_update()->add_participants() = std::move(other);
  *update.mutable_update()->add_participants() = info();
  send(update);

  livekit::SignalResponse room_update;
  *room_update.mutable_room_update()->mutable_room() = room;
  send(room_update);

  if (server_peer_) {
    server_peer_->restart(now);
    send_offer(now);
  } else {
    client_peer_->forget_requirement();
    negotiate(now);
  }
  tell_stream_states(true);  // What was said last may have died with the old WebSocket.
  ask_for_token();
}

void Session::on_closed(std::string_view connection, Time now) {
  if (connection_ != connection) return;
  connection_.clear();
  if (!active()) {
    end(livekit::SIGNAL_CLOSE, now);  // Nothing was connected yet that would be worth keeping.
  } else if (resume_deadline_) {
    resume_deadline_ = std::min(*resume_deadline_, now + patience(kResumeTimeout));
  }
}

// ---------------------------------------------------------------------------------------------------
// Signal requests

void Session::on_signal(const livekit::SignalRequest& request, Time now) {
  using Case = livekit::SignalRequest;
  if (ended_) return;
  switch (request.message_case()) {
    case Case::kOffer:
      return on_offer(request.offer(), now);
    case Case::kAnswer:
      return on_answer(request.answer(), now);
    case Case::kAddTrack:
      return on_add_track(request.add_track(), now);
    case Case::kMute:
      return on_mute(request.mute(), now);
    case Case::kSubscription:
      return on_subscription(request.subscription(), now);
    case Case::kTrackSetting:
      return on_track_setting(request.track_setting());
    case Case::kSyncState:
      return on_sync_state(request.sync_state(), now);
    case Case::kUpdateMetadata:
      return on_update_metadata(request.update_metadata(), now);
    case Case::kUpdateAudioTrack:
      return on_update_audio_track(request.update_audio_track(), now);
    case Case::kUpdateVideoTrack:
      return on_update_video_track(request.update_video_track(), now);
    case Case::kLeave:
      return on_leave(request.leave(), now);
    case Case::kSimulate:
      return on_simulate(request.simulate(), now);
    case Case::kTrickle:
      return;  // The client's checks teach us its addresses (RFC 8445 section 7.3.1.3).
    case Case::kPing:
    case Case::kPingReq:
      return;  // Answered by the edge.
    case Case::kSubscriptionPermission:
      permissions_.set(request.subscription_permission());
      return world_.room.on_permissions_changed(*this, now);
    case Case::kPublishDataTrackRequest:
    case Case::kUnpublishDataTrackRequest:
    case Case::kUpdateDataSubscription:
      return world_.room.on_data_track_request(*this, request, now);
    case Case::kStoreDataBlobRequest:
      return on_store_data_blob(request.store_data_blob_request());
    case Case::kGetDataBlobRequest:
      return on_get_data_blob(request.get_data_blob_request());
    case Case::kUpdateLayers:
      return;  // Nobody acts on it: layers are told by AddTrack.
    default:
      ++world_.rejected_messages;  // Newer than this server, or empty: skipping it harms nobody.
  }
}

void Session::on_offer(const livekit::SessionDescription& offer, Time now) {
  auto settled = client_peer_->on_offer(offer);
  if (!settled) {
    ++world_.rejected_messages;
    return dismiss(livekit::LeaveRequest::RECONNECT, livekit::MEDIA_FAILURE, now);
  }
  livekit::SignalResponse response;
  *response.mutable_answer() = std::move(settled->answer);
  send(response);
  publish(settled->change, now);
  tell_started(settled->started, settled->unsupported);
  if (client_peer_->transport() == downstream_transport()) negotiate(now);
}

void Session::on_answer(const livekit::SessionDescription& answer, Time now) {
  if (!server_peer_) return void(++world_.rejected_messages);
  auto settled = server_peer_->on_answer(answer);
  if (!settled) {
    ++world_.rejected_messages;
    return dismiss(livekit::LeaveRequest::RECONNECT, livekit::MEDIA_FAILURE, now);
  }
  tell_started(settled->started, settled->unsupported);
  send_offer(now);
}

void Session::on_add_track(const livekit::AddTrackRequest& request, Time now) {
  livekit::SignalResponse response;
  auto reply = publisher_.add_track(request, world_.clock.wall(now));
  if (auto* published = std::get_if<livekit::TrackPublishedResponse>(&reply)) {
    *response.mutable_track_published() = std::move(*published);
  } else {
    *response.mutable_request_response() = std::move(std::get<livekit::RequestResponse>(reply));
  }
  send(response);
  publish(publisher_.adopt_unclaimed(client_peer_->transport()), now);
}

void Session::on_mute(const livekit::MuteTrackRequest& request, Time now) {
  PublishedTrack* track = publisher_.find(request.sid());
  if (track == nullptr) {
    livekit::RequestResponse response;
    *response.mutable_mute() = request;
    return refuse_not_found(std::move(response));
  }
  if (track->info.muted() == request.muted()) return;
  track->info.set_muted(request.muted());
  announce(now);
}

void Session::on_subscription(const livekit::UpdateSubscription& request, Time now) {
  auto apply = [&](const std::string& sid) {
    if (!request.subscribe()) return unsubscribe(sid, now);
    if (auto track = world_.room.find_track(sid)) return subscribe(track, now);
    wishes_.add(sid, Wishes::Because::not_there, now);
  };
  for (const std::string& sid : request.track_sids()) apply(sid);
  for (const livekit::ParticipantTracks& tracks : request.participant_tracks()) {
    for (const std::string& sid : tracks.track_sids()) apply(sid);
  }
}

void Session::on_track_setting(const livekit::UpdateTrackSettings& request) {
  const ViewSettings view{.disabled = request.disabled(),
                          .quality = request.quality(),
                          .width = request.width(),
                          .height = request.height(),
                          .fps = request.fps(),
                          .priority = request.priority()};
  for (const std::string& sid : request.track_sids()) subscriber_.configure(sid, view);
}

void Session::on_sync_state(const livekit::SyncState& state, Time now) {
  for (const livekit::TrackPublishedResponse& published : state.publish_tracks()) {
    if (publisher_.find(published.track().sid()) != nullptr) continue;
    // The client publishes what we do not know: only a fresh start brings the two together.
    return dismiss(livekit::LeaveRequest::RECONNECT, livekit::STATE_MISMATCH, now);
  }
  for (const livekit::PublishDataTrackResponse& published : state.publish_data_tracks()) {
    if (world_.room.has_data_track(*this, published.info())) continue;
    return dismiss(livekit::LeaveRequest::RECONNECT, livekit::STATE_MISMATCH, now);
  }
  on_subscription(state.subscription(), now);
  for (const std::string& sid : state.track_sids_disabled()) subscriber_.set_disabled(sid, true);
  if (state.has_data_subscription()) {
    livekit::SignalRequest request;
    *request.mutable_update_data_subscription() = state.data_subscription();
    world_.room.on_data_track_request(*this, request, now);
  }
  data_.replay(state.datachannel_receive_states(), now);
}

void Session::on_update_metadata(const livekit::UpdateParticipantMetadata& request, Time now) {
  livekit::SignalResponse response;
  livekit::RequestResponse& reply = *response.mutable_request_response();
  reply.set_request_id(request.request_id());
  *reply.mutable_update_metadata() = request;

  const Profile change{request.name(),
                       request.metadata(),
                       {request.attributes().begin(), request.attributes().end()}};
  if (!participant_.grants.can_update_own_metadata()) {
    reply.set_reason(livekit::RequestResponse::NOT_ALLOWED);
    reply.set_message("does not have permission to update own metadata");
  } else if (!update_profile(change, now)) {
    reply.set_reason(livekit::RequestResponse::LIMIT_EXCEEDED);
    reply.set_message("metadata, attributes or name too large");
  } else {
    reply.set_reason(livekit::RequestResponse::OK);
    if (participant_.client.protocol() < 15) return;
  }
  send(response);
}

void Session::on_update_audio_track(const livekit::UpdateLocalAudioTrack& request, Time now) {
  PublishedTrack* track = publisher_.find(request.track_sid());
  if (track == nullptr) {
    livekit::RequestResponse response;
    *response.mutable_update_audio_track() = request;
    return refuse_not_found(std::move(response));
  }
  *track->info.mutable_audio_features() = request.features();
  announce(now);
}

void Session::on_update_video_track(const livekit::UpdateLocalVideoTrack& request, Time now) {
  PublishedTrack* track = publisher_.find(request.track_sid());
  if (track == nullptr) {
    livekit::RequestResponse response;
    *response.mutable_update_video_track() = request;
    return refuse_not_found(std::move(response));
  }
  track->info.set_width(request.width());
  track->info.set_height(request.height());
  announce(now);
}

void Session::on_store_data_blob(const livekit::StoreDataBlobRequest& request) {
  if (!world_.data_blobs) return refuse_data_blob(request.request_id(), no_data_blobs());
  if (auto stored = data_blobs_.store(request.blob()); !stored) {
    return refuse_data_blob(request.request_id(), std::move(stored.error()));
  }
  livekit::SignalResponse response;
  auto& done = *response.mutable_store_data_blob_response();
  done.set_request_id(request.request_id());
  *done.mutable_key() = request.blob().key();
  send(response);
}

void Session::on_get_data_blob(const livekit::GetDataBlobRequest& request) {
  if (!world_.data_blobs) return refuse_data_blob(request.request_id(), no_data_blobs());
  const livekit::DataBlob* const blob =
      world_.room.find_data_blob(request.participant_identity(), request.key());
  if (blob == nullptr) {
    livekit::RequestResponse refusal;
    refusal.set_reason(livekit::RequestResponse::NOT_FOUND);
    refusal.set_message("this participant has no such data blob");
    return refuse_data_blob(request.request_id(), std::move(refusal));
  }
  livekit::SignalResponse response;
  response.mutable_get_data_blob_response()->set_request_id(request.request_id());
  *response.mutable_get_data_blob_response()->mutable_blob() = *blob;
  send(response);
}

void Session::refuse_data_blob(std::uint32_t request_id, livekit::RequestResponse refusal) {
  livekit::SignalResponse response;
  refusal.set_request_id(request_id);
  *response.mutable_request_response() = std::move(refusal);
  send(response);
}

void Session::on_leave(const livekit::LeaveRequest& request, Time now) {
  close_socket();
  const bool said = request.reason() != livekit::UNKNOWN_REASON;
  end(said ? request.reason() : livekit::CLIENT_INITIATED, now);
}

void Session::on_simulate(const livekit::SimulateScenario& scenario, Time now) {
  switch (scenario.scenario_case()) {
    case livekit::SimulateScenario::kSpeakerUpdate:
      return world_.room.simulate_speaking(*this, std::chrono::seconds(scenario.speaker_update()),
                                           now);
    case livekit::SimulateScenario::kServerLeave:
      return dismiss(livekit::LeaveRequest::DISCONNECT, livekit::SERVER_SHUTDOWN, now);
    case livekit::SimulateScenario::kLeaveRequestFullReconnect:
      return dismiss(livekit::LeaveRequest::RECONNECT, livekit::STATE_MISMATCH, now);
    case livekit::SimulateScenario::kNodeFailure:
    case livekit::SimulateScenario::kMigration:
      // As if this node had died: no goodbye, and a resume finds nothing.
      close_socket();
      return end(livekit::MIGRATION, now);
    case livekit::SimulateScenario::kDisconnectSignalOnResume:
      resumes_to_cut_ = 1;
      cut_unheard_ = false;
      return;
    case livekit::SimulateScenario::kDisconnectSignalOnResumeNoMessages:
      resumes_to_cut_ = 3;
      cut_unheard_ = true;
      return;
    case livekit::SimulateScenario::kSwitchCandidateProtocol:
      return world_.room.keep_to(*this, scenario.switch_candidate_protocol());
    case livekit::SimulateScenario::kSubscriberBandwidth:
      return world_.shard.post(LimitBandwidth{
          downstream_transport(),
          static_cast<std::uint64_t>(std::max<std::int64_t>(0, scenario.subscriber_bandwidth()))});
    default:
      ++world_.rejected_messages;
  }
}

// ---------------------------------------------------------------------------------------------------
// What a backend asks

void Session::mute_remotely(std::string_view track_sid, bool muted, Time now) {
  PublishedTrack* track = publisher_.find(track_sid);
  if (track == nullptr || track->info.muted() == muted) return;
  livekit::SignalResponse response;
  response.mutable_mute()->set_sid(track->info.sid());
  response.mutable_mute()->set_muted(muted);
  send(response);
  track->info.set_muted(muted);
  announce(now);
}

bool Session::update_profile(const Profile& change, Time now) {
  if (!participant_.apply(change)) return false;
  world_.room.on_changed(*this, now);
  ask_for_token();
  return true;
}

void Session::set_permission(const livekit::ParticipantPermission& permission, Time now) {
  const bool could_subscribe = participant_.grants.can_subscribe();
  const bool was_hidden = participant_.grants.hidden();
  if (permission.hidden() && !was_hidden) world_.room.on_hidden(*this, now);
  participant_.apply(permission);
  publisher_.set_hidden(permission.hidden());

  const Publisher::Change change = publisher_.withdraw_forbidden();
  for (const auto& track : change.gone) {
    livekit::SignalResponse response;
    response.mutable_track_unpublished()->set_track_sid(track->info.sid());
    send(response);
  }
  publish(change, now);
  if (could_subscribe && !permission.can_subscribe()) {
    subscriber_.clear();
    wishes_.clear();
    negotiate(now);
  }
  world_.room.on_changed(*this, now);
  if (was_hidden && !permission.hidden()) world_.room.on_shown(*this, now);
  ask_for_token();
  if (!could_subscribe && permission.can_subscribe()) subscribe_to_all(now);
}

void Session::move_to(const std::string& room, livekit::RoomMovedResponse moved, Time now) {
  plane::ToClient message;
  plane::ToClient::TokenWanted& wanted = *message.mutable_token_wanted();
  wanted = token_wanted();
  wanted.set_room(room);
  // On its own first: the Rust engine comes back with the token that it was last given so.
  if (has_socket()) world_.uplink.send(edge_, connection_, message);
  if (has_socket() && participant_.client.protocol() >= kRoomMovedProtocol) {
    *moved.mutable_participant() = info();
    wanted.set_room_moved(moved.SerializeAsString());
    world_.uplink.send(edge_, connection_, message);
  }
  dismiss(livekit::LeaveRequest::RECONNECT, livekit::MIGRATION, now);
}

// ---------------------------------------------------------------------------------------------------
// Tracks, in and out

void Session::publish(const Publisher::Change& change, Time now) {
  for (const auto& track : change.gone) {
    participant_.touch();
    world_.room.on_unpublished(*this, *track, now);
  }
  for (const auto& track : change.live) {
    participant_.touch();
    world_.room.on_published(*this, track, now);
  }
  for (const auto& track : change.backups) {
    participant_.touch();
    world_.room.on_backup_changed(*this, track, now);
  }
  for (const livekit::AddTrackRequest& request : change.due) on_add_track(request, now);
}

void Session::announce(Time now) {
  participant_.touch();
  world_.room.on_changed(*this, now);
}

void Session::on_track_available(const std::shared_ptr<const PublishedTrack>& track, Time now) {
  if (one_shot_) return subscribe_to_all(now);
  const bool wished = wishes_.remove(track->info.sid());
  if (wished || settings_.auto_subscribe()) subscribe(track, now);
}

void Session::on_track_gone(std::string_view track_sid, Time now) { unsubscribe(track_sid, now); }

void Session::on_permissions_changed(const Session& publisher, Time now) {
  if (one_shot_) return subscribe_to_all(now);
  for (const auto& track : publisher.publisher().tracks()) {
    const std::string& sid = track->info.sid();
    const bool allowed = publisher.permits(participant_, sid);
    if (!allowed && subscriber_.unsubscribe(sid)) {
      wishes_.add(sid, Wishes::Because::not_permitted, now);
      tell_permitted(*track, false);
      negotiate(now);
    } else if (allowed && wishes_.remove(sid)) {
      tell_permitted(*track, true);
      subscribe(track, now);
    }
  }
}

void Session::mark_watched(std::string_view track_sid) {
  if (PublishedTrack* track = publisher_.find(track_sid)) track->watched = true;
}

void Session::subscribe(const std::shared_ptr<const PublishedTrack>& track, Time now) {
  if (!participant_.grants.can_subscribe() || track->publisher_sid == participant_.sid) return;
  if (!world_.room.permits(*track, *this)) {
    wishes_.add(track->info.sid(), Wishes::Because::not_permitted, now);
    return tell_permitted(*track, false);
  }
  if (subscriber_.subscribe(track)) negotiate(now);
}

void Session::unsubscribe(std::string_view track_sid, Time now) {
  wishes_.remove(track_sid);
  if (subscriber_.unsubscribe(track_sid)) negotiate(now);
}

void Session::tell_permitted(const PublishedTrack& track, bool allowed) {
  livekit::SignalResponse response;
  livekit::SubscriptionPermissionUpdate& update =
      *response.mutable_subscription_permission_update();
  update.set_participant_sid(track.publisher_sid);
  update.set_track_sid(track.info.sid());
  update.set_allowed(allowed);
  send(response);
}

void Session::tell_subscription_failed(const std::string& track_sid,
                                       livekit::SubscriptionError error) {
  livekit::SignalResponse response;
  response.mutable_subscription_response()->set_track_sid(track_sid);
  response.mutable_subscription_response()->set_err(error);
  send(response);
}

void Session::subscribe_to_all(Time now) {
  if (one_shot_) return tell_started(one_shot_->look(watchable()), {});
  if (!settings_.auto_subscribe()) return;
  for (auto& track : world_.room.tracks_for(*this)) subscribe(track, now);
}

Viewer::Tracks Session::watchable() const {
  Viewer::Tracks out;
  if (!participant_.grants.can_subscribe()) return out;
  for (auto& track : world_.room.tracks_for(*this)) {
    if (world_.room.permits(*track, *this)) out.push_back(std::move(track));
  }
  return out;
}

void Session::tell_started(const std::vector<std::string>& started,
                           const std::vector<std::string>& unsupported) {
  for (const std::string& sid : started) {
    if (auto track = world_.room.find_track(sid); track && !track->watched) {
      world_.room.on_first_subscriber(*track);
    }
  }
  for (const std::string& sid : unsupported) {
    tell_subscription_failed(sid, livekit::SE_CODEC_UNSUPPORTED);
  }
}

void Session::negotiate(Time now) {
  if (one_shot_) {
    subscribe_to_all(now);  // All is negotiated: what is free goes to somebody else.
  } else if (server_peer_) {
    server_peer_->want_offer();
    if (settled_in_) send_offer(now);
  } else if (!section_deadline_) {
    section_deadline_ = now + kSectionDelay;
  }
}

void Session::send_offer(Time now) {
  if (!has_socket()) return;
  if (auto offer = server_peer_->next_offer(now)) {
    livekit::SignalResponse response;
    *response.mutable_offer() = std::move(*offer);
    send(response);
  }
}

// ---------------------------------------------------------------------------------------------------
// Transports and data

TransportId Session::primary() const {
  return subscriber_primary_ ? server_peer_->transport() : client_peer_->transport();
}

TransportId Session::downstream_transport() const {
  return server_peer_ ? server_peer_->transport() : client_peer_->transport();
}

std::vector<TransportId> Session::transports() const {
  std::vector<TransportId> out{client_peer_->transport()};
  if (server_peer_) out.push_back(server_peer_->transport());
  return out;
}

void Session::on_transport_connected(TransportId transport, Time now) {
  if (transport == primary()) {
    media_lost_.reset();
    resume_deadline_.reset();
    if (!active()) become_active(now);
  }
}

void Session::become_active(Time now) {
  join_deadline_.reset();
  participant_.state = livekit::ParticipantInfo::ACTIVE;
  participant_.touch();
  world_.room.on_active(*this, now);
  subscribe_to_all(now);
}

void Session::on_transport_lost(const TransportLost& lost, Time now) {
  if (ended_) return;
  // A publisher that closes its own peer connection is an ordinary thing; its other end still
  // counts.
  if (lost.transport != primary()) return;
  media_lost_ = lost.reason;
  if (!has_socket()) {
    if (lost.reason == TransportLost::Reason::dtls_closed) return end(livekit::SIGNAL_CLOSE, now);
  } else if (lost.reason != TransportLost::Reason::dtls_closed) {
    // The picture stands still: come back on a new path, with everything kept.
    livekit::SignalResponse response;
    response.mutable_leave()->set_action(livekit::LeaveRequest::RESUME);
    response.mutable_leave()->set_reason(livekit::CONNECTION_TIMEOUT);
    send(response);
    close_socket();
  }
  resume_deadline_ = now + patience(kResumeTimeout);
}

Duration Session::patience(Duration usual) const {
  return media_lost_ == TransportLost::Reason::dtls_closed ? kGoodbyeTimeout : usual;
}

void Session::on_stream_states(std::span<const StreamState> states) {
  for (const StreamState& state : states) {
    // One that has ended meanwhile has nothing to tell.
    Downstream* const downstream = subscriber_.find(state.subscription);
    if (downstream == nullptr || downstream->state != Downstream::State::flowing) continue;
    downstream->congested = state.paused;
  }
  tell_stream_states(false);
}

void Session::tell_stream_states(bool again) {
  if (!has_socket()) return;  // `resume` comes back to it.
  livekit::SignalResponse response;
  for (const auto& downstream : subscriber_.downstreams()) {
    const bool known = downstream->told_congested.value_or(false) == downstream->congested;
    if (known && !(again && downstream->told_congested)) continue;
    downstream->told_congested = downstream->congested;
    livekit::StreamStateInfo& info = *response.mutable_stream_state_update()->add_stream_states();
    info.set_participant_sid(downstream->track->publisher_sid);
    info.set_track_sid(downstream->track->info.sid());
    info.set_state(downstream->congested ? livekit::StreamState::PAUSED
                                         : livekit::StreamState::ACTIVE);
  }
  if (response.has_stream_state_update()) send(response);
}

void Session::on_stream_started(StreamId stream) {
  const auto track = publisher_.on_stream_started(stream);
  if (track && track->has_regressed()) world_.room.on_regressed(*this, *track);
}

void Session::on_regressed(std::string_view track_sid) { subscriber_.on_regressed(track_sid); }

void Session::on_backup_changed(std::string_view track_sid) {
  subscriber_.on_backup_changed(track_sid);
  tell_stream_states(false);
}

void Session::on_channel_opened(TransportId transport, Channel channel, Time now) {
  if (transport != downstream_transport()) return;
  data_.on_opened(transport, channel, now);
}

void Session::on_data(Channel channel, const std::vector<std::uint8_t>& payload, Time now) {
  if (!participant_.grants.can_publish_data()) return;
  if (channel == Channel::data_track) {
    return world_.room.on_data_track_packet(*this, payload, now);
  }
  livekit::DataPacket packet;
  if (payload.size() > 256 * 1024 ||
      !packet.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) {
    ++world_.rejected_messages;
    return;
  }
  if (channel == Channel::reliable && !data_.accept(packet.sequence())) return;
  world_.room.on_data(*this, packet, channel, now);
}

// ---------------------------------------------------------------------------------------------------
// Time, and the end

Time Session::next_deadline() const {
  Time next = std::min(token_deadline_, wishes_.next_deadline());
  for (const auto& deadline : {join_deadline_, resume_deadline_, section_deadline_,
                               server_peer_ ? server_peer_->answer_deadline() : std::nullopt}) {
    if (deadline) next = std::min(next, *deadline);
  }
  return next;
}

void Session::on_deadline(Time now) {
  if (ended_) return;
  if (join_deadline_ && now >= *join_deadline_) {
    return dismiss(livekit::LeaveRequest::DISCONNECT, livekit::JOIN_FAILURE, now);
  }
  if (resume_deadline_ && now >= *resume_deadline_) {
    return dismiss(livekit::LeaveRequest::RECONNECT, livekit::CONNECTION_TIMEOUT, now);
  }
  if (server_peer_ && server_peer_->answer_deadline() && now >= *server_peer_->answer_deadline()) {
    if (has_socket())
      return dismiss(livekit::LeaveRequest::RECONNECT, livekit::STATE_MISMATCH, now);
    server_peer_->restart(now);  // Nobody there to answer: offered anew on resume.
  }
  if (section_deadline_ && now >= *section_deadline_) {
    section_deadline_.reset();
    // Without a WebSocket there is nobody to ask: `resume` comes back to it.
    auto requirement = has_socket() ? client_peer_->requirement() : std::nullopt;
    if (requirement) {
      livekit::SignalResponse response;
      *response.mutable_media_sections_requirement() = std::move(*requirement);
      send(response);
    }
  }
  for (const std::string& sid : wishes_.expire(now)) {
    tell_subscription_failed(sid, livekit::SE_TRACK_NOTFOUND);
  }
  if (now >= token_deadline_) {
    token_deadline_ = now + kTokenInterval;
    ask_for_token();
  }
}

void Session::dismiss(livekit::LeaveRequest::Action action, livekit::DisconnectReason reason,
                      Time now) {
  if (has_socket()) {
    livekit::SignalResponse response;
    response.mutable_leave()->set_action(action);
    response.mutable_leave()->set_reason(reason);
    response.mutable_leave()->set_can_reconnect(action != livekit::LeaveRequest::DISCONNECT);
    send(response);
    close_socket();
  }
  end(reason, now);
}

void Session::end(livekit::DisconnectReason reason, Time now) {
  if (ended_) return;
  ended_ = true;
  subscriber_.clear();
  const auto gone = publisher_.clear();
  participant_.state = livekit::ParticipantInfo::DISCONNECTED;
  participant_.disconnect_reason = reason;
  participant_.touch();
  for (const auto& track : gone) world_.room.on_unpublished(*this, *track, now);
  world_.room.on_left(*this, reason, now);
}

void Session::send(const livekit::SignalResponse& response, std::string others) {
  if (!has_socket()) return;
  plane::ToClient message;
  message.set_signal_response(response.SerializeAsString());
  message.set_others(std::move(others));
  world_.uplink.send(edge_, connection_, message);
}

void Session::close_socket() {
  if (!has_socket()) return;
  plane::ToClient close;
  close.mutable_close();
  world_.uplink.send(edge_, std::exchange(connection_, {}), close);
}

void Session::ask_for_token() {
  if (!has_socket()) return;
  plane::ToClient message;
  *message.mutable_token_wanted() = token_wanted();
  world_.uplink.send(edge_, connection_, message);
}

plane::ToClient::TokenWanted Session::token_wanted() const {
  plane::ToClient::TokenWanted wanted;
  wanted.set_identity(participant_.identity);
  wanted.set_name(participant_.name);
  wanted.set_room(world_.room.name());
  wanted.set_metadata(participant_.metadata);
  wanted.mutable_attributes()->insert(participant_.attributes.begin(),
                                      participant_.attributes.end());
  *wanted.mutable_grants() = participant_.grants;
  wanted.set_not_before_expiry(token_expires_at_);
  wanted.set_kind(participant_.kind);
  return wanted;
}

void Session::refuse_not_found(livekit::RequestResponse response) {
  response.set_reason(livekit::RequestResponse::NOT_FOUND);
  response.set_message("no such track");
  livekit::SignalResponse message;
  *message.mutable_request_response() = std::move(response);
  send(message);
}

livekit::ParticipantInfo Session::info() const {
  livekit::ParticipantInfo out = participant_.to_info();
  for (const auto& track : publisher_.tracks()) *out.add_tracks() = track->info;
  world_.room.list_data_tracks(*this, out);
  out.set_is_publisher(!publisher_.tracks().empty() || out.data_tracks_size() > 0);
  return out;
}

bool Session::subscribed_to(std::string_view participant_sid) const {
  return subscriber_.follows(participant_sid);
}

}  // namespace parley::media
