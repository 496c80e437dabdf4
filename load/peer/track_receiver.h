#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "load/frames/packets.h"
#include "load/frames/stamp.h"
#include "load/measure/counts.h"
#include "load/peer/numbers.h"
#include "protocols/rtcp/packet.h"
#include "protocols/rtcp/reports.h"
#include "protocols/rtp/packet.h"

namespace parley::load {

/// A screen or loudspeaker without the decoder: checks that what arrives could be decoded (numbers
/// without holes, whole frames, each after the one that it needs, layers begun with key frames,
/// timestamps that fit), asks for what is missing, and reports back.
///
///  owner    a PeerConnection
///  bounded  kMaxWaiting packets wait behind a hole, for kPatience at most
class TrackReceiver {
 public:
  static constexpr std::size_t kMaxWaiting = 1024;
  static constexpr Duration kPatience = 1s;

  /// `counts` outlives this. `run`: of the stamps that are ours.
  TrackReceiver(Codec codec, std::uint32_t run, Counts& counts)
      : codec_(codec), run_(run), counts_(&counts) {}

  void on_rtp(const rtp::PacketView& packet, Time now);
  void on_rtx(const rtp::PacketView& packet, Time now);
  void on_sender_report(const rtcp::SenderInfo& info, Time now);
  /// Adds NACKs and PLIs that are due.
  void write_feedback(rtcp::Writer& out, std::uint32_t own_ssrc, std::uint32_t media_ssrc,
                      Time now);
  /// For a receiver report; nothing before the first packet.
  std::optional<rtcp::ReportBlock> report(std::uint32_t media_ssrc, Time now);

  /// Something is missing: feedback should not wait.
  bool in_need() const { return !waiting_.empty() || wants_key_; }
  std::optional<Time> first_frame() const { return first_frame_; }
  std::optional<Time> last_packet() const { return last_packet_; }
  Codec codec() const { return codec_; }

 private:
  struct Packet {
    std::uint32_t timestamp = 0;
    bool marker = false;
    bool filler = false;
    std::optional<Stamp> stamp;
  };
  struct Asked {
    Time at{};
    int times = 0;
  };

  void take(std::uint16_t sequence, const rtp::PacketView& packet, ByteView payload, Time now);
  void give_up(Time now);
  void consume(const Packet& packet, Time now);
  void end_frame(const Packet& packet, Time now);

  Codec codec_;
  std::uint32_t run_;
  Counts* counts_;

  bool began_ = false;
  std::uint64_t next_ = 0;  ///< The index that is due.
  std::uint64_t highest_ = 0;
  std::map<std::uint64_t, Packet> waiting_;  ///< Behind a hole.
  std::map<std::uint64_t, Asked> asked_;
  Time hole_since_{};

  // The frame under way, and the one before.
  std::uint32_t packets_in_frame_ = 0;
  bool damaged_ = true;  ///< A packet of it is lost, or its beginning was not seen.
  bool wants_key_ = false;
  Time asked_for_key_{};
  std::optional<Stamp> before_;
  std::uint32_t before_timestamp_ = 0;
  std::uint32_t ticks_ = 0;  ///< From frame to frame, learned from the first two.

  std::optional<Time> first_frame_;
  std::optional<Time> last_packet_;

  // For receiver reports (RFC 3550 section 6.4.1, appendix A.8).
  std::uint64_t first_index_ = 0;
  std::uint64_t received_ = 0;
  std::uint64_t expected_before_ = 0;
  std::uint64_t received_before_ = 0;
  std::optional<rtcp::SenderInfo> sender_info_;
  Time sender_info_at_{};
  double jitter_ = 0;
  std::optional<std::int64_t> transit_;
};

}  // namespace parley::load
