#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "application/store/database.h"

namespace parley::application::store::testing {

/// A test with one engine, and empty databases of it:
///
///   class Polls : public OnEngine {};
///   INSTANTIATE_TEST_SUITE_P(Engines, Polls, engines(), engine_name);
///   TEST_P(Polls, …) { auto database = open(); … }
class OnEngine : public ::testing::TestWithParam<Engine> {
 protected:
  OnEngine();
  ~OnEngine() override;

  /// The test's own database; the same each time.
  const Secret& url();
  /// Another, empty one.
  Secret new_url(Engine engine);
  std::unique_ptr<Database> open() { return open(url()); }
  static std::unique_ptr<Database> open(const Secret& url);
  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
  Secret url_;
  int files_ = 0;
};

inline auto engines() { return ::testing::Values(Engine::sqlite, Engine::postgres); }
inline std::string engine_name(const ::testing::TestParamInfo<Engine>& info) {
  return std::string(to_string(info.param));
}

}  // namespace parley::application::store::testing
