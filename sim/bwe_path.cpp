#include "sim/bwe_path.h"

#include <algorithm>
#include <cmath>

namespace parley::sim {
namespace {

constexpr std::uint32_t kPacket = 1200;
constexpr double kStep = 0.001;
constexpr double kStall = 0.5;
constexpr double kKeyFrame = 4;       // Times a usual frame.
constexpr double kMostWaiting = 0.5;  // Seconds in the pacer; more is let go of.
constexpr double kUpNeeds = 1.05;     // Of a layer's rate, to go up to it.
constexpr Duration kReceiverClock = 123456789ms;
constexpr Duration kTick = 250us;  // Of transport-wide feedback.

double seconds(Duration d) { return static_cast<double>(d.count()) * 1e-9; }
Duration duration(double s) { return Duration(static_cast<std::int64_t>(s * 1e9)); }

}  // namespace

BwePath::BwePath(const BwePathConfig& path, const BweSourceConfig& source,
                 const bwe::Config& config, std::uint64_t seed)
    : path_(path), source_(source), random_(seed), estimator_(config, Time{}) {
  next_frame_ = uniform() / 30;
  next_audio_ = uniform() / 50;
  waits_.assign(kHistogramMs, 0);
  if (source_.layers) estimator_.set_demand(source_.rates.back() + source_.audio);
  rate_ = capacity();
  measure();
}

std::uint64_t BwePath::capacity() const {
  std::uint64_t rate = path_.rates.front().rate;
  for (const auto& step : path_.rates) {
    if (now_ - Time{} >= step.at) rate = step.rate;
  }
  return rate;
}

void BwePath::measure() {
  std::fill(waits_.begin(), waits_.end(), 0);
  carried_bits_ = tcp_bits_ = possible_bits_ = stalled_ = longest_audio_gap_ = 0;
  sent_bits_ = padding_bits_ = 0;
  offered_ = refused_ = 0;
  switches_ = 0;
  measured_from_ = last_video_ = now_;
  last_audio_ = std::max(last_audio_, now_);
}

void BwePath::run_until(Duration end) {
  while (now_ - Time{} < end) step();
}

void BwePath::step() {
  now_ += 1ms;
  const std::uint64_t rate = capacity();
  if (rate != rate_) {
    // What waits now leaves at the new rate.
    if (free_at_ > now_) {
      free_at_ = now_ + duration(seconds(free_at_ - now_) * static_cast<double>(rate_) /
                                 static_cast<double>(rate));
    }
    rate_ = rate;
  }
  possible_bits_ += static_cast<double>(rate_) * kStep;
  if (path_.pause > Duration::zero() && now_ >= paused_until_ &&
      uniform() < kStep / seconds(path_.between_pauses)) {
    paused_until_ = now_ + duration(seconds(path_.pause) * (0.5 + uniform()));
  }

  receive();
  take_feedback();
  if (now_ - last_tick_ >= 100ms) {
    last_tick_ = now_;
    estimator_.on_tick(now_);
  }
  const double at = seconds(now_ - Time{});
  if (at >= next_audio_) {
    next_audio_ += 1.0 / 50;
    send(static_cast<std::uint32_t>(source_.audio / 8 / 50), Kind::audio,
         probe_ ? probe_->cluster : std::uint8_t{0});
  }
  if (at >= next_frame_) {
    next_frame_ += 1.0 / 30;
    make_frame();
  }
  if (!probe_) begin_probe();
  // A probe sets the pace for all that leaves while it lasts.
  if (probe_) {
    send_probe();
  } else {
    pace();
  }
  if (now_ - Time{} >= path_.tcp_from && now_ - Time{} < path_.tcp_to) step_tcp();
}

void BwePath::begin_probe() {
  probe_ = estimator_.next_probe(now_);
  if (!probe_) return;
  ++probes_;
  probe_credit_ = 0;
  probe_left_ = static_cast<double>(probe_->bytes);
  probe_packets_ = probe_->packets;
}

void BwePath::choose_layer() {
  const auto target = static_cast<double>(estimator_.target());
  const auto needs = [&](int layer) {
    return static_cast<double>(source_.rates[static_cast<std::size_t>(layer)] + source_.audio);
  };
  int layer = layer_;
  while (layer > 0 && target < needs(layer)) --layer;
  while (layer < 2 && target > kUpNeeds * needs(layer + 1)) ++layer;
  if (layer != layer_) {
    next_key_frame_ = 0;
    ++switches_;
  }
  layer_ = layer;
}

void BwePath::make_frame() {
  double rate = 0;
  if (source_.layers) {
    choose_layer();
    rate = static_cast<double>(source_.rates[static_cast<std::size_t>(layer_)]);
  } else {
    rate = std::max(static_cast<double>(estimator_.target()) - static_cast<double>(source_.audio),
                    20'000.0);
  }
  if (paced_bytes_ * 8 > kMostWaiting * static_cast<double>(estimator_.pacing_rate())) {
    paced_.clear();
    paced_bytes_ = 0;
    next_key_frame_ = 0;
  }
  const double usual = rate / 8 / 30;
  const double at = seconds(now_ - Time{});
  double bytes = usual * (0.8 + 0.4 * uniform());
  if (at >= next_key_frame_) {
    bytes = kKeyFrame * usual;
    next_key_frame_ = at + 4 + 4 * uniform();
    overdrawn_ += bytes - usual;
  } else if (overdrawn_ > 0) {
    const double saved = std::min({overdrawn_, usual * 0.4, bytes - 60});
    if (saved > 0) {
      bytes -= saved;
      overdrawn_ -= saved;
    }
  }
  auto left = static_cast<std::uint32_t>(std::max(bytes, 60.0));
  const std::uint32_t packets = (left + kPacket - 1) / kPacket;
  for (std::uint32_t i = packets; i > 0; --i) {
    const std::uint32_t size = left / i;
    left -= size;
    paced_.push_back(size);
    paced_bytes_ += size;
  }
}

void BwePath::pace() {
  credit_ =
      std::min(credit_ + static_cast<double>(estimator_.pacing_rate()) * kStep / 8, 0.0 + kPacket);
  while (!paced_.empty() && credit_ > 0) {
    const std::uint32_t size = paced_.front();
    paced_.pop_front();
    paced_bytes_ -= size;
    credit_ -= size;
    send(size, Kind::video, 0);
  }
  if (paced_.empty()) credit_ = std::min(credit_, 0.0);
}

void BwePath::send_probe() {
  probe_credit_ += static_cast<double>(probe_->bits_per_second) * kStep / 8;
  while (probe_credit_ > 0) {
    std::uint32_t size = 0;
    Kind kind = Kind::padding;
    if (!paced_.empty()) {
      size = paced_.front();
      kind = Kind::video;
      paced_.pop_front();
      paced_bytes_ -= size;
      credit_ -= size;
    } else {
      size = static_cast<std::uint32_t>(std::clamp<std::size_t>(
          probe_->bytes / std::max<std::size_t>(probe_->packets, 1), 50, kPacket));
    }
    send(size, kind, probe_->cluster);
    probe_credit_ -= size;
    probe_left_ -= size;
    if (probe_packets_ > 0) --probe_packets_;
    if (probe_left_ <= 0 && probe_packets_ == 0) {
      probe_.reset();
      return;
    }
  }
}

void BwePath::send(std::uint32_t bytes, Kind kind, std::uint8_t probe) {
  estimator_.on_sent(bytes, now_);
  sent_bits_ += bytes * 8.0;
  if (kind == Kind::padding) padding_bits_ += bytes * 8.0;
  sent_.push_back(
      {.at = now_, .bytes = bytes, .probe = probe, .kind = kind, .arrived = false, .arrival = {}});
  const auto left = pass_bottleneck(bytes, true);
  if (!left) return;
  if (kind == Kind::audio) {
    // Where it leaves our queue: what the path loses later is not our doing.
    longest_audio_gap_ = std::max(longest_audio_gap_, seconds(*left - last_audio_));
    last_audio_ = *left;
  }
  if (const auto arrival = fly(*left)) flying_.push_back({sent_.size() - 1, *arrival});
}

bool BwePath::silent() const {
  return now_ - Time{} >= path_.silent_from && now_ - Time{} < path_.silent_to;
}

bool BwePath::lose() {
  const double p = path_.loss_per_mille / 1000.0;
  if (path_.burst <= 1) return uniform() < p;
  // Two states (Gilbert): a burst ends with 1 / burst, and begins so often that p is lost.
  const double begins = p / ((1 - p) * path_.burst);
  losing_ = losing_ ? uniform() >= 1 / path_.burst : uniform() < begins;
  return losing_;
}

std::optional<Time> BwePath::pass_bottleneck(std::uint32_t bytes, bool ours) {
  if (silent()) return std::nullopt;
  const double bits = bytes * 8.0;
  const auto rate = static_cast<double>(rate_);
  if (ours) ++offered_;
  if (path_.bucket) {
    const double most = std::max(rate * seconds(*path_.bucket), 3.0 * kPacket * 8);
    tokens_ = std::min(tokens_ + rate * seconds(now_ - tokens_at_), most);
    tokens_at_ = now_;
    if (tokens_ < bits) {
      if (ours) ++refused_;
      return std::nullopt;
    }
    tokens_ -= bits;
    (ours ? carried_bits_ : tcp_bits_) += bits;
    return now_;
  }
  free_at_ = std::max(free_at_, now_);
  const double waits = seconds(free_at_ - now_);
  if (waits > std::max(seconds(path_.queue), 3.0 * kPacket * 8 / rate)) {
    if (ours) ++refused_;
    return std::nullopt;
  }
  if (ours) ++waits_[std::min(static_cast<std::size_t>(waits * 1e3), kHistogramMs - 1)];
  (ours ? carried_bits_ : tcp_bits_) += bits;
  free_at_ += duration(bits / rate);
  return free_at_;
}

std::optional<Time> BwePath::fly(Time from) {
  if (lose()) return std::nullopt;
  Time arrival = from + delay();
  if (path_.jitter > Duration::zero()) {
    arrival += duration(seconds(path_.jitter) * uniform() * uniform());
  }
  arrival = std::max(arrival, paused_until_ + delay());
  newest_ = std::max(newest_, arrival);
  return newest_;
}

void BwePath::receive() {
  while (!flying_.empty() && flying_.front().arrival <= now_) {
    Sent& packet = sent_[flying_.front().index];
    packet.arrived = true;
    packet.arrival = flying_.front().arrival;
    highest_ = flying_.front().index + 1;
    flying_.pop_front();
    if (packet.kind == Kind::video) {
      const double gap = seconds(packet.arrival - last_video_);
      if (gap > kStall) stalled_ += gap;
      last_video_ = packet.arrival;
    }
  }
  if (now_ >= next_feedback_) {
    next_feedback_ = now_ + path_.feedback_every;
    make_feedback();
  }
}

void BwePath::make_feedback() {
  if (highest_ == reported_) return;
  const Feedback feedback{reported_, highest_, now_ + delay()};
  reported_ = highest_;
  const bool lost = random_.next() % 1000 < path_.feedback_loss_per_mille;
  if (!lost && !silent()) feedback_.push_back(feedback);
}

void BwePath::take_feedback() {
  while (!feedback_.empty() && feedback_.front().arrival <= now_) {
    const Feedback feedback = feedback_.front();
    feedback_.pop_front();
    std::vector<bwe::PacketResult> results;
    results.reserve(feedback.to - feedback.from);
    for (std::size_t i = feedback.from; i < feedback.to; ++i) {
      const Sent& packet = sent_[i];
      bwe::PacketResult result{.sent = packet.at,
                               .arrived = {},
                               .bytes = packet.bytes,
                               .sequence = static_cast<std::uint16_t>(i),
                               .probe = packet.probe};
      if (packet.arrived) {
        result.arrived = kReceiverClock + (packet.arrival - Time{}) / kTick * kTick;
      }
      results.push_back(result);
    }
    const Sent& last = sent_[feedback.to - 1];
    const Duration round_trip = last.arrival - last.at + delay();
    estimator_.on_feedback(results, round_trip, now_);
  }
}

void BwePath::step_tcp() {
  constexpr std::uint32_t kSegment = 1460;
  while (!tcp_.acks.empty() && tcp_.acks.front().second <= now_) {
    const std::uint64_t sequence = tcp_.acks.front().first;
    tcp_.acks.pop_front();
    tcp_.heard = now_;
    const bool gap = sequence != tcp_.acked;
    if (gap && tcp_.acked >= tcp_.recover) {
      tcp_.threshold = tcp_.window = std::max(tcp_.window / 2, 2.0);
      tcp_.recover = tcp_.next;
    } else if (tcp_.window < tcp_.threshold) {
      tcp_.window += 1;
    } else {
      tcp_.window += 1 / tcp_.window;
    }
    tcp_.window = std::min(tcp_.window, 1000.0);
    tcp_.acked = sequence + 1;
  }
  if (now_ - tcp_.heard > 1s) {
    if (tcp_.next > 0) tcp_.threshold = std::max(tcp_.window / 2, 2.0);
    tcp_.window = tcp_.next > 0 ? 2 : 10;
    tcp_.acked = tcp_.recover = tcp_.next;
    tcp_.heard = now_;
  }
  while (static_cast<double>(tcp_.next - tcp_.acked) < tcp_.window) {
    const std::uint64_t sequence = tcp_.next++;
    const auto left = pass_bottleneck(kSegment, false);
    const auto arrival = left ? fly(*left) : std::nullopt;
    if (arrival) tcp_.acks.emplace_back(sequence, *arrival + delay());
  }
}

double BwePath::utilisation() const { return carried_bits_ / std::max(possible_bits_, 1.0); }
double BwePath::padding() const { return padding_bits_ / std::max(sent_bits_, 1.0); }
double BwePath::tcp_share() const { return tcp_bits_ / std::max(possible_bits_, 1.0); }

double BwePath::lost_to_congestion() const {
  return offered_ == 0 ? 0 : static_cast<double>(refused_) / static_cast<double>(offered_);
}

double BwePath::stalled() const {
  double stalled = stalled_;
  const double open = seconds(now_ - last_video_);
  if (open > kStall) stalled += open;
  return stalled / std::max(seconds(now_ - measured_from_), kStep);
}

double BwePath::queue_ms(double percentile) const {
  std::uint64_t all = 0;
  for (const std::uint32_t n : waits_) all += n;
  const auto wanted = static_cast<std::uint64_t>(static_cast<double>(all) * percentile / 100);
  std::uint64_t seen = 0;
  for (std::size_t ms = 0; ms < waits_.size(); ++ms) {
    seen += waits_[ms];
    if (seen > wanted) return static_cast<double>(ms);
  }
  return 0;
}

}  // namespace parley::sim
