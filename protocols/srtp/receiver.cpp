#include <algorithm>
#include <bit>
#include <cstring>
#include <variant>
#include <vector>

#include <openssl/crypto.h>

#include "base/assert.h"
#include "protocols/srtp/ciphers.h"
#include "protocols/srtp/derive.h"
#include "protocols/srtp/packet.h"
#include "protocols/srtp/replay.h"
#include "protocols/srtp/srtp.h"

namespace parley::srtp {
namespace {

using Protection = std::variant<Gcm, CounterHmac>;
using RtpWindow = ReplayWindow<1024>;
using RtcpWindow = ReplayWindow<64>;  // RTCP comes a few times a second.

Protection make_protection(Engine& engine, Suite suite, const SessionKey& key) {
  if (suite == Suite::aead_aes_128_gcm) return Gcm(engine, Direction::open, key);
  return CounterHmac(engine, key);
}

/// What is known of one SSRC of the peer.
struct Source {
  Source(std::uint32_t s, std::size_t window) : ssrc(s), rtp(window) {}

  std::uint32_t ssrc;
  std::uint64_t used = 0;  ///< When, in packets.
  RtpWindow rtp;
  RtcpWindow rtcp;
};

template <typename Window>
std::optional<Drop> refusal(const Window& window, std::uint64_t index) {
  switch (window.check(index)) {
    case Window::Verdict::fresh:
      return std::nullopt;
    case Window::Verdict::replayed:
      return Drop::replayed;
    case Window::Verdict::too_old:
      return Drop::too_old;
  }
  return std::nullopt;
}

}  // namespace

struct Receiver::Impl {
  Impl(Engine& engine, Suite s, const MasterKey& master, ReceiverOptions options)
      : suite(s),
        window(std::bit_ceil(std::clamp<std::size_t>(options.replay_window, 64, 1024))),
        max_sources(std::max<std::size_t>(options.max_ssrcs, 1)),
        rtp_key(derive(s, master, Stream::rtp)),
        rtcp_key(derive(s, master, Stream::rtcp)),
        rtp(make_protection(engine, s, rtp_key)),
        rtcp(make_protection(engine, s, rtcp_key)) {}

  Source* find(std::uint32_t ssrc);
  Source& add(std::uint32_t ssrc);

  Suite suite;
  std::size_t window;
  std::size_t max_sources;
  SessionKey rtp_key;
  SessionKey rtcp_key;
  Protection rtp;
  Protection rtcp;
  std::vector<Source> sources;
  std::size_t last = 0;  ///< Packets of one source tend to come in a row.
  std::uint64_t uses = 0;
};

Source* Receiver::Impl::find(std::uint32_t ssrc) {
  if (last < sources.size() && sources[last].ssrc == ssrc) return &sources[last];
  const auto found = std::ranges::find(sources, ssrc, &Source::ssrc);
  if (found == sources.end()) return nullptr;
  last = static_cast<std::size_t>(found - sources.begin());
  return &*found;
}

Source& Receiver::Impl::add(std::uint32_t ssrc) {
  if (sources.size() < max_sources) return sources.emplace_back(ssrc, window);
  Source& oldest = *std::ranges::min_element(sources, {}, &Source::used);
  oldest = Source(ssrc, window);
  return oldest;
}

Receiver::Receiver(Engine& engine, Suite suite, const MasterKey& master, ReceiverOptions options)
    : impl_(std::make_unique<Impl>(engine, suite, master, options)) {}
Receiver::~Receiver() = default;
Receiver::Receiver(Receiver&&) noexcept = default;
Receiver& Receiver::operator=(Receiver&&) noexcept = default;

std::expected<MutableBytes, Drop> Receiver::unprotect_rtp(MutableBytes packet) {
  const std::size_t overhead = rtp_overhead(impl_->suite);
  if (packet.size() < kRtpFixedHeader + overhead) return std::unexpected(Drop::too_short);
  const MutableBytes plain = packet.first(packet.size() - overhead);
  const auto header_size = rtp_header_size(plain);
  if (!header_size) return std::unexpected(Drop::malformed);

  const std::uint32_t ssrc = rtp_ssrc(packet);
  const std::uint16_t seq = rtp_sequence(packet);
  Source* source = impl_->find(ssrc);
  const bool heard = source != nullptr && !source->rtp.empty();
  const std::uint64_t index = heard ? guess_index(seq, source->rtp.newest()) : seq;
  // RFC 3711 section 3.3 step 5: replays are refused before any work is done for them.
  if (heard) {
    if (const auto drop = refusal(source->rtp, index)) return std::unexpected(*drop);
  }

  if (auto* const gcm = std::get_if<Gcm>(&impl_->rtp)) {
    if (!gcm->open(gcm_rtp_iv(impl_->rtp_key, ssrc, index), packet.first(*header_size),
                   packet.subspan(*header_size))) {
      return std::unexpected(Drop::bad_tag);
    }
  } else {
    auto& counter = std::get<CounterHmac>(impl_->rtp);
    std::array<std::uint8_t, 4> rollovers;
    store_be32(rollovers.data(), static_cast<std::uint32_t>(index >> 16));
    const auto tag = counter.tag(plain, rollovers);
    if (CRYPTO_memcmp(tag.data(), packet.data() + plain.size(), tag.size()) != 0) {
      return std::unexpected(Drop::bad_tag);
    }
    const MutableBytes text = plain.subspan(*header_size);
    counter.crypt(counter_iv(impl_->rtp_key, ssrc, index), text, text.data());
  }

  if (source == nullptr) source = &impl_->add(ssrc);
  source->used = ++impl_->uses;
  source->rtp.accept(index);
  return plain;
}

std::expected<MutableBytes, Drop> Receiver::unprotect_rtcp(MutableBytes packet) {
  const std::size_t overhead = rtcp_overhead(impl_->suite);
  if (packet.size() < kRtcpClearHeader + overhead) return std::unexpected(Drop::too_short);
  if (!is_version_2(packet)) return std::unexpected(Drop::malformed);
  const MutableBytes plain = packet.first(packet.size() - overhead);
  const bool aead = impl_->suite == Suite::aead_aes_128_gcm;

  // RFC 7714 section 9.4 puts the index word behind the tag, RFC 3711 section 3.4 before it.
  const std::uint32_t word = load_be32(packet.data() + plain.size() + (aead ? kGcmTagSize : 0));
  if ((word & kEncryptedBit) == 0) return std::unexpected(Drop::not_encrypted);
  const std::uint32_t index = word & ~kEncryptedBit;

  const std::uint32_t ssrc = rtcp_ssrc(packet);
  Source* source = impl_->find(ssrc);
  if (source != nullptr) {
    if (const auto drop = refusal(source->rtcp, index)) return std::unexpected(*drop);
  }

  if (aead) {
    std::array<std::uint8_t, kRtcpClearHeader + 4> aad;
    std::memcpy(aad.data(), packet.data(), kRtcpClearHeader);
    store_be32(aad.data() + kRtcpClearHeader, word);
    const MutableBytes sealed =
        packet.subspan(kRtcpClearHeader, packet.size() - kRtcpClearHeader - 4);
    if (!std::get<Gcm>(impl_->rtcp).open(gcm_rtcp_iv(impl_->rtcp_key, ssrc, index), aad, sealed)) {
      return std::unexpected(Drop::bad_tag);
    }
  } else {
    auto& counter = std::get<CounterHmac>(impl_->rtcp);
    const auto tag = counter.tag(packet.first(plain.size() + 4), {});
    if (CRYPTO_memcmp(tag.data(), packet.data() + plain.size() + 4, tag.size()) != 0) {
      return std::unexpected(Drop::bad_tag);
    }
    const MutableBytes text = plain.subspan(kRtcpClearHeader);
    counter.crypt(counter_iv(impl_->rtcp_key, ssrc, index), text, text.data());
  }

  if (source == nullptr) source = &impl_->add(ssrc);
  source->used = ++impl_->uses;
  source->rtcp.accept(index);
  return plain;
}

}  // namespace parley::srtp
