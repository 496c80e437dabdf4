#pragma once

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <functional>

#include "application/http/post.h"
#include "application/webhooks/letter.h"
#include "application/webhooks/recipient.h"
#include "observability/metrics.h"

namespace parley::application::webhooks {

/// A backend at a URL. What is not answered with 2xx has not arrived.
///
///  owner    Service
///  thread   the loop's
class Receiver final : public Recipient {
 public:
  static constexpr std::chrono::seconds kTimeLimit{10};

  /// How tries end; what is not a failure below is an answer of another class than 2xx.
  struct Failures {
    observability::Counter refused;                  ///< By status.
    std::array<observability::Counter, 5> by_error;  ///< By http::PostError.
  };

  Receiver(http::Url url, signaling::ApiKey key, Filter filter, boost::asio::io_context& loop,
           boost::asio::ssl::context& tls, std::function<WallTime()> wall);

  bool wants(const livekit::WebhookEvent& event) const override;
  void deliver(const plane::OutboxEntry& entry, const livekit::WebhookEvent& event,
               std::function<void(bool)> done) override;

  const http::Url& url() const { return url_; }
  const Failures& failures() const { return failures_; }

 private:
  boost::asio::awaitable<void> send(std::string body, std::function<void(bool)> done);

  http::Url url_;
  signaling::ApiKey key_;
  Filter filter_;
  boost::asio::io_context& loop_;
  boost::asio::ssl::context& tls_;
  std::function<WallTime()> wall_;
  Failures failures_;
};

}  // namespace parley::application::webhooks
