#include "signaling/token/token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <string>

#include "signaling/encoding/base64.h"

namespace parley::signaling {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;

WallTime at(std::int64_t unix_seconds) { return WallTime(std::chrono::seconds(unix_seconds)); }

KeyRing keys() {
  return KeyRing({{"first", Secret("the-secret-of-the-first-key-0123456789")},
                  {"second", Secret("another-secret-for-the-second-key-987")}});
}

/// Signs any header and payload, so that tests can say what our own minting never would.
std::string sign(std::string_view header, std::string_view payload,
                 std::string_view secret = "the-secret-of-the-first-key-0123456789") {
  std::string jwt = base64url_encode(as_bytes(header)) + "." + base64url_encode(as_bytes(payload));
  std::array<std::uint8_t, 32> mac{};
  unsigned int length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), as_bytes(jwt).data(),
       jwt.size(), mac.data(), &length);
  return jwt + "." + base64url_encode(mac);
}

constexpr std::string_view kHeader = R"({"alg":"HS256","typ":"JWT"})";

std::string with_claims(std::string_view more) {
  return sign(kHeader, R"({"iss":"first","sub":"ann","exp":1800000600,)" + std::string(more) + "}");
}

TokenError error_of(std::string_view jwt, std::int64_t now = kNow) {
  const auto token = verify_token(jwt, keys(), at(now));
  if (token) {
    ADD_FAILURE() << "accepted: " << jwt;
    return TokenError::missing;
  }
  return token.error();
}

Token good(const std::string& jwt) {
  const auto token = verify_token(jwt, keys(), at(kNow));
  if (!token) {
    ADD_FAILURE() << describe(token.error());
    return {};
  }
  return *token;
}

// The example of RFC 7515 appendix A.1: our HMAC and base64 agree with the rest of the world. Its
// key is bytes rather than text, and it expired in 2011.
TEST(Token, HoldsTheVectorOfRfc7515) {
  const auto secret = base64url_decode_strict(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  ASSERT_TRUE(secret);
  const KeyRing ring({{"joe", Secret(std::string(as_chars(*secret)))}});
  const std::string jwt =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
      "fQ."
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  EXPECT_TRUE(verify_token(jwt, ring, at(1'300'819'380)));
  EXPECT_EQ(verify_token(jwt, ring, at(1'300'819'380 + 61)).error(), TokenError::expired);
}

TEST(Token, EachFaultHasItsName) {
  const std::string fine = with_claims(R"("video":{})");
  good(fine);
  EXPECT_EQ(error_of(""), TokenError::missing);
  EXPECT_EQ(error_of(std::string(kMaxTokenBytes + 1, 'a')), TokenError::oversized);
  EXPECT_EQ(error_of("a.b"), TokenError::malformed);
  EXPECT_EQ(error_of("garbage"), TokenError::malformed);
  EXPECT_EQ(error_of(fine + ".x"), TokenError::malformed);
  EXPECT_EQ(error_of("." + fine), TokenError::malformed);
  EXPECT_EQ(error_of(sign("[]", "{}")), TokenError::malformed);
  EXPECT_EQ(error_of(sign(kHeader, "\"text\"")), TokenError::malformed);
  EXPECT_EQ(error_of(sign(R"({"alg":"HS256","crit":["x"]})", R"({"iss":"first"})")),
            TokenError::malformed);
  EXPECT_EQ(error_of(sign(kHeader, R"({"iss":"nobody","exp":1800000600})")),
            TokenError::unknown_key);
  EXPECT_EQ(error_of(sign(kHeader, R"({"exp":1800000600})")), TokenError::unknown_key);
  EXPECT_EQ(error_of(sign(kHeader, R"({"iss":7,"exp":1800000600})")), TokenError::unknown_key);
  EXPECT_EQ(error_of(sign(kHeader, R"({"iss":"first"})")), TokenError::no_expiry);
  EXPECT_EQ(error_of(sign(kHeader, R"({"iss":"first","exp":"soon"})")), TokenError::bad_claims);
  EXPECT_EQ(error_of(sign(kHeader, R"({"iss":"first","exp":1e300})")), TokenError::bad_claims);
  EXPECT_EQ(error_of(with_claims(R"("video":[])")), TokenError::bad_claims);
  EXPECT_EQ(error_of(with_claims(R"("video":{"roomJoin":"yes"})")), TokenError::bad_claims);
  EXPECT_EQ(error_of(with_claims(R"("attributes":{"a":1})")), TokenError::bad_claims);
}

TEST(Token, OtherAlgorithmsAreRefusedEvenWhenTheSignatureFits) {
  for (const char* header : {R"({"alg":"none"})", R"({"alg":"HS512"})", R"({"alg":"RS256"})",
                             R"({"alg":"hs256"})", R"({"alg":["HS256"]})", R"({})"}) {
    EXPECT_EQ(error_of(sign(header, R"({"iss":"first","exp":1800000600})")),
              TokenError::wrong_algorithm)
        << header;
  }
}

TEST(Token, AForgedSignatureIsNoticedWhereverItIsForged) {
  const std::string fine = with_claims(R"("video":{"room":"a"})");
  EXPECT_EQ(error_of(sign(kHeader, R"({"iss":"first","exp":1800000600})", "wrong")),
            TokenError::bad_signature);
  EXPECT_EQ(error_of(sign(kHeader, R"({"iss":"second","exp":1800000600})")),
            TokenError::bad_signature);
  EXPECT_EQ(error_of(fine.substr(0, fine.rfind('.') + 1)), TokenError::bad_signature);
  const std::string other = with_claims(R"("video":{"room":"b"})");
  const std::string mixed = other.substr(0, other.rfind('.')) + fine.substr(fine.rfind('.'));
  EXPECT_EQ(error_of(mixed), TokenError::bad_signature);
}

TEST(Token, ClocksMayBeAMinuteApart) {
  const std::string jwt = sign(kHeader, R"({"iss":"first","nbf":1799999000,"exp":1800000600})");
  EXPECT_TRUE(verify_token(jwt, keys(), at(1'800'000'660)));
  EXPECT_EQ(error_of(jwt, 1'800'000'661), TokenError::expired);
  EXPECT_TRUE(verify_token(jwt, keys(), at(1'799'998'940)));
  EXPECT_EQ(error_of(jwt, 1'799'998'939), TokenError::not_yet_valid);
}

TEST(Token, DefaultsAreThoseOfLiveKit) {
  const Token token = good(with_claims(R"("video":{"roomJoin":true,"room":"r"})"));
  EXPECT_EQ(token.identity, "ann");
  EXPECT_EQ(token.room, "r");
  EXPECT_EQ(token.api_key, "first");
  EXPECT_EQ(token.expires_at, 1'800'000'600);
  EXPECT_TRUE(token.grants.room_join());
  EXPECT_TRUE(token.grants.can_publish());
  EXPECT_TRUE(token.grants.can_subscribe());
  EXPECT_TRUE(token.grants.can_publish_data());
  EXPECT_FALSE(token.grants.can_update_own_metadata());
  EXPECT_FALSE(token.grants.can_subscribe_metrics());
  EXPECT_FALSE(token.grants.hidden());
  EXPECT_EQ(token.kind, livekit::ParticipantInfo::STANDARD);
}

TEST(Token, PublishingDataFollowsPublishingUnlessSaid) {
  EXPECT_FALSE(good(with_claims(R"("video":{"canPublish":false})")).grants.can_publish_data());
  EXPECT_TRUE(good(with_claims(R"("video":{"canPublish":false,"canPublishData":true})"))
                  .grants.can_publish_data());
}

TEST(Token, SourcesAndKindsAreLowerCaseNames) {
  const Token token = good(with_claims(
      R"("kind":"agent","kindDetails":["cloud_agent","news"],"video":{"canPublishSources":["camera","screen_share_audio","hologram"]})"));
  EXPECT_EQ(token.kind, livekit::ParticipantInfo::AGENT);
  EXPECT_THAT(token.kind_details, testing::ElementsAre(livekit::ParticipantInfo::CLOUD_AGENT));
  EXPECT_THAT(token.grants.can_publish_sources(),
              testing::ElementsAre(livekit::CAMERA, livekit::SCREEN_SHARE_AUDIO, livekit::UNKNOWN))
      << "an unknown source must still restrict";
  EXPECT_EQ(good(with_claims(R"("kind":"wizard")")).kind, livekit::ParticipantInfo::STANDARD);
}

TEST(Token, IdentityFallsBackToTheTokensId) {
  EXPECT_EQ(good(sign(kHeader, R"({"iss":"first","jti":"joe","exp":1800000600})")).identity, "joe");
}

TEST(Token, WhatIsMintedIsUnderstood) {
  Token token = join_token("Büro", "ann-1", "Ann \"A\" \xF0\x9F\x98\x80", at(kNow + 3600));
  token.metadata = R"({"x":1})";
  token.attributes = {{"k", "v"}, {"empty", ""}};
  token.kind = livekit::ParticipantInfo::SIP;
  token.grants.set_can_publish_data(false);
  token.grants.set_hidden(true);
  token.grants.set_can_update_own_metadata(true);
  token.grants.add_can_publish_sources(livekit::MICROPHONE);
  const Token back = good(mint_token(token, *keys().find("second"), at(kNow)));
  EXPECT_EQ(back.api_key, "second");
  EXPECT_EQ(back.identity, token.identity);
  EXPECT_EQ(back.name, token.name);
  EXPECT_EQ(back.room, token.room);
  EXPECT_EQ(back.metadata, token.metadata);
  EXPECT_EQ(back.attributes, token.attributes);
  EXPECT_EQ(back.kind, token.kind);
  EXPECT_EQ(back.expires_at, token.expires_at);
  EXPECT_EQ(back.grants.SerializeAsString(), token.grants.SerializeAsString());
}

TEST(Token, ARefreshedOneLivesTenMinutesOrAsLongAsTheFirst) {
  plane::ToClient::TokenWanted wanted;
  wanted.set_identity("ann");
  wanted.set_room("r");
  wanted.mutable_grants()->set_room_join(true);
  wanted.set_not_before_expiry(kNow + 60);
  const KeyRing ring = keys();
  const ApiKey& key = *ring.first();
  EXPECT_EQ(good(mint_refresh_token(wanted, {}, key, at(kNow))).expires_at, kNow + 600);
  wanted.set_not_before_expiry(kNow + 3600);
  const Token token = good(mint_refresh_token(wanted, {}, key, at(kNow)));
  EXPECT_EQ(token.expires_at, kNow + 3600);
  EXPECT_FALSE(token.grants.can_publish()) << "what was forbidden stays so, against the default";
}

TEST(Token, ARefreshedOneCanBePresentedAgainHoweverMuchMetadataThereIs) {
  plane::ToClient::TokenWanted wanted;
  wanted.set_identity("ann");
  wanted.set_metadata(std::string(500 * 1024, 'm'));
  (*wanted.mutable_attributes())["kept"] = "yes";
  const Token token = good(mint_refresh_token(wanted, {}, *keys().first(), at(kNow)));
  EXPECT_TRUE(token.metadata.empty());
  EXPECT_EQ(token.attributes.at("kept"), "yes");
}

TEST(Token, ARefreshedOneIsAsOldAsTheFirstAndKnowsItsRoom) {
  plane::ToClient::TokenWanted wanted;
  wanted.set_identity("ann");
  TokenOrigin origin{.issued_at = kNow - 3600, .room_config = {}};
  origin.room_config.set_max_participants(3);
  const Token token = good(mint_refresh_token(wanted, origin, *keys().first(), at(kNow)));
  EXPECT_EQ(token.issued_at, kNow - 3600);
  EXPECT_EQ(token.room_config.max_participants(), 3u);

  origin.room_config.set_metadata(std::string(400 * 1024, 'm'));
  const Token large = good(mint_refresh_token(wanted, origin, *keys().first(), at(kNow)));
  EXPECT_EQ(large.room_config.ByteSizeLong(), 0u);
}

TEST(Token, IsAsOldAsItSaysAndElseAsItIsValid) {
  EXPECT_EQ(good(with_claims(R"("nbf":1799999000,"iat":1799999500)")).issued_at, 1799999500);
  EXPECT_EQ(good(with_claims(R"("nbf":1799999000)")).issued_at, 1799999000);
  EXPECT_EQ(good(with_claims(R"("name":"x")")).issued_at, 0);
  EXPECT_EQ(error_of(with_claims(R"("iat":"yesterday")")), TokenError::bad_claims);
}

TEST(Token, SaysHowTheRoomIsToBe) {
  const Token token = good(
      with_claims(R"("roomPreset":"large","roomConfig":{"maxParticipants":5,"emptyTimeout":60})"));
  EXPECT_EQ(token.room_preset, "large");
  EXPECT_EQ(token.room_config.max_participants(), 5u);
  EXPECT_EQ(token.room_config.empty_timeout(), 60u);
  const Token back = good(mint_token(token, *keys().first(), at(kNow)));
  EXPECT_EQ(back.room_preset, "large");
  EXPECT_EQ(back.room_config.SerializeAsString(), token.room_config.SerializeAsString());
  for (const char* bad :
       {R"("roomConfig":[])", R"("roomConfig":"large")",
        R"("roomConfig":{"maxParticipants":"many"})", R"("roomConfig":{"agents":7})"}) {
    EXPECT_EQ(error_of(with_claims(bad)), TokenError::bad_room_config) << bad;
  }
  EXPECT_EQ(error_of(with_claims(R"("roomPreset":7)")), TokenError::bad_claims);
}

TEST(Token, ADocumentNestedWithoutEndIsNotRead) {
  const std::string deep = std::string(50'000, '[') + std::string(50'000, ']');
  EXPECT_EQ(error_of(with_claims(R"("roomConfig":{"agents":)" + deep + "}")),
            TokenError::malformed);
  EXPECT_EQ(good(with_claims(R"("name":"[[[[{{{{\"[[[[")")).name, "[[[[{{{{\"[[[[");
}

TEST(Token, NoErrorRepeatsWhatTheTokenHeld) {
  for (int i = 0; i < static_cast<int>(kTokenErrors); ++i) {
    const auto text = describe(static_cast<TokenError>(i));
    EXPECT_FALSE(text.empty());
    EXPECT_EQ(text.find("secret-of"), std::string_view::npos);
  }
}

}  // namespace
}  // namespace parley::signaling
