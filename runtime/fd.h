#pragma once

#include <unistd.h>

#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace parley::runtime {

/// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() { reset(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }
  void reset() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_ = -1;
};

/// What the kernel refused, in words for whoever runs the server.
struct IoError {
  int code = 0;
  std::string what;

  std::string to_string() const { return fmt::format("{}: {}", what, ::strerror(code)); }
};

}  // namespace parley::runtime
