#include <array>
#include <cstdint>
#include <vector>

#include "base/assert.h"
#include "protocols/rtcp/transport_feedback.h"

// What parses can be walked to its end; arrivals made of the same bytes are read back as written.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  using Status = rtcp::TransportFeedback::PacketStatus;
  const ByteView input(data, size);
  for (const rtcp::PacketView& packet : rtcp::Compound(input)) {
    const auto feedback = rtcp::parse_transport_feedback(packet);
    if (!feedback) continue;
    Status status;
    std::size_t walked = 0;
    for (auto cursor = feedback->statuses(); cursor.next(status);) ++walked;
    PARLEY_ASSERT(walked == feedback->status_count);
  }

  std::vector<Time> arrivals;
  Time now(1h);
  for (ByteReader in(input); in.remaining() >= 2 && arrivals.size() < 600;) {
    const auto step = static_cast<std::int16_t>(in.u16());
    now += step * std::chrono::microseconds(500);
    arrivals.push_back(step % 5 == 0 ? kNever : now);
  }
  std::array<std::uint8_t, rtcp::kMaxCompoundSize> buffer;
  rtcp::Writer writer(buffer);
  const std::size_t told = rtcp::write_transport_feedback(writer, 1, 2, 3, 65500, arrivals);
  if (told == 0) return 0;
  const auto again = rtcp::parse_transport_feedback(*rtcp::Compound(writer.bytes()).begin());
  PARLEY_ASSERT(again && again->status_count == told);
  Status status;
  std::size_t i = 0;
  for (auto cursor = again->statuses(); cursor.next(status); ++i) {
    PARLEY_ASSERT(status.received == (arrivals[i] != kNever));
  }
  return 0;
}
