#include "application/store/testing/postgres_server.h"

#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>

#include "application/store/database.h"

namespace parley::application::store::testing {
namespace {

[[noreturn]] void give_up(const std::string& why) {
  fmt::print(stderr, "PostgreSQL for tests: {}\n", why);
  std::abort();
}

/// Debian keeps each version's programs in a folder of its own.
std::filesystem::path find_programs() {
  std::filesystem::path newest;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored)) {
    if (std::filesystem::exists(entry.path() / "bin/initdb") && entry.path() > newest) {
      newest = entry.path();
    }
  }
  if (newest.empty()) give_up("package postgresql-15 is not installed");
  return newest / "bin";
}

/// PostgreSQL refuses to run as root. nullptr: we are not.
const passwd* unprivileged() {
  if (::getuid() != 0) return nullptr;
  const passwd* user = ::getpwnam("postgres");
  return user != nullptr ? user : ::getpwnam("nobody");
}

}  // namespace

PostgresServer& PostgresServer::shared() {
  static PostgresServer server;
  return server;
}

PostgresServer::PostgresServer() : programs_(find_programs()) {
  std::string name = "/tmp/parley-postgres-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) give_up("no temporary folder");
  folder_ = name;
  const passwd* user = unprivileged();
  if (user != nullptr && ::chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
    give_up("the temporary folder cannot be given away");
  }
  const pid_t initdb =
      spawn("initdb", fmt::format("-D {0}/data -U parley -A trust -E UTF8 --locale=C "
                                  "--no-sync --no-instructions",
                                  folder_.native()));
  int status = 0;
  if (::waitpid(initdb, &status, 0) != initdb || status != 0) {
    give_up(fmt::format("initdb failed; see {}/initdb.log", folder_.native()));
  }
  start();
}

PostgresServer::~PostgresServer() {
  kill_all();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

/// Through the shell, with its output in a file of the same name.
pid_t PostgresServer::spawn(const std::string& program, const std::string& arguments) const {
  const passwd* user = unprivileged();
  const std::string command = fmt::format("exec {}/{} {} > {}/{}.log 2>&1", programs_.native(),
                                          program, arguments, folder_.native(), program);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) give_up("no process can be started");
  if (pid > 0) return pid;
  // A session of its own, so that all of its processes can be reached together.
  ::setsid();
  if (::chdir("/") != 0) ::_exit(126);
  if (user != nullptr && (::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)) ::_exit(126);
  // Immediate shutdown when the test program ends. After setuid, which takes it back.
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (::getppid() != parent) ::_exit(126);
  ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
  ::_exit(127);
}

void PostgresServer::start() {
  // No TCP port: the socket in our folder is nobody else's. What is written reaches the disk as in
  // production.
  pid_ = spawn("postgres",
               fmt::format("-D {0}/data -k {0} -c listen_addresses='' -c max_connections=50 "
                           "-c shared_buffers=16MB",
                           folder_.native()));
  for (int i = 0; i < 600; ++i) {
    if (Database::open(Secret(url("postgres")))) return;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  give_up(fmt::format("it does not start; see {}/postgres.log", folder_.native()));
}

void PostgresServer::kill_all() {
  if (pid_ == 0) return;
  // Its processes are in sessions of their own; they end by themselves once the postmaster is gone.
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

void PostgresServer::kill_and_restart() {
  kill_all();
  // The new one refuses to start for as long as processes of the old one use its memory.
  for (int i = 0; i < 100; ++i) {
    const pid_t again = spawn("pg_ctl", fmt::format("status -D {}/data", folder_.native()));
    int status = 0;
    ::waitpid(again, &status, 0);
    if (WEXITSTATUS(status) == 3) break;  // No server is running.
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  start();
}

std::string PostgresServer::url(const std::string& name) const {
  return fmt::format("postgres://parley@/{}?host={}", name, folder_.native());
}

std::string PostgresServer::new_database() {
  const std::string name = fmt::format("test{}", ++databases_);
  const pid_t create = spawn("createdb", fmt::format("-h {} -U parley {}", folder_.native(), name));
  int status = 0;
  if (::waitpid(create, &status, 0) != create || status != 0) {
    give_up(fmt::format("createdb failed; see {}/createdb.log", folder_.native()));
  }
  return url(name);
}

}  // namespace parley::application::store::testing
