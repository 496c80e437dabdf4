#include "apps/config/settings.h"

#include <algorithm>
#include <array>
#include <vector>

namespace parley::apps {
namespace {

// `member` of the Config, read as its type says.
#define PARLEY_SETTING(path, member)                                             \
  Setting {                                                                      \
    path, [](const YAML::Node& v, Config& c) { return read_value(v, c.member); } \
  }

constexpr std::array kSettings{
    PARLEY_SETTING("port", port),
    PARLEY_SETTING("bind_addresses", bind_addresses),
    PARLEY_SETTING("keys", keys),
    Setting{"key_file",
            [](const YAML::Node& v, Config& c) { return read_key_file(v, c.keys, c.key_file); }},
    PARLEY_SETTING("region", region),
    PARLEY_SETTING("node_id", node_id),
    PARLEY_SETTING("development", development),
    PARLEY_SETTING("log_level", logging.level),
    PARLEY_SETTING("logging.level", logging.level),
    PARLEY_SETTING("logging.json", logging.json),
    Setting{"rtc.udp_port",
            [](const YAML::Node& v, Config& c) { return read_port_range(v, c.rtc.udp_port); }},
    PARLEY_SETTING("rtc.tcp_port", rtc.tcp_port),
    PARLEY_SETTING("rtc.node_ip", rtc.node_ip),
    PARLEY_SETTING("rtc.interfaces.includes", rtc.interfaces),
    PARLEY_SETTING("rtc.use_ice_lite", rtc.use_ice_lite),
    PARLEY_SETTING("rtc.enable_loopback_candidate", rtc.enable_loopback_candidate),
    PARLEY_SETTING("rtc.shards", rtc.shards),
    PARLEY_SETTING("rtc.pin_shards", rtc.pin_shards),
    PARLEY_SETTING("rtc.small_room", rtc.small_room),
    PARLEY_SETTING("rtc.congestion_control.use_send_side_bwe", rtc.use_send_side_bwe),
    PARLEY_SETTING("rtc.congestion_control.allow_pause", rtc.allow_pause),
    PARLEY_SETTING("rtc.turn_servers", rtc.turn_servers),
    PARLEY_SETTING("turn.enabled", turn.enabled),
    PARLEY_SETTING("turn.domain", turn.domain),
    PARLEY_SETTING("turn.cert_file", turn.cert_file),
    PARLEY_SETTING("turn.key_file", turn.key_file),
    PARLEY_SETTING("turn.tls_port", turn.tls_port),
    PARLEY_SETTING("turn.udp_port", turn.udp_port),
    PARLEY_SETTING("turn.relay_range_start", turn.relay_range_start),
    PARLEY_SETTING("turn.relay_range_end", turn.relay_range_end),
    PARLEY_SETTING("turn.external_tls", turn.external_tls),
    PARLEY_SETTING("turn.ttl_seconds", turn.ttl),
    PARLEY_SETTING("turn.per_user_relay_allocation_limit", turn.allocations_per_session),
    PARLEY_SETTING("turn.secret", turn.secret),
    PARLEY_SETTING("room.auto_create", room.auto_create),
    PARLEY_SETTING("room.empty_timeout", room.empty_timeout),
    PARLEY_SETTING("room.departure_timeout", room.departure_timeout),
    PARLEY_SETTING("room.max_participants", room.max_participants),
    PARLEY_SETTING("room.max_listed_watchers", room.max_listed_watchers),
    PARLEY_SETTING("room.enable_remote_unmute", room.enable_remote_unmute),
    PARLEY_SETTING("room.room_configurations", room.configurations),
    PARLEY_SETTING("enable_participant_data_blob", enable_participant_data_blob),
    PARLEY_SETTING("limit.max_connections", limit.max_connections),
    PARLEY_SETTING("limit.max_metadata_size", limit.max_metadata_size),
    PARLEY_SETTING("limit.max_attributes_size", limit.max_attributes_size),
    PARLEY_SETTING("limit.max_room_name_length", limit.max_room_name_length),
    PARLEY_SETTING("limit.signal_message_size_limit", limit.signal_message_size_limit),
    PARLEY_SETTING("nats.servers", nats.servers),
    PARLEY_SETTING("nats.user", nats.user),
    PARLEY_SETTING("nats.password", nats.password),
    PARLEY_SETTING("nats.token", nats.token),
    PARLEY_SETTING("nats.port", nats.port),
    PARLEY_SETTING("nats.store_dir", nats.store_dir),
    PARLEY_SETTING("database.url", database.url),
    PARLEY_SETTING("application.address", application.address),
    PARLEY_SETTING("application.port", application.port),
    PARLEY_SETTING("application.secret_file", application.secret_file),
    PARLEY_SETTING("application.token_life", application.token_life),
    PARLEY_SETTING("application.files.path", application.files.path),
    PARLEY_SETTING("application.files.max_mb", application.files.max_mb),
    PARLEY_SETTING("application.files.max_mb_per_person", application.files.max_mb_per_person),
    PARLEY_SETTING("application.files.max_mb_per_meeting", application.files.max_mb_per_meeting),
    PARLEY_SETTING("web.dir", web.dir),
    PARLEY_SETTING("web.open_meetings", web.open_meetings),
    PARLEY_SETTING("webhook.api_key", webhook.api_key),
    PARLEY_SETTING("webhook.urls", webhook.urls),
    PARLEY_SETTING("webhook.filter_params.include_events", webhook.include_events),
    PARLEY_SETTING("webhook.filter_params.exclude_events", webhook.exclude_events),
    PARLEY_SETTING("prometheus.port", prometheus_port),
    PARLEY_SETTING("prometheus_port", prometheus_port),
};
#undef PARLEY_SETTING

constexpr std::array kInactive{
    Inactive{"redis.", "Parley's processes talk over NATS, see nats.servers"},
    Inactive{"rtc.port_range_start", "all clients share the ports from rtc.udp_port on"},
    Inactive{"rtc.port_range_end", "all clients share the ports from rtc.udp_port on"},
    Inactive{"rtc.use_external_ip", "set rtc.node_ip to the address that clients reach"},
    Inactive{"rtc.stun_servers",
             "the server's candidates are host candidates; no STUN server is asked"},
    Inactive{"rtc.congestion_control.enabled",
             "bandwidth is always estimated, and layers chosen by it"},
    Inactive{"rtc.congestion_control.stream_allocator.", ""},
    Inactive{"rtc.congestion_control.remote_bwe.", ""},
    Inactive{"rtc.congestion_control.send_side_bwe.", ""},
    Inactive{"rtc.congestion_control.send_side_bandwidth_estimation.", ""},
    Inactive{"rtc.congestion_control.use_send_side_bwe_interceptor",
             "use_send_side_bwe is for the one that there is"},
    Inactive{"rtc.allow_tcp_fallback",
             "TCP candidates are always offered, unless rtc.tcp_port is 0"},
    Inactive{"rtc.pli_throttle.", "key frames are asked for once for all subscribers of a track"},
    Inactive{"rtc.interfaces.excludes", "list the wanted ones in rtc.interfaces.includes"},
    Inactive{"rtc.ips.", "list the wanted interfaces in rtc.interfaces.includes"},
    Inactive{"rtc.use_mdns", "the server has nothing to ask mDNS for: clients check its addresses"},
    Inactive{"rtc.batch_io.", "packets are always sent and received in batches"},
    Inactive{"rtc.packet_buffer_size", "memory for packets is shared by all tracks of a core"},
    Inactive{"rtc.packet_buffer_size_video",
             "memory for packets is shared by all tracks of a core"},
    Inactive{"rtc.packet_buffer_size_audio",
             "memory for packets is shared by all tracks of a core"},
    Inactive{"rtc.force_tcp", "to try TCP alone, close the UDP ports in the firewall"},
    Inactive{"rtc.strict_acks", "Parley decides for itself which reports it believes"},
    Inactive{"rtc.reconnect_on_publication_error", ""},
    Inactive{"rtc.reconnect_on_subscription_error", ""},
    Inactive{"rtc.reconnect_on_data_channel_error", ""},
    Inactive{"rtc.data_channel_max_buffered_amount", "each data channel has a bound of its own"},
    Inactive{"rtc.datachannel_slow_threshold", "each data channel has a bound of its own"},
    Inactive{"room.enabled_codecs", ""},
    Inactive{"room.playout_delay.", ""},
    Inactive{"room.sync_streams", ""},
    Inactive{"room.create_room_enabled", ""},
    Inactive{"room.create_room_timeout", "creating a room waits four seconds for a media node"},
    Inactive{"room.create_room_attempts", "creating a room is tried until that time is over"},
    Inactive{"logging.pion_level", "there is no pion in Parley; logging.level is for all of it"},
    Inactive{"logging.sample", "lines that could come in masses are counted instead"},
    Inactive{"logging.component_levels.", "logging.level is for all of it"},
    Inactive{"audio.", ""},
    Inactive{"video.", ""},
    Inactive{"turn.bind_addresses", "the relay listens on all addresses"},
    Inactive{"turn.allow_cidrs", "the relay reaches the media node and nothing else"},
    Inactive{"turn.deny_cidrs", "the relay reaches the media node and nothing else"},
    Inactive{"turn.allow_restricted_peer_cidrs",
             "the relay reaches the media node and nothing else"},
    Inactive{"turn.deny_peer_cidrs", "the relay reaches the media node and nothing else"},
    Inactive{"ingress.", "LiveKit's ingress daemon attaches by Redis; Parley takes WHIP itself"},
    Inactive{"signal_relay.", "signaling and media talk over NATS, see nats.servers"},
    Inactive{"psrpc.", "signaling and media talk over NATS, see nats.servers"},
    Inactive{"node_selector.", "a new room goes to the node with the fewest participants"},
    Inactive{"agents.", "nothing is recorded for agents; any number of workers may register"},
    Inactive{"api.", ""},
    Inactive{"metric.", ""},
    Inactive{"trace.", "Parley exports counters (prometheus.port), no traces"},
    Inactive{"limit.num_tracks", ""},
    Inactive{"limit.bytes_per_sec", ""},
    Inactive{"limit.subscription_limit_video", ""},
    Inactive{"limit.subscription_limit_audio", ""},
    Inactive{"limit.max_participant_identity_length", "limit.max_room_name_length covers it"},
    Inactive{"limit.max_participant_name_length", "limit.max_room_name_length covers it"},
    Inactive{"prometheus.username", "bind the port to a private address instead"},
    Inactive{"prometheus.password", "bind the port to a private address instead"},
    Inactive{"enable_data_tracks", ""},
};

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('.') + 1); }

}  // namespace

std::span<const Setting> settings() { return kSettings; }
std::span<const Inactive> inactive_settings() { return kInactive; }

std::string closest_setting(std::string_view path) {
  constexpr std::size_t kLongest = 64;  // Nobody meant something longer.
  if (path.size() > kLongest) return {};
  std::string_view best;
  std::size_t best_distance = 1 + path.size() / 4;
  const auto consider = [&](std::string_view known) {
    // In the wrong section, or misspelt.
    const std::size_t d = last_part(known) == last_part(path) ? 1 : distance(known, path);
    if (d <= best_distance && (best.empty() || d < best_distance)) {
      best = known;
      best_distance = d;
    }
  };
  for (const Setting& setting : kSettings) {
    consider(setting.path);
    // Sections can be misspelt, too.
    if (const std::size_t dot = setting.path.find('.'); dot != std::string_view::npos) {
      consider(setting.path.substr(0, dot));
    }
  }
  return std::string(best);
}

}  // namespace parley::apps
