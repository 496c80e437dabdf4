#include "media/egress/rtp_writer.h"

#include <algorithm>
#include <cstring>

#include "base/assert.h"

namespace parley::media {

RtpWriter::RtpWriter(srtp::Engine& engine) : engine_(engine) {
  jobs_.reserve(Outbox::kMaxTrains * Outbox::kMaxSegments);
}

void RtpWriter::end() {
  send_all();
  sender_ = nullptr;
}

void RtpWriter::datagram(const Path& path, ByteView bytes) {
  if (bytes.empty() || bytes.size() > Outbox::kMaxDatagram) return;
  std::memcpy(reserve(bytes.size()).data(), bytes.data(), bytes.size());
  outbox_.commit(path, bytes.size());
  ++totals_.datagrams;
  totals_.bytes += bytes.size();
}

MutableBytes RtpWriter::reserve(std::size_t size) {
  if (!outbox_.has_room(size)) send_all();
  slot_ = outbox_.reserve(size);
  return slot_;
}

std::size_t RtpWriter::packet(const Path& path, srtp::Sender& srtp, std::size_t header_size,
                              ByteView payload, std::uint64_t index) {
  const std::size_t size = header_size + payload.size() + srtp.rtp_overhead();
  PARLEY_ASSERT(size <= slot_.size());
  if (srtp.suite() == srtp::Suite::aes_128_cm_sha1_80) {
    jobs_.push_back({.sender = &srtp,
                     .header = slot_.first(header_size),
                     .payload = payload,
                     .out = slot_.first(size),
                     .index = index});
  } else {
    srtp.protect_rtp(slot_.first(header_size), payload, slot_.first(size), index);
  }
  outbox_.commit(path, size);
  ++totals_.datagrams;
  totals_.bytes += size;
  return size;
}

void RtpWriter::send_all() {
  PARLEY_ASSERT(sender_ != nullptr);
  if (!jobs_.empty()) {
    srtp::protect_rtp_batch(engine_, jobs_);
    jobs_.clear();
  }
  totals_.trains += outbox_.trains().size();
  outbox_.send(*sender_);
}

}  // namespace parley::media
