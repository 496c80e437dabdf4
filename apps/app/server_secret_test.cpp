#include "apps/app/server_secret.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace parley::apps {
namespace {

using ::testing::HasSubstr;

class ServerSecret : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "parley-secret-XXXXXX").native();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  SeededRandom random_{5};
};

TEST_F(ServerSecret, IsMadeOnceForItsOwnerAlone) {
  const auto file = folder_ / "state" / "parley.secret";
  const auto made = read_or_make_secret(file, random_);
  ASSERT_TRUE(made) << made.error();
  EXPECT_EQ(made->reveal().size(), 43U);
  struct stat info{};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  EXPECT_EQ(read_or_make_secret(file, random_), made) << "the next start reads it";
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(file.parent_path()), {}), 1);
}

TEST_F(ServerSecret, IsNotReadWhereOthersMay) {
  const auto file = folder_ / "parley.secret";
  ASSERT_TRUE(read_or_make_secret(file, random_));
  ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
  const auto again = read_or_make_secret(file, random_);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error(), HasSubstr("chmod 600"));
}

TEST_F(ServerSecret, IsNotMadeFromAnEmptyFile) {
  const auto file = folder_ / "parley.secret";
  std::ofstream(file).close();
  ASSERT_EQ(::chmod(file.c_str(), 0600), 0);
  EXPECT_FALSE(read_or_make_secret(file, random_)) << "a disk that was full; nothing is to be lost";
}

}  // namespace
}  // namespace parley::apps
