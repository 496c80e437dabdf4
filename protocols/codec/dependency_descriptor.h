#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "protocols/codec/resolution.h"

/// The dependency descriptor header extension (RTP Payload Format For AV1, appendix A): what a
/// frame is, which layers it belongs to, and who may do without it, for any codec.
namespace parley::codec {

/// What a frame is to a decode target (section A.8.2.2.1).
enum class TargetIndication : std::uint8_t {
  not_present = 0,   ///< The target has no use for the frame.
  discardable = 1,   ///< Of use, and nothing later needs it.
  switch_point = 2,  ///< Of use, and a receiver may begin this target here.
  required = 3,      ///< Of use, and needed by what follows.
};

struct DependencyTemplate {
  static constexpr std::size_t kMaxTargets = 32;
  static constexpr std::size_t kMaxChains = 32;
  static constexpr std::size_t kMaxFrameDiffs = 16;

  std::uint8_t spatial_id = 0;
  std::uint8_t temporal_id = 0;
  std::array<TargetIndication, kMaxTargets> targets{};
  std::array<std::uint16_t, kMaxFrameDiffs> frame_diffs{};
  std::uint8_t frame_diff_count = 0;
  std::array<std::uint8_t, kMaxChains> chain_diffs{};
};

/// Sent with a key frame and referred to by every frame after it.
struct DependencyStructure {
  static constexpr std::size_t kMaxTemplates = 64;
  static constexpr std::size_t kMaxSpatialLayers = 4;

  std::uint8_t template_id_offset = 0;
  std::uint8_t template_count = 0;
  std::uint8_t target_count = 0;
  std::uint8_t chain_count = 0;
  std::array<DependencyTemplate, kMaxTemplates> templates{};
  /// Which chain protects a target; meaningless if there are no chains.
  std::array<std::uint8_t, DependencyTemplate::kMaxTargets> target_chain{};
  /// The highest layers that a target holds.
  std::array<std::uint8_t, DependencyTemplate::kMaxTargets> target_spatial{};
  std::array<std::uint8_t, DependencyTemplate::kMaxTargets> target_temporal{};
  std::array<Resolution, kMaxSpatialLayers> resolutions{};
  std::uint8_t resolution_count = 0;
};

struct DependencyDescriptor {
  bool first_packet_in_frame = false;
  bool last_packet_in_frame = false;
  std::uint8_t template_id = 0;
  std::uint16_t frame_number = 0;

  bool structure_attached = false;
  /// Frame facts: the template's, unless the descriptor has its own.
  DependencyTemplate frame;
  Resolution resolution;
  std::uint32_t active_targets = 0;  ///< Bit i: target i is being sent. As last heard.
  bool active_targets_changed = false;

  /// The mask of active targets is here, or would be: in bits from the beginning.
  std::uint16_t active_targets_at = 0;
  bool has_active_targets = false;
  std::uint8_t target_count = 0;
};

/// The mandatory fields.
inline constexpr std::size_t kMinDescriptorSize = 3;

/// What a forwarder puts in the place of the publisher's. Everything else in a descriptor is
/// relative to the frame number, and stays.
struct DescriptorRewrite {
  std::uint16_t frame_number = 0;
  /// As in the descriptor that was read.
  std::uint16_t active_targets_at = 0;
  bool has_active_targets = false;
  std::uint8_t target_count = 0;
  /// Which targets the receiver gets; 0: the descriptor says what it said.
  std::uint32_t active_targets = 0;
};

/// Bytes that `rewrite_descriptor` writes.
std::size_t rewritten_size(ByteView value, const DescriptorRewrite& rewrite);
/// A copy with other numbers in it: `rewritten_size` bytes at `out`. The value must have the
/// mandatory fields, three bytes; positions are those that were read from this very value.
void rewrite_descriptor(std::uint8_t* out, ByteView value, const DescriptorRewrite& rewrite);

/// Of any descriptor, whether its structure is known or not; nothing if it is cut off.
std::optional<std::uint16_t> frame_number(ByteView value);

/// Reads the descriptors of one stream in order. The structure is kept from one frame to the next.
///
///  owner        one per IngestLayer
///  bounded by   one structure, fixed arrays; the reader costs about 8 KiB
class DependencyReader {
 public:
  enum class Error : std::uint8_t {
    too_short,         ///< Bits run out.
    no_structure,      ///< Refers to a structure that we have not seen (yet).
    unknown_template,  ///< Names a template that the structure does not have.
    out_of_bounds,     ///< More templates, targets, chains or differences than allowed.
  };

  std::expected<DependencyDescriptor, Error> parse(ByteView value);

  bool has_structure() const { return has_structure_; }
  const DependencyStructure& structure() const { return structure_; }

 private:
  DependencyStructure structure_;
  std::uint32_t active_targets_ = 0;
  bool has_structure_ = false;
};
std::string_view name(DependencyReader::Error error);

}  // namespace parley::codec
