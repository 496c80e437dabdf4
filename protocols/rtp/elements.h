#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"
#include "protocols/rtp/ntp.h"

/// The values of the header extensions that we read and write. Readers take an element's value and
/// yield nothing if it has the wrong size; writers fill exactly `k...Size` bytes.
namespace parley::rtp {

inline constexpr std::string_view kMidUri = "urn:ietf:params:rtp-hdrext:sdes:mid";
inline constexpr std::string_view kRidUri = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
inline constexpr std::string_view kRepairedRidUri =
    "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
inline constexpr std::string_view kAudioLevelUri = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
inline constexpr std::string_view kAbsSendTimeUri =
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
inline constexpr std::string_view kAbsCaptureTimeUri =
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";
inline constexpr std::string_view kTransportSequenceUri =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
inline constexpr std::string_view kPlayoutDelayUri =
    "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";
inline constexpr std::string_view kDependencyDescriptorUri =
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";

/// RFC 6464: how loud the frame is, without decoding it.
struct AudioLevelValue {
  std::uint8_t level = 127;  ///< -dBov: 0 is the loudest, 127 silence.
  bool voice = false;
  friend bool operator==(const AudioLevelValue&, const AudioLevelValue&) = default;
};
inline constexpr std::size_t kAudioLevelSize = 1;
std::optional<AudioLevelValue> read_audio_level(ByteView value);
void write_audio_level(std::uint8_t* out, AudioLevelValue level);

/// When the packet left the sender: 6.18 fixed-point seconds, wraps every 64 s.
inline constexpr std::size_t kAbsSendTimeSize = 3;
std::optional<std::uint32_t> read_abs_send_time(ByteView value);
void write_abs_send_time(std::uint8_t* out, std::uint32_t units);
/// Any steady clock will do: only differences are read.
constexpr std::uint32_t to_abs_send_time(Time t) {
  const auto ns = static_cast<std::uint64_t>(t.time_since_epoch().count()) % 64'000'000'000u;
  return static_cast<std::uint32_t>((ns << 18) / 1'000'000'000u) & 0xff'ffff;
}

/// When the frame was captured, by the capturer's NTP clock, and optionally that clock's offset.
struct AbsCaptureTime {
  NtpTime captured;
  std::optional<std::int64_t> clock_offset;  ///< 32.32 seconds
  friend bool operator==(const AbsCaptureTime&, const AbsCaptureTime&) = default;
};
inline constexpr std::size_t kAbsCaptureTimeSize = 8;
inline constexpr std::size_t kAbsCaptureTimeWithOffsetSize = 16;
std::optional<AbsCaptureTime> read_abs_capture_time(ByteView value);
void write_abs_capture_time(std::uint8_t* out, const AbsCaptureTime& time);

/// draft-holmer-rmcat-transport-wide-cc-extensions-01: one count over all of a transport's streams.
inline constexpr std::size_t kTransportSequenceSize = 2;
std::optional<std::uint16_t> read_transport_sequence(ByteView value);
void write_transport_sequence(std::uint8_t* out, std::uint16_t sequence);

/// MID (RFC 9143), RID and repaired RID (RFC 8852): at most 16 characters here, of the set that SDP
/// tokens and RIDs are made of. The view points into the packet.
inline constexpr std::size_t kMaxTextSize = 16;
std::optional<std::string_view> read_text(ByteView value);

/// How long the receiver may hold frames back, in units of 10 ms, twelve bits each.
struct PlayoutDelay {
  std::uint16_t min = 0;
  std::uint16_t max = 0;
  friend bool operator==(const PlayoutDelay&, const PlayoutDelay&) = default;
};
inline constexpr std::size_t kPlayoutDelaySize = 3;
std::optional<PlayoutDelay> read_playout_delay(ByteView value);
void write_playout_delay(std::uint8_t* out, PlayoutDelay delay);

}  // namespace parley::rtp
