#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "media/control/commands.h"
#include "media/control/events.h"
#include "media/ingest/arrival_log.h"
#include "media/ingest/drop.h"
#include "media/ingest/elements.h"
#include "media/ingest/source_table.h"
#include "media/ingest/stream.h"
#include "media/packet/pool.h"
#include "media/packet/sender_clock.h"
#include "protocols/rtcp/packet.h"
#include "protocols/rtcp/xr.h"
#include "protocols/rtp/packet.h"

namespace parley::media {

struct IngestConfig {
  std::uint32_t local_ssrc = 1;  ///< Who our RTCP comes from.
  std::string cname = "parley";
  ClockOffset clock;  ///< Turns `now` into the NTP time of our reference time blocks.
};

/// Everything that one publisher's transport sends us: from decrypted RTP to packets with facts,
/// and the feedback that goes back.
///
/// Sans-IO: `accept` each packet, `on_rtcp` each compound, and at `next_deadline` (or after any
/// input) `collect_feedback` until it says that nothing is left.
///
///  owner        one per transport that publishes
///  thread       the shard's
///  bounded by   `kMaxStreams`; per layer a window of 1024 numbers and 256 gaps; 1024 arrivals
class Ingest {
 public:
  static constexpr std::size_t kMaxStreams = 128;
  static constexpr std::size_t kMaxLayers =
      4;  ///< Per stream; what a request names beyond is ignored.

  Ingest(const IngestConfig& config, EventSink& events) : config_(config), events_(events) {}
  Ingest(const Ingest&) = delete;
  Ingest& operator=(const Ingest&) = delete;

  /// Adds a stream, or takes over what a repeated command changes; layers that stay keep their
  /// state. False if there are too many streams.
  bool add_stream(const AddStream& command);
  void remove_stream(StreamId stream);
  bool empty() const { return streams_.empty(); }

  /// One decrypted RTP packet. What it yields is for every subscriber of `facts().stream`.
  std::expected<PacketRef, IngestDrop> accept(ByteView plain_rtp, Time now, PacketPool& pool);

  /// One decrypted RTCP compound. Reads what a publisher says (SR, DLRR, BYE); the rest of it is
  /// about what we send and is left to egress.
  void on_rtcp(ByteView compound, Time now);

  /// Somebody cannot decode without a key frame of this layer. Throttled, merged with others'
  /// wishes, and asked again until one comes.
  void request_keyframe(StreamId stream, std::uint8_t layer, Time now);

  /// Writes what is due: reports, NACK, PLI, transport-wide feedback. True if `out` was too small
  /// for all of it: send it, then call again with an empty one.
  bool collect_feedback(Time now, rtcp::Writer& out);
  Time next_deadline() const;

  /// Since the last call; once per 400 ms tick. Streams that sent nothing are left out.
  void collect_audio_levels(std::vector<AudioLevel>& out);
  /// Since the last call; once per five seconds. Streams that sent nothing are left out.
  void collect_stats(std::vector<StreamStats>& out);

  /// How the layer's media clock relates to the publisher's time; nullptr before its first sender
  /// report.
  const SenderClock* sender_clock(StreamId stream, std::uint8_t layer) const;
  /// What the layer sends at present, payload only.
  std::uint64_t bits_per_second(StreamId stream, std::uint8_t layer, Time now) const;
  /// The same of a video layer, for each spatial and temporal layer inside it.
  StepRates step_rates(StreamId stream, std::uint8_t layer, Time now) const;
  /// True if the layer sent something in the last `IngestLayer::kSilence`.
  bool is_flowing(StreamId stream, std::uint8_t layer, Time now) const;
  /// To the publisher and back; zero if unknown.
  Duration round_trip() const { return round_trip_; }

  const std::array<std::uint64_t, kIngestDropKinds>& drops() const { return drops_; }
  std::uint64_t keyframe_requests() const { return keyframe_requests_; }

 private:
  std::expected<PacketRef, IngestDrop> take(ByteView plain_rtp, Time now, PacketPool& pool);
  std::optional<Source> learn(const rtp::PacketView& packet, const Elements& elements);
  Source bind(std::uint32_t ssrc, std::size_t stream, std::size_t layer, bool rtx);
  void rebuild_sources();
  const IngestLayer* find_layer(StreamId stream, std::uint8_t layer) const;
  IngestStream* find_stream(StreamId stream);
  IngestLayer* find_layer_by_ssrc(std::uint32_t ssrc);

  void on_dlrr(const rtcp::DlrrItem& item, Time now);
  bool write_reports(Time now, rtcp::Writer& out);
  bool write_nacks(Time now, rtcp::Writer& out);
  bool write_keyframe_requests(Time now, rtcp::Writer& out);

  IngestConfig config_;
  EventSink& events_;
  std::vector<std::unique_ptr<IngestStream>> streams_;
  SourceTable sources_;
  ElementReader elements_;
  ArrivalLog arrivals_;
  std::uint32_t last_ssrc_ = 0;  ///< Transport-wide feedback has to name somebody.
  Time next_report_ = kNever;
  Duration round_trip_{};
  std::array<std::uint64_t, kIngestDropKinds> drops_{};
  std::uint64_t keyframe_requests_ = 0;
};

}  // namespace parley::media
