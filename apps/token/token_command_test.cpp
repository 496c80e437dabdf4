#include "apps/token/token_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::apps {
namespace {

using testing::HasSubstr;

const WallTime kNow{std::chrono::seconds(1'800'000'000)};
const signaling::ApiKey kKey{"key", Secret("0123456789012345678901234567890123456789")};

signaling::Token made(const TokenRequest& request) {
  SeededRandom random(1);
  const auto jwt = create_token(request, kKey, random, kNow);
  if (!jwt) {
    ADD_FAILURE() << jwt.error();
    return {};
  }
  return signaling::verify_token(*jwt, signaling::KeyRing({kKey}), kNow).value();
}

std::string error(const TokenRequest& request) {
  SeededRandom random(1);
  const auto jwt = create_token(request, kKey, random, kNow);
  return jwt ? "" : jwt.error();
}

TEST(TokenCommand, ARoomIsEnough) {
  const auto token = made({.room = "standup"});
  EXPECT_EQ(token.room, "standup");
  EXPECT_THAT(token.identity, testing::StartsWith("user-"));
  EXPECT_TRUE(token.grants.room_join());
  EXPECT_TRUE(token.grants.can_publish_data());
  EXPECT_EQ(token.expires_at, 1'800'000'000 + 6 * 3600);
}

TEST(TokenCommand, SaysWhatItWasAskedFor) {
  const auto token = made({.room = "r",
                           .identity = "ann",
                           .name = "Ann",
                           .metadata = "m",
                           .attributes = {"a=b=c"},
                           .kind = "agent",
                           .valid_for = "30m",
                           .sources = {"microphone"},
                           .can_publish = false,
                           .hidden = true});
  EXPECT_EQ(token.identity, "ann");
  EXPECT_EQ(token.attributes.at("a"), "b=c");
  EXPECT_EQ(token.kind, livekit::ParticipantInfo::AGENT);
  EXPECT_EQ(token.expires_at, 1'800'000'000 + 1800);
  EXPECT_FALSE(token.grants.can_publish());
  EXPECT_FALSE(token.grants.can_publish_data());
  EXPECT_TRUE(token.grants.hidden());
  EXPECT_THAT(token.grants.can_publish_sources(), testing::ElementsAre(livekit::MICROPHONE));
}

TEST(TokenCommand, FaultsNameTheFlag) {
  EXPECT_THAT(error({}), HasSubstr("--room"));
  EXPECT_THAT(error({.room = "r", .valid_for = "soon"}), HasSubstr("--valid-for"));
  EXPECT_THAT(error({.room = "r", .attributes = {"x"}}), HasSubstr("--attribute"));
  EXPECT_THAT(error({.room = "r", .kind = "wizard"}), HasSubstr("--kind"));
  EXPECT_THAT(error({.room = "r", .sources = {"hologram"}}), HasSubstr("--source"));
}

}  // namespace
}  // namespace parley::apps
