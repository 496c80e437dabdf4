#include "protocols/sctp/stack.h"

#include <netinet/in.h>
#include <sys/time.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "base/assert.h"
#include "protocols/sctp/callbacks.h"

namespace parley::sctp {
namespace {

/// usrsctp's timers need no finer clock, and each step costs a walk over those that are armed.
constexpr Duration kTick = 10ms;
/// Shards read the clock at slightly different moments; what is further back than this is another
/// run of time (the next simulation in the same process).
constexpr Duration kClockSkew = 1s;

/// What usrsctp takes for the time of day. It goes on by what the callers' time goes on, never
/// back, and begins where subtracting a timeout leaves it above zero. Under the stack's lock, like
/// all of usrsctp's globals.
Duration usrsctp_clock = 1h;

}  // namespace

Stack& Stack::instance() {
  // Never destroyed: usrsctp's own globals cannot be taken down while anything still lingers in
  // them.
  static Stack* const stack = new Stack();
  return *stack;
}

Stack::Stack() : ticked_(usrsctp_clock) {
  usrsctp_init_nothreads(0, Callbacks::on_packet, nullptr);
  // Extensions that WebRTC does not use (RFC 8831 section 5) are so much less to be attacked
  // through.
  usrsctp_sysctl_set_sctp_ecn_enable(0);
  usrsctp_sysctl_set_sctp_auth_enable(0);
  usrsctp_sysctl_set_sctp_asconf_enable(0);
  usrsctp_sysctl_set_sctp_auto_asconf(0);
  usrsctp_sysctl_set_sctp_nrsack_enable(0);
  usrsctp_sysctl_set_sctp_pktdrop_enable(0);
  usrsctp_sysctl_set_sctp_blackhole(2);
  // By bytes, not by chunks: the send buffer is the bound.
  usrsctp_sysctl_set_sctp_max_chunks_on_queue(8192);
}

std::uintptr_t Stack::add(Port* port, Time now) {
  if (ports_.empty()) seen_ = now;  // Nobody's time has passed meanwhile.
  const std::uintptr_t id = ++last_id_;
  ports_.emplace(id, port);
  return id;
}

void Stack::remove(std::uintptr_t id) { ports_.erase(id); }

Port* Stack::find(const void* id) {
  const auto found = ports_.find(reinterpret_cast<std::uintptr_t>(id));
  return found == ports_.end() ? nullptr : found->second;
}

void Stack::tick(Time now) {
  if (now < seen_ - kClockSkew) seen_ = now;
  if (now > seen_) {
    usrsctp_clock += now - seen_;
    seen_ = now;
  }
  if (usrsctp_clock < ticked_ + kTick) return;
  const auto elapsed = std::chrono::floor<std::chrono::milliseconds>(usrsctp_clock - ticked_);
  ticked_ += elapsed;
  usrsctp_handle_timers(static_cast<std::uint32_t>(elapsed.count()));
}

int Callbacks::on_packet(void* id, void* data, std::size_t size, std::uint8_t, std::uint8_t) {
  Port* const port = Stack::instance().find(id);
  if (port == nullptr || port->packets.size() >= Port::kMaxPackets)
    return 0;  // Lost, as on a network.
  const auto* const bytes = static_cast<const std::uint8_t*>(data);
  port->packets.emplace_back(bytes, bytes + size);
  port->pending.store(true, std::memory_order_release);
  return 0;
}

int Callbacks::on_receive(struct socket*, union sctp_sockstore, void* data, std::size_t size,
                          struct sctp_rcvinfo info, int flags, void* id) {
  const std::unique_ptr<void, decltype(&std::free)> owned(data, &std::free);
  Port* const port = Stack::instance().find(id);
  if (port == nullptr || data == nullptr) return 1;
  const bool notification = (flags & MSG_NOTIFICATION) != 0;
  // Notifications are few and small, and to miss one is to be wrong about the association: for them
  // there is twice the room.
  const std::size_t max_count = notification ? 2 * Port::kMaxIncoming : Port::kMaxIncoming;
  const bool too_much = !notification && port->incoming_bytes + size > port->max_incoming_bytes;
  if (too_much || port->incoming.size() >= max_count) {
    ++port->incoming_dropped;
    return 1;
  }
  const auto* const bytes = static_cast<const std::uint8_t*>(data);
  port->incoming_bytes += size;
  port->incoming.push_back({.notification = notification,
                            .end_of_message = (flags & MSG_EOR) != 0,
                            .stream = info.rcv_sid,
                            .ppid = ntohl(info.rcv_ppid),
                            .bytes = ByteVector(bytes, bytes + size)});
  port->pending.store(true, std::memory_order_release);
  return 1;
}

int Callbacks::on_send_space(struct socket*, std::uint32_t free_bytes, void* id) {
  Port* const port = Stack::instance().find(id);
  if (port != nullptr)
    port->buffered = port->send_buffer - std::min<std::size_t>(free_bytes, port->send_buffer);
  return 1;
}

}  // namespace parley::sctp

/// What `gettimeofday` means in our copy of usrsctp (usrsctp.cmake).
extern "C" int parley_sctp_gettimeofday(struct timeval* out, void*) {
  const auto us =
      std::chrono::floor<std::chrono::microseconds>(parley::sctp::usrsctp_clock).count();
  out->tv_sec = us / 1'000'000;
  out->tv_usec = us % 1'000'000;
  return 0;
}
