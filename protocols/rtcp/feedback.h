#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "protocols/rtcp/packet.h"
#include "protocols/rtp/sequence.h"

/// Feedback on single streams: NACK, PLI (RFC 4585), FIR (RFC 5104), REMB
/// (draft-alvestrand-rmcat-remb).
namespace parley::rtcp {

/// A Generic NACK, its sequence numbers expanded one by one in the order they stand:
///
///   rtp::WireSeq seq;
///   for (auto cursor = nack.sequences(); cursor.next(seq);) resend(seq);
///
///  bounded by   `kMaxSequences` per message; what a longer one names beyond that is ignored
struct Nack {
  static constexpr std::size_t kMaxSequences = 1024;

  class Cursor {
   public:
    explicit Cursor(ByteView items) : rest_(items) {}
    bool next(rtp::WireSeq& out);

   private:
    ByteView rest_;
    std::uint16_t base_ = 0;
    std::uint32_t mask_ = 0;  ///< Bit i: base + i is still to be handed out.
    std::size_t given_ = 0;
  };

  std::uint32_t sender_ssrc = 0;
  std::uint32_t media_ssrc = 0;
  ByteView items;  ///< Four bytes each: PID and bitmask.

  Cursor sequences() const { return Cursor(items); }
};
std::optional<Nack> parse_nack(const PacketView& packet);

/// `sequences` in ascending order (modulo wrap). How many of them found room: fewer than asked
/// means the rest is for the next packet.
std::size_t write_nack(Writer& out, std::uint32_t sender_ssrc, std::uint32_t media_ssrc,
                       std::span<const rtp::WireSeq> sequences);

struct Pli {
  std::uint32_t sender_ssrc = 0;
  std::uint32_t media_ssrc = 0;
};
std::optional<Pli> parse_pli(const PacketView& packet);
bool write_pli(Writer& out, std::uint32_t sender_ssrc, std::uint32_t media_ssrc);

/// Full intra requests, one or more in a packet.
class Fir {
 public:
  struct Entry {
    std::uint32_t ssrc = 0;
    std::uint8_t sequence = 0;  ///< Repeats with the same number are the same request.
  };
  explicit Fir(ByteView entries) : entries_(entries) {}
  std::size_t size() const { return entries_.size() / 8; }
  Entry operator[](std::size_t i) const {
    return {load_be32(entries_.data() + 8 * i), entries_[8 * i + 4]};
  }

 private:
  ByteView entries_;
};
std::optional<Fir> parse_fir(const PacketView& packet);
bool write_fir(Writer& out, std::uint32_t sender_ssrc, std::uint32_t media_ssrc,
               std::uint8_t sequence);

/// Receiver-estimated maximum bitrate. Saturates at 2^63-1 bit/s.
struct Remb {
  std::uint32_t sender_ssrc = 0;
  std::uint64_t bits_per_second = 0;
};
std::optional<Remb> parse_remb(const PacketView& packet);
bool write_remb(Writer& out, std::uint32_t sender_ssrc, std::uint64_t bits_per_second,
                std::span<const std::uint32_t> media_ssrcs);

}  // namespace parley::rtcp
