#include "bench/floor.h"

#include <time.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include "base/assert.h"
#include "base/bytes.h"
#include "bench/load.h"
#include "runtime/clock.h"
#include "runtime/udp.h"

#ifdef PARLEY_IPSEC_MB
#include <intel-ipsec-mb.h>
#else
#include "protocols/srtp/srtp.h"
#endif

namespace parley::bench {
namespace {

constexpr std::size_t kHeaderSize = 24;  // Fixed header and two small extensions.
constexpr std::size_t kTagSize = 16;
constexpr std::size_t kPayloadSize = kPacketSize - kHeaderSize;
constexpr std::size_t kDatagramSize = kPacketSize + kTagSize;
constexpr std::size_t kTrainsPerCall = 64;

#ifdef PARLEY_IPSEC_MB
class Ciphers {
 public:
  explicit Ciphers(std::size_t count) : manager_(alloc_mb_mgr(0)), keys_(count), salts_(count) {
    PARLEY_ASSERT(manager_ != nullptr);
    init_mb_mgr_auto(manager_.get(), nullptr);
    for (std::size_t i = 0; i < count; ++i) {
      std::array<std::uint8_t, 16> key{};
      store_be64(key.data(), i + 1);
      IMB_AES128_GCM_PRE(manager_.get(), key.data(), &keys_[i]);
      store_be64(salts_[i].data(), ~i);
    }
  }

  void protect(std::size_t who, const std::uint8_t* payload, std::uint8_t* datagram,
               std::uint64_t index) {
    std::array<std::uint8_t, 12> iv = salts_[who];
    for (std::size_t i = 0; i < 6; ++i) {
      iv[6 + i] ^= static_cast<std::uint8_t>(index >> (40 - 8 * i));
    }
    gcm_context_data context;
    IMB_AES128_GCM_ENC(manager_.get(), &keys_[who], &context, datagram + kHeaderSize, payload,
                       kPayloadSize, iv.data(), datagram, kHeaderSize, datagram + kPacketSize,
                       kTagSize);
  }

 private:
  struct Free {
    void operator()(IMB_MGR* manager) const { free_mb_mgr(manager); }
  };
  std::unique_ptr<IMB_MGR, Free> manager_;
  std::vector<gcm_key_data> keys_;
  std::vector<std::array<std::uint8_t, 12>> salts_;
};
#else
class Ciphers {
 public:
  explicit Ciphers(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      srtp::MasterKey key;
      store_be64(key.key.data(), i + 1);
      senders_.emplace_back(engine_, srtp::Suite::aead_aes_128_gcm, key);
    }
  }

  void protect(std::size_t who, const std::uint8_t* payload, std::uint8_t* datagram,
               std::uint64_t index) {
    senders_[who].protect_rtp({datagram, kHeaderSize}, {payload, kPayloadSize},
                              {datagram, kDatagramSize}, index);
  }

 private:
  srtp::Engine engine_;
  std::vector<srtp::Sender> senders_;
};
#endif

void sleep_until(Time when) {
  const auto ns = when.time_since_epoch().count();
  const timespec t{static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr) == EINTR) {
  }
}

}  // namespace

const char* floor_ciphers() {
#ifdef PARLEY_IPSEC_MB
  return "ipsec-mb";
#else
  return "OpenSSL";
#endif
}

Duration run_floor(std::span<const SocketAddress> subscribers) {
  auto opened = runtime::UdpSocket::open({.bind = {IpAddress::v4(127, 0, 0, 1), 0}});
  PARLEY_ASSERT(opened);
  runtime::UdpSocket& socket = *opened;
  Ciphers ciphers(subscribers.size());
  const std::vector<std::uint8_t> payload(kPayloadSize, 0x5a);
  std::vector<std::uint8_t> arena(kTrainsPerCall * kPacketsPerFrame * kDatagramSize);
  std::vector<runtime::UdpTrain> trains;
  trains.reserve(kTrainsPerCall);

  std::array<std::uint8_t, kHeaderSize> header{0x90, 96};
  const Time start = runtime::monotonic_now();
  const Duration cpu = runtime::thread_cpu_time();
  std::uint64_t index = 0;
  for (std::size_t frame = 0; frame < kFramesPerRun; ++frame) {
    sleep_until(start + static_cast<int>(frame) * kFrameInterval);
    for (std::size_t who = 0; who < subscribers.size(); ++who) {
      std::uint8_t* const train = arena.data() + trains.size() * kPacketsPerFrame * kDatagramSize;
      for (std::size_t i = 0; i < kPacketsPerFrame; ++i) {
        std::uint8_t* const datagram = train + i * kDatagramSize;
        store_be16(&header[2], static_cast<std::uint16_t>(index + i));
        store_be32(&header[4], static_cast<std::uint32_t>(frame * 720));
        store_be32(&header[8], static_cast<std::uint32_t>(who));
        std::memcpy(datagram, header.data(), kHeaderSize);
        ciphers.protect(who, payload.data(), datagram, index + i);
      }
      trains.push_back(
          {subscribers[who], kDatagramSize, {train, kPacketsPerFrame * kDatagramSize}});
      if (trains.size() == kTrainsPerCall || who + 1 == subscribers.size()) {
        socket.send(trains);
        trains.clear();
      }
    }
    index += kPacketsPerFrame;
  }
  return runtime::thread_cpu_time() - cpu;
}

}  // namespace parley::bench
