#include "apps/supervisor/probe.h"

#include <array>

namespace parley::apps {
namespace {

constexpr Duration kInterval = 100ms;
constexpr std::string_view kRequest =
    "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
constexpr std::string_view kWanted = "HTTP/1.1 200";

}  // namespace

Time Probe::turn(Time now) {
  if (healthy_) return kNever;
  if (now < next_) return next_;
  next_ = now + kInterval;
  hang_up();
  auto connection = runtime::TcpConnection::connect(address_, kRequest.size());
  if (!connection) return next_;
  connection_ = std::move(*connection);
  answer_.clear();
  [[maybe_unused]] const bool queued = connection_->write({as_bytes(kRequest)});
  loop_.watch(
      connection_->fd(), [this](runtime::Loop::Ready ready) { on_ready(ready); }, true, true);
  return next_;
}

void Probe::on_ready(runtime::Loop::Ready ready) {
  if (ready.writable) {
    if (!connection_->flush()) return hang_up();
    loop_.rewatch(connection_->fd(), true, connection_->wants_to_write());
  }
  if (!ready.readable) return;
  std::array<std::uint8_t, 1024> block{};
  const auto got = connection_->read(block);
  if (got) answer_.append(as_chars(ByteView(block).first(*got)));
  if (answer_.starts_with(kWanted)) healthy_ = true;
  if (!got || healthy_ || answer_.size() > kWanted.size()) hang_up();
}

void Probe::hang_up() {
  if (!connection_) return;
  loop_.unwatch(connection_->fd());
  connection_.reset();
}

}  // namespace parley::apps
