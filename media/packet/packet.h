#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "base/bytes.h"
#include "base/time.h"
#include "media/control/types.h"
#include "protocols/codec/dependency_descriptor.h"
#include "protocols/codec/resolution.h"
#include "protocols/codec/vp8.h"
#include "protocols/rtp/elements.h"
#include "protocols/rtp/sequence.h"

namespace parley::media {

class PacketPool;

/// What the dependency descriptor of a packet says, as much as layer selection needs.
struct DependencyFacts {
  std::uint16_t frame_number = 0;
  std::uint8_t target_count = 0;
  bool structure_attached = false;
  std::uint32_t active_targets = 0;  ///< Bit i: the publisher is sending target i.
  std::uint64_t indications = 0;     ///< Two bits per target: codec::TargetIndication.
  /// Highest layers of each target: spatial id in the upper four bits, temporal id in the lower.
  std::array<std::uint8_t, 32> target_layers{};
  /// The frame refers to those so many numbers before it.
  std::array<std::uint16_t, codec::DependencyTemplate::kMaxFrameDiffs> frame_diffs{};
  std::uint8_t frame_diff_count = 0;
  /// Where the mask of active targets stands, or would: codec::DescriptorRewrite.
  bool has_active_targets = false;
  std::uint16_t active_targets_at = 0;

  std::uint8_t indication(std::size_t target) const {
    return static_cast<std::uint8_t>((indications >> (2 * target)) & 3);
  }
};

/// What ingest learned about a packet, once, for all of its subscribers.
struct PacketFacts {
  StreamId stream;
  std::uint8_t layer = 0;  ///< Index into the stream's simulcast layers; 0 without simulcast.
  Codec codec = Codec::opus;
  std::uint8_t payload_type = 0;  ///< The publisher's.
  std::uint32_t ssrc = 0;         ///< The publisher's, of the original even if it came by RTX.
  rtp::PacketIndex index;         ///< Unwrapped, within this layer.
  rtp::MediaTicks ticks;          ///< Unwrapped timestamp, within this layer.
  std::uint32_t clock_rate = 0;
  Time received;

  bool marker = false;
  bool recovered = false;  ///< Late: repaired by retransmission, or overtaken.
  /// The publisher's numbering began anew (another SSRC, or an outage): index and ticks are above
  /// all before them but otherwise unrelated; only a key frame helps.
  bool discontinuity = false;
  /// Holds nothing but padding, yet uses up a sequence number: a forwarder closes the gap if it is
  /// the next in order, and sends it on with an empty payload if the gap is already out.
  bool padding_only = false;

  /// First packet of a frame (of a layer frame, with SVC), as far as the codec says; audio: always.
  bool frame_start = false;
  /// Last packet of a (layer) frame. Differs from `marker` where spatial layers follow.
  bool frame_end = false;
  /// First packet of a key frame: a receiver that has nothing may begin here. Also set on one that
  /// comes late (`recovered`), when packets after it have already gone by.
  bool keyframe_start = false;
  /// A receiver of lower temporal layers may add this one from here on.
  bool temporal_switch_up = false;
  /// Nothing later refers to it (VP8 N, VP9 highest temporal layer, ...): first to go.
  bool discardable = false;
  std::uint8_t spatial = 0;  ///< SVC spatial layer inside this stream.
  /// On key frames, where the codec says so: how many spatial layers there are.
  std::uint8_t spatial_layers = 0;
  std::uint8_t temporal = 0;
  /// SVC: depends on the spatial layer below in the same picture (VP9 D).
  bool inter_layer_dependency = false;
  codec::Resolution resolution;  ///< On key frames, where the codec says so.

  codec::Vp8 vp8;  ///< Only if codec is vp8 and there is a payload.

  std::optional<rtp::AudioLevelValue> audio_level;
  std::optional<rtp::AbsCaptureTime> capture_time;
  std::optional<rtp::PlayoutDelay> playout_delay;
  std::optional<DependencyFacts> dependency;
};

/// A received packet: facts and bytes. Immutable once frozen, shared by everything that forwards
/// it.
///
///  owner        counted by PacketRef; the slot belongs to a PacketPool
///  thread       the shard that received it; the count is not atomic, crossing to another shard
///  copies bounded by   `kMaxBytes`
class MediaPacket {
 public:
  /// Payload and dependency descriptor together: what fits in a datagram of 1500 bytes.
  static constexpr std::size_t kMaxBytes = 1500;

  const PacketFacts& facts() const { return facts_; }
  ByteView payload() const { return ByteView(bytes_).first(payload_size_); }
  /// The dependency descriptor extension as it came; empty if there is none.
  ByteView dependency_descriptor() const {
    return ByteView(bytes_).subspan(payload_size_, descriptor_size_);
  }

 private:
  friend class PacketPool;
  friend class PacketRef;
  friend class PacketDraft;

  PacketFacts facts_;
  PacketPool* pool_ = nullptr;
  MediaPacket* next_free_ = nullptr;
  std::uint32_t references_ = 0;
  std::uint16_t payload_size_ = 0;
  std::uint16_t descriptor_size_ = 0;
  std::array<std::uint8_t, kMaxBytes> bytes_;  // Left as it is: written before it is read.
};

/// A share in a packet. Copying it is an increment; the last one gives the slot back to its pool,
/// which must outlive it.
class PacketRef {
 public:
  PacketRef() = default;
  PacketRef(const PacketRef& other) : packet_(other.packet_) {
    if (packet_ != nullptr) ++packet_->references_;
  }
  PacketRef(PacketRef&& other) noexcept : packet_(std::exchange(other.packet_, nullptr)) {}
  PacketRef& operator=(PacketRef other) noexcept {
    std::swap(packet_, other.packet_);
    return *this;
  }
  ~PacketRef() { reset(); }

  void reset() {
    if (packet_ != nullptr && --packet_->references_ == 0) return_slot(packet_);
    packet_ = nullptr;
  }

  explicit operator bool() const { return packet_ != nullptr; }
  const MediaPacket& operator*() const { return *packet_; }
  const MediaPacket* operator->() const { return packet_; }

 private:
  friend class PacketDraft;
  explicit PacketRef(MediaPacket* packet) : packet_(packet) {}
  static void return_slot(MediaPacket* packet);

  MediaPacket* packet_ = nullptr;
};

/// A packet that is being made: the only one who may write. Given up, the slot goes back.
class PacketDraft {
 public:
  PacketDraft() = default;
  PacketDraft(PacketDraft&& other) noexcept : packet_(std::exchange(other.packet_, nullptr)) {}
  PacketDraft& operator=(PacketDraft&& other) noexcept {
    std::swap(packet_, other.packet_);
    return *this;
  }
  PacketDraft(const PacketDraft&) = delete;
  PacketDraft& operator=(const PacketDraft&) = delete;
  ~PacketDraft();

  explicit operator bool() const { return packet_ != nullptr; }
  PacketFacts& facts() { return packet_->facts_; }
  /// Copies the bytes in; false if they are more than `MediaPacket::kMaxBytes`.
  bool set_bytes(ByteView payload, ByteView dependency_descriptor = {});

  PacketRef freeze() && { return PacketRef(std::exchange(packet_, nullptr)); }

 private:
  friend class PacketPool;
  explicit PacketDraft(MediaPacket* packet) : packet_(packet) {}

  MediaPacket* packet_ = nullptr;
};

}  // namespace parley::media
