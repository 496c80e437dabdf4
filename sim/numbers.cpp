#include "sim/numbers.h"

#include <array>

#include "protocols/rtp/extensions.h"

namespace parley::sim {

ByteVector rtp_header(Client& client, const Numbers& numbers, const rtp::Header& header,
                      Naming naming, std::string_view rid, const std::uint8_t* level) {
  const media::ExtensionIds& ids = numbers.extensions;
  std::array<std::uint8_t, 128> block;
  rtp::ExtensionWriter writer(block);
  if (ids.transport_sequence != 0) {
    std::array<std::uint8_t, 2> sequence;
    store_be16(sequence.data(), client.next_transport_sequence());
    (void)writer.add(ids.transport_sequence, sequence);
  }
  if (level != nullptr) (void)writer.add(ids.audio_level, ByteView(level, 1));
  if (naming != Naming::none) {
    (void)writer.add(ids.mid, as_bytes(numbers.mid));
    const std::uint8_t id = naming == Naming::rid ? ids.rid : ids.repaired_rid;
    if (!rid.empty()) (void)writer.add(id, as_bytes(rid));
  }
  const std::size_t size = writer.finish();
  ByteVector out(rtp::kFixedHeaderSize + size);
  rtp::write_fixed_header(out.data(), header, size > 0);
  std::copy_n(block.begin(), size, out.begin() + rtp::kFixedHeaderSize);
  return out;
}

}  // namespace parley::sim
