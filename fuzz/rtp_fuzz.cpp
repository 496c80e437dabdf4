#include <array>
#include <cstdint>

#include "base/assert.h"
#include "protocols/rtp/elements.h"
#include "protocols/rtp/packet.h"
#include "protocols/rtp/rtx.h"

// What parses lies inside the input, and elements written anew are read back the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  const auto packet = rtp::parse(ByteView(data, size));
  if (!packet) return 0;
  PARLEY_ASSERT(packet->payload.size() + packet->padding + rtp::kFixedHeaderSize <= size);
  (void)rtp::read_rtx(packet->payload);

  std::array<std::uint8_t, 4096> buffer;
  rtp::ExtensionWriter writer(buffer);
  std::size_t written = 0;
  bool whole = true;
  for (const rtp::Extension& element : packet->extensions) {
    (void)rtp::read_audio_level(element.value);
    (void)rtp::read_abs_send_time(element.value);
    (void)rtp::read_abs_capture_time(element.value);
    (void)rtp::read_transport_sequence(element.value);
    (void)rtp::read_text(element.value);
    (void)rtp::read_playout_delay(element.value);
    whole = whole && writer.add(element.id, element.value);
    if (whole) ++written;
  }
  const std::size_t block = writer.finish();
  if (!whole || block == 0) return 0;
  const rtp::Extensions again(load_be16(buffer.data()), ByteView(buffer).subspan(4, block - 4));
  auto it = again.begin();
  for (const rtp::Extension& element : packet->extensions) {
    PARLEY_ASSERT(it != again.end() && it->id == element.id);
    PARLEY_ASSERT(to_vector(it->value) == to_vector(element.value));
    ++it;
    if (--written == 0) break;
  }
  PARLEY_ASSERT(it == again.end());
  return 0;
}
