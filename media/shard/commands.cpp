#include <algorithm>

#include "media/shard/world.h"

namespace parley::media {
namespace {

/// The ICE agent answers to the last few generations of credentials.
constexpr std::size_t kMaxUfrags = 8;

constexpr std::size_t kReportSize = rtcp::kMaxCompoundSize;

}  // namespace

Shard::World::World(const ShardConfig& shard_config, Random& random_source, EventSink& sink)
    : config(shard_config),
      random(random_source),
      events(sink),
      engine(shard_config.srtp),
      gathering(shard_config.gather_trains),
      writer(engine),
      report_buffer(kReportSize) {
  transport_config.lite = config.ice_lite;
  transport_config.certificate = &config.certificate;
  transport_config.srtp = &engine;
}

Shard::World::~World() = default;

void Shard::World::execute(const CreateTransport& command, Time now) {
  if (transports.contains(command.transport)) return;
  if (transports.size() >= config.max_transports) return count(ShardDrop::too_many);
  IngestConfig ingest;
  ingest.local_ssrc = random.u32() | 1;
  ingest.cname = command.cname.empty() ? random.token(16) : command.cname;
  ingest.clock = config.clock;
  auto transport = std::make_unique<TransportRecord>(command, transport_config, ingest, *this,
                                                     random, config.send_side_bwe);
  by_ufrag[command.local.ufrag] = transport.get();
  deadlines.add(*transport);
  touch(*transport);
  transports.emplace(command.transport, std::move(transport));
  if (next_stats == kNever) {
    next_tick = now + kTick;
    next_levels = now + kLevelTick;
    next_stats = now + kStatsInterval;
  }
}

void Shard::World::execute(const SetRemote& command, Time now) {
  const auto it = transports.find(command.transport);
  if (it == transports.end()) return;
  it->second->peer.set_remote(command, now, *this, *this);
  if (!command.call.empty()) call(*it->second, command.call, now);
  touch(*it->second);
}

// Two ends of ours know each other by address, and all that a shard's own socket says looks the
// same: who calls does it from a socket that nobody else uses.
void Shard::World::call(TransportRecord& transport, std::span<const SocketAddress> peer, Time now) {
  if (!transport.calls_from) {
    const auto free = std::ranges::find(calling, false);
    if (free == calling.end()) return count(ShardDrop::too_many);
    *free = true;
    transport.calls_from = static_cast<std::uint8_t>(kFirstCalling + (free - calling.begin()));
  }
  // One socket is of one family.
  const bool v4 = std::ranges::any_of(peer, [](const auto& address) { return !address.ip.v6; });
  std::vector<Path> paths;
  for (const SocketAddress& address : peer) {
    if (address.ip.v6 != v4) {
      paths.push_back({Protocol::udp, *transport.calls_from, 0, address});
    }
  }
  transport.peer.call(paths, now, *this);
}

void Shard::World::execute(const RestartIce& command, Time) {
  const auto it = transports.find(command.transport);
  if (it == transports.end()) return;
  TransportRecord& transport = *it->second;
  transport.peer.restart_ice(command.local);
  by_ufrag[command.local.ufrag] = &transport;
  transport.ufrags.push_back(command.local.ufrag);
  if (transport.ufrags.size() > kMaxUfrags) {
    by_ufrag.erase(transport.ufrags.front());
    transport.ufrags.erase(transport.ufrags.begin());
  }
  touch(transport);
}

void Shard::World::execute(const CloseTransport& command, Time now) {
  const auto it = transports.find(command.transport);
  if (it == transports.end()) return;
  TransportRecord& transport = *it->second;
  while (!transport.subscriptions.empty()) remove(*transport.subscriptions.back());
  while (!transport.streams.empty()) remove(*transport.streams.back());
  transport.peer.close(now, *this);
  for (const std::string& ufrag : transport.ufrags) {
    const auto entry = by_ufrag.find(ufrag);
    if (entry != by_ufrag.end() && entry->second == &transport) by_ufrag.erase(entry);
  }
  deadlines.remove(transport);
  std::erase(touched, &transport);
  std::erase(queued, &transport);
  std::erase(gathered, &transport);
  add_egress(counters, transport.egress.counters());
  if (transport.calls_from) calling[*transport.calls_from - kFirstCalling] = false;
  transports.erase(it);
}

void Shard::World::execute(const AddStream& command, Time now) {
  const auto publisher = transports.find(command.transport);
  if (publisher == transports.end() || command.layers.empty()) return;
  TransportRecord& transport = *publisher->second;

  const auto known = streams.find(command.stream);
  if (known == streams.end() && streams.size() >= config.max_streams) {
    return count(ShardDrop::too_many);
  }
  if (known != streams.end() && known->second->publisher != &transport) return;
  if (!transport.ingest.add_stream(command)) return count(ShardDrop::too_many);
  touch(transport);

  if (known == streams.end()) {
    auto stream = std::make_unique<StreamRecord>(command, transport, config.index);
    by_stream.insert(command.stream, stream.get());
    transport.streams.push_back(stream.get());
    begin_pipes(*stream);
    streams.emplace(command.stream, std::move(stream));
    return;
  }
  reshape(*known->second, command.codecs, command.layers.size(), now);
  tell_shape(*known->second);
}

/// Negotiation has changed it.
void Shard::World::reshape(StreamRecord& stream, const std::vector<CodecBinding>& codecs,
                           std::size_t layers, Time now) {
  stream.codecs = codecs;
  stream.layers.resize(layers);
  for (SubscriptionRecord* subscription : stream.subscriptions) {
    subscription->forwarder.set_payloads(PayloadMap(stream.codecs, subscription->codecs));
  }
  choose_layers(stream, now);
}

void Shard::World::execute(const RemoveStream& command, Time) {
  const auto it = streams.find(command.stream);
  if (it != streams.end()) remove(*it->second);
}

void Shard::World::execute(const Subscribe& command, Time now) {
  const auto transport = transports.find(command.transport);
  if (transport == transports.end()) return;
  StreamRecord* stream = by_stream.find(command.stream);
  if (stream == nullptr) stream = open_pipe(command.stream, command.home);
  if (stream == nullptr) return;
  std::unique_ptr<SubscriptionRecord> before;
  if (const auto known = subscriptions.find(command.subscription); known != subscriptions.end()) {
    before = remove(*known->second);
  }
  if (subscriptions.size() >= config.max_subscriptions) return count(ShardDrop::too_many);

  TransportRecord& to = *transport->second;
  StreamRecord& from = *stream;
  auto record = std::make_unique<SubscriptionRecord>(
      command, from, to, to.egress.beginning(command.ssrc, command.rtx_ssrc, command.fec_ssrc));
  SubscriptionRecord& subscription = *record;
  subscriptions.emplace(command.subscription, std::move(record));
  from.subscriptions.push_back(&subscription);
  to.subscriptions.push_back(&subscription);
  if (subscription.out.remembers()) ++from.remembering;
  subscription.forwarder.set_strips_trailers(command.strip_trailers);
  subscription.began = now;
  if (before) {  // Negotiated anew: the same wishes, other numbers.
    subscription.take_over(*before);
    take_over_redundancy(subscription, *before);
  }
  if (to.egress.budget(now)) share_bandwidth(to, now);  // Begins with what fits.
  subscription.forwarder.choose(from.layers);
  ask_for_keyframe(subscription, now);
}

void Shard::World::execute(const ConfigureSubscription& command, Time now) {
  const auto it = subscriptions.find(command.subscription);
  if (it == subscriptions.end()) return;
  SubscriptionRecord& subscription = *it->second;
  subscription.forwarder.configure({.paused = command.paused,
                                    .max_spatial = command.max_spatial,
                                    .max_temporal = command.max_temporal});
  subscription.importance = {
      .priority = command.priority, .screen_share = command.screen_share, .pixels = command.pixels};
  subscription.may_pause = command.may_pause;
  subscription.forwarder.choose(subscription.stream.layers);
  ask_for_keyframe(subscription, now);
}

void Shard::World::execute(const Unsubscribe& command, Time) {
  const auto it = subscriptions.find(command.subscription);
  if (it != subscriptions.end()) remove(*it->second);
}

void Shard::World::execute(const SendData& command, Time now) {
  const auto it = transports.find(command.transport);
  if (it == transports.end() || command.payload == nullptr) return;
  it->second->peer.send_data(command.channel, *command.payload, now, *this, *this);
  touch(*it->second);
}

void Shard::World::execute(const LimitBandwidth& command, Time now) {
  const auto it = transports.find(command.transport);
  if (it == transports.end()) return;
  it->second->egress.set_limit(command.bits_per_second);
  share_bandwidth(*it->second, now);
}

void Shard::World::remove(StreamRecord& stream) {
  while (!stream.subscriptions.empty()) remove(*stream.subscriptions.back());
  if (stream.publisher != nullptr) {
    stream.publisher->ingest.remove_stream(stream.id);
    std::erase(stream.publisher->streams, &stream);
    touch(*stream.publisher);
  }
  for (const ShardIndex shard : stream.piped_to) config.pipes->send(shard, PipeEnded{stream.id});
  by_stream.erase(stream.id);
  streams.erase(stream.id);
}

std::unique_ptr<SubscriptionRecord> Shard::World::remove(SubscriptionRecord& subscription) {
  StreamRecord& from = subscription.stream;
  TransportRecord& to = subscription.subscriber;
  if (subscription.out.remembers()) --from.remembering;
  count_red_user(from, subscription.red.depth() > 0, false);
  std::erase(from.subscriptions, &subscription);
  std::erase(to.subscriptions, &subscription);
  to.egress.remove(subscription.id, subscription.forwarder.tail());
  return std::move(subscriptions.extract(subscription.id).mapped());
}

}  // namespace parley::media
