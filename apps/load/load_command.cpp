#include "apps/load/load_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <fstream>

#include "apps/command/exit_codes.h"
#include "apps/config/parse.h"
#include "load/run/report.h"
#include "runtime/random.h"

namespace parley::apps {
namespace {

std::atomic<bool> stop{false};
static_assert(std::atomic<bool>::is_always_lock_free);

/// The second time it is meant as usual.
void on_interrupt(int signal) {
  stop = true;
  std::signal(signal, SIG_DFL);
}

std::expected<std::vector<std::string>, std::string> read_tokens(const std::string& path) {
  std::vector<std::string> out;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) out.push_back(line);
  }
  if (out.empty()) return std::unexpected(fmt::format("--tokens {}: no token is there", path));
  return out;
}

std::expected<load::Shape, std::string> shape_of(const std::string& word) {
  using enum load::Shape;
  for (const load::Shape shape : {livestream, meeting, audio, churn, webinar}) {
    if (word == load::to_string(shape)) return shape;
  }
  return std::unexpected(
      fmt::format("{}: must be livestream, meeting, audio, churn or webinar", word));
}

void print_progress(const load::Progress& now) {
  const load::Standing& all = now.standing;
  const std::uint64_t sent = all.received.packets + all.received.lost;
  const double loss =
      sent == 0 ? 0 : 100.0 * static_cast<double>(all.received.lost) / static_cast<double>(sent);
  fmt::print(
      stderr,
      "{:>5} s  {:<9} {}/{} in  {:.0f} packets/s  {:.3f} % lost  server {:.0f} %  we {:.0f} %\n",
      to_ms(now.since_start) / 1000, now.measuring ? "measuring" : "joining", all.inside, now.asked,
      now.packets_per_second, loss, 100 * now.server_cores, 100 * now.own_cores);
}

}  // namespace

void add_load_options(CLI::App& command, LoadOptions& options) {
  command.add_option("shape", options.shape, "livestream, meeting, audio, churn or webinar")
      ->capture_default_str();
  command.add_option("--url", options.url, "of the server")
      ->envname("LIVEKIT_URL")
      ->capture_default_str();
  command.add_option("--api-key", options.key_id, "id of the key that tokens are signed with")
      ->envname("LIVEKIT_API_KEY");
  command.add_option("--api-secret", options.secret, "its secret")->envname("LIVEKIT_API_SECRET");
  command.add_flag("--dev", options.development, "the key of `parley up --dev` (and of livekit's)");
  command.add_option("--room", options.room, "made up if not given");
  command.add_option(
      "--tokens", options.tokens,
      "file with a token in each line, one for each participant, instead of the key");
  command.add_option("--publishers", options.publishers,
                     "how many send (of a meeting: how many there are); 0: another program does");
  command.add_option("--subscribers", options.subscribers, "how many only receive");
  command.add_option("--duration", options.duration, "to measure, once all have joined: 30s, 5m")
      ->capture_default_str();
  command.add_option("--join-rate", options.join_rate,
                     "participants a second; 0: 50, or 5 of those who come and go");
  command.add_option("--codec", options.codec, "vp8, h264 or av1")->capture_default_str();
  command.add_flag("--simulcast,!--no-simulcast", options.simulcast,
                   "cameras in three sizes (not with av1)");
  command.add_flag("!--no-audio", options.audio, "cameras only");
  command.add_flag("!--no-video", options.video, "microphones only");
  command.add_option("--samples", options.samples,
                     "folder of what is published (load/samples/encode); otherwise built in");
  command.add_option("--packet-size", options.packet_size,
                     "instead of encoded frames: packets of so many bytes, before SRTP");
  command.add_option("--frame-packets", options.frame_packets, "with --packet-size: of a frame")
      ->capture_default_str();
  command.add_option("--fps", options.fps, "with --packet-size: frames a second")
      ->capture_default_str();
  command
      .add_option("--tiles", options.tiles,
                  "of a meeting's grid: others' cameras beyond are not sent")
      ->capture_default_str();
  command.add_flag("--v0,!--v1", options.v0,
                   "two peer connections (/rtc) instead of one (/rtc/v1)");
  command.add_option("--suite", options.suite, "of SRTP: gcm, cm or any")->capture_default_str();
  command.add_option("--threads", options.threads, "for packets")->capture_default_str();
  command
      .add_option("--pid", options.pids, "processes of the server, to measure their CPU and memory")
      ->delimiter(',');
  command.add_option("--json", options.json, "file for the results (- for the standard output)");
  command.add_option("--max-loss", options.max_loss_percent, "per cent; more is a failure")
      ->capture_default_str();
  command.add_option("--seed", options.seed, "repeats identities and phases; otherwise made up");
}

std::expected<load::RunConfig, std::string> read_load_options(const LoadOptions& options,
                                                              Random& random) {
  load::RunConfig out;
  out.url = options.url;
  out.key = {options.key_id, Secret(options.secret)};
  if (options.development) out.key = {"devkey", Secret("secret")};
  if (!options.tokens.empty()) {
    auto tokens = read_tokens(options.tokens);
    if (!tokens) return std::unexpected(tokens.error());
    out.tokens = std::move(*tokens);
  } else if (out.key.id.empty() || out.key.secret.empty()) {
    return std::unexpected("--api-key and --api-secret (or --dev) say how to sign tokens");
  }
  const auto shape = shape_of(options.shape);
  if (!shape) return std::unexpected(shape.error());
  out.order.shape = *shape;
  const auto duration = parse_seconds(options.duration);
  if (!duration) {
    return std::unexpected(
        fmt::format("--duration {}: must be a time like 30s or 5m", options.duration));
  }
  out.order.duration = *duration;
  if (options.codec == "vp8") {
    out.order.codec = load::Codec::vp8;
  } else if (options.codec == "h264") {
    out.order.codec = load::Codec::h264;
  } else if (options.codec == "av1") {
    out.order.codec = load::Codec::av1;
  } else {
    return std::unexpected(fmt::format("--codec {}: must be vp8, h264 or av1", options.codec));
  }
  if (options.suite == "gcm") {
    out.suite = srtp::Suite::aead_aes_128_gcm;
  } else if (options.suite == "cm") {
    out.suite = srtp::Suite::aes_128_cm_sha1_80;
  } else if (options.suite != "any") {
    return std::unexpected(fmt::format("--suite {}: must be gcm, cm or any", options.suite));
  }
  out.order.publishers = options.publishers;
  out.order.subscribers = options.subscribers;
  out.order.join_rate = options.join_rate;
  if (options.join_rate == 0) out.order.join_rate = *shape == load::Shape::churn ? 5 : 50;
  out.order.simulcast = options.simulcast && out.order.codec != load::Codec::av1;
  out.order.audio = options.audio;
  out.order.video = options.video;
  out.order.samples = options.samples;
  out.order.packet_size = options.packet_size;
  out.order.frame_packets = options.frame_packets;
  out.order.fps = options.fps;
  out.order.tiles = options.tiles;
  out.order.single_peer = !options.v0;
  out.order.seed = options.seed != 0 ? options.seed : random.u64();
  out.threads = options.threads;
  out.servers = options.pids;
  out.room = options.room.empty() ? "load-" + random.token(6) : options.room;
  return out;
}

int run_load(const LoadOptions& options, std::string_view version) {
  runtime::SystemRandom random;
  const auto config = read_load_options(options, random);
  if (!config) {
    fmt::print(stderr, "parley load: {}\n", config.error());
    return kExitConfig;
  }
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
  const bool watched = isatty(STDERR_FILENO) == 1;
  auto result = load::run(*config, stop, [&](const load::Progress& now) {
    if (watched) print_progress(now);
  });
  if (!result) {
    fmt::print(stderr, "parley load: {}\n", result.error());
    return kExitConfig;
  }
  result->version = version;
  const auto failures = load::failures(*result, options.max_loss_percent);
  const std::string text = load::json(*result, failures);
  if (options.json == "-") {
    fmt::print("{}", text);
  } else {
    fmt::print("{}", load::table(*result));
    if (!options.json.empty() && !(std::ofstream(options.json) << text).flush()) {
      fmt::print(stderr, "parley load: {} cannot be written\n", options.json);
      return kExitFailure;
    }
  }
  for (const std::string& failure : failures) fmt::print(stderr, "failed: {}\n", failure);
  return failures.empty() ? 0 : kExitFailure;
}

}  // namespace parley::apps
