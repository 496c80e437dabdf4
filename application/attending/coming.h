#pragma once

#include <string_view>

#include "application/attending/news.h"
#include "application/meetings/door.h"

/// What happens when somebody comes, is let in, or goes: the rows, the events, and what follows in
/// the media plane. Used by whoever lets people in or out: they themselves, a host, the clock.
namespace parley::application::attending {

/// They are inside from now on, and their page may ask for a token.
void let_in(const Scene& scene, meetings::Participant participant, operation::Effects& effects);
/// They are not here any more; `presence` says why.
void put_out(const Scene& scene, meetings::Participant participant, meetings::Presence presence,
             operation::Effects& effects);
/// Whoever waits for nothing but the host comes in now, if a host is there.
void let_in_who_waits_for_host(const Scene& scene, operation::Effects& effects);
/// Whom the lobby's rule, which has changed, does not hold any more.
void apply_lobby_rule(const Scene& scene, operation::Effects& effects);
/// For all.
void end(const Scene& scene, operation::Effects& effects);

meetings::Inside inside_of(store::Transaction& transaction, const meetings::Meeting& meeting);

/// What only the clock brings: those whose page has gone, meetings whose time is up, and rooms that
/// have been empty for long enough.
std::vector<std::pair<meetings::Meeting, operation::Effects>> on_time(
    store::Transaction& transaction, WallTime now);
/// How long a page may be away (a reload, a tunnel) before its place is given up.
inline constexpr std::chrono::seconds kGrace{40};

}  // namespace parley::application::attending
