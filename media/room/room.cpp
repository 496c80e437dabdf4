#include "media/room/room.h"

#include <algorithm>
#include <utility>

#include "media/negotiation/codecs.h"

namespace parley::media {
namespace {

constexpr Duration kCountDelay = 500ms;  // Counts are told once for a crowd that comes at once.
constexpr std::int32_t kPingInterval = 5;
constexpr std::int32_t kPingTimeout = 15;

std::uint32_t seconds(Duration d) {
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::seconds>(d).count());
}

}  // namespace

Room::Room(RoomHome home, Time now)
    : home_(std::move(home)),
      ids_(home_.random, home_.number),
      events_(home_.webhooks, info_, now),
      data_tracks_(ids_),
      rpc_calls_(home_.random),
      agents_(home_.name, home_.random, home_.clock),
      roster_(home_.config.max_listed_watchers),
      idle_since_(now) {
  const auto created = home_.clock.wall(now).time_since_epoch();
  info_.set_sid(ids_.room());
  info_.set_name(home_.name);
  info_.set_empty_timeout(seconds(home_.config.empty_timeout));
  info_.set_departure_timeout(seconds(home_.config.departure_timeout));
  info_.set_max_participants(home_.config.max_participants);
  info_.set_creation_time(std::chrono::duration_cast<std::chrono::seconds>(created).count());
  info_.set_creation_time_ms(
      std::chrono::duration_cast<std::chrono::milliseconds>(created).count());
  for (Codec codec : publishable()) info_.add_enabled_codecs()->set_mime(mime_type(codec));
  sif_trailer_ = home_.random.token(32);
}

Room::~Room() = default;

// ---------------------------------------------------------------------------------------------------
// Coming and going

std::expected<Room::Joined, Room::Refusal> Room::join(const plane::StartSession& start, Time now) {
  if (Session* const earlier = find_identity(start.identity())) {
    earlier->dismiss(livekit::LeaveRequest::DISCONNECT, livekit::DUPLICATE_IDENTITY, now);
  }
  const bool needs_seat = !start.grants().recorder() && !start.grants().agent() &&
                          !(start.internal() && start.grants().hidden());
  if (home_.config.max_participants > 0 && needs_seat &&
      seats_taken() >= home_.config.max_participants) {
    return std::unexpected(Refusal{503, "room has reached its maximum number of participants"});
  }
  const ShardIndex seat = home_.seating.take(home_.shard, sessions_.size());
  const ShardHandle& shard = home_.seating.shard(seat);
  Surroundings world{seat,
                     *shard.port,
                     ids_.cname(),
                     ids_,
                     home_.uplink,
                     *this,
                     home_.fingerprint,
                     candidates_for(start.identity(), shard),
                     relay_only(start.identity()),
                     home_.ice_lite,
                     home_.config.data_blobs,
                     home_.config.allow_pause,
                     false,
                     home_.clock,
                     home_.server,
                     home_.rejected_messages};
  std::string sid = ids_.participant();
  auto made = std::make_unique<Session>(start, sid, std::move(world), now);
  Session& session = *made;
  sessions_.emplace(std::move(sid), std::move(made));
  by_identity_.emplace(session.participant().identity, &session);
  for (TransportId transport : session.transports()) by_transport_[transport] = &session;
  ever_joined_ = true;
  if (!session.participant().grants.hidden()) {
    tell_of_people(roster_.enter(session.info()), &session);
  }
  if (!session.one_shot()) {
    session.begin(join_response(session), roster_.introductions(), now);
    roster_.joined(session.info());
    return Joined{&session, {}};
  }
  auto answer = session.begin_one_shot(now);
  roster_.joined(session.info());
  if (answer) return Joined{&session, std::move(*answer)};
  session.dismiss(livekit::LeaveRequest::DISCONNECT, livekit::JOIN_FAILURE, now);
  return std::unexpected(Refusal{answer.error().http_status, std::move(answer.error().reason)});
}

Session* Room::resume(const plane::StartSession& start, Time now) {
  Session* session = find(start.participant_sid());
  if (session == nullptr || session->ended() || session->one_shot() ||
      session->participant().identity != start.identity()) {
    return nullptr;
  }
  std::vector<livekit::ParticipantInfo> others;
  while (!departures_.empty() && departures_.front().at + kRememberDepartures < now)
    departures_.pop_front();
  std::vector<livekit::ParticipantInfo> present = listed(session);
  for (const Departure& departure : departures_) {
    // Clients go by the identity: who is back must not be said to have left.
    const auto is_same = [&](const auto& info) {
      return info.identity() == departure.info.identity();
    };
    if (std::ranges::none_of(present, is_same)) others.push_back(departure.info);
  }
  std::ranges::move(present, std::back_inserter(others));
  session->resume(start, std::move(others), info_, now);
  return session;
}

livekit::JoinResponse Room::join_response(const Session& session) const {
  livekit::JoinResponse out;
  *out.mutable_room() = info_;
  out.set_server_version(home_.server.version());
  out.set_server_region(home_.server.region());
  *out.mutable_server_info() = home_.server;
  out.set_ping_interval(kPingInterval);
  out.set_ping_timeout(kPingTimeout);
  out.set_sif_trailer(sif_trailer_);
  // The edge takes it back where no relay is reached by TLS.
  if (relay_only(session.participant().identity)) {
    out.mutable_client_configuration()->set_force_relay(livekit::ENABLED);
  }
  *out.mutable_enabled_publish_codecs() = info_.enabled_codecs();
  // No ice_servers: the edge adds those that are configured. Asking a third party's STUN server
  // would cost time and tell it who calls whom.
  return out;
}

std::vector<livekit::ParticipantInfo> Room::listed(const Session* except) const {
  std::vector<livekit::ParticipantInfo> out;
  out.reserve(roster_.size());
  for (const std::string_view sid : roster_.listed()) {
    const auto at = sessions_.find(sid);
    if (at == sessions_.end() || at->second.get() == except || at->second->ended()) continue;
    const Session& other = *at->second;
    if (other.participant().grants.hidden()) continue;
    if (other.participant().state >= livekit::ParticipantInfo::JOINED) out.push_back(other.info());
  }
  return out;
}

std::size_t Room::seats_taken() const {
  return static_cast<std::size_t>(std::ranges::count_if(sessions_, [](const auto& entry) {
    return !entry.second->ended() && !entry.second->participant().is_dependent();
  }));
}

bool Room::anybody_seated() const {
  return std::ranges::any_of(sessions_, [](const auto& entry) {
    return !entry.second->ended() && !entry.second->participant().is_dependent();
  });
}

std::size_t Room::tracks() const { return by_stream_.size(); }

Session* Room::find(std::string_view participant_sid) {
  const auto found = sessions_.find(participant_sid);
  return found == sessions_.end() ? nullptr : found->second.get();
}

Session* Room::find_identity(std::string_view identity) {
  const auto [first, last] = by_identity_.equal_range(identity);
  const auto found =
      std::find_if(first, last, [](const auto& entry) { return !entry.second->ended(); });
  return found == last ? nullptr : found->second;
}

std::vector<livekit::ParticipantInfo> Room::everybody() const {
  std::vector<livekit::ParticipantInfo> out;
  for (const auto& [sid, session] : sessions_) {
    if (!session->ended() && !session->participant().is_secret()) out.push_back(session->info());
  }
  return out;
}

void Room::on_active(Session& session, Time now) {
  tell_itself(session);
  if (!session.participant().grants.hidden()) {
    tell_of_people(roster_.arrive(session.info(), sessions_.size(), now), &session);
  }
  if (!session.participant().is_secret()) {
    events_.active(session.info(), now);
    agents_.on_active(session.participant(), now);
  }
  if (auto speakers = speakers_.active(); !speakers.empty()) {
    livekit::SignalResponse response;
    for (auto& speaker : speakers)
      *response.mutable_speakers_changed()->add_speakers() = std::move(speaker);
    session.send(response);
  }
  newcomers_.push_back(session.participant().sid);
  subscribe_to_data_tracks(session);
  count_people(now);
}

void Room::on_left(Session& session, livekit::DisconnectReason reason, Time now) {
  for (const DataTracks::Track& track : data_tracks_.forget(session.participant().sid)) {
    withdraw(track);
  }
  rpc_calls_.on_left(session.participant().identity);
  if (!session.participant().is_secret()) {
    agents_.on_left(session.participant(), reason, now);
    events_.left(session.info(), now);
  }
  if (!session.participant().grants.hidden() && roster_.lists(session.participant().sid)) {
    if (departures_.size() >= kMaxDepartures) departures_.pop_front();
    departures_.push_back({now, session.info()});
    tell_of_people(roster_.leave(session.info(), sessions_.size(), now), &session);
  }
  speakers_.forget(session.participant().sid);
  if (auto record = record_.take(session.participant().sid); record && home_.quality != nullptr) {
    // The half minute before somebody is gone is what is asked for.
    record->set_identity(session.participant().identity);
    plane::QualityReport report;
    *report.add_participants() = std::move(*record);
    hand_on_quality(std::move(report), now);
  }
  quality_.forget(session.participant().sid);
  simulated_speakers_.erase(session.participant().sid);
  publishing_.erase(session.participant().sid);
  ended_.push_back(session.participant().sid);
  if (!anybody_seated()) idle_since_ = now;
  count_people(now);
}

std::vector<std::string> Room::sweep() {
  events_.started();
  asked_is_stale_ = true;  // Each input ends here.
  std::vector<std::string> gone = std::exchange(ended_, {});
  for (const std::string& sid : gone) {
    const auto at = sessions_.find(sid);
    for (TransportId transport : at->second->transports()) by_transport_.erase(transport);
    const auto [first, last] = by_identity_.equal_range(at->second->participant().identity);
    by_identity_.erase(std::find_if(
        first, last, [&](const auto& entry) { return entry.second == at->second.get(); }));
    home_.seating.give_back(at->second->shard());
    sessions_.erase(at);
  }
  return gone;
}

void Room::close(livekit::LeaveRequest::Action action, livekit::DisconnectReason reason, Time now) {
  for (auto& [sid, session] : sessions_) {
    if (!session->ended()) session->dismiss(action, reason, now);
  }
  events_.finished(now);
}

bool Room::finished(Time now) const {
  if (anybody_seated()) return false;
  return now >=
         idle_since_ + (ever_joined_ ? home_.config.departure_timeout : home_.config.empty_timeout);
}

// ---------------------------------------------------------------------------------------------------
// Telling

void Room::tell(std::span<Session* const> whom, const livekit::SignalResponse& response) {
  std::map<std::string_view, plane::ToClients> by_edge;
  for (const Session* session : whom) {
    if (session->has_socket()) by_edge[session->edge()].add_connections(session->connection());
  }
  if (by_edge.empty()) return;
  const std::string bytes = response.SerializeAsString();
  for (auto& [edge, message] : by_edge) {
    message.mutable_message()->set_signal_response(bytes);
    home_.uplink.send(std::string(edge), message);
  }
}

std::vector<Session*> Room::all_but(const Session* except) const {
  std::vector<Session*> out;
  out.reserve(sessions_.size());
  for (const auto& [sid, session] : sessions_) {
    if (session.get() != except && !session->ended()) out.push_back(session.get());
  }
  return out;
}

void Room::tell_of_people(Roster::Infos infos, const Session* except) {
  if (infos.empty()) return;
  livekit::SignalResponse response;
  for (livekit::ParticipantInfo& info : infos) {
    *response.mutable_update()->add_participants() = std::move(info);
  }
  tell(all_but(except), response);
}

void Room::tell_what_waited(Time now) {
  // Who left has made room for others.
  for (auto at = sessions_.begin(); at != sessions_.end() && roster_.has_room(); ++at) {
    const Session& session = *at->second;
    if (session.ended() || !session.active() || session.participant().grants.hidden()) continue;
    if (roster_.lists(at->first)) continue;
    tell_of_people(roster_.change(session.info(), sessions_.size(), now), nullptr);
  }
  tell_of_people(roster_.due(now), nullptr);
}

void Room::tell_itself(Session& session) {
  livekit::SignalResponse response;
  *response.mutable_update()->add_participants() = session.info();
  session.send(response);
}

void Room::on_changed(Session& session, Time now) {
  tell_itself(session);
  if (session.participant().grants.hidden()) return;
  tell_of_people(roster_.change(session.info(), sessions_.size(), now), &session);
}

void Room::on_hidden(Session& session, Time now) {
  for (const auto& track : session.publisher().tracks()) {
    for (auto& [sid, other] : sessions_) {
      if (other.get() != &session && !other->ended()) other->on_track_gone(track->info.sid(), now);
    }
  }
  livekit::ParticipantInfo info = session.info();
  info.set_state(livekit::ParticipantInfo::DISCONNECTED);
  tell_of_people(roster_.leave(info, sessions_.size(), now), &session);
}

void Room::on_shown(Session& session, Time now) {
  for (const auto& track : session.publisher().tracks()) {
    for (auto& [sid, other] : sessions_) {
      if (other.get() != &session && !other->ended()) other->on_track_available(track, now);
    }
  }
}

void Room::tell_everybody_of_room() {
  livekit::SignalResponse response;
  *response.mutable_room_update()->mutable_room() = info_;
  std::vector<Session*> whom = all_but(nullptr);
  std::erase_if(whom, [](const Session* session) { return !session->active(); });
  tell(whom, response);
}

template <typename Wish>
void Room::set(const Wish& wish) {
  RoomConfig& config = home_.config;
  if (wish.empty_timeout() > 0) config.empty_timeout = std::chrono::seconds(wish.empty_timeout());
  if (wish.departure_timeout() > 0) {
    config.departure_timeout = std::chrono::seconds(wish.departure_timeout());
  }
  if (wish.max_participants() > 0) config.max_participants = wish.max_participants();
  info_.set_empty_timeout(seconds(config.empty_timeout));
  info_.set_departure_timeout(seconds(config.departure_timeout));
  info_.set_max_participants(config.max_participants);
  if (!wish.metadata().empty()) info_.set_metadata(wish.metadata());
  tell_everybody_of_room();
}

void Room::configure(const livekit::CreateRoomRequest& wish) { set(wish); }
void Room::configure(const livekit::RoomConfiguration& wish) { set(wish); }

void Room::set_metadata(const std::string& metadata) {
  info_.set_metadata(metadata);
  tell_everybody_of_room();
}

void Room::count_people(Time now) {
  if (count_deadline_) return;
  count_deadline_ = now + std::max(kCountDelay, Roster::delay(sessions_.size()));
}

// ---------------------------------------------------------------------------------------------------
// Tracks

std::shared_ptr<const PublishedTrack> Room::find_track(std::string_view track_sid) const {
  for (const auto& [id, entry] : by_stream_) {
    if (entry.first->info.sid() == track_sid) return entry.first;
  }
  return nullptr;
}

std::vector<std::shared_ptr<const PublishedTrack>> Room::tracks_for(const Session& session) const {
  std::vector<std::shared_ptr<const PublishedTrack>> out;
  for (const auto& [sid, other] : publishing_) {
    if (other == &session || other->ended()) continue;
    for (const auto& track : other->publisher().tracks()) {
      if (!track->hidden) out.push_back(track);
    }
  }
  return out;
}

void Room::on_published(Session& session, std::shared_ptr<const PublishedTrack> track, Time now) {
  by_stream_[track->stream] = {track, &session};
  publishing_[session.participant().sid] = &session;
  if (track->kind == Kind::video) {
    dynacast_.add(track->info.sid(), track->codecs.front().codec, now);
  }
  agents_.on_published(session.participant(), now);
  // The roster first: clients drop media of a track that they have not heard of.
  on_changed(session, now);
  events_.published(*track, now);
  if (track->hidden) return;
  for (auto& [sid, other] : sessions_) {
    if (other.get() != &session && !other->ended()) other->on_track_available(track, now);
  }
}

void Room::on_unpublished(Session& session, const PublishedTrack& track, Time now) {
  by_stream_.erase(track.stream);
  if (track.backup) by_stream_.erase(track.backup->stream);
  dynacast_.remove(track.info.sid());
  events_.unpublished(track, now);
  for (auto& [sid, other] : sessions_) {
    if (other.get() != &session && !other->ended()) other->on_track_gone(track.info.sid(), now);
  }
  // Who leaves is announced as gone in one update.
  if (!session.ended()) on_changed(session, now);
}

void Room::on_backup_changed(Session& session, std::shared_ptr<const PublishedTrack> track,
                             Time now) {
  by_stream_.erase(track->backup->stream);
  if (track->backup->live) by_stream_[track->backup->stream] = {track, &session};
  on_changed(session, now);
  for (auto& [sid, other] : sessions_) {
    if (other.get() != &session && !other->ended()) other->on_backup_changed(track->info.sid());
  }
}

void Room::on_regressed(const Session& session, const PublishedTrack& track) {
  for (auto& [sid, other] : sessions_) {
    if (other.get() != &session && !other->ended()) other->on_regressed(track.info.sid());
  }
}

bool Room::permits(const PublishedTrack& track, const Session& subscriber) const {
  const auto publisher = sessions_.find(track.publisher_sid);
  return publisher == sessions_.end() ||
         publisher->second->permits(subscriber.participant(), track.info.sid());
}

void Room::on_permissions_changed(Session& publisher, Time now) {
  for (auto& [sid, other] : sessions_) {
    if (other.get() == &publisher || other->ended()) continue;
    other->on_permissions_changed(publisher, now);
    if (data_tracks_.subscribed(sid, publisher.participant().sid)) tell_data_track_handles(*other);
  }
}

void Room::on_wanted(std::string_view track_sid, SubscriptionId subscription, Codec codec,
                     std::optional<livekit::VideoQuality> quality) {
  dynacast_.want(track_sid, subscription, codec, quality);
}

void Room::on_first_subscriber(const PublishedTrack& track) {
  const auto found = by_stream_.find(track.stream);
  if (found == by_stream_.end()) return;
  Session& publisher = *found->second.second;
  publisher.mark_watched(track.info.sid());
  livekit::SignalResponse response;
  response.mutable_track_subscribed()->set_track_sid(track.info.sid());
  publisher.send(response);
}

// ---------------------------------------------------------------------------------------------------
// What the shard tells

void Room::on_transport_event(TransportId transport, const Event& event, Time now) {
  const auto found = by_transport_.find(transport);
  if (found == by_transport_.end()) return;  // Crossed with its end.
  Session& session = *found->second;
  if (session.ended()) return;
  const bool was_lost = session.awaits_transport();
  if (std::holds_alternative<TransportConnected>(event)) {
    session.on_transport_connected(transport, now);
  } else if (const auto* lost = std::get_if<TransportLost>(&event)) {
    session.on_transport_lost(*lost, now);
  } else if (const auto* opened = std::get_if<ChannelOpened>(&event)) {
    session.on_channel_opened(transport, opened->channel, now);
  } else if (const auto* data = std::get_if<DataReceived>(&event)) {
    session.on_data(data->channel, data->payload, now);
  } else if (const auto* states = std::get_if<StreamStates>(&event)) {
    session.on_stream_states(states->states);
  }
  if (session.ended() || session.awaits_transport() == was_lost) return;
  const std::string& sid = session.participant().sid;
  tell_quality({{sid, was_lost ? quality_.regain(sid) : quality_.lose(sid)}});
}

void Room::on_stream_started(StreamId stream) {
  const auto found = by_stream_.find(stream);
  if (found != by_stream_.end()) found->second.second->on_stream_started(stream);
}

void Room::on_audio_levels(std::span<const AudioLevel> levels, Time now) {
  for (const AudioLevel& level : levels) {
    const auto found = by_stream_.find(level.stream);
    if (found == by_stream_.end() || found->second.first->info.muted() ||
        found->second.first->hidden)
      continue;
    speakers_.observe(found->second.second->participant().sid, level);
  }
  if (!speakers_deadline_) speakers_deadline_ = now + Speakers::kTick;
}

void Room::simulate_speaking(Session& session, Duration duration, Time now) {
  simulated_speakers_[session.participant().sid] = now + duration;
  if (!speakers_deadline_) speakers_deadline_ = now;
}

void Room::keep_to(const Session& session, livekit::CandidateProtocol protocol) {
  if (kept_to_.size() < kMaxKeptTo) kept_to_[session.participant().identity] = protocol;
}

std::vector<LocalCandidate> Room::candidates_for(const std::string& identity,
                                                 const ShardHandle& shard) const {
  const auto kept = kept_to_.find(identity);
  // A relay reaches us over UDP, however it is reached itself.
  if (kept == kept_to_.end() || kept->second == livekit::TLS) return shard.candidates;
  const Protocol wanted = kept->second == livekit::TCP ? Protocol::tcp : Protocol::udp;
  std::vector<LocalCandidate> out;
  std::ranges::copy_if(shard.candidates, std::back_inserter(out),
                       [&](const LocalCandidate& c) { return c.protocol == wanted; });
  return out.empty() ? shard.candidates : out;  // A server without TCP has nothing else to offer.
}

bool Room::relay_only(const std::string& identity) const {
  const auto kept = kept_to_.find(identity);
  return kept != kept_to_.end() && kept->second == livekit::TLS;
}

void Room::tick_speakers(Time now) {
  for (auto at = simulated_speakers_.begin(); at != simulated_speakers_.end();) {
    if (at->second <= now) {
      at = simulated_speakers_.erase(at);
      continue;
    }
    speakers_.observe(at->first, {StreamId(), Speakers::kTick, Speakers::kTick, 10});
    ++at;
  }
  const std::vector<livekit::SpeakerInfo> changed = speakers_.tick();
  const bool goes_on = !speakers_.active().empty() || !simulated_speakers_.empty();
  speakers_deadline_.reset();
  if (goes_on) speakers_deadline_ = now + Speakers::kTick;
  if (changed.empty()) return;
  std::vector<Session*> who_hears_all;
  livekit::SignalResponse all;
  for (const livekit::SpeakerInfo& speaker : changed) {
    *all.mutable_speakers_changed()->add_speakers() = speaker;
  }
  for (auto& [sid, session] : sessions_) {
    if (session->ended()) continue;
    livekit::SignalResponse response;
    for (const livekit::SpeakerInfo& speaker : changed) {
      if (speaker.sid() == sid || session->subscribed_to(speaker.sid())) {
        *response.mutable_speakers_changed()->add_speakers() = speaker;
      }
    }
    if (response.speakers_changed().speakers_size() == all.speakers_changed().speakers_size()) {
      who_hears_all.push_back(session.get());
    } else if (response.has_speakers_changed()) {
      session->send(response);
    }
  }
  tell(who_hears_all, all);
}

void Room::on_stats(ShardIndex shard, std::span<const StreamStats> streams,
                    std::span<const SubscriptionStats> subscriptions, Time now) {
  for (const StreamStats& stats : streams) {
    const auto found = by_stream_.find(stats.stream);
    if (found == by_stream_.end()) continue;
    const auto& [track, session] = found->second;
    if (track->info.muted()) continue;  // What was under way when it was.
    const StreamPeriod period{stats.packets + stats.lost, stats.lost, stats.round_trip,
                              stats.jitter};
    const double score = track->kind == Kind::audio ? audio_score(period) : video_score(period);
    quality_.observe(session->participant().sid, score);
    record_.add_sent(session->participant().sid, *track, stats, score);
  }
  std::unordered_map<SubscriptionId, std::pair<const std::string*, Kind>> owners;
  for (const auto& [sid, session] : sessions_) {
    if (session->shard() != shard) continue;
    for (const auto& downstream : session->subscriber().downstreams()) {
      owners[downstream->id] = {&sid, downstream->track->kind};
      if (!downstream->congested) continue;
      quality_.observe(sid, kPausedScore);
      record_.add_paused(sid);
    }
  }
  for (const SubscriptionStats& stats : subscriptions) {
    const auto found = owners.find(stats.subscription);
    if (found == owners.end()) continue;
    const auto& [sid, kind] = found->second;
    if (stats.reported == 0) {
      quality_.hold(*sid);
      continue;
    }
    const StreamPeriod period{stats.reported, stats.lost, stats.round_trip, stats.jitter};
    const double score = kind == Kind::audio ? audio_score(period) : video_score(period);
    quality_.observe(*sid, score);
    record_.add_received(*sid, kind, stats, score);
  }
  // A shard speaks for all streams and subscriptions of those whom it serves, and for no others.
  QualityNews changed;
  for (const auto& [sid, session] : sessions_) {
    if (session->shard() != shard || session->ended()) continue;
    if (auto info = quality_.tick(sid)) changed.emplace(sid, std::move(*info));
  }
  introduce_newcomers(changed);
  tell_quality(changed);
  if (home_.quality != nullptr) hand_on_quality(shard, now);
}

void Room::hand_on_quality(ShardIndex shard, Time now) {
  const bool due = ++recorded_[shard] >= QualityRecord::kPeriods;
  if (due) recorded_[shard] = 0;
  plane::QualityReport report;
  for (const auto& [sid, session] : sessions_) {
    if (session->shard() != shard || session->ended() || session->participant().is_secret()) {
      continue;
    }
    const Quality::State state = quality_.state(sid);
    record_.end_period(sid, state.quality, state.score);
    if (!due) continue;
    if (auto record = record_.take(sid)) {
      record->set_identity(session->participant().identity);
      *report.add_participants() = std::move(*record);
    }
  }
  hand_on_quality(std::move(report), now);
}

void Room::hand_on_quality(plane::QualityReport report, Time now) {
  if (report.participants().empty()) return;
  report.set_room(home_.name);
  report.set_room_sid(sid());
  report.set_ended_at(to_ms(home_.clock.wall(now).time_since_epoch()));
  home_.quality->report(report);
}

// When somebody becomes active, they have no subscriptions yet. `changed` they are told anyway.
void Room::introduce_newcomers(const QualityNews& changed) {
  for (const std::string& sid : std::exchange(newcomers_, {})) {
    Session* const newcomer = find(sid);
    if (newcomer == nullptr || newcomer->ended()) continue;
    livekit::SignalResponse links;
    for (const std::string_view about : newcomer->follows()) {
      if (changed.contains(about)) continue;
      auto info = quality_.told(about);
      if (info) *links.mutable_connection_quality()->add_updates() = std::move(*info);
    }
    if (links.has_connection_quality()) newcomer->send(links);
  }
}

void Room::tell_quality(const QualityNews& changed) {
  const auto is_seen = [this](const auto& news) { return publishing_.contains(news.first); };
  if (std::ranges::any_of(changed, is_seen)) {
    for (auto& [sid, session] : sessions_) tell_quality(*session, session->follows(), changed);
  } else {
    for (const auto& [sid, news] : changed) {
      if (Session* const session = find(sid)) tell_quality(*session, {}, changed);
    }
  }
}

void Room::tell_quality(Session& whom, std::span<const std::string_view> follows,
                        const QualityNews& changed) {
  if (whom.ended()) return;
  livekit::SignalResponse told;
  const auto itself = changed.find(whom.participant().sid);
  // Not that it is lost: who reads that of itself starts over, while it was told to resume.
  if (itself != changed.end() && itself->second.quality() != livekit::LOST) {
    *told.mutable_connection_quality()->add_updates() = itself->second;
  }
  for (const std::string_view about : follows) {
    if (const auto news = changed.find(about); news != changed.end()) {
      *told.mutable_connection_quality()->add_updates() = news->second;
    }
  }
  if (told.has_connection_quality()) whom.send(told);
}

// ---------------------------------------------------------------------------------------------------
// Time

Time Room::earliest_deadline() const {
  Time next = kNever;
  for (const auto& [sid, session] : sessions_) next = std::min(next, session->next_deadline());
  return next;
}

Time Room::next_deadline() const {
  Time next = agents_.next_deadline();
  if (sessions_.size() < kLargeRoom) {
    next = std::min(next, earliest_deadline());
  } else {
    next = std::min(next, asked_is_stale_ ? asked_at_ + kAskInterval : asked_next_);
  }
  if (speakers_deadline_) next = std::min(next, *speakers_deadline_);
  if (count_deadline_) next = std::min(next, *count_deadline_);
  if (roster_.deadline()) next = std::min(next, *roster_.deadline());
  next = std::min({next, dynacast_.next_deadline(), rpc_calls_.next_deadline()});
  if (!anybody_seated()) {
    next = std::min(next, idle_since_ + (ever_joined_ ? home_.config.departure_timeout
                                                      : home_.config.empty_timeout));
  }
  return next;
}

void Room::on_deadline(Time now) {
  asked_at_ = now;
  asked_next_ = kNever;
  asked_is_stale_ = false;
  for (auto& [sid, session] : sessions_) {
    Time next = session->next_deadline();
    if (next <= now) {
      session->on_deadline(now);
      next = session->next_deadline();
    }
    asked_next_ = std::min(asked_next_, next);
  }
  rpc_calls_.on_deadline(now);
  for (livekit::SubscribedQualityUpdate& update : dynacast_.due(now)) {
    const auto track = find_track(update.track_sid());
    Session* publisher = track ? find(track->publisher_sid) : nullptr;
    if (publisher == nullptr) continue;
    livekit::SignalResponse response;
    *response.mutable_subscribed_quality_update() = std::move(update);
    publisher->send(response);
  }
  if (speakers_deadline_ && now >= *speakers_deadline_) tick_speakers(now);
  if (roster_.deadline() && now >= *roster_.deadline()) tell_what_waited(now);
  if (count_deadline_ && now >= *count_deadline_) {
    count_deadline_.reset();
    std::uint32_t people = 0;
    std::uint32_t publishers = 0;
    bool recording = false;
    for (const auto& [sid, session] : sessions_) {
      if (!session->active() || session->ended()) continue;
      if (!session->participant().is_dependent()) ++people;
      if (!session->publisher().tracks().empty()) ++publishers;
      recording |= session->participant().grants.recorder() ||
                   session->participant().kind == livekit::ParticipantInfo::EGRESS;
    }
    const bool same = people == info_.num_participants() && publishers == info_.num_publishers() &&
                      recording == info_.active_recording();
    info_.set_num_participants(people);
    info_.set_num_publishers(publishers);
    info_.set_active_recording(recording);
    if (!same) tell_everybody_of_room();
  }
}

}  // namespace parley::media
