#pragma once

#include <cstdint>

#include "base/time.h"
#include "protocols/rtcp/reports.h"
#include "protocols/rtp/ntp.h"
#include "protocols/rtp/sequence.h"

namespace parley::media {

/// What a receiver report says of one layer: loss and jitter of what came by its own path.
///
///  owner   one per IngestLayer
///  RFC     3550 section 6.4.1, appendices A.3 and A.8
class Reception {
 public:
  /// `in_order`: the newest so far. Retransmissions do not count.
  void on_packet(rtp::PacketIndex index, rtp::MediaTicks ticks, std::uint32_t clock_rate,
                 bool in_order, Time now);
  void on_sender_report(rtp::NtpTime ntp, Time now);
  /// The numbering jumped.
  void restart();

  bool started() const { return started_; }
  /// Also begins the next interval of the fraction lost.
  rtcp::ReportBlock report(std::uint32_t ssrc, Time now);
  Duration jitter() const;

 private:
  rtp::PacketIndex base_;
  rtp::PacketIndex highest_;
  std::uint64_t received_ = 0;
  std::uint64_t expected_prior_ = 0;
  std::uint64_t received_prior_ = 0;

  rtp::MediaTicks last_ticks_;
  Time last_arrival_;
  std::uint32_t clock_rate_ = 0;
  std::uint64_t jitter_times_16_ = 0;

  rtp::NtpTime last_sr_;
  Time last_sr_arrival_;
  bool has_sr_ = false;
  bool started_ = false;
};

}  // namespace parley::media
