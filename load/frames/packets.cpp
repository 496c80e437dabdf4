#include "load/frames/packets.h"

#include <algorithm>
#include <optional>

#include "base/random.h"
#include "load/frames/stamp.h"

namespace parley::load {
namespace {

/// Of `size` bytes, so that all parts but the last are equal and none is larger than `most`:
/// trains of equal datagrams are cheap to send.
std::vector<ByteView> split(ByteView bytes, std::size_t most) {
  std::vector<ByteView> out;
  const std::size_t parts = (bytes.size() + most - 1) / most;
  const std::size_t each = parts == 0 ? 0 : (bytes.size() + parts - 1) / parts;
  while (!bytes.empty()) {
    const std::size_t size = std::min(each, bytes.size());
    out.push_back(bytes.first(size));
    bytes = bytes.subspan(size);
  }
  return out;
}

Piece piece(std::initializer_list<std::uint8_t> prefix, ByteView data) {
  Piece out;
  out.prefix_size = static_cast<std::uint8_t>(prefix.size());
  std::ranges::copy(prefix, out.prefix.begin());
  out.data = to_vector(data);
  return out;
}

/// LEB128 (AV1 specification, section 4.10.5), taken off the front.
std::optional<std::size_t> take_leb128(ByteView& bytes) {
  std::size_t value = 0;
  for (unsigned i = 0; i < 8 && i < bytes.size(); ++i) {
    value |= static_cast<std::size_t>(bytes[i] & 0x7f) << (7 * i);
    if ((bytes[i] & 0x80) == 0) {
      bytes = bytes.subspan(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

/// The NAL units between start codes (H.264 annex B).
std::vector<ByteView> units_of(ByteView bytes) {
  std::vector<ByteView> out;
  std::size_t begin = bytes.size();
  for (std::size_t i = 0; i + 2 < bytes.size(); ++i) {
    if (bytes[i] != 0 || bytes[i + 1] != 0 || bytes[i + 2] != 1) continue;
    if (begin < i) {
      const std::size_t end = bytes[i - 1] == 0 ? i - 1 : i;  // A start code of four bytes.
      out.push_back(bytes.subspan(begin, end - begin));
    }
    begin = i + 3;
    i += 2;
  }
  if (begin < bytes.size()) out.push_back(bytes.subspan(begin));
  return out;
}

constexpr std::uint8_t kSequenceHeader = 1;
constexpr std::uint8_t kTemporalDelimiter = 2;
constexpr std::uint8_t kPaddingObu = 15;

}  // namespace

std::uint32_t Layer::kbps(Duration interval) const {
  std::size_t bytes = 0;
  for (const Frame& frame : frames) {
    for (const Piece& one : frame.pieces) bytes += one.prefix_size + one.data.size();
  }
  const auto ms = static_cast<std::size_t>(to_ms(interval * static_cast<int>(frames.size())));
  return ms == 0 ? 0 : static_cast<std::uint32_t>(bytes * 8 / ms);
}

// RFC 7741: any cut will do. A decoder does not look behind the last partition's data.
Frame cut_vp8(ByteView frame) {
  Frame out;
  if (frame.size() < 10) return out;
  out.keyframe = (frame[0] & 1) == 0;
  for (const ByteView part : split(frame, kMaxPayload - kVp8Descriptor - kStampSize)) {
    out.pieces.push_back(piece({}, part));
  }
  out.pieces.back().stamped = true;
  return out;
}

// RFC 6184: single units, FU-A where they are too large. The stamp is filler data (type 12), which
// may follow a picture.
Frame cut_h264(ByteView access_unit) {
  constexpr std::uint8_t kIdr = 5;
  constexpr std::uint8_t kDelimiter = 9;
  constexpr std::uint8_t kFiller = 12;
  constexpr std::uint8_t kFragment = 28;
  Frame out;
  for (const ByteView unit : units_of(access_unit)) {
    const std::uint8_t type = unit[0] & 0x1f;
    if (type == kDelimiter) continue;
    out.keyframe = out.keyframe || type == kIdr;
    if (unit.size() <= kMaxPayload) {
      out.pieces.push_back(piece({}, unit));
      continue;
    }
    const auto indicator = static_cast<std::uint8_t>((unit[0] & 0xe0) | kFragment);
    const auto parts = split(unit.subspan(1), kMaxPayload - 2);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::uint8_t ends = i == 0 ? 0x80 : i + 1 == parts.size() ? 0x40 : 0;
      out.pieces.push_back(piece({indicator, static_cast<std::uint8_t>(ends | type)}, parts[i]));
    }
  }
  if (out.pieces.empty()) return out;
  out.pieces.push_back(piece({kFiller}, {}));
  out.pieces.back().stamped = true;
  return out;
}

// RTP Payload Format For AV1, section 4.4: one OBU or a part of one to a packet, without its size
// field. The stamp is a padding OBU.
Frame cut_av1(ByteView temporal_unit) {
  constexpr std::uint8_t kOneElement = 0x10;  // W = 1
  Frame out;
  for (ByteView rest = temporal_unit; !rest.empty();) {
    const std::uint8_t header = rest[0];
    const std::size_t header_size = (header & 0x04) != 0 ? 2 : 1;
    if (rest.size() < header_size) return {};
    ByteVector obu = to_vector(rest.first(header_size));
    obu[0] = static_cast<std::uint8_t>(header & ~0x02);
    rest = rest.subspan(header_size);
    std::size_t size = rest.size();
    if ((header & 0x02) != 0) {
      const auto said = take_leb128(rest);
      if (!said || *said > rest.size()) return {};
      size = *said;
    }
    const auto type = static_cast<std::uint8_t>(header >> 3 & 15);
    obu.insert(obu.end(), rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size));
    rest = rest.subspan(size);
    if (type == kTemporalDelimiter || type == kPaddingObu) continue;
    const bool new_sequence = type == kSequenceHeader;
    out.keyframe = out.keyframe || new_sequence;
    const auto parts = split(obu, kMaxPayload - 1);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::uint8_t aggregation = static_cast<std::uint8_t>(
          kOneElement | (i > 0 ? 0x80 : 0) | (i + 1 < parts.size() ? 0x40 : 0) |
          (new_sequence && i == 0 ? 0x08 : 0));
      out.pieces.push_back(piece({aggregation}, parts[i]));
    }
  }
  if (out.pieces.empty()) return out;
  out.pieces.push_back(piece({kOneElement, kPaddingObu << 3}, {}));
  out.pieces.back().stamped = true;
  return out;
}

// RFC 6716 section 3.2.5: a packet of one frame becomes one of code 3 with that frame and padding.
Frame cut_opus(ByteView packet) {
  Frame out;
  if (packet.size() < 2 || (packet[0] & 3) != 0) return out;
  constexpr std::uint8_t kOneFramePadded = 0x41;
  out.keyframe = true;
  out.pieces.push_back(piece(
      {static_cast<std::uint8_t>(packet[0] | 3), kOneFramePadded, kStampSize}, packet.subspan(1)));
  out.pieces.back().stamped = true;
  return out;
}

Material synthetic(std::size_t packets, std::size_t packet_size, unsigned fps) {
  // The fixed header, and an extension block with a transport-wide sequence number.
  constexpr std::size_t kHeader = 12 + 8;
  constexpr std::size_t kVp8Header = 10;
  constexpr std::size_t kSmallest = kHeader + kVp8Descriptor + kVp8Header + kStampSize;
  const std::size_t room = std::max(packet_size, kSmallest) - kHeader - kVp8Descriptor;
  constexpr std::size_t kLoop = 30;

  Material out;
  out.interval = Duration(1'000'000'000 / std::max(fps, 1u));
  out.ticks = 90'000 / std::max(fps, 1u);
  Layer& layer = out.layers.emplace_back();
  layer.resolution = {1280, 720};
  SeededRandom random(1);
  ByteVector noise(room);
  random.fill(noise);
  for (std::size_t i = 0; i < kLoop; ++i) {
    Frame& frame = layer.frames.emplace_back();
    frame.keyframe = i == 0;
    for (std::size_t p = 0; p < std::max<std::size_t>(packets, 1); ++p) {
      const bool last = p + 1 >= packets;
      frame.pieces.push_back(piece({}, ByteView(noise).first(room - (last ? kStampSize : 0))));
      frame.pieces.back().stamped = last;
    }
    // RFC 6386 section 9.1: what forwarders read of a frame.
    constexpr std::array<std::uint8_t, kVp8Header> kKey{0x10, 0,    0,    0x9d, 0x01,
                                                        0x2a, 0x00, 0x05, 0xd0, 0x02};
    constexpr std::array<std::uint8_t, kVp8Header> kDelta{0x11};
    std::ranges::copy(frame.keyframe ? kKey : kDelta, frame.pieces[0].data.begin());
  }
  return out;
}

}  // namespace parley::load
