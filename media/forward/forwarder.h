#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "media/control/types.h"
#include "media/forward/number_map.h"
#include "media/forward/payload_map.h"
#include "media/forward/rewrite.h"
#include "media/forward/source.h"
#include "media/forward/target_selector.h"
#include "media/packet/packet.h"

namespace parley::media {

/// Decides which packets of one stream one subscriber gets, and what they look like to it: one
/// stream without seams, however often the layer under it changes.
///
/// Sans-IO: packets and time go in, a Rewrite or nothing comes out. It asks nobody for key frames;
/// `keyframe_wanted` says from which layer it needs one.
///
/// What it promises of the packets that go out, in the order of their numbers:
///  1. Sequence numbers have no holes but those that loss between publisher and us has made.
///  2. It begins with a key frame, and so does every change of layer; after a pause too.
///  3. Timestamps go strictly forward over a change of layer, by the time that has passed.
///  4. VP8 picture ids and TL0PICIDX go on over a change of layer and over frames left out; frame
///     numbers of dependency descriptors go on over a change of layer or of the publisher.
///  5. No frame goes out that refers to one that was left out, and each picture ends with the
///  marker.
///
///  owner     one per subscription
///  thread    the shard's
///  bounded   two NumberMaps
///  RFC       3550, 7741 (VP8), 9628 (VP9), AV1 RTP payload format (dependency descriptor)
class Forwarder {
 public:
  /// Why a packet was not forwarded; a metric's label.
  enum class Skip : std::uint8_t {
    none,
    paused,
    congested,    ///< Its bandwidth has no room for it.
    no_codec,     ///< The subscriber did not negotiate it.
    other_layer,  ///< Of a simulcast layer that is not flowing.
    awaits_keyframe,
    above_limit,  ///< A temporal or spatial layer above what is wanted.
    padding,
    misplaced,  ///< Too late: its place in the outgoing order is gone.
    malformed,  ///< RED that cannot be unwrapped.
  };

  struct Limits {
    bool paused = false;
    std::uint8_t max_spatial = 2;
    std::uint8_t max_temporal = 7;
  };

  /// Where an outgoing stream stands: what the next one under its SSRC goes on from.
  struct Tail {
    std::uint64_t next_index = 0;  ///< That the next packet in order gets.
    /// Something has gone out; otherwise there is nothing to go on from but the index.
    bool started = false;
    std::uint64_t timestamp = 0;  ///< Highest that went out, and when it was received.
    Time received{};
    std::optional<std::uint64_t> picture{};  ///< VP8, highest that went out.
    std::uint8_t tl0_pic_idx = 0;
    std::optional<std::uint16_t> frame{};  ///< Of dependency descriptors, likewise.
  };

  Forwarder(Kind kind, const PayloadMap& payloads, const Tail& from);

  void set_payloads(const PayloadMap& payloads) { payloads_ = payloads; }
  /// Whether what publishers add behind their frames is taken off (codec/packet_trailer.h).
  void set_strips_trailers(bool strips) { strips_trailers_ = strips; }
  /// What the subscriber asked for. Lower limits take effect at the next frame, higher ones where
  /// the codec allows, new layers at their next key frame.
  void configure(const Limits& limits);
  /// What its bandwidth allows on top of that; 255 for everything.
  void set_ceiling(std::uint8_t spatial, std::uint8_t temporal = 255) {
    ceiling_ = spatial;
    temporal_ceiling_ = temporal;
  }
  /// Its bandwidth has no room for it at all: as a pause, but nobody has asked for it.
  void set_congested(bool congested);
  bool congested() const { return congested_; }
  /// Sound without the earlier packets that its publisher sends along (RED), where there are any.
  void set_plain(bool plain) { plain_ = plain; }
  /// There are some, and they are not sent on.
  bool leaves_out_redundancy() const { return plain_ && has_redundancy_; }
  /// The subscriber was out of reach for a while: it needs a key frame again.
  void interrupt();
  /// Looks which layer to aim at. From time to time, and when something changed.
  void choose(SourceLayers source);

  /// For each packet of the stream, in the order of arrival.
  std::optional<Rewrite> decide(const MediaPacket& packet, SourceLayers source, Time now);
  /// Why the last `decide` gave nothing.
  Skip skipped() const { return skipped_; }

  /// The layer whose key frame it waits for, if any.
  std::optional<std::uint8_t> keyframe_wanted() const;
  /// The layer that is flowing; nothing before the first key frame and while paused.
  std::optional<std::uint8_t> current_layer() const { return current_; }
  std::optional<std::uint8_t> target_layer() const { return target_; }
  const Limits& limits() const { return limits_; }
  std::uint8_t max_spatial() const;
  std::uint8_t max_temporal() const;

  /// Outgoing timestamp of the flowing layer's `ticks`; nothing while nothing flows.
  std::optional<std::uint32_t> outgoing_timestamp(rtp::MediaTicks ticks) const;
  /// The index that the next packet in order will get.
  std::uint64_t next_index() const { return started_ ? last_index_ + 1 : first_index_; }
  Tail tail() const;

 private:
  std::optional<Rewrite> skip(Skip why) {
    skipped_ = why;
    return std::nullopt;
  }
  bool is_flowing(const PacketFacts& facts) const {
    return current_ && facts.layer == *current_ && facts.ssrc == source_ssrc_ &&
           !is_beyond_reach(facts);
  }
  /// Numbering that began anew (`PacketFacts::discontinuity`). Its step must not be passed on: a
  /// receiver that sees 16 bits of it cannot tell how often they have wrapped, and would decrypt
  /// nothing any more (RFC 3711 section 3.3.1).
  bool is_beyond_reach(const PacketFacts& facts) const {
    return facts.index.value() >= indices_.next() + 0x8000;
  }
  bool may_begin_at(const PacketFacts& facts) const;
  void begin(const PacketFacts& facts, SourceLayers source, Time now);
  void align_timestamps(const PacketFacts& facts, SourceLayers source, Time now);
  void align_pictures(const codec::Vp8& vp8);

  bool wants(const PacketFacts& facts);
  bool wants_layers(const PacketFacts& facts);

  std::optional<Rewrite> leave_out(const PacketFacts& facts, std::uint8_t payload_type, Skip why);
  Rewrite numbered(const PacketFacts& facts, std::uint64_t index, std::uint8_t payload_type);
  bool place_picture(const codec::Vp8& vp8, Rewrite& rewrite);
  void place_frame(const MediaPacket& packet, Rewrite& rewrite);
  std::uint64_t unwrap_picture(const codec::Vp8& vp8);

  Kind kind_;
  PayloadMap payloads_;
  bool strips_trailers_ = false;
  bool plain_ = false;
  bool has_redundancy_ = false;
  Limits limits_;
  std::uint8_t ceiling_ = 255;
  std::uint8_t temporal_ceiling_ = 255;
  bool congested_ = false;
  Skip skipped_ = Skip::none;

  // Which layer.
  std::optional<std::uint8_t> current_;
  std::optional<std::uint8_t> target_;
  std::uint32_t source_ssrc_ = 0;  ///< Of the layer that flows.
  bool source_changed_ = false;    ///< The layer goes on under another SSRC: a new encoder.

  // Which part of it (SVC, temporal layers).
  std::uint8_t spatial_ = 255;
  std::uint8_t temporal_ = 255;
  std::uint8_t top_spatial_ = 0;  ///< Highest seen.
  TargetSelector targets_;
  bool spatial_is_short_ = false;  ///< Not what is wanted, for lack of a key frame.

  // Sequence numbers.
  NumberMap indices_;
  std::uint64_t first_index_;
  std::uint64_t last_index_ = 0;  ///< Highest that went out.
  bool started_ = false;

  // Timestamps: outgoing = source ticks + shift.
  std::uint64_t shift_ = 0;
  std::uint8_t shift_layer_ = 0;  ///< Whose ticks, and under which SSRC.
  std::uint32_t shift_ssrc_ = 0;
  std::uint64_t last_timestamp_ = 0;  ///< Outgoing, highest so far.
  rtp::MediaTicks last_ticks_;        ///< The source's, of the same packet.
  Time last_received_{};

  // VP8.
  NumberMap pictures_;
  bool pictures_started_ = false;
  std::uint64_t newest_picture_ = 0;  ///< Of the source, unwrapped.
  std::uint64_t last_picture_ = 0;    ///< Outgoing.
  std::uint8_t tl0_shift_ = 0;
  std::uint8_t last_tl0_ = 0;  ///< Outgoing.

  // Frame numbers of dependency descriptors: outgoing = source + shift.
  std::uint16_t frame_shift_ = 0;
  std::optional<std::uint16_t> last_frame_;  ///< Outgoing, highest.
  bool frames_aligned_ = true;
};

std::string_view to_string(Forwarder::Skip skip);

}  // namespace parley::media
