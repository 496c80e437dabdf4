#pragma once

namespace parley::apps {

/// Something failed that may work at the next attempt.
inline constexpr int kExitFailure = 1;
/// The command line or the configuration is wrong, or a port is taken: no restart helps
/// (sysexits.h, EX_CONFIG).
inline constexpr int kExitConfig = 78;

}  // namespace parley::apps
