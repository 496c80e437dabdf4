#include "media/peer/transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "protocols/dtls/certificate.h"
#include "protocols/dtls/endpoint.h"
#include "protocols/srtp/srtp.h"
#include "protocols/stun/message.h"

// What a transport does with single datagrams. Whole sessions: sim/transport_sim_test.cpp.
namespace parley::media {
namespace {

constexpr Time start{1000s};

class TransportTest : public testing::Test, public TransportHost, public EventSink {
 protected:
  void send(const Path& path, ByteView datagram) override {
    sent.emplace_back(path, to_vector(datagram));
  }
  void bind(TransportId transport, const Path& path) override {
    EXPECT_EQ(transport, TransportId(7));
    bound.push_back(path);
  }
  void unbind(TransportId, const Path& path) override { std::erase(bound, path); }
  void on_event(Event event) override { events.push_back(std::move(event)); }

  Transport make(bool lite = true) {
    TransportConfig config;
    config.lite = lite;
    config.certificate = &certificate;
    config.srtp = &engine;
    CreateTransport create;
    create.transport = TransportId(7);
    create.local = {"ours", "our-password-of-24-chars"};
    return Transport(create, config, random);
  }
  Transport::Received check(Transport& transport, bool nominate) {
    stun::TransactionId id{};
    random.fill(id);
    stun::Writer writer(stun::Class::request, id);
    writer.username("ours:theirs").priority(1).ice_controlling(1);
    if (nominate) writer.use_candidate();
    ByteVector bytes = to_vector(writer.finish("our-password-of-24-chars"));
    return transport.receive(home, bytes, start, *this, *this);
  }
  /// The first datagram of a handshake that the peer opens.
  ByteVector client_hello() {
    dtls::Endpoint client(certificate, dtls::Role::client);
    client.start(start);
    return to_vector(*client.poll_datagram());
  }
  SetRemote remote(DtlsRole role = DtlsRole::passive) {
    return {TransportId(7), {"theirs", "secret"}, {"sha-256", certificate.fingerprint()}, role};
  }

  inline static const dtls::Certificate certificate =
      dtls::Certificate::generate(WallTime(std::chrono::days(20'000)));
  srtp::Engine engine;
  SeededRandom random{1};
  Path home{.remote = *SocketAddress::parse("192.0.2.1:1000")};
  std::vector<std::pair<Path, ByteVector>> sent;
  std::vector<Path> bound;
  std::vector<Event> events;
};

TEST_F(TransportTest, AnswersACheckAndBindsItsPath) {
  Transport transport = make();
  EXPECT_EQ(check(transport, false).kind, Transport::Received::Kind::consumed);
  EXPECT_EQ(sent.size(), 1u);
  EXPECT_EQ(bound, std::vector{home});
  EXPECT_EQ(transport.selected(), nullptr);
  EXPECT_EQ(check(transport, true).kind, Transport::Received::Kind::consumed);
  EXPECT_EQ(*transport.selected(), home);
  EXPECT_FALSE(transport.connected());
  EXPECT_TRUE(events.empty());
}

TEST_F(TransportTest, AnswersAClientHelloBeforeItKnowsThePeerOrItsChoice) {
  Transport transport = make();
  check(transport, false);
  sent.clear();
  ByteVector hello = client_hello();
  EXPECT_EQ(transport.receive(home, hello, start, *this, *this).kind,
            Transport::Received::Kind::consumed);
  ASSERT_FALSE(sent.empty());
  EXPECT_EQ(sent[0].first, home);
  EXPECT_EQ(sent[0].second[0], 22);  // A handshake record.
  EXPECT_NE(transport.next_deadline(), kNever);
}

TEST_F(TransportTest, HearsNoClientHelloFromAnUncheckedPath) {
  Transport transport = make();
  ByteVector hello = client_hello();
  EXPECT_EQ(transport.receive(home, hello, start, *this, *this).drop,
            TransportDrop::unchecked_path);
  EXPECT_TRUE(sent.empty());
  EXPECT_EQ(transport.counters().drops[static_cast<std::size_t>(TransportDrop::unchecked_path)],
            1u);
}

TEST_F(TransportTest, TheActiveEndWaitsForANominatedPath) {
  Transport transport = make();
  transport.set_remote(remote(DtlsRole::active), start, *this, *this);
  check(transport, false);
  EXPECT_EQ(sent.size(), 1u);
  check(transport, true);
  ASSERT_EQ(sent.size(), 3u);
  EXPECT_EQ(sent[2].second[0], 22);
}

TEST_F(TransportTest, DropsMediaBeforeThereAreKeys) {
  Transport transport = make();
  check(transport, true);
  ByteVector rtp(100, 0x80);
  EXPECT_EQ(transport.receive(home, rtp, start, *this, *this).drop, TransportDrop::before_keys);
  ByteVector rtcp(100, 0x80);
  rtcp[1] = 200;
  EXPECT_EQ(transport.receive(home, rtcp, start, *this, *this).drop, TransportDrop::before_keys);
}

TEST_F(TransportTest, IsDeafAndMuteOnceClosed) {
  Transport transport = make();
  check(transport, true);
  transport.close(start, *this);
  EXPECT_TRUE(bound.empty());
  sent.clear();
  EXPECT_EQ(check(transport, true).drop, TransportDrop::closed);
  transport.set_remote(remote(DtlsRole::active), start, *this, *this);
  transport.on_deadline(start + 1h, *this, *this);
  transport.send_data(Channel::reliable, as_bytes("x"), start, *this, *this);
  EXPECT_TRUE(sent.empty());
  EXPECT_TRUE(events.empty());
  EXPECT_EQ(transport.next_deadline(), kNever);
  EXPECT_FALSE(transport.answers_to("ours"));
}

TEST_F(TransportTest, EveryDropReasonHasANameOfItsOwn) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < kTransportDrops; ++i) {
    names.push_back(to_string(static_cast<TransportDrop>(i)));
  }
  EXPECT_THAT(names, testing::Not(testing::Contains("?")));
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

}  // namespace
}  // namespace parley::media
