#include "observability/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "base/address.h"
#include "base/secret.h"
#include "base/strong.h"

namespace parley::observability {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

TEST(Log, WritesALineOfKeysAndValuesWithItsContext) {
  std::ostringstream out;
  const Log root({.process = "media"}, out);
  const Log log = root.with("room", "standup").with({{"shard", 3}});
  log.info("joined", {{"took_ms", 12}, {"good", true}});
  EXPECT_THAT(out.str(), MatchesRegex("2[0-9]+-[0-9][0-9]-[0-9][0-9]T[0-9:.]+Z info +media joined "
                                      "room=standup shard=3 took_ms=12 good=true\n"));
}

TEST(Log, KeepsTheContextsOfSiblingsApart) {
  std::ostringstream out;
  const Log root(LogConfig{}, out);
  const Log a = root.with("peer", "a");
  const Log b = root.with("peer", "b");
  b.info("x");
  EXPECT_THAT(out.str(), EndsWith("x peer=b\n"));
}

TEST(Log, QuotesWhatCouldBeMisread) {
  std::ostringstream out;
  Log(LogConfig{}, out).info("said", {{"name", "Ann \"x\"\nerror fake"}, {"empty", ""}});
  EXPECT_THAT(out.str(), EndsWith("said name=\"Ann \\\"x\\\"\\nerror fake\" empty=\"\"\n"));
}

TEST(Log, NeverPrintsASecret) {
  std::ostringstream out;
  Log(LogConfig{}, out).info("key", {{"secret", Secret("hunter2")}});
  EXPECT_THAT(out.str(), HasSubstr("secret=redacted"));
  EXPECT_THAT(out.str(), Not(HasSubstr("hunter2")));
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  std::ostringstream out;
  const Log log({.level = Level::warn}, out);
  log.info("quiet");
  EXPECT_EQ(out.str(), "");
  EXPECT_FALSE(log.enabled(Level::info));
  log.error("loud");
  EXPECT_THAT(out.str(), HasSubstr("loud"));
}

TEST(Log, SpeaksJson) {
  std::ostringstream out;
  using Id = Strong<struct IdTag, std::uint64_t>;
  const Log log({.process = "signal", .json = true}, out);
  log.with("room", "a \"b\"")
      .warn("slow\tdown", {{"id", Id(7)}, {"ratio", 0.5}, {"at", IpAddress::v4(192, 0, 2, 1)}});
  EXPECT_THAT(
      out.str(),
      EndsWith("\"level\":\"warning\",\"process\":\"signal\",\"message\":\"slow\\tdown\","
               "\"room\":\"a \\\"b\\\"\",\"id\":\"7\",\"ratio\":\"0.5\",\"at\":\"192.0.2.1\"}\n"));
}

TEST(Log, SaysNothingWithoutARoot) {
  const Log log;
  log.with("a", 1).error("nobody hears this");
  EXPECT_FALSE(log.enabled(Level::error));
}

TEST(Log, KnowsItsLevelsByName) {
  EXPECT_EQ(parse_level("debug"), Level::debug);
  EXPECT_EQ(parse_level("warning"), Level::warn);
  EXPECT_EQ(parse_level("loud"), std::nullopt);
}

}  // namespace
}  // namespace parley::observability
