#pragma once

#include <cstdint>
#include <string>

namespace parley::load {

/// What descriptions have settled for one media section. Id 0: not said in packets.
struct Numbers {
  std::string mid;
  std::uint8_t payload_type = 0;
  std::uint8_t rtx_payload_type = 0;
  std::uint8_t mid_id = 0;
  std::uint8_t rid_id = 0;
  std::uint8_t repaired_rid_id = 0;
  std::uint8_t transport_sequence_id = 0;
  std::uint8_t abs_send_time_id = 0;
  std::uint8_t audio_level_id = 0;
  std::uint8_t dependency_id = 0;
};

}  // namespace parley::load
