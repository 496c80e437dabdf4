#include "application/webhooks/letter.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "signaling/encoding/base64.h"

namespace parley::application::webhooks {
namespace {

TEST(Letter, IsJsonAsTheSdksReadIt) {
  livekit::WebhookEvent event;
  event.set_event("participant_joined");
  event.set_id("EV_1");
  event.set_created_at(1700000000);
  event.mutable_room()->set_name("Übung");
  event.mutable_participant()->set_joined_at(5);
  event.mutable_participant()->set_state(livekit::ParticipantInfo::ACTIVE);
  const auto body = body_of(event);
  ASSERT_TRUE(body);
  const auto json = nlohmann::json::parse(*body);
  EXPECT_EQ(json["event"], "participant_joined");
  EXPECT_EQ(json["createdAt"], "1700000000") << "protojson writes 64 bits as text";
  EXPECT_EQ(json["participant"]["joinedAt"], "5");
  EXPECT_EQ(json["participant"]["state"], "ACTIVE");
  EXPECT_EQ(json["room"]["name"], "Übung");
  EXPECT_FALSE(json.contains("track"));
}

TEST(Letter, IsSignedOverItsExactBody) {
  const signaling::ApiKey key{"APIkey", Secret("a secret of thirty-two characters")};
  const WallTime now{std::chrono::seconds(1'700'000'000)};
  const std::string jwt = signature_of("abc", key, now);
  const std::size_t first = jwt.find('.');
  const std::string payload = jwt.substr(first + 1, jwt.rfind('.') - first - 1);
  const auto bytes = signaling::base64url_decode_strict(payload);
  ASSERT_TRUE(bytes);
  const auto claims = nlohmann::json::parse(bytes->begin(), bytes->end());
  EXPECT_EQ(claims["iss"], "APIkey");
  EXPECT_EQ(claims["exp"], 1'700'000'300);
  // SHA-256 of "abc" (FIPS 180-2, appendix B.1), in base64 with padding.
  EXPECT_EQ(claims["sha256"], "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

TEST(Filter, LetsThroughWhatIsIncludedAndNotExcluded) {
  EXPECT_TRUE(Filter{}.passes("room_started"));
  const Filter only{.include_events = {"room_started", "room_finished"}, .exclude_events = {}};
  EXPECT_TRUE(only.passes("room_started"));
  EXPECT_FALSE(only.passes("track_published"));
  const Filter both{.include_events = {"room_started"}, .exclude_events = {"room_started"}};
  EXPECT_FALSE(both.passes("room_started"));
}

}  // namespace
}  // namespace parley::application::webhooks
