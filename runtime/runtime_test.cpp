#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "runtime/clock.h"
#include "runtime/gate.h"
#include "runtime/interfaces.h"
#include "runtime/loop.h"
#include "runtime/mailbox.h"
#include "runtime/processors.h"
#include "runtime/random.h"
#include "runtime/thread.h"

namespace parley::runtime {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;

TEST(Clock, OnlyGoesForwardAndKnowsTheWorldsTime) {
  const Time a = monotonic_now();
  const Time b = monotonic_now();
  EXPECT_LE(a, b);
  const auto wall = clock_offset().wall(monotonic_now());
  const auto drift = wall.time_since_epoch() - std::chrono::system_clock::now().time_since_epoch();
  EXPECT_LT(std::chrono::abs(drift), 1s);
}

TEST(SystemRandom, DoesNotRepeatItself) {
  SystemRandom random;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 100; ++i) seen.insert(random.u64());
  EXPECT_EQ(seen.size(), 100U);
}

TEST(Mailbox, KeepsTheOrderOfEachSender) {
  Mailbox<std::pair<int, int>> mailbox(100000);
  std::vector<std::thread> senders;
  for (int sender = 0; sender < 3; ++sender) {
    senders.emplace_back([&mailbox, sender] {
      for (int i = 0; i < 5000; ++i) EXPECT_TRUE(mailbox.try_post({sender, i}));
    });
  }
  std::vector<int> next(3, 0);
  int seen = 0;
  while (seen < 15000) {
    mailbox.drain([&](std::pair<int, int>&& message) {
      EXPECT_EQ(message.second, next[static_cast<std::size_t>(message.first)]++);
      ++seen;
    });
  }
  for (auto& sender : senders) sender.join();
  EXPECT_EQ(mailbox.refused(), 0U);
}

TEST(Mailbox, RefusesAndCountsWhatIsTooMuch) {
  Mailbox<int> mailbox(2);
  EXPECT_TRUE(mailbox.try_post(1));
  EXPECT_TRUE(mailbox.try_post(2));
  EXPECT_FALSE(mailbox.try_post(3));
  EXPECT_EQ(mailbox.refused(), 1U);
  std::vector<int> seen;
  mailbox.drain([&](int m) { seen.push_back(m); });
  EXPECT_THAT(seen, ElementsAre(1, 2));
  EXPECT_TRUE(mailbox.try_post(4));
}

TEST(Mailbox, LeavesWhatIsPostedMeanwhileForTheNextTurn) {
  Mailbox<int> mailbox(10);
  ASSERT_TRUE(mailbox.try_post(1));
  EXPECT_EQ(mailbox.drain([&](int m) { EXPECT_TRUE(mailbox.try_post(m + 1)); }), 1U);
  EXPECT_EQ(mailbox.drain([](int m) { EXPECT_EQ(m, 2); }), 1U);
  EXPECT_EQ(mailbox.drain([](int) {}), 0U);
}

// A descriptor that stayed readable with nothing to drain would make its loop spin.
TEST(Mailbox, IsReadableExactlyAsLongAsSomethingWaits) {
  Mailbox<int> mailbox(100000);
  const auto readable = [&] {
    pollfd p{mailbox.fd(), POLLIN, 0};
    return poll(&p, 1, 0) == 1;
  };
  std::atomic<bool> done{false};
  std::thread sender([&] {
    for (int i = 0; i < 20000; ++i) EXPECT_TRUE(mailbox.try_post(i));
    done = true;
  });
  std::size_t seen = 0;
  while (!done) seen += mailbox.drain([](int) {});
  sender.join();
  seen += mailbox.drain([](int) {});
  EXPECT_EQ(seen, 20000U);
  EXPECT_FALSE(readable());
  ASSERT_TRUE(mailbox.try_post(1));
  EXPECT_TRUE(readable());
}

TEST(Gate, WaitsForWorkThatHasBegunAndRefusesMore) {
  Gate gate;
  auto pass = gate.enter();
  ASSERT_TRUE(pass);
  std::atomic<bool> closed{false};
  std::thread closing([&] {
    gate.close();
    closed = true;
  });
  while (gate.enter()) std::this_thread::yield();
  EXPECT_FALSE(closed);
  pass.reset();
  closing.join();
  EXPECT_TRUE(closed);
  EXPECT_FALSE(gate.enter());
}

TEST(Loop, RunsTasksFromOtherThreadsInOrderOnItsOwn) {
  Loop loop;
  std::vector<int> seen;
  std::thread::id ran_on;
  std::thread poster([&] {
    for (int i = 0; i < 1000; ++i) loop.post([&seen, i] { seen.push_back(i); });
    loop.post([&] {
      ran_on = std::this_thread::get_id();
      loop.stop();
    });
  });
  loop.run();
  poster.join();
  ASSERT_EQ(seen.size(), 1000U);
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(seen[static_cast<std::size_t>(i)], i);
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(Loop, CallsTheTurnHandlerWhenItsDeadlineHasCome) {
  Loop loop;
  const Time start = monotonic_now();
  std::vector<Time> turns;
  loop.on_turn([&](Time now) {
    turns.push_back(now);
    if (now >= start + 20ms) loop.stop();
    return start + 20ms;
  });
  loop.run();
  EXPECT_GE(turns.back(), start + 20ms);
  // It slept rather than spun.
  EXPECT_LT(turns.size(), 10U);
}

TEST(Loop, TellsWhenADescriptorIsReady) {
  Loop loop;
  Wakeup wakeup;
  int calls = 0;
  loop.watch(wakeup.fd(), [&](Loop::Ready ready) {
    EXPECT_TRUE(ready.readable);
    wakeup.clear();
    ++calls;
  });
  loop.run_once(0ms);
  EXPECT_EQ(calls, 0);
  wakeup.signal();
  for (int i = 0; i < 3; ++i) loop.run_once(0ms);
  EXPECT_EQ(calls, 1);
  loop.unwatch(wakeup.fd());
  wakeup.signal();
  loop.run_once(0ms);
  EXPECT_EQ(calls, 1);
}

TEST(Loop, LetsAHandlerUnwatchItselfAndOthers) {
  Loop loop;
  Wakeup a;
  Wakeup b;
  int calls = 0;
  const auto once = [&](Loop::Ready) {
    ++calls;
    loop.unwatch(a.fd());
    loop.unwatch(b.fd());
  };
  loop.watch(a.fd(), once);
  loop.watch(b.fd(), once);
  a.signal();
  b.signal();
  loop.run_once(0ms);
  loop.run_once(0ms);
  EXPECT_EQ(calls, 1);
}

TEST(Loop, CanBeStoppedFromAnotherThreadAndRunAgain) {
  Loop loop;
  for (int i = 0; i < 3; ++i) {
    std::thread stopping([&] { loop.stop(); });
    loop.run();
    stopping.join();
  }
  bool ran = false;
  loop.executor()([&] {
    ran = true;
    loop.stop();
  });
  loop.run();
  EXPECT_TRUE(ran);
}

TEST(Interfaces, ListLoopback) {
  const auto all = interface_addresses();
  std::vector<IpAddress> addresses;
  for (const auto& one : all) addresses.push_back(one.address);
  EXPECT_THAT(addresses, Contains(IpAddress::v4(127, 0, 0, 1)));
}

TEST(Threads, CanBeNamedAndPinned) {
  std::thread([] {
    name_thread("a name that is far too long");
    const auto cores = usable_cores();
    ASSERT_FALSE(cores.empty());
    EXPECT_TRUE(pin_thread(cores.front()));
    EXPECT_THAT(usable_cores(), ElementsAre(cores.front()));
    EXPECT_EQ(usable_processors(), 1U);
  }).join();
}

TEST(Processors, TheLimitOfAControlGroupIsRead) {
  EXPECT_EQ(parse_cpu_max("250000 100000\n"), 2.5);
  EXPECT_EQ(parse_cpu_max("50000 100000\n"), 0.5);
  for (const std::string_view none :
       {"max 100000\n", "", "max", "1", "1 ", "0 100000", "1 0", "-1 100000", "nan 1", "a b"}) {
    EXPECT_EQ(parse_cpu_max(none), std::nullopt) << none;
  }
}

TEST(Processors, TheLowestLimitUpToTheRootCounts) {
  const auto root =
      std::filesystem::temp_directory_path() / ("parley_cgroup_" + std::to_string(::getpid()));
  std::filesystem::create_directories(root / "pod" / "container");
  const auto limit = [&](const std::filesystem::path& group, std::string_view text) {
    std::ofstream(root / group / "cpu.max") << text;
  };
  EXPECT_EQ(cpu_limit(root, "/pod/container"), std::nullopt);
  limit("pod", "300000 100000\n");
  limit("pod/container", "max 100000\n");
  EXPECT_EQ(cpu_limit(root, "/pod/container"), 3);
  limit("pod/container", "150000 100000\n");
  EXPECT_EQ(cpu_limit(root, "/pod/container"), 1.5);
  EXPECT_EQ(cpu_limit(root, "/pod"), 3);
  EXPECT_EQ(cpu_limit(root, "/"), std::nullopt);
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace parley::runtime
