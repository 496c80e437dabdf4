#include "protocols/sctp/association.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <barrier>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/random.h"
#include "protocols/sctp/dcep.h"

namespace parley::sctp {
namespace {

using testing::ElementsAre;

const Time kStart{1000s};
constexpr std::size_t kMtu = Options{}.mtu;

ByteVector text_bytes(std::string_view text) { return to_vector(as_bytes(text)); }

/// One end with what it has been told.
struct End {
  explicit End(Options options) : association(options) {}

  void fetch() {
    while (auto event = association.poll_event()) {
      if (auto* const m = std::get_if<Message>(&*event)) messages.push_back(std::move(*m));
      if (const auto* const o = std::get_if<ChannelOpened>(&*event)) opened.push_back(*o);
      if (const auto* const c = std::get_if<ChannelClosed>(&*event)) closed.push_back(c->id);
      if (const auto* const d = std::get_if<Disconnected>(&*event)) disconnected = d->reason;
      if (std::holds_alternative<Connected>(*event)) ++connected;
    }
  }

  Association association;
  int connected = 0;
  std::vector<Message> messages;
  std::vector<ChannelOpened> opened;
  std::vector<ChannelId> closed;
  std::optional<Disconnected::Reason> disconnected;
};

/// Two ends and a link of 25 ms each way that may lose and reorder, in virtual time.
struct Pair {
  explicit Pair(std::uint64_t seed = 1, std::uint64_t loss_percent = 0, Options options = {})
      : random(seed),
        loss(loss_percent),
        left(with_role(options, true)),
        right(with_role(options, false)) {}

  static Options with_role(Options options, bool client) {
    options.dtls_client = client;
    return options;
  }

  void collect(End& from, End& to) {
    while (const auto packet = from.association.poll_packet()) {
      EXPECT_LE(packet->size(), kMtu);
      ++packets;
      if (random.below(100) < loss) continue;
      const Duration jitter(loss == 0 ? 0 : random.below(5'000'000));
      in_flight.emplace(now + 25ms + jitter, std::pair(&to, to_vector(*packet)));
    }
  }

  bool step(Time limit) {
    collect(left, right);
    collect(right, left);
    Time next = std::min(left.association.next_deadline(), right.association.next_deadline());
    if (!in_flight.empty()) next = std::min(next, in_flight.begin()->first);
    if (next > limit) return false;
    now = std::max(now, next);
    while (!in_flight.empty() && in_flight.begin()->first <= now) {
      const auto [to, bytes] = in_flight.begin()->second;
      in_flight.erase(in_flight.begin());
      to->association.receive(bytes, now);
    }
    left.association.on_deadline(now);
    right.association.on_deadline(now);
    left.fetch();
    right.fetch();
    return true;
  }

  void run(Duration length) {
    const Time limit = now + length;
    while (step(limit)) {
    }
    now = limit;
    left.fetch();
    right.fetch();
  }

  void connect() {
    left.association.start(now);
    right.association.start(now);
    const Time limit = now + 30s;
    while ((left.connected == 0 || right.connected == 0) && step(limit)) {
    }
    ASSERT_EQ(left.connected, 1);
    ASSERT_EQ(right.connected, 1);
  }

  /// Opens from the left and waits until both ends know.
  ChannelId open(const ChannelConfig& config) {
    const std::size_t before = left.opened.size();
    const auto id = left.association.open(config, now);
    EXPECT_TRUE(id.has_value());
    const Time limit = now + 30s;
    while (left.opened.size() == before && step(limit)) {
    }
    EXPECT_EQ(left.opened.size(), before + 1);
    return *id;
  }

  SeededRandom random;
  std::uint64_t loss;
  End left;
  End right;
  Time now = kStart;
  std::multimap<Time, std::pair<End*, ByteVector>> in_flight;
  int packets = 0;
};

TEST(Sctp, BothEndsMayStartAtOnce) {
  Pair pair;
  pair.connect();
  EXPECT_EQ(pair.left.association.state(), State::connected);
  EXPECT_EQ(pair.right.association.state(), State::connected);
}

TEST(Sctp, AnEndThatStartsLateIsWaitedFor) {
  Pair pair;
  pair.left.association.start(pair.now);
  pair.run(5s);
  EXPECT_EQ(pair.left.connected, 0);
  pair.right.association.start(pair.now);
  pair.run(5s);
  EXPECT_EQ(pair.left.connected, 1);
  EXPECT_EQ(pair.right.connected, 1);
}

TEST(Sctp, AChannelIsOpenedWithItsLabelAndReliability) {
  Pair pair;
  pair.connect();
  const ChannelConfig lossy{
      .label = "_lossy", .protocol = "p", .ordered = false, .max_retransmits = 0};
  const ChannelId id = pair.open(lossy);
  EXPECT_EQ(id % 2, 0) << "the DTLS client opens even streams";
  ASSERT_EQ(pair.right.opened.size(), 1U);
  EXPECT_EQ(pair.right.opened[0].id, id);
  EXPECT_TRUE(pair.right.opened[0].by_peer);
  EXPECT_EQ(pair.right.opened[0].config, lossy);
  EXPECT_FALSE(pair.left.opened[0].by_peer);

  const auto other = pair.right.association.open({.label = "back"}, pair.now);
  ASSERT_TRUE(other.has_value());
  EXPECT_EQ(*other % 2, 1) << "the DTLS server opens odd ones";
  pair.run(1s);
  ASSERT_EQ(pair.left.opened.size(), 2U);
  EXPECT_EQ(pair.left.opened[1].config.label, "back");
}

TEST(Sctp, MessagesKeepTheirKindAndMayBeEmpty) {
  Pair pair;
  pair.connect();
  const ChannelId id = pair.open({.label = "c"});
  auto& left = pair.left.association;
  ASSERT_TRUE(left.send(id, MessageKind::text, text_bytes("hello"), pair.now));
  ASSERT_TRUE(left.send(id, MessageKind::binary, text_bytes("\x01\x02"), pair.now));
  ASSERT_TRUE(left.send(id, MessageKind::text, {}, pair.now));
  ASSERT_TRUE(left.send(id, MessageKind::binary, {}, pair.now));
  pair.run(1s);
  const auto& got = pair.right.messages;
  ASSERT_EQ(got.size(), 4U);
  EXPECT_EQ(got[0].bytes, text_bytes("hello"));
  EXPECT_EQ(got[0].kind, MessageKind::text);
  EXPECT_EQ(got[1].kind, MessageKind::binary);
  EXPECT_TRUE(got[2].bytes.empty());
  EXPECT_EQ(got[2].kind, MessageKind::text);
  EXPECT_TRUE(got[3].bytes.empty());
  EXPECT_EQ(got[3].kind, MessageKind::binary);
}

TEST(Sctp, DataSentBeforeTheAckArrivesAfterTheOpen) {
  Pair pair;
  pair.connect();
  const auto id = pair.left.association.open({.label = "c", .ordered = false}, pair.now);
  ASSERT_TRUE(id.has_value());
  ASSERT_TRUE(pair.left.association.send(*id, MessageKind::text, text_bytes("early"), pair.now));
  pair.run(1s);
  ASSERT_EQ(pair.right.messages.size(), 1U);
  EXPECT_EQ(pair.right.association.drops(Drop::unknown_channel), 0U);
}

TEST(Sctp, AMessageUpToTheLimitCrossesAndALargerOneIsRefused) {
  Pair pair;
  pair.connect();
  const ChannelId id = pair.open({.label = "c"});
  const ByteVector large = [&] {
    ByteVector bytes(256 * 1024);
    pair.random.fill(bytes);
    return bytes;
  }();
  ASSERT_TRUE(pair.left.association.send(id, MessageKind::binary, large, pair.now));
  EXPECT_GT(pair.left.association.buffered(), large.size() / 2);
  pair.run(20s);
  ASSERT_EQ(pair.right.messages.size(), 1U);
  EXPECT_EQ(pair.right.messages[0].bytes, large);
  EXPECT_EQ(pair.left.association.buffered(), 0U);

  EXPECT_EQ(
      pair.left.association.send(id, MessageKind::binary, ByteVector(large.size() + 1), pair.now)
          .error(),
      SendError::too_large);
}

TEST(Sctp, AMessageBeyondTheReceiversLimitIsDroppedAndTheNextArrives) {
  Pair pair;
  Options generous;
  generous.max_message = 900'000;
  generous.dtls_client = true;
  pair.left.association = Association(generous);
  pair.connect();
  const ChannelId id = pair.open({.label = "c"});
  ASSERT_TRUE(pair.left.association.send(id, MessageKind::binary, ByteVector(900'000), pair.now));
  pair.run(60s);
  ASSERT_TRUE(pair.left.association.send(id, MessageKind::text, text_bytes("after"), pair.now));
  pair.run(5s);
  ASSERT_EQ(pair.right.messages.size(), 1U);
  EXPECT_EQ(pair.right.messages[0].bytes, text_bytes("after"));
  EXPECT_EQ(pair.right.association.drops(Drop::message_too_large), 1U);
}

TEST(Sctp, AFullSendQueueIsAnErrorNotAWait) {
  Pair pair;
  pair.connect();
  const ChannelId id = pair.open({.label = "c"});
  const ByteVector block(64 * 1024);
  std::size_t accepted = 0;
  while (pair.left.association.send(id, MessageKind::binary, block, pair.now)) {
    ++accepted;
    ASSERT_LT(accepted, 100U);
  }
  EXPECT_GE(accepted, 8U);
  EXPECT_EQ(pair.left.association.send(id, MessageKind::binary, block, pair.now).error(),
            SendError::queue_full);
  pair.run(60s);
  EXPECT_EQ(pair.right.messages.size(), accepted);
  EXPECT_TRUE(pair.left.association.send(id, MessageKind::binary, block, pair.now).has_value());
}

TEST(Sctp, ManySmallMessagesArriveInOrder) {
  Pair pair;
  pair.connect();
  const ChannelId id = pair.open({.label = "c"});
  for (std::uint32_t i = 0; i < 3000; ++i) {
    ByteVector bytes(4);
    store_be32(bytes.data(), i);
    ASSERT_TRUE(pair.left.association.send(id, MessageKind::binary, bytes, pair.now)) << i;
  }
  pair.run(10s);
  ASSERT_EQ(pair.right.messages.size(), 3000U);
  for (std::uint32_t i = 0; i < 3000; ++i)
    ASSERT_EQ(load_be32(pair.right.messages[i].bytes.data()), i);
}

TEST(Sctp, AnIdleAssociationNeedsNoWakeUps) {
  Pair pair;
  pair.connect();
  const ChannelId id = pair.open({.label = "c"});
  ASSERT_TRUE(pair.left.association.send(id, MessageKind::text, text_bytes("x"), pair.now));
  pair.run(20s);
  EXPECT_EQ(pair.left.association.next_deadline(), kNever);
  EXPECT_EQ(pair.right.association.next_deadline(), kNever);

  // And wakes up whole, however long it slept.
  pair.now += 2h;
  ASSERT_TRUE(pair.left.association.send(id, MessageKind::text, text_bytes("y"), pair.now));
  const int before = pair.packets;
  pair.run(5s);
  EXPECT_EQ(pair.right.messages.size(), 2U);
  EXPECT_LE(pair.packets - before, 4) << "retransmitted although nothing was lost";
}

TEST(Sctp, AChannelIsClosedAtBothEndsAndItsStreamUsedAgain) {
  Pair pair;
  pair.connect();
  const ChannelId id = pair.open({.label = "a"});
  pair.left.association.close_channel(id, pair.now);
  EXPECT_EQ(pair.left.association.send(id, MessageKind::text, text_bytes("x"), pair.now).error(),
            SendError::not_open);
  pair.run(3s);
  EXPECT_THAT(pair.left.closed, ElementsAre(id));
  EXPECT_THAT(pair.right.closed, ElementsAre(id));

  EXPECT_EQ(pair.open({.label = "b"}), id);
  ASSERT_TRUE(pair.left.association.send(id, MessageKind::text, text_bytes("again"), pair.now));
  pair.run(1s);
  ASSERT_EQ(pair.right.messages.size(), 1U);
}

TEST(Sctp, ThePeerThatClosesAChannelIsFollowed) {
  Pair pair;
  pair.connect();
  const ChannelId id = pair.open({.label = "a"});
  pair.right.association.close_channel(id, pair.now);
  pair.run(3s);
  EXPECT_THAT(pair.left.closed, ElementsAre(id));
  EXPECT_THAT(pair.right.closed, ElementsAre(id));
}

TEST(Sctp, ClosingTellsThePeerAtOnce) {
  Pair pair;
  pair.connect();
  const ChannelId id = pair.open({.label = "a"});
  pair.left.association.close(pair.now);
  pair.run(1s);
  EXPECT_EQ(pair.left.disconnected, Disconnected::Reason::by_us);
  EXPECT_EQ(pair.right.disconnected, Disconnected::Reason::by_peer);
  EXPECT_THAT(pair.right.closed, ElementsAre(id));
  EXPECT_EQ(pair.right.association.open({.label = "x"}, pair.now).error(),
            OpenError::not_connected);
  EXPECT_EQ(pair.left.association.next_deadline(), kNever);
}

TEST(Sctp, APeerThatIsGoneIsNoticedWhenSomethingIsSent) {
  Pair pair;
  pair.connect();
  const ChannelId id = pair.open({.label = "a"});
  pair.loss = 100;
  ASSERT_TRUE(pair.left.association.send(id, MessageKind::text, text_bytes("x"), pair.now));
  pair.run(60s);
  EXPECT_TRUE(pair.left.disconnected.has_value());
}

TEST(Sctp, OpeningNeedsAConnectionAndABearableLabel) {
  Pair pair;
  EXPECT_EQ(pair.left.association.open({.label = "x"}, pair.now).error(), OpenError::not_connected);
  pair.connect();
  EXPECT_EQ(pair.left.association.open({.label = std::string(1025, 'x')}, pair.now).error(),
            OpenError::label_too_long);
}

TEST(Sctp, StreamsRunOutWithAnError) {
  Options few;
  few.max_channels = 4;
  Pair pair(1, 0, few);
  pair.connect();
  EXPECT_TRUE(pair.left.association.open({.label = "a"}, pair.now).has_value());
  EXPECT_TRUE(pair.left.association.open({.label = "b"}, pair.now).has_value());
  EXPECT_EQ(pair.left.association.open({.label = "c"}, pair.now).error(),
            OpenError::no_stream_left);
}

TEST(Sctp, GarbageAndForeignPacketsAreHarmless) {
  Pair pair;
  pair.connect();
  for (std::size_t size = 0; size < 300; ++size) {
    ByteVector garbage(size);
    pair.random.fill(garbage);
    pair.right.association.receive(garbage, pair.now);
  }
  const ChannelId id = pair.open({.label = "a"});
  ASSERT_TRUE(pair.left.association.send(id, MessageKind::text, text_bytes("x"), pair.now));
  pair.run(1s);
  EXPECT_EQ(pair.right.messages.size(), 1U);
}

TEST(Sctp, EventsThatNobodyFetchesAreBounded) {
  Options small;
  small.max_message = 20'000;
  small.receive_buffer = 64'000;
  Pair pair(1, 0, small);
  pair.connect();
  const ChannelId id = pair.open({.label = "a"});
  for (int i = 0; i < 50; ++i) {
    static_cast<void>(
        pair.left.association.send(id, MessageKind::binary, ByteVector(10'000), pair.now));
    for (int round = 0; round < 40; ++round) {
      pair.now += 10ms;
      while (const auto packet = pair.left.association.poll_packet()) {
        pair.right.association.receive(to_vector(*packet), pair.now);
      }
      while (const auto packet = pair.right.association.poll_packet()) {
        pair.left.association.receive(to_vector(*packet), pair.now);
      }
      pair.left.association.on_deadline(pair.now);
      pair.right.association.on_deadline(pair.now);
    }
  }
  EXPECT_GT(pair.right.association.drops(Drop::inbox_full), 0U);
  pair.right.fetch();
  EXPECT_LE(pair.right.messages.size(), 13U);
}

// Goal: nothing reliable is lost or out of order on a bad link, however large. Method: 10 seeds, 10
// % loss each way.
TEST(SctpSim, ReliableMessagesSurviveLossAndReordering) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Pair pair(seed, 10);
    pair.connect();
    const ChannelId id = pair.open({.label = "r"});
    std::vector<ByteVector> sent;
    for (std::size_t i = 0; i < 30; ++i) {
      sent.emplace_back(1 + (i * i * 71) % 40'000);
      pair.random.fill(sent.back());
      ASSERT_TRUE(pair.left.association.send(id, MessageKind::binary, sent.back(), pair.now));
    }
    pair.run(120s);
    ASSERT_EQ(pair.right.messages.size(), sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) EXPECT_EQ(pair.right.messages[i].bytes, sent[i]);
  }
}

// Goal: on a lossy channel a lost message is missing and holds nothing up. Method: 30 % loss, no
// retransmission, a message each 20 ms for 10 s.
TEST(SctpSim, ALossyChannelDropsRatherThanBlocks) {
  Pair pair(3, 0);
  pair.connect();
  const ChannelId id = pair.open({.label = "_lossy", .ordered = false, .max_retransmits = 0});
  pair.loss = 30;
  for (std::uint32_t i = 0; i < 500; ++i) {
    ByteVector bytes(100);
    store_be32(bytes.data(), i);
    ASSERT_TRUE(pair.left.association.send(id, MessageKind::binary, bytes, pair.now));
    pair.run(20ms);
  }
  pair.loss = 0;
  pair.run(5s);
  EXPECT_GT(pair.right.messages.size(), 250U);
  EXPECT_LT(pair.right.messages.size(), 450U);
  EXPECT_GE(load_be32(pair.right.messages.back().bytes.data()), 495U);
}

// Goal: many associations in one process do not disturb each other, though usrsctp keeps them in
// one set of globals.
TEST(SctpSim, ManyAssociationsShareTheProcess) {
  std::vector<std::unique_ptr<Pair>> pairs;
  for (std::uint64_t i = 0; i < 20; ++i) {
    pairs.push_back(std::make_unique<Pair>(i, 5));
    pairs.back()->left.association.start(kStart);
    pairs.back()->right.association.start(kStart);
  }
  for (Time now = kStart; now < kStart + 10s; now += 10ms) {
    for (auto& pair : pairs) {
      while (pair->step(now)) {
      }
    }
  }
  for (auto& pair : pairs) {
    EXPECT_EQ(pair->left.connected, 1);
    EXPECT_EQ(pair->right.connected, 1);
  }
}

// Goal: shards are threads, and usrsctp's globals do not show between them. Method: four threads
// that keep the same time, each with an association of its own that loses packets.
TEST(SctpSim, ThreadsDoNotDisturbEachOther) {
  constexpr std::size_t kThreads = 4;
  constexpr std::uint32_t kMessages = 50;
  std::barrier together(kThreads);
  std::array<std::size_t, kThreads> arrived{};
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      Pair pair(i + 1, 5);
      pair.left.association.start(kStart);
      pair.right.association.start(kStart);
      std::optional<ChannelId> id;
      std::uint32_t sent = 0;
      for (Time now = kStart; now < kStart + 30s; now += 10ms) {
        together.arrive_and_wait();
        while (pair.step(now)) {
        }
        pair.now = now;
        if (!id && pair.left.connected > 0 && pair.right.connected > 0)
          id = *pair.left.association.open({.label = "c"}, now);
        if (id && sent < kMessages &&
            pair.left.association.send(*id, MessageKind::binary, ByteVector(5000), now))
          ++sent;
      }
      arrived[i] = pair.right.messages.size();
    });
  }
  threads.clear();
  for (const std::size_t n : arrived) EXPECT_EQ(n, kMessages);
}

}  // namespace
}  // namespace parley::sctp
