#pragma once

#include <memory>

#include <nats/nats.h>

/// Owners of the library's handles.
namespace parley::bus {

template <auto destroy>
struct NatsDeleter {
  void operator()(auto* handle) const { destroy(handle); }
};

using NatsOptions = std::unique_ptr<natsOptions, NatsDeleter<natsOptions_Destroy>>;
using NatsConnection = std::unique_ptr<natsConnection, NatsDeleter<natsConnection_Destroy>>;
using NatsMessage = std::unique_ptr<natsMsg, NatsDeleter<natsMsg_Destroy>>;
using NatsJetStream = std::unique_ptr<jsCtx, NatsDeleter<jsCtx_Destroy>>;
using NatsBucket = std::unique_ptr<kvStore, NatsDeleter<kvStore_Destroy>>;
using NatsEntry = std::unique_ptr<kvEntry, NatsDeleter<kvEntry_Destroy>>;
using NatsPubAck = std::unique_ptr<jsPubAck, NatsDeleter<jsPubAck_Destroy>>;

}  // namespace parley::bus
