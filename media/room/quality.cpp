#include "media/room/quality.h"

#include <algorithm>

namespace parley::media {
namespace {

livekit::ConnectionQuality class_of(double score) {
  if (score > 80) return livekit::EXCELLENT;
  return score > 40 ? livekit::GOOD : livekit::POOR;
}

/// ITU-T G.107: the mean opinion score that a rating of 0..100 stands for.
float opinion(double s) {
  return static_cast<float>(std::min(4.5, 1 + 0.035 * s + 7e-6 * s * (s - 60) * (100 - s)));
}

}  // namespace

double stream_score(std::uint64_t packets, std::uint64_t lost, Duration round_trip, Duration jitter,
                    double loss_weight) {
  using Milliseconds = std::chrono::duration<double, std::milli>;
  const double delay = Milliseconds(round_trip).count() / 2 + 2 * Milliseconds(jitter).count();
  const double delay_effect = delay > 160 ? (delay - 120) / 10 : delay / 40;
  const double total = static_cast<double>(packets + lost);
  const double loss = total > 0 ? 100.0 * static_cast<double>(lost) / total : 0;
  return std::clamp(100 - delay_effect - loss * loss_weight, 30.0, 100.0);
}

void Quality::observe(const std::string& participant_sid, double score) {
  Link& link = links_[participant_sid];
  link.worst = link.worst < 0 ? score : std::min(link.worst, score);
}

std::vector<livekit::ConnectionQualityInfo> Quality::tick() {
  std::vector<livekit::ConnectionQualityInfo> changed;
  for (auto& [sid, link] : links_) {
    const double score =
        link.worst < 0 ? 100 : link.worst;  // Silent because muted: nothing is wrong.
    link.smoothed += (score - link.smoothed) * (score < link.smoothed ? 0.8 : 0.4);
    link.worst = -1;
    const auto quality = class_of(link.smoothed);
    if (quality == link.reported) continue;
    link.reported = quality;
    changed.push_back(describe(sid, link));
  }
  return changed;
}

void Quality::forget(const std::string& participant_sid) { links_.erase(participant_sid); }

std::vector<livekit::ConnectionQualityInfo> Quality::all() const {
  std::vector<livekit::ConnectionQualityInfo> out;
  for (const auto& [sid, link] : links_) {
    if (link.reported != livekit::LOST) out.push_back(describe(sid, link));
  }
  return out;
}

livekit::ConnectionQualityInfo Quality::describe(const std::string& sid, const Link& link) {
  livekit::ConnectionQualityInfo out;
  out.set_participant_sid(sid);
  out.set_quality(link.reported);
  out.set_score(opinion(link.smoothed));
  return out;
}

}  // namespace parley::media
