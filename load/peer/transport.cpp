#include "load/peer/transport.h"

#include <algorithm>
#include <string_view>
#include <variant>

#include "base/assert.h"
#include "protocols/demux/demux.h"

namespace parley::load {
namespace {

/// Servers that are controlled whoever offers, and say so only when they are checked, do not call.
constexpr Duration kUncalled = 1s;

ice::Credentials new_credentials(Random& random) { return {random.token(8), random.token(24)}; }

}  // namespace

Transport::Transport(const Shared& shared, SocketId socket)
    : shared_(shared),
      socket_(socket),
      local_(new_credentials(*shared.random)),
      ice_({.lite = false}, local_, *shared.random) {}

void Transport::set_remote(const Remote& remote, bool controlling, Time now) {
  if (remote_ && remote_->ice == remote.ice) return;
  if (!dtls_) {
    dtls_.emplace(*shared_.certificate,
                  remote.dtls_active ? dtls::Role::server : dtls::Role::client, shared_.suite);
  }
  remote_ = remote;
  controlling_ = controlling_ || controlling;
  if (!controlling_) call_at_ = now + kUncalled;
  ice_.set_remote(remote.ice, now);
  call(now);
  settle(now);
}

void Transport::add_candidate(const SocketAddress& address, Time now) {
  // One socket, of the family of what came first.
  if (!candidates_.empty() && candidates_.front().remote.ip.v6 != address.ip.v6) return;
  const ice::Path path{.remote = address};
  if (std::ranges::find(candidates_, path) != candidates_.end()) return;
  candidates_.push_back(path);
  call(now);
}

void Transport::call(Time now) {
  if (!remote_ || !controlling_ || candidates_.empty()) return;
  ice_.call(candidates_, now, *this);
  ice_.on_deadline(now, *this);
}

Transport::Received Transport::receive(const SocketAddress& from, MutableBytes datagram, Time now) {
  using Kind = Received::Kind;
  switch (demux::classify(datagram)) {
    case demux::Kind::stun:
      (void)ice_.handle({.remote = from}, datagram, now, *this);
      ice_.on_deadline(now, *this);  // A check that was answered may be followed by another.
      break;
    case demux::Kind::dtls:
      if (dtls_) (void)dtls_->receive(datagram, now);
      break;
    case demux::Kind::rtp:
      if (receiver_) {
        if (const auto plain = receiver_->unprotect_rtp(datagram)) {
          ice_.heard(now);
          return {Kind::rtp, *plain};
        }
      }
      ++undecryptable_;
      return {};
    case demux::Kind::rtcp:
      if (receiver_) {
        if (const auto plain = receiver_->unprotect_rtcp(datagram)) {
          ice_.heard(now);
          return {Kind::rtcp, *plain};
        }
      }
      ++undecryptable_;
      return {};
    case demux::Kind::unknown:
      break;
  }
  settle(now);
  return {};
}

void Transport::on_deadline(Time now) {
  if (call_at_ <= now) {
    call_at_ = kNever;
    controlling_ = ice_.selected() == nullptr;
    call(now);
  }
  if (ice_.next_deadline() <= now) ice_.on_deadline(now, *this);
  if (dtls_ && dtls_->next_deadline() <= now) dtls_->on_deadline(now);
  if (sctp_ && sctp_->next_deadline() <= now) sctp_->on_deadline(now);
  settle(now);
}

Time Transport::next_deadline() const {
  Time next = std::min(ice_.next_deadline(), call_at_);
  if (dtls_) next = std::min(next, dtls_->next_deadline());
  if (sctp_) next = std::min(next, sctp_->next_deadline());
  return next;
}

void Transport::close(Time now) {
  if (!dtls_ || dtls_->state() != dtls::State::connected) return;
  dtls_->close(now);
  settle(now);
}

bool Transport::failed() const {
  if (wrong_certificate_ || ice_.state() == ice::Agent::State::lost) return true;
  return dtls_ && (dtls_->state() == dtls::State::failed || dtls_->state() == dtls::State::closed);
}

void Transport::finish_rtp(MutableBytes packet, std::size_t header_size, std::size_t size) {
  PARLEY_ASSERT(sender_ && ice_.selected() != nullptr);
  const ByteView plain(packet.data(), size);
  const std::size_t sealed =
      sender_->protect_rtp(plain.first(header_size), plain.subspan(header_size), packet);
  outbox().end(socket_, ice_.selected()->remote, sealed);
}

void Transport::send_rtcp(ByteView compound) {
  PARLEY_ASSERT(sender_ && ice_.selected() != nullptr);
  const MutableBytes out = outbox().begin(compound.size() + srtp::kMaxRtcpOverhead);
  std::ranges::copy(compound, out.begin());
  const std::size_t sealed = sender_->protect_rtcp(out, compound.size());
  outbox().end(socket_, ice_.selected()->remote, sealed);
}

void Transport::send(const ice::Path& path, ByteView datagram) {
  const MutableBytes out = outbox().begin(datagram.size());
  std::ranges::copy(datagram, out.begin());
  outbox().end(socket_, path.remote, datagram.size());
}

void Transport::send_to_peer(ByteView datagram) {
  if (const ice::Path* const path = ice_.selected()) send(*path, datagram);
}

// What one layer's progress allows the next.
void Transport::settle(Time now) {
  if (!dtls_) return;
  if (!dtls_started_ && ice_.selected() != nullptr) {
    dtls_started_ = true;
    dtls_->start(now);
  }
  if (!sender_ && !wrong_certificate_ && dtls_->state() == dtls::State::connected) {
    const auto shown = dtls_->peer_fingerprint(remote_->fingerprint_algorithm);
    if (!shown || *shown != remote_->fingerprint) {
      wrong_certificate_ = true;
      dtls_->close(now);
    } else if (const auto& keys = dtls_->srtp_keys()) {
      sender_.emplace(*shared_.srtp, keys->suite, keys->local);
      receiver_.emplace(*shared_.srtp, keys->suite, keys->remote);
      sctp::Options options;
      options.dtls_client = dtls_->role() == dtls::Role::client;
      options.mtu = std::min(options.mtu, dtls_->max_payload() & ~std::size_t{3});
      options.max_channels = 16;
      sctp_.emplace(options);
      sctp_->start(now);
    }
  }
  if (sctp_) exchange_data(now);
  while (const auto datagram = dtls_->poll_datagram()) send_to_peer(*datagram);
}

void Transport::exchange_data(Time now) {
  while (const auto packet = dtls_->poll_data()) sctp_->receive(*packet, now);
  while (const auto event = sctp_->poll_event()) {
    if (!std::holds_alternative<sctp::Connected>(*event) || !opens_channels_) continue;
    for (const std::string_view label : {"_reliable", "_lossy", "_data_track"}) {
      sctp::ChannelConfig config;
      config.label = label;
      config.ordered = label == "_reliable";
      if (!config.ordered) config.max_retransmits = 0;
      (void)sctp_->open(config, now);
    }
  }
  while (const auto packet = sctp_->poll_packet()) {
    if (!dtls_->send(*packet, now)) break;
    while (const auto datagram = dtls_->poll_datagram()) send_to_peer(*datagram);
  }
}

}  // namespace parley::load
