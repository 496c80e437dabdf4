// What a peer may send once it holds an association: any chunk, any message on any stream, whole or
// in pieces, with a right tag and checksum. The other end must stay within its bounds and keep its
// events consistent.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>

#include "base/assert.h"
#include "base/bytes.h"
#include "protocols/sctp/association.h"
#include "protocols/sctp/dcep.h"

using namespace parley;

namespace {

constexpr std::size_t kHeader = 12;

/// RFC 9260 appendix A.
std::uint32_t crc32c(ByteView bytes) {
  std::uint32_t crc = ~0u;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78u : 0u);
  }
  return __builtin_bswap32(~crc);
}

/// Two ends that are connected, and what an onlooker knows of one's packets to the other.
struct Connection {
  Connection() {
    left.start(now);
    right.start(now);
    for (int i = 0; i < 200 && !(left.state() == sctp::State::connected &&
                                 right.state() == sctp::State::connected);
         ++i) {
      exchange();
    }
    PARLEY_ASSERT(right.state() == sctp::State::connected);
  }

  void exchange() {
    while (const auto packet = left.poll_packet()) {
      const ByteVector copy = to_vector(*packet);
      // INIT and INIT ACK carry the sender's first TSN; every later packet the tag that the
      // receiver chose.
      if (copy.size() >= kHeader + 20 && (copy[kHeader] == 1 || copy[kHeader] == 2))
        next_tsn = load_be32(&copy[28]);
      if (load_be32(&copy[4]) != 0) tag = load_be32(&copy[4]);
      right.receive(copy, now);
    }
    while (const auto packet = right.poll_packet()) left.receive(to_vector(*packet), now);
    now += 10ms;
    left.on_deadline(now);
    right.on_deadline(now);
  }

  void inject(ByteView chunks) {
    ByteVector packet;
    ByteWriter w(packet);
    w.u16(5000);
    w.u16(5000);
    w.u32(tag);
    w.u32(0);
    w.bytes(chunks);
    store_be32(&packet[8], crc32c(packet));
    right.receive(packet, now);
    while (right.poll_packet()) {
    }
  }

  Time now{1000s};
  sctp::Association left{sctp::Options{.dtls_client = true}};
  sctp::Association right;
  std::uint32_t next_tsn = 0;
  std::uint32_t tag = 0;
};

void fuzz_dcep(ByteView bytes) {
  if (const auto config = sctp::parse_open(bytes)) {
    const auto again = sctp::parse_open(sctp::write_open(*config));
    PARLEY_ASSERT(again.has_value() && *again == *config);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView all(data, size);
  fuzz_dcep(all);

  Connection c;
  std::set<sctp::ChannelId> open;
  ByteReader input(all);
  while (input.remaining() >= 6) {
    const std::uint8_t what = input.u8();
    const std::uint8_t stream = input.u8();
    const std::uint16_t sequence = input.u16();
    const ByteView bytes = input.bytes(input.u16() % (input.remaining() + 1));
    ByteVector chunk;
    ByteWriter w(chunk);
    if ((what & 0x80) != 0) {
      w.bytes(bytes);  // Any chunks at all.
    } else {
      w.u8(0);            // DATA, RFC 9260 section 3.3.1.
      w.u8(what & 0x07);  // Unordered, beginning, end.
      w.u16(static_cast<std::uint16_t>(16 + bytes.size()));
      w.u32(c.next_tsn++);
      w.u16(stream);
      w.u16(sequence);
      w.u32(50 + (what >> 3));
      w.bytes(bytes);
      w.zeros((4 - bytes.size() % 4) % 4);
    }
    c.inject(chunk);
    c.now += 10ms;
    c.right.on_deadline(c.now);

    while (const auto event = c.right.poll_event()) {
      if (const auto* const o = std::get_if<sctp::ChannelOpened>(&*event))
        PARLEY_ASSERT(open.insert(o->id).second);
      if (const auto* const closed = std::get_if<sctp::ChannelClosed>(&*event))
        open.erase(closed->id);
      if (const auto* const m = std::get_if<sctp::Message>(&*event))
        PARLEY_ASSERT(open.contains(m->channel));
    }
  }
  return 0;
}
