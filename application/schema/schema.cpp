#include "application/schema/schema.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "application/api/tables.h"
#include "application/boards/tables.h"
#include "application/breakouts/tables.h"
#include "application/chat/tables.h"
#include "application/files/tables.h"
#include "application/journal/tables.h"
#include "application/meetings/tables.h"
#include "application/people/tables.h"
#include "application/polls/tables.h"
#include "application/quality/tables.h"
#include "application/questions/tables.h"
#include "application/ratings/tables.h"
#include "application/timer/tables.h"

namespace parley::application {
namespace {

constexpr std::array kSteps{
    store::Migration{1, "people", people::kCreateTables},
    store::Migration{2, "meetings", meetings::kCreateFirstTables},
    store::Migration{3, "no first meetings", meetings::kDropFirstTables},
    store::Migration{4, "meetings with people", meetings::kCreateTables},
    store::Migration{5, "journal", journal::kCreateTables},
    store::Migration{6, "answers", api::kCreateTables},
    store::Migration{7, "chat", chat::kCreateTables},
    store::Migration{8, "polls", polls::kCreateTables},
    store::Migration{9, "breakouts", breakouts::kCreateTables},
    store::Migration{10, "questions", questions::kCreateTables},
    store::Migration{11, "timer", timer::kCreateTables},
    store::Migration{12, "self-service of accounts", people::kAddSelfService},
    store::Migration{13, "custom roles", meetings::kAddCustomRoles},
    store::Migration{14, "boards", boards::kCreateTables},
    store::Migration{15, "files", files::kCreateTables},
    store::Migration{16, "ratings", ratings::kCreateTables},
    store::Migration{17, "connection quality", quality::kCreateTables},
};

/// One after another, so that a table stands after those that it refers to.
template <std::size_t... sizes>
constexpr auto joined(const std::array<std::string_view, sizes>&... parts) {
  std::array<std::string_view, (sizes + ...)> all;
  auto next = all.begin();
  ((next = std::ranges::copy(parts, next).out), ...);
  return all;
}

constexpr auto kTables =
    joined(people::kTables, meetings::kTables, journal::kTables, api::kTables, chat::kTables,
           polls::kTables, breakouts::kTables, questions::kTables, timer::kTables, boards::kTables,
           files::kTables, ratings::kTables, quality::kTables);

constexpr store::Schema kSchema{.migrations = kSteps, .tables = kTables};

}  // namespace

const store::Schema& schema() { return kSchema; }

}  // namespace parley::application
