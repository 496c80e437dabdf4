#include "media/ingest/stream.h"

#include <algorithm>
#include <utility>

#include "media/ingest/ingest.h"
#include "protocols/codec/av1.h"
#include "protocols/codec/h26x.h"
#include "protocols/codec/vp9.h"
#include "protocols/rtp/elements.h"
#include "protocols/rtp/rtx.h"

namespace parley::media {
namespace {

using Arrival = SequenceWindow::Arrival;

/// Throttles differ because a small layer's key frame costs little.
constexpr Duration kLowInterval = std::chrono::milliseconds(400);
constexpr Duration kHighInterval = std::chrono::seconds(1);

/// Codec payload or retransmission, taken apart: what the original packet was.
struct Original {
  rtp::WireSeq sequence;
  ByteView payload;
};

DependencyFacts to_facts(const codec::DependencyDescriptor& descriptor,
                         const codec::DependencyStructure& structure) {
  DependencyFacts facts;
  facts.frame_number = descriptor.frame_number;
  facts.target_count = structure.target_count;
  facts.structure_attached = descriptor.structure_attached;
  facts.active_targets = descriptor.active_targets;
  facts.has_active_targets = descriptor.has_active_targets;
  facts.active_targets_at = descriptor.active_targets_at;
  facts.frame_diffs = descriptor.frame.frame_diffs;
  facts.frame_diff_count = descriptor.frame.frame_diff_count;
  for (std::size_t i = 0; i < structure.target_count; ++i) {
    facts.indications |= static_cast<std::uint64_t>(descriptor.frame.targets[i]) << (2 * i);
    facts.target_layers[i] =
        static_cast<std::uint8_t>(structure.target_spatial[i] << 4 | structure.target_temporal[i]);
  }
  return facts;
}

bool read_vp8(ByteView payload, PacketFacts& facts) {
  const auto vp8 = codec::parse_vp8(payload);
  if (!vp8) return false;
  facts.vp8 = *vp8;
  facts.frame_start = vp8->frame_start;
  facts.frame_end = facts.marker;
  facts.keyframe_start = vp8->keyframe;
  facts.temporal = vp8->temporal_id;
  facts.temporal_switch_up = vp8->layer_sync || vp8->temporal_id == 0;
  facts.discardable = vp8->non_reference;
  facts.resolution = vp8->resolution;
  return true;
}

bool read_vp9(ByteView payload, PacketFacts& facts) {
  const auto vp9 = codec::parse_vp9(payload);
  if (!vp9) return false;
  facts.frame_start = vp9->layer_frame_start;
  facts.frame_end = vp9->layer_frame_end;
  facts.keyframe_start = vp9->keyframe();
  facts.spatial = vp9->spatial_id;
  facts.temporal = vp9->temporal_id;
  facts.temporal_switch_up = vp9->switching_up_point || vp9->temporal_id == 0;
  facts.inter_layer_dependency = vp9->inter_layer_dependency;
  if (vp9->has_structure && vp9->spatial_layers > 0) {
    facts.resolution = vp9->resolutions[vp9->spatial_layers - 1u];
    facts.spatial_layers = vp9->spatial_layers;
  }
  return true;
}

bool read_h26x(const std::optional<codec::H26x>& unit, IngestLayer& layer, PacketFacts& facts) {
  if (!unit) return false;
  const bool new_picture = !layer.has_ticks || facts.ticks != layer.newest_ticks;
  layer.has_parameter_sets |= unit->parameter_sets;
  // A key frame begins with its parameter sets where they come in the stream at all; otherwise
  // with the first packet that shows it is one.
  const bool begins = unit->parameter_sets || (unit->keyframe && !layer.has_parameter_sets);
  const bool seen = layer.has_keyframe && layer.keyframe_ticks == facts.ticks;
  facts.keyframe_start = begins && !seen;
  facts.frame_start = new_picture || facts.keyframe_start;
  facts.frame_end = facts.marker;
  facts.temporal = unit->temporal_id;
  facts.temporal_switch_up = unit->temporal_id == 0;
  return true;
}

bool read_av1(ByteView payload, PacketFacts& facts) {
  const auto av1 = codec::parse_av1(payload);
  if (!av1) return false;
  facts.frame_start = !av1->continues;
  facts.frame_end = facts.marker;
  facts.keyframe_start = av1->new_sequence;
  facts.temporal_switch_up = true;
  return true;
}

/// Where a dependency descriptor comes along it knows better than the payload, and is all there is
/// if the payload is encrypted end to end.
void read_dependencies(ByteView value, IngestLayer& layer, PacketFacts& facts) {
  if (!layer.dependencies) layer.dependencies = std::make_unique<codec::DependencyReader>();
  const auto descriptor = layer.dependencies->parse(value);
  if (!descriptor) return;
  facts.dependency = to_facts(*descriptor, layer.dependencies->structure());
  facts.frame_start = descriptor->first_packet_in_frame;
  facts.frame_end = descriptor->last_packet_in_frame;
  facts.keyframe_start = descriptor->structure_attached && descriptor->first_packet_in_frame;
  facts.spatial = descriptor->frame.spatial_id;
  facts.temporal = descriptor->frame.temporal_id;
  if (descriptor->structure_attached) facts.resolution = descriptor->resolution;
  facts.temporal_switch_up = false;
  facts.discardable = true;
  for (const codec::TargetIndication target : descriptor->frame.targets) {
    facts.temporal_switch_up |= target == codec::TargetIndication::switch_point;
    facts.discardable &= target <= codec::TargetIndication::discardable;
  }
}

/// The codecs whose layers are told apart by descriptors. With others a descriptor would have to be
/// rewritten on a layer switch, and says nothing that the payload does not.
bool has_dependencies(Codec codec) { return codec == Codec::av1 || codec == Codec::vp9; }

/// Fills in what the codec says; false if the payload cannot be read.
bool read_payload(ByteView payload, const Elements& elements, IngestLayer& layer,
                  PacketFacts& facts) {
  switch (facts.codec) {
    case Codec::vp8:
      if (!read_vp8(payload, facts)) return false;
      break;
    case Codec::vp9:
      if (!read_vp9(payload, facts)) return false;
      break;
    case Codec::h264:
      if (!read_h26x(codec::parse_h264(payload), layer, facts)) return false;
      break;
    case Codec::h265:
      if (!read_h26x(codec::parse_h265(payload), layer, facts)) return false;
      break;
    case Codec::av1:
      if (!read_av1(payload, facts)) return false;
      break;
    case Codec::opus:
    case Codec::red:
    case Codec::pcmu:
    case Codec::pcma:
      facts.frame_start = true;
      facts.frame_end = true;
      return true;
  }
  if (has_dependencies(facts.codec) && !elements.dependency_descriptor.empty()) {
    read_dependencies(elements.dependency_descriptor, layer, facts);
  }
  return true;
}

}  // namespace

void IngestStream::update(const AddStream& command) {
  id_ = command.stream;
  kind_ = command.kind;
  mid_ = command.mid;
  codecs_ = command.codecs;
  nack_ = command.nack;

  std::vector<IngestLayer> before = std::exchange(layers_, {});
  const std::size_t count = std::min(command.layers.size(), Ingest::kMaxLayers);
  for (std::size_t i = 0; i < count; ++i) {
    const LayerSpec& spec = command.layers[i];
    const auto same = std::ranges::find_if(
        before, [&](const IngestLayer& layer) { return layer.spec.rid == spec.rid; });
    IngestLayer layer;
    if (same != before.end()) {
      layer = std::move(*same);
      before.erase(same);
      const bool moved = spec.ssrc != 0 && layer.ssrc != 0 && spec.ssrc != layer.ssrc;
      if (moved) layer.window.expect_jump();
    } else {
      layer.keyframes = KeyframeGate(i == 0 ? kLowInterval : kHighInterval);
    }
    layer.spec = spec;
    if (spec.ssrc != 0) layer.ssrc = spec.ssrc;
    if (spec.rtx_ssrc != 0) layer.rtx_ssrc = spec.rtx_ssrc;
    layers_.push_back(std::move(layer));
  }
}

std::optional<std::size_t> IngestStream::layer_of_rid(std::string_view rid) const {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (!rid.empty() && layers_[i].spec.rid == rid) return i;
  }
  return std::nullopt;
}

const CodecBinding* IngestStream::codec_of(std::uint8_t payload_type) const {
  for (const CodecBinding& codec : codecs_) {
    if (codec.payload_type == payload_type) return &codec;
  }
  return nullptr;
}

const CodecBinding* IngestStream::codec_of_rtx(std::uint8_t payload_type) const {
  for (const CodecBinding& codec : codecs_) {
    if (codec.rtx_payload_type == payload_type) return &codec;
  }
  return nullptr;
}

std::expected<PacketRef, IngestDrop> IngestStream::accept(const rtp::PacketView& packet,
                                                          const Elements& elements,
                                                          std::size_t layer_index, bool rtx,
                                                          Time now, PacketPool& pool,
                                                          EventSink& events) {
  IngestLayer& layer = layers_[layer_index];

  // What was it originally? RFC 4588 section 4: same timestamp and marker, its own number and type.
  const CodecBinding* const codec =
      rtx ? codec_of_rtx(packet.payload_type) : codec_of(packet.payload_type);
  if (codec == nullptr) return std::unexpected(IngestDrop::unknown_payload_type);
  Original original{packet.sequence, packet.payload};
  if (rtx) {
    const auto resent = rtp::read_rtx(packet.payload);
    if (!resent) return std::unexpected(IngestDrop::probe);
    original = {resent->original, resent->payload};
  }

  // Without a slot it is as if the packet had been lost on the way: it may be asked for again.
  PacketDraft draft = pool.draft();
  if (!draft) return std::unexpected(IngestDrop::pool_exhausted);

  // Is it new?
  const SequenceWindow::Result place = rtx ? layer.window.on_retransmission(original.sequence)
                                           : layer.window.on_packet(original.sequence);
  if (place.arrival == Arrival::duplicate) return std::unexpected(IngestDrop::duplicate);
  if (place.arrival == Arrival::too_old) return std::unexpected(IngestDrop::too_old);
  const bool jumped = place.arrival == Arrival::jumped;
  const bool newest = place.arrival != Arrival::late;
  if (jumped) {
    layer.reception.restart();
    layer.sender_clock.reset();
    layer.nacks.restart(place.index);
    layer.has_keyframe = false;
  }

  PacketFacts& facts = draft.facts();
  facts.stream = id_;
  facts.layer = static_cast<std::uint8_t>(layer_index);
  facts.codec = codec->codec;
  facts.payload_type = codec->payload_type;
  facts.clock_rate = codec->clock_rate;
  facts.ssrc = layer.ssrc;
  facts.index = place.index;
  if (!layer.has_ticks) {
    facts.ticks = rtp::first_ticks(packet.timestamp);
  } else if (jumped) {
    // As with the numbers: above all before.
    facts.ticks =
        rtp::MediaTicks(((layer.newest_ticks.value() >> 32) + 2) << 32 | packet.timestamp.value());
  } else {
    facts.ticks = rtp::unwrap(packet.timestamp, layer.newest_ticks);
  }
  facts.received = now;
  facts.marker = packet.marker;
  facts.recovered = rtx || !newest;
  facts.discontinuity = jumped;
  facts.padding_only = original.payload.empty();
  facts.audio_level = rtp::read_audio_level(elements.audio_level);
  facts.capture_time = rtp::read_abs_capture_time(elements.abs_capture_time);
  facts.playout_delay = rtp::read_playout_delay(elements.playout_delay);
  const bool readable =
      facts.padding_only || read_payload(original.payload, elements, layer, facts);

  // Bookkeeping for feedback comes before any refusal: the packet did arrive.
  if (nack_) layer.nacks.on_packet(place.index, now);
  if (!rtx) layer.reception.on_packet(place.index, facts.ticks, codec->clock_rate, newest, now);
  layer.reported = true;
  layer.bitrate.on_bytes(original.payload.size(), now);
  layer.on_counted(place.index, jumped, original.payload.size());
  if (newest) {
    if (!layer.has_ticks || facts.ticks != layer.newest_ticks) ++layer.frames;
    layer.newest_ticks = facts.ticks;
    layer.clock_rate = codec->clock_rate;
    layer.has_ticks = true;
  }
  const bool starts = layer.stopped || now - layer.last_packet > IngestLayer::kSilence;
  layer.last_packet = now;
  if (starts) {
    layer.stopped = false;
    events.on_event(LayerStarted{id_, facts.layer});
  }

  if (!readable) return std::unexpected(IngestDrop::malformed_payload);
  if (kind_ == Kind::video && !facts.padding_only) {
    layer.steps.on_packet(facts, original.payload.size(), now);
  }
  if (facts.keyframe_start) {
    layer.keyframe_ticks = facts.ticks;
    layer.has_keyframe = true;
    layer.keyframes.on_keyframe();
  }
  if (kind_ == Kind::audio && newest && !facts.padding_only) note_audio_level(facts);
  const ByteView descriptor =
      has_dependencies(facts.codec) ? elements.dependency_descriptor : ByteView();
  if (!draft.set_bytes(original.payload, descriptor)) {
    return std::unexpected(IngestDrop::too_large);
  }
  return std::move(draft).freeze();
}

void IngestStream::note_audio_level(const PacketFacts& facts) {
  // A packet speaks for the time since the one before, unless there was silence that was not sent.
  constexpr Duration kFrame = std::chrono::milliseconds(20);
  constexpr Duration kLongestFrame = std::chrono::milliseconds(120);  // RFC 6716 section 2.1.4
  constexpr std::uint8_t kSpeaking = 35;
  Duration span = kFrame;
  if (has_level_ticks_ && facts.clock_rate != 0 && facts.ticks > level_ticks_) {
    const std::uint64_t ticks = facts.ticks.value() - level_ticks_.value();
    if (ticks < facts.clock_rate) {
      span = Duration(static_cast<std::int64_t>(ticks * 1'000'000'000 / facts.clock_rate));
      if (span > kLongestFrame) span = kFrame;
    }
  }
  level_ticks_ = facts.ticks;
  has_level_ticks_ = true;
  if (!facts.audio_level) return;
  level_.observed += span;
  if (facts.audio_level->level <= kSpeaking) level_.active += span;
  level_.loudest = std::min(level_.loudest, facts.audio_level->level);
}

std::optional<AudioLevel> IngestStream::take_audio_level() {
  if (level_.observed == Duration::zero()) return std::nullopt;
  AudioLevel level = std::exchange(level_, {});
  level.stream = id_;
  return level;
}

std::optional<StreamStats> IngestStream::take_stats(Duration round_trip) {
  StreamStats stats;
  stats.stream = id_;
  stats.round_trip = round_trip;
  for (IngestLayer& layer : layers_) {
    const LayerStats one{.layer = static_cast<std::uint8_t>(&layer - layers_.data()),
                         .packets = std::exchange(layer.packets, 0),
                         .lost = layer.take_lost(),
                         .bytes = std::exchange(layer.bytes, 0),
                         .frames = std::exchange(layer.frames, 0)};
    stats.packets += one.packets;
    stats.bytes += one.bytes;
    stats.lost += one.lost;
    stats.jitter = std::max(stats.jitter, layer.reception.jitter());
    if (kind_ == Kind::video && one.packets > 0) stats.layers.push_back(one);
  }
  if (stats.packets == 0) return std::nullopt;
  return stats;
}

}  // namespace parley::media
