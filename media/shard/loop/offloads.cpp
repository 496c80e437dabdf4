#include "media/shard/loop/offloads.h"

#include <cstdlib>

namespace parley::media {

Offloads offloads_from_environment(Offloads offloads,
                                   const std::function<const char*(const char*)>& variable) {
  const auto is_off = [&](const char* name) {
    const char* const value = variable(name);
    return value != nullptr && (std::string_view(value) == "off" || std::string_view(value) == "0");
  };
  if (is_off("PARLEY_GSO")) offloads.gso = false;
  if (is_off("PARLEY_GRO")) offloads.gro = false;
  if (is_off("PARLEY_IPSEC_MB")) offloads.srtp = srtp::Backend::openssl;
  return offloads;
}

Offloads offloads_from_environment(Offloads offloads) {
  return offloads_from_environment(offloads, [](const char* name) { return std::getenv(name); });
}

}  // namespace parley::media
