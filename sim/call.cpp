#include "sim/call.h"

#include <algorithm>
#include <string>
#include <utility>

namespace parley::sim {
namespace {

media::ShardConfig shard_config(World& world, bool send_side) {
  media::ShardConfig config{.certificate = world.server, .clock = {}};
  config.clock.unix_minus_monotonic = std::chrono::days(20'000);
  config.send_side_bwe = send_side;
  return config;
}

ClientConfig client_config(World& world, std::uint64_t number) {
  ClientConfig config;
  config.credentials = {"client" + std::to_string(number), "client-password-24-chars"};
  config.certificate = &world.client;
  config.srtp = &world.srtp;
  config.opens_channels = false;
  return config;
}

}  // namespace

Call::Peer::Peer(World& world, const PeerConfig& config, std::uint64_t number, Random& random)
    : transport(number),
      server_credentials{"server" + std::to_string(number), "server-password-24-chars"},
      client(client_config(world, number), random),
      up(config.up, random.u64()),
      down(config.down, random.u64()) {
  path.remote = {IpAddress::v4(10, 0, static_cast<std::uint8_t>(number >> 8),
                               static_cast<std::uint8_t>(number)),
                 4000};
}

Call::Call(World& shared, std::uint64_t seed, bool send_side)
    : world(shared), random(seed), shard(shard_config(shared, send_side), random, *this) {}

Call::Peer& Call::join(const PeerConfig& config) {
  const std::uint64_t number = next_number_++;
  Peer& peer = *peers.emplace_back(std::make_unique<Peer>(world, config, number, random));
  command(media::CreateTransport{peer.transport, peer.server_credentials, false});
  command(media::SetRemote{peer.transport,
                           {"client" + std::to_string(number), "client-password-24-chars"},
                           peer.client.fingerprint(),
                           media::DtlsRole::passive});
  peer.client.add_path(peer.path, now);
  peer.client.set_remote(peer.server_credentials, {"sha-256", world.server.fingerprint()}, now);
  collect(peer);
  return peer;
}

media::StreamId Call::publish(Peer& peer, std::size_t layers) {
  peer.source = std::make_unique<VideoSource>(peer.client, layers, random.u64());
  const media::StreamId stream(100 + peer.transport.value());
  command(peer.source->add_stream(stream, peer.transport));
  return stream;
}

VideoSink& Call::watch(Peer& peer, media::StreamId stream, media::SubscriptionId id, bool repairs) {
  const auto ssrc = static_cast<std::uint32_t>(5000 + 2 * id.value());
  VideoSink& sink = *peer.sinks.emplace_back(std::make_unique<VideoSink>(peer.client, ssrc));
  if (repairs) sink.take_repairs(ssrc + 1'000'000);
  command(sink.subscribe(id, stream, peer.transport));
  return sink;
}

void Call::leave(Peer& peer) {
  command(media::CloseTransport{peer.transport});
  shard.flush(*this, now);
  std::erase_if(peers, [&](const auto& one) { return one.get() == &peer; });
}

void Call::move(Peer& peer, const SocketAddress& to) {
  const media::Path old = std::exchange(peer.path, {.remote = to});
  peer.client.add_path(peer.path, now);
  peer.client.remove_path(old, now);
  collect(peer);
}

void Call::on_event(media::Event event) {
  if (const auto* connected = std::get_if<media::TransportConnected>(&event)) {
    for (const auto& peer : peers) {
      if (peer->transport != connected->transport) continue;
      peer->connected = now;
    }
  }
  events.push_back(std::move(event));
}

void Call::send(std::span<const media::Train> trains) {
  for (const media::Train& train : trains) {
    for (const auto& peer : peers) {
      if (!(peer->path == train.path)) continue;
      for (std::size_t at = 0; at < train.bytes.size(); at += train.segment) {
        const std::size_t size = std::min(train.segment, train.bytes.size() - at);
        peer->down.send({train.path, to_vector(train.bytes.subspan(at, size))}, size, now);
      }
    }
  }
}

Time Call::next_event() const {
  Time next = shard.next_deadline();
  for (const auto& peer : peers) {
    next = std::min(
        {next, peer->up.next_arrival(), peer->down.next_arrival(), peer->client.next_deadline()});
    if (peer->source) next = std::min(next, peer->source->next_event());
    for (const auto& sink : peer->sinks) next = std::min(next, sink->next_event());
  }
  return next;
}

void Call::collect(Peer& peer) {
  while (auto datagram = peer.client.poll()) {
    const std::size_t size = datagram->bytes.size();
    peer.up.send(std::move(*datagram), size, now);
  }
}

void Call::step() {
  std::vector<Datagram> arrived;
  for (const auto& peer : peers) {
    while (auto datagram = peer->up.receive(now)) arrived.push_back(std::move(*datagram));
  }
  std::vector<media::Datagram> batch;
  for (Datagram& datagram : arrived) batch.push_back({datagram.path, datagram.bytes});
  shard.on_datagrams(batch, now);
  if (shard.next_deadline() <= now) shard.on_deadline(now);
  shard.flush(*this, now);

  for (const auto& peer : peers) {
    while (auto datagram = peer->down.receive(now)) {
      peer->client.receive(datagram->path, datagram->bytes, now);
    }
    if (peer->client.next_deadline() <= now) peer->client.on_deadline(now);
    while (const auto packet = peer->client.poll_rtp()) {
      for (const auto& sink : peer->sinks) sink->on_rtp(*packet, now);
      if (peer->sinks.empty()) peer->received.push_back(*packet);
    }
    while (const auto compound = peer->client.poll_rtcp()) {
      if (peer->source) peer->source->on_rtcp(*compound);
      for (const auto& sink : peer->sinks) sink->on_rtcp(*compound, now);
      if (peer->sinks.empty()) peer->reports.push_back(*compound);
    }
    if (peer->client.connected()) {
      if (peer->source) peer->source->advance(now);
      for (const auto& sink : peer->sinks) sink->advance(now);
    }
    collect(*peer);
  }
}

void Call::run(Duration how_long) {
  const Time until = now + how_long;
  while (now <= until) {
    step();
    // A turn lasts a millisecond or so at most, and what comes within it is one batch.
    now = std::max(next_event(), now + 1ms);
  }
  now = until;
}

}  // namespace parley::sim
