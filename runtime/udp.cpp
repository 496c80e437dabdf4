#include "runtime/udp.h"

#include <netinet/in.h>
#include <netinet/udp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/assert.h"
#include "runtime/socket_address.h"

namespace parley::runtime {
namespace {

constexpr std::size_t kSlot = 65536;  // The largest run that UDP_GRO puts together fits.
constexpr std::size_t kSendBatch = 64;

// One train that the kernel refuses may be about its route (a small MTU, a tunnel); so many in a
// row are about the machine. Then trains go out one by one for a while.
constexpr std::uint32_t kRefusalsToGiveUp = 16;
constexpr std::uint32_t kTrainsUntilRetry = 65536;

bool set_option(int fd, int level, int option, int value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

int get_option(int fd, int level, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  return getsockopt(fd, level, option, &value, &size) == 0 ? value : 0;
}

/// With CAP_NET_ADMIN the sysctl limits do not bind us.
void set_buffer(int fd, int forced, int option, int bytes) {
  if (!set_option(fd, SOL_SOCKET, forced, bytes)) set_option(fd, SOL_SOCKET, option, bytes);
}

/// What says that segmentation is the trouble, not the destination.
bool is_segmentation_refusal(int error) {
  return error == EINVAL || error == EIO || error == EOPNOTSUPP || error == EMSGSIZE;
}

std::size_t datagrams_in(std::size_t bytes, std::size_t segment) {
  return (bytes + segment - 1) / segment;
}

}  // namespace

struct UdpSocket::Impl {
  Impl(Fd socket, std::shared_ptr<std::uint8_t[]> shared)
      : fd(std::move(socket)), slots(shared ? std::move(shared) : make_slots()) {}

  Fd fd;
  SocketAddress address;
  bool gro = false;
  bool gso = false;
  std::uint32_t refusals_in_a_row = 0;
  std::uint32_t trains_until_retry = 0;
  UdpCounters counters;

  struct Control {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> bytes;
  };

  std::shared_ptr<std::uint8_t[]> slots;
  std::array<mmsghdr, kBatch> in{};
  std::array<iovec, kBatch> in_iov{};
  std::array<KernelAddress, kBatch> in_from{};
  std::array<Control, kBatch> in_control{};

  std::array<mmsghdr, kSendBatch> out{};
  std::array<iovec, kSendBatch> out_iov{};
  std::array<KernelAddress, kSendBatch> out_to{};
  std::array<Control, kSendBatch> out_control{};
  std::array<std::size_t, kSendBatch> out_segment{};
  std::size_t out_count = 0;

  bool may_segment();
  void add(const SocketAddress& to, ByteView bytes, std::size_t segment);
  void submit();
  void send_one_by_one(std::size_t i);
  std::size_t datagrams(std::size_t i) const {
    return datagrams_in(out_iov[i].iov_len, out_segment[i]);
  }
};

std::expected<UdpSocket, IoError> UdpSocket::open(const UdpConfig& config) {
  const auto failed = [&](const char* what) {
    return std::unexpected(
        IoError{errno, fmt::format("UDP {}: {}", config.bind.to_string(), what)});
  };
  const int family = config.bind.ip.v6 ? AF_INET6 : AF_INET;
  auto impl = std::make_unique<Impl>(
      Fd(socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)), config.slots);
  const int fd = impl->fd.get();
  if (fd < 0) return failed("socket");
  if (family == AF_INET6) set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
  set_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF, config.receive_buffer);
  set_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, config.send_buffer);

  KernelAddress address{};
  socklen_t size = to_kernel(config.bind, address);
  if (bind(fd, &address.any, size) != 0) return failed("bind");
  size = sizeof address;
  if (getsockname(fd, &address.any, &size) != 0) return failed("getsockname");
  impl->address = from_kernel(&address.any);

  impl->gro = config.gro && set_option(fd, SOL_UDP, UDP_GRO, 1);
  // Asking for zero changes nothing but tells whether the kernel (4.18) has the option.
  impl->gso = config.gso && set_option(fd, SOL_UDP, UDP_SEGMENT, 0);

  for (std::size_t i = 0; i < kBatch; ++i) {
    impl->in_iov[i] = {impl->slots.get() + i * kSlot, kSlot};
    msghdr& header = impl->in[i].msg_hdr;
    header.msg_iov = &impl->in_iov[i];
    header.msg_iovlen = 1;
    header.msg_name = &impl->in_from[i];
    header.msg_control = impl->in_control[i].bytes.data();
  }
  for (std::size_t i = 0; i < kSendBatch; ++i) {
    msghdr& header = impl->out[i].msg_hdr;
    header.msg_iov = &impl->out_iov[i];
    header.msg_iovlen = 1;
    header.msg_name = &impl->out_to[i];
  }
  return UdpSocket(std::move(impl));
}

// The memory is untouched, and so not resident, until a batch needs it.
std::shared_ptr<std::uint8_t[]> UdpSocket::make_slots() {
  return std::make_shared_for_overwrite<std::uint8_t[]>(kBatch * kSlot);
}

UdpSocket::UdpSocket(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
UdpSocket::~UdpSocket() = default;
UdpSocket::UdpSocket(UdpSocket&&) noexcept = default;
UdpSocket& UdpSocket::operator=(UdpSocket&&) noexcept = default;

int UdpSocket::fd() const { return impl_->fd.get(); }
const SocketAddress& UdpSocket::address() const { return impl_->address; }
// The kernel doubles what it is asked for, to have room for its own bookkeeping, and tells the
// double.
int UdpSocket::receive_buffer() const { return get_option(fd(), SOL_SOCKET, SO_RCVBUF) / 2; }
int UdpSocket::send_buffer() const { return get_option(fd(), SOL_SOCKET, SO_SNDBUF) / 2; }
bool UdpSocket::gro() const { return impl_->gro; }
bool UdpSocket::gso() const { return impl_->gso && impl_->trains_until_retry == 0; }
const UdpCounters& UdpSocket::counters() const { return impl_->counters; }

std::size_t UdpSocket::receive_runs() {
  Impl& self = *impl_;
  for (std::size_t i = 0; i < kBatch; ++i) {
    msghdr& header = self.in[i].msg_hdr;
    header.msg_namelen = sizeof(KernelAddress);
    header.msg_controllen = self.gro ? sizeof(Impl::Control) : 0;
  }
  int count = 0;
  do {
    count = recvmmsg(self.fd.get(), self.in.data(), kBatch, MSG_DONTWAIT, nullptr);
  } while (count < 0 && errno == EINTR);
  ++self.counters.receive_calls;
  // Nothing there, or an error about an earlier datagram of ours: both are no news here.
  return count < 0 ? 0 : static_cast<std::size_t>(count);
}

UdpSocket::Run UdpSocket::run_at(std::size_t i) {
  Impl& self = *impl_;
  const mmsghdr& message = self.in[i];
  Run run{from_kernel(&self.in_from[i].any), 0, {self.slots.get() + i * kSlot, message.msg_len}};
  if ((message.msg_hdr.msg_flags & MSG_TRUNC) != 0) {
    ++self.counters.truncated;
    run.bytes = {};
  }
  if (run.bytes.empty()) return run;

  run.segment = run.bytes.size();
  auto* header = const_cast<msghdr*>(&message.msg_hdr);
  for (cmsghdr* c = CMSG_FIRSTHDR(header); c != nullptr; c = CMSG_NXTHDR(header, c)) {
    if (c->cmsg_level != SOL_UDP || c->cmsg_type != UDP_GRO) continue;
    int segment = 0;
    std::memcpy(&segment, CMSG_DATA(c), sizeof segment);
    if (segment > 0) run.segment = static_cast<std::size_t>(segment);
  }
  self.counters.datagrams_in += datagrams_in(run.bytes.size(), run.segment);
  return run;
}

bool UdpSocket::Impl::may_segment() {
  if (!gso) return false;
  if (trains_until_retry == 0) return true;
  --trains_until_retry;
  return false;
}

void UdpSocket::send(std::span<const UdpTrain> trains) {
  Impl& self = *impl_;
  for (const UdpTrain& train : trains) {
    PARLEY_ASSERT(train.segment > 0);
    if (train.bytes.size() <= train.segment || self.may_segment()) {
      self.add(train.to, train.bytes, train.segment);
      continue;
    }
    for (ByteView rest = train.bytes; !rest.empty();) {
      const std::size_t size = std::min(train.segment, rest.size());
      self.add(train.to, rest.first(size), size);
      rest = rest.subspan(size);
    }
  }
  self.submit();
}

void UdpSocket::Impl::add(const SocketAddress& to, ByteView bytes, std::size_t segment) {
  if (bytes.empty()) return;
  // A socket has one family; the caller picks the socket.
  PARLEY_ASSERT(to.ip.v6 == address.ip.v6);
  const std::size_t i = out_count++;
  // The kernel's interface is not const, but it only reads.
  out_iov[i] = {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
  out_segment[i] = segment;
  msghdr& header = out[i].msg_hdr;
  header.msg_namelen = to_kernel(to, out_to[i]);
  if (bytes.size() > segment) {
    header.msg_control = out_control[i].bytes.data();
    header.msg_controllen = CMSG_SPACE(sizeof(std::uint16_t));
    cmsghdr* const c = CMSG_FIRSTHDR(&header);
    c->cmsg_level = SOL_UDP;
    c->cmsg_type = UDP_SEGMENT;
    c->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
    const auto wire = static_cast<std::uint16_t>(segment);
    std::memcpy(CMSG_DATA(c), &wire, sizeof wire);
  } else {
    header.msg_control = nullptr;
    header.msg_controllen = 0;
  }
  if (out_count == kSendBatch) submit();
}

void UdpSocket::Impl::submit() {
  std::size_t first = 0;
  while (first < out_count) {
    const int sent = sendmmsg(fd.get(), out.data() + first,
                              static_cast<unsigned>(out_count - first), MSG_DONTWAIT);
    ++counters.send_calls;
    if (sent > 0) {
      for (std::size_t end = first + static_cast<std::size_t>(sent); first < end; ++first) {
        counters.datagrams_out += datagrams(first);
        if (out[first].msg_hdr.msg_controllen != 0) refusals_in_a_row = 0;
      }
      continue;
    }
    const int error = errno;
    if (error == EINTR) continue;
    if (error == EAGAIN || error == ENOBUFS) {
      for (; first < out_count; ++first) counters.full += datagrams(first);
      break;
    }
    // The first that was not sent is the one that the error is about.
    if (out[first].msg_hdr.msg_controllen != 0 && is_segmentation_refusal(error)) {
      ++counters.gso_refused;
      if (++refusals_in_a_row == kRefusalsToGiveUp) {
        refusals_in_a_row = 0;
        trains_until_retry = kTrainsUntilRetry;
      }
      send_one_by_one(first);
    } else {
      counters.unsendable += datagrams(first);
    }
    ++first;
  }
  out_count = 0;
}

void UdpSocket::Impl::send_one_by_one(std::size_t i) {
  const msghdr& header = out[i].msg_hdr;
  ByteView rest(static_cast<const std::uint8_t*>(out_iov[i].iov_base), out_iov[i].iov_len);
  while (!rest.empty()) {
    const std::size_t size = std::min(out_segment[i], rest.size());
    const ssize_t sent =
        sendto(fd.get(), rest.data(), size, MSG_DONTWAIT, &out_to[i].any, header.msg_namelen);
    ++counters.send_calls;
    if (sent >= 0) {
      ++counters.datagrams_out;
    } else if (errno == EAGAIN || errno == ENOBUFS) {
      ++counters.full;
    } else {
      ++counters.unsendable;
    }
    rest = rest.subspan(size);
  }
}

}  // namespace parley::runtime
