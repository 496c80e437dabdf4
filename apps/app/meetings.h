#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <expected>
#include <functional>
#include <string>

#include "application/api/desk.h"
#include "application/api/directory.h"
#include "application/api/server.h"
#include "application/api/streams.h"
#include "application/api/transfers.h"
#include "application/files/files.h"
#include "application/files/storage.h"
#include "application/people/vault.h"
#include "application/rooms/enforcer.h"
#include "application/store/store.h"
#include "apps/config/config.h"
#include "bus/bus.h"
#include "observability/log.h"
#include "observability/metrics.h"
#include "signaling/token/keys.h"

namespace parley::apps {

/// All operations there are; `vault` and `random` outlive them.
application::operation::Operations all_operations(bool open_meetings,
                                                  const application::files::Limits& limits,
                                                  const application::people::Vault& vault,
                                                  Random& random);
/// What these operations are to programs: OpenAPI, whatever the configuration.
application::operation::Json openapi_of(const application::api::Directory& directory);

/// The part of `parley app` that meetings are made of: the REST port, the event streams, what is
/// told to the media plane, and what only the clock brings.
///
///  owner    run_app
///  thread   the loop's
class Meetings {
 public:
  Meetings(boost::asio::io_context& loop, const Config& config, bus::Bus& bus,
           application::store::Store& store, application::files::Storage& storage,
           const application::people::Vault& vault, Random& random, const observability::Log& log);

  std::expected<void, std::string> start();
  void shutdown();
  void expose(observability::Exposition& out) const;

 private:
  void follow(const application::meetings::Meeting& meeting,
              const application::operation::Effects& effects);
  /// Does, for as long as the loop runs, what is due.
  void tick();
  void sweep();

  boost::asio::steady_timer timer_;
  int ticks_ = 0;
  application::store::Store& store_;
  signaling::KeyRing keys_;
  application::api::Directory directory_;
  application::rooms::Enforcer enforcer_;
  application::api::Transfers transfers_;
  application::api::Streams streams_;
  application::api::Desk desk_;
  application::api::Server server_;
};

}  // namespace parley::apps
