#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "protocols/codec/resolution.h"

namespace parley::load {

inline constexpr std::size_t kMaxDependencyDescriptor = 16;

/// The dependency descriptor (RTP Payload Format For AV1, appendix A) of a stream with one layer in
/// space and one in time, as each packet of a frame carries it; a key frame's first packet brings
/// the structure. `out` has room for kMaxDependencyDescriptor bytes; returns how many were written.
std::size_t write_dependency_descriptor(MutableBytes out, bool first_in_frame, bool last_in_frame,
                                        bool keyframe, std::uint16_t frame,
                                        const codec::Resolution& resolution);

}  // namespace parley::load
