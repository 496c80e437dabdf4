#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "media/allocate/allocator.h"
#include "media/packet/pool.h"
#include "media/shard/flat_map.h"
#include "media/shard/gathering.h"
#include "media/shard/records.h"
#include "media/shard/shard.h"

namespace parley::media {

/// The inside of a shard. Six files: shard.cpp is the packet path, pipes.cpp its branch from and
/// to other shards, redundancy.cpp what is added against loss, commands.cpp what control asks,
/// ticks.cpp what time brings, sharing.cpp what of it each subscriber gets.
struct Shard::World final : TransportHost, EgressHost, EventSink {
  World(const ShardConfig& config, Random& random, EventSink& events);
  ~World() override;

  // shard.cpp: the packet path.
  void on_datagram(const Datagram& datagram, Time now);
  TransportRecord* find_peer(const Datagram& datagram);
  void on_media(TransportRecord& publisher, ByteView plain, Time now);
  void forward(StreamRecord& stream, const PacketRef& packet, Time now);
  void on_reports(TransportRecord& peer, ByteView plain, Time now);
  void release_gathered();
  void flush(TrainSender& sender, Time now);
  void send_reports(TransportRecord& transport, Time now);
  void update_deadline(TransportRecord& transport);

  // pipes.cpp
  void on_piped(const PipedPacket& packet, Time now);
  void on_pipe(ShardIndex from, const PipeMessage& message, Time now);
  void on_pipe(ShardIndex from, const PipeWanted& wanted, Time now);
  void on_pipe(ShardIndex from, const PipeUnwanted& unwanted, Time now);
  void on_pipe(ShardIndex from, const PipeKeyframe& wanted, Time now);
  void on_pipe(ShardIndex from, const PipeShape& shape, Time now);
  void on_pipe(ShardIndex from, const PipeSource& source, Time now);
  void on_pipe(ShardIndex from, const PipeEnded& ended, Time now);
  StreamRecord* open_pipe(StreamId stream, const StreamHome& home);
  void begin_pipes(StreamRecord& stream);
  void tell_shape(const StreamRecord& stream);
  void tell_source(const StreamRecord& stream);
  void close_idle_pipes();
  void reshape(StreamRecord& stream, const std::vector<CodecBinding>& codecs, std::size_t layers,
               Time now);

  // redundancy.cpp
  void enqueue_red(SubscriptionRecord& subscription, const PacketRef& packet,
                   const Rewrite& rewrite, std::optional<PacketHistory::Handle> stored);
  std::size_t room_for_red(const SubscriptionRecord& subscription, Time now) const;
  void take_over_redundancy(SubscriptionRecord& subscription, const SubscriptionRecord& before);
  static void count_red_user(StreamRecord& stream, bool before, bool after);

  // commands.cpp
  void execute(const CreateTransport& command, Time now);
  void execute(const SetRemote& command, Time now);
  void execute(const RestartIce& command, Time now);
  void execute(const CloseTransport& command, Time now);
  void execute(const AddStream& command, Time now);
  void execute(const RemoveStream& command, Time now);
  void execute(const Subscribe& command, Time now);
  void execute(const ConfigureSubscription& command, Time now);
  void execute(const Unsubscribe& command, Time now);
  void execute(const SendData& command, Time now);
  void execute(const LimitBandwidth& command, Time now);
  void call(TransportRecord& transport, std::span<const SocketAddress> peer, Time now);
  void remove(StreamRecord& stream);
  std::unique_ptr<SubscriptionRecord> remove(SubscriptionRecord& subscription);

  // ticks.cpp
  void on_deadline(Time now);
  Time next_deadline() const;
  void on_tick(Time now);
  void update_source(StreamRecord& stream, Time now);
  void choose_layers(StreamRecord& stream, Time now);
  void report_levels(Time now);
  void report_stats();
  void ask_for_keyframe(SubscriptionRecord& subscription, Time now);
  void request_keyframe(StreamRecord& stream, std::uint8_t layer, Time now);

  // sharing.cpp
  void update_ladder(StreamRecord& stream, Time now);
  void share_bandwidth(TransportRecord& transport, Time now);
  /// Bits per second that would be sent without a limit.
  struct Wanted {
    std::uint64_t audio = 0;
    std::uint64_t video = 0;
    double repairs = 0;       ///< Share of video that comes on top of it.
    std::uint64_t least = 0;  ///< Of video, with the lowest layer of each.
    std::uint64_t left_out =
        0;  ///< What publishers' redundancy would add to audio (`spare_sound`).
  };
  Wanted collect_demands(TransportRecord& transport);
  void carry_out_shares();
  static void spare_sound(TransportRecord& transport, const Wanted& wanted,
                          std::optional<std::uint64_t> budget, Time now);
  void make_room_for_repairs(const Wanted& wanted, std::optional<std::uint64_t> budget);
  void tell_stream_states(TransportRecord& transport, Time now);
  void set_pace(TransportRecord& transport, std::optional<std::uint64_t> budget,
                std::uint64_t granted, Time now);

  // TransportHost
  void send(const Path& path, ByteView datagram) override;
  void bind(TransportId transport, const Path& path) override;
  void unbind(TransportId transport, const Path& path) override;
  // EgressHost
  std::optional<ReportTime> report_time(SubscriptionId subscription, Time now) override;
  void on_keyframe_wanted(SubscriptionId subscription, Time now) override;
  void on_overrun(SubscriptionId subscription, Time now) override;
  void on_loss_reported(SubscriptionId subscription, std::uint32_t packets,
                        std::uint8_t fraction_lost, Time now) override;
  // EventSink, of transports and streams, on the way to control.
  void on_event(Event event) override;

  /// Its deadlines may have changed, or reports may be due.
  void touch(TransportRecord& transport) {
    if (transport.touched) return;
    transport.touched = true;
    touched.push_back(&transport);
  }
  /// Packets wait in its egress.
  void await_flush(TransportRecord& transport) {
    if (transport.has_queue) return;
    transport.has_queue = true;
    queued.push_back(&transport);
  }
  /// Packets wait in its egress for more, until the first of them has waited long enough.
  void await_more(TransportRecord& transport, Time now) {
    if (transport.has_queue || transport.gathers) return;
    transport.gathers = true;
    if (gathered.empty()) gathered_until = now + Gathering::kHold;
    gathered.push_back(&transport);
  }
  static void add_egress(ShardCounters& to, const EgressCounters& from) {
    to.media_out += from.packets;
    to.resent += from.resent;
    to.nacked_too_late += from.nacked_too_late;
    to.nacked_in_vain += from.nacked_in_vain;
    to.padding += from.padding;
    to.repairs += from.repairs;
    to.overruns += from.overruns;
  }
  void count(ShardDrop drop) { ++counters.drops[static_cast<std::size_t>(drop)]; }

  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };

  static constexpr Duration kTick = 100ms;
  /// Not more often of a stream's home, which asks the publisher less often still.
  static constexpr Duration kKeyframeRequests = 20ms;

  ShardConfig config;
  Random& random;
  EventSink& events;
  srtp::Engine engine;
  TransportConfig transport_config;
  PacketPool pool;  ///< Outlives all that holds packets.

  std::unordered_map<TransportId, std::unique_ptr<TransportRecord>> transports;
  std::unordered_map<StreamId, std::unique_ptr<StreamRecord>> streams;
  std::unordered_map<SubscriptionId, std::unique_ptr<SubscriptionRecord>> subscriptions;

  // Ways into them for the packet path.
  FlatMap<Path, TransportRecord> by_path;
  FlatMap<StreamId, StreamRecord> by_stream;
  std::unordered_map<std::string, TransportRecord*, TextHash, std::equal_to<>> by_ufrag;

  /// Shards that want a stream which is not there yet.
  std::unordered_map<StreamId, std::vector<ShardIndex>> early_pipes;
  std::vector<StreamId> idle_pipes;  ///< Room that is used again.

  /// Which sockets from kFirstCalling on are some transport's own.
  std::array<bool, kMaxCalling> calling{};

  Deadlines<TransportRecord> deadlines;
  std::vector<TransportRecord*> touched;
  std::vector<TransportRecord*> queued;
  std::vector<TransportRecord*> gathered;
  Time gathered_until = kNever;
  Gathering gathering;
  Time time{};  ///< Of the call that is under way, for events.
  Time next_tick = kNever;
  Time next_levels = kNever;
  Time next_stats = kNever;

  // What is to leave: datagrams that are ready, and the subscribers' queues in their Egress.
  struct Ready {
    Path path;
    std::size_t offset = 0;
    std::size_t size = 0;
  };
  std::vector<Ready> ready;
  std::vector<std::uint8_t> ready_bytes;
  RtpWriter writer;

  // Room that is used again and again.
  std::vector<std::uint8_t> report_buffer;
  std::vector<VideoDemand> demands;
  std::vector<SubscriptionRecord*> demanding;
  Allocator allocator;

  ShardCounters counters;
};

}  // namespace parley::media
