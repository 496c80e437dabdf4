#include "media/room/speakers.h"

#include <algorithm>
#include <cmath>

namespace parley::media {
namespace {

const double kThreshold = std::pow(10.0, -35.0 / 20.0);
constexpr double kSmoothing = 2.0 / 3.0;  // 2 / (n + 1) for n = 2 ticks

/// In steps of an eighth, upwards: clients are told less often and never of a speaker at level
/// zero.
float quantised(double level) {
  return static_cast<float>(std::min(1.0, std::ceil(level * 8) / 8));
}

}  // namespace

void Speakers::observe(const std::string& participant_sid, const AudioLevel& level) {
  if (!is_voice(level)) return;
  // Talking half of the time is heard as 6 dB less.
  const double share =
      std::chrono::duration<double>(level.active) / std::chrono::duration<double>(kTick);
  const double decibel = level.loudest - 20 * std::log10(std::min(1.0, share));
  Voice& voice = voices_[participant_sid];
  voice.observed = std::max(voice.observed, std::pow(10.0, -decibel / 20));
  voice.active = std::max(voice.active, level.active);
}

std::vector<livekit::SpeakerInfo> Speakers::tick() {
  std::vector<livekit::SpeakerInfo> changed;
  for (auto at = voices_.begin(); at != voices_.end();) {
    auto& [sid, voice] = *at;
    voice.smoothed += (voice.observed - voice.smoothed) * kSmoothing;
    voice.spoken = voice.observed > 0 ? voice.spoken + voice.active : Duration::zero();
    voice.silent = voice.observed > 0 ? 0 : voice.silent + 1;
    voice.observed = 0;
    voice.active = Duration::zero();
    const bool is_loud = voice.smoothed >= kThreshold;
    const bool speaks =
        voice.reported > 0 ? is_loud || voice.silent <= kBreath : is_loud && voice.spoken > kCough;
    const float level = speaks ? quantised(voice.smoothed) : 0.0F;
    if (level != voice.reported) {
      livekit::SpeakerInfo info;
      info.set_sid(sid);
      info.set_level(level);
      info.set_active(level > 0);
      changed.push_back(std::move(info));
      voice.reported = level;
    }
    at = level == 0.0F && voice.smoothed < kThreshold / 8 ? voices_.erase(at) : std::next(at);
  }
  return changed;
}

void Speakers::forget(const std::string& participant_sid) { voices_.erase(participant_sid); }

std::vector<livekit::SpeakerInfo> Speakers::active() const {
  std::vector<livekit::SpeakerInfo> out;
  for (const auto& [sid, voice] : voices_) {
    if (voice.reported == 0.0F) continue;
    out.emplace_back();
    out.back().set_sid(sid);
    out.back().set_level(voice.reported);
    out.back().set_active(true);
  }
  return out;
}

}  // namespace parley::media
