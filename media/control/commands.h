#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "base/time.h"
#include "media/control/types.h"

/// What the control thread asks of a shard. Plain values carried by a mailbox, in order; a command
/// that names something that is gone is ignored (the two sides may have crossed).
namespace parley::media {

/// Makes our end of a peer connection: ICE lite agent, DTLS, SRTP, SCTP, nothing negotiated yet.
/// Checks that arrive before `SetRemote` are answered and remembered.
struct CreateTransport {
  TransportId transport;
  IceCredentials local;
  /// Open the three LiveKit data channels ourselves once SCTP is up (the subscriber side of v0); on
  /// every other transport the client opens them.
  bool opens_channels = false;
  /// false: also send checks of our own, for clients that do not get on with a lite agent.
  bool ice_lite = true;
  /// What a participant's streams have in common for their receivers (RFC 3550 section 6.5.1).
  std::string cname{};
};

/// What the peer's SDP says of itself. May come again (ICE restart, renegotiation).
struct SetRemote {
  TransportId transport;
  IceCredentials remote;
  Fingerprint fingerprint;
  DtlsRole role = DtlsRole::passive;  ///< Ours.
  /// Another end of ours, which waits: it is to be called at these addresses (ice::Agent::call),
  /// from a socket of the transport's own.
  std::vector<SocketAddress> call{};
};

/// New local credentials (RFC 8445 section 9). The old pair carries media until a new one is
/// checked.
struct RestartIce {
  TransportId transport;
  IceCredentials local;
};

/// Sends DTLS close_notify, forgets everything, streams and subscriptions included. Quiet if
/// unknown.
struct CloseTransport {
  TransportId transport;
};

/// A peer starts to send a media section to us. Sent again with the same id when negotiation
/// changes it.
struct AddStream {
  StreamId stream;
  TransportId transport;
  Kind kind = Kind::audio;
  std::string mid;
  std::vector<CodecBinding> codecs;
  ExtensionIds extensions;
  std::vector<LayerSpec> layers;  ///< Lowest quality first; never empty.
  bool nack = false;
};

struct RemoveStream {
  StreamId stream;
};

/// Where a stream is published, and what a shard that pipes it has to know beforehand.
struct StreamHome {
  ShardIndex shard = 0;
  Kind kind = Kind::audio;
  std::string cname{};
};

/// A stream starts to flow to a subscriber's transport, once its layer can be decoded from a
/// keyframe.
struct Subscribe {
  SubscriptionId subscription;
  StreamId stream;
  TransportId transport;
  std::string mid;
  std::uint32_t ssrc = 0;
  std::uint32_t rtx_ssrc = 0;        ///< 0: no retransmission stream (audio).
  std::vector<CodecBinding> codecs;  ///< The subscriber's own payload types.
  ExtensionIds extensions;
  bool nack = false;
  /// The publisher adds packet trailers to its frames, and this client does not know them.
  bool strip_trailers = false;
  /// Of a stream that another shard may have.
  StreamHome home{};
  /// Sound may be sent with redundancy that its publisher has not made (RFC 2198).
  bool may_add_red = false;
  std::uint32_t fec_ssrc = 0;  ///< Of repair packets (flexfec-03); 0: the subscriber knows none.
  std::uint8_t fec_payload_type = 0;
};

/// What the subscriber wants to see of it.
struct ConfigureSubscription {
  SubscriptionId subscription;
  bool paused = false;           ///< Nothing is sent; resuming asks for a keyframe.
  std::uint8_t max_spatial = 2;  ///< Index into the stream's layers (or SVC spatial layer).
  std::uint8_t max_temporal = 7;
  // Where there is not enough bandwidth for all; video only.
  std::uint8_t priority = 1;  ///< The higher the more important.
  bool screen_share = false;
  std::uint32_t pixels = 0;  ///< As large as it is shown; 0: not known.
  bool may_pause = false;    ///< Rather than be sent what does not fit; control is told.
};

struct Unsubscribe {
  SubscriptionId subscription;
};

/// A message on a data channel. The payload is shared by all its receivers.
struct SendData {
  TransportId transport;
  Channel channel = Channel::reliable;
  std::shared_ptr<const std::vector<std::uint8_t>> payload;
};

/// Bits per second that this subscriber's transport may use at most; 0 takes the limit off.
struct LimitBandwidth {
  TransportId transport;
  std::uint64_t bits_per_second = 0;
};

using Command =
    std::variant<CreateTransport, SetRemote, RestartIce, CloseTransport, AddStream, RemoveStream,
                 Subscribe, ConfigureSubscription, Unsubscribe, SendData, LimitBandwidth>;

/// One shard as control sees it: somewhere to post to. Posting never blocks; in the server it is a
/// bounded mailbox, in sim/ the shard itself.
class ShardPort {
 public:
  virtual ~ShardPort() = default;
  virtual void post(Command command) = 0;
};

}  // namespace parley::media
