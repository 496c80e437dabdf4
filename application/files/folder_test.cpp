#include "application/files/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

namespace parley::application::files {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FolderTest : public ::testing::Test {
 protected:
  FolderTest()
      : path_(fs::temp_directory_path() / ("parley-files-" + std::to_string(::getpid()))),
        now_(std::chrono::system_clock::now()) {
    fs::remove_all(path_);
    folder_ = Folder::open(path_ / "deep", now_).value();
  }
  ~FolderTest() override { fs::remove_all(path_); }

  void put(std::string_view id, std::string_view text) {
    const auto spool = folder_->receive(id).value();
    EXPECT_TRUE(spool->append(as_bytes(text)));
    EXPECT_TRUE(spool->finish());
    EXPECT_TRUE(folder_->keep(*spool, id));
  }
  std::string get(std::string_view id) {
    const auto file = folder_->open(id);
    if (file == nullptr) return "(none)";
    std::string all;
    ByteVector block(3);  // So that it takes several.
    while (const auto got = file->read(block)) {
      if (*got == 0) break;
      all.append(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(*got));
    }
    EXPECT_EQ(all.size(), file->size());
    return all;
  }
  std::size_t files_on_disk() {
    std::size_t count = 0;
    for (const auto& one : fs::recursive_directory_iterator(path_)) count += one.is_regular_file();
    return count;
  }

  fs::path path_;
  WallTime now_;
  std::unique_ptr<Folder> folder_;
};

TEST_F(FolderTest, KeepsWhatCameInAndGivesItBack) {
  put("abcdef", "hello, world");
  EXPECT_EQ(get("abcdef"), "hello, world");
  EXPECT_EQ(get("abcdeg"), "(none)");
}

TEST_F(FolderTest, WhatIsNotKeptIsGone) {
  {
    const auto spool = folder_->receive("abcdef").value();
    EXPECT_TRUE(spool->append(as_bytes(std::string_view("half"))));
    EXPECT_EQ(files_on_disk(), 1U);
  }
  EXPECT_EQ(files_on_disk(), 0U);
}

TEST_F(FolderTest, RemovesForGood) {
  put("abcdef", "x");
  folder_->remove("abcdef");
  folder_->remove("abcdef");
  EXPECT_EQ(get("abcdef"), "(none)");
  EXPECT_EQ(files_on_disk(), 0U);
}

TEST_F(FolderTest, NothingOfItIsForOthers) {
  put("abcdef", "x");
  for (const auto& one : fs::recursive_directory_iterator(path_)) {
    struct stat facts{};
    ASSERT_EQ(::stat(one.path().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 077U, 0U) << one.path();
  }
}

TEST_F(FolderTest, FindsWhatHasBeenThereForLong) {
  put("abcdef", "x");
  put("xyz123", "y");
  EXPECT_THAT(folder_->ids_before(now_ - std::chrono::hours(1)), IsEmpty());
  fs::last_write_time(path_ / "deep" / "ab" / "abcdef",
                      fs::file_time_type::clock::now() - std::chrono::hours(2));
  EXPECT_THAT(folder_->ids_before(now_ - std::chrono::hours(1)), ElementsAre("abcdef"));
}

TEST_F(FolderTest, HalvesThatAKilledProcessLeftAreGoneADayLater) {
  const fs::path half = path_ / "deep" / "incoming" / "half";
  std::ofstream(half) << "x";
  ASSERT_TRUE(Folder::open(path_ / "deep", now_));
  EXPECT_TRUE(fs::exists(half)) << "another process may be at it";
  ASSERT_TRUE(Folder::open(path_ / "deep", now_ + std::chrono::hours(25)));
  EXPECT_FALSE(fs::exists(half));
}

TEST_F(FolderTest, AFolderThatCannotBeMadeIsASentence) {
  std::ofstream(path_ / "file") << "x";
  const auto opened = Folder::open(path_ / "file" / "sub", now_);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error(), ::testing::HasSubstr("file/sub"));
}

TEST(Spool, KnowsItsDigest) {
  const fs::path path = fs::temp_directory_path() / ("spool-" + std::to_string(::getpid()));
  const auto spool = Spool::open(path).value();
  EXPECT_TRUE(spool->append(as_bytes(std::string_view("ab"))));
  EXPECT_TRUE(spool->append(as_bytes(std::string_view("c"))));
  EXPECT_TRUE(spool->finish());
  EXPECT_EQ(spool->digest(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(spool->bytes().size(), 3U);
  EXPECT_FALSE(Spool::open(path)) << "two uploads never share a file";
}

}  // namespace
}  // namespace parley::application::files
