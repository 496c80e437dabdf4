#include "signaling/connect/connect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "signaling/encoding/base64.h"
#include "signaling/encoding/gzip.h"

namespace parley::signaling {
namespace {

using testing::HasSubstr;

const ConnectLimits kLimits;

Token token() {
  return join_token("room", "ann", "Ann", WallTime(std::chrono::seconds(1'800'000'000)));
}

std::expected<plane::StartSession, Refusal> v0(std::string_view query, const Token& t = token(),
                                               bool validate = false) {
  return start_session(
      {.v1 = false, .validate = validate, .user_agent = {}, .client_address = "192.0.2.7"},
      Query(query), t, kLimits);
}

std::expected<plane::StartSession, Refusal> v1(std::string_view join_request,
                                               const Token& t = token()) {
  return start_session({.v1 = true, .user_agent = {}, .client_address = {}},
                       Query("join_request=" + std::string(join_request)), t, kLimits);
}

std::string wrapped(const livekit::JoinRequest& join, bool packed) {
  livekit::WrappedJoinRequest wrapper;
  const std::string bytes = join.SerializeAsString();
  wrapper.set_compression(packed ? livekit::WrappedJoinRequest::GZIP
                                 : livekit::WrappedJoinRequest::NONE);
  wrapper.set_join_request(packed ? std::string(as_chars(gzip(as_bytes(bytes)))) : bytes);
  return base64url_encode(as_bytes(wrapper.SerializeAsString()));
}

TEST(CheckJoin, EachFaultHasItsStatusAndName) {
  const auto check = [](auto change, std::string_view query, unsigned status, const char* words) {
    Token t = token();
    change(t);
    const auto result = check_join(t, Query(query), kLimits);
    ASSERT_FALSE(result) << words;
    EXPECT_EQ(result.error().status, status) << words;
    EXPECT_THAT(result.error().text, HasSubstr(words));
  };
  EXPECT_TRUE(check_join(token(), Query(""), kLimits));
  EXPECT_TRUE(check_join(token(), Query("room=room"), kLimits));
  const auto as_is = [](Token&) {};
  check(as_is, "room=other", 401, "another room");
  check([](Token& t) { t.grants.set_room_join(false); }, "", 401, "roomJoin");
  check([](Token& t) { t.room.clear(); }, "", 401, "names no room");
  check([](Token& t) { t.room.clear(); }, "room=room", 401, "names no room");
  check([](Token& t) { t.identity.clear(); }, "", 400, "identity");
  check([](Token& t) { t.identity.assign(257, 'x'); }, "", 400, "identity is longer");
  check([](Token& t) { t.name.assign(257, 'x'); }, "", 400, "name is longer");
  check([](Token& t) { t.room.assign(257, 'x'); }, "", 400, "room name is longer");
}

TEST(ConnectV0, WithoutParametersItSubscribesToAll) {
  const auto start = v0("");
  ASSERT_TRUE(start);
  EXPECT_FALSE(start->single_peer_connection());
  EXPECT_TRUE(start->settings().auto_subscribe());
  EXPECT_FALSE(start->settings().adaptive_stream());
  EXPECT_FALSE(start->settings().has_subscriber_allow_pause());
  EXPECT_FALSE(start->reconnect());
  EXPECT_EQ(start->identity(), "ann");
  EXPECT_EQ(start->name(), "Ann");
  EXPECT_EQ(start->room(), "room");
  EXPECT_EQ(start->client().address(), "192.0.2.7");
  EXPECT_EQ(start->token_expires_at(), 1'800'000'000);
}

TEST(ConnectV0, ReadsWhatJavaScriptSends) {
  const auto start =
      v0("auto_subscribe=0&sdk=js&version=2.23.0&protocol=17&client_protocol=2&adaptive_stream=1"
         "&browser=Chrome&browser_version=156&os=Linux&network=wifi&subscriber_allow_pause=true"
         "&capabilities=CAP_PACKET_TRAILER,CAP_NEWS,CAP_COMPRESSION_DEFLATE_RAW");
  ASSERT_TRUE(start);
  EXPECT_FALSE(start->settings().auto_subscribe());
  EXPECT_TRUE(start->settings().adaptive_stream());
  EXPECT_TRUE(start->settings().subscriber_allow_pause());
  EXPECT_EQ(start->client().sdk(), livekit::ClientInfo::JS);
  EXPECT_EQ(start->client().version(), "2.23.0");
  EXPECT_EQ(start->client().protocol(), 17);
  EXPECT_EQ(start->client().client_protocol(), 2);
  EXPECT_EQ(start->client().browser(), "Chrome");
  EXPECT_EQ(start->client().capabilities_size(), 2);
}

TEST(ConnectV0, SdkNamesAreThoseOfTheSdks) {
  EXPECT_EQ(v0("sdk=ios")->client().sdk(), livekit::ClientInfo::SWIFT);
  EXPECT_EQ(v0("sdk=swift")->client().sdk(), livekit::ClientInfo::SWIFT);
  EXPECT_EQ(v0("sdk=reactnative")->client().sdk(), livekit::ClientInfo::REACT_NATIVE);
  EXPECT_EQ(v0("sdk=unityweb")->client().sdk(), livekit::ClientInfo::UNITY_WEB);
  EXPECT_EQ(v0("sdk=esp32")->client().sdk(), livekit::ClientInfo::ESP32);
  EXPECT_EQ(v0("sdk=toaster")->client().sdk(), livekit::ClientInfo::UNKNOWN);
}

TEST(ConnectV0, AResumeNamesItsParticipant) {
  const auto start = v0("reconnect=1&sid=PA_abc&reconnect_reason=2");
  ASSERT_TRUE(start);
  EXPECT_TRUE(start->reconnect());
  EXPECT_EQ(start->participant_sid(), "PA_abc");
  EXPECT_EQ(start->reconnect_reason(), livekit::RR_PUBLISHER_FAILED);
  EXPECT_EQ(v0("reconnect=1&sid=PA_abc&reconnect_reason=77")->reconnect_reason(),
            livekit::RR_UNKNOWN);
  EXPECT_EQ(v0("reconnect=1").error().status, 400u);
  EXPECT_EQ(v0("sid=PA_abc")->participant_sid(), "") << "only meant with reconnect";
}

TEST(ConnectV0, TheLegacyPublisherIsAParticipantOfItsOwn) {
  const auto start = v0("publish=2");
  ASSERT_TRUE(start);
  EXPECT_EQ(start->identity(), "ann#2");
  EXPECT_FALSE(start->grants().can_subscribe());
  EXPECT_FALSE(start->settings().auto_subscribe());
}

TEST(ConnectV0, AttributesNeedPermissionAndAreMerged) {
  Token t = token();
  t.attributes = {{"a", "old"}, {"b", "kept"}};
  const std::string attributes =
      "attributes=" + base64url_encode(as_bytes(R"({"a":"new","b":""})"));
  EXPECT_EQ(v0(attributes, t).error().status, 401u);
  t.grants.set_can_update_own_metadata(true);
  const auto start = v0(attributes, t);
  ASSERT_TRUE(start);
  EXPECT_EQ(start->attributes().at("a"), "new");
  EXPECT_EQ(start->attributes().at("b"), "kept") << "an empty value is not a change";
}

TEST(ConnectV0, BadAttributesAreAnErrorOnlyWhenValidating) {
  EXPECT_TRUE(v0("attributes=!!!"));
  EXPECT_EQ(v0("attributes=!!!", token(), true).error().status, 400u);
}

TEST(ConnectV1, ReadsPlainAndPackedRequests) {
  livekit::JoinRequest join;
  join.mutable_client_info()->set_sdk(livekit::ClientInfo::RUST);
  join.mutable_connection_settings()->set_auto_subscribe(true);
  join.mutable_publisher_offer()->set_sdp("v=0");
  join.mutable_publisher_offer()->set_id(1);
  join.add_add_track_requests()->set_cid("cam");
  for (const bool packed : {false, true}) {
    const auto start = v1(wrapped(join, packed));
    ASSERT_TRUE(start) << start.error().text;
    EXPECT_TRUE(start->single_peer_connection());
    EXPECT_TRUE(start->settings().auto_subscribe());
    EXPECT_EQ(start->client().sdk(), livekit::ClientInfo::RUST);
    EXPECT_EQ(start->publisher_offer().sdp(), "v=0");
    ASSERT_EQ(start->add_tracks_size(), 1);
    EXPECT_EQ(start->add_tracks(0).cid(), "cam");
  }
}

TEST(ConnectV1, AJoinRequestOnThePlainPathMeansOnePeerConnectionToo) {
  livekit::JoinRequest join;
  join.mutable_client_info()->set_protocol(17);
  const auto start = v0("join_request=" + wrapped(join, false));
  ASSERT_TRUE(start);
  EXPECT_TRUE(start->single_peer_connection());
}

TEST(ConnectV1, WithoutAJoinRequestItIsRefused) {
  const auto refused = start_session({.v1 = true, .user_agent = {}, .client_address = {}},
                                     Query(""), token(), kLimits);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 400u);
}

TEST(ConnectV1, MalformedRequestsAreRefusedInWords) {
  const auto raw = [](std::string_view bytes) { return base64url_encode(as_bytes(bytes)); };
  EXPECT_THAT(v1("!!").error().text, HasSubstr("base64"));
  EXPECT_THAT(v1(raw("\xff\xff")).error().text, HasSubstr("WrappedJoinRequest"));

  livekit::WrappedJoinRequest wrapper;
  wrapper.set_compression(livekit::WrappedJoinRequest::GZIP);
  wrapper.set_join_request("not gzip");
  EXPECT_THAT(v1(raw(wrapper.SerializeAsString())).error().text, HasSubstr("gzip"));

  wrapper.set_join_request(std::string(as_chars(gzip(ByteVector(2'000'000)))));
  EXPECT_THAT(v1(raw(wrapper.SerializeAsString())).error().text, HasSubstr("larger than 1048576"));

  wrapper.set_compression(livekit::WrappedJoinRequest::NONE);
  wrapper.set_join_request("\xff\xff");
  EXPECT_THAT(v1(raw(wrapper.SerializeAsString())).error().text, HasSubstr("JoinRequest"));

  wrapper.set_compression(static_cast<livekit::WrappedJoinRequest_Compression>(9));
  EXPECT_THAT(v1(raw(wrapper.SerializeAsString())).error().text, HasSubstr("unknown compression"));
}

TEST(ConnectV1, OwnMetadataNeedsPermission) {
  livekit::JoinRequest join;
  (*join.mutable_participant_attributes())["ignored"] = "";
  EXPECT_TRUE(v1(wrapped(join, false)));
  join.set_metadata("mine");
  EXPECT_EQ(v1(wrapped(join, false)).error().status, 401u);
  Token t = token();
  t.grants.set_can_update_own_metadata(true);
  EXPECT_EQ(v1(wrapped(join, false), t)->metadata(), "mine");
}

TEST(Connect, TooMuchMetadataIsRefused) {
  Token t = token();
  t.grants.set_can_update_own_metadata(true);
  livekit::JoinRequest join;
  join.set_metadata(std::string(600 * 1024, 'm'));
  EXPECT_EQ(v1(wrapped(join, true), t).error().status, 400u);
  join.clear_metadata();
  (*join.mutable_participant_attributes())["a"] = std::string(70 * 1024, 'v');
  EXPECT_EQ(v1(wrapped(join, true), t).error().status, 400u);
}

TEST(UserAgent, FillsInWhatTheClientDidNotSay) {
  livekit::ClientInfo client;
  client.set_sdk(livekit::ClientInfo::JS);
  fill_from_user_agent(client,
                       "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 "
                       "(KHTML, like Gecko) Version/17.4 Safari/605.1.15");
  EXPECT_EQ(client.browser(), "Safari");
  EXPECT_EQ(client.browser_version(), "17.4");
  EXPECT_EQ(client.os(), "macOS");
  EXPECT_EQ(client.os_version(), "10.15.7");

  client.set_browser("Mine");
  client.set_os("Own");
  fill_from_user_agent(client,
                       "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
  EXPECT_EQ(client.browser(), "Mine");
  EXPECT_EQ(client.os(), "Own");

  livekit::ClientInfo rust;
  rust.set_sdk(livekit::ClientInfo::RUST);
  fill_from_user_agent(rust, "Firefox/1");
  EXPECT_EQ(rust.browser(), "");
}

}  // namespace
}  // namespace parley::signaling
