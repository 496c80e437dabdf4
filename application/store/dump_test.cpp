#include "application/store/dump.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <thread>

#include "application/store/testing/engines.h"

namespace parley::application::store {
namespace {

using ::testing::HasSubstr;
using Kind = Error::Kind;

constexpr std::array kSteps{
    Migration{1, "people", "CREATE TABLE people (id TEXT PRIMARY KEY, age BIGINT, face BYTEA)"},
    Migration{2, "letters",
              "CREATE TABLE letters (id BIGINT PRIMARY KEY, sender TEXT NOT NULL REFERENCES people "
              "(id), text TEXT NOT NULL);"
              "INSERT INTO people (id) VALUES ('postmaster')"},
    Migration{3, "moods", "ALTER TABLE people ADD COLUMN mood TEXT NOT NULL DEFAULT 'calm'"}};
constexpr std::array<std::string_view, 2> kTables{"people", "letters"};
constexpr Schema kSchema{.migrations = kSteps, .tables = kTables};
constexpr Schema kOldSchema{.migrations = std::span(kSteps).first(2), .tables = kTables};
const WallTime kNow{std::chrono::seconds(1'800'000'000)};

void nothing(std::string_view, std::int64_t, bool) {}

std::string read_all(const std::filesystem::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}
void write_all(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file) << text;
}

class DumpTest : public testing::OnEngine {
 protected:
  static void fill(Database& database, int letters = 100) {
    const auto done = database.write([&](Transaction& t) {
      t.change("INSERT INTO people (id, age, face) VALUES ($1, $2, $3)",
               {"ann \"ü\"\n", INT64_MIN, ByteVector{0, 255, 10}});
      t.change("INSERT INTO people (id, age, face) VALUES ($1, $2, $3)",
               {"bob", std::nullopt, ByteVector()});
      for (int i = 0; i < letters; ++i) {
        t.change("INSERT INTO letters (id, sender, text) VALUES ($1, 'bob', $2)",
                 {i, "letter " + std::to_string(i)});
      }
    });
    ASSERT_TRUE(done) << done.error().what;
  }
  static std::vector<Values> everything(Database& database) {
    std::vector<Values> all;
    const auto done = database.read([&](Transaction& t) {
      for (const char* sql :
           {"SELECT * FROM people ORDER BY id", "SELECT * FROM letters ORDER BY id"}) {
        for (const Row& row : t.query(sql)) all.push_back(row.values());
      }
    });
    EXPECT_TRUE(done) << done.error().what;
    return all;
  }
  std::unique_ptr<Database> ready(const Schema& schema = kSchema) {
    auto database = open();
    EXPECT_TRUE(migrate(*database, schema));
    return database;
  }
  std::filesystem::path file() const { return folder() / "backup.jsonl"; }
};
INSTANTIATE_TEST_SUITE_P(Engines, DumpTest, testing::engines(), testing::engine_name);

TEST_P(DumpTest, MovesEveryRowToEitherEngine) {
  auto database = ready();
  fill(*database);
  const auto made = back_up(*database, kSchema, file(), kNow, nothing);
  ASSERT_TRUE(made) << made.error().what;
  EXPECT_EQ(made->rows, 103);
  EXPECT_EQ(made->version, 3);
  EXPECT_EQ(std::filesystem::status(file()).permissions(), std::filesystem::perms(0600));
  for (const Engine engine : {Engine::sqlite, Engine::postgres}) {
    auto other = open(new_url(engine));
    const auto restored = restore(*other, kSchema, file(), Existing::refuse, nothing);
    ASSERT_TRUE(restored) << restored.error().what;
    EXPECT_EQ(restored->rows, 103);
    EXPECT_EQ(everything(*other), everything(*database)) << to_string(engine);
    EXPECT_EQ(migrate(*other, kSchema).value(), 3);
  }
}

TEST_P(DumpTest, ABackupOfOldTablesComesBackAsNewOnes) {
  auto database = ready(kOldSchema);
  fill(*database);
  ASSERT_TRUE(back_up(*database, kOldSchema, file(), kNow, nothing));
  auto other = open(new_url(GetParam()));
  const auto restored = restore(*other, kSchema, file(), Existing::refuse, nothing);
  ASSERT_TRUE(restored) << restored.error().what;
  EXPECT_EQ(restored->version, 2);
  const auto moods = other->read(
      [](Transaction& t) { return t.query("SELECT mood FROM people WHERE mood = 'calm'").size(); });
  EXPECT_EQ(moods.value(), 3U);
  EXPECT_EQ(migrate(*other, kSchema).value(), 3);
}

TEST_P(DumpTest, ABackupOfNewerTablesIsRefused) {
  auto database = ready();
  ASSERT_TRUE(back_up(*database, kSchema, file(), kNow, nothing));
  auto other = open(new_url(GetParam()));
  const auto restored = restore(*other, kOldSchema, file(), Existing::replace, nothing);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().kind, Kind::newer);
  EXPECT_TRUE(other->tables().value().empty()) << "nothing was touched";
}

TEST_P(DumpTest, RowsThatAreThereAreLeftAloneUnlessTheyAreToBeReplaced) {
  auto database = ready();
  fill(*database);
  ASSERT_TRUE(back_up(*database, kSchema, file(), kNow, nothing));
  const auto before = everything(*database);
  ASSERT_TRUE(
      database->write([](Transaction& t) { t.change("DELETE FROM letters WHERE id > 4"); }));

  const auto refused = restore(*database, kSchema, file(), Existing::refuse, nothing);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, Kind::not_empty);
  EXPECT_EQ(everything(*database).size(), 8U);

  const auto restored = restore(*database, kSchema, file(), Existing::replace, nothing);
  ASSERT_TRUE(restored) << restored.error().what;
  EXPECT_EQ(everything(*database), before);
}

TEST_P(DumpTest, AFileThatWasCutOrChangedIsRefusedAndNothingIsTouched) {
  auto database = ready();
  fill(*database);
  ASSERT_TRUE(back_up(*database, kSchema, file(), kNow, nothing));
  const std::string whole = read_all(file());
  const auto before = everything(*database);
  std::string changed = whole;
  changed.replace(changed.find("letter 42"), 9, "letter 43");
  const std::size_t last_line = whole.rfind('\n', whole.size() - 2) + 1;
  for (const std::string& bad :
       {std::string(), std::string("hello\n"), changed, whole.substr(0, whole.size() / 2),
        whole.substr(0, last_line), whole.substr(last_line), std::string("{}\n")}) {
    write_all(file(), bad);
    const auto restored = restore(*database, kSchema, file(), Existing::replace, nothing);
    ASSERT_FALSE(restored);
    EXPECT_EQ(restored.error().kind, Kind::bad_backup) << restored.error().what;
  }
  EXPECT_EQ(everything(*database), before);
}

TEST_P(DumpTest, ABackupTakenWhileOthersWriteIsOneMoment) {
  auto database = ready();
  fill(*database, 0);
  std::atomic<bool> enough = false;
  // Letters come in pairs; a backup with half a pair would be of no moment that ever was.
  std::thread writer([&] {
    auto own = open();
    for (int i = 0; !enough; i += 2) {
      const auto done = own->write([&](Transaction& t) {
        for (int k = i; k < i + 2; ++k) {
          t.change("INSERT INTO letters (id, sender, text) VALUES ($1, 'bob', 'x')", {k});
        }
      });
      ASSERT_TRUE(done) << done.error().what;
    }
  });
  std::int64_t rows = 0;
  for (int i = 0; i < 5 || rows < 20; ++i) {
    const auto made = back_up(*database, kSchema, file(), kNow, nothing);
    ASSERT_TRUE(made) << made.error().what;
    EXPECT_EQ(made->rows % 2, 1) << "three people, and pairs";
    rows = made->rows;
  }
  enough = true;
  writer.join();
  auto other = open(new_url(GetParam()));
  EXPECT_EQ(restore(*other, kSchema, file(), Existing::refuse, nothing).value().rows, rows);
}

TEST_P(DumpTest, ProgressIsToldTableByTable) {
  auto database = ready();
  fill(*database);
  std::vector<std::string> told;
  const auto progress = [&](std::string_view table, std::int64_t rows, bool done) {
    if (done) told.push_back(std::string(table) + " " + std::to_string(rows));
  };
  ASSERT_TRUE(back_up(*database, kSchema, file(), kNow, progress));
  ASSERT_TRUE(restore(*database, kSchema, file(), Existing::replace, progress));
  EXPECT_THAT(told, ::testing::ElementsAre("people 3", "letters 100", "people 3", "letters 100"));
}

TEST_P(DumpTest, APlaceWhereNothingCanBeWrittenIsNamed) {
  auto database = ready();
  const auto made = back_up(*database, kSchema, folder() / "nowhere" / "file", kNow, nothing);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().what, HasSubstr("nowhere/file"));
  const auto restored =
      restore(*database, kSchema, folder() / "nothing", Existing::replace, nothing);
  ASSERT_FALSE(restored);
  EXPECT_THAT(restored.error().what, HasSubstr("nothing: No such file"));
}

}  // namespace
}  // namespace parley::application::store
