#include "media/packet/packet.h"

#include <gtest/gtest.h>

#include <vector>

#include "media/packet/pool.h"
#include "media/packet/sender_clock.h"

namespace parley::media {
namespace {

PacketRef make(PacketPool& pool, ByteView payload, ByteView descriptor = {}) {
  PacketDraft draft = pool.draft();
  EXPECT_TRUE(draft.set_bytes(payload, descriptor));
  return std::move(draft).freeze();
}

TEST(PacketPool, SharesAPacketUntilTheLastHolderLetsGo) {
  PacketPool pool;
  PacketRef first = make(pool, ByteVector{1, 2, 3}, ByteVector{4, 5});
  PacketRef second = first;
  EXPECT_EQ(pool.in_use(), 1u);
  first.reset();
  EXPECT_EQ(to_vector(second->payload()), (ByteVector{1, 2, 3}));
  EXPECT_EQ(to_vector(second->dependency_descriptor()), (ByteVector{4, 5}));
  PacketRef third = std::move(second);
  EXPECT_FALSE(second);
  third = PacketRef();
  EXPECT_EQ(pool.in_use(), 0u);
}

TEST(PacketPool, TakesBackADraftThatWasGivenUp) {
  PacketPool pool;
  {
    const PacketDraft draft = pool.draft();
  }
  EXPECT_EQ(pool.in_use(), 0u);
}

TEST(PacketPool, DoesNotGrowOnceItIsWarm) {
  PacketPool pool;
  for (int round = 0; round < 3; ++round) {
    std::vector<PacketRef> held;
    for (int i = 0; i < 300; ++i) held.push_back(make(pool, ByteVector{1}));
    EXPECT_EQ(pool.capacity(), 2 * PacketPool::kChunk);
  }
}

TEST(PacketPool, IsEmptyHandedWhenItIsFull) {
  PacketPool pool(PacketPool::kChunk);
  std::vector<PacketRef> held;
  for (std::size_t i = 0; i < PacketPool::kChunk; ++i) held.push_back(make(pool, {}));
  EXPECT_FALSE(pool.draft());
  held.pop_back();
  EXPECT_TRUE(pool.draft());
}

TEST(PacketPool, HandsOutFreshFacts) {
  PacketPool pool(PacketPool::kChunk);
  {
    PacketDraft draft = pool.draft();
    draft.facts().keyframe_start = true;
    draft.facts().audio_level = rtp::AudioLevelValue{};
    const PacketRef packet = std::move(draft).freeze();
  }
  const PacketRef packet = make(pool, {});
  EXPECT_FALSE(packet->facts().keyframe_start);
  EXPECT_FALSE(packet->facts().audio_level);
}

TEST(PacketDraft, RefusesWhatASlotCannotHold) {
  PacketPool pool;
  PacketDraft draft = pool.draft();
  const ByteVector most(MediaPacket::kMaxBytes);
  EXPECT_TRUE(draft.set_bytes(most));
  EXPECT_FALSE(draft.set_bytes(most, ByteVector{1}));
}

TEST(SenderClock, TranslatesBothWays) {
  const SenderClock clock{rtp::NtpTime(std::uint64_t{100} << 32), rtp::MediaTicks(1'000'000),
                          90'000, Time()};
  EXPECT_EQ(clock.ntp_at(rtp::MediaTicks(1'045'000)).value(),
            (std::uint64_t{100} << 32) + (1u << 31));
  EXPECT_EQ(clock.ntp_at(rtp::MediaTicks(955'000)).value(),
            (std::uint64_t{100} << 32) - (1u << 31));
  EXPECT_EQ(clock.ticks_at(rtp::NtpTime((std::uint64_t{101} << 32))), rtp::MediaTicks(1'090'000));
  EXPECT_EQ(clock.ticks_at(rtp::NtpTime((std::uint64_t{99} << 32) + (1u << 31))),
            rtp::MediaTicks(955'000));
}

}  // namespace
}  // namespace parley::media
