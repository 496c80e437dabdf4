#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "livekit_models.pb.h"

namespace parley::media {

/// Whom the people in a room are told of, and when: what keeps N people who come at once from being
/// told N² times, and a room of thousands from telling each of all.
///
/// Who publishes is told of at once. Who only watches waits in a larger room, so that one message
/// speaks of many; and beyond `max_watchers` nobody is told of a watcher until there is a reason to
/// (they publish, send data, change something of themselves). Clients are told how many there are.
/// SDKs know such rooms: LiveKit gathers what it says of watchers for three seconds.
///
///  owner     Room
///  thread    the control thread
///  bounded   publishers and `max_watchers`; what waits, by the room
class Roster {
 public:
  using Infos = std::vector<livekit::ParticipantInfo>;

  /// In a room of up to so many nothing waits.
  static constexpr std::size_t kSmallRoom = 40;

  explicit Roster(std::size_t max_watchers) : max_watchers_(max_watchers) {}

  /// How long news may wait: about a thousand messages a second in all.
  static Duration delay(std::size_t people);

  bool lists(std::string_view sid) const { return listed_.contains(sid); }
  bool has_room() const { return watchers_ < max_watchers_; }
  std::size_t size() const { return listed_.size(); }
  /// SIDs of whom people are told.
  std::vector<std::string_view> listed() const;
  /// Those of them who have joined, as a newcomer is told of them: fields of a
  /// livekit.JoinResponse. Each was serialized when something of them changed, and not for each
  /// newcomer.
  std::string introductions() const;

  // Each returns what the others are to be told now, in this order; mostly nothing, or the one
  // thing.

  /// Somebody has come. They may be in the list from now on.
  Infos enter(const livekit::ParticipantInfo& info);
  /// They have joined: newcomers hear of them, others when they are connected.
  void joined(const livekit::ParticipantInfo& info);
  /// They are connected.
  Infos arrive(const livekit::ParticipantInfo& info, std::size_t people, Time now);
  /// Something that they, or somebody for them, did.
  Infos change(const livekit::ParticipantInfo& info, std::size_t people, Time now);
  Infos leave(const livekit::ParticipantInfo& info, std::size_t people, Time now);

  /// When `due` has something.
  const std::optional<Time>& deadline() const { return deadline_; }
  /// What has waited long enough.
  Infos due(Time now);

 private:
  struct Entry {
    bool publishes = false;
    std::string introduction;  ///< Empty until they have joined.
  };

  void list(const livekit::ParticipantInfo& info);
  Infos tell(const livekit::ParticipantInfo& info, bool urgent, std::size_t people, Time now);

  std::size_t max_watchers_;
  std::size_t watchers_ = 0;
  std::map<std::string, Entry, std::less<>> listed_;                      ///< By SID.
  std::map<std::string, livekit::ParticipantInfo, std::less<>> waiting_;  ///< By SID.
  std::optional<Time> deadline_;
};

}  // namespace parley::media
