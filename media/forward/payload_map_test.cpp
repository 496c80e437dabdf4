#include "media/forward/payload_map.h"

#include <gtest/gtest.h>

#include <vector>

#include "media/forward/test_source.h"

namespace parley::media {
namespace {

using Action = PayloadMap::Action;

CodecBinding h264(std::uint8_t payload_type, std::string fmtp) {
  return test::binding(Codec::h264, payload_type, std::move(fmtp));
}

TEST(PayloadMap, ChoosesTheSubscribersH264OfTheSameModeAndProfile) {
  const std::vector publisher = {h264(102, "packetization-mode=1;profile-level-id=42E01F")};
  const std::vector subscriber = {
      h264(96, "profile-level-id=42e01f;packetization-mode=0"),
      h264(97, "profile-level-id=640032;packetization-mode=1"),
      h264(98, "level-asymmetry-allowed=1; profile-level-id=42e034; packetization-mode=1"),
  };
  const PayloadMap map(publisher, subscriber);
  EXPECT_EQ(map[102].action, Action::pass);
  EXPECT_EQ(map[102].payload_type, 98);
  EXPECT_EQ(map[103].action, Action::drop);
}

TEST(PayloadMap, DropsWhatTheSubscriberCannotDecode) {
  const std::vector publisher = {h264(102, "packetization-mode=1")};
  const std::vector subscriber = {h264(96, "packetization-mode=0")};
  EXPECT_EQ(PayloadMap(publisher, subscriber)[102].action, Action::drop);
}

TEST(PayloadMap, TellsVp9ProfilesApart) {
  const auto vp9 = [](std::uint8_t type, std::string fmtp) {
    return test::binding(Codec::vp9, type, std::move(fmtp));
  };
  const std::vector publisher = {vp9(98, ""), vp9(100, "profile-id=2")};
  const std::vector subscriber = {vp9(40, "profile-id=2"), vp9(41, "profile-id=0")};
  const PayloadMap map(publisher, subscriber);
  EXPECT_EQ(map[98].payload_type, 41);
  EXPECT_EQ(map[100].payload_type, 40);
}

TEST(PayloadMap, PassesRedOnlyIfItsBlocksMeanTheSameToBoth) {
  const std::vector<CodecBinding> publisher = {test::binding(Codec::red, 63),
                                               test::binding(Codec::opus, 111)};
  const std::vector<CodecBinding> same = {test::binding(Codec::opus, 111),
                                          test::binding(Codec::red, 64)};
  const std::vector<CodecBinding> other = {test::binding(Codec::opus, 109),
                                           test::binding(Codec::red, 64)};
  const std::vector<CodecBinding> none = {test::binding(Codec::opus, 111)};
  EXPECT_EQ(PayloadMap(publisher, same)[63].action, Action::pass);
  EXPECT_EQ(PayloadMap(publisher, same)[63].payload_type, 64);
  EXPECT_EQ(PayloadMap(publisher, same)[63].plain, 111);
  EXPECT_EQ(PayloadMap(publisher, same)[111].plain, -1);
  EXPECT_EQ(PayloadMap(publisher, other)[63].action, Action::unwrap_red);
  EXPECT_EQ(PayloadMap(publisher, other)[63].payload_type, 109);
  EXPECT_EQ(PayloadMap(publisher, none)[63].action, Action::unwrap_red);
  EXPECT_EQ(PayloadMap(publisher, same)[111].action, Action::pass);
}

TEST(RedPayloadType, IsThatWhoseBlocksAreTheSubscribersOpus) {
  const CodecBinding opus = test::binding(Codec::opus, 111);
  const auto of = [&](const CodecBinding& red) {
    return red_payload_type(std::vector<CodecBinding>{opus, red});
  };
  EXPECT_EQ(of(test::binding(Codec::red, 63, "111/111")), 63);
  EXPECT_EQ(of(test::binding(Codec::red, 63)), 63);
  EXPECT_EQ(of(test::binding(Codec::red, 63, "9/9")), -1);
  EXPECT_EQ(red_payload_type(std::vector<CodecBinding>{opus}), -1);
  EXPECT_EQ(red_payload_type(std::vector<CodecBinding>{test::binding(Codec::red, 63)}), -1);
}

}  // namespace
}  // namespace parley::media
