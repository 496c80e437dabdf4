#pragma once

#include <cstdint>

#include "load/measure/histogram.h"

namespace parley::load {

/// What receivers of one worker have seen, added up. Goes up for ever, but for the delays, which
/// are begun anew when measuring begins.
///
///  owner    a worker; a copy is handed out
struct Counts {
  std::uint64_t packets = 0;    ///< Media, each once, padding left out.
  std::uint64_t bytes = 0;      ///< Of them, RTP payload and header.
  std::uint64_t padding = 0;    ///< Probes.
  std::uint64_t recovered = 0;  ///< Came by retransmission.
  std::uint64_t lost = 0;       ///< Numbers that never came.
  std::uint64_t duplicates = 0;
  std::uint64_t nacked = 0;
  std::uint64_t frames = 0;       ///< Whole, in order, decodable.
  std::uint64_t incomplete = 0;   ///< An end without all the packets of the frame.
  std::uint64_t undecodable = 0;  ///< Whole, but what it refers to was not there.
  std::uint64_t mistimed = 0;     ///< The timestamp does not fit the frame's number.
  std::uint64_t unstamped = 0;    ///< Frames of publishers that are not ours.
  std::uint64_t layer_switches = 0;
  Histogram delay;  ///< From handing a frame's last packet to the kernel to reading it.

  void add(const Counts& other) {
    packets += other.packets;
    bytes += other.bytes;
    padding += other.padding;
    recovered += other.recovered;
    lost += other.lost;
    duplicates += other.duplicates;
    nacked += other.nacked;
    frames += other.frames;
    incomplete += other.incomplete;
    undecodable += other.undecodable;
    mistimed += other.mistimed;
    unstamped += other.unstamped;
    layer_switches += other.layer_switches;
    delay.merge(other.delay);
  }
};

}  // namespace parley::load
