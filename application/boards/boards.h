#pragma once

#include <map>
#include <string>

#include "application/operation/operation.h"
#include "application/people/attempts.h"

/// What people of a meeting write and draw together: documents of a CRDT that pages understand and
/// this server does not. Read by whoever is inside; changed by who has `edit_notes`.
///
/// Update by update a document grows; a page that has all of them replaces them for readers by a
/// snapshot. Since nobody here can tell whether a snapshot lacks something, what it replaced is
/// kept for kKept, and who may change the meeting's settings brings it back: updates of a CRDT that
/// come twice do no harm.
namespace parley::application::boards {

// Bytes, before they are written as base64url.
inline constexpr std::size_t kMostUpdate = 128UL * 1024;
inline constexpr std::size_t kMostSnapshot = 1024UL * 1024;
/// Of the newest snapshot and what came after it: with that, a document takes no more updates.
inline constexpr std::size_t kMostDocument = 2 * kMostSnapshot;
/// With what snapshots have replaced, but for the last one.
inline constexpr std::size_t kMostKept = 16 * kMostSnapshot;
inline constexpr std::size_t kMostPresence = 2048;
/// A larger update is told by its number alone, and read by whoever wants it.
inline constexpr std::size_t kMostTold = 16UL * 1024;

/// A snapshot replaces this many updates at least, so that replacing is no way to fill the disk …
inline constexpr std::int64_t kFewestReplaced = 50;
/// … or makes room where a document is as large as that.
inline constexpr std::size_t kLarge = kMostSnapshot / 2;
inline constexpr std::chrono::hours kKept{24 * 7};

/// Of one person in one meeting; a page sends every 120 ms at most, what was typed meanwhile
/// together.
inline constexpr people::Allowance kUpdatePace{.burst = 50,
                                               .pause = std::chrono::milliseconds(100)};
inline constexpr people::Allowance kPresencePace{.burst = 30,
                                                 .pause = std::chrono::milliseconds(100)};
inline constexpr people::Allowance kSnapshotPace{.burst = 4, .pause = std::chrono::seconds(10)};
/// Of KiB, in updates and snapshots: what is kept to be brought back is not pushed out in minutes.
inline constexpr people::Allowance kVolume{.burst = 2 * 1024,
                                           .pause = std::chrono::milliseconds(500)};

operation::Operations board_operations();
/// JSON Schemas: Board.
std::map<std::string, operation::Json> components();
/// JSON Schemas of what the events say, by their type.
std::map<std::string, operation::Json> events();

}  // namespace parley::application::boards
