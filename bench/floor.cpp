#include "bench/floor.h"

#include <time.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "base/assert.h"
#include "base/bytes.h"
#include "protocols/srtp/srtp.h"
#include "runtime/clock.h"
#include "runtime/udp.h"

#ifdef PARLEY_IPSEC_MB
#include <intel-ipsec-mb.h>
#endif

namespace parley::bench {
namespace {

constexpr std::size_t kHeaderSize = 24;  // Fixed header and two small extensions.
constexpr std::size_t kTrainsPerCall = 64;

/// A key for each subscriber. Packets are added, and are done after `finish`.
class Ciphers {
 public:
  virtual ~Ciphers() = default;
  virtual void add(std::size_t who, ByteView payload, MutableBytes datagram,
                   std::uint64_t index) = 0;
  virtual void finish() {}
};

/// What we have ourselves, in batches.
class OurCiphers final : public Ciphers {
 public:
  OurCiphers(srtp::Suite suite, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      srtp::MasterKey key;
      store_be64(key.key.data(), i + 1);
      senders_.emplace_back(engine_, suite, key);
    }
  }
  void add(std::size_t who, ByteView payload, MutableBytes datagram, std::uint64_t index) override {
    jobs_.push_back({.sender = &senders_[who],
                     .header = datagram.first(kHeaderSize),
                     .payload = payload,
                     .out = datagram,
                     .index = index});
  }
  void finish() override {
    srtp::protect_rtp_batch(engine_, jobs_);
    jobs_.clear();
  }

 private:
  srtp::Engine engine_;
  std::vector<srtp::Sender> senders_;
  std::vector<srtp::Job> jobs_;
};

#ifdef PARLEY_IPSEC_MB
/// The library alone.
class BareGcm final : public Ciphers {
 public:
  explicit BareGcm(std::size_t count) : manager_(alloc_mb_mgr(0)), keys_(count), salts_(count) {
    PARLEY_ASSERT(manager_ != nullptr);
    init_mb_mgr_auto(manager_.get(), nullptr);
    for (std::size_t i = 0; i < count; ++i) {
      std::array<std::uint8_t, 16> key{};
      store_be64(key.data(), i + 1);
      IMB_AES128_GCM_PRE(manager_.get(), key.data(), &keys_[i]);
      store_be64(salts_[i].data(), ~i);
    }
  }

  void add(std::size_t who, ByteView payload, MutableBytes datagram, std::uint64_t index) override {
    std::array<std::uint8_t, 12> iv = salts_[who];
    for (std::size_t i = 0; i < 6; ++i) {
      iv[6 + i] ^= static_cast<std::uint8_t>(index >> (40 - 8 * i));
    }
    constexpr std::size_t kTagSize = 16;
    gcm_context_data context;
    IMB_AES128_GCM_ENC(manager_.get(), &keys_[who], &context, datagram.data() + kHeaderSize,
                       payload.data(), payload.size(), iv.data(), datagram.data(), kHeaderSize,
                       datagram.data() + kHeaderSize + payload.size(), kTagSize);
  }

 private:
  struct Free {
    void operator()(IMB_MGR* manager) const { free_mb_mgr(manager); }
  };
  std::unique_ptr<IMB_MGR, Free> manager_;
  std::vector<gcm_key_data> keys_;
  std::vector<std::array<std::uint8_t, 12>> salts_;
};
#endif

std::unique_ptr<Ciphers> ciphers(srtp::Suite suite, std::size_t count) {
#ifdef PARLEY_IPSEC_MB
  if (suite == srtp::Suite::aead_aes_128_gcm) return std::make_unique<BareGcm>(count);
#endif
  return std::make_unique<OurCiphers>(suite, count);
}

void sleep_until(Time when) {
  const auto ns = when.time_since_epoch().count();
  const timespec t{static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr) == EINTR) {
  }
}

}  // namespace

Duration run_floor(const Load& load, const IpAddress& from,
                   std::span<const SocketAddress> subscribers) {
  auto opened = runtime::UdpSocket::open({.bind = {from, 0}});
  PARLEY_ASSERT(opened);
  runtime::UdpSocket& socket = *opened;
  const std::unique_ptr<Ciphers> keys = ciphers(load.suite, subscribers.size());
  const std::size_t per_frame = load.packets_per_frame;
  const std::size_t datagram_size = load.packet_size + srtp::rtp_overhead(load.suite);
  const std::vector<std::uint8_t> payload(load.packet_size - kHeaderSize, 0x5a);
  std::vector<std::uint8_t> arena(kTrainsPerCall * per_frame * datagram_size);
  std::vector<runtime::UdpTrain> trains;
  trains.reserve(kTrainsPerCall);

  std::array<std::uint8_t, kHeaderSize> header{0x90, 96};
  store_be16(&header[12], 0xbede);  // RFC 8285, two words.
  store_be16(&header[14], 2);
  const Time start = runtime::monotonic_now();
  const Duration cpu = runtime::thread_cpu_time();
  std::uint64_t index = 0;
  for (std::size_t frame = 0; frame < load.frames_per_run; ++frame) {
    sleep_until(start + static_cast<int>(frame) * load.frame_interval);
    for (std::size_t who = 0; who < subscribers.size(); ++who) {
      std::uint8_t* const train = arena.data() + trains.size() * per_frame * datagram_size;
      for (std::size_t i = 0; i < per_frame; ++i) {
        std::uint8_t* const datagram = train + i * datagram_size;
        store_be16(&header[2], static_cast<std::uint16_t>(index + i));
        store_be32(&header[4], static_cast<std::uint32_t>(frame * 720));
        store_be32(&header[8], static_cast<std::uint32_t>(who));
        std::memcpy(datagram, header.data(), kHeaderSize);
        keys->add(who, payload, {datagram, datagram_size}, index + i);
      }
      trains.push_back({subscribers[who], datagram_size, {train, per_frame * datagram_size}});
      if (trains.size() == kTrainsPerCall || who + 1 == subscribers.size()) {
        keys->finish();
        socket.send(trains);
        trains.clear();
      }
    }
    index += per_frame;
  }
  return runtime::thread_cpu_time() - cpu;
}

}  // namespace parley::bench
