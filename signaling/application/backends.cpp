#include "signaling/application/backends.h"

#include <utility>

#include "application.pb.h"
#include "bus/subjects.h"

namespace parley::signaling {

Backends::Backends(bus::Bus& bus, std::function<Time()> now)
    : now_(std::move(now)),
      statuses_(bus.subscribe(bus::kApplicationStatus,
                              [this](const bus::Message& message) { on_status(message); })) {}

void Backends::on_status(const bus::Message& message) {
  plane::ApplicationStatus status;
  if (!status.ParseFromArray(message.payload.data(), static_cast<int>(message.payload.size())) ||
      status.port() == 0 || status.port() > UINT16_MAX) {
    return;
  }
  const Time now = now_();
  std::erase_if(heard_, [&](const auto& one) { return now - one.second.at > kLife; });
  if (status.leaving()) {
    heard_.erase(status.instance());
  } else if (heard_.size() < kMost || heard_.contains(status.instance())) {
    heard_[status.instance()] = {
        {status.address(), static_cast<std::uint16_t>(status.port()), Secret(status.secret())},
        now};
  }
}

std::optional<Backends::Backend> Backends::choose() {
  const Time now = now_();
  std::erase_if(heard_, [&](const auto& one) { return now - one.second.at > kLife; });
  if (heard_.empty()) return std::nullopt;
  auto next = heard_.upper_bound(last_);
  if (next == heard_.end()) next = heard_.begin();
  last_ = next->first;
  return next->second.backend;
}

void Backends::forget(const Backend& backend) {
  std::erase_if(heard_, [&](const auto& one) {
    return one.second.backend.port == backend.port && one.second.backend.secret == backend.secret;
  });
}

}  // namespace parley::signaling
