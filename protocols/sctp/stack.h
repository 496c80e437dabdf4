#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "base/bytes.h"
#include "base/time.h"

struct socket;

namespace parley::sctp {

/// What usrsctp has for one association: packets to send, and what it received. Written under the
/// stack's lock by whichever thread is inside usrsctp, fetched under the same lock by the
/// association's own.
struct Port {
  struct Incoming {
    bool notification = false;
    bool end_of_message = false;
    std::uint16_t stream = 0;
    std::uint32_t ppid = 0;
    ByteVector bytes;
  };

  static constexpr std::size_t kMaxPackets = 1024;
  static constexpr std::size_t kMaxIncoming = 4096;

  std::deque<ByteVector> packets;
  std::deque<Incoming> incoming;
  std::size_t incoming_bytes = 0;
  std::size_t max_incoming_bytes = 0;
  std::uint64_t incoming_dropped = 0;
  std::size_t send_buffer = 0;
  /// Bytes that usrsctp holds for sending; raised by us when we send, said by usrsctp as it
  /// shrinks.
  std::size_t buffered = 0;
  /// Set when anything above may be waiting, so that nobody takes the lock to find nothing.
  std::atomic<bool> pending = false;
};

/// usrsctp as one object, since it keeps all its state in globals: started once in a process
/// without its threads, every call under one lock, one clock for all timers.
///
/// Whoever comes first drives the clock: each call is made through a `Turn`, which brings usrsctp's
/// timers up to the caller's time. A timer of another shard's association may so run in our thread;
/// what it emits lands in that association's Port, and its shard finds it at its next deadline (20
/// ms while anything is outstanding).
///
///  owner     the process
///  thread    any
class Stack {
 public:
  static Stack& instance();

  /// The lock, held; timers that are due have run.
  class Turn {
   public:
    Turn(Stack& stack, Time now) : hold_(stack.mutex_) { stack.tick(now); }

   private:
    std::lock_guard<std::mutex> hold_;
  };

  /// Without bringing the clock forward.
  std::unique_lock<std::mutex> lock() { return std::unique_lock(mutex_); }

  /// A name for `port` as usrsctp's callbacks know it, never used twice. Under the lock.
  std::uintptr_t add(Port* port, Time now);
  void remove(std::uintptr_t id);

 private:
  Stack();

  void tick(Time now);
  Port* find(const void* id);

  friend struct Callbacks;

  std::mutex mutex_;
  std::unordered_map<std::uintptr_t, Port*> ports_;
  std::uintptr_t last_id_ = 0;
  Time seen_{};      ///< The newest time that a caller handed in.
  Duration ticked_;  ///< Up to where usrsctp's timers have run, by its own clock.
};

}  // namespace parley::sctp
