#include "runtime/file_watch.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace parley::runtime {
namespace {

class FileWatchTest : public testing::Test {
 protected:
  FileWatchTest() { std::filesystem::create_directories(folder_); }
  ~FileWatchTest() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
  }
  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("parley-watch-" + std::to_string(::getpid()));
};

TEST_F(FileWatchTest, AChangeIsToldOnceAndOnlyWhenItHasSettled) {
  write("a", "one");
  FileWatch watch({folder_ / "a", folder_ / "b"});
  EXPECT_FALSE(watch.changed());
  write("a", "one and");
  EXPECT_FALSE(watch.changed()) << "it may still be written";
  write("a", "one and two");
  EXPECT_FALSE(watch.changed()) << "it was";
  EXPECT_TRUE(watch.changed());
  EXPECT_FALSE(watch.changed());
}

TEST_F(FileWatchTest, AFileThatComesGoesOrIsReplacedIsAChange) {
  FileWatch watch({folder_ / "a"});
  write("a", "one");
  EXPECT_FALSE(watch.changed());
  EXPECT_TRUE(watch.changed());
  write("b", "two");
  std::filesystem::rename(folder_ / "b", folder_ / "a");
  EXPECT_FALSE(watch.changed());
  EXPECT_TRUE(watch.changed());
  std::filesystem::remove(folder_ / "a");
  EXPECT_FALSE(watch.changed());
  EXPECT_TRUE(watch.changed());
}

}  // namespace
}  // namespace parley::runtime
