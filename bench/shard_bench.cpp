// CPU per forwarded packet of the shard alone: no sockets, no kernel, the trains go nowhere. Next
// to it what the cipher alone takes for the same packets.

#include <ctime>

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "bench/load.h"
#include "bench/page.h"
#include "protocols/rtp/packet.h"
#include "sim/call.h"

namespace parley::bench {
namespace {

constexpr Load kLoad;
constexpr std::size_t kFrames = 600;
/// Pools and queues are warm, and those who say nothing of what they get are not held back any more
/// (media::PathEstimate::kMute).
constexpr std::uint32_t kWarm = 450;
constexpr std::size_t kHeader = 20;

class Nowhere final : public media::TrainSender {
 public:
  void send(std::span<const media::Train> trains) override {
    for (const media::Train& train : trains) datagrams += train.datagrams();
    sent += trains.size();
  }
  std::uint64_t datagrams = 0;
  std::uint64_t sent = 0;
};

Duration cpu_time() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return std::chrono::seconds(t.tv_sec) + Duration(t.tv_nsec);
}

/// The publisher's datagrams of one frame, as a card with GRO hands them over. A large frame is cut
/// into packets that differ by a byte, as libwebrtc does.
std::vector<sim::Datagram> frame(sim::Call::Peer& publisher, std::uint32_t number, bool keyframe,
                                 bool even) {
  sim::VideoSource::Layer& layer = publisher.source->layers()[0];
  for (std::size_t part = 0; part < kLoad.packets_per_frame; ++part) {
    ByteVector header(rtp::kFixedHeaderSize);
    rtp::write_fixed_header(header.data(),
                            {.marker = part + 1 == kLoad.packets_per_frame,
                             .payload_type = sim::VideoSource::kPayloadType,
                             .sequence = rtp::WireSeq(layer.sequence++),
                             .timestamp = rtp::WireTimestamp(number * 3000),
                             .ssrc = layer.ssrc},
                            false);
    ByteVector payload(
        kLoad.packet_size - kHeader - (!even && part < kLoad.packets_per_frame / 2 ? 1 : 0), 7);
    payload[0] = part == 0 ? 0x90 : 0x80;  // RFC 7741: a descriptor with a picture id.
    payload[1] = 0x80;
    store_be16(payload.data() + 2, static_cast<std::uint16_t>(0x8000 | (number & 0x7fff)));
    payload[4] = keyframe && part == 0 ? 0 : 1;
    if (keyframe && part == 0) {
      constexpr std::uint8_t kStart[] = {0x9d, 0x01, 0x2a};
      std::ranges::copy(kStart, payload.begin() + 7);
    }
    publisher.client.send_rtp(header, payload);
  }
  std::vector<sim::Datagram> out;
  while (auto datagram = publisher.client.poll()) out.push_back(std::move(*datagram));
  return out;
}

/// Takes the first two levels of cache from everybody else, as the kernel does between frames.
void evict() {
  static std::vector<std::uint64_t> other(3 * 1024 * 1024 / sizeof(std::uint64_t));
  for (std::size_t i = 0; i < other.size(); i += 8) ++other[i];
}

enum class Cache : std::uint8_t { warm, cold };

double forwarded(sim::World& world, bool even, Cache cache, double* datagrams_per_train) {
  sim::Call call(world, 1);
  sim::Call::Peer& publisher = call.join({});
  const media::StreamId stream = call.publish(publisher, 1);
  for (std::uint64_t i = 0; i < kLoad.subscribers; ++i) {
    call.watch(call.join({}), stream, media::SubscriptionId(i + 1));
  }
  call.run(3s);

  Nowhere nowhere;
  Duration cpu{};
  std::uint64_t before = 0;
  for (std::uint32_t i = 0; i < kWarm + kFrames; ++i) {
    if (i == kWarm) {
      cpu = {};
      nowhere = {};
      before = call.shard.counters().media_out;
    }
    std::vector<sim::Datagram> datagrams = frame(publisher, 1000 + i, i % 25 == 0, even);
    std::vector<media::Datagram> batch;
    for (sim::Datagram& datagram : datagrams) batch.push_back({datagram.path, datagram.bytes});
    call.now += kLoad.frame_interval;
    if (cache == Cache::cold) evict();
    const Duration start = cpu_time();
    call.shard.on_datagrams(batch, call.now);
    if (call.shard.next_deadline() <= call.now) call.shard.on_deadline(call.now);
    call.shard.flush(nowhere, call.now);
    cpu += cpu_time() - start;
  }
  const std::uint64_t packets = call.shard.counters().media_out - before;
  *datagrams_per_train = static_cast<double>(nowhere.datagrams) /
                         static_cast<double>(std::max<std::uint64_t>(1, nowhere.sent));
  return static_cast<double>(cpu.count()) /
         static_cast<double>(std::max<std::uint64_t>(1, packets));
}

double cipher_alone() {
  srtp::Engine engine;
  std::vector<srtp::Sender> senders;
  for (std::size_t i = 0; i < kLoad.subscribers; ++i) {
    srtp::MasterKey key;
    key.key[0] = static_cast<std::uint8_t>(i);
    senders.emplace_back(engine, srtp::Suite::aead_aes_128_gcm, key);
  }
  ByteVector header(kHeader);
  const ByteVector payload(kLoad.packet_size - kHeader, 7);
  ByteVector out(kLoad.subscribers * kLoad.packets_per_frame * 1280);
  header[0] = 0x80;
  const Duration start = cpu_time();
  std::uint64_t index = 0;
  for (std::size_t i = 0; i < kFrames; ++i) {
    std::size_t at = 0;
    for (srtp::Sender& sender : senders) {
      for (std::size_t p = 0; p < kLoad.packets_per_frame; ++p) {
        const std::uint64_t one = index + p;
        store_be16(header.data() + 2, static_cast<std::uint16_t>(one));
        at += sender.protect_rtp(header, payload, MutableBytes(out).subspan(at), one);
      }
    }
    index += kLoad.packets_per_frame;
  }
  const Duration cpu = cpu_time() - start;
  return static_cast<double>(cpu.count()) /
         static_cast<double>(kFrames * kLoad.subscribers * kLoad.packets_per_frame);
}

int run() {
  sim::World world;
  std::vector<double> cipher, even, uneven, cold;
  double even_train = 0;
  double uneven_train = 0;
  double cold_train = 0;
  for (std::size_t i = 0; i < kRuns; ++i) {
    cipher.push_back(cipher_alone());
    even.push_back(forwarded(world, true, Cache::warm, &even_train));
    uneven.push_back(forwarded(world, false, Cache::warm, &uneven_train));
    cold.push_back(forwarded(world, true, Cache::cold, &cold_train));
  }
  const auto median = [](std::vector<double>& values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
  };
  const double least = median(cipher);
  fmt::print("shard alone, {} subscribers, frames of {} x {} bytes, AES-128-GCM\n",
             kLoad.subscribers, kLoad.packets_per_frame, kLoad.packet_size);
  fmt::print("  {:<40} {:>10} {:>10} {:>16}\n", fmt::format("median of {}", kRuns), "ns/packet",
             "x cipher", "datagrams/train");
  fmt::print("  {:<40} {:>10.0f} {:>10.2f}\n", "cipher alone", least, 1.0);
  const auto row = [&](const char* name, std::vector<double>& runs, double train) {
    fmt::print("  {:<40} {:>10.0f} {:>10.2f} {:>16.1f}\n", name, median(runs), median(runs) / least,
               train);
  };
  row("forwarded", even, even_train);
  row("forwarded, sizes a byte apart", uneven, uneven_train);
  row("forwarded, caches cold before each frame", cold, cold_train);
  add_to_page({.figure = "shard alone, without sockets and kernel",
               .value = median(even) / 1000,
               .unit = "us",
               .against = least / 1000,
               .what = "cipher",
               .most = 2});
  return 0;
}

}  // namespace
}  // namespace parley::bench

int main() { return parley::bench::run(); }
