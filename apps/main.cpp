// The `parley` executable: what is typed, and who does it.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

#include "apps/app/app.h"
#include "apps/app/commands.h"
#include "apps/command/common.h"
#include "apps/command/exit_codes.h"
#include "apps/doctor/doctor.h"
#include "apps/load/load_command.h"
#include "apps/media/media.h"
#include "apps/signal/signal.h"
#include "apps/supervisor/up.h"
#include "apps/token/token_command.h"
#include "apps/wiring/wiring.h"
#include "runtime/clock.h"
#include "runtime/random.h"

namespace parley::apps {
namespace {

std::filesystem::path own_executable() { return std::filesystem::read_symlink("/proc/self/exe"); }

/// A subcommand that needs the configuration: `run` is given it, or what is wrong with it is
/// printed.
CLI::App& with_config(CLI::App& parent, const std::string& name, const std::string& help,
                      CommonOptions& common, int& exit_code,
                      std::function<int(const Config&)> run) {
  CLI::App& command = *parent.add_subcommand(name, help);
  common.add_to(command);
  command.callback([&common, &exit_code, run = std::move(run)] {
    const auto config = common.load();
    exit_code = config ? run(*config) : kExitConfig;
  });
  return command;
}

/// A key from flags or the environment needs no configuration at all.
int print_token(const CommonOptions& common, const signaling::ApiKey& explicit_key,
                const TokenRequest& request) {
  signaling::ApiKey key = explicit_key;
  if (key.id.empty() || key.secret.empty()) {
    const auto config = common.load();
    if (!config) return kExitConfig;
    key = config->keys.front();
  }
  runtime::SystemRandom random;
  const WallTime now = runtime::clock_offset().wall(runtime::monotonic_now());
  const auto token = create_token(request, key, random, now);
  if (!token) {
    fmt::print(stderr, "parley token create: {}\n", token.error());
    return kExitConfig;
  }
  fmt::print("{}\n", *token);
  return 0;
}

void add_token_options(CLI::App& command, TokenRequest& request) {
  command.add_option("--room", request.room, "the room that may be joined")->required();
  command.add_option("--identity", request.identity,
                     "unique within the room (made up if not given)");
  command.add_option("--name", request.name, "shown to the others");
  command.add_option("--valid-for", request.valid_for, "6h, 30m, 90s")->capture_default_str();
  command.add_option("--metadata", request.metadata, "text for the application");
  command.add_option("--attribute", request.attributes, "key=value; may be given again");
  command.add_option("--kind", request.kind, "standard, agent, egress, ingress, sip")
      ->capture_default_str();
  command.add_option("--can-publish", request.can_publish, "true or false")->capture_default_str();
  command.add_option("--can-subscribe", request.can_subscribe, "true or false")
      ->capture_default_str();
  command.add_option("--can-publish-data", request.can_publish_data,
                     "true or false (like --can-publish)");
  command.add_option(
      "--source", request.sources,
      "publish only camera, microphone, screen_share, screen_share_audio; may be given again");
  command.add_flag("--can-update-own-metadata", request.can_update_own_metadata,
                   "name, metadata and attributes may be changed by the participant");
  command.add_flag("--admin", request.admin, "may moderate the room");
  command.add_flag("--hidden", request.hidden, "not shown to the others");
}

int run(int argc, char** argv) {
  CLI::App app("Parley: self-hosted real-time video.\n", "parley");
  app.require_subcommand(1);
  int exit_code = 0;
  CommonOptions common;
  const std::filesystem::path executable = own_executable();

  std::string data_dir;
  CLI::App& up = with_config(app, "up", "everything on this machine, under one supervisor", common,
                             exit_code, [&](const Config& config) {
                               return run_up(config, {.executable = executable.native(),
                                                      .arguments = common.arguments(),
                                                      .data_dir = data_dir});
                             });
  up.add_option("--data-dir", data_dir, "where state is kept (~/.local/share/parley)");

  with_config(app, "signal", "the signalling edge: HTTP, WebSockets, the web app", common,
              exit_code, [&](const Config& config) {
                return run_signal(
                    config, executable, [&common] { return common.read(); },
                    observability::Log(log_config(config, "signal")));
              });
  with_config(
      app, "media", "a media node: rooms and packets", common, exit_code, [](const Config& config) {
        return run_media(media_options(config), observability::Log(log_config(config, "media")));
      });
  CLI::App& application = *app.add_subcommand(
      "app", "people and meetings, and what backends are told; with no further word: serve");
  common.add_to(application);
  add_app_commands(application, [&common] { return common.load(); }, exit_code);
  application.callback([&] {
    if (!application.get_subcommands().empty()) return;
    const auto config = common.load();
    exit_code =
        config ? run_app(*config, observability::Log(log_config(*config, "app"))) : kExitConfig;
  });
  CLI::App& doctor =
      *app.add_subcommand("doctor", "is this machine fit for it, and what to do if not");
  common.add_to(doctor);
  doctor.callback([&] {
    // A machine can be looked at before there is a configuration, or a right one.
    const auto loaded = common.read();
    const bool colour = ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
    std::vector<Finding> findings;
    for (const std::string& warning : loaded ? loaded->warnings : std::vector<std::string>()) {
      findings.push_back({Verdict::warn, warning, {}});
    }
    for (const std::string& error : loaded ? ConfigErrors() : loaded.error()) {
      findings.push_back({Verdict::fail, error, {}});
    }
    const Config config = loaded ? loaded->config : Config();
    for (Finding& finding : examine(config, executable)) findings.push_back(std::move(finding));
    exit_code = report(findings, colour);
    if (!loaded) exit_code = kExitConfig;
  });

  CLI::App& token = *app.add_subcommand("token", "access tokens");
  token.require_subcommand(1);
  CLI::App& create = *token.add_subcommand("create", "print a token for a room");
  TokenRequest request;
  std::string key_id;
  std::string secret;
  common.add_to(create);
  add_token_options(create, request);
  create.add_option("--api-key", key_id, "id of the key to sign with (the first one configured)")
      ->envname("LIVEKIT_API_KEY");
  create.add_option("--api-secret", secret, "its secret")->envname("LIVEKIT_API_SECRET");
  create.callback([&] { exit_code = print_token(common, {key_id, Secret(secret)}, request); });

  LoadOptions load_options;
  CLI::App& load = *app.add_subcommand("load", "measure a server with many clients");
  add_load_options(load, load_options);
  load.callback([&] { exit_code = run_load(load_options, PARLEY_VERSION); });

  app.add_subcommand("version", "print the version")->callback([] {
    fmt::print("parley {}\n", PARLEY_VERSION);
  });

  try {
    app.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    const std::string typed = argc > 1 ? argv[1] : "-";
    const auto is_typed = [&](const CLI::App* command) { return command->get_name() == typed; };
    if (typed.starts_with('-') || !app.get_subcommands(is_typed).empty()) {
      app.exit(error);
      return kExitConfig;
    }
    fmt::print(stderr, "parley: {} is no subcommand; parley --help lists them\n", typed);
    return kExitConfig;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kExitConfig;
  }
  return exit_code;
}

}  // namespace
}  // namespace parley::apps

int main(int argc, char** argv) {
  try {
    return parley::apps::run(argc, argv);
  } catch (const std::exception& error) {
    // While starting up only; nothing throws once a process runs.
    fmt::print(stderr, "parley: {}\n", error.what());
    return parley::apps::kExitFailure;
  }
}
