#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "protocols/codec/resolution.h"

/// Encoded frames cut into what goes into RTP packets. Done once for all publishers: only numbers
/// differ between them.
namespace parley::load {

enum class Codec : std::uint8_t { vp8, h264, av1, opus };

constexpr bool is_audio(Codec codec) { return codec == Codec::opus; }
constexpr std::uint32_t clock_rate(Codec codec) { return is_audio(codec) ? 48'000 : 90'000; }

/// RTP payload at most: leaves room for headers and tags below 1200 bytes.
inline constexpr std::size_t kMaxPayload = 1160;
/// The VP8 payload descriptor that we write: picture id of 15 bits, TL0PICIDX, temporal layer.
inline constexpr std::size_t kVp8Descriptor = 6;

/// The payload of one packet: `prefix`, `data`, and in the last of a frame a Stamp. With VP8 a
/// descriptor comes before all that.
struct Piece {
  std::array<std::uint8_t, 4> prefix{};
  std::uint8_t prefix_size = 0;
  bool stamped = false;
  ByteVector data;
};

struct Frame {
  bool keyframe = false;
  std::vector<Piece> pieces;
};

/// A loop of frames at one size. The first is a key frame.
struct Layer {
  codec::Resolution resolution;
  std::vector<Frame> frames;

  std::uint32_t kbps(Duration interval) const;
};

/// All of a track: layers from the smallest up, frame by frame together.
struct Material {
  Codec codec = Codec::vp8;
  Duration interval = 33'333'333ns;
  std::uint32_t ticks = 3000;  ///< Of the media clock, from frame to frame.
  std::vector<Layer> layers;
};

/// One encoded frame as a sample file has it: VP8 and Opus as they are, H.264 in Annex B form, AV1
/// as a temporal unit. No pieces: it cannot be sent.
Frame cut_vp8(ByteView frame);
Frame cut_h264(ByteView access_unit);
Frame cut_av1(ByteView temporal_unit);
Frame cut_opus(ByteView packet);

/// Frames of `packets` packets of `packet_size` bytes (RTP header and all, before SRTP), VP8 to
/// whoever looks at the first bytes and noise to a decoder.
Material synthetic(std::size_t packets, std::size_t packet_size, unsigned fps);

}  // namespace parley::load
