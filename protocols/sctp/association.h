#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "base/bytes.h"
#include "base/time.h"

/// SCTP over DTLS with the data channel protocol on top (RFC 8261, 8831, 8832), by usrsctp, which
/// no other folder includes.
namespace parley::sctp {

/// A data channel is the pair of streams of one number.
using ChannelId = std::uint16_t;

/// RFC 8831 section 8: the payload protocol identifier tells a string from bytes.
enum class MessageKind : std::uint8_t { text, binary };

struct ChannelConfig {
  std::string label{};
  std::string protocol{};
  bool ordered = true;
  /// How often a message is sent again before it is given up; at most one of the two is set.
  /// Neither: reliable.
  std::optional<std::uint16_t> max_retransmits{};
  std::optional<std::uint16_t> max_lifetime_ms{};
  friend bool operator==(const ChannelConfig&, const ChannelConfig&) = default;
};

/// The handshake is done: channels may be opened.
struct Connected {};
/// A channel can be written to: the peer opened it, or has acknowledged ours.
struct ChannelOpened {
  ChannelId id = 0;
  bool by_peer = false;
  ChannelConfig config;
};
struct Message {
  ChannelId channel = 0;
  MessageKind kind = MessageKind::binary;
  ByteVector bytes;
};
/// Both directions are reset (RFC 8831 section 6.7), or the association ended.
struct ChannelClosed {
  ChannelId id = 0;
};
/// The association is over; nothing follows.
struct Disconnected {
  enum class Reason : std::uint8_t { by_peer, by_us, lost } reason{};
};

using Event = std::variant<Connected, ChannelOpened, Message, ChannelClosed, Disconnected>;

enum class State : std::uint8_t { idle, connecting, connected, closed };

enum class OpenError : std::uint8_t {
  not_connected,
  no_stream_left,
  label_too_long,  ///< Label or protocol over 1024 bytes.
  queue_full,
};

enum class SendError : std::uint8_t {
  not_open,    ///< No such channel, or it is closing.
  too_large,   ///< More than Options::max_message.
  queue_full,  ///< The peer reads more slowly than we send: Options::send_buffer is used up.
};

/// Why a packet or a message was of no use. Becomes a metric label.
enum class Drop : std::uint8_t {
  not_started,        ///< Before `start` or after the end.
  malformed_dcep,     ///< RFC 8832 section 5
  unknown_channel,    ///< Data on a stream that nobody opened.
  message_too_large,  ///< More than Options::max_message in one message.
  inbox_full,         ///< The caller does not fetch its events.
  unknown_ppid,       ///< RFC 8831 section 8
};

struct Options {
  /// RFC 8832 section 6: the DTLS client opens channels on even streams, the server on odd ones.
  bool dtls_client = false;
  std::uint16_t local_port = 5000;  ///< a=sctp-port
  std::uint16_t remote_port = 5000;
  std::size_t max_message = 256 * 1024;      ///< Either way; what we say in a=max-message-size.
  std::size_t send_buffer = 1024 * 1024;     ///< Bytes.
  std::size_t receive_buffer = 1024 * 1024;  ///< Bytes; the window that the peer sees.
  std::uint16_t max_channels = 1024;         ///< Streams each way.
  /// Of one SCTP packet. With DTLS around it the datagram stays below 1200 bytes; it is never
  /// probed for more.
  std::size_t mtu = 1160;
};

/// One end of one SCTP association.
///
/// Sans-IO: feed it packets, send what `poll_packet` returns, fetch `poll_event`, wake it at
/// `next_deadline`.
///
///  owner     one per transport, started when DTLS is connected
///  thread    the shard's. usrsctp keeps process-wide state; the one lock around it is in stack.h,
///  together
///            with what that means for several shards (docs/decisions/sctp-usrsctp.md)
///  bounded   Options; 1024 packets out, 2 × receive_buffer of events in
class Association {
 public:
  explicit Association(Options options = {});
  ~Association();
  Association(Association&&) noexcept;
  Association& operator=(Association&&) noexcept;

  /// Sends INIT. Both ends may: crossing INITs become one association (RFC 9260 section 5.2.1).
  void start(Time now);

  /// A packet as DTLS gave it.
  void receive(ByteView packet, Time now);
  /// The next packet to send; the view holds until the next call of any member.
  std::optional<ByteView> poll_packet();
  std::optional<Event> poll_event();

  /// When to call `on_deadline`. Packets may be waiting after it.
  Time next_deadline() const;
  void on_deadline(Time now);

  State state() const;

  /// Opens a channel (RFC 8832). It may be sent on at once; ChannelOpened follows when the peer has
  /// agreed.
  std::expected<ChannelId, OpenError> open(const ChannelConfig& config, Time now);
  std::expected<void, SendError> send(ChannelId channel, MessageKind kind, ByteView bytes,
                                      Time now);
  /// Resets our direction of the channel; ChannelClosed follows when the peer has reset its own.
  void close_channel(ChannelId channel, Time now);
  /// Aborts the association: the peer learns at once, and nothing lingers.
  void close(Time now);

  /// Bytes given to `send` that the peer has not acknowledged yet.
  std::size_t buffered() const;
  std::uint64_t drops(Drop reason) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::sctp
