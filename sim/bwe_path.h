#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "protocols/bwe/estimator.h"

namespace parley::sim {

/// The way from a sender to a receiver, and back. Bits per second.
struct BwePathConfig {
  struct Step {
    Duration at{};
    std::uint64_t rate = 0;
  };
  std::vector<Step> rates;  ///< The bottleneck, from these times on; the first is at 0.
  Duration delay = 25ms;    ///< One way, each way.
  Duration detour_from = Duration::max();  ///< From then on so much more, each way.
  Duration detour{};
  std::uint32_t loss_per_mille = 0;  ///< Behind the bottleneck, whatever is sent.
  double burst = 1;                  ///< Packets lost in a row, on average.
  Duration queue = 300ms;            ///< Tail drop, at the rate of the moment; at least 3 packets.
  std::optional<Duration> bucket;    ///< A policer: no queue, but so much of credit.
  Duration jitter{};                 ///< Up to so much more, keeping the order.
  Duration pause{};                  ///< As on a busy radio: so long nothing, then all at once.
  Duration between_pauses = 500ms;   ///< On average.
  Duration feedback_every = 75ms;
  std::uint32_t feedback_loss_per_mille = 0;
  Duration silent_from = Duration::max();  ///< Nothing passes, either way.
  Duration silent_to = Duration::max();
  Duration tcp_from = Duration::max();  ///< A Reno flow that shares the queue.
  Duration tcp_to = Duration::max();
};

struct BweSourceConfig {
  /// Simulcast: one of three encodings, chosen by the estimate. Otherwise an encoder that follows
  /// the estimate.
  bool layers = false;
  std::array<std::uint64_t, 3> rates{150'000, 500'000, 1'700'000};
  std::uint64_t audio = 32'000;
};

/// A world of packets around one `bwe::Estimator`: pictures of 30 per second with key frames, sound
/// 50 times a second, a pacer, padding for probes, the path, a receiver that makes feedback.
/// Steps of a millisecond; the same for a seed on every machine.
class BwePath {
 public:
  BwePath(const BwePathConfig& path, const BweSourceConfig& source, const bwe::Config& config,
          std::uint64_t seed);

  void run_until(Duration end);
  /// From now on it counts: what was measured before is forgotten.
  void measure();

  // What was measured.

  double utilisation() const;                ///< Of what the bottleneck could have carried.
  double queue_ms(double percentile) const;  ///< Waited in front of the bottleneck.
  double lost_to_congestion() const;         ///< Share of packets that queue or policer refused.
  double stalled() const;  ///< Share of time in gaps of more than 500 ms between pictures.
  /// Between packets of sound, where they leave the bottleneck: of our own queue's making.
  double longest_audio_gap_ms() const { return longest_audio_gap_ * 1e3; }
  double tcp_share() const;                   ///< Of the capacity.
  double padding() const;                     ///< Share of what was sent.
  int switches() const { return switches_; }  ///< From one layer to another.

  Duration elapsed() const { return now_ - Time{}; }
  std::uint64_t capacity() const;
  /// In front of the bottleneck, now.
  Duration queue() const { return std::max(free_at_ - now_, Duration::zero()); }
  const bwe::Estimator& estimator() const { return estimator_; }
  int layer() const { return layer_; }
  std::uint64_t probes() const { return probes_; }

 private:
  enum class Kind : std::uint8_t { video, audio, padding };
  struct Sent {
    Time at{};
    std::uint32_t bytes = 0;
    std::uint8_t probe = 0;
    Kind kind = Kind::video;
    bool arrived = false;
    Time arrival{};
  };
  struct Flying {
    std::size_t index = 0;
    Time arrival{};
  };
  struct Feedback {
    std::size_t from = 0;
    std::size_t to = 0;
    Time arrival{};
  };
  struct TcpFlow {
    double window = 10;
    double threshold = 1e9;
    std::uint64_t next = 0;
    std::uint64_t acked = 0;    ///< One beyond the highest.
    std::uint64_t recover = 0;  ///< Losses before this are of one and the same event.
    Time heard{};
    std::deque<std::pair<std::uint64_t, Time>> acks;
  };

  void step();
  void make_frame();
  void choose_layer();
  void pace();
  void begin_probe();
  void send_probe();
  void send(std::uint32_t bytes, Kind kind, std::uint8_t probe);
  /// When it leaves the bottleneck, if it does; and when it arrives from there.
  std::optional<Time> pass_bottleneck(std::uint32_t bytes, bool ours);
  std::optional<Time> fly(Time from);
  void receive();
  void make_feedback();
  void take_feedback();
  void step_tcp();
  bool silent() const;
  Duration delay() const {
    return path_.delay + (now_ - Time{} >= path_.detour_from ? path_.detour : Duration{});
  }
  double uniform() { return static_cast<double>(random_.next() >> 11U) * 0x1p-53; }
  bool lose();

  BwePathConfig path_;
  BweSourceConfig source_;
  SeededRandom random_;
  bwe::Estimator estimator_;
  Time now_{};

  // The source.
  double next_frame_ = 0;  ///< Seconds.
  double next_audio_ = 0;
  double next_key_frame_ = 0;
  double overdrawn_ = 0;  ///< Bytes that key frames took of the frames that follow.
  int layer_ = 0;
  std::deque<std::uint32_t> paced_;
  double paced_bytes_ = 0;
  double credit_ = 0;
  std::optional<bwe::Probe> probe_;
  double probe_credit_ = 0;
  double probe_left_ = 0;
  std::size_t probe_packets_ = 0;
  std::uint64_t probes_ = 0;

  // The path.
  std::vector<Sent> sent_;
  std::deque<Flying> flying_;
  std::deque<Feedback> feedback_;
  Time free_at_{};
  Time newest_{};
  std::uint64_t rate_ = 0;
  double tokens_ = 0;
  Time tokens_at_{};
  Time paused_until_{};
  bool losing_ = false;
  TcpFlow tcp_;

  // The receiver.
  std::size_t reported_ = 0;
  std::size_t highest_ = 0;  ///< One beyond the highest that arrived.
  Time next_feedback_{};
  Time last_tick_{};

  // Measurements.
  static constexpr std::size_t kHistogramMs = 4000;
  std::vector<std::uint32_t> waits_;
  double carried_bits_ = 0;
  double tcp_bits_ = 0;
  double sent_bits_ = 0;
  double padding_bits_ = 0;
  int switches_ = 0;
  double possible_bits_ = 0;
  std::uint64_t offered_ = 0;
  std::uint64_t refused_ = 0;
  Time measured_from_{};
  Time last_video_{};
  Time last_audio_{};
  double stalled_ = 0;
  double longest_audio_gap_ = 0;
};

}  // namespace parley::sim
