#include "load/run/runner.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <queue>
#include <thread>
#include <utility>

#include "load/measure/process.h"
#include "load/run/signaling.h"
#include "load/run/url.h"
#include "load/run/worker.h"
#include "runtime/clock.h"
#include "signaling/token/token.h"

namespace parley::load {
namespace {

constexpr Duration kTick = 5ms;
constexpr Duration kCheck = 50ms;  ///< Whether all are in.
constexpr auto kTokenLife = std::chrono::hours(24);
/// Time for goodbyes to leave.
constexpr Duration kGoodbye = 300ms;

Duration own_cpu() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const auto in = [](const timeval& t) {
    return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
  };
  return in(use.ru_utime) + in(use.ru_stime);
}

/// Two sockets and a WebSocket each: thousands of descriptors.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

std::string in_words(const Scenario& scenario, const Order& order) {
  std::string out;
  for (const Material& material : scenario.materials) {
    if (!out.empty()) out += ", ";
    if (is_audio(material.codec)) {
      out += fmt::format("opus {} kbit/s", material.layers[0].kbps(material.interval));
      continue;
    }
    if (order.packet_size > 0) {
      out += fmt::format("frames of {} x {} bytes at {} fps", order.frame_packets,
                         order.packet_size, order.fps);
      continue;
    }
    const char* const name = material.codec == Codec::vp8    ? "VP8"
                             : material.codec == Codec::h264 ? "H264"
                                                             : "AV1";
    std::string rates;
    for (const Layer& layer : material.layers) {
      rates += fmt::format("{}{}", rates.empty() ? "" : "+", layer.kbps(material.interval));
    }
    out += fmt::format("{} {} kbit/s", name, rates);
  }
  return out;
}

/// The processes that were asked about, by difference.
class Servers {
 public:
  explicit Servers(const std::vector<pid_t>& pids) {
    for (const pid_t pid : pids) uses_.push_back({.pid = pid});
    for (ServerUse& use : uses_) {
      if (const auto now = read_process(use.pid)) use.resident_before_kb = now->resident_kb;
    }
  }

  /// All of them since they began.
  Duration cpu() const {
    Duration sum{};
    for (const ServerUse& use : uses_) {
      if (const auto now = read_process(use.pid)) sum += now->cpu;
    }
    return sum;
  }
  void begin() {
    began_.clear();
    for (const ServerUse& use : uses_) {
      const auto now = read_process(use.pid);
      began_.push_back(now ? now->cpu : Duration());
    }
  }
  std::vector<ServerUse> end() {
    for (std::size_t i = 0; i < began_.size(); ++i) {
      const auto now = read_process(uses_[i].pid);
      if (!now) continue;
      uses_[i].cpu = now->cpu - began_[i];
      uses_[i].resident_kb = now->resident_kb;
    }
    return uses_;
  }

 private:
  std::vector<ServerUse> uses_;
  std::vector<Duration> began_;
};

/// One run, from the first join to the last goodbye.
class Run {
 public:
  Run(const RunConfig& config, const Scenario& scenario, Signaling& signaling)
      : config_(config),
        scenario_(scenario),
        certificate_(
            dtls::Certificate::generate(runtime::clock_offset().wall(runtime::monotonic_now()))),
        servers_(config.servers),
        random_(config.order.seed) {
    const auto run = random_.u32();
    for (std::size_t i = 0; i < std::max<std::size_t>(config.threads, 1); ++i) {
      workers_.push_back(std::make_unique<Worker>(WorkerConfig{.signaling = &signaling,
                                                               .certificate = &certificate_,
                                                               .run = run,
                                                               .suite = config.suite,
                                                               .seed = random_.u64(),
                                                               .number = i}));
    }
    names_ = random_.token(4);
  }

  Result go(const std::atomic<bool>& stop, const std::function<void(const Progress&)>& progress);
  void say_goodbye() {
    for (const auto& worker : workers_) worker->leave_all();
    std::this_thread::sleep_for(kGoodbye);
  }

 private:
  Worker& worker_of(std::size_t entry) { return *workers_[entry % workers_.size()]; }
  Standing standing();
  void join_and_leave(Time now);
  std::string token(std::size_t entry);
  void begin_measuring(Result& result, const Standing& now, Time at);
  Progress look(const Standing& now, Time at, bool measuring);

  const RunConfig& config_;
  const Scenario& scenario_;
  dtls::Certificate certificate_;
  Servers servers_;
  SeededRandom random_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::string names_;  ///< Keeps the identities of two runs in one room apart.
  std::size_t next_ = 0;
  std::queue<std::pair<Time, std::size_t>> leaving_;
  Time start_{};
  Time measuring_since_{};
  Duration cpu_when_measuring_began_{};

  struct Second {
    Time at{};
    std::uint64_t packets = 0;
    Duration servers{};
    Duration own{};
  } last_;
};

std::string Run::token(std::size_t entry) {
  if (!config_.tokens.empty()) return config_.tokens[entry];
  const Plan& plan = scenario_.entries[entry].plan;
  const WallTime now = runtime::clock_offset().wall(runtime::monotonic_now());
  signaling::Token token = signaling::join_token(
      config_.room, fmt::format("{}-{}", plan.identity, names_), plan.identity, now + kTokenLife);
  token.grants.set_can_publish(plan.publishes_anything());
  token.grants.set_can_publish_data(plan.publishes_anything());
  token.grants.set_can_subscribe(plan.subscribes);
  return signaling::mint_token(token, config_.key, now);
}

Standing Run::standing() {
  Standing out;
  for (const auto& worker : workers_) out.add(worker->standing());
  return out;
}

void Run::join_and_leave(Time now) {
  const std::vector<Entry>& entries = scenario_.entries;
  for (; next_ < entries.size() && start_ + entries[next_].at <= now; ++next_) {
    const Entry& entry = entries[next_];
    worker_of(next_).begin(static_cast<ClientId>(next_), entry.plan, token(next_));
    if (entry.stay) leaving_.emplace(now + *entry.stay, next_);
  }
  for (; !leaving_.empty() && leaving_.front().first <= now; leaving_.pop()) {
    const std::size_t who = leaving_.front().second;
    worker_of(who).leave(static_cast<ClientId>(who));
  }
}

void Run::begin_measuring(Result& result, const Standing& now, Time at) {
  result.measured = true;
  result.joining = at - start_;
  result.ready_after_joining = now.ready;
  result.delivered = now.received.packets;  // Subtracted from what there is at the end.
  result.delivered_bytes = now.received.bytes;
  measuring_since_ = at;
  cpu_when_measuring_began_ = own_cpu();
  servers_.begin();
  for (const auto& worker : workers_) worker->measure();
}

Progress Run::look(const Standing& now, Time at, bool measuring) {
  const Second second{at, now.received.packets, servers_.cpu(), own_cpu()};
  const double seconds = std::max(std::chrono::duration<double>(at - last_.at).count(), 1e-3);
  Progress out;
  out.since_start = at - start_;
  out.measuring = measuring;
  out.asked = next_;
  out.standing = now;
  out.packets_per_second = static_cast<double>(second.packets - last_.packets) / seconds;
  out.server_cores =
      std::chrono::duration<double>(second.servers - last_.servers).count() / seconds;
  out.own_cores = std::chrono::duration<double>(second.own - last_.own).count() / seconds;
  last_ = second;
  return out;
}

Result Run::go(const std::atomic<bool>& stop,
               const std::function<void(const Progress&)>& progress) {
  Result result;
  const Duration cpu_before = servers_.cpu();
  start_ = runtime::monotonic_now();
  last_ = {start_, 0, cpu_before, own_cpu()};
  const Time all_due = start_ + scenario_.entries[scenario_.ramp - 1].at;
  Time next_look = start_ + 1s;
  Time next_check = start_;
  for (Time now = start_; !stop; now = runtime::monotonic_now()) {
    join_and_leave(now);
    if (result.measured && now - measuring_since_ >= config_.order.duration) break;
    const bool may_begin = !result.measured && now >= all_due && now >= next_check;
    if (may_begin || now >= next_look) {
      const Standing all = standing();
      next_check = now + kCheck;
      if (now >= next_look) {
        next_look += 1s;
        progress(look(all, now, result.measured));
      }
      const bool all_in = all.ready + all.refused + all.dropped >= scenario_.ramp;
      if (may_begin && (all_in || now - all_due > config_.patience)) {
        result.joining_cpu = servers_.cpu() - cpu_before;
        begin_measuring(result, all, now);
      }
    }
    std::this_thread::sleep_for(kTick);
  }

  result.standing = standing();
  result.interrupted = stop;
  if (result.measured) {
    result.window = runtime::monotonic_now() - measuring_since_;
    result.delivered = result.standing.received.packets - result.delivered;
    result.delivered_bytes = result.standing.received.bytes - result.delivered_bytes;
    result.own_cpu = own_cpu() - cpu_when_measuring_began_;
    result.servers = servers_.end();
  }
  result.asked = next_;
  for (const Entry& entry : scenario_.entries) result.expected_tracks += entry.tracks;
  return result;
}

}  // namespace

std::expected<Result, std::string> run(const RunConfig& config, const std::atomic<bool>& stop,
                                       const std::function<void(const Progress&)>& progress) {
  const auto url = parse_url(config.url);
  if (!url) return std::unexpected(fmt::format("{}: no ws:// or wss:// URL", config.url));
  auto scenario = plan_scenario(config.order);
  if (!scenario) return std::unexpected(scenario.error());
  if (!config.tokens.empty() && config.tokens.size() < scenario->entries.size()) {
    return std::unexpected(fmt::format("there are {} tokens for {} participants",
                                       config.tokens.size(), scenario->entries.size()));
  }
  for (const pid_t pid : config.servers) {
    if (!read_process(pid)) return std::unexpected(fmt::format("there is no process {}", pid));
  }
  raise_descriptor_limit();
  auto signaling = Signaling::start(*url);
  if (!signaling) return std::unexpected(signaling.error());

  Run run(config, *scenario, **signaling);
  Result result = run.go(stop, progress);
  run.say_goodbye();
  (*signaling)->stop();  // It calls the workers; they are called no more.

  result.url = config.url;
  result.room = config.room;
  result.shape = config.order.shape;
  result.single_peer = config.order.single_peer;
  result.material = in_words(*scenario, config.order);
  if (config.suite) {
    result.suite = *config.suite == srtp::Suite::aead_aes_128_gcm ? "AES-GCM" : "AES-CM+SHA1-80";
  }
  result.seed = config.order.seed;
  result.threads = config.threads;
  result.tracks_are_final = config.order.shape != Shape::churn;
  return result;
}

}  // namespace parley::load
