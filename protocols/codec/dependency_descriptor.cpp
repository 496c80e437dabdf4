#include "protocols/codec/dependency_descriptor.h"

#include <algorithm>
#include <bit>

namespace parley::codec {
namespace {

using Error = DependencyReader::Error;

/// Most significant bit first, as the descriptor's syntax tables are written.
class BitReader {
 public:
  explicit BitReader(ByteView bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }

  /// f(n), n <= 32
  std::uint32_t bits(std::size_t n) {
    if (bytes_.size() * 8 - at_ < n) {
      ok_ = false;
      at_ = bytes_.size() * 8;
      return 0;
    }
    std::uint32_t value = 0;
    for (; n > 0; --n, ++at_) {
      value = value << 1 | ((std::uint32_t{bytes_[at_ / 8]} >> (7 - at_ % 8)) & 1u);
    }
    return value;
  }
  bool flag() { return bits(1) != 0; }
  std::size_t at() const { return at_; }

  /// ns(n): a number below `n` in as few bits as can be (AV1 specification, section 4.10.7).
  std::uint32_t non_symmetric(std::uint32_t n) {
    const auto width = static_cast<std::size_t>(std::bit_width(n));
    const std::uint32_t short_ones = (1u << width) - n;
    const std::uint32_t value = bits(width - 1);
    if (value < short_ones) return value;
    return (value << 1) - short_ones + bits(1);
  }

 private:
  ByteView bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

bool read_layers(BitReader& in, DependencyStructure& out) {
  std::uint8_t spatial = 0;
  std::uint8_t temporal = 0;
  for (;;) {
    if (out.template_count == DependencyStructure::kMaxTemplates) return false;
    DependencyTemplate& entry = out.templates[out.template_count++];
    entry.spatial_id = spatial;
    entry.temporal_id = temporal;
    switch (in.bits(2)) {
      case 0:
        break;
      case 1:
        ++temporal;
        break;
      case 2:
        temporal = 0;
        ++spatial;
        break;
      default:
        return true;
    }
    if (spatial >= DependencyStructure::kMaxSpatialLayers || temporal > 7 || !in.ok()) {
      return false;
    }
  }
}

void read_targets(BitReader& in, std::uint8_t target_count, DependencyTemplate& out) {
  for (std::size_t i = 0; i < target_count; ++i) {
    out.targets[i] = static_cast<TargetIndication>(in.bits(2));
  }
}

bool add_diff(DependencyTemplate& out, std::uint32_t diff) {
  if (out.frame_diff_count == DependencyTemplate::kMaxFrameDiffs) return false;
  out.frame_diffs[out.frame_diff_count++] = static_cast<std::uint16_t>(diff);
  return true;
}

void read_chains(BitReader& in, DependencyStructure& out) {
  out.chain_count = static_cast<std::uint8_t>(in.non_symmetric(out.target_count + 1u));
  if (out.chain_count == 0) return;
  for (std::size_t i = 0; i < out.target_count; ++i) {
    out.target_chain[i] = static_cast<std::uint8_t>(in.non_symmetric(out.chain_count));
  }
  for (std::size_t t = 0; t < out.template_count; ++t) {
    for (std::size_t c = 0; c < out.chain_count; ++c) {
      out.templates[t].chain_diffs[c] = static_cast<std::uint8_t>(in.bits(4));
    }
  }
}

/// Section A.8.3: a target's layers are the highest among the templates that it has use for.
void derive_target_layers(DependencyStructure& out) {
  for (std::size_t i = 0; i < out.target_count; ++i) {
    for (std::size_t t = 0; t < out.template_count; ++t) {
      const DependencyTemplate& entry = out.templates[t];
      if (entry.targets[i] == TargetIndication::not_present) continue;
      out.target_spatial[i] = std::max(out.target_spatial[i], entry.spatial_id);
      out.target_temporal[i] = std::max(out.target_temporal[i], entry.temporal_id);
    }
  }
}

std::expected<void, Error> read_structure(BitReader& in, DependencyStructure& out) {
  out.template_id_offset = static_cast<std::uint8_t>(in.bits(6));
  out.target_count = static_cast<std::uint8_t>(in.bits(5) + 1);
  if (!read_layers(in, out)) {
    return std::unexpected(in.ok() ? Error::out_of_bounds : Error::too_short);
  }
  for (std::size_t t = 0; t < out.template_count; ++t) {
    read_targets(in, out.target_count, out.templates[t]);
  }
  for (std::size_t t = 0; t < out.template_count; ++t) {
    while (in.flag()) {
      if (!add_diff(out.templates[t], in.bits(4) + 1)) return std::unexpected(Error::out_of_bounds);
    }
  }
  read_chains(in, out);
  derive_target_layers(out);
  if (in.flag()) {
    out.resolution_count =
        static_cast<std::uint8_t>(out.templates[out.template_count - 1u].spatial_id + 1);
    for (std::size_t i = 0; i < out.resolution_count; ++i) {
      // A size of 65536 does not fit our 16 bits, nor any encoder.
      const std::uint32_t width = std::min<std::uint32_t>(in.bits(16) + 1, 0xffff);
      const std::uint32_t height = std::min<std::uint32_t>(in.bits(16) + 1, 0xffff);
      out.resolutions[i] = {static_cast<std::uint16_t>(width), static_cast<std::uint16_t>(height)};
    }
  }
  if (!in.ok()) return std::unexpected(Error::too_short);
  return {};
}

/// Behind the mandatory fields there may be five flags; the second says that there is a mask.
constexpr std::size_t kMaskFlag = 8 * kMinDescriptorSize + 1;
constexpr std::size_t kFlagsEnd = 8 * kMinDescriptorSize + 5;

void set_bits(std::uint8_t* out, std::size_t at, std::size_t count, std::uint32_t value) {
  for (; count > 0; --count, ++at) {
    const auto bit = static_cast<std::uint8_t>(0x80 >> (at % 8));
    std::uint8_t& byte = out[at / 8];
    byte = static_cast<std::uint8_t>((value >> (count - 1) & 1) != 0 ? byte | bit : byte & ~bit);
  }
}

constexpr std::uint32_t all_targets(std::uint8_t count) {
  return count >= 32 ? 0xffff'ffff : (1u << count) - 1;
}

}  // namespace

std::string_view name(DependencyReader::Error error) {
  switch (error) {
    case Error::too_short:
      return "too_short";
    case Error::no_structure:
      return "no_structure";
    case Error::unknown_template:
      return "unknown_template";
    case Error::out_of_bounds:
      return "out_of_bounds";
  }
  return "unknown";
}

std::expected<DependencyDescriptor, Error> DependencyReader::parse(ByteView value) {
  BitReader in(value);
  DependencyDescriptor out;
  out.first_packet_in_frame = in.flag();
  out.last_packet_in_frame = in.flag();
  out.template_id = static_cast<std::uint8_t>(in.bits(6));
  out.frame_number = static_cast<std::uint16_t>(in.bits(16));

  bool has_active_targets = false;
  bool own_targets = false;
  bool own_diffs = false;
  bool own_chains = false;
  DependencyStructure attached;
  if (value.size() > kMinDescriptorSize) {
    out.structure_attached = in.flag();
    has_active_targets = in.flag();
    own_targets = in.flag();
    own_diffs = in.flag();
    own_chains = in.flag();
    if (out.structure_attached) {
      if (const auto read = read_structure(in, attached); !read) {
        return std::unexpected(read.error());
      }
    }
  }
  if (!in.ok()) return std::unexpected(Error::too_short);
  if (!out.structure_attached && !has_structure_) return std::unexpected(Error::no_structure);

  const DependencyStructure& structure = out.structure_attached ? attached : structure_;
  out.target_count = structure.target_count;
  out.has_active_targets = has_active_targets;
  out.active_targets_at =
      static_cast<std::uint16_t>(value.size() > kMinDescriptorSize ? in.at() : kFlagsEnd);
  out.active_targets =
      out.structure_attached ? all_targets(structure.target_count) : active_targets_;
  if (has_active_targets) out.active_targets = in.bits(structure.target_count);

  const auto index =
      static_cast<std::size_t>((out.template_id + 64 - structure.template_id_offset) % 64);
  if (index >= structure.template_count) return std::unexpected(Error::unknown_template);
  out.frame = structure.templates[index];
  if (own_targets) read_targets(in, structure.target_count, out.frame);
  if (own_diffs) {
    out.frame.frame_diff_count = 0;
    while (const std::uint32_t size = in.bits(2)) {
      if (!add_diff(out.frame, in.bits(4 * size) + 1)) {
        return std::unexpected(Error::out_of_bounds);
      }
    }
  }
  if (own_chains) {
    for (std::size_t c = 0; c < structure.chain_count; ++c) {
      out.frame.chain_diffs[c] = static_cast<std::uint8_t>(in.bits(8));
    }
  }
  if (!in.ok()) return std::unexpected(Error::too_short);
  if (out.frame.spatial_id < structure.resolution_count) {
    out.resolution = structure.resolutions[out.frame.spatial_id];
  }

  // Only a descriptor that could be read to its end changes what we keep.
  out.active_targets_changed = out.structure_attached || out.active_targets != active_targets_;
  active_targets_ = out.active_targets;
  if (out.structure_attached) {
    structure_ = attached;
    has_structure_ = true;
  }
  return out;
}

std::size_t rewritten_size(ByteView value, const DescriptorRewrite& rewrite) {
  if (rewrite.active_targets == 0 || rewrite.has_active_targets) return value.size();
  // How many bits of the last byte are in use is not known: all of them are kept.
  const std::size_t bits = value.size() > kMinDescriptorSize ? 8 * value.size() : kFlagsEnd;
  return (bits + rewrite.target_count + 7) / 8;
}

void rewrite_descriptor(std::uint8_t* out, ByteView value, const DescriptorRewrite& rewrite) {
  const std::size_t size = rewritten_size(value, rewrite);
  std::copy(value.begin(), value.end(), out);
  std::fill(out + value.size(), out + size, std::uint8_t{0});
  if (rewrite.active_targets != 0) {
    const std::size_t at = rewrite.active_targets_at;
    const std::size_t count = rewrite.target_count;
    if (!rewrite.has_active_targets && value.size() > kMinDescriptorSize) {
      // What follows the new mask moves back.
      BitReader rest(value);
      for (std::size_t left = at; left > 0;) {
        const std::size_t n = std::min<std::size_t>(left, 32);
        rest.bits(n);
        left -= n;
      }
      for (std::size_t bit = at; bit < 8 * value.size(); ++bit) {
        set_bits(out, bit + count, 1, rest.bits(1));
      }
    }
    set_bits(out, kMaskFlag, 1, 1);
    set_bits(out, at, count, rewrite.active_targets);
  }
  out[1] = static_cast<std::uint8_t>(rewrite.frame_number >> 8);
  out[2] = static_cast<std::uint8_t>(rewrite.frame_number);
}

std::optional<std::uint16_t> frame_number(ByteView value) {
  if (value.size() < kMinDescriptorSize) return std::nullopt;
  return static_cast<std::uint16_t>(value[1] << 8 | value[2]);
}

}  // namespace parley::codec
