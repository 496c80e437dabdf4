#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "media/control/events.h"
#include "media/peer/transport.h"
#include "protocols/sctp/association.h"

namespace parley::media {

/// LiveKit's three data channels on one SCTP association: labels to ids and back. Who opens them
/// does not matter; a label is written to over the channel that was open first.
///
///  owner    one per Transport, from the moment its peer was verified
///  thread   the shard's
///  bounded  kMaxOpen channels of known labels; others are accepted on the wire, counted and
///  ignored
class DataChannels {
 public:
  static constexpr std::size_t kMaxOpen = 12;

  DataChannels(TransportId transport, const sctp::Options& options, bool opens)
      : transport_(transport), association_(options), opens_(opens) {}

  void start(Time now) { association_.start(now); }
  void receive(ByteView packet, Time now) { association_.receive(packet, now); }
  /// False: there is no such channel, or its buffer is full.
  bool send(Channel channel, ByteView payload, Time now);
  void close(Time now) { association_.close(now); }

  std::optional<ByteView> poll_packet() { return association_.poll_packet(); }
  /// Turns what the association has to tell into events of ours.
  void report(Time now, EventSink& events, TransportCounters& counters);

  Time next_deadline() const { return association_.next_deadline(); }
  void on_deadline(Time now) { association_.on_deadline(now); }

 private:
  struct Open {
    sctp::ChannelId id = 0;
    Channel channel = Channel::reliable;
  };

  void open_all(Time now);
  const Open* find(Channel channel) const;
  const Open* find(sctp::ChannelId id) const;

  TransportId transport_;
  sctp::Association association_;
  bool opens_;
  std::vector<Open> open_;  ///< In the order in which they were opened.
};

}  // namespace parley::media
