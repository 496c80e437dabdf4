#pragma once

#include <nats/nats.h>

#include "bus/bus.h"

namespace parley::bus {

/// What the library says, in the words of the contract.
inline Error error_of(natsStatus status) {
  switch (status) {
    case NATS_TIMEOUT:
      return Error::timeout;
    case NATS_NO_RESPONDERS:  // JetStream is off, or not up yet.
    case NATS_CONNECTION_CLOSED:
    case NATS_CONNECTION_DISCONNECTED:
    case NATS_NOT_YET_CONNECTED:
      return Error::disconnected;
    case NATS_MAX_PAYLOAD:
      return Error::too_large;
    default:
      return Error::refused;
  }
}

}  // namespace parley::bus
