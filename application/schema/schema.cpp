#include "application/schema/schema.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "application/meetings/tables.h"
#include "application/people/tables.h"

namespace parley::application {
namespace {

constexpr std::array kSteps{
    store::Migration{1, "people", people::kCreateTables},
    store::Migration{2, "meetings", meetings::kCreateTables},
};

constexpr auto kTables = [] {
  std::array<std::string_view, people::kTables.size() + meetings::kTables.size()> all;
  const auto next = std::ranges::copy(people::kTables, all.begin()).out;
  std::ranges::copy(meetings::kTables, next);
  return all;
}();

constexpr store::Schema kSchema{.migrations = kSteps, .tables = kTables};

}  // namespace

const store::Schema& schema() { return kSchema; }

}  // namespace parley::application
