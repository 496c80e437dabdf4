#include <algorithm>
#include <cstdint>
#include <string>

#include "base/assert.h"
#include "media/peer/transport.h"
#include "protocols/dtls/certificate.h"
#include "protocols/srtp/srtp.h"
#include "protocols/stun/message.h"

namespace {

using namespace parley;

struct Host final : media::TransportHost, media::EventSink {
  void send(const media::Path&, ByteView) override { ++sent; }
  void bind(media::TransportId, const media::Path&) override { ++bound; }
  void unbind(media::TransportId, const media::Path&) override { --bound; }
  void on_event(media::Event) override { ++events; }

  std::uint64_t sent = 0;
  std::uint64_t events = 0;
  int bound = 0;
};

}  // namespace

// Strangers and half-authentic peers against one transport: checks that are right, everything else
// as the input has it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto certificate = dtls::Certificate::generate(WallTime(std::chrono::days(20'000)));
  static srtp::Engine engine;

  ByteReader script(ByteView(data, size));
  SeededRandom random(1);
  Host host;
  media::TransportConfig config;
  config.lite = script.u8() % 2 == 0;
  config.certificate = &certificate;
  config.srtp = &engine;
  media::Transport transport({media::TransportId(1), {"u0", "password"}, false}, config, random);
  Time now{1h};
  unsigned generations = 1;

  while (script.remaining() > 0) {
    const std::uint8_t action = script.u8();
    const std::uint8_t detail = script.u8();
    media::Path path;
    path.protocol = detail & 0x80 ? Protocol::tcp : Protocol::udp;
    path.remote.port = detail & 0x03;
    switch (action % 8) {
      case 0: {
        stun::TransactionId id{};
        random.fill(id);
        stun::Writer writer(stun::Class::request, id);
        writer.username("u" + std::to_string(script.u8() % generations) + ":peer").priority(detail);
        if (detail & 0x40) writer.use_candidate();
        ByteVector check = to_vector(writer.finish("password"));
        (void)transport.receive(path, check, now, host, host);
        break;
      }
      case 1:
      case 2: {
        const std::size_t length = std::min<std::size_t>(script.u8() * 4u, script.remaining());
        ByteVector datagram = to_vector(script.bytes(length));
        // Mostly what passes for DTLS, RTP and RTCP at first sight.
        constexpr std::uint8_t kFirst[] = {22, 20, 23, 21, 0x80, 0x81, 0, 255};
        if (!datagram.empty()) datagram[0] = kFirst[detail >> 2 & 7];
        const auto received = transport.receive(path, datagram, now, host, host);
        // Nobody has our peer's certificate here.
        PARLEY_ASSERT(received.kind == media::Transport::Received::Kind::dropped ||
                      received.kind == media::Transport::Received::Kind::consumed);
        break;
      }
      case 3: {
        media::SetRemote remote;
        remote.remote = {detail % 2 ? "peer" : "other", "secret"};
        remote.fingerprint = {detail % 3 ? "sha-256" : "md2", ByteVector(32, detail)};
        remote.role = detail & 0x40 ? media::DtlsRole::active : media::DtlsRole::passive;
        transport.set_remote(remote, now, host, host);
        break;
      }
      case 4:
        if (generations < 100) {
          transport.restart_ice({"u" + std::to_string(generations++), "password"});
        }
        break;
      case 5:
        transport.path_closed(path, now, host, host);
        break;
      case 6:
        now += 41ms * detail;
        transport.on_deadline(now, host, host);
        PARLEY_ASSERT(transport.next_deadline() > now);  // Else its loop would spin.
        break;
      case 7:
        transport.send_data(media::Channel::reliable, ByteVector(detail), now, host, host);
        transport.send_rtcp(ByteVector(detail), host);
        if (detail == 0xff) transport.close(now, host);
        break;
    }
    PARLEY_ASSERT(!transport.connected() && transport.sender() == nullptr);
    PARLEY_ASSERT(host.bound >= 0 && host.bound <= 16);
  }
  transport.close(now, host);
  PARLEY_ASSERT(host.bound == 0);
  return 0;
}
