#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <set>
#include <vector>

#include "base/random.h"
#include "media/ingest/arrival_log.h"
#include "media/ingest/bitrate_meter.h"
#include "media/ingest/keyframe_gate.h"
#include "media/ingest/nack_tracker.h"
#include "media/ingest/reception.h"
#include "media/ingest/sequence_window.h"
#include "media/ingest/source_table.h"
#include "media/ingest/step_meter.h"
#include "protocols/rtcp/transport_feedback.h"

// The small machines that a layer is made of, each by itself.
namespace parley::media {
namespace {

using rtp::PacketIndex;
using rtp::WireSeq;
using Arrival = SequenceWindow::Arrival;

constexpr Time start{1000s};

std::vector<PacketIndex> due(NackTracker& tracker, Time now) {
  std::array<PacketIndex, NackTracker::kMaxMissing> out;
  const std::size_t n = tracker.due(now, out);
  return {out.begin(), out.begin() + static_cast<std::ptrdiff_t>(n)};
}

TEST(NackTracker, AsksForAGapAtOnceAndAgainAfterOneRoundTrip) {
  NackTracker tracker;
  tracker.on_round_trip(80ms);
  tracker.on_packet(PacketIndex(10), start);
  tracker.on_packet(PacketIndex(12), start);

  EXPECT_EQ(tracker.next_deadline(), start);
  EXPECT_EQ(due(tracker, start), std::vector{PacketIndex(11)});
  EXPECT_EQ(tracker.next_deadline(), start + 80ms);
  EXPECT_TRUE(due(tracker, start + 79ms).empty());
  EXPECT_EQ(due(tracker, start + 80ms), std::vector{PacketIndex(11)});
}

TEST(NackTracker, StopsAskingWhenThePacketCame) {
  NackTracker tracker;
  tracker.on_packet(PacketIndex(10), start);
  tracker.on_packet(PacketIndex(14), start);
  tracker.on_packet(PacketIndex(12), start);
  EXPECT_EQ(due(tracker, start), (std::vector{PacketIndex(11), PacketIndex(13)}));
  tracker.on_packet(PacketIndex(11), start);
  tracker.on_packet(PacketIndex(13), start);
  EXPECT_EQ(tracker.next_deadline(), kNever);
}

TEST(NackTracker, GivesUpAfterTenTries) {
  NackTracker tracker;
  tracker.on_packet(PacketIndex(10), start);
  tracker.on_packet(PacketIndex(12), start);
  std::size_t asked = 0;
  for (Time now = start; tracker.next_deadline() != kNever; now = tracker.next_deadline()) {
    asked += due(tracker, now).size();
    ASSERT_LT(asked, 100u);
  }
  EXPECT_EQ(asked, std::size_t{NackTracker::kMaxTries});
  EXPECT_EQ(tracker.given_up(), 1u);
}

TEST(NackTracker, PrefersTheNewestOfALongGap) {
  NackTracker tracker;
  tracker.on_packet(PacketIndex(10), start);
  tracker.on_packet(PacketIndex(12), start);
  tracker.on_packet(PacketIndex(1000), start);
  const auto asked = due(tracker, start);
  ASSERT_EQ(asked.size(), NackTracker::kMaxMissing);
  EXPECT_EQ(asked.back(), PacketIndex(999));
  EXPECT_EQ(tracker.given_up(), 1 + 987 - NackTracker::kMaxMissing);
}

TEST(NackTracker, HandsOutTheRestLaterIfThereIsNoRoomNow) {
  NackTracker tracker;
  tracker.on_packet(PacketIndex(10), start);
  tracker.on_packet(PacketIndex(16), start);
  std::array<PacketIndex, 2> two;
  EXPECT_EQ(tracker.due(start, two), 2u);
  EXPECT_EQ(tracker.next_deadline(), start);
  EXPECT_EQ(due(tracker, start).size(), 3u);
}

// Goal: at 5 % loss each way on a 50 ms round trip, every packet arrives in the end.
// Method: 50 seeds, 20 s of 100 packets a second each, stepped 1 ms at a time in no time at all.
TEST(NackTrackerSim, RepairsFivePercentLossBothWays) {
  struct Flying {
    Time at;
    PacketIndex index;
  };
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    SeededRandom random(seed);
    const auto survives = [&] { return random.next() % 1000 >= 50; };
    NackTracker tracker;
    tracker.on_round_trip(50ms);
    std::deque<Flying> media;
    std::deque<Flying> nacks;
    std::set<std::uint64_t> arrived;
    std::uint64_t sent = 0;
    for (Time now = start; now < start + 21s; now += 1ms) {
      const auto send = [&](PacketIndex index) {
        if (survives()) media.push_back({now + 25ms, index});
      };
      if (now < start + 20s && (now - start) % 10ms == 0ns) send(PacketIndex(1000 + sent++));
      for (; !nacks.empty() && nacks.front().at <= now; nacks.pop_front()) {
        send(nacks.front().index);
      }
      for (; !media.empty() && media.front().at <= now; media.pop_front()) {
        arrived.insert(media.front().index.value());
        tracker.on_packet(media.front().index, now);
      }
      for (const PacketIndex index : due(tracker, now)) {
        if (survives()) nacks.push_back({now + 25ms, index});
      }
    }
    // The very first has nothing before it, the last ones nothing after them, to reveal a loss.
    EXPECT_GE(arrived.size() + 4, sent);
    EXPECT_EQ(tracker.given_up(), 0u);
  }
}

TEST(KeyframeGate, MergesWishesAndKeepsItsInterval) {
  KeyframeGate gate(500ms);
  EXPECT_FALSE(gate.due(start));
  gate.request(start);
  gate.request(start);
  EXPECT_TRUE(gate.due(start));
  EXPECT_FALSE(gate.due(start));
  gate.on_keyframe();
  gate.request(start + 100ms);
  EXPECT_EQ(gate.next_deadline(), start + 500ms);
  EXPECT_FALSE(gate.due(start + 499ms));
  EXPECT_TRUE(gate.due(start + 500ms));
}

TEST(KeyframeGate, AsksAgainUntilOneComes) {
  KeyframeGate gate(500ms);
  gate.request(start);
  EXPECT_TRUE(gate.due(start));
  EXPECT_TRUE(gate.due(start + 500ms));
  EXPECT_TRUE(gate.due(start + 1000ms));
  gate.on_keyframe();
  EXPECT_EQ(gate.next_deadline(), kNever);
  EXPECT_FALSE(gate.due(start + 1500ms));
}

TEST(KeyframeGate, WaitsForALongRoundTrip) {
  KeyframeGate gate(500ms);
  gate.on_round_trip(900ms);
  gate.request(start);
  EXPECT_TRUE(gate.due(start));
  EXPECT_EQ(gate.next_deadline(), start + 1000ms);
}

TEST(KeyframeGate, DropsAWishThatNobodyAnswers) {
  KeyframeGate gate(500ms);
  gate.request(start);
  int asked = 0;
  for (Time now = start; now < start + 60s; now += 100ms) asked += gate.due(now) ? 1 : 0;
  EXPECT_EQ(asked, KeyframeGate::kMaxAsks);
  EXPECT_FALSE(gate.wanted());
}

TEST(SequenceWindow, TellsNewLateAndDuplicateApart) {
  SequenceWindow window;
  EXPECT_EQ(window.on_packet(WireSeq(65534)).arrival, Arrival::first);
  EXPECT_EQ(window.on_packet(WireSeq(1)).arrival, Arrival::in_order);
  EXPECT_EQ(window.on_packet(WireSeq(0)).arrival, Arrival::late);
  EXPECT_EQ(window.on_packet(WireSeq(0)).arrival, Arrival::duplicate);
  EXPECT_EQ(window.on_packet(WireSeq(1)).arrival, Arrival::duplicate);
  EXPECT_EQ(window.newest(), PacketIndex(0x2'0001));
  // Reordered at the very start: before the first, yet with an index of its own.
  const auto before = window.on_packet(WireSeq(65533));
  EXPECT_EQ(before.arrival, Arrival::late);
  EXPECT_EQ(before.index, PacketIndex(0x1'fffd));
}

TEST(SequenceWindow, ForgetsWhatIsAWindowAgo) {
  SequenceWindow window;
  window.on_packet(WireSeq(0));
  for (std::uint16_t seq = 2; seq <= 2000; ++seq) window.on_packet(WireSeq(seq));
  EXPECT_EQ(window.on_packet(WireSeq(1)).arrival, Arrival::too_old);
  EXPECT_EQ(window.on_packet(WireSeq(1000)).arrival, Arrival::duplicate);
  EXPECT_EQ(window.on_packet(WireSeq(4000)).arrival, Arrival::in_order);
  EXPECT_EQ(window.on_packet(WireSeq(3999)).arrival, Arrival::late);
}

TEST(SequenceWindow, BelievesAJumpOnlyWhenASecondPacketConfirmsIt) {  // RFC 3550 appendix A.1
  SequenceWindow window;
  const auto first = window.on_packet(WireSeq(100));
  EXPECT_EQ(window.on_packet(WireSeq(20000)).arrival, Arrival::too_old);
  EXPECT_EQ(window.on_packet(WireSeq(101)).arrival, Arrival::in_order);
  EXPECT_EQ(window.on_packet(WireSeq(20001)).arrival, Arrival::too_old);
  const auto jumped = window.on_packet(WireSeq(20002));
  EXPECT_EQ(jumped.arrival, Arrival::jumped);
  EXPECT_GT(jumped.index.value(), first.index.value() + 0x1'0000);
  EXPECT_EQ(rtp::wrap(jumped.index), WireSeq(20002));
  EXPECT_EQ(window.on_packet(WireSeq(20003)).arrival, Arrival::in_order);
}

TEST(SequenceWindow, BeginsAnewAtOnceForAnotherSource) {
  SequenceWindow window;
  window.on_packet(WireSeq(100));
  window.expect_jump();
  EXPECT_EQ(window.on_retransmission(WireSeq(99)).arrival, Arrival::too_old);
  EXPECT_EQ(window.on_packet(WireSeq(99)).arrival, Arrival::jumped);
}

TEST(SequenceWindow, ARetransmissionFillsGapsButNeverLeadsAway) {
  SequenceWindow window;
  EXPECT_EQ(window.on_retransmission(WireSeq(5)).arrival, Arrival::too_old);
  window.on_packet(WireSeq(10));
  window.on_packet(WireSeq(12));
  EXPECT_EQ(window.on_retransmission(WireSeq(11)).arrival, Arrival::late);
  EXPECT_EQ(window.on_retransmission(WireSeq(11)).arrival, Arrival::duplicate);
  EXPECT_EQ(window.on_retransmission(WireSeq(13)).arrival, Arrival::in_order);
  EXPECT_EQ(window.on_retransmission(WireSeq(9000)).arrival, Arrival::too_old);
  EXPECT_EQ(window.on_retransmission(WireSeq(9001)).arrival, Arrival::too_old);
}

TEST(Reception, CountsLossAsTheRfcDoes) {
  Reception reception;
  for (std::uint64_t i = 0; i < 100; ++i) {
    if (i % 4 == 3) continue;
    reception.on_packet(PacketIndex(0x1'0000 + i), rtp::MediaTicks(i * 960), 48000, true,
                        start + i * 20ms);
  }
  const auto first = reception.report(7, start + 2s);
  EXPECT_EQ(first.ssrc, 7u);
  EXPECT_EQ(first.cumulative_lost, 24);  // The hundredth is not known to be missing.
  EXPECT_EQ(first.fraction_lost, (24 << 8) / 99);
  EXPECT_EQ(first.highest_sequence, 98u);
  EXPECT_EQ(first.last_sr, 0u);
  const auto second = reception.report(7, start + 3s);
  EXPECT_EQ(second.fraction_lost, 0);
  EXPECT_EQ(second.cumulative_lost, 24);
}

TEST(Reception, ReportsCyclesInTheUpperHalf) {
  Reception reception;
  reception.on_packet(rtp::first_index(WireSeq(65535)), rtp::MediaTicks(1), 90000, true, start);
  reception.on_packet(PacketIndex(0x2'0000), rtp::MediaTicks(1), 90000, true, start);
  EXPECT_EQ(reception.report(1, start).highest_sequence, 0x1'0000u);
}

TEST(Reception, EchoesTheSenderReport) {
  Reception reception;
  reception.on_packet(PacketIndex(0x1'0000), rtp::MediaTicks(1), 90000, true, start);
  reception.on_sender_report(rtp::NtpTime(0x1111'2222'3333'4444), start + 1s);
  const auto block = reception.report(1, start + 1500ms);
  EXPECT_EQ(block.last_sr, 0x2222'3333u);
  EXPECT_EQ(block.delay_since_last_sr, 1u << 15);
}

TEST(Reception, JitterSettlesAtTheMeanDeviation) {
  Reception steady;
  Reception shaky;
  for (std::uint64_t i = 0; i < 500; ++i) {
    const rtp::MediaTicks ticks(i * 960);
    steady.on_packet(PacketIndex(0x1'0000 + i), ticks, 48000, true, start + i * 20ms);
    shaky.on_packet(PacketIndex(0x1'0000 + i), ticks, 48000, true,
                    start + i * 20ms + (i % 2 == 0 ? 0ms : 8ms));
  }
  EXPECT_LT(steady.jitter(), 1ms);
  EXPECT_GT(shaky.jitter(), 7ms);
  EXPECT_LT(shaky.jitter(), 9ms);
}

TEST(BitrateMeter, FollowsTheLastSecond) {
  BitrateMeter meter;
  EXPECT_EQ(meter.bits_per_second(start), 0u);
  Time now = start;
  for (int i = 0; i < 300; ++i, now += 10ms) meter.on_bytes(1250, now);  // 1 Mbit/s
  EXPECT_NEAR(static_cast<double>(meter.bits_per_second(now)), 1e6, 0.1e6);
  EXPECT_EQ(meter.bits_per_second(now + 2s), 0u);
}

/// Of three seconds of 30 pictures a second in three temporal layers: 500 bytes in the lowest
/// spatial layer, and twice as much in each further one.
StepRates measured(std::size_t spatial, auto&& describe) {
  constexpr std::array<std::uint8_t, 4> kPattern = {0, 2, 1, 2};
  StepMeter meter;
  Time now = start;
  for (std::size_t i = 0; i < 90; ++i, now += 33ms) {
    for (std::size_t s = 0; s < spatial; ++s) {
      PacketFacts facts;
      facts.spatial = static_cast<std::uint8_t>(s);
      facts.temporal = kPattern[i % 4];
      describe(facts, i);
      meter.on_packet(facts, 500u << s, now);
    }
  }
  EXPECT_EQ(meter.rates(now + 2s), StepRates{});
  return meter.rates(now);
}

/// Bits per second of 500 bytes, 30 times a second.
constexpr double kUnit = 500 * 8 / 0.033;

TEST(StepMeter, ATemporalLayerCostsAllThatIsBelowIt) {
  const StepRates rates = measured(1, [](PacketFacts&, std::size_t) {});
  EXPECT_NEAR(rates[0][0], kUnit / 4, kUnit * 0.03);
  EXPECT_NEAR(rates[0][1], kUnit / 2, kUnit * 0.05);
  EXPECT_NEAR(rates[0][2], kUnit, kUnit * 0.1);
  EXPECT_EQ(rates[0][3], 0u) << "there is none";
  EXPECT_EQ(rates[1][0], 0u) << "nor this";
}

TEST(StepMeter, ASpatialLayerCostsAllThatIsBelowIt) {
  const StepRates rates = measured(3, [](PacketFacts&, std::size_t) {});
  EXPECT_NEAR(rates[0][2], kUnit, kUnit * 0.1);
  EXPECT_NEAR(rates[1][2], 3 * kUnit, kUnit * 0.3);
  EXPECT_NEAR(rates[2][2], 7 * kUnit, kUnit * 0.7);
  EXPECT_NEAR(rates[2][0], 7 * kUnit / 4, kUnit * 0.2);
}

// L3T3_KEY: a higher layer needs the lower ones in key pictures only, and its descriptor says so.
TEST(StepMeter, ByTheDependencyDescriptorALayerCostsWhatItNeeds) {
  const StepRates rates = measured(3, [](PacketFacts& facts, std::size_t picture) {
    DependencyFacts dependency;
    dependency.target_count = 9;
    for (std::size_t target = 0; target < 9; ++target) {
      const std::size_t spatial = target / 3;
      const std::size_t temporal = target % 3;
      dependency.target_layers[target] = static_cast<std::uint8_t>(spatial << 4 | temporal);
      const bool in_space = picture % 30 == 0 ? facts.spatial <= spatial : facts.spatial == spatial;
      constexpr std::uint64_t kRequired = 3;
      if (in_space && facts.temporal <= temporal) dependency.indications |= kRequired << 2 * target;
    }
    dependency.active_targets = 0b000'111'111;  // The publisher has stopped the highest.
    facts.dependency = dependency;
  });
  EXPECT_NEAR(rates[0][2], kUnit, kUnit * 0.1);
  EXPECT_NEAR(rates[1][2], 2 * kUnit + kUnit / 30, kUnit * 0.2);
  EXPECT_NEAR(rates[1][0], kUnit / 2, kUnit * 0.1);
  EXPECT_EQ(rates[2][2], 0u);
}

TEST(SourceTable, FindsWhatWasPutAndNothingElse) {
  SourceTable table;
  SeededRandom random(3);
  std::vector<std::uint32_t> ssrcs;
  for (std::uint16_t i = 0; i < 600; ++i) {
    ssrcs.push_back(random.u32());
    ASSERT_TRUE(table.insert(ssrcs.back(), {i, 0, false}));
  }
  for (std::size_t i = 0; i < ssrcs.size(); i += 3) table.erase(ssrcs[i]);
  for (std::size_t i = 0; i < ssrcs.size(); ++i) {
    const Source* const source = table.find(ssrcs[i]);
    if (i % 3 == 0) {
      EXPECT_EQ(source, nullptr);
    } else {
      ASSERT_NE(source, nullptr);
      EXPECT_EQ(source->stream, i);
    }
  }
  EXPECT_EQ(table.size(), 400u);
  table.erase(0xdead);
  EXPECT_EQ(table.find(0xdead), nullptr);
}

TEST(SourceTable, IsBounded) {
  SourceTable table;
  std::size_t taken = 0;
  for (std::uint32_t i = 0; i < 5000; ++i) taken += table.insert(i, {}) ? 1u : 0u;
  EXPECT_EQ(taken, SourceTable::kMaxSources);
}

struct Feedback {
  std::array<std::uint8_t, rtcp::kMaxCompoundSize> bytes{};
  rtcp::Writer writer{bytes};

  /// One character per status: x arrived, - did not. With the base number in front.
  std::vector<std::string> read() const {
    std::vector<std::string> out;
    for (const rtcp::PacketView& packet : rtcp::Compound(writer.bytes())) {
      const auto feedback = rtcp::parse_transport_feedback(packet);
      if (!feedback) continue;
      out.push_back(std::to_string(feedback->base_sequence) + " ");
      rtcp::TransportFeedback::PacketStatus status;
      for (auto cursor = feedback->statuses(); cursor.next(status);) {
        out.back() += status.received ? 'x' : '-';
      }
    }
    return out;
  }
};

TEST(ArrivalLog, TellsOfArrivalsAndLossesEvery50Milliseconds) {
  ArrivalLog log;
  EXPECT_EQ(log.next_deadline(), kNever);
  log.on_packet(65534, start);
  log.on_packet(65535, start + 1ms);
  log.on_packet(1, start + 2ms);
  EXPECT_EQ(log.next_deadline(), start + 50ms);
  Feedback first;
  EXPECT_FALSE(log.write(first.writer, start + 49ms, 1, 2));
  EXPECT_TRUE(first.writer.empty());
  EXPECT_FALSE(log.write(first.writer, start + 50ms, 1, 2));
  EXPECT_EQ(first.read(), std::vector<std::string>{"65534 xx-x"});
  EXPECT_EQ(log.next_deadline(), kNever);

  // A loss between two feedbacks is told by the second.
  log.on_packet(3, start + 60ms);
  Feedback second;
  log.write(second.writer, start + 110ms, 1, 2);
  EXPECT_EQ(second.read(), std::vector<std::string>{"2 -x"});
}

TEST(ArrivalLog, TakesBackWhatItCalledLost) {
  ArrivalLog log;
  log.on_packet(10, start);
  log.on_packet(12, start);
  Feedback first;
  log.write(first.writer, start + 50ms, 1, 2);
  log.on_packet(11, start + 60ms);
  log.on_packet(13, start + 60ms);
  Feedback second;
  log.write(second.writer, start + 110ms, 1, 2);
  EXPECT_EQ(second.read(), std::vector<std::string>{"11 xxx"});
}

TEST(ArrivalLog, TellsAtOnceWhenMuchWaits) {
  ArrivalLog log;
  for (std::uint16_t i = 0; i < ArrivalLog::kMaxPending; ++i) log.on_packet(i, start);
  EXPECT_EQ(log.next_deadline(), start);
}

TEST(ArrivalLog, SplitsWhatDoesNotFitAndSurvivesJumps) {
  ArrivalLog log;
  for (std::uint16_t i = 0; i < 900; ++i) log.on_packet(i, start);
  Feedback all;
  int packets = 0;
  while (log.write(all.writer, start + 50ms, 1, 2)) {
    packets += static_cast<int>(all.read().size());
    all.writer.clear();
    ASSERT_LT(packets, 20);
  }
  log.on_packet(30000, start + 60ms);
  log.on_packet(100, start + 60ms);  // Far behind now: not told.
  Feedback jump;
  EXPECT_FALSE(log.write(jump.writer, start + 200ms, 1, 2));
  ASSERT_EQ(jump.read().size(), 1u);
  EXPECT_EQ(jump.read()[0].back(), 'x');
}

}  // namespace
}  // namespace parley::media
