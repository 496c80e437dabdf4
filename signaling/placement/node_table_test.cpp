#include "signaling/placement/node_table.h"

#include <gtest/gtest.h>

namespace parley::signaling {
namespace {

const Time kStart{100s};

plane::NodeStatus status(const char* id, const char* incarnation, unsigned participants = 0,
                         const char* region = "") {
  plane::NodeStatus s;
  s.set_node_id(id);
  s.set_incarnation(incarnation);
  s.set_participants(participants);
  s.set_region(region);
  return s;
}

TEST(NodeTable, ASilentNodeIsLostAfterThreeHeartbeats) {
  NodeTable table(kStart);
  EXPECT_FALSE(table.on_status(status("a", "1"), kStart));
  EXPECT_TRUE(table.expire(kStart + 1499ms).empty());
  const auto lost = table.expire(kStart + 1500ms);
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_EQ(lost[0].id, "a");
  EXPECT_EQ(lost[0].incarnation, "1");
  EXPECT_EQ(table.find("a"), nullptr);
  EXPECT_TRUE(table.expire(kStart + 9s).empty()) << "said once";
}

TEST(NodeTable, ANewIncarnationMeansTheOldSessionsAreGone) {
  NodeTable table(kStart);
  table.on_status(status("a", "1"), kStart);
  EXPECT_FALSE(table.on_status(status("a", "1"), kStart + 500ms));
  const auto lost = table.on_status(status("a", "2"), kStart + 700ms);
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->incarnation, "1");
  EXPECT_EQ(table.find("a")->incarnation, "2");
}

TEST(NodeTable, NobodyIsLostForASilenceOfOurOwn) {
  NodeTable table(kStart);
  table.on_status(status("a", "1"), kStart);
  table.on_interruption(kStart + 60s);
  EXPECT_TRUE(table.expire(kStart + 61s).empty());
  EXPECT_FALSE(table.can_know(kStart + 61s));
  EXPECT_EQ(table.expire(kStart + 62s).size(), 1u);
}

TEST(NodeTable, KnowsOnlyAfterListeningLongEnough) {
  const NodeTable table(kStart);
  EXPECT_FALSE(table.can_know(kStart + 1499ms));
  EXPECT_TRUE(table.can_know(kStart + 1500ms));
}

TEST(NodeTable, ChoosesTheLeastLoadedOfOurRegionThatIsNotDraining) {
  NodeTable table(kStart);
  EXPECT_EQ(table.least_loaded("eu"), nullptr);
  table.on_status(status("a", "1", 5, "eu"), kStart);
  table.on_status(status("b", "1", 3, "eu"), kStart);
  table.on_status(status("c", "1", 0, "us"), kStart);
  auto draining = status("d", "1", 0, "eu");
  draining.set_draining(true);
  table.on_status(draining, kStart);
  EXPECT_EQ(table.least_loaded("eu")->id, "b");
  EXPECT_EQ(table.least_loaded("us")->id, "c");
  EXPECT_EQ(table.least_loaded("mars")->id, "c") << "a far node is better than none";
}

TEST(NodeTable, ABurstOfRoomsIsSpreadBetweenHeartbeats) {
  NodeTable table(kStart);
  table.on_status(status("a", "1"), kStart);
  table.on_status(status("b", "1"), kStart);
  int on_a = 0;
  for (int i = 0; i < 10; ++i) {
    const std::string id = table.least_loaded("")->id;
    on_a += id == "a";
    table.on_placed(id);
  }
  EXPECT_EQ(on_a, 5);
}

TEST(NodeTable, AHeartbeatWithoutANameIsNotANode) {
  NodeTable table(kStart);
  table.on_status(plane::NodeStatus(), kStart);
  EXPECT_TRUE(table.empty());
}

}  // namespace
}  // namespace parley::signaling
