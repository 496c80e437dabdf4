#include "media/ingest/ingest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <map>
#include <vector>

#include "base/random.h"
#include "protocols/rtcp/feedback.h"
#include "protocols/rtcp/reports.h"
#include "protocols/rtcp/transport_feedback.h"
#include "protocols/rtcp/xr.h"
#include "protocols/rtp/extensions.h"

namespace parley::media {
namespace {

constexpr Time start{1000s};
constexpr std::uint32_t kOurSsrc = 77;

class Events final : public EventSink {
 public:
  void on_event(Event event) override {
    if (const auto* started = std::get_if<LayerStarted>(&event)) layers.push_back(started->layer);
  }
  std::vector<int> layers;
};

/// One packet as a publisher would send it.
struct Packet {
  std::uint32_t ssrc = 0;
  std::uint8_t type = 0;
  std::uint16_t seq = 0;
  std::uint32_t timestamp = 0;
  bool marker = false;
  std::vector<std::pair<std::uint8_t, ByteVector>> extensions{};
  ByteVector payload{};
  std::uint8_t padding = 0;

  ByteVector bytes() const {
    ByteVector out(1800);
    rtp::ExtensionWriter writer(MutableBytes(out).subspan(rtp::kFixedHeaderSize));
    for (const auto& [id, value] : extensions) EXPECT_TRUE(writer.add(id, value));
    const std::size_t block = writer.finish();
    rtp::write_fixed_header(out.data(),
                            {marker, type, rtp::WireSeq(seq), rtp::WireTimestamp(timestamp), ssrc},
                            block > 0);
    auto* const end =
        std::copy(payload.begin(), payload.end(), out.data() + rtp::kFixedHeaderSize + block);
    if (padding > 0) rtp::append_padding(out.data(), end, padding);
    out.resize(static_cast<std::size_t>(end - out.data()) + padding);
    return out;
  }
};

enum Id : std::uint8_t {
  kMid = 1,
  kRid = 2,
  kRepaired = 3,
  kLevel = 4,
  kTwcc = 5,
  kDd = 6,
  kCapture = 7
};

ByteVector text(std::string_view s) { return to_vector(as_bytes(s)); }

ByteVector vp8(bool keyframe, std::uint16_t picture_id = 1) {
  return {0x90,
          0x80,
          static_cast<std::uint8_t>(0x80 | picture_id >> 8),
          static_cast<std::uint8_t>(picture_id),
          static_cast<std::uint8_t>(keyframe ? 0x10 : 0x11),
          0,
          0,
          0x9d,
          0x01,
          0x2a,
          0x80,
          0x02,
          0x68,
          0x01,
          0};
}

class IngestTest : public testing::Test {
 protected:
  static ExtensionIds ids() {
    ExtensionIds ids;
    ids.mid = kMid;
    ids.rid = kRid;
    ids.repaired_rid = kRepaired;
    ids.audio_level = kLevel;
    ids.transport_sequence = kTwcc;
    ids.dependency_descriptor = kDd;
    ids.abs_capture_time = kCapture;
    return ids;
  }

  void add_audio(std::uint32_t ssrc = 100) {
    AddStream audio;
    audio.stream = StreamId(1);
    audio.mid = "0";
    audio.codecs = {{Codec::opus, 111, std::nullopt, 48000, ""}};
    audio.extensions = ids();
    audio.layers = {{"", ssrc, 0}};
    audio.nack = true;
    ASSERT_TRUE(ingest.add_stream(audio));
  }

  static AddStream video(Codec codec = Codec::vp8) {
    AddStream video;
    video.stream = StreamId(2);
    video.kind = Kind::video;
    video.mid = "1";
    video.codecs = {{codec, 96, std::uint8_t{97}, 90000, ""}};
    video.extensions = ids();
    video.layers = {{"q", 0, 0}, {"h", 0, 0}, {"f", 0, 0}};
    video.nack = true;
    return video;
  }

  std::expected<PacketRef, IngestDrop> accept(const Packet& packet, Time now = start) {
    return ingest.accept(packet.bytes(), now, pool);
  }

  /// What is due at `now`, all of it.
  std::vector<ByteVector> feedback(Time now) {
    std::vector<ByteVector> out;
    for (bool more = true; more;) {
      std::array<std::uint8_t, rtcp::kMaxCompoundSize> buffer{};
      rtcp::Writer writer(buffer);
      more = ingest.collect_feedback(now, writer);
      if (!writer.empty()) out.push_back(to_vector(writer.bytes()));
      EXPECT_LT(out.size(), 50u);
    }
    return out;
  }

  std::vector<std::uint16_t> nacked(Time now) {
    std::vector<std::uint16_t> out;
    for (const ByteVector& compound : feedback(now)) {
      for (const rtcp::PacketView& packet : rtcp::Compound(compound)) {
        if (packet.type != rtcp::Type::transport_feedback || packet.count != rtcp::kNackFormat) {
          continue;
        }
        const auto nack = rtcp::parse_nack(packet);
        rtp::WireSeq seq;
        for (auto cursor = nack->sequences(); cursor.next(seq);) out.push_back(seq.value());
      }
    }
    return out;
  }

  std::vector<std::uint32_t> asked_for_keyframes(Time now) {
    std::vector<std::uint32_t> out;
    for (const ByteVector& compound : feedback(now)) {
      for (const rtcp::PacketView& packet : rtcp::Compound(compound)) {
        if (packet.type != rtcp::Type::payload_feedback) continue;
        out.push_back(rtcp::parse_pli(packet)->media_ssrc);
      }
    }
    return out;
  }

  PacketPool pool;
  Events events;
  Ingest ingest{{.local_ssrc = kOurSsrc, .cname = "test", .clock = {1'700'000'000s}}, events};
};

TEST_F(IngestTest, GivesAudioItsFacts) {
  add_audio();
  const auto packet = accept({.ssrc = 100,
                              .type = 111,
                              .seq = 5,
                              .timestamp = 960,
                              .extensions = {{kLevel, {0x80 | 30}}, {kCapture, ByteVector(8, 1)}},
                              .payload = {1, 2, 3}});
  ASSERT_TRUE(packet);
  const PacketFacts& facts = (*packet)->facts();
  EXPECT_EQ(facts.stream, StreamId(1));
  EXPECT_EQ(facts.codec, Codec::opus);
  EXPECT_EQ(rtp::wrap(facts.index), rtp::WireSeq(5));
  EXPECT_EQ(rtp::wrap(facts.ticks), rtp::WireTimestamp(960));
  EXPECT_EQ(facts.audio_level, (rtp::AudioLevelValue{30, true}));
  EXPECT_EQ(facts.capture_time->captured, rtp::NtpTime(0x0101010101010101));
  EXPECT_EQ(facts.received, start);
  EXPECT_TRUE(facts.frame_start);
  EXPECT_EQ(to_vector((*packet)->payload()), (ByteVector{1, 2, 3}));
  EXPECT_THAT(events.layers, testing::ElementsAre(0));
}

TEST_F(IngestTest, LearnsLayersByMidAndRidAndRemembersTheirSsrcs) {
  ASSERT_TRUE(ingest.add_stream(video()));
  const auto first = accept({.ssrc = 9,
                             .type = 96,
                             .seq = 1,
                             .extensions = {{kMid, text("1")}, {kRid, text("h")}},
                             .payload = vp8(true)});
  ASSERT_TRUE(first);
  EXPECT_EQ((*first)->facts().layer, 1);
  EXPECT_TRUE((*first)->facts().keyframe_start);
  EXPECT_EQ((*first)->facts().resolution, (codec::Resolution{640, 360}));
  // Browsers leave the extensions out once they know that we know.
  const auto second = accept({.ssrc = 9, .type = 96, .seq = 2, .payload = vp8(false)});
  ASSERT_TRUE(second);
  EXPECT_EQ((*second)->facts().layer, 1);
  EXPECT_FALSE((*second)->facts().keyframe_start);
}

TEST_F(IngestTest, LearnsByPayloadTypeOnlyWhereOneStreamHasIt) {
  add_audio(0);
  ASSERT_TRUE(accept({.ssrc = 5, .type = 111, .payload = {1, 2, 3}}));
  // The stream has its source now: a stranger does not take its place.
  EXPECT_EQ(accept({.ssrc = 6, .type = 111, .payload = {1}}).error(), IngestDrop::unknown_source);
}

TEST_F(IngestTest, RefusesWhatNobodyAnnounced) {
  ASSERT_TRUE(ingest.add_stream(video()));
  EXPECT_EQ(accept({.ssrc = 1, .type = 50, .payload = {1}}).error(), IngestDrop::unknown_source);
  EXPECT_EQ(accept({.ssrc = 1, .type = 96, .extensions = {{kMid, text("7")}}, .payload = vp8(true)})
                .error(),
            IngestDrop::unknown_source);
  EXPECT_EQ(accept({.ssrc = 1,
                    .type = 96,
                    .extensions = {{kMid, text("1")}, {kRid, text("x")}},
                    .payload = vp8(true)})
                .error(),
            IngestDrop::unknown_source);
  EXPECT_EQ(ingest.accept(ByteVector(5), start, pool).error(), IngestDrop::malformed);
  EXPECT_EQ(ingest.drops()[static_cast<std::size_t>(IngestDrop::unknown_source)], 3u);
  EXPECT_EQ(ingest.drops()[static_cast<std::size_t>(IngestDrop::malformed)], 1u);
}

TEST_F(IngestTest, UnwrapsRetransmissions) {
  ASSERT_TRUE(ingest.add_stream(video()));
  const auto send = [&](std::uint16_t seq) {
    return accept({.ssrc = 9,
                   .type = 96,
                   .seq = seq,
                   .timestamp = 3000,
                   .extensions = {{kMid, text("1")}, {kRid, text("q")}},
                   .payload = vp8(seq == 10)});
  };
  ASSERT_TRUE(send(10));
  ASSERT_TRUE(send(12));
  EXPECT_THAT(nacked(start), testing::ElementsAre(11));

  Packet rtx{.ssrc = 10,
             .type = 97,
             .seq = 500,
             .timestamp = 3000,
             .extensions = {{kMid, text("1")}, {kRepaired, text("q")}},
             .payload = {0, 11}};
  const ByteVector original = vp8(false, 3);
  rtx.payload.insert(rtx.payload.end(), original.begin(), original.end());
  const auto repaired = accept(rtx);
  ASSERT_TRUE(repaired);
  EXPECT_EQ((*repaired)->facts().ssrc, 9u);
  EXPECT_EQ((*repaired)->facts().payload_type, 96);
  EXPECT_EQ(rtp::wrap((*repaired)->facts().index), rtp::WireSeq(11));
  EXPECT_TRUE((*repaired)->facts().recovered);
  EXPECT_EQ((*repaired)->facts().vp8.picture_id, 3);
  EXPECT_EQ(to_vector((*repaired)->payload()), original);
  EXPECT_TRUE(nacked(start + 1s).empty());

  // Probes repeat old packets, or hold nothing at all.
  ++rtx.seq;
  EXPECT_EQ(accept(rtx).error(), IngestDrop::duplicate);
  rtx.payload = {};
  rtx.padding = 200;
  EXPECT_EQ(accept(rtx).error(), IngestDrop::probe);
}

TEST_F(IngestTest, PassesPaddingOnWithItsPlaceInTheOrder) {
  add_audio();
  ASSERT_TRUE(accept({.ssrc = 100, .type = 111, .seq = 1, .payload = {1, 2, 3}}));
  const auto padding = accept({.ssrc = 100, .type = 111, .seq = 2, .padding = 50});
  ASSERT_TRUE(padding);
  EXPECT_TRUE((*padding)->facts().padding_only);
  EXPECT_TRUE((*padding)->payload().empty());
}

TEST_F(IngestTest, DropsDuplicatesAndUnreadablePayloads) {
  ASSERT_TRUE(ingest.add_stream(video()));
  const Packet packet{.ssrc = 9,
                      .type = 96,
                      .seq = 1,
                      .extensions = {{kMid, text("1")}, {kRid, text("q")}},
                      .payload = vp8(true)};
  ASSERT_TRUE(accept(packet));
  EXPECT_EQ(accept(packet).error(), IngestDrop::duplicate);
  EXPECT_EQ(accept({.ssrc = 9, .type = 96, .seq = 2, .payload = {0x80}}).error(),
            IngestDrop::malformed_payload);
  EXPECT_EQ(accept({.ssrc = 9, .type = 98, .seq = 3, .payload = {1}}).error(),
            IngestDrop::unknown_payload_type);
  EXPECT_EQ(accept({.ssrc = 9, .type = 96, .seq = 4, .payload = ByteVector(1600, 0x10)}).error(),
            IngestDrop::too_large);
  EXPECT_EQ(pool.in_use(), 0u);
}

TEST_F(IngestTest, AFullPoolIsAsIfThePacketWasLost) {
  add_audio();
  PacketPool tiny(0);
  const ByteVector bytes = Packet{.ssrc = 100, .type = 111, .seq = 1, .payload = {1, 2, 3}}.bytes();
  EXPECT_EQ(ingest.accept(bytes, start, tiny).error(), IngestDrop::pool_exhausted);
  EXPECT_TRUE(ingest.accept(bytes, start, pool));
}

TEST_F(IngestTest, AnotherSourceOfALayerIsADiscontinuity) {
  ASSERT_TRUE(ingest.add_stream(video()));
  const auto send = [&](std::uint32_t ssrc, std::uint16_t seq, std::uint32_t timestamp) {
    return accept({.ssrc = ssrc,
                   .type = 96,
                   .seq = seq,
                   .timestamp = timestamp,
                   .extensions = {{kMid, text("1")}, {kRid, text("q")}},
                   .payload = vp8(true)});
  };
  const auto before = send(9, 1000, 5'000'000);
  const auto after = send(10, 3, 7);
  ASSERT_TRUE(before && after);
  EXPECT_FALSE((*before)->facts().discontinuity);
  EXPECT_TRUE((*after)->facts().discontinuity);
  EXPECT_GT((*after)->facts().index, (*before)->facts().index);
  EXPECT_GT((*after)->facts().ticks, (*before)->facts().ticks);
  EXPECT_EQ((*after)->facts().ssrc, 10u);
  EXPECT_EQ(accept({.ssrc = 9, .type = 50, .seq = 1001, .payload = vp8(false)}).error(),
            IngestDrop::unknown_source);
}

TEST_F(IngestTest, AsksForKeyFramesOncePerIntervalUntilOneComes) {
  ASSERT_TRUE(ingest.add_stream(video()));
  ingest.request_keyframe(StreamId(2), 2, start);
  EXPECT_TRUE(asked_for_keyframes(start).empty());  // Its SSRC is not known yet.
  EXPECT_EQ(ingest.next_deadline(), kNever);

  const auto send = [&](std::uint16_t seq, bool key, Time now) {
    ASSERT_TRUE(accept({.ssrc = 9,
                        .type = 96,
                        .seq = seq,
                        .extensions = {{kMid, text("1")}, {kRid, text("f")}},
                        .payload = vp8(key)},
                       now));
  };
  send(1, false, start);
  ingest.request_keyframe(StreamId(2), 2, start);
  ingest.request_keyframe(StreamId(2), 2, start);
  EXPECT_THAT(asked_for_keyframes(start), testing::ElementsAre(9u));
  EXPECT_TRUE(asked_for_keyframes(start + 999ms).empty());
  EXPECT_THAT(asked_for_keyframes(start + 1s), testing::ElementsAre(9u));
  send(2, true, start + 1100ms);
  EXPECT_TRUE(asked_for_keyframes(start + 3s).empty());
  EXPECT_EQ(ingest.keyframe_requests(), 2u);
  // Nobody else is asked, and nonsense is ignored.
  ingest.request_keyframe(StreamId(2), 7, start);
  ingest.request_keyframe(StreamId(9), 0, start);
}

TEST_F(IngestTest, ReportsEverySecondWhileThereIsTraffic) {
  add_audio();
  ASSERT_TRUE(accept({.ssrc = 100, .type = 111, .seq = 10, .payload = {1, 2, 3}}));
  ASSERT_TRUE(
      accept({.ssrc = 100, .type = 111, .seq = 13, .timestamp = 960, .payload = {1, 2, 3}}));
  (void)nacked(start);
  EXPECT_LE(ingest.next_deadline(), start + 1s);
  const auto compounds = feedback(start + 1s);
  ASSERT_EQ(compounds.size(), 1u);
  const rtcp::Compound compound(compounds[0]);
  EXPECT_TRUE(compound.well_formed());
  const auto report = rtcp::parse_receiver_report(*compound.begin());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->ssrc, kOurSsrc);
  ASSERT_EQ(report->blocks.size(), 1u);
  EXPECT_EQ(report->blocks[0].ssrc, 100u);
  EXPECT_EQ(report->blocks[0].fraction_lost, 128);
  EXPECT_EQ(report->blocks[0].cumulative_lost, 2);
  // Then silence: nothing is left to report, and nothing to wake up for but what is still missing.
  (void)feedback(start + 2s);
  (void)feedback(start + 60s);
  for (Time now = start + 60s; ingest.next_deadline() != kNever; now += 1s) {
    (void)feedback(now);
    ASSERT_LT(now, start + 200s);
  }
}

TEST_F(IngestTest, LearnsTheRoundTripFromTheEchoOfItsReferenceTime) {
  add_audio();
  ASSERT_TRUE(accept({.ssrc = 100, .type = 111, .seq = 1, .payload = {1, 2, 3}}));
  std::uint32_t sent = 0;
  for (const ByteVector& compound : feedback(start + 1s)) {
    for (const rtcp::PacketView& packet : rtcp::Compound(compound)) {
      if (packet.type != rtcp::Type::extended_report) continue;
      sent = rtp::compact(*rtcp::parse_extended_report(packet)->reference_time);
    }
  }
  ASSERT_NE(sent, 0u);
  std::array<std::uint8_t, 100> buffer{};
  rtcp::Writer writer(buffer);
  rtcp::write_dlrr(writer, 100, {kOurSsrc, sent, rtp::to_compact(250ms)});
  ingest.on_rtcp(writer.bytes(), start + 1s + 330ms);
  EXPECT_NEAR(static_cast<double>(ingest.round_trip().count()), 80e6, 1e6);
}

TEST_F(IngestTest, RelatesTheMediaClockToThePublishersTime) {
  add_audio();
  EXPECT_EQ(ingest.sender_clock(StreamId(1), 0), nullptr);
  ASSERT_TRUE(
      accept({.ssrc = 100, .type = 111, .seq = 1, .timestamp = 48000, .payload = {1, 2, 3}}));
  std::array<std::uint8_t, 100> buffer{};
  rtcp::Writer writer(buffer);
  const rtp::NtpTime ntp(std::uint64_t{5000} << 32);
  rtcp::write_sender_report(writer, 100, {ntp, rtp::WireTimestamp(47000), 1, 1});
  ingest.on_rtcp(writer.bytes(), start);
  const SenderClock* const clock = ingest.sender_clock(StreamId(1), 0);
  ASSERT_NE(clock, nullptr);
  EXPECT_EQ(clock->ntp, ntp);
  EXPECT_EQ(rtp::wrap(clock->ticks), rtp::WireTimestamp(47000));
  EXPECT_EQ(clock->clock_rate, 48000u);
  // And it is echoed in the next report.
  const auto compounds = feedback(start + 1s);
  ASSERT_FALSE(compounds.empty());
  const auto report = rtcp::parse_receiver_report(*rtcp::Compound(compounds[0]).begin());
  EXPECT_EQ(report->blocks[0].last_sr, rtp::compact(ntp));
}

TEST_F(IngestTest, GathersAudioLevelsBetweenTicks) {
  add_audio();
  for (std::uint16_t i = 0; i < 20; ++i) {
    const std::uint8_t level = i < 15 ? 20 : 90;
    ASSERT_TRUE(accept({.ssrc = 100,
                        .type = 111,
                        .seq = i,
                        .timestamp = i * 960u,
                        .extensions = {{kLevel, {level}}},
                        .payload = {1, 2, 3}}));
  }
  std::vector<AudioLevel> levels;
  ingest.collect_audio_levels(levels);
  ASSERT_EQ(levels.size(), 1u);
  EXPECT_EQ(levels[0].observed, 400ms);
  EXPECT_EQ(levels[0].active, 300ms);
  EXPECT_EQ(levels[0].loudest, 20);
  levels.clear();
  ingest.collect_audio_levels(levels);
  EXPECT_TRUE(levels.empty());
}

TEST_F(IngestTest, CountsEachLayerByItself) {
  ASSERT_TRUE(ingest.add_stream(video()));
  // Layer 0: five pictures of two packets. Layer 2: three of one, and the last of them is missing
  // its neighbour. Layer 1 is not sent.
  const auto send = [&](std::uint32_t ssrc, std::string_view rid, std::uint16_t seq,
                        std::uint32_t timestamp) {
    return accept({.ssrc = ssrc,
                   .type = 96,
                   .seq = seq,
                   .timestamp = timestamp,
                   .extensions = {{kMid, text("1")}, {kRid, text(rid)}},
                   .payload = vp8(true)});
  };
  for (std::uint16_t i = 0; i < 10; ++i) ASSERT_TRUE(send(10, "q", i, 3000U * (i / 2U)));
  for (const std::uint16_t i : std::to_array<std::uint16_t>({0, 1, 3})) {
    ASSERT_TRUE(send(30, "f", i, 3000U * i));
  }
  for (Time now = start; now < start + 10s; now += 10ms) (void)feedback(now);
  std::vector<StreamStats> stats;
  ingest.collect_stats(stats);
  ASSERT_EQ(stats.size(), 1u);
  EXPECT_EQ(stats[0].packets, 13u);
  EXPECT_EQ(stats[0].lost, 1u);
  ASSERT_EQ(stats[0].layers.size(), 2u);
  EXPECT_EQ(stats[0].layers[0].layer, 0);
  EXPECT_EQ(stats[0].layers[0].packets, 10u);
  EXPECT_EQ(stats[0].layers[0].frames, 5u);
  EXPECT_EQ(stats[0].layers[0].lost, 0u);
  EXPECT_EQ(stats[0].layers[1].layer, 2);
  EXPECT_EQ(stats[0].layers[1].frames, 3u);
  EXPECT_EQ(stats[0].layers[1].lost, 1u);
}

TEST_F(IngestTest, CountsWhatNeverCame) {
  add_audio();
  for (std::uint16_t i = 0; i < 100; ++i) {
    if (i == 50 || i == 60) continue;
    ASSERT_TRUE(accept({.ssrc = 100, .type = 111, .seq = i, .payload = {1, 2, 3}}));
  }
  std::vector<StreamStats> stats;
  ingest.collect_stats(stats);
  ASSERT_EQ(stats.size(), 1u);
  EXPECT_EQ(stats[0].packets, 98u);
  EXPECT_EQ(stats[0].bytes, 98u * 3);
  EXPECT_EQ(stats[0].lost, 0u);  // Both are still being asked for.

  ASSERT_TRUE(accept({.ssrc = 100, .type = 111, .seq = 50, .payload = {1, 2, 3}}));
  for (Time now = start; now < start + 10s; now += 10ms) (void)feedback(now);
  stats.clear();
  ingest.collect_stats(stats);
  ASSERT_EQ(stats.size(), 1u);
  EXPECT_EQ(stats[0].packets, 1u);
  EXPECT_EQ(stats[0].lost, 1u);
  stats.clear();
  ingest.collect_stats(stats);
  EXPECT_TRUE(stats.empty());
}

TEST_F(IngestTest, SaysWhenALayerStartsAgain) {
  ASSERT_TRUE(ingest.add_stream(video()));
  const auto send = [&](std::uint16_t seq, Time now) {
    ASSERT_TRUE(accept({.ssrc = 9,
                        .type = 96,
                        .seq = seq,
                        .extensions = {{kMid, text("1")}, {kRid, text("h")}},
                        .payload = vp8(true)},
                       now));
  };
  send(1, start);
  send(2, start + 2s);
  EXPECT_TRUE(ingest.is_flowing(StreamId(2), 1, start + 3s));
  EXPECT_FALSE(ingest.is_flowing(StreamId(2), 1, start + 6s));
  EXPECT_FALSE(ingest.is_flowing(StreamId(2), 0, start));
  send(3, start + 6s);
  EXPECT_THAT(events.layers, testing::ElementsAre(1, 1));
}

TEST_F(IngestTest, FeedsTheSendersEstimatorWithEveryArrival) {
  ASSERT_TRUE(ingest.add_stream(video()));
  // Unknown to any stream, yet it used the link.
  (void)accept({.ssrc = 1, .type = 50, .extensions = {{kTwcc, {0, 7}}}, .payload = {1}});
  (void)accept({.ssrc = 1, .type = 50, .extensions = {{kTwcc, {0, 9}}}, .payload = {1}});
  EXPECT_EQ(ingest.next_deadline(), start + 50ms);
  const auto compounds = feedback(start + 50ms);
  ASSERT_EQ(compounds.size(), 1u);
  const auto told = rtcp::parse_transport_feedback(*rtcp::Compound(compounds[0]).begin());
  ASSERT_TRUE(told);
  EXPECT_EQ(told->base_sequence, 7);
  EXPECT_EQ(told->status_count, 3);
  EXPECT_EQ(told->media_ssrc, 1u);
}

TEST_F(IngestTest, H264KeyFramesBeginWithTheirParameterSets) {
  ASSERT_TRUE(ingest.add_stream(video(Codec::h264)));
  std::uint16_t seq = 0;
  const auto send = [&](std::uint32_t timestamp, ByteVector payload) {
    return (*accept({.ssrc = 9,
                     .type = 96,
                     .seq = seq++,
                     .timestamp = timestamp,
                     .extensions = {{kMid, text("1")}, {kRid, text("q")}},
                     .payload = std::move(payload)}))
        ->facts()
        .keyframe_start;
  };
  EXPECT_TRUE(send(1000, {0x65, 1}));  // No parameter sets so far: they may come in SDP.
  EXPECT_FALSE(send(2000, {0x61, 1}));
  EXPECT_TRUE(send(3000, {0x78, 0, 1, 0x67, 0, 1, 0x68}));
  EXPECT_FALSE(send(3000, {0x7c, 0x85, 1}));
  EXPECT_FALSE(send(4000, {0x65, 1}));  // This one's were lost: nobody can begin here.
}

TEST_F(IngestTest, ReadsLayersFromTheDependencyDescriptor) {
  AddStream av1 = video(Codec::av1);
  av1.layers = {{"", 9, 10}};
  ASSERT_TRUE(ingest.add_stream(av1));
  // First packet of frame 1, template 0, with a structure: two targets, templates T0 and T1, no
  // chains, no sizes. After the flags (10000): 000000 00001, 01 11, 10 10 00 01, 0 1 0000 0, 0, 0.
  const ByteVector descriptor{0x80, 0x00, 0x01, 0x80, 0x01, 0x7a, 0x14, 0x00};
  const auto key = accept({.ssrc = 9,
                           .type = 96,
                           .seq = 1,
                           .extensions = {{kDd, descriptor}},
                           .payload = {0x18, 0x0a, 1}});
  ASSERT_TRUE(key);
  ASSERT_TRUE((*key)->facts().dependency);
  EXPECT_TRUE((*key)->facts().keyframe_start);
  EXPECT_EQ((*key)->facts().dependency->target_count, 2);
  EXPECT_EQ(to_vector((*key)->dependency_descriptor()), descriptor);

  const auto upper = accept({.ssrc = 9,
                             .type = 96,
                             .seq = 2,
                             .extensions = {{kDd, {0xc1, 0x00, 0x02}}},
                             .payload = {0x10, 0x0a, 1}});
  ASSERT_TRUE(upper);
  ASSERT_TRUE((*upper)->facts().dependency);
  EXPECT_EQ((*upper)->facts().temporal, 1);
  EXPECT_EQ((*upper)->facts().dependency->indication(0), 0);
  EXPECT_EQ((*upper)->facts().dependency->indication(1), 1);
  EXPECT_TRUE((*upper)->facts().discardable);
  EXPECT_FALSE((*upper)->facts().keyframe_start);
}

TEST_F(IngestTest, ARepeatedCommandKeepsWhatWasLearned) {
  ASSERT_TRUE(ingest.add_stream(video()));
  const Packet packet{.ssrc = 9,
                      .type = 96,
                      .seq = 1,
                      .extensions = {{kMid, text("1")}, {kRid, text("h")}},
                      .payload = vp8(true)};
  ASSERT_TRUE(accept(packet));
  ASSERT_TRUE(ingest.add_stream(video()));
  EXPECT_EQ(accept({.ssrc = 9, .type = 96, .seq = 1, .payload = vp8(true)}).error(),
            IngestDrop::duplicate);
  ingest.remove_stream(StreamId(2));
  EXPECT_TRUE(ingest.empty());
  EXPECT_EQ(accept(packet).error(), IngestDrop::unknown_source);
}

TEST_F(IngestTest, StreamsAreBounded) {
  for (std::size_t i = 0; i < Ingest::kMaxStreams; ++i) {
    AddStream stream = video();
    stream.stream = StreamId(i);
    ASSERT_TRUE(ingest.add_stream(stream));
  }
  AddStream one_more = video();
  one_more.stream = StreamId(999);
  EXPECT_FALSE(ingest.add_stream(one_more));
}

// Goal: at 5 % loss each way, what subscribers are given is whole, in spite of it.
// Method: a publisher that answers NACKs by RTX, 20 seeds of 10 s, 50 packets a second.
TEST(IngestSim, ARetransmittingPublisherIsRepaired) {
  struct Flying {
    Time at;
    ByteVector bytes;
  };
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    SeededRandom random(seed);
    const auto survives = [&] { return random.next() % 1000 >= 50; };
    PacketPool pool;
    Events events;
    Ingest ingest({.local_ssrc = kOurSsrc, .cname = "test", .clock = {1'700'000'000s}}, events);
    AddStream stream;
    stream.stream = StreamId(1);
    stream.kind = Kind::video;
    stream.codecs = {{Codec::vp8, 96, std::uint8_t{97}, 90000, ""}};
    stream.layers = {{"", 9, 10}};
    stream.nack = true;
    ASSERT_TRUE(ingest.add_stream(stream));

    std::deque<Flying> media;
    std::deque<Flying> feedback;
    std::map<std::uint64_t, int> arrived;
    std::uint16_t sent = 0;
    std::uint16_t rtx_seq = 0;
    constexpr std::uint16_t kFirst = 65500;
    for (Time now = start; now < start + 11s; now += 1ms) {
      const auto send = [&](const Packet& packet) {
        if (survives()) media.push_back({now + 25ms, packet.bytes()});
      };
      if (now < start + 10s && (now - start) % 20ms == 0ns) {
        send({.ssrc = 9,
              .type = 96,
              .seq = static_cast<std::uint16_t>(kFirst + sent),
              .timestamp = sent * 1800u,
              .payload = vp8(sent == 0)});
        ++sent;
      }
      for (; !feedback.empty() && feedback.front().at <= now; feedback.pop_front()) {
        for (const rtcp::PacketView& packet : rtcp::Compound(feedback.front().bytes)) {
          if (packet.type != rtcp::Type::transport_feedback) continue;
          const auto nack = rtcp::parse_nack(packet);
          rtp::WireSeq seq;
          for (auto cursor = nack->sequences(); cursor.next(seq);) {
            const auto n = static_cast<std::uint16_t>(seq.value() - kFirst);
            ByteVector payload(2);
            store_be16(payload.data(), seq.value());
            for (const std::uint8_t byte : vp8(n == 0)) payload.push_back(byte);
            send({.ssrc = 10,
                  .type = 97,
                  .seq = rtx_seq++,
                  .timestamp = n * 1800u,
                  .payload = payload});
          }
        }
      }
      for (; !media.empty() && media.front().at <= now; media.pop_front()) {
        if (const auto packet = ingest.accept(media.front().bytes, now, pool)) {
          ++arrived[(*packet)->facts().index.value()];
        }
      }
      if (ingest.next_deadline() <= now) {
        std::array<std::uint8_t, rtcp::kMaxCompoundSize> buffer{};
        rtcp::Writer writer(buffer);
        EXPECT_FALSE(ingest.collect_feedback(now, writer));
        if (survives()) feedback.push_back({now + 25ms, to_vector(writer.bytes())});
      }
    }
    EXPECT_GE(arrived.size() + 4, sent);
    for (const auto& [index, times] : arrived) EXPECT_EQ(times, 1) << index;
    std::vector<StreamStats> stats;
    ingest.collect_stats(stats);
    ASSERT_EQ(stats.size(), 1u);
    EXPECT_EQ(stats[0].lost, 0u);
    EXPECT_EQ(pool.in_use(), 0u);
    EXPECT_EQ(pool.capacity(), PacketPool::kChunk);
  }
}

}  // namespace
}  // namespace parley::media
