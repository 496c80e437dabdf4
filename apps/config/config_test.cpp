#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "apps/config/load.h"

namespace parley::apps {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ConfigTest : public testing::Test {
 protected:
  ~ConfigTest() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, std::string_view text) {
    std::filesystem::create_directories(folder_);
    const auto path = folder_ / name;
    std::ofstream(path) << text;
    return path;
  }
  std::expected<LoadedConfig, ConfigErrors> load(std::string_view text) {
    sources_.file = file("parley.yaml", text);
    sources_.environment = [this](const char* name) -> const char* {
      const auto at = environment_.find(name);
      return at == environment_.end() ? nullptr : at->second.c_str();
    };
    return load_config(sources_);
  }
  Config good(std::string_view text) {
    auto loaded = load(text);
    if (!loaded) {
      for (const auto& error : loaded.error()) ADD_FAILURE() << error;
      return {};
    }
    return loaded->config;
  }
  std::vector<std::string> warnings(std::string_view text) {
    auto loaded = load(std::string(kKeys) + std::string(text));
    if (!loaded) {
      ADD_FAILURE() << loaded.error().front();
      return {};
    }
    for (std::string& warning : loaded->warnings) {
      if (warning.starts_with(folder_.native())) warning.erase(0, folder_.native().size() + 1);
    }
    return loaded->warnings;
  }
  /// The errors without the folder of the test.
  std::vector<std::string> errors(std::string_view text) {
    auto loaded = load(std::string(kKeys) + std::string(text));
    if (loaded) return {};
    for (std::string& error : loaded.error()) {
      if (error.starts_with(folder_.native())) error.erase(0, folder_.native().size() + 1);
    }
    return loaded.error();
  }

  static constexpr std::string_view kKeys = "keys: {a: 0123456789012345678901234567890123456789}\n";
  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("parley-config-" + std::to_string(::getpid()));
  ConfigSources sources_;
  std::map<std::string, std::string> environment_;
};

// The commented sample must not lie: it loads, and what it shows as defaults are the defaults.
TEST_F(ConfigTest, TheSampleLoadsAndShowsTheDefaults) {
  sources_.file = PARLEY_SOURCE_DIR "/deploy/parley.yaml";
  const auto loaded = load_config(sources_);
  ASSERT_TRUE(loaded) << loaded.error().front();
  EXPECT_THAT(loaded->warnings, IsEmpty());
  const Config& sample = loaded->config;
  const Config defaults;
  EXPECT_EQ(sample.port, defaults.port);
  EXPECT_EQ(sample.bind_addresses, defaults.bind_addresses);
  EXPECT_EQ(sample.region, defaults.region);
  EXPECT_EQ(sample.development, defaults.development);
  EXPECT_EQ(sample.logging.level, defaults.logging.level);
  EXPECT_EQ(sample.rtc.udp_port, defaults.rtc.udp_port);
  EXPECT_EQ(sample.rtc.tcp_port, defaults.rtc.tcp_port);
  EXPECT_EQ(sample.rtc.use_ice_lite, defaults.rtc.use_ice_lite);
  EXPECT_EQ(sample.rtc.enable_loopback_candidate, defaults.rtc.enable_loopback_candidate);
  EXPECT_EQ(sample.rtc.shards, defaults.rtc.shards);
  EXPECT_EQ(sample.rtc.pin_shards, defaults.rtc.pin_shards);
  EXPECT_EQ(sample.rtc.small_room, defaults.rtc.small_room);
  EXPECT_EQ(sample.rtc.use_send_side_bwe, defaults.rtc.use_send_side_bwe);
  EXPECT_EQ(sample.rtc.allow_pause, defaults.rtc.allow_pause);
  EXPECT_EQ(sample.room.auto_create, defaults.room.auto_create);
  EXPECT_EQ(sample.room.empty_timeout, defaults.room.empty_timeout);
  EXPECT_EQ(sample.room.departure_timeout, defaults.room.departure_timeout);
  EXPECT_EQ(sample.limit.max_connections, defaults.limit.max_connections);
  EXPECT_EQ(sample.limit.max_metadata_size, defaults.limit.max_metadata_size);
  EXPECT_EQ(sample.limit.max_attributes_size, defaults.limit.max_attributes_size);
  EXPECT_EQ(sample.limit.signal_message_size_limit, defaults.limit.signal_message_size_limit);
  EXPECT_EQ(sample.nats.port, defaults.nats.port);
  EXPECT_EQ(sample.web.open_meetings, defaults.web.open_meetings);
  EXPECT_EQ(sample.prometheus_port, defaults.prometheus_port);
}

TEST_F(ConfigTest, TheSampleNamesEveryKey) {
  std::ifstream in(PARLEY_SOURCE_DIR "/deploy/parley.yaml");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  for (const std::string_view key : config_keys()) {
    if (key == "log_level" || key == "prometheus_port") continue;  // LiveKit's second spellings
    EXPECT_THAT(text, HasSubstr(std::string(key.substr(key.rfind('.') + 1)) + ":")) << key;
  }
}

TEST_F(ConfigTest, ReadsTheKeysOfLiveKit) {
  const Config config = good(
      "port: 8000\n"
      "bind_addresses: ['127.0.0.1']\n"
      "keys:\n  second: 0123456789012345678901234567890123456789\n  first: "
      "9876543210987654321098765432109876543210\n"
      "log_level: warn\n"
      "rtc:\n  udp_port: 9000-9007\n  tcp_port: 0\n  node_ip: 192.0.2.1\n  interfaces: {includes: "
      "[eth0, eth1]}\n"
      "room: {empty_timeout: 10, departure_timeout: 2m, max_participants: 7, auto_create: false}\n"
      "prometheus: {port: 6789}\n");
  EXPECT_EQ(config.port, 8000);
  EXPECT_THAT(config.bind_addresses, ElementsAre("127.0.0.1"));
  ASSERT_EQ(config.keys.size(), 2u);
  EXPECT_EQ(config.keys[0].id, "second") << "the order of the file: the first one signs";
  EXPECT_EQ(config.logging.level, observability::Level::warn);
  EXPECT_EQ(config.rtc.udp_port, 9000);
  EXPECT_EQ(config.rtc.tcp_port, 0);
  EXPECT_THAT(config.rtc.interfaces, ElementsAre("eth0", "eth1"));
  EXPECT_EQ(config.room.empty_timeout, std::chrono::seconds(10));
  EXPECT_EQ(config.room.departure_timeout, std::chrono::seconds(120));
  EXPECT_EQ(config.room.max_participants, 7u);
  EXPECT_FALSE(config.room.auto_create);
  EXPECT_EQ(config.prometheus_port, 6789);
}

// Whoever comes from LiveKit brings the file along: it is read, and nothing in it is passed over in
// silence.
TEST_F(ConfigTest, AWholeConfigurationOfLiveKitIsReadAsItIs) {
  std::ifstream in(PARLEY_SOURCE_DIR "/apps/config/testdata/livekit.yaml");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const std::string certificate = file("tls.pem", "not looked into here");
  for (std::size_t at = 0; (at = text.find("@TLS@")) != std::string::npos;) {
    text.replace(at, 5, certificate);
  }
  const auto loaded = load(text);
  ASSERT_TRUE(loaded) << loaded.error().front();
  const Config& config = loaded->config;
  EXPECT_EQ(config.keys.size(), 2u);
  EXPECT_THAT(config.bind_addresses, IsEmpty()) << "an empty address is LiveKit's word for all";
  EXPECT_EQ(config.rtc.node_ip, "203.0.113.7");
  EXPECT_TRUE(config.rtc.allow_pause);
  ASSERT_EQ(config.rtc.turn_servers.size(), 2u);
  EXPECT_EQ(config.rtc.turn_servers[0].protocol, Config::Rtc::TurnServer::Protocol::tls);
  EXPECT_EQ(config.rtc.turn_servers[0].credential.reveal(), "the-same-for-everybody");
  EXPECT_EQ(config.rtc.turn_servers[1].secret.reveal(), "shared-with-that-server");
  EXPECT_TRUE(config.turn.enabled);
  EXPECT_EQ(config.turn.tls_port, 5349);
  EXPECT_EQ(config.turn.allocations_per_session, 16);
  ASSERT_EQ(config.room.configurations.size(), 2u);
  const auto& webinar = config.room.configurations.at("webinar");
  EXPECT_EQ(webinar.max_participants(), 500u);
  EXPECT_EQ(webinar.metadata(), R"({"kind":"webinar"})");
  EXPECT_TRUE(webinar.sync_streams());
  EXPECT_EQ(webinar.agents(0).agent_name(), "captions");
  EXPECT_EQ(config.prometheus_port, 6789);

  for (const std::string& warning : loaded->warnings) {
    EXPECT_THAT(warning, HasSubstr("has no effect")) << "a key of LiveKit that nobody knows";
  }
  EXPECT_THAT(loaded->warnings, Contains(HasSubstr("redis: has no effect: Parley's processes")));
  EXPECT_THAT(loaded->warnings,
              Contains(HasSubstr("rtc.batch_io: has no effect: packets are always")));
}

TEST_F(ConfigTest, TheDatabaseIsOneSettingOrTheCustomaryVariable) {
  EXPECT_TRUE(Config().database.url.empty());
  const std::string text = std::string(kKeys) + "database: {url: \"postgres://db/parley\"}\n";
  EXPECT_EQ(good(text).database.url.reveal(), "postgres://db/parley");
  environment_["DATABASE_URL"] = "postgres://other/parley";
  EXPECT_EQ(good(text).database.url.reveal(), "postgres://other/parley");
  environment_["PARLEY_DATABASE_URL"] = "parley.db";
  EXPECT_EQ(good(text).database.url.reveal(), "parley.db") << "which `parley up` sets for its own";
}

TEST_F(ConfigTest, ARelayThatCannotWorkIsAnError) {
  EXPECT_THAT(errors("rtc: {turn_servers: [{port: 1}]}\n"),
              Contains(HasSubstr("rtc.turn_servers: server 1: host is missing")));
  EXPECT_THAT(errors("rtc: {turn_servers: [{host: a, username: b}]}\n"),
              Contains(HasSubstr("server 1: needs username and credential, or secret")));
  EXPECT_THAT(errors("rtc: {turn_servers: [{host: a, secret: b, protocol: quic}]}\n"),
              Contains(HasSubstr("server 1: protocol: must be udp, tcp or tls")));
  EXPECT_THAT(errors("rtc: {turn_servers: [{host: a, secrt: b}]}\n"),
              Contains(HasSubstr("server 1: secrt: unknown key")));
  EXPECT_THAT(errors("turn: {enabled: true, tls_port: 5349}\n"),
              testing::UnorderedElementsAre(HasSubstr("turn.domain"), HasSubstr("turn.cert_file")));
  EXPECT_THAT(errors("turn: {enabled: true, relay_range_start: 9, relay_range_end: 8}\n"),
              Contains(HasSubstr("turn.relay_range_start")));
  EXPECT_THAT(errors("turn: {enabled: true, tls_port: 443, domain: a, cert_file: /nowhere/c, "
                     "key_file: /nowhere/k}\n"),
              Contains("turn: /nowhere/c cannot be read"));
  EXPECT_THAT(errors("turn: {tls_port: 5349}\n"), IsEmpty()) << "it is not enabled";
}

TEST_F(ConfigTest, ARoomPresetIsReadStrictly) {
  EXPECT_THAT(errors("room: {room_configurations: {a: {max_particpants: 3}}}\n"),
              Contains(HasSubstr("room.room_configurations: a: is no RoomConfiguration")));
  EXPECT_THAT(errors("room: {room_configurations: {a: 3}}\n"),
              Contains(HasSubstr("must be a map of names to room configurations")));
  EXPECT_THAT(errors("room: {room_configurations: {a: }}\n"), IsEmpty()) << "all is left open";
}

TEST_F(ConfigTest, AnUnknownKeyIsNamedWithFileLineAndWhatWasMeantAndNothingStops) {
  EXPECT_THAT(warnings("\nrtc:\n  udp_prt: 7882\n"),
              ElementsAre("parley.yaml:4: rtc.udp_prt: unknown key; did you mean rtc.udp_port?"));
  EXPECT_THAT(warnings("udp_port: 1\n"),
              ElementsAre("parley.yaml:2: udp_port: unknown key; did you mean rtc.udp_port?"));
  EXPECT_THAT(warnings("rooms: {}\n"),
              ElementsAre("parley.yaml:2: rooms: unknown key; did you mean room?"));
  EXPECT_THAT(warnings("zebra_stripes: 7\n"),
              ElementsAre("parley.yaml:2: zebra_stripes: unknown key"));
}

TEST_F(ConfigTest, AWrongValueIsNamedWithFileLineAndKey) {
  EXPECT_THAT(errors("port: http\n"),
              ElementsAre("parley.yaml:2: port: must be a whole number from 0 to 65535"));
  EXPECT_THAT(errors("port: 70000\n"), Contains(HasSubstr("from 0 to 65535")));
  EXPECT_THAT(errors("port: -1\n"), Contains(HasSubstr("from 0 to 65535")));
  EXPECT_THAT(errors("room:\n  auto_create: perhaps\n"),
              ElementsAre("parley.yaml:3: room.auto_create: must be true or false"));
  EXPECT_THAT(errors("room: 7\n"),
              ElementsAre("parley.yaml:2: room: must be a map of keys to values"));
  EXPECT_THAT(errors("logging: {level: loud}\n"), Contains(HasSubstr("must be debug")));
  EXPECT_THAT(errors("room: {empty_timeout: soon}\n"), Contains(HasSubstr("must be a time")));
  EXPECT_THAT(errors("rtc: {udp_port: 9-5}\n"), Contains(HasSubstr("must be a port")));
  EXPECT_THAT(errors("bind_addresses: [localhost]\n"), Contains(HasSubstr("not an IP address")));
  EXPECT_THAT(errors("rtc: {node_ip: example.org}\n"), Contains(HasSubstr("not an IP address")));
  EXPECT_THAT(errors("node_id: a.b\n"), Contains(HasSubstr("node_id")));
  EXPECT_THAT(errors("rtc: {tcp_port: 7880}\n"), Contains(HasSubstr("same as port")));
}

TEST_F(ConfigTest, AllFaultsAreToldAtOnce) {
  EXPECT_EQ(errors("port: x\nrtc: {tcp_port: y}\nroom: 1\n").size(), 3u);
}

TEST_F(ConfigTest, MalformedYamlIsNamedWithItsLine) {
  EXPECT_THAT(errors("rtc:\n  - [\n"), Contains(HasSubstr("parley.yaml:")));
  EXPECT_THAT(errors("port: 1\nport: 2\n"), ElementsAre("parley.yaml:3: port: is there twice"));
}

TEST_F(ConfigTest, KnownKeysWithoutEffectAreWarnedAbout) {
  const auto loaded = load(std::string(kKeys) +
                           "redis: {address: localhost}\naudio: {active_level: 35}\n"
                           "rtc: {port_range_start: 50000}\n");
  ASSERT_TRUE(loaded);
  EXPECT_THAT(loaded->warnings,
              ElementsAre(HasSubstr(":2: redis: has no effect: Parley's processes talk over NATS"),
                          HasSubstr(":3: audio: has no effect yet"),
                          HasSubstr(":4: rtc.port_range_start")));
}

TEST_F(ConfigTest, TheEnvironmentCountsMoreThanTheFileAndFlagsMore) {
  environment_ = {{"LIVEKIT_CONFIG", "port: 3\nrtc: {udp_port: 3000}"},
                  {"PARLEY_RTC_TCP_PORT", "4"},
                  {"NODE_IP", "192.0.2.9"},
                  {"LIVEKIT_KEYS", "env: 0123456789012345678901234567890123456789"}};
  sources_.flags = {{"room.max_participants", "5"}, {"port", "6"}};
  const Config config = good("port: 2\nrtc: {tcp_port: 2, udp_port: 2000}\nregion: eu\n");
  EXPECT_EQ(config.port, 6);
  EXPECT_EQ(config.rtc.udp_port, 3000);
  EXPECT_EQ(config.rtc.tcp_port, 4);
  EXPECT_EQ(config.rtc.node_ip, "192.0.2.9");
  EXPECT_EQ(config.room.max_participants, 5u);
  EXPECT_EQ(config.region, "eu");
  EXPECT_EQ(config.keys.at(0).id, "env");
}

TEST_F(ConfigTest, AWrongFlagOrVariableIsNamed) {
  sources_.flags = {{"port", "many"}};
  environment_ = {{"PARLEY_ROOM_AUTO_CREATE", "perhaps"}};
  EXPECT_THAT(errors(""), ElementsAre("PARLEY_ROOM_AUTO_CREATE: must be true or false",
                                      "--port: must be a whole number from 0 to 65535"));
}

TEST_F(ConfigTest, WithoutKeysNothingStartsButInDevelopment) {
  const auto none = load("port: 1\n");
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error(), Contains(HasSubstr("keys: there are none")));

  sources_.development = true;
  const Config config = good("");
  EXPECT_EQ(config.keys.at(0).id, "devkey");
  EXPECT_EQ(config.keys.at(0).secret.reveal(), "secret");
  EXPECT_THAT(config.bind_addresses, ElementsAre("127.0.0.1", "::1"));
  EXPECT_TRUE(config.rtc.enable_loopback_candidate);
  EXPECT_TRUE(config.web.open_meetings);
}

TEST_F(ConfigTest, AShortSecretIsRefusedButInDevelopment) {
  const auto refused = load("keys: {mine: tooshort}\n");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error(), Contains(HasSubstr("the secret of mine is shorter than 32")));
  EXPECT_THAT(refused.error(), testing::Not(Contains(HasSubstr("tooshort"))));
  sources_.development = true;
  EXPECT_EQ(good("keys: {mine: tooshort}\n").keys.at(0).id, "mine");
}

TEST_F(ConfigTest, AKeyFileMustNotBeReadableByEverybody) {
  const std::string keys = file("keys.yaml", "filed: 0123456789012345678901234567890123456789\n");
  ::chmod(keys.c_str(), 0644);
  const auto refused = load("key_file: " + keys + "\n");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error(), Contains(HasSubstr("chmod")));
  ::chmod(keys.c_str(), 0640);
  EXPECT_EQ(good("key_file: " + keys + "\n").keys.at(0).id, "filed");
  EXPECT_FALSE(load("key_file: /nowhere/keys\n"));
}

TEST_F(ConfigTest, AMissingFileIsAnError) {
  sources_.file = "/nowhere/parley.yaml";
  const auto loaded = load_config(sources_);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error(), ElementsAre("/nowhere/parley.yaml: cannot be read"));
}

}  // namespace
}  // namespace parley::apps
