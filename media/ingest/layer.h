#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/time.h"
#include "media/control/types.h"
#include "media/ingest/bitrate_meter.h"
#include "media/ingest/keyframe_gate.h"
#include "media/ingest/nack_tracker.h"
#include "media/ingest/reception.h"
#include "media/ingest/sequence_window.h"
#include "media/ingest/step_meter.h"
#include "media/packet/packet.h"
#include "media/packet/sender_clock.h"
#include "protocols/codec/dependency_descriptor.h"

namespace parley::media {

/// One simulcast encoding of a stream, as it arrives. A tidy heap of what belongs to a layer; the
/// path through it is in IngestStream.
struct IngestLayer {
  /// A layer that sent nothing for so long has stopped; its next packet starts it again.
  static constexpr Duration kSilence = std::chrono::seconds(3);

  LayerSpec spec;          ///< As control gave it.
  std::uint32_t ssrc = 0;  ///< As given or learned; 0: not known yet.
  std::uint32_t rtx_ssrc = 0;

  SequenceWindow window;
  NackTracker nacks;
  KeyframeGate keyframes;
  Reception reception;
  BitrateMeter bitrate;
  StepMeter steps;                                        ///< Video only.
  std::unique_ptr<codec::DependencyReader> dependencies;  ///< Made when a descriptor first comes.
  std::optional<SenderClock> sender_clock;

  std::uint32_t clock_rate = 0;  ///< Of the newest packet's codec.
  rtp::MediaTicks newest_ticks;
  rtp::MediaTicks keyframe_ticks;  ///< Of the key frame whose first packet was last seen.
  Time last_packet = Time::min();
  bool has_ticks = false;
  bool has_keyframe = false;
  bool has_parameter_sets = false;  ///< H.264, H.265: they come in the stream.
  bool stopped = true;
  bool reported = false;  ///< Since the last receiver report there was traffic.

  // For statistics: since they were last taken.
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint32_t frames = 0;      ///< By their timestamps.
  std::int64_t outstanding = 0;  ///< Numbers that were skipped and have not come since.
  rtp::PacketIndex highest;
  bool has_highest = false;

  void on_counted(rtp::PacketIndex index, bool jumped, std::size_t payload_size);
  /// How many packets never came, retransmission included.
  std::uint64_t take_lost();
};

}  // namespace parley::media
