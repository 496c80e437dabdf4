#include "application/schema/schema.h"

#include <array>

#include "application/people/tables.h"

namespace parley::application {
namespace {

constexpr std::array kSteps{
    store::Migration{1, "people", people::kCreateTables},
};

constexpr auto kTables = people::kTables;

constexpr store::Schema kSchema{.migrations = kSteps, .tables = kTables};

}  // namespace

const store::Schema& schema() { return kSchema; }

}  // namespace parley::application
