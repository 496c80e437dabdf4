#include "protocols/bwe/probe_result.h"

#include <algorithm>

#include "protocols/bwe/seconds.h"

namespace parley::bwe {

void ProbeResult::add(const PacketResult& packet) {
  if (cluster_ == 0 || packet.probe != cluster_) return;
  bytes_ += packet.bytes;
  if (!packet.arrived) return;
  if (arrived_ == 0) {
    first_sent_ = last_sent_ = packet.sent;
    first_arrival_ = last_arrival_ = *packet.arrived;
    first_arrived_bytes_ = packet.bytes;
  }
  if (packet.sent >= last_sent_) {
    last_sent_ = packet.sent;
    last_sent_bytes_ = packet.bytes;
  }
  last_arrival_ = std::max(last_arrival_, *packet.arrived);
  arrived_bytes_ += packet.bytes;
  ++arrived_;
}

std::optional<ProbeResult::Found> ProbeResult::take(double own_loss) {
  if (cluster_ == 0 || bytes_ < kComplete * wanted_bytes_ || arrived_ < kMinArrived) {
    return std::nullopt;
  }
  cluster_ = 0;
  const double sent_ms = ms_between(first_sent_, last_sent_);
  const double arrival_ms = ms_between(first_arrival_, last_arrival_);
  if (sent_ms < kMinMs) return std::nullopt;

  // Few packets: what is lost of them by chance is believed up to a quarter more than usual.
  const double lost = 1 - arrived_bytes_ / bytes_;
  const double scale = lost < own_loss + 0.25 ? bytes_ / arrived_bytes_ : 1;
  const double left = scale * (arrived_bytes_ - last_sent_bytes_) * 8e3 / sent_ms;
  const double came =
      scale * (arrived_bytes_ - first_arrived_bytes_) * 8e3 / std::max(arrival_ms, kMinMs);
  return Found{std::min(left, came), came < kSaturated * left};
}

}  // namespace parley::bwe
