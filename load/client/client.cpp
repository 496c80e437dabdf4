#include "load/client/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "signaling/encoding/base64.h"
#include "signaling/encoding/gzip.h"

namespace parley::load {
namespace {

constexpr int kProtocol = 17;
constexpr std::size_t kPublishing = 0;
constexpr std::size_t kSubscribing = 1;
/// As many sections of each kind a browser's client offers to receive on before it knows anything.
constexpr std::size_t kReceivers = 3;
/// A server that sends us away closes the media as well: that may be here before what it says.
constexpr Duration kGoodbye = 2s;
constexpr unsigned kPageWidth = 1280;
constexpr unsigned kPageHeight = 720;

bool sends(const Plan& plan) { return plan.publishes_anything(); }

}  // namespace

Client::Client(const Shared& shared, Plan plan, SocketId first_socket, Counts& counts,
               std::vector<SocketAddress> local)
    : shared_(shared), plan_(std::move(plan)) {
  connections_.resize(kConnections);
  const bool both = !plan_.single_peer;
  if (!both || sends(plan_)) {
    connections_[kPublishing] = std::make_unique<PeerConnection>(shared, first_socket, counts,
                                                                 std::vector<SocketAddress>());
  }
  if (both && plan_.subscribes) {
    connections_[kSubscribing] =
        std::make_unique<PeerConnection>(shared, first_socket + 1, counts, std::move(local));
  }
}

PeerConnection* Client::connection(std::size_t index) const { return connections_[index].get(); }

std::optional<Duration> Client::since_beginning(std::optional<Time> at) const {
  return at ? std::optional<Duration>(*at - began_) : std::nullopt;
}

// ---------------------------------------------------------------------------------------------------
// Joining and leaving

std::string Client::join(std::string token, Time now) {
  state_ = State::connecting;
  token_ = std::move(token);
  began_ = now;
  if (!plan_.single_peer) {
    return fmt::format(
        "/rtc?auto_subscribe={}&adaptive_stream=0&protocol={}&sdk=cpp&version=1.0.0&os=linux",
        plan_.subscribes ? 1 : 0, kProtocol);
  }
  livekit::JoinRequest join;
  join.mutable_client_info()->set_sdk(livekit::ClientInfo::CPP);
  join.mutable_client_info()->set_protocol(kProtocol);
  join.mutable_client_info()->set_version("1.0.0");
  join.mutable_client_info()->set_os("linux");
  join.mutable_connection_settings()->set_auto_subscribe(plan_.subscribes);
  if (plan_.subscribes) {
    publishing().add_receivers(sdp::Kind::audio, kReceivers);
    publishing().add_receivers(sdp::Kind::video, kReceivers);
  }
  join.mutable_publisher_offer()->set_type("offer");
  join.mutable_publisher_offer()->set_sdp(publishing().create_offer());
  join.mutable_publisher_offer()->set_id(++offer_id_);
  offering_ = true;
  livekit::WrappedJoinRequest wrapped;
  wrapped.set_compression(livekit::WrappedJoinRequest::GZIP);
  const ByteVector packed = signaling::gzip(as_bytes(join.SerializeAsString()));
  wrapped.set_join_request(std::string(as_chars(packed)));
  std::string text = signaling::base64url_encode(as_bytes(wrapped.SerializeAsString()));
  // LiveKit's server wants the padding.
  for (std::size_t size = text.size(); size % 4 != 0; ++size) text += "%3D";
  return "/rtc/v1?join_request=" + text;
}

void Client::leave(Time now) {
  if (state_ == State::sent_on) state_ = State::left;
  if (state_ != State::joined && state_ != State::connecting) return;
  livekit::SignalRequest goodbye;
  goodbye.mutable_leave()->set_reason(livekit::CLIENT_INITIATED);
  request(goodbye);
  end(State::left, "", now);
}

void Client::end(State state, std::string_view reason, Time now) {
  state_ = state;
  reason_ = reason;
  for (const auto& peer : connections_) {
    if (peer) peer->close(now);
  }
}

void Client::on_closed(std::string_view reason, Time now) {
  if (state_ == State::connecting) end(State::refused, reason, now);
  if (state_ == State::joined) end(State::dropped, reason, now);
}

// ---------------------------------------------------------------------------------------------------
// What it asks for

void Client::request(const livekit::SignalRequest& request) {
  requests_.push_back(request.SerializeAsString());
}

void Client::publish(Time now) {
  if (!sends(plan_)) return;
  for (const Material* const material : plan_.publishes) {
    const bool audio = is_audio(material->codec);
    const std::string cid = fmt::format("{}-{}", audio ? "microphone" : "camera", plan_.identity);
    publishing().add_sender(*material, cid);
    published_[cid];
    livekit::SignalRequest out;
    livekit::AddTrackRequest& add = *out.mutable_add_track();
    add.set_cid(cid);
    add.set_name(audio ? "microphone" : "camera");
    add.set_type(audio ? livekit::AUDIO : livekit::VIDEO);
    add.set_source(audio ? livekit::MICROPHONE : livekit::CAMERA);
    add.set_disable_red(audio);
    if (!audio) {
      const std::vector<Layer>& layers = material->layers;
      add.set_width(layers.back().resolution.width);
      add.set_height(layers.back().resolution.height);
      for (std::size_t i = 0; i < layers.size(); ++i) {
        livekit::VideoLayer& layer = *add.add_layers();
        layer.set_quality(layers.size() == 1 ? livekit::HIGH
                                             : static_cast<livekit::VideoQuality>(i));
        layer.set_width(layers[i].resolution.width);
        layer.set_height(layers[i].resolution.height);
        layer.set_bitrate(layers[i].kbps(material->interval) * 1000);
      }
    }
    request(out);
  }
  offer(now);
}

/// One at a time; what comes meanwhile makes the next.
void Client::offer(Time) {
  if (offering_ || state_ != State::joined) {
    wants_offer_ = true;
    return;
  }
  wants_offer_ = false;
  offering_ = true;
  livekit::SignalRequest out;
  out.mutable_offer()->set_type("offer");
  out.mutable_offer()->set_sdp(publishing().create_offer());
  out.mutable_offer()->set_id(++offer_id_);
  request(out);
}

/// Says how large a camera is shown, as the SDKs' adaptive streams do.
void Client::watch(const std::string& track_sid) {
  if (plan_.view == View::all || !watched_.insert(track_sid).second) return;
  const std::size_t number = watched_.size() - 1;
  livekit::SignalRequest out;
  livekit::UpdateTrackSettings& settings = *out.mutable_track_setting();
  settings.add_track_sids(track_sid);
  unsigned columns = 4;  // Of the strip beside a large one.
  if (plan_.view == View::grid) {
    const std::size_t shown = std::clamp<std::size_t>(plan_.others_on_camera, 1, plan_.tiles);
    columns = static_cast<unsigned>(std::ceil(std::sqrt(static_cast<double>(shown))));
    settings.set_disabled(number >= plan_.tiles);
    if (settings.disabled()) ++hidden_;
  } else if (number == 0) {
    columns = 1;
  }
  settings.set_width(kPageWidth / columns);
  settings.set_height(kPageHeight / columns);
  request(out);
}

// ---------------------------------------------------------------------------------------------------
// What it is told

void Client::on_message(ByteView frame, Time now) {
  if (state_ != State::connecting && state_ != State::joined) return;
  livekit::SignalResponse response;
  if (!response.ParseFromArray(frame.data(), static_cast<int>(frame.size()))) {
    return end(State::dropped, "a message that cannot be parsed", now);
  }
  on_response(response, now);
  look(now);
}

void Client::on_response(const livekit::SignalResponse& response, Time now) {
  using Case = livekit::SignalResponse::MessageCase;
  switch (response.message_case()) {
    case Case::kJoin:
      return on_join(response.join(), now);
    case Case::kAnswer:
      if (connections_[kPublishing]) publishing().set_answer(response.answer().sdp(), now);
      offering_ = false;
      if (wants_offer_) offer(now);
      return;
    case Case::kOffer: {
      PeerConnection* const subscriber = connection(kSubscribing);
      if (subscriber == nullptr) return;
      livekit::SignalRequest out;
      out.mutable_answer()->set_type("answer");
      out.mutable_answer()->set_sdp(subscriber->answer(response.offer().sdp(), now));
      out.mutable_answer()->set_id(response.offer().id());
      if (!out.answer().sdp().empty()) request(out);
      return;
    }
    case Case::kTrickle: {
      const bool to_subscriber = response.trickle().target() == livekit::SUBSCRIBER;
      PeerConnection* const peer = connection(to_subscriber ? kSubscribing : kPublishing);
      const auto candidate =
          nlohmann::json::parse(response.trickle().candidateinit(), nullptr, false);
      if (peer == nullptr || !candidate.is_object()) return;
      peer->add_candidate(candidate.value("candidate", ""), now);
      return;
    }
    case Case::kMediaSectionsRequirement: {
      const auto& wanted = response.media_sections_requirement();
      publishing().add_receivers(sdp::Kind::audio, wanted.num_audios());
      publishing().add_receivers(sdp::Kind::video, wanted.num_videos());
      return offer(now);
    }
    case Case::kUpdate:
      for (const auto& info : response.update().participants()) on_participant(info);
      return;
    case Case::kTrackPublished:
      published_[response.track_published().cid()] = response.track_published().track().sid();
      return;
    case Case::kSubscribedQualityUpdate:
      return on_quality(response.subscribed_quality_update());
    case Case::kRefreshToken:
      token_ = response.refresh_token();
      return;
    case Case::kRoomMoved:
      token_ = response.room_moved().token();
      return;
    case Case::kLeave:
      return on_leave(response.leave(), now);
    default:
      return;
  }
}

void Client::on_join(const livekit::JoinResponse& join, Time now) {
  if (state_ != State::connecting) return;
  state_ = State::joined;
  joined_at_ = now;
  sid_ = join.participant().sid();
  if (join.ping_interval() > 0) {
    ping_interval_ = std::chrono::seconds(join.ping_interval());
    next_ping_ = now + ping_interval_;
  }
  for (const auto& info : join.other_participants()) on_participant(info);
  publish(now);
}

void Client::on_leave(const livekit::LeaveRequest& leave, Time now) {
  if (state_ == State::joined && leave.action() == livekit::LeaveRequest::RECONNECT) {
    return end(State::sent_on, "", now);
  }
  end(state_ == State::joined ? State::dropped : State::refused,
      fmt::format("sent away: {}", livekit::DisconnectReason_Name(leave.reason())), now);
}

void Client::on_participant(const livekit::ParticipantInfo& info) {
  if (!plan_.subscribes || info.sid() == sid_) return;
  for (const livekit::TrackInfo& track : info.tracks()) {
    if (track.type() == livekit::VIDEO) watch(track.sid());
  }
}

/// Dynacast: a layer that nobody watches need not be sent.
void Client::on_quality(const livekit::SubscribedQualityUpdate& update) {
  const auto published = std::ranges::find_if(
      published_, [&](const auto& entry) { return entry.second == update.track_sid(); });
  if (published == published_.end() || !connections_[kPublishing]) return;
  TrackSender* const sender = publishing().sender(published->first);
  if (sender == nullptr) return;
  const std::size_t layers = sender->material().layers.size();
  const auto apply = [&](const auto& qualities) {
    for (const livekit::SubscribedQuality& one : qualities) {
      if (layers == 1) {
        // A single layer is HIGH; sent for whoever wants any of it.
        const bool any = std::ranges::any_of(
            qualities, [](const livekit::SubscribedQuality& q) { return q.enabled(); });
        sender->enable(0, any);
      } else {
        sender->enable(static_cast<std::size_t>(one.quality()), one.enabled());
      }
    }
  };
  if (update.subscribed_codecs_size() > 0) {
    apply(update.subscribed_codecs(0).qualities());
  } else {
    apply(update.subscribed_qualities());
  }
}

// ---------------------------------------------------------------------------------------------------
// Time and the network

void Client::receive(std::size_t index, const SocketAddress& from, MutableBytes datagram,
                     Time now) {
  PeerConnection* const peer = connection(index);
  if (peer == nullptr || state_ != State::joined) return;
  peer->receive(from, datagram, now);
  if (!ready_at_) look(now);
}

/// What has come true of what it came for.
void Client::look(Time now) {
  if (ready_at_ || state_ != State::joined) return;
  for (const auto& peer : connections_) {
    if (!peer || first_media_at_) continue;
    for (const sdp::Kind kind : {sdp::Kind::audio, sdp::Kind::video}) {
      const auto at = peer->first_frame(kind);
      if (at && (!first_media_at_ || *at < *first_media_at_)) first_media_at_ = at;
    }
  }
  const bool publishes = !sends(plan_) || publishing().sent().frames > 0;
  // Who publishes may be alone, and need not wait for others.
  const bool receives = !plan_.subscribes || sends(plan_) || first_media_at_;
  if (publishes && receives) ready_at_ = now;
}

void Client::advance(Time now) {
  if (state_ != State::joined) return;
  if (next_ping_ <= now) {
    next_ping_ = now + ping_interval_;
    const std::int64_t ms = to_ms(shared_.clock.wall(now).time_since_epoch());
    livekit::SignalRequest ping;
    ping.set_ping(ms);
    request(ping);
    livekit::SignalRequest again;
    again.mutable_ping_req()->set_timestamp(ms);
    request(again);
  }
  for (const auto& peer : connections_) {
    if (!peer) continue;
    peer->advance(now);
    if (peer->failed() && give_up_ == kNever) give_up_ = now + kGoodbye;
  }
  if (give_up_ <= now) end(State::dropped, "the media connection has failed", now);
  if (!ready_at_) look(now);
}

Time Client::next_event() const {
  if (state_ != State::joined) return kNever;
  Time next = std::min(next_ping_, give_up_);
  for (const auto& peer : connections_) {
    if (peer) next = std::min(next, peer->next_event());
  }
  return next;
}

// ---------------------------------------------------------------------------------------------------
// What it knows

std::size_t Client::tracks() const {
  std::size_t out = 0;
  for (const auto& peer : connections_) out += peer ? peer->tracks() : 0;
  return out;
}

std::size_t Client::tracks_with_media() const {
  std::size_t out = 0;
  for (const auto& peer : connections_) out += peer ? peer->tracks_with_media() : 0;
  return out;
}

std::size_t Client::silent_tracks(Time now, Duration silence) const {
  std::size_t out = 0;
  for (const auto& peer : connections_) out += peer ? peer->silent_tracks(now, silence) : 0;
  // What we said is not on the page may have come before the server had heard that.
  return out - std::min(out, hidden_);
}

TrackSender::Counts Client::sent() const {
  return connections_[kPublishing] ? connections_[kPublishing]->sent() : TrackSender::Counts();
}

std::vector<std::string> Client::problems() const {
  std::vector<std::string> out;
  for (const auto& peer : connections_) {
    if (peer) out.insert(out.end(), peer->problems().begin(), peer->problems().end());
  }
  return out;
}

}  // namespace parley::load
