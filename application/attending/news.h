#pragma once

#include "application/operation/operation.h"

/// The meeting and its people as the API shows them, and the events that say that they changed.
namespace parley::application::attending {

using operation::Json;

/// What is told inside of a transaction, of which meeting, when.
struct Scene {
  store::Transaction& transaction;
  const meetings::Meeting& meeting;
  WallTime now;
};

Json meeting_json(const meetings::Meeting& meeting);
Json me_json(const meetings::Meeting& meeting, const meetings::Participant& participant);
Json participant_json(const meetings::Participant& participant);
/// Those who wait, in the order in which they came.
Json lobby_json(store::Transaction& transaction, const meetings::Meeting& meeting);

/// Everybody who may see it.
void tell_meeting(const Scene& scene);
/// Themselves, wherever they are.
void tell_me(const Scene& scene, const meetings::Participant& participant);
/// That somebody came or changed: themselves, and who may see them.
void tell_participant(const Scene& scene, const meetings::Participant& participant);
void tell_left(const Scene& scene, const meetings::Participant& participant);
void tell_lobby(const Scene& scene);

/// JSON Schemas: Meeting, Me, Participant, Waiting, and the words in them.
std::map<std::string, Json> components();
/// JSON Schemas of what the events say, by their type.
std::map<std::string, Json> events();

}  // namespace parley::application::attending
