#include "sim/audio.h"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "base/random.h"
#include "protocols/codec/red.h"
#include "protocols/rtcp/feedback.h"
#include "protocols/rtcp/reports.h"
#include "protocols/rtp/ntp.h"
#include "protocols/rtp/sequence.h"

namespace parley::sim {
namespace {

constexpr std::size_t kPayload = 80;
constexpr std::size_t kRemembered = 100;
constexpr int kMaxAsks = 5;
constexpr std::uint8_t kVoice = 20;     // -20 dBov, well above what counts as speaking
constexpr std::uint8_t kSilence = 127;  // RFC 6464

ByteVector payload_of(std::uint32_t frame) {
  ByteVector out(kPayload);
  store_be32(out.data(), frame);
  return out;
}

rtp::NtpTime ntp(Time now) {
  return rtp::to_ntp(WallTime(std::chrono::days(20'000)) + now.time_since_epoch());
}

}  // namespace

AudioSource::AudioSource(Client& client, std::uint64_t seed, Numbers numbers)
    : client_(client), numbers_(std::move(numbers)) {
  SeededRandom random(seed);
  ssrc_ = random.u32();
  sequence_ = static_cast<std::uint16_t>(random.u32());
  timestamp_ = random.u32();
}

void AudioSource::advance(Time now) {
  if (next_frame_ == kNever) {
    next_frame_ = now;
    next_report_ = now + 200ms;
  }
  // What was said while there was no network is not sent later; the media clock goes on.
  for (; now - next_frame_ > 200ms; next_frame_ += kFrame) {
    timestamp_ += kTicks;
    ++frame_;
  }
  for (; next_frame_ <= now; next_frame_ += kFrame) send_frame();
  if (next_report_ > now) return;
  next_report_ = now + 1s;
  ByteVector buffer(200);
  rtcp::Writer out(buffer);
  rtcp::write_sender_report(out, ssrc_,
                            {.ntp = ntp(now),
                             .rtp_timestamp = rtp::WireTimestamp(timestamp_),
                             .packets = frame_,
                             .bytes = bytes_});
  client_.send_rtcp(out.bytes());
}

ByteVector AudioSource::with_the_one_before() const {
  const ByteVector before = payload_of(frame_ - 1);
  const ByteVector now = payload_of(frame_);
  const auto opus = numbers_.payload_type;
  const codec::RedBlock blocks[] = {{opus, kTicks, before, false}, {opus, 0, now, true}};
  ByteVector out(codec::red_header_size(false) + codec::red_header_size(true) + 2 * kPayload);
  out.resize(codec::write_red(out, frame_ == 0 ? std::span(blocks).last(1) : std::span(blocks)));
  return out;
}

void AudioSource::send_frame() {
  const std::uint8_t level = talking ? 0x80 | kVoice : kSilence;
  const ByteVector payload = redundant ? with_the_one_before() : payload_of(frame_);
  ByteVector packet =
      rtp_header(client_, numbers_,
                 {.marker = frame_ == 0,
                  .payload_type = redundant ? numbers_.red_payload_type : numbers_.payload_type,
                  .sequence = rtp::WireSeq(sequence_),
                  .timestamp = rtp::WireTimestamp(timestamp_),
                  .ssrc = ssrc_},
                 known_ ? Naming::none : Naming::rid, {}, &level);
  const std::size_t header = packet.size();
  packet.insert(packet.end(), payload.begin(), payload.end());
  client_.send_rtp(ByteView(packet).first(header), ByteView(packet).subspan(header));
  sent_.insert_or_assign(sequence_, std::pair(std::move(packet), header));
  sent_.erase(static_cast<std::uint16_t>(sequence_ - kRemembered));
  ++sequence_;
  ++frame_;
  timestamp_ += kTicks;
  bytes_ += static_cast<std::uint32_t>(payload.size());
}

void AudioSource::on_rtcp(ByteView compound) {
  for (const rtcp::PacketView& packet : rtcp::Compound(compound)) {
    if (packet.type == rtcp::Type::receiver_report) {
      const auto report = rtcp::parse_receiver_report(packet);
      for (std::size_t i = 0; report && i < report->blocks.size(); ++i) {
        known_ |= report->blocks[i].ssrc == ssrc_;
      }
    }
    if (packet.type != rtcp::Type::transport_feedback || packet.count != rtcp::kNackFormat) {
      continue;
    }
    const auto nack = rtcp::parse_nack(packet);
    if (!nack || nack->media_ssrc != ssrc_) continue;
    rtp::WireSeq sequence;
    for (auto cursor = nack->sequences(); cursor.next(sequence);) {
      const auto it = sent_.find(sequence.value());
      if (it == sent_.end()) continue;
      const auto& [bytes, header] = it->second;
      client_.send_rtp(ByteView(bytes).first(header), ByteView(bytes).subspan(header));
      ++resent_;
    }
  }
}

AudioSink::AudioSink(Client& client, std::uint32_t ssrc, Numbers numbers)
    : client_(client), ssrc_(ssrc), numbers_(std::move(numbers)) {}

std::size_t AudioSink::gaps() const {
  if (frames_.empty()) return 0;
  return *frames_.rbegin() - *frames_.begin() + 1 - frames_.size();
}

void AudioSink::on_rtp(ByteView plain, Time now) {
  const auto view = rtp::parse(plain);
  if (!view || view->ssrc != ssrc_) return;
  const ByteView payload = unwrap(*view);
  if (payload.size() != kPayload) {
    if (!view->padding_only()) faults_.emplace_back("unreadable payload");
    return;
  }
  ++received_;
  const std::uint32_t frame = load_be32(payload.data());
  const std::uint64_t index = highest_ == 0
                                  ? rtp::first_index(view->sequence).value()
                                  : rtp::unwrap(view->sequence, rtp::PacketIndex(highest_)).value();
  if (highest_ == 0) {
    next_feedback_ = now + AudioSource::kFrame;
    last_packet_ = now;
    reported_ = index - 1;
  } else {
    const auto steps = static_cast<std::int32_t>(frame - highest_frame_);
    const auto ticks = static_cast<std::int32_t>(view->timestamp.value() - highest_timestamp_);
    if (ticks != steps * static_cast<std::int32_t>(AudioSource::kTicks)) {
      faults_.push_back(fmt::format("{} frames later, {} ticks", steps, ticks));
    }
    if ((index > highest_) != (steps > 0)) faults_.emplace_back("numbers and frames disagree");
  }
  longest_silence_ = std::max(longest_silence_, now - last_packet_);
  last_packet_ = now;
  if (!frames_.insert(frame).second && recovered_.erase(frame) == 0) {
    faults_.emplace_back("the same frame twice");
  }
  missing_.erase(index);
  if (index < highest_) return;
  for (std::uint64_t lost = highest_ + 1; highest_ != 0 && lost < index; ++lost) missing_[lost];
  highest_ = index;
  highest_frame_ = frame;
  highest_timestamp_ = view->timestamp.value();
}

ByteView AudioSink::unwrap(const rtp::PacketView& packet) {
  if (numbers_.red_payload_type == 0 || packet.payload_type != numbers_.red_payload_type) {
    if (packet.payload_type != numbers_.payload_type) faults_.emplace_back("wrong payload type");
    return packet.payload;
  }
  const auto red = codec::Red::parse(packet.payload);
  if (!red) return packet.payload;
  ++redundant_packets_;
  codec::RedBlock block;
  for (auto cursor = red->blocks(); cursor.next(block);) {
    if (block.payload_type != numbers_.payload_type) faults_.emplace_back("wrong type of block");
    if (block.payload.size() != kPayload) {
      faults_.emplace_back("unreadable block");
    } else if (!block.primary && highest_ != 0) {
      const std::uint32_t frame = load_be32(block.payload.data());
      const std::uint32_t back = load_be32(red->primary().payload.data()) - frame;
      if (back * AudioSource::kTicks != block.timestamp_offset) {
        faults_.push_back(fmt::format("{} frames back, {} ticks", back, block.timestamp_offset));
      }
      if (frames_.insert(frame).second) recovered_.insert(frame);
    }
  }
  return red->primary().payload;
}

void AudioSink::on_rtcp(ByteView compound, Time now) {
  for (const rtcp::PacketView& packet : rtcp::Compound(compound)) {
    if (packet.type != rtcp::Type::sender_report) continue;
    const auto report = rtcp::parse_sender_report(packet);
    if (!report || report->ssrc != ssrc_) continue;
    last_report_ = rtp::compact(report->info.ntp);
    last_report_came_ = now;
  }
}

// RFC 3550 appendix A.3.
void AudioSink::report(rtcp::Writer& out, Time now) {
  const std::uint64_t expected = highest_ - reported_;
  const std::uint64_t lost = expected - std::min(received_, expected);
  lost_ += lost;
  const std::uint64_t fraction =
      expected == 0 ? 0 : std::min<std::uint64_t>(255, 256 * lost / expected);
  rtcp::ReportBlock block{.ssrc = ssrc_,
                          .fraction_lost = static_cast<std::uint8_t>(fraction),
                          .cumulative_lost = static_cast<std::int32_t>(lost_),
                          .highest_sequence = static_cast<std::uint32_t>(highest_)};
  if (last_report_ != 0) {
    block.last_sr = last_report_;
    block.delay_since_last_sr = rtp::to_compact(now - last_report_came_);
  }
  reported_ = highest_;
  received_ = 0;
  rtcp::write_receiver_report(out, 1, std::span(&block, 1));
}

void AudioSink::advance(Time now) {
  if (now < next_feedback_) return;
  next_feedback_ = now + AudioSource::kFrame;
  ByteVector buffer(rtcp::kMaxCompoundSize);
  rtcp::Writer out(buffer);
  std::vector<rtp::WireSeq> ask;
  std::erase_if(missing_, [](const auto& entry) { return entry.second.times >= kMaxAsks; });
  for (auto& [index, missing] : missing_) {
    if (ask.size() >= 100 || (missing.times > 0 && now - missing.asked < 100ms)) continue;
    missing.asked = now;
    ++missing.times;
    ask.emplace_back(static_cast<std::uint16_t>(index));
  }
  nacked_ += ask.size();
  if (!ask.empty()) rtcp::write_nack(out, 1, ssrc_, ask);
  if (now >= next_report_) {
    next_report_ = now + 1s;
    report(out, now);
  }
  if (!out.empty()) client_.send_rtcp(out.bytes());
}

}  // namespace parley::sim
