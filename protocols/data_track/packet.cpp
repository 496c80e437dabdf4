#include "protocols/data_track/packet.h"

namespace parley::data_track {
namespace {

constexpr std::uint8_t kVersionShift = 5;
constexpr std::uint8_t kExtended = 0x04;
constexpr std::size_t kHandleAt = 2;

}  // namespace

std::expected<std::uint16_t, Error> handle_of(ByteView packet) {
  if (packet.size() < kHeaderSize) return std::unexpected(Error::too_short);
  if (packet[0] >> kVersionShift != 0) return std::unexpected(Error::wrong_version);
  if ((packet[0] & kExtended) != 0) {
    const ByteView rest = packet.subspan(kHeaderSize);
    if (rest.size() < 2) return std::unexpected(Error::extensions_overrun);
    const std::size_t size = 4 * (load_be16(rest.data()) + std::size_t{1});
    if (size > rest.size()) return std::unexpected(Error::extensions_overrun);
  }
  const std::uint16_t handle = load_be16(packet.data() + kHandleAt);
  if (handle == 0) return std::unexpected(Error::no_handle);
  return handle;
}

void set_handle(MutableBytes packet, std::uint16_t handle) {
  store_be16(packet.data() + kHandleAt, handle);
}

}  // namespace parley::data_track
