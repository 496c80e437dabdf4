#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "application/access/capability.h"
#include "application/journal/journal.h"
#include "application/meetings/meetings.h"
#include "application/meetings/participants.h"
#include "application/meetings/pass.h"
#include "application/store/transaction.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/time.h"

/// What can be asked of the application plane, one value per operation: from these
/// `application/api` makes the router, the checks of what comes in, and the OpenAPI document. A
/// folder with operations has a function that returns them, and knows nothing of HTTP beyond the
/// status of a refusal.
namespace parley::application::operation {

using Json = nlohmann::json;

enum class Method : std::uint8_t { get, post, put, patch, remove };

/// How far somebody must have come to call it.
enum class Caller : std::uint8_t {
  anyone,
  account,      ///< Signed in.
  person,       ///< Known by a cookie: an account or a guest. Who is not becomes a guest.
  participant,  ///< Of this meeting, be it in its lobby or removed since.
  inside,
};

/// A refusal, after RFC 9457. `code` is for programs and never changes, `detail` for people;
/// neither repeats what somebody else wrote.
struct Problem {
  unsigned status = 400;
  std::string_view code;
  std::string detail;
  std::string member{};  ///< Of the body, if one is at fault.
};

/// Kept bytes that are an answer, instead of a body.
struct Content {
  std::string id;  ///< In the storage; empty: there is none.
  std::string name;
  std::string type;
  std::int64_t size = 0;

  explicit operator bool() const { return !id.empty(); }
};

struct Answer {
  unsigned status = 200;
  Json body;  ///< null: none.
  Content content{};
};
inline Answer no_content() { return {204, nullptr}; }
using Outcome = std::expected<Answer, Problem>;

std::unexpected<Problem> bad_input(std::string_view member, std::string detail);
std::unexpected<Problem> forbidden(std::string detail = "You may not do this in this meeting.");
std::unexpected<Problem> not_found(std::string detail);
std::unexpected<Problem> conflict(std::string detail);
std::unexpected<Problem> too_many(std::string detail);
/// What is needed for it is not there now; asking again helps.
std::unexpected<Problem> away(std::string detail = "The database is not available right now.");

/// What is to follow once the transaction is committed. Of the media plane only what does not
/// follow from the rows: who may do what there, and who is there at all, is compared with them for
/// everybody in `in_line` (application/rooms).
struct Effects {
  struct Mute {
    std::string participant;
    livekit::TrackSource source{};
  };
  /// What nobody needs to hear later: a reaction.
  struct Flash {
    journal::Audience audience;
    std::string type;
    Json body;
  };
  std::vector<std::string> in_line{};  ///< Participants.
  /// Of these, tokens of before are not good any more: they may do less than is written there.
  std::vector<std::string> revoked{};
  /// Participants who are to go from one room to another by themselves.
  struct Move {
    std::string participant;
    std::string from;
    std::string to;
  };
  std::vector<Move> moves{};
  std::vector<Mute> mutes{};
  std::vector<Flash> flashes{};
  std::vector<std::string> removed_files{};  ///< Their bytes are to go as well.
  /// What the browser is to be known by from now on; empty: by nothing.
  std::optional<Secret> session{};
  /// What operators are told of who got in or not, and of what was changed about that: words for
  /// the log, without names, addresses or anything typed.
  struct SecurityEvent {
    std::string_view what;
    std::string account{};  ///< Its id, where it is known.
  };
  std::vector<SecurityEvent> security{};
  /// Whose token goes with the answer, where that does not follow from it.
  std::optional<meetings::Pass> pass{};
};

/// Slow work between two transactions, on a thread that may be slow: passwords.
struct Preparation {
  std::function<void()> work;
  std::shared_ptr<void> result;  ///< What `work` fills in, for `run`.
};

/// One call of an operation, inside its transaction. `run` may be called again with the same values
/// if another transaction got in the way: it has no effect but on these.
struct Call {
  store::Transaction& transaction;
  Random& random;
  WallTime now;
  const meetings::Person& person;                  ///< Caller::person and further.
  const meetings::Meeting& meeting;                ///< Where the path names one.
  const meetings::Participant& participant;        ///< Caller::participant and further.
  access::Capabilities may;                        ///< Theirs, circumstances applied.
  const std::map<std::string, std::string>& path;  ///< {"poll": "…"}
  const std::map<std::string, std::string>& query;
  const Json& body;  ///< As its schema demands.
  std::string_view client_address;
  std::string_view user_agent;
  const Secret& session;                  ///< What the browser is known by; empty: nothing.
  const std::shared_ptr<void>& prepared;  ///< What Operation::prepare left.
  Effects& effects;

  bool can(access::Capability capability) const { return may.has(capability); }
  const std::string& id(const std::string& name) const { return path.at(name); }
  /// To those in `audience`, and told again to whoever comes back. `subject`: see journal::forget.
  void tell(const journal::Audience& audience, std::string_view type, const Json& news,
            std::string_view subject = {}) const {
    journal::append(transaction, meeting, audience, type, news, now, subject);
  }
};

/// Bytes that are no JSON, and are streamed from and to the disk.
enum class Transfer : std::uint8_t {
  none,
  /// `body` says what comes: {"type", "size"} as declared. `prepare` says whether it may; `run`
  /// finds in `prepared` what has come.
  upload,
  download,  ///< Answer::content.
};

struct Operation {
  std::string_view id;  ///< operationId: "createPoll"
  std::string_view tag;
  Method method{};
  std::string_view path;  ///< Below /api/v1: "/meetings/{link}/polls/{poll}"
  Caller caller = Caller::inside;
  /// Whoever lacks it is refused before `run`.
  std::optional<access::Capability> needs{};
  std::string_view summary;
  Json query{};   ///< JSON Schema of each parameter, by its name.
  Json body{};    ///< JSON Schema; null: none.
  Json answer{};  ///< JSON Schema; null: 204.
  unsigned success = 200;
  bool link_may_be_new = false;  ///< `meeting.id` is empty where nobody has made the link.
  /// Whoever is inside by the answer's "state" and "participant" gets a token with it.
  bool gives_token = false;
  /// What it answers is for one pair of eyes, once: it is not kept for a question that comes again.
  bool is_secret = false;
  Transfer transfer = Transfer::none;
  /// In a transaction of its own, before `run`. No work: nothing was to be prepared.
  std::function<std::expected<Preparation, Problem>(Call&)> prepare{};
  std::function<Outcome(Call&)> run{};

  bool writes() const { return method != Method::get; }
};
using Operations = std::vector<Operation>;

/// JSON Schema (2020-12) in the words that `application/api` checks.
namespace schema {
Json text(std::size_t shortest, std::size_t longest);
Json one_of(std::initializer_list<std::string_view> words);
Json boolean();
Json integer(std::int64_t least, std::int64_t most);
Json list(Json of, std::size_t least, std::size_t most);
Json nullable(Json schema);
/// As `instant` writes it.
Json time();
/// One of these shapes: what an answer has depends on how it went.
Json either(std::initializer_list<Json> schemas);
/// Nothing else is taken. Names that end in '?' may be missing.
Json object(std::initializer_list<std::pair<std::string_view, Json>> members);
/// {"$ref": "#/components/schemas/Poll"}
Json ref(std::string_view component);
}  // namespace schema

/// RFC 3339 in UTC with milliseconds; null where there is no time.
Json instant(WallTime time);
Json instant(const std::optional<WallTime>& time);

}  // namespace parley::application::operation
