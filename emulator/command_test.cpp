#include "emulator/command.h"

#include <gtest/gtest.h>

namespace parley::emulator {
namespace {

std::string error_of(std::string_view line) {
  const auto command = parse_command(line);
  return command ? "" : command.error();
}

TEST(Command, MakesAWay) {
  const auto way = std::get<AddWay>(*parse_command("client 2 listen=0 to=127.0.0.1:7882"));
  EXPECT_EQ(way.client, "2");
  EXPECT_EQ(way.listen.to_string(), "127.0.0.1:0");
  EXPECT_EQ(way.to.to_string(), "127.0.0.1:7882");
  EXPECT_EQ(std::get<AddWay>(*parse_command("client a to=[::1]:1")).to.to_string(), "[::1]:1");
}

TEST(Command, SetsOneDirectionOrBoth) {
  const auto down = std::get<Adjust>(*parse_command("client 2 down rate=300k queue=300ms loss=0"));
  EXPECT_TRUE(down.down);
  EXPECT_FALSE(down.up);
  EXPECT_EQ(down.change.rate, 300'000u);
  EXPECT_FALSE(down.reset);
  const auto both = std::get<Adjust>(*parse_command("client 2  reset follow=train"));
  EXPECT_TRUE(both.down && both.up && both.reset);
  EXPECT_EQ(both.follow, "train");
}

TEST(Command, AsksForStatistics) {
  EXPECT_FALSE(std::get<Ask>(*parse_command("stats")).client);
  const auto ask = std::get<Ask>(*parse_command("seconds 2 since=5"));
  EXPECT_EQ(ask.what, Ask::What::seconds);
  EXPECT_EQ(ask.client, "2");
  EXPECT_EQ(ask.since, 5);
}

TEST(Command, SaysWhatIsWrong) {
  EXPECT_EQ(error_of("hello"), "'hello' is none of client, stats, seconds, clear, quit");
  EXPECT_EQ(error_of(""), "'' is none of client, stats, seconds, clear, quit");
  EXPECT_EQ(error_of("client 2"), "client ID, and then listen=… to=…, settings or remove");
  EXPECT_EQ(error_of("client 2 listen=0"), "to=ADDRESS:PORT is missing: where the server listens");
  EXPECT_EQ(error_of("client 2 to=nowhere:1"), "to: 'nowhere:1' is not ADDRESS:PORT or PORT");
  EXPECT_EQ(error_of("client 2 to=1 loss=1%"),
            "'loss=1%' does not belong to listen=[ADDRESS:]PORT to=ADDRESS:PORT");
  EXPECT_EQ(error_of("client 2 down"), "nothing to set");
  EXPECT_EQ(error_of("client 2 down loss=5"), "loss: '5' is not a share such as 5% or 0.05");
  EXPECT_TRUE(error_of("client 2 down fast").starts_with("'fast' is not NAME=VALUE"));
  EXPECT_EQ(error_of("seconds since=-1"), "since: '-1' is not a number of seconds");
  EXPECT_EQ(error_of("stats 1 2"), "'2' is too much");
}

}  // namespace
}  // namespace parley::emulator
