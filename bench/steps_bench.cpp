// What each step of a packet's walk costs by itself (media/shard/README.md has the walk): 100
// subscribers, a VP8 picture of 8 packets of 1200 bytes at a time. Steps of the publisher's side
// are per packet that comes in, those of the subscribers' per packet that goes out.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <vector>

#include "base/random.h"
#include "media/egress/egress.h"
#include "media/forward/forwarder.h"
#include "media/ingest/ingest.h"
#include "media/packet/pool.h"
#include "media/shard/flat_map.h"
#include "protocols/rtcp/reports.h"
#include "protocols/rtp/packet.h"
#include "protocols/srtp/srtp.h"

namespace parley::media {
namespace {

constexpr std::size_t kSubscribers = 100;
constexpr std::size_t kFramePackets = 8;
constexpr std::size_t kPacketSize = 1200;
constexpr std::uint32_t kSsrc = 77;
constexpr std::uint8_t kPayloadType = 96;
/// A descriptor with a 15-bit picture id, then a delta frame.
constexpr std::array<std::uint8_t, 5> kVp8{0x90, 0x80, 0x80, 0x01, 0x11};

CodecBinding vp8() {
  CodecBinding out;
  out.codec = Codec::vp8;
  out.payload_type = kPayloadType;
  out.clock_rate = 90'000;
  return out;
}

struct NoEvents final : EventSink {
  void on_event(Event) override {}
};
struct NoSender final : TrainSender {
  void send(std::span<const Train>) override {}
};
struct NoHost final : EgressHost {
  std::optional<ReportTime> report_time(SubscriptionId, Time) override { return std::nullopt; }
  void on_keyframe_wanted(SubscriptionId, Time) override {}
  void on_overrun(SubscriptionId, Time) override {}
  void on_loss_reported(SubscriptionId, std::uint32_t, std::uint8_t, Time) override {}
};

/// A publisher's packets, decrypted, as they leave Transport::receive.
class Publisher {
 public:
  Publisher() : ingest_({}, events_) {
    AddStream add;
    add.stream = StreamId(1);
    add.kind = Kind::video;
    add.codecs = {vp8()};
    add.layers = {{"", kSsrc, 0}};
    add.nack = true;
    ingest_.add_stream(add);
  }

  ByteView next() {
    const bool first = packet_ % kFramePackets == 0;
    if (first) now += 33ms;
    const bool marker = packet_ % kFramePackets == kFramePackets - 1;
    rtp::write_fixed_header(bytes_.data(),
                            {.marker = marker,
                             .payload_type = kPayloadType,
                             .sequence = rtp::WireSeq(static_cast<std::uint16_t>(packet_)),
                             .timestamp = rtp::WireTimestamp(
                                 static_cast<std::uint32_t>(packet_ / kFramePackets * 3000)),
                             .ssrc = kSsrc},
                            false);
    std::ranges::copy(kVp8, bytes_.begin() + rtp::kFixedHeaderSize);
    std::uint8_t* const payload = bytes_.data() + rtp::kFixedHeaderSize;
    if (!first) payload[0] = 0x80;                       // Not the start of a partition.
    payload[4] = packet_ < kFramePackets ? 0x10 : 0x11;  // The first picture is a key frame.
    ++packet_;
    return bytes_;
  }

  PacketRef accept() {
    auto packet = ingest_.accept(next(), now, pool_);
    if (!packet) std::abort();
    return std::move(*packet);
  }

  Time now{1000s};

 private:
  NoEvents events_;
  PacketPool pool_;
  Ingest ingest_;
  ByteVector bytes_ = ByteVector(kPacketSize, 5);
  std::uint64_t packet_ = 0;
};

struct Subscriber {
  explicit Subscriber(Random& random, srtp::Engine& engine, const PacketHistory& history,
                      std::uint32_t number)
      : egress(random) {
    Subscribe command;
    command.subscription = SubscriptionId(number);
    command.ssrc = number;
    command.codecs = {vp8()};
    command.extensions.abs_send_time = 2;
    command.extensions.transport_sequence = 3;
    command.nack = true;
    const std::vector<CodecBinding> codecs{vp8()};
    forwarder = std::make_unique<Forwarder>(Kind::video, PayloadMap(codecs, codecs),
                                            Forwarder::Tail{.next_index = 1});
    out = &egress.add(command, Kind::video, history, "cname", egress.beginning(number, 0));
    srtp::MasterKey key;
    random.fill(key.key);
    random.fill(key.salt);
    sender = std::make_unique<srtp::Sender>(engine, srtp::Suite::aead_aes_128_gcm, key);
    path.remote = {IpAddress::v4(192, 0, 2, 1), static_cast<std::uint16_t>(number)};
  }

  Egress egress;
  std::unique_ptr<Forwarder> forwarder;
  EgressStream* out = nullptr;
  std::unique_ptr<srtp::Sender> sender;
  Path path;
};

struct Crowd {
  Crowd() {
    source.resize(1);
    for (std::uint32_t i = 1; i <= kSubscribers; ++i) {
      subscribers.push_back(std::make_unique<Subscriber>(random, engine, history, i));
    }
  }

  SeededRandom random{1};
  srtp::Engine engine;
  PacketHistory history{PacketHistory::kVideoPackets};
  std::vector<SourceLayer> source;
  std::vector<std::unique_ptr<Subscriber>> subscribers;
  RtpWriter writer{engine};
  NoSender sender;
};

void find_transport(benchmark::State& state) {
  FlatMap<Path, int> by_path;
  int anybody = 0;
  std::vector<Path> paths;
  for (std::uint16_t port = 1; port <= kSubscribers; ++port) {
    paths.push_back({.remote = {IpAddress::v4(192, 0, 2, 1), port}});
    by_path.insert(paths.back(), &anybody);
  }
  for (auto _ : state) {
    for (const Path& path : paths) benchmark::DoNotOptimize(by_path.find(path));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kSubscribers));
}

void accept(benchmark::State& state) {
  Publisher publisher;
  for (auto _ : state) benchmark::DoNotOptimize(publisher.accept());
  state.SetItemsProcessed(state.iterations());
}

void store(benchmark::State& state) {
  Publisher publisher;
  PacketHistory history{PacketHistory::kVideoPackets};
  const PacketRef packet = publisher.accept();
  for (auto _ : state) benchmark::DoNotOptimize(history.store(packet));
  state.SetItemsProcessed(state.iterations());
}

/// Per picture: what goes before `decide` is not measured, nor what comes after it.
void decide(benchmark::State& state) {
  Publisher publisher;
  Crowd crowd;
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<PacketRef> picture;
    for (std::size_t i = 0; i < kFramePackets; ++i) picture.push_back(publisher.accept());
    crowd.source[0].last_packet = publisher.now;
    for (auto& subscriber : crowd.subscribers) subscriber->forwarder->choose(crowd.source);
    state.ResumeTiming();
    for (const PacketRef& packet : picture) {
      for (auto& subscriber : crowd.subscribers) {
        benchmark::DoNotOptimize(
            subscriber->forwarder->decide(*packet, crowd.source, publisher.now));
      }
    }
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(kSubscribers * kFramePackets));
}

/// Queue, header, extensions, numbers, log, encryption, train: all of a subscriber's side after
/// `decide`.
void write(benchmark::State& state) {
  Publisher publisher;
  Crowd crowd;
  NoHost host;
  for (auto _ : state) {
    state.PauseTiming();
    crowd.source[0].last_packet = publisher.now;
    struct Ready {
      PacketRef packet;
      Rewrite rewrite;
      PacketHistory::Handle stored;
      Subscriber* subscriber;
    };
    std::vector<Ready> ready;
    for (std::size_t i = 0; i < kFramePackets; ++i) {
      const PacketRef packet = publisher.accept();
      const PacketHistory::Handle stored = crowd.history.store(packet);
      for (auto& subscriber : crowd.subscribers) {
        subscriber->forwarder->choose(crowd.source);
        const auto rewrite = subscriber->forwarder->decide(*packet, crowd.source, publisher.now);
        if (rewrite) ready.push_back({packet, *rewrite, stored, subscriber.get()});
      }
    }
    state.ResumeTiming();
    for (const Ready& one : ready) {
      one.subscriber->egress.enqueue(*one.subscriber->out, one.packet, one.rewrite, one.stored);
    }
    crowd.writer.begin(crowd.sender);
    for (auto& subscriber : crowd.subscribers) {
      subscriber->egress.flush(subscriber->path, *subscriber->sender, crowd.writer, host,
                               publisher.now);
    }
    crowd.writer.end();
    for (auto& subscriber : crowd.subscribers) subscriber->egress.clear_queue();
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(kSubscribers * kFramePackets));
}

/// A receiver's word of a picture that came whole.
void feedback(benchmark::State& state) {
  Publisher publisher;
  Crowd crowd;
  NoHost host;
  Subscriber& subscriber = *crowd.subscribers.front();
  ByteVector bytes(64);
  rtcp::Writer out(bytes);
  rtcp::ReportBlock block;
  block.ssrc = 1;
  rtcp::write_receiver_report(out, 9, std::span(&block, 1));
  for (auto _ : state) subscriber.egress.on_rtcp(out.bytes(), publisher.now, host);
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(find_transport);
BENCHMARK(accept);
BENCHMARK(store);
BENCHMARK(decide);
BENCHMARK(write);
BENCHMARK(feedback);

}  // namespace
}  // namespace parley::media

BENCHMARK_MAIN();
