#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
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
  /// SRTP must never see a number of a stream twice (RFC 3711 section 9.1); but for packets that
  /// are sent again as they were, where there is no stream for those.
  void send(std::span<const media::Train> trains) override {
    for (const media::Train& train : trains) {
      for (std::size_t at = 0; at < train.bytes.size(); at += train.segment) {
        ByteReader header(train.bytes.subspan(at));
        header.skip(2);
        const std::uint16_t sequence = header.u16();
        header.skip(4);
        const bool is_new = sent.emplace(header.u32(), sequence).second;
        PARLEY_ASSERT(is_new || sends_again);
      }
    }
  }
  bool sends_again = false;
  std::set<std::pair<std::uint32_t, std::uint16_t>> sent;
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
  const std::uint8_t kind = script.u8();
  media::Egress egress(random, kind % 4 >= 2);
  media::Subscribe subscribe;
  subscribe.subscription = media::SubscriptionId(1);
  subscribe.ssrc = 0x01010101;
  host.sends_again = kind % 2 == 0;
  subscribe.rtx_ssrc = kind % 2 == 0 ? 0 : 0x02020202;
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
      draft.facts().keyframe_start = action % 32 == 0;
      PARLEY_ASSERT(draft.set_bytes(ByteVector(action, 1)));
      const media::PacketRef packet = std::move(draft).freeze();
      media::Rewrite rewrite;
      rewrite.index = index;
      rewrite.payload_type = 96;
      rewrite.payload_size = action;
      rewrite.marker = action % 16 == 0;
      rewrite.timestamp = static_cast<std::uint32_t>(index / 4);
      index += script.u8() % 3 == 0 ? 2 : 1;
      egress.enqueue(stream, packet, rewrite, history.store(packet));
    } else {
      egress.on_rtcp(script.bytes(std::min<std::size_t>(script.u8(), script.remaining())), now,
                     host);
      egress.update_bandwidth(1'000'000, now);
    }
    if (action % 64 == 6) egress.drop_waiting(stream, index);
    if (action % 4 == 1) {
      writer.begin(host);
      egress.flush({}, sender, writer, host, now);
      writer.end();
      egress.clear_queue();
      history.expire(now);
    }
    if (action % 64 == 2) egress.set_pace(1000u * script.u8(), now);
    PARLEY_ASSERT(stream.round_trip() >= Duration::zero());
    PARLEY_ASSERT(!egress.budget(now) || *egress.budget(now) >= media::PathEstimate::kFloor);
  }
  return 0;
}
