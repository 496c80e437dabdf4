#include "media/ingest/arrival_log.h"

#include <algorithm>
#include <array>

#include "protocols/rtcp/transport_feedback.h"

namespace parley::media {

void ArrivalLog::on_packet(std::uint16_t sequence, Time now) {
  const bool first = times_.empty();
  if (first) {
    times_.assign(kWindow, kNever);
    newest_ = rtp::first_index(rtp::WireSeq(sequence)).value();
    unreported_ = newest_;
  }
  const std::uint64_t index =
      rtp::unwrap(rtp::WireSeq(sequence), rtp::PacketIndex(newest_)).value();
  if (!first && index > newest_) {
    const std::uint64_t step = index - newest_;
    if (step >= kWindow) {
      std::fill(times_.begin(), times_.end(), kNever);
      pending_ = 0;
    } else {
      for (std::uint64_t i = newest_ + 1; i <= index; ++i) at(i) = kNever;
    }
    newest_ = index;
  } else if (newest_ - index >= kWindow) {
    return;
  }
  if (at(index) != kNever) return;  // The first arrival counts.
  at(index) = now;
  ++pending_;

  const std::uint64_t oldest = newest_ >= kWindow ? newest_ - kWindow + 1 : 0;
  // Overtaken by a feedback that called it lost: the next one begins with it.
  unreported_ = std::max(std::min(unreported_, index), oldest);
  if (due_ == kNever) due_ = now + kInterval;
  if (pending_ >= kMaxPending) due_ = now;
}

bool ArrivalLog::write(rtcp::Writer& out, Time now, std::uint32_t sender_ssrc,
                       std::uint32_t media_ssrc) {
  if (now < due_) return false;
  std::array<Time, rtcp::kMaxFeedbackStatuses> arrivals;
  while (unreported_ <= newest_) {
    std::uint64_t arrived = unreported_;
    while (arrived < newest_ && at(arrived) == kNever) ++arrived;
    unreported_ = std::max(unreported_, arrived - std::min(arrived, kMaxLeadingLosses));
    const auto count = static_cast<std::size_t>(
        std::min<std::uint64_t>(newest_ - unreported_ + 1, arrivals.size()));
    for (std::size_t i = 0; i < count; ++i) arrivals[i] = at(unreported_ + i);
    const std::size_t told = rtcp::write_transport_feedback(
        out, sender_ssrc, media_ssrc, feedback_count_, static_cast<std::uint16_t>(unreported_),
        std::span(arrivals).first(count));
    if (told == 0) return true;
    ++feedback_count_;
    unreported_ += told;
  }
  pending_ = 0;
  due_ = kNever;
  return false;
}

}  // namespace parley::media
