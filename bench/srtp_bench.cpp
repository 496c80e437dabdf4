// What protecting one packet of 1200 bytes costs, by suite, back end and call: 100 subscribers with
// a key each, one shared payload, one header of their own, as in the fan-out.

#include <benchmark/benchmark.h>

#include <array>
#include <vector>

#include "base/random.h"
#include "protocols/srtp/srtp.h"

namespace parley::srtp {
namespace {

constexpr std::size_t kSubscribers = 100;
constexpr std::size_t kHeader = 20;
constexpr std::size_t kPayload = 1180;
constexpr std::size_t kSlot = kHeader + kPayload + kMaxRtpOverhead;

MasterKey random_master(Random& random) {
  MasterKey master;
  random.fill(master.key);
  random.fill(master.salt);
  return master;
}

struct Crowd {
  Crowd(Backend backend, Suite suite) : engine(backend) {
    for (std::size_t i = 0; i < kSubscribers; ++i)
      senders.emplace_back(engine, suite, random_master(random));
    random.fill(payload);
    header[0] = 0x80;
  }

  void next_packet() {
    ++index;
    store_be16(header.data() + 2, static_cast<std::uint16_t>(index));
  }

  SeededRandom random{1};
  Engine engine;
  std::vector<Sender> senders;
  std::array<std::uint8_t, kHeader> header{};
  std::array<std::uint8_t, kPayload> payload{};
  std::vector<std::array<std::uint8_t, kSlot>> slots =
      std::vector<std::array<std::uint8_t, kSlot>>(kSubscribers);
  std::uint64_t index = 0;
};

void one_by_one(benchmark::State& state, Backend backend, Suite suite) {
  Crowd crowd(backend, suite);
  for (auto _ : state) {
    crowd.next_packet();
    for (std::size_t i = 0; i < kSubscribers; ++i) {
      benchmark::DoNotOptimize(
          crowd.senders[i].protect_rtp(crowd.header, crowd.payload, crowd.slots[i], crowd.index));
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kSubscribers));
}

void in_batches(benchmark::State& state, Backend backend, Suite suite) {
  Crowd crowd(backend, suite);
  std::vector<Job> jobs(kSubscribers);
  for (auto _ : state) {
    crowd.next_packet();
    for (std::size_t i = 0; i < kSubscribers; ++i) {
      jobs[i] = {.sender = &crowd.senders[i],
                 .header = crowd.header,
                 .payload = crowd.payload,
                 .out = crowd.slots[i],
                 .index = crowd.index};
    }
    protect_rtp_batch(crowd.engine, jobs);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kSubscribers));
}

void receive(benchmark::State& state, Backend backend, Suite suite) {
  Crowd crowd(backend, suite);
  SeededRandom random(2);
  const MasterKey master = random_master(random);
  Sender sender(crowd.engine, suite, master);
  Receiver receiver(crowd.engine, suite, master);
  for (auto _ : state) {
    state.PauseTiming();
    for (auto& slot : crowd.slots) {
      crowd.next_packet();
      sender.protect_rtp(crowd.header, crowd.payload, slot, crowd.index);
    }
    state.ResumeTiming();
    for (auto& slot : crowd.slots) {
      const MutableBytes packet =
          MutableBytes(slot).first(kHeader + kPayload + rtp_overhead(suite));
      benchmark::DoNotOptimize(receiver.unprotect_rtp(packet));
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kSubscribers));
}

constexpr Suite kGcm = Suite::aead_aes_128_gcm;
constexpr Suite kCm = Suite::aes_128_cm_sha1_80;

BENCHMARK_CAPTURE(one_by_one, gcm_ipsec_mb, Backend::automatic, kGcm);
BENCHMARK_CAPTURE(one_by_one, gcm_openssl, Backend::openssl, kGcm);
BENCHMARK_CAPTURE(one_by_one, cm_single, Backend::automatic, kCm);
BENCHMARK_CAPTURE(in_batches, gcm_ipsec_mb, Backend::automatic, kGcm);
BENCHMARK_CAPTURE(in_batches, cm_ipsec_mb, Backend::automatic, kCm);
BENCHMARK_CAPTURE(in_batches, cm_openssl, Backend::openssl, kCm);
BENCHMARK_CAPTURE(receive, gcm_ipsec_mb, Backend::automatic, kGcm);
BENCHMARK_CAPTURE(receive, gcm_openssl, Backend::openssl, kGcm);
BENCHMARK_CAPTURE(receive, cm, Backend::automatic, kCm);

}  // namespace
}  // namespace parley::srtp

BENCHMARK_MAIN();
