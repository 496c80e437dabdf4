#pragma once

#include <cstdint>
#include <expected>
#include <set>
#include <string>

#include "bus/bus.h"
#include "bus/nats_bus.h"
#include "bus/nats_ptr.h"

namespace parley::bus {

/// Logs as JetStream streams of one subject each, made when first used. Reading is by direct get
/// (an entry per question): no consumer on the server that could fall out of step with the place
/// that a reader keeps itself. Every call blocks until the server has answered or two seconds have
/// gone.
///
///  owner, thread   the blocking worker of one NatsBus
class NatsLog {
 public:
  NatsLog(natsConnection* connection, NatsConfig::Storage storage, int replicas,
          NatsBus::ProblemSink problems);

  std::expected<std::uint64_t, Error> append(const std::string& log, const std::string& id,
                                             ByteView payload);
  std::expected<LogPage, Error> read(const std::string& log, std::uint64_t from, std::size_t most);
  std::expected<std::uint64_t, Error> trim(const std::string& log, std::uint64_t first);

 private:
  /// Makes the stream if there is none.
  natsStatus open(const std::string& log);
  natsStatus get(const std::string& log, std::uint64_t from, LogEntry& out);
  natsStatus last_sequence(const std::string& log, std::uint64_t& out);
  Error failed(const char* what, const std::string& log, natsStatus status);

  NatsConfig::Storage storage_;
  int replicas_;
  NatsBus::ProblemSink problems_;
  NatsJetStream jet_stream_;
  std::set<std::string> open_;
};

}  // namespace parley::bus
