#include "apps/app/meetings.h"

#include <iterator>

#include "application/account/account.h"
#include "application/api/answers.h"
#include "application/api/openapi.h"
#include "application/attending/attending.h"
#include "application/attending/coming.h"
#include "application/attending/news.h"
#include "application/boards/boards.h"
#include "application/breakouts/breakouts.h"
#include "application/chat/chat.h"
#include "application/files/files.h"
#include "application/hosting/hosting.h"
#include "application/hosting/lobby.h"
#include "application/hosting/roles.h"
#include "application/journal/journal.h"
#include "application/people/sessions.h"
#include "application/polls/polls.h"
#include "application/quality/quality.h"
#include "application/quality/samples.h"
#include "application/questions/questions.h"
#include "application/ratings/ratings.h"
#include "application/session/session.h"
#include "application/timer/timer.h"
#include "runtime/clock.h"

namespace parley::apps {

using application::operation::Call;
using application::operation::Effects;
using application::operation::Json;
using application::store::Transaction;
namespace account = application::account;
namespace api = application::api;
namespace attending = application::attending;
namespace boards = application::boards;
namespace breakouts = application::breakouts;
namespace chat = application::chat;
namespace files = application::files;
namespace hosting = application::hosting;
namespace journal = application::journal;
namespace people = application::people;
namespace polls = application::polls;
namespace quality = application::quality;
namespace questions = application::questions;
namespace ratings = application::ratings;
namespace timer = application::timer;

namespace {

/// How fine the clock is for those who leave without a word, and for meetings whose time is up.
constexpr auto kTick = std::chrono::seconds(2);
constexpr int kTicksPerSweep = 300;
/// Whoever comes back after longer reads everything anew.
constexpr auto kJournalLife = std::chrono::hours(2);
/// A client asks again within seconds; what was answered holds what people wrote.
constexpr auto kAnswersLife = std::chrono::minutes(15);

files::Limits file_limits(const Config& config) {
  const auto bytes = [](std::uint32_t mb) { return std::int64_t{mb} << 20; };
  const auto& of = config.application.files;
  return {bytes(of.max_mb), bytes(of.max_mb_per_person), bytes(of.max_mb_per_meeting)};
}

WallTime wall_now() { return WallTime(runtime::read_clock(CLOCK_REALTIME)); }

}  // namespace

application::operation::Operations all_operations(bool open_meetings, const files::Limits& limits,
                                                  const people::Vault& vault, Random& random) {
  application::operation::Operations all;
  const auto add = [&all](application::operation::Operations some) {
    std::ranges::move(some, std::back_inserter(all));
  };
  add(application::session::operations({.open_meetings = open_meetings, .cost = {}}, vault,
                                       random));
  add(account::operations({.cost = {}}, vault, random));
  add(attending::operations(
      {.open_meetings = open_meetings},
      {[](const Call& call, Json& state) { state["polls"] = polls::polls_state(call); },
       [](const Call& call, Json& state) { state["breakouts"] = breakouts::breakouts_state(call); },
       [](const Call& call, Json& state) { state["questions"] = questions::questions_state(call); },
       [](const Call& call, Json& state) { state["timer"] = timer::timer_state(call); },
       [limits](const Call&, Json& state) { state["files"] = files::files_state(limits); }}));
  add(hosting::operations({.open_meetings = open_meetings, .passcode_cost = {}}, random));
  add(boards::board_operations());
  add(breakouts::breakout_operations());
  add(chat::chat_operations());
  add(files::file_operations(limits));
  add(polls::poll_operations());
  add(quality::quality_operations());
  add(questions::question_operations());
  add(ratings::rating_operations());
  add(timer::timer_operations());
  return all;
}

Json openapi_of(const api::Directory& directory) {
  api::Schemas components;
  for (auto part : {account::components(), attending::components(), boards::components(),
                    breakouts::components(), chat::components(), files::components(),
                    hosting::components(), polls::components(), quality::components(),
                    questions::components(), ratings::components(), timer::components()}) {
    components.merge(part);
  }
  api::Schemas events;
  for (auto part : {attending::events(), boards::events(), breakouts::events(), chat::events(),
                    hosting::events(), polls::events(), questions::events(), timer::events()}) {
    events.merge(part);
  }
  return api::openapi(directory, components, events);
}

Meetings::Meetings(boost::asio::io_context& loop, const Config& config, bus::Bus& bus,
                   application::store::Store& store, files::Storage& storage,
                   const people::Vault& vault, Random& random, const observability::Log& log)
    : timer_(loop),
      store_(store),
      keys_(config.keys),
      directory_(all_operations(config.web.open_meetings, file_limits(config), vault, random)),
      enforcer_(loop, {store, bus, wall_now, log}),
      transfers_(loop, storage, random, file_limits(config).file),
      streams_(loop,
               {store, bus, random, wall_now,
                [this](const auto& meeting, const Effects& effects) { follow(meeting, effects); }}),
      desk_(loop, directory_,
            {store, random, keys_, wall_now,
             [this](const auto& meeting, const Effects& effects) { follow(meeting, effects); }, log,
             config.application.token_life}),
      server_(loop, {.address = config.application.address, .port = config.application.port},
              {desk_, streams_, transfers_, bus, random, openapi_of(directory_).dump()}) {}

std::expected<void, std::string> Meetings::start() {
  enforcer_.catch_up();
  tick();
  return server_.listen();
}

void Meetings::shutdown() {
  timer_.cancel();
  server_.shutdown();
  streams_.shutdown();
}

void Meetings::follow(const application::meetings::Meeting& meeting, const Effects& effects) {
  enforcer_.follow(meeting, effects);
  streams_.on_news(meeting, effects.flashes);
  transfers_.remove(effects.removed_files);
}

void Meetings::tick() {
  store_.write(
      [now = wall_now()](Transaction& transaction) {
        auto due = attending::on_time(transaction, now);
        std::ranges::move(breakouts::on_time(transaction, now), std::back_inserter(due));
        return due;
      },
      [this](const auto& done) {
        if (!done) return;  // What is due stays due.
        for (const auto& [meeting, effects] : *done) follow(meeting, effects);
      });
  if (ticks_++ % kTicksPerSweep == 0) sweep();
  timer_.expires_after(kTick);
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) tick();
  });
}

/// Removes what nobody needs any more.
void Meetings::sweep() {
  store_.write(
      [now = wall_now()](Transaction& transaction) {
        people::sweep_sessions(transaction, now);
        journal::trim(transaction, now - kJournalLife);
        api::trim_answers(transaction, now - kAnswersLife);
        quality::trim(transaction, now - quality::kLife);
        return files::remove_unnamed(transaction, now - files::kUnnamedLife);
      },
      [this](auto removed) {
        if (removed) transfers_.remove(std::move(*removed));  // What stays is tried again.
      });
  transfers_.sweep(store_, wall_now());
}

void Meetings::expose(observability::Exposition& out) const {
  desk_.expose(out);
  streams_.expose(out);
  server_.expose(out);
  enforcer_.expose(out);
  transfers_.expose(out);
}

}  // namespace parley::apps
