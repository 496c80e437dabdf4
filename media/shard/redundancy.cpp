#include <algorithm>
#include <memory>

#include "media/shard/world.h"

// Redundancy for those whose path loses some of what they are sent, of sound (RED) and of pictures
// (repair packets): media/redundancy decides on it, this file knows whose it is.
namespace parley::media {
namespace {

/// All sound of one subscriber may take half of its bandwidth, and so much in any case: what is
/// known of less is mostly a guess by loss, and what redundancy does to a path is looked at anyway.
constexpr std::uint64_t kAlways = 300'000;

/// What goes before each block.
constexpr std::uint64_t kBlockHeaders = 4 * 8 * 50;

}  // namespace

// In place of Egress::enqueue. One packet is made for all who want the same of it.
void Shard::World::enqueue_red(SubscriptionRecord& subscription, const PacketRef& packet,
                               const Rewrite& rewrite,
                               std::optional<PacketHistory::Handle> stored) {
  StreamRecord& stream = subscription.stream;
  Egress& egress = subscription.subscriber.egress;
  RedMaker::Made* const made =
      rewrite.payload_size == 0
          ? nullptr
          : stream.red->make(subscription.red.depth(), rewrite.payload_type, pool);
  if (made == nullptr) return egress.enqueue(subscription.out, packet, rewrite, stored);
  if (made->fresh) {
    made->fresh = false;
    ++counters.red_made;
    if (stream.remembering > 0) made->stored = stream.history.store(made->packet);
  }
  ++counters.red_sent;
  Rewrite wrapped = rewrite;
  wrapped.payload_type = static_cast<std::uint8_t>(subscription.red_payload_type);
  wrapped.payload_offset = 0;
  wrapped.payload_size = static_cast<std::uint16_t>(made->packet->payload().size());
  egress.enqueue(subscription.out, made->packet, wrapped, made->stored);
}

void Shard::World::on_loss_reported(SubscriptionId id, std::uint32_t packets,
                                    std::uint8_t fraction_lost, Time now) {
  const auto it = subscriptions.find(id);
  if (it == subscriptions.end()) return;
  SubscriptionRecord& subscription = *it->second;
  if (Protection* const protection = subscription.out.protection()) {
    subscription.repairs.on_report(packets, fraction_lost, subscription.out.round_trip(), now);
    protection->set_each(subscription.repairs.each());
  }
  if (subscription.red_payload_type < 0) return;
  const bool before = subscription.red.depth() > 0;
  subscription.red.on_report(packets, fraction_lost, room_for_red(subscription, now), now);
  const bool after = subscription.red.depth() > 0;
  subscription.out.set_redundant(after);
  count_red_user(subscription.stream, before, after);
}

// Negotiated anew it is still the same path: what is known of its loss holds, and nobody hears or
// sees how many seconds it takes to find it out again.
void Shard::World::take_over_redundancy(SubscriptionRecord& subscription,
                                        const SubscriptionRecord& before) {
  if (&subscription.stream != &before.stream || &subscription.subscriber != &before.subscriber) {
    return;
  }
  if (Protection* const protection = subscription.out.protection()) {
    subscription.repairs = before.repairs;
    protection->set_each(subscription.repairs.each());
  }
  if (subscription.red_payload_type < 0) return;
  subscription.red = before.red;
  subscription.out.set_redundant(subscription.red.depth() > 0);
  count_red_user(subscription.stream, false, subscription.red.depth() > 0);
}

// How many earlier packets each of its packets may carry.
std::size_t Shard::World::room_for_red(const SubscriptionRecord& subscription, Time now) const {
  const TransportRecord& subscriber = subscription.subscriber;
  const auto budget = subscriber.egress.budget(now);
  const auto& layers = subscription.stream.layers;
  if (!budget || layers.empty()) return RedMaker::kMaxDepth;
  const std::uint64_t each = layers.front().bits_per_second + kBlockHeaders;
  const std::uint64_t has = subscription.red.depth() * each;
  const std::uint64_t others = subscriber.sound - std::min(subscriber.sound, has);
  const std::uint64_t most = std::max(*budget / 2, kAlways);
  return most <= others ? 0 : (most - others) / each;
}

void Shard::World::count_red_user(StreamRecord& stream, bool before, bool after) {
  if (before == after) return;
  stream.red_users += after ? 1 : std::size_t(-1);
  if (stream.red_users == 0) {
    stream.red.reset();
  } else if (stream.red == nullptr) {
    stream.red = std::make_unique<RedMaker>();
  }
}

}  // namespace parley::media
