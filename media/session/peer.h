#pragma once

#include <optional>

#include "media/negotiation/local_end.h"
#include "media/negotiation/offer.h"
#include "media/session/surroundings.h"

namespace parley::media {

/// Our end of one peer connection as far as both kinds share it: its transport in the shard, its
/// ICE credentials, its place in the o= line. Closes the transport when it goes.
class Peer {
 public:
  Peer(Surroundings& world, bool opens_channels) : world_(world), id_(world.ids.transport()) {
    local_.ice = world.ids.ice();
    local_.fingerprint = world.fingerprint;
    local_.candidates = world.candidates;
    local_.ice_lite = world.ice_lite;
    local_.session_id = world.ids.sdp_session();
    world.shard.post(
        CreateTransport{id_, local_.ice, opens_channels, local_.ice_lite, world.cname});
  }
  ~Peer() { world_.shard.post(CloseTransport{id_}); }

  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  TransportId transport() const { return id_; }

  /// The description of our end that comes next.
  const LocalEnd& next() {
    ++local_.session_version;
    return local_;
  }

  const LocalEnd& local() const { return local_; }
  /// As the peer last described itself.
  const std::optional<RemoteEnd>& remote() const { return remote_; }

  void set_remote(const RemoteEnd& remote) {
    remote_ = remote;
    SetRemote command{id_, remote.ice, remote.fingerprint, remote.our_role};
    if (world_.calls_peer) command.call = remote.addresses;
    world_.shard.post(std::move(command));
  }

  /// RFC 8445 section 9: new credentials from the peer are a restart, which we answer with our own.
  bool is_restart(const RemoteEnd& remote) const {
    return remote_ && remote.ice.ufrag != remote_->ice.ufrag;
  }

  void restart_ice() {
    local_.ice = world_.ids.ice();
    world_.shard.post(RestartIce{id_, local_.ice});
  }

 private:
  Surroundings& world_;
  TransportId id_;
  LocalEnd local_;
  std::optional<RemoteEnd> remote_;
};

}  // namespace parley::media
