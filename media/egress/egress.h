#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "media/egress/bandwidth.h"
#include "media/egress/egress_stream.h"
#include "media/egress/pacer.h"
#include "media/egress/path_estimate.h"
#include "media/egress/rtp_writer.h"
#include "media/egress/send_log.h"
#include "media/forward/forwarder.h"
#include "media/peer/path.h"
#include "protocols/rtcp/feedback.h"
#include "protocols/rtcp/packet.h"

namespace parley::media {

/// What an Egress must be told by those who know the publisher. Called from within its methods.
class EgressHost {
 public:
  virtual ~EgressHost() = default;
  /// The outgoing timestamp of this moment and the publisher's time for it; nothing if that is not
  /// known yet.
  virtual std::optional<ReportTime> report_time(SubscriptionId subscription, Time now) = 0;
  /// The receiver cannot go on without a key frame.
  virtual void on_keyframe_wanted(SubscriptionId subscription, Time now) = 0;
  /// Of its pictures some were let go of, unsent: it goes on with a key frame.
  virtual void on_overrun(SubscriptionId subscription, Time now) = 0;
  /// Its receiver has reported of so many packets, of which `fraction_lost` / 256 did not come.
  virtual void on_loss_reported(SubscriptionId subscription, std::uint32_t packets,
                                std::uint8_t fraction_lost, Time now) = 0;
};

struct EgressCounters {
  std::uint64_t packets = 0;  ///< First sendings and resendings.
  std::uint64_t resent = 0;
  std::uint64_t padding = 0;  ///< Packets sent to find out what a path carries.
  std::uint64_t repairs = 0;  ///< Packets from which lost ones can be made anew.
  std::uint64_t nacked_too_late = 0;
  std::uint64_t nacked_in_vain = 0;  ///< Of no use any more, or the path too full.
  std::uint64_t overruns = 0;        ///< Times that what waited for a narrow path was let go of.
};

/// Everything that one subscriber's transport is sent: from `Rewrite` to protected datagrams, and
/// the feedback that comes back.
///
///  owner     one per transport that subscribes
///  thread    the shard's
///  bounded   kMaxQueue packets between two flushes; kMaxRetired SSRCs
class Egress {
 public:
  static constexpr std::size_t kMaxQueue = 4096;
  static constexpr std::size_t kMaxResendsPerNack = 256;
  /// Pictures that would wait longer for a narrow path are of no use any more.
  static constexpr Duration kMaxWait = 1s;
  /// What is asked for again and could not leave within this is refused: it will be asked for once
  /// more, or a key frame will be. A path that loses because it is full must not be filled with it.
  static constexpr Duration kMaxResendWait = 250ms;
  /// Where such a share is lost, what is sent again is sent twice: to be asked for a third time
  /// takes another round trip, and the picture stands still for that. Of twelve packets to a
  /// picture and a tenth lost, one picture in nine needs it; with two copies one in ninety.
  static constexpr double kLosesMuch = 0.04;
  /// Pictures that hold up a key frame of their stream for longer are left out.
  static constexpr Duration kMostBeforeKey = 100ms;
  /// But for the rest of one of which a part has left: it is not thrown after it. Nor is it for a
  /// key frame that is smaller and could be there sooner.
  static constexpr Duration kMostToFinish = 600ms;
  /// Packets of a frame differ by a byte or so, and a train is of one size: up to this much padding
  /// joins two trains, which is worth far more than it takes.
  static constexpr std::size_t kMaxPadding = 8;
  /// Sound of several speakers is of all sizes, and small: a datagram more costs the wire as much.
  static constexpr std::size_t kMaxAudioPadding = 64;
  static constexpr std::size_t kWorthPadding = 400;  ///< Of smaller pictures it would be too much.

  /// `send_side`: transport-wide feedback is estimated from (PathEstimate), not only looked at for
  /// congestion (BandwidthLimit).
  explicit Egress(Random& random, bool send_side = false)
      : random_(random), send_side_(send_side) {}
  Egress(const Egress&) = delete;
  Egress& operator=(const Egress&) = delete;

  /// What a new subscription begins with. Under an SSRC that this transport has had before it goes
  /// on from there: SRTP must never see a number twice, and to the receiver it is one stream.
  struct Beginning {
    Forwarder::Tail rtp;
    std::uint64_t rtx = 0;
    std::uint64_t fec = 0;
  };
  Beginning beginning(std::uint32_t ssrc, std::uint32_t rtx_ssrc, std::uint32_t fec_ssrc = 0);

  /// `cname`: what the publisher's streams have in common (RFC 3550 section 6.5.1).
  EgressStream& add(const Subscribe& subscribe, Kind kind, const PacketHistory& history,
                    std::string_view cname, const Beginning& beginning);
  /// Also drops what is queued for it. `tail`: where Forwarder ended.
  void remove(SubscriptionId subscription, const Forwarder::Tail& tail);
  /// What waits of it is of no use any more: it pauses. `next_index`: that Forwarder gives next.
  void drop_waiting(EgressStream& stream, std::uint64_t next_index);
  bool empty() const { return streams_.empty(); }
  const std::vector<std::unique_ptr<EgressStream>>& streams() const { return streams_; }

  // The packet path.

  /// `stored`: where the stream's history has it.
  void enqueue(EgressStream& stream, const PacketRef& packet, const Rewrite& rewrite,
               std::optional<PacketHistory::Handle> stored);
  bool has_queue() const { return !queue_.empty() || pacer_holds(); }
  /// Writes what is queued and may leave. The queue keeps its packets until `clear_queue`, because
  /// they may be encrypted later.
  void flush(const Path& path, srtp::Sender& srtp, RtpWriter& writer, EgressHost& host, Time now);
  void clear_queue() { queue_.clear(); }
  /// When what the pacer holds back may leave, or padding is due; kNever if there is neither.
  Time next_train(Time now) const {
    const Time paced = pacer_holds() ? pacer_.next(now) : kNever;
    return estimate_ ? std::min(paced, estimate_->probe().next(now)) : paced;
  }
  /// What the path is known to carry, with room for bursts; zero: no limit is known.
  void set_pace(std::uint64_t bits_per_second, Time now) { pacer_.set_rate(bits_per_second, now); }

  // Reports.

  /// One decrypted compound. Reads what a receiver says; the rest is ingest's.
  void on_rtcp(ByteView compound, Time now, EgressHost& host);
  /// Writes the sender reports that are due. True if there was no room for all.
  bool collect_reports(Time now, rtcp::Writer& out, EgressHost& host);
  Time next_report() const { return next_report_; }

  /// 0 takes it off.
  void set_limit(std::uint64_t bits_per_second) { imposed_limit_ = bits_per_second; }
  /// From time to time; `wanted` is what would be sent without a limit.
  void update_bandwidth(std::uint64_t wanted_bits_per_second, Time now);
  /// The lower of what the path carries and what control allows; nothing if neither is known.
  std::optional<std::uint64_t> budget(Time now) const;
  /// Null: the peer gives no transport-wide feedback, or nobody wants to know.
  const PathEstimate* estimate() const { return estimate_.get(); }

  const EgressCounters& counters() const { return counters_; }

 private:
  struct Queued {
    EgressStream* stream = nullptr;
    PacketRef packet;
    Rewrite rewrite;
    std::optional<PacketHistory::Handle> stored;
    /// `padding`: a packet once more that nobody has asked for; `blank`: nothing but padding, and
    /// no packet.
    enum class As : std::uint8_t { first, again, rtx, padding, blank } as = As::first;
    bool numbered = false;   ///< Its index is the number that it leaves with; only of `first`.
    SendStamp stamp{};       ///< Of `again`; otherwise only how much it is padded.
    std::uint16_t size = 0;  ///< Of `first`, as expected.
  };
  struct Retired {
    std::uint32_t ssrc = 0;
    Forwarder::Tail tail;
  };

  /// Packets in order, and how many bytes they are.
  struct Held {
    std::vector<Queued> packets;
    std::size_t bytes = 0;

    bool empty() const { return packets.empty(); }
    void add(Queued queued);
    enum class Which : std::uint8_t { all, resends };
    void forget(const EgressStream& stream, Which which = Which::all);
    /// As many as may leave now, to `out`.
    void release(Pacer& pacer, std::vector<Queued>& out, Time now);
  };

  bool pacer_holds() const { return !urgent_.empty() || !pictures_.empty(); }
  static std::size_t most_padding(const Queued& queued);
  void even_out();
  void pace(EgressHost& host, Time now);
  void hold(Queued queued);
  void let_go(EgressHost& host, Time now);
  void drop_pictures(EgressStream& stream, std::uint64_t next_index, std::uint8_t next_layer);
  void finish_picture(EgressStream& stream, std::uint8_t next_layer);
  void pad(const Path& path, srtp::Sender& srtp, RtpWriter& writer, Time now);
  std::optional<Queued> make_padding(Time now) const;
  static EgressStream::Written write(MutableBytes out, const Queued& queued,
                                     const SendStamp& stamp);
  Duration known_round_trip() const;
  Duration round_trip() const;
  void write(Queued& queued, const Path& path, srtp::Sender& srtp, RtpWriter& writer, Time now);
  void write_repairs(EgressStream& stream, const Path& path, srtp::Sender& srtp, RtpWriter& writer,
                     Time now);
  void count_sent(std::size_t size, bool numbered, Time now);
  EgressStream* find(std::uint32_t ssrc);
  void on_nack(const rtcp::Nack& nack, Time now);
  /// What was queued to be sent again from there on, once more.
  void repeat_resends(std::size_t first);
  Forwarder::Tail tail_of(std::uint32_t ssrc);

  Random& random_;
  const bool send_side_;
  std::vector<std::unique_ptr<EgressStream>> streams_;
  std::vector<Queued> queue_;
  // What the pacer holds back.
  Held urgent_;    ///< What was asked for again, and the rest of pictures of which a part has left.
  Held pictures_;  ///< After that.
  Pacer pacer_;
  std::vector<Retired> retired_;
  Duration last_round_trip_{};  ///< Of a stream that is gone; zero: none has found out.
  SendLog log_;
  BandwidthLimit bandwidth_;
  std::unique_ptr<PathEstimate> estimate_;  ///< From the first picture on.
  Time next_report_ = kNever;               ///< The earliest of all streams.
  std::uint64_t imposed_limit_ = 0;
  EgressCounters counters_;
};

}  // namespace parley::media
