#include "bench/peers/guests.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "runtime/clock.h"

namespace parley::bench {

Guests::Guests(const Load& load)
    : certificate_(
          dtls::Certificate::generate(runtime::clock_offset().wall(runtime::monotonic_now()))),
      shared_{.certificate = &certificate_,
              .srtp = &srtp_,
              .outbox = &outbox_,
              .random = &random_,
              .clock = runtime::clock_offset(),
              .run = random_.u32(),
              .suite = load.suite} {
  loop_.on_turn([this](Time now) { return turn(now); });
}

void Guests::add(const std::function<std::unique_ptr<Guest>(load::SocketId)>& make) {
  // Without GRO: guests stand for other machines, and on loopback a kernel that need not cut trains
  // for its receiver would spare the sender what a network does not.
  auto socket = runtime::UdpSocket::open(
      {.bind = {IpAddress::v4(0, 0, 0, 0), 0}, .gro = false, .slots = slots_});
  PARLEY_ASSERT(socket);
  const auto number = static_cast<load::SocketId>(seats_.size());
  seats_.push_back(std::make_unique<Seat>(nullptr, std::move(*socket)));
  Seat& seat = *seats_.back();
  seat.guest = make(number);
  loop_.watch(seat.socket.fd(), [&seat](runtime::Loop::Ready) { seat.readable = true; });
}

bool Guests::run_until(const std::function<bool()>& done, Duration limit) {
  const Time give_up = runtime::monotonic_now() + limit;
  while (!done()) {
    const Duration left = give_up - runtime::monotonic_now();
    if (left <= Duration::zero()) return false;
    loop_.run_once(std::min<Duration>(left, 10ms));
  }
  return true;
}

void Guests::run_for(Duration time) {
  (void)run_until([] { return false; }, time);
}

Time Guests::turn(Time now) {
  Time next = kNever;
  for (const auto& seat : seats_) {
    if (std::exchange(seat->readable, false)) {
      (void)seat->socket.receive([&](const SocketAddress& from, MutableBytes datagram) {
        seat->guest->receive(from, datagram, now);
      });
    }
    if (seat->guest->next_event() <= now) seat->guest->advance(now);
    next = std::min(next, seat->guest->next_event());
  }
  flush();
  return next;
}

/// Datagrams of one size that follow one another to one address are a train.
void Guests::flush() {
  constexpr std::size_t kMostInTrain = 32;
  const std::vector<load::Outbox::Datagram>& all = outbox_.datagrams();
  for (std::size_t i = 0; i < all.size();) {
    const load::Outbox::Datagram& first = all[i];
    std::size_t end = i + 1;
    while (end < all.size() && end - i < kMostInTrain && all[end].socket == first.socket &&
           all[end].to == first.to && all[end].size == first.size) {
      ++end;
    }
    // They lie one behind the other.
    const runtime::UdpTrain train{first.to, first.size,
                                  ByteView(outbox_.bytes(first).data(), first.size * (end - i))};
    seats_[first.socket]->socket.send({&train, 1});
    i = end;
  }
  outbox_.clear();
}

}  // namespace parley::bench
