#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/assert.h"
#include "media/ingest/ingest.h"

namespace {

using namespace parley;
using namespace parley::media;

class Silent final : public EventSink {
 public:
  void on_event(Event) override {}
};

AddStream stream(std::uint64_t id, Codec codec, std::uint8_t type) {
  AddStream command;
  command.stream = StreamId(id);
  command.kind = codec == Codec::opus ? Kind::audio : Kind::video;
  command.mid = std::string(1, static_cast<char>('0' + id));
  command.codecs = {{codec, type, static_cast<std::uint8_t>(type + 1),
                     codec == Codec::opus ? 48000u : 90000u, ""}};
  command.extensions.mid = 1;
  command.extensions.rid = 2;
  command.extensions.repaired_rid = 3;
  command.extensions.audio_level = 4;
  command.extensions.transport_sequence = 5;
  command.extensions.dependency_descriptor = 6;
  command.extensions.abs_capture_time = 7;
  command.extensions.playout_delay = 8;
  command.layers = {{"", static_cast<std::uint32_t>(id), static_cast<std::uint32_t>(id + 100)}};
  command.nack = true;
  return command;
}

}  // namespace

// A publisher that sends whatever it likes. The input is a row of steps: what to do, how long, the
// bytes. Feedback must come to an end, a deadline must never stay in the past, and no packet may be
// held back.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  PacketPool pool(PacketPool::kChunk);
  Silent events;
  Ingest ingest({.local_ssrc = 77, .cname = "fuzz", .clock = {1'700'000'000s}}, events);
  ingest.add_stream(stream(1, Codec::opus, 96));
  ingest.add_stream(stream(2, Codec::vp8, 98));
  ingest.add_stream(stream(3, Codec::vp9, 100));
  ingest.add_stream(stream(4, Codec::h264, 102));
  ingest.add_stream(stream(5, Codec::av1, 104));
  AddStream simulcast = stream(6, Codec::vp8, 106);
  simulcast.layers = {{"q", 0, 0}, {"h", 0, 0}, {"f", 0, 0}};
  ingest.add_stream(simulcast);

  Time now(100s);
  ByteReader in(ByteView(data, size));
  while (in.remaining() > 3) {
    const std::uint8_t what = in.u8();
    now += std::chrono::milliseconds(in.u8());
    const ByteView bytes = in.bytes(std::min<std::size_t>(in.u8(), in.remaining()));
    switch (what % 4) {
      case 0:
      case 1:
        if (const auto packet = ingest.accept(bytes, now, pool)) {
          PARLEY_ASSERT((*packet)->payload().size() <= bytes.size());
        }
        break;
      case 2:
        ingest.on_rtcp(bytes, now);
        break;
      default:
        ingest.request_keyframe(StreamId(what >> 4), static_cast<std::uint8_t>((what >> 2) & 3),
                                now);
        if (what == 0xff) ingest.remove_stream(StreamId(2));
        break;
    }
    bool more = true;
    for (int turns = 0; more; ++turns) {
      PARLEY_ASSERT(turns < 32);
      std::array<std::uint8_t, rtcp::kMaxCompoundSize> buffer;
      rtcp::Writer writer(buffer);
      more = ingest.collect_feedback(now, writer);
      PARLEY_ASSERT(writer.empty() || rtcp::Compound(writer.bytes()).well_formed());
    }
    PARLEY_ASSERT(ingest.next_deadline() > now);
  }
  PARLEY_ASSERT(pool.in_use() == 0);
  std::vector<AudioLevel> levels;
  std::vector<StreamStats> stats;
  ingest.collect_audio_levels(levels);
  ingest.collect_stats(stats);
  return 0;
}
