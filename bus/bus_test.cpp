#include "bus/bus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "bus/local_bus.h"
#include "bus/nats_bus.h"
#include "bus/subject.h"
#include "bus/subjects.h"
#include "bus/testing/nats_server.h"
#include "bus/testing/test_loop.h"

namespace parley::bus {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

std::string chars(ByteView bytes) { return std::string(as_chars(bytes)); }

/// The in-process engine, with the test's wall clock for its time.
struct LocalEngine {
  LocalHub hub;
  std::unique_ptr<Bus> connect(Executor executor) {
    return std::make_unique<LocalBus>(hub, std::move(executor));
  }
  void idle() { hub.advance(Time(std::chrono::steady_clock::now().time_since_epoch())); }
};

/// A real server, one for all tests of this file: starting one costs a fifth of a second.
struct NatsEngine {
  static testing::NatsServer& server() {
    static testing::NatsServer instance;
    return instance;
  }
  std::unique_ptr<Bus> connect(Executor executor) {
    NatsConfig config;
    config.servers = {server().url()};
    config.name = "bus_test";
    return std::make_unique<NatsBus>(config, std::move(executor));
  }
  void idle() {}
};

template <typename Engine>
class BusTest : public ::testing::Test {
 protected:
  void SetUp() override {
    engine_ = std::make_unique<Engine>();
    engine_->idle();
    a_ = engine_->connect(loop_.executor());
    b_ = engine_->connect(loop_.executor());
    // Names of this test alone: the server is shared.
    static int count = 0;
    prefix_ = "t" + std::to_string(++count);
    bucket_ = "bucket-" + prefix_;
  }

  bool wait(const std::function<bool()>& done) {
    return loop_.run_until(done, [this] { engine_->idle(); });
  }
  /// Waits until what `bus` has subscribed to is known to the engine.
  void settle(Bus& bus) {
    bool back = false;
    const auto subscription =
        bus.subscribe(prefix_ + ".settle", [&](const Message&) { back = true; });
    bus.publish(prefix_ + ".settle", {});
    ASSERT_TRUE(wait([&] { return back; }));
  }
  std::string subject(std::string_view rest) const { return prefix_ + "." + std::string(rest); }

  std::expected<std::string, Error> ask(std::string_view subject, std::string_view payload,
                                        Duration timeout = 5s) {
    std::optional<std::expected<std::string, Error>> result;
    a_->request(subject, as_bytes(payload), timeout, [&](std::expected<ByteVector, Error> reply) {
      EXPECT_FALSE(result) << "called back twice";
      if (reply) {
        result = chars(*reply);
      } else {
        result = std::unexpected(reply.error());
      }
    });
    EXPECT_TRUE(wait([&] { return result.has_value(); }));
    return result.value_or(std::unexpected(Error::refused));
  }

  std::expected<Entry, Error> get(std::string_view key) {
    std::optional<std::expected<Entry, Error>> result;
    a_->get(bucket_, key, [&](auto entry) { result = std::move(entry); });
    EXPECT_TRUE(wait([&] { return result.has_value(); }));
    return result.value_or(std::unexpected(Error::timeout));
  }
  using Revision = std::expected<std::uint64_t, Error>;
  Revision revision_of(const std::function<void(RevisionHandler)>& operation) {
    std::optional<Revision> result;
    operation([&](Revision revision) { result = revision; });
    EXPECT_TRUE(wait([&] { return result.has_value(); }));
    return result.value_or(std::unexpected(Error::timeout));
  }
  Revision create(std::string_view key, std::string_view value) {
    return revision_of([&](auto done) { a_->create(bucket_, key, as_bytes(value), done); });
  }
  Revision put(std::string_view key, std::string_view value, std::uint64_t revision) {
    return revision_of([&](auto done) { a_->put(bucket_, key, as_bytes(value), revision, done); });
  }
  Revision erase(std::string_view key, std::uint64_t revision) {
    return revision_of([&](auto done) { a_->erase(bucket_, key, revision, done); });
  }

  /// A log of this test alone, named like its bucket.
  Revision append(std::string_view id, std::string_view text) {
    return revision_of([&](auto done) { a_->append(bucket_, id, as_bytes(text), done); });
  }
  std::expected<LogPage, Error> read(std::uint64_t from, std::size_t most) {
    std::optional<std::expected<LogPage, Error>> result;
    b_->read(bucket_, from, most, [&](auto page) { result = std::move(page); });
    EXPECT_TRUE(wait([&] { return result.has_value(); }));
    return result.value_or(std::unexpected(Error::timeout));
  }
  static std::vector<std::string> texts(const LogPage& page) {
    std::vector<std::string> out;
    for (const LogEntry& entry : page.entries) {
      out.push_back(std::to_string(entry.sequence) + ":" + chars(entry.payload));
    }
    return out;
  }

  testing::TestLoop loop_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Bus> a_;
  std::unique_ptr<Bus> b_;
  std::string prefix_;
  std::string bucket_;
};

using Engines = ::testing::Types<LocalEngine, NatsEngine>;
struct EngineNames {
  template <typename Engine>
  static std::string GetName(int) {
    return std::is_same_v<Engine, LocalEngine> ? "Local" : "Nats";
  }
};
TYPED_TEST_SUITE(BusTest, Engines, EngineNames);

TYPED_TEST(BusTest, CarriesEventsToEverySubscriberInOrder) {
  std::vector<std::string> first;
  std::vector<std::string> second;
  const auto one = this->a_->subscribe(this->subject("news"), [&](const Message& m) {
    EXPECT_TRUE(m.reply_to.empty());
    first.push_back(chars(m.payload));
  });
  const auto two = this->b_->subscribe(
      this->subject("news"), [&](const Message& m) { second.push_back(chars(m.payload)); });
  this->settle(*this->b_);

  for (int i = 0; i < 1000; ++i) {
    this->a_->publish(this->subject("news"), as_bytes(std::to_string(i)));
  }
  ASSERT_TRUE(this->wait([&] { return first.size() == 1000 && second.size() == 1000; }));
  for (std::size_t i = 0; i < 1000; ++i) ASSERT_EQ(first[i], std::to_string(i));
  EXPECT_EQ(first, second);
}

TYPED_TEST(BusTest, KeepsTheOrderOfArrivalOverAllSubscriptions) {
  std::vector<std::string> seen;
  const auto note = [&](const Message& m) { seen.push_back(chars(m.payload)); };
  const auto one = this->b_->subscribe(this->subject("one"), note);
  const auto two = this->b_->subscribe(this->subject("two"), note);
  const auto three = this->b_->subscribe(this->subject("three.*"), note);
  this->settle(*this->b_);

  std::vector<std::string> expected;
  for (int i = 0; i < 300; ++i) {
    static constexpr std::string_view kSubjects[] = {"one", "two", "three.x"};
    expected.push_back(std::to_string(i));
    this->a_->publish(this->subject(kSubjects[i % 3]), as_bytes(expected.back()));
  }
  ASSERT_TRUE(this->wait([&] { return seen.size() == expected.size(); }));
  EXPECT_EQ(seen, expected);
}

TYPED_TEST(BusTest, UnderstandsWildcards) {
  std::vector<std::string> star;
  std::vector<std::string> rest;
  const auto one = this->a_->subscribe(
      this->subject("*.end"), [&](const Message& m) { star.push_back(std::string(m.subject)); });
  const auto two = this->a_->subscribe(
      this->subject(">"), [&](const Message& m) { rest.push_back(std::string(m.subject)); });
  this->a_->publish(this->subject("x.end"), {});
  this->a_->publish(this->subject("x.y.end"), {});
  this->a_->publish(this->subject("z"), {});
  ASSERT_TRUE(this->wait([&] { return rest.size() == 3; }));
  EXPECT_THAT(star, ElementsAre(this->subject("x.end")));
}

TYPED_TEST(BusTest, GivesEachMessageToOneMemberOfAQueueGroup) {
  std::vector<std::string> all;
  int of_a = 0;
  int of_b = 0;
  const auto one = this->a_->subscribe(
      this->subject("work"),
      [&](const Message& m) {
        all.push_back(chars(m.payload));
        ++of_a;
      },
      "workers");
  const auto two = this->b_->subscribe(
      this->subject("work"),
      [&](const Message& m) {
        all.push_back(chars(m.payload));
        ++of_b;
      },
      "workers");
  this->settle(*this->a_);
  this->settle(*this->b_);

  for (int i = 0; i < 200; ++i) {
    this->a_->publish(this->subject("work"), as_bytes(std::to_string(i)));
  }
  ASSERT_TRUE(this->wait([&] { return all.size() >= 200; }));
  EXPECT_EQ(std::set(all.begin(), all.end()).size(), 200U);
  EXPECT_EQ(all.size(), 200U);
  EXPECT_GT(of_a, 0);
  EXPECT_GT(of_b, 0);
}

TYPED_TEST(BusTest, StopsWhenTheSubscriptionGoes) {
  int seen = 0;
  int witness = 0;
  auto held = this->b_->subscribe(this->subject("x"), [&](const Message&) { ++seen; });
  const auto other = this->b_->subscribe(this->subject("x"), [&](const Message&) { ++witness; });
  this->settle(*this->b_);
  this->a_->publish(this->subject("x"), {});
  ASSERT_TRUE(this->wait([&] { return seen == 1 && witness == 1; }));
  held.reset();
  this->a_->publish(this->subject("x"), {});
  ASSERT_TRUE(this->wait([&] { return witness == 2; }));
  EXPECT_EQ(seen, 1);
}

TYPED_TEST(BusTest, LetsAHandlerEndItsOwnSubscription) {
  int seen = 0;
  std::unique_ptr<Subscription> held;
  held = this->b_->subscribe(this->subject("once"), [&](const Message&) {
    ++seen;
    held.reset();
  });
  this->settle(*this->b_);
  this->b_->publish(this->subject("once"), {});
  this->b_->publish(this->subject("once"), {});
  this->settle(*this->b_);
  EXPECT_EQ(seen, 1);
}

TYPED_TEST(BusTest, BringsRepliesBack) {
  const auto echo = this->b_->subscribe(this->subject("echo"), [&](const Message& m) {
    this->b_->publish(m.reply_to, as_bytes("<" + chars(m.payload) + ">"));
  });
  this->settle(*this->b_);
  EXPECT_EQ(this->ask(this->subject("echo"), "hello"), "<hello>");
  EXPECT_EQ(this->ask(this->subject("echo"), ""), "<>");
}

TYPED_TEST(BusTest, KeepsAHundredRequestsApart) {
  const auto echo = this->b_->subscribe(
      this->subject("echo"), [&](const Message& m) { this->b_->publish(m.reply_to, m.payload); });
  this->settle(*this->b_);
  int right = 0;
  for (int i = 0; i < 100; ++i) {
    this->a_->request(this->subject("echo"), as_bytes(std::to_string(i)), 5s,
                      [&right, i](std::expected<ByteVector, Error> reply) {
                        if (reply && chars(*reply) == std::to_string(i)) ++right;
                      });
  }
  EXPECT_TRUE(this->wait([&] { return right == 100; }));
}

TYPED_TEST(BusTest, SaysAtOnceThatNobodyListens) {
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(this->ask(this->subject("nobody"), "?", 30s), std::unexpected(Error::no_responder));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

TYPED_TEST(BusTest, TimesOutWhenTheResponderIsSilent) {
  const auto silent = this->b_->subscribe(this->subject("silent"), [](const Message&) {});
  this->settle(*this->b_);
  EXPECT_EQ(this->ask(this->subject("silent"), "?", 50ms), std::unexpected(Error::timeout));
}

TYPED_TEST(BusTest, TakesTheFirstOfSeveralReplies) {
  const auto twice = this->b_->subscribe(this->subject("twice"), [&](const Message& m) {
    this->b_->publish(m.reply_to, as_bytes("first"));
    this->b_->publish(m.reply_to, as_bytes("second"));
  });
  this->settle(*this->b_);
  EXPECT_EQ(this->ask(this->subject("twice"), ""), "first");
  this->settle(*this->a_);
}

TYPED_TEST(BusTest, CarriesMessagesOfFourMebibytesAndNoLarger) {
  const auto echo = this->b_->subscribe(
      this->subject("echo"), [&](const Message& m) { this->b_->publish(m.reply_to, m.payload); });
  this->settle(*this->b_);
  const std::string large(4 * 1024 * 1024, 'x');
  EXPECT_EQ(this->ask(this->subject("echo"), large, 30s), large);
  EXPECT_EQ(this->ask(this->subject("echo"), large + "x"), std::unexpected(Error::too_large));
}

TYPED_TEST(BusTest, RefusesSubjectsThatCannotBe) {
  EXPECT_EQ(this->ask("a b", ""), std::unexpected(Error::refused));
  EXPECT_EQ(this->ask("a.*", ""), std::unexpected(Error::refused));
  EXPECT_EQ(this->ask("", ""), std::unexpected(Error::refused));
  this->a_->publish("a\r\nPUB x 0", {});
  this->settle(*this->a_);
}

TYPED_TEST(BusTest, RemembersValuesWithTheirRevisions) {
  EXPECT_EQ(this->get("room").error(), Error::not_found);

  const auto first = this->create("room", "node-1");
  ASSERT_TRUE(first);
  const auto entry = this->get("room");
  ASSERT_TRUE(entry);
  EXPECT_EQ(chars(entry->value), "node-1");
  EXPECT_EQ(entry->revision, *first);

  const auto second = this->put("room", "node-2", *first);
  ASSERT_TRUE(second);
  EXPECT_GT(*second, *first);
  EXPECT_EQ(chars(this->get("room")->value), "node-2");
}

TYPED_TEST(BusTest, LetsOneOfTwoCreatorsWin) {
  ASSERT_TRUE(this->create("room", "mine"));
  EXPECT_EQ(this->create("room", "yours"), std::unexpected(Error::conflict));
  EXPECT_EQ(chars(this->get("room")->value), "mine");
}

TYPED_TEST(BusTest, RefusesToWriteOverANewerRevision) {
  const auto first = this->create("room", "1");
  ASSERT_TRUE(first);
  ASSERT_TRUE(this->put("room", "2", *first));
  EXPECT_EQ(this->put("room", "3", *first), std::unexpected(Error::conflict));
  EXPECT_EQ(this->erase("room", *first), std::unexpected(Error::conflict));
  EXPECT_EQ(chars(this->get("room")->value), "2");
  EXPECT_TRUE(this->put("room", "4", 0)) << "unconditionally";
  EXPECT_EQ(chars(this->get("room")->value), "4");
}

TYPED_TEST(BusTest, CreatesAgainWhatWasErased) {
  const auto first = this->create("room", "1");
  ASSERT_TRUE(first);
  ASSERT_TRUE(this->erase("room", *first));
  EXPECT_EQ(this->get("room").error(), Error::not_found);
  EXPECT_EQ(this->put("room", "2", *first), std::unexpected(Error::conflict));
  EXPECT_TRUE(this->create("room", "3"));
  EXPECT_EQ(chars(this->get("room")->value), "3");
  EXPECT_TRUE(this->erase("room", 0));
  EXPECT_EQ(this->get("room").error(), Error::not_found);
}

TYPED_TEST(BusTest, TakesEmptyValuesAndOddKeys) {
  ASSERT_TRUE(this->create(key_of("Übung #1 *>"), ""));
  const auto entry = this->get(key_of("Übung #1 *>"));
  ASSERT_TRUE(entry);
  EXPECT_TRUE(entry->value.empty());
  ASSERT_TRUE(this->create(key_of(""), "nothing"));
  EXPECT_EQ(this->get("not a key").error(), Error::refused);
  EXPECT_EQ(this->get(".dot").error(), Error::refused);
}

TYPED_TEST(BusTest, KeepsALogInOrder) {
  for (int i = 1; i <= 10; ++i)
    ASSERT_TRUE(this->append("id" + std::to_string(i), std::to_string(i)));
  const auto first = this->read(1, 4);
  ASSERT_TRUE(first);
  EXPECT_THAT(this->texts(*first), ElementsAre("1:1", "2:2", "3:3", "4:4"));
  const auto rest = this->read(9, 100);
  ASSERT_TRUE(rest);
  EXPECT_THAT(this->texts(*rest), ElementsAre("9:9", "10:10"));
  const auto none = this->read(11, 100);
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->entries.empty());
  EXPECT_EQ(none->last, 10U) << "a reader sees that it is not the log that is empty";
}

TYPED_TEST(BusTest, KeepsAnEntryOnceThatIsAppendedAgain) {
  const auto first = this->append("same", "text");
  ASSERT_TRUE(first);
  EXPECT_EQ(this->append("same", "text"), first);
  EXPECT_EQ(this->read(1, 10)->entries.size(), 1U);
}

TYPED_TEST(BusTest, TrimsALogFromTheFront) {
  EXPECT_TRUE(this->read(1, 10)->entries.empty()) << "a log that nobody has written to";
  for (int i = 1; i <= 5; ++i) ASSERT_TRUE(this->append(std::to_string(i), std::to_string(i)));
  EXPECT_EQ(this->revision_of([&](auto done) { this->a_->trim(this->bucket_, 4, done); }), 4U);
  EXPECT_THAT(this->texts(*this->read(1, 10)), ElementsAre("4:4", "5:5"));
  EXPECT_TRUE(this->revision_of([&](auto done) { this->a_->trim(this->bucket_, 6, done); }));
  const auto empty = this->read(1, 10);
  EXPECT_TRUE(empty->entries.empty());
  EXPECT_EQ(empty->last, 5U);
  EXPECT_EQ(this->append("6", "6"), 6U) << "numbers go on";
}

TYPED_TEST(BusTest, ShowsEntriesToThoseWhoWaitForThem) {
  std::vector<std::string> seen;
  const auto held = this->b_->subscribe(
      log_subject(this->bucket_), [&](const Message& m) { seen.push_back(chars(m.payload)); });
  this->settle(*this->b_);
  ASSERT_TRUE(this->append("1", "new"));
  EXPECT_TRUE(this->wait([&] { return seen == std::vector<std::string>{"new"}; }));
}

TYPED_TEST(BusTest, RefusesLogsThatCannotBe) {
  std::optional<Error> error;
  this->a_->append("a.b", "1", {}, [&](auto done) { error = done.error(); });
  ASSERT_TRUE(this->wait([&] { return error.has_value(); }));
  EXPECT_EQ(*error, Error::refused);
}

TYPED_TEST(BusTest, RunsNoHandlerOnceItIsGone) {
  bool called = false;
  const auto held =
      this->b_->subscribe(this->subject("late"), [&](const Message&) { called = true; });
  this->settle(*this->b_);
  this->b_->publish(this->subject("late"), {});
  this->b_->request(this->subject("late"), {}, 5s, [&](auto) { called = true; });
  this->b_.reset();
  this->settle(*this->a_);
  EXPECT_FALSE(called);
}

TYPED_TEST(BusTest, IsConnected) { EXPECT_TRUE(this->a_->connected()); }

// Goal: what the architecture promises of the bus's death: requests fail at once, and everything is
// as before once it is back. Method: kill -9 of a real server, then a new one on the same port and
// disk.
TEST(NatsBus, ComesBackAfterTheServerWasKilled) {
  testing::NatsServer server;
  testing::TestLoop loop;
  NatsConfig config;
  config.servers = {server.url()};
  NatsBus bus(config, loop.executor());
  std::vector<bool> changes;
  bus.on_connection_change([&](bool connected) { changes.push_back(connected); });
  const auto echo = bus.subscribe(
      "echo", [&](const Message& m) { bus.publish(m.reply_to, as_bytes("still here")); });
  std::vector<std::string> events;
  const auto heard =
      bus.subscribe("events.*", [&](const Message& m) { events.push_back(chars(m.payload)); });
  std::optional<std::uint64_t> revision;
  bus.create("rooms", "a", as_bytes("node"), [&](auto done) { revision = done.value_or(0); });
  ASSERT_TRUE(loop.run_until([&] { return revision.has_value(); }));
  ASSERT_GT(*revision, 0U);

  std::optional<std::uint64_t> appended;
  bus.append("log", "1", as_bytes("kept"), [&](auto done) { appended = done.value_or(0); });
  ASSERT_TRUE(loop.run_until([&] { return appended.has_value(); }));
  ASSERT_EQ(*appended, 1U);

  server.kill9();
  ASSERT_TRUE(loop.run_until([&] { return changes == std::vector{false}; }));
  EXPECT_FALSE(bus.connected());
  std::optional<Error> error;
  bus.request("echo", {}, 30s, [&](auto reply) { error = reply.error(); });
  ASSERT_TRUE(loop.run_until([&] { return error.has_value(); }));
  EXPECT_EQ(*error, Error::disconnected);
  std::optional<Error> kv_error;
  bus.get("rooms", "a", [&](auto entry) { kv_error = entry.error(); });
  ASSERT_TRUE(loop.run_until([&] { return kv_error.has_value(); }));
  EXPECT_EQ(*kv_error, Error::disconnected);
  bus.publish("events.1", as_bytes("said while away"));

  server.start();
  ASSERT_TRUE(loop.run_until([&] { return changes == std::vector{false, true}; }));
  std::optional<std::string> reply;
  bus.request("echo", {}, 10s, [&](auto r) { reply = r ? chars(*r) : "failed"; });
  ASSERT_TRUE(loop.run_until([&] { return reply.has_value(); }));
  EXPECT_EQ(*reply, "still here");
  bus.publish("events.2", as_bytes("said afterwards"));
  ASSERT_TRUE(loop.run_until([&] { return events.size() == 2; }));
  EXPECT_THAT(events, ElementsAre("said while away", "said afterwards"));

  // Buckets live on disk; JetStream may need a moment longer than the port.
  std::optional<std::expected<Entry, Error>> entry;
  for (int i = 0; i < 50 && !(entry && *entry); ++i) {
    entry.reset();
    bus.get("rooms", "a", [&](auto e) { entry = std::move(e); });
    ASSERT_TRUE(loop.run_until([&] { return entry.has_value(); }));
    if (!*entry) std::this_thread::sleep_for(50ms);
  }
  ASSERT_TRUE(*entry);
  EXPECT_EQ(chars((*entry)->value), "node");
  EXPECT_EQ((*entry)->revision, *revision);

  // So do logs.
  std::optional<std::expected<LogPage, Error>> page;
  bus.read("log", 1, 10, [&](auto p) { page = std::move(p); });
  ASSERT_TRUE(loop.run_until([&] { return page.has_value(); }));
  ASSERT_TRUE(*page);
  ASSERT_EQ((*page)->entries.size(), 1U);
  EXPECT_EQ(chars((*page)->entries[0].payload), "kept");
}

TEST(NatsBus, WaitsForAServerThatIsNotThereYet) {
  testing::NatsServer server;
  server.kill9();
  testing::TestLoop loop;
  NatsConfig config;
  config.servers = {server.url()};
  std::vector<std::string> problems;
  NatsBus bus(config, loop.executor(), [&](std::string_view one) { problems.emplace_back(one); });
  EXPECT_FALSE(bus.connected());
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_NE(problems[0].find("not connected yet"), std::string::npos);
  bool connected = false;
  bus.on_connection_change([&](bool now) { connected = now; });
  const auto echo =
      bus.subscribe("echo", [&](const Message& m) { bus.publish(m.reply_to, m.payload); });

  server.start();
  ASSERT_TRUE(loop.run_until([&] { return connected; }));
  std::optional<bool> answered;
  bus.request("echo", {}, 10s, [&](auto reply) { answered = reply.has_value(); });
  ASSERT_TRUE(loop.run_until([&] { return answered.has_value(); }));
  EXPECT_TRUE(*answered);
}

TEST(NatsBus, MakesABucketAgainThatWasOnlyInMemory) {
  testing::NatsServer server;
  testing::TestLoop loop;
  NatsConfig config;
  config.servers = {server.url()};
  config.storage = NatsConfig::Storage::memory;
  NatsBus bus(config, loop.executor());
  bool connected = true;
  bus.on_connection_change([&](bool now) { connected = now; });
  const auto put = [&] {
    std::optional<bool> done;
    bus.put("b", "k", as_bytes("v"), 0, [&](auto revision) { done = revision.has_value(); });
    EXPECT_TRUE(loop.run_until([&] { return done.has_value(); }));
    return done.value_or(false);
  };
  ASSERT_TRUE(put());
  server.kill9();
  ASSERT_TRUE(loop.run_until([&] { return !connected; }));
  server.start();
  ASSERT_TRUE(loop.run_until([&] { return connected; }));
  bool done = put();
  for (int i = 0; i < 20 && !done; ++i) {
    std::this_thread::sleep_for(50ms);
    done = put();
  }
  EXPECT_TRUE(done);
}

TEST(LocalBus, LosesEventsAndFailsTheRestWhileTheHubIsAway) {
  testing::TestLoop loop;
  LocalHub hub;
  LocalBus bus(hub, loop.executor());
  std::vector<bool> changes;
  bus.on_connection_change([&](bool connected) { changes.push_back(connected); });
  int events = 0;
  const auto held = bus.subscribe("e", [&](const Message&) { ++events; });

  hub.set_available(false);
  bus.publish("e", {});
  std::optional<Error> error;
  bus.request("e", {}, 1s, [&](auto reply) { error = reply.error(); });
  ASSERT_TRUE(loop.run_until([&] { return error.has_value(); }));
  EXPECT_EQ(*error, Error::disconnected);
  hub.set_available(true);
  bus.publish("e", {});
  ASSERT_TRUE(loop.run_until([&] { return events == 1; }));
  EXPECT_THAT(changes, ElementsAre(false, true));
}

TEST(LocalBus, TimesOutInVirtualTime) {
  testing::TestLoop loop;
  LocalHub hub;
  hub.advance(Time(100s));
  LocalBus bus(hub, loop.executor());
  const auto silent = bus.subscribe("s", [](const Message&) {});
  std::optional<Error> error;
  bus.request("s", {}, 5s, [&](auto reply) { error = reply.error(); });
  EXPECT_EQ(hub.next_deadline(), Time(105s));
  hub.advance(Time(105s));
  ASSERT_TRUE(loop.run_until([&] { return error.has_value(); }));
  EXPECT_EQ(*error, Error::timeout);
  EXPECT_EQ(hub.next_deadline(), kNever);
}

TEST(Subject, MatchesAsNatsDoes) {
  EXPECT_TRUE(matches("a.b", "a.b"));
  EXPECT_FALSE(matches("a.b", "a.b.c"));
  EXPECT_FALSE(matches("a.b.c", "a.b"));
  EXPECT_TRUE(matches("a.*.c", "a.b.c"));
  EXPECT_FALSE(matches("a.*", "a"));
  EXPECT_TRUE(matches("a.>", "a.b.c"));
  EXPECT_FALSE(matches("a.>", "a"));
  EXPECT_TRUE(matches(">", "a"));
}

TEST(Subject, KnowsWhatIsWellFormed) {
  EXPECT_TRUE(is_subject("a.b-c_D"));
  for (const auto* bad : {"", ".a", "a.", "a..b", "a b", "a.*", "a.>", "a\n"}) {
    EXPECT_FALSE(is_subject(bad)) << bad;
  }
  EXPECT_TRUE(is_pattern("a.*.>"));
  EXPECT_FALSE(is_pattern("a.>.b"));
  EXPECT_FALSE(is_pattern("a*"));
}

TEST(Key, SpellsAnyTextWithSafeCharacters) {
  EXPECT_EQ(key_of("f"), "Zg");
  EXPECT_EQ(key_of("fo"), "Zm8");
  EXPECT_EQ(key_of("foobar"), "Zm9vYmFy");
  EXPECT_EQ(key_of("\xff\xfe"), "__4");
  EXPECT_TRUE(is_key(key_of("")));
}

}  // namespace
}  // namespace parley::bus
