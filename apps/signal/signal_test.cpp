#include "apps/signal/signal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "apps/signal/key_reload.h"
#include "apps/signal/relays.h"

namespace parley::apps {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

const WallTime kNow{std::chrono::seconds(1'800'000'000)};
const std::vector<IpAddress> kAddresses{IpAddress::v4(127, 0, 0, 1), *IpAddress::parse("fd00::2"),
                                        IpAddress::v4(192, 0, 2, 2)};

std::vector<livekit::ICEServer> told(const Config& config) {
  return relays(config, kAddresses).mint("PA_x", kNow);
}

TEST(Relays, WithoutAnyNobodyIsToldOfOne) {
  Config config;
  EXPECT_TRUE(relays(config, kAddresses).empty());
  config.turn.enabled = true;
  EXPECT_TRUE(relays(config, kAddresses).empty()) << "nobody runs it";
}

TEST(Relays, TheOneBesideUsIsToldByItsAddressOverUdpAndTcp) {
  Config config;
  config.turn.enabled = true;
  config.turn.secret = Secret("s");
  EXPECT_THAT(told(config).at(0).urls(), ElementsAre("turn:192.0.2.2:3478?transport=udp",
                                                     "turn:192.0.2.2:3478?transport=tcp"));
  config.rtc.node_ip = "2001:db8::1";
  EXPECT_EQ(told(config).at(0).urls(0), "turn:[2001:db8::1]:3478?transport=udp");
}

TEST(Relays, TlsIsToldByName) {
  Config config;
  config.turn.enabled = true;
  config.turn.secret = Secret("s");
  config.turn.udp_port = 0;
  config.turn.domain = "turn.example.org";
  config.turn.tls_port = 443;
  EXPECT_THAT(told(config).at(0).urls(), ElementsAre("turns:turn.example.org:443?transport=tcp"));
  config.turn.tls_port = 5349;
  EXPECT_THAT(told(config).at(0).urls(), ElementsAre("turns:turn.example.org:5349?transport=tcp",
                                                     "turns:turn.example.org:443?transport=tcp"));
  config.turn.external_tls = true;
  EXPECT_THAT(told(config).at(0).urls(), ElementsAre("turns:turn.example.org:443?transport=tcp"));
}

TEST(Relays, ThoseOfOthersAreToldAsConfigured) {
  using Protocol = Config::Rtc::TurnServer::Protocol;
  Config config;
  config.rtc.turn_servers.resize(2);
  config.rtc.turn_servers[0].host = "a.example.org";
  config.rtc.turn_servers[0].username = "all";
  config.rtc.turn_servers[0].credential = Secret("same");
  config.rtc.turn_servers[1].host = "b.example.org";
  config.rtc.turn_servers[1].port = 443;
  config.rtc.turn_servers[1].protocol = Protocol::tls;
  config.rtc.turn_servers[1].secret = Secret("s");
  const auto servers = told(config);
  ASSERT_THAT(servers, SizeIs(2));
  EXPECT_THAT(servers[0].urls(), ElementsAre("turn:a.example.org:3478?transport=udp"));
  EXPECT_EQ(servers[0].username(), "all");
  EXPECT_THAT(servers[1].urls(), ElementsAre("turns:b.example.org:443?transport=tcp"));
  EXPECT_EQ(servers[1].username(), "1800014400:PA_x");
}

class KeyReloadTest : public testing::Test {
 protected:
  KeyReloadTest() { write("A: " + secret_ + "\n"); }
  ~KeyReloadTest() override { std::filesystem::remove(file_); }

  void write(const std::string& keys) {
    std::ofstream(file_) << keys;
    std::filesystem::permissions(
        file_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  std::expected<LoadedConfig, ConfigErrors> load() const {
    return load_config({.file = {},
                        .environment = {},
                        .flags = {{"key_file", file_.native()}},
                        .development = false});
  }
  /// As often as it takes to see that a file is no longer being written.
  void check() {
    reload_.check();
    reload_.check();
  }

  const std::string secret_ = "0123456789abcdef0123456789abcdef";
  const std::filesystem::path file_ =
      std::filesystem::path(testing::TempDir()) / ("parley-keys-" + std::to_string(::getpid()));
  signaling::KeyRing keys_{{{"A", Secret(secret_)}}};
  signaling::Metrics metrics_;
  observability::Log log_{{.process = "test", .level = observability::Level::off, .json = false}};
  KeyReload reload_{[this] { return load(); }, {file_}, keys_, metrics_, log_};
};

TEST_F(KeyReloadTest, KeysThatComeAndGoAreNoticed) {
  check();
  EXPECT_NE(keys_.find("A"), nullptr);
  write("B: " + secret_ + "x\nC: " + secret_ + "\n");
  check();
  EXPECT_EQ(keys_.find("A"), nullptr);
  ASSERT_NE(keys_.first(), nullptr);
  EXPECT_EQ(keys_.first()->id, "B");
  EXPECT_NE(keys_.find("C"), nullptr);
  EXPECT_EQ(metrics_.key_reloads.value(), 1u);
  EXPECT_EQ(metrics_.keys.value(), 2);
}

TEST_F(KeyReloadTest, AFaultyFileChangesNothingAndIsCounted) {
  for (const std::string& bad : {std::string("A: [\n"), std::string("A: short\n"),
                                 std::string("{}\n"), std::string("- A\n")}) {
    write(bad);
    check();
    EXPECT_NE(keys_.find("A"), nullptr) << bad;
  }
  std::filesystem::remove(file_);
  check();
  EXPECT_NE(keys_.find("A"), nullptr);
  EXPECT_EQ(metrics_.key_reloads_failed.value(), 5u);
  EXPECT_EQ(metrics_.key_reloads.value(), 0u);
  write("D: " + secret_ + "\n");
  check();
  EXPECT_NE(keys_.find("D"), nullptr) << "and is over when the file is good again";
}

}  // namespace
}  // namespace parley::apps
