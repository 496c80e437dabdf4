#pragma once

#include <map>
#include <string>

#include "application/operation/operation.h"
#include "application/people/attempts.h"

/// What people of a meeting write to each other: to all, or to one of them. Read by whoever is
/// inside, and after the end by who was.
///
/// To all writes who has `chat`. To one person writes who has `private_chat`; where that is kept
/// from those who learn (a classroom), they write to those who teach: who has it there. Both of a
/// private message see it in all their tabs, nobody else ever does: to others there is no such
/// message.
namespace parley::application::chat {

inline constexpr std::size_t kMaxText = 4000;  ///< Code points.
/// Of one person in one meeting; edits count.
inline constexpr people::Allowance kPace{.burst = 10, .pause = std::chrono::seconds(1)};

operation::Operations chat_operations();
/// JSON Schemas: Message.
std::map<std::string, operation::Json> components();
/// JSON Schemas of what the events say, by their type.
std::map<std::string, operation::Json> events();

}  // namespace parley::application::chat
