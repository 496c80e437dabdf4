#include "media/redundancy/red_maker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "protocols/codec/red.h"

namespace parley::media {
namespace {

using testing::ElementsAre;

constexpr std::uint32_t kFrame = 960;  // 20 ms

class RedMakerTest : public testing::Test {
 protected:
  /// Frame `number` of a voice: its payload repeats its number.
  PacketRef packet(std::uint64_t number, std::size_t size = 80, std::uint32_t ssrc = 1) {
    PacketDraft draft = pool.draft();
    PacketFacts& facts = draft.facts();
    facts.codec = Codec::opus;
    facts.payload_type = 109;  // The publisher's, which is nobody else's.
    facts.ssrc = ssrc;
    facts.index = rtp::PacketIndex(1000 + number);
    facts.ticks = rtp::MediaTicks(50'000 + number * kFrame);
    facts.audio_level = rtp::AudioLevelValue{.level = 20, .voice = true};
    EXPECT_TRUE(draft.set_bytes(ByteVector(size, static_cast<std::uint8_t>(number))));
    return std::move(draft).freeze();
  }
  void arrives(std::uint64_t number, std::size_t size = 80) {
    maker.on_packet(packet(number, size));
  }

  struct Block {
    int number = 0;
    int frames_back = 0;
    int payload_type = 0;
    bool operator==(const Block&) const = default;
  };
  /// What the packet that arrived last carries, oldest first; nothing if it goes as it is.
  std::vector<Block> made(std::size_t depth, std::uint8_t payload_type = 111) {
    std::vector<Block> out;
    const RedMaker::Made* const made = maker.make(depth, payload_type, pool);
    if (made == nullptr) return out;
    const auto red = codec::Red::parse(made->packet->payload());
    EXPECT_TRUE(red);
    codec::RedBlock block;
    for (auto cursor = red->blocks(); cursor.next(block);) {
      EXPECT_EQ(block.timestamp_offset % kFrame, 0u);
      out.push_back({block.payload[0], static_cast<int>(block.timestamp_offset / kFrame),
                     block.payload_type});
    }
    return out;
  }
  static Block block(int number, int back = 0, int payload_type = 111) {
    return {number, back, payload_type};
  }

  PacketPool pool;
  RedMaker maker;
};

TEST_F(RedMakerTest, PutsTheOnesBeforeInFront) {
  arrives(1);
  EXPECT_THAT(made(2), ElementsAre()) << "there is none before";
  arrives(2);
  EXPECT_THAT(made(2), ElementsAre(block(1, 1), block(2)));
  arrives(3);
  EXPECT_THAT(made(1), ElementsAre(block(2, 1), block(3)));
  EXPECT_THAT(made(2), ElementsAre(block(1, 2), block(2, 1), block(3)));
  arrives(4);
  EXPECT_THAT(made(2), ElementsAre(block(2, 2), block(3, 1), block(4)));
  EXPECT_THAT(made(0), ElementsAre());
}

TEST_F(RedMakerTest, MakesItOnceForAllWhoWantTheSame) {
  arrives(1);
  arrives(2);
  const RedMaker::Made* const one = maker.make(1, 111, pool);
  ASSERT_NE(one, nullptr);
  EXPECT_EQ(maker.make(1, 111, pool), one);
  EXPECT_NE(maker.make(1, 96, pool), one);
  EXPECT_THAT(made(1, 96), ElementsAre(block(1, 1, 96), block(2, 0, 96)));
  EXPECT_EQ(one->packet->facts().index.value(), 1002u);
  EXPECT_EQ(one->packet->facts().audio_level->level, 20) << "all else is the packet's";
}

TEST_F(RedMakerTest, IsBoundedByWhatSubscribersDifferIn) {
  arrives(1);
  arrives(2);
  for (std::uint8_t type = 96; type < 96 + RedMaker::kVariants; ++type) {
    EXPECT_EQ(made(1, type).size(), 2u);
  }
  EXPECT_THAT(made(1, 120), ElementsAre()) << "goes as it is";
  arrives(3);
  EXPECT_EQ(made(1, 120).size(), 2u);
}

TEST_F(RedMakerTest, OverAGapItSaysHowOldTheyAre) {
  arrives(1);
  arrives(4);  // 2 and 3 were lost on the way to us.
  EXPECT_THAT(made(2), ElementsAre(block(1, 3), block(4)));
  arrives(5);
  EXPECT_THAT(made(2), ElementsAre(block(1, 4), block(4, 1), block(5)));
}

TEST_F(RedMakerTest, KeepsTheOrderOfWhatComesLate) {
  arrives(1);
  arrives(3);
  arrives(2);
  EXPECT_THAT(made(2), ElementsAre(block(1, 1), block(2)));
  arrives(4);
  EXPECT_THAT(made(2), ElementsAre(block(2, 2), block(3, 1), block(4)));
  arrives(0);
  EXPECT_THAT(made(2), ElementsAre()) << "older than all that is known";
  arrives(5);
  EXPECT_THAT(made(2), ElementsAre(block(3, 2), block(4, 1), block(5)));
}

// 14 bits of ticks are 341 ms; while nobody speaks, a packet comes every 400 ms.
TEST_F(RedMakerTest, LeavesOutWhatIsOlderThanRedCanSay) {
  arrives(1);
  arrives(18);
  EXPECT_THAT(made(1), ElementsAre(block(1, 17), block(18)));
  arrives(36);
  EXPECT_THAT(made(2), ElementsAre());
}

TEST_F(RedMakerTest, SilenceIsNotRepeated) {
  arrives(1);
  arrives(2, 1);
  EXPECT_THAT(made(2), ElementsAre(block(1, 1), block(2))) << "the end of what was said";
  arrives(3);
  EXPECT_THAT(made(2), ElementsAre(block(1, 2), block(3)));
  EXPECT_THAT(made(1), ElementsAre());
}

TEST_F(RedMakerTest, LeavesOutWhatIsTooLong) {
  arrives(1, 1024);  // Ten bits of length.
  arrives(2, 20);
  EXPECT_THAT(made(2), ElementsAre());
  arrives(3, 600);
  EXPECT_THAT(made(2), ElementsAre(block(2, 1), block(3)));
  arrives(4, 600);
  EXPECT_THAT(made(2), ElementsAre(block(2, 2), block(4))) << "600 more are too much for a path";
}

TEST_F(RedMakerTest, DoesNotMixWhatHasNoCommonClock) {
  arrives(1);
  maker.on_packet(packet(2, 80, 7));
  EXPECT_THAT(made(2), ElementsAre());

  PacketDraft draft = pool.draft();
  draft.facts() = packet(3, 80, 7)->facts();
  draft.facts().discontinuity = true;
  draft.set_bytes(ByteVector{3, 3, 3});
  maker.on_packet(std::move(draft).freeze());
  EXPECT_THAT(made(2), ElementsAre());
}

TEST_F(RedMakerTest, WhatIsNotOpusGoesAsItIs) {
  arrives(1);
  for (const Codec codec : {Codec::red, Codec::pcmu}) {
    PacketDraft draft = pool.draft();
    draft.facts() = packet(2)->facts();
    draft.facts().codec = codec;
    draft.set_bytes(ByteVector(80, 9));
    maker.on_packet(std::move(draft).freeze());
    EXPECT_THAT(made(2), ElementsAre());
  }
  arrives(3);
  EXPECT_THAT(made(2), ElementsAre(block(1, 2), block(3)));
}

TEST_F(RedMakerTest, HoldsNoMoreThanItSays) {
  for (std::uint64_t i = 0; i < 100; ++i) {
    arrives(i);
    (void)maker.make(2, 111, pool);
    (void)maker.make(1, 111, pool);
  }
  EXPECT_LE(pool.in_use(), RedMaker::kRemembered + 2);
  maker = {};
  EXPECT_EQ(pool.in_use(), 0u);
}

}  // namespace
}  // namespace parley::media
