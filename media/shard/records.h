#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "media/allocate/allocator.h"
#include "media/allocate/caution.h"
#include "media/allocate/ladder.h"
#include "media/control/commands.h"
#include "media/egress/egress.h"
#include "media/egress/packet_history.h"
#include "media/forward/forwarder.h"
#include "media/forward/source.h"
#include "media/ingest/ingest.h"
#include "media/packet/publisher_clock.h"
#include "media/peer/transport.h"
#include "media/redundancy/red_maker.h"
#include "media/redundancy/red_policy.h"
#include "media/redundancy/repair_policy.h"
#include "media/redundancy/spare_policy.h"
#include "media/shard/deadlines.h"

/// What a shard knows of each of its transports, streams and subscriptions. Plain rooms for the
/// parts; what happens to them is in world.h. All are owned by the World, and point at each other:
/// a subscription ends before its stream and its transport do, a stream before its transport.
namespace parley::media {

struct StreamRecord;
struct SubscriptionRecord;

struct TransportRecord {
  TransportRecord(const CreateTransport& create, const TransportConfig& config,
                  const IngestConfig& ingest_config, EventSink& events, Random& random,
                  bool send_side)
      : id(create.transport),
        peer(create, config, random),
        ingest(ingest_config, events),
        egress(random, send_side),
        cname(ingest_config.cname),
        ufrags{create.local.ufrag} {}

  TransportId id;
  Transport peer;
  Ingest ingest;
  Egress egress;
  PublisherClock clock;
  std::uint64_t sound = 0;    ///< Bits per second that it is sent of it, as of the last tick.
  std::optional<Time> spoke;  ///< When somebody was last heard from it.
  Caution caution;            ///< With its budget.
  SparePolicy spare_sound;    ///< Of publishers' redundancy.
  std::string cname;          ///< What its subscribers are told that its streams have in common.
  std::vector<std::string> ufrags;  ///< That lead here, oldest first.
  std::vector<StreamRecord*> streams;
  std::vector<SubscriptionRecord*> subscriptions;  ///< That flow to it.
  std::optional<std::uint8_t> calls_from;          ///< Path::local of a socket of its own.
  bool connected = false;
  bool touched = false;    ///< In the World's list of that name.
  bool has_queue = false;  ///< Likewise.
  bool gathers = false;    ///< Likewise.
  bool listens = false;    ///< Was sent sound since the last tick.
  DeadlineHook deadline;
};

/// A stream that is published here, or one that is piped here from its home for our subscribers.
struct StreamRecord {
  StreamRecord(const AddStream& add, TransportRecord& transport, ShardIndex here)
      : StreamRecord(add.stream, {here, add.kind, transport.cname}) {
    publisher = &transport;
    codecs = add.codecs;
    layers.resize(add.layers.size());
  }
  StreamRecord(StreamId stream, const StreamHome& published)
      : id(stream),
        kind(published.kind),
        home(published.shard),
        cname(published.cname),
        history(kind == Kind::video ? PacketHistory::kVideoPackets : PacketHistory::kAudioPackets) {
  }

  const PublisherClock& clock() const { return publisher ? publisher->clock : piped_clock; }

  StreamId id;
  Kind kind;
  ShardIndex home;
  std::string cname;
  TransportRecord* publisher = nullptr;  ///< Null: at its home, which is elsewhere.
  std::vector<ShardIndex> piped_to;      ///< From its home.
  PublisherClock piped_clock;            ///< As its home has said.
  Time next_keyframe_request{};          ///< To its home.
  std::vector<CodecBinding> codecs;
  std::vector<SourceLayer> layers;
  std::vector<SubscriptionRecord*> subscriptions;
  Ladder ladder;                  ///< What it costs, as of the last tick; video only.
  bool speaking = false;          ///< Its publisher is heard.
  std::size_t remembering = 0;    ///< How many of them may ask for packets again.
  bool layer_started = false;     ///< Its subscribers should look which one they want.
  std::size_t red_users = 0;      ///< How many of them are sent redundancy that is made here.
  std::unique_ptr<RedMaker> red;  ///< While there are any.
  PacketHistory history;
};

struct SubscriptionRecord {
  SubscriptionRecord(const Subscribe& subscribe, StreamRecord& from, TransportRecord& to,
                     const Egress::Beginning& beginning)
      : id(subscribe.subscription),
        stream(from),
        subscriber(to),
        codecs(subscribe.codecs),
        red_payload_type(subscribe.may_add_red ? media::red_payload_type(subscribe.codecs) : -1),
        forwarder(from.kind, PayloadMap(from.codecs, subscribe.codecs), beginning.rtp),
        out(to.egress.add(subscribe, from.kind, from.history, from.cname, beginning)) {}

  /// What its subscriber wishes, and what it has of the bandwidth.
  void take_over(const SubscriptionRecord& before) {
    forwarder.configure(before.forwarder.limits());
    began = before.began;
    importance = before.importance;
    may_pause = before.may_pause;
    share = before.share;
    told_paused = before.told_paused;
  }

  SubscriptionId id;
  StreamRecord& stream;
  TransportRecord& subscriber;
  std::vector<CodecBinding> codecs;
  int red_payload_type;  ///< -1: it is never given redundancy.
  RedPolicy red;
  Forwarder forwarder;
  EgressStream& out;

  RepairPolicy repairs;  ///< Video only.

  // Of the subscriber's bandwidth; video only.
  Time began{};
  Importance importance;
  bool may_pause = false;
  VideoShare share;
  bool told_paused = false;  ///< As control knows it.
};

}  // namespace parley::media
