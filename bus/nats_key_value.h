#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <string>

#include "bus/bus.h"
#include "bus/nats_bus.h"
#include "bus/nats_ptr.h"

namespace parley::bus {

/// JetStream's key-value buckets, made when first used. Every call blocks until the server has
/// answered or two seconds have gone.
///
///  owner, thread   the blocking worker of one NatsBus
class NatsKeyValue {
 public:
  NatsKeyValue(natsConnection* connection, NatsConfig::Storage storage, int replicas,
               NatsBus::ProblemSink problems);

  std::expected<Entry, Error> get(const std::string& bucket, const std::string& key);
  std::expected<std::uint64_t, Error> create(const std::string& bucket, const std::string& key,
                                             ByteView value);
  std::expected<std::uint64_t, Error> put(const std::string& bucket, const std::string& key,
                                          ByteView value, std::uint64_t revision);
  std::expected<std::uint64_t, Error> erase(const std::string& bucket, const std::string& key,
                                            std::uint64_t revision);

 private:
  enum class Write : std::uint8_t { value, tombstone };

  std::expected<kvStore*, Error> open(const std::string& bucket);
  std::expected<std::uint64_t, Error> write(const std::string& bucket, const std::string& key,
                                            ByteView value, std::uint64_t revision, Write what);
  Error failed(const char* what, const std::string& bucket, natsStatus status);

  natsConnection* connection_;
  NatsConfig::Storage storage_;
  int replicas_;
  NatsBus::ProblemSink problems_;
  NatsJetStream jet_stream_;
  std::map<std::string, NatsBucket> buckets_;
};

}  // namespace parley::bus
