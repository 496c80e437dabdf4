#include <gtest/gtest.h>

#include <string>

#include "media/room/room_fixture.h"

// Sessions of the platform's own (plane.StartSession.internal): the two ends of a forwarding.
namespace parley::media {
namespace {

class InternalTest : public RoomTest {
 protected:
  plane::StartSession watcher() {
    auto out = start("forward-x", false);
    out.set_internal(true);
    out.mutable_grants()->set_hidden(true);
    out.mutable_grants()->set_can_publish(false);
    return out;
  }
  /// An offer that says where its sender can be reached.
  void offer_from(Session& session, const std::string& address) {
    livekit::SignalRequest request;
    *request.mutable_offer() = offer_of({section("audio", 0, "sendonly")}, "them");
    std::string sdp = request.offer().sdp();
    sdp.insert(sdp.find("a=mid:"), "a=candidate:1 1 udp 2130706431 " + address +
                                       " 7882 typ host\r\na=candidate:2 1 tcp 1510000000 " +
                                       address + " 7881 typ host tcptype passive\r\n");
    request.mutable_offer()->set_sdp(sdp);
    say(session, request);
  }
};

TEST_F(InternalTest, AHiddenOneIsNobodysBusiness) {
  make({.departure_timeout = 20s, .max_participants = 1});
  Session& ann = join_active("ann");
  const auto joined = room_->join(watcher(), now_);
  ASSERT_TRUE(joined) << "it fills no seat";
  connect(*joined->session);
  EXPECT_EQ(room_->everybody().size(), 1u);
  run_until(now_ + 2s);
  EXPECT_EQ(room_->info().num_participants(), 1u);
  ann.dismiss(livekit::LeaveRequest::DISCONNECT, livekit::CLIENT_INITIATED, now_);
  room_->sweep();
  EXPECT_TRUE(room_->finished(now_ + 20s)) << "it holds no room open";
}

TEST_F(InternalTest, TheEndThatIsOfferedToCallsTheOther) {
  auto image = start("ann");
  image.set_internal(true);
  Session& session = join(image);
  offer_from(session, "192.0.2.9");
  const SetRemote remote = shard_.all<SetRemote>().back();
  ASSERT_EQ(remote.call.size(), 1u);
  EXPECT_EQ(remote.call[0].ip.to_string(), "192.0.2.9");
  EXPECT_EQ(remote.call[0].port, 7882);
  EXPECT_EQ(room_->everybody().size(), 1u) << "it is shown to everybody";
  const auto answer = last(session, livekit::SignalResponse::kAnswer).answer().sdp();
  EXPECT_EQ(answer.find("a=ice-lite"), std::string::npos);
}

TEST_F(InternalTest, NobodyElseMakesUsKnockSomewhere) {
  Session& ben = join(start("ben"));
  offer_from(ben, "10.0.0.1");
  EXPECT_TRUE(shard_.all<SetRemote>().back().call.empty());
}

}  // namespace
}  // namespace parley::media
