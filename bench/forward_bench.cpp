// CPU per forwarded packet: a shard and its floor, in turn, on the same core and to the same
// sockets.

#include <algorithm>
#include <cstdio>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/assert.h"
#include "bench/crowd.h"
#include "bench/floor.h"
#include "bench/load.h"
#include "media/shard/loop/event_mailbox.h"
#include "media/shard/loop/shard_loop.h"
#include "runtime/clock.h"
#include "runtime/thread.h"

namespace parley::bench {
namespace {

/// How long to wait for what is on its way.
constexpr Duration kPatience = 1s;
/// A machine with other work gets fewer runs rather than a longer wait.
constexpr Duration kLongest = 35s;

struct Row {
  const char* name;
  std::vector<double> ns_per_packet;

  double median() {
    std::ranges::sort(ns_per_packet);
    return ns_per_packet[ns_per_packet.size() / 2];
  }
};

double per_packet(Duration cpu, std::uint64_t packets) {
  return static_cast<double>(cpu.count()) /
         static_cast<double>(std::max<std::uint64_t>(packets, 1));
}

double measure_floor(const std::vector<SocketAddress>& subscribers) {
  Duration cpu{};
  // A thread of its own, because it is moved to the shard's core.
  std::thread([&] {
    runtime::pin_thread(kMeasuredCore);
    cpu = run_floor(subscribers);
  }).join();
  std::this_thread::sleep_for(200ms);
  return per_packet(cpu, kPacketsPerRun);
}

int run() {
  const dtls::Certificate certificate =
      dtls::Certificate::generate(runtime::clock_offset().wall(runtime::monotonic_now()));
  media::EventMailbox events;
  media::ShardLoopConfig config{
      .bind = {IpAddress::v4(127, 0, 0, 1)},
      .udp_port = 0,
      .tcp_port = std::nullopt,
      .core = kMeasuredCore,
      .offloads = media::offloads_from_environment(),
      .shard = {.certificate = certificate, .clock = runtime::clock_offset()}};
  auto opened = media::ShardLoop::open(config, events);
  if (!opened) {
    fmt::print(stderr, "{}\n", opened.error().to_string());
    return 1;
  }
  media::ShardLoop& shard = **opened;
  shard.start();

  Crowd crowd(shard, {IpAddress::v4(127, 0, 0, 1), shard.udp_port()},
              {"sha-256", certificate.fingerprint()});
  if (!crowd.join()) {
    fmt::print(stderr, "the subscribers could not join\n");
    return 1;
  }
  const std::vector<SocketAddress> subscribers = crowd.addresses();

  std::uint64_t arrived = 0;
  std::uint64_t wanted = 0;
  bool too_busy = false;
  const auto measure = [&](Crowd::Burst burst) {
    const std::uint64_t before = crowd.received();
    const Duration cpu = shard.cpu_time();
    if (!crowd.publish(burst)) too_busy = true;
    const Time give_up = runtime::monotonic_now() + kPatience;
    while (crowd.received() < before + kPacketsPerRun && runtime::monotonic_now() < give_up) {
      std::this_thread::sleep_for(1ms);
    }
    const Duration used = shard.cpu_time() - cpu;
    const std::uint64_t packets = crowd.received() - before;
    arrived += packets;
    wanted += kPacketsPerRun;
    return per_packet(used, packets);
  };

  Row floor{"floor: header, GCM, GSO", {}};
  Row together{"forwarded, frames arriving whole", {}};
  Row one_by_one{"forwarded, packets one by one", {}};
  measure(Crowd::Burst::together);  // Pools fill, sizes settle.
  arrived = wanted = 0;
  const Time stop_at = runtime::monotonic_now() + kLongest;
  for (std::size_t i = 0; i < kRuns && runtime::monotonic_now() < stop_at && !too_busy; ++i) {
    floor.ns_per_packet.push_back(measure_floor(subscribers));
    together.ns_per_packet.push_back(measure(Crowd::Burst::together));
    one_by_one.ns_per_packet.push_back(measure(Crowd::Burst::one_by_one));
  }
  if (too_busy) {
    fmt::print(stderr,
               "this machine is too busy to measure anything: a second of video took ten\n");
    return 1;
  }
  shard.stop();
  const media::ShardCounters counters = shard.snapshot().shard;

  fmt::print(
      "{} subscribers on loopback, frames of {} x {} bytes, {} packets/s out, AES-128-GCM ({})\n",
      kSubscribers, kPacketsPerFrame, kPacketSize,
      kPacketsPerFrame * kSubscribers * (1s / kFrameInterval), floor_ciphers());
  fmt::print("  {:<34} {:>10} {:>16} {:>9}\n",
             fmt::format("median of {}", floor.ns_per_packet.size()), "us/packet", "packets/s/core",
             "x floor");
  for (Row* row : {&floor, &together, &one_by_one}) {
    fmt::print("  {:<34} {:>10.2f} {:>16.0f} {:>9.2f}\n", row->name, row->median() / 1000,
               1e9 / row->median(), row->median() / floor.median());
  }
  fmt::print("  {:.1f} % of what was published arrived, {:.1f} datagrams per train\n",
             100.0 * static_cast<double>(arrived) / static_cast<double>(wanted),
             static_cast<double>(counters.datagrams_out) /
                 static_cast<double>(std::max<std::uint64_t>(counters.trains_out, 1)));
  return arrived * 100 < wanted * 99 ? 1 : 0;
}

}  // namespace
}  // namespace parley::bench

int main() { return parley::bench::run(); }
