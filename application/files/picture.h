#pragma once

#include <optional>

#include "application/files/kind.h"

/// How large pictures are, by their headers; nothing is decoded. nullopt: it is no such picture.
namespace parley::application::files {

std::optional<PictureSize> png_size(ByteView bytes);   ///< PNG (W3C, third edition), section 11.2.1
std::optional<PictureSize> jpeg_size(ByteView bytes);  ///< ITU-T T.81, annex B
std::optional<PictureSize> gif_size(ByteView bytes);   ///< GIF89a, section 18
std::optional<PictureSize> webp_size(ByteView bytes);  ///< RFC 9649, section 2

}  // namespace parley::application::files
