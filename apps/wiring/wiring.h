#pragma once

#include <string>
#include <string_view>

#include "apps/config/config.h"
#include "apps/media/media.h"
#include "base/address.h"
#include "bus/nats_bus.h"

/// From the configuration to what the parts of a process are given.
namespace parley::apps {

/// The node's own, or one made from the host's name, which stays the same over restarts.
std::string node_id(const Config& config);

bus::NatsConfig nats_config(const Config& config, std::string_view process);

MediaOptions media_options(const Config& config);

/// Where a port that is not for clients listens: at the first bound address, else at all.
IpAddress internal_address(const Config& config);

observability::LogConfig log_config(const Config& config, std::string_view process);

}  // namespace parley::apps
