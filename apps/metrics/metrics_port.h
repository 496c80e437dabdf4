#pragma once

#include <cstdint>
#include <expected>
#include <memory>

#include "base/address.h"
#include "observability/metrics.h"
#include "runtime/fd.h"

namespace parley::apps {

/// Serves a registry to Prometheus over HTTP.
///
///  owner    a process's main(); the registry outlives it
///  thread   its own, from open to destruction
///  bounded  64 connections, 8 KiB of request each, 10 seconds from connect to answer
class MetricsPort {
 public:
  static std::expected<std::unique_ptr<MetricsPort>, runtime::IoError> open(
      const SocketAddress& bind, const observability::Registry& registry);
  ~MetricsPort();

  std::uint16_t port() const;

 private:
  struct Impl;
  explicit MetricsPort(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace parley::apps
