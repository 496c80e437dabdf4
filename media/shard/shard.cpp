#include "media/shard/shard.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/assert.h"
#include "media/shard/world.h"
#include "protocols/demux/demux.h"
#include "protocols/rtcp/packet.h"
#include "protocols/stun/message.h"

namespace parley::media {
namespace {

/// STUN, DTLS, SCTP and SRTCP that wait for the end of the turn. All of them are sent again if they
/// are lost, which is what happens beyond this.
constexpr std::size_t kMaxReadyBytes = 8 * 1024 * 1024;

/// Reports of one transport in one turn; what is left goes in the next.
constexpr int kMaxCompounds = 16;

}  // namespace

std::string_view to_string(ShardDrop drop) {
  switch (drop) {
    case ShardDrop::unknown_peer:
      return "unknown_peer";
    case ShardDrop::unknown_ufrag:
      return "unknown_ufrag";
    case ShardDrop::not_webrtc:
      return "not_webrtc";
    case ShardDrop::too_many:
      return "too_many";
    case ShardDrop::unknown_stream:
      return "unknown_stream";
    case ShardDrop::malformed_rtcp:
      return "malformed_rtcp";
  }
  return "unknown";
}

// The life of one datagram, in reading order. Each call is a room; open it for the detail.
void Shard::World::on_datagram(const Datagram& datagram, Time now) {
  ++counters.datagrams_in;
  counters.bytes_in += datagram.bytes.size();

  TransportRecord* const peer = find_peer(datagram);
  if (peer == nullptr) return;

  const Transport::Received received =
      peer->peer.receive(datagram.path, datagram.bytes, now, *this, *this);
  switch (received.kind) {
    case Transport::Received::Kind::consumed:
      return touch(*peer);
    case Transport::Received::Kind::rtp:
      return on_media(*peer, received.plain, now);
    case Transport::Received::Kind::rtcp:
      return on_reports(*peer, received.plain, now);
    case Transport::Received::Kind::dropped:
      ++counters.transport_drops[static_cast<std::size_t>(received.drop)];
      return touch(*peer);  // A refused record may still have ended the handshake.
  }
}

// By address, except for checks: a check says whom it is for, and an address may have changed
// hands.
TransportRecord* Shard::World::find_peer(const Datagram& datagram) {
  const demux::Kind kind = demux::classify(datagram.bytes);
  if (kind == demux::Kind::unknown) {
    count(ShardDrop::not_webrtc);
    return nullptr;
  }
  if (kind == demux::Kind::stun) {
    const std::string_view ufrag = stun::local_fragment(datagram.bytes);
    if (!ufrag.empty()) {
      const auto it = by_ufrag.find(ufrag);
      if (it != by_ufrag.end()) return it->second;
      count(ShardDrop::unknown_ufrag);
      return nullptr;
    }
  }
  TransportRecord* const peer = by_path.find(datagram.path);
  if (peer == nullptr) count(ShardDrop::unknown_peer);
  return peer;
}

void Shard::World::on_media(TransportRecord& publisher, ByteView plain, Time now) {
  const auto packet = publisher.ingest.accept(plain, now, pool);  // Which track, layer, keyframe?
  touch(publisher);
  if (!packet) {
    ++counters.ingest_drops[static_cast<std::size_t>(packet.error())];
    return;
  }
  ++counters.media_in;

  StreamRecord* const stream = by_stream.find((*packet)->facts().stream);
  PARLEY_ASSERT(stream != nullptr && stream->publisher == &publisher);
  for (const ShardIndex shard : stream->piped_to) {
    config.pipes->send(shard, **packet);
    ++counters.piped_out;
  }
  forward(*stream, *packet, now);
}

// To the subscribers that are here.
void Shard::World::forward(StreamRecord& stream, const PacketRef& packet, Time now) {
  const PacketFacts& facts = packet->facts();
  PARLEY_ASSERT(facts.layer < stream.layers.size());
  if (!facts.padding_only) stream.layers[facts.layer].last_packet = now;
  if (stream.layer_started) choose_layers(stream, now);

  std::optional<PacketHistory::Handle> stored;
  if (stream.remembering > 0) stored = stream.history.store(packet);
  if (stream.red != nullptr) stream.red->on_packet(packet);

  // The packet is immutable from here on: every subscriber adds its own small Rewrite.
  for (SubscriptionRecord* subscription : stream.subscriptions) {
    TransportRecord& subscriber = subscription->subscriber;
    if (!subscriber.connected) continue;
    if (const auto rewrite = subscription->forwarder.decide(*packet, stream.layers, now)) {
      if (subscription->red.depth() > 0) {
        enqueue_red(*subscription, packet, *rewrite, stored);
      } else {
        subscriber.egress.enqueue(subscription->out, packet, *rewrite, stored);
      }
      gathering.count_copy(stream.kind);
      if (stream.kind == Kind::audio) {
        subscriber.listens = true;
        if (subscription->forwarder.leaves_out_redundancy()) ++counters.red_left_out;
      }
      if (gathering.holds(stream.kind, rewrite->marker || facts.recovered)) {
        await_more(subscriber, now);
      } else {
        await_flush(subscriber);
      }
    }
  }
}

// One compound may speak of what the peer sends (ingest) and of what it is sent (egress).
void Shard::World::on_reports(TransportRecord& peer, ByteView plain, Time now) {
  if (!rtcp::Compound(plain).well_formed()) count(ShardDrop::malformed_rtcp);
  peer.ingest.on_rtcp(plain, now);
  for (StreamRecord* stream : peer.streams) update_source(*stream, now);
  peer.egress.on_rtcp(plain, now, *this);
  if (peer.egress.has_queue()) await_flush(peer);  // What was asked for again.
  touch(peer);
}

void Shard::World::release_gathered() {
  for (TransportRecord* transport : gathered) {
    transport->gathers = false;
    if (transport->egress.has_queue()) await_flush(*transport);
  }
  gathered.clear();
  gathered_until = kNever;
}

// The end of a turn: reports that are due, then everything that is to leave.
void Shard::World::flush(TrainSender& sender, Time now) {
  for (TransportRecord* transport : touched) send_reports(*transport, now);
  if (gathered_until <= now) release_gathered();

  writer.begin(sender);
  for (const Ready& datagram : ready) {
    writer.datagram(datagram.path, ByteView(ready_bytes).subspan(datagram.offset, datagram.size));
  }
  for (TransportRecord* transport : queued) {
    srtp::Sender* const srtp = transport->peer.sender();
    const Path* const path = transport->peer.selected();
    if (transport->connected && srtp != nullptr && path != nullptr) {
      transport->egress.flush(*path, *srtp, writer, *this, now);
    }
  }
  writer.end();

  for (TransportRecord* transport : queued) {
    transport->has_queue = false;
    transport->egress.clear_queue();
    // Nothing but a report may have become due by sending; to look at all the rest is a few cache
    // misses for each subscriber and frame.
    deadlines.set(*transport, std::min({transport->deadline.due, transport->egress.next_report(),
                                        transport->egress.next_train(now)}));
  }
  for (TransportRecord* transport : touched) {
    transport->touched = false;
    update_deadline(*transport);
  }
  queued.clear();
  touched.clear();
  ready.clear();
  ready_bytes.clear();
}

void Shard::World::send_reports(TransportRecord& transport, Time now) {
  if (!transport.connected) return;
  bool more = true;
  for (int i = 0; more && i < kMaxCompounds; ++i) {
    rtcp::Writer out(report_buffer);
    more = transport.egress.collect_reports(now, out, *this);
    if (transport.ingest.next_deadline() <= now) {
      more = transport.ingest.collect_feedback(now, out) || more;
    }
    if (out.empty()) return;
    transport.peer.send_rtcp(out.bytes(), *this);
  }
}

void Shard::World::update_deadline(TransportRecord& transport) {
  Time due = transport.peer.next_deadline();
  if (transport.connected) {
    due = std::min({due, transport.ingest.next_deadline(), transport.egress.next_report(),
                    transport.egress.next_train(time)});
  }
  deadlines.set(transport, due);
}

void Shard::World::send(const Path& path, ByteView datagram) {
  if (ready_bytes.size() + datagram.size() > kMaxReadyBytes) return;
  ready.push_back({path, ready_bytes.size(), datagram.size()});
  ready_bytes.insert(ready_bytes.end(), datagram.begin(), datagram.end());
}

void Shard::World::bind(TransportId transport, const Path& path) {
  const auto it = transports.find(transport);
  if (it != transports.end()) by_path.insert(path, it->second.get());
}

void Shard::World::unbind(TransportId transport, const Path& path) {
  const TransportRecord* const bound = by_path.find(path);
  if (bound != nullptr && bound->id == transport) by_path.erase(path);
}

Shard::Shard(const ShardConfig& config, Random& random, EventSink& events)
    : world_(std::make_unique<World>(config, random, events)) {}
Shard::~Shard() = default;

void Shard::execute(const Command& command, Time now) {
  world_->time = now;
  std::visit([&](const auto& one) { world_->execute(one, now); }, command);
}

void Shard::on_pipe(ShardIndex from, const PipeMessage& message, Time now) {
  world_->time = now;
  world_->on_pipe(from, message, now);
}

void Shard::on_piped(const PipedPacket& packet, Time now) {
  world_->time = now;
  world_->on_piped(packet, now);
}

void Shard::on_datagrams(std::span<const Datagram> batch, Time now) {
  world_->time = now;
  for (const Datagram& datagram : batch) world_->on_datagram(datagram, now);
}

void Shard::on_tcp_closed(const Path& path, Time now) {
  world_->time = now;
  if (TransportRecord* const peer = world_->by_path.find(path)) {
    peer->peer.path_closed(path, now, *world_, *world_);
    world_->touch(*peer);
  }
}

void Shard::on_deadline(Time now) {
  world_->time = now;
  world_->on_deadline(now);
}

Time Shard::next_deadline() const { return world_->next_deadline(); }

void Shard::flush(TrainSender& sender, Time now) {
  world_->time = now;
  world_->flush(sender, now);
}

ShardCounters Shard::counters() const {
  ShardCounters out = world_->counters;
  const RtpWriter::Totals& sent = world_->writer.totals();
  out.datagrams_out = sent.datagrams;
  out.bytes_out = sent.bytes;
  out.trains_out = sent.trains;
  for (const auto& [id, transport] : world_->transports) {
    world_->add_egress(out, transport->egress.counters());
  }
  out.transports = world_->transports.size();
  for (const auto& [id, stream] : world_->streams) {
    ++(stream->publisher != nullptr ? out.streams : out.piped_streams);
  }
  out.subscriptions = world_->subscriptions.size();
  return out;
}

}  // namespace parley::media
