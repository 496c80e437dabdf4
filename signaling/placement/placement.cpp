#include "signaling/placement/placement.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bus/subjects.h"
#include "signaling/clock.h"
#include "signaling/placement/await_bus.h"

namespace parley::signaling {
namespace {

constexpr auto kTick = std::chrono::milliseconds(250);
constexpr auto kRetry = std::chrono::milliseconds(25);

}  // namespace

Placement::Placement(asio::io_context& loop, bus::Bus& bus, PlacementOptions options,
                     LostHandler on_lost)
    : loop_(loop),
      bus_(bus),
      options_(std::move(options)),
      on_lost_(std::move(on_lost)),
      table_(monotonic_now()),
      last_tick_(monotonic_now()),
      timer_(loop) {
  heartbeats_ = bus_.subscribe(bus::kNodeStatus, [this](const bus::Message& m) { on_status(m); });
  tick();
}

Placement::~Placement() = default;

void Placement::on_status(const bus::Message& message) {
  plane::NodeStatus status;
  if (!status.ParseFromArray(message.payload.data(), static_cast<int>(message.payload.size())))
    return;
  if (const auto lost = table_.on_status(status, monotonic_now())) on_lost_(*lost);
}

void Placement::tick() {
  const Time now = monotonic_now();
  // A bus that is away carries no heartbeats, and neither does a process that was stopped: calls go
  // on meanwhile, so nobody may be declared dead for it.
  if (!bus_.connected() || now - last_tick_ > 4 * kTick) table_.on_interruption(now);
  last_tick_ = now;
  for (const NodeTable::Lost& lost : table_.expire(now)) on_lost_(lost);
  timer_.expires_after(kTick);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) tick();
  });
}

asio::awaitable<bool> Placement::pause(Time deadline) {
  if (monotonic_now() >= deadline) co_return false;
  asio::steady_timer timer(loop_, kRetry);
  boost::system::error_code error;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

asio::awaitable<Placement::Answer> Placement::locate(std::string room, bool may_place) {
  const std::string key = bus::key_of(room);
  const Time deadline = monotonic_now() + options_.patience;
  for (;;) {
    Attempt attempt = co_await look(key, may_place);
    if (attempt.answer) co_return Answer(std::move(*attempt.answer));
    const bool again = co_await pause(deadline);
    if (!again) co_return Answer(std::unexpected(attempt.obstacle));
  }
}

asio::awaitable<Placement::Attempt> Placement::look(const std::string& key, bool may_place) {
  const std::string bucket(bus::kRoomsBucket);
  const auto entry = co_await async_get(bus_, bucket, key);
  std::uint64_t revision = 0;
  if (entry) {
    const NodeTable::Node* node = table_.find(as_chars(entry->value));
    if (node != nullptr) co_return Attempt{Answer(*node), {}};
    // This process may only have started: a node that it has not heard yet is not a dead one.
    if (!table_.can_know(monotonic_now())) co_return Attempt{{}, PlacementError::no_node};
    revision = entry->revision;
  } else if (entry.error() != bus::Error::not_found) {
    co_return Attempt{{}, PlacementError::no_bus};
  }
  if (!may_place) co_return Attempt{Answer(std::unexpected(PlacementError::no_room)), {}};

  const NodeTable::Node* chosen = table_.least_loaded(options_.region);
  if (chosen == nullptr) co_return Attempt{{}, PlacementError::no_node};
  NodeTable::Node node = *chosen;
  const auto claimed = co_await async_claim(bus_, bucket, key, node.id, revision);
  // Another edge was faster, or the bus is away: look again.
  if (!claimed) co_return Attempt{{}, PlacementError::no_bus};
  table_.on_placed(node.id);
  co_return Attempt{Answer(std::move(node)), {}};
}

}  // namespace parley::signaling
