#include <algorithm>
#include <utility>
#include <variant>

#include "media/shard/world.h"

namespace parley::media {
namespace {

/// No packet of a layer for so long: the next one is a beginning (IngestLayer::kSilence).
constexpr Duration kPause = IngestLayer::kSilence;

}  // namespace

// ---------------------------------------------------------------------------------------------------
// On the shard with the subscribers

/// What our first subscriber of a stream needs that is published on another shard. Null: on none.
StreamRecord* Shard::World::open_pipe(StreamId id, const StreamHome& home) {
  if (config.pipes == nullptr || home.shard == config.index) return nullptr;
  if (streams.size() >= config.max_streams) {
    count(ShardDrop::too_many);
    return nullptr;
  }
  auto made = std::make_unique<StreamRecord>(id, home);
  StreamRecord& stream = *made;
  by_stream.insert(id, &stream);
  streams.emplace(id, std::move(made));
  config.pipes->send(home.shard, PipeWanted{id});
  return &stream;
}

// In place of the beginning of Shard::World::on_media, which has happened at the stream's home.
void Shard::World::on_piped(const PipedPacket& piped, Time now) {
  StreamRecord* const stream = by_stream.find(piped.facts.stream);
  if (stream == nullptr || stream->publisher != nullptr ||
      piped.facts.layer >= stream->layers.size()) {
    return count(ShardDrop::unknown_stream);
  }
  PacketDraft draft = pool.draft();
  if (!draft) return count(ShardDrop::too_many);
  draft.facts() = piped.facts;
  draft.set_bytes(piped.payload, piped.dependency_descriptor);
  ++counters.piped_in;

  const auto& last = stream->layers[piped.facts.layer].last_packet;
  if (!last || now - *last > kPause) stream->layer_started = true;
  forward(*stream, std::move(draft).freeze(), now);
}

void Shard::World::on_pipe(ShardIndex, const PipeShape& shape, Time now) {
  StreamRecord* const stream = by_stream.find(shape.stream);
  if (stream != nullptr && stream->publisher == nullptr) {
    reshape(*stream, shape.codecs, shape.layers, now);
  }
}

void Shard::World::on_pipe(ShardIndex, const PipeSource& source, Time) {
  StreamRecord* const stream = by_stream.find(source.stream);
  if (stream == nullptr || stream->publisher != nullptr) return;
  const std::size_t count = std::min(stream->layers.size(), source.layers.size());
  for (std::size_t i = 0; i < count; ++i) {
    stream->layers[i].clock = source.layers[i].clock;
    stream->layers[i].bits_per_second = source.layers[i].bits_per_second;
    stream->layers[i].steps = source.layers[i].steps;
  }
  stream->piped_clock = source.clock;
  stream->speaking = source.speaking;
}

void Shard::World::on_pipe(ShardIndex, const PipeEnded& ended, Time) {
  StreamRecord* const stream = by_stream.find(ended.stream);
  if (stream != nullptr && stream->publisher == nullptr) remove(*stream);
}

// At a tick: whoever goes is often followed by somebody who comes.
void Shard::World::close_idle_pipes() {
  idle_pipes.clear();
  for (const auto& [id, stream] : streams) {
    if (stream->publisher == nullptr && stream->subscriptions.empty()) idle_pipes.push_back(id);
  }
  for (const StreamId id : idle_pipes) {
    StreamRecord& stream = *by_stream.find(id);
    config.pipes->send(stream.home, PipeUnwanted{id});
    remove(stream);
  }
}

// ---------------------------------------------------------------------------------------------------
// At home

void Shard::World::on_pipe(ShardIndex from, const PipeWanted& wanted, Time) {
  StreamRecord* const stream = by_stream.find(wanted.stream);
  if (stream == nullptr) {  // Control's commands to two shards do not wait for each other.
    early_pipes[wanted.stream].push_back(from);
    return;
  }
  stream->piped_to.push_back(from);
  config.pipes->send(from, PipeShape{stream->id, stream->codecs, stream->layers.size()});
}

void Shard::World::on_pipe(ShardIndex from, const PipeUnwanted& unwanted, Time) {
  if (StreamRecord* const stream = by_stream.find(unwanted.stream)) {
    std::erase(stream->piped_to, from);
  } else if (const auto early = early_pipes.find(unwanted.stream); early != early_pipes.end()) {
    std::erase(early->second, from);
    if (early->second.empty()) early_pipes.erase(early);
  }
}

void Shard::World::on_pipe(ShardIndex, const PipeKeyframe& wanted, Time now) {
  StreamRecord* const stream = by_stream.find(wanted.stream);
  if (stream != nullptr && stream->publisher != nullptr) {
    request_keyframe(*stream, wanted.layer, now);
  }
}

void Shard::World::begin_pipes(StreamRecord& stream) {
  const auto early = early_pipes.find(stream.id);
  if (early == early_pipes.end()) return;
  stream.piped_to = std::move(early->second);
  early_pipes.erase(early);
  tell_shape(stream);
}

void Shard::World::tell_shape(const StreamRecord& stream) {
  for (const ShardIndex shard : stream.piped_to) {
    config.pipes->send(shard, PipeShape{stream.id, stream.codecs, stream.layers.size()});
  }
}

void Shard::World::tell_source(const StreamRecord& stream) {
  for (const ShardIndex shard : stream.piped_to) {
    config.pipes->send(shard,
                       PipeSource{stream.id, stream.layers, stream.clock(), stream.speaking});
  }
}

void Shard::World::on_pipe(ShardIndex from, const PipeMessage& message, Time now) {
  std::visit([&](const auto& one) { on_pipe(from, one, now); }, message);
}

}  // namespace parley::media
