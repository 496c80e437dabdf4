#include "application/access/matrix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "application/access/custom_role.h"
#include "application/access/grant.h"

namespace parley::application::access {
namespace {

using ::testing::HasSubstr;
using enum Capability;

/// Who may do what in which kinds of meetings: a meeting, a webinar, an audio room, a consult, a
/// classroom (K). As docs/roles.md shows it.
///                       host    cohost  speaker  attendee  viewer
constexpr std::string_view kTable = R"(
| `publish_camera`     | MW-CK | MW-CK | MW-CK | M--CK | ----- |
| `publish_microphone` | MWACK | MWACK | MWACK | MWACK | ----- |
| `share_screen`       | MW-CK | MW-CK | MW-CK | M--C- | ----- |
| `chat`               | MWACK | MWACK | MWACK | MWACK | ----- |
| `private_chat`       | MWACK | MWACK | MWACK | M-AC- | ----- |
| `share_files`        | MWACK | MWACK | MWACK | M-ACK | ----- |
| `react`              | MWACK | MWACK | MWACK | MWACK | MWACK |
| `raise_hand`         | MWA-K | MWA-K | MWA-K | MWA-K | ----- |
| `unmute_self`        | MWACK | MWACK | MWACK | M-AC- | ----- |
| `vote`               | MWA-K | MWA-K | MWA-K | MWA-K | ----- |
| `ask_question`       | MWA-K | MWA-K | MWA-K | MWA-K | ----- |
| `answer_question`    | MWA-K | MWA-K | MWA-K | ----- | ----- |
| `create_poll`        | MWA-K | MWA-K | MWA-K | ----- | ----- |
| `edit_notes`         | MWACK | MWACK | MWACK | M-ACK | ----- |
| `see_people`         | MWACK | MWACK | MWACK | M-ACK | M-ACK |
| `be_seen`            | MWACK | MWACK | MWACK | M-ACK | ----- |
| `rename_self`        | MWACK | MWACK | MWACK | MWAC- | ----- |
| `mute_others`        | MWACK | MWACK | ----- | ----- | ----- |
| `hard_mute`          | MWACK | MWACK | ----- | ----- | ----- |
| `stop_video`         | MW-CK | MW-CK | ----- | ----- | ----- |
| `stop_share`         | MW-CK | MW-CK | ----- | ----- | ----- |
| `allow_to_speak`     | MWA-K | MWA-K | ----- | ----- | ----- |
| `remove`             | MWACK | MWACK | ----- | ----- | ----- |
| `ban`                | MWACK | MWACK | ----- | ----- | ----- |
| `see_lobby`          | MWACK | MWACK | ----- | ----- | ----- |
| `admit`              | MWACK | MWACK | ----- | ----- | ----- |
| `spotlight`          | MWA-K | MWA-K | ----- | ----- | ----- |
| `layout_for_all`     | MW-CK | MW-CK | ----- | ----- | ----- |
| `lock`               | MWACK | MWACK | ----- | ----- | ----- |
| `suspend_all`        | MWACK | MWACK | ----- | ----- | ----- |
| `manage_breakouts`   | MWA-K | MWA-K | ----- | ----- | ----- |
| `broadcast`          | MWA-K | MWA-K | ----- | ----- | ----- |
| `record`             | MWACK | MWACK | ----- | ----- | ----- |
| `moderate_chat`      | MWACK | MWACK | ----- | ----- | ----- |
| `run_timer`          | MWACK | MWACK | ----- | ----- | ----- |
| `promote`            | MWACK | MWACK | ----- | ----- | ----- |
| `hand_over`          | MWACK | ----- | ----- | ----- | ----- |
| `change_settings`    | MWACK | ----- | ----- | ----- | ----- |
| `end_for_all`        | MWACK | ----- | ----- | ----- | ----- |
)";
constexpr std::string_view kLetters = "MWACK";

struct Cells {
  std::string capability;
  std::vector<std::string> by_role;
};

std::vector<Cells> rows_of(std::string_view table) {
  std::vector<Cells> rows;
  std::istringstream lines{std::string(table)};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `")) continue;
    std::istringstream words(line);
    std::vector<std::string> cells;
    for (std::string word; words >> word;) {
      if (word != "|") cells.push_back(word);
    }
    rows.push_back(
        {cells.at(0).substr(1, cells.at(0).size() - 2), {cells.begin() + 1, cells.end()}});
  }
  return rows;
}

TEST(Matrix, IsTheTableCellByCell) {
  std::set<std::string> seen;
  int cells = 0;
  for (const Cells& row : rows_of(kTable)) {
    const auto capability = parse_capability(row.capability);
    ASSERT_TRUE(capability) << row.capability;
    seen.insert(row.capability);
    ASSERT_EQ(row.by_role.size(), kRoles);
    for (std::size_t r = 0; r < kRoles; ++r) {
      ASSERT_EQ(row.by_role[r].size(), kMeetingTypes);
      for (std::size_t t = 0; t < kMeetingTypes; ++t) {
        const char cell = row.by_role[r][t];
        ASSERT_TRUE(cell == '-' || cell == kLetters[t]) << row.capability;
        const auto role = static_cast<Role>(r);
        const auto type = static_cast<MeetingType>(t);
        EXPECT_EQ(capabilities_of(role, type).has(*capability), cell != '-')
            << to_string(role) << ' ' << row.capability << " in a " << to_string(type);
        ++cells;
      }
    }
  }
  EXPECT_EQ(seen.size(), kCapabilities) << "a capability has no line";
  EXPECT_EQ(cells, static_cast<int>(kCapabilities * kRoles * kMeetingTypes));
}

TEST(Matrix, IsWhatTheDocumentationShows) {
  std::ifstream in(PARLEY_SOURCE_DIR "/docs/roles.md");
  const std::string page{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(page, HasSubstr(kTable.substr(1)));
}

TEST(Matrix, NobodyLowerHasWhatSomebodyHigherHasNot) {
  for (std::size_t t = 0; t < kMeetingTypes; ++t) {
    const auto type = static_cast<MeetingType>(t);
    for (std::size_t r = 1; r < kRoles; ++r) {
      const Capabilities higher = capabilities_of(static_cast<Role>(r - 1), type);
      const Capabilities lower = capabilities_of(static_cast<Role>(r), type);
      EXPECT_TRUE(lower.within(higher));
      EXPECT_TRUE(outranks(higher, lower));
      // What sets a speaker apart is for crowds.
      const bool alike = type == MeetingType::consult && static_cast<Role>(r) == Role::attendee;
      EXPECT_EQ(outranks(lower, higher), alike) << to_string(type) << r;
    }
  }
}

TEST(Matrix, RolesAreGivenUpToOnesOwn) {
  const auto of = [](Role role) { return capabilities_of(role, MeetingType::meeting); };
  EXPECT_TRUE(may_give(of(Role::host), of(Role::cohost)));
  EXPECT_TRUE(may_give(of(Role::cohost), of(Role::cohost)));
  EXPECT_FALSE(may_give(of(Role::cohost), of(Role::host)));
  EXPECT_FALSE(may_give(of(Role::speaker), of(Role::viewer))) << "it may not promote at all";
}

TEST(Names, ComeBackAsWhatTheyWere) {
  for (std::size_t i = 0; i < kCapabilities; ++i) {
    const auto capability = static_cast<Capability>(i);
    EXPECT_FALSE(to_string(capability).empty());
    EXPECT_EQ(parse_capability(to_string(capability)), capability);
  }
  for (std::size_t i = 0; i < kRoles; ++i) {
    EXPECT_EQ(parse_role(to_string(static_cast<Role>(i))), static_cast<Role>(i));
    EXPECT_EQ(parse_meeting_type(to_string(static_cast<MeetingType>(i))),
              static_cast<MeetingType>(i));
  }
  EXPECT_FALSE(parse_capability("fly"));
  EXPECT_FALSE(parse_role("Host"));
  EXPECT_FALSE(parse_meeting_type(""));
}

/// Sources, data and whether hidden, as one line.
std::string shown(const plane::Grants& grants) {
  std::string text;
  for (const int source : grants.can_publish_sources()) {
    text += livekit::TrackSource_Name(static_cast<livekit::TrackSource>(source)) + " ";
  }
  if (grants.can_publish() != !text.empty()) text += "CONTRADICTION ";
  if (grants.can_publish_data()) text += "data ";
  if (grants.hidden()) text += "hidden ";
  if (!grants.room_join() || !grants.can_subscribe()) text += "DEAF ";
  if (grants.room_admin() || grants.room_create() || grants.recorder()) text += "POWERFUL ";
  return text;
}

TEST(Grants, FollowFromRoleAndKindOfMeeting) {
  constexpr const char* kAll = "CAMERA MICROPHONE SCREEN_SHARE SCREEN_SHARE_AUDIO data ";
  struct Line {
    MeetingType type;
    const char* host;
    const char* speaker;
    const char* attendee;
    const char* viewer;
  };
  for (const Line& line : {Line{MeetingType::meeting, kAll, kAll, kAll, "hidden "},
                           {MeetingType::webinar, kAll, kAll, "hidden ", "hidden "},
                           {MeetingType::audio_room, "MICROPHONE data ", "MICROPHONE data ",
                            "MICROPHONE data ", "hidden "},
                           {MeetingType::consult, kAll, kAll, kAll, "hidden "},
                           {MeetingType::classroom, kAll, kAll, "CAMERA ", "hidden "}}) {
    const auto of = [&](Role role) { return shown(grants_of(capabilities_of(role, line.type))); };
    EXPECT_EQ(of(Role::host), line.host) << to_string(line.type);
    EXPECT_EQ(of(Role::cohost), line.host) << to_string(line.type);
    EXPECT_EQ(of(Role::speaker), line.speaker) << to_string(line.type);
    EXPECT_EQ(of(Role::attendee), line.attendee) << to_string(line.type);
    EXPECT_EQ(of(Role::viewer), line.viewer) << to_string(line.type);
  }
}

TEST(Grants, CircumstancesTakeAndGive) {
  const auto shown_under = [](const Circumstances& c, Role role, MeetingType type) {
    return shown(grants_of(under(c, capabilities_of(role, type))));
  };
  using enum MeetingType;
  EXPECT_EQ(shown_under({.hard_muted = true}, Role::attendee, meeting),
            "CAMERA SCREEN_SHARE SCREEN_SHARE_AUDIO data ");
  EXPECT_EQ(shown_under({.video_stopped = true}, Role::attendee, meeting),
            "MICROPHONE SCREEN_SHARE SCREEN_SHARE_AUDIO data ");
  EXPECT_EQ(shown_under({.share_stopped = true}, Role::attendee, meeting),
            "CAMERA MICROPHONE data ");
  EXPECT_EQ(shown_under({.suspended = true}, Role::attendee, meeting), "");
  EXPECT_EQ(shown_under({.allowed_to_speak = true}, Role::attendee, webinar), "MICROPHONE ");
  EXPECT_EQ(shown_under({.allowed_to_speak = true}, Role::attendee, classroom),
            "CAMERA MICROPHONE ");
  EXPECT_EQ(shown_under({.allowed_to_speak = true}, Role::viewer, meeting), "hidden ")
      << "a viewer has no microphone to be allowed";
  EXPECT_EQ(shown_under({.allowed_to_speak = true, .hard_muted = true}, Role::attendee, classroom),
            "CAMERA ")
      << "who was muted is not unmuted by an old permission";
  EXPECT_EQ(shown_under({.allowed_to_speak = true, .suspended = true}, Role::attendee, classroom),
            "");
}

TEST(CustomRoles, AreOneOfOursWithMoreAndFewer) {
  const auto role = parse_custom_role(
      R"({"name": "interpreter", "base": "attendee", "more": ["broadcast", "share_screen"],
          "fewer": ["chat"]})");
  ASSERT_TRUE(role) << role.error();
  const Capabilities attendee = capabilities_of(Role::attendee, MeetingType::meeting);
  EXPECT_EQ(role->capabilities(MeetingType::meeting), attendee.with({broadcast}).without({chat}));
  EXPECT_FALSE(role->capabilities(MeetingType::audio_room).has(share_screen))
      << "nobody shares in an audio room";
  const auto again = parse_custom_role(to_json(*role));
  ASSERT_TRUE(again) << again.error();
  EXPECT_EQ(again->capabilities(MeetingType::webinar), role->capabilities(MeetingType::webinar));
}

TEST(CustomRoles, AreTheirBaseButForOneCellInEveryKindOfMeeting) {
  int cells = 0;
  for (std::size_t r = 0; r < kRoles; ++r) {
    for (std::size_t t = 0; t < kMeetingTypes; ++t) {
      const auto base = static_cast<Role>(r);
      const auto type = static_cast<MeetingType>(t);
      const Capabilities own = capabilities_of(base, type);
      const Capabilities somebody = capabilities_of(Role::host, type);
      for (std::size_t c = 0; c < kCapabilities; ++c) {
        const auto one = static_cast<Capability>(c);
        const CustomRole more{.name = "more", .base = base, .more = {one}, .fewer = {}};
        const CustomRole fewer{.name = "fewer", .base = base, .more = {}, .fewer = {one}};
        const Capabilities with = somebody.has(one) ? own.with({one}) : own;
        EXPECT_EQ(more.capabilities(type), with)
            << to_string(base) << " with " << to_string(one) << " in a " << to_string(type);
        EXPECT_EQ(fewer.capabilities(type), own.without({one}))
            << to_string(base) << " without " << to_string(one) << " in a " << to_string(type);
        const CustomRole both{.name = "both", .base = base, .more = {one}, .fewer = {one}};
        EXPECT_FALSE(both.capabilities(type).has(one)) << "what is taken is taken";
        // Nobody makes of a role what they could not give by hand.
        EXPECT_EQ(may_give(somebody, more.capabilities(type)), somebody.has(promote));
        ++cells;
      }
    }
  }
  EXPECT_EQ(cells, static_cast<int>(kCapabilities * kRoles * kMeetingTypes));
}

TEST(CustomRoles, FaultsAreNamed) {
  const auto error = [](std::string_view json) {
    const auto role = parse_custom_role(json);
    return role ? "" : role.error();
  };
  EXPECT_THAT(error("["), HasSubstr("JSON"));
  EXPECT_THAT(error(R"({"base": "host"})"), HasSubstr("name"));
  EXPECT_THAT(error(R"({"name": "host", "base": "viewer"})"), HasSubstr("already"));
  EXPECT_THAT(error(R"({"name": "x", "base": "king"})"), HasSubstr("base"));
  EXPECT_THAT(error(R"({"name": "x", "base": "host", "more": ["fly"]})"), HasSubstr("fly"));
  EXPECT_THAT(error(R"({"name": "x", "base": "host", "fewer": "chat"})"), HasSubstr("fewer"));
}

}  // namespace
}  // namespace parley::application::access
