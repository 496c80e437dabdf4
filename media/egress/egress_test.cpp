#include "media/egress/egress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <vector>

#include "base/random.h"
#include "media/packet/pool.h"
#include "protocols/bwe/probe_planner.h"
#include "protocols/fec/test_decoder.h"
#include "protocols/rtcp/feedback.h"
#include "protocols/rtcp/reports.h"
#include "protocols/rtcp/transport_feedback.h"
#include "protocols/rtp/elements.h"
#include "protocols/rtp/packet.h"
#include "protocols/rtp/rtx.h"

// One subscriber's transport, from a Rewrite to what it decrypts, and its feedback.
namespace parley::media {
namespace {

constexpr Time start{1000s};
constexpr std::uint32_t kSsrc = 0x1234;
constexpr std::uint32_t kRtxSsrc = 0x1235;

CodecBinding binding(Codec codec, std::uint8_t payload_type) {
  CodecBinding out;
  out.codec = codec;
  out.payload_type = payload_type;
  out.clock_rate = 90000;
  return out;
}

class EgressTest : public testing::TestWithParam<srtp::Suite>,
                   public TrainSender,
                   public EgressHost {
 protected:
  void send(std::span<const Train> trains) override {
    for (const Train& train : trains) {
      EXPECT_EQ(train.path, path);
      for (std::size_t at = 0; at < train.bytes.size(); at += train.segment) {
        const std::size_t size = std::min(train.segment, train.bytes.size() - at);
        wire.push_back(to_vector(train.bytes.subspan(at, size)));
      }
    }
    train_count += trains.size();
  }
  std::optional<ReportTime> report_time(SubscriptionId, Time) override { return report; }
  void on_keyframe_wanted(SubscriptionId id, Time) override { keyframes.push_back(id); }
  void on_overrun(SubscriptionId id, Time) override { overruns.insert(id); }
  void on_loss_reported(SubscriptionId, std::uint32_t packets, std::uint8_t lost, Time) override {
    losses.emplace_back(packets, lost);
  }

  Subscribe subscribe() {
    Subscribe out;
    out.subscription = SubscriptionId(9);
    out.mid = "3";
    out.ssrc = kSsrc;
    out.rtx_ssrc = kRtxSsrc;
    out.codecs = {binding(Codec::vp8, 120)};
    out.codecs[0].rtx_payload_type = 121;
    out.extensions.mid = 1;
    out.extensions.abs_send_time = 2;
    out.extensions.transport_sequence = 3;
    out.extensions.abs_capture_time = 4;
    out.nack = true;
    return out;
  }

  EgressStream& add(const Subscribe& command, Kind kind = Kind::video,
                    std::uint64_t first_index = 1) {
    Egress::Beginning beginning = egress.beginning(command.ssrc, command.rtx_ssrc);
    if (!beginning.rtp.started) beginning.rtp.next_index = first_index;
    return egress.add(command, kind, history, "cname", beginning);
  }

  PacketRef packet(std::size_t size, std::uint8_t fill, bool keyframe = false) {
    PacketDraft draft = pool.draft();
    draft.facts().keyframe_start = keyframe;
    draft.facts().codec = Codec::vp8;
    draft.facts().received = now;
    draft.facts().capture_time = rtp::AbsCaptureTime{rtp::NtpTime(0x1122'3344'5566'7788), {}};
    EXPECT_TRUE(draft.set_bytes(ByteVector(size, fill)));
    return std::move(draft).freeze();
  }

  void forward(EgressStream& stream, std::uint64_t index, std::size_t size = 500,
               bool keyframe = false, bool marker = true) {
    const PacketRef one = packet(size, static_cast<std::uint8_t>(index), keyframe);
    Rewrite rewrite;
    rewrite.index = index;
    rewrite.timestamp = timestamp;
    rewrite.marker = marker;
    if (marker) timestamp += 3000;
    rewrite.payload_type = 120;
    rewrite.payload_size = static_cast<std::uint16_t>(size);
    egress.enqueue(stream, one, rewrite, history.store(one));
  }

  void flush() {
    writer.begin(*this);
    egress.flush(path, sender, writer, *this, now);
    writer.end();
    egress.clear_queue();
  }
  /// What may, by its pace.
  void leave_within(Duration duration) {
    const Time end = now + duration;
    for (; now <= end; now = std::max(now + 1us, egress.next_train(now))) flush();
    now = end;
  }

  /// Decrypts what was sent; the views point into `plain`.
  std::vector<rtp::PacketView> received() {
    std::vector<rtp::PacketView> out;
    for (ByteVector& datagram : wire) {
      const auto bytes = receiver.unprotect_rtp(datagram);
      EXPECT_TRUE(bytes);
      if (!bytes) continue;
      plain.push_back(to_vector(*bytes));
      out.push_back(*rtp::parse(plain.back()));
    }
    wire.clear();
    return out;
  }

  std::vector<std::uint64_t> numbers() {
    std::vector<std::uint64_t> out;
    for (const rtp::PacketView& packet : received()) out.push_back(packet.sequence.value());
    return out;
  }

  template <typename Write>
  void feedback(Write write) {
    ByteVector buffer(rtcp::kMaxCompoundSize);
    rtcp::Writer out(buffer);
    write(out);
    egress.on_rtcp(out.bytes(), now, *this);
  }
  void nack(const std::vector<std::uint16_t>& sequences) {
    std::vector<rtp::WireSeq> wanted;
    for (const std::uint16_t seq : sequences) wanted.emplace_back(seq);
    feedback([&](rtcp::Writer& out) { rtcp::write_nack(out, 1, kSsrc, wanted); });
  }

  SeededRandom random{5};
  srtp::Engine engine;
  srtp::MasterKey key{{1, 2, 3}, {4, 5, 6}};
  srtp::Sender sender{engine, GetParam(), key};
  srtp::Receiver receiver{engine, GetParam(), key};
  PacketPool pool;
  PacketHistory history{PacketHistory::kVideoPackets};
  RtpWriter writer{engine};
  Egress egress{random};
  Path path{.remote = {IpAddress::v4(192, 0, 2, 1), 4000}};
  Time now = start;
  std::vector<ByteVector> wire;
  std::vector<ByteVector> plain;
  std::size_t train_count = 0;
  std::uint32_t timestamp = 777;  ///< Of the next picture.
  std::vector<SubscriptionId> keyframes;
  std::set<SubscriptionId> overruns;
  std::vector<std::pair<std::uint32_t, int>> losses;  ///< Packets, and of 256 of them.
  std::optional<ReportTime> report;
};

INSTANTIATE_TEST_SUITE_P(Suites, EgressTest,
                         testing::Values(srtp::Suite::aead_aes_128_gcm,
                                         srtp::Suite::aes_128_cm_sha1_80),
                         [](const auto& suite) {
                           return suite.param == srtp::Suite::aead_aes_128_gcm ? "gcm" : "cm";
                         });

TEST_P(EgressTest, WritesOneTrainThatTheSubscriberCanRead) {
  plain.reserve(100);
  EgressStream& stream = add(subscribe());
  for (std::uint64_t i = 0; i < 8; ++i) forward(stream, 7'000 + i);
  flush();
  EXPECT_EQ(train_count, 1u);
  const auto packets = received();
  ASSERT_EQ(packets.size(), 8u);
  for (std::size_t i = 0; i < packets.size(); ++i) {
    EXPECT_EQ(packets[i].ssrc, kSsrc);
    EXPECT_EQ(packets[i].payload_type, 120);
    EXPECT_EQ(packets[i].sequence.value(), static_cast<std::uint16_t>(7'000 + i));
    EXPECT_EQ(packets[i].timestamp.value(), 777 + 3000 * i);
    EXPECT_EQ(packets[i].payload.size(), 500u);
    EXPECT_EQ(packets[i].payload[0], static_cast<std::uint8_t>(7'000 + i));
    EXPECT_EQ(rtp::read_text(*packets[i].extensions.find(1)), "3");
    EXPECT_EQ(rtp::read_abs_send_time(*packets[i].extensions.find(2)), rtp::to_abs_send_time(now));
    EXPECT_EQ(rtp::read_transport_sequence(*packets[i].extensions.find(3)), i + 1);
    EXPECT_EQ(rtp::read_abs_capture_time(*packets[i].extensions.find(4))->captured,
              rtp::NtpTime(0x1122'3344'5566'7788));
  }
}

TEST_P(EgressTest, EvensOutPacketsOfNearlyOneSize) {
  plain.reserve(100);
  EgressStream& stream = add(subscribe());
  const std::vector<std::size_t> sizes = {1000, 1000, 1001, 1001, 998, 1001, 700};
  for (std::uint64_t i = 0; i < sizes.size(); ++i) forward(stream, 1 + i, sizes[i]);
  flush();
  EXPECT_EQ(train_count, 1u);
  const std::vector<ByteVector> first = wire;
  auto packets = received();
  ASSERT_EQ(packets.size(), sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) EXPECT_EQ(packets[i].payload.size(), sizes[i]);
  EXPECT_EQ(packets[4].padding, 3);
  // Sent again it is what it was, or on the retransmission stream without padding.
  now += 50ms;
  nack({5});
  flush();
  packets = received();
  ASSERT_EQ(packets.size(), 1u);
  EXPECT_EQ(packets[0].padding, 0);
  EXPECT_EQ(packets[0].payload.size(), 1000u);
}

TEST_P(EgressTest, SoundOfSeveralSpeakersLeavesInOneTrain) {
  plain.reserve(100);
  std::vector<EgressStream*> speakers;
  for (std::uint32_t i = 0; i < 5; ++i) {
    Subscribe command = subscribe();
    command.subscription = SubscriptionId(20 + i);
    command.ssrc = 100 + i;
    command.rtx_ssrc = 0;
    speakers.push_back(&add(command, Kind::audio));
  }
  const std::vector<std::size_t> sizes = {80, 61, 120, 74, 3};
  for (std::size_t i = 0; i < sizes.size(); ++i) forward(*speakers[i], 7 + i, sizes[i]);
  flush();
  // A pause's three bytes would take too much padding, but the end of a train may be shorter.
  EXPECT_EQ(train_count, 1u);
  const auto packets = received();
  ASSERT_EQ(packets.size(), sizes.size());
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    EXPECT_EQ(packets[i].ssrc, 100 + i);
    EXPECT_EQ(packets[i].payload.size(), sizes[i]);
  }
  EXPECT_EQ(packets[1].padding, 59);
  EXPECT_EQ(packets[2].padding, 0);
}

TEST_P(EgressTest, PicturesForANarrowPathLeaveInTrains) {
  plain.reserve(100);
  egress.set_pace(8'000'000, now);  // A kilobyte a millisecond.
  EgressStream& stream = add(subscribe());
  for (std::uint64_t i = 0; i < 40; ++i) forward(stream, 1 + i, 1000);
  flush();
  // A train of ten kilobytes, the packet that fills it included.
  EXPECT_EQ(received().size(), 10u);
  EXPECT_GT(egress.next_train(now), now + 10ms);
  EXPECT_LT(egress.next_train(now), now + 11ms);
  now += 5ms;
  flush();
  EXPECT_TRUE(received().empty());
  std::size_t rest = 0;
  for (int i = 0; i < 3; ++i) {
    now = egress.next_train(now);
    flush();
    rest += received().size();
  }
  EXPECT_EQ(rest, 30u);
  EXPECT_EQ(egress.next_train(now), kNever);
  EXPECT_FALSE(egress.has_queue());
}

TEST_P(EgressTest, SoundWaitsForNoPictureAndWhatIsSentAgainComesBeforeNewOnes) {
  plain.reserve(100);
  EgressStream& picture = add(subscribe());
  for (std::uint64_t i = 0; i < 3; ++i) forward(picture, 1 + i, 1000);
  flush();
  received();
  egress.set_pace(800'000, now);
  Subscribe command = subscribe();
  command.subscription = SubscriptionId(10);
  command.ssrc = 99;
  command.rtx_ssrc = 0;
  EgressStream& sound = add(command, Kind::audio);
  for (std::uint64_t i = 0; i < 20; ++i) forward(picture, 4 + i, 1000);
  flush();
  received();
  now += 20ms;
  forward(sound, 7, 100);
  nack({2});
  flush();
  const auto at_once = received();
  ASSERT_EQ(at_once.size(), 1u);
  EXPECT_EQ(at_once[0].ssrc, 99u);

  now = egress.next_train(now);
  flush();
  const auto later = received();
  ASSERT_GE(later.size(), 2u);
  EXPECT_EQ(later[0].ssrc, kRtxSsrc);
  EXPECT_EQ(later[1].ssrc, kSsrc);
}

// A path that loses because it is full would be filled by what it is asked for again.
TEST_P(EgressTest, ANarrowPathIsNotFilledWithWhatIsSentAgain) {
  EgressStream& stream = add(subscribe());
  for (std::uint64_t i = 1; i <= 200; ++i) forward(stream, i, 1000);
  flush();
  wire.clear();
  egress.set_pace(400'000, now);
  std::vector<std::uint16_t> all(200);
  std::iota(all.begin(), all.end(), std::uint16_t{1});
  nack(all);
  for (int i = 0; i < 100; ++i) {
    flush();
    now += 10ms;
  }
  // A quarter of a second of the path, and a train.
  EXPECT_GE(wire.size(), 11u);
  EXPECT_LE(wire.size(), 13u);
  EXPECT_GE(egress.counters().nacked_in_vain, 180u);
  EXPECT_FALSE(egress.has_queue());
}

TEST_P(EgressTest, ANarrowPathIsSentNothingAgainOfBeforeAKeyFrame) {
  EgressStream& stream = add(subscribe());
  for (std::uint64_t i = 1; i <= 5; ++i) forward(stream, i, 1000);
  flush();
  wire.clear();
  egress.set_pace(2'000'000, now);
  forward(stream, 6, 1000, true);
  forward(stream, 7, 1000);
  flush();
  EXPECT_EQ(wire.size(), 2u);
  wire.clear();
  nack({4, 5, 6});
  now += 100ms;
  flush();
  EXPECT_EQ(wire.size(), 1u);
  EXPECT_EQ(egress.counters().nacked_in_vain, 2u);
  egress.set_pace(0, now);
  nack({4, 5});
  flush();
  EXPECT_EQ(wire.size(), 3u);  // A wide one repairs everything.
}

TEST_P(EgressTest, AKeyFrameOfLongAgoKeepsNothingFromBeingSentAgain) {
  EgressStream& stream = add(subscribe());
  egress.set_pace(2'000'000, now);
  forward(stream, 6, 1000, true);
  flush();
  now += 100ms;
  forward(stream, 6 + 0x9000, 1000);  // More than half of all sequence numbers later.
  flush();
  wire.clear();
  nack({static_cast<std::uint16_t>(6 + 0x9000)});
  now += 100ms;
  flush();
  EXPECT_EQ(wire.size(), 1u);
}

TEST_P(EgressTest, WhatWouldWaitTooLongIsLetGoOf) {
  egress.set_pace(80'000, now);
  EgressStream& stream = add(subscribe());
  for (std::uint64_t i = 0; i < 12; ++i) forward(stream, 1 + i, 1000);  // More than a second.
  flush();
  EXPECT_TRUE(wire.empty());
  EXPECT_EQ(overruns, std::set{stream.id()});
  EXPECT_EQ(egress.counters().overruns, 1u);
  EXPECT_FALSE(egress.has_queue());
}

TEST_P(EgressTest, WhatIsLetGoOfLeavesNoHoleInTheNumbers) {
  plain.reserve(100);
  EgressStream& stream = add(subscribe());
  const std::uint64_t first = 1;
  for (std::uint64_t i = 0; i < 3; ++i) forward(stream, first + i, 1000);
  flush();
  egress.set_pace(80'000, now);
  for (std::uint64_t i = 3; i < 15; ++i) forward(stream, first + i, 1000);  // More than a second.
  flush();
  EXPECT_EQ(egress.counters().overruns, 1u);
  now += 1s;
  forward(stream, first + 15, 400, true);
  forward(stream, first + 9, 400);  // That its publisher has sent once more.
  forward(stream, first + 16, 400);
  leave_within(1s);
  EXPECT_EQ(numbers(),
            (std::vector<std::uint64_t>{first, first + 1, first + 2, first + 3, first + 4}));
  nack({static_cast<std::uint16_t>(first + 3)});
  now += 1s;
  flush();
  EXPECT_EQ(received().at(0).payload.size(), 402u) << "the key frame, with its number";
}

TEST_P(EgressTest, AKeyFrameTakesTheNumbersOfThoseThatItLeavesBehind) {
  plain.reserve(100);
  egress.set_pace(400'000, now);
  EgressStream& stream = add(subscribe());
  const std::uint64_t first = 1;
  for (std::uint64_t i = 0; i < 18; ++i) forward(stream, first + i, 1000);
  flush();
  EXPECT_EQ(numbers().size(), 1u);  // The rest would take 360 ms.
  forward(stream, first + 18, 1000, true);
  now += 1s;
  flush();
  EXPECT_EQ(numbers(), (std::vector<std::uint64_t>{first + 1}));
}

TEST_P(EgressTest, APictureOfWhichAPartHasLeftIsFinished) {
  plain.reserve(100);
  egress.set_pace(400'000, now);
  EgressStream& stream = add(subscribe());
  for (std::uint64_t i = 1; i <= 13; ++i) forward(stream, i, 1000, false, i == 13);
  flush();
  EXPECT_EQ(numbers().size(), 1u);
  forward(stream, 14, 1100);  // Others, which make the wait longer still.
  forward(stream, 15, 1100);
  forward(stream, 16, 1000, true);
  leave_within(2s);
  std::vector<std::uint64_t> rest_and_key(13);
  std::iota(rest_and_key.begin(), rest_and_key.end(), 2);
  EXPECT_EQ(numbers(), rest_and_key);
}

// Nobody must take a part for all of it.
TEST_P(EgressTest, APictureThatEndsInItsMiddleIsMissedByItsNumbers) {
  plain.reserve(100);
  egress.set_pace(400'000, now);
  EgressStream& stream = add(subscribe());
  // Its end is not here yet.
  for (std::uint64_t i = 1; i <= 20; ++i) forward(stream, i, 1000, false, false);
  flush();
  EXPECT_EQ(numbers().size(), 1u);
  forward(stream, 21, 1000, true);
  now += 2s;
  flush();
  EXPECT_EQ(numbers(), (std::vector<std::uint64_t>{3}));
}

TEST_P(EgressTest, WhatHasNotLeftWhenItsStreamEndsIsNotCounted) {
  egress.set_pace(80'000, now);
  EgressStream& stream = add(subscribe());
  const std::uint64_t first = 1;
  for (std::uint64_t i = 0; i < 13; ++i) forward(stream, first + i, 900);
  flush();
  const std::size_t left = wire.size();
  EXPECT_LT(left, 13u);
  egress.remove(stream.id(), {.next_index = first + 13, .started = true, .timestamp = 90});
  EXPECT_EQ(egress.beginning(kSsrc, 0).rtp.next_index, first + left);
}

TEST_P(EgressTest, WithoutALimitNothingWaitsAnyMore) {
  egress.set_pace(800'000, now);
  EgressStream& stream = add(subscribe());
  for (std::uint64_t i = 0; i < 40; ++i) forward(stream, 1 + i, 1000);
  flush();
  egress.set_pace(0, now);
  flush();
  EXPECT_EQ(wire.size(), 40u);
}

TEST_P(EgressTest, KnowsHowLargeAPacketWillBe) {
  for (const std::uint8_t mid : std::initializer_list<std::uint8_t>{0, 1, 15}) {
    for (const std::uint8_t send_time : std::initializer_list<std::uint8_t>{0, 2}) {
      Subscribe command = subscribe();
      command.extensions.mid = mid;
      command.extensions.abs_send_time = send_time;
      command.extensions.dependency_descriptor = 6;
      const EgressStream stream(command, Kind::video, history, "c", 1, 1);
      for (const std::size_t descriptor : std::initializer_list<std::size_t>{0, 3, 40}) {
        PacketDraft draft = pool.draft();
        ASSERT_TRUE(draft.set_bytes(ByteVector(100), ByteVector(descriptor)));
        draft.facts().dependency.emplace();
        draft.facts().dependency->target_count = 9;
        draft.facts().dependency->active_targets_at = 29;
        const PacketRef one = std::move(draft).freeze();
        for (const std::uint16_t targets : std::initializer_list<std::uint16_t>{0, 5}) {
          Rewrite rewrite;
          rewrite.payload_size = 100;
          rewrite.active_targets = targets;
          ByteVector out(1000);
          const auto written = stream.write(out, *one, rewrite, {.with_mid = mid != 0});
          EXPECT_EQ(stream.size_of(*one, rewrite), written.header_size + written.payload.size());
        }
      }
    }
  }
}

// The publisher's bytes are shared by all subscribers: each gets its own numbers in them, and the
// same ones when a packet is sent again.
TEST_P(EgressTest, PutsItsOwnNumbersIntoADependencyDescriptor) {
  plain.reserve(100);
  Subscribe command = subscribe();
  command.extensions.dependency_descriptor = 6;
  EgressStream& stream = add(command);
  const ByteVector descriptor{0xc1, 0x12, 0x34};
  PacketDraft draft = pool.draft();
  draft.facts().received = now;
  draft.facts().dependency.emplace();
  draft.facts().dependency->target_count = 9;
  draft.facts().dependency->active_targets_at = 29;
  ASSERT_TRUE(draft.set_bytes(ByteVector(100, 1), descriptor));
  const PacketRef one = std::move(draft).freeze();
  Rewrite rewrite{.index = 1, .payload_type = 120, .picture_id = 0xabcd, .active_targets = 0b101};
  rewrite.payload_size = 100;
  egress.enqueue(stream, one, rewrite, history.store(one));
  flush();
  nack({1});
  flush();
  const auto packets = received();
  ASSERT_EQ(packets.size(), 2u);
  // Flags 01000, then nine bits of the mask.
  const ByteVector expected{0xc1, 0xab, 0xcd, 0b0100'0000, 0b0001'0100};
  for (const rtp::PacketView& packet : packets) {
    const auto value = packet.extensions.find(6);
    ASSERT_TRUE(value);
    EXPECT_EQ(to_vector(*value), expected);
  }
  EXPECT_EQ(one->dependency_descriptor().size(), descriptor.size());
}

// It belongs to no frame, and must not say that it did.
TEST_P(EgressTest, APacketThatGoesOutEmptyHasNoDependencyDescriptor) {
  plain.reserve(100);
  Subscribe command = subscribe();
  command.extensions.dependency_descriptor = 6;
  EgressStream& stream = add(command);
  PacketDraft draft = pool.draft();
  draft.facts().received = now;
  ASSERT_TRUE(draft.set_bytes(ByteVector(100, 1), ByteVector{0xc1, 0x12, 0x34}));
  const PacketRef one = std::move(draft).freeze();
  egress.enqueue(stream, one, Rewrite{.index = 1, .payload_type = 120}, history.store(one));
  flush();
  EXPECT_FALSE(received().at(0).extensions.find(6));
}

TEST_P(EgressTest, StopsNamingTheMidOnceTheReceiverReports) {
  plain.reserve(100);
  EgressStream& stream = add(subscribe());
  feedback([&](rtcp::Writer& out) {
    const rtcp::ReportBlock block{.ssrc = kSsrc};
    rtcp::write_receiver_report(out, 1, std::span(&block, 1));
  });
  forward(stream, 1);
  flush();
  EXPECT_FALSE(received().at(0).extensions.find(1));
}

TEST_P(EgressTest, TellsOfHowManyPacketsAReportSaysWhatIsLost) {
  add(subscribe());
  const auto reported = [&](std::uint32_t highest, std::uint8_t fraction) {
    const rtcp::ReportBlock block{
        .ssrc = kSsrc, .fraction_lost = fraction, .highest_sequence = highest};
    feedback([&](rtcp::Writer& out) { rtcp::write_receiver_report(out, 1, std::span(&block, 1)); });
  };
  reported(0xfff0, 10);  // Of how many is not known yet.
  reported(0x1'0022, 13);
  reported(0x1'0022, 0);
  reported(0x1'0000, 99);  // Back: of another beginning.
  reported(0x1'0004, 64);
  EXPECT_EQ(losses, (std::vector<std::pair<std::uint32_t, int>>{{50, 13}, {4, 64}}));
}

TEST_P(EgressTest, WhatIsAskedForAgainUnderItsOwnNumberWasLost) {
  Subscribe command = subscribe();
  command.rtx_ssrc = 0;
  command.codecs[0].rtx_payload_type.reset();
  EgressStream& stream = add(command, Kind::audio);
  const auto reported = [&](std::uint32_t highest) {
    const rtcp::ReportBlock block{.ssrc = kSsrc, .highest_sequence = highest};
    feedback([&](rtcp::Writer& out) { rtcp::write_receiver_report(out, 1, std::span(&block, 1)); });
  };
  reported(7'000);
  for (std::uint64_t i = 1; i <= 16; ++i) forward(stream, 7'000 + i);
  flush();
  nack({7'003, 7'004});
  now += 200ms;
  nack({7'004});
  reported(7'016);
  reported(7'020);
  EXPECT_EQ(losses, (std::vector<std::pair<std::uint32_t, int>>{{16, 32}, {4, 0}}));
}

TEST_P(EgressTest, SendsANackedPacketAgainOnTheRetransmissionStream) {
  plain.reserve(100);
  EgressStream& stream = add(subscribe());
  for (std::uint64_t i = 1; i <= 5; ++i) forward(stream, i);
  flush();
  received();
  nack({2, 4, 900});
  flush();
  const auto packets = received();
  ASSERT_EQ(packets.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(packets[i].ssrc, kRtxSsrc);
    EXPECT_EQ(packets[i].payload_type, 121);
    const auto rtx = rtp::read_rtx(packets[i].payload);
    ASSERT_TRUE(rtx);
    EXPECT_EQ(rtx->original.value(), 2 + 2 * i);
    EXPECT_EQ(rtx->payload.size(), 500u);
    EXPECT_EQ(rtx->payload[0], 2 + 2 * i);
  }
  EXPECT_EQ(packets[1].sequence.value(), packets[0].sequence.value() + 1);
  EXPECT_EQ(egress.counters().resent, 2u);
  EXPECT_EQ(egress.counters().nacked_too_late, 1u);
}

TEST_P(EgressTest, WhereMuchIsLostWhatIsSentAgainIsSentTwice) {
  EgressStream& stream = add(subscribe());
  std::uint32_t highest = 7'000;
  const auto reported = [&](std::uint8_t fraction) {
    const rtcp::ReportBlock block{
        .ssrc = kSsrc, .fraction_lost = fraction, .highest_sequence = highest += 100};
    feedback([&](rtcp::Writer& out) { rtcp::write_receiver_report(out, 1, std::span(&block, 1)); });
  };
  const auto resent = [&](std::uint64_t index) {
    forward(stream, index);
    flush();
    received();
    nack({static_cast<std::uint16_t>(index)});
    flush();
    std::vector<std::uint16_t> out;
    for (const rtp::PacketView& packet : received()) out.push_back(packet.sequence.value());
    return out;
  };
  reported(0);
  reported(5);
  EXPECT_EQ(resent(1).size(), 1u);
  for (int i = 0; i < 5; ++i) reported(26);  // A tenth.
  const auto twice = resent(2);
  ASSERT_EQ(twice.size(), 2u);
  EXPECT_EQ(twice[1], static_cast<std::uint16_t>(twice[0] + 1));
  for (int i = 0; i < 10; ++i) reported(0);
  EXPECT_EQ(resent(3).size(), 1u);
}

TEST_P(EgressTest, WhatIsLostIsMadeAnewFromRepairPackets) {
  constexpr std::uint32_t kFecSsrc = 0x1236;
  plain.reserve(100);
  Subscribe command = subscribe();
  command.fec_ssrc = kFecSsrc;
  command.fec_payload_type = 49;
  EgressStream& stream = add(command);
  ASSERT_NE(stream.protection(), nullptr);
  forward(stream, 7'000, 500, false, false);
  flush();
  EXPECT_EQ(received().size(), 1u) << "none yet";

  stream.protection()->set_each(4);
  for (std::uint64_t i = 1; i <= 16; ++i) {
    forward(stream, 7'000 + i, 400 + 10 * i, false, false);  // Some are padded to be even.
    if (i % 5 == 0) flush();
  }
  flush();
  EXPECT_EQ(egress.counters().repairs, 4u);

  fec::test::Decoder decoder(kSsrc);
  std::vector<ByteVector> lost;
  std::vector<ByteVector> made;
  std::uint16_t transport_sequence = 1;
  std::uint16_t repair_sequence = 0;
  for (const rtp::PacketView& packet : received()) {
    // One count over both streams.
    EXPECT_EQ(rtp::read_transport_sequence(*packet.extensions.find(3)), ++transport_sequence);
    if (packet.ssrc == kFecSsrc) {
      EXPECT_EQ(packet.payload_type, 49);
      if (repair_sequence != 0) {
        EXPECT_EQ(packet.sequence.value(), repair_sequence + 1);
      }
      repair_sequence = packet.sequence.value();
      std::ranges::move(decoder.on_repair(packet.payload), std::back_inserter(made));
      continue;
    }
    ByteVector bytes = to_vector(packet.bytes);
    for (const std::uint8_t id :
         {std::uint8_t{2}, std::uint8_t{3}}) {  // What may change on the way.
      const ByteView value = *packet.extensions.find(id);
      std::fill_n(bytes.begin() + (value.data() - packet.bytes.data()), value.size(), 0);
    }
    const auto index = packet.sequence.value() - 7'000;
    if (index >= 6 && index <= 9) {
      lost.push_back(bytes);
    } else {
      std::ranges::move(decoder.on_packet(bytes), std::back_inserter(made));
    }
  }
  EXPECT_EQ(lost.size(), 4u);
  EXPECT_THAT(made, testing::UnorderedElementsAreArray(lost));

  stream.protection()->set_each(0);
  for (std::uint64_t i = 17; i <= 40; ++i) forward(stream, 7'000 + i);
  flush();
  EXPECT_EQ(received().size(), 24u);

  // Under the same SSRC its numbers go on.
  egress.remove(stream.id(), {});
  EXPECT_EQ(static_cast<std::uint16_t>(egress.beginning(kSsrc, kRtxSsrc, kFecSsrc).fec),
            repair_sequence + 1);
}

TEST_P(EgressTest, DoesNotSendAPacketAgainWithinARoundTrip) {
  EgressStream& stream = add(subscribe());
  forward(stream, 1);
  flush();
  nack({1});
  nack({1});
  flush();
  EXPECT_EQ(egress.counters().resent, 1u);
  now += 100ms;
  nack({1});
  flush();
  EXPECT_EQ(egress.counters().resent, 2u);
}

TEST_P(EgressTest, WithoutRtxThePacketIsTheSameToTheLastBit) {
  Subscribe command = subscribe();
  command.rtx_ssrc = 0;
  EgressStream& stream = add(command);
  forward(stream, 1);
  flush();
  now += 50ms;
  nack({1});
  flush();
  ASSERT_EQ(wire.size(), 2u);
  EXPECT_EQ(wire[0], wire[1]);
}

TEST_P(EgressTest, ForgetsWhatIsTooOldToBeOfUse) {
  EgressStream& stream = add(subscribe());
  forward(stream, 1);
  flush();
  now += PacketHistory::kMaxAge + 1ms;
  history.expire(now);
  EXPECT_EQ(history.size(), 0u);
  EXPECT_EQ(pool.in_use(), 0u);
  nack({1});
  EXPECT_FALSE(egress.has_queue());
  EXPECT_EQ(egress.counters().nacked_too_late, 1u);
}

TEST_P(EgressTest, GoesOnCountingUnderAnSsrcThatItHadBefore) {
  add(subscribe());
  const auto before = egress.beginning(kSsrc, kRtxSsrc);
  EXPECT_LT(before.rtp.next_index, 0x8000u);
  EXPECT_FALSE(before.rtp.started);
  forward(*egress.streams().front(), 4999);
  flush();
  egress.remove(SubscriptionId(9), {.next_index = 5000, .started = true, .timestamp = 90});
  const auto after = egress.beginning(kSsrc, 0);
  EXPECT_EQ(after.rtp.next_index, 5000u);
  EXPECT_EQ(after.rtp.timestamp, 90u);
}

TEST_P(EgressTest, PassesOnTheWishForAKeyframe) {
  add(subscribe());
  feedback([](rtcp::Writer& out) {
    rtcp::write_pli(out, 1, kSsrc);
    rtcp::write_fir(out, 1, kSsrc, 1);
    rtcp::write_pli(out, 1, 999);
  });
  EXPECT_EQ(keyframes, std::vector(2, SubscriptionId(9)));
}

TEST_P(EgressTest, ReportsSoonAfterTheFirstPacketThenEveryThreeSeconds) {
  EgressStream& stream = add(subscribe());
  EXPECT_EQ(egress.next_report(), kNever);
  forward(stream, 1);
  flush();
  EXPECT_EQ(egress.next_report(), now);

  ByteVector buffer(rtcp::kMaxCompoundSize);
  rtcp::Writer none(buffer);
  EXPECT_FALSE(egress.collect_reports(now, none, *this));
  EXPECT_TRUE(none.empty());  // The publisher's clock is not known yet.
  now = egress.next_report();
  EXPECT_EQ(now, start + 100ms);

  report = ReportTime{rtp::NtpTime(0xe000'0000'8000'0000), 4321};
  rtcp::Writer out(buffer);
  EXPECT_FALSE(egress.collect_reports(now, out, *this));
  const auto sr = rtcp::parse_sender_report(*rtcp::Compound(out.bytes()).begin());
  ASSERT_TRUE(sr);
  EXPECT_EQ(sr->ssrc, kSsrc);
  EXPECT_EQ(sr->info.rtp_timestamp.value(), 4321u);
  EXPECT_EQ(sr->info.packets, 1u);
  EXPECT_EQ(sr->info.bytes, 500u);

  // The receiver answers 40 ms later, 15 of which it kept the report.
  const Time sent = now;
  now += 40ms;
  feedback([](rtcp::Writer& rr) {
    const rtcp::ReportBlock block{.ssrc = kSsrc,
                                  .fraction_lost = 26,
                                  .cumulative_lost = 3,
                                  .jitter = 900,
                                  .last_sr = 0x0000'8000,
                                  .delay_since_last_sr = rtp::to_compact(15ms)};
    rtcp::write_receiver_report(rr, 1, std::span(&block, 1));
  });
  EXPECT_NEAR(static_cast<double>(stream.round_trip().count()), 25e6, 1e5);
  const auto stats = stream.take_stats();
  ASSERT_TRUE(stats);
  EXPECT_EQ(stats->jitter, 10ms);
  EXPECT_EQ(stats->packets, 1u);
  EXPECT_EQ(egress.next_report(), sent + 500ms);
  rtcp::Writer second(buffer);
  now = egress.next_report();
  egress.collect_reports(now, second, *this);
  EXPECT_EQ(egress.next_report(), now + 3s);
}

// The path of somebody whose pictures are all paused must be found out about, too.
TEST_P(EgressTest, AProbeIsPaddingAloneWhereNothingWasLatelySent) {
  plain.reserve(100);
  Egress estimating(random, true);
  EgressStream& stream = estimating.add(subscribe(), Kind::video, history, "cname", {{1}, 1});
  const auto let_out = [&] {
    writer.begin(*this);
    estimating.flush(path, sender, writer, *this, now);
    writer.end();
    estimating.clear_queue();
    return received();
  };
  const PacketRef last = packet(500, 7);
  estimating.enqueue(stream, last, {.index = 1, .payload_type = 120, .payload_size = 500},
                     history.store(last));
  const auto sent = let_out();
  ASSERT_EQ(sent.size(), 1u);
  const std::uint16_t first = *rtp::read_transport_sequence(*sent[0].extensions.find(3));

  now += PacketHistory::kMaxAge + 1s;
  estimating.update_bandwidth(2'000'000, now);
  ByteVector buffer(rtcp::kMaxCompoundSize);
  rtcp::Writer out(buffer);
  rtcp::write_transport_feedback(out, 1, kSsrc, 0, first, std::span(&now, 1));
  estimating.on_rtcp(out.bytes(), now, *this);
  ASSERT_LE(estimating.next_train(now), now);

  std::vector<rtp::PacketView> padding;
  while (estimating.next_train(now) != kNever) {
    now = std::max(now, estimating.next_train(now));
    for (const rtp::PacketView& one : let_out()) padding.push_back(one);
  }
  EXPECT_GE(padding.size(), bwe::ProbePlanner::kPackets);
  EXPECT_EQ(estimating.counters().padding, padding.size());
  for (std::size_t i = 0; i < padding.size(); ++i) {
    EXPECT_EQ(padding[i].ssrc, kRtxSsrc);
    EXPECT_EQ(padding[i].payload_type, 121);
    EXPECT_TRUE(padding[i].padding_only());
    EXPECT_EQ(padding[i].sequence.value(), 1 + i);
    EXPECT_EQ(rtp::read_transport_sequence(*padding[i].extensions.find(3)), first + 1 + i);
  }
}

TEST_P(EgressTest, LossIsCountedForWhatReportsSpeakOfAndNotForWhatWasNeverSent) {
  EgressStream& stream = add(subscribe());
  std::uint32_t highest = 100;
  const auto report_on = [&](std::uint32_t up_to, std::int32_t lost_in_all) {
    feedback([&](rtcp::Writer& out) {
      const rtcp::ReportBlock block{
          .ssrc = kSsrc, .cumulative_lost = lost_in_all, .highest_sequence = up_to};
      rtcp::write_receiver_report(out, 1, std::span(&block, 1));
    });
  };
  const auto send = [&](std::uint32_t packets) {
    for (std::uint32_t i = 0; i < packets; ++i) forward(stream, highest++);
    flush();
    wire.clear();
  };
  send(10);
  report_on(109, 0);
  EXPECT_EQ(stream.take_stats()->reported, 0u) << "the first says where counting begins";

  // Its report is late: of this period nothing is known, and of the next one twice as much.
  send(100);
  auto stats = stream.take_stats();
  EXPECT_EQ(stats->packets, 100u);
  EXPECT_EQ(stats->reported, 0u);
  send(100);
  report_on(309, 20);
  stats = stream.take_stats();
  EXPECT_EQ(stats->packets, 100u);
  EXPECT_EQ(stats->reported, 200u);
  EXPECT_EQ(stats->lost, 20u);

  // Five that the publisher lost, one of which comes late, and three that this network lost.
  send(50);
  highest += 5;
  send(45);
  forward(stream, 361);
  flush();
  report_on(409, 20 + 4 + 3);
  stats = stream.take_stats();
  EXPECT_EQ(stats->reported, 100u);
  EXPECT_EQ(stats->lost, 3u);

  // What is told after the last packet is not kept for when it goes on.
  report_on(409, 40);
  EXPECT_FALSE(stream.take_stats());
  send(10);
  report_on(419, 40);
  EXPECT_EQ(stream.take_stats()->lost, 0u);
}

TEST_P(EgressTest, StepsBackToWhatArrivesWhenATenthIsLost) {
  EgressStream& stream = add(subscribe());
  std::uint64_t index = 1;
  std::uint16_t told = 1;
  const auto second = [&](int lost_of_ten) {
    for (int i = 0; i < 100; ++i) {
      now += 10ms;
      forward(stream, index++, 1000);
      flush();
      wire.clear();
      if (i % 10 != 9) continue;
      std::vector<Time> arrivals;
      for (int p = 0; p < 10; ++p) {
        arrivals.push_back(p != 0 && p <= lost_of_ten ? kNever : now - 90ms + p * 10ms);
      }
      feedback([&](rtcp::Writer& out) {
        EXPECT_EQ(rtcp::write_transport_feedback(out, 1, kSsrc, 0, told, arrivals), 10u);
      });
      told = static_cast<std::uint16_t>(told + 10);
      egress.update_bandwidth(2'000'000, now);
    }
  };
  for (int i = 0; i < 5; ++i) second(0);
  EXPECT_FALSE(egress.budget(now));
  for (int i = 0; i < 2; ++i) second(3);
  ASSERT_TRUE(egress.budget(now));
  EXPECT_GT(*egress.budget(now), 400'000u);
  EXPECT_LT(*egress.budget(now), 650'000u);  // Of some 840 kbit/s.
  const std::uint64_t low = *egress.budget(now);
  for (int i = 0; i < 8; ++i) second(0);
  EXPECT_GT(*egress.budget(now), low);
  egress.set_limit(100'000);
  EXPECT_EQ(egress.budget(now), 100'000u);
}

}  // namespace
}  // namespace parley::media
