#include "apps/supervisor/supervisor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "runtime/clock.h"

namespace parley::apps {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class SupervisorTest : public testing::Test {
 protected:
  SupervisorTest() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    options_.print = [this](std::string_view line) { lines_.emplace_back(line); };
    options_.first_restart = 10ms;
    options_.slowest_restart = 40ms;
    options_.grace = 300ms;
    loop_.on_turn([this](Time now) { return supervisor_->turn(now); });
  }

  void start() { supervisor_.emplace(loop_, options_); }
  static ChildSpec shell(std::string name, std::string script) {
    return {.name = std::move(name),
            .command = {"/bin/sh", "-c", std::move(script)},
            .environment = {},
            .shows = {}};
  }
  void run_until(const std::function<bool()>& condition) {
    const auto deadline = runtime::monotonic_now() + 10s;
    while (!condition()) {
      ASSERT_LT(runtime::monotonic_now(), deadline) << "waited in vain";
      loop_.run_once(20ms);
    }
  }
  bool said(std::string_view part) const {
    return std::ranges::any_of(lines_,
                               [&](const auto& l) { return l.find(part) != std::string::npos; });
  }
  static bool alive(pid_t pid) { return ::kill(pid, 0) == 0; }

  Supervisor::Options options_;
  runtime::Loop loop_;
  std::vector<std::string> lines_;
  std::optional<Supervisor> supervisor_;
};

TEST_F(SupervisorTest, LinesOfChildrenCarryTheirNames) {
  start();
  supervisor_->add(shell("one", "echo hello; printf 'trouble\\nno end' >&2; sleep 30"));
  supervisor_->start(runtime::monotonic_now());
  run_until([this] { return said("trouble"); });
  EXPECT_THAT(lines_, ElementsAre("one     hello", "one     trouble"));
  supervisor_->stop(0, runtime::monotonic_now());
  run_until([this] { return supervisor_->finished().has_value(); });
  EXPECT_THAT(lines_, Contains("one     no end"));
}

TEST_F(SupervisorTest, LinesThatDoNotMatterAreLeftOut) {
  start();
  auto spec = shell("one", "echo boring; echo good; sleep 30");
  spec.shows = [](std::string_view line) { return line != "boring"; };
  supervisor_->add(std::move(spec));
  supervisor_->start(runtime::monotonic_now());
  run_until([this] { return said("good"); });
  EXPECT_EQ(lines_.size(), 1u);
}

TEST_F(SupervisorTest, WhatIsKilledIsStartedAgain) {
  start();
  supervisor_->on_ready();
  supervisor_->add(shell("one", "echo up; exec sleep 30"));
  supervisor_->start(runtime::monotonic_now());
  run_until([this] { return said("up"); });
  const pid_t first = supervisor_->pid_of("one");
  ::kill(first, SIGKILL);
  run_until([&] { return supervisor_->pid_of("one") != first && supervisor_->pid_of("one") != 0; });
  EXPECT_TRUE(said("one was killed by signal 9; starting it again in 10 ms"));
}

TEST_F(SupervisorTest, TheWaitDoublesUpToALimit) {
  start();
  supervisor_->on_ready();
  supervisor_->add(shell("one", "exit 3"));
  supervisor_->start(runtime::monotonic_now());
  run_until([this] {
    return std::ranges::count_if(lines_, [](const auto& l) {
             return l.find("again in 40 ms") != std::string::npos;
           }) >= 2;
  });
  EXPECT_TRUE(said("ended with code 3; starting it again in 10 ms"));
  EXPECT_TRUE(said("again in 20 ms"));
  EXPECT_FALSE(said("again in 80 ms"));
}

TEST_F(SupervisorTest, WhatNeverCameUpIsGivenUp) {
  options_.attempts = 3;
  start();
  supervisor_->add(shell("good", "exec sleep 30"));
  supervisor_->add(shell("bad", "exit 1"));
  supervisor_->start(runtime::monotonic_now());
  run_until([this] { return supervisor_->finished().has_value(); });
  EXPECT_EQ(supervisor_->finished(), 1);
  EXPECT_TRUE(said("bad ended with code 1; giving up"));
}

TEST_F(SupervisorTest, AWrongConfigurationIsGivenUpAtOnce) {
  start();
  supervisor_->add(shell("bad", "exit 78"));
  supervisor_->start(runtime::monotonic_now());
  run_until([this] { return supervisor_->finished().has_value(); });
  EXPECT_FALSE(said("starting it again"));
}

TEST_F(SupervisorTest, AMissingExecutableIsNamed) {
  start();
  supervisor_->add(
      {.name = "gone", .command = {"/nowhere/nothing"}, .environment = {}, .shows = {}});
  supervisor_->start(runtime::monotonic_now());
  run_until([this] { return supervisor_->finished().has_value(); });
  EXPECT_TRUE(said("No such file or directory"));
}

TEST_F(SupervisorTest, StoppingGoesBackwardsAndWaitsForEach) {
  start();
  for (const char* name : {"first", "second"}) {
    supervisor_->add(shell(
        name, "trap 'sleep 0.05; echo bye; exit 0' TERM; echo up; while :; do sleep 0.01; done"));
  }
  supervisor_->start(runtime::monotonic_now());
  run_until([this] { return said("first   up") && said("second  up"); });
  lines_.clear();
  supervisor_->stop(0, runtime::monotonic_now());
  run_until([this] { return supervisor_->finished().has_value(); });
  EXPECT_THAT(lines_, ElementsAre("second  bye", "first   bye"));
  EXPECT_EQ(supervisor_->finished(), 0);
}

TEST_F(SupervisorTest, WhatDoesNotEndIsKilledWithWhatItStarted) {
  start();
  supervisor_->add(
      shell("stubborn", "trap '' TERM; sleep 30 & echo $!; while :; do sleep 0.01; done"));
  supervisor_->start(runtime::monotonic_now());
  run_until([this] { return !lines_.empty(); });
  const pid_t grandchild = std::stoi(lines_.front().substr(9));
  ASSERT_TRUE(alive(grandchild));
  supervisor_->stop(0, runtime::monotonic_now());
  run_until([this] { return supervisor_->finished().has_value(); });
  EXPECT_TRUE(said("stubborn does not end; killing it"));
  run_until([&] {
    std::ifstream stat("/proc/" + std::to_string(grandchild) + "/stat");
    const std::string text{std::istreambuf_iterator<char>(stat), {}};
    return text.empty() ||
           text.find(") Z") != std::string::npos;  // Nobody may be there to reap it.
  });
}

TEST_F(SupervisorTest, ASecondStopKillsAtOnce) {
  options_.grace = 60s;
  start();
  supervisor_->add(shell("stubborn", "trap '' TERM; echo up; while :; do sleep 0.01; done"));
  supervisor_->start(runtime::monotonic_now());
  run_until([this] { return said("up"); });
  supervisor_->stop(0, runtime::monotonic_now());
  supervisor_->stop(0, runtime::monotonic_now());
  run_until([this] { return supervisor_->finished().has_value(); });
}

TEST_F(SupervisorTest, TheEnvironmentIsOursWithItsOwnOnTop) {
  ::setenv("PARLEY_TEST_KEPT", "kept", 1);
  ::setenv("PARLEY_TEST_CHANGED", "old", 1);
  start();
  auto spec = shell("one", "echo $PARLEY_TEST_KEPT $PARLEY_TEST_CHANGED; sleep 30");
  spec.environment = {{"PARLEY_TEST_CHANGED", "new"}};
  supervisor_->add(std::move(spec));
  supervisor_->start(runtime::monotonic_now());
  run_until([this] { return !lines_.empty(); });
  EXPECT_THAT(lines_.front(), HasSubstr("kept new"));
}

TEST_F(SupervisorTest, AnEndlessLineIsCut) {
  start();
  supervisor_->add(shell("one", "head -c 20000 /dev/zero | tr '\\0' x; sleep 30"));
  supervisor_->start(runtime::monotonic_now());
  run_until([this] { return lines_.size() >= 2; });
  EXPECT_EQ(lines_.front().size(), 8 + 8192u);
}

// The supervisor itself is killed: a child process plays it.
TEST(SupervisorDeath, ChildrenEndEvenIfTheSupervisorIsKilled) {
  const auto file =
      std::filesystem::path(testing::TempDir()) / ("parley-child-" + std::to_string(::getpid()));
  const pid_t supervisor = ::fork();
  if (supervisor == 0) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &set, nullptr);
    runtime::Loop loop;
    Supervisor s(loop, {.print = [](std::string_view) {}});
    s.add({.name = "one", .command = {"/bin/sleep", "60"}, .environment = {}, .shows = {}});
    s.start(runtime::monotonic_now());
    std::ofstream(file) << s.pid_of("one") << std::endl;
    for (;;) loop.run_once(1s);
  }
  pid_t child = 0;
  for (int i = 0; i < 1000 && child == 0; ++i) {
    std::this_thread::sleep_for(10ms);
    std::ifstream(file) >> child;
  }
  ASSERT_GT(child, 0);
  ASSERT_EQ(::kill(child, 0), 0);
  // Becomes ours when its parent dies, so that it can be seen to be gone and not only a zombie.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::kill(supervisor, SIGKILL);
  ::waitpid(supervisor, nullptr, 0);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  // By the kernel's signal, or by its own hand if it had not yet asked for that: but not by its
  // sleep's end.
  EXPECT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace parley::apps
