#include "signaling/forward/forwards.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <chrono>
#include <utility>
#include <vector>

#include "bus/subjects.h"
#include "livekit_room.pb.h"
#include "signaling/api/ask.h"
#include "signaling/clock.h"
#include "signaling/forward/forwarding.h"
#include "signaling/placement/await_bus.h"

namespace parley::signaling {
namespace {

using twirp::Code;
using Outcome = std::expected<void, twirp::Error>;

constexpr Duration kUpkeep = 2s;
constexpr Duration kNodeTimeout = 4s;
/// How long a forwarding that broke is tried again: a node's people are back within seconds.
constexpr Duration kPatience = 60s;
constexpr Duration kRetry = 1s;
constexpr int kWriteAttempts = 5;
/// All of them stand in one entry, as they are few.
constexpr std::string_view kEntry = "all";
constexpr int kProtocol = 16;

Outcome fail(Code code, std::string text) {
  return std::unexpected(twirp::Error{code, std::move(text)});
}

Code code_of(unsigned http_status) {
  return http_status == 404 ? Code::not_found : Code::unavailable;
}

/// One of our two sessions: `internal`, as its SDP leads to ours.
plane::StartSession session_of_ours(const std::string& room, WallTime now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  plane::StartSession start;
  start.set_room(room);
  start.set_internal(true);
  start.mutable_grants()->set_room_join(true);
  start.mutable_client()->set_protocol(kProtocol);
  start.mutable_settings()->set_auto_subscribe(false);
  // There is no token. What a backend asks for now counts for more than a removal a moment ago.
  start.set_token_issued_at(seconds + 1);
  start.set_token_expires_at(seconds + std::chrono::seconds(std::chrono::years(1)).count());
  return start;
}

plane::StartSession watcher(const ForwardName& name, std::string identity, WallTime now) {
  plane::StartSession start = session_of_ours(name.room, now);
  start.set_identity(std::move(identity));
  start.mutable_grants()->set_can_subscribe(true);
  start.mutable_grants()->set_hidden(true);
  return start;
}

plane::StartSession image_of(const livekit::ParticipantInfo& shown, const ForwardName& name,
                             WallTime now) {
  plane::StartSession start = session_of_ours(name.destination, now);
  start.set_identity(shown.identity());
  start.set_name(shown.name());
  start.set_metadata(shown.metadata());
  start.mutable_attributes()->insert(shown.attributes().begin(), shown.attributes().end());
  start.set_kind(shown.kind());
  for (int detail : shown.kind_details()) {
    start.add_kind_details(static_cast<livekit::ParticipantInfo::KindDetail>(detail));
  }
  start.add_kind_details(livekit::ParticipantInfo::FORWARDED);
  start.set_single_peer_connection(true);
  start.mutable_grants()->set_can_publish(true);
  start.mutable_grants()->set_can_update_own_metadata(true);
  return start;
}

bool is_forwarded(const livekit::ParticipantInfo& info) {
  return std::ranges::find(info.kind_details(), livekit::ParticipantInfo::FORWARDED) !=
         info.kind_details().end();
}

}  // namespace

/// The two sessions of one forwarding, and what they have to say to each other.
struct Forwards::Pair {
  ForwardName name;
  std::shared_ptr<Link> source;
  std::shared_ptr<Link> destination;
  std::unique_ptr<Forwarding> forwarding;  ///< Null until both are open.
  bool pump_posted = false;
  bool over = false;
};

Forwards::Forwards(asio::io_context& loop, bus::Bus& bus, Edge& edge, Random& random,
                   Metrics& metrics)
    : loop_(loop),
      bus_(bus),
      edge_(edge),
      random_(random),
      metrics_(metrics),
      id_(random.token(12)),
      timer_(loop) {
  schedule();
}

Forwards::~Forwards() { *alive_ = false; }

asio::awaitable<Outcome> Forwards::begin(ForwardName name) {
  if (name.room == name.destination) {
    co_return fail(Code::invalid_argument, "the destination is the participant's own room");
  }
  if (const auto known = pairs_.find(name); known != pairs_.end()) {
    close(*known->second);
    pairs_.erase(known);
  }
  const auto pair = std::make_shared<Pair>();
  pair->name = name;
  pairs_[name] = pair;
  auto opening = open(pair);
  auto opened = co_await std::move(opening);
  if (opened) {
    auto writing = write_down(name);
    const bool written = co_await std::move(writing);
    if (!written) {
      opened = fail(Code::resource_exhausted,
                    "too many participants are forwarded, or the message bus is not available");
    }
  }
  if (!opened) {
    close(*pair);
    if (const auto at = pairs_.find(name); at != pairs_.end() && at->second == pair) {
      pairs_.erase(at);
    }
  }
  count();
  co_return opened;
}

// The life of a forwarding, in reading order: who is it, does its image put out nobody, then the
// image, then who watches for it.
asio::awaitable<Outcome> Forwards::open(std::shared_ptr<Pair> pair) {
  const ForwardName& name = pair->name;
  auto asked = look_up(name.room, name.identity);
  const auto who = co_await std::move(asked);
  if (!who) co_return std::unexpected(who.error());
  auto asked_there = look_up(name.destination, name.identity);
  const auto there = co_await std::move(asked_there);
  if (there && !is_forwarded(*there)) {
    co_return fail(Code::already_exists, "somebody of that identity is in the destination room");
  }

  auto showing = edge_.open(image_of(*who, name, wall_now()));
  auto shown = co_await std::move(showing);
  if (!shown) co_return fail(code_of(shown.error().status), shown.error().text);
  pair->destination = *shown;
  pair->destination->wake = [this, pair] { wake(pair); };

  auto watching = edge_.open(watcher(name, "forward-" + random_.token(12), wall_now()));
  auto watched = co_await std::move(watching);
  if (!watched) co_return fail(code_of(watched.error().status), watched.error().text);
  pair->source = *watched;
  pair->source->wake = [this, pair] { wake(pair); };

  pair->forwarding = std::make_unique<Forwarding>(name.identity, *who, monotonic_now());
  wake(pair);
  co_return Outcome();
}

asio::awaitable<std::expected<livekit::ParticipantInfo, twirp::Error>> Forwards::look_up(
    std::string room, std::string identity) {
  using Result = std::expected<livekit::ParticipantInfo, twirp::Error>;
  const auto no = [](Code code, std::string text) {
    return Result(std::unexpected(twirp::Error{code, std::move(text)}));
  };
  livekit::RoomParticipantIdentity who;
  who.set_room(room);
  who.set_identity(identity);
  plane::ApiCall call;
  call.set_method("GetParticipant");
  call.set_room(room);
  call.set_request(who.SerializeAsString());
  auto asking = ask_room(bus_, edge_.placement(), std::move(call), false, kNodeTimeout);
  const auto result = co_await std::move(asking);
  if (!result) co_return std::unexpected(result.error());
  if (!result->error().empty()) {
    co_return no(twirp::code_named(result->error()), result->text());
  }
  livekit::ParticipantInfo info;
  if (!info.ParseFromString(result->response())) {
    co_return no(Code::internal, "the media node's answer could not be read");
  }
  co_return Result(std::move(info));
}

void Forwards::wake(const std::shared_ptr<Pair>& pair) {
  if (pair->pump_posted || pair->over) return;
  pair->pump_posted = true;
  asio::post(loop_, [this, alive = alive_, pair] {
    pair->pump_posted = false;
    if (*alive) pump(pair);
  });
}

/// Everything that either session has said to the forwarding, and what it says to them.
void Forwards::pump(const std::shared_ptr<Pair>& pair) {
  if (pair->over || pair->forwarding == nullptr) return;
  Forwarding& forwarding = *pair->forwarding;
  const Time now = monotonic_now();
  forwarding.on_deadline(now);
  const auto hear = [&](Link& link, auto&& tell) {
    while (const auto frame = link.conversation.next_frame()) {
      livekit::SignalResponse said;
      if (said.ParseFromString(frame->bytes)) tell(said);
    }
  };
  hear(*pair->source, [&](const auto& said) { forwarding.on_source(said, now); });
  hear(*pair->destination, [&](const auto& said) { forwarding.on_destination(said, now); });
  while (const auto request = forwarding.next_for_source()) {
    pair->source->conversation.on_frame(false, request->SerializeAsString(), wall_now());
  }
  while (const auto request = forwarding.next_for_destination()) {
    pair->destination->conversation.on_frame(false, request->SerializeAsString(), wall_now());
  }
  edge_.flush(*pair->source);
  edge_.flush(*pair->destination);

  std::optional<Forwarding::End> end = forwarding.end();
  if (!end && (pair->source->conversation.closing() || pair->destination->conversation.closing())) {
    end = Forwarding::End::broken;
  }
  if (!end) return;
  close(*pair);
  const auto held = pairs_.find(pair->name);
  if (held == pairs_.end() || held->second != pair) return;
  if (*end == Forwarding::End::over) {
    pairs_.erase(held);
    count();
    return;
  }
  const auto again = std::make_shared<Pair>();
  again->name = pair->name;
  held->second = again;
  asio::co_spawn(loop_, bring_back(again), asio::detached);
}

asio::awaitable<void> Forwards::bring_back(std::shared_ptr<Pair> pair) {
  const Time deadline = monotonic_now() + kPatience;
  const auto wanted = [&] {
    const auto held = pairs_.find(pair->name);
    return *alive_ && held != pairs_.end() && held->second == pair;
  };
  while (wanted()) {
    auto opening = open(pair);
    const auto opened = co_await std::move(opening);
    if (opened) {
      if (!wanted()) close(*pair);
      co_return;
    }
    // What was opened of it is not used: the next attempt opens its own.
    close(*pair);
    pair->over = false;
    if (!wanted()) co_return;
    if (monotonic_now() >= deadline) {
      pairs_.erase(pair->name);
      count();
      co_return;
    }
    asio::steady_timer pause(loop_, kRetry);
    boost::system::error_code ignored;
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

void Forwards::count() { metrics_.forwards.set(static_cast<std::int64_t>(pairs_.size())); }

void Forwards::close(Pair& pair) {
  pair.over = true;
  pair.forwarding.reset();
  for (std::shared_ptr<Link>* link : {&pair.source, &pair.destination}) {
    if (*link == nullptr) continue;
    livekit::SignalRequest leave;
    leave.mutable_leave()->set_reason(livekit::CLIENT_INITIATED);
    (*link)->conversation.on_frame(false, leave.SerializeAsString(), wall_now());
    edge_.close(*link);
    link->reset();
  }
}

// ---------------------------------------------------------------------------------------------------
// The list that the edges share

asio::awaitable<bool> Forwards::write_down(ForwardName name) {
  const std::string bucket(bus::kForwardsBucket);
  const std::string key(kEntry);
  for (int attempt = 0; attempt < kWriteAttempts; ++attempt) {
    auto reading = async_get(bus_, bucket, key);
    const auto entry = co_await std::move(reading);
    if (!entry && entry.error() != bus::Error::not_found) co_return false;
    plane::Forwards all;
    if (entry) all.ParseFromArray(entry->value.data(), static_cast<int>(entry->value.size()));
    if (!add_forward(all, name, id_, wall_now())) co_return false;
    auto writing =
        async_claim(bus_, bucket, key, all.SerializeAsString(), entry ? entry->revision : 0);
    const auto written = co_await std::move(writing);
    if (written) co_return true;
    if (written.error() != bus::Error::conflict) co_return false;
  }
  co_return false;
}

asio::awaitable<void> Forwards::upkeep() {
  const std::string bucket(bus::kForwardsBucket);
  const std::string key(kEntry);
  auto reading = async_get(bus_, bucket, key);
  const auto entry = co_await std::move(reading);
  if (!entry || !*alive_) co_return;
  plane::Forwards all;
  if (!all.ParseFromArray(entry->value.data(), static_cast<int>(entry->value.size()))) co_return;
  std::set<ForwardName> held;
  for (const auto& [name, pair] : pairs_) held.insert(name);
  const Upkeep step = keep_forwards(all, held, id_, wall_now());
  if (step.changed) {
    auto writing = async_claim(bus_, bucket, key, all.SerializeAsString(), entry->revision);
    const auto written = co_await std::move(writing);
    // Another edge was faster: the next look shows what is left.
    if (!written || !*alive_) co_return;
  }
  for (const ForwardName& name : step.taken) {
    const auto pair = std::make_shared<Pair>();
    pair->name = name;
    pairs_[name] = pair;
    asio::co_spawn(loop_, bring_back(pair), asio::detached);
  }
  count();
}

void Forwards::schedule() {
  timer_.expires_after(kUpkeep);
  timer_.async_wait([this, alive = alive_](const boost::system::error_code& error) {
    if (error || !*alive) return;
    // Deadlines are seconds away: this is often enough to look at them.
    const auto pairs = pairs_;
    for (const auto& [name, pair] : pairs) pump(pair);
    asio::co_spawn(loop_, upkeep(), asio::detached);
    schedule();
  });
}

void Forwards::shutdown() {
  *alive_ = false;
  timer_.cancel();
  // Their sessions stay, and media with them, until another edge has begun anew.
  for (const auto& [name, pair] : pairs_) {
    pair->over = true;
    for (const auto& link : {pair->source, pair->destination}) {
      if (link != nullptr) link->wake = nullptr;
    }
  }
  const std::string bucket(bus::kForwardsBucket);
  const std::string key(kEntry);
  if (pairs_.empty()) return;
  asio::co_spawn(
      loop_,
      [&bus = bus_, id = id_, bucket, key]() -> asio::awaitable<void> {
        auto reading = async_get(bus, bucket, key);
        const auto entry = co_await std::move(reading);
        if (!entry) co_return;
        plane::Forwards all;
        all.ParseFromArray(entry->value.data(), static_cast<int>(entry->value.size()));
        if (!release_forwards(all, id)) co_return;
        auto writing = async_claim(bus, bucket, key, all.SerializeAsString(), entry->revision);
        co_await std::move(writing);
      },
      asio::detached);
}

}  // namespace parley::signaling
