#include "media/shard/shard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/random.h"
#include "media/packet/publisher_clock.h"
#include "protocols/stun/message.h"

// What a shard does with strangers and with commands out of order. Whole calls: sim/call_sim_test.
namespace parley::media {
namespace {

constexpr Time start{1000s};

class ShardTest : public testing::Test, public EventSink, public TrainSender {
 protected:
  void on_event(Event event) override { events.push_back(std::move(event)); }
  void send(std::span<const Train> trains) override {
    for (const Train& train : trains) sent.emplace_back(train.path, to_vector(train.bytes));
  }

  void receive(const Path& from, ByteVector bytes) {
    const Datagram datagram{from, bytes};
    shard.on_datagrams(std::span(&datagram, 1), now);
    shard.flush(*this, now);
  }
  void create(std::uint64_t id, std::string ufrag) {
    shard.execute(
        CreateTransport{TransportId(id), {std::move(ufrag), "password-of-24-characters"}, false},
        now);
  }
  ByteVector check(std::string_view ufrag) {
    stun::TransactionId transaction{};
    random.fill(transaction);
    stun::Writer writer(stun::Class::request, transaction);
    writer.username(std::string(ufrag) + ":peer").priority(1).ice_controlling(1);
    return to_vector(writer.finish("password-of-24-characters"));
  }
  std::uint64_t drops(ShardDrop drop) const {
    return shard.counters().drops[static_cast<std::size_t>(drop)];
  }
  AddStream stream(std::uint64_t id, std::uint64_t transport) {
    AddStream add;
    add.stream = StreamId(id);
    add.transport = TransportId(transport);
    add.kind = Kind::video;
    add.layers = {{"", 1, 2}};
    return add;
  }
  Subscribe subscribe(std::uint64_t id, std::uint64_t stream_id, std::uint64_t transport) {
    Subscribe out;
    out.subscription = SubscriptionId(id);
    out.stream = StreamId(stream_id);
    out.transport = TransportId(transport);
    out.ssrc = static_cast<std::uint32_t>(1000 + id);
    return out;
  }

  SeededRandom random{1};
  ShardConfig config{
      .certificate = dtls::Certificate::generate(WallTime(std::chrono::days(20'000))), .clock = {}};
  Time now = start;
  std::vector<Event> events;
  std::vector<std::pair<Path, ByteVector>> sent;
  Shard shard{config, random, *this};
  Path alice{.remote = {IpAddress::v4(192, 0, 2, 1), 1000}};
  Path bob{.remote = {IpAddress::v4(192, 0, 2, 2), 2000}};
};

TEST_F(ShardTest, FindsTheTransportOfACheckByItsFragment) {
  create(1, "one");
  create(2, "two");
  receive(alice, check("two"));
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].first, alice);
  receive(bob, check("three"));
  EXPECT_EQ(sent.size(), 1u);
  EXPECT_EQ(drops(ShardDrop::unknown_ufrag), 1u);
}

TEST_F(ShardTest, AnAddressThatChangesHandsFollowsItsChecks) {
  create(1, "one");
  create(2, "two");
  receive(alice, check("one"));
  receive(alice, check("two"));
  EXPECT_EQ(sent.size(), 2u);
  EXPECT_EQ(drops(ShardDrop::unknown_ufrag), 0u);
  shard.execute(CloseTransport{TransportId(1)}, now);
  // The address is the second one's: closing the first does not take it away.
  ByteVector rtp(50, 0x80);
  receive(alice, rtp);
  EXPECT_EQ(drops(ShardDrop::unknown_peer), 0u);
}

TEST_F(ShardTest, CountsWhatStrangersSendAndAnswersNothing) {
  create(1, "one");
  receive(bob, {});
  receive(bob, ByteVector(100, 0xff));
  receive(bob, ByteVector(100, 0x80));
  receive(bob, ByteVector(100, 22));
  receive(bob, ByteVector(100, 0));
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(drops(ShardDrop::not_webrtc), 2u);
  EXPECT_EQ(drops(ShardDrop::unknown_peer), 3u);
  EXPECT_EQ(shard.counters().datagrams_in, 5u);
}

TEST_F(ShardTest, ForgetsACheckedAddressWithItsTransport) {
  create(1, "one");
  receive(alice, check("one"));
  shard.execute(CloseTransport{TransportId(1)}, now);
  shard.flush(*this, now);
  receive(alice, ByteVector(50, 0x80));
  EXPECT_EQ(drops(ShardDrop::unknown_peer), 1u);
  receive(alice, check("one"));
  EXPECT_EQ(drops(ShardDrop::unknown_ufrag), 1u);
  EXPECT_EQ(shard.next_deadline(), kNever);
}

TEST_F(ShardTest, IgnoresCommandsThatNameWhatIsGone) {
  shard.execute(SetRemote{TransportId(5), {}, {}, DtlsRole::passive}, now);
  shard.execute(CloseTransport{TransportId(5)}, now);
  shard.execute(stream(1, 5), now);
  shard.execute(RemoveStream{StreamId(1)}, now);
  shard.execute(subscribe(1, 1, 5), now);
  shard.execute(ConfigureSubscription{SubscriptionId(1), true, 0, 0}, now);
  shard.execute(Unsubscribe{SubscriptionId(1)}, now);
  shard.execute(LimitBandwidth{TransportId(5), 1}, now);
  shard.execute(SendData{TransportId(5), Channel::reliable, nullptr}, now);
  EXPECT_EQ(shard.counters().transports + shard.counters().streams, 0u);
  EXPECT_TRUE(events.empty());
}

TEST_F(ShardTest, TakesSubscriptionsAwayWithTheirStreamAndTheirTransport) {
  create(1, "one");
  create(2, "two");
  shard.execute(stream(10, 1), now);
  shard.execute(stream(11, 1), now);
  shard.execute(subscribe(20, 10, 2), now);
  shard.execute(subscribe(21, 11, 2), now);
  shard.execute(subscribe(21, 11, 2), now);  // Negotiated again.
  EXPECT_EQ(shard.counters().subscriptions, 2u);
  shard.execute(RemoveStream{StreamId(10)}, now);
  EXPECT_EQ(shard.counters().subscriptions, 1u);
  shard.execute(CloseTransport{TransportId(2)}, now);
  EXPECT_EQ(shard.counters().subscriptions, 0u);
  EXPECT_EQ(shard.counters().streams, 1u);
  shard.execute(CloseTransport{TransportId(1)}, now);
  EXPECT_EQ(shard.counters().streams, 0u);
}

TEST_F(ShardTest, KeepsToItsLimits) {
  ShardConfig small = config;
  small.max_transports = 1;
  Shard other(small, random, *this);
  other.execute(CreateTransport{TransportId(1), {"a", "b"}, false}, now);
  other.execute(CreateTransport{TransportId(2), {"c", "d"}, false}, now);
  EXPECT_EQ(other.counters().transports, 1u);
  EXPECT_EQ(other.counters().drops[static_cast<std::size_t>(ShardDrop::too_many)], 1u);
}

TEST(PublisherClock, TakesTheReportThatWasLeastDelayed) {
  PublisherClock clock;
  EXPECT_FALSE(clock.at(WallTime(100s)));
  // Their clock is 7 s behind ours; the way takes 20 ms at least.
  const auto report = [&](Duration at, Duration delay) {
    clock.on_report(rtp::to_ntp(WallTime(at - 7s)), WallTime(at + delay), Time(at + delay));
  };
  report(100s, 80ms);
  report(101s, 20ms);
  report(102s, 60ms);
  const Duration off = rtp::to_wall(*clock.at(WallTime(103s))) - WallTime(96s - 20ms);
  EXPECT_LT(off, 1ms);
  EXPECT_GT(off, -1ms);
}

TEST(PublisherClock, BelievesAClockThatWasSet) {
  PublisherClock clock;
  clock.on_report(rtp::to_ntp(WallTime(100s)), WallTime(100s), Time(100s));
  clock.on_report(rtp::to_ntp(WallTime(50s)), WallTime(101s), Time(101s));
  EXPECT_LT(rtp::to_wall(*clock.at(WallTime(102s))) - WallTime(51s), 1ms);
}

TEST_F(ShardTest, ConnectsEndsOfItsOwnThatCallEachOther) {
  const SocketAddress self{IpAddress::v4(127, 0, 0, 1), 7882};
  const auto waits_and_calls = [&](std::uint64_t waiting, std::uint64_t calling) {
    const IceCredentials one{"waits" + std::to_string(waiting), "password-of-24-characters"};
    const IceCredentials two{"calls" + std::to_string(calling), "password-of-24-characters"};
    const auto shown = config.certificate.fingerprint();
    const Fingerprint fingerprint{"sha-256", {shown.begin(), shown.end()}};
    shard.execute(CreateTransport{TransportId(waiting), one}, now);
    shard.execute(
        CreateTransport{.transport = TransportId(calling), .local = two, .ice_lite = false}, now);
    shard.execute(SetRemote{TransportId(waiting), two, fingerprint, DtlsRole::active}, now);
    shard.execute(SetRemote{TransportId(calling), one, fingerprint, DtlsRole::passive, {self}},
                  now);
  };
  /// What leaves by one socket comes in by another, as it would on a machine.
  const auto run = [&](Duration time) {
    for (const Time end = now + time; now < end; now += 10ms) {
      shard.on_deadline(now);
      shard.flush(*this, now);
      for (int turn = 0; turn < 20 && !sent.empty(); ++turn) {
        for (auto& [path, bytes] : std::exchange(sent, {})) {
          const auto port = static_cast<std::uint16_t>(50'000 + path.local);
          const bool calls = path.local >= kFirstCalling;
          const Path from{.local = calls ? std::uint8_t{0}
                                         : static_cast<std::uint8_t>(path.remote.port - 50'000),
                          .remote = calls ? SocketAddress{self.ip, port} : self};
          receive(from, std::move(bytes));
        }
      }
    }
  };
  const auto connected = [&] {
    return std::ranges::count_if(
        events, [](const Event& e) { return std::holds_alternative<TransportConnected>(e); });
  };
  waits_and_calls(1, 2);
  waits_and_calls(3, 4);
  run(1s);
  EXPECT_EQ(connected(), 4);

  // Its socket is another's when it has gone.
  shard.execute(CloseTransport{TransportId(2)}, now);
  shard.execute(CloseTransport{TransportId(1)}, now);
  waits_and_calls(5, 6);
  run(1s);
  EXPECT_EQ(connected(), 6);
  EXPECT_EQ(drops(ShardDrop::too_many), 0u);
}

}  // namespace
}  // namespace parley::media
