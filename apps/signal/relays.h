#pragma once

#include <vector>

#include "apps/config/config.h"
#include "base/address.h"
#include "signaling/turn/ice_servers.h"

namespace parley::apps {

/// The relays that clients are told of: `turn`, which `parley up` runs on this machine at one of
/// `addresses`, and `rtc.turn_servers`.
signaling::IceServers relays(const Config& config, const std::vector<IpAddress>& addresses);

}  // namespace parley::apps
