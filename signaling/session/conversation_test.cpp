#include "signaling/session/conversation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "signaling/session/frames.h"

namespace parley::signaling {
namespace {

using testing::HasSubstr;

const WallTime kNow{std::chrono::seconds(1'800'000'000)};
const ApiKey kKey{"key", Secret("0123456789012345678901234567890123456789")};

struct ConversationTest : testing::Test {
  Metrics metrics;
  TokenOrigin origin;
  Conversation conversation{"conn", 17, metrics};

  void from_node(const livekit::SignalResponse& response) {
    plane::ToClient message;
    message.set_signal_response(response.SerializeAsString());
    conversation.on_node(std::move(message), origin, kKey, kNow);
  }
  void join() {
    livekit::SignalResponse response;
    response.mutable_join()->mutable_room()->set_name("room");
    from_node(response);
    ASSERT_TRUE(conversation.next_frame());
  }
  livekit::SignalResponse next() {
    livekit::SignalResponse response;
    const auto frame = conversation.next_frame();
    EXPECT_TRUE(frame && !frame->text && response.ParseFromString(frame->bytes));
    return response;
  }
  static std::string mute(bool muted) {
    livekit::SignalRequest request;
    request.mutable_mute()->set_sid("TR_x");
    request.mutable_mute()->set_muted(muted);
    return request.SerializeAsString();
  }
};

TEST_F(ConversationTest, BinaryFramesPassUnchangedBothWays) {
  join();
  // A field that this server's schema does not have must reach the session.
  const std::string request = mute(true) + std::string("\x82\x7d\x03xyz", 6);
  conversation.on_frame(false, request, kNow);
  const auto message = conversation.next_for_node();
  ASSERT_TRUE(message);
  EXPECT_EQ(message->connection_id(), "conn");
  EXPECT_EQ(message->signal_request(), request);
  EXPECT_FALSE(conversation.next_for_node());
}

TEST_F(ConversationTest, ATextFrameSwitchesBothDirectionsToJsonUntilABinaryOneComes) {
  join();
  conversation.on_frame(true, R"({"mute":{"sid":"TR_x","muted":true},"later":1})", kNow);
  EXPECT_EQ(conversation.next_for_node()->signal_request(), mute(true));
  livekit::SignalResponse response;
  response.mutable_track_published()->set_cid("cam");
  from_node(response);
  const auto frame = conversation.next_frame();
  ASSERT_TRUE(frame);
  EXPECT_TRUE(frame->text);
  EXPECT_EQ(frame->bytes, R"({"trackPublished":{"cid":"cam"}})");

  conversation.on_frame(false, mute(false), kNow);
  from_node(response);
  EXPECT_EQ(next().track_published().cid(), "cam");
}

TEST_F(ConversationTest, PingsAreAnsweredHereAndGoNoFurther) {
  join();
  livekit::SignalRequest request;
  request.set_ping(5);
  conversation.on_frame(false, request.SerializeAsString(), kNow);
  EXPECT_EQ(next().pong(), 1'800'000'000'000);
  request.mutable_ping_req()->set_timestamp(77);
  conversation.on_frame(false, request.SerializeAsString(), kNow);
  const auto pong = next().pong_resp();
  EXPECT_EQ(pong.last_ping_timestamp(), 77);
  EXPECT_EQ(pong.timestamp(), 1'800'000'000'000);
  EXPECT_FALSE(conversation.next_for_node());
}

TEST_F(ConversationTest, NothingComesBeforeTheSessionsFirstMessage) {
  livekit::SignalRequest request;
  request.set_ping(5);
  conversation.on_frame(false, request.SerializeAsString(), kNow);
  EXPECT_FALSE(conversation.next_frame());
}

TEST_F(ConversationTest, GarbageEndsIt) {
  for (const auto& [text, bytes] :
       {std::pair{true, "{nope"}, {false, ""}, {false, "\xff\xff\xff\xff\xff\xff"}}) {
    Conversation c("conn", 17, metrics);
    c.on_frame(text, bytes, kNow);
    EXPECT_EQ(c.closing(), CloseCode::bad_payload);
    EXPECT_FALSE(c.next_for_node());
  }
  EXPECT_EQ(metrics.frames_malformed.value(), 3u);
}

TEST_F(ConversationTest, ATruncatedPingEndsItToo) {
  conversation.on_frame(false, "\x82\x01\x05\x08", kNow);
  EXPECT_EQ(conversation.closing(), CloseCode::bad_payload);
}

TEST_F(ConversationTest, TheNodesGoodbyeComesAfterWhatItSaid) {
  livekit::SignalResponse response;
  response.mutable_leave()->set_reason(livekit::DUPLICATE_IDENTITY);
  from_node(response);
  plane::ToClient close;
  close.mutable_close();
  conversation.on_node(std::move(close), origin, kKey, kNow);
  EXPECT_FALSE(conversation.closing());
  EXPECT_EQ(next().leave().reason(), livekit::DUPLICATE_IDENTITY);
  EXPECT_EQ(conversation.closing(), CloseCode::normal);
  conversation.on_socket_lost();
  EXPECT_FALSE(conversation.next_for_node()) << "the session knows: it ended it";
}

TEST_F(ConversationTest, ALostSocketIsReportedOnce) {
  conversation.on_socket_lost();
  conversation.on_socket_lost();
  const auto message = conversation.next_for_node();
  ASSERT_TRUE(message);
  EXPECT_TRUE(message->has_closed());
  EXPECT_FALSE(conversation.next_for_node());
}

TEST_F(ConversationTest, ALostSessionMeansJoinAnew) {
  join();
  conversation.on_session_lost();
  const auto leave = next().leave();
  EXPECT_EQ(leave.action(), livekit::LeaveRequest::RECONNECT);
  EXPECT_EQ(leave.reason(), livekit::STATE_MISMATCH);
  EXPECT_FALSE(leave.can_reconnect());
  EXPECT_EQ(conversation.closing(), CloseCode::normal);
}

TEST_F(ConversationTest, OldClientsAreToldInTheirWords) {
  Conversation old("conn", 12, metrics);
  old.on_session_lost();
  livekit::SignalResponse response;
  ASSERT_TRUE(response.ParseFromString(old.next_frame()->bytes));
  EXPECT_TRUE(response.leave().can_reconnect());
  EXPECT_EQ(response.leave().action(), livekit::LeaveRequest::DISCONNECT);
}

TEST_F(ConversationTest, AShutdownMeansResumeElsewhere) {
  join();
  conversation.on_shutdown();
  EXPECT_EQ(next().leave().action(), livekit::LeaveRequest::RESUME);
  EXPECT_EQ(conversation.closing(), CloseCode::normal);
  conversation.on_socket_lost();
  EXPECT_TRUE(conversation.next_for_node()->has_closed());
}

TEST_F(ConversationTest, AWantedTokenIsMintedAndSent) {
  plane::ToClient message;
  message.mutable_token_wanted()->set_identity("ann");
  message.mutable_token_wanted()->set_room("room");
  message.mutable_token_wanted()->mutable_grants()->set_room_join(true);
  conversation.on_node(std::move(message), origin, kKey, kNow);
  const auto token = verify_token(next().refresh_token(), KeyRing({kKey}), kNow);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->identity, "ann");
  EXPECT_EQ(token->expires_at, 1'800'000'600);
}

TEST_F(ConversationTest, AClientThatDoesNotReadIsGivenUp) {
  livekit::SignalResponse response;
  response.mutable_answer()->set_sdp(std::string(1024 * 1024, 's'));
  for (int i = 0; i < 9; ++i) from_node(response);
  EXPECT_TRUE(conversation.abandoned());
  EXPECT_EQ(metrics.clients_too_slow.value(), 1u);
  EXPECT_FALSE(conversation.next_frame());
}

TEST(LeadingField, ReadsTagsOfOneAndTwoBytes) {
  livekit::SignalRequest request;
  request.set_ping(1);
  EXPECT_EQ(leading_field(request.SerializeAsString()), 14);
  request.mutable_ping_req();
  EXPECT_EQ(leading_field(request.SerializeAsString()), 16);
  EXPECT_EQ(leading_field(""), std::nullopt);
  EXPECT_EQ(leading_field("\xff"), std::nullopt);
}

}  // namespace
}  // namespace parley::signaling
