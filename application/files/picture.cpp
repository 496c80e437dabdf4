#include "application/files/picture.h"

#include <string_view>

namespace parley::application::files {
namespace {

std::uint32_t big(ByteView bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | bytes[at + i];
  return value;
}
std::uint32_t little(ByteView bytes, std::size_t at, std::size_t size) {
  std::uint32_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | bytes[at + i];
  return value;
}

std::string_view text(ByteView bytes, std::size_t at, std::size_t size) {
  if (bytes.size() < at + size) return {};
  return {reinterpret_cast<const char*>(bytes.data()) + at, size};
}

/// Start of frame, of whichever process; not DHT, JPG and DAC, which stand between them.
bool is_frame(std::uint8_t marker) {
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

}  // namespace

std::optional<PictureSize> png_size(ByteView bytes) {
  constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);
  if (text(bytes, 0, 8) != kSignature || text(bytes, 12, 4) != "IHDR" || bytes.size() < 24) {
    return std::nullopt;
  }
  return PictureSize{big(bytes, 16, 4), big(bytes, 20, 4)};
}

std::optional<PictureSize> jpeg_size(ByteView bytes) {
  if (bytes.size() < 4 || big(bytes, 0, 3) != 0xffd8ff) return std::nullopt;
  for (ByteView rest = bytes.subspan(2); rest.size() >= 4;) {
    if (rest[0] != 0xff) return std::nullopt;
    const std::uint8_t marker = rest[1];
    if (marker == 0xff) {  // Section B.1.1.2: any number of fill bytes before a marker.
      rest = rest.subspan(1);
      continue;
    }
    const std::size_t length = big(rest, 2, 2);
    if (length < 2 || rest.size() - 2 < length) return std::nullopt;
    if (is_frame(marker)) {
      if (length < 7) return std::nullopt;
      return PictureSize{big(rest, 7, 2), big(rest, 5, 2)};
    }
    if (marker == 0xda || marker == 0xd9) return std::nullopt;  // A scan without a frame.
    rest = rest.subspan(2 + length);
  }
  return std::nullopt;
}

std::optional<PictureSize> gif_size(ByteView bytes) {
  const auto signature = text(bytes, 0, 6);
  if ((signature != "GIF87a" && signature != "GIF89a") || bytes.size() < 10) return std::nullopt;
  return PictureSize{little(bytes, 6, 2), little(bytes, 8, 2)};
}

std::optional<PictureSize> webp_size(ByteView bytes) {
  if (text(bytes, 0, 4) != "RIFF" || text(bytes, 8, 4) != "WEBP" || bytes.size() < 30) {
    return std::nullopt;
  }
  const auto chunk = text(bytes, 12, 4);
  if (chunk == "VP8X") return PictureSize{little(bytes, 24, 3) + 1, little(bytes, 27, 3) + 1};
  if (chunk == "VP8L" && bytes[20] == 0x2f) {
    const std::uint32_t packed = little(bytes, 21, 4);
    return PictureSize{(packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1};
  }
  // RFC 6386, section 9.1: a start code, then both sizes with two bits of scale.
  if (chunk == "VP8 " && big(bytes, 23, 3) == 0x9d012a) {
    return PictureSize{little(bytes, 26, 2) & 0x3fff, little(bytes, 28, 2) & 0x3fff};
  }
  return std::nullopt;
}

}  // namespace parley::application::files
