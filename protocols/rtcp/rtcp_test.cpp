#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "base/random.h"
#include "protocols/rtcp/feedback.h"
#include "protocols/rtcp/reports.h"
#include "protocols/rtcp/source.h"
#include "protocols/rtcp/xr.h"

namespace parley::rtcp {
namespace {

using rtp::WireSeq;
using testing::ElementsAre;

struct Buffer {
  std::array<std::uint8_t, kMaxCompoundSize> bytes{};
  Writer writer{bytes};
  PacketView only() const { return *Compound(writer.bytes()).begin(); }
};

std::vector<WireSeq> sequences_of(const Nack& nack) {
  std::vector<WireSeq> out;
  WireSeq seq;
  for (auto cursor = nack.sequences(); cursor.next(seq);) out.push_back(seq);
  return out;
}

TEST(RtcpCompound, IsWalkedPacketByPacket) {
  Buffer out;
  ASSERT_TRUE(write_receiver_report(out.writer, 1));
  ASSERT_TRUE(write_cname(out.writer, 1, "parley"));
  ASSERT_TRUE(write_pli(out.writer, 1, 2));
  std::vector<Type> types;
  for (const PacketView& packet : Compound(out.writer.bytes())) types.push_back(packet.type);
  EXPECT_THAT(types,
              ElementsAre(Type::receiver_report, Type::source_description, Type::payload_feedback));
  EXPECT_TRUE(Compound(out.writer.bytes()).well_formed());
}

TEST(RtcpCompound, MayBeginWithFeedback) {  // RFC 5506
  Buffer out;
  ASSERT_TRUE(write_pli(out.writer, 1, 2));
  EXPECT_TRUE(Compound(out.writer.bytes()).well_formed());
}

TEST(RtcpCompound, EndsAtTheFirstMalformedPacket) {
  Buffer out;
  ASSERT_TRUE(write_pli(out.writer, 1, 2));
  ASSERT_TRUE(write_pli(out.writer, 1, 3));
  const Compound cut(out.writer.bytes().first(out.writer.size() - 1));
  EXPECT_FALSE(cut.well_formed());
  EXPECT_EQ(std::ranges::distance(cut.begin(), cut.end()), 1);
  out.bytes[12] = 0x40;  // Version 1.
  EXPECT_FALSE(Compound(out.writer.bytes()).well_formed());
  EXPECT_FALSE(Compound({}).well_formed());
}

TEST(RtcpCompound, TakesPaddingOff) {
  const ByteVector bytes{0xa1, 206, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 4};
  EXPECT_EQ(Compound(bytes).begin()->body.size(), 8u);
  ByteVector wrong = bytes;
  wrong.back() = 0;
  EXPECT_FALSE(Compound(wrong).well_formed());
  wrong.back() = 16;
  EXPECT_FALSE(Compound(wrong).well_formed());
}

TEST(RtcpReports, SurviveTheWire) {
  Buffer out;
  const SenderInfo info{rtp::NtpTime(0x0102030405060708), rtp::WireTimestamp(9), 10, 11};
  const ReportBlock block{.ssrc = 7,
                          .fraction_lost = 128,
                          .cumulative_lost = -3,
                          .highest_sequence = 0x1ffff,
                          .jitter = 5,
                          .last_sr = 6,
                          .delay_since_last_sr = 8};
  ASSERT_TRUE(write_sender_report(out.writer, 42, info, std::array{block}));
  const auto sr = parse_sender_report(out.only());
  ASSERT_TRUE(sr);
  EXPECT_EQ(sr->ssrc, 42u);
  EXPECT_EQ(sr->info, info);
  ASSERT_EQ(sr->blocks.size(), 1u);
  EXPECT_EQ(sr->blocks[0], block);

  out.writer.clear();
  ASSERT_TRUE(write_receiver_report(out.writer, 42, std::array{block, block}));
  const auto rr = parse_receiver_report(out.only());
  ASSERT_TRUE(rr);
  ASSERT_EQ(rr->blocks.size(), 2u);
  EXPECT_EQ(rr->blocks[1], block);
}

TEST(RtcpReports, SaturateLossAtTheirTwentyFourBits) {
  Buffer out;
  ReportBlock block;
  block.cumulative_lost = 0x7fff'ffff;
  ASSERT_TRUE(write_receiver_report(out.writer, 1, std::array{block}));
  EXPECT_EQ(parse_receiver_report(out.only())->blocks[0].cumulative_lost, 0x7f'ffff);
}

TEST(RtcpReports, AreRefusedIfShorterThanTheirCount) {
  const ByteVector rr{0x81, 201, 0, 1, 0, 0, 0, 1};
  EXPECT_FALSE(parse_receiver_report(*Compound(rr).begin()));
  const ByteVector sr{0x80, 200, 0, 1, 0, 0, 0, 1};
  EXPECT_FALSE(parse_sender_report(*Compound(sr).begin()));
}

TEST(RtcpSource, TellsItsNameAndItsEnd) {
  for (const std::string_view name : {"", "a", "ab", "abc", "abcd", "someone@example"}) {
    Buffer out;
    ASSERT_TRUE(write_cname(out.writer, 5, name));
    const auto source = parse_cname(out.only());
    ASSERT_TRUE(source) << name;
    EXPECT_EQ(source->ssrc, 5u);
    EXPECT_EQ(source->cname, name);
  }
  Buffer out;
  ASSERT_TRUE(write_bye(out.writer, 6));
  const auto bye = parse_bye(out.only());
  ASSERT_TRUE(bye);
  ASSERT_EQ(bye->size(), 1u);
  EXPECT_EQ((*bye)[0], 6u);
}

TEST(Nack, PacksNeighboursIntoOneItem) {
  Buffer out;
  const std::array wanted{WireSeq(65534), WireSeq(65535), WireSeq(0), WireSeq(14), WireSeq(15)};
  EXPECT_EQ(write_nack(out.writer, 1, 2, wanted), 5u);
  EXPECT_EQ(out.writer.size(), 12u + 2 * 4);  // 65534 + 16 = 14; 15 takes an item of its own.
  const auto nack = parse_nack(out.only());
  ASSERT_TRUE(nack);
  EXPECT_EQ(nack->sender_ssrc, 1u);
  EXPECT_EQ(nack->media_ssrc, 2u);
  EXPECT_THAT(sequences_of(*nack), testing::ElementsAreArray(wanted));
}

TEST(Nack, TakesAsManyAsThereIsRoomFor) {
  std::array<std::uint8_t, 20> small{};
  Writer writer(small);
  const std::array wanted{WireSeq(1), WireSeq(100), WireSeq(101), WireSeq(200)};
  EXPECT_EQ(write_nack(writer, 1, 2, wanted), 3u);
  EXPECT_EQ(write_nack(writer, 1, 2, wanted), 0u);
  EXPECT_THAT(sequences_of(*parse_nack(*Compound(writer.bytes()).begin())),
              ElementsAre(WireSeq(1), WireSeq(100), WireSeq(101)));
}

TEST(Nack, SurvivesRandomSetsOfNumbers) {
  SeededRandom random(7);
  for (int round = 0; round < 300; ++round) {
    std::vector<WireSeq> wanted;
    auto seq = static_cast<std::uint16_t>(random.next());
    for (std::size_t i = 0, n = 1 + random.next() % 60; i < n; ++i) {
      wanted.emplace_back(seq);
      seq = static_cast<std::uint16_t>(seq + 1 + random.next() % 20);
    }
    Buffer out;
    ASSERT_EQ(write_nack(out.writer, 1, 2, wanted), wanted.size());
    ASSERT_EQ(sequences_of(*parse_nack(out.only())), wanted);
  }
}

TEST(Nack, IsBoundedHoweverMuchItNames) {
  ByteVector bytes(4 + 8 + 4 * 500, 0xff);
  bytes[0] = 0x81;
  bytes[1] = 205;
  store_be16(bytes.data() + 2, static_cast<std::uint16_t>(bytes.size() / 4 - 1));
  const auto nack = parse_nack(*Compound(bytes).begin());
  ASSERT_TRUE(nack);
  EXPECT_EQ(sequences_of(*nack).size(), Nack::kMaxSequences);
}

TEST(Feedback, AsksForKeyFrames) {
  Buffer out;
  ASSERT_TRUE(write_pli(out.writer, 1, 2));
  EXPECT_EQ(out.writer.size(), 12u);
  EXPECT_EQ(parse_pli(out.only())->media_ssrc, 2u);
  out.writer.clear();
  ASSERT_TRUE(write_fir(out.writer, 1, 3, 9));
  const auto fir = parse_fir(out.only());
  ASSERT_TRUE(fir);
  ASSERT_EQ(fir->size(), 1u);
  EXPECT_EQ((*fir)[0].ssrc, 3u);
  EXPECT_EQ((*fir)[0].sequence, 9);
}

TEST(Remb, KeepsEighteenBitsOfTheRate) {
  for (const std::uint64_t rate : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{262'143},
                                   std::uint64_t{2'500'000}, std::uint64_t{10'000'000'000}}) {
    Buffer out;
    ASSERT_TRUE(write_remb(out.writer, 1, rate, std::array{5u, 6u}));
    const auto remb = parse_remb(out.only());
    ASSERT_TRUE(remb);
    EXPECT_NEAR(static_cast<double>(remb->bits_per_second), static_cast<double>(rate),
                static_cast<double>(rate) / 100'000);
  }
}

TEST(Remb, SaturatesInsteadOfOverflowing) {
  const ByteVector bytes{0x8f, 206, 0,   4,   0,   0,   0, 1,    0,    0,
                         0,    0,   'R', 'E', 'M', 'B', 0, 0xff, 0xff, 0xff};
  const auto remb = parse_remb(*Compound(bytes).begin());
  ASSERT_TRUE(remb);
  EXPECT_EQ(remb->bits_per_second, 0x7fff'ffff'ffff'ffffu);
}

TEST(ExtendedReport, CarriesReferenceTimeAndItsEcho) {
  Buffer out;
  ASSERT_TRUE(write_reference_time(out.writer, 1, rtp::NtpTime(0x1122334455667788)));
  EXPECT_EQ(parse_extended_report(out.only())->reference_time, rtp::NtpTime(0x1122334455667788));
  out.writer.clear();
  const DlrrItem item{1, 0x33445566, 100};
  ASSERT_TRUE(write_dlrr(out.writer, 2, item));
  const auto report = parse_extended_report(out.only());
  ASSERT_TRUE(report);
  ASSERT_EQ(report->dlrr_count(), 1u);
  EXPECT_EQ(report->dlrr_item(0), item);
}

TEST(ExtendedReport, SkipsBlocksItDoesNotKnowAndRefusesOverruns) {
  ByteVector bytes{0x80, 207, 0, 6, 0, 0, 0, 1, 42, 0, 0, 1, 9, 9,
                   9,    9,   4, 0, 0, 2, 0, 0, 0,  5, 0, 0, 0, 6};
  const auto report = parse_extended_report(*Compound(bytes).begin());
  ASSERT_TRUE(report);
  EXPECT_EQ(report->reference_time, rtp::NtpTime(0x0000'0005'0000'0006));
  bytes[19] = 3;
  EXPECT_FALSE(parse_extended_report(*Compound(bytes).begin()));
}

}  // namespace
}  // namespace parley::rtcp
