#include "sim/load_client.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/assert.h"
#include "signaling/connect/connect.h"
#include "signaling/encoding/query.h"

namespace parley::sim {
namespace {

constexpr std::uint16_t kFirstPort = 40'000;

/// As the edge puts it together.
std::string said(const plane::ToClient& message) {
  if (message.others().empty()) return message.signal_response();
  livekit::SignalResponse response;
  PARLEY_ASSERT(response.ParseFromString(message.signal_response()));
  PARLEY_ASSERT(response.mutable_join()->MergeFromString(message.others()));
  return response.SerializeAsString();
}

ParticipantConfig config_of(const load::Plan& plan, const LinkConfig& network) {
  ParticipantConfig out;
  out.identity = plan.identity;
  out.single_peer = plan.single_peer;
  out.auto_subscribe = plan.subscribes;
  out.up = out.down = network;
  return out;
}

}  // namespace

LoadClient::LoadClient(World& world, std::uint16_t number, load::Plan plan,
                       const LinkConfig& network, std::uint64_t seed)
    : Participant(world, number, config_of(plan, network), seed),
      random_(seed),
      shared_{.certificate = &world.client,
              .srtp = &world.srtp,
              .outbox = &outbox_,
              .random = &random_,
              .clock = {std::chrono::days(20'000)},
              .run = 1},
      client(shared_, std::move(plan), 0, counts, {}) {}

/// What the edge makes of a URL.
void LoadClient::join(Time now) {
  plane::StartSession request = start();
  const auto target = signaling::parse_target(client.join("", now));
  PARLEY_ASSERT(target);
  request.mutable_settings()->set_disable_ice_lite(disable_ice_lite);
  if (client.plan().single_peer) {
    const signaling::Query query(target->query);
    const auto join = signaling::decode_join_request(query.get("join_request"), {});
    PARLEY_ASSERT(join);
    *request.mutable_publisher_offer() = join->publisher_offer();
  }
  if (!client.plan().publishes_anything()) request.mutable_grants()->set_can_publish(false);
  request.mutable_grants()->set_can_subscribe(client.plan().subscribes);
  open_socket(std::move(request), now);
}

void LoadClient::advance(Time now) {
  while (const auto frame = socket_down.receive(now)) {
    if (const auto* started = std::get_if<plane::SessionStarted>(&frame->message)) {
      if (!started->refusal().empty()) client.on_closed(started->refusal(), now);
      continue;
    }
    const auto& message = std::get<plane::ToClient>(frame->message);
    if (message.has_close()) client.on_closed("closed", now);
    if (message.has_close() || message.has_token_wanted()) continue;
    client.on_message(as_bytes(said(message)), now);
  }
  while (auto datagram = down.receive(now)) {
    const auto connection = static_cast<std::size_t>(datagram->path.remote.port - kFirstPort);
    if (connection >= server_.size()) continue;
    client.receive(connection, server_[connection], datagram->bytes, now);
  }
  client.advance(now);
  send(now);
}

void LoadClient::send(Time now) {
  for (std::string& message : client.take_requests()) {
    plane::FromClient frame;
    frame.set_connection_id(connection());
    frame.set_signal_request(std::move(message));
    socket_up.send(std::move(frame), now);
  }
  for (const load::Outbox::Datagram& datagram : outbox_.datagrams()) {
    server_[datagram.socket] = datagram.to;
    const ice::Path path{.remote = address(static_cast<std::uint16_t>(datagram.socket))};
    up.send({datagram.to.port, {path, to_vector(outbox_.bytes(datagram))}}, datagram.size, now);
  }
  outbox_.clear();
}

Time LoadClient::next_event() const {
  return std::min({down.next_arrival(), socket_down.next_arrival(), client.next_event()});
}

}  // namespace parley::sim
