#include "media/node/event_outbox.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "bus/subjects.h"
#include "outbox.pb.h"

namespace parley::media {

void EventOutbox::emit(livekit::WebhookEvent event, Time now) {
  event.set_id("EV_" + random_.token(12));
  event.set_created_at(
      std::chrono::floor<std::chrono::seconds>(clock_.wall(now)).time_since_epoch().count());
  event.set_num_dropped(dropped_untold_);

  plane::OutboxEntry entry;
  entry.set_node(origin_.node);
  entry.set_incarnation(origin_.incarnation);
  entry.set_order(event.room().name());
  entry.set_event(event.SerializeAsString());
  ByteVector payload(entry.ByteSizeLong());
  if (waiting_.size() >= kMaxEvents || bytes_ + payload.size() > kMaxBytes) {
    ++dropped_;
    ++dropped_untold_;
    return;
  }
  entry.SerializeToArray(payload.data(), static_cast<int>(payload.size()));
  dropped_untold_ = 0;
  bytes_ += payload.size();
  waiting_.push_back({event.id(), std::move(payload)});
  if (retry_at_ == kNever) send_next();
}

void EventOutbox::on_deadline(Time now) {
  if (now < retry_at_) return;
  retry_at_ = kNever;
  send_next();
}

void EventOutbox::send_next() {
  if (sending_ || waiting_.empty()) return;
  sending_ = true;
  // One at a time: were two on their way and the first failed, they would change places.
  bus_.append(bus::kOutbox, waiting_.front().id, waiting_.front().payload,
              [this, alive = std::weak_ptr(alive_)](std::expected<std::uint64_t, bus::Error> done) {
                if (!alive.expired()) on_answer(done);
              });
}

void EventOutbox::on_answer(std::expected<std::uint64_t, bus::Error> stored) {
  sending_ = false;
  // What is too large for the bus never gets through; it must not hold up the rest.
  const bool hopeless = !stored && stored.error() == bus::Error::too_large;
  if (hopeless) {
    ++dropped_;
    ++dropped_untold_;
  } else if (!stored) {
    retry_at_ = now_() + retry_delay_;
    retry_delay_ = std::min(2 * retry_delay_, kSlowestRetry);
    return;
  }
  retry_delay_ = kFirstRetry;
  bytes_ -= waiting_.front().payload.size();
  waiting_.pop_front();
  send_next();
}

}  // namespace parley::media
