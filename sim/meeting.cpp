#include "sim/meeting.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/assert.h"
#include "bus/subjects.h"

namespace parley::sim {
namespace {

constexpr const char* kNode = "ND_sim";
constexpr std::uint16_t kFirstPort = 7882;
constexpr ClockOffset kClock{std::chrono::days(20'000)};

ByteVector bytes_of(const google::protobuf::MessageLite& message) {
  ByteVector out(message.ByteSizeLong());
  message.SerializeToArray(out.data(), static_cast<int>(out.size()));
  return out;
}

}  // namespace

/// One shard and the loop around it: commands wait in a mailbox, events go to another, and what
/// leaves goes straight to the networks.
class Meeting::Loop final : public media::ShardPort,
                            public media::EventSink,
                            public media::TrainSender {
 public:
  Loop(Meeting& meeting, media::ShardIndex index, Random& random, bool send_side)
      : meeting_(meeting),
        index_(index),
        shard({.certificate = meeting.world.server,
               .clock = kClock,
               .index = index,
               .pipes = &meeting.mesh_.of(index),
               .send_side_bwe = send_side},
              random, *this) {}

  void post(media::Command command) override { commands.push_back(std::move(command)); }
  void on_event(media::Event event) override { events.push_back(std::move(event)); }
  void send(std::span<const media::Train> trains) override;

  /// A turn, as `media/shard/shard.h` says.
  void turn();

 private:
  Meeting& meeting_;
  media::ShardIndex index_;

 public:
  media::Shard shard;
  std::deque<media::Command> commands;
  std::deque<media::Event> events;
  std::vector<Datagram> arrived;
};

void Meeting::Loop::turn() {
  const Time at = meeting_.now;
  for (const media::Command& command : std::exchange(commands, {})) shard.execute(command, at);
  meeting_.mesh_.drain(
      index_,
      [&](media::ShardIndex from, const media::PipeMessage& message) {
        shard.on_pipe(from, message, at);
      },
      [&](const media::PipedPacket& packet) { shard.on_piped(packet, at); });
  std::vector<media::Datagram> batch;
  for (Datagram& datagram : arrived) batch.push_back({datagram.path, datagram.bytes});
  shard.on_datagrams(batch, at);
  arrived.clear();
  if (shard.next_deadline() <= at) shard.on_deadline(at);
  shard.flush(*this, at);
  meeting_.mesh_.flush(index_);
}

void Meeting::Loop::send(std::span<const media::Train> trains) {
  for (const media::Train& train : trains) {
    Participant* const to = meeting_.at(train.path.remote);
    if (to == nullptr) continue;
    for (std::size_t at = 0; at < train.bytes.size(); at += train.segment) {
      const std::size_t size = std::min(train.segment, train.bytes.size() - at);
      to->down.send({train.path, to_vector(train.bytes.subspan(at, size))}, size, meeting_.now);
    }
  }
}

Meeting::Meeting(World& shared, std::uint64_t seed, std::size_t shards, std::size_t small_room,
                 bool send_side)
    : world(shared), seed_(seed), random_(seed), mesh_(shards) {
  hub.advance(now);
  node_bus_ = std::make_unique<bus::LocalBus>(hub, executor());
  edge_bus_ = std::make_unique<bus::LocalBus>(hub, executor());
  std::vector<media::ShardHandle> handles;
  for (std::size_t i = 0; i < shards; ++i) {
    Loop& loop = *loops_.emplace_back(
        std::make_unique<Loop>(*this, static_cast<media::ShardIndex>(i), random_, send_side));
    const auto port = static_cast<std::uint16_t>(kFirstPort + i);
    handles.push_back({&loop, {{Protocol::udp, {IpAddress::v4(192, 0, 2, 1), port}}}});
  }
  media::NodeConfig config;
  config.node_id = kNode;
  config.fingerprint = {"sha-256", world.server.fingerprint()};
  config.small_room = small_room;
  node = std::make_unique<media::Node>(config, *node_bus_, std::move(handles), random_, kClock,
                                       [this] { return now; });
  node->start();
  from_node_ = edge_bus_->subscribe(bus::edge_all_connections("sim"),
                                    [this](const bus::Message& m) { on_node_says(m); });
  from_node_to_many_ = edge_bus_->subscribe(
      bus::edge_many("sim"), [this](const bus::Message& m) { on_node_says_to_many(m); });
}

/// Rooms close their transports as they go: the shards outlive them.
Meeting::~Meeting() { node.reset(); }

bus::Executor Meeting::executor() {
  return [this](std::function<void()> task) { tasks_.push_back(std::move(task)); };
}

Participant& Meeting::add(ParticipantConfig config) {
  const auto number = static_cast<std::uint16_t>(participants.size());
  return *participants.emplace_back(
      std::make_unique<Participant>(world, number, std::move(config), seed_ * 100'000 + number));
}

Participant& Meeting::add(std::unique_ptr<Participant> participant) {
  return *participants.emplace_back(std::move(participant));
}

Participant& Meeting::join(ParticipantConfig config) {
  Participant& added = add(std::move(config));
  added.join(now);
  return added;
}

// ---------------------------------------------------------------------------------------------------
// The edge

Participant* Meeting::behind(const std::string& connection) {
  std::size_t number = 0;
  const char* const end = connection.data() + connection.find('-');
  if (std::from_chars(connection.data(), end, number).ptr != end) return nullptr;
  return number < participants.size() ? participants[number].get() : nullptr;
}

/// Addresses are made of their owner's number.
Participant* Meeting::at(const SocketAddress& address) {
  const std::size_t number = load_be16(address.ip.bytes.data() + 2);
  return number < participants.size() ? participants[number].get() : nullptr;
}

void Meeting::on_node_says(const bus::Message& message) {
  const std::string connection(message.subject.substr(message.subject.rfind('.') + 1));
  plane::ToClient frame;
  PARLEY_ASSERT(
      frame.ParseFromArray(message.payload.data(), static_cast<int>(message.payload.size())));
  if (Participant* const to = behind(connection)) {
    to->socket_down.send({connection, std::move(frame)}, now);
  }
}

void Meeting::on_node_says_to_many(const bus::Message& message) {
  plane::ToClients frame;
  PARLEY_ASSERT(
      frame.ParseFromArray(message.payload.data(), static_cast<int>(message.payload.size())));
  for (const std::string& connection : frame.connections()) {
    if (Participant* const to = behind(connection)) {
      to->socket_down.send({connection, frame.message()}, now);
    }
  }
}

void Meeting::carry(Participant& participant, ToEdge frame) {
  if (const auto* said = std::get_if<plane::FromClient>(&frame)) {
    Socket& socket = sockets_[said->connection_id()];
    if (!socket.answered) return socket.early.push_back(*said);
    if (socket.participant_sid.empty()) return;  // Refused.
    return edge_bus_->publish(bus::node_client(kNode, socket.participant_sid), bytes_of(*said));
  }
  const auto& start = std::get<plane::StartSession>(frame);
  const std::string connection = start.connection_id();
  auto done = [this, connection, &participant](std::expected<ByteVector, bus::Error> reply) {
    plane::SessionStarted started;
    if (reply) started.ParseFromArray(reply->data(), static_cast<int>(reply->size()));
    if (!reply) started.set_refusal(std::string(bus::to_string(reply.error())));
    Socket& socket = sockets_[connection];
    socket.answered = true;
    socket.participant_sid = started.participant_sid();
    participant.socket_down.send({connection, std::move(started)}, now);
    for (plane::FromClient& said : std::exchange(socket.early, {})) {
      carry(participant, std::move(said));
    }
  };
  edge_bus_->request(bus::node_start(kNode), bytes_of(start), 5s, std::move(done));
}

// ---------------------------------------------------------------------------------------------------
// Time

/// One turn of everything at `now`. True if it left something for another at once.
bool Meeting::work() {
  for (const auto& participant : participants) {
    while (auto frame = participant->socket_up.receive(now)) carry(*participant, std::move(*frame));
    while (auto sent = participant->up.receive(now)) {
      const std::size_t shard = sent->server_port - kFirstPort;
      if (shard < loops_.size()) loops_[shard]->arrived.push_back(std::move(sent->datagram));
    }
  }
  hub.advance(now);
  while (!tasks_.empty()) {
    auto task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
  }
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    for (media::Event& event : std::exchange(loops_[i]->events, {})) {
      node->on_event(i, std::move(event));
    }
  }
  if (node->next_deadline() <= now) node->on_deadline();
  for (const auto& loop : loops_) loop->turn();
  for (const auto& participant : participants) participant->advance(now);
  for (std::size_t i = 0; i < loops_.size(); ++i) {
    if (mesh_.has_mail(static_cast<media::ShardIndex>(i))) return true;
  }
  return !tasks_.empty() || std::ranges::any_of(loops_, [](const auto& loop) {
    return !loop->commands.empty() || !loop->events.empty();
  });
}

Time Meeting::next_event() const {
  Time next = std::min(node->next_deadline(), hub.next_deadline());
  for (const auto& loop : loops_) next = std::min(next, loop->shard.next_deadline());
  for (const auto& participant : participants) {
    next = std::min({next, participant->up.next_arrival(), participant->socket_up.next_arrival(),
                     participant->next_event()});
  }
  return next;
}

void Meeting::run(Duration how_long) {
  const Time until = now + how_long;
  while (now <= until) {
    const bool more = work();
    // A turn lasts a millisecond or so at most, and what comes within it is one batch.
    now = more ? now + 1ms : std::max(next_event(), now + 1ms);
  }
  now = until;
}

plane::ApiResult Meeting::call(std::string_view method, std::string_view room,
                               const google::protobuf::Message& request) {
  plane::ApiCall call;
  call.set_method(std::string(method));
  call.set_room(std::string(room));
  call.set_request(request.SerializeAsString());
  bool answered = false;
  plane::ApiResult out;
  edge_bus_->request(bus::node_api(kNode), bytes_of(call), 5s,
                     [&](std::expected<ByteVector, bus::Error> reply) {
                       answered = true;
                       if (reply) {
                         out.ParseFromArray(reply->data(), static_cast<int>(reply->size()));
                       } else {
                         out.set_error(std::string(bus::to_string(reply.error())));
                       }
                     });
  while (!answered) run(1ms);
  return out;
}

media::ShardCounters Meeting::counters() const {
  media::ShardCounters out;
  for (const auto& loop : loops_) {
    const media::ShardCounters one = loop->shard.counters();
    out.transports += one.transports;
    out.streams += one.streams;
    out.piped_streams += one.piped_streams;
    out.piped_in += one.piped_in;
    out.piped_out += one.piped_out;
    out.subscriptions += one.subscriptions;
    out.media_in += one.media_in;
    out.media_out += one.media_out;
    out.resent += one.resent;
    out.red_left_out += one.red_left_out;
    out.datagrams_out += one.datagrams_out;
    out.trains_out += one.trains_out;
  }
  return out;
}

std::vector<std::string> Meeting::problems() const {
  std::vector<std::string> out;
  for (const auto& participant : participants) {
    for (const std::string& problem : participant->problems()) {
      out.push_back(participant->identity() + ": " + problem);
    }
  }
  return out;
}

}  // namespace parley::sim
