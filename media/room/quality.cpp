#include "media/room/quality.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "media/room/e_model.h"

namespace parley::media {
namespace {

constexpr double kWorst = 30;
constexpr double kLostScore = 20;  // LiveKit's.

livekit::ConnectionQuality class_of(double score) {
  if (score > 80) return livekit::EXCELLENT;
  return score > 40 ? livekit::GOOD : livekit::POOR;
}

/// In percent, and less where there are few packets: one of a still screen's five, or of the few
/// that DTX sends in silence, is not a fifth of what anybody sees or hears. By the square root, as
/// LiveKit does; against 50 a second, which is a voice, and a camera's low layer.
double loss_percent(const StreamPeriod& period) {
  if (period.expected == 0) return 0;
  const auto expected = static_cast<double>(period.expected);
  const double full = 50.0 * std::chrono::duration<double>(kStatsInterval).count();
  const double lost = static_cast<double>(std::min(period.lost, period.expected));
  return 100 * lost / expected * std::sqrt(std::min(1.0, expected / full));
}

/// On the way, and in a jitter buffer that is as deep as the jitter demands.
Duration network_delay(const StreamPeriod& period) {
  return period.round_trip / 2 + 2 * period.jitter;
}

/// Straight lines between the points at which both scales draw a border.
double score_of_rating(double rating) {
  struct Point {
    double rating;
    double score;
  };
  constexpr Point kPoints[] = {{0, 0}, {60, 40}, {80, 80}, {e_model::kBest, 100}};
  for (std::size_t i = 1; i < std::size(kPoints); ++i) {
    const Point& from = kPoints[i - 1];
    const Point& to = kPoints[i];
    if (rating > to.rating) continue;
    return from.score +
           (rating - from.rating) * (to.score - from.score) / (to.rating - from.rating);
  }
  return 100;
}

}  // namespace

double audio_score(const StreamPeriod& period) {
  // A frame, and Opus' look-ahead of 6.5 ms.
  constexpr Duration kCodecDelay = std::chrono::microseconds(26'500);
  const double rating =
      e_model::rating(e_model::kOpus, network_delay(period) + kCodecDelay, loss_percent(period));
  return std::clamp(score_of_rating(rating), kWorst, 100.0);
}

double video_score(const StreamPeriod& period) {
  const double delay = std::chrono::duration<double, std::milli>(network_delay(period)).count();
  const double delay_effect = delay > 160 ? (delay - 120) / 10 : delay / 40;
  return std::clamp(100 - delay_effect - 10 * loss_percent(period), kWorst, 100.0);
}

void Quality::observe(const std::string& participant_sid, double score) {
  Link& link = links_[participant_sid];
  link.worst = link.worst < 0 ? score : std::min(link.worst, score);
}

void Quality::hold(const std::string& participant_sid) { links_[participant_sid].held = true; }

std::optional<Quality::Info> Quality::tick(const std::string& participant_sid) {
  const auto found = links_.find(participant_sid);
  if (found == links_.end()) return std::nullopt;
  Link& link = found->second;
  // Silent because nothing is sent: nothing is wrong.
  double score = std::exchange(link.worst, -1);
  if (score < 0) score = 100;
  if (std::exchange(link.held, false)) score = std::min(score, link.smoothed);
  if (link.lost) return std::nullopt;
  link.smoothed += (score - link.smoothed) * (score < link.smoothed ? 0.8 : 0.4);
  const auto quality = class_of(link.smoothed);
  if (quality == link.reported) return std::nullopt;
  link.reported = quality;
  return describe(participant_sid, link);
}

Quality::Info Quality::lose(const std::string& participant_sid) {
  Link& link = links_[participant_sid];
  link.lost = true;
  return describe(participant_sid, link);
}

Quality::Info Quality::regain(const std::string& participant_sid) {
  Link& link = links_[participant_sid];
  link.lost = false;
  link.worst = -1;
  link.held = false;
  link.reported = class_of(link.smoothed);
  return describe(participant_sid, link);
}

Quality::State Quality::state(const std::string& participant_sid) const {
  const auto found = links_.find(participant_sid);
  if (found == links_.end()) return {livekit::EXCELLENT, 100};
  const Link& link = found->second;
  if (link.lost) return {livekit::LOST, kLostScore};
  return {class_of(link.smoothed), link.smoothed};
}

void Quality::forget(const std::string& participant_sid) { links_.erase(participant_sid); }

std::optional<Quality::Info> Quality::told(std::string_view participant_sid) const {
  const auto at = links_.find(participant_sid);
  if (at == links_.end() || (!at->second.lost && !at->second.reported)) return std::nullopt;
  return describe(at->first, at->second);
}

Quality::Info Quality::describe(const std::string& sid, const Link& link) {
  Info out;
  out.set_participant_sid(sid);
  out.set_quality(link.lost ? livekit::LOST : class_of(link.smoothed));
  out.set_score(static_cast<float>(e_model::opinion(link.lost ? kLostScore : link.smoothed)));
  return out;
}

}  // namespace parley::media
