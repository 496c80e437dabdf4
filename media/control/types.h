#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/strong.h"

/// The nouns that the control thread (rooms, sessions) and the shards (packets) share. Plain
/// values.
namespace parley::media {

/// One peer connection of one client, as our end of it. Chosen by control, unique within a node.
using TransportId = Strong<struct TransportIdTag, std::uint64_t>;
/// One published media section: one codec of one track, with all its simulcast layers.
using StreamId = Strong<struct StreamIdTag, std::uint64_t>;
/// One stream on its way to one subscriber.
using SubscriptionId = Strong<struct SubscriptionIdTag, std::uint64_t>;

/// Of the shards of one node.
using ShardIndex = std::uint16_t;

enum class Kind : std::uint8_t { audio, video };

enum class Codec : std::uint8_t { opus, red, pcmu, pcma, vp8, vp9, h264, h265, av1 };

/// One payload type of a media section as negotiated with this peer, and its retransmission twin.
struct CodecBinding {
  Codec codec = Codec::opus;
  std::uint8_t payload_type = 0;
  std::optional<std::uint8_t> rtx_payload_type;  ///< RFC 4588
  std::uint32_t clock_rate = 48000;
  std::string fmtp;  ///< As in SDP; a forwarder tells H264/VP9 profiles apart by it.
};

/// RFC 8285 ids negotiated with this peer; 0 means not negotiated.
struct ExtensionIds {
  std::uint8_t mid = 0;
  std::uint8_t rid = 0;
  std::uint8_t repaired_rid = 0;
  std::uint8_t audio_level = 0;  ///< RFC 6464
  std::uint8_t abs_send_time = 0;
  std::uint8_t transport_sequence = 0;  ///< transport-wide congestion control
  std::uint8_t abs_capture_time = 0;
  std::uint8_t dependency_descriptor = 0;
  std::uint8_t playout_delay = 0;
};

/// One simulcast encoding of a stream. What SDP does not say (SSRC of a rid) the ingest learns.
struct LayerSpec {
  std::string rid;         ///< Empty where there is only one.
  std::uint32_t ssrc = 0;  ///< 0: learned from the first packet.
  std::uint32_t rtx_ssrc = 0;
};

struct IceCredentials {
  std::string ufrag;
  std::string password;
};

struct Fingerprint {
  std::string algorithm;  ///< "sha-256", as in SDP, lower case.
  std::vector<std::uint8_t> digest;
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

/// Which end opens the DTLS handshake (RFC 5763). `passive`: the peer does.
enum class DtlsRole : std::uint8_t { passive, active };

/// The three data channels of LiveKit clients, by label.
enum class Channel : std::uint8_t { reliable, lossy, data_track };

using parley::Protocol;

/// An address at which a shard can be reached; becomes an ICE host candidate.
struct LocalCandidate {
  Protocol protocol = Protocol::udp;
  SocketAddress address;
};

}  // namespace parley::media
