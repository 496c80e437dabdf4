#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>

#include "base/bytes.h"
#include "base/random.h"
#include "base/time.h"
#include "outbox.pb.h"

namespace parley::application::webhooks {

/// What one recipient still has to be told, and when to try. Sans-IO.
///
/// Entries of one order (a room) go out one after another: the next only when the one before has
/// arrived. Orders do not wait for each other, until the window is full. After a failure the same
/// entry is tried again, each time after a longer pause.
///
///  owner    Courier
///  thread   the courier's
///  bounded  kMaxEntries and kMaxBytes in memory: a full backlog wants nothing read
class Backlog {
 public:
  static constexpr std::size_t kMaxEntries = 4096;
  static constexpr std::size_t kMaxBytes = 16 * 1024 * 1024;
  /// At once; one if the last one failed, so that a recipient in trouble is not run over.
  static constexpr std::size_t kParallel = 16;
  static constexpr Duration kFirstPause = 1s;
  static constexpr Duration kLongestPause = 60s;

  struct Entry {
    std::uint64_t sequence = 0;
    std::string order;
    ByteVector payload;  ///< The plane::OutboxEntry.
    Time happened{};
    Time expires = kNever;
  };

  /// Goes on where `place` says.
  explicit Backlog(const plane::OutboxPlace& place);

  bool full() const { return count_ >= kMaxEntries || bytes_ >= kMaxBytes; }
  /// Where to read on in the log.
  std::uint64_t next_to_read() const { return next_; }
  /// The log gave this entry; false: it was done with already, or nothing is to be done for it.
  bool wants(std::uint64_t sequence) const;
  void skip(std::uint64_t sequence);
  void add(Entry entry);
  /// The log began anew, or lost its end: what we remember of it means nothing, and answers to what
  /// is on its way must not come here any more.
  void start_over();

  /// The oldest that may go out now, marked as on its way; nullptr: none. Stays valid until its
  /// `on_delivered` or `on_failed`.
  const Entry* next(Time now);
  void on_delivered(std::uint64_t sequence);
  void on_failed(std::uint64_t sequence, Time now, Random& random);
  /// Gives up on what is too old; returns how many.
  std::size_t expire(Time now);
  /// When `next` or `expire` may have something to do.
  Time next_deadline() const;

  /// For a later life. `holder` stays empty.
  plane::OutboxPlace place() const;
  /// The oldest entry of the log that is still needed.
  std::uint64_t first_needed() const;
  /// What the log let go of before it was read.
  std::uint64_t lost() const { return lost_; }
  std::size_t waiting() const { return count_; }
  /// When the oldest one waiting happened; kNever: none waits.
  Time oldest() const;

 private:
  struct Lane {
    std::deque<Entry> entries;
    Time due{};
    int failures = 0;
    bool on_its_way = false;
  };
  using Lanes = std::map<std::string, Lane, std::less<>>;

  Lanes::iterator lane_of(std::uint64_t sequence);
  /// Takes the first one off its lane.
  void drop_head(Lanes::iterator lane);

  Lanes lanes_;
  std::map<std::uint64_t, std::string> orders_;  ///< Of all that waits, by sequence.
  std::uint64_t next_ = 1;
  std::uint64_t read_before_ = 0;  ///< Of a former life: up to here only these are left.
  std::set<std::uint64_t> left_;
  std::uint64_t lost_ = 0;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  std::size_t on_their_way_ = 0;
  bool in_trouble_ = false;
};

}  // namespace parley::application::webhooks
