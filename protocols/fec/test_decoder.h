#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/bytes.h"

namespace parley::fec::test {

/// A receiver of repair packets, for tests: makes lost packets of one stream anew, as libwebrtc's
/// does. Written from the draft (section 6.3), not from our encoder.
class Decoder {
 public:
  explicit Decoder(std::uint32_t ssrc) : ssrc_(ssrc) {}

  /// A packet of the stream, whole, with zeros for what may change on the way. Returns what could
  /// be made because of it.
  std::vector<ByteVector> on_packet(const ByteVector& packet) {
    const std::uint16_t sequence = load_be16(packet.data() + 2);
    packets_[sequence] = packet;
    packets_.erase(static_cast<std::uint16_t>(sequence - 20'000));
    return repair();
  }

  /// The payload of a repair packet.
  std::vector<ByteVector> on_repair(ByteView payload) {
    auto read = parse(payload);
    if (!read) {
      ++unreadable_;
      return {};
    }
    repairs_.push_back(std::move(*read));
    if (repairs_.size() > 64) repairs_.erase(repairs_.begin());
    return repair();
  }

  std::size_t unreadable() const { return unreadable_; }
  /// Of the last repair packet that was read.
  const std::vector<std::uint16_t>& protects() const { return repairs_.back().sequences; }

 private:
  struct Read {
    std::vector<std::uint16_t> sequences;
    ByteVector header;  ///< The first eight bytes.
    ByteVector bits;
  };

  std::optional<Read> parse(ByteView payload) const {
    if (payload.size() < 20 || (payload[0] & 0xc0) != 0) return std::nullopt;
    if (payload[8] != 1 || load_be32(payload.data() + 12) != ssrc_) return std::nullopt;
    const std::uint16_t base = load_be16(payload.data() + 16);
    Read out;
    out.header = to_vector(payload.first(8));
    ByteView rest = payload.subspan(18);
    std::size_t place = 0;
    for (const std::size_t bytes : {2u, 4u, 8u}) {
      if (rest.size() < bytes) return std::nullopt;
      for (std::size_t bit = 1; bit < 8 * bytes; ++bit, ++place) {
        if ((rest[bit / 8] >> (7 - bit % 8) & 1) != 0) {
          out.sequences.push_back(static_cast<std::uint16_t>(base + place));
        }
      }
      const bool last = (rest[0] & 0x80) != 0;
      rest = rest.subspan(bytes);
      if (!last) continue;
      out.bits = to_vector(rest);
      return out;
    }
    return std::nullopt;
  }

  std::vector<ByteVector> repair() {
    std::vector<ByteVector> made;
    for (bool again = true; again;) {
      again = false;
      for (std::size_t i = 0; i < repairs_.size(); ++i) {
        std::vector<std::uint16_t> lacks;
        std::ranges::copy_if(repairs_[i].sequences, std::back_inserter(lacks),
                             [&](std::uint16_t s) { return !packets_.contains(s); });
        if (lacks.size() > 1) continue;
        const Read read = std::move(repairs_[i]);
        repairs_.erase(repairs_.begin() + static_cast<std::ptrdiff_t>(i--));
        if (lacks.empty()) continue;
        auto packet = make(read, lacks[0]);
        if (!packet) {
          ++unreadable_;
          continue;
        }
        packets_[lacks[0]] = *packet;
        made.push_back(std::move(*packet));
        again = true;
      }
    }
    return made;
  }

  std::optional<ByteVector> make(const Read& read, std::uint16_t lost) const {
    ByteVector header = read.header;
    ByteVector bits = read.bits;
    std::uint16_t length = load_be16(header.data() + 2);
    for (const std::uint16_t sequence : read.sequences) {
      if (sequence == lost) continue;
      const ByteVector& other = packets_.at(sequence);
      for (const std::size_t at : {0u, 1u, 4u, 5u, 6u, 7u}) header[at] ^= other[at];
      length ^= static_cast<std::uint16_t>(other.size() - 12);
      if (other.size() - 12 > bits.size()) return std::nullopt;
      for (std::size_t at = 12; at < other.size(); ++at) bits[at - 12] ^= other[at];
    }
    if (length > bits.size()) return std::nullopt;
    ByteVector out(12);
    out[0] = static_cast<std::uint8_t>(0x80 | (header[0] & 0x3f));
    out[1] = header[1];
    store_be16(out.data() + 2, lost);
    std::copy_n(header.begin() + 4, 4, out.begin() + 4);
    store_be32(out.data() + 8, ssrc_);
    out.insert(out.end(), bits.begin(), bits.begin() + length);
    return out;
  }

  std::uint32_t ssrc_;
  std::map<std::uint16_t, ByteVector> packets_;
  std::vector<Read> repairs_;
  std::size_t unreadable_ = 0;
};

}  // namespace parley::fec::test
