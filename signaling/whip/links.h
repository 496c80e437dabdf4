#pragma once

#include <string>
#include <vector>

#include "livekit_models.pb.h"
#include "livekit_rtc.pb.h"

/// Link headers (RFC 8288) of WHIP and WHEP.
namespace parley::signaling::whip {

/// One for each address of a relay, with its credentials (RFC 9725 section 4.6).
std::vector<std::string> ice_server_links(const std::vector<livekit::ICEServer>& servers);

}  // namespace parley::signaling::whip
