#include "application/store/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <future>
#include <thread>

#include "application/store/testing/engines.h"
#include "application/store/testing/postgres_server.h"

namespace parley::application::store {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using Kind = Error::Kind;

constexpr std::array kSteps{
    Migration{1, "things",
              "CREATE TABLE boxes (id TEXT PRIMARY KEY);"
              "CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT UNIQUE, picture BYTEA,"
              "  box TEXT REFERENCES boxes (id) ON DELETE CASCADE)"},
    Migration{2, "colours", "ALTER TABLE things ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey'"}};
constexpr std::array<std::string_view, 2> kTables{"boxes", "things"};
constexpr Schema kSchema{.migrations = kSteps, .tables = kTables};
constexpr Schema kOldSchema{.migrations = std::span(kSteps).first(1), .tables = kTables};

class DatabaseTest : public testing::OnEngine {
 protected:
  std::unique_ptr<Database> ready() {
    auto database = open();
    EXPECT_TRUE(migrate(*database, kSchema));
    return database;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, DatabaseTest, testing::engines(), testing::engine_name);

void add_thing(Transaction& transaction, std::int64_t id) {
  transaction.change("INSERT INTO things (id, name) VALUES ($1, $2)",
                     {id, "thing " + std::to_string(id)});
}
std::int64_t count_things(Database& database) {
  return database
      .read([](Transaction& t) { return t.first("SELECT COUNT(*) FROM things")->integer(0); })
      .value();
}

TEST_P(DatabaseTest, ValuesComeBackAsTheyWere) {
  auto database = ready();
  const std::string text = "it's \"quoted\"; DROP TABLE things; -- ü 漢 🎉\n";
  const ByteVector bytes{0, 1, 0xff, '\\', '\''};
  for (const auto& [id, name, picture] :
       {std::tuple<std::int64_t, Value, Value>{INT64_MIN, text, bytes},
        {INT64_MAX, "", ByteVector()},
        {0, std::nullopt, std::nullopt}}) {
    const auto row = database->write([&](Transaction& t) {
      t.change("INSERT INTO things (id, name, picture) VALUES ($1, $2, $3)", {id, name, picture});
      return t.first("SELECT id, name, picture FROM things WHERE id = $1", {id});
    });
    ASSERT_TRUE(row) << row.error().what;
    EXPECT_THAT((*row)->values(), ElementsAre(Value(id), name, picture));
  }
}

TEST_P(DatabaseTest, AValueMayBeUsedTwiceAndOutOfOrder) {
  auto database = ready();
  const auto row = database->write([&](Transaction& t) {
    t.change("INSERT INTO things (name, id) VALUES ($2, $1)", {7, "seven"});
    return t.first("SELECT name FROM things WHERE name = $2 AND id = $1 OR name = $2",
                   {7, "seven"});
  });
  ASSERT_TRUE(row) << row.error().what;
  EXPECT_EQ((*row)->text(0), "seven");
}

TEST_P(DatabaseTest, WhatIsNoTextIsRefusedByBothAlike) {
  auto database = ready();
  for (const std::string& bad :
       {std::string("a\0b", 3), std::string("\xff"), std::string("\xc0\x80"),
        std::string("\xed\xa0\x80"), std::string("\xf5\x80\x80\x80"), std::string("\xe2\x82")}) {
    const auto done = database->write(
        [&](Transaction& t) { t.change("INSERT INTO things (id, name) VALUES (1, $1)", {bad}); });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, Kind::bad_value);
  }
  EXPECT_EQ(count_things(*database), 0);
}

TEST_P(DatabaseTest, AFailedStatementTakesAllOthersWithIt) {
  auto database = ready();
  const auto done = database->write([](Transaction& t) {
    add_thing(t, 1);
    t.change("INSERT INTO things (id, name) VALUES (2, 'thing 1')");
    EXPECT_FALSE(t.ok());
    add_thing(t, 3);
    EXPECT_TRUE(t.query("SELECT 1").empty()) << "nothing is found any more";
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, Kind::duplicate);
  EXPECT_THAT(done.error().what, Not(HasSubstr("thing 1"))) << "values are nobody's business";
  EXPECT_EQ(count_things(*database), 0);
  EXPECT_TRUE(database->write([](Transaction& t) { add_thing(t, 1); })) << "the next one is fine";
}

TEST_P(DatabaseTest, TheWorkMayRefuseItself) {
  auto database = ready();
  const auto done = database->write([](Transaction& t) {
    add_thing(t, 1);
    t.fail({Kind::constraint, "not like this"});
    return 5;
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().what, "not like this");
  EXPECT_EQ(count_things(*database), 0);
}

TEST_P(DatabaseTest, ErrorsHaveTheSameNamesOnBoth) {
  auto database = ready();
  const auto kind = [&](const char* sql, Database::Mode mode = Database::Mode::write) {
    const auto done = database->transact(mode, [&](Transaction& t) { t.change(sql); });
    return done ? "none" : to_string(done.error().kind);
  };
  EXPECT_EQ(kind("INSERT INTO things (id, box) VALUES (1, 'nowhere')"), "constraint");
  EXPECT_EQ(kind("INSERT INTO boxes (id) VALUES ('a'), ('a')"), "duplicate");
  EXPECT_EQ(kind("SELEKT 1"), "statement");
  EXPECT_EQ(kind("SELECT nothing FROM things"), "statement");
}

TEST_P(DatabaseTest, ChangesAreCounted) {
  auto database = ready();
  const auto changed = database->write([](Transaction& t) {
    for (int i = 0; i < 5; ++i) add_thing(t, i);
    return std::vector<std::int64_t>{
        t.change("UPDATE things SET name = NULL WHERE id < 3"),
        t.change("DELETE FROM things WHERE id = 100"),
        t.change("INSERT INTO things (id) VALUES (1) ON CONFLICT (id) DO NOTHING"),
        t.change("INSERT INTO things (id) VALUES (9) ON CONFLICT (id) DO NOTHING"),
        t.change("DELETE FROM things"),
        t.change("SELECT 1")};
  });
  ASSERT_TRUE(changed) << changed.error().what;
  EXPECT_THAT(*changed, ElementsAre(3, 0, 0, 1, 6, 0));
}

TEST_P(DatabaseTest, ReferencesAreKept) {
  auto database = ready();
  const auto left = database->write([](Transaction& t) {
    t.change("INSERT INTO boxes (id) VALUES ('a')");
    t.change("INSERT INTO things (id, box) VALUES (1, 'a')");
    t.change("DELETE FROM boxes");
    return t.query("SELECT id FROM things").size();
  });
  ASSERT_TRUE(left) << left.error().what;
  EXPECT_EQ(*left, 0U);
}

TEST_P(DatabaseTest, AReaderSeesOneMomentWhileOthersWrite) {
  auto database = ready();
  auto other = open();
  const auto seen = database->read([&](Transaction& t) {
    const auto before = t.first("SELECT COUNT(*) FROM things")->integer(0);
    EXPECT_TRUE(other->write([](Transaction& w) { add_thing(w, 1); }));
    const auto after = t.first("SELECT COUNT(*) FROM things")->integer(0);
    return std::pair(before, after);
  });
  ASSERT_TRUE(seen) << seen.error().what;
  EXPECT_EQ(*seen, std::pair(std::int64_t{0}, std::int64_t{0}));
  EXPECT_EQ(count_things(*database), 1);
}

TEST_P(DatabaseTest, TransactionsOfSeveralConnectionsHappenAsIfOneAfterAnother) {
  ready();
  constexpr int kEach = 25;
  // Each reads how many there are and adds that number: without isolation two would add the same.
  const auto work = [&] {
    auto database = open();
    for (int i = 0; i < kEach; ++i) {
      for (;;) {
        const auto done = database->write([](Transaction& t) {
          const auto row = t.first("SELECT COUNT(*) FROM things");
          add_thing(t, row ? row->integer(0) : 0);
        });
        if (done) break;
        ASSERT_EQ(done.error().kind, Kind::conflict) << done.error().what;
      }
    }
  };
  std::thread first(work);
  std::thread second(work);
  first.join();
  second.join();
  EXPECT_EQ(count_things(*open()), 2 * kEach);
}

TEST_P(DatabaseTest, MigratesOnceAndKeepsWhatIsThere) {
  auto database = open();
  EXPECT_EQ(migrate(*database, kOldSchema).value(), 0);
  ASSERT_TRUE(database->write([](Transaction& t) { add_thing(t, 1); }));
  EXPECT_EQ(migrate(*database, kSchema).value(), 1);
  EXPECT_EQ(migrate(*database, kSchema).value(), 2);
  const auto row =
      database->read([](Transaction& t) { return t.first("SELECT name, colour FROM things"); });
  EXPECT_THAT((*row)->values(), ElementsAre(Value("thing 1"), Value("grey")));
}

TEST_P(DatabaseTest, RefusesWhatANewerProgramHasMade) {
  auto database = ready();
  const auto refused = migrate(*database, kOldSchema);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::newer);
  EXPECT_THAT(refused.error().what, HasSubstr("version 2"));
  EXPECT_THAT(refused.error().what, HasSubstr("up to 1"));

  constexpr std::array kOthers{kSteps[0], Migration{2, "shapes", "SELECT 1"}};
  const auto strange = migrate(*database, {.migrations = kOthers, .tables = kTables});
  ASSERT_FALSE(strange);
  EXPECT_THAT(strange.error().what, HasSubstr("colours"));
}

TEST_P(DatabaseTest, AMigrationThatFailsLeavesNothingBehind) {
  constexpr std::array kBroken{kSteps[0], Migration{2, "broken",
                                                    "CREATE TABLE more (id BIGINT); "
                                                    "INSERT INTO nowhere VALUES (1)"}};
  auto database = open();
  ASSERT_FALSE(migrate(*database, {.migrations = kBroken, .tables = kTables}));
  EXPECT_THAT(database->tables().value(), ElementsAre());
  EXPECT_EQ(migrate(*database, kSchema).value(), 0);
}

TEST_P(DatabaseTest, ProcessesThatStartTogetherMigrateOnce) {
  std::vector<std::future<bool>> all;
  all.reserve(4);
  url();
  for (int i = 0; i < 4; ++i) {
    all.push_back(std::async(std::launch::async, [this] {
      auto database = open();
      const auto done = migrate(*database, kSchema);
      return done.has_value();
    }));
  }
  for (auto& one : all) EXPECT_TRUE(one.get());
  EXPECT_EQ(count_things(*open()), 0);
}

/// Writes ever more things, and says which are acknowledged, until it is killed.
[[noreturn]] void write_until_killed(const Secret& url, int out) {
  auto database = Database::open(url);
  if (!database) ::_exit(1);
  for (std::int64_t id = 1;; ++id) {
    if (!(*database)->write([&](Transaction& t) { add_thing(t, id); })) ::_exit(2);
    if (::write(out, &id, sizeof id) != sizeof id) ::_exit(3);
  }
}

TEST_P(DatabaseTest, WhatWasAcknowledgedSurvivesTheKillingOfTheWriter) {
  ready();
  std::int64_t before = 0;
  for (int round = 0; round < 3; ++round) {
    ASSERT_TRUE(open()->write([](Transaction& t) { t.change("DELETE FROM things"); }));
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) write_until_killed(url(), pipe[1]);
    ::close(pipe[1]);
    std::int64_t acknowledged = 0;
    for (int i = 0; i < 20 + 7 * round; ++i) {
      ASSERT_EQ(::read(pipe[0], &acknowledged, sizeof acknowledged),
                static_cast<ssize_t>(sizeof acknowledged));
    }
    ::kill(child, SIGKILL);
    // What it still said before it died counts as well.
    while (::read(pipe[0], &before, sizeof before) > 0) acknowledged = before;
    ::close(pipe[0]);
    ::waitpid(child, nullptr, 0);

    auto database = open();
    const auto found = count_things(*database);
    EXPECT_GE(found, acknowledged);
    EXPECT_LE(found, acknowledged + 1) << "one may be stored, but not yet acknowledged";
    EXPECT_TRUE(database->write([](Transaction& t) { add_thing(t, -1); })) << "and nobody is stuck";
  }
}

TEST(Postgres, WhatWasAcknowledgedSurvivesTheKillingOfTheServerAndTheConnectionComesBack) {
  testing::PostgresServer& server = testing::PostgresServer::shared();
  const Secret url(server.new_database());
  auto database = Database::open(url).value();
  ASSERT_TRUE(migrate(*database, kSchema));
  for (std::int64_t id = 1; id <= 50; ++id) {
    ASSERT_TRUE(database->write([&](Transaction& t) { add_thing(t, id); }));
  }
  server.kill_and_restart();
  EXPECT_EQ(count_things(*database), 50);
  EXPECT_TRUE(database->write([](Transaction& t) { add_thing(t, 51); }));
}

TEST(Urls, FaultsAreNamedAndPasswordsAreNot) {
  for (const char* url : {"", "mysql://ann:hunter2@db/x", "postgres://ann:hunter2@[::1/x",
                          "postgres://ann:hunter2@127.0.0.1:1/x", "/proc/nowhere/parley.db"}) {
    const auto opened = Database::open(Secret(url));
    ASSERT_FALSE(opened) << url;
    EXPECT_EQ(opened.error().kind, Kind::unavailable) << opened.error().what;
    EXPECT_THAT(opened.error().what, Not(HasSubstr("hunter2")));
  }
}

TEST(Sqlite, AFileThatIsNoDatabaseIsDamagedAndLeftAlone) {
  std::string name = "/tmp/parley-damaged-XXXXXX";
  const int fd = ::mkstemp(name.data());
  const std::string text(5000, 'x');
  ASSERT_EQ(::write(fd, text.data(), text.size()), 5000);
  const auto opened = Database::open(Secret("sqlite:" + name));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, Kind::damaged);
  EXPECT_EQ(std::filesystem::file_size(name), 5000U);
  ::close(fd);
  ::unlink(name.c_str());
}

TEST(Sqlite, ItsFileIsForItsOwnerOnly) {
  std::string name = "/tmp/parley-mode-XXXXXX";
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  ASSERT_TRUE(Database::open(Secret(name + "/deep/er/parley.db")));
  EXPECT_EQ(std::filesystem::status(name + "/deep/er/parley.db").permissions(),
            std::filesystem::perms(0600));
  std::filesystem::remove_all(name);
}

/// What an io_context would be: done on the thread that calls `turn`.
class Loop {
 public:
  Store::Post post() {
    return [this](std::function<void()> task) {
      const std::lock_guard lock(mutex_);
      tasks_.push_back(std::move(task));
      news_.notify_one();
    };
  }
  void run_one() {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(news_.wait_for(lock, std::chrono::seconds(30), [&] { return !tasks_.empty(); }));
    const auto task = std::move(tasks_.front());
    tasks_.pop_front();
    lock.unlock();
    task();
  }

 private:
  std::mutex mutex_;
  std::condition_variable news_;
  std::deque<std::function<void()>> tasks_;
};

class StoreTest : public testing::OnEngine {
 protected:
  std::unique_ptr<Store> store() {
    auto opened = Store::open(url(), kSchema, loop_.post());
    EXPECT_TRUE(opened) << opened.error().what;
    return std::move(*opened);
  }
  Loop loop_;
};
INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, testing::engines(), testing::engine_name);

TEST_P(StoreTest, AnswersComeToTheLoopInTheOrderOfTheWrites) {
  auto store = this->store();
  const auto here = std::this_thread::get_id();
  std::vector<std::int64_t> answers;
  for (std::int64_t id = 0; id < 20; ++id) {
    store->write(
        [id, here](Transaction& t) {
          EXPECT_NE(std::this_thread::get_id(), here) << "the loop never waits for the disk";
          add_thing(t, id);
          return id;
        },
        [&](std::expected<std::int64_t, Error> done) {
          EXPECT_EQ(std::this_thread::get_id(), here);
          answers.push_back(done.value());
        });
  }
  for (int i = 0; i < 20; ++i) loop_.run_one();
  for (std::int64_t id = 0; id < 20; ++id) EXPECT_EQ(answers[static_cast<std::size_t>(id)], id);

  std::int64_t seen = 0;
  store->read([](Transaction& t) { return t.first("SELECT COUNT(*) FROM things")->integer(0); },
              [&](std::expected<std::int64_t, Error> found) { seen = found.value(); });
  loop_.run_one();
  EXPECT_EQ(seen, 20) << "a read sees what was acknowledged before";

  observability::Exposition out;
  store->expose(out);
  EXPECT_THAT(out.text(), HasSubstr("parley_store_transactions_total{mode=\"write\"} 20"));
}

TEST_P(StoreTest, TellsWhatWentWrong) {
  auto store = this->store();
  std::optional<Error> error;
  store->write([](Transaction& t) { t.change("INSERT INTO boxes (id) VALUES ('a'), ('a')"); },
               [&](std::expected<void, Error> done) { error = done.error(); });
  loop_.run_one();
  ASSERT_TRUE(error);
  EXPECT_EQ(error->kind, Kind::duplicate);
}

TEST_P(StoreTest, FinishesWhatItWasGivenAndTellsNobodyAfterItsEnd) {
  auto store = this->store();
  for (std::int64_t id = 0; id < 10; ++id) {
    store->write([id](Transaction& t) { add_thing(t, id); },
                 [](std::expected<void, Error>) { FAIL() << "it is gone"; });
  }
  store.reset();
  for (int i = 0; i < 10; ++i) loop_.run_one();
  EXPECT_EQ(count_things(*open()), 10);
}

TEST_P(StoreTest, TooMuchAtOnceIsRefusedAtOnce) {
  auto store = this->store();
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  store->write([opened](Transaction&) { opened.wait(); }, [](std::expected<void, Error>) {});
  int refused = 0;
  int done = 0;
  const int all = static_cast<int>(Worker::kMaxWaiting) + 10;
  for (int i = 0; i < all; ++i) {
    store->write([](Transaction&) {},
                 [&](std::expected<void, Error> result) {
                   ++(result ? done : refused);
                   EXPECT_TRUE(result || result.error().kind == Kind::overloaded);
                 });
  }
  gate.set_value();
  for (int i = 0; i < all + 1; ++i) loop_.run_one();
  EXPECT_GE(refused, 9);
  EXPECT_EQ(refused + done, all);
}

}  // namespace
}  // namespace parley::application::store
