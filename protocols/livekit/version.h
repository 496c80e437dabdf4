#pragma once

/// Which LiveKit this server says it is, in every `server_info`.
namespace parley::livekit_version {

/// What clients gate features on (contract section 2.1): RPC needs 1.8.0, and 1.13.x keeps VP9 and
/// AV1 to SVC, which is what we forward.
inline constexpr const char* kServer = "1.13.5";
inline constexpr int kSignalProtocol = 17;
inline constexpr int kAgentProtocol = 1;

}  // namespace parley::livekit_version
