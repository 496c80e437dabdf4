#include "media/node/agent_wires.h"

#include <utility>
#include <variant>

#include "bus/subjects.h"

namespace parley::media {
namespace {

/// Longer than a worker has to answer its edge.
constexpr Duration kOfferTimeout = 12s;

ByteVector bytes_of(const google::protobuf::MessageLite& message) {
  ByteVector out(message.ByteSizeLong());
  message.SerializeToArray(out.data(), static_cast<int>(out.size()));
  return out;
}

bool parse(google::protobuf::MessageLite& message, ByteView payload) {
  return message.ParseFromArray(payload.data(), static_cast<int>(payload.size()));
}

class View final : public RoomView {
 public:
  explicit View(Room& room) : room_(room) {}
  const livekit::Room& info() const override { return room_.info(); }
  std::optional<livekit::ParticipantInfo> participant(std::string_view sid) const override {
    const Session* session = room_.find(sid);
    if (session == nullptr) return std::nullopt;
    return session->info();
  }
  bool reachable(std::string_view identity) const override {
    const Session* session = room_.find_identity(identity);
    return session != nullptr && session->has_socket();
  }

 private:
  Room& room_;
};

}  // namespace

AgentWires::AgentWires(std::string node_id, bus::Bus& bus, Rooms& rooms, std::function<Time()> now)
    : node_id_(std::move(node_id)), bus_(bus), rooms_(rooms), now_(std::move(now)) {}

void AgentWires::start() {
  subscriptions_.push_back(
      bus_.subscribe(bus::kAgentWorkers, [this](const bus::Message& m) { on_workers(m); }));
  subscriptions_.push_back(bus_.subscribe(bus::agent_node(node_id_),
                                          [this](const bus::Message& m) { on_edge_says(m); }));
}

void AgentWires::stop() { subscriptions_.clear(); }

AgentTotals AgentWires::totals() const {
  AgentTotals out = totals_;
  out.workers = table_.size();
  return out;
}

// ---------------------------------------------------------------------------------------------------
// From the rooms

void AgentWires::on_room_opened(const Room& room) {
  plane::agents::Recall recall;
  recall.set_node_id(node_id_);
  recall.set_room(room.name());
  bus_.publish(bus::kAgentRecall, bytes_of(recall));
}

void AgentWires::work(Room& room, Time now) {
  // Who is dismissed leaves, which may be news again.
  for (;;) {
    auto actions = room.agents().work(table_, View(room), now);
    if (actions.empty()) return;
    for (Dispatcher::Action& action : actions) act(room, action, now);
  }
}

void AgentWires::on_room_closing(Room& room, Time now) {
  for (Dispatcher::Action& action : room.agents().close(now)) act(room, action, now);
}

void AgentWires::act(Room& room, Dispatcher::Action& action, Time now) {
  if (auto* offer = std::get_if<Dispatcher::Offer>(&action)) {
    make_offer(room, std::move(*offer));
  } else if (const auto* end = std::get_if<Dispatcher::Terminate>(&action)) {
    terminate(*end);
  } else if (const auto* dismiss = std::get_if<Dispatcher::Dismiss>(&action)) {
    Session* session = room.find(dismiss->participant_sid);
    if (session == nullptr || session->ended()) return;
    session->dismiss(livekit::LeaveRequest::DISCONNECT, livekit::PARTICIPANT_REMOVED, now);
  } else if (const auto* started = std::get_if<Dispatcher::Started>(&action)) {
    room.events().job_started(started->job, now);
    ++totals_.started;
  } else if (const auto* ended = std::get_if<Dispatcher::Ended>(&action)) {
    room.events().job_ended(ended->job, now);
    ++(ended->job.state().status() == livekit::JS_FAILED ? totals_.failed : totals_.succeeded);
  }
}

void AgentWires::make_offer(Room& room, Dispatcher::Offer offer) {
  ++totals_.offered;
  plane::agents::ToEdge request;
  *request.mutable_offer() = offer.offer;
  request.mutable_offer()->set_node_id(node_id_);
  const std::string subject = bus::agent_edge(offer.edge_id);
  bus_.request(subject, bytes_of(request), kOfferTimeout,
               [this, room = room.name(), offer = std::move(offer)](auto reply) {
                 plane::agents::Answer answer;
                 if (!reply || !parse(answer, *reply)) {
                   answer.set_outcome(plane::agents::Answer::SILENT);
                 }
                 on_answer(room, offer, answer);
               });
}

void AgentWires::terminate(const Dispatcher::Terminate& terminate) {
  plane::agents::ToEdge message;
  *message.mutable_termination() = terminate.termination;
  bus_.publish(bus::agent_edge(terminate.edge_id), bytes_of(message));
}

// ---------------------------------------------------------------------------------------------------
// From the edges

void AgentWires::on_answer(const std::string& name, const Dispatcher::Offer& offer,
                           const plane::agents::Answer& answer) {
  const bool accepted = answer.outcome() == plane::agents::Answer::ACCEPTED;
  ++(accepted ? totals_.accepted : totals_.refused);
  Room* room = rooms_.find_room(name);
  if (room != nullptr) {
    const Time now = now_();
    room->agents().on_answer(offer, answer, now);
    return rooms_.settle(*room, now);
  }
  if (!accepted) return;
  Dispatcher::Terminate late;
  late.termination.set_worker_id(offer.offer.worker_id());
  late.termination.set_job_id(offer.offer.job().id());
  late.edge_id = offer.edge_id;
  terminate(late);
}

void AgentWires::on_workers(const bus::Message& message) {
  plane::agents::Workers said;
  if (!parse(said, message.payload)) return;
  const Time now = now_();
  if (table_.on_announcement(said, now)) tell_rooms(now);
}

void AgentWires::on_edge_says(const bus::Message& message) {
  plane::agents::ToNode said;
  if (!parse(said, message.payload)) return;
  Room* room = rooms_.find_room(said.room());
  if (room == nullptr) return;  // Crossed with its end.
  const Time now = now_();
  if (said.has_update()) {
    room->agents().on_update(said.update(), now);
  } else if (said.has_running()) {
    room->agents().on_running(said.running(), now);
  }
  rooms_.settle(*room, now);
}

void AgentWires::on_deadline(Time now) {
  // A bus that is away carries no announcements, and nobody may be declared dead for it.
  if (!bus_.connected()) return table_.on_interruption(now);
  if (table_.expire(now)) tell_rooms(now);
}

void AgentWires::tell_rooms(Time now) {
  for (Room* room : rooms_.all_rooms()) {
    room->agents().on_workers();
    rooms_.settle(*room, now);
  }
}

}  // namespace parley::media
