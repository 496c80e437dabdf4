#include "apps/app/app.h"

#include <signal.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <memory>

#include "application/files/folder.h"
#include "application/people/second_factor.h"
#include "application/people/vault.h"
#include "application/quality/intake.h"
#include "application/schema/schema.h"
#include "application/store/store.h"
#include "application/webhooks/service.h"
#include "apps/app/meetings.h"
#include "apps/app/open_database.h"
#include "apps/app/server_secret.h"
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

/// The configured key, or the first: it was checked that there is one.
const signaling::ApiKey& signing_key(const Config& config) {
  const auto named = std::ranges::find(config.keys, config.webhook.api_key, &signaling::ApiKey::id);
  return named == config.keys.end() ? config.keys.front() : *named;
}

/// Whoever brought the database here and left the secret behind should hear of it before the first
/// person stands at a door that does not open.
void warn_of_unreadable_codes(Store& store, const application::people::Vault& vault,
                              const observability::Log& log) {
  store.read(
      [&vault](application::store::Transaction& transaction) {
        return application::people::count_unreadable_totp(transaction, vault);
      },
      [&log](const auto& count) {
        if (!count || *count == 0) return;
        log.warn(
            "one-time codes cannot be read: application.secret_file is not the one by which "
            "they were sealed",
            {{"accounts", *count}});
      });
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

  const auto secret = read_or_make_secret(secret_file(config), random);
  if (!secret) {
    log.error("the server's secret", {{"what", secret.error()}});
    return kExitConfig;
  }
  const application::people::Vault vault(*secret);

  auto database = Store::open(
      database_url(config), application::schema(),
      [&loop](std::function<void()> task) { boost::asio::post(loop, std::move(task)); });
  if (!database) {
    log.error("database", {{"what", database.error().what}});
    return exit_code_of(database.error());
  }

  warn_of_unreadable_codes(**database, vault, log);
  const WallTime now = runtime::clock_offset().wall(runtime::monotonic_now());
  auto storage = application::files::Folder::open(files_folder(config), now);
  if (!storage) {
    log.error("cannot keep files", {{"why", storage.error()}});
    return kExitConfig;
  }

  application::quality::Intake quality(bus, **database, log);
  observability::Registry registry;
  const auto registration = registry.add([&](observability::Exposition& out) {
    (*webhooks)->expose(out);
    (*database)->expose(out);
    quality.expose(out);
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
  Meetings meetings(loop, config, bus, **database, **storage, vault, random, log);
  const auto meetings_registration =
      registry.add([&](observability::Exposition& out) { meetings.expose(out); });
  if (auto opened = meetings.start(); !opened) {
    log.error("cannot serve meetings", {{"why", opened.error()}});
    return kExitConfig;
  }
  (*webhooks)->start();
  quality.start();
  log.info("application is up", {{"webhooks", config.webhook.urls.size()},
                                 {"database", to_string((*database)->engine())}});
  loop.run();
  meetings.shutdown();
  log.info("application is stopping");
  return 0;
}

}  // namespace parley::apps
