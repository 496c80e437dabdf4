#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "media/packet/pool.h"

namespace parley::media::test {

inline CodecBinding binding(Codec codec, std::uint8_t payload_type, std::string fmtp = {}) {
  CodecBinding out;
  out.codec = codec;
  out.payload_type = payload_type;
  out.clock_rate = codec == Codec::opus || codec == Codec::red ? 48000 : 90000;
  out.fmtp = std::move(fmtp);
  return out;
}

/// One layer of a publisher, as ingest would describe its packets. Knows no codec but its facts.
class LayerSource {
 public:
  LayerSource(PacketPool& pool, Codec codec, std::uint8_t layer, std::uint64_t seed)
      : pool_(pool), codec_(codec), layer_(layer) {
    // Every layer counts from somewhere else, as real ones do.
    index_ = 0x1'0000 + (seed * 7919) % 60000;
    ticks_ = 0x1'0000'0000 + (seed * 104'729) % 4'000'000'000;
    picture_id_ = static_cast<std::uint16_t>((seed * 31) & 0x7fff);
    tl0_ = static_cast<std::uint8_t>(seed * 17);
    ssrc_ = static_cast<std::uint32_t>(1000 + seed);
  }

  struct Frame {
    bool keyframe = false;
    std::uint8_t temporal = 0;
    bool switch_up = false;
    std::size_t packets = 1;
    Time at{};
  };

  std::vector<PacketRef> frame(const Frame& frame) {
    std::vector<PacketRef> out;
    picture_id_ = static_cast<std::uint16_t>((picture_id_ + 1) & 0x7fff);
    if (frame.temporal == 0) ++tl0_;
    for (std::size_t i = 0; i < frame.packets; ++i) {
      PacketDraft draft = start(frame.at);
      PacketFacts& facts = draft.facts();
      facts.frame_start = i == 0;
      facts.frame_end = i + 1 == frame.packets;
      facts.marker = facts.frame_end;
      facts.keyframe_start = frame.keyframe && i == 0;
      facts.temporal = frame.temporal;
      facts.temporal_switch_up = frame.switch_up;
      if (codec_ == Codec::vp8) {
        facts.vp8.size = 6;
        facts.vp8.has_picture_id = facts.vp8.wide_picture_id = true;
        facts.vp8.picture_id = picture_id_;
        facts.vp8.has_tl0_pic_idx = true;
        facts.vp8.tl0_pic_idx = tl0_;
        facts.vp8.has_temporal_id = true;
        facts.vp8.temporal_id = frame.temporal;
      }
      out.push_back(std::move(draft).freeze());
    }
    return out;
  }

  PacketRef padding(Time at) {
    PacketDraft draft = start(at);
    draft.facts().padding_only = true;
    PARLEY_ASSERT(draft.set_bytes({}));
    return std::move(draft).freeze();
  }

  /// Moves the media clock.
  void advance(std::uint32_t ticks) { ticks_ += ticks; }
  /// Leaves numbers out, as if packets were lost.
  void lose(std::size_t packets) { index_ += packets; }

  std::uint64_t ticks() const { return ticks_; }
  std::uint32_t ssrc() const { return ssrc_; }
  void set_ssrc(std::uint32_t ssrc) { ssrc_ = ssrc; }

  /// A packet in progress with this layer's next number.
  PacketDraft start(Time at, std::size_t size = 100) {
    PacketDraft draft = pool_.draft();
    PacketFacts& facts = draft.facts();
    facts.stream = StreamId(1);
    facts.layer = layer_;
    facts.codec = codec_;
    facts.payload_type = 96;
    facts.ssrc = ssrc_;
    facts.index = rtp::PacketIndex(index_++);
    facts.ticks = rtp::MediaTicks(ticks_);
    facts.clock_rate = codec_ == Codec::opus || codec_ == Codec::red ? 48000 : 90000;
    facts.received = at;
    PARLEY_ASSERT(draft.set_bytes(std::vector<std::uint8_t>(size, 0x55)));
    return draft;
  }

 private:
  PacketPool& pool_;
  Codec codec_;
  std::uint8_t layer_;
  std::uint64_t index_;
  std::uint64_t ticks_;
  std::uint16_t picture_id_;
  std::uint8_t tl0_;
  std::uint32_t ssrc_;
};

}  // namespace parley::media::test
