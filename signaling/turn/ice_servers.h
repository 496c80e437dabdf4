#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "livekit_rtc.pb.h"

namespace parley::signaling {

/// A relay that clients may use: the one beside us, or one that somebody else runs.
struct TurnServer {
  std::vector<std::string> urls;  ///< RFC 7065: "turn:192.0.2.1:3478?transport=udp"
  std::string username;           ///< The same for everybody, with `credential`; or
  Secret credential;
  Secret secret;  ///< by which credentials are made for each session.
  std::chrono::seconds ttl{14400};
};

/// What clients are told of relays. Only what is configured: no third party learns who calls whom.
///
///  owner    the process, filled once, constant afterwards
///  thread   any
class IceServers {
 public:
  IceServers() = default;
  explicit IceServers(std::vector<TurnServer> servers) : servers_(std::move(servers)) {}

  bool empty() const { return servers_.empty(); }

  /// With credentials for this participant, good from `now` for each server's time to live. As
  /// draft-uberti-behave-turn-rest-00 says, which coturn calls use-auth-secret: the username is
  /// "expiry:name", the credential base64 of its HMAC-SHA1.
  std::vector<livekit::ICEServer> mint(std::string_view participant_sid, WallTime now) const;

  /// A node's first word to a client (a SignalResponse) with the relays put in where it is an
  /// answer to a join or a resume; anything else stays as it is. `participant_sid` is for answers
  /// that do not say whose they are. A client that is told to use a relay alone is told of those
  /// that are reached by TLS; where there is none, it may do without.
  void add_to(std::string& signal_response, std::string_view participant_sid, WallTime now) const;

 private:
  std::vector<TurnServer> servers_;
};

}  // namespace parley::signaling
