#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/time.h"
#include "protocols/rtcp/packet.h"
#include "protocols/rtp/packet.h"
#include "sim/client.h"
#include "sim/numbers.h"

namespace parley::sim {

/// A browser's microphone: an Opus packet every 20 ms that carries its own number and says how loud
/// it is; lost ones are sent again when asked for; a sender report every second.
class AudioSource {
 public:
  static constexpr Duration kFrame = 20ms;
  static constexpr std::uint32_t kTicks = 960;

  AudioSource(Client& client, std::uint64_t seed, Numbers numbers);

  /// Sends what is due; the first call begins.
  void advance(Time now);
  Time next_event() const { return next_frame_; }
  void on_rtcp(ByteView compound);

  bool talking = true;
  bool redundant = false;  ///< Each packet carries the one before as well, where that is agreed on.
  std::uint32_t ssrc() const { return ssrc_; }
  std::uint32_t frames() const { return frame_; }
  std::uint64_t resent() const { return resent_; }

 private:
  void send_frame();
  ByteVector with_the_one_before() const;

  Client& client_;
  Numbers numbers_;
  std::uint32_t ssrc_;
  std::uint16_t sequence_;
  std::uint32_t timestamp_;
  std::uint32_t frame_ = 0;
  bool known_ = false;
  Time next_frame_ = kNever;
  Time next_report_{};
  std::uint32_t bytes_ = 0;
  std::uint64_t resent_ = 0;
  std::map<std::uint16_t, std::pair<ByteVector, std::size_t>> sent_;  ///< Packet, header size.
};

/// A browser's receiver of sound: asks for what is missing, takes it out of redundancy (RED),
/// reports back, and keeps a record of faults and of what never came.
class AudioSink {
 public:
  AudioSink(Client& client, std::uint32_t ssrc, Numbers numbers);

  void on_rtp(ByteView plain, Time now);
  void on_rtcp(ByteView compound, Time now);
  void advance(Time now);
  Time next_event() const { return next_feedback_; }

  std::size_t frames() const { return frames_.size(); }
  std::uint32_t newest_frame() const { return frames_.empty() ? 0 : *frames_.rbegin(); }
  /// Frames between the first and the newest that never came.
  std::size_t gaps() const;
  /// The longest time without any packet.
  Duration longest_silence() const { return longest_silence_; }
  /// Of what comes from now on; what there was before does not count.
  void forget_silence(Time now) {
    longest_silence_ = {};
    last_packet_ = std::max(last_packet_, now);
  }
  Time last_packet() const { return last_packet_; }
  const std::vector<std::string>& faults() const { return faults_; }
  std::uint64_t nacked() const { return nacked_; }
  /// Packets with redundancy, and frames that were had by it alone.
  std::uint64_t redundant_packets() const { return redundant_packets_; }
  std::size_t recovered() const { return recovered_.size(); }

 private:
  /// The payload of the packet's own time.
  ByteView unwrap(const rtp::PacketView& packet);
  void report(rtcp::Writer& out, Time now);

  struct Missing {
    Time asked{};
    int times = 0;
  };

  Client& client_;
  std::uint32_t ssrc_;
  Numbers numbers_;
  std::set<std::uint32_t> frames_;
  std::map<std::uint64_t, Missing> missing_;  ///< By unwrapped sequence number.
  std::uint64_t highest_ = 0;
  std::uint32_t highest_frame_ = 0;
  std::uint32_t highest_timestamp_ = 0;
  Time last_packet_{};
  Duration longest_silence_{};
  Time next_feedback_ = kNever;
  Time next_report_{};
  std::uint64_t nacked_ = 0;
  std::uint64_t redundant_packets_ = 0;
  std::set<std::uint32_t> recovered_;
  std::uint32_t last_report_ = 0;  ///< Of its sender, and when it came; 0: none yet.
  Time last_report_came_{};
  std::uint64_t reported_ = 0;  ///< Highest of the last report.
  std::uint64_t received_ = 0;  ///< Packets since then.
  std::uint64_t lost_ = 0;      ///< In all.
  std::vector<std::string> faults_;
};

}  // namespace parley::sim
