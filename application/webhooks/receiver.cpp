#include "application/webhooks/receiver.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace parley::application::webhooks {

namespace asio = boost::asio;

Receiver::Receiver(http::Url url, signaling::ApiKey key, Filter filter, asio::io_context& loop,
                   asio::ssl::context& tls, std::function<WallTime()> wall)
    : url_(std::move(url)),
      key_(std::move(key)),
      filter_(std::move(filter)),
      loop_(loop),
      tls_(tls),
      wall_(std::move(wall)) {}

bool Receiver::wants(const livekit::WebhookEvent& event) const {
  return filter_.passes(event.event());
}

void Receiver::deliver(const plane::OutboxEntry&, const livekit::WebhookEvent& event,
                       std::function<void(bool)> done) {
  // Texts in it came as protobuf strings, which are UTF-8: there is always a body.
  asio::co_spawn(loop_, send(body_of(event).value_or("{}"), std::move(done)), asio::detached);
}

asio::awaitable<void> Receiver::send(std::string body, std::function<void(bool)> done) {
  http::Request request;
  request.content_type = kContentType;
  request.user_agent = kUserAgent;
  request.authorization = signature_of(body, key_, wall_());
  request.body = std::move(body);
  auto posting = http::post(url_, std::move(request), tls_, kTimeLimit);
  const auto status = co_await std::move(posting);
  if (!status) {
    failures_.by_error.at(static_cast<std::size_t>(status.error())).add();
  } else if (*status / 100 != 2) {
    failures_.refused.add();
  }
  done(status && *status / 100 == 2);
}

}  // namespace parley::application::webhooks
