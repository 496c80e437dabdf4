#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "load/frames/packets.h"
#include "load/peer/numbers.h"
#include "load/peer/transport.h"
#include "protocols/rtcp/packet.h"
#include "protocols/rtp/packet.h"

namespace parley::load {

/// A camera or microphone: sends frames of its material when they are due, all layers that are
/// wanted, and again what is asked for; begins anew with a key frame when one is asked for.
///
///  owner    a PeerConnection
///  bounded  kHistory packets of each layer are remembered
class TrackSender {
 public:
  static constexpr std::size_t kHistory = 512;

  /// `material` outlives this.
  TrackSender(const Shared& shared, Transport& transport, const Material& material,
              std::string cname);

  /// For the offer.
  struct Ssrcs {
    std::uint32_t media = 0;
    std::uint32_t rtx = 0;
  };
  std::vector<Ssrcs> ssrcs() const;
  const Material& material() const { return material_; }

  /// What was agreed on: frames are due from now on.
  void start(const Numbers& numbers, Time now);
  bool started() const { return next_frame_ != kNever; }
  /// Nobody watches a layer (LiveKit's dynacast): it is not sent.
  void enable(std::size_t layer, bool enabled);

  /// Only when the transport is connected.
  void advance(Time now);
  Time next_event() const { return next_frame_; }
  void on_rtcp(const rtcp::PacketView& packet);

  struct Counts {
    std::uint64_t packets = 0;
    std::uint64_t frames = 0;
    std::uint64_t resent = 0;
    std::uint64_t key_requests = 0;
  };
  const Counts& counts() const { return counts_; }

 private:
  /// Enough of a packet to write it again.
  struct Sent {
    std::uint16_t sequence = 0;
    std::uint16_t transport_sequence = 0;
    std::uint16_t picture = 0;
    bool used = false;
    bool marker = false;
    bool first = false;
    bool named = false;
    const Frame* frame = nullptr;
    const Piece* piece = nullptr;
    std::uint32_t timestamp = 0;
    std::uint32_t number = 0;  ///< Of the frame.
    Time at{};
  };
  struct Sending {
    Ssrcs ssrc;
    std::string rid;
    std::uint16_t sequence = 0;
    std::uint16_t rtx_sequence = 0;
    std::uint16_t picture = 0;
    std::uint8_t tl0 = 0;
    std::size_t at = 0;  ///< In the layer's frames.
    bool key_wanted = true;
    bool enabled = true;
    bool known = false;  ///< The server has said that it knows the SSRC.
    std::uint32_t packets = 0;
    std::uint32_t bytes = 0;
    std::vector<Sent> history;
  };

  void send_frame(std::size_t layer, Time now);
  void send_packet(std::size_t layer, const Sent& packet, bool as_rtx);
  std::size_t write_extensions(MutableBytes out, std::size_t layer, const Sent& packet,
                               bool as_rtx) const;
  std::size_t write_payload(std::uint8_t* out, std::size_t layer, const Sent& packet) const;
  void send_reports(Time now);
  void want_key(std::uint32_t ssrc);
  void resend(std::size_t layer, std::uint16_t sequence);
  Sending* find(std::uint32_t ssrc);

  const Shared& shared_;
  Transport& transport_;
  const Material& material_;
  std::string cname_;
  Numbers numbers_;
  std::vector<Sending> layers_;
  std::uint32_t first_timestamp_;
  std::uint32_t frame_ = 0;
  Time next_frame_ = kNever;
  Time next_report_ = kNever;
  Counts counts_;
};

}  // namespace parley::load
