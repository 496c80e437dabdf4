#pragma once

#include <functional>
#include <string_view>

#include "livekit_webhook.pb.h"
#include "outbox.pb.h"

namespace parley::application::webhooks {

/// Somebody who is told what happened.
class Recipient {
 public:
  virtual ~Recipient() = default;
  virtual bool wants(const livekit::WebhookEvent& event) const = 0;
  /// Calls back once, on the courier's thread, not from within: true if it has arrived.
  virtual void deliver(const plane::OutboxEntry& entry, const livekit::WebhookEvent& event,
                       std::function<void(bool)> done) = 0;
};

}  // namespace parley::application::webhooks
