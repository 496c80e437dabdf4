#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "media/egress/outbox.h"
#include "protocols/srtp/srtp.h"

namespace parley::media {

/// Puts datagrams into an Outbox, encrypted on the way: GCM at once, counter mode with SHA-1 all
/// together before anything leaves, because that cipher works on many packets at a time.
///
///  owner     the shard
///  bounded   the Outbox; its jobs fit what the Outbox holds
class RtpWriter {
 public:
  explicit RtpWriter(srtp::Engine& engine);

  /// Between `begin` and `end` everything goes to `sender`, in the order of the calls.
  void begin(TrainSender& sender) { sender_ = &sender; }
  void end();

  /// A datagram as it is.
  void datagram(const Path& path, ByteView bytes);

  /// Room for one packet of at most `size` bytes, tag included.
  MutableBytes reserve(std::size_t size);
  /// The first `header_size` bytes of what was reserved are the header; `payload` stands behind it
  /// there, or elsewhere and then stays as it is until `end`. Returns the size on the wire.
  std::size_t packet(const Path& path, srtp::Sender& srtp, std::size_t header_size,
                     ByteView payload, std::uint64_t index);

  struct Totals {
    std::uint64_t datagrams = 0;
    std::uint64_t bytes = 0;
    std::uint64_t trains = 0;
  };
  const Totals& totals() const { return totals_; }

 private:
  void send_all();

  srtp::Engine& engine_;
  Outbox outbox_;
  std::vector<srtp::Job> jobs_;
  MutableBytes slot_;
  TrainSender* sender_ = nullptr;
  Totals totals_;
};

}  // namespace parley::media
