#include "apps/supervisor/up.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "apps/supervisor/nats.h"
#include "apps/supervisor/probe.h"
#include "apps/supervisor/supervisor.h"
#include "runtime/clock.h"
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

std::filesystem::path default_data_dir() {
  for (const auto& [variable, below] : {std::pair{"STATE_DIRECTORY", ""},  // systemd
                                        {"XDG_DATA_HOME", "parley"},
                                        {"HOME", ".local/share/parley"}}) {
    const char* value = ::getenv(variable);
    if (value != nullptr && *value == '/') return std::filesystem::path(value) / below;
  }
  return "/var/lib/parley";
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
    const std::filesystem::path folder =
        !config.nats.store_dir.empty() ? std::filesystem::path(config.nats.store_dir)
        : !options.data_dir.empty()    ? std::filesystem::path(options.data_dir) / "nats"
                                       : default_data_dir() / "nats";
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
  for (const char* plane : {"media", "signal"}) {
    std::vector<std::string> command{options.executable, plane};
    command.insert(command.end(), options.arguments.begin(), options.arguments.end());
    supervisor.add(
        {.name = plane, .command = std::move(command), .environment = environment, .shows = {}});
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
    const Time next_probe = probe.turn(now);
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
