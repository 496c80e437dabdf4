#include "load/frames/samples.h"

#include <fmt/format.h>

#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "load/frames/built_in.h"

namespace parley::load {
namespace {

struct Size {
  std::string_view name;
  codec::Resolution resolution;
};
constexpr std::array<Size, 3> kSizes{{{"q", {320, 180}}, {"h", {640, 360}}, {"f", {1280, 720}}}};

std::uint32_t load_le32(const std::uint8_t* p) {
  return static_cast<std::uint32_t>(p[0] | p[1] << 8 | p[2] << 16) |
         static_cast<std::uint32_t>(p[3]) << 24;
}

std::optional<ByteVector> read(const std::string& folder, const std::string& name) {
  if (folder.empty()) {
    const ByteView found = built_in_sample(name);
    return found.empty() ? std::nullopt : std::optional(to_vector(found));
  }
  std::ifstream in(folder + "/" + name, std::ios::binary);
  if (!in) return std::nullopt;
  return ByteVector(std::istreambuf_iterator<char>(in), {});
}

std::string file_name(Codec codec, std::string_view size) {
  switch (codec) {
    case Codec::vp8:
      return fmt::format("vp8-{}.ivf", size);
    case Codec::h264:
      return fmt::format("h264-{}.h264", size);
    case Codec::av1:
      return fmt::format("av1-{}.ivf", size);
    case Codec::opus:
      return "opus.ogg";
  }
  return {};
}

std::vector<Frame> cut(Codec codec, ByteView file) {
  std::vector<Frame> out;
  switch (codec) {
    case Codec::vp8:
      for (const ByteView frame : frames_of_ivf(file)) out.push_back(cut_vp8(frame));
      break;
    case Codec::h264:
      for (const ByteView frame : frames_of_annex_b(file)) out.push_back(cut_h264(frame));
      break;
    case Codec::av1:
      for (const ByteView frame : frames_of_ivf(file)) out.push_back(cut_av1(frame));
      break;
    case Codec::opus:
      for (const ByteVector& packet : packets_of_ogg(file)) out.push_back(cut_opus(packet));
      break;
  }
  return out;
}

bool can_be_sent(const std::vector<Frame>& frames) {
  if (frames.empty() || !frames.front().keyframe) return false;
  for (const Frame& frame : frames) {
    if (frame.pieces.empty()) return false;
  }
  return true;
}

}  // namespace

std::vector<ByteView> frames_of_ivf(ByteView file) {
  constexpr std::size_t kFileHeader = 32;
  constexpr std::size_t kFrameHeader = 12;
  std::vector<ByteView> out;
  if (file.size() < kFileHeader) return out;
  for (ByteView rest = file.subspan(kFileHeader); rest.size() >= kFrameHeader;) {
    const std::size_t size = load_le32(rest.data());
    rest = rest.subspan(kFrameHeader);
    if (size > rest.size()) break;
    out.push_back(rest.first(size));
    rest = rest.subspan(size);
  }
  return out;
}

std::vector<ByteView> frames_of_annex_b(ByteView file) {
  constexpr std::uint8_t kDelimiter = 9;
  std::vector<ByteView> out;
  std::size_t begin = file.size();
  for (std::size_t i = 0; i + 3 < file.size(); ++i) {
    const bool starts = file[i] == 0 && file[i + 1] == 0 && file[i + 2] == 1;
    if (!starts || (file[i + 3] & 0x1f) != kDelimiter) continue;
    if (begin < i) out.push_back(file.subspan(begin, i - begin));
    begin = i;
  }
  if (begin < file.size()) out.push_back(file.subspan(begin));
  return out;
}

// RFC 3533 section 6: pages of segments; a packet ends with the first segment below 255 bytes.
std::vector<ByteVector> packets_of_ogg(ByteView file) {
  constexpr std::size_t kPageHeader = 27;
  std::vector<ByteVector> out;
  ByteVector packet;
  while (file.size() >= kPageHeader) {
    const std::size_t segments = file[26];
    if (file.size() < kPageHeader + segments) break;
    const ByteView sizes = file.subspan(kPageHeader, segments);
    file = file.subspan(kPageHeader + segments);
    for (const std::uint8_t size : sizes) {
      if (size > file.size()) return out;
      packet.insert(packet.end(), file.begin(), file.begin() + size);
      file = file.subspan(size);
      if (size < 255) out.push_back(std::exchange(packet, {}));
    }
  }
  if (out.size() > 2) out.erase(out.begin(), out.begin() + 2);  // OpusHead, OpusTags
  return out;
}

std::expected<Material, std::string> load_samples(Codec codec, bool simulcast,
                                                  const std::string& folder) {
  Material out;
  out.codec = codec;
  if (is_audio(codec)) {
    out.interval = 20ms;
    out.ticks = 960;
  }
  for (const Size& size : kSizes) {
    const bool largest = &size == &kSizes.back();
    if (!largest && (is_audio(codec) || !simulcast)) continue;
    const std::string name = file_name(codec, size.name);
    const auto file = read(folder, name);
    if (!file && !largest) continue;
    if (!file) return std::unexpected(fmt::format("there is no sample {}", name));
    Layer layer{size.resolution, cut(codec, *file)};
    if (!can_be_sent(layer.frames)) {
      return std::unexpected(fmt::format("the sample {} cannot be sent", name));
    }
    out.layers.push_back(std::move(layer));
  }
  return out;
}

}  // namespace parley::load
