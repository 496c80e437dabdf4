#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "application/api/directory.h"
#include "application/meetings/pass.h"
#include "application/store/store.h"
#include "base/secret.h"
#include "observability/log.h"
#include "observability/metrics.h"
#include "signaling/token/keys.h"

namespace parley::application::api {

namespace asio = boost::asio;

/// What of an HTTP request matters, as plain values.
struct Request {
  std::string method;
  std::string path;  ///< Below /api/v1, not decoded: nothing in our paths needs escapes.
  std::map<std::string, std::string> query;
  std::string body;
  Secret session;  ///< Cookies, empty if there are none.
  Secret device;
  std::string participant;      ///< Parley-Participant
  std::string idempotency_key;  ///< Idempotency-Key
  std::string client_address;
  std::string user_agent;
  std::shared_ptr<void> received{};  ///< Of an upload: what has come, for its `run`.
};

struct Response {
  unsigned status = 200;
  std::string content_type{};
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::optional<Secret> session{};  ///< To be known by; empty: the cookie is taken away.
  std::optional<operation::Content> content{};  ///< Instead of a body.

  static Response problem(const operation::Problem& problem);
};

/// Who asks, and where: what every operation begins with.
struct Arrival {
  meetings::Person person;
  meetings::Meeting meeting;
  meetings::Participant participant;
  access::Capabilities may;
  std::optional<Secret> new_session;  ///< They were nobody, and are a guest now.
};

/// One request, from the cookie to the answer. Everything happens in one transaction: who asks, may
/// they, the change, its events, and the answer for a question that is asked again. What follows in
/// the world (`Effects`) comes after the commit.
///
/// A refusal is committed as well: operations look before they write.
///
///  owner    `parley app`
///  thread   the loop's; operations run on the store's threads, slow work on one of its own
class Desk {
 public:
  using Follow = std::function<void(const meetings::Meeting&, const operation::Effects&)>;
  struct Surroundings {
    store::Store& store;
    Random& random;  ///< Used on several threads.
    const signaling::KeyRing& keys;
    std::function<WallTime()> now;
    Follow follow;
    const observability::Log& log;
    std::chrono::seconds token_life;
  };

  Desk(asio::io_context& loop, const Directory& directory, Surroundings surroundings);

  asio::awaitable<Response> serve(Request request);
  /// Whether this is to be an upload: its body is not for memory.
  bool is_upload(const Request& request) const;
  /// An upload's `prepare`, before its bytes are read; `serve` then leaves it out. nullopt: they
  /// may come.
  asio::awaitable<std::optional<Response>> admit(Request request);

  /// For what is not an operation: the event stream. Writes: who has no session has none.
  static std::expected<Arrival, operation::Problem> arrive(
      store::Transaction& transaction, const operation::Operation& operation,
      const Request& request, const std::map<std::string, std::string>& path, Random& random,
      WallTime now);

  void expose(observability::Exposition& out) const;

 private:
  struct Turn;
  // The steps of `serve`, in order.
  std::optional<operation::Problem> read(Turn& turn) const;
  asio::awaitable<std::optional<operation::Problem>> prepare(std::shared_ptr<Turn> turn);
  operation::Outcome carry_out(Turn& turn, store::Transaction& transaction, WallTime now) const;
  Response refuse(const operation::Problem& problem);
  Response respond(Turn& turn, operation::Answer answer, WallTime now) const;
  void log_security(const Turn& turn) const;

  asio::io_context& loop_;
  const Directory& directory_;
  Surroundings around_;
  asio::thread_pool slow_{1};
  std::map<std::string, observability::Counter, std::less<>> refused_;
  observability::Counter served_;
};

}  // namespace parley::application::api
