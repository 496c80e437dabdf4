#include "media/forward/forwarder.h"

#include <algorithm>

#include "protocols/codec/dependency_descriptor.h"
#include "protocols/codec/packet_trailer.h"
#include "protocols/codec/red.h"

namespace parley::media {
namespace {

/// Two sender reports that put the layers further apart than packets were are not to be believed.
constexpr Duration kImplausible = 2s;

/// The layer of another stream: there is no such one in this.
constexpr std::uint8_t kElsewhere = 255;

/// Unwrapped picture ids begin here, so that subtracting never goes below zero. The low 15 bits are
/// zero: a stream that is never touched keeps its ids.
constexpr std::uint64_t kFirstPicture = 1 << 20;

std::int64_t to_ticks(Duration d, std::uint32_t clock_rate) {
  return d.count() / 1000 * static_cast<std::int64_t>(clock_rate) / 1'000'000;
}

/// All of it where nothing else is in the packet: the frame's end must not get lost with it.
ByteView without_trailer(const PacketFacts& facts, ByteView content) {
  const std::size_t header = facts.codec == Codec::vp8 ? facts.vp8.size : 2;
  const std::size_t trailer = codec::packet_trailer_size(content);
  return content.size() > header + trailer ? content.first(content.size() - trailer) : content;
}

}  // namespace

std::string_view to_string(Forwarder::Skip skip) {
  switch (skip) {
    case Forwarder::Skip::none:
      return "none";
    case Forwarder::Skip::paused:
      return "paused";
    case Forwarder::Skip::congested:
      return "congested";
    case Forwarder::Skip::no_codec:
      return "no_codec";
    case Forwarder::Skip::other_layer:
      return "other_layer";
    case Forwarder::Skip::awaits_keyframe:
      return "awaits_keyframe";
    case Forwarder::Skip::above_limit:
      return "above_limit";
    case Forwarder::Skip::padding:
      return "padding";
    case Forwarder::Skip::misplaced:
      return "misplaced";
    case Forwarder::Skip::malformed:
      return "malformed";
  }
  return "unknown";
}

Forwarder::Forwarder(Kind kind, const PayloadMap& payloads, const Tail& from)
    : kind_(kind), payloads_(payloads), first_index_(from.next_index) {
  if (!from.started) return;
  started_ = true;
  last_index_ = from.next_index - 1;
  shift_layer_ = kElsewhere;
  last_timestamp_ = from.timestamp;
  last_received_ = from.received;
  pictures_started_ = from.picture.has_value();
  last_picture_ = from.picture.value_or(0);
  last_tl0_ = from.tl0_pic_idx;
  last_frame_ = from.frame;
}

Forwarder::Tail Forwarder::tail() const {
  Tail out{next_index(), started_,  last_timestamp_, last_received_,
           std::nullopt, last_tl0_, last_frame_};
  if (pictures_started_) out.picture = last_picture_;
  return out;
}

void Forwarder::configure(const Limits& limits) {
  // What was missed during a pause cannot be decoded on top of what came before it.
  if (limits.paused) interrupt();
  limits_ = limits;
}

void Forwarder::set_congested(bool congested) {
  if (congested) interrupt();
  congested_ = congested;
}

void Forwarder::interrupt() {
  current_.reset();
  source_changed_ = false;
  spatial_is_short_ = false;
}

std::uint8_t Forwarder::max_spatial() const { return std::min(limits_.max_spatial, ceiling_); }

std::uint8_t Forwarder::max_temporal() const {
  return std::min(limits_.max_temporal, temporal_ceiling_);
}

void Forwarder::choose(SourceLayers source) {
  if (kind_ == Kind::audio) return;
  if (const auto best = best_layer(alive_layers(source), max_spatial())) target_ = best;
  // Not only when the next picture shows it: the key frame takes long enough.
  spatial_is_short_ |=
      targets_.needs_keyframe({.max_spatial = max_spatial(), .max_temporal = max_temporal()});
}

std::optional<std::uint8_t> Forwarder::keyframe_wanted() const {
  if (kind_ == Kind::audio || limits_.paused || congested_ || !target_) return std::nullopt;
  if (current_ != target_) return target_;
  if (source_changed_ || spatial_is_short_) return current_;
  return std::nullopt;
}

std::optional<std::uint32_t> Forwarder::outgoing_timestamp(rtp::MediaTicks ticks) const {
  if (!current_) return std::nullopt;
  return static_cast<std::uint32_t>(ticks.value() + shift_);
}

std::optional<Rewrite> Forwarder::decide(const MediaPacket& packet, SourceLayers source, Time now) {
  const PacketFacts& facts = packet.facts();
  if (limits_.paused) return skip(Skip::paused);
  if (congested_) return skip(Skip::congested);
  const PayloadMap::Entry payload = payloads_[facts.payload_type];

  if (!is_flowing(facts)) {
    if (payload.action == PayloadMap::Action::drop) return skip(Skip::no_codec);
    if (!target_ || facts.keyframe_start) choose(source);
    if (!may_begin_at(facts)) {
      if (!current_) return skip(Skip::awaits_keyframe);
      if (facts.layer == *current_) source_changed_ = true;
      return skip(Skip::other_layer);
    }
    begin(facts, source, now);
  }

  if (facts.padding_only) return leave_out(facts, payload.payload_type, Skip::padding);
  if (payload.action == PayloadMap::Action::drop) {
    return leave_out(facts, payload.payload_type, Skip::no_codec);
  }
  if (kind_ == Kind::video && !wants(facts)) {
    return leave_out(facts, payload.payload_type, Skip::above_limit);
  }

  ByteView content = packet.payload();
  std::uint8_t payload_type = payload.payload_type;
  has_redundancy_ = payload.plain >= 0;
  if (leaves_out_redundancy()) payload_type = static_cast<std::uint8_t>(payload.plain);
  if (leaves_out_redundancy() || payload.action == PayloadMap::Action::unwrap_red) {
    const auto red = codec::Red::parse(content);
    if (!red) return leave_out(facts, payload_type, Skip::malformed);
    content = red->primary().payload;
  }
  if (strips_trailers_ && facts.marker) content = without_trailer(facts, content);

  Rewrite pictures;
  if (facts.codec == Codec::vp8 && !place_picture(facts.vp8, pictures)) {
    return leave_out(facts, payload_type, Skip::misplaced);
  }
  const auto index = indices_.map(facts.index.value());
  if (!index) return skip(Skip::misplaced);

  Rewrite rewrite = numbered(facts, *index, payload_type);
  rewrite.vp8 = pictures.vp8;
  rewrite.picture_id = pictures.picture_id;
  rewrite.tl0_pic_idx = pictures.tl0_pic_idx;
  place_frame(packet, rewrite);
  // The receiver ends a picture at the marker, so the highest layer that it gets must carry it
  // (RFC 9628 section 4.1).
  rewrite.marker =
      facts.marker || (facts.frame_end && facts.spatial == spatial_ && top_spatial_ > spatial_);
  rewrite.payload_size = static_cast<std::uint16_t>(content.size());
  if (!content.empty()) {
    rewrite.payload_offset = static_cast<std::uint16_t>(content.data() - packet.payload().data());
  }
  skipped_ = Skip::none;
  return rewrite;
}

bool Forwarder::may_begin_at(const PacketFacts& facts) const {
  if (facts.padding_only) return false;
  if (kind_ == Kind::audio) return true;
  // Of a key frame whose beginning comes late the rest has already gone by.
  return facts.keyframe_start && !facts.recovered && target_ == facts.layer;
}

void Forwarder::begin(const PacketFacts& facts, SourceLayers source, Time now) {
  align_timestamps(facts, source, now);
  indices_.restart(facts.index.value(), next_index());
  if (facts.codec == Codec::vp8) align_pictures(facts.vp8);
  current_ = facts.layer;
  source_ssrc_ = facts.ssrc;
  source_changed_ = false;
  top_spatial_ = 0;
  targets_.restart();
  frames_aligned_ = false;
}

// The new layer's frame was captured some time after the last one that went out: by the publisher's
// clock if its sender reports let us know it for both layers, and by our own otherwise.
void Forwarder::align_timestamps(const PacketFacts& facts, SourceLayers source, Time now) {
  if (!started_) {
    shift_ = 0;
  } else if (facts.layer != shift_layer_ || facts.ssrc != shift_ssrc_) {
    Duration passed = now - last_received_;
    if (facts.layer < source.size() && shift_layer_ < source.size()) {
      const auto& ours = source[facts.layer].clock;
      const auto& theirs = source[shift_layer_].clock;
      if (ours && theirs) {
        const auto ntp = static_cast<std::int64_t>(ours->ntp_at(facts.ticks).value() -
                                                   theirs->ntp_at(last_ticks_).value());
        // 32.32 to nanoseconds in two steps, so that nothing overflows.
        const Duration captured{(ntp >> 32) * 1'000'000'000 +
                                (((ntp & 0xffff'ffff) * 1'000'000'000) >> 32)};
        if (captured - passed < kImplausible && passed - captured < kImplausible) passed = captured;
      }
    }
    const std::int64_t step = std::max<std::int64_t>(1, to_ticks(passed, facts.clock_rate));
    shift_ = last_timestamp_ + static_cast<std::uint64_t>(step) - facts.ticks.value();
  }
  shift_layer_ = facts.layer;
  shift_ssrc_ = facts.ssrc;
}

void Forwarder::align_pictures(const codec::Vp8& vp8) {
  newest_picture_ = kFirstPicture + vp8.picture_id;
  if (!pictures_started_) {
    pictures_.restart(newest_picture_, newest_picture_);
    pictures_started_ = true;
    return;
  }
  pictures_.restart(newest_picture_, last_picture_ + 1);
  tl0_shift_ = static_cast<std::uint8_t>(last_tl0_ + 1 - vp8.tl0_pic_idx);
}

bool Forwarder::wants(const PacketFacts& facts) {
  if (!facts.dependency) return wants_layers(facts);
  const bool wanted = targets_.wants(
      facts, *facts.dependency, {.max_spatial = max_spatial(), .max_temporal = max_temporal()});
  spatial_ = targets_.spatial();
  top_spatial_ = targets_.top_spatial();
  spatial_is_short_ = targets_.awaits_keyframe();
  return wanted;
}

// Without descriptors all layers up to the wanted one are sent, whether or not they build on each
// other: that can be decoded in any case, and a lower layer is there at once.
bool Forwarder::wants_layers(const PacketFacts& facts) {
  top_spatial_ = std::max(top_spatial_, facts.spatial);
  if (facts.spatial_layers != 0) {
    top_spatial_ = static_cast<std::uint8_t>(facts.spatial_layers - 1);
  }
  if (facts.keyframe_start) {
    spatial_ = max_spatial();
    temporal_ = max_temporal();
  } else if (facts.frame_start && facts.spatial == 0 && !facts.recovered) {
    spatial_ = std::min(spatial_, max_spatial());
    temporal_ = std::min(temporal_, max_temporal());
    // One at a time: a frame that only needs the layers below does not speak for those between.
    if (facts.temporal_switch_up && facts.temporal == temporal_ + 1 &&
        facts.temporal <= max_temporal()) {
      temporal_ = facts.temporal;
    }
  }
  spatial_is_short_ = spatial_ < std::min(max_spatial(), top_spatial_);
  return facts.spatial <= spatial_ && facts.temporal <= temporal_;
}

// A packet that is not sent closes up if it is the newest. Otherwise its number has been promised
// to the receiver by the ones after it, which would ask for it in vain: then it goes out empty, as
// padding would.
std::optional<Rewrite> Forwarder::leave_out(const PacketFacts& facts, std::uint8_t payload_type,
                                            Skip why) {
  if (facts.codec == Codec::vp8 && !facts.padding_only && facts.vp8.has_picture_id) {
    pictures_.drop(unwrap_picture(facts.vp8));
  }
  if (indices_.drop(facts.index.value())) return skip(why);
  const auto index = indices_.map(facts.index.value());
  if (!index) return skip(Skip::misplaced);
  skipped_ = Skip::none;
  return numbered(facts, *index, payload_type);
}

Rewrite Forwarder::numbered(const PacketFacts& facts, std::uint64_t index,
                            std::uint8_t payload_type) {
  const std::uint64_t timestamp = facts.ticks.value() + shift_;
  if (!started_ || timestamp > last_timestamp_) {
    last_timestamp_ = timestamp;
    last_ticks_ = facts.ticks;
    last_received_ = facts.received;
  }
  last_index_ = started_ ? std::max(last_index_, index) : index;
  started_ = true;

  Rewrite rewrite;
  rewrite.index = index;
  rewrite.timestamp = static_cast<std::uint32_t>(timestamp);
  rewrite.payload_type = payload_type;
  return rewrite;
}

bool Forwarder::place_picture(const codec::Vp8& vp8, Rewrite& rewrite) {
  if (vp8.has_picture_id) {
    const auto place = pictures_.map(unwrap_picture(vp8));
    if (!place) return false;
    last_picture_ = std::max(last_picture_, *place);
    rewrite.picture_id = static_cast<std::uint16_t>(*place & vp8.picture_id_mask());
  }
  if (vp8.has_tl0_pic_idx) {
    rewrite.tl0_pic_idx = static_cast<std::uint8_t>(vp8.tl0_pic_idx + tl0_shift_);
    if (static_cast<std::int8_t>(rewrite.tl0_pic_idx - last_tl0_) > 0 || !started_) {
      last_tl0_ = rewrite.tl0_pic_idx;
    }
  }
  rewrite.vp8 = (vp8.has_picture_id && rewrite.picture_id != vp8.picture_id) ||
                (vp8.has_tl0_pic_idx && rewrite.tl0_pic_idx != vp8.tl0_pic_idx);
  return true;
}

// A receiver takes a key frame whose number is below that of an earlier one for an old one. After a
// pause 16 bits may have gone half way round, and another encoder counts from anywhere.
void Forwarder::place_frame(const MediaPacket& packet, Rewrite& rewrite) {
  const auto frame = codec::frame_number(packet.dependency_descriptor());
  if (!frame) return;
  if (!frames_aligned_) {
    frame_shift_ = last_frame_ ? static_cast<std::uint16_t>(*last_frame_ + 1 - *frame) : 0;
    frames_aligned_ = true;
  }
  rewrite.picture_id = static_cast<std::uint16_t>(*frame + frame_shift_);
  const auto ahead = static_cast<std::uint16_t>(rewrite.picture_id - last_frame_.value_or(0));
  if (!last_frame_ || (ahead != 0 && ahead < 0x8000)) last_frame_ = rewrite.picture_id;
  // More targets than the Rewrite has bits for: the receiver is told what the publisher sends.
  constexpr std::size_t kMaxTold = 16;
  if (packet.facts().dependency && packet.facts().dependency->target_count <= kMaxTold) {
    rewrite.active_targets = static_cast<std::uint16_t>(targets_.told_targets());
  }
}

std::uint64_t Forwarder::unwrap_picture(const codec::Vp8& vp8) {
  const std::uint32_t mask = vp8.picture_id_mask();
  const std::uint32_t half = (mask + 1) / 2;
  const auto ahead = static_cast<std::uint32_t>((vp8.picture_id - newest_picture_) & mask);
  if (ahead < half) {
    newest_picture_ += ahead;
    return newest_picture_;
  }
  return newest_picture_ - (mask + 1 - ahead);
}

}  // namespace parley::media
