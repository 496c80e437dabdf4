#include "apps/signal/signal.h"

#include <signal.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <system_error>

#include "apps/command/exit_codes.h"
#include "apps/metrics/metrics_port.h"
#include "apps/signal/relays.h"
#include "apps/wiring/wiring.h"
#include "observability/metrics.h"
#include "runtime/random.h"
#include "signaling/http/server.h"

namespace parley::apps {
namespace {

/// From the goodbye to the end: clients need no longer to read it.
constexpr auto kFarewell = std::chrono::milliseconds(1500);

constexpr auto kKeyCheck = std::chrono::seconds(1);

std::vector<std::filesystem::path> key_files(const KeyReload::Load& load) {
  auto loaded = load();
  return loaded ? std::move(loaded->files) : std::vector<std::filesystem::path>();
}

}  // namespace

std::filesystem::path find_web_folder(const Config& config,
                                      const std::filesystem::path& executable) {
  if (!config.web.dir.empty()) return config.web.dir;
  const std::filesystem::path folder = executable.parent_path();
  for (const char* place : {"../web/dist", "web/dist", "../../web/dist", "../share/parley/web"}) {
    std::error_code error;
    const auto found = std::filesystem::canonical(folder / place, error);
    if (!error && std::filesystem::exists(found / "index.html", error)) return found;
  }
  return {};
}

signaling::Options signal_options(const Config& config, const std::filesystem::path& executable) {
  signaling::Options options;
  if (!config.bind_addresses.empty()) options.addresses = config.bind_addresses;
  options.port = config.port;
  options.keys = signaling::KeyRing(config.keys);
  options.web_folder = find_web_folder(config, executable);
  options.room_presets = config.room.configurations;
  options.ice_servers = relays(config, candidate_addresses(media_options(config)));
  options.placement = {.region = config.region, .auto_create = config.room.auto_create};
  options.limits.name_bytes = config.limit.max_room_name_length;
  options.limits.metadata_bytes = config.limit.max_metadata_size;
  options.limits.attributes_bytes = config.limit.max_attributes_size;
  options.max_sockets = config.limit.max_connections;
  options.frame_bytes = config.limit.signal_message_size_limit;
  return options;
}

int run_signal(const Config& config, const std::filesystem::path& executable,
               const KeyReload::Load& load, const observability::Log& log) {
  boost::asio::io_context loop(1);
  runtime::SystemRandom random;
  signaling::Options options = signal_options(config, executable);

  observability::Registry registry;
  signaling::Metrics metrics;
  const auto registration =
      registry.add([&metrics](observability::Exposition& out) { signaling::expose(metrics, out); });
  std::unique_ptr<MetricsPort> metrics_port;
  if (config.prometheus_port != 0) {
    auto opened = MetricsPort::open({internal_address(config), config.prometheus_port}, registry);
    if (!opened) {
      log.error("cannot open the metrics port",
                {{"port", config.prometheus_port}, {"why", opened.error()}});
      return kExitConfig;
    }
    metrics_port = std::move(*opened);
  }

  bus::NatsBus bus(
      nats_config(config, "signal"),
      [&loop](std::function<void()> task) { boost::asio::post(loop, std::move(task)); },
      [&log](std::string_view problem) { log.warn("bus", {{"what", problem}}); });
  signaling::Server server(loop, bus, options, random, metrics);
  if (const auto listening = server.listen(); !listening) {
    log.error("cannot listen", {{"why", listening.error()}});
    return kExitConfig;
  }

  boost::asio::signal_set signals(loop, SIGINT, SIGTERM);
  boost::asio::steady_timer farewell(loop);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    log.info("signalling is stopping", {{"clients", metrics.clients_connected.value()}});
    server.shutdown();
    farewell.expires_after(metrics.clients_connected.value() > 0 ? kFarewell
                                                                 : std::chrono::milliseconds(0));
    farewell.async_wait([&](const boost::system::error_code&) { loop.stop(); });
  });

  KeyReload reload(load, key_files(load), options.keys, metrics, log);
  boost::asio::steady_timer reload_timer(loop);
  const std::function<void()> check_keys = [&] {
    reload.check();
    reload_timer.expires_after(kKeyCheck);
    reload_timer.async_wait([&](const boost::system::error_code& error) {
      if (!error) check_keys();
    });
  };
  check_keys();

  log.info("signalling is up",
           {{"port", server.port()},
            {"web", options.web_folder.empty() ? "none" : options.web_folder.native()}});
  loop.run();
  return 0;
}

}  // namespace parley::apps
