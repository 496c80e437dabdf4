#pragma once

#include "base/bytes.h"

namespace parley::codec {

/// True for the packets that an Opus encoder sends while it transmits nothing (RFC 6716
/// section 2.1.9): a table-of-contents byte and at most one more.
constexpr bool is_opus_dtx(ByteView payload) { return payload.size() <= 2; }

}  // namespace parley::codec
