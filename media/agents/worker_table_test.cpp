#include "media/agents/worker_table.h"

#include <gtest/gtest.h>

#include <limits>

namespace parley::media {
namespace {

constexpr Time kStart{100s};

plane::agents::Worker worker(const std::string& id, float load = 0, bool available = true) {
  plane::agents::Worker out;
  out.set_id(id);
  out.set_load(load);
  out.set_available(available);
  return out;
}

plane::agents::Workers said(const std::string& edge,
                            const std::vector<plane::agents::Worker>& workers) {
  plane::agents::Workers out;
  out.set_edge_id(edge);
  for (const auto& w : workers) *out.add_workers() = w;
  return out;
}

class WorkerTableTest : public testing::Test {
 protected:
  WorkerTable table_;
  SeededRandom random_{7};
};

TEST_F(WorkerTableTest, TellsOfWorkersThatComeAndGoButNotOfTheirLoad) {
  EXPECT_TRUE(table_.on_announcement(said("e", {worker("a", 0.1F)}), kStart));
  EXPECT_FALSE(table_.on_announcement(said("e", {worker("a", 0.9F)}), kStart));
  EXPECT_TRUE(table_.on_announcement(said("e", {worker("a", 0.9F, false)}), kStart));
  EXPECT_TRUE(table_.on_announcement(said("e", {}), kStart));
  EXPECT_TRUE(table_.is_gone("a", "e"));
}

TEST_F(WorkerTableTest, ASilentEdgeTakesItsWorkersAlongButDoesNotSayThatTheyAreGone) {
  table_.on_announcement(said("e", {worker("a")}), kStart);
  EXPECT_FALSE(table_.expire(kStart + 2999ms));
  EXPECT_EQ(table_.next_deadline(), kStart + 3s);
  EXPECT_TRUE(table_.expire(kStart + 3s));
  EXPECT_FALSE(table_.knows("a"));
  EXPECT_FALSE(table_.is_gone("a", "e"));
}

TEST_F(WorkerTableTest, NobodyIsLostForASilenceOfOurOwn) {
  table_.on_announcement(said("e", {worker("a")}), kStart);
  table_.on_interruption(kStart + 60s);
  EXPECT_FALSE(table_.expire(kStart + 62s));
  EXPECT_TRUE(table_.knows("a"));
}

TEST_F(WorkerTableTest, TheLessLoadedIsTheLikelier) {
  table_.on_announcement(said("e", {worker("idle", 0.1F)}), kStart);
  table_.on_announcement(said("f", {worker("busy", 0.7F), worker("full", 0, false)}), kStart);
  int idle = 0;
  for (int i = 0; i < 4000; ++i) {
    const auto found = table_.choose({}, {}, random_);
    ASSERT_TRUE(found.id == "idle" || found.id == "busy") << found.id;
    EXPECT_EQ(found.edge_id, found.id == "idle" ? "e" : "f");
    idle += found.id == "idle";
  }
  EXPECT_NEAR(idle, 3000, 150) << "0.9 against 0.3";
}

TEST_F(WorkerTableTest, OnlyWhoMatchesAndHasNotRefusedIsChosen) {
  auto named = worker("named");
  named.set_agent_name("bot");
  auto staging = worker("staging");
  staging.set_deployment("staging");
  auto publisher = worker("publisher");
  publisher.set_type(livekit::JT_PUBLISHER);
  table_.on_announcement(said("e", {named, staging, publisher}), kStart);
  EXPECT_FALSE(table_.serves({}));
  EXPECT_EQ(table_.choose({}, {}, random_).id, "");
  EXPECT_EQ(table_.choose({livekit::JT_ROOM, "bot", ""}, {}, random_).id, "named");
  EXPECT_EQ(table_.choose({livekit::JT_ROOM, "bot", ""}, {"named"}, random_).id, "");
  EXPECT_EQ(table_.choose({livekit::JT_ROOM, "", "staging"}, {}, random_).id, "staging");
  EXPECT_EQ(table_.choose({livekit::JT_PUBLISHER, "", ""}, {}, random_).id, "publisher");
}

TEST_F(WorkerTableTest, ALoadThatIsNoNumberIsAFullOne) {
  table_.on_announcement(said("e", {worker("a", std::numeric_limits<float>::quiet_NaN())}), kStart);
  EXPECT_EQ(table_.choose({}, {}, random_).id, "a") << "better than nobody";
}

}  // namespace
}  // namespace parley::media
