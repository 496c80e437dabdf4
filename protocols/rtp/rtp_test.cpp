#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "protocols/rtp/elements.h"
#include "protocols/rtp/extensions.h"
#include "protocols/rtp/ntp.h"
#include "protocols/rtp/packet.h"
#include "protocols/rtp/rtx.h"

namespace parley::rtp {
namespace {

ByteVector plain_packet() {
  return {0x80, 0x60, 0x12, 0x34, 0x00, 0x00, 0x01, 0x00, 0xde, 0xad, 0xbe, 0xef, 1, 2, 3};
}

TEST(RtpPacket, ReadsTheFixedHeader) {
  ByteVector bytes = plain_packet();
  bytes[1] = 0x80 | 96;
  const auto packet = parse(bytes);
  ASSERT_TRUE(packet);
  EXPECT_TRUE(packet->marker);
  EXPECT_EQ(packet->payload_type, 96);
  EXPECT_EQ(packet->sequence, WireSeq(0x1234));
  EXPECT_EQ(packet->timestamp, WireTimestamp(0x100));
  EXPECT_EQ(packet->ssrc, 0xdeadbeefu);
  EXPECT_EQ(to_vector(packet->payload), (ByteVector{1, 2, 3}));
  EXPECT_FALSE(packet->extensions.present());
}

TEST(RtpPacket, TakesOffSourcesExtensionAndPadding) {
  const ByteVector bytes{0xb2, 0x60, 0, 1, 0,    0,    0, 2, 0, 0, 0, 3,  // V=2 P X CC=2
                         0,    0,    0, 4, 0,    0,    0, 5,              // CSRCs
                         0xbe, 0xde, 0, 1, 0x10, 0xaa, 0, 0,              // one element
                         7,    8,    0, 0, 3};                            // three of padding
  const auto packet = parse(bytes);
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->csrcs.size(), 8u);
  EXPECT_EQ(packet->extensions.find(1)->front(), 0xaa);
  EXPECT_EQ(to_vector(packet->payload), (ByteVector{7, 8}));
  EXPECT_EQ(packet->padding, 3);
}

TEST(RtpPacket, NamesWhatIsWrong) {
  EXPECT_EQ(parse(ByteVector(11, 0x80)).error(), ParseError::too_short);
  ByteVector bytes = plain_packet();
  bytes[0] = 0x40;
  EXPECT_EQ(parse(bytes).error(), ParseError::wrong_version);
  bytes[0] = 0x8f;
  EXPECT_EQ(parse(bytes).error(), ParseError::too_short);
  bytes[0] = 0x90;
  EXPECT_EQ(parse(bytes).error(), ParseError::extension_overruns);
  bytes.insert(bytes.begin() + 12, {0xbe, 0xde, 0, 1});
  EXPECT_EQ(parse(bytes).error(), ParseError::extension_overruns);
  bytes = plain_packet();
  bytes[0] = 0xa0;
  bytes.back() = 0;
  EXPECT_EQ(parse(bytes).error(), ParseError::padding_overruns);
  bytes.back() = 4;
  EXPECT_EQ(parse(bytes).error(), ParseError::padding_overruns);
}

TEST(RtpPacket, IsAProbeIfItHoldsOnlyPadding) {
  ByteVector bytes = plain_packet();
  bytes[0] = 0xa0;
  bytes.back() = 3;
  const auto packet = parse(bytes);
  ASSERT_TRUE(packet);
  EXPECT_TRUE(packet->padding_only());
}

TEST(RtpPacket, IsReadBackAsWritten) {
  const Header header{.marker = true,
                      .payload_type = 111,
                      .sequence = WireSeq(65535),
                      .timestamp = WireTimestamp(0xfffffff0),
                      .ssrc = 42};
  std::array<std::uint8_t, 64> buffer{};
  ExtensionWriter writer(MutableBytes(buffer).subspan(kFixedHeaderSize));
  ASSERT_TRUE(writer.add(3, ByteVector{9, 9}));
  const std::size_t extension = writer.finish();
  write_fixed_header(buffer.data(), header, extension > 0);
  std::uint8_t* const end = buffer.data() + kFixedHeaderSize + extension;
  append_padding(buffer.data(), end, 5);

  const auto packet = parse(ByteView(buffer).first(kFixedHeaderSize + extension + 5));
  ASSERT_TRUE(packet);
  EXPECT_TRUE(packet->marker);
  EXPECT_EQ(packet->payload_type, 111);
  EXPECT_EQ(packet->sequence, WireSeq(65535));
  EXPECT_EQ(packet->timestamp, WireTimestamp(0xfffffff0));
  EXPECT_EQ(packet->ssrc, 42u);
  EXPECT_EQ(to_vector(*packet->extensions.find(3)), (ByteVector{9, 9}));
  EXPECT_TRUE(packet->padding_only());
}

std::vector<std::pair<int, ByteVector>> all_of(const Extensions& extensions) {
  std::vector<std::pair<int, ByteVector>> out;
  for (const Extension& e : extensions) out.emplace_back(e.id, to_vector(e.value));
  return out;
}

// RFC 8285 section 4.2, the example: elements of one, two and four bytes, with padding.
TEST(RtpExtensions, ReadsTheOneByteExample) {
  const ByteVector bytes{0x10, 0x11, 0x21, 0x22, 0x23, 0x00, 0x00, 0x33, 0x31, 0x32, 0x33, 0x34};
  EXPECT_EQ(all_of(Extensions(Extensions::kOneByteProfile, bytes)),
            (std::vector<std::pair<int, ByteVector>>{
                {1, {0x11}}, {2, {0x22, 0x23}}, {3, {0x31, 0x32, 0x33, 0x34}}}));
}

// RFC 8285 section 4.3, the example: an element without a value, then one, then four bytes.
TEST(RtpExtensions, ReadsTheTwoByteExample) {
  const ByteVector bytes{0x01, 0x00, 0x02, 0x01, 0x22, 0x00, 0x03, 0x04, 0x31, 0x32, 0x33, 0x34};
  EXPECT_EQ(all_of(Extensions(0x1005, bytes)),
            (std::vector<std::pair<int, ByteVector>>{
                {1, {}}, {2, {0x22}}, {3, {0x31, 0x32, 0x33, 0x34}}}));
}

TEST(RtpExtensions, StopsAtWhatItMustNotRead) {
  // RFC 8285 section 4.2: id 15, and id 0 with a length, end the walk.
  EXPECT_EQ(all_of(Extensions(0xbede, ByteVector{0x10, 1, 0xf0, 2, 0x20, 3, 0, 0})).size(), 1u);
  EXPECT_EQ(all_of(Extensions(0xbede, ByteVector{0x10, 1, 0x01, 2, 0x20, 3, 0, 0})).size(), 1u);
  // An element that runs past the block.
  EXPECT_EQ(all_of(Extensions(0xbede, ByteVector{0x10, 1, 0x2f, 2})).size(), 1u);
  EXPECT_EQ(all_of(Extensions(0x1000, ByteVector{0x10, 1, 9, 0x2f})).size(), 1u);
  EXPECT_TRUE(all_of(Extensions(0x1234, ByteVector{0x10, 1, 0, 0})).empty());
}

TEST(RtpExtensions, AreReadBackAsWrittenInTheShortForm) {
  std::array<std::uint8_t, 64> buffer{};
  ExtensionWriter writer(buffer);
  EXPECT_TRUE(writer.add(1, ByteVector{0xaa}));
  EXPECT_TRUE(writer.add(14, ByteVector(16, 7)));
  const std::size_t size = writer.finish();
  EXPECT_EQ(size, 24u);
  EXPECT_EQ(load_be16(buffer.data()), Extensions::kOneByteProfile);
  const Extensions read(load_be16(buffer.data()), ByteView(buffer).subspan(4, size - 4));
  EXPECT_EQ(all_of(read),
            (std::vector<std::pair<int, ByteVector>>{{1, {0xaa}}, {14, ByteVector(16, 7)}}));
}

TEST(RtpExtensions, ChangeToTheLongFormWhenAnElementNeedsIt) {
  std::array<std::uint8_t, 64> buffer{};
  ExtensionWriter writer(buffer);
  EXPECT_TRUE(writer.add(1, ByteVector{0xaa}));
  EXPECT_TRUE(writer.add(2, ByteVector{1, 2, 3}));
  EXPECT_TRUE(writer.add(3, ByteVector(17, 5)));
  EXPECT_TRUE(writer.add(15, ByteVector{4}));
  const std::size_t size = writer.finish();
  EXPECT_EQ(load_be16(buffer.data()), Extensions::kTwoByteProfile);
  const Extensions read(load_be16(buffer.data()), ByteView(buffer).subspan(4, size - 4));
  EXPECT_EQ(all_of(read), (std::vector<std::pair<int, ByteVector>>{
                              {1, {0xaa}}, {2, {1, 2, 3}}, {3, ByteVector(17, 5)}, {15, {4}}}));
}

TEST(RtpExtensions, AreRefusedWhenThereIsNoRoom) {
  std::array<std::uint8_t, 12> buffer{};
  ExtensionWriter writer(buffer);
  EXPECT_FALSE(writer.add(0, ByteVector{1}));
  EXPECT_FALSE(writer.add(1, ByteVector(9, 1)));
  EXPECT_TRUE(writer.add(1, ByteVector(6, 1)));
  EXPECT_FALSE(writer.add(20, ByteVector{1}));  // Would need the long form for both.
  EXPECT_EQ(writer.finish(), 12u);
  EXPECT_EQ(load_be16(buffer.data()), Extensions::kOneByteProfile);
  ExtensionWriter none(buffer);
  EXPECT_EQ(none.finish(), 0u);
}

TEST(RtpElements, SurviveTheWire) {
  std::array<std::uint8_t, 16> out{};
  write_audio_level(out.data(), {35, true});
  EXPECT_EQ(out[0], 0x80 | 35);
  EXPECT_EQ(read_audio_level(ByteView(out).first(1)), (AudioLevelValue{35, true}));
  EXPECT_FALSE(read_audio_level({}));

  write_abs_send_time(out.data(), 0x123456);
  EXPECT_EQ(read_abs_send_time(ByteView(out).first(3)), 0x123456u);
  EXPECT_FALSE(read_abs_send_time(ByteView(out).first(2)));

  const AbsCaptureTime captured{NtpTime(0x0123456789abcdef), -5};
  write_abs_capture_time(out.data(), captured);
  EXPECT_EQ(read_abs_capture_time(out), captured);
  EXPECT_EQ(read_abs_capture_time(ByteView(out).first(8)),
            (AbsCaptureTime{captured.captured, std::nullopt}));
  EXPECT_FALSE(read_abs_capture_time(ByteView(out).first(9)));

  write_transport_sequence(out.data(), 0xabcd);
  EXPECT_EQ(read_transport_sequence(ByteView(out).first(2)), 0xabcd);

  write_playout_delay(out.data(), {10, 400});
  EXPECT_EQ(read_playout_delay(ByteView(out).first(3)), (PlayoutDelay{10, 400}));
  write_playout_delay(out.data(), {400, 10});
  EXPECT_FALSE(read_playout_delay(ByteView(out).first(3)));

  EXPECT_EQ(read_text(as_bytes("q")), "q");
  EXPECT_EQ(read_text(ByteVector{'h', 0, 0}), "h");
  EXPECT_FALSE(read_text(as_bytes("a b")));
  EXPECT_FALSE(read_text(as_bytes("seventeen letters")));
}

TEST(RtpElements, SendTimeCountsIn2To18thsOfASecondAndWrapsAt64) {
  EXPECT_EQ(to_abs_send_time(Time(1s)), 1u << 18);
  EXPECT_EQ(to_abs_send_time(Time(64s)), 0u);
  EXPECT_EQ(to_abs_send_time(Time(64s + 500ms)), 1u << 17);
}

TEST(Rtx, TellsTheOriginalNumberAndPayload) {
  const ByteVector payload{0x12, 0x34, 5, 6};
  const auto rtx = read_rtx(payload);
  ASSERT_TRUE(rtx);
  EXPECT_EQ(rtx->original, WireSeq(0x1234));
  EXPECT_EQ(to_vector(rtx->payload), (ByteVector{5, 6}));
  EXPECT_FALSE(read_rtx(ByteVector{1}));
  std::array<std::uint8_t, 2> out{};
  write_rtx_header(out.data(), WireSeq(0x1234));
  EXPECT_EQ(load_be16(out.data()), 0x1234);
}

TEST(Ntp, GoesToTheWallAndBack) {
  const WallTime wall(1'700'000'000s + 250ms);
  EXPECT_EQ(to_ntp(wall).value() >> 32, 1'700'000'000u + kNtpUnixOffset);
  EXPECT_EQ(to_ntp(wall).value() & 0xffffffff, 1u << 30);
  EXPECT_EQ(to_wall(to_ntp(wall)), wall);
}

// RFC 3550 section 6.4.1, figure 2: 6.125 s of round trip.
TEST(Ntp, MeasuresTheRoundTripOfTheRfcExample) {
  EXPECT_EQ(round_trip(0xb710'8000, 0xb705'2000, 0x0005'4000), 6125ms);
  EXPECT_EQ(round_trip(1000, 2000, 0), Duration::zero());
  EXPECT_EQ(to_compact(5250ms), 0x0005'4000u);
}

TEST(Sequence, StaysNearTheNewestOverManyWraps) {
  PacketIndex newest = first_index(WireSeq(65530));
  for (std::uint32_t i = 1; i < 200'000; i += 7) {
    const PacketIndex next = unwrap(WireSeq(static_cast<std::uint16_t>(65530 + i)), newest);
    EXPECT_EQ(next.value(), kFirstIndexBase + 65530 + i);
    newest = next;
  }
}

}  // namespace
}  // namespace parley::rtp
