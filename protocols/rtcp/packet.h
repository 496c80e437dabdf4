#pragma once

#include <cstdint>
#include <iterator>
#include <string_view>

#include "base/bytes.h"

namespace parley::rtcp {

enum class Type : std::uint8_t {
  sender_report = 200,
  receiver_report = 201,
  source_description = 202,
  bye = 203,
  application = 204,
  transport_feedback = 205,  ///< RTPFB: NACK, transport-wide feedback
  payload_feedback = 206,    ///< PSFB: PLI, FIR, REMB
  extended_report = 207,     ///< RFC 3611
};

/// FMT values of RTPFB and PSFB.
inline constexpr std::uint8_t kNackFormat = 1;                ///< RFC 4585 section 6.2.1
inline constexpr std::uint8_t kTransportFeedbackFormat = 15;  ///< draft-holmer-...-01
inline constexpr std::uint8_t kPliFormat = 1;                 ///< RFC 4585 section 6.3.1
inline constexpr std::uint8_t kFirFormat = 4;                 ///< RFC 5104 section 4.3.1
inline constexpr std::uint8_t kApplicationFormat = 15;        ///< REMB

/// One RTCP packet inside a compound, in someone else's buffer.
struct PacketView {
  Type type{};
  std::uint8_t count = 0;  ///< The five bits after P: report count, FMT or subtype.
  ByteView body;           ///< After the four-byte header, without padding.
};

/// A received datagram of RTCP as a walk over its packets:
///
///   for (const rtcp::PacketView& packet : rtcp::Compound(bytes)) switch (packet.type) { ... }
///
/// Accepts reduced-size compounds (RFC 5506): any packet may come first. Ends early at the first
/// packet that is malformed; `Compound::well_formed` says beforehand if that will happen.
class Compound {
 public:
  class Iterator {
   public:
    using value_type = PacketView;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    Iterator() = default;
    explicit Iterator(ByteView rest) : rest_(rest), done_(false) { advance(); }

    const PacketView& operator*() const { return current_; }
    const PacketView* operator->() const { return &current_; }
    Iterator& operator++() {
      advance();
      return *this;
    }
    void operator++(int) { advance(); }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) { return it.done_; }

   private:
    friend class Compound;
    void advance();

    ByteView rest_;
    PacketView current_;
    bool done_ = true;
    bool malformed_ = false;
  };

  explicit Compound(ByteView bytes) : bytes_(bytes) {}

  Iterator begin() const { return Iterator(bytes_); }
  std::default_sentinel_t end() const { return {}; }

  /// True if there is at least one packet and each is whole to the last byte.
  bool well_formed() const;

 private:
  ByteView bytes_;
};

/// Appends RTCP packets to a buffer that it borrows; never allocates. Each message has a `write`
/// function that returns false, leaving the writer as it was, if there is no room for it.
class Writer {
 public:
  explicit Writer(MutableBytes out) : out_(out) {}

  /// Starts a packet of `body_size` bytes (a multiple of four) after the header. Where the body
  /// goes, or nullptr if there is no room.
  std::uint8_t* begin(Type type, std::uint8_t count, std::size_t body_size);

  ByteView bytes() const { return out_.first(size_); }
  std::size_t size() const { return size_; }
  std::size_t room() const { return out_.size() - size_; }
  bool empty() const { return size_ == 0; }
  void clear() { size_ = 0; }

 private:
  MutableBytes out_;
  std::size_t size_ = 0;
};

/// What a datagram of RTCP may hold at most, so that it fits a path MTU with SRTCP's trailer.
inline constexpr std::size_t kMaxCompoundSize = 1200;

}  // namespace parley::rtcp
