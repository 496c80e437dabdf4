#include "application/webhooks/place.h"

#include <utility>

#include "bus/subjects.h"

namespace parley::application::webhooks {

Place::Place(std::string key, std::string holder, bus::Bus& bus, std::function<Time()> now,
             Owner owner)
    : key_(std::move(key)),
      holder_(std::move(holder)),
      bus_(bus),
      now_(std::move(now)),
      owner_(std::move(owner)) {}

bool Place::safe() const { return held_ && now_() < confirmed_ + kGrip; }

void Place::save(plane::OutboxPlace place) {
  place.set_holder(holder_);
  value_ = std::move(place);
  dirty_ = true;
  if (held_ && !busy_) write();
}

Time Place::next_deadline() const { return busy_ ? kNever : next_; }

void Place::on_deadline() {
  if (busy_ || now_() < next_) return;
  if (held_) {
    write();
  } else {
    look();
  }
}

void Place::look() {
  busy_ = true;
  bus_.get(bus::kOutboxPlaces, key_, [this, alive = std::weak_ptr(alive_)](auto found) {
    if (!alive.expired()) on_found(std::move(found));
  });
}

void Place::on_found(std::expected<bus::Entry, bus::Error> found) {
  busy_ = false;
  next_ = now_() + kPatience;
  if (!found && found.error() != bus::Error::not_found) return;
  value_.Clear();
  if (found) {
    const bool readable =
        value_.ParseFromArray(found->value.data(), static_cast<int>(found->value.size()));
    const bool ours = !readable || value_.holder() == holder_;
    if (!seen_ || revision_ != found->revision) seen_ = now_();
    revision_ = found->revision;
    if (!ours && now_() < *seen_ + kAbandoned) return;
  } else {
    revision_ = 0;
  }
  value_.set_holder(holder_);
  write();
}

void Place::write() {
  busy_ = true;
  dirty_ = false;
  asked_ = now_();
  writing_ = value_;
  ByteVector bytes(writing_.ByteSizeLong());
  writing_.SerializeToArray(bytes.data(), static_cast<int>(bytes.size()));
  const auto done = [this, alive = std::weak_ptr(alive_)](auto result) {
    if (!alive.expired()) on_written(result);
  };
  if (revision_ == 0) {
    bus_.create(bus::kOutboxPlaces, key_, bytes, done);
  } else {
    bus_.put(bus::kOutboxPlaces, key_, bytes, revision_, done);
  }
}

void Place::on_written(std::expected<std::uint64_t, bus::Error> done) {
  busy_ = false;
  if (done) {
    revision_ = *done;
    saved_ = writing_;
    // From when we asked, not from when we heard: others count from the writing.
    confirmed_ = asked_;
    next_ = now_() + kRenewal;
    seen_.reset();
    if (!std::exchange(held_, true)) {
      owner_.on_held(saved_);
    } else if (dirty_) {
      write();
    }
    return;
  }
  next_ = now_() + kPatience;
  if (done.error() != bus::Error::conflict) return;
  // Somebody else's, or our own that was written although we never heard so: looking tells.
  next_ = now_();
  if (std::exchange(held_, false)) owner_.on_lost();
}

}  // namespace parley::application::webhooks
