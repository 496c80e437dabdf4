#pragma once

#include <expected>
#include <string>
#include <vector>

#include "livekit_rtc.pb.h"
#include "protocols/sdp/sdp.h"

namespace parley::media {

inline constexpr std::size_t kMaxSynthesizedPerKind = 2;

/// What a client that cannot announce its tracks (WHIP) would have announced: one AddTrack for each
/// section that its offer sends, in the offer's order. The second picture is a screen, the second
/// sound that screen's. The error says in words why the offer will not do.
///
///  source  contract section 1.4; simulcast rids of OBS: 3.3
std::expected<std::vector<livekit::AddTrackRequest>, std::string> synthesized_tracks(
    const sdp::Session& offer);

}  // namespace parley::media
