#include "protocols/bwe/probe_planner.h"

#include <algorithm>

#include "protocols/bwe/seconds.h"

namespace parley::bwe {

ProbePlanner::ProbePlanner(const Config& config)
    : next_rate_(kFirstFactor * static_cast<double>(config.start)) {}

std::optional<Probe> ProbePlanner::next(const Context& context, Time now) {
  const double since = probed_ever_ ? seconds_between(probed_, now) : 1e9;
  if (flying_ && since > kLost + context.round_trip) {
    flying_ = false;
    // It may have been far too much, too.
    if (retries_++ < kRetries) {
      next_rate_ =
          std::min(static_cast<double>(probe_.bits_per_second), kFirstFactor * context.target);
    }
  }
  if (flying_ || !context.calm || context.useful < 1.1 * context.target) return std::nullopt;

  double rate = next_rate_;
  if (rate <= 0) {
    if (since < interval_ && !urgent_) return std::nullopt;
    rate = kNextFactor * context.target;
  }
  next_rate_ = 0;
  urgent_ = false;
  rate = std::min(rate, context.useful);
  if (rate < 1.1 * context.target) return std::nullopt;

  probe_.cluster = static_cast<std::uint8_t>(probe_.cluster % 255 + 1);
  probe_.bits_per_second = static_cast<std::uint64_t>(rate);
  probe_.packets = kPackets;
  probe_.bytes = std::clamp(static_cast<std::size_t>(rate * kSeconds / 8), kPackets * kSmallPacket,
                            kMostBytes);
  flying_ = true;
  probed_ = now;
  probed_ever_ = true;
  return probe_;
}

void ProbePlanner::on_result(double bits_per_second, double target) {
  if (!flying_) return;
  flying_ = false;
  retries_ = 0;
  const auto asked = static_cast<double>(probe_.bits_per_second);
  if (bits_per_second > kGotThrough * asked && bits_per_second > kGain * target) {
    next_rate_ = kNextFactor * bits_per_second;
  }
}

void ProbePlanner::on_disproved(bool by_loss) {
  const double longest = by_loss ? kLongestByLoss : std::max(interval_, kLongestInterval);
  interval_ = std::min(interval_ * (by_loss ? 3 : 1.5), longest);
  next_rate_ = 0;
}

void ProbePlanner::resume_at(double bits_per_second) {
  flying_ = false;
  interval_ = kInterval;
  next_rate_ = bits_per_second;
}

}  // namespace parley::bwe
