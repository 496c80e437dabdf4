#include "bench/peers/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "base/assert.h"
#include "bench/load.h"
#include "runtime/clock.h"
#include "runtime/thread.h"

namespace parley::bench {
namespace {

constexpr Duration kGoodbye = 5s;

/// Time on a core of one process's threads and of its children's, and of theirs. In nanoseconds,
/// where /proc/PID/stat has hundredths of a second.
Duration cpu_of(pid_t pid) {
  Duration sum{};
  std::error_code gone;
  const std::filesystem::path threads = fmt::format("/proc/{}/task", pid);
  for (const auto& thread : std::filesystem::directory_iterator(threads, gone)) {
    std::int64_t ns = 0;
    std::ifstream(thread.path() / "schedstat") >> ns;
    sum += Duration(ns);
    std::ifstream children(thread.path() / "children");
    for (pid_t child = 0; children >> child;) sum += cpu_of(child);
  }
  return sum;
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const std::string& folder)
    : log_(folder + "/log") {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  pid_ = fork();
  PARLEY_ASSERT(pid_ >= 0);
  if (pid_ > 0) return;
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // A bench that is interrupted leaves no server behind.
  const int log = open(log_.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  if (chdir(folder.c_str()) == 0 && runtime::pin_thread(kMeasuredCore)) {
    execvp(arguments.front(), arguments.data());
  }
  std::perror(arguments.front());
  _exit(127);
}

Process::~Process() {
  if (running()) ::kill(pid_, SIGTERM);
  const Time give_up = runtime::monotonic_now() + kGoodbye;
  while (running()) {
    if (runtime::monotonic_now() > give_up) ::kill(pid_, SIGKILL);
    std::this_thread::sleep_for(10ms);
  }
  ::kill(-pid_, SIGKILL);  // What it has started and left behind.
}

bool Process::running() {
  if (!over_) over_ = waitpid(pid_, nullptr, WNOHANG) == pid_;
  return !over_;
}

Duration Process::cpu() const { return cpu_of(pid_); }

std::string Process::last_words() const {
  constexpr std::size_t kEnough = 600;
  std::ifstream in(log_);
  std::string text(std::istreambuf_iterator<char>(in), {});
  return text.substr(text.size() - std::min(text.size(), kEnough));
}

TemporaryFolder::TemporaryFolder()
    : path_((std::filesystem::temp_directory_path() / "parley-bench-XXXXXX").native()) {
  PARLEY_ASSERT(mkdtemp(path_.data()) != nullptr);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void TemporaryFolder::write(const std::string& name, const std::string& text) const {
  std::ofstream(in(name)) << text;
}

std::optional<std::string> line_of(const std::string& command, const std::string& word) {
  const std::unique_ptr<FILE, int (*)(FILE*)> out(popen(command.c_str(), "r"), pclose);
  if (!out) return std::nullopt;
  char buffer[256];
  std::optional<std::string> found;
  while (std::fgets(buffer, sizeof buffer, out.get()) != nullptr) {
    std::string line(buffer);
    if (found || line.find(word) == std::string::npos) continue;
    while (!line.empty() && line.back() == '\n') line.pop_back();
    found = line;
  }
  return found;
}

}  // namespace parley::bench
