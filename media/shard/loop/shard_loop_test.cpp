#include "media/shard/loop/shard_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "media/shard/loop/event_mailbox.h"
#include "protocols/ice/framing.h"
#include "protocols/rtp/packet.h"
#include "runtime/clock.h"
#include "runtime/random.h"
#include "runtime/tcp.h"
#include "runtime/udp.h"
#include "sim/client.h"

namespace parley::media {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const IpAddress kLoopback = IpAddress::v4(127, 0, 0, 1);

/// A whole client on a real socket, turned by hand.
class NetClient {
 public:
  NetClient(const sim::ClientConfig& config, Random& random, const SocketAddress& server,
            Protocol protocol)
      : client(config, random), server_(server) {
    path_.protocol = protocol;
    if (protocol == Protocol::udp) {
      auto opened = runtime::UdpSocket::open({.bind = {server.ip, 0}});
      if (!opened) throw std::runtime_error(opened.error().to_string());
      udp_.emplace(std::move(*opened));
      path_.remote = udp_->address();
    } else {
      auto opened = runtime::TcpConnection::connect(server, 1 << 20);
      if (!opened) throw std::runtime_error(opened.error().to_string());
      tcp_.emplace(std::move(*opened));
      path_.connection = 1;  // How the server calls it does not matter here.
    }
  }

  const ice::Path& path() const { return path_; }

  void turn() {
    const Time now = runtime::monotonic_now();
    if (udp_) {
      udp_->receive(
          [&](const SocketAddress&, MutableBytes bytes) { client.receive(path_, bytes, now); });
    } else {
      std::array<std::uint8_t, 65536> buffer;
      if (const auto n = tcp_->read(buffer)) {
        MutableBytes stream(buffer.data(), *n);
        while (const auto frame = frames_.next(stream)) client.receive(path_, *frame, now);
      } else {
        hung_up = true;
      }
    }
    if (client.next_deadline() <= now) client.on_deadline(now);
    while (const auto datagram = client.poll()) send(datagram->bytes);
    if (tcp_) static_cast<void>(tcp_->flush());
  }

  sim::Client client;
  bool hung_up = false;

 private:
  void send(ByteView bytes) {
    if (udp_) {
      const runtime::UdpTrain train{server_, bytes.size(), bytes};
      return udp_->send({&train, 1});
    }
    std::array<std::uint8_t, 2> header;
    store_be16(header.data(), static_cast<std::uint16_t>(bytes.size()));
    static_cast<void>(tcp_->write({header, bytes}));
  }

  SocketAddress server_;
  ice::Path path_;
  std::optional<runtime::UdpSocket> udp_;
  std::optional<runtime::TcpConnection> tcp_;
  ice::Deframer frames_;
};

struct Variant {
  const char* name;
  Protocol protocol;
  bool v6;
  Offloads offloads;
};

class ShardLoopTest : public ::testing::TestWithParam<Variant> {
 protected:
  ShardLoopConfig config() {
    ShardLoopConfig config{
        .shard = {.certificate = server_certificate_, .clock = runtime::clock_offset()}};
    config.bind = {address()};
    config.udp_port = 0;
    config.tcp_port = 0;
    config.offloads = variant().offloads;
    return config;
  }
  virtual Variant variant() { return GetParam(); }
  IpAddress address() { return variant().v6 ? *IpAddress::parse("::1") : kLoopback; }

  void SetUp() override {
    if (variant().v6 && !runtime::UdpSocket::open({.bind = {address(), 0}})) {
      GTEST_SKIP() << "this machine has no IPv6 loopback";
    }
    auto opened = ShardLoop::open(config(), events_);
    ASSERT_TRUE(opened) << opened.error().to_string();
    loop_ = std::move(*opened);
    loop_->start();
  }

  /// A client that has been told of the server, and the other way round.
  NetClient& add_client() {
    const TransportId id(clients_.size() + 1);
    const sim::ClientConfig client_config{.credentials = {random_.token(8), random_.token(24)},
                                          .certificate = &client_certificate_,
                                          .srtp = &srtp_,
                                          .opens_channels = false};
    const SocketAddress server{address(), variant().protocol == Protocol::udp
                                              ? loop_->udp_port()
                                              : loop_->tcp_port().value()};
    clients_.push_back(
        std::make_unique<NetClient>(client_config, random_, server, variant().protocol));
    NetClient& added = *clients_.back();
    const IceCredentials ours{random_.token(8), random_.token(24)};
    loop_->post(CreateTransport{.transport = id, .local = ours});
    loop_->post(SetRemote{.transport = id,
                          .remote = client_config.credentials,
                          .fingerprint = added.client.fingerprint(),
                          .role = DtlsRole::passive});
    const Time now = runtime::monotonic_now();
    added.client.set_remote(ours, {"sha-256", server_certificate_.fingerprint()}, now);
    added.client.add_path(added.path(), now);
    return added;
  }

  bool wait(const std::function<bool()>& done) {
    const Time end = runtime::monotonic_now() + 20s;
    while (!done()) {
      if (runtime::monotonic_now() > end) return false;
      for (const auto& client : clients_) client->turn();
      events_.drain([this](Event&& event) { got_.push_back(std::move(event)); });
      poll(nullptr, 0, 1);
    }
    return true;
  }
  std::size_t connected() const {
    std::set<TransportId> ids;
    for (const Event& event : got_) {
      if (const auto* one = std::get_if<TransportConnected>(&event)) ids.insert(one->transport);
    }
    return ids.size();
  }
  bool all_connected() const {
    return connected() == clients_.size() &&
           std::ranges::all_of(clients_, [](const auto& c) { return c->client.connected(); });
  }

  runtime::SystemRandom random_;
  dtls::Certificate server_certificate_ =
      dtls::Certificate::generate(runtime::clock_offset().wall(runtime::monotonic_now()));
  dtls::Certificate client_certificate_ =
      dtls::Certificate::generate(runtime::clock_offset().wall(runtime::monotonic_now()));
  srtp::Engine srtp_;
  EventMailbox events_;
  std::vector<Event> got_;
  std::unique_ptr<ShardLoop> loop_;
  std::vector<std::unique_ptr<NetClient>> clients_;
};

TEST_P(ShardLoopTest, CarriesMediaFromOneClientToAnother) {
  NetClient& publisher = add_client();
  NetClient& subscriber = add_client();
  ASSERT_TRUE(wait([&] { return all_connected(); }));
  EXPECT_EQ(std::get<TransportConnected>(got_.front()).protocol, variant().protocol);

  const std::vector<CodecBinding> codecs{{.codec = Codec::opus,
                                          .payload_type = 111,
                                          .rtx_payload_type = {},
                                          .clock_rate = 48000,
                                          .fmtp = ""}};
  loop_->post(AddStream{.stream = StreamId(1),
                        .transport = TransportId(1),
                        .kind = Kind::audio,
                        .mid = "0",
                        .codecs = codecs,
                        .extensions = {},
                        .layers = {{.rid = "", .ssrc = 77, .rtx_ssrc = 0}}});
  loop_->post(Subscribe{.subscription = SubscriptionId(1),
                        .stream = StreamId(1),
                        .transport = TransportId(2),
                        .mid = "0",
                        .ssrc = 88,
                        .codecs = codecs,
                        .extensions = {}});

  std::vector<std::string> heard;
  std::uint16_t sequence = 0;
  ASSERT_TRUE(wait([&] {
    // Until the subscription is in place nothing is forwarded: say it again and again.
    std::array<std::uint8_t, rtp::kFixedHeaderSize> header;
    rtp::write_fixed_header(header.data(),
                            {.payload_type = 111,
                             .sequence = rtp::WireSeq(sequence),
                             .timestamp = rtp::WireTimestamp(sequence * 960U),
                             .ssrc = 77},
                            false);
    ++sequence;
    publisher.client.send_rtp(header, as_bytes("do you hear me"));
    while (const auto packet = subscriber.client.poll_rtp()) {
      const auto view = rtp::parse(*packet);
      if (view && view->ssrc == 88) heard.push_back(std::string(as_chars(view->payload)));
    }
    return heard.size() >= 3;
  }));
  EXPECT_EQ(heard.front(), "do you hear me");
  EXPECT_EQ(subscriber.client.counts().undecryptable, 0U);
}

TEST_P(ShardLoopTest, CarriesOutWhatWasPostedBeforeItStops) {
  NetClient& client = add_client();
  ASSERT_TRUE(wait([&] { return all_connected(); }));
  loop_->post(CloseTransport{.transport = TransportId(1)});
  loop_->stop();
  EXPECT_TRUE(wait([&] { return client.client.closed(); }));
  EXPECT_EQ(loop_->snapshot().shard.transports, 0U);
  EXPECT_GT(loop_->snapshot().turns, 0U);
}

TEST_P(ShardLoopTest, SurvivesGarbage) {
  NetClient& client = add_client();
  auto stranger = runtime::UdpSocket::open({.bind = {address(), 0}});
  ASSERT_TRUE(stranger);
  SeededRandom noise(1);
  for (int i = 0; i < 500; ++i) {
    ByteVector bytes(1 + noise.below(200));
    noise.fill(bytes);
    const runtime::UdpTrain train{{address(), loop_->udp_port()}, bytes.size(), bytes};
    stranger->send({&train, 1});
  }
  EXPECT_TRUE(wait([&] { return client.client.connected(); }));
}

INSTANTIATE_TEST_SUITE_P(
    Networks, ShardLoopTest,
    ::testing::Values(Variant{"Udp", Protocol::udp, false, {}},
                      Variant{"UdpWithoutOffloads",
                              Protocol::udp,
                              false,
                              {.gso = false, .gro = false, .srtp = srtp::Backend::openssl}},
                      Variant{"UdpV6", Protocol::udp, true, {}},
                      Variant{"Tcp", Protocol::tcp, false, {}}),
    [](const auto& parameters) { return std::string(parameters.param.name); });

class PlainShardLoopTest : public ShardLoopTest {
 protected:
  Variant variant() override { return {"", Protocol::udp, false, {}}; }
};

TEST_F(PlainShardLoopTest, SaysWhichPortIsTaken) {
  ShardLoopConfig again = config();
  again.udp_port = loop_->udp_port();
  const auto second = ShardLoop::open(again, events_);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().to_string(),
              HasSubstr("UDP 127.0.0.1:" + std::to_string(loop_->udp_port()) + ": bind"));
}

TEST_F(PlainShardLoopTest, TakesThePortsOfItsIndex) {
  ShardLoopConfig next = config();
  // The ports after those of the first shard, unless somebody else has them.
  next.index = 1;
  next.udp_port = loop_->udp_port();
  next.tcp_port = loop_->tcp_port();
  const auto second = ShardLoop::open(next, events_);
  if (!second) GTEST_SKIP() << second.error().to_string();
  EXPECT_EQ((*second)->udp_port(), loop_->udp_port() + 1);
  EXPECT_EQ((*second)->tcp_port(), *loop_->tcp_port() + 1);
}

TEST_F(PlainShardLoopTest, NamesItsCandidatesUdpFirst) {
  const std::vector<IpAddress> ours{kLoopback, IpAddress::v4(192, 0, 2, 1),
                                    *IpAddress::parse("2001:db8::1")};
  std::vector<std::string> names;
  for (const LocalCandidate& candidate : loop_->candidates(ours)) {
    names.push_back((candidate.protocol == Protocol::udp ? "udp " : "tcp ") +
                    candidate.address.to_string());
  }
  EXPECT_THAT(names, ElementsAre("udp 127.0.0.1:" + std::to_string(loop_->udp_port()),
                                 "tcp 127.0.0.1:" + std::to_string(*loop_->tcp_port())));
}

TEST_F(PlainShardLoopTest, SleepsWhileNothingHappens) {
  std::this_thread::sleep_for(50ms);
  const Duration before = loop_->cpu_time();
  std::this_thread::sleep_for(300ms);
  EXPECT_LT(loop_->cpu_time() - before, 100ms);
}

TEST_F(PlainShardLoopTest, PublishesItsNumbers) {
  observability::Registry registry;
  const auto held = registry.add([&](observability::Exposition& out) { loop_->collect(out); });
  ASSERT_TRUE(wait([&] { return loop_->snapshot().turns > 0; }));
  const std::string text = registry.text();
  EXPECT_THAT(text, HasSubstr("parley_shard_transports{shard=\"0\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("parley_shard_drops_total{shard=\"0\",where=\"shard\",reason="));
}

TEST_F(PlainShardLoopTest, CanBeStoppedTwiceAndNeverStarted) {
  loop_->stop();
  loop_->stop();
  const auto never = ShardLoop::open(config(), events_);
  ASSERT_TRUE(never);
}

TEST(Offloads, AreSwitchedOffByTheEnvironment) {
  const auto with = [](std::string_view name, const char* value) {
    return offloads_from_environment(
        {}, [=](const char* asked) { return name == asked ? value : nullptr; });
  };
  EXPECT_FALSE(with("PARLEY_GSO", "off").gso);
  EXPECT_TRUE(with("PARLEY_GSO", "off").gro);
  EXPECT_FALSE(with("PARLEY_GRO", "0").gro);
  EXPECT_TRUE(with("PARLEY_GRO", "on").gro);
  EXPECT_EQ(with("PARLEY_IPSEC_MB", "off").srtp, srtp::Backend::openssl);
}

TEST(EventMailbox, CountsWhatItHasNoRoomFor) {
  EventMailbox mailbox(1);
  mailbox.on_event(TransportConnected{});
  mailbox.on_event(TransportConnected{});
  EXPECT_EQ(mailbox.lost(), 1U);
  EXPECT_EQ(mailbox.drain([](Event&&) {}), 1U);
}

}  // namespace
}  // namespace parley::media
