#include "media/redundancy/red_maker.h"

#include <algorithm>
#include <span>
#include <utility>

#include "protocols/codec/opus.h"
#include "protocols/codec/red.h"

namespace parley::media {
namespace {

/// How much older than `packet`, in ticks; nothing if RED cannot say it, or they have no common
/// clock.
std::optional<std::uint16_t> age(const MediaPacket& earlier, const MediaPacket& packet) {
  if (earlier.facts().ssrc != packet.facts().ssrc) return std::nullopt;
  const std::uint64_t ticks = packet.facts().ticks.value() - earlier.facts().ticks.value();
  if (ticks == 0 || ticks > codec::kMaxRedOffset) return std::nullopt;
  return static_cast<std::uint16_t>(ticks);
}

}  // namespace

void RedMaker::on_packet(const PacketRef& packet) {
  for (std::size_t i = 0; i < made_count_; ++i) made_[i] = {};
  made_count_ = 0;
  current_ = kRemembered;
  const PacketFacts& facts = packet->facts();
  if (facts.discontinuity) count_ = 0;
  if (facts.codec != Codec::opus || facts.padding_only || packet->payload().empty()) return;

  const auto end = packets_.begin() + static_cast<std::ptrdiff_t>(count_);
  const auto place = std::find_if(packets_.begin(), end, [&](const PacketRef& other) {
    return other->facts().index >= facts.index;
  });
  auto at = static_cast<std::size_t>(place - packets_.begin());
  if (count_ < kRemembered) {
    std::move_backward(place, end, end + 1);
    ++count_;
  } else {
    if (at == 0) return;  // Older than all.
    std::move(packets_.begin() + 1, place, packets_.begin());
    --at;
  }
  packets_[at] = packet;
  current_ = at;
}

RedMaker::Made* RedMaker::make(std::size_t depth, std::uint8_t payload_type, PacketPool& pool) {
  if (current_ == kRemembered || depth == 0) return nullptr;
  depth = std::min(depth, kMaxDepth);
  for (std::size_t i = 0; i < made_count_; ++i) {
    Made& made = made_[i];
    if (made.depth == depth && made.payload_type == payload_type) return &made;
  }
  if (made_count_ == kVariants) return nullptr;
  Made& made = made_[made_count_];
  made.depth = static_cast<std::uint8_t>(depth);
  made.payload_type = payload_type;
  if (!compose(made, pool)) return nullptr;
  ++made_count_;
  return &made;
}

bool RedMaker::compose(Made& made, PacketPool& pool) const {
  const MediaPacket& packet = *packets_[current_];
  std::array<codec::RedBlock, kRemembered> blocks;  // From the end: the newest comes last.
  std::size_t first = blocks.size() - 1;
  blocks[first] = {made.payload_type, 0, packet.payload(), true};
  std::size_t size = codec::red_header_size(true) + packet.payload().size();
  for (std::size_t back = 1; back <= std::min<std::size_t>(made.depth, current_); ++back) {
    const MediaPacket& earlier = *packets_[current_ - back];
    const auto offset = age(earlier, packet);
    if (!offset) break;
    const ByteView payload = earlier.payload();
    // That nobody spoke need not be said twice.
    if (codec::is_opus_dtx(payload)) continue;
    const std::size_t more = codec::red_header_size(false) + payload.size();
    if (payload.size() > codec::kMaxRedBlock || size + more > kMaxSize) continue;
    blocks[--first] = {made.payload_type, *offset, payload, false};
    size += more;
  }
  if (first + 1 == blocks.size()) return false;

  PacketDraft draft = pool.draft();
  if (!draft) return false;
  std::array<std::uint8_t, kMaxSize> bytes;
  const std::size_t written = codec::write_red(bytes, std::span(blocks).subspan(first));
  if (written == 0) return false;
  draft.facts() = packet.facts();
  draft.facts().codec = Codec::red;
  draft.set_bytes(ByteView(bytes).first(written));
  made.packet = std::move(draft).freeze();
  return true;
}

}  // namespace parley::media
