#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "media/control/types.h"
#include "protocols/dtls/endpoint.h"
#include "protocols/ice/path.h"
#include "protocols/sctp/association.h"
#include "protocols/srtp/srtp.h"
#include "protocols/stun/message.h"

namespace parley::sim {

/// What both ends of a simulated network hand over: a datagram, and the path as the server names it
/// (`remote` is the client's address, `local` the server's socket).
struct Datagram {
  ice::Path path;
  ByteVector bytes;
};

struct ClientConfig {
  media::IceCredentials credentials{"client", "client-password-24-chars"};
  const dtls::Certificate* certificate = nullptr;  ///< Outlives the client, as does `srtp`.
  srtp::Engine* srtp = nullptr;
  bool dtls_active = true;             ///< a=setup:active, as browsers answer.
  std::optional<srtp::Suite> suite{};  ///< Nothing: all that we have.
  bool opens_channels = true;          ///< LiveKit's three, as a publisher's client does.
};

/// A client's end of one peer connection, scripted: a full and controlling ICE agent, DTLS, SRTP,
/// SCTP. Built from the same protocol pieces as the server but from none of `media/`, and sans-IO
/// like them: after any call, send what `poll` returns; wake it at `next_deadline`.
class Client {
 public:
  Client(const ClientConfig& config, Random& random);

  /// What the server's SDP says. Again after an ICE restart.
  void set_remote(const media::IceCredentials& credentials, const media::Fingerprint& fingerprint,
                  Time now);
  /// A candidate pair; earlier ones are better. The client checks it until it is removed.
  void add_path(const ice::Path& path, Time now);
  /// The network behind it went away: nothing is sent on it any more.
  void remove_path(const ice::Path& path, Time now);
  /// New credentials of its own (an offer with iceRestart); `set_remote` follows with the server's.
  void restart_ice(const media::IceCredentials& credentials);

  void receive(const ice::Path& path, MutableBytes datagram, Time now);
  void on_deadline(Time now);
  Time next_deadline() const;
  std::optional<Datagram> poll();

  /// A pair was nominated (and answered), and the server's certificate is the one in its SDP.
  bool connected() const { return selected_.has_value() && verified_; }
  const std::optional<ice::Path>& selected() const { return selected_; }
  bool failed() const { return failed_; }  ///< DTLS failed, or the wrong certificate.
  bool closed() const;                     ///< The server said close_notify.
  media::Fingerprint fingerprint() const;
  const media::IceCredentials& credentials() const { return local_; }
  /// An offer of its own (the first, or an ICE restart) has not been answered yet.
  bool awaits_remote() const { return !remote_; }

  void send_rtp(ByteView header, ByteView payload);
  /// Of the transport-wide count that goes into each packet, whatever its stream.
  std::uint16_t next_transport_sequence() { return ++transport_sequence_; }
  void send_rtcp(ByteView plain);
  std::optional<ByteVector> poll_rtp();
  std::optional<ByteVector> poll_rtcp();

  struct Data {
    std::string label;
    ByteVector bytes;
  };
  bool channel_open(std::string_view label) const { return channel(label) != nullptr; }
  bool send_data(std::string_view label, ByteView bytes, Time now);
  void open_channel(const sctp::ChannelConfig& config, Time now);
  std::optional<Data> poll_data();

  struct Counts {
    std::uint64_t checks_sent = 0;
    std::uint64_t checks_answered = 0;  ///< The server's, of a full agent.
    std::uint64_t errors = 0;           ///< STUN error responses.
    std::uint64_t undecryptable = 0;
  };
  const Counts& counts() const { return counts_; }

 private:
  struct Pair {
    ice::Path path;
    stun::TransactionId transaction{};
    bool pending = false;     ///< `transaction` waits for its answer.
    bool nominating = false;  ///< It carries USE-CANDIDATE.
    bool valid = false;       ///< Answered under the present credentials.
    Duration retry = 0ms;
    Time next{};  ///< When to send or repeat a check.
    Time answered_at{};
  };
  struct OpenChannel {
    sctp::ChannelId id = 0;
    std::string label;
  };

  void on_stun(const ice::Path&, ByteView, Time now);
  void check(Pair&, Time now);
  void choose(Time now);
  void settle(Time now);
  void exchange_data(Time now);
  void put(const ice::Path& path, ByteView bytes) { out_.push_back({path, to_vector(bytes)}); }
  Pair* find(const ice::Path& path);
  const OpenChannel* channel(std::string_view label) const;

  ClientConfig config_;
  Random& random_;
  media::IceCredentials local_;
  std::optional<media::IceCredentials> remote_;
  media::Fingerprint expected_;
  std::uint64_t tie_breaker_;
  std::vector<Pair> pairs_;
  std::optional<ice::Path> selected_;
  bool choosing_ = true;  ///< Nothing was nominated under the present credentials yet.

  dtls::Endpoint dtls_;
  bool dtls_started_ = false;
  bool verified_ = false;
  bool failed_ = false;
  std::optional<srtp::Sender> sender_;
  std::optional<srtp::Receiver> receiver_;
  std::optional<sctp::Association> sctp_;
  std::vector<OpenChannel> channels_;

  std::uint16_t transport_sequence_ = 0;
  std::deque<Datagram> out_;
  std::deque<ByteVector> rtp_;
  std::deque<ByteVector> rtcp_;
  std::deque<Data> data_;
  Counts counts_;
};

}  // namespace parley::sim
