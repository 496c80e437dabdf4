#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "media/control/types.h"
#include "protocols/rtp/packet.h"
#include "sim/client.h"

namespace parley::sim {

/// What descriptions have settled for one media section.
struct Numbers {
  std::uint8_t payload_type = 0;
  std::uint8_t rtx_payload_type = 0;
  std::uint8_t red_payload_type = 0;  ///< Of sound with redundancy; 0: not negotiated.
  media::ExtensionIds extensions;     ///< 0: not said in packets.
  std::string mid;
};

/// How a packet says which layer it belongs to (RFC 8852): only until its receiver knows the SSRC.
enum class Naming : std::uint8_t { none, rid, repaired_rid };

/// The beginning of a packet as a browser writes it: fixed header, transport-wide sequence, and
/// mid and rid if they are negotiated and wanted. `level` is for audio (RFC 6464).
ByteVector rtp_header(Client& client, const Numbers& numbers, const rtp::Header& header,
                      Naming naming, std::string_view rid = {},
                      const std::uint8_t* level = nullptr);

}  // namespace parley::sim
