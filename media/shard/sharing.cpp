#include <algorithm>
#include <utility>

#include "media/shard/world.h"

// How one subscriber's bandwidth is shared among what it watches: media/allocate decides, this file
// asks and carries out.
namespace parley::media {
namespace {

/// What headers and tags add to a payload rate.
constexpr std::uint64_t on_the_wire(Kind kind, std::uint64_t payload_rate) {
  constexpr std::uint64_t kPerAudioPacket = 64 * 8 * 50;
  return kind == Kind::audio ? payload_rate + kPerAudioPacket : payload_rate * 106 / 100;
}

/// Halves of what a path carries: with so much a picture of a usual size leaves within its time,
/// and the queue of the path stays short.
constexpr std::uint64_t kPace = 5;

/// Shares of what is spent that must be to spare before more is: of a budget that is proven by what
/// arrived, and of one that is merely not known to be too much.
constexpr std::uint64_t kProvenMargin = 20;
constexpr std::uint64_t kGuessedMargin = 5;

/// One part in so many of a publisher's sound with redundancy is redundancy: LiveKit's clients send
/// each packet twice.
constexpr std::uint64_t kPublishersRed = 2;

/// A client may not have the track yet to which a pause that it is told of belongs.
constexpr Duration kSettledIn = 1s;

std::uint64_t times(std::uint64_t rate, double factor) {
  return factor == 1 ? rate : static_cast<std::uint64_t>(static_cast<double>(rate) * factor);
}

/// The budget of pictures. For each bit of them `repairs` bits are sent as well.
std::optional<std::uint64_t> without(std::optional<std::uint64_t> budget, std::uint64_t audio,
                                     double repairs) {
  if (!budget) return budget;
  return times(*budget - std::min(*budget, audio), 1 / (1 + repairs));
}

}  // namespace

// Spatial layers are those of simulcast, or else those inside the one encoding (SVC).
void Shard::World::update_ladder(StreamRecord& stream, Time now) {
  StepRates wire{};
  const std::uint32_t alive = alive_layers(stream.layers);
  const bool simulcast = stream.layers.size() > 1;
  for (std::size_t i = 0; i < std::min(stream.layers.size(), kSpatialSteps); ++i) {
    const SourceLayer& layer = stream.layers[i];
    if ((alive >> i & 1) == 0 || now - *layer.last_packet > IngestLayer::kSilence) continue;
    for (std::size_t s = 0; s < kSpatialSteps; ++s) {
      for (std::size_t t = 0; t < kTemporalSteps; ++t) {
        std::uint32_t& step = wire[simulcast ? i : s][t];
        step =
            std::max(step, static_cast<std::uint32_t>(on_the_wire(Kind::video, layer.steps[s][t])));
      }
    }
  }
  stream.ladder = Ladder(wire);
}

void Shard::World::share_bandwidth(TransportRecord& transport, Time now) {
  const Wanted wanted = collect_demands(transport);
  transport.sound = wanted.audio;
  const double with_repairs = 1 + wanted.repairs;
  transport.egress.update_bandwidth(wanted.audio + times(wanted.video, with_repairs), now);
  const auto budget = transport.egress.budget(now);
  const bool proven = transport.egress.estimate() != nullptr;
  // Audio first: what is left after it is shared among the pictures.
  const std::uint64_t video =
      allocator.share(without(budget, wanted.audio, wanted.repairs),
                      proven ? kProvenMargin : kGuessedMargin, demands, transport.caution, now);
  carry_out_shares();
  tell_stream_states(transport, now);
  spare_sound(transport, wanted, budget, now);
  make_room_for_repairs(wanted, budget);
  set_pace(transport, budget, wanted.audio + times(video, with_repairs), now);
}

Shard::World::Wanted Shard::World::collect_demands(TransportRecord& transport) {
  demands.clear();
  demanding.clear();
  Wanted wanted;
  for (SubscriptionRecord* subscription : transport.subscriptions) {
    const StreamRecord& stream = subscription->stream;
    const Forwarder::Limits& limits = subscription->forwarder.limits();
    if (limits.paused) {
      subscription->share = {};
      subscription->forwarder.set_congested(false);
      continue;
    }
    if (stream.kind == Kind::audio) {
      if (!stream.layers.empty()) {
        const std::uint64_t rate = stream.layers.front().bits_per_second;
        const bool plain = subscription->forwarder.leaves_out_redundancy();
        const std::uint64_t saved = plain ? rate / kPublishersRed : 0;
        wanted.audio += on_the_wire(Kind::audio, rate - saved) + subscription->red.depth() * rate;
        wanted.left_out += saved;
      }
      continue;
    }
    Importance importance = subscription->importance;
    importance.speaking = stream.speaking;
    demanding.push_back(subscription);
    demands.push_back({.ladder = &stream.ladder,
                       .wanted = {limits.max_spatial, limits.max_temporal},
                       .importance = importance,
                       .may_pause = subscription->may_pause,
                       .share = &subscription->share});
    const Allocator::Range range = Allocator::range(demands.back());
    wanted.video += range.best;
    wanted.least += range.least;
    wanted.repairs = std::max(wanted.repairs, subscription->repairs.overhead());
  }
  return wanted;
}

void Shard::World::carry_out_shares() {
  for (SubscriptionRecord* subscription : demanding) {
    const VideoShare& share = subscription->share;
    const Step step = share.step.value_or(Step{});
    subscription->forwarder.set_ceiling(step.spatial, step.temporal);
    if (share.paused == subscription->forwarder.congested()) continue;
    subscription->forwarder.set_congested(share.paused);
    if (!share.paused) continue;
    ++counters.pauses;
    subscription->subscriber.egress.drop_waiting(subscription->out,
                                                 subscription->forwarder.next_index());
  }
}

// Those that change together are told together.
void Shard::World::tell_stream_states(TransportRecord& transport, Time now) {
  StreamStates changed{transport.id, {}};
  for (SubscriptionRecord* subscription : transport.subscriptions) {
    const bool paused = subscription->share.paused;
    if (paused == subscription->told_paused) continue;
    if (paused && now < subscription->began + kSettledIn) continue;
    subscription->told_paused = paused;
    changed.states.push_back({subscription->id, paused});
  }
  if (!changed.states.empty()) events.on_event(std::move(changed));
}

// Publishers send sound twice, whatever a subscriber's path is like. Where it does not carry that
// and the least of each picture, sound once and pictures do more for a viewer than sound twice and
// none; and where it does not even carry the former, sound is all the better for it.
void Shard::World::spare_sound(TransportRecord& transport, const Wanted& wanted,
                               std::optional<std::uint64_t> budget, Time now) {
  transport.spare_sound.on_tick(wanted.audio + wanted.left_out + wanted.least, budget, now);
  for (SubscriptionRecord* subscription : transport.subscriptions) {
    subscription->forwarder.set_plain(transport.spare_sound.spares());
  }
}

// Repairs take from the upper layers of pictures, not from the lowest: what is lost because there
// are too many bits is not made good by more of them.
void Shard::World::make_room_for_repairs(const Wanted& wanted,
                                         std::optional<std::uint64_t> budget) {
  const std::uint64_t taken = wanted.audio + wanted.least;
  double room = 1;
  if (budget && wanted.least != 0) {
    const std::uint64_t rest = *budget - std::min(*budget, taken);
    room = static_cast<double>(rest) / static_cast<double>(wanted.least);
  }
  for (SubscriptionRecord* subscription : demanding) {
    Protection* const protection = subscription->out.protection();
    if (protection == nullptr) continue;
    subscription->repairs.set_room(room);
    protection->set_each(subscription->repairs.each());
  }
}

// Nobody is left without a picture unasked: what was granted may be more than the path carries.
void Shard::World::set_pace(TransportRecord& transport, std::optional<std::uint64_t> budget,
                            std::uint64_t granted, Time now) {
  if (const PathEstimate* const estimate = transport.egress.estimate()) {
    const std::uint64_t pace = estimate->pace(now);
    transport.egress.set_pace(pace == 0 ? 0 : std::max(pace, granted), now);
    if (transport.egress.next_train(now) != kNever) touch(transport);  // A probe.
  } else {
    transport.egress.set_pace(budget ? std::max(*budget, granted) / 2 * kPace : 0, now);
  }
}

}  // namespace parley::media
