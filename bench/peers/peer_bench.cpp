// CPU per forwarded packet of whole servers, one after the other, with the same guests and on the
// same cores. Arguments: of which of them (Parley, Janus, mediasoup); all without.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/load.h"
#include "bench/peers/server.h"
#include "runtime/clock.h"
#include "runtime/thread.h"

namespace parley::bench {
namespace {

/// What joining has left to do is over: rosters are told, channels open, DTLS at rest.
constexpr Duration kWarmUp = 2s;
constexpr Duration kInterval = 500ms;
/// Nothing is begun after so long: the last one may take a quarter of a minute.
constexpr Duration kLongest = 100s;

struct Measured {
  std::vector<double> ns_per_packet;  ///< Sorted.
  Duration delay{};                   ///< That one frame in a hundred exceeds.
  double arrived = 0;                 ///< Of what was published.

  double median() const { return ns_per_packet[ns_per_packet.size() / 2]; }
};

std::expected<Measured, std::string> measure(const Peer& peer, const Load& load) {
  Guests guests(load);
  const std::unique_ptr<Server> server = peer.start();
  if (const auto joined = server->join(guests, load); !joined) {
    return std::unexpected(fmt::format("{}\n{}", joined.error(), server->process().last_words()));
  }
  guests.run_for(kWarmUp);
  load::Counts& counts = guests.counts();
  counts.delay = {};
  const std::uint64_t packets_before = counts.packets;
  const std::uint64_t bytes_before = counts.bytes;
  const Time start = runtime::monotonic_now();
  Measured out;
  for (std::size_t i = 0; i < kRuns; ++i) {
    const Duration cpu = server->process().cpu();
    const std::uint64_t packets = counts.packets;
    guests.run_for(kInterval);
    const std::uint64_t got = counts.packets - packets;
    if (got == 0 || !server->process().running()) {
      return std::unexpected(fmt::format("it sends no more\n{}", server->process().last_words()));
    }
    out.ns_per_packet.push_back(static_cast<double>((server->process().cpu() - cpu).count()) /
                                static_cast<double>(got));
  }
  const double seconds = std::chrono::duration<double>(runtime::monotonic_now() - start).count();
  const auto packets = static_cast<double>(counts.packets - packets_before);
  const double size = static_cast<double>(counts.bytes - bytes_before) / packets;
  if (std::abs(size - static_cast<double>(load.packet_size)) > 1) {
    return std::unexpected(
        fmt::format("its packets are of {:.0f} bytes, so nothing can be compared", size));
  }
  std::ranges::sort(out.ns_per_packet);
  out.delay = counts.delay.quantile(0.99);
  out.arrived = packets / (seconds * static_cast<double>(load.packets_per_second()));
  return out;
}

/// One load, with either suite. The first peer is what the others are divided by.
class Table {
 public:
  Table(Duration frame_interval, std::vector<Peer> peers)
      : load_{.frame_interval = frame_interval}, peers_(std::move(peers)) {}

  bool print(Time stop_at) {
    fmt::print("whole servers on one core: {} viewers, frames of {} x {} bytes, {} packets/s out\n",
               load_.subscribers, load_.packets_per_frame, load_.packet_size,
               load_.packets_per_second());
    fmt::print("  {:<28} {:<8} {:<15} {:>9} {:>14} {:>9} {:>10} {:>8}\n",
               fmt::format("median of {}", kRuns), "version", "suite", "us/packet", "least-most",
               "x Parley", "p99 delay", "arrived");
    bool good = true;
    for (const auto suite : {srtp::Suite::aead_aes_128_gcm, srtp::Suite::aes_128_cm_sha1_80}) {
      load_.suite = suite;
      std::optional<double> first;
      for (const Peer& peer : peers_) {
        if (runtime::monotonic_now() > stop_at) {
          fmt::print(stderr, "{}: not measured, it would take too long\n", peer.name);
          good = false;
          continue;
        }
        const auto measured = measure(peer, load_);
        if (!measured) {
          fmt::print(stderr, "{}: {}\n", peer.name, measured.error());
          good = false;
          continue;
        }
        if (&peer == &peers_.front()) {
          first = measured->median();
          good = good && measured->arrived >= 0.99;
        }
        print_row(peer, *measured, first);
      }
    }
    return good;
  }

 private:
  void print_row(const Peer& peer, const Measured& measured, std::optional<double> first) const {
    fmt::print("  {:<28} {:<8} {:<15} {:>9.2f} {:>14} {:>9} {:>7.1f} ms {:>6.1f} %\n", peer.name,
               peer.version,
               load_.suite == srtp::Suite::aead_aes_128_gcm ? "AES-128-GCM" : "AES-CM+SHA1-80",
               measured.median() / 1000,
               fmt::format("{:.2f}-{:.2f}", measured.ns_per_packet.front() / 1000,
                           measured.ns_per_packet.back() / 1000),
               first ? fmt::format("{:.2f}", measured.median() / *first) : "-",
               std::chrono::duration<double, std::milli>(measured.delay).count(),
               100 * measured.arrived);
    std::fflush(stdout);
  }

  Load load_;
  std::vector<Peer> peers_;
};

/// Those whose name begins with one of `names`; all of them without names.
std::vector<Peer> chosen(std::vector<Peer> peers, const std::vector<std::string_view>& names) {
  if (names.empty()) return peers;
  std::erase_if(peers, [&](const Peer& peer) {
    return std::ranges::none_of(names, [&](std::string_view name) {
      return std::string_view(peer.name).starts_with(name);
    });
  });
  return peers;
}

int run(const std::vector<std::string_view>& names) {
  // Before any thread is made: they all stay here, and servers go to the other core.
  runtime::pin_thread(kClientsCore);
  const Time stop_at = runtime::monotonic_now() + kLongest;
  const auto parley = find_parley();
  if (!parley) {
    fmt::print(stderr, "there is no build/parley: make build\n");
    return 1;
  }
  const auto janus = find_janus(1);
  const auto janus_by_default = find_janus(0);
  if (!janus || !janus_by_default) {
    fmt::print(stderr, "janus is not installed: tools/bootstrap bench\n");
    return 1;
  }
  // What Janus can do on a core, and what bench/forward_bench sends.
  std::vector<Peer> for_slow{*parley, *janus, *janus_by_default};
  std::vector<Peer> for_fast{*parley, *janus};
  if (const auto mediasoup = find_mediasoup()) {
    for_slow.push_back(*mediasoup);
    for_fast.push_back(*mediasoup);
  } else {
    fmt::print(stderr, "without mediasoup, which is not built: bench/peers/mediasoup/build\n");
  }
  const bool slow = Table(20ms, chosen(for_slow, names)).print(stop_at);
  const bool fast = Table(8ms, chosen(for_fast, names)).print(stop_at);
  return slow && fast ? 0 : 1;
}

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) { return parley::bench::run({argv + 1, argv + argc}); }
