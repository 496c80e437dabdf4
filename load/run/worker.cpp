#include "load/run/worker.h"

#include <algorithm>
#include <future>
#include <utility>

#include "runtime/clock.h"
#include "runtime/interfaces.h"
#include "runtime/thread.h"

namespace parley::load {
namespace {

constexpr SocketId socket_of(ClientId id, std::size_t connection) {
  return static_cast<SocketId>(id * Client::kConnections + connection);
}
/// What UDP_SEGMENT takes in one piece.
constexpr std::size_t kMaxTrain = 60'000;
constexpr std::size_t kMaxSegments = 60;

std::vector<IpAddress> ipv4_addresses() {
  std::vector<IpAddress> out;
  for (const auto& [interface, address] : runtime::interface_addresses()) {
    if (!address.v6 && !address.is_link_local()) out.push_back(address);
  }
  return out;
}

}  // namespace

void Standing::add(const Standing& other) {
  begun += other.begun;
  ready += other.ready;
  refused += other.refused;
  dropped += other.dropped;
  left += other.left;
  sent_on += other.sent_on;
  inside += other.inside;
  failed += other.failed;
  tracks += other.tracks;
  tracks_with_media += other.tracks_with_media;
  silent_tracks += other.silent_tracks;
  sent.packets += other.sent.packets;
  sent.frames += other.sent.frames;
  sent.resent += other.sent.resent;
  sent.key_requests += other.sent.key_requests;
  received.add(other.received);
  join.merge(other.join);
  media.merge(other.media);
  unsendable += other.unsendable;
  for (const auto& [reason, count] : other.reasons) reasons[reason] += count;
  for (const auto& [problem, count] : other.problems) problems[problem] += count;
}

Worker::Worker(const WorkerConfig& config)
    : config_(config),
      random_(config.seed),
      shared_{.certificate = config.certificate,
              .srtp = &srtp_,
              .outbox = &outbox_,
              .random = &random_,
              .clock = runtime::clock_offset(),
              .run = config.run,
              .suite = config.suite},
      addresses_(ipv4_addresses()) {
  loop_.on_turn([this](Time now) { return turn(now); });
  thread_ = std::jthread([this] {
    runtime::name_thread("load-" + std::to_string(config_.number));
    loop_.run();
  });
}

Worker::~Worker() {
  loop_.stop();
  thread_.join();
}

// ---------------------------------------------------------------------------------------------------
// From other threads

void Worker::begin(ClientId id, Plan plan, std::string token) {
  loop_.post([this, id, plan = std::move(plan), token = std::move(token)]() mutable {
    open(id, std::move(plan), std::move(token));
  });
}

void Worker::leave(ClientId id) {
  loop_.post([this, id] {
    const auto at = seats_.find(id);
    if (at == seats_.end()) return;
    at->second.client->leave(loop_.now());
    touch(id, at->second);
  });
}

void Worker::leave_all() {
  loop_.post([this] {
    for (auto& [id, seat] : seats_) {
      seat.client->leave(loop_.now());
      touch(id, seat);
    }
  });
}

void Worker::measure() {
  loop_.post([this] { counts_.delay = {}; });
}

Standing Worker::standing() {
  std::promise<Standing> answer;
  auto future = answer.get_future();
  loop_.post([this, &answer] { answer.set_value(look(loop_.now())); });
  return future.get();
}

// ---------------------------------------------------------------------------------------------------
// Its own thread

void Worker::open(ClientId id, Plan plan, std::string token) {
  Seat& seat = seats_[id];
  std::vector<SocketAddress> local;
  for (std::size_t i = 0; i < Client::kConnections; ++i) {
    const bool needed = i == 0 ? plan.single_peer || plan.publishes_anything()
                               : !plan.single_peer && plan.subscribes;
    if (!needed) continue;
    auto socket =
        runtime::UdpSocket::open({.bind = {IpAddress::v4(0, 0, 0, 0), 0}, .slots = slots_});
    if (!socket) continue;  // Too few descriptors: nothing will come, and it counts as refused.
    loop_.watch(socket->fd(), [this, id, i](runtime::Loop::Ready) { on_readable(id, i); });
    if (i == 1) {
      for (const IpAddress& ip : addresses_) local.push_back({ip, socket->address().port});
    }
    seat.sockets[i] = std::move(*socket);
  }
  seat.client = std::make_unique<Client>(shared_, std::move(plan), socket_of(id, 0), counts_,
                                         std::move(local));
  const std::string target = seat.client->join(token, loop_.now());
  config_.signaling->open(id, target, std::move(token),
                          {.on_message =
                               [this](ClientId to, ByteVector message) {
                                 loop_.post([this, to, message = std::move(message)] {
                                   const auto at = seats_.find(to);
                                   if (at == seats_.end()) return;
                                   at->second.client->on_message(message, loop_.now());
                                   touch(to, at->second);
                                 });
                               },
                           .on_closed =
                               [this](ClientId to, std::string reason) {
                                 loop_.post([this, to, reason = std::move(reason)] {
                                   const auto at = seats_.find(to);
                                   if (at == seats_.end()) return;
                                   if (at->second.client->state() == Client::State::sent_on) {
                                     return begin_anew(to, at->second);
                                   }
                                   at->second.client->on_closed(reason, loop_.now());
                                   touch(to, at->second);
                                 });
                               }});
}

/// As SDKs do it: with new connections, once the old WebSocket is gone.
void Worker::begin_anew(ClientId id, Seat& seat) {
  ++seat.sent_on;
  let_go(id, seat);
  open(id, seat.client->plan(), seat.client->token());
  touch(id, seat);
}

void Worker::on_readable(ClientId id, std::size_t connection) {
  Seat& seat = seats_.at(id);
  if (!seat.sockets[connection]) return;
  const Time now = loop_.now();
  // One batch: who sends without end must not keep the others waiting.
  (void)seat.sockets[connection]->receive([&](const SocketAddress& from, MutableBytes datagram) {
    seat.client->receive(connection, from, datagram, now);
  });
  touch(id, seat);
}

void Worker::touch(ClientId id, Seat& seat) {
  if (!std::exchange(seat.touched, true)) touched_.push_back(id);
}

Time Worker::turn(Time now) {
  while (!due_.empty() && due_.top().first <= now) {
    const auto [at, id] = due_.top();
    due_.pop();
    Seat& seat = seats_.at(id);
    if (seat.scheduled != at) continue;  // Overtaken by an earlier one.
    seat.scheduled = kNever;
    touch(id, seat);
  }
  for (const ClientId id : std::exchange(touched_, {})) {
    Seat& seat = seats_.at(id);
    seat.touched = false;
    settle(id, seat, now);
  }
  flush();
  return due_.empty() ? kNever : due_.top().first;
}

/// What is due for one client, what it says, and when it wants to be called again.
void Worker::settle(ClientId id, Seat& seat, Time now) {
  Client& client = *seat.client;
  client.advance(now);
  for (std::string& message : client.take_requests()) {
    config_.signaling->send(id, std::move(message));
  }
  if (client.state() > Client::State::joined) return let_go(id, seat);
  const Time next = std::max(client.next_event(), now + 100us);
  if (next >= seat.scheduled) return;
  seat.scheduled = next;
  due_.emplace(next, id);
}

/// Its last words leave; then its sockets close. The client stays, for its numbers.
void Worker::let_go(ClientId id, Seat& seat) {
  if (!seat.sockets[0] && !seat.sockets[1]) return;
  flush();
  config_.signaling->close(id);
  for (auto& socket : seat.sockets) {
    if (socket) loop_.unwatch(socket->fd());
    socket.reset();
  }
}

/// Datagrams of one size that follow one another to one address are a train.
void Worker::flush() {
  const std::vector<Outbox::Datagram>& all = outbox_.datagrams();
  for (std::size_t i = 0; i < all.size();) {
    const SocketId socket = all[i].socket;
    trains_.clear();
    for (; i < all.size() && all[i].socket == socket; ++i) {
      const MutableBytes bytes = outbox_.bytes(all[i]);
      if (!trains_.empty()) {
        runtime::UdpTrain& train = trains_.back();
        const bool whole = train.bytes.size() % train.segment == 0;  // No short one at its end.
        const bool fits = train.bytes.size() + bytes.size() <= kMaxTrain &&
                          train.bytes.size() / train.segment < kMaxSegments;
        if (whole && fits && bytes.size() <= train.segment && all[i].to == train.to) {
          train.bytes = ByteView(train.bytes.data(), train.bytes.size() + bytes.size());
          continue;
        }
      }
      trains_.push_back({all[i].to, bytes.size(), bytes});
    }
    const auto seat = seats_.find(socket / Client::kConnections);
    if (seat == seats_.end()) continue;
    auto& from = seat->second.sockets[socket % Client::kConnections];
    if (from) from->send(trains_);
  }
  outbox_.clear();
}

Standing Worker::look(Time now) const {
  Standing out;
  out.received = counts_;
  out.begun = seats_.size();
  for (const auto& [id, seat] : seats_) {
    const Client& client = *seat.client;
    using State = Client::State;
    if (client.ready()) {
      ++out.ready;
    } else if (client.state() > State::joined || now - client.began() > config_.patience) {
      ++out.failed;
    }
    if (client.state() == State::refused) ++out.refused;
    if (client.state() == State::dropped) ++out.dropped;
    if (client.state() == State::left) ++out.left;
    out.sent_on += seat.sent_on;
    if (!client.reason().empty()) ++out.reasons[client.reason()];
    for (const std::string& problem : client.problems()) ++out.problems[problem];
    if (const auto time = client.time_to_join()) out.join.add(*time);
    if (const auto time = client.time_to_media()) out.media.add(*time);
    const TrackSender::Counts sent = client.sent();
    out.sent.packets += sent.packets;
    out.sent.frames += sent.frames;
    out.sent.resent += sent.resent;
    out.sent.key_requests += sent.key_requests;
    for (const auto& socket : seat.sockets) {
      if (socket) out.unsendable += socket->counters().full + socket->counters().unsendable;
    }
    if (client.state() != State::joined) continue;
    if (client.ready()) ++out.inside;
    out.tracks += client.tracks();
    out.tracks_with_media += client.tracks_with_media();
    out.silent_tracks += client.silent_tracks(now, config_.silence);
  }
  return out;
}

}  // namespace parley::load
