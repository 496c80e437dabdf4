#include "application/rooms/enforcer.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "application/breakouts/plan.h"
#include "livekit_room.pb.h"
#include "signaling/api/ask.h"
#include "signaling/placement/await_bus.h"

namespace parley::application::rooms {

using meetings::Meeting;
using meetings::Presence;
using operation::Effects;
using signaling::await_callback;

namespace {

constexpr Duration kPatience = 2s;
constexpr auto kPause = std::chrono::milliseconds(500);
constexpr int kMostTries = 60;
/// So long may somebody be on the way who was told to go: then they come by themselves, with a
/// token that is made for the right room, or have left.
constexpr int kMostLooks = 40;

livekit::ParticipantPermission permission_of(const plane::Grants& grants) {
  livekit::ParticipantPermission permission;
  permission.set_can_subscribe(grants.can_subscribe());
  permission.set_can_publish(grants.can_publish());
  permission.set_can_publish_data(grants.can_publish_data());
  *permission.mutable_can_publish_sources() = grants.can_publish_sources();
  permission.set_hidden(grants.hidden());
  permission.set_can_update_metadata(grants.can_update_own_metadata());
  return permission;
}

/// livekit-client takes no notice of being moved while it still comes from the move before: then
/// it would stay where it is until its connection is found to be dead.
bool has_arrived(const livekit::ParticipantInfo& who, WallTime now) {
  constexpr std::chrono::seconds kSettled{1};
  constexpr std::chrono::seconds kLongest{5};  ///< Some have no media, and never become active.
  const auto here = now - WallTime(std::chrono::milliseconds(who.joined_at_ms()));
  return here >= kLongest || (here >= kSettled && who.state() == livekit::ParticipantInfo::ACTIVE);
}

/// All that the meeting may have, with those of groups that are closed by now.
std::set<std::string> rooms_of(const Meeting& meeting) {
  std::set<std::string> rooms{meeting.room()};
  for (std::size_t i = 0; i < breakouts::kMostRooms; ++i) {
    rooms.insert(meetings::room_of(meeting, breakouts::room_id(i)));
  }
  return rooms;
}

}  // namespace

/// Whoever is not in the room comes with a token that says the right thing.
Enforcer::Done Enforcer::done_once(Told told) {
  return told == Told::later ? Done::later : Done::yes;
}

Enforcer::Enforcer(asio::io_context& loop, Surroundings surroundings)
    : loop_(loop),
      around_(std::move(surroundings)),
      placement_(loop, around_.bus, {}, [](const signaling::NodeTable::Lost&) {}),
      revocations_(around_.bus) {}

void Enforcer::catch_up() {
  constexpr std::chrono::minutes kLately{15};
  around_.store.read(
      [then = around_.now() - kLately](store::Transaction& transaction) {
        return meetings::seen_since(transaction, then);
      },
      [this](const std::expected<std::vector<meetings::Sighting>, store::Error>& found) {
        if (!found) {
          around_.log.error("the media plane is not compared", {{"why", found.error().what}});
          return;
        }
        for (const meetings::Sighting& one : *found) {
          add({one.tenant, one.meeting, one.participant, Task::Kind::bring_in_line});
          set_out(one, {});
        }
      });
}

void Enforcer::follow(const Meeting& meeting, const Effects& effects) {
  for (const auto& [participant, from, to] : effects.moves) {
    set_out({meeting.tenant, meeting.id, participant}, {from, to});
  }
  for (const std::string& participant : effects.in_line) {
    Task task{meeting.tenant, meeting.id, participant, Task::Kind::bring_in_line};
    task.revoke = std::ranges::find(effects.revoked, participant) != effects.revoked.end();
    add(std::move(task));
  }
  for (const auto& [participant, source] : effects.mutes) {
    add({meeting.tenant, meeting.id, participant, Task::Kind::mute, source});
  }
}

bool Enforcer::add(Task task) {
  if (waiting_.size() + pausing_ >= kMostWaiting) {
    given_up_.add();
    around_.log.error("too much waits for the media plane", {{"waiting", waiting_.size()}});
    return false;
  }
  waiting_.push_back(std::move(task));
  start_next();
  return true;
}

void Enforcer::set_out(const meetings::Sighting& who, std::initializer_list<std::string> rooms) {
  const auto [journey, is_new] = journeys_.try_emplace(who.participant);
  journey->second.rooms.insert(rooms);
  ++journey->second.wishes;
  if (!is_new) return;
  if (!add({who.tenant, who.meeting, who.participant, Task::Kind::bring_to_room})) {
    journeys_.erase(who.participant);
  }
}

void Enforcer::start_next() {
  while (running_ < kMostAtOnce && !waiting_.empty()) {
    ++running_;
    asio::co_spawn(loop_, carry_out(std::move(waiting_.front())), asio::detached);
    waiting_.pop_front();
  }
}

asio::awaitable<void> Enforcer::carry_out(Task task) {
  for (;; ++task.tries) {
    auto work = attempt(task);
    const Done done = co_await std::move(work);
    if (done == Done::yes) {
      done_.add();
      break;
    }
    if (task.tries == kMostTries) {
      given_up_.add();
      around_.log.error("the media plane could not be told", {{"meeting", task.meeting}});
      break;
    }
    retried_.add();
    // Others need not wait for it.
    --running_;
    ++pausing_;
    start_next();
    asio::steady_timer pause(loop_, kPause);
    boost::system::error_code error;
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
    --pausing_;
    ++running_;
  }
  if (task.kind == Task::Kind::bring_to_room) journeys_.erase(task.participant);
  --running_;
  start_next();
}

asio::awaitable<Enforcer::Done> Enforcer::attempt(const Task& task) {
  switch (task.kind) {
    case Task::Kind::bring_in_line:
      return bring_in_line(task);
    case Task::Kind::mute:
      return mute(task);
    case Task::Kind::bring_to_room:
      return bring_to_room(task);
  }
  std::unreachable();
}

asio::awaitable<std::optional<Enforcer::Target>> Enforcer::look_up(const Task& task,
                                                                   bool with_rooms) {
  using Found = std::optional<Target>;
  const auto work = [tenant = task.tenant, id = task.meeting, who = task.participant,
                     with_rooms](store::Transaction& transaction) -> Found {
    const auto meeting = meetings::meeting_by_id(transaction, tenant, id);
    if (!meeting) return std::nullopt;
    const auto participant = participant_by_id(transaction, *meeting, who);
    if (!participant) return std::nullopt;
    return Target{.room = room_of(*meeting, *participant),
                  .pass = pass_of(*meeting, *participant),
                  .rooms = with_rooms ? rooms_of(*meeting) : std::set<std::string>(),
                  .is_put_out = participant->presence != Presence::left &&
                                participant->presence != Presence::waiting};
  };
  using Result = std::expected<Found, store::Error>;
  auto asked =
      await_callback<Result>([&](auto done) { around_.store.read(work, std::move(done)); });
  auto result = co_await std::move(asked);
  if (!result) co_return std::nullopt;
  co_return std::move(*result);
}

asio::awaitable<Enforcer::Done> Enforcer::bring_in_line(const Task& task) {
  auto looking = look_up(task);
  const auto target = co_await std::move(looking);
  if (!target) co_return Done::yes;  // Nothing is left of them.
  if (!target->pass) {
    // Whoever left by themselves closes their connection themselves, too.
    if (!target->is_put_out) co_return Done::yes;
    auto revoking = revocations_.revoke(target->room, task.participant,
                                        signaling::revoke_before(0, around_.now()));
    const auto revoked = co_await std::move(revoking);
    if (!revoked) co_return Done::later;
    livekit::RoomParticipantIdentity request;
    request.set_room(target->room);
    request.set_identity(task.participant);
    auto telling = tell("RemoveParticipant", target->room, request);
    co_return done_once(co_await std::move(telling));
  }
  if (task.revoke && task.tries == 0) {
    // A token of before says more than they may now.
    auto revoking = revocations_.revoke(target->room, task.participant,
                                        signaling::revoke_before(0, around_.now()));
    const auto revoked = co_await std::move(revoking);
    if (!revoked) co_return Done::later;
  }
  livekit::UpdateParticipantRequest request;
  request.set_room(target->room);
  request.set_identity(task.participant);
  request.set_name(target->pass->name);
  *request.mutable_permission() = permission_of(target->pass->grants);
  auto telling = tell("UpdateParticipant", target->room, request);
  co_return done_once(co_await std::move(telling));
}

asio::awaitable<Enforcer::Done> Enforcer::mute(const Task& task) {
  auto looking = look_up(task);
  const auto target = co_await std::move(looking);
  if (!target || !target->pass) co_return Done::yes;
  livekit::RoomParticipantIdentity who;
  who.set_room(target->room);
  who.set_identity(task.participant);
  livekit::ParticipantInfo info;
  auto asking = tell("GetParticipant", target->room, who, &info);
  const Told found = co_await std::move(asking);
  if (found == Told::later) co_return Done::later;
  for (const livekit::TrackInfo& track : info.tracks()) {
    const bool is_share_sound =
        task.source == livekit::SCREEN_SHARE && track.source() == livekit::SCREEN_SHARE_AUDIO;
    if ((track.source() != task.source && !is_share_sound) || track.muted()) continue;
    livekit::MuteRoomTrackRequest request;
    request.set_room(target->room);
    request.set_identity(task.participant);
    request.set_track_sid(track.sid());
    request.set_muted(true);
    auto muting = tell("MutePublishedTrack", target->room, request);
    const Told told = co_await std::move(muting);
    if (told == Told::later) co_return Done::later;
  }
  co_return Done::yes;
}

asio::awaitable<Enforcer::Done> Enforcer::bring_to_room(const Task& task) {
  const int wishes = journeys_[task.participant].wishes;
  const bool is_known = !journeys_[task.participant].rooms.empty();
  auto looking = look_up(task, !is_known);
  const auto target = co_await std::move(looking);
  // Looked at anew: while this waited, they may have been told to go elsewhere.
  const auto is_latest = [&] { return journeys_[task.participant].wishes == wishes; };
  if (!target || !target->pass) co_return is_latest() ? Done::yes : Done::later;

  livekit::RoomParticipantIdentity who;
  who.set_room(target->room);
  who.set_identity(task.participant);
  livekit::ParticipantInfo info;
  auto asking = tell("GetParticipant", target->room, who, &info);
  const Told there = co_await std::move(asking);
  if (there == Told::yes && is_latest()) co_return Done::yes;

  const std::set<std::string> rooms = is_known ? journeys_[task.participant].rooms : target->rooms;
  for (const std::string& room : rooms) {
    if (room == target->room) continue;
    who.set_room(room);
    auto looking_here = tell("GetParticipant", room, who, &info);
    const Told here = co_await std::move(looking_here);
    if (here == Told::nobody_there) continue;
    if (here == Told::later || !has_arrived(info, around_.now())) co_return Done::later;
    livekit::MoveParticipantRequest request;
    request.set_room(room);
    request.set_identity(task.participant);
    request.set_destination_room(target->room);
    auto telling = tell("MoveParticipant", room, request);
    co_await std::move(telling);
    co_return Done::later;  // Until they are seen there.
  }
  const bool is_away = there == Told::nobody_there && (!is_known || task.tries >= kMostLooks);
  co_return is_away&& is_latest() ? Done::yes : Done::later;
}

asio::awaitable<Enforcer::Told> Enforcer::tell(std::string method, std::string room,
                                               const google::protobuf::Message& request,
                                               google::protobuf::Message* response) {
  plane::ApiCall call;
  call.set_method(std::move(method));
  call.set_room(std::move(room));
  call.set_request(request.SerializeAsString());
  auto asking = signaling::ask_room(around_.bus, placement_, std::move(call), false, kPatience);
  const auto reply = co_await std::move(asking);
  using signaling::twirp::Code;
  if (!reply) co_return reply.error().code == Code::not_found ? Told::nobody_there : Told::later;
  if (!reply->error().empty()) {
    co_return reply->error() == "not_found" ? Told::nobody_there : Told::yes;
  }
  if (response != nullptr) response->ParseFromString(reply->response());
  co_return Told::yes;
}

void Enforcer::expose(observability::Exposition& out) const {
  out.counter("parley_rooms_told_total", "What the media plane was told to make true.",
              done_.value());
  out.counter("parley_rooms_retried_total",
              "What the media plane was told again, or asked once more.", retried_.value());
  out.counter("parley_rooms_given_up_total", "What the media plane could not be told.",
              given_up_.value());
  out.gauge("parley_rooms_waiting", "What waits to be told to the media plane.",
            static_cast<double>(waiting_.size() + running_ + pausing_));
}

}  // namespace parley::application::rooms
