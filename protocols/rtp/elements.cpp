#include "protocols/rtp/elements.h"

#include <algorithm>

namespace parley::rtp {

std::optional<AudioLevelValue> read_audio_level(ByteView value) {
  // RFC 6464 section 3 allows one byte of value, followed by a padding byte in the two-byte form.
  if (value.empty()) return std::nullopt;
  return AudioLevelValue{static_cast<std::uint8_t>(value[0] & 0x7f), (value[0] & 0x80) != 0};
}

void write_audio_level(std::uint8_t* out, AudioLevelValue level) {
  out[0] = static_cast<std::uint8_t>((level.voice ? 0x80 : 0) | (level.level & 0x7f));
}

std::optional<std::uint32_t> read_abs_send_time(ByteView value) {
  if (value.size() != kAbsSendTimeSize) return std::nullopt;
  return load_be24(value.data());
}

void write_abs_send_time(std::uint8_t* out, std::uint32_t units) { store_be24(out, units); }

std::optional<AbsCaptureTime> read_abs_capture_time(ByteView value) {
  if (value.size() != kAbsCaptureTimeSize && value.size() != kAbsCaptureTimeWithOffsetSize) {
    return std::nullopt;
  }
  AbsCaptureTime time{NtpTime(load_be64(value.data())), std::nullopt};
  if (value.size() == kAbsCaptureTimeWithOffsetSize) {
    time.clock_offset = static_cast<std::int64_t>(load_be64(value.data() + 8));
  }
  return time;
}

void write_abs_capture_time(std::uint8_t* out, const AbsCaptureTime& time) {
  store_be64(out, time.captured.value());
  if (time.clock_offset) store_be64(out + 8, static_cast<std::uint64_t>(*time.clock_offset));
}

std::optional<std::uint16_t> read_transport_sequence(ByteView value) {
  // Version 2 of the extension adds two bytes that ask for feedback; the number stands first in
  // both.
  if (value.size() != kTransportSequenceSize && value.size() != 4) return std::nullopt;
  return load_be16(value.data());
}

void write_transport_sequence(std::uint8_t* out, std::uint16_t sequence) {
  store_be16(out, sequence);
}

std::optional<std::string_view> read_text(ByteView value) {
  if (value.empty() || value.size() > kMaxTextSize) return std::nullopt;
  // Some senders pad with zeros (they see a C string); nothing after the first one is text.
  const auto zero = std::find(value.begin(), value.end(), std::uint8_t{0});
  const auto text = value.first(static_cast<std::size_t>(zero - value.begin()));
  const bool printable =
      std::all_of(text.begin(), text.end(), [](std::uint8_t c) { return c > 0x20 && c < 0x7f; });
  if (text.empty() || !printable) return std::nullopt;
  return as_chars(text);
}

std::optional<PlayoutDelay> read_playout_delay(ByteView value) {
  if (value.size() != kPlayoutDelaySize) return std::nullopt;
  const std::uint32_t both = load_be24(value.data());
  const PlayoutDelay delay{static_cast<std::uint16_t>(both >> 12),
                           static_cast<std::uint16_t>(both & 0xfff)};
  if (delay.min > delay.max) return std::nullopt;
  return delay;
}

void write_playout_delay(std::uint8_t* out, PlayoutDelay delay) {
  store_be24(out, static_cast<std::uint32_t>((delay.min & 0xfff) << 12 | (delay.max & 0xfff)));
}

}  // namespace parley::rtp
