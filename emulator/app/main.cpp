// The `parley-link` executable: a network between clients and a server, told what to be like by
// lines.
#include <fmt/format.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <expected>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/run/console.h"
#include "emulator/run/hub.h"
#include "runtime/loop.h"

namespace parley::emulator {
namespace {

constexpr int kExitUsage = 2;

constexpr std::string_view kHelp =
    R"(parley-link [--seed N] [--traces FOLDER] [--stay] [FILE...]

A network between clients and a server: loss, delay, jitter, rate, queue and more, for each client and
direction on its own. UDP that a client sends to one of its ports goes to the server, and back.

Reads lines from the files, then from the standard input; answers each with a line of JSON. Ends when
the input does.

  --seed N          the same losses and jitter for the same packets (default: 1)
  --traces FOLDER   where follow=NAME finds NAME.csv (default: those that come with it)
  --stay            does not end with the input
  --help            this

  client ID listen=[ADDRESS:]PORT to=ADDRESS:PORT     a port of the client's for one of the server's; 0: any
  client ID [down|up] [reset] [follow=NAME|PATH|none] [SETTING=VALUE...]
  client ID remove
  stats [ID]   seconds [ID] [since=N]   clear [ID]   quit

  rate=300k|unlimited     bits per second, with IP and UDP headers; 0: nothing leaves
  queue=200ms|64kB        in front of the rate; what does not fit is lost
  delay=20ms              each way
  jitter=10ms             up to this much more
  order=keep|free         whether jitter lets packets overtake
  loss=1%                 each on its own
  burst=1%/25%[/100%]     Gilbert-Elliott: to begin a burst, to end it, loss in it; or none
  police=1M/32kB          token bucket without a queue: rate, burst; or none
  reorder=1%              held back by reorder_by=10ms, to be overtaken
  duplicate=1%
)";

struct Options {
  HubConfig hub{.seed = 1, .traces = PARLEY_TRACES};
  bool stay = false;
  bool help = false;
  std::vector<std::string> files;
};

std::expected<Options, std::string> parse_options(const std::vector<std::string_view>& arguments) {
  Options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view name = arguments[i];
    if (name == "--help" || name == "-h") {
      options.help = true;
    } else if (name == "--stay") {
      options.stay = true;
    } else if (name == "--seed" || name == "--traces") {
      if (++i == arguments.size()) return std::unexpected(fmt::format("{} needs a value", name));
      const std::string_view value = arguments[i];
      if (name == "--traces") {
        options.hub.traces = value;
        continue;
      }
      const auto [rest, error] =
          std::from_chars(value.data(), value.data() + value.size(), options.hub.seed);
      if (error != std::errc{} || rest != value.data() + value.size()) {
        return std::unexpected(fmt::format("--seed: '{}' is not a number", value));
      }
    } else if (name.starts_with('-')) {
      return std::unexpected(fmt::format("there is no option {}", name));
    } else {
      options.files.emplace_back(name);
    }
  }
  if (!std::filesystem::is_directory(options.hub.traces)) {
    return std::unexpected(
        fmt::format("--traces: {} is not a folder", options.hub.traces.string()));
  }
  return options;
}

/// What is wrong, with the place.
std::optional<std::string> run_file(Console& console, const std::string& path) {
  std::ifstream file(path);
  if (!file) return fmt::format("{}: {}", path, std::strerror(errno));
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    if (!console.line(line)) return fmt::format("{}:{}: see the answer above", path, number);
  }
  return std::nullopt;
}

/// Timers to the microsecond, and before those who merely compute: a network does not wait because
/// the machine encodes video. It takes a few per cent of a core. Where it is not allowed, `late_ms`
/// of the statistics tells what that costs.
void ask_for_precision() {
  prctl(PR_SET_TIMERSLACK, 1000);
  const sched_param lowest{.sched_priority = sched_get_priority_min(SCHED_RR)};
  if (sched_setscheduler(0, SCHED_RR, &lowest) != 0) setpriority(PRIO_PROCESS, 0, -10);
}

/// Reads lines as they come. Files and /dev/null cannot be waited for, and need not be.
class Input {
 public:
  Input(runtime::Loop& loop, Console& console, bool stay)
      : loop_(loop), console_(console), stay_(stay) {}

  void begin() {
    struct stat kind{};
    const bool waits =
        fstat(STDIN_FILENO, &kind) == 0 &&
        (S_ISFIFO(kind.st_mode) || S_ISSOCK(kind.st_mode) || isatty(STDIN_FILENO) == 1);
    if (!waits) {
      while (read_some()) {
      }
      return;
    }
    loop_.watch(STDIN_FILENO, [this](runtime::Loop::Ready) {
      if (!read_some()) loop_.unwatch(STDIN_FILENO);
    });
  }

 private:
  /// False at the end.
  bool read_some() {
    std::array<char, 16384> buffer;
    const ssize_t count = read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
    if (count > 0) {
      console_.type({buffer.data(), static_cast<std::size_t>(count)});
      return true;
    }
    console_.type("\n");  // The last line may lack its end.
    if (!stay_) loop_.stop();
    return false;
  }

  runtime::Loop& loop_;
  Console& console_;
  bool stay_;
};

int run(const std::vector<std::string_view>& arguments) {
  const auto options = parse_options(arguments);
  if (!options) {
    fmt::print(stderr, "parley-link: {} (--help tells more)\n", options.error());
    return kExitUsage;
  }
  if (options->help) {
    fmt::print("{}", kHelp);
    return 0;
  }
  std::signal(SIGPIPE, SIG_IGN);
  runtime::Loop loop;
  Hub hub(loop, options->hub);
  Console console(hub, stdout);
  for (const std::string& file : options->files) {
    if (const auto wrong = run_file(console, file)) {
      fmt::print(stderr, "parley-link: {}\n", *wrong);
      return kExitUsage;
    }
  }
  ask_for_precision();
  loop.on_turn([&](Time now) { return hub.turn(now); });
  Input input(loop, console, options->stay);
  input.begin();
  loop.run();
  return 0;
}

}  // namespace
}  // namespace parley::emulator

int main(int argc, char** argv) { return parley::emulator::run({argv + 1, argv + argc}); }
