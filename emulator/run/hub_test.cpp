#include "emulator/run/hub.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

#include "emulator/run/console.h"
#include "runtime/clock.h"

namespace parley::emulator {
namespace {

const SocketAddress kLoopback{IpAddress::v4(127, 0, 0, 1), 0};

/// A server and any number of clients in one loop with the hub.
class HubTest : public testing::Test {
 protected:
  HubTest() {
    loop_.on_turn([this](Time now) { return hub_.turn(now); });
  }

  nlohmann::ordered_json tell(const std::string& line) {
    return hub_.execute(*parse_command(line));
  }

  std::uint16_t way(const std::string& client) {
    return tell("client " + client + " to=" + server_.address().to_string())["port"];
  }

  void send(runtime::UdpSocket& from, SocketAddress to, const std::string& text) {
    const ByteView bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    const runtime::UdpTrain train{to, text.size(), bytes};
    from.send(std::span(&train, 1));
  }

  /// Runs the loop until something has come there.
  std::pair<std::string, SocketAddress> receive(runtime::UdpSocket& at) {
    std::pair<std::string, SocketAddress> got;
    const Time end = runtime::monotonic_now() + 5s;
    while (got.first.empty() && runtime::monotonic_now() < end) {
      loop_.run_once(1ms);
      at.receive([&](const SocketAddress& from, MutableBytes bytes) {
        got = {std::string(bytes.begin(), bytes.end()), from};
      });
    }
    return got;
  }

  static runtime::UdpSocket socket() {
    return std::move(*runtime::UdpSocket::open({.bind = kLoopback}));
  }
  static SocketAddress at(std::uint16_t port) { return {kLoopback.ip, port}; }

  runtime::Loop loop_;
  Hub hub_{loop_, {.seed = 1, .traces = PARLEY_TRACES}};
  runtime::UdpSocket server_ = socket();
};

TEST_F(HubTest, CarriesBothWaysAndTellsSocketsApart) {
  const std::uint16_t port = way("a");
  auto one = socket();
  auto two = socket();
  send(one, at(port), "from one");
  const auto [text, seen] = receive(server_);
  EXPECT_EQ(text, "from one");
  send(two, at(port), "from two");
  const auto [other_text, other_seen] = receive(server_);
  EXPECT_EQ(other_text, "from two");
  EXPECT_NE(seen, other_seen);
  send(server_, seen, "to one");
  const auto [answer, from] = receive(one);
  EXPECT_EQ(answer, "to one");
  EXPECT_EQ(from.port, port) << "a client takes answers from whom it asked only";
  EXPECT_EQ(tell("stats a")["clients"]["a"]["up"]["out"]["packets"], 2);
}

TEST_F(HubTest, HoldsBackForTheDelayOfThatClientAlone) {
  const std::uint16_t slow = way("slow");
  const std::uint16_t fast = way("fast");
  ASSERT_FALSE(tell("client slow up delay=60ms").contains("error"));
  auto client = socket();
  const Time begin = runtime::monotonic_now();
  send(client, at(slow), "late");
  send(client, at(fast), "early");
  EXPECT_EQ(receive(server_).first, "early");
  EXPECT_EQ(receive(server_).first, "late");
  EXPECT_GE(runtime::monotonic_now() - begin, Duration(60ms));
}

TEST_F(HubTest, LosesAllAtALossOfOne) {
  const std::uint16_t port = way("a");
  auto client = socket();
  tell("client a up loss=100%");
  send(client, at(port), "lost");
  for (int i = 0; i < 20; ++i) loop_.run_once(1ms);
  tell("client a up loss=0");
  send(client, at(port), "not lost");
  EXPECT_EQ(receive(server_).first, "not lost");
  EXPECT_EQ(tell("stats")["clients"]["a"]["up"]["lost"]["loss"], 1);
}

TEST_F(HubTest, AClientThatIsRemovedIsGone) {
  const std::uint16_t port = way("a");
  auto client = socket();
  send(client, at(port), "hello");
  ASSERT_EQ(receive(server_).first, "hello");
  // Something is still under way to its sockets.
  tell("client a up delay=10ms");
  send(client, at(port), "last");
  loop_.run_once(1ms);
  EXPECT_FALSE(tell("client a remove").contains("error"));
  EXPECT_TRUE(tell("client a remove").contains("error"));
  EXPECT_TRUE(runtime::UdpSocket::open({.bind = at(port)}).has_value()) << "its port is free";
  for (int i = 0; i < 20; ++i) loop_.run_once(1ms);
}

TEST_F(HubTest, SaysWhatCannotBeDone) {
  EXPECT_EQ(tell("stats x")["error"], "there is no client x");
  const std::uint16_t port = way("a");
  EXPECT_TRUE(tell("client b listen=" + std::to_string(port) + " to=9").contains("error"));
  EXPECT_TRUE(tell("client a follow=nowhere").contains("error"));
  EXPECT_FALSE(tell("client a follow=train").contains("error"));
}

TEST_F(HubTest, AClientIsMadeByItsFirstLine) {
  tell("client a up loss=100%");
  const std::uint16_t port = way("a");
  auto client = socket();
  send(client, at(port), "lost");
  for (int i = 0; i < 20; ++i) loop_.run_once(1ms);
  EXPECT_EQ(tell("stats")["clients"]["a"]["up"]["lost"]["loss"], 1);
}

TEST_F(HubTest, IsSpokenToInLines) {
  std::FILE* const out = std::tmpfile();
  Console console(hub_, out);
  console.type("# nothing\n\nstats\nhel");
  console.type("lo\n");
  console.type(std::string(100'000, 'x') + "\nstats\n");
  ASSERT_EQ(std::fseek(out, 0, SEEK_SET), 0);
  std::vector<std::string> lines(1);
  for (int c = std::fgetc(out); c != EOF; c = std::fgetc(out)) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += static_cast<char>(c);
    }
  }
  std::fclose(out);
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0], R"({"clients":{}})");
  EXPECT_TRUE(lines[1].find("'hello' is none of") != std::string::npos);
  EXPECT_TRUE(lines[2].find("error") != std::string::npos);
  EXPECT_EQ(lines[3], R"({"clients":{}})");
}

}  // namespace
}  // namespace parley::emulator
