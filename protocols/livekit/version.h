#pragma once

/// Which LiveKit this server says it is, in every `server_info`.
namespace parley::livekit_version {

/// What clients gate features on (contract section 2.1): RPC needs 1.8.0. After 1.13.6 they publish
/// VP9 and AV1 as simulcast where they are asked to (`L1T3` and `simulcast`), and say which of both
/// it is (`video_layer_mode`); before, as SVC whatever they are asked.
inline constexpr const char* kServer = "1.13.7";
inline constexpr int kSignalProtocol = 17;
inline constexpr int kAgentProtocol = 1;

}  // namespace parley::livekit_version
