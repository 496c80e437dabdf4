#include <algorithm>
#include <span>
#include <type_traits>
#include <utility>
#include <variant>

#include "media/shard/world.h"

namespace parley::media {
namespace {

/// Who was heard is still spoken with.
constexpr Duration kSpeakerMemory = 3s;

}  // namespace

Time Shard::World::next_deadline() const {
  // A pipe that nobody watches any more is closed at a tick.
  const bool rests = transports.empty() && streams.empty();
  const Time rounds = rests ? kNever : std::min({next_tick, next_levels, next_stats});
  return std::min({rounds, deadlines.next(), gathered_until});
}

void Shard::World::on_deadline(Time now) {
  while (TransportRecord* const transport = deadlines.due(now)) {
    if (transport->peer.next_deadline() <= now) transport->peer.on_deadline(now, *this, *this);
    touch(*transport);
    if (transport->egress.next_train(now) <= now) await_flush(*transport);
    deadlines.set(*transport, kNever);  // Until the end of the turn.
  }
  if (next_tick <= now) {
    next_tick = now + kTick;
    on_tick(now);
  }
  if (next_levels <= now) {
    next_levels = now + kLevelTick;
    report_levels(now);
  }
  if (next_stats <= now) {
    next_stats = now + kStatsInterval;
    report_stats();
  }
}

void Shard::World::on_tick(Time now) {
  for (const auto& [id, stream] : streams) {
    update_source(*stream, now);
    if (stream->kind == Kind::video) update_ladder(*stream, now);
    tell_source(*stream);
    stream->history.expire(now);
  }
  close_idle_pipes();
  std::size_t listeners = 0;
  for (const auto& [id, transport] : transports) {
    if (!transport->subscriptions.empty()) share_bandwidth(*transport, now);
    if (std::exchange(transport->listens, false)) ++listeners;
  }
  gathering.on_tick(listeners, kTick);
  for (const auto& [id, stream] : streams) {
    if (stream->kind == Kind::video) choose_layers(*stream, now);
  }
}

void Shard::World::update_source(StreamRecord& stream, Time now) {
  if (stream.publisher == nullptr) return;  // Its home says it (PipeSource).
  TransportRecord& publisher = *stream.publisher;
  stream.speaking = publisher.spoke && now - *publisher.spoke < kSpeakerMemory;
  for (std::size_t i = 0; i < stream.layers.size(); ++i) {
    SourceLayer& layer = stream.layers[i];
    const auto number = static_cast<std::uint8_t>(i);
    layer.bits_per_second = publisher.ingest.bits_per_second(stream.id, number, now);
    // What rests for a moment, as a still screen does, costs what it did when it goes on.
    if (stream.kind == Kind::video && layer.bits_per_second > 0) {
      layer.steps = publisher.ingest.step_rates(stream.id, number, now);
    }
    const SenderClock* const clock = publisher.ingest.sender_clock(stream.id, number);
    if (clock == nullptr) continue;
    if (!layer.clock || layer.clock->received != clock->received) {
      publisher.clock.on_report(clock->ntp, config.clock.wall(clock->received), clock->received);
    }
    layer.clock = *clock;
  }
}

void Shard::World::choose_layers(StreamRecord& stream, Time now) {
  stream.layer_started = false;
  for (SubscriptionRecord* subscription : stream.subscriptions) {
    subscription->forwarder.choose(stream.layers);
    ask_for_keyframe(*subscription, now);
  }
}

void Shard::World::ask_for_keyframe(SubscriptionRecord& subscription, Time now) {
  if (!subscription.subscriber.connected) return;  // It will be asked for when it is.
  const auto layer = subscription.forwarder.keyframe_wanted();
  if (!layer) return;
  request_keyframe(subscription.stream, *layer, now);
}

void Shard::World::request_keyframe(StreamRecord& stream, std::uint8_t layer, Time now) {
  if (stream.publisher != nullptr) {
    stream.publisher->ingest.request_keyframe(stream.id, layer, now);
    return touch(*stream.publisher);
  }
  if (now < stream.next_keyframe_request) return;
  stream.next_keyframe_request = now + kKeyframeRequests;
  config.pipes->send(stream.home, PipeKeyframe{stream.id, layer});
}

void Shard::World::report_levels(Time now) {
  AudioLevels out;
  for (const auto& [id, transport] : transports) {
    if (transport->streams.empty()) continue;
    const std::size_t before = out.levels.size();
    transport->ingest.collect_audio_levels(out.levels);
    for (const AudioLevel& level : std::span(out.levels).subspan(before)) {
      if (is_voice(level)) transport->spoke = now;
    }
  }
  if (!out.levels.empty()) events.on_event(std::move(out));
}

void Shard::World::report_stats() {
  Stats out;
  for (const auto& [id, transport] : transports) {
    if (!transport->streams.empty()) transport->ingest.collect_stats(out.streams);
  }
  for (const auto& [id, subscription] : subscriptions) {
    if (const auto stats = subscription->out.take_stats()) out.subscriptions.push_back(*stats);
  }
  events.on_event(std::move(out));  // Empty ones too: that nothing was sent is also known then.
}

void Shard::World::on_overrun(SubscriptionId subscription, Time now) {
  const auto it = subscriptions.find(subscription);
  if (it == subscriptions.end()) return;
  it->second->forwarder.interrupt();
  it->second->forwarder.choose(it->second->stream.layers);
  ask_for_keyframe(*it->second, now);
}

// The moment at which a report is made, by the publisher's clock and by the flowing layer's.
std::optional<ReportTime> Shard::World::report_time(SubscriptionId subscription, Time now) {
  const auto it = subscriptions.find(subscription);
  if (it == subscriptions.end()) return std::nullopt;
  const Forwarder& forwarder = it->second->forwarder;
  const StreamRecord& stream = it->second->stream;
  const auto layer = forwarder.current_layer();
  if (!layer || *layer >= stream.layers.size()) return std::nullopt;
  const auto& clock = stream.layers[*layer].clock;
  const auto ntp = stream.clock().at(config.clock.wall(now));
  if (!clock || !ntp) return std::nullopt;
  const auto timestamp = forwarder.outgoing_timestamp(clock->ticks_at(*ntp));
  if (!timestamp) return std::nullopt;
  return ReportTime{*ntp, *timestamp};
}

void Shard::World::on_keyframe_wanted(SubscriptionId subscription, Time now) {
  const auto it = subscriptions.find(subscription);
  if (it == subscriptions.end()) return;
  ++counters.keyframes_wanted;
  SubscriptionRecord& record = *it->second;
  const auto flowing = record.forwarder.current_layer();
  if (!flowing || record.stream.kind != Kind::video) return;
  request_keyframe(record.stream, *flowing, now);
}

// On the way to control, what concerns the packet path as well.
void Shard::World::on_event(Event event) {
  if (const auto* connected = std::get_if<TransportConnected>(&event)) {
    if (const auto it = transports.find(connected->transport); it != transports.end()) {
      it->second->connected = true;
      for (SubscriptionRecord* subscription : it->second->subscriptions) {
        subscription->forwarder.choose(subscription->stream.layers);
        ask_for_keyframe(*subscription, time);
      }
    }
  } else if (const auto* lost = std::get_if<TransportLost>(&event)) {
    if (const auto it = transports.find(lost->transport); it != transports.end()) {
      it->second->connected = false;
      for (SubscriptionRecord* subscription : it->second->subscriptions) {
        subscription->forwarder.interrupt();
      }
    }
  } else if (const auto* started = std::get_if<LayerStarted>(&event)) {
    if (StreamRecord* const stream = by_stream.find(started->stream)) {
      stream->layer_started = true;  // Said from within ingest: looked at after it.
    }
  }
  events.on_event(std::move(event));
}

}  // namespace parley::media
