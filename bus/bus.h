#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"

/// Requests, events, key-value and logs between planes. One interface, two engines: NATS
/// (nats_bus.h) and an in-process one (local_bus.h) for tests and simulation. Media never crosses
/// it.
///
///  thread   methods may be called from any thread. Handlers and callbacks run on the executor
///  given at
///           construction (the owner's loop), one at a time, in the order in which messages
///           arrived, over all subscriptions of this Bus together.
///  bounded  a subscription whose handler falls behind by more than its pending limit loses the
///  newest
///           messages, counted; a message is at most 4 MiB.
namespace parley::bus {

enum class Error : std::uint8_t {
  no_responder,  ///< Nobody is subscribed: known at once, not after the timeout.
  timeout,
  disconnected,  ///< The bus is away; nothing was sent.
  conflict,      ///< Key-value: somebody else was first.
  not_found,     ///< Key-value: no such key.
  too_large,
  refused,  ///< The engine said no; see the log.
};
std::string_view to_string(Error error);

/// Ends a subscription when it goes out of scope.
class Subscription {
 public:
  virtual ~Subscription() = default;
};

struct Message {
  std::string_view subject;
  ByteView payload;
  std::string_view reply_to;  ///< Empty unless this is a request.
};
using Handler = std::function<void(const Message&)>;
using ReplyHandler = std::function<void(std::expected<ByteVector, Error>)>;

struct Entry {
  ByteVector value;
  std::uint64_t revision = 0;
};
using EntryHandler = std::function<void(std::expected<Entry, Error>)>;
using RevisionHandler = std::function<void(std::expected<std::uint64_t, Error>)>;

/// What a log keeps at most: older entries, and the oldest beyond this size, are let go of.
inline constexpr Duration kLogAge = 25h;
inline constexpr std::uint64_t kLogBytes = 256ULL * 1024 * 1024;

struct LogEntry {
  std::uint64_t sequence = 0;
  ByteVector payload;
};
/// A stretch of a log, in order.
struct LogPage {
  std::vector<LogEntry> entries;
  std::uint64_t last = 0;  ///< The newest sequence number ever given out; 0: none.
};
using LogPageHandler = std::function<void(std::expected<LogPage, Error>)>;

class Bus {
 public:
  virtual ~Bus() = default;

  /// Fire and forget, at most once. Order is kept per publisher.
  virtual void publish(std::string_view subject, ByteView payload) = 0;
  /// `subject` may hold `*` (one token) and end in `>` (the rest). With a `queue`, each message
  /// goes to one of the subscribers that share its name.
  virtual std::unique_ptr<Subscription> subscribe(std::string_view subject, Handler handler,
                                                  std::string_view queue = {}) = 0;
  /// Calls back exactly once.
  virtual void request(std::string_view subject, ByteView payload, Duration timeout,
                       ReplyHandler done) = 0;

  /// Key-value with revisions, kept by the engine across restarts of any plane, for as long as
  /// `bucket_life` says (subjects.h). Keys: letters,
  /// digits and -_.= only (use `key_of` for anything else).
  virtual void get(std::string_view bucket, std::string_view key, EntryHandler done) = 0;
  /// Only if there is no such key: else Error::conflict.
  virtual void create(std::string_view bucket, std::string_view key, ByteView value,
                      RevisionHandler done) = 0;
  /// Only if the key is still at `revision` (0: unconditionally): else Error::conflict.
  virtual void put(std::string_view bucket, std::string_view key, ByteView value,
                   std::uint64_t revision, RevisionHandler done) = 0;
  virtual void erase(std::string_view bucket, std::string_view key, std::uint64_t revision,
                     RevisionHandler done) = 0;

  /// A log: entries with ascending sequence numbers (the first is 1), kept on the engine's disk
  /// until they are trimmed or kLogAge old. Named like buckets, made when first used. Success of
  /// `append` means that the engine has the entry; one that is appended again with the same `id`
  /// within two minutes is kept once. Readers keep their place themselves, and hear of new entries
  /// by subscribing to `log_subject` (bus/subjects.h).
  virtual void append(std::string_view log, std::string_view id, ByteView payload,
                      RevisionHandler done) = 0;
  /// At most `most` entries from `from` on; fewer, or none, is the end of the log.
  virtual void read(std::string_view log, std::uint64_t from, std::size_t most,
                    LogPageHandler done) = 0;
  /// Lets go of everything before `first`; answers with `first`.
  virtual void trim(std::string_view log, std::uint64_t first, RevisionHandler done) = 0;

  virtual bool connected() const = 0;
  /// Called on the executor at each change.
  virtual void on_connection_change(std::function<void(bool connected)> handler) = 0;
};

/// Runs a task on the owner's loop, soon, in order; callable from any thread.
using Executor = std::function<void(std::function<void()>)>;

/// Any text as a key or subject token (base64url without padding).
std::string key_of(std::string_view text);

}  // namespace parley::bus
