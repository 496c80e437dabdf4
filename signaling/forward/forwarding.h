#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "livekit_rtc.pb.h"

namespace parley::signaling {

/// One participant of a room (the source), shown in another (the destination) by two sessions of
/// ours. The session at the source watches; what it offers to send is what the session at the
/// destination offers to send, whose answer goes back. Sans-IO: told what either session says, it
/// gives what is to be said to either.
///
///  owner    Forwards
///  thread   the edge's loop
///  bounded  by the tracks of one participant (media::Publisher::kMaxTracks)
class Forwarding {
 public:
  /// Somebody who loses the connection comes back within this time, or not at all.
  static constexpr Duration kAbsence = 15s;

  /// `shown`: as the destination has been told of the participant.
  Forwarding(std::string identity, const livekit::ParticipantInfo& shown, Time now);

  void on_source(const livekit::SignalResponse& said, Time now);
  void on_destination(const livekit::SignalResponse& said, Time now);
  void on_deadline(Time now);
  Time next_deadline() const { return end_ ? kNever : absent_until_.value_or(kNever); }

  // What is to be said, until each returns nullopt.
  std::optional<livekit::SignalRequest> next_for_source();
  std::optional<livekit::SignalRequest> next_for_destination();

  enum class End : std::uint8_t {
    over,    ///< The participant has left, or somebody ended it at the destination.
    broken,  ///< A session is lost: to be begun anew.
  };
  std::optional<End> end() const { return end_; }

 private:
  struct Track {
    bool muted = false;        ///< At the source.
    std::string shown_sid;     ///< At the destination; empty: not there yet.
    bool muted_there = false;  ///< By a backend at the destination.
    std::optional<livekit::VideoQuality> wanted = livekit::HIGH;  ///< Nothing: nobody watches.
  };

  void follow(const livekit::ParticipantInfo& info, Time now);
  void lose(Time now);
  void show_profile(const livekit::ParticipantInfo& info);
  void add(const livekit::TrackInfo& info);
  void set_muted(Track& track, bool muted);
  void choose_quality(const std::string& sid, const Track& track);
  void on_leave(const livekit::LeaveRequest& leave);
  std::pair<const std::string, Track>* shown_as(std::string_view sid);
  livekit::SignalRequest& to_source();
  livekit::SignalRequest& to_destination();

  std::string identity_;
  std::string sid_;  ///< Of the participant at the source; empty while it is away.
  livekit::ParticipantInfo shown_;
  std::map<std::string, Track> tracks_;  ///< By their SIDs at the source.
  std::optional<Time> absent_until_;
  std::optional<End> end_;
  std::deque<livekit::SignalRequest> to_source_;
  std::deque<livekit::SignalRequest> to_destination_;
};

}  // namespace parley::signaling
