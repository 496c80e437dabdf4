#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "load/run/url.h"

namespace parley::load {

using ClientId = std::uint32_t;

/// The WebSockets of all clients, on one thread of its own: packets are not kept waiting by a crowd
/// that joins.
///
///  thread   open, send and close from any; `on_message` and `on_closed` are called on its own
class Signaling {
 public:
  struct Handlers {
    std::function<void(ClientId, ByteVector message)> on_message;
    /// Once for each that was opened; why, for people.
    std::function<void(ClientId, std::string reason)> on_closed;
  };

  /// Looks the host up; an error is a sentence.
  static std::expected<std::unique_ptr<Signaling>, std::string> start(const Url& url);
  ~Signaling();

  /// `target` follows the URL's path.
  void open(ClientId id, std::string target, std::string token, const Handlers& handlers);
  void send(ClientId id, std::string message);
  /// What was sent before is still written.
  void close(ClientId id);
  /// No handler is called after this.
  void stop();

 private:
  struct Impl;
  explicit Signaling(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::load
