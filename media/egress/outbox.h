#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "media/peer/path.h"

/// What a shard wants on the wire, and who puts it there.
namespace parley::media {

/// One or more datagrams of one size (the last may be shorter) for one destination: on UDP one send
/// with segmentation offload, on TCP one write of RFC 4571 frames, one per segment.
struct Train {
  Path path;
  std::size_t segment = 0;  ///< Bytes per datagram; equals bytes.size() for a single one.
  ByteView bytes;           ///< Valid during `send` only.

  std::size_t datagrams() const { return (bytes.size() + segment - 1) / segment; }
};

/// The loop as the shard sees it. Never blocks and cannot fail: what the socket does not take is
/// counted and lost there, as on any network.
class TrainSender {
 public:
  virtual ~TrainSender() = default;
  /// In the order in which they are to leave; at most Outbox::kMaxTrains at once.
  virtual void send(std::span<const Train> trains) = 0;
};

/// The slots that outgoing datagrams are written into, in place, and the trains they form.
///
///  owner     the shard
///  bounded   kBytes and kMaxTrains: what waits for one system call, small enough to stay in the
///            L2 cache (performance.md). When it is full it is sent, so nothing is lost to its
///            size.
class Outbox {
 public:
  static constexpr std::size_t kBytes = 640 * 1024;
  static constexpr std::size_t kMaxTrains = 64;
  static constexpr std::size_t kMaxTrainBytes = 48 * 1024;
  static constexpr std::size_t kMaxSegments = 48;  ///< The kernel allows 64 (UDP_MAX_SEGMENTS).
  static constexpr std::size_t kMaxDatagram = 16 * 1024;

  Outbox();

  /// False: send first, then there is.
  bool has_room(std::size_t size) const;
  /// Where a datagram of at most `size` bytes may be written. Only if there is room.
  MutableBytes reserve(std::size_t size);
  /// What was reserved last is a datagram of `size` bytes: it joins the newest train if that goes
  /// the same way in segments of this size, and starts a train otherwise. The bytes need not be
  /// written yet, but before `send`.
  void commit(const Path& path, std::size_t size);

  /// Hands over what is there, in order, and is empty again.
  void send(TrainSender& sender);

  bool empty() const { return trains_.empty(); }
  std::span<const Train> trains() const { return trains_; }

 private:
  bool joins_newest(const Path& path, std::size_t size) const;

  std::vector<std::uint8_t> bytes_;
  std::vector<Train> trains_;
  std::size_t used_ = 0;
  bool reserved_ = false;
};

}  // namespace parley::media
