#include "emulator/trace.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "emulator/direction.h"

namespace parley::emulator {
namespace {

constexpr Time start{1s};

std::string error_of(std::string_view text) {
  const auto trace = parse_trace(text);
  return trace ? "" : std::to_string(trace.error().line) + ": " + trace.error().what;
}

TEST(Trace, HasARowForEachChange) {
  const auto trace = parse_trace(
      "# A comment, and a blank line\n\n"
      "ms,rate,down.delay,up.delay\r\n"
      "0, 5M, 40ms, 20ms\n"
      "1000, -, 80ms, -  # as before\n"
      "2000,repeat");
  ASSERT_TRUE(trace);
  ASSERT_EQ(trace->steps.size(), 2u);
  EXPECT_EQ(trace->steps[0].down.rate, 5'000'000u);
  EXPECT_EQ(trace->steps[0].up.rate, 5'000'000u);
  EXPECT_EQ(trace->steps[0].down.delay, Duration(40ms));
  EXPECT_EQ(trace->steps[0].up.delay, Duration(20ms));
  EXPECT_FALSE(trace->steps[1].down.rate);
  EXPECT_FALSE(trace->steps[1].up.delay);
  EXPECT_EQ(trace->repeat, Duration(2000ms));
}

TEST(Trace, SaysWhichLineIsWrong) {
  EXPECT_EQ(error_of(""), "0: it is empty");
  EXPECT_EQ(error_of("ms,rate\n"), "0: there is no row in it");
  EXPECT_EQ(error_of("rate,ms\n"),
            "1: the first line names the columns, and 'ms' is the first of them, not 'rate'");
  EXPECT_EQ(error_of("ms\n0\n"), "1: there is no column but 'ms'");
  EXPECT_TRUE(error_of("# x\nms,speed\n").starts_with("2: there is no setting 'speed'"));
  EXPECT_EQ(error_of("ms,rate\n0,1M\n10,2M,3M\n"), "3: 3 fields, but 2 columns");
  EXPECT_EQ(error_of("ms,rate\n5,1M\n"), "2: the first row is that of 0 ms");
  EXPECT_EQ(error_of("ms,rate\n0,1M\n0,2M\n"), "3: 0 ms does not come after the row before");
  EXPECT_EQ(error_of("ms,loss\n0,5\n"), "2: loss: '5' is not a share such as 5% or 0.05");
  EXPECT_EQ(error_of("ms,rate\n0,\n"),
            "2: rate: '' is not a rate such as 300k, 2M, 64000 (bit/s), 0 or unlimited");
  EXPECT_EQ(error_of("ms,rate\n0,repeat\n"), "2: there is nothing to repeat");
  EXPECT_EQ(error_of("ms,rate\n0,1M\n10,repeat\n20,1M\n"), "4: nothing may follow 'repeat'");
  EXPECT_TRUE(error_of("ms,rate\nsoon,1M\n").starts_with("2: 'soon' is not a time"));
}

TEST(Trace, ThoseThatComeWithItCanBeRead) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(PARLEY_TRACES)) {
    if (entry.path().extension() != ".csv") continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    EXPECT_EQ(error_of(text.str()), "") << entry.path();
    ++count;
  }
  EXPECT_GE(count, 6);
}

TEST(Direction, FollowsATraceStepByStepAndAgain) {
  Direction<int> direction(Side::down, 1, start);
  direction.follow(
      std::make_shared<const Trace>(*parse_trace("ms,down.delay,up.delay\n"
                                                 "0,10ms,1ms\n100,20ms,1ms\n200,repeat\n")),
      start);
  EXPECT_EQ(direction.next_deadline(), start + 100ms);
  const auto delay_at = [&](Time now) {
    direction.receive(now);
    return direction.link().profile().delay;
  };
  EXPECT_EQ(delay_at(start + 99ms), Duration(10ms));
  EXPECT_EQ(delay_at(start + 100ms), Duration(20ms));
  EXPECT_EQ(delay_at(start + 200ms), Duration(10ms));
  EXPECT_EQ(delay_at(start + 10'150ms), Duration(20ms)) << "whole rounds later";
  direction.follow(nullptr, start + 10'150ms);
  EXPECT_EQ(delay_at(start + 20s), Duration(20ms));
  EXPECT_EQ(direction.next_deadline(), kNever);
}

TEST(Direction, TakesStepsAtTheirTimeHoweverLateItIsAsked) {
  Direction<int> direction(Side::down, 1, start);
  // 1000 bytes take 8 ms at first, 80 ms from 4 ms on: 4 ms, and 40 ms for the other half.
  direction.follow(std::make_shared<const Trace>(*parse_trace("ms,rate\n0,1M\n4,100k\n")), start);
  direction.send(1, 1000, start);
  EXPECT_FALSE(direction.receive(start + 43ms));
  EXPECT_TRUE(direction.receive(start + 44ms));
}

TEST(Direction, ASettingHoldsUntilTheTraceSetsItAnew) {
  Direction<int> direction(Side::up, 1, start);
  direction.follow(std::make_shared<const Trace>(*parse_trace("ms,delay\n0,10ms\n100,20ms\n")),
                   start);
  Change change;
  ASSERT_TRUE(change.set("delay", "5ms"));
  ASSERT_TRUE(change.set("loss", "1%"));
  direction.change(change, start + 50ms);
  EXPECT_EQ(direction.link().profile().delay, Duration(5ms));
  direction.receive(start + 100ms);
  EXPECT_EQ(direction.link().profile().delay, Duration(20ms));
  EXPECT_DOUBLE_EQ(direction.link().profile().loss, 0.01);
  direction.reset(start + 110ms);
  EXPECT_EQ(direction.link().profile().delay, Duration(0));
}

}  // namespace
}  // namespace parley::emulator
