// CPU per forwarded packet: a shard and its floor, in turn, on the same core and to the same
// sockets.

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/assert.h"
#include "bench/crowd.h"
#include "bench/far_side.h"
#include "bench/floor.h"
#include "bench/load.h"
#include "bench/page.h"
#include "media/shard/loop/event_mailbox.h"
#include "media/shard/loop/shard_loop.h"
#include "runtime/clock.h"
#include "runtime/thread.h"

namespace parley::bench {
namespace {

/// How long to wait for what is on its way.
constexpr int kWarmUps = 4;
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

struct Case {
  const char* name;
  const char* title;
  Load load{};
  bool far = false;  ///< Nobody receives on this machine.
  bool both_bursts = false;
  double most = 1.4;  ///< Times the floor: what we want of ourselves.
};

double measure_floor(const Load& load, const IpAddress& from,
                     const std::vector<SocketAddress>& subscribers) {
  Duration cpu{};
  // A thread of its own, because it is moved to the shard's core.
  std::thread([&] {
    runtime::pin_thread(kMeasuredCore);
    cpu = run_floor(load, from, subscribers);
  }).join();
  std::this_thread::sleep_for(200ms);
  return per_packet(cpu, load.packets_per_run());
}

int run(const Case& what) {
  const Load& load = what.load;
  std::unique_ptr<FarSide> far_side;
  if (what.far && (far_side = FarSide::create()) == nullptr) {
    fmt::print("{}: not measured, which takes root and `ip netns`\n", what.title);
    return 0;
  }
  const IpAddress here = far_side ? far_side->here() : IpAddress::v4(127, 0, 0, 1);
  const dtls::Certificate certificate =
      dtls::Certificate::generate(runtime::clock_offset().wall(runtime::monotonic_now()));
  media::EventMailbox events;
  media::ShardLoopConfig config{.bind = {here},
                                .udp_port = 0,
                                .tcp_port = std::nullopt,
                                .core = kMeasuredCore,
                                .offloads = media::offloads_from_environment(),
                                // Who answers nothing cannot be estimated.
                                .shard = {.certificate = certificate,
                                          .clock = runtime::clock_offset(),
                                          .send_side_bwe = !what.far}};
  auto opened = media::ShardLoop::open(config, events);
  if (!opened) {
    fmt::print(stderr, "{}\n", opened.error().to_string());
    return 1;
  }
  media::ShardLoop& shard = **opened;
  shard.start();

  Crowd crowd(shard, {here, shard.udp_port()}, {"sha-256", certificate.fingerprint()}, load,
              far_side.get());
  if (!crowd.join()) {
    fmt::print(stderr, "the subscribers could not join\n");
    return 1;
  }
  const std::vector<SocketAddress> subscribers = crowd.addresses();
  if (far_side) far_side->go_deaf();

  std::uint64_t arrived = 0;
  std::uint64_t wanted = 0;
  bool too_busy = false;
  const auto measure = [&](Crowd::Burst burst) {
    const std::uint64_t before = crowd.received();
    const Duration cpu = shard.cpu_time();
    if (!crowd.publish(burst)) too_busy = true;
    wanted += load.packets_per_run();
    if (far_side) {  // What has left is counted at the end.
      std::this_thread::sleep_for(100ms);
      return per_packet(shard.cpu_time() - cpu, load.packets_per_run());
    }
    const Time give_up = runtime::monotonic_now() + kPatience;
    while (crowd.received() < before + load.packets_per_run() &&
           runtime::monotonic_now() < give_up) {
      std::this_thread::sleep_for(1ms);
    }
    const Duration used = shard.cpu_time() - cpu;
    const std::uint64_t packets = crowd.received() - before;
    arrived += packets;
    return per_packet(used, packets);
  };

  Row floor{"floor: header, cipher, GSO", {}};
  Row together{"forwarded, frames arriving whole", {}};
  Row one_by_one{"forwarded, packets one by one", {}};
  // Pools fill, sizes settle, and it is found out what the paths carry.
  for (int i = 0; i < (what.far ? 1 : kWarmUps); ++i) measure(Crowd::Burst::together);
  arrived = 0;
  const std::uint64_t warm = wanted;
  const Time stop_at = runtime::monotonic_now() + kLongest;
  for (std::size_t i = 0; i < kRuns && runtime::monotonic_now() < stop_at && !too_busy; ++i) {
    floor.ns_per_packet.push_back(measure_floor(load, here, subscribers));
    together.ns_per_packet.push_back(measure(Crowd::Burst::together));
    if (what.both_bursts) one_by_one.ns_per_packet.push_back(measure(Crowd::Burst::one_by_one));
  }
  if (too_busy) {
    fmt::print(stderr,
               "this machine is too busy to measure anything: a second of video took ten\n");
    return 1;
  }
  shard.stop();
  const media::ShardCounters counters = shard.snapshot().shard;
  if (far_side) arrived = counters.media_out - std::min(counters.media_out, warm);
  wanted -= warm;

  fmt::print("{}: {} subscribers, frames of {} x {} bytes, {} packets/s out, {}\n", what.title,
             load.subscribers, load.packets_per_frame, load.packet_size, load.packets_per_second(),
             load.suite == srtp::Suite::aead_aes_128_gcm ? "AES-128-GCM" : "AES-CM+SHA1-80");
  fmt::print("  {:<34} {:>10} {:>16} {:>9}\n",
             fmt::format("median of {}", floor.ns_per_packet.size()), "us/packet", "packets/s/core",
             "x floor");
  for (Row* row : {&floor, &together, &one_by_one}) {
    if (row->ns_per_packet.empty()) continue;
    fmt::print("  {:<34} {:>10.2f} {:>16.0f} {:>9.2f}\n", row->name, row->median() / 1000,
               1e9 / row->median(), row->median() / floor.median());
  }
  const std::string figure =
      fmt::format("{}, {}", what.title,
                  load.suite == srtp::Suite::aead_aes_128_gcm ? "AES-128-GCM" : "AES-CM+SHA1-80");
  add_to_page({.figure = figure,
               .value = together.median() / 1000,
               .unit = "us",
               .against = floor.median() / 1000,
               .what = "floor",
               .most = what.most});
  fmt::print("  {:.1f} % of what was published {}, {:.1f} datagrams per train\n",
             100.0 * static_cast<double>(arrived) / static_cast<double>(wanted),
             far_side ? "left" : "arrived",
             static_cast<double>(counters.datagrams_out) /
                 static_cast<double>(std::max<std::uint64_t>(counters.trains_out, 1)));
  return arrived * 100 < wanted * 99 ? 1 : 0;
}

const std::vector<Case>& cases() {
  using enum srtp::Suite;
  static const std::vector<Case> all{
      {.name = "gcm", .title = "loopback", .both_bursts = true},
      {.name = "cm", .title = "loopback", .load = {.suite = aes_128_cm_sha1_80}},
      {.name = "sender", .title = "sender only", .far = true, .most = 1.9},
      // A picture of libwebrtc at 3 Mbit/s and 30 a second is some ten packets; a voice is one.
      {.name = "single",
       .title = "loopback, single packets",
       .load = {.packets_per_frame = 1,
                .packet_size = 160,
                .frame_interval = 2ms,
                .frames_per_run = 500}},
  };
  return all;
}

}  // namespace
}  // namespace parley::bench

/// All cases, or those that are named.
int main(int argc, char** argv) {
  int failed = 0;
  for (const auto& one : parley::bench::cases()) {
    const auto named = [&](std::string_view name) { return name == one.name; };
    if (argc > 1 && std::none_of(argv + 1, argv + argc, named)) continue;
    failed |= parley::bench::run(one);
  }
  return failed;
}
