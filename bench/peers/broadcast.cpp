#include "bench/peers/broadcast.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "load/frames/packets.h"
#include "load/frames/stamp.h"
#include "protocols/rtp/packet.h"
#include "runtime/clock.h"

namespace parley::bench {
namespace {

constexpr Duration kJoining = 15s;
/// That load::synthetic() leaves in each packet.
constexpr std::size_t kRoomForExtensions = 8;

/// Sends frames as load::TrackSender does to an SFU, but in the clear.
class Publisher final : public Guest {
 public:
  Publisher(const load::Shared& shared, load::SocketId socket, const Load& load, const PlainRtp& to)
      : shared_(shared),
        socket_(socket),
        to_(to),
        material_(load::synthetic(load.packets_per_frame,
                                  load.packet_size - to.extensions + kRoomForExtensions,
                                  static_cast<unsigned>(1s / load.frame_interval))),
        next_frame_(runtime::monotonic_now()) {}

  void receive(const SocketAddress&, MutableBytes, Time) override {}
  Time next_event() const override { return next_frame_; }

  void advance(Time now) override {
    const std::vector<load::Frame>& frames = material_.layers[0].frames;
    const load::Frame& frame = frames[number_ % frames.size()];
    for (const load::Piece& piece : frame.pieces) send(frame, piece, now);
    ++number_;
    next_frame_ += material_.interval;
  }

 private:
  void send(const load::Frame& frame, const load::Piece& piece, Time now) {
    const MutableBytes out = shared_.outbox->begin(rtp::kFixedHeaderSize + load::kVp8Descriptor +
                                                   piece.data.size() + load::kStampSize);
    rtp::write_fixed_header(out.data(),
                            {.marker = piece.stamped,
                             .payload_type = to_.payload_type,
                             .sequence = rtp::WireSeq(sequence_++),
                             .timestamp = rtp::WireTimestamp(number_ * material_.ticks),
                             .ssrc = to_.ssrc},
                            false);
    std::uint8_t* at = out.data() + rtp::kFixedHeaderSize;
    // RFC 7741 section 4.2: picture id of 15 bits, TL0PICIDX, one temporal layer.
    at[0] = &piece == &frame.pieces.front() ? 0x90 : 0x80;
    at[1] = 0x80 | 0x40 | 0x20;
    store_be16(at + 2, static_cast<std::uint16_t>(0x8000 | (number_ & 0x7fff)));
    at[4] = static_cast<std::uint8_t>(number_);
    at[5] = 0;
    at = std::ranges::copy(piece.data, at + load::kVp8Descriptor).out;
    if (piece.stamped) {
      load::write_stamp(at, {.run = shared_.run,
                             .keyframe = frame.keyframe,
                             .packets = static_cast<std::uint16_t>(frame.pieces.size()),
                             .frame = number_,
                             .sent = now});
      at += load::kStampSize;
    }
    shared_.outbox->end(socket_, {IpAddress::v4(127, 0, 0, 1), to_.port},
                        static_cast<std::size_t>(at - out.data()));
  }

  const load::Shared& shared_;
  load::SocketId socket_;
  PlainRtp to_;
  load::Material material_;
  Time next_frame_;
  std::uint32_t number_ = 0;
  std::uint16_t sequence_ = 0;
};

class Viewer final : public Guest {
 public:
  Viewer(Guests& guests, load::SocketId socket)
      : connection_(guests.shared(), socket, guests.counts(), {}) {}

  void receive(const SocketAddress& from, MutableBytes datagram, Time now) override {
    connection_.receive(from, datagram, now);
  }
  void advance(Time now) override { connection_.advance(now); }
  Time next_event() const override { return connection_.next_event(); }

  load::PeerConnection& connection() { return connection_; }

 private:
  load::PeerConnection connection_;
};

}  // namespace

std::expected<void, std::string> broadcast(
    Guests& guests, const Load& load, const PlainRtp& to,
    const std::function<std::expected<void, std::string>(load::PeerConnection&)>& watch) {
  std::vector<Viewer*> viewers;
  for (std::size_t i = 0; i < load.subscribers; ++i) {
    guests.add([&](load::SocketId socket) {
      auto made = std::make_unique<Viewer>(guests, socket);
      viewers.push_back(made.get());
      return made;
    });
    if (auto watching = watch(viewers.back()->connection()); !watching) return watching;
    guests.run_for(5ms);  // Those who came before shake hands meanwhile.
  }
  const auto all = [&](auto&& what) {
    return [&, what] {
      return std::ranges::all_of(viewers, [&](Viewer* one) { return what(one->connection()); });
    };
  };
  if (!guests.run_until(all([](auto& one) { return one.connected(); }), kJoining)) {
    return std::unexpected("not everybody could connect");
  }
  guests.add([&](load::SocketId socket) {
    return std::make_unique<Publisher>(guests.shared(), socket, load, to);
  });
  if (!guests.run_until(all([](auto& one) { return one.tracks_with_media() > 0; }), kJoining)) {
    return std::unexpected("not everybody gets media");
  }
  return {};
}

}  // namespace parley::bench
