#include "protocols/sctp/association.h"

#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <usrsctp.h>

#include "base/assert.h"
#include "protocols/sctp/callbacks.h"
#include "protocols/sctp/dcep.h"
#include "protocols/sctp/stack.h"

namespace parley::sctp {
namespace {

// usrsctp does not say when its next timer runs out. So its clock is driven in steps while any of
// them may be running: that of something unacknowledged, or that of a SACK held back. Heartbeats
// and path MTU discovery are off (configure), so nothing else ever is.
constexpr Duration kStep = 20ms;
constexpr Duration kSackFor = 300ms;  ///< RFC 9260 section 6.2: 200 ms, and what the step adds.

constexpr std::uint32_t kRtoMinMs = 400;  // Above the 200 ms for which a peer may hold a SACK back.
constexpr std::uint32_t kRtoInitialMs = 500;
constexpr std::uint32_t kRtoMaxMs =
    3000;  // Whether the peer lives is for ICE consent to say, not for long silences here.
constexpr std::uint16_t kInitAttempts = 20;
constexpr std::size_t kCommonHeader = 12;    // RFC 9260 section 3.1
constexpr std::uint16_t kMaxStream = 65534;  // RFC 8832 section 6: 65535 is not to be used.

struct Channel {
  ChannelConfig config;
  bool acknowledged =
      false;  ///< Until then everything is sent in order, so that it cannot overtake our OPEN.
  bool closing = false;
  bool incoming_reset = false;
  bool outgoing_reset = false;
};

/// The beginning of a message too large for usrsctp to hand over at once.
struct Partial {
  ByteVector bytes;
  bool discard = false;
};

template <typename T>
void set_option(struct socket* socket, int level, int name, const T& value) {
  PARLEY_ASSERT(usrsctp_setsockopt(socket, level, name, &value, sizeof(value)) == 0);
}

sockaddr_conn address(std::uintptr_t id, std::uint16_t port) {
  sockaddr_conn a{};
  a.sconn_family = AF_CONN;
  a.sconn_port = htons(port);
  a.sconn_addr = reinterpret_cast<void*>(id);
  return a;
}

void configure(struct socket* socket, const Options& options) {
  usrsctp_set_non_blocking(socket, 1);
  set_option(socket, SOL_SOCKET, SO_LINGER,
             linger{.l_onoff = 1, .l_linger = 0});  // Closing aborts.
  set_option(socket, SOL_SOCKET, SO_SNDBUF, static_cast<int>(options.send_buffer));
  set_option(socket, SOL_SOCKET, SO_RCVBUF, static_cast<int>(options.receive_buffer));
  set_option(socket, IPPROTO_SCTP, SCTP_NODELAY, std::uint32_t{1});
  // A message up to the limit comes in one piece; only one beyond it comes in several, to be thrown
  // away.
  set_option(socket, IPPROTO_SCTP, SCTP_PARTIAL_DELIVERY_POINT,
             static_cast<std::uint32_t>(std::min(options.max_message + 1, options.receive_buffer)));

  sctp_initmsg init{};
  init.sinit_num_ostreams = options.max_channels;
  init.sinit_max_instreams = options.max_channels;
  init.sinit_max_attempts = kInitAttempts;
  init.sinit_max_init_timeo = kRtoMaxMs;
  set_option(socket, IPPROTO_SCTP, SCTP_INITMSG, init);

  sctp_rtoinfo rto{};
  rto.srto_initial = kRtoInitialMs;
  rto.srto_min = kRtoMinMs;
  rto.srto_max = kRtoMaxMs;
  set_option(socket, IPPROTO_SCTP, SCTP_RTOINFO, rto);

  // RFC 8261 section 5: DTLS hides the path MTU. ICE consent (RFC 7675) already does what
  // heartbeats would.
  sctp_paddrparams path{};
  path.spp_address.ss_family = AF_CONN;
  path.spp_flags = SPP_PMTUD_DISABLE | SPP_HB_DISABLE;
  path.spp_pathmtu = static_cast<std::uint32_t>(options.mtu - kCommonHeader);
  set_option(socket, IPPROTO_SCTP, SCTP_PEER_ADDR_PARAMS, path);

  // RFC 8831 section 6.7: channels are closed by resetting streams (RFC 6525).
  sctp_assoc_value reset{};
  reset.assoc_id = SCTP_ALL_ASSOC;
  reset.assoc_value = SCTP_ENABLE_RESET_STREAM_REQ | SCTP_ENABLE_CHANGE_ASSOC_REQ;
  set_option(socket, IPPROTO_SCTP, SCTP_ENABLE_STREAM_RESET, reset);

  for (const int type : {SCTP_ASSOC_CHANGE, SCTP_STREAM_RESET_EVENT, SCTP_SENDER_DRY_EVENT}) {
    sctp_event event{};
    event.se_assoc_id = SCTP_ALL_ASSOC;
    event.se_type = static_cast<std::uint16_t>(type);
    event.se_on = 1;
    set_option(socket, IPPROTO_SCTP, SCTP_EVENT, event);
  }
}

}  // namespace

struct Association::Impl {
  explicit Impl(Options o);
  ~Impl();

  // What usrsctp said, in the order in which it said it.
  void drain(Time now);
  void on_notification(ByteView bytes);
  void on_association_change(const sctp_assoc_change& change);
  void on_stream_reset(ByteView bytes);
  void on_data(const Port::Incoming& piece);
  void on_message(ChannelId stream, std::uint32_t ppid, ByteVector bytes);
  void on_dcep(ChannelId stream, ByteView message);

  void emit(Event event);
  void drop(Drop reason) { ++drops[static_cast<std::size_t>(reason)]; }
  void end(Disconnected::Reason reason);
  void finish_if_reset(ChannelId id);
  void flush_resets(Time now);
  bool transmit(ChannelId stream, Ppid ppid, ByteView bytes, const ChannelConfig* how, bool ordered,
                Time now);
  bool transmit_dcep(ChannelId stream, ByteView message, Time now) {
    return transmit(stream, Ppid::dcep, message, nullptr, true, now);
  }
  void touch(Time now) { active = now; }
  bool running() const { return state == State::connecting || state == State::connected; }
  bool awaits_answer() const;

  Options options;
  State state = State::idle;
  Stack& stack = Stack::instance();
  Port port;
  std::uintptr_t id = 0;
  struct socket* socket = nullptr;

  std::map<ChannelId, Channel> channels;
  std::map<ChannelId, Partial> partials;
  std::vector<ChannelId> resets;  ///< Our directions that are still to be reset.
  std::vector<ChannelId> acks;    ///< Of the peer's OPENs; sent when `now` is at hand.
  std::uint16_t outbound_streams = 0;
  std::deque<Event> events;
  std::size_t event_bytes = 0;
  std::array<std::uint64_t, 6> drops{};
  ByteVector lent_packet;
  Time active{};  ///< When anything last happened.
  Time deadline = kNever;
};

Association::Impl::Impl(Options o) : options(std::move(o)) {
  PARLEY_ASSERT(options.mtu > 100 && options.mtu % 4 == 0);
  PARLEY_ASSERT(options.max_channels > 0 && options.max_message < options.receive_buffer);
  port.max_incoming_bytes = 2 * options.receive_buffer;
  port.send_buffer = options.send_buffer;
}

Association::Impl::~Impl() {
  if (id == 0) return;
  const auto hold = stack.lock();
  if (socket != nullptr) usrsctp_close(socket);
  usrsctp_deregister_address(reinterpret_cast<void*>(id));
  stack.remove(id);
}

void Association::Impl::emit(Event event) {
  std::size_t size = 64;
  if (const auto* const message = std::get_if<Message>(&event)) {
    size += message->bytes.size();
    if (event_bytes + size > 2 * options.receive_buffer) return drop(Drop::inbox_full);
  }
  event_bytes += size;
  events.push_back(std::move(event));
}

void Association::Impl::end(Disconnected::Reason reason) {
  if (state == State::closed) return;
  state = State::closed;
  deadline = kNever;
  for (const auto& [channel, unused] : channels) emit(ChannelClosed{channel});
  channels.clear();
  partials.clear();
  resets.clear();
  acks.clear();
  emit(Disconnected{reason});
}

// ---- what comes out of usrsctp ----

void Association::Impl::drain(Time now) {
  if (!port.pending.load(std::memory_order_acquire)) return;
  std::deque<Port::Incoming> incoming;
  {
    const auto hold = stack.lock();
    incoming.swap(port.incoming);
    port.incoming_bytes = 0;
    drops[static_cast<std::size_t>(Drop::inbox_full)] += std::exchange(port.incoming_dropped, 0);
    port.pending.store(!port.packets.empty(), std::memory_order_release);
  }
  for (Port::Incoming& piece : incoming) {
    if (state == State::closed) return;
    if (piece.notification) {
      on_notification(piece.bytes);
    } else {
      on_data(piece);
    }
  }
  for (const ChannelId stream : std::exchange(acks, {})) {
    if (!transmit_dcep(stream, write_ack(), now)) acks.push_back(stream);
  }
  flush_resets(now);
}

void Association::Impl::on_notification(ByteView bytes) {
  sctp_notification::sctp_tlv header;
  if (bytes.size() < sizeof(header)) return;
  std::memcpy(&header, bytes.data(), sizeof(header));
  switch (header.sn_type) {
    case SCTP_ASSOC_CHANGE: {
      // Up to the flexible array at its end.
      sctp_assoc_change change;
      if (bytes.size() < sizeof(change)) return;
      std::memcpy(&change, bytes.data(), sizeof(change));
      return on_association_change(change);
    }
    case SCTP_STREAM_RESET_EVENT:
      return on_stream_reset(bytes);
    case SCTP_SENDER_DRY_EVENT: {
      const auto hold = stack.lock();
      port.buffered = 0;
      return;
    }
    default:
      return;
  }
}

void Association::Impl::on_association_change(const sctp_assoc_change& change) {
  switch (change.sac_state) {
    case SCTP_COMM_UP:
      if (state != State::connecting) return;
      state = State::connected;
      outbound_streams = change.sac_outbound_streams;
      return emit(Connected{});
    case SCTP_COMM_LOST:
    case SCTP_SHUTDOWN_COMP:
    // RFC 8261 ties an association to one DTLS connection: a peer that starts anew has lost all
    // channels.
    case SCTP_RESTART:
      return end(Disconnected::Reason::by_peer);
    case SCTP_CANT_STR_ASSOC:
      return end(Disconnected::Reason::lost);
    default:
      return;
  }
}

void Association::Impl::on_stream_reset(ByteView bytes) {
  sctp_stream_reset_event event;
  if (bytes.size() < sizeof(event)) return;
  std::memcpy(&event, bytes.data(), sizeof(event));
  std::vector<ChannelId> streams((bytes.size() - sizeof(event)) / sizeof(ChannelId));
  std::memcpy(streams.data(), bytes.data() + sizeof(event), streams.size() * sizeof(ChannelId));
  if (streams.empty()) {  // All of them.
    for (const auto& [channel, unused] : channels) streams.push_back(channel);
  }

  const bool refused =
      (event.strreset_flags & (SCTP_STREAM_RESET_DENIED | SCTP_STREAM_RESET_FAILED)) != 0;
  for (const ChannelId stream : streams) {
    const auto found = channels.find(stream);
    if (found == channels.end()) continue;
    Channel& channel = found->second;
    if ((event.strreset_flags & SCTP_STREAM_RESET_INCOMING_SSN) != 0 && !refused) {
      channel.incoming_reset = true;
      partials.erase(stream);
      // RFC 8831 section 6.7: the other direction follows.
      if (!std::exchange(channel.closing, true)) resets.push_back(stream);
    }
    if ((event.strreset_flags & SCTP_STREAM_RESET_OUTGOING_SSN) != 0) {
      if (refused) {
        resets.push_back(stream);
      } else {
        channel.outgoing_reset = true;
      }
    }
    finish_if_reset(stream);
  }
}

void Association::Impl::finish_if_reset(ChannelId stream) {
  const auto found = channels.find(stream);
  if (found == channels.end() || !found->second.incoming_reset || !found->second.outgoing_reset)
    return;
  channels.erase(found);
  emit(ChannelClosed{stream});
}

void Association::Impl::on_data(const Port::Incoming& piece) {
  const auto found = partials.find(piece.stream);
  if (piece.end_of_message && found == partials.end()) {
    if (piece.bytes.size() > options.max_message) return drop(Drop::message_too_large);
    return on_message(piece.stream, piece.ppid, piece.bytes);
  }

  Partial& partial = found != partials.end() ? found->second : partials[piece.stream];
  if (partial.bytes.size() + piece.bytes.size() > options.max_message) {
    partial.bytes.clear();
    partial.discard = true;
  }
  if (!partial.discard)
    partial.bytes.insert(partial.bytes.end(), piece.bytes.begin(), piece.bytes.end());
  if (!piece.end_of_message) return;
  const Partial whole = std::move(partial);
  partials.erase(piece.stream);
  if (whole.discard) return drop(Drop::message_too_large);
  on_message(piece.stream, piece.ppid, whole.bytes);
}

void Association::Impl::on_message(ChannelId stream, std::uint32_t ppid, ByteVector bytes) {
  if (static_cast<Ppid>(ppid) == Ppid::dcep) return on_dcep(stream, bytes);
  Message message{.channel = stream, .kind = MessageKind::binary, .bytes = std::move(bytes)};
  switch (static_cast<Ppid>(ppid)) {
    case Ppid::text_empty:
      message.bytes.clear();
      [[fallthrough]];
    case Ppid::text:
      message.kind = MessageKind::text;
      break;
    case Ppid::binary_empty:
      message.bytes.clear();
      break;
    case Ppid::binary:
      break;
    default:
      return drop(Drop::unknown_ppid);
  }
  const auto found = channels.find(stream);
  if (found == channels.end()) return drop(Drop::unknown_channel);
  // RFC 8832 section 6: data says as much as an ACK.
  if (!std::exchange(found->second.acknowledged, true)) {
    emit(ChannelOpened{.id = stream, .by_peer = false, .config = found->second.config});
  }
  emit(std::move(message));
}

void Association::Impl::on_dcep(ChannelId stream, ByteView message) {
  const auto found = channels.find(stream);
  if (is_ack(message)) {
    if (found == channels.end()) return drop(Drop::unknown_channel);
    if (std::exchange(found->second.acknowledged, true)) return;
    return emit(ChannelOpened{.id = stream, .by_peer = false, .config = found->second.config});
  }
  const auto config = parse_open(message);
  // RFC 8832 section 6: a stream in use cannot be opened again. Its parity is not judged: there is
  // software that derives it from another role than the DTLS one, and a clash is caught here all
  // the same.
  if (!config || found != channels.end() || stream >= outbound_streams)
    return drop(Drop::malformed_dcep);
  channels[stream] = Channel{.config = *config, .acknowledged = true};
  acks.push_back(stream);
  emit(ChannelOpened{.id = stream, .by_peer = true, .config = *config});
}

// ---- what goes in ----

/// `how` may be null: reliable.
bool Association::Impl::transmit(ChannelId stream, Ppid ppid, ByteView bytes,
                                 const ChannelConfig* how, bool ordered, Time now) {
  sctp_sendv_spa spa{};
  spa.sendv_flags = SCTP_SEND_SNDINFO_VALID;
  spa.sendv_sndinfo.snd_sid = stream;
  spa.sendv_sndinfo.snd_ppid = htonl(static_cast<std::uint32_t>(ppid));
  if (!ordered) spa.sendv_sndinfo.snd_flags = SCTP_UNORDERED;
  if (how != nullptr && how->max_retransmits) {
    spa.sendv_flags |= SCTP_SEND_PRINFO_VALID;
    spa.sendv_prinfo.pr_policy = SCTP_PR_SCTP_RTX;
    spa.sendv_prinfo.pr_value = *how->max_retransmits;
  } else if (how != nullptr && how->max_lifetime_ms) {
    spa.sendv_flags |= SCTP_SEND_PRINFO_VALID;
    spa.sendv_prinfo.pr_policy = SCTP_PR_SCTP_TTL;
    spa.sendv_prinfo.pr_value = *how->max_lifetime_ms;
  }

  const Stack::Turn turn(stack, now);
  touch(now);
  const auto sent = usrsctp_sendv(socket, bytes.data(), bytes.size(), nullptr, 0, &spa, sizeof(spa),
                                  SCTP_SENDV_SPA, 0);
  if (sent < 0) return false;
  port.buffered += bytes.size();
  return true;
}

void Association::Impl::flush_resets(Time now) {
  if (resets.empty() || state != State::connected) return;
  ByteVector request(sizeof(sctp_reset_streams) + resets.size() * sizeof(ChannelId));
  sctp_reset_streams header{};
  header.srs_flags = SCTP_STREAM_RESET_OUTGOING;
  header.srs_number_streams = static_cast<std::uint16_t>(resets.size());
  std::memcpy(request.data(), &header, sizeof(header));
  std::memcpy(request.data() + sizeof(header), resets.data(), resets.size() * sizeof(ChannelId));

  const Stack::Turn turn(stack, now);
  // One request at a time (RFC 6525 section 5.1.1): if another is on its way, the next turn tries
  // again.
  if (usrsctp_setsockopt(socket, IPPROTO_SCTP, SCTP_RESET_STREAMS, request.data(),
                         static_cast<socklen_t>(request.size())) == 0) {
    resets.clear();
  }
  touch(now);
}

Association::Association(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Association::~Association() = default;
Association::Association(Association&&) noexcept = default;
Association& Association::operator=(Association&&) noexcept = default;

void Association::start(Time now) {
  if (impl_->state != State::idle) return;
  {
    const Stack::Turn turn(impl_->stack, now);
    impl_->id = impl_->stack.add(&impl_->port, now);
    void* const name = reinterpret_cast<void*>(impl_->id);
    usrsctp_register_address(name);
    impl_->socket = usrsctp_socket(AF_CONN, SOCK_STREAM, IPPROTO_SCTP, Callbacks::on_receive,
                                   Callbacks::on_send_space, 0, name);
    PARLEY_ASSERT(impl_->socket != nullptr);
    configure(impl_->socket, impl_->options);

    sockaddr_conn local = address(impl_->id, impl_->options.local_port);
    PARLEY_ASSERT(usrsctp_bind(impl_->socket, reinterpret_cast<sockaddr*>(&local), sizeof(local)) ==
                  0);
    sockaddr_conn remote = address(impl_->id, impl_->options.remote_port);
    const int result =
        usrsctp_connect(impl_->socket, reinterpret_cast<sockaddr*>(&remote), sizeof(remote));
    PARLEY_ASSERT(result == 0 || errno == EINPROGRESS);
  }
  impl_->state = State::connecting;
  impl_->touch(now);
  impl_->deadline = now + kStep;
}

void Association::receive(ByteView packet, Time now) {
  if (!impl_->running()) return impl_->drop(Drop::not_started);
  {
    const Stack::Turn turn(impl_->stack, now);
    usrsctp_conninput(reinterpret_cast<void*>(impl_->id), packet.data(), packet.size(), 0);
  }
  impl_->touch(now);
  impl_->deadline = std::min(impl_->deadline, now + kStep);
  impl_->drain(now);
}

std::optional<ByteView> Association::poll_packet() {
  if (!impl_->port.pending.load(std::memory_order_acquire)) return std::nullopt;
  const auto hold = impl_->stack.lock();
  auto& packets = impl_->port.packets;
  if (packets.empty()) return std::nullopt;
  impl_->lent_packet = std::move(packets.front());
  packets.pop_front();
  if (packets.empty() && impl_->port.incoming.empty()) {
    impl_->port.pending.store(false, std::memory_order_release);
  }
  return impl_->lent_packet;
}

std::optional<Event> Association::poll_event() {
  if (impl_->events.empty()) return std::nullopt;
  Event event = std::move(impl_->events.front());
  impl_->events.pop_front();
  impl_->event_bytes -= 64;
  if (const auto* const message = std::get_if<Message>(&event))
    impl_->event_bytes -= message->bytes.size();
  return event;
}

/// Whether the peer owes us something that usrsctp would ask for again.
bool Association::Impl::awaits_answer() const {
  if (state == State::connecting || !resets.empty()) return true;
  const auto resetting = [](const auto& entry) {
    return entry.second.closing && !entry.second.outgoing_reset;
  };
  if (std::ranges::any_of(channels, resetting)) return true;
  const auto hold = stack.lock();
  return port.buffered > 0;
}

Time Association::next_deadline() const { return impl_->deadline; }

void Association::on_deadline(Time now) {
  if (!impl_->running() || now < impl_->deadline) return;
  {
    const Stack::Turn turn(impl_->stack, now);
  }
  impl_->drain(now);
  if (!impl_->running()) return;
  impl_->flush_resets(now);
  const bool more = now - impl_->active < kSackFor || impl_->awaits_answer();
  impl_->deadline = more ? now + kStep : kNever;
}

State Association::state() const { return impl_->state; }

std::expected<ChannelId, OpenError> Association::open(const ChannelConfig& config, Time now) {
  if (impl_->state != State::connected) return std::unexpected(OpenError::not_connected);
  if (config.label.size() > kMaxLabel || config.protocol.size() > kMaxLabel) {
    return std::unexpected(OpenError::label_too_long);
  }
  const std::uint32_t streams = std::min<std::uint32_t>(impl_->outbound_streams, kMaxStream + 1);
  std::uint32_t id = impl_->options.dtls_client ? 0 : 1;
  while (id < streams && impl_->channels.contains(static_cast<ChannelId>(id))) id += 2;
  if (id >= streams) return std::unexpected(OpenError::no_stream_left);

  const auto channel = static_cast<ChannelId>(id);
  if (!impl_->transmit_dcep(channel, write_open(config), now)) {
    return std::unexpected(OpenError::queue_full);
  }
  impl_->channels[channel] = Channel{.config = config};
  impl_->deadline = std::min(impl_->deadline, now + kStep);
  return channel;
}

std::expected<void, SendError> Association::send(ChannelId id, MessageKind kind, ByteView bytes,
                                                 Time now) {
  const auto found = impl_->channels.find(id);
  if (impl_->state != State::connected || found == impl_->channels.end() || found->second.closing) {
    return std::unexpected(SendError::not_open);
  }
  if (bytes.size() > impl_->options.max_message) return std::unexpected(SendError::too_large);

  const Channel& channel = found->second;
  const bool ordered = channel.config.ordered || !channel.acknowledged;
  const bool text = kind == MessageKind::text;
  // RFC 8831 section 6.6: SCTP cannot say nothing, so an empty message is one byte with a number of
  // its own.
  constexpr std::array<std::uint8_t, 1> kNothing{};
  const Ppid ppid = bytes.empty() ? (text ? Ppid::text_empty : Ppid::binary_empty)
                                  : (text ? Ppid::text : Ppid::binary);
  if (!impl_->transmit(id, ppid, bytes.empty() ? ByteView(kNothing) : bytes, &channel.config,
                       ordered, now)) {
    return std::unexpected(SendError::queue_full);
  }
  impl_->deadline = std::min(impl_->deadline, now + kStep);
  return {};
}

void Association::close_channel(ChannelId id, Time now) {
  const auto found = impl_->channels.find(id);
  if (found == impl_->channels.end() || std::exchange(found->second.closing, true)) return;
  impl_->resets.push_back(id);
  impl_->flush_resets(now);
  impl_->deadline = std::min(impl_->deadline, now + kStep);
}

void Association::close(Time now) {
  if (!impl_->running()) return;
  {
    const Stack::Turn turn(impl_->stack, now);
    usrsctp_close(impl_->socket);
    impl_->socket = nullptr;
  }
  impl_->end(Disconnected::Reason::by_us);
}

std::size_t Association::buffered() const {
  const auto hold = impl_->stack.lock();
  return impl_->port.buffered;
}

std::uint64_t Association::drops(Drop reason) const {
  return impl_->drops[static_cast<std::size_t>(reason)];
}

}  // namespace parley::sctp
