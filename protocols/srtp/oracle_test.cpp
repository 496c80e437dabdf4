// The same packets through libsrtp2, both ways. It is in no packet path of ours; it knows what
// others expect.

#if __has_include(<srtp2/srtp.h>)

#include <gtest/gtest.h>
#include <srtp2/srtp.h>

#include <algorithm>

#include "protocols/srtp/srtp.h"
#include "protocols/srtp/test_support.h"

namespace parley::srtp {
namespace {

/// One libsrtp2 session with our master key.
class Oracle {
 public:
  Oracle(Suite suite, const MasterKey& master, srtp_ssrc_type_t direction) {
    static const srtp_err_status_t ready = srtp_init();
    EXPECT_EQ(ready, srtp_err_status_ok);
    std::ranges::copy(master.key, key_.begin());
    std::copy_n(master.salt.begin(), master_salt_size(suite), key_.begin() + kMasterKeySize);
    srtp_policy_t policy{};
    if (suite == Suite::aead_aes_128_gcm) {
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    } else {
      srtp_crypto_policy_set_rtp_default(&policy.rtp);
      srtp_crypto_policy_set_rtcp_default(&policy.rtcp);
    }
    policy.ssrc.type = direction;
    policy.key = key_.data();
    policy.window_size = 1024;
    EXPECT_EQ(srtp_create(&session_, &policy), srtp_err_status_ok);
  }
  ~Oracle() { srtp_dealloc(session_); }
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;

  using Call = srtp_err_status_t (*)(srtp_t, void*, int*);

  /// Grows the packet by what protection adds, or shrinks it by what was added; empty on refusal.
  ByteVector run(Call call, ByteVector packet) {
    int size = static_cast<int>(packet.size());
    packet.resize(packet.size() + SRTP_MAX_TRAILER_LEN + 4);
    if (call(session_, packet.data(), &size) != srtp_err_status_ok) return {};
    packet.resize(static_cast<std::size_t>(size));
    return packet;
  }

 private:
  srtp_t session_ = nullptr;
  std::array<std::uint8_t, 30> key_{};
};

class Against : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (GetParam().backend == Backend::ipsec_mb && !Engine::has_ipsec_mb())
      GTEST_SKIP() << "no ipsec-mb here";
  }

  ByteVector plain(std::uint64_t index) {
    ByteVector packet = rtp_header(0xcafe, static_cast<std::uint16_t>(index), index % 2 == 0);
    header_size_ = packet.size();
    const ByteVector payload = random_bytes(random_, 1 + index % 700);
    packet.insert(packet.end(), payload.begin(), payload.end());
    return packet;
  }

  SeededRandom random_{11};
  Engine engine_{GetParam().backend};
  Suite suite_ = GetParam().suite;
  MasterKey master_ = random_master(random_);
  std::size_t header_size_ = 0;
};

TEST_P(Against, Libsrtp2UnderstandsWhatWeSendAcrossTheWrapAndOutOfOrder) {
  Oracle oracle(suite_, master_, ssrc_any_inbound);
  Sender sender(engine_, suite_, master_);
  for (std::uint64_t step = 0; step < 3000; ++step) {
    const std::uint64_t index = 64000 + (step ^ 5);  // Neighbourhoods of eight in another order.
    const ByteVector packet = plain(index);
    ByteVector out(packet.size() + kMaxRtpOverhead);
    out.resize(sender.protect_rtp(ByteView(packet).first(header_size_),
                                  ByteView(packet).subspan(header_size_), out, index));
    ASSERT_EQ(oracle.run(srtp_unprotect, out), packet) << "index " << index;
    EXPECT_TRUE(oracle.run(srtp_unprotect, out).empty()) << "a replay";
  }
}

TEST_P(Against, WeUnderstandWhatLibsrtp2Sends) {
  Oracle oracle(suite_, master_, ssrc_any_outbound);
  Receiver receiver(engine_, suite_, master_);
  for (std::uint64_t index = 64000; index < 67000; ++index) {
    const ByteVector packet = plain(index);
    ByteVector sealed = oracle.run(srtp_protect, packet);
    ASSERT_FALSE(sealed.empty());
    const auto back = receiver.unprotect_rtp(sealed);
    ASSERT_TRUE(back.has_value()) << "index " << index;
    EXPECT_TRUE(std::ranges::equal(*back, packet));
  }
}

TEST_P(Against, Libsrtp2UnderstandsABatch) {
  Oracle oracle(suite_, master_, ssrc_any_inbound);
  Sender sender(engine_, suite_, master_);
  std::vector<ByteVector> packets;
  std::vector<ByteVector> outs;
  std::vector<Job> jobs;
  for (std::uint64_t index = 65500; index < 65600; ++index) {
    packets.push_back(plain(index));
    outs.emplace_back(packets.back().size() + kMaxRtpOverhead);
  }
  for (std::uint64_t i = 0; i < 100; ++i) {
    const std::size_t header = (65500 + i) % 2 == 0 ? 24 : 12;
    jobs.push_back({.sender = &sender,
                    .header = ByteView(packets[i]).first(header),
                    .payload = ByteView(packets[i]).subspan(header),
                    .out = outs[i],
                    .index = 65500 + i});
  }
  protect_rtp_batch(engine_, jobs);
  for (std::uint64_t i = 0; i < 100; ++i) {
    outs[i].resize(jobs[i].size);
    EXPECT_EQ(oracle.run(srtp_unprotect, outs[i]), packets[i]);
  }
}

TEST_P(Against, RtcpIsUnderstoodBothWays) {
  Oracle inbound(suite_, master_, ssrc_any_inbound);
  Oracle outbound(suite_, master_, ssrc_any_outbound);
  Sender sender(engine_, suite_, master_);
  Receiver receiver(engine_, suite_, master_);
  for (std::size_t words = 0; words < 200; ++words) {
    const ByteVector packet = rtcp_packet(random_, 0xbeef, words);
    ByteVector ours = packet;
    ours.resize(packet.size() + kMaxRtcpOverhead);
    ours.resize(sender.protect_rtcp(ours, packet.size()));
    EXPECT_EQ(inbound.run(srtp_unprotect_rtcp, ours), packet);

    ByteVector theirs = outbound.run(srtp_protect_rtcp, packet);
    const auto back = receiver.unprotect_rtcp(theirs);
    ASSERT_TRUE(back.has_value());
    EXPECT_TRUE(std::ranges::equal(*back, packet));
  }
}

INSTANTIATE_TEST_SUITE_P(Libsrtp2, Against, all_cases(), name_of);

}  // namespace
}  // namespace parley::srtp

#endif
