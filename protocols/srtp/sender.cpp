#include <algorithm>
#include <cstring>
#include <variant>
#include <vector>

#include "base/assert.h"
#include "protocols/srtp/ciphers.h"
#include "protocols/srtp/derive.h"
#include "protocols/srtp/packet.h"
#include "protocols/srtp/replay.h"
#include "protocols/srtp/srtp.h"

namespace parley::srtp {
namespace {

using Protection = std::variant<Gcm, CounterHmac>;

Protection make_protection(Engine& engine, Suite suite, const SessionKey& key) {
  if (suite == Suite::aead_aes_128_gcm) return Gcm(engine, Direction::seal, key);
  return CounterHmac(engine, key);
}

/// The newest index of a stream that we count rollovers for.
struct Counted {
  std::uint32_t ssrc = 0;
  std::uint64_t newest = 0;
  std::uint64_t used = 0;  ///< When, in packets.
};

}  // namespace

struct Sender::Impl {
  Impl(Engine& engine, Suite s, const MasterKey& master)
      : suite(s),
        rtp_key(derive(s, master, Stream::rtp)),
        rtcp_key(derive(s, master, Stream::rtcp)),
        rtp(make_protection(engine, s, rtp_key)),
        rtcp(make_protection(engine, s, rtcp_key)) {}

  std::uint64_t count(std::uint32_t ssrc, std::uint16_t seq);

  Suite suite;
  SessionKey rtp_key;
  SessionKey rtcp_key;
  Protection rtp;
  Protection rtcp;
  // One index for all SSRCs (RFC 3711 section 3.4 has one for each): an index that skips is as
  // good, and the pair with the SSRC stays unique.
  std::uint32_t rtcp_index = 0;
  std::vector<Counted> counted;
  std::uint64_t uses = 0;
};

std::uint64_t Sender::Impl::count(std::uint32_t ssrc, std::uint16_t seq) {
  ++uses;
  const auto found = std::ranges::find(counted, ssrc, &Counted::ssrc);
  if (found != counted.end()) {
    const std::uint64_t index = guess_index(seq, found->newest);
    found->newest = std::max(found->newest, index);
    found->used = uses;
    return index;
  }
  const Counted fresh{ssrc, seq, uses};
  if (counted.size() < kMaxCounted) {
    counted.push_back(fresh);
  } else {
    *std::ranges::min_element(counted, {}, &Counted::used) = fresh;
  }
  return seq;
}

Sender::Sender(Engine& engine, Suite suite, const MasterKey& master)
    : suite_(suite), impl_(std::make_unique<Impl>(engine, suite, master)) {}
Sender::~Sender() = default;
Sender::Sender(Sender&&) noexcept = default;
Sender& Sender::operator=(Sender&&) noexcept = default;

namespace {

/// Puts the header to the front of `out`, unless it is there already, and checks the caller's side
/// of the bargain.
void place_header(ByteView header, ByteView payload, MutableBytes out, std::size_t overhead,
                  std::uint64_t index) {
  PARLEY_ASSERT(header.size() >= kRtpFixedHeader);
  PARLEY_ASSERT(out.size() >= header.size() + payload.size() + overhead);
  PARLEY_ASSERT(rtp_sequence(header) == static_cast<std::uint16_t>(index));
  if (out.data() != header.data()) std::memcpy(out.data(), header.data(), header.size());
}

}  // namespace

std::size_t Sender::protect_rtp(ByteView header, ByteView payload, MutableBytes out,
                                std::uint64_t index) {
  place_header(header, payload, out, rtp_overhead(), index);
  const ByteView placed = out.first(header.size());
  const std::uint32_t ssrc = rtp_ssrc(placed);
  std::uint8_t* const text = out.data() + header.size();

  if (auto* const gcm = std::get_if<Gcm>(&impl_->rtp)) {
    gcm->seal(gcm_rtp_iv(impl_->rtp_key, ssrc, index), placed, payload, text);
  } else {
    auto& counter = std::get<CounterHmac>(impl_->rtp);
    counter.crypt(counter_iv(impl_->rtp_key, ssrc, index), payload, text);
    std::array<std::uint8_t, 4> rollovers;
    store_be32(rollovers.data(), static_cast<std::uint32_t>(index >> 16));
    const auto tag = counter.tag(out.first(header.size() + payload.size()), rollovers);
    std::memcpy(text + payload.size(), tag.data(), tag.size());
  }
  return header.size() + payload.size() + rtp_overhead();
}

std::size_t Sender::protect_rtp(ByteView header, ByteView payload, MutableBytes out) {
  PARLEY_ASSERT(header.size() >= kRtpFixedHeader);
  return protect_rtp(header, payload, out, impl_->count(rtp_ssrc(header), rtp_sequence(header)));
}

std::size_t Sender::protect_rtcp(MutableBytes buffer, std::size_t size) {
  PARLEY_ASSERT(size >= kRtcpClearHeader);
  PARLEY_ASSERT(buffer.size() >= size + rtcp_overhead(impl_->suite));
  const std::uint32_t ssrc = rtcp_ssrc(buffer);
  const std::uint32_t index = impl_->rtcp_index;
  impl_->rtcp_index = (index + 1) & ~kEncryptedBit;
  const MutableBytes text = buffer.subspan(kRtcpClearHeader, size - kRtcpClearHeader);

  if (auto* const gcm = std::get_if<Gcm>(&impl_->rtcp)) {
    // RFC 7714 section 9.2: what is authenticated besides is the header and the index word, which
    // is sent last.
    std::array<std::uint8_t, kRtcpClearHeader + 4> aad;
    std::memcpy(aad.data(), buffer.data(), kRtcpClearHeader);
    store_be32(aad.data() + kRtcpClearHeader, kEncryptedBit | index);
    gcm->seal(gcm_rtcp_iv(impl_->rtcp_key, ssrc, index), aad, text, text.data());
    store_be32(buffer.data() + size + kGcmTagSize, kEncryptedBit | index);
  } else {
    auto& counter = std::get<CounterHmac>(impl_->rtcp);
    counter.crypt(counter_iv(impl_->rtcp_key, ssrc, index), text, text.data());
    store_be32(buffer.data() + size, kEncryptedBit | index);
    const auto tag = counter.tag(buffer.first(size + 4), {});
    std::memcpy(buffer.data() + size + 4, tag.data(), tag.size());
  }
  return size + rtcp_overhead(impl_->suite);
}

void protect_rtp_batch(Engine& engine, std::span<Job> jobs) {
  const bool lanes = LaneBatch::available(engine);
  LaneBatch batch(engine);
  for (Job& job : jobs) {
    Sender::Impl& sender = job.sender->impl();
    const auto* const counter = std::get_if<CounterHmac>(&sender.rtp);
    if (counter == nullptr || !lanes || job.payload.empty()) {
      job.size = job.sender->protect_rtp(job.header, job.payload, job.out, job.index);
      continue;
    }
    job.size = job.header.size() + job.payload.size() + kHmacTagSize;
    place_header(job.header, job.payload, job.out, kHmacTagSize, job.index);
    batch.add({.keys = counter,
               .iv = counter_iv(sender.rtp_key, rtp_ssrc(job.out), job.index),
               .rollovers = static_cast<std::uint32_t>(job.index >> 16),
               .payload = job.payload,
               .out = job.out.data(),
               .header_size = job.header.size()});
  }
}

}  // namespace parley::srtp
