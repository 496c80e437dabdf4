#include "apps/command/common.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <utility>

namespace parley::apps {
namespace {

struct Shown {
  std::string_view path;
  std::string_view names;
  std::string_view help;
};
/// Those that --help lists; all other keys are flags as well: --rtc.udp_port.
constexpr std::array kShown{
    Shown{"port", "--port", "HTTP and WebSockets (7880)"},
    Shown{"bind_addresses", "--bind_addresses,--bind", "addresses to listen on, with commas"},
    Shown{"keys", "--keys", "API keys: \"id: secret\" (environment: LIVEKIT_KEYS)"},
    Shown{"key_file", "--key_file,--key-file", "file of API keys"},
    Shown{"region", "--region", "where this is"},
    Shown{"rtc.node_ip", "--rtc.node_ip,--node-ip",
          "the address that clients reach (environment: NODE_IP)"},
    Shown{"web.dir", "--web.dir,--web-dir", "the built web app"}};

}  // namespace

void CommonOptions::add_to(CLI::App& app) {
  app.add_option("-c,--config", file_, "configuration file (deploy/parley.yaml explains each key)");
  app.add_flag("--dev", development_,
               "for trying things out: key devkey, secret \"secret\", HTTP on loopback only");
  app.add_flag("--warned", warned_)->group("");
  for (const std::string_view path : config_keys()) {
    std::string names = fmt::format("--{}", path);
    std::string help;
    for (const Shown& shown : kShown) {
      if (shown.path != path) continue;
      names = shown.names;
      help = shown.help;
    }
    app.add_option_function<std::string>(
           names,
           [this, path](const std::string& value) {
             flags_.emplace_back(std::string(path), value);
           },
           help)
        ->type_name("VALUE")
        ->group(help.empty() ? "" : "Configuration keys (any key is a flag: --rtc.udp_port 7882)");
  }
}

std::expected<LoadedConfig, ConfigErrors> CommonOptions::read() const {
  return load_config(
      {.file = file_,
       .environment = [](const char* name) -> const char* { return std::getenv(name); },
       .flags = flags_,
       .development = development_});
}

std::optional<Config> CommonOptions::load() const {
  auto loaded = read();
  if (!loaded) {
    for (const std::string& error : loaded.error()) fmt::print(stderr, "{}\n", error);
    return std::nullopt;
  }
  if (!warned_) {
    for (const std::string& warning : loaded->warnings) fmt::print(stderr, "{}\n", warning);
  }
  return std::move(loaded->config);
}

std::vector<std::string> CommonOptions::arguments() const {
  std::vector<std::string> out;
  if (!file_.empty())
    out.insert(out.end(), {"--config", std::filesystem::absolute(file_).native()});
  if (development_) out.emplace_back("--dev");
  out.emplace_back("--warned");
  for (const auto& [path, value] : flags_) out.push_back(fmt::format("--{}={}", path, value));
  return out;
}

}  // namespace parley::apps
