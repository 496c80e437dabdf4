#include "media/ingest/elements.h"

namespace parley::media {

void ElementReader::add(const ExtensionIds& ids) {
  const auto put = [this](std::uint8_t id, ByteView Elements::* slot) {
    if (id != 0) slots_[id] = slot;
  };
  put(ids.mid, &Elements::mid);
  put(ids.rid, &Elements::rid);
  put(ids.repaired_rid, &Elements::repaired_rid);
  put(ids.audio_level, &Elements::audio_level);
  put(ids.transport_sequence, &Elements::transport_sequence);
  put(ids.abs_capture_time, &Elements::abs_capture_time);
  put(ids.dependency_descriptor, &Elements::dependency_descriptor);
  put(ids.playout_delay, &Elements::playout_delay);
}

Elements ElementReader::read(const rtp::Extensions& extensions) const {
  Elements elements;
  for (const rtp::Extension& element : extensions) {
    const auto slot = slots_[element.id];
    if (slot != nullptr) elements.*slot = element.value;
  }
  return elements;
}

}  // namespace parley::media
