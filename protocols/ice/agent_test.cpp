#include "protocols/ice/agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace parley::ice {
namespace {

constexpr Time start{1000s};
const Credentials ours{"ours", "our-password-of-24-chars"};
const Credentials ours_again{"ours2", "another-password-24-char"};
const Credentials theirs{"theirs", "their-password-24-chars!"};

Path udp(std::string_view remote) {
  return {.protocol = Protocol::udp, .remote = *SocketAddress::parse(remote)};
}
Path tcp(std::string_view remote, std::uint32_t connection) {
  return {
      .protocol = Protocol::tcp, .connection = connection, .remote = *SocketAddress::parse(remote)};
}
const Path home = udp("192.0.2.1:1000");
const Path away = udp("198.51.100.9:2000");

struct Check {
  Credentials to = ours;
  std::string from = theirs.ufrag;
  bool nominate = false;
  bool as_controlled = false;
  std::uint32_t priority = 100;
};

/// One agent, and a peer that is scripted by hand.
class IceAgent : public testing::Test, public Host {
 protected:
  struct Sent {
    Path path;
    ByteVector bytes;
    stun::Message message() const { return stun::parse(bytes).value(); }
  };

  void send(const Path& path, ByteView datagram) override {
    sent.push_back({path, to_vector(datagram)});
  }
  void bind(const Path& path) override { bound.push_back(path); }
  void unbind(const Path& path) override { std::erase(bound, path); }

  ByteVector request(const Check& check) {
    stun::TransactionId id{};
    random.fill(id);
    stun::Writer writer(stun::Class::request, id);
    writer.username(check.to.ufrag + ":" + check.from).priority(check.priority);
    if (check.nominate) writer.use_candidate();
    if (check.as_controlled) {
      writer.ice_controlled(7);
    } else {
      writer.ice_controlling(7);
    }
    return to_vector(writer.finish(check.to.password));
  }
  std::optional<Drop> check(const Path& path, const Check& what, Time now) {
    return agent.handle(path, request(what), now, *this);
  }
  /// Answers our own check as a full peer does.
  std::optional<Drop> answer(const Sent& ours_to_them, Time now,
                             std::string_view password = theirs.password) {
    stun::Writer writer(stun::Class::success, ours_to_them.message().transaction);
    return agent.handle(ours_to_them.path, writer.xor_mapped_address(home.remote).finish(password),
                        now, *this);
  }
  /// The only datagram since last asked.
  Sent only() {
    EXPECT_EQ(sent.size(), 1u);
    const Sent last = sent.empty() ? Sent{home, {}} : sent.back();
    sent.clear();
    return last;
  }
  void use(Config config) { made.emplace(config, ours, random); }

  SeededRandom random{1};
  std::vector<Sent> sent;
  std::vector<Path> bound;
  std::optional<Agent> made{std::in_place, Config{}, ours, random};
  Agent& agent = *made;  // Where `use` makes it anew.
};

TEST_F(IceAgent, AnswersACheckBeforeItKnowsThePeer) {
  EXPECT_EQ(check(home, {}, start), std::nullopt);
  const Sent response = only();
  EXPECT_EQ(response.path, home);
  EXPECT_EQ(response.message().klass, stun::Class::success);
  EXPECT_EQ(response.message().xor_mapped_address, home.remote);
  EXPECT_TRUE(stun::integrity_ok(response.message(), ours.password));
  EXPECT_TRUE(stun::fingerprint_ok(response.message()));
  EXPECT_EQ(bound, std::vector{home});
  EXPECT_EQ(agent.state(), Agent::State::waiting);
  EXPECT_EQ(agent.selected(), nullptr);
}

TEST_F(IceAgent, SelectsTheNewestNominatedPath) {
  check(home, {.nominate = true}, start);
  EXPECT_EQ(agent.state(), Agent::State::connected);
  EXPECT_EQ(*agent.selected(), home);
  check(away, {}, start + 1s);
  EXPECT_EQ(*agent.selected(), home);
  check(away, {.nominate = true, .priority = 1}, start + 2s);
  EXPECT_EQ(*agent.selected(), away);
  check(tcp("192.0.2.1:1000", 5), {.nominate = true}, start + 3s);
  EXPECT_EQ(agent.selected()->connection, 5u);
}

TEST_F(IceAgent, GivesStrangersNoAnswerAtAll) {
  EXPECT_EQ(check(home, {.to = {"nobody", "x"}}, start), Drop::unknown_user);
  const stun::TransactionId id{};
  stun::Writer unsigned_request(stun::Class::request, id);
  EXPECT_EQ(agent.handle(home, unsigned_request.username("ours:theirs").finish(), start, *this),
            Drop::malformed);
  EXPECT_EQ(agent.handle(home, as_bytes("not stun at all, whatever it is"), start, *this),
            Drop::malformed);
  EXPECT_TRUE(sent.empty());
  EXPECT_TRUE(bound.empty());
}

TEST_F(IceAgent, RefusesAWrongPasswordAndBindsNothing) {
  EXPECT_EQ(check(home, {.to = {ours.ufrag, "wrong"}, .nominate = true}, start),
            Drop::bad_integrity);
  EXPECT_EQ(only().message().error->code, 401);
  EXPECT_TRUE(bound.empty());
  EXPECT_EQ(agent.selected(), nullptr);
}

TEST_F(IceAgent, TiresOfRefusingAFlood) {
  for (int i = 0; i < 1000; ++i) check(home, {.to = {ours.ufrag, "wrong"}}, start);
  EXPECT_EQ(sent.size(), std::size_t{Agent::kMaxErrorsPerSecond});
  sent.clear();
  check(home, {.to = {ours.ufrag, "wrong"}}, start + 1s);
  EXPECT_EQ(sent.size(), 1u);
}

TEST_F(IceAgent, StaysControlledInARoleConflict) {
  EXPECT_EQ(check(home, {.nominate = true, .as_controlled = true}, start), Drop::role_conflict);
  const Sent response = only();
  EXPECT_EQ(response.message().error->code, 487);
  EXPECT_TRUE(stun::integrity_ok(response.message(), ours.password));
  EXPECT_EQ(agent.selected(), nullptr);
}

TEST_F(IceAgent, NamesTheAttributesThatItMustUnderstandAndDoesNot) {
  const stun::TransactionId id{};
  stun::Writer writer(stun::Class::request, id);
  const std::array<std::uint8_t, 4> value{};
  writer.username("ours:theirs").attribute(0x7777, value);
  EXPECT_EQ(agent.handle(home, writer.finish(ours.password), start, *this),
            Drop::unknown_attribute);
  EXPECT_EQ(only().message().error->code, 420);
}

TEST_F(IceAgent, KeepsTheOldPathThroughARestartUntilANewOneIsNominated) {
  check(home, {.nominate = true}, start);
  EXPECT_EQ(agent.selected_generation(), 1u);
  agent.restart(ours_again);
  EXPECT_TRUE(agent.answers_to(ours.ufrag));
  EXPECT_TRUE(agent.answers_to(ours_again.ufrag));

  check(home, {.nominate = true}, start + 1s);  // A consent check under the old credentials.
  EXPECT_EQ(*agent.selected(), home);
  EXPECT_EQ(agent.selected_generation(), 1u);

  check(away, {.to = ours_again}, start + 2s);
  EXPECT_EQ(*agent.selected(), home);
  check(away, {.to = ours_again, .nominate = true}, start + 3s);
  EXPECT_EQ(*agent.selected(), away);
  EXPECT_EQ(agent.selected_generation(), 2u);
  EXPECT_FALSE(agent.answers_to(ours.ufrag));
  EXPECT_EQ(check(home, {.nominate = true}, start + 4s), Drop::unknown_user);
  EXPECT_EQ(*agent.selected(), away);
}

TEST_F(IceAgent, CountsARestartOverTheSamePathAsANewSelection) {
  check(home, {.nominate = true}, start);
  agent.restart(ours_again);
  check(home, {.to = ours_again, .nominate = true}, start + 1s);
  EXPECT_EQ(*agent.selected(), home);
  EXPECT_EQ(agent.selected_generation(), 2u);
}

TEST_F(IceAgent, AnOlderNominationCannotUndoARestart) {
  agent.restart(ours_again);
  check(away, {.to = ours_again, .nominate = true}, start);
  EXPECT_EQ(check(home, {.nominate = true}, start + 1s), Drop::unknown_user);
  EXPECT_EQ(*agent.selected(), away);
}

TEST_F(IceAgent, RemembersFourGenerationsAndNoMore) {
  for (int i = 0; i < 10; ++i) agent.restart({"u" + std::to_string(i), "password"});
  EXPECT_FALSE(agent.answers_to(ours.ufrag));
  EXPECT_FALSE(agent.answers_to("u5"));
  EXPECT_TRUE(agent.answers_to("u6"));
  EXPECT_TRUE(agent.answers_to("u9"));
}

TEST_F(IceAgent, IsLostAfterSilence) {
  check(home, {.nominate = true}, start);
  EXPECT_EQ(agent.next_deadline(), start + 15s);
  agent.heard(start + 10s);  // SRTP
  EXPECT_EQ(agent.next_deadline(), start + 25s);
  agent.on_deadline(start + 15s, *this);
  EXPECT_EQ(agent.state(), Agent::State::connected);
  agent.on_deadline(start + 25s, *this);
  EXPECT_EQ(agent.state(), Agent::State::lost);
  EXPECT_EQ(agent.next_deadline(), kNever);
}

// RFC 7675: media alone is no consent, since who sends it may not want to receive.
TEST_F(IceAgent, IsLostWithoutConsentThoughMediaGoesOn) {
  check(home, {.nominate = true}, start);
  for (Time now = start; now <= start + 40s; now += 100ms) {
    agent.heard(now);
    agent.on_deadline(now, *this);
    EXPECT_EQ(agent.state() == Agent::State::lost, now >= start + 30s);
  }
}

TEST_F(IceAgent, ACheckOnTheSelectedPathBringsItBack) {
  check(home, {.nominate = true}, start);
  agent.on_deadline(start + 15s, *this);
  ASSERT_EQ(agent.state(), Agent::State::lost);
  check(away, {}, start + 20s);
  EXPECT_EQ(agent.state(), Agent::State::lost);
  check(home, {}, start + 21s);
  EXPECT_EQ(agent.state(), Agent::State::connected);
  EXPECT_EQ(agent.next_deadline(), start + 36s);
}

TEST_F(IceAgent, ForgetsTheOldestPathsButNeverTheSelectedOne) {
  check(home, {.nominate = true}, start);
  for (int i = 0; i < 100; ++i) {
    check(udp("203.0.113.7:" + std::to_string(3000 + i)), {}, start + 1ms * i);
  }
  EXPECT_EQ(bound.size(), Agent::kMaxPaths);
  EXPECT_TRUE(agent.knows(home));
  EXPECT_FALSE(agent.knows(udp("203.0.113.7:3000")));
  EXPECT_TRUE(agent.knows(udp("203.0.113.7:3099")));
  EXPECT_TRUE(std::ranges::all_of(bound, [&](const Path& path) { return agent.knows(path); }));
}

TEST_F(IceAgent, FallsBackToAnotherNominatedPathWhenAConnectionCloses) {
  const Path connection = tcp("192.0.2.1:1000", 5);
  check(home, {.nominate = true}, start);
  check(connection, {.nominate = true}, start + 1s);
  ASSERT_EQ(*agent.selected(), connection);
  agent.forget(connection, start + 2s, *this);
  EXPECT_EQ(*agent.selected(), home);
  EXPECT_EQ(bound, std::vector{home});
}

TEST_F(IceAgent, SendsNoChecksAsALiteAgent) {
  agent.set_remote(theirs, start);
  check(home, {.nominate = true}, start);
  EXPECT_EQ(sent.size(), 1u);
  agent.on_deadline(start + 5s, *this);
  EXPECT_EQ(sent.size(), 1u);
}

TEST_F(IceAgent, AsAFullAgentChecksWhoChecksItAndSelectsOnSuccess) {
  use({.lite = false});
  agent.set_remote(theirs, start);
  check(home, {.nominate = true}, start);
  ASSERT_EQ(sent.size(), 2u);
  const Sent ours_to_them = sent[1];
  EXPECT_EQ(ours_to_them.message().klass, stun::Class::request);
  EXPECT_EQ(ours_to_them.message().username, "theirs:ours");
  EXPECT_EQ(ours_to_them.message().ice_controlled, 0u);
  EXPECT_TRUE(stun::integrity_ok(ours_to_them.message(), theirs.password));
  EXPECT_EQ(agent.selected(), nullptr);

  EXPECT_EQ(answer(ours_to_them, start + 40ms, "forged"), Drop::bad_integrity);
  EXPECT_EQ(agent.selected(), nullptr);
  EXPECT_EQ(answer(ours_to_them, start + 50ms), std::nullopt);
  EXPECT_EQ(*agent.selected(), home);
  EXPECT_EQ(agent.round_trip(), 50ms);
  EXPECT_EQ(answer(ours_to_them, start + 60ms), Drop::unexpected);
}

TEST_F(IceAgent, AsAFullAgentWaitsForTheCredentialsToSendChecksWith) {
  use({.lite = false});
  check(home, {.nominate = true}, start);
  EXPECT_EQ(sent.size(), 1u);
  agent.set_remote(theirs, start + 1s);
  EXPECT_EQ(agent.next_deadline(), start + 1s);
  sent.clear();
  agent.on_deadline(start + 1s, *this);
  answer(only(), start + 2s);
  EXPECT_EQ(*agent.selected(), home);
}

TEST_F(IceAgent, AsAFullAgentRepeatsAnUnansweredCheckAndGivesUpInTheEnd) {
  use({.lite = false});
  agent.set_remote(theirs, start);
  check(home, {}, start);
  std::vector<Duration> at;
  for (Time now = agent.next_deadline(); now != kNever; now = agent.next_deadline()) {
    sent.clear();
    agent.on_deadline(now, *this);
    if (!sent.empty()) at.push_back(now - start);
  }
  EXPECT_THAT(at, testing::ElementsAre(500ms, 1500ms, 3500ms, 5500ms, 7500ms, 9500ms));
  sent.clear();
  check(home, {}, start + 20s);
  EXPECT_EQ(sent.size(), 2u);
}

TEST_F(IceAgent, AsAFullAgentPrefersTheBetterOfTwoNominatedPaths) {
  use({.lite = false});
  agent.set_remote(theirs, start);
  check(home, {.nominate = true, .priority = 50}, start);
  answer(sent.back(), start);
  check(away, {.nominate = true, .priority = 10}, start + 1s);
  answer(sent.back(), start + 1s);
  EXPECT_EQ(*agent.selected(), home);
  // The peer stops to nominate the better one: it has moved.
  check(away, {.nominate = true, .priority = 10}, start + 7s);
  EXPECT_EQ(*agent.selected(), away);
}

TEST_F(IceAgent, AsAFullAgentAsksForConsentAboutEveryFiveSeconds) {
  use({.lite = false});
  agent.set_remote(theirs, start);
  check(home, {.nominate = true}, start);
  answer(sent.back(), start);
  sent.clear();
  int asked = 0;
  for (Time now = start; now < start + 60s; now += 10ms) {
    agent.on_deadline(now, *this);
    for (const Sent& request : std::exchange(sent, {})) {
      ++asked;
      answer(request, now);
    }
  }
  EXPECT_GE(asked, 10);
  EXPECT_LE(asked, 15);
  EXPECT_EQ(agent.state(), Agent::State::connected);  // The answers alone are consent.
}

TEST_F(IceAgent, IgnoresCredentialsThatNoAgentCanHave) {
  use({.lite = false});
  agent.set_remote({std::string(300, 'u'), "p"}, start);
  check(home, {.from = std::string(200, 'u')}, start);
  EXPECT_EQ(sent.size(), 1u);
}

TEST(IceCall, CallsAPeerThatWaitsAndKeepsTheFirstThatAnswers) {
  SeededRandom random{1};
  /// Two agents and the wires between them: what one sends to an address, the other hears from
  /// ours.
  struct Wire final : Host {
    void send(const Path& path, ByteView datagram) override {
      sent.emplace_back(path, to_vector(datagram));
    }
    void bind(const Path& path) override { bound.push_back(path); }
    void unbind(const Path& path) override { std::erase(bound, path); }
    std::vector<std::pair<Path, ByteVector>> sent;
    std::vector<Path> bound;
  };
  Wire calling_wire;
  Wire waiting_wire;
  Agent waiting({.lite = true}, theirs, random);
  Agent calling({.lite = false}, ours, random);
  const Path dead = udp("203.0.113.1:7882");
  const Path from_there = udp("192.0.2.7:40000");  // How the one that waits sees who calls.

  calling.set_remote(theirs, start);
  calling.call(std::vector{dead, away}, start, calling_wire);
  EXPECT_EQ(calling_wire.bound, (std::vector{dead, away}));
  EXPECT_FALSE(calling.knows(away));  // It has not answered: nothing else is taken from there.

  Time now = start;
  const auto exchange = [&] {
    for (const auto& [path, bytes] : std::exchange(calling_wire.sent, {})) {
      if (path != away) continue;  // Nobody is there.
      EXPECT_EQ(waiting.handle(from_there, bytes, now, waiting_wire), std::nullopt);
    }
    for (const auto& [path, bytes] : std::exchange(waiting_wire.sent, {})) {
      EXPECT_EQ(calling.handle(away, bytes, now, calling_wire), std::nullopt);
    }
  };
  calling.on_deadline(now, calling_wire);
  ASSERT_EQ(calling_wire.sent.size(), 2u);
  const stun::Message first = stun::parse(calling_wire.sent.front().second).value();
  EXPECT_TRUE(first.ice_controlling);
  EXPECT_FALSE(first.use_candidate);
  exchange();
  EXPECT_EQ(calling.state(), Agent::State::connected);
  EXPECT_EQ(*calling.selected(), away);
  EXPECT_TRUE(calling.knows(away));
  EXPECT_EQ(waiting.state(), Agent::State::waiting);

  // RFC 8445 section 8.1.1: it is nominated by a check of its own, and nothing else is tried.
  now = calling.next_deadline();
  EXPECT_EQ(now, start);
  calling.on_deadline(now, calling_wire);
  ASSERT_EQ(calling_wire.sent.size(), 1u);
  EXPECT_TRUE(stun::parse(calling_wire.sent.front().second)->use_candidate);
  exchange();
  EXPECT_EQ(waiting.state(), Agent::State::connected);
  EXPECT_EQ(*waiting.selected(), from_there);

  // For an hour: what each hears of the other is consent enough.
  while (now < start + 1h) {
    now = std::min(calling.next_deadline(), waiting.next_deadline());
    calling.on_deadline(now, calling_wire);
    waiting.on_deadline(now, waiting_wire);
    exchange();
    ASSERT_EQ(calling.state(), Agent::State::connected);
    ASSERT_EQ(waiting.state(), Agent::State::connected);
    now += 1ms;
  }
}

TEST(IceCall, AnIceRestartOfWhoWaitsIsCalledAgain) {
  SeededRandom random{1};
  struct Wire final : Host {
    void send(const Path&, ByteView datagram) override { last = to_vector(datagram); }
    void bind(const Path&) override {}
    void unbind(const Path&) override {}
    ByteVector last;
  };
  Wire wire;
  Agent calling({.lite = false}, ours, random);
  calling.set_remote(theirs, start);
  calling.call(std::vector{away}, start, wire);
  calling.on_deadline(start, wire);
  const auto answer = [&](const Credentials& from, Time now) {
    stun::Writer writer(stun::Class::success, stun::parse(wire.last)->transaction);
    return calling.handle(away, writer.xor_mapped_address(home.remote).finish(from.password), now,
                          wire);
  };
  EXPECT_EQ(answer(theirs, start), std::nullopt);
  const Credentials anew{"anew", "password-after-restart!!"};
  calling.restart(ours_again);
  calling.set_remote(anew, start + 1s);
  calling.call(std::vector{away}, start + 1s, wire);
  calling.on_deadline(start + 1s, wire);
  const stun::Message check = stun::parse(wire.last).value();
  EXPECT_EQ(check.username, "anew:ours2");
  EXPECT_EQ(answer(anew, start + 1s), std::nullopt);
  EXPECT_EQ(calling.selected_generation(), 2u);
}

}  // namespace
}  // namespace parley::ice
