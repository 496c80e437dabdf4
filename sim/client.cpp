#include "sim/client.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/assert.h"
#include "protocols/demux/demux.h"

namespace parley::sim {
namespace {

constexpr Duration kFirstRetry = 250ms;
constexpr Duration kLongestRetry = 2s;
/// As libwebrtc pings what it has chosen; its pings are also the consent that a lite server rests
/// on.
constexpr Duration kPing = 2500ms;
/// A selected pair that stays silent for so long gives way to another.
constexpr Duration kPatience = 5s;

}  // namespace

Client::Client(const ClientConfig& config, Random& random)
    : config_(config),
      random_(random),
      local_(config.credentials),
      tie_breaker_(random.u64()),
      dtls_(*config.certificate, config.dtls_active ? dtls::Role::client : dtls::Role::server,
            config.suite) {}

media::Fingerprint Client::fingerprint() const {
  return {"sha-256", config_.certificate->fingerprint()};
}

bool Client::closed() const { return dtls_.state() == dtls::State::closed; }

void Client::set_remote(const media::IceCredentials& credentials,
                        const media::Fingerprint& fingerprint, Time now) {
  remote_ = credentials;
  expected_ = fingerprint;
  choosing_ = true;
  for (Pair& pair : pairs_) pair = {.path = pair.path, .next = now};
  settle(now);
}

void Client::restart_ice(const media::IceCredentials& credentials) {
  local_ = credentials;
  remote_.reset();
}

void Client::add_path(const ice::Path& path, Time now) {
  if (find(path) != nullptr) return;
  pairs_.push_back({.path = path, .next = now});
}

void Client::remove_path(const ice::Path& path, Time now) {
  std::erase_if(pairs_, [&](const Pair& pair) { return pair.path == path; });
  if (selected_ != path) return;
  selected_.reset();
  choose(now);
  settle(now);
}

void Client::receive(const ice::Path& path, MutableBytes datagram, Time now) {
  if (find(path) == nullptr) return;  // That network is gone.
  switch (demux::classify(datagram)) {
    case demux::Kind::stun:
      on_stun(path, datagram, now);
      break;
    case demux::Kind::dtls:
      (void)dtls_.receive(datagram, now);
      break;
    case demux::Kind::rtp:
      if (const auto plain = receiver_ ? receiver_->unprotect_rtp(datagram)
                                       : std::unexpected(srtp::Drop::bad_tag)) {
        rtp_.push_back(to_vector(*plain));
      } else {
        ++counts_.undecryptable;
      }
      break;
    case demux::Kind::rtcp:
      if (const auto plain = receiver_ ? receiver_->unprotect_rtcp(datagram)
                                       : std::unexpected(srtp::Drop::bad_tag)) {
        rtcp_.push_back(to_vector(*plain));
      } else {
        ++counts_.undecryptable;
      }
      break;
    case demux::Kind::unknown:
      break;
  }
  settle(now);
}

void Client::on_stun(const ice::Path& path, ByteView datagram, Time now) {
  const auto message = stun::parse(datagram);
  if (!message) return;
  if (message->klass == stun::Class::request) {
    if (!stun::integrity_ok(*message, local_.password)) return;
    stun::Writer response(stun::Class::success, message->transaction);
    put(path, response.xor_mapped_address(path.remote).finish(local_.password));
    ++counts_.checks_answered;
    return;
  }
  Pair* const pair = find(path);
  if (!pair->pending || pair->transaction != message->transaction || !remote_) return;
  if (message->klass == stun::Class::error) {
    ++counts_.errors;
    return;
  }
  if (!stun::integrity_ok(*message, remote_->password)) return;
  pair->pending = false;
  pair->valid = true;
  pair->answered_at = now;
  pair->retry = 0ms;
  pair->next = now + kPing;
  if (pair->nominating) {
    selected_ = path;
    choosing_ = false;
  } else if (choosing_) {
    choose(now);
  }
}

// Regular nomination, as RFC 8445 section 8.1.1 asks for: the best of what was answered so far.
void Client::choose(Time now) {
  choosing_ = true;
  for (Pair& pair : pairs_) {
    if (!pair.valid) continue;
    if (pair.pending && pair.nominating) return;
    pair.nominating = true;
    pair.pending = false;
    check(pair, now);
    return;
  }
}

void Client::check(Pair& pair, Time now) {
  if (!remote_) return;
  if (!pair.pending) {
    random_.fill(pair.transaction);
    pair.retry = 0ms;
  }
  pair.pending = true;
  pair.retry = pair.retry == 0ms ? kFirstRetry : std::min(pair.retry * 2, kLongestRetry);
  pair.next = now + pair.retry;
  stun::Writer request(stun::Class::request, pair.transaction);
  const auto order = static_cast<std::uint32_t>(&pair - pairs_.data());
  request.username(remote_->ufrag + ":" + local_.ufrag)
      .priority(110u << 24 | (65535u - order) << 8 | 255)
      .ice_controlling(tie_breaker_);
  if (pair.nominating) request.use_candidate();
  put(pair.path, request.finish(remote_->password));
  ++counts_.checks_sent;
}

void Client::on_deadline(Time now) {
  for (Pair& pair : pairs_) {
    if (remote_ && pair.next <= now) {
      pair.nominating = pair.nominating || selected_ == pair.path;
      check(pair, now);
    }
  }
  const Pair* const current = selected_ ? find(*selected_) : nullptr;
  if (current != nullptr && !choosing_ && now - current->answered_at > kPatience) {
    for (Pair& pair : pairs_) {
      if (&pair == current) pair.valid = pair.nominating = false;
    }
    choose(now);
  }
  if (dtls_.next_deadline() <= now) dtls_.on_deadline(now);
  if (sctp_ && sctp_->next_deadline() <= now) sctp_->on_deadline(now);
  settle(now);
}

Time Client::next_deadline() const {
  Time next = dtls_.next_deadline();
  if (sctp_) next = std::min(next, sctp_->next_deadline());
  if (!remote_) return next;
  for (const Pair& pair : pairs_) next = std::min(next, pair.next);
  return next;
}

std::optional<Datagram> Client::poll() {
  if (out_.empty()) return std::nullopt;
  Datagram datagram = std::move(out_.front());
  out_.pop_front();
  return datagram;
}

void Client::settle(Time now) {
  if (!dtls_started_ && config_.dtls_active && selected_) {
    dtls_started_ = true;
    dtls_.start(now);
  }
  if (!verified_ && !failed_ && dtls_.state() == dtls::State::connected) {
    const auto shown = dtls_.peer_fingerprint(expected_.algorithm);
    if (shown && *shown == expected_.digest) {
      verified_ = true;
      if (const auto& keys = dtls_.srtp_keys()) {
        sender_.emplace(*config_.srtp, keys->suite, keys->local);
        receiver_.emplace(*config_.srtp, keys->suite, keys->remote);
      }
      sctp::Options options;
      options.dtls_client = dtls_.role() == dtls::Role::client;
      options.mtu = std::min(options.mtu, dtls_.max_payload() & ~std::size_t{3});
      sctp_.emplace(options);
      sctp_->start(now);
    } else {
      failed_ = true;
      dtls_.close(now);
    }
  }
  failed_ = failed_ || dtls_.state() == dtls::State::failed;
  if (sctp_) exchange_data(now);
  while (const auto datagram = dtls_.poll_datagram()) {
    if (selected_) put(*selected_, *datagram);
  }
}

void Client::exchange_data(Time now) {
  while (const auto packet = dtls_.poll_data()) sctp_->receive(*packet, now);
  while (auto event = sctp_->poll_event()) {
    if (std::holds_alternative<sctp::Connected>(*event) && config_.opens_channels) {
      for (const std::string_view label : {"_reliable", "_lossy", "_data_track"}) {
        sctp::ChannelConfig config;
        config.label = label;
        config.ordered = label == "_reliable";
        if (!config.ordered) config.max_retransmits = 0;
        open_channel(config, now);
      }
    } else if (const auto* opened = std::get_if<sctp::ChannelOpened>(&*event)) {
      channels_.push_back({opened->id, opened->config.label});
    } else if (auto* message = std::get_if<sctp::Message>(&*event)) {
      const auto it = std::ranges::find(channels_, message->channel, &OpenChannel::id);
      if (it != channels_.end()) data_.push_back({it->label, std::move(message->bytes)});
    } else if (const auto* gone = std::get_if<sctp::ChannelClosed>(&*event)) {
      std::erase_if(channels_, [&](const OpenChannel& open) { return open.id == gone->id; });
    }
  }
  while (const auto packet = sctp_->poll_packet()) {
    if (!dtls_.send(*packet, now)) break;
    while (const auto datagram = dtls_.poll_datagram()) {
      if (selected_) put(*selected_, *datagram);
    }
  }
}

void Client::send_rtp(ByteView header, ByteView payload) {
  PARLEY_ASSERT(connected() && sender_);
  Datagram datagram{*selected_, ByteVector(header.size() + payload.size() + srtp::kMaxRtpOverhead)};
  datagram.bytes.resize(sender_->protect_rtp(header, payload, datagram.bytes));
  out_.push_back(std::move(datagram));
}

void Client::send_rtcp(ByteView plain) {
  PARLEY_ASSERT(connected() && sender_);
  Datagram datagram{*selected_, to_vector(plain)};
  datagram.bytes.resize(plain.size() + srtp::kMaxRtcpOverhead);
  datagram.bytes.resize(sender_->protect_rtcp(datagram.bytes, plain.size()));
  out_.push_back(std::move(datagram));
}

namespace {

template <typename T>
std::optional<T> take_front(std::deque<T>& queue) {
  if (queue.empty()) return std::nullopt;
  T front = std::move(queue.front());
  queue.pop_front();
  return front;
}

}  // namespace

std::optional<ByteVector> Client::poll_rtp() { return take_front(rtp_); }
std::optional<ByteVector> Client::poll_rtcp() { return take_front(rtcp_); }
std::optional<Client::Data> Client::poll_data() { return take_front(data_); }

bool Client::send_data(std::string_view label, ByteView bytes, Time now) {
  const OpenChannel* const open = channel(label);
  const bool sent =
      open != nullptr && sctp_->send(open->id, sctp::MessageKind::binary, bytes, now).has_value();
  settle(now);
  return sent;
}

void Client::open_channel(const sctp::ChannelConfig& config, Time now) {
  PARLEY_ASSERT(sctp_);
  (void)sctp_->open(config, now);
}

Client::Pair* Client::find(const ice::Path& path) {
  const auto it = std::ranges::find(pairs_, path, &Pair::path);
  return it == pairs_.end() ? nullptr : &*it;
}

const Client::OpenChannel* Client::channel(std::string_view label) const {
  const auto it = std::ranges::find(channels_, label, &OpenChannel::label);
  return it == channels_.end() ? nullptr : &*it;
}

}  // namespace parley::sim
