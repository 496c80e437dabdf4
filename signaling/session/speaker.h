#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace parley::signaling {

struct Frame {
  bool text = false;
  std::string bytes;
};

/// How a WebSocket ends (RFC 6455 section 7.4.1).
enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  bad_payload = 1007,
  policy_violation = 1008,
  too_slow = 1013,
};

/// Who speaks through a WebSocket: a participant, or an agent worker. The socket feeds it and sends
/// what it gives.
///
///  owner    the WebSocket
///  thread   the edge's loop
class Speaker {
 public:
  virtual ~Speaker() = default;

  /// The socket is up. `wake` tells it that there is something to send, or that the end has come;
  /// good until `on_closed`.
  virtual void on_open(std::function<void()> wake) = 0;
  virtual void on_frame(bool text, std::string_view bytes) = 0;
  /// The socket is gone, or never came to be. Nothing follows.
  virtual void on_closed() = 0;

  virtual std::optional<Frame> next_frame() = 0;
  /// Set when the last frame has been taken and nothing will follow.
  virtual std::optional<CloseCode> closing() const = 0;
  /// No need to say goodbye: the other end does not even read.
  virtual bool abandoned() const = 0;
};

}  // namespace parley::signaling
