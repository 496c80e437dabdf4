#include "protocols/rtcp/transport_feedback.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace parley::rtcp {
namespace {

// Section 3.1.1: what a packet status symbol says, and how many bytes of delta it has.
constexpr std::uint8_t kNotReceived = 0;
constexpr std::uint8_t kSmallDelta = 1;  // 0 .. 63.75 ms, one byte.
constexpr std::uint8_t kLargeDelta = 2;  // Two bytes, signed.
constexpr std::uint8_t kReserved = 3;

constexpr std::uint16_t kOneBitSymbols = 14;
constexpr std::uint16_t kTwoBitSymbols = 7;
constexpr std::uint16_t kMaxRun = 0x1fff;

constexpr std::size_t kHeadSize = 16;  // Two SSRCs and eight bytes before the chunks.

constexpr bool is_vector(std::uint16_t chunk) { return (chunk & 0x8000) != 0; }
constexpr bool is_two_bit(std::uint16_t chunk) { return (chunk & 0x4000) != 0; }

// Sections 3.1.3 and 3.1.4.
constexpr std::uint16_t symbols_in(std::uint16_t chunk) {
  if (!is_vector(chunk)) return chunk & kMaxRun;
  return is_two_bit(chunk) ? kTwoBitSymbols : kOneBitSymbols;
}

/// The symbol that has `left` symbols, itself included, up to the chunk's end.
constexpr std::uint8_t symbol_at(std::uint16_t chunk, std::uint16_t left) {
  if (!is_vector(chunk)) return (chunk >> 13) & 3;
  if (is_two_bit(chunk)) return static_cast<std::uint8_t>((chunk >> (2 * (left - 1))) & 3);
  return static_cast<std::uint8_t>((chunk >> (left - 1)) & 1);
}

}  // namespace

std::optional<TransportFeedback> parse_transport_feedback(const PacketView& packet) {
  if (packet.body.size() < kHeadSize) return std::nullopt;
  const std::uint8_t* const at = packet.body.data();
  TransportFeedback feedback;
  feedback.sender_ssrc = load_be32(at);
  feedback.media_ssrc = load_be32(at + 4);
  feedback.base_sequence = load_be16(at + 8);
  feedback.status_count = load_be16(at + 10);
  feedback.reference_units = static_cast<std::int32_t>(load_be24(at + 12) << 8) >> 8;
  feedback.feedback_count = at[15];

  // One walk over the chunks finds where the deltas begin, and how long they must be.
  const ByteView rest = packet.body.subspan(kHeadSize);
  std::size_t chunk_bytes = 0;
  std::size_t delta_bytes = 0;
  for (std::size_t left = feedback.status_count; left > 0; chunk_bytes += 2) {
    if (rest.size() < chunk_bytes + 2) return std::nullopt;
    const std::uint16_t chunk = load_be16(rest.data() + chunk_bytes);
    const std::uint16_t symbols = symbols_in(chunk);
    const auto used = static_cast<std::uint16_t>(std::min<std::size_t>(left, symbols));
    if (!is_vector(chunk)) {
      const std::uint8_t symbol = symbol_at(chunk, 1);
      // A run of nothing would let a packet of any length say nothing at all.
      if (symbol == kReserved || used == 0) return std::nullopt;
      delta_bytes += std::size_t{symbol} * used;
    } else {
      for (std::uint16_t i = 0; i < used; ++i) {
        const std::uint8_t symbol = symbol_at(chunk, static_cast<std::uint16_t>(symbols - i));
        if (symbol == kReserved) return std::nullopt;
        delta_bytes += symbol;
      }
    }
    left -= used;
  }
  if (rest.size() - chunk_bytes < delta_bytes) return std::nullopt;
  feedback.chunks_ = rest.first(chunk_bytes);
  feedback.deltas_ = rest.subspan(chunk_bytes, delta_bytes);
  return feedback;
}

bool TransportFeedback::Cursor::next(PacketStatus& out) {
  if (left_ == 0) return false;
  if (left_in_chunk_ == 0) {
    chunk_ = load_be16(chunks_.data());
    chunks_ = chunks_.subspan(2);
    left_in_chunk_ = symbols_in(chunk_);
  }
  const std::uint8_t symbol = symbol_at(chunk_, left_in_chunk_);
  --left_in_chunk_;
  --left_;

  out = {sequence_++, symbol != kNotReceived, Duration::zero()};
  if (symbol == kSmallDelta) {
    time_ += deltas_[0] * kFeedbackDeltaUnit;
  } else if (symbol == kLargeDelta) {
    time_ += static_cast<std::int16_t>(load_be16(deltas_.data())) * kFeedbackDeltaUnit;
  }
  deltas_ = deltas_.subspan(symbol);
  if (out.received) out.since_reference = time_;
  return true;
}

namespace {

/// Statuses on their way to the wire.
struct Symbols {
  std::array<std::uint8_t, kMaxFeedbackStatuses> symbol;
  std::array<std::int16_t, kMaxFeedbackStatuses> delta;
  std::size_t count = 0;

  std::size_t delta_bytes(std::size_t n) const {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < n; ++i) bytes += symbol[i];
    return bytes;
  }

  /// The next chunk for the statuses from `i` to `n`, and how many of them it takes.
  std::pair<std::uint16_t, std::size_t> chunk(std::size_t i, std::size_t n) const {
    std::size_t run = 1;
    while (i + run < n && run < kMaxRun && symbol[i + run] == symbol[i]) ++run;
    std::size_t one_bit = 0;
    while (i + one_bit < n && one_bit < kOneBitSymbols && symbol[i + one_bit] < 2) ++one_bit;

    // Whichever speaks for more; a vector that ends with the packet may be padded.
    const bool one_bit_fits = one_bit == kOneBitSymbols || i + one_bit == n;
    const std::size_t vector =
        one_bit_fits ? one_bit : std::min<std::size_t>(kTwoBitSymbols, n - i);
    if (run >= vector) {
      return {static_cast<std::uint16_t>(std::size_t{symbol[i]} << 13 | run), run};
    }
    std::uint16_t bits = 0;
    if (one_bit_fits) {
      for (std::size_t k = 0; k < vector; ++k) {
        bits = static_cast<std::uint16_t>(bits | symbol[i + k] << (kOneBitSymbols - 1 - k));
      }
      return {static_cast<std::uint16_t>(0x8000 | bits), vector};
    }
    for (std::size_t k = 0; k < vector; ++k) {
      bits = static_cast<std::uint16_t>(bits | symbol[i + k] << (2 * (kTwoBitSymbols - 1 - k)));
    }
    return {static_cast<std::uint16_t>(0xc000 | bits), vector};
  }

  std::size_t chunk_bytes(std::size_t n) const {
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < n; bytes += 2) i += chunk(i, n).second;
    return bytes;
  }
};

Symbols to_symbols(std::span<const Time> arrivals, Time reference) {
  Symbols symbols;
  std::int64_t last = 0;
  for (const Time arrival : arrivals.first(std::min(arrivals.size(), kMaxFeedbackStatuses))) {
    std::uint8_t symbol = kNotReceived;
    std::int64_t delta = 0;
    if (arrival != kNever) {
      // Differences of rounded times, not rounded differences: errors do not add up.
      const std::int64_t units = (arrival - reference) / kFeedbackDeltaUnit;
      delta = units - last;
      if (delta < INT16_MIN || delta > INT16_MAX) break;
      symbol = delta >= 0 && delta <= 255 ? kSmallDelta : kLargeDelta;
      last = units;
    }
    symbols.symbol[symbols.count] = symbol;
    symbols.delta[symbols.count] = static_cast<std::int16_t>(delta);
    ++symbols.count;
  }
  return symbols;
}

}  // namespace

std::size_t write_transport_feedback(Writer& out, std::uint32_t sender_ssrc,
                                     std::uint32_t media_ssrc, std::uint8_t feedback_count,
                                     std::uint16_t base_sequence, std::span<const Time> arrivals) {
  const auto first = std::ranges::find_if(arrivals, [](Time at) { return at != kNever; });
  if (first == arrivals.end()) return 0;
  const std::int64_t reference_units = first->time_since_epoch() / kFeedbackReferenceUnit;
  const Time reference(reference_units * kFeedbackReferenceUnit);
  const Symbols symbols = to_symbols(arrivals, reference);

  const auto padded = [](std::size_t size) { return (size + 3) / 4 * 4; };
  std::size_t count = symbols.count;
  std::size_t chunk_bytes = 0;
  std::size_t used = 0;
  for (;; count /= 2) {
    if (count == 0) return 0;
    chunk_bytes = symbols.chunk_bytes(count);
    used = chunk_bytes + symbols.delta_bytes(count);
    if (4 + kHeadSize + padded(used) <= out.room()) break;
  }

  const std::size_t body_size = kHeadSize + padded(used);
  std::uint8_t* const at = out.begin(Type::transport_feedback, kTransportFeedbackFormat, body_size);
  store_be32(at, sender_ssrc);
  store_be32(at + 4, media_ssrc);
  store_be16(at + 8, base_sequence);
  store_be16(at + 10, static_cast<std::uint16_t>(count));
  store_be24(at + 12, static_cast<std::uint32_t>(reference_units) & 0xff'ffff);
  at[15] = feedback_count;

  std::uint8_t* chunk_at = at + kHeadSize;
  for (std::size_t i = 0; i < count; chunk_at += 2) {
    const auto [chunk, taken] = symbols.chunk(i, count);
    store_be16(chunk_at, chunk);
    i += taken;
  }
  std::uint8_t* delta_at = chunk_at;
  for (std::size_t i = 0; i < count; ++i) {
    if (symbols.symbol[i] == kSmallDelta) *delta_at = static_cast<std::uint8_t>(symbols.delta[i]);
    if (symbols.symbol[i] == kLargeDelta) {
      store_be16(delta_at, static_cast<std::uint16_t>(symbols.delta[i]));
    }
    delta_at += symbols.symbol[i];
  }
  std::memset(delta_at, 0, padded(used) - used);
  return count;
}

}  // namespace parley::rtcp
