#include "signaling/forward/forwarding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "signaling/forward/register.h"

namespace parley::signaling {
namespace {

using livekit::SignalRequest;
using livekit::SignalResponse;

constexpr Time start{1000s};

livekit::TrackInfo track(std::string sid, livekit::TrackType type, bool muted = false) {
  livekit::TrackInfo out;
  out.set_sid(std::move(sid));
  out.set_type(type);
  out.set_muted(muted);
  out.set_source(type == livekit::VIDEO ? livekit::CAMERA : livekit::MICROPHONE);
  return out;
}

livekit::ParticipantInfo ann(std::vector<livekit::TrackInfo> tracks = {}) {
  livekit::ParticipantInfo out;
  out.set_sid("PA_ann");
  out.set_identity("ann");
  out.set_name("Ann");
  out.set_state(livekit::ParticipantInfo::ACTIVE);
  for (livekit::TrackInfo& one : tracks) *out.add_tracks() = std::move(one);
  return out;
}

SignalResponse joined(const livekit::ParticipantInfo& other) {
  SignalResponse out;
  *out.mutable_join()->add_other_participants() = other;
  return out;
}

SignalResponse changed(const livekit::ParticipantInfo& info) {
  SignalResponse out;
  *out.mutable_update()->add_participants() = info;
  return out;
}

class ForwardingTest : public testing::Test {
 protected:
  std::vector<SignalRequest> for_source() {
    std::vector<SignalRequest> out;
    while (auto one = forwarding.next_for_source()) out.push_back(*one);
    return out;
  }
  std::vector<SignalRequest> for_destination() {
    std::vector<SignalRequest> out;
    while (auto one = forwarding.next_for_destination()) out.push_back(*one);
    return out;
  }
  void forget() {
    for_source();
    for_destination();
  }
  void shown_as(const std::string& sid, const std::string& there) {
    SignalResponse said;
    said.mutable_track_published()->set_cid(sid);
    said.mutable_track_published()->mutable_track()->set_sid(there);
    forwarding.on_destination(said, start);
  }
  void wanted(const std::string& there, std::vector<livekit::VideoQuality> on) {
    SignalResponse said;
    auto& update = *said.mutable_subscribed_quality_update();
    update.set_track_sid(there);
    for (const auto quality : {livekit::LOW, livekit::MEDIUM, livekit::HIGH}) {
      auto& one = *update.add_subscribed_qualities();
      one.set_quality(quality);
      one.set_enabled(std::ranges::find(on, quality) != on.end());
    }
    forwarding.on_destination(said, start);
  }

  Forwarding forwarding{"ann", ann(), start};
};

TEST_F(ForwardingTest, AnnouncesATrackBeforeItAsksForIt) {
  forwarding.on_source(joined(ann({track("TR_1", livekit::AUDIO, true)})), start);
  const auto there = for_destination();
  ASSERT_EQ(there.size(), 1u);
  EXPECT_EQ(there[0].add_track().cid(), "TR_1");
  EXPECT_TRUE(there[0].add_track().muted());
  EXPECT_EQ(there[0].add_track().source(), livekit::MICROPHONE);
  const auto here = for_source();
  ASSERT_EQ(here.size(), 1u);
  EXPECT_EQ(here[0].subscription().track_sids(0), "TR_1");
  EXPECT_TRUE(here[0].subscription().subscribe());
}

TEST_F(ForwardingTest, HasNothingToDoWithOtherPeople) {
  livekit::ParticipantInfo bob = ann({track("TR_2", livekit::VIDEO)});
  bob.set_identity("bob");
  bob.set_sid("PA_bob");
  forwarding.on_source(joined(bob), start);
  forwarding.on_source(changed(bob), start);
  EXPECT_TRUE(for_source().empty());
  EXPECT_TRUE(for_destination().empty());
}

TEST_F(ForwardingTest, OffersThereWhatItIsOfferedAndGivesTheAnswerBack) {
  SignalResponse offer;
  offer.mutable_offer()->set_sdp("what is sent");
  offer.mutable_offer()->set_id(7);
  forwarding.on_source(offer, start);
  const auto there = for_destination();
  ASSERT_EQ(there.size(), 1u);
  EXPECT_EQ(there[0].offer().sdp(), "what is sent");
  SignalResponse answer;
  answer.mutable_answer()->set_sdp("what is taken");
  answer.mutable_answer()->set_id(7);
  forwarding.on_destination(answer, start);
  const auto here = for_source();
  ASSERT_EQ(here.size(), 1u);
  EXPECT_EQ(here[0].answer().sdp(), "what is taken");
  EXPECT_EQ(here[0].answer().id(), 7u);
}

TEST_F(ForwardingTest, MutesThereWhatIsMutedHereAlsoIfThatWasInBetween) {
  forwarding.on_source(joined(ann({track("TR_1", livekit::AUDIO)})), start);
  forwarding.on_source(changed(ann({track("TR_1", livekit::AUDIO, true)})), start);
  forget();
  shown_as("TR_1", "TR_there");
  auto there = for_destination();
  ASSERT_EQ(there.size(), 1u);
  EXPECT_EQ(there[0].mute().sid(), "TR_there");
  EXPECT_TRUE(there[0].mute().muted());
  forwarding.on_source(changed(ann({track("TR_1", livekit::AUDIO, false)})), start);
  there = for_destination();
  ASSERT_EQ(there.size(), 1u);
  EXPECT_FALSE(there[0].mute().muted());
}

TEST_F(ForwardingTest, AsksForNoBetterPictureThanAnybodyThereWants) {
  forwarding.on_source(joined(ann({track("TR_1", livekit::VIDEO)})), start);
  forget();
  shown_as("TR_1", "TR_there");
  wanted("TR_there", {livekit::LOW, livekit::MEDIUM});
  auto here = for_source();
  ASSERT_EQ(here.size(), 1u);
  EXPECT_EQ(here[0].track_setting().quality(), livekit::MEDIUM);
  wanted("TR_there", {});
  here = for_source();
  ASSERT_EQ(here.size(), 1u);
  EXPECT_TRUE(here[0].track_setting().disabled());
  wanted("TR_there", {});
  EXPECT_TRUE(for_source().empty());
}

TEST_F(ForwardingTest, SendsNothingOfWhatABackendMutedThere) {
  forwarding.on_source(joined(ann({track("TR_1", livekit::VIDEO)})), start);
  forget();
  shown_as("TR_1", "TR_there");
  SignalResponse mute;
  mute.mutable_mute()->set_sid("TR_there");
  mute.mutable_mute()->set_muted(true);
  forwarding.on_destination(mute, start);
  const auto here = for_source();
  ASSERT_EQ(here.size(), 1u);
  EXPECT_TRUE(here[0].track_setting().disabled());
}

TEST_F(ForwardingTest, ShowsWhatChangesOfThePerson) {
  livekit::ParticipantInfo info = ann();
  info.set_metadata("{}");
  (*info.mutable_attributes())["hand"] = "up";
  forwarding.on_source(joined(info), start);
  auto there = for_destination();
  ASSERT_EQ(there.size(), 1u);
  EXPECT_EQ(there[0].update_metadata().metadata(), "{}");
  EXPECT_EQ(there[0].update_metadata().attributes().at("hand"), "up");
  EXPECT_EQ(there[0].update_metadata().name(), "");
  info.clear_attributes();
  forwarding.on_source(changed(info), start);
  there = for_destination();
  ASSERT_EQ(there.size(), 1u);
  EXPECT_EQ(there[0].update_metadata().attributes().at("hand"), "");
  forwarding.on_source(changed(info), start);
  EXPECT_TRUE(for_destination().empty());
}

TEST_F(ForwardingTest, WaitsForSomebodyWhoComesBackAndEndsWithoutThem) {
  forwarding.on_source(joined(ann({track("TR_1", livekit::AUDIO)})), start);
  EXPECT_EQ(forwarding.next_deadline(), kNever);
  livekit::ParticipantInfo gone = ann();
  gone.set_state(livekit::ParticipantInfo::DISCONNECTED);
  forwarding.on_source(changed(gone), start);
  forget();

  livekit::ParticipantInfo back = ann({track("TR_2", livekit::AUDIO)});
  back.set_sid("PA_again");
  forwarding.on_source(changed(back), start + 5s);
  EXPECT_EQ(for_destination().size(), 1u);
  // That the older session is gone is said late: it is not theirs.
  forwarding.on_source(changed(gone), start + 6s);
  EXPECT_EQ(forwarding.next_deadline(), kNever);

  back.set_state(livekit::ParticipantInfo::DISCONNECTED);
  forwarding.on_source(changed(back), start + 10s);
  EXPECT_EQ(forwarding.next_deadline(), start + 10s + Forwarding::kAbsence);
  forwarding.on_deadline(start + 10s + Forwarding::kAbsence);
  EXPECT_EQ(forwarding.end(), Forwarding::End::over);
}

TEST_F(ForwardingTest, EndsWhereItIsRemovedAndIsBegunAnewWhereASessionIsLost) {
  SignalResponse leave;
  leave.mutable_leave()->set_action(livekit::LeaveRequest::RECONNECT);
  Forwarding lost{"ann", ann(), start};
  lost.on_source(leave, start);
  EXPECT_EQ(lost.end(), Forwarding::End::broken);
  leave.mutable_leave()->set_action(livekit::LeaveRequest::DISCONNECT);
  leave.mutable_leave()->set_reason(livekit::PARTICIPANT_REMOVED);
  forwarding.on_destination(leave, start);
  EXPECT_EQ(forwarding.end(), Forwarding::End::over);
}

const ForwardName kName{"here", "ann", "there"};
constexpr WallTime noon{std::chrono::hours(12)};

TEST(ForwardRegister, AnEdgeKeepsWhatItHoldsAndDropsWhatItLetGo) {
  plane::Forwards all;
  ASSERT_TRUE(add_forward(all, kName, "one", noon));
  ASSERT_TRUE(add_forward(all, kName, "one", noon));  // The same: not twice.
  ASSERT_EQ(all.all_size(), 1);
  EXPECT_TRUE(keep_forwards(all, {kName}, "one", noon + 5s).changed);
  EXPECT_EQ(all.all(0).heard_at(), (12 * 3600 + 5) * 1000);
  EXPECT_TRUE(keep_forwards(all, {}, "one", noon + 6s).changed);
  EXPECT_EQ(all.all_size(), 0);
}

TEST(ForwardRegister, AnotherEdgeTakesWhatASilentOneHeldOrOneThatStoppedLetGo) {
  plane::Forwards all;
  ASSERT_TRUE(add_forward(all, kName, "one", noon));
  EXPECT_FALSE(keep_forwards(all, {}, "two", noon + kForwardLease - 1s).changed);
  plane::Forwards released = all;
  ASSERT_TRUE(release_forwards(released, "one"));
  EXPECT_EQ(keep_forwards(released, {}, "two", noon + 1s).taken, std::vector{kName});
  const Upkeep step = keep_forwards(all, {}, "two", noon + kForwardLease);
  EXPECT_EQ(step.taken, std::vector{kName});
  EXPECT_EQ(all.all(0).edge_id(), "two");
  EXPECT_TRUE(keep_forwards(all, {kName}, "two", noon + kForwardLease + 1s).taken.empty());
}

TEST(ForwardRegister, HasAnEnd) {
  plane::Forwards all;
  for (std::size_t i = 0; i < kMaxForwards; ++i) {
    ASSERT_TRUE(add_forward(all, {"here", std::to_string(i), "there"}, "one", noon));
  }
  EXPECT_FALSE(add_forward(all, kName, "one", noon));
}

}  // namespace
}  // namespace parley::signaling
