#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "media/control/commands.h"
#include "media/control/events.h"
#include "media/egress/departures.h"
#include "media/egress/packet_history.h"
#include "media/egress/protection.h"
#include "media/egress/sent_ring.h"
#include "media/egress/upstream_gaps.h"
#include "media/forward/rewrite.h"
#include "media/packet/packet.h"
#include "media/redundancy/loss_meter.h"
#include "protocols/rtcp/reports.h"
#include "protocols/rtp/extensions.h"
#include "protocols/rtp/ntp.h"

namespace parley::media {

/// Moments by two clocks: what a sender report says.
struct ReportTime {
  rtp::NtpTime ntp;
  std::uint32_t timestamp = 0;
};

/// One outgoing RTP stream: how its packets are written, which may be asked for again, what its
/// receiver reports.
///
///  owner     Egress
///  thread    the shard's
///  bounded   SentRing
///  RFC       3550 (reports), 4588 (retransmission), 8285 (header extensions)
class EgressStream {
 public:
  /// What `write` needs at most besides the payload: header, extensions, original sequence number,
  /// padding and tag.
  static constexpr std::size_t kMaxOverhead = 480;
  /// One byte says how much of it there is (RFC 3550 section 5.1).
  static constexpr std::uint8_t kMostPadding = 255;

  /// `history` is the stream's and outlives this. First numbers: see srtp::Sender, they are never
  /// used again under one SSRC and key.
  EgressStream(const Subscribe& subscribe, Kind kind, const PacketHistory& history,
               std::string_view cname, std::uint64_t first_index, std::uint64_t first_rtx_index,
               std::uint64_t first_fec_index = 0);

  SubscriptionId id() const { return id_; }
  Kind kind() const { return kind_; }
  std::uint32_t ssrc() const { return ssrc_; }
  std::uint32_t rtx_ssrc() const { return rtx_ssrc_; }
  bool uses_transport_sequence() const { return extensions_.transport_sequence != 0; }
  /// Should what is forwarded be stored for it?
  bool remembers() const { return !sent_.empty(); }
  std::uint64_t next_rtx_index() const { return next_rtx_index_; }
  const std::string& cname() const { return cname_; }

  // Sending.

  Departures& departures() { return departures_; }
  const Departures& departures() const { return departures_; }
  /// Notes a packet that goes out for the first time.
  void on_first_sent(const Rewrite& rewrite, std::optional<PacketHistory::Handle> stored,
                     const SendStamp& stamp);
  /// A key frame is on its way out, whose first packet has this index.
  void on_key_frame(std::uint64_t index) { begins_ = std::max(begins_, index); }
  /// Such a key frame comes after it: a receiver can do without it.
  bool is_superseded(std::uint16_t sequence) {
    const Sent* const sent = sent_.find(sequence);
    return sent != nullptr && sent->rewrite.index < begins_;
  }
  void count(std::size_t payload_bytes, Time now);
  /// How many bytes `write` makes of it, without padding and tag.
  std::size_t size_of(const MediaPacket& packet, const Rewrite& rewrite) const;
  bool announces_mid() const { return extensions_.mid != 0 && !confirmed_; }

  /// Where packet and rewrite became bytes: header at the front, then what is to be encrypted,
  /// either behind it or where the packet has it.
  struct Written {
    std::size_t header_size = 0;
    ByteView payload;
    std::uint64_t index = 0;
  };
  Written write(MutableBytes out, const MediaPacket& packet, const Rewrite& rewrite,
                const SendStamp& stamp) const;
  /// The same packet as a retransmission (RFC 4588 section 4), with the next number of that stream.
  Written write_rtx(MutableBytes out, const MediaPacket& packet, const Rewrite& rewrite,
                    const SendStamp& stamp);
  /// Padding alone, on that stream; as much as `stamp` says.
  Written write_padding(MutableBytes out, const SendStamp& stamp);
  bool can_pad() const { return rtx_ssrc_ != 0 && padding_type_ >= 0; }

  // Repair packets.

  /// Null: its receiver has not agreed to any.
  Protection* protection() { return protection_.get(); }
  bool is_protected() const { return protection_ != nullptr && protection_->active(); }
  /// A packet leaves for the first time, and is to be protected. `payload`: as `write` has it.
  void protect(const MediaPacket& packet, const Rewrite& rewrite, const SendStamp& stamp,
               ByteView payload);

  // Feedback.

  /// A packet that the receiver lacks: what to send again, or null if it is gone, too old, or was
  /// sent again within a round trip.
  struct Resend {
    const PacketRef* packet = nullptr;
    Rewrite rewrite;
    SendStamp stamp;
    bool rtx = false;
  };
  enum class Nack : std::uint8_t { resend, too_soon, gone, of_no_use };
  Nack on_nack(std::uint16_t sequence, Time now, Resend& out);
  /// The packet to pad with: a late one once more, as a retransmission that nobody has asked for.
  /// False if there is none.
  bool find_padding(Time now, Resend& out);

  /// How many packets a report says something new of, and what share of them, in 1/256, did not
  /// come at the first attempt.
  struct Reported {
    std::uint32_t packets = 0;
    std::uint8_t fraction_lost = 0;
  };
  Reported on_report_block(const rtcp::ReportBlock& block, Time now);
  Duration round_trip() const { return round_trip_; }
  /// What share of its packets does not come, by the reports on the last few hundred.
  double loss() const { return loss_.loss(); }
  /// As other streams of its path have found it, until it finds out itself.
  void expect_round_trip(Duration round_trip) { round_trip_ = round_trip; }
  /// What is lost of it comes with the packets that follow, as well (RED).
  void set_redundant(bool redundant) { redundant_ = redundant; }

  // Reports.

  Time next_report() const { return next_report_; }
  rtcp::SenderInfo make_report(const ReportTime& time, Time now);
  /// Nothing to tell yet: asks again a little later.
  void postpone_report(Time now) { next_report_ = now + (reports_ == 0 ? 100ms : 1000ms); }

  /// Since the last call; nothing if nothing was sent.
  std::optional<SubscriptionStats> take_stats();

 private:
  static constexpr Duration kReportInterval = 3s;
  static constexpr std::uint8_t kEarlyReports = 2;  ///< Lip-sync needs two: not much later.
  static constexpr std::uint8_t kMaxResends = 10;
  static constexpr double kLossMemory = 200;  ///< Packets.
  /// Over a longer round trip sound is not sent again if it is redundant: it would be there two to
  /// seven packets after the redundancy, and players do not wait for that. Without redundancy it is
  /// better late than never, and pictures cannot go on without it, however late.
  static constexpr Duration kSoundWaits = 150ms;

  std::size_t write_header(MutableBytes out, const MediaPacket& packet, const Rewrite& rewrite,
                           const SendStamp& stamp) const;
  void measure_round_trip(const rtcp::ReportBlock& block, Time now);
  std::size_t write_extensions(MutableBytes out, const MediaPacket& packet, const Rewrite& rewrite,
                               const SendStamp& stamp) const;
  void write_stamp(rtp::ExtensionWriter& writer, const SendStamp& stamp) const;
  Written begin_rtx(MutableBytes out, std::size_t block, int payload_type, bool marker,
                    std::uint32_t timestamp);

  SubscriptionId id_;
  Kind kind_;
  std::uint32_t ssrc_;
  std::uint32_t rtx_ssrc_;
  std::string mid_;
  std::string cname_;
  ExtensionIds extensions_;
  std::vector<CodecBinding> codecs_;
  int padding_type_ = -1;  ///< A payload type of the retransmission stream; -1: it has none.
  const PacketHistory& history_;

  Departures departures_;
  SentRing sent_;
  std::uint16_t newest_sent_ = 0;  ///< Sequence number.
  std::uint64_t begins_ = 0;       ///< Index of the last key frame's first packet; 0: none.
  std::uint64_t next_rtx_index_;
  std::unique_ptr<Protection> protection_;
  bool confirmed_ = false;  ///< The receiver has reported on it, so it knows what it is.

  std::uint32_t packets_ = 0;  ///< As sender reports count: no retransmissions.
  std::uint32_t octets_ = 0;

  Time next_report_ = kNever;
  std::uint8_t reports_ = 0;
  struct SentReport {
    std::uint32_t ntp = 0;
    Time at{};
  };
  std::array<SentReport, 4> sent_reports_{};  ///< Ring: reports cross each other.

  Duration round_trip_{};  ///< Zero: not known.
  bool redundant_ = false;
  Duration jitter_{};
  LossMeter loss_{kLossMemory};
  std::int32_t cumulative_lost_ = 0;
  std::uint32_t highest_reported_ = 0;
  std::uint32_t asked_for_ = 0;  ///< Packets, each once, since that report.
  UpstreamGaps gaps_;
  bool has_block_ = false;
  SubscriptionStats period_;
};

}  // namespace parley::media
