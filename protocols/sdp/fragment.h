#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "protocols/sdp/sdp.h"

namespace parley::sdp {

/// The body of `application/trickle-ice-sdpfrag` (RFC 8840 section 9): what a peer says of its ICE
/// agent after the descriptions were exchanged. With bundle there is one agent, so one set of
/// credentials and one list of candidates.
///
///  bounded by  kMaxFragmentSize, kMaxFragmentCandidates (further ones are left out)
struct Fragment {
  IceParameters ice;  ///< Both empty, or both well-formed.
  std::string media;  ///< The word of the first m= line ("audio"); empty: there is none.
  std::string mid;    ///< Of that section.
  bool ice_lite = false;
  std::vector<std::string> candidates;  ///< Without the leading "candidate:".
  bool end_of_candidates = false;
};

inline constexpr std::size_t kMaxFragmentSize = 64 * 1024;
inline constexpr std::size_t kMaxFragmentCandidates = 256;

std::expected<Fragment, ParseError> parse_fragment(std::string_view text);
std::string print(const Fragment& fragment);

}  // namespace parley::sdp
