#include "media/room/roster.h"

#include <algorithm>
#include <utility>

#include "livekit_rtc.pb.h"

namespace parley::media {
namespace {

constexpr Duration kShortestDelay = 100ms;
constexpr Duration kLongestDelay = 3s;

bool publishes(const livekit::ParticipantInfo& info) {
  return info.tracks_size() > 0 || info.data_tracks_size() > 0 ||
         info.kind() != livekit::ParticipantInfo::STANDARD;
}

bool gone(const livekit::ParticipantInfo& info) {
  return info.state() == livekit::ParticipantInfo::DISCONNECTED;
}

std::string introduction(const livekit::ParticipantInfo& info) {
  if (info.state() < livekit::ParticipantInfo::JOINED) return {};
  livekit::JoinResponse said;
  *said.add_other_participants() = info;
  return said.SerializeAsString();
}

}  // namespace

Duration Roster::delay(std::size_t people) {
  if (people <= kSmallRoom) return Duration::zero();
  return std::clamp<Duration>(people * 1ms, kShortestDelay, kLongestDelay);
}

void Roster::list(const livekit::ParticipantInfo& info) {
  const auto [at, is_new] = listed_.try_emplace(info.sid());
  Entry& entry = at->second;
  if (is_new) ++watchers_;
  if (publishes(info) && !std::exchange(entry.publishes, true)) --watchers_;
  entry.introduction = introduction(info);
}

std::vector<std::string_view> Roster::listed() const {
  std::vector<std::string_view> out;
  out.reserve(listed_.size());
  for (const auto& [sid, entry] : listed_) out.push_back(sid);
  return out;
}

std::string Roster::introductions() const {
  std::size_t size = 0;
  for (const auto& [sid, entry] : listed_) size += entry.introduction.size();
  std::string out;
  out.reserve(size);
  for (const auto& [sid, entry] : listed_) out += entry.introduction;
  return out;
}

void Roster::joined(const livekit::ParticipantInfo& info) {
  if (lists(info.sid())) list(info);
}

Roster::Infos Roster::enter(const livekit::ParticipantInfo& info) {
  if (publishes(info) || has_room()) list(info);
  // Clients go by the identity: an earlier session's end that is still to be told would later be
  // taken for this one's.
  Infos out;
  std::erase_if(waiting_, [&](auto& entry) {
    if (!gone(entry.second) || entry.second.identity() != info.identity()) return false;
    out.push_back(std::move(entry.second));
    return true;
  });
  return out;
}

Roster::Infos Roster::arrive(const livekit::ParticipantInfo& info, std::size_t people, Time now) {
  if (!publishes(info) && !lists(info.sid())) return {};
  return change(info, people, now);
}

Roster::Infos Roster::change(const livekit::ParticipantInfo& info, std::size_t people, Time now) {
  list(info);
  return tell(info, listed_.find(info.sid())->second.publishes, people, now);
}

Roster::Infos Roster::leave(const livekit::ParticipantInfo& info, std::size_t people, Time now) {
  const auto at = listed_.find(info.sid());
  if (at == listed_.end()) return {};
  const bool published = at->second.publishes;
  listed_.erase(at);
  if (!published) --watchers_;
  return tell(info, published, people, now);
}

Roster::Infos Roster::tell(const livekit::ParticipantInfo& info, bool urgent, std::size_t people,
                           Time now) {
  const Duration wait = delay(people);
  if (urgent || wait == Duration::zero()) {
    waiting_.erase(info.sid());
    return {info};
  }
  waiting_[info.sid()] = info;
  if (!deadline_) deadline_ = now + wait;
  return {};
}

Roster::Infos Roster::due(Time now) {
  if (!deadline_ || now < *deadline_) return {};
  deadline_.reset();
  Infos out;
  for (auto& [sid, info] : std::exchange(waiting_, {})) out.push_back(std::move(info));
  std::ranges::stable_partition(out, gone);  // Who came back under another SID stays.
  return out;
}

}  // namespace parley::media
