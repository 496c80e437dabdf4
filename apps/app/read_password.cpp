#include "apps/app/read_password.h"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <iostream>
#include <string>

namespace parley::apps {
namespace {

/// What is typed is not shown while this lives.
class Unseen {
 public:
  Unseen() {
    ::tcgetattr(STDIN_FILENO, &before_);
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  ~Unseen() {
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    fmt::print(stderr, "\n");
  }
  Unseen(const Unseen&) = delete;
  Unseen& operator=(const Unseen&) = delete;

 private:
  termios before_{};
};

std::optional<Secret> read_line() {
  std::string line;
  if (!std::getline(std::cin, line)) {
    fmt::print(stderr, "parley app user: there is no password on stdin\n");
    return std::nullopt;
  }
  return Secret(std::move(line));
}

std::optional<Secret> ask(std::string_view question) {
  fmt::print(stderr, "{}: ", question);
  const Unseen unseen;
  return read_line();
}

}  // namespace

std::optional<Secret> read_password(std::string_view whose) {
  if (::isatty(STDIN_FILENO) == 0) return read_line();
  auto first = ask(fmt::format("Password for {}", whose));
  if (!first) return std::nullopt;
  const auto again = ask("Once more");
  if (again != first) {
    fmt::print(stderr, "parley app user: these were two different passwords\n");
    return std::nullopt;
  }
  return first;
}

}  // namespace parley::apps
