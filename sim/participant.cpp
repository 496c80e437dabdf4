#include "sim/participant.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace parley::sim {
namespace {

constexpr Duration kComebackDelay = 300ms;
constexpr std::uint16_t kFirstPort = 40'000;

/// A WebSocket is slower by nothing but never loses: TCP sees to that.
LinkConfig reliable(const LinkConfig& network) { return {.delay = network.delay}; }

std::map<std::string, std::string> tracks_by_mid(const livekit::SessionDescription& description) {
  return {description.mid_to_track_id().begin(), description.mid_to_track_id().end()};
}

}  // namespace

Participant::Participant(World& world, std::uint16_t number, ParticipantConfig config,
                         std::uint64_t seed)
    : up(config.up, seed * 4 + 1),
      down(config.down, seed * 4 + 2),
      socket_up(reliable(config.up), seed * 4 + 3),
      socket_down(reliable(config.down), seed * 4 + 4),
      world_(world),
      number_(number),
      config_(std::move(config)),
      random_(seed) {
  token_.set_room("meeting");
  token_.set_identity(config_.identity);
  plane::Grants& grants = *token_.mutable_grants();
  grants.set_room_join(true);
  grants.set_can_publish(true);
  grants.set_can_subscribe(true);
  grants.set_can_publish_data(true);
}

SocketAddress Participant::address(std::uint16_t port) const {
  return {IpAddress::v4(10, network_, static_cast<std::uint8_t>(number_ >> 8),
                        static_cast<std::uint8_t>(number_)),
          static_cast<std::uint16_t>(kFirstPort + port)};
}

// ---------------------------------------------------------------------------------------------------
// Joining, leaving, coming back

void Participant::connect_peers() {
  const auto port = static_cast<std::uint16_t>(2 * joins);
  publisher_ = std::make_unique<PeerConnection>(world_, random_, address(port), true);
  subscriber_.reset();
  if (!config_.single_peer) {
    const auto other = static_cast<std::uint16_t>(port + 1);
    subscriber_ = std::make_unique<PeerConnection>(world_, random_, address(other), false);
  }
  if (config_.red) subscriber().take_red();
  offer_id_ = 0;
  offering_ = wants_offer_ = false;
  published_.clear();
  camera_cid_.clear();
  data_sequence_ = 0;
}

plane::StartSession Participant::start() const {
  plane::StartSession out;
  out.set_edge_id("sim");
  out.set_room(token_.room());
  out.set_identity(token_.identity());
  out.set_single_peer_connection(config_.single_peer);
  out.mutable_client()->set_protocol(17);
  out.mutable_settings()->set_auto_subscribe(config_.auto_subscribe);
  if (config_.allow_pause) {
    out.mutable_settings()->set_subscriber_allow_pause(*config_.allow_pause);
  }
  *out.mutable_grants() = token_.grants();
  return out;
}

void Participant::open_socket(plane::StartSession start, Time now) {
  connection_ = fmt::format("{}-{}", number_, ++connections_);
  start.set_connection_id(connection_);
  socket_up.send(std::move(start), now);
}

void Participant::join(Time now) {
  state_ = State::joining;
  ++joins;
  connect_peers();
  roster_.clear();
  sid_.clear();
  plane::StartSession request = start();
  if (config_.single_peer) {
    for (std::size_t i = 0; i < config_.receivers; ++i) publisher_->add_receiver(sdp::Kind::audio);
    for (std::size_t i = 0; i < config_.receivers; ++i) publisher_->add_receiver(sdp::Kind::video);
    request.mutable_publisher_offer()->set_type("offer");
    request.mutable_publisher_offer()->set_sdp(publisher_->create_offer());
    request.mutable_publisher_offer()->set_id(++offer_id_);
    offering_ = true;
  }
  open_socket(std::move(request), now);
}

void Participant::leave(Time now) {
  livekit::SignalRequest goodbye;
  goodbye.mutable_leave()->set_reason(livekit::CLIENT_INITIATED);
  request(goodbye, now);
  connection_.clear();
  comeback_at_ = kNever;
  state_ = State::left;
  close_peers();
}

void Participant::lose_socket(Duration away, bool restart_ice, Time now) {
  plane::FromClient closed;
  closed.set_connection_id(connection_);
  closed.mutable_closed();
  socket_up.send(std::move(closed), now);
  connection_.clear();
  comeback_ = Comeback::resume;
  restart_on_resume_ = restart_ice;
  comeback_at_ = now + away;
}

void Participant::vanish(Time now) {
  lose_socket(0ms, false, now);
  comeback_at_ = kNever;
  state_ = State::left;
  close_peers();
}

/// Without a word to the other end.
void Participant::close_peers() {
  problems_ = problems();
  publisher_.reset();
  subscriber_.reset();
}

void Participant::move(Time now) {
  ++network_;
  const auto port = static_cast<std::uint16_t>(2 * joins);
  publisher_->move(address(port), now);
  if (subscriber_) subscriber_->move(address(static_cast<std::uint16_t>(port + 1)), now);
  lose_socket(500ms, true, now);
}

void Participant::resume(bool restart_ice, Time now) {
  ++resumes;
  plane::StartSession request = start();
  request.set_reconnect(true);
  request.set_participant_sid(sid_);
  // What was under way is lost with the old connection, and said again.
  if (std::exchange(offering_, false) || restart_ice) wants_offer_ = true;
  if (restart_ice) publisher_->restart_ice();
  open_socket(std::move(request), now);
}

void Participant::on_socket_closed(Time now) {
  connection_.clear();
  if (state_ == State::left || state_ == State::refused || !config_.reconnects) return;
  if (comeback_ == Comeback::none) comeback_ = Comeback::resume;
  restart_on_resume_ = true;
  comeback_at_ = now + kComebackDelay;
}

// ---------------------------------------------------------------------------------------------------
// What it asks for

void Participant::request(const livekit::SignalRequest& request, Time now) {
  if (!has_socket()) return;
  plane::FromClient frame;
  frame.set_connection_id(connection_);
  frame.set_signal_request(request.SerializeAsString());
  socket_up.send(std::move(frame), now);
}

void Participant::announce(const std::string& cid, livekit::TrackType type, Time now) {
  livekit::SignalRequest out;
  livekit::AddTrackRequest& add = *out.mutable_add_track();
  add.set_cid(cid);
  add.set_type(type);
  add.set_source(type == livekit::VIDEO ? livekit::CAMERA : livekit::MICROPHONE);
  if (type == livekit::VIDEO) {
    add.set_width(1280);
    add.set_height(720);
    for (std::size_t i = 0; i < config_.layers; ++i) {
      livekit::VideoLayer& layer = *add.add_layers();
      const auto step = static_cast<unsigned>(config_.layers - 1 - i);
      layer.set_quality(config_.layers == 1 ? livekit::HIGH
                                            : static_cast<livekit::VideoQuality>(i));
      layer.set_width(1280U >> step);
      layer.set_height(720U >> step);
    }
  }
  published_[cid];
  request(out, now);
}

void Participant::add_camera(Time now) {
  camera_cid_ = fmt::format("camera{}-{}", ++cameras_, config_.identity);
  publisher_->add_camera(camera_cid_, config_.layers);
  announce(camera_cid_, livekit::VIDEO, now);
}

void Participant::publish_camera(Time now) {
  add_camera(now);
  offer(now);
}

void Participant::unpublish_camera(Time now) {
  publisher_->stop(camera_cid_);
  published_.erase(camera_cid_);
  offer(now);
}

void Participant::subscribe(const std::string& track_sid, bool wanted, Time now) {
  livekit::SignalRequest out;
  out.mutable_subscription()->add_track_sids(track_sid);
  out.mutable_subscription()->set_subscribe(wanted);
  request(out, now);
}

void Participant::watch(const std::string& track_sid, livekit::VideoQuality quality, Time now) {
  livekit::SignalRequest out;
  out.mutable_track_setting()->add_track_sids(track_sid);
  out.mutable_track_setting()->set_quality(quality);
  request(out, now);
}

bool Participant::send_data(livekit::DataPacket packet, bool reliable, Time now) {
  packet.set_kind(reliable ? livekit::DataPacket::RELIABLE : livekit::DataPacket::LOSSY);
  if (reliable) packet.set_sequence(++data_sequence_);
  const std::string bytes = packet.SerializeAsString();
  return publisher_->client.send_data(reliable ? "_reliable" : "_lossy", as_bytes(bytes), now);
}

/// One offer at a time; what comes meanwhile makes the next.
void Participant::offer(Time now) {
  if (offering_ || !has_socket() || state_ != State::joined) {
    wants_offer_ = true;
    return;
  }
  wants_offer_ = false;
  offering_ = true;
  livekit::SignalRequest out;
  out.mutable_offer()->set_type("offer");
  out.mutable_offer()->set_sdp(publisher_->create_offer());
  out.mutable_offer()->set_id(++offer_id_);
  request(out, now);
}

// ---------------------------------------------------------------------------------------------------
// What it is told

void Participant::on_edge(const FromEdge& frame, Time now) {
  if (frame.connection != connection_) return;  // A WebSocket that it has left behind.
  if (const auto* started = std::get_if<plane::SessionStarted>(&frame.message)) {
    if (started->refusal().empty()) return;
    state_ = State::refused;
    connection_.clear();
    return;
  }
  const auto& message = std::get<plane::ToClient>(frame.message);
  if (message.has_close()) return on_socket_closed(now);
  if (message.has_token_wanted()) return void(token_ = message.token_wanted());
  livekit::SignalResponse response;
  if (!response.ParseFromString(message.signal_response())) {
    return problems_.emplace_back("a response that cannot be parsed"), void();
  }
  if (response.has_join() && !response.mutable_join()->MergeFromString(message.others())) {
    return problems_.emplace_back("others that cannot be parsed"), void();
  }
  on_response(response, now);
}

void Participant::on_response(const livekit::SignalResponse& response, Time now) {
  using Case = livekit::SignalResponse;
  switch (response.message_case()) {
    case Case::kJoin:
      return on_join(response.join(), now);
    case Case::kAnswer:
      if (response.answer().id() != offer_id_ || !offering_) return;  // Of an offer given up.
      offering_ = false;
      publisher_->set_answer(response.answer().sdp(), tracks_by_mid(response.answer()), now);
      if (wants_offer_) offer(now);
      return;
    case Case::kOffer: {
      if (!subscriber_) return problems_.emplace_back("an offer to a single connection"), void();
      livekit::SignalRequest out;
      out.mutable_answer()->set_type("answer");
      out.mutable_answer()->set_id(response.offer().id());
      out.mutable_answer()->set_sdp(
          subscriber_->answer(response.offer().sdp(), tracks_by_mid(response.offer()), now));
      return request(out, now);
    }
    case Case::kMediaSectionsRequirement: {
      const auto& wanted = response.media_sections_requirement();
      for (std::uint32_t i = 0; i < wanted.num_audios(); ++i) {
        publisher_->add_receiver(sdp::Kind::audio);
      }
      for (std::uint32_t i = 0; i < wanted.num_videos(); ++i) {
        publisher_->add_receiver(sdp::Kind::video);
      }
      return offer(now);
    }
    case Case::kUpdate:
      for (const auto& info : response.update().participants()) on_update(info);
      break;
    case Case::kTrackPublished:
      published_[response.track_published().cid()] = response.track_published().track().sid();
      break;
    case Case::kTrackUnpublished:
      for (const auto& [cid, sid] : published_) {
        if (sid == response.track_unpublished().track_sid()) publisher_->stop(cid);
      }
      std::erase_if(published_, [&](const auto& entry) {
        return entry.second == response.track_unpublished().track_sid();
      });
      offer(now);
      break;
    case Case::kLeave:
      on_leave(response.leave());
      break;
    case Case::kReconnect: {
      livekit::SignalRequest out;
      for (const auto& [cid, sid] : published_) {
        if (sid.empty()) continue;
        auto& track = *out.mutable_sync_state()->add_publish_tracks();
        track.set_cid(cid);
        track.mutable_track()->set_sid(sid);
      }
      out.mutable_sync_state()->mutable_subscription()->set_subscribe(!config_.auto_subscribe);
      request(out, now);
      comeback_ = Comeback::none;
      if (wants_offer_) offer(now);
      break;
    }
    default:
      break;
  }
  responses.push_back(response);
}

void Participant::on_join(const livekit::JoinResponse& join, Time now) {
  state_ = State::joined;
  comeback_ = Comeback::none;
  sid_ = join.participant().sid();
  roster_.clear();
  on_update(join.participant());
  for (const auto& info : join.other_participants()) on_update(info);
  if (join.subscriber_primary() == config_.single_peer) {
    problems_.emplace_back("the wrong peer connection is primary");
  }
  // RTCPeerConnections are made with the answer; on /rtc the first offer waits for nobody.
  if (config_.microphone) {
    const std::string cid = "microphone-" + config_.identity;
    publisher_->add_microphone(cid);
    announce(cid, livekit::AUDIO, now);
  }
  if (config_.camera) add_camera(now);
  if (config_.camera || config_.microphone || !config_.single_peer) offer(now);
}

/// Clients drop what is not newer than what they have (contract section 4).
void Participant::on_update(const livekit::ParticipantInfo& info) {
  if (info.sid().empty() || info.identity().empty()) {
    return problems_.emplace_back("an update about nobody"), void();
  }
  const auto known = roster_.find(info.sid());
  if (known != roster_.end() && info.version() < known->second.version()) return;
  if (info.state() == livekit::ParticipantInfo::DISCONNECTED) {
    // By the identity, whatever the SID.
    std::erase_if(roster_,
                  [&](const auto& entry) { return entry.second.identity() == info.identity(); });
  } else {
    roster_[info.sid()] = info;
  }
}

void Participant::on_leave(const livekit::LeaveRequest& leave) {
  switch (leave.action()) {
    case livekit::LeaveRequest::RESUME:
      comeback_ = Comeback::resume;
      break;
    case livekit::LeaveRequest::RECONNECT:
      comeback_ = Comeback::rejoin;
      break;
    default:
      state_ = State::left;
  }
}

// ---------------------------------------------------------------------------------------------------
// Time

void Participant::collect(PeerConnection& peer, Time now) {
  while (auto datagram = peer.client.poll()) {
    const std::size_t size = datagram->bytes.size();
    up.send({peer.server_port(), std::move(*datagram)}, size, now);
  }
  while (auto message = peer.client.poll_data()) {
    livekit::DataPacket packet;
    if (!packet.ParseFromArray(message->bytes.data(), static_cast<int>(message->bytes.size()))) {
      problems_.emplace_back("data that cannot be parsed");
    }
    data.push_back({message->label, std::move(packet)});
  }
}

void Participant::advance(Time now) {
  // Signaling first: on equal delays, a description overtakes the media that it speaks of.
  while (const auto frame = socket_down.receive(now)) on_edge(*frame, now);
  if (comeback_at_ <= now) {
    comeback_at_ = kNever;
    if (comeback_ == Comeback::rejoin) {
      join(now);
    } else {
      resume(restart_on_resume_, now);
    }
  }
  if (!publisher_) return;
  while (auto datagram = down.receive(now)) {
    publisher_->receive(datagram->path, datagram->bytes, now);
    if (subscriber_) subscriber_->receive(datagram->path, datagram->bytes, now);
  }
  for (PeerConnection* peer : {publisher_.get(), subscriber_.get()}) {
    if (peer == nullptr) continue;
    peer->advance(now);
    collect(*peer, now);
  }
}

Time Participant::next_event() const {
  Time next = std::min({down.next_arrival(), socket_down.next_arrival(), comeback_at_});
  if (publisher_) next = std::min(next, publisher_->next_event());
  if (subscriber_) next = std::min(next, subscriber_->next_event());
  return next;
}

// ---------------------------------------------------------------------------------------------------
// What it knows

bool Participant::active() const {
  const auto self = roster_.find(sid_);
  return state_ == State::joined && self != roster_.end() &&
         self->second.state() == livekit::ParticipantInfo::ACTIVE;
}

const livekit::ParticipantInfo* Participant::other(std::string_view identity) const {
  for (const auto& [sid, info] : roster_) {
    if (sid != sid_ && info.identity() == identity) return &info;
  }
  return nullptr;
}

std::string Participant::track_of(std::string_view identity, livekit::TrackType type) const {
  const livekit::ParticipantInfo* const info = other(identity);
  if (info == nullptr) return {};
  for (const livekit::TrackInfo& track : info->tracks()) {
    if (track.type() == type) return track.sid();
  }
  return {};
}

RemoteTrack* Participant::received(std::string_view identity, livekit::TrackType type) {
  return subscriber().find(track_of(identity, type));
}

std::size_t Participant::live_tracks() const {
  const PeerConnection& peer = subscriber_ ? *subscriber_ : *publisher_;
  return static_cast<std::size_t>(
      std::ranges::count_if(peer.tracks(), [](const auto& track) { return track->live; }));
}

std::size_t Participant::count(livekit::SignalResponse::MessageCase kind) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      responses, [&](const auto& response) { return response.message_case() == kind; }));
}

std::vector<std::string> Participant::problems() const {
  std::vector<std::string> out = problems_;
  for (const PeerConnection* peer : {publisher_.get(), subscriber_.get()}) {
    if (peer == nullptr) continue;
    out.insert(out.end(), peer->problems.begin(), peer->problems.end());
    for (const auto& track : peer->tracks()) {
      const auto& faults = track->video ? track->video->faults() : track->audio->faults();
      for (const std::string& fault : faults) out.push_back(track->sid + ": " + fault);
    }
  }
  return out;
}

}  // namespace parley::sim
