#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/assert.h"
#include "media/shard/shard.h"
#include "protocols/stun/message.h"

namespace {

using namespace parley;

struct World final : media::EventSink, media::TrainSender {
  void on_event(media::Event) override {}
  void send(std::span<const media::Train> trains) override {
    for (const media::Train& train : trains) {
      PARLEY_ASSERT(!train.bytes.empty() && train.segment > 0 && train.datagrams() > 0);
      sent += train.bytes.size();
    }
  }
  std::size_t sent = 0;
};

}  // namespace

// Batches of datagrams from strangers and from those who passed a check, between commands in any
// order and a clock that runs.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto certificate = dtls::Certificate::generate(WallTime(std::chrono::days(20'000)));

  ByteReader script(ByteView(data, size));
  SeededRandom random(1);
  World world;
  media::Shard shard({.certificate = certificate, .clock = {}, .max_transports = 4}, random, world);
  Time now{1h};

  while (script.remaining() > 0) {
    const std::uint8_t action = script.u8();
    const std::uint8_t detail = script.u8();
    const media::TransportId transport(detail & 7);
    const media::StreamId stream(detail & 3);
    const media::SubscriptionId subscription(detail & 15);
    media::Path path;
    path.remote.port = detail >> 6;
    switch (action % 12) {
      case 0:
        shard.execute(media::CreateTransport{transport, {"u" + std::to_string(detail & 7), "p"}},
                      now);
        break;
      case 1:
        shard.execute(media::CloseTransport{transport}, now);
        break;
      case 2: {
        media::AddStream add;
        add.stream = stream;
        add.transport = transport;
        add.kind = detail & 0x40 ? media::Kind::audio : media::Kind::video;
        add.layers.resize((detail >> 4 & 3) + 1u);
        shard.execute(add, now);
        break;
      }
      case 3:
        shard.execute(media::RemoveStream{stream}, now);
        break;
      case 4: {
        media::Subscribe subscribe;
        subscribe.subscription = subscription;
        subscribe.stream = media::StreamId(detail >> 4 & 3);
        subscribe.transport = transport;
        subscribe.ssrc = detail;
        subscribe.nack = true;
        shard.execute(subscribe, now);
        break;
      }
      case 5:
        shard.execute(media::ConfigureSubscription{subscription, (detail & 16) != 0,
                                                   static_cast<std::uint8_t>(detail >> 5), 7},
                      now);
        break;
      case 6:
        shard.execute(media::Unsubscribe{subscription}, now);
        break;
      case 7:
        shard.execute(media::LimitBandwidth{transport, detail * 10'000u}, now);
        break;
      case 8: {
        stun::TransactionId id{};
        random.fill(id);
        stun::Writer writer(stun::Class::request, id);
        writer.username("u" + std::to_string(detail & 7) + ":peer").priority(detail);
        if (detail & 0x10) writer.use_candidate();
        ByteVector check = to_vector(writer.finish("p"));
        const media::Datagram datagram{path, check};
        shard.on_datagrams(std::span(&datagram, 1), now);
        break;
      }
      case 9: {
        std::vector<ByteVector> bytes;
        for (int i = 0; i < (detail & 3) + 1; ++i) {
          bytes.push_back(
              to_vector(script.bytes(std::min<std::size_t>(script.u8(), script.remaining()))));
        }
        std::vector<media::Datagram> batch;
        for (ByteVector& one : bytes) batch.push_back({path, one});
        shard.on_datagrams(batch, now);
        break;
      }
      case 10:
        now += 7ms * detail;
        shard.on_deadline(now);
        break;
      case 11:
        shard.on_tcp_closed(path, now);
        break;
    }
    shard.flush(world, now);
    PARLEY_ASSERT(shard.next_deadline() > now || action % 12 != 10);  // Else its loop would spin.
  }
  // Nothing of what came was worth media.
  PARLEY_ASSERT(shard.counters().media_in == 0 && shard.counters().media_out == 0);
  return 0;
}
