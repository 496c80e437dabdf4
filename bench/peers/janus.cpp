// Janus with its streaming plugin: plain RTP in, WebRTC out. Its signaling is JSON, here over a
// Unix socket, a message in each packet of it.

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

constexpr PlainRtp kMedia{.port = 5004, .extensions = 12};
constexpr std::uint64_t kStream = 1;
constexpr Duration kStarting = 10s;

/// What Debian's package installs, less what is not needed; folders are its defaults. ICE is lite,
/// as Parley's, and sessions need not be kept alive.
constexpr const char* kGeneral = R"(
general: {{
  configs_folder = "{folder}"
  debug_level = 3
  session_timeout = 0
  {event_loops}
}}
nat: {{
  ice_lite = true
}}
plugins: {{
  disable = "libjanus_audiobridge.so,libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,libjanus_nosip.so,libjanus_recordplay.so,libjanus_sip.so,libjanus_textroom.so,libjanus_videocall.so,libjanus_videoroom.so,libjanus_voicemail.so"
}}
transports: {{
  disable = "libjanus_http.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_rabbitmq.so,libjanus_websockets.so"
}}
)";
constexpr const char* kTransport = R"(
general: {{
  enabled = true
  json = "compact"
  path = "{}"
}}
)";
constexpr const char* kStreams = R"(
stream: {{
  type = "rtp"
  id = {}
  audio = false
  video = true
  videoiface = "127.0.0.1"
  videoport = {}
  videopt = {}
  videocodec = "vp8"
}}
)";

class Janus final : public Server {
 public:
  explicit Janus(unsigned event_loops) {
    const std::string loops =
        event_loops == 0 ? std::string() : fmt::format("event_loops = {}", event_loops);
    folder_.write("janus.jcfg", fmt::format(kGeneral, fmt::arg("folder", folder_.path()),
                                            fmt::arg("event_loops", loops)));
    folder_.write("janus.transport.pfunix.jcfg", fmt::format(kTransport, folder_.in("socket")));
    folder_.write("janus.plugin.streaming.jcfg",
                  fmt::format(kStreams, kStream, kMedia.port, kMedia.payload_type));
    start();
  }

  Process& process() override { return *process_; }

  std::expected<void, std::string> join(Guests& guests, const Load& load) override {
    const auto up = [&] {
      // Its thread for Unix sockets ends at once if it begins before the plugin is said to be
      // initialized, which happens half of the time (1.1.2); then Janus ends, too.
      if (!process_->running()) start();
      if (signaling_.connect(folder_.in("socket"))) session_ = id_in(ask({{"janus", "create"}}));
      return session_ != 0;
    };
    if (!guests.run_until(up, kStarting)) return std::unexpected("it does not come up");
    return broadcast(guests, load, kMedia,
                     [&](load::PeerConnection& viewer) { return watch(viewer); });
  }

 private:
  void start() {
    process_.emplace(
        std::vector<std::string>{"janus", "--configs-folder", folder_.path(), "--disable-colors"},
        folder_.path());
  }

  /// The answer itself, not that the request has come.
  json ask(json request) {
    const std::string transaction = fmt::format("{}", ++asked_);
    request["transaction"] = transaction;
    if (!signaling_.send(request)) return nullptr;
    while (true) {
      json answer = signaling_.receive();
      if (!answer.is_object()) return nullptr;
      if (answer.value("transaction", "") == transaction && answer.value("janus", "") != "ack") {
        return answer;
      }
    }
  }

  static std::uint64_t id_in(const json& answer) {
    if (!answer.is_object() || !answer.contains("data")) return 0;
    return answer["data"].value("id", std::uint64_t{0});
  }

  /// The plugin offers, the viewer answers.
  std::expected<void, std::string> watch(load::PeerConnection& viewer) {
    const std::uint64_t handle = id_in(
        ask({{"janus", "attach"}, {"session_id", session_}, {"plugin", "janus.plugin.streaming"}}));
    const auto tell = [&](const json& body, const json& description) {
      json message{
          {"janus", "message"}, {"session_id", session_}, {"handle_id", handle}, {"body", body}};
      if (!description.is_null()) message["jsep"] = description;
      return ask(message);
    };
    const json offered = tell({{"request", "watch"}, {"id", kStream}}, nullptr);
    if (!offered.is_object() || !offered.contains("jsep")) {
      return std::unexpected(fmt::format("no offer but {}", offered.dump()));
    }
    const std::string answer =
        viewer.answer(offered["jsep"]["sdp"].get<std::string>(), runtime::monotonic_now());
    if (answer.empty()) return std::unexpected("an offer that cannot be answered");
    (void)tell({{"request", "start"}}, {{"type", "answer"}, {"sdp", answer}, {"trickle", false}});
    return {};
  }

  TemporaryFolder folder_;
  std::optional<Process> process_;
  JsonSocket signaling_{JsonSocket::Framing::packets};
  std::uint64_t asked_ = 0;
  std::uint64_t session_ = 0;
};

}  // namespace

std::optional<Peer> find_janus(unsigned event_loops) {
  // "Janus version: 1102 (1.1.2)"
  const auto line = line_of("janus --help 2>&1", "Janus version");
  if (!line) return std::nullopt;
  const std::size_t begin = line->find('(') + 1;
  return Peer{.name = event_loops == 0 ? "Janus (thread per viewer)"
                                       : fmt::format("Janus (event_loops = {})", event_loops),
              .version = line->substr(begin, line->find(')') - begin),
              .start = [=] { return std::make_unique<Janus>(event_loops); }};
}

}  // namespace parley::bench
