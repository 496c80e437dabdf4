#pragma once

#include <cstddef>
#include <cstdint>

#include <usrsctp.h>

namespace parley::sctp {

/// What usrsctp calls, always from within a call of ours and so under the stack's lock.
struct Callbacks {
  static int on_packet(void* id, void* data, std::size_t size, std::uint8_t tos,
                       std::uint8_t set_df);
  static int on_receive(struct socket* socket, union sctp_sockstore from, void* data,
                        std::size_t size, struct sctp_rcvinfo info, int flags, void* id);
  static int on_send_space(struct socket* socket, std::uint32_t free_bytes, void* id);
};

}  // namespace parley::sctp
