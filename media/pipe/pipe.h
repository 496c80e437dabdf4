#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "media/control/types.h"
#include "media/forward/source.h"
#include "media/packet/packet.h"
#include "media/packet/publisher_clock.h"

/// What shards of one node say to each other, so that a room may have people on several: a stream
/// crosses once to each shard with subscribers of it, whatever their number (mediasoup's word for
/// it is a pipe). Its *home* is the shard that has its publisher.
namespace parley::media {

// To a stream's home.

/// There are subscribers here now. May be ahead of the stream itself.
struct PipeWanted {
  StreamId stream;
};
struct PipeUnwanted {
  StreamId stream;
};
struct PipeKeyframe {
  StreamId stream;
  std::uint8_t layer = 0;
};

// From its home, to each shard that wants it.

/// First of all, and when negotiation has changed it.
struct PipeShape {
  StreamId stream;
  std::vector<CodecBinding> codecs;  ///< The publisher's payload types.
  std::size_t layers = 0;
};
/// What the home has measured lately.
struct PipeSource {
  StreamId stream;
  std::vector<SourceLayer> layers;  ///< All but `last_packet`, which each shard sees for itself.
  PublisherClock clock;
  bool speaking = false;  ///< Its publisher is heard.
};
struct PipeEnded {
  StreamId stream;
};

using PipeMessage =
    std::variant<PipeWanted, PipeUnwanted, PipeKeyframe, PipeShape, PipeSource, PipeEnded>;

/// A packet as it comes out at the other end. Borrowed.
struct PipedPacket {
  const PacketFacts& facts;
  ByteView payload;
  ByteView dependency_descriptor;
};

/// A shard's end of its pipes. What one sends to another arrives in order, except that messages
/// overtake the packets of the same turn.
class Pipes {
 public:
  virtual ~Pipes() = default;
  virtual void send(ShardIndex to, PipeMessage message) = 0;
  /// The packet is copied: its slot stays with its shard.
  virtual void send(ShardIndex to, const MediaPacket& packet) = 0;
};

}  // namespace parley::media
