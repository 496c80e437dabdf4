#include "media/ingest/reception.h"

#include <algorithm>
#include <cstdlib>

namespace parley::media {

void Reception::on_packet(rtp::PacketIndex index, rtp::MediaTicks ticks, std::uint32_t clock_rate,
                          bool in_order, Time now) {
  if (!started_) {
    started_ = true;
    base_ = index;
    highest_ = index;
  }
  ++received_;
  highest_ = std::max(highest_, index);

  // Appendix A.8, but for one packet of each frame: the others of it leave when the pacer lets
  // them.
  if (!in_order || (clock_rate_ != 0 && ticks == last_ticks_)) return;
  if (clock_rate_ == clock_rate && now - last_arrival_ < std::chrono::seconds(10)) {
    const auto rate = static_cast<std::int64_t>(clock_rate);
    const std::int64_t arrival = (now - last_arrival_).count() * rate / 1'000'000'000;
    const auto media = static_cast<std::int64_t>(ticks.value() - last_ticks_.value());
    const auto d = static_cast<std::uint64_t>(std::abs(arrival - media));
    // More than five seconds off is a pause of the clock, not jitter.
    if (d < std::uint64_t{5} * clock_rate) {
      jitter_times_16_ += d;
      jitter_times_16_ -= (jitter_times_16_ - d + 8) >> 4;
    }
  }
  last_ticks_ = ticks;
  last_arrival_ = now;
  clock_rate_ = clock_rate;
}

void Reception::on_sender_report(rtp::NtpTime ntp, Time now) {
  last_sr_ = ntp;
  last_sr_arrival_ = now;
  has_sr_ = true;
}

void Reception::restart() {
  started_ = false;
  received_ = 0;
  expected_prior_ = 0;
  received_prior_ = 0;
  clock_rate_ = 0;
  jitter_times_16_ = 0;
  has_sr_ = false;
}

rtcp::ReportBlock Reception::report(std::uint32_t ssrc, Time now) {
  // Appendix A.3. Duplicates and packets from before the first one can make the loss negative.
  const std::uint64_t expected = highest_.value() - base_.value() + 1;
  const auto expected_interval = static_cast<std::int64_t>(expected - expected_prior_);
  const auto received_interval = static_cast<std::int64_t>(received_ - received_prior_);
  const std::int64_t lost_interval = expected_interval - received_interval;
  expected_prior_ = expected;
  received_prior_ = received_;

  rtcp::ReportBlock block;
  block.ssrc = ssrc;
  if (expected_interval > 0 && lost_interval > 0) {
    block.fraction_lost = static_cast<std::uint8_t>(
        std::min<std::int64_t>((lost_interval << 8) / expected_interval, 255));
  }
  const auto lost = static_cast<std::int64_t>(expected) - static_cast<std::int64_t>(received_);
  block.cumulative_lost =
      static_cast<std::int32_t>(std::clamp<std::int64_t>(lost, -0x80'0000, 0x7f'ffff));
  block.highest_sequence =
      static_cast<std::uint32_t>(highest_.value() - (base_.value() & ~std::uint64_t{0xffff}));
  block.jitter =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(jitter_times_16_ >> 4, 0xffff'ffff));
  if (has_sr_) {
    block.last_sr = rtp::compact(last_sr_);
    block.delay_since_last_sr = rtp::to_compact(now - last_sr_arrival_);
  }
  return block;
}

Duration Reception::jitter() const {
  if (clock_rate_ == 0) return {};
  const std::uint64_t ticks = std::min<std::uint64_t>(jitter_times_16_ >> 4, 0xffff'ffff);
  return Duration(static_cast<std::int64_t>(ticks * 1'000'000'000 / clock_rate_));
}

}  // namespace parley::media
