// mediasoup with one worker, told by mediasoup/server.mjs what to do.

#include <cstdlib>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/peers/broadcast.h"
#include "bench/peers/json_socket.h"
#include "bench/peers/server.h"
#include "runtime/clock.h"

namespace parley::bench {
namespace {

using nlohmann::json;

constexpr PlainRtp kMedia{.port = 5004, .extensions = 20};
constexpr Duration kStarting = 10s;
constexpr const char* kWorker = "build/mediasoup/mediasoup-worker";
constexpr const char* kFolder = "bench/peers/mediasoup";

class Mediasoup final : public Server {
 public:
  Mediasoup()
      : process_({"env", "MEDIASOUP_WORKER_BIN=" + std::filesystem::absolute(kWorker).native(),
                  "node", std::filesystem::absolute(kFolder).native() + "/server.mjs",
                  folder_.in("socket"), fmt::format("{}", kMedia.port)},
                 folder_.path()) {}

  Process& process() override { return process_; }

  std::expected<void, std::string> join(Guests& guests, const Load& load) override {
    const auto up = [&] { return signaling_.connect(folder_.in("socket")); };
    if (!guests.run_until(up, kStarting)) return std::unexpected("it does not come up");
    return broadcast(guests, load, kMedia,
                     [&](load::PeerConnection& viewer) { return watch(viewer); });
  }

 private:
  std::expected<void, std::string> watch(load::PeerConnection& viewer) {
    signaling_.send({{"request", "offer"}});
    json offered = signaling_.receive();
    if (!offered.is_object()) return std::unexpected("no offer");
    const std::string answer =
        viewer.answer(offered["sdp"].get<std::string>(), runtime::monotonic_now());
    if (answer.empty()) return std::unexpected("an offer that cannot be answered");
    offered["sdp"] = answer;
    signaling_.send(offered);
    if (!signaling_.receive().is_object()) return std::unexpected("an answer that is not taken");
    return {};
  }

  TemporaryFolder folder_;
  Process process_;
  JsonSocket signaling_{JsonSocket::Framing::lines};
};

}  // namespace

std::optional<Peer> find_mediasoup() {
  const std::string package = fmt::format("{}/node_modules/mediasoup/package.json", kFolder);
  const auto version = line_of(fmt::format("cat {} 2>&1", package), "\"version\"");
  if (!version || !std::filesystem::exists(kWorker)) return std::nullopt;
  // "version": "3.12.16",
  const std::size_t end = version->rfind('"');
  const std::size_t begin = version->rfind('"', end - 1) + 1;
  return Peer{.name = "mediasoup (one worker)",
              .version = version->substr(begin, end - begin),
              .start = [] { return std::make_unique<Mediasoup>(); }};
}

}  // namespace parley::bench
