// `parley up --dev` as users run it; publisher and viewers speak LiveKit's protocol.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "bench/peers/server.h"
#include "load/client/client.h"
#include "load/frames/packets.h"
#include "load/run/signaling.h"
#include "load/run/url.h"
#include "runtime/clock.h"
#include "signaling/token/token.h"

namespace parley::bench {
namespace {

constexpr const char* kUrl = "ws://127.0.0.1:7880";
constexpr Duration kStarting = 15s;
constexpr Duration kJoining = 15s;

std::string binary() {
  const char* const other = std::getenv("PARLEY_TEST_BINARY");
  return std::filesystem::absolute(other != nullptr ? other : "build/parley").native();
}

/// A participant over one peer connection, with its WebSocket.
class Participant final : public Guest {
 public:
  Participant(Guests& guests, load::Signaling& signaling, load::Plan plan, load::SocketId socket)
      : signaling_(signaling),
        id_(socket),
        client_(guests.shared(), std::move(plan), socket, guests.counts(), {}) {
    const WallTime now = guests.shared().clock.wall(runtime::monotonic_now());
    const std::string& name = client_.plan().identity;
    const std::string token = signaling::mint_token(
        signaling::join_token("bench", name, name, now + std::chrono::hours(1)),
        {"devkey", Secret("secret")}, now);
    const std::string target = client_.join(token, runtime::monotonic_now());
    runtime::Loop& loop = guests.loop();
    signaling.open(
        id_, target, token,
        {.on_message =
             [this, &loop](load::ClientId, ByteVector message) {
               loop.post([this, &loop, message = std::move(message)] {
                 client_.on_message(message, loop.now());
                 say();
               });
             },
         .on_closed =
             [this, &loop](load::ClientId, const std::string& reason) {
               loop.post([this, &loop, reason] { client_.on_closed(reason, loop.now()); });
             }});
  }

  void receive(const SocketAddress& from, MutableBytes datagram, Time now) override {
    client_.receive(0, from, datagram, now);
  }
  void advance(Time now) override {
    client_.advance(now);
    say();
  }
  Time next_event() const override { return client_.next_event(); }

  const load::Client& client() const { return client_; }

 private:
  void say() {
    for (std::string& request : client_.take_requests()) signaling_.send(id_, std::move(request));
  }

  load::Signaling& signaling_;
  load::ClientId id_;
  load::Client client_;
};

class Parley final : public Server {
 public:
  Parley() : process_({binary(), "up", "--dev", "--data-dir", folder_.path()}, folder_.path()) {}
  ~Parley() override {
    // Before the guests, whose loop it calls, are gone.
    if (signaling_) signaling_->stop();
  }

  Process& process() override { return process_; }

  std::expected<void, std::string> join(Guests& guests, const Load& load) override {
    auto signaling = load::Signaling::start(*load::parse_url(kUrl));
    if (!signaling) return std::unexpected(signaling.error());
    signaling_ = std::move(*signaling);
    // Towards viewers it has four bytes more of extensions than from the publisher.
    material_ = load::synthetic(load.packets_per_frame, load.packet_size - 4,
                                static_cast<unsigned>(1s / load.frame_interval));
    // It is up when it lets the publisher in.
    const Time give_up = runtime::monotonic_now() + kStarting;
    const Participant* publisher = nullptr;
    do {
      if (runtime::monotonic_now() > give_up) return std::unexpected("it does not come up");
      guests.run_for(200ms);
      publisher =
          &add(guests, {.identity = "publisher", .subscribes = false, .publishes = {&material_}});
      (void)guests.run_until([&] { return settled(*publisher); }, 5s);
    } while (!publisher->client().ready());
    std::vector<const Participant*> viewers;
    for (std::size_t i = 0; i < load.subscribers; ++i) {
      viewers.push_back(&add(guests, {.identity = fmt::format("viewer-{}", i)}));
      guests.run_for(5ms);
    }
    const auto all_watch = [&] {
      return std::ranges::all_of(viewers, [](const auto* v) { return v->client().ready(); });
    };
    if (!guests.run_until(all_watch, kJoining)) return std::unexpected("not everybody could join");
    return {};
  }

 private:
  Participant& add(Guests& guests, load::Plan plan) {
    Participant* added = nullptr;
    guests.add([&](load::SocketId socket) {
      auto made = std::make_unique<Participant>(guests, *signaling_, std::move(plan), socket);
      added = made.get();
      return made;
    });
    return *added;
  }
  static bool settled(const Participant& one) {
    using State = load::Client::State;
    const State state = one.client().state();
    return one.client().ready() || (state != State::connecting && state != State::joined);
  }

  TemporaryFolder folder_;
  Process process_;
  load::Material material_;
  std::unique_ptr<load::Signaling> signaling_;
};

}  // namespace

std::optional<Peer> find_parley() {
  const auto version = line_of(binary() + " version 2>&1", "parley ");
  if (!version) return std::nullopt;
  return Peer{.name = "Parley", .version = version->substr(version->find(' ') + 1), .start = [] {
                return std::make_unique<Parley>();
              }};
}

}  // namespace parley::bench
