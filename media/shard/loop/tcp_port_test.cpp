#include "media/shard/loop/tcp_port.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/clock.h"

namespace parley::media {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

const SocketAddress kAnyPort{IpAddress::v4(127, 0, 0, 1), 0};

/// A port with its loop, turned by hand; time is real for the kernel and virtual for idleness.
class TcpPortTest : public ::testing::Test {
 protected:
  void open(std::size_t max_connections = 100) {
    auto listener = runtime::TcpListener::open(kAnyPort);
    ASSERT_TRUE(listener);
    port_.emplace(loop_, std::move(*listener), 3, max_connections);
  }
  runtime::TcpConnection connect() {
    auto client = runtime::TcpConnection::connect({kAnyPort.ip, port_->port()}, 1 << 24);
    EXPECT_TRUE(client);
    return std::move(*client);
  }
  bool turn_until(const std::function<bool()>& done) {
    const Time end = runtime::monotonic_now() + 10s;
    while (!done()) {
      if (runtime::monotonic_now() > end) return false;
      loop_.run_once(5ms);
      port_->receive(now_, [this](const Path& path, MutableBytes frame) {
        frames_.push_back(std::string(as_chars(frame)));
        path_ = path;
      });
      port_->flush();
      port_->on_deadline(now_);
      for (const Path& path : port_->take_closed()) closed_.push_back(path);
    }
    return true;
  }
  static std::string frame(std::string_view text) {
    std::string out{static_cast<char>(text.size() >> 8), static_cast<char>(text.size() & 0xff)};
    return out.append(text);
  }
  static void say(runtime::TcpConnection& client, std::string_view bytes) {
    ASSERT_TRUE(client.write({as_bytes(bytes)}));
    ASSERT_TRUE(client.flush());
  }

  runtime::Loop loop_;
  std::optional<TcpPort> port_;
  Time now_{1000s};
  std::vector<std::string> frames_;
  Path path_;
  std::vector<Path> closed_;
};

TEST_F(TcpPortTest, TakesFramesOffTheStreamAndSaysWhereTheyCameFrom) {
  open();
  auto client = connect();
  ASSERT_TRUE(turn_until([&] { return port_->counters().accepted == 1; }));
  say(client, frame("one") + frame("two").substr(0, 3));
  ASSERT_TRUE(turn_until([&] { return frames_.size() == 1; }));
  say(client, frame("two").substr(3) + frame("three"));
  ASSERT_TRUE(turn_until([&] { return frames_.size() == 3; }));
  EXPECT_THAT(frames_, ElementsAre("one", "two", "three"));
  EXPECT_EQ(path_.protocol, Protocol::tcp);
  EXPECT_EQ(path_.local, 3);
  EXPECT_NE(path_.connection, 0U);
  EXPECT_TRUE(path_.remote.ip.is_loopback());
}

TEST_F(TcpPortTest, PutsEachDatagramOfATrainIntoAFrame) {
  open();
  auto client = connect();
  ASSERT_TRUE(turn_until([&] { return port_->counters().accepted == 1; }));
  say(client, frame("hello"));
  ASSERT_TRUE(turn_until([&] { return frames_.size() == 1; }));
  port_->send({path_, 4, as_bytes("aaaabbbbcc")});

  std::string got;
  ByteVector buffer(1000);
  ASSERT_TRUE(turn_until([&] {
    const auto n = client.read(buffer);
    if (n) got += as_chars(ByteView(buffer).first(*n));
    return got.size() >= 16;
  }));
  EXPECT_EQ(got, frame("aaaa") + frame("bbbb") + frame("cc"));
}

TEST_F(TcpPortTest, TellsWhenAConnectionHasEnded) {
  open();
  {
    auto client = connect();
    ASSERT_TRUE(turn_until([&] { return port_->counters().accepted == 1; }));
    say(client, frame("hello"));
    ASSERT_TRUE(turn_until([&] { return frames_.size() == 1; }));
  }
  ASSERT_TRUE(turn_until([&] { return !closed_.empty(); }));
  EXPECT_THAT(closed_, ElementsAre(path_));
  // What still wants to go there is lost, no more.
  port_->send({path_, 1, as_bytes("x")});
  EXPECT_EQ(port_->counters().frames_lost, 1U);
}

TEST_F(TcpPortTest, HangsUpOnWhoeverSpeaksNoFrames) {
  open();
  auto client = connect();
  ASSERT_TRUE(turn_until([&] { return port_->counters().accepted == 1; }));
  say(client, "GET / HTTP/1.1\r\n\r\n");
  ASSERT_TRUE(turn_until([&] { return closed_.size() == 1; }));
  EXPECT_EQ(port_->counters().malformed, 1U);
  EXPECT_TRUE(frames_.empty());
}

TEST_F(TcpPortTest, HangsUpOnSilence) {
  open();
  auto mute = connect();
  auto polite = connect();
  ASSERT_TRUE(turn_until([&] { return port_->counters().accepted == 2; }));
  say(polite, frame("hello"));
  ASSERT_TRUE(turn_until([&] { return frames_.size() == 1; }));

  now_ += 11s;
  ASSERT_TRUE(turn_until([&] { return closed_.size() == 1; }));
  EXPECT_NE(closed_.front().connection, path_.connection);
  now_ += 50s;
  ASSERT_TRUE(turn_until([&] { return closed_.size() == 2; }));
  EXPECT_EQ(port_->counters().idle, 2U);
  EXPECT_EQ(port_->next_deadline(), kNever);
}

TEST_F(TcpPortTest, RefusesConnectionsBeyondItsLimit) {
  open(2);
  std::vector<runtime::TcpConnection> clients;
  for (int i = 0; i < 5; ++i) clients.push_back(connect());
  ASSERT_TRUE(turn_until([&] { return port_->counters().refused == 3; }));
  EXPECT_EQ(port_->counters().accepted, 2U);
  // One that goes makes room.
  say(clients[0], "\xff\xff nonsense");
  ASSERT_TRUE(turn_until([&] { return closed_.size() == 1; }));
  clients.push_back(connect());
  ASSERT_TRUE(turn_until([&] { return port_->counters().accepted == 3; }));
}

TEST_F(TcpPortTest, LosesWholeFramesToAPeerThatDoesNotRead) {
  open();
  auto client = connect();
  ASSERT_TRUE(turn_until([&] { return port_->counters().accepted == 1; }));
  say(client, frame("hello"));
  ASSERT_TRUE(turn_until([&] { return frames_.size() == 1; }));
  const std::string big(40000, 'x');
  for (int i = 0; i < 1000 && port_->counters().frames_lost == 0; ++i) {
    port_->send({path_, 1000, as_bytes(big)});
    port_->flush();
  }
  EXPECT_GT(port_->counters().frames_lost, 0U);
  EXPECT_TRUE(closed_.empty());

  // Whatever arrives in the end is whole frames.
  std::size_t received = 0;
  const auto expected = port_->counters().frames_out * 1002;
  ByteVector buffer(1 << 16);
  ASSERT_TRUE(turn_until([&] {
    while (true) {
      const auto n = client.read(buffer);
      if (!n || *n == 0) break;
      received += *n;
    }
    return received >= expected;
  }));
  EXPECT_EQ(received, expected);
}

}  // namespace
}  // namespace parley::media
