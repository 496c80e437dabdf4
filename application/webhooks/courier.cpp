#include "application/webhooks/courier.h"

#include <algorithm>
#include <utility>

#include "bus/subjects.h"

namespace parley::application::webhooks {
namespace {

constexpr std::size_t kPage = 64;

}  // namespace

Courier::Courier(std::string key, std::string holder, Recipient& recipient, Surroundings world)
    : recipient_(recipient),
      world_(std::move(world)),
      place_(std::move(key), std::move(holder), world_.bus, world_.now,
             {.on_held = [this](const plane::OutboxPlace& place) { on_held(place); },
              .on_lost = [this] { on_lost(); }}) {}

void Courier::on_held(const plane::OutboxPlace& place) {
  ++tenure_;
  backlog_ = std::make_unique<Backlog>(place);
  reading_ = false;
  news_ = true;
  work();
}

void Courier::on_lost() {
  ++tenure_;
  lost_before_ += backlog_->lost();
  backlog_.reset();
  world_.log.warn("another process delivers now");
}

void Courier::on_news() {
  news_ = true;
  work();
}

Time Courier::next_deadline() const {
  Time next = place_.next_deadline();
  if (!backlog_ || !place_.safe()) return next;
  if (!reading_ && !backlog_->full()) next = std::min(next, next_poll_);
  return std::min(next, backlog_->next_deadline());
}

void Courier::on_deadline() {
  place_.on_deadline();
  work();
}

/// Whatever can be done now. Called after each input.
void Courier::work() {
  if (!backlog_) return;
  const Time now = world_.now();
  if (const std::size_t expired = backlog_->expire(now); expired > 0) {
    metrics_.expired.add(expired);
    world_.log.error("given up on: not delivered within 24 hours", {{"events", expired}});
    place_.save(backlog_->place());
  }
  if (!place_.safe()) return;
  while (const Backlog::Entry* entry = backlog_->next(now)) send(*entry);
  if (!reading_ && !backlog_->full() && (news_ || now >= next_poll_)) read();
  metrics_.lost.set(lost_before_ + backlog_->lost());
  metrics_.waiting.set(static_cast<std::int64_t>(backlog_->waiting()));
  const Time oldest = backlog_->oldest();
  metrics_.oldest_s.set(oldest >= now ? 0 : to_ms(now - oldest) / 1000);
}

void Courier::read() {
  reading_ = true;
  news_ = false;
  next_poll_ = world_.now() + kPoll;
  world_.bus.read(bus::kOutbox, backlog_->next_to_read(), kPage,
                  [this, alive = std::weak_ptr(alive_), tenure = tenure_](auto page) {
                    if (!alive.expired() && tenure == tenure_) on_page(std::move(page));
                  });
}

void Courier::on_page(std::expected<bus::LogPage, bus::Error> page) {
  reading_ = false;
  if (!page) return work();  // Again at the next poll.
  if (page->entries.empty() && page->last + 1 < backlog_->next_to_read()) {
    world_.log.error("the outbox begins anew: what was in it is gone");
    ++tenure_;  // What is on its way belongs to the old one.
    backlog_->start_over();
    news_ = true;
  }
  for (bus::LogEntry& entry : page->entries) take(std::move(entry));
  if (page->entries.size() >= kPage) news_ = true;
  if (!page->entries.empty()) place_.save(backlog_->place());
  work();
}

void Courier::take(bus::LogEntry entry) {
  if (!backlog_->wants(entry.sequence)) return backlog_->skip(entry.sequence);
  plane::OutboxEntry outbox;
  livekit::WebhookEvent event;
  if (!outbox.ParseFromArray(entry.payload.data(), static_cast<int>(entry.payload.size())) ||
      !event.ParseFromString(outbox.event())) {
    metrics_.unreadable.add();
    return backlog_->skip(entry.sequence);
  }
  if (!recipient_.wants(event)) {
    metrics_.filtered.add();
    return backlog_->skip(entry.sequence);
  }
  const Time now = world_.now();
  const Duration age = world_.wall().time_since_epoch() - std::chrono::seconds(event.created_at());
  backlog_->add({.sequence = entry.sequence,
                 .order = outbox.order(),
                 .payload = std::move(entry.payload),
                 .happened = now - age,
                 .expires = now - age + kPatience});
}

void Courier::send(const Backlog::Entry& entry) {
  plane::OutboxEntry outbox;
  livekit::WebhookEvent event;
  // It was readable when it was taken.
  outbox.ParseFromArray(entry.payload.data(), static_cast<int>(entry.payload.size()));
  event.ParseFromString(outbox.event());
  recipient_.deliver(outbox, event,
                     [this, alive = std::weak_ptr(alive_), tenure = tenure_,
                      sequence = entry.sequence](bool arrived) {
                       if (!alive.expired() && tenure == tenure_) on_answer(sequence, arrived);
                     });
}

void Courier::on_answer(std::uint64_t sequence, bool arrived) {
  if (arrived) {
    metrics_.delivered.add();
    backlog_->on_delivered(sequence);
    place_.save(backlog_->place());
    if (std::exchange(failing_, false)) world_.log.info("webhooks arrive again");
  } else {
    metrics_.retried.add();
    backlog_->on_failed(sequence, world_.now(), world_.random);
    if (!std::exchange(failing_, true)) world_.log.warn("webhooks do not arrive; trying again");
  }
  work();
}

std::optional<std::uint64_t> Courier::first_needed() const {
  if (!place_.held()) return std::nullopt;
  // As it is on the bus, not as we know it: a next life begins there.
  const plane::OutboxPlace& saved = place_.saved();
  return saved.waiting().empty() ? saved.read() + 1 : *std::ranges::min_element(saved.waiting());
}

}  // namespace parley::application::webhooks
