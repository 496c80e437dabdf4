#include "media/ingest/sequence_window.h"

namespace parley::media {

SequenceWindow::Result SequenceWindow::on_packet(rtp::WireSeq seq) {
  if (!started_) {
    started_ = true;
    jump_pending_ = false;
    newest_ = rtp::first_index(seq);
    set(newest_);
    return {Arrival::first, newest_};
  }
  if (jump_pending_) return jump(seq);

  const rtp::PacketIndex index = rtp::unwrap(seq, newest_);
  const bool far_ahead = index.value() > newest_.value() + kMaxDropout;
  const bool far_behind = index.value() + kWindow <= newest_.value();
  if (far_ahead || far_behind) {
    if (has_confirmation_ && confirms_jump_ == seq.value()) return jump(seq);
    has_confirmation_ = true;
    confirms_jump_ = static_cast<std::uint16_t>(seq.value() + 1);
    return {Arrival::too_old, index};
  }
  has_confirmation_ = false;
  return place(index);
}

SequenceWindow::Result SequenceWindow::on_retransmission(rtp::WireSeq seq) {
  // What is retransmitted must be a packet of a stream that we know.
  if (!started_ || jump_pending_) return {Arrival::too_old, {}};
  const rtp::PacketIndex index = rtp::unwrap(seq, newest_);
  const bool far_ahead = index.value() > newest_.value() + kWindow;
  const bool far_behind = index.value() + kWindow <= newest_.value();
  if (far_ahead || far_behind) return {Arrival::too_old, index};
  return place(index);
}

SequenceWindow::Result SequenceWindow::place(rtp::PacketIndex index) {
  if (index <= newest_) {
    if (test(index)) return {Arrival::duplicate, index};
    set(index);
    return {Arrival::late, index};
  }
  if (index.value() - newest_.value() >= kWindow) {
    seen_ = {};
  } else {
    for (std::uint64_t i = newest_.value() + 1; i < index.value(); ++i) {
      forget(rtp::PacketIndex(i));
    }
  }
  newest_ = index;
  set(index);
  return {Arrival::in_order, index};
}

SequenceWindow::Result SequenceWindow::jump(rtp::WireSeq seq) {
  // Two cycles up: no packet from before can be mistaken for one of the new numbering.
  newest_ = rtp::PacketIndex((((newest_.value() >> 16) + 2) << 16) | seq.value());
  has_confirmation_ = false;
  jump_pending_ = false;
  // Nothing from before the jump is missing.
  seen_.fill(~std::uint64_t{0});
  return {Arrival::jumped, newest_};
}

bool SequenceWindow::test(rtp::PacketIndex index) const {
  const std::uint64_t bit = index.value() % kWindow;
  return (seen_[bit / 64] >> (bit % 64) & 1) != 0;
}
void SequenceWindow::set(rtp::PacketIndex index) {
  const std::uint64_t bit = index.value() % kWindow;
  seen_[bit / 64] |= std::uint64_t{1} << (bit % 64);
}
void SequenceWindow::forget(rtp::PacketIndex index) {
  const std::uint64_t bit = index.value() % kWindow;
  seen_[bit / 64] &= ~(std::uint64_t{1} << (bit % 64));
}

}  // namespace parley::media
