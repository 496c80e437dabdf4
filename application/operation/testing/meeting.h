#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "application/operation/operation.h"
#include "application/store/testing/engines.h"

namespace parley::application::operation::testing {

/// A test of operations: a meeting that is on, whose people call them as the API lets them (who is
/// inside, what it needs) and hear what their event streams would tell them.
class InMeeting : public store::testing::OnEngine {
 protected:
  /// One tab of somebody.
  struct Tab {
    meetings::Person person;
    std::string participant;
  };
  struct Heard {
    std::string type;
    Json body;
  };
  using Names = std::map<std::string, std::string>;
  static constexpr auto kStart = WallTime(std::chrono::seconds(1'800'000'000));

  explicit InMeeting(Operations operations) : operations_(std::move(operations)) {}
  void SetUp() override;

  /// Another meeting, in place of the one that is there: `host` has to come to it.
  void begin(access::MeetingType type);
  /// Ends this run and begins the next one.
  void begin_again();
  /// Somebody new, or in another tab who is here already.
  Tab come(std::string_view name, access::Role role = access::Role::attendee);
  Tab come_again(const Tab& tab, std::string_view name);
  void set_presence(const Tab& tab, meetings::Presence presence);
  void set_role(const Tab& tab, access::Role role);
  void set_suspended(bool suspended);

  Outcome call(const Tab& tab, std::string_view operation, const Names& path = {},
               const Json& body = nullptr, const Names& query = {});
  /// The body of what must succeed.
  Json ask(const Tab& tab, std::string_view operation, const Names& path = {},
           const Json& body = nullptr, const Names& query = {});
  /// "" or the code of the refusal.
  std::string code(const Tab& tab, std::string_view operation, const Names& path = {},
                   const Json& body = nullptr, const Names& query = {});
  /// Part of the state, as it is for them.
  Json state(const Tab& tab, Json (*part)(const Call&));

  /// What their stream said since it was last asked, flashes of their calls included.
  std::vector<Heard> hear(const Tab& tab);
  /// Every body that the journal holds, for finding what must not be there.
  std::string journal();

  template <typename Work>
  auto write(Work work) {
    auto done = database_->write(work);
    EXPECT_TRUE(done) << done.error().what;
    if constexpr (!std::is_void_v<std::invoke_result_t<Work&, store::Transaction&>>) return *done;
  }
  meetings::Meeting meeting();

  std::unique_ptr<store::Database> database_;
  SeededRandom random_{11};
  WallTime now_ = kStart;
  Tab host_;
  std::shared_ptr<void> prepared_;  ///< For the next calls, as Operation::prepare leaves it.
  std::vector<std::string> removed_files_;  ///< Whose bytes are to go, by all calls so far.

 private:
  meetings::Participant participant(const Tab& tab);
  Outcome run(const Tab& tab, const Operation& operation, const Names& path, const Json& body,
              const Names& query);

  Operations operations_;
  meetings::Person owner_;
  std::string id_;
  int people_ = 0;
  std::map<std::string, std::int64_t> heard_;  ///< By participant.
  std::vector<Effects::Flash> flashes_;
  std::map<std::string, std::size_t> flashes_heard_;
};

}  // namespace parley::application::operation::testing
