#pragma once

#include <optional>

#include "base/time.h"
#include "media/agents/dispatcher.h"
#include "plane.pb.h"

namespace parley::media {

/// Does this method belong to livekit.AgentDispatchService?
bool is_agent_method(std::string_view method);

/// livekit.AgentDispatchService, done to one room. The edge has checked the grants.
///
///  errors  Twirp codes: malformed, invalid_argument, not_found, resource_exhausted
plane::ApiResult serve(Dispatcher& agents, const plane::ApiCall& call, Time now);

}  // namespace parley::media
