#include <array>
#include <cstdint>
#include <vector>

#include "base/assert.h"
#include "protocols/rtcp/feedback.h"
#include "protocols/rtcp/reports.h"
#include "protocols/rtcp/source.h"
#include "protocols/rtcp/xr.h"

// A compound can be asked everything; a NACK written anew names the same packets.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  const rtcp::Compound compound(ByteView(data, size));
  (void)compound.well_formed();
  for (const rtcp::PacketView& packet : compound) {
    if (const auto report = rtcp::parse_sender_report(packet)) {
      for (std::size_t i = 0; i < report->blocks.size(); ++i) (void)report->blocks[i];
    }
    if (const auto report = rtcp::parse_receiver_report(packet)) {
      for (std::size_t i = 0; i < report->blocks.size(); ++i) (void)report->blocks[i];
    }
    (void)rtcp::parse_cname(packet);
    (void)rtcp::parse_pli(packet);
    (void)rtcp::parse_remb(packet);
    if (const auto bye = rtcp::parse_bye(packet)) {
      for (std::size_t i = 0; i < bye->size(); ++i) (void)(*bye)[i];
    }
    if (const auto fir = rtcp::parse_fir(packet)) {
      for (std::size_t i = 0; i < fir->size(); ++i) (void)(*fir)[i];
    }
    if (const auto report = rtcp::parse_extended_report(packet)) {
      for (std::size_t i = 0; i < report->dlrr_count(); ++i) (void)report->dlrr_item(i);
    }
    if (const auto nack = rtcp::parse_nack(packet)) {
      std::vector<rtp::WireSeq> named;
      rtp::WireSeq seq;
      std::size_t all = 0;
      bool ascends = true;
      for (auto cursor = nack->sequences(); cursor.next(seq); ++all) {
        // What is written must ascend, so only as far as this one does.
        const int step =
            named.empty() ? 1 : static_cast<std::uint16_t>(seq.value() - named.back().value());
        ascends = ascends && step > 0 && step < 0x8000;
        if (ascends) named.push_back(seq);
      }
      PARLEY_ASSERT(all <= rtcp::Nack::kMaxSequences);
      std::array<std::uint8_t, rtcp::kMaxCompoundSize> buffer;
      rtcp::Writer writer(buffer);
      const std::size_t taken = rtcp::write_nack(writer, 1, 2, named);
      const auto again = rtcp::parse_nack(*rtcp::Compound(writer.bytes()).begin());
      PARLEY_ASSERT(again && taken > 0);
      std::size_t i = 0;
      for (auto cursor = again->sequences(); cursor.next(seq); ++i) {
        PARLEY_ASSERT(i < taken && seq == named[i]);
      }
      PARLEY_ASSERT(i == taken);
    }
  }
  return 0;
}
