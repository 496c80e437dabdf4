#include "apps/supervisor/supervisor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "apps/command/exit_codes.h"
#include "base/assert.h"

extern char** environ;

namespace parley::apps {
namespace {

constexpr std::size_t kLongestLine = 8192;
constexpr std::array kColours{"36", "35", "33", "32", "34"};

/// A C array of C strings that lives as long as this.
class CStrings {
 public:
  void add(std::string text) { texts_.push_back(std::move(text)); }
  char** get() {
    pointers_.clear();
    for (std::string& text : texts_) pointers_.push_back(text.data());
    pointers_.push_back(nullptr);
    return pointers_.data();
  }

 private:
  std::vector<std::string> texts_;
  std::vector<char*> pointers_;
};

CStrings environment_with(const std::vector<std::pair<std::string, std::string>>& more) {
  CStrings out;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const bool replaced = std::ranges::any_of(more, [&](const auto& m) {
      return text.starts_with(m.first) && text.substr(m.first.size()).starts_with('=');
    });
    if (!replaced) out.add(std::string(text));
  }
  for (const auto& [name, value] : more) out.add(fmt::format("{}={}", name, value));
  return out;
}

/// Between fork and exec: only what is safe when a signal handler could be running
/// (signal-safety(7)).
[[noreturn]] void become(pid_t parent, int output, char** command, char** environment) {
  ::setpgid(0, 0);  // A Ctrl-C in the terminal is for the supervisor, which ends us in order.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // It died before we asked to be told.
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int input = ::open("/dev/null", O_RDONLY);
  ::dup2(input, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  ::execve(command[0], command, environment);
  const char* why = std::strerror(errno);
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, why, std::strlen(why));
  ::_exit(kExitConfig);
}

std::string describe_exit(int status) {
  if (WIFSIGNALED(status)) return fmt::format("was killed by signal {}", WTERMSIG(status));
  return fmt::format("ended with code {}", WEXITSTATUS(status));
}

}  // namespace

struct Supervisor::Child {
  ChildSpec spec;
  std::size_t number = 0;
  pid_t pid = 0;
  runtime::Fd output;
  std::string line;
  Time started{};
  Time due = kNever;  ///< When to start again; or, while stopping, when to lose patience.
  Duration delay{};
  int failures = 0;
  bool asked_to_end = false;
};

Supervisor::Supervisor(runtime::Loop& loop, Options options)
    : loop_(loop), options_(std::move(options)) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  child_signal_ = runtime::Fd(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  PARLEY_ASSERT(child_signal_);
  loop_.watch(child_signal_.get(), [this](runtime::Loop::Ready) {
    signalfd_siginfo info{};
    while (::read(child_signal_.get(), &info, sizeof info) > 0) {
    }
    reap(loop_.now());
  });
}

Supervisor::~Supervisor() {
  loop_.unwatch(child_signal_.get());
  for (const auto& child : children_) {
    if (child->output) loop_.unwatch(child->output.get());
    if (child->pid == 0) continue;
    ::kill(-child->pid, SIGKILL);
    ::waitpid(child->pid, nullptr, 0);
  }
}

void Supervisor::add(ChildSpec spec) {
  auto child = std::make_unique<Child>();
  child->spec = std::move(spec);
  child->number = children_.size();
  child->delay = options_.first_restart;
  children_.push_back(std::move(child));
}

void Supervisor::start(Time now) {
  for (const auto& child : children_) launch(*child, now);
}

void Supervisor::launch(Child& child, Time now) {
  std::array<int, 2> pipe{};
  PARLEY_ASSERT(::pipe2(pipe.data(), O_CLOEXEC) == 0);
  child.output = runtime::Fd(pipe[0]);
  const runtime::Fd write_end(pipe[1]);
  ::fcntl(pipe[0], F_SETFL, O_NONBLOCK);

  CStrings command;
  for (const std::string& word : child.spec.command) command.add(word);
  CStrings environment = environment_with(child.spec.environment);
  char** const arguments = command.get();
  char** const variables = environment.get();
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  PARLEY_ASSERT(pid >= 0);
  if (pid == 0) become(parent, pipe[1], arguments, variables);

  ::setpgid(pid, pid);  // Here too: whoever comes first.
  child.pid = pid;
  child.started = now;
  child.due = kNever;
  child.asked_to_end = false;
  loop_.watch(child.output.get(), [this, &child](runtime::Loop::Ready) { read_output(child); });
}

void Supervisor::read_output(Child& child) {
  std::array<char, 4096> block{};
  for (;;) {
    const ssize_t got = ::read(child.output.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return;  // Nothing more for now.
    if (got == 0) {
      loop_.unwatch(child.output.get());
      child.output.reset();
      return;
    }
    for (const char c : std::string_view(block.data(), static_cast<std::size_t>(got))) {
      if (c != '\n' && child.line.size() < kLongestLine) {
        child.line += c;
        continue;
      }
      drain(child);
      if (c != '\n') child.line = c;
    }
  }
}

void Supervisor::drain(Child& child) {
  if (!child.spec.shows || child.spec.shows(child.line)) {
    options_.print(prefix(child) + child.line);
  }
  child.line.clear();
}

void Supervisor::reap(Time now) {
  for (const auto& child : children_) {
    int status = 0;
    if (child->pid == 0 || ::waitpid(child->pid, &status, WNOHANG) != child->pid) continue;
    on_exit(*child, status, now);
  }
}

void Supervisor::on_exit(Child& child, int status, Time now) {
  ::kill(-child.pid, SIGKILL);  // Whatever it may have started itself.
  child.pid = 0;
  child.due = kNever;
  if (child.output) read_output(child);
  if (child.output) {
    loop_.unwatch(child.output.get());
    child.output.reset();
  }
  if (!child.line.empty()) drain(child);
  if (stopping_) return;

  ++child.failures;
  if (now - child.started >= options_.healthy_after) {
    child.delay = options_.first_restart;
    child.failures = 1;
  }
  const bool hopeless = WIFEXITED(status) && WEXITSTATUS(status) == kExitConfig;
  if (!ready_ && (hopeless || child.failures >= options_.attempts)) {
    say(fmt::format("{} {}; giving up", child.spec.name, describe_exit(status)));
    stop(1, now);
    return;
  }
  say(fmt::format("{} {}; starting it again in {} ms", child.spec.name, describe_exit(status),
                  to_ms(child.delay)));
  child.due = now + child.delay;
  child.delay = std::min(child.delay * 2, options_.slowest_restart);
}

void Supervisor::stop(int exit_code, Time now) {
  if (stopping_) killed_ = true;
  if (!stopping_) stopping_ = exit_code;
  turn(now);
}

Time Supervisor::turn(Time now) {
  Time next = kNever;
  if (!stopping_) {
    for (const auto& child : children_) {
      if (child->pid == 0 && child->due <= now) launch(*child, now);
      if (child->pid == 0) next = std::min(next, child->due);
    }
    return next;
  }
  if (killed_) {
    for (const auto& child : children_) {
      if (child->pid != 0) ::kill(-child->pid, SIGKILL);
    }
    return next;
  }
  for (auto at = children_.rbegin(); at != children_.rend(); ++at) {
    Child& child = **at;
    if (child.pid == 0) continue;
    if (!child.asked_to_end) {
      child.asked_to_end = true;
      child.due = now + options_.grace;
      ::kill(child.pid, SIGTERM);
    } else if (child.due <= now) {
      say(fmt::format("{} does not end; killing it", child.spec.name));
      ::kill(-child.pid, SIGKILL);
      child.due = kNever;
    }
    return child.due;  // Those that it depends on stay until it is gone.
  }
  return next;
}

std::optional<int> Supervisor::finished() const {
  const bool alive = std::ranges::any_of(children_, [](const auto& c) { return c->pid != 0; });
  return alive ? std::nullopt : stopping_;
}

pid_t Supervisor::pid_of(std::string_view name) const {
  for (const auto& child : children_) {
    if (child->spec.name == name) return child->pid;
  }
  return 0;
}

void Supervisor::say(std::string_view line) {
  options_.print(options_.colour ? fmt::format("\x1b[1m{:<7}\x1b[0m {}", "up", line)
                                 : fmt::format("{:<7} {}", "up", line));
}

std::string Supervisor::prefix(const Child& child) const {
  if (!options_.colour) return fmt::format("{:<7} ", child.spec.name);
  return fmt::format("\x1b[{}m{:<7}\x1b[0m ", kColours[child.number % kColours.size()],
                     child.spec.name);
}

}  // namespace parley::apps
