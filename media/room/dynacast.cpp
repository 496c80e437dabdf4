#include "media/room/dynacast.h"

#include <algorithm>

#include "media/negotiation/codecs.h"

namespace parley::media {
namespace {

/// LOW < MEDIUM < HIGH, but OFF is the greatest number.
int rank(livekit::VideoQuality quality) {
  return quality == livekit::OFF ? -1 : static_cast<int>(quality);
}

/// "video/VP8" is "vp8" here.
std::string bare_name(Codec codec) {
  std::string name = mime_type(codec);
  name.erase(0, name.find('/') + 1);
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return name;
}

template <typename Out>
void list_qualities(Out& out, livekit::VideoQuality best) {
  for (auto quality : {livekit::LOW, livekit::MEDIUM, livekit::HIGH}) {
    livekit::SubscribedQuality& entry = *out.Add();
    entry.set_quality(quality);
    entry.set_enabled(rank(quality) <= rank(best));
  }
}

}  // namespace

void Dynacast::add(const std::string& track_sid, Codec codec, Time now) {
  Track track;
  track.first_codec = codec;
  track.told[codec] = livekit::HIGH;
  track.lower_at = now + kPause;
  tracks_.try_emplace(track_sid, std::move(track));
}

void Dynacast::remove(std::string_view track_sid) {
  if (const auto found = tracks_.find(track_sid); found != tracks_.end()) tracks_.erase(found);
}

void Dynacast::want(std::string_view track_sid, SubscriptionId subscription, Codec codec,
                    std::optional<livekit::VideoQuality> quality) {
  const auto found = tracks_.find(track_sid);
  if (found == tracks_.end()) return;
  Track& track = found->second;
  const auto count = [&](const Wanted& wanted) -> std::uint32_t& {
    return track.counts[wanted.codec][static_cast<std::size_t>(wanted.quality)];
  };
  if (const auto before = track.wanted.find(subscription); before != track.wanted.end()) {
    --count(before->second);
    track.wanted.erase(before);
  }
  if (quality) {
    const Wanted wanted{codec, *quality};
    ++count(wanted);
    track.wanted.emplace(subscription, wanted);
  }
  track.changed = true;
}

Dynacast::Levels Dynacast::levels_of(const Track& track) {
  Levels out;
  for (const auto& [codec, level] : track.told) out[codec] = livekit::OFF;
  for (const auto& [codec, counts] : track.counts) {
    for (const auto quality : {livekit::HIGH, livekit::MEDIUM, livekit::LOW}) {
      if (counts[static_cast<std::size_t>(quality)] == 0) continue;
      out[codec] = quality;
      break;
    }
  }
  return out;
}

std::vector<livekit::SubscribedQualityUpdate> Dynacast::due(Time now) {
  std::vector<livekit::SubscribedQualityUpdate> out;
  for (auto& [sid, track] : tracks_) {
    const bool late = track.lower_at && now >= *track.lower_at;
    if (!track.changed && !late) continue;
    track.changed = false;
    const Levels levels = levels_of(track);
    bool more = false;
    bool less = false;
    for (const auto& [codec, level] : levels) {
      const auto told = track.told.find(codec);
      const int before = told == track.told.end() ? -1 : rank(told->second);
      more |= rank(level) > before;
      less |= rank(level) < before;
    }
    if (more || (less && late)) {
      track.told = levels;
      track.lower_at.reset();
      out.push_back(update_for(sid, track));
    } else if (!less) {
      track.lower_at.reset();
    } else if (!track.lower_at) {
      track.lower_at = now + kPause;
    }
  }
  return out;
}

livekit::SubscribedQualityUpdate Dynacast::update_for(const std::string& sid, const Track& track) {
  livekit::SubscribedQualityUpdate out;
  out.set_track_sid(sid);
  list_qualities(*out.mutable_subscribed_qualities(), track.told.at(track.first_codec));
  for (const auto& [codec, level] : track.told) {
    livekit::SubscribedCodec& entry = *out.add_subscribed_codecs();
    entry.set_codec(bare_name(codec));
    list_qualities(*entry.mutable_qualities(), level);
  }
  return out;
}

Time Dynacast::next_deadline() const {
  Time next = kNever;
  for (const auto& [sid, track] : tracks_) {
    if (track.changed) return Time{};  // At once: there is no earlier.
    if (track.lower_at) next = std::min(next, *track.lower_at);
  }
  return next;
}

}  // namespace parley::media
