#include "media/egress/bandwidth.h"

#include <algorithm>

namespace parley::media {
namespace {

constexpr Duration kBaseMemory = 15s;

}  // namespace

void BandwidthLimit::on_feedback(const rtcp::TransportFeedback& feedback, SendLog& log) {
  has_transport_feedback_ = true;
  // The reference time has 24 bits (RFC draft-holmer section 3.1) and wraps after twelve days.
  if (!reference_) {
    reference_ = feedback.reference_units;
    reference_units_ = feedback.reference_units;
  } else {
    const auto ahead = static_cast<std::uint32_t>(feedback.reference_units - *reference_) << 8;
    reference_units_ += static_cast<std::int32_t>(ahead) >> 8;
    reference_ = feedback.reference_units;
  }
  const Duration reference = reference_units_ * rtcp::kFeedbackReferenceUnit;

  rtcp::TransportFeedback::PacketStatus status;
  for (auto cursor = feedback.statuses(); cursor.next(status);) {
    const auto entry = log.take(status.sequence);
    if (!entry) continue;
    if (!window_.first_sent) window_.first_sent = entry->sent;
    window_.last_sent = std::max(window_.last_sent, entry->sent);
    if (!status.received) {
      ++window_.lost;
      continue;
    }
    ++window_.delivered;
    window_.delivered_bytes += entry->bytes;
    const Duration delay = reference + status.since_reference - entry->sent.time_since_epoch();
    window_.delay_sum += delay;
    note_delay(delay);
  }
}

void BandwidthLimit::note_delay(Duration delay) {
  base_delay_ = base_delay_ ? std::min(*base_delay_, delay) : delay;
  next_base_delay_ = next_base_delay_ ? std::min(*next_base_delay_, delay) : delay;
}

void BandwidthLimit::on_remb(std::uint64_t bits_per_second) { remb_ = bits_per_second; }

void BandwidthLimit::on_fraction_lost(std::uint8_t fraction) {
  fraction_lost_ = std::max(fraction_lost_, fraction);
  has_report_ = true;
}

std::optional<std::uint64_t> BandwidthLimit::congested(Time now) {
  const std::uint64_t sending = sent_.bits_per_second(now);
  std::optional<std::uint64_t> arrives;
  const auto at_most = [&](double rate) {
    const auto bits = static_cast<std::uint64_t>(rate);
    arrives = arrives ? std::min(*arrives, bits) : bits;
  };
  if (has_transport_feedback_) {
    const std::uint32_t told = window_.delivered + window_.lost;
    if (told == 0) return arrives;
    const double loss = static_cast<double>(window_.lost) / told;
    const double delivered = static_cast<double>(sending) * (1.0 - loss);
    const bool lossy = window_.lost >= kManyLost && loss >= kHighLoss;
    if (lossy && lossy_before_) at_most(0.95 * delivered);
    lossy_before_ = lossy;
    if (window_.delivered > 0 && base_delay_ &&
        window_.delay_sum / window_.delivered - *base_delay_ >= kHighQueue) {
      at_most(0.8 * delivered);  // Less than the path carries, or the queue would stay.
    }
    return arrives;
  }
  if (has_report_) {
    const bool lossy = fraction_lost_ >= static_cast<std::uint8_t>(kHighLoss * 256);
    if (lossy && lossy_before_) {
      at_most(0.95 * static_cast<double>(sending) * (1.0 - fraction_lost_ / 256.0));
    }
    lossy_before_ = lossy;
  }
  // A receiver's estimate grows only with what it gets, so a low one means nothing unless we send
  // more than that.
  if (remb_ && *remb_ < sending * 85 / 100) at_most(static_cast<double>(*remb_));
  return arrives;
}

void BandwidthLimit::update(std::uint64_t wanted_bits_per_second, Time now) {
  if (now < window_end_) return;
  window_end_ = now + kWindow;
  if (now >= base_until_) {
    base_until_ = now + kBaseMemory;
    base_delay_ = next_base_delay_;
    next_base_delay_.reset();
  }
  const auto arrives = congested(now);
  window_ = {};
  fraction_lost_ = 0;
  has_report_ = false;

  if (arrives) {
    if (now < settled_at_) return;
    // A trial that brings congestion soon was one too many.
    if (limit_ && now - last_trial_ < kFirstTrial) {
      trial_wait_ = std::min(2 * trial_wait_, kLastTrial);
    }
    limit_ = std::max(kFloor, *arrives);
    settled_at_ = now + kSettle;
    trial_at_ = now + trial_wait_;
    return;
  }
  if (!limit_ || now < trial_at_) return;
  last_trial_ = now;
  trial_at_ = now + trial_wait_;
  limit_ = *limit_ * 3 / 2;
  if (*limit_ > wanted_bits_per_second * 2) {
    limit_.reset();
    trial_wait_ = kFirstTrial;
  }
}

}  // namespace parley::media
