#include "application/meetings/lobby.h"

#include <algorithm>
#include <utility>

namespace parley::application::meetings {

Lobby::Place Lobby::find(std::string_view id) {
  return std::ranges::find(people_, id, &Person::id);
}

void Lobby::tell(Event::Kind kind, std::string_view person, std::string_view text) {
  events_.push_back({kind, std::string(person), std::string(text)});
}

/// Once for however many changes nobody has asked for yet.
void Lobby::changed() {
  std::erase_if(events_, [](const Event& event) { return event.kind == Event::Kind::changed; });
  tell(Event::Kind::changed);
}

void Lobby::remove(Place place, std::optional<Event::Kind> why) {
  std::erase_if(lost_, [&](const Lost& lost) { return lost.id == place->id; });
  // What was still to be said to them is no use any more.
  std::erase_if(events_, [&](const Event& event) { return event.person == place->id; });
  if (why) tell(*why, place->id);
  people_.erase(place);
  changed();
}

bool Lobby::knock(Person person) {
  const auto known = find(person.id);
  if (known == people_.end() && people_.size() >= kMaxWaiting) return false;
  std::erase_if(lost_, [&](const Lost& lost) { return lost.id == person.id; });
  std::erase_if(events_, [&](const Event& event) { return event.person == person.id; });
  if (!message_.empty()) tell(Event::Kind::message, person.id, message_);
  if (known != people_.end()) {
    *known = std::move(person);
  } else {
    people_.push_back(std::move(person));
  }
  changed();
  return true;
}

void Lobby::lose(std::string_view id, Time now) {
  if (find(id) == people_.end()) return;
  std::erase_if(lost_, [&](const Lost& lost) { return lost.id == id; });
  lost_.push_back({std::string(id), now + kGrace});
}

void Lobby::leave(std::string_view id) {
  if (const auto place = find(id); place != people_.end()) remove(place, std::nullopt);
}

bool Lobby::admit(std::string_view id) {
  const auto place = find(id);
  if (place == people_.end()) return false;
  remove(place, Event::Kind::admitted);
  return true;
}

void Lobby::admit_all() {
  while (!people_.empty()) remove(people_.begin(), Event::Kind::admitted);
}

bool Lobby::deny(std::string_view id) {
  const auto place = find(id);
  if (place == people_.end()) return false;
  remove(place, Event::Kind::denied);
  return true;
}

bool Lobby::say(std::string_view text) {
  if (text.size() > kMaxMessage) return false;
  message_ = text;
  std::erase_if(events_, [](const Event& event) { return event.kind == Event::Kind::message; });
  for (const Person& person : people_) tell(Event::Kind::message, person.id, message_);
  return true;
}

void Lobby::on_host_arrived() {
  for (auto at = people_.begin(); at != people_.end();) {
    const auto place = at++;
    if (place->for_host_only) remove(place, Event::Kind::admitted);
  }
}

void Lobby::on_rule(LobbyRule rule, bool host_present) {
  for (auto at = people_.begin(); at != people_.end();) {
    const auto place = at++;
    place->for_host_only = !is_held_by_lobby(rule, place->visitor);
    if (place->for_host_only && host_present) remove(place, Event::Kind::admitted);
  }
}

void Lobby::close() {
  while (!people_.empty()) remove(people_.begin(), Event::Kind::closed);
}

Time Lobby::next_deadline() const {
  Time next = kNever;
  for (const Lost& lost : lost_) next = std::min(next, lost.until);
  return next;
}

void Lobby::on_deadline(Time now) {
  const std::vector<Lost> lost = lost_;  // `leave` takes from it.
  for (const Lost& one : lost) {
    if (one.until <= now) leave(one.id);
  }
}

std::optional<Lobby::Event> Lobby::poll() {
  if (events_.empty()) return std::nullopt;
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

}  // namespace parley::application::meetings
