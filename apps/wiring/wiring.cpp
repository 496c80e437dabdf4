#include "apps/wiring/wiring.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cstdlib>
#include <utility>

namespace parley::apps {

std::string node_id(const Config& config) {
  if (!config.node_id.empty()) return config.node_id;
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) return "ND_node";
  std::string id = "ND_";
  // One token of a bus subject.
  for (const char* c = host.data(); *c != '\0'; ++c) {
    id += std::isalnum(static_cast<unsigned char>(*c)) != 0 ? *c : '-';
  }
  return id;
}

namespace {

/// Beside the bus' state where that has a place of its own.
std::filesystem::path data_folder(const Config& config, const std::filesystem::path& data_dir) {
  if (!config.nats.store_dir.empty()) return config.nats.store_dir;
  return data_dir.empty() ? default_data_dir() : data_dir;
}

}  // namespace

std::filesystem::path default_data_dir() {
  for (const auto& [variable, below] : {std::pair{"STATE_DIRECTORY", ""},  // systemd
                                        {"XDG_DATA_HOME", "parley"},
                                        {"HOME", ".local/share/parley"}}) {
    const char* value = ::getenv(variable);
    if (value != nullptr && *value == '/') return std::filesystem::path(value) / below;
  }
  return "/var/lib/parley";
}

Secret database_url(const Config& config, const std::filesystem::path& data_dir) {
  if (!config.database.url.empty()) return config.database.url;
  return Secret((data_folder(config, data_dir) / "parley.db").native());
}

std::filesystem::path secret_file(const Config& config, const std::filesystem::path& data_dir) {
  if (!config.application.secret_file.empty()) return config.application.secret_file;
  return data_folder(config, data_dir) / "parley.secret";
}

std::filesystem::path files_folder(const Config& config, const std::filesystem::path& data_dir) {
  if (!config.application.files.path.empty()) return config.application.files.path;
  // Beside the database, where that is a file.
  std::string_view url = config.database.url.reveal();
  if (url.starts_with("sqlite:")) url.remove_prefix(std::string_view("sqlite:").size());
  if (!url.empty() && url.find("://") == std::string_view::npos) {
    return std::filesystem::path(url).parent_path() / "files";
  }
  return data_folder(config, data_dir) / "files";
}

bus::NatsConfig nats_config(const Config& config, std::string_view process) {
  bus::NatsConfig out;
  if (!config.nats.servers.empty()) out.servers = config.nats.servers;
  out.name = fmt::format("parley {}", process);
  out.user = config.nats.user;
  out.password = config.nats.password;
  out.token = config.nats.token;
  return out;
}

MediaOptions media_options(const Config& config) {
  MediaOptions options;
  options.node_id = node_id(config);
  options.region = config.region;
  options.bus = nats_config(config, "media");
  options.room = {.auto_create = config.room.auto_create,
                  .empty_timeout = config.room.empty_timeout,
                  .departure_timeout = config.room.departure_timeout,
                  .max_participants = config.room.max_participants,
                  .enable_remote_unmute = config.room.enable_remote_unmute,
                  .data_blobs = config.enable_participant_data_blob,
                  .allow_pause = config.rtc.allow_pause,
                  .max_listed_watchers = config.room.max_listed_watchers};
  options.udp_port = config.rtc.udp_port;
  options.tcp_port = config.rtc.tcp_port == 0 ? std::nullopt : std::optional(config.rtc.tcp_port);
  // bind_addresses is for HTTP, as with LiveKit: media comes by every interface, also in
  // development, since some browsers have no candidates of their own on loopback.
  options.node_ip = IpAddress::parse(config.rtc.node_ip);
  options.interfaces = config.rtc.interfaces;
  options.loopback_candidates = config.rtc.enable_loopback_candidate;
  options.ice_lite = config.rtc.use_ice_lite;
  options.shards = config.rtc.shards;
  options.pin_shards = config.rtc.pin_shards;
  options.small_room = config.rtc.small_room;
  options.send_side_bwe = config.rtc.use_send_side_bwe;
  options.webhooks = !config.webhook.urls.empty();
  options.offloads = media::offloads_from_environment();
  // Each process has a port of its own: signaling the configured one, media the next, app the one
  // after that.
  if (config.prometheus_port != 0) {
    options.metrics = SocketAddress{internal_address(config),
                                    static_cast<std::uint16_t>(config.prometheus_port + 1)};
  }
  return options;
}

IpAddress internal_address(const Config& config) {
  if (config.bind_addresses.empty()) return IpAddress::v4(0, 0, 0, 0);
  return IpAddress::parse(config.bind_addresses.front()).value_or(IpAddress::v4(0, 0, 0, 0));
}

observability::LogConfig log_config(const Config& config, std::string_view process) {
  return {
      .process = std::string(process), .level = config.logging.level, .json = config.logging.json};
}

}  // namespace parley::apps
