#include "protocols/srtp/srtp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "protocols/srtp/replay.h"
#include "protocols/srtp/test_support.h"

namespace parley::srtp {
namespace {

constexpr std::uint32_t kSsrc = 0x1234'5678;

class Srtp : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (GetParam().backend == Backend::ipsec_mb && !Engine::has_ipsec_mb()) {
      GTEST_SKIP() << "ipsec-mb is not built in, or this CPU has no AES instructions";
    }
  }

  ByteVector protect(Sender& sender, std::uint64_t index, std::size_t size = 100,
                     std::uint32_t ssrc = kSsrc) {
    const ByteVector header = rtp_header(ssrc, static_cast<std::uint16_t>(index), (index & 1) != 0);
    const ByteVector payload(size, static_cast<std::uint8_t>(index));
    ByteVector out(header.size() + payload.size() + kMaxRtpOverhead);
    out.resize(sender.protect_rtp(header, payload, out, index));
    return out;
  }

  SeededRandom random_{7};
  Engine engine_{GetParam().backend};
  Suite suite_ = GetParam().suite;
  MasterKey master_ = random_master(random_);
};

TEST_P(Srtp, WhatIsProtectedIsUnprotectedToTheSameBytes) {
  Sender sender(engine_, suite_, master_);
  Receiver receiver(engine_, suite_, master_);
  for (std::uint16_t seq = 0; seq < 1300; ++seq) {
    const ByteVector header = rtp_header(kSsrc, seq, seq % 3 == 0);
    const ByteVector payload = random_bytes(random_, seq);
    ByteVector packet(header.size() + payload.size() + kMaxRtpOverhead, 0xee);
    const std::size_t size = sender.protect_rtp(header, payload, packet);
    ASSERT_EQ(size, header.size() + payload.size() + sender.rtp_overhead());
    EXPECT_TRUE(std::all_of(packet.begin() + static_cast<std::ptrdiff_t>(size), packet.end(),
                            [](std::uint8_t b) { return b == 0xee; }))
        << "wrote past the tag";

    const auto plain = receiver.unprotect_rtp(MutableBytes(packet).first(size));
    ASSERT_TRUE(plain.has_value());
    ByteVector expected = header;
    expected.insert(expected.end(), payload.begin(), payload.end());
    EXPECT_TRUE(std::ranges::equal(*plain, expected));
  }
}

TEST_P(Srtp, ProtectsInPlaceAsItDoesElsewhere) {
  Sender sender(engine_, suite_, master_);
  const ByteVector header = rtp_header(kSsrc, 9);
  const ByteVector payload = random_bytes(random_, 500);
  ByteVector elsewhere(600);
  elsewhere.resize(sender.protect_rtp(header, payload, elsewhere, 9));

  ByteVector in_place = header;
  in_place.insert(in_place.end(), payload.begin(), payload.end());
  in_place.resize(600);
  const std::size_t size = sender.protect_rtp(ByteView(in_place).first(12),
                                              ByteView(in_place).subspan(12, 500), in_place, 9);
  in_place.resize(size);
  EXPECT_EQ(in_place, elsewhere);
}

TEST_P(Srtp, ABatchGivesTheSameBytesAsSingleCalls) {
  constexpr std::size_t kSenders = 7;
  constexpr std::size_t kJobs = 700;  // More than the lanes and their queue hold.
  std::vector<Sender> senders;
  for (std::size_t i = 0; i < kSenders; ++i)
    senders.emplace_back(engine_, suite_, random_master(random_));
  const ByteVector shared = random_bytes(random_, 1200);

  std::vector<ByteVector> headers;
  std::vector<ByteVector> outs(kJobs, ByteVector(1300));
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < kJobs; ++i) {
    headers.push_back(
        rtp_header(static_cast<std::uint32_t>(i), static_cast<std::uint16_t>(i), i % 2 == 0));
  }
  for (std::size_t i = 0; i < kJobs; ++i) {
    jobs.push_back({.sender = &senders[i % kSenders],
                    .header = headers[i],
                    .payload = ByteView(shared).first((i * 37) % 1200),
                    .out = outs[i],
                    .index = 0x7'0000 + i});
  }
  protect_rtp_batch(engine_, jobs);

  for (std::size_t i = 0; i < kJobs; ++i) {
    ByteVector single(1300);
    single.resize(
        senders[i % kSenders].protect_rtp(headers[i], jobs[i].payload, single, jobs[i].index));
    ASSERT_EQ(jobs[i].size, single.size());
    EXPECT_TRUE(std::ranges::equal(single, ByteView(outs[i]).first(jobs[i].size))) << "job " << i;
  }
}

TEST_P(Srtp, TheRolloverCounterFollowsThroughLossAndReorderingAcrossTheWrap) {
  Sender sender(engine_, suite_, master_);
  Receiver receiver(engine_, suite_, master_);
  std::vector<ByteVector> packets;
  for (std::uint64_t index = 65000; index < 3 * 65536 + 1000; index += 37)
    packets.push_back(protect(sender, index));
  // Swap neighbours so that every wrap is crossed forth and back.
  for (std::size_t i = 0; i + 1 < packets.size(); i += 2) std::swap(packets[i], packets[i + 1]);
  for (ByteVector& packet : packets) EXPECT_TRUE(receiver.unprotect_rtp(packet).has_value());
}

TEST_P(Srtp, ASenderThatCountsRolloversItselfAgreesWithTheReceiver) {
  Sender sender(engine_, suite_, master_);
  Receiver receiver(engine_, suite_, master_);
  ByteVector packet(200);
  for (std::uint32_t i = 0; i < 200'000; i += 101) {
    const ByteVector header = rtp_header(kSsrc, static_cast<std::uint16_t>(60000 + i));
    const std::size_t size = sender.protect_rtp(header, ByteVector(20), packet);
    ASSERT_TRUE(receiver.unprotect_rtp(MutableBytes(packet).first(size)).has_value()) << i;
  }
}

TEST_P(Srtp, AReplayedPacketIsRefusedBeforeItIsDecrypted) {
  Sender sender(engine_, suite_, master_);
  Receiver receiver(engine_, suite_, master_);
  const ByteVector packet = protect(sender, 500);
  ByteVector first = packet;
  ByteVector second = packet;
  ASSERT_TRUE(receiver.unprotect_rtp(first).has_value());
  EXPECT_EQ(receiver.unprotect_rtp(second).error(), Drop::replayed);
  EXPECT_EQ(second, packet);
}

TEST_P(Srtp, AWindowOf1024TellsLateFromTooOld) {
  Sender sender(engine_, suite_, master_);
  Receiver receiver(engine_, suite_, master_);
  ByteVector newest = protect(sender, 5000);
  ASSERT_TRUE(receiver.unprotect_rtp(newest).has_value());
  ByteVector late = protect(sender, 5000 - 1023);
  EXPECT_TRUE(receiver.unprotect_rtp(late).has_value());
  ByteVector too_old = protect(sender, 5000 - 1024);
  EXPECT_EQ(receiver.unprotect_rtp(too_old).error(), Drop::too_old);
}

TEST_P(Srtp, AForgedPacketChangesNothing) {
  Sender sender(engine_, suite_, master_);
  Receiver receiver(engine_, suite_, master_);
  ByteVector good = protect(sender, 10);
  ASSERT_TRUE(receiver.unprotect_rtp(good).has_value());

  // Were its number believed, the next genuine packet would be too old.
  ByteVector forged = protect(sender, 30000);
  forged.back() ^= 1;
  EXPECT_EQ(receiver.unprotect_rtp(forged).error(), Drop::bad_tag);
  ByteVector next = protect(sender, 11);
  EXPECT_TRUE(receiver.unprotect_rtp(next).has_value());
}

TEST_P(Srtp, EveryBitOfAPacketIsAuthenticated) {
  Sender sender(engine_, suite_, master_);
  const ByteVector packet = protect(sender, 3, 20);
  for (std::size_t bit = 0; bit < packet.size() * 8; ++bit) {
    Receiver receiver(engine_, suite_, master_);
    ByteVector altered = packet;
    altered[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
    EXPECT_FALSE(receiver.unprotect_rtp(altered).has_value()) << "bit " << bit;
  }
}

TEST_P(Srtp, TruncatedAndMalformedPacketsAreNamed) {
  Sender sender(engine_, suite_, master_);
  const ByteVector packet = protect(sender, 1, 40);
  for (std::size_t size = 0; size < packet.size(); ++size) {
    Receiver receiver(engine_, suite_, master_);
    ByteVector cut(packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(receiver.unprotect_rtp(cut).has_value());
  }
  Receiver receiver(engine_, suite_, master_);
  ByteVector wrong_version = packet;
  wrong_version[0] = 0x40;
  EXPECT_EQ(receiver.unprotect_rtp(wrong_version).error(), Drop::malformed);
  ByteVector long_extension = packet;
  store_be16(&long_extension[18], 0xffff);
  EXPECT_EQ(receiver.unprotect_rtp(long_extension).error(), Drop::malformed);
  ByteVector empty;
  EXPECT_EQ(receiver.unprotect_rtp(empty).error(), Drop::too_short);
  EXPECT_EQ(receiver.unprotect_rtcp(empty).error(), Drop::too_short);
}

TEST_P(Srtp, ManySourcesAreToldApartAndTheSilentestIsForgottenFirst) {
  Sender sender(engine_, suite_, master_);
  Receiver receiver(engine_, suite_, master_, {.max_ssrcs = 4});
  for (std::uint32_t ssrc = 1; ssrc <= 4; ++ssrc) {
    ByteVector packet = protect(sender, 100, 10, ssrc);
    ASSERT_TRUE(receiver.unprotect_rtp(packet).has_value());
  }
  ByteVector again = protect(sender, 101, 10, 1);
  ASSERT_TRUE(receiver.unprotect_rtp(again).has_value());
  ByteVector fifth = protect(sender, 100, 10, 5);
  ASSERT_TRUE(receiver.unprotect_rtp(fifth).has_value());

  ByteVector known = protect(sender, 101, 10, 1);
  EXPECT_EQ(receiver.unprotect_rtp(known).error(), Drop::replayed);
  ByteVector forgotten = protect(sender, 100, 10, 2);
  EXPECT_TRUE(receiver.unprotect_rtp(forgotten).has_value());
}

TEST_P(Srtp, RtcpGoesThereAndBackAndIsNotReplayed) {
  Sender sender(engine_, suite_, master_);
  Receiver receiver(engine_, suite_, master_);
  for (std::size_t words = 0; words < 300; ++words) {
    const ByteVector plain = rtcp_packet(random_, kSsrc, words);
    ByteVector packet = plain;
    packet.resize(plain.size() + kMaxRtcpOverhead);
    packet.resize(sender.protect_rtcp(packet, plain.size()));
    EXPECT_EQ(packet.size(), plain.size() + rtcp_overhead(suite_));
    ByteVector copy = packet;
    const auto back = receiver.unprotect_rtcp(packet);
    ASSERT_TRUE(back.has_value());
    EXPECT_TRUE(std::ranges::equal(*back, plain));
    EXPECT_EQ(receiver.unprotect_rtcp(copy).error(), Drop::replayed);
  }
}

TEST_P(Srtp, RtcpThatIsAlteredOrInTheClearIsRefused) {
  Sender sender(engine_, suite_, master_);
  ByteVector packet = rtcp_packet(random_, kSsrc, 4);
  const std::size_t plain_size = packet.size();
  packet.resize(plain_size + kMaxRtcpOverhead);
  packet.resize(sender.protect_rtcp(packet, plain_size));
  for (std::size_t bit = 0; bit < packet.size() * 8; ++bit) {
    Receiver receiver(engine_, suite_, master_);
    ByteVector altered = packet;
    altered[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
    EXPECT_FALSE(receiver.unprotect_rtcp(altered).has_value()) << "bit " << bit;
  }
  Receiver receiver(engine_, suite_, master_);
  packet[suite_ == Suite::aead_aes_128_gcm ? packet.size() - 4 : plain_size] &= 0x7f;
  EXPECT_EQ(receiver.unprotect_rtcp(packet).error(), Drop::not_encrypted);
}

TEST_P(Srtp, BothBackEndsWriteTheSameBytes) {
  Engine other(Backend::openssl);
  Sender here(engine_, suite_, master_);
  Sender there(other, suite_, master_);
  for (std::uint64_t index = 0x1'fff0; index < 0x2'0010; ++index) {
    EXPECT_EQ(protect(here, index, index % 400), protect(there, index, index % 400));
  }
  for (std::size_t words = 0; words < 40; ++words) {
    ByteVector a = rtcp_packet(random_, kSsrc, words);
    const std::size_t size = a.size();
    a.resize(size + kMaxRtcpOverhead);
    ByteVector b = a;
    here.protect_rtcp(a, size);
    there.protect_rtcp(b, size);
    EXPECT_EQ(a, b);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Srtp, all_cases(), name_of);

TEST(Engine, AutomaticPrefersIpsecMb) {
  EXPECT_EQ(Engine().backend(), Engine::has_ipsec_mb() ? Backend::ipsec_mb : Backend::openssl);
  EXPECT_EQ(Engine(Backend::openssl).backend(), Backend::openssl);
}

TEST(ReplayWindow, AgreesWithASetOfAllThatWasAccepted) {
  SeededRandom random(1);
  ReplayWindow<256> window(128);
  std::set<std::uint64_t> accepted;
  std::uint64_t base = 70000;
  for (int i = 0; i < 20'000; ++i) {
    if (random.below(200) == 0) base += random.below(500);
    base += random.below(3);
    const std::uint64_t index = base - random.below(300);
    using Verdict = ReplayWindow<256>::Verdict;
    Verdict expected = Verdict::fresh;
    if (!accepted.empty() && *accepted.rbegin() >= index + 128)
      expected = Verdict::too_old;
    else if (accepted.contains(index))
      expected = Verdict::replayed;
    ASSERT_EQ(window.check(index), expected) << i;
    if (expected == Verdict::fresh) {
      window.accept(index);
      accepted.insert(index);
    }
  }
}

}  // namespace
}  // namespace parley::srtp
