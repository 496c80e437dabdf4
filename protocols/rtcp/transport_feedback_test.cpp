#include "protocols/rtcp/transport_feedback.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/random.h"

namespace parley::rtcp {
namespace {

using Status = TransportFeedback::PacketStatus;

std::vector<Status> statuses_of(const TransportFeedback& feedback) {
  std::vector<Status> out;
  Status status;
  for (auto cursor = feedback.statuses(); cursor.next(status);) out.push_back(status);
  return out;
}

std::optional<TransportFeedback> parse(ByteView bytes) {
  return parse_transport_feedback(*Compound(bytes).begin());
}

ByteVector with_header(ByteVector rest, std::uint16_t base, std::uint16_t count) {
  while (rest.size() % 4 != 0) rest.push_back(0);
  ByteVector out{0x8f, 205, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 3, 7};
  store_be16(out.data() + 2, static_cast<std::uint16_t>(out.size() / 4 + rest.size() / 4 - 1));
  store_be16(out.data() + 12, base);
  store_be16(out.data() + 14, count);
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

// Section 3.1.3, second example: a run of 24 small deltas.
TEST(TransportFeedback, ReadsARunLengthChunk) {
  ByteVector rest{0x20, 0x18};
  for (int i = 0; i < 24; ++i) rest.push_back(4);
  const ByteVector bytes = with_header(rest, 65530, 24);
  const auto feedback = parse(bytes);
  ASSERT_TRUE(feedback);
  EXPECT_EQ(feedback->feedback_count, 7);
  EXPECT_EQ(feedback->reference(), 3 * 64ms);
  const auto statuses = statuses_of(*feedback);
  ASSERT_EQ(statuses.size(), 24u);
  EXPECT_EQ(statuses[0].sequence, 65530);
  EXPECT_EQ(statuses[23].sequence, 17);
  EXPECT_EQ(statuses[23].since_reference, 24ms);
}

// Section 3.1.4, first example: 0 1 1 1 1 1 0 0 0 1 1 1 0 0.
TEST(TransportFeedback, ReadsAOneBitVector) {
  const ByteVector bytes = with_header({0x9f, 0x1c, 1, 1, 1, 1, 1, 1, 1, 1}, 10, 14);
  const auto feedback = parse(bytes);
  ASSERT_TRUE(feedback);
  std::string got;
  for (const Status& status : statuses_of(*feedback)) got += status.received ? '1' : '0';
  EXPECT_EQ(got, "01111100011100");
}

// Section 3.1.4, second example: not received, then two-byte, three not received, one-byte,
// one-byte.
TEST(TransportFeedback, ReadsATwoBitVectorAndNegativeDeltas) {
  // Symbols 0 2 0 0 0 1 1
  const std::uint16_t chunk = 0xc000 | 2u << 10 | 1u << 2 | 1u;
  const ByteVector bytes = with_header(
      {static_cast<std::uint8_t>(chunk >> 8), static_cast<std::uint8_t>(chunk), 0xff, 0xfc, 8, 4},
      10, 7);
  const auto feedback = parse(bytes);
  ASSERT_TRUE(feedback);
  const auto statuses = statuses_of(*feedback);
  EXPECT_FALSE(statuses[0].received);
  EXPECT_TRUE(statuses[1].received);
  EXPECT_EQ(statuses[1].since_reference, -1ms);
  EXPECT_EQ(statuses[5].since_reference, 1ms);
  EXPECT_EQ(statuses[6].since_reference, 2ms);
}

// What fills up to whole words is less than one, and yet libwebrtc marks it as padding.
TEST(TransportFeedback, ReadsWhatLibwebrtcFillsUp) {
  ByteVector bytes = with_header({0xd5, 0x40, 4, 5, 6, 7}, 100, 4);
  ASSERT_EQ(bytes.size() % 4, 0U);
  bytes[0] |= 0x20;
  bytes.back() = 2;
  ASSERT_TRUE(Compound(bytes).well_formed());
  const auto feedback = parse(bytes);
  ASSERT_TRUE(feedback);
  const auto all = statuses_of(*feedback);
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[3].since_reference, 22 * kFeedbackDeltaUnit);
}

TEST(TransportFeedback, RefusesWhatIsCutOffOrReserved) {
  EXPECT_FALSE(parse(with_header({0x20, 0x18, 1, 1}, 0, 24)));       // Too few deltas.
  EXPECT_FALSE(parse(with_header({}, 0, 1)));                        // No chunk.
  EXPECT_FALSE(parse(with_header({0x60, 0x01, 1, 1, 1}, 0, 1)));     // Symbol 3.
  EXPECT_FALSE(parse(with_header({0x00, 0x00, 0, 0}, 0, 1)));        // A run of nothing.
  EXPECT_FALSE(parse(with_header({0xc0, 0x03, 1, 1, 1, 1}, 0, 7)));  // Symbol 3 in a vector.
}

TEST(TransportFeedback, WritesWhatLibwebrtcWouldRead) {
  std::array<std::uint8_t, 200> buffer{};
  Writer writer(buffer);
  const Time start(Duration(1000 * 64ms));
  const std::array arrivals{start + 1ms, start + 2ms, kNever, start + 1500us};
  EXPECT_EQ(write_transport_feedback(writer, 1, 2, 9, 100, arrivals), 4u);
  const auto feedback = parse(writer.bytes());
  ASSERT_TRUE(feedback);
  EXPECT_EQ(feedback->base_sequence, 100);
  EXPECT_EQ(feedback->feedback_count, 9);
  EXPECT_EQ(feedback->reference_units, 1000);
  const auto statuses = statuses_of(*feedback);
  ASSERT_EQ(statuses.size(), 4u);
  EXPECT_EQ(statuses[0].since_reference, 1ms);
  EXPECT_EQ(statuses[1].since_reference, 2ms);
  EXPECT_FALSE(statuses[2].received);
  EXPECT_EQ(statuses[3].since_reference, 1500us);  // A negative delta.
}

TEST(TransportFeedback, BeginsWithLossesIfThatIsWhatCameFirst) {
  std::array<std::uint8_t, 200> buffer{};
  Writer writer(buffer);
  const std::array arrivals{kNever, kNever, Time(10s)};
  EXPECT_EQ(write_transport_feedback(writer, 1, 2, 0, 65535, arrivals), 3u);
  const auto statuses = statuses_of(*parse(writer.bytes()));
  EXPECT_FALSE(statuses[0].received);
  EXPECT_TRUE(statuses[2].received);
  EXPECT_EQ(statuses[2].sequence, 1);
  writer.clear();
  EXPECT_EQ(write_transport_feedback(writer, 1, 2, 0, 0, std::array{kNever}), 0u);
}

TEST(TransportFeedback, StopsBeforeADeltaThatDoesNotFit) {
  std::array<std::uint8_t, 200> buffer{};
  Writer writer(buffer);
  const std::array arrivals{Time(1s), Time(1s + 8s), Time(1s + 17s)};
  EXPECT_EQ(write_transport_feedback(writer, 1, 2, 0, 0, arrivals), 2u);
}

TEST(TransportFeedback, SurvivesRandomArrivals) {
  SeededRandom random(11);
  for (int round = 0; round < 500; ++round) {
    const auto loss = random.next() % 100;
    const std::uint64_t spread = 1 + random.next() % 200'000;  // µs
    std::vector<Time> arrivals;
    Time now(Duration(static_cast<std::int64_t>(random.next() % 100'000'000'000'000)));
    for (std::size_t i = 0, n = 1 + random.next() % kMaxFeedbackStatuses; i < n; ++i) {
      now += std::chrono::microseconds(random.next() % spread) -
             (random.next() % 20 == 0 ? 30ms : 0ms);
      arrivals.push_back(random.next() % 100 < loss ? kNever : now);
    }
    std::array<std::uint8_t, kMaxCompoundSize> buffer{};
    Writer writer(buffer);
    const std::size_t told = write_transport_feedback(writer, 1, 2, 3, 65400, arrivals);
    const auto received = std::ranges::count_if(arrivals, [](Time t) { return t != kNever; });
    if (told == 0) {
      EXPECT_EQ(received, 0);
      continue;
    }
    const auto feedback = parse(writer.bytes());
    ASSERT_TRUE(feedback);
    const auto statuses = statuses_of(*feedback);
    ASSERT_EQ(statuses.size(), told);
    for (std::size_t i = 0; i < told; ++i) {
      ASSERT_EQ(statuses[i].sequence, static_cast<std::uint16_t>(65400 + i));
      ASSERT_EQ(statuses[i].received, arrivals[i] != kNever);
      if (!statuses[i].received) continue;
      const std::int64_t want = arrivals[i].time_since_epoch() / kFeedbackDeltaUnit;
      const Duration cycle = (std::int64_t{1} << 24) * kFeedbackReferenceUnit;
      const Duration got =
          (feedback->reference() + statuses[i].since_reference + 2 * cycle) % cycle;
      ASSERT_LE(std::abs((got - (want * kFeedbackDeltaUnit) % cycle).count()), 250'000) << i;
    }
  }
}

}  // namespace
}  // namespace parley::rtcp
