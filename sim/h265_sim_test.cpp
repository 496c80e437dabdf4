#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "protocols/rtcp/feedback.h"
#include "protocols/rtcp/packet.h"
#include "protocols/rtp/packet.h"
#include "sim/call.h"

// H265 (RFC 7798) is passed through: no browser that is tested with can encode it, so a camera that
// writes its NAL units stands in for one. Simulcast of two, each with its own key frames.
namespace parley::sim {
namespace {

World& world() {
  static World shared;
  return shared;
}

constexpr std::uint8_t kPublished = 49;  // Payload types.
constexpr std::uint8_t kReceived = 116;
constexpr std::uint32_t kSsrc = 1001;

// RFC 7798 section 1.1.4: six bits of type, then layer 0 and temporal id 1.
enum class Unit : std::uint8_t {
  trail = 1,
  idr = 19,
  parameters_of_video = 32,
  sequence = 33,
  picture = 34,
  aggregation = 48,
  fragment = 49
};
void put_header(ByteVector& out, Unit type) {
  out.push_back(static_cast<std::uint8_t>(static_cast<std::uint8_t>(type) << 1));
  out.push_back(1);
}

/// A key frame is parameter sets in one packet (section 4.4.2) and a picture in two (4.4.3), any
/// other a picture in two. Behind the headers: layer, frame, part.
class Camera {
 public:
  static constexpr Duration kFrame = 33'333us;
  struct Layer {
    std::uint32_t ssrc;
    std::uint16_t sequence;
    std::uint32_t first_timestamp;
    bool key_wanted = true;
    std::uint64_t asked = 0;
  };
  std::array<Layer, 2> layers{Layer{31, 100, 5'000}, Layer{32, 65'000, 4'000'000'000}};
  std::map<std::uint32_t, ByteVector> sent;  ///< By layer, frame and part.

  explicit Camera(Client& client) : client_(client) {}

  void advance() {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const auto number = static_cast<std::uint8_t>(i);
      const bool key = std::exchange(layers[i].key_wanted, false);
      std::uint8_t part = 0;
      if (key) send(number, part++, Unit::aggregation, Unit::sequence, false);
      const Unit picture = key ? Unit::idr : Unit::trail;
      send(number, part++, Unit::fragment, picture, false);
      send(number, part, Unit::fragment, picture, true);
    }
    ++frame_;
  }

  void on_rtcp(ByteView compound) {
    for (const rtcp::PacketView& packet : rtcp::Compound(compound)) {
      if (packet.type != rtcp::Type::payload_feedback || packet.count != rtcp::kPliFormat) continue;
      const auto pli = rtcp::parse_pli(packet);
      for (Layer& layer : layers) {
        if (!pli || pli->media_ssrc != layer.ssrc) continue;
        layer.key_wanted = true;
        ++layer.asked;
      }
    }
  }

 private:
  void send(std::uint8_t number, std::uint8_t part, Unit as, Unit what, bool last) {
    Layer& layer = layers[number];
    ByteVector payload;
    put_header(payload, as);
    if (as == Unit::aggregation) {
      for (const Unit unit : {Unit::parameters_of_video, Unit::sequence, Unit::picture}) {
        // The last of them ends with what is put behind all payloads.
        const std::uint8_t size = unit == Unit::picture ? 8 : 4;
        payload.insert(payload.end(), {0, size});
        put_header(payload, unit);
        payload.insert(payload.end(), {7, 7});
      }
    } else {
      // S, E and the type of what is in fragments.
      payload.push_back(
          static_cast<std::uint8_t>((last ? 0x40 : 0x80) | static_cast<std::uint8_t>(what)));
      payload.resize(number == 0 ? 200 : 900, 5);
    }
    const std::uint32_t key = std::uint32_t{number} << 24 | (frame_ & 0xffff) << 8 | part;
    payload.resize(payload.size() + 4);
    store_be32(payload.data() + payload.size() - 4, key);
    const rtp::Header header{
        .marker = last,
        .payload_type = kPublished,
        .sequence = rtp::WireSeq(layer.sequence++),
        .timestamp = rtp::WireTimestamp(layer.first_timestamp + 3000 * frame_),
        .ssrc = layer.ssrc,
    };
    client_.send_rtp(rtp_header(client_, {}, header, Naming::none), payload);
    sent.emplace(key, std::move(payload));
  }

  Client& client_;
  std::uint32_t frame_ = 0;
};

/// What the subscriber has, in order.
struct Got {
  std::uint16_t sequence = 0;
  std::uint32_t timestamp = 0;
  bool marker = false;
  std::uint8_t layer = 0;
  std::uint32_t frame = 0;
  bool parameters = false;
};

TEST(H265Sim, IsPassedThroughAndSwitchesLayersAtItsKeyFrames) {
  Call call(world(), 3);
  const LinkConfig near{.delay = 20ms};
  Call::Peer& ann = call.join({near, near});
  Call::Peer& bob = call.join({near, near});
  call.run(2s);
  Camera camera(ann.client);
  media::CodecBinding codec;
  codec.codec = media::Codec::h265;
  codec.payload_type = kPublished;
  media::AddStream add;
  add.stream = media::StreamId(50);
  add.kind = media::Kind::video;
  add.transport = ann.transport;
  add.codecs = {codec};
  add.layers = {{"q", 0, 0}, {"h", 0, 0}};
  for (std::size_t i = 0; i < 2; ++i) add.layers[i].ssrc = camera.layers[i].ssrc;
  call.command(add);
  media::Subscribe subscribe;
  subscribe.subscription = media::SubscriptionId(1);
  subscribe.stream = add.stream;
  subscribe.transport = bob.transport;
  subscribe.ssrc = kSsrc;
  codec.payload_type = kReceived;
  subscribe.codecs = {codec};
  call.command(subscribe);

  std::vector<Got> got;
  const auto run = [&](int frames) {
    for (int i = 0; i < frames; ++i) {
      camera.advance();
      call.run(Camera::kFrame);
      for (const ByteVector& compound : std::exchange(ann.reports, {})) camera.on_rtcp(compound);
      for (const ByteVector& packet : std::exchange(bob.received, {})) {
        const auto view = rtp::parse(packet);
        ASSERT_TRUE(view);
        EXPECT_EQ(view->payload_type, kReceived);
        ASSERT_GE(view->payload.size(), 4u);
        const std::uint32_t key = load_be32(view->payload.data() + view->payload.size() - 4);
        ASSERT_TRUE(camera.sent.contains(key));
        EXPECT_EQ(to_vector(view->payload), camera.sent.at(key)) << "not a byte is changed";
        got.push_back({view->sequence.value(), view->timestamp.value(), view->marker,
                       static_cast<std::uint8_t>(key >> 24), key >> 8 & 0xffff,
                       view->payload[0] == static_cast<std::uint8_t>(Unit::aggregation) << 1});
      }
    }
  };
  const auto expect_switch_to = [&](std::uint8_t layer) {
    const std::size_t before = got.size();
    const std::uint64_t asked = camera.layers[layer].asked;
    const std::uint64_t others = camera.layers[1 - layer].asked;
    call.command(media::ConfigureSubscription{
        .subscription = subscribe.subscription, .max_spatial = layer, .pixels = 0});
    run(60);
    ASSERT_FALSE(testing::Test::HasFailure());
    EXPECT_EQ(got.back().layer, layer);
    EXPECT_EQ(camera.layers[layer].asked, asked + 1) << "once";
    EXPECT_EQ(camera.layers[1 - layer].asked, others);
    std::size_t switches = 0;
    for (std::size_t i = before; i < got.size(); ++i) {
      if (got[i].layer == got[i - 1].layer) continue;
      ++switches;
      EXPECT_TRUE(got[i].parameters) << "a layer begins with its parameter sets";
      EXPECT_TRUE(got[i - 1].marker) << "and after a whole picture";
    }
    EXPECT_EQ(switches, 1u);
  };

  run(90);
  ASSERT_FALSE(got.empty());
  EXPECT_TRUE(got.front().parameters);
  EXPECT_EQ(got.back().layer, 1);
  expect_switch_to(0);
  expect_switch_to(1);
  expect_switch_to(0);

  for (std::size_t i = 1; i < got.size(); ++i) {
    EXPECT_EQ(static_cast<std::uint16_t>(got[i].sequence - got[i - 1].sequence), 1);
    const std::uint32_t step = got[i].timestamp - got[i - 1].timestamp;
    if (!got[i - 1].marker) {
      EXPECT_EQ(step, 0u) << "of one picture";
    } else {
      EXPECT_GT(step, 0u);
      EXPECT_LT(step, 90'000u / 2);
    }
  }
}

}  // namespace
}  // namespace parley::sim
