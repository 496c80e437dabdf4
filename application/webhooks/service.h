#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <expected>
#include <memory>
#include <string>
#include <vector>

#include "application/webhooks/courier.h"
#include "application/webhooks/receiver.h"
#include "base/random.h"
#include "bus/bus.h"
#include "observability/log.h"
#include "observability/metrics.h"

namespace parley::application::webhooks {

struct Options {
  std::vector<std::string> urls;
  signaling::ApiKey key;  ///< What is sent is signed with it.
  Filter filter;
  std::string holder;  ///< This process's name: the same when it is started again, no other's.
};

/// All receivers with their couriers, and the log trimmed of what all of them have.
///
///  owner    `parley app`
///  thread   the loop's, which is the executor of `bus`
class Service {
 public:
  /// The error is a sentence: a URL that cannot be used.
  static std::expected<std::unique_ptr<Service>, std::string> open(const Options& options,
                                                                   boost::asio::io_context& loop,
                                                                   bus::Bus& bus, Random& random,
                                                                   const observability::Log& log);

  void start();
  void expose(observability::Exposition& out) const;

 private:
  struct Desk {
    std::unique_ptr<Receiver> receiver;
    std::unique_ptr<Courier> courier;
  };
  Service(boost::asio::io_context& loop, bus::Bus& bus);
  /// Does what is due, and sets the timer for what comes next.
  void turn();
  void trim();

  bus::Bus& bus_;
  boost::asio::ssl::context tls_;
  boost::asio::steady_timer timer_;
  std::vector<Desk> desks_;
  std::unique_ptr<bus::Subscription> news_;
  Time next_trim_{};
  std::uint64_t trimmed_ = 1;
};

}  // namespace parley::application::webhooks
