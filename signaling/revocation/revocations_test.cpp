#include "signaling/revocation/revocations.h"

#include <gtest/gtest.h>

#include <string>

// How a revocation is written and asked for is in signaling/http/server_test.cpp, over the whole
// edge.
namespace parley::signaling {
namespace {

const WallTime kNow{std::chrono::seconds(1'800'000'000) + std::chrono::milliseconds(400)};

TEST(Revocations, WithoutADateTheVerySecondOfTheRemovalIsIncluded) {
  EXPECT_EQ(revoke_before(0, kNow), 1'800'000'001);
  EXPECT_EQ(revoke_before(-5, kNow), 1'800'000'001);
  EXPECT_EQ(revoke_before(1'700'000'000, kNow), 1'700'000'000);
  EXPECT_EQ(revoke_before(1'900'000'000, kNow), 1'900'000'000);
}

TEST(Revocations, NoTwoPeopleShareAKeyAndNoneCanBeReadFromIt) {
  EXPECT_NE(revocation_key("ab", "c"), revocation_key("a", "bc"));
  EXPECT_NE(revocation_key("", "1:a"), revocation_key("1:", "a"));
  EXPECT_EQ(revocation_key("room", "ann"), revocation_key("room", "ann"));
  EXPECT_EQ(revocation_key(std::string(256, 'r'), std::string(256, 'i')).size(), 43u);
}

}  // namespace
}  // namespace parley::signaling
