#include "signaling/turn/ice_servers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace parley::signaling {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

const WallTime kNow{std::chrono::seconds(1'800'000'000)};

TurnServer ours() {
  return {.urls = {"turn:192.0.2.1:3478?transport=udp", "turn:192.0.2.1:3478?transport=tcp"},
          .username = {},
          .credential = {},
          .secret = Secret("north"),
          .ttl = std::chrono::seconds(600)};
}
TurnServer theirs() {
  return {.urls = {"turns:turn.example.org:443?transport=tcp"},
          .username = "all",
          .credential = Secret("the same"),
          .secret = {},
          .ttl = {}};
}

// The credential is what `printf 1800000600:PA_ann | openssl dgst -sha1 -hmac north -binary |
// base64` says.
TEST(IceServers, CredentialsAreMadeForTheSessionAndExpire) {
  const auto servers = IceServers({ours()}).mint("PA_ann", kNow);
  ASSERT_THAT(servers, SizeIs(1));
  EXPECT_THAT(servers[0].urls(), ElementsAre("turn:192.0.2.1:3478?transport=udp",
                                             "turn:192.0.2.1:3478?transport=tcp"));
  EXPECT_EQ(servers[0].username(), "1800000600:PA_ann");
  EXPECT_EQ(servers[0].credential(), "FTNRHn9bi90WNIixzYgjSYx/xAU=");
}

TEST(IceServers, CredentialsThatAreTheSameForAllAreToldAsTheyAre) {
  const auto servers = IceServers({theirs()}).mint("PA_ann", kNow);
  ASSERT_THAT(servers, SizeIs(1));
  EXPECT_EQ(servers[0].username(), "all");
  EXPECT_EQ(servers[0].credential(), "the same");
}

TEST(IceServers, AnAnswerToAJoinIsForWhomItSays) {
  livekit::SignalResponse response;
  response.mutable_join()->mutable_participant()->set_sid("PA_ann");
  response.mutable_join()->set_server_version("1");
  std::string bytes = response.SerializeAsString();
  IceServers({ours(), theirs()}).add_to(bytes, "PA_other", kNow);
  ASSERT_TRUE(response.ParseFromString(bytes));
  EXPECT_EQ(response.join().server_version(), "1");
  ASSERT_THAT(response.join().ice_servers(), SizeIs(2));
  EXPECT_EQ(response.join().ice_servers(0).username(), "1800000600:PA_ann");
}

TEST(IceServers, AnAnswerToAResumeIsForWhomWeKnowItIs) {
  livekit::SignalResponse response;
  response.mutable_reconnect();
  std::string bytes = response.SerializeAsString();
  IceServers({ours()}).add_to(bytes, "PA_ann", kNow);
  ASSERT_TRUE(response.ParseFromString(bytes));
  ASSERT_THAT(response.reconnect().ice_servers(), SizeIs(1));
  EXPECT_EQ(response.reconnect().ice_servers(0).username(), "1800000600:PA_ann");
}

TEST(IceServers, WhatIsNoAnswerStaysAsItIs) {
  livekit::SignalResponse leave;
  leave.mutable_leave()->set_can_reconnect(true);
  for (const std::string& before :
       {leave.SerializeAsString(), std::string("\xff\xff"), std::string()}) {
    std::string bytes = before;
    IceServers({ours()}).add_to(bytes, "PA_ann", kNow);
    EXPECT_EQ(bytes, before);
  }
  // Nor does what cannot be read, with relays or without.
  std::string join = "\x0a\x00not a message";
  IceServers().add_to(join, "PA_ann", kNow);
  EXPECT_EQ(join, "\x0a\x00not a message");
}

TEST(IceServers, WhoIsToUseARelayAloneIsToldOfThoseThatAreReachedByTls) {
  livekit::SignalResponse response;
  response.mutable_join()->mutable_client_configuration()->set_force_relay(livekit::ENABLED);
  std::string bytes = response.SerializeAsString();
  IceServers({ours(), theirs()}).add_to(bytes, "PA_ann", kNow);
  ASSERT_TRUE(response.ParseFromString(bytes));
  ASSERT_THAT(response.join().ice_servers(), SizeIs(1));
  EXPECT_THAT(response.join().ice_servers(0).urls(),
              ElementsAre("turns:turn.example.org:443?transport=tcp"));
  EXPECT_EQ(response.join().client_configuration().force_relay(), livekit::ENABLED);
}

TEST(IceServers, WhereNoRelayIsReachedByTlsNobodyIsBoundToOne) {
  for (const auto& servers : {IceServers({ours()}), IceServers()}) {
    livekit::SignalResponse response;
    response.mutable_reconnect()->mutable_client_configuration()->set_force_relay(livekit::ENABLED);
    std::string bytes = response.SerializeAsString();
    servers.add_to(bytes, "PA_ann", kNow);
    ASSERT_TRUE(response.ParseFromString(bytes));
    EXPECT_EQ(response.reconnect().ice_servers().empty(), servers.empty());
    EXPECT_EQ(response.reconnect().client_configuration().force_relay(), livekit::UNSET);
  }
}

}  // namespace
}  // namespace parley::signaling
