#include "application/api/streams.h"

#include <fmt/format.h>

#include <algorithm>

#include "application.pb.h"
#include "application/attending/coming.h"
#include "application/attending/news.h"
#include "base/bytes.h"
#include "bus/subjects.h"
#include "signaling/placement/await_bus.h"

namespace parley::application::api {

using access::Capability;
using meetings::Meeting;
using meetings::Presence;
using operation::Effects;
using operation::Json;
using operation::Operation;
using operation::Problem;
using signaling::await_callback;

namespace {

constexpr std::int64_t kPage = 500;
constexpr auto kSightingInterval = std::chrono::seconds(15);
/// Whoever closed the page is given up sooner than one of whom nothing is known.
constexpr std::chrono::seconds kGraceAfterClose{15};

/// Of these, a change makes what is seen another thing, not only what may be done.
constexpr access::Capabilities kVisible{Capability::see_people,    Capability::see_lobby,
                                        Capability::remove,        Capability::create_poll,
                                        Capability::moderate_chat, Capability::answer_question};

/// What `Desk::arrive` is to check for a stream.
const Operation kListen{.id = "listen",
                        .tag = "attending",
                        .method = operation::Method::put,
                        .path = "/meetings/{link}/events",
                        .caller = operation::Caller::participant,
                        .summary = "What happens in the meeting, as server-sent events."};

}  // namespace

Stream::Stream(asio::io_context& loop, journal::Listener listener, meetings::Sighting place,
               std::int64_t number)
    : news_(loop), listener_(std::move(listener)), place_(std::move(place)), number_(number) {
  news_.expires_at(asio::steady_timer::time_point::max());
}

std::string Stream::take() {
  news_.expires_at(asio::steady_timer::time_point::max());
  return std::exchange(waiting_, {});
}

void Stream::say(std::string_view type, std::string_view body, std::optional<std::int64_t> number) {
  if (over_) return;
  if (waiting_.size() + body.size() > kMost) return close();
  if (number) waiting_ += fmt::format("id: {}\n", *number);
  // JSON from `dump` has no line breaks.
  waiting_ += fmt::format("event: {}\ndata: {}\n\n", type, body);
  news_.expires_at(asio::steady_timer::time_point::min());
}

void Stream::close() {
  over_ = true;
  news_.expires_at(asio::steady_timer::time_point::min());
}

void Stream::on_event(const journal::Event& event) {
  if (event.number <= number_) return;
  number_ = event.number;
  if (!listener_.hears(event.audience)) return;
  if (event.body.find(journal::kPersonMember) == std::string::npos) {
    say(event.type, event.body, event.number);
  } else {
    Json body = Json::parse(event.body);
    if (const auto whose = body.find(journal::kPersonMember); whose != body.end()) {
      body["is_mine"] = *whose == listener_.person;
      body.erase(std::string(journal::kPersonMember));
    }
    say(event.type, body.dump(), event.number);
  }
  if (event.type == "me") learn(event.body);
}

void Stream::learn(std::string_view me) {
  const Json body = Json::parse(me);
  access::Capabilities may;
  for (const Json& name : body["capabilities"]) {
    if (const auto one = access::parse_capability(name.get_ref<const std::string&>())) {
      may = may.with({*one});
    }
  }
  const bool inside = body["state"] == "inside";
  const bool sees_otherwise =
      inside != listener_.is_inside || may.only(kVisible) != listener_.may.only(kVisible);
  listener_.is_inside = inside;
  listener_.may = inside ? may : access::Capabilities();
  if (sees_otherwise) say("reset", "{}");
}

Streams::Streams(asio::io_context& loop, Surroundings surroundings)
    : loop_(loop),
      around_(std::move(surroundings)),
      instance_(around_.random.token(16)),
      timer_(loop),
      elsewhere_(around_.bus.subscribe(
          bus::kMeetingNews, [this](const bus::Message& message) { on_message(message); })) {
  keep_places();
}

asio::awaitable<Streams::Opened> Streams::open(Request request,
                                               std::optional<std::int64_t> last_number) {
  if (open_ >= kMostStreams || stopping_) {
    co_return operation::away("Too many pages listen here.");
  }
  struct Start {
    Arrival arrival;
    Effects effects;
    std::string me;
    std::int64_t number = 0;
    bool missed = false;
  };
  const WallTime now = around_.now();
  auto shared = std::make_shared<Request>(std::move(request));
  std::map<std::string, std::string> path{{"link", shared->path}};
  using Begun = std::expected<Start, Problem>;
  const auto work = [this, shared, path, last_number,
                     now](store::Transaction& transaction) -> Begun {
    auto arrival = Desk::arrive(transaction, kListen, *shared, path, around_.random, now);
    if (!arrival) return std::unexpected(arrival.error());
    Start start;
    start.arrival = std::move(*arrival);
    const Meeting& meeting = start.arrival.meeting;
    meetings::Participant& participant = start.arrival.participant;
    meetings::mark_seen(transaction, {meeting.tenant, meeting.id, participant.id}, now);
    if (participant.presence == Presence::left && participant.standing.is_admitted &&
        meeting.is_on()) {
      attending::let_in({transaction, meeting, now}, participant, start.effects);
      participant.presence = Presence::inside;
    }
    start.me = attending::me_json(meeting, participant).dump();
    start.number = journal::newest(transaction, meeting);
    if (last_number) {
      start.missed = !journal::reaches_back_to(transaction, meeting, *last_number);
      if (!start.missed) start.number = *last_number;
    }
    return start;
  };
  using Result = std::expected<Begun, store::Error>;
  auto asked =
      await_callback<Result>([&](auto done) { around_.store.write(work, std::move(done)); });
  auto result = co_await std::move(asked);
  if (!result) co_return operation::away();
  if (!*result) co_return std::unexpected((*result).error());
  Start& start = **result;
  const Meeting& meeting = start.arrival.meeting;
  const meetings::Participant& participant = start.arrival.participant;
  const bool inside = participant.presence == Presence::inside && meeting.is_on();
  auto stream = std::make_shared<Stream>(
      loop_,
      journal::Listener{.participant = participant.id,
                        .person = participant.person,
                        .is_inside = inside,
                        .may = inside ? participant.standing.may(meeting) : access::Capabilities()},
      meetings::Sighting{meeting.tenant, meeting.id, participant.id}, start.number);
  stream->say("hello", Json{{"seq", start.number}, {"now", operation::instant(now)}}.dump());
  if (start.missed) stream->say("reset", "{}");
  // What they are may have changed while nobody could tell them.
  stream->say("me", start.me);
  const Key key{meeting.tenant, meeting.id};
  Audience& audience = audiences_[key];
  audience.meeting = meeting;
  audience.streams.insert(stream);
  ++open_;
  around_.follow(meeting, start.effects);
  read(key);  // What was committed since.
  co_return stream;
}

void Streams::closed(const std::shared_ptr<Stream>& stream) {
  const Key key{stream->place().tenant, stream->place().meeting};
  const auto audience = audiences_.find(key);
  if (audience == audiences_.end() || audience->second.streams.erase(stream) == 0) return;
  --open_;
  if (stream->is_over() && !stopping_) slow_.add();
  const bool elsewhere = std::ranges::any_of(audience->second.streams, [&](const auto& other) {
    return other->place().participant == stream->place().participant;
  });
  if (audience->second.streams.empty() && !audience->second.reading) audiences_.erase(audience);
  if (elsewhere || stopping_) return;
  const WallTime seen = around_.now() - (attending::kGrace - kGraceAfterClose);
  around_.store.write(
      [place = stream->place(), seen](store::Transaction& transaction) {
        meetings::mark_seen(transaction, place, seen);
      },
      [](const auto&) {});
}

void Streams::on_news(const Meeting& meeting, const std::vector<Effects::Flash>& flashes) {
  const Key key{meeting.tenant, meeting.id};
  plane::MeetingNews news;
  news.set_instance(instance_);
  news.set_tenant(meeting.tenant);
  news.set_meeting(meeting.id);
  for (const Effects::Flash& one : flashes) {
    const std::string body = one.body.dump();
    flash(key, one.audience, one.type, body);
    plane::MeetingNews::Flash& out = *news.add_flashes();
    out.set_audience(one.audience.to_text());
    out.set_type(one.type);
    out.set_body(body);
  }
  around_.bus.publish(bus::kMeetingNews, as_bytes(news.SerializeAsString()));
  read(key);
}

void Streams::on_message(const bus::Message& message) {
  plane::MeetingNews news;
  const ByteView bytes = message.payload;
  if (!news.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return;
  if (news.instance() == instance_) return;
  const Key key{news.tenant(), news.meeting()};
  for (const auto& one : news.flashes()) {
    if (const auto audience = journal::Audience::parse(one.audience())) {
      flash(key, *audience, one.type(), one.body());
    }
  }
  read(key);
}

void Streams::flash(const Key& key, const journal::Audience& audience, std::string_view type,
                    std::string_view body) {
  const auto found = audiences_.find(key);
  if (found == audiences_.end()) return;
  for (const auto& stream : found->second.streams) {
    if (stream->listener().hears(audience)) stream->say(type, body);
  }
}

void Streams::read(const Key& key) {
  const auto found = audiences_.find(key);
  if (found == audiences_.end() || found->second.streams.empty()) return;
  Audience& audience = found->second;
  audience.again = audience.reading;
  if (audience.reading) return;
  audience.reading = true;
  std::int64_t from = INT64_MAX;
  for (const auto& stream : audience.streams) from = std::min(from, stream->number());
  around_.store.read(
      [meeting = audience.meeting, from](store::Transaction& transaction) {
        return journal::read_after(transaction, meeting, from, kPage);
      },
      [this, key](const std::expected<std::vector<journal::Event>, store::Error>& events) {
        if (events) return deliver(key, *events, events->size() == kPage);
        // The next news, or the next sighting, reads again.
        if (const auto again = audiences_.find(key); again != audiences_.end()) {
          again->second.reading = false;
        }
      });
}

void Streams::deliver(const Key& key, const std::vector<journal::Event>& events, bool more) {
  const auto found = audiences_.find(key);
  if (found == audiences_.end()) return;
  Audience& audience = found->second;
  audience.reading = false;
  for (const journal::Event& event : events) {
    for (const auto& stream : audience.streams) stream->on_event(event);
    told_.add();
  }
  if (audience.streams.empty()) {
    audiences_.erase(found);
  } else if (more || audience.again) {
    read(key);
  }
}

/// Every now and then: pages that are open are noted as seen, and journals are read in case some
/// news was lost.
void Streams::keep_places() {
  std::vector<meetings::Sighting> seen;
  for (auto& [key, audience] : audiences_) {
    for (const auto& stream : audience.streams) seen.push_back(stream->place());
  }
  if (!seen.empty()) {
    around_.store.write(
        [seen = std::move(seen), now = around_.now()](store::Transaction& transaction) {
          for (const meetings::Sighting& one : seen) meetings::mark_seen(transaction, one, now);
        },
        [](const auto&) {});
  }
  std::vector<Key> keys;
  for (const auto& [key, audience] : audiences_) keys.push_back(key);
  for (const Key& key : keys) read(key);
  timer_.expires_after(kSightingInterval);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) keep_places();
  });
}

void Streams::shutdown() {
  stopping_ = true;
  timer_.cancel();
  for (auto& [key, audience] : audiences_) {
    for (const auto& stream : audience.streams) stream->close();
  }
}

void Streams::expose(observability::Exposition& out) const {
  out.gauge("parley_api_streams", "Event streams that are open.", static_cast<double>(open_));
  out.counter("parley_api_events_total", "Events read from journals for open streams.",
              told_.value());
  out.counter("parley_api_streams_slow_total",
              "Event streams that were ended because their page did not read.", slow_.value());
}

}  // namespace parley::application::api
