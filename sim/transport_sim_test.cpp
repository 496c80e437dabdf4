#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "protocols/srtp/srtp.h"
#include "sim/session.h"

namespace parley::sim {
namespace {

using media::Channel;
using media::ChannelOpened;
using media::DataReceived;
using media::TransportConnected;
using media::TransportDrop;
using media::TransportLost;

constexpr Time start{100s};

World& world() {
  static World shared;
  return shared;
}

SessionConfig good() {
  SessionConfig config;
  config.up.delay = config.down.delay = 25ms;
  return config;
}

SessionConfig bad() {
  SessionConfig config = good();
  for (LinkConfig* link : {&config.up, &config.down}) {
    link->jitter = 20ms;
    link->loss_per_mille = 50;
    link->reorder_per_mille = 20;
  }
  return config;
}

std::array<std::uint8_t, 12> rtp_header(std::uint16_t sequence) {
  std::array<std::uint8_t, 12> header{0x80, 96};
  store_be16(header.data() + 2, sequence);
  store_be32(header.data() + 8, 0x1234);
  return header;
}

std::uint64_t drops(const Session& session, TransportDrop drop) {
  return session.transport.counters().drops[static_cast<std::size_t>(drop)];
}

TEST(TransportSim, JoinsWithinAHandfulOfRoundTrips) {
  Session session(world(), good(), 1);
  session.join(start);
  run({&session}, start, start + 400ms);
  EXPECT_TRUE(session.transport.connected());
  EXPECT_TRUE(session.client.connected());
  EXPECT_EQ(session.count<TransportConnected>(), 1u);
  EXPECT_EQ(session.count<TransportLost>(), 0u);
  EXPECT_EQ(session.bound.size(), 1u);
}

TEST(TransportSim, MediaCrossesBothWays) {
  Session session(world(), good(), 2);
  session.join(start);
  run({&session}, start, start + 1s);
  ASSERT_TRUE(session.transport.connected());
  ASSERT_NE(session.transport.sender(), nullptr);

  const ByteVector payload(500, 7);
  session.client.send_rtp(rtp_header(1), payload);
  const ByteVector report{0x81, 201, 0, 1, 0, 0, 0x12, 0x34};
  session.client.send_rtcp(report);

  ByteVector packet(12 + payload.size() + srtp::kMaxRtpOverhead);
  packet.resize(session.transport.sender()->protect_rtp(rtp_header(9), payload, packet));
  session.send(*session.transport.selected(), packet);
  session.transport.send_rtcp(report, session);

  session.advance(start + 1s);
  run({&session}, start + 1s, start + 2s);
  ASSERT_EQ(session.rtp.size(), 1u);
  EXPECT_EQ(ByteView(session.rtp[0]).subspan(12).size(), payload.size());
  EXPECT_THAT(session.rtcp, testing::ElementsAre(report));
  const auto arrived = session.client.poll_rtp();
  ASSERT_TRUE(arrived);
  EXPECT_EQ(ByteVector(arrived->begin() + 12, arrived->end()), payload);
  EXPECT_EQ(session.client.poll_rtcp(), report);
}

TEST(TransportSim, DataCrossesOnChannelsThatTheClientOpens) {
  Session session(world(), good(), 3);
  session.join(start);
  run({&session}, start, start + 1s);
  EXPECT_EQ(session.count<ChannelOpened>(), 3u);
  ASSERT_TRUE(session.client.send_data("_reliable", as_bytes("up"), start + 1s));
  session.transport.send_data(Channel::lossy, as_bytes("down"), start + 1s, session, session);
  session.advance(start + 1s);
  run({&session}, start + 1s, start + 2s);
  ASSERT_EQ(session.count<DataReceived>(), 1u);
  const auto& received = std::get<DataReceived>(session.events.back());
  EXPECT_EQ(received.channel, Channel::reliable);
  EXPECT_EQ(as_chars(received.payload), "up");
  const auto data = session.client.poll_data();
  ASSERT_TRUE(data);
  EXPECT_EQ(data->label, "_lossy");
  EXPECT_EQ(as_chars(data->bytes), "down");
}

TEST(TransportSim, OpensTheChannelsItselfWhenAskedTo) {
  SessionConfig config = good();
  config.server_opens_channels = true;
  Session session(world(), config, 4);
  session.join(start);
  run({&session}, start, start + 1s);
  for (const char* label : {"_reliable", "_lossy", "_data_track"}) {
    EXPECT_TRUE(session.client.channel_open(label)) << label;
  }
  EXPECT_EQ(session.count<ChannelOpened>(), 3u);
}

TEST(TransportSim, CountsAndIgnoresChannelsThatItDoesNotKnow) {
  Session session(world(), good(), 5);
  session.join(start);
  run({&session}, start, start + 1s);
  sctp::ChannelConfig config;
  config.label = "games";
  session.client.open_channel(config, start + 1s);
  session.client.on_deadline(start + 1s);
  session.advance(start + 1s);
  run({&session}, start + 1s, start + 2s);
  EXPECT_EQ(session.transport.counters().unknown_channels, 1u);
  ASSERT_TRUE(session.client.send_data("games", as_bytes("chess"), start + 2s));
  session.advance(start + 2s);
  run({&session}, start + 2s, start + 3s);
  EXPECT_EQ(session.transport.counters().unknown_channel_data, 1u);
  EXPECT_EQ(session.count<DataReceived>(), 0u);
}

TEST(TransportSim, OpensTheHandshakeItselfWhenTheClientIsPassive) {
  SessionConfig config = good();
  config.client_dtls_active = false;
  Session session(world(), config, 6);
  session.join(start);
  run({&session}, start, start + 1s);
  EXPECT_TRUE(session.transport.connected());
  EXPECT_TRUE(session.client.connected());
  EXPECT_EQ(session.count<ChannelOpened>(), 3u);
}

TEST(TransportSim, AFullAgentConnectsAsWellAndAsksForConsent) {
  SessionConfig config = bad();
  config.lite = false;
  Session session(world(), config, 7);
  session.join(start);
  run({&session}, start, start + 60s);
  EXPECT_TRUE(session.transport.connected());
  EXPECT_TRUE(session.client.connected());
  EXPECT_EQ(session.count<TransportLost>(), 0u);
  EXPECT_GE(session.client.counts().checks_answered, 8u);
}

TEST(TransportSim, LetsNobodyInBeforeItKnowsWhomToExpect) {
  SessionConfig config = good();
  config.answer_delay = 2s;
  Session session(world(), config, 8);
  session.join(start);
  run({&session}, start, start + 1900ms);
  EXPECT_TRUE(session.client.connected());  // DTLS is done.
  EXPECT_FALSE(session.transport.connected());
  EXPECT_EQ(session.transport.sender(), nullptr);
  session.client.send_rtp(rtp_header(1), ByteVector(100));
  session.advance(start + 1900ms);
  run({&session}, start + 1900ms, start + 1999ms);
  EXPECT_EQ(drops(session, TransportDrop::before_fingerprint), 1u);
  EXPECT_TRUE(session.rtp.empty());
  run({&session}, start + 1999ms, start + 6s);
  EXPECT_TRUE(session.transport.connected());
  EXPECT_EQ(session.count<ChannelOpened>(), 3u);
}

TEST(TransportSim, RefusesAPeerWithAnotherCertificate) {
  SessionConfig config = good();
  config.answer_delay = 3600s;
  Session session(world(), config, 9);
  session.join(start);
  media::SetRemote remote;
  remote.remote = {"client1", "client-password-24-chars1"};
  remote.fingerprint = session.client.fingerprint();
  remote.fingerprint.digest[0] ^= 1;
  session.transport.set_remote(remote, start, session, session);
  run({&session}, start, start + 2s);
  EXPECT_FALSE(session.transport.connected());
  EXPECT_EQ(session.transport.sender(), nullptr);
  ASSERT_EQ(session.count<TransportLost>(), 1u);
  EXPECT_EQ(std::get<TransportLost>(session.events.back()).reason,
            TransportLost::Reason::dtls_failed);
  EXPECT_EQ(session.count<ChannelOpened>(), 0u);
}

TEST(TransportSim, SurvivesAnIceRestartWithoutAGap) {
  for (const bool lite : {true, false}) {
    SessionConfig config = bad();
    config.lite = lite;
    Session session(world(), config, 10);
    session.join(start);
    run({&session}, start, start + 5s);
    ASSERT_TRUE(session.transport.connected());

    session.restart_ice(start + 5s);
    EXPECT_TRUE(session.transport.connected());  // The old pair goes on.
    EXPECT_TRUE(session.transport.answers_to("server1"));
    run({&session}, start + 5s, start + 10s);
    EXPECT_TRUE(session.transport.connected());
    EXPECT_EQ(session.count<TransportConnected>(), 2u);
    EXPECT_EQ(session.count<TransportLost>(), 0u);
    EXPECT_FALSE(session.transport.answers_to("server1"));
    EXPECT_TRUE(session.transport.answers_to("server2"));
  }
}

TEST(TransportSim, FollowsAClientToAnotherAddress) {
  Session session(world(), bad(), 11);
  session.join(start);
  run({&session}, start, start + 5s);
  const SocketAddress elsewhere{IpAddress::v4(203, 0, 113, 5), 999};
  session.move(elsewhere, start + 5s);
  run({&session}, start + 5s, start + 8s);
  ASSERT_NE(session.transport.selected(), nullptr);
  EXPECT_EQ(session.transport.selected()->remote, elsewhere);
  EXPECT_EQ(session.count<TransportLost>(), 0u);

  session.transport.send_data(Channel::reliable, as_bytes("found you"), start + 8s, session,
                              session);
  run({&session}, start + 8s, start + 12s);
  const auto data = session.client.poll_data();
  ASSERT_TRUE(data);
  EXPECT_EQ(as_chars(data->bytes), "found you");
}

TEST(TransportSim, NoticesThatAClientIsGoneAndThatItIsBack) {
  Session session(world(), good(), 12);
  session.join(start);
  run({&session}, start, start + 5s);
  ASSERT_TRUE(session.transport.connected());
  session.up.set({.loss_per_mille = 1000});
  run({&session}, start + 5s, start + 25s);
  EXPECT_FALSE(session.transport.connected());
  ASSERT_EQ(session.count<TransportLost>(), 1u);
  EXPECT_EQ(std::get<TransportLost>(session.events.back()).reason,
            TransportLost::Reason::consent_expired);

  // What is reliable and was said meanwhile arrives in the end.
  session.transport.send_data(Channel::reliable, as_bytes("later"), start + 25s, session, session);
  session.up.set(good().up);
  run({&session}, start + 25s, start + 60s);
  EXPECT_TRUE(session.transport.connected());
  EXPECT_EQ(session.count<TransportConnected>(), 2u);
  const auto data = session.client.poll_data();
  ASSERT_TRUE(data);
  EXPECT_EQ(as_chars(data->bytes), "later");
}

TEST(TransportSim, SaysGoodbyeAndHearsIt) {
  Session session(world(), good(), 13);
  session.join(start);
  run({&session}, start, start + 1s);
  session.transport.close(start + 1s, session);
  EXPECT_TRUE(session.bound.empty());
  run({&session}, start + 1s, start + 2s);
  EXPECT_TRUE(session.client.closed());
  EXPECT_FALSE(session.transport.answers_to("server1"));
  EXPECT_EQ(session.count<TransportLost>(), 0u);
}

TEST(TransportSim, TamperedDatagramsAreCountedAndHurtNobody) {
  Session session(world(), good(), 14);
  session.join(start);
  run({&session}, start, start + 1s);
  session.tampering = true;
  for (std::uint16_t i = 0; i < 50; ++i) session.client.send_rtp(rtp_header(i), ByteVector(200));
  session.advance(start + 1s);
  run({&session}, start + 1s, start + 1200ms);
  EXPECT_EQ(drops(session, TransportDrop::srtp_not_authentic), 50u);
  session.tampering = false;
  session.client.send_rtp(rtp_header(60), ByteVector(200));
  session.advance(start + 1200ms);
  run({&session}, start + 1200ms, start + 2s);
  EXPECT_EQ(session.rtp.size(), 1u);
  EXPECT_TRUE(session.transport.connected());
}

TEST(TransportSim, ListensToNobodyWhoHasNotBeenChecked) {
  Session session(world(), good(), 15);
  session.join(start);
  run({&session}, start, start + 1s);
  const media::Path stranger{.remote = {IpAddress::v4(203, 0, 113, 66), 6666}};
  for (const std::uint8_t first : {std::uint8_t{0x80}, std::uint8_t{22}}) {
    ByteVector bytes(100, first);
    const auto received = session.transport.receive(stranger, bytes, start + 1s, session, session);
    EXPECT_EQ(received.drop, TransportDrop::unchecked_path);
  }
  ByteVector noise(100, 0x55);
  EXPECT_EQ(session.transport.receive(stranger, noise, start + 1s, session, session).drop,
            TransportDrop::not_webrtc);
  EXPECT_TRUE(session.transport.connected());
}

// Goal: a meeting begins on the hour, and everybody's network is bad.
TEST(TransportSim, AHundredJoinInTheSameMillisecondUnderFivePercentLoss) {
  for (const std::uint64_t seed : {std::uint64_t{1}}) {
    std::vector<std::unique_ptr<Session>> sessions;
    std::vector<Session*> all;
    for (std::uint64_t i = 0; i < 100; ++i) {
      sessions.push_back(std::make_unique<Session>(world(), bad(), seed * 1000 + i));
      all.push_back(sessions.back().get());
    }
    for (Session* const session : all) session->join(start);
    run(all, start, start + 8s);
    for (std::size_t i = 0; i < all.size(); ++i) {
      SCOPED_TRACE(testing::Message() << "seed " << seed << " client " << i);
      EXPECT_TRUE(all[i]->transport.connected());
      EXPECT_TRUE(all[i]->client.connected());
      EXPECT_EQ(all[i]->count<ChannelOpened>(), 3u);
      EXPECT_EQ(all[i]->count<TransportLost>(), 0u);
    }
  }
}

}  // namespace
}  // namespace parley::sim
