#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "media/control/commands.h"
#include "protocols/fec/test_decoder.h"
#include "protocols/rtp/packet.h"
#include "sim/client.h"
#include "sim/numbers.h"

namespace parley::sim {

/// What each simulated packet carries behind its VP8 descriptor: enough to see at the other end
/// whether a picture is whole and could be decoded.
struct Slice {
  std::uint8_t layer = 0;
  std::uint32_t frame = 0;
  std::uint8_t part = 0;
  std::uint8_t parts = 0;
  bool keyframe = false;
};

/// A browser's simulcast VP8: a layer per entry, each with its own SSRCs, sequence numbers, media
/// clock and picture ids; answers NACK with RTX and PLI with a key frame; sends sender reports.
class VideoSource {
 public:
  struct Layer {
    std::uint32_t ssrc = 0;
    std::uint32_t rtx_ssrc = 0;
    std::uint16_t sequence = 0;
    std::uint16_t rtx_sequence = 0;
    std::uint32_t first_timestamp = 0;
    std::uint16_t picture_id = 0;
    std::uint8_t tl0 = 0;
    std::size_t packets_per_frame = 1;
    std::size_t packet_size = 0;
    std::string rid;
    bool enabled = true;
    bool known = false;  ///< A report speaks of its SSRC: rid and mid need not be said any more.
    bool key_wanted = true;
    std::uint32_t packets = 0;
    std::uint32_t bytes = 0;
    std::map<std::uint16_t, ByteVector> sent;  ///< Header and payload, by sequence number.
  };
  static constexpr Duration kFrame = 33'333us;
  static constexpr std::uint8_t kPayloadType = 96;
  static constexpr std::uint8_t kRtxPayloadType = 97;
  static constexpr std::uint8_t kTransportSequenceId = 3;

  VideoSource(Client& client, std::size_t layers, std::uint64_t seed);
  /// With what an answer has settled: layers are told apart by rid until a report shows that they
  /// are known.
  VideoSource(Client& client, std::size_t layers, std::uint64_t seed, Numbers numbers);

  media::AddStream add_stream(media::StreamId stream, media::TransportId transport) const;

  /// Sends the frames that are due; the first call begins.
  void advance(Time now);
  Time next_event() const { return next_frame_; }
  void on_rtcp(ByteView compound);

  std::vector<Layer>& layers() { return layers_; }
  std::uint32_t frames() const { return frame_; }
  std::uint64_t key_requests() const { return key_requests_; }
  std::uint64_t resent() const { return resent_; }

 private:
  void send_frame(std::size_t layer, Time now);
  void send_report(Layer& layer, Time now);
  std::uint32_t timestamp(const Layer& layer, Time now) const;

  void resend(Layer& layer, rtp::WireSeq sequence);

  Client& client_;
  Numbers numbers_;
  std::vector<Layer> layers_;
  std::uint32_t frame_ = 0;
  Time began_{};
  Time next_frame_ = kNever;
  Time next_report_{};
  std::uint64_t key_requests_ = 0;
  std::uint64_t resent_ = 0;
};

/// A browser's receiver: puts packets in order, asks for what is missing, assembles frames, reports
/// back, and keeps a record of every fault that a real decoder would trip over.
class VideoSink {
 public:
  static constexpr std::uint8_t kPayloadType = 120;
  static constexpr std::uint8_t kRtxPayloadType = 121;
  static constexpr std::uint8_t kFecPayloadType = 122;
  static constexpr std::uint8_t kTransportSequenceId = 5;

  VideoSink(Client& client, std::uint32_t ssrc);
  /// With what descriptions have settled. Transport-wide feedback is then its connection's.
  VideoSink(Client& client, std::uint32_t ssrc, std::uint32_t rtx_ssrc, Numbers numbers);

  media::Subscribe subscribe(media::SubscriptionId id, media::StreamId stream,
                             media::TransportId transport) const;

  /// Goes on from a whole key frame behind a hole at once, as browsers do, instead of waiting for
  /// the repair, which proves more of a network that can be repaired.
  void set_jumps(bool jumps) { jumps_ = jumps; }

  /// Makes lost packets from repair packets (protocols/fec); before `subscribe`.
  void take_repairs(std::uint32_t fec_ssrc);

  void on_rtp(ByteView plain, Time now);
  void on_rtcp(ByteView compound, Time now);
  void advance(Time now);
  Time next_event() const { return next_feedback_; }

  /// Whole frames, in the order of their numbers.
  struct Frame {
    Slice slice;
    std::uint32_t timestamp = 0;
    std::uint16_t picture_id = 0;
    std::uint8_t tl0 = 0;
    Time complete{};
  };
  const std::vector<Frame>& frames() const { return frames_; }
  const std::vector<std::string>& faults() const { return faults_; }
  std::uint64_t packets() const { return received_; }
  std::uint64_t recovered() const { return recovered_; }
  /// Repair packets that came, and packets that were made from them.
  std::uint64_t repairs() const { return repairs_; }
  std::uint64_t repaired() const { return repaired_; }
  std::uint64_t nacked() const { return nacked_; }
  std::uint64_t given_up() const { return given_up_; }
  std::uint64_t bytes() const { return bytes_; }
  struct Report {
    std::uint64_t ntp = 0;
    std::uint32_t timestamp = 0;
    Time received{};
  };
  const std::vector<Report>& reports() const { return reports_; }

 private:
  struct Packet {
    Slice slice;
    std::uint32_t timestamp = 0;
    std::uint16_t picture_id = 0;
    std::uint8_t tl0 = 0;
    bool marker = false;
    bool filler = false;
    Time received{};
  };
  void take(std::uint16_t sequence, const rtp::PacketView& view, ByteView payload, Time now);
  void repair(const rtp::PacketView& view, Time now);
  void assemble(Time now);
  void go_on_from(std::uint64_t index, Time now);
  std::optional<std::uint64_t> whole_key_frame() const;
  void fault(std::string what) { faults_.push_back(std::move(what)); }

  Client& client_;
  std::uint32_t ssrc_;
  std::uint32_t rtx_ssrc_;
  Numbers numbers_;
  std::map<std::uint64_t, Packet> waiting_;  ///< By unwrapped number.
  std::uint64_t next_ = 0;                   ///< First number that is not in a frame yet.
  std::uint64_t highest_ = 0;
  std::map<std::uint64_t, Time> asked_;
  std::vector<Packet> open_;
  std::vector<Frame> frames_;
  std::vector<std::string> faults_;
  std::vector<Report> reports_;
  std::deque<std::pair<std::uint16_t, Time>> arrivals_;
  Time next_feedback_ = kNever;
  Time next_report_{};
  std::uint64_t received_ = 0;
  std::uint64_t expected_before_ = 0;
  std::uint64_t received_before_ = 0;
  std::uint64_t recovered_ = 0;
  std::uint32_t fec_ssrc_ = 0;
  std::optional<fec::test::Decoder> decoder_;
  std::uint64_t repairs_ = 0;
  std::uint64_t repaired_ = 0;
  std::uint64_t nacked_ = 0;
  bool jumps_ = false;
  std::uint64_t given_up_ = 0;  ///< Times that it went on from a later key frame.
  std::uint64_t bytes_ = 0;
  std::uint64_t first_ = 0;
  std::uint8_t feedback_count_ = 0;
  bool has_stuck_ = false;
  Time stuck_since_{};
  bool wants_key_ = false;
  bool resumed_ = false;  ///< What comes next has nothing to do with what came before.
};

}  // namespace parley::sim
