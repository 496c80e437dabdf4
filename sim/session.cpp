#include "sim/session.h"

#include <algorithm>
#include <string>
#include <utility>

namespace parley::sim {
namespace {

media::IceCredentials server_credentials(int generation) {
  return {"server" + std::to_string(generation),
          "server-password-24-chars" + std::to_string(generation)};
}

media::IceCredentials client_credentials(int generation) {
  return {"client" + std::to_string(generation),
          "client-password-24-chars" + std::to_string(generation)};
}

media::CreateTransport create(const SessionConfig& config) {
  return {media::TransportId(1), server_credentials(1), config.server_opens_channels};
}

media::TransportConfig transport_config(World& world, const SessionConfig& config) {
  media::TransportConfig made;
  made.lite = config.lite;
  made.certificate = &world.server;
  made.srtp = &world.srtp;
  return made;
}

ClientConfig client_config(World& world, const SessionConfig& config) {
  ClientConfig made;
  made.credentials = client_credentials(1);
  made.certificate = &world.client;
  made.srtp = &world.srtp;
  made.dtls_active = config.client_dtls_active;
  made.opens_channels = !config.server_opens_channels;
  return made;
}

}  // namespace

Session::Session(World& world_, const SessionConfig& config_, std::uint64_t seed)
    : world(world_),
      config(config_),
      random(seed),
      up(config.up, random.u64()),
      down(config.down, random.u64()),
      transport(create(config), transport_config(world, config), random),
      client(client_config(world, config), random) {
  path_.remote = {IpAddress::v4(192, 0, 2, 1), static_cast<std::uint16_t>(1024 + seed % 60'000)};
}

void Session::join(Time now) {
  now_ = now;
  client.add_path(path_, now);
  client.set_remote(server_credentials(generation_), {"sha-256", world.server.fingerprint()}, now);
  answer_at_ = now + config.answer_delay;
  collect(now);
}

void Session::restart_ice(Time now) {
  ++generation_;
  client.restart_ice(client_credentials(generation_));
  transport.restart_ice(server_credentials(generation_));
  client.set_remote(server_credentials(generation_), {"sha-256", world.server.fingerprint()}, now);
  answer_at_ = now + config.answer_delay;
  collect(now);
}

void Session::move(const SocketAddress& to, Time now) {
  const media::Path old = std::exchange(path_, {.remote = to});
  client.add_path(path_, now);
  client.remove_path(old, now);
  collect(now);
}

void Session::send(const media::Path& path, ByteView datagram) {
  down.send({path, to_vector(datagram)}, datagram.size(), now_);
}

void Session::bind(media::TransportId, const media::Path& path) { bound.push_back(path); }
void Session::unbind(media::TransportId, const media::Path& path) { std::erase(bound, path); }

Time Session::next_event() const {
  return std::min({up.next_arrival(), down.next_arrival(), answer_at_, client.next_deadline(),
                   transport.next_deadline()});
}

void Session::advance(Time now) {
  now_ = now;
  if (answer_at_ <= now) {
    answer_at_ = kNever;
    transport.set_remote(
        {media::TransportId(1), client_credentials(generation_), client.fingerprint(),
         config.client_dtls_active ? media::DtlsRole::passive : media::DtlsRole::active},
        now, *this, *this);
  }
  deliver(now);
  if (transport.next_deadline() <= now) transport.on_deadline(now, *this, *this);
  if (client.next_deadline() <= now) client.on_deadline(now);
  collect(now);
}

void Session::deliver(Time now) {
  while (auto datagram = up.receive(now)) {
    if (tampering) datagram->bytes[datagram->bytes.size() / 2] ^= 1;
    const auto received =
        transport.receive(datagram->path, MutableBytes(datagram->bytes), now, *this, *this);
    if (received.kind == media::Transport::Received::Kind::rtp) {
      rtp.push_back(to_vector(received.plain));
    } else if (received.kind == media::Transport::Received::Kind::rtcp) {
      rtcp.push_back(to_vector(received.plain));
    }
  }
  while (auto datagram = down.receive(now)) {
    client.receive(datagram->path, MutableBytes(datagram->bytes), now);
  }
}

void Session::collect(Time now) {
  while (auto datagram = client.poll()) {
    const std::size_t size = datagram->bytes.size();
    up.send(std::move(*datagram), size, now);
  }
}

void run(const std::vector<Session*>& sessions, Time from, Time until) {
  for (Time now = from; now <= until;) {
    Time next = kNever;
    for (Session* const session : sessions) {
      // More than once, since a perfect link delivers what was sent at this very moment.
      for (int i = 0; i < 100 && session->next_event() <= now; ++i) session->advance(now);
      next = std::min(next, session->next_event());
    }
    now = std::max(next, now + 100us);  // Whoever asks for the past is asked again a little later.
  }
}

}  // namespace parley::sim
