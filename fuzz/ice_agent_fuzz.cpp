#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/assert.h"
#include "protocols/ice/agent.h"

namespace {

using namespace parley;

/// Answers what a full agent asks, sometimes, so that the far side of the machine is reached as
/// well.
struct Peer final : ice::Host {
  void send(const ice::Path& path, ByteView datagram) override {
    const auto message = stun::parse(datagram);
    PARLEY_ASSERT(message && stun::fingerprint_ok(*message));
    if (message->klass == stun::Class::request) asked.emplace(path, message->transaction);
  }
  void bind(const ice::Path&) override {
    ++bound;
    PARLEY_ASSERT(bound <= static_cast<int>(ice::Agent::kMaxPaths) + 1);
  }
  void unbind(const ice::Path&) override { --bound; }

  int bound = 0;
  std::optional<std::pair<ice::Path, stun::TransactionId>> asked;
};

}  // namespace

// A script of checks, answers, restarts, closed connections, noise and waiting.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader script(ByteView(data, size));
  SeededRandom random(1);
  Peer peer;
  ice::Agent agent({.lite = script.u8() % 2 == 0}, {"u0", "password"}, random);
  Time now{1h};
  unsigned generations = 1;

  while (script.remaining() > 0) {
    const std::uint8_t action = script.u8();
    const std::uint8_t detail = script.u8();
    ice::Path path;
    path.protocol = detail & 0x80 ? Protocol::tcp : Protocol::udp;
    path.remote.port = detail & 0x1f;
    switch (action % 8) {
      case 0:
      case 1: {
        stun::TransactionId id{};
        random.fill(id);
        stun::Writer writer(stun::Class::request, id);
        const unsigned generation = script.u8() % generations;
        writer.username("u" + std::to_string(generation) + ":peer").priority(detail);
        if (detail & 0x40) writer.use_candidate();
        if (detail & 0x20) writer.ice_controlled(detail);
        (void)agent.handle(path, writer.finish(action & 0x80 ? "wrong" : "password"), now, peer);
        break;
      }
      case 2: {
        if (!peer.asked) break;
        const bool good = (detail & 1) == 0;
        stun::Writer writer(good ? stun::Class::success : stun::Class::error, peer.asked->second);
        if (!good) writer.error(487, "Role Conflict");
        (void)agent.handle(peer.asked->first, writer.finish("secret"), now, peer);
        break;
      }
      case 3:
        if (generations < 200) agent.restart({"u" + std::to_string(generations++), "password"});
        break;
      case 4:
        agent.set_remote({detail % 2 ? "peer" : "other", "secret"}, now);
        break;
      case 5:
        agent.forget(path, now, peer);
        break;
      case 6:
        (void)agent.handle(path, script.bytes(std::min<std::size_t>(detail, script.remaining())),
                           now, peer);
        break;
      case 7:
        now += 37ms * detail;
        agent.on_deadline(now, peer);
        PARLEY_ASSERT(agent.next_deadline() > now);  // Else its loop would spin.
        break;
    }
    PARLEY_ASSERT((agent.state() == ice::Agent::State::waiting) == (agent.selected() == nullptr));
  }
  return 0;
}
