#include "apps/app/app.h"

#include <signal.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>

#include "application/people/sessions.h"
#include "application/schema/schema.h"
#include "application/store/store.h"
#include "application/webhooks/service.h"
#include "apps/app/open_database.h"
#include "apps/command/exit_codes.h"
#include "apps/metrics/metrics_port.h"
#include "apps/wiring/wiring.h"
#include "bus/nats_bus.h"
#include "runtime/clock.h"
#include "runtime/random.h"

namespace parley::apps {
namespace {

using application::store::Store;
using application::webhooks::Service;

/// Removes, for as long as the loop runs, the sessions that have ended.
void keep_sweeping(boost::asio::steady_timer& timer, Store& store) {
  constexpr auto kInterval = std::chrono::minutes(10);
  const WallTime now{runtime::read_clock(CLOCK_REALTIME)};
  store.write(
      [now](application::store::Transaction& t) {
        return application::people::sweep_sessions(t, now);
      },
      [](const auto&) {});  // What stays is refused all the same, and tried again.
  timer.expires_after(kInterval);
  timer.async_wait([&](const boost::system::error_code& cancelled) {
    if (!cancelled) keep_sweeping(timer, store);
  });
}

/// The configured key, or the first: it was checked that there is one.
const signaling::ApiKey& signing_key(const Config& config) {
  const auto named = std::ranges::find(config.keys, config.webhook.api_key, &signaling::ApiKey::id);
  return named == config.keys.end() ? config.keys.front() : *named;
}

}  // namespace

int run_app(const Config& config, const observability::Log& log) {
  boost::asio::io_context loop(1);
  runtime::SystemRandom random;
  bus::NatsBus bus(
      nats_config(config, "app"),
      [&loop](std::function<void()> task) { boost::asio::post(loop, std::move(task)); },
      [&log](std::string_view problem) { log.warn("bus", {{"what", problem}}); });

  auto webhooks = Service::open({.urls = config.webhook.urls,
                                 .key = signing_key(config),
                                 .filter = {.include_events = config.webhook.include_events,
                                            .exclude_events = config.webhook.exclude_events},
                                 .holder = node_id(config)},
                                loop, bus, random, log);
  if (!webhooks) {
    log.error("configuration", {{"what", webhooks.error()}});
    return kExitConfig;
  }

  auto database = Store::open(
      database_url(config), application::schema(),
      [&loop](std::function<void()> task) { boost::asio::post(loop, std::move(task)); });
  if (!database) {
    log.error("database", {{"what", database.error().what}});
    return exit_code_of(database.error());
  }

  observability::Registry registry;
  const auto registration = registry.add([&](observability::Exposition& out) {
    (*webhooks)->expose(out);
    (*database)->expose(out);
  });
  std::unique_ptr<MetricsPort> metrics_port;
  if (config.prometheus_port != 0) {
    // After those of signaling and media.
    const auto port = static_cast<std::uint16_t>(config.prometheus_port + 2);
    auto opened = MetricsPort::open({internal_address(config), port}, registry);
    if (!opened) {
      log.error("cannot open the metrics port", {{"port", port}, {"why", opened.error()}});
      return kExitConfig;
    }
    metrics_port = std::move(*opened);
  }

  boost::asio::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (!error) loop.stop();
  });
  (*webhooks)->start();
  boost::asio::steady_timer sweeping(loop);
  keep_sweeping(sweeping, **database);
  log.info("application is up", {{"webhooks", config.webhook.urls.size()},
                                 {"database", to_string((*database)->engine())}});
  loop.run();
  log.info("application is stopping");
  return 0;
}

}  // namespace parley::apps
