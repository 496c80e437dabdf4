#include "signaling/session/edge.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/assert.h"
#include "bus/subjects.h"
#include "signaling/clock.h"
#include "signaling/placement/await_bus.h"
#include "signaling/session/frames.h"

namespace parley::signaling {
namespace {

constexpr Duration kStartTimeout = 4s;

ByteVector serialize(const google::protobuf::MessageLite& message) {
  ByteVector bytes(message.ByteSizeLong());
  message.SerializeToArray(bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

Refusal refusal_for(PlacementError error) {
  switch (error) {
    // Clients look for these very words (livekit-client, signalling validation).
    case PlacementError::no_room:
      return {404, "requested room does not exist"};
    case PlacementError::no_node:
      return {503, "no media node is available"};
    case PlacementError::no_bus:
      return {503, "the message bus is not available"};
  }
  return {500, "internal error"};
}

}  // namespace

Edge::Edge(asio::io_context& loop, bus::Bus& bus, const KeyRing& keys,
           const IceServers& ice_servers, PlacementOptions placement, Random& random,
           Metrics& metrics)
    : bus_(bus),
      keys_(keys),
      ice_servers_(ice_servers),
      random_(random),
      metrics_(metrics),
      id_(random.token(12)),
      placement_(loop, bus, std::move(placement),
                 [this](const NodeTable::Lost& lost) { on_node_lost(lost); }),
      revocations_(bus) {
  messages_ = bus_.subscribe(bus::edge_all_connections(id_),
                             [this](const bus::Message& m) { on_message(m); });
  messages_for_many_ = bus_.subscribe(bus::edge_many(id_),
                                      [this](const bus::Message& m) { on_message_for_many(m); });
}

asio::awaitable<std::expected<void, Refusal>> Edge::check_revoked(
    const plane::StartSession& start) {
  using Result = std::expected<void, Refusal>;
  const Time deadline = monotonic_now() + placement_.options().patience;
  for (;;) {
    auto asked = revocations_.revoked(start.room(), start.identity(), start.token_issued_at());
    const auto revoked = co_await std::move(asked);
    if (revoked && !*revoked) co_return Result();
    if (revoked) {
      metrics_.count_refused(TokenError::revoked);
      co_return Result(std::unexpected(Refusal{401, std::string(describe(TokenError::revoked))}));
    }
    // Nobody gets in unchecked; a bus that is away comes back, and a join needs it anyway.
    const bool again = co_await placement_.pause(deadline);
    if (!again) co_return Result(std::unexpected(refusal_for(PlacementError::no_bus)));
  }
}

// The life of a join, in reading order: a place for its messages, then its session.
asio::awaitable<std::expected<std::shared_ptr<Link>, Refusal>> Edge::open(
    plane::StartSession start) {
  using Result = std::expected<std::shared_ptr<Link>, Refusal>;
  const auto link = std::make_shared<Link>(random_.token(16), start.client().protocol(), metrics_);
  link->resumes_sid = start.participant_sid();
  link->origin = {.issued_at = start.token_issued_at(), .room_config = start.room_config()};
  start.set_connection_id(link->connection_id);
  start.set_edge_id(id_);
  links_.emplace(link->connection_id, link);

  auto starting = this->start(std::move(start));
  auto started = co_await std::move(starting);
  if (!started && started.error().gone) {
    // The session is not there any more: said in the first message, because an HTTP status would
    // make clients try to resume again and again.
    link->conversation.on_session_lost();
    metrics_.sessions_lost.add();
    co_return Result(link);
  }
  if (!started) {
    links_.erase(link->connection_id);
    co_return Result(std::unexpected(std::move(started.error().refusal)));
  }
  link->node_id = started->node.id;
  link->incarnation = started->node.incarnation;
  link->participant_sid = started->session.participant_sid();
  co_return Result(link);
}

// Is the token still good, where is its room, what does that node say.
asio::awaitable<std::expected<Edge::Started, Edge::Failure>> Edge::start(
    plane::StartSession start) {
  using Result = std::expected<Started, Failure>;
  const auto fail = [](Refusal refusal, bool gone = false) {
    return Result(std::unexpected(Failure{std::move(refusal), gone}));
  };
  auto checked = check_revoked(start);
  auto good = co_await std::move(checked);
  if (!good) co_return fail(std::move(good.error()));
  const bool may_place = !start.reconnect() && placement_.options().auto_create;
  const Time deadline = monotonic_now() + placement_.options().patience;
  const ByteVector request = serialize(start);
  for (;;) {
    const auto node = co_await placement_.locate(start.room(), may_place);
    if (!node) {
      const bool gone = start.reconnect() && node.error() == PlacementError::no_room;
      co_return fail(refusal_for(node.error()), gone);
    }
    const auto reply =
        co_await async_request(bus_, bus::node_start(node->id), request, kStartTimeout);
    if (!reply) {
      // Nothing reached the node: it is starting, or has just died and will be missed soon.
      const bool undelivered =
          reply.error() == bus::Error::no_responder || reply.error() == bus::Error::disconnected;
      if (undelivered) {
        const bool again = co_await placement_.pause(deadline);
        if (again) continue;
      }
      const bool gone = start.reconnect() && reply.error() == bus::Error::no_responder;
      co_return fail(
          {503, fmt::format("the media node did not answer ({})", bus::to_string(reply.error()))},
          gone);
    }
    Started started;
    started.node = *node;
    if (!started.session.ParseFromArray(reply->data(), static_cast<int>(reply->size()))) {
      co_return fail({500, "the media node's answer could not be read"});
    }
    const unsigned status = started.session.http_status();
    if (status >= 300 || !started.session.refusal().empty()) {
      co_return fail({status >= 400 ? status : 500, started.session.refusal()},
                     start.reconnect() && status == 404);
    }
    // The node may have been restarted since `locate`, and announced it while we waited.
    if (const NodeTable::Node* now = placement_.nodes().find(node->id)) {
      started.node.incarnation = now->incarnation;
    }
    (start.reconnect() ? metrics_.resumes : metrics_.joins).add();
    co_return Result(std::move(started));
  }
}

void Edge::flush(Link& link) {
  while (const auto message = link.conversation.next_for_node()) {
    if (link.participant_sid.empty()) continue;
    bus_.publish(bus::node_client(link.node_id, link.participant_sid), serialize(*message));
  }
}

void Edge::close(const std::shared_ptr<Link>& link) {
  link->conversation.on_socket_lost();
  flush(*link);
  link->wake = nullptr;
  links_.erase(link->connection_id);
}

void Edge::shutdown() {
  std::vector<std::shared_ptr<Link>> all;
  for (const auto& [id, link] : links_) all.push_back(link);
  for (const auto& link : all) {
    link->conversation.on_shutdown();
    if (link->wake) link->wake();
  }
}

void Edge::on_message(const bus::Message& message) {
  const std::string_view connection = message.subject.substr(message.subject.rfind('.') + 1);
  plane::ToClient to_client;
  if (!to_client.ParseFromArray(message.payload.data(), static_cast<int>(message.payload.size()))) {
    return;
  }
  deliver(std::string(connection), std::move(to_client));
}

void Edge::on_message_for_many(const bus::Message& message) {
  plane::ToClients many;
  if (!many.ParseFromArray(message.payload.data(), static_cast<int>(message.payload.size()))) {
    return;
  }
  for (const std::string& connection : many.connections()) deliver(connection, many.message());
}

void Edge::deliver(const std::string& connection, plane::ToClient to_client) {
  const auto at = links_.find(connection);
  if (at == links_.end()) return;  // Its socket has closed meanwhile.
  const std::shared_ptr<Link> link = at->second;
  if (to_client.has_signal_response() && !link->conversation.spoken()) {
    std::string& first = *to_client.mutable_signal_response();
    ice_servers_.add_to(first, link->resumes_sid, wall_now());
    if (!to_client.others().empty()) first = extended(std::move(first), to_client.others());
  }
  const ApiKey* key = keys_.first();
  PARLEY_ASSERT(key != nullptr);  // The configuration was checked at the start.
  link->conversation.on_node(std::move(to_client), link->origin, *key, wall_now());
  if (link->wake) link->wake();
}

void Edge::on_node_lost(const NodeTable::Lost& lost) {
  std::vector<std::shared_ptr<Link>> affected;
  for (const auto& [id, link] : links_) {
    // A link without a sid still waits for the node's word; `open` sees to it.
    if (link->node_id == lost.id && link->incarnation == lost.incarnation &&
        !link->participant_sid.empty()) {
      affected.push_back(link);
    }
  }
  for (const auto& link : affected) {
    metrics_.sessions_lost.add();
    link->conversation.on_session_lost();
    if (link->wake) link->wake();
  }
}

}  // namespace parley::signaling
