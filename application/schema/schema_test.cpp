#include "application/schema/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "application/store/testing/engines.h"

namespace parley::application {
namespace {

using store::testing::engine_name;
using store::testing::engines;

class SchemaTest : public store::testing::OnEngine {};
INSTANTIATE_TEST_SUITE_P(Engines, SchemaTest, engines(), engine_name);

TEST_P(SchemaTest, NamesEveryTableThatItsStepsMake) {
  auto database = open();
  ASSERT_TRUE(store::migrate(*database, schema()));
  std::vector<std::string> named(schema().tables.begin(), schema().tables.end());
  named.emplace_back(store::kVersionTable);
  EXPECT_THAT(database->tables().value(), ::testing::UnorderedElementsAreArray(named));
}

TEST(Schema, StepsAreNumberedFromOne) {
  std::int64_t expected = 0;
  for (const store::Migration& step : schema().migrations) EXPECT_EQ(step.version, ++expected);
}

}  // namespace
}  // namespace parley::application
