#include "media/egress/outbox.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace parley::media {
namespace {

class Wire final : public TrainSender {
 public:
  void send(std::span<const Train> trains) override {
    for (const Train& train : trains) {
      sent.push_back(train);
      bytes.push_back(to_vector(train.bytes));
    }
    ++calls;
  }
  std::vector<Train> sent;
  std::vector<ByteVector> bytes;
  int calls = 0;
};

Path path(std::uint16_t port) { return {.remote = {IpAddress::v4(192, 0, 2, 1), port}}; }

class OutboxTest : public testing::Test {
 protected:
  void put(std::uint16_t port, std::size_t size, std::uint8_t fill = 1) {
    std::ranges::fill(outbox.reserve(size), fill);
    outbox.commit(path(port), size);
  }
  Outbox outbox;
  Wire wire;
};

TEST_F(OutboxTest, JoinsDatagramsOfOneSizeAndALastShorterOneToATrain) {
  put(1, 100, 1);
  put(1, 100, 2);
  put(1, 60, 3);
  put(1, 60, 4);
  outbox.send(wire);
  ASSERT_EQ(wire.sent.size(), 2u);
  EXPECT_EQ(wire.sent[0].segment, 100u);
  EXPECT_EQ(wire.sent[0].datagrams(), 3u);
  EXPECT_EQ(wire.bytes[0].size(), 260u);
  EXPECT_EQ(wire.bytes[0][100], 2);
  EXPECT_EQ(wire.bytes[0][200], 3);
  EXPECT_EQ(wire.sent[1].datagrams(), 1u);
  EXPECT_TRUE(outbox.empty());
}

TEST_F(OutboxTest, StartsATrainForALargerDatagramAndForAnotherPath) {
  put(1, 100);
  put(1, 101);
  put(2, 101);
  outbox.send(wire);
  EXPECT_EQ(wire.sent.size(), 3u);
}

TEST_F(OutboxTest, EndsATrainAtTheKernelsLimits) {
  for (std::size_t i = 0; i < Outbox::kMaxSegments + 1; ++i) put(1, 100);
  outbox.send(wire);
  EXPECT_EQ(wire.sent.size(), 2u);

  wire.sent.clear();
  for (int i = 0; i < 4; ++i) put(1, 16'000);
  outbox.send(wire);
  ASSERT_EQ(wire.sent.size(), 2u);
  EXPECT_LE(wire.sent[0].bytes.size(), Outbox::kMaxTrainBytes);
}

TEST_F(OutboxTest, SaysWhenItHasToBeSentFirst) {
  for (std::uint16_t i = 0; i < Outbox::kMaxTrains; ++i) {
    ASSERT_TRUE(outbox.has_room(100));
    put(i, 100);
  }
  EXPECT_FALSE(outbox.has_room(100));
  outbox.send(wire);
  EXPECT_TRUE(outbox.has_room(100));
  EXPECT_EQ(wire.calls, 1);
  outbox.send(wire);
  EXPECT_EQ(wire.calls, 1);
}

}  // namespace
}  // namespace parley::media
