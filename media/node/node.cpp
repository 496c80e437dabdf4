#include "media/node/node.h"

#include <algorithm>

#include "base/internal_room.h"
#include "bus/subjects.h"
#include "livekit_room.pb.h"
#include "media/room/agent_service.h"
#include "media/room/room_service.h"

namespace parley::media {
namespace {

constexpr Duration kAnnounceInterval = 500ms;

ByteVector bytes_of(const google::protobuf::MessageLite& message) {
  ByteVector out(message.ByteSizeLong());
  message.SerializeToArray(out.data(), static_cast<int>(out.size()));
  return out;
}

bool parse(google::protobuf::MessageLite& message, ByteView payload) {
  return message.ParseFromArray(payload.data(), static_cast<int>(payload.size()));
}

/// The transport that an event speaks of; nullopt for the gathered ones.
std::optional<TransportId> transport_of(const Event& event) {
  return std::visit(
      [](const auto& e) -> std::optional<TransportId> {
        if constexpr (requires { e.transport; }) return e.transport;
        return std::nullopt;
      },
      event);
}

}  // namespace

/// Responses to clients leave by the bus, to the edge that holds their WebSocket.
class Node::Uplink final : public media::Uplink {
 public:
  explicit Uplink(bus::Bus& bus) : bus_(bus) {}
  void send(const std::string& edge, const std::string& connection,
            const plane::ToClient& message) override {
    bus_.publish(bus::edge_connection(edge, connection), bytes_of(message));
  }
  void send(const std::string& edge, const plane::ToClients& message) override {
    bus_.publish(bus::edge_many(edge), bytes_of(message));
  }

 private:
  bus::Bus& bus_;
};

/// To the application plane, if there is one: nobody waits for it.
class Node::QualityWire final : public QualitySink {
 public:
  explicit QualityWire(bus::Bus& bus) : bus_(bus) {}
  void report(const plane::QualityReport& report) override {
    bus_.publish(bus::kQuality, bytes_of(report));
  }

 private:
  bus::Bus& bus_;
};

Node::Node(NodeConfig config, bus::Bus& bus, std::vector<ShardHandle> shards, Random& random,
           ClockOffset clock, std::function<Time()> now)
    : config_(std::move(config)),
      bus_(bus),
      seating_(std::move(shards), config_.small_room),
      random_(random),
      clock_(clock),
      now_(std::move(now)),
      incarnation_(random.token(12)),
      uplink_(std::make_unique<Uplink>(bus)),
      quality_(std::make_unique<QualityWire>(bus)),
      agents_(config_.node_id, bus, *this, now_) {
  if (config_.webhooks) {
    outbox_ = std::make_unique<EventOutbox>(EventOutbox::Origin{config_.node_id, incarnation_}, bus,
                                            random, clock, now_);
  }
}

Node::~Node() = default;

void Node::start() {
  subscriptions_.push_back(bus_.subscribe(bus::node_start(config_.node_id),
                                          [this](const bus::Message& m) { on_start_session(m); }));
  subscriptions_.push_back(bus_.subscribe(bus::node_all_clients(config_.node_id),
                                          [this](const bus::Message& m) { on_client_frame(m); }));
  subscriptions_.push_back(bus_.subscribe(bus::node_api(config_.node_id),
                                          [this](const bus::Message& m) { on_api_call(m); }));
  subscriptions_.push_back(bus_.subscribe(bus::node_resource(config_.node_id),
                                          [this](const bus::Message& m) { on_resource_call(m); }));
  agents_.start();
  announce();
}

void Node::stop() {
  stopped_ = true;
  announce();
  const Time now = now_();
  agents_.stop();
  for (auto& [name, room] : rooms_) {
    room->close(livekit::LeaveRequest::RECONNECT, livekit::SERVER_SHUTDOWN, now);
    bus_.erase(bus::kRoomsBucket, bus::key_of(name), 0, [](auto) {});
  }
  subscriptions_.clear();
  room_of_participant_.clear();
  rooms_by_number_.clear();
  rooms_.clear();
}

void Node::announce() {
  plane::NodeStatus status;
  status.set_node_id(config_.node_id);
  status.set_incarnation(incarnation_);
  status.set_region(config_.region);
  status.set_participants(static_cast<std::uint32_t>(room_of_participant_.size()));
  status.set_rooms(static_cast<std::uint32_t>(rooms_.size()));
  status.set_draining(stopped_);
  bus_.publish(bus::kNodeStatus, bytes_of(status));
  next_announcement_ = now_() + kAnnounceInterval;
}

// ---------------------------------------------------------------------------------------------------
// From the edge

void Node::on_start_session(const bus::Message& message) {
  const Time now = now_();
  plane::StartSession start;
  plane::SessionStarted reply;
  auto answer = [&] { bus_.publish(message.reply_to, bytes_of(reply)); };
  if (!parse(start, message.payload) || start.room().empty() || start.identity().empty()) {
    ++totals_.rejected_messages;
    reply.set_http_status(400);
    reply.set_refusal("malformed session request");
    return answer();
  }
  const auto found = rooms_.find(start.room());

  if (start.reconnect()) {
    Session* session = found == rooms_.end() ? nullptr : found->second->resume(start, now);
    if (session != nullptr) {
      ++totals_.sessions_resumed;
      reply.set_participant_sid(session->participant().sid);
      reply.set_room_sid(found->second->sid());
      answer();
      return settle(*found->second, now);
    }
    // The client may join anew; it only has to be told that there is nothing to resume.
    answer();
    plane::ToClient leave;
    livekit::SignalResponse response;
    response.mutable_leave()->set_action(livekit::LeaveRequest::RECONNECT);
    response.mutable_leave()->set_reason(livekit::STATE_MISMATCH);
    response.mutable_leave()->set_can_reconnect(true);
    leave.set_signal_response(response.SerializeAsString());
    uplink_->send(start.edge_id(), start.connection_id(), leave);
    plane::ToClient close;
    close.mutable_close();
    return uplink_->send(start.edge_id(), start.connection_id(), close);
  }

  if (found == rooms_.end() && !config_.room.auto_create && !start.grants().room_create()) {
    ++totals_.sessions_refused;
    reply.set_http_status(404);
    reply.set_refusal("requested room does not exist");
    return answer();
  }
  Room& room = found == rooms_.end() ? open_room(start.room(), now) : *found->second;
  if (found == rooms_.end()) {
    room.configure(start.room_config());
    if (!is_internal_room(room.name())) {
      room.agents().open(start.room_config().agents(), now);
    }
  }
  const auto joined = room.join(start, now);
  if (!joined) {
    ++totals_.sessions_refused;
    reply.set_http_status(joined.error().http_status);
    reply.set_refusal(joined.error().reason);
  } else {
    ++totals_.sessions_started;
    const std::string& sid = joined->session->participant().sid;
    room_of_participant_[sid] = &room;
    reply.set_participant_sid(sid);
    reply.set_room_sid(room.sid());
    reply.set_answer(joined->answer);
  }
  answer();
  settle(room, now);
}

void Node::on_client_frame(const bus::Message& message) {
  const Time now = now_();
  const std::string sid(message.subject.substr(message.subject.rfind('.') + 1));
  const auto found = room_of_participant_.find(sid);
  if (found == room_of_participant_.end()) return;  // Crossed with its end.
  Room& room = *found->second;
  Session* session = room.find(sid);
  plane::FromClient frame;
  if (session == nullptr || !parse(frame, message.payload)) {
    ++totals_.rejected_messages;
    return;
  }
  if (frame.has_closed()) {
    session->on_closed(frame.connection_id(), now);
  } else if (session->speaks_on(frame.connection_id())) {
    livekit::SignalRequest request;
    if (request.ParseFromString(frame.signal_request())) {
      session->on_signal(request, now);
    } else {
      ++totals_.rejected_messages;
    }
  }
  settle(room, now);
}

void Node::on_resource_call(const bus::Message& message) {
  const Time now = now_();
  plane::ResourceCall call;
  plane::ResourceResult result = resource_error(404, "no such session");
  if (!parse(call, message.payload)) {
    ++totals_.rejected_messages;
    result = resource_error(400, "the request could not be read");
  }
  const auto found = room_of_participant_.find(call.participant_sid());
  Room* room = found == room_of_participant_.end() ? nullptr : found->second;
  Session* session = room == nullptr ? nullptr : room->find(call.participant_sid());
  if (session != nullptr && room->name() == call.room()) result = session->serve(call, now);
  bus_.publish(message.reply_to, bytes_of(result));
  if (room != nullptr) settle(*room, now);
}

// ---------------------------------------------------------------------------------------------------
// Calls of the server APIs

void Node::on_api_call(const bus::Message& message) {
  plane::ApiCall call;
  plane::ApiResult result;
  if (parse(call, message.payload)) {
    if (call.method() == "PerformRpc") {
      return perform_rpc(call, std::string(message.reply_to), now_());
    }
    result = serve(call, now_());
  } else {
    ++totals_.rejected_messages;
    result = api_error("malformed", "the call could not be read");
  }
  bus_.publish(message.reply_to, bytes_of(result));
}

plane::ApiResult Node::serve(const plane::ApiCall& call, Time now) {
  if (call.method() == "ListRooms") return list_rooms(call);
  if (call.method() == "CreateRoom") return create_room(call, now);
  if (is_agent_method(call.method())) return serve_agents(call, now);
  const auto found = rooms_.find(call.room());
  if (found == rooms_.end()) return api_error("not_found", "requested room does not exist");
  Room& room = *found->second;
  if (call.method() == "DeleteRoom") {
    close_room(room, livekit::ROOM_DELETED, now);
    return {};
  }
  plane::ApiResult result = call.method() == "MoveParticipant" ? move_participant(room, call, now)
                                                               : media::serve(room, call, now);
  settle(room, now);
  return result;
}

/// Wherever the other room is, or will be: the client finds it by its new token.
plane::ApiResult Node::move_participant(Room& from, const plane::ApiCall& call, Time now) {
  livekit::MoveParticipantRequest request;
  if (!request.ParseFromString(call.request())) {
    return api_error("malformed", "the request could not be read");
  }
  Session* session = from.find_identity(request.identity());
  if (session == nullptr) return api_error("not_found", "participant does not exist");
  livekit::RoomMovedResponse moved;
  moved.mutable_room()->set_name(request.destination_room());
  if (const auto to = rooms_.find(request.destination_room()); to != rooms_.end()) {
    *moved.mutable_room() = to->second->info();
    for (livekit::ParticipantInfo& other : to->second->listed()) {
      *moved.add_other_participants() = std::move(other);
    }
  }
  session->move_to(request.destination_room(), std::move(moved), now);
  return {};
}

/// Answered when the participant has answered.
void Node::perform_rpc(const plane::ApiCall& call, std::string reply_to, Time now) {
  const auto reply = [this, reply_to = std::move(reply_to)](const plane::ApiResult& result) {
    bus_.publish(reply_to, bytes_of(result));
  };
  livekit::PerformRpcRequest request;
  if (!request.ParseFromString(call.request())) {
    return reply(api_error("malformed", "the request could not be read"));
  }
  const auto found = rooms_.find(call.room());
  if (found == rooms_.end()) {
    return reply(api_error("not_found", "requested room does not exist"));
  }
  found->second->perform_rpc(
      request,
      [reply](std::expected<std::string, livekit::RpcError> outcome) {
        if (!outcome) return reply(api_error(outcome.error()));
        livekit::PerformRpcResponse response;
        response.set_payload(std::move(*outcome));
        plane::ApiResult result;
        result.set_response(response.SerializeAsString());
        reply(result);
      },
      now);
}

plane::ApiResult Node::create_room(const plane::ApiCall& call, Time now) {
  livekit::CreateRoomRequest wish;
  if (!wish.ParseFromString(call.request())) {
    return api_error("malformed", "the request could not be read");
  }
  const auto found = rooms_.find(call.room());
  Room& room = found == rooms_.end() ? open_room(call.room(), now) : *found->second;
  if (found == rooms_.end()) room.agents().open(wish.agents(), now);
  room.configure(wish);
  plane::ApiResult result;
  result.set_response(room.info().SerializeAsString());
  settle(room, now);
  return result;
}

plane::ApiResult Node::serve_agents(const plane::ApiCall& call, Time now) {
  Room* room = find_room(call.room());
  if (room == nullptr) {
    // An agent may be called before anybody is there; the room then has it besides its usual ones.
    if (call.method() != "CreateDispatch") {
      return api_error("not_found", "requested room does not exist");
    }
    room = &open_room(call.room(), now);
    room->agents().open(std::vector<livekit::RoomAgentDispatch>(), now);
  }
  plane::ApiResult result = media::serve(room->agents(), call, now);
  settle(*room, now);
  return result;
}

plane::ApiResult Node::list_rooms(const plane::ApiCall& call) const {
  livekit::ListRoomsRequest request;
  if (!request.ParseFromString(call.request())) {
    return api_error("malformed", "the request could not be read");
  }
  const auto& names = request.names();
  livekit::ListRoomsResponse rooms;
  for (const auto& [name, room] : rooms_) {
    if (names.empty() || std::ranges::find(names, name) != names.end()) {
      *rooms.add_rooms() = room->info();
    }
  }
  plane::ApiResult result;
  result.set_response(rooms.SerializeAsString());
  return result;
}

// ---------------------------------------------------------------------------------------------------
// From the shards

Room* Node::room_numbered(std::uint32_t number) {
  const auto found = rooms_by_number_.find(number);
  return found == rooms_by_number_.end() ? nullptr : found->second;
}

void Node::on_event(std::size_t shard, Event event) {
  const Time now = now_();
  if (const auto transport = transport_of(event)) {
    Room* room = room_numbered(Ids::room_number(*transport));
    if (room == nullptr) return;
    room->on_transport_event(*transport, event, now);
    return settle(*room, now);
  }
  if (const auto* started = std::get_if<LayerStarted>(&event)) {
    Room* room = room_numbered(Ids::room_number(started->stream));
    if (room == nullptr) return;
    room->on_stream_started(started->stream);
    return settle(*room, now);
  }
  if (const auto* levels = std::get_if<AudioLevels>(&event)) {
    std::unordered_map<std::uint32_t, std::vector<AudioLevel>> by_room;
    for (const AudioLevel& level : levels->levels)
      by_room[Ids::room_number(level.stream)].push_back(level);
    for (auto& [number, list] : by_room) {
      if (Room* room = room_numbered(number)) room->on_audio_levels(list, now);
    }
  } else if (const auto* stats = std::get_if<Stats>(&event)) {
    std::unordered_map<std::uint32_t, Stats> by_room;
    for (const auto& s : stats->streams) by_room[Ids::room_number(s.stream)].streams.push_back(s);
    for (const auto& s : stats->subscriptions) {
      by_room[Ids::room_number(s.subscription)].subscriptions.push_back(s);
    }
    // Also where nothing was sent.
    for (auto& [number, room] : rooms_by_number_) {
      const Stats& list = by_room[number];
      room->on_stats(static_cast<ShardIndex>(shard), list.streams, list.subscriptions, now);
    }
  }
}

// ---------------------------------------------------------------------------------------------------
// Rooms

Room& Node::open_room(const std::string& name, Time now) {
  const std::uint32_t number = ++last_room_number_;
  RoomHome home{name,
                number,
                config_.room,
                seating_,
                seating_.home(number),
                config_.fingerprint,
                config_.ice_lite,
                *uplink_,
                random_,
                clock_,
                server_info(config_.node_id, config_.region),
                totals_.rejected_messages,
                is_internal_room(name) ? nullptr : outbox_.get(),
                is_internal_room(name) ? nullptr : quality_.get()};
  auto room = std::make_unique<Room>(std::move(home), now);
  Room& opened = *room;
  rooms_.emplace(name, std::move(room));
  rooms_by_number_[number] = &opened;
  // Said again by whoever opens it: an entry that an earlier room's end is about to erase comes
  // back.
  bus_.put(bus::kRoomsBucket, bus::key_of(name), as_bytes(config_.node_id), 0, [](auto) {});
  agents_.on_room_opened(opened);
  return opened;
}

Room* Node::find_room(std::string_view name) {
  const auto found = rooms_.find(name);
  return found == rooms_.end() ? nullptr : found->second.get();
}

std::vector<Room*> Node::all_rooms() {
  std::vector<Room*> out;
  for (const auto& [name, room] : rooms_) out.push_back(room.get());
  return out;
}

void Node::settle(Room& room, Time now) {
  agents_.work(room, now);
  for (const std::string& sid : room.sweep()) room_of_participant_.erase(sid);
  if (room.finished(now)) close_room(room, livekit::ROOM_CLOSED, now);
}

void Node::close_room(Room& room, livekit::DisconnectReason reason, Time now) {
  agents_.on_room_closing(room, now);
  room.close(livekit::LeaveRequest::DISCONNECT, reason, now);
  for (const std::string& sid : room.sweep()) room_of_participant_.erase(sid);
  std::erase_if(rooms_by_number_, [&](const auto& entry) { return entry.second == &room; });
  const auto at = rooms_.find(room.name());
  bus_.erase(bus::kRoomsBucket, bus::key_of(at->first), 0, [](auto) {});
  rooms_.erase(at);
}

Time Node::next_deadline() const {
  Time next = stopped_ ? kNever : next_announcement_;
  if (!stopped_) next = std::min(next, agents_.next_deadline());
  if (outbox_) next = std::min(next, outbox_->next_deadline());
  for (const auto& [name, room] : rooms_) next = std::min(next, room->next_deadline());
  return next;
}

void Node::on_deadline() {
  const Time now = now_();
  if (outbox_) outbox_->on_deadline(now);
  if (stopped_) return;
  if (now >= next_announcement_) announce();
  if (now >= agents_.next_deadline()) agents_.on_deadline(now);
  std::vector<Room*> due;
  for (auto& [name, room] : rooms_) {
    if (room->next_deadline() <= now) due.push_back(room.get());
  }
  for (Room* room : due) {
    room->on_deadline(now);
    settle(*room, now);
  }
}

Node::Totals Node::totals() const {
  Totals out = totals_;
  out.rooms = rooms_.size();
  out.participants = room_of_participant_.size();
  if (outbox_) {
    out.events_waiting = outbox_->waiting();
    out.events_dropped = outbox_->dropped();
  }
  out.agents = agents_.totals();
  for (const auto& [name, room] : rooms_) {
    out.tracks += room->tracks();
    out.agents.jobs += room->agents().running();
  }
  return out;
}

}  // namespace parley::media
