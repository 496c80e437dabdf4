#include "bench/crowd.h"

#include <sys/socket.h>

#include <array>
#include <atomic>
#include <future>
#include <thread>

#include <fmt/format.h>

#include "base/assert.h"
#include "protocols/demux/demux.h"
#include "protocols/rtp/extensions.h"
#include "protocols/rtp/packet.h"
#include "runtime/clock.h"
#include "runtime/loop.h"
#include "runtime/random.h"
#include "runtime/thread.h"
#include "runtime/udp.h"
#include "sim/client.h"
#include "sim/feedback.h"

namespace parley::bench {
namespace {

constexpr media::StreamId kStream(1);
constexpr std::uint32_t kSsrc = 0x1000;
constexpr std::uint32_t kRtxSsrc = 0x1001;
constexpr std::uint8_t kMid = 1;
constexpr std::uint8_t kTransportSequence = 2;
constexpr std::size_t kKeyframeEvery = 25;
constexpr std::size_t kReadBatch = 64;

const media::ExtensionIds kExtensions{.mid = kMid, .transport_sequence = kTransportSequence};

std::vector<media::CodecBinding> codecs() {
  return {{.codec = media::Codec::vp8,
           .payload_type = 96,
           .rtx_payload_type = 97,
           .clock_rate = 90000,
           .fmtp = ""}};
}

}  // namespace

struct Crowd::Impl {
  struct Member {
    Member(media::TransportId t, const sim::ClientConfig& config, Random& random,
           runtime::UdpSocket s)
        : transport(t), client(config, random), socket(std::move(s)) {
      path = {.protocol = Protocol::udp, .local = 0, .connection = 0, .remote = socket.address()};
    }
    media::TransportId transport;
    sim::Client client;
    sim::Feedback feedback{client};
    runtime::UdpSocket socket;
    ice::Path path;  // as the server names it
    bool readable = false;
  };

  media::ShardPort& shard;
  const SocketAddress server;
  const media::Fingerprint fingerprint;
  const Load load;
  FarSide* const far_side;
  runtime::SystemRandom random;
  dtls::Certificate certificate =
      dtls::Certificate::generate(runtime::clock_offset().wall(runtime::monotonic_now()));
  srtp::Engine srtp;
  std::vector<std::unique_ptr<Member>> members;  // the first one publishes
  runtime::Loop loop;
  std::atomic<std::uint64_t> received{0};
  std::array<mmsghdr, kReadBatch> messages{};
  std::array<iovec, kReadBatch> pieces{};
  std::array<std::array<std::uint8_t, 2048>, kReadBatch> buffers;

  std::size_t frames_to_publish = 0;
  std::size_t frame = 0;
  Burst burst = Burst::together;
  Time next_frame = kNever;
  std::shared_ptr<std::promise<void>> published;
  std::uint16_t sequence = 0;
  std::uint16_t transport_sequence = 0;

  std::thread thread;

  Impl(media::ShardPort& s, const SocketAddress& to, const media::Fingerprint& f, const Load& l,
       FarSide* far)
      : shard(s), server(to), fingerprint(f), load(l), far_side(far) {
    for (std::size_t i = 0; i < kReadBatch; ++i) {
      pieces[i] = {buffers[i].data(), buffers[i].size()};
      messages[i].msg_hdr.msg_iov = &pieces[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    for (std::size_t i = 0; i <= load.subscribers; ++i) add_member(i);
    loop.on_turn([this](Time now) { return turn(now); });
  }

  std::expected<runtime::UdpSocket, runtime::IoError> open_socket(std::size_t member) {
    const bool far = far_side != nullptr && member > 0;
    auto socket = runtime::UdpSocket::open({.bind = {server.ip, 0}, .gro = false});
    if (far) {
      far_side->inside([&] {
        socket = runtime::UdpSocket::open({.bind = {far_side->there(), 0}, .gro = false});
      });
    }
    PARLEY_ASSERT(socket);
    return socket;
  }

  void add_member(std::size_t i) {
    auto socket = open_socket(i);
    const sim::ClientConfig config{.credentials = {random.token(8), random.token(24)},
                                   .certificate = &certificate,
                                   .srtp = &srtp,
                                   .dtls_active = true,
                                   .suite = load.suite,
                                   .opens_channels = false};
    auto member =
        std::make_unique<Member>(media::TransportId(i + 1), config, random, std::move(*socket));
    const media::IceCredentials ours{random.token(8), random.token(24)};
    shard.post(media::CreateTransport{.transport = member->transport, .local = ours});
    shard.post(media::SetRemote{.transport = member->transport,
                                .remote = config.credentials,
                                .fingerprint = member->client.fingerprint(),
                                .role = media::DtlsRole::passive});
    const Time now = runtime::monotonic_now();
    member->client.set_remote(ours, fingerprint, now);
    member->client.add_path(member->path, now);
    loop.watch(member->socket.fd(),
               [m = member.get()](runtime::Loop::Ready) { m->readable = true; });
    members.push_back(std::move(member));
  }

  Time turn(Time now) {
    Time next = kNever;
    for (const auto& member : members) {
      if (std::exchange(member->readable, false)) read(*member, now);
      if (member->client.next_deadline() <= now) member->client.on_deadline(now);
      member->feedback.advance(now);
      while (const auto datagram = member->client.poll()) send(*member, datagram->bytes);
      next = std::min({next, member->client.next_deadline(), member->feedback.next_event()});
    }
    if (now >= next_frame) publish_frame(now);
    return std::min(next, next_frame);
  }

  void read(Member& member, Time now) {
    const int count =
        recvmmsg(member.socket.fd(), messages.data(), kReadBatch, MSG_DONTWAIT, nullptr);
    std::uint64_t media = 0;
    for (int i = 0; i < count; ++i) {
      const MutableBytes datagram(buffers[static_cast<std::size_t>(i)].data(),
                                  messages[static_cast<std::size_t>(i)].msg_len);
      if (demux::classify(datagram) == demux::Kind::rtp) {
        ++media;
        member.feedback.on_rtp(datagram, kTransportSequence, now);  // Headers are not encrypted.
      } else {
        member.client.receive(member.path, datagram, now);
      }
    }
    // What was received decides nothing here, so a subscriber that never reads RTCP would do, too.
    while (member.client.poll_rtcp()) {
    }
    received.fetch_add(media, std::memory_order_relaxed);
  }

  void send(Member& member, ByteView bytes) {
    const runtime::UdpTrain train{server, bytes.size(), bytes};
    member.socket.send({&train, 1});
  }

  /// A VP8 frame (RFC 7741) of eight packets of the same size.
  void publish_frame(Time now) {
    const bool keyframe = frame % kKeyframeEvery == 0;
    Member& publisher = *members.front();
    ByteVector together;
    std::size_t segment = 0;
    for (std::size_t i = 0; i < load.packets_per_frame; ++i) {
      std::array<std::uint8_t, 64> header{};
      rtp::write_fixed_header(header.data(),
                              {.marker = i + 1 == load.packets_per_frame,
                               .payload_type = 96,
                               .sequence = rtp::WireSeq(sequence++),
                               .timestamp = rtp::WireTimestamp(static_cast<std::uint32_t>(
                                   now.time_since_epoch() / 1us * 9 / 100)),
                               .ssrc = kSsrc},
                              true);
      rtp::ExtensionWriter extensions(MutableBytes(header).subspan(rtp::kFixedHeaderSize));
      extensions.add(kMid, as_bytes("0"));
      std::array<std::uint8_t, 2> number;
      store_be16(number.data(), transport_sequence++);
      extensions.add(kTransportSequence, number);
      const std::size_t header_size = rtp::kFixedHeaderSize + extensions.finish();

      ByteVector payload(load.packet_size - header_size, 0x5a);
      // Descriptor with a 15-bit picture id; S on the first packet.
      payload[0] = static_cast<std::uint8_t>(0x80 | (i == 0 ? 0x10 : 0));
      payload[1] = 0x80;
      store_be16(&payload[2], static_cast<std::uint16_t>(0x8000 | (frame & 0x7fff)));
      if (i == 0) {
        payload[4] = keyframe ? 0x10 : 0x11;  // P: 0 for a key frame; show_frame.
        if (keyframe) {
          const std::array<std::uint8_t, 7> start{0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02};
          std::copy(start.begin(), start.end(), payload.begin() + 7);
        }
      }
      publisher.client.send_rtp(ByteView(header).first(header_size), payload);
      const auto datagram = publisher.client.poll();
      PARLEY_ASSERT(datagram);
      if (burst == Burst::one_by_one) {
        send(publisher, datagram->bytes);
      } else {
        segment = datagram->bytes.size();
        together.insert(together.end(), datagram->bytes.begin(), datagram->bytes.end());
      }
    }
    if (!together.empty()) {
      const runtime::UdpTrain train{server, segment, together};
      publisher.socket.send({&train, 1});
    }
    ++frame;
    next_frame += load.frame_interval;
    if (--frames_to_publish == 0) {
      next_frame = kNever;
      published->set_value();
    }
  }

  bool all_connected() const {
    return std::ranges::all_of(members, [](const auto& m) { return m->client.connected(); });
  }

  void subscribe_all() {
    shard.post(media::AddStream{.stream = kStream,
                                .transport = members.front()->transport,
                                .kind = media::Kind::video,
                                .mid = "0",
                                .codecs = codecs(),
                                .extensions = kExtensions,
                                .layers = {{.rid = "", .ssrc = kSsrc, .rtx_ssrc = kRtxSsrc}},
                                .nack = true});
    for (std::size_t i = 1; i < members.size(); ++i) {
      shard.post(media::Subscribe{.subscription = media::SubscriptionId(i),
                                  .stream = kStream,
                                  .transport = members[i]->transport,
                                  .mid = "0",
                                  .ssrc = static_cast<std::uint32_t>(0x2000 + 2 * i),
                                  .rtx_ssrc = static_cast<std::uint32_t>(0x2001 + 2 * i),
                                  .codecs = codecs(),
                                  .extensions = kExtensions,
                                  .nack = true});
    }
  }
};

Crowd::Crowd(media::ShardPort& shard, const SocketAddress& server,
             const media::Fingerprint& fingerprint, const Load& load, FarSide* far_side)
    : impl_(std::make_unique<Impl>(shard, server, fingerprint, load, far_side)) {}

Crowd::~Crowd() {
  if (!impl_->thread.joinable()) return;
  impl_->loop.stop();
  impl_->thread.join();
}

bool Crowd::join() {
  impl_->thread = std::thread([this] {
    runtime::name_thread("crowd");
    runtime::pin_thread(kClientsCore);
    impl_->loop.run();
  });
  const Time give_up = runtime::monotonic_now() + 20s;
  while (runtime::monotonic_now() < give_up) {
    // Shared, because set_value may still be at work when get has returned.
    const auto connected = std::make_shared<std::promise<bool>>();
    impl_->loop.post([this, connected] { connected->set_value(impl_->all_connected()); });
    if (connected->get_future().get()) {
      impl_->subscribe_all();
      return true;
    }
    std::this_thread::sleep_for(20ms);
  }
  return false;
}

bool Crowd::publish(Burst burst) {
  const auto published = std::make_shared<std::promise<void>>();
  impl_->loop.post([this, burst, published] {
    impl_->published = published;
    impl_->burst = burst;
    impl_->frames_to_publish = impl_->load.frames_per_run;
    impl_->next_frame = impl_->loop.now();
  });
  return published->get_future().wait_for(10s) == std::future_status::ready;
}

std::vector<SocketAddress> Crowd::addresses() const {
  std::vector<SocketAddress> all;
  for (std::size_t i = 1; i < impl_->members.size(); ++i) {
    all.push_back(impl_->members[i]->socket.address());
  }
  return all;
}

std::uint64_t Crowd::received() const { return impl_->received; }

}  // namespace parley::bench
