#include "signaling/turn/ice_servers.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "base/assert.h"
#include "base/bytes.h"

namespace parley::signaling {
namespace {

constexpr std::size_t kSha1Bytes = 20;

/// base64 of HMAC-SHA1, padded.
std::string sign(const Secret& secret, std::string_view text) {
  std::array<std::uint8_t, kSha1Bytes> mac{};
  unsigned int length = 0;
  const unsigned char* done =
      HMAC(EVP_sha1(), secret.reveal().data(), static_cast<int>(secret.reveal().size()),
           as_bytes(text).data(), text.size(), mac.data(), &length);
  PARLEY_ASSERT(done != nullptr && length == mac.size());
  std::array<unsigned char, 4 * ((kSha1Bytes + 2) / 3) + 1> out{};
  const int size = EVP_EncodeBlock(out.data(), mac.data(), static_cast<int>(mac.size()));
  return {out.begin(), out.begin() + size};
}

}  // namespace

std::vector<livekit::ICEServer> IceServers::mint(std::string_view participant_sid,
                                                 WallTime now) const {
  std::vector<livekit::ICEServer> out;
  for (const TurnServer& server : servers_) {
    livekit::ICEServer& told = out.emplace_back();
    for (const std::string& url : server.urls) told.add_urls(url);
    if (server.secret.empty()) {
      told.set_username(server.username);
      told.set_credential(server.credential.reveal());
      continue;
    }
    const auto expiry = std::chrono::floor<std::chrono::seconds>(now + server.ttl);
    std::string username = std::to_string(expiry.time_since_epoch().count());
    username.append(":").append(participant_sid);
    told.set_credential(sign(server.secret, username));
    told.set_username(std::move(username));
  }
  return out;
}

namespace {

/// Of the relays those that are reached by TLS.
std::vector<livekit::ICEServer> over_tls(const std::vector<livekit::ICEServer>& servers) {
  std::vector<livekit::ICEServer> out;
  for (const livekit::ICEServer& server : servers) {
    livekit::ICEServer kept = server;
    kept.clear_urls();
    for (const std::string& url : server.urls()) {
      if (url.starts_with("turns:")) kept.add_urls(url);
    }
    if (kept.urls_size() > 0) out.push_back(std::move(kept));
  }
  return out;
}

/// Into a JoinResponse or a ReconnectResponse.
void put(std::vector<livekit::ICEServer> servers, auto& response) {
  if (response.client_configuration().force_relay() == livekit::ENABLED) {
    auto reachable = over_tls(servers);
    if (reachable.empty()) {
      response.mutable_client_configuration()->clear_force_relay();
    } else {
      servers = std::move(reachable);
    }
  }
  for (livekit::ICEServer& server : servers) *response.add_ice_servers() = std::move(server);
}

}  // namespace

void IceServers::add_to(std::string& signal_response, std::string_view participant_sid,
                        WallTime now) const {
  livekit::SignalResponse response;
  if (!response.ParseFromString(signal_response)) return;
  if (response.has_join()) {
    livekit::JoinResponse& join = *response.mutable_join();
    const std::string sid = join.participant().sid();
    put(mint(sid.empty() ? participant_sid : sid, now), join);
  } else if (response.has_reconnect()) {
    put(mint(participant_sid, now), *response.mutable_reconnect());
  } else {
    return;
  }
  signal_response = response.SerializeAsString();
}

}  // namespace parley::signaling
