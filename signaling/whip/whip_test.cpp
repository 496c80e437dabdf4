#include "signaling/whip/whip.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signaling/whip/layers.h"
#include "signaling/whip/links.h"

namespace parley::signaling::whip {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Pair;

TEST(WhipAddress, IsAnEndpointASessionOrItsLayers) {
  const auto endpoint = address_of("/whip/v1");
  ASSERT_TRUE(endpoint);
  EXPECT_FALSE(endpoint->whep);
  EXPECT_TRUE(endpoint->session.empty());
  const auto session = address_of("/whep/v1/PA_abc");
  ASSERT_TRUE(session);
  EXPECT_TRUE(session->whep);
  EXPECT_EQ(session->session, "PA_abc");
  EXPECT_FALSE(session->layer);
  const auto layers = address_of("/whep/v1/PA_abc/layer");
  ASSERT_TRUE(layers);
  EXPECT_TRUE(layers->layer);
  EXPECT_EQ(layers->session, "PA_abc");
  for (const auto& address : {*endpoint, *session, *layers}) {
    const auto again = address_of(address.path());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->path(), address.path());
  }
}

TEST(WhipAddress, IsNothingElse) {
  for (const char* path : {"/whip", "/whip/v2", "/whip/v10", "/whip/v1/a/b", "/whip/v1/PA_x/layer",
                           "/whep/v1//layer", "/whep/v1/a.b", "/whep/v1/a\r\nx", "/rtc/v1"}) {
    EXPECT_FALSE(address_of(path)) << path;
  }
  EXPECT_FALSE(address_of("/whip/v1/" + std::string(65, 'a')));
}

std::optional<Answer> openly(std::string_view method, std::string_view path) {
  static const Query kNone;
  return Whip::handle_openly({.method = method,
                              .path = path,
                              .query = kNone,
                              .content_type = {},
                              .if_match = {},
                              .user_agent = {},
                              .client_address = {},
                              .body = {}});
}

TEST(Whip, AnswersProbesOfStrangersAndNothingElse) {
  EXPECT_EQ(openly("GET", "/whip/v1")->status, 204u);
  EXPECT_EQ(openly("HEAD", "/whep/v1/PA_x")->status, 204u);
  EXPECT_FALSE(openly("GET", "/whep/v1/PA_x/layer")) << "who is watched is not told to everybody";
  EXPECT_FALSE(openly("POST", "/whip/v1"));
  EXPECT_FALSE(openly("PATCH", "/whip/v1/PA_x"));
  EXPECT_FALSE(openly("DELETE", "/whip/v1/PA_x"));
}

TEST(Whip, SaysWhatAnAddressTakes) {
  const auto options = openly("OPTIONS", "/whip/v1");
  EXPECT_EQ(options->status, 200u);
  EXPECT_THAT(options->headers, Contains(Pair("Accept-Post", "application/sdp")));
  EXPECT_THAT(openly("OPTIONS", "/whip/v1/PA_x")->headers,
              Contains(Pair("Accept-Patch", "application/trickle-ice-sdpfrag")));
  const auto wrong = openly("POST", "/whip/v1/PA_x");
  EXPECT_EQ(wrong->status, 405u);
  EXPECT_THAT(wrong->headers, Contains(Pair("Allow", "OPTIONS, GET, HEAD, PATCH, DELETE")));
  EXPECT_EQ(openly("PUT", "/whep/v1")->status, 405u);
  EXPECT_EQ(openly("DELETE", "/whep/v1/PA_x/layer")->status, 405u);
  EXPECT_EQ(openly("GET", "/whip/")->status, 404u);
}

TEST(WhipLinks, NameEachAddressOfARelayWithItsCredentials) {
  livekit::ICEServer turn;
  turn.add_urls("turn:192.0.2.1:3478?transport=udp");
  turn.add_urls("turns:turn.example.org:5349?transport=tcp");
  turn.set_username("17:PA_x");
  turn.set_credential("a\"b");
  livekit::ICEServer stun;
  stun.add_urls("stun:stun.example.org");
  EXPECT_THAT(
      ice_server_links({turn, stun}),
      testing::ElementsAre(
          R"(<turn:192.0.2.1:3478?transport=udp>; rel="ice-server"; username="17:PA_x"; credential="a\"b"; credential-type="password")",
          R"(<turns:turn.example.org:5349?transport=tcp>; rel="ice-server"; username="17:PA_x"; credential="a\"b"; credential-type="password")",
          R"(<stun:stun.example.org>; rel="ice-server")"));
}

TEST(WhipLayers, ReadsOldAndNewNames) {
  const auto choice = read_choice(R"({"mediaId":"1","encodingId":"h","maxTemporalLayerId":1})");
  ASSERT_TRUE(choice);
  EXPECT_EQ(choice->media_id(), "1");
  EXPECT_EQ(choice->rid(), "h");
  EXPECT_EQ(choice->max_temporal(), 1u);
  EXPECT_FALSE(choice->has_max_spatial());
  EXPECT_EQ(read_choice(R"({"rid":"q","spatialLayerId":0,"other":[]})")->max_spatial(), 0u);
  EXPECT_TRUE(read_choice("{}"));
}

TEST(WhipLayers, NamesTheMemberThatIsWrong) {
  EXPECT_THAT(read_choice("nonsense").error(), HasSubstr("JSON object"));
  EXPECT_THAT(read_choice("[]").error(), HasSubstr("JSON object"));
  EXPECT_THAT(read_choice(R"({"rid":1})").error(), HasSubstr("rid"));
  EXPECT_THAT(read_choice(R"({"maxWidth":-1})").error(), HasSubstr("maxWidth"));
  EXPECT_THAT(read_choice(R"({"maxHeight":1.5})").error(), HasSubstr("maxHeight"));
  EXPECT_THAT(read_choice(R"({"maxWidth":4294967296})").error(), HasSubstr("maxWidth"));
  EXPECT_THAT(read_choice(R"({"mediaId":")" + std::string(300, 'x') + "\"}").error(),
              HasSubstr("mediaId"));
}

TEST(WhipLayers, ListsThemByMediaSection) {
  plane::ResourceResult result;
  auto& media = *result.add_media();
  media.set_media_id("1");
  media.set_participant("ann");
  media.set_track("camera");
  auto& low = *media.add_layers();
  low.set_rid("q");
  auto& high = *media.add_layers();
  high.set_rid("f");
  high.set_spatial(1);
  high.set_width(1280);
  high.set_height(720);
  high.set_chosen(true);
  EXPECT_EQ(print_layers(result),
            R"({"1":{"participant":"ann","track":"camera","layers":[)"
            R"({"rid":"q","spatialLayerId":0,"selected":false},)"
            R"({"rid":"f","spatialLayerId":1,"width":1280,"height":720,"selected":true}]}})");
  EXPECT_EQ(print_layers({}), "{}");
}

}  // namespace
}  // namespace parley::signaling::whip
