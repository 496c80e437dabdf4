#include "sim/feedback.h"

#include <algorithm>
#include <vector>

#include "protocols/rtcp/transport_feedback.h"
#include "protocols/rtp/elements.h"
#include "protocols/rtp/packet.h"

namespace parley::sim {

void Feedback::on_rtp(ByteView plain, std::uint8_t id, Time now) {
  const auto view = rtp::parse(plain);
  const auto value = view ? view->extensions.find(id) : std::nullopt;
  const auto sequence = value ? rtp::read_transport_sequence(*value) : std::nullopt;
  if (!sequence) return;
  if (arrivals_.empty()) next_ = now + 50ms;
  arrivals_.emplace_back(*sequence, now);
  ssrc_ = view->ssrc;
}

void Feedback::advance(Time now) {
  if (now < next_) return;
  next_ = kNever;
  if (!began_) expected_ = arrivals_.front().first;
  began_ = true;
  std::vector<Time> times;
  for (const auto& [sequence, at] : arrivals_) {
    const auto ahead = static_cast<std::uint16_t>(sequence - expected_);
    if (ahead > 2000) continue;  // Late: already told as lost.
    if (times.size() <= ahead) times.resize(ahead + 1u, kNever);
    times[ahead] = at;
  }
  arrivals_.clear();
  if (times.empty()) return;
  ByteVector buffer(rtcp::kMaxCompoundSize);
  rtcp::Writer out(buffer);
  rtcp::write_transport_feedback(out, 1, ssrc_, count_++, expected_, times);
  expected_ = static_cast<std::uint16_t>(expected_ + times.size());
  if (!out.empty()) client_.send_rtcp(out.bytes());
}

}  // namespace parley::sim
