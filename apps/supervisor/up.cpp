#include "apps/supervisor/up.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>

#include "apps/supervisor/nats.h"
#include "apps/supervisor/probe.h"
#include "apps/supervisor/supervisor.h"
#include "apps/supervisor/turn.h"
#include "apps/wiring/wiring.h"
#include "runtime/clock.h"
#include "runtime/file_watch.h"
#include "runtime/random.h"

namespace parley::apps {
namespace {

void print(std::string_view line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

bool wants_colour() {
  // https://no-color.org
  const char* no_colour = ::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

void print_development_warning(const Config& config) {
  const std::string text = fmt::format(
      "DEVELOPMENT MODE: key {}, {}; anybody may join any meeting. Not for a machine that others "
      "reach.",
      config.keys.front().id,
      config.keys.front().id == "devkey" ? "secret \"secret\""
                                         : "its secret from the configuration");
  std::string rule;
  for (std::size_t i = 0; i < text.size() + 2; ++i) rule += "─";
  print(fmt::format("┌{}┐\n│ {} │\n└{}┘", rule, text, rule));
}

/// An address of ours at which the port answers.
IpAddress probe_address(const Config& config) {
  if (!config.bind_addresses.empty()) {
    const auto ip = IpAddress::parse(config.bind_addresses.front());
    if (ip && !ip->is_unspecified()) return *ip;
  }
  return IpAddress::v4(127, 0, 0, 1);
}

std::string url_of(const Config& config) {
  const IpAddress ip = probe_address(config);
  return fmt::format("http://{}:{}/",
                     ip.is_loopback() ? "localhost"
                     : ip.v6          ? fmt::format("[{}]", ip.to_string())
                                      : ip.to_string(),
                     config.port);
}

std::filesystem::path state_folder(const UpOptions& options, const char* name) {
  return (options.data_dir.empty() ? default_data_dir() : std::filesystem::path(options.data_dir)) /
         name;
}

/// The relay as `parley up` looks after it.
struct Relay {
  std::vector<std::pair<std::string, std::string>> environment;  ///< For the edge.
  std::optional<runtime::FileWatch> certificate;
  Time next_look{};

  /// coturn reads its certificate again when it is asked to; calls go on.
  Time turn(const Supervisor& supervisor, Time now) {
    if (!certificate) return kNever;
    if (now < next_look) return next_look;
    next_look = now + 1s;
    const pid_t pid = supervisor.pid_of("turn");
    if (certificate->changed() && pid != 0) {
      ::kill(pid, SIGUSR2);
      print("up      the relay's certificate has changed and is read again");
    }
    return next_look;
  }
};

Relay add_relay(const Config& config, const UpOptions& options, Random& random,
                Supervisor& supervisor) {
  Relay relay;
  if (!config.turn.enabled) return relay;
  // Beside the bus' state, so that servers with folders of their own share nothing.
  const std::filesystem::path folder = config.nats.store_dir.empty()
                                           ? state_folder(options, "turn")
                                           : std::filesystem::path(config.nats.store_dir) / "turn";
  const auto turn =
      prepare_turn(config, candidate_addresses(media_options(config)), folder, random);
  if (!turn) {
    print(fmt::format("up      {}", turn.error()));
    relay.environment = {{"PARLEY_TURN_ENABLED", "false"}};
    return relay;
  }
  relay.environment = {{"PARLEY_TURN_SECRET", turn->secret.reveal()}};
  if (config.turn.tls_port != 0 && !config.turn.external_tls) {
    relay.certificate.emplace(
        std::vector<std::filesystem::path>{config.turn.cert_file, config.turn.key_file});
  }
  supervisor.add({.name = "turn",
                  .command = {turn->executable, "-c", turn->config_file.native()},
                  .environment = {},
                  .shows = is_turn_line_worth_showing});
  return relay;
}

/// What nats-server says when all is well is of no interest here.
bool is_worth_showing(std::string_view line) {
  return line.find(" [INF] ") == std::string_view::npos;
}

}  // namespace

int run_up(const Config& config, const UpOptions& options) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGCHLD}) sigaddset(&signals, number);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  sigdelset(&signals, SIGCHLD);
  const runtime::Fd stop_signal(::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));

  if (config.development) print_development_warning(config);
  runtime::SystemRandom random;
  runtime::Loop loop;
  Supervisor supervisor(loop, {.colour = wants_colour(), .print = print});

  std::vector<std::pair<std::string, std::string>> environment;
  LocalNats nats;
  if (config.nats.servers.empty()) {
    const std::filesystem::path folder = !config.nats.store_dir.empty()
                                             ? std::filesystem::path(config.nats.store_dir)
                                             : state_folder(options, "nats");
    auto prepared = prepare_nats(folder, config.nats.port, random);
    if (!prepared) {
      fmt::print(stderr, "parley up: {}\n", prepared.error());
      return 1;
    }
    nats = std::move(*prepared);
    environment = {{"PARLEY_NATS_SERVERS", nats.url}, {"PARLEY_NATS_TOKEN", nats.token.reveal()}};
    supervisor.add({.name = "nats",
                    .command = {nats.executable, "-c", nats.config_file.native()},
                    .environment = {},
                    .shows = is_worth_showing});
  }
  Relay relay = add_relay(config, options, random, supervisor);
  // Ended in the opposite order: what media tells at its end, app still delivers.
  for (const char* plane : {"app", "media", "signal"}) {
    std::vector<std::string> command{options.executable, plane};
    command.insert(command.end(), options.arguments.begin(), options.arguments.end());
    auto told = environment;
    // Only signaling makes credentials: nobody else needs to know by what.
    if (plane == std::string_view("signal")) {
      told.insert(told.end(), relay.environment.begin(), relay.environment.end());
    }
    if (plane == std::string_view("app")) {
      told.emplace_back("PARLEY_DATABASE_URL", database_url(config, options.data_dir).reveal());
      told.emplace_back("PARLEY_APPLICATION_SECRET_FILE",
                        secret_file(config, options.data_dir).native());
      told.emplace_back("PARLEY_APPLICATION_FILES_PATH",
                        files_folder(config, options.data_dir).native());
    }
    supervisor.add({.name = plane,
                    .command = std::move(command),
                    .environment = std::move(told),
                    .shows = {}});
  }

  Probe probe(loop, {probe_address(config), config.port});
  bool announced = false;
  loop.watch(stop_signal.get(), [&](runtime::Loop::Ready) {
    signalfd_siginfo info{};
    while (::read(stop_signal.get(), &info, sizeof info) > 0) supervisor.stop(0, loop.now());
  });
  loop.on_turn([&](Time now) {
    const Time next = supervisor.turn(now);
    if (supervisor.finished()) {
      loop.stop();
      return kNever;
    }
    const Time next_probe = std::min(probe.turn(now), relay.turn(supervisor, now));
    if (probe.healthy() && !announced) {
      announced = true;
      supervisor.on_ready();
      print(fmt::format("Parley is ready: {}", url_of(config)));
    }
    return std::min(next, next_probe);
  });

  supervisor.start(runtime::monotonic_now());
  loop.run();
  loop.unwatch(stop_signal.get());
  return *supervisor.finished();
}

}  // namespace parley::apps
