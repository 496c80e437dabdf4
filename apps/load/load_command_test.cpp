#include "apps/load/load_command.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace parley::apps {
namespace {

LoadOptions options() {
  LoadOptions out;
  out.development = true;
  return out;
}

TEST(LoadCommand, TakesWhatWasTyped) {
  LoadOptions typed = options();
  typed.shape = "meeting";
  typed.duration = "5m";
  typed.codec = "h264";
  typed.suite = "cm";
  typed.v0 = true;
  SeededRandom random(1);
  const auto config = read_load_options(typed, random);
  ASSERT_TRUE(config) << config.error();
  EXPECT_EQ(config->order.shape, load::Shape::meeting);
  EXPECT_EQ(config->order.duration, std::chrono::minutes(5));
  EXPECT_EQ(config->order.codec, load::Codec::h264);
  EXPECT_EQ(config->suite, srtp::Suite::aes_128_cm_sha1_80);
  EXPECT_FALSE(config->order.single_peer);
  EXPECT_EQ(config->key.id, "devkey");
  EXPECT_FALSE(config->room.empty());
}

TEST(LoadCommand, SaysWhatItDoesNotTake) {
  SeededRandom random(1);
  const auto error = [&](auto change) {
    LoadOptions typed = options();
    change(typed);
    const auto config = read_load_options(typed, random);
    return config ? std::string() : config.error();
  };
  EXPECT_EQ(error([](LoadOptions& o) { o.development = false; }),
            "--api-key and --api-secret (or --dev) say how to sign tokens");
  EXPECT_EQ(error([](LoadOptions& o) { o.shape = "party"; }),
            "party: must be livestream, meeting, audio, churn or webinar");
  EXPECT_EQ(error([](LoadOptions& o) { o.codec = "vp9"; }),
            "--codec vp9: must be vp8, h264 or av1");
  EXPECT_EQ(error([](LoadOptions& o) { o.suite = "none"; }),
            "--suite none: must be gcm, cm or any");
  EXPECT_EQ(error([](LoadOptions& o) { o.tokens = "/dev/null"; }),
            "--tokens /dev/null: no token is there");
  EXPECT_EQ(error([](LoadOptions& o) { o.duration = "soon"; }),
            "--duration soon: must be a time like 30s or 5m");
}

TEST(LoadCommand, RepeatsItselfForASeedOnly) {
  SeededRandom random(1);
  LoadOptions typed = options();
  EXPECT_NE(read_load_options(typed, random)->order.seed,
            read_load_options(typed, random)->order.seed);
  typed.seed = 5;
  EXPECT_EQ(read_load_options(typed, random)->order.seed, 5u);
}

}  // namespace
}  // namespace parley::apps
