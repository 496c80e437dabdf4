#include <gtest/gtest.h>
#include <poll.h>

#include <array>
#include <string>
#include <vector>

#include "runtime/tcp.h"
#include "runtime/udp.h"

namespace parley::runtime {
namespace {

const SocketAddress kAnyPort{IpAddress::v4(127, 0, 0, 1), 0};
const SocketAddress kAnyPortV6{*IpAddress::parse("::1"), 0};

bool wait_for(int fd, short events) {
  pollfd p{fd, events, 0};
  return poll(&p, 1, 5000) == 1;
}

struct Got {
  SocketAddress from;
  std::string bytes;
};

/// Receives until `count` datagrams are there or nothing comes any more.
std::vector<Got> receive(UdpSocket& socket, std::size_t count) {
  std::vector<Got> got;
  while (got.size() < count && wait_for(socket.fd(), POLLIN)) {
    socket.receive([&](const SocketAddress& from, MutableBytes bytes) {
      got.push_back({from, std::string(as_chars(bytes))});
    });
  }
  return got;
}

/// `count` datagrams of `segment` bytes, the last shorter by one, each of its own letter.
std::string train_text(std::size_t count, std::size_t segment) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text.append(segment, static_cast<char>('a' + i % 26));
  }
  text.pop_back();
  return text;
}

void expect_train(const std::vector<Got>& got, std::size_t count, std::size_t segment) {
  ASSERT_EQ(got.size(), count);
  const std::string text = train_text(count, segment);
  for (std::size_t i = 0; i < count; ++i) {
    EXPECT_EQ(got[i].bytes, text.substr(i * segment, segment)) << i;
  }
}

struct Offload {
  bool gso;
  bool gro;
  bool v6;
};

bool has_ipv6() { return UdpSocket::open({.bind = kAnyPortV6}).has_value(); }

class UdpTest : public ::testing::TestWithParam<Offload> {
 protected:
  void SetUp() override {
    if (GetParam().v6 && !has_ipv6()) GTEST_SKIP() << "this machine has no IPv6 loopback";
  }

  UdpSocket open() {
    UdpConfig config;
    config.bind = GetParam().v6 ? kAnyPortV6 : kAnyPort;
    config.gso = GetParam().gso;
    config.gro = GetParam().gro;
    auto socket = UdpSocket::open(config);
    if (!socket) throw std::runtime_error(socket.error().to_string());
    return std::move(*socket);
  }
};

TEST_P(UdpTest, CarriesTrainsWholeInOrderWithTheirSender) {
  UdpSocket a = open();
  UdpSocket b = open();
  const std::string one = train_text(20, 1200);
  const std::string two = "alone";
  const std::vector<UdpTrain> trains{{b.address(), 1200, as_bytes(one)},
                                     {b.address(), 5, as_bytes(two)}};
  a.send(trains);
  auto got = receive(b, 21);
  ASSERT_EQ(got.size(), 21U);
  EXPECT_EQ(got.back().bytes, "alone");
  EXPECT_EQ(got.back().from, a.address());
  got.pop_back();
  expect_train(got, 20, 1200);
  EXPECT_EQ(a.counters().datagrams_out, 21U);
  EXPECT_EQ(b.counters().datagrams_in, 21U);
  EXPECT_EQ(a.counters().gso_refused, 0U);
  EXPECT_EQ(a.counters().send_calls, 1U);
}

TEST_P(UdpTest, SendsMoreThanOneBatchToManyReceivers) {
  UdpSocket a = open();
  std::vector<UdpSocket> to;
  for (int i = 0; i < 10; ++i) to.push_back(open());
  std::vector<UdpTrain> trains;
  const std::string text = train_text(3, 100);
  for (std::size_t i = 0; i < 150; ++i) {
    trains.push_back({to[i % to.size()].address(), 100, as_bytes(text)});
  }
  a.send(trains);
  for (auto& receiver : to) EXPECT_EQ(receive(receiver, 45).size(), 45U);
  EXPECT_EQ(a.counters().datagrams_out, 450U);
}

TEST_P(UdpTest, SendsOneByOneWhatTheKernelWillNotSegment) {
  UdpSocket a = open();
  UdpSocket b = open();
  // More segments than any kernel takes at once.
  const std::string text = train_text(300, 20);
  a.send(std::vector<UdpTrain>{{b.address(), 20, as_bytes(text)}});
  expect_train(receive(b, 300), 300, 20);
  EXPECT_EQ(a.counters().gso_refused, GetParam().gso ? 1U : 0U);
}

TEST_P(UdpTest, GivesUpOnSegmentationThatIsAlwaysRefused) {
  UdpSocket a = open();
  UdpSocket b = open();
  const std::string refused = train_text(300, 10);
  for (int i = 0; i < 20; ++i) {
    a.send(std::vector<UdpTrain>{{b.address(), 10, as_bytes(refused)}});
    EXPECT_EQ(receive(b, 300).size(), 300U);
  }
  EXPECT_FALSE(a.gso());
  EXPECT_EQ(a.counters().gso_refused, GetParam().gso ? 16U : 0U);
}

TEST_P(UdpTest, CountsWhatCannotBeSent) {
  UdpSocket a = open();
  UdpSocket b = open();
  const std::string huge(70000, 'x');
  a.send(std::vector<UdpTrain>{{b.address(), huge.size(), as_bytes(huge)},
                               {b.address(), 2, as_bytes("ok")}});
  EXPECT_EQ(receive(b, 1).size(), 1U);
  EXPECT_EQ(a.counters().unsendable, 1U);
}

TEST_P(UdpTest, HasNothingToReceiveWithoutBlocking) {
  UdpSocket a = open();
  EXPECT_FALSE(a.receive([](const SocketAddress&, MutableBytes) { FAIL(); }));
  EXPECT_GT(a.receive_buffer(), 0);
  EXPECT_GT(a.send_buffer(), 0);
}

INSTANTIATE_TEST_SUITE_P(Offloads, UdpTest,
                         ::testing::Values(Offload{true, true, false}, Offload{false, false, false},
                                           Offload{true, false, false}, Offload{true, true, true}),
                         [](const auto& parameters) {
                           const Offload& o = parameters.param;
                           return std::string(o.gso ? "Gso" : "Plain") + (o.gro ? "Gro" : "") +
                                  (o.v6 ? "V6" : "V4");
                         });

TEST(Udp, SaysWhichPortIsTaken) {
  auto first = UdpSocket::open({.bind = kAnyPort});
  ASSERT_TRUE(first);
  const auto second = UdpSocket::open({.bind = first->address()});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().to_string(),
            "UDP " + first->address().to_string() + ": bind: Address already in use");
}

TEST(Udp, SocketsThatShareTheirSlotsReceiveOneAfterTheOther) {
  const auto slots = UdpSocket::make_slots();
  auto one = UdpSocket::open({.bind = kAnyPort, .slots = slots});
  auto other = UdpSocket::open({.bind = kAnyPort, .slots = slots});
  auto sender = UdpSocket::open({.bind = kAnyPort});
  ASSERT_TRUE(one && other && sender);
  const ByteView first = as_bytes("first");
  const ByteView second = as_bytes("second");
  sender->send(std::array{UdpTrain{one->address(), first.size(), first},
                          UdpTrain{other->address(), second.size(), second}});
  const auto read = [](UdpSocket& socket) {
    std::string got;
    EXPECT_TRUE(wait_for(socket.fd(), POLLIN));
    (void)socket.receive([&](const SocketAddress&, MutableBytes bytes) { got = as_chars(bytes); });
    return got;
  };
  EXPECT_EQ(read(*other), "second");
  EXPECT_EQ(read(*one), "first");
}

TEST(Tcp, CarriesBytesBothWays) {
  auto listener = TcpListener::open(kAnyPort);
  ASSERT_TRUE(listener);
  auto client = TcpConnection::connect(listener->address(), 1 << 20);
  ASSERT_TRUE(client);
  ASSERT_TRUE(wait_for(listener->fd(), POLLIN));
  auto server = listener->accept(1 << 20);
  ASSERT_TRUE(server);
  EXPECT_FALSE(listener->accept(1 << 20));

  ASSERT_TRUE(client->write({as_bytes("he"), as_bytes("llo")}));
  ASSERT_TRUE(wait_for(client->fd(), POLLOUT));
  ASSERT_TRUE(client->flush());
  EXPECT_FALSE(client->wants_to_write());
  ASSERT_TRUE(wait_for(server->fd(), POLLIN));
  ByteVector buffer(100);
  const auto n = server->read(buffer);
  ASSERT_TRUE(n);
  EXPECT_EQ(as_chars(ByteView(buffer).first(*n)), "hello");
  EXPECT_EQ(server->read(buffer), std::size_t{0});
  EXPECT_TRUE(server->remote().ip.is_loopback());

  client = std::unexpected(IoError{});
  ASSERT_TRUE(wait_for(server->fd(), POLLIN));
  EXPECT_FALSE(server->read(buffer));
}

TEST(Tcp, QueuesSoMuchAndNoMoreAndNeverPartOfAFrame) {
  auto listener = TcpListener::open(kAnyPort);
  ASSERT_TRUE(listener);
  auto client = TcpConnection::connect(listener->address(), 0);
  ASSERT_TRUE(client);
  ASSERT_TRUE(wait_for(listener->fd(), POLLIN));
  auto server = listener->accept(100000);
  ASSERT_TRUE(server);

  // The other end does not read: first the kernel fills up, then our queue.
  const std::string frame(9999, 'x');
  std::size_t accepted = 0;
  int refused = 0;
  while (refused < 3) {
    if (server->write({as_bytes("#"), as_bytes(frame)})) {
      ++accepted;
    } else {
      ++refused;
    }
    ASSERT_TRUE(server->flush());
    ASSERT_LE(server->queued(), 100000U);
  }
  EXPECT_TRUE(server->wants_to_write());

  std::size_t received = 0;
  ByteVector buffer(65536);
  while (received < accepted * 10000) {
    ASSERT_TRUE(server->flush());
    ASSERT_TRUE(wait_for(client->fd(), POLLIN));
    const auto n = client->read(buffer);
    ASSERT_TRUE(n);
    received += *n;
  }
  ASSERT_TRUE(server->flush());
  EXPECT_FALSE(server->wants_to_write());
  EXPECT_EQ(received, accepted * 10000);
}

TEST(Tcp, NoticesThatTheOtherEndIsGoneWhenItWrites) {
  auto listener = TcpListener::open(has_ipv6() ? kAnyPortV6 : kAnyPort);
  ASSERT_TRUE(listener);
  auto client = TcpConnection::connect(listener->address(), 0);
  ASSERT_TRUE(client);
  ASSERT_TRUE(wait_for(listener->fd(), POLLIN));
  auto server = listener->accept(100000);
  ASSERT_TRUE(server);
  client = std::unexpected(IoError{});
  bool closed = false;
  for (int i = 0; i < 100 && !closed; ++i) {
    ASSERT_TRUE(server->write({as_bytes("x")}));
    closed = !server->flush();
    if (!closed) poll(nullptr, 0, 10);
  }
  EXPECT_TRUE(closed);
}

}  // namespace
}  // namespace parley::runtime
