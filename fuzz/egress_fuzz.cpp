#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/assert.h"
#include "media/egress/egress.h"
#include "media/packet/pool.h"

namespace {

using namespace parley;

struct Host final : media::EgressHost, media::TrainSender {
  std::optional<media::ReportTime> report_time(media::SubscriptionId, Time) override {
    return media::ReportTime{rtp::NtpTime(1), 2};
  }
  void on_keyframe_wanted(media::SubscriptionId, Time) override {}
  void on_overrun(media::SubscriptionId, Time) override {}
  void on_loss_reported(media::SubscriptionId, std::uint32_t, std::uint8_t, Time) override {}
  void send(std::span<const media::Train>) override {}
};

}  // namespace

// What subscribers may say of what they are sent: the input is packets forwarded, and compounds.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static srtp::Engine engine;
  static media::RtpWriter writer(engine);

  ByteReader script(ByteView(data, size));
  SeededRandom random(1);
  Host host;
  media::PacketPool pool;
  media::PacketHistory history(256);
  srtp::Sender sender(engine, srtp::Suite::aead_aes_128_gcm, {});
  media::Egress egress(random);
  media::Subscribe subscribe;
  subscribe.subscription = media::SubscriptionId(1);
  subscribe.ssrc = 0x01010101;
  subscribe.rtx_ssrc = script.u8() % 2 == 0 ? 0 : 0x02020202;
  subscribe.nack = true;
  subscribe.extensions.transport_sequence = 3;
  subscribe.extensions.mid = 1;
  subscribe.codecs.resize(1);
  subscribe.codecs[0].payload_type = 96;
  subscribe.codecs[0].rtx_payload_type = 97;
  media::EgressStream& stream = egress.add(subscribe, media::Kind::video, history, "c", {{1}, 1});
  Time now{1h};
  std::uint64_t index = 1;

  while (script.remaining() > 0) {
    const std::uint8_t action = script.u8();
    now += 1ms * (action >> 2);
    if (action % 4 == 0) {
      media::PacketDraft draft = pool.draft();
      draft.facts().received = now;
      PARLEY_ASSERT(draft.set_bytes(ByteVector(action, 1)));
      const media::PacketRef packet = std::move(draft).freeze();
      media::Rewrite rewrite;
      rewrite.index = index;
      rewrite.payload_type = 96;
      rewrite.payload_size = action;
      index += script.u8() % 3 == 0 ? 2 : 1;
      egress.enqueue(stream, packet, rewrite, history.store(packet));
    } else {
      egress.on_rtcp(script.bytes(std::min<std::size_t>(script.u8(), script.remaining())), now,
                     host);
      egress.update_bandwidth(1'000'000, now);
    }
    if (action % 4 == 1) {
      writer.begin(host);
      egress.flush({}, sender, writer, host, now);
      writer.end();
      egress.clear_queue();
      history.expire(now);
    }
    PARLEY_ASSERT(stream.round_trip() >= Duration::zero());
    PARLEY_ASSERT(!egress.budget(now) || *egress.budget(now) >= media::BandwidthLimit::kFloor);
  }
  return 0;
}
