#include "media/peer/transport.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "media/peer/data_channels.h"
#include "protocols/demux/demux.h"
#include "protocols/dtls/endpoint.h"
#include "protocols/ice/agent.h"
#include "protocols/srtp/srtp.h"

namespace parley::media {
namespace {

// What fits one datagram on any path; our own compound packets stay below.
constexpr std::size_t kMaxRtcp = 1400;

/// What waits for a subscriber that reads more slowly than a publisher sends: bursts of several
/// streams fit. A reliable message that does not fit is lost, and counted (`data_not_sent`).
constexpr std::size_t kDataBacklog = 16 * 1024 * 1024;
/// Clients open three. usrsctp keeps some 130 bytes for each that may be, whether it is or not.
constexpr std::uint16_t kMaxChannels = 64;

ice::Credentials credentials_of(const IceCredentials& from) { return {from.ufrag, from.password}; }

dtls::Role role_of(DtlsRole role) {
  return role == DtlsRole::active ? dtls::Role::client : dtls::Role::server;
}

TransportDrop drop_of(ice::Drop drop) {
  switch (drop) {
    case ice::Drop::malformed:
      return TransportDrop::stun_malformed;
    case ice::Drop::unknown_user:
      return TransportDrop::stun_unknown_user;
    case ice::Drop::bad_integrity:
      return TransportDrop::stun_bad_integrity;
    case ice::Drop::role_conflict:
      return TransportDrop::stun_role_conflict;
    case ice::Drop::unknown_attribute:
      return TransportDrop::stun_unknown_attribute;
    case ice::Drop::unexpected:
      return TransportDrop::stun_unexpected;
  }
  return TransportDrop::stun_malformed;
}

TransportDrop drop_of(dtls::Drop drop) {
  switch (drop) {
    case dtls::Drop::not_dtls:
    case dtls::Drop::too_large:
      return TransportDrop::dtls_malformed;
    case dtls::Drop::inbox_full:
      return TransportDrop::dtls_inbox_full;
    case dtls::Drop::finished:
    case dtls::Drop::handshake_error:
      return TransportDrop::dtls_failed;
  }
  return TransportDrop::dtls_malformed;
}

TransportDrop drop_of(srtp::Drop drop) {
  switch (drop) {
    case srtp::Drop::too_short:
    case srtp::Drop::malformed:
    case srtp::Drop::not_encrypted:
      return TransportDrop::srtp_malformed;
    case srtp::Drop::replayed:
    case srtp::Drop::too_old:
      return TransportDrop::srtp_replayed;
    case srtp::Drop::bad_tag:
      return TransportDrop::srtp_not_authentic;
  }
  return TransportDrop::srtp_malformed;
}

}  // namespace

std::string_view to_string(TransportDrop drop) {
  switch (drop) {
    case TransportDrop::none:
      return "none";
    case TransportDrop::not_webrtc:
      return "not_webrtc";
    case TransportDrop::stun_malformed:
      return "stun_malformed";
    case TransportDrop::stun_unknown_user:
      return "stun_unknown_user";
    case TransportDrop::stun_bad_integrity:
      return "stun_bad_integrity";
    case TransportDrop::stun_role_conflict:
      return "stun_role_conflict";
    case TransportDrop::stun_unknown_attribute:
      return "stun_unknown_attribute";
    case TransportDrop::stun_unexpected:
      return "stun_unexpected";
    case TransportDrop::unchecked_path:
      return "unchecked_path";
    case TransportDrop::dtls_malformed:
      return "dtls_malformed";
    case TransportDrop::dtls_inbox_full:
      return "dtls_inbox_full";
    case TransportDrop::dtls_failed:
      return "dtls_failed";
    case TransportDrop::before_keys:
      return "before_keys";
    case TransportDrop::before_fingerprint:
      return "before_fingerprint";
    case TransportDrop::srtp_malformed:
      return "srtp_malformed";
    case TransportDrop::srtp_not_authentic:
      return "srtp_not_authentic";
    case TransportDrop::srtp_replayed:
      return "srtp_replayed";
    case TransportDrop::closed:
      return "closed";
  }
  return "?";
}

/// The parts, and what one tells the other. Everything that comes in ends in `settle`, which lets
/// the consequences run their course: datagrams go out, keys are taken, data flows, events are
/// told.
struct Transport::Parts {
  Parts(const CreateTransport& create, const TransportConfig& config_, Random& random)
      : id(create.transport),
        opens_channels(create.opens_channels),
        config(config_),
        ice({.lite = config_.lite, .consent = config_.consent, .silence = config_.silence},
            credentials_of(create.local), random),
        dtls(*config_.certificate, dtls::Role::server) {}

  /// Who the peer is: by the fingerprint in its SDP, against the certificate that it showed.
  enum class Identity : std::uint8_t { unknown, verified, wrong };

  /// The agent's view of the host.
  class IceHost final : public ice::Host {
   public:
    IceHost(TransportHost& host, TransportId transport) : host_(host), transport_(transport) {}
    void send(const Path& path, ByteView datagram) override { host_.send(path, datagram); }
    void bind(const Path& path) override { host_.bind(transport_, path); }
    void unbind(const Path& path) override { host_.unbind(transport_, path); }

   private:
    TransportHost& host_;
    TransportId transport_;
  };

  Received consumed() const { return {Received::Kind::consumed, TransportDrop::none, {}}; }
  Received dropped(TransportDrop drop) {
    ++counters.drops[static_cast<std::size_t>(drop)];
    return {Received::Kind::dropped, drop, {}};
  }

  Received on_stun(const Path&, ByteView, Time now, TransportHost&, EventSink&);
  Received on_dtls(const Path&, ByteView, Time now, TransportHost&, EventSink&);
  Received on_rtp(MutableBytes, Time now);
  Received on_rtcp(MutableBytes, Time now);
  TransportDrop no_keys() const {
    return dtls.state() == dtls::State::connected ? TransportDrop::before_fingerprint
                                                  : TransportDrop::before_keys;
  }

  void take_role();
  void settle(Time now, TransportHost&, EventSink&);
  void verify(Time now);
  void exchange_data(Time now, TransportHost&, EventSink&);
  void flush_dtls(TransportHost&);
  void report(EventSink&);
  bool connected() const {
    return !closed && identity == Identity::verified && dtls.state() == dtls::State::connected &&
           ice.state() == ice::Agent::State::connected;
  }

  TransportId id;
  bool opens_channels;
  TransportConfig config;
  bool closed = false;

  ice::Agent ice;

  dtls::Endpoint dtls;
  bool dtls_began = false;        ///< A record went in or out: its role is fixed.
  std::optional<Path> dtls_path;  ///< Where the peer's last record came from.
  std::optional<Fingerprint> expected;
  DtlsRole role = DtlsRole::passive;
  Identity identity = Identity::unknown;

  std::optional<srtp::Sender> sender;
  std::optional<srtp::Receiver> receiver;
  std::optional<DataChannels> channels;

  bool told_connected = false;
  bool told_dtls_end = false;
  std::uint32_t told_generation = 0;  ///< The ICE generation that TransportConnected was said of.

  TransportCounters counters;
};

Transport::Transport(const CreateTransport& create, const TransportConfig& config, Random& random) {
  PARLEY_ASSERT(config.certificate != nullptr && config.srtp != nullptr);
  parts_ = std::make_unique<Parts>(create, config, random);
}
Transport::~Transport() = default;

TransportId Transport::id() const { return parts_->id; }

void Transport::set_remote(const SetRemote& remote, Time now, TransportHost& host,
                           EventSink& events) {
  Parts& p = *parts_;
  if (p.closed) return;
  p.ice.set_remote(credentials_of(remote.remote), now);
  // RFC 8842 section 5.3: another fingerprint would be another association; control makes another
  // transport for that, so here it is another peer.
  if (p.identity == Parts::Identity::verified && p.expected != remote.fingerprint) {
    p.identity = Parts::Identity::wrong;
    p.dtls.close(now);
  }
  p.expected = remote.fingerprint;
  p.role = remote.role;
  p.settle(now, host, events);
}

void Transport::call(std::span<const Path> peer, Time now, TransportHost& host) {
  if (parts_->closed) return;
  Parts::IceHost ice_host(host, parts_->id);
  parts_->ice.call(peer, now, ice_host);
}

void Transport::restart_ice(const IceCredentials& local) {
  if (!parts_->closed) parts_->ice.restart(credentials_of(local));
}

// The life of one datagram, in reading order.
Transport::Received Transport::receive(const Path& path, MutableBytes datagram, Time now,
                                       TransportHost& host, EventSink& events) {
  Parts& p = *parts_;
  if (p.closed) return p.dropped(TransportDrop::closed);
  const demux::Kind kind = demux::classify(datagram);
  if (kind == demux::Kind::stun) return p.on_stun(path, datagram, now, host, events);
  if (kind == demux::Kind::unknown) return p.dropped(TransportDrop::not_webrtc);
  // Nothing but a check makes us listen to an address: it shows that the sender can receive there.
  if (!p.ice.knows(path)) return p.dropped(TransportDrop::unchecked_path);
  switch (kind) {
    case demux::Kind::dtls:
      return p.on_dtls(path, datagram, now, host, events);
    case demux::Kind::rtp:
      return p.on_rtp(datagram, now);
    default:
      return p.on_rtcp(datagram, now);
  }
}

Transport::Received Transport::Parts::on_stun(const Path& path, ByteView datagram, Time now,
                                              TransportHost& host, EventSink& events) {
  IceHost ice_host(host, id);
  const auto drop = ice.handle(path, datagram, now, ice_host);
  if (drop) return dropped(drop_of(*drop));
  settle(now, host, events);
  return consumed();
}

Transport::Received Transport::Parts::on_dtls(const Path& path, ByteView datagram, Time now,
                                              TransportHost& host, EventSink& events) {
  dtls_path = path;
  dtls_began = true;
  const auto taken = dtls.receive(datagram, now);
  settle(now, host, events);
  return taken ? consumed() : dropped(drop_of(taken.error()));
}

Transport::Received Transport::Parts::on_rtp(MutableBytes datagram, Time now) {
  if (!receiver) return dropped(no_keys());
  const auto plain = receiver->unprotect_rtp(datagram);
  if (!plain) return dropped(drop_of(plain.error()));
  ice.heard(now);
  return {Received::Kind::rtp, TransportDrop::none, *plain};
}

Transport::Received Transport::Parts::on_rtcp(MutableBytes datagram, Time now) {
  if (!receiver) return dropped(no_keys());
  const auto plain = receiver->unprotect_rtcp(datagram);
  if (!plain) return dropped(drop_of(plain.error()));
  ice.heard(now);
  return {Received::Kind::rtcp, TransportDrop::none, *plain};
}

void Transport::path_closed(const Path& path, Time now, TransportHost& host, EventSink& events) {
  Parts& p = *parts_;
  if (p.closed) return;
  Parts::IceHost ice_host(host, p.id);
  p.ice.forget(path, now, ice_host);
  if (p.dtls_path == path) p.dtls_path.reset();
  p.settle(now, host, events);
}

void Transport::on_deadline(Time now, TransportHost& host, EventSink& events) {
  Parts& p = *parts_;
  if (p.closed) return;
  if (now >= p.ice.next_deadline()) {
    Parts::IceHost ice_host(host, p.id);
    p.ice.on_deadline(now, ice_host);
  }
  if (now >= p.dtls.next_deadline()) p.dtls.on_deadline(now);
  if (p.channels && now >= p.channels->next_deadline()) p.channels->on_deadline(now);
  p.settle(now, host, events);
}

Time Transport::next_deadline() const {
  const Parts& p = *parts_;
  if (p.closed) return kNever;
  const Time channels = p.channels ? p.channels->next_deadline() : kNever;
  return std::min({p.ice.next_deadline(), p.dtls.next_deadline(), channels});
}

void Transport::Parts::settle(Time now, TransportHost& host, EventSink& events) {
  take_role();
  // The active end begins once there is a way to the peer (RFC 8445 section 12.1).
  if (dtls.role() == dtls::Role::client && !dtls_began && expected && ice.selected() != nullptr) {
    dtls_began = true;
    dtls.start(now);
  }
  if (identity == Identity::unknown && expected && dtls.state() == dtls::State::connected) {
    verify(now);
  }
  if (identity == Identity::verified) {
    exchange_data(now, host, events);
  } else {
    flush_dtls(host);
  }
  report(events);
}

// A ClientHello may come before the SDP that it belongs to, so we begin as the server that we
// nearly always are, and change while nothing has happened yet.
void Transport::Parts::take_role() {
  if (dtls_began || !expected || dtls.role() == role_of(role)) return;
  dtls = dtls::Endpoint(*config.certificate, role_of(role));
}

// RFC 8827 section 6.5, RFC 8122 section 6.2: neither media nor data before this.
void Transport::Parts::verify(Time now) {
  const auto shown = dtls.peer_fingerprint(expected->algorithm);
  if (!shown || *shown != expected->digest) {
    identity = Identity::wrong;
    dtls.close(now);
    return;
  }
  identity = Identity::verified;
  if (const auto& keys = dtls.srtp_keys()) {
    sender.emplace(*config.srtp, keys->suite, keys->local);
    receiver.emplace(*config.srtp, keys->suite, keys->remote);
  }
  sctp::Options options;
  options.send_buffer = kDataBacklog;
  options.max_channels = kMaxChannels;
  options.dtls_client = dtls.role() == dtls::Role::client;
  options.mtu = std::min(options.mtu, dtls.max_payload() & ~std::size_t{3});  // Chunks are padded.
  channels.emplace(id, options, opens_channels);
  channels->start(now);
}

void Transport::Parts::exchange_data(Time now, TransportHost& host, EventSink& events) {
  while (const auto packet = dtls.poll_data()) channels->receive(*packet, now);
  channels->report(now, events, counters);
  while (const auto packet = channels->poll_packet()) {
    if (!dtls.send(*packet, now)) break;  // Closed meanwhile: nobody is there to miss it.
    flush_dtls(host);
  }
  flush_dtls(host);
}

void Transport::Parts::flush_dtls(TransportHost& host) {
  while (const auto datagram = dtls.poll_datagram()) {
    // RFC 7675 section 5.1: nothing is sent without consent. Before a path was nominated the
    // handshake answers where it was addressed from.
    const Path* path = ice.selected();
    if (path == nullptr && dtls_path) path = &*dtls_path;
    if (path == nullptr || ice.state() == ice::Agent::State::lost) continue;
    dtls_began = true;
    host.send(*path, *datagram);
  }
}

void Transport::Parts::report(EventSink& events) {
  const dtls::State state = dtls.state();
  if (!told_dtls_end && (state == dtls::State::closed || state == dtls::State::failed ||
                         identity == Identity::wrong)) {
    told_dtls_end = true;
    told_connected = false;
    const bool quiet = state == dtls::State::closed && identity != Identity::wrong;
    events.on_event(TransportLost{
        id, quiet ? TransportLost::Reason::dtls_closed : TransportLost::Reason::dtls_failed});
    return;
  }
  if (connected()) {
    if (!told_connected || told_generation != ice.selected_generation()) {
      told_connected = true;
      told_generation = ice.selected_generation();
      events.on_event(TransportConnected{id, ice.selected()->protocol});
    }
  } else if (told_connected && ice.state() == ice::Agent::State::lost) {
    told_connected = false;
    events.on_event(TransportLost{id, TransportLost::Reason::consent_expired});
  }
}

bool Transport::connected() const { return parts_->connected(); }
const Path* Transport::selected() const { return parts_->ice.selected(); }
srtp::Sender* Transport::sender() { return parts_->sender ? &*parts_->sender : nullptr; }

void Transport::send_rtcp(ByteView plain, TransportHost& host) {
  Parts& p = *parts_;
  if (!p.connected() || !p.sender) return;
  PARLEY_ASSERT(plain.size() <= kMaxRtcp);
  std::array<std::uint8_t, kMaxRtcp + srtp::kMaxRtcpOverhead> buffer;
  std::ranges::copy(plain, buffer.begin());
  const std::size_t size = p.sender->protect_rtcp(buffer, plain.size());
  host.send(*p.ice.selected(), ByteView(buffer).first(size));
}

void Transport::send_data(Channel channel, ByteView payload, Time now, TransportHost& host,
                          EventSink& events) {
  Parts& p = *parts_;
  // Not only while connected: what is reliable waits in its buffer until the peer is heard again.
  if (p.closed || !p.channels || !p.channels->send(channel, payload, now)) {
    ++p.counters.data_not_sent;
    return;
  }
  p.exchange_data(now, host, events);
}

void Transport::close(Time now, TransportHost& host) {
  Parts& p = *parts_;
  if (p.closed) return;
  if (p.channels) {
    p.channels->close(now);
    while (const auto packet = p.channels->poll_packet()) {
      if (!p.dtls.send(*packet, now)) break;
    }
  }
  p.dtls.close(now);
  p.flush_dtls(host);
  Parts::IceHost ice_host(host, p.id);
  p.ice.release(ice_host);
  p.closed = true;
}

bool Transport::answers_to(std::string_view local_ufrag) const {
  return !parts_->closed && parts_->ice.answers_to(local_ufrag);
}
const TransportCounters& Transport::counters() const { return parts_->counters; }

}  // namespace parley::media
