#include "protocols/dtls/endpoint.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <vector>

#include "base/random.h"
#include "protocols/dtls/openssl.h"

namespace parley::dtls {
namespace {

const Time kStart{1000s};

const Certificate& certificate_a() {
  static const Certificate c = Certificate::generate(WallTime(1'800'000'000s));
  return c;
}
const Certificate& certificate_b() {
  static const Certificate c = Certificate::generate(WallTime(1'800'000'000s));
  return c;
}

/// A client and a server, and a link between them that loses and reorders, in virtual time.
struct Pair {
  explicit Pair(std::uint64_t seed = 0, std::uint64_t loss_percent = 0, Duration jitter = 0ms)
      : random(seed), loss(loss_percent), jitter_max(jitter) {}

  void collect(Endpoint& from, Endpoint& to) {
    while (const auto datagram = from.poll_datagram()) {
      EXPECT_LE(datagram->size(), Endpoint::kMtu);
      ++sent;
      if (random.below(100) < loss) continue;
      const Duration delay =
          20ms + Duration(jitter_max.count() == 0
                              ? 0
                              : random.below(static_cast<std::uint64_t>(jitter_max.count())));
      in_flight.emplace(now + delay, std::pair(&to, to_vector(*datagram)));
    }
  }

  /// One event: a delivery or a deadline. False when nothing is left to happen before `limit`.
  bool step(Time limit) {
    collect(client, server);
    collect(server, client);
    Time next = std::min(client.next_deadline(), server.next_deadline());
    if (!in_flight.empty()) next = std::min(next, in_flight.begin()->first);
    if (next > limit) return false;
    now = std::max(now, next);
    if (!in_flight.empty() && in_flight.begin()->first <= now) {
      const auto [to, bytes] = in_flight.begin()->second;
      in_flight.erase(in_flight.begin());
      static_cast<void>(to->receive(bytes, now));
    }
    client.on_deadline(now);
    server.on_deadline(now);
    return true;
  }

  void run(Duration length) {
    const Time limit = now + length;
    while (step(limit)) {
    }
    now = limit;
  }

  bool connected() const {
    return client.state() == State::connected && server.state() == State::connected;
  }

  SeededRandom random;
  std::uint64_t loss;
  Duration jitter_max;
  Time now = kStart;
  Endpoint client{certificate_a(), Role::client};
  Endpoint server{certificate_b(), Role::server};
  std::multimap<Time, std::pair<Endpoint*, ByteVector>> in_flight;
  int sent = 0;
};

TEST(Certificate, FingerprintTextIsHexPairsInUpperCase) {
  const std::string text = certificate_a().fingerprint_text();
  EXPECT_EQ(text.size(), 32 * 3 - 1);
  EXPECT_EQ(parse_fingerprint(text), certificate_a().fingerprint());
  EXPECT_NE(certificate_a().fingerprint(), certificate_b().fingerprint());
}

TEST(Certificate, FingerprintsThatAreNotHexPairsAreRefused) {
  EXPECT_EQ(parse_fingerprint("0a:FF"), (ByteVector{0x0a, 0xff}));
  EXPECT_EQ(format_fingerprint(ByteVector{0x0a, 0xff}), "0A:FF");
  for (const char* bad : {"", "0", "0a:", "0a:F", "0a-ff", "0g:ff", ":0a:ff"}) {
    EXPECT_FALSE(parse_fingerprint(bad).has_value()) << bad;
  }
  EXPECT_FALSE(parse_fingerprint(std::string(65 * 3 - 1, 'a')).has_value());
}

TEST(Dtls, BothEndsConnectAndExportTheSameKeys) {
  Pair pair;
  pair.client.start(pair.now);
  pair.run(1s);
  ASSERT_TRUE(pair.connected());

  const auto& client = pair.client.srtp_keys();
  const auto& server = pair.server.srtp_keys();
  ASSERT_TRUE(client && server);
  EXPECT_EQ(client->suite, srtp::Suite::aead_aes_128_gcm);
  EXPECT_EQ(client->suite, server->suite);
  EXPECT_EQ(client->local, server->remote);
  EXPECT_EQ(client->remote, server->local);
  EXPECT_NE(client->local, client->remote);
}

TEST(Dtls, AnEndThatIsToldToUsesOneSuiteOnly) {
  Pair pair;
  pair.client = Endpoint(certificate_a(), Role::client, srtp::Suite::aes_128_cm_sha1_80);
  pair.client.start(pair.now);
  pair.run(1s);
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.server.srtp_keys()->suite, srtp::Suite::aes_128_cm_sha1_80);
}

TEST(Dtls, AConnectedPairNeedsNoMoreWakeUps) {
  Pair pair;
  pair.client.start(pair.now);
  pair.run(1s);
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.client.next_deadline(), kNever);
  EXPECT_EQ(pair.server.next_deadline(), kNever);
}

TEST(Dtls, TheFingerprintOfThePeerIsSurfacedForTheCallerToJudge) {
  Pair pair;
  EXPECT_FALSE(pair.client.peer_fingerprint("sha-256").has_value());
  pair.client.start(pair.now);
  pair.run(1s);
  EXPECT_EQ(pair.client.peer_fingerprint("sha-256"), certificate_b().fingerprint());
  EXPECT_EQ(pair.server.peer_fingerprint("sha-256"), certificate_a().fingerprint());
  EXPECT_NE(pair.server.peer_fingerprint("sha-256"), certificate_b().fingerprint());
  EXPECT_EQ(pair.client.peer_fingerprint("sha-384")->size(), 48U);
  EXPECT_EQ(pair.client.peer_fingerprint("sha-512")->size(), 64U);
  EXPECT_EQ(pair.client.peer_fingerprint("sha-1")->size(), 20U);
  EXPECT_FALSE(pair.client.peer_fingerprint("md5").has_value());
}

TEST(Dtls, ApplicationDataCrossesWhole) {
  Pair pair;
  pair.client.start(pair.now);
  pair.run(1s);
  for (const std::size_t size : {std::size_t{1}, std::size_t{500}, pair.client.max_payload()}) {
    const ByteVector data(size, static_cast<std::uint8_t>(size));
    ASSERT_TRUE(pair.client.send(data, pair.now).has_value());
    pair.run(100ms);
    const auto received = pair.server.poll_data();
    ASSERT_TRUE(received.has_value());
    EXPECT_TRUE(std::ranges::equal(*received, data));
  }
  EXPECT_FALSE(pair.server.poll_data().has_value());
  EXPECT_EQ(pair.client.send(ByteVector(pair.client.max_payload() + 1), pair.now).error(),
            SendError::too_large);
}

TEST(Dtls, NothingIsSentBeforeTheHandshakeIsDone) {
  Endpoint server(certificate_a(), Role::server);
  EXPECT_EQ(server.send(ByteVector(3), kStart).error(), SendError::not_connected);
  EXPECT_EQ(server.next_deadline(), kNever);
}

TEST(Dtls, CloseNotifyReachesThePeer) {
  Pair pair;
  pair.client.start(pair.now);
  pair.run(1s);
  pair.client.close(pair.now);
  pair.run(100ms);
  EXPECT_EQ(pair.client.state(), State::closed);
  EXPECT_EQ(pair.server.state(), State::closed);
  EXPECT_EQ(pair.server.receive(ByteVector(20, 22), pair.now).error(), Drop::finished);
}

TEST(Dtls, AClientHelloThatIsLostIsRepeatedInVirtualTimeWithBackOff) {
  Endpoint client(certificate_a(), Role::client);
  client.start(kStart);
  ASSERT_TRUE(client.poll_datagram().has_value());
  std::vector<std::int64_t> waits;
  Time now = kStart;
  for (int i = 0; i < 9; ++i) {
    client.on_deadline(client.next_deadline() - 1ns);
    EXPECT_FALSE(client.poll_datagram().has_value()) << "too early";
    waits.push_back(to_ms(client.next_deadline() - now));
    now = client.next_deadline();
    client.on_deadline(now);
    EXPECT_TRUE(client.poll_datagram().has_value());
    while (client.poll_datagram()) {
    }
  }
  EXPECT_EQ(waits, (std::vector<std::int64_t>{50, 100, 200, 400, 800, 1600, 3000, 3000, 3000}));
}

TEST(Dtls, AHandshakeWithoutAnAnswerFailsWithinThirtySeconds) {
  Endpoint client(certificate_a(), Role::client);
  client.start(kStart);
  while (client.next_deadline() != kNever) {
    ASSERT_LE(client.next_deadline(), kStart + 30s);
    client.on_deadline(client.next_deadline());
    while (client.poll_datagram()) {
    }
  }
  EXPECT_EQ(client.state(), State::failed);
}

// Goal: a handshake completes on a bad link. Method: 60 seeds of 30 % loss each way and jitter that
// reorders.
TEST(DtlsSim, ConnectsThroughLossAndReordering) {
  Duration slowest{};
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Pair pair(seed, 30, 60ms);
    pair.client.start(pair.now);
    while (!pair.connected() && pair.step(kStart + 30s)) {
    }
    ASSERT_TRUE(pair.connected());
    EXPECT_EQ(pair.client.srtp_keys()->local, pair.server.srtp_keys()->remote);
    slowest = std::max(slowest, pair.now - kStart);
  }
  EXPECT_LT(slowest, 15s);
}

TEST(DtlsSim, VirtualTimeMakesAHandshakeRepeatItselfExactly) {
  std::array<int, 2> sent{};
  std::array<Time, 2> done{};
  for (std::size_t i = 0; i < 2; ++i) {
    Pair pair(99, 40, 10ms);
    pair.client.start(pair.now);
    while (!pair.connected() && pair.step(kStart + 30s)) {
    }
    sent[i] = pair.sent;
    done[i] = pair.now;
  }
  EXPECT_EQ(sent[0], sent[1]);
  EXPECT_EQ(done[0], done[1]);
}

/// Cuts the handshake message in a plaintext record into datagrams with `piece` bytes of it each,
/// as peers do whose ClientHello (post-quantum key shares) is larger than a datagram.
std::vector<ByteVector> fragmented(ByteView record, std::size_t piece) {
  const ByteView message = record.subspan(13);
  const ByteView body = message.subspan(12);
  std::vector<ByteVector> out;
  std::uint16_t record_number = 0;
  for (std::size_t at = 0; at < body.size(); at += piece) {
    const ByteView part = body.subspan(at, std::min(piece, body.size() - at));
    ByteVector datagram;
    ByteWriter w(datagram);
    w.bytes(record.first(9));  // Type, version, epoch, upper part of the number.
    w.u16(record_number++);
    w.u16(static_cast<std::uint16_t>(12 + part.size()));
    w.bytes(message.first(6));  // Type, length of the whole, number of the message.
    w.u24(static_cast<std::uint32_t>(at));
    w.u24(static_cast<std::uint32_t>(part.size()));
    w.bytes(part);
    out.push_back(datagram);
  }
  return out;
}

TEST(Dtls, AClientHelloInSeveralDatagramsIsPutTogetherInAnyOrder) {
  for (const bool reversed : {false, true}) {
    Pair pair;
    pair.client.start(pair.now);
    const auto hello = pair.client.poll_datagram();
    ASSERT_TRUE(hello.has_value());
    auto pieces = fragmented(*hello, 40);
    ASSERT_GT(pieces.size(), 3U);
    if (reversed) std::ranges::reverse(pieces);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      EXPECT_FALSE(pair.server.poll_datagram().has_value());
      EXPECT_TRUE(pair.server.receive(pieces[i], pair.now).has_value());
    }
    pair.run(40ms);  // Less than the client's first timeout would need.
    pair.run(1s);
    EXPECT_TRUE(pair.connected());
  }
}

TEST(Dtls, GarbageBeforeAndDuringTheHandshakeIsCountedAndHarmsNobody) {
  Pair pair;
  EXPECT_EQ(pair.server.receive(ByteVector{}, pair.now).error(), Drop::not_dtls);
  EXPECT_EQ(pair.server.receive(ByteVector(100, 0x80), pair.now).error(), Drop::not_dtls);
  EXPECT_EQ(pair.server.receive(ByteVector(12, 22), pair.now).error(), Drop::not_dtls);
  EXPECT_EQ(pair.server.receive(ByteVector(20'000, 22), pair.now).error(), Drop::too_large);
  // Record headers of another version or length are passed over.
  static_cast<void>(pair.server.receive(ByteVector(100, 23), pair.now));
  static_cast<void>(pair.server.receive(ByteVector(100, 22), pair.now));
  EXPECT_EQ(pair.server.state(), State::connecting);
  pair.client.start(pair.now);
  pair.run(1s);
  EXPECT_TRUE(pair.connected());

  static_cast<void>(pair.server.receive(ByteVector(100, 23), pair.now));
  EXPECT_EQ(pair.server.state(), State::connected);
}

TEST(Dtls, DataThatNobodyFetchesIsBounded) {
  Pair pair;
  pair.client.start(pair.now);
  pair.run(1s);
  int refused = 0;
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(pair.client.send(ByteVector(10), pair.now).has_value());
    const auto datagram = pair.client.poll_datagram();
    ASSERT_TRUE(datagram.has_value());
    if (!pair.server.receive(*datagram, pair.now)) ++refused;
  }
  EXPECT_EQ(refused, 100 - 64);
}

/// A server or client of OpenSSL's own, to offer what our own context never would.
class Foreign {
 public:
  Foreign(const char* profiles, bool with_certificate, bool client)
      : context_(SSL_CTX_new(DTLS_method())) {
    SSL_CTX_set_tlsext_use_srtp(context_.get(), profiles);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
    if (with_certificate) {
      SSL_CTX_use_certificate(context_.get(), certificate_a().impl().certificate.get());
      SSL_CTX_use_PrivateKey(context_.get(), certificate_a().impl().key.get());
    }
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    BIO_set_mem_eof_return(SSL_get_rbio(ssl_.get()), -1);
    if (client) {
      SSL_set_connect_state(ssl_.get());
    } else {
      SSL_set_accept_state(ssl_.get());
    }
  }

  /// Fills the ClientHello up, and limits what goes into one datagram.
  void offer_protocols(std::size_t count, long mtu) {
    ByteVector list;
    for (std::size_t i = 0; i < count; ++i) {
      list.push_back(200);
      list.insert(list.end(), 200, static_cast<std::uint8_t>('a' + i));
    }
    SSL_set_alpn_protos(ssl_.get(), list.data(), static_cast<unsigned>(list.size()));
    SSL_set_options(ssl_.get(), SSL_OP_NO_QUERY_MTU);
    SSL_set_mtu(ssl_.get(), mtu);
  }

  void handshake_with(Endpoint& endpoint) {
    for (int round = 0; round < 10; ++round) {
      SSL_do_handshake(ssl_.get());
      char* bytes = nullptr;
      const long size = BIO_get_mem_data(SSL_get_wbio(ssl_.get()), &bytes);
      if (size > 0) {
        ByteVector flight(bytes, bytes + size);
        static_cast<void>(BIO_reset(SSL_get_wbio(ssl_.get())));
        // The memory BIO has joined what were datagrams; each record is one here.
        for (ByteView rest = flight; rest.size() > 13;) {
          const std::size_t record = 13 + std::size_t{load_be16(&rest[11])};
          static_cast<void>(endpoint.receive(rest.first(record), kStart));
          rest = rest.subspan(record);
          ++records;
        }
      }
      while (const auto datagram = endpoint.poll_datagram()) {
        BIO_write(SSL_get_rbio(ssl_.get()), datagram->data(), static_cast<int>(datagram->size()));
        SSL_do_handshake(ssl_.get());
      }
    }
  }

  int records = 0;

 private:
  Owned<SSL_CTX> context_;
  Owned<SSL> ssl_;
};

TEST(Dtls, TheServerPrefersGcmWhateverTheOrderOfTheOffer) {
  Endpoint server(certificate_b(), Role::server);
  Foreign("SRTP_AES128_CM_SHA1_80:SRTP_AEAD_AES_256_GCM:SRTP_AEAD_AES_128_GCM", true, true)
      .handshake_with(server);
  ASSERT_EQ(server.state(), State::connected);
  EXPECT_EQ(server.srtp_keys()->suite, srtp::Suite::aead_aes_128_gcm);
}

TEST(Dtls, APeerWithoutGcmGetsCounterMode) {
  Endpoint server(certificate_b(), Role::server);
  Foreign("SRTP_AES128_CM_SHA1_32:SRTP_AES128_CM_SHA1_80", true, true).handshake_with(server);
  ASSERT_EQ(server.state(), State::connected);
  EXPECT_EQ(server.srtp_keys()->suite, srtp::Suite::aes_128_cm_sha1_80);
}

TEST(Dtls, APeerWithNoSuiteOfOursConnectsWithoutMediaKeys) {
  Endpoint server(certificate_b(), Role::server);
  Foreign("SRTP_AES128_CM_SHA1_32", true, true).handshake_with(server);
  ASSERT_EQ(server.state(), State::connected);
  EXPECT_FALSE(server.srtp_keys().has_value());
}

TEST(Dtls, APeerWithoutACertificateIsRefused) {
  Endpoint server(certificate_b(), Role::server);
  Foreign("SRTP_AEAD_AES_128_GCM", false, true).handshake_with(server);
  EXPECT_EQ(server.state(), State::failed);
}

TEST(Dtls, AClientHelloLargerThanADatagramConnects) {
  Endpoint server(certificate_b(), Role::server);
  Foreign client("SRTP_AEAD_AES_128_GCM", true, true);
  client.offer_protocols(12, 600);
  client.handshake_with(server);
  EXPECT_EQ(server.state(), State::connected);
  EXPECT_GT(client.records, 8);
}

TEST(Dtls, AsClientWeTakeWhatTheServerChose) {
  Endpoint client(certificate_b(), Role::client);
  client.start(kStart);
  Foreign("SRTP_AES128_CM_SHA1_80", true, false).handshake_with(client);
  ASSERT_EQ(client.state(), State::connected);
  EXPECT_EQ(client.srtp_keys()->suite, srtp::Suite::aes_128_cm_sha1_80);
}

}  // namespace
}  // namespace parley::dtls
