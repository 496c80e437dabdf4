#include <array>
#include <cstdint>
#include <set>
#include <utility>

#include "base/assert.h"
#include "media/forward/forwarder.h"
#include "media/packet/pool.h"

// Any facts in any order: no number goes out twice, and the picture begins with a key frame.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;

  ByteReader script(ByteView(data, size));
  media::PacketPool pool(256);
  std::array<media::CodecBinding, 2> codecs;
  constexpr std::array kCodecs{media::Codec::vp8, media::Codec::red, media::Codec::av1};
  codecs[0].codec = kCodecs[script.u8() % kCodecs.size()];
  codecs[0].payload_type = 96;
  codecs[1].codec = media::Codec::opus;
  codecs[1].payload_type = 97;
  const bool video = codecs[0].codec != media::Codec::red;
  media::Forwarder forwarder(video ? media::Kind::video : media::Kind::audio,
                             media::PayloadMap(codecs, std::span(codecs).subspan(video ? 0 : 1)),
                             {.next_index = 1});
  std::array<media::SourceLayer, 3> source{};
  std::set<std::uint64_t> numbers;
  std::set<std::pair<std::uint8_t, std::uint64_t>> seen;
  Time now{1h};
  bool flowing = false;

  while (script.remaining() > 0) {
    const std::uint8_t action = script.u8();
    now += 1ms * (action & 15);
    if (action >= 240) {
      forwarder.configure({.paused = (action & 1) != 0,
                           .max_spatial = static_cast<std::uint8_t>(action >> 1 & 3),
                           .max_temporal = static_cast<std::uint8_t>(action >> 3 & 1)});
      forwarder.choose(source);
      if (forwarder.limits().paused) flowing = false;
      continue;
    }
    media::PacketDraft draft = pool.draft();
    media::PacketFacts& facts = draft.facts();
    const std::uint8_t flags = script.u8();
    facts.layer = static_cast<std::uint8_t>((action >> 4) % 3);
    facts.codec = codecs[0].codec;
    facts.payload_type = flags & 0x80 ? 98 : 96;
    facts.ssrc = facts.layer;
    facts.index = rtp::PacketIndex(0x1'0000 + script.u16());
    facts.ticks = rtp::MediaTicks(0x1'0000'0000 + script.u16() * 100u);
    facts.clock_rate = 90000;
    facts.received = now;
    facts.padding_only = (flags & 1) != 0;
    facts.frame_start = facts.keyframe_start = (flags & 2) != 0;
    facts.recovered = (flags & 4) != 0;
    facts.temporal = facts.keyframe_start ? 0 : flags >> 3 & 1;
    facts.temporal_switch_up = (flags & 16) != 0;
    facts.vp8.has_picture_id = (flags & 32) != 0;
    facts.vp8.wide_picture_id = (flags & 64) != 0;
    facts.vp8.picture_id = facts.vp8.wide_picture_id ? script.u16() & 0x7fff : script.u8() & 0x7f;
    ByteVector descriptor;
    if (facts.codec == media::Codec::av1) {
      media::DependencyFacts& dependency = facts.dependency.emplace();
      dependency.frame_number = script.u16();
      dependency.target_count = script.u8() % 33;
      dependency.structure_attached = facts.keyframe_start;
      dependency.active_targets = script.u16();
      dependency.indications = script.u32() * 0x1'0000'0001u;
      for (std::uint8_t& layers : dependency.target_layers) layers = script.u8() & 0x37;
      dependency.frame_diff_count = script.u8() % 4;
      for (std::size_t i = 0; i < 3; ++i) dependency.frame_diffs[i] = script.u16();
      facts.spatial = flags >> 5 & 3;
      descriptor = {0xc0, static_cast<std::uint8_t>(dependency.frame_number >> 8),
                    static_cast<std::uint8_t>(dependency.frame_number)};
    }
    PARLEY_ASSERT(
        draft.set_bytes(script.bytes(std::min<std::size_t>(script.remaining(), 8)), descriptor));
    // Ingest lets no packet through twice.
    if (!seen.emplace(facts.layer, facts.index.value()).second) continue;
    source[facts.layer].last_packet = now;

    const bool keyframe = facts.keyframe_start;
    const media::PacketRef packet = std::move(draft).freeze();
    const auto rewrite = forwarder.decide(*packet, source, now);
    // The key picture of a scalable stream may begin with a layer that this one does not need
    // (S3T3).
    flowing = flowing || (keyframe && facts.dependency);
    if (!rewrite) continue;
    PARLEY_ASSERT(numbers.insert(rewrite->index).second);
    PARLEY_ASSERT(rewrite->index < forwarder.next_index());
    PARLEY_ASSERT(rewrite->payload_offset + rewrite->payload_size <= packet->payload().size());
    PARLEY_ASSERT(flowing || keyframe || !video);
    flowing = true;
  }
  return 0;
}
