#pragma once

#include "base/time.h"
#include "livekit_webhook.pb.h"

namespace parley::media {

/// Where everything goes that backends are told of by webhooks. Rooms tell of themselves, their
/// people and tracks; whoever runs agents or recordings on this node tells of those.
class WebhookSink {
 public:
  virtual ~WebhookSink() = default;
  /// `event` says what happened and to whom (`room` set, if it concerns one: it gives the order);
  /// id and time are filled in here.
  virtual void emit(livekit::WebhookEvent event, Time now) = 0;
};

}  // namespace parley::media
