#include "application/webhooks/service.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "application/http/url.h"
#include "bus/subjects.h"
#include "runtime/clock.h"

namespace parley::application::webhooks {
namespace {

constexpr Duration kTrimInterval = 5s;
/// Bus and receivers answer in between; this is for what became due by that.
constexpr Duration kShortestWait = 5ms;
constexpr Duration kLongestWait = 100ms;

WallTime wall_now() { return WallTime(runtime::read_clock(CLOCK_REALTIME)); }

}  // namespace

Service::Service(boost::asio::io_context& loop, bus::Bus& bus)
    : bus_(bus), tls_(http::make_tls_context()), timer_(loop) {}

std::expected<std::unique_ptr<Service>, std::string> Service::open(const Options& options,
                                                                   boost::asio::io_context& loop,
                                                                   bus::Bus& bus, Random& random,
                                                                   const observability::Log& log) {
  std::unique_ptr<Service> service(new Service(loop, bus));
  for (std::size_t i = 0; i < options.urls.size(); ++i) {
    auto url = http::parse_url(options.urls[i]);
    if (!url) {
      return std::unexpected(fmt::format("webhook.urls: number {} {}", i + 1, url.error()));
    }
    const std::string to = url->authority();
    Desk desk;
    desk.receiver = std::make_unique<Receiver>(std::move(*url), options.key, options.filter, loop,
                                               service->tls_, wall_now);
    // The key stands for the whole URL, of which nothing can be read from it.
    desk.courier = std::make_unique<Courier>(
        digest_of(options.urls[i]), options.holder, *desk.receiver,
        Courier::Surroundings{bus, random, runtime::monotonic_now, wall_now, log.with("to", to)});
    service->desks_.push_back(std::move(desk));
  }
  return service;
}

void Service::start() {
  if (desks_.empty()) return;
  news_ = bus_.subscribe(bus::log_subject(bus::kOutbox), [this](const bus::Message&) {
    for (const Desk& desk : desks_) desk.courier->on_news();
  });
  turn();
}

void Service::turn() {
  const Time now = runtime::monotonic_now();
  Time next = now + kLongestWait;
  for (const Desk& desk : desks_) {
    if (desk.courier->next_deadline() <= now) desk.courier->on_deadline();
    next = std::min(next, desk.courier->next_deadline());
  }
  if (now >= next_trim_) trim();
  timer_.expires_after(std::max(next - now, kShortestWait));
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) turn();
  });
}

void Service::trim() {
  next_trim_ = runtime::monotonic_now() + kTrimInterval;
  std::uint64_t first = UINT64_MAX;
  for (const Desk& desk : desks_) {
    const auto needed = desk.courier->first_needed();
    if (!needed) return;  // Another process knows.
    first = std::min(first, *needed);
  }
  if (first == trimmed_) return;
  trimmed_ = first;
  bus_.trim(bus::kOutbox, first, [](auto) {});  // What stays ends by age.
}

void Service::expose(observability::Exposition& out) const {
  constexpr const char* kEvents = "Events for webhooks, by what became of them.";
  constexpr const char* kFailures = "Tries to deliver a webhook that failed, by reason.";
  for (const Desk& desk : desks_) {
    const std::string to = desk.receiver->url().authority();
    const Metrics& m = desk.courier->metrics();
    for (const auto& [counter, outcome] : {std::pair{&m.delivered, "delivered"},
                                           {&m.filtered, "filtered"},
                                           {&m.expired, "expired"},
                                           {&m.lost, "lost"},
                                           {&m.unreadable, "unreadable"}}) {
      out.counter("parley_webhook_events_total", kEvents, counter->value(),
                  {{"to", to}, {"outcome", outcome}});
    }
    const Receiver::Failures& failures = desk.receiver->failures();
    out.counter("parley_webhook_failures_total", kFailures, failures.refused.value(),
                {{"to", to}, {"why", "refused"}});
    for (std::size_t i = 0; i < failures.by_error.size(); ++i) {
      out.counter("parley_webhook_failures_total", kFailures, failures.by_error[i].value(),
                  {{"to", to}, {"why", http::to_string(static_cast<http::PostError>(i))}});
    }
    out.gauge("parley_webhook_waiting", "Events that a receiver has yet to take.",
              static_cast<double>(m.waiting.value()), {{"to", to}});
    out.gauge("parley_webhook_oldest_seconds", "Age of the oldest event waiting.",
              static_cast<double>(m.oldest_s.value()), {{"to", to}});
  }
}

}  // namespace parley::application::webhooks
